"""From files of RAP sheets to canonical records. All files of a run are one population."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import attrs
import polars as pl

from recordrelief.errors import RequestError, SourceError
from recordrelief.model import Coverage, Subject
from recordrelief.objects import tables_of
from recordrelief.records import Records, SourceFile
from recordrelief.tables import dtypes
from recordrelief_us_ca_rapsheet.files import REASONS, SheetFile, opened
from recordrelief_us_ca_rapsheet.issues import Issue, Issues, frame
from recordrelief_us_ca_rapsheet.people import Print, one_person, subject_of
from recordrelief_us_ca_rapsheet.sheet import Header, Sheet

COVERAGE = Coverage(
    events={"registration": "complete", "registration_ended": "complete", "death": "complete", "custody": "partial"}
)
"""A sheet prints all that the state has of a person; county jails report custody as they like."""


@attrs.frozen(kw_only=True)
class RapSheetSource:
    """What the format keeps beside the records: every sheet with all that is printed on it, by file."""

    files: tuple[SheetFile, ...]


def read(paths: Sequence[Path]) -> Records:
    """Read files and directories of RAP sheets as one population.

    Raises:
        RequestError: a file given by name has the content of another.
        SourceError: no file could be read at all.
    """
    files = opened(paths)
    _refuse(files, paths)
    prints: dict[str, list[Print]] = {}
    found: list[tuple[str, Issue]] = []
    faults: dict[str, str] = {}
    known: dict[str, Header] = {}
    for file in files:
        if file.fault:
            faults[file.label] = file.fault
        for sheet in file.sheets:
            issues = Issues()
            key = _subject_id(file, sheet)
            if _another_person(known.setdefault(key, sheet.header), sheet.header):
                # One number, two people: it was misread on one of the sheets.
                key = f"{key}-{_content_id(file, sheet)}"
                issues.note("subjects", key, "subject_id", "IDENTITY_UNRESOLVED", sheet.line)
            subject = subject_of(sheet, key, file.label, issues)
            prints.setdefault(key, []).append(Print(subject=subject, printed=_printed(sheet)))
            found += [(file.label, issue) for issue in issues]
    people: list[Subject] = []
    for same in prints.values():
        issues = Issues()
        people.append(one_person(same, issues))
        found += [(str(same[-1].subject.source.file), issue) for issue in issues]
    return Records.of(
        {**tables_of(people), "issues": frame(found), "quarantine": _quarantine(faults)},
        coverage=COVERAGE,
        sources=[_source(file, faults.get(file.label)) for file in files],
        source=RapSheetSource(files=files),
    )


def _refuse(files: Sequence[SheetFile], paths: Sequence[Path]) -> None:
    given = set(paths)
    for file in files:
        if file.same_as is not None and file.path in given:
            raise RequestError(
                "Two input files have the same content, so every charge would count twice.",
                found=f"{file.path} and {file.same_as}",
                cure="Give each sheet once.",
            )
    if not files:
        raise SourceError("There is no file in the input.", where=str(paths[0]) if paths else None)
    if all(file.fault for file in files if file.same_as is None):
        raise SourceError(
            "No file of the input can be read as a RAP sheet.",
            where=str(files[0].path),
            found=f"{REASONS[files[0].fault or 'UNFORESEEN'].rstrip('.')}",
            expected="the text of a RAP sheet, or a PDF with text",
        )


def _subject_id(file: SheetFile, sheet: Sheet) -> str:
    """The number of the person; where the sheet has none, the person stands alone under the content of the file."""
    return sheet.header.cii or f"sheet-{_content_id(file, sheet)}"


def _content_id(file: SheetFile, sheet: Sheet) -> str:
    return hashlib.sha256(f"{file.sha256}:{sheet.line}".encode()).hexdigest()[:12]


def _another_person(one: Header, other: Header) -> bool:
    """Whether two headers have neither a birth date nor a family name in common."""
    births = [{day.text for day in header.births} for header in (one, other)]
    names = [{name.text.partition(",")[0].strip() for name in header.names} for header in (one, other)]
    return all(births) and all(names) and births[0].isdisjoint(births[1]) and names[0].isdisjoint(names[1])


def _printed(sheet: Sheet) -> str:
    day = sheet.header.printed
    date = day.date if day else None
    return day.text if day and date is not None and date.exact else ""


def _quarantine(faults: dict[str, str]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "source_file": list(faults),
            "source_line": [None] * len(faults),
            "code": list(faults.values()),
            "reason": [REASONS[code] for code in faults.values()],
            "subject_id": [None] * len(faults),
        },
        schema=dict(dtypes("quarantine")),
    )


def _source(file: SheetFile, fault: str | None) -> SourceFile:
    events = sum(len(cycle.events) for sheet in file.sheets for cycle in sheet.cycles)
    notes = [*file.notes]
    if file.same_as is not None:
        notes.append(f"not read: the same content as {file.same_as}")
    return SourceFile(
        name=file.label,
        path=str(file.path),
        sha256=file.sha256,
        bytes=file.size,
        rows=1 if fault else events,
        quarantined=1 if fault else 0,
        encoding=file.encoding,
        notes=tuple(notes),
    )
