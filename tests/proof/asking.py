"""Rules at random, and the two ways to answer them: the engine and the plain reference."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl
from hypothesis import strategies as st

from proof import reference, strategies
from recordrelief.law import (
    ALWAYS_FALSE,
    ALWAYS_TRUE,
    Day,
    Expression,
    Number,
    Test,
    as_of,
    case,
    charge,
    day,
    days,
    either,
    event,
    latest,
    months,
    other,
    presumed,
    relief,
    sentence,
    subject,
    unsettled,
    years,
)
from recordrelief.law import earliest as earliest_of
from recordrelief.law.evaluation import evaluate
from recordrelief.law.rules import Rules
from recordrelief.law.scopes import ChargeRow, Rows
from recordrelief.model import Coverage, Subject
from recordrelief.records import Records

AS_OF = date(2024, 2, 29)


def answers(records: Records, expressions: Sequence[Expression], history: str = "as_recorded") -> list[tuple[Any, ...]]:
    """What the engine answers, one row a charge: a value for a test, both ends for a day or a number."""
    prepared = evaluate(records, Rules(expressions, AS_OF), history=history)  # type: ignore[arg-type]
    columns: list[pl.Expr] = []
    for number, one in enumerate(expressions):
        ends = (
            (prepared.compiler.test(one),)
            if isinstance(one, Test)
            else prepared.compiler.day(one)
            if isinstance(one, Day)
            else prepared.compiler.number(one)  # type: ignore[arg-type]
        )
        columns += [end.alias(f"{number}.{place}") for place, end in enumerate(ends)]
    try:
        frame = prepared.with_shared(prepared.frame).select("charge", *columns)
    except pl.exceptions.PanicException as panic:  # not an Exception: hypothesis would not shrink it
        raise AssertionError(f"the engine panicked: {panic}") from None
    assert frame["charge"].to_list() == list(range(records.charges.height))
    width = [1 if isinstance(one, Test) else 2 for one in expressions]
    rows = []
    for row in frame.drop("charge").iter_rows():
        at, cells = 0, []
        for one in width:
            cells.append(row[at] if one == 1 else row[at : at + 2])
            at += one
        rows.append(tuple(cells))
    return rows


def expected(
    people: Sequence[Subject], expressions: Sequence[Expression], coverage: Coverage, history: str = "as_recorded"
) -> list[tuple[Any, ...]]:
    """What the reference answers to the same."""
    rows = []
    for person in people:
        plain = reference.Reference(person, coverage, history, as_of=AS_OF)
        for one in person.charges:
            at = reference.At(one)
            rows.append(
                tuple(
                    plain.test(expression, at)
                    if isinstance(expression, Test)
                    else plain.day(expression, at)
                    if isinstance(expression, Day)
                    else plain.number(expression, at)  # type: ignore[arg-type]
                    for expression in expressions
                )
            )
    return rows


class Asked(list[Expression]):
    """Rules that print as the law does, so that a failure can be read."""

    def __repr__(self) -> str:
        return "[\n" + "".join(f"  {type(one).__name__} {one}\n" for one in self) + "]"


fixed_days = st.sampled_from(
    [day(2012, 2, 28), day(2015, 6, 30), day(2016, 11, 9), day(2016, 11, 9), day(2019, 3, 31), as_of - years(8)]
)
periods = st.sampled_from([years(1), years(4, rounding="up"), months(1), months(13, rounding="up"), days(30)])


@st.composite
def charge_days(draw: st.DrawFn, row: ChargeRow) -> Day:
    base: Day = draw(st.sampled_from([row.offense_date, row.conviction_date]))
    return draw(st.sampled_from([base, base, base + draw(periods), base - draw(periods)]))


@st.composite
def charge_tests(draw: st.DrawFn, row: ChargeRow) -> Test:
    return draw(
        st.sampled_from(
            [
                row.convicted,
                row.convicted,
                row.disposed,
                row.attempt,
                row.level.is_("felony"),
                row.outcome.is_in(["convicted", "dismissed"]),
                row.stage.is_("arrest"),
                row.plant_count <= 6,
                row.test("made_up_flag"),
                row.test("nobody_fills_this"),
                row.offense.in_set(strategies.CANNABIS),
                row.offense.in_set(strategies.VIOLENT),
                row.enhanced(strategies.VIOLENT),
                draw(charge_days(row)) < draw(fixed_days),
                row.offense_date >= row.conviction_date,
            ]
        )
    )


subject_tests = st.sampled_from(
    [subject.must_register, subject.supervision.is_("parole"), subject.birth_date + years(18) <= day(2034, 2, 28)]
)
case_tests = st.sampled_from([case.status.is_("open"), case.closed_date < day(2016, 1, 1)])
term_tests = st.sampled_from(
    [
        sentence.kind.is_("prison"),
        sentence.revoked,
        sentence.completed_date + years(1) <= day(2016, 11, 9),
        sentence.length_days_min > 365,
        ALWAYS_TRUE,
    ]
)
relief_tests = st.sampled_from([relief.remedy.is_("pc-1"), relief.relief_date < day(2016, 1, 1)])
event_tests = st.sampled_from(
    [
        event.kind.is_("custody"),
        event.kind.is_in(["registration", "warrant"]),
        event.kind.is_("custody") & (event.event_date > day(2015, 6, 1)),
        event.event_date > day(2015, 6, 1),
    ]
)


@st.composite
def pair_tests(draw: st.DrawFn) -> Test:
    """``charge`` and ``other`` in one test."""
    return draw(
        st.sampled_from(
            [
                draw(charge_days(other)) < draw(charge_days(charge)),
                draw(charge_days(other)) >= charge.offense_date,
                other.plant_count > charge.plant_count,
                other.level.is_("felony") | charge.level.is_("felony"),
                other.offense.in_set(strategies.CANNABIS) & charge.offense.in_set(strategies.VIOLENT),
                other.enhanced(strategies.CANNABIS) & charge.enhanced(strategies.VIOLENT),
                other.offense_date < case.closed_date,
                other.convicted & (other.conviction_date <= subject.birth_date + years(5)),
            ]
        )
    )


@st.composite
def combined(draw: st.DrawFn, atoms: st.SearchStrategy[Test]) -> Test:
    """One to three tests joined."""
    one = draw(atoms)
    for _ in range(draw(st.integers(0, 2))):
        two = draw(atoms)
        one = draw(st.sampled_from([one & two, one | two, one & ~two, ~one | two, ~(one & two)]))
    return one


@st.composite
def tests_of(draw: st.DrawFn, roots: frozenset[str], depth: int) -> Test:
    """A test that may read these rows and ask questions so many levels deep."""
    atoms = [charge_tests(charge), charge_tests(charge), subject_tests]
    if "case" in roots:
        atoms.append(case_tests)
    if "other" in roots:
        atoms += [charge_tests(other), charge_tests(other), pair_tests(), pair_tests()]
    if depth:
        atoms += [questions(roots, depth), questions(roots, depth)]
    test = draw(combined(st.one_of(atoms)))
    taken = presumed(test, draw(st.just(True) | combined(st.one_of(atoms))), "made up")
    return draw(st.sampled_from([test, test, test, test, taken, unsettled(test, "made up")]))


@st.composite
def questions(draw: st.DrawFn, roots: frozenset[str], depth: int) -> Test:
    """A test made of one question over a group."""
    group, test, when = draw(groups(roots, depth))
    number = draw(st.integers(0, 3))
    nth = draw(places(group))
    return draw(
        st.sampled_from(
            [
                group.any(test),
                group.none(test),
                group.all(test),
                group.count(test) <= number,
                group.count(test) > number,
                group.count(test).is_(number),
                group.latest(when, where=test, nth=nth) + draw(periods) < draw(fixed_days),
                group.earliest(when, where=test, nth=nth) > draw(fixed_days),
            ]
        )
    )


@st.composite
def groups(draw: st.DrawFn, roots: frozenset[str], depth: int) -> tuple[Rows, Test, Day]:
    """A group, and a test and a day for its rows."""
    scopes = ["history", "history.others", "subject.events"]
    if "other" in roots:  # groups of the charge itself inside a pair have tests of their own
        scopes += ["other.sentences", "other.reliefs"]
    else:
        scopes += ["charge.sentences", "charge.reliefs", "cycle", "cycle.others", "case", "case.others"]
    scope = draw(st.sampled_from(scopes))
    if scope.endswith("sentences"):
        return Rows(scope), draw(combined(term_tests)), sentence.completed_date
    if scope.endswith("reliefs"):
        return Rows(scope), draw(combined(relief_tests)), relief.relief_date
    if scope == "subject.events":
        return Rows(scope), draw(event_tests), event.event_date
    name, _, others = scope.partition(".")
    inner = frozenset({"charge", "other", "case"} if others else {"charge"})
    test = draw(tests_of(inner, depth - 1))
    return Rows(name, bool(others)), test, draw(charge_days(other if others else charge))


def places(group: Rows) -> st.SearchStrategy[int]:
    """Which day of a group to ask for; of a cycle or a case only the first."""
    return st.just(1) if group.scope in ("cycle", "case") else st.integers(1, 3)


@st.composite
def day_rules(draw: st.DrawFn) -> Day:
    """A day made of days of the charge, of the person and of groups."""
    group, test, when = draw(groups(frozenset({"charge", "case"}), 1))
    nth = draw(places(group))
    parts = [
        group.latest(when, where=test, nth=nth),
        group.earliest(when, where=test, nth=nth),
        draw(charge_days(charge)),
        subject.birth_date + years(18),
        case.closed_date,
        draw(fixed_days),
    ]
    one, two = draw(st.sampled_from(parts[:2])), draw(st.sampled_from(parts))
    return draw(
        st.sampled_from(
            [
                one,
                one + draw(periods),
                latest(one, two),
                earliest_of(one, two),
                either(draw(charge_tests(charge)), one, two),
            ]
        )
    )


@st.composite
def number_rules(draw: st.DrawFn) -> Number:
    group, test, _ = draw(groups(frozenset({"charge", "case"}), 2))
    return group.count(test)


@st.composite
def rules(draw: st.DrawFn) -> Asked:
    """A handful of rules, compiled together as those of a remedy are."""
    roots = frozenset({"charge", "case"})
    asked: list[Expression] = [
        *(draw(questions(roots, 2)) for _ in range(draw(st.integers(1, 3)))),
        draw(tests_of(roots, 2)),
        draw(day_rules()),
        draw(number_rules()),
        draw(st.sampled_from([ALWAYS_TRUE, ALWAYS_FALSE])),
    ]
    return Asked(asked)
