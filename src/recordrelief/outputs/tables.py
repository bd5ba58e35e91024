"""The outputs ``csv`` and ``xlsx``: the determinations as one table for a spreadsheet.

A cell that a spreadsheet could run as a formula gets an apostrophe in front.
"""

from __future__ import annotations

import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar

import polars as pl

from recordrelief.errors import RequestError
from recordrelief.joint import JointScreening
from recordrelief.outputs import Output
from recordrelief.records import Records
from recordrelief.screening import Answers, Screening
from recordrelief.wording import notice

FORMULA_SIGNS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"
"""The characters with which a cell must not begin; the last four are = + - @ at full width, which count as well."""
JOINED_BY = "; "
"""What stands between the deciding conditions in one cell."""
SHEET_ROWS = 1_000_000
"""Determinations on one sheet; a workbook continues on the next."""
_MADE = datetime.datetime(1980, 1, 1)


def flat(frame: pl.DataFrame) -> pl.DataFrame:
    """A frame without lists: their items joined by ``; ``."""
    lists = [name for name, dtype in frame.schema.items() if dtype == pl.List(pl.String)]
    return frame.with_columns(pl.col(lists).list.join(JOINED_BY)) if lists else frame


def harmless(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with an apostrophe in front of every text that a spreadsheet could take for a formula."""
    texts = [name for name, dtype in frame.schema.items() if dtype in (pl.String, pl.Categorical, pl.Enum)]
    return frame.with_columns(_harmless(name) for name in texts)


def _harmless(name: str) -> pl.Expr:
    text = pl.col(name).cast(pl.String)
    risky = text.str.slice(0, 1).is_in(list(FORMULA_SIGNS))
    return pl.when(risky).then(pl.concat_str(pl.lit("'"), text)).otherwise(text).alias(name)


class Csv(Output):
    """Writes ``determinations.csv``."""

    id: ClassVar[str] = "csv"
    title: ClassVar[str] = "Determinations as CSV"
    joint: ClassVar[bool] = True
    pseudonymous: ClassVar[bool] = True
    in_parts: ClassVar[bool] = True

    def write(self, screening: Answers, records: Records, directory: Path, settings: object) -> tuple[Path, ...]:
        """Write the determinations with a header; deciding conditions are joined by ``; ``."""
        return self.write_part(screening.determinations, 0, directory, settings)

    def write_part(
        self, determinations: pl.DataFrame, part: int, directory: Path, settings: object
    ) -> tuple[Path, ...]:
        """Write the determinations behind those of the parts before."""
        path = directory / "determinations.csv"
        with path.open("ab") as stream:
            harmless(flat(determinations)).write_csv(stream, include_header=part == 0)
        return (path,)


class Xlsx(Output):
    """Writes ``determinations.xlsx``; needs the extra ``excel``."""

    id: ClassVar[str] = "xlsx"
    title: ClassVar[str] = "Determinations as an Excel workbook"
    joint: ClassVar[bool] = True
    pseudonymous: ClassVar[bool] = True

    def settings(self, text: str | None) -> object:
        """Take no settings, and make sure that the extra is installed."""
        if find_spec("xlsxwriter") is None:
            raise RequestError(
                "The output xlsx needs the extra 'excel', which is not installed.",
                cure="Install it: pip install 'recordrelief[excel]'.",
            )
        return super().settings(text)

    def write(self, screening: Answers, records: Records, directory: Path, settings: object) -> tuple[Path, ...]:
        """Write the determinations, header frozen, on as many sheets as they need, and what they are on the last."""
        import xlsxwriter  # type: ignore[import-untyped]

        path = directory / "determinations.xlsx"
        frame = harmless(flat(screening.determinations))
        # In memory: nothing of a record may lie in the system's temporary directory.
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        with xlsxwriter.Workbook(str(path), options) as workbook:
            told = notice(screening.remedies)
            workbook.set_properties({"created": _MADE, "comments": told})
            bold = workbook.add_format({"bold": True})
            as_day = workbook.add_format({"num_format": "yyyy-mm-dd"})
            for number, start in enumerate(range(0, max(frame.height, 1), SHEET_ROWS), start=1):
                sheet = workbook.add_worksheet("determinations" + (f" {number}" if number > 1 else ""))
                sheet.write_row(0, 0, frame.columns, bold)
                sheet.freeze_panes(1, 0)
                part = frame.slice(start, SHEET_ROWS)
                for column, name in enumerate(frame.columns):
                    format_ = as_day if frame.schema[name] == pl.Date else None
                    sheet.set_column(column, column, 14, format_)
                    sheet.write_column(1, column, part[name].to_list(), format_)
            about = workbook.add_worksheet("about")
            about.write_column(0, 0, [told, _law(screening)])
            about.write_string(2, 0, f"As of {screening.as_of.isoformat()}")
        return (path,)


def _law(answers: Answers) -> str:
    parts = answers.parts if isinstance(answers, JointScreening) else (answers,)
    laws = [f"{part.pack.title} {part.pack.version}" for part in parts if isinstance(part, Screening)]
    return f"Law: {', '.join(laws)}"
