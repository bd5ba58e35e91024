"""The format `person`: people written by hand are screened, converted and explained as any other source."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from made_up import COUNTY, LAW, MARK, alone, extract  # noqa: F401
from polars.testing import assert_frame_equal
from test_cli import command  # noqa: F401

import recordrelief as rr
from recordrelief.errors import RequestError, SourceError, SourceFaults
from recordrelief.formats import identified
from recordrelief.formats.person import Person
from recordrelief.person_files import write_people
from recordrelief.plugins import load
from recordrelief.tables import FACT_TABLES

Run = Callable[..., tuple[int, str, str]]
PERSON = f"""\
subject_id: P1
names: [{{family: {MARK}}}]
record_scope: state
charges:
  - id: C1
    citation: XX 1
    level: misdemeanor
    outcome: convicted
    conviction_date: 2010-02
    attempt: false
    conspiracy: false
    solicitation: false
  - {{id: C2, citation: XX 2, level: felony, outcome: convicted, conviction_date: 2019-12-01}}
"""
FACTS = """
from recordrelief.law import charge
from recordrelief.plugins import hookimpl
from recordrelief.statutes import Condition, Fact, Grade, Pathway, ReliefKind, Remedy, StatutePack
from recordrelief.law import OffenseCatalog
RECORDRELIEF_HOOK_API = 1

def _fact(name, kind):
    return Fact(name=name, table="charges", kind=kind, means="what a test needs", ask="Is it what a test needs?")

@hookimpl
def recordrelief_statutes():
    return [
        StatutePack(
            id="yy", title="Ys", jurisdiction="yy", version="1.0", sets=(),
            catalog=OffenseCatalog.from_csv("citation,description,levels,notes,source\\n", flags=()),
            facts=(
                _fact("kept_open", "test"), _fact("told_on", "day"), _fact("crew", "word"), _fact("plants", "number")
            ),
            remedies=lambda policy: (),
        )
    ]
"""


@pytest.fixture
def person(tmp_path: Path) -> Path:
    path = tmp_path / "person.yaml"
    path.write_text(PERSON, encoding="utf-8")
    return path


def test_the_command_line_screens_explains_and_converts_one_person(command: Run, person: Path) -> None:  # noqa: F811
    asked = ("--statutes", "xx", "--as-of", "2020-07-01", "--plugin", str(COUNTY), "--plugin", str(LAW))
    code, out, err = command("screen", "person.yaml", *asked, "--out", "run")
    assert (code, err) == (0, "")
    assert "Rows read 3 = used 3 + quarantined 0; people 1, charges 2." in out
    determinations = pl.read_parquet("run/determinations.parquet")
    assert determinations["status"].cast(pl.String).to_list() == ["eligible", "ineligible"]
    assert determinations["source_file"].cast(pl.String).unique().to_list() == ["person.yaml"]
    assert determinations["source_line"].to_list() == [5, 13]
    assert json.loads(Path("run/manifest.json").read_text(encoding="utf-8"))["format"] == "person"
    code, out, err = command("explain", "run", "--subject", "P1", "--charge", "C1")
    assert (code, err) == (0, "") and "(person.yaml:5)" in out
    assert command("convert", "person.yaml", "--out", "tables")[0] == 0
    assert command("screen", "tables", *asked, "--out", "again")[0] == 0
    assert_frame_equal(pl.read_parquet("again/determinations.parquet"), determinations)


def test_a_fault_leaves_with_1_tells_its_place_and_writes_nothing(command: Run, person: Path) -> None:  # noqa: F811
    person.write_text(PERSON.replace("level: felony", f"level: {MARK}"), encoding="utf-8")
    code, out, err = command("screen", "person.yaml", "--statutes", "xx", "--as-of", "2020-07-01", "--out", "run")
    assert code == 2 and "no statute pack" in err
    code, out, err = command("convert", "person.yaml", "--out", "tables")
    assert code == 1 and "person.yaml:13, level" in err
    assert MARK not in out + err
    assert not Path("tables").exists()


def test_tables_and_people_are_the_same_records(person: Path) -> None:
    records = rr.read(person)
    assert records.coverage == rr.Coverage()
    (source,) = records.sources
    assert (source.name, source.rows, source.quarantined) == ("person.yaml", 3, 0)
    again = rr.Records.from_subjects(records.to_subjects())
    for name in FACT_TABLES:
        assert_frame_equal(records.table(name), again.table(name))
    assert write_people(records.to_subjects()) == write_people(again.to_subjects())


def test_only_a_file_of_people_is_identified(tmp_path: Path, person: Path) -> None:
    known = dict(load([COUNTY]).formats)
    assert identified(known, [person]).id == "person"
    assert identified(known, [extract(tmp_path)]).id == "made-up-county"
    others = {
        "list.yml": "- {birth_date: 1980, subject_id: P1}",
        "quoted.YAML": '{"subject_id": "P1"}',
        "behind.yaml": "birth_date: 1980\nsubject_id: P1\n",
    }
    for name, text in others.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert identified(known, [tmp_path / name]).id == "person", name
    for name, text in {
        "people.txt": PERSON,
        "cases.yaml": "about: cases\ncases: []\n",
        "my.yaml": "my_subject_id: 1",
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        with pytest.raises(RequestError, match="No format"):
            identified(known, [tmp_path / name])


def test_several_files_are_one_population_in_which_no_id_stands_twice(tmp_path: Path, person: Path) -> None:
    other = tmp_path / "other.yaml"
    other.write_text(PERSON.replace("P1", "P2").replace("C1", "C3").replace("C2", "C4"), encoding="utf-8")
    assert rr.read(person, other).charges["charge_id"].to_list() == ["C1", "C2", "C3", "C4"]
    other.write_text(PERSON.replace("C2", "C4").replace("felony", "felon"), encoding="utf-8")
    with pytest.raises(SourceFaults) as caught:
        rr.read(person, other)
    assert [fault.where for fault in caught.value.faults] == [
        *("other.yaml:1, subject_id", "other.yaml:5, charge_id", "other.yaml:13, level"),
    ]
    other.write_text(PERSON, encoding="utf-8")
    with pytest.raises(RequestError, match="given twice"):
        rr.read(person, other)


def test_bytes_that_are_no_text_are_refused_and_a_byte_order_mark_is_none_of_it(tmp_path: Path) -> None:
    path = tmp_path / "person.yaml"
    path.write_bytes(b"\xef\xbb\xbfsubject_id: P1\r\nrecord_scope: state\r\n")
    assert rr.read(path).subjects["record_scope"].to_list() == ["state"]
    path.write_bytes(b"subject_id: P1\nnames: [{family: Fictitio\xfas}]\n")
    with pytest.raises(SourceError, match=r"not UTF-8") as caught:
        rr.read(path)
    assert caught.value.where == "person.yaml:2"


@pytest.fixture
def with_facts(tmp_path: Path) -> Path:
    path = tmp_path / "facts.py"
    path.write_text(FACTS, encoding="utf-8")
    return path


def test_a_fact_that_some_pack_declares_is_kept(tmp_path: Path, with_facts: Path) -> None:
    path = tmp_path / "person.yaml"
    facts = "{kept_open: true, told_on: 2011-08, crew: none, plants: 4}"
    path.write_text(f"{{subject_id: P1, charges: [{{id: C1, facts: {facts}}}]}}", encoding="utf-8")
    (charge,) = rr.read(path, plugins=[with_facts]).charges.iter_rows(named=True)
    assert (charge["kept_open"], charge["crew"], charge["plants"]) == (True, "none", 4)
    assert (str(charge["told_on"]), str(charge["told_on_latest"])) == ("2011-08-01", "2011-08-31")


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ("kept_opne: true", "person.yaml:3: No statute pack declares such a fact of the table charges. .*'kept_open'"),
        ("kept_open: 1", "person.yaml:3, kept_open: The fact has another kind of value. Expected: true or false"),
        ("told_on: 2011", "Expected: a day: 2011-08-23"),
        ("plants: some", "Expected: a whole number"),
        ("crew: 2011-08-23", "Expected: a word"),
    ],
)
def test_a_fact_that_no_pack_knows_or_of_another_kind_is_refused(
    tmp_path: Path, with_facts: Path, facts: str, expected: str
) -> None:
    path = tmp_path / "person.yaml"
    path.write_text(f"subject_id: P1\ncharges:\n  - {{id: C1, facts: {{{facts}}}}}\n", encoding="utf-8")
    with pytest.raises(SourceError, match=expected):
        rr.read(path, plugins=[with_facts])
    with pytest.raises(SourceError, match="No statute pack declares"):
        rr.read(path)


def test_it_generates_nothing(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="no generator"):
        Person().generate(subjects=1, seed=1, out=tmp_path / "people.yaml")
