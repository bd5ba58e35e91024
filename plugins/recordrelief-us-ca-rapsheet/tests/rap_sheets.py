"""Sheets to try things on: strategies that draw them, and short ways from a text to what is read of it."""

from __future__ import annotations

import datetime
from pathlib import Path
from textwrap import dedent

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from recordrelief import model
from recordrelief.records import Records
from recordrelief_us_ca_rapsheet import invented as words
from recordrelief_us_ca_rapsheet import reader
from recordrelief_us_ca_rapsheet.days import Day
from recordrelief_us_ca_rapsheet.reading import sheets_of
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

HEADER = """\
RE: QHY.CA0000000.99000123.TESTER         DATE:20260305 TIME:10:11:12
** III CALIFORNIA ONLY SOURCE RECORD
CII/A01234567
DOB/19710214 SEX/F RAC/HISPANIC
NAM/01 QUILL,MARA ANN
"""
END = "     *    *    *    END OF MESSAGE    *    *    *\n"


def text_of(body: str, header: str = HEADER, end: str = END) -> str:
    """A sheet with a body: what stands behind the header."""
    return header + dedent(body).strip("\n") + "\n" + end


def sheet_of(body: str) -> Sheet:
    """The one sheet with a body."""
    (sheet,) = sheets_of([text_of(body)])
    return sheet


def event_of(body: str) -> Event:
    """The first event of a body that is given without its separator."""
    return sheet_of("* * * *\n" + dedent(body).strip("\n")).cycles[0].events[0]


def records_of(directory: Path, *texts: str) -> Records:
    """The records of texts, each in a file of its own."""
    paths = []
    for number, text in enumerate(texts, 1):
        path = directory / f"sheet-{number}.txt"
        path.write_bytes(text.encode())
        paths.append(path)
    return reader.read(paths)


def subject_of(directory: Path, text: str) -> model.Subject:
    """The one person of a text."""
    (subject,) = records_of(directory, text).to_subjects()
    return subject


def charges_of(directory: Path, body: str) -> tuple[model.Charge, ...]:
    """The charges of a body that begins with its first event."""
    return subject_of(directory, text_of("* * * *\n" + dedent(body).strip("\n"))).charges


def codes_of(records: Records) -> set[str]:
    """The codes of all issues."""
    return set(records.issues["code"].to_list())


days = st.dates(min_value=datetime.date(1950, 1, 1), max_value=datetime.date(2025, 12, 31)).map(
    lambda day: Day(day.strftime("%Y%m%d"))
)
codes = st.integers(1, 12).map(lambda number: f"{number:02}")
case_numbers = st.from_regex(r"[A-Z]{0,2}[0-9]{3,7}[A-Z]?", fullmatch=True)
charge_lines = st.sampled_from((*words.FELONIES, *words.MISDEMEANORS, *words.INFRACTIONS, words.SEE_COMMENT))
agencies = st.sampled_from(words.PLACES).flatmap(
    lambda place: st.sampled_from((f"CAPD {place[0]}", f"CASC {place[1]}", f"CASO {place[0]}", "USFD SAN DIEGO"))
)
items = st.sampled_from(
    (*words.PROBATION["FELONY"], *words.PROBATION["MISDEMEANOR"], *words.JAIL, *words.PRISON, *words.EXTRAS)
)
sentences = st.builds(Sentence, items=st.lists(items, min_size=1, max_size=6))
comments = st.sampled_from(
    (
        "SENTENCE CONCURRENT WITH FILE #000-0",
        "XSEN:1 YR PROB, 5 DS JL, FINE",
        "SEN-X3 YR PROB, 6 MO JL WORK, $100 FINE",
        "CNT 01 CHRG-484-487(A) PC THEFT",
        "SCN-A0000000 FINGERPRINTS SUBMITTED BY THE ARRESTING AGENCY AND KEPT THERE",
    )
).map(lambda text: Comment(text=text))
tags = st.builds(Tag, word=st.sampled_from(("DCN", "ARR BY", "CRT")), text=case_numbers)
outcomes = st.sampled_from((words.CONVICTED, *words.ENDED, *words.RELIEFS, words.MODIFIED, words.REVOKED))


def dispositions(day: SearchStrategy[Day | None]) -> SearchStrategy[Disposition]:
    """One disposition with its details."""
    return st.builds(
        Disposition,
        text=outcomes,
        day=day,
        starred=st.booleans(),
        status=st.none() | st.sampled_from(("FELONY", "MISDEMEANOR", "INFRACTION")),
        sentences=st.lists(sentences, max_size=1),
        comments=st.lists(comments, max_size=2),
        tags=st.lists(tags, max_size=2),
    )


@st.composite
def counts(draw: st.DrawFn, first: int) -> Count:
    """A count with a number, perhaps a range."""
    return Count(
        first=first,
        last=first + draw(st.sampled_from((0, 0, 0, 1, 2))),
        case_number=draw(st.none() | case_numbers),
        flags=draw(st.lists(st.sampled_from(("WARRANT", "BENCH WARRANT", "ATTEMPTED")), max_size=2)),
        realigned=draw(st.booleans()),
        charges=draw(st.lists(charge_lines, max_size=1)),
        toc=draw(st.none() | st.sampled_from("FMIN")),
        comments=draw(st.lists(comments, max_size=1)),
        tags=draw(st.lists(tags, max_size=1)),
        dispositions=(
            *draw(st.lists(dispositions(st.none()), max_size=1)),
            *draw(st.lists(dispositions(days), max_size=2)),
        ),
    )


HEADINGS = {
    "arrest": "ARR/DET/CITE",
    "supplemental": "SUPPLEMENTAL ARR",
    "court": "COURT",
    "custody": "CUSTODY:JAIL",
    "probation": "PROBATION",
    "registration": "REGISTRATION",
    "applicant": "APPLICANT",
    "mental_health": "MENTAL HLTH CUS/SUPV",
    "deceased": "DECEASED",
    "unknown": "INTERST COMP PAROLEE",
}


@st.composite
def events(draw: st.DrawFn) -> Event:
    """An event with counts."""
    kind = draw(st.sampled_from(sorted(HEADINGS)))
    made = []
    number = 1
    for _ in range(draw(st.integers(0, 3))):
        count = draw(counts(number))
        made.append(count)
        number = (count.last or 0) + 1
    return Event(
        kind=kind,
        heading=HEADINGS[kind],
        name_code=draw(codes),
        birth=draw(st.none() | days),
        day=draw(days),
        agency=draw(agencies),
        counts=made,
        strike=draw(st.booleans()),
    )


@st.composite
def sheets(draw: st.DrawFn) -> Sheet:
    """A whole sheet."""
    cycles = st.builds(Cycle, events=st.lists(events(), min_size=1, max_size=3))
    names = draw(st.lists(st.sampled_from(words.SURNAMES), min_size=1, max_size=3))
    header = Header(
        printed=Day("20260305"),
        sources="california",
        cii=f"A{draw(st.integers(0, 99_999_999)):08}",
        births=draw(st.lists(days, min_size=1, max_size=2, unique_by=lambda day: day.text)),
        sex="F",
        race="OTHER",
        names=[PersonName(code=f"{at:02}", text=f"{name},WREN") for at, name in enumerate(names, 1)],
        numbers=(("FBI", "000000XX0"),),
        notices=("RE: QHY.CA0000000.00000000.TESTER DATE:20260305 TIME:10:11:12", words.CALIFORNIA_ONLY),
    )
    return Sheet(header=header, cycles=draw(st.lists(cycles, min_size=1, max_size=4)), complete=draw(st.booleans()))
