"""What the words of a ruling make of a charge: the first rule that matches decides."""

from __future__ import annotations

from enum import StrEnum

import attrs

_DISMISSED = (
    "acquitted",
    "acquittal",
    "dismissed",
    "discharged",
    "dismissal",
    "finding - not guilty",
    "lesser charge",
    "accusatory instrument filed",
    "reduced",
    "removed from charging instrument",
    "plea lesser charge",
)
_CONVICTED = (
    "convicted",
    "conviction",
    "finding - guilty",
    "finding - contempt",
    "conversion",
    "converted",
    "bail forfeiture",
    "extradited",
    "forfeiture allowed",
    "found in contempt",
)
_UNKNOWN = ("missing", "conditional discharge", "deferred")


class Status(StrEnum):
    """How a charge ended, as the analyzer has it."""

    CONVICTED = "convicted"
    DISMISSED = "dismissed"
    DIVERTED = "diverted"
    NO_COMPLAINT = "no_complaint"
    UNKNOWN = "unknown"
    """No disposition: it may yet be dismissed or lead to a conviction."""
    UNRECOGNIZED = "unrecognized"

    @property
    def dismissed(self) -> bool:
        """It ended without a conviction."""
        return self in (Status.DISMISSED, Status.DIVERTED, Status.NO_COMPLAINT)


@attrs.frozen
class Ruling:
    """A ruling as read; ``lesser_charge``: in favour of another, lesser charge."""

    status: Status
    lesser_charge: bool = False


def read_ruling(text: str | None) -> Ruling:
    """The status that a ruling stands for; none at all is an unknown one."""
    if text is None:
        return Ruling(Status.UNKNOWN)
    said = text.lower()
    if any(words in said for words in _DISMISSED):
        return Ruling(Status.DISMISSED, lesser_charge="lesser charge" in said)
    if any(words in said for words in _CONVICTED):
        return Ruling(Status.CONVICTED)
    if "diverted" in said:
        return Ruling(Status.DIVERTED)
    if "no complaint" in said:
        return Ruling(Status.NO_COMPLAINT)
    return Ruling(Status.UNKNOWN if said in _UNKNOWN else Status.UNRECOGNIZED)
