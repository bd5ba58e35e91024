"""Records that one person might have, screened in one batch: what an answer would be if this or that were so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import attrs
import numpy as np
import polars as pl

from recordrelief.person_keys import LATEST
from recordrelief.questions import Question
from recordrelief.records import Records
from recordrelief.screening import Screening, screen
from recordrelief.statutes import Remedy
from recordrelief.tables import FACT_TABLES, KEY_OF

NOT_ABOUT = "not about it"
"""The status where the remedy turns out not to be about the charge at all."""
UNDETERMINED = "undetermined"

Pair = tuple[str, str]
"""A charge and a remedy, by their ids."""
Assumed = Sequence[tuple[Question, Any]]
"""What is taken to be so in one hypothetical record."""
Statuses = np.ndarray[Any, np.dtype[np.object_]]


class Trials:
    """Records that one person might have, screened together: each a copy under ids of its own."""

    def __init__(self, records: Records, screening: Screening, remedies: tuple[Remedy, ...]) -> None:
        self.records = records
        self.screening = screening
        self.remedies = tuple(remedy.id for remedy in remedies)

    def statuses(self, assumed: Sequence[Assumed], pairs: Sequence[Pair]) -> Statuses:
        """For each set of assumptions the status of some answers: one row a set, one column an answer."""
        if not assumed:
            return np.empty((0, len(pairs)), dtype=object)
        base = self.screening
        found = screen(
            self._records(assumed),
            statutes=base.pack,
            as_of=base.as_of,
            policy=base.policy,
            county=base.county,
            remedies=self.remedies,
        ).determinations
        trial = pl.col("charge_id").str.extract(r"#(\d+)$").cast(pl.Int64)
        asked = pl.DataFrame(
            {
                "charge": [charge for charge, _ in pairs],
                "remedy": [remedy for _, remedy in pairs],
                "at": range(len(pairs)),
            }
        )
        rows = found.select(
            trial.alias("trial"),
            pl.col("charge_id").str.replace(r"#\d+$", "").alias("charge"),
            pl.col("remedy").cast(pl.String),
            pl.col("status").cast(pl.String),
        ).join(asked, on=["charge", "remedy"])
        answers = np.full((len(assumed), len(pairs)), NOT_ABOUT, dtype=object)
        answers[rows["trial"].to_numpy(), rows["at"].to_numpy()] = rows["status"].to_list()
        return answers

    def _records(self, assumed: Sequence[Assumed]) -> Records:
        copies = pl.DataFrame({"copy": range(len(assumed))}, schema={"copy": pl.Int64})
        tables: dict[str, Any] = {}
        for name in FACT_TABLES:
            frame = self.records.table(name)
            whole = copies.join(frame, how="cross", maintain_order="left_right")
            whole = self._assume(name, frame, whole, assumed)
            keys = [key for key in ("subject_id", "case_id", "charge_id", "sentence_id") if key in frame.columns]
            tables[name] = whole.with_columns(pl.concat_str(key, pl.lit("#"), "copy") for key in keys).drop("copy")
        return attrs.evolve(self.records, **tables)

    def _assume(self, name: str, frame: pl.DataFrame, whole: pl.DataFrame, assumed: Sequence[Assumed]) -> pl.DataFrame:
        """The copies of one table with what is assumed in each."""
        rows: dict[str | int, list[int]] = {}
        for at, key in enumerate(frame[KEY_OF[name]] if name in KEY_OF else range(frame.height)):
            rows.setdefault(key, []).append(at)  # one in each reading of the record
        cells: dict[str, dict[int, Any]] = {}
        for copy, said in enumerate(assumed):
            for one, value in said:
                if one.table == name:
                    for at in rows[one.row]:
                        for column in _columns(one, value, frame.columns):
                            cells.setdefault(column, {})[copy * frame.height + at] = value
        return whole.with_columns(_filled(whole, column, values) for column, values in cells.items())


def _columns(one: Question, value: Any, columns: Sequence[str]) -> Iterator[str]:
    """The columns in which the answer to a question stands: of a day both ends."""
    column = "record_scope" if one.column == "history" else one.column
    yield column
    if isinstance(value, date) and column + LATEST in columns:
        yield column + LATEST


def _filled(whole: pl.DataFrame, column: str, values: dict[int, Any]) -> pl.Series:
    """A column with some of its cells filled."""
    there = column in whole.columns
    dtype = whole.schema[column] if there else _dtype(next(iter(values.values())))
    cells = whole[column].to_list() if there else [None] * whole.height
    for at, value in values.items():
        cells[at] = int(value) if isinstance(value, float) and dtype.is_integer() else value
        if isinstance(value, tuple):
            cells[at] = list(value)
    return pl.Series(column, cells, dtype=dtype)


def _dtype(value: Any) -> pl.DataType:
    if isinstance(value, bool):
        return pl.Boolean()
    if isinstance(value, date):
        return pl.Date()
    return pl.Int64() if isinstance(value, int | float) else pl.String()
