"""The keys of a person's file: the columns of the canonical tables, what stands within a row, and how each is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import attrs
import polars as pl
import yaml

from recordrelief import model
from recordrelief.citations import Citation
from recordrelief.errors import CitationError, shape
from recordrelief.handwritten import Value
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
_A_CITATION = "a citation: code, a space, section, subdivisions, such as HS 11357(a)"


def keys_of(table: str) -> tuple[str, ...]:
    """The keys that an entry of a table may have, in the order of its columns."""
    short = ("id",) if table in ID_OF and table != "subjects" else ()
    more = ("coverage",) if table == "subjects" else ()
    return (*short, *readers(table), *more, *ROWS_BELOW.get(table, ()), "facts")


def changeable(table: str) -> tuple[str, ...]:
    """The keys of a row that a correction may change: all but those that name it, and what stands below it."""
    kept = {ID_OF.get(table), "alternative", "notes"}
    return (*(name for name in readers(table) if name not in kept), "facts")


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


def readers(table: str) -> dict[str, Callable[[Value], Any]]:
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


assert set(KINDS) == set(FACT_TABLES)
