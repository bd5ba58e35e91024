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

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import attrs
import yaml

from recordrelief.handwritten import SPAN, Page, partial_day, refuse
from recordrelief.model import Coverage, FactValue, PartialDate, Subject
from recordrelief.objects import NESTED
from recordrelief.people_reader import People, PeopleReader
from recordrelief.person_keys import LATEST, ROWS_BELOW, readers


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
    for name in readers(table):
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
