"""Where HS 11361.8 and the archived tool disagree, and why."""

from __future__ import annotations

import csv
import json
import stat
from pathlib import Path

import pytest
from research_rows import BLANK, Cells, court, step, write

import recordrelief as rr
from recordrelief.errors import RequestError
from recordrelief_us_ca_doj.differences import COLUMNS, Differences, _why
from recordrelief_us_ca_doj.reader import read

pytest.importorskip("recordrelief_us_ca")
RELIEF = {"CNT_ORDER": "101003001000", "STP_EVENT_DATE": "20190101", "DISP_DESCR": "DISMISSED PER 11361.8 HS"}
ALL = ["11357", "11358", "11359", "11360"]


@pytest.fixture
def options(tmp_path: Path) -> Path:
    """That tool's options: every section dismissed."""
    path = tmp_path / "options.json"
    baseline = {"baselineEligibility": {"dismiss": ALL, "reduce": []}, "additionalRelief": {}}
    path.write_text(json.dumps(baseline))
    return path


def differences(folder: Path, options: Path, *rows: Cells, county: str | None = "ALPINE") -> list[dict[str, str]]:
    """The rows of differences.csv for a file of these rows."""
    records = read([write(folder / "extract.dat", rows)])
    screening = rr.screen(records, statutes="us-ca", as_of="2024-07-01", county=county)
    output = Differences()
    (path,) = output.write(screening, records, folder, output.settings(str(options)))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with path.open(newline="") as stream:
        reader = csv.DictReader(stream)
        assert reader.fieldnames == list(COLUMNS)
        return list(reader)


def test_relief_that_stands_in_the_record_is_recommended_again(tmp_path: Path, options: Path) -> None:
    (row,) = differences(tmp_path, options, court(), court(**RELIEF))
    assert (row["source_file"], row["source_line"], row["charge_id"]) == ("extract.dat", "2", "S1-101002001000")
    assert (row["citation"], row["statute"], row["tool"]) == ("HS 11359", "granted", "Eligible for Dismissal")
    assert row["why"] == "The record shows this relief already, the tool recommends it again."


def test_an_offense_that_only_looks_like_cannabis(tmp_path: Path, options: Path) -> None:
    (row,) = differences(tmp_path, options, court(), court(CNT_ORDER="101002002000", OFFENSE_DESCR="113570 PC-X"))[-1:]
    assert (row["citation"], row["charge_id"]) == ("PC 113570", "S1-101002002000")
    assert row["statute"] in ("", "undetermined")
    assert row["tool"] == "Eligible for Dismissal"


def test_an_attempt_that_the_tool_misses(tmp_path: Path, options: Path) -> None:
    rows = differences(tmp_path, options, court(OFFENSE_DESCR="664-11359 HS-ATTEMPT"))
    assert all(row["tool"] == "" for row in rows)
    assert all(row["why"].endswith("the tool gives no answer.") for row in rows)


def test_other_counties_are_no_difference(tmp_path: Path, options: Path) -> None:
    elsewhere = court(CNT_ORDER="102002001000", STP_ORI_CNTY_NAME="SIERRA")
    lines = {row["source_line"] for row in differences(tmp_path, options, court(), elsewhere)}
    assert lines <= {"2"}


def test_a_count_is_one_charge_whichever_row_the_tool_takes(tmp_path: Path, options: Path) -> None:
    """The record keeps the row that decides the count; the tool takes the first that is convicted."""
    rows = differences(tmp_path, options, court(DISP_DESCR="DISMISSED"), court(SENT_LOC_DESCR="JAIL"))
    assert [(row["source_line"], row["charge_id"], row["statute"]) for row in rows] == [
        ("2", "S1-101002001000", "undetermined")
    ]


def test_two_files_of_one_name(tmp_path: Path, options: Path) -> None:
    paths = []
    for number in (1, 2):
        (tmp_path / str(number)).mkdir()
        cells = [court(SUBJECT_ID=f"S{number}"), court(SUBJECT_ID=f"S{number}", **RELIEF)]
        paths.append(write(tmp_path / str(number) / "extract.dat", cells))
    records = read(paths)
    screening = rr.screen(records, statutes="us-ca", as_of="2024-07-01", county="ALPINE")
    output = Differences()
    (path,) = output.write(screening, records, tmp_path, output.settings(str(options)))
    rows = list(csv.DictReader(path.read_text().splitlines()))
    assert [(row["source_file"], row["subject_id"], row["statute"]) for row in rows] == [
        ("extract.dat (1)", "S1", "granted"),
        ("extract.dat (2)", "S2", "granted"),
    ]


@pytest.mark.parametrize(
    ("status", "tool", "why"),
    [
        (None, "", None),
        (None, "Eligible for Dismissal", "The tool grants (R), but the statute is not about this charge."),
        ("ineligible", "", None),
        ("granted", "", None),
        ("eligible", "", "The statute gives relief (dismissed and sealed), the tool gives no answer."),
        ("eligible_later", "", "The statute gives relief only later (a.1: it is so), the tool gives no answer."),
        ("undetermined", "", "The statute leaves it open (a.1: it is so), the tool gives no answer."),
        ("eligible", "Eligible for Dismissal", None),
        (
            "eligible",
            "Eligible for Reduction",
            "Both give relief: the statute says dismissed and sealed, the tool eligible for reduction (R).",
        ),
        (
            "ineligible",
            "Eligible for Dismissal",
            "The statute denies relief, since this is not met (a.1: it is so); the tool grants (R).",
        ),
    ],
)
def test_the_sentence(status: str | None, tool: str, why: str | None) -> None:
    said = _why(status, "dismissed and sealed", ["a.1"], tool, "R", sentences={"a.1": "it is so"})
    assert said == why


def test_what_it_needs(tmp_path: Path, options: Path) -> None:
    output = Differences()
    for text in (None, ""):
        with pytest.raises(RequestError):
            output.settings(text)
    with pytest.raises(RequestError, match="county"):
        differences(tmp_path, options, court(), county=None)
    records = rr.read(write(tmp_path / "other.dat", [court(), step("CUSTODY", OFFENSE_DESCR=BLANK)]))
    screening = rr.screen(records, statutes="us-ca", as_of="2024-07-01", county="ALPINE", remedies=["hs-11361.9"])
    with pytest.raises(RequestError, match=r"11361\.8"):
        output.write(screening, records, tmp_path, output.settings(str(options)))


def test_no_cell_is_a_formula(tmp_path: Path, options: Path) -> None:
    (row,) = differences(tmp_path, options, court(SUBJECT_ID="=1+1"), court(SUBJECT_ID="=1+1", **RELIEF))
    assert row["subject_id"] == "'=1+1"
