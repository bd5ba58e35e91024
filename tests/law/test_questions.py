"""Questions over groups, held to a plain-Python reference: nulls, empty groups, partial days, both ways of working."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from proof import strategies
from proof.asking import Asked, answers, expected, rules

from recordrelief.law import (
    Expression,
    evaluation,
)
from recordrelief.model import Coverage, Subject
from recordrelief.records import Records

POLICIES = st.sampled_from(evaluation.HISTORY_POLICIES)


@contextmanager
def forced(*, small: bool = True, ceiling: int | None = None) -> Iterator[None]:
    """Evaluation on one of its two ways, whatever the number of rows."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(evaluation, "_SMALL", 10**9 if small else 0)
        if ceiling is not None:
            patch.setattr(evaluation, "PAIR_CEILING", ceiling)
        yield


def agrees(people: Sequence[Subject], asked: Sequence[Expression], coverage: Coverage, policy: str) -> None:
    records = Records.from_subjects(people, coverage=coverage)
    plain = expected(people, asked, coverage, policy)
    for small in (True, False):
        with forced(small=small):
            found = answers(records, asked, policy)
        for place, (one, two) in enumerate(zip(found, plain, strict=True)):
            for number, expression in enumerate(asked):
                assert one[number] == two[number], (
                    f"{'small' if small else 'big'} way, charge {place}: {expression}\n"
                    f"found {one[number]}, expected {two[number]}"
                )


@settings(suppress_health_check=list(HealthCheck))
@given(strategies.few_people(), rules(), strategies.few_coverages, POLICIES)
def test_every_question_agrees_with_the_reference(
    people: tuple[Subject, ...], asked: Asked, coverage: Coverage, policy: str
) -> None:
    agrees(people, asked, coverage, policy)
