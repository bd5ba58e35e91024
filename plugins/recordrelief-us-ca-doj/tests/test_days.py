"""Dates of the research file: exact, partial, none, and no date at all."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordrelief_us_ca_doj.days import read_day, read_days

IMPOSSIBLE, PARTIAL = "DATE_IMPOSSIBLE", "DATE_PARTIAL"


def read(*texts: str | None) -> list[tuple[date | None, date | None, str | None]]:
    (earliest, latest), fault = read_days(pl.Series("CELL", texts, dtype=pl.Categorical), "day")
    assert (earliest.name, latest.name) == ("day", "day_latest")
    return list(zip(earliest.to_list(), latest.to_list(), fault.to_list(), strict=True))


@pytest.mark.parametrize(
    ("text", "earliest", "latest", "fault"),
    [
        ("20110823", date(2011, 8, 23), date(2011, 8, 23), None),
        ("20120229", date(2012, 2, 29), date(2012, 2, 29), None),
        ("20110000", date(2011, 1, 1), date(2011, 12, 31), PARTIAL),
        ("20120200", date(2012, 2, 1), date(2012, 2, 29), PARTIAL),
        ("00000000", None, None, None),
        ("00000101", None, None, None),
        ("20110229", None, None, IMPOSSIBLE),
        ("20111300", None, None, IMPOSSIBLE),
        ("20110015", None, None, IMPOSSIBLE),
        ("2011123", None, None, IMPOSSIBLE),
        ("2011 101", None, None, IMPOSSIBLE),
        ("201101011", None, None, IMPOSSIBLE),
        ("2011-01-01", None, None, IMPOSSIBLE),
        ("00010101", None, None, IMPOSSIBLE),
        ("99991231", None, None, IMPOSSIBLE),
        ("99990000", None, None, IMPOSSIBLE),
        ("UNKNOWN", None, None, IMPOSSIBLE),
        ("\u0662\u0660\u0661\u0661\u0660\u0661\u0660\u0661", None, None, IMPOSSIBLE),
    ],
)
def test_one_text(text: str, earliest: date | None, latest: date | None, fault: str | None) -> None:
    assert read(text) == [(earliest, latest, fault)]
    one = read_day(text)
    assert (one.earliest, one.latest, one.fault) == (earliest, latest, fault)


def test_a_blank_cell_is_no_fault_and_keeps_its_place() -> None:
    day = date(2011, 8, 23)
    assert read(None, "20110823", None) == [(None, None, None), (day, day, None), (None, None, None)]
    assert read() == []


@given(st.lists(st.one_of(st.none(), st.text(max_size=9), st.from_regex(r"[0-9]{8}", fullmatch=True)), max_size=12))
def test_the_column_reads_as_its_texts_do_one_by_one(texts: list[str | None]) -> None:
    single = [read_day(text) if text is not None else None for text in texts]
    assert read(*texts) == [
        (one.earliest, one.latest, one.fault) if one is not None else (None, None, None) for one in single
    ]
