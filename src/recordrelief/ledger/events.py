"""One event of a ledger: what happened, when, and who recorded it from where."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import date

import attrs

from recordrelief.ledger.stages import WITH_REASON, Stage

Case = tuple[str, str, str]
"""What an event is about: the person, the charge, the remedy, as the run names them."""


@attrs.frozen
class Event:
    """Something that happened to one remedy for one charge.

    ``day`` is the day on which it happened. A ``voided`` event names in ``voids`` the id of the event that it takes
    back, and must be about the same case. ``source_file`` and ``source_line`` say where it was read; like whoever
    recorded it they are no part of its id: the same thing told twice is one event.
    """

    subject_id: str
    charge_id: str
    remedy: str
    stage: Stage
    day: date
    county: str | None = None
    reason: str | None = None
    voids: str | None = None
    run: str | None = None
    source_file: str | None = None
    source_line: int | None = None

    @property
    def case(self) -> Case:
        """The case that it is about."""
        return (self.subject_id, self.charge_id, self.remedy)

    @property
    def id(self) -> str:
        """Its id: a digest of what happened."""
        content = (*self.case, self.stage.value, self.day.isoformat(), self.county, self.reason, self.voids)
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()

    @property
    def fault(self) -> str | None:
        """Why it cannot be an event, if so, in words without personal data."""
        if not all(self.case):
            return "The person, the charge and the remedy must all be named."
        if self.stage in WITH_REASON and not self.reason:
            return f"An event {self.stage.value!r} needs a reason."
        if (self.stage is Stage.VOIDED) != (self.voids is not None):
            return "An event that voids names the id of the one that it voids, and no other event does."
        return None


def voided(newest_first: Iterable[tuple[str, str | None]]) -> frozenset[str]:
    """The ids of what does not hold: voided by an event that holds itself.

    Args:
        newest_first: the id of each event, and of the one that it voids; whatever voids was recorded later.
    """
    gone: set[str] = set()
    for id_, voids in newest_first:
        if voids is not None and id_ not in gone:
            gone.add(voids)
    return frozenset(gone)


@attrs.frozen
class Recorder:
    """Who records, and on which day: given by whoever records, never read from a clock."""

    name: str
    day: date


@attrs.frozen
class Recorded:
    """An event as it stands in a ledger: its place in the order of recording, and who put it there."""

    sequence: int
    event: Event
    recorder: Recorder

    @property
    def where(self) -> str:
        """The place it was read from, or its place in the ledger."""
        if self.event.source_file is None:
            return f"event {self.sequence}"
        line = "" if self.event.source_line is None else f":{self.event.source_line}"
        return f"{self.event.source_file}{line}"
