"""What a person has decided on pairs: read from the review file that was filled in, and never lost again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import attrs

from recordrelief.errors import SourceError, SourceFaults, shape
from recordrelief.ledger.event_files import csv_rows
from recordrelief.linkage.bands import Band
from recordrelief.outputs.tables import FORMULA_SIGNS

Pair = tuple[str, str]
"""The keys of the two entries."""
ANSWERS: Mapping[str, Band] = {"same": Band.SAME, "different": Band.DIFFERENT, "unsure": Band.REVIEW}
"""What a person may write, and the band in which it puts the pair."""


@attrs.frozen
class Decision:
    """What was decided on a pair, one of :data:`ANSWERS`, and by whom.

    ``row`` has the other cells of its row, by column: a pair that is in no list any more can still be shown.
    """

    answer: str
    by: str
    row: Mapping[str, str] = attrs.field(factory=dict, eq=False)

    @property
    def band(self) -> Band:
        """The band in which it puts the pair."""
        return ANSWERS[self.answer]


@attrs.frozen
class Review:
    """The decisions of a review file by pair. Rows without a decision are not among them."""

    decisions: Mapping[Pair, Decision] = attrs.field(factory=dict)

    def known_as(self, one: str, other: str) -> Pair | None:
        """The pair under which a decision on two entries is kept: whichever list came first then."""
        return next((pair for pair in ((one, other), (other, one)) if pair in self.decisions), None)


def read_review(path: Path | str) -> Review:
    """The decisions in a review file that was filled in: ``decision`` is same, different, unsure or empty.

    Raises:
        SourceFaults: a decision is no such word, has nobody in ``decided_by``, or two disagree. All are told.
        SourceError: the file cannot be read.
    """
    path = Path(path)
    faults: list[SourceError] = []
    found = Review(decisions := {})
    for line, row in csv_rows(path, None, ("left_key", "right_key", "decision", "decided_by"), faults=faults):
        where = f"{path.name}:{line}"
        answer, by = row.pop("decision").casefold(), as_typed(row.pop("decided_by"))
        if not answer:
            continue
        if answer not in ANSWERS:
            expected = f"{', '.join(ANSWERS)}, or nothing"
            faults.append(
                SourceError("There is no such decision.", where=where, found=shape(answer), expected=expected)
            )
            continue
        if not by:
            faults.append(SourceError("Nobody is named who decided.", where=where, cure="Fill in decided_by."))
        pair = (row["left_key"], row["right_key"])
        before = found.known_as(*pair)
        if before is None:
            decisions[pair] = Decision(answer, by, row)
        elif decisions[before].answer != answer:
            faults.append(SourceError("Another row decides the same pair the other way.", where=where))
    if faults:
        raise SourceFaults(faults)
    return found


def as_typed(cell: str) -> str:
    """The cell without the apostrophe that keeps a spreadsheet from running it."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in tuple(FORMULA_SIGNS) else cell
