"""The header of a sheet: who it is about, when it was printed, and whether other states hold a record too."""

from __future__ import annotations

import re
from collections.abc import Sequence

from recordrelief_us_ca_rapsheet.days import Day
from recordrelief_us_ca_rapsheet.repairs import digits
from recordrelief_us_ca_rapsheet.sheet import Header, PersonName
from recordrelief_us_ca_rapsheet.tokens import Piece

_WORDS = (
    "CII|DOB|SEX|RAC|HGT|WGT|EYE|HAIR|HAI|POB|NAM|FBI|CDL|SOC|IDN|INN|MNU|SMT|MDS|MON|OCC|FPC|CTZ|SID|OLN|ADR|SKN|ETN"
)
_FACT = re.compile(rf"(?:^|(?<=\s))({_WORDS})\s?/\s?")
_NAME = re.compile(r"^([0-9OIL]{2,3})\s+(\S.*)$")
_CII = re.compile(r"[AHM][0-9]{8}")
_PRINTED = re.compile(r"\bDATE\s?:\s?([0-9]{8})\b")
_CALIFORNIA = re.compile(r"\bIII\s+CALIFORNIA\s+ONLY\b")
_MULTIPLE = re.compile(r"\bIII\s+MULTI(?:PLE)?\W+SOURCE\b|\bMULTI(?:PLE|-)?\s?SOURCE\s+RECORD\b")
_ABOUT = frozenset({"CII", "DOB", "SEX", "RAC", "NAM"})


def cii_of(text: str) -> str | None:
    """The CII number in the text behind ``CII/``: a letter A, H or M and eight digits."""
    found = re.match(r"\W*([A-Z0-9])\s?([0-9OILSB]{8})(?![0-9A-Z])", text)
    number = found[1] + digits(found[2]) if found else ""
    return number if _CII.fullmatch(number) else None


def header_of(pieces: Sequence[Piece]) -> Header:
    """The header that its lines make."""
    printed = sources = cii = sex = race = None
    births: list[Day] = []
    names: list[PersonName] = []
    numbers: list[tuple[str, str]] = []
    notices: list[str] = []
    goes_on = ""
    for piece in pieces:
        text = str(piece.texts[0])
        facts = facts_of(text)
        if not facts:
            name = _NAME.match(text)
            if goes_on == "NAM" and name:
                names.append(PersonName(code=digits(name[1]), text=name[2].strip()))
                continue
            if found := _PRINTED.search(text):
                printed = printed or Day(found[1])
            if _CALIFORNIA.search(text):
                sources = sources or "california"
            elif _MULTIPLE.search(text):
                sources = "multiple"
            notices.append(" ".join(text.split()))
            goes_on = "" if goes_on == "NAM" else goes_on
            continue
        for word, value in facts:
            goes_on = word
            if word == "CII":
                cii = cii or cii_of(value)
            elif word == "DOB":
                found = re.match(r"([0-9OILSB]{8})(?![0-9A-Z])", value)
                births.append(Day(digits(found[1]) if found else "99999999"))
            elif word == "SEX":
                sex = sex or value or None
            elif word == "RAC":
                race = race or value or None
            elif word == "NAM":
                name = _NAME.match(value)
                names.append(
                    PersonName(code=digits(name[1]), text=name[2].strip()) if name else PersonName(code="", text=value)
                )
            if word not in _ABOUT and value:
                numbers.append((word, value))
    return Header(
        printed=printed,
        sources=sources,
        cii=cii,
        births=tuple(dict.fromkeys(births)),
        sex=sex,
        race=race,
        names=tuple(names),
        numbers=tuple(numbers),
        notices=tuple(notices),
        line=pieces[0].line.number if pieces else 0,
    )


def name_line(text: str) -> tuple[str, str] | None:
    """The code and the name in the text of a line of names, such as ``02 QUILL,MARA``."""
    found = _NAME.match(text)
    return None if found is None else (found[1], found[2].strip())


def facts_of(text: str) -> list[tuple[str, str]]:
    """The facts of a line: each word with what stands behind it up to the next."""
    found = list(_FACT.finditer(text))
    if not found or found[0].start() != 0:
        return []
    ends = [one.start() for one in found[1:]] + [len(text)]
    return [(one[1], text[one.end() : end].strip()) for one, end in zip(found, ends, strict=True)]
