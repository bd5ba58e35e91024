"""Copies of RAP sheets that may be shown to others, line by line: what a line is says what of it may stay.

Each line is told by the reader's own terminals. A line that has none of them is scrubbed. What a scan garbled is
written as it was read; where letters were misread, one misreading is put back in, so that the copy is read with the
same doubt.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from recordrelief.disguise import Disguise, Mask, Vocabulary, own_words, scrubbed
from recordrelief.errors import SourceError
from recordrelief_us_ca_rapsheet.agencies import FIPS, PREFIXES, read_agency
from recordrelief_us_ca_rapsheet.files import REASONS, pages_of
from recordrelief_us_ca_rapsheet.header import cii_of, facts_of, header_of, name_line
from recordrelief_us_ca_rapsheet.lines import LONGEST_LINE, Line, lines_of
from recordrelief_us_ca_rapsheet.offenses import CODES
from recordrelief_us_ca_rapsheet.reading import messages_of
from recordrelief_us_ca_rapsheet.repairs import LOOKALIKES, RULES, digits
from recordrelief_us_ca_rapsheet.tokens import Piece, Tokens, day_at

END = "     *    *    *    END OF MESSAGE    *    *    *"

_LIKE = "0-9" + "".join(LOOKALIKES)
_CODE = "|".join(re.escape(code) for code in CODES)
_SECTION = rf"[0-9][{_LIKE}]{{0,4}}(?:[.,][0-9]{{1,3}})?[A-Z]?(?:\s?\([A-Z0-9]{{1,3}}\)){{0,5}}"
_FURTHER = rf"\s?[-/,]\s?(?:{_SECTION}|(?:\([A-Z0-9]{{1,3}}\))+)"
_UNITS = "DAYS?|DYS?|DS|MONTHS?|MTHS|MOS?|YEARS?|YRS?|YS|GRMS?|GRAMS?|OZ|PERCENT"
_PHRASES = (
    rf"(?<![A-Z0-9])(?:18\s)?{_SECTION}(?:{_FURTHER}){{0,4}}\s?(?:{_CODE})(?![A-Z0-9])",
    rf"(?<![A-Z0-9])X?[0-9]{{1,4}}(?:\.[0-9]{{1,2}})?[-+]?\s?(?:{_UNITS})(?![A-Z0-9])",
    r"(?<![A-Z0-9])[0-9]{1,4}\s(?:PRISON|JAIL|JL|PROB(?:ATION)?)(?![A-Z0-9])",
    rf"\bCNTS?\s?[:.#]?\s?[{_LIKE}]{{1,3}}(?:\s?(?:-|&|,|AND)\s?[{_LIKE}]{{1,3}})?(?![A-Z0-9])",
    r"\bNAM\s?:\s?[0-9OIL]{2,3}(?![0-9])",
    r"\bUNDER\s[0-9]{1,2}(?![A-Z0-9])",
    r"(?<=NOT REGISTERED AS )[0-9]{3}",
)
VOCABULARY = Vocabulary.of(
    [
        *CODES,
        *FIPS,
        *PREFIXES,
        "CNT NAM DOB COM SEN TOC DISPO DISP CONV STATUS ARR DET CITE SUPPLEMENTAL MENTAL HLTH HEALTH CUS SUPV",
        "INTERST COMP PAROLEE DCN SCN CRT ORI OCA AGY BKG BOOKING LOC LEA FCN RECVD XSEN JL SS CC CS CTS COND SVC",
        "SERV SUSP EXEC CYA CDC JAIL FED OOS SPEC RE ATTN DATE TIME RESTRICTED DO USE EMPLOYMENT LICENSING",
        "CERTIFICATION PURPOSES III SOURCE CALIFORNIA MULTIPLE RECORD PALM PRINT DOJ DNA ADDITIONAL IDENTITY THEFT",
        "CONSOLIDATION NUMBERS SAMPLE HAS BEEN POTENTIAL FELONY STRIKE ENTRY F M I N W PR MC JUV TRAFFIC INCOMP",
        "CLARIFICATION REQUESTED LONGER REG DRUG PAROLED REV REVO OPER AUTH PAGE ROUTE END MESSAGE AGAINST SECURITY",
        "GUARD APPLICANT ORD MUNI FE WOB SUPERIOR DIV SEE COMMENT VIOLATOR CONVERSION MENT INCOMPETENT COPULATION O",
        "OWN CONSENT CONFINED",
    ],
    _PHRASES,
)
"""What lines of a sheet may keep; an agency that the table of agencies knows stays whole."""

_NUMBERED = ("FBI", "CDL", "IDN", "INN", "MNU", "SID", "OLN")
"""Facts of the header that are numbers of the person. All others but the name and the birth date are left out."""
_BORN = re.compile(r"[0-9OILSB]{8}(?![0-9A-Z])")
_LEFT_OUT = ("SOC", "SEX", "RAC")
_MARKED = re.compile(r"#([\s:]*)([A-Z0-9][A-Z0-9.\-]*)")
_OF_CASE = re.compile(r"#.*$")
_PART = re.compile(r"[^\s,]+")
_STRAY = frozenset({"STRAY"})
_FREE = frozenset({"COM", "TEXT", "MORE", "TAG", "BANNER", "FLAG"})
"""Lines of free text: they keep no word of the person's names, even one that the vocabulary knows."""
_WHOLE: frozenset[str] = frozenset()
_FEDERAL = re.compile(r"US[A-Z0-9]{2}\b")
_NO_WORDS = re.compile(r"[A-Z0-9]")


def anonymize_sheets(path: Path, out: Path, disguise: Disguise) -> int:
    """Write a copy of one file of sheets, as text.

    Args:
        path: a text, or a PDF with text.
        out: where to write.
        disguise: the pseudonyms.

    Returns:
        How many sheets it has.

    Raises:
        SourceError: it cannot be read, or some page shows what is no text: a copy could not tell that it is missing.
    """
    pages, fault = pages_of(path)
    if pages is None:
        raise SourceError(REASONS[fault or "FILE_UNREADABLE"], where=path.name)
    whole = lines_of(pages)
    if whole.lost_pages:
        raise SourceError(
            "A page of the file shows no text, and a copy in text could not say so.",
            where=path.name,
            found=f"{len(whole.lost_pages)} pages without text",
            cure="Recognise its text first, or send the other pages alone.",
        )
    sheets = 0
    with out.open("w", encoding="utf-8", newline="\n") as stream:
        for lines in messages_of(whole.lines):
            if not lines:
                continue
            stream.writelines(text + "\n" for text in _sheet(lines, disguise))
            sheets += 1
    return sheets


def _sheet(lines: Sequence[Line], disguise: Disguise) -> Iterator[str]:
    tokens = Tokens(lines)
    found: defaultdict[int, list[tuple[str, Piece]]] = defaultdict(list)
    for token in tokens:
        found[token.value.line.number].append((str(token.type), token.value))
    if not any(type_ == "CYCLE_BREAK" for pieces in found.values() for type_, _ in pieces):
        # What is not understood as a sheet at all keeps its shape alone.
        yield from (scrubbed(line.raw) for line in lines)
        return
    header = header_of([piece for pieces in found.values() for type_, piece in pieces if type_ == "HEADER"])
    names = [name.text for name in header.names]
    born = [day.text for day in header.births]
    if header.cii:
        identity = f"cii {header.cii}"
    elif names or born:
        identity = "person " + "\0".join([*names, *born])
    else:
        identity = "sheet " + hashlib.sha256("\n".join(line.raw for line in lines).encode()).hexdigest()
    copy = _Copy(disguise.person(identity), own_words(*names))
    doubt = any(RULES[name].misread for fired in tokens.repairs.values() for name in fired)
    ended = False
    for line in lines:
        types = {type_: piece for type_, piece in found.get(line.number, ())}
        if line.blank:
            yield ""
            continue
        text = copy.line(line, types, ended)
        ended = ended or "END" in types
        if doubt and text.startswith("CNT:"):
            text, doubt = "CHT:" + text[4:], False
        yield (" " * (len(line.raw) - len(line.raw.lstrip()))) + text


class _Copy:
    """The lines of one sheet, disguised; ``_in_names`` while names go on from line to line."""

    def __init__(self, mask: Mask, without: frozenset[str]) -> None:
        self._mask = mask
        self._without = without
        self._in_names = False

    def line(self, line: Line, types: Mapping[str, Piece], ended: bool) -> str:
        """One line that is not blank.

        Args:
            line: the line.
            types: the terminals that it is made of.
            ended: the message has ended before it.
        """
        text = line.text
        if line.too_long:
            return "X" * (LONGEST_LINE + 1)
        if not _NO_WORDS.search(text):
            return text
        if ended or types.keys() & _STRAY:
            return scrubbed(text)
        if "END" in types:
            return END.strip()
        if "HEADER" in types or text.startswith("CII/"):
            return self._header(text)
        if not types:
            return scrubbed(text)
        return self._body(text, types)

    def _header(self, text: str) -> str:
        facts = facts_of(text)
        if facts:
            self._in_names = facts[-1][0] == "NAM"
            return " ".join(f"{word}/{self._fact(word, value)}" for word, value in facts)
        if self._in_names and (found := name_line(text)):
            return f"{found[0]} {self._mask.name(found[1])}"
        self._in_names = False
        return self._cleaned(text, self._without)

    def _fact(self, word: str, value: str) -> str:
        if word == "CII":
            number = cii_of(value)
            if number is None:
                return scrubbed(value)
            # The letter says what kind of number it is; the reader takes only three.
            return number[0] + self._mask.disguise.number("cii", number[1:])
        if word == "DOB":
            return self._mask.digits(digits(value[:8])) if _BORN.match(value) else scrubbed(value)
        if word == "NAM":
            found = name_line(value)
            return f"{found[0]} {self._mask.name(found[1])}" if found else self._mask.name(value)
        if word in _LEFT_OUT:
            return ""
        if word in _NUMBERED:
            return _PART.sub(lambda one: self._mask.disguise.number(word.lower(), one[0]), value)
        return scrubbed(value)

    def _body(self, text: str, types: Mapping[str, Piece]) -> str:
        begin = ""
        if ("DATED" in types or "DATE" in types) and (day := day_at(text)) is not None:
            begin, text = self._mask.digits(day[0]) + ("  " if day[1] else ""), day[1]
        if "CASE" in types and (found := _OF_CASE.search(text)):
            number = "#" + _PART.sub(self._case, found[0][1:])
            return begin + VOCABULARY.cleaned(text[: found.start()], self._mask) + number
        agency = next((types[type_].texts[-1] for type_ in ("DATED", "AGENCY") if type_ in types), None)
        if agency and (at := text.find(agency)) >= 0:
            behind = self._cleaned(text[at + len(agency) :], _WHOLE)
            return begin + self._cleaned(text[:at], _WHOLE) + self._agency(agency) + behind
        without = self._without if types.keys() <= _FREE else _WHOLE
        parts, at = [begin], 0
        for found in _MARKED.finditer(text):
            parts += [self._cleaned(text[at : found.start()], without), f"#{found[1]}", self._case(found, 2)]
            at = found.end()
        return "".join((*parts, self._cleaned(text[at:], without)))

    def _agency(self, text: str) -> str:
        read = read_agency(text)
        if read.matched and read.county:
            return text
        federal = _FEDERAL.match(text)
        kept = federal[0] if federal else ""
        return kept + self._cleaned(text[len(kept) :], _WHOLE)

    def _case(self, found: re.Match[str], group: int = 0) -> str:
        return self._mask.disguise.number("case", found[group])

    def _cleaned(self, text: str, without: frozenset[str]) -> str:
        return VOCABULARY.cleaned(text, self._mask, without)
