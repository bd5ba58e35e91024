"""The Oregon statute pack."""

from __future__ import annotations

from recordrelief.law import OffenseCatalog
from recordrelief.records import Records
from recordrelief.statutes import Remedy, StatutePack
from recordrelief_us_or.facts import FACTS
from recordrelief_us_or.policy import OregonPolicy
from recordrelief_us_or.recordsponge import readings, remedies

VERSION = "0.1.0"


def _remedies(policy: OregonPolicy) -> tuple[Remedy, ...]:
    return remedies.remedies()


def _derived(records: Records, policy: OregonPolicy) -> Records:
    return readings.derive(records) if policy.reading == "recordsponge" else records


PACK = StatutePack(
    id="us-or",
    title="Oregon",
    jurisdiction="us-or",
    version=VERSION,
    catalog=OffenseCatalog(()),
    sets=(),
    policy=OregonPolicy,
    policies={
        "statute": OregonPolicy(),
        "recordsponge": OregonPolicy(reading="recordsponge", boundary="inclusive", look_ahead="in_force"),
    },
    facts=FACTS,
    remedies=_remedies,
    derive=_derived,
)
