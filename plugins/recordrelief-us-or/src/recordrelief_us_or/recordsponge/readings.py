"""The readings of a record that may mean several things, and what the analyzer makes of each charge in each of them.

A charge without a disposition may yet be dismissed or lead to a conviction; a charge whose words leave open which type
it is of may be of each. Every combination of a person's charges is a reading of the record. Each distinct charge is
looked at once, in Python; the rest are joins.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs
import polars as pl

from recordrelief.model import OUTCOMES
from recordrelief.records import Records
from recordrelief_us_or.deriving import with_terms
from recordrelief_us_or.recordsponge.charge_types import CHARGE_TYPES, WAITS, wait_of
from recordrelief_us_or.recordsponge.classifier import Candidate, ChargeWords, Types, classify, written
from recordrelief_us_or.recordsponge.rulings import Ruling, Status, read_ruling

MOST_READINGS = 128
"""Readings of one record that are analysed; of a record with more nothing is said."""

_OUTCOMES: dict[Status, str | None] = {
    Status.CONVICTED: "convicted",
    Status.DISMISSED: "dismissed",
    Status.DIVERTED: "diverted",
    Status.NO_COMPLAINT: "not_filed",
    Status.UNKNOWN: None,
    Status.UNRECOGNIZED: None,
}
_ENDS = {
    "convicted": Status.CONVICTED,
    "acquitted": Status.DISMISSED,
    "dismissed": Status.DISMISSED,
    "diverted": Status.DIVERTED,
    "not_filed": Status.NO_COMPLAINT,
    "prosecutor_rejected": Status.NO_COMPLAINT,
    "pending": Status.UNKNOWN,
    "deferred": Status.UNKNOWN,
}
"""How a charge ended where a record says so without the words of a ruling."""

_WORDS = ("name", "statute", "level", "case_type", "multnomah", "status", "lesser_charge", "under_21", "answered")
"""What a charge is read by: charges that are equal in all of it are one question to the classifier."""
_OWNER = ["subject_id", "alternative"]

_WAY: Mapping[str, Any] = {
    "rs_type": pl.Enum(list(CHARGE_TYPES)),
    "rs_eligible": pl.Boolean,
    "rs_wait": pl.Enum(WAITS),
    "rs_ended": pl.Boolean,
    "rs_assumed": pl.Boolean,
    "rs_counts": pl.Boolean,
    "rs_violation": pl.Boolean,
    "rs_more_than_traffic": pl.Boolean,
    "rs_question": pl.Boolean,
    "rs_outcome": pl.Enum(OUTCOMES),
}
"""What is known of a charge in one reading."""


def derive(records: Records) -> Records:
    """Records with what the analyzer makes of each charge, in all their readings; those that have it stay so."""
    if "rs_type" in records.charges.columns:
        return records
    words = _words(records)
    distinct = words.select(_WORDS).unique(maintain_order=True)
    reads = [_ways(dict(zip(_WORDS, row, strict=True))) for row in distinct.iter_rows()]
    kinds = distinct.with_row_index("kind").with_columns(
        pl.Series("ways", [len(ways) for ways in reads], dtype=pl.UInt32)
    )
    table = pl.DataFrame(
        [(kind, way, *values) for kind, ways in enumerate(reads) for way, values in enumerate(ways)],
        schema={"kind": pl.UInt32, "way": pl.UInt32, **_WAY},
        orient="row",
    )
    charges = words.join(kinds, on=_WORDS, how="left", nulls_equal=True, maintain_order="left").select(
        "charge", "charge_id", *_OWNER, "kind", "ways"
    )
    numbers = _numbers(charges, records.subjects.select(_OWNER))
    found = _readings(charges, numbers).join(table, on=["kind", "way"], how="left", maintain_order="left")
    return _written(records, found, numbers)


# --- what each charge is read by --------------------------------------------------------------------------------------


def _words(records: Records) -> pl.DataFrame:
    """What the classifier reads of each charge, one row a charge in the order of the table."""
    charges = records.charges
    has = set(charges.columns)

    def text(name: str) -> pl.Expr:
        return pl.col(name).cast(pl.String) if name in has else pl.lit(None, dtype=pl.String)

    grade = pl.concat_str(pl.lit(" Class "), pl.col("degree_class").cast(pl.String)).fill_null("")
    level = pl.concat_str(pl.col("level").cast(pl.String).str.to_titlecase(), grade)
    born = records.subjects.select(*_OWNER, pl.when(_year_told("birth_date")).then(_year("birth_date")).alias("born"))
    cases = records.cases.select(
        "case_id", "alternative", pl.col("case_type").cast(pl.String).str.to_lowercase().fill_null("")
    )
    rows = charges.select(
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("charge"),
        "charge_id",
        *_OWNER,
        "case_id",
        pl.col("offense_text").str.to_lowercase().alias("name"),
        pl.coalesce(text("statute_text"), "citation").alias("statute"),
        pl.coalesce(text("level_text"), level).alias("level"),
        (pl.col("county").cast(pl.String).str.to_lowercase() == "multnomah").fill_null(False).alias("multnomah"),
        pl.col("outcome_text").alias("ruling"),
        pl.col("outcome").cast(pl.String),
        pl.when(_year_told("disposition_date")).then(_year("disposition_date")).alias("ended"),
        text("reviewed_type").alias("answered"),
    )
    distinct = rows.select("ruling", "outcome").unique(maintain_order=True)
    read = [_ruling(ruling, outcome) for ruling, outcome in distinct.iter_rows()]
    rulings = distinct.with_columns(
        pl.Series("status", [one.status.value for one in read], dtype=pl.String),
        pl.Series("lesser_charge", [one.lesser_charge for one in read], dtype=pl.Boolean),
    )
    return (
        rows.join(rulings, on=["ruling", "outcome"], how="left", nulls_equal=True, maintain_order="left")
        .join(born, on=_OWNER, how="left", maintain_order="left")
        .join(cases, on=["case_id", "alternative"], how="left", maintain_order="left")
        .with_columns((pl.col("ended") - pl.col("born") < 21).fill_null(False).alias("under_21"))
    )


def _year(day: str) -> pl.Expr:
    return pl.col(day).dt.year()


def _year_told(day: str) -> pl.Expr:
    return _year(day) == _year(day + "_latest")


def _ruling(text: str | None, outcome: str | None) -> Ruling:
    """By the words of the ruling, or by the outcome where the record has no words for it."""
    if text is None and outcome is not None:
        return Ruling(_ENDS.get(outcome, Status.UNRECOGNIZED))
    return read_ruling(text)


# --- what each charge may be ------------------------------------------------------------------------------------------


def _ways(words: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The ways in which a charge may be read, each with the values of :data:`_WAY`; one of unknowns if it is unread."""
    if all(words[name] is None for name in ("name", "statute", "level", "answered")):
        return [(None,) * len(_WAY)]
    level: str = words["level"] or ""
    told = [(status, assumed, one) for status, assumed, types in _ends(words, level) for one in types]
    first, last = told[0], told[-1]
    if len(told) == 2 and last[1] and first[2].type == last[2].type and not CHARGE_TYPES[first[2].type].blocks:
        # However it ends it is of one type that stands in nobody's way.
        told = told[:1]
    return [_way(status, assumed, one, level, question=len(told) > 1) for status, assumed, one in told]


def _ends(words: Mapping[str, Any], level: str) -> Iterator[tuple[Status, bool, Types]]:
    """How the charge ended, whether that is assumed, and the types that it may then be of."""
    status = Status(words["status"])
    answered = words["answered"]
    if answered is not None:
        yield status, False, (Candidate.of(answered if answered in CHARGE_TYPES else "UnclassifiedCharge"),)
        return

    def types(ended: Status, *, under_21: bool) -> Types:
        return classify(
            ChargeWords(
                name=words["name"] or "",
                statute=written(words["statute"]),
                level=level.lower(),
                case_type=words["case_type"] or "",
                multnomah=words["multnomah"],
                dismissed=ended.dismissed,
                lesser_charge=words["lesser_charge"],
                under_21=under_21,
            )
        )

    if status is not Status.UNKNOWN:
        yield status, False, types(status, under_21=words["under_21"])
        return
    for assumed in (Status.DISMISSED, Status.CONVICTED):
        yield assumed, True, types(assumed, under_21=False)


def _way(status: Status, assumed: bool, candidate: Candidate, level: str, *, question: bool) -> tuple[Any, ...]:
    kind = CHARGE_TYPES[candidate.type]
    says = kind.says(status)
    # A charge of no known end, or that needs more analysis, has no day and stands in nobody's way.
    settled = says != "open" and (status is Status.CONVICTED or status.dismissed)
    convicted = settled and status is Status.CONVICTED
    return (
        kind.name,
        None if says == "open" else says == "eligible",
        wait_of(candidate.severity or level),
        settled or None,
        assumed,
        convicted and kind.blocks,
        "violation" in level.lower(),
        convicted and kind.name != "TrafficViolation",
        question,
        _OUTCOMES[status],
    )


# --- every combination ------------------------------------------------------------------------------------------------


def _numbers(charges: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """How many readings each record has, and what number the first of them gets.

    Args:
        charges: ``charge``, its id, whose it is, ``kind``, and in how many ways it may be read.
        people: everybody, in each reading that there is already.

    Returns:
        the people with ``all`` and ``first``, and whether a record has ``too_many``: of such a one there is one, in
        which nothing is known.
    """
    many = charges.filter(pl.col("ways") > 1).select(_OWNER).unique()
    product = charges.join(many, on=_OWNER, how="semi").group_by(_OWNER).agg(pl.col("ways").cast(pl.Float64).product())
    counted = people.join(product, on=_OWNER, how="left", maintain_order="left")
    over = pl.col("ways").fill_null(1.0) > MOST_READINGS
    numbers = counted.select(
        *_OWNER,
        pl.when(over).then(1.0).otherwise(pl.col("ways").fill_null(1.0)).cast(pl.UInt16).alias("all"),
        over.alias("too_many"),
    ).sort(_OWNER)
    first = pl.lit(0, dtype=pl.UInt16)
    if people["alternative"].max() not in (None, 0):
        first = (pl.col("all").cum_sum() - pl.col("all")).over("subject_id").cast(pl.UInt16)
    return numbers.with_columns(first.alias("first"))


def _readings(charges: pl.DataFrame, numbers: pl.DataFrame) -> pl.DataFrame:
    """Each charge in each reading of its record: ``charge``, ``kind``, ``way``, and the reading as ``alternative``."""
    several = numbers.filter(pl.col("all") > 1)
    # By their ids, so that a reading has the same number whatever the order of the rows.
    spread = (
        charges.join(several, on=_OWNER, maintain_order="left")
        .sort("charge_id", "alternative")
        .with_columns(
            (pl.col("ways").cum_prod(reverse=True).over(_OWNER) // pl.col("ways")).alias("stride"),
            pl.int_ranges(0, pl.col("all"), dtype=pl.UInt32).alias("reading"),
        )
        .explode("reading", empty_as_null=False)
    )
    alone = charges.join(numbers.filter(pl.col("all") == 1), on=_OWNER, maintain_order="left")
    way = pl.col("reading") // pl.col("stride") % pl.col("ways")
    return pl.concat(
        [
            alone.select(
                "charge",
                "kind",
                pl.when(~pl.col("too_many")).then(pl.lit(0, dtype=pl.UInt32)).alias("way"),
                pl.col("first").alias("alternative"),
            ),
            spread.select(
                "charge",
                "kind",
                way.cast(pl.UInt32).alias("way"),
                (pl.col("first") + pl.col("reading")).cast(pl.UInt16).alias("alternative"),
            ),
        ]
    )


def _written(records: Records, found: pl.DataFrame, numbers: pl.DataFrame) -> Records:
    """The records in all their readings, with what was found of each charge."""
    charges = records.charges[found["charge"]].drop("alternative")
    for name, dtype in (("struck", pl.Boolean), ("reviewed_type", pl.String)):
        if name not in charges.columns:
            charges = charges.with_columns(pl.lit(None, dtype=dtype).alias(name))
    struck = charges["struck"].fill_null(False)
    assumed = found["rs_assumed"].fill_null(False)
    days = ("disposition_date", "conviction_date", "judgment_date")
    unread = found["rs_type"].is_null()
    charges = charges.hstack(found.drop("charge", "kind", "way", "rs_outcome")).with_columns(
        # What nobody could read stays as it is.
        pl.when(unread).then("outcome").otherwise(found["rs_outcome"]).alias("outcome"),
        *(pl.when(~assumed).then(day + end).alias(day + end) for day in days for end in ("", "_latest")),
        *(pl.col(name) & ~struck for name in ("rs_counts", "rs_more_than_traffic")),
    )
    tables: dict[str, Any] = {name: _again(records.table(name), numbers) for name in ("subjects", "cases", "events")}
    owners = records.charges.select("charge_id", *_OWNER)
    for name in ("sentences", "reliefs"):
        owned = records.table(name).join(owners, on=["charge_id", "alternative"], maintain_order="left")
        tables[name] = _again(owned, numbers).drop("subject_id")
    over = numbers.filter("too_many")["subject_id"]
    tables["subjects"] = tables["subjects"].with_columns(
        pl.col("subject_id").is_in(over.implode()).alias("rs_overflow")
    )
    tables["charges"] = charges
    whole = attrs.evolve(records, **tables)
    revoked = with_terms(charges, whole).with_columns(
        pl.col("probation_revoked").fill_null(False).alias("rs_revoked"),
        pl.col("probation_revoked_on").alias("rs_revoked_on"),
        pl.col("probation_revoked_on_latest").alias("rs_revoked_on_latest"),
    )
    return attrs.evolve(whole, charges=revoked)


def _again(table: pl.DataFrame, numbers: pl.DataFrame) -> pl.DataFrame:
    """The rows of a table in each reading of their owner's record."""
    if table.is_empty():
        return table
    moved = numbers.filter((pl.col("all") > 1) | (pl.col("first") != pl.col("alternative"))).select(
        *_OWNER, pl.int_ranges("first", pl.col("first") + pl.col("all"), dtype=pl.UInt16).alias("readings")
    )
    again = table.join(moved, on=_OWNER, maintain_order="left").explode("readings", empty_as_null=False)
    again = again.with_columns(pl.col("readings").alias("alternative")).select(table.columns)
    return pl.concat([table.join(moved, on=_OWNER, how="anti", maintain_order="left"), again])
