"""People as objects and their canonical tables: the way there and back, without loss."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs
import polars as pl

from recordrelief import model
from recordrelief.errors import SourceError
from recordrelief.tables import FACT_TABLES, TABLES, dtypes

_COLLECTIONS = {"charges", "cases", "events", "sentences", "reliefs", "facts", "source"}
NESTED: dict[str, dict[str, str]] = {
    "charged": {
        "citation": "charged_citation",
        "text": "charged_text",
        "level": "charged_level",
        "degree_class": "charged_degree_class",
        "attempt": "charged_attempt",
        "conspiracy": "charged_conspiracy",
        "solicitation": "charged_solicitation",
    },
    "offense": {
        "citation": "citation",
        "text": "offense_text",
        "level": "level",
        "degree_class": "degree_class",
        "attempt": "attempt",
        "conspiracy": "conspiracy",
        "solicitation": "solicitation",
    },
    "disposition": {
        "outcome": "outcome",
        "date": "disposition_date",
        "conviction_date": "conviction_date",
        "judgment_date": "judgment_date",
        "text": "outcome_text",
    },
}
"""The parts of a charge that are objects of their own: the column of each of their attributes."""
NESTED_TYPES: dict[str, type] = {"charged": model.Offense, "offense": model.Offense, "disposition": model.Disposition}


def tables_of(subjects: Iterable[model.Subject]) -> dict[str, pl.DataFrame]:
    """The canonical tables of people, in their order.

    Raises:
        SourceError: an id stands twice, or a pack's fact has the name of a column.
    """
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in FACT_TABLES}
    for subject in subjects:
        _subject_rows(subject, rows)
    for name, key in (
        ("subjects", "subject_id"),
        ("cases", "case_id"),
        ("charges", "charge_id"),
        ("sentences", "sentence_id"),
    ):
        ids = [(row[key], row["alternative"]) for row in rows[name]]
        if len(set(ids)) < len(ids):
            raise SourceError(f"Two rows of the table {name!r} have one {key}.", expected=f"a {key} unique in the run")
    return {name: _frame(name, rows[name]) for name in FACT_TABLES}


def objects_of(tables: Mapping[str, pl.DataFrame]) -> tuple[model.Subject, ...]:
    """The people of canonical tables, in the order of the subjects table."""
    by_charge: dict[str, dict[tuple[str, int], list[Any]]] = {"sentences": {}, "reliefs": {}}
    kinds: dict[str, type] = {"sentences": model.Sentence, "reliefs": model.Relief}
    for name, kind in kinds.items():
        for row in tables[name].iter_rows(named=True):
            by_charge[name].setdefault((row["charge_id"], row["alternative"]), []).append(_object(kind, row, name))
    by_subject: dict[str, dict[tuple[str, int], list[Any]]] = {"cases": {}, "charges": {}, "events": {}}
    kinds = {"cases": model.Case, "charges": model.Charge, "events": model.Event}
    for name, kind in kinds.items():
        for row in tables[name].iter_rows(named=True):
            extra = {}
            if name == "charges":
                key = (row["charge_id"], row["alternative"])
                extra = {part: tuple(by_charge[part].get(key, ())) for part in by_charge} | _nested(row)
            item = _object(kind, row, name, **extra)
            by_subject[name].setdefault((row["subject_id"], row["alternative"]), []).append(item)
    people = []
    for row in tables["subjects"].iter_rows(named=True):
        key = (row["subject_id"], row["alternative"])
        parts = {name: tuple(by_subject[name].get(key, ())) for name in by_subject}
        row["names"] = tuple(model.Name(**name) for name in row["names"] or ())
        row["identifiers"] = tuple(model.Identifier(**one) for one in row["identifiers"] or ())
        people.append(_object(model.Subject, row, "subjects", **parts))
    return tuple(people)


_EMPTY: dict[str, pl.DataFrame] = {}


def empty(name: str) -> pl.DataFrame:
    """A canonical table without rows."""
    if name not in _EMPTY:
        _EMPTY[name] = pl.DataFrame(schema=dtypes(name))
    return _EMPTY[name]


_UNKNOWN: dict[str, pl.DataFrame] = {}


def _unknown(name: str, rows: int) -> pl.DataFrame:
    """Rows of a canonical table with every column unknown; most columns of most people are."""
    if name not in _UNKNOWN or _UNKNOWN[name].height < rows:
        _UNKNOWN[name] = pl.DataFrame({column: [None] * max(rows, 64) for column in dtypes(name)}, schema=dtypes(name))
    return _UNKNOWN[name].head(rows)


def _frame(name: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    if not rows:
        return empty(name)
    types = dtypes(name)
    known = {key for row in rows for key, value in row.items() if value is not None or key not in types}
    columns = {column: [row.get(column) for row in rows] for column in [*types, *sorted(known - set(types))]}
    return _unknown(name, len(rows)).with_columns(
        pl.Series(column, values, dtype=types.get(column), strict=True)
        for column, values in columns.items()
        if column in known
    )


_KEYS = {"subjects": "subject_id", "cases": "case_id", "charges": "charge_id", "sentences": "sentence_id"}
_COLUMNS: dict[type, frozenset[str]] = {
    kind: frozenset(TABLES[name].column_names())
    for kind, name in (
        (model.Subject, "subjects"),
        (model.Case, "cases"),
        (model.Charge, "charges"),
        (model.Sentence, "sentences"),
        (model.Relief, "reliefs"),
        (model.Event, "events"),
    )
}


def _put(row: dict[str, Any], column: str, value: Any) -> None:
    if isinstance(value, model.PartialDate):
        row[column], row[column + "_latest"] = value.earliest, value.latest
    elif value is not None:
        row[column] = value


def _row(item: Any, **keys: Any) -> dict[str, Any]:
    """One table row of an object: absent keys are unknown."""
    row: dict[str, Any] = dict(keys)
    for field in attrs.fields(type(item)):
        value = getattr(item, field.name)
        if field.name in NESTED:
            for part, column in NESTED[field.name].items():
                _put(row, column, getattr(value, part))
        elif field.name not in _COLLECTIONS:
            _put(row, field.name, value)
    if taken := [name for name in item.facts if name in _COLUMNS[type(item)]]:
        raise SourceError("A pack's fact has the name of a canonical column.", found=", ".join(sorted(taken)))
    row.update(item.facts)
    source: model.Source = item.source
    row["source_file"], row["source_line"] = source.file, source.line
    row["notes"] = list(source.notes) or None
    return row


def _subject_rows(subject: model.Subject, rows: dict[str, list[dict[str, Any]]]) -> None:
    key = {"subject_id": subject.subject_id, "alternative": subject.alternative}
    mine = _row(subject)
    mine["names"] = [attrs.asdict(name) for name in subject.names] or None
    mine["identifiers"] = [attrs.asdict(one) for one in subject.identifiers] or None
    rows["subjects"].append(mine)
    rows["cases"].extend(_row(case, **key) for case in subject.cases)
    rows["events"].extend(_row(event, **key) for event in subject.events)
    for charge in subject.charges:
        row = _row(charge, **key)
        row["possible_citations"] = list(charge.possible_citations) or None
        if charge.enhancements is not None:
            row["enhancements"] = list(charge.enhancements)
        rows["charges"].append(row)
        own = {"charge_id": charge.charge_id, "alternative": subject.alternative}
        rows["sentences"].extend(_row(sentence, **own) for sentence in charge.sentences)
        rows["reliefs"].extend(_row(relief, **own) for relief in charge.reliefs)


def _get(row: Mapping[str, Any], column: str) -> Any:
    value = row[column]
    if value is not None and column + "_latest" in row:
        return model.PartialDate(value, row[column + "_latest"])
    return value


def _nested(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: NESTED_TYPES[name](**{part: _get(row, column) for part, column in parts.items()})
        for name, parts in NESTED.items()
    }


def _object(kind: type, row: dict[str, Any], table: str, **parts: Any) -> Any:
    """The object of one table row; columns that are not canonical are the pack's own facts."""
    known = TABLES[table].columns()
    facts = {column: value for column, value in row.items() if column not in known and value is not None}
    fields = _plain_fields(kind)
    values = {name: _get(row, name) for name in fields if name in row}
    for name in ("names", "identifiers", "possible_citations"):
        if name in values and values[name] is None:
            values[name] = ()
    source = model.Source(file=row["source_file"], line=row["source_line"], notes=tuple(row["notes"] or ()))
    return kind(**values, **parts, facts=facts, source=source)


def _plain_fields(kind: type) -> Iterator[str]:
    for field in attrs.fields(kind):
        if field.name not in _COLLECTIONS and field.name not in NESTED:
            yield field.name
