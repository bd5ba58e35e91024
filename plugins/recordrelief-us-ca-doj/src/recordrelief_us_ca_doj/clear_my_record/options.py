"""The options file of Clear My Record: which sections are dismissed or reduced, and which further rules are on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from recordrelief.errors import RequestError, nearest

from .patterns import SECTIONS

_BASELINE = {"dismiss": "dismiss", "reduce": "reduce"}
_SWITCHES = {
    "subjectUnder21AtConviction": "under_21_at_conviction",
    "subjectHasOnlyProp64Charges": "only_prop64_charges",
    "subjectIsDeceased": "deceased",
}
_THRESHOLDS = {
    "subjectAgeThreshold": "age",
    "yearsSinceConvictionThreshold": "years_since_conviction",
    "yearsCrimeFreeThreshold": "years_crime_free",
}
_RANGES = {"age": (40, 65), "years_since_conviction": (1, 15), "years_crime_free": (1, 15)}
_KEYS = _BASELINE | _SWITCHES | _THRESHOLDS
_NAMES = {name: key for key, name in _KEYS.items()}


def _sections(instance: object, attribute: Any, value: object) -> None:
    for section in value if isinstance(value, tuple) else ():
        if section not in SECTIONS:
            raise RequestError(
                f"{_NAMES[attribute.name]} lists a section that Clear My Record does not decide.",
                found=repr(section),
                expected="any of " + ", ".join(SECTIONS),
                cure=nearest(str(section), SECTIONS),
            )


def _threshold(instance: object, attribute: Any, value: int) -> None:
    lowest, highest = _RANGES[attribute.name]
    if value and not lowest <= value <= highest:
        raise RequestError(
            f"{_NAMES[attribute.name]} is out of range.",
            found=str(value),
            expected=f"0 (off), or {lowest} to {highest}",
        )


@attrs.frozen
class EligibilityOptions:
    """What the district attorney chose. A rule that is absent, false or zero is off."""

    dismiss: tuple[str, ...] = attrs.field(default=(), validator=_sections)
    reduce: tuple[str, ...] = attrs.field(default=(), validator=_sections)
    under_21_at_conviction: bool = False
    age: int = attrs.field(default=0, validator=_threshold)
    years_since_conviction: int = attrs.field(default=0, validator=_threshold)
    years_crime_free: int = attrs.field(default=0, validator=_threshold)
    only_prop64_charges: bool = False
    deceased: bool = False

    @classmethod
    def parse(cls, text: str) -> EligibilityOptions:
        """The options in a JSON text. That tool passed over a misspelt key in silence; here it is an error."""
        try:
            content = json.loads(text, object_pairs_hook=_once)
        except json.JSONDecodeError as error:
            raise RequestError(
                "The options are not valid JSON.", found=f"{error.msg} at line {error.lineno}, column {error.colno}"
            ) from None
        except ValueError:
            raise RequestError("The options hold a number that cannot be.") from None
        except RecursionError:
            raise RequestError("The options are nested too deeply.", expected="two levels") from None
        groups = _object(content, "the options", {"baselineEligibility", "additionalRelief"})
        chosen: dict[str, object] = {}
        for key, value in _object(groups.get("baselineEligibility", {}), "baselineEligibility", set(_BASELINE)).items():
            if not isinstance(value, list) or not all(isinstance(section, str) for section in value):
                raise _wrong_kind(key, value, "a list of section texts")
            chosen[_KEYS[key]] = tuple(value)
        further = _SWITCHES | _THRESHOLDS
        for key, value in _object(groups.get("additionalRelief", {}), "additionalRelief", set(further)).items():
            if key in _SWITCHES and not isinstance(value, bool):
                raise _wrong_kind(key, value, "true or false")
            if key in _THRESHOLDS and (isinstance(value, bool) or not isinstance(value, int)):
                raise _wrong_kind(key, value, "a whole number")
            chosen[_KEYS[key]] = value
        return cls(**chosen)  # type: ignore[arg-type]

    @classmethod
    def read(cls, path: Path) -> EligibilityOptions:
        """The options in a file."""
        try:
            return cls.parse(path.read_text("utf-8-sig"))
        except OSError as error:
            raise RequestError(
                "The options file cannot be read.", where=path.name, found=error.strerror or type(error).__name__
            ) from None
        except UnicodeDecodeError:
            raise RequestError("The options file is not text.", where=path.name, expected="JSON in UTF-8") from None
        except RequestError as error:
            where = path.name
            raise RequestError(
                error.what, where=where, found=error.found, expected=error.expected, cure=error.cure
            ) from None


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    content: dict[str, object] = {}
    for key, value in pairs:
        if key in content:
            raise RequestError("The options name a key twice.", found=repr(key), cure="Keep one of the two.")
        content[key] = value
    return content


def _object(content: object, where: str, known: set[str]) -> Mapping[str, object]:
    if not isinstance(content, dict):
        raise _wrong_kind(where, content, "an object")
    for key in content:
        if key not in known:
            raise RequestError(
                f"Clear My Record knows no such key in {where}.", found=repr(key), cure=nearest(key, known)
            )
    return content


def _wrong_kind(key: str, value: object, expected: str) -> RequestError:
    return RequestError(f"{key} has the wrong kind of value.", found=json.dumps(value)[:80], expected=expected)
