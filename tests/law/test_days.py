"""Days as pairs of ends: calendar shifts, comparisons, and what combines days, against brute force."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import example, given
from hypothesis import strategies as st
from proof import reference
from proof.asking import answers

from recordrelief.law import (
    ALWAYS_FALSE,
    ALWAYS_TRUE,
    BEGINNING,
    NEVER,
    Day,
    Expression,
    charge,
    day,
    days,
    earliest,
    either,
    history,
    latest,
    months,
    never,
    presumed_day,
    subject,
    years,
)
from recordrelief.law.expressions import Period
from recordrelief.model import Charge, Disposition, PartialDate, Subject
from recordrelief.records import Records

Ends = tuple[date | None, date | None]
FACTS: tuple[Day, ...] = (charge.offense_date, charge.arrest_date, charge.conviction_date)


def asked(rows: Sequence[Sequence[Ends]], *rules: Expression, flags: Sequence[bool | None] = ()) -> list[Any]:
    """The answers for one charge a row, whose offense, arrest and conviction days are the pairs given."""

    def partial(ends: Ends) -> PartialDate | None:
        low, high = ends
        return None if low is None or high is None else PartialDate(low, high)

    charges = []
    for place, row in enumerate(rows):
        first, second, third = ([partial(ends) for ends in row] + [None, None])[:3]
        charges.append(
            Charge(
                charge_id=str(place),
                offense_date=first,
                arrest_date=second,
                disposition=Disposition(conviction_date=third),
                weapon=flags[place] if flags else None,
            )
        )
    return answers(Records.from_subjects([Subject(subject_id="S", charges=charges)]), rules)


# A few days around a leap day, so that every order of two intervals comes up.
WINDOW = [date(2016, 2, 25) + timedelta(days=number) for number in range(9)]
known = st.tuples(st.sampled_from(WINDOW), st.sampled_from(WINDOW)).map(lambda two: (min(two), max(two)))
ends = st.one_of(st.just((None, None)), known, known)
wide = st.dates(date(1900, 1, 1), date(2150, 12, 31))
month_ends = st.sampled_from([date(2012, 2, 29), date(2015, 1, 31), date(2015, 3, 30), date(2016, 12, 31)])


def every(interval: Ends) -> list[date]:
    """Every day that the pair leaves open; an open end reaches well beyond the window."""
    low, high = interval[0] or WINDOW[0] - timedelta(days=3), interval[1] or WINDOW[-1] + timedelta(days=3)
    return [low + timedelta(days=number) for number in range((high - low).days + 1)]


# --- shifts --------------------------------------------------------------------------------------------------------


@given(st.lists(wide | month_ends, min_size=1, max_size=30), st.integers(0, 150), st.sampled_from([1, -1]))
def test_rounding_down_is_that_of_dateutil(starts: list[date], count: int, sign: int) -> None:
    shifts: list[tuple[Period, relativedelta]] = [
        (years(count), relativedelta(years=count)),
        (months(count), relativedelta(months=count)),
        (days(count), relativedelta(days=count)),
    ]
    rules = [charge.offense_date + by if sign > 0 else charge.offense_date - by for by, _ in shifts]
    for start, row in zip(starts, asked([[(one, one)] for one in starts], *rules), strict=True):
        for found, (by, delta) in zip(row, shifts, strict=True):
            end = start + delta if sign > 0 else start - delta
            assert found == (end, end), f"{start} {'+' if sign > 0 else '-'} {by}"


@given(
    st.lists(wide | month_ends, min_size=1, max_size=30),
    st.integers(0, 60),
    st.sampled_from(["years", "months"]),
    st.sampled_from([1, -1]),
)
def test_rounding_up_goes_to_the_first_of_the_next_month(starts: list[date], count: int, unit: Any, sign: int) -> None:
    up, down = Period(count, unit, "up"), Period(count, unit, "down")
    base = charge.offense_date
    rules = (base + up, base + down) if sign > 0 else (base - up, base - down)
    for start, (high, low) in zip(starts, asked([[(one, one)] for one in starts], *rules), strict=True):
        assert high[0] == reference.shifted(start, up, sign)
        assert high[0] == low[0] or (high[0].day == 1 and high[0] - low[0] == timedelta(days=1))


def test_a_leap_day() -> None:
    leap, base = (date(2012, 2, 29), date(2012, 2, 29)), charge.offense_date
    rules = (base + years(1), base + years(1, rounding="up"), base + years(4, rounding="up"), base - years(1))
    assert [one[0] for one in asked([[leap]], *rules)[0]] == [
        date(2013, 2, 28),
        date(2013, 3, 1),
        date(2016, 2, 29),
        date(2011, 2, 28),
    ]


def test_periods_are_never_split() -> None:
    end = (date(2015, 1, 31), date(2015, 1, 31))
    once, twice = charge.offense_date + months(2), charge.offense_date + months(1) + months(1)
    assert asked([[end]], once, twice)[0] == ((date(2015, 3, 31),) * 2, (date(2015, 3, 28),) * 2)


@given(st.lists(known, min_size=1, max_size=20), st.sampled_from([years(1), months(1, rounding="up"), days(3)]))
def test_both_ends_are_shifted(rows: list[Ends], by: Period) -> None:
    for row, (found,) in zip(rows, asked([[one] for one in rows], charge.offense_date + by), strict=True):
        shifted = [reference.shifted(one, by, 1) for one in every(row)]
        assert found == (min(shifted), max(shifted))


@pytest.mark.parametrize("by", [years(3), months(5, rounding="up"), days(9), years(0)])
def test_the_ends_of_time_do_not_move(by: Period) -> None:
    nothing = history.latest(charge.offense_date, where=ALWAYS_FALSE)
    record = Records.from_subjects([Subject(subject_id="S", record_scope="state", charges=[Charge(charge_id="0")])])
    rules = (never() + by, never() - by, nothing + by, nothing - by)
    assert answers(record, rules)[0] == ((NEVER, NEVER), (NEVER, NEVER), (BEGINNING, BEGINNING), (BEGINNING, BEGINNING))


def test_an_unknown_day_stays_unknown() -> None:
    base = charge.offense_date
    assert asked([[(None, None)]], base + years(1), base < day(2016, 1, 1), base >= base) == [
        ((None, None), None, None)
    ]


# --- comparisons ---------------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(ends, ends), min_size=1, max_size=30))
def test_a_comparison_is_what_every_day_agrees_on(rows: list[tuple[Ends, Ends]]) -> None:
    left, right = charge.offense_date, charge.arrest_date
    rules = {
        "<": left < right,
        "<=": left <= right,
        ">": left > right,
        ">=": left >= right,
    }
    plain: dict[str, Any] = {
        "<": date.__lt__,
        "<=": date.__le__,
        ">": date.__gt__,
        ">=": date.__ge__,
    }
    for row, found in zip(rows, asked(rows, *rules.values()), strict=True):
        for order, answer in zip(rules, found, strict=True):
            outcomes = {plain[order](one, two) for one, two in product(every(row[0]), every(row[1]))}
            assert answer == (outcomes.pop() if len(outcomes) == 1 else None), f"{row[0]} {order} {row[1]}"


@given(st.lists(ends, min_size=1, max_size=30), st.sampled_from(WINDOW))
def test_a_fixed_day_compares_on_either_side(rows: list[Ends], fixed: date) -> None:
    at = day(fixed.year, fixed.month, fixed.day)
    base = charge.offense_date
    for row, found in zip(
        rows, asked([[one] for one in rows], base < at, at > base, base >= at, ~(base < at)), strict=True
    ):
        outcomes = {one < fixed for one in every(row)}
        expected = outcomes.pop() if len(outcomes) == 1 else None
        assert found == (expected, expected, reference.negation(expected), reference.negation(expected))


# --- days made of days ---------------------------------------------------------------------------------------------


def hull(values: Sequence[date], *parts: Ends, low_open: bool, high_open: bool) -> Ends:
    return None if low_open else min(values), None if high_open else max(values)


@given(st.lists(st.tuples(ends, ends, ends), min_size=1, max_size=15))
def test_latest_and_earliest_span_all_that_may_be(rows: list[tuple[Ends, Ends, Ends]]) -> None:
    for row, (late, early) in zip(rows, asked(rows, latest(*FACTS), earliest(*FACTS)), strict=True):
        lows, highs = [low for low, _ in row], [high for _, high in row]
        # The latest of several is surely no earlier than any of them; it is open above while one of them is.
        known_lows = [low for low in lows if low is not None]
        known_highs = [high for high in highs if high is not None]
        assert late == (max(known_lows, default=None), None if None in highs else max(known_highs))
        assert early == (None if None in lows else min(known_lows), min(known_highs, default=None))
        if None not in lows:
            outcomes = [max(three) for three in product(*map(every, row))]
            assert late == (min(outcomes), max(outcomes))
            outcomes = [min(three) for three in product(*map(every, row))]
            assert early == (min(outcomes), max(outcomes))


@given(st.lists(st.tuples(ends, ends, st.sampled_from([True, False, None])), min_size=1, max_size=20))
def test_either_spans_both_where_the_test_is_unknown(rows: list[tuple[Ends, Ends, bool | None]]) -> None:
    rule = either(charge.weapon, charge.offense_date, charge.arrest_date)
    found = asked([row[:2] for row in rows], rule, flags=[row[2] for row in rows])
    for (then, otherwise, flag), (answer,) in zip(rows, found, strict=True):
        if flag is not None:
            assert answer == (then if flag else otherwise)
        elif then[0] is None or otherwise[0] is None:
            assert answer == (None, None)
        else:
            both = every(then) + every(otherwise)
            assert answer == (min(both), max(both))


@given(st.lists(st.tuples(ends, ends), min_size=1, max_size=20))
def test_a_presumed_day_stands_only_where_nothing_is_known(rows: list[tuple[Ends, Ends]]) -> None:
    rule = presumed_day(charge.offense_date, charge.arrest_date, "made up")
    for (base, instead), (answer,) in zip(rows, asked(rows, rule), strict=True):
        assert answer == (instead if base == (None, None) else base)


BOUNDED = charge.offense_date.no_later_than(charge.arrest_date, charge.conviction_date)


@given(st.lists(st.tuples(ends, ends, ends), min_size=1, max_size=20))
@example([((None, None), (None, None), (None, None))])
def test_no_later_than_keeps_all_that_may_be(rows: list[tuple[Ends, Ends, Ends]]) -> None:
    for (base, *limits), (answer,) in zip(rows, asked(rows, BOUNDED), strict=True):
        tops = [high for _, high in limits if high is not None]
        if base == (None, None):
            assert answer == (None, min(tops, default=None))
            continue
        assert base[0] is not None
        assert base[1] is not None
        if all(base[0] <= top for top in tops):
            assert answer == (base[0], min([base[1], *tops]))


@given(st.lists(st.tuples(ends, known, known), min_size=1, max_size=20), st.integers(1, 2))
@example(rows=[((WINDOW[1], WINDOW[4]), (WINDOW[0], WINDOW[0]), (WINDOW[3], WINDOW[3]))], without=1)
def test_a_limit_less_never_says_more(rows: list[tuple[Ends, Ends, Ends]], without: int) -> None:
    """Even where the days contradict one another."""
    fewer = [tuple((None, None) if place == without else one for place, one in enumerate(row)) for row in rows]
    for row, (more,), (less,) in zip(rows, asked(rows, BOUNDED), asked(fewer, BOUNDED), strict=True):
        assert less[0] is None or less[0] <= more[0], row
        assert less[1] is None or (more[1] is not None and less[1] >= more[1]), row


def test_days_that_contradict_one_another_settle_nothing_that_fewer_facts_would_settle_otherwise() -> None:
    """An offense after the arrest for it: a conflict, which is unknown. Unlearning one of both must not flip it."""
    offense, arrest = (date(2017, 1, 1),) * 2, (date(2016, 1, 1),) * 2
    before = day(2016, 11, 9) > BOUNDED
    (whole,), (no_offense,), (no_arrest,) = asked(
        [(offense, arrest), ((None, None), arrest), (offense, (None, None))], before
    )
    assert (no_offense, no_arrest) == (True, False)
    assert whole is None


# --- the two ends of time ------------------------------------------------------------------------------------------


def test_never_lies_after_every_day() -> None:
    some = (date(2016, 1, 1),) * 2
    base = charge.offense_date
    rules = (
        never() > base,
        base < never(),
        latest(base, never()),
        earliest(base, never()),
        never() <= day(9999, 12, 30),
    )
    assert asked([[some]], *rules) == [(True, True, (NEVER, NEVER), some, False)]


def test_the_latest_of_nothing_lies_before_every_day() -> None:
    none = Subject(
        subject_id="S",
        record_scope="state",
        charges=[Charge(charge_id="0", stage="court", disposition=Disposition(outcome="dismissed"))],
    )
    newest = history.latest(charge.conviction_date, where=charge.convicted)
    oldest = history.earliest(charge.conviction_date, where=charge.convicted)
    rules = (newest + years(7) < day(1, 1, 2), oldest - years(7) > day(9999, 12, 30), newest < oldest)
    assert answers(Records.from_subjects([none]), rules) == [(True, True, True)]


def test_prints() -> None:
    base = charge.offense_date
    assert str(base + years(1)) == "(charge.offense_date + 1 year)"
    assert str(base - months(2, rounding="up")) == "(charge.offense_date - 2 months rounding up)"
    assert str(subject.birth_date + days(30)) == "(subject.birth_date + 30 days)"
    assert str(never()) == "never"
    assert str(latest(base, day(2016, 11, 9))) == "latest(charge.offense_date, 2016-11-09)"
    assert str(either(charge.weapon, base, never())) == "(charge.offense_date if charge.weapon else never)"
    assert str(BOUNDED) == "(charge.offense_date, no later than charge.arrest_date, charge.conviction_date)"
    assert str(presumed_day(base, charge.arrest_date, "custom")) == (
        "(charge.offense_date, presumed charge.arrest_date where unknown: custom)"
    )
    assert str(base < day(2016, 11, 9)) == "charge.offense_date < 2016-11-09"


@pytest.mark.parametrize("empty", [latest, earliest])
def test_the_latest_and_earliest_need_a_day(empty: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        empty()


@pytest.mark.parametrize("count", [1.5, "1", None])
@pytest.mark.untyped
def test_a_period_counts_whole_units(count: Any) -> None:
    with pytest.raises(TypeError):
        years(count)


@pytest.mark.parametrize("rounding", ["nearest", "", None])
@pytest.mark.untyped
def test_a_period_rounds_down_or_up(rounding: Any) -> None:
    with pytest.raises(ValueError, match="rounding"):
        months(1, rounding=rounding)


@pytest.mark.parametrize("order", [ALWAYS_TRUE, 5, date(2016, 1, 1)])
@pytest.mark.untyped
def test_a_day_compares_to_a_day_only(order: Any) -> None:
    with pytest.raises(TypeError, match="compares to a day"):
        charge.offense_date < order  # noqa: B015


def test_a_contradiction_is_not_settled_by_a_choice_that_is_unknown() -> None:
    """The offense contradicts its arrest; whether it counts at all is unknown: nothing follows."""
    offense, arrest = (date(2017, 1, 1),) * 2, (date(2016, 1, 1),) * 2
    rule = day(2016, 11, 9) > either(charge.weapon, BOUNDED, charge.arrest_date)
    ((unknown,),) = asked([(offense, arrest)], rule, flags=[None])
    assert unknown is None
