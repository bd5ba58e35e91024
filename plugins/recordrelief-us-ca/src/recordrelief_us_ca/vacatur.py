"""What PC 236.14 and 236.15 have in common: vacatur for whoever was made to offend as a victim.

Both turn on a claim of fact that no record holds. Nothing is ever inferred from the record: where the offense is not a
violent one the answer stays open, with the question to ask.
"""

from __future__ import annotations

from recordrelief.law import ALWAYS_TRUE, Day, Test, unsettled
from recordrelief.statutes import Condition, Grade, InForce, Outcome, Pathway, ReliefKind, Remedy
from recordrelief_us_ca import convictions as c
from recordrelief_us_ca import levels, strikes
from recordrelief_us_ca.policy import CaliforniaPolicy

_FOR_THE_COURT = "whether the proof is clear and convincing, which the court decides"

NOTES = (
    "The petition is sworn. The prosecutor has 45 days to oppose it; one that nobody opposes may be granted.",
    "The conviction or arrest is vacated as legally invalid. Its records are sealed, and destroyed by the later of one "
    "year from the arrest and 90 days from the order.",
)


def remedy(
    policy: CaliforniaPolicy,
    section: str,
    *,
    title: str,
    claim: str,
    victim: Test,
    finding: str,
    in_force: InForce,
    since: Day,
    notes: tuple[str, ...] = (),
) -> Remedy:
    """The remedy of one section in one version.

    Args:
        policy: the options of the pack.
        section: such as ``236.14``.
        title: what it gives.
        claim: the sentence of the condition on the person's statement.
        victim: the fact that the person states.
        finding: the sentence of the condition on what the court has to find.
        in_force: the days of the version.
        since: the first day of the section.
        notes: what this version adds.
    """
    return Remedy(
        id=f"pc-{section}",
        title=title,
        citation=f"Cal. Penal Code § {section}",
        relief=ReliefKind.VACATUR,
        pathway=Pathway.PETITION,
        applies_to=c.CALIFORNIA & ~levels.erased(),
        requires=(
            Condition(
                f"{section}.1",
                "the offense is not a violent felony",
                ~strikes.violent(policy),
                cites=f"PC {section}(a); PC 667.5(c)",
            ),
            Condition(
                f"{section}.2",
                claim,
                ~unsettled(~victim, "a person who says no may not have been asked in a way that allows the answer"),
                cites=f"PC {section}(a)",
                note="The person's own statement opens the petition. Nothing on the record stands for it.",
            ),
            Condition(
                f"{section}.3",
                finding,
                ~unsettled(ALWAYS_TRUE, _FOR_THE_COURT),
                cites=f"PC {section}",
            ),
        ),
        granted=c.given((f"pc-{section}",), kinds=("dismissed", "sealed"), since=since),
        grades=(Grade.DISCRETIONARY,),
        outcomes=(Outcome("vacated and sealed"),),
        in_force=in_force,
        acts="the person, by a sworn petition",
        notes=(*NOTES, *notes),
    )
