"""What every format is asked, of those that are built in and of those in the examples."""

from __future__ import annotations

import tempfile
from pathlib import Path

from recordrelief.formats.canonical import Canonical, write_canonical
from recordrelief.formats.mapping import MappedFormat
from recordrelief.formats.person import Person
from recordrelief.plugins import load
from recordrelief.testing import Delimited, Lines, format_suite

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
WALK_IN = EXAMPLES / "one-person" / "walk-in.yaml"

_KEPT = tempfile.TemporaryDirectory()
TABLES = Path(_KEPT.name) / "tables"
TABLES.mkdir()
write_canonical(Person().read([WALK_IN]), TABLES)

TestPerson = format_suite(Person(), samples=[WALK_IN], text=Lines())
TestCanonical = format_suite(Canonical(), samples=[TABLES])
TestMapping = format_suite(
    MappedFormat.from_file(EXAMPLES / "own-mapping" / "larkspur.toml"),
    samples=[[EXAMPLES / "own-mapping" / "counts.csv", EXAMPLES / "own-mapping" / "terms.csv"]],
    text=Delimited(),
)
TestMarlowCounty = format_suite(
    load([EXAMPLES / "own-format" / "marlow_county.py"]).format("marlow-county"),
    samples=[EXAMPLES / "own-format" / "export.csv"],
    text=Delimited(dates={"born": "%m/%d/%Y", "result_date": "%m/%d/%Y"}, codes=("class", "result")),
)
