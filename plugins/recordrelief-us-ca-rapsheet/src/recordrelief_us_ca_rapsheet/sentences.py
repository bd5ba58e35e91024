"""The items of a sentence: terms with their lengths, and details."""

from __future__ import annotations

import re
from functools import lru_cache

import attrs

from recordrelief.model import LIFE_DAYS

# The fewest and the most days of so many months in a row, below twelve.
_FEWEST = (0, 28, 59, 89, 120, 150, 181, 212, 242, 273, 303, 334)
_MOST = (0, 31, 62, 92, 123, 153, 184, 215, 245, 276, 306, 337)

_KINDS = {
    "PRISON": "prison",
    "STATE PRISON": "prison",
    "JAIL": "jail",
    "COUNTY JAIL": "jail",
    "CO JAIL": "jail",
    "JL": "jail",
    "JL WORK": "jail",
    "JAIL WORK": "jail",
    "PROBATION": "probation",
    "PROB": "probation",
    "FORMAL PROBATION": "probation",
    "FORMAL PROB": "probation",
    "SUMMARY PROBATION": "probation",
    "SUMMARY PROB": "probation",
    "INFORMAL PROBATION": "probation",
    "INFORMAL PROB": "probation",
    "COURT PROBATION": "probation",
    "CONDITIONAL SENTENCE": "conditional",
    "COND SEN": "conditional",
    "FINE": "fine",
    "RESTN": "restitution",
    "RSTN": "restitution",
    "RESTITUTION": "restitution",
    "COMMUNITY SERVICE": "community_service",
    "COMM SERV": "community_service",
    "COMM SVC": "community_service",
    "CYA": "other",
    "YOUTH AUTHORITY": "other",
}
_UNITS = {
    "days": ("DAYS", "DAY", "DS", "DY", "DYS", "D"),
    "months": ("MONTHS", "MONTH", "MOS", "MO", "MTHS"),
    "years": ("YEARS", "YEAR", "YRS", "YR", "YS"),
}
_UNIT_OF = {word: unit for unit, words in _UNITS.items() for word in words}
_UNIT = "|".join(sorted(_UNIT_OF, key=len, reverse=True))
_KIND = "|".join(re.escape(kind) for kind in sorted(_KINDS, key=len, reverse=True))
_LENGTH = rf"(?:[0-9]{{1,4}}\s?(?:{_UNIT})(?![A-Z]))"
_LENGTHS = rf"(?P<length>{_LENGTH}(?:\s?(?:AND|&)?\s?{_LENGTH}){{0,2}})"
_LIFE = r"(?P<life>(?:TO\s)?LIFE(?P<without>\s(?:W/?O|WITHOUT)\s(?:POSS(?:IBILITY)?\s(?:OF\s)?)?PAROLE)?)"
_ENDINGS = r"(?P<endings>(?:\s(?:SS|SUSP(?:ENDED)?|CC|CONCURRENT|CS|CONSEC(?:UTIVE)?))*)"
_TERM = re.compile(rf"^(?:{_LENGTHS}\s?)?(?:{_LIFE}\s?)?(?:(?:IN|OF)\s)?(?P<kind>{_KIND})?{_ENDINGS}$")
_MONEY = re.compile(rf"^(?:\$\s?[0-9]+\s?)?(?P<kind>FINE|RESTN|RSTN|RESTITUTION)(?:\s?\$?\s?[0-9]+)?{_ENDINGS}$")
_NO_UNIT = re.compile(rf"^[0-9]{{1,4}}\s(?P<kind>{_KIND}){_ENDINGS}$")
_SUSPENDED = re.compile(r"\b(?:SS|SUSP(?:ENDED)?)\b")
_CONCURRENT = re.compile(r"\b(?:CC|CONCURRENT)\b")
_DETAILS = {
    "CONCURRENT": "concurrent",
    "CC": "concurrent",
    "SEN CONCURRENT": "concurrent",
    "CONSECUTIVE": "consecutive",
    "CS": "consecutive",
    "IMP SEN SS": "imposition_suspended",
    "IMP OF SEN SS": "imposition_suspended",
    "EXEC SEN SS": "execution_suspended",
    "EXEC OF SEN SS": "execution_suspended",
    "SEN SS": "suspended",
    "SS": "suspended",
    "CTS": "nothing",
    "CREDIT TIME SERVED": "nothing",
    "CR TIME SERVED": "nothing",
    "TIME SERVED": "nothing",
}
CUSTODY = ("prison", "jail", "realigned_jail")


@attrs.frozen
class Term:
    """One item that is a term. ``suspended`` and ``concurrent`` are None where the sheet leaves that open."""

    kind: str
    years: int = 0
    months: int = 0
    days: int = 0
    life: bool = False
    suspended: bool | None = False
    concurrent: bool | None = None
    text: str = attrs.field(default="", eq=False)
    unit_missing: bool = False

    @property
    def shortest(self) -> int | None:
        """The fewest calendar days it can last; None where no length is printed."""
        if self.life and not (self.years or self.months or self.days):
            return LIFE_DAYS
        return self._days(_FEWEST, 0)

    @property
    def longest(self) -> int | None:
        """The most calendar days it can last: without end for life."""
        return LIFE_DAYS if self.life else self._days(_MOST, 3)

    def _days(self, of_months: tuple[int, ...], leap: int) -> int | None:
        if not (self.years or self.months or self.days):
            return None
        years = self.years + self.months // 12
        return years * 365 + (years + leap) // 4 + of_months[self.months % 12] + self.days


@attrs.frozen
class ReadItem:
    """One item of a sentence: a term, a detail of the whole, or (neither) not understood."""

    term: Term | None = None
    detail: str | None = None


_NOT_UNDERSTOOD = ReadItem()


@lru_cache(maxsize=8_192)
def read_item(text: str) -> ReadItem:
    """Read one item, such as ``003 YEARS PROBATION``, ``1 YR 4 MO PRISON SS``, ``25 YEARS TO LIFE`` or ``FINE``."""
    text = " ".join(text.strip(" .'*;").split())
    if detail := _DETAILS.get(text):
        return ReadItem(detail=detail)
    found = _MONEY.match(text) or _NO_UNIT.match(text)
    lengths = dict.fromkeys(_UNITS, 0)
    life = None
    if found is None:
        found = _TERM.match(text)
        if found is None or not (found["kind"] or found["life"]):
            return _NOT_UNDERSTOOD
        life = found["life"]
        for number, word in re.findall(rf"([0-9]{{1,4}})\s?({_UNIT})(?![A-Z])", found["length"] or ""):
            lengths[_UNIT_OF[word]] += int(number)
    kind = _KINDS[found["kind"]] if found["kind"] else "prison"
    endings = found["endings"]
    return ReadItem(
        Term(
            kind=kind,
            **lengths,
            life=bool(life),
            suspended=bool(_SUSPENDED.search(endings)),
            concurrent=True if _CONCURRENT.search(endings) else None,
            text=text,
            unit_missing=bool(_NO_UNIT.match(text)),
        )
    )


@attrs.frozen
class ReadSentence:
    """A whole sentence: its terms, with what its details say of them, and the items that were not understood."""

    terms: tuple[Term, ...] = ()
    unread: tuple[str, ...] = ()


def read_sentence(items: tuple[str, ...], realigned: bool = False) -> ReadSentence:
    """Read the items of a sentence.

    Args:
        items: as they are printed, without the commas.
        realigned: the sentence is one under PC 1170(h), whose jail terms are no ordinary ones.
    """
    read = [read_item(item) for item in items]
    terms = [one.term for one in read if one.term is not None]
    details = {one.detail for one in read if one.detail is not None}
    unread = tuple(item for item, one in zip(items, read, strict=True) if one == _NOT_UNDERSTOOD)
    return ReadSentence(tuple(_settled(term, details, bool(unread), realigned) for term in terms), unread)


def _settled(term: Term, details: set[str], doubtful: bool, realigned: bool) -> Term:
    """A term with what the details of its sentence say of it."""
    custody = term.kind in CUSTODY
    if custody and not term.suspended:
        if "execution_suspended" in details and term.kind == "prison":
            term = attrs.evolve(term, suspended=True)
        elif doubtful or "suspended" in details or ("imposition_suspended" in details and term.kind == "prison"):
            term = attrs.evolve(term, suspended=None)
    if custody and "concurrent" in details:
        term = attrs.evolve(term, concurrent=True)
    if realigned and term.kind == "jail":
        term = attrs.evolve(term, kind="realigned_jail")
    return term


_COMMENT_SENTENCE = re.compile(r"(?:\bXSEN\s?:|\bSEN\s?-?\s?X(?!SEN))\s?(?P<items>.*)$")


def sentence_in_comment(text: str) -> tuple[str, ...] | None:
    """The items of a sentence that stands in a comment (``XSEN:...``, ``SEN-X...``); None where there is none."""
    found = _COMMENT_SENTENCE.search(text)
    if not found:
        return None
    items = (" ".join(item.split()) for item in re.sub(r"[.'\"]", "", found["items"]).split(","))
    return tuple(item for item in items if item)


_CONCURRENT_WITH = re.compile(r"\bSEN(?:T(?:ENCE)?)?S?\s(?:TO\s(?:RUN\s|BE\s))?(?:CONCURRENT|CC)\b")


def says_concurrent(comment: str) -> bool:
    """Whether a comment says that the sentence runs at the same time as another."""
    return bool(_CONCURRENT_WITH.search(comment))
