"""Every condition of every remedy is reached by worked cases: met, unmet and unknown; and so is every version."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import us_ca_cases as cases

from recordrelief import testing
from recordrelief.findings import Result
from recordrelief_us_ca.pack import PACK

CANNOT_BE: Mapping[str, Collection[Result]] = {
    # What the section is about has a way to it, is a taking that may be theft, or is left open.
    "pc-1170.18/1170.18.2": ("unmet",),
    # Burglary of the first degree is not what the section is about.
    "pc-1170.18/1170.18.2.degree": ("unmet",),
    # Since 2023 the law leaves open what follows of a sentence that was neither prison nor under PC 1170(h).
    "pc-1203.41/1203.41.1": ("unmet",),
}
"""Results that a condition cannot have although its form does not say so, each with its reason."""


def test_every_condition_is_reached_as_met_unmet_and_unknown() -> None:
    testing.assert_every_condition_is_reached(cases.every_case(), PACK, exempt=CANNOT_BE)
