"""Days as the files write them: ``2018-03-01``, ``03/01/2018``, or only the month or year."""

from __future__ import annotations

from datetime import date

import polars as pl

from recordrelief.model import PartialDate

_YEARS = range(1850, 2200)
"""Years that a record of living memory can name; 0001 or 9999 is a filler, and would make any wait long over."""


def read_days(cells: pl.Series) -> tuple[pl.Series, pl.Series, pl.Series]:
    """The earliest and the latest day of each text, and whether a text is none."""
    exact = cells.str.to_date("%Y-%m-%d", strict=False)
    exact = exact.set(~exact.dt.year().is_between(_YEARS.start, _YEARS.stop - 1).fill_null(True), None)
    others = exact.is_null() & cells.is_not_null()
    if not others.any():
        return exact, exact, others
    distinct = cells.filter(others).unique()
    read = [read_day(text) for text in distinct.to_list()]
    table = pl.DataFrame(
        {
            "text": distinct,
            "low": pl.Series([one and one.earliest for one in read], dtype=pl.Date),
            "high": pl.Series([one and one.latest for one in read], dtype=pl.Date),
        }
    )
    found = pl.DataFrame({"text": cells}).join(table, on="text", how="left", maintain_order="left")
    low, high = (exact.zip_with(~others, found[name]) for name in ("low", "high"))
    return low, high, low.is_null() & cells.is_not_null()


def read_day(text: str) -> PartialDate | None:
    """The day that one text says; None of a text that says none."""
    try:
        month, slash, rest = text.partition("/")
        day, _, year = rest.partition("/")
        read = PartialDate.of(date(int(year), int(month), int(day)) if slash else text)
    except ValueError:
        return None
    return read if read.earliest.year in _YEARS else None
