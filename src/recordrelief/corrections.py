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

import difflib
import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import polars as pl
import yaml

from recordrelief.errors import RequestError, shape
from recordrelief.handwritten import SPAN, Entry, Page, Value, decoded, refuse, shown
from recordrelief.model import Sentence, Subject
from recordrelief.objects import tables_of
from recordrelief.person_files import LATEST, ROWS_BELOW, PeopleReader, StatedFact, changeable
from recordrelief.records import Records
from recordrelief.tables import FACT_TABLES, TABLES, dtypes

ACTIONS = ("change", "delete", "add")
_NAMES = ("subject_id", "case_id", "charge_id", "sentence_id", "relief", "event")
_SIGNED = ("author", "date", "reason")
_KEYS = (*_NAMES, *ACTIONS, "was", *_SIGNED)
_ID_COLUMN = {"subjects": "subject_id", "cases": "case_id", "charges": "charge_id", "sentences": "sentence_id"}
_ONE = {
    "subjects": "the person",
    "cases": "case",
    "charges": "charge",
    "sentences": "sentence",
    "reliefs": "relief",
    "events": "event",
}
_MOST_PLACES = 5
_PRIVATE = ("names", "identifiers", "sex", "race", "ethnicity")
_TYPES: Mapping[type, pl.DataType] = {
    bool: pl.Boolean(),
    int: pl.Int64(),
    float: pl.Float64(),
    str: pl.String(),
    date: pl.Date(),
}


@attrs.frozen(kw_only=True, eq=False)
class Correction:
    """One entry of an overlay: the row it is about, what it does to it, and who says so, when and why.

    ``number`` counts the entries of all files in order, from 1. ``row`` is what names the row within its ``table``.
    ``change`` and ``was`` are columns with their values, ``added`` the canonical tables of the rows that it adds.
    """

    number: int
    author: str
    date: date
    reason: str
    subject_id: str
    table: str
    row: Mapping[str, Any]
    change: Mapping[str, Any] = attrs.field(factory=dict)
    was: Mapping[str, Any] = attrs.field(factory=dict)
    added: Mapping[str, pl.DataFrame] = attrs.field(factory=dict)
    delete: bool = False
    at: Value = attrs.field(repr=False)

    @property
    def place(self) -> str:
        """The file and line it stands on."""
        return f"{self.at.page.file}:{self.at.line}"

    def signed(self, did: str) -> str:
        """What it did, and who says so: the note that a row keeps of it."""
        reason = self.reason.strip().rstrip(".")
        return f"{did} by {self.author} on {self.date.isoformat()}: {reason} (correction {self.number}, {self.place})"


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

    def applied(self, records: Records) -> Records:
        """The records as corrected. Those that were given, and the source, stay as they are.

        Raises:
            SourceError: a correction names a row that is not there, or says what was there and it was not;
                ``SourceFaults`` tells several at once.
        """
        if not self.entries:
            return records
        overlay = _Overlay(records)
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


# --- reading ----------------------------------------------------------------------------------------------------------


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
        value.fault("Nothing can be added to such a row.", found=_ONE[table], expected="the person, or a charge")
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


# --- applying ---------------------------------------------------------------------------------------------------------


class _Overlay:
    """The canonical tables, corrected entry by entry: each sees what the earlier ones made of them."""

    def __init__(self, records: Records) -> None:
        self.tables = {name: records.table(name) for name in FACT_TABLES}
        self.pages: dict[str, Page] = {}

    def apply(self, entry: Correction) -> None:
        """Apply one correction; what is wrong with it is noted on its page."""
        mine = pl.col("subject_id") == entry.subject_id
        if self.tables["subjects"].filter(mine).is_empty():
            self._fault(entry, "The records hold no such person.", cure="Give the subject_id as the source has it.")
            return
        for name in ("case_id", "charge_id", "sentence_id"):
            if name in entry.row and not self._there(entry, name, entry.row[name]):
                return
        where = self._where(entry)
        found = self.tables[entry.table].filter(where)
        if found.is_empty():
            self._fault(
                entry,
                f"The record holds no such {_ONE[entry.table]}.",
                found=f"{self._owned(entry).height} of another kind",
                cure="Say of it what the record says.",
            )
        elif entry.table not in _ID_COLUMN and found["alternative"].is_duplicated().any():
            self._fault(entry, f"Several rows are such a {_ONE[entry.table]}.", cure="Say more of it.")
        elif entry.delete:
            self._delete(entry, where)
        elif entry.added:
            self._add(entry)
        else:
            self._change(entry, where, found)

    def _there(self, entry: Correction, name: str, key: str) -> bool:
        """Whether the person has a row of this key."""
        table = name.removesuffix("_id") + "s"
        mine = self.tables[table]
        if table == "sentences":
            owned = self.tables["charges"].filter(pl.col("subject_id") == entry.subject_id)["charge_id"]
            mine = mine.filter(pl.col("charge_id").is_in(owned.implode()))
        else:
            mine = mine.filter(pl.col("subject_id") == entry.subject_id)
        there = key in mine[name].to_list()
        if not there:
            cure = _nearest_places(key, mine.select(name, "source_file", "source_line"))
            self._fault(entry, f"The person has no such {_ONE[table]}.", found=shape(key), cure=cure)
        return there

    def _owned(self, entry: Correction) -> pl.DataFrame:
        """The rows of the table among which the one that is meant stands."""
        name = "charge_id" if entry.table in ("sentences", "reliefs") else "subject_id"
        return self.tables[entry.table].filter(pl.col(name) == (entry.row.get(name) or entry.subject_id))

    def _where(self, entry: Correction) -> pl.Expr:
        tests = [
            pl.lit(False) if name not in self.tables[entry.table].columns else pl.col(name).eq_missing(_literal(value))
            for name, value in entry.row.items()
        ]
        if "subject_id" in self.tables[entry.table].columns:
            tests.append(pl.col("subject_id") == entry.subject_id)
        return pl.all_horizontal(tests)

    def _change(self, entry: Correction, where: pl.Expr, found: pl.DataFrame) -> None:
        table = entry.table
        frame = self.tables[table]
        for name, value in entry.was.items():
            before = found[name].to_list() if name in found.columns else [None]
            if any(one != value for one in before):
                self._fault(
                    entry,
                    "The record does not say what the correction says that it said.",
                    found=f"another {name.removesuffix(LATEST)}",
                    expected="what `was` says",
                    cure="Look at the record again, then correct `was` or the row that is meant.",
                )
                return
        changes = _with_ends(entry.change, frame.columns)
        columns: list[pl.Expr] = []
        for name, value in changes.items():
            dtype = frame.schema[name] if name in frame.columns else _TYPES[type(value)]
            old = pl.col(name) if name in frame.columns else pl.lit(None, dtype=dtype)
            if name not in frame.columns and name.removesuffix(LATEST) in frame.columns:
                old = pl.col(name.removesuffix(LATEST))  # without, a day that is exact would be open at its end
            columns.append(pl.when(where).then(_literal(value, dtype)).otherwise(old).alias(name))
        note = entry.signed(f"{' and '.join(_days_once(entry.change))} changed") + f"; {_was(entry.change, found)}"
        try:
            frame = frame.with_columns(columns)
        except pl.exceptions.PolarsError:
            self._fault(entry, "A value has a type that its column does not take.")
            return
        if self._sound(entry, table, frame.filter(where)):
            self.tables[table] = frame
            self._note(table, where, note)
            self._note_above(entry, note)

    def _delete(self, entry: Correction, where: pl.Expr) -> None:
        self._note_above(entry, entry.signed("deleted"))
        self.tables[entry.table] = self.tables[entry.table].filter(~where)
        if entry.table == "charges":
            of_it = pl.col("charge_id") == entry.row["charge_id"]
            for name in ROWS_BELOW["charges"]:
                self.tables[name] = self.tables[name].filter(~of_it)

    def _add(self, entry: Correction) -> None:
        note = entry.signed("added")
        readings = self.tables["subjects"].filter(pl.col("subject_id") == entry.subject_id).select("alternative")
        for name, given in entry.added.items():
            frame = self.tables[name]
            noted = given.with_columns(_with_note(note)).drop("alternative")
            rows = noted.join(readings, how="cross", maintain_order="left")
            key = _ID_COLUMN.get(name)
            if key is not None and not rows.join(frame, on=[key, "alternative"], how="semi").is_empty():
                self._fault(entry, f"A {_ONE[name]} of the record has this id already.", cure="Give it another.")
                return
            if not self._sound(entry, name, rows):
                return
            own = [column for column in rows.columns if column in frame.columns]
            rows = rows.with_columns(pl.col(column).cast(frame.schema[column]) for column in own)
            self.tables[name] = pl.concat([frame, rows], how="diagonal").rechunk()
            if entry.table == "charges":
                self._note("charges", pl.col("charge_id") == entry.row["charge_id"], f"{_ONE[name]} {note}")
            elif name in ("cases", "events"):
                self._note("subjects", pl.col("subject_id") == entry.subject_id, f"{_ONE[name]} {note}")

    def _note(self, table: str, where: pl.Expr, note: str) -> None:
        noted = pl.when(where).then(_with_note(note)).otherwise(pl.col("notes")).alias("notes")
        self.tables[table] = self.tables[table].with_columns(noted)

    def _note_above(self, entry: Correction, note: str) -> None:
        """The note on what an explanation shows: the charge of a term or a relief; the person, for what is gone too."""
        about = f"{_ONE[entry.table]} {entry.row.get(_ID_COLUMN.get(entry.table, ''), '')}".strip()
        if entry.table == "sentences":
            terms = self.tables["sentences"].filter(pl.col("sentence_id") == entry.row["sentence_id"])
            self._note("charges", pl.col("charge_id") == terms["charge_id"][0], f"{about}: {note}")
        elif entry.table == "reliefs":
            self._note("charges", pl.col("charge_id") == entry.row["charge_id"], f"{about}: {note}")
        elif entry.table in ("cases", "events") or entry.delete:
            self._note("subjects", pl.col("subject_id") == entry.subject_id, f"{about}: {note}")

    def _sound(self, entry: Correction, table: str, rows: pl.DataFrame) -> bool:
        """Whether the rows hold to the rules of their table."""
        own = rows.select(pl.col(name).cast(dtype) for name, dtype in dtypes(table).items())
        _, failed = TABLES[table].filter(own)
        broken = sorted(failed.counts())
        if broken:
            self._fault(entry, f"The row would break a rule of the table {table}.", found=", ".join(broken))
        return not broken

    def _fault(self, entry: Correction, what: str, **rest: str) -> None:
        page = self.pages.setdefault(entry.at.page.file, Page(entry.at.page.file))
        page.fault(entry.at.line, what, name=f"correction {entry.number}", **rest)


def _nearest_places(key: str, rows: pl.DataFrame) -> str:
    """Where the rows stand whose keys are nearest, or all of them: an error never shows a key of a record."""
    places: dict[str, str] = {}
    for known, file, line in rows.iter_rows():
        places.setdefault(known, f"{file or 'no file'}:{line}" if line is not None else str(file or "no file"))
    close = difflib.get_close_matches(key, list(places), n=3, cutoff=0.5)
    said = list(dict.fromkeys(places[one] for one in close or list(places)[:_MOST_PLACES]))
    if not said:
        return "The record has none."
    return f"{'The nearest stand' if close else 'The record has those'} at {', '.join(said)}."


def _with_note(note: str) -> pl.Expr:
    return pl.concat_list(pl.col("notes").fill_null([]), pl.lit(note)).alias("notes")


def _literal(value: Any, dtype: pl.DataType | None = None) -> pl.Expr:
    return pl.lit(pl.Series([value], dtype=dtype)) if isinstance(value, list) else pl.lit(value, dtype=dtype)


def _with_ends(change: Mapping[str, Any], columns: Sequence[str]) -> dict[str, Any]:
    """The change, with both ends of each day that has two in the record, and without what stays unknown."""
    both = {name + LATEST: value for name, value in change.items() if name + LATEST in columns}
    return {name: value for name, value in {**both, **change}.items() if value is not None or name in columns}


def _days_once(change: Mapping[str, Any]) -> list[str]:
    """The columns that are changed, a day with two ends once."""
    return [name for name in change if not (name.endswith(LATEST) and name.removesuffix(LATEST) in change)]


def _was(change: Mapping[str, Any], found: pl.DataFrame) -> str:
    """What was there. Names, numbers of the person and the source's own words are not repeated."""
    told: list[str] = []
    names = _days_once(change)
    for name in names:
        private = name in _PRIVATE or name.endswith("text")
        words = "something else" if private else " or ".join(dict.fromkeys(_words(name, found)))
        told.append(f"was {words}" if len(names) == 1 else f"{name} was {words}")
    return ", ".join(told)


def _words(name: str, found: pl.DataFrame) -> Iterator[str]:
    """What each row of a change said before."""
    for row in found.iter_rows(named=True):
        value, last = row.get(name), row.get(name + LATEST)
        if value is None:
            yield "unknown"
        elif isinstance(value, list):
            yield ", ".join(map(str, value)) or "none"
        else:
            said = str(value).lower() if isinstance(value, bool) else str(value)
            yield said if last is None or last == value else f"{said}{SPAN}{last}"
