"""A fingerprint of each person's record: equal records have equal fingerprints, whatever file and line they came from.

It is taken over every fact that a law may read. Where a row stood, what the reader noted and what no rule may read
(names, numbers of the person, sex, race, ethnicity) is left out: none of that can change an answer.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

import attrs
import polars as pl

from recordrelief.records import Records
from recordrelief.tables import FACT_TABLES

PEOPLE: dict[str, tuple[pl.DataType, str]] = {
    "subject_id": (pl.String(), "the person"),
    "record": (pl.String(), "the fingerprint of the person's record: SHA-256, in hexadecimal"),
}
"""The columns of the fingerprints: type and meaning."""

_UNREADABLE_BY_LAW = ("names", "identifiers", "sex", "race", "ethnicity")
_OF_THE_FILE = ("source_file", "source_line", "notes")
_PEOPLE_AT_ONCE = 50_000
"""People that are put into text at once: the text of all would take more room than their records."""
_ROWS_AT_ONCE = 8_000
"""Rows whose columns are joined at once: few enough to stay close to the processor."""


def fingerprints(records: Records) -> pl.DataFrame:
    """The fingerprint of each person, in the order of their ids (:data:`PEOPLE` has the columns).

    Args:
        records: the records as they were read and corrected, before a pack derives anything from them.
    """
    coverage = json.dumps(attrs.asdict(records.coverage), sort_keys=True)
    ids = records.subjects["subject_id"].unique().sort()
    parts = [
        _some(records if ids.len() <= _PEOPLE_AT_ONCE else records.of_subjects(part), coverage) for part in _parts(ids)
    ]
    schema = {name: dtype for name, (dtype, _) in PEOPLE.items()}
    return pl.concat([pl.DataFrame(schema=schema), *parts])


def _parts(ids: pl.Series) -> Iterator[pl.Series]:
    for start in range(0, ids.len(), _PEOPLE_AT_ONCE):
        yield ids.slice(start, _PEOPLE_AT_ONCE)


def _some(records: Records, coverage: str) -> pl.DataFrame:
    owners = records.charges.select("charge_id", "alternative", "subject_id")
    tables: list[pl.DataFrame] = []
    for name in FACT_TABLES:
        frame = records.table(name)
        if "subject_id" not in frame.columns:
            frame = frame.join(owners, on=["charge_id", "alternative"], how="left")
        text = _row_text(name, frame)
        tables.extend(piece.select("subject_id", text) for piece in frame.iter_slices(_ROWS_AT_ONCE))
    texts = (
        pl.concat(tables)
        .group_by("subject_id")
        .agg(pl.col("row").sort())
        .filter(pl.col("subject_id").is_in(records.subjects["subject_id"].implode()))
        .sort("subject_id")
    )
    hashes = [hashlib.sha256("\n".join([coverage, *rows]).encode()).hexdigest() for rows in texts["row"].to_list()]
    return texts.select("subject_id", pl.Series("record", hashes, dtype=pl.String))


def _row_text(table: str, frame: pl.DataFrame) -> pl.Expr:
    """One row as a text that tells it from every other: the name and value of each fact that is known."""
    left_out = {*_UNREADABLE_BY_LAW, *_OF_THE_FILE, "subject_id"}
    columns = sorted(name for name in frame.columns if name not in left_out and frame[name].null_count() < frame.height)
    known = [_cell_text(name, frame.schema) for name in columns]
    return pl.concat_str(pl.lit(table), *known, ignore_nulls=True).alias("row")


def _cell_text(name: str, schema: pl.Schema) -> pl.Expr:
    value, dtype, first = pl.col(name), schema[name], name.removesuffix("_latest")
    if dtype == pl.Date:
        # The day's number; where the last day is the first, that says it all.
        days = value.to_physical()
        if first != name and first in schema:
            days = pl.when(value.ne_missing(pl.col(first))).then(days)
        return pl.concat_str(pl.lit(f"|{name}="), days)
    if dtype.is_numeric() or dtype == pl.Boolean:
        return pl.concat_str(pl.lit(f"|{name}="), value)
    if dtype == pl.List(pl.String):
        value = pl.concat_str(value.list.len(), pl.lit(":"), value.list.join("\x1f"))
    elif dtype.is_nested():
        value = pl.when(value.is_not_null()).then(pl.struct(name).struct.json_encode())
    else:
        value = value.cast(pl.String)
    # The length keeps a text from reading as the next fact.
    return pl.concat_str(pl.lit(f"|{name}="), value.str.len_bytes(), pl.lit(":"), value)
