"""No cell of a CSV file or a workbook that is written can be run by a spreadsheet."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import polars as pl
import pytest
from made_up import BAD_ROW, COUNTY, LAW, ROWS, alone, extract  # noqa: F401

from recordrelief.outputs.tables import FORMULA_SIGNS, harmless
from recordrelief.runs import RunRequest, run

ROOT = Path(__file__).parents[1]
SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def test_every_sign_is_known() -> None:
    assert set(SIGNS) == set(FORMULA_SIGNS)


@pytest.mark.parametrize("sign", SIGNS, ids=repr)
def test_a_cell_that_begins_so_gets_an_apostrophe(sign: str) -> None:
    text = f"{sign}cmd|' /C calc'!A0"
    assert harmless(pl.DataFrame({"a": [text]})).item() == f"'{text}"


def _risky(cells: list[str]) -> list[str]:
    """Cells that a spreadsheet would run. A number or a day is none, whatever its sign."""
    return [cell for cell in cells if cell[:1] in SIGNS and cell and re.fullmatch(r"-?[0-9.]+", cell) is None]


def _cells(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as stream:
        return [cell for row in csv.reader(stream) for cell in row]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\uff1d"])
def test_every_file_of_a_run_is_safe_to_open(tmp_path: Path, sign: str) -> None:
    """A subject, a charge and a name of a file that a spreadsheet would run; read, set aside, and screened again."""
    rows = [f"{sign}{row}".replace(",C", f",{sign}C").replace("AMBER", f"{sign}AMBER") for row in (*ROWS, BAD_ROW)]
    source = extract(tmp_path, *rows)
    named = source.rename(tmp_path / f"{sign}a.csv")
    out = tmp_path / "run"
    earlier = tmp_path / "earlier"
    more = {"statutes": "xx", "plugins": [COUNTY, LAW], "outputs": ["csv", "xlsx"]}
    pytest.importorskip("xlsxwriter", reason="needs the extra excel")
    run(RunRequest(inputs=[named], as_of="2019-07-01", out=earlier, **more))
    run(RunRequest(inputs=[named], as_of="2020-07-01", out=out, since=earlier, **more))
    written = sorted(out.glob("*.csv"))
    assert {"determinations.csv", "quarantine.csv", "unknown-citations.csv", "changes.csv"} <= {
        path.name for path in written
    }
    for path in written:
        assert _risky(_cells(path)) == [], path.name


def test_every_writer_of_tables_is_known() -> None:
    """Whoever writes a table says here how its cells are made harmless: a new one is noticed."""
    known = {
        # every text goes through harmless()
        *("comparison_runs.py", "making.py", "parts.py", "run_files.py", "runs.py", "tables.py", "differences.py"),
        *("output.py", "linking.py", "both_ways.py", "reconciling.py", "workbooks.py", "writing.py"),
        # hashed, not written, or compared with what was written
        *("manifests.py", "stored.py", "anew.py"),
        "files.py",  # clear-my-record: tests/test_clear_my_record_files.py
        "anonymize.py",  # copies of an input in its own format, which must be read as such
        "traits.py",  # inputs of tests
        "reporting.py",  # asks making.py
    }
    writes = re.compile(r"write_csv|csv\.writer|xlsxwriter\.Workbook|write_excel|DictWriter")
    found = {
        path.name
        for folder in (ROOT / "src", *(ROOT / "plugins").glob("*/src"))
        for path in folder.rglob("*.py")
        if writes.search(path.read_text(encoding="utf-8"))
    }
    assert found <= known, f"{sorted(found - known)}: how are their cells made harmless?"
