"""PC 1203.47, in force from 2013-01-01: sealing of a juvenile court's finding of prostitution."""

from __future__ import annotations

import datetime

from recordrelief.law import OffenseSet, Test, charge, day, presumed, subject, years
from recordrelief.statutes import Bar, Grade, InForce, Outcome, Pathway, ReliefKind, Remedy, Wait
from recordrelief_us_ca import convictions as c
from recordrelief_us_ca import offenses as o
from recordrelief_us_ca import strikes
from recordrelief_us_ca.policy import CaliforniaPolicy

EFFECTIVE = datetime.date(2013, 1, 1)
_FIRST_DAY = day(2013, 1, 1)

PROSTITUTION_OR_LOITERING = OffenseSet.listing(
    "prostitution-or-loitering-for-it",
    cites="PC 1203.47(a)",
    includes=("PC 647(b)", "PC 653.22"),
    attempts="open",
    conspiracies="outside",
    solicitations="open",
    catalog=o.CATALOG,
)
SETS = (PROSTITUTION_OR_LOITERING,)

_ENDED_OTHERWISE = (
    *("convicted", "acquitted", "dismissed", "not_filed", "prosecutor_rejected", "released"),
    *("vacated", "set_aside", "pending"),
)


def _found_by_juvenile_court(policy: CaliforniaPolicy) -> Test:
    """A finding that the person came within the juvenile court's law by this act.

    Where nobody says whether it was one, an act of someone grown up was not, nor was a charge that ended otherwise.
    """
    said = charge.test("juvenile_adjudication")
    may_be = ~charge.outcome.is_in(_ENDED_OTHERWISE) & (strikes.committed(policy) < subject.birth_date + years(18))
    return said & (presumed(said, False, "the age at the offense, and how the charge ended") | may_be)


def remedies(policy: CaliforniaPolicy) -> tuple[Remedy, ...]:
    """The remedy, in its one version."""
    return (
        Remedy(
            id="pc-1203.47",
            title="Sealing of a juvenile court's finding of prostitution",
            citation="Cal. Penal Code § 1203.47",
            relief=ReliefKind.SEALING,
            pathway=Pathway.PETITION,
            applies_to=c.CALIFORNIA
            & charge.offense.in_set(PROSTITUTION_OR_LOITERING)
            & _found_by_juvenile_court(policy),
            bars=(
                Bar(
                    "1203.47.2",
                    "the person paid, or offered to pay, for the act",
                    charge.test("paid_or_offered_to_pay"),
                    cites="PC 1203.47(a)",
                ),
            ),
            waits=(
                Wait(
                    "1203.47.1",
                    "the person is 18 years old",
                    subject.birth_date + years(18),
                    cites="PC 1203.47(a)",
                    on_the_day=True,
                ),
            ),
            granted=c.given(("pc-1203.47",), kinds=("sealed",), since=_FIRST_DAY),
            grades=(Grade.DISCRETIONARY,),
            outcomes=(Outcome("sealed"),),
            in_force=InForce(EFFECTIVE),
            acts="the person, who need not show rehabilitation or a record without later offenses",
            notes=(
                "Other findings of a juvenile court are sealed under WIC 781 and 786.",
                "Who was a victim of human trafficking may also ask for vacatur under PC 236.14.",
            ),
        ),
    )
