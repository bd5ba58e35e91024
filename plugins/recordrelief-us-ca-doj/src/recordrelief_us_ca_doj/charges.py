"""Charges and cases: what was charged, what it ended as, and the court step in which it did."""

from __future__ import annotations

import polars as pl

from recordrelief_us_ca_doj import codes
from recordrelief_us_ca_doj.coding import read_once
from recordrelief_us_ca_doj.days import read_days
from recordrelief_us_ca_doj.issues import SOURCE, Issues

_NOTES = (
    "conviction_date and judgment_date derived from the date of the court step",
    "citation derived from the offense as charged",
    "level derived from the type of the offense",
    "arrest_date derived from the date of the cycle",
)
_OFFENSE = {
    "citation": pl.String,
    "attempt": pl.Boolean,
    "conspiracy": pl.Boolean,
    "solicitation": pl.Boolean,
    "defers": pl.Boolean,
}
_ARRESTS = ("arrest", "supplemental")


def charges(first: pl.DataFrame, further: pl.DataFrame, issues: Issues) -> pl.DataFrame:
    """One row a count. Where the file names a convicted offense, it is the one that counts."""
    charged = read_once(first, "OFFENSE_DESCR", codes.read_offense, _OFFENSE)
    charged = [column.alias("charged_" + column.name) for column in charged]
    convicted = read_once(first, "CONV_OFFENSE_DESCR", codes.read_offense, _OFFENSE)
    named = pl.col("CONV_OFFENSE_DESCR").is_not_null()
    cycles, cycle_fault = read_days(first["CYC_DATE"], "cycle_date")
    whole = first.hstack([*cycles, *charged, *convicted]).with_columns(
        *(pl.when(named).then(name).otherwise("charged_" + name).alias(name) for name in _OFFENSE),
        **_levels(named),
    )
    whole = whole.with_columns(pl.col("defers").fill_null(True))
    whole = whole.hstack([*_arrest_dates(first), _possible(whole, further, issues)])
    arrested = pl.col("step").is_in(_ARRESTS).fill_null(False) & pl.col("event_date").is_not_null()
    known = pl.col("arrest_date").is_not_null() & pl.col("arrest_date_latest").is_not_null()
    at_court = (pl.col("step") == "court").fill_null(False)
    convicted_here = (pl.col("outcome") == "convicted").fill_null(False)
    judged = convicted_here & at_court
    by_cycle = ~arrested & ~known
    if cycle_fault.null_count() < len(cycle_fault):
        faulty = whole.with_columns(cycle_fault).filter(by_cycle).drop_nulls("fault")
        issues.note(faulty, pl.col("fault").cast(pl.String), "charges", "arrest_date")

    def arrest(end: str) -> pl.Expr:
        return (
            pl.when(arrested)
            .then("event_date" + end)
            .when(known)
            .then("arrest_date" + end)
            .otherwise("cycle_date" + end)
        ).alias("arrest_date" + end)

    def day(name: str, where: pl.Expr) -> list[pl.Expr]:
        return [pl.when(where).then("event_date" + end).alias(name + end) for end in ("", "_latest")]

    notes = (
        (judged & pl.col("event_date").is_not_null()).cast(pl.UInt8)
        + (~named & convicted_here).cast(pl.UInt8) * 2
        + pl.col("by_type").cast(pl.UInt8) * 4
        + (by_cycle & pl.col("cycle_date").is_not_null()).cast(pl.UInt8) * 8
    )
    whole = whole.select(
        "charge_id",
        "subject_id",
        "cycle_id",
        pl.when(at_court).then(_case_id()).alias("case_id"),
        pl.col("STP_ORI_CNTY_NAME").alias("county"),
        pl.col("STP_ORI_CNTY_NAME")
        .replace_strict(codes.FIPS, default=None, return_dtype=pl.String)
        .cast(pl.Categorical)
        .alias("county_fips"),
        pl.col("STP_ORI_DESCR").alias("agency"),
        pl.lit("us-ca", dtype=pl.Categorical).alias("jurisdiction"),
        pl.when(pl.col("step").is_in(codes.CHARGE_STEPS)).then("step").alias("stage"),
        pl.col("number").cast(pl.String).cast(pl.UInt16, strict=False).alias("count_number"),
        arrest(""),
        arrest("_latest"),
        pl.col("OFFENSE_DESCR").cast(pl.String).alias("charged_text"),
        "charged_citation",
        "charged_level",
        "charged_attempt",
        "charged_conspiracy",
        "charged_solicitation",
        "citation",
        "attempt",
        "conspiracy",
        "solicitation",
        pl.coalesce("CONV_OFFENSE_DESCR", "OFFENSE_DESCR").cast(pl.String).alias("offense_text"),
        "level",
        "possible_citations",
        "outcome",
        *day("disposition_date", pl.col("outcome").is_not_null()),
        *day("conviction_date", judged),
        *day("judgment_date", judged),
        pl.col("DISP_DESCR").cast(pl.String).alias("outcome_text"),
        pl.lit(_note_lists()).gather(notes).alias("notes"),
        *SOURCE,
    )
    unread = whole.filter(pl.col("citation").is_null() & pl.col("possible_citations").is_null())
    issues.note(unread.drop_nulls("offense_text"), "OFFENSE_UNPARSED", "charges", "citation")
    issues.note(whole.drop_nulls("possible_citations"), "OFFENSE_IN_COMMENT", "charges", "citation")
    return whole


def _levels(named: pl.Expr) -> dict[str, pl.Expr]:
    """The level as disposed, and whether it is that of the type of the offense: only where none is stated at all."""
    stated = pl.col("CONV_STAT_DESCR").is_not_null() | pl.col("levels_differ")
    same = (pl.col("CONV_OFFENSE_DESCR") == pl.col("OFFENSE_DESCR")).fill_null(False)
    of_type = pl.coalesce(
        pl.when(named).then(pl.col("convicted_level")), pl.when(~named | same).then(pl.col("charged_level"))
    )
    return {
        "level": pl.when(stated).then("stated_level").otherwise(of_type),
        "by_type": ~stated & of_type.is_not_null(),
    }


def _arrest_dates(first: pl.DataFrame) -> list[pl.Series]:
    """The day of the arrest of each row's cycle; from the first to the last where there are several."""
    dated = first.select("cycle_id", "step", "event_date", "event_date_latest")
    latest = pl.col("event_date_latest")
    arrests = (
        dated.filter(pl.col("step").is_in(_ARRESTS))
        .group_by("cycle_id")
        .agg(
            pl.col("event_date").min().alias("arrest_date"),
            pl.when(latest.is_not_null().all()).then(latest.max()).alias("arrest_date_latest"),
        )
    )
    return dated.select("cycle_id").join(arrests, on="cycle_id", how="left", maintain_order="left").get_columns()[1:]


def _possible(whole: pl.DataFrame, further: pl.DataFrame, issues: Issues) -> pl.Series:
    """The ``possible_citations``: the offenses of the comments to which the offense text of a charge defers.

    A comment that names another offense beside a text that names one already is an issue: it may hide a further count.
    """
    columns = ("charge_id", "COMMENT_TEXT", *SOURCE)
    rows = pl.concat([whole.select(columns), further.select(columns)]).drop_nulls("COMMENT_TEXT")
    distinct = rows["COMMENT_TEXT"].unique()
    distinct = distinct.filter(distinct.str.contains(codes.MAY_CITE))
    found = [codes.read_comment(text).named for text in distinct.to_list()]
    cited = pl.DataFrame(
        {"COMMENT_TEXT": distinct, "named": found},
        schema={"COMMENT_TEXT": pl.String, "named": pl.List(pl.String)},
    ).filter(pl.col("named").list.len() > 0)
    nothing = pl.repeat(None, whole.height, dtype=pl.List(pl.String), eager=True).alias("possible_citations")
    if cited.is_empty():
        return nothing
    rows = rows.join(cited, on="COMMENT_TEXT", maintain_order="left")
    own = whole.select("charge_id", "defers", "charged_citation", "citation")
    rows = rows.join(own, on="charge_id", maintain_order="left")
    beside = rows.filter(~pl.col("defers"))
    key = ("charged_citation", "citation", "COMMENT_TEXT")
    pairs = beside.select(*key, "named").unique(key)
    another = [codes.names_another((a, b), named) for a, b, _, named in pairs.iter_rows()]
    hidden = pairs.select(key).filter(pl.Series(another, dtype=pl.Boolean))
    hidden = beside.join(hidden, on=key, how="semi", nulls_equal=True, maintain_order="left")
    issues.note(hidden, "MULTIPLE_OFFENSES_IN_COUNT", "charges", "offense_text")
    deferred = rows.filter("defers")
    if deferred.is_empty():
        return nothing
    possible = (
        deferred.select("charge_id", possible_citations="named")
        .explode("possible_citations")
        .group_by("charge_id", maintain_order=True)
        .agg(pl.col("possible_citations").unique(maintain_order=True))
    )
    ids = whole.select("charge_id")
    return ids.join(possible, on="charge_id", how="left", maintain_order="left")["possible_citations"]


def _case_id() -> pl.Expr:
    """The case of a court step: that of the step, or of its number where the step cannot be read."""
    return pl.coalesce(
        pl.concat_str("subject_id", pl.lit("-"), "cycle_number", "step_number"),
        pl.concat_str("subject_id", pl.lit("-ofn-"), "OFN"),
    )


def cases(first: pl.DataFrame, further: pl.DataFrame) -> pl.DataFrame:
    """One row a court step, with the case numbers that stand on any count of it."""
    columns = ("subject_id", "cycle_id", "OFN", "STP_ORI_DESCR", "STP_ORI_CNTY_NAME", *SOURCE)
    at_court = pl.col("step") == "court"
    steps = pl.concat(
        [rows.filter(at_court).select(_case_id().alias("case_id"), *columns) for rows in (first, further)]
    ).drop_nulls("case_id")
    numbers = steps.select("case_id", number="OFN").drop_nulls().unique(maintain_order=True)
    if numbers["case_id"].is_duplicated().any():
        numbers = numbers.group_by("case_id").agg(pl.col("number").sort().str.join("; "))
    places = steps.select("case_id", court="STP_ORI_DESCR", county="STP_ORI_CNTY_NAME").unique()
    if places["case_id"].is_duplicated().any():
        # Where the counts of one step disagree, nobody knows.
        one = (pl.when(pl.col(name).n_unique() == 1).then(pl.col(name).first()) for name in ("court", "county"))
        places = places.group_by("case_id").agg(*one)
    return (
        steps.unique("case_id", keep="first", maintain_order=True)
        .select("case_id", "subject_id", "cycle_id", *SOURCE)
        .join(numbers.rename({"number": "case_number"}), on="case_id", how="left", maintain_order="left")
        .join(places, on="case_id", how="left", maintain_order="left")
    )


def _note_lists() -> pl.Series:
    lists = [[note for bit, note in enumerate(_NOTES) if mask >> bit & 1] or None for mask in range(1 << len(_NOTES))]
    return pl.Series(lists, dtype=pl.List(pl.String))
