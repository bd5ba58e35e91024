"""Corrections applied: the tables of a record with rows changed, deleted and added, and on each row a note of it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import attrs
import polars as pl

from recordrelief.errors import shape
from recordrelief.handwritten import SPAN, Page, Value
from recordrelief.person_keys import ID_OF, LATEST, ROWS_BELOW
from recordrelief.records import Records
from recordrelief.tables import FACT_TABLES, TABLES, dtypes

ROW_WORDS = {
    "subjects": "the person",
    "cases": "case",
    "charges": "charge",
    "sentences": "sentence",
    "reliefs": "relief",
    "events": "event",
}
"""What one row of each table is called."""
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


class Overlay:
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
                f"The record holds no such {ROW_WORDS[entry.table]}.",
                found=f"{self._owned(entry).height} of another kind",
                cure="Say of it what the record says.",
            )
        elif entry.table not in ID_OF and found["alternative"].is_duplicated().any():
            self._fault(entry, f"Several rows are such a {ROW_WORDS[entry.table]}.", cure="Say more of it.")
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
            self._fault(entry, f"The person has no such {ROW_WORDS[table]}.", found=shape(key), cure=cure)
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
            key = ID_OF.get(name)
            if key is not None and not rows.join(frame, on=[key, "alternative"], how="semi").is_empty():
                self._fault(entry, f"A {ROW_WORDS[name]} of the record has this id already.", cure="Give it another.")
                return
            if not self._sound(entry, name, rows):
                return
            own = [column for column in rows.columns if column in frame.columns]
            rows = rows.with_columns(pl.col(column).cast(frame.schema[column]) for column in own)
            self.tables[name] = pl.concat([frame, rows], how="diagonal").rechunk()
            if entry.table == "charges":
                self._note("charges", pl.col("charge_id") == entry.row["charge_id"], f"{ROW_WORDS[name]} {note}")
            elif name in ("cases", "events"):
                self._note("subjects", pl.col("subject_id") == entry.subject_id, f"{ROW_WORDS[name]} {note}")

    def _note(self, table: str, where: pl.Expr, note: str) -> None:
        noted = pl.when(where).then(_with_note(note)).otherwise(pl.col("notes")).alias("notes")
        self.tables[table] = self.tables[table].with_columns(noted)

    def _note_above(self, entry: Correction, note: str) -> None:
        """The note on what an explanation shows: the charge of a term or a relief; the person, for what is gone too."""
        about = f"{ROW_WORDS[entry.table]} {entry.row.get(ID_OF.get(entry.table, ''), '')}".strip()
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
