"""A ledger on disk: one SQLite file to which events are only ever added, by any number of processes."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

import attrs

from recordrelief.errors import RecordReliefError, RequestError, SourceError, SourceFaults
from recordrelief.ledger.events import Event, Recorded, Recorder, voided
from recordrelief.ledger.stages import Stage

_APPLICATION = 0x52524C47  # "RRLG"
_VERSION = 1
_PATIENCE = 60.0
"""Seconds that a writer waits for the others."""

SCHEMA = """
CREATE TABLE events (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    subject_id TEXT NOT NULL CHECK (subject_id <> ''),
    charge_id TEXT NOT NULL CHECK (charge_id <> ''),
    remedy TEXT NOT NULL CHECK (remedy <> ''),
    stage TEXT NOT NULL,
    day TEXT NOT NULL,
    county TEXT,
    reason TEXT,
    voids TEXT REFERENCES events (id),
    run TEXT,
    source_file TEXT,
    source_line INTEGER,
    recorded_by TEXT NOT NULL CHECK (recorded_by <> ''),
    recorded_on TEXT NOT NULL CHECK (recorded_on >= day),
    chain TEXT NOT NULL
) STRICT;
CREATE INDEX cases ON events (subject_id, charge_id, remedy);
CREATE INDEX voided ON events (voids) WHERE voids IS NOT NULL;
CREATE TRIGGER no_update BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'a ledger is only added to'); END;
CREATE TRIGGER no_delete BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'a ledger is only added to'); END;
CREATE TRIGGER no_replace BEFORE INSERT ON events
WHEN EXISTS (SELECT 1 FROM events WHERE id = NEW.id OR sequence = NEW.sequence)
BEGIN SELECT RAISE(ABORT, 'a ledger is only added to'); END;
"""
"""The tables of a ledger. ``no_replace`` is there since SQLite replaces rows without asking a trigger on deletion."""

_COLUMNS = (
    *("id", "subject_id", "charge_id", "remedy", "stage", "day", "county", "reason", "voids", "run"),
    *("source_file", "source_line", "recorded_by", "recorded_on"),
)
_Row = tuple[str | int | None, ...]


@attrs.frozen
class Added:
    """What became of events that were given to a ledger: how many are new, and how many it had already."""

    new: int
    known: int


@attrs.frozen
class Ledger:
    """A ledger: one file, readable by its owner only, that may be moved and copied like any other.

    Events are added whole or not at all, and never changed: a mistake is put right by an event that voids it.
    """

    path: Path

    @classmethod
    def create(cls, path: Path | str) -> Ledger:
        """A new, empty ledger.

        Raises:
            RequestError: something stands there already.
            RecordReliefError: it cannot be written.
        """
        final = Path(path)
        making = final.with_name(f".{final.name}.{secrets.token_hex(8)}.unfinished")
        try:
            os.close(os.open(making, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            try:
                with closing(sqlite3.connect(making)) as connection:
                    marks = f"PRAGMA application_id = {_APPLICATION}; PRAGMA user_version = {_VERSION};"
                    connection.executescript(f"BEGIN; {SCHEMA} {marks} COMMIT;")
                os.link(making, final)  # unlike a move it never takes the place of a file
            finally:
                making.unlink()
        except FileExistsError:
            raise RequestError(
                "There is a file already; it is left as it is.", where=str(path), cure="Name a new file."
            ) from None
        except (OSError, sqlite3.Error) as error:
            raise RecordReliefError(
                "The ledger cannot be written.", where=str(path), found=type(error).__name__
            ) from None
        return cls(final)

    @classmethod
    def open(cls, path: Path | str) -> Ledger:
        """A ledger that is there.

        Raises:
            RequestError: there is no such file, or it is no ledger.
        """
        ledger = cls(Path(path))
        with ledger._connected():
            return ledger

    def add(self, events: Sequence[Event], recorder: Recorder) -> Added:
        """Record events: all of them, or none if one is at fault. What the ledger has already is not added again.

        Args:
            events: what happened, in any order. One that voids another must come behind it.
            recorder: who records them, and on which day.

        Raises:
            SourceFaults: some cannot be recorded. Every fault is told with file and line.
            RequestError: the day of recording is before that of an event that is there.
        """
        return self._added(events, recorder, skip_cases=False)[0]

    def add_unless_there(self, events: Sequence[Event], recorder: Recorder) -> tuple[Added, int]:
        """The same, but for a case that has a standing event of that stage already nothing is added.

        Returns:
            What was added, and how many of the known ones were voided: nobody brings those back by running again.

        Raises:
            SourceFaults: some cannot be recorded.
            RequestError: the day of recording is before that of an event that is there.
        """
        return self._added(events, recorder, skip_cases=True)

    def events(self, known_on: date | None = None) -> tuple[Recorded, ...]:
        """Every event, in the order of recording, with those that were voided.

        Args:
            known_on: only what was recorded until this day.

        Raises:
            SourceError: what stands there is not what was recorded.
        """
        with self._connected() as connection:
            return tuple(
                one for one in _checked(connection, self.path) if known_on is None or one.recorder.day <= known_on
            )

    def seal(self) -> str:
        """A digest over all that was recorded: noted elsewhere, it shows later that nothing was taken away."""
        with self._connected() as connection:
            return _last(connection)

    def _added(self, events: Sequence[Event], recorder: Recorder, *, skip_cases: bool) -> tuple[Added, int]:
        if not recorder.name.strip():
            raise RequestError("Whoever records must be named.")
        new = known = of_voided = 0
        faults: list[SourceError] = []
        with self._connected() as connection, _writing(connection):
            _check_day(connection, recorder, self.path)
            chain = _last(connection)
            for place, event in enumerate(events, 1):
                where = _where(event, place)
                fault = event.fault or _late(event, recorder) or _void_fault(connection, event)
                if fault is not None:
                    faults.append(SourceError(fault, where=where))
                    continue
                there = _same(connection, event, of_case=skip_cases)
                if there:
                    known += 1
                    gone = _gone(connection, event).issuperset(there)
                    of_voided += gone
                    if gone and not skip_cases:
                        faults.append(
                            SourceError(
                                "This very event was recorded before and was voided.",
                                where=where,
                                cure="If it holds after all, void the event that voided it.",
                            )
                        )
                    continue
                row = _row(event, recorder)
                chain = _chained(chain, row)
                marks = ", ".join("?" * (len(row) + 1))
                connection.execute(f"INSERT INTO events ({', '.join(_COLUMNS)}, chain) VALUES ({marks})", (*row, chain))
                new += 1
            if faults:
                raise SourceFaults(faults)
        return Added(new, known), of_voided

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        if not self.path.is_file():
            raise RequestError(
                "There is no such ledger.", where=str(self.path), cure="Make one: recordrelief ledger init FILE."
            )
        # No write-ahead log: it would stand in files of its own, and a ledger is one file.
        try:
            connection = sqlite3.connect(
                f"{self.path.resolve().as_uri()}?mode=rw", uri=True, timeout=_PATIENCE, isolation_level=None
            )
            with closing(connection):
                connection.execute("PRAGMA foreign_keys = ON")
                application = connection.execute("PRAGMA application_id").fetchone()[0]
                version = connection.execute("PRAGMA user_version").fetchone()[0]
                if (application, version) != (_APPLICATION, _VERSION):
                    raise RequestError("The file is no ledger of this version.", where=str(self.path))
                yield connection
        except sqlite3.DatabaseError as error:
            # Its message may quote a row.
            name = getattr(error, "sqlite_errorname", type(error).__name__)
            if name == "SQLITE_NOTADB":
                raise RequestError("The file is no ledger.", where=str(self.path)) from None
            raise RecordReliefError("The ledger cannot be read or written.", where=str(self.path), found=name) from None


@contextmanager
def _writing(connection: sqlite3.Connection) -> Iterator[None]:
    """One writer at a time: what it reads before it writes is still so when it writes."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _check_day(connection: sqlite3.Connection, recorder: Recorder, path: Path) -> None:
    """Refuse a day of recording before that of the newest event: what was known on a day must stay what it was."""
    row = connection.execute("SELECT max(recorded_on) FROM events").fetchone()
    if row[0] is not None and recorder.day.isoformat() < row[0]:
        raise RequestError(
            "The ledger has events that were recorded on a later day.",
            where=str(path),
            found=recorder.day.isoformat(),
            expected=f"{row[0]} or later",
            cure="Give the day on which it is recorded; the day on which something happened is told by each event.",
        )


def _late(event: Event, recorder: Recorder) -> str | None:
    return "It is said to have happened after the day of recording." if event.day > recorder.day else None


def _void_fault(connection: sqlite3.Connection, event: Event) -> str | None:
    if event.voids is None:
        return None
    found = connection.execute(
        "SELECT subject_id, charge_id, remedy FROM events WHERE id = ?", (event.voids,)
    ).fetchone()
    if found is None:
        return "The ledger has no event of the id that is to be voided."
    return None if found == event.case else "The event that is to be voided is about another case."


def _same(connection: sqlite3.Connection, event: Event, *, of_case: bool) -> list[str]:
    """The ids of the events that say the same; or, of a case, that it reached the same stage."""
    if of_case:
        rows = connection.execute(
            "SELECT id FROM events WHERE subject_id = ? AND charge_id = ? AND remedy = ? AND stage = ?",
            (*event.case, event.stage.value),
        )
    else:
        rows = connection.execute("SELECT id FROM events WHERE id = ?", (event.id,))
    return [id_ for (id_,) in rows]


def _gone(connection: sqlite3.Connection, event: Event) -> frozenset[str]:
    """The ids of the events of its case that do not hold."""
    rows = connection.execute(
        "SELECT id, voids FROM events WHERE subject_id = ? AND charge_id = ? AND remedy = ? AND voids IS NOT NULL"
        " ORDER BY sequence DESC",
        event.case,
    )
    return voided(rows)


def _last(connection: sqlite3.Connection) -> str:
    row = connection.execute("SELECT chain FROM events ORDER BY sequence DESC LIMIT 1").fetchone()
    return "" if row is None else str(row[0])


def _row(event: Event, recorder: Recorder) -> _Row:
    return (
        *(event.id, *event.case, event.stage.value, event.day.isoformat(), event.county, event.reason, event.voids),
        *(event.run, event.source_file, event.source_line, recorder.name, recorder.day.isoformat()),
    )


def _chained(chain: str, row: _Row) -> str:
    return hashlib.sha256(json.dumps([chain, *row]).encode()).hexdigest()


def _checked(connection: sqlite3.Connection, path: Path) -> Iterator[Recorded]:
    chain = ""
    rows = connection.execute(f"SELECT sequence, {', '.join(_COLUMNS)}, chain FROM events ORDER BY sequence")
    for sequence, *row, sealed in rows:
        chain = _chained(chain, tuple(row))
        if chain != sealed:
            raise SourceError(
                "An event is not what was recorded, or one before it is gone: the ledger was changed by other means.",
                where=f"{path}, event {sequence}",
                cure="Go back to a copy of the file from before.",
            )
        _, subject, charge, remedy, stage, day, county, reason, voids, run, file, line, by, on = row
        event = Event(
            *(subject, charge, remedy, Stage(stage), date.fromisoformat(day), county, reason, voids, run, file, line)
        )
        yield Recorded(sequence, event, Recorder(by, date.fromisoformat(on)))


def _where(event: Event, place: int) -> str:
    if event.source_file is None:
        return f"event {place} of those given"
    return event.source_file if event.source_line is None else f"{event.source_file}:{event.source_line}"
