"""PC 851.90: the file of a drug case is sealed after a drug court's program or deferred entry of judgment."""

from __future__ import annotations

from recordrelief.statutes import Grade, Outcome, Pathway, ReliefKind, Remedy
from recordrelief_us_ca import arrests, diversion
from recordrelief_us_ca.policy import CaliforniaPolicy

GRANTED = ("pc-851.90",)
_SECTION = "PC 851.90(a)"


def remedies(policy: CaliforniaPolicy) -> tuple[Remedy, ...]:
    """The remedy, in its one version."""
    return (
        Remedy(
            id="pc-851.90",
            title="Sealing after drug diversion or deferred entry",
            citation="Cal. Penal Code § 851.90",
            relief=ReliefKind.SEALING,
            pathway=Pathway.PETITION,
            applies_to=arrests.ARREST & diversion.drug_program(policy),
            requires=(
                arrests.not_pending("851.90.pending", policy, cites=_SECTION),
                diversion.completed("851.90.1", policy, cites=_SECTION),
            ),
            granted=arrests.given(GRANTED, kinds=("sealed",)),
            grades=(Grade.DISCRETIONARY,),
            outcomes=(Outcome("sealed"),),
            acts="any party by motion, or the court by its own, with notice",
            notes=(
                "The program is one under PC 1000.5, or deferred entry of judgment under PC 1000 or 1000.8.",
                "The plea itself is withdrawn under PC 1203.43.",
            ),
        ),
    )
