"""The format us-or-cases: JSON lines and CSV, what is set aside, what is read of a cell, and corrections."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path
from typing import Any

import or_records as made
import polars as pl
import pytest

from recordrelief.errors import RequestError, SourceError
from recordrelief.plugins import installed
from recordrelief.screening import screen
from recordrelief_us_or.cases import reader
from recordrelief_us_or.cases.layout import COLUMNS
from recordrelief_us_or.cases.statutes import read_statute
from recordrelief_us_or.cases.words import read_level, read_ruling
from recordrelief_us_or.pack import PACK

META = {"meta": {"source": "invented"}}


def test_a_record_becomes_a_person_with_cases_and_charges(tmp_path: Path) -> None:
    records = made.read(tmp_path, META, made.record(made.case(made.charge(probation_revoked="2016-05-04"))))
    (person,) = records.to_subjects()
    assert (person.subject_id, person.names[0].given, person.names[0].family) == ("r-1", "Ada", "Invented")
    assert (person.record_scope, person.charges_pending) == ("state", False)
    (one,) = person.charges
    assert (one.charge_id, one.case_id, one.jurisdiction) == ("r-1/1", "r-1/15CR0001", "us-or")
    assert (one.offense.citation, one.offense.level, one.offense.degree_class) == ("ORS 164.045", "misdemeanor", "A")
    assert (one.disposition.outcome, str(one.disposition.conviction_date)) == ("convicted", "2015-02-01")
    assert one.source.line == 2
    assert one.facts["probation_revoked"] is True
    assert [str(term.revoked_date) for term in one.sentences] == ["2016-05-04"]
    assert (person.cases[0].status, person.cases[0].restitution_on_case) == ("closed", None)
    assert records.sources[0].rows == 1


@pytest.mark.parametrize("county", ["Multnomah", "Washington"])
def test_restitution_is_looked_for_in_two_counties_only(tmp_path: Path, county: str) -> None:
    records = made.read(tmp_path, made.record(made.case(made.charge(), county=county)))
    assert made.column(records.cases, "restitution_on_case") == [False]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("{", "NOT_A_RECORD"),
        ("[]", "NOT_A_RECORD"),
        ("null", "NOT_A_RECORD"),
        ('{"id": "r-9", "cases": {"case_number": "1"}}', "NOT_A_RECORD"),
        ('{"person": {"name": "Ada Invented"}, "cases": []}', "RECORD_ID_MISSING"),
        ('{"id": "", "cases": []}', "RECORD_ID_MISSING"),
    ],
)
def test_a_line_that_is_no_record_is_set_aside_alone(tmp_path: Path, line: str, code: str) -> None:
    path = tmp_path / "records.jsonl"
    good = json.dumps(made.record(made.case(made.charge())))
    path.write_text(f"{good}\n\n{line}\n{good.replace('r-1', 'r-2')}\n", encoding="utf-8")
    records = reader.read([path])
    assert made.column(records.subjects, "subject_id") == ["r-1", "r-2"]
    assert records.quarantine.select("source_line", "code").rows() == [(3, code)]
    assert (records.sources[0].rows, records.sources[0].quarantined) == (3, 1)


def test_a_charge_without_an_id_leaves_an_unread_charge(tmp_path: Path) -> None:
    nameless = {key: value for key, value in made.charge().items() if key != "id"}
    records = made.read(tmp_path, made.record(made.case(made.charge(), nameless)))
    assert records.charges.height == 2
    unread = records.charges.filter(pl.col("offense_text").is_null())
    assert unread["charge_id"].str.contains("unread").all()
    assert made.column(records.quarantine, "subject_id") == ["r-1"]


def test_what_cannot_be_read_is_unknown_and_noted(tmp_path: Path) -> None:
    odd = made.charge(ruling="Something Odd", on="2015-02-30", statute="14A40030", offense_date="24.12.2014")
    records = made.read(tmp_path, made.record(made.case(odd, balance_due_cents="much")))
    (one,) = records.to_subjects()[0].charges
    assert (one.offense.citation, one.disposition.outcome, one.disposition.date, one.offense_date) == (None,) * 4
    assert one.disposition.text == "Something Odd"
    assert set(made.column(records.issues, "code")) == {"OUTCOME_UNRECOGNISED", "DATE_UNREAD", "AMOUNT_UNREAD"}


def test_a_key_that_is_not_known_is_noted(tmp_path: Path) -> None:
    records = made.read(tmp_path, made.record(made.case(made.charge(ofense_date="2014-12-24"))))
    assert [note for note in records.sources[0].notes if "'ofense_date'" in note]


def test_an_open_case_without_a_ruling_is_pending(tmp_path: Path) -> None:
    records = made.read(
        tmp_path,
        made.record(made.case(made.charge(ruling=None), status="Open"), id="open"),
        made.record(made.case(made.charge(ruling=None)), id="closed"),
    )
    assert made.column(records.charges, "outcome") == ["pending", None]
    assert made.column(records.subjects, "charges_pending") == [True, False]


def test_a_packed_file_is_the_same_file(tmp_path: Path) -> None:
    plain = made.written(tmp_path / "records.jsonl", [made.record(made.case(made.charge()))])
    packed = tmp_path / "records.jsonl.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    one, two = reader.read([plain]), reader.read([packed])
    assert one.charges.drop("source_file").equals(two.charges.drop("source_file"))
    packed.write_bytes(packed.read_bytes()[:-9])
    with pytest.raises(SourceError, match="gzip"):
        reader.read([packed])


@pytest.mark.parametrize(
    ("encoded", "name", "encoding"),
    [
        ("\ufeffAda Invéntéd".encode(), "Invéntéd", "utf-8"),
        ("Ada Invéntéd".encode("cp1252"), "Invéntéd", "cp1252"),
    ],
)
def test_what_other_programs_write_is_read(tmp_path: Path, encoded: bytes, name: str, encoding: str) -> None:
    mark = b"\xef\xbb\xbf" if encoded.startswith(b"\xef\xbb\xbf") else b""
    line = json.dumps(made.record(made.case(made.charge()))).encode()
    line = mark + line.replace(b"Ada Invented", encoded.removeprefix(mark))
    path = tmp_path / "records.jsonl"
    path.write_bytes(line + b"\r\n \r\n" + b"\x01\r\n")
    records = reader.read([path])
    assert records.to_subjects()[0].names[0].family == name
    assert records.sources[0].encoding == encoding
    assert made.column(records.quarantine, "source_line") == [3]


def test_both_kinds_of_file_are_recognised_and_no_other(tmp_path: Path) -> None:
    format_ = installed().format("us-or-cases")
    lines = "\n".join(json.dumps(one) for one in (META, made.record(made.case(made.charge()))))
    assert format_.identify("a.jsonl", lines.encode())
    assert format_.identify("a.jsonl.gz", gzip.compress(lines.encode()))
    assert format_.identify("a.csv", (",".join(COLUMNS) + "\n").encode())
    for head in (b"", b'{"id": 1}', b"{", b"record_id,charge_id\n", b"RECORD_ID,SUBJECT_ID\n", gzip.compress(b"x")[:8]):
        assert not format_.identify("a", head)


def test_one_content_given_twice_is_refused(tmp_path: Path) -> None:
    one = made.written(tmp_path / "one.jsonl", [made.record(made.case(made.charge()))])
    two = made.written(tmp_path / "two.jsonl", [made.record(made.case(made.charge()))])
    with pytest.raises(RequestError, match="twice"):
        reader.read([one, two])


def test_a_person_of_two_files_is_one_person(tmp_path: Path) -> None:
    one = made.written(tmp_path / "one.jsonl", [made.record(made.case(made.charge()))])
    more = [made.record(made.case(made.charge()), made.case(made.charge("2"), number="16CR0002"))]
    records = reader.read([one, made.written(tmp_path / "two.jsonl", more)])
    assert made.column(records.subjects, "subject_id") == ["r-1"]
    assert sorted(made.column(records.charges, "charge_id")) == ["r-1/1", "r-1/2"]
    assert sorted(made.column(records.issues, "code")) == ["DUPLICATE_CASE", "DUPLICATE_ROW"]


def test_invented_records_are_the_same_for_a_seed_and_can_be_read(tmp_path: Path) -> None:
    format_ = installed().format("us-or-cases")
    one, two, more = (tmp_path / f"{name}.jsonl" for name in ("one", "two", "more"))
    assert format_.generate(subjects=40, seed=3, out=one) == 40
    format_.generate(subjects=40, seed=3, out=two)
    format_.generate(subjects=60, seed=3, out=more)
    assert one.read_bytes() == two.read_bytes()
    assert more.read_bytes().startswith(one.read_bytes())
    records = format_.read([one])
    assert (records.subjects.height, records.quarantine.height, records.sources[0].notes) == (40, 0, ())
    with pytest.raises(RequestError):
        format_.generate(subjects=0, seed=3, out=one)


# --- CSV --------------------------------------------------------------------------------------------------------------


def row(**cells: str) -> dict[str, str]:
    given = {
        "record_id": "r-1",
        "person_name": "Ada Invented",
        "birth_date": "1980-03-01",
        "case_number": "15CR0001",
        "county": "Benton",
        "court": "Benton Circuit Court",
        "citation_date": "2014-12-24",
        "filed": "2015-01-02",
        "case_type": "Offense Misdemeanor",
        "case_status": "Closed",
        "restitution_on_case": "false",
        "balance_due_cents": "0",
        "charge_id": "1",
        "name": "Theft in the Second Degree",
        "statute": "164.045",
        "level": "Misdemeanor Class A",
        "offense_date": "2014-12-24",
        "disposition_date": "2015-02-01",
        "ruling": "Convicted",
    }
    return dict.fromkeys(COLUMNS, "") | given | cells


def table(path: Path, *rows: dict[str, str], more: str = "") -> Path:
    pl.DataFrame(rows).write_csv(path)
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    return path


def test_a_table_says_the_same_as_the_lines(tmp_path: Path) -> None:
    lines = made.read(tmp_path, made.record(made.case(made.charge(), made.charge("2", "Dismissed"))))
    rows = reader.read([table(tmp_path / "charges.csv", row(), row(charge_id="2", ruling="Dismissed"))])
    for name in ("subjects", "cases", "charges"):
        one, two = (frame.table(name).drop("source_file", "source_line") for frame in (lines, rows))
        assert one.equals(two), name
    assert rows.sources[0].rows == 2


def test_rows_of_a_table_that_cannot_be_used_are_set_aside(tmp_path: Path) -> None:
    path = table(tmp_path / "charges.csv", row(), row(record_id=""), more="r-1,short\n\n")
    records = reader.read([path])
    assert records.quarantine.select("source_line", "code", "subject_id").rows() == [
        (3, "RECORD_ID_MISSING", None),
        (4, "COLUMN_COUNT", "r-1"),
    ]
    assert records.charges.height == 2  # the second is an unread one


@pytest.mark.parametrize(
    ("header", "told"),
    [("record_id,charge_id,ofense", "'ofense'"), ("record_id,name", "no charge_id"), ("", "no record_id, charge_id")],
)
def test_a_header_that_is_none_is_refused(tmp_path: Path, header: str, told: str) -> None:
    path = tmp_path / "charges.csv"
    path.write_text(header + "\n", encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        reader.read([path])
    assert told in str(caught.value)


# --- corrections ------------------------------------------------------------------------------------------------------


def edited(tmp_path: Path, **rest: Any) -> dict[str, Any]:
    records = made.read(tmp_path, made.record(made.case(made.charge(ruling=None)), **rest))
    one = records.to_subjects()[0].charges[0]
    revoked = one.facts.get("probation_revoked_on")
    return {
        "type": one.facts.get("reviewed_type"),
        "outcome": one.disposition.outcome,
        "day": one.disposition.date and one.disposition.date.earliest,
        "revoked": revoked,
        "struck": one.facts["struck"],
    }


NOTHING = {"type": None, "outcome": None, "day": None, "revoked": None, "struck": False}
RULED = {"outcome": "convicted", "day": date(2015, 3, 4)}


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        ({}, {}),
        ({"charge_type": "FelonyClassC"}, {"type": "FelonyClassC"}),
        ({"disposition": {"date": "03/04/2015", "ruling": "convicted"}}, RULED),
        (
            {"disposition": {"date": "03/04/2015", "ruling": "convicted"}, "probation_revoked": "05/06/2016"},
            RULED | {"revoked": date(2016, 5, 6)},
        ),
    ],
)
def test_answers_and_edits_are_applied(tmp_path: Path, edit: dict[str, Any], expected: dict[str, Any]) -> None:
    answers = [{"charge_id": "1", "path": [["Choose the disposition", "Convicted"]], "edit": edit}]
    assert edited(tmp_path, answers=answers) == NOTHING | expected
    edits = {"15CR0001": {"summary": {"edit_status": "UPDATE"}, "charges": {"1": {"edit_status": "UPDATE", **edit}}}}
    assert edited(tmp_path, upstream_edits=edits) == NOTHING | expected


def test_a_charge_or_a_case_may_be_struck(tmp_path: Path) -> None:
    assert edited(tmp_path, upstream_edits={"15CR0001": {"charges": {"1": {"edit_status": "DELETE"}}}})["struck"]
    assert edited(tmp_path, upstream_edits={"15CR0001": {"summary": {"edit_status": "DELETE"}}})["struck"]
    records = made.read(tmp_path, made.record(made.case(made.charge(edit="DELETE"), made.charge("2"))))
    assert made.column(records.charges, "struck") == [True, False]


def test_a_charge_may_be_added_and_an_edit_of_none_is_noted(tmp_path: Path) -> None:
    added = {
        "edit_status": "ADD",
        "name": "Trespass",
        "level": "Misdemeanor Class C",
        "charge_type": "MisdemeanorClassBC",
    }
    edits = {"15CR0001": {"charges": {"9": added, "7": {"edit_status": "UPDATE", "level": "Felony Class C"}}}}
    records = made.read(tmp_path, made.record(made.case(made.charge()), upstream_edits=edits))
    assert made.column(records.charges, "charge_id") == ["r-1/1", "r-1/9"]
    assert made.column(records.charges, "level") == ["misdemeanor", "misdemeanor"]
    assert records.issues.select("row_key", "code").rows() == [("r-1/7", "EDIT_OF_NO_CHARGE")]


# --- cells ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "citation"),
    [
        ("164.045", "ORS 164.045"),
        ("164.045(1)(b)", "ORS 164.045(1)(b)"),
        ("1640451B", "ORS 164.045(1)(b)"),
        ("163547X", "ORS 163.547(x)"),
        ("163.547X", "ORS 163.547"),
        ("475B.349(3)(c)", "ORS 475B.349(3)(c)"),
        ("33.065", "ORS 33.065"),
        ("33065", "ORS 33.065"),
        ("14A40030", None),
        ("29.30.010", None),
        ("0", None),
        ("000000", None),
        ("N/A", None),
        ("", None),
    ],
)
def test_a_statute_text_as_a_citation(text: str, citation: str | None) -> None:
    assert read_statute(text) == citation


@pytest.mark.parametrize(
    ("text", "level", "grade"),
    [
        ("Felony Class C", "felony", "C"),
        ("Misdemeanor Unclassified", "misdemeanor", None),
        ("Violation Unclassified", "violation", None),
        ("Infraction Class B", "infraction", "B"),
        ("Unclassified", None, None),
        ("Felony or Misdemeanor Class A", None, None),
    ],
)
def test_a_level_and_its_class(text: str, level: str | None, grade: str | None) -> None:
    read = read_level(text)
    assert (read.level, read.degree_class) == (level, grade)


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("Convicted", "convicted"),
        ("Finding - Not Guilty", "acquitted"),
        ("Finding - Guilty", "convicted"),
        ("Dismissed", "dismissed"),
        ("No Complaint", "not_filed"),
        ("Diverted", "diverted"),
        ("Conditional Discharge", "deferred"),
        ("Transferred", "transferred"),
        ("Convicted - Lesser Charge", None),
        ("Reduced", None),
        ("Extradited", None),
        ("Something Odd", None),
    ],
)
def test_only_a_plain_ruling_is_an_outcome(text: str, outcome: str | None) -> None:
    assert read_ruling(text).outcome == outcome


def test_a_charge_converted_to_a_violation_has_no_level_that_is_known(tmp_path: Path) -> None:
    records = made.read(tmp_path, made.record(made.case(made.charge(ruling="Converted to Violation"))))
    assert records.charges.select("outcome", "level", "degree_class").rows() == [("convicted", None, None)]


def test_invented_offenses_stand_in_the_catalog(tmp_path: Path) -> None:
    installed().format("us-or-cases").generate(subjects=500, seed=1, out=tmp_path / "records.jsonl")
    screening = screen(reader.read([tmp_path / "records.jsonl"]), statutes=PACK, as_of="2025-06-01")
    assert made.column(screening.unknown_citations.citations, "citation") == []
