"""PC 4852.01: a certificate of rehabilitation, which is also an application for a pardon.

Three ways lead to it: after prison or a county jail term for a felony, after the dismissal of a felony for which
probation was granted, and after that of a registrable misdemeanor. Each has to be followed by a period of
rehabilitation, which is the longer the graver the offense.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from recordrelief.law import (
    Day,
    OffenseSet,
    Test,
    charge,
    either,
    history,
    other,
    presumed,
    sentence,
    subject,
    unsettled,
    years,
)
from recordrelief.statutes import Bar, Branch, Condition, Grade, InForce, Pathway, ReliefKind, Remedy, Wait
from recordrelief_us_ca import convictions as c
from recordrelief_us_ca import dismissals, levels, life, pc_1203_4, registration, sentences, standing
from recordrelief_us_ca import offenses as o
from recordrelief_us_ca.policy import CaliforniaPolicy

AB_1156 = datetime.date(2016, 1, 1)
SB_384 = datetime.date(2021, 7, 1)

CUSTODY = sentence.kind.is_in(("prison", "realigned_jail", "jail"))


def _listed(name: str, cites: str, *includes: str, attempts: str = "open") -> OffenseSet:
    return OffenseSet.listing(
        name,
        cites=cites,
        includes=includes,
        attempts=attempts,  # type: ignore[arg-type]
        conspiracies="open",
        solicitations="outside",
        catalog=o.CATALOG,
    )


CAPITAL = _listed(
    "offenses-that-carry-death",
    "PC 4852.01(c); PC 190.2",
    *("PC 37", "PC 128", "PC 187", "PC 218", "PC 219", "PC 4500", "MV 1672(a)"),
    attempts="outside",
)
BARRED = _listed(
    "barred-from-a-certificate-of-rehabilitation",
    "PC 4852.01(c)",
    *("PC 286(c)", "PC 287(c)", "PC 288", "PC 288a(c)", "PC 288.5", "PC 288.7", "PC 289(j)"),
)
SETS = (CAPITAL, BARRED)

_ANOTHER_BARRED = "whether a conviction beside this one, of an offense that the section shuts out, bars a certificate"
_ON_RECORD = "it may be for another felony only where the record shows one with probation"
_SHORTER = "The court may shorten the period in the interest of justice, except for who must register (PC 4852.22)."


# --- the period of rehabilitation ------------------------------------------------------------------------------------


def _rehabilitated(since: Day, policy: CaliforniaPolicy) -> Day:
    """The last day of the period: five years, and five more where the offense is registrable, else four or two."""
    grave = either(life.carries_life(policy), since + years(9), since + years(7))
    return either(registration.registrable(), since + years(10), grave)


def _released(policy: CaliforniaPolicy) -> Day:
    """The day of discharge from custody, or of release on supervision; no later than the end of all of it."""
    recorded = charge.sentences.latest(sentence.released_date, where=CUSTODY)
    released = either(charge.sentences.any(CUSTODY), recorded, charge.day("released_on"))
    return released.no_later_than(sentences.completed(policy))


def _on_probation_since(policy: CaliforniaPolicy) -> Day:
    """The day of release on probation."""
    recorded = charge.sentences.latest(sentence.start_date, where=sentences.PROBATION)
    begun = either(sentences.probation_granted(), recorded, charge.day("probation_began_on"))
    return begun.no_later_than(c.probation_completed(policy))


def _period(id: str, since: Day, policy: CaliforniaPolicy, *, running: Test | None = None) -> Wait:
    return Wait(
        id,
        "the period of rehabilitation is over: seven years, nine where the offense carries life, ten where it is "
        "registrable",
        _rehabilitated(since, policy),
        cites="PC 4852.03(a)",
        running=running,
        note=_SHORTER,
    )


# --- the three ways --------------------------------------------------------------------------------------------------


def _felony_term(in_force: InForce) -> Test:
    """Prison or, since 2016, a county jail term under PC 1170(h)."""
    if in_force.until == AB_1156:
        return dismissals.prison_executed()
    return c.felony_term_imposed()


def _dismissed() -> Test:
    return c.given(pc_1203_4.GRANTED, kinds=("dismissed",))


def _branches(policy: CaliforniaPolicy, in_force: InForce) -> Iterator[Branch]:
    yield Branch(
        id="after-custody",
        title="A felony with a prison or county jail term",
        cites="PC 4852.01(a)",
        requires=(
            Condition(
                "4852.01.1.a.1",
                "the conviction is of a felony, and a prison or county jail term was imposed for it",
                levels.felony() & _felony_term(in_force),
                cites="PC 4852.01(a)",
            ),
        ),
        waits=(_period("4852.01.5.a", _released(policy), policy, running=subject.serving_sentence),),
    )
    for letter, id, title, sentence_, test, cites in (
        (
            "b",
            "after-probation",
            "A felony with probation, dismissed",
            "the conviction is of a felony for which probation was granted and no prison or county jail term imposed",
            levels.felony() & c.probation_granted() & ~c.felony_term_imposed(),
            "PC 4852.01(b)",
        ),
        (
            "c",
            "registrable-misdemeanor",
            "A registrable misdemeanor, dismissed",
            "the conviction is of a misdemeanor that requires registration as a sex offender",
            # No infraction requires registration.
            ~levels.felony() & registration.registrable(),
            "PC 4852.01(b)",
        ),
    ):
        yield Branch(
            id=id,
            title=title,
            cites=cites,
            requires=(
                Condition(f"4852.01.1.{letter}.1", sentence_, test, cites=cites),
                Condition(
                    f"4852.01.1.{letter}.2",
                    "the conviction was dismissed under PC 1203.4",
                    _dismissed(),
                    cites=cites,
                    curable=True,
                    note="Ask for relief under PC 1203.4 first.",
                ),
            ),
            waits=(_period(f"4852.01.5.{letter}", _on_probation_since(policy), policy),),
        )


# --- what is asked of everybody --------------------------------------------------------------------------------------


def _conditions() -> Iterator[Condition]:
    yield Condition(
        "4852.01.2",
        "the person has not been in prison or jail since the release or the dismissal",
        ~subject.test("incarcerated_since"),
        cites="PC 4852.01(a), (b)",
    )
    elsewhere = history.others.any(other.convicted & levels.disposed_as("felony", other) & c.probation_granted(other))
    told = charge.test("probation_for_another_felony")
    yield Condition(
        "4852.01.3",
        "the person is not on probation for another felony",
        ~(standing.ON_PROBATION & presumed(told, elsewhere & told, _ON_RECORD)),
        cites="PC 4852.01(b)",
        curable=True,
        until=standing.last_probation_ends(),
    )


def _bars(policy: CaliforniaPolicy) -> Iterator[Bar]:
    cites = "PC 4852.01(c)"
    yield Bar(
        "4852.01.6.a",
        "the offense is one for which no certificate is given",
        charge.offense.in_set(BARRED)
        | unsettled(history.others.any(other.convicted & other.offense.in_set(BARRED)), _ANOTHER_BARRED),
        cites=cites,
    )
    grave = charge.offense.in_set(life.LIFE) | charge.offense.in_set(o.SUPERSTRIKE)
    yield Bar(
        "4852.01.6.b",
        "the person is on a mandatory parole for life",
        subject.supervision.is_("parole")
        & history.any(charge.convicted & grave)
        & subject.test("mandatory_life_parole"),
        cites=cites,
    )
    yield Bar(
        "4852.01.6.c",
        "the person was sentenced to death",
        history.any(charge.convicted & charge.offense.in_set(CAPITAL) & charge.test("sentenced_to_death")),
        cites=cites,
    )
    serves = subject.test("in_military_service")
    if policy.presume_not_in_military_service:
        serves = presumed(serves, False, "policy presume_not_in_military_service")
    yield Bar(
        "4852.01.6.d",
        "the person is in the military service",
        serves,
        cites=cites,
        curable=True,
    )


def remedies(policy: CaliforniaPolicy) -> tuple[Remedy, ...]:
    """The remedy, in its versions."""
    ends = "Until 2021-06-30 a certificate may end a duty to register as a sex offender (PC 290.5)."
    stays = "A certificate does not end a duty to register as a sex offender: that is for PC 290.5."
    return (
        _remedy(policy, InForce(None, AB_1156), ends),
        _remedy(policy, InForce(AB_1156, SB_384), ends),
        _remedy(policy, InForce(SB_384), stays),
    )


def _remedy(policy: CaliforniaPolicy, in_force: InForce, registration: str) -> Remedy:
    return Remedy(
        id="pc-4852.01",
        title="Certificate of rehabilitation",
        citation="Cal. Penal Code §§ 4852.01-4852.21",
        relief=ReliefKind.CERTIFICATE,
        pathway=Pathway.PETITION,
        applies_to=dismissals.CONVICTION,
        requires=tuple(_conditions()),
        bars=tuple(_bars(policy)),
        waits=(
            Wait(
                "4852.01.4",
                "the person has lived in California for the last five years",
                subject.day("ca_resident_since") + years(5),
                cites="PC 4852.01(a), (b)",
            ),
        ),
        branches=tuple(_branches(policy, in_force)),
        granted=c.given(("pc-4852.01", "pc-4852.13"), kinds=()),
        grades=(Grade.DISCRETIONARY,),
        in_force=in_force,
        acts="the person, in the county of residence",
        notes=(
            "A certificate is also an application for a pardon, which goes to the Governor.",
            registration,
        ),
    )
