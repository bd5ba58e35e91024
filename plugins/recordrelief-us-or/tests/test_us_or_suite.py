"""What every format is asked, of Oregon's records as JSON lines: nasty files, the order of records, memory."""

from __future__ import annotations

from pathlib import Path

from recordrelief.testing import Lines, format_suite
from recordrelief_us_or.cases.format import OregonCases

HERE = Path(__file__).resolve().parent

TestOregonCases = format_suite(
    OregonCases(), samples=HERE / "samples", golden=HERE / "golden", text=Lines(records=True)
)
