"""The README names what the distribution brings, and the columns of what it writes."""

from __future__ import annotations

import re
from pathlib import Path

from recordrelief_us_ca_doj import plugin
from recordrelief_us_ca_doj.differences import COLUMNS

README = (Path(__file__).resolve().parent.parent / "README.md").read_text(encoding="utf-8")


def test_every_format_and_output_has_its_section() -> None:
    for one in (*plugin.recordrelief_formats(), *plugin.recordrelief_outputs()):
        assert re.search(rf"^## The (format|output) `{one.id}`$", README, re.MULTILINE), one.id


def test_every_column_of_the_differences_is_explained() -> None:
    section = README.split("## The output `differences`", 1)[1].split("\n## ", 1)[0]
    told = {name for row in re.findall(r"^\| (`.*?) \|", section, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)}
    assert told == set(COLUMNS)
