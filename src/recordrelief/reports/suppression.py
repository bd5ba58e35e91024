"""Small numbers are hidden, and further ones beside them, so that no hidden number can be computed from those shown.

Every table of a report is looked at together with all others. What is known to hold between their numbers is a list
of *relations*: sums of numbers, each taken so many times, that themselves count something. A sum that comes to nought
is an equation that anybody can use (the parts of a row less their total; the same count in two tables). A sum that
comes to less than the threshold is itself a small number, though no table prints it (all who were convicted less those
who still have a conviction), and is protected like those that are printed.

A hidden number can be computed where the equations leave it one value only: where no way of changing the hidden numbers
together keeps every equation and every hidden number at what it is at least. Then one of the numbers that are shown in
the formula that computes it is hidden too, until there is none.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from fractions import Fraction
from math import lcm
from typing import TypeVar

import attrs

THRESHOLD = 11
"""Numbers from one to just under this are hidden unless another is given."""

Cell = TypeVar("Cell", bound=Hashable)
_Number = int | Fraction


def small(number: int, threshold: int) -> bool:
    """Whether a count of people or charges is too small to be shown; nought is not."""
    return 0 < number < threshold


def hidden_cells(
    values: Mapping[Cell, int],
    relations: Iterable[Mapping[Cell, int]],
    threshold: int,
    last: frozenset[Cell] = frozenset(),
) -> frozenset[Cell]:
    """Which numbers to hide.

    Args:
        values: every number of the report, each under a name of its own, in a fixed order.
        relations: what counts something between them: how many times each number is taken.
        threshold: the least number that is shown.
        last: numbers to hide only where no other would do, such as totals.
    """
    names = list(values)
    place = {name: number for number, name in enumerate(names)}
    system = _System([values[name] for name in names])
    for relation in relations:
        system.relate({place[name]: times for name, times in relation.items() if times}, threshold)
    for number, value in enumerate(system.values[: len(names)]):
        if small(value, threshold):
            system.secret.append(number)
            system.hide(number)
    system.protect({place[name] for name in last})
    return frozenset(names[number] for number in system.kept() if number < len(names))


@attrs.define
class _Row:
    """An equation: how many times each number is taken, apart for those hidden and those shown, comes to nought."""

    hidden: dict[int, _Number] = attrs.field(factory=dict)
    shown: dict[int, _Number] = attrs.field(factory=dict)

    def __len__(self) -> int:
        return len(self.hidden) + len(self.shown)


class _System:
    """Equations between numbers, solved for those that are hidden: each is free, or given by one row of its own."""

    def __init__(self, values: list[int]) -> None:
        self.values = values
        self.hidden: set[int] = set()
        self.secret: list[int] = []
        """Those that nobody may compute: what is too small to be shown."""
        self._least: dict[int, int] = {}
        self._noughts = False
        self._rows: list[_Row] = []
        self._solves: dict[int, int] = {}
        """By hidden number, the row that gives it."""
        self._given: dict[int, int] = {}
        """By row, the hidden number that it gives."""
        self._having: dict[int, set[int]] = {}
        """By number, the rows that it stands in."""

    def relate(self, terms: dict[int, int], threshold: int) -> None:
        """Take up a relation. One that comes to much says nothing."""
        value = sum(times * self.values[number] for number, times in terms.items())
        if abs(value) >= threshold or not terms:
            return
        number = len(self._rows)
        row = _Row(shown=dict(terms))
        if value:  # a small number that no table prints
            self.values.append(value)
            extra = len(self.values) - 1
            self._least[extra] = 0 if value > 0 else -threshold
            self.secret.append(extra)
            self.hidden.add(extra)
            row.hidden[extra] = -1
            self._solves[extra] = number
            self._given[number] = extra
        self._rows.append(row)
        for one in (*row.hidden, *row.shown):
            self._having.setdefault(one, set()).add(number)

    def hide(self, number: int) -> None:
        """Hide a number: a row that gives no other now gives this one, or it is free."""
        if number in self.hidden:
            return
        self.hidden.add(number)
        mine = self._having.get(number, set())
        for at in mine:
            row = self._rows[at]
            row.hidden[number] = row.shown.pop(number)
        idle = [at for at in mine if at not in self._given]
        if not idle:
            return
        chosen = min(idle, key=lambda at: (len(self._rows[at]), at))
        self._given[chosen] = number
        self._solves[number] = chosen
        pivot = self._rows[chosen]
        for at in sorted(mine - {chosen}):
            self._subtract(at, chosen, _over(self._rows[at].hidden[number], pivot.hidden[number]))

    def _subtract(self, at: int, other: int, times: _Number) -> None:
        row, taken = self._rows[at], self._rows[other]
        for mine, theirs in ((row.hidden, taken.hidden), (row.shown, taken.shown)):
            for number, many in theirs.items():
                left = mine.get(number, 0) - times * many
                if left:
                    mine[number] = left
                    self._having.setdefault(number, set()).add(at)
                elif number in mine:
                    del mine[number]
                    self._having[number].discard(at)

    def protect(self, last: set[int]) -> None:
        """Hide further numbers until none of those that are secret can be computed."""
        while found := [number for number in self.secret if not self._open(number)]:
            before = len(self.hidden)
            for number in found:
                if not self._open(number):
                    self._beside(number, last)
            if len(self.hidden) == before:
                return  # what is left is hidden as a whole, and sums of it say nothing

    def kept(self) -> set[int]:
        """What stays hidden: not what anybody can compute and may."""
        secret = set(self.secret)
        told = {number for number, at in self._solves.items() if len(self._rows[at].hidden) == 1}
        return self.hidden - (told - secret)

    def _open(self, number: int) -> bool:
        """Whether a hidden number might be another one, for all that is shown."""
        return any(self._fits(change) for change in self._changes(number))

    def _changes(self, number: int) -> Iterator[dict[int, int]]:
        """Ways of changing a hidden number that keep every equation: by one free number each, up and down."""
        free = [number]
        if number in self._solves:
            row = self._rows[self._solves[number]]
            free = sorted(one for one in row.hidden if one != number)
        for one in free:
            moved: dict[int, _Number] = {one: 1}
            for at in self._having.get(one, ()):
                if at in self._given:
                    row = self._rows[at]
                    moved[self._given[at]] = -_over(row.hidden[one], row.hidden[self._given[at]])
            whole = lcm(*(many.denominator for many in moved.values()))
            for sign in (whole, -whole):
                yield {place: int(many * sign) for place, many in moved.items()}

    def _fits(self, change: Mapping[int, int]) -> bool:
        usual = 0 if self._noughts else 1
        return all(self.values[one] + by >= self._least.get(one, usual) for one, by in change.items())

    def _beside(self, number: int, last: set[int]) -> None:
        """Hide one more number: the least one that is shown in the formula that gives this one."""
        rows = [self._solves[number]] if number in self._solves else []
        # Where it is free, or may not move for others that are at their least: what is shown beside those.
        rows += [at for at in sorted(self._having.get(number, ())) if at not in rows]
        for at in rows:
            if some := [one for one in self._rows[at].shown if self.values[one]]:
                self.hide(min(some, key=lambda one: (one in last, self.values[one], one)))
                return
        for at in rows:
            if none := sorted(self._rows[at].shown):
                # The table is too small for any of it to be shown: from here on what is hidden may be nought.
                self._noughts = True
                self.hide(none[0])
                return


def _over(one: _Number, other: _Number) -> _Number:
    if other in (1, -1):
        return one * other
    found = Fraction(one) / other
    return found.numerator if found.denominator == 1 else found
