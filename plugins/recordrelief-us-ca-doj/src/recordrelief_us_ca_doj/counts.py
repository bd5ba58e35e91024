"""One charge a count: which row decides it, and what the further rows of the count add."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import polars as pl

from recordrelief_us_ca_doj import codes
from recordrelief_us_ca_doj.cells import OF_COUNT, OUTCOME
from recordrelief_us_ca_doj.coding import in_place
from recordrelief_us_ca_doj.issues import Issues
from recordrelief_us_ca_doj.reliefs import STEP_COLUMNS, later_steps

_RANK = 1 << 40  # above any number of rows: rows of a better rank come first, within a rank those of the file
_SEPARATOR = "\x1f"


def with_ids(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with ``charge_id``: person and count, or the content of the row where the count cannot be read."""
    rows = rows.with_columns(charge_id=pl.concat_str("subject_id", pl.lit("-"), "count"), levels_differ=False)
    unread = rows.filter(pl.col("charging") & pl.col("count").is_null())
    if unread.is_empty():
        return rows
    parts = ("subject_id", "STP_TYPE_DESCR", "STP_EVENT_DATE", "CNT_ORDER", "OFFENSE_DESCR", "OFN", "COMMENT_TEXT")
    made = []
    for *known, offense, number, comment in unread.select(parts).iter_rows():
        # Of two counts that defer to the comment only the comment tells them apart.
        told = comment if codes.sees_comment(offense) else None
        made.append(f"{known[0]}-x{digest((*known, offense, number, told))}")
    ids = unread.select("row", pl.Series("made", made, dtype=pl.String))
    rows = rows.join(ids, on="row", how="left", maintain_order="left")
    return rows.with_columns(charge_id=pl.coalesce("charge_id", "made")).drop("made")


def digest(parts: Iterable[str | None]) -> str:
    """A short name for texts, the same on every machine."""
    return hashlib.sha256(_SEPARATOR.join(part or "" for part in parts).encode()).hexdigest()[:12]


def settled(rows: pl.DataFrame, issues: Issues) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The row that decides each count, with what all rows of the count say, and the further rows of counts.

    A later step that only tells of a relief or a revocation is a further row of the conviction it is about.

    Args:
        rows: understood rows with ``charge_id``.
        issues: takes note of what was repeated or contradicts itself.
    """
    repeated = rows.select(pl.col("charging") & pl.col("charge_id").is_duplicated()).to_series()
    several = rows.filter(repeated)
    fresh = several.select(pl.struct(OF_COUNT).is_first_distinct()).to_series()
    issues.note(several.filter(~fresh), "DUPLICATE_ROW", "charges", None, severity="info")
    several = several.filter(fresh)
    offense = pl.col("OFFENSE_DESCR")
    (named,) = in_place(several, "OFFENSE_DESCR", pl.when(~offense.str.contains(codes.SEE_COMMENT)).then(offense))
    several = _one_offense_each(several.with_columns(named.alias("named")), issues)
    outcome, dated = pl.col("outcome"), ("event_date", "event_date_latest")
    final = pl.when(outcome != "pending").then(outcome.to_physical())
    rank = pl.when(final.is_not_null()).then(0).when(outcome.is_not_null()).then(1).otherwise(2)
    told = several.select(
        "charge_id",
        (pl.col("row").cast(pl.Int64) + rank.cast(pl.Int64) * _RANK).alias("place"),
        final.alias("final"),
        *(pl.when(final.is_not_null()).then(name).alias(name) for name in dated),
        pl.when(final.is_not_null()).then(pl.col("stated_level").to_physical()).alias("level"),
    )
    low, high = pl.col("final").min(), pl.col("final").max()
    ends = told.group_by("charge_id").agg(
        (pl.col("place").min() % _RANK).cast(pl.UInt32).alias("row"),
        (low != high).fill_null(False).alias("conflict"),
        pl.col("event_date").min().alias("from"),
        pl.col("event_date_latest").max().alias("to"),
        (
            (pl.col("event_date").min() != pl.col("event_date").max())
            | (pl.col("event_date_latest").min() != pl.col("event_date_latest").max())
        )
        .fill_null(False)
        .alias("dates"),
        (pl.col("level").min() != pl.col("level").max()).fill_null(False).alias("levels"),
    )
    deciding = several.join(ends.drop("charge_id"), on="row", how="inner", maintain_order="left")
    further = several.join(ends, on="row", how="anti", maintain_order="left")
    deciding = _filled(deciding, several)
    issues.note(deciding.filter(pl.col("dates") & ~pl.col("conflict")), "DATE_CONFLICT", "charges", "disposition_date")
    issues.note(deciding.filter("levels"), "SEVERITY_CONFLICT", "charges", "level")
    whole = ~pl.col("conflict") & pl.col("outcome").is_not_null()
    deciding = deciding.with_columns(
        pl.when(whole).then(pl.coalesce("from", "event_date")).otherwise("event_date").alias("event_date"),
        pl.when(whole)
        .then(pl.coalesce("to", "event_date_latest"))
        .otherwise("event_date_latest")
        .alias("event_date_latest"),
        pl.when(~pl.col("levels")).then("stated_level").alias("stated_level"),
        pl.col("levels").alias("levels_differ"),
    )
    contrary = deciding.filter("conflict").select("charge_id")
    if not contrary.is_empty():
        deciding = _reconciled(deciding, several.join(contrary, on="charge_id", how="semi"), issues)
    return _with_later_steps(rows, ~repeated, deciding.select(rows.columns), further.select(rows.columns))


def _with_later_steps(
    rows: pl.DataFrame, alone: pl.Series, deciding: pl.DataFrame, further: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The deciding and the further rows, a later step that only tells of a relief now a further row of its conviction.

    Args:
        rows: all rows.
        alone: which of them are no repetition.
        deciding: the deciding rows of the others.
        further: their further rows.
    """
    single = alone & rows["charging"]
    found = later_steps(pl.concat([rows.select(STEP_COLUMNS).filter(single), deciding.select(STEP_COLUMNS)]))
    if found.is_empty():
        return pl.concat([rows.filter(single), deciding]).rechunk(), further
    leaves = pl.col("row").is_in(found["row"].implode())
    first = pl.concat([rows.filter(~leaves & pl.lit(single)), deciding.filter(~leaves)]).rechunk()
    moved = pl.concat([rows.filter(leaves & pl.lit(single)), deciding.filter(leaves), further])
    moved = moved.join(found.drop("row"), left_on="charge_id", right_on="own", how="left", maintain_order="left")
    return first, moved.with_columns(charge_id=pl.coalesce("conviction", "charge_id")).drop("conviction")


def _one_offense_each(rows: pl.DataFrame, issues: Issues) -> pl.DataFrame:
    """One count, one offense: where rows of one number name several, each is a charge of its own.

    Its id then has the offense in it, whichever row comes first. A row without an offense text belongs to the first;
    one that defers to its comment is the same offense only where no more than one is named.

    Args:
        rows: have ``named``, the offense text unless it defers to the comment.
        issues: takes note of the counts.
    """
    judged = pl.when(pl.col("outcome") == "convicted").then("CONV_OFFENSE_DESCR")
    named = rows.select("charge_id", charged="named", judged=judged)
    mixed = pl.concat([_with_several(named, "charged"), _with_several(named, "judged")]).unique()
    if mixed.is_empty():
        return rows
    apart = pl.col("charge_id").is_in(mixed.implode())
    strange = rows.filter(apart).with_columns(charged=pl.col("OFFENSE_DESCR"), judged=judged)
    first = (pl.col(name).drop_nulls().first() for name in ("charged", "judged"))
    strange = strange.with_columns(pl.coalesce("charged", next(first).over("charge_id")))
    strange = strange.with_columns(pl.coalesce("judged", next(first).over("charge_id", "charged")))
    strange = strange.with_columns(
        pl.concat_str("charged", "judged", separator=_SEPARATOR, ignore_nulls=True).alias("offense")
    )
    texts = strange["offense"].unique().to_list()
    names = pl.DataFrame(
        {"offense": texts, "name": [digest((text,)) for text in texts]},
        schema_overrides={"offense": pl.String, "name": pl.String},
    )
    strange = strange.join(names, on="offense", how="left", maintain_order="left").with_columns(
        charge_id=pl.concat_str("charge_id", pl.lit("-"), "name")
    )
    issues.note(
        strange.unique("charge_id", keep="first", maintain_order=True), "DUPLICATE_COUNT", "charges", "count_number"
    )
    return pl.concat([rows.filter(~apart), strange.select(rows.columns)])


def _with_several(named: pl.DataFrame, column: str) -> pl.Series:
    pairs = named.select("charge_id", column).drop_nulls(column).unique()
    return pairs.filter(pl.col("charge_id").is_duplicated())["charge_id"].unique()


_FILLED = ("named", "charged_level", "CYC_DATE", "STP_ORI_CNTY_NAME", "STP_ORI_DESCR")
_FILLED_BY_OUTCOMES = ("CONV_OFFENSE_DESCR", "CONV_OFFENSE_TOC", "CONV_STAT_DESCR", "stated_level")


def _filled(deciding: pl.DataFrame, several: pl.DataFrame) -> pl.DataFrame:
    """What the deciding rows leave blank, from the first row of the count that says it."""
    for column in _FILLED + _FILLED_BY_OUTCOMES:
        blank = deciding.filter(pl.col(column).is_null()).select("charge_id")
        if blank.is_empty():
            continue
        known = several.select("charge_id", "outcome", pl.col(column).alias("known")).drop_nulls("known")
        if column in _FILLED_BY_OUTCOMES:
            known = known.drop_nulls("outcome")
        known = known.drop("outcome")
        known = known.join(blank, on="charge_id", how="semi", maintain_order="left")
        if known.is_empty():
            continue
        known = known.unique("charge_id", keep="first", maintain_order=True)
        deciding = deciding.join(known, on="charge_id", how="left", maintain_order="left")
        deciding = deciding.with_columns(pl.coalesce(column, "known").alias(column)).drop("known")
    return deciding.with_columns(pl.coalesce("named", "OFFENSE_DESCR").alias("OFFENSE_DESCR"))


def _reconciled(deciding: pl.DataFrame, contrary: pl.DataFrame, issues: Issues) -> pl.DataFrame:
    """Counts with several outcomes: vacated where a conviction was vacated later, else unknown."""
    outcome = pl.col("outcome")
    vacated, convicted = outcome == "vacated", outcome == "convicted"
    later = (
        contrary.group_by("charge_id", maintain_order=True)
        .agg(
            vacated.fill_null(False).any().alias("any"),
            pl.col("event_date").filter(vacated).min().alias("vacated"),
            pl.col("event_date_latest").filter(vacated).max().alias("vacated_latest"),
            pl.col("event_date").filter(convicted).max().alias("convicted"),
            pl.col("DISP_DESCR").filter(vacated).first().alias("words"),
        )
        .filter(pl.col("any") & ~(pl.col("convicted") > pl.col("vacated_latest")).fill_null(False))
        .drop("any", "convicted")
        .with_columns(settled=pl.lit("vacated", dtype=OUTCOME))
    )
    deciding = deciding.join(later, on="charge_id", how="left", maintain_order="left")
    conflict, told = pl.col("conflict"), pl.col("settled").is_not_null()
    unknown = deciding.filter(conflict & ~told).select("charge_id")
    rows = contrary.join(unknown, on="charge_id", how="semi", maintain_order="left").drop_nulls("outcome")
    issues.note(rows, "DISPOSITION_CONFLICT", "charges", "outcome")
    return deciding.with_columns(
        pl.when(conflict).then("settled").otherwise("outcome").alias("outcome"),
        pl.when(told).then("vacated").otherwise("event_date").alias("event_date"),
        pl.when(told).then("vacated_latest").otherwise("event_date_latest").alias("event_date_latest"),
        pl.when(told).then("words").otherwise("DISP_DESCR").alias("DISP_DESCR"),
    )
