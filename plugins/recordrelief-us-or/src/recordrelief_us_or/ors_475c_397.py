"""ORS 475C.397 (475B.401 until renumbered): possession of less than an ounce of marijuana, set aside at any time."""

from __future__ import annotations

from recordrelief.law import charge
from recordrelief.statutes import Condition, Grade, InForce, Pathway, ReliefKind, Remedy
from recordrelief_us_or import convictions as c
from recordrelief_us_or.offenses import listed
from recordrelief_us_or.ors_137_225 import SB_397, granted
from recordrelief_us_or.policy import OregonPolicy
from recordrelief_us_or.remedy_ids import CONVICTION, POSSESSION

POSSESSIONS = listed(
    "marijuana-possession",
    cites="ORS 475C.397",
    includes=("ORS 475.864", "ORS 475B.337", "ORS 475C.337"),
    perhaps=("ORS 475.840", "ORS 475.992", "ORS 475.999"),
)
SETS = (POSSESSIONS,)

OUNCE_GRAMS = 28.35


def remedies(policy: OregonPolicy) -> tuple[Remedy, ...]:
    """The remedy, in its one version."""
    possession = (c.NOBODY_REVIEWED & charge.offense.in_set(POSSESSIONS)) | c.REVIEWED.is_("MarijuanaViolation")
    return (
        Remedy(
            id=POSSESSION,
            title="Setting aside a conviction for possessing less than an ounce of marijuana",
            citation="ORS 475C.397",
            relief=ReliefKind.SEALING,
            pathway=Pathway.PETITION,
            applies_to=c.HERE & (charge.convicted | charge.outcome.is_("set_aside")) & possession & c.VIOLATION,
            requires=(
                Condition(
                    "475c.397",
                    "it was less than an ounce",
                    (charge.quantity_grams < OUNCE_GRAMS) | charge.test("less_than_an_ounce"),
                    cites="ORS 475C.397",
                ),
                c.not_juvenile(policy),
            ),
            granted=granted(POSSESSION, CONVICTION),
            grades=(Grade.PRESUMED,),
            in_force=InForce(SB_397),
            notes=("At any time, without a fee, and whatever else the person was convicted of.",),
        ),
    )
