"""HS 11361.9, in force from 2019-01-01: the relief of HS 11361.8 without a petition.

The Department of Justice listed the counts by 2019-07-01, prosecutors could challenge until 2020-07-01, courts had to
order relief for the unchallenged by 2023-03-01.
"""

from __future__ import annotations

import datetime

from recordrelief.law import charge, day, presumed, unsettled
from recordrelief.statutes import Bar, Condition, Grade, InForce, Pathway, ReliefKind, Remedy, Wait
from recordrelief_us_ca import hs_11361_8
from recordrelief_us_ca.policy import CaliforniaPolicy

EFFECTIVE = datetime.date(2019, 1, 1)
ORDER_DUE = datetime.date(2023, 3, 1)


def remedies(policy: CaliforniaPolicy) -> tuple[Remedy, ...]:
    """The remedy, in its one version."""
    listed = charge.test("ab1793_listed")
    challenged = charge.test("prosecutor_challenge")
    if policy.presume_listed_unchallenged:
        by = "policy presume_listed_unchallenged"
        listed, challenged = presumed(listed, True, by), presumed(challenged, False, by)
    return (
        Remedy(
            id="hs-11361.9",
            title="Automatic dismissal or redesignation of a listed cannabis conviction",
            citation="Cal. Health & Safety Code § 11361.9",
            relief=ReliefKind.REDESIGNATION,
            pathway=Pathway.AUTOMATIC,
            applies_to=hs_11361_8.APPLIES,
            requires=(
                *hs_11361_8.conditions(policy),
                Condition(
                    "64.9.1",
                    "the count is on the Department of Justice's list",
                    ~unsettled(~listed, "a count that is not on the list may still belong there"),
                    cites="HS 11361.9(a)",
                ),
            ),
            bars=(
                Bar("64.9.2", "the prosecutor challenged the count in time", challenged, cites="HS 11361.9(b), (c)"),
            ),
            waits=(Wait("64.9.3", "the time for a challenge is over", day(2020, 7, 1), cites="HS 11361.9(b)"),),
            granted=hs_11361_8.GRANTED,
            grades=(Grade.AUTOMATIC,),
            outcomes=hs_11361_8.outcomes(policy),
            in_force=InForce(EFFECTIVE),
            acts="the court, without a petition",
            due=ORDER_DUE,
            notes=("The Department of Justice had to update its records by 2023-07-01.",),
        ),
    )
