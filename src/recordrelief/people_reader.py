"""People read from files written by hand: every row with its place, every id once, every fact of one kind."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import reduce
from typing import Any

import attrs
import yaml

from recordrelief import model
from recordrelief.handwritten import Entry, Page, Value, shown
from recordrelief.model import Coverage, FactValue, PartialDate, Subject
from recordrelief.objects import NESTED, NESTED_TYPES
from recordrelief.person_keys import ID_OF, KINDS, LATEST, ROWS_BELOW, keys_of, readers
from recordrelief.tables import TABLES

_FACT_NAME = re.compile(r"[a-z][a-z0-9_]*")


@attrs.frozen
class StatedFact:
    """A pack's own fact as it was first stated: the table, its name, what kind of value it has, and where.

    The kind is None where it is only ever said not to be known.
    """

    table: str
    name: str
    kind: type | None
    value: Value = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class People:
    """People as they were read: with their coverage, the packs' own facts that were stated, and how many rows."""

    subjects: tuple[Subject, ...]
    coverage: Coverage
    facts: tuple[StatedFact, ...]
    rows: int


class PeopleReader:
    """Reads people, from one file or several, so that no id stands twice and each fact has one kind."""

    def __init__(self) -> None:
        self._ids: dict[tuple[str, str, int], str] = {}
        self._facts: dict[tuple[str, str], StatedFact] = {}
        self._spans: set[tuple[str, str]] = set()
        self.rows = 0

    def people(self, page: Page, text: str) -> list[tuple[Subject, Coverage]]:
        """The people of one file, and how completely each is described. What is wrong is noted on the page."""
        entries = []
        for document in page.documents(text):
            several = isinstance(document.node, yaml.SequenceNode)
            entries += [one.entry(keys_of("subjects")) for one in (document.items() if several else [document])]
        if not entries:
            page.fault(1, "The file describes nobody.", expected="a person: subject_id and what is known")
        read = [self.person(entry) for entry in entries]
        return [one for one in read if one is not None]

    def settled(self, found: Sequence[tuple[Subject, Coverage]]) -> People:
        """Everybody, once all is read: where a fact is a span somewhere, each day of it gets two ends."""
        return People(
            subjects=tuple(_with_both_ends(subject, self._spans) for subject, _ in found),
            coverage=reduce(Coverage.merged, (coverage for _, coverage in found)) if found else Coverage(),
            facts=tuple(self._facts.values()),
            rows=self.rows,
        )

    def person(
        self, entry: Entry, *, charges: Sequence[Entry] | None = None, subject_id: str | None = None
    ) -> tuple[Subject, Coverage] | None:
        """One person, and how completely they are described; None where something is wrong with it.

        Args:
            entry: the person.
            charges: the charges, if they do not stand in the entry.
            subject_id: the id, if the entry has none.
        """
        columns = self._columns("subjects", entry)
        alternative = columns.get("alternative") or 0
        own_id = self._id("subjects", entry, alternative, subject_id)
        if charges is None:
            charges = [item.entry(keys_of("charges")) for item in _items(entry, "charges")]
        parts = {
            name: tuple(self._row(name, item.entry(keys_of(name)), alternative) for item in _items(entry, name))
            for name in ("cases", "events")
        }
        parts["charges"] = tuple(self._charge(charge, alternative) for charge in charges)
        coverage = _coverage(entry.get("coverage"))
        if own_id is None or any(part is None for every in parts.values() for part in every):
            return None
        columns["subject_id"] = own_id
        made: Subject = self._made("subjects", entry, columns, parts)
        return made, coverage

    def look_at(self, table: str, entry: Entry) -> None:
        """Note what is wrong with what several people, or several charges, have in common."""
        if table == "subjects":
            self.person(entry, charges=(), subject_id="in common")
        else:
            self._charge(entry, 0, default="in common")

    def columns(self, table: str, entry: Entry) -> dict[str, Any]:
        """Part of a row, under the names of its columns in the canonical table: both ends of a day, packs' own facts.

        What is ``null`` is there, and unknown.
        """
        found: dict[str, Any] = {}
        known = self._columns(table, entry)
        for name in entry.fields:
            if name in readers(table) and (name in known or entry.fields[name].is_null):
                value = known.get(name)
                day = name + LATEST in TABLES[table].column_names()
                found[name] = value.earliest if isinstance(value, PartialDate) else value
                found |= {name + LATEST: value.latest if isinstance(value, PartialDate) else None} if day else {}
        facts = entry.get("facts")
        given = {} if facts is None else facts.entry().fields
        stated = self._stated(table, entry)
        return found | {name: None for name in given if (table, name) in self._facts} | stated

    def _charge(self, entry: Entry, alternative: int, *, default: str | None = None) -> model.Charge | None:
        columns = self._columns("charges", entry)
        own_id = columns["charge_id"] = self._id("charges", entry, alternative, default)
        sentences = [
            self._row("sentences", item.entry(keys_of("sentences")), alternative, default=f"{own_id}-{place}")
            for place, item in enumerate(_items(entry, "sentences"), start=1)
        ]
        reliefs = [
            self._row("reliefs", item.entry(keys_of("reliefs")), alternative) for item in _items(entry, "reliefs")
        ]
        if own_id is None or None in (*sentences, *reliefs):
            return None
        charge: model.Charge = self._made("charges", entry, columns, {"sentences": sentences, "reliefs": reliefs})
        return charge

    def _row(self, table: str, entry: Entry, alternative: int, *, default: str | None = None) -> Any:
        columns = self._columns(table, entry)
        if table in ID_OF:
            columns[ID_OF[table]] = self._id(table, entry, alternative, default)
            if columns[ID_OF[table]] is None:
                return None
        return self._made(table, entry, columns, {})

    def _id(self, table: str, entry: Entry, alternative: int, default: str | None) -> str | None:
        key = ID_OF[table]
        page, line = entry.at.page, entry.at.line
        if table != "subjects" and "id" in entry.fields and key in entry.fields:
            page.fault(line, "An id stands twice.", found=f"id and {key}", cure="id is short for the other.")
        value = entry.get("id" if key not in entry.fields else key)
        if value is None:
            if default is None:
                if entry.at.is_null or isinstance(entry.at.node, yaml.MappingNode):
                    page.fault(line, "An id is missing, or empty.", expected=key)
                return None
            name: str | None = default
        else:
            name, line = value.text(), value.line
        if name == "":
            page.fault(line, "An id is empty.", name=key)
        elif name is not None:
            first = self._ids.get((table, name, alternative))
            self._ids.setdefault((table, name, alternative), f"{page.file}:{line}")
            if first is not None:
                page.fault(
                    entry.at.line,
                    f"Two rows of the table {table} have one id.",
                    name=key,
                    found=f"the same as at {first}",
                    expected="an id that no other has, of this person or another",
                )
        return name or None

    def _columns(self, table: str, entry: Entry) -> dict[str, Any]:
        """The columns of a row that are known, a day with its two ends as one."""
        found = {}
        for column, read in readers(table).items():
            value = entry.get(column)
            if value is not None and column != ID_OF.get(table):
                answer = read(value)
                if answer is not None:
                    found[column] = answer
        return found

    def _made(self, table: str, entry: Entry, columns: dict[str, Any], parts: Mapping[str, Iterable[Any]]) -> Any:
        self.rows += 1
        kind = KINDS[table]
        source = model.Source(file=entry.at.page.file, line=entry.at.line, notes=columns.pop("notes", ()))
        values: dict[str, Any] = dict(parts)
        for field in attrs.fields(kind):
            if table == "charges" and field.name in NESTED:
                known = {part: columns[name] for part, name in NESTED[field.name].items() if name in columns}
                values[field.name] = NESTED_TYPES[field.name](**known)
            elif field.name in columns:
                values[field.name] = columns[field.name]
        return kind(**values, facts=self._stated(table, entry), source=source)

    def _stated(self, table: str, entry: Entry) -> dict[str, FactValue]:
        """The packs' own facts of a row; of a day that is known in part, both ends."""
        found: dict[str, FactValue] = {}
        given = entry.get("facts")
        for name, value in (given.entry().fields if given else {}).items():
            if name in TABLES[table].column_names() or name in keys_of(table):
                value.fault("This is no fact of a pack.", cure="Write it beside `facts`, not in it.")
                continue
            if not _FACT_NAME.fullmatch(name) or name.endswith(LATEST):
                value.page.fault(
                    value.key_line,
                    "This is no name of a fact.",
                    found=shown(name),
                    expected="small letters, digits and _",
                )
                continue
            fact = value.fact()
            kind = None if fact is None else date if isinstance(fact, PartialDate) else type(fact)
            first = self._facts.get((table, name))
            if first is None or first.kind is None:
                self._facts[table, name] = first = StatedFact(table, name, kind, value)
            if fact is None or kind is None:
                continue
            if first.kind is not None and first.kind is not kind:
                value.fault(
                    "A fact has two kinds of value.",
                    found=_KIND_WORDS[kind],
                    expected=f"{_KIND_WORDS[first.kind]}, as at {first.value.page.file}:{first.value.line}",
                )
            elif isinstance(fact, PartialDate):
                self._spans.add((table, name))
                found[name], found[name + LATEST] = fact.earliest, fact.latest
            else:
                found[name] = fact
        return found


_KIND_WORDS: Mapping[type, str] = {bool: "true or false", int: "a whole number", str: "a word", date: "a day"}


def _items(entry: Entry, key: str) -> list[Value]:
    value = entry.get(key)
    return [] if value is None else value.items()


def _coverage(value: Value | None) -> Coverage:
    """How completely a person is described; what is not said is as for an object: complete, but for the events."""
    if value is None:
        return Coverage()
    tables = ("cases", "charges", "sentences", "reliefs")
    entry = value.entry((*tables, "events"))
    said: dict[str, Any] = {}
    for table in tables:
        given = entry.get(table)
        word = None if given is None else given.word(model.COMPLETENESS)
        if word is not None:
            said[table] = word
    events = entry.get("events")
    kinds = {} if events is None else events.entry(model.EVENT_KINDS).fields
    words: dict[str, Any] = {kind: under.word(model.COMPLETENESS) for kind, under in kinds.items()}
    return Coverage(**said, events={kind: word for kind, word in words.items() if word is not None})


def _with_both_ends(subject: Subject, spans: Collection[tuple[str, str]]) -> Subject:
    """The person with a latest end for each day of a fact that is a span elsewhere: without, it would be open."""
    if not spans:
        return subject

    def both(item: Any, table: str) -> Any:
        below = {name: tuple(both(row, name) for row in getattr(item, name)) for name in ROWS_BELOW.get(table, ())}
        exact = {name for of, name in spans if of == table and name in item.facts and name + LATEST not in item.facts}
        return attrs.evolve(item, **below, facts={**item.facts, **{name + LATEST: item.facts[name] for name in exact}})

    whole: Subject = both(subject, "subjects")
    return whole
