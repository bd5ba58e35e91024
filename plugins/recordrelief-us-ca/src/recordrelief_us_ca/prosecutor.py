"""What a district attorney's office dismisses or reduces on its own authority. Not law: a policy laid over it."""

from __future__ import annotations

from collections.abc import Iterable

from recordrelief.law import any_of, charge, day, history, subject, years
from recordrelief.statutes import Branch, Condition, Grade, Pathway, ReliefKind, Remedy, Wait
from recordrelief_us_ca import hs_11361_8
from recordrelief_us_ca import offenses as o
from recordrelief_us_ca.policy import CaliforniaPolicy, Prosecutor

_SECTIONS = {"11357": o.HS_11357, "11358": o.HS_11358, "11359": o.HS_11359, "11360": o.HS_11360}
_CITES = "policy of the office"


def _old_law(policy: CaliforniaPolicy) -> Condition:
    """Offices clear what Proposition 64 reaches back to, not what was done since."""
    test = hs_11361_8.offense_day(policy) < day(2016, 11, 9)
    return Condition("da.old-law", "the offense was committed before 2016-11-09", test, cites=_CITES)


def remedies(policy: CaliforniaPolicy) -> tuple[Remedy, ...]:
    """A dismissal and a reduction, each where the office has asked for one."""
    office = policy.prosecutor
    if office is None:
        return ()
    found = []
    dismissals = tuple(_dismissals(office))
    if dismissals:
        title = "Dismissal by the prosecutor's choice"
        found.append(_remedy("da-dismissal", title, ReliefKind.DISMISSAL, dismissals, policy))
    if office.reduce:
        title = "Reduction by the prosecutor's choice"
        found.append(_remedy("da-reduction", title, ReliefKind.REDUCTION, (_reduction(office),), policy))
    return tuple(found)


def _remedy(id: str, title: str, kind: ReliefKind, branches: tuple[Branch, ...], policy: CaliforniaPolicy) -> Remedy:
    return Remedy(
        id=id,
        title=title,
        citation="Policy of the district attorney's office",
        relief=kind,
        pathway=Pathway.PROSECUTOR,
        applies_to=hs_11361_8.APPLIES,
        requires=(_old_law(policy),),
        branches=branches,
        granted=hs_11361_8.GRANTED,
        grades=(Grade.DISCRETIONARY,),
        acts="the prosecutor",
    )


def _dismissals(office: Prosecutor) -> Iterable[Branch]:
    if office.dismiss:
        yield _branch("section", "sections the office dismisses", requires=_of_sections("da.section", office.dismiss))
    if office.dismiss_below_felony:
        test = charge.level.is_in(("misdemeanor", "infraction"))
        yield _branch(
            "below-felony",
            "convictions below a felony",
            requires=Condition("da.below-felony", "the conviction is below a felony", test, cites=_CITES),
        )
    if office.under_21_at_conviction:
        test = charge.conviction_date < subject.birth_date + years(21)
        yield _branch(
            "under-21",
            "convictions of people under 21",
            requires=Condition("da.under-21", "the person was under 21 at conviction", test, cites=_CITES),
        )
    if office.age_at_least is not None:
        age = office.age_at_least
        yield _branch(
            "age",
            f"people of {age} and more",
            waits=Wait(
                "da.age",
                f"the person is {age} or older",
                subject.birth_date + years(age),
                cites=_CITES,
                on_the_day=True,
            ),
        )
    if office.years_since_conviction is not None:
        count = office.years_since_conviction
        yield _branch(
            "years-since",
            f"convictions of {count} years ago",
            waits=Wait(
                "da.years-since",
                f"the conviction is {count} years old",
                charge.conviction_date + years(count),
                cites=_CITES,
                on_the_day=True,
            ),
        )
    if office.years_without_conviction is not None:
        count = office.years_without_conviction
        newest = history.latest(charge.conviction_date, where=charge.convicted)
        yield _branch(
            "crime-free",
            f"people without a conviction for {count} years",
            waits=Wait("da.crime-free", f"no conviction within {count} years", newest + years(count), cites=_CITES),
        )
    if office.deceased:
        yield _branch(
            "deceased",
            "people who have died",
            requires=Condition("da.deceased", "the person has died", subject.deceased, cites=_CITES),
        )
    if office.only_cannabis_convictions:
        test = history.none(charge.convicted & ~charge.offense.in_set(o.PROP64))
        yield _branch(
            "only-cannabis",
            "records of cannabis convictions only",
            requires=Condition(
                "da.only-cannabis", "every conviction on the record is for cannabis", test, cites=_CITES
            ),
        )


def _reduction(office: Prosecutor) -> Branch:
    felony = Condition("da.felony", "the conviction is a felony", hs_11361_8.FELONY, cites=_CITES)
    return Branch(
        id="da.reduce",
        title="sections the office reduces",
        cites=_CITES,
        requires=(felony, _of_sections("da.reduce-section", office.reduce)),
    )


def _of_sections(id: str, sections: tuple[str, ...]) -> Condition:
    test = any_of([charge.offense.in_set(_SECTIONS[section]) for section in sections])
    return Condition(id, f"the section is HS {', '.join(sections)}", test, cites=_CITES)


def _branch(name: str, title: str, *, requires: Condition | None = None, waits: Wait | None = None) -> Branch:
    return Branch(
        id=f"da.{name}-branch",
        title=title,
        cites=_CITES,
        requires=(requires,) if requires else (),
        waits=(waits,) if waits else (),
    )
