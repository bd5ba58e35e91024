"""Citations of statutes: parse, print, compare, and read them out of the texts of records.

A citation is data, never text to search in: ``113570 PC`` is no cannabis charge, ``187(A) PC`` is murder and
``664/211 PC`` keeps its attempt. ``Citation.parse`` takes the canonical form only; ``CitationReader`` takes the
spellings that agencies type. Which codes there are is told by the caller: nothing here knows a state.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

import attrs

from recordrelief.errors import CitationError, shape

_CODE: Final = re.compile(r"[A-Z][A-Z0-9]{0,9}")
_SECTION: Final = re.compile(r"(?:([1-9][0-9]?):)?([1-9][0-9]{0,5})([a-z]{1,2}(?=\.))?(?:\.([0-9]{1,4}))?([a-z]{0,2})")
_SUBDIVISION: Final = re.compile(r"[0-9a-z]{1,8}")
_CANONICAL: Final = re.compile(r"(\S+) ([^\s()]+)((?:\([^\s()]+\))*)")
_RANGE: Final = re.compile(r"(\S+) ([^\s()-]+)-([^\s()-]+)")


def _refusal(what: str, text: str, expected: str) -> CitationError:
    """An error that shows the shape of the text and not its content, which may come from a record."""
    return CitationError(what, found=shape(text), expected=expected)


def _check_code(code: str) -> None:
    if not _CODE.fullmatch(code):
        raise _refusal("This is not the name of a code.", code, "capital letters and digits, such as PC or ORS")


def _section_order(section: str) -> tuple[int, int, str, str, str]:
    """The place of a section in its code: title, number, letter of its chapter, decimals, letter suffix.

    190.05 stands before 190.1, and 475.999 before 475b.301.
    """
    match = _SECTION.fullmatch(section)
    if match is None:
        raise _refusal(
            "This is not a section of a code.", section, "a section such as 459, 11357.5, 273ab, 163a.140 or 18:2113"
        )
    title, number, chapter, decimals, suffix = match.groups()
    return int(title or 0), int(number), chapter or "", decimals or "", suffix


def _lower(text: str) -> str:
    return text.lower()


def _lower_each(parts: Iterable[str]) -> tuple[str, ...]:
    return tuple(part.lower() for part in parts)


@attrs.frozen(order=True)
class Citation:
    """A place in a statute book: code, section, subdivisions; letter case does not tell two citations apart.

    The letter suffix belongs to the section (``PC 288a`` is not ``PC 288(a)``), a letter in front of the decimals to
    its chapter (``ORS 475B.349``). A section of a titled code carries its title in front: ``US 18:2113``.
    """

    code: str
    section: str = attrs.field(converter=_lower, order=_section_order)
    subdivisions: tuple[str, ...] = attrs.field(default=(), converter=_lower_each)

    def __attrs_post_init__(self) -> None:
        _check_code(self.code)
        _section_order(self.section)
        for part in self.subdivisions:
            if not _SUBDIVISION.fullmatch(part):
                raise _refusal("This is not a subdivision.", part, "letters or digits without brackets, such as a or 2")

    @classmethod
    def parse(cls, text: str) -> Citation:
        """Read the canonical form, such as ``PC 667(e)(2)(C)(iv)``; anything else is a ``CitationError``."""
        match = _CANONICAL.fullmatch(text)
        if match is None:
            raise _refusal("This is not a citation.", text, "code, a space, section, subdivisions: PC 667(e)(2)(C)(iv)")
        code, section, subdivisions = match.groups()
        return cls(code, section, tuple(subdivisions[1:-1].split(")(")) if subdivisions else ())

    def __str__(self) -> str:
        chapter, dot, rest = self.section.partition(".")
        printed, upper = f"{self.code} {chapter.upper() if dot else chapter}{dot}{rest}", False
        for part in self.subdivisions:
            printed += f"({part.upper() if upper else part})"
            if not part.isdigit():
                upper = not upper
        return printed

    def contains(self, other: Citation) -> bool:
        """Whether the other citation is this one or a subdivision of it."""
        same_section = (self.code, self.section) == (other.code, other.section)
        return same_section and other.subdivisions[: len(self.subdivisions)] == self.subdivisions


@attrs.frozen
class CitationRange:
    """All sections of one code from the first to the last, both included, with all their subdivisions.

    Decimals are compared as decimals: ``PC 190.05`` lies before ``PC 190.1``.
    """

    first: Citation
    last: Citation

    def __attrs_post_init__(self) -> None:
        if self.first.code != self.last.code:
            raise CitationError("A range of sections must stay within one code.")
        if self.first.subdivisions or self.last.subdivisions:
            raise CitationError("A range runs from section to section; its ends have no subdivisions.")
        if self.first > self.last:
            raise CitationError("The first section of a range stands after its last one.", found=str(self))

    @classmethod
    def parse(cls, text: str) -> CitationRange:
        """Read the canonical form, such as ``PC 187-191.5``."""
        match = _RANGE.fullmatch(text)
        if match is None:
            raise _refusal("This is not a range of sections.", text, "code, a space, section-section: PC 187-191.5")
        code, first, last = match.groups()
        return cls(Citation(code, first), Citation(code, last))

    def __str__(self) -> str:
        return f"{self.first}-{str(self.last).removeprefix(self.last.code + ' ')}"

    def contains(self, citation: Citation) -> bool:
        """Whether the section of the citation lies in the range."""
        place = _section_order(citation.section)
        inside = _section_order(self.first.section) <= place <= _section_order(self.last.section)
        return citation.code == self.first.code and inside


@attrs.frozen
class CitedOffense:
    """What a charge names: the target offense, and whether it was only attempted, conspired or solicited."""

    citations: tuple[Citation, ...] = attrs.field(converter=tuple[Citation, ...])
    attempt: bool
    conspiracy: bool
    solicitation: bool = False

    def __attrs_post_init__(self) -> None:
        if not self.citations:
            raise CitationError("An offense needs at least one citation.")

    @classmethod
    def parse(cls, text: str) -> CitedOffense:
        """Read what ``str`` prints, such as ``attempt PC 211`` or ``PC 484(a); PC 490.5``."""
        flags = []
        for word in ("attempt ", "conspiracy ", "solicitation "):
            flags.append(text.startswith(word))
            text = text.removeprefix(word)
        return cls(tuple(Citation.parse(part) for part in text.split("; ")), *flags)

    def __str__(self) -> str:
        words = ("attempt " * self.attempt, "conspiracy " * self.conspiracy, "solicitation " * self.solicitation)
        return "".join(words) + "; ".join(map(str, self.citations))


# One token each. Every repetition is bounded or stands alone, so that cutting a text up takes linear time.
_GRAMMAR: Final = r"""
(?P<space>[\s\u00a0]+)
|(?P<code>(?:CODES)(?![A-Za-z]))
|(?P<silent>\u00a7+|SEC(?:TION)?S?(?![A-Z0-9])\.?|,?[ ]?(?:SUB(?:D(?:IVISION)?)?S?|PAR(?:A|AGRAPH)?S?)\.?(?=[ ]?\())
|(?P<date>(?:[0-3]?[0-9][-/][0-3]?[0-9][-/](?:19|20)?[0-9]{2}|(?:19|20)[0-9]{2}[-/][01]?[0-9][-/][0-3]?[0-9])
  (?![0-9A-Z(./-]))
|(?P<number>(?:[0-9]{1,2}:(?=[0-9]))?[0-9]+(?:[A-Z]{1,2}(?=\.[0-9]))?(?:\.[0-9]+)*)
|(?P<sub>\([ ]?(?:[0-9]{1,3}|(?P<letter>[A-Z])(?P=letter)?|[IVXLCDM]{1,8})[ ]?\))
|(?P<join>[-/,;&\u2010-\u2015]|AND(?![A-Z0-9]))
|(?P<word>[A-Z][A-Z0-9]*)
|(?P<other>.)
"""
_FLAGS: Final = re.VERBOSE | re.IGNORECASE | re.ASCII | re.DOTALL
_ORDINALS: Final = frozenset({"ST", "ND", "RD", "TH"})
_COUNT_WORDS: Final = frozenset({"CNT", "CNTS", "COUNT", "COUNTS", "CT", "CTS", "TIMES", "PRIOR", "PRIORS"})
_SMALL: Final = re.compile(r"[1-9][0-9]?(?![0-9:])")
_NOT_BEFORE: Final = frozenset("$#._@%\\'")  # glued in front of a number they make it an amount or a reference


class _Token(NamedTuple):
    kind: str
    text: str
    gap: bool


@attrs.frozen
class _Part:
    """One section as the text has it; several branches where it names several subdivisions of that section."""

    start: int
    end: int
    section: str
    branches: tuple[tuple[str, ...], ...]
    code: str | None
    code_first: bool
    way: Citation | None

    @property
    def small(self) -> bool:
        """A bare number below 100: as likely a count or an amount as a section."""
        return self.branches == ((),) and _SMALL.match(self.section) is not None


class CitationReader:
    """Reads citations out of messy text.

    ``codes`` maps each spelling found in texts to the canonical code (or lists the codes); ``attempt`` and
    ``conspiracy`` are the sections that name a way of committing another offense; ``titled`` are the codes whose
    sections stand under a title number, so that ``18 2113(A) US`` is ``US 18:2113(a)``.
    """

    def __init__(
        self,
        codes: Mapping[str, str] | Iterable[str],
        attempt: Iterable[str] = ("PC 664",),
        conspiracy: Iterable[str] = ("PC 182",),
        titled: Iterable[str] = ("US",),
    ) -> None:
        pairs = codes.items() if isinstance(codes, Mapping) else [(code, code) for code in codes]
        self._codes = {" ".join(spelling.upper().split()): code for spelling, code in pairs}
        for spelling, code in self._codes.items():
            _check_code(code if spelling else spelling)
        self._attempt = tuple(Citation.parse(text) for text in attempt)
        self._conspiracy = tuple(Citation.parse(text) for text in conspiracy)
        self._titled = frozenset(titled)
        longest_first = sorted(self._codes, key=len, reverse=True)
        spellings = "|".join(re.escape(spelling).replace(r"\ ", r"\s{1,3}") for spelling in longest_first) or "(?!)"
        self._any_case = re.compile(_GRAMMAR.replace("CODES", spellings), _FLAGS)
        self._capitals = re.compile(_GRAMMAR.replace("?:CODES", f"?-i:{spellings}"), _FLAGS)

    def read(self, text: str) -> CitedOffense | None:
        """The offense cited at the start of a text, or None when no citation with a code stands there.

        Reading stops where the citation ends; a description may follow.
        """
        parts, _ = self._group(_tokens(self._any_case, text), 0, free=False)
        return self._offense(parts) if parts else None

    def find(self, text: str) -> tuple[CitedOffense, ...]:
        """Every citation in a free text that has its code (in capitals) beside it, in the order of the text.

        Where a code stands between two sections and may belong to either, both are given: a find is a possibility.
        """
        tokens = _tokens(self._capitals, text)
        found: list[CitedOffense] = []
        at = 0
        while at < len(tokens) - 1:
            if tokens[at].kind not in ("number", "code") or _glued(tokens, at):
                at += 1
                continue
            parts, end = self._group(tokens, at, free=True)
            shared = None  # the section behind the code that stands behind these parts: 2010 PC 459
            if parts and not parts[-1].code_first and tokens[end - 1].kind == "code" and not _glued(tokens, end - 1):
                shared = None if self._group(tokens, end, free=True)[0] else self._part(tokens, end - 1, free=True)
            if shared is not None and not _weak(tokens, shared):
                end -= 1
                parts = parts if len(parts) > 1 or not _weak(tokens, parts[0]) else []
            if parts:
                found.append(self._offense(parts))
            at = end
        return tuple(found)

    def _code(self, token: _Token) -> str | None:
        return self._codes[" ".join(token.text.split())] if token.kind == "code" else None

    def _code_behind(self, tokens: list[_Token], at: int) -> str | None:
        """The code behind a section that may still have a suffix and subdivisions."""
        if tokens[at].kind == "word" and not tokens[at].gap:
            at += 1
        return self._code(tokens[_past_subdivisions(tokens, at)])

    def _part(self, tokens: list[_Token], start: int, *, free: bool) -> _Part | None:
        code = self._code(tokens[start])
        code_first = code is not None
        at = start + code_first
        if tokens[at].kind != "number":
            return None
        section, at = tokens[at].text.lower(), at + 1
        if section.isdigit() and len(section) <= 2:  # perhaps a title: 18 US 2113, US 18 2113, 18 2113 US
            if not code_first and self._code(tokens[at]) in self._titled and tokens[at + 1].kind == "number":
                code, code_first = self._code(tokens[at]), True
                section, at = f"{section}:{tokens[at + 1].text}", at + 2
            elif tokens[at].kind == "number" and (code or self._code_behind(tokens, at + 1)) in self._titled:
                section, at = f"{section}:{tokens[at].text}", at + 1
        glued = "" if tokens[at].gap else tokens[at].kind
        if glued == "word" or (glued == "code" and (code_first or self._code_behind(tokens, at + 1))):
            if tokens[at].text in _ORDINALS:
                return None
            section, at = section + tokens[at].text.lower(), at + 1
        if not _SECTION.fullmatch(section):
            return None
        branches: list[tuple[str, ...]] = []
        while not branches or (branches[-1] and tokens[at].kind == "join" and tokens[at + 1].kind == "sub"):
            first = at + 1 if branches else at
            at = _past_subdivisions(tokens, first)
            branches.append(tuple(token.text.strip("( )").lower() for token in tokens[first:at]))
        if code is None and tokens[at].kind == "code":
            code, at = self._code(tokens[at]), at + 1
        if (":" in section and code not in self._titled) or (free and ":" not in section and code in self._titled):
            return None
        ways = (way for way in (*self._attempt, *self._conspiracy) if code in (None, way.code))
        named = next((way for way in ways if way.contains(Citation(way.code, section, branches[0]))), None)
        return _Part(start, at, section, tuple(branches), code, code_first, named)

    def _group(self, tokens: list[_Token], start: int, *, free: bool) -> tuple[list[_Part], int]:
        """The joined sections from a token on, each with its code (none if no code is stated), and where they end."""
        part = self._part(tokens, start, free=free)
        parts, at = ([part], part.end) if part else ([], start + 1)
        while part and tokens[at].kind == "join" and not (free and tokens[at].text in ",;"):
            part = self._part(tokens, at + 1, free=free)
            if part:
                parts.append(part)
                at = part.end
        coded = [place for place, part in enumerate(parts) if part.code]
        if not coded:
            return [], at
        keep = coded[-1] + 1
        code_first = parts[coded[-1]].code_first
        while keep < len(parts) and _goes_on(tokens, parts[keep - 1], parts[keep], code_first=code_first):
            keep += 1
        counted = parts[coded[0]].code_first or (start > 0 and tokens[start - 1].text in _COUNT_WORDS)
        first = 1 if coded[0] and counted and parts[0].small and parts[0].way is None else 0  # COUNT 1 - PC 459
        return _with_codes(parts[first:keep]), parts[keep - 1].end

    def _offense(self, parts: list[_Part]) -> CitedOffense:
        attempts = [part for part in parts if part.way in self._attempt]
        conspiracies = [part for part in parts if part.way in self._conspiracy]
        targets = [part for part in parts if part.way is None]
        citations = [
            Citation(part.way.code if part.way else part.code or "", part.section, branch)
            for part in targets or conspiracies or attempts
            for branch in part.branches
        ]
        return CitedOffense(tuple(dict.fromkeys(citations)), bool(attempts), bool(conspiracies and targets))


def _tokens(grammar: re.Pattern[str], text: str) -> list[_Token]:
    """The tokens of a text without its white space, and one more that ends them."""
    tokens, gap = [], False
    for match in grammar.finditer(text):
        kind = match.lastgroup or ""
        if kind not in ("space", "silent"):
            tokens.append(_Token(kind, match.group().upper(), gap))
        gap = kind in ("space", "silent")
    return [*tokens, _Token("end", "", True)]


def _past_subdivisions(tokens: list[_Token], at: int) -> int:
    while tokens[at].kind == "sub":
        at += 1
    return at


def _glued(tokens: list[_Token], at: int) -> bool:
    """Whether a token is the tail of something longer and so begins no citation."""
    before = tokens[at - 1] if at and not tokens[at].gap else None
    return before is not None and (before.kind == "number" or before.text in _NOT_BEFORE)


def _weak(tokens: list[_Token], part: _Part) -> bool:
    """Whether a section is as likely a count."""
    return part.small or tokens[part.end].text in _COUNT_WORDS


def _goes_on(tokens: list[_Token], before: _Part, part: _Part, *, code_first: bool) -> bool:
    """Whether a section without a code to its right takes the one to its left, or is no section at all."""
    join, after, way = tokens[part.start - 1], tokens[part.end], before.way is not None
    loose = join.text not in ("&", "AND") and (join.gap or tokens[part.start].gap)
    if loose or join.text in ",;" or after.text in _COUNT_WORDS:
        return False
    if after.kind == "word":
        return (code_first or way) and not part.small
    return way or join.text == "/" or (code_first and not part.small)


def _with_codes(parts: list[_Part]) -> list[_Part]:
    """A code in front of a section serves those behind it too; a code behind a section those in front of it."""
    rightward: list[str | None] = [None]
    for part in reversed(parts):
        rightward.append((None if part.code_first else part.code) if part.code else rightward[-1])
    code = next(part.code for part in parts if part.code)
    resolved = []
    for part, right in zip(parts, reversed(rightward[1:]), strict=True):
        code = part.code or right or code
        resolved.append(attrs.evolve(part, code=code))
    return resolved
