"""What may be found or admitted beside an offense: injuries, weapons, gangs, and the life terms that come of some.

The list of a count's enhancements names each by its section, or by its number among the serious or violent felonies.
Whatever else stands there is another finding: a section of these codes that is not listed is surely outside, one that
is cited too broadly is open.
"""

from __future__ import annotations

from recordrelief.law import OffenseSet, Test, charge, presumed
from recordrelief.law.scopes import ChargeRow
from recordrelief_us_ca import offenses as o
from recordrelief_us_ca.policy import CaliforniaPolicy

_ANY_OTHER = tuple(f"{code} 1-99999" for code in ("BP", "HS", "MV", "PC", "VC", "WI"))


def _listed(name: str, cites: str, *includes: str, perhaps: tuple[str, ...] = ()) -> OffenseSet:
    return OffenseSet.listing(
        name, cites=cites, includes=includes, perhaps=perhaps, excepts=_ANY_OTHER, catalog=o.CATALOG
    )


INJURY_OR_FIREARM = _listed(
    "findings-of-injury-or-firearm",
    "PC 1192.7(c)(8), (40), 667.5(c)(8), (22)",
    *("PC 12022.3(a)", "PC 12022.5", "PC 12022.53", "PC 12022.55", "PC 12022.7", "PC 12022.8", "PC 12022.9"),
    *("PC 1192.7(c)(8)", "PC 1192.7(c)(40)", "PC 667.5(c)(8)", "PC 667.5(c)(22)"),
)
WEAPON = _listed("findings-of-a-weapon", "PC 1192.7(c)(23)", "PC 12022(b)", "PC 1192.7(c)(23)")
GANG = _listed(
    "findings-of-a-gang",
    "PC 1192.7(c)(28), 667.5(c)(19), (20)",
    *("PC 186.22", "PC 1192.7(c)(28)", "PC 667.5(c)(19)", "PC 667.5(c)(20)"),
)
SOMEBODY_THERE = _listed("findings-of-somebody-in-the-dwelling", "PC 667.5(c)(21)", "PC 667.5(c)(21)")
GANG_LIFE_TERM = _listed("findings-of-a-gang-with-a-life-term", "PC 186.22(b)(4)", "PC 186.22(b)(4)")
LIFE_TERM = _listed(
    "findings-with-a-life-term",
    "PC 667(e)(2)(C)(iv)(VIII)",
    *("PC 186.22(b)(4)", "PC 12022.53(d)", "PC 667.61", "PC 667.7", "PC 667.71"),
    # Of any felony with death or a life term, which the offense may have by itself.
    perhaps=("PC 667.5(c)(7)", "PC 1192.7(c)(7)"),
)
WHITE_COLLAR = _listed("findings-of-aggravated-white-collar-crime", "PC 186.11", "PC 186.11")

SETS = (INJURY_OR_FIREARM, WEAPON, GANG, SOMEBODY_THERE, GANG_LIFE_TERM, LIFE_TERM, WHITE_COLLAR)


def unless_silent(found: Test, policy: CaliforniaPolicy, row: ChargeRow) -> Test:
    """A finding on an offense that does not turn on one: where the record is silent there is none, by the policy.

    A record that lists findings is not silent: one that is cited too broadly, or cannot be read, stays open.
    """
    if not policy.presume_no_finding:
        return found
    told = row.enhancements_told
    return (told & found) | (~told & presumed(found, False, "policy presume_no_finding"))


def life_term(policy: CaliforniaPolicy, row: ChargeRow = charge) -> Test:
    """A finding that makes the term for an offense one of life, where the offense does not turn on such a finding."""
    return unless_silent(row.enhanced(LIFE_TERM), policy, row)
