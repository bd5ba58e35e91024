"""Research files as tables: the good rows, the rows set aside, and the raw text of both.

A sound file is read by the columnar reader alone, only in the columns asked for. Whether it was sound is then proved:
as many rows as physical lines, a mark at the end of every row, and nothing behind it. A file that fails the proof is
read again, line by line (see :mod:`recordrelief_us_ca_doj.lines`), with the same outcome for every sound row.
"""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Sequence
from pathlib import Path

import attrs
import numpy as np
import polars as pl

from recordrelief.errors import RequestError, SourceError, nearest

from .layout import COLUMNS, HEAD_BYTES, Layout, find_layout
from .lines import BAD_SCHEMA, Recovered, recover

__all__ = ["COLUMNS", "ResearchFile", "ResearchFiles"]

EXTRA = tuple(f"_EXTRA_{at}" for at in range(8))
"""What cells behind the last column are called."""
_UNUSED = "\x01"  # a separator that a sound file does not have: a line is then one cell
_CHUNK = 1 << 20
_LF, _CR, _COMMA = b"\n\r,"


class ResearchFile:
    """One input file, opened once.

    Use :meth:`open`. The content is read when it is first asked for; meanwhile the hash is computed in the background.
    """

    def __init__(self, path: Path, size: int, layout: Layout, carriage_return: bool, digest: _Digest) -> None:
        self.path = path
        self.name = path.name
        self.size = size
        self.header = layout.header
        self._layout = layout
        self._carriage_return = carriage_return
        self._digest = digest
        self._rows: int | None = None
        self._recovered: Recovered | None = None

    @classmethod
    def open(cls, path: Path) -> ResearchFile:
        """Opens a file, reads its header and begins to hash it.

        Raises:
            SourceError: the file cannot be read, is empty, is not text, has a header with unknown names, or has no
                row of 95 columns.
        """
        try:
            with path.open("rb") as stream:
                head = stream.read(HEAD_BYTES)
            size = path.stat().st_size
        except OSError as error:
            raise _unreadable(path, error) from error
        layout = find_layout(head, str(path))
        file = cls(path, size, layout, b"\r" in head, _Digest(path, layout.skip))
        # A file without any good row is refused here; only one whose first line is no good row can be that.
        if not recover(head.split(b"\n", layout.skip + 1)[: layout.skip + 1], layout).clean:
            file._recover()
        return file

    @property
    def sha256(self) -> str:
        """The hash of the whole file, in hexadecimal."""
        return self._digest.result(self.path, self.size).sha256

    @property
    def encoding(self) -> str:
        """``utf-8``, or ``cp1252`` when a line was not valid UTF-8."""
        self._settle()
        return "utf-8" if self._recovered is None else self._recovered.encoding

    @property
    def rows(self) -> int:
        """How many data rows the file has, those set aside included; blank lines are not rows."""
        return self._settle()

    @property
    def bad(self) -> pl.DataFrame:
        """The rows set aside: row, source_line, code, reason, and ``claimed``: the id each has in the place of one."""
        self._settle()
        return pl.DataFrame(schema=BAD_SCHEMA) if self._recovered is None else self._recovered.bad()

    def frame(self, columns: Sequence[str]) -> pl.DataFrame:
        """The good rows in file order: ``row``, ``source_line``, and the columns asked for, verbatim and never null.

        Args:
            columns: names out of :data:`COLUMNS`.

        Raises:
            RequestError: a name is not a column.
        """
        for column in columns:
            if column not in COLUMNS:
                raise RequestError(f"The research file has no column {column!r}.", cure=nearest(column, COLUMNS))
        wanted = list(dict.fromkeys(columns))
        data = None
        if self._recovered is None:
            data = self._read_sound(wanted)
        if data is None:
            recovered = self._recover()
            data = scanned(io.BytesIO(recovered.clean), self._layout.names, 0).select(wanted).collect()
            return pl.DataFrame([recovered.rows, recovered.lines]).hstack(data)
        place = pl.int_range(self._settle(), dtype=pl.UInt32, eager=True).alias("row")
        return pl.DataFrame([place, (place + (self._layout.skip + 1)).alias("source_line")]).hstack(data)

    def lines(self) -> pl.DataFrame:
        """``row`` and ``text`` of every data row: its record as it stands in the file, without the line ending."""
        self._settle()
        text = self._scan_lines().collect().to_series() if self._recovered is None else self._recovered.texts
        return pl.DataFrame([pl.int_range(len(text), dtype=pl.UInt32, eager=True).alias("row"), text])

    def _settle(self) -> int:
        """Finds out whether the file is sound, when that is not known yet. The number of its rows."""
        if self._rows is None and self._read_sound([]) is None:
            self._recover()
        assert self._rows is not None
        return self._rows

    def _read_sound(self, columns: Sequence[str]) -> pl.DataFrame | None:
        """The columns of a sound file; None when the file is not sound."""
        try:
            if self._rows is not None:
                return scanned(self.path, self._layout.names, self._layout.skip).select(columns).collect()
            data = (
                scanned(self.path, self._layout.names, self._layout.skip, EXTRA)
                .select(*dict.fromkeys((*columns, self._layout.names[-1], *EXTRA)))
                .collect()
            )
            if not self._proved(data):
                return None
        except (pl.exceptions.ComputeError, pl.exceptions.SchemaError):
            return None
        self._rows = data.height
        return data.select(columns)

    def _proved(self, data: pl.DataFrame) -> bool:
        """Whether every line is one row that ends with its last column, and no character is one that hides damage.

        The last column holds the mark that ends a record: the same in every row.
        """
        marks = data[self._layout.names[-1]].unique()
        if len(marks) != 1 or not marks[0]:
            return False
        if any(data[extra].null_count() < data.height for extra in EXTRA):
            return False
        digest = self._digest.result(self.path, self.size)
        if digest.control or digest.open_ends or digest.lines - self._layout.skip != data.height:
            return False
        if not digest.carriage_return:
            return True
        # Line endings of two characters: one that stands alone would be damage.
        stray = pl.col("text").str.contains("\r", literal=True).any()
        return self._carriage_return and not self._scan_lines().select(stray).collect(engine="streaming").item()

    def _scan_lines(self) -> pl.LazyFrame:
        return pl.scan_csv(
            self.path,
            has_header=False,
            separator=_UNUSED,
            quote_char=None,
            skip_lines=self._layout.skip,
            schema={"text": pl.String},
            empty_string_is_null=False,
            glob=False,
        )

    def _recover(self) -> Recovered:
        """Reads the file line by line, once."""
        if self._recovered is None:
            try:
                with self.path.open("rb") as stream:
                    recovered = recover(stream.readlines(), self._layout)
            except OSError as error:
                raise _unreadable(self.path, error) from error
            if recovered.faults and not recovered.clean:
                first = recovered.faults[0]
                raise SourceError(
                    f"No row of the file can be read as the {len(COLUMNS)} columns of the research file.",
                    where=f"{self.path}, line {first.line}",
                    found=first.reason.rstrip(".") if first.columns is None else f"{first.columns} columns",
                    expected=f"{len(COLUMNS)} columns, separated by commas",
                )
            self._recovered = recovered
            self._rows = len(recovered.texts)
        return self._recovered


@attrs.frozen
class ResearchFiles:
    """The input files of one run, each with another content."""

    files: tuple[ResearchFile, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """What each file is called in records: its base name, with its place behind it where two have the same."""
        return labels_of([file.name for file in self.files])

    @classmethod
    def open(cls, paths: Sequence[Path]) -> ResearchFiles:
        """Opens the files in the order given.

        Raises:
            RequestError: no file, or two files with the same content.
            SourceError: a file cannot be read.
        """
        if not paths:
            raise RequestError("There is no input file.", expected="one or more research files")
        files = tuple(ResearchFile.open(path) for path in paths)
        for at, file in enumerate(files):
            for earlier in files[:at]:
                if file.size == earlier.size and file.sha256 == earlier.sha256:
                    raise RequestError(
                        "Two input files have the same content, so every row would count twice.",
                        found=f"{earlier.path} and {file.path}",
                        cure="Give each extract once.",
                    )
        return cls(files)


def labels_of(names: Sequence[str]) -> tuple[str, ...]:
    """What files of some base names are called: the name, with its place behind it where two have the same."""
    return tuple(
        name if names.count(name) == 1 else f"{name} ({names[: at + 1].count(name)})" for at, name in enumerate(names)
    )


@attrs.frozen
class _Summary:
    """What one pass over all bytes of a file told."""

    sha256: str
    size: int
    lines: int
    open_ends: bool
    """A line of data ends with a comma: the columnar reader would pass over the empty cell behind it."""
    carriage_return: bool
    control: bool


@attrs.frozen
class Seen:
    """What the bytes of a stretch of whole lines told."""

    lines: int
    open_ends: bool
    """A line ends with a comma: the columnar reader would pass over the empty cell behind it."""
    carriage_return: bool
    stray: bool
    """A carriage return stands elsewhere than at the end of a line."""
    control: bool


def looked_at(data: bytes) -> Seen:
    """What the bytes of a stretch of whole lines tell, without any reading of cells."""
    codes = np.frombuffer(data, dtype=np.uint8)
    ends = np.flatnonzero(codes == _LF)
    open_last = len(data) > 0 and codes[-1] != _LF
    before = codes[ends[ends > 0] - 1]
    returns = int(np.count_nonzero(codes == _CR)) if b"\r" in data else 0
    at_ends = int(np.count_nonzero(before == _CR)) if returns else 0
    if returns:
        second = ends[ends > 1]
        before = np.where(codes[second - 1] == _CR, codes[second - 2], codes[second - 1])
    return Seen(
        lines=len(ends) + open_last,
        open_ends=bool((before == _COMMA).any()) or (open_last and codes[-1] == _COMMA),
        carriage_return=returns > 0,
        stray=returns != at_ends,
        control=b"\0" in data or b"\x01" in data,
    )


class _Digest:
    """Hashes a file in a background thread, and counts its lines."""

    def __init__(self, path: Path, skip: int) -> None:
        self._path = path
        self._skip = skip
        self._outcome: _Summary | OSError | None = None
        self._thread = threading.Thread(target=self._run, name=f"sha256 of {path.name}", daemon=True)
        self._thread.start()

    def result(self, path: Path, size: int) -> _Summary:
        """Waits for the end of the pass.

        Raises:
            SourceError: the file could not be read to its end, or is no longer the size it was.
        """
        self._thread.join()
        outcome = self._outcome
        if isinstance(outcome, OSError):
            raise _unreadable(path, outcome) from outcome
        assert outcome is not None
        if outcome.size != size:
            raise SourceError("The file changed while it was read.", where=str(path), cure="Read a copy at rest.")
        return outcome

    def _run(self) -> None:
        digest = hashlib.sha256()
        kept = 2  # so many bytes of one stretch stand before the next, for a line end that lies on the seam
        buffer = bytearray(kept + _CHUNK)
        view, codes = memoryview(buffer), np.frombuffer(buffer, dtype=np.uint8)
        size = lines = 0
        open_ends = carriage_return = control = False
        try:
            with self._path.open("rb", buffering=0) as stream:
                while count := stream.readinto(view[kept:]):
                    stop = kept + count
                    digest.update(view[kept:stop])
                    size += count
                    ends = kept + np.flatnonzero(codes[kept:stop] == _LF)
                    of_header = max(self._skip - lines, 0)
                    lines += len(ends)
                    ends = ends[of_header:]
                    before = codes[ends - 1]
                    if carriage_return or buffer.find(b"\r", kept, stop) >= 0:
                        carriage_return = True
                        before = np.where(before == _CR, codes[ends - 2], before)
                    open_ends = open_ends or bool((before == _COMMA).any())
                    control = control or buffer.find(b"\0", kept, stop) >= 0 or buffer.find(b"\x01", kept, stop) >= 0
                    buffer[:kept] = buffer[stop - kept : stop]
        except OSError as error:
            self._outcome = error
            return
        if buffer[kept - 1] != _LF:
            lines += 1
            open_ends = open_ends or buffer[kept - 1] == _COMMA
        self._outcome = _Summary(digest.hexdigest(), size, lines, open_ends, carriage_return, control)


def scanned(source: Path | io.BytesIO, names: Sequence[str], skip: int, extra: Sequence[str] = ()) -> pl.LazyFrame:
    """All named columns as text, and the cells behind the last of them: null when there is none or it is empty.

    A cell there that is not empty makes the read fail, or is not null.
    """
    return pl.scan_csv(
        source,
        has_header=False,
        skip_lines=skip,
        schema={**dict.fromkeys(names, pl.String), **dict.fromkeys(extra, pl.Boolean)},
        empty_string_is_null=False,
        missing_columns="insert",
        glob=False,
    )


def _unreadable(path: Path, error: OSError) -> SourceError:
    return SourceError("The file cannot be read.", where=str(path), found=error.strerror or type(error).__name__)
