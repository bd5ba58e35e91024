"""Packs' own facts, in people written by hand, held against what the packs declare: nothing is passed over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from recordrelief.errors import nearest
from recordrelief.handwritten import Page, refuse
from recordrelief.law.scopes import Kind
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
    declared: dict[str, dict[str, set[Kind]]] = {}
    for pack in packs:
        for fact in pack.facts:
            declared.setdefault(fact.table, {}).setdefault(fact.name, set()).add(fact.kind)
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
