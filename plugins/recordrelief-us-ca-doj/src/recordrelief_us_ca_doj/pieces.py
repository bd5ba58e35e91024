"""Research files in pieces: stretches of bytes that begin and end between two records, each read by itself.

A piece begins at a line that is a record alone, which is never joined to the lines before it: so the pieces of a file
have the rows of the file, the damaged ones too.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import attrs
import polars as pl

from recordrelief.errors import RequestError, SourceError

from .layout import BOM, HEAD_BYTES, Layout, find_layout
from .lines import Fault, is_record, recover
from .rows import EXTRA, looked_at, scanned

PIECE_BYTES = 32 << 20
"""About how long a piece is."""
_SEARCH = 1 << 16
_PLACES = 256
"""How many places of a file a sample is taken from."""


@attrs.frozen
class Piece:
    """A stretch of one file: the number of the file, and the bytes from ``start`` to ``stop``."""

    file: int
    start: int
    stop: int


@attrs.frozen(eq=False)
class ReadPiece:
    """What stands in a piece: good rows, with ``row`` and ``source_line`` counted from its start, and bad ones."""

    good: pl.DataFrame
    faults: tuple[Fault, ...]
    rows: int
    lines: int
    legacy: bool
    """Whether a line was not valid UTF-8."""


@attrs.frozen
class PiecedFile:
    """One input: where its data begins, and how its lines are laid out."""

    path: str
    size: int
    layout: Layout
    start: int
    carriage_return: bool

    @classmethod
    def open(cls, path: Path) -> PiecedFile:
        """That of a file.

        Raises:
            SourceError: it cannot be read, is empty, is not text, or has a wrong header.
        """
        try:
            with path.open("rb") as stream:
                head = stream.read(HEAD_BYTES)
                layout = find_layout(head, str(path))
                stream.seek(0)
                for _ in range(layout.skip):
                    stream.readline()
                start = stream.tell()
            size = path.stat().st_size
        except OSError as error:
            raise SourceError("The file cannot be read.", where=str(path), found=error.strerror) from error
        if start == 0 and head.startswith(BOM):
            start = len(BOM)
        return cls(str(path), size, layout, start, b"\r" in head)

    def pieces(self, number: int, length: int) -> list[Piece]:
        """The pieces of the file, in order.

        Args:
            number: the number of the file.
            length: about how many bytes each has.
        """
        cuts = [self.start]
        with Path(self.path).open("rb") as stream:
            while (cut := self._next(stream, cuts[-1] + length)) < self.size:
                cuts.append(cut)
        return [Piece(number, one, other) for one, other in zip(cuts, [*cuts[1:], self.size], strict=True)]

    def _next(self, stream: io.BufferedReader, place: int) -> int:
        """The beginning of the first line behind a place that is a record by itself."""
        if place >= self.size:
            return self.size
        stream.seek(place - 1)
        stream.readline()
        while line := stream.readline():
            if is_record(line) and not line.startswith(BOM):
                return stream.tell() - len(line)
        return self.size

    def read(self, piece: Piece, columns: Sequence[str]) -> ReadPiece:
        """The rows of a piece.

        Args:
            piece: which.
            columns: the columns wanted.

        Raises:
            SourceError: the file cannot be read, or is not the size it was.
        """
        data = self._bytes(piece.start, piece.stop)
        sound = self._sound(data, columns)
        if sound is not None:
            place = pl.int_range(sound.height, dtype=pl.UInt32, eager=True).alias("row")
            good = pl.DataFrame([place, (place + 1).alias("source_line")]).hstack(sound)
            return ReadPiece(good, (), sound.height, sound.height, False)
        lines = data.split(b"\n")
        number = len(lines) - (not lines[-1])
        recovered = recover([line + b"\n" for line in lines], attrs.evolve(self.layout, skip=0))
        clean = scanned(io.BytesIO(recovered.clean), self.layout.names, 0).select(columns).collect()
        good = pl.DataFrame([recovered.rows, recovered.lines]).hstack(clean)
        return ReadPiece(good, recovered.faults, len(recovered.texts), number, recovered.encoding != "utf-8")

    def sample(self, columns: Sequence[str]) -> pl.DataFrame:
        """Columns of rows from all over the file."""
        length = self.size - self.start
        step = max(length // _PLACES, _SEARCH)
        parts = []
        with Path(self.path).open("rb") as stream:
            for place in range(self.start, self.size, step):
                stream.seek(place)
                lines = stream.read(_SEARCH).split(b"\n")
                # The first line may be the end of one, and the last its beginning.
                whole = lines[place > self.start : -1] if place + _SEARCH < self.size else lines[place > self.start :]
                clean = recover(whole, attrs.evolve(self.layout, skip=0)).clean
                if clean:
                    parts.append(scanned(io.BytesIO(clean), self.layout.names, 0).select(columns).collect())
        return pl.concat(parts) if parts else pl.DataFrame(schema=dict.fromkeys(columns, pl.String))

    def _bytes(self, start: int, stop: int) -> bytes:
        try:
            with Path(self.path).open("rb") as stream:
                stream.seek(start)
                data = stream.read(stop - start)
        except OSError as error:
            raise SourceError("The file cannot be read.", where=self.path, found=error.strerror) from error
        if len(data) != stop - start:
            raise SourceError("The file changed while it was read.", where=self.path, cure="Read a copy at rest.")
        return data

    def _sound(self, data: bytes, columns: Sequence[str]) -> pl.DataFrame | None:
        """The columns of a piece without damage; None of one that may have some."""
        seen = looked_at(data)
        if seen.control or seen.open_ends or seen.stray or (seen.carriage_return and not self.carriage_return):
            return None
        names = self.layout.names
        wanted = dict.fromkeys((*columns, names[-1], *EXTRA))
        try:
            frame = scanned(io.BytesIO(data), names, 0, EXTRA).select(*wanted).collect()
        except (pl.exceptions.ComputeError, pl.exceptions.SchemaError, pl.exceptions.NoDataError):
            return None
        marks = frame[names[-1]].unique()
        if len(marks) != 1 or not marks[0] or frame.height != seen.lines:
            return None
        if any(frame[extra].null_count() < frame.height for extra in EXTRA):
            return None
        return frame.select(columns)


def opened(paths: Sequence[Path]) -> tuple[PiecedFile, ...]:
    """The inputs.

    Raises:
        RequestError: two have the same content.
        SourceError: one cannot be read.
    """
    from recordrelief.manifests import content_hash

    files = tuple(PiecedFile.open(path) for path in paths)
    sizes = [file.size for file in files]
    seen: dict[str, str] = {}
    for file in files:
        if sizes.count(file.size) == 1:
            continue
        first = seen.setdefault(content_hash(Path(file.path))[0], file.path)
        if first != file.path:
            raise RequestError(
                "Two input files have the same content, so every row would count twice.",
                found=f"{first} and {file.path}",
                cure="Give each extract once.",
            )
    return files
