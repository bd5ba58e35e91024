"""Dates of the research file: ``YYYYMMDD``, with ``00`` for a month or day that is not known."""

from __future__ import annotations

import re
from datetime import date

import attrs
import polars as pl

from recordrelief.model import PartialDate

_DIGITS = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_YEARS = range(1850, 2200)
"""Years that a record of living memory can name; 0001 or 9999 is a filler, and would make any wait long over."""


@attrs.frozen
class ReadDay:
    """The ends of a day, and what is wrong with its text."""

    earliest: date | None = None
    latest: date | None = None
    fault: str | None = None


_IMPOSSIBLE = ReadDay(fault="DATE_IMPOSSIBLE")


def read_day(text: str) -> ReadDay:
    """Read one text: a partial date gives its ends, one that is none nothing; either has its fault."""
    found = _DIGITS.fullmatch(text)
    if not found:
        return _IMPOSSIBLE
    year, month, day = found.groups()
    if year == "0000":
        return ReadDay()
    if int(year) not in _YEARS:
        return _IMPOSSIBLE
    try:
        if month == "00":
            read = PartialDate.of(year) if day == "00" else None
        else:
            read = PartialDate.of(f"{year}-{month}" if day == "00" else f"{year}-{month}-{day}")
    except ValueError:
        return _IMPOSSIBLE
    if read is None:
        return _IMPOSSIBLE
    return ReadDay(read.earliest, read.latest, None if read.exact else "DATE_PARTIAL")


def read_days(rows: pl.DataFrame, column: str, name: str) -> tuple[list[pl.Series], pl.Series | None]:
    """The column as ``name`` and ``name_latest``, and the fault of each row where there is any.

    Args:
        rows: has ``column``, text, null where blank.
        column: the column read, each distinct text once.
        name: what the day is called.
    """
    distinct = rows[column].unique().drop_nulls()
    # The parser takes texts of seven digits and inner blanks too, so it sees only what is eight digits.
    plain = distinct.str.contains(r"^[0-9]{8}$")
    exact = distinct.filter(plain).str.to_date("%Y%m%d", strict=False)
    sound = exact.dt.year().is_between(_YEARS.start, _YEARS.stop - 1).fill_null(False)
    texts = distinct.filter(plain).filter(sound)
    others = pl.concat([distinct.filter(~plain), distinct.filter(plain).filter(~sound)])
    found = [read_day(text) for text in others.to_list()]
    days = exact.filter(sound)
    table = pl.DataFrame(
        {
            column: pl.concat([texts, others]),
            name: pl.concat([days, pl.Series([one.earliest for one in found], dtype=pl.Date)]),
            name + "_latest": pl.concat([days, pl.Series([one.latest for one in found], dtype=pl.Date)]),
            "fault": pl.Series([None] * len(texts) + [one.fault for one in found], dtype=pl.String),
        }
    )
    if all(one.fault is None for one in found):
        table = table.drop("fault")
    read = rows.select(column).join(table, on=column, how="left", maintain_order="left").drop(column)
    faults = read.drop_in_place("fault") if "fault" in read.columns else None
    return read.get_columns(), faults
