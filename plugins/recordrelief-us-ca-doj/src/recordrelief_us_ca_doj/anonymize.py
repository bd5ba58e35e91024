"""Copies of research files that may be shown to others, cell by cell: each of the 95 columns has a rule.

A cell that is not what its column holds (a name in a column of codes, as where cells slipped) is scrubbed, and so is a
line that is no record. Rows are copied in batches, so that the size of a file does not matter.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from recordrelief.disguise import Disguise, Mask, Vocabulary, own_words, padded, scrubbed
from recordrelief_us_ca_doj import codes
from recordrelief_us_ca_doj.layout import COLUMNS, HEAD_BYTES, Layout, find_layout
from recordrelief_us_ca_doj.lines import is_record, recover

_BATCH = 20_000

_NAMES = ("REQ_NAME", "PRI_NAME")
_NUMBERS = {
    "RECORD_ID": "record",
    "SUBJECT_ID": "subject",
    "REQ_CII_NUMBER": "cii",
    "CII_NUMBER": "cii",
    "REQ_CDL": "license",
    "PRI_CDL": "license",
    "PRI_IDN": "identification",
    "PRI_INN": "inmate",
    "FE_NUM_OOS_INN": "inmate",
    "FBI_NUMBER": "fbi",
    "OFN": "case",
    "FE_NUM_CRT_CASE": "case",
    "FE_NUM_DOCKET": "case",
    **{
        f"FE_NUM_{name}": name.lower()
        for name in ("ARR_AGY", "BNCH_WARR", "CITE", "INCIDENT", "BOOKING", "NUMBER", "REMAND", "WARRANT")
    },
}
"""Columns of numbers, and what each numbers: one number in two columns of a kind stays one."""
_DAYS = ("REQ_DOB", "PRI_DOB", "CYC_DATE", "STP_EVENT_DATE", "DISP_DATE")
_LEFT_OUT = (
    "REQ_SSN",
    "PRI_SSN",
    "REQ_GENDER",
    "GENDER",
    "RACE_CODE",
    "RACE_DESCR",
    "EYE_COLOR_CODE",
    "EYE_COLOR_DESCR",
    "HAIR_COLOR_CODE",
    "HAIR_COLOR_DESCR",
    "HEIGHT",
    "WEIGHT",
    "POB_CODE",
    "POB_NAME",
    "POB_TYPE",
    "CITIZENSHIP_LIST",
)
"""What a person looks like and comes from, which no law may read, and social security numbers, of which any other one
may be somebody's: left blank.
"""
_PLACES = ("CYC_ORDER", "STP_ORDER", "CNT_ORDER", "CONV_OFFENSE_ORDER", "FE_NUM_ORDER", "DISP_ORDER", "SENT_ORDER")
_AGENCY = re.compile(r"CA[0-9]{5,7}[0-9A-Z]{0,2}")
_PLACE = re.compile(r"[0-9]{1,4}")
_COUNT_ORDER = re.compile(r"[0-9]{12}|[0-9]{7,8}000")
"""Cycle, step, count and filler, or the same without its first zeros; no number of a person looks like that."""
_CODE = re.compile(r"[0-9]{1,6}|[A-Z0-9]{1,2}|#")
"""What a short code may be: too short to tell of anybody."""

_ABBREVIATIONS = "|".join(re.escape(code) for code in codes.CODES)
_SECTION = r"[0-9]{1,5}(?:\.[0-9]{1,3})?[A-Z]?(?:\s?\([A-Z0-9]{1,3}\)){0,5}"
_FURTHER = rf"\s?[-/,]\s?(?:{_SECTION}|(?:\([A-Z0-9]{{1,3}}\))+)"
CITED = rf"(?<![A-Z0-9])(?:18\s)?{_SECTION}(?:{_FURTHER}){{0,4}}\s?(?:{_ABBREVIATIONS})(?![A-Z0-9])"
"""Pattern of a citation as the file spells it: sections first, then the code."""
_UNITS = "YRS?|YEARS?|MOS?|MONTHS?|DAYS?|GRMS?|GRAMS?|OZ|PERCENT"
_AMOUNT = rf"(?<![A-Z0-9])[0-9]{{1,3}}(?:\.[0-9]{{1,2}})?[-+]?\s?(?:{_UNITS})(?![A-Z0-9])"
_AGE = r"\bUNDER\s[0-9]{1,2}(?![A-Z0-9])"
_COUNT = r"\bC(?:NT|OUNT)S?\s?[:#]?\s?[0-9]{1,3}(?![A-Z0-9])"
VOCABULARY = Vocabulary.of(
    [
        *codes.CODES,
        *codes.STEPS,
        *codes.LEVELS,
        *codes.SENTENCES,
        *codes.FIPS,
        "COM SCN DCN FRAUDS INJ ACTS INSTITUTIONS W O F X SPEC WITHOUT SEE COMMENT ORDINANCES PUB FIREFTR MACH LIC",
        "DISMISSED DISM FURTHERANCE INSUFFICIENT CAUSE PROSECUTOR REJ REL TOT JURIS AUTHORITY SUSP PROCEEDINGS UNKNOWN",
        "PD SO HP SP UP SC MC JC JV PO JD CO FINGERPRINTS SUBMITTED ARRESTING CONFIRMED RESTRICTED MILITARY NULL",
        "AGY AGENCY TYPE ADULT JUV PROSECUTION CONCURRENT BP DEPARTMENT JUSTICE CRIM FEL MISD INF MH MARIJ INTOX W PR",
        "D M Y DS INVALID CASC CAPD CASO CAHP CASP CAUP CAMC CAJC CAJV CAPO CAPR CASD CACO CAJD SINGLE MULTIPLE SOURCE",
        "AUTH COPULATION EMPLOYEE CONTRACTOR SECURITY GUARD APPLICANT TEACHER",
    ],
    [CITED, _AMOUNT, _AGE, _COUNT],
)
"""What texts of the file may keep: citations, the words of the format's own tables, counties, and plain law words."""


def anonymize_extract(path: Path, out: Path, disguise: Disguise) -> int:
    """Write a copy of one research file.

    Args:
        path: the file.
        out: where to write; in UTF-8, whatever the file is in.
        disguise: the pseudonyms.

    Returns:
        How many rows it has, those that are no records included.

    Raises:
        SourceError: it is empty, no text, or its header has names that are unknown.
    """
    with path.open("rb") as stream, out.open("w", encoding="utf-8", newline="") as copy:
        head = stream.read(HEAD_BYTES)
        layout = find_layout(head, path.name)
        stream.seek(0)
        for _ in range(layout.skip):
            stream.readline()
        if layout.header:
            copy.write(",".join(layout.names) + "\n")
        body = Layout(layout.names, header=False, skip=0)
        rows = 0
        for lines in _batches(stream):
            for text in _copied(lines, body, disguise):
                copy.write(text)
                rows += 1
    return rows


def _batches(stream: BinaryIO) -> Iterator[list[bytes]]:
    """The lines of a file in batches. None begins inside a record: a line that is one by itself is never joined."""
    lines: list[bytes] = []
    for line in stream:
        if len(lines) >= _BATCH and is_record(line):
            yield lines
            lines = []
        lines.append(line)
    if lines:
        yield lines


def _copied(lines: list[bytes], layout: Layout, disguise: Disguise) -> Iterator[str]:
    """The rows of some lines, in their order."""
    recovered = recover(lines, layout)
    sound = csv.reader(io.StringIO(recovered.clean.decode(), newline=""))
    good = dict(zip(recovered.rows.to_list(), sound, strict=True))
    for row, text in enumerate(recovered.texts.to_list()):
        if row in good:
            line = io.StringIO()
            cells = _disguised(dict(zip(layout.names, good[row], strict=True)), disguise)
            csv.writer(line, lineterminator="\n").writerow(cells)
            yield line.getvalue()
        else:
            # A line of several that belong together is one row as well; its shape keeps what is wrong with it.
            yield scrubbed(text) + "\n"


def _disguised(cells: Mapping[str, str], disguise: Disguise) -> list[str]:
    subject = cells["SUBJECT_ID"].strip()
    # Without an id nobody can tell whose row it is, so that it is nobody else's.
    mask = disguise.person(f"subject {subject}" if subject else "row " + "\0".join(cells.values()))
    without = own_words(*(cells[name] for name in _NAMES))
    return [
        padded(cell, _rule(name, mask, without)) if cell.strip().strip("-").strip() else cell
        for name, cell in cells.items()
    ]


def _rule(name: str, mask: Mask, without: frozenset[str]) -> Callable[[str], str]:
    """What becomes of a cell of one column."""

    def text(cell: str) -> str:
        # Columns of fixed wordings keep theirs even where somebody is called like a word of them.
        free = "OFFENSE" in name or name == "COMMENT_TEXT"
        return VOCABULARY.cleaned(cell, mask, without if free else frozenset())

    def number(kind: str) -> Callable[[str], str]:
        return lambda cell: cell if cell == "NULL" else mask.disguise.number(kind, cell)

    def held(pattern: re.Pattern[str]) -> Callable[[str], str]:
        return lambda cell: cell if pattern.fullmatch(cell) else mask.disguise.number(name, cell)

    if name in _NAMES:
        return mask.name
    if name in _NUMBERS:
        return number(_NUMBERS[name])
    if name in _DAYS:
        return mask.digits
    if name in _LEFT_OUT:
        return lambda cell: ""
    if name in _PLACES:
        return held(_COUNT_ORDER if name == "CNT_ORDER" else _PLACE)
    if name == "STP_ORI_CODE":
        return held(_AGENCY)
    if name.endswith(("_CODE", "_SEP", "_TOC", "_AGE")) or name in ("SENT_LENGTH", "CII_TYPE", "STP_ORI_TYPE"):
        return lambda cell: cell if _CODE.fullmatch(cell) else text(cell)
    return text


assert {*_NAMES, *_NUMBERS, *_DAYS, *_LEFT_OUT, *_PLACES} < set(COLUMNS)
