"""Invents whole sheets, for tests, examples and measurements.

The same number of subjects and the same seed give the same bytes everywhere, and a larger number of subjects begins
with the people of a smaller one. Some sheets are as a scan gives them back.
"""

from __future__ import annotations

import datetime
from pathlib import Path

from recordrelief.errors import RequestError
from recordrelief_us_ca_rapsheet import invented as words
from recordrelief_us_ca_rapsheet.days import Day
from recordrelief_us_ca_rapsheet.dice import Dice
from recordrelief_us_ca_rapsheet.noise import noisy
from recordrelief_us_ca_rapsheet.sheet import (
    Comment,
    Count,
    Cycle,
    Disposition,
    Event,
    Header,
    PersonName,
    Sentence,
    Sheet,
    Tag,
)
from recordrelief_us_ca_rapsheet.writing import printed

_PRINTED = datetime.date(2026, 3, 5)
_FIRST = datetime.date(1978, 1, 1)
_SCANNED, _NOISE = 0.2, 0.4


def generate_sheets(subjects: int, seed: int, out: Path) -> int:
    """Writes invented sheets, one after another.

    Args:
        subjects: how many people; each has one sheet.
        seed: which sheets out of all; any whole number.
        out: the file to write.

    Returns:
        The number of events.

    Raises:
        RequestError: fewer than one subject.
    """
    if subjects < 1:
        raise RequestError("There is at least one subject.", found=f"{subjects} subjects")
    events = 0
    with out.open("wb") as stream:
        for number in range(subjects):
            dice = Dice(seed * 1_000_003 + number)
            sheet = invented_sheet(dice, seed % 89 * 1_000_000 + 10_000_000 + number)
            text = printed(sheet)
            stream.write((noisy(text, dice, _NOISE) if dice.chance(_SCANNED) else text).encode())
            events += sum(len(cycle.events) for cycle in sheet.cycles)
    return events


def invented_sheet(dice: Dice, number: int, *, cycles: int | None = None) -> Sheet:
    """One person's sheet.

    Args:
        dice: chooses everything.
        number: of the person, at most eight digits.
        cycles: how many arrests; a few by default.
    """
    return _Person(dice, number).sheet(cycles)


class _Person:
    """One person's record, invented cycle by cycle."""

    def __init__(self, dice: Dice, number: int) -> None:
        self._dice = dice
        self._number = number
        self._born = _FIRST - datetime.timedelta(days=dice.between(18 * 365, 40 * 365))
        self._place = dice.pick(words.PLACES)
        self._case = 0

    def sheet(self, cycles: int | None) -> Sheet:
        dice = self._dice
        several = dice.between(1, 4) if cycles is None else cycles
        day = _FIRST + datetime.timedelta(days=dice.between(0, 12_000))
        made = []
        for _ in range(several):
            made.append(self._arrest(day))
            day += datetime.timedelta(days=dice.between(90, 2_400) if cycles is None else dice.between(20, 90))
        if dice.chance(0.08):
            made.append(self._registration(day))
        if dice.chance(0.06):
            made.append(self._application(day))
        if dice.chance(0.02):
            made.append(self._death(day))
        return Sheet(header=self._header(), cycles=tuple(made))

    def _header(self) -> Header:
        dice = self._dice
        family, given = dice.pick(words.SURNAMES), dice.pick(words.GIVEN)
        names = [PersonName(code="01", text=f"{family},{given} {dice.pick(words.GIVEN)}")]
        if dice.chance(0.6):
            names.append(PersonName(code="02", text=f"{dice.pick(words.SURNAMES)},{given}"))
        births = [_day(self._born)]
        if dice.chance(0.1):
            births.append(_day(self._born + datetime.timedelta(days=dice.between(1, 900))))
        several = dice.chance(0.1)
        printed_on = Day(_PRINTED.strftime("%Y%m%d"))
        return Header(
            printed=printed_on,
            sources="multiple" if several else "california",
            cii=f"A{self._number:08}",
            births=tuple(births),
            sex=dice.pick("FM"),
            race=dice.pick(words.RACES),
            names=tuple(names),
            numbers=(("FBI", f"{self._number % 1_000_000:06}XX0"), ("SOC", f"000{dice.between(0, 999_999):06}")),
            notices=(
                f"RE: QHY.CA0000000.{self._number:08}.TESTER DATE:{printed_on.text} TIME:10:11:12",
                *words.NOTICES,
                words.SEVERAL_SOURCES if several else words.CALIFORNIA_ONLY,
            ),
        )

    def _later(self, day: datetime.date, least: int, most: int) -> datetime.date:
        return min(day + datetime.timedelta(days=self._dice.between(least, most)), _PRINTED)

    def _number_of_case(self, prefix: str) -> str:
        self._case += 1
        return f"{prefix}{self._dice.between(10, 99)}{self._case:02}{self._dice.between(100, 999)}"

    def _arrest(self, day: datetime.date) -> Cycle:
        """An arrest and what follows from it."""
        dice = self._dice
        charges = [
            dice.pick((*words.FELONIES, *words.MISDEMEANORS, *words.INFRACTIONS)) for _ in range(dice.between(1, 3))
        ]
        rejected = dice.chance(0.25)
        counts = [
            Count(
                first=at,
                last=at,
                case_number=self._number_of_case("") if at == 1 else None,
                flags=("WARRANT",) if dice.chance(0.1) else (),
                charges=(charge,),
                toc=dice.pick("FMN") if dice.chance(0.3) else None,
                dispositions=(
                    (Disposition(text=dice.pick(words.NOT_FILED), day=_day(self._later(day, 1, 20))),)
                    if rejected
                    else ()
                ),
            )
            for at, charge in enumerate(charges, 1)
        ]
        events = [
            Event(
                kind="arrest",
                heading="ARR/DET/CITE",
                name_code="01",
                birth=_day(self._born),
                day=_day(day),
                agency=f"CAPD {self._place[0]}",
                counts=tuple(counts),
            )
        ]
        if not rejected:
            events += self._court(self._later(day, 10, 400), charges)
        return Cycle(events=tuple(events))

    def _court(self, day: datetime.date, charges: list[str]) -> list[Event]:
        dice = self._dice
        number = self._number_of_case("SF")
        counts = []
        prison = None
        for at, charge in enumerate(charges, 1):
            count, imposed = self._court_count(day, at, charge, number if at == 1 else None)
            counts.append(count)
            prison = prison or imposed
        if dice.chance(0.08):
            first = len(counts) + 1
            counts.append(self._several(first, first + 1))
        events = [
            Event(
                kind="court",
                heading="COURT",
                name_code="01",
                day=_day(day),
                agency=f"CASC {self._place[1]}",
                counts=tuple(counts),
                strike=dice.chance(0.05),
            )
        ]
        if prison is not None:
            events.append(self._custody(self._later(day, 5, 60), number, *prison))
        return events

    def _court_count(
        self, day: datetime.date, at: int, charge: str, number: str | None
    ) -> tuple[Count, tuple[str, str] | None]:
        """One count of a court action, and the charge and the term of a prison sentence."""
        dice = self._dice
        if dice.chance(0.3):
            ended = Disposition(text=dice.pick(words.ENDED))
            return Count(first=at, last=at, case_number=number, charges=(charge,), dispositions=(ended,)), None
        level = next(level for level, charges in words.LEVELS.items() if charge in charges)
        dispositions = [
            Disposition(
                text=words.CONVICTED,
                starred=True,
                status=level if dice.chance(0.95) else None,
                sentences=(Sentence(items=self._sentence(level)),) if dice.chance(0.9) else (),
                comments=(Comment(text="SENTENCE CONCURRENT WITH FILE #000-0"),) if dice.chance(0.05) else (),
                tags=(Tag(word="DCN", text=f"X{dice.between(0, 999_999):020}"),) if dice.chance(0.3) else (),
            )
        ]
        prison = next((item for one in dispositions[0].sentences for item in one.items if "PRISON" in item), None)
        on_probation = any("PROBATION" in item for one in dispositions[0].sentences for item in one.items)
        if on_probation and dice.chance(0.15):
            dispositions.append(
                Disposition(
                    text=words.REVOKED,
                    day=_day(self._later(day, 100, 800)),
                    sentences=(Sentence(items=(dice.pick(words.PRISON[:3] if level == "FELONY" else words.JAIL),)),),
                )
            )
        elif dice.chance(0.15):
            dispositions.append(
                Disposition(text=dice.pick(words.RELIEFS[:1]), day=_day(self._later(day, 1_200, 3_000)))
            )
        elif on_probation and charge in words.MAY_BE_REDUCED and dice.chance(0.2):
            dispositions.append(Disposition(text=words.RELIEFS[1], day=_day(self._later(day, 1_200, 3_000))))
        count = Count(
            first=at,
            last=at,
            case_number=number,
            flags=("ATTEMPTED",) if dice.chance(0.03) else (),
            charges=(charge,),
            dispositions=tuple(dispositions),
        )
        return count, (charge, prison) if prison else None

    def _several(self, first: int, last: int) -> Count:
        """A range of counts whose charge stands in the comment."""
        dice = self._dice
        return Count(
            first=first,
            last=last,
            charges=(words.SEE_COMMENT,),
            dispositions=(
                Disposition(
                    text=words.CONVICTED,
                    starred=True,
                    status="MISDEMEANOR",
                    comments=(
                        Comment(text="XSEN:1 YR PROB, 5 DS JL, FINE"),
                        Comment(text=f"CNT {first:02} CHRG-{dice.pick(words.COMMENT_CHARGES)}"),
                    ),
                ),
            ),
        )

    def _sentence(self, level: str) -> tuple[str, ...]:
        dice = self._dice
        if level == "INFRACTION":
            return ("FINE",)
        if level == "FELONY" and dice.chance(0.25):
            return (dice.pick(words.PRISON[:3]), *((dice.pick(words.EXTRAS[:3]),) if dice.chance(0.4) else ()))
        items = [dice.pick(words.PROBATION[level]), dice.pick(words.JAIL)]
        items += [extra for extra in words.EXTRAS if dice.chance(0.3)]
        return tuple(items)

    def _custody(self, day: datetime.date, number: str, charge: str, term: str) -> Event:
        return Event(
            kind="custody",
            heading="CUSTODY:CDC",
            name_code="01",
            day=_day(day),
            agency="CASD CORRECTIONS",
            counts=(
                Count(
                    first=1,
                    last=1,
                    case_number=f"T{self._dice.between(10_000, 99_999)}",
                    charges=(charge,),
                    tags=(Tag(word="CRT", text=number),),
                    dispositions=(
                        Disposition(sentences=(Sentence(items=(term,)),)),
                        Disposition(text="PAROLED FROM CDC", day=_day(self._later(day, 200, 900))),
                    ),
                ),
            ),
        )

    def _registration(self, day: datetime.date) -> Cycle:
        """Registrations of a narcotics offender, of which only the first has its word."""
        events = []
        for year in range(self._dice.between(1, 3)):
            count = Count(
                first=1, last=1, case_number=f"R{year + 1}", charges=("11590 HS-REGISTRATION OF CNTL SUB OFFENDER",)
            )
            events.append(
                Event(
                    kind="registration",
                    heading=None if year else "REGISTRATION",
                    name_code=None if year else "01",
                    day=_day(self._later(day, 365 * year, 365 * year + 20)),
                    agency=f"CAPD {self._place[0]}",
                    counts=(count,),
                )
            )
        return Cycle(events=tuple(events))

    def _application(self, day: datetime.date) -> Cycle:
        count = Count(first=1, last=1, charges=("APPLICANT SECURITY GUARD",))
        return Cycle(
            events=(
                Event(
                    kind="applicant",
                    heading="APPLICANT",
                    name_code="01",
                    day=_day(self._later(day, 10, 400)),
                    agency="CASD CONSUMER AFFAIRS",
                    counts=(count,),
                ),
            )
        )

    def _death(self, day: datetime.date) -> Cycle:
        event = Event(
            kind="deceased",
            heading="DECEASED",
            name_code="01",
            day=_day(self._later(day, 400, 3_000)),
            agency=f"CACO {self._place[1].removeprefix('MC')}",
            counts=(Count(first=1, last=1, charges=("DECEASED",)),),
        )
        return Cycle(events=(event,))


def _day(day: datetime.date) -> Day:
    return Day(day.strftime("%Y%m%d"))
