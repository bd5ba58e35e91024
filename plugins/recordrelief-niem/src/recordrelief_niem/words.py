"""What words of dispositions, grades and sentences say. Only what is plain; the rest stays unknown and is listed."""

from __future__ import annotations

import re
from datetime import date

from recordrelief.model import PartialDate

_OUTCOMES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (outcome, re.compile(pattern))
    for outcome, pattern in (
        ("acquitted", r"ACQUITTED|(?:FOUND )?NOT GUILTY"),
        ("convicted", r"CONVICTED(?:[- ](?:PRISON|JAIL|PROBATION|FINE))?|(?:PLED |PLEAD |FOUND )?GUILTY"),
        ("dismissed", r"DISMISSED|NOLLE PROSEQUI"),
        ("not_filed", r"(?:CHARGES? )?NOT FILED|NO COMPLAINT FILED"),
        ("released", r"RELEASED?(?:[- ,]+(?:FOR )?INSUFFICIENT EVIDENCE)?"),
        ("transferred", r"EXTRADITED|TRANSFERRED"),
        ("vacated", r"(?:CONVICTION )?VACATED"),
        ("set_aside", r"(?:CONVICTION )?SET ASIDE"),
        ("pending", r"PENDING"),
    )
)
LEVELS = {"FELONY": "felony", "MISDEMEANOR": "misdemeanor", "INFRACTION": "infraction", "VIOLATION": "violation"}
KINDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(rf"\b(?:{words})\b"))
    for kind, words in (
        ("prison", "PRISON|PENITENTIARY"),
        ("jail", "JAIL"),
        ("probation", "PROBATION"),
        ("community_service", "COMMUNITY SERVICE"),
        ("restitution", "RESTITUTION"),
        ("fine", "FINE"),
    )
)
_ISO = re.compile(r"P(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,6})D)?(?:T0[HMS])?")
_FEWEST = (0, 28, 59, 89, 120, 150, 181, 212, 242, 273, 303, 334)
_MOST = (0, 31, 62, 92, 123, 153, 184, 215, 245, 276, 306, 337)
_YEARS = range(1850, 2200)
STATES = frozenset(
    """
    al ak az ar ca co ct de dc fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh ok or pa
    ri sc sd tn tx ut vt va wa wv wi wy
    """.split()  # noqa: SIM905
)
"""Abbreviations of the states."""


def outcome_of(text: str) -> str | None:
    """The outcome that a disposition states, where the whole text is plain."""
    said = " ".join(text.upper().split())
    return next((outcome for outcome, pattern in _OUTCOMES if pattern.fullmatch(said)), None)


def kind_of(text: str) -> str | None:
    """The kind of a term, where its text names exactly one."""
    said = text.upper()
    named = [kind for kind, pattern in KINDS if pattern.search(said)]
    return named[0] if len(named) == 1 else None


def lengths(text: str) -> tuple[int, int] | None:
    """The fewest and the most days of a period as ISO 8601 writes it; None of any other text."""
    found = _ISO.fullmatch(text.strip().upper())
    if not found or not any(found.groups()):
        return None
    years, months, weeks, days = (int(part or 0) for part in found.groups())
    years, months, days = years + months // 12, months % 12, days + 7 * weeks
    return (
        years * 365 + years // 4 + _FEWEST[months] + days,
        years * 365 + (years + 3) // 4 + _MOST[months] + days,
    )


def day_of(text: str | None) -> PartialDate | None:
    """The day, month or year of a text; None where it says none that a record can name."""
    if text is None:
        return None
    try:
        read = PartialDate.of(date.fromisoformat(text[:10]) if "T" in text else text)
    except ValueError:
        return None
    return read if read.earliest.year in _YEARS else None


def state_of(ori: str | None) -> str | None:
    """The state in whose name an agency reports, by the first two letters of its number."""
    start = (ori or "")[:2].lower()
    return start if start in STATES else None
