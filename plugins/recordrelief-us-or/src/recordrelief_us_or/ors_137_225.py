"""ORS 137.225, as rewritten in 2021 and in force from 2022-01-01: setting aside convictions, and records of charges.

Subsections (5) to (8) are cited by the letters of the pack's source, which counsel is asked to check.
"""

from __future__ import annotations

import datetime

from recordrelief.law import (
    Day,
    OffenseSet,
    Test,
    any_of,
    charge,
    day,
    days,
    either,
    relief,
    unsettled,
    years,
)
from recordrelief.statutes import Bar, Branch, Condition, Grade, InForce, Pathway, ReliefKind, Remedy, Wait
from recordrelief_us_or import convictions as c
from recordrelief_us_or.offenses import CATALOG, listed
from recordrelief_us_or.policy import OregonPolicy
from recordrelief_us_or.remedy_ids import CHARGE, CONVICTION

SB_397 = datetime.date(2022, 1, 1)
CONTEMPT_CHANGE = datetime.date(2026, 1, 1)
"""From when a finding of contempt may have a wait of its own."""

PERSON_FELONIES = listed(
    "person-felonies",
    cites="ORS 137.225(5)(a); OAR 213-003-0001(14)",
    includes=(
        *("ORS 97.981", "ORS 97.982", "ORS 162.165", "ORS 162.185", "ORS 163.095", "ORS 163.115", "ORS 163.118"),
        *("ORS 163.125", "ORS 163.145", "ORS 163.149", "ORS 163.165", "ORS 163.175", "ORS 163.185", "ORS 163.187(4)"),
        *("ORS 163.192", "ORS 163.196", "ORS 163.205", "ORS 163.207", "ORS 163.208", "ORS 163.213", "ORS 163.225"),
        *("ORS 163.235", "ORS 163.263", "ORS 163.264", "ORS 163.266", "ORS 163.275", "ORS 163.525", "ORS 163.535"),
        *("ORS 163.537", "ORS 163.547", "ORS 163.701", "ORS 163.732", "ORS 163.750", "ORS 164.075", "ORS 164.225"),
        *("ORS 164.325", "ORS 164.342", "ORS 164.377(2)(c)", "ORS 164.395", "ORS 164.405", "ORS 164.415"),
        *("ORS 164.886(3)", "ORS 166.070", "ORS 166.087", "ORS 166.165", "ORS 166.220", "ORS 166.385(3)"),
        *("ORS 166.643", "ORS 167.320(4)", "ORS 167.322", "ORS 468.951", "ORS 475.752(6)(a)", "ORS 475.908"),
        *("ORS 475.910", "ORS 609.990(3)(b)", "ORS 830.475(2)", "ORS 837.365(2)(b)", "ORS 837.365(2)(c)"),
    ),
)
SEX_CRIMES = listed(
    "sex-crimes",
    cites="ORS 137.225(6)(f)",
    includes=(
        *("ORS 163.365", "ORS 163.375", "ORS 163.395", "ORS 163.405", "ORS 163.408", "ORS 163.411", "ORS 163.413"),
        *("ORS 163.425", "ORS 163.427", "ORS 163.432", "ORS 163.433", "ORS 163.452", "ORS 163.454", "ORS 163.465"),
        *("ORS 163.467", "ORS 163.472", "ORS 163.476", "ORS 163.479", "ORS 163.670", "ORS 163.684", "ORS 163.686"),
        *("ORS 163.687", "ORS 163.688", "ORS 163.689", "ORS 163.693", "ORS 167.012", "ORS 167.017", "ORS 167.057"),
        *("ORS 167.062", "ORS 167.075", "ORS 167.080", "ORS 167.090"),
    ),
    # Sex crimes where the victim was a child, or where one was meant to be committed: the record seldom says.
    perhaps=("ORS 163.225", "ORS 163.235", "ORS 163.266", "ORS 163.525", "ORS 164.215", "ORS 164.225"),
)
YOUNG_OFFENDER_CRIMES = listed(
    "sex-crimes-of-young-offenders",
    cites="ORS 137.225(6)(f)",
    includes=("ORS 163.355", "ORS 163.385", "ORS 163.415", "ORS 163.435", "ORS 163.445"),
)
FIREARM = listed("firearm-in-a-felony", cites="ORS 137.225(5)(a)", includes=("ORS 166.429",))
MISTREATMENT_1 = listed("criminal-mistreatment-1", cites="ORS 137.225(6)(b)", includes=("ORS 163.205",))
MISTREATMENT_2 = listed("criminal-mistreatment-2", cites="ORS 137.225(6)(a)", includes=("ORS 163.200",))
ENDANGERING = listed("endangering-a-minor", cites="ORS 137.225(6)(c)", includes=("ORS 163.575",))
NEGLIGENT_HOMICIDE = listed("negligent-homicide", cites="ORS 137.225(6)(d)", includes=("ORS 163.145",))
ASSAULT_3 = listed("assault-3", cites="ORS 137.225(6)(e)", includes=("ORS 163.165",))
ASSAULT_3_CHILD = listed("assault-3-of-a-child", cites="ORS 137.225(6)(e)", includes=("ORS 163.165(1)(h)",))
ASSAULT_3_CHILD_CITED = OffenseSet.listing(
    "assault-3-of-a-child-by-its-paragraph",
    cites="ORS 137.225(6)(e)",
    includes=("ORS 163.165(1)(h)",),
    exact=True,
    catalog=CATALOG,
)
INFLUENCE = listed("driving-under-the-influence", cites="ORS 137.225(8)", includes=("ORS 813.001-813.999",))
SETS = (
    PERSON_FELONIES,
    SEX_CRIMES,
    YOUNG_OFFENDER_CRIMES,
    FIREARM,
    MISTREATMENT_1,
    MISTREATMENT_2,
    ENDANGERING,
    NEGLIGENT_HOMICIDE,
    ASSAULT_3,
    ASSAULT_3_CHILD,
    ASSAULT_3_CHILD_CITED,
    INFLUENCE,
)


def _unless_reviewed(law: Test, *types: str) -> Test:
    """What the law says of the record; where somebody reviewed the charge, whether it is of these types."""
    return (c.NOBODY_REVIEWED & law) | c.REVIEWED.is_in(types)


def granted(*ids: str) -> Test:
    """Set aside already: by its outcome, or by a relief that names the statute."""
    return charge.outcome.is_("set_aside") | charge.reliefs.any(relief.remedy.is_in(ids))


def of_a_kind() -> Condition:
    """(5): the kinds of conviction that can be set aside."""
    person = _unless_reviewed(charge.offense.in_set(PERSON_FELONIES), "PersonFelonyClassB")
    class_b = c.CLASS_B & ~person & ~charge.offense.in_set(FIREARM)
    kinds = any_of([c.CONTEMPT, c.MISDEMEANOR, c.VIOLATION, c.FELONY & (c.CLASS_C | class_b)])
    before = c.convicted_on() < day(1972, 1, 1)
    old = unsettled(before, "which kind an offense of before 1972 would be under the law since, (5)(d)")
    return Condition(
        "137.225(5)",
        "it is a Class B felony that is no person felony, a lesser crime, a violation or a finding of contempt",
        kinds & ~old,
        cites="(5)(a) to (e)",
    )


def exceptions() -> tuple[Bar, ...]:
    """(6) and (7)(a): convictions that cannot be set aside."""
    sex_crime = charge.offense.in_set(SEX_CRIMES) | (
        charge.offense.in_set(YOUNG_OFFENDER_CRIMES) & ~charge.test("young_offender_exception")
    )
    found = c.REVIEWED.is_("RomeoAndJulietNMASexCrime")
    # Where no paragraph is cited it may be (1)(h), unless the victim was older.
    of_a_child = charge.offense.in_set(ASSAULT_3_CHILD_CITED) | (
        charge.offense.in_set(ASSAULT_3_CHILD) & ~charge.test("victim_over_ten")
    )
    return (
        Bar(
            "137.225(6)(a)",
            "criminal mistreatment in the second degree of somebody 65 or older",
            charge.offense.in_set(MISTREATMENT_2) & _unless_reviewed(charge.test("victim_65_or_older"), "Subsection6"),
            cites="(6)(a)",
        ),
        Bar(
            "137.225(6)(b)",
            "criminal mistreatment in the first degree of somebody 65 or older, or that is child abuse",
            charge.offense.in_set(MISTREATMENT_1)
            & _unless_reviewed(charge.test("victim_65_or_older") | charge.test("child_abuse"), "Subsection6"),
            cites="(6)(b)",
        ),
        Bar(
            "137.225(6)(c)",
            "endangering the welfare of a minor that is child abuse",
            charge.offense.in_set(ENDANGERING) & _unless_reviewed(charge.test("child_abuse"), "Subsection6"),
            cites="(6)(c)",
        ),
        Bar(
            "137.225(6)(d)",
            "criminally negligent homicide that was a Class C felony",
            charge.offense.in_set(NEGLIGENT_HOMICIDE) & c.FELONY & c.CLASS_C,
            cites="(6)(d)",
        ),
        Bar(
            "137.225(6)(e)",
            "assault in the third degree of a child of ten or younger by an adult",
            _unless_reviewed(of_a_child, "Subsection6") & charge.offense.in_set(ASSAULT_3),
            cites="(6)(e)",
        ),
        Bar(
            "137.225(6)(f)",
            "a sex crime without the exception for young offenders",
            _unless_reviewed(sex_crime, "SexCrime", "RomeoAndJulietIneligibleSexCrime")
            | (found & ~charge.test("young_offender_exception")),
            cites="(6)(f)",
        ),
        Bar(
            "137.225(7)(a)",
            "a state or municipal traffic offense",
            _unless_reviewed(charge.offense.in_set(c.TRAFFIC), "TrafficOffense"),
            cites="(7)(a); State v. Pohle, 317 Or App 76 (2022)",
        ),
    )


SINCE = "since the conviction, or since release from imprisonment for it if that was later, are over"
WITHOUT = "without another conviction, motor vehicle violations and one other violation apart"
WITHOUT_CONVICTION = c.of_each_kind("137.225(7)(b)", WITHOUT, c.last_other_conviction(), cites="(7)(b)")
"""(7)(b): no other conviction within the years that the class of this one asks for."""


def _conviction(policy: OregonPolicy, in_force: InForce, *waits: Wait) -> Remedy:
    return Remedy(
        id=CONVICTION,
        title="Setting aside a conviction",
        citation="ORS 137.225(1)(a)",
        relief=ReliefKind.SEALING,
        pathway=Pathway.PETITION,
        applies_to=c.HERE & (charge.convicted | charge.outcome.is_("set_aside")),
        requires=(of_a_kind(), *c.paid(policy), c.not_charged(), c.not_juvenile(policy)),
        bars=exceptions(),
        waits=(c.performed(policy), *waits, c.revoked(), *WITHOUT_CONVICTION),
        granted=granted(CONVICTION),
        grades=(Grade.PRESUMED,),
        in_force=in_force,
        notes=("Class A felonies are not among the kinds that subsection (5) names.",),
    )


def _conviction_versions(policy: OregonPolicy) -> tuple[Remedy, ...]:
    since = c.convicted_and_released(policy)
    waits = c.of_each_kind("137.225(1)(b)", SINCE, since, cites="(1)(b)")
    protective = c.CONTEMPT & charge.test("protective_order_contempt")
    why = "whether contempt of a protective order waits five years since 2026"
    match policy.contempt_from_2026:
        case "one_year":
            longer: tuple[Wait, ...] = ()
        case "five_years":
            longer = (_contempt(protective, since),)
        case _:
            longer = (_contempt(unsettled(protective, why), since),)
    return (
        _conviction(policy, InForce(SB_397, CONTEMPT_CHANGE), *waits),
        _conviction(policy, InForce(CONTEMPT_CHANGE), *waits, *longer),
    )


def _contempt(longer: Test, since: Day) -> Wait:
    return Wait(
        "137.225-contempt",
        "for contempt of an order that protects a person: 5 years since the finding are over",
        either(longer, since + years(5), c.NO_WAIT),
        cites="(1)(b)(B) as of 2026",
    )


_NOT_FILED = charge.outcome.is_in(("not_filed", "prosecutor_rejected"))
_DISMISSED = charge.outcome.is_in(("dismissed", "acquitted"))
_NEVER_DISMISSED = charge.outcome.is_in(("acquitted", "not_filed", "prosecutor_rejected"))
_ELSEWHERE = charge.outcome.is_in(("released", "transferred", "other"))


def _no_traffic_violation(test: Test) -> Condition:
    return Condition("137.225-traffic-violation", "it is not a traffic violation", test, cites="(1)(d), (7)(a)")


def _charge(policy: OregonPolicy) -> Remedy:
    violation = charge.offense.in_set(c.TRAFFIC) & c.VIOLATION
    match policy.dismissed_traffic_violation:
        case "eligible":
            disputed: tuple[Condition, ...] = ()
        case "ineligible":
            disputed = (_no_traffic_violation(~violation),)
        case _:
            why = "whether the record of a traffic violation can be set aside"
            disputed = (_no_traffic_violation(~unsettled(violation, why)),)
    return Remedy(
        id=CHARGE,
        title="Setting aside the record of an arrest, citation or charge",
        citation="ORS 137.225(1)(c), (d)",
        relief=ReliefKind.SEALING,
        pathway=Pathway.PETITION,
        applies_to=c.HERE & ~charge.convicted & ~charge.outcome.is_in(("set_aside", "vacated")),
        requires=(c.not_juvenile(policy), *disputed),
        bars=(
            Bar(
                "137.225(8)",
                "driving under the influence, dismissed because diversion was completed",
                charge.offense.in_set(INFLUENCE) & charge.dismissed_on_diversion & ~_NEVER_DISMISSED,
                cites="(8)",
            ),
        ),
        branches=(
            Branch(
                id="no-complaint",
                title="the prosecutor chose not to proceed",
                cites="(1)(c)",
                requires=(
                    Condition(
                        "137.225(1)(c)",
                        "the prosecutor chose not to proceed, and nothing was filed",
                        _NOT_FILED,
                        cites="(1)(c)",
                    ),
                ),
                waits=(
                    Wait(
                        "137.225-60-days",
                        "60 days since the prosecutor said so are over",
                        charge.disposition_date + days(60),
                        cites="(1)(c)",
                    ),
                ),
            ),
            Branch(
                id="dismissal",
                title="an acquittal or a dismissal, at any time",
                cites="(1)(d)",
                requires=(
                    Condition(
                        "137.225(1)(d)",
                        "the charge ended in an acquittal or a dismissal",
                        _DISMISSED | unsettled(_ELSEWHERE, "whether this end of a charge is a dismissal"),
                        cites="(1)(d)",
                        curable=True,
                    ),
                ),
            ),
        ),
        granted=granted(CHARGE),
        grades=(Grade.PRESUMED,),
        in_force=InForce(SB_397),
        notes=("No other conviction and no earlier dismissal stands in the way of a dismissed charge.",),
    )


def remedies(policy: OregonPolicy) -> tuple[Remedy, ...]:
    """Both remedies of the section, in their versions."""
    return (*_conviction_versions(policy), _charge(policy))
