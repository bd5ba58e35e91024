"""From rows to canonical records: one charge a count, nothing lost, nothing guessed."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from research_rows import BLANK, FELONY_SALE, Cells, arrest, codes_of, court, read_rows, step, write

from recordrelief.errors import RequestError
from recordrelief.records import Records
from recordrelief.tables import FACT_TABLES
from recordrelief_us_ca_doj.reader import read

BURGLARY = "459 PC-BURGLARY"
SET_ASIDE = "CONV SET ASIDE & DISM PER 1203.4 PC"
COUNT_ONE = "S1-101002001000"


def only(records: Records, table: str = "charges") -> dict[str, Any]:
    """The one row of a table."""
    frame = records.table(table)
    assert frame.height == 1
    return frame.row(0, named=True)


def charge(records: Records, charge_id: str = COUNT_ONE) -> dict[str, Any]:
    return records.charges.row(by_predicate=pl.col("charge_id") == charge_id, named=True)


def subject(records: Records, subject_id: str = "S1") -> dict[str, Any]:
    return records.subjects.row(by_predicate=pl.col("subject_id") == subject_id, named=True)


def days(row: dict[str, Any], name: str) -> tuple[date | None, date | None]:
    return row[name], row[name + "_latest"]


def exactly(day: date) -> tuple[date, date]:
    return day, day


def reliefs_of(records: Records, charge_id: str = COUNT_ONE) -> list[tuple[str | None, str | None]]:
    return records.reliefs.filter(pl.col("charge_id") == charge_id).select("remedy", "kind").rows()


# -- one charge a count ----------------------------------------------------------------------------------------------


def test_a_conviction(tmp_path: Path) -> None:
    records = read_rows(tmp_path, court(OFN=" NO1 "))
    row = only(records)
    assert (row["charge_id"], row["subject_id"], row["cycle_id"]) == (COUNT_ONE, "S1", "S1-101")
    assert (row["citation"], row["attempt"], row["level"]) == ("HS 11359", False, "felony")
    assert (row["outcome"], row["stage"], row["count_number"]) == ("convicted", "court", 1)
    assert days(row, "conviction_date") == days(row, "judgment_date") == exactly(date(2005, 6, 7))
    assert (row["county"], row["county_fips"], row["jurisdiction"]) == ("ALPINE", "06003", "us-ca")
    assert (row["source_file"], row["source_line"]) == ("extract.dat", 2)
    assert (only(records, "cases")["case_number"], only(records, "cases")["case_id"]) == ("NO1", row["case_id"])
    person = only(records, "subjects")
    assert days(person, "birth_date") == exactly(date(1970, 2, 3))
    assert (person["names"][0]["family"], person["names"][0]["given"]) == ("QUILL", "ODA")
    assert person["record_scope"] == "state"
    assert records.issues.is_empty()


def test_rows_of_one_count_are_one_charge_with_its_sentence_parts(tmp_path: Path) -> None:
    parts = [
        ("PROBATION", "3", "Y"),
        ("JAIL", "030", "D"),
        ("JAIL", "18", "M"),
        ("HOUSE ARREST", "5", "D"),
        ("FINE", "", ""),
    ]
    rows = [
        court(SENT_ORDER=str(at), SENT_LOC_DESCR=place, SENT_LENGTH=length, SENT_TIME_CODE=unit)
        for at, (place, length, unit) in enumerate(parts)
    ]
    records = read_rows(tmp_path, *rows)
    assert records.charges.height == 1
    assert records.sentences.select("sentence_id", "kind", "length_days_min", "length_days_max").rows() == [
        (f"{COUNT_ONE}-s.0", "probation", 3 * 365, 3 * 365 + 1),
        (f"{COUNT_ONE}-s.1", "jail", 30, 30),
        (f"{COUNT_ONE}-s.2", "jail", 365 + 181, 366 + 184),
        (f"{COUNT_ONE}-s.3", None, 5, 5),
        (f"{COUNT_ONE}-s.4", "fine", None, None),
    ]
    assert records.sentences["length_text"].to_list()[:2] == ["3 Y PROBATION", "030 D JAIL"]
    assert records.sentences["completed_date"].null_count() == len(parts)
    assert codes_of(records) == ["SENTENCE_KIND_UNRECOGNISED"]


@pytest.mark.parametrize(
    ("length", "unit", "code"),
    [
        ("30", "W", "SENTENCE_UNIT_UNKNOWN"),
        ("30", "", "SENTENCE_UNIT_UNKNOWN"),
        ("LIFE", "Y", "SENTENCE_LENGTH_UNREAD"),
    ],
)
def test_a_length_that_cannot_be_read_is_unknown(tmp_path: Path, length: str, unit: str, code: str) -> None:
    records = read_rows(tmp_path, court(SENT_LOC_DESCR="PRISON", SENT_LENGTH=length, SENT_TIME_CODE=unit))
    part = only(records, "sentences")
    assert (part["kind"], part["length_days_min"], part["length_days_max"]) == ("prison", None, None)
    assert codes_of(records) == [code]


@pytest.mark.parametrize(
    ("length", "unit", "fewest", "most"),
    [("1", "M", 28, 31), ("12", "M", 365, 366), ("1", "Y", 365, 366), ("4", "Y", 1461, 1461), ("0", "D", 0, 0)],
)
def test_a_term_is_as_long_as_the_calendar_allows(
    tmp_path: Path, length: str, unit: str, fewest: int, most: int
) -> None:
    records = read_rows(tmp_path, court(SENT_LOC_DESCR="JAIL", SENT_LENGTH=length, SENT_TIME_CODE=unit))
    part = only(records, "sentences")
    assert (part["length_days_min"], part["length_days_max"]) == (fewest, most)


def test_two_equal_terms_of_another_order_are_two_and_one_row_twice_is_one(tmp_path: Path) -> None:
    term = {"SENT_LOC_DESCR": "JAIL", "SENT_LENGTH": "30", "SENT_TIME_CODE": "D"}
    records = read_rows(tmp_path, *(court(SENT_ORDER=order, **term) for order in ("001", "002", "002")))
    assert records.sentences["sentence_id"].to_list() == [f"{COUNT_ONE}-s.001", f"{COUNT_ONE}-s.002"]
    assert codes_of(records, "DUPLICATE_ROW") == [COUNT_ONE]
    assert records.issues["source_line"].to_list() == [4]


def test_a_term_of_one_order_is_one_however_many_rows_repeat_it(tmp_path: Path) -> None:
    term = {"SENT_ORDER": "001", "SENT_LOC_DESCR": "JAIL", "SENT_LENGTH": "30", "SENT_TIME_CODE": "D"}
    records = read_rows(tmp_path, court(**term), court(COMMENT_TEXT="SEE FILE", **term))
    assert records.sentences["sentence_id"].to_list() == [f"{COUNT_ONE}-s.001"]
    assert codes_of(records) == ["FURTHER_ROW"]


def test_terms_that_what_is_read_does_not_tell_apart_keep_two_ids(tmp_path: Path) -> None:
    term = {"SENT_LOC_DESCR": "JAIL", "SENT_LENGTH": "30", "SENT_TIME_CODE": "D"}
    records = read_rows(tmp_path, court(CYC_DATE="", **term), court(**term))
    assert records.sentences["sentence_id"].n_unique() == records.sentences.height == 2


def test_terms_without_an_order_of_their_own_have_ids_of_their_content(tmp_path: Path) -> None:
    terms = [court(SENT_LOC_DESCR="JAIL", SENT_LENGTH=length, SENT_TIME_CODE="D") for length in ("30", "60")]
    one, other = read_rows(tmp_path, *terms), read_rows(tmp_path, *reversed(terms), name="other.dat")
    ids = dict(one.sentences.select("sentence_id", "length_days_min").rows())
    assert sorted(ids.values()) == [30, 60]
    assert dict(other.sentences.select("sentence_id", "length_days_min").rows()) == ids


@pytest.mark.parametrize(
    ("words", "stated", "kinds"),
    [
        ("CONVICTED-PROB/JAIL", "JAIL", ["jail", "probation"]),
        ("CONVICTED-PROBATION", "PROBATION", ["probation"]),
        ("CONVICTED-PRISON", "", ["prison"]),
        ("CONVICTED", "", []),
    ],
)
def test_a_term_that_only_the_disposition_names(tmp_path: Path, words: str, stated: str, kinds: list[str]) -> None:
    records = read_rows(tmp_path, court(DISP_DESCR=words, SENT_LOC_DESCR=stated))
    assert records.sentences["kind"].to_list() == kinds


def test_a_length_without_a_place_is_of_the_kind_that_the_disposition_names(tmp_path: Path) -> None:
    records = read_rows(tmp_path, court(DISP_DESCR="CONVICTED-JAIL", SENT_LENGTH="90", SENT_TIME_CODE="D"))
    part = only(records, "sentences")
    assert (part["kind"], part["length_days_min"]) == ("jail", 90)


def test_what_the_deciding_row_leaves_blank_stands_on_another(tmp_path: Path) -> None:
    first = court(OFFENSE_DESCR=BLANK, CONV_STAT_DESCR="", STP_ORI_CNTY_NAME="", OFFENSE_TOC="")
    records = read_rows(tmp_path, first, court(SENT_LOC_DESCR="JAIL"))
    row = only(records)
    assert (row["citation"], row["level"], row["county"]) == ("HS 11359", "felony", "ALPINE")
    assert (row["source_line"], row["charged_level"]) == (2, "felony")


def test_a_further_row_that_says_nothing_new_is_noted(tmp_path: Path) -> None:
    records = read_rows(tmp_path, court(), court(COMMENT_TEXT="SEE FILE"))
    assert records.charges.height == 1
    assert codes_of(records) == ["FURTHER_ROW"]


def test_one_number_with_another_offense_is_a_charge_of_its_own(tmp_path: Path) -> None:
    rows = [court(), court(OFFENSE_DESCR=BURGLARY), court(OFFENSE_DESCR=BLANK, SENT_LOC_DESCR="JAIL")]
    records = read_rows(tmp_path, *rows)
    assert sorted(records.charges["citation"]) == ["HS 11359", "PC 459"]
    assert codes_of(records, "DUPLICATE_COUNT") == records.charges["charge_id"].to_list()
    found = dict(records.charges.select("citation", "charge_id").rows())
    assert only(records, "sentences")["charge_id"] == found["HS 11359"]
    other = read_rows(tmp_path, *rows[1::-1], name="other.dat")
    assert dict(other.charges.select("citation", "charge_id").rows()) == found


def test_a_row_that_defers_to_the_comment_is_of_the_offense_that_the_count_names(tmp_path: Path) -> None:
    deferring = court(OFFENSE_DESCR="SEE COMMENT FOR CHARGE", COMMENT_TEXT="COM: CHRG 459 PC")
    records = read_rows(tmp_path, deferring, court(OFFENSE_DESCR=BURGLARY, DISP_DESCR=SET_ASIDE))
    row = only(records)
    assert (row["citation"], row["outcome"], row["possible_citations"]) == ("PC 459", "convicted", None)
    assert reliefs_of(records) == [("pc-1203.4", "dismissed")]
    assert codes_of(records) == []
    other = read_rows(tmp_path, deferring, court(DISP_DESCR=SET_ASIDE), name="other.dat")
    assert codes_of(other) == ["MULTIPLE_OFFENSES_IN_COUNT"]
    three = read_rows(tmp_path, deferring, court(), court(OFFENSE_DESCR="211 PC-ROBBERY"), name="three.dat")
    assert three.charges.height == 3


def test_one_number_convicted_of_two_offenses_is_two_charges(tmp_path: Path) -> None:
    records = read_rows(
        tmp_path,
        court(CONV_OFFENSE_DESCR="11357(B) HS-POSSESS", CONV_OFFENSE_TOC="M"),
        court(CONV_OFFENSE_DESCR=BURGLARY, CONV_OFFENSE_TOC="F"),
    )
    assert sorted(records.charges["citation"]) == ["HS 11357(b)", "PC 459"]


# -- offense and level -----------------------------------------------------------------------------------------------


def test_the_convicted_offense_wins(tmp_path: Path) -> None:
    cells = {"CONV_OFFENSE_DESCR": "11357(B) HS-POSSESS", "CONV_OFFENSE_TOC": "M", "CONV_STAT_DESCR": ""}
    row = only(read_rows(tmp_path, court(**cells)))
    assert (row["charged_citation"], row["charged_level"]) == ("HS 11359", "felony")
    assert (row["citation"], row["level"], row["offense_text"]) == ("HS 11357(b)", "misdemeanor", "11357(B) HS-POSSESS")
    assert not any("as charged" in note for note in row["notes"])


@pytest.mark.parametrize("blank", ["", BLANK, "-", "---"])
def test_a_placeholder_means_as_charged(tmp_path: Path, blank: str) -> None:
    row = only(read_rows(tmp_path, court(CONV_OFFENSE_DESCR=blank)))
    assert row["citation"] == row["charged_citation"] == "HS 11359"
    assert row["notes"] == [
        "conviction_date and judgment_date derived from the date of the court step",
        "citation derived from the offense as charged",
        "arrest_date derived from the date of the cycle",
    ]


@pytest.mark.parametrize(
    ("stated", "kind", "level", "derived"),
    [
        ("FELONY", "M", "felony", False),
        ("FELONY ", "M", "felony", False),
        ("", "M", "misdemeanor", True),
        (BLANK, "I", "infraction", True),
        ("UNKNOWN", "M", None, False),
        ("", "N", None, False),
        ("", "", None, False),
    ],
)
def test_the_level(tmp_path: Path, stated: str, kind: str, level: str | None, derived: bool) -> None:
    records = read_rows(tmp_path, court(CONV_STAT_DESCR=stated, OFFENSE_TOC=kind))
    row = only(records)
    assert row["level"] == level
    assert ("level derived from the type of the offense" in row["notes"]) is derived
    assert codes_of(records) == (["SEVERITY_UNRECOGNISED"] if stated == "UNKNOWN" else [])


def test_the_type_of_the_charged_offense_says_nothing_of_another_one(tmp_path: Path) -> None:
    cells = {"CONV_STAT_DESCR": "", "CONV_OFFENSE_TOC": BLANK}
    assert only(read_rows(tmp_path, court(CONV_OFFENSE_DESCR=BURGLARY, **cells)))["level"] is None
    assert only(read_rows(tmp_path, court(CONV_OFFENSE_DESCR=FELONY_SALE, **cells)))["level"] == "felony"


def test_levels_that_contradict_each_other_are_unknown(tmp_path: Path) -> None:
    records = read_rows(tmp_path, court(), court(CONV_STAT_DESCR="MISDEMEANOR", SENT_LOC_DESCR="JAIL"))
    assert only(records)["level"] is None
    assert codes_of(records) == ["SEVERITY_CONFLICT"]


@pytest.mark.parametrize("text", ["SEE COMMENT FOR CHARGE", "see comment", "", BLANK])
def test_an_offense_in_a_comment_is_possible_never_found(tmp_path: Path, text: str) -> None:
    records = read_rows(tmp_path, court(OFFENSE_DESCR=text, COMMENT_TEXT="COM: 11359 HS, 664/459 PC"))
    row = only(records)
    assert (row["citation"], row["attempt"]) == (None, None)
    assert row["possible_citations"] == ["HS 11359", "attempt PC 459"]
    assert codes_of(records) == ["OFFENSE_IN_COMMENT"]


def test_every_comment_of_a_count_counts(tmp_path: Path) -> None:
    rows = [court(OFFENSE_DESCR="SEE COMMENT FOR CHARGE", COMMENT_TEXT=text) for text in ("11357 HS", "459 PC", "NONE")]
    assert only(read_rows(tmp_path, *rows))["possible_citations"] == ["HS 11357", "PC 459"]


@pytest.mark.parametrize(
    ("comment", "hidden"),
    [
        ("COM: ALSO CHARGED 11357(B) HS", True),
        ("COM: CNT 2 CHRG-459 PC", True),
        ("COM: 11359 HS", False),
        ("COM: 11359(A) HS", False),
        ("COM: SCN 11357 RECALLED", False),
    ],
)
def test_a_comment_beside_a_readable_offense_may_hide_a_count(tmp_path: Path, comment: str, hidden: bool) -> None:
    records = read_rows(tmp_path, court(COMMENT_TEXT=comment))
    row = only(records)
    assert (row["citation"], row["possible_citations"]) == ("HS 11359", None)
    assert codes_of(records) == (["MULTIPLE_OFFENSES_IN_COUNT"] if hidden else [])


def test_an_offense_that_nobody_can_read_is_noted(tmp_path: Path) -> None:
    records = read_rows(tmp_path, court(OFFENSE_DESCR="TRAFFIC VIOLATION"))
    assert only(records)["citation"] is None
    assert codes_of(records) == ["OFFENSE_UNPARSED"]


# -- dates -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "ends", "codes"),
    [
        ("20050607", exactly(date(2005, 6, 7)), []),
        ("20050000", (date(2005, 1, 1), date(2005, 12, 31)), ["DATE_PARTIAL"]),
        ("20050600", (date(2005, 6, 1), date(2005, 6, 30)), ["DATE_PARTIAL"]),
        ("00000000", (None, None), []),
        ("GARBAGE", (None, None), ["DATE_IMPOSSIBLE"]),
    ],
)
def test_the_day_of_conviction(
    tmp_path: Path, text: str, ends: tuple[date | None, date | None], codes: list[str]
) -> None:
    records = read_rows(tmp_path, court(STP_EVENT_DATE=text))
    row = only(records)
    assert days(row, "conviction_date") == days(row, "disposition_date") == ends
    assert codes_of(records) == codes
    assert records.issues["row_key"].to_list() == [COUNT_ONE] * len(codes)


def test_a_conviction_told_by_an_arrest_has_no_day_of_conviction(tmp_path: Path) -> None:
    row = only(read_rows(tmp_path, arrest(DISP_DESCR="CONVICTED")))
    assert (row["outcome"], row["stage"]) == ("convicted", "arrest")
    assert days(row, "conviction_date") == days(row, "judgment_date") == (None, None)


def test_the_arrest_of_the_same_cycle_gives_the_day_of_arrest(tmp_path: Path) -> None:
    records = read_rows(tmp_path, arrest(), court(), court(CNT_ORDER="102002001000", CYC_DATE="20060101"))
    assert days(charge(records), "arrest_date") == exactly(date(2005, 1, 2))
    assert "arrest_date derived from the date of the cycle" not in charge(records)["notes"]
    other = charge(records, "S1-102002001000")
    assert days(other, "arrest_date") == exactly(date(2006, 1, 1))
    assert "arrest_date derived from the date of the cycle" in other["notes"]


def test_several_arrests_give_an_interval_and_each_arrest_its_own_day(tmp_path: Path) -> None:
    second = arrest(CNT_ORDER="101003001000", STP_TYPE_DESCR="SUPPLEMENTAL ARREST", STP_EVENT_DATE="20050300")
    records = read_rows(tmp_path, arrest(), second, court())
    assert days(charge(records), "arrest_date") == (date(2005, 1, 2), date(2005, 3, 31))
    assert days(charge(records, "S1-101001001000"), "arrest_date") == exactly(date(2005, 1, 2))
    assert charge(records, "S1-101003001000")["stage"] == "supplemental"


def test_an_arrest_of_unknown_day_leaves_the_day_of_the_cycle(tmp_path: Path) -> None:
    records = read_rows(tmp_path, arrest(STP_EVENT_DATE="X"), arrest(CNT_ORDER="101001002000"), court())
    assert days(charge(records), "arrest_date") == exactly(date(2005, 1, 1))


def test_a_day_of_the_cycle_that_is_none_is_noted_where_it_is_used(tmp_path: Path) -> None:
    records = read_rows(tmp_path, court(CYC_DATE="20051399"))
    assert days(only(records), "arrest_date") == (None, None)
    assert codes_of(records) == ["DATE_IMPOSSIBLE"]
    assert codes_of(read_rows(tmp_path, arrest(CYC_DATE="X"), name="other.dat")) == []


def test_two_days_of_one_outcome_are_an_interval(tmp_path: Path) -> None:
    records = read_rows(tmp_path, court(), court(STP_EVENT_DATE="20060101", SENT_LOC_DESCR="JAIL"))
    assert days(only(records), "conviction_date") == (date(2005, 6, 7), date(2006, 1, 1))
    assert codes_of(records) == ["DATE_CONFLICT"]


# -- outcomes that meet ----------------------------------------------------------------------------------------------


def test_outcomes_that_contradict_each_other_are_unknown(tmp_path: Path) -> None:
    records = read_rows(tmp_path, court(DISP_DESCR="DISMISSED"), court(SENT_LOC_DESCR="PRISON"))
    row = only(records)
    assert (row["outcome"], *days(row, "disposition_date"), *days(row, "conviction_date")) == (None,) * 5
    assert codes_of(records, "DISPOSITION_CONFLICT") == [COUNT_ONE] * 2
    assert only(records, "sentences")["kind"] == "prison"


def test_a_conviction_vacated_later(tmp_path: Path) -> None:
    undone = court(DISP_DESCR="CONVICTION VACATED", STP_EVENT_DATE="20100101", CONV_STAT_DESCR="")
    row = only(read_rows(tmp_path, court(), undone))
    assert (row["outcome"], row["outcome_text"], row["level"]) == ("vacated", "CONVICTION VACATED", "felony")
    assert days(row, "disposition_date") == exactly(date(2010, 1, 1))
    assert days(row, "conviction_date") == (None, None)


def test_a_conviction_after_the_vacation_is_not_undone_by_it(tmp_path: Path) -> None:
    undone = court(DISP_DESCR="CONVICTION VACATED", STP_EVENT_DATE="20040101")
    records = read_rows(tmp_path, court(), undone)
    assert only(records)["outcome"] is None
    assert "DISPOSITION_CONFLICT" in codes_of(records)


def test_what_was_pending_ended(tmp_path: Path) -> None:
    records = read_rows(tmp_path, court(DISP_DESCR="PENDING", STP_EVENT_DATE="20050101"), court())
    assert only(records)["outcome"] == "convicted"
    assert days(only(records), "conviction_date") == exactly(date(2005, 6, 7))


def test_words_that_nobody_knows_are_no_outcome(tmp_path: Path) -> None:
    records = read_rows(tmp_path, court(DISP_DESCR="XYZZY"))
    row = only(records)
    assert (row["outcome"], row["outcome_text"]) == (None, "XYZZY")
    assert codes_of(records) == ["DISPOSITION_UNRECOGNISED"]
    assert records.reliefs.is_empty()


# -- reliefs and revocations -----------------------------------------------------------------------------------------

RELIEFS = [
    (SET_ASIDE, "pc-1203.4", "dismissed"),
    ("DISMISSED PER 11361.8 HS", "hs-11361.8", "dismissed"),
    ("REDUCED TO MISDEMEANOR", None, "reduced"),
]


@pytest.mark.parametrize(("words", "remedy", "kind"), [*RELIEFS, ("XYZZY", None, None)])
def test_a_relief_on_the_same_count(tmp_path: Path, words: str, remedy: str | None, kind: str | None) -> None:
    records = read_rows(tmp_path, court(), court(DISP_DESCR=words, STP_EVENT_DATE="20150401"))
    assert only(records)["outcome"] == "convicted"
    assert reliefs_of(records) == [(remedy, kind)]
    known = exactly(date(2015, 4, 1)) if kind else (None, None)
    assert days(only(records, "reliefs"), "relief_date") == known


@pytest.mark.parametrize(("words", "remedy", "kind"), RELIEFS)
def test_a_relief_in_a_later_step_belongs_to_the_conviction(
    tmp_path: Path, words: str, remedy: str | None, kind: str
) -> None:
    later = court(CNT_ORDER="101003001000", DISP_DESCR=words, STP_EVENT_DATE="20150401", OFN="NO2")
    records = read_rows(tmp_path, later, court(OFN="NO1"))
    assert only(records)["charge_id"] == COUNT_ONE
    assert reliefs_of(records) == [(remedy, kind)]
    assert records.reliefs["source_line"].to_list() == [2]
    assert sorted(records.cases["case_number"]) == ["NO1", "NO2"]


def test_a_relief_may_name_the_convicted_offense(tmp_path: Path) -> None:
    later = court(CNT_ORDER="101003001000", DISP_DESCR=SET_ASIDE, OFFENSE_DESCR=BURGLARY)
    records = read_rows(tmp_path, court(CONV_OFFENSE_DESCR=BURGLARY), later)
    assert reliefs_of(records) == [("pc-1203.4", "dismissed")]
    assert records.charges.height == 1


def test_words_that_nobody_knows_in_a_later_step_may_be_a_relief(tmp_path: Path) -> None:
    records = read_rows(tmp_path, court(), court(CNT_ORDER="101003001000", DISP_DESCR="XYZZY"))
    assert records.charges.height == 2
    assert reliefs_of(records) == [(None, None)]
    earlier = court(CNT_ORDER="101001009000", DISP_DESCR="XYZZY")
    assert read_rows(tmp_path, court(), earlier, name="other.dat").reliefs.is_empty()


def two_counts(**cells: str) -> list[dict[str, str]]:
    return [court(CNT_ORDER=f"10100200{count}000", **cells) for count in (1, 2)]


def test_as_many_reliefs_as_convictions_go_to_each(tmp_path: Path) -> None:
    later = [court(CNT_ORDER=f"10100300{count}000", DISP_DESCR=SET_ASIDE) for count in (3, 4)]
    records = read_rows(tmp_path, *two_counts(), *later)
    assert records.charges.height == 2
    assert records.reliefs["charge_id"].to_list() == records.charges["charge_id"].to_list()
    assert records.reliefs["remedy"].to_list() == ["pc-1203.4"] * 2


def test_one_relief_for_two_convictions_goes_by_the_number_of_the_count(tmp_path: Path) -> None:
    records = read_rows(tmp_path, *two_counts(), court(CNT_ORDER="101003002000", DISP_DESCR=SET_ASIDE))
    assert records.charges.height == 2
    assert records.reliefs.select("charge_id", "remedy").rows() == [("S1-101002002000", "pc-1203.4")]


def test_a_relief_that_may_be_on_either_is_perhaps_on_both(tmp_path: Path) -> None:
    records = read_rows(tmp_path, *two_counts(), court(CNT_ORDER="101003007000", DISP_DESCR=SET_ASIDE))
    found = sorted(records.reliefs.select("charge_id", "remedy", "kind").rows())
    assert found == [
        (COUNT_ONE, None, None),
        ("S1-101002002000", None, None),
        ("S1-101003007000", "pc-1203.4", "dismissed"),
    ]
    assert charge(records, "S1-101003007000")["outcome"] is None


def test_a_relief_on_an_offense_without_a_conviction_stays_and_casts_doubt(tmp_path: Path) -> None:
    robbery = court(CNT_ORDER="101003001000", DISP_DESCR=SET_ASIDE, OFFENSE_DESCR="211 PC-ROBBERY")
    records = read_rows(tmp_path, court(), robbery)
    lone = charge(records, "S1-101003001000")
    assert (lone["citation"], lone["outcome"]) == ("PC 211", None)
    assert reliefs_of(records, "S1-101003001000") == [("pc-1203.4", "dismissed")]
    assert reliefs_of(records) == [(None, None)]


def test_a_relief_of_an_unknown_cycle_casts_doubt_on_every_conviction(tmp_path: Path) -> None:
    records = read_rows(tmp_path, court(), court(CNT_ORDER="X", DISP_DESCR=SET_ASIDE), court(SUBJECT_ID="S2"))
    assert reliefs_of(records) == [(None, None)]
    assert reliefs_of(records, "S2-101002001000") == []


def test_a_sealed_arrest_says_nothing_of_the_conviction(tmp_path: Path) -> None:
    records = read_rows(tmp_path, arrest(DISP_DESCR="ARREST SEALED PER 851.8 PC"), court())
    assert reliefs_of(records) == []
    assert reliefs_of(records, "S1-101001001000") == [("pc-851.8", "sealed")]


def test_a_relief_in_a_step_of_another_name_counts(tmp_path: Path) -> None:
    later = court(CNT_ORDER="101004001000", DISP_DESCR=SET_ASIDE, STP_TYPE_DESCR="RELIEF")
    records = read_rows(tmp_path, court(), later)
    assert reliefs_of(records) == [("pc-1203.4", "dismissed")]
    assert records.charges.height == 1


def terms(records: Records) -> list[tuple[Any, ...]]:
    return records.sentences.select("kind", "revoked", "revoked_date").sort("kind").rows()


@pytest.mark.parametrize("order", ["101002001000", "101003001000"])
def test_probation_revoked_marks_probation(tmp_path: Path, order: str) -> None:
    granted = court(DISP_DESCR="CONVICTED-PROB/JAIL", SENT_LOC_DESCR="PROBATION", SENT_LENGTH="3", SENT_TIME_CODE="Y")
    revoked = court(CNT_ORDER=order, DISP_DESCR="PROBATION REVOKED", STP_EVENT_DATE="20060203", SENT_LOC_DESCR="PRISON")
    records = read_rows(tmp_path, granted, revoked)
    assert only(records)["outcome"] == "convicted"
    assert terms(records) == [("prison", None, None), ("jail", None, None), ("probation", True, date(2006, 2, 3))]


def test_probation_revoked_shows_that_there_was_probation(tmp_path: Path) -> None:
    records = read_rows(tmp_path, court(), court(DISP_DESCR="PROBATION REVOKED", STP_EVENT_DATE="20060203"))
    assert terms(records) == [("probation", True, date(2006, 2, 3))]
    assert only(records, "sentences")["imposed_date"] is None


# -- events ----------------------------------------------------------------------------------------------------------

OFFENDER, DRUGS = "290 PC-REGISTRATION OF SEX OFFENDER", "11590 HS-REGISTRATION OF CNTL SUB OFFENDER"
OVER = "NO LONGER REQUIRED TO REGISTER"
UNREAD_STEP = step("REGISTERED SOMEHOW", CNT_ORDER="108001001000")


@pytest.mark.parametrize(
    ("rows", "duty"),
    [
        ([step("REGISTRATION", OFFENSE_DESCR=OFFENDER)], True),
        ([step("REGISTRATION", OFFENSE_DESCR="290(B) PC-REGISTRATION")], True),
        ([step("REGISTRATION", OFFENSE_DESCR="290.011 PC-REGISTRATION")], True),
        ([step("REGISTRATION", OFFENSE_DESCR="2900.5 PC-CREDIT")], False),
        ([step("REGISTRATION", OFFENSE_DESCR=DRUGS)], False),
        ([step("REGISTRATION", OFFENSE_DESCR="REGISTRANT")], None),
        ([step("REGISTRATION", OFFENSE_DESCR=OFFENDER, DISP_DESCR=OVER)], False),
        (
            [
                step("REGISTRATION", OFFENSE_DESCR=OFFENDER),
                step("REGISTRATION", OFFENSE_DESCR=OFFENDER, DISP_DESCR=OVER, CNT_ORDER="109002001000"),
            ],
            None,
        ),
        (
            [
                step("REGISTRATION", OFFENSE_DESCR=DRUGS),
                step("REGISTRATION", OFFENSE_DESCR=DRUGS, DISP_DESCR=OVER, CNT_ORDER="109002001000"),
            ],
            False,
        ),
        ([step("REGISTRATION", OFFENSE_DESCR=DRUGS), UNREAD_STEP], None),
        ([step("REGISTRATION", OFFENSE_DESCR=OFFENDER), UNREAD_STEP], True),
        ([], None),
        ([step("CUSTODY")], None),
    ],
)
def test_the_duty_to_register(tmp_path: Path, rows: list[Cells], duty: bool | None) -> None:
    assert subject(read_rows(tmp_path, court(), *rows))["must_register"] is duty


def test_nobody_else_registers_where_the_extract_has_registrations(tmp_path: Path) -> None:
    rows = [court(), step("REGISTRATION", SUBJECT_ID="S2", OFFENSE_DESCR=OFFENDER)]
    records = read_rows(tmp_path, *rows)
    assert (subject(records)["must_register"], subject(records, "S2")["must_register"]) == (False, True)
    assert records.coverage.of("events", "registration") == "complete"
    assert records.coverage.of("events", "death") == "absent"
    doubtful = read_rows(tmp_path, *rows, UNREAD_STEP, name="other.dat")
    assert subject(doubtful)["must_register"] is None


def test_a_row_set_aside_may_have_been_a_registration(tmp_path: Path) -> None:
    rows = [court(), step("REGISTRATION", SUBJECT_ID="S2", OFFENSE_DESCR=DRUGS), step("DECEASED", SUBJECT_ID="S3")]
    path = write(tmp_path / "extract.dat", [*rows, *rows[:1] * 2])
    lines = path.read_text().splitlines(keepends=True)
    lines[-2] = lines[-2].replace(",#", ",", 1).replace("QUILL", 'QU"ILL', 1)
    path.write_text("".join(lines))
    records = read([path])
    bad = records.quarantine.row(0, named=True)
    assert bad["source_line"] == 5
    known = bad["subject_id"]
    assert subject(records)["must_register"] is (None if known else False)
    assert subject(records)["deceased"] is (None if known else False)
    assert ("S1-unread-extract.dat:5" in records.charges["charge_id"]) is (known is not None)


def test_a_quarantined_row_of_a_known_subject_leaves_an_unread_charge(tmp_path: Path) -> None:
    path = write(tmp_path / "extract.dat", [court(), court(CNT_ORDER="101002002000"), court(SUBJECT_ID="S2")])
    lines = path.read_text().splitlines(keepends=True)
    lines[2] = lines[2].replace("HS-POSSESS MARIJUANA FOR SALE", "HS-POSSESS, FOR SALE")
    path.write_text("".join(lines))
    records = read([path])
    assert records.quarantine.select("source_line", "code", "subject_id").rows() == [(3, "COLUMN_COUNT", "S1")]
    unread = charge(records, "S1-unread-extract.dat:3")
    assert (unread["citation"], unread["outcome"]) == (None, None)
    assert (records.sources[0].rows, records.sources[0].quarantined) == (3, 1)


def test_deaths(tmp_path: Path) -> None:
    rows = [court(), step("DECEASED", SUBJECT_ID="S2", STP_EVENT_DATE="20110000")]
    records = read_rows(tmp_path, *rows)
    dead = subject(records, "S2")
    assert (dead["deceased"], *days(dead, "deceased_date")) == (True, date(2011, 1, 1), date(2011, 12, 31))
    assert subject(records)["deceased"] is False
    assert subject(read_rows(tmp_path, court(), name="other.dat"))["deceased"] is None


def test_a_step_of_unknown_type_is_an_event_and_an_issue(tmp_path: Path) -> None:
    records = read_rows(tmp_path, step("TELEGRAM", DISP_DESCR="DISMISSED"))
    assert records.charges.is_empty()
    event = only(records, "events")
    assert (event["kind"], event["text"], event["cycle_id"]) == ("other", "TELEGRAM / DISMISSED", "S1-109")
    assert codes_of(records, "STEP_UNRECOGNISED") == ["S1"]


@pytest.mark.parametrize("kind", ["TELEGRAM", "CUSTODY", "REGISTRATION"])
def test_a_conviction_counts_whatever_the_step_is_called(tmp_path: Path, kind: str) -> None:
    records = read_rows(tmp_path, court(STP_TYPE_DESCR=kind))
    row = only(records)
    assert (row["outcome"], row["stage"], row["conviction_date"]) == ("convicted", None, None)
    assert records.quarantine.is_empty()
    assert records.events["kind"].to_list() == ([] if kind == "TELEGRAM" else [kind.lower()])


def test_one_event_twice_is_one(tmp_path: Path) -> None:
    rows = [step("CUSTODY"), step("CUSTODY"), step("CUSTODY", STP_EVENT_DATE="20060101")]
    records = read_rows(tmp_path, *rows)
    assert records.events.height == 2
    assert codes_of(records, "DUPLICATE_ROW") == ["S1"]


# -- keys ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", ["", BLANK, "X", "101", "101002001", "1.01E+11", "1010020010000", "\u0661" * 12])
def test_a_count_that_cannot_be_read_is_still_a_charge(tmp_path: Path, order: str) -> None:
    records = read_rows(tmp_path, court(), court(CNT_ORDER=order, OFFENSE_DESCR=BURGLARY, OFN="NO7"))
    row = records.charges.row(by_predicate=pl.col("citation") == "PC 459", named=True)
    assert (row["outcome"], row["count_number"], row["cycle_id"]) == ("convicted", None, None)
    assert codes_of(records) == ["COUNT_NUMBER_UNREAD"]
    assert codes_of(records, "COUNT_NUMBER_UNREAD") == [row["charge_id"]]
    assert dict(records.cases.select("case_id", "case_number").rows())[row["case_id"]] == "NO7"
    again = read_rows(tmp_path, court(CNT_ORDER=order, OFFENSE_DESCR=BURGLARY, OFN="NO7"), name="other.dat")
    assert only(again)["charge_id"] == row["charge_id"]


def test_counts_that_only_their_comments_tell_apart(tmp_path: Path) -> None:
    cells = {"CNT_ORDER": "", "OFFENSE_DESCR": "SEE COMMENT FOR CHARGE"}
    records = read_rows(tmp_path, *(court(COMMENT_TEXT=text, **cells) for text in ("11357 HS", "459 PC")))
    assert sorted(records.charges["possible_citations"].to_list()) == [["HS 11357"], ["PC 459"]]


@pytest.mark.parametrize(("order", "whole"), [("1002001000", "001002001000"), ("10002001000", "010002001000")])
def test_zeros_that_a_spreadsheet_dropped_are_put_back(tmp_path: Path, order: str, whole: str) -> None:
    records = read_rows(tmp_path, court(CNT_ORDER=order))
    row = only(records)
    assert (row["charge_id"], row["cycle_id"]) == (f"S1-{whole}", f"S1-{whole[:3]}")
    assert codes_of(records) == ["LEADING_ZERO_LOST"]


def test_a_blank_subject_is_quarantined_and_never_merged(tmp_path: Path) -> None:
    records = read_rows(
        tmp_path,
        court(),
        court(SUBJECT_ID=""),
        court(SUBJECT_ID=BLANK, PRI_NAME="THISTLE,BRAM", CNT_ORDER="101002002000"),
    )
    assert records.subjects["subject_id"].to_list() == ["S1"]
    assert records.charges.height == 1
    assert records.quarantine.select("source_line", "code", "subject_id").rows() == [
        (3, "SUBJECT_BLANK", None),
        (4, "SUBJECT_BLANK", None),
    ]
    assert records.sources[0].quarantined == 2
    assert records.quarantined_without_subject() == 2


def test_the_case_number_is_that_of_the_step(tmp_path: Path) -> None:
    rows = [
        court(OFN="NULL  "),
        court(CNT_ORDER="101002002000", OFN="NO1"),
        court(CNT_ORDER="101002003000", OFN="NO0"),
        court(CNT_ORDER="101003001000", OFN="NULL"),
    ]
    records = read_rows(tmp_path, *rows)
    assert dict(records.cases.select("case_id", "case_number").rows()) == {"S1-101002": "NO0; NO1", "S1-101003": None}
    assert set(records.charges["case_id"]) == {"S1-101002", "S1-101003"}


def test_a_county_that_is_none_has_no_number(tmp_path: Path) -> None:
    row = only(read_rows(tmp_path, court(STP_ORI_CNTY_NAME="ATLANTIS")))
    assert (row["county"], row["county_fips"]) == ("ATLANTIS", None)


def test_birth_dates_that_differ_are_unknown(tmp_path: Path) -> None:
    records = read_rows(tmp_path, court(), arrest(PRI_DOB="19710203"), arrest(CNT_ORDER="101001002000", PRI_DOB=""))
    assert days(subject(records), "birth_date") == (None, None)
    assert codes_of(records, "DOB_CONFLICT") == ["S1"]


# -- files -----------------------------------------------------------------------------------------------------------


def test_two_files_are_one_population(tmp_path: Path) -> None:
    one = write(tmp_path / "one.dat", [court(), court(SUBJECT_ID="S2")])
    two = write(tmp_path / "two.dat", [court(), court(CNT_ORDER="102002001000", OFFENSE_DESCR=BURGLARY)])
    records = read([one, two])
    assert sorted(records.subjects["subject_id"]) == ["S1", "S2"]
    assert sorted(records.charges["charge_id"]) == [COUNT_ONE, "S1-102002001000", "S2-101002001000"]
    repeated = records.issues.filter(pl.col("code") == "DUPLICATE_ROW")
    assert repeated.select("source_file", "source_line").rows() == [("two.dat", 2)]
    assert [(source.name, source.rows) for source in records.sources] == [("one.dat", 2), ("two.dat", 2)]


def test_one_content_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RequestError):
        read([write(tmp_path / "one.dat", [court()]), write(tmp_path / "two.dat", [court()])])


def test_two_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    paths = []
    for year in ("2023", "2024"):
        (tmp_path / year).mkdir()
        rows = [court(OFFENSE_DESCR=text, STP_EVENT_DATE=f"{year}0101") for text in (FELONY_SALE, BURGLARY)]
        paths.append(write(tmp_path / year / "extract.dat", [*rows, court(SUBJECT_ID="")]))
    records = read(paths)
    assert [(source.name, source.quarantined) for source in records.sources] == [
        ("extract.dat (1)", 1),
        ("extract.dat (2)", 1),
    ]
    assert records.charges.height == 2
    assert set(records.issues["source_file"].cast(pl.String)) == {"extract.dat (1)", "extract.dat (2)"}


# -- whatever the rows -----------------------------------------------------------------------------------------------

WORDS = {
    "SUBJECT_ID": ["S1", "S1", "S1", "S2", "", " S1 "],
    "PRI_NAME": ["QUILL,ODA M", "QUILL", "", ",", "QUILL,"],
    "PRI_DOB": ["19700203", "19700203", "19700000", "", "X"],
    "CYC_DATE": ["20050101", "20050000", "", "99999999"],
    "STP_EVENT_DATE": ["20050607", "20050607", "20060100", "20050000", "00000000", "", "2005", "99991231"],
    "STP_TYPE_DESCR": ["COURT ACTION"] * 4
    + ["ARREST/DETAINED/CITED"] * 2
    + ["SUPPLEMENTAL ARREST", "REGISTRATION", "DECEASED", "CUSTODY", "PROBATION", "TELEGRAM", ""],
    "STP_ORI_CNTY_NAME": ["ALPINE", "ATLANTIS", ""],
    "CNT_ORDER": ["101002001000"] * 3
    + ["101002002000", "101003001000", "101003002000", "102002001000", "1002001000", "101", "", "X"],
    "OFN": ["", "NO1", "NO2", "NULL  "],
    "OFFENSE_DESCR": [FELONY_SALE] * 3 + [BURGLARY, "SEE COMMENT FOR CHARGE", "TRAFFIC VIOLATION", "", OFFENDER, DRUGS],
    "OFFENSE_TOC": ["F", "M", "N", ""],
    "CONV_OFFENSE_DESCR": [BLANK] * 3 + [BURGLARY, FELONY_SALE, "SEE COMMENT FOR CHARGE"],
    "CONV_OFFENSE_TOC": ["F", BLANK],
    "DISP_ORDER": ["001", "002", ""],
    "DISP_DESCR": ["CONVICTED", "CONVICTED-PROB/JAIL"] * 2
    + ["DISMISSED", "CONV VACATED", SET_ASIDE, "REDUCED TO MISDEMEANOR", "PROBATION REVOKED", "SENT MODIFIED"]
    + ["PENDING", "XYZZY", OVER, "CONVICTED-REDUCED", ""],
    "CONV_STAT_DESCR": ["FELONY", "MISDEMEANOR", "UNKNOWN", ""],
    "SENT_ORDER": ["001", "002", ""],
    "SENT_LOC_DESCR": ["", "", "JAIL", "PROBATION", "HOUSE ARREST"],
    "SENT_LENGTH": ["", "30", "-1", "999999999", "9999999999", "LIFE"],
    "SENT_TIME_CODE": ["D", "M", "Y", "W", ""],
    "COMMENT_TEXT": ["", "", "COM: 11357 HS AND 459 PC", 'SAYS "NO", AGAIN'],
}
NASTY = st.text(alphabet=st.characters(blacklist_characters="\r\n\0\x01", blacklist_categories=("Cs",)), max_size=8)
ROWS = st.lists(
    st.fixed_dictionaries({name: st.one_of(st.sampled_from(words), NASTY) for name, words in WORDS.items()}),
    min_size=1,
    max_size=12,
)
USUAL = st.lists(
    st.fixed_dictionaries({name: st.sampled_from(words) for name, words in WORDS.items()}), min_size=1, max_size=14
)


def places(records: Records) -> dict[str, set[int]]:
    """The lines that ended in each place."""
    found = {
        name: set(records.table(name)["source_line"])
        for name in ("charges", "sentences", "reliefs", "events", "quarantine")
    }
    for code in ("DUPLICATE_ROW", "FURTHER_ROW", "DISPOSITION_CONFLICT", "DISPOSITION_UNRECOGNISED"):
        found[code] = set(records.issues.filter(pl.col("code") == code)["source_line"])
    return found


def check(rows: list[dict[str, str]], records: Records) -> None:
    lines = set(range(2, len(rows) + 2))
    told = places(records)
    assert set().union(*told.values()) == lines
    # A row is set aside, or a repetition, or used, and only one of the three.
    used = set().union(*(told[name] for name in ("charges", "sentences", "reliefs", "events", "FURTHER_ROW")))
    assert not told["quarantine"] & (used | told["DUPLICATE_ROW"])
    assert not told["DUPLICATE_ROW"] & used
    assert not told["FURTHER_ROW"] & (told["charges"] | told["sentences"] | told["reliefs"])
    source = records.sources[0]
    assert source.rows == len(rows)
    assert source.quarantined == records.quarantine.height == len(told["quarantine"])
    assert "RULE_BROKEN" not in records.quarantine["code"].to_list()
    people = set(records.subjects["subject_id"])
    assert set(records.charges["subject_id"]) | set(records.events["subject_id"]) == people
    charges = set(records.charges["charge_id"])
    assert set(records.sentences["charge_id"]) | set(records.reliefs["charge_id"]) <= charges
    assert set(records.charges["case_id"].drop_nulls()) <= set(records.cases["case_id"])
    for row in records.charges.iter_rows(named=True):
        if row["citation"] is not None:
            assert row["possible_citations"] is None
        assert row["outcome"] == "convicted" or row["conviction_date"] is None


@settings(max_examples=100, deadline=None)
@given(st.one_of(ROWS, USUAL))
def test_no_rows_make_it_fail_and_none_is_lost(cells: list[dict[str, str]]) -> None:
    rows = [court(**row) for row in cells]
    with TemporaryDirectory() as folder:
        check(rows, read_rows(Path(folder), *rows))


@settings(max_examples=40, deadline=None)
@given(USUAL, st.randoms(use_true_random=False))
def test_the_order_of_counts_changes_nothing(cells: list[dict[str, str]], chance: random.Random) -> None:
    groups: dict[tuple[str, str], list[Cells]] = {}
    for row in cells:
        whole = court(**{**row, "PRI_NAME": "QUILL,ODA M"})
        count = row["CNT_ORDER"]
        groups.setdefault((row["SUBJECT_ID"].strip(), count if len(count) >= 10 else ""), []).append(whole)
    queues = list(groups.values())
    shuffled: list[Cells] = []
    turns = [at for at, rows in enumerate(queues) for _ in rows]
    chance.shuffle(turns)
    taken: Counter[int] = Counter()
    for at in turns:
        shuffled.append(queues[at][taken[at]])
        taken[at] += 1
    with TemporaryDirectory() as folder:
        one = read_rows(Path(folder), *(row for rows in queues for row in rows))
        other = read_rows(Path(folder), *shuffled)
    for name in FACT_TABLES:
        assert_frame_equal(plain(one, name), plain(other, name), check_row_order=False, categorical_as_str=True)


def plain(records: Records, name: str) -> pl.DataFrame:
    frame = records.table(name).drop("source_file", "source_line")
    if name == "charges":  # an order of its own within the list
        frame = frame.with_columns(pl.col("possible_citations").list.sort())
    lists = [column for column, dtype in frame.schema.items() if isinstance(dtype, pl.List)]
    return frame.with_columns(pl.col(lists).map_elements(repr, return_dtype=pl.String, skip_nulls=False))
