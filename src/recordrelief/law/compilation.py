"""From the algebra to Polars expressions, without ever dropping a null.

A test becomes one Boolean expression. A day or a number becomes two, its lower and upper end; a null end is open.
Questions over groups of rows are not compiled here: their counts stand as columns by then
(:mod:`recordrelief.law.evaluation` puts them there) and are only read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import reduce
from operator import and_, or_
from typing import Any

import attrs
import polars as pl

from recordrelief.law import expressions as e
from recordrelief.law.offenses import OffenseSet

Ends = tuple[pl.Expr, pl.Expr]

# Stand-ins, in the answers to questions, for the open end of a day: larger and smaller than any day.
OPEN = pl.lit(1 << 30, dtype=pl.Int32).cast(pl.Date)
OPEN_LOW = pl.lit(-(1 << 30), dtype=pl.Int32).cast(pl.Date)

# One row of these is what the frame at hand is about, so that its columns carry no prefix.
_OWN_ROWS = frozenset({"charge", "sentence", "relief", "event"})


def column_of(fact: str) -> str:
    """The column of a fact in a frame whose rows are the row it is a fact of."""
    root, _, name = fact.partition(".")
    return name if root in _OWN_ROWS else fact


def membership_column(root: str, offenses: OffenseSet, *, of: str = e.InSet.of) -> str:
    """The column that holds whether the offense of a charge, or one of its enhancements, is in a set."""
    prefix = "other." if root == "other" else ""
    return f"{prefix}{'in' if of == e.InSet.of else of}:{offenses.name}"


@attrs.frozen(kw_only=True)
class Compiler:
    """Compiles for one kind of frame.

    ``columns`` are the columns the frame has: a pack's own fact that no format filled is unknown throughout. ``as_of``
    is the day of the screening.
    ``group_columns`` gives the prefix of the columns a question over a group left behind, and ``surely_all`` whether
    the source surely holds all rows of that group. With ``other_is_self``, ``other`` is the frame's own row. ``shared``
    names the columns in which parts that several rules have in common stand already. ``plans`` keeps what was made
    from compiled parts, for the next frame of the same shape.
    """

    columns: frozenset[str]
    as_of: date
    group_columns: Callable[[e.Quantified], str]
    surely_all: Callable[[e.Quantified], pl.Expr]
    other_is_self: bool = False
    shared: Mapping[str, str] = attrs.field(factory=dict)
    plans: dict[object, Any] = attrs.field(factory=dict, init=False, repr=False, eq=False)
    _kept: dict[int, tuple[e.Expression, pl.Expr]] = attrs.field(factory=dict, init=False, repr=False, eq=False)

    def test(self, test: e.Test) -> pl.Expr:
        """The test as a Boolean expression; null is unknown. Compiled once for each object."""
        kept = self._kept.get(id(test))
        if kept is None or kept[0] is not test:
            column = self._shared_column(test)
            kept = self._kept[id(test)] = (test, self._test(test) if column is None else pl.col(column))
        return kept[1]

    def _shared_column(self, expression: e.Expression) -> str | None:
        column = self.shared.get(expression.identity) if self.shared else None
        return column if column in self.columns else None

    def _test(self, test: e.Test) -> pl.Expr:
        match test:
            case e.And():
                return reduce(and_, map(self.test, test.tests))
            case e.Or():
                return reduce(or_, map(self.test, test.tests))
            case e.Not():
                return ~self.test(test.inner)
            case e.Known():
                return pl.lit(test.value)
            case e.TestFact():
                return self._column(test.name, pl.Boolean())
            case e.Membership():
                root = "charge" if self.other_is_self else test.root
                return pl.col(membership_column(root, test.offenses, of=test.of))
            case e.WordIn():
                return self._column(test.word.name, pl.String()).is_in(list(test.words))
            case e.DayOrder():
                return _order(self.day(test.left), test.order, self.day(test.right))
            case e.NumberOrder():
                return _order(self.number(test.left), test.order, self.number(test.right))
            case e.Unsettled():
                return pl.when(~self.test(test.when)).then(False).otherwise(None)
            case e.Presumed():
                value = pl.lit(test.value) if isinstance(test.value, bool) else self.test(test.value)
                return pl.coalesce(self.test(test.inner), value)
            case e.AnyOf():
                yes, open_ = self._counts(test)
                doubtful = (open_ > 0) | ~self.surely_all(test)
                return pl.when(yes > 0).then(True).when(doubtful).then(None).otherwise(False)
        raise TypeError(f"{type(test).__name__} is not a test of the law vocabulary")

    def presumption(self, test: e.Expression) -> pl.Expr | None:
        """Whether a presumption stands in for something unknown in this expression; None when it has none.

        One that is made of the rows of a group may: their facts are not in this frame.
        """
        found: list[pl.Expr] = []
        todo: list[e.Expression] = [test]
        while todo:
            node = todo.pop()
            if isinstance(node, e.Quantified):
                if node.presumes:
                    found.append(pl.lit(True))
                continue
            if isinstance(node, e.Presumed):
                found.append(self.test(node.inner).is_null())
            elif isinstance(node, e.PresumedDay):
                found.append(self._unknown_day(node))
            todo.extend(node.children())
        return reduce(or_, found) if found else None

    def day(self, day: e.Day) -> Ends:
        """The day as its earliest and latest end."""
        column = self._shared_column(day)
        if column is not None:
            return pl.col(column), pl.col(column + " latest")
        match day:
            case e.DayFact():
                first = self._column(day.name, pl.Date())
                name = self._name(day.name) + "_latest"
                return (first, pl.col(name)) if name in self.columns else (first, first)
            case e.FixedDay():
                fixed = pl.lit(day.value, dtype=pl.Date)
                return fixed, fixed
            case e.AsOf():
                today = pl.lit(self.as_of, dtype=pl.Date)
                return today, today
            case e.Shifted():
                low, high = self.day(day.base)
                shifted = _shifted(low, day)
                return (shifted, shifted) if low is high else (shifted, _shifted(high, day))
            case e.Bounded():
                low, high = self.day(day.base)
                # A limit before the day itself is a contradiction: the ends then cross, and settle nothing.
                return low, pl.min_horizontal([high, *(self.day(one)[1] for one in day.limits)])
            case e.PresumedDay():
                base, instead, unknown = self.day(day.base), self.day(day.instead), self._unknown_day(day)
                low, high = (pl.when(unknown).then(instead[i]).otherwise(base[i]) for i in (0, 1))
                return low, high
            case e.OfDays():
                return _extreme([self.day(one) for one in day.days], day.which)
            case e.EitherDay():
                test, then, otherwise = self.test(day.test), self.day(day.then), self.day(day.otherwise)
                # The hull of all ends, so that a contradiction of one of the two stays within it.
                ends = [*then, *otherwise]
                endless = (then[1] >= pl.lit(e.NEVER)) | (otherwise[1] >= pl.lit(e.NEVER))
                open_ = then[1].is_null() | otherwise[1].is_null()
                between = (
                    pl.when(then[0].is_null() | otherwise[0].is_null()).then(None).otherwise(pl.min_horizontal(ends)),
                    # What may be never stays that, whatever the open end of the other.
                    pl.when(open_ & ~endless.fill_null(False)).then(None).otherwise(pl.max_horizontal(ends)),
                )
                low, high = (
                    pl.when(test).then(then[i]).when(~test).then(otherwise[i]).otherwise(between[i]) for i in (0, 1)
                )
                return low, high
            case e.DayOf():
                sure = self.surely_all(day)
                low, high = self._answered_day(day)
                if day.which == "latest":
                    return low, pl.when(sure).then(high).otherwise(None)
                return pl.when(sure).then(low).otherwise(None), high
        raise TypeError(f"{type(day).__name__} is not a day of the law vocabulary")

    def number(self, number: e.Number) -> Ends:
        """The number as its lowest and highest end."""
        match number:
            case e.NumberFact():
                value = self._column(number.name, pl.Float64())
                return value, value
            case e.FixedNumber():
                fixed = pl.lit(number.value)
                return fixed, fixed
            case e.CountOf():
                yes, open_ = self._counts(number)
                return yes, pl.when(self.surely_all(number)).then(yes + open_).otherwise(None)
        raise TypeError(f"{type(number).__name__} is not a number of the law vocabulary")

    def _unknown_day(self, day: e.PresumedDay) -> pl.Expr:
        low, high = self.day(day.base)
        return low.is_null() & high.is_null()

    def _name(self, fact: str) -> str:
        if self.other_is_self and fact.startswith("other."):
            fact = "charge." + fact.removeprefix("other.")
        return column_of(fact)

    def _column(self, fact: str, dtype: pl.DataType) -> pl.Expr:
        name = self._name(fact)
        return pl.col(name) if name in self.columns else pl.lit(None, dtype=dtype)

    def _counts(self, question: e.Quantified) -> Ends:
        """How many rows surely satisfy the test, and how many may; a group without rows has none."""
        name = self.group_columns(question)
        none = pl.lit(0, dtype=pl.UInt32)
        yes, open_ = (
            pl.col(column).fill_null(none) if column in self.columns else none
            for column in (name + ".yes", name + ".open")
        )
        return yes, open_

    def _answered_day(self, question: e.DayOf) -> Ends:
        """The ends of a day among rows; of no rows it is the beginning of time, or never."""
        name = self.group_columns(question)
        empty = pl.lit(e.BEGINNING if question.which == "latest" else e.NEVER)
        low, high = (
            pl.col(column).fill_null(empty) if column in self.columns else empty
            for column in (name + ".low", name + ".high")
        )
        return pl.when(low != OPEN_LOW).then(low), pl.when(high != OPEN).then(high)


def _order(left: Ends, order: e.Order, right: Ends) -> pl.Expr:
    if order in (">", ">="):
        left, right, order = right, left, "<" if order == ">" else "<="
    before = _before if order == "<" else _not_after
    if left[0] is left[1] and right[0] is right[1]:
        return before(left[0], right[0])
    surely = before(left[1], right[0])
    surely_not = _not_after(right[1], left[0]) if order == "<" else _before(right[1], left[0])
    # Both hold only where facts contradict one another: then neither is told.
    both = surely & surely_not
    return pl.when(both).then(None).when(surely).then(True).when(surely_not).then(False).otherwise(None)


# Polars 2.1 gives a comparison whose left side is a literal the wrong height where the column is in several chunks: the
# literal stands on the right.
def _before(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    return other > one if one.meta.is_literal() else one < other


def _not_after(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    return other >= one if one.meta.is_literal() else one <= other


def _shifted(day: pl.Expr, shift: e.Shifted) -> pl.Expr:
    letter = {"years": "y", "months": "mo", "days": "d"}[shift.period.unit]
    moved = day.dt.offset_by(f"{'-' if shift.sign < 0 else ''}{shift.period.count}{letter}")
    if shift.period.rounding == "up" and letter != "d":
        lost = moved.dt.day() != day.dt.day()
        moved = pl.when(lost).then(moved.dt.offset_by("1d")).otherwise(moved)
    # The two ends of time stay where they are.
    fixed = (day >= pl.lit(e.NEVER)) | (day <= pl.lit(e.BEGINNING))
    return pl.when(fixed).then(day).otherwise(moved)


def _null_if_any(of: Callable[[Iterable[pl.Expr]], pl.Expr], ends: list[pl.Expr]) -> pl.Expr:
    missing = reduce(or_, (end.is_null() for end in ends))
    return pl.when(missing).then(None).otherwise(of(ends))


def _extreme(days: list[Ends], which: str) -> Ends:
    lows, highs = [low for low, _ in days], [high for _, high in days]
    if which == "latest":
        # A day without a lower end may lie before all others: it cannot lower the latest of them.
        return pl.max_horizontal(lows), _null_if_any(pl.max_horizontal, highs)
    return _null_if_any(pl.min_horizontal, lows), pl.min_horizontal(highs)
