"""CSV: one row a charge, with its case and its person repeated on each. The header names the columns."""

from __future__ import annotations

import csv
import re

import polars as pl

from recordrelief.errors import SourceError, nearest
from recordrelief_us_or.cases.content import Content
from recordrelief_us_or.cases.edits import none
from recordrelief_us_or.cases.layout import CASES, CHARGES, COLUMNS, OF_CHARGE, PEOPLE, Flat

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")
_MOST_LINES = 20
"""Lines that one row may go over, by line ends within quotation marks."""
_NEEDED = ("record_id", "charge_id")


def read_table(content: Content, label: str) -> Flat:
    """The records of one file.

    Raises:
        SourceError: the header lacks a column that is needed, or has one that is not known.
    """
    lines = _LINE.findall(content.text)
    first, line = _row(lines, 0, None)
    header = [name.strip() for name in first or ()]
    if header and not set(header) & set(COLUMNS):
        # It may be a line of a record, whose text is nobody's to read here.
        raise SourceError("This is neither a record a line nor a table with a header.", where=label)
    if strange := [name for name in header if name not in COLUMNS]:
        raise SourceError(
            "The header has a column that is not known.",
            where=label,
            found=repr(strange[0]),
            cure=nearest(strange[0], COLUMNS),
        )
    if lacking := [name for name in _NEEDED if name not in header]:
        raise SourceError("The header lacks a column.", where=label, found="no " + ", ".join(lacking))
    good: list[tuple[int, list[str]]] = []
    bad: list[tuple[int, str, str, str | None]] = []
    at = header.index("record_id")
    while line < len(lines):
        number = line + 1
        row, line = _row(lines, line, len(header))
        if row is None:
            bad.append((number, "QUOTE_UNBALANCED", "A quotation mark on this row has no partner.", None))
        elif any(cell.strip() for cell in row):
            if len(row) != len(header):
                owner = row[at].strip() if at < len(row) else None
                reason = f"The row has {len(row)} columns, not {len(header)}."
                bad.append((number, "COLUMN_COUNT", reason, owner or None))
            elif not row[at].strip():
                bad.append((number, "RECORD_ID_MISSING", "The row has no record_id, so it belongs to nobody.", None))
            else:
                good.append((number, row))
    return _flat(content, label, header, good, bad)


def _row(lines: list[str], at: int, columns: int | None) -> tuple[list[str] | None, int]:
    """The row that begins on a line, and the line behind it; None where a quotation mark on it has no partner.

    Such a mark costs its own line: the sound rows behind it are none of its cell.
    """
    most = _MOST_LINES if at < len(lines) and lines[at].count('"') % 2 else 1
    reader = csv.reader(lines[at : at + most], strict=True)
    try:
        row = next(reader, [])
    except csv.Error:
        return None, at + 1
    if reader.line_num > 1 and columns is not None and len(row) != columns:
        return None, at + 1
    return row, at + max(reader.line_num, 1)


def _flat(
    content: Content,
    label: str,
    header: list[str],
    good: list[tuple[int, list[str]]],
    bad: list[tuple[int, str, str, str | None]],
) -> Flat:
    cells = {name: [row[at] for _, row in good] for at, name in enumerate(header)}
    text = pl.col(pl.String).str.strip_chars()
    rows = (
        pl.DataFrame(cells, schema=dict.fromkeys(header, pl.String))
        .with_columns(pl.when(text != "").then(text).name.keep())
        .with_columns(*(pl.lit(None, dtype=pl.String).alias(name) for name in COLUMNS if name not in header))
        .with_columns(
            pl.lit(label, dtype=pl.Categorical).alias("source_file"),
            pl.Series("source_line", [line for line, _ in good], dtype=pl.UInt32),
        )
        .with_columns(
            (pl.int_range(pl.len(), dtype=pl.UInt16) + 1).over("record_id", "case_number").alias("place"),
        )
    )
    place = ("source_file", "source_line")
    known = set(rows["record_id"].to_list())
    quarantine = pl.DataFrame(
        [(line, code, reason, owner if owner in known else None) for line, code, reason, owner in bad],
        schema={"source_line": pl.UInt32, "code": pl.String, "reason": pl.String, "subject_id": pl.String},
        orient="row",
    )
    return Flat(
        people=rows.select(*PEOPLE, *place).unique(list(PEOPLE), keep="first", maintain_order=True),
        cases=rows.select(*CASES, *place)
        .drop_nulls("case_number")
        .unique(list(CASES), keep="first", maintain_order=True),
        # A row without anything of a charge only says that there is such a case, or such a person.
        charges=rows.select(*CHARGES, *place).filter(pl.any_horizontal(pl.col(OF_CHARGE).is_not_null())),
        edits=none(),
        quarantine=quarantine.select(
            pl.lit(label, dtype=pl.Categorical).alias("source_file"), "source_line", "code", "reason", "subject_id"
        ),
        rows=len(good) + len(bad),
        encoding=content.encoding,
    )
