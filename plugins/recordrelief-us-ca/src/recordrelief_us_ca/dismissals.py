"""What the dismissals after a conviction have in common: what they leave standing, and on which papers they are asked.

Relief under PC 1203.4 and the sections after it withdraws the plea or sets the verdict aside and dismisses the case.
"""

from __future__ import annotations

import datetime

from recordrelief.law import OffenseSet, Test, charge
from recordrelief_us_ca import convictions as c
from recordrelief_us_ca import levels, sentences
from recordrelief_us_ca import offenses as o

SB_1106 = datetime.date(2023, 1, 1)
"""From this day unpaid restitution is no ground to refuse."""

CONVICTION: Test = c.CONVICTION & ~levels.erased()

PETITION = ("CR-180", "CR-181", "CR-106", "FW-001")
"""Petition, order, proof of service, waiver of fees."""
DECLARATION = "MC-031"
"""The declaration that goes with a petition where the court has discretion."""

STAYS = (
    "The conviction may still be pleaded and proved in a later prosecution.",
    "It has to be told when asked for in an application for public office, for a license of the state or of a local "
    "agency, or for a contract with the State Lottery Commission.",
    "No right to have firearms comes back. Bars to public office, a suspended driving license (VC 13555), a duty to "
    "register as a sex offender (PC 290.007), protective orders and restitution still owed stay as they are.",
    "Nothing is sealed or destroyed: the record shows the dismissal, some checks of caregivers and teachers still use "
    "the conviction, and federal immigration law does not follow the dismissal.",
    "Since 2022-08-01 a court tells of a dismissed conviction only to the person and to criminal justice agencies.",
)
"""What such a dismissal does not do."""
NO_RESTITUTION_TEST = "Restitution still owed is no ground to refuse."
NOTICE = "The prosecutor has to have 15 days' notice."

UNSAFE_VEHICLE = OffenseSet.listing(
    "vehicle-inspection-and-unsafe-condition",
    cites="VC 42002.1",
    includes=("VC 2800", "VC 2801", "VC 2803"),
    attempts="outside",
    conspiracies="open",
    solicitations="open",
    catalog=o.CATALOG,
)
"""Sections that VC 42002.1 names as far as an inspection stop or the unsafe condition of a vehicle is concerned."""
SETS = (UNSAFE_VEHICLE,)


def unsafe_vehicle() -> Test:
    """Within VC 42002.1. Its sections are misdemeanors, every one."""
    return charge.offense.in_set(UNSAFE_VEHICLE) & charge.test("inspection_or_unsafe_vehicle")


def prison_executed() -> Test:
    """A state prison sentence was executed for the count."""
    return sentences.prison_executed() | (c.unrecorded() & charge.test("prison_executed"))


def realigned() -> Test:
    """A county jail term under PC 1170(h) was imposed for the count."""
    told = charge.test("felony_term_imposed") & ~charge.test("prison_executed")
    return sentences.realigned() | (c.unrecorded() & told)


def split() -> Test:
    """That term ended with mandatory supervision."""
    return sentences.split() | (c.unrecorded() & charge.test("split"))
