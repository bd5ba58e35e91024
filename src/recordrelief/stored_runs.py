"""A finished run as it stands on disk: its manifest and its tables, each one file or a directory of parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import attrs
import polars as pl

from recordrelief.answering import CHARGES_FILE, DETERMINATIONS_FILE, FINDINGS_FILE, PEOPLE_FILE
from recordrelief.errors import RequestError, SourceError
from recordrelief.manifests import content_hash, digest_of, read_manifest
from recordrelief.screening import summarised

QUARANTINE_FILE = "quarantine.csv"
UNKNOWN_CITATIONS_FILE = "unknown-citations.csv"


@attrs.frozen(eq=False)
class StoredRun:
    """A finished run as it was found on disk."""

    directory: Path
    manifest: Mapping[str, Any]

    @cached_property
    def determinations(self) -> pl.DataFrame:
        """The determinations, held against the digest in the manifest."""
        self.verify_digest()
        return self._whole(DETERMINATIONS_FILE)

    @cached_property
    def findings(self) -> pl.DataFrame:
        """The findings, one row a charge.

        Raises:
            RequestError: the run was made without them.
        """
        if not (self.directory / FINDINGS_FILE).exists():
            raise RequestError(
                "The run keeps no findings beside its determinations.",
                where=str(self.directory),
                cure="`recordrelief explain` finds them again; `screen --findings` keeps them.",
            )
        return self._whole(FINDINGS_FILE)

    @cached_property
    def people(self) -> pl.DataFrame:
        """The people: the fingerprint of each record, and what they are counted by."""
        return self._whole(PEOPLE_FILE)

    @cached_property
    def charges(self) -> pl.DataFrame:
        """The charges, with what they are counted by."""
        return self._whole(CHARGES_FILE)

    @cached_property
    def quarantine(self) -> pl.DataFrame:
        """The quarantine, as the file has it (an apostrophe stands before what a spreadsheet could run)."""
        text = dict.fromkeys(("source_file", "code", "reason", "subject_id"), pl.String())
        path = self.directory / QUARANTINE_FILE
        try:
            return pl.read_csv(path, schema_overrides={**text, "source_line": pl.UInt32()})
        except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
            raise _unreadable(path, error) from None

    @property
    def in_parts(self) -> bool:
        """Whether its tables are directories of parts."""
        return (self.directory / DETERMINATIONS_FILE).is_dir()

    def of_person(self, name: str, subject_id: str) -> pl.DataFrame:
        """The rows of one person in one of its tables, by the name of the file.

        Raises:
            SourceError: the file is not there, or cannot be read.
        """
        try:
            return self.scan(name).filter(pl.col("subject_id") == subject_id).collect()
        except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
            raise _unreadable(self.directory / name, error) from None

    def scan(self, name: str) -> pl.LazyFrame:
        """One of its tables, read only as far as it is asked for: a file, or all its parts in their order.

        Args:
            name: the name of the file, such as ``determinations.parquet``.

        Raises:
            SourceError: there is no such file.
        """
        return scanned(self.directory / name)

    def parts(self, name: str) -> Iterator[pl.DataFrame]:
        """The same, part by part in their order: no more than one is held at a time."""
        for path in parts_of(self.directory / name):
            yield _read(path)

    def hash_of(self, name: str) -> str:
        """The SHA-256 of one of its tables; of one in parts, over the names and hashes of these.

        Raises:
            SourceError: the file is not there, or cannot be read.
        """
        try:
            return content_hash(self.directory / name)[0]
        except OSError as error:
            raise _unreadable(self.directory / name, error) from None

    def summary(self) -> pl.DataFrame:
        """Charges and people by remedy and status: columns remedy, status, charges, people."""
        # Nobody stands in two parts.
        try:
            parts = [summarised(part.lazy()) for part in self.parts(DETERMINATIONS_FILE)]
        except pl.exceptions.PolarsError as error:  # a table of other columns
            raise _unreadable(self.directory / DETERMINATIONS_FILE, error) from None
        return pl.concat(parts).group_by("remedy", "status").sum().sort("remedy", "status")

    def verify_digest(self) -> None:
        """Hold the determinations against the digest in the manifest.

        Raises:
            SourceError: they are not the ones the run wrote, or cannot be read.
        """
        try:
            digest = digest_of(self.parts(DETERMINATIONS_FILE))
        except pl.exceptions.PolarsError as error:  # a table of other columns
            raise _unreadable(self.directory / DETERMINATIONS_FILE, error) from None
        if digest != self.manifest["digest"]:
            raise SourceError(
                "The determinations are not the ones that the run wrote: their digest differs from the manifest's.",
                where=str(self.directory / DETERMINATIONS_FILE),
                cure="Run the screening again.",
            )

    def _whole(self, name: str) -> pl.DataFrame:
        return _read(self.directory / name)


def open_run(directory: Path | str) -> StoredRun:
    """A finished run, to read what it determined.

    Raises:
        RequestError: the directory holds no finished run.
    """
    return StoredRun(Path(directory), read_manifest(Path(directory)))


def parts_of(path: Path) -> tuple[Path, ...]:
    """The files of a table: itself, or the parts in its directory in their order."""
    return tuple(sorted(path.glob("part-*.parquet"))) if path.is_dir() else (path,)


def scanned(path: Path) -> pl.LazyFrame:
    """A table that is one file or a directory of parts, read only as far as it is asked for.

    Raises:
        SourceError: there is no such file.
    """
    if not path.exists():
        raise SourceError("A file of the run is not there.", where=str(path))
    return pl.scan_parquet(list(parts_of(path)))


def _read(path: Path) -> pl.DataFrame:
    try:
        return pl.read_parquet(list(parts_of(path)))
    except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: BaseException) -> SourceError:
    return SourceError("A file of the run cannot be read.", where=str(path), found=type(error).__name__)
