"""The offense that a charge line or a comment names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import attrs

from recordrelief.citations import Citation, CitationReader, CitedOffense
from recordrelief_us_ca_rapsheet.repairs import LOOKALIKES, digits

_ABBREVIATIONS = "PC BP CC CI EC EL FA FC FG GC HN HS IC LC MV PR RT SH UI VC WI US"
_ORDINANCES = "LM CO"
"""Ordinances of a city or a county: they stand on sheets like codes, and are none of the state's."""

CODES = {
    **{code: code for code in (*_ABBREVIATIONS.split(), *_ORDINANCES.split())},
    "B&P": "BP",
    "H&S": "HS",
    "W&I": "WI",
}
"""Abbreviations of codes as sheets write them."""

READER = CitationReader(CODES)
FINDER = CitationReader({text: code for text, code in CODES.items() if code not in _ORDINANCES.split()})
"""For free text, where CO is a county."""

_GLUED = re.compile(r"^([0-9]{5})([A-E])([0-9]?)(?=\s?HS\b)")
_ATTEMPTED = re.compile(r"-\s*ATTEMPT(ED)?\b|\bATTEMPTED\b")
_SEE_COMMENT = re.compile(r"^\W*SEE\W+COMMENT\W+FOR\W+CHARGE\b")
_CHARGE = re.compile(r"\bCHRG\s?[-:]?\s?(?P<text>\S.*)$")
_OF_COUNTS = re.compile(r"\bCNTS?\s?[:#]?\s?(\d{1,3})(?:\s?(?:-|&|,|AND)\s?(\d{1,3}))?")
_COMMA = re.compile(r"(?<=[0-9]),(?=[0-9]{1,2}(?![0-9]))")
_LIKE = "".join(LOOKALIKES)
_SECTION = re.compile(rf"^[\s.]*(?P<section>[0-9{_LIKE}][0-9A-Z.,()/ -]*?)[\s.]*(?P<code>[A-Z0-9]{{2}})(?=\s?-)")
_RUN = re.compile(rf"(?<![(A-Z])[0-9{_LIKE}]*[0-9][0-9{_LIKE}]*")
_LAST_LETTER = re.compile(rf"^(?P<number>[0-9.]*[0-9])(?P<last>[{_LIKE}])(?=\s?(?:[A-Z]{{2}}|\())")
_IN_CODE = str.maketrans({figure: letter for letter, figure in LOOKALIKES.items() if letter not in "LO"} | {"0": "O"})


@attrs.frozen
class ReadOffense:
    """What a text says of an offense.

    ``defers`` sends the reader to the comment; ``possible`` are candidates where the section cannot be told;
    ``repairs`` are the rules that were needed.
    """

    citation: str | None = None
    attempt: bool | None = None
    conspiracy: bool | None = None
    solicitation: bool | None = None
    defers: bool = False
    possible: tuple[str, ...] = ()
    repairs: tuple[str, ...] = ()


UNREAD = ReadOffense()


@lru_cache(maxsize=16_384)
def read_offense(text: str, scanned: bool = False) -> ReadOffense:
    """Read a charge line such as ``11359 HS-POSSESS MARIJUANA FOR SALE``.

    A letter glued to a five-digit section of the Health and Safety Code (``11360A HS``) is its subdivision: that code
    has no lettered sections among those.

    Args:
        text: the line with what it wraps to, in capitals.
        scanned: letters of the sheet were misread, so that ``1136O HS`` may be no section with a letter.
    """
    if _SEE_COMMENT.match(text):
        return ReadOffense(defers=True)
    spelled, repairs = mended(text)
    doubtful = _doubtful(spelled) if scanned else ()
    if doubtful:
        return ReadOffense(possible=doubtful, repairs=(*repairs, "doubtful-section"))
    read = _read(spelled)
    if read is None:
        return UNREAD
    attempt = read.attempt or bool(_ATTEMPTED.search(text))
    citation = "; ".join(map(str, read.citations))
    return ReadOffense(citation, attempt, read.conspiracy, read.solicitation, repairs=repairs)


def _read(text: str) -> CitedOffense | None:
    return READER.read(
        _GLUED.sub(lambda found: f"{found[1]}({found[2]})" + (f"({found[3]})" if found[3] else ""), text)
    )


@lru_cache(maxsize=16_384)
def mended(text: str) -> tuple[str, tuple[str, ...]]:
    """A charge line with its section and code as they were meant, and the rules that were needed.

    Letters are read as digits only before the last sign of a number: behind it a letter may be meant.
    """
    bare = text.strip(" .,'*-")
    head = _SECTION.match(bare)
    if head is None:
        return text, ()
    repairs = []
    section, code = head["section"], head["code"]
    if re.search(r"\.(?=\s)|(?<=\s)\.", bare[: head.end()]) or bare[: head.start("section")].strip():
        repairs.append("mark")
        section = re.sub(r"\.(?=\s)|(?<=\s)\.", "", section)
    dotted = _COMMA.sub(".", section)
    if dotted != section:
        section = dotted
        repairs.append("comma-in-section")
    if _read(f"{section} {code}{bare[head.end() :]}") is None:
        numbers = _RUN.sub(lambda run: digits(run[0]), section)
        if numbers != section:
            section = numbers
            repairs.append("letters-in-section")
        if code not in CODES and (letters := code.translate(_IN_CODE)) in CODES:
            code = letters
            repairs.append("letters-in-code")
        if _read(f"{section} {code}{bare[head.end() :]}") is None:
            return text, ()
    if not repairs:
        return text, ()
    return f"{section} {code}{bare[head.end() :]}", tuple(repairs)


def names_offense(text: str) -> bool:
    """Whether a line begins as a charge does: a section, a code and a dash, or the words that defer to a comment."""
    return bool(_SEE_COMMENT.match(text)) or (bool(_SECTION.match(text)) and _read(mended(text)[0]) is not None)


def _doubtful(text: str) -> tuple[str, ...]:
    """Both readings of a section whose last sign looks like a letter and like a digit."""
    found = _LAST_LETTER.match(text)
    if not found or text.startswith(tuple(CODES), found.start("last")):
        return ()
    readings = [text, found["number"] + digits(found["last"]) + text[found.end() :]]
    cited = [read for read in map(_read, readings) if read is not None]
    return tuple(dict.fromkeys(str(citation) for read in cited for citation in read.citations))


@attrs.frozen
class ReadComment:
    """What a comment says of charges.

    ``charge`` is the text behind ``CHRG-``, ``counts`` the numbers of the counts it says it is about (None where it
    says none); ``named`` are all citations in it.
    """

    charge: str | None = None
    counts: tuple[int, int] | None = None
    named: tuple[str, ...] = ()


@lru_cache(maxsize=16_384)
def read_comment(text: str) -> ReadComment:
    """Read what a comment says of charges."""
    found = _CHARGE.search(text)
    numbers = _OF_COUNTS.search(text[: found.start()] if found else text)
    counts = (int(numbers[1]), int(numbers[2] or numbers[1])) if numbers else None
    charge = re.sub(r"\s+TOC\s?:.*$", "", found["text"]) if found else None
    return ReadComment(charge, counts, tuple(dict.fromkeys(map(str, FINDER.find(text)))))


def names_another(own: str | None, named: Sequence[str]) -> bool:
    """Whether a comment names an offense that is neither the count's own nor a subdivision of it, nor contains it."""
    mine = [] if own is None else [Citation.parse(part) for part in own.split("; ")]
    theirs = [citation for text in named for citation in CitedOffense.parse(text).citations]
    return any(not any(one.contains(it) or it.contains(one) for one in mine) for it in theirs)
