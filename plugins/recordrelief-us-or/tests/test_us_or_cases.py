"""The statute, by its worked cases: what every pack is asked, and what the version of 2026 adds."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from recordrelief.testing import pack_suite
from recordrelief_us_or.pack import PACK
from recordrelief_us_or.policy import OregonPolicy
from recordrelief_us_or.remedy_ids import CONVICTION

TestOregon = pack_suite(
    PACK,
    cases=Path(__file__).resolve().parent / "cases",
    each_version=True,
    # The version of 2026 differs from it in the wait for contempt only, as is shown below.
    in_force=date(2025, 6, 1),
    # Marks that a record has or has not: no mark is none.
    silent=("juvenile", "struck", "probation_revoked"),
)


def test_the_version_of_2026_adds_a_wait_for_contempt_and_nothing_else() -> None:
    before, after = (remedy for remedy in PACK.all_versions(OregonPolicy()) if remedy.id == CONVICTION)
    added = {item.id for item in after.findings()} - {item.id for item in before.findings()}
    assert added == {"137.225-contempt"}
    said = {where: str(expression) for where, expression in before.expressions()}
    assert said.items() <= {where: str(expression) for where, expression in after.expressions()}.items()
