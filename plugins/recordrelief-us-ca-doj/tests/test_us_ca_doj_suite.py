"""What every format is asked, of the research file: nasty files, the order of rows, memory, no text told."""

from __future__ import annotations

from pathlib import Path

from recordrelief.testing import Delimited, format_suite
from recordrelief_us_ca_doj.format import DojResearchFile

HERE = Path(__file__).resolve().parent

TestResearchFile = format_suite(
    DojResearchFile(),
    samples=HERE / "samples",
    golden=HERE / "golden",
    text=Delimited(
        dates={"PRI_DOB": "%Y%m%d", "STP_EVENT_DATE": "%Y%m%d", "DISP_DATE": "%Y%m%d"},
        codes=("DISP_DESCR", "CONV_STAT_DESCR", "SENT_LOC_DESCR", "STP_TYPE_DESCR", "OFFENSE_TOC"),
    ),
)
