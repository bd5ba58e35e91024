"""PC 653.29, in force from 2023-01-01: recall, dismissal and sealing of loitering for prostitution.

The same act repealed PC 653.22. As under HS 11361.8 the court presumes that whoever asks meets the criteria.
"""

from __future__ import annotations

import datetime

from recordrelief.law import OffenseSet, charge, day, unsettled
from recordrelief.statutes import Condition, Grade, InForce, Outcome, Pathway, ReliefKind, Remedy
from recordrelief_us_ca import convictions as c
from recordrelief_us_ca import offenses as o
from recordrelief_us_ca import strikes
from recordrelief_us_ca.policy import CaliforniaPolicy

EFFECTIVE = datetime.date(2023, 1, 1)
REPEAL = day(2023, 1, 1)

LOITERING = OffenseSet.listing(
    "loitering-for-prostitution",
    cites="PC 653.29(a); former PC 653.22",
    includes=("PC 653.22",),
    attempts="open",
    conspiracies="outside",
    solicitations="outside",
    catalog=o.CATALOG,
)
SETS = (LOITERING,)


def remedies(policy: CaliforniaPolicy) -> tuple[Remedy, ...]:
    """The remedy, in its one version."""
    later = ~(strikes.committed(policy) < REPEAL)
    return (
        Remedy(
            id="pc-653.29",
            title="Dismissal and sealing of loitering for prostitution",
            citation="Cal. Penal Code § 653.29",
            relief=ReliefKind.SEALING,
            pathway=Pathway.PETITION,
            applies_to=c.CONVICTION & charge.offense.in_set(LOITERING),
            requires=(
                Condition(
                    "653.29.1",
                    "the offense was committed while loitering for prostitution was a crime, before 2023-01-01",
                    ~unsettled(later, "a conviction of what was no longer a crime cannot be: the record is odd"),
                    cites="PC 653.29(a), (c)",
                ),
            ),
            granted=c.given(("pc-653.29",), kinds=("dismissed", "sealed"), since=REPEAL),
            grades=(Grade.PRESUMED,),
            outcomes=(Outcome("dismissed and sealed"),),
            in_force=InForce(EFFECTIVE),
            acts="the person: a petition while the sentence is served, an application once it is complete",
            forms=("CR-404", "CR-405", "CR-406"),
            notes=(
                "The court shall presume that the criteria are met unless the opponent proves otherwise by clear and "
                "convincing evidence.",
                "Who was a victim of human trafficking may also ask for vacatur under PC 236.14.",
            ),
        ),
    )
