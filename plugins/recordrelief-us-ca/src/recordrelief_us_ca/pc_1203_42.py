"""PC 1203.42, in force from 2018-01-01: dismissal of a felony for which prison was imposed before realignment."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from recordrelief.law import (
    Test,
    any_of,
    charge,
    day,
    history,
    other,
    presumed,
    sentence,
    subject,
    unsettled,
    years,
)
from recordrelief.statutes import Condition, Grade, InForce, Outcome, Pathway, ReliefKind, Remedy, Wait
from recordrelief_us_ca import convictions as c
from recordrelief_us_ca import dismissals, findings, levels, pc_1203_41, registration, sentences, standing, strikes
from recordrelief_us_ca import offenses as o
from recordrelief_us_ca.policy import CaliforniaPolicy

EFFECTIVE = datetime.date(2018, 1, 1)
_FIRST_DAY = day(2018, 1, 1)

GRANTED = ("pc-1203.42", "pc-1203.42(a)")

_WITH_JUDGMENT = "a sentence is pronounced with the judgment"
_AFTER_PROBATION = "when the prison sentence that followed the probation was pronounced"
_ELSEWHERE = "whether the elements of an offense from elsewhere match a serious, violent or registrable one"
_DUTY = "since when the duty to register has been there, and from what conviction it comes"


def _before_realignment() -> Test:
    """1203.42.1: after probation the sentence may have been pronounced long after the judgment.

    Prison that is only told of, with no term recorded for the count, has no day of its own.
    """
    prison = sentences.PRISON & ~presumed(sentence.suspended, False, "a sentence that is not said to be suspended")
    pronounced = charge.sentences.any(prison & (sentence.imposed_date < sentences.REALIGNMENT))
    judged = charge.judgment_date < sentences.REALIGNMENT
    with_judgment = judged & (~c.probation_granted() | pronounced)
    perhaps = presumed(pronounced, True, _WITH_JUDGMENT)
    recorded = presumed(pronounced, False, _WITH_JUDGMENT) | (perhaps & with_judgment)
    told = c.unrecorded() & judged & ~unsettled(c.probation_granted(), _AFTER_PROBATION)
    return dismissals.prison_executed() & (recorded | told)


def _realigned_today() -> Test:
    """1203.42.2: an offense of before realignment under these sections on cannabis is none of the new law's."""
    cannabis = any_of([charge.offense.in_set(one) for one in (o.HS_11358, o.HS_11359, o.HS_11360_A)])
    return charge.offense.in_set(o.REALIGNED) | cannabis


def _shut_out(policy: CaliforniaPolicy) -> Test:
    """1203.42.3, as things stood at the sentencing: convictions that came later do not count."""
    this = strikes.serious(policy) | strikes.violent(policy) | registration.registrable()
    earlier = other.convicted & (sentences.convicted_on(policy, other) <= charge.judgment_date)
    listed = strikes.serious(policy, other) | strikes.violent(policy, other) | registration.registrable(other)
    here = other.jurisdiction.is_("us-ca")
    prior = history.others.any(earlier & ((here & listed) | unsettled(~here & other.level.is_("felony"), _ELSEWHERE)))
    duty = subject.must_register
    if policy.presume_no_duty_to_register:
        duty = presumed(duty, False, "policy presume_no_duty_to_register")
    duty = duty | registration.breach() | history.others.any(earlier & here & registration.breach(other))
    return this | prior | unsettled(duty, _DUTY)


def _conditions(policy: CaliforniaPolicy) -> Iterator[Condition]:
    yield Condition(
        "1203.42.1",
        "state prison was imposed before 2011-10-01",
        _before_realignment(),
        cites="PC 1203.42(a)",
    )
    yield Condition(
        "1203.42.2",
        "the offense is one that is now sentenced to county jail under PC 1170(h)",
        _realigned_today(),
        cites="PC 1203.42(a), 1170(h)",
    )
    yield Condition(
        "1203.42.3",
        "no serious, violent or registrable conviction, this one or an earlier one, shuts the person out of PC 1170(h)",
        ~_shut_out(policy),
        cites="PC 1203.42(a), 1170(h)(3)",
    )
    yield Condition(
        "1203.42.3.enhancement",
        "no enhancement for aggravated white collar crime was imposed",
        ~charge.enhanced(findings.WHITE_COLLAR),
        cites="PC 1203.42(a), 1170(h)(3), 186.11",
    )
    yield Condition(
        "1203.42.5.supervised",
        "the person is not under supervised release",
        ~standing.SUPERVISED,
        cites="PC 1203.42(a)",
        curable=True,
    )
    yield Condition(
        "1203.42.5.serving",
        "no sentence is being served for any offense",
        ~subject.serving_sentence,
        cites="PC 1203.42(a)",
        curable=True,
    )
    yield standing.not_on_probation("1203.42.5.probation", cites="PC 1203.42(a)")
    yield standing.not_charged("1203.42.5.charged", policy, cites="PC 1203.42(a)")


def remedies(policy: CaliforniaPolicy) -> tuple[Remedy, ...]:
    """The remedy, in the versions before and after restitution ceased to matter."""
    return (
        _remedy(policy, InForce(EFFECTIVE, dismissals.SB_1106), ()),
        _remedy(policy, InForce(dismissals.SB_1106), (dismissals.NO_RESTITUTION_TEST,)),
    )


def _remedy(policy: CaliforniaPolicy, in_force: InForce, notes: tuple[str, ...]) -> Remedy:
    return Remedy(
        id="pc-1203.42",
        title="Dismissal of a felony with prison from before realignment",
        citation="Cal. Penal Code § 1203.42",
        relief=ReliefKind.DISMISSAL,
        pathway=Pathway.PETITION,
        applies_to=c.CONVICTION & levels.felony(),  # what Proposition 64 dismissed is no felony any more
        requires=tuple(_conditions(policy)),
        waits=(
            Wait(
                "1203.42.4",
                "two years have gone by since the sentence was complete",
                pc_1203_41.completed(policy) + years(2),
                cites="PC 1203.42(a)",
                running=c.UNDER_SENTENCE,
            ),
        ),
        granted=c.given(GRANTED, kinds=("dismissed",), since=_FIRST_DAY),
        grades=(Grade.DISCRETIONARY,),
        outcomes=(Outcome("dismissed"),),
        in_force=in_force,
        acts="the person or an attorney, in the court of the conviction",
        forms=(*dismissals.PETITION, dismissals.DECLARATION),
        notes=(
            "The court may grant it in the interest of justice.",
            "Since 2023-01-01 PC 1203.41 reaches most of these convictions too.",
            *notes,
            *dismissals.STAYS,
        ),
    )
