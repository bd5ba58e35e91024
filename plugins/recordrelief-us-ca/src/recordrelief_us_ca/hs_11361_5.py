"""HS 11361.5: records of small cannabis offenses are destroyed two years on, without anybody's asking.

Agencies and courts have to do it by themselves. A count that stands on a record after that was overlooked, and the
person may ask for its destruction.
"""

from __future__ import annotations

from collections.abc import Iterator

from recordrelief.law import Day, OffenseSet, charge, day, either, subject, unsettled, years
from recordrelief.statutes import Branch, Condition, Grade, Outcome, Pathway, ReliefKind, Remedy, Wait
from recordrelief_us_ca import convictions as c
from recordrelief_us_ca import levels, sentences, strikes
from recordrelief_us_ca import offenses as o
from recordrelief_us_ca.policy import CaliforniaPolicy

NEW_LAW = day(2016, 11, 9)


def _listed(name: str, *includes: str) -> OffenseSet:
    return OffenseSet.listing(
        name,
        cites="HS 11361.5(a)",
        includes=includes,
        attempts="open",
        conspiracies="outside",
        solicitations="outside",
        catalog=o.CATALOG,
    )


SMALL = _listed("small-cannabis-offenses", "HS 11357(b)", "HS 11357(c)", "HS 11357(d)", "HS 11357(e)", "HS 11360(b)")
MINOR_AT_SCHOOL = _listed("cannabis-held-by-a-minor-at-school", "HS 11357(e)")
SETS = (SMALL, MINOR_AT_SCHOOL)

_LETTERS = "the letters stand for other conduct since 2016-11-09, and whether the section follows them is open"


def _last_event(policy: CaliforniaPolicy) -> Day:
    """The day of the conviction; of the arrest, where there was no conviction."""
    arrest = charge.arrest_date.no_later_than(charge.filed_date, charge.disposition_date)
    return either(charge.convicted, sentences.convicted_on(policy), arrest)


def _branches(policy: CaliforniaPolicy) -> Iterator[Branch]:
    minor = charge.offense.in_set(MINOR_AT_SCHOOL)
    cites = "HS 11361.5(a)"
    yield Branch(
        id="two-years",
        title="Two years after conviction or arrest",
        cites=cites,
        requires=(
            Condition(
                "11361.5.3",
                "the offense is not that of a minor at a school",
                ~minor,
                cites=cites,
            ),
        ),
        waits=(
            Wait(
                "11361.5.4",
                "two years have gone by since the conviction, or since the arrest if there was none",
                _last_event(policy) + years(2),
                cites=cites,
            ),
        ),
    )
    yield Branch(
        id="of-age",
        title="A minor at a school, come of age",
        cites=cites,
        requires=(Condition("11361.5.5", "the offense is that of a minor at a school", minor, cites=cites),),
        waits=(
            Wait(
                "11361.5.6",
                "the person is 18 years old",
                subject.birth_date + years(18),
                cites=cites,
                on_the_day=True,
            ),
        ),
    )


def remedies(policy: CaliforniaPolicy) -> tuple[Remedy, ...]:
    """The remedy, in its one version."""
    return (
        Remedy(
            id="hs-11361.5",
            title="Destruction of the record of a small cannabis offense",
            citation="Cal. Health & Safety Code § 11361.5",
            relief=ReliefKind.DESTRUCTION,
            pathway=Pathway.AUTOMATIC,
            applies_to=c.CALIFORNIA & ~levels.erased() & charge.offense.in_set(SMALL),
            requires=(
                Condition(
                    "11361.5.1",
                    "the offense is one of those letters as they stood before 2016-11-09",
                    ~unsettled(~(strikes.committed(policy) < NEW_LAW), _LETTERS),
                    cites="HS 11361.5(a)",
                ),
                Condition(
                    "11361.5.2",
                    "the charge is not pending",
                    ~charge.outcome.is_("pending"),
                    cites="HS 11361.5(a)",
                    curable=True,
                ),
            ),
            branches=tuple(_branches(policy)),
            granted=c.given(("hs-11361.5", "hs-11361.7"), kinds=()),
            grades=(Grade.AUTOMATIC,),
            outcomes=(Outcome("record destroyed"),),
            acts="the agencies and courts that keep the record, by themselves",
            notes=(
                "A count that still stands on a record after that time was overlooked: ask those who keep the record "
                "for its destruction.",
                "Records of older cannabis possession are destroyed on request; what is asked of those is not in this "
                "pack.",
                "A destroyed record is deemed never to have been (HS 11361.7).",
            ),
        ),
    )
