"""PC 851.7: an arrest for a misdemeanor while a minor, without a conviction, is sealed on petition."""

from __future__ import annotations

from recordrelief.law import OffenseSet, charge, cycle, subject, unsettled, years
from recordrelief.statutes import Bar, Condition, Grade, Outcome, Pathway, ReliefKind, Remedy
from recordrelief_us_ca import arrests, diversion, registration
from recordrelief_us_ca import offenses as o
from recordrelief_us_ca.policy import CaliforniaPolicy

GRANTED = ("pc-851.7",)

LEFT_OUT = OffenseSet.listing(
    "drugs-and-vehicles-of-851.7",
    cites="PC 851.7(e)",
    includes=("HS 11000-11651", "VC 2800-2803", "VC 12500-12515", "VC 14600-14611", "VC 20000-24018"),
    perhaps=("VC 1-42277",),
    attempts="as_target",
    conspiracies="as_target",
    solicitations="as_target",
    catalog=o.CATALOG,
)
"""Controlled substances (Division 10), and the driving of vehicles; of other vehicle offenses it is open."""
SETS = (LEFT_OUT,)

_E = "PC 851.7(e)"


def remedies(policy: CaliforniaPolicy) -> tuple[Remedy, ...]:
    """The remedy, in its one version."""
    registrable = unsettled(
        cycle.any(registration.registrable()), "whether the section leaves out offenses that are registrable"
    )
    return (
        Remedy(
            id="pc-851.7",
            title="Sealing of a minor's misdemeanor arrest",
            citation="Cal. Penal Code § 851.7",
            relief=ReliefKind.SEALING,
            pathway=Pathway.PETITION,
            applies_to=arrests.ARREST & arrests.misdemeanor(policy),
            requires=(
                Condition(
                    "851.7.1",
                    "the person was under 18 on the day of the arrest",
                    charge.arrest_date < subject.birth_date + years(18),
                    cites="PC 851.7(a)",
                ),
                diversion.concluded("851.7.2", policy, cites="PC 851.7(a)"),
            ),
            bars=(
                Bar(
                    "851.7.3",
                    "a charge of the arrest is of a controlled substance, or of the driving of a vehicle",
                    cycle.any(charge.offense.in_set(LEFT_OUT)) | registrable,
                    cites=_E,
                ),
            ),
            granted=arrests.given(GRANTED, kinds=("sealed",)),
            grades=(Grade.DISCRETIONARY,),
            outcomes=(Outcome("sealed"),),
            acts="the person, in the court",
            notes=("What a juvenile court had before it is sealed under WIC 781 or 786 instead.",),
        ),
    )
