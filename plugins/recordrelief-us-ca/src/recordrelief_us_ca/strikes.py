"""Serious felonies (PC 1192.7(c)) and violent ones (PC 667.5(c)), with what a citation alone does not tell.

The catalog's flags speak of the section. What they leave open turns on findings in the case, on the day of the offense
or on the form in which it was committed; those rules are here. A wobbler that was made a misdemeanor at sentencing is
neither serious nor violent.
"""

from __future__ import annotations

from recordrelief.law import Day, OffenseSet, Test, any_of, charge, day, presumed_day
from recordrelief.law.scopes import ChargeRow
from recordrelief_us_ca import findings as f
from recordrelief_us_ca import levels
from recordrelief_us_ca import offenses as o
from recordrelief_us_ca.policy import CaliforniaPolicy

ASSAULTS_TOLD_APART = day(2012, 1, 1)
"""Force likely to injure, no serious felony by itself, has a number of its own since: PC 245(a)(4)."""
SB_14 = day(2024, 1, 1)
SB_268 = day(2025, 1, 1)


def _listed(name: str, cites: str, *includes: str) -> OffenseSet:
    return OffenseSet.listing(
        name,
        cites=cites,
        includes=includes,
        attempts="as_target",
        conspiracies="as_target",
        solicitations="as_target",
        catalog=o.CATALOG,
    )


ON_FINDING = _listed(
    "serious-on-a-finding-only",
    "PC 1192.7(c)(8), (23), (28)",
    *("PC 69", "PC 236", "PC 237", "PC 241.1", "PC 243", "PC 243.1", "PC 245(a)(4)", "PC 273a", "PC 273d", "PC 273.5"),
    *("PC 191.5(a)", "PC 192(b)", "PC 246.3(a)", "PC 368(b)(1)", "PC 518", "PC 519", "PC 520", "VC 23153"),
)
"""Serious or violent only where a finding says so: of an injury, of a weapon, of a gang."""
ASSAULT = _listed(
    "assaults-on-the-list-of-serious-felonies",
    "PC 1192.7(c)(39)",
    *("PC 220(a)", "PC 245", "PC 245.2", "PC 245.3", "PC 245.5", "PC 4501"),
)
"""Assaults: an attempt at one is no serious felony by itself."""
ASSAULT_WITH_A_WEAPON = _listed("assault-with-a-deadly-weapon", "PC 1192.7(c)(31)", "PC 245(a)(1)")
TRAFFICKING_OF_A_MINOR = _listed("trafficking-of-a-minor", "PC 1192.7(c)(42)", "PC 236.1(c)(1)")
RAPE_OF_THE_INTOXICATED = _listed(
    "rape-of-the-intoxicated-or-unconscious", "PC 667.5(c)(3)", "PC 261(a)(3)", "PC 261(a)(4)"
)
GANG_MAKES_VIOLENT = _listed("violent-with-a-gang", "PC 667.5(c)(19), (20)", "PC 136.1", "PC 518", "PC 519", "PC 520")
BURGLARY_OF_A_DWELLING = OffenseSet.listing(
    "burglary-of-a-dwelling",
    cites="PC 667.5(c)(21)",
    includes=("PC 460(a)",),
    attempts="outside",
    conspiracies="outside",
    solicitations="outside",
    catalog=o.CATALOG,
)
"""Violent where it was charged and proved that somebody other than an accomplice was there."""

SETS = (
    ON_FINDING,
    ASSAULT,
    ASSAULT_WITH_A_WEAPON,
    TRAFFICKING_OF_A_MINOR,
    RAPE_OF_THE_INTOXICATED,
    GANG_MAKES_VIOLENT,
    BURGLARY_OF_A_DWELLING,
)


def committed(policy: CaliforniaPolicy, row: ChargeRow = charge) -> Day:
    """The day of the offense: no later than arrest, conviction, judgment and disposition of the count."""
    known = row.offense_date
    if policy.presume_offense_on_arrest:
        known = presumed_day(known, row.arrest_date, "policy presume_offense_on_arrest")
    return known.no_later_than(row.arrest_date, row.conviction_date, row.judgment_date, row.disposition_date)


def serious(policy: CaliforniaPolicy, row: ChargeRow = charge) -> Test:
    """A serious felony. Attempts and conspiracies count with what was aimed at, save attempts at an assault."""
    found = any_of([row.enhanced(one) for one in (f.INJURY_OR_FIREARM, f.WEAPON, f.GANG)])
    listed = row.offense.in_set(o.SERIOUS) & ~(row.attempt & row.offense.in_set(ASSAULT))
    of_a_minor = row.offense.in_set(TRAFFICKING_OF_A_MINOR)
    listed = (~of_a_minor & listed) | (of_a_minor & (committed(policy, row) >= SB_14))
    armed = row.offense.in_set(ASSAULT_WITH_A_WEAPON) & ~row.attempt
    listed = listed | (armed & (committed(policy, row) >= ASSAULTS_TOLD_APART))
    return levels.disposed_as("felony", row) & _listed_or_found(listed, found, policy, row)


def violent(policy: CaliforniaPolicy, row: ChargeRow = charge) -> Test:
    """A violent felony."""
    gang = row.offense.in_set(GANG_MAKES_VIOLENT) & row.enhanced(f.GANG)
    found = row.enhanced(f.INJURY_OR_FIREARM) | gang
    listed = row.offense.in_set(o.VIOLENT)
    drugged = row.offense.in_set(RAPE_OF_THE_INTOXICATED)
    listed = (~drugged & listed) | (drugged & listed & (committed(policy, row) >= SB_268))
    dwelling = row.offense.in_set(BURGLARY_OF_A_DWELLING)
    listed = (~dwelling & listed) | (dwelling & row.enhanced(f.SOMEBODY_THERE))
    return levels.disposed_as("felony", row) & _listed_or_found(listed, found, policy, row)


def _listed_or_found(listed: Test, found: Test, policy: CaliforniaPolicy, row: ChargeRow) -> Test:
    """The section is listed, or a finding makes it so.

    Of a section that says by itself what it is, silence about findings is taken for none, unless the policy is not to;
    of one that turns on them it is unknown.
    """
    turns_on_it = row.offense.in_set(ON_FINDING)
    return (~turns_on_it & listed) | (turns_on_it & found) | f.unless_silent(found, policy, row)
