"""Corrections of a record: an overlay that somebody writes, laid over what a source says, which stays as it is.

    - subject_id: walk-in-1
      charge_id: 2008-0417/1
      change: {level: misdemeanor, facts: {probation_granted: true}}
      was: {level: felony}
      author: A. Example
      date: 2026-01-02
      reason: The minute order says so.

An entry names one row and says ``change`` (columns with their new values, as in a person's file), ``delete: true``, or
``add`` (lists of rows below it: of a person ``cases``, ``charges`` and ``events``, of a charge ``sentences`` and
``reliefs``). Each row that it touches keeps a note of who, when, why and what was there, which explanations show. To
undo a correction, remove the entry or leave its number out.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import attrs
import polars as pl
import yaml

from recordrelief.errors import RequestError
from recordrelief.handwritten import Entry, Page, Value, decoded, refuse, shown
from recordrelief.model import Sentence, Subject
from recordrelief.objects import tables_of
from recordrelief.overlay import ROW_WORDS, Correction, Overlay
from recordrelief.people_reader import PeopleReader, StatedFact
from recordrelief.person_keys import ROWS_BELOW, changeable
from recordrelief.records import Records
from recordrelief.tables import FACT_TABLES

ACTIONS = ("change", "delete", "add")
_NAMES = ("subject_id", "case_id", "charge_id", "sentence_id", "relief", "event")
_SIGNED = ("author", "date", "reason")
_KEYS = (*_NAMES, *ACTIONS, "was", *_SIGNED)


@attrs.frozen(kw_only=True)
class CorrectionFile:
    """One file of corrections: its base name, where it is, and what it holds."""

    name: str
    path: str
    sha256: str
    bytes: int
    entries: int


@attrs.frozen(kw_only=True, eq=False)
class Corrections:
    """The corrections of some files, in order, without those that are left out."""

    entries: tuple[Correction, ...]
    files: tuple[CorrectionFile, ...]
    facts: tuple[StatedFact, ...] = ()
    without: tuple[int, ...] = ()

    def about(self, subject_id: str) -> Corrections:
        """Those about one person."""
        return attrs.evolve(self, entries=tuple(one for one in self.entries if one.subject_id == subject_id))

    def of_people(self, chosen: Callable[[pl.Series], pl.Series]) -> Corrections:
        """Those about some people.

        Args:
            chosen: from the ids of people to whether each is meant.
        """
        ids = pl.Series("subject_id", [one.subject_id for one in self.entries], dtype=pl.String)
        meant = chosen(ids).to_list()
        return attrs.evolve(
            self, entries=tuple(one for one, is_meant in zip(self.entries, meant, strict=True) if is_meant)
        )

    def applied(self, records: Records) -> Records:
        """The records as corrected. Those that were given, and the source, stay as they are.

        Raises:
            SourceError: a correction names a row that is not there, or says what was there and it was not;
                ``SourceFaults`` tells several at once.
        """
        if not self.entries:
            return records
        overlay = Overlay(records)
        for entry in self.entries:
            overlay.apply(entry)
        refuse(overlay.pages.values())
        corrected: dict[str, Any] = dict(overlay.tables)
        return attrs.evolve(records, **corrected)


def read_corrections(paths: Sequence[str | os.PathLike[str]], *, without: Iterable[int] = ()) -> Corrections:
    """Read overlays: files of corrections, applied in this order.

    Args:
        paths: the files.
        without: numbers of entries to leave out; they count from 1 over all the files.

    Raises:
        RequestError: there is no such file, or no entry of such a number.
        SourceError: a file is not YAML, or something in it does not fit; ``SourceFaults`` tells several at once.
    """
    pages: list[Page] = []
    files: list[CorrectionFile] = []
    entries: list[Correction] = []
    facts: list[StatedFact] = []
    number = 0
    left_out = tuple(sorted(set(without)))
    for path in map(Path, paths):
        try:
            content = path.read_bytes()
        except OSError as error:
            found = os.strerror(error.errno) if error.errno else None
            raise RequestError("The corrections cannot be read.", where=str(path), found=found) from None
        page = Page(path.name)
        pages.append(page)
        before = number
        for value in _entries(page, decoded(content, path.name)):
            number += 1
            made = _correction(value, number)
            if made is not None and number not in left_out:
                entries.append(made[0])
                facts.extend(made[1])
        sha256 = hashlib.sha256(content).hexdigest()
        files.append(
            CorrectionFile(name=path.name, path=str(path), sha256=sha256, bytes=len(content), entries=number - before)
        )
    refuse(pages)
    for one in left_out:
        if not 1 <= one <= number:
            raise RequestError(
                "There is no correction of that number to leave out.", found=str(one), expected=f"1 to {number}"
            )
    return Corrections(entries=tuple(entries), files=tuple(files), facts=tuple(facts), without=left_out)


def _entries(page: Page, text: str) -> Iterator[Value]:
    for document in page.documents(text):
        yield from document.items() if isinstance(document.node, yaml.SequenceNode) else [document]


def _correction(value: Value, number: int) -> tuple[Correction, tuple[StatedFact, ...]] | None:
    """One entry, and the packs' own facts that it states; None where something is wrong with it."""
    page, before = value.page, len(value.page.faults)
    entry = value.entry(_KEYS)
    signed = {name: entry.get(name) for name in _SIGNED}
    if unsigned := [name for name, said in signed.items() if said is None]:
        page.fault(value.line, "A correction is not signed.", expected=", ".join(unsigned))
    named = entry.need("subject_id")
    subject_id = None if named is None else named.text()
    actions = [name for name in ACTIONS if entry.get(name) is not None]
    if len(actions) != 1:
        page.fault(
            value.line,
            "A correction does one thing.",
            found=" and ".join(actions) or "nothing",
            expected="one of change, delete: true, add",
        )
    table = _table_of(entry)
    reader = PeopleReader()
    row = _row(table, entry, reader)
    change = _columns(table, entry, "change", reader)
    was = _columns(table, entry, "was", reader)
    if entry.get("was") is not None and actions != ["change"]:
        page.fault(value.line, "Only a change says what was there.", found=f"was beside {' and '.join(actions)}")
    for name in was:
        if actions == ["change"] and name not in change:
            page.fault(value.line, "It says what was there, and not what is to be.", found=shown(name))
    delete = _deleted(table, entry)
    added, facts = _added(table, entry, number, reader)
    if len(page.faults) > before:
        return None
    author, day, reason = (signed[name] for name in _SIGNED)
    assert author is not None and day is not None and reason is not None and subject_id is not None
    who, when, why = author.text(), day.exact_day(), reason.text()
    if who is None or when is None or why is None:
        return None
    made = Correction(
        number=number,
        author=who,
        date=when,
        reason=why,
        subject_id=subject_id,
        table=table,
        row=row,
        change=change,
        was=was,
        added=added,
        delete=delete,
        at=value,
    )
    return made, facts


def _table_of(entry: Entry) -> str:
    """The table of the row that an entry names: the narrowest of its names says so."""
    at = entry.at
    has = {name for name in _NAMES if entry.get(name) is not None}
    narrow = {"event": "events", "relief": "reliefs", "sentence_id": "sentences", "charge_id": "charges"}
    narrow |= {"case_id": "cases"}
    kinds = [name for name in narrow if name in has]
    allowed = {"relief": {"relief", "charge_id"}, "sentence_id": {"sentence_id", "charge_id"}}
    if not kinds:
        return "subjects"
    if set(kinds) - allowed.get(kinds[0], {kinds[0]}):
        at.page.fault(at.line, "A correction is about one row.", found=" and ".join(kinds))
    if kinds[0] == "relief" and "charge_id" not in has:
        at.page.fault(at.line, "A key is missing, or empty.", expected="charge_id: the charge of the relief")
    return narrow[kinds[0]]


def _row(table: str, entry: Entry, reader: PeopleReader) -> dict[str, Any]:
    """What names the row: its key, or the columns that tell it from others of its kind."""
    row: dict[str, Any] = {}
    for name in ("case_id", "charge_id", "sentence_id"):
        value = entry.get(name)
        if value is not None:
            row[name] = value.text()
    key = {"reliefs": "relief", "events": "event"}.get(table)
    told = None if key is None else entry.get(key)
    if told is not None:
        row |= reader.columns(table, told.entry(changeable(table)))
    return row


def _columns(table: str, entry: Entry, key: str, reader: PeopleReader) -> dict[str, Any]:
    value = entry.get(key)
    if value is None:
        return {}
    found = reader.columns(table, value.entry(changeable(table)))
    if not found and not value.page.faults:
        value.fault("Nothing is said here.", expected="columns with their values")
    return {name: _plain(one) for name, one in found.items()}


def _plain(value: Any) -> Any:
    """A value as a cell of a canonical table holds it."""
    if isinstance(value, tuple):
        return [attrs.asdict(item) if attrs.has(type(item)) else item for item in value]
    return value


def _deleted(table: str, entry: Entry) -> bool:
    value = entry.get("delete")
    if value is None:
        return False
    said = value.flag()
    if said is False:
        value.fault("A row is deleted, or the entry is left out.", found="false", expected="delete: true")
    if table == "subjects":
        value.fault("A person cannot be deleted, only rows of the record.")
    return bool(said)


def _added(
    table: str, entry: Entry, number: int, reader: PeopleReader
) -> tuple[dict[str, pl.DataFrame], tuple[StatedFact, ...]]:
    """The rows that an entry adds, as canonical tables, and the packs' own facts in all of it."""
    value = entry.get("add")
    if value is None:
        return {}, reader.settled(()).facts
    if table not in ROWS_BELOW:
        value.fault("Nothing can be added to such a row.", found=ROW_WORDS[table], expected="the person, or a charge")
        return {}, ()
    below = value.entry(ROWS_BELOW[table])
    if not below.fields and not value.page.faults:
        value.fault("Nothing is added.", expected=", ".join(ROWS_BELOW[table]))
    named = {name: entry.fields[name] for name in ("subject_id", "charge_id") if entry.get(name) is not None}
    person = Entry({"subject_id": named["subject_id"]} if "subject_id" in named else {}, value)
    if table == "subjects":
        read = reader.person(Entry({**person.fields, **below.fields}, value))
    else:
        charge = Entry({"charge_id": named["charge_id"], **below.fields}, value)
        read = reader.person(person, charges=[charge])
    if read is None:
        return {}, ()
    people = reader.settled([read])
    subject = people.subjects[0] if table == "subjects" else _with_own_ids(people.subjects[0], number)
    tables = tables_of([subject])
    kept = [name for name in FACT_TABLES if name not in ("subjects", table) and not tables[name].is_empty()]
    return {name: tables[name] for name in kept}, people.facts


def _with_own_ids(subject: Subject, number: int) -> Subject:
    """Terms that were given no id get one that the terms of the record do not have."""

    def renamed(place: int, term: Sentence, charge_id: str) -> Sentence:
        usual = term.sentence_id == f"{charge_id}-{place}"
        return attrs.evolve(term, sentence_id=f"{charge_id}-added-{number}.{place}") if usual else term

    charges = [
        attrs.evolve(
            charge,
            sentences=tuple(renamed(place, term, charge.charge_id) for place, term in enumerate(charge.sentences, 1)),
        )
        for charge in subject.charges
    ]
    return attrs.evolve(subject, charges=tuple(charges))
