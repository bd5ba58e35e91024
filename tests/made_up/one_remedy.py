"""Laws of one remedy, to ask what would settle it, and people with as little on record as a test needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from recordrelief.law import OffenseCatalog, OffenseSet, charge
from recordrelief.law import expressions as e
from recordrelief.model import Charge, Disposition, Subject
from recordrelief.records import Records
from recordrelief.statutes import Bar, Condition, Fact, Grade, Pathway, ReliefKind, Remedy, StatutePack, Wait

CATALOG = OffenseCatalog.from_csv(
    "citation,description,levels,notes,source\nXX 1,hum,felony,,\nXX 2,din,felony,,\n", flags=()
)
LOUD = OffenseSet.listing("loud", cites="XX 9", includes=("XX 2",), catalog=CATALOG)


def of_charge(name: str, kind: Any) -> Fact:
    return Fact(name=name, table="charges", kind=kind, means=f"whether {name} is so", ask=f"Is {name} so here?")


FACTS = (
    of_charge("kept", "test"),
    of_charge("sworn", "test"),
    of_charge("told_on", "day"),
    of_charge("plants", "number"),
    of_charge("crew", "word"),
)


def pack(
    *requires: e.Test, waits: Sequence[e.Day] = (), bars: Sequence[e.Test] = (), applies: e.Test | None = None
) -> StatutePack:
    """A law of one remedy."""
    remedy = Remedy(
        id="xx-9",
        title="Dismissal of an offense",
        citation="Xanadu Code § 9",
        relief=ReliefKind.DISMISSAL,
        pathway=Pathway.PETITION,
        applies_to=charge.convicted if applies is None else applies,
        requires=tuple(
            Condition(f"9.{n}", "something must be so", test, cites="(a)") for n, test in enumerate(requires)
        ),
        bars=tuple(Bar(f"9.b{n}", "something bars it all", test, cites="(b)") for n, test in enumerate(bars)),
        waits=tuple(Wait(f"9.w{n}", "a time has passed", day, cites="(c)") for n, day in enumerate(waits)),
        grades=(Grade.MANDATORY,),
    )
    return StatutePack(
        id="xx",
        title="Xanadu",
        jurisdiction="xx",
        version="1",
        catalog=CATALOG,
        sets=(LOUD,),
        facts=FACTS,
        remedies=lambda policy: (remedy,),
    )


def person(*charges: Charge, scope: str | None = "state", **more: Any) -> Records:
    usual = Charge(charge_id="C1", disposition=Disposition(outcome="convicted"))
    return Records.from_subjects(
        [Subject(subject_id="S", record_scope=scope, charges=charges or (usual,), **more)]  # type: ignore[arg-type]
    )


def convicted(charge_id: str = "C1", **more: Any) -> Charge:
    how = Disposition(outcome="convicted", conviction_date=more.pop("conviction_date", None))
    return Charge(charge_id=charge_id, disposition=how, **more)
