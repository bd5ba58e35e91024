"""Small numbers are hidden, and further ones beside them, so that no hidden number can be computed from those shown.

A table of counts is a set of sums: the parts of each row add up to its total, and, where the table has a row of totals,
each column does so too. Hidden numbers and sums make a graph of rows and columns; a hidden number can be computed
exactly when no other numbers, each at least one, satisfy the same sums, which is when nothing leads around it there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

THRESHOLD = 11
"""Numbers from one to just under this are hidden unless another is given."""

Numbers = Sequence[Sequence[int]]
Node = tuple[str, int]


@attrs.frozen
class _Edge:
    """A hidden number between its row and its column; ``total`` turns its sign, ``least`` is what it is at least."""

    row: Node
    column: Node
    value: int
    total: bool
    least: int

    def arcs(self) -> Iterator[tuple[Node, Node]]:
        """The ways in which it may change: from row to column for more, from column to row for less."""
        lowered = self.value > self.least
        if lowered or not self.total:
            yield self.row, self.column
        if lowered or self.total:
            yield self.column, self.row


@attrs.define(eq=False)
class Grid:
    """A table of counts and which of them are hidden.

    The last column holds the totals of the rows. With ``totals`` the last row holds those of the columns: what of it is
    hidden was decided where it is published first, and stays as it is.
    """

    numbers: Numbers
    hidden: list[list[bool]]
    totals: bool
    fixed_corner: bool = False
    least: int = 1

    def computable(self) -> list[tuple[int, int]]:
        """The hidden numbers that only one value fits, given what is shown."""
        edges = {
            (row, column): self._edge(row, column)
            for row, cells in enumerate(self.hidden)
            for column, hidden in enumerate(cells)
            if hidden
        }
        leaving: dict[Node, list[tuple[Node, tuple[int, int]]]] = {}
        for place, edge in edges.items():
            for start, end in edge.arcs():
                leaving.setdefault(start, []).append((end, place))
        return [
            place
            for place, edge in edges.items()
            if not any(_leads(leaving, end, start, place) for start, end in edge.arcs())
        ]

    def _edge(self, row: int, column: int) -> _Edge:
        below, beside = self.totals and row == len(self.numbers) - 1, column == len(self.numbers[row]) - 1
        # Without a row of totals no sum holds a column together: all columns are one.
        end = ("column", column if self.totals else 0)
        return _Edge(("row", row), end, self.numbers[row][column], below is not beside, self.least)

    def protect(self) -> None:
        """Hide further numbers until none that is hidden can be computed."""
        while found := self.computable():
            before = sum(map(sum, self.hidden))
            for row, column in found:
                self._beside(row, column)
            if sum(map(sum, self.hidden)) == before:
                self._withhold()
                return

    def _beside(self, row: int, column: int) -> None:
        """Hide the least number that stands in a sum with a hidden one: in its row if that has no other."""
        in_row = [(row, other) for other in range(len(self.numbers[row])) if other != column]
        in_column = [(other, column) for other in range(len(self.numbers)) if other != row] if self.totals else []
        alone = not any(self.hidden[y][x] for y, x in in_row)
        lonely = bool(in_column) and not any(self.hidden[y][x] for y, x in in_column)
        for places in [in_row, in_column] if alone or not lonely else [in_column, in_row]:
            free = [
                (self._is_total(*place), self.numbers[place[0]][place[1]], place)
                for place in places
                if not self._fixed(*place) and not self.hidden[place[0]][place[1]] and self.numbers[place[0]][place[1]]
            ]
            if free:
                (y, x) = min(free)[2]
                self.hidden[y][x] = True
                return
        anywhere = [
            (self.numbers[y][x], (y, x))
            for y, cells in enumerate(self.hidden)
            for x, hidden in enumerate(cells)
            if not hidden and self.numbers[y][x] and not self._fixed(y, x)
        ]
        if anywhere:
            (y, x) = min(anywhere)[1]
            self.hidden[y][x] = True

    def _withhold(self) -> None:
        """Hide everything, noughts too: the table is too small to show any of it."""
        self.least = 0
        for row, cells in enumerate(self.hidden):
            for column in range(len(cells)):
                if not self._fixed(row, column):
                    cells[column] = True

    def _is_total(self, row: int, column: int) -> bool:
        return column == len(self.numbers[row]) - 1

    def _fixed(self, row: int, column: int) -> bool:
        if self.totals:
            return row == len(self.numbers) - 1
        return self.fixed_corner and self._is_total(row, column)


def small(number: int, threshold: int) -> bool:
    """Whether a count of people or charges is too small to be shown; nought is not."""
    return 0 < number < threshold


def hidden_in_rows(numbers: Numbers, threshold: int) -> list[list[bool]]:
    """What to hide in rows of parts with their total behind them, where no column adds up to a number that is shown."""
    return [_protected([row], threshold)[0] for row in numbers]


def hidden_in_table(
    numbers: Numbers, totals: Sequence[int], totals_hidden: Sequence[bool], threshold: int
) -> list[list[bool]]:
    """What to hide in a table whose columns add up to totals that are published elsewhere too.

    Args:
        numbers: the rows, each with its total last.
        totals: of each column, that of the totals last.
        totals_hidden: which of these are hidden wherever they are published.
        threshold: the least number shown.
    """
    if len(numbers) == 1:  # the same numbers as the totals
        return [list(totals_hidden)]
    grid = Grid(
        [*numbers, totals],
        [*([small(one, threshold) for one in row] for row in numbers), list(totals_hidden)],
        totals=True,
    )
    grid.protect()
    return grid.hidden[:-1]


def hidden_in_column(numbers: Sequence[int], total_hidden: bool, threshold: int) -> list[bool]:
    """What to hide of numbers that add up to a total published elsewhere too."""
    if len(numbers) == 1:
        return [total_hidden]
    grid = Grid(
        [[*numbers, sum(numbers)]],
        [[*(small(one, threshold) for one in numbers), total_hidden]],
        totals=False,
        fixed_corner=True,
    )
    grid.protect()
    return grid.hidden[0][:-1]


def _protected(numbers: Numbers, threshold: int) -> list[list[bool]]:
    grid = Grid(numbers, [[small(one, threshold) for one in row] for row in numbers], totals=False)
    grid.protect()
    return grid.hidden


def _leads(
    leaving: dict[Node, list[tuple[Node, tuple[int, int]]]], start: Node, end: Node, but: tuple[int, int]
) -> bool:
    """Whether there is a way from one node to another that does not use one of the numbers."""
    seen, ahead = {start}, [start]
    while ahead:
        node = ahead.pop()
        if node == end:
            return True
        for other, place in leaving.get(node, ()):
            if place != but and other not in seen:
                seen.add(other)
                ahead.append(other)
    return False
