"""Invents whole documents of sheets, for tests, examples and measurements: no person in them exists."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TypeVar

from recordrelief.errors import RequestError
from recordrelief_niem.writing import CLOSE, OPEN, WrittenCharge, WrittenCycle, WrittenSentence, WrittenSheet, written

T = TypeVar("T")

_FIRST, _LAST = date(1985, 1, 1).toordinal(), date(2024, 1, 1).toordinal()
_FAMILY = ("QUILL", "OTTER", "THISTLE", "BRACKEN", "TEASEL", "HERON", "PLOVER", "SORREL", "YARROW", "CURLEW")
_GIVEN = ("MARA", "ODA", "FERN", "PIPER", "WREN", "LARK", "IVO", "TANSY", "BASIL", "CLOVE")
_OFFENSES = (
    ("BURGLARY", "PC", "459", "FELONY"),
    ("PETTY THEFT", "PC", "484(a)", "MISDEMEANOR"),
    ("POSSESS MARIJUANA FOR SALE", "HS", "11359", "FELONY"),
    ("BATTERY", "PC", "242", "MISDEMEANOR"),
    ("VANDALISM", None, None, "FB"),
)
_ENDINGS = ("CONVICTED", "GUILTY", "DISMISSED", "LACK OF PROS", "ACQUITTED", "CONVICTED-JAIL", None)
_TERMS = (("JAIL", None, "P90D"), ("PROBATION", "P3Y", "P3Y"), ("PRISON", "P16M", "P2Y"), ("FINE", None, None))


class Dice:
    """Chance, out of ``random.Random.random`` alone: its numbers are the same in every version of Python."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed).random

    def one_of(self, things: Sequence[T]) -> T:
        """One of several, each as likely."""
        return things[int(self._random() * len(things))]

    def between(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return low + int(self._random() * (high - low + 1))


def generate_sheets(subjects: int, seed: int, out: Path) -> int:
    """Write invented sheets, one a person, into one document.

    Args:
        subjects: how many people.
        seed: which document out of all; any whole number.
        out: the file to write.

    Returns:
        The number of rows that reading it gives: charges and events.

    Raises:
        RequestError: fewer than one subject.
    """
    if subjects < 1:
        raise RequestError("A file has at least one subject.", found=f"{subjects} subjects")
    dice = Dice(seed)
    rows = 0
    with out.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(OPEN)
        for number in range(subjects):
            sheet = invented_sheet(dice, number)
            rows += sum(len(one.arrest) + len(one.court) + _events(one) for one in sheet.cycles)
            stream.write(written(sheet))
        stream.write(CLOSE)
    return rows


def _events(cycle: WrittenCycle) -> int:
    return 0 if cycle.supervision is None else 1 if cycle.supervision[2] is None else 2


def invented_sheet(dice: Dice, number: int) -> WrittenSheet:
    """One sheet of an invented person."""
    born = dice.between(_FIRST - 365 * 25, _LAST - 365 * 22)
    starts = sorted({dice.between(max(_FIRST, born + 365 * 18), _LAST - 800) for _ in range(dice.between(1, 4))})
    return WrittenSheet(
        family=dice.one_of(_FAMILY),
        given=dice.one_of(_GIVEN),
        born=_day(born),
        fbi=f"{number:06}XX0" if dice.between(0, 3) else None,
        sid=f"X{number:08}",
        registered=dice.between(0, 30) == 0,
        cycles=tuple(_cycle(dice, number, at, start) for at, start in enumerate(starts, 1)),
    )


def _cycle(dice: Dice, number: int, at: int, start: int) -> WrittenCycle:
    charges = []
    for count in range(1, dice.between(1, 3) + 1):
        text, code, section, severity = dice.one_of(_OFFENSES)
        charges.append(
            WrittenCharge(
                tracking=f"T{number:06}{at:02}{count:02}",
                sequence=str(count),
                text=text,
                code=code,
                section=section,
                severity=severity,
            )
        )
    if not dice.between(0, 3):
        return WrittenCycle(tracking=f"{number:06}{at:02}", day=_day(start), arrest=tuple(charges))
    day = start + dice.between(10, 300)
    court, sentences = [], []
    for charge in charges:
        ending = dice.one_of(_ENDINGS)
        court.append(
            WrittenCharge(
                tracking=charge.tracking,
                sequence=charge.sequence,
                text=charge.text,
                code=charge.code,
                section=charge.section,
                severity=charge.severity,
                disposition=ending,
                disposed=None if ending is None else _day(day),
            )
        )
        if ending in ("CONVICTED", "GUILTY", "CONVICTED-JAIL"):
            term, least, most = dice.one_of(_TERMS)
            sentences.append(WrittenSentence(tracking=charge.tracking or "", text=term, least=least, most=most))
    return WrittenCycle(
        tracking=f"{number:06}{at:02}",
        day=_day(start),
        arrest=tuple(charges),
        court=tuple(court),
        court_day=_day(day),
        case_number=f"F{number:06}{at:02}",
        sentences=tuple(sentences),
        supervision=("PROBATION", _day(day), _day(day + 400) if dice.between(0, 1) else None) if sentences else None,
    )


def _day(ordinal: int) -> str:
    return date.fromordinal(ordinal).isoformat()
