"""The value of every part of a rule on a row, and which parts a value turns on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any

import attrs
import polars as pl

from recordrelief.law import expressions as e
from recordrelief.law.compilation import Compiler

_LEAVES = (e.TestFact, e.DayFact, e.NumberFact, e.Word, e.Membership, e.Quantified)


def leaves(node: e.Expression) -> Iterator[e.Expression]:
    """The facts and questions an expression is made of."""
    return (one for one in node.about_row if isinstance(one, _LEAVES))


class Grid:
    """The value of every part of some expressions on the rows of a frame; a column is only read if it is asked for.

    Args:
        table: a row for each row of the frame, or for some. ``rests`` tells whether a presumption stands in for
            something unknown, as far as the row itself tells it.
        columns: where the values of each part stand.
        places: for which rows of the frame there is a row, in their order; by default for all.
    """

    def __init__(
        self, table: pl.DataFrame, columns: Mapping[int, tuple[str, ...]], places: Iterable[int] | None = None
    ) -> None:
        self._table = table
        self._columns = columns
        self._places = None if places is None else {place: at for at, place in enumerate(places)}
        self._rests = table["rests"].to_list()
        self.read: dict[int, list[Any]] = {}

    def row(self, number: int) -> Values | None:
        """The values on one row of the frame; None where they were not kept."""
        at = number if self._places is None else self._places.get(number)
        return None if at is None else Values(self, at, self._rests[at])

    def column(self, key: int) -> list[Any]:
        """The values of one part on every row that was kept.

        Raises:
            KeyError: the expressions have no such part.
        """
        found = self.read.get(key)
        if found is None:
            ends = [self._table[name].to_list() for name in self._columns[key]]
            found = self.read[key] = ends[0] if len(ends) == 1 else list(zip(*ends, strict=True))
        return found


class Values:
    """The value of every part of some expressions on one row, by the identity of the part.

    That of a day or number are its two ends. ``rests`` tells whether any of them may rest on a presumption.
    """

    __slots__ = ("_grid", "_number", "_read", "rests")

    def __init__(self, grid: Grid, number: int, rests: bool) -> None:
        self._grid = grid
        self._read = grid.read
        self._number = number
        self.rests = rests

    def __getitem__(self, key: int) -> Any:
        column = self._read.get(key)
        return (self._grid.column(key) if column is None else column)[self._number]


def evaluated(
    frame: pl.LazyFrame, compiler: Compiler, asked: Sequence[e.Expression], test: e.Test | None = None
) -> Grid:
    """Every part of the expressions on every row of a frame that has the columns of the compiler.

    Inner parts are worked out before those they stand in, which read them: a rule of many levels would otherwise be
    written out again in each of its parts.

    Args:
        frame: the rows.
        compiler: compiles for them.
        asked: the expressions.
        test: one of them; only rows are kept that may satisfy it, or on which any of them rests on a presumption.
    """
    layers = _by_depth(asked)
    columns: dict[str, str] = {}
    made: set[str] = set()
    where: dict[int, tuple[str, ...]] = {}
    for layer in layers:
        here = attrs.evolve(compiler, columns=compiler.columns | made, shared=dict(columns))
        parts: list[pl.Expr] = []
        for node in layer:
            name = columns.setdefault(node.identity, f"part {len(columns)}")
            names = (name,) if isinstance(node, e.Test) else (name, name + " latest")
            where[id(node)] = names
            if name in made:
                continue  # the same part stands in another place too
            values = (here.test(node),) if isinstance(node, e.Test) else _ends(here, node)
            made.update(names)
            parts += [value.alias(column) for value, column in zip(values, names, strict=True)]
        frame = frame.with_columns(parts)
    here = attrs.evolve(compiler, columns=compiler.columns | made, shared=dict(columns))
    rests = reduce(or_, (rest for one in asked if (rest := here.presumption(one)) is not None), pl.lit(False))
    kept_columns = dict.fromkeys(name for names in where.values() for name in names)
    frame = frame.with_columns(rests.alias("rests")).select(*kept_columns, "rests")
    if test is None:
        return Grid(frame.collect(optimizations=_PLAIN), where)
    kept = frame.with_row_index("place").filter(pl.col("rests") | pl.col(columns[test.identity]).ne_missing(False))
    table = kept.collect(optimizations=_PLAIN)
    return Grid(table, where, table["place"].to_list())


_PLAIN = pl.QueryOptFlags.none().update(projection_pushdown=True)
"""Only the columns that are read; no more is worth the search in frames this small."""


def _ends(compiler: Compiler, node: e.Expression) -> tuple[pl.Expr, pl.Expr]:
    return compiler.day(node) if isinstance(node, e.Day) else compiler.number(node)  # type: ignore[arg-type]


def _by_depth(asked: Sequence[e.Expression]) -> list[list[e.Expression]]:
    """The parts of expressions that have values, each once, those that stand in others before these."""
    depths: dict[int, int] = {}
    layers: list[list[e.Expression]] = []

    def visit(node: e.Expression) -> int:
        if id(node) not in depths:
            below = [] if isinstance(node, e.Quantified) else [visit(child) for child in node.children()]
            depths[id(node)] = depth = max(below, default=-1) + 1
            if isinstance(node, e.Test | e.Day | e.Number):
                layers.extend([] for _ in range(depth + 1 - len(layers)))
                layers[depth].append(node)
        return depths[id(node)]

    for node in asked:
        visit(node)
    return layers


def is_open(value: Any) -> bool:
    """Unknown, or known only within limits."""
    return value[0] is None or value[0] != value[1] if isinstance(value, tuple) else value is None


def crossed(value: Any) -> bool:
    """The ends of a day whose limits contradict it: its earliest end lies after its latest."""
    return isinstance(value, tuple) and None not in value and bool(value[0] > value[1])


def deciding(node: e.And | e.Or, values: Values) -> list[e.Test]:
    """The parts that make a conjunction or disjunction what it is: all of them, or those that have its value.

    Where one part is enough, those that rest on a presumption, or look at other rows, are left out if another does not.
    """
    value = values[id(node)]
    if value is isinstance(node, e.And):
        return list(node.tests)
    same = [part for part in node.tests if values[id(part)] is value]
    if value is None:
        return same
    same = [part for part in same if not _presumed(part, values)] or same
    return [part for part in same if not part.asks] or same


def _presumed(part: e.Test, values: Values) -> bool:
    return any(
        values[id(node.inner)] is None if isinstance(node, e.Presumed) else values[id(node.base)] == (None, None)
        for node in part.stand_ins
    )


def chosen(node: e.EitherDay, values: Values) -> list[e.Expression]:
    """The test of a day that is one of two, and the day, or both of them, that it leaves."""
    test = values[id(node.test)]
    return [node.test, *([] if test is False else [node.then]), *([] if test else [node.otherwise])]


def bearing(node: e.Expression, values: Values) -> Iterator[e.Expression]:
    """The leaves on which the value turns."""
    children: Iterable[e.Expression]
    match node:
        case e.And() | e.Or():
            children = deciding(node, values)
        case e.Bounded():
            narrowed = values[id(node)] != values[id(node.base)]
            limits = [one for one in node.limits if narrowed and values[id(one)][1] == values[id(node)][1]]
            children = [node.base, *limits]
        case e.Presumed():
            shown = [] if isinstance(node.value, bool) or values[id(node.inner)] is not None else [node.value]
            children = [node.inner, *shown]
        case e.PresumedDay():
            children = [node.base, *([node.instead] if values[id(node.base)] == (None, None) else [])]
        case e.EitherDay():
            children = chosen(node, values)
        case e.TestFact() | e.DayFact() | e.NumberFact() | e.Word() | e.Membership() | e.Quantified():
            yield node
            return
        case _:
            children = node.children()
    for child in children:
        yield from bearing(child, values)
