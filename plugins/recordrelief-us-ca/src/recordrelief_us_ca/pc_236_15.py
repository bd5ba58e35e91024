"""PC 236.15, in force from 2022-01-01: vacatur for victims of an intimate partner's, or of sexual, violence."""

from __future__ import annotations

import datetime

from recordrelief.law import charge, day
from recordrelief.statutes import InForce, Remedy
from recordrelief_us_ca import vacatur
from recordrelief_us_ca.policy import CaliforniaPolicy

AB_124 = datetime.date(2022, 1, 1)
AB_2169 = datetime.date(2023, 1, 1)

_BEFORE_2023 = "a court finds that it was the direct result of being a victim of such violence"
_FINDING = f"{_BEFORE_2023}, which shows that the intent was lacking"

_VERSIONS = ((InForce(AB_124, AB_2169), _BEFORE_2023), (InForce(AB_2169), _FINDING))


def remedies(policy: CaliforniaPolicy) -> tuple[Remedy, ...]:
    """The remedy, in its versions."""
    return tuple(
        vacatur.remedy(
            policy,
            "236.15",
            title="Vacatur for a victim of intimate partner or sexual violence",
            claim="it was the direct result of the person's being a victim of intimate partner or sexual violence",
            victim=charge.test("result_of_partner_or_sexual_violence"),
            finding=finding,
            in_force=in_force,
            since=day(2022, 1, 1),
            notes=("The petition may come at any time.",),
        )
        for in_force, finding in _VERSIONS
    )
