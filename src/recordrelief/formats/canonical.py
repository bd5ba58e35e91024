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
from recordrelief.formats.across import Across
from recordrelief.formats.spreading import Cuts, Spreading, Told
from recordrelief.model import Coverage
from recordrelief.placing import CANONICAL_TABLES, json_text, write_parquet
from recordrelief.records import Records, SourceFile, in_canonical_order, set_aside
from recordrelief.tables import KEY_OF, TABLES

VERSION = 1
"""Version of the layout of a directory of canonical tables."""
_GROUP = 1 << 16
"""Rows that stand together in a file: of some people only the groups are read in which they are."""


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
        with _canonical(paths):
            read = [_directory(path) for path in paths]
            for table, key in KEY_OF.items():
                owners = pl.concat([tables[table].select(pl.col(key).drop_nulls().unique()) for tables, _, _ in read])
                _check_shared(table, owners.height - owners.n_unique())
            return Records.of(
                {name: pl.concat([tables[name] for tables, _, _ in read], how="diagonal") for name in TABLES},
                coverage=reduce(Coverage.merged, (coverage for _, coverage, _ in read)),
                sources=[source for _, _, sources in read for source in sources],
            )


@attrs.frozen
class CanonicalSpreading(Spreading):
    """Directories of canonical tables, read for one partition of people at a time.

    Their one piece is what the partitions must know of each other.
    """

    paths: tuple[str, ...]
    charges: int
    pieces: int = 1

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
            for table, key in KEY_OF.items():
                owners = spreading._together(table, pl.col(key).drop_nulls().hash().unique())[key]
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

    def spread(self, piece: int, cuts: Cuts, directory: Path) -> Told:
        """No row is: what stands in several partitions is found, where people are by other names, and the counties."""
        across = self._across(strays=cuts.named is not None)
        across.write(directory)
        if cuts.named is not None:
            ids = pl.concat([self._together("subjects", pl.col("subject_id"))["subject_id"], across.strays])
            ids = ids.drop_nulls().unique()
            people = pl.DataFrame([ids, cuts.of(ids).alias("part")])
            people.sort("part", "subject_id").write_parquet(directory / _PEOPLE)
        counties = self._together("charges", pl.col("county").cast(pl.String).drop_nulls().unique())["county"]
        return {"counties": counties.unique().sort().to_list()}

    def partition(self, part: int, cuts: Cuts, told: Sequence[Told], directories: Sequence[Path]) -> Records:
        """The rows of the people whose ids lie in the partition; in the first one, those of nobody too."""
        across = Across.written(directories[0])
        mine = cuts.range(part).of("subject_id")
        if cuts.named is not None:
            ids = pl.scan_parquet(directories[0] / _PEOPLE).filter(pl.col("part") == part).collect()["subject_id"]
            mine = pl.col("subject_id").is_in(ids.implode())
        return self._records(mine, across, first=part == 0)

    def sources(
        self, told: Sequence[Told], quarantined: Mapping[str, int], hashes: Mapping[str, str]
    ) -> tuple[SourceFile, ...]:
        """The files from which the tables were made."""
        return tuple(source for path in self.paths for source in _read_about(Path(path))[1])

    def people(self, ids: Sequence[str]) -> Records:
        """The rows of some people."""
        mine = pl.col("subject_id").is_in(pl.Series(list(ids), dtype=pl.String).implode())
        return self._records(mine, self._across(strays=False), first=True)

    def _together(self, table: str, column: pl.Expr) -> pl.DataFrame:
        """One column of a table, of all directories."""
        paths = list(map(Path, self.paths))
        return pl.concat([_collected(_scanned(path, table).select(column), path, table) for path in paths])

    def _across(self, *, strays: bool) -> Across:
        paths = list(map(Path, self.paths))
        with _canonical(paths):
            return Across.of({name: [_scanned(path, name) for path in paths] for name in TABLES}, strays=strays)

    def _records(self, mine: pl.Expr, across: Across, *, first: bool) -> Records:
        """The records of the people of whom ``mine`` holds; with the rows of nobody if they are the ``first``."""
        heavy = across.heavy.implode()
        here = mine.fill_null(first)
        fit = here & ~pl.col("subject_id").is_in(heavy).fill_null(False) if across.heavy.len() else here
        with _canonical(self.paths):
            tables = {name: self._rows(name, fit) for name in _OF_PEOPLE}
            # Of people with too many charges no more is held than that they are there.
            aside = [
                set_aside(_scanned(Path(path), "charges").filter(mine), across.heavy)
                for path in self.paths
                if across.heavy.len()
            ]
            tables["quarantine"] = pl.concat([*aside, self._rows("quarantine", here)], how="diagonal")
            charges = tables["charges"]["charge_id"].unique()
            # The statistics of a file say where these ids are, if it is sorted at all.
            wanted = pl.col("charge_id").is_between(pl.lit(charges.min()), pl.lit(charges.max()))
            wanted &= pl.col("charge_id").is_in(charges.implode())
            if first:
                wanted |= pl.col("charge_id").is_null() | pl.col("charge_id").is_in(across.orphans.implode())
            for name in _OF_CHARGES:
                tables[name] = self._rows(name, wanted)
            # A key that stands in another partition too is seen twice.
            for name, shared in across.shared.items():
                keys = [KEY_OF[name], "alternative"]
                twice = shared.select(keys).join(tables[name], on=keys, how="semi", nulls_equal=True)
                tables[name] = _elsewhere(twice, tables[name])
            # Terms of a charge that several people have are told of whose it was first.
            owners = across.owners.filter(~mine).join(tables["charges"], on="charge_id", how="semi")
            tables["charges"] = _elsewhere(owners.with_columns(alternative=_NO_READING), tables["charges"])
            read = Records.of(
                tables, coverage=reduce(Coverage.merged, (_read_about(Path(path))[0] for path in self.paths))
            )
        own = pl.col("source_file").cast(pl.String).ne_missing(_ELSEWHERE)
        return attrs.evolve(read, charges=read.charges.filter(own), quarantine=read.quarantine.filter(own & here))

    def _rows(self, table: str, wanted: pl.Expr) -> pl.DataFrame:
        """Rows of one table, of all directories."""
        paths = list(map(Path, self.paths))
        return pl.concat(
            [_collected(_scanned(path, table).filter(wanted), path, table) for path in paths], how="diagonal"
        )


def _elsewhere(few: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with a few before them that stand for rows of other partitions."""
    if few.is_empty():
        return rows
    label = pl.lit(_ELSEWHERE, dtype=rows.schema["source_file"]).alias("source_file")
    few = few.with_columns(label, pl.col("alternative").cast(rows.schema["alternative"]))
    return pl.concat([few, rows], how="diagonal").select(rows.columns)


_ELSEWHERE = "\0a row of another partition"
"""In the place of a file: a row that stands for one of another partition."""
_NO_READING = pl.lit(2**16 - 1, dtype=pl.UInt16)
"""A reading that no row is of."""
_PEOPLE = "people.parquet"
"""In which partition everybody is, where they do not lie in the order of their ids."""
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
def _canonical(paths: Sequence[Path | str]) -> Iterator[None]:
    """Work on the tables of directories.

    Raises:
        SourceError: a column is lacking, or is of another type.
    """
    try:
        yield
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise SourceError(
            "A canonical table does not have the columns that it must have.",
            where=", ".join(map(str, paths)),
            found=type(error).__name__,
        ) from None


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
