"""Dates of the research file: ``YYYYMMDD``, with ``00`` for a month or day that is not known."""

from __future__ import annotations

import re

import attrs
import polars as pl

from recordrelief.model import PartialDate

_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")


@attrs.frozen
class ReadDay:
    """The ends of a day, and whether its text was one at all."""

    earliest: object = None
    latest: object = None
    fault: str | None = None


def read_day(text: str) -> ReadDay:
    """Read a text that is no full date: a partial one gives its ends, anything else nothing, with the fault."""
    found = _DIGITS.fullmatch(text)
    if not found:
        return ReadDay(fault="DATE_IMPOSSIBLE")
    year, month, day = found.groups()
    if year == "0000":
        return ReadDay()
    try:
        if month == "00":
            partial = PartialDate.of(year)
        elif day == "00":
            partial = PartialDate.of(f"{year}-{month}")
        else:
            return ReadDay(fault="DATE_IMPOSSIBLE")
    except ValueError:
        return ReadDay(fault="DATE_IMPOSSIBLE")
    return ReadDay(partial.earliest, partial.latest, "DATE_PARTIAL")


def read_days(rows: pl.DataFrame, column: str, name: str) -> tuple[list[pl.Series], pl.Series | None]:
    """The column as ``name`` and ``name_latest``, and the fault of each row where there is any.

    Args:
        rows: has ``column``, text, null where blank.
        column: the column read.
        name: what the day is called.
    """
    exact = rows[column].str.to_date("%Y%m%d", strict=False)
    unread = rows.select(column).filter(exact.is_null())[column].unique().drop_nulls()
    if unread.is_empty():
        return [exact.alias(name), exact.alias(name + "_latest")], None
    found = [read_day(text) for text in unread.to_list()]
    table = pl.DataFrame(
        {
            column: unread,
            "low": pl.Series([one.earliest for one in found], dtype=pl.Date),
            "high": pl.Series([one.latest for one in found], dtype=pl.Date),
            "fault": pl.Series([one.fault for one in found], dtype=pl.String),
        }
    )
    read = rows.select(column).join(table, on=column, how="left", maintain_order="left")
    ends = pl.DataFrame([exact.alias("exact"), read["low"], read["high"]]).select(
        pl.coalesce("exact", "low").alias(name), pl.coalesce("exact", "high").alias(name + "_latest")
    )
    return ends.get_columns(), read["fault"]
