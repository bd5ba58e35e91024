"""PC 236.14, in force from 2017-01-01: vacatur for victims of human trafficking."""

from __future__ import annotations

import datetime

from recordrelief.law import charge, day
from recordrelief.statutes import InForce, Remedy
from recordrelief_us_ca import vacatur
from recordrelief_us_ca.policy import CaliforniaPolicy

SB_823 = datetime.date(2017, 1, 1)
AB_262 = datetime.date(2022, 1, 1)
AB_2169 = datetime.date(2023, 1, 1)

_BEFORE_2023 = "a court finds that it was the direct result of being a victim of human trafficking"
_FINDING = f"{_BEFORE_2023}, which shows that the intent was lacking"

_VERSIONS = (
    (
        InForce(SB_823, AB_262),
        _BEFORE_2023,
        ("The petition has to come within a reasonable time after the trafficking ended or help was found.",),
    ),
    (InForce(AB_262, AB_2169), _BEFORE_2023, ("The petition may come at any time.",)),
    (InForce(AB_2169), _FINDING, ("The petition may come at any time.",)),
)


def remedies(policy: CaliforniaPolicy) -> tuple[Remedy, ...]:
    """The remedy, in its versions."""
    return tuple(
        vacatur.remedy(
            policy,
            "236.14",
            title="Vacatur for a victim of human trafficking",
            claim="it was the direct result of the person's being a victim of human trafficking",
            victim=charge.test("result_of_trafficking"),
            finding=finding,
            in_force=in_force,
            since=day(2017, 1, 1),
            notes=notes,
        )
        for in_force, finding, notes in _VERSIONS
    )
