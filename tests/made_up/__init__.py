"""A made-up county and a made-up law, as plugin files: what tests of runs and of the command line work with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from recordrelief import plugins

COUNTY = Path(__file__).parent / "county.py"
LAW = Path(__file__).parent / "law.py"
MARK = "Marktest-Zephyrine"
"""A name that no output stream of a failing run may show."""

HEADER = "person,name,charge,citation,level,outcome,county,day"
ROWS = (
    f"P1,{MARK} One,C1,XX 1,misdemeanor,convicted,AMBER,2010-02-03",
    f"P1,{MARK} One,C2,XX 2,felony,convicted,AMBER,2019-12-01",
    f"P2,{MARK} Two,C3,XX 1,,convicted,BASALT,2011-05-06",
    f"P2,{MARK} Two,C4,XX 1,misdemeanor,dismissed,BASALT,2011-05-06",
    f"P3,{MARK} Three,C5,XX 1,misdemeanor,convicted,AMBER,2020-03-04",
)
BAD_ROW = f"P4,{MARK} Four"


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Without the plugins that happen to be installed."""
    monkeypatch.setattr(plugins, "_distributions", lambda: iter(()))
    forget = plugins.installed.cache_clear
    forget()
    yield
    forget()


def extract(directory: Path, *rows: str, name: str = "extract.csv") -> Path:
    """A file of the made-up county."""
    path = directory / name
    path.write_text("\n".join([HEADER, *(rows or ROWS)]) + "\n", encoding="utf-8")
    return path
