"""People of invented records, as canonical tables on disk, and an invented law with facts of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from recordrelief.formats.canonical import write_canonical
from recordrelief.records import Records
from recordrelief.tables import TABLES

LAW = """
from recordrelief.law import case, charge, history, other, years
from recordrelief.law.offenses import OffenseCatalog
from recordrelief.plugins import hookimpl
from recordrelief.statutes import Bar, Condition, Fact, Grade, Pathway, Policy, ReliefKind, Remedy, StatutePack, Wait
import attrs

RECORDRELIEF_HOOK_API = 1

@attrs.frozen(kw_only=True)
class XanaduPolicy(Policy):
    wait_years: int = 1

FACTS = (
    Fact(name="fee_paid", table="charges", kind="test", means="the fee was paid", ask="Was the fee paid?"),
    Fact(name="tier", table="charges", kind="word", means="the tier noted", ask="Which tier was noted?"),
    Fact(name="review_date", table="charges", kind="day", means="day of review", ask="When was it reviewed?"),
)

def remedies(policy):
    return (
        Remedy(
            id="xx-1",
            title="Sealing of what is paid for",
            citation="Xanadu Code § 1",
            relief=ReliefKind.SEALING,
            pathway=Pathway.PETITION,
            applies_to=charge.convicted,
            requires=(
                Condition("1.1", "the fee was paid", charge.test("fee_paid"), cites="(a)", curable=True),
                Condition("1.2", "the tier is low", charge.word("tier").is_in(["low", "lowest"]), cites="(a)"),
                Condition("1.3", "the case is closed", case.status.is_("closed"), cites="(a)", curable=True),
            ),
            bars=(Bar("1.4", "there is another felony", history.others.any(other.level.is_("felony")), cites="(b)"),),
            waits=(
                Wait("1.5", "a time has passed", charge.conviction_date + years(policy.wait_years), cites="(c)"),
                Wait("1.6", "a year after the review", charge.day("review_date") + years(1), cites="(c)"),
            ),
            grades=(
                Grade.MANDATORY.when(
                    Condition("1.7", "it is the only conviction", ~history.others.any(other.convicted), cites="(d)")
                ),
                Grade.DISCRETIONARY,
            ),
        ),
    )

def pack():
    return StatutePack(
        id="xx", title="Xanadu", jurisdiction="xx", version="1.0", catalog=OffenseCatalog(()), sets=(),
        policy=XanaduPolicy, facts=FACTS, remedies=remedies,
    )

@hookimpl
def recordrelief_statutes():
    return [pack()]
"""


def written(records: Records, directory: Path) -> Path:
    """The records as ``recordrelief convert`` writes them."""
    directory.mkdir(parents=True)
    write_canonical(records, directory)
    return directory


def frames(spark: Any, directory: Path) -> dict[str, Any]:
    """Canonical tables that stand in Spark, whatever wrote them."""
    return {name: spark.read.parquet(str(directory / f"{name}.parquet")) for name in TABLES}
