"""What recognising the text of a scanned sheet gets wrong: the errors that reading repairs, put in on purpose."""

from __future__ import annotations

import re
from collections.abc import Callable

from recordrelief_us_ca_rapsheet.dice import Dice

_TAGGED = re.compile(r"^(\s*\*?(?:CNT|DISPO|CONV STATUS|COM|SEN|COURT|CUSTODY)):")
_DAY_LINE = re.compile(r"^((?:19|20)[0-9]{6})(?=  |$)")
_SECTION_LINE = re.compile(r"^  ([0-9]{2,5})((?:[.][0-9]{1,2})?)(?=[( ])")


def _swapped(pattern: str, *by: str) -> Callable[[str, Dice], str]:
    return lambda line, dice: re.sub(pattern, lambda found: dice.pick(by), line, count=1)


def _spaced(word: str) -> Callable[[str, Dice], str]:
    return lambda line, dice: line.replace(word, " ".join(word), 1)


def _dotted_day(line: str, dice: Dice) -> str:
    def dotted(found: re.Match[str]) -> str:
        at = dice.between(1, 7)
        return found[1][:at] + "." + found[1][at:]

    return _DAY_LINE.sub(dotted, line)


_LIKE = {"0": "O", "1": "IL", "5": "S", "8": "B"}


def _like_day(line: str, dice: Dice) -> str:
    def misread(found: re.Match[str]) -> str:
        at = dice.between(3, 7)
        letter = _LIKE.get(found[1][at])
        return found[1] if letter is None else found[1][:at] + dice.pick(letter) + found[1][at + 1 :]

    return _DAY_LINE.sub(misread, line)


def _like_section(line: str, dice: Dice) -> str:
    """A digit of a section that is not its last one: there a letter cannot stand."""

    def misread(found: re.Match[str]) -> str:
        number = found[1]
        at = dice.between(0, len(number) - 2)
        letter = _LIKE.get(number[at])
        return found[0] if letter is None else f"  {number[:at]}{dice.pick(letter)}{number[at + 1 :]}{found[2]}"

    return _SECTION_LINE.sub(misread, line)


def _comma(line: str, dice: Dice) -> str:
    return _SECTION_LINE.sub(lambda found: f"  {found[1]}{found[2].replace('.', ',')}", line)


def _accent(line: str, dice: Dice) -> str:
    if not line.startswith(("*DISPO", " DISPO", "COURT", "   CONV", "   SEN")):
        return line
    return _swapped(*dice.pick((("E", "É", "é"), ("C", "Ç"), ("O", "Ọ", "Ó"))))(line, dice)


def _mark(line: str, dice: Dice) -> str:
    bare = line.strip()
    if not bare or set(bare) <= set("*- ") or bare.startswith("**") or "END OF" in bare:
        return line
    if dice.chance(0.5) or bare.endswith(","):
        return line.replace(bare, dice.pick((". ", "• ", "' ", "“")) + bare)
    return line + dice.pick((" .", "'", " •", "."))


def _blank(line: str, dice: Dice) -> str:
    return line.replace(" ", "\u00a0", 1)


def _sentence_number(line: str, dice: Dice) -> str:
    return re.sub(r"(?<=SEN: )([0-9]{2})(?=[0-9])", r"\1.", line)


ERRORS: dict[str, Callable[[str, Dice], str]] = {
    "count-word": _swapped(r"^CNT:", "CHT:", "CNI:", "CNÍ:"),
    "infraction": _swapped("INFRACTION", "TNFRACTION"),
    "convict": _swapped(r"(?<=DISPO:)CONVICTED", "COMVICTED"),
    "status": _swapped("CONV STATUS:", "CONV STATIS:"),
    "dash": _swapped("(?<=[A-Z])-(?=[A-Z])", "\u2013"),
    "restitution": _swapped(r"\bRESTN\b", "RESIN"),
    "accent": _accent,
    "fine-suspended": _swapped(r"\bFINE SS\b", "FINESS"),
    "arrest-word": _swapped("ARR/DET/CITE", "▯RR/DET/CITE", "ARR/PET/CITE", "□RR/PET/CITE"),
    "court-word": _swapped("^COURT:", "▯OURT:", "COURI:"),
    "blank": _blank,
    "spaced-dispo": _spaced("DISPO"),
    "spaced-convicted": _spaced("CONVICTED"),
    "spaced-registration": _spaced("REGISTRATION:"),
    "semicolon": lambda line, dice: _TAGGED.sub(r"\1;", line),
    "mark": _mark,
    "comma-in-section": _comma,
    "dotted-day": _dotted_day,
    "sentence-marks": _sentence_number,
    "letters-in-day": _like_day,
    "letters-in-section": _like_section,
    "lower-case": lambda line, dice: line.lower() if line.startswith(("  ", "*DISPO")) else line,
}
"""Every error by its name, as a change of one line of the body."""
BETWEEN = ("page-count", "form-feed", "short-line", "lone-dash")
"""Errors that add a line."""


def noisy(text: str, dice: Dice, share: float = 0.15) -> str:
    """A printed sheet as a scan gives it back: read again it is the same sheet.

    Args:
        text: the sheet.
        dice: chooses the errors.
        share: how many lines of the body have one.
    """
    header, separator, body = text.partition("\n* * * *\n")
    lines: list[str] = []
    names = tuple(ERRORS)
    for line in body.split("\n"):
        if dice.chance(share):
            line = ERRORS[dice.pick(names)](line, dice)
        lines.append(line)
        if dice.chance(share / 4):
            lines += _between(line, dice)
    return header + separator + "\n".join(lines)


def _between(line: str, dice: Dice) -> list[str]:
    match dice.pick(BETWEEN):
        case "page-count":
            return ["", f"Page {dice.between(1, 9)} of 9", ""]
        case "form-feed":
            return ["\f"]
        case "short-line":
            return [dice.pick((" ~", "  ;.", "|"))] if "SEN: " in line and line.endswith(",") else []
    return [" -"] if not line.startswith("  ") else []
