"""Citations that no catalog knows: counted by frequency, listed in a run, and never the words of a record."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from made_up import COUNTY, LAW, MARK, alone, extract  # noqa: F401

from recordrelief.law import OffenseCatalog
from recordrelief.law.membership import unknown_citations
from recordrelief.model import Charge, Offense, Subject
from recordrelief.records import Records, readings
from recordrelief.runs import RunRequest, run
from recordrelief.terminal import show_summary

CATALOG = OffenseCatalog.from_csv("citation,description,levels,notes,source\nXX 1(a),humming,felony,,\n", flags=())


def charges(*cited: str | None, jurisdiction: str | None = "xx") -> list[Charge]:
    return [
        Charge(charge_id=str(place), jurisdiction=jurisdiction, offense=Offense(citation=citation, text=MARK))
        for place, citation in enumerate(cited)
    ]


def unknown(records: Records) -> tuple[list[tuple[Any, ...]], int]:
    found = unknown_citations(records.charges, CATALOG, "xx")
    return found.citations.rows(), found.unread


def of(*cited: str | None, **more: Any) -> Records:
    return Records.from_subjects([Subject(subject_id="S", charges=charges(*cited, **more))])


def test_they_are_counted_the_most_frequent_first() -> None:
    found = unknown(of("XX 3", "XX 2", "XX 3", "XX 1(a)", "XX 1", "XX 1(a)(2)", "XX 1(b)", "YY 9", "XX 2"))
    assert found == ([("XX 2", 2), ("XX 3", 2), ("XX 1(b)", 1), ("YY 9", 1)], 0)


def test_of_several_citations_each_counts_once_a_charge() -> None:
    assert unknown(of("XX 2; XX 1(a)", "XX 2; XX 3", "XX 3; XX 3")) == ([("XX 2", 2), ("XX 3", 2)], 0)


def test_an_attempt_counts_by_its_target() -> None:
    assert unknown(of("attempt XX 2", "XX 2")) == ([("XX 2", 2)], 0)


def test_what_could_not_be_read_is_counted_and_its_words_are_not_shown() -> None:
    found = unknown(of(None, MARK, f"XX 2 {MARK}", "XX 1(a)", "2 XX"))
    assert found == ([], 4)


def test_charges_of_another_jurisdiction_are_left_out() -> None:
    assert unknown(of("YY 1", None, jurisdiction="yy")) == ([], 0)
    assert unknown(of("YY 1", None, jurisdiction=None)) == ([("YY 1", 1)], 1)


def test_a_charge_in_several_readings_is_one() -> None:
    both = readings([of("XX 2", "XX 3", None, "XX 1(a)"), of("XX 2", "XX 4", None, None)])
    assert unknown(both) == ([("XX 2", 1), ("XX 3", 1), ("XX 4", 1)], 2)


def test_no_charges_cite_nothing() -> None:
    assert unknown(of()) == ([], 0)


@pytest.fixture
def request_(tmp_path: Path) -> RunRequest:
    rows = [f"P1,{MARK},C{place},{cited},felony,convicted,AMBER,2010-02-03" for place, cited in enumerate(CITED)]
    path = extract(tmp_path, *rows)
    return RunRequest(inputs=[path], statutes="xx", as_of="2020-07-01", out=tmp_path / "run", plugins=[COUNTY, LAW])


CITED = ("XX 9", "XX 9", "XX 1", "XX 8", MARK, *(f"XX {number}" for number in range(11, 16)))


def test_a_run_lists_them_in_a_file_its_manifest_and_its_summary(
    request_: RunRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    finished = run(request_)
    listed = [("XX 9", 2), *((f"XX {number}", 1) for number in (11, 12, 13, 14, 15, 8))]
    assert pl.read_csv(finished.directory / "unknown-citations.csv").rows() == [("xx", *row) for row in listed]
    about = json.loads((finished.directory / "manifest.json").read_text(encoding="utf-8"))
    (law,) = about["statutes"]
    assert law["unknown_citations"] == [{"citation": citation, "charges": count} for citation, count in listed]
    assert law["offenses_unread"] == 1
    assert "unknown-citations.csv" in about["files"]
    show_summary(finished)
    out = capsys.readouterr().out
    assert "XX 9" in out and "XX 14" in out and "XX 15" not in out
    assert "All 7 of them are in unknown-citations.csv." in out
    assert "Charges whose offense xx could not read: 1." in out
    for text in (out, json.dumps(about), (finished.directory / "unknown-citations.csv").read_text(encoding="utf-8")):
        assert MARK not in text


def test_where_every_citation_is_known_nothing_is_said_of_it(
    tmp_path: Path, request_: RunRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    extract(tmp_path, f"P1,{MARK},C1,XX 1,felony,convicted,AMBER,2010-02-03")
    finished = run(request_)
    assert (finished.directory / "unknown-citations.csv").read_text(encoding="utf-8") == "statutes,citation,charges\n"
    assert finished.manifest["statutes"][0]["unknown_citations"] == []
    show_summary(finished)
    out = capsys.readouterr().out
    assert "does not know" not in out and "could not be read" not in out
