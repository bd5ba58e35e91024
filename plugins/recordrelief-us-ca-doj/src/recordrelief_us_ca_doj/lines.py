"""The careful way to read a damaged research file: line by line, losing no more than the lines that are damaged.

A physical line is a record when it has 95 columns and its quotation marks pair up. When a quoted field is still open at
the end of the line, the following lines are joined to it, but only a few, only until the field closes, and only when
the outcome is a record. A line that is a record by itself is never joined to another, nor are two lines that each have
the commas of a record: one row is never made of two. Every other line is set aside alone: a quotation mark that never
closes costs one line, not the rest of the file.

A field is quoted when its first character is a quotation mark. Inside, two marks stand for one; characters behind the
closing mark belong to the cell. A mark further on in a field that is not quoted is an ordinary character, as long as
the line has an even number of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

import attrs
import polars as pl

from .coding import cleaned
from .layout import BOM, COLUMNS, Layout

JOIN_LIMIT = 20
"""How many physical lines one record may take."""

BAD_SCHEMA = pl.Schema(
    {
        "row": pl.UInt32(),
        "source_line": pl.UInt32(),
        "code": pl.String(),
        "reason": pl.String(),
        "claimed": pl.String(),
    }
)

_COMMA = ord(",")
# A whole field: one or more quoted stretches with what follows them, or anything without a mark in front.
_FIELD = re.compile(rb'((?:"[^"]*+"[^",]*+)++|(?!")[^,]*+)(,|\Z)')
_MARKS = re.compile(rb'"("?)')
_CP1252 = {
    byte: bytes([byte]).decode("cp1252") for byte in range(0x80, 0xA0) if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}


@attrs.frozen
class Fault:
    """A data row that was set aside. ``columns`` is how many were found, when that is the fault."""

    row: int
    line: int
    code: str
    reason: str
    columns: int | None
    subject: str | None


@attrs.frozen(eq=False)
class Recovered:
    """All data rows of a damaged file.

    ``clean`` holds the good records as plain comma-separated text in UTF-8, in the column order of the file; ``rows``
    and ``lines`` say where each stood. ``texts`` are the records of all rows, the faulty ones included.
    """

    clean: bytes
    rows: pl.Series
    lines: pl.Series
    texts: pl.Series
    faults: tuple[Fault, ...]
    encoding: str

    def bad(self) -> pl.DataFrame:
        """The faults as a table (:data:`BAD_SCHEMA`)."""
        return bad_rows(self.faults)


def bad_rows(faults: Iterable[Fault]) -> pl.DataFrame:
    """Faults as a table: ``claimed`` is the id that each has in the place of one, read as that of a good row is."""
    frame = pl.DataFrame(
        [(one.row, one.line, one.code, one.reason, one.subject) for one in faults], schema=BAD_SCHEMA, orient="row"
    )
    return frame.with_columns(cleaned(frame["claimed"]))


class _Line(NamedTuple):
    """What was found on one physical line, or on several joined to one record."""

    text: bytes
    clean: bytes | None
    """The record in its plain form, when it is one."""
    columns: int | None = None
    open: bool = False
    """Whether a quoted field still goes on at its end."""


def recover(lines: list[bytes], layout: Layout) -> Recovered:
    """Sorts the physical lines of a file into records and faults.

    Args:
        lines: all physical lines of the file, split at the line feeds (which they may keep). The list is used up.
        layout: how many lines to pass over, and where SUBJECT_ID stands.
    """
    subject = re.compile(rb'(?:(?:"[^",]*"|[^",]*),){%d}(?:"([^",]*)"|([^",]*)),' % layout.subject)
    clean: list[bytes] = []
    rows: list[int] = []
    numbers: list[int] = []
    texts: list[bytes] = []
    faults: list[Fault] = []
    source = _Source(lines)
    at = layout.skip
    while at < len(lines):
        text = source.take(at)
        if not text or text.isspace():
            at += 1
            continue
        line, taken = _judge(text), 1
        if line.open:
            line, taken = _join(line, source, at)
        if line.clean is not None:
            clean.append(line.clean)
            rows.append(len(texts))
            numbers.append(at + 1)
        else:
            match = subject.match(text)
            found = (match[1] or match[2] or b"").decode().strip() if match else ""
            faults.append(Fault(len(texts), at + 1, *_fault(line), line.columns, found or None))
        texts.append(line.text)
        at += taken
    return Recovered(
        clean=b"\n".join((*clean, b"")),
        rows=pl.Series("row", rows, dtype=pl.UInt32),
        lines=pl.Series("source_line", numbers, dtype=pl.UInt32),
        texts=pl.Series("text", [text.decode() for text in texts], dtype=pl.String),
        faults=tuple(faults),
        encoding="cp1252" if source.legacy else "utf-8",
    )


def is_record(line: bytes) -> bool:
    """Whether one physical line is a record by itself, so that it is never joined to the lines before it."""
    return _judge(line.removesuffix(b"\n").removesuffix(b"\r")).clean is not None


class _Source:
    """The physical lines of a file, without their endings, in UTF-8."""

    def __init__(self, lines: list[bytes]) -> None:
        self._lines = lines
        self.legacy = False

    def __len__(self) -> int:
        return len(self._lines)

    def take(self, at: int) -> bytes:
        """One line; a line that is not valid UTF-8 is read as cp1252."""
        line = self._lines[at].removesuffix(b"\n").removesuffix(b"\r")
        if at == 0:
            line = line.removeprefix(BOM)
        if line.isascii():
            return line
        try:
            line.decode()
        except UnicodeDecodeError:
            self.legacy = True
            return line.decode("latin-1").translate(_CP1252).encode()
        return line

    def ending(self, at: int) -> bytes:
        """How one line ends."""
        return b"\r\n" if self._lines[at].endswith(b"\r\n") else b"\n"


def _join(first: _Line, source: _Source, at: int) -> tuple[_Line, int]:
    """The record that begins on a line whose last field is still open, and how many lines it takes.

    The line alone, when no record comes out.
    """
    text = first.text
    full = text.count(b",") >= len(COLUMNS) - 1
    for taken in range(2, min(JOIN_LIMIT, len(source) - at) + 1):
        more = source.take(at + taken - 1)
        if _judge(more).clean is not None or (full and more.count(b",") >= len(COLUMNS) - 1):
            break
        text += source.ending(at + taken - 2) + more
        if b'"' not in more:
            continue
        whole = _judge(text)
        if whole.open:
            continue
        if whole.clean is None or not _tidy(text.split(b'"')):
            break
        return whole, taken
    return first, 1


def _judge(text: bytes) -> _Line:
    """Counts the columns of one line, or of joined lines, and says whether it is a record."""
    if b"\0" in text:
        return _Line(text, None)
    plain = b"\r" not in text and not text.startswith(BOM)
    if b'"' not in text:
        columns = text.count(b",") + 1
        if columns != len(COLUMNS):
            return _Line(text, None, columns)
        return _Line(text, text if plain else _rewrite(text.split(b",")), columns)
    parts = text.split(b'"')
    if plain and _tidy(parts):
        columns = b"".join(parts[0::2]).count(b",") + 1
        return _Line(text, text if columns == len(COLUMNS) else None, columns)
    fields = _split(text)
    if fields is None:
        return _Line(text, None, open=True)
    if len(parts) % 2 == 0:
        return _Line(text, None)
    good = len(fields) == len(COLUMNS)
    return _Line(text, _rewrite(map(_cell, fields)) if good else None, len(fields))


def _tidy(parts: list[bytes]) -> bool:
    """Whether a text split at its quotation marks has nothing but whole quoted fields."""
    if len(parts) % 2 == 0:
        return False
    last = len(parts) - 1
    for at in range(0, last + 1, 2):
        part = parts[at]
        if part and ((at and part[0] != _COMMA) or (at < last and part[-1] != _COMMA)):
            return False
    return True


def _split(text: bytes) -> list[bytes] | None:
    """The raw fields of a text; None when the last one is quoted and does not close."""
    fields = []
    at = 0
    while (match := _FIELD.match(text, at)) is not None:
        fields.append(match[1])
        at = match.end()
        if not match[2]:
            return fields
    return None


def _cell(field: bytes) -> bytes:
    return _MARKS.sub(rb"\1", field[1:]) if field.startswith(b'"') else field


def _rewrite(cells: Iterable[bytes]) -> bytes:
    return b",".join(
        b'"' + cell.replace(b'"', b'""') + b'"' if cell.startswith(BOM) or any(c in cell for c in b',"\r\n') else cell
        for cell in cells
    )


def _fault(line: _Line) -> tuple[str, str]:
    """The code and the reason of a line that is no record."""
    if b"\0" in line.text:
        return "NUL_BYTE", "The line has a NUL byte."
    if line.columns is None:
        return "QUOTE_UNBALANCED", "A quotation mark on this line has no partner."
    return "COLUMN_COUNT", f"The line has {line.columns} columns, not {len(COLUMNS)}."
