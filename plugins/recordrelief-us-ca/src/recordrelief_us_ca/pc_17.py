"""PC 17: a felony that may be punished either way becomes a misdemeanor (b), a listed misdemeanor an infraction (d)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from recordrelief.law import OffenseSet, charge
from recordrelief.statutes import Condition, Grade, InForce, Outcome, Pathway, ReliefKind, Remedy
from recordrelief_us_ca import convictions as c
from recordrelief_us_ca import offenses as o
from recordrelief_us_ca import sentences
from recordrelief_us_ca.policy import CaliforniaPolicy

SB_1106 = datetime.date(2023, 1, 1)

REDUCIBLE = OffenseSet.listing(
    "reducible-to-an-infraction",
    cites="PC 19.8(a)",
    includes=("BP 25658(b)", "BP 25661", "BP 25662(a)", "PC 415", "PC 485", "VC 12500", "VC 40508(a)"),
    # Remembered as members and not confirmed: open rather than out.
    perhaps=(
        *("BP 25658.5", "BP 25662", "PC 193.8", "PC 330", "PC 490.7", "PC 555", "PC 602.13", "PC 652", "PC 853.7"),
        *("PC 853.8", "VC 5201.1", "VC 14601.1", "VC 27150.1", "VC 40508", "VC 42005"),
    ),
    catalog=o.CATALOG,
)
SETS = (REDUCIBLE,)

_STRIKE = "Whether the conviction is a strike was fixed at sentencing: a later reduction does not erase one."
_REGISTRATION = "A duty to register as a sex offender stays (e)."
_RESTITUTION = "Restitution still owed is no ground to refuse (f)."


def remedies(policy: CaliforniaPolicy) -> tuple[Remedy, ...]:
    """Both remedies, in the versions before and after restitution ceased to matter."""
    return (*_to_misdemeanor(), *_to_infraction())


def _versions() -> Iterator[tuple[InForce, tuple[str, ...]]]:
    """What changed on 2023-01-01 is no condition: the court's discretion lost one ground."""
    yield InForce(None, SB_1106), ()
    yield InForce(SB_1106), (_RESTITUTION,)


def _to_misdemeanor() -> Iterator[Remedy]:
    for in_force, notes in _versions():
        yield Remedy(
            id="pc-17(b)",
            title="Reduction of a felony to a misdemeanor",
            citation="Cal. Penal Code § 17(b)",
            relief=ReliefKind.REDUCTION,
            pathway=Pathway.PETITION,
            applies_to=c.CONVICTION & charge.level.is_("felony") & ~c.reduced(c.REDESIGNATED_47, c.REDESIGNATED_64),
            requires=(
                Condition(
                    "17.1",
                    "the offense may be punished as a felony or as a misdemeanor",
                    charge.offense.in_set(o.WOBBLER),
                    cites="PC 17(a), (b)",
                ),
                Condition(
                    "17.2",
                    "neither state prison nor a county jail term under PC 1170(h) was imposed",
                    ~c.felony_term_imposed(),
                    cites="PC 17(b)(1)",
                ),
                Condition(
                    "17.3",
                    "probation was granted without a sentence, or another punishment than a felony's was imposed",
                    c.other_punishment_imposed(),
                    cites="PC 17(b)(1), (3)",
                ),
                Condition(
                    "17.4",
                    "no felony term was imposed and suspended when probation was granted",
                    ~(c.probation_granted() & sentences.felony_term_suspended()),
                    cites="PC 17(b)(3)",
                ),
            ),
            granted=c.given(c.REDUCED_17B, kinds=("reduced", "redesignated")),
            grades=(Grade.DISCRETIONARY,),
            outcomes=(Outcome("misdemeanor"),),
            opens=("pc-1203.4", "pc-1203.4a", "pc-1203.425", "pc-1203.45"),
            in_force=in_force,
            acts="the person or the probation officer, during probation or after it",
            forms=("CR-180",),
            notes=(_STRIKE, _REGISTRATION, *notes),
        )


def _to_infraction() -> Iterator[Remedy]:
    for in_force, notes in _versions():
        yield Remedy(
            id="pc-17(d)(2)",
            title="Reduction of a misdemeanor to an infraction",
            citation="Cal. Penal Code § 17(d)(2)",
            relief=ReliefKind.REDUCTION,
            pathway=Pathway.PETITION,
            applies_to=c.CONVICTION & charge.level.is_("misdemeanor"),
            requires=(
                Condition(
                    "17.d.1",
                    "the offense is one that may be made an infraction",
                    charge.offense.in_set(REDUCIBLE),
                    cites="PC 17(d), 19.8(a)",
                ),
            ),
            granted=c.given(c.REDUCED_17D, kinds=("reduced", "redesignated")),
            grades=(Grade.DISCRETIONARY,),
            outcomes=(Outcome("infraction"),),
            opens=("pc-1203.4a", "pc-1203.425"),
            in_force=in_force,
            acts="the person, with whose consent the court determines that the offense is an infraction",
            forms=("CR-180",),
            notes=(
                "The subdivision speaks of a case still before the court: courts differ on it after judgment.",
                *notes,
            ),
        )
