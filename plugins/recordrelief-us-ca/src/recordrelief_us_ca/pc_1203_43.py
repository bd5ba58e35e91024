"""PC 1203.43, in force from 2016-01-01: withdrawal of a plea that led to deferred entry of judgment.

The plea is taken back as invalid because those who gave it were told, wrongly, that it would do no harm. What counts is
that federal immigration law sees a conviction where California saw none.
"""

from __future__ import annotations

import datetime

from recordrelief.law import OffenseSet, Test, any_of, charge, day, presumed
from recordrelief.statutes import Condition, Grade, InForce, Outcome, Pathway, ReliefKind, Remedy
from recordrelief_us_ca import convictions as c
from recordrelief_us_ca import offenses as o
from recordrelief_us_ca.policy import CaliforniaPolicy

EFFECTIVE = datetime.date(2016, 1, 1)
_FIRST_DAY = day(2016, 1, 1)
_DEFERRALS = day(1997, 1, 1)

GRANTED = ("pc-1203.43", "pc-1203.43(a)", "pc-1203.43(b)")

DEFERRABLE = OffenseSet.listing(
    "offenses-of-deferred-entry-of-judgment",
    cites="PC 1000(a)",
    includes=("HS 11350", "HS 11357", "HS 11364", "HS 11365", "HS 11377", "HS 11550", "VC 23222(b)"),
    # Only for use by the person, or with a controlled substance.
    perhaps=("BP 4060", "HS 11358", "HS 11368", "PC 381", "PC 647(f)", "PC 653f(d)"),
    attempts="open",
    conspiracies="open",
    solicitations="open",
    catalog=o.CATALOG,
)
SETS = (DEFERRABLE,)

_PROGRAM = charge.word("diversion_program")
_OTHER_PROGRAMS = ("prefiling", "drug_court", "pretrial_drug", "pretrial")
_SHOW = (
    "If the court's records are gone, the person's sworn declaration with a record of the Department of Justice that "
    "shows completion, or shows no disposition at all, is presumed true."
)


def _deferred() -> Test:
    """Judgment was deferred. A drug charge in court that was dismissed, or has no recorded end, may be such a case."""
    deferred, dismissed = charge.outcome.is_("deferred"), charge.test("dismissed_1000_3")
    stated = deferred | dismissed | _PROGRAM.is_("deferred_entry")
    in_court = charge.outcome.is_in(("deferred", "dismissed", "diverted")) & ~charge.stage.is_("arrest")
    perhaps = in_court & charge.offense.in_set(DEFERRABLE) & ~_PROGRAM.is_in(_OTHER_PROGRAMS)
    return presumed(stated, False, "judgment is deferred for drug offenses") | (perhaps & (deferred | dismissed))


def remedies(policy: CaliforniaPolicy) -> tuple[Remedy, ...]:
    """The remedy, in its one version."""
    granted_on = charge.day("deferred_entry_granted_on").no_later_than(charge.disposition_date)
    # None of what went before came later than the day it was granted.
    began = [start.no_later_than(granted_on) for start in (charge.offense_date, charge.arrest_date, charge.filed_date)]
    since_1997 = any_of([start >= _DEFERRALS for start in (granted_on, *began)])
    return (
        Remedy(
            id="pc-1203.43",
            title="Withdrawal of a plea after deferred entry of judgment",
            citation="Cal. Penal Code § 1203.43",
            relief=ReliefKind.DISMISSAL,
            pathway=Pathway.PETITION,
            applies_to=c.CALIFORNIA & ~charge.convicted & _deferred(),
            requires=(
                Condition(
                    "1203.43.1",
                    "deferred entry of judgment was granted on or after 1997-01-01",
                    since_1997,
                    cites="PC 1203.43(b)",
                ),
                Condition(
                    "1203.43.2",
                    "the person performed satisfactorily while judgment was deferred",
                    charge.test("diversion_completed"),
                    cites="PC 1203.43(b)",
                    note=_SHOW,
                ),
                Condition(
                    "1203.43.3",
                    "the charges were dismissed under PC 1000.3",
                    charge.test("dismissed_1000_3"),
                    cites="PC 1203.43(b)",
                    note=_SHOW,
                ),
            ),
            granted=c.given(GRANTED, kinds=("dismissed",), since=_FIRST_DAY),
            grades=(Grade.MANDATORY,),
            outcomes=(Outcome("plea withdrawn and dismissed"),),
            in_force=InForce(EFFECTIVE),
            acts="the person or an attorney, in the court of the case",
            forms=("CR-180", "CR-181"),
            notes=(
                _SHOW,
                "The plea is withdrawn as invalid, so that federal immigration law may see no conviction.",
            ),
        ),
    )
