"""Packs' own facts, in people made by hand or in code, held against what the packs declare: nothing is passed over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from recordrelief.errors import RequestError, nearest
from recordrelief.handwritten import Page, refuse
from recordrelief.law.scopes import Kind
from recordrelief.model import Subject
from recordrelief.people_reader import StatedFact
from recordrelief.statutes import StatutePack

_KINDS: dict[type, Kind] = {bool: "test", date: "day", int: "number", str: "word"}
_EXPECTED: dict[Kind, str] = {
    "test": "true or false",
    "day": "a day: 2011-08-23, 2011-08, or a span 2011-01-01..2011-12-31",
    "number": "a whole number",
    "word": "a word",
}


def check_facts(stated: Iterable[StatedFact], packs: Iterable[StatutePack]) -> None:
    """Refuse facts that no pack declares, or whose value is of another kind.

    Args:
        stated: the facts.
        packs: every pack that may read them: one record may be screened by several.

    Raises:
        SourceError: a fact that no pack knows; ``SourceFaults`` tells several at once.
    """
    declared = _declared(packs)
    pages: dict[str, Page] = {}
    for one in stated:
        known = declared.get(one.table, {})
        file = one.value.page.file
        page = pages.setdefault(file, Page(file))
        kinds = known.get(one.name)
        if kinds is None:
            page.fault(
                one.value.key_line,
                f"No statute pack declares such a fact of the table {one.table}.",
                found=repr(one.name),
                cure=nearest(one.name, known),
            )
        elif one.kind is not None and _KINDS[one.kind] not in kinds:
            expected = " or ".join(sorted(_EXPECTED[kind] for kind in kinds))
            page.fault(one.value.line, "The fact has another kind of value.", name=one.name, expected=expected)
    refuse(pages.values())


def check_subject(subject: Subject, packs: Iterable[StatutePack]) -> None:
    """The same for one person as an object.

    Raises:
        RequestError: a fact that no pack knows, or of another kind.
    """
    declared = _declared(packs)
    for table, one in _parts_of(subject):
        known = declared.get(table, {})
        for name, value in one.facts.items():
            kinds = known.get(name) or known.get(name.removesuffix("_latest"))
            if kinds is None:
                raise RequestError(
                    f"No statute pack declares such a fact of the table {table}.",
                    found=repr(name),
                    cure=nearest(name, known),
                )
            if not any(isinstance(value, _TYPES[kind]) for kind in kinds):
                raise RequestError(
                    "A fact has another kind of value.",
                    where=f"{table}, {name}",
                    found=type(value).__name__,
                    expected=" or ".join(sorted(_EXPECTED[kind] for kind in kinds)),
                )


_TYPES: dict[Kind, type] = {kind: of for of, kind in _KINDS.items()} | {"word": str}


def _declared(packs: Iterable[StatutePack]) -> dict[str, dict[str, set[Kind]]]:
    """The kinds of each fact that packs declare, by table and name."""
    declared: dict[str, dict[str, set[Kind]]] = {}
    for pack in packs:
        for fact in pack.facts:
            declared.setdefault(fact.table, {}).setdefault(fact.name, set()).add(fact.kind)
    return declared


def _parts_of(subject: Subject) -> Iterator[tuple[str, Any]]:
    """A person and all that is told of them, each with its table."""
    yield "subjects", subject
    yield from (("cases", case) for case in subject.cases)
    yield from (("events", event) for event in subject.events)
    for charge in subject.charges:
        yield "charges", charge
        yield from (("sentences", sentence) for sentence in charge.sentences)
        yield from (("reliefs", relief) for relief in charge.reliefs)
