"""PC 1203.41: dismissal of a felony after county jail under PC 1170(h), and since 2023-01-01 after prison too."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from recordrelief.law import Day, Test, day, either, presumed, subject, unsettled, years
from recordrelief.statutes import Condition, Grade, InForce, Outcome, Pathway, ReliefKind, Remedy, Wait
from recordrelief_us_ca import convictions as c
from recordrelief_us_ca import dismissals, levels, registration, sentences, standing
from recordrelief_us_ca.policy import CaliforniaPolicy

AB_651 = datetime.date(2014, 1, 1)
SB_731 = datetime.date(2023, 1, 1)
_FIRST_DAY = day(2014, 1, 1)

GRANTED = ("pc-1203.41", "pc-1203.41(a)")

_OTHER_SENTENCE = "whether the section reaches a felony without prison or a term under 1170(h): it sets no time for one"
_OTHER_SUPERVISION = "whether supervision that the section does not name is serving a sentence"
_ANY_REGISTRATION = "a duty to register may come of this conviction, by an order under PC 290.006, or of another one"


def remedies(policy: CaliforniaPolicy) -> tuple[Remedy, ...]:
    """The remedy, in the version for jail terms under PC 1170(h) and in that for any felony."""
    realigned = Condition(
        "1203.41.1",
        "a county jail term under PC 1170(h) was imposed",
        dismissals.realigned(),
        cites="PC 1203.41(a), before 2023-01-01",
    )
    term = dismissals.realigned() | dismissals.prison_executed()
    any_term = Condition(
        "1203.41.1",
        "state prison, or a county jail term under PC 1170(h), was imposed",
        term | unsettled(~term, _OTHER_SENTENCE),
        cites="PC 1203.41(a)(2)",
        note="After probation relief is that of PC 1203.4.",
    )
    return (
        _remedy(policy, InForce(AB_651, SB_731), (realigned,), ()),
        _remedy(policy, InForce(SB_731), (any_term, _registration(policy)), (dismissals.NO_RESTITUTION_TEST,)),
    )


def _registration(policy: CaliforniaPolicy) -> Condition:
    duty = subject.must_register
    if policy.presume_no_duty_to_register:
        duty = presumed(duty, False, "policy presume_no_duty_to_register")
    required = registration.registrable() | unsettled(duty, _ANY_REGISTRATION)
    return Condition(
        "1203.41.5",
        "a conviction with state prison did not require registration as a sex offender",
        ~dismissals.prison_executed() | ~required,
        cites="PC 1203.41(a)(6)",
    )


def completed(policy: CaliforniaPolicy) -> Day:
    """The day on which the sentence was complete; whether parole is part of it is a policy."""
    whole = sentences.completed(policy)
    if policy.completion_includes_parole:
        return whole
    return either(dismissals.prison_executed(), sentences.released().no_later_than(whole), whole)


def _lapse(policy: CaliforniaPolicy) -> Wait:
    over = completed(policy)
    return Wait(
        "1203.41.2",
        "one year after the sentence was complete has gone by if part of it was mandatory supervision, otherwise two",
        either(dismissals.split(), over + years(1), over + years(2)),
        cites="PC 1203.41(a)(2)",
        # Of whatever count it is: until it ends there is no relief for this one either.
        running=_serving(policy) | standing.ON_PROBATION | standing.ON_PAROLE_OR_MANDATORY,
    )


def _serving(policy: CaliforniaPolicy) -> Test:
    """Serving a sentence; parole and mandatory supervision, which the section names apart, are not asked here."""
    if policy.supervision_is_sentence is None:
        rest = subject.supervision.is_in(("post_release", "federal"))
        return subject.serving_sentence | unsettled(rest, _OTHER_SUPERVISION)
    return standing.serving(policy)


def _standing(policy: CaliforniaPolicy) -> Iterator[Condition]:
    yield Condition(
        "1203.41.3",
        "the person is not on parole and not under mandatory supervision",
        ~standing.ON_PAROLE_OR_MANDATORY,
        cites="PC 1203.41(a)(3)",
        curable=True,
    )
    yield Condition(
        "1203.41.4.serving",
        "no sentence is being served for any offense",
        ~_serving(policy),
        cites="PC 1203.41(a)(3)",
        curable=True,
    )
    yield standing.not_on_probation("1203.41.4.probation", cites="PC 1203.41(a)(3)")
    yield standing.not_charged("1203.41.4.charged", policy, cites="PC 1203.41(a)(3)")


def _remedy(
    policy: CaliforniaPolicy, in_force: InForce, conditions: tuple[Condition, ...], notes: tuple[str, ...]
) -> Remedy:
    return Remedy(
        id="pc-1203.41",
        title="Dismissal of a felony after jail or prison",
        citation="Cal. Penal Code § 1203.41",
        relief=ReliefKind.DISMISSAL,
        pathway=Pathway.PETITION,
        applies_to=c.CONVICTION & levels.felony(),  # what Proposition 64 dismissed is no felony any more
        requires=(*conditions, *_standing(policy)),
        waits=(_lapse(policy),),
        granted=c.given(GRANTED, kinds=("dismissed",), since=_FIRST_DAY),
        grades=(Grade.DISCRETIONARY,),
        outcomes=(Outcome("dismissed"),),
        in_force=in_force,
        acts="the person or an attorney, in the court of the conviction",
        forms=(*dismissals.PETITION, dismissals.DECLARATION),
        notes=(
            "The court may grant it in the interest of justice.",
            "No offense is shut out by a list: serious and violent felonies qualify.",
            *notes,
            *dismissals.STAYS,
        ),
    )
