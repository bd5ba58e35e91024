"""A person's whole record as a file that somebody writes by hand: YAML, its keys the columns of the canonical tables.

    subject_id: walk-in-1
    birth_date: 1985
    record_scope: state
    charges:
      - id: 2008-0417/1
        citation: HS 11359
        level: felony
        outcome: convicted
        conviction_date: 2008-06
        sentences: [{kind: probation, completed_date: 2011-06-02}]
        facts: {prosecutor_challenge: false}

What is left out, or ``null``, is unknown. Every row keeps the file and the line it stands on. :func:`write_people` is
the way back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import partial, reduce
from typing import Any

import attrs
import polars as pl
import yaml

from recordrelief import model
from recordrelief.citations import Citation
from recordrelief.errors import CitationError, shape
from recordrelief.handwritten import SPAN, Entry, Page, Value, partial_day, refuse, shown
from recordrelief.model import Coverage, FactValue, PartialDate, Subject
from recordrelief.objects import NESTED, NESTED_TYPES
from recordrelief.tables import FACT_TABLES, TABLES

ID_OF = {"subjects": "subject_id", "cases": "case_id", "charges": "charge_id", "sentences": "sentence_id"}
"""The key of each table that has one. ``id`` is short for it, of all but the person."""
ROWS_BELOW: Mapping[str, tuple[str, ...]] = {
    "subjects": ("cases", "charges", "events"),
    "charges": ("sentences", "reliefs"),
}
"""The lists of rows that stand within a row."""
KINDS: Mapping[str, type] = {
    "subjects": model.Subject,
    "cases": model.Case,
    "charges": model.Charge,
    "sentences": model.Sentence,
    "reliefs": model.Relief,
    "events": model.Event,
}
NOT_READ = "not read"
"""Stands in a list of enhancements for one of which only that there is one is known."""
LATEST = "_latest"
"""What the name of a pack's fact ends with where it is the latest day that the fact may be."""

_SAID_BY_PLACE = {"source_file", "source_line"}
_FROM_ABOVE = {"subject_id", "charge_id", "alternative"}
_LIMITS: Mapping[type[pl.DataType], tuple[int, int]] = {
    pl.UInt16: (0, 2**16 - 1),
    pl.Int32: (-(2**31), 2**31 - 1),
    pl.Int64: (-(2**63), 2**63 - 1),
}
_FACT_NAME = re.compile(r"[a-z][a-z0-9_]*")
_A_CITATION = "a citation: code, a space, section, subdivisions, such as HS 11357(a)"


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


def read_people(text: str, file: str) -> People:
    """The people that a file describes: one, a list of them, or one a document.

    Args:
        text: what stands in the file.
        file: its name, for errors and for the source of each row.

    Raises:
        SourceError: it is not YAML, or something in it does not fit; ``SourceFaults`` tells several at once.
    """
    page = Page(file)
    reader = PeopleReader()
    found = reader.people(page, text)
    refuse([page])
    return reader.settled(found)


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
            if name in _readers(table) and (name in known or entry.fields[name].is_null):
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
        for column, read in _readers(table).items():
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
                value.fault("This is no name of a fact.", found=shown(name), expected="small letters, digits and _")
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


def keys_of(table: str) -> tuple[str, ...]:
    """The keys that an entry of a table may have, in the order of its columns."""
    short = ("id",) if table in ID_OF and table != "subjects" else ()
    more = ("coverage",) if table == "subjects" else ()
    return (*short, *_readers(table), *more, *ROWS_BELOW.get(table, ()), "facts")


def changeable(table: str) -> tuple[str, ...]:
    """The keys of a row that a correction may change: all but those that name it, and what stands below it."""
    kept = {ID_OF.get(table), "alternative", "notes"}
    return (*(name for name in _readers(table) if name not in kept), "facts")


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


def _citation(value: Value) -> str | None:
    """A citation in the canonical form; several are joined by ``; ``."""
    text = value.text()
    if text is None:
        return None
    try:
        return "; ".join(str(Citation.parse(part)) for part in text.split("; "))
    except CitationError:
        value.fault(
            "This is not a citation.",
            found=shape(text),
            expected=_A_CITATION,
            cure="The code comes first: PC 459. An attempt is the target with `attempt: true`.",
        )
        return None


def _citations(value: Value) -> tuple[str, ...]:
    return tuple(text for item in value.items() if (text := item.required(_citation(item))) is not None)


def _enhancements(value: Value) -> tuple[str, ...]:
    """Citations of what was found beside the offense; an entry that nobody could read is :data:`NOT_READ`."""
    found = []
    for item in value.items():
        unread = isinstance(item.node, yaml.ScalarNode) and item.node.value == NOT_READ
        text = NOT_READ if unread else item.required(_citation(item))
        found += [] if text is None else [text]
    return tuple(found)


def _parts(kind: type, value: Value) -> tuple[Any, ...]:
    """Names or identifiers of a person."""
    made = []
    names = [field.name for field in attrs.fields(kind)]
    for item in value.items():
        entry = item.entry(names)
        made.append(kind(**{name: under.text() for name in names if (under := entry.get(name)) is not None}))
    return tuple(made)


_READERS: dict[str, dict[str, Callable[[Value], Any]]] = {}


def _readers(table: str) -> dict[str, Callable[[Value], Any]]:
    """How each column of a table is read, by its type."""
    if table not in _READERS:
        above = _SAID_BY_PLACE | (_FROM_ABOVE - {ID_OF.get(table, "")})
        above -= {"alternative"} if table == "subjects" else set()
        _READERS[table] = {
            name: _reader(name, column)
            for name, column in TABLES[table].columns().items()
            if name not in above and not name.endswith(LATEST)
        }
    return _READERS[table]


def _reader(name: str, column: Any) -> Callable[[Value], Any]:
    match column.dtype:
        case _ if name == "names":
            return partial(_parts, model.Name)
        case _ if name == "identifiers":
            return partial(_parts, model.Identifier)
        case _ if name == "possible_citations":
            return _citations
        case _ if name == "enhancements":
            return _enhancements
        case _ if name == "citation" or name.endswith("_citation"):
            return _citation
        case pl.Enum() as words:
            return partial(Value.word, words=tuple(words.categories))
        case pl.Boolean():
            return Value.flag
        case pl.Date():
            return Value.day
        case pl.Float64():
            return partial(Value.number, low=column.min)
        case pl.List():
            return Value.texts
        case pl.String() | pl.Categorical():
            return Value.text
        case kind:
            low, high = _LIMITS[type(kind)]
            return partial(Value.whole, low=low if column.min is None else column.min, high=high)


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


# --- the way back -----------------------------------------------------------------------------------------------------


class _Quoted(str):
    """A word in quotes."""


class _Writer(yaml.SafeDumper):
    """Writes what is read back as it was."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _quoted(writer: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    # In double quotes every character can be escaped; the other styles lose some line breaks.
    style = '"' if isinstance(text, _Quoted) or not text.isprintable() else None
    return writer.represent_scalar("tag:yaml.org,2002:str", str(text), style=style)


for _kind in (str, _Quoted):
    _Writer.add_representer(_kind, _quoted)


def write_people(subjects: Iterable[Subject], coverage: Coverage | None = None) -> str:
    """People as text that :func:`read_people` gives back, but for where they stood before.

    Args:
        subjects: the people, one document each.
        coverage: how completely they are described, if it is not as usual.

    Raises:
        SourceError: something of them cannot be written by hand, such as a citation that is none.
    """
    usual = Coverage()
    said = attrs.asdict(coverage or usual, filter=lambda field, value: value != getattr(usual, field.name))
    documents = [_written("subjects", subject) | ({"coverage": said} if said else {}) for subject in subjects]
    text: str = yaml.dump_all(
        documents,
        Dumper=_Writer,
        sort_keys=False,
        allow_unicode=True,
        width=float("inf"),
        explicit_start=len(documents) > 1,
    )
    read_people(text, "as it would be written")
    return text


def by_hand(value: Any, *, of_pack: bool) -> Any:
    """One value as it is written by hand, so that it is read back as it was.

    Args:
        value: a cell of a canonical table, or a day that may be known in part.
        of_pack: it is a pack's own fact, whose kind its looks must tell.
    """
    if isinstance(value, PartialDate):
        return _fact(value.earliest, value.latest) if of_pack and not value.exact else _day(value)
    if isinstance(value, list | tuple):
        return [str(one) for one in value]
    return _fact(value, None) if of_pack else value


def written_entries(entries: Sequence[Mapping[str, Any]]) -> str:
    """Entries that are written by hand, as one YAML document."""
    text: str = yaml.dump(
        [dict(one) for one in entries], Dumper=_Writer, sort_keys=False, allow_unicode=True, width=float("inf")
    )
    return text


def _written(table: str, item: Any) -> dict[str, Any]:
    """One row, and the rows within it, without what is unknown."""
    columns = _columns_of(table, item)
    entry: dict[str, Any] = {}
    for name in _readers(table):
        value = columns.get(name)
        if value is None or (value == () and name != "enhancements") or (name == "alternative" and value == 0):
            continue
        entry[name] = _plain(value)
    for name in ROWS_BELOW.get(table, ()):
        if rows := [_written(name, row) for row in getattr(item, name)]:
            entry[name] = rows
    if item.facts:
        entry["facts"] = {
            name: _fact(value, item.facts.get(name + LATEST))
            for name, value in item.facts.items()
            if not (name.endswith(LATEST) and name.removesuffix(LATEST) in item.facts)
        }
    return entry


def _columns_of(table: str, item: Any) -> dict[str, Any]:
    columns: dict[str, Any] = {"notes": item.source.notes}
    for field in attrs.fields(type(item)):
        value = getattr(item, field.name)
        if table == "charges" and field.name in NESTED:
            columns |= {column: getattr(value, part) for part, column in NESTED[field.name].items()}
        else:
            columns[field.name] = value
    return columns


def _plain(value: Any) -> Any:
    if isinstance(value, PartialDate):
        return _day(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if attrs.has(type(value)):
        return attrs.asdict(value, filter=lambda _, inner: inner is not None)
    return value


def _day(day: PartialDate) -> Any:
    """A day, month or year as it is read; else both of its ends."""
    first = day.earliest
    if day.exact:
        return first
    for text in (f"{first:%Y}".zfill(4), f"{first:%Y}".zfill(4) + f"-{first:%m}"):
        if PartialDate.of(text) == day:
            return int(text) if text.isdigit() and text[0] != "0" else text
    return f"{first.isoformat()}{SPAN}{day.latest.isoformat()}"


def _fact(value: FactValue, latest: FactValue | None) -> Any:
    if isinstance(value, date) and isinstance(latest, date):
        span = f"{value.isoformat()}{SPAN}{latest.isoformat()}"
        day = _day(PartialDate(value, latest)) if value < latest else span
        return day if isinstance(day, str) else span  # a bare year would be a number
    # A word that says a month would else be read as that month.
    return _Quoted(value) if isinstance(value, str) and partial_day(value) else value


assert set(KINDS) == set(FACT_TABLES)
