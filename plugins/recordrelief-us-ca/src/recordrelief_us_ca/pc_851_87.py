"""PC 851.87, in force from 2014-01-01: an arrest after which the person completed a diversion before any charges.

Until 2018 the petition had to wait two years from completion.
"""

from __future__ import annotations

import datetime

from recordrelief.law import day, years
from recordrelief.statutes import Grade, InForce, Outcome, Pathway, ReliefKind, Remedy, Wait
from recordrelief_us_ca import arrests, diversion
from recordrelief_us_ca.policy import CaliforniaPolicy

EFFECTIVE = datetime.date(2014, 1, 1)
SB_393 = datetime.date(2018, 1, 1)
GRANTED = ("pc-851.87",)


def remedies(policy: CaliforniaPolicy) -> tuple[Remedy, ...]:
    """The remedy, in its versions."""
    return (
        _remedy(policy, InForce(EFFECTIVE, SB_393), waits_two_years=True),
        _remedy(policy, InForce(SB_393), waits_two_years=False),
    )


def _remedy(policy: CaliforniaPolicy, in_force: InForce, *, waits_two_years: bool) -> Remedy:
    cites = "PC 851.87(a)"
    wait = Wait(
        "851.87.2",
        "two years have gone by since the program was completed",
        diversion.COMPLETED_ON + years(2),
        cites=f"{cites}, before 2018-01-01",
    )
    furtherance = "The court seals where that furthers justice."
    seals = "The court may seal, with the effect of PC 851.92."
    return Remedy(
        id="pc-851.87",
        title="Sealing of an arrest after prefiling diversion",
        citation="Cal. Penal Code § 851.87",
        relief=ReliefKind.SEALING,
        pathway=Pathway.PETITION,
        applies_to=arrests.ARREST & diversion.before_filing(policy),
        requires=(
            arrests.not_pending("851.87.pending", policy, cites=cites),
            diversion.completed("851.87.1", policy, cites=cites),
        ),
        waits=(wait,) if waits_two_years else (),
        granted=arrests.given(GRANTED, kinds=("sealed",), since=day(2014, 1, 1)),
        grades=(Grade.DISCRETIONARY,),
        outcomes=(Outcome("sealed"),),
        in_force=in_force,
        acts="the person, in the court",
        notes=(
            furtherance if waits_two_years else seals,
            "The prosecutor and the arresting agency may ask for a hearing within 60 days.",
        ),
    )
