"""The worked cases of the statute: every expectation that a file writes down holds."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from recordrelief.cases import WorkedCase, differences, read_folder
from recordrelief.reached import unreached
from recordrelief_us_or.pack import PACK
from recordrelief_us_or.policy import OregonPolicy
from recordrelief_us_or.remedy_ids import CONVICTION

AS_OF = date(2025, 6, 1)
ALL = read_folder(Path(__file__).resolve().parent / "cases")


@pytest.mark.parametrize("case", ALL, ids=[case.name for case in ALL])
def test_the_pack_answers_as_the_case_says(case: WorkedCase) -> None:
    assert differences(case, PACK) == []


def test_every_condition_is_reached_as_met_as_unmet_and_as_unknown() -> None:
    """Of the versions in force in 2025; that of 2026 differs from it in the wait for contempt only."""
    lines = unreached(ALL, PACK, each_version=True)
    versions = [f"{remedy.id} ({remedy.version})" for remedy in PACK.in_force(OregonPolicy(), AS_OF)]
    assert [line for line in lines if line.startswith(tuple(versions))] == []


def test_the_version_of_2026_adds_a_wait_for_contempt_and_nothing_else() -> None:
    before, after = (remedy for remedy in PACK.all_versions(OregonPolicy()) if remedy.id == CONVICTION)
    added = {item.id for item in after.findings()} - {item.id for item in before.findings()}
    assert added == {"137.225-contempt"}
    said = {where: str(expression) for where, expression in before.expressions()}
    assert said.items() <= {where: str(expression) for where, expression in after.expressions()}.items()
