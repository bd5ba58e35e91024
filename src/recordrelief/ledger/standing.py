"""How far relief has come on a day: the gap at every stage, by county, and what in the ledger does not agree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import pairwise

import attrs

from recordrelief.ledger.events import Case, Recorded, voided
from recordrelief.ledger.stages import CLOSED, EXCLUSIVE, WAY, Stage

UNKNOWN_COUNTY = "unknown"


@attrs.frozen
class Gap:
    """One stage of one county, or of all (``county`` is None), in cases: one remedy for one charge.

    ``reached`` is how many cases have an event of the stage, ``missing`` how many were identified and have none;
    ``here`` is how many have come so far and no further, ``oldest`` since when the longest of these has waited there
    and ``age`` for how many days. Nothing waits where a case is closed.
    """

    county: str | None
    stage: Stage
    reached: int
    missing: int
    here: int
    oldest: date | None
    age: int | None


@attrs.frozen
class Disagreement:
    """Events of a case that do not agree: what about them, and where they were read from."""

    what: str
    events: tuple[str, ...]
    where: tuple[str, ...]


@attrs.frozen
class Standing:
    """A ledger as of a day: the gaps of all counties together and of each, and everything that disagrees."""

    as_of: date
    cases: int
    gaps: tuple[Gap, ...]
    disagreements: tuple[Disagreement, ...]
    voided: int


def standing(recorded: Sequence[Recorded], as_of: date) -> Standing:
    """How far relief had come on a day.

    What happened later does not count; what was voided does not count, whenever that was: it never happened.

    Args:
        recorded: the events of a ledger, with those that were voided.
        as_of: the day.
    """
    gone = voided((one.event.id, one.event.voids) for one in reversed(recorded) if one.event.voids is not None)
    cases: dict[Case, list[Recorded]] = defaultdict(list)
    for one in recorded:
        if one.event.stage is not Stage.VOIDED and one.event.id not in gone and one.event.day <= as_of:
            cases[one.event.case].append(one)
    names = _names(one for events in cases.values() for one in events)
    counties: dict[str | None, list[list[Recorded]]] = defaultdict(list)
    disagreements: list[Disagreement] = []
    for case in sorted(cases):
        events = cases[case]
        counties[None].append(events)
        counties[names.get(_county(events), UNKNOWN_COUNTY)].append(events)
        disagreements += _disagreements(events)
    together: list[str | None] = [None, *sorted(name for name in counties if name is not None)]
    gaps = tuple(gap for name in together for gap in _gaps(name, counties[name], as_of))
    return Standing(as_of, len(cases), gaps, tuple(disagreements), len(gone))


def _county(events: Iterable[Recorded]) -> str:
    """The first county that was told of a case, without regard to its spelling; empty if none was."""
    return next(filter(None, map(_spelled_alike, events)), "")


def _spelled_alike(one: Recorded) -> str:
    """What all spellings of its county have in common: capitals and blanks around do not matter, as in screening."""
    return (one.event.county or "").strip().casefold()


def _names(events: Iterable[Recorded]) -> dict[str, str]:
    """One name for each county: of its spellings the first in order, whichever was recorded first."""
    names: dict[str, str] = {}
    for one in events:
        if alike := _spelled_alike(one):
            name = (one.event.county or "").strip()
            names[alike] = min(name, names.get(alike, name))
    return names


def _first_days(events: Iterable[Recorded]) -> dict[Stage, date]:
    days: dict[Stage, date] = {}
    for one in events:
        stage, day = one.event.stage, one.event.day
        days[stage] = min(day, days.get(stage, day))
    return days


def _gaps(county: str | None, cases: Sequence[Sequence[Recorded]], as_of: date) -> Iterator[Gap]:
    days = [_first_days(events) for events in cases]
    furthest = [max(found, key=WAY.index) for found in days]
    for stage in WAY:
        here = [found[stage] for found, last in zip(days, furthest, strict=True) if last is stage]
        oldest = min(here) if here and stage not in CLOSED else None
        yield Gap(
            county=county,
            stage=stage,
            reached=sum(stage in found for found in days),
            missing=sum(Stage.IDENTIFIED in found and stage not in found for found in days),
            here=len(here),
            oldest=oldest,
            age=None if oldest is None else (as_of - oldest).days,
        )


def _disagreements(events: Sequence[Recorded]) -> Iterator[Disagreement]:
    days = _first_days(events)
    if Stage.IDENTIFIED not in days:
        yield _told("Events of a case that no run identified.", events)
    for one, other in EXCLUSIVE:
        if one in days and other in days:
            both = [event for event in events if event.event.stage in (one, other)]
            yield _told(f"A case is both {one.value} and {other.value}.", both)
    for stage in WAY:
        same = [event for event in events if event.event.stage is stage]
        if len({event.event.day for event in same}) > 1:
            yield _told(f"A case is {stage.value} on several days; the first counts.", same)
    reached = [stage for stage in WAY if stage in days]
    for before, after in pairwise(reached):
        if days[after] < days[before]:
            both = [event for event in events if event.event.stage in (before, after)]
            yield _told(f"A case is {after.value} before it is {before.value}.", both)
    if len(set(map(_spelled_alike, events)) - {""}) > 1:
        yield _told("Events of a case name several counties; the first recorded counts.", events)


def _told(what: str, events: Iterable[Recorded]) -> Disagreement:
    found = tuple(events)
    return Disagreement(what, tuple(one.event.id for one in found), tuple(one.where for one in found))
