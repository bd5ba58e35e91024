"""Linkage: nobody is the same person by a likeness that twins, fathers and namesakes share; people decide the rest."""

from __future__ import annotations

import csv
import importlib.util
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import attrs
import polars as pl
import pytest

import recordrelief as rr
from recordrelief import cli
from recordrelief.errors import RequestError, SourceFaults
from recordrelief.linkage import (
    Band,
    Link,
    Linkage,
    Thresholds,
    joined,
    link,
    read_people,
    read_review,
    screened_both_ways,
)

ROOT = Path(__file__).resolve().parent.parent
HEADER = "state_id,given,middle,family,suffix,birth_date,case_number\n"
needs_splink = pytest.mark.skipif(importlib.util.find_spec("splink") is None, reason="splink is not installed")


def linked(tmp_path: Path, left: str, right: str, **more: object) -> Linkage:
    for name, rows in (("left.csv", left), ("right.csv", right)):
        (tmp_path / name).write_text(HEADER + rows + "\n", encoding="utf-8")
    return link(read_people(tmp_path / "left.csv"), read_people(tmp_path / "right.csv"), **more)  # type: ignore[arg-type]


def one(tmp_path: Path, left: str, right: str) -> Link:
    (found,) = linked(tmp_path, left, right).links
    return found


@needs_splink
@pytest.mark.parametrize(
    ("left", "right", "band", "why"),
    [
        ("A1,Ann,,Exemplar,,1980-02-01,24-1", "a1,Ann,,Fictus,,1980-02-01,", "same", "state id"),
        ("A1,Ann,,Exemplar,,1980-02-01,24-1", "A1,Tom,,Fictus,,1951-07-30,", "review", "the person hardly"),
        (
            ",José,,O'Neil,,1980-02-01,24-1",
            ",JOSE,,O NEIL,,1980-02-01,24 1",
            "same",
            "exact: name, birth date and case",
        ),
        (",Ann,,Exemplar,,1980-02-01,24-1", ",Exemplar,,Ann,,1980-02-01,24-1", "same", "scored"),
        (",Ann,Marie,Exemplar,,1980-02-01,24-1", ",Ann,Marie,Exemplar,,1980-02-01,25-77", "same", "middle name"),
        # A namesake of one birthday would look just so.
        (",Ann,,Exemplar,,1980-02-01,24-1", ",Ann,,Exemplar,,1980-02-01,25-77", "review", "only one person"),
        (",Ann,M,Exemplar,,1980-02-01,24-1", ",Ann,Marie,Exemplar,,1980-02-01,25-77", "review", "only one person"),
        # Twins, in one case.
        (",Bob,,Twinnan,,1991-01-01,24-3", ",Rob,,Twinnan,,1991-01-01,24-3", "review", "only one person"),
        # Father and son, in one case.
        (",Tom,,Fictus,SR,1960-05-05,24-2", ",Tom,,Fictus,JR,1990-05-05,24-2", "review", "suffix"),
        (",Tom,,Fictus,,1960-05-05,24-2", ",Tom,,Fictus,,1990-05-05,24-2", "review", "only one person"),
        (",Ann,,Exemplar,,,24-1", ",Ann,,Exemplar,,1980-02-01,24-1", "review", "only one person"),
        ("A1,Ann,,Exemplar,,1980-02-01,24-1", "A2,Ann,,Exemplar,,1980-02-01,24-1", "review", "state id"),
        (",Ann,,Exemplar,,1980-02-01,24-1", ",Zed,,Otherwise,,1951-07-30,24-1", "different", "too little"),
    ],
)
def test_the_band_of_a_pair(tmp_path: Path, left: str, right: str, band: str, why: str) -> None:
    found = one(tmp_path, left, right)
    assert found.band == band and why in found.why


@needs_splink
def test_every_comparison_is_told_with_its_weight(tmp_path: Path) -> None:
    told = one(tmp_path, ",Ann,,Exemplar,,1980-02-01,24-1", ",Ann,,Exemplar,,1980-01-02,24-1").reasons
    assert "name: same (+14.4)" in told and "birth date: day and month swapped (+7.4)" in told
    assert "middle: not known (0)" in told and "case number: same (+9.2)" in told


@needs_splink
def test_links_never_join_people_of_two_state_ids(tmp_path: Path) -> None:
    left = "A1,Ann,Marie,Exemplar,,1980-02-01,24-1\nA2,Ann,Marie,Exemplar,,1980-02-01,24-2"
    found = linked(tmp_path, left, ",Ann,Marie,Exemplar,,1980-02-01,24-3")
    assert [(each.band, each.why) for each in found.links] == [
        (Band.REVIEW, "it would join people of several state ids")
    ] * 2


@needs_splink
def test_the_same_lists_give_the_same_bytes_in_whatever_order(tmp_path: Path) -> None:
    rows = [f",Ann,,Exemplar{chr(65 + n)},,1980-02-{n + 1:02},24-{n}" for n in range(20)]
    found = linked(tmp_path, "\n".join(rows), "\n".join(rows))
    found.write(tmp_path / "one")
    found.write(tmp_path / "two")
    again = linked(tmp_path, "\n".join(rows), "\n".join(rows))
    again.write(tmp_path / "two", force=True)
    for name in ("links.csv", "review.csv", "linkage.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    turned = linked(tmp_path, "\n".join(rows[::-1]), "\n".join(rows))
    assert {(a.left.key, a.right.key, a.band) for a in turned.links} == {
        (a.left.key, a.right.key, a.band) for a in found.links
    }


def answered(review: Path, filled: Path, decide: Callable[[dict[str, str]], str], by: str = "a clerk") -> None:
    """Fill in a review file."""
    with review.open(newline="") as opened:
        rows = list(csv.DictReader(opened))
    with filled.open("w", newline="") as opened:
        writer = csv.DictWriter(opened, list(rows[0]))
        writer.writeheader()
        writer.writerows([row | {"decision": decide(row), "decided_by": by} for row in rows])


TWINS = (",Bob,,Twinnan,,1991-01-01,24-3", ",Rob,,Twinnan,,1991-01-01,24-3")


@needs_splink
def test_a_decision_holds_whichever_list_comes_first(tmp_path: Path) -> None:
    linked(tmp_path, *TWINS).write(tmp_path / "links")
    answered(tmp_path / "links" / "review.csv", tmp_path / "filled.csv", lambda row: "same")
    turned = linked(tmp_path, *TWINS[::-1], review=read_review(tmp_path / "filled.csv"))
    assert [(each.band, each.decided_by) for each in turned.links] == [(Band.SAME, "a clerk")] and not turned.kept


@needs_splink
@pytest.mark.parametrize("by", ["a clerk", "=1+1"])
def test_whoever_is_unsure_is_kept_with_the_name(tmp_path: Path, by: str) -> None:
    linked(tmp_path, *TWINS).write(tmp_path / "links")
    answered(tmp_path / "links" / "review.csv", tmp_path / "filled.csv", lambda row: "unsure", by)
    review = read_review(tmp_path / "filled.csv")
    again = linked(tmp_path, *TWINS, review=review)
    assert [(each.band, each.why, each.decided_by) for each in again.links] == [
        (Band.REVIEW, "a person was unsure", by)
    ]
    again.write(tmp_path / "again")
    assert read_review(tmp_path / "again" / "review.csv") == review


@needs_splink
def test_a_decision_on_a_pair_that_is_not_there_is_kept(tmp_path: Path) -> None:
    linked(tmp_path, *TWINS).write(tmp_path / "links")
    answered(tmp_path / "links" / "review.csv", tmp_path / "filled.csv", lambda row: "different")
    review = read_review(tmp_path / "filled.csv")
    corrected = linked(tmp_path, TWINS[0].replace("Bob", "Bo"), TWINS[1], review=review)
    assert corrected.kept == review.decisions and corrected.of(Band.REVIEW)
    corrected.write(tmp_path / "corrected")
    kept = pl.read_csv(tmp_path / "corrected" / "review.csv").row(-1, named=True)
    assert (kept["left_line"], kept["left_given"], kept["decision"]) == (None, "BOB", "different")
    # The name was right after all.
    back = linked(tmp_path, *TWINS, review=read_review(tmp_path / "corrected" / "review.csv"))
    assert [(each.band, each.decided_by) for each in back.links] == [(Band.DIFFERENT, "a clerk")] and not back.kept


@needs_splink
def test_decisions_that_were_not_given_are_never_written_over(tmp_path: Path) -> None:
    linked(tmp_path, *TWINS).write(tmp_path / "links")
    file = tmp_path / "links" / "review.csv"
    answered(file, file, lambda row: "same")
    with pytest.raises(RequestError, match="would be lost"):
        linked(tmp_path, *TWINS).write(tmp_path / "links", force=True)
    assert read_review(file).decisions
    linked(tmp_path, *TWINS, review=read_review(file)).write(tmp_path / "links", force=True)
    assert read_review(file).decisions


@needs_splink
def test_the_same_two_people_are_asked_about_once(tmp_path: Path) -> None:
    header = "subject_id," + HEADER
    (tmp_path / "left.csv").write_text(
        header + "S1,,Bob,,Twinnan,,1991-01-01,24-3\nS1,,Bob,,Twinnan,,1991-01-01,24-4\n"
    )
    (tmp_path / "right.csv").write_text(
        header + "=R,,Rob,,Twinnan,,1991-01-01,24-4\n=R,,Rob,,Twinnan,,1991-01-01,24-5\n"
    )
    found = link(read_people(tmp_path / "left.csv"), read_people(tmp_path / "right.csv"))
    assert [(each.left.line, each.right.line, each.band) for each in found.links] == [(3, 2, Band.REVIEW)]
    found.write(tmp_path / "links")
    row = pl.read_csv(tmp_path / "links" / "review.csv").row(0, named=True)
    assert (row["left_subject_id"], row["right_subject_id"]) == ("S1", "'=R")


@needs_splink
def test_what_a_person_decides_is_honoured(tmp_path: Path) -> None:
    rows = (",Ann,,Exemplar,,1980-02-01,24-1\n,Bob,,Twinnan,,1991-01-01,24-3",) * 2
    rows = (rows[0], rows[1].replace("24-1", "25-7").replace("Bob", "Rob"))
    linked(tmp_path, *rows).write(tmp_path / "links")
    file = tmp_path / "links" / "review.csv"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    answered(file, tmp_path / "filled.csv", lambda row: "same" if "ANN" in row["left_given"] else "different")
    review = read_review(tmp_path / "filled.csv")
    # The rows have moved, which changes nothing.
    moved = linked(tmp_path, "\n".join(rows[0].split("\n")[::-1]), rows[1], review=review)
    assert {(each.left.given, each.band, each.decided_by) for each in moved.links} == {
        ("ANN", Band.SAME, "a clerk"),
        ("BOB", Band.DIFFERENT, "a clerk"),
    }
    moved.write(tmp_path / "again")
    assert read_review(tmp_path / "again" / "review.csv") == review


def test_faults_of_a_review_are_all_told(tmp_path: Path) -> None:
    (tmp_path / "review.csv").write_text(
        "left_key,right_key,decision,decided_by\na,b,maybe,clerk\na,c,same,\na,d,same,clerk\nd,a,unsure,clerk\n"
    )
    with pytest.raises(SourceFaults) as caught:
        read_review(tmp_path / "review.csv")
    assert [fault.where for fault in caught.value.faults] == ["review.csv:2", "review.csv:3", "review.csv:5"]


def test_a_birth_date_that_cannot_be_read_is_unknown_and_told(tmp_path: Path) -> None:
    (tmp_path / "left.csv").write_text(HEADER + ",Ann,,Exemplar,,02/01/80,24-1\n")
    found = read_people(tmp_path / "left.csv")
    assert found.entries[0].birth_date is None and found.unread_birth_dates == (2,)


def test_columns_that_a_list_does_not_have_are_told(tmp_path: Path) -> None:
    (tmp_path / "left.csv").write_text("given,family,birthdate,case_number,suffix,middle\nAnn,Exemplar,1980-02-01,,,\n")
    assert read_people(tmp_path / "left.csv").absent == ("state_id", "birth_date")


def test_all_faults_of_a_list_are_told(tmp_path: Path) -> None:
    (tmp_path / "left.csv").write_text("given,family\nAnn\nTom,Fictus\nBob,Twinnan,III\n")
    with pytest.raises(SourceFaults) as caught:
        read_people(tmp_path / "left.csv")
    assert [fault.where for fault in caught.value.faults] == ["left.csv:2", "left.csv:4"]


@needs_splink
def test_two_people_of_one_list_are_decided_on_apart_though_they_look_the_same(tmp_path: Path) -> None:
    rows = "S1,,Bob,,Twinnan,,1991-01-01,24-3\nS2,,Bob,,Twinnan,,1991-01-01,24-3\n"
    (tmp_path / "left.csv").write_text("subject_id," + HEADER + rows)
    (tmp_path / "right.csv").write_text(HEADER + TWINS[1])
    lists = read_people(tmp_path / "left.csv"), read_people(tmp_path / "right.csv")
    link(*lists).write(tmp_path / "links")
    answered(
        tmp_path / "links" / "review.csv",
        tmp_path / "filled.csv",
        lambda row: "same" if row["left_subject_id"] == "S1" else "different",
    )
    found = link(*lists, review=read_review(tmp_path / "filled.csv"))
    assert [(each.left.subject_id, each.band) for each in found.links] == [("S1", Band.SAME), ("S2", Band.DIFFERENT)]


def test_a_value_that_stands_in_far_too_many_rows_is_refused(tmp_path: Path) -> None:
    rows = "".join(f",Ann{chr(65 + n % 26)},,Exemplar{chr(65 + n // 26 % 26)},,,NONE\n" for n in range(5000))
    with pytest.raises(RequestError, match="Too many pairs") as caught:
        linked(tmp_path, rows, rows)
    assert caught.value.where == "case_number" and "NONE" not in str(caught.value) and "5,000" in str(caught.value)


def test_thresholds_leave_three_bands() -> None:
    with pytest.raises(RequestError, match="three bands"):
        Thresholds(same=0.5, different=0.9)


def test_without_the_extra_it_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "splink", None)
    monkeypatch.chdir(tmp_path)
    Path("people.csv").write_text(HEADER + ",Ann,,Exemplar,,1980-02-01,24-1\n")
    with pytest.raises(SystemExit) as left:
        cli.main(["link", "people.csv", "people.csv", "--out", "links"])
    told = capfd.readouterr()
    assert left.value.code == 2 and "recordrelief[linkage]" in told.err and not Path("links").exists()


@needs_splink
def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    Path("people.csv").write_text(HEADER + ",Ann,,Exemplar,,1980-02-01,24-1\n")
    with pytest.raises(SystemExit) as left:
        cli.main(["link", "people.csv", "people.csv", "--out", "links"])
    told = capfd.readouterr()
    assert left.value.code == 0 and "Pairs of the same person: 1. To review: 0." in told.out and "Ann" not in told.out


def _records() -> rr.Records:
    return rr.read(ROOT / "examples" / "us-ca-doj" / "extract.csv")


def test_records_of_linked_people_are_read_as_of_one() -> None:
    records = _records()
    one, two, three, *_ = sorted(records.subjects["subject_id"])
    whole = joined(records, [(two, three), (two, one)])
    assert whole.subjects.height == records.subjects.height - 2
    assert whole.charges.height == records.charges.height
    mine = whole.charges.filter(subject_id=one)
    assert mine.height == records.charges.filter(pl.col("subject_id").is_in([one, two, three])).height
    assert (
        mine["cycle_id"].n_unique()
        == records.charges.filter(pl.col("subject_id").is_in([one, two, three]))
        .select(pl.struct("subject_id", "cycle_id").n_unique())
        .item()
    )
    born = records.subjects.filter(pl.col("subject_id").is_in([one, two, three]))["birth_date"]
    person = whole.subjects.filter(subject_id=one)
    assert (person["birth_date"][0], person["birth_date_latest"][0]) == (born.min(), born.max())
    assert joined(records, []) is records
    with pytest.raises(RequestError, match="not in the records"):
        joined(records, [(one, "nobody")])


@pytest.mark.parametrize(
    ("flags", "together"),
    [
        ([True, True], True),
        ([True, None], True),
        ([False, False], False),
        ([False, None], None),
        ([True, False], None),
        ([None, None], None),
    ],
)
def test_what_two_records_say_of_a_person(flags: list[bool | None], together: bool | None) -> None:
    records = _records()
    ids = sorted(records.subjects["subject_id"])[:2]
    said = pl.DataFrame({"subject_id": ids, "said": flags}, schema_overrides={"said": pl.Boolean})
    people = records.subjects.join(said, on="subject_id", how="left").with_columns(must_register="said").drop("said")
    whole = joined(attrs.evolve(records, subjects=people), [(ids[0], ids[1])])
    assert whole.subjects.filter(subject_id=ids[0])["must_register"][0] is together


def test_answers_that_hang_on_a_link_are_told() -> None:
    records = _records()
    ids = sorted(records.subjects["subject_id"])[:6]
    asked = {"statutes": "us-ca", "as_of": "2020-07-01"}
    found = screened_both_ways(records, sure=[(ids[0], ids[1])], uncertain=[(ids[1], ids[2])], **asked)  # type: ignore[arg-type]
    one = found.depending.row(0, named=True)
    assert (one["remedy"], one["status_without"], one["status_with"]) == ("hs-11361.8", "eligible", "undetermined")
    assert found.answers.height > found.depending.height
    assert set(found.without[0].determinations["subject_id"]) == {ids[0], ids[2]}
    assert set(found.with_links[0].determinations["subject_id"]) == {ids[0]}
    certain = screened_both_ways(records, sure=[(ids[0], ids[1])], uncertain=[], **asked)  # type: ignore[arg-type]
    assert certain.answers.is_empty()
