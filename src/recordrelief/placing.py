"""Directories that appear whole or not at all: written under a hidden name beside their place, then moved there.

What a killed process leaves is a hidden directory, never a half result under a final name; the next run into the same
place clears it away, or goes on from it. Everything is readable by its owner only.
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
_NOTHING = 1 << 16
"""Free bytes that are as good as none."""
_DIRECTORY, _FILE = 0o700, 0o600
"""The modes of what is written: for its owner only, whatever the umask."""


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

    @property
    def workshop(self) -> Path:
        """The hidden directory beside the place in which the result is made."""
        return self.final.parent / f".{self.final.name}.unfinished"

    @contextmanager
    def filled(self) -> Iterator[Path]:
        """A new hidden directory to write into; it is moved into place at the end, or removed if anything fails.

        Raises:
            RequestError: the place was taken meanwhile, or another process is about to fill it.
            RecordReliefError: it cannot be written, as when the disk is full.
        """
        with self.kept() as bench:
            bench.clear()
            with bench.finished() as result:
                yield result

    @contextmanager
    def kept(self) -> Iterator[Bench]:
        """The hidden directory to work in, as it was left, and locked: no other process works in it meanwhile.

        It is removed at the end, whatever happens, unless :attr:`Bench.keep` was set.

        Raises:
            RequestError: the place holds something, or another process works in the directory.
            RecordReliefError: it cannot be written.
        """
        import filelock

        self.check()
        made: list[Path] = []
        bench: Bench | None = None
        try:
            made = self._own_workshop()
            lock = filelock.FileLock(self.workshop / _LOCK, timeout=0, mode=0o600)
            try:
                lock.acquire()
            except filelock.Timeout:
                raise self._busy() from None
            if not (self.workshop / _LOCK).exists():  # that other run was just done with it
                lock.release()
                raise self._busy()
            bench = Bench(place=self, directory=self.workshop)
            yield bench
        except BaseException as error:
            if isinstance(error, Exception) and (told := _disk_error(error, self.given, bench)):
                raise told from None
            raise
        finally:
            if bench is not None:
                if not bench.keep:
                    shutil.rmtree(bench.directory, ignore_errors=True)
                lock.release()
                if not bench.keep and os.name == "nt":  # where a file that is locked cannot be removed
                    shutil.rmtree(bench.directory, ignore_errors=True)
            _remove_empty([path for path in made if path.exists()])

    def _own_workshop(self) -> list[Path]:
        """Have the workshop there, open to its owner only; what was made for it.

        Raises:
            RequestError: what stands there is somebody else's, or no directory.
        """
        made = [] if os.path.lexists(self.workshop) else _make_parents(self.workshop)
        if os.name != "posix":
            return made
        try:
            handle = os.open(self.workshop, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError as error:
            if error.errno in (errno.ENOTDIR, errno.ELOOP, errno.EACCES):
                raise self._strange() from None
            raise
        try:
            if os.fstat(handle).st_uid != os.geteuid():
                raise self._strange()
            os.fchmod(handle, _DIRECTORY)
        finally:
            os.close(handle)
        return made

    def _strange(self) -> RequestError:
        return RequestError(
            "Where the result is to be made, something stands that is not yours, or no directory.",
            where=str(self.given.with_name(self.workshop.name)),
            cure="Remove it, or name another --out.",
        )

    def _busy(self) -> RequestError:
        return RequestError(
            "Another run is writing into the output directory.",
            where=str(self.given),
            cure="Wait for its end, or name another --out.",
        )

    def _move(self, temporary: Path, final: Path) -> None:
        self.check()
        if not final.exists():
            os.rename(temporary, final)
            lasting(final.parent)
            return
        aside = Path(tempfile.mkdtemp(prefix=f".{final.name}.replaced-", dir=final.parent))
        old = aside / final.name
        os.rename(final, old)
        try:
            os.rename(temporary, final)
            lasting(final.parent)
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
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            return None


@attrs.define(eq=False)
class Bench:
    """The locked directory in which a result is made. With ``keep`` it stays where it is when the work breaks off."""

    place: Place
    directory: Path
    keep: bool = False

    def clear(self) -> None:
        """Throw away whatever an earlier run left."""
        for path in self.directory.iterdir():
            if path.name != _LOCK:
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()

    @contextmanager
    def finished(self) -> Iterator[Path]:
        """A new directory to write the result into; at the end it is moved into place, and the bench is done with."""
        result = self.directory / _RESULT
        shutil.rmtree(result, ignore_errors=True)
        result.mkdir(mode=0o700)
        yield result
        seal(result)
        self.place._move(result, self.place.final)
        self.keep = False


_LOCK = "lock"
_RESULT = "result"


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
        temporary.chmod(_FILE)
        lasting(temporary)
        os.replace(temporary, given)
    except BaseException as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        if isinstance(error, Exception) and (told := _disk_error(error, given)):
            raise told from None
        raise


def write_parquet(frame: pl.DataFrame, path: Path, *, notice: str | None = None, rows: int | None = None) -> None:
    """Write a frame as Parquet; equal frames give equal bytes, however they were made.

    Args:
        frame: the rows.
        path: the file.
        notice: what a reader must be told, kept in the metadata of the file.
        rows: how many rows stand together in it.
    """
    about = None if notice is None else {"notice": notice}
    try:
        frame.rechunk().write_parquet(path, compression="lz4", metadata=about, row_group_size=rows)
    except pl.exceptions.ComputeError as error:
        if "transport error" not in str(error):
            raise
        # So Polars tells that the end of the file could not be written, without saying why.
        full = shutil.disk_usage(path.parent).free < _NOTHING
        raise OSError(errno.ENOSPC if full else errno.EIO, "the end of the file cannot be written") from None


def json_text(value: Any) -> str:
    """JSON with sorted keys, one key a line, so that equal values give equal bytes."""
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def of_the_disk(error: BaseException) -> bool:
    """Whether an error says that something could not be written or read, and nothing of the code that did it."""
    return isinstance(error, OSError) or (isinstance(error, pl.exceptions.PolarsError) and "(os error " in str(error))


def _disk_error(error: Exception, place: Path, bench: Bench | None = None) -> RecordReliefError | None:
    """The error told to people; None when it has nothing to do with writing."""
    if not of_the_disk(error):
        return None
    kept = bench is not None and bench.keep
    left = (
        "what was done so far is kept, and the same command goes on from it"
        if kept
        else "nothing of it was left behind"
    )
    number, named = (error.errno, error.filename) if isinstance(error, OSError) else (None, None)
    if number in FULL or any(f"(os error {full})" in str(error) for full in FULL):
        return RecordReliefError(
            f"The disk is full: the result could not be written, and {left}.",
            where=str(place),
            cure="Free some space, or write to another disk.",
        )
    found = os.strerror(number) if number else type(error).__name__
    if isinstance(named, str) and not _is_of(Path(named), place):
        return RecordReliefError(f"A file could not be read, and {left}.", where=named, found=found)
    # Without the name of a file it is not told whether it was to be written or read.
    written = isinstance(named, str) and number != errno.ENOENT
    failed = "be written" if written else "be written, or a file on the way to it not be read"
    return RecordReliefError(f"The result could not {failed}, and {left}.", where=str(place), found=found)


def _is_of(path: Path, place: Path) -> bool:
    """Whether a path is a result's: its place, what is hidden beside that, or a directory above."""
    real, final = Path(os.path.realpath(path)), Path(os.path.realpath(place))
    if real in (final, *final.parents):
        return True
    if final.parent not in real.parents:
        return False
    first = real.relative_to(final.parent).parts[0]
    return first == final.name or first.startswith(f".{final.name}.")


def _make_parents(directory: Path) -> list[Path]:
    missing = [path for path in (directory, *directory.parents) if not path.exists()]
    for path in reversed(missing):
        path.mkdir(mode=_DIRECTORY)
        path.chmod(_DIRECTORY)
    return missing


def _remove_empty(directories: list[Path]) -> None:
    for path in directories:
        try:
            path.rmdir()
        except OSError:
            return


def seal(directory: Path) -> None:
    """Close a directory that is filled to all but its owner, and have all of it on the disk."""
    for path in (*directory.rglob("*"), directory):
        path.chmod(_DIRECTORY if path.is_dir() else _FILE)
        lasting(path)


def lasting(path: Path) -> None:
    """Have a file, or the names in a directory, on the disk: a power failure after this takes nothing of it away."""
    if os.name != "posix" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY if os.name == "posix" else os.O_RDWR)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # a file system that has nothing of the kind
            raise
    finally:
        os.close(handle)
