"""The worked cases: what every pack is asked, and what California's cases hold beyond it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import attrs
import pytest
import us_ca_cases as cases

from recordrelief.cases import read_cases
from recordrelief.errors import SourceError
from recordrelief.findings import Result
from recordrelief.statutes import Policy
from recordrelief.testing import pack_suite
from recordrelief_us_ca.pack import PACK

ALL = cases.every_case()

CANNOT_BE: Mapping[str, Collection[Result]] = {
    # What the section is about has a way to it, is a taking that may be theft, or is left open.
    "pc-1170.18/1170.18.2": ("unmet",),
    # Burglary of the first degree is not what the section is about.
    "pc-1170.18/1170.18.2.degree": ("unmet",),
    # Since 2023 the law leaves open what follows of a sentence that was neither prison nor under PC 1170(h).
    "pc-1203.41/1203.41.1": ("unmet",),
}
"""Results that a condition cannot have although its form does not say so, each with its reason."""
SCREENED_OFTEN = (
    "hs-11361.5",
    "pc-1203.45",
    "pc-1203.47",
    "pc-236.14-236.15",
    "pc-4852.01",
    "pc-653.29",
    "superstrikes",
)
"""The files whose cases are asked again with each fact less: all of them would take an hour."""


def without_presumptions(policy: Policy) -> Policy:
    names = [field.name for field in attrs.fields(type(policy)) if field.name.startswith("presume_no")]
    off: dict[str, Any] = {name: False for name in names if isinstance(getattr(policy, name), bool)}
    off["conviction_date_substitute"] = "none"
    return attrs.evolve(policy, **off)


TestCalifornia = pack_suite(
    PACK,
    cases=ALL,
    exempt=CANNOT_BE,
    sample=lambda case: case.name.startswith(tuple(f"{name}: " for name in SCREENED_OFTEN)),
    unpresumed=without_presumptions,
    # PC 1203.45 asks for what PC 1203.4 and 1203.4a ask for, whose own cases hold these days.
    loose=("pc-1203.45/1203.4.3", "pc-1203.45/1203.4a.3"),
    skips={"mutation": "takes many minutes: tox run -e mutation"},
)

SMALL = """
about: one case
as_of: 2026-11-24
person: {birth_date: 1980-03-01, must_register: false, record_scope: state}
charge: {jurisdiction: us-ca, outcome: convicted, attempt: false, conspiracy: false, solicitation: false}
cases:
  - title: Possession for sale
    why: HS 11359(b)
    charges: [{id: count, citation: HS 11359, level: felony, offense_date: 2010-05-01, judgment_date: 2010-09-01}]
    expected: [{charge: count, remedy: hs-11361.8, status: eligible, outcome: misdemeanor}]
"""


def test_every_file_can_be_read() -> None:
    assert "\n".join(cases.unread().values()) == ""


def test_every_cell_of_the_table_of_offenses_has_a_case() -> None:
    """Each former subdivision by each age: under 18, 18 to 20, 21 and over, unknown."""
    seen: dict[str | None, set[object]] = {}
    for case in ALL:
        if case.name.startswith("table"):
            seen.setdefault(case.subject.charges[0].offense.citation, set()).add(case.subject.birth_date)
    assert set(seen) == {
        "HS 11357",
        *(f"HS 11357({letter})" for letter in "abcde"),
        "HS 11358",
        "HS 11359",
        "HS 11360",
        "HS 11360(a)",
        "HS 11360(b)",
    }
    assert {citation: len(ages) for citation, ages in seen.items() if len(ages) != 4} == {}


def test_a_case_that_is_met_shows_no_difference() -> None:
    (case,) = read_cases(SMALL, "small")
    assert cases.differences(case) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("outcome: misdemeanor", "outcome: infraction", "outcome is misdemeanor, expected infraction"),
        ("status: eligible, outcome: misdemeanor", "status: no determination", "status is eligible"),
        ("HS 11359, level", "PC 459, level", "no determination, expected eligible"),
        ("remedy: hs-11361.8", "remedy: hs-11361.7", "the pack has no such remedy. Did you mean"),
        ("charges: [{id", "policy: {two_prior: same_section}\n    charges: [{id", "Did you mean 'two_priors'"),
        ("level: felony", "level: felony, facts: {gift_only: true}", "Did you mean 'gift_or_transport_only'"),
    ],
)
def test_a_case_that_is_not_met_says_what_differs(old: str, new: str, told: str) -> None:
    (case,) = read_cases(SMALL.replace(old, new), "small")
    assert any(told in line for line in cases.differences(case))


@pytest.mark.parametrize(
    ("old", "new"),
    [("birth_date:", "born:"), ("outcome: convicted", "outcome: guilty"), ("charge: count", "charge: another")],
)
def test_what_a_case_cannot_say_is_refused(old: str, new: str) -> None:
    with pytest.raises(SourceError):
        read_cases(SMALL.replace(old, new), "small")


def test_whoever_is_disqualified_reads_that_an_argument_stays_open() -> None:
    (case,) = (case for case in ALL if case.name == "disqualifiers: A murder before")
    found = cases.answers(case)["count", "hs-11361.8"]
    (deciding,) = (finding for finding in found.findings if finding.decides)
    assert "may be punished" in deciding.note
