"""PC 1203.45: sealing of a misdemeanor that a minor was convicted of in an adult court.

It goes with relief under PC 1203.4 or 1203.4a: that must have been given already, or be to be had. So the section has
a version wherever one of those changed.
"""

from __future__ import annotations

from collections.abc import Iterator

from recordrelief.law import OffenseSet, Test, charge, day, history, other, subject, unsettled, years
from recordrelief.statutes import Bar, Branch, Condition, Grade, InForce, Outcome, Pathway, ReliefKind, Remedy
from recordrelief_us_ca import convictions as c
from recordrelief_us_ca import dismissals, levels, pc_1203_4, pc_1203_4a, registration, strikes
from recordrelief_us_ca import offenses as o
from recordrelief_us_ca.policy import CaliforniaPolicy

AGE_OF_MAJORITY_LOWERED = day(1973, 3, 7)
"""Until then a person was a minor under 21."""

_RECKLESS_OR_DRUNK = ("VC 23103", "VC 23104", "VC 23105", "VC 23152", "VC 23153", "VC 23220")
_RECKLESS_OR_DRUNK_THEN = ("VC 23101", "VC 23102", "VC 23103.5")
"""Drunk driving as it was numbered before 1982, and reckless driving by plea, which is a conviction of VC 23103."""


def _listed(
    name: str, cites: str, *includes: str, perhaps: tuple[str, ...] = (), excepts: tuple[str, ...] = ()
) -> OffenseSet:
    return OffenseSet.listing(
        name,
        cites=cites,
        includes=includes,
        perhaps=perhaps,
        excepts=excepts,
        attempts="as_target",
        conspiracies="open",
        solicitations="open",
        catalog=o.CATALOG,
    )


DRUGS = _listed("division-10-of-the-health-and-safety-code", "PC 1203.45(c)", "HS 11000-11651")
DRIVING = _listed(
    "operation-of-a-vehicle",
    "PC 1203.45(c)",
    *("VC 2800.1", "VC 2800.2", "VC 2800.3", "VC 2800.4", "VC 12500", "VC 14600-14611", "VC 20001-23336"),
    # Of a vehicle, but not surely of its operation.
    perhaps=("VC 2800", "VC 2801", "VC 2803", "VC 10851", "VC 12951", "VC 23222", "VC 23224"),
)
MINOR_TRAFFIC = _listed(
    "minor-vehicle-violations",
    "PC 1203.45(d)(2)",
    "VC 21000-23336",
    perhaps=("VC 1-20999", "VC 23337-99999"),
    excepts=(*_RECKLESS_OR_DRUNK, *_RECKLESS_OR_DRUNK_THEN),
)
SETS = (DRUGS, DRIVING, MINOR_TRAFFIC)


def _minor(policy: CaliforniaPolicy) -> Test:
    committed = strikes.committed(policy)
    under_21 = (committed < AGE_OF_MAJORITY_LOWERED) & (committed < subject.birth_date + years(21))
    return (committed < subject.birth_date + years(18)) | under_21


def _convicted_of_more(policy: CaliforniaPolicy) -> Test:
    """Of another offense, and not of one that this one includes or is included in, or a minor one with a vehicle.

    Offenses of different days do not include one another; those of one day may.
    """
    this, that = strikes.committed(policy), strikes.committed(policy, other)
    apart = (this < that) | (that < this)
    included = ~apart & charge.test("includes_other_offense")
    elsewhere = unsettled(
        ~other.jurisdiction.is_("us-ca"), "whether an offense from elsewhere is a minor one of a vehicle"
    )
    minor_traffic = other.offense.in_set(MINOR_TRAFFIC) & ~other.level.is_("felony") & ~elsewhere
    counts = other.convicted & ~minor_traffic & ~included
    infraction = other.level.is_in(("infraction", "violation"))
    return history.others.any(counts & ~infraction) | unsettled(
        history.others.any(counts & infraction), "whether an infraction is another offense"
    )


def _conditions(policy: CaliforniaPolicy) -> Iterator[Condition]:
    yield Condition(
        "1203.45.1",
        "the person was a minor when the offense was committed",
        _minor(policy),
        cites="PC 1203.45(a)",
        note="A minor is a person under 18, and for offenses before 1973-03-07 one under 21.",
    )


def _bars(policy: CaliforniaPolicy) -> Iterator[Bar]:
    yield Bar(
        "1203.45.3",
        "the offense requires registration as a sex offender",
        registration.registrable(),
        cites="PC 1203.45(c)",
    )
    yield Bar(
        "1203.45.4",
        "the offense is one of the drug laws of Division 10 of the Health and Safety Code",
        charge.offense.in_set(DRUGS),
        cites="PC 1203.45(c)",
    )
    yield Bar(
        "1203.45.5",
        "the offense is one of operating a vehicle",
        charge.offense.in_set(DRIVING),
        cites="PC 1203.45(c)",
    )
    yield Bar(
        "1203.45.6",
        "the person was convicted of another offense that counts",
        _convicted_of_more(policy),
        cites="PC 1203.45(d)",
    )


def _branches(in_force: InForce, policy: CaliforniaPolicy) -> Iterator[Branch]:
    yield Branch(
        id="relief-given",
        title="Relief under PC 1203.4 or 1203.4a was given",
        cites="PC 1203.45(a)",
        requires=(
            Condition(
                "1203.45.2",
                "relief under PC 1203.4 or 1203.4a was given",
                c.given((*pc_1203_4.GRANTED, *pc_1203_4a.GRANTED), kinds=("dismissed",)),
                cites="PC 1203.45(a)",
            ),
        ),
    )
    for id, title, versions in (
        ("after-probation", "Relief under PC 1203.4 is to be had", pc_1203_4.remedies(policy)),
        ("without-probation", "Relief under PC 1203.4a is to be had", pc_1203_4a.remedies(policy)),
    ):
        (same_days,) = [one for one in versions if _within(in_force, one.in_force)]
        yield Branch(
            id=id,
            title=title,
            cites="PC 1203.45(a)",
            requires=same_days.requires,
            bars=same_days.bars,
            waits=same_days.waits,
        )


def _within(inner: InForce, outer: InForce) -> bool:
    if inner.since is None:
        return outer.since is None
    return inner.since in outer


def remedies(policy: CaliforniaPolicy) -> tuple[Remedy, ...]:
    """The remedy, in its versions."""
    return (
        _remedy(policy, InForce(None, pc_1203_4.AB_20)),
        _remedy(policy, InForce(pc_1203_4.AB_20, pc_1203_4.SB_1106)),
        _remedy(policy, InForce(pc_1203_4.SB_1106), dismissals.NO_RESTITUTION_TEST),
    )


def _remedy(policy: CaliforniaPolicy, in_force: InForce, *notes: str) -> Remedy:
    return Remedy(
        id="pc-1203.45",
        title="Sealing of a minor's misdemeanor",
        citation="Cal. Penal Code § 1203.45",
        relief=ReliefKind.SEALING,
        pathway=Pathway.PETITION,
        applies_to=dismissals.CONVICTION & levels.misdemeanor(),
        requires=tuple(_conditions(policy)),
        bars=tuple(_bars(policy)),
        branches=tuple(_branches(in_force, policy)),
        granted=c.given(("pc-1203.45",), kinds=("sealed",)),
        grades=(Grade.DISCRETIONARY,),
        outcomes=(Outcome("sealed"),),
        in_force=in_force,
        acts="the person, in the court of the conviction",
        notes=(
            "The conviction and the arrest are deemed not to have occurred.",
            "Findings of a juvenile court are sealed under WIC 781 and 786.",
            *notes,
        ),
    )
