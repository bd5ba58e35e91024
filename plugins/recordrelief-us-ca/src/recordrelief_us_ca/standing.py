"""Where the person stands today: serving a sentence, on probation, under supervision, charged. Always curable."""

from __future__ import annotations

from recordrelief.law import (
    Day,
    Test,
    as_of,
    charge,
    history,
    presumed,
    presumed_day,
    sentence,
    subject,
    unsettled,
    years,
)
from recordrelief.statutes import Condition
from recordrelief_us_ca import sentences
from recordrelief_us_ca.policy import CaliforniaPolicy

ON_PROBATION = subject.supervision.is_("probation")
ON_PAROLE_OR_MANDATORY = subject.supervision.is_in(("parole", "mandatory"))
ON_POST_RELEASE = subject.supervision.is_("post_release")
SUPERVISED = subject.supervision.is_in(("parole", "post_release", "mandatory", "federal"))
"""Supervision after custody, other than probation."""


def serving(policy: CaliforniaPolicy) -> Test:
    """The person is serving a sentence for any offense. Whether supervision is one is left to policy."""
    match policy.supervision_is_sentence:
        case True:
            return subject.serving_sentence | SUPERVISED
        case False:
            return subject.serving_sentence
        case _:
            return subject.serving_sentence | unsettled(SUPERVISED, "whether supervision is serving a sentence")


def charged(policy: CaliforniaPolicy) -> Test:
    """The person is charged with an offense."""
    pending = subject.charges_pending | history.any(charge.outcome.is_("pending"))
    if policy.presume_no_pending_charge_after is not None:
        idle = years(policy.presume_no_pending_charge_after)
        newest = history.latest(presumed_day(charge.arrest_date, charge.filed_date, "the day of filing"))
        quiet = newest + idle < as_of
        return (quiet & presumed(pending, False, "policy presume_no_pending_charge_after")) | (~quiet & pending)
    return pending


def last_probation_ends() -> Day:
    """The day on which every probation on the record is set to be over."""
    ends = presumed_day(sentence.end_date, sentence.completed_date, "the day of completion")
    return history.latest(charge.sentences.latest(ends, where=sentences.PROBATION), where=sentences.probation_granted())


def not_serving(id: str, policy: CaliforniaPolicy, *, cites: str) -> Condition:
    """No sentence is being served for any offense."""
    return Condition(id, "no sentence is being served for any offense", ~serving(policy), cites=cites, curable=True)


def not_on_probation(id: str, *, cites: str) -> Condition:
    """Not on probation for any offense."""
    return Condition(
        id,
        "the person is not on probation for any offense",
        ~ON_PROBATION,
        cites=cites,
        curable=True,
        until=last_probation_ends(),
    )


def not_charged(id: str, policy: CaliforniaPolicy, *, cites: str) -> Condition:
    """Not charged with any offense."""
    return Condition(id, "no charge is pending against the person", ~charged(policy), cites=cites, curable=True)
