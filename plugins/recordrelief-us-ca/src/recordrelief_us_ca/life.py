"""Offenses that carry death or a life term: by themselves, or with a finding."""

from __future__ import annotations

import attrs

from recordrelief.citations import Citation
from recordrelief.law import OffenseSet, Test, charge
from recordrelief.law.scopes import ChargeRow
from recordrelief_us_ca import findings
from recordrelief_us_ca import offenses as o
from recordrelief_us_ca.policy import CaliforniaPolicy


def _listed(name: str, cites: str, *includes: str, attempted_perhaps: tuple[str, ...] = ()) -> OffenseSet:
    # An attempt at an offense that carries life does not carry it (PC 664(a)).
    listed = OffenseSet.listing(
        name,
        cites=cites,
        includes=includes,
        attempts="outside",
        conspiracies="open",
        solicitations="outside",
        catalog=o.CATALOG,
    )
    return attrs.evolve(listed, attempted_perhaps=tuple(map(Citation.parse, attempted_perhaps)))


LIFE = _listed(
    "carries-death-or-life",
    "PC 667(e)(2)(C)(iv)(VIII)",
    *("PC 37", "PC 128", "PC 187", "PC 205", "PC 206", "PC 209", "PC 209.5", "PC 217.1(b)", "PC 218", "PC 219"),
    *("PC 220(b)", "PC 236.1(c)(2)", "PC 269", "PC 273ab", "PC 288.7", "PC 451.5", "PC 4500"),
    *("PC 11418(b)(1)", "PC 11418(b)(2)", "PC 12308", "PC 12310", "PC 18745", "PC 18755", "MV 1672(a)"),
    attempted_perhaps=("PC 187",),  # life where the murder was premeditated
)
LIFE_FOR_A_GANG = _listed(
    "carries-life-for-a-gang",
    "PC 186.22(b)(4)",
    *("PC 136.1", "PC 211", "PC 212.5(a)", "PC 213", "PC 215", "PC 246", "PC 518", "PC 519", "PC 520"),
    *("PC 12034(c)", "PC 26100(c)"),
)
"""Offenses that turn on a finding: of robberies only the home invasion in concert, of shots from a vehicle only those
that injure gravely, and each only for a gang.
"""

SETS = (LIFE, LIFE_FOR_A_GANG)


def carries_life(policy: CaliforniaPolicy, row: ChargeRow = charge) -> Test:
    """The offense carries death or a life term, by itself or with what was found beside it."""
    for_a_gang = row.offense.in_set(LIFE_FOR_A_GANG) & row.enhanced(findings.GANG_LIFE_TERM)
    return row.offense.in_set(LIFE) | for_a_gang | findings.life_term(policy, row)
