"""What a conviction counts as today: its level as disposed, or what later relief left of it.

Where the record gives no level, an offense that the catalog knows at one level only has that one.
"""

from __future__ import annotations

from recordrelief.law import CatalogRow, OffenseSet, Test, charge, presumed, relief
from recordrelief.law.scopes import ChargeRow
from recordrelief_us_ca import convictions as c
from recordrelief_us_ca import offenses as o

_ONE_LEVEL = "the offense has no other level"
_STATES_NONE = "relief that states no level"
_CHANGING = ("reduced", "redesignated")


def _of_level(level: str) -> OffenseSet:
    def only(row: CatalogRow) -> bool | None:
        if row.levels == (level,):
            return True
        may_be = {"misdemeanor", "felony"} if "wobbler" in row.levels else set()
        return None if level in may_be | set(row.levels) else False

    # An attempt, or a conspiracy at a felony, is of the level of what was aimed at; a conspiracy at less may be more.
    beyond = "as_target" if level == "felony" else "open"
    return o.CATALOG.classified(
        f"only-{level}",
        only,
        cites="PC 16, 17",
        attempts="as_target",
        conspiracies=beyond,
        solicitations="open",
    )


ONLY = {level: _of_level(level) for level in ("infraction", "misdemeanor", "felony")}
SETS = tuple(ONLY.values())


def disposed_as(level: str, row: ChargeRow = charge) -> Test:
    """The level at which the charge was disposed."""
    stated = row.level.is_(level)
    known = row.offense.in_set(ONLY[level])
    # A level that the record states goes before the catalog; the last part names the level where neither tells.
    return presumed(stated, False, _ONE_LEVEL) | (presumed(stated, True, _ONE_LEVEL) & known & (stated | known))


def _left(level: str) -> Test:
    """Relief on record says that it left this level."""
    changed = relief.kind.is_in(_CHANGING) & relief.resulting_level.is_(level)
    return charge.reliefs.any(presumed(changed, False, _STATES_NONE))


def _redesignated_as(level: str) -> Test:
    """Relief under HS 11361.8, which leaves a misdemeanor or an infraction, left this level."""
    named = relief.remedy.is_in(c.REDESIGNATED_64)
    changed = presumed(relief.kind.is_in(_CHANGING), True, _STATES_NONE)
    return charge.reliefs.any(named & changed & relief.resulting_level.is_(level))


def _made_less() -> Test:
    """The felony was reduced or redesignated, to whatever level."""
    named = c.reduced(c.REDUCED_17B, c.REDESIGNATED_47, c.REDESIGNATED_64)
    return named | charge.reliefs.any(presumed(relief.kind.is_in(_CHANGING), False, _STATES_NONE))


def felony() -> Test:
    """A felony still."""
    return disposed_as("felony") & ~_made_less()


def infraction() -> Test:
    """An infraction, from the beginning or by relief."""
    reduced = disposed_as("misdemeanor") & c.reduced(c.REDUCED_17D)
    redesignated = ~disposed_as("infraction") & _redesignated_as("infraction")
    return disposed_as("infraction") | reduced | redesignated | _left("infraction")


def crime() -> Test:
    """A misdemeanor or a felony, whichever it is."""
    return ~infraction() & ~charge.level.is_("violation")


def misdemeanor() -> Test:
    """A misdemeanor, from the beginning or by relief, and not yet less."""
    return (disposed_as("misdemeanor") | (disposed_as("felony") & _made_less())) & ~infraction()


def erased() -> Test:
    """Dismissed as legally invalid under Proposition 64, which leaves no conviction."""
    return charge.reliefs.any(relief.remedy.is_in(c.REDESIGNATED_64) & relief.kind.is_("dismissed"))
