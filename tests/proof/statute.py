"""The law of a state that does not exist, with every feature that a pack can have."""

from __future__ import annotations

from datetime import date

import attrs

from proof.strategies import CANNABIS, CATALOG, VIOLENT
from recordrelief.law import (
    Day,
    as_of,
    case,
    charge,
    day,
    either,
    event,
    history,
    latest,
    months,
    never,
    other,
    presumed,
    presumed_day,
    relief,
    sentence,
    subject,
    years,
)
from recordrelief.statutes import (
    Bar,
    Branch,
    Condition,
    Fact,
    Grade,
    InForce,
    Outcome,
    Pathway,
    Policy,
    ReliefKind,
    Remedy,
    StatutePack,
    Wait,
)

FLAG = charge.test("made_up_flag")
GRANTED = charge.reliefs.any(relief.remedy.is_("pc-1"))


@attrs.frozen(kw_only=True)
class MadeUpPolicy(Policy):
    """``presume``: what is not recorded is taken as good."""

    presume: bool = False


def _small_offenses(policy: MadeUpPolicy) -> Remedy:
    return Remedy(
        id="zz-1",
        title="Dismissal of a small offense",
        citation="Zz. Code § 1",
        relief=ReliefKind.DISMISSAL,
        pathway=Pathway.PETITION,
        applies_to=charge.convicted & charge.jurisdiction.is_("us-zz"),
        requires=(
            Condition("1.1", "the count is a misdemeanor", charge.level.is_("misdemeanor"), cites="(a)"),
            Condition(
                "1.2",
                "no term was ever revoked",
                charge.sentences.none(sentence.revoked),
                cites="(a)",
                curable=True,
            ),
        ),
        bars=(
            Bar(
                "1.3",
                "there is another violent conviction",
                history.others.any(other.convicted & other.offense.in_set(VIOLENT)),
                cites="(b)",
            ),
            Bar("1.4", "the case is still open", case.status.is_("open"), cites="(b)", curable=True),
        ),
        waits=(
            Wait("1.5", "three years have passed since", charge.conviction_date + years(3), cites="(c)"),
            Wait("1.6", "the person is of age", subject.birth_date + years(6), cites="(c)", on_the_day=True),
        ),
        granted=GRANTED,
        grades=(
            Grade.MANDATORY.when(Condition("1.7", "there were few plants", charge.plant_count <= 6, cites="(d)")),
            Grade.PRESUMED.when(Condition("1.8", "the flag was raised", FLAG, cites="(d)")),
            Grade.DISCRETIONARY,
        ),
        outcomes=(
            Outcome("dismissed", charge.plant_count <= 6),
            Outcome("infraction", ~FLAG),
            Outcome("dismissed", FLAG),
        ),
    )


def _several_ways(policy: MadeUpPolicy) -> Remedy:
    crime_free = history.latest(charge.conviction_date, where=charge.convicted) + years(4)
    return Remedy(
        id="zz-2",
        title="Sealing by one of several ways",
        citation="Zz. Code § 2",
        relief=ReliefKind.SEALING,
        pathway=Pathway.AUTOMATIC,
        applies_to=charge.convicted & charge.offense.in_set(CANNABIS),
        requires=(Condition("2.1", "nobody must register", ~subject.must_register, cites="(a)"),),
        branches=(
            Branch(
                id="2.2",
                title="by years without a conviction",
                cites="(b)",
                waits=(
                    Wait(
                        "2.2.1",
                        "no conviction for four years",
                        latest(crime_free, charge.offense_date + months(6)),
                        cites="(b)",
                    ),
                ),
            ),
            Branch(
                id="2.3",
                title="by a small number of convictions",
                cites="(c)",
                requires=(
                    Condition(
                        "2.3.1",
                        "fewer than two earlier convictions",
                        history.others.count(other.convicted & (other.conviction_date < charge.offense_date)) < 2,
                        cites="(c)",
                    ),
                    Condition(
                        "2.3.2",
                        "no parole is being served",
                        ~subject.supervision.is_("parole"),
                        cites="(c)",
                        curable=True,
                    ),
                ),
                waits=(Wait("2.3.3", "two years have passed since", charge.conviction_date + years(2), cites="(c)"),),
            ),
            Branch(
                id="2.4",
                title="by a clean custody record",
                cites="(d)",
                bars=(
                    Bar(
                        "2.4.1",
                        "the person was in custody",
                        subject.events.any(event.kind.is_("custody")),
                        cites="(d)",
                    ),
                ),
            ),
        ),
        granted=GRANTED,
        grades=(Grade.AUTOMATIC,),
        due=date(2017, 1, 1),
    )


def _endless(policy: MadeUpPolicy) -> Remedy:
    ends: Day = charge.sentences.earliest(sentence.completed_date, where=sentence.kind.is_("probation"))
    flag = presumed(FLAG, True, "policy presume") if policy.presume else FLAG
    since = charge.offense_date
    if policy.presume:
        since = presumed_day(since, charge.conviction_date, "policy presume")
    return Remedy(
        id="zz-3",
        title="Vacatur after waits that may never end",
        citation="Zz. Code § 3",
        relief=ReliefKind.VACATUR,
        pathway=Pathway.PETITION,
        applies_to=charge.outcome.is_in(["convicted", "dismissed"]),
        requires=(Condition("3.1", "the flag was raised", flag, cites="(a)", curable=True),),
        waits=(
            Wait("3.2", "a probation has been completed", ends, cites="(b)"),
            Wait(
                "3.3",
                "the wait is over, if it ever is",
                either(charge.level.is_("felony"), never(), since.no_later_than(charge.conviction_date) + years(1)),
                cites="(b)",
            ),
        ),
        grades=(Grade.DISCRETIONARY,),
    )


def _bare(policy: MadeUpPolicy) -> Remedy:
    return Remedy(
        id="zz-4",
        title="Relief without any condition",
        citation="Zz. Code § 4",
        relief=ReliefKind.CERTIFICATE,
        pathway=Pathway.PETITION,
        applies_to=charge.attempt,
        granted=charge.reliefs.any(relief.remedy.is_("pc-2")),
        grades=(Grade.PRESUMED,),
        outcomes=(Outcome("misdemeanor", charge.level.is_("felony")), Outcome("certified", ~FLAG)),
        opens=("zz-1", "zz-2"),
    )


def _new_law(policy: MadeUpPolicy) -> tuple[Remedy, ...]:
    turn = date(2018, 1, 1)

    def version(span: InForce, wait: int) -> Remedy:
        return Remedy(
            id="zz-5",
            title="Relief in two versions",
            citation="Zz. Code § 5",
            relief=ReliefKind.DISMISSAL,
            pathway=Pathway.PETITION,
            applies_to=charge.convicted,
            waits=(
                Wait("5.1", "the years have passed since", charge.conviction_date + years(wait), cites="(a)"),
                Wait("5.2", "the law has begun", day(2010, 1, 1), cites="(a)", on_the_day=True),
            ),
            grades=(Grade.MANDATORY,),
            in_force=span,
        )

    return version(InForce(None, turn), 9), version(InForce(turn), 5)


def _running(policy: MadeUpPolicy) -> Remedy:
    """Periods that run and conditions with a set end; quiet years stand for what the record does not show."""
    set_end = charge.sentences.latest(sentence.end_date)
    flag = FLAG
    if policy.presume:
        quiet = charge.conviction_date + years(4) < as_of
        flag = (quiet & presumed(FLAG, True, "policy presume")) | (~quiet & FLAG)
    return Remedy(
        id="zz-6",
        title="Dismissal once all supervision is over",
        citation="Zz. Code § 6",
        relief=ReliefKind.DISMISSAL,
        pathway=Pathway.PETITION,
        applies_to=charge.convicted,
        requires=(
            Condition(
                "6.1",
                "no sentence is being served",
                ~subject.serving_sentence,
                cites="(a)",
                curable=True,
                until=set_end,
            ),
        ),
        bars=(
            Bar(
                "6.2",
                "the case is still open",
                case.status.is_("open"),
                cites="(a)",
                curable=True,
                until=case.closed_date,
            ),
        ),
        branches=(
            Branch(
                id="6.3",
                title="by the end of the sentence",
                cites="(b)",
                waits=(
                    Wait(
                        "6.3.1",
                        "the sentence is complete",
                        charge.sentences.latest(sentence.completed_date),
                        cites="(b)",
                        running=subject.supervision.is_("parole"),
                        scheduled=set_end,
                    ),
                ),
            ),
            Branch(
                id="6.4",
                title="by years under no supervision",
                cites="(c)",
                requires=(Condition("6.4.1", "the flag was raised", flag, cites="(c)"),),
                waits=(
                    Wait(
                        "6.4.2",
                        "two years since the sentence was imposed",
                        charge.conviction_date + years(2),
                        cites="(c)",
                        running=charge.sentences.any(sentence.kind.is_("probation") & sentence.revoked),
                    ),
                ),
            ),
        ),
        grades=(Grade.DISCRETIONARY,),
    )


def remedies(policy: MadeUpPolicy) -> tuple[Remedy, ...]:
    return (
        _endless(policy),
        _small_offenses(policy),
        *_new_law(policy),
        _several_ways(policy),
        _bare(policy),
        _running(policy),
    )


PACK = StatutePack(
    id="zz",
    title="Nowhere",
    jurisdiction="us-zz",
    version="1",
    catalog=CATALOG,
    sets=(CANNABIS, VIOLENT),
    policy=MadeUpPolicy,
    facts=(
        Fact(
            name="made_up_flag",
            table="charges",
            kind="test",
            means="the flag was raised",
            ask="Was the flag raised there?",
        ),
    ),
    remedies=remedies,
)
