"""PC 1203.425, operating from 2022-07-01: relief from a conviction that the Department of Justice grants by itself.

A conviction comes under it by one of three branches: probation completed (A), a lesser offense a year after judgment
(B), and since 2024-10-01 a felony four years after all of the sentence (F).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Literal

from recordrelief.law import (
    ALWAYS_FALSE,
    Day,
    Test,
    charge,
    day,
    days,
    either,
    history,
    latest,
    other,
    presumed,
    subject,
    unsettled,
    years,
)
from recordrelief.statutes import Bar, Branch, Condition, Grade, InForce, Outcome, Pathway, ReliefKind, Remedy, Wait
from recordrelief_us_ca import convictions as c
from recordrelief_us_ca import levels, registration, sentences, standing, strikes
from recordrelief_us_ca import offenses as o
from recordrelief_us_ca.policy import CaliforniaPolicy

OPERATIVE = datetime.date(2022, 7, 1)
SB_731 = datetime.date(2023, 7, 1)
AB_134 = datetime.date(2023, 7, 10)
AB_134_DATE = datetime.date(2024, 7, 1)
AB_168 = datetime.date(2024, 7, 2)
FELONIES = datetime.date(2024, 10, 1)

FLOOR = day(1973, 1, 1)
SB_731_FLOOR = day(2005, 1, 1)

SETS = strikes.SETS

Text = Literal["misdemeanors", "sliver", "felonies"]
"""Which branches a version has: A and B only; those, with F as SB 731 wrote it and on paper; all three."""

VERSIONS: tuple[tuple[InForce, Text], ...] = (
    (InForce(OPERATIVE, SB_731), "misdemeanors"),
    (InForce(SB_731, AB_134), "sliver"),
    (InForce(AB_134, AB_134_DATE), "misdemeanors"),
    (InForce(AB_134_DATE, AB_168), "sliver"),
    (InForce(AB_168, FELONIES), "misdemeanors"),
    (InForce(FELONIES), "felonies"),
)

_SLIVER = (
    "On these days the felony branch stood in the code, until a bill that put it off took effect: whether it "
    "operated is a policy (sliver)."
)
_SECTION = "PC 1203.425(a)(1)(B)"
FOUR_YEARS = years(4)
_RESTARTS = 3
"""How many new felonies, each within four years of the one before, the years are counted through."""


def _must_register(policy: CaliforniaPolicy) -> Test:
    duty = subject.must_register
    if policy.presume_no_duty_to_register:
        return presumed(duty, False, "policy presume_no_duty_to_register")
    return duty


def _person(policy: CaliforniaPolicy) -> Iterator[Condition]:
    """1203.425.1 to .5: what is asked of everybody."""
    yield Condition(
        "1203.425.1",
        "the person has no duty to register as a sex offender",
        ~_must_register(policy),
        cites=f"{_SECTION}(i)",
    )
    yield Condition(
        "1203.425.2",
        "the person is under no supervision",
        subject.supervision.is_("none"),
        cites=f"{_SECTION}(ii)",
        curable=True,
        until=either(standing.ON_PROBATION, standing.last_probation_ends(), c.ALREADY),
    )
    yield Condition(
        "1203.425.3",
        "the person is serving no sentence",
        ~subject.serving_sentence,
        cites=f"{_SECTION}(iii)",
        curable=True,
    )
    yield standing.not_charged("1203.425.4", policy, cites=f"{_SECTION}(iii)")
    yield Condition(
        "1203.425.5",
        "the conviction came on or after 1973-01-01",
        (sentences.convicted_on(policy) >= FLOOR) | (strikes.committed(policy) >= FLOOR),
        cites=f"{_SECTION}(iv)",
    )


def _no_prison() -> Condition:
    return Condition(
        "1203.425.6",
        "nothing shows a state prison sentence for the count",
        ~sentences.prison_executed(),
        cites=f"{_SECTION}(iv), before 2024-10-01",
    )


def _blocked(policy: CaliforniaPolicy) -> Bar:
    def told(word: str) -> Test:
        said = charge.word("block_petition").is_(word)
        return presumed(said, False, "policy presume_not_blocked") if policy.presume_not_blocked else said

    return Bar(
        "1203.425.block",
        "a court granted a petition to keep the relief from this conviction",
        told("granted") | unsettled(told("pending"), "a petition to block the relief is pending"),
        cites="PC 1203.425(b)",
        note="Relief by petition stays open.",
    )


def _branch_a(policy: CaliforniaPolicy) -> Branch:
    cites = f"{_SECTION}(iv)(I)(ia)"
    return Branch(
        id="a",
        title="Probation completed without revocation",
        cites=cites,
        requires=(
            Condition("1203.425.7.a.1", "probation was granted for the count", c.probation_granted(), cites=cites),
            Condition("1203.425.7.a.2", "the probation was not revoked", ~c.probation_revoked(), cites=cites),
        ),
        waits=(
            Wait(
                "1203.425.7.a.3",
                "the probation is over",
                c.over(c.probation_completed(policy), policy),
                cites=cites,
                running=c.UNDER_SENTENCE,
                scheduled=sentences.probation_scheduled(),
            ),
        ),
    )


def _branch_b(policy: CaliforniaPolicy) -> Branch:
    cites = f"{_SECTION}(iv)(I)(ib)"
    revoked = c.probation_revoked()
    match policy.revoked_misdemeanor:
        case "branch_b":
            reached = revoked
        case "excluded":
            reached = ALWAYS_FALSE
        case _:
            reached = unsettled(revoked, "whether the branch reaches a misdemeanor whose probation was revoked")
    return Branch(
        id="b",
        title="A lesser offense a year after judgment",
        cites=cites,
        requires=(
            Condition(
                "1203.425.7.b.1",
                "the conviction is of an infraction or a misdemeanor",
                ~levels.felony(),
                cites=cites,
            ),
            Condition(
                "1203.425.7.b.2",
                "no probation was granted, or it was revoked",
                ~c.probation_granted() | reached,
                cites=cites,
            ),
        ),
        waits=(
            Wait(
                "1203.425.7.b.3",
                "the sentence is over",
                c.over(sentences.completed(policy), policy),
                cites=cites,
                running=c.UNDER_SENTENCE,
            ),
            Wait(
                "1203.425.7.b.4",
                "a calendar year has gone by since judgment",
                charge.judgment_date + years(1),
                cites=cites,
            ),
        ),
    )


def _branch_f(policy: CaliforniaPolicy, text: Text) -> Branch:
    cites = f"{_SECTION}(iv)(II)"
    over = sentences.completed(policy)
    requires = [
        Condition("1203.425.7.f.1", "the conviction is of a felony", levels.felony(), cites=cites),
        Condition("1203.425.7.f.2", "the felony is not a serious one", ~strikes.serious(policy), cites=cites),
        Condition("1203.425.7.f.3", "the felony is not a violent one", ~strikes.violent(policy), cites=cites),
        Condition(
            "1203.425.7.f.4",
            "the felony does not require registration as a sex offender",
            ~registration.registrable(),
            cites=cites,
        ),
    ]
    counted_from = over
    match policy.new_felony:
        case "ineligible":
            requires.append(_no_new_felony(~_convicted_within_years_of(over, policy), cites))
        case "restart":
            for _ in range(_RESTARTS):
                counted_from = _last_felony(over, counted_from, policy)
            later = _new_felony(policy, since=counted_from + days(1), until=counted_from + FOUR_YEARS)
            why = f"more than {_RESTARTS} new felonies, each within four years of the one before"
            requires.append(_no_new_felony(~unsettled(history.others.any(later), why), cites))
        case _:
            why = "whether a new felony within the four years closes the branch or makes them run again"
            requires.append(_no_new_felony(~unsettled(_convicted_within_years_of(over, policy), why), cites))
    if text == "sliver":
        requires.append(
            Condition(
                "1203.425.7.f.7",
                "the conviction came on or after 2005-01-01",
                sentences.convicted_on(policy) >= SB_731_FLOOR,
                cites=f"{cites}, as SB 731 wrote it",
            )
        )
    return Branch(
        id="f",
        title="A felony four years after all of its sentence",
        cites=cites,
        requires=tuple(requires),
        waits=(
            Wait(
                "1203.425.7.f.5",
                "four years have gone by since all custody and supervision for the count were over",
                counted_from + FOUR_YEARS,
                cites=cites,
                running=c.UNDER_SENTENCE,
            ),
        ),
    )


def _no_new_felony(test: Test, cites: str) -> Condition:
    return Condition("1203.425.7.f.6", "no felony conviction came within the four years that count", test, cites=cites)


def _new_felony(policy: CaliforniaPolicy, *, since: Day, until: Day) -> Test:
    convicted_on = sentences.convicted_on(policy, other)
    return other.convicted & levels.disposed_as("felony", other) & (since <= convicted_on) & (convicted_on <= until)


def _convicted_within_years_of(start: Day, policy: CaliforniaPolicy) -> Test:
    """Another felony conviction falls from a day to its fourth anniversary."""
    return history.others.any(_new_felony(policy, since=start, until=start + FOUR_YEARS))


def _last_felony(over: Day, counted_from: Day, policy: CaliforniaPolicy) -> Day:
    """The day of the last felony conviction within the four years as counted so far; without one, as before."""
    new = _new_felony(policy, since=over, until=counted_from + FOUR_YEARS)
    return latest(counted_from, history.others.latest(sentences.convicted_on(policy, other), where=new))


def remedies(policy: CaliforniaPolicy) -> tuple[Remedy, ...]:
    """The remedy, in its versions."""
    return tuple(_remedy(policy, in_force, text) for in_force, text in VERSIONS)


def _remedy(policy: CaliforniaPolicy, in_force: InForce, text: Text) -> Remedy:
    with_felonies = text == "felonies" or (text == "sliver" and policy.sliver == "operating")
    branches = [_branch_a(policy), _branch_b(policy)]
    requires = list(_person(policy))
    if with_felonies:
        branches.append(_branch_f(policy, text))
    else:
        requires.append(_no_prison())
    return Remedy(
        id="pc-1203.425",
        title="Automatic relief from a conviction",
        citation="Cal. Penal Code § 1203.425",
        relief=ReliefKind.DISMISSAL,
        pathway=Pathway.AUTOMATIC,
        # Proposition 64 may have left no conviction.
        applies_to=c.CONVICTION & ~(charge.offense.in_set(o.PROP64) & levels.erased()),
        requires=tuple(requires),
        bars=(_blocked(policy),),
        branches=tuple(branches),
        granted=c.given(("pc-1203.425",), kinds=("automatic", "dismissed"), since=day(2022, 7, 1)),
        grades=(Grade.AUTOMATIC,),
        outcomes=(Outcome("dismissed"),),
        in_force=in_force,
        acts="the Department of Justice, every month, without a petition",
        notes=(
            "The Department acts only on what its own records show: the relief is due, which does not say that it was "
            "given. Look for 'relief granted' on its record before petitioning.",
            "Relief by petition stays open beside it.",
            *((_SLIVER,) if text == "sliver" else ()),
        ),
    )
