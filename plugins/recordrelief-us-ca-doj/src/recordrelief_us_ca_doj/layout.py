"""The 95 columns of the research file, and where they stand in one file: its header line, if any, and their order."""

from __future__ import annotations

import csv

import attrs

from recordrelief.errors import SourceError, nearest

# fmt: off
COLUMNS: tuple[str, ...] = (
    "RECORD_ID", "SUBJECT_STATUS", "SUBJECT_ID",
    "REQ_SEG_SEP", "REQ_CII_NUMBER", "REQ_NAME", "REQ_GENDER", "REQ_DOB", "REQ_CDL", "REQ_SSN",
    "PII_SEG_SEP", "CII_NUMBER", "PRI_NAME", "GENDER", "PRI_DOB", "PRI_SSN", "PRI_CDL", "PRI_IDN", "PRI_INN",
    "FBI_NUMBER",
    "PDR_SEG_SEP", "RACE_CODE", "RACE_DESCR", "EYE_COLOR_CODE", "EYE_COLOR_DESCR", "HAIR_COLOR_CODE",
    "HAIR_COLOR_DESCR", "HEIGHT", "WEIGHT",
    "SINGLE_SOURCE", "MULTI_SOURCE", "POB_CODE", "POB_NAME", "POB_TYPE", "CITIZENSHIP_LIST",
    "CYC_SEG_SEP", "CYC_ORDER", "CYC_DATE",
    "STP_SEG_SEP", "STP_ORDER", "STP_EVENT_DATE", "STP_TYPE_CODE", "STP_TYPE_DESCR", "STP_ORI_TYPE",
    "STP_ORI_TYPE_DESCR",
    "STP_ORI_CODE", "STP_ORI_DESCR", "STP_ORI_CNTY_CODE", "STP_ORI_CNTY_NAME",
    "CNT_SEG_SEP", "CNT_ORDER", "DISP_DATE", "OFN", "OFFENSE_CODE", "OFFENSE_DESCR", "OFFENSE_TOC", "OFFENSE_QUAL_LST",
    "DISP_OFFENSE_CODE", "DISP_OFFENSE_DESCR", "DISP_OFFENSE_TOC", "DISP_OFFENSE_QUAL_LST",
    "CONV_OFFENSE_ORDER", "CONV_OFFENSE_CODE", "CONV_OFFENSE_DESCR", "CONV_OFFENSE_TOC", "CONV_OFFENSE_QUAL_LST",
    "FE_NUM_ORDER", "FE_NUM_ARR_AGY", "FE_NUM_BNCH_WARR", "FE_NUM_CITE", "FE_NUM_DOCKET", "FE_NUM_INCIDENT",
    "FE_NUM_BOOKING",
    "FE_NUM_NUMBER", "FE_NUM_REMAND", "FE_NUM_OOS_INN", "FE_NUM_CRT_CASE", "FE_NUM_WARRANT",
    "DISP_ORDER", "DISP_CODE", "DISP_DESCR", "CONV_STAT_CODE", "CONV_STAT_DESCR",
    "SENT_SEG_SEP", "SENT_ORDER", "SENT_LOC_CODE", "SENT_LOC_DESCR", "SENT_LENGTH", "SENT_TIME_CODE", "SENT_TIME_DESCR",
    "CYC_AGE", "CII_TYPE", "CII_TYPE_ALPHA", "COMMENT_TEXT", "END_OF_REC",
)
# fmt: on
"""The names of the 95 columns, in the order of the format."""

HEAD_BYTES = 1 << 16
"""How much of the beginning of a file is looked at before it is read."""

BOM = b"\xef\xbb\xbf"

_KNOWN = frozenset(COLUMNS)
_NOT_TEXT = (
    (b"\x1f\x8b", "a gzip archive"),
    (b"PK\x03\x04", "a zip archive or a workbook"),
    (b"\x28\xb5\x2f\xfd", "a zstandard archive"),
    (b"\xff\xfe", "text in UTF-16"),
    (b"\xfe\xff", "text in UTF-16"),
)


@attrs.frozen
class Layout:
    """Where the data of one file stands: the column names in its order, and the physical lines before the first row."""

    names: tuple[str, ...]
    header: bool
    skip: int

    @property
    def subject(self) -> int:
        """The position of SUBJECT_ID."""
        return self.names.index("SUBJECT_ID")


def find_layout(head: bytes, where: str) -> Layout:
    """Reads the header line when there is one.

    A header is there when the first line that is not blank starts with RECORD_ID, or when at least half of its cells
    are names of columns (a header whose columns were put in another order). Its columns are then taken by name. A comma
    too many at the end of the header is let pass.

    Args:
        head: the beginning of the file, at least its first line.
        where: what to call the file in an error.

    Raises:
        SourceError: the file is empty, is not text, or its header has names that are unknown, missing or repeated.
    """
    for magic, kind in _NOT_TEXT:
        if head.startswith(magic):
            raise SourceError(
                "This is not a text file.",
                where=where,
                found=kind,
                expected="comma-separated text in UTF-8 or cp1252",
                cure="Unpack it, or save it as comma-separated text.",
            )
    if head.count(b"\0") * 100 > len(head):
        raise SourceError(
            "This is not a text file.",
            where=where,
            found="many NUL bytes",
            expected="comma-separated text in UTF-8 or cp1252",
        )
    skip = 0
    for line in head.removeprefix(BOM).split(b"\n"):
        if line.strip():
            break
        skip += 1
    else:
        raise SourceError("The file is empty.", where=where, expected=f"rows of {len(COLUMNS)} columns")
    cells = _cells(line)
    if cells[0] != "RECORD_ID" and 2 * sum(cell in _KNOWN for cell in cells) < len(cells):
        return Layout(COLUMNS, header=False, skip=skip)
    return Layout(_check(cells, f"{where}, line {skip + 1}"), header=True, skip=skip + 1)


def _cells(line: bytes) -> list[str]:
    """The cells of a header line, in capitals, without the blank ones at its end."""
    text = line.decode("utf-8", errors="replace").replace("\0", " ").strip()
    try:
        found = next(csv.reader([text]))
    except csv.Error:  # a carriage return in the middle of it, or a cell without end
        found = text.split(",")
    cells = [cell.strip().upper() for cell in found]
    while len(cells) > 1 and not cells[-1]:
        cells.pop()
    return cells


def _check(cells: list[str], where: str) -> tuple[str, ...]:
    """The names of a header, when they are the 95 names, each once."""
    unknown = [cell for cell in cells if cell not in _KNOWN]
    missing = [name for name in COLUMNS if name not in cells]
    repeated = [name for name in COLUMNS if cells.count(name) > 1]
    if not unknown and not missing and not repeated:
        return tuple(cells)
    found = []
    if unknown:
        found.append("unknown " + ", ".join(repr(cell) for cell in unknown))
    if missing:
        found.append("missing " + ", ".join(missing))
    if repeated:
        found.append("repeated " + ", ".join(repeated))
    cure = [f"{cell!r}: {nearest(cell, missing or COLUMNS)}" for cell in unknown]
    raise SourceError(
        "The header does not name the columns of the research file.",
        where=where,
        found="; ".join(found),
        expected=f"the {len(COLUMNS)} names of the format, in any order, or no header at all",
        cure=" ".join(cure) or None,
    )
