"""Worked cases with one fact less: an answer stays, is weaker, or is undetermined. Presumptions are off."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import attrs
import pytest
import us_ca_cases as cases
from proof.forgetting import forgotten, renamed
from proof.judging import Answer, answered

from recordrelief.cases import WorkedCase
from recordrelief.records import Records
from recordrelief.screening import screen
from recordrelief.statutes import Grade, Policy
from recordrelief_us_ca.pack import PACK

FILES = (
    "hs-11361.5",
    "pc-1203.45",
    "pc-1203.47",
    "pc-236.14-236.15",
    "pc-4852.01",
    "pc-653.29",
    "superstrikes",
)
STRENGTH = [grade.value for grade in Grade]


def without_presumptions(policy: Policy) -> Policy:
    names = [field.name for field in attrs.fields(type(policy)) if field.name.startswith("presume_no")]
    off: dict[str, Any] = {name: False for name in names if isinstance(getattr(policy, name), bool)}
    off["conviction_date_substitute"] = "none"
    return attrs.evolve(policy, **off)


def says_no_more(less: Answer, more: Answer) -> bool:
    if less.status == "undetermined":
        return True
    weaker = more.grade is None or STRENGTH.index(less.grade or "") >= STRENGTH.index(more.grade)
    later = less.eligible_on is None or (more.eligible_on is not None and less.eligible_on >= more.eligible_on)
    return less.status == more.status and weaker and later


def told(case: WorkedCase) -> Iterator[str]:
    """What a case with one fact less tells beyond what the whole case does."""
    less = dict(enumerate(forgotten(case.subject)))
    variants = [renamed(one, partial("{1}~{0}".format, at)) for at, (_, one) in less.items()]
    found = answered(
        screen(
            Records.from_subjects([case.subject, *variants], coverage=case.coverage),
            statutes=PACK,
            as_of=case.as_of,
            policy=without_presumptions(PACK.read_policy(case.policy)),
            remedies=sorted({one.remedy for one in case.expected}),
        )
    )
    whole = {(charge, remedy): answer for (_, charge, remedy), answer in found.items() if "~" not in charge}
    for (_, charge, remedy), answer in found.items():
        name, _, at = charge.partition("~")
        if not at:
            continue
        before = whole.get((name, remedy))
        if answer.status != "undetermined" and (before is None or not says_no_more(answer, before)):
            yield f"{case.name}, {name}, {remedy}: without {less[int(at)][0]} {before} became {answer}"


@pytest.mark.parametrize("file", FILES)
def test_a_fact_less_never_tells_more(file: str) -> None:
    mine = [case for case in cases.every_case() if case.name.startswith(f"{file}: ")]
    assert mine
    assert [line for case in mine for line in told(case)] == []
