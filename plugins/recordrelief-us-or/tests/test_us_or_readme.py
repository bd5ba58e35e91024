"""The README names every remedy, every option of the policy and every column, and its example can be read."""

from __future__ import annotations

import re
from pathlib import Path

import attrs

from recordrelief_us_or.cases import reader
from recordrelief_us_or.cases.layout import COLUMNS
from recordrelief_us_or.pack import PACK
from recordrelief_us_or.policy import OregonPolicy
from recordrelief_us_or.recordsponge.labels import LABELS

README = (Path(__file__).resolve().parent.parent / "README.md").read_text(encoding="utf-8")


def _section(title: str) -> str:
    return README.split(f"\n{title}\n", 1)[1].split("\n## ", 1)[0]


def test_the_table_names_every_option_and_no_other() -> None:
    told = re.findall(r"^\| `(\w+)` \|", _section("## Policy options"), re.MULTILINE)
    assert sorted(told) == sorted(field.name for field in attrs.fields(OregonPolicy))


def test_every_remedy_stands_in_the_first_table() -> None:
    told = re.findall(r"^\| `([^`]+)` \|", _section("## What the pack holds"), re.MULTILINE)
    assert sorted(told) == sorted({remedy.id for remedy in PACK.all_versions(OregonPolicy())})


def test_every_column_is_named() -> None:
    output = _section("### The output `recordsponge`")
    assert [name for name in LABELS if f"`{name}`" not in output] == []
    of_case = {"case_number", "county", "court", "citation_date", "filed", "case_type"}
    of_case |= {"restitution_on_case", "balance_due_cents"}
    text = _section("## The format `us-or-cases`")
    assert [name for name in COLUMNS if f"`{name}`" not in text and name not in of_case] == []
    assert [name for name in of_case if f'"{name}"' not in text] == []


def test_the_questions_are_numbered_and_the_options_point_at_them() -> None:
    numbers = [int(number) for number in re.findall(r"^(\d+)\. \*\*", README, re.MULTILINE)]
    assert numbers == list(range(1, len(numbers) + 1))
    asked = re.findall(r"\| (\d+) \|$", _section("## Policy options"), re.MULTILINE)
    assert {int(number) for number in asked} <= set(numbers)


def test_the_example_can_be_read(tmp_path: Path) -> None:
    example = re.search(r"^```json\n(.*?)^```", README, re.M | re.S)
    assert example is not None
    path = tmp_path / "records.jsonl"
    path.write_text(example[1].replace("\n", " ") + "\n", encoding="utf-8")
    records = reader.read([path])
    assert (records.charges.height, records.quarantine.height) == (1, 0)
    assert records.sources[0].notes == ()
