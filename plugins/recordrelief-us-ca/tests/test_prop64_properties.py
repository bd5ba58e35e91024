"""What must hold of Proposition 64 whatever the record: no bar touches possession, and nothing unknown helps anyone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import attrs
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from recordrelief.determinations import screen_subject
from recordrelief.model import Charge, Disposition, Offense, Subject
from recordrelief_us_ca.pack import PACK

AS_OF = date(2026, 11, 24)
POSSESSION = ("HS 11357(a)", "HS 11357(b)", "HS 11357(c)", "HS 11357(d)", "HS 11357(e)")
CANNABIS = (*POSSESSION, "HS 11357", "HS 11358", "HS 11359", "HS 11360", "HS 11360(a)", "HS 11360(b)")
OTHERS = ("PC 187", "PC 288(a)", "PC 314(1)", "PC 211", "PC 484(a)", "HS 11359", "HS 11358", "PC 9999", None)
ABSENT = {
    "cannabis_to_minor": False,
    "employed_person_under_21": False,
    "imported_or_exported_over_limit": False,
    "environmental_violation": False,
}
PROP_64 = ("hs-11361.8", "hs-11361.9")
STRICT = {"presume_no_aggravating_facts": False}

patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])

days = st.dates(date(1990, 1, 1), date(2020, 12, 31))


@st.composite
def priors(draw: st.DrawFn) -> Charge:
    number = draw(st.integers(0, 10**9))
    convicted_on = draw(st.none() | days)
    return Charge(
        charge_id=f"prior {number}",
        jurisdiction=draw(st.sampled_from(("us-ca", "us-or", None))),
        offense=Offense(
            citation=draw(st.sampled_from(OTHERS)),
            level=draw(st.sampled_from(("felony", "misdemeanor", None))),
            attempt=draw(st.sampled_from((False, True, None))),
            conspiracy=False,
            solicitation=False,
        ),
        disposition=Disposition(
            outcome=draw(st.sampled_from(("convicted", "dismissed", None))),
            conviction_date=convicted_on,
            judgment_date=convicted_on,
        ),
    )


policies = st.fixed_dictionaries(
    {},
    optional={
        "superstrike_timing": st.sampled_from(("before_offense", "any_time")),
        "two_priors": st.sampled_from(("same_section", "literal_subdivision")),
        "history": st.sampled_from(("as_recorded", "complete_only")),
    },
)


@st.composite
def counts(draw: st.DrawFn, citations: tuple[str, ...] = CANNABIS) -> Charge:
    committed = draw(days)
    judged = committed + timedelta(days=draw(st.integers(0, 400)))
    gift = draw(st.booleans())
    return Charge(
        charge_id="count",
        jurisdiction="us-ca",
        arrest_date=committed,
        offense_date=committed,
        offense=Offense(
            citation=draw(st.sampled_from(citations)),
            level=draw(st.sampled_from(("felony", "misdemeanor"))),
            attempt=False,
            conspiracy=False,
            solicitation=False,
        ),
        disposition=Disposition(outcome="convicted", date=judged, conviction_date=judged, judgment_date=judged),
        quantity_grams=draw(st.sampled_from((5.0, 20.0, 40.0))),
        plant_count=draw(st.sampled_from((3, 6, 7))),
        facts={**ABSENT, "gift_or_transport_only": gift, "ab1793_listed": True, "prosecutor_challenge": gift},
    )


@st.composite
def people(draw: st.DrawFn, citations: tuple[str, ...] = CANNABIS) -> Subject:
    others = draw(st.lists(priors(), max_size=3, unique_by=lambda one: one.charge_id))
    return Subject(
        subject_id="P1",
        birth_date=draw(st.dates(date(1960, 1, 1), date(2000, 12, 31))),
        must_register=draw(st.booleans()),
        record_scope="state",
        charges=(draw(counts(citations)), *others),
    )


def answers(person: Subject, policy: dict[str, Any]) -> dict[str, tuple[str, str | None]]:
    found = screen_subject(person, statutes=PACK, as_of=AS_OF, policy=policy, remedies=PROP_64)
    return {one.remedy.id: (one.status, one.outcome) for one in found if one.charge_id == "count"}


@patient
@given(people(POSSESSION), policies)
def test_nothing_about_the_person_bars_possession(person: Subject, policy: dict[str, Any]) -> None:
    clean = attrs.evolve(person, must_register=False, charges=person.charges[:1])
    unknown = attrs.evolve(person, must_register=None, record_scope=None)
    assert answers(person, policy) == answers(clean, policy) == answers(unknown, policy)


ONE = Subject(subject_id="P1", birth_date="1980-03-01", must_register=False, record_scope="state")
SALE = Charge(
    charge_id="count",
    jurisdiction="us-ca",
    offense_date="2010-05-01",
    offense=Offense(citation="HS 11359", level="felony", attempt=False, conspiracy=False, solicitation=False),
    disposition=Disposition(outcome="convicted", conviction_date="2010-09-01", judgment_date="2010-09-01"),
    facts={**ABSENT, "ab1793_listed": True, "prosecutor_challenge": False},
)

HOLES: tuple[str, ...] = (
    "birth_date",
    "must_register",
    "record_scope",
    "jurisdiction",
    "offense_date",
    "quantity_grams",
    "plant_count",
    "citation",
    "level",
    "attempt",
    "outcome",
    "conviction_date",
    "judgment_date",
    *ABSENT,
    "gift_or_transport_only",
    "ab1793_listed",
    "prosecutor_challenge",
    "prior convictions",
)


def without(person: Subject, hole: str) -> Subject:
    """The person with one fact taken away: it is unknown then."""
    count, *others = person.charges
    if hole == "prior convictions":
        others = [attrs.evolve(one, disposition=Disposition(), stage="court") for one in others]
    elif hole in ("birth_date", "must_register", "record_scope"):
        return attrs.evolve(person, **{hole: None})
    elif hole in ("citation", "level", "attempt"):
        count = attrs.evolve(count, offense=attrs.evolve(count.offense, **{hole: None}))
    elif hole in ("outcome", "conviction_date", "judgment_date"):
        count = attrs.evolve(count, disposition=attrs.evolve(count.disposition, **{hole: None}))
    elif hole in count.facts:
        count = attrs.evolve(count, facts={name: value for name, value in count.facts.items() if name != hole})
    elif hole not in (*ABSENT, "gift_or_transport_only"):
        count = attrs.evolve(count, **{hole: None})
    return attrs.evolve(person, charges=(count, *others))


@patient
@given(people(), policies, st.lists(st.sampled_from(HOLES), min_size=1, max_size=4, unique=True))
@example(attrs.evolve(ONE, charges=(SALE,)), {}, ["cannabis_to_minor"])
@example(attrs.evolve(ONE, charges=(SALE,)), {}, ["must_register", "birth_date"])
def test_without_presumptions_nothing_unknown_makes_anyone_eligible(
    person: Subject, policy: dict[str, Any], holes: list[str]
) -> None:
    """Taking a fact away may only leave an answer open: it turns none into another, in favour or against."""
    known = answers(person, {**policy, **STRICT})
    less = person
    for hole in holes:
        less = without(less, hole)
    for remedy, (status, _) in answers(less, {**policy, **STRICT}).items():
        assert status in ("undetermined", known[remedy][0])
