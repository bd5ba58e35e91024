"""The first stage: what a finished run found eligible, recorded in a ledger."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import attrs
import polars as pl

from recordrelief.answering import DETERMINATIONS_FILE
from recordrelief.errors import RequestError, nearest
from recordrelief.ledger.events import Event, Recorder
from recordrelief.ledger.stages import Stage
from recordrelief.ledger.store import Ledger
from recordrelief.stored_runs import StoredRun


@attrs.frozen
class Identified:
    """What became of the eligible determinations of a run: newly identified, known before, known and voided since."""

    new: int
    known: int
    voided: int


def identify(
    ledger: Ledger,
    run: StoredRun,
    recorder: Recorder,
    *,
    remedies: Collection[str] = (),
    best: bool = False,
) -> Identified:
    """Record every eligible determination of a run as identified, on the day at which the run read law and record.

    A case that was identified before, by this run or an earlier one, is not identified again.

    Args:
        ledger: where to record.
        run: the finished run; its determinations are held against its digest first.
        recorder: who records, and on which day.
        remedies: only these; all otherwise.
        best: only the best remedy of each charge.

    Raises:
        RequestError: the run looks ahead of the day of recording, or did not ask for one of the remedies.
    """
    asked_for = run.manifest["remedies"]
    for one in remedies:
        if one not in asked_for:
            raise RequestError(f"The run asked for no remedy {one!r}.", cure=nearest(one, asked_for))
    run.verify_digest()
    asked = pl.col("status") == "eligible"
    if remedies:
        asked &= pl.col("remedy").cast(pl.String).is_in(sorted(remedies))
    if best:
        asked &= pl.col("best")
    day, digest = date.fromisoformat(run.manifest["as_of"]), str(run.manifest["digest"])
    if day > recorder.day:
        raise RequestError(
            "The run reads law and record on a day after that of recording.",
            found=f"{day.isoformat()}, recorded on {recorder.day.isoformat()}",
            cure="Record what is so by the day of recording: screen as of a day until then.",
        )
    new = known = gone = 0
    # Part by part: no more is held at a time, and one that is cut off is gone on with by running it again.
    for part in run.parts(DETERMINATIONS_FILE):
        rows = part.filter(asked).select(
            pl.col("subject_id", "charge_id", "remedy", "county", "source_file").cast(pl.String),
            pl.col("source_line").cast(pl.Int64),
        )
        events = [Event(stage=Stage.IDENTIFIED, day=day, run=digest, **row) for row in rows.iter_rows(named=True)]
        added, voided = ledger.add_unless_there(events, recorder)
        new, known, gone = new + added.new, known + added.known - voided, gone + voided
    return Identified(new, known, gone)
