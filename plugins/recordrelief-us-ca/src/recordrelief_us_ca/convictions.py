"""What relief from a conviction asks of it, whatever the section: relief already had, what was imposed where the record
shows no term for the count, and whether it is over.
"""

from __future__ import annotations

from collections.abc import Sequence

from recordrelief.law import (
    ALWAYS_TRUE,
    BEGINNING,
    Day,
    Test,
    as_of,
    charge,
    either,
    presumed,
    relief,
    sentence,
    subject,
)
from recordrelief.law.expressions import FixedDay
from recordrelief.law.scopes import ChargeRow
from recordrelief.model import RELIEF_KINDS
from recordrelief_us_ca import sentences
from recordrelief_us_ca.policy import CaliforniaPolicy

CALIFORNIA = charge.jurisdiction.is_("us-ca")
CONVICTION = charge.convicted & CALIFORNIA

ALREADY: Day = FixedDay(BEGINNING)
"""The last day of a period that is surely over."""

REDUCED_17B = ("pc-17", "pc-17(b)", *(f"pc-17(b)({number})" for number in range(1, 6)))
REDUCED_17D = ("pc-17", "pc-17(d)", "pc-17(d)(1)", "pc-17(d)(2)")
REDESIGNATED_47 = ("pc-1170.18", "pc-1170.18(a)", "pc-1170.18(f)")
REDESIGNATED_64 = ("hs-11361.8", "hs-11361.9")

_CHANGING = ("reduced", "redesignated")


def given(remedies: Sequence[str], *, kinds: Sequence[str], since: Day | None = None) -> Test:
    """Relief under one of these ids is on record.

    Relief that names no statute may be it, unless it is of another kind or older than the statute. Without ``kinds``
    none of those that a record tells apart is its kind.
    """
    named = relief.remedy.is_in(remedies)
    other_way = relief.kind.is_in(kinds) if kinds else ~relief.kind.is_in(RELIEF_KINDS)
    if since is not None:
        other_way = other_way & (relief.relief_date >= since)
    return charge.reliefs.any(named & (presumed(named, False, "relief that names no statute") | other_way))


def reduced(*by: Sequence[str]) -> Test:
    """A court made the conviction less than it was, under one of these ids."""
    return given([one for ids in by for one in ids], kinds=_CHANGING)


# --- where no term is recorded for the count -------------------------------------------------------------------------
#
# Every conviction has a sentence. A count without one in the record, as the second of a case often is, was not
# sentenced to nothing: what was imposed is unknown, and somebody has to say it.

_FELONY_TERM = sentence.kind.is_in(("prison", "realigned_jail"))


def unrecorded(row: ChargeRow = charge) -> Test:
    """No term at all is recorded for the count."""
    return row.sentences.none(ALWAYS_TRUE)


def probation_granted(row: ChargeRow = charge) -> Test:
    """Probation was granted for the count, as its terms show, or as it is told where none is recorded."""
    return sentences.probation_granted(row) | (unrecorded(row) & row.test("probation_granted"))


def felony_term_imposed(row: ChargeRow = charge) -> Test:
    """State prison, or a county jail term under PC 1170(h), was imposed and not suspended."""
    told = unrecorded(row) & row.test("felony_term_imposed")
    return sentences.prison_executed(row) | sentences.realigned(row) | told


def other_punishment_imposed(row: ChargeRow = charge) -> Test:
    """Probation, county jail, a fine or the like was imposed, rather than prison or a term under PC 1170(h)."""
    stated = row.sentences.any(~_FELONY_TERM)
    return stated | (unrecorded(row) & (row.test("probation_granted") | ~row.test("felony_term_imposed")))


def probation_revoked(row: ChargeRow = charge) -> Test:
    """The probation of the count was revoked at some time, as its terms show, or as told where none is recorded."""
    return sentences.probation_revoked(row) | (unrecorded(row) & row.test("probation_revoked"))


def probation_completed(policy: CaliforniaPolicy, row: ChargeRow = charge) -> Day:
    """The last day of the probation of the count, as its terms show, or as told where none of them is probation."""
    recorded = sentences.probation_completed(policy, row)
    return either(sentences.probation_granted(row), recorded, row.day("sentence_completed_on"))


# --- when it is over -------------------------------------------------------------------------------------------------

AT_LARGE = subject.supervision.is_("none") & ~subject.serving_sentence
"""In no custody and under no supervision: whatever was imposed for any count has come to its end."""

_AT_LARGE = "the person's being in no custody and under no supervision"

UNDER_SENTENCE = subject.serving_sentence | subject.supervision.is_in(
    ("probation", "parole", "post_release", "mandatory", "federal")
)
"""In custody or under supervision, for whatever count."""


def complete(last_day: Day, policy: CaliforniaPolicy) -> Test:
    """A sentence with this last day is over today: by that day, or, where it is not told, by how the person stands."""
    return _past(last_day, policy) | _shown_past(last_day, policy)


def over(last_day: Day, policy: CaliforniaPolicy) -> Day:
    """The last day of a sentence; where it is not told, that nobody holds or supervises the person shows it past."""
    return either(_shown_past(last_day, policy), ALREADY, last_day)


def _past(last_day: Day, policy: CaliforniaPolicy) -> Test:
    return last_day <= as_of if policy.boundary == "inclusive" else last_day < as_of


def _shown_past(last_day: Day, policy: CaliforniaPolicy) -> Test:
    return AT_LARGE & presumed(_past(last_day, policy), True, _AT_LARGE)
