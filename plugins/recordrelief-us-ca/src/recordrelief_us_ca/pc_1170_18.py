"""PC 1170.18 (Proposition 47), in force from 2014-11-05: felonies that the Act made misdemeanors.

A petition (a) is for whoever was serving the sentence on 2014-11-05, an application (f) for whoever has completed it.
What a section asks beyond its number (the value, the paper forged, the place entered) is a condition of its own.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import attrs

from recordrelief.law import OffenseSet, Test, any_of, as_of, charge, day, either, history, other, unsettled
from recordrelief.statutes import Condition, Grade, InForce, Outcome, Pathway, ReliefKind, Remedy, Wait
from recordrelief_us_ca import convictions as c
from recordrelief_us_ca import hs_11361_8, sentences
from recordrelief_us_ca import offenses as o
from recordrelief_us_ca.policy import CaliforniaPolicy

EFFECTIVE = datetime.date(2014, 11, 5)
AB_2765 = datetime.date(2017, 1, 1)
DEADLINE = datetime.date(2022, 11, 4)
SB_749 = datetime.date(2023, 10, 10)
_ACT = day(2014, 11, 5)

_LIMIT_CENTS = 95_000


def _listed(name: str, cites: str, *includes: str, perhaps: tuple[str, ...] = ()) -> OffenseSet:
    return OffenseSet.listing(
        name,
        cites=cites,
        includes=includes,
        perhaps=perhaps,
        attempts="as_target",
        conspiracies="outside",
        solicitations="outside",
        catalog=o.CATALOG,
    )


NAMED = o.CATALOG.classified(
    "prop47",
    lambda row: row.flags["prop47"] is not False,
    cites="PC 1170.18(a), (f)",
    attempts="as_target",
    conspiracies="outside",
    solicitations="outside",
)
"""Sections that the Act reaches, if only on some facts. Those that courts hold outside are not among them."""
DRUGS = _listed("prop47-drugs", "HS 11350, 11357(a), 11377", "HS 11350", "HS 11357(a)", "HS 11377")
BURGLARY = _listed("prop47-burglary", "PC 459.5", "PC 459", "PC 460")
SECOND_DEGREE = _listed("burglary-of-the-second-degree", "PC 460(b)", "PC 460(b)", perhaps=("PC 459", "PC 460"))
FORGERY = _listed("prop47-forgery", "PC 473(b)", "PC 470", "PC 475", "PC 476")
BAD_CHECKS = _listed("prop47-bad-checks", "PC 476a(b)", "PC 476a")
THEFT = _listed(
    "prop47-theft",
    "PC 490.2",
    *("PC 484", "PC 484e", "PC 485", "PC 487", "PC 487.1", "PC 487.2", "PC 487.3", "PC 489"),
)
VEHICLE = _listed("prop47-vehicle", "PC 490.2; VC 10851", "VC 10851")
RECEIVING = _listed("prop47-receiving", "PC 496(a)", "PC 496(a)")
PETTY_WITH_A_PRIOR = _listed("prop47-petty-theft-with-a-prior", "PC 666", "PC 666")
PERHAPS_THEFT = _listed(
    "prop47-perhaps-theft",
    "PC 490.2",
    *("PC 368(d)", "PC 459.5", "PC 475a", "PC 484f", "PC 484g", "PC 490.2", "PC 496.1", "PC 503", "PC 504"),
    *("PC 506", "PC 508", "PC 532", "PC 537", "PC 537e", "WI 10980", "WI 11483"),
)
"""Takings of which it is not settled that they are theft here; above $950 they surely are outside."""
FIREARM = _listed("theft-of-a-firearm", "PC 490.2(c)", "PC 487(d)(2)", perhaps=("PC 487.3", "PC 489"))

_ROUTES = (DRUGS, BURGLARY, FORGERY, BAD_CHECKS, THEFT, VEHICLE, RECEIVING, PETTY_WITH_A_PRIOR)


SETS = (
    NAMED,
    DRUGS,
    BURGLARY,
    SECOND_DEGREE,
    FORGERY,
    BAD_CHECKS,
    THEFT,
    VEHICLE,
    RECEIVING,
    PETTY_WITH_A_PRIOR,
    PERHAPS_THEFT,
    FIREARM,
)


def _is(*sets: OffenseSet) -> Test:
    return any_of([charge.offense.in_set(one) for one in sets])


# Only former HS 11357(a) was ever a felony.
_ON_A_ROUTE = _is(*_ROUTES) | (_is(o.HS_11357_BARE) & charge.level.is_("felony"))
_BY_VALUE = _is(BURGLARY, FORGERY, BAD_CHECKS, THEFT, VEHICLE, RECEIVING, PERHAPS_THEFT)
_UNSETTLED_THEFT = "whether this taking is theft under PC 490.2"
_UNNAMED = "whether the Act reaches a section that it does not name"
_ATTEMPT = "whether an attempt goes with the offense that was aimed at"
_FIREARM = "whether theft of a firearm before 2016-11-09 is inside PC 490.2"
_LATE = "an application after 2022-11-04 needs good cause, which the court finds"


def _routes() -> Iterator[Condition]:
    """1170.18.2 and 1170.18.3: the section, and the facts that it asks."""
    unnamed = ~_ON_A_ROUTE & ~_is(PERHAPS_THEFT)
    yield Condition(
        "1170.18.2",
        "the Act made the offense a misdemeanor, by its section or on the facts asked below",
        (_ON_A_ROUTE | unsettled(_is(PERHAPS_THEFT), _UNSETTLED_THEFT) | unsettled(unnamed, _UNNAMED))
        & ~unsettled(charge.attempt, _ATTEMPT),
        cites="PC 1170.18(a), (f)",
    )
    yield Condition(
        "1170.18.2.degree",
        "where it was a burglary, it was of the second degree",
        ~_is(BURGLARY) | _is(SECOND_DEGREE),
        cites="PC 459.5, 460(b)",
    )
    yield Condition(
        "1170.18.2.premises",
        "where it was a burglary, the place was a commercial establishment open during regular business hours",
        ~_is(BURGLARY) | charge.word("premises").is_("commercial_open"),
        cites="PC 459.5(a)",
    )
    yield Condition(
        "1170.18.2.intent",
        "where it was a burglary, the intent was to steal",
        ~_is(BURGLARY) | charge.test("intent_theft"),
        cites="PC 459.5(a)",
    )
    yield Condition(
        "1170.18.2.instrument",
        "where it was a forgery, the paper was a check, bond, bank bill, note, cashier's check, traveler's check or "
        "money order",
        ~_is(FORGERY) | charge.word("instrument").is_("listed"),
        cites="PC 473(b)",
    )
    yield Condition(
        "1170.18.2.identity",
        "where it was a forgery, no conviction of identity theft goes with it",
        ~_is(FORGERY) | ~charge.test("identity_theft_connected"),
        cites="PC 473(b)",
    )
    yield Condition(
        "1170.18.2.priors",
        "where it was a check without funds, there were fewer than three listed convictions before",
        ~_is(BAD_CHECKS) | ~charge.test("three_listed_priors"),
        cites="PC 476a(b)",
    )
    yield Condition(
        "1170.18.2.taking",
        "where it was about a vehicle, it was stolen and not only driven",
        ~_is(VEHICLE) | charge.test("theft_based"),
        cites="PC 490.2; VC 10851",
    )
    yield Condition(
        "1170.18.2.value",
        "where the value counts, what was taken, forged or received is worth no more than $950",
        ~_BY_VALUE | (charge.value_cents <= _LIMIT_CENTS),
        cites="PC 459.5(a), 473(b), 476a(b), 490.2(a), 496(a)",
        note="The applicant has to show the value.",
    )
    yield Condition(
        "1170.18.3",
        "what was stolen is no firearm",
        ~unsettled(_is(FIREARM), _FIREARM),
        cites="PC 490.2(c)",
    )


def _conditions(policy: CaliforniaPolicy) -> tuple[Condition, ...]:
    # Here a conviction disqualifies whenever it came before the ruling, after the offense too (Walker, Casillas).
    at_any_time = attrs.evolve(policy, superstrike_timing="any_time")
    return (
        Condition(
            "1170.18.1",
            "the offense was committed before 2014-11-05",
            hs_11361_8.offense_day(policy) < _ACT,
            cites="PC 1170.18(a), (f)",
        ),
        *_routes(),
        Condition(
            "1170.18.4",
            "no superstrike and no registrable conviction, whether before the offense or after it",
            hs_11361_8.no_disqualifying_conviction(at_any_time),
            cites="PC 1170.18(i), 667(e)(2)(C)(iv), 290(c)",
        ),
    )


def _route_open(policy: CaliforniaPolicy) -> Wait:
    """(a) or (f): whoever was sentenced by 2014-11-05 falls under one of them on every day; others wait for (f)."""
    no_other = history.others.none(other.convicted & ~(sentences.completed(policy, other) < as_of))
    return Wait(
        "1170.18.a-f",
        "the sentence was being served on 2014-11-05, or is complete",
        either(charge.judgment_date <= _ACT, c.ALREADY, c.over(sentences.completed(policy), policy)),
        cites="PC 1170.18(a), (f)",
        running=c.UNDER_SENTENCE & no_other,
        scheduled=sentences.probation_scheduled(),
    )


def _versions() -> Iterator[tuple[InForce, tuple[Condition, ...], tuple[str, ...]]]:
    """The deadline as the day of screening stands to it, and what is to be said of it."""
    yield InForce(EFFECTIVE, AB_2765), (), ("The petition or application is due by 2017-11-04 (j).",)
    late = DEADLINE + datetime.timedelta(days=1)
    due = "The petition or application is due by 2022-11-04, later only on a showing of good cause (j)."
    yield InForce(AB_2765, late), (), (due,)
    good_cause = Condition(
        "1170.18.6",
        "there is good cause for asking after 2022-11-04",
        ~unsettled(~charge.test("good_cause"), _LATE),
        cites="PC 1170.18(j)",
        note="The test of good cause falls away on 2023-10-10.",
    )
    yield InForce(late, SB_749), (good_cause,), (due,)
    yield InForce(SB_749), (), ()


def remedies(policy: CaliforniaPolicy) -> tuple[Remedy, ...]:
    """The remedy, in its versions."""
    complete = Condition(
        "1170.18.f",
        "the sentence is complete, so that an application (f) is enough",
        c.complete(sentences.completed(policy), policy),
        cites="PC 1170.18(f), (g)",
    )
    return tuple(
        Remedy(
            id="pc-1170.18",
            title="Redesignation of a felony as a misdemeanor (Proposition 47)",
            citation="Cal. Penal Code § 1170.18",
            relief=ReliefKind.REDESIGNATION,
            pathway=Pathway.PETITION,
            applies_to=c.CONVICTION
            & charge.level.is_("felony")
            & charge.offense.in_set(NAMED)
            & ~c.reduced(c.REDUCED_17B, c.REDESIGNATED_64),
            requires=(*_conditions(policy), *deadline),
            waits=(_route_open(policy),),
            granted=c.given(c.REDESIGNATED_47, kinds=("reduced", "redesignated"), since=_ACT),
            grades=(Grade.MANDATORY.when(complete), Grade.DISCRETIONARY),
            outcomes=(Outcome("misdemeanor"),),
            opens=("pc-1203.4", "pc-1203.4a", "pc-1203.425", "pc-1203.45"),
            in_force=in_force,
            acts="the person: a petition while the sentence is served (a), an application once it is complete (f)",
            notes=(
                "There is no statewide form: the court has its own, or takes a motion.",
                "While the sentence is served the court may refuse for an unreasonable risk of a new superstrike (b).",
                "The conviction is a misdemeanor for all purposes, save that firearms stay forbidden (k).",
                *notes,
            ),
        )
        for in_force, deadline, notes in _versions()
    )
