"""Anonymized sheets: nothing of the person survives, and what is read of the copy is what was read of the sheet."""

from __future__ import annotations

import random
import re
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rap_sheets import sheets

import recordrelief as rr
from recordrelief.disguise import Disguise
from recordrelief.law import OffenseCatalog, charge, years
from recordrelief.statutes import Condition, Grade, Pathway, ReliefKind, Remedy, StatutePack, Wait
from recordrelief_us_ca_rapsheet.anonymize import anonymize_sheets
from recordrelief_us_ca_rapsheet.dice import Dice
from recordrelief_us_ca_rapsheet.generate import generate_sheets, invented_sheet
from recordrelief_us_ca_rapsheet.noise import noisy
from recordrelief_us_ca_rapsheet.reading import sheets_of
from recordrelief_us_ca_rapsheet.sheet import Sheet
from recordrelief_us_ca_rapsheet.writing import printed, write_pdf

KEY = bytes(range(32))
SHEET = """\
RE: QHY.CA0000000.99000123.ZQCLERK         DATE:20190305 TIME:10:11:12
ATTN:ZQCLERK-1234
CII/A01928374
DOB/19710214 SEX/F RAC/ZQRACE
HGT/504  WGT/140  EYE/BRO  HAI/BLK  POB/ZQ
NAM/01 ZQUILL,MARA ANN
    02 ZQOTTER,GRAND
FBI/734567XX9
CDL/Z7654329
SOC/765439871
ADR/12 ZQSTREET
* * * *
ARR/DET/CITE:         NAM:02  DOB:19710214
20020611  CAPD LODI

CNT:01     #02-4455919
  11359 HS-POSSESS MARIJUANA FOR SALE
   COM: ZQUILL LIVES AT 8812345 ZQROAD, GRAND THEFT FROM ZQNEIGHBOUR
   ARR BY:ZQOFFICER
ZQWORD: A LINE OF 9876543 ZQNOBODY KNOWS
20020615
 DISPO:PROS REJ-LACK OF EVIDENCE
- - - -
COURT:                NAM:02
20020903  CASC STOCKTON

CNT:01     #ZQ00112A
  11359 HS-POSSESS MARIJUANA FOR SALE
*DISPO:CONVICTED
   CONV STATUS:FELONY
   SEN: 003 YEARS PROBATION, 060 DAYS JAIL,
        FINE, IMP SEN SS
   DCN:X77000000001234567890
20040120
 DISPO:PROBATION REVOKED
   SEN: 016 MONTHS PRISON
     *    *    *    END OF MESSAGE    *    *    *
ZQAFTER THE END 7712345
"""
TABLES = ("subjects", "charges", "sentences", "reliefs", "events", "quarantine", "cases")
KEPT = ["citation", "level", "outcome", "attempt", "county", "stage", "count_number", "possible_citations"]


def copied(source: Path) -> Path:
    out = source.with_name("copy.txt")
    anonymize_sheets(source, out, Disguise(KEY))
    return out


def test_nothing_of_the_person_survives(tmp_path: Path) -> None:
    source = tmp_path / "sheet.txt"
    source.write_text(SHEET, encoding="utf-8")
    text = copied(source).read_text(encoding="utf-8")
    assert "ZQ" not in text.upper().replace("#", " ")
    for word in (
        "MARA",
        "ANN",
        "01928374",
        "19710214",
        "20020611",
        "20190305",
        "734567",
        "7654329",
        "765439871",
        "HGT/504",
    ):
        assert word not in text
    digits = re.sub(r"\D", "", text)
    for number in ("024455919", "8812345", "9876543", "77000000001234567890", "7712345", "00112"):
        assert number not in digits
    # GRAND is a word of the law, and a name of the person: free text does not keep it.
    assert "GRAND" not in text
    assert "THEFT FROM" in text
    assert "CAPD LODI" in text
    assert "003 YEARS PROBATION, 060 DAYS JAIL," in text


def test_intervals_stay(tmp_path: Path) -> None:
    source = tmp_path / "sheet.txt"
    source.write_text(SHEET, encoding="utf-8")
    days = [
        re.findall(r"^(\d{8})", path.read_text(encoding="utf-8"), re.MULTILINE) for path in (source, copied(source))
    ]
    ordinals = [[date.fromisoformat(day).toordinal() for day in of] for of in days]
    moved = {two - one for one, two in zip(*ordinals, strict=True)}
    assert len(moved) == 1
    assert 30 <= abs(moved.pop()) <= 180


def _unread(sheet: Sheet) -> int:
    counts = [count for cycle in sheet.cycles for event in cycle.events for count in (event, *event.counts)]
    return sum(len(count.unread) for count in counts)


@settings(max_examples=40)
@given(sheets())
def test_every_sheet_is_read_as_one_of_the_same_build(tmp_path_factory: pytest.TempPathFactory, sheet: Sheet) -> None:
    source = tmp_path_factory.mktemp("sheets") / "in.txt"
    source.write_text(printed(sheet), encoding="utf-8")
    (read,) = sheets_of([copied(source).read_text(encoding="utf-8")])
    assert [[event.kind for event in cycle.events] for cycle in read.cycles] == [
        [event.kind for event in cycle.events] for cycle in sheet.cycles
    ]
    assert _unread(read) == 0


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.booleans())
def test_what_is_read_stays(tmp_path_factory: pytest.TempPathFactory, seed: int, scanned: bool) -> None:
    source = tmp_path_factory.mktemp("sheets") / "in.txt"
    text = printed(invented_sheet(Dice(seed), seed))
    source.write_text(noisy(text, Dice(seed), 0.3) if scanned else text, encoding="utf-8")
    before, after = (rr.read(path, format="us-ca-rapsheet") for path in (source, copied(source)))
    for table in TABLES:
        assert before.table(table).height == after.table(table).height
    assert (
        before.charges.sort("source_line", "count_number")
        .select(KEPT)
        .equals(after.charges.sort("source_line", "count_number").select(KEPT))
    )
    lengths = ["kind", "length_days_min", "length_days_max", "suspended", "revoked"]
    assert (
        before.sentences.sort("source_line").select(lengths).equals(after.sentences.sort("source_line").select(lengths))
    )


def _law() -> StatutePack:
    """A law of relative days alone: three years after a conviction of a misdemeanor."""
    remedy = Remedy(
        id="xx-9",
        title="Dismissal of a misdemeanor",
        citation="Xanadu Code § 9",
        relief=ReliefKind.DISMISSAL,
        pathway=Pathway.PETITION,
        applies_to=charge.convicted,
        requires=(Condition("9.1", "it was a misdemeanor", charge.level.is_("misdemeanor"), cites="(a)"),),
        waits=(Wait("9.2", "three years have passed", charge.conviction_date + years(3), cites="(b)"),),
        grades=(Grade.MANDATORY,),
    )
    return StatutePack(
        id="xx",
        title="Xanadu",
        jurisdiction="us-ca",
        version="1",
        catalog=OffenseCatalog.from_csv("citation,description,levels,notes,source\n", flags=()),
        sets=(),
        remedies=lambda policy: (remedy,),
    )


def test_answers_on_relative_days_are_the_same_sheet_by_sheet(tmp_path: Path) -> None:
    disguise, law, seen = Disguise(KEY), _law(), 0
    for seed in range(12):
        source = tmp_path / f"{seed}.txt"
        source.write_text(printed(invented_sheet(Dice(seed), seed)), encoding="utf-8")
        before, after = (rr.read(path, format="us-ca-rapsheet") for path in (source, copied(source)))
        as_of = date(2008, 6, 15)
        moved = disguise.person(f"cii {before.subjects['subject_id'][0]}").day(as_of)
        answers = [
            rr.screen(records, statutes=law, as_of=day)
            .determinations.join(records.charges.select("charge_id", "source_line", "count_number"), on="charge_id")
            .sort("source_line", "count_number")["status"]
            .to_list()
            for records, day in ((before, as_of), (after, moved))
        ]
        assert answers[0] == answers[1]
        seen += len(answers[0])
    assert seen > 20


def test_a_pdf_becomes_text_and_several_sheets_stay_several(tmp_path: Path) -> None:
    write_pdf(invented_sheet(Dice(4), 4), tmp_path / "in.pdf")
    assert sheets_of([copied(tmp_path / "in.pdf").read_text(encoding="utf-8")])
    generate_sheets(5, 1, tmp_path / "in.txt")
    assert anonymize_sheets(tmp_path / "in.txt", tmp_path / "out.txt", Disguise(KEY)) == 5
    assert rr.read(tmp_path / "out.txt", format="us-ca-rapsheet").subjects.height == 5


def test_what_is_no_sheet_keeps_its_shape_alone(tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_text("DISMISSED ZQUILL 1234567\n", encoding="utf-8")
    assert copied(tmp_path / "in.txt").read_text(encoding="utf-8") == "XXXXXXXXX XXXXXX 0000000\n\n"


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4 nothing", b"\0\1\2Q" * 400])
def test_what_cannot_be_read_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "in.txt").write_bytes(content)
    with pytest.raises(rr.SourceError):
        copied(tmp_path / "in.txt")


def test_one_person_is_one_in_two_files(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.txt").write_text(SHEET.replace("02-4455919", name), encoding="utf-8")
        anonymize_sheets(tmp_path / f"{name}.txt", tmp_path / f"{name}.out", Disguise(KEY))
    both = rr.read(tmp_path / "a.out", tmp_path / "b.out", format="us-ca-rapsheet")
    assert both.subjects.select(pl.col("subject_id").n_unique()).item() == 1


@pytest.mark.parametrize("seed", range(20))
def test_no_word_put_anywhere_survives(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    text = printed(invented_sheet(Dice(seed), seed))
    lines = (noisy(text, Dice(seed), 0.3) if seed % 2 else text).split("\n")
    tokens = []
    for at, line in enumerate(lines):
        if chance.random() < 0.4:
            word = "ZQ" + "".join(chance.choice("BCDGHK") for _ in range(5))
            token = chance.choice(
                [word, word.lower(), f"{chance.randint(10**6, 10**7)}7", f"{word}{chance.randint(0, 99)}"]
            )
            place = chance.choice([0, len(line), chance.randint(0, len(line))])
            blank = chance.choice([" ", ""])
            lines[at] = f"{line[:place]}{blank}{token}{blank}{line[place:]}"
            tokens.append(token)
    (tmp_path / "in.txt").write_text("\n".join(lines), encoding="utf-8")
    out = copied(tmp_path / "in.txt").read_text(encoding="utf-8").casefold()
    assert not [token for token in tokens if token.casefold() in out]
