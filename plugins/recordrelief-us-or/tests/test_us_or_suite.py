"""What every format is asked, of Oregon's records as JSON lines and as a table: nasty files, order, memory."""

from __future__ import annotations

from pathlib import Path

from recordrelief.testing import Delimited, Lines, format_suite
from recordrelief_us_or.cases.format import OregonCases

HERE = Path(__file__).resolve().parent
SAMPLES = HERE / "samples"

TestJsonLines = format_suite(
    OregonCases(), samples=[SAMPLES / "records.jsonl"], golden=HERE / "golden", text=Lines(records=True)
)
TestTable = format_suite(
    OregonCases(),
    samples=[SAMPLES / "charges.csv"],
    golden=HERE / "golden",
    text=Delimited(
        dates={"birth_date": "%Y-%m-%d", "offense_date": "%Y-%m-%d", "disposition_date": "%Y-%m-%d"},
        codes=("level", "ruling", "case_status"),
        any_order=False,  # the first row of a case is its first count
    ),
    skips={"generate": "it writes lines"},
)
