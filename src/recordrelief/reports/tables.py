"""The figures of a run with the numbers that are too small to be shown hidden: what page, JSON and CSV are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs
import polars as pl

from recordrelief.reports.figures import BY_NAME, FIGURES, Figure, Shape, computed
from recordrelief.reports.gap import RATE_YEARS, Gap, Rate
from recordrelief.reports.standing import Source
from recordrelief.reports.suppression import hidden_in_column, hidden_in_rows, hidden_in_table, small

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
    return hidden(computed(source, FIGURES), threshold)


def hidden(frames: Mapping[str, pl.DataFrame], threshold: int) -> dict[str, Table]:
    """The tables of computed figures, small numbers hidden; those that others add up to come first.

    Args:
        frames: by the name of the figure, what it computes.
        threshold: the least number that is shown.
    """
    made: dict[str, Table] = {}
    for name in (*_FIRST, *(name for name in frames if name not in _FIRST)):
        made[name] = _table(BY_NAME[name], frames, made, threshold)
    return {name: made[name] for name in frames}


def gaps_of(gap: Table, per_year: float | None) -> list[Gap]:
    """The gap of people and of charges, low and high; those whose numbers are hidden are left out.

    Args:
        gap: the figure ``gap``.
        per_year: how many people have relief in a year, where it is given; else the dated reliefs of the run say so.
    """
    return [one for row in gap.rows for one in _gaps(row, per_year)]


_FIRST = ("standing_charges", "standing_people")


def _table(figure: Figure, frames: Mapping[str, pl.DataFrame], made: Mapping[str, Table], threshold: int) -> Table:
    frame = frames[figure.name]
    rows = frame.rows(named=True)
    counts = figure.counts(frame.columns)
    numbers = [[int(row[name]) for name in counts] for row in rows]
    totals: Row | None = None
    match figure.shape:
        case Shape.PARTS:
            away = hidden_in_rows(numbers, threshold)
        case Shape.TABLE:
            totals = made[figure.of].rows[0]
            away = hidden_in_table(
                numbers,
                [int(number) for number in frames[figure.of].row(0)],
                [totals[name] is None for name in counts],
                threshold,
            )
        case Shape.COLUMNS:
            away = _hidden_columns(figure, counts, numbers, made, threshold)
        case Shape.FREED:
            away = [_hidden_freed(row, threshold) for row in numbers]
        case Shape.COUNTS:
            away = [[small(number, threshold) for number in row] for row in numbers]
    if figure.name == "record":
        away[0][0] |= made["standing_people"].rows[0]["total"] is None
        away[0][1] |= made["standing_charges"].rows[0]["total"] is None
    if figure.name == "gap":
        away = [
            _hidden_gap(
                dict(zip(counts, row, strict=True)), made[f"standing_{unit['unit']}"].rows[0], counts, threshold
            )
            for unit, row in zip(rows, numbers, strict=True)
        ]
    return Table(
        figure=figure,
        columns=tuple(frame.columns),
        rows=tuple(
            {name: row[name] for name in figure.keys}
            | {name: None if off else number for name, number, off in zip(counts, line, offs, strict=True)}
            for row, line, offs in zip(rows, numbers, away, strict=True)
        ),
        totals=None if totals is None else {name: totals[name] for name in counts},
    )


def _hidden_columns(
    figure: Figure, counts: Sequence[str], numbers: list[list[int]], made: Mapping[str, Table], threshold: int
) -> list[list[bool]]:
    by_column: list[list[bool]] = []
    for place, name in enumerate(counts):
        column = [row[place] for row in numbers]
        if name in figure.sums:
            other, of = figure.sums[name]
            by_column.append(hidden_in_column(column, made[other].rows[0][of] is None, threshold))
        else:
            by_column.append([small(number, threshold) for number in column])
    return [list(row) for row in zip(*by_column, strict=True)]


def _hidden_freed(row: Sequence[int], threshold: int) -> list[bool]:
    """What to hide of: people, left, freed, left at the high bound, freed at the high bound."""
    people, left, freed, left_high, freed_high = row
    ((low_left, low_freed, low_all),) = hidden_in_rows([[left, freed, people]], threshold)
    ((high_left, high_freed, high_all),) = hidden_in_rows([[left_high, freed_high, people]], threshold)
    if low_all or high_all:
        return [True] * len(row)
    close = small(freed_high - freed, threshold)
    return [False, low_left, low_freed, high_left or close, high_freed or close]


def _hidden_gap(row: Mapping[str, int], standing: Row, counts: Sequence[str], threshold: int) -> list[bool]:
    """What to hide of the gap: what is small, and what less another number that is shown would be small."""
    away = {name: small(row[name], threshold) for name in counts}
    away["granted"] |= standing["granted"] is None
    away["eligible"] |= standing["eligible"] is None
    further = row["eligible_high"] - row["eligible"]
    known = standing["undetermined"] or 0
    away["granted_high"] |= small(row["granted"] - row["granted_high"], threshold) or away["granted"]
    away["eligible_high"] |= (
        small(further, threshold)
        or small(abs(further - known), threshold)
        or standing["undetermined"] is None
        or away["eligible"]
    )
    if small(row["granted"] - row["dated"] - row["undated"], threshold):
        away["dated"] = away["undated"] = True
    return [away[name] for name in counts]


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
