"""Events from a CSV file, as an office keeps them in a spreadsheet."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from recordrelief.errors import SourceError, SourceFaults, nearest, shape
from recordrelief.ledger.events import Event
from recordrelief.ledger.stages import Stage

COLUMNS: Mapping[str, str] = {
    "subject_id": "the person, as the run names them",
    "charge_id": "the charge, as the run names it",
    "remedy": "the remedy, by its id",
    "stage": "what happened, by the name of the stage",
    "day": "when it happened, as 2026-11-26",
    "county": "the county; may be left out where the case has one already",
    "reason": "why: needed for challenged, denied and voided",
    "voids": "for voided: the id of the event that is taken back",
}
"""The columns of a file of events: name and meaning. The last three may be left out."""
_NEEDED = ("subject_id", "charge_id", "remedy", "stage", "day")


def read_events(path: Path | str) -> tuple[Event, ...]:
    """The events of a CSV file with a header, in its order.

    Raises:
        SourceFaults: rows are at fault: each is told with its line, and none is taken.
        SourceError: the file cannot be read at all.
    """
    path = Path(path)
    faults: list[SourceError] = []
    events: list[Event] = []
    for line, row in csv_rows(path, COLUMNS, _NEEDED, faults=faults):
        try:
            events.append(_event(row, path.name, line))
        except SourceError as error:
            faults.append(error)
    if faults:
        raise SourceFaults(faults)
    return tuple(events)


def csv_rows(
    path: Path,
    columns: Mapping[str, str] | None,
    needed: tuple[str, ...],
    *,
    header: list[str] | None = None,
    faults: list[SourceError] | None = None,
) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a CSV file with the line each begins on; cells without the spaces around them.

    Args:
        path: the file, UTF-8 with or without a mark.
        columns: the columns that it may have; any if None.
        needed: those that it must have.
        header: a list to which the names of its columns are added.
        faults: a list to which rows are added that have more or fewer cells than the header; unless it is given,
            the first of them is raised.

    Raises:
        SourceError: it cannot be read, has a wrong header, or a row with more or fewer cells than that.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            names = [name.strip() for name in next(reader, [])]
            _check_header(names, path, columns, needed)
            if header is not None:
                header += names
            after = reader.line_num
            for cells in reader:
                line, after = after + 1, reader.line_num
                if not any(cell.strip() for cell in cells):
                    continue
                if len(cells) != len(names):
                    fault = SourceError(
                        "A row has not as many cells as the header.",
                        where=f"{path.name}:{line}",
                        found=str(len(cells)),
                        expected=str(len(names)),
                    )
                    if faults is None:
                        raise fault
                    faults.append(fault)
                    continue
                yield line, {name: cell.strip() for name, cell in zip(names, cells, strict=True)}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SourceError("The file cannot be read.", where=str(path), found=type(error).__name__) from None


def _check_header(header: list[str], path: Path, columns: Mapping[str, str] | None, needed: tuple[str, ...]) -> None:
    faults = [
        SourceError("A column is not there.", where=f"{path.name}:1", expected=repr(name))
        for name in needed
        if name not in header
    ]
    if len(set(header)) < len(header):
        faults.append(SourceError("Two columns have one name.", where=f"{path.name}:1"))
    if columns is not None:
        unknown = [name for name in header if name not in columns]
        faults += [
            SourceError(
                "A column has no meaning.", where=f"{path.name}:1", found=shape(name), cure=nearest(name, columns)
            )
            for name in unknown
        ]
    if faults:
        raise SourceFaults(faults)


def _event(row: Mapping[str, str], file: str, line: int) -> Event:
    where = f"{file}:{line}"
    stage, day = row["stage"], row["day"]
    if stage not in set(Stage):
        raise SourceError("There is no such stage.", where=where, found=shape(stage), expected=", ".join(Stage))
    try:
        happened = date.fromisoformat(day) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", day) else None
    except ValueError:
        happened = None
    if happened is None:
        raise SourceError("The day is none.", where=where, found=shape(day), expected="such as 2026-11-26")
    event = Event(
        subject_id=row["subject_id"],
        charge_id=row["charge_id"],
        remedy=row["remedy"],
        stage=Stage(stage),
        day=happened,
        county=row.get("county") or None,
        reason=row.get("reason") or None,
        voids=row.get("voids") or None,
        source_file=file,
        source_line=line,
    )
    if event.fault is not None:
        raise SourceError(event.fault, where=where)
    return event
