"""The results of all readings of a record, merged into the analyzer's words: type status, label, date, rules."""

from __future__ import annotations

from datetime import date
from functools import reduce
from operator import or_

import polars as pl

from recordrelief.law import NEVER
from recordrelief.screening import APPLIES, Screening
from recordrelief_us_or.recordsponge.charge_types import WAITS
from recordrelief_us_or.remedy_ids import CHARGE, CONVICTION, MARIJUANA, POSSESSION

LABELS = ("record_id", "charge_id", "type_status", "status", "label", "date", "governing_codes")
"""The columns of the result, all of text; what there is none of is null."""

_AHEAD = 9000
"""The year that stands for the conviction of an open charge: after every day that is known, and before never."""
_KEY = ["subject_id", "charge_id"]
_READ = (
    *("rs_type", "rs_eligible", "rs_ended", "rs_wait", "rs_question", "rs_counts", "rs_assumed", "rs_violation"),
    *("disposition_date", "reviewed_type", "count_number"),
)
_OPEN_TYPE = "Needs More Analysis"
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
_CODE = pl.Enum(
    [
        *(f"{_CODES[wait]}_{years}Y" for wait in _IN_YEARS for years in WAITS),
        *(code for wait, code in _CODES.items() if wait not in _IN_YEARS),
        *("NEVER_FELONY_A", "LEVEL_ERROR", "NEVER_TYPE"),
    ]
)
"""Every rule that may govern, in the order in which rules of one day are told."""
_OPEN = {"own": "own-open", "other": "other-open", "immediate": "own-open"}
"""The condition that is unmet where a wait begins with a conviction which is only assumed."""


def labels(screening: Screening) -> pl.DataFrame:
    """One row a charge, in the order of person and charge; of a record that means too many things there is none."""
    charges = _charges(screening)
    results = _with_blockers(_results(screening, charges), charges)
    merged = _types(charges).join(_days(results, screening.as_of), on="number", how="left", maintain_order="left")
    return _worded(merged).sort("record_id", "charge_id")


def _charges(screening: Screening) -> pl.DataFrame:
    """Every charge in each of its readings, with what the analyzer made of it; ``number`` tells charges apart."""
    records = screening.records
    charges = records.charges
    if screening.county is not None:
        charges = charges.filter(pl.col("county").cast(pl.String) == screening.county)
    over = records.subjects.filter("rs_overflow").select("subject_id").unique()
    cases = records.cases.select("case_id", "alternative", "case_number", "restitution_on_case")
    return (
        charges.drop_nulls("rs_type")
        .select(*_KEY, "alternative", "case_id", *_READ)
        .join(over, on="subject_id", how="anti", maintain_order="left")
        .join(cases, on=["case_id", "alternative"], how="left", maintain_order="left")
        # Numbers are compared sooner than ids, and most of what follows compares.
        .with_columns(pl.col("charge_id").cast(pl.Categorical).to_physical().alias("number"))
    )


# --- the result of one reading ----------------------------------------------------------------------------------------


def _results(screening: Screening, charges: pl.DataFrame) -> pl.DataFrame:
    """For each charge and reading: the day of the rule that governs it, and which rule that is."""
    findings = screening.findings
    keys = ["charge_id", *(["alternative"] if "alternative" in findings.columns else [])]
    names = {
        f"{remedy}/{name}"
        for remedy, waits in _WAITS.items()
        for name in (APPLIES, *waits, *(_OPEN[wait] for wait in waits if wait in _OPEN))
    }
    # A charge that has not ended, or whose type needs more analysis, has no day.
    ended = charges.filter("rs_ended").select("number", "charge_id", "alternative", "rs_eligible", "rs_wait")
    found = ended.join(findings.select(*keys, *sorted(names)), on=keys, how="left", maintain_order="left")
    return pl.concat(
        found.filter(pl.col(f"{remedy}/{APPLIES}")).select("number", "alternative", *_governing(remedy, waits))
        for remedy, waits in _WAITS.items()
    )


def _governing(remedy: str, waits: tuple[str, ...]) -> tuple[pl.Expr, pl.Expr]:
    """The latest day of the waits of a remedy, and the rule it comes from; neither where one of them is not known."""
    days = [_day(remedy, wait) for wait in waits]
    latest = pl.max_horizontal(days)
    unknown = reduce(or_, (day.is_null() for day in days))
    ineligible = ~pl.col("rs_eligible")
    code = pl.when(ineligible).then(pl.lit("NEVER_TYPE", dtype=_CODE)).when(unknown).then(None)
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
    known = pl.col(f"{remedy}/{_OPEN[wait]}")
    return pl.when(known).then(day).when(~known).then(ahead)


def _code(wait: str) -> pl.Expr:
    code = _CODES[wait]
    if wait not in _IN_YEARS:
        return pl.lit(code, dtype=_CODE)
    named = {years: f"{code}_{years}Y" for years in WAITS} | {"never": "NEVER_FELONY_A", "unread": "LEVEL_ERROR"}
    return pl.col("rs_wait").replace_strict(named, return_dtype=_CODE)


def _with_blockers(results: pl.DataFrame, charges: pl.DataFrame) -> pl.DataFrame:
    """Results with the number of the case whose conviction governs, where several readings have one.

    Two readings that wait for convictions of two cases are two results, even on one day.
    """
    of_others = [code for code in _CODE.categories if code.startswith(_CODES["other"])]
    waiting = results.filter(pl.col("code").is_in(of_others))
    waiting = waiting.filter(pl.col("number").is_duplicated()).select("number", "alternative")
    waiting = waiting.join(charges.select("number", "alternative", "subject_id"), on=["number", "alternative"])
    counting = charges.filter("rs_counts").select(
        "subject_id",
        "alternative",
        pl.col("number").alias("other"),
        pl.col("case_number").alias("blocker"),
        "disposition_date",
        "rs_assumed",
        "rs_violation",
        # A charge whose type somebody chose stands behind the others of its case.
        pl.col("reviewed_type").is_not_null().alias("reviewed"),
        "count_number",
    )
    newest = (
        waiting.join(counting, on=["subject_id", "alternative"])
        .filter(pl.col("number") != pl.col("other"))
        .sort(
            *("rs_assumed", "disposition_date", "blocker", "reviewed", "count_number"),
            descending=[True, True, False, False, False],
            nulls_last=True,
        )
        .group_by("number", "alternative", maintain_order=True)
        .agg(
            pl.when(pl.col("rs_violation").first())
            .then(pl.col("blocker").get(1, null_on_oob=True))
            .otherwise(pl.col("blocker").first())
        )
    )
    return results.join(newest, on=["number", "alternative"], how="left")


# --- all readings of a charge -----------------------------------------------------------------------------------------


def _types(charges: pl.DataFrame) -> pl.DataFrame:
    """What the readings of a charge say of its type."""
    eligible, type_ = pl.col("rs_eligible"), pl.col("rs_type").cast(pl.String)
    restitution = pl.col("restitution_on_case").fill_null(False)
    says = (
        pl.when(eligible)
        .then(pl.lit("Eligible"))
        .when(~eligible)
        .then(pl.lit("Ineligible"))
        .otherwise(pl.lit(_OPEN_TYPE))
    )
    each = charges.select(
        "number",
        *_KEY,
        says.alias("type_status"),
        pl.col("rs_question").alias("question"),
        (type_ == "RomeoAndJulietNMASexCrime").alias("young"),
        restitution.alias("restitution"),
    )
    alone, several = _apart(each)
    agreed = pl.col("type_status")
    together = several.group_by("number").agg(
        pl.col(_KEY).first(),
        pl.when(agreed.n_unique() == 1).then(agreed.first()).otherwise(pl.lit(_OPEN_TYPE)).alias("type_status"),
        pl.col("question", "young", "restitution").any(),
    )
    return pl.concat([alone, together])


def _apart(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows of charges that have one only, and those of charges that have several."""
    several = rows["number"].is_duplicated()
    return rows.filter(~several), rows.filter(several)


def _days(results: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """The distinct results of a charge by their day; none of a charge that has a reading without one."""
    open_ = results.filter(pl.col("day").is_null()).select("number").unique()
    known = results.join(open_, on="number", how="anti", maintain_order="left").drop("alternative")
    alone, several = _apart(known)
    told = _said(several.unique(), as_of).sort("number", "day", "governing_codes", "blocker", nulls_last=True)
    # What a charge has been told once is not told again.
    once = pl.struct("number", "governing_codes", "blocker").is_first_distinct()
    text = pl.struct("number", "ahead").is_first_distinct()
    told = told.with_columns(
        pl.when(once).then("governing_codes").alias("governing_codes"), pl.when(text).then("ahead").alias("ahead")
    )
    together = told.group_by("number").agg(
        pl.col("date").first(),
        pl.col("governing_codes").str.join(";"),
        pl.col("some_never").any(),
        pl.col("all_never").all(),
        pl.col("some_ripe").any(),
        pl.col("rest_ripe").all(),
        pl.col("ahead").str.join(" or "),
    )
    return pl.concat([_said(alone, as_of).drop("day", "blocker"), together])


def _said(results: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """What each result says: its day in both ways of writing, its rule, and whether the day is past."""
    day = pl.col("day")
    after = {0: "conviction", 1: "1 year from conviction"} | {n: f"{n} years from conviction" for n in range(2, 10)}
    texts = {_AHEAD + years: f"{text} of open charge" for years, text in after.items()}
    open_ = day.dt.year().replace_strict(texts, default=None, return_dtype=pl.String)
    never, ahead, ripe = day == pl.lit(NEVER), day.dt.year().is_between(_AHEAD, NEVER.year - 1), day <= pl.lit(as_of)
    written = pl.when(never).then(pl.lit("never")).when(ahead).then(open_).otherwise(day.dt.to_string("%Y-%m-%d"))
    text = pl.when(ahead).then(open_).otherwise(day.dt.to_string("%b %-d, %Y"))
    return results.select(
        "number",
        written.alias("date"),
        pl.col("code").cast(pl.String).alias("governing_codes"),
        never.alias("some_never"),
        never.alias("all_never"),
        ripe.alias("some_ripe"),
        (ripe | never).alias("rest_ripe"),
        pl.when(~ripe & ~never).then(text).alias("ahead"),
        "day",
        "blocker",
    )


def _worded(merged: pl.DataFrame) -> pl.DataFrame:
    """The label and the status of each charge: of the rules below the first that holds."""
    now, ahead = pl.lit("Now"), pl.col("ahead")
    when = pl.when("rest_ripe").then(now).when("some_ripe").then(pl.concat_str(now, pl.lit(" or "), ahead))
    dated = pl.concat_str(pl.lit("Eligible "), when.otherwise(ahead))
    known = pl.col("date").is_not_null()
    more, perhaps, never = (pl.lit(text) for text in (_OPEN_TYPE, "Possibly Eligible", "Ineligible"))
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
