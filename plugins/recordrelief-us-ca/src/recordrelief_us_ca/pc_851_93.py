"""PC 851.93, operating from 2022-07-01: relief from an arrest that the Department of Justice grants by itself.

An arrest comes under it by one of four branches: a misdemeanor whose charge was dismissed (A), a misdemeanor that led
to nothing in a year (B), a felony that led to nothing in three or six years (C), a completed diversion program (D).
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from recordrelief.law import Day, Test, charge, cycle, day, either, years
from recordrelief.statutes import Branch, Condition, Grade, InForce, Outcome, Pathway, ReliefKind, Remedy, Wait
from recordrelief_us_ca import arrests, diversion
from recordrelief_us_ca import convictions as c
from recordrelief_us_ca.policy import CaliforniaPolicy

OPERATIVE = datetime.date(2022, 7, 1)
ALL_FELONIES = datetime.date(2024, 10, 1)

FLOOR = day(1973, 1, 1)
_SECTION = "PC 851.93(a)(2)"
_ARRESTED_ON = charge.arrest_date.no_later_than(charge.disposition_date)
_WITHOUT_CONVICTION = ("dismissed", "acquitted", *arrests.NOT_CHARGED)


def _first(policy: CaliforniaPolicy) -> tuple[Condition, ...]:
    """851.93.1, and that there is an end to speak of."""
    return (
        Condition(
            "851.93.1",
            "the arrest was made on or after 1973-01-01",
            # Nobody is arrested for an offense still to come.
            (_ARRESTED_ON >= FLOOR) | (charge.offense_date.no_later_than(charge.arrest_date) >= FLOOR),
            cites="PC 851.93(a)(1)",
        ),
        arrests.not_pending("851.93.pending", policy, cites=_SECTION),
    )


def _dismissed() -> Test:
    """The charges that were filed were dismissed; one that is pending may still be."""
    ends = arrests.only(
        (*_WITHOUT_CONVICTION, "pending"),
        open_to=("vacated",),
        why="whether the charge was dismissed once the conviction was vacated",
    )
    return ends & cycle.any(arrests.ended("dismissed", "vacated", "pending"))


def _acquitted(*, may_be: Sequence[str] = ()) -> Test:
    """The charges that were filed ended in acquittal, or may still."""
    ends = arrests.only(
        ("acquitted", *may_be, *arrests.NOT_CHARGED),
        open_to=("dismissed",),
        why="whether an acquittal of some of the charges is enough where others were dismissed",
    )
    return ends & cycle.any(arrests.ended("acquitted", *may_be))


def _no_proceedings(policy: CaliforniaPolicy) -> Test:
    return ~arrests.filed(policy) | _acquitted(may_be=("pending",))


def _since_arrest(period: Day) -> Day:
    """An acquittal ends the matter at once."""
    return either(_acquitted(), c.ALREADY, period)


def _branch_a(policy: CaliforniaPolicy) -> Branch:
    cites = f"{_SECTION}(A)"
    return Branch(
        id="a",
        title="A misdemeanor whose charge was dismissed",
        cites=cites,
        requires=(
            Condition("851.93.2.a.1", "the arrest was for a misdemeanor", arrests.misdemeanor(policy), cites=cites),
            Condition(
                "851.93.2.a.2", "the charge was dismissed, or while it is pending may be", _dismissed(), cites=cites
            ),
        ),
    )


_NOTHING_CAME = "no proceedings were begun on the arrest, or they ended in acquittal, or while pending may"


def _branch_b(policy: CaliforniaPolicy) -> Branch:
    cites = f"{_SECTION}(B)"
    return Branch(
        id="b",
        title="A misdemeanor that led to nothing",
        cites=cites,
        requires=(
            Condition("851.93.2.b.1", "the arrest was for a misdemeanor", arrests.misdemeanor(policy), cites=cites),
            Condition("851.93.2.b.2", _NOTHING_CAME, _no_proceedings(policy), cites=cites),
        ),
        waits=(
            Wait(
                "851.93.2.b.3",
                "a calendar year has gone by since the arrest, unless it ended in acquittal",
                _since_arrest(_ARRESTED_ON + years(1)),
                cites=cites,
            ),
        ),
    )


def _branch_c(policy: CaliforniaPolicy, *, all_felonies: bool) -> Branch:
    cites = f"{_SECTION}(C)"
    requires = [Condition("851.93.2.c.1", "the arrest was for a felony", arrests.felony(policy), cites=cites)]
    three = _ARRESTED_ON + years(3)
    if all_felonies:
        sentence = (
            "three calendar years have gone by since the arrest, or six where the offense carries eight years or more, "
            "unless it ended in acquittal"
        )
        period = either(arrests.eight_years(policy), _ARRESTED_ON + years(6), three)
    else:
        sentence = "three calendar years have gone by since the arrest, unless it ended in acquittal"
        period = three
        requires.append(
            Condition(
                "851.93.2.c.4",
                "the felony is one that is punished under PC 1170(h)(1) or (2)",
                arrests.realigned(policy),
                cites=f"{cites}, before 2024-10-01",
            )
        )
    requires.append(Condition("851.93.2.c.2", _NOTHING_CAME, _no_proceedings(policy), cites=cites))
    return Branch(
        id="c",
        title="A felony that led to nothing",
        cites=cites,
        requires=tuple(requires),
        waits=(Wait("851.93.2.c.3", sentence, _since_arrest(period), cites=cites),),
    )


def _branch_d(policy: CaliforniaPolicy) -> Branch:
    cites = f"{_SECTION}(D)"
    return Branch(
        id="d",
        title="A completed diversion program",
        cites=cites,
        requires=(
            Condition(
                "851.93.2.d.1", "a diversion program belongs to the arrest", diversion.belongs(policy), cites=cites
            ),
            diversion.completed("851.93.2.d.2", policy, cites=cites),
        ),
    )


def remedies(policy: CaliforniaPolicy) -> tuple[Remedy, ...]:
    """The remedy, in its versions."""
    return (
        _remedy(policy, InForce(OPERATIVE, ALL_FELONIES), all_felonies=False),
        _remedy(policy, InForce(ALL_FELONIES), all_felonies=True),
    )


def _remedy(policy: CaliforniaPolicy, in_force: InForce, *, all_felonies: bool) -> Remedy:
    return Remedy(
        id="pc-851.93",
        title="Automatic relief from an arrest",
        citation="Cal. Penal Code § 851.93",
        relief=ReliefKind.SEALING,
        pathway=Pathway.AUTOMATIC,
        applies_to=arrests.ARREST,
        requires=_first(policy),
        branches=(
            _branch_a(policy),
            _branch_b(policy),
            _branch_c(policy, all_felonies=all_felonies),
            _branch_d(policy),
        ),
        granted=arrests.given(("pc-851.93",), kinds=("automatic",), since=day(2022, 7, 1)),
        grades=(Grade.AUTOMATIC,),
        outcomes=(Outcome("arrest relief granted"),),
        in_force=in_force,
        acts="the Department of Justice, every month, without a petition",
        notes=(
            "The Department acts only on what its own records show: the relief is due, which does not say that it was "
            "given. Look for 'arrest relief granted' on its record before petitioning.",
            "The record then carries a note and is disclosed to few. Nothing is sealed at the arresting agency, "
            "criminal justice agencies still use the arrest, and it still counts for firearms, public office and "
            "whoever wants to become a peace officer.",
            "A petition under PC 851.91 stays open beside it, and seals.",
        ),
    )
