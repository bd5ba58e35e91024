"""What an arrest is, what it was for and how it ended.

An arrest and all that followed are one cycle of steps. Relief is had on the arrest as a whole, and answered on each
charge of its first step: on the charges of the arrest where the record has that step, else on those of the court. So a
charge that stands in the record twice, as arrested and as tried, is answered once. How the arrest ended is read from
all steps: the step of the arrest says nothing where a court said it later.

A charge whose cycle is not known stands alone, and what else its cycle holds is unknown.
"""

from __future__ import annotations

from collections.abc import Sequence

from recordrelief.law import Day, Test, as_of, charge, cycle, other, presumed, unsettled, years
from recordrelief.model import ARREST_STAGES
from recordrelief.statutes import Condition
from recordrelief_us_ca import convictions as c
from recordrelief_us_ca import levels
from recordrelief_us_ca import offenses as o
from recordrelief_us_ca.policy import CaliforniaPolicy

NOT_CHARGED = ("not_filed", "prosecutor_rejected", "released")
"""Ends without any pleading."""
CHARGED = ("dismissed", "acquitted", "vacated", "set_aside", "convicted", "deferred")
"""Ends that only a pleading can come to."""
_SAY_LITTLE = ("transferred", "other")
"""Ends that tell neither how the arrest ended nor that it ended."""

_ENDED_SO = "how the arrest ended tells whether a pleading was filed"
_NO_END = "how it ended is recorded in words that may mean anything"

IN_COURT = charge.stage.is_in(("court", "filing"))
WENT_ON = ~charge.disposed & cycle.any(IN_COURT)
"""A charge of the step of the arrest that has no end of its own, in a cycle that went to court."""

FIRST_STEP = charge.stage.is_in(ARREST_STAGES) | ~cycle.others.any(other.stage.is_in(ARREST_STAGES))
"""A charge of the first step of its cycle that the record has: one that relief is answered on."""


def ended(*outcomes: str) -> Test:
    """The charge ended in one of these ways."""
    return ~WENT_ON & charge.outcome.is_in(outcomes)


def only(outcomes: Sequence[str], *, open_to: Sequence[str] = (), why: str = "") -> Test:
    """Every charge of the cycle ended in one of these ways. One of the ways that the law is open to leaves it open."""
    row = WENT_ON | charge.outcome.is_in(outcomes) | unsettled(charge.outcome.is_in(_SAY_LITTLE), _NO_END)
    if open_to:
        row = row | unsettled(charge.outcome.is_in(open_to), why)
    return cycle.all(row)


_CONVICTED = charge.convicted | unsettled(
    charge.disposed & charge.outcome.is_("set_aside"),
    "whether a conviction that was set aside is still one that the arrest led to",
)
_JUVENILE = charge.disposed & charge.outcome.is_("other") & charge.test("juvenile_adjudication")

ARREST: Test = c.CALIFORNIA & FIRST_STEP & ~cycle.any(_CONVICTED | _JUVENILE)
"""An arrest in California of which no charge ended in a conviction."""


def given(remedies: Sequence[str], *, kinds: Sequence[str], since: Day | None = None) -> Test:
    """Relief under one of these ids is on record for a charge of the arrest: it was for all of them."""
    return cycle.any(c.given(remedies, kinds=kinds, since=since))


# --- whether a pleading was filed ------------------------------------------------------------------------------------


def filed(policy: CaliforniaPolicy) -> Test:
    """A pleading was filed on this arrest, as is stated of it or as its end shows."""
    stated = charge.test("charges_filed")
    before_filing = charge.word("diversion_program").is_("prefiling")
    row = (
        charge.outcome.is_in(CHARGED)
        | (charge.outcome.is_("diverted") & ~before_filing)
        | (charge.outcome.is_in(("pending", *_SAY_LITTLE)) & stated)
    )
    if policy.presume_no_proceedings:
        row = (charge.disposed & row) | (~charge.disposed & presumed(row, False, "policy presume_no_proceedings"))
    return cycle.any(IN_COURT) | presumed(stated, cycle.any(row), _ENDED_SO)


def pending(policy: CaliforniaPolicy) -> Test:
    """Charges that were filed on the arrest are still open."""
    open_ = charge.outcome.is_("pending")
    at_arrest = charge.disposed & open_ if policy.presume_no_proceedings else ended("pending")
    return cycle.any(IN_COURT & open_) | (cycle.any(at_arrest) & charge.test("charges_filed"))


def not_pending(id: str, policy: CaliforniaPolicy, *, cites: str) -> Condition:
    """Nothing of the arrest is pending any more."""
    return Condition(id, "no charge of the arrest is pending", ~pending(policy), cites=cites, curable=True)


# --- what the arrest was for -----------------------------------------------------------------------------------------

_FELONY = levels.disposed_as("felony")
_MISDEMEANOR = levels.disposed_as("misdemeanor")
EIGHT_YEARS = 96
"""In months: the longest term from which on the wait is six years."""


def felony(policy: CaliforniaPolicy) -> Test:
    """An arrest for a felony: the gravest charge counts, or each by itself, as the policy says."""
    return _FELONY if policy.arrest_max_term == "each" else cycle.any(FIRST_STEP & _FELONY)


def misdemeanor(policy: CaliforniaPolicy) -> Test:
    """An arrest for a misdemeanor."""
    if policy.arrest_max_term == "each":
        return _MISDEMEANOR
    why = "whether an arrest for a misdemeanor stays that where a felony was charged afterwards"
    graver = unsettled(cycle.any(~FIRST_STEP & _FELONY), why)
    return cycle.any(FIRST_STEP & _MISDEMEANOR) & ~felony(policy) & ~graver


def eight_years(policy: CaliforniaPolicy) -> Test:
    """Eight years or more could be imposed on the arrest's felony."""
    row = _FELONY & (charge.max_term_months >= EIGHT_YEARS)
    return row if policy.arrest_max_term == "each" else cycle.any(FIRST_STEP & row)


def realigned(policy: CaliforniaPolicy) -> Test:
    """The arrest's felony is one that is punished under PC 1170(h)(1) or (2)."""
    inside = charge.offense.in_set(o.REALIGNED)
    return inside if policy.arrest_max_term == "each" else cycle.all(~(FIRST_STEP & _FELONY) | inside)


def within(period_of: int) -> Test:
    """Fewer than so many years, or exactly so many, have gone by since the offense."""
    return as_of <= charge.offense_date.no_later_than(charge.arrest_date) + years(period_of)


def time_runs() -> Test:
    """For a charge of the arrest the general time to prosecute still runs: one year, three, or six (PC 800 to 802)."""
    grave = charge.max_term_months >= EIGHT_YEARS
    running = (_MISDEMEANOR & within(1)) | (_FELONY & within(3)) | (_FELONY & grave & within(6))
    return cycle.any(FIRST_STEP & running)
