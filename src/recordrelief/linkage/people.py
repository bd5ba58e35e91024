"""Lists of people as they are compared: names without case, accents and marks; what is missing is unknown."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import attrs

from recordrelief.errors import SourceError, SourceFaults
from recordrelief.ledger.event_files import csv_rows
from recordrelief.records import Records

COLUMNS: Mapping[str, str] = {
    "state_id": "the person's number at the state's repository",
    "given": "given name",
    "middle": "middle name or initial",
    "family": "family name",
    "suffix": "JR, SR, II, III ...",
    "birth_date": "date of birth, as 1980-02-29",
    "case_number": "the court's number of the case that the row is about",
}
"""The columns that are compared: name and meaning. Given and family name must be there."""
_SUFFIXES = {"JUNIOR": "JR", "SENIOR": "SR", "2ND": "II", "3RD": "III", "4TH": "IV"}


@attrs.frozen
class Entry:
    """One row of a list, as it is compared. What is None is not known, and speaks neither for nor against.

    ``subject_id`` is not compared: it says whose row it is in the records that the list was made of.
    """

    line: int
    state_id: str | None
    given: str | None
    middle: str | None
    family: str | None
    suffix: str | None
    birth_date: date | None
    case_number: str | None
    subject_id: str | None = None

    @property
    def person(self) -> str | int:
        """Whose row it is: the person's id in the records of the list, or its line where it has none."""
        return self.line if self.subject_id is None else self.subject_id

    @property
    def key(self) -> str:
        """A digest of what is compared: a person's decision on a pair is kept by it, whatever the row's line.

        People whom the records hold apart are apart, though all that is compared be the same.
        """
        content = [getattr(self, name) for name in COLUMNS if name != "birth_date"]
        born = None if self.birth_date is None else self.birth_date.isoformat()
        whose = () if self.subject_id is None else (self.subject_id,)
        return hashlib.sha256(json.dumps([*content, born, *whose]).encode()).hexdigest()[:32]


@attrs.frozen
class PeopleList:
    """A list of people: its entries, the lines on which a date of birth stands that cannot be read, and the columns to
    be compared that it does not have.
    """

    name: str
    entries: tuple[Entry, ...]
    unread_birth_dates: tuple[int, ...]
    absent: tuple[str, ...] = ()


def read_people(path: Path | str) -> PeopleList:
    """A list of people from a CSV file with a header.

    A date of birth that cannot be read is unknown, and told with its line.

    Raises:
        SourceError: the file cannot be read, or lacks a column of the names; ``SourceFaults`` tells several at once.
    """
    path = Path(path)
    entries: list[Entry] = []
    unread: list[int] = []
    header: list[str] = []
    faults: list[SourceError] = []
    for line, row in csv_rows(path, None, ("given", "family"), header=header, faults=faults):
        text = row.get("birth_date", "")
        born = _day(text)
        if text and born is None:
            unread.append(line)
        entries.append(
            _entry(
                line,
                row,
                state_id=row.get("state_id", ""),
                birth_date=born,
                case_number=row.get("case_number", ""),
                subject_id=row.get("subject_id") or None,
            )
        )
    if faults:
        raise SourceFaults(faults)
    if not entries:
        raise SourceError("The list is empty.", where=str(path))
    absent = tuple(name for name in COLUMNS if name not in header)
    return PeopleList(path.name, tuple(entries), tuple(unread), absent)


def people_of(records: Records, name: str) -> PeopleList:
    """The people of records as a list: a row for each of their cases, with the id that the records have for them.

    A person's first name is compared, aliases are not. A date of birth known only to the month or year is unknown, and
    so is a state id where the records have several.

    Args:
        records: the records.
        name: what the list is called.

    Raises:
        SourceError: there is nobody in them.
    """
    numbers: dict[str, set[str]] = defaultdict(set)
    for whose, number in records.cases.select("subject_id", "case_number").drop_nulls().iter_rows():
        numbers[whose].add(number)
    entries: list[Entry] = []
    for row in records.subjects.filter(alternative=0).sort("subject_id").iter_rows(named=True):
        called: dict[str, str | None] = next(iter(row["names"] or ()), {})
        ids = {one["value"] or "" for one in row["identifiers"] or () if one["kind"] == "sid"}
        state_id = next(iter(ids)) if len(ids) == 1 else ""
        born = row["birth_date"] if row["birth_date"] == row["birth_date_latest"] else None
        entries += [
            _entry(
                row["source_line"] or 0,
                {part: called.get(part) or "" for part in ("given", "middle", "family", "suffix")},
                state_id=state_id,
                birth_date=born,
                case_number=number,
                subject_id=row["subject_id"],
            )
            for number in sorted(numbers[row["subject_id"]]) or [""]
        ]
    if not entries:
        raise SourceError("The list is empty.", where=name)
    return PeopleList(name, tuple(entries), ())


def _entry(
    line: int,
    name: Mapping[str, str],
    *,
    state_id: str,
    birth_date: date | None,
    case_number: str,
    subject_id: str | None,
) -> Entry:
    suffix = _name(name.get("suffix", ""), "A-Z0-9")
    return Entry(
        line=line,
        state_id=_number(state_id),
        given=_name(name["given"]),
        middle=_name(name.get("middle", "")),
        family=_name(name["family"]),
        suffix=suffix if suffix is None else _SUFFIXES.get(suffix, suffix),
        birth_date=birth_date,
        case_number=_number(case_number),
        subject_id=subject_id,
    )


def _name(text: str, kept: str = "A-Z") -> str | None:
    """Letters only, so that O'Neil is ONEIL and Müller MULLER."""
    plain = unicodedata.normalize("NFKD", text.casefold()).upper()
    return re.sub(f"[^{kept}]", "", plain) or None


def _number(text: str) -> str | None:
    return re.sub(r"[^A-Z0-9]", "", text.upper()) or None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        return None
