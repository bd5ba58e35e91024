"""What a person has decided on pairs: read from the review file that was filled in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import attrs

from recordrelief.errors import SourceError, SourceFaults, shape
from recordrelief.ledger.event_files import csv_rows
from recordrelief.linkage.bands import Band

Pair = tuple[str, str]
"""The keys of the two entries."""
_DECISIONS = {"same": Band.SAME, "different": Band.DIFFERENT, "": Band.REVIEW, "unsure": Band.REVIEW}


@attrs.frozen
class Decision:
    """What was decided on a pair, and by whom."""

    band: Band
    by: str


@attrs.frozen
class Review:
    """The decisions of a review file by pair. Rows without a decision are not among them."""

    decisions: Mapping[Pair, Decision] = attrs.field(factory=dict)


def read_review(path: Path | str) -> Review:
    """The decisions in a review file that was filled in: ``decision`` is same, different, unsure or empty.

    Raises:
        SourceFaults: a decision is no such word, has nobody in ``decided_by``, or two disagree. All are told.
        SourceError: the file cannot be read.
    """
    path = Path(path)
    faults: list[SourceError] = []
    found: dict[Pair, Decision] = {}
    needed = ("left_key", "right_key", "decision", "decided_by")
    for line, row in csv_rows(path, None, needed, faults=faults):
        where = f"{path.name}:{line}"
        band = _DECISIONS.get(row["decision"].casefold())
        pair = (row["left_key"], row["right_key"])
        if band is None:
            faults.append(
                SourceError(
                    "There is no such decision.",
                    where=where,
                    found=shape(row["decision"]),
                    expected="same, different, unsure, or nothing",
                )
            )
        elif band is not Band.REVIEW:
            if not row["decided_by"]:
                faults.append(SourceError("Nobody is named who decided.", where=where, cure="Fill in decided_by."))
            if pair in found and found[pair].band is not band:
                faults.append(SourceError("Another row decides the same pair the other way.", where=where))
            found[pair] = Decision(band, row["decided_by"])
    if faults:
        raise SourceFaults(faults)
    return Review(found)
