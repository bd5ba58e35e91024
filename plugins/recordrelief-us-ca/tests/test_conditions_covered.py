"""Every condition of every remedy is reached by worked cases: met, unmet and unknown; and so is every version."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import us_ca_cases as cases

from recordrelief import testing
from recordrelief.findings import Result
from recordrelief_us_ca.pack import PACK

CANNOT_BE: Mapping[str, Collection[Result]] = {
    # A claim of fact is never held to be false, and what a court has to find is open until it does.
    "pc-236.14/236.14.2": ("unmet",),
    "pc-236.14/236.14.3": ("met", "unmet"),
    "pc-236.15/236.15.2": ("unmet",),
    "pc-236.15/236.15.3": ("met", "unmet"),
    # Where it is not met the law leaves open what follows.
    "hs-11361.5/11361.5.1": ("unmet",),
    "pc-653.29/653.29.1": ("unmet",),
    "pc-1203.45/1203.4a.3.restitution": ("unmet",),
}
"""Results that a condition cannot have, whatever the record, each with its reason."""


def test_every_condition_is_reached_as_met_unmet_and_unknown() -> None:
    testing.assert_every_condition_is_reached(cases.every_case(), PACK, exempt=CANNOT_BE)
