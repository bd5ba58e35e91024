"""The analyzer's rules as remedies: the same ids as those of the statute, each with the conditions the analyzer asks.

A charge is of one remedy in each reading: convictions and other charges under ORS 137.225, marijuana convictions under
137.226, marijuana violations however they ended under 475C.397 (475B.401 in its words).
"""

from __future__ import annotations

from recordrelief.law import (
    BEGINNING,
    Day,
    Test,
    as_of,
    charge,
    day,
    days,
    either,
    history,
    never,
    other,
    years,
)
from recordrelief.statutes import Condition, Grade, Pathway, ReliefKind, Remedy, Wait
from recordrelief_us_or.recordsponge.charge_types import CHARGE_TYPES, WAITS
from recordrelief_us_or.remedy_ids import CHARGE, CONVICTION, MARIJUANA, POSSESSION

_MARIJUANA = ("MarijuanaEligible", "MarijuanaManufactureDelivery", "MarijuanaUnder21", "MarijuanaIneligible")
_TYPE = charge.word("rs_type", tuple(CHARGE_TYPES))
_OF_MARIJUANA = _TYPE.is_in(_MARIJUANA)
_OF_POSSESSION = _TYPE.is_("MarijuanaViolation")
_ASSUMED = charge.test("rs_assumed")
_NO_WAIT = day(BEGINNING.year, BEGINNING.month, BEGINNING.day)

_COUNTS = other.test("rs_counts")
_KNOWN = _COUNTS & ~other.test("rs_assumed")
_OPEN = _COUNTS & other.test("rs_assumed")
_VIOLATION = other.test("rs_violation")
_NEWEST = history.others.latest(other.disposition_date, where=_KNOWN)
_SECOND = history.others.latest(other.disposition_date, where=_KNOWN, nth=2)
_OPEN_VIOLATION = history.others.any(_OPEN & _VIOLATION)
_OPEN_STANDS = history.others.any(_OPEN & ~_VIOLATION) | (history.others.count(_OPEN) >= 2)
"""The newest other conviction is one that is only assumed, and so later than any other. A single violation is let pass.
"""
_NEWEST_IS_VIOLATION = history.others.any(_KNOWN & _VIOLATION & (other.disposition_date >= _NEWEST))
_OTHER = either(_OPEN_VIOLATION, _NEWEST, either(_NEWEST_IS_VIOLATION, _SECOND, _NEWEST))
"""The most recent other conviction, or where that is a violation the second most recent, whatever it is."""

_YOUNG = _TYPE.is_("MarijuanaUnder21") & history.others.none(other.test("rs_more_than_traffic"))
"""Under 21 at the disposition, and convicted of nothing else but traffic violations."""


def _by_severity(since: Day) -> Day:
    """The wait of the charge's own severity from a day on."""
    length = charge.word("rs_wait", WAITS)
    until = never()
    for number in (7, 5, 3, 1):
        until = either(length.is_(str(number)), since + years(number), until)
    return until


def _conditions(*more: Condition) -> tuple[Condition, ...]:
    return (
        Condition(
            "type",
            "a charge of this type that ended so can be set aside",
            charge.test("rs_eligible"),
            cites="ORS 137.225(5) to (8)",
        ),
        Condition(
            "ended",
            "the charge ended in a conviction or a dismissal",
            charge.test("rs_ended"),
            cites="ORS 137.225(1)",
        ),
        *more,
    )


_OWN_OPEN = Condition(
    "own-open",
    "the conviction of the charge is not only assumed",
    ~_ASSUMED,
    cites="ORS 137.225(1)(b)",
    curable=True,
    note="The charge has no disposition. If it ends in a conviction the wait begins then.",
)

_OWN_OPEN_IF_CONVICTED = Condition(
    "own-open",
    "the conviction of the charge is not only assumed",
    ~(_ASSUMED & charge.convicted),
    cites="ORS 475B.401",
    curable=True,
)


def _other_open(unless: Test | None = None) -> Condition:
    stands = ~_OPEN_STANDS
    return Condition(
        "other-open",
        "the newest other conviction is not one that is only assumed",
        stands if unless is None else unless | stands,
        cites="ORS 137.225(7)(b)",
        curable=True,
        note="Another charge has no disposition. If it ends in a conviction the wait begins then.",
    )


def _own(until: Day) -> Wait:
    return Wait(
        "own",
        "the years since the conviction are over",
        either(_ASSUMED, _NO_WAIT, until),
        cites="ORS 137.225(1)(b)",
    )


def _other(unless: Test | None = None) -> Wait:
    since = either(_OPEN_STANDS, _NO_WAIT, _OTHER)
    until = either(history.others.any(_COUNTS), _by_severity(since), _NO_WAIT)
    return Wait(
        "other",
        "the same years since the most recent other conviction are over",
        until if unless is None else either(unless, _NO_WAIT, until),
        cites="ORS 137.225(7)(b)",
    )


def _revoked(unless: Test | None = None) -> Wait:
    until = either(charge.test("rs_revoked"), charge.day("rs_revoked_on") + years(3), _NO_WAIT)
    return Wait(
        "revoked",
        "three years since probation was revoked are over",
        until if unless is None else either(unless, _NO_WAIT, until),
        cites="ORS 137.225(1)(e)",
    )


def _remedy(
    id: str, title: str, citation: str, applies_to: Test, conditions: tuple[Condition, ...], *waits: Wait
) -> Remedy:
    return Remedy(
        id=id,
        title=title,
        citation=citation,
        relief=ReliefKind.SEALING,
        pathway=Pathway.PETITION,
        applies_to=applies_to,
        requires=conditions,
        waits=waits,
        grades=(Grade.PRESUMED,),
    )


def remedies() -> tuple[Remedy, ...]:
    """The remedies as the analyzer reads them, in the one version that it has."""
    own = _own(_by_severity(charge.disposition_date))
    at_once = either(_ASSUMED & ~charge.convicted, as_of, charge.disposition_date)
    return (
        _remedy(
            CONVICTION,
            "Setting aside a conviction",
            "ORS 137.225(1)(a)",
            charge.convicted & ~_OF_MARIJUANA & ~_OF_POSSESSION,
            _conditions(_OWN_OPEN, _other_open()),
            own,
            _other(),
            _revoked(),
        ),
        _remedy(
            CHARGE,
            "Setting aside the record of an arrest, citation or charge",
            "ORS 137.225(1)(c), (d)",
            ~charge.convicted & ~_OF_POSSESSION,
            _conditions(),
            Wait("dismissal", "the charge was brought", charge.offense_date, cites="ORS 137.225(1)(d)"),
            Wait(
                "no-complaint",
                "60 days since the prosecutor chose not to proceed are over",
                either(charge.outcome.is_("not_filed"), charge.disposition_date + days(60), _NO_WAIT),
                cites="ORS 137.225(1)(c)",
            ),
        ),
        _remedy(
            MARIJUANA,
            "Setting aside a marijuana conviction",
            "ORS 137.226",
            charge.convicted & _OF_MARIJUANA,
            _conditions(_OWN_OPEN, _other_open(_YOUNG)),
            _own(either(_YOUNG, _NO_WAIT, _by_severity(charge.disposition_date))),
            Wait(
                "under-21",
                "one year since the conviction of a person under 21 is over",
                either(_YOUNG, charge.disposition_date + years(1), _NO_WAIT),
                cites="ORS 137.226(1)",
            ),
            _other(_YOUNG),
            _revoked(_YOUNG),
        ),
        _remedy(
            POSSESSION,
            "Setting aside a marijuana violation",
            "ORS 475C.397",
            _OF_POSSESSION,
            _conditions(_OWN_OPEN_IF_CONVICTED),
            Wait(
                "immediate",
                "the disposition was given",
                either(_ASSUMED & charge.convicted, _NO_WAIT, at_once),
                cites="ORS 475B.401",
            ),
        ),
    )
