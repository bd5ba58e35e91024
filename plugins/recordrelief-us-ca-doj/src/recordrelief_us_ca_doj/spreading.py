"""Research files larger than memory: their rows spread over partitions of people, each partition read as a file is.

What is spread are the rows as they stand, in the columns that are read. So a partition is read by the very code that
reads a whole extract.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import attrs
import polars as pl

from recordrelief.errors import SourceError
from recordrelief.formats.spreading import Cuts, Spreading, Told
from recordrelief.records import Records, SourceFile

from .cells import READ, SUBJECT, understood
from .coding import cleaned
from .layout import COLUMNS
from .lines import bad_rows
from .people import events
from .pieces import PIECE_BYTES, Piece, PiecedFile, ReadPiece, opened
from .reader import CLAIMED, outsized, records_of
from .rows import labels_of

_ROWS, _BAD = "rows.arrow", "bad.arrow"
_PART = "partition"
_CHARGES_A_ROW = 0.85
"""How many charges there are for each row, about."""


@attrs.frozen
class DojSpreading(Spreading):
    """The research files of one run."""

    files: tuple[PiecedFile, ...]
    cut: tuple[Piece, ...]

    @classmethod
    def of(cls, paths: Sequence[Path], piece_bytes: int = PIECE_BYTES) -> DojSpreading:
        """That of some files.

        Args:
            paths: the files, in the order given.
            piece_bytes: about how long each piece is.

        Raises:
            RequestError: two have the same content.
            SourceError: one cannot be read.
        """
        files = opened(paths)
        cut = [piece for number, file in enumerate(files) for piece in file.pieces(number, piece_bytes)]
        return cls(files, tuple(cut))

    @property
    def pieces(self) -> int:  # type: ignore[override]
        """How many stretches of bytes there are."""
        return len(self.cut)

    @property
    def charges(self) -> int:  # type: ignore[override]
        """About how many charges there are, by the length of the first rows."""
        rows = 0.0
        for file in self.files:
            with Path(file.path).open("rb") as stream:
                stream.seek(file.start)
                head = stream.read(1 << 16)
            rows += (file.size - file.start) / max(len(head) / max(head.count(b"\n"), 1), 1)
        return int(rows * _CHARGES_A_ROW)

    def sample(self) -> pl.Series:
        """The people of rows from all over the files."""
        parts = [file.sample([SUBJECT])[SUBJECT] for file in self.files]
        return cleaned(pl.concat(parts))

    def spread(self, piece: int, cuts: Cuts, directory: Path) -> Told:
        """Write the rows of a piece in the order of their partitions, and where each of these begins."""
        read = self._read(self.cut[piece])
        rows = read.good.with_columns(cuts.of(cleaned(read.good[SUBJECT])).fill_null(0).alias(_PART))
        rows = rows.sort(_PART, maintain_order=True)
        bad = bad_rows(read.faults)
        bad = bad.with_columns(cuts.of(bad[CLAIMED]).fill_null(0).alias(_PART)).sort(_PART, maintain_order=True)
        ends = {name: _ends(frame[_PART], cuts.parts) for name, frame in ((_ROWS, rows), (_BAD, bad))}
        rows.drop(_PART).write_ipc(directory / _ROWS, compression="uncompressed")
        bad.drop(_PART).write_ipc(directory / _BAD, compression="uncompressed")
        return {
            "rows": read.rows,
            "good": rows.height,
            "lines": read.lines,
            "legacy": read.legacy,
            "kinds": _kinds(read.good),
            "counties": cleaned(read.good["STP_ORI_CNTY_NAME"]).drop_nulls().unique().sort().to_list(),
            "ends": ends,
        }

    def partition(self, part: int, cuts: Cuts, told: Sequence[Told], directories: Sequence[Path]) -> Records:
        """The records of one partition, read from its rows."""
        places = self._places(told)
        sections = []
        for piece, (one, directory) in enumerate(zip(told, directories, strict=True)):
            spans = {name: (ends[part - 1] if part else 0, ends[part]) for name, ends in one["ends"].items()}
            sections.append((piece, directory, spans))
        heavy = outsized(
            pl.concat([_section(directory / _ROWS, spans[_ROWS], [SUBJECT]) for _, directory, spans in sections])
        )
        frames: dict[str, list[pl.DataFrame]] = {_ROWS: [], _BAD: []}
        for piece, directory, spans in sections:
            for name, kept in frames.items():
                frame = _section(directory / name, spans[name])
                if name == _ROWS and heavy.len():
                    # Of a person with very many rows only that they are there.
                    empty = [
                        pl.when(~pl.col(SUBJECT).is_in(heavy.implode())).then(c).alias(c) for c in READ if c != SUBJECT
                    ]
                    frame = frame.with_columns(empty)
                kept.append(self._placed(frame, piece, places))
        return self._records(pl.concat(frames[_ROWS]), pl.concat(frames[_BAD]), told)

    def sources(
        self, told: Sequence[Told], quarantined: Mapping[str, int], hashes: Mapping[str, str]
    ) -> tuple[SourceFile, ...]:
        """The files, with their rows."""
        sources = []
        for number, (file, label) in enumerate(zip(self.files, self._labels, strict=True)):
            mine = [one for one, piece in zip(told, self.cut, strict=True) if piece.file == number]
            if any(one["rows"] for one in mine) and not any(one["good"] for one in mine):
                raise SourceError(
                    f"No row of the file can be read as the {len(COLUMNS)} columns of the research file.",
                    where=file.path,
                    expected=f"{len(COLUMNS)} columns, separated by commas",
                )
            sources.append(
                SourceFile(
                    name=label,
                    path=file.path,
                    sha256=hashes[file.path],
                    bytes=file.size,
                    rows=sum(one["rows"] for one in mine),
                    quarantined=quarantined.get(label, 0),
                    encoding="cp1252" if any(one["legacy"] for one in mine) else "utf-8",
                )
            )
        return tuple(sources)

    def people(self, ids: Sequence[str]) -> Records:
        """The records of some people, from one pass over the files."""
        wanted = pl.Series(list(ids), dtype=pl.String).implode()
        told: list[Told] = []
        rows: list[pl.DataFrame] = []
        bad: list[pl.DataFrame] = []
        seen: list[pl.DataFrame] = []
        for number, piece in enumerate(self.cut):
            read = self._read(piece)
            told.append({"rows": read.rows, "lines": read.lines, "kinds": _kinds(read.good)})
            places = self._places(told)
            mine = cleaned(read.good[SUBJECT]).is_in(wanted)
            rows.append(self._placed(read.good.filter(mine.fill_null(True)), number, places))
            bad.append(self._placed(bad_rows(read.faults), number, places))
            label = pl.lit(self._labels[piece.file], dtype=pl.Categorical).alias("source_file")
            seen.append(read.good.select(label, cleaned(read.good[SUBJECT]).alias(CLAIMED)).unique())
        # A bad row that surely names somebody else is about none of them.
        aside = pl.concat(bad).with_row_index("place")
        named = aside.filter(~pl.col(CLAIMED).is_in(wanted)).join(
            pl.concat(seen), on=["source_file", CLAIMED], how="semi"
        )
        aside = aside.join(named, on="place", how="anti", maintain_order="left").drop("place")
        return self._records(pl.concat(rows), aside, told).of_subjects(ids)

    @property
    def _labels(self) -> tuple[str, ...]:
        return labels_of([Path(file.path).name for file in self.files])

    def _read(self, piece: Piece) -> ReadPiece:
        return self.files[piece.file].read(piece, READ)

    def _places(self, told: Sequence[Told]) -> list[tuple[int, int]]:
        """For each piece, how many rows of all files and how many lines of its own stand before it."""
        places = []
        rows, lines, file = 0, 0, -1
        for one, piece in zip(told, self.cut, strict=False):
            if piece.file != file:
                file, lines = piece.file, self.files[piece.file].layout.skip
            places.append((rows, lines))
            rows, lines = rows + one["rows"], lines + one["lines"]
        return places

    def _placed(self, frame: pl.DataFrame, piece: int, places: Sequence[tuple[int, int]]) -> pl.DataFrame:
        """Rows of a piece with their place in the files."""
        rows, lines = places[piece]
        label = self._labels[self.cut[piece].file]
        return frame.with_columns(
            (pl.col("row") + rows).cast(pl.UInt32),
            (pl.col("source_line") + lines).cast(pl.UInt32),
            pl.lit(label, dtype=pl.Categorical).alias("source_file"),
        )

    def _records(self, rows: pl.DataFrame, bad: pl.DataFrame, told: Sequence[Told]) -> Records:
        kinds = {kind for one in told for kind in one["kinds"]}
        return records_of(rows, bad, kinds=kinds)


def _kinds(rows: pl.DataFrame) -> list[str]:
    """The kinds of event among rows: what a step and a disposition say is the same wherever they stand together."""
    told = rows.filter(cleaned(rows[SUBJECT]).is_not_null()).unique(["STP_TYPE_DESCR", "DISP_DESCR"])
    if told.is_empty():
        return []
    read = understood(told.rename({SUBJECT: "subject_id"}).with_columns(source_file=pl.lit("", dtype=pl.Categorical)))
    return sorted(set(events(read.filter("eventful"))["kind"].cast(pl.String).drop_nulls()))


def _ends(parts: pl.Series, count: int) -> list[int]:
    """Where each partition ends in rows that are sorted by their partition."""
    return parts.search_sorted(pl.Series(range(count), dtype=parts.dtype), side="right").to_list()


def _section(path: Path, span: tuple[int, int], columns: Sequence[str] | None = None) -> pl.DataFrame:
    frame = pl.scan_ipc(path).slice(span[0], span[1] - span[0])
    return (frame if columns is None else frame.select(columns)).collect()
