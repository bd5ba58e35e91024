"""What a worker does: batches of people in, determinations out, by the core's own screening."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import pairwise
from typing import Any

import attrs
import numpy as np
import polars as pl
import pyarrow as pa

from recordrelief.boundary import place_of
from recordrelief.errors import RecordReliefError
from recordrelief.joint import screen_jointly
from recordrelief.judgment import CARRIED, KEYS
from recordrelief.law.evaluation import evaluate
from recordrelief.model import Coverage
from recordrelief.records import Records
from recordrelief.screening import spellings
from recordrelief.sheet import plan_of
from recordrelief.statutes import Policy, Remedy, StatutePack
from recordrelief_spark.answers import batch_of
from recordrelief_spark.laws import Laws

CHARGES_AT_ONCE = 100_000
"""Charges of several people that are screened together: a batch with more is screened in parts. One person's charges
always stand together, and one with more than this stands alone."""

_FAILURES = (Exception, pl.exceptions.PanicException)


@attrs.frozen(kw_only=True)
class Asked:
    """What is asked of every batch of people. ``county`` is spelled as the charges spell it."""

    laws: Laws
    as_of: date
    county: str | None
    remedies: tuple[str, ...]
    coverage: Coverage
    tables: tuple[str, ...]

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The determinations of some people.

        Args:
            batches: one row a person, with each table as a list of its rows.
        """
        packs, policies = self.laws.taken()
        for batch in batches:
            for part in _parts(batch):
                yield from self._determined(self._records(part), packs, policies).to_batches()

    def _records(self, batch: pa.RecordBatch) -> Records:
        tables = {}
        for name in self.tables:
            tables[name] = _rows(batch.column(name))
        try:
            return Records.of(tables, coverage=self.coverage)
        except (RecordReliefError, MemoryError):
            raise
        except _FAILURES as error:
            raise _failed(error, "the canonical tables") from None

    def _determined(self, records: Records, packs: tuple[StatutePack, ...], policies: Mapping[str, Policy]) -> pa.Table:
        nobody = self.county is not None and not spellings(records.charges["county"], self.county)
        try:
            determinations = screen_jointly(
                records.of_subjects(()) if nobody else records,
                statutes=packs,
                as_of=self.as_of,
                policies=policies,
                county=None if nobody else self.county,
                remedies=self.remedies,
                findings=False,
            ).determinations
        except (RecordReliefError, MemoryError):
            raise
        except _FAILURES as error:
            raise _failed(error, _where(records, packs, policies, self)) from None
        return batch_of(determinations)


def _parts(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """A batch in parts of so many charges; whoever has more stands alone."""
    charges = np.asarray(batch.column("charges").value_lengths().fill_null(0), dtype=np.int64)
    starts, held = [0], 0
    for place, count in enumerate(charges.tolist()):
        if held and held + count > CHARGES_AT_ONCE:
            starts.append(place)
            held = 0
        held += count
    for start, end in pairwise([*starts, batch.num_rows]):
        yield batch.slice(start, end - start)


def _rows(lists: pa.ListArray) -> pl.DataFrame:
    """The rows in some lists of rows."""
    rows: pa.StructArray = lists.flatten()
    return pl.DataFrame(pl.from_arrow(pa.Table.from_struct_array(rows)))


def _failed(error: BaseException, where: str) -> RecordReliefError:
    # The message of the error may hold a cell of a record: its kind and place must do.
    return RecordReliefError(
        "Screening failed on a worker.",
        where=where,
        found=type(error).__name__ + place_of(error),
        cure="Tell the authors of the rule.",
    )


def _where(records: Records, packs: tuple[StatutePack, ...], policies: Mapping[str, Policy], asked: Asked) -> str:
    """The rule that cannot be asked of some records, as ``<remedy>/<condition>``; as near as it can be told."""
    for pack in packs:
        policy = policies[pack.id]
        try:
            derived = pack.derived(records, policy)
        except _FAILURES:
            return f"what pack {pack.id} derives"
        for remedy in pack.in_force(policy, asked.as_of):
            if asked.remedies and remedy.id not in asked.remedies:
                continue
            if _fails(remedy, derived, policy, asked.as_of):
                return _finding(remedy, derived, policy, asked.as_of)
    return "all rules together"


def _finding(remedy: Remedy, records: Records, policy: Policy, as_of: date) -> str:
    none: dict[str, Any] = {"requires": (), "bars": (), "waits": (), "branches": (), "outcomes": ()}
    none["grades"] = remedy.grades[-1:]
    if _fails(attrs.evolve(remedy, **none), records, policy, as_of):
        return f"{remedy.id}/applies"
    for part in (remedy, *remedy.branches):
        for kind in ("requires", "bars", "waits"):
            for one in getattr(part, kind):
                if _fails(attrs.evolve(remedy, **(none | {kind: (one,)})), records, policy, as_of):
                    return f"{remedy.id}/{one.id}"
    return remedy.id


def _fails(remedy: Remedy, records: Records, policy: Policy, as_of: date) -> bool:
    try:
        plan = plan_of((remedy,), as_of, policy.boundary)
        plan.determinations(
            plan.sheet(evaluate(records, plan.rules, history=policy.history, keep=CARRIED, by=KEYS), None)
        )
    except _FAILURES:
        return True
    return False
