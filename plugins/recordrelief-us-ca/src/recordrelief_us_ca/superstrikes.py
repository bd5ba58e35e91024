"""Superstrikes, PC 667(e)(2)(C)(iv), with what a citation alone does not tell.

The catalog's flag speaks of the section. Some offenses are superstrikes only with a finding that brings a life term
(VIII); an ordinary robbery, burglary, carjacking, kidnapping or assault is none.
"""

from __future__ import annotations

from recordrelief.law import Test, charge
from recordrelief.law.scopes import ChargeRow
from recordrelief_us_ca import findings, life
from recordrelief_us_ca import offenses as o
from recordrelief_us_ca.policy import CaliforniaPolicy


def superstrike(policy: CaliforniaPolicy, row: ChargeRow = charge) -> Test:
    """A superstrike. Where the section leaves it to a finding, a record without a list of findings leaves it open."""
    # Only a felony is one: what may be either stands as the level of the conviction says.
    felony = row.offense.in_set(o.ALWAYS_FELONY) | row.level.is_("felony")
    turns_on_it = row.offense.in_set(life.LIFE_FOR_A_GANG)
    listed = ~turns_on_it & row.offense.in_set(o.SUPERSTRIKE)
    found = turns_on_it & row.enhanced(findings.LIFE_TERM)
    return felony & (listed | found | findings.life_term(policy, row))
