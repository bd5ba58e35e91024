"""Directories that appear whole or not at all: written under a hidden name beside their place, then moved there.

What a killed process leaves is a hidden directory, never a half result under a final name. Everything is readable by
its owner only.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
import polars as pl

from recordrelief.errors import RecordReliefError, RequestError

FULL = (errno.ENOSPC, errno.EDQUOT)
"""The numbers of the errors that say that no more can be written."""


@attrs.frozen
class Kind:
    """A kind of directory that recordrelief writes: what its marker file says of itself, and that file's name."""

    kind: str
    marker: str
    title: str


RUN = Kind("recordrelief run", "manifest.json", "finished run")
COMPARISON = Kind("recordrelief comparison", "comparison.json", "finished comparison")
CANONICAL_TABLES = Kind("recordrelief canonical tables", "canonical.json", "set of canonical tables")
ANONYMIZED = Kind("recordrelief anonymized files", ".recordrelief-anonymized.json", "set of anonymized files")
"""Its marker is hidden: the directory is an input, and readers pass hidden files over."""


@attrs.frozen
class Place:
    """Where a directory is to stand. Nothing is touched before :meth:`filled`."""

    given: Path
    kind: Kind
    force: bool = False

    @property
    def final(self) -> Path:
        """The place itself, links followed."""
        return Path(os.path.realpath(self.given))

    def check(self) -> None:
        """Refuse a place that holds something.

        Raises:
            RequestError: it holds a result and ``force`` was not given, or something that recordrelief did not write.
        """
        final = self.final
        if final == Path.cwd() or final in Path.cwd().parents:
            raise RequestError("The output directory must not be the one you are in.", cure="Name a new directory.")
        if not final.exists():
            return
        if not final.is_dir():
            raise RequestError("The output must be a directory.", where=str(self.given), found="a file")
        there = sorted(path.name for path in final.iterdir())
        if not there:
            return
        listed = self._listed()
        if listed is None or set(there) - listed:
            strange = len(there) if listed is None else len(set(there) - listed)
            raise RequestError(
                f"The output directory holds files that are not of a {self.kind.title}; it is left as it is.",
                where=str(self.given),
                found=f"{strange} other files",
                cure="Name a new directory.",
            )
        if not self.force:
            raise RequestError(
                f"The output directory holds a {self.kind.title}.",
                where=str(self.given),
                cure="Name a new directory, or replace it with --force.",
            )

    @contextmanager
    def filled(self) -> Iterator[Path]:
        """A new hidden directory to write into; it is moved into place at the end, or removed if anything fails.

        Raises:
            RequestError: the place was taken meanwhile.
            RecordReliefError: it cannot be written, as when the disk is full.
        """
        self.check()
        made: list[Path] = []
        temporary: Path | None = None
        try:
            final = self.final
            made = _make_parents(final.parent)
            temporary = Path(tempfile.mkdtemp(prefix=f".{final.name}.unfinished-", dir=final.parent))
            yield temporary
            _seal(temporary)
            self._move(temporary, final)
        except BaseException as error:
            if temporary is not None:
                shutil.rmtree(temporary, ignore_errors=True)
            _remove_empty(made)
            if isinstance(error, Exception) and (told := _disk_error(error, self.given)):
                raise told from None
            raise

    def _move(self, temporary: Path, final: Path) -> None:
        self.check()
        if not final.exists():
            os.rename(temporary, final)
            return
        aside = Path(tempfile.mkdtemp(prefix=f".{final.name}.replaced-", dir=final.parent))
        old = aside / final.name
        os.rename(final, old)
        try:
            os.rename(temporary, final)
        except BaseException:
            os.rename(old, final)
            raise
        finally:
            shutil.rmtree(aside, ignore_errors=True)

    def _listed(self) -> set[str] | None:
        """The files that the result standing there lists as its own; None when it is no result of this kind."""
        try:
            about = json.loads((self.final / self.kind.marker).read_text(encoding="utf-8"))
            return {str(name) for name in about["files"]} if about["kind"] == self.kind.kind else None
        except (OSError, ValueError, TypeError, KeyError):
            return None


@contextmanager
def filled_file(given: Path, *, force: bool) -> Iterator[Path]:
    """A hidden file to write into; it is moved to its name at the end, or removed if anything fails.

    Raises:
        RequestError: there is something under that name and ``force`` was not given, or it is a directory.
        RecordReliefError: it cannot be written.
    """
    if given.is_dir() or (given.exists() and not force):
        raise RequestError(
            "There is something under that name already.",
            where=str(given),
            cure="Name a new file." if given.is_dir() else "Name a new file, or replace it with --force.",
        )
    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{given.name}.unfinished-", dir=given.parent)
        os.close(handle)
        temporary = Path(name)
        yield temporary
        temporary.chmod(0o600)
        os.replace(temporary, given)
    except BaseException as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        if isinstance(error, Exception) and (told := _disk_error(error, given)):
            raise told from None
        raise


def write_parquet(frame: pl.DataFrame, path: Path, *, notice: str | None = None) -> None:
    """Write a frame as Parquet; equal frames give equal bytes, however they were made.

    Args:
        frame: the rows.
        path: the file.
        notice: what a reader must be told, kept in the metadata of the file.
    """
    about = None if notice is None else {"notice": notice}
    frame.rechunk().write_parquet(path, compression="lz4", metadata=about)


def json_text(value: Any) -> str:
    """JSON with sorted keys, one key a line, so that equal values give equal bytes."""
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def of_the_disk(error: BaseException) -> bool:
    """Whether an error says that something could not be written or read, and nothing of the code that did it."""
    return isinstance(error, OSError) or (isinstance(error, pl.exceptions.PolarsError) and "(os error " in str(error))


def _disk_error(error: Exception, place: Path) -> RecordReliefError | None:
    """The error told to people; None when it has nothing to do with writing."""
    if not of_the_disk(error):
        return None
    number = error.errno if isinstance(error, OSError) else None
    if number in FULL or any(f"(os error {full})" in str(error) for full in FULL):
        return RecordReliefError(
            "The disk is full: the result could not be written, and nothing of it was left behind.",
            where=str(place),
            cure="Free some space, or write to another disk.",
        )
    return RecordReliefError(
        "The result could not be written, and nothing of it was left behind.",
        where=str(place),
        found=os.strerror(number) if number else type(error).__name__,
    )


def _make_parents(directory: Path) -> list[Path]:
    missing = [path for path in (directory, *directory.parents) if not path.exists()]
    for path in reversed(missing):
        path.mkdir(mode=0o700)
    return missing


def _remove_empty(directories: list[Path]) -> None:
    for path in directories:
        try:
            path.rmdir()
        except OSError:
            return


def _seal(directory: Path) -> None:
    directory.chmod(0o700)
    for path in directory.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
