"""PC 851.8: the record of somebody factually innocent is sealed and then destroyed.

Whether there was reasonable cause to believe that the person did it is found by the arresting agency or a court, never
from a record: the answer is undetermined until they found it.
"""

from __future__ import annotations

from recordrelief.law import ALWAYS_TRUE, as_of, charge, cycle, unsettled, years
from recordrelief.statutes import Condition, Grade, Outcome, Pathway, ReliefKind, Remedy
from recordrelief_us_ca import arrests, diversion
from recordrelief_us_ca.policy import CaliforniaPolicy

GRANTED = ("pc-851.8", "pc-851.85")
_FOUND = "innocence is for the arresting agency or a court to find"
_LATE = "whether there is good cause for asking after two years, and no prejudice to the other side"


def remedies(policy: CaliforniaPolicy) -> tuple[Remedy, ...]:
    """The remedy, in its one version."""
    two_years_on = years(2)
    in_time = (as_of <= charge.arrest_date + two_years_on) | cycle.any(as_of <= charge.filed_date + two_years_on)
    return (
        Remedy(
            id="pc-851.8",
            title="Sealing and destruction for factual innocence",
            citation="Cal. Penal Code § 851.8",
            relief=ReliefKind.SEALING,
            pathway=Pathway.PETITION,
            applies_to=arrests.ARREST,
            requires=(
                diversion.concluded("851.8.2", policy, cites="PC 851.8(c)"),
                Condition(
                    "851.8.3",
                    "there was no reasonable cause to believe that the person did it",
                    charge.test("factually_innocent") | unsettled(ALWAYS_TRUE, _FOUND),
                    cites="PC 851.8(b)",
                    note="The burden lies first on the person who asks.",
                ),
                Condition(
                    "851.8.4",
                    "the petition comes within two years of the arrest or of the filing, whichever is later",
                    in_time | unsettled(~in_time, _LATE),
                    cites="PC 851.8(l)",
                ),
            ),
            granted=arrests.given(GRANTED, kinds=("sealed",)),
            grades=(Grade.MANDATORY,),
            outcomes=(Outcome("sealed and destroyed"),),
            acts="the person: without a pleading the arresting agency is asked, with the prosecutor's concurrence, and "
            "the court where it refuses or is silent for 60 days; after a pleading the court; after an acquittal the "
            "judge of the trial (PC 851.85)",
            forms=("BCIA 8270",),
            notes=(
                "The record is sealed for three years from the arrest, and then destroyed.",
                "The arrest is deemed never to have occurred.",
            ),
        ),
    )
