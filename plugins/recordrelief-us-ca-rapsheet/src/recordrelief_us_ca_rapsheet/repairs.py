"""What is put right in recognised text, as an ordered list of named rewrites of one line.

Each says how sure it is that nothing else was meant, and whether it shows that letters were misread. Whatever fires is
noted on the charge and among the issues; the original stays in the file.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Literal

import attrs

Confidence = Literal["sure", "likely", "doubtful"]

LOOKALIKES = {"O": "0", "I": "1", "L": "1", "S": "5", "B": "8"}
"""Letters that digits are read as."""
_TO_DIGITS = str.maketrans(LOOKALIKES)


@attrs.frozen(kw_only=True)
class Rule:
    """One rewrite: its name, what it says in a note, how sure it is, and whether letters were misread."""

    name: str
    says: str
    confidence: Confidence = "sure"
    misread: bool = True
    rewrite: Callable[[str], str] = attrs.field(default=lambda text: text, repr=False)


def _swap(pattern: str, by: str) -> Callable[[str], str]:
    compiled = re.compile(pattern)
    return lambda text: compiled.sub(by, text)


_SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t\u000b"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u00ad"
_QUOTES = "\u2018\u2019\u201a\u201b\u2032\u00b4`"
_DOUBLE = "\u201c\u201d\u201e\u2033"
_TYPOGRAPHY = str.maketrans(
    {
        **dict.fromkeys(_SPACES, " "),
        **dict.fromkeys(_DASHES, "-"),
        **dict.fromkeys(_QUOTES, "'"),
        **dict.fromkeys(_DOUBLE, '"'),
    }
)
_BULLETS = re.compile('[\u2022\u00b7\u25cf\u25aa\u2219\u2027\u00b0\u25e6"]')
_BOXES = "[\u25a1\u25ab\u25fb\u2610\u25af\u2b1c\ufffd\u25a0\u25a2\u25fd]"
_BOX_IN_ARREST = re.compile(_BOXES + r"(?=RR\s*/\s*[DP]ET)")
_BOX_IN_COURT = re.compile(_BOXES + r"(?=OUR[TI]\b)")


def _typography(text: str) -> str:
    return text.translate(_TYPOGRAPHY)


def _boxes(text: str) -> str:
    return _BOX_IN_COURT.sub("C", _BOX_IN_ARREST.sub("A", text))


def _plain_letters(text: str) -> str:
    split = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(letter for letter in split if not unicodedata.combining(letter)))


def _spaced(word: str) -> Callable[[str], str]:
    pattern = re.compile(r"(?<![A-Z])" + r"\s{0,3}".join(word) + r"(?![A-Z])")
    return lambda text: pattern.sub(word, text)


_WORDS = (
    r"CNT|DISPO|DISP|NAM|DOB|COM|SEN|TOC|CONV STATUS|ARR BY|DCN|COURT|CUSTODY|PROBATION|REGISTRATION|APPLICANT|DECEASED"
)
# A dot, quote or bullet at either end of a line or beside a colon. A comma at the end of a line goes on; so do stars in
# front, which mean a conviction; a line of stars, dashes and marks alone is no business of this.
_MARKS_BEFORE = re.compile(r"^(\s*)[.,'_~][.,'_~\s]*(?=[A-Z0-9*#-])")
_MARKS_BEHIND = re.compile(r"(?<=[A-Z0-9)#])\s*[.'*_~][.'*_~\s]*$")
_MARKS_AT_COLON = re.compile(r"(?<=[A-Z])[.'*]+(?=\s?:)|(?<=:)\s?[.,'*]+(?=\s?[A-Z0-9#])")


def _marks(text: str) -> str:
    bare = text.strip()
    if bare.startswith("**") or (bare[:1] == "*" == bare[-1:]):
        return text
    text = _MARKS_BEFORE.sub(r"\1", _BULLETS.sub("", text))
    return _MARKS_AT_COLON.sub("", _MARKS_BEHIND.sub("", text))


_ALL = (
    Rule(
        name="typography", says="blanks, dashes or quotation marks of another kind", misread=False, rewrite=_typography
    ),
    Rule(name="box", says="the first letter of ARR or COURT read from a box", rewrite=_boxes),
    Rule(name="accent", says="letters read without their accents", rewrite=_plain_letters),
    Rule(name="mark", says="stray dots, quotes or bullets left out", misread=False, rewrite=_marks),
    Rule(
        name="count-word", says="CNT read from letters like it", rewrite=_swap(r"\b(?:CHT|CNI|CHI)(?=\s?[:;])", "CNT")
    ),
    Rule(name="infraction", says="INFRACTION read from letters like it", rewrite=_swap(r"\bTNFRACTION", "INFRACTION")),
    Rule(name="convict", says="CONVICTED read from letters like it", rewrite=_swap(r"\bCOMVICT", "CONVICT")),
    Rule(
        name="status",
        says="CONV STATUS read from letters like it",
        rewrite=_swap(r"\bCONV\s?STATIS\b\W?", "CONV STATUS:"),
    ),
    Rule(
        name="restitution",
        says="RESTN read from letters like it",
        rewrite=_swap(r"^(?![ ]*[0-9]+[^,]* (?:HS|PC|H&S)\b)(.*)\bRESIN\b", r"\1RESTN"),
    ),
    Rule(name="fine-suspended", says="FINE SS read from one word", rewrite=_swap(r"\bFINESS\b", "FINE SS")),
    Rule(
        name="arrest-word",
        says="ARR/DET/CITE read from letters like it",
        rewrite=_swap(r"\bARR\s*/\s*PET\s*/", "ARR/DET/"),
    ),
    Rule(name="court-word", says="COURT read from letters like it", rewrite=_swap(r"\bCOURI(?=\s?[:;])", "COURT")),
    Rule(name="spaced-dispo", says="DISPO read from letters apart", misread=False, rewrite=_spaced("DISPO")),
    Rule(
        name="spaced-convicted", says="CONVICTED read from letters apart", misread=False, rewrite=_spaced("CONVICTED")
    ),
    Rule(
        name="spaced-registration",
        says="REGISTRATION read from letters apart",
        misread=False,
        rewrite=_spaced("REGISTRATION"),
    ),
    Rule(
        name="semicolon", says="a colon read from a semicolon", rewrite=_swap(rf"(?<![A-Z])((?:{_WORDS})\s?);", r"\1:")
    ),
)
_NOTED = (
    Rule(name="short-line", says="a line of three characters or fewer inside a sentence left out", confidence="likely"),
    Rule(name="lone-dash", says="a single dash left out", misread=False),
    Rule(name="running-head", says="a line that repeats the number of the person left out", misread=False),
    Rule(name="dotted-day", says="a date read without the dots in it", misread=False),
    Rule(name="letters-in-day", says="digits of a date read from letters like them", confidence="likely"),
    Rule(name="letters-in-number", says="digits of a number read from letters like them", confidence="likely"),
    Rule(name="sentence-marks", says="dots or quotes in a sentence left out", misread=False),
    Rule(name="implied-cycle", says="the first cycle found without the stars before it", confidence="likely"),
    Rule(name="comma-in-section", says="a dot of a section read from a comma", confidence="likely"),
    Rule(name="letters-in-section", says="digits of a section read from letters like them", confidence="likely"),
    Rule(name="letters-in-code", says="the letters of a code read from digits like them", confidence="likely"),
    Rule(name="doubtful-section", says="the last sign of a section may be a letter or a digit", confidence="doubtful"),
)
RULES: dict[str, Rule] = {rule.name: rule for rule in (*_ALL, *_NOTED)}
"""Every rule by its name; those without a rewrite are noted where the reading finds them."""


def repaired(text: str) -> tuple[str, tuple[str, ...]]:
    """One line in capitals as it was meant, and the rules that changed it."""
    fired = []
    for rule in _ALL if not text.isascii() else _OF_ASCII:
        better = rule.rewrite(text)
        if better != text:
            fired.append(rule.name)
            text = better
    return text, tuple(fired)


_OF_ASCII = tuple(rule for rule in _ALL if rule.name not in ("typography", "box", "accent"))


def note_of(name: str) -> str:
    """The note that a rule leaves on what it touched."""
    rule = RULES[name]
    return f"repaired ({rule.confidence}): {rule.says}"


def digits(text: str) -> str:
    """The text with each letter that looks like a digit read as that digit."""
    return text.translate(_TO_DIGITS)
