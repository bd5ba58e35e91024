"""California's offense catalog and the offense sets that Proposition 64 turns on."""

from __future__ import annotations

from importlib.resources import files

from recordrelief.law import CatalogRow, OffenseCatalog, OffenseSet

FLAGS = ("serious", "violent", "superstrike", "registrable", "realigned", "prop64", "prop47")

CATALOG = OffenseCatalog.from_csv(
    files(__package__).joinpath("data", "offenses.csv").read_text(encoding="utf-8"), flags=FLAGS
)

PROP64 = CATALOG.flagged(
    "prop64", "prop64", cites="HS 11361.8(a)", attempts="open", conspiracies="outside", solicitations="outside"
)
SUPERSTRIKE = CATALOG.flagged("superstrike", "superstrike", cites="PC 667(e)(2)(C)(iv)")
_FELONIES = [row.offense for row in CATALOG.rows if row.levels == ("felony",) and row.flags["superstrike"] is not False]
ALWAYS_FELONY = OffenseSet(
    name="superstrike-at-no-lower-level",
    cites="PC 667(e)(2)(C)(iv)",
    members=tuple(citation for one in _FELONIES if not one.attempt for citation in one.citations),
    attempted_members=tuple(citation for one in _FELONIES if one.attempt for citation in one.citations),
    attempts="as_target",
    conspiracies="as_target",
    solicitations="as_target",
    catalog=CATALOG,
)
"""Of the superstrikes those that are felonies whatever level a record shows, or fails to show."""
REGISTRABLE = CATALOG.flagged(
    "registrable", "registrable", cites="PC 290(c)", attempts="as_target", conspiracies="as_target"
)
SERIOUS = CATALOG.flagged("serious", "serious", cites="PC 1192.7(c)", attempts="as_target", conspiracies="as_target")
VIOLENT = CATALOG.flagged("violent", "violent", cites="PC 667.5(c)")
REALIGNED = CATALOG.flagged(
    "realigned", "realigned", cites="PC 1170(h)", attempts="as_target", conspiracies="as_target"
)
"""Felonies sentenced to county jail since realignment (2011-10-01)."""


def _either_way(row: CatalogRow) -> bool | None:
    if "wobbler" in row.levels or {"misdemeanor", "felony"} <= set(row.levels):
        # As a felony an offense of less, or either way, is the one that may be either.
        return True if set(row.levels) <= {"infraction", "misdemeanor", "wobbler"} else None
    return False


WOBBLER = CATALOG.classified(
    "wobbler", _either_way, cites="PC 17(b)", attempts="as_target", conspiracies="open", solicitations="open"
)
"""Offenses punishable as a felony or as a misdemeanor; open where some forms of the section are not."""


def _section(name: str, citation: str, *, exact: bool = False) -> OffenseSet:
    return OffenseSet.listing(
        name,
        cites=citation,
        includes=(citation,),
        attempts="as_target",
        conspiracies="outside",
        solicitations="outside",
        exact=exact,
        catalog=CATALOG,
    )


HS_11357 = _section("hs-11357", "HS 11357")
HS_11357_BARE = _section("hs-11357-without-subdivision", "HS 11357", exact=True)
HS_11357_A = _section("hs-11357(a)", "HS 11357(a)")
HS_11357_B = _section("hs-11357(b)", "HS 11357(b)")
HS_11357_B_ALONE = _section("hs-11357(b)-without-number", "HS 11357(b)", exact=True)
HS_11357_D = _section("hs-11357(d)", "HS 11357(d)")
HS_11357_E = _section("hs-11357(e)", "HS 11357(e)")
HS_11358 = _section("hs-11358", "HS 11358")
HS_11358_C = _section("hs-11358(c)", "HS 11358(c)")
HS_11359 = _section("hs-11359", "HS 11359")
HS_11359_B = _section("hs-11359(b)", "HS 11359(b)")
HS_11360 = _section("hs-11360", "HS 11360")
HS_11360_BARE = _section("hs-11360-without-subdivision", "HS 11360", exact=True)
HS_11360_A = _section("hs-11360(a)", "HS 11360(a)")
HS_11360_A_2 = _section("hs-11360(a)(2)", "HS 11360(a)(2)")
HS_11360_B = _section("hs-11360(b)", "HS 11360(b)")

SETS = (
    PROP64,
    SUPERSTRIKE,
    ALWAYS_FELONY,
    REGISTRABLE,
    SERIOUS,
    VIOLENT,
    REALIGNED,
    WOBBLER,
    HS_11357,
    HS_11357_BARE,
    HS_11357_A,
    HS_11357_B,
    HS_11357_B_ALONE,
    HS_11357_D,
    HS_11357_E,
    HS_11358,
    HS_11358_C,
    HS_11359,
    HS_11359_B,
    HS_11360,
    HS_11360_BARE,
    HS_11360_A,
    HS_11360_A_2,
    HS_11360_B,
)
