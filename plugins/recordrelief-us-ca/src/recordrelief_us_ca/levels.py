"""What a conviction counts as today: its level as disposed, or what later relief left of it.

Where the record gives no level, an offense that the catalog knows at one level only has that one.
"""

from __future__ import annotations

from collections.abc import Callable

from recordrelief.law import CatalogRow, OffenseSet, Test, charge, day, presumed, relief
from recordrelief.law.scopes import ChargeRow
from recordrelief_us_ca import convictions as c
from recordrelief_us_ca import offenses as o

_ONE_LEVEL = "the offense has no other level"
_STATES_NONE = "relief that states no level"
_NAMES_NONE = "relief that names no statute"
_PROPOSITION_64 = day(2016, 11, 9)
_CHANGING = ("reduced", "redesignated")


def _possible(row: CatalogRow) -> set[str]:
    either = {"misdemeanor", "felony"} if "wobbler" in row.levels else set()
    return set(row.levels) - {"wobbler"} | either


def _classified(name: str, level: str, by: Callable[[CatalogRow], bool]) -> OffenseSet:
    # An attempt is of the level of what was aimed at, and so is a conspiracy at a felony; at less it may be more.
    return o.CATALOG.classified(
        f"{name}-{level}",
        by,
        cites="PC 16, 17",
        attempts="as_target",
        conspiracies="as_target" if level == "felony" else "open",
        solicitations="open",
    )


def _always(level: str) -> OffenseSet:
    return _classified("always", level, lambda row: _possible(row) == {level})


def _never(level: str) -> OffenseSet:
    return _classified("never", level, lambda row: level not in _possible(row))


_LEVELS = ("infraction", "misdemeanor", "felony")
ALWAYS = {level: _always(level) for level in _LEVELS}
NEVER = {level: _never(level) for level in _LEVELS}
SETS = (*ALWAYS.values(), *NEVER.values())


def disposed_as(level: str, row: ChargeRow = charge) -> Test:
    """The level at which the charge was disposed. One that the record states goes before the catalog."""
    stated = row.level.is_(level)
    always, never = row.offense.in_set(ALWAYS[level]), row.offense.in_set(NEVER[level])
    by_catalog = always | (stated & ~never)  # of an offense of several levels the level itself is what is missing
    return presumed(stated, by_catalog, _ONE_LEVEL)


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
    return ~infraction()


def misdemeanor() -> Test:
    """A misdemeanor, from the beginning or by relief, and not yet less."""
    return crime() & ~felony()


def erased() -> Test:
    """Dismissed as legally invalid under Proposition 64, which leaves no conviction.

    A dismissal that names no statute may be that, unless it is older than the Act.
    """
    named = relief.remedy.is_in(c.REDESIGNATED_64)
    may_be = presumed(named, False, _NAMES_NONE) | (relief.relief_date >= _PROPOSITION_64)
    dismissed = charge.reliefs.any(named & may_be & relief.kind.is_("dismissed"))
    return charge.offense.in_set(o.PROP64) & dismissed
