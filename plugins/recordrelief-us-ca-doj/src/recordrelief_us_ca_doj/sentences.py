"""The parts of a sentence: one row a term that the file states, or that the words of a disposition name."""

from __future__ import annotations

import polars as pl

from recordrelief.model import LIFE_DAYS, SENTENCE_KINDS
from recordrelief.tables import dtypes
from recordrelief_us_ca_doj import codes
from recordrelief_us_ca_doj.cells import OF_COUNT
from recordrelief_us_ca_doj.coding import in_place
from recordrelief_us_ca_doj.counts import digest
from recordrelief_us_ca_doj.issues import SOURCE, Issues

_KIND = pl.Enum(SENTENCE_KINDS)
_UNITS = ("D", "M", "Y")
# The fewest and the most days of so many months in a row, below twelve.
_FEWEST = (0, 28, 59, 89, 120, 150, 181, 212, 242, 273, 303, 334)
_MOST = (0, 31, 62, 92, 123, 153, 184, 215, 245, 276, 306, 337)
_TERM = (
    "CNT_ORDER",
    "STP_EVENT_DATE",
    "DISP_ORDER",
    "DISP_DESCR",
    "SENT_ORDER",
    "SENT_LOC_DESCR",
    "SENT_LENGTH",
    "SENT_TIME_CODE",
)
_NAMED = "kind derived from the words of the disposition"

STATED = pl.col("SENT_LENGTH").is_not_null() | pl.col("SENT_LOC_DESCR").is_not_null()
"""The row states a term."""


def sentences(first: pl.DataFrame, further: pl.DataFrame, issues: Issues) -> pl.DataFrame:
    """One row a part of a sentence.

    A kind of term that only the disposition names (``CONVICTED-PROB/JAIL`` with a jail term) is a part of its own
    without a length, so that nobody takes the person for one who was never on probation. Probation revoked shows the
    same.
    """
    columns = (*OF_COUNT, "charge_id", "event_date", "event_date_latest", "row", *SOURCE)
    rows = pl.concat([first.select(columns).filter(STATED), further.select(columns).filter(STATED)]).sort("row")
    kind = pl.col("SENT_LOC_DESCR").replace_strict(codes.SENTENCES, default=None, return_dtype=_KIND)
    parts = rows.with_columns(kind=kind)
    named = _named(first, further)
    only = named.filter(~pl.col("charge_id").is_duplicated()).select("charge_id", only="kind")
    parts = parts.join(only, on="charge_id", how="left", maintain_order="left").with_columns(
        kind=pl.when(pl.col("SENT_LOC_DESCR").is_null()).then("only").otherwise("kind")
    )
    # One order of one disposition with the same words is one term, however many rows repeat it.
    ordered = pl.col("SENT_ORDER").is_not_null()
    parts = parts.filter(~ordered | pl.struct("charge_id", *_TERM).is_first_distinct())
    _note(parts, issues)
    parts = parts.select(
        _ids(parts),
        "charge_id",
        "kind",
        pl.col("event_date").alias("imposed_date"),
        pl.col("event_date_latest").alias("imposed_date_latest"),
        *_lengths(parts),
        pl.concat_str(["SENT_LENGTH", "SENT_TIME_CODE", "SENT_LOC_DESCR"], separator=" ", ignore_nulls=True).alias(
            "length_text"
        ),
        *SOURCE,
    )
    derived = named.join(parts, on=["charge_id", "kind"], how="anti", maintain_order="left").select(
        pl.concat_str("charge_id", pl.lit("-s-"), pl.col("kind").cast(pl.String)).alias("sentence_id"),
        "charge_id",
        "kind",
        "imposed_date",
        "imposed_date_latest",
        pl.concat_list(pl.lit(_NAMED)).alias("notes"),
        *SOURCE,
    )
    whole = pl.concat([parts, derived], how="diagonal")
    if whole.is_empty():
        return pl.DataFrame(schema=dtypes("sentences"))
    return _revoked(whole, first, further)


def _named(first: pl.DataFrame, further: pl.DataFrame) -> pl.DataFrame:
    """The kinds of term that dispositions name, once a charge, with the day and the line."""
    columns = ("charge_id", "DISP_DESCR", "revoked", "event_date", "event_date_latest", *SOURCE)
    rows = pl.concat([first.select(columns), further.select(columns)])
    texts = rows["DISP_DESCR"].unique().drop_nulls().cast(pl.String).to_list()
    kinds = [
        (text, kind)
        for text in texts
        for kind in dict.fromkeys(
            (*codes.read_terms(text), *(("probation",) if codes.read_disposition(text).revoked else ()))
        )
    ]
    table = pl.DataFrame(kinds, schema={"DISP_DESCR": pl.Categorical, "kind": _KIND}, orient="row")
    return (
        rows.join(table, on="DISP_DESCR", maintain_order="left")
        .unique(["charge_id", "kind"], keep="first", maintain_order=True)
        .select(
            "charge_id",
            "kind",
            # A revocation tells that there was probation, not since when.
            *(
                pl.when(~pl.col("revoked")).then(name).alias(alias)
                for name, alias in (("event_date", "imposed_date"), ("event_date_latest", "imposed_date_latest"))
            ),
            *SOURCE,
        )
    )


def _ids(parts: pl.DataFrame) -> pl.Series:
    """The id of each part: the charge and the order that the file gives the part, or its content."""
    ids = parts.select(
        pl.concat_str(
            "charge_id",
            pl.lit("-s"),
            pl.col("DISP_ORDER").fill_null(""),
            pl.lit("."),
            pl.col("SENT_ORDER").fill_null(""),
        ).alias("sentence_id")
    )["sentence_id"]
    doubtful = ids.is_duplicated()
    if not doubtful.any():
        return ids
    contents = [digest(row) for row in parts.filter(doubtful).select(pl.col(OF_COUNT).cast(pl.String)).iter_rows()]
    exact = pl.DataFrame([ids.filter(doubtful), pl.Series("content", contents, dtype=pl.String)])
    exact = exact.select(pl.concat_str("sentence_id", pl.lit("-"), "content"))
    # What is left is equal in all that is read, so it does not matter which is which.
    nth = pl.int_range(1, pl.len() + 1).over("sentence_id")
    exact = exact.select(
        pl.when(nth == 1).then("sentence_id").otherwise(pl.concat_str("sentence_id", pl.lit("."), nth))
    )
    return pl.concat([ids.filter(~doubtful), exact.to_series()]).gather(_positions(doubtful))


def _positions(doubtful: pl.Series) -> pl.Series:
    """Where each row stands once the doubtful ones are moved behind the others."""
    return doubtful.arg_sort().arg_sort()


def _note(parts: pl.DataFrame, issues: Issues) -> None:
    (digits,) = in_place(parts, "SENT_LENGTH", pl.col("SENT_LENGTH").str.contains(r"^[0-9]{1,9}$").alias("digits"))
    parts, number = parts.with_columns(digits), pl.col("digits")
    given = parts.drop_nulls("SENT_LENGTH")
    issues.note(given.filter(~number), "SENTENCE_LENGTH_UNREAD", "sentences", "length_days_min")
    unit = pl.col("SENT_TIME_CODE").is_in(_UNITS).fill_null(False)
    issues.note(given.filter(number & ~unit), "SENTENCE_UNIT_UNKNOWN", "sentences", "length_days_min")
    strange = parts.filter(pl.col("SENT_LOC_DESCR").is_not_null() & pl.col("kind").is_null())
    issues.note(strange, "SENTENCE_KIND_UNRECOGNISED", "sentences", "kind")


def _lengths(parts: pl.DataFrame) -> list[pl.Expr]:
    """The fewest and the most calendar days that so many days, months or years can have."""
    digits = pl.when(pl.col("SENT_LENGTH").str.contains(r"^[0-9]{1,9}$")).then("SENT_LENGTH").cast(pl.Int64)
    number = pl.lit(in_place(parts, "SENT_LENGTH", digits)[0])
    unit = pl.col("SENT_TIME_CODE")
    months = pl.when(unit == "M").then(number % 12)
    years = pl.when(unit == "M").then(number // 12).when(unit == "Y").then(number)
    lengths = []
    for name, table, leap in (("length_days_min", _FEWEST, 0), ("length_days_max", _MOST, 3)):
        rest = pl.lit(pl.Series(table, dtype=pl.Int64)).gather(months.fill_null(0))
        days = pl.when(unit == "D").then(number).otherwise(years * 365 + (years + leap) // 4 + rest)
        lengths.append(pl.when(days < LIFE_DAYS).then(days).cast(pl.Int32).alias(name))
    return lengths


def _revoked(parts: pl.DataFrame, first: pl.DataFrame, further: pl.DataFrame) -> pl.DataFrame:
    """The parts, probation marked as revoked where a row of the charge says so."""
    again = pl.col("revoked").fill_null(False)
    rows = pl.concat([first.filter(again), further.filter(again)]).sort("row").unique("charge_id", keep="first")
    rows = rows.select(
        "charge_id",
        kind=pl.lit("probation", dtype=_KIND),
        revoked=pl.lit(True),
        revoked_date="event_date",
        revoked_date_latest="event_date_latest",
    )
    return parts.join(rows, on=["charge_id", "kind"], how="left", maintain_order="left")
