"""From links of rows to links of people: who is one, and who may be, by the ids that the records have for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

import attrs

from recordrelief.errors import RequestError
from recordrelief.ledger.event_files import csv_rows
from recordrelief.linkage.bands import Band
from recordrelief.linkage.linking import LINKAGE, LINKS, REVIEW, Linkage
from recordrelief.linkage.reviews import ANSWERS, as_typed, read_review
from recordrelief.linkage.same_charges import Linked

_Told = tuple[str | None, str | None, Band, bool]
"""The two people's ids, the band of their rows, and whether somebody has decided on it."""


@attrs.frozen
class PeoplePairs:
    """Pairs of people, each the id in the left records and that in the right: who is one, and who may be.

    ``unnamed`` counts pairs of rows of which a side does not tell whose it is: nobody can screen with those.
    """

    sure: tuple[Linked, ...]
    uncertain: tuple[Linked, ...]
    unnamed: int


def people_pairs(linkage: Linkage) -> PeoplePairs:
    """Who is one and who may be, in a linkage of lists that have a ``subject_id``."""
    return _pairs(
        (one.left.subject_id, one.right.subject_id, one.band, one.decided_by is not None) for one in linkage.links
    )


def read_pairs(directory: Path | str) -> PeoplePairs:
    """The same from what ``recordrelief link`` wrote. What was since filled in in ``review.csv`` counts.

    Raises:
        RequestError: no linkage stands there.
        SourceError: a file of it cannot be read, or a decision is at fault.
    """
    place = Path(directory)
    if not (place / LINKAGE.marker).is_file():
        raise RequestError("No linkage stands there.", where=str(place), cure="Make one: recordrelief link.")
    read_review(place / REVIEW)  # tells every fault of it
    needed = ("left_line", "left_subject_id", "right_subject_id", "decided_by")
    told = [
        _told(row, Band.SAME, decided=False)
        for _, row in csv_rows(place / LINKS, None, needed)
        if not row["decided_by"]  # those stand in the review file
    ]
    for _, row in csv_rows(place / REVIEW, None, (*needed, "decision")):
        if row["left_line"]:  # else a decision on a pair that these lists do not have
            answer = row["decision"].casefold()
            told.append(_told(row, ANSWERS.get(answer, Band.REVIEW), decided=bool(answer)))
    return _pairs(told)


def _told(row: Mapping[str, str], band: Band, *, decided: bool) -> _Told:
    return as_typed(row["left_subject_id"]) or None, as_typed(row["right_subject_id"]) or None, band, decided


def _pairs(told: Iterable[_Told]) -> PeoplePairs:
    """What is told of two people: what somebody decided on any of their rows, else the surest of them.

    Where decisions on rows of the same two people differ, they may be one.
    """
    decided: dict[Linked, set[Band]] = defaultdict(set)
    scored: dict[Linked, set[Band]] = defaultdict(set)
    unnamed = 0
    for left, right, band, by_a_person in told:
        if left is None or right is None:
            unnamed += band is not Band.DIFFERENT
        else:
            (decided if by_a_person else scored)[left, right].add(band)
    sure, uncertain = [], []
    for pair in sorted({*decided, *scored}):
        found = decided.get(pair) or scored[pair]
        if found == {Band.SAME} or (pair not in decided and Band.SAME in found):
            sure.append(pair)
        elif found != {Band.DIFFERENT}:
            uncertain.append(pair)
    return PeoplePairs(tuple(sure), tuple(uncertain), unnamed)
