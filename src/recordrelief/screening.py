"""Screening: records x statutes x a day give a determination for every charge and every remedy that could apply."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any

import attrs
import polars as pl

from recordrelief.errors import RequestError, nearest
from recordrelief.judgment import APPLIES, CARRIED, DETERMINATIONS, GRANTED, KEYS, STATUSES
from recordrelief.law.evaluation import evaluate
from recordrelief.law.frame import several_readings
from recordrelief.law.membership import UnknownCitations, unknown_citations
from recordrelief.ranking import with_best, with_sequences
from recordrelief.records import Records
from recordrelief.sheet import plan_of
from recordrelief.statutes import Policy, Remedy, StatutePack

__all__ = ["APPLIES", "DETERMINATIONS", "GRANTED", "STATUSES", "Answers", "Screening", "screen"]


@attrs.frozen(kw_only=True, eq=False)
class Answers:
    """What was answered for every charge and remedy, under the law of one jurisdiction or of several.

    ``determinations``: one row a charge and remedy that could apply, in (subject, charge, remedy) order
    (:data:`DETERMINATIONS` has the columns). ``findings``: one row a charge with a determination; ``subject_id``,
    ``charge_id``, then for each remedy ``<remedy>/<condition>`` (Boolean: met; of a bar: barred; null: unknown, or the
    remedy is not about the charge), ``<remedy>/<wait>`` and ``<remedy>/<wait>/earliest`` (the first day, latest and
    earliest end), ``<remedy>/<condition>/until`` and ``.../until/earliest`` where an unmet condition has a set end, and
    ``<remedy>/<condition>/presumed`` where a presumption may stand in for something unknown. ``records`` are those
    that were screened, with what a pack derived from them.
    """

    determinations: pl.DataFrame
    findings: pl.DataFrame
    records: Records
    as_of: date
    county: str | None
    remedies: tuple[Remedy, ...]

    def summary(self) -> pl.DataFrame:
        """Charges and people by remedy and status: columns remedy, status, charges, people."""
        return summarised(self.determinations.lazy())


def spellings(counties: pl.Series, county: str) -> list[str]:
    """The ways in which records spell a county, in order: capitals and blanks around it do not matter."""
    names = counties.unique().cast(pl.String).drop_nulls().to_list()
    return sorted(name for name in names if name and name.strip().casefold() == county.strip().casefold())


def summarised(determinations: pl.LazyFrame) -> pl.DataFrame:
    """Charges and people by remedy and status: columns remedy, status, charges, people."""
    return (
        determinations.group_by(pl.col("remedy").cast(pl.String), "status")
        .agg(charges=pl.len(), people=pl.col("subject_id").n_unique())
        .sort("remedy", "status")
        .collect()
    )


@attrs.frozen(kw_only=True, eq=False)
class Screening(Answers):
    """What one screening answered under the law of one jurisdiction."""

    pack: StatutePack
    policy: Policy

    @cached_property
    def unknown_citations(self) -> UnknownCitations:
        """What charges cite that the pack's catalog does not know, by frequency, and how many cite nothing readable."""
        return unknown_citations(self.records.charges, self.pack.catalog, self.pack.jurisdiction)


def screen(
    records: Records,
    *,
    statutes: StatutePack,
    as_of: date | str,
    policy: Policy | dict[str, Any] | str | None = None,
    county: str | None = None,
    remedies: Sequence[str] = (),
    findings: bool = True,
) -> Screening:
    """Determine every remedy for every charge.

    Args:
        records: the canonical tables.
        statutes: the pack of law.
        as_of: the day at which law and record are read, ``2020-07-01`` or a date.
        policy: a policy of the pack, its options, or the name of one; the pack's default otherwise.
        county: determine only charges of this county (the history is read whole).
        remedies: determine only these; all otherwise.
        findings: give the findings too; without them there are none, which costs less.

    Raises:
        RequestError: an unknown county, policy or remedy, or a day that is none.
    """
    day = _as_day(as_of)
    chosen = statutes.read_policy(policy)
    wanted = _wanted(statutes.in_force(chosen, day), remedies, statutes.all_versions(chosen))
    plan = plan_of(wanted, day, chosen.boundary)
    records = statutes.derived(records, chosen)
    spelled = None if county is None else _spellings(records, county)
    prepared = evaluate(records, plan.rules, history=chosen.history, keep=CARRIED, by=KEYS)
    sheet = plan.sheet(prepared, spelled)
    determinations = plan.determinations(sheet)
    if chosen.look_ahead == "pack":
        determinations = _looked_ahead(determinations, records, wanted, statutes, chosen, spelled)
    several = several_readings(records)
    if several:
        determinations = _folded(determinations, records)
    determinations = with_sequences(determinations, records, wanted, chosen, day)
    determinations = with_best(determinations, wanted, statutes.ranking)
    keys = ["subject_id", "charge_id", *(["alternative"] if several else [])]
    return Screening(
        determinations=determinations.select(_TYPED),
        findings=sheet.findings(keys) if findings else pl.DataFrame(schema=dict.fromkeys(keys, pl.String)),
        records=records,
        pack=statutes,
        policy=chosen,
        as_of=day,
        county=None if spelled is None else spelled[0],
        remedies=wanted,
    )


def _looked_ahead(
    determinations: pl.DataFrame,
    records: Records,
    remedies: Sequence[Remedy],
    statutes: StatutePack,
    policy: Policy,
    county: Sequence[str] | None,
) -> pl.DataFrame:
    """First days of eligibility, earlier where a later version of a remedy already enacted gives it sooner.

    Only what is eligible later is looked at: a change of the law never turns ineligible into eligible later.
    """
    keys = ["subject_id", "charge_id", "alternative", "remedy"]
    days = ("eligible_on", "eligible_on_earliest")
    for remedy in remedies:
        waiting = (pl.col("remedy") == remedy.id) & (pl.col("status") == "eligible_later")
        if determinations.filter(waiting).is_empty():
            continue
        # A day counts only while the version that gives it is in force.
        determinations = determinations.with_columns(
            pl.when(waiting).then(_while_in_force(remedy, name)).otherwise(name).alias(name) for name in days
        )
        for later in statutes.all_versions(policy):
            since = later.in_force.since
            if later.id != remedy.id or since is None or since <= (remedy.in_force.since or date.min):
                continue
            plan = plan_of((later,), since, policy.boundary)
            prepared = evaluate(records, plan.rules, history=policy.history, keep=CARRIED)
            at_once = pl.col("status") == "eligible"
            then = plan.determinations(plan.sheet(prepared, county)).select(
                *keys,
                *(
                    pl.when(at_once).then(pl.lit(since)).otherwise(_while_in_force(later, name)).alias("then " + name)
                    for name in days
                ),
            )
            determinations = (
                determinations.join(then, on=keys, how="left", maintain_order="left")
                .with_columns(
                    pl.when(waiting).then(pl.min_horizontal(name, "then " + name)).otherwise(name).alias(name)
                    for name in days
                )
                .drop("then " + name for name in days)
            )
    return determinations


def _as_day(as_of: date | str) -> date:
    if isinstance(as_of, datetime):
        return as_of.date()
    if isinstance(as_of, date):
        return as_of
    try:
        return date.fromisoformat(as_of)
    except ValueError:
        raise RequestError("The day is not a date.", found=repr(as_of), expected="a day such as 2020-07-01") from None


def _wanted(in_force: Sequence[Remedy], ids: Sequence[str], every: Iterable[Remedy]) -> tuple[Remedy, ...]:
    known = {remedy.id for remedy in every}
    for one in ids:
        if one not in known:
            raise RequestError(f"There is no remedy {one!r}.", cure=nearest(one, known))
    return tuple(remedy for remedy in in_force if not ids or remedy.id in ids)


def _spellings(records: Records, county: str) -> list[str]:
    same = spellings(records.charges["county"], county)
    if not same:
        names = records.charges["county"].unique().cast(pl.String).drop_nulls().to_list()
        raise RequestError("No charge is of that county.", found=repr(county), cure=nearest(county.upper(), names))
    return same


_TYPED = [pl.col(name).cast(dtype) for name, (dtype, _) in DETERMINATIONS.items()]


def _while_in_force(remedy: Remedy, day: str) -> pl.Expr:
    until = remedy.in_force.until
    return pl.col(day) if until is None else pl.when(pl.col(day) < pl.lit(until)).then(day)


def _folded(determinations: pl.DataFrame, records: Records) -> pl.DataFrame:
    """Several readings of one record, folded: where all agree that is the answer, else it is undetermined."""
    readings = records.subjects.group_by("subject_id").agg(pl.col("alternative").n_unique().alias("readings"))
    several = readings.filter(pl.col("readings") > 1)
    alone = determinations.join(several, on="subject_id", how="anti", maintain_order="left")
    key = ["subject_id", "charge_id", "remedy"]
    agreeing = (pl.col("status").n_unique() == 1) & (pl.len() == pl.col("readings").first())
    same = [
        pl.when(pl.col(name).n_unique() == 1).then(pl.col(name).first()).alias(name)
        for name in ("eligible_on", "overdue_since")
    ]
    folded = (
        determinations.join(several, on="subject_id", maintain_order="left")
        .group_by(key, maintain_order=True)
        .agg(
            pl.col("version").first(),
            agreeing.alias("agreeing"),
            pl.col("status").first(),
            # The weakest grade of all readings is the sure one; grades are ordered strongest first.
            pl.col("grade").sort().last(),
            *same,
            # A reading without such a day leaves it open for all.
            *(
                pl.when(pl.col(name).null_count() == 0).then(pl.col(name).min()).alias(name)
                for name in ("eligible_on_earliest", "not_before")
            ),
            pl.col("outcome").cast(pl.String).drop_nulls().unique().sort().str.join(" or ").alias("outcome"),
            pl.col("deciding").explode().unique(maintain_order=True),
            pl.col("county").first(),
            pl.col("source_file").first(),
            pl.col("source_line").first(),
        )
    )
    agreed = pl.col("agreeing")
    claims = ("grade", "eligible_on", "eligible_on_earliest", "not_before", "overdue_since")
    folded = folded.with_columns(
        pl.when(agreed)
        .then(pl.col("status"))
        .otherwise(pl.lit("undetermined", dtype=pl.Enum(STATUSES)))
        .alias("status"),
        *(pl.when(agreed).then(pl.col(name)).alias(name) for name in claims),
        pl.when(agreed & (pl.col("outcome") != "")).then(pl.col("outcome")).alias("outcome"),
    )
    columns = [column for column in folded.columns if column in alone.columns]
    alone = alone.with_columns(pl.col("outcome").cast(pl.String))
    both = pl.concat([alone.select(columns), folded.select(columns)])
    return both.sort("subject_id", "charge_id", pl.col("remedy").cast(pl.String))
