"""What each line of a sheet is, told by its first word: the terminals of the grammar.

A line that begins with no word of its own goes on where the line above it may wrap and no blank line stands between
(``MORE``); else it is ``TEXT``. Nothing is left out but blank lines and what :mod:`repairs` names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import attrs
from lark import Token

from recordrelief_us_ca_rapsheet.lines import Line
from recordrelief_us_ca_rapsheet.offenses import mended, names_offense
from recordrelief_us_ca_rapsheet.repairs import LOOKALIKES, digits

_LIKE = "0-9" + "".join(LOOKALIKES)
_STARS = re.compile(r"^[\s*.,']*\*[\s*.,']*$")
_DASHES = re.compile(r"^[\s'.,_]*-(?:[\s'.,_]*-)+[\s'.,_]*$")
_END = re.compile(r"\bEND\s*OF\s*MESS?AGE\b")
_BANNER = re.compile(r"^\*{2}\s*(.*?)\s*\*{1,2}$|^\**\s*(POTENTIAL\s+FELONY\s+STRIKE.*?)\s*\**$")
_WHO = re.compile(r"\bNAM\s?:\s?([0-9OIL]{2,3})(?![0-9])|\bDOB\s?[:/]\s?([" + _LIKE + r"]{8})(?![0-9A-Z])")
_DAY = re.compile(r"^((?:[" + _LIKE + r"][.]{0,2}){7}[" + _LIKE + r"])(?![0-9A-Z./-])[\s.,:]*(.*)$")
_AGENCY = re.compile(r"^(?:CA(?!SE\b|LL\b)|US)[A-Z0-9]{2}\s\S")
_SPLIT = re.compile(r"(?<=\S)\s+(?=CNT\s?:\s?\d{2}|CONV STATUS\s?:|\*?DISPO\s?:|TOC\s?:\s?[FMIN]\b)")
_COUNT = re.compile(
    r"^CNT\s?(?:[:.]\s?|(?=[0-9]+\s*(?:#|$)))(["
    + _LIKE
    + r"]{1,6})(?:\s?-\s?(["
    + _LIKE
    + r"]{2,6}))?(?![0-9A-Z])[\s.,:;-]*(.*)$"
)
_CASE = re.compile(r"^[\s.,:;'*-]*#\s*(.*)$")
_DISPO = re.compile(r"^(\*?)[\s*]*DISPO?\s?(?:[:.]|(?=\s(?:CONVICTED|DISMISSED)))\s?(.*)$")
_STATUS = re.compile(r"^CONV\s?STATUS\s?[:.]?\s?(.*)$")
_SENTENCE = re.compile(r"^SEN\s?:\s?(.*)$")
_COMMENT = re.compile(r"^COM\s?[:.]\s?(.*)$")
_TOC = re.compile(r"^TOC\s?:\s?([A-Z])?\W*$")
_REALIGNED = re.compile(r"^\W*([" + _LIKE + r"]{4})\s?\(H\)\s?PC\s?-?\s?SENTENCING\W*$")
_PERSON = re.compile(r"^(?:CII|NAM)\s?/")
_FLAG = re.compile(r"^-\s?[A-Z]")
_TAG = re.compile(
    r"^(ARR BY|WARRANT\s?#?|CRT\s?#|CRT NO|DCN|SCN|SEN FROM|RECVD BY|CONV OF|FCN|LEA|ORI|OCA|AGY|BKG|BOOKING|BAIL|LOC)"
    r"\s?(?:[:#]|(?<=#))\s?(.*)$"
)
_STRANGE = re.compile(r"^[A-Z][A-Z0-9 #/.&]{0,24}:")

_HEADS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(r"^(" + pattern + r")(?![A-Z])\s?[:.]?\s?(.*)$"))
    for kind, pattern in (
        ("arrest", r"ARR[\s.]*/[\s.]*DET[\s.]*/[\s.]*CITE"),
        ("supplemental", r"SUPPLEMENTAL\s?ARR(?:EST)?"),
        ("court", r"COURT(?=\s?(?:[:.]|$|\s+NAM\b))"),
        ("custody", r"CUSTODY(?=\s?(?:[:.-]|$|\s+NAM\b))"),
        ("probation", r"PROBATION(?=\s?(?:[:]|\s+NAM\b))"),
        ("registration", r"REGISTRATION(?=\s?(?:[:.]|$|\s+NAM\b))"),
        ("applicant", r"APPLICANT(?=\s?(?:[:]|\s+NAM\b))"),
        ("mental_health", r"MENTAL\s+(?:HLTH|HEALTH)\s+CUS(?:TODY)?\s?/\s?SUPV?(?:ERVISION)?"),
        ("deceased", r"DECEASED(?=\s?(?:[:]|\s+NAM\b))"),
        ("unknown", r"INTERST\s+COMP\s+PAROLEE"),
        ("unknown", r"(?!(?:COM|SEN|DISPO?|DCN|CONV|CNT|TOC|ARR BY)\b)[A-Z][A-Z /&.-]{2,40}?(?=\s?:?\s+NAM\s?:\s?\d)"),
    )
)
_HEAD_WORDS = ("ARR", "SUP", "COU", "CUS", "PRO", "REG", "APP", "MEN", "DEC", "INT")
_DETAIL_WORDS = frozenset({"SS", "CC", "JL", "DS", "MO", "YR", "FN"})
"""Short lines in a sentence that say something."""
_FIRST_OF_CYCLE = ("arrest", "registration", "applicant")
_GOES_ON = re.compile(r"(?:\b(?:PER|OF|AND|TO|CHRG)|[&,/-])\s*$")
"""How a line ends that surely goes on, even with a section of a code."""
_DESCRIPTION = re.compile(r"^[A-Z0-9 /&:.,'()+$-]+$")
_MAY_WRAP = frozenset({"DISPO", "SEN", "COM", "TEXT", "MORE", "DATED", "AGENCY"})


@attrs.frozen
class Piece:
    """What a terminal stands for: its line, the kind of an event, and the texts found in it."""

    line: Line
    texts: tuple[str | None, ...] = ()
    kind: str = ""

    def __str__(self) -> str:
        return ""  # the text of a token; what a sheet says has no place in an error of the parser


class Tokens:
    """The terminals of one sheet; ``repairs`` grows while they are read."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self.repairs: dict[int, tuple[str, ...]] = {}
        self._in_header = True
        self._opening = False
        self._known = False  # the header has named the person
        self._before = ""  # the terminal before
        self._strange = False  # that is none that belongs there
        self._text_before = ""
        self._lone_day = False  # that was a day without an agency
        self._charged = False  # the count has its charge
        self._disposed = False  # the count has a disposition
        self._origin = ""  # the one that it goes on from, where it is MORE

    def __iter__(self) -> Iterator[Token]:
        at = 0
        blank = True
        while at < len(self._lines):
            line = self._lines[at]
            at += 1
            if line.blank:
                blank = True
                continue
            if line.too_long:
                yield self._made("HEADER" if self._in_header else "STRAY", line, line.text)
                blank = False
                continue
            if line.repairs:
                self._repair(line, *line.repairs)
            if _STARS.match(line.text):
                taken, cycle = self._stars(at - 1)
                if cycle:
                    yield self._cycle(line)
                elif self._in_header:
                    for star in self._lines[at - 1 : at - 1 + taken]:
                        yield self._made("HEADER", star, star.text)
                at += taken - 1
                blank = True
                continue
            if _END.search(line.text):
                if self._in_header:
                    return
                yield self._made("END", line)
                return
            if self._in_header:
                self._known = self._known or bool(_PERSON.match(line.text))
                if not self._known or (head := _head(line.text)) is None or head[0] == "unknown":
                    yield self._made("HEADER", line, line.text)
                    continue
                self._repair(line, "implied-cycle")
                yield self._cycle(line)
            if _DASHES.match(line.text):
                yield self._break(line)
            elif line.text.strip("-'.,_ ") == "":
                self._repair(line, "lone-dash")
            elif line.text.startswith("CII/"):
                self._repair(line, "running-head")
            else:
                yield from self._of(line, blank)
            blank = False

    def _stars(self, at: int) -> tuple[int, bool]:
        """How many lines of stars belong together from here on, and whether they part two cycles."""
        counts = []
        while at < len(self._lines) and _STARS.match(self._lines[at].text):
            counts.append(self._lines[at].text.count("*"))
            at += 1
        if counts[0] >= 5:
            return 1, False
        below = self._lines[at].text if at < len(self._lines) else ""
        if _BANNER.match(below) and len(counts) == 1:
            return 1, False
        if counts[0] >= 3:
            if len(counts) > 1 and counts[1] >= 5:
                return 2, False
            broken = 2 if len(counts) > 1 and sum(counts[:2]) <= 4 else 1
            return broken, True
        total = 0
        for taken, stars in enumerate(counts, 1):
            total += stars
            if total > 4:
                return taken, False
            if total >= 3 and (taken == len(counts) or total + counts[taken] > 4):
                return taken, True
        return len(counts), False

    def _of(self, line: Line, blank: bool) -> Iterator[Token]:
        """The terminals of one line that is no separator."""
        rest: str | None = line.text
        while rest:
            part, rest = rest, None
            if not part.startswith("COM"):
                cut = _SPLIT.search(part)
                if cut:
                    part, rest = part[: cut.start()], part[cut.end() :]
            yield from self._part(line, part, blank)
            blank = False

    def _part(self, line: Line, text: str, blank: bool) -> Iterator[Token]:
        if (head := _head(text)) is not None:
            yield self._heading(line, *head)
        elif found := _COUNT.match(text):
            yield from self._count(line, found)
        elif found := _DISPO.match(text):
            self._opening = False
            self._disposed = True
            yield self._made("DISPO", line, found[1], found[2])
        elif found := _STATUS.match(text):
            yield self._made("STATUS", line, found[1])
        elif found := _SENTENCE.match(text):
            yield self._made("SEN", line, found[1])
        elif found := _COMMENT.match(text):
            yield self._made("COM", line, found[1])
        elif found := _TOC.match(text):
            yield self._made("TOC", line, found[1])
        elif (found := _REALIGNED.match(text)) and digits(found[1]) == "1170":
            if found[1] != "1170":
                self._repair(line, "letters-in-section")
            yield self._made("REALIGNED", line)
        elif found := _CASE.match(text):
            yield self._made("CASE", line, found[1])
        elif _FLAG.match(text):
            for flag in re.split(r"\s+(?=-)", text):
                yield self._made("FLAG", line, flag.lstrip("- "))
        elif found := _BANNER.match(text):
            yield self._made("BANNER", line, found[1] or found[2])
        elif found := _TAG.match(text):
            yield self._made("TAG", line, found[1].rstrip(" #"), found[2])
        elif (dated := self._dated(line, text)) is not None:
            yield from dated
        elif self._opening and (_AGENCY.match(text) or _WHO.match(text)):
            name, born, rest = self._who(line, text)
            if name or born:
                yield self._made("WHO", line, name, born)
            if rest and rest != text:
                yield from self._part(line, rest, blank)
            elif rest:
                yield self._made("AGENCY", line, rest)
        elif _STRANGE.match(text) and (blank or self._origin != "TEXT" or ": " in text):
            yield self._made("STRAY", line, text)
        else:
            yield from self._text(line, text, blank)

    def _text(self, line: Line, text: str, blank: bool) -> Iterator[Token]:
        wraps = self._before in _MAY_WRAP and not blank
        charge = names_offense(text) and not (wraps and _GOES_ON.search(self._text_before))
        if charge:
            wraps = False
            if self._charged or self._disposed:
                # A second charge under one count: the line of its own count was not read.
                yield self._uncounted(line)
            self._charged = True
        if self._before in ("DATED", "AGENCY") and re.search("[0-9]", text):
            wraps = False
        if (
            wraps
            and self._origin == "SEN"
            and len(text) <= 3
            and text not in _DETAIL_WORDS
            and not re.search("[0-9]", text)
        ):
            self._repair(line, "short-line")
            return
        if self._before == "DATED" and self._lone_day and not re.search("[0-9]", text):
            yield self._made("AGENCY", line, text)
            return
        if not wraps:
            text, repairs = mended(text)
            if repairs:
                self._repair(line, *repairs)
        known = charge or (not self._charged and not self._disposed) or (wraps and _DESCRIPTION.match(text))
        yield self._made("MORE" if wraps else "TEXT", line, text)
        self._strange = not known

    def _heading(self, line: Line, kind: str, word: str, rest: str) -> Token:
        name, born, detail = self._who(line, rest)
        heading = f"{word}:{detail}" if detail else word
        apart = self._before in ("CYCLE_BREAK", "EVENT_BREAK")
        # Where the separator is missing or was misread, this may be the first event of another cycle.
        doubtful = not apart and (kind in _FIRST_OF_CYCLE or self._strange)
        self._begin()
        return self._made("HEAD", line, heading, name, born, "doubtful" if doubtful else None, kind=kind)

    def _begin(self) -> None:
        """An event begins."""
        self._opening = True
        self._disposed = self._charged = False

    def _count(self, line: Line, found: re.Match[str]) -> Iterator[Token]:
        numbers = [self._number(line, text) for text in found.group(1, 2)]
        self._disposed = self._charged = self._opening = False
        yield self._made("CNT", line, *numbers)
        rest = found[3]
        if rest.startswith("#"):
            yield self._made("CASE", line, rest[1:].strip())
        elif rest:
            yield from self._part(line, rest, False)

    def _uncounted(self, line: Line) -> Token:
        """A count whose line is missing."""
        self._disposed = self._charged = self._opening = False
        return self._made("CNT", line, None, None)

    def _number(self, line: Line, text: str | None) -> str | None:
        if text is None or text.isdigit():
            return text
        self._repair(line, "letters-in-number")
        return digits(text)

    def _dated(self, line: Line, text: str) -> Iterator[Token] | None:
        """A line that begins with a day; None when it does not."""
        found = _DAY.match(text)
        read = day_at(text)
        if not found or read is None:
            return None
        day, rest = read
        if "." in found[1]:
            self._repair(line, "dotted-day")
        if day != found[1].replace(".", ""):
            self._repair(line, "letters-in-day")
        return self._after_day(line, day, rest)

    def _after_day(self, line: Line, day: str, rest: str) -> Iterator[Token]:
        name, born, rest = self._who(line, rest)
        if self._opening:
            yield self._made("DATED", line, day, rest or None)
            self._lone_day = not rest
        elif _AGENCY.match(rest):
            # An event whose word and separator are left out.
            yield self._break(line)
            yield self._made("DATED", line, day, rest)
        else:
            yield self._made("DATE", line, day, None)
            if rest:
                yield from self._part(line, rest, True)
        if name or born:
            yield self._made("WHO", line, name, born)

    def _who(self, line: Line, text: str) -> tuple[str | None, str | None, str]:
        """The code of a name and a birth date in a text, and what else it says."""
        name = born = None
        for found in _WHO.finditer(text):
            if found[1]:
                name = self._number(line, found[1])
            else:
                born = self._number(line, found[2])
        return name, born, " ".join(_WHO.sub(" ", text).split()).strip(" .,:-")

    def _cycle(self, line: Line) -> Token:
        self._in_header = False
        self._begin()
        return self._made("CYCLE_BREAK", line)

    def _break(self, line: Line) -> Token:
        self._begin()
        return self._made("EVENT_BREAK", line)

    def _made(self, type_: str, line: Line, *texts: str | None, kind: str = "") -> Token:
        self._before = type_
        self._strange = type_ == "STRAY"
        self._text_before = next((text for text in reversed(texts) if text), "")
        if type_ != "MORE":
            self._origin = type_
        if self._origin == "SEN" and texts[0] and re.search(r"[.']", texts[0]):
            self._repair(line, "sentence-marks")
        return Token(type_, Piece(line, texts, kind))

    def _repair(self, line: Line, *names: str) -> None:
        known = self.repairs.get(line.number, ())
        self.repairs[line.number] = tuple(dict.fromkeys((*known, *names)))


def day_at(text: str) -> tuple[str, str] | None:
    """The eight digits of the day that a line begins with, and what stands behind it; None of any other line."""
    found = _DAY.match(text)
    if not found:
        return None
    printed = found[1].replace(".", "")
    day = digits(printed)
    if sum(sign.isdigit() for sign in printed) < 6 or day[:2] not in ("18", "19", "20", "00"):
        return None
    return day, found[2]


def _head(text: str) -> tuple[str, str, str] | None:
    """The kind, the word and the rest of a line that begins an event; None of any other."""
    bare = _WHO.sub(" ", text).strip() if text.startswith(("NAM", "DOB")) else text
    if not bare.startswith(_HEAD_WORDS) and "NAM" not in text:
        return None
    for kind, pattern in _HEADS:
        searched = text if kind == "unknown" else bare
        if found := pattern.match(searched):
            who = text if bare is not text else ""
            return kind, found[1].strip(" .:-"), f"{who} {found[2]}" if who else found[2]
    return None
