"""How Oregon's lists of offenses are made: each names sections of the Revised Statutes, and no other is on it."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

from recordrelief.law import OffenseCatalog, OffenseSet

CATALOG = OffenseCatalog.from_csv(
    files(__package__).joinpath("data", "offenses.csv").read_text(encoding="utf-8"), flags=()
)
"""What the sections are, for the reader: the lists close themselves, and ask nothing of it."""

_WHOLE_CODE = ("ORS 1.001-838.999",)
_NO_TARGET = ("ORS 161.405", "ORS 161.435", "ORS 161.450")
"""Attempt, solicitation and conspiracy: a charge that cites one of them does not say what was meant to be done."""


def listed(name: str, *, cites: str, includes: Sequence[str], perhaps: Sequence[str] = ()) -> OffenseSet:
    """An offense set of these sections and no others. Whether an attempt at one counts is open."""
    return OffenseSet.listing(
        name,
        cites=cites,
        includes=includes,
        perhaps=(*perhaps, *_NO_TARGET),
        excepts=_WHOLE_CODE,
        attempts="open",
        conspiracies="open",
        solicitations="open",
        catalog=CATALOG,
    )
