"""The value of every part of a rule on a row, and which parts a value turns on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import attrs
import polars as pl

from recordrelief.law import expressions as e
from recordrelief.law.compilation import Compiler

Values = Mapping[int, Any]
"""The value of every part of an expression, by the identity of the part; a day or number as its two ends."""

_LEAVES = (e.TestFact, e.DayFact, e.NumberFact, e.Word, e.Membership, e.Quantified)


def leaves(node: e.Expression) -> Iterator[e.Expression]:
    """The facts and questions an expression is made of."""
    return (one for one in node.about_row if isinstance(one, _LEAVES))


class Grid:
    """The value of every part of some expressions on every row of a frame; a column is only read if it is asked for."""

    def __init__(self, table: pl.DataFrame, columns: Mapping[int, tuple[str, ...]]) -> None:
        self._table = table
        self._columns = columns
        self._read: dict[int, list[Any]] = {}

    def row(self, number: int) -> Values:
        """The values on one row."""
        return _Row(self, number)

    def column(self, key: int) -> list[Any]:
        """The values of one part on every row.

        Raises:
            KeyError: the expressions have no such part.
        """
        found = self._read.get(key)
        if found is None:
            ends = [self._table[name].to_list() for name in self._columns[key]]
            found = self._read[key] = ends[0] if len(ends) == 1 else list(zip(*ends, strict=True))
        return found

    def __iter__(self) -> Iterator[int]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)


@attrs.frozen(eq=False)
class _Row(Mapping[int, Any]):
    grid: Grid
    number: int

    def __getitem__(self, key: int) -> Any:
        return self.grid.column(key)[self.number]

    def __iter__(self) -> Iterator[int]:
        return iter(self.grid)

    def __len__(self) -> int:
        return len(self.grid)


def evaluated(frame: pl.LazyFrame, compiler: Compiler, asked: Sequence[e.Expression]) -> Grid:
    """Every part of the expressions on every row of a frame that has the columns of the compiler.

    Inner parts are worked out before those they stand in, which read them: a rule of many levels would otherwise be
    written out again in each of its parts.
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
    table = frame.select(*dict.fromkeys(name for names in where.values() for name in names))
    return Grid(table.collect(optimizations=_PLAIN), where)


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
    return [part for part in same if not any(isinstance(node, e.Quantified) for node in part.about_row)] or same


def _presumed(part: e.Test, values: Values) -> bool:
    return any(
        (isinstance(node, e.Presumed) and values[id(node.inner)] is None)
        or (isinstance(node, e.PresumedDay) and values[id(node.base)] == (None, None))
        for node in part.about_row
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
