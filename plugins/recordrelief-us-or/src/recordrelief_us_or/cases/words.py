"""What rulings and levels say, as outcomes, levels and classes: only what is plain, the rest stays unknown."""

from __future__ import annotations

import re

import attrs

_OUTCOMES: tuple[tuple[str, tuple[str, ...]], ...] = (
    # In favour of another charge, or turned into a lesser one: how this one ended is not said.
    ("", ("lesser charge", "reduced")),
    ("acquitted", ("acquitted", "acquittal", "not guilty")),
    ("not_filed", ("no complaint",)),
    ("deferred", ("conditional discharge", "deferred")),
    (
        "dismissed",
        (
            "dismissed",
            "dismissal",
            "discharged",
            "accusatory instrument filed",
            "removed from charging instrument",
        ),
    ),
    ("diverted", ("diverted",)),
    (
        "convicted",
        (
            "convicted",
            "conviction",
            "guilty",
            "found in contempt",
            "finding - contempt",
            "converted",
            "conversion",
            "bail forfeiture",
            "forfeiture allowed",
        ),
    ),
    ("transferred", ("transferred",)),
)


@attrs.frozen
class Outcome:
    """How a charge ended; ``relevelled``: as an offense of another level than the record states."""

    outcome: str | None
    relevelled: bool = False


def read_ruling(text: str) -> Outcome:
    """The outcome that a ruling states plainly."""
    said = text.lower()
    for outcome, words in _OUTCOMES:
        if any(one in said for one in words):
            return Outcome(outcome or None, relevelled="conver" in said)
    return Outcome(None)


@attrs.frozen
class Level:
    """A level and its class, each unknown where the text does not say it."""

    level: str | None
    degree_class: str | None


def read_level(text: str) -> Level:
    """The level of a charge, such as ``Felony Class C``; ``Unclassified`` has no class that could be told."""
    said = text.lower()
    named = [one for one in ("felony", "misdemeanor", "violation", "infraction") if one in said]
    grade = re.search(r"\bclass ([a-e])\b", said)
    return Level(named[0] if len(named) == 1 else None, grade[1].upper() if grade and len(named) == 1 else None)
