"""The law of a state that does not exist: one remedy."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from recordrelief.law import OffenseCatalog, OffenseSet, charge, years
from recordrelief.plugins import hookimpl
from recordrelief.statutes import Condition, Grade, Outcome, Pathway, Policy, ReliefKind, Remedy, StatutePack, Wait

RECORDRELIEF_HOOK_API = 1

CATALOG = OffenseCatalog.from_csv(
    "citation,description,levels,notes,source\nXX 1,humming,misdemeanor,,\nXX 2,whistling,felony,,\n", flags=()
)
QUIET = OffenseSet.listing("quiet", cites="XX 9", includes=("XX 1",), catalog=CATALOG)


@attrs.frozen(kw_only=True)
class MadeUpPolicy(Policy):
    wait_years: int = 1


def _remedies(policy: MadeUpPolicy) -> tuple[Remedy, ...]:
    return (
        Remedy(
            id="xx-9",
            title="Dismissal of a quiet offense",
            citation="Xanadu Code § 9",
            relief=ReliefKind.DISMISSAL,
            pathway=Pathway.PETITION,
            applies_to=charge.convicted,
            requires=(
                Condition("9.1", "the offense is a quiet one", charge.offense.in_set(QUIET), cites="(a)"),
                Condition("9.2", "it was a misdemeanor", charge.level.is_("misdemeanor"), cites="(a)"),
            ),
            waits=(Wait("9.3", "a time has passed", charge.conviction_date + years(policy.wait_years), cites="(b)"),),
            grades=(Grade.MANDATORY,),
            outcomes=(Outcome("dismissed"),),
        ),
    )


@hookimpl
def recordrelief_statutes() -> Sequence[StatutePack]:
    return [
        StatutePack(
            id="xx",
            title="Xanadu",
            jurisdiction="xx",
            version="1.0",
            catalog=CATALOG,
            sets=(QUIET,),
            policy=MadeUpPolicy,
            policies={"patient": MadeUpPolicy(wait_years=5)},
            remedies=_remedies,
        )
    ]
