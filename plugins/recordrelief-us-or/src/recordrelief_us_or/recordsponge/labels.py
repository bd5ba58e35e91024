"""The results of all readings of a record, merged into the analyzer's words: type status, label, date, rules."""

from __future__ import annotations

from datetime import date
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

import polars as pl

from recordrelief.law import NEVER
from recordrelief.screening import APPLIES, Screening
from recordrelief_us_or.remedy_ids import CHARGE, CONVICTION, MARIJUANA, POSSESSION

if TYPE_CHECKING:
    from recordrelief.records import Records

LABELS = ("record_id", "charge_id", "type_status", "status", "label", "date", "governing_codes")
"""The columns of the result, all of text; what there is none of is null."""

_AHEAD = 9000
"""The year that stands for the conviction of an open charge: after every day that is known, and before never."""
_KEY = ["subject_id", "charge_id"]
_MORE_ANALYSIS = "Needs More Analysis"
_RESTITUTION = "Ineligible If Restitution Owed"
_IN_YEARS = ("own", "other")
"""Waits that last as long as the severity of the charge asks for."""

_WAITS: dict[str, tuple[str, ...]] = {
    CONVICTION: ("revoked", "own", "other"),
    CHARGE: ("no-complaint", "dismissal"),
    MARIJUANA: ("under-21", "revoked", "own", "other"),
    POSSESSION: ("immediate",),
}
"""The waits of each remedy; of several that end on one day the first governs."""
_CODES = {
    "under-21": "MARIJUANA_UNDER_21_1Y",
    "own": "OWN_CONVICTION",
    "revoked": "PROBATION_REVOKED_3Y",
    "other": "OTHER_CONVICTION",
    "immediate": "MARIJUANA_VIOLATION_IMMEDIATE",
    "no-complaint": "NO_COMPLAINT_60_DAYS",
    "dismissal": "DISMISSAL_IMMEDIATE",
}
_OPEN = {"own": "own-open", "other": "other-open", "immediate": "own-open"}
"""The condition that is unmet where a wait begins with a conviction which is only assumed."""


def labels(screening: Screening) -> pl.DataFrame:
    """One row a charge, in the order of person and charge; of a record that means too many things there is none."""
    charges = _charges(screening)
    results = _with_blockers(_results(screening, charges), screening.records)
    merged = _types(charges).join(_days(results, screening.as_of), on=_KEY, how="left", maintain_order="left")
    return _worded(merged).sort("record_id", "charge_id")


def _charges(screening: Screening) -> pl.DataFrame:
    """Every charge in each of its readings, with what the analyzer made of it."""
    records = screening.records
    charges = records.charges
    if screening.county is not None:
        charges = charges.filter(pl.col("county").cast(pl.String) == screening.county)
    over = records.subjects.filter("rs_overflow").select("subject_id").unique()
    cases = records.cases.select("case_id", "alternative", "restitution_on_case")
    return (
        charges.drop_nulls("rs_type")
        .select(*_KEY, "alternative", "case_id", "rs_type", "rs_eligible", "rs_ended", "rs_wait", "rs_question")
        .join(over, on="subject_id", how="anti", maintain_order="left")
        .join(cases, on=["case_id", "alternative"], how="left", maintain_order="left")
    )


# --- the result of one reading ----------------------------------------------------------------------------------------


def _results(screening: Screening, charges: pl.DataFrame) -> pl.DataFrame:
    """For each charge and reading: the day of the rule that governs it, and which rule that is."""
    findings = screening.findings
    keys = [*_KEY, "alternative"] if "alternative" in findings.columns else _KEY
    # A charge that has not ended, or whose type needs more analysis, has no day.
    ended = charges.filter("rs_ended").join(findings, on=keys, how="left", maintain_order="left")
    return pl.concat(
        ended.filter(pl.col(f"{remedy}/{APPLIES}")).select(*_KEY, "alternative", *_governing(remedy, waits))
        for remedy, waits in _WAITS.items()
    )


def _governing(remedy: str, waits: tuple[str, ...]) -> tuple[pl.Expr, pl.Expr]:
    """The latest day of the waits of a remedy, and the rule it comes from; neither where one of them is not known."""
    days = [_day(remedy, wait) for wait in waits]
    latest = pl.max_horizontal(days)
    unknown = reduce(or_, (day.is_null() for day in days))
    ineligible = ~pl.col("rs_eligible")
    code = pl.when(ineligible).then(pl.lit("NEVER_TYPE")).when(unknown).then(None)
    for wait, day in zip(waits, days, strict=True):
        code = code.when(day == latest).then(_code(wait))
    day = pl.when(ineligible).then(pl.lit(NEVER)).when(~unknown).then(latest)
    return day.alias("day"), code.otherwise(None).alias("code")


def _years() -> pl.Expr:
    return pl.col("rs_wait").cast(pl.String)


def _day(remedy: str, wait: str) -> pl.Expr:
    """The day on which a wait is over; one that begins with an assumed conviction ends so many years after it."""
    day = pl.col(f"{remedy}/{wait}")
    if wait not in _OPEN:
        return day
    length = _years().str.to_integer(strict=False) if wait in _IN_YEARS else pl.lit(0, dtype=pl.Int64)
    ahead = pl.when(length.is_null()).then(pl.lit(NEVER)).otherwise(pl.date(_AHEAD + length.fill_null(0), 1, 1))
    return pl.when(pl.col(f"{remedy}/{_OPEN[wait]}")).then(day).otherwise(ahead)


def _code(wait: str) -> pl.Expr:
    if wait not in _IN_YEARS:
        return pl.lit(_CODES[wait])
    return (
        pl.when(_years() == "never")
        .then(pl.lit("NEVER_FELONY_A"))
        .when(_years() == "unread")
        .then(pl.lit("LEVEL_ERROR"))
        .otherwise(pl.concat_str(pl.lit(_CODES[wait] + "_"), _years(), pl.lit("Y")))
    )


def _with_blockers(results: pl.DataFrame, records: Records) -> pl.DataFrame:
    """Results with the number of the case whose conviction governs, where several readings have one.

    Two readings that wait for convictions of two cases are two results, even on one day.
    """
    waiting = results.filter(pl.col("code").str.starts_with(_CODES["other"]))
    waiting = waiting.filter(pl.len().over(_KEY) > 1).select(*_KEY, "alternative")
    if waiting.is_empty():
        return results.with_columns(pl.lit(None, dtype=pl.String).alias("blocker"))
    numbers = records.cases.select("case_id", "alternative", pl.col("case_number").alias("blocker"))
    of_record = ["subject_id", "alternative"]
    counting = (
        records.charges.filter("rs_counts")
        .select(
            *of_record,
            pl.col("charge_id").alias("other"),
            "case_id",
            "disposition_date",
            "rs_assumed",
            "rs_violation",
            # A charge whose type somebody chose stands behind the others of its case.
            pl.col("reviewed_type").is_not_null().alias("reviewed"),
            "count_number",
        )
        .join(numbers, on=["case_id", "alternative"], how="left")
    )
    newest = (
        waiting.join(counting, on=of_record)
        .filter(pl.col("charge_id") != pl.col("other"))
        .sort(
            *("rs_assumed", "disposition_date", "blocker", "reviewed", "count_number"),
            descending=[True, True, False, False, False],
            nulls_last=True,
        )
        .group_by(*_KEY, "alternative", maintain_order=True)
        .agg(
            pl.when(pl.col("rs_violation").first())
            .then(pl.col("blocker").get(1, null_on_oob=True))
            .otherwise(pl.col("blocker").first())
        )
    )
    return results.join(newest, on=[*_KEY, "alternative"], how="left")


# --- all readings of a charge -----------------------------------------------------------------------------------------


def _types(charges: pl.DataFrame) -> pl.DataFrame:
    """What the readings of a charge say of its type."""
    eligible = pl.col("rs_eligible")
    return charges.group_by(_KEY, maintain_order=True).agg(
        pl.when(eligible.null_count() > 0)
        .then(pl.lit(_MORE_ANALYSIS))
        .when(eligible.all())
        .then(pl.lit("Eligible"))
        .when((~eligible).all())
        .then(pl.lit("Ineligible"))
        .otherwise(pl.lit(_MORE_ANALYSIS))
        .alias("type_status"),
        pl.col("rs_question").any().alias("question"),
        (pl.col("rs_type").cast(pl.String) == "RomeoAndJulietNMASexCrime").any().alias("young"),
        pl.col("restitution_on_case").fill_null(False).any().alias("restitution"),
    )


def _days(results: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """The distinct results of a charge by their day; none of a charge that has a reading without one."""
    open_ = results.filter(pl.col("day").is_null()).select(_KEY).unique()
    distinct = results.join(open_, on=_KEY, how="anti").drop("alternative").unique()
    distinct = distinct.sort(*_KEY, "day", "code", "blocker", nulls_last=True)
    year = pl.col("day").dt.year() - _AHEAD
    after = pl.when(year == 1).then(pl.lit("1 year")).otherwise(pl.concat_str(year, pl.lit(" years")))
    said = pl.col("day").dt.to_string("%b %-d, %Y")
    never, ahead = pl.col("day") == pl.lit(NEVER), pl.col("day").dt.year().is_between(_AHEAD, NEVER.year - 1)
    ripe = pl.col("day") <= pl.lit(as_of)
    text = pl.when(ahead).then(pl.concat_str(after, pl.lit(" from conviction of open charge"))).otherwise(said)
    return (
        distinct.with_columns(
            never.alias("never"),
            ripe.alias("ripe"),
            text.alias("text"),
            pl.when(never)
            .then(pl.lit("never"))
            .when(ahead)
            .then(text)
            .otherwise(pl.col("day").dt.to_string("%Y-%m-%d"))
            .alias("written"),
        )
        .group_by(_KEY, maintain_order=True)
        .agg(
            pl.col("written").first().alias("date"),
            pl.col("code")
            .filter(pl.struct("code", "blocker").is_first_distinct())
            .str.join(";")
            .alias("governing_codes"),
            pl.col("never").any().alias("some_never"),
            pl.col("never").all().alias("all_never"),
            pl.col("ripe").any().alias("some_ripe"),
            (pl.col("ripe") | pl.col("never")).all().alias("rest_ripe"),
            pl.col("text")
            .filter(~pl.col("ripe") & ~pl.col("never"))
            .unique(maintain_order=True)
            .str.join(" or ")
            .alias("ahead"),
        )
    )


def _worded(merged: pl.DataFrame) -> pl.DataFrame:
    """The label and the status of each charge: of the rules below the first that holds."""
    now, ahead = pl.lit("Now"), pl.col("ahead")
    when = pl.when("rest_ripe").then(now).when("some_ripe").then(pl.concat_str(now, pl.lit(" or "), ahead))
    dated = pl.concat_str(pl.lit("Eligible "), when.otherwise(ahead))
    known = pl.col("date").is_not_null()
    more, perhaps, never = (pl.lit(text) for text in (_MORE_ANALYSIS, "Possibly Eligible", "Ineligible"))
    rules = (
        (pl.col("question"), more, more),
        (pl.col("young"), perhaps, perhaps),
        (pl.col("type_status") == "Ineligible", never, never),
        (~known, pl.lit("Unknown"), perhaps),
        (pl.col("all_never"), never, never),
        (
            pl.col("some_never") & pl.col("rest_ripe"),
            pl.lit("Possibly Eligible Now"),
            pl.lit("Possibly Eligible Now"),
        ),
        (pl.col("some_never"), pl.lit("Possibly Will Be Eligible"), pl.concat_str(pl.lit("Possibly "), dated)),
        (pl.col("rest_ripe"), pl.lit("Eligible Now"), pl.lit("Eligible Now")),
        (pl.lit(True), pl.lit("Will Be Eligible"), dated),
    )
    status, label = (
        reduce(lambda below, rule: pl.when(rule[0]).then(rule[at]).otherwise(below), reversed(rules), pl.lit(None))
        for at in (1, 2)
    )
    worded = merged.with_columns(status.alias("status"), label.alias("label"))
    depends = pl.col("label").str.contains("open charge", literal=True)
    prefixed = pl.concat_str(pl.lit("Eligibility date dependent on open charge: "), "label")
    owed = pl.col("restitution") & (pl.col("status") != "Ineligible")
    worded = worded.with_columns(
        pl.when(owed).then(pl.lit(_RESTITUTION)).otherwise("status").alias("status"),
        pl.when(owed).then(pl.lit(_RESTITUTION)).when(depends).then(prefixed).otherwise("label").alias("label"),
        pl.col("subject_id").alias("record_id"),
        # The source's own id of the charge, where the format wrote the record's in front of it.
        pl.when(pl.col("charge_id").str.starts_with(pl.concat_str("subject_id", pl.lit("/"))))
        .then(pl.col("charge_id").str.slice(pl.col("subject_id").str.len_chars() + 1))
        .otherwise("charge_id")
        .alias("charge_id"),
    )
    return worded.select(LABELS)
