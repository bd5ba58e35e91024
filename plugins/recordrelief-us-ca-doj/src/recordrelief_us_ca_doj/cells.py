"""The cells of the research file and their meaning: each distinct text of a column is read once.

A cell that is blank or holds only hyphens is null: nothing is recorded there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from recordrelief.model import LEVELS, OUTCOMES, RELIEF_KINDS
from recordrelief_us_ca_doj import codes
from recordrelief_us_ca_doj.days import read_days

OF_PERSON = ("CII_NUMBER", "PRI_NAME", "GENDER", "PRI_DOB", "FBI_NUMBER", "RACE_DESCR")
OF_COUNT = (
    "SUBJECT_ID",
    "CYC_DATE",
    "STP_EVENT_DATE",
    "STP_TYPE_DESCR",
    "STP_ORI_DESCR",
    "STP_ORI_CNTY_NAME",
    "CNT_ORDER",
    "OFN",
    "OFFENSE_DESCR",
    "OFFENSE_TOC",
    "CONV_OFFENSE_DESCR",
    "CONV_OFFENSE_TOC",
    "DISP_ORDER",
    "DISP_DESCR",
    "CONV_STAT_DESCR",
    "SENT_ORDER",
    "SENT_LOC_DESCR",
    "SENT_LENGTH",
    "SENT_TIME_CODE",
    "COMMENT_TEXT",
)
"""The columns read that say something of a count: rows equal in all of them are one."""

READ = OF_PERSON + OF_COUNT
"""The columns read, of the 95."""

LEVEL = pl.Enum(LEVELS)
OUTCOME = pl.Enum(OUTCOMES)
_STEP = pl.Enum(list(dict.fromkeys(codes.STEPS.values())))
_DISPOSITION = {
    "outcome": OUTCOME,
    "relief": pl.Enum(RELIEF_KINDS),
    "remedy": pl.String,
    "resulting_level": LEVEL,
    "revoked": pl.Boolean,
    "understood": pl.Boolean,
}


def cleaned(rows: pl.DataFrame, column: str) -> pl.Series:
    """A column trimmed, null where blank or a placeholder of hyphens."""
    distinct = rows[column].unique()
    text = pl.col(column).str.strip_chars()
    clean = distinct.to_frame().select(pl.when(text.str.strip_chars("-") != "").then(text).alias("clean"))["clean"]
    if clean.null_count() == 0 and (clean == distinct).all():
        return rows[column]
    return _spread(rows, column, pl.DataFrame([distinct, clean]))[0].alias(column)


def read_once(
    rows: pl.DataFrame, column: str, read: Callable[[str], Any], schema: Mapping[str, Any]
) -> list[pl.Series]:
    """Several columns read from one, each distinct text once; null where there is no text."""
    distinct = rows[column].unique().drop_nulls()
    found = [read(text) for text in distinct.to_list()]
    table = pl.DataFrame({name: [getattr(one, name) for one in found] for name in schema}, schema=dict(schema))
    return _spread(rows, column, table.hstack([distinct.alias(column)]))


def level(column: str) -> pl.Expr:
    """The level that a text states; null for a wording that is not known."""
    return pl.col(column).replace_strict(codes.LEVELS, default=None, return_dtype=LEVEL)


def in_place(rows: pl.DataFrame, column: str, made: pl.Expr) -> pl.Series:
    """An expression over one column, worked out once for each distinct text."""
    distinct = rows[column].unique().drop_nulls().to_frame()
    return _spread(rows, column, distinct.with_columns(made.alias("made")))[0]


def _spread(rows: pl.DataFrame, column: str, table: pl.DataFrame) -> list[pl.Series]:
    return rows.select(column).join(table, on=column, how="left", maintain_order="left").drop(column).get_columns()


def understood(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of clean texts, with what they mean.

    Adds ``subject_id``, ``count`` (the twelve digits: cycle, step, count, filler; null when they cannot be read),
    ``cycle_id``, ``step``, the levels, the day of the step with its ``event_fault``, what the disposition says, and
    whether a row is of a charge (``charging``), of an event (``eventful``), or both: a conviction or a relief counts
    whatever the step is called, and a step that is known to be something else stays that too.
    """
    # Zeros that a spreadsheet dropped are put back; nothing shorter is certain.
    digits = pl.when(pl.col("CNT_ORDER").str.contains(r"^[0-9]{10,12}$")).then(pl.col("CNT_ORDER").str.zfill(12))
    dated, faults = read_days(rows, "STP_EVENT_DATE", "event_date")
    rows = rows.hstack(
        [
            in_place(rows, "CNT_ORDER", digits).alias("count"),
            *dated,
            (pl.repeat(None, rows.height, dtype=pl.String, eager=True) if faults is None else faults).alias(
                "event_fault"
            ),
            *read_once(rows, "DISP_DESCR", codes.read_disposition, _DISPOSITION),
        ]
    )
    step, count = pl.col("step"), pl.col("count")
    rows = rows.with_columns(
        pl.col("SUBJECT_ID").alias("subject_id"),
        pl.col("STP_TYPE_DESCR").replace_strict(codes.STEPS, default=None, return_dtype=_STEP).alias("step"),
        level("CONV_STAT_DESCR").alias("stated_level"),
        level("OFFENSE_TOC").alias("charged_level"),
        pl.when(pl.col("OFN") != "NULL").then("OFN").alias("OFN"),
        pl.col("STP_ORI_CNTY_NAME", "STP_ORI_DESCR").cast(pl.Categorical),
        pl.when(count.is_not_null())
        .then(pl.concat_str("SUBJECT_ID", pl.lit("-"), count.str.slice(0, 3)))
        .alias("cycle_id"),
    )
    of_charge = step.is_in(codes.CHARGE_STEPS).fill_null(False)
    charging = of_charge | (pl.col("outcome") == "convicted").fill_null(False) | pl.col("relief").is_not_null()
    return rows.with_columns(charging.alias("charging")).with_columns(
        eventful=~of_charge & (step.is_not_null() | ~pl.col("charging"))
    )
