"""What Oregon's remedies ask of a conviction alike: its class and the years that go with it, its day, the sentence."""

from __future__ import annotations

from collections.abc import Sequence

from recordrelief.law import (
    BEGINNING,
    Day,
    Test,
    case,
    charge,
    day,
    either,
    history,
    latest,
    other,
    presumed,
    presumed_day,
    sentence,
    subject,
    unsettled,
    years,
)
from recordrelief.law.scopes import ChargeRow
from recordrelief.statutes import Condition, Wait
from recordrelief_us_or.deriving import UNREVIEWED
from recordrelief_us_or.offenses import listed
from recordrelief_us_or.policy import OregonPolicy

HERE = charge.jurisdiction.is_("us-or") & ~charge.test("struck")
NO_WAIT = day(BEGINNING.year, BEGINNING.month, BEGINNING.day)

FELONY = charge.level.is_("felony")
MISDEMEANOR = charge.level.is_("misdemeanor")
VIOLATION = charge.level.is_in(("violation", "infraction"))
CLASS_A, CLASS_B, CLASS_C = (charge.degree_class.is_(letter) for letter in "ABC")
REVIEWED = charge.word("reviewed_type")
NOBODY_REVIEWED = REVIEWED.is_(UNREVIEWED)

CONTEMPT_SECTIONS = listed("contempt", cites="ORS 137.225(5)(e)", includes=("ORS 33.005-33.155",))
TRAFFIC = listed(
    "traffic-offenses",
    cites="ORS 137.225(7)(a)",
    includes=("ORS 481.001-483.999", "ORS 801.001-825.999"),
    # Chapters of the vehicle code of before 1985, and what stands next to the code of today.
    perhaps=("ORS 484.001-487.999", "ORS 826.001-826.999"),
)
CONTEMPT = charge.offense.in_set(CONTEMPT_SECTIONS)
SETS = (CONTEMPT_SECTIONS, TRAFFIC)

_CUSTODY = sentence.kind.is_in(("prison", "jail"))


def convicted_on(row: ChargeRow = charge) -> Day:
    """The day of the conviction: no later than that of judgment and of the disposition."""
    return row.conviction_date.no_later_than(row.judgment_date, row.disposition_date)


Kind = tuple[str, str, int, Test]
"""A kind of conviction: its letter in (1)(b) and (7)(b), what it is, the years it asks for, and its test."""

_LESSER = (MISDEMEANOR & ~CLASS_A) | VIOLATION
KINDS: tuple[Kind, ...] = (
    ("A", "a Class B felony", 7, ~CONTEMPT & FELONY & CLASS_B),
    ("B", "a Class C felony", 5, ~CONTEMPT & FELONY & CLASS_C),
    ("C", "a Class A misdemeanor", 3, ~CONTEMPT & MISDEMEANOR & CLASS_A),
    ("D", "a lesser misdemeanor, a violation or a finding of contempt", 1, CONTEMPT | _LESSER),
)


def of_each_kind(
    stem: str, sentence: str, since: Day, *, cites: str, kinds: Sequence[Kind] = KINDS
) -> tuple[Wait, ...]:
    """A wait for each kind of conviction, so many years from a day; none where the conviction is of another kind."""
    return tuple(
        Wait(
            f"{stem}({letter.lower()})",
            f"for {what}: {number} {'year' if number == 1 else 'years'} {sentence}",
            either(kind, since + years(number), NO_WAIT),
            cites=f"{cites}({letter})",
        )
        for letter, what, number, kind in kinds
    )


def convicted_and_released(policy: OregonPolicy) -> Day:
    """The later of the conviction and the release from imprisonment for it."""
    imprisoned = charge.sentences.any(_CUSTODY & ~sentence.suspended)
    if policy.presume_no_imprisonment:
        imprisoned = presumed(imprisoned, False, "policy presume_no_imprisonment")
    released = charge.sentences.latest(sentence.released_date, where=_CUSTODY & ~sentence.suspended)
    return either(imprisoned, latest(convicted_on(), released), convicted_on())


def motor_vehicle_violation(row: ChargeRow) -> Test:
    """A traffic offense that is a violation."""
    return row.offense.in_set(TRAFFIC) & row.level.is_in(("violation", "infraction"))


_OTHER = other.convicted & ~other.test("struck") & ~motor_vehicle_violation(other)
_A_VIOLATION = other.level.is_in(("violation", "infraction"))
OTHER_CONVICTION = history.others.any(_OTHER)
"""Another conviction than of a motor vehicle violation, at any time."""


def last_other_conviction() -> Day:
    """The last other conviction that counts: one violation is forgiven, so of violations the second last."""
    crime = history.others.latest(convicted_on(other), where=_OTHER & ~_A_VIOLATION)
    violation = history.others.latest(convicted_on(other), where=_OTHER & _A_VIOLATION, nth=2)
    return latest(crime, violation)


def performed(policy: OregonPolicy) -> Wait:
    """(1)(a): the sentence is over, supervision included."""
    last = charge.day("sentence_completed_on")
    after = policy.presume_sentence_performed_after
    if after is not None:
        last = presumed_day(last, convicted_on() + years(after), "policy presume_sentence_performed_after")
    return Wait("137.225(1)(a)", "the sentence has been fully performed, supervision included", last, cites="(1)(a)")


def paid(policy: OregonPolicy) -> tuple[Condition, ...]:
    """(1)(a): nothing is owed that belongs to the sentence."""
    settled = case.balance_due_cents <= 0
    owed = case.restitution_on_case & charge.sentences.any(sentence.restitution_owed)
    restitution = Condition(
        "137.225-restitution",
        "no restitution is owed",
        settled | ~owed,
        cites="(1)(a); State v. Grant, 339 Or App 612 (2025)",
        curable=True,
    )
    match policy.unpaid_balance:
        case "ignored":
            return (restitution,)
        case "stands":
            rest = settled
        case _:
            rest = settled | ~unsettled(~settled, "whether fines and fees still owed leave a sentence unperformed")
    balance = Condition("137.225-balance", "no fine or fee is owed", rest, cites="(1)(a)", curable=True)
    return restitution, balance


def revoked() -> Wait:
    """(1)(e): three years since probation was revoked."""
    return Wait(
        "137.225(1)(e)",
        "three years since probation was revoked are over",
        either(charge.test("probation_revoked"), charge.day("probation_revoked_on") + years(3), NO_WAIT),
        cites="(1)(e)",
    )


def not_charged() -> Condition:
    """(7): not under charge of a crime. A charge that the record shows says itself whether it is of one."""
    shown = charge.outcome.is_("pending") & ~charge.test("struck")
    elsewhere = subject.charges_pending & ~history.any(shown)
    pending = history.any(shown & ~VIOLATION) | elsewhere
    return Condition("137.225(7)(c)", "no charge of a crime is pending", ~pending, cites="(7)(c)", curable=True)


def not_juvenile(policy: OregonPolicy) -> Condition:
    """A juvenile court's matters have a scheme of their own."""
    juvenile = charge.test("juvenile")
    if policy.presume_no_juvenile_court:
        juvenile = presumed(juvenile, False, "policy presume_no_juvenile_court")
    return Condition(
        "419a",
        "it was not a matter of juvenile court",
        ~juvenile,
        cites="ORS 419A.260, 419A.262",
        note="Records of juvenile court have a scheme of their own, which this pack does not hold.",
    )
