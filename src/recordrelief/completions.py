"""What a fact that is not known could be: the values that the rules tell apart, no more.

A test is yes or no, a word each of its words. A day is tried on every boundary and on both sides of it: the days that
a rule compares it with, moved by the rule's periods. A number likewise. Between two boundaries every value gives the
same answer, so these stand for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any

import attrs
from dateutil.relativedelta import relativedelta

from recordrelief.law import expressions as e
from recordrelief.law.scopes import TABLE_OF
from recordrelief.statutes import Remedy, Wait

OTHER = "other"
"""Stands for a word that no rule asks for."""
MOST_DAYS = 90
"""Values of a day or number that are tried; where the rules tell more apart, they are not all tried."""

_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2200, 1, 1)
_DAY = timedelta(days=1)
_SHORTEST_MONTH = 28
_A_COUNT: tuple[str, str] = ("", "count")

Column = tuple[str, str]
"""A table and the name of a fact in it."""
_Step = tuple[int, e.Period]


@attrs.frozen(kw_only=True)
class Values:
    """The values to try for a fact; ``all`` says that they stand for every value that it can have."""

    values: tuple[Any, ...]
    all: bool = True


@attrs.frozen
class _Day:
    """A day as it stands in a comparison: of a column or fixed, and the periods that move it, the innermost first."""

    of: Column | date
    steps: tuple[_Step, ...]


@attrs.frozen(eq=False)
class Distinctions:
    """What some remedies tell apart: which days and numbers meet in a comparison, which words are asked for."""

    days: tuple[tuple[_Day, ...], ...]
    numbers: tuple[tuple[Column | float, ...], ...]
    words: Mapping[Column, frozenset[str]]

    def of_day(
        self, column: Column, known: Mapping[Column, Iterable[date]], low: date | None, high: date | None
    ) -> Values:
        """The days to try for a fact that is a day.

        Args:
            column: the fact.
            known: for each fact that is a day, the values it has on the record.
            low: the first day that it may be, if that is known.
            high: the last.
        """
        boundaries: set[date] = set()
        for met in self.days:
            mine = [one for one in met if one.of == column]
            if not mine:
                continue
            for other in met:
                days = [other.of] if isinstance(other.of, date) else known.get(other.of, ())
                for day in days:
                    moved = _moved(day, other.steps)
                    boundaries |= {_moved(moved, _undone(one.steps)) for one in mine}
        first, last = low or _FIRST_DAY, high or _LAST_DAY
        tried = {first, last} if low and high else set()
        tried |= {low} if low else set()
        tried |= {high} if high else set()
        for day in boundaries:
            if _FIRST_DAY <= day <= _LAST_DAY:
                # A day that its month lacks rounds to the last: some of the next give the same answer then.
                around = range(-1, 5 if day.day >= _SHORTEST_MONTH else 2)
                tried |= {one for one in (day + more * _DAY for more in around) if first <= one <= last}
        if not tried:
            tried = {date(2000, 1, 1)} if first <= date(2000, 1, 1) <= last else {first}
        every = sorted(tried)
        return Values(values=tuple(every[:: len(every) // MOST_DAYS + 1]), all=len(every) <= MOST_DAYS)

    def of_number(self, column: Column, known: Mapping[Column, Iterable[float]], *, whole: bool) -> Values:
        """The numbers to try for a fact that is a number, of which none is below zero."""
        limits: set[float] = set()
        counted = False
        for met in self.numbers:
            if column in met:
                counted = counted or _A_COUNT in met
                for other in met:
                    limits |= set(known.get(other, ())) if isinstance(other, tuple) else {other}
        if whole:
            tried = {float(int(one) + more) for one in limits for more in (-1, 0, 1)}
        else:
            ordered = sorted({0.0, *limits})
            tried = {*ordered, *((a + b) / 2 for a, b in pairwise(ordered)), ordered[-1] + 1}
        every = sorted({one for one in tried if one >= 0} or {0.0, 1.0})
        return Values(values=tuple(every[:MOST_DAYS]), all=len(every) <= MOST_DAYS and not counted)

    def of_word(self, column: Column, closed: Sequence[str] = ()) -> Values:
        """The words to try: those of a closed list, or those that are asked for and one that is not."""
        if closed:
            return Values(values=tuple(closed))
        asked = sorted(self.words.get(column, frozenset()) - {OTHER})
        return Values(values=(*asked, OTHER))


@lru_cache(maxsize=32)
def distinctions(remedies: tuple[Remedy, ...], as_of: date) -> Distinctions:
    """What some remedies tell apart on a day."""
    days: dict[tuple[_Day, ...], None] = {}
    numbers: dict[tuple[Column | float, ...], None] = {}
    words: dict[Column, set[str]] = {}
    for remedy in remedies:
        for expression, today in _rules(remedy):
            if isinstance(expression, e.Day) and today:
                days[(*_days(expression, (), as_of), _Day(as_of, ()))] = None
            for node in expression.walk():
                if isinstance(node, e.DayOrder):
                    days[(*_days(node.left, (), as_of), *_days(node.right, (), as_of))] = None
                elif isinstance(node, e.OfDays | e.Bounded | e.DayOf):
                    # Of several days the latest is taken: which of them that is turns where two of them meet.
                    days[tuple(_days(node, (), as_of))] = None
                elif isinstance(node, e.NumberOrder):
                    numbers[(*_numbers(node.left), *_numbers(node.right))] = None
                elif isinstance(node, e.WordIn):
                    words.setdefault(_column(node.word.name), set()).update(node.words)
    return Distinctions(tuple(days), tuple(numbers), {name: frozenset(asked) for name, asked in words.items()})


def _rules(remedy: Remedy) -> Iterator[tuple[e.Expression, bool]]:
    """Every expression of a remedy, and whether it is a day that is held against the day of screening."""
    dated = {id(item.until) for item in remedy.findings() if item.until is not None}
    dated |= {id(item.scheduled) for item in remedy.findings() if isinstance(item, Wait) and item.scheduled is not None}
    for _, expression in remedy.expressions():
        yield expression, id(expression) in dated


def _column(fact: str) -> Column:
    root, _, name = fact.partition(".")
    return TABLE_OF[root], name


def _days(node: e.Expression, steps: tuple[_Step, ...], as_of: date) -> Iterator[_Day]:
    """The days that an expression is made of, each with the periods that move it on its way out."""
    match node:
        case e.DayFact():
            yield _Day(_column(node.name), steps)
        case e.FixedDay():
            if node.value not in (e.NEVER, e.BEGINNING):
                yield _Day(node.value, steps)
        case e.AsOf():
            yield _Day(as_of, steps)
        case e.Shifted():
            yield from _days(node.base, ((node.sign, node.period), *steps), as_of)
        case e.DayOf():
            yield from _days(node.day, steps, as_of)
        case _:
            for child in node.children():
                if isinstance(child, e.Day):
                    yield from _days(child, steps, as_of)


def _numbers(node: e.Number) -> Iterator[Column | float]:
    if isinstance(node, e.NumberFact):
        yield _column(node.name)
    elif isinstance(node, e.FixedNumber):
        yield float(node.value)
    else:
        yield _A_COUNT  # of rows: it is not known which numbers it may be


def _moved(day: date, steps: Iterable[_Step]) -> date:
    for sign, period in steps:
        try:
            day = day + sign * relativedelta(**{period.unit: period.count})  # type: ignore[arg-type]
        except (ValueError, OverflowError):
            return e.NEVER if sign > 0 else e.BEGINNING
    return day


def _undone(steps: Sequence[_Step]) -> tuple[_Step, ...]:
    return tuple((-sign, period) for sign, period in reversed(steps))
