"""Packs at random: remedies made of random rules, with everything that decides a status or a day."""

from __future__ import annotations

from itertools import count
from typing import Any, TypeVar

import attrs
from hypothesis import strategies as st

from proof import asking
from proof.statute import GRANTED
from proof.strategies import CANNABIS, CATALOG, VIOLENT
from recordrelief.law import ALWAYS_FALSE, ALWAYS_TRUE, Day, Test, charge, never, sentence, subject
from recordrelief.law import expressions as e
from recordrelief.statutes import (
    Bar,
    Branch,
    Condition,
    Fact,
    Grade,
    Outcome,
    Pathway,
    ReliefKind,
    Remedy,
    StatutePack,
    Wait,
)

_ROOTS = frozenset({"charge", "case"})
_Kind = TypeVar("_Kind", bound=e.Expression)


def _unpresumed(expression: _Kind) -> _Kind:
    """The same rule, leaving unknown what a presumption would settle."""
    if isinstance(expression, e.Presumed):
        return _unpresumed(expression.inner)  # type: ignore[return-value]
    if isinstance(expression, e.PresumedDay):
        return _unpresumed(expression.base)  # type: ignore[return-value]
    changed: dict[str, Any] = {}
    for field in attrs.fields(type(expression)):
        value = getattr(expression, field.name)
        if isinstance(value, e.Expression):
            changed[field.name] = _unpresumed(value)
        elif isinstance(value, tuple):
            changed[field.name] = tuple(_unpresumed(one) if isinstance(one, e.Expression) else one for one in value)
    return attrs.evolve(expression, **changed)


@st.composite
def _tests(draw: st.DrawFn) -> Test:
    plain = [subject.serving_sentence, subject.supervision.is_("parole"), charge.test("made_up_flag")]
    return draw(st.one_of(st.sampled_from(plain), asking.tests_of(_ROOTS, 1)))


@st.composite
def _days(draw: st.DrawFn) -> Day:
    terms = charge.sentences
    plain = [
        terms.latest(sentence.completed_date),
        terms.latest(sentence.end_date),
        terms.earliest(sentence.end_date),
        charge.offense_date.no_later_than(charge.conviction_date),
        never(),
    ]
    return draw(st.one_of(st.sampled_from(plain), asking.charge_days(charge), asking.day_rules()))


@st.composite
def _remedies(draw: st.DrawFn, id: str) -> Remedy:
    numbers = count(1)

    def named() -> dict[str, Any]:
        return {"id": f"{id}.{next(numbers)}", "sentence": "a rule that is made up", "cites": "(a)"}

    def condition(kind: type[Condition]) -> Condition:
        curable = draw(st.booleans())
        until = draw(st.none() | _days()) if curable else None
        return kind(**named(), test=draw(_tests()), curable=curable, until=until)

    def wait() -> Wait:
        running = draw(st.none() | _tests())
        scheduled = None if running is None else draw(st.none() | _days())
        day = draw(st.booleans())
        return Wait(**named(), until=draw(_days()), on_the_day=day, running=running, scheduled=scheduled)

    def parts(most: int) -> dict[str, Any]:
        return {
            "requires": tuple(condition(Condition) for _ in range(draw(st.integers(0, most)))),
            "bars": tuple(condition(Bar) for _ in range(draw(st.integers(0, 1)))),
            "waits": tuple(wait() for _ in range(draw(st.integers(0, most)))),
        }  # fmt: skip

    ways = draw(st.sampled_from([0, 0, 1, 2]))
    grades: list[Any] = [Grade.DISCRETIONARY]
    if draw(st.booleans()):
        grades.insert(0, Grade.MANDATORY.when(Condition(**named(), test=draw(_tests()))))
    return Remedy(
        id=id,
        title="A remedy that is made up",
        citation="Made-up Code § 1",
        relief=ReliefKind.DISMISSAL,
        pathway=Pathway.PETITION,
        applies_to=draw(st.sampled_from([charge.convicted, ALWAYS_TRUE]) | _tests()),
        **parts(1 if ways else 2),
        branches=tuple(
            Branch(id=f"{id}.b{way}", title="one of several ways", cites="(b)", **parts(1)) for way in range(ways)
        ),
        granted=draw(st.sampled_from([ALWAYS_FALSE, GRANTED])),
        grades=tuple(grades),
        outcomes=tuple(Outcome(name, draw(_tests())) for name in draw(st.sampled_from([(), ("sealed", "reduced")]))),
    )


def _without_presumptions(remedy: Remedy) -> Remedy:
    def plain(value: Any) -> Any:
        if isinstance(value, e.Expression):
            return _unpresumed(value)
        if isinstance(value, tuple):
            return tuple(map(plain, value))
        if attrs.has(type(value)):
            return attrs.evolve(value, **{field.name: plain(getattr(value, field.name)) for field in _fields(value)})
        return value

    changed: Remedy = plain(remedy)
    return changed


def _fields(value: Any) -> list[attrs.Attribute[Any]]:
    return [field for field in attrs.fields(type(value)) if field.init]


@st.composite
def packs(draw: st.DrawFn, *, presuming: bool = True) -> StatutePack:
    """A pack of one or two remedies; without ``presuming`` no rule holds a presumption."""
    made = [draw(_remedies(f"r{number}")) for number in range(draw(st.integers(1, 2)))]
    if not presuming:
        made = [_without_presumptions(one) for one in made]
    return StatutePack(
        id="rr",
        title="Nowhere at random",
        jurisdiction="us-rr",
        version="1",
        catalog=CATALOG,
        sets=(CANNABIS, VIOLENT),
        facts=tuple(
            Fact(name=name, table="charges", kind="test", means="a made-up fact holds", ask="Does it really hold?")
            for name in ("made_up_flag", "nobody_fills_this")
        ),
        remedies=lambda _: made,
    )
