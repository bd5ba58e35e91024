"""PC 1203.4: dismissal after probation.

The list of offenses that subdivision (b) shuts out grew on 2014-01-01; on 2023-01-01 unpaid restitution ceased to count
against anybody.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from recordrelief.law import OffenseSet, Test, charge, either
from recordrelief.statutes import Condition, Grade, InForce, Outcome, Pathway, ReliefKind, Remedy, Wait
from recordrelief_us_ca import convictions as c
from recordrelief_us_ca import dismissals, levels, sentences, standing
from recordrelief_us_ca import offenses as o
from recordrelief_us_ca.policy import CaliforniaPolicy

AB_20 = datetime.date(2014, 1, 1)
SB_1106 = dismissals.SB_1106

GRANTED = ("pc-1203.4", "pc-1203.4(a)", "pc-1203.4(a)(1)")

_LEWD_AND_FORCED = ("PC 286(c)", "PC 287(c)", "PC 288", "PC 288a(c)", "PC 288.5", "PC 289(j)")
_IMAGES = ("PC 311.1", "PC 311.2", "PC 311.3", "PC 311.11")


def _listed(name: str, cites: str, *includes: str, perhaps: tuple[str, ...] = ()) -> OffenseSet:
    return OffenseSet.listing(
        name,
        cites=cites,
        includes=includes,
        perhaps=perhaps,
        attempts="outside",  # Marinelli (2014), Lewis (2006)
        conspiracies="open",
        solicitations="open",
        catalog=o.CATALOG,
    )


EXCLUDED_BEFORE_2014 = _listed("excluded-from-1203.4-before-2014", "PC 1203.4(b)", *_LEWD_AND_FORCED)
EXCLUDED = _listed("excluded-from-1203.4", "PC 1203.4(b)", *_LEWD_AND_FORCED, *_IMAGES)
EXCLUDED_AS_FELONY = _listed("excluded-from-1203.4-as-a-felony", "PC 1203.4(b)", "PC 261.5(d)")
POINTS = _listed(
    "driving-offenses-that-count-two-points",
    "PC 1203.4(c); VC 12810(a)-(e)",
    *("VC 20001", "VC 20002", "VC 23152", "VC 23153", "VC 23103", "VC 23104", "VC 23105"),
    *("PC 191.5(b)", "PC 192(c)", "VC 2800.2", "VC 2800.3", "VC 21651(b)", "VC 22348(b)", "VC 23109(a)"),
    *("VC 23109(c)", "VC 23109.1", "VC 31602", "VC 23140(a)", "VC 23140(b)"),
    *("VC 14601", "VC 14601.1", "VC 14601.2", "VC 14601.3", "VC 14601.5"),
    perhaps=("VC 23103.5", "VC 23101", "VC 23102"),
)
"""Offenses after which relief is in the court's discretion even where probation was fulfilled."""

SETS = (EXCLUDED_BEFORE_2014, EXCLUDED, EXCLUDED_AS_FELONY, POINTS)


def _excluded(listed: OffenseSet) -> Test:
    statutory_rape = charge.offense.in_set(EXCLUDED_AS_FELONY) & levels.felony()
    return charge.offense.in_set(listed) | statutory_rape | dismissals.unsafe_vehicle()


def _conditions(policy: CaliforniaPolicy, listed: OffenseSet) -> Iterator[Condition]:
    yield Condition("1203.4.2", "probation was granted", c.probation_granted(), cites="PC 1203.4(a)(1)")
    yield standing.not_serving("1203.4.4", policy, cites="PC 1203.4(a)(1)")
    yield standing.not_on_probation("1203.4.5", cites="PC 1203.4(a)(1)")
    yield standing.not_charged("1203.4.6", policy, cites="PC 1203.4(a)(1)")
    yield Condition(
        "1203.4.7",
        "the offense is not one of those that the section shuts out",
        ~_excluded(listed),
        cites="PC 1203.4(b)",
        note="A felony under PC 261.5(d) leaves the list once it is reduced to a misdemeanor under PC 17(b).",
    )
    yield Condition(
        "1203.4.8",
        "no state prison sentence was executed for the count",
        ~dismissals.prison_executed(),
        cites="PC 1203.4(a)(1)",
        note="After a state prison sentence PC 1203.41 and 1203.42 may give relief.",
    )


def _probation_over(policy: CaliforniaPolicy) -> Wait:
    recorded = sentences.probation_completed(policy)
    last_day = either(sentences.probation_granted(), recorded, charge.day("sentence_completed_on"))
    return Wait(
        "1203.4.3",
        "the term of probation has ended",
        c.over(last_day, policy),
        cites="PC 1203.4(a)(1)",
        running=standing.ON_PROBATION,
        scheduled=sentences.probation_scheduled(),
    )


def _as_of_right(in_force: InForce) -> Condition:
    """1203.4.m1 to m4: where the court shall grant it."""
    fulfilled = (c.probation_granted() & ~c.probation_revoked()) | sentences.probation_ended_early()
    met = fulfilled & ~charge.offense.in_set(POINTS)
    if in_force.since == SB_1106:
        return Condition(
            "1203.4.m",
            "probation was fulfilled throughout or ended early, and the offense is none of those of VC 12810(a) to (e)",
            met,
            cites="PC 1203.4(a)(1), (c)",
        )
    return Condition(
        "1203.4.m",
        "probation was fulfilled throughout or ended early, restitution was paid, and the offense is none of those of "
        "VC 12810(a) to (e)",
        met & ~sentences.restitution_unpaid(),
        cites="PC 1203.4(a)(1), (c), before 2023-01-01",
    )


def remedies(policy: CaliforniaPolicy) -> tuple[Remedy, ...]:
    """The remedy, in its versions."""
    versions = (
        (InForce(None, AB_20), EXCLUDED_BEFORE_2014, ()),
        (InForce(AB_20, SB_1106), EXCLUDED, ()),
        (InForce(SB_1106), EXCLUDED, (dismissals.NO_RESTITUTION_TEST,)),
    )
    return tuple(_remedy(policy, *version) for version in versions)


def _remedy(policy: CaliforniaPolicy, in_force: InForce, listed: OffenseSet, notes: tuple[str, ...]) -> Remedy:
    return Remedy(
        id="pc-1203.4",
        title="Dismissal after probation",
        citation="Cal. Penal Code § 1203.4",
        relief=ReliefKind.DISMISSAL,
        pathway=Pathway.PETITION,
        applies_to=dismissals.CONVICTION & levels.crime(),
        requires=tuple(_conditions(policy, listed)),
        waits=(_probation_over(policy),),
        granted=c.given(GRANTED, kinds=("dismissed",)),
        grades=(Grade.MANDATORY.when(_as_of_right(in_force)), Grade.DISCRETIONARY),
        outcomes=(Outcome("dismissed"),),
        in_force=in_force,
        acts="the person, an attorney or the probation officer, in the court of the conviction",
        forms=(*dismissals.PETITION, dismissals.DECLARATION),
        notes=(
            "Where it is not as of right the court may grant it in the interest of justice, on a declaration.",
            dismissals.NOTICE,
            *notes,
            *dismissals.STAYS,
        ),
    )
