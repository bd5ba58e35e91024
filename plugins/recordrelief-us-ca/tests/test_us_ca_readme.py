"""The README of the pack names every remedy and every option of its policy."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import attrs

from recordrelief_us_ca.pack import PACK
from recordrelief_us_ca.policy import CaliforniaPolicy, Prosecutor

README = (Path(__file__).resolve().parent.parent / "README.md").read_text(encoding="utf-8")


def test_the_tables_name_every_option_and_no_other() -> None:
    options = README.split("## Policy options", 1)[1].split("## Questions for counsel", 1)[0]
    told = re.findall(r"^\| `(\w+)` \|", options, re.MULTILINE)
    fields = [field.name for kind in (CaliforniaPolicy, Prosecutor) for field in attrs.fields(kind)]
    assert sorted(told) == sorted(name for name in fields if name != "prosecutor")


def test_every_remedy_stands_in_the_first_table() -> None:
    for remedy in PACK.in_force(CaliforniaPolicy(), date(2020, 7, 1)):
        assert f"| {remedy.id.upper().replace('-', ' ')} |" in README.upper()
