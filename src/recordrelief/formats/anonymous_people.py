"""People written by hand, made fit to be shown to others: the same people under pseudonyms, their days moved."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import attrs

from recordrelief.disguise import Disguise, Mask, Vocabulary, own_words
from recordrelief.model import FactValue, PartialDate, Subject
from recordrelief.objects import NESTED
from recordrelief.person_keys import LATEST, ROWS_BELOW

VOCABULARY = Vocabulary.of([], [r"(?<![A-Z0-9])[0-9]{1,4}\s?(?:DAYS?|WEEKS?|MONTHS?|YEARS?)(?![A-Z0-9])"])
_NUMBERS = {
    "subject_id": "subject",
    "case_id": "case",
    "case_number": "case",
    "cycle_id": "cycle",
    "charge_id": "charge",
    "sentence_id": "sentence",
}
_KEPT = ("county", "county_fips", "jurisdiction", "degree_class", "charged_degree_class")
_LEFT_OUT = ("sex", "race", "ethnicity")
_CITED = ("citation", "resulting_citation", "possible_citations", "enhancements")
_REMEDY = re.compile(r"[a-z]{2,4}-[0-9][a-z0-9.()-]*")
_SHORT = re.compile(r"[A-Za-z0-9]{1,3}")


def disguised_people(subjects: Iterable[Subject], disguise: Disguise) -> list[Subject]:
    """The people under pseudonyms; what a pack may ask of them stays as it was, but for texts and the place of days."""
    made = []
    for subject in subjects:
        without = own_words(*(part for name in subject.names for part in (name.given, name.middle, name.family)))
        made.append(_Person(disguise.person(f"subject {subject.subject_id}"), without).row("subjects", subject))
    return made


@attrs.frozen
class _Person:
    mask: Mask
    without: frozenset[str]

    def row(self, table: str, item: Any) -> Any:
        """One row with the rows below it."""
        changes: dict[str, Any] = {}
        below = ROWS_BELOW.get(table, ())
        for field in attrs.fields(type(item)):
            value = getattr(item, field.name)
            if field.name == "facts":
                changes[field.name] = self._facts(value)
            elif field.name == "source":
                changes[field.name] = attrs.evolve(value, notes=tuple(map(self._text, value.notes)))
            elif field.name in below:
                changes[field.name] = tuple(self.row(field.name, one) for one in value)
            elif field.name == "names":
                changes[field.name] = tuple(self._name(one) for one in value)
            elif field.name == "identifiers":
                changes[field.name] = tuple(self._identifier(one) for one in value if not _is_ssn(one))
            elif table == "charges" and field.name in NESTED:
                parts = {part: getattr(value, part) for part in NESTED[field.name]}
                changes[field.name] = attrs.evolve(
                    value, **{part: self._value(part, inner) for part, inner in parts.items()}
                )
            else:
                changes[field.name] = self._value(field.name, value)
        return attrs.evolve(item, **changes)

    def _value(self, name: str, value: Any) -> Any:
        if isinstance(value, PartialDate):
            return self.mask.partial(value)
        if name in _LEFT_OUT:
            return None
        if not isinstance(value, str) or name in _CITED:
            return value
        if name in _NUMBERS:
            return self.mask.disguise.number(_NUMBERS[name], value)
        if name in ("remedy", "degree_class"):
            return value if (_REMEDY if name == "remedy" else _SHORT).fullmatch(value) else self._text(value)
        if name in _KEPT or name in _WORDS:
            return value
        return self._text(value)

    def _text(self, text: str) -> str:
        return VOCABULARY.cleaned(text, self.mask, self.without)

    def _name(self, name: Any) -> Any:
        parts = {
            part: None if (said := getattr(name, part)) is None else self.mask.name(said)
            for part in ("given", "middle", "family")
        }
        kind = name.kind if name.kind in ("primary", "alias") else None
        return attrs.evolve(name, **parts, suffix=None, kind=kind)

    def _identifier(self, one: Any) -> Any:
        value = None if one.value is None else self.mask.disguise.number(f"identifier {one.kind}", one.value)
        return attrs.evolve(one, value=value, kind=None if one.kind is None else self._kind(one.kind))

    def _kind(self, kind: str) -> str:
        return kind if kind in ("sid", "fbi", "driver_license", "inmate", "cii") else self._text(kind)

    def _facts(self, facts: Mapping[str, FactValue]) -> dict[str, FactValue]:
        made: dict[str, FactValue] = {}
        for name, value in facts.items():
            last = facts.get(name + LATEST)
            if isinstance(value, date) and isinstance(last, date):
                moved = self.mask.partial(PartialDate(value, last))
                made[name], made[name + LATEST] = moved.earliest, moved.latest
            elif name not in made:
                made[name] = (
                    self.mask.day(value)
                    if isinstance(value, date)
                    else self._text(value)
                    if isinstance(value, str)
                    else value
                )
        return made


_WORDS = frozenset(
    ("supervision", "record_scope", "stage", "status", "kind", "outcome", "level", "charged_level", "resulting_level")
)
"""Columns of closed words."""


def _is_ssn(one: Any) -> bool:
    """A social security number has no pseudonym: any other may be somebody's."""
    return one.kind is None or "ss" in one.kind.lower()
