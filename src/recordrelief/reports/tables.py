"""The figures of a run with the numbers that are too small to be shown hidden: what page, JSON and CSV are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

import attrs
import polars as pl

from recordrelief.reports.figures import FIGURES, Figure, computed
from recordrelief.reports.gap import RATE_YEARS, Gap, Rate
from recordrelief.reports.relations import Numbers, Relation, added_up, between_figures
from recordrelief.reports.standing import Source
from recordrelief.reports.suppression import hidden_cells

Row = dict[str, Any]


@attrs.frozen(kw_only=True, eq=False)
class Table:
    """A figure of one run. A count is None where it is hidden; ``totals`` is the row of totals, where there is one."""

    figure: Figure
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    totals: Row | None = None

    @property
    def counts(self) -> list[str]:
        """The columns that count."""
        return self.figure.counts(self.columns)

    @property
    def numbers(self) -> list[str]:
        """The columns that count, and those that say something of what is counted."""
        return [*self.counts, *self.figure.beside]

    @property
    def hidden(self) -> int:
        """How many numbers are hidden."""
        return sum(row[name] is None for row in self.rows for name in self.counts)

    def told(self, sql: str) -> dict[str, Any]:
        """The table as a JSON value, with the query that gives its numbers."""
        return {
            "title": self.figure.title,
            "unit": self.figure.unit,
            "definition": self.figure.definition,
            "sql": sql,
            "columns": list(self.columns),
            "rows": list(self.rows),
            "totals": self.totals,
            "hidden": self.hidden,
        }

    def frame(self) -> pl.DataFrame:
        """The rows as a frame; hidden counts are null."""
        types = {name: pl.String() if name in self.figure.keys else pl.Int64() for name in self.columns}
        return pl.DataFrame(list(self.rows), schema=types)


def tables_of(source: Source, threshold: int) -> dict[str, Table]:
    """Every figure of a run, by name, with small numbers hidden.

    Args:
        source: the run.
        threshold: the least number that is shown; 1 hides nothing.
    """
    return hidden(FIGURES, computed(source, FIGURES), threshold, between_figures)


def hidden(
    figures: Sequence[Figure],
    frames: Mapping[str, pl.DataFrame],
    threshold: int,
    between: Callable[[Numbers], Iterable[Relation]] = lambda numbers: (),
) -> dict[str, Table]:
    """The tables of computed figures, by name, with small numbers hidden: all of them looked at together.

    Args:
        figures: what is told.
        frames: by the name of the figure, what it computes.
        threshold: the least number that is shown.
        between: what holds between their numbers besides the sums that the shape of each figure has.
    """
    numbers = Numbers(figures, frames)
    relations = chain(added_up(figures, numbers), between(numbers))
    totals = frozenset(cell for cell in numbers.values if cell[2] == "total" or not cell[1])
    away = hidden_cells(numbers.values, relations, threshold, totals)

    def told(name: str, key: tuple[str, ...], columns: Sequence[str]) -> Row:
        cells = {column: (name, key, column) for column in columns}
        return {column: None if cell in away else numbers.values[cell] for column, cell in cells.items()}

    made = {}
    for figure in figures:
        columns = numbers.columns[figure.name]
        made[figure.name] = Table(
            figure=figure,
            columns=tuple(frames[figure.name].columns),
            rows=tuple(
                _beside(figure, row, dict(zip(figure.keys, key, strict=True)) | told(figure.name, key, columns))
                for key, row in zip(numbers.rows[figure.name], frames[figure.name].iter_rows(named=True), strict=True)
            ),
            totals=told(figure.of, (), columns) if figure.of else None,
        )
    return made


def _beside(figure: Figure, row: Row, told: Row) -> Row:
    return told | {name: None if told[counted] is None else row[name] for name, counted in figure.beside.items()}


def gaps_of(gap: Table, per_year: float | None) -> list[Gap]:
    """The gap of people and of charges, low and high; those whose numbers are hidden are left out.

    Args:
        gap: the figure ``gap``.
        per_year: how many people have relief in a year, where it is given; else the dated reliefs of the run say so.
    """
    return [one for row in gap.rows for one in _gaps(row, per_year)]


def _gaps(row: Row, per_year: float | None) -> Iterator[Gap]:
    unit = row["unit"]
    rate: Rate | None = None
    if per_year is not None:
        rate = Rate(per_year=per_year, source="as given") if unit == "people" else None
    elif row["dated"]:
        mean = row["dated"] / RATE_YEARS
        rate = Rate(per_year=mean, source=f"the mean of the {RATE_YEARS} years before the day of the run")
    for bound, granted, eligible in (
        ("low", row["granted"], row["eligible"]),
        ("high", row["granted_high"], row["eligible_high"]),
    ):
        if granted is not None and eligible is not None:
            yield Gap(unit=unit, bound=bound, granted=granted, eligible=eligible, rate=rate)
