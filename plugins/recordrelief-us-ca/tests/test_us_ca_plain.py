"""The plain texts of the pack."""

from __future__ import annotations

from plain_suite import plain_suite

from recordrelief_us_ca.pack import PACK

TestPlain = plain_suite(PACK)


def test_the_remedies_of_an_office_have_texts_too() -> None:
    office = PACK.read_policy({"prosecutor": {"dismiss": ["11357"], "reduce": ["11359"]}})
    known = {remedy.id for policy in PACK.policies.values() for remedy in PACK.all_versions(policy)}
    assert {remedy.id for remedy in PACK.all_versions(office)} - known == set(PACK.plain["en"].by_policy)
