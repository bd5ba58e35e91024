"""The format ``canonical``: a directory of canonical tables as Parquet, and the writing of one.

A directory holds one file a table (``subjects.parquet`` ... ``quarantine.parquet``) and ``canonical.json``, which
says how completely they are filled, from which files they came and how many rows each has. What a format keeps of its
own source rows (:attr:`Records.source`) is not among them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import reduce
from pathlib import Path
from typing import Any, ClassVar, Literal

import attrs
import polars as pl

from recordrelief.errors import RecordReliefError, RequestError, SourceError
from recordrelief.formats import Format
from recordrelief.formats.spreading import Cuts, Spreading, Told
from recordrelief.model import Coverage
from recordrelief.placing import CANONICAL_TABLES, json_text, write_parquet
from recordrelief.records import Records, SourceFile, in_canonical_order, outsized, set_aside
from recordrelief.tables import TABLES

VERSION = 1
"""Version of the layout of a directory of canonical tables."""
_GROUP = 1 << 16
"""Rows that stand together in a file: of some people only the groups are read in which they are."""
_KEYS = {"subjects": "subject_id", "cases": "case_id", "charges": "charge_id", "sentences": "sentence_id"}


class Canonical(Format):
    """Reads directories of canonical tables back into the records they were written from."""

    id: ClassVar[str] = "canonical"
    title: ClassVar[str] = "Directory of canonical tables (Parquet), as `convert` writes"

    def identify(self, name: str, head: bytes) -> bool:
        """A directory with ``canonical.json`` and the charges."""
        inside = set(head.decode("utf-8", "replace").split("\n"))
        return name.endswith("/") and {CANONICAL_TABLES.marker, "charges.parquet"} <= inside

    def spreading(self, paths: Sequence[Path]) -> Spreading:
        """The tables as they stand: those of some people can be read without the others."""
        return CanonicalSpreading.of(paths)

    def read(self, paths: Sequence[Path]) -> Records:
        """Read one or more directories; no person, case, charge or sentence may stand in two of them.

        Raises:
            SourceError: a directory or a table in it is not canonical, or was cut short.
            RequestError: two directories share a person, a case, a charge or a sentence.
        """
        try:
            return self._read(paths)
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
            raise SourceError(
                "A canonical table does not have the columns that it must have.",
                where=", ".join(map(str, paths)),
                found=type(error).__name__,
            ) from None

    def _read(self, paths: Sequence[Path]) -> Records:
        read = [_directory(path) for path in paths]
        for table, key in _KEYS.items():
            owners = pl.concat([tables[table].select(pl.col(key).unique()) for tables, _, _ in read])
            _check_shared(table, owners.height - owners.n_unique())
        return Records.of(
            {name: pl.concat([tables[name] for tables, _, _ in read], how="diagonal") for name in TABLES},
            coverage=reduce(Coverage.merged, (coverage for _, coverage, _ in read)),
            sources=[source for _, _, sources in read for source in sources],
        )


@attrs.frozen
class CanonicalSpreading(Spreading):
    """Directories of canonical tables, read for one partition of people at a time."""

    paths: tuple[str, ...]
    charges: int
    pieces: int = 0

    @classmethod
    def of(cls, paths: Sequence[Path]) -> CanonicalSpreading:
        """That of some directories.

        Raises:
            SourceError: a directory is not canonical, or was cut short.
            RequestError: two share a person, a case, a charge or a sentence.
        """
        charges = 0
        for path in paths:
            _, _, rows = _read_about(path)
            for name in TABLES:
                height = _collected(_scanned(path, name).select(pl.len()), path, name).item()
                _check_height(path / f"{name}.parquet", height, rows[name])
            charges += rows["charges"]
        spreading = cls(tuple(map(str, paths)), charges)
        if len(paths) > 1:
            for table, key in _KEYS.items():
                owners = spreading._together(table, pl.col(key).unique())[key]
                _check_shared(table, owners.len() - owners.n_unique())
        return spreading

    def sample(self) -> pl.Series:
        """The people of some charges, from all over the tables, and some of the people."""
        every = max(self.charges // _SAMPLE, 1)
        parts = []
        for path in map(Path, self.paths):
            for table in ("charges", "subjects"):
                frame = _scanned(path, table).select("subject_id").with_row_index("row")
                some = frame.filter(pl.col("row") % every == 0).select("subject_id")
                parts.append(_collected(some, path, table, engine="streaming")["subject_id"])
        return pl.concat(parts)

    def partition(self, part: int, cuts: Cuts, told: Sequence[Told], directories: Sequence[Path]) -> Records:
        """The rows of the people whose ids lie in the partition."""
        if cuts.named is None:
            return self._records(cuts.range(part).of("subject_id"), first=part == 0)
        ids = self._together("subjects", pl.col("subject_id"))["subject_id"]
        return self._records(pl.col("subject_id").is_in(ids.filter(cuts.of(ids) == part).implode()), first=part == 0)

    def sources(
        self, told: Sequence[Told], quarantined: Mapping[str, int], hashes: Mapping[str, str]
    ) -> tuple[SourceFile, ...]:
        """The files from which the tables were made."""
        return tuple(source for path in self.paths for source in _read_about(Path(path))[1])

    def people(self, ids: Sequence[str]) -> Records:
        """The rows of some people."""
        return self._records(pl.col("subject_id").is_in(pl.Series(list(ids), dtype=pl.String).implode()), first=True)

    def _together(self, table: str, column: pl.Expr) -> pl.DataFrame:
        """One column of a table, of all directories."""
        paths = list(map(Path, self.paths))
        return pl.concat([_collected(_scanned(path, table).select(column), path, table) for path in paths])

    def _records(self, mine: pl.Expr, *, first: bool) -> Records:
        """The records of the people of whom ``mine`` holds; with the rows of nobody if they are the ``first``."""
        tables: dict[str, list[pl.DataFrame]] = {name: [] for name in TABLES if name != "issues"}
        for path in map(Path, self.paths):
            # Of people with too many charges no more is held than that they are there.
            of_mine = _scanned(path, "charges").filter(mine)
            with _guarded(path, "charges"):
                heavy = outsized(of_mine)
                if heavy.len():
                    tables["quarantine"].append(set_aside(of_mine, heavy))
            here = mine & ~pl.col("subject_id").is_in(heavy.implode()) if heavy.len() else mine
            of_people = {name: _scanned(path, name).filter(here) for name in _OF_PEOPLE}
            of_people["quarantine"] = _scanned(path, "quarantine").filter(mine.fill_null(first))
            for name, frame in of_people.items():
                tables[name].append(_collected(frame, path, name))
            key = ["charge_id", "alternative"]
            charges = tables["charges"][-1].select(key)
            # The statistics of a file say where these ids are, if it is sorted at all.
            least, most = charges["charge_id"].min(), charges["charge_id"].max()
            near = pl.col("charge_id").is_between(pl.lit(least), pl.lit(most))
            for name in _OF_CHARGES:
                frame = _scanned(path, name).filter(near if charges.height else pl.lit(False))
                rows = _collected(frame, path, name)
                tables[name].append(rows.join(charges, on=key, how="semi", maintain_order="left"))
        return Records.of(
            {name: pl.concat(frames, how="diagonal") for name, frames in tables.items()},
            coverage=reduce(Coverage.merged, (_read_about(Path(path))[0] for path in self.paths)),
        )


_OF_PEOPLE = ("subjects", "cases", "charges", "events")
_OF_CHARGES = ("sentences", "reliefs")
_SAMPLE = 200_000
"""About how many charges are looked at to find where the partitions lie."""


def write_canonical(records: Records, directory: Path) -> tuple[Path, ...]:
    """Write the canonical tables into a directory that exists, so that equal records give equal bytes.

    Args:
        records: what to write; its ``source`` is left out.
        directory: where the files go.

    Returns:
        The files written.
    """
    written = []
    rows = {}
    for name in TABLES:
        frame = in_canonical_order(name, records.table(name))
        rows[name] = frame.height
        written.append(directory / f"{name}.parquet")
        write_parquet(frame, written[-1], rows=_GROUP)
    marker = directory / CANONICAL_TABLES.marker
    about = {
        "kind": CANONICAL_TABLES.kind,
        "version": VERSION,
        "coverage": attrs.asdict(records.coverage),
        "sources": [attrs.asdict(source) for source in records.sources],
        "rows": rows,
        "files": sorted([*(path.name for path in written), marker.name]),
    }
    marker.write_text(json_text(about), encoding="utf-8")
    return (*written, marker)


def _directory(path: Path) -> tuple[dict[str, pl.DataFrame], Coverage, tuple[SourceFile, ...]]:
    coverage, sources, rows = _read_about(path)
    tables = {}
    for name in TABLES:
        tables[name] = _collected(_scanned(path, name), path, name)
        _check_height(path / f"{name}.parquet", tables[name].height, rows[name])
    return tables, coverage, sources


def _read_about(path: Path) -> tuple[Coverage, tuple[SourceFile, ...], Mapping[str, int]]:
    """What the marker of a directory says.

    Raises:
        SourceError: it is not canonical.
    """
    try:
        about = json.loads((path / CANONICAL_TABLES.marker).read_text(encoding="utf-8"))
        return _about(about)
    except RecordReliefError:
        raise
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise SourceError(
            f"This is not a directory of canonical tables: its {CANONICAL_TABLES.marker} cannot be read.",
            where=str(path),
            found=type(error).__name__,
        ) from None


def _scanned(path: Path, name: str) -> pl.LazyFrame:
    return pl.scan_parquet(path / f"{name}.parquet")


def _collected(
    frame: pl.LazyFrame, path: Path, name: str, engine: Literal["in-memory", "streaming"] = "in-memory"
) -> pl.DataFrame:
    with _guarded(path, name):
        return frame.collect(engine=engine)


@contextmanager
def _guarded(path: Path, name: str) -> Iterator[None]:
    """Read a table.

    Raises:
        SourceError: it cannot be read.
    """
    try:
        yield
    except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise SourceError(
            "A canonical table cannot be read.", where=str(path / f"{name}.parquet"), found=type(error).__name__
        ) from None


def _check_height(path: Path, found: int, expected: int) -> None:
    if found != expected:
        raise SourceError(
            "A canonical table does not have the rows that canonical.json counts.",
            where=str(path),
            found=str(found),
            expected=str(expected),
        )


def _check_shared(table: str, shared: int) -> None:
    if shared:
        raise RequestError(
            f"Two of the directories hold the same {table}.",
            found=f"{shared} in common",
            cure="Convert their source files together, so that each person is read as one.",
        )


def _about(about: Mapping[str, Any]) -> tuple[Coverage, tuple[SourceFile, ...], Mapping[str, int]]:
    if about["kind"] != CANONICAL_TABLES.kind or about["version"] != VERSION:
        raise SourceError(
            "The canonical tables were written in another layout.",
            found=f"version {about['version']!s}",
            expected=f"version {VERSION}",
        )
    if lacking := sorted(set(TABLES) - set(about["rows"])):
        raise SourceError("canonical.json does not count the rows of every table.", expected=", ".join(lacking))
    sources = tuple(SourceFile(**{**source, "notes": tuple(source["notes"])}) for source in about["sources"])
    if not all(isinstance(rows, int) and rows >= 0 for one in sources for rows in (one.rows, one.quarantined)):
        raise ValueError("rows")  # told as a marker that cannot be read
    return Coverage(**about["coverage"]), sources, about["rows"]
