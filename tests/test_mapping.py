"""Mapping files, by the export of Larkspur County, which does not exist."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

import recordrelief as rr
from recordrelief.cli import main
from recordrelief.errors import RequestError, SourceError
from recordrelief.formats.mapping import Mapped, read_mapped, read_mapping
from recordrelief.formats.mapping.draft import drafted
from recordrelief.manifests import counted
from recordrelief.runs import RunRequest, run

MAPPING = """\
id = "larkspur"
title = "Larkspur County: counts and sentences"
record_scope = "case"
blank = ["N/A"]

[coverage]
charges = "complete"
sentences = "complete"
reliefs = "absent"

[files.counts]
without = ["term"]
also_called.finding = ["how it ended"]

[files.counts.subject]
key = ["person"]
birth_date = { column = "born", date = ["%m/%d/%Y", "%Y"] }

[files.counts.charge]
key = ["docket", "count"]
subject = ["person"]
jurisdiction = { constant = "us-ca" }
citation = { column = "offense", citation = ["PC", "HS"] }
offense_text = "offense"
outcome = { column = "finding", codes = "findings" }
outcome_text = "finding"
conviction_date = { column = "day", date = ["%m/%d/%Y", "%Y-%m-%d", "%m/%Y"] }
value_cents = { column = "worth", number = true, scale = 100 }

[files.terms.sentence]
charge = ["docket", "count"]
kind = { column = "term", codes = "terms" }
length = { number = "long", unit = "unit", codes = "units" }

[codes.findings]
Guilty = "convicted"
Dismissed = "dismissed"
"See other case" = ""

[codes.terms]
Jail = "jail"
Probation = "probation"

[codes.units]
Y = "years"
M = "months"
D = "days"
"""
COUNTS = "person,docket,count,born,offense,finding,day,worth"
TERMS = "docket,count,term,long,unit"


def read(tmp_path: Path, counts: str | bytes, terms: str | None = None, mapping: str = MAPPING) -> Mapped:
    (tmp_path / "larkspur.toml").write_text(mapping, encoding="utf-8")
    paths = [tmp_path / "counts.csv"]
    paths[0].write_bytes(counts if isinstance(counts, bytes) else f"{COUNTS}\n{counts}".encode())
    if terms is not None:
        paths.append(tmp_path / "terms.csv")
        paths[1].write_text(f"{TERMS}\n{terms}", encoding="utf-8")
    found = read_mapped(read_mapping(tmp_path / "larkspur.toml"), paths)
    for one in counted(found.records.quarantine, found.records.sources, "larkspur"):  # refuses what does not add up
        assert one.source.rows == one.used + one.quarantined
    return found


def quarantined(found: Mapped) -> list[tuple[object, ...]]:
    return found.records.quarantine.select("source_line", "code", "subject_id").rows()


def issues(found: Mapped) -> list[tuple[object, ...]]:
    return found.records.issues.select("field", "code", "source_line").rows()


def test_two_files_meet_by_their_keys(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "7,A-1,1,03/04/1970,HS 11357(b),Guilty,02/11/2015,\n7,A-1,2,1970,PC 459,dismissed,2016-01-05,19.99\n",
        "A-1,1,Jail,2,Y\nA-1,1,Probation,18,M\n",
    ).records
    charges = found.charges.rows(named=True)
    assert [charge["charge_id"] for charge in charges] == ["A-1:1", "A-1:2"]
    assert [charge["citation"] for charge in charges] == ["HS 11357(b)", "PC 459"]
    assert [charge["outcome"] for charge in charges] == ["convicted", "dismissed"]
    assert [str(charge["conviction_date"]) for charge in charges] == ["2015-02-11", "2016-01-05"]
    assert [charge["value_cents"] for charge in charges] == [None, 1999]
    assert found.sentences.select("charge_id", "kind", "length_days_min", "length_days_max").rows() == [
        ("A-1:1", "jail", 730, 731),
        ("A-1:1", "probation", 546, 550),
    ]
    assert found.subjects["birth_date"].to_list() == [None]  # the two rows do not agree
    assert found.coverage.sentences == "complete"


def test_a_month_is_a_span_and_a_cut_date_is_none(tmp_path: Path) -> None:
    found = read(tmp_path, "7,A,1,,,,02/2015,\n7,A,2,,,,02/30/2015,\n7,A,3,,,,03/04/15,\n")
    days = found.records.charges.select("conviction_date", "conviction_date_latest").rows()
    assert [tuple(map(str, pair)) for pair in days] == [("2015-02-01", "2015-02-28"), ("None",) * 2, ("None",) * 2]
    assert issues(found) == [("conviction_date", "VALUE_UNREAD", 3), ("conviction_date", "VALUE_UNREAD", 4)]


def test_formats_that_disagree_and_dates_without_zeros_are_unknown(tmp_path: Path) -> None:
    mapping = MAPPING.replace('"%Y-%m-%d", "%m/%Y"', '"%d/%m/%Y", "%m%d%Y"')
    found = read(tmp_path, "7,A,1,,,,03/04/2015,\n7,A,2,,,,03/24/2015,\n7,A,3,,,,1122019,\n", mapping=mapping)
    assert [str(day) for day in found.records.charges["conviction_date"]] == ["None", "2015-03-24", "None"]


def test_a_text_that_is_not_mapped_is_unknown_and_told(tmp_path: Path) -> None:
    found = read(tmp_path, "7,A,1,,,Vacated,,\n7,A,2,,,See other case,,\n7,A,3,,,N/A,,\n", "A,1,Camp,3,Weeks\n")
    assert found.records.charges["outcome"].to_list() == [None] * 3
    assert issues(found) == [
        ("outcome", "VALUE_UNREAD", 2),
        ("kind", "VALUE_UNREAD", 2),
        ("length_days_min", "VALUE_UNREAD", 2),
    ]
    assert [(one.column, one.text, one.rows) for one in found.unread] == [
        ("finding", "Vacated", 1),
        ("term", "Camp", 1),
        ("unit", "Weeks", 1),
    ]
    # It is a term of which nothing is known, and surely not three months.
    assert found.records.sentences.select("kind", "length_days_min", "length_text").rows() == [(None, None, "3 Weeks")]


def test_blank_keys_are_set_aside_with_the_person_where_known(tmp_path: Path) -> None:
    found = read(tmp_path, "7,A,1,,,,,\n7,,2,,,,,\n,A,3,,,,,\n")
    assert quarantined(found) == [(3, "KEY_BLANK", "7"), (4, "KEY_BLANK", None)]
    assert found.records.charges.height == 2  # one stands for the row that could not be used


def test_an_export_without_rows(tmp_path: Path) -> None:
    assert read(tmp_path, "").records.charges.is_empty()


def test_parts_of_a_key_never_run_together(tmp_path: Path) -> None:
    found = read(tmp_path, "7,A:1,2,,,,,\n8,A,1:2,,,,,\n")
    assert found.records.charges["charge_id"].to_list() == ["A%3A1:2", "A:1%3A2"]


def test_rows_that_conflict_are_unknown(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "7,A,1,,,Guilty,,5\n7,A,1,,,Dismissed,,5\n7,A,2,,,Guilty,,\n7,A,2,,,Vacated,,\n7,A,3,,,Guilty,,\n7,A,3,,,Guilty,,\n",
    )
    rows = {row["charge_id"]: row for row in found.records.charges.iter_rows(named=True)}
    assert (rows["A:1"]["outcome"], rows["A:1"]["value_cents"]) == (None, 500)
    assert rows["A:2"]["outcome"] is None  # a text that nobody read may say something else
    assert rows["A:3"]["outcome"] == "convicted"
    codes = found.records.issues.filter(pl.col("code") != "VALUE_UNREAD").select("row_key", "field", "code").rows()
    assert ("A:1", "outcome", "FIELD_CONFLICT") in codes
    assert ("A:2", "outcome", "FIELD_CONFLICT") in codes
    assert ("A:3", None, "DUPLICATE_ROW") in codes


@pytest.mark.parametrize("repeated", ["conflict", "first", "last"])
def test_one_charge_of_two_people_is_refused(tmp_path: Path, repeated: str) -> None:
    mapping = MAPPING.replace('subject = ["person"]', f'subject = ["person"]\nrepeated = "{repeated}"')
    with pytest.raises(SourceError, match="different people"):
        read(tmp_path, "7,A,1,,,,,\n8,A,1,,,,,\n", mapping=mapping)


def test_a_sentence_without_a_charge_is_set_aside(tmp_path: Path) -> None:
    found = read(tmp_path, "7,A,1,,,,,\n", "B,1,Jail,2,Y\n")
    assert quarantined(found) == [(2, "CHARGE_UNKNOWN", None)]
    assert found.records.sentences.is_empty()


def test_without_the_file_of_sentences_they_are_not_complete(tmp_path: Path) -> None:
    assert read(tmp_path, "7,A,1,,,,,\n").records.coverage.sentences == "partial"


def test_broken_lines(tmp_path: Path) -> None:
    rows = [
        "7,A,1,,,,,",
        "7,A,2,,",
        '7,A,3,,"PC 459,Guilty,,',
        '7,A,4,,5" pipe,Guilty,,',
        "7,A,5,,,,,",
        '7,A,6,,6" pipe,Guilty,,',
        COUNTS,
        ",,,,,,,",
        '7,A,7,,"two\nlines",,,',
    ]
    found = read(tmp_path, "\n".join(rows) + "\n")
    assert [row[:2] for row in quarantined(found)] == [
        (3, "COLUMN_COUNT"),
        (4, "QUOTE_UNBALANCED"),
        (8, "HEADER_REPEATED"),
    ]
    assert found.records.charges["charge_id"].to_list() == [f"A:{count}" for count in (1, 4, 5, 6, 7)]
    assert found.records.charges["source_line"].to_list() == [2, 5, 6, 7, 10]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (f"\ufeff{COUNTS}\r\n7,A,1,,Entrée,,,\r\n".encode(), "utf-8"),
        (f"{COUNTS}\n7,A,1,,Entrée,,,\n".encode("cp1252"), "cp1252"),
        (f"{COUNTS.upper().replace('FINDING', 'How It  Ended')}\r7,A,1,,Entrée,,,".encode(), "utf-8"),
    ],
    ids=["BOM and CRLF", "cp1252", "renamed and CR"],
)
def test_encodings_and_names(tmp_path: Path, content: bytes, encoding: str) -> None:
    found = read(tmp_path, content)
    assert found.records.charges["offense_text"].to_list() == ["Entrée"]
    assert found.records.sources[0].encoding == encoding


def test_fixed_width(tmp_path: Path) -> None:
    start = MAPPING.index("[files.counts]")
    mapping = (
        MAPPING[:start].replace('sentences = "complete"', 'sentences = "absent"')
        + """[files.counts]
kind = "fixed"
skip_lines = 1
places = { person = [1, 3], count = [4, 5], finding = [6, 15] }
[files.counts.subject]
key = ["person"]
[files.counts.charge]
key = ["person", "count"]
subject = ["person"]
outcome = { column = "finding", codes = "findings" }
[codes.findings]
Guilty = "convicted"
"""
    )
    found = read(tmp_path, b"PERSON\n007 1GUILTY\n007\n", mapping=mapping)
    assert found.records.charges.select("charge_id", "outcome").rows()[0] == ("007:1", "convicted")
    assert [row[:2] for row in quarantined(found)] == [(3, "ROW_TOO_SHORT")]


def test_a_workbook(tmp_path: Path) -> None:
    pytest.importorskip("fastexcel")
    pytest.importorskip("xlsxwriter")
    rows = {name: ["x"] for name in COUNTS.split(",")} | {"person": [7], "finding": ["Guilty"], "count": [1]}
    pl.DataFrame(rows).write_excel(tmp_path / "book.xlsx")
    mapping = MAPPING.replace('without = ["term"]', 'kind = "excel"\nfile_names = ["*.xlsx"]')
    (tmp_path / "larkspur.toml").write_text(mapping, encoding="utf-8")
    found = rr.read(tmp_path / "book.xlsx", format=tmp_path / "larkspur.toml")
    assert found.charges.select("charge_id", "subject_id", "outcome").rows() == [("x:1", "7", "convicted")]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('id = "larkspur"', 'id = "Larkspur County"', "lower case"),
        ('"case"', '"cases"', "'case'"),
        ("blank =", "blanks =", "'blank'"),
        ('charges = "complete"', 'charge = "complete"', "'charges'"),
        ('charges = "complete"', 'charges = "whole"', "complete"),
        ('reliefs = "absent"', 'reliefs = "complete"', "no file fills"),
        ("also_called.finding", "also_called.findin", "'finding'"),
        ('without = ["term"]', 'kind = "cvs"', "'csv'"),
        ('without = ["term"]', 'encodings = ["utf-9"]', "'utf-9'"),
        ('without = ["term"]', "skip_lines = -1", "number"),
        ('without = ["term"]', "places = { person = [3, 1] }", "before it begins"),
        ('without = ["term"]', 'delimiter = "||"', "one character"),
        ('key = ["person"]', "key = []", "at least one"),
        ('key = ["docket", "count"]\n', "", "key"),
        ("outcome_text =", "outcom_text =", "'outcome_text'"),
        ('codes = "findings"', 'codes = "finding"', "'findings'"),
        ('codes = "findings"', 'code = "findings"', "'codes'"),
        ('"convicted"', '"convict"', "'convicted'"),
        ("[codes.terms]", 'GUILTY = "acquitted"\n[codes.terms]', "two words"),
        ('{ constant = "us-ca" }', "{ constant = 7 }", "does not take"),
        ('{ constant = "us-ca" }', '{ template = "us-ca" }', "constant"),
        ('{ constant = "us-ca" }', '{ template = "us-{state" }', "brace"),
        ('"%m/%d/%Y", "%Y"', '"%m/%d/%y"', "century"),
        ('"%m/%d/%Y", "%Y"', '"%Y %Q"', "format of a date"),
        (', date = ["%m/%d/%Y", "%Y"]', "", "is a date"),
        ("number = true, scale = 100", 'number = "yes"', "true or false"),
        (", number = true, scale = 100", "", "number = true"),
        ('outcome_text = "finding"', 'outcome_text = { column = "finding", number = true }', "no number"),
        ('citation = ["PC", "HS"]', 'citation = ["P C"]', "citation"),
        ('offense_text = "offense"', 'attempt = { column = "offense", codes = "terms" }', ""),
        ('unit = "unit", codes = "units"', 'every = "fortnights"', "months"),
        ('"years"', '"yrs"', "years"),
        ("[files.terms.sentence]", "[files.terms.sentences]", "'sentence'"),
    ],
)
def test_what_is_wrong_in_a_mapping_is_told(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in MAPPING
    path = tmp_path / "wrong.toml"
    path.write_text(MAPPING.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RequestError) as caught:
        read_mapping(path)
    assert told in str(caught.value)
    assert "wrong.toml" in str(caught.value)


def test_a_run_names_the_mapping_and_is_explained_again_by_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = read(tmp_path, "7,A,1,01/01/1970,HS 11357(b),Guilty,02/11/2015,\n", "A,1,Jail,5,D\n")
    assert found.records.subjects["record_scope"].to_list() == ["case"]
    finished = run(
        RunRequest(
            inputs=[tmp_path / "counts.csv", tmp_path / "terms.csv"],
            statutes="us-ca",
            as_of="2020-07-01",
            out=tmp_path / "run",
            format=str(tmp_path / "larkspur.toml"),
            remedies=["hs-11361.8"],
        )
    )
    about = json.loads((tmp_path / "run" / "manifest.json").read_text())
    assert about["plugins"]["format larkspur"]["name"] == str(tmp_path / "larkspur.toml")
    assert about["plugins"]["format larkspur"]["version"].startswith("sha256:")
    assert finished.answers.determinations["status"].to_list() == ["undetermined"]
    # The explanation reads the inputs again, by the same mapping file.
    with pytest.raises(SystemExit) as left:
        main(["explain", str(tmp_path / "run"), "--subject", "7"])
    assert left.value.code == 0
    told = capsys.readouterr()
    assert "undetermined" in told.out
    assert told.err == ""


@pytest.mark.parametrize(("scope", "other"), [("case", None), ("national", False)])
def test_records_of_single_cases_leave_other_convictions_open(tmp_path: Path, scope: str, other: bool | None) -> None:
    mapping = MAPPING.replace('record_scope = "case"', f'record_scope = "{scope}"')
    row = "7,A,1,01/01/1970,HS 11357(b),Guilty,02/11/2015,\n"
    records = read(tmp_path, row, "A,1,Jail,5,D\n", mapping=mapping).records
    found = rr.screen(records, statutes="us-ca", as_of="2020-07-01", remedies=["pc-1203.45"]).findings
    assert found["pc-1203.45/1203.45.6"].to_list() == [other]  # whether there is another conviction


def test_check_tells_what_is_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    read(tmp_path, f"7,A,1,,,Vacated,,\n7,A,2,,,{'x' * 60},,\n7,A,3,,,Vacated,,\n7,,3,,,,,\n7,A,4,,,See other case,,\n")
    monkeypatch.chdir(tmp_path)
    told = check(capsys, "counts.csv", code=0)
    assert told.splitlines() == [
        "Not mapped, and so unknown:",
        "  finding -> outcome  'Vacated'  2",
        f"  finding -> outcome  '{'x' * 39}…'  1",
        "Given an empty word, and so unknown:",
        "  outcome  1",
        "Set aside:",
        "  KEY_BLANK  1",
        "Rows read 5 = used 4 + quarantined 1",
    ]
    Path("counts.csv").write_text(f"{COUNTS}\n7,,1,,,,,\n")
    assert "used 0" in check(capsys, "counts.csv", code=1)


def check(capsys: pytest.CaptureFixture[str], *arguments: str, code: int) -> str:
    with pytest.raises(SystemExit) as left:
        main(["check", *arguments, "--format", "larkspur.toml"])
    assert left.value.code == code
    return capsys.readouterr().out


def test_a_first_mapping_reads_its_sample_and_guesses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("sample.csv").write_text(
        "Defendant_ID;Case Number;Count;DOB;Arrest Date;Disposition;Level;Shoe\n"
        "7;A;1;1970-02-03;03/04/2015;Dismissed;Felony;9\n"
        "7;A;2;1970-02-03;04/03/2015;Not Guilty;M;9\n"
        '8;B;1;;01/02/2015;"Plea ""G""";;9\n'
    )
    with pytest.raises(SystemExit) as left:
        main(["new", "format", "larkspur", "--sample", "sample.csv"])
    assert left.value.code == 0
    found = read_mapped(read_mapping(Path("larkspur.toml")), [Path("sample.csv")])
    assert {one.field for one in found.unread} == {"arrest_date"}  # March or April?
    charges = found.records.charges
    assert charges["charge_id"].to_list() == ["7:A:1", "7:A:2", "8:B:1"]
    assert charges["outcome"].to_list() == ["dismissed", None, None]
    assert charges["level"].to_list() == ["felony", None, None]
    assert charges["arrest_date"].to_list() == [None] * 3
    text = Path("larkspur.toml").read_text()
    assert '"Not Guilty" = ""  # 1 rows; "acquitted"?' in text
    assert '#   "Shoe"' in text
    with pytest.raises(SystemExit) as left:
        main(["new", "format", "larkspur", "--sample", "sample.csv"])
    assert left.value.code == 2  # it stands there already


def test_a_first_mapping_of_rows_without_keys(tmp_path: Path) -> None:
    (tmp_path / "sample.csv").write_text("name,disposition\nAda Example,Dismissed\nBo Example,\n")
    (tmp_path / "made.toml").write_text(drafted("made", tmp_path / "sample.csv"))
    found = read_mapped(read_mapping(tmp_path / "made.toml"), [tmp_path / "sample.csv"])
    assert found.records.charges["outcome"].to_list() == ["dismissed", None]


def test_the_id_of_a_mapping_is_its_own(tmp_path: Path) -> None:
    read(tmp_path, "7,A,1,,,,,\n")
    (tmp_path / "larkspur.toml").write_text(MAPPING.replace('"larkspur"', '"canonical"', 1))
    with pytest.raises(RequestError, match="there already"):
        rr.read(tmp_path / "counts.csv", format=str(tmp_path / "larkspur.toml"))
