"""A list as an Excel workbook: header frozen, days as days, numbers as numbers, nothing that runs."""

from __future__ import annotations

import datetime
from importlib.util import find_spec
from pathlib import Path

import polars as pl

from recordrelief.extras import missing
from recordrelief.outputs.tables import harmless

_MADE = datetime.datetime(1980, 1, 1)
_ROWS = 1_000_000
_INERT = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def check_workbooks() -> None:
    """Refuse where the library for workbooks is not installed.

    Raises:
        RequestError: it is not.
    """
    if find_spec("xlsxwriter") is None:
        raise missing("excel", "A list as xlsx")


def write_workbook(rows: pl.DataFrame, path: Path, notice: str) -> None:
    """Write a list; longer ones continue on further sheets, and the last says what it is.

    Args:
        rows: the list.
        path: the file.
        notice: what it says of itself.
    """
    import xlsxwriter  # type: ignore[import-untyped]

    frame = harmless(rows)
    with xlsxwriter.Workbook(str(path), _INERT) as workbook:
        workbook.set_properties({"created": _MADE, "comments": notice})
        bold = workbook.add_format({"bold": True})
        as_day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        for number, start in enumerate(range(0, max(frame.height, 1), _ROWS), start=1):
            sheet = workbook.add_worksheet("list" + (f" {number}" if number > 1 else ""))
            sheet.write_row(0, 0, frame.columns, bold)
            sheet.freeze_panes(1, 0)
            part = frame.slice(start, _ROWS)
            for column, name in enumerate(frame.columns):
                day = as_day if frame.schema[name] == pl.Date else None
                sheet.set_column(column, column, 16, day)
                sheet.write_column(1, column, part[name].to_list(), day)
        about = workbook.add_worksheet("about")
        about.write_string(0, 0, notice)
