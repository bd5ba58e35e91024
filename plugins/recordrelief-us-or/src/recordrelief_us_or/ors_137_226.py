"""ORS 137.226: marijuana convictions, set aside by what the conduct would be under the law since 21 April 2017."""

from __future__ import annotations

from recordrelief.law import ALWAYS_FALSE, ALWAYS_TRUE, Test, all_of, charge, day, subject, years
from recordrelief.statutes import Branch, Condition, Grade, InForce, Pathway, ReliefKind, Remedy, Wait
from recordrelief_us_or import convictions as c
from recordrelief_us_or.offenses import listed
from recordrelief_us_or.ors_137_225 import SB_397, SINCE, WITHOUT, granted
from recordrelief_us_or.policy import OregonPolicy
from recordrelief_us_or.remedy_ids import CONVICTION, MARIJUANA

MARIJUANA_OFFENSES = listed(
    "marijuana-offenses",
    cites="ORS 137.226",
    includes=("ORS 475.856", "ORS 475.858", "ORS 475.860", "ORS 475.862", "ORS 475.864", "ORS 475B.005-475C.999"),
    # Sections on controlled substances of any kind, of then and of now: which one it was they do not say.
    perhaps=("ORS 475.752", "ORS 475.840", "ORS 475.846", "ORS 475.848", "ORS 475.904", "ORS 475.992", "ORS 475.999"),
)
NOT_MARIJUANA = listed(
    "marijuana-offenses-outside",
    cites="ORS 137.226",
    includes=("ORS 475B.349(3)(c)", "ORS 475B.359", "ORS 475B.367", "ORS 475B.371", "ORS 167.262"),
)
SETS = (MARIJUANA_OFFENSES, NOT_MARIJUANA)

CLASSES = ("felony_a", "felony_b", "felony_c", "misdemeanor_a", "misdemeanor_b", "misdemeanor_c", "violation", "none")
_NOW = charge.word("marijuana_class_now", CLASSES)
_TODAY_COUNTS_FROM = day(2017, 4, 21)

_OF_MARIJUANA = charge.offense.in_set(MARIJUANA_OFFENSES) & ~charge.offense.in_set(NOT_MARIJUANA)
IS_MARIJUANA = (c.NOBODY_REVIEWED & _OF_MARIJUANA) | c.REVIEWED.is_in(
    ("MarijuanaEligible", "MarijuanaManufactureDelivery", "MarijuanaUnder21", "MarijuanaViolation")
)


def _kinds(policy: OregonPolicy) -> tuple[c.Kind, ...]:
    """The kinds by the class that the conduct has today; no graver than the conviction itself."""
    none: Test = ALWAYS_FALSE
    below_b = c.MISDEMEANOR | c.VIOLATION | (c.FELONY & c.CLASS_C)
    below_c = c.MISDEMEANOR | c.VIOLATION
    below_a = (c.MISDEMEANOR & ~c.CLASS_A) | c.VIOLATION
    # What is graver today than it was counts as what it was, and not as nothing.
    was_c = _NOW.is_("felony_b") & c.FELONY & c.CLASS_C
    was_a = _NOW.is_in(("felony_b", "felony_c")) & c.MISDEMEANOR & c.CLASS_A
    if not policy.marijuana_no_graver:
        below_b = below_c = below_a = was_c = was_a = none
    return (
        ("A", "what is a Class B felony today", 7, _NOW.is_("felony_b") & ~below_b),
        ("B", "what is a Class C felony today", 5, (_NOW.is_("felony_c") & ~below_c) | was_c),
        ("C", "what is a Class A misdemeanor today", 3, (_NOW.is_("misdemeanor_a") & ~below_a) | was_a),
        # No class has fewer years, and what is no crime any more counts as a Class C misdemeanor.
        ("D", "what is less today, or no crime", 1, ALWAYS_TRUE),
    )


def remedies(policy: OregonPolicy) -> tuple[Remedy, ...]:
    """The remedy, in its one version."""
    since = c.convicted_and_released(policy)
    kinds = _kinds(policy)
    under_21 = c.convicted_on() < subject.birth_date + years(21)
    return (
        Remedy(
            id=MARIJUANA,
            title="Setting aside a marijuana conviction",
            citation="ORS 137.226",
            relief=ReliefKind.SEALING,
            pathway=Pathway.PETITION,
            applies_to=all_of([c.HERE, charge.convicted | charge.outcome.is_("set_aside"), IS_MARIJUANA]),
            requires=(*c.paid(policy), c.not_charged(), c.not_juvenile(policy)),
            waits=(c.performed(policy), c.revoked()),
            branches=(
                Branch(
                    id="under-21",
                    title="convicted under 21, and of nothing else",
                    cites="(1)",
                    requires=(
                        Condition("137.226-age", "the person was under 21 at the conviction", under_21, cites="(1)"),
                        Condition(
                            "137.226-other",
                            "there is no other conviction, motor vehicle violations apart",
                            ~c.OTHER_CONVICTION,
                            cites="(1)",
                        ),
                    ),
                    waits=(
                        Wait(
                            "137.226(1)",
                            "one year since the conviction, or the release if that was later, is over",
                            since + years(1),
                            cites="(1)",
                        ),
                    ),
                ),
                Branch(
                    id="reclassified",
                    title="by the class that the conduct has today",
                    cites="(2)",
                    requires=(
                        Condition(
                            "137.226(2)",
                            "the conduct was before 2017-04-21",
                            charge.offense_date < _TODAY_COUNTS_FROM,
                            cites="(2)",
                        ),
                        Condition(
                            "137.226-class",
                            "today the conduct would not be a Class A felony",
                            ~_NOW.is_("felony_a"),
                            cites="(2); ORS 137.225(5)",
                        ),
                    ),
                    waits=(
                        *c.of_each_kind("137.226-years", SINCE, since, cites="(2); ORS 137.225(1)(b)", kinds=kinds),
                        *c.of_each_kind(
                            "137.226-without",
                            WITHOUT,
                            c.last_other_conviction(),
                            cites="(2); ORS 137.225(7)(b)",
                            kinds=kinds,
                        ),
                    ),
                ),
            ),
            granted=granted(MARIJUANA, CONVICTION),
            grades=(Grade.PRESUMED,),
            in_force=InForce(SB_397),
        ),
    )
