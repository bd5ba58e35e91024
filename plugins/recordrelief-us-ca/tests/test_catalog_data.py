"""The offense catalog as a table: its shape, its order, and that no row contradicts another."""

from __future__ import annotations

import csv
from importlib.resources import files
from itertools import pairwise

import pytest

from recordrelief.citations import Citation, CitationRange, CitationReader, CitedOffense
from recordrelief_us_ca import life, offenses

COLUMNS = [
    "citation",
    "description",
    "levels",
    "serious",
    "violent",
    "superstrike",
    "registrable",
    "realigned",
    "prop64",
    "prop47",
    "notes",
    "source",
]
FLAGS = ["serious", "violent", "superstrike", "registrable", "realigned", "prop64", "prop47"]
LEVELS = ["infraction", "misdemeanor", "wobbler", "felony"]
SOURCES = {"law page", "general knowledge"}
CODES = {"BP", "HS", "MV", "PC", "VC", "WI"}
ATTEMPT = "PC 664/"

CANNABIS_RANGE = CitationRange.parse("HS 11357-11360")
CANNABIS_OPEN = [CitationRange.parse("HS 11362.1-11362.4"), CitationRange.parse("HS 11530-11531")]

Row = dict[str, str]


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    text = (files("recordrelief_us_ca") / "data" / "offenses.csv").read_text(encoding="utf-8")
    reader = csv.DictReader(text.splitlines(), strict=True)
    assert reader.fieldnames == COLUMNS
    return list(reader)


def target(row: Row) -> Citation:
    """The offense of the row; for an attempt the offense attempted."""
    text = row["citation"]
    return Citation.parse("PC " + text.removeprefix(ATTEMPT) if text.startswith(ATTEMPT) else text)


def is_attempt(row: Row) -> bool:
    return row["citation"].startswith(ATTEMPT)


def place(row: Row) -> tuple[Citation, bool, Citation]:
    """Where the row stands: by citation, the attempts behind PC 664."""
    cited = target(row)
    return (Citation.parse("PC 664") if is_attempt(row) else cited, is_attempt(row), cited)


def families(rows: list[Row]) -> list[tuple[Row, Row]]:
    """Each row together with each row below it, such as PC 459 and PC 459(a); attempts stand outside."""
    plain = {target(row): row for row in rows if not is_attempt(row)}
    pairs = []
    for cited, row in plain.items():
        for length in range(len(cited.subdivisions)):
            above = plain.get(Citation(cited.code, cited.section, cited.subdivisions[:length]))
            if above is not None:
                pairs.append((above, row))
    return pairs


def reachable(levels: str) -> set[str]:
    """The levels a row allows for; an offense of two levels and a wobbler come to the same."""
    allowed = set(levels.split(";"))
    if "wobbler" in allowed:
        allowed |= {"misdemeanor", "felony"}
    if {"misdemeanor", "felony"} <= allowed:
        allowed |= {"wobbler"}
    return allowed


def test_every_row_is_whole(rows: list[Row]) -> None:
    assert rows
    bad = [
        row["citation"]
        for row in rows
        if None in row or None in row.values() or any(value != value.strip() or "\n" in value for value in row.values())
    ]
    assert bad == []
    assert [row["citation"] for row in rows if not row["description"]] == []


def test_every_citation_is_in_canonical_form(rows: list[Row]) -> None:
    faults = [
        row["citation"]
        for row in rows
        if row["citation"] != (ATTEMPT + str(target(row)).removeprefix("PC ") if is_attempt(row) else str(target(row)))
    ]
    assert faults == []
    assert {target(row).code for row in rows} <= CODES


def test_every_citation_reads_as_itself(rows: list[Row]) -> None:
    reader = CitationReader(CODES)
    faults = []
    for row in rows:
        read = reader.read(row["citation"])
        if row["citation"] in ("PC 664", "PC 182", "PC 182(a)(1)"):  # ways of committing, with no target given
            continue
        if read is None or read.citations != (target(row),) or read.attempt != is_attempt(row) or read.conspiracy:
            faults.append(row["citation"])
    assert faults == []


def test_no_offense_stands_twice(rows: list[Row]) -> None:
    places = [place(row) for row in rows]
    assert len(set(places)) == len(places)


def test_rows_stand_in_the_order_of_the_codes(rows: list[Row]) -> None:
    out_of_order = [
        (before["citation"], row["citation"]) for before, row in pairwise(rows) if place(before) > place(row)
    ]
    assert out_of_order == []


@pytest.mark.parametrize("flag", FLAGS)
def test_flags_are_yes_no_or_maybe(rows: list[Row], flag: str) -> None:
    assert [row["citation"] for row in rows if row[flag] not in ("yes", "no", "maybe")] == []


def test_levels_are_known_words_from_light_to_heavy(rows: list[Row]) -> None:
    faults = []
    for row in rows:
        levels = row["levels"].split(";")
        if levels != [level for level in LEVELS if level in levels]:
            faults.append(row["citation"])
    assert faults == []


def test_sources_are_known(rows: list[Row]) -> None:
    assert {row["source"] for row in rows} <= SOURCES


@pytest.mark.parametrize("flag", FLAGS)
def test_a_row_never_contradicts_the_rows_below_it(rows: list[Row], flag: str) -> None:
    """A bare section says no only if every subdivision listed does, and yes only if none of them says no."""
    faults = [
        (above["citation"], below["citation"])
        for above, below in families(rows)
        if (above[flag] == "no" and below[flag] != "no") or (above[flag] == "yes" and below[flag] == "no")
    ]
    assert faults == []


def test_a_bare_section_allows_for_the_levels_of_its_subdivisions(rows: list[Row]) -> None:
    faults = [
        (above["citation"], below["citation"])
        for above, below in families(rows)
        if not set(below["levels"].split(";")) <= reachable(above["levels"])
    ]
    assert faults == []


@pytest.mark.parametrize("flag", ["serious", "violent", "superstrike"])
def test_only_what_can_be_a_felony_counts_as_a_strike(rows: list[Row], flag: str) -> None:
    assert [row["citation"] for row in rows if row[flag] != "no" and "felony" not in reachable(row["levels"])] == []


def test_a_violent_felony_is_never_surely_not_serious(rows: list[Row]) -> None:
    assert [row["citation"] for row in rows if row["violent"] == "yes" and row["serious"] == "no"] == []


def cited(citation: Citation | CitationRange) -> CitedOffense:
    return CitedOffense.parse(str(citation))


def test_an_offense_of_life_is_a_superstrike_and_violent(rows: list[Row]) -> None:
    """PC 667(e)(2)(C)(iv)(VIII), 667.5(c)(7)."""
    faults = [
        str(one)
        for one in life.LIFE.members
        for listed in (offenses.SUPERSTRIKE, offenses.VIOLENT, offenses.SERIOUS)
        if listed.belongs(cited(one)) is not True
    ]
    assert faults == []


def test_an_offense_of_life_for_a_gang_only_is_perhaps_a_superstrike(rows: list[Row]) -> None:
    """A finding decides; by the section alone it is neither surely one nor surely none."""
    assert [
        str(one) for one in life.LIFE_FOR_A_GANG.members if offenses.SUPERSTRIKE.belongs(cited(one)) is not None
    ] == []


@pytest.mark.parametrize(
    "citation",
    ["PC 203", "PC 212.5(c)", "PC 245(a)(1)", "PC 245(d)(1)", "PC 459", "PC 460(a)", "PC 664/211", "PC 4501"],
)
def test_an_ordinary_strike_is_no_superstrike(rows: list[Row], citation: str) -> None:
    (row,) = [row for row in rows if row["citation"] == citation]
    assert (row["serious"] != "no", row["superstrike"]) == (True, "no")


def test_proposition_64_names_few_sections(rows: list[Row]) -> None:
    """HS 11357 to 11360, without HS 11357.5; sections that need a person to look are at most maybe."""
    synthetic = Citation.parse("HS 11357.5")
    faults = []
    for row in rows:
        cited = target(row)
        if CANNABIS_RANGE.contains(cited) and not synthetic.contains(cited):
            allowed = {"yes", "maybe"}
        elif any(span.contains(cited) for span in CANNABIS_OPEN):
            allowed = {"no", "maybe"}
        else:
            allowed = {"no"}
        if row["prop64"] not in allowed:
            faults.append(row["citation"])
    assert faults == []


def test_sections_that_look_alike_are_kept_apart(rows: list[Row]) -> None:
    by_citation = {row["citation"]: row for row in rows}
    assert by_citation["PC 288a(b)(1)"]["superstrike"] == "no"
    assert by_citation["PC 288(a)"]["superstrike"] == "yes"
    assert by_citation["PC 647(a)"]["registrable"] == "no"
    assert by_citation["PC 647a"]["registrable"] == "yes"
    assert by_citation["PC 653f(b)"]["superstrike"] == "yes"
    assert by_citation["PC 653f(c)"]["superstrike"] == "no"
    assert by_citation["HS 11357"]["prop64"] == "yes"
    assert by_citation["HS 11357.5"]["prop64"] == "no"


def test_enhancements_are_not_offenses(rows: list[Row]) -> None:
    """Findings on another count, such as PC 12022.5, have no row: they change the count they stand on."""
    spans = [CitationRange.parse("PC 12022-12022.95"), CitationRange.parse("PC 667-667.95")]
    assert [row["citation"] for row in rows if any(span.contains(target(row)) for span in spans)] == []
