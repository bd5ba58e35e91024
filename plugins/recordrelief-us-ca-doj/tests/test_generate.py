"""Invented extracts: the same everywhere, sound line by line, and with every kind of dirt that real ones have."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from pathlib import Path

import polars as pl
import pytest

from recordrelief.errors import RequestError
from recordrelief_us_ca_doj.generate import generate_extract
from recordrelief_us_ca_doj.rows import COLUMNS, ResearchFile

SUBJECTS = 400
CANNABIS = r"\b(11357|11358|11359|11360)"


@pytest.fixture(scope="module")
def extract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("extract") / "invented.csv"
    generate_extract(SUBJECTS, 11, path)
    return path


@pytest.fixture(scope="module")
def rows(extract: Path) -> pl.DataFrame:
    return ResearchFile.open(extract).frame(COLUMNS)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_same_seed_gives_the_same_bytes(extract: Path, tmp_path: Path) -> None:
    again, other = tmp_path / "again.csv", tmp_path / "other.csv"
    assert generate_extract(SUBJECTS, 11, again) == len(again.read_bytes().splitlines()) - 1
    generate_extract(SUBJECTS, 12, other)
    assert again.read_bytes() == extract.read_bytes()
    assert other.read_bytes() != extract.read_bytes()


def test_the_bytes_are_those_of_every_machine(tmp_path: Path) -> None:
    path = tmp_path / "small.csv"
    generate_extract(20, 1, path)
    assert digest(path) == "9c919fb70b0b57d85e342e48488d28891661cde1e98119c43e861d73d763bfcd"


def test_a_larger_extract_begins_with_the_smaller_one(extract: Path, tmp_path: Path) -> None:
    path = tmp_path / "small.csv"
    generate_extract(50, 11, path)
    assert extract.read_bytes().startswith(path.read_bytes())


def test_every_row_has_the_columns_and_its_quotes_are_minimal(extract: Path) -> None:
    text = extract.read_text(encoding="utf-8")
    assert text.endswith("\n") and "\r" not in text
    table = list(csv.reader(text.splitlines(keepends=True), strict=True))
    assert tuple(table[0]) == COLUMNS
    assert {len(cells) for cells in table} == {95}
    again = io.StringIO()
    csv.writer(again, lineterminator="\n").writerows(table)
    assert again.getvalue() == text


def test_the_reader_finds_nothing_to_set_aside(extract: Path) -> None:
    file = ResearchFile.open(extract)
    assert file.bad.is_empty()
    assert file.encoding == "utf-8"
    assert 7 * SUBJECTS < file.rows < 11 * SUBJECTS
    assert 650 < file.size / file.rows < 900


def test_people_are_told_apart_and_consistent(rows: pl.DataFrame) -> None:
    assert rows["SUBJECT_ID"].n_unique() == rows["CII_NUMBER"].n_unique() == SUBJECTS
    assert rows.select("SUBJECT_ID", "CII_NUMBER", "PRI_NAME", "PRI_DOB").n_unique() == SUBJECTS
    assert rows["SUBJECT_ID"].rle_id().n_unique() == SUBJECTS
    assert rows["PRI_SSN"].str.starts_with("000").all()
    assert rows["PRI_NAME"].str.contains("[^\x00-\x7f]").any()
    assert rows["PRI_NAME"].str.split(",").list.first().n_unique() > 20


def test_everyone_has_a_cannabis_conviction(rows: pl.DataFrame) -> None:
    told = pl.col("OFFENSE_DESCR").str.contains(CANNABIS) | pl.col("CONV_OFFENSE_DESCR").str.contains(CANNABIS)
    convicted = rows.filter(pl.col("DISP_DESCR").str.starts_with("CONVICTED") & told)
    assert convicted["SUBJECT_ID"].n_unique() == SUBJECTS
    years = convicted["STP_EVENT_DATE"].str.extract(r"^([12]\d{3})", 1).drop_nulls().unique().sort().to_list()
    assert "1975" <= years[0] <= "1978"
    assert "2018" <= years[-1] <= "2019"


def test_counts_are_numbered_by_cycle_and_step(rows: pl.DataFrame) -> None:
    order = pl.col("CNT_ORDER")
    assert rows["CNT_ORDER"].str.contains(r"^1\d\d\d{3}\d{3}000$").all()
    assert rows.select((order.str.head(3) == pl.col("CYC_ORDER")).all()).item()
    assert rows.select((order.str.slice(3, 3) == pl.col("STP_ORDER")).all()).item()
    cycles = rows.select("SUBJECT_ID", pl.col("CYC_ORDER").cast(pl.Int32)).unique()
    per_person = cycles.group_by("SUBJECT_ID").agg(pl.col("CYC_ORDER").max() - 100 == pl.len(), n=pl.len())
    assert per_person["CYC_ORDER"].all()
    assert (per_person["n"] > 2).any()


KINDS = {
    "partial date": ("STP_EVENT_DATE", r"^\d{4}0000$"),
    "partial month": ("STP_EVENT_DATE", r"^\d{4}(0[1-9]|1[0-2])00$"),
    "zero date": ("STP_EVENT_DATE", "^0{8}$"),
    "blank date": ("STP_EVENT_DATE", "^$"),
    "partial birth date": ("PRI_DOB", r"^\d{4}0000$"),
    "unknown birth date": ("PRI_DOB", "^(0{8}||  -  )$"),
    "blank disposition date": ("DISP_DATE", "^$"),
    "charge in the comment": ("OFFENSE_DESCR", "^SEE COMMENT FOR CHARGE$"),
    "cannabis in a comment": ("COMMENT_TEXT", CANNABIS),
    "quotes in a comment": ("COMMENT_TEXT", '"'),
    "comma in a comment": ("COMMENT_TEXT", ","),
    "attempt with a slash": ("OFFENSE_DESCR", "^664/211 PC"),
    "attempt with a hyphen": ("OFFENSE_DESCR", "^664-11359 HS"),
    "conspiracy": ("OFFENSE_DESCR", r"^182\(A\)\(1\)/11359 PC"),
    "strike": ("OFFENSE_DESCR", r"^187(\(A\))? PC"),
    "registrable": ("OFFENSE_DESCR", r"^288\(A\) PC"),
    "death": ("STP_TYPE_DESCR", "^DECEASED$"),
    "sex registration": ("OFFENSE_DESCR", "^290 PC-REGISTRATION OF SEX OFFENDER$"),
    "drug registration": ("OFFENSE_DESCR", "^11590 HS"),
    "registration ended": ("DISP_DESCR", "^NO LONGER REQUIRED TO REGISTER$"),
    "custody": ("STP_TYPE_DESCR", "^CUSTODY$"),
    "probation step": ("STP_TYPE_DESCR", "^PROBATION$"),
    "applicant": ("STP_TYPE_DESCR", "^APPLICANT$"),
    "prison": ("SENT_LOC_DESCR", "^PRISON$"),
    "jail": ("SENT_LOC_DESCR", "^JAIL$"),
    "fine": ("SENT_LOC_DESCR", "^FINE$"),
    "days": ("SENT_TIME_CODE", "^D$"),
    "months": ("SENT_TIME_CODE", "^M$"),
    "years": ("SENT_TIME_CODE", "^Y$"),
    "set aside": ("DISP_DESCR", "^CONV SET ASIDE & DISM PER 1203.4 PC$"),
    "reduced": ("DISP_DESCR", "^REDUCED TO MISDEMEANOR$"),
    "revoked": ("DISP_DESCR", "^PROBATION REVOKED$"),
    "dismissed after 2016": ("DISP_DESCR", "^DISMISSED PER 11361.8 HS$"),
    "dismissed": ("DISP_DESCR", "^DISMISSED$"),
    "rejected": ("DISP_DESCR", "^PROS"),
    "blank disposition": ("DISP_DESCR", "^$"),
    "felony": ("CONV_STAT_DESCR", "^FELONY$"),
    "misdemeanor": ("CONV_STAT_DESCR", "^MISDEMEANOR$"),
    "infraction": ("CONV_STAT_DESCR", "^INFRACTION$"),
    "odd level": ("CONV_STAT_DESCR", "^(UNKNOWN|FELONY )$"),
    "Los Angeles": ("STP_ORI_CNTY_NAME", "^LOS ANGELES$"),
    "Alameda": ("STP_ORI_CNTY_NAME", "^ALAMEDA$"),
    "odd county": ("STP_ORI_CNTY_NAME", "^(WASHOE|MARICOPA|OUT OF STATE|UNKNOWN|LOS ANGELES |)$"),
    "no space before the code": ("OFFENSE_DESCR", r"^11357\(C\)HS-POSSESS$"),
    "odd hyphen": ("OFFENSE_DESCR", "^11359 HS- X$"),
    "lower case": ("OFFENSE_DESCR", r"^11357\(b\) HS"),
    "no citation": ("OFFENSE_DESCR", "^TRAFFIC VIOLATION$"),
    "convicted as charged": ("CONV_OFFENSE_DESCR", "^  -  $"),
} | {
    f"cannabis {section}": ("OFFENSE_DESCR", "^" + re.escape(section) + " ?HS")
    for section in (
        "11357(A)",
        "11357(B)",
        "11357(C)",
        "11357(D)",
        "11357(E)",
        "11358",
        "11359",
        "11360(A)",
        "11360(B)",
    )
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_row_is_there(rows: pl.DataFrame, kind: str) -> None:
    column, pattern = KINDS[kind]
    assert rows[column].str.contains(pattern).any()


def test_some_are_convicted_of_less_than_they_were_charged_with(rows: pl.DataFrame) -> None:
    charged, convicted = pl.col("OFFENSE_DESCR"), pl.col("CONV_OFFENSE_DESCR")
    assert rows.filter(charged.str.starts_with("11359"), convicted.str.starts_with("11357(B)")).height
    assert rows.filter(charged == convicted).height


def test_a_count_may_have_several_sentences_and_later_dispositions(rows: pl.DataFrame) -> None:
    court = rows.filter(pl.col("STP_TYPE_DESCR") == "COURT ACTION").unique(COLUMNS, maintain_order=True)
    counts = court.group_by("SUBJECT_ID", "CNT_ORDER", maintain_order=True).agg("SENT_LOC_DESCR", "DISP_DESCR")
    assert ["PROBATION", "JAIL", "FINE"] in counts["SENT_LOC_DESCR"].to_list()
    later = counts.filter(pl.col("DISP_DESCR").list.contains("CONV SET ASIDE & DISM PER 1203.4 PC"))
    assert later.select(pl.col("DISP_DESCR").list.first().str.starts_with("CONVICTED").all()).item()


def test_some_arrests_never_come_to_court(rows: pl.DataFrame) -> None:
    cycles = rows.group_by("SUBJECT_ID", "CYC_ORDER").agg(pl.col("STP_TYPE_DESCR").unique().sort())
    kinds = cycles["STP_TYPE_DESCR"].to_list()
    assert ["ARREST/DETAINED/CITED"] in kinds
    assert ["ARREST/DETAINED/CITED", "COURT ACTION"] in kinds


def test_some_rows_are_there_twice(rows: pl.DataFrame) -> None:
    assert 0 < rows.select(COLUMNS).is_duplicated().sum() < rows.height / 20


def test_every_age_bracket_is_arrested_for_cannabis(rows: pl.DataFrame) -> None:
    ages = (
        rows.filter(pl.col("STP_TYPE_DESCR").str.contains("ARREST"), pl.col("OFFENSE_DESCR").str.contains(CANNABIS))
        .get_column("CYC_AGE")
        .str.extract(r"^(\d+)$", 1)
        .drop_nulls()
        .cast(pl.Int32)
    )
    assert (ages < 18).any() and ages.is_between(18, 20).any() and (ages > 21).any()
    assert (ages >= 14).all()


def test_an_extract_has_at_least_one_subject(tmp_path: Path) -> None:
    with pytest.raises(RequestError):
        generate_extract(0, 1, tmp_path / "none.csv")
    assert generate_extract(1, 1, tmp_path / "one.csv") > 1
