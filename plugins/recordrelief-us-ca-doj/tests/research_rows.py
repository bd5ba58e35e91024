"""Tiny research files for tests: rows of 95 cells, each given by what differs from one plain conviction.

Everybody in them is invented, and no such number is given to anyone.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path

import polars as pl

from recordrelief.records import Records
from recordrelief_us_ca_doj.reader import read
from recordrelief_us_ca_doj.rows import COLUMNS

BLANK = "  -  "
FELONY_SALE = "11359 HS-POSSESS MARIJUANA FOR SALE"

CONVICTION = dict.fromkeys(COLUMNS, BLANK) | {
    "SUBJECT_ID": "S1",
    "PRI_NAME": "QUILL,ODA M",
    "GENDER": "F",
    "PRI_DOB": "19700203",
    "CYC_DATE": "20050101",
    "STP_EVENT_DATE": "20050607",
    "STP_TYPE_DESCR": "COURT ACTION",
    "STP_ORI_DESCR": "CASC ALPINE",
    "STP_ORI_CNTY_NAME": "ALPINE",
    "CNT_ORDER": "101002001000",
    "OFN": "",
    "OFFENSE_DESCR": FELONY_SALE,
    "OFFENSE_TOC": "F",
    "DISP_DESCR": "CONVICTED",
    "CONV_STAT_DESCR": "FELONY",
    "COMMENT_TEXT": "",
    "END_OF_REC": "#",
}

Cells = Mapping[str, str]


def court(**cells: str) -> dict[str, str]:
    """A count of a court step: a conviction unless the cells say otherwise."""
    return {**CONVICTION, **cells}


def arrest(**cells: str) -> dict[str, str]:
    """A count of an arrest of the same cycle, without a disposition."""
    return court(
        **{
            "STP_TYPE_DESCR": "ARREST/DETAINED/CITED",
            "CNT_ORDER": "101001001000",
            "STP_EVENT_DATE": "20050102",
            "DISP_DESCR": "",
            "CONV_STAT_DESCR": "",
            **cells,
        }
    )


def step(kind: str, **cells: str) -> dict[str, str]:
    """A step that is no charge, in a cycle of its own."""
    return arrest(**{"STP_TYPE_DESCR": kind, "CNT_ORDER": "109001001000", "OFFENSE_DESCR": BLANK, **cells})


def write(path: Path, rows: Iterable[Cells]) -> Path:
    """A research file with a header."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([row[name] for name in COLUMNS] for row in rows)
    path.write_text(stream.getvalue(), encoding="utf-8")
    return path


def read_rows(folder: Path, *rows: Cells, name: str = "extract.dat") -> Records:
    """The records of one file of these rows."""
    return read([write(folder / name, rows)])


def codes_of(records: Records, code: str | None = None) -> list[str]:
    """The issue codes in their order, or the keys of the rows with one code."""
    if code is None:
        return records.issues["code"].to_list()
    return records.issues.filter(pl.col("code") == code)["row_key"].to_list()
