"""Invents whole extracts in the layout of the research file, for tests, examples and measurements.

The same number of subjects and the same seed give the same bytes everywhere, and a larger number of subjects begins
with the people of a smaller one. Every person has at least one cannabis conviction, as in the extracts that counties
are sent; what real files get wrong (dates, wordings, repeated rows, charges in comments) is there too. The lines
themselves are sound: damaged ones are for the tests to add.
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from recordrelief.errors import RequestError

from . import invented as words
from .invented import Agency, Offense
from .layout import COLUMNS

T = TypeVar("T")

_NONE = "  -  "
_DAY_ZERO = datetime.date(1900, 1, 1).toordinal()
_DAYS = [
    datetime.date.fromordinal(day).strftime("%Y%m%d") for day in range(_DAY_ZERO, datetime.date(2020, 1, 1).toordinal())
]
_LAST_DAY = len(_DAYS) - 1
_FIRST_ARREST = _DAYS.index("19750101")
_LAST_ARREST = _DAYS.index("20190901")
_PROP_64 = _DAYS.index("20161109")
_YEAR = 365.2425
_LEVELS = {"F": "FELONY", "M": "MISDEMEANOR", "I": "INFRACTION"}
_TIMES = {"D": "DAYS", "M": "MONTHS", "Y": "YEARS", "": "", _NONE: _NONE}
_CHUNK = 20_000

_PROBATION = {"F": (("36", "M"), ("3", "Y"), ("5", "Y")), "M": (("12", "M"), ("24", "M"), ("3", "Y"))}

Sentence = tuple[str, str, str]
"""Where, how long, and in what unit."""
_NO_SENTENCE: Sentence = (_NONE, "", "")


def generate_extract(subjects: int, seed: int, out: Path) -> int:
    """Writes an invented extract with a header row.

    Args:
        subjects: how many people; each has about nine rows.
        seed: which extract out of all; any whole number.
        out: the file to write.

    Returns:
        The number of data rows.

    Raises:
        RequestError: fewer than one subject.
    """
    if subjects < 1:
        raise RequestError("An extract has at least one subject.", found=f"{subjects} subjects")
    dice = _Dice(seed)
    rows = 0
    pending = [",".join(COLUMNS) + "\n"]
    with out.open("wb") as stream:
        for number in range(subjects):
            record = _Person(dice, number).record()
            rows += len(record)
            pending += record
            if len(pending) > _CHUNK:
                stream.write("".join(pending).encode())
                pending.clear()
        stream.write("".join(pending).encode())
    return rows


class _Dice:
    """Chance, out of ``random.Random.random`` alone: its numbers are the same in every version of Python."""

    def __init__(self, seed: int) -> None:
        self._next = random.Random(seed).random

    def chance(self, share: float) -> bool:
        return self._next() < share

    def pick(self, choices: Sequence[T]) -> T:
        return choices[int(self._next() * len(choices))]

    def between(self, first: int, last: int) -> int:
        return first + int(self._next() * (last - first + 1))


def _cell(text: str) -> str:
    """A cell as it is written: in quotation marks when it has a comma or a quotation mark."""
    if "," in text or '"' in text:
        return '"' + text.replace('"', '""') + '"'
    return text


class _Person:
    """One person's whole record, written cycle by cycle."""

    def __init__(self, dice: _Dice, number: int) -> None:
        self._dice = dice
        self._rows: list[str] = []
        self._cycle = 100
        self._cycle_cells = self._age = self._order = self._event = self._numbers = self._step_cells = ""
        self._cannabis_day = dice.between(_FIRST_ARREST, _LAST_ARREST)
        age = dice.between(*dice.pick(((14, 17), (18, 20), (18, 20), (21, 29), (21, 29), (30, 39), (30, 39), (40, 62))))
        self._born = max(self._cannabis_day - int(age * _YEAR) - dice.between(1, 364), 0)
        self._home = dice.pick(words.COUNTIES)
        self._person = self._identity(number)

    def record(self) -> list[str]:
        """All rows of the person, each with its line feed."""
        dice = self._dice
        grown = min(max(self._born + int(14 * _YEAR), _FIRST_ARREST), _LAST_ARREST)
        others = dice.pick((0, 0, 0, 1, 1, 1, 2, 3))
        days = [dice.between(grown, _LAST_ARREST) for _ in range(others)]
        register = False
        for day in sorted((*days, self._cannabis_day)):
            register |= self._arrest_cycle(day, cannabis=day == self._cannabis_day)
        if register:
            self._registration(words.SEX_REGISTRATION)
        elif dice.chance(0.04):
            self._registration(words.DRUG_REGISTRATION)
        if dice.chance(0.05):
            day = self._later(self._cannabis_day, 30, 6000)
            self._begin(day, "APPLICANT", words.STATE, "SACRAMENTO")
            self._row("001", "", Offense(dice.pick(words.APPLICATIONS), "", _NONE), "", "", toc=_NONE)
        if dice.chance(0.03):
            day = self._later(self._cannabis_day, 2000, 9000)
            self._begin(day, "DECEASED", words.CORONER, self._home)
            self._row("001", "", Offense(_NONE, "", _NONE), "", "", toc=_NONE)
        if dice.chance(0.04):
            at = dice.between(0, len(self._rows) - 1)
            self._rows.insert(at, self._rows[at])
        return self._rows

    def _identity(self, number: int) -> str:
        """The first 36 cells, the same on all rows of the person."""
        dice = self._dice
        race, eyes, hair, place = (dice.pick(c) for c in (words.RACES, words.COLORS, words.COLORS, words.PLACES))
        name = f"{dice.pick(words.SURNAMES)},{dice.pick(words.GIVEN)} {chr(65 + dice.between(0, 25))}"
        cii = f"{(number * 3_141_592_653 + 2_307_163_511) % 10**10:010}"
        gender = dice.pick("MMMF")
        born = self._date(self._born, dirt=0.03)
        licence = f"{chr(65 + dice.between(0, 25))}{dice.between(0, 9_999_999):07}"
        security = f"000{dice.between(0, 999_999):06}"
        requested = [_NONE, f"00{dice.between(0, 99_999_999):08}", name, gender, born, licence, _NONE]
        held = [_NONE, cii, name, gender, born, security, licence, _NONE, _NONE, f"{number + 1:06}XX{gender}"]
        described = [
            _NONE,
            *race.split("-"),
            *eyes.split("-"),
            *hair.split("-"),
            f"{dice.between(5, 6)}{dice.between(0, 11):02}",
            f"{dice.between(95, 290):03}",
            "SINGLE SOURCE",
            _NONE,
            *place.split("-"),
            "STATE OR COUNTRY",
            "UNITED STATES OF AMERICA",
        ]
        cells = [f"{number + 1:09}", "A", f"{10_000_001 + number}", *requested, *held, *described, _NONE]
        return ",".join(map(_cell, cells)) + ","

    def _arrest_cycle(self, day: int, cannabis: bool) -> bool:
        """An arrest and what follows from it. True when it ends in a conviction that brings registration with it."""
        dice = self._dice
        county = self._home if dice.chance(0.8) else dice.pick(words.COUNTIES)
        if not cannabis and dice.chance(0.12):
            county = dice.pick(words.ODD_COUNTIES)
        counts = [self._offense() for _ in range(dice.pick((1, 1, 1, 2, 2, 3, 4)))]
        at = dice.between(0, len(counts) - 1) if cannabis else -1
        convicted: Offense | None = None
        if cannabis:
            counts[at] = dice.pick(words.CANNABIS)
            if dice.chance(0.15):
                counts[at] = dice.pick(words.CANNABIS_HIGHER)
                convicted = dice.pick(words.CANNABIS_LESSER)
        court = cannabis or dice.chance(0.75)
        kind = "SUPPLEMENTAL ARREST" if dice.chance(0.03) else "ARREST/DETAINED/CITED"
        self._begin(day, kind, dice.pick(words.ARREST_AGENCIES), county)
        for place, offense in enumerate(counts, 1):
            self._row(f"{place:03}", "", offense, "" if court else dice.pick(words.NOT_FILED), "")
        if not court:
            return False
        heard = self._later(day, 1, 500)
        self._step("002", heard, "COURT ACTION", dice.pick(words.COURT_AGENCIES), county)
        number = f"{dice.between(0, 99_999_999):08}"
        register = custody = probation = False
        for place, offense in enumerate(counts, 1):
            order = f"{place:03}"
            ofn = number if place == 1 else ""
            sure = place - 1 == at
            if sure or dice.chance(0.45):
                sentences = self._convict(order, ofn, heard, offense, convicted if sure else None, sure)
                locations = {location for location, _, _ in sentences}
                custody |= not locations.isdisjoint({"JAIL", "PRISON"})
                probation |= "PROBATION" in locations
                register |= offense in words.BRINGS_REGISTRATION
            else:
                dated = self._date(heard) if dice.chance(0.7) else dice.pick((_NONE, ""))
                comment = self._comment(offense)
                self._row(order, ofn, offense, dice.pick(words.ENDED), "", dated=dated, comment=comment)
        if custody and dice.chance(0.2):
            begun = self._later(heard, 1, 60)
            self._step("003", begun, "CUSTODY", words.SHERIFF, county)
            self._row("001", number, counts[at], "", "")
        if probation and dice.chance(0.12):
            self._step("004", self._later(heard, 1, 30), "PROBATION", words.PROBATION, county)
            self._row("001", number, counts[at], "", "")
        return register

    def _convict(
        self, order: str, ofn: str, heard: int, charged: Offense, convicted: Offense | None, sure: bool
    ) -> Sequence[Sentence]:
        """The rows of one convicted count: a row for each part of the sentence, then what came later.

        ``sure``: this is the conviction that makes the person one of the extract; it is never told in a comment alone.
        """
        dice = self._dice
        if convicted is None and dice.chance(0.06):
            convicted = dice.pick(words.CANNABIS_LESSER if charged in words.ABOUT_CANNABIS else words.ORDINARY)
        level = dice.pick((convicted or charged).levels)
        status = _LEVELS[level] if not dice.chance(0.02) else dice.pick(("", "", _NONE, "UNKNOWN", "FELONY "))
        sentences, kind = self._sentences(level)
        disposition = dice.pick(words.CONVICTED[kind])
        same = convicted or (charged if dice.chance(0.2) else None)
        dated = self._date(heard) if dice.chance(0.75) else dice.pick((_NONE, ""))
        comment = dice.pick(words.COMMENTS) if sure else self._comment(charged)
        for place, sentence in enumerate(sentences, 1):
            self._row(order, ofn, charged, disposition, status, same, dated, sentence, place, comment)
        if dice.chance(0.16):
            self._afterwards(order, heard, charged, same, level, status, kind)
        return sentences

    def _afterwards(
        self, order: str, heard: int, charged: Offense, convicted: Offense | None, level: str, status: str, kind: str
    ) -> None:
        """A later disposition of a count: relief already given, a reduction, or a probation that went wrong."""
        dice = self._dice
        text = dice.pick((words.SET_ASIDE, words.SET_ASIDE, words.REVOKED, words.REDUCED, words.DISMISSED_11361_8))
        day = self._later(heard, 200, 3600)
        sentence = _NO_SENTENCE
        if text == words.REVOKED:
            if kind != "PROBATION":
                return
            sentence = ("JAIL", str(dice.between(5, 360)), "D")
        elif text == words.DISMISSED_11361_8:
            if charged not in words.ABOUT_CANNABIS:
                return
            day = dice.between(max(_PROP_64, heard), _LAST_DAY)
        elif text == words.REDUCED:
            if level != "F":
                return
            status = "MISDEMEANOR"
        dated = self._date(day)
        event = self._event
        if dice.chance(0.3):
            self._event = dated
        self._row(order, "", charged, text, status, convicted, dated, sentence, 2)
        self._event = event

    def _registration(self, offense: Offense) -> None:
        dice = self._dice
        day = self._later(self._cannabis_day, 100, 3000)
        self._begin(day, "REGISTRATION", words.SHERIFF, self._home)
        self._row("001", "", offense, "", "", toc=_NONE)
        if dice.chance(0.3):
            self._step("002", self._later(day, 400, 5000), "REGISTRATION", words.SHERIFF, self._home)
            self._row("001", "", offense, words.NO_LONGER, "", toc=_NONE)

    def _offense(self) -> Offense:
        """Any charge: mostly ordinary ones, some cannabis, few grave."""
        kind = self._dice.between(1, 100)
        for share, table in (
            (68, words.ORDINARY),
            (86, words.CANNABIS),
            (91, words.ATTEMPTS),
            (95, words.CONSPIRACIES),
            (97, words.GRAVE),
        ):
            if kind <= share:
                return self._dice.pick(table)
        return self._dice.pick(words.REGISTRABLE)

    def _comment(self, offense: Offense) -> str:
        """A comment; one that begins with the word of the placeholder takes the place of the charge."""
        dice = self._dice
        if dice.chance(0.04):
            return words.SEE_COMMENT + dice.pick(words.CHARGE_COMMENTS).format(offense.text)
        return dice.pick(words.COMMENTS)

    def _sentences(self, level: str) -> tuple[Sequence[Sentence], str]:
        """The parts of a sentence, and what kind of conviction they make."""
        dice = self._dice
        if level == "I":
            return [("FINE", "", "")], "FINE"
        jail: Sentence = ("JAIL", str(dice.between(1, 364)), "D")
        if level == "F" and dice.chance(0.3):
            term = dice.pick((("16", "M"), ("2", "Y"), ("3", "Y"), ("4", "Y"), ("28", "M")))
            return [("PRISON", *term)], "PRISON"
        if dice.chance(0.2):
            return [jail], "JAIL"
        length = dice.pick(_PROBATION[level])
        parts: list[Sentence] = [("PROBATION", *length)]
        if dice.chance(0.4):
            parts.append(jail)
        if dice.chance(0.25):
            parts.append(("FINE", "", ""))
        return parts, "PROBATION"

    def _later(self, day: int, least: int, most: int) -> int:
        return min(day + self._dice.between(least, most), _LAST_DAY)

    def _date(self, day: int, dirt: float = 0.015) -> str:
        """A date, sometimes partial, zero or blank."""
        text = _DAYS[day]
        if self._dice.chance(dirt):
            return self._dice.pick((text[:4] + "0000", text[:4] + "0000", text[:6] + "00", "00000000", "", _NONE))
        return text

    def _begin(self, day: int, kind: str, agency: Agency, county: str) -> None:
        """Begins a new cycle with its first step."""
        self._cycle += 1
        self._cycle_cells = f"{self._cycle},{self._date(day, 0.005)},{_NONE},"
        self._age = f"{int((day - self._born) / _YEAR)}" if self._dice.chance(0.97) else _NONE
        self._step("001", day, kind, agency, county)

    def _step(self, order: str, day: int, kind: str, agency: Agency, county: str) -> None:
        """Begins a new step of the cycle."""
        code = self._dice.between(0, 999_999)
        self._order = order
        self._event = self._date(day)
        self._numbers = f"00{self._dice.between(0, 999_999_999):09}"
        self._step_cells = (
            f"{_NONE},{kind},{agency.short},{_cell(agency.long)},CA0{code:06},"
            f"{_cell(f'CA{agency.short} {agency.long} {county}'.strip())},{code % 59:02},{county},{_NONE},"
            f"{self._cycle}{order}"
        )

    def _row(
        self,
        count: str,
        ofn: str,
        charged: Offense,
        disposition: str,
        status: str,
        convicted: Offense | None = None,
        dated: str = "",
        sentence: Sentence = _NO_SENTENCE,
        place: int = 1,
        comment: str = "",
        toc: str = "",
    ) -> None:
        """Writes one row."""
        text = charged.text
        if comment.startswith(words.SEE_COMMENT):
            text, comment = words.SEE_COMMENT, comment.removeprefix(words.SEE_COMMENT)
        elif "{}" in comment:
            comment = comment.format(self._numbers)
        if convicted is None:
            found = f"{_NONE},{_NONE},{_NONE},{_NONE},{_NONE},{_NONE},{_NONE},{_NONE},{_NONE}"
        else:
            level = convicted.levels[0]
            found = f"{_NONE},{_NONE},{_NONE},{_NONE},001,{convicted.code},{convicted.text},{level},{_NONE}"
        location, length, unit = sentence
        self._rows.append(
            f"{self._person}{self._cycle_cells}{self._order},{self._event},{self._step_cells}{count}000,{dated},{ofn},"
            f"{charged.code},{text},{toc or charged.levels[0]},{_NONE},{found},"
            f"001,{self._numbers},{_NONE},{_NONE},{_NONE},INC{self._numbers},BK{self._numbers},{_NONE},{_NONE},{_NONE},"
            f"{ofn},{_NONE},"
            f"00{place},{_NONE},{disposition},{status[:1] or _NONE},{status},"
            f"{_NONE},00{place},{_NONE},{location},{length},{unit},{_TIMES[unit]},"
            f"{self._age},{_NONE},{_NONE},{_cell(comment)},{_NONE}\n"
        )
