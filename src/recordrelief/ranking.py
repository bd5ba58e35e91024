"""Which remedy is the best for a charge, and which one would open another: what a pack states, found for every charge.

A sequence is found by asking the law again of a record in which the first relief was granted. Nothing is promised by
it: the first relief may be refused, and the second is as the law and the record stand today.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import attrs
import polars as pl

from recordrelief import model
from recordrelief.judgment import CARRIED, DETERMINATIONS
from recordrelief.law.evaluation import evaluate
from recordrelief.records import Records
from recordrelief.sheet import plan_of
from recordrelief.statutes import Grade, Policy, Preference, ReliefKind, Remedy

MOST_STEPS = 100
"""Charges of one person on which a relief is tried out; a person with more has no sequences."""
_MOST_COPIES = 1 << 16
"""What the numbers of readings leave room for."""
THEN = " > "
_KINDS: dict[ReliefKind, str | None] = {
    ReliefKind.DISMISSAL: "dismissed",
    ReliefKind.REDUCTION: "reduced",
    ReliefKind.REDESIGNATION: "redesignated",
    ReliefKind.SEALING: "sealed",
}
_OPEN = ("eligible", "eligible_later")


def with_sequences(
    determinations: pl.DataFrame, records: Records, remedies: Sequence[Remedy], policy: Policy, as_of: date
) -> pl.DataFrame:
    """The determinations with what each relief would open of the remedies that are closed now.

    Args:
        determinations: one row a charge and remedy.
        records: those that were screened.
        remedies: the versions in force that were determined.
        policy: the policy under which they were made.
        as_of: the day of screening.
    """
    none = pl.lit(None, dtype=DETERMINATIONS["sequence"][0]).alias("sequence")
    second = {name for remedy in remedies for name in remedy.opens}
    if not second:
        return determinations.with_columns(none)
    determinations = determinations.with_row_index("row")
    tried = _tried(determinations, records, remedies)
    if tried.is_empty():
        return determinations.drop("row").with_columns(none)
    plan = plan_of(tuple(remedy for remedy in remedies if remedy.id in second), as_of, policy.boundary)
    prepared = evaluate(_granted(records, tried, remedies, as_of), plan.rules, history=policy.history, keep=CARRIED)
    mine = tried.select("subject_id", "charge_id", pl.col("copy").alias("alternative")).unique()
    about = prepared.frame.join(mine, on=["subject_id", "charge_id", "alternative"], how="semi", maintain_order="left")
    then = plan.determinations(plan.sheet(attrs.evolve(prepared, frame=about), None))
    opened = (
        tried.join(
            then.filter(pl.col("status").is_in(_OPEN)).select(
                "subject_id",
                "charge_id",
                pl.col("alternative").alias("copy"),
                pl.col("remedy").cast(pl.String).alias("second"),
            ),
            on=["subject_id", "charge_id", "copy", "second"],
            how="semi",
        )
        # Of several readings of a record all must say so.
        .group_by("row", "remedy", "second")
        .agg(pl.len().alias("agreeing"), pl.col("readings").first())
        .filter(pl.col("agreeing") == pl.col("readings"))
        .sort("second")
        .group_by("row", "remedy", maintain_order=True)
        .agg(pl.col("second").str.join(" or ").alias("second"))
        .select("row", pl.concat_str("remedy", pl.lit(THEN), "second").cast(pl.Categorical).alias("sequence"))
    )
    return determinations.join(opened, on="row", how="left", maintain_order="left").drop("row")


def _tried(determinations: pl.DataFrame, records: Records, remedies: Sequence[Remedy]) -> pl.DataFrame:
    """What to try: each relief that a charge is eligible for, with each other that it may open and that is closed now.

    One row for each reading of the record: ``row`` of the determination, subject_id, charge_id, alternative,
    ``readings`` (how many there are), remedy, second, ``becomes`` and ``keeps`` (the level after it), and ``copy``, the
    number of a copy of the record.
    """
    known = {remedy.id for remedy in remedies}
    pairs = [(remedy.id, name) for remedy in remedies for name in remedy.opens if name in known]
    steps = pl.DataFrame(pairs, schema={"remedy": pl.String, "second": pl.String}, orient="row")
    charge = ["subject_id", "charge_id"]
    first = determinations.filter(_is_one_of(steps["remedy"]) & (pl.col("status") == "eligible"))
    open_ = determinations.filter(_is_one_of(steps["second"]) & (pl.col("status") != "ineligible"))
    tried = (
        first.select("row", *charge, pl.col("remedy").cast(pl.String), *_levels_after())
        .join(steps, on="remedy")
        .join(
            open_.select(*charge, pl.col("remedy").cast(pl.String).alias("second")), on=[*charge, "second"], how="anti"
        )
    )
    readings = records.subjects.select(
        "subject_id",
        "alternative",
        pl.len().over("subject_id").alias("readings"),
        (pl.col("alternative").max().cast(pl.UInt32) + 1).over("subject_id").alias("width"),
    )
    widths = readings.select("subject_id", "width").unique()
    trials = tried.select(*charge, "remedy").unique().sort(*charge, "remedy")
    trials = trials.join(widths, on="subject_id", maintain_order="left")
    most = pl.min_horizontal(pl.lit(MOST_STEPS), _MOST_COPIES // pl.col("width"))
    trials = trials.filter(pl.len().over("subject_id") <= most).drop("width")
    trials = trials.with_columns(pl.int_range(pl.len(), dtype=pl.UInt32).over("subject_id").alias("trial"))
    copy = pl.col("trial") * pl.col("width") + pl.col("alternative")
    return (
        tried.join(trials, on=[*charge, "remedy"])
        .join(readings, on="subject_id")
        .with_columns(copy.cast(pl.UInt16).alias("copy"))
        .drop("width")
    )


def _is_one_of(ids: pl.Series) -> pl.Expr:
    return pl.col("remedy").is_in(ids.unique().cast(pl.Categorical).implode())


def _levels_after() -> tuple[pl.Expr, pl.Expr]:
    """The level that the outcome names, and whether it leaves the level as it is; neither where it may do either."""
    named = pl.col("outcome").cast(pl.String)
    some = named.str.split(" or ").list.set_intersection(list(model.LEVELS)).list.len() > 0
    return (
        pl.when(named.is_in(model.LEVELS)).then(named).cast(pl.Enum(model.LEVELS)).alias("becomes"),
        (~some).fill_null(True).alias("keeps"),
    )


def _granted(records: Records, tried: pl.DataFrame, remedies: Sequence[Remedy], as_of: date) -> Records:
    """Copies of the records of the people concerned, each with one relief granted: its row, and the level after it."""
    people, charge = ["subject_id", "alternative"], ["charge_id", "alternative"]
    copies = tried.select(*people, "copy").unique()
    of_charges = records.charges.select("charge_id", *people).join(copies, on=people).drop("subject_id")
    tables: dict[str, Any] = {
        name: _copied(records.table(name), copies, people) for name in ("subjects", "cases", "charges", "events")
    }
    tables |= {name: _copied(records.table(name), of_charges, charge) for name in ("sentences", "reliefs")}
    granted = (
        tried.unique(["charge_id", "copy"])
        .drop("alternative")
        .rename({"copy": "alternative"})
        .select(*charge, "remedy", "becomes", "keeps")
        .sort(charge)
    )
    after = pl.when(pl.col("keeps").fill_null(True)).then("level").otherwise("becomes")
    charges = tables["charges"].join(granted.drop("remedy"), on=charge, how="left", maintain_order="left")
    tables["charges"] = charges.with_columns(after.cast(charges.schema["level"]).alias("level")).drop(
        "becomes", "keeps"
    )
    kinds = {remedy.id: _KINDS.get(remedy.relief) for remedy in remedies}
    day = pl.lit(as_of, dtype=pl.Date)
    given = granted.select(
        *charge,
        "remedy",
        pl.Series("kind", [kinds[name] for name in granted["remedy"]], dtype=tables["reliefs"].schema["kind"]),
        day.alias("relief_date"),
        day.alias("relief_date_latest"),
        pl.col("becomes").cast(tables["reliefs"].schema["resulting_level"]).alias("resulting_level"),
    )
    tables["reliefs"] = pl.concat([tables["reliefs"], given], how="diagonal")
    return attrs.evolve(records, **tables)


def _copied(table: pl.DataFrame, copies: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    copied = table.join(copies, on=keys).drop("alternative").rename({"copy": "alternative"})
    return copied.select(table.columns)


def with_best(determinations: pl.DataFrame, remedies: Sequence[Remedy], ranking: Sequence[Preference]) -> pl.DataFrame:
    """The determinations, in order and with their sequences, each marked where it is the best of its charge.

    Args:
        determinations: one row a charge and remedy, those of a charge together.
        remedies: the versions in force that were determined.
        ranking: the steps of the pack.
    """
    if determinations.is_empty() or not remedies:
        return determinations.with_columns(pl.lit(False).alias("best"))
    order = pl.DataFrame(
        [(*claim, place) for place, claim in enumerate(_in_order(remedies, ranking))],
        schema={"remedy": pl.String, "grade": pl.String, "opens": pl.Boolean, "place": pl.UInt32},
        orient="row",
    )
    another = pl.any_horizontal(pl.col(name) != pl.col(name).shift() for name in ("subject_id", "charge_id"))
    claims = (
        determinations.select("remedy", "grade", "status", "sequence", charge=another.fill_null(True).cum_sum())
        .with_row_index("row")
        .filter(pl.col("status") == "eligible")
        .select("row", "charge", pl.col("remedy", "grade").cast(pl.String), opens=pl.col("sequence").is_not_null())
        .join(order, on=["remedy", "grade", "opens"], how="left")
        .sort("charge", "place")
        .unique("charge", keep="first", maintain_order=True)
    )
    return determinations.with_columns(pl.row_index().is_in(claims["row"].implode()).alias("best"))


def _in_order(remedies: Sequence[Remedy], ranking: Sequence[Preference]) -> list[tuple[str, str, bool]]:
    """Every claim there can be (remedy, grade, whether it would open another), the best first."""
    claims = []
    for remedy in remedies:
        for grade in Grade:
            for opens in (True, False):
                step = next(
                    (at for at, one in enumerate(ranking) if one.meets(remedy, grade, opens=opens)), len(ranking)
                )
                named = ranking[step].remedies if step < len(ranking) else ()
                place = named.index(remedy.id) if named else 0
                key = (step, place, list(Grade).index(grade), remedy.id)
                claims.append((key, (remedy.id, grade.value, opens)))
    return [claim for _, claim in sorted(claims)]
