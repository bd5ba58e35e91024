"""Invents whole files of records, for tests, examples and measurements: no person in them exists.

The same number of people and the same seed give the same bytes everywhere, and a larger number of people begins with
those of a smaller one.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from recordrelief.errors import RequestError

T = TypeVar("T")

_CHUNK = 5_000
_FIRST, _LAST = date(1985, 1, 1).toordinal(), date(2025, 1, 1).toordinal()
_GIVEN = ("Ada", "Bruno", "Clara", "Dario", "Elsa", "Fabio", "Greta", "Hugo", "Ida", "Jonas", "Klara", "Leo")
_FAMILY = ("Invented", "Madeup", "Fictive", "Imagined", "Sample", "Pretend", "Figment", "Nobody")
_COUNTIES = ("Benton", "Lane", "Linn", "Marion", "Multnomah", "Washington", "Clackamas", "Jackson", "Deschutes")
_STATUSES = ("Closed", "Closed", "Closed", "Closed", "Closed", "Closed", "Purgable", "Inactive", "Open")
_OFFENSES = (
    ("Theft in the Second Degree", "164.045", "Misdemeanor Class A"),
    ("Theft in the Second Degree", "164.045(1)", "Misdemeanor Class A"),
    ("Theft in the Third Degree", "164.043", "Misdemeanor Class C"),
    ("Theft in the First Degree", "164.055", "Felony Class C"),
    ("Criminal Trespass in the Second Degree", "164.245", "Misdemeanor Class C"),
    ("Harassment", "166.065", "Misdemeanor Class B"),
    ("Assault in the Fourth Degree", "163.160", "Misdemeanor Class A"),
    ("Assault in the Third Degree", "163.165", "Felony Class C"),
    ("Robbery in the Second Degree", "164.405", "Felony Class B"),
    ("Aggravated Theft in the First Degree", "164.057", "Felony Class B"),
    ("Identity Theft", "165.800", "Felony Class C"),
    ("Unauthorized Use of a Vehicle", "164.135", "Felony Class C"),
    ("Failure to Appear", "162.195", "Misdemeanor Class A"),
    ("Disorderly Conduct", "166025", "Misdemeanor Class B"),
    ("Poss Controlled Sub 2", "475.884", "Felony Class C"),
    ("Manu/Del Cont Sub-Sch I", "475.752", "Felony Class B"),
    ("Unlawful Poss of Marijuana", "475.864", "Misdemeanor Class B"),
    ("Delivery of Marijuana", "475.860", "Felony Class B"),
    ("Possession of Less than 1 oz Marij", "475.864", "Violation Unclassified"),
    ("Sexual Abuse in the Third Degree", "163.415", "Misdemeanor Class A"),
    ("Attempt to Commit a Class B Felony", "161.405", "Felony Class C"),
    ("Driving Under the Influence of Intoxicants", "813.010", "Misdemeanor Class A"),
    ("Reckless Driving", "811.140", "Misdemeanor Class A"),
    ("Driving While Suspended", "811.182", "Violation Class A"),
    ("Violating a Speed Limit", "811.111", "Violation Class B"),
    ("Minor in Possession of Alcohol", "471.430", "Violation Class B"),
    ("Contempt of Court", "33.065", "Misdemeanor Unclassified"),
)
_RULINGS = (
    *("Convicted",) * 9,
    *("Dismissed",) * 5,
    *("No Complaint",) * 2,
    *("Acquitted", "Finding - Guilty", "Diverted", "Removed From Charging Instrument", "Transferred"),
)


def generate_records(subjects: int, seed: int, out: Path) -> int:
    """Write invented records, one a line.

    Args:
        subjects: how many people.
        seed: which file out of all; any whole number.
        out: the file to write.

    Returns:
        The number of records.

    Raises:
        RequestError: fewer than one subject.
    """
    if subjects < 1:
        raise RequestError("A file has at least one subject.", found=f"{subjects} subjects")
    dice = _Dice(seed)
    with out.open("w", encoding="utf-8", newline="\n") as stream:
        for first in range(0, subjects, _CHUNK):
            people = range(first, min(first + _CHUNK, subjects))
            stream.writelines(json.dumps(_record(dice, number), separators=(",", ":")) + "\n" for number in people)
    return subjects


class _Dice:
    """Chance, out of ``random.Random.random`` alone: its numbers are the same in every version of Python."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed).random

    def one_of(self, things: Sequence[T]) -> T:
        """One of several, each as likely."""
        return things[int(self._random() * len(things))]

    def chance(self, share: float) -> bool:
        """True in so many of all cases."""
        return self._random() < share

    def between(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return low + int(self._random() * (high - low + 1))


def _record(dice: _Dice, number: int) -> dict[str, Any]:
    born = dice.between(_FIRST - 365 * 25, _LAST - 365 * 22)
    cases = sorted({dice.between(max(_FIRST, born + 365 * 18), _LAST) for _ in range(1 + int(dice.between(0, 9) / 4))})
    return {
        "id": f"invented-{number:07}",
        "person": {
            "name": f"{dice.one_of(_GIVEN)} {dice.one_of(_FAMILY)}",
            "birth_date": _day(born),
        },
        "cases": [_case(dice, number, at, day) for at, day in enumerate(cases)],
    }


def _case(dice: _Dice, number: int, at: int, filed: int) -> dict[str, Any]:
    case = f"{_day(filed)[2:4]}CR{number:07}{at}"
    ended = filed + dice.between(5, 500)
    county = dice.one_of(_COUNTIES)
    status = dice.one_of(_STATUSES)
    revoked = _day(ended + dice.between(60, 900)) if dice.chance(0.05) else None
    charges: list[dict[str, Any]] = []
    for count in range(1, 2 + int(dice.between(0, 11) / 9)):
        name, statute, level = dice.one_of(_OFFENSES)
        ruled = status != "Open" and dice.chance(0.97)
        charges.append(
            {
                "id": f"{case}-{count}",
                "name": name,
                "statute": statute,
                "level": level,
                "offense_date": _day(filed - dice.between(0, 60)),
                "disposition": {"date": _day(ended), "ruling": dice.one_of(_RULINGS)} if ruled else None,
                "probation_revoked": revoked,
            }
        )
    return {
        "case_number": case,
        "county": county,
        "court": f"{county} Circuit Court",
        "citation_date": _day(filed),
        "filed": _day(filed),
        "case_type": "Offense Felony" if any("Felony" in one["level"] for one in charges) else "Offense Misdemeanor",
        "status": status,
        "restitution_on_case": county in ("Multnomah", "Washington") and dice.chance(0.05),
        "balance_due_cents": dice.between(1, 400) * 500 if dice.chance(0.2) else 0,
        "charges": charges,
    }


def _day(number: int) -> str:
    return date.fromordinal(number).isoformat()
