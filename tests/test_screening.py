"""Screening: exact answers by the rules of the documentation, on a made-up law that has every feature."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from proof import statute, strategies
from proof.judging import answered, judged

from recordrelief.law import membership
from recordrelief.model import Coverage, Subject
from recordrelief.records import Records
from recordrelief.screening import screen

AS_OF = st.sampled_from([date(2016, 11, 9), date(2018, 1, 1), date(2019, 4, 1), date(2020, 3, 1), date(2024, 2, 29)])
BOUNDARIES = st.sampled_from(["strict", "inclusive"])
HISTORIES = st.sampled_from(["as_recorded", "complete_only"])
EVERY = settings(suppress_health_check=list(HealthCheck))


@EVERY
@given(
    strategies.few_people(),
    strategies.few_coverages,
    AS_OF,
    BOUNDARIES,
    HISTORIES,
    st.booleans(),
    st.booleans(),
)
def test_every_determination_follows_the_rules(
    people: tuple[Subject, ...],
    coverage: Coverage,
    as_of: date,
    boundary: str,
    history: str,
    presume: bool,
    small: bool,
) -> None:
    policy: Any = statute.MadeUpPolicy(
        boundary=boundary,  # type: ignore[arg-type]
        history=history,  # type: ignore[arg-type]
        presume=presume,
        look_ahead="in_force",
    )
    records = Records.from_subjects(people, coverage=coverage)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(membership, "_FEW", 10**9 if small else 0)
        screening = screen(records, statutes=statute.PACK, as_of=as_of, policy=policy)
    expected = judged(
        people,
        statute.PACK.in_force(policy, as_of),
        as_of,
        coverage,
        history=history,
        strict=boundary == "strict",
    )
    found = answered(screening)
    assert found.keys() == expected.keys()
    for key, answer in found.items():
        assert answer == expected[key], key
    assert list(found) == sorted(found), "the order is subject, charge, remedy"
