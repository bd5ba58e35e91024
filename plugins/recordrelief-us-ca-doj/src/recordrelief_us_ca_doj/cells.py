"""The columns of the research file that are read, and what a row says.

A cell that is blank or holds only hyphens is null: nothing is recorded there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

import polars as pl

from recordrelief.model import LEVELS, OUTCOMES, RELIEF_KINDS
from recordrelief_us_ca_doj import codes
from recordrelief_us_ca_doj.coding import cleaned, coded, in_place, read_once, side_by_side
from recordrelief_us_ca_doj.days import read_days

OF_PERSON = ("CII_NUMBER", "PRI_NAME", "GENDER", "PRI_DOB", "FBI_NUMBER", "RACE_DESCR")
SUBJECT = "SUBJECT_ID"
OF_COUNT = (
    "subject_id",
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
"""What says something of a count, ``subject_id`` for the column of the person: rows equal in all of it are one."""

READ = (*OF_PERSON, SUBJECT, *OF_COUNT[1:])
"""The columns read, of the 95."""

LEVEL = pl.Enum(LEVELS)
OUTCOME = pl.Enum(OUTCOMES)
_EVENT = "STP_EVENT_DATE"
_TEXTS = ("OFN", "COMMENT_TEXT")
"""Columns in which nearly every text is another."""
_STEP = pl.Enum(list(dict.fromkeys(codes.STEPS.values())))
_DISPOSITION = {
    "outcome": OUTCOME,
    "relief": pl.Enum(RELIEF_KINDS),
    "remedy": pl.Categorical,
    "resulting_level": LEVEL,
    "revoked": pl.Boolean,
    "understood": pl.Boolean,
}


def understood(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows as read, cleaned and coded, with what they mean.

    Adds ``count`` (the twelve digits: cycle, step, count, filler; null when they cannot be read) and its parts
    ``cycle_number``, ``step_number``, ``number``; ``cycle_id``, ``step``, the levels, the day of the step with its
    ``event_fault``, what the disposition says, and whether a row is of a charge (``charging``), of an event
    (``eventful``), or both: a conviction or a relief counts whatever the step is called, and a step that is known to
    be something else stays that too.
    """
    columns = [rows[name] for name in OF_COUNT if name != "subject_id"]
    rows = rows.with_columns(
        side_by_side(partial(cleaned if cells.name in _TEXTS else coded, cells) for cells in columns)
    )
    rows = rows.hstack([column for part in side_by_side(_readings(rows)) for column in part])
    step = pl.col("step")
    of_charge = step.is_in(codes.CHARGE_STEPS).fill_null(False)
    convicted = (pl.col("outcome") == "convicted").fill_null(False)
    charging = of_charge | convicted | pl.col("relief").is_not_null()
    return rows.with_columns(
        pl.when(pl.col("OFN") != "NULL").then("OFN").alias("OFN"),
        pl.concat_str("subject_id", pl.lit("-"), "cycle_number").alias("cycle_id"),
        charging.alias("charging"),
        (~of_charge & (step.is_not_null() | ~charging)).alias("eventful"),
    )


def _readings(rows: pl.DataFrame) -> Iterator[Callable[[], list[pl.Series]]]:
    """The columns that are each read from one, as tasks."""

    def day() -> list[pl.Series]:
        dated, fault = read_days(rows[_EVENT], "event_date")
        return [*dated, fault.alias("event_fault")]

    # Zeros that a spreadsheet dropped are put back; nothing shorter is certain.
    digits = pl.when(pl.col("CNT_ORDER").str.contains(r"^[0-9]{10,12}$")).then(pl.col("CNT_ORDER").str.zfill(12))
    parts = {"cycle_number": (0, 3), "step_number": (3, 3), "number": (6, 3)}
    counts = [digits.alias("count"), *(digits.str.slice(*place).alias(name) for name, place in parts.items())]
    yield day
    yield partial(in_place, rows, "CNT_ORDER", *counts)
    yield partial(read_once, rows, "DISP_DESCR", codes.read_disposition, _DISPOSITION)
    yield partial(in_place, rows, "STP_TYPE_DESCR", _word("STP_TYPE_DESCR", codes.STEPS, _STEP).alias("step"))
    for column, name in (
        ("CONV_STAT_DESCR", "stated_level"),
        ("OFFENSE_TOC", "charged_level"),
        ("CONV_OFFENSE_TOC", "convicted_level"),
    ):
        yield partial(in_place, rows, column, _word(column, codes.LEVELS, LEVEL).alias(name))


def _word(column: str, words: Mapping[str, str], dtype: pl.Enum) -> pl.Expr:
    return pl.col(column).replace_strict(words, default=None, return_dtype=dtype)
