"""The frame in which rules are evaluated: the charges, one a row, with all that the rules read of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from recordrelief.law import expressions as e
from recordrelief.law.compilation import membership_column
from recordrelief.law.membership import OFFENSE_KEY, enhancements, memberships
from recordrelief.law.rules import Rules
from recordrelief.model import ARREST_STAGES, Coverage
from recordrelief.records import Records


def frame_of(
    records: Records, rules: Rules, *, keep: Sequence[str] = (), by: Sequence[str] = ()
) -> tuple[pl.DataFrame, set[str]]:
    """The charges with what rules read of them, of their person and case, and their offense sets; and the columns that
    rules may read.

    Args:
        records: the canonical tables.
        rules: every rule that will be asked.
        keep: further columns of the charges to carry along.
        by: columns of the charges to sort by.
    """
    facts = rules.facts
    own = _columns(records.subjects, facts, "subject", {"record_scope"})
    people = records.subjects.rechunk().select(
        "subject_id",
        "alternative",
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("subject"),
        *(pl.col(column).alias(f"subject.{column}") for column in sorted(own)),
    )
    wanted = {"charge_id", "subject_id", "alternative", *(set(keep) & set(records.charges.columns))}
    wanted |= _columns(records.charges, facts, "charge") | _columns(records.charges, facts, "other")
    wanted -= {e.Enhanced.of} - set(keep)  # asked once for each distinct list, below
    wanted |= {key for key in ("cycle_id", "case_id") if key in rules.keys}
    reads_case = any(fact.startswith("case.") for fact in facts)
    if reads_case:
        wanted.add("case_id")
    derived = [name for name in _DERIVED if {f"charge.{name}", f"other.{name}"} & facts]
    charges = records.charges.rechunk()
    if by:
        read = {*wanted, *_DERIVED_FROM, *OFFENSE_KEY, e.Enhanced.of, *by}
        charges = charges.select(sorted(read)).sort(by)
    frame = charges.select(
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("charge"),
        *sorted(wanted),
        *(_DERIVED[name](records.coverage).alias(name) for name in derived),
        *memberships(charges, list(rules.sets.values())),
        *enhancements(charges, list(rules.enhancement_sets.values())),
    )
    keys = ["subject_id", "alternative"] if several_readings(records) else ["subject_id"]
    people = people.drop({"subject_id", "alternative"} - set(keys))
    frame = frame.join(people, on=keys, how="left", maintain_order="left")
    known = {"charge", "subject", *wanted, *(f"subject.{column}" for column in own)}
    known |= set(derived)
    known |= {membership_column("charge", one) for one in rules.sets.values()}
    found = rules.enhancement_sets.values()
    known |= {membership_column("charge", one, of=e.Enhanced.of) for one in found}
    if reads_case:
        of_case = _columns(records.cases, facts, "case")
        # A case of somebody else is none of this person's: people are independent of one another.
        mine = ["case_id", "alternative", "subject_id"]
        cases = records.cases.rechunk().select(
            *mine, *(pl.col(column).alias(f"case.{column}") for column in sorted(of_case))
        )
        frame = frame.join(cases, on=mine, how="left", maintain_order="left")
        known |= {f"case.{column}" for column in of_case}
    return frame, known


def several_readings(records: Records) -> bool:
    """Whether the records stand in more than one reading."""
    alternatives = records.subjects["alternative"]
    return alternatives.len() > 0 and alternatives.max() != 0


def _columns(table: pl.DataFrame, facts: Iterable[str], root: str, also: Iterable[str] = ()) -> set[str]:
    names = {fact.removeprefix(root + ".") for fact in facts if fact.startswith(root + ".")} | set(also)
    names |= {name + "_latest" for name in names}
    return names & set(table.columns)


def _disposed(coverage: Coverage) -> pl.Expr:
    ended = pl.col("outcome").is_not_null()
    if coverage.charges != "complete":
        return pl.when(ended).then(True)
    return pl.when(ended).then(True).when(pl.col("stage").is_in(ARREST_STAGES)).then(False)


def _convicted(coverage: Coverage) -> pl.Expr:
    disposed = _disposed(coverage)
    return pl.when(disposed).then(pl.col("outcome") == "convicted").when(~disposed).then(False)


def _enhancements_told(coverage: Coverage) -> pl.Expr:
    return pl.col(e.Enhanced.of).is_not_null()


_DERIVED = {"convicted": _convicted, "disposed": _disposed, "enhancements_told": _enhancements_told}
"""Facts of a charge that are no columns of the table."""
_DERIVED_FROM = ("outcome", "stage")
