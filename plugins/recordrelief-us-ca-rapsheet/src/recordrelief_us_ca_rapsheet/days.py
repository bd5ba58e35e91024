"""Days as a sheet prints them: ``yyyymmdd``, with ``00`` for a month or day that is not known."""

from __future__ import annotations

import re

import attrs

from recordrelief.model import PartialDate

_DIGITS = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_YEARS = range(1850, 2200)
"""Years that a record of living memory can name; 0001 or 9999 is a filler, and would make any wait long over."""


@attrs.frozen
class Day:
    """A printed day, eight digits."""

    text: str

    @property
    def date(self) -> PartialDate | None:
        """The day or its two ends; None when there is no such day."""
        return read_day(self.text)


UNKNOWN_DAY = Day("00000000")
"""There is a day, and nobody can tell which."""


def read_day(text: str) -> PartialDate | None:
    """The day that eight digits mean; None when there is no such day, or it is all zero."""
    found = _DIGITS.fullmatch(text)
    if not found or int(found[1]) not in _YEARS:
        return None
    year, month, day = found.groups()
    if month == "00":
        return PartialDate.of(year) if day == "00" else None
    try:
        return PartialDate.of(f"{year}-{month}" if day == "00" else f"{year}-{month}-{day}")
    except ValueError:
        return None


def fault_of(day: Day | None) -> str | None:
    """What is wrong with a printed day: its issue code."""
    if day is None or day.text == "00000000":
        return None
    date = day.date
    if date is None:
        return "DATE_IMPOSSIBLE"
    return None if date.exact else "DATE_PARTIAL"
