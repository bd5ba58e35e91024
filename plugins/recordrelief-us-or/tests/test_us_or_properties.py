"""What must hold of the statute whatever the record: a fact that is forgotten never helps anyone, and never harms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import attrs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recordrelief.determinations import screen_subject
from recordrelief.model import Case, Charge, Disposition, Offense, Sentence, Subject
from recordrelief_us_or.pack import PACK

AS_OF = date(2025, 6, 1)
CITATIONS = (
    *("ORS 164.045", "ORS 164.405", "ORS 163.187", "ORS 163.200", "ORS 163.165", "ORS 163.415", "ORS 163.425"),
    *("ORS 811.140", "ORS 811.111", "ORS 813.010", "ORS 475.860", "ORS 475.864", "ORS 33.065", "ORS 471.430"),
)
OFFENSES = st.sampled_from(
    [("felony", "A"), ("felony", "B"), ("felony", "C"), ("misdemeanor", "A"), ("misdemeanor", "C"), ("violation", "B")]
)
YES_OR_NO = st.booleans()
FACTS = (
    *("victim_65_or_older", "child_abuse", "victim_over_ten", "young_offender_exception", "less_than_an_ounce"),
    "protective_order_contempt",
)
CLASSES = st.sampled_from(("felony_a", "felony_b", "felony_c", "misdemeanor_a", "misdemeanor_b", "none"))

patient = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=40)


@st.composite
def sentences(draw: st.DrawFn, charge: str, since: date) -> Sentence:
    kind = draw(st.sampled_from(("probation", "jail", "prison")))
    over = since + timedelta(days=draw(st.integers(0, 2_500)))
    revoked = kind == "probation" and draw(YES_OR_NO)
    return Sentence(
        sentence_id=f"{charge}-1",
        kind=kind,
        suspended=draw(YES_OR_NO),
        released_date=over if kind != "probation" else None,
        completed_date=over,
        revoked=revoked,
        revoked_date=over if revoked else None,
        restitution_owed=draw(YES_OR_NO),
    )


@st.composite
def charges(draw: st.DrawFn, number: int) -> Charge:
    level, grade = draw(OFFENSES)
    outcome = draw(st.sampled_from(("convicted", "convicted", "convicted", "dismissed", "not_filed", "pending")))
    committed = draw(st.dates(date(2012, 1, 1), date(2024, 12, 31)))
    ended = committed + timedelta(days=draw(st.integers(0, 400)))
    convicted = ended if outcome == "convicted" else None
    id = f"c{number}"
    return Charge(
        charge_id=id,
        case_id="K",
        jurisdiction="us-or",
        offense_date=committed,
        offense=Offense(
            citation=draw(st.sampled_from(CITATIONS)),
            level=level,
            degree_class=grade,
            attempt=draw(st.sampled_from((False, False, True))),
            conspiracy=False,
            solicitation=False,
        ),
        disposition=Disposition(outcome=outcome, date=ended, conviction_date=convicted, judgment_date=convicted),
        dismissed_on_diversion=draw(YES_OR_NO),
        quantity_grams=draw(st.sampled_from((5.0, 40.0))),
        sentences=(draw(sentences(id, ended)),) if convicted else (),
        facts={name: draw(YES_OR_NO) for name in FACTS} | {"marijuana_class_now": draw(CLASSES)},
    )


@st.composite
def people(draw: st.DrawFn) -> Subject:
    return Subject(
        subject_id="P",
        birth_date=draw(st.dates(date(1980, 1, 1), date(2005, 12, 31))),
        charges_pending=draw(YES_OR_NO),
        record_scope="state",
        cases=(
            Case(
                case_id="K",
                case_type=draw(st.sampled_from(("Offense", "Offense", "Offense", "Juvenile"))),
                balance_due_cents=draw(st.sampled_from((0, 5_000))),
                restitution_on_case=draw(YES_OR_NO),
            ),
        ),
        charges=tuple(draw(charges(number)) for number in range(draw(st.integers(1, 3)))),
    )


policies = st.fixed_dictionaries(
    {},
    optional={
        "unpaid_balance": st.sampled_from(("stands", "ignored")),
        "dismissed_traffic_violation": st.sampled_from(("eligible", "ineligible")),
        "contempt_from_2026": st.sampled_from(("one_year", "five_years")),
        "marijuana_no_graver": st.booleans(),
        "boundary": st.sampled_from(("strict", "inclusive")),
    },
)

Forget = Callable[[Subject], Subject]


def _of_person(name: str) -> Forget:
    return lambda person: attrs.evolve(person, **{name: None})


def _of_case(name: str) -> Forget:
    return lambda person: attrs.evolve(person, cases=tuple(attrs.evolve(one, **{name: None}) for one in person.cases))


def _of_charges(change: Callable[[Charge], Charge]) -> Forget:
    """The last charge forgets something."""
    return lambda person: attrs.evolve(person, charges=(*person.charges[:-1], change(person.charges[-1])))


def _plain(name: str) -> Forget:
    return _of_charges(lambda charge: attrs.evolve(charge, **{name: None}))


def _offense(name: str) -> Forget:
    return _of_charges(lambda charge: attrs.evolve(charge, offense=attrs.evolve(charge.offense, **{name: None})))


def _disposition(*names: str) -> Forget:
    nothing = dict.fromkeys(names)
    return _of_charges(lambda charge: attrs.evolve(charge, disposition=attrs.evolve(charge.disposition, **nothing)))


def _fact(name: str) -> Forget:
    return _of_charges(
        lambda charge: attrs.evolve(charge, facts={key: value for key, value in charge.facts.items() if key != name})
    )


def _sentence(name: str) -> Forget:
    return _of_charges(
        lambda charge: attrs.evolve(
            charge, sentences=tuple(attrs.evolve(one, **{name: None}) for one in charge.sentences)
        )
    )


FORGETTING: dict[str, Forget] = {
    **{name: _of_person(name) for name in ("birth_date", "charges_pending", "record_scope")},
    **{name: _of_case(name) for name in ("case_type", "balance_due_cents", "restitution_on_case")},
    **{
        name: _plain(name)
        for name in ("jurisdiction", "case_id", "offense_date", "dismissed_on_diversion", "quantity_grams")
    },
    **{name: _offense(name) for name in ("citation", "level", "degree_class", "attempt")},
    "outcome": _disposition("outcome"),
    "conviction": _disposition("conviction_date", "judgment_date", "date"),
    **{name: _fact(name) for name in (*FACTS, "marijuana_class_now")},
    **{
        name: _sentence(name)
        for name in ("kind", "suspended", "released_date", "completed_date", "revoked", "revoked_date")
    },
    "restitution_owed": _sentence("restitution_owed"),
}


def answers(person: Subject, policy: dict[str, Any], as_of: date) -> dict[tuple[str, str], str]:
    found = screen_subject(person, statutes=PACK, as_of=as_of, policy=policy)
    return {(one.charge_id, one.remedy.id): one.status for one in found}


@patient
@given(people(), policies, st.sampled_from(sorted(FORGETTING)), st.sampled_from((AS_OF, date(2026, 1, 1))))
def test_what_is_forgotten_leaves_an_answer_as_it_is_or_open(
    person: Subject, policy: dict[str, Any], forgotten: str, as_of: date
) -> None:
    before = answers(person, policy, as_of)
    after = answers(FORGETTING[forgotten](person), policy, as_of)
    assert before.keys() <= after.keys()
    changed = {key: (before.get(key), status) for key, status in after.items() if status != before.get(key)}
    assert {key: change for key, change in changed.items() if change[1] != "undetermined"} == {}
