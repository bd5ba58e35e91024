"""PC 1203.49, in force from 2015-01-01: dismissal of prostitution that came of human trafficking."""

from __future__ import annotations

import datetime

from recordrelief.law import ALWAYS_TRUE, OffenseSet, charge, day, either, unsettled
from recordrelief.statutes import Condition, Grade, InForce, Outcome, Pathway, ReliefKind, Remedy, Wait
from recordrelief_us_ca import convictions as c
from recordrelief_us_ca import dismissals, sentences, standing
from recordrelief_us_ca import offenses as o
from recordrelief_us_ca.policy import CaliforniaPolicy

EFFECTIVE = datetime.date(2015, 1, 1)
_FIRST_DAY = day(2015, 1, 1)

PROSTITUTION = OffenseSet.listing(
    "solicitation-or-prostitution",
    cites="PC 647(b)",
    includes=("PC 647(b)",),
    attempts="open",
    conspiracies="outside",
    solicitations="open",
    catalog=o.CATALOG,
)
SETS = (PROSTITUTION,)

_ASKED = "a person who says no may not have been asked in a way that allows the answer"
_PROOF = "whether the proof is clear and convincing, which the court decides"


def remedies(policy: CaliforniaPolicy) -> tuple[Remedy, ...]:
    """The remedy, in its one version."""
    told = charge.day("sentence_completed_on")
    recorded = either(sentences.probation_granted(), sentences.probation_completed(policy), told)
    return (
        Remedy(
            id="pc-1203.49",
            title="Dismissal of prostitution that came of trafficking",
            citation="Cal. Penal Code § 1203.49",
            relief=ReliefKind.DISMISSAL,
            pathway=Pathway.PETITION,
            applies_to=c.CONVICTION & charge.offense.in_set(PROSTITUTION),
            requires=(
                Condition(
                    "1203.49.2",
                    "the conviction came of the person's being a victim of human trafficking",
                    ~unsettled(~charge.test("result_of_trafficking"), _ASKED),
                    cites="PC 1203.49",
                    note="The person's own statement opens the petition. Nothing on the record stands for it.",
                ),
                Condition(
                    "1203.49.3",
                    "the court finds clear and convincing proof of it",
                    ~unsettled(ALWAYS_TRUE, _PROOF),
                    cites="PC 1203.49",
                ),
            ),
            waits=(
                Wait(
                    "1203.49.1",
                    "a term of probation, if one was granted, has been completed",
                    either(c.probation_granted(), c.over(recorded, policy), c.ALREADY),
                    cites="PC 1203.49",
                    running=standing.ON_PROBATION,
                    scheduled=sentences.probation_scheduled(),
                ),
            ),
            granted=c.given(("pc-1203.49",), kinds=("dismissed",), since=_FIRST_DAY),
            grades=(Grade.DISCRETIONARY,),
            outcomes=(Outcome("dismissed"),),
            in_force=InForce(EFFECTIVE),
            acts="the person, whose own statement opens the petition",
            forms=("CR-180", "CR-181"),
            notes=(
                "PC 236.14 reaches more offenses, vacates the conviction and is usually better.",
                "The court's finding goes to the Department of Justice.",
                *dismissals.STAYS,
            ),
        ),
    )
