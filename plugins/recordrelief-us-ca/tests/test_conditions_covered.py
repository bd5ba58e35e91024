"""Every condition of every remedy is reached by worked cases: met, unmet and unknown; and so is every version."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import us_ca_cases as cases

from recordrelief import testing
from recordrelief.findings import Result
from recordrelief_us_ca.pack import PACK

CANNOT_BE: Mapping[str, Collection[Result]] = {}
"""Results that a condition cannot have, whatever the record, each with its reason."""


def test_every_condition_is_reached_as_met_unmet_and_unknown() -> None:
    testing.assert_every_condition_is_reached(cases.every_case(), PACK, exempt=CANNOT_BE)
