"""From files of sheets to canonical records: sheets of one person, by any of the person's numbers, are one record."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import attrs
import polars as pl

from recordrelief.errors import RequestError, SourceError
from recordrelief.formats import expanded
from recordrelief.model import Case, Charge, Coverage, PartialDate, Source, Subject
from recordrelief.objects import tables_of
from recordrelief.records import Records, SourceFile
from recordrelief.tables import dtypes
from recordrelief_niem.namespaces import RAP
from recordrelief_niem.sheets import Issue, ReadSheet, read_sheet
from recordrelief_niem.stream import sheets_of

LARGEST = 1 << 30
"""Bytes of the largest file that is read."""
COVERAGE = Coverage(
    cases="partial",
    charges="partial",
    sentences="partial",
    reliefs="partial",
    events={
        "custody": "partial",
        "release": "partial",
        "supervision_start": "partial",
        "supervision_end": "partial",
    },
)
"""Nothing that was read of the specification says that a sheet holds all that there is of a person."""
_ISSUES = ("table", "row_key", "field", "code", "severity", "source_file", "source_line")
_PRIORITY = ("fbi", "sid")


@attrs.frozen(kw_only=True, eq=False)
class _File:
    path: Path
    label: str
    sha256: str
    size: int
    sheets: tuple[ReadSheet, ...]
    unread: Counter[str]


def read(paths: Sequence[Path]) -> Records:
    """Read files, and directories of them, as one population.

    Raises:
        RequestError: one content was given twice.
        SourceError: a file is no such XML, or does harm.
    """
    files = list(_files(expanded(paths)))
    if not files:
        raise SourceError("There is no file in the input.", where=str(paths[0]) if paths else None)
    sheets = [(file, sheet) for file in files for sheet in file.sheets]
    issues: list[tuple[str, Issue]] = []
    lost: list[tuple[str, int, str]] = []
    subjects = []
    for subject_id, same in _people(sheets):
        subjects.append(_subject(subject_id, same, issues))
        lost += [(file.label, line, subject_id) for file, sheet in same for line in sheet.lost]
    quarantine = pl.DataFrame(
        [
            (label, line, "SENTENCE_WITHOUT_CHARGE", "A sentence names no charge of its sheet.", subject)
            for label, line, subject in lost
        ],
        schema=dict(dtypes("quarantine")),
        orient="row",
    )
    return Records.of(
        {**tables_of(subjects), "issues": _frame(issues), "quarantine": quarantine},
        coverage=COVERAGE,
        sources=[_source(file) for file in files],
    )


def _files(paths: Sequence[Path]) -> Iterator[_File]:
    seen: dict[str, Path] = {}
    names: Counter[str] = Counter()
    for path in paths:
        names[path.name] += 1
        label = path.name if names[path.name] == 1 else f"{path.name} ({names[path.name]})"
        try:
            size = path.stat().st_size
            if size > LARGEST:
                raise SourceError("The file is too large.", where=label, expected=f"at most {LARGEST:,} bytes")
            with path.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
            if digest in seen:
                raise RequestError("An input was given twice.", found="two files with the same content")
            seen[digest] = path
            unread: dict[str, int] = {}
            sheets = tuple(read_sheet(element, label) for element in sheets_of(path, unread))
        except OSError as error:
            raise SourceError("The file cannot be read.", where=label, found=error.strerror) from None
        if not any(sheet.charges or sheet.names or sheet.identifiers or sheet.events for sheet in sheets):
            raise SourceError(
                "The file holds no rap sheet of version 4.",
                where=label,
                expected=f"elements of the namespace {RAP}",
                cure="Version 3 and older have other namespaces, and are not read.",
            )
        yield _File(path=path, label=label, sha256=digest, size=size, sheets=sheets, unread=Counter(unread))


_Given = list[tuple[_File, ReadSheet]]


def _people(sheets: _Given) -> Iterator[tuple[str, _Given]]:
    """The sheets of each person: those that share a number, over however many sheets."""
    of: list[int] = list(range(len(sheets)))

    def root(at: int) -> int:
        while of[at] != at:
            of[at] = of[of[at]]
            at = of[at]
        return at

    first: dict[tuple[str | None, str | None], int] = {}
    for at, (_, sheet) in enumerate(sheets):
        for one in sheet.identifiers:
            other = first.setdefault((one.kind, one.value), at)
            of[root(at)] = root(other)
    groups: dict[int, _Given] = {}
    for at, given in enumerate(sheets):
        groups.setdefault(root(at), []).append(given)
    for same in groups.values():
        file, sheet = same[0]
        numbers = sorted(
            (_PRIORITY.index(one.kind or "sid"), one.value or "") for _, of_one in same for one in of_one.identifiers
        )
        alone = hashlib.sha256(f"{file.sha256}:{sheet.line}".encode()).hexdigest()[:12]
        yield (f"{_PRIORITY[numbers[0][0]]}-{numbers[0][1]}" if numbers else f"sheet-{alone}"), same


def _subject(subject_id: str, same: _Given, issues: list[tuple[str, Issue]]) -> Subject:
    births: set[PartialDate | None] = {day for _, sheet in same for day in sheet.births}
    if len(births) > 1:
        issues.append((same[0][0].label, Issue("subjects", subject_id, "birth_date", "DOB_CONFLICT", same[0][1].line)))
    charges: dict[str, Charge] = {}
    cases: dict[str, Case] = {}
    events: list[Any] = []
    for number, (file, sheet) in enumerate(same, 1):
        renamed: dict[str, str] = {}
        for charge in sheet.charges:
            made = _own(charge, subject_id)
            known = charges.get(made.charge_id)
            if known is not None and _same(known, made):
                renamed[charge.charge_id] = made.charge_id
                continue
            if known is not None:
                made = _own(charge, subject_id, f"-sheet{number}")
                issues.append(
                    (file.label, Issue("charges", made.charge_id, None, "FIELD_CONFLICT", charge.source.line or 0))
                )
            renamed[charge.charge_id] = made.charge_id
            charges[made.charge_id] = made
        for case in sheet.cases:
            case_id = f"{subject_id}-{case.case_id}"
            cases.setdefault(case_id, attrs.evolve(case, case_id=case_id, cycle_id=f"{subject_id}-{case.cycle_id}"))
        for event in sheet.events:
            one = attrs.evolve(event, cycle_id=f"{subject_id}-{event.cycle_id}")
            if not any(_same(one, other) for other in events):
                events.append(one)
        for issue in sheet.issues:
            key = renamed.get(issue.row_key or "", subject_id if issue.table == "subjects" else None)
            issues.append((file.label, attrs.evolve(issue, row_key=key)))
        for name in (*sheet.unread, *file.unread):
            issues.append((file.label, Issue("subjects", subject_id, name[:80], "ELEMENT_UNREAD", sheet.line)))
    return Subject(
        subject_id=subject_id,
        birth_date=births.pop() if len(births) == 1 else None,
        sex=next((sheet.sex for _, sheet in same if sheet.sex), None),
        race=next((sheet.race for _, sheet in same if sheet.race), None),
        names=tuple(dict.fromkeys(name for _, sheet in same for name in sheet.names)),
        identifiers=tuple(dict.fromkeys(one for _, sheet in same for one in sheet.identifiers)),
        # An indicator that says no, or none, leaves open whether there is a duty.
        must_register=True if any(sheet.registered for _, sheet in same) else None,
        record_scope="state",
        cases=tuple(cases.values()),
        charges=tuple(charges.values()),
        events=tuple(events),
        source=Source(file=same[0][0].label, line=same[0][1].line),
    )


def _own(charge: Charge, subject_id: str, more: str = "") -> Charge:
    """A charge under ids that are unique in the run."""
    charge_id = f"{subject_id}-{charge.charge_id}{more}"
    return attrs.evolve(
        charge,
        charge_id=charge_id,
        cycle_id=f"{subject_id}-{charge.cycle_id}",
        case_id=None if charge.case_id is None else f"{subject_id}-{charge.case_id}",
        sentences=tuple(
            attrs.evolve(one, sentence_id=f"{charge_id}-s{at}") for at, one in enumerate(charge.sentences, 1)
        ),
    )


def _same(one: Any, other: Any) -> bool:
    """Whether two rows say the same, wherever they stand."""
    return bool(_bare(one) == _bare(other))


def _bare(row: Any) -> Any:
    below = {name: tuple(map(_bare, getattr(row, name))) for name in ("sentences",) if hasattr(row, name)}
    return attrs.evolve(row, source=Source(), **below)


def _frame(issues: Sequence[tuple[str, Issue]]) -> pl.DataFrame:
    rows = [(one.table, one.row_key, one.field, one.code, one.severity, label, one.line) for label, one in issues]
    return pl.DataFrame(rows, schema={name: dtypes("issues")[name] for name in _ISSUES}, orient="row").unique(
        maintain_order=True
    )


def _source(file: _File) -> SourceFile:
    rows = sum(len(sheet.charges) + len(sheet.events) + len(sheet.lost) for sheet in file.sheets)
    lost = sum(len(sheet.lost) for sheet in file.sheets)
    unread: Counter[str] = sum((sheet.unread for sheet in file.sheets), Counter(file.unread))
    unplaced: Counter[str] = sum((sheet.unplaced for sheet in file.sheets), Counter())
    notes = [f"not read: {count} x {name[:80]}" for name, count in sorted(unread.items())]
    notes += [f"known, without a place: {count} x {name[:80]}" for name, count in sorted(unplaced.items())]
    return SourceFile(
        name=file.label,
        path=str(file.path),
        sha256=file.sha256,
        bytes=file.size,
        rows=rows,
        quarantined=lost,
        encoding="xml",
        notes=tuple(notes),
    )
