"""A bill, or another reading of the law, beside today's: who would gain and who would lose, by remedy and county."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import attrs
import polars as pl

from recordrelief.errors import RequestError, nearest
from recordrelief.judgment import STATUSES
from recordrelief.records import Records
from recordrelief.screening import Screening, screen
from recordrelief.statutes import Grade, Policy, StatutePack

CHANGES = (
    "gains",
    "loses",
    "may_gain",
    "may_lose",
    "gains_later",
    "loses_later",
    "sooner",
    "later",
    "stronger",
    "weaker",
    "other",
)
NONE = "none"
"""The status where there is no determination: the remedy is surely not about the charge, or is not there."""
_CLOSED = ("ineligible", NONE)
_STATUS = pl.Enum([*STATUSES, NONE])
_COMPARED = ("version", "status", "grade", "eligible_on", "outcome")

DIFFERENCES: dict[str, tuple[pl.DataType, str]] = {
    "subject_id": (pl.String(), "the person"),
    "charge_id": (pl.String(), "the charge"),
    "county": (pl.Categorical(), "county of the charge"),
    "remedy": (pl.Categorical(), "id of the remedy"),
    "change": (
        pl.Enum(CHANGES),
        "gains: eligible after, not before; loses: eligible before, not after; may_gain: closed before, undetermined "
        "after; may_lose: undetermined after, eligible or eligible later before; or closed after, undetermined before; "
        "gains_later: eligible later after, closed or undetermined before; loses_later: eligible later before, closed "
        "after; sooner, later: another first day; stronger, weaker: another grade; other: another outcome, a first day "
        "that can be told on one side only, or relief already granted on one side only",
    ),
    "status_before": (_STATUS, "under today's law; none where there is no determination"),
    "status_after": (_STATUS, "under the amendment"),
    "grade_before": (pl.Enum([grade.value for grade in Grade]), "under today's law"),
    "grade_after": (pl.Enum([grade.value for grade in Grade]), "under the amendment"),
    "eligible_on_before": (pl.Date(), "under today's law"),
    "eligible_on_after": (pl.Date(), "under the amendment"),
    "outcome_before": (pl.Categorical(), "under today's law"),
    "outcome_after": (pl.Categorical(), "under the amendment"),
    "version_before": (pl.Categorical(), "the version of the remedy in today's law"),
    "version_after": (pl.Categorical(), "its version in the amendment"),
    "source_file": (pl.Categorical(), "the file the charge stands in"),
    "source_line": (pl.UInt32(), "its first line there"),
}
"""The columns of what differs between two sets of determinations: type and meaning."""

COLUMNS = {**DIFFERENCES, "case_id": (pl.String(), "the court case of the charge: what a petition would be about")}
"""The columns of the changes: type and meaning."""


@attrs.frozen(kw_only=True, eq=False)
class Comparison:
    """Two screenings of the same records on the same day, and what differs between them.

    ``changes``: one row a charge and remedy whose status, grade, first day or outcome differs, in (subject, charge,
    remedy) order (:data:`COLUMNS` has the columns).
    """

    before: Screening
    after: Screening
    changes: pl.DataFrame

    def summary(self) -> pl.DataFrame:
        """Charges and people by remedy, county and change: columns remedy, county, change, charges, people."""
        return (
            self.changes.group_by("remedy", "county", "change")
            .agg(charges=pl.len(), people=pl.col("subject_id").n_unique())
            .with_columns(pl.col("remedy", "county").cast(pl.String))
            .sort("remedy", "county", "change", nulls_last=True)
        )

    def totals(self) -> pl.DataFrame:
        """Charges and people by change, whatever the remedy: columns change, charges, people. Nobody counts twice."""
        return (
            self.changes.group_by("change")
            .agg(charges=pl.struct("subject_id", "charge_id").n_unique(), people=pl.col("subject_id").n_unique())
            .sort("change")
        )

    def eligible(self) -> pl.DataFrame:
        """Charges and people eligible for some remedy, before and after: columns law, charges, people."""
        rows = []
        for law, screening in (("before", self.before), ("after", self.after)):
            open_ = screening.determinations.filter(pl.col("status") == "eligible")
            rows.append((law, open_.select("subject_id", "charge_id").n_unique(), open_["subject_id"].n_unique()))
        return pl.DataFrame(rows, schema={"law": pl.String, "charges": pl.UInt32, "people": pl.UInt32}, orient="row")


def compare(
    records: Records,
    *,
    statutes: StatutePack,
    amendment: StatutePack | None = None,
    as_of: date | str,
    policy: Policy | dict[str, Any] | str | None = None,
    amended_policy: Policy | dict[str, Any] | str | None = None,
    county: str | None = None,
    remedies: Sequence[str] = (),
) -> Comparison:
    """Screen the same records under today's law and under an amendment, or under two policies of one pack.

    Args:
        records: the canonical tables.
        statutes: today's law.
        amendment: the same with remedies changed or added (:meth:`StatutePack.amended`); by default today's law.
        as_of: the day at which law and record are read.
        policy: a policy of the pack, its options, or the name of one.
        amended_policy: that of the amendment; by default the same options as ``policy``.
        county: determine only charges of this county (the history is read whole).
        remedies: compare only these; all otherwise.

    Raises:
        RequestError: nothing differs in what was asked for, the two are of different jurisdictions, or one of the
            screenings was asked for something that is not there.
    """
    other = statutes if amendment is None else amendment
    if other.jurisdiction != statutes.jurisdiction:
        raise RequestError(
            "The amendment is of another jurisdiction than the law it is compared with.",
            found=other.jurisdiction,
            expected=statutes.jurisdiction,
        )
    chosen = statutes.read_policy(policy)
    changed = same_policy(other, chosen) if amended_policy is None else other.read_policy(amended_policy)
    if other is statutes and changed == chosen:
        raise RequestError(
            "There is nothing to compare: both are the same law under the same policy.",
            cure="Name an amendment, or another policy for the second.",
        )
    known = {one.id for pack, mine in ((statutes, chosen), (other, changed)) for one in pack.all_versions(mine)}
    for one in remedies:
        if one not in known:
            raise RequestError(f"There is no remedy {one!r}.", cure=nearest(one, known))
    before = screen(records, statutes=statutes, as_of=as_of, policy=chosen, county=county)
    after = screen(records, statutes=other, as_of=as_of, policy=changed, county=county)
    changes = changes_between(before.determinations, after.determinations)
    if remedies:
        changes = changes.filter(pl.col("remedy").cast(pl.String).is_in(list(remedies)))
    charges = records.charges.select("subject_id", "charge_id", "case_id")
    cases = charges.unique(["subject_id", "charge_id"], keep="first", maintain_order=True)
    changes = changes.join(cases, on=["subject_id", "charge_id"], how="left", maintain_order="left")
    return Comparison(before=before, after=after, changes=changes)


def same_policy(pack: StatutePack, policy: Policy) -> Policy:
    """The policy as the pack has it: one of its own as it is, of another pack the same options.

    Raises:
        RequestError: the pack has not all of the options, or takes not all of the values.
    """
    if isinstance(policy, pack.policy):
        return policy
    return pack.read_policy(attrs.asdict(policy))


def changes_between(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """What differs between two sets of determinations (:data:`DIFFERENCES` has the columns).

    What is closed on both sides, ineligible or without a determination, is no change.
    """
    key, place = ["subject_id", "charge_id", "remedy"], ["county", "source_file", "source_line"]
    sides = [
        frame.select(*key, *(pl.col(name).alias(f"{name}_{side}") for name in (*_COMPARED, *place)))
        for side, frame in (("before", before), ("after", after))
    ]
    both = (
        sides[0]
        .join(sides[1], on=key, how="full", coalesce=True)
        .with_columns(
            *(pl.coalesce(f"{name}_before", f"{name}_after").alias(name) for name in place),
            *(
                pl.col(name).cast(pl.String).fill_null(NONE).cast(_STATUS).alias(name)
                for name in ("status_before", "status_after")
            ),
        )
    )
    differs = pl.any_horizontal(
        pl.col(f"{name}_before").ne_missing(pl.col(f"{name}_after")) for name in _COMPARED if name != "version"
    )
    closed = [pl.col(f"status_{side}").cast(pl.String).is_in(_CLOSED) for side in ("before", "after")]
    return (
        both.filter(differs & ~(closed[0] & closed[1]))
        .with_columns(_change().alias("change"))
        .select(pl.col(name).cast(dtype) for name, (dtype, _) in DIFFERENCES.items())
        .sort("subject_id", "charge_id", pl.col("remedy").cast(pl.String))
    )


def _change() -> pl.Expr:
    def is_(side: str, *statuses: str) -> pl.Expr:
        return pl.col(f"status_{side}").cast(pl.String).is_in(statuses)

    def of(eligible_for: str) -> pl.Expr:
        return is_("before", eligible_for) & is_("after", eligible_for)

    first, then = (pl.col(f"eligible_on_{side}") for side in ("before", "after"))
    strong, now = (pl.col(f"grade_{side}").to_physical() for side in ("before", "after"))
    same = of("eligible") | of("eligible_later")
    steps = (
        (is_("before", "granted") | is_("after", "granted"), "other"),
        (of("eligible_later") & (then < first), "sooner"),
        (of("eligible_later") & (then > first), "later"),
        (of("eligible_later") & first.ne_missing(then), "other"),
        (same & (now < strong), "stronger"),
        (same & (now > strong), "weaker"),
        (same, "other"),
        (is_("after", "eligible"), "gains"),
        (is_("after", "eligible_later") & ~is_("before", "eligible"), "gains_later"),
        (is_("after", "undetermined") & is_("before", *_CLOSED), "may_gain"),
        (is_("after", "undetermined"), "may_lose"),
        (is_("before", "eligible"), "loses"),
        (is_("before", "eligible_later"), "loses_later"),
        (is_("before", "undetermined"), "may_lose"),
    )
    found = pl.lit("other")
    for test, word in reversed(steps):
        found = pl.when(test).then(pl.lit(word)).otherwise(found)
    return found
