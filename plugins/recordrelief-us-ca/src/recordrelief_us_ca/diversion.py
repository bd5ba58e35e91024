"""Diversion that belongs to an arrest, deferred entry of judgment included: which program, and was it completed."""

from __future__ import annotations

from collections.abc import Sequence

from recordrelief.law import Day, Test, as_of, charge, cycle, presumed
from recordrelief.statutes import Condition
from recordrelief_us_ca import arrests
from recordrelief_us_ca.pc_1203_43 import DEFERRABLE
from recordrelief_us_ca.policy import CaliforniaPolicy

_NONE = "policy presume_no_diversion"
_SHOWN = "what the record shows of the program"
_NO_LATER_DAY = "no later day of completion is told"

_PROGRAM = charge.word("diversion_program")
_PROGRAMS = ("prefiling", "drug_court", "deferred_entry", "pretrial_drug", "pretrial")
_COMPLETED = charge.test("diversion_completed")
_DISMISSED_1000_3 = charge.test("dismissed_1000_3")
COMPLETED_ON: Day = charge.day("diversion_completed_on")
"""The day the program was completed, or is set to be."""


def _told(pointer: Test, policy: CaliforniaPolicy) -> Test:
    """What points to a diversion; where the record is silent the policy may take that for none."""
    return presumed(pointer, False, _NONE) if policy.presume_no_diversion else pointer


def _diverted(policy: CaliforniaPolicy) -> Test:
    row = arrests.ended("diverted", "deferred")
    for pointer in (_PROGRAM.is_in(_PROGRAMS), _COMPLETED, charge.dismissed_on_diversion, _DISMISSED_1000_3):
        row = row | _told(pointer, policy)
    return row


def belongs(policy: CaliforniaPolicy) -> Test:
    """A diversion program, whichever, belongs to the arrest."""
    return cycle.any(_diverted(policy))


def _of(programs: Sequence[str], policy: CaliforniaPolicy, shown: Test) -> Test:
    """A program of one of these kinds belongs to the arrest, as is stated of it or as the record shows."""
    return cycle.any(_diverted(policy) & presumed(_PROGRAM.is_in(programs), shown, _SHOWN))


def before_filing(policy: CaliforniaPolicy) -> Test:
    """A program of the prosecutor's in place of filing charges. Without its name, a diversion before any may be one."""
    prefiling = ("prefiling",)
    before = ~arrests.IN_COURT & ~arrests.ended(*arrests.CHARGED)
    return _of(prefiling, policy, before & _PROGRAM.is_in(prefiling))


def drug_program(policy: CaliforniaPolicy) -> Test:
    """A drug court's program, or deferred entry of judgment. A diversion without a name may be one on a drug charge."""
    drugs = ("drug_court", "deferred_entry")
    perhaps = charge.offense.in_set(DEFERRABLE) & ~arrests.ended(*arrests.NOT_CHARGED) & _PROGRAM.is_in(drugs)
    return _of(drugs, policy, arrests.ended("deferred") | _told(_DISMISSED_1000_3, policy) | perhaps)


def _done(policy: CaliforniaPolicy) -> Test:
    """The program was completed. One that ends on a day is over from the next."""
    past = COMPLETED_ON <= as_of if policy.boundary == "inclusive" else COMPLETED_ON < as_of
    row = _COMPLETED | charge.dismissed_on_diversion | _DISMISSED_1000_3 | past
    done = presumed(_COMPLETED, cycle.any(_diverted(policy) & row), _SHOWN)
    return done & presumed(past, True, _NO_LATER_DAY)


def completed(id: str, policy: CaliforniaPolicy, *, cites: str) -> Condition:
    """The program was completed."""
    sentence = "the diversion program was completed"
    return Condition(id, sentence, _done(policy), cites=cites, curable=True, until=COMPLETED_ON)


def concluded(id: str, policy: CaliforniaPolicy, *, cites: str) -> Condition:
    """Nothing of the arrest is open: no charge is pending, and no diversion still has to be completed."""
    diverted = cycle.any(arrests.ended("diverted", "deferred"))
    return Condition(
        id,
        "no charge of the arrest is pending, and no diversion goes on",
        ~arrests.pending(policy) & (~diverted | _done(policy)),
        cites=cites,
        curable=True,
    )
