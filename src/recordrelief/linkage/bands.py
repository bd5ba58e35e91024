"""Three bands: the same person, different people, and what a person must look at."""

from __future__ import annotations

from enum import StrEnum

import attrs

from recordrelief.errors import RequestError
from recordrelief.linkage.scoring import Scored


class Band(StrEnum):
    """What is said of a pair."""

    SAME = "same"
    REVIEW = "review"
    DIFFERENT = "different"


@attrs.frozen
class Thresholds:
    """From which probability a pair may be the same person, and below which it is different people."""

    same: float = 0.999
    different: float = 0.05

    def __attrs_post_init__(self) -> None:
        if not 0 < self.different < self.same < 1:
            raise RequestError("The thresholds do not leave three bands.", expected="0 < different < same < 1")


def band(pair: Scored, thresholds: Thresholds) -> tuple[Band, str]:
    """The band of a pair, and what put it there.

    A high score is not enough: twins share family name and birth date, father and son a whole name, and namesakes of
    one birthday are found in every large list. The same person needs an agreement that these do not have.
    """
    found = pair.outcomes
    named = found.get("name") in ("same", "swapped")
    born = found.get("birth_date") == "same"
    against = [name.replace("_", " ") for name in ("state_id", "middle", "suffix") if found.get(name) == "different"]
    if found.get("state_id") == "same":
        # A number may be mistyped: something else must agree with it.
        if (named or born) and pair.probability >= thresholds.same:
            return Band.SAME, "exact: state id, and name or birth date"
        return Band.REVIEW, "the state id agrees, the person hardly"
    if pair.probability < thresholds.different:
        return Band.DIFFERENT, "too little agrees"
    if against:
        return Band.REVIEW, f"much agrees, but not: {', '.join(against)}"
    if named and born and pair.probability >= thresholds.same:
        if found.get("case_number") == "same":
            way = "exact" if found["name"] == "same" else "scored"
            return Band.SAME, f"{way}: name, birth date and case number"
        if found.get("middle") == "same":
            return Band.SAME, "scored: whole name with middle name, and birth date"
    return Band.REVIEW, "much agrees, but nothing that only one person can have"
