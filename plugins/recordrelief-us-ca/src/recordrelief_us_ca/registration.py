"""Registration as a sex offender, PC 290: which convictions require it, and which tell that another one does."""

from __future__ import annotations

from recordrelief.law import OffenseSet, Test, charge
from recordrelief.law.scopes import ChargeRow
from recordrelief_us_ca import levels
from recordrelief_us_ca import offenses as o


def _listed(name: str, cites: str, *includes: str) -> OffenseSet:
    return OffenseSet.listing(
        name,
        cites=cites,
        includes=includes,
        attempts="as_target",
        conspiracies="as_target",
        solicitations="open",
        catalog=o.CATALOG,
    )


AS_A_FELONY = _listed("registrable-as-a-felony", "PC 290(c)", "PC 288.2")
BREACH = _listed("breaches-of-the-duty-to-register", "PC 290-290.018", "PC 290", "PC 290.010-290.018")
SETS = (AS_A_FELONY, BREACH)


def registrable(row: ChargeRow = charge) -> Test:
    """The conviction requires registration; one of PC 288.2 only as a felony."""
    as_felony = row.offense.in_set(AS_A_FELONY)
    listed = ~as_felony & row.offense.in_set(o.REGISTRABLE)
    return listed | (as_felony & levels.disposed_as("felony", row))


def breach(row: ChargeRow = charge) -> Test:
    """The offense is one of a person who had to register: some other conviction required it then."""
    return row.offense.in_set(BREACH)
