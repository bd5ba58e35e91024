"""The law vocabulary in plain Python, one charge at a time, written from the documentation.

Slow and obvious on purpose: tests hold the engine to it. A test is True, False or None (unknown); a day or a number
is a pair of ends, either of which may be None (open).
"""

from __future__ import annotations

import calendar
import operator
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import product
from typing import Any

import attrs

from recordrelief.citations import CitedOffense
from recordrelief.errors import CitationError
from recordrelief.law import BEGINNING, NEVER, OffenseSet
from recordrelief.law import expressions as e
from recordrelief.model import Case, Charge, Coverage, PartialDate, Subject

Ends = tuple[Any, Any]

_NESTED = {
    "level": ("offense", "level"),
    "degree_class": ("offense", "degree_class"),
    "attempt": ("offense", "attempt"),
    "conspiracy": ("offense", "conspiracy"),
    "solicitation": ("offense", "solicitation"),
    "outcome": ("disposition", "outcome"),
    "disposition_date": ("disposition", "date"),
    "conviction_date": ("disposition", "conviction_date"),
    "judgment_date": ("disposition", "judgment_date"),
}
_SUFFICIENT = {"as_recorded": {"county", "state", "national"}, "complete_only": {"state", "national"}}


def conjunction(values: Sequence[bool | None]) -> bool | None:
    """Kleene and."""
    if False in values:
        return False
    return None if None in values else True


def disjunction(values: Sequence[bool | None]) -> bool | None:
    """Kleene or."""
    if True in values:
        return True
    return None if None in values else False


def negation(value: bool | None) -> bool | None:
    """Kleene not."""
    return None if value is None else not value


def ordered(left: Ends, order: str, right: Ends) -> bool | None:
    """A comparison of two pairs of ends: what both ends agree on, else unknown."""
    if order in (">", ">="):
        left, right, order = right, left, {">": "<", ">=": "<="}[order]
    compare = operator.lt if order == "<" else operator.le
    surely = None not in (left[1], right[0]) and compare(left[1], right[0])
    surely_not = None not in (left[0], right[1]) and not compare(left[0], right[1])
    if surely == surely_not:  # both: the facts contradict one another
        return None
    return surely


def shifted(day: date, period: e.Period, sign: int) -> date:
    """A calendar shift, month by month, with the stated rounding; the two ends of time stay."""
    if day in (BEGINNING, NEVER):
        return day
    if period.unit == "days":
        return day + timedelta(days=sign * period.count)
    count = period.count * (12 if period.unit == "years" else 1) * sign
    month = day.year * 12 + day.month - 1 + count
    year, index = divmod(month, 12)
    last = calendar.monthrange(year, index + 1)[1]
    if day.day <= last:
        return date(year, index + 1, day.day)
    end = date(year, index + 1, last)
    return end if period.rounding == "down" else end + timedelta(days=1)


def membership(charge: Charge, offenses: OffenseSet) -> bool | None:
    """Whether the offense of a charge is in a set, over every reading that its nulls leave open."""
    offense = charge.offense
    forms = list(
        product(
            *(
                (flag,) if flag is not None else (True, False)
                for flag in (offense.attempt, offense.conspiracy, offense.solicitation)
            )
        )
    )
    texts = (offense.citation,) if offense.citation is not None else charge.possible_citations
    answers: set[bool | None] = set()
    for text in texts:
        try:
            read = CitedOffense.parse(text)
        except CitationError:
            return None
        if offense.citation is None:
            answers.add(offenses.belongs(read))
        else:
            answers |= {
                offenses.belongs(CitedOffense(read.citations, attempt=a, conspiracy=c, solicitation=s))
                for a, c, s in forms
            }
    if answers == {False}:
        return False
    return True if answers == {True} and offense.citation is not None else None


def enhanced(charge: Charge, offenses: OffenseSet) -> bool | None:
    """Whether one of the enhancements of a charge is in a set; a list that nobody gave is unknown."""
    if charge.enhancements is None:
        return None
    answers: list[bool | None] = []
    for text in charge.enhancements:
        try:
            answers.append(offenses.belongs(CitedOffense.parse(text)))
        except CitationError:
            answers.append(None)
    return disjunction(answers)


@attrs.frozen
class At:
    """Where a test is asked: the charge, the other charge, the row of a smaller group."""

    charge: Charge
    other: Charge | None = None
    row: Any = None


@attrs.frozen
class Reference:
    """One person's record, asked in plain Python."""

    subject: Subject
    coverage: Coverage
    history: str = "as_recorded"
    as_of: date = attrs.field(kw_only=True)

    def test(self, test: e.Test, at: At) -> bool | None:
        match test:
            case e.And():
                return conjunction([self.test(one, at) for one in test.tests])
            case e.Or():
                return disjunction([self.test(one, at) for one in test.tests])
            case e.Not():
                return negation(self.test(test.inner, at))
            case e.Known():
                return test.value
            case e.TestFact():
                value = self.fact(test.name, at)
                assert value is None or isinstance(value, bool)
                return value
            case e.InSet():
                charge = at.other if test.root == "other" else at.charge
                assert charge is not None
                return membership(charge, test.offenses)
            case e.Enhanced():
                charge = at.other if test.root == "other" else at.charge
                assert charge is not None
                return enhanced(charge, test.offenses)
            case e.WordIn():
                word = self.fact(test.word.name, at)
                return None if word is None else word in test.words
            case e.DayOrder():
                return ordered(self.day(test.left, at), test.order, self.day(test.right, at))
            case e.NumberOrder():
                return ordered(self.number(test.left, at), test.order, self.number(test.right, at))
            case e.Unsettled():
                return False if self.test(test.when, at) is False else None
            case e.Presumed():
                value = self.test(test.inner, at)
                if value is None:
                    return test.value if isinstance(test.value, bool) else self.test(test.value, at)
                return value
            case e.AnyOf():
                answers = self.asked(test, at)
                if True in answers:
                    return True
                return False if None not in answers and self.holds_all(test, at) else None
        raise AssertionError(type(test))

    def day(self, day: e.Day, at: At) -> Ends:
        match day:
            case e.DayFact():
                value = self.fact(day.name, at)
                if isinstance(value, date):
                    return value, value
                return (None, None) if value is None else (value.earliest, value.latest)
            case e.FixedDay():
                return day.value, day.value
            case e.AsOf():
                return self.as_of, self.as_of
            case e.Shifted():
                low, high = (
                    None if end is None else shifted(end, day.period, day.sign) for end in self.day(day.base, at)
                )
                return low, high
            case e.OfDays():
                return extreme([self.day(one, at) for one in day.days], day.which)
            case e.EitherDay():
                then, otherwise = self.day(day.then, at), self.day(day.otherwise, at)
                match self.test(day.test, at):
                    case True:
                        return then
                    case False:
                        return otherwise
                ends = [end for end in (*then, *otherwise) if end is not None]
                open_ = None in (then[1], otherwise[1]) and NEVER not in (then[1], otherwise[1])
                low = None if None in (then[0], otherwise[0]) else min(ends)
                high = None if open_ else max(ends, default=None)
                return low, high
            case e.Bounded():
                low, high = self.day(day.base, at)
                tops = [one for one in (high, *(self.day(limit, at)[1] for limit in day.limits)) if one is not None]
                return low, min(tops, default=None)
            case e.PresumedDay():
                base = self.day(day.base, at)
                return self.day(day.instead, at) if base == (None, None) else base
            case e.DayOf():
                days = [self.day(day.day, one) for one in self.group(day, at)]
                rows = list(zip(self.asked(day, at), days, strict=True))
                sure = [ends for answer, ends in rows if answer]
                possible = [ends for answer, ends in rows if answer is not False]
                whole = self.holds_all(day, at)
                at_most, at_least = [BEGINNING] * day.nth, [NEVER] * day.nth
                if day.which == "latest":
                    low = sorted([*at_most, *(ends[0] or BEGINNING for ends in sure)])[-day.nth]
                    # A row without a latest end may lie after all others.
                    high = sorted([*at_most, *(ends[1] or date.max for ends in possible)])[-day.nth]
                    open_ = sum(ends[1] is None for ends in possible) >= day.nth
                    return low, high if whole and not open_ else None
                high = sorted([*at_least, *(ends[1] or NEVER for ends in sure)])[day.nth - 1]
                low = sorted([*at_least, *(ends[0] or date.min for ends in possible)])[day.nth - 1]
                open_ = sum(ends[0] is None for ends in possible) >= day.nth
                return (low if whole and not open_ else None), high
        raise AssertionError(type(day))

    def number(self, number: e.Number, at: At) -> Ends:
        match number:
            case e.NumberFact():
                value = self.fact(number.name, at)
                return value, value
            case e.FixedNumber():
                return number.value, number.value
            case e.CountOf():
                answers = self.asked(number, at)
                sure = answers.count(True)
                return sure, sure + answers.count(None) if self.holds_all(number, at) else None
        raise AssertionError(type(number))

    def fact(self, name: str, at: At) -> Any:
        root, _, fact = name.partition(".")
        match root:
            case "subject":
                row: Any = self.subject
            case "charge":
                row = at.charge
            case "other":
                row = at.other
            case "case":
                row = self.case_of(at.charge)
            case _:
                row = at.row
        if row is None:
            assert root == "case"
            return None
        if isinstance(row, Charge):
            if fact == "convicted":
                return self.convicted(row)
            if fact == "disposed":
                return self.disposed(row)
            if fact in _NESTED:
                part, fact = _NESTED[fact]
                row = getattr(row, part)
        if hasattr(row, fact):
            return getattr(row, fact)
        value = row.facts.get(fact)
        return PartialDate.of(value) if isinstance(value, date) else value

    def convicted(self, charge: Charge) -> bool | None:
        """A bare arrest step is none, where the source holds all charges: a conviction would be a row of its own."""
        outcome = charge.disposition.outcome
        return outcome == "convicted" if self.disposed(charge) else self.disposed(charge)

    def disposed(self, charge: Charge) -> bool | None:
        """A bare arrest step has no end of its own, where the source holds all charges: another row has it."""
        if charge.disposition.outcome is not None:
            return True
        bare = charge.stage in ("arrest", "supplemental") and self.coverage.charges == "complete"
        return False if bare else None

    def case_of(self, charge: Charge) -> Case | None:
        return next((case for case in self.subject.cases if case.case_id == charge.case_id), None)

    def asked(self, question: e.Quantified, at: At) -> list[bool | None]:
        """The test of every row; one that only may belong to the group satisfies it at most perhaps."""
        answers: list[bool | None] = []
        for row in self.group(question, at):
            answer = self.test(question.test, row)
            ours = at.charge
            mine = row.other if question.others else row.charge
            if (
                question.scope in ("cycle", "case")
                and mine is not ours
                and not self.together(question.scope, mine, ours)
            ):
                answer = None if answer else answer
            answers.append(answer)
        return answers

    def group(self, question: e.Quantified, at: At) -> list[At]:
        """The rows of a group, each as the place where the test is asked."""
        root, _, table = question.scope.partition(".")
        if table == "events":
            return [At(at.charge, at.other, event) for event in self.subject.events]
        if table:
            charge = at.other if root == "other" else at.charge
            assert charge is not None
            return [At(at.charge, at.other, row) for row in getattr(charge, table)]
        charges = [
            charge
            for charge in self.subject.charges
            if charge is at.charge or self.together(root, charge, at.charge) is not False
        ]
        if question.others:
            return [At(at.charge, charge) for charge in charges if charge is not at.charge]
        return [At(charge) for charge in charges]

    def together(self, scope: str, one: Charge, other: Charge) -> bool | None:
        """Whether two charges are in one group; unknown where the group of either is."""
        if scope == "history":
            return True
        keys = (one.case_id, other.case_id) if scope == "case" else (one.cycle_id, other.cycle_id)
        return None if None in keys else keys[0] == keys[1]

    def holds_all(self, question: e.Quantified, at: At) -> bool:
        """Whether the source surely holds every row of the group."""
        root, _, table = question.scope.partition(".")
        if table == "events":
            parts = question.test.tests if isinstance(question.test, e.And) else (question.test,)
            named = [part.words for part in parts if isinstance(part, e.WordIn) and part.word.name == "event.kind"]
            return bool(named) and all(self.coverage.of("events", kind) == "complete" for kind in named[0])
        if self.coverage.of(table or "charges") != "complete":
            return False
        if root == "history":
            return self.subject.record_scope in _SUFFICIENT[self.history]
        if root in ("cycle", "case") and not table:
            return (at.charge.cycle_id if root == "cycle" else at.charge.case_id) is not None
        return True


def extreme(days: Sequence[Ends], which: str) -> Ends:
    """The latest or the earliest of several days that may each be open at either end."""
    lows = [low for low, _ in days if low is not None]
    highs = [high for _, high in days if high is not None]
    if which == "latest":
        return (max(lows) if lows else None), (max(highs) if len(highs) == len(days) else None)
    return (min(lows) if len(lows) == len(days) else None), (min(highs) if highs else None)
