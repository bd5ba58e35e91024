"""Dates of the research file: ``YYYYMMDD``, with ``00`` for a month or day that is not known."""

from __future__ import annotations

import re
from datetime import date

import attrs
import polars as pl

from recordrelief.model import PartialDate
from recordrelief_us_ca_doj.coding import spread

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


FAULT = pl.Enum(["DATE_IMPOSSIBLE", "DATE_PARTIAL"])


def read_days(cells: pl.Series, name: str) -> tuple[list[pl.Series], pl.Series]:
    """The days of a column as ``name`` and ``name_latest``, and the fault of each.

    Args:
        cells: coded texts, null where blank; each distinct one is read once.
        name: what the day is called.
    """
    coded = cells.unique().drop_nulls()
    distinct = coded.cast(pl.String)
    # The parser takes texts of seven digits and inner blanks too, so it sees only what is eight digits.
    plain = distinct.str.contains(r"^[0-9]{8}$")
    exact = distinct.set(~plain, None).str.to_date("%Y%m%d", strict=False)
    exact = exact.set(~exact.dt.year().is_between(_YEARS.start, _YEARS.stop - 1).fill_null(False), None)
    others = exact.is_null()
    found = [read_day(text) for text in distinct.filter(others).to_list()]
    at = others.arg_true()
    earliest = exact.clone().scatter(at, [one.earliest for one in found])  # scatter writes into its series
    latest = exact.clone().scatter(at, [one.latest for one in found])
    fault = pl.repeat(None, len(distinct), dtype=FAULT, eager=True).scatter(at, [one.fault for one in found])
    low, high, wrong = spread(cells, coded, [earliest, latest, fault])
    return [low.alias(name), high.alias(name + "_latest")], wrong.alias("fault")
