"""The Oregon statute pack."""

from __future__ import annotations

from importlib.resources import files

from recordrelief.form_maps import read_form_maps
from recordrelief.letter_texts import read_letter_texts
from recordrelief.plain_texts import read_plain_texts
from recordrelief.records import Records
from recordrelief.statutes import Remedy, StatutePack
from recordrelief_us_or import convictions, deriving, ors_137_225, ors_137_226, ors_475c_397
from recordrelief_us_or.facts import FACTS
from recordrelief_us_or.offenses import CATALOG
from recordrelief_us_or.policy import OregonPolicy
from recordrelief_us_or.recordsponge import readings
from recordrelief_us_or.recordsponge.remedies import remedies as recordsponge_remedies

VERSION = "0.1.0"

_MODULES = (ors_137_225, ors_137_226, ors_475c_397)
"""One module a section, each with its ``remedies`` and the ``SETS`` it lists of its own."""


def _remedies(policy: OregonPolicy) -> tuple[Remedy, ...]:
    if policy.reading == "recordsponge":
        return recordsponge_remedies()
    return tuple(remedy for module in _MODULES for remedy in module.remedies(policy))


def _derived(records: Records, policy: OregonPolicy) -> Records:
    return readings.derive(records) if policy.reading == "recordsponge" else deriving.derive(records)


PACK = StatutePack(
    id="us-or",
    title="Oregon",
    jurisdiction="us-or",
    version=VERSION,
    catalog=CATALOG,
    sets=(*convictions.SETS, *(one for module in _MODULES for one in module.SETS)),
    policy=OregonPolicy,
    policies={
        "statute": OregonPolicy(),
        "recordsponge": OregonPolicy(reading="recordsponge", boundary="inclusive", look_ahead="in_force"),
    },
    facts=FACTS,
    remedies=_remedies,
    derive=_derived,
    plain=read_plain_texts(files("recordrelief_us_or").joinpath("plain")),
    forms=read_form_maps(files("recordrelief_us_or").joinpath("forms")),
    letters=read_letter_texts(files("recordrelief_us_or").joinpath("letters")),
)
