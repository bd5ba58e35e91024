"""From links to what hangs on them: people of two sets of records, charges of which both tell, answers both ways."""

from __future__ import annotations

import csv
import importlib.util
from datetime import date
from pathlib import Path

import attrs
import polars as pl
import pytest

import recordrelief as rr
from recordrelief import cli
from recordrelief.errors import RequestError, SourceError, SourceFaults
from recordrelief.linkage import (
    Band,
    PeoplePairs,
    joined,
    link,
    people_of,
    people_pairs,
    read_pairs,
    read_people,
    screened_across,
)
from recordrelief.linkage.both_ways import COLUMNS
from recordrelief.linkage.same_charges import heads_of, same_charges
from recordrelief.linkage.two_records import beside

ROOT = Path(__file__).resolve().parent.parent
needs_splink = pytest.mark.skipif(importlib.util.find_spec("splink") is None, reason="splink is not installed")
ASKED = {"statutes": "us-ca", "as_of": "2024-06-01"}
COUNT = "count_number: 1, citation: PC 484(a), level: misdemeanor, outcome: convicted, conviction_date: 2014-03-03"


def person(
    subject: str, given: str, number: str, *charges: str, county: str = "MARLOW", middle: str = "null", more: str = ""
) -> str:
    counts = "".join(
        f"\n    - {{id: {number}/{place}, case_id: {number}, county: {county}, {one}}}"
        for place, one in enumerate(charges, 1)
    )
    family, born = ("Exemplar", "1980-02-01") if given == "Ann" else ("Fictus", "1990-05-05")
    return f"""
- subject_id: "{subject}"
  names: [{{given: {given}, middle: {middle}, family: {family}}}]
  identifiers: [{{kind: fbi, value: "9"}}]
  birth_date: {born}
  record_scope: state{more}
  cases: [{{id: {number}, case_number: "{number}", county: {county}}}]
  charges:{counts or " []"}
"""


def records(path: Path, *people: str) -> rr.Records:
    path.write_text("".join(people), encoding="utf-8")
    return rr.read(path)


@pytest.fixture
def left(tmp_path: Path) -> rr.Records:
    known = "\n  must_register: false\n  supervision: none\n  serving_sentence: false\n  charges_pending: false"
    term = "attempt: false, conspiracy: false, solicitation: false, judgment_date: 2014-03-03, jurisdiction: us-ca"
    term += ", sentences: [{kind: jail, completed_date: 2014-06-03}]"
    return records(
        tmp_path / "left.yaml",
        person("1", "Ann", "24-1", f"{COUNT}, {term}", middle="Marie", more=known),
        person("2", "Tom", "24-2", f"{COUNT}, {term}", more=known),
    )


@pytest.fixture
def right(tmp_path: Path) -> rr.Records:
    return records(
        tmp_path / "right.yaml",
        person("1", "Ann", "25-9", "citation: PC 459, outcome: pending", county="Marlow"),
        person("2", "Tom", "24-2", COUNT, county="Marlow"),
    )


@needs_splink
def test_people_of_records_are_linked_by_their_ids(left: rr.Records, right: rr.Records, tmp_path: Path) -> None:
    ours = people_of(left, "left")
    assert [(each.subject_id, each.given, each.case_number, each.state_id) for each in ours.entries] == [
        ("1", "ANN", "241", None),
        ("2", "TOM", "242", None),
    ]
    found = link(ours, people_of(right, "right"))
    pairs = people_pairs(found)
    assert pairs == PeoplePairs(sure=(("2", "2"),), uncertain=(("1", "1"),), unnamed=0)
    found.write(tmp_path / "links")
    assert read_pairs(tmp_path / "links") == pairs


def test_of_nobody_there_is_no_list(left: rr.Records) -> None:
    with pytest.raises(SourceError, match="empty"):
        people_of(left.of_subjects([]), "left")


def test_a_person_is_a_row_for_each_case(tmp_path: Path) -> None:
    text = person("1", "Ann", "24-1", COUNT).replace("kind: fbi", "kind: sid")
    text = text.replace("cases: [", "cases: [{id: b, case_number: 24-7}, {id: c, case_number: 24-7}, ")
    found = people_of(records(tmp_path / "one.yaml", text), "one").entries
    assert [(each.subject_id, each.state_id, each.case_number) for each in found] == [
        ("1", "9", "241"),
        ("1", "9", "247"),
    ]


def test_what_only_a_month_tells_or_several_numbers_is_not_compared(tmp_path: Path) -> None:
    text = person("1", "Ann", "24-1", COUNT).replace("1980-02-01", "1980-02")
    text = text.replace('{kind: fbi, value: "9"}', "{kind: sid, value: A1}, {kind: sid, value: A2}")
    (one,) = people_of(records(tmp_path / "one.yaml", text), "one").entries
    assert one.birth_date is None and one.state_id is None


@needs_splink
@pytest.mark.parametrize(
    ("answer", "sure", "uncertain"),
    [("", 1, 1), ("same", 2, 0), ("different", 1, 0), ("unsure", 1, 1)],
)
def test_what_was_filled_in_counts_at_once(
    left: rr.Records, right: rr.Records, tmp_path: Path, answer: str, sure: int, uncertain: int
) -> None:
    link(people_of(left, "left"), people_of(right, "right")).write(tmp_path / "links")
    file = tmp_path / "links" / "review.csv"
    with file.open(newline="") as opened:
        (row,) = csv.DictReader(opened)
    with file.open("w", newline="") as opened:
        writer = csv.DictWriter(opened, list(row))
        writer.writeheader()
        writer.writerow(row | {"decision": answer, "decided_by": "a clerk"})
        # Decided once on a pair that is in neither list any more.
        writer.writerow(
            row | {"left_line": "", "right_line": "", "left_key": "x", "decision": "same", "decided_by": "b"}
        )
    found = read_pairs(tmp_path / "links")
    assert (len(found.sure), len(found.uncertain)) == (sure, uncertain)
    with file.open("a", newline="") as opened:
        csv.DictWriter(opened, list(row)).writerow(row | {"left_key": "y", "decision": "maybe"})
    with pytest.raises(SourceFaults, match="no such decision"):
        read_pairs(tmp_path / "links")


def test_without_a_linkage_there_are_no_pairs(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="No linkage"):
        read_pairs(tmp_path)


@needs_splink
def test_a_row_that_does_not_tell_whose_it_is_is_counted(tmp_path: Path, left: rr.Records) -> None:
    (tmp_path / "court.csv").write_text("given,family,birth_date,case_number\nTom,Fictus,1990-05-05,24-2\n")
    pairs = people_pairs(link(people_of(left, "left"), read_people(tmp_path / "court.csv")))
    assert (pairs.sure, pairs.uncertain, pairs.unnamed) == ((), (), 1)


@needs_splink
def test_a_decision_on_two_people_goes_before_what_their_other_rows_say(left: rr.Records, right: rr.Records) -> None:
    found = link(people_of(left, "left"), people_of(right, "right"))
    (tom,) = found.of(Band.SAME)

    def decided(*bands: Band) -> PeoplePairs:
        rows = [attrs.evolve(tom, band=band, decided_by="a clerk") for band in bands]
        return people_pairs(attrs.evolve(found, links=(tom, *rows)))

    assert decided(Band.DIFFERENT) == PeoplePairs((), (), 0)
    assert decided(Band.REVIEW).uncertain == (("2", "2"),)
    assert decided(Band.SAME, Band.DIFFERENT).uncertain == (("2", "2"),)


def test_ids_of_two_records_that_are_the_same_by_chance_are_not_mixed_up(left: rr.Records, right: rr.Records) -> None:
    found = screened_across(left, right, PeoplePairs((), (("1", "1"),), 0), **ASKED)  # type: ignore[arg-type]
    assert found.answers.columns == ["list", *COLUMNS]
    assert set(found.answers.select("list", "subject_id").iter_rows()) == {("left", "1"), ("right", "1")}
    alone = rr.screen(left, statutes="us-ca", as_of="2024-06-01").determinations.filter(subject_id="1")
    mine = found.answers.filter(list="left")
    assert sorted(mine.select("remedy", "status_without").drop_nulls().iter_rows()) == sorted(
        alone.select(pl.col("remedy").cast(pl.String), pl.col("status").cast(pl.String)).iter_rows()
    )
    hanging = found.depending.filter(list="left", remedy="pc-1203.4a").row(0, named=True)
    assert (hanging["status_without"], hanging["status_with"]) == ("eligible", "undetermined")


def test_each_side_alone_is_read_with_its_own_coverage(left: rr.Records, right: rr.Records) -> None:
    poor = attrs.evolve(right, coverage=rr.Coverage(charges="absent", sentences="absent"))
    found = screened_across(left, poor, PeoplePairs((), (("1", "1"),), 0), **ASKED)  # type: ignore[arg-type]
    assert {one.records.coverage.charges for one in found.without} == {"complete", "absent"}
    assert [one.records.coverage.charges for one in found.with_links] == ["absent"]
    assert "eligible" in found.answers.filter(list="left")["status_without"]


def test_nobody_concerned_gives_no_answers(left: rr.Records, right: rr.Records) -> None:
    found = screened_across(left, right, PeoplePairs((("2", "2"),), (), 0), **ASKED)  # type: ignore[arg-type]
    assert found.answers.is_empty() and found.depending.is_empty()


def test_a_pair_of_somebody_else_is_refused(left: rr.Records, right: rr.Records) -> None:
    with pytest.raises(RequestError, match="not in the records"):
        screened_across(left, right, PeoplePairs((), (("1", "9"),), 0), **ASKED)  # type: ignore[arg-type]


def test_a_charge_of_which_both_tell_is_one(left: rr.Records, right: rr.Records) -> None:
    whole = joined(beside(left, right), [("left/2", "right/2")]).of_subjects(["left/2"])
    assert whole.cases["case_id"].to_list() == ["left/24-2"]
    one = whole.charges.row(0, named=True)
    assert whole.charges.height == 1 and whole.sentences["charge_id"].to_list() == ["left/24-2/1"]
    assert (one["charge_id"], one["case_id"], one["judgment_date"]) == ("left/24-2/1", "left/24-2", date(2014, 3, 3))
    assert one["county"] == "MARLOW" and "told by two records" in one["notes"][0]


def test_the_other_record_of_a_charge_has_its_answers(left: rr.Records, right: rr.Records) -> None:
    found = screened_across(left, right, PeoplePairs((), (("2", "2"),), 0), **ASKED)  # type: ignore[arg-type]
    told = found.answers.sort("remedy")
    assert told.filter(list="left")["status_with"].to_list() == told.filter(list="right")["status_with"].to_list()
    assert not found.answers["twice"].any() and found.answers.filter(list="right").height


def test_what_two_records_of_a_charge_say_differently_is_unknown(tmp_path: Path, left: rr.Records) -> None:
    other = COUNT.replace("misdemeanor", "felony") + ", weapon: true, enhancements: []"
    right = records(tmp_path / "right.yaml", person("2", "Tom", "24-2", other))
    one = joined(beside(left, right), [("left/2", "right/2")]).charges.filter(subject_id="left/2").row(0, named=True)
    assert (one["level"], one["weapon"], one["enhancements"], one["attempt"]) == (None, True, [], False)


def test_a_term_of_which_both_tell_alike_is_one(tmp_path: Path, left: rr.Records) -> None:
    alike = COUNT + ", sentences: [{kind: jail, completed_date: 2014-06-03}, {kind: fine}]"
    right = records(tmp_path / "right.yaml", person("2", "Tom", "24-2", alike))
    whole = joined(beside(left, right), [("left/2", "right/2")])
    assert sorted(whole.sentences.filter(charge_id="left/24-2/1")["kind"]) == ["fine", "jail"]


@pytest.mark.parametrize(
    ("theirs", "county", "charges", "doubtful"),
    [
        ([COUNT], "MARLOW", 1, False),
        ([COUNT, COUNT.replace("count_number: 1", "count_number: 2")], "MARLOW", 2, False),  # one more
        ([COUNT.replace("PC 484(a)", "PC 459")], "MARLOW", 2, True),
        ([COUNT.replace("2014-03-03", "2015-03-03")], "MARLOW", 2, True),
        ([COUNT.replace("count_number: 1", "count_number: 2")], "MARLOW", 2, True),
        ([COUNT.replace("count_number: 1, ", "")] * 2, "MARLOW", 3, True),  # which of them
        ([COUNT], "OTHERWISE", 2, False),  # numbers of two courts
        ([COUNT], "null", 2, True),
    ],
)
def test_what_cannot_be_told_to_be_one_charge_stays_two_and_is_told(
    tmp_path: Path, left: rr.Records, theirs: list[str], county: str, charges: int, doubtful: bool
) -> None:
    right = records(tmp_path / "right.yaml", person("2", "Tom", "24-2", *theirs, county=county))
    both, links = beside(left, right), [("left/2", "right/2")]
    assert joined(both, links).charges.filter(subject_id="left/2").height == charges
    assert same_charges(both, heads_of(links)).doubtful == ({"left/2"} if doubtful else set())
    found = screened_across(left, right, PeoplePairs((), (("2", "2"),), 0), **ASKED)  # type: ignore[arg-type]
    assert found.answers["twice"].all() is doubtful


@pytest.mark.parametrize(
    ("example", "statutes"), [("us-ca-doj/extract.csv", "us-ca"), ("us-or-cases/records.jsonl", "us-or")]
)
def test_a_list_that_is_linked_with_itself_answers_as_by_itself(example: str, statutes: str) -> None:
    known = rr.read(ROOT / "examples" / example)
    some = sorted(known.subjects["subject_id"])[:60]
    known = known.of_subjects(some)
    pairs = PeoplePairs((), tuple((each, each) for each in some), 0)
    found = screened_across(known, known, pairs, statutes=statutes, as_of="2024-06-01")
    assert found.answers.height and found.depending.is_empty()


@pytest.mark.parametrize(("day", "doubtful"), [("2014-03-03", True), ("2014", True), ("2015-03-03", False)])
def test_a_charge_without_a_case_number_may_be_counted_twice(
    tmp_path: Path, left: rr.Records, day: str, doubtful: bool
) -> None:
    text = person("2", "Tom", "24-2", COUNT.replace("2014-03-03", day)).replace('case_number: "24-2", ', "")
    both = beside(left, records(tmp_path / "right.yaml", text))
    assert same_charges(both, heads_of([("left/2", "right/2")])).doubtful == ({"left/2"} if doubtful else set())


@needs_splink
def test_the_commands_from_records_to_what_depends(
    tmp_path: Path,
    left: rr.Records,
    right: rr.Records,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as done:
            cli.main(arguments)
        out, err = capfd.readouterr()
        return int(done.value.code or 0), out + err

    for name in ("left", "right"):
        assert run("convert", f"{name}.yaml", "--out", name)[0] == 0
    assert "Pairs of the same person: 1. To review: 1." in run("link", "left", "right", "--out", "links")[1]
    asked = (
        "both-ways",
        "links",
        "left",
        "right.yaml",
        "--statutes",
        "us-ca",
        "--as-of",
        "2024-06-01",
        "--out",
        "both",
    )
    code, out = run(*asked)
    assert code == 0 and "Pairs of people that are one: 1; that may be: 1." in out and "Ann" not in out
    assert "not legal advice" in out
    table = pl.read_csv("both/depending.csv")
    assert table.height and table["depends"].all() and table.columns == ["list", *COLUMNS]
    assert run(*asked)[0] == 2  # something stands there
    assert run(*asked, "--force")[0] == 0
