"""What every format is asked, of the national rap sheet."""

from __future__ import annotations

from pathlib import Path

from recordrelief.testing import Lines, format_suite
from recordrelief_niem.format import NationalRapSheet

HERE = Path(__file__).resolve().parent

TestNationalRapSheet = format_suite(NationalRapSheet(), samples=HERE / "samples", golden=HERE / "golden", text=Lines())
