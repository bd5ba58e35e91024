"""The California statute pack."""

from __future__ import annotations

from importlib.resources import files

from recordrelief.form_maps import read_form_maps
from recordrelief.letter_texts import read_letter_texts
from recordrelief.plain_texts import read_plain_texts
from recordrelief.statutes import BY_GRADE, Grade, Pathway, Preference, ReliefKind, Remedy, StatutePack
from recordrelief_us_ca import (
    dismissals,
    findings,
    hs_11361_5,
    hs_11361_8,
    hs_11361_9,
    levels,
    life,
    pc_17,
    pc_236_14,
    pc_236_15,
    pc_653_29,
    pc_851_7,
    pc_851_8,
    pc_851_87,
    pc_851_90,
    pc_851_91,
    pc_851_93,
    pc_1170_18,
    pc_1203_4,
    pc_1203_4a,
    pc_1203_4b,
    pc_1203_41,
    pc_1203_42,
    pc_1203_43,
    pc_1203_45,
    pc_1203_47,
    pc_1203_49,
    pc_1203_425,
    pc_4852_01,
    prosecutor,
    registration,
)
from recordrelief_us_ca.facts import FACTS
from recordrelief_us_ca.offenses import CATALOG, SETS
from recordrelief_us_ca.policy import CaliforniaPolicy

VERSION = "0.1.0"

_MODULES = (
    hs_11361_8,
    hs_11361_9,
    pc_17,
    pc_1170_18,
    pc_1203_4,
    pc_1203_4a,
    pc_1203_4b,
    pc_1203_41,
    pc_1203_42,
    pc_1203_425,
    pc_1203_43,
    pc_1203_45,
    pc_1203_47,
    pc_1203_49,
    pc_236_14,
    pc_236_15,
    pc_653_29,
    pc_851_7,
    pc_851_8,
    pc_851_87,
    pc_851_90,
    pc_851_91,
    pc_851_93,
    pc_4852_01,
    hs_11361_5,
    prosecutor,
)
"""One module a section, each with its ``remedies`` and the ``SETS`` it lists of its own."""
_SHARED = (dismissals, findings, levels, life, registration)
"""What several sections ask, with the ``SETS`` that are theirs together."""


def _remedies(policy: CaliforniaPolicy) -> tuple[Remedy, ...]:
    return tuple(remedy for module in _MODULES for remedy in module.remedies(policy))


RANKING = (
    Preference(grade=Grade.AUTOMATIC),
    # Reduce or redesignate first, dismiss second: the level decides which dismissal there is.
    Preference(relief=ReliefKind.REDUCTION, opens=True),
    # Both may fit former HS 11357(a), and Proposition 64 may dismiss what Proposition 47 only redesignates.
    Preference(remedies=("hs-11361.8", "pc-1170.18")),
    Preference(grade=Grade.MANDATORY),
    Preference(grade=Grade.PRESUMED),
    Preference(pathway=Pathway.PROSECUTOR),
    *BY_GRADE,
)
"""Which remedy is the best of those that a charge is eligible for: strength of the claim, then effort."""

PACK = StatutePack(
    id="us-ca",
    title="California",
    jurisdiction="us-ca",
    version=VERSION,
    catalog=CATALOG,
    sets=(*SETS, *(one for module in (*_MODULES, *_SHARED) for one in getattr(module, "SETS", ()))),
    policy=CaliforniaPolicy,
    policies={"statute": CaliforniaPolicy()},
    facts=FACTS,
    remedies=_remedies,
    ranking=RANKING,
    plain=read_plain_texts(files("recordrelief_us_ca").joinpath("plain")),
    forms=read_form_maps(files("recordrelief_us_ca").joinpath("forms")),
    letters=read_letter_texts(files("recordrelief_us_ca").joinpath("letters")),
)
