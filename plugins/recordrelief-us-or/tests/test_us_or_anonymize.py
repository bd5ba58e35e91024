"""Anonymized Oregon records: nobody survives, the answers on relative days do."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from or_records import case, charge, record, written

import recordrelief as rr
from recordrelief.disguise import Disguise
from recordrelief_us_or.cases.anonymize import anonymize_records
from recordrelief_us_or.cases.generate import generate_records
from recordrelief_us_or.pack import PACK

KEY = bytes(range(32))
MARKED = record(
    case(
        charge(
            "ZQCH-771234", name="Theft ZQAUNT in the Second Degree", ruling="Convicted, says ZQJUDGE", nickname="ZQN"
        ),
        number="ZQ15CR880011",
        court="Benton ZQHALL Circuit Court",
        ZQcolour="ZQGREEN",
    ),
    id="ZQ-990011",
    person={"name": "Qada Zqinvented", "birth_date": "1980-03-01", "mother": "ZQMOTHER"},
    answers=[{"charge_id": "ZQCH-771234", "edit": {"probation_revoked": "2016-05-04"}}],
    upstream_edits={"ZQ15CR880011": {"charges": {"ZQCH-771234": {"edit_status": "UPDATE", "name": "ZQBROTHER"}}}},
    expected={"who": "ZQEXPECTED"},
)
TABLES = ("subjects", "charges", "sentences", "quarantine", "cases")


def copied(source: Path) -> Path:
    out = source.with_name("copy" + source.suffix)
    anonymize_records(source, out, Disguise(KEY))
    return out


def test_nobody_survives_in_json(tmp_path: Path) -> None:
    source = written(tmp_path / "in.jsonl", [MARKED])
    source.write_text(source.read_text(encoding="utf-8") + 'ZQBROKEN {"id": 7712345\n', encoding="utf-8")
    text = copied(source).read_text(encoding="utf-8")
    assert "zq" not in text.casefold()
    assert "qada" not in text.casefold()
    assert not [day for day in ("1980-03-01", "2014-12-24", "2016-05-04") if day in text]
    digits = re.sub(r"\D", "", text)
    assert not [number for number in ("771234", "880011", "990011", "7712345") if number in digits]
    before, after = (rr.read(path, format="us-or-cases") for path in (source, tmp_path / "copy.jsonl"))
    for table in TABLES:
        assert before.table(table).height == after.table(table).height
    assert before.charges["citation"].to_list() == after.charges["citation"].to_list()
    assert before.sentences["revoked"].to_list() == after.sentences["revoked"].to_list()


def test_nobody_survives_in_a_table(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text(
        "record_id,person_name,birth_date,case_number,county,charge_id,name,statute,level,offense_date,ruling\n"
        "ZQ990011,Qada Zqu,03/01/1980,ZQ880011,Lane,ZQ1,Theft ZQAUNT,164.045,Misdemeanor Class A,2014,Convicted\n"
        "ZQ990012,Qivo,1981,ZQ880012,Lane,ZQ2,Theft,ZQSTAT,Felony,Qday,ZQR\n"
        "ZQ990013,too,short\n"
        ",,1980,ZQ880013,Lane,ZQ3,Theft,164.045,Felony,2001-02,Convicted\n",
        encoding="utf-8",
    )
    text = copied(source).read_text(encoding="utf-8")
    assert "zq" not in text.casefold()
    assert not [one for one in ("Qada", "Qivo", "Qday", "03/01/1980", "short") if one in text]
    before, after = (rr.read(path, format="us-or-cases") for path in (source, tmp_path / "copy.csv"))
    for table in TABLES:
        assert before.table(table).height == after.table(table).height
    assert before.quarantine["code"].to_list() == after.quarantine["code"].to_list()


@pytest.mark.parametrize("seed", range(2))
def test_answers_are_the_same_person_by_person(tmp_path: Path, seed: int) -> None:
    generate_records(30, seed, tmp_path / "in.jsonl")
    disguise = Disguise(KEY)
    before, after = (
        rr.read(path, format="us-or-cases") for path in (tmp_path / "in.jsonl", copied(tmp_path / "in.jsonl"))
    )
    as_of = date(2025, 6, 1)
    ids = [json.loads(line)["id"] for line in (tmp_path / "in.jsonl").read_text(encoding="utf-8").splitlines()]
    one = rr.screen(before, statutes=PACK, as_of=as_of).determinations
    days = {name: disguise.person(f"record {name}").day(as_of) for name in ids}
    found = {day: rr.screen(after, statutes=PACK, as_of=day).determinations for day in set(days.values())}
    for name in ids:
        mine = one.filter(pl.col("subject_id") == name)
        its = found[days[name]].filter(pl.col("subject_id") == disguise.number("record", name))
        assert sorted(mine.select("remedy", "status").rows()) == sorted(its.select("remedy", "status").rows())
