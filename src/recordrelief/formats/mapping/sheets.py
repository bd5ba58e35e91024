"""The rows of an export as texts: delimited, of fixed width, or of a workbook; each with its line, the broken apart."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatch
from pathlib import Path

import attrs
import polars as pl

from recordrelief.errors import RequestError, SourceError
from recordrelief.formats.mapping.specification import FileLayout
from recordrelief.tables import dtypes

LONGEST_ROW = 20
"""Physical lines that one row of a delimited file may take: a quotation mark that never closes costs no more."""
_BOM = b"\xef\xbb\xbf"
_ZIP = b"PK\x03\x04"


@attrs.frozen(eq=False)
class Sheet:
    """One file: its rows as texts (null where blank) with ``source_line``, and the quarantine of the others."""

    rows: pl.DataFrame
    broken: pl.DataFrame
    sha256: str
    size: int
    encoding: str


def header_of(layout: FileLayout, name: str, head: bytes) -> list[str] | None:
    """The columns that a file shows at its beginning; None where that cannot be told."""
    if layout.kind != "csv" or head.startswith(_ZIP):
        return None
    text = head.removeprefix(_BOM).decode(layout.encodings[0], "replace")
    lines = text.splitlines()[layout.skip_lines :]
    return next(csv.reader(lines[:1], delimiter=layout.delimiter), None) if lines else None


def fits(layout: FileLayout, name: str, head: bytes) -> bool:
    """Whether a file is surely of this layout: its name fits, or its header has every column that is read."""
    if layout.file_names:
        return any(fnmatch(name.casefold(), pattern.casefold()) for pattern in layout.file_names)
    header = header_of(layout, name, head)
    if header is None or _lacking(layout, header):
        return False
    return not {_folded(column) for column in header} & {_folded(column) for column in layout.without}


def _lacking(layout: FileLayout, header: Sequence[str]) -> list[str]:
    shown = {_folded(column) for column in header}
    return [column for column in layout.columns() if not _names(layout, column) & shown]


def _names(layout: FileLayout, column: str) -> set[str]:
    return {_folded(name) for name in (column, *layout.also_called.get(column, ()))}


def _folded(text: str) -> str:
    return " ".join(text.replace("_", " ").split()).casefold()


def read_sheet(layout: FileLayout, path: Path, blank: Iterable[str]) -> Sheet:
    """The rows of one file.

    Raises:
        SourceError: the file cannot be read, or its header lacks a column.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SourceError("The file cannot be read.", where=str(path), found=error.strerror) from None
    if layout.kind == "excel":
        header, rows, encoding = _workbook(layout, path, content)
        broken: list[tuple[int, str, str]] = []
    else:
        lines, encoding = _lines(layout, path, content)
        if layout.kind == "fixed":
            header = list(layout.places)
            rows, broken = _fixed(layout, lines)
        else:
            header, rows, broken = _delimited(layout, lines, path)
    places = places_of(layout, header, path)
    columns: dict[str, list[str | None]] = {name: [row[at] for _, row in rows] for name, at in places.items()}
    frame = pl.DataFrame(columns, schema=dict.fromkeys(places, pl.String)).with_columns(
        pl.Series("source_line", [line for line, _ in rows], dtype=pl.UInt32)
    )
    said = pl.col(list(places)).str.strip_chars()
    return Sheet(
        rows=frame.with_columns(pl.when(~said.is_in(list(blank))).then(said)),
        broken=_quarantine(path.name, broken),
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        encoding=encoding,
    )


def decoded_sheet(layout: FileLayout, path: Path) -> tuple[list[str], str]:
    """The physical lines of a file that is no workbook, and how it was encoded.

    Raises:
        SourceError: it cannot be read.
    """
    try:
        return _lines(layout, path, path.read_bytes())
    except OSError as error:
        raise SourceError("The file cannot be read.", where=str(path), found=error.strerror) from None


def _lines(layout: FileLayout, path: Path, content: bytes) -> tuple[list[str], str]:
    text, encoding = _decoded(layout, path, content)
    return list(io.StringIO(text, newline="")), encoding  # a form feed or another odd character ends no line


def _decoded(layout: FileLayout, path: Path, content: bytes) -> tuple[str, str]:
    for encoding in layout.encodings:
        try:
            return content.removeprefix(_BOM).decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise SourceError(
        "The file is in none of the encodings of the mapping.",
        where=str(path),
        expected=", ".join(layout.encodings),
        cure="Name its encoding in the mapping, as encodings = [...].",
    )


def places_of(layout: FileLayout, header: Sequence[str], path: Path) -> dict[str, int]:
    """Where each column that is read stands.

    Raises:
        SourceError: one is missing, or stands twice.
    """
    if missing := _lacking(layout, header):
        raise SourceError(
            "The file lacks columns that the mapping reads.",
            where=str(path),
            found=_columns_found(layout, header, missing),
            expected=", ".join(missing),
            cure="A column may be also_called something else; lines above the header are skipped by skip_lines.",
        )
    places = {}
    for column in layout.columns():
        at = [place for place, name in enumerate(header) if _folded(name) in _names(layout, column)]
        if len(at) > 1:
            raise SourceError("Two columns of the file have one name.", where=str(path), found=column)
        places[column] = at[0]
    return places


def _columns_found(layout: FileLayout, header: Sequence[str], missing: Sequence[str]) -> str:
    """The columns of a file that has some of those that are read; else, only how many: they may be a row of people."""
    if 2 * len(missing) >= len(layout.columns()):
        return f"{len(header)} columns, of which too few are read for this to be the header"
    return ", ".join(header[:40])


def _delimited(
    layout: FileLayout, lines: list[str], path: Path
) -> tuple[list[str], list[tuple[int, list[str]]], list[tuple[int, str, str]]]:
    rows: list[tuple[int, list[str]]] = []
    broken: list[tuple[int, str, str]] = []
    header: list[str] | None = None
    at = layout.skip_lines
    while at < len(lines):
        fields, taken = record_at(layout, lines, at)
        if header is None:
            if fields is None:
                raise SourceError("The header of the file cannot be read.", where=f"{path}, line {at + 1}")
            header = [field.strip() for field in fields]
        elif fields is None:
            broken.append((at + 1, "QUOTE_UNBALANCED", "A quotation mark on this line has no partner."))
        elif any(field.strip() for field in fields):
            if len(fields) != len(header):
                broken.append((at + 1, "COLUMN_COUNT", f"The row has {len(fields)} columns, not {len(header)}."))
                taken = 1  # the lines that a stray quotation mark drew in are rows of their own
            elif [field.strip() for field in fields] == header:
                broken.append((at + 1, "HEADER_REPEATED", "The header stands here again."))
            else:
                rows.append((at + 1, fields))
        at += taken
    if header is None:
        raise SourceError("The file is empty.", where=str(path), expected="a header and rows")
    return header, rows, broken


def record_at(layout: FileLayout, lines: list[str], at: int) -> tuple[list[str] | None, int]:
    """The fields of the record that begins on a line, and how many lines it takes; None where a quote never closes."""
    reader = csv.reader(lines[at : at + LONGEST_ROW], delimiter=layout.delimiter, strict=True)
    try:
        return next(reader, []), reader.line_num
    except csv.Error:
        return None, 1


def _fixed(layout: FileLayout, lines: list[str]) -> tuple[list[tuple[int, list[str]]], list[tuple[int, str, str]]]:
    rows: list[tuple[int, list[str]]] = []
    broken: list[tuple[int, str, str]] = []
    needed = max(first for first, _ in layout.places.values())
    for number, line in enumerate(lines[layout.skip_lines :], start=layout.skip_lines + 1):
        line = line.rstrip("\r\n")
        if not line.strip():
            continue
        if len(line) < needed:
            broken.append((number, "ROW_TOO_SHORT", f"The row has {len(line)} characters, not {needed} or more."))
        else:
            rows.append((number, [line[first - 1 : last] for first, last in layout.places.values()]))
    return rows, broken


def _workbook(layout: FileLayout, path: Path, content: bytes) -> tuple[list[str], list[tuple[int, list[str]]], str]:
    try:
        import fastexcel
    except ImportError:
        raise RequestError("Workbooks are read with an extra.", cure="Install recordrelief[excel].") from None
    try:
        book = fastexcel.read_excel(content)
        sheet = book.load_sheet(
            layout.sheet if layout.sheet is not None else 0,
            header_row=None,
            dtypes="string",
            skip_rows=layout.skip_lines,
        )
        frame = sheet.to_polars()
    except Exception as error:
        raise SourceError(
            "The workbook cannot be read.", where=str(path), found=type(error).__name__, cure="Name the right sheet."
        ) from None
    if frame.is_empty():
        raise SourceError("The sheet is empty.", where=str(path), expected="a header and rows")
    texts = [["" if cell is None else str(cell) for cell in row] for row in frame.iter_rows()]
    rows = [(number, row) for number, row in enumerate(texts[1:], start=layout.skip_lines + 2) if any(row)]
    return [name.strip() for name in texts[0]], rows, "workbook"


def _quarantine(file: str, broken: list[tuple[int, str, str]]) -> pl.DataFrame:
    wanted: Mapping[str, pl.DataType] = dtypes("quarantine")
    rows = [(file, line, code, reason, None) for line, code, reason in broken]
    return pl.DataFrame(rows, schema=dict(wanted), orient="row")
