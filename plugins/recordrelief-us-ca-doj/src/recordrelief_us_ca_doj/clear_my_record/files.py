"""Writes the result files of Clear My Record: three CSV files for each input file and one summary.

The source columns of the full files are the input's own text, quotes and all, but for an apostrophe in front of a cell
that a spreadsheet would run as a formula, which that tool left as it was; the decision columns come behind it as
one text made beforehand, so nothing is taken apart and put together again. A quarantined row is fitted to the
columns, each of its fields quoted where needed, so that it cannot swallow the rows that follow.
"""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from pathlib import Path

import polars as pl

from recordrelief.outputs.tables import FORMULA_SIGNS

from ..rows import COLUMNS, ResearchFile, ResearchFiles
from .decisions import DECISION_COLUMNS, SOURCE_COLUMNS, Decisions, decisions
from .options import EligibilityOptions
from .summary import add, summarise, to_json

CONDENSED_COLUMNS = (
    "CII_NUMBER",
    "PRI_NAME",
    "GENDER",
    "PRI_DOB",
    "RACE_DESCR",
    "CYC_DATE",
    "STP_EVENT_DATE",
    "STP_ORI_DESCR",
    "STP_ORI_CNTY_NAME",
    "DISP_DATE",
    "OFN",
    "OFFENSE_DESCR",
    "DISP_DESCR",
    "CONV_STAT_DESCR",
    "SENT_LOC_DESCR",
    "SENT_LENGTH",
    "SENT_TIME_CODE",
    "CYC_AGE",
    "COMMENT_TEXT",
    "END_OF_REC",
)

_SURE = re.escape("".join(sorted(set(FORMULA_SIGNS) - set("+-"))))
# A dash alone, or a number, is none; in quotes a number may have a comma.
_FORMULA = f'((?:^|,)"?)([{_SURE}]|[+-][0-9.]*(?:[^0-9.,"]|""))|((?:^|,)")([+-][0-9.,]*(?:[^0-9.,"]|""))'
_SPECIAL = '[,"\r\n]'
_BLANK = "," * (len(DECISION_COLUMNS) - 1)
_DECISIONS_HEADER = ",".join(DECISION_COLUMNS)


def write_results(
    source: ResearchFiles, options: EligibilityOptions, county: str, compute_at: date, directory: Path
) -> tuple[Path, ...]:
    """Decides each file by itself and writes all results.

    Args:
        source: the research files of the run, in their order.
        options: what the district attorney chose.
        county: the county decided for, spelt as in the files.
        compute_at: the day at which ages and waits are measured.
        directory: the folder to write into.
    """
    written: list[Path] = []
    summaries = []
    for number, file in enumerate(source.files, start=1):
        suffix = f"_{number}" if len(source.files) > 1 else ""
        columns = list(dict.fromkeys((*SOURCE_COLUMNS, *CONDENSED_COLUMNS)))
        rows = file.frame(columns)
        decided = decisions(rows, options, county, compute_at)
        behind = _decision_texts(decided, file.rows)
        fitted = _fitted(file)
        condensed = directory / f"All_Results_Condensed{suffix}.csv"
        _write(_condensed(rows, fitted).with_columns(behind), condensed)
        del rows  # the texts of all lines come next, and each of the two is large
        full = _full(file.lines(), fitted).with_columns(behind)
        every = directory / f"All_Results{suffix}.csv"
        _write(full, every)
        prop64 = directory / f"Prop64_Results{suffix}.csv"
        _write(full[decided.considered_rows()], prop64)
        written += [every, condensed, prop64]
        summaries.append(summarise(decided, file.rows, options, county, compute_at))
    summary = directory / "gogen.json"
    _owned(summary).write_text(to_json(add(summaries)), "utf-8")
    return (*written, summary)


def quoted(text: pl.Expr, special: str = _SPECIAL) -> pl.Expr:
    """The field as it stands in a CSV file."""
    inside = text.str.replace_all('"', '""', literal=True)
    return pl.when(text.str.contains(special)).then(pl.concat_str(pl.lit('"'), inside, pl.lit('"'))).otherwise(text)


def fit(text: str) -> list[str]:
    """The fields of a broken record, cut or padded to the columns of the format."""
    try:
        fields = [field for record in csv.reader(io.StringIO(text, newline="")) for field in record]
    except csv.Error:
        fields = text.split(",")
    return (fields + [""] * len(COLUMNS))[: len(COLUMNS)]


def _decision_texts(decided: Decisions, rows: int) -> pl.Series:
    """The decision columns of every row as one text, quoted as that tool did (a leading space asks for quotes too)."""
    listed = decided.listed
    fields = pl.concat_str([quoted(pl.col(name), f"^ |{_SPECIAL}") for name in DECISION_COLUMNS], separator=",")
    filled = listed.select("row", fields.alias(_DECISIONS_HEADER))
    every = pl.DataFrame({"row": pl.int_range(rows, dtype=pl.UInt32, eager=True)})
    return (
        every.join(filled, on="row", how="left", maintain_order="left").get_column(_DECISIONS_HEADER).fill_null(_BLANK)
    )


def _fitted(file: ResearchFile) -> pl.DataFrame:
    """The quarantined rows, fitted to the columns."""
    bad = file.bad.select("row").unique().sort("row")
    if bad.is_empty():
        return bad.with_columns(pl.lit("").alias(name) for name in COLUMNS)
    broken = bad.join(file.lines(), on="row", maintain_order="left")
    fields = [fit(text) for text in broken.get_column("text")]
    frame = pl.DataFrame(fields, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")
    return frame.select(broken.get_column("row"), pl.all())


def _full(lines: pl.DataFrame, fitted: pl.DataFrame) -> pl.DataFrame:
    header = ",".join(COLUMNS)
    if fitted.is_empty():
        return lines.select(pl.col("text").alias(header))
    texts = fitted.select("row", fitted=pl.concat_str([quoted(pl.col(name)) for name in COLUMNS], separator=","))
    joined = lines.join(texts, on="row", how="left", maintain_order="left")
    return joined.select(pl.coalesce("fitted", "text").alias(header))


def _condensed(rows: pl.DataFrame, fitted: pl.DataFrame) -> pl.DataFrame:
    if not fitted.is_empty():
        wanted = ["row", *CONDENSED_COLUMNS]
        rows = pl.concat([rows.select(wanted), fitted.select(wanted)]).sort("row")
    special = rows.select(pl.col(CONDENSED_COLUMNS).str.contains(_SPECIAL).any()).row(0)
    return rows.select(
        quoted(pl.col(name)).alias(name) if found else pl.col(name)
        for name, found in zip(CONDENSED_COLUMNS, special, strict=True)
    )


def _write(frame: pl.DataFrame, path: Path) -> None:
    """The columns as they are, with nothing added but the commas between them, and what keeps formulas from running."""
    safe = pl.all().str.replace_all(_FORMULA, "${1}${3}'${2}${4}")
    frame.with_columns(safe).write_csv(_owned(path), quote_style="never")


def _owned(path: Path) -> Path:
    """The file, made new and readable by its owner only."""
    path.unlink(missing_ok=True)
    path.touch(mode=0o600, exist_ok=False)
    return path
