"""A fingerprint of each person's record: equal records have equal fingerprints, whatever file and line they came from.

It is a number of 64 bits, made by Polars and so the same for one version of Polars only; a manifest names the version.

It is taken over every fact that a law may read. Where a row stood, what the reader noted and what no rule may read
(names, numbers of the person, sex, race, ethnicity) is left out: none of that can change an answer.
"""

from __future__ import annotations

import hashlib
import json
from functools import reduce
from operator import add

import attrs
import polars as pl

from recordrelief.records import Records
from recordrelief.tables import FACT_TABLES

PEOPLE: dict[str, tuple[pl.DataType, str]] = {
    "subject_id": (pl.String(), "the person"),
    "record": (pl.String(), "the fingerprint of the person's record: a number of 64 bits"),
}
"""The columns of the fingerprints: type and meaning."""

_UNREADABLE_BY_LAW = ("names", "identifiers", "sex", "race", "ethnicity")
_OF_THE_FILE = ("source_file", "source_line", "notes")


def fingerprints(records: Records) -> pl.DataFrame:
    """The fingerprint of each person, in the order of their ids (:data:`PEOPLE` has the columns).

    Args:
        records: the records as they were read and corrected, before a pack derives anything from them.
    """
    owners = records.charges.select("charge_id", "alternative", "subject_id")
    rows: list[pl.DataFrame] = []
    for name in FACT_TABLES:
        frame = records.table(name)
        if "subject_id" not in frame.columns:
            frame = frame.join(owners, on=["charge_id", "alternative"])
        rows.append(frame.select("subject_id", _row(name, frame)))
    covered = pl.lit(_number(json.dumps(attrs.asdict(records.coverage), sort_keys=True)), dtype=pl.UInt64)
    return (
        pl.concat(rows)
        .group_by("subject_id")
        .agg(pl.col("row").sum())
        .join(records.subjects.select("subject_id").unique(), on="subject_id", how="semi")
        .select("subject_id", (pl.col("row") + covered).hash(seed=0).cast(pl.String).alias("record"))
        .sort("subject_id")
    )


def _row(table: str, frame: pl.DataFrame) -> pl.Expr:
    """One row as a number: the sum of those of its facts, so that what is not known counts for nothing."""
    left_out = {*_UNREADABLE_BY_LAW, *_OF_THE_FILE, "subject_id"}
    columns = sorted(name for name in frame.columns if name not in left_out and frame[name].null_count() < frame.height)
    facts = (_fact(name, frame.schema) for name in columns)
    return reduce(add, facts, pl.lit(0, dtype=pl.UInt64)).hash(seed=_number(table)).alias("row")


def _fact(name: str, schema: pl.Schema) -> pl.Expr:
    value, dtype, first = pl.col(name), schema[name], name.removesuffix("_latest")
    known = value.is_not_null()
    if dtype == pl.Date:
        # Where the last day is the first, that says it all.
        known = known & value.ne_missing(pl.col(first)) if first != name and first in schema else known
        value = value.to_physical()
    elif dtype == pl.List(pl.String):
        value = pl.concat_str(value.list.len(), pl.lit(":"), value.list.join("\x1f"))
    elif dtype.is_nested():
        value = pl.struct(name).struct.json_encode()
    elif dtype.is_numeric() or dtype == pl.Boolean:
        value = value.cast(pl.Float64)
    else:
        value = value.cast(pl.String)
    return pl.when(known).then(value.hash(seed=_number(name))).otherwise(pl.lit(0, dtype=pl.UInt64))


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])
