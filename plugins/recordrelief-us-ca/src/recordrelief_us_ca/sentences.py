"""What was imposed for a conviction and when it was over, as far as a record tells.

A completion is never computed from the length of a term: credits shorten it and parole lengthens it. Each function
takes the row it is asked of, so that the same question may be put to another charge of the person.
"""

from __future__ import annotations

from recordrelief.law import (
    ALWAYS_TRUE,
    Day,
    Test,
    charge,
    day,
    either,
    never,
    presumed,
    presumed_day,
    sentence,
    unsettled,
    years,
)
from recordrelief.law.scopes import ChargeRow
from recordrelief_us_ca.policy import CaliforniaPolicy

REALIGNMENT = day(2011, 10, 1)
"""Sentences from this day on may be county jail terms under PC 1170(h)."""

PROBATION = sentence.kind.is_in(("probation", "conditional"))
PRISON = sentence.kind.is_("prison")
REALIGNED = sentence.kind.is_("realigned_jail")


def probation_granted(row: ChargeRow = charge) -> Test:
    """Probation, or a conditional sentence, was granted for this count."""
    return row.sentences.any(PROBATION)


def probation_revoked(row: ChargeRow = charge) -> Test:
    """The probation of this count was revoked at some time."""
    return row.sentences.any(PROBATION & sentence.revoked)


def probation_ended_early(row: ChargeRow = charge) -> Test:
    """The person was discharged from the probation of this count before its end."""
    return row.sentences.any(PROBATION & sentence.discharged_early)


def _executed(kind: Test, row: ChargeRow) -> Test:
    """A term was imposed and not suspended. Execution is suspended only where probation is granted."""
    return row.sentences.any(kind & ~sentence.suspended) | (row.sentences.any(kind) & ~probation_granted(row))


def prison_executed(row: ChargeRow = charge) -> Test:
    """A state prison sentence was imposed and not suspended."""
    return _executed(PRISON, row)


def felony_term_suspended(row: ChargeRow = charge) -> Test:
    """A prison term, or one under PC 1170(h)(5), was imposed and its execution suspended."""
    return row.sentences.any((PRISON | REALIGNED) & sentence.suspended) | row.test("prison_term_suspended")


def realigned(row: ChargeRow = charge) -> Test:
    """A county jail term under PC 1170(h)(5), imposed and not suspended."""
    stated = _executed(REALIGNED, row)
    jail = row.sentences.any(sentence.kind.is_("jail")) & ~probation_granted(row)
    since = ~(row.judgment_date < REALIGNMENT)
    why = "a jail term without probation for a felony is one under 1170(h), or makes a misdemeanor of it (17(b)(1))"
    return stated | unsettled(jail & since & row.level.is_("felony"), why)


def split(row: ChargeRow = charge) -> Test:
    """A term under PC 1170(h)(5)(B): the end of it is served under mandatory supervision."""
    return row.sentences.any(REALIGNED & sentence.test("split"))


def completed(policy: CaliforniaPolicy, row: ChargeRow = charge) -> Day:
    """The last day of custody and all supervision for this count; unknown where no sentence is recorded."""
    stated = row.day("sentence_completed_on")
    last = either(row.sentences.any(ALWAYS_TRUE), row.sentences.latest(sentence.completed_date), stated)
    return _presumed_over(last, policy, row)


def probation_completed(policy: CaliforniaPolicy, row: ChargeRow = charge) -> Day:
    """The last day of the probation of this count."""
    return _presumed_over(row.sentences.latest(sentence.completed_date, where=PROBATION), policy, row)


def _presumed_over(last: Day, policy: CaliforniaPolicy, row: ChargeRow) -> Day:
    """The last day; where it is not told, no later than the years after judgment that the policy names."""
    if policy.presume_sentence_complete_after is None:
        return last
    # Of several terms one without a day leaves the latest open, not unknown: it is the end that must be told.
    told = presumed(last <= never(), False, "policy presume_sentence_complete_after")
    return either(told, last, last.no_later_than(row.judgment_date + years(policy.presume_sentence_complete_after)))


def probation_scheduled(row: ChargeRow = charge) -> Day:
    """The day the probation of this count is set to end: it dates an end ahead, and proves nothing once past."""
    return row.sentences.latest(sentence.end_date, where=PROBATION)


def released(row: ChargeRow = charge) -> Day:
    """The day of release from custody."""
    return row.sentences.latest(sentence.released_date, where=~PROBATION)


def restitution_unpaid(row: ChargeRow = charge) -> Test:
    """Restitution is still owed."""
    return row.sentences.any(sentence.restitution_owed)


def convicted_on(policy: CaliforniaPolicy, row: ChargeRow = charge) -> Day:
    """The day of plea or verdict; where only a day of disposition is known the policy says whether it stands in."""
    known = row.conviction_date.no_later_than(row.judgment_date)
    if policy.conviction_date_substitute == "disposition_date":
        return presumed_day(
            row.conviction_date, row.disposition_date, "policy conviction_date_substitute"
        ).no_later_than(row.judgment_date)
    return known
