"""Anonymized extracts: marked cells do not survive, every row and charge does, and so do the answers."""

from __future__ import annotations

import csv
import re
from datetime import date
from pathlib import Path

import polars as pl
import pytest

import recordrelief as rr
from recordrelief.disguise import Disguise
from recordrelief.law import OffenseCatalog, charge, years
from recordrelief.statutes import Condition, Grade, Pathway, ReliefKind, Remedy, StatutePack, Wait
from recordrelief_us_ca_doj import anonymize
from recordrelief_us_ca_doj.anonymize import anonymize_extract
from recordrelief_us_ca_doj.generate import generate_extract
from recordrelief_us_ca_doj.layout import COLUMNS

KEY = bytes(range(32))
PERSONAL = [
    "RECORD_ID",
    "SUBJECT_ID",
    "REQ_CII_NUMBER",
    "REQ_NAME",
    "REQ_GENDER",
    "REQ_CDL",
    "REQ_SSN",
    "CII_NUMBER",
    "PRI_NAME",
    "GENDER",
    "PRI_SSN",
    "PRI_CDL",
    "PRI_IDN",
    "PRI_INN",
    "FBI_NUMBER",
    "RACE_CODE",
    "RACE_DESCR",
    "EYE_COLOR_DESCR",
    "HAIR_COLOR_DESCR",
    "HEIGHT",
    "WEIGHT",
    "POB_NAME",
    "CITIZENSHIP_LIST",
    "OFN",
    "FE_NUM_ARR_AGY",
    "FE_NUM_BNCH_WARR",
    "FE_NUM_CITE",
    "FE_NUM_DOCKET",
    "FE_NUM_INCIDENT",
    "FE_NUM_BOOKING",
    "FE_NUM_NUMBER",
    "FE_NUM_REMAND",
    "FE_NUM_OOS_INN",
    "FE_NUM_CRT_CASE",
    "FE_NUM_WARRANT",
]


def law() -> StatutePack:
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
    catalog = OffenseCatalog.from_csv("citation,description,levels,notes,source\n", flags=())
    return StatutePack(
        id="xx",
        title="Xanadu",
        jurisdiction="us-ca",
        version="1",
        catalog=catalog,
        sets=(),
        remedies=lambda policy: (remedy,),
    )


def extract(path: Path, subjects: int = 25, seed: int = 3) -> list[list[str]]:
    generate_extract(subjects, seed, path)
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def written(path: Path, rows: list[list[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(rows)
    return path


def marked(rows: list[list[str]]) -> tuple[list[list[str]], set[str], set[str]]:
    """The rows with every personal cell that says something turned into a token of its own: words and digits."""
    tokens: dict[tuple[str, str], str] = {}
    made = [rows[0]]
    for row in rows[1:]:
        cells = dict(zip(COLUMNS, row, strict=True))
        for name in PERSONAL:
            if cells[name].strip(" -"):
                at = len(tokens)
                letters = "".join(chr(ord("B") + int(digit)) for digit in f"{at:06}")
                tokens.setdefault((name, cells[name]), f"ZQ{letters}" if "NAME" in name else f"7{at:06}93")
                cells[name] = tokens[name, cells[name]]
        for name in ("REQ_DOB", "PRI_DOB"):
            if cells[name].strip(" -"):
                tokens[name, cells[name]] = cells[name]
        if cells["COMMENT_TEXT"].startswith("COM: SCN"):
            cells["COMMENT_TEXT"] += f" MOTHER ZQMOTHER{len(tokens)} CALLS {cells['PRI_NAME']} 5{len(tokens):06}11"
            tokens["COMMENT_TEXT", cells["COMMENT_TEXT"]] = f"ZQMOTHER{len(tokens)}"
        made.append(list(cells.values()))
    words = {token.casefold() for token in tokens.values()}
    return made, words, {digits for word in words if len(digits := re.sub(r"\D", "", word)) > 5}


def test_no_marked_cell_survives(tmp_path: Path) -> None:
    rows, words, digits = marked(extract(tmp_path / "in.csv"))
    assert len(words) > 300
    source = written(tmp_path / "in.csv", rows)
    assert anonymize_extract(source, tmp_path / "out.csv", Disguise(KEY)) == len(rows) - 1
    text = (tmp_path / "out.csv").read_text(encoding="utf-8").casefold()
    cells = re.split(r"[,\n]", text)
    found = {re.sub(r"\D", "", cell) for cell in cells}
    assert not {word for word in words if not word.isdigit() and word in text}
    assert not {word for word in words if word.isdigit()} & found
    assert not {one for one in digits if any(one in cell for cell in found)}


@pytest.mark.parametrize("seed", range(3))
def test_what_is_read_stays_but_for_the_person(tmp_path: Path, seed: int) -> None:
    rows = extract(tmp_path / "in.csv", seed=seed)
    assert anonymize_extract(tmp_path / "in.csv", tmp_path / "out.csv", Disguise(KEY)) == len(rows) - 1
    before, after = (rr.read(tmp_path / name, format="us-ca-doj") for name in ("in.csv", "out.csv"))
    for table in ("subjects", "charges", "sentences", "reliefs", "events", "issues", "quarantine", "cases"):
        assert before.table(table).height == after.table(table).height
    order = ["source_line", "count_number"]
    kept = ["citation", "charged_citation", "level", "outcome", "attempt", "county_fips", "stage", "outcome_text"]
    one, other = before.charges.sort(order).select(kept), after.charges.sort(order).select(kept)
    assert one.equals(other)
    lengths = ["kind", "length_days_min", "length_days_max"]
    assert (
        before.sentences.sort("source_line").select(lengths).equals(after.sentences.sort("source_line").select(lengths))
    )


def test_answers_on_relative_days_are_the_same_person_by_person(tmp_path: Path) -> None:
    rows = extract(tmp_path / "in.csv", subjects=12, seed=5)
    disguise = Disguise(KEY)
    anonymize_extract(tmp_path / "in.csv", tmp_path / "out.csv", disguise)
    before, after = (rr.read(tmp_path / name, format="us-ca-doj") for name in ("in.csv", "out.csv"))
    as_of, pack, seen = date(2012, 6, 15), law(), 0
    for subject in dict.fromkeys(row[COLUMNS.index("SUBJECT_ID")] for row in rows[1:]):
        mask = disguise.person(f"subject {subject}")
        one = rr.screen(before, statutes=pack, as_of=as_of).determinations
        other = rr.screen(after, statutes=pack, as_of=mask.day(as_of)).determinations
        line = before.charges.select("charge_id", "source_line"), after.charges.select("charge_id", "source_line")
        mine = one.filter(pl.col("subject_id") == subject).join(line[0], on="charge_id").sort("source_line")
        its = other.filter(pl.col("subject_id") == disguise.number("subject", subject))
        its = its.join(line[1], on="charge_id").sort("source_line")
        assert mine["status"].to_list() == its["status"].to_list()
        seen += mine.height
    assert seen > 20


def test_damaged_lines_keep_their_fault_and_nothing_they_say(tmp_path: Path) -> None:
    rows = extract(tmp_path / "in.csv", subjects=3)
    lines = (tmp_path / "in.csv").read_text(encoding="utf-8").splitlines()
    broken = [*lines[:4], "ZQSHORT,77345678", lines[4], '"ZQOPEN,' + lines[5], *lines[5:]]
    (tmp_path / "in.csv").write_bytes("\n".join(broken).encode() + b"\nZQ\xe9N\xff,1\n")
    count = anonymize_extract(tmp_path / "in.csv", tmp_path / "out.csv", Disguise(KEY))
    assert count == len(rows) - 1 + 3
    text = (tmp_path / "out.csv").read_text(encoding="utf-8")
    assert "ZQ" not in text
    assert "77345678" not in text
    before, after = (rr.read(tmp_path / name, format="us-ca-doj") for name in ("in.csv", "out.csv"))
    codes = [(one.quarantine["code"].to_list(), one.quarantine["source_line"].to_list()) for one in (before, after)]
    assert codes[0] == codes[1]


def test_cells_that_slipped_into_another_column_are_scrubbed(tmp_path: Path) -> None:
    rows = extract(tmp_path / "in.csv", subjects=2)
    shifted = [rows[1][-1], *rows[1][:-1]]
    names = [cell for cell in shifted if "," in cell]
    anonymize_extract(written(tmp_path / "in.csv", [rows[0], shifted]), tmp_path / "out.csv", Disguise(KEY))
    text = (tmp_path / "out.csv").read_text(encoding="utf-8")
    assert names
    assert not [word for name in names for word in re.findall(r"\w{3,}", name) if word in text]


def test_batches_give_the_same_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    extract(tmp_path / "in.csv", subjects=8)
    anonymize_extract(tmp_path / "in.csv", tmp_path / "one.csv", Disguise(KEY))
    monkeypatch.setattr(anonymize, "_BATCH", 7)
    anonymize_extract(tmp_path / "in.csv", tmp_path / "many.csv", Disguise(KEY))
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "many.csv").read_bytes()


def test_one_subject_is_one_in_every_file_of_a_key(tmp_path: Path) -> None:
    rows = extract(tmp_path / "in.csv", subjects=4)
    halves = [written(tmp_path / f"{at}.csv", [rows[0], *rows[1 + at :: 2]]) for at in (0, 1)]
    for half in halves:
        anonymize_extract(half, half.with_suffix(".out"), Disguise(KEY))
    both = [pl.read_csv(half.with_suffix(".out"), infer_schema=False) for half in halves]
    whole = pl.concat(both).unique(["SUBJECT_ID", "PRI_NAME", "PRI_DOB"])
    assert whole.height == 4
