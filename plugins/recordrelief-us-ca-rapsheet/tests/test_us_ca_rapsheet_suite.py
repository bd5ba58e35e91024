"""What every format is asked, of RAP sheets as text: nasty files, memory, no text of a record told."""

from __future__ import annotations

from pathlib import Path

from recordrelief.testing import Lines, format_suite
from recordrelief_us_ca_rapsheet.format import RapSheets

HERE = Path(__file__).resolve().parent

TestRapSheets = format_suite(RapSheets(), samples=HERE / "samples", golden=HERE / "golden", text=Lines(), large=200_000)
