"""Questions over groups, held to a plain-Python reference: nulls, empty groups, partial days, both ways of working."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from proof import strategies
from proof.asking import Asked, answers, expected, rules

from recordrelief.law import (
    ALWAYS_TRUE,
    BEGINNING,
    NEVER,
    Expression,
    case,
    charge,
    cycle,
    day,
    evaluation,
    event,
    history,
    membership,
    other,
    relief,
    sentence,
    subject,
    years,
)
from recordrelief.law.rules import HISTORY_POLICIES
from recordrelief.law.scopes import Rows
from recordrelief.model import (
    Case,
    Charge,
    Completeness,
    Coverage,
    Disposition,
    Event,
    Offense,
    PartialDate,
    Relief,
    Sentence,
    Subject,
)
from recordrelief.records import Records, readings

POLICIES = st.sampled_from(HISTORY_POLICIES)
WHOLE = Coverage(events=dict.fromkeys(("custody", "registration", "warrant"), "complete"))


@contextmanager
def forced(*, small: bool = True, ceiling: int | None = None) -> Iterator[None]:
    """One of the two ways in which offense sets are looked up, whatever the number of rows."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(membership, "_FEW", 10**9 if small else 0)
        if ceiling is not None:
            patch.setattr(evaluation, "PAIR_CEILING", ceiling)
        yield


def agrees(people: Sequence[Subject], asked: Sequence[Expression], coverage: Coverage, policy: str) -> None:
    records = Records.from_subjects(people, coverage=coverage)
    plain = expected(people, asked, coverage, policy)
    for small in (True, False):
        with forced(small=small):
            found = answers(records, asked, policy)
        for place, (one, two) in enumerate(zip(found, plain, strict=True)):
            for number, expression in enumerate(asked):
                assert one[number] == two[number], (
                    f"{'small' if small else 'big'} way, charge {place}: {expression}\n"
                    f"found {one[number]}, expected {two[number]}"
                )


def ask(person: Subject, *asked: Expression, coverage: Coverage = WHOLE, policy: str = "as_recorded") -> list[Any]:
    """The answers for the first charge of one person, on both ways."""
    records = Records.from_subjects([person], coverage=coverage)
    found = []
    for small in (True, False):
        with forced(small=small):
            found.append(answers(records, asked, policy)[0])
    assert found[0] == found[1]
    return list(found[0])


def count(outcome: str | None = "convicted", **facts: Any) -> Charge:
    """One charge of a court case, with an id given later."""
    date = facts.pop("conviction_date", None)
    return Charge(charge_id="", stage="court", disposition=Disposition(outcome=outcome, conviction_date=date), **facts)


def person(*charges: Charge, scope: str | None = "state", **facts: Any) -> Subject:
    return strategies.with_ids(Subject(subject_id="S", record_scope=scope, charges=charges, **facts), "S")


# --- against the reference ---------------------------------------------------------------------------------------


@settings(suppress_health_check=list(HealthCheck))
@given(strategies.few_people(), rules(), strategies.few_coverages, POLICIES)
def test_every_question_agrees_with_the_reference(
    people: tuple[Subject, ...], asked: Asked, coverage: Coverage, policy: str
) -> None:
    agrees(people, asked, coverage, policy)


@settings(suppress_health_check=list(HealthCheck))
@given(st.lists(strategies.few_people(most=2), min_size=2, max_size=3), rules(), strategies.few_coverages)
def test_readings_are_answered_apart(several: list[tuple[Subject, ...]], asked: Asked, coverage: Coverage) -> None:
    stacked = readings([Records.from_subjects(people, coverage=coverage) for people in several])
    plain = [row for people in several for row in expected(people, asked, coverage)]
    for small in (True, False):
        with forced(small=small):
            assert answers(stacked, asked) == plain


COUNTED = Asked(
    [
        history.any(charge.convicted),
        history.none(charge.convicted & charge.level.is_("felony")),
        history.all(charge.offense.in_set(strategies.CANNABIS)),
        history.count(charge.convicted),
        history.latest(charge.conviction_date, where=charge.convicted),
        history.earliest(charge.offense_date),
        history.others.any(other.convicted & other.offense.in_set(strategies.VIOLENT)),
        history.others.none(other.convicted & (other.conviction_date < charge.offense_date)),
        history.others.count(other.convicted & (other.conviction_date < charge.offense_date + years(1))),
        history.others.latest(other.conviction_date, where=other.convicted),
        cycle.all(charge.convicted),
        cycle.others.earliest(other.offense_date, where=other.level.is_("felony")),
        case.count(charge.convicted),
        case.others.any(other.level.is_("felony") & charge.level.is_("misdemeanor")),
        charge.sentences.any(sentence.kind.is_("prison")),
        charge.sentences.latest(sentence.completed_date),
        charge.reliefs.none(relief.remedy.is_("pc-1")),
        subject.events.any(event.kind.is_("custody")),
        subject.events.latest(event.event_date, where=event.kind.is_("custody")),
        history.any(charge.sentences.all(sentence.kind.is_("probation"))),
        history.count(history.others.any(other.convicted & (other.conviction_date < charge.conviction_date))),
    ]
)


def _crowd(people: int, seed: int) -> list[Subject]:
    """Many people, drawn without hypothesis because there are too many for it."""
    draw = random.Random(seed)
    flags = (None, True, False)
    days = (None, *strategies.DAYS)
    crowd = []
    for number in range(people):
        charges = [
            Charge(
                charge_id="",
                cycle_id=draw.choice(("a", "b")),
                case_id=f"S{number}-case-{draw.choice('01')}",
                stage=draw.choice((None, "arrest", "court")),
                offense_date=draw.choice(days),
                offense=Offense(
                    citation=draw.choice((None, "HS 11357(a)", "HS 11359", "PC 187", "PC 459", "not read")),
                    level=draw.choice((None, "felony", "misdemeanor")),
                    attempt=draw.choice(flags),
                    conspiracy=False,
                    solicitation=False,
                ),
                possible_citations=draw.choice(((), ("PC 459",))),
                disposition=Disposition(
                    outcome=draw.choice((None, "convicted", "dismissed")), conviction_date=draw.choice(days)
                ),
                sentences=tuple(
                    Sentence(
                        sentence_id="",
                        kind=draw.choice((None, "prison", "probation")),
                        completed_date=draw.choice(days),
                    )
                    for _ in range(draw.choice((0, 0, 1, 2)))
                ),
                reliefs=(Relief(remedy="pc-1"),) * draw.choice((0, 0, 1)),
            )
            for _ in range(draw.choice((0, 1, 3, 6)))
        ]
        events = tuple(
            Event(kind=draw.choice((None, "custody", "warrant")), event_date=draw.choice(days))
            for _ in range(draw.choice((0, 1)))
        )
        crowd.append(
            strategies.with_ids(
                Subject(
                    subject_id=f"S{number}",
                    record_scope=draw.choice((None, "case", "county", "state")),
                    charges=tuple(charges),
                    events=events,
                ),
                f"S{number}",
            )
        )
    return crowd


@pytest.mark.parametrize("policy", HISTORY_POLICIES)
def test_many_rows_agree_with_the_reference(policy: str) -> None:
    crowd = _crowd(600, seed=11357)
    records = Records.from_subjects(crowd, coverage=WHOLE)
    assert records.charges.height > membership._FEW
    found = answers(records, COUNTED, policy)
    with forced(small=True):
        assert answers(records, COUNTED, policy) == found
    assert found == expected(crowd, COUNTED, WHOLE, policy)


# --- what the documentation says, one by one -----------------------------------------------------------------------


def test_an_unknown_row_is_never_dropped() -> None:
    unread = count(None)
    assert ask(
        person(unread, count("dismissed")),
        history.any(charge.convicted),
        history.none(charge.convicted),
        history.all(charge.convicted),
        history.count(charge.convicted),
    ) == [None, None, False, (0, 1)]
    assert ask(person(unread, count()), history.any(charge.convicted), history.count(charge.convicted)) == [
        True,
        (1, 2),
    ]


def test_the_latest_is_open_while_a_row_has_no_day() -> None:
    one, two = count(conviction_date="2015-01-01"), count()
    newest = history.latest(charge.conviction_date, where=charge.convicted)
    oldest = history.earliest(charge.conviction_date, where=charge.convicted)
    day = PartialDate.of("2015-01-01").earliest
    assert ask(person(one, two), newest, oldest) == [(day, None), (None, day)]
    assert ask(person(one, count("dismissed")), newest, oldest) == [(day, day), (day, day)]
    assert ask(person(count("dismissed")), newest, oldest) == [(BEGINNING, BEGINNING), (NEVER, NEVER)]


def test_the_second_latest_counts_rows_of_one_day_each() -> None:
    second = history.latest(charge.conviction_date, where=charge.convicted, nth=2)
    besides = history.others.latest(other.conviction_date, where=other.convicted, nth=2)
    first = history.earliest(charge.conviction_date, where=charge.convicted, nth=2)
    days = {text: PartialDate.of(text).earliest for text in ("2012-01-01", "2015-01-01")}
    old, new = days.values()
    three = [count(conviction_date=text) for text in ("2015-01-01", "2015-01-01", "2012-01-01")]
    assert ask(person(*three), second, besides, first) == [(new, new), (old, old), (new, new)]
    assert ask(person(*three[1:]), second, besides, first) == [(old, old), (BEGINNING, BEGINNING), (new, new)]
    assert ask(person(three[0], count()), second, first) == [(BEGINNING, new), (new, NEVER)]
    assert ask(person(three[0]), second, first) == [(BEGINNING, BEGINNING), (NEVER, NEVER)]
    assert str(second) == "history.latest 2[charge.conviction_date where charge.convicted]"


@pytest.mark.parametrize("group", [cycle, case.others])
def test_only_the_first_day_of_a_cycle_or_a_case_is_told(group: Rows) -> None:
    with pytest.raises(TypeError, match="over the history"):
        group.latest(charge.conviction_date, nth=2)


def test_a_leap_day_in_a_group() -> None:
    born = person(count(conviction_date="2012-02-29"))
    newest = history.latest(charge.conviction_date)
    ends = [PartialDate.of(text).earliest for text in ("2013-02-28", "2013-03-01", "2016-02-29")]
    assert ask(born, newest + years(1), newest + years(1, rounding="up"), newest + years(4)) == [
        (end, end) for end in ends
    ]


@pytest.mark.parametrize(
    ("scope", "as_recorded", "complete_only"),
    [
        (None, None, None),
        ("case", None, None),
        ("county", False, None),
        ("state", False, False),
        ("national", False, False),
    ],
)
def test_what_the_record_does_not_show(scope: str, as_recorded: bool | None, complete_only: bool | None) -> None:
    lone = person(count("dismissed"), scope=scope)
    question = history.any(charge.convicted)
    assert ask(lone, question, policy="as_recorded") == [as_recorded]
    assert ask(lone, question, policy="complete_only") == [complete_only]
    assert ask(lone, history.others.any(ALWAYS_TRUE), policy="as_recorded") == [as_recorded]
    assert ask(lone, history.others.any(other.convicted & charge.convicted)) == [as_recorded]
    guilty = person(count(), scope=scope)
    assert ask(guilty, question, history.none(charge.convicted)) == [True, False]


@pytest.mark.parametrize("table", ["partial", "absent"])
def test_a_table_that_is_not_whole_leaves_every_absence_open(table: Completeness) -> None:
    lone = person(count("dismissed", sentences=[Sentence(sentence_id="", kind="probation")]))
    thin = Coverage(charges=table, sentences=table, reliefs=table, cases=table)
    asked = (
        history.any(charge.convicted),
        history.latest(charge.conviction_date, where=charge.convicted),
        history.count(charge.outcome.is_("dismissed")),
        charge.sentences.any(sentence.kind.is_("prison")),
        charge.sentences.any(sentence.kind.is_("probation")),
        charge.sentences.all(sentence.kind.is_("probation")),
        charge.reliefs.any(relief.remedy.is_("pc-1")),
        subject.events.any(event.kind.is_("custody")),
    )
    assert ask(lone, *asked, coverage=thin) == [None, (BEGINNING, None), (1, None), None, True, None, None, None]


def test_events_are_whole_kind_by_kind() -> None:
    lone = person(count(), events=[Event(kind="custody", event_date="2015-01-01")])
    half = Coverage(events={"custody": "complete", "warrant": "partial"})
    custody, warrant = event.kind.is_("custody"), event.kind.is_("warrant")
    late = event.event_date > day(2016, 1, 1)
    assert ask(
        lone,
        subject.events.any(custody),
        subject.events.any(custody & late),
        subject.events.any(late & custody),
        subject.events.any(warrant),
        subject.events.any(event.kind.is_in(["custody", "warrant"]) & late),
        subject.events.any(late),
        coverage=half,
    ) == [True, False, False, None, None, None]


def test_an_event_of_unknown_kind_may_be_any() -> None:
    lone = person(count(), events=[Event(event_date="2015-01-01")])
    assert ask(lone, subject.events.any(event.kind.is_("custody")), subject.events.none(event.kind.is_("custody"))) == [
        None,
        None,
    ]


def test_facts_of_the_case() -> None:
    mine = attrs.evolve(
        person(count(case_id="S-case-0"), cases=[Case(case_id="", status="open", balance_due_cents=5)]),
    )
    stray = person(count(case_id="elsewhere"))
    asked = (case.status.is_("open"), case.balance_due_cents > 0)
    assert ask(mine, *asked) == [True, True]
    assert ask(stray, *asked) == [None, None]


# --- keys that are unknown -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("group", [cycle, case], ids=["cycle", "case"])
def test_a_charge_of_unknown_group_is_a_group_of_one_that_may_be_larger(group: Any) -> None:
    asked = (
        group.any(charge.convicted),
        group.none(charge.level.is_("felony")),
        group.others.any(other.convicted),
        group.count(charge.convicted),
    )
    lone = count(offense=Offense(level="misdemeanor"))
    assert ask(person(lone), *asked) == [True, None, None, (1, None)]


@pytest.mark.parametrize("key", ["cycle_id", "case_id"])
def test_a_charge_of_unknown_group_may_belong_to_each_group(key: str) -> None:
    """An unread row of the person has no key: it may be the conviction of this very cycle."""
    group: Any = {"cycle_id": cycle, "case_id": case}[key]
    arrested, unread = count("dismissed", **{key: "a"}), count(None)
    asked = (group.none(charge.convicted), group.count(charge.convicted), group.others.none(other.convicted))
    assert ask(person(arrested), *asked) == [True, (0, 0), True]
    found = ask(person(arrested, unread), *asked)
    assert found[0] is None
    assert found[1][1] is None or found[1][1] >= 1
    assert found[2] is None


# --- groups inside pairs -------------------------------------------------------------------------------------------


def _terms(kind: str | None) -> tuple[Sentence, ...]:
    return () if kind is None else (Sentence(sentence_id="", kind=kind),)


def test_sentences_of_other_are_those_of_the_other_charge() -> None:
    prison = sentence.kind.is_("prison")
    assert str(other.sentences.any(prison)) != str(charge.sentences.any(prison))
    assert str(other.reliefs.any(relief.remedy.is_("pc-1"))) != str(charge.reliefs.any(relief.remedy.is_("pc-1")))
    asked = (
        history.others.any(other.sentences.any(prison)),
        history.others.any(other.convicted & charge.convicted & other.sentences.any(prison)),
    )
    mine = person(count(sentences=_terms("prison")), count(sentences=_terms("probation")))
    theirs = person(count(sentences=_terms("probation")), count(sentences=_terms("prison")))
    assert ask(mine, *asked) == [False, False]
    assert ask(theirs, *asked) == [True, True]


def test_sentences_of_charge_inside_others_are_those_of_the_charge() -> None:
    prison = sentence.kind.is_("prison")
    asked = (
        history.others.any(charge.sentences.any(prison)),
        history.others.any(other.convicted & charge.sentences.any(prison)),
        history.others.any(other.convicted & charge.convicted & charge.sentences.any(prison)),
    )
    mine = person(count(sentences=_terms("prison")), count(sentences=_terms("probation")))
    theirs = person(count(sentences=_terms("probation")), count(sentences=_terms("prison")))
    assert ask(mine, *asked) == [True, True, True]
    assert ask(theirs, *asked) == [False, False, False]


@pytest.mark.parametrize("group", [cycle, case], ids=["cycle", "case"])
def test_a_group_of_the_charge_inside_others(group: Any) -> None:
    keys = {"cycle_id": "a", "case_id": "a"}
    mine = person(count("dismissed", **keys), count(**keys), count(cycle_id="b", case_id="b"))
    asked = (
        history.others.count(group.any(charge.convicted)),
        history.others.count(other.convicted & charge.outcome.is_("dismissed") & group.any(charge.convicted)),
    )
    assert ask(mine, *asked) == [(2, 2), (2, 2)]


def test_pairs_inside_pairs() -> None:
    earlier = history.others.any(other.convicted & (other.conviction_date < charge.conviction_date))
    asked = (
        history.any(earlier),
        history.others.any(other.convicted & earlier),
        history.others.any(charge.convicted & history.others.any(charge.convicted)),
        history.others.any(charge.convicted & history.others.any(charge.convicted & other.convicted)),
    )
    mine = person(count(conviction_date="2015-01-01"), count(conviction_date="2016-11-08"))
    assert ask(mine, *asked) == [True, False, True, True]
    assert ask(person(count(conviction_date="2015-01-01")), *asked) == [False, False, False, False]


# --- people with too many charges to pair --------------------------------------------------------------------------

PAIRED = Asked(
    [
        history.others.any(other.convicted & (other.conviction_date < charge.offense_date)),
        history.others.none(other.convicted & (other.conviction_date < charge.offense_date)),
        history.others.count(other.convicted & (other.conviction_date < charge.offense_date)) <= 1,
        history.others.count(other.convicted & (other.conviction_date < charge.offense_date)) >= 2,
        history.others.count(other.convicted & (other.conviction_date < charge.offense_date)),
        history.others.latest(other.conviction_date, where=other.convicted),
        history.others.earliest(other.conviction_date, where=other.convicted),
        case.others.any(other.convicted & charge.convicted),
    ]
)


def weaker(found: Any, exact: Any) -> bool:
    """Whether an answer says no more than the exact one."""
    if not isinstance(exact, tuple):
        return found is None or found == exact
    (low, high), (least, most) = found, exact
    return (low is None or (least is not None and low <= least)) and (
        high is None or (most is not None and high >= most)
    )


@settings(suppress_health_check=list(HealthCheck))
@given(strategies.few_people(charges=6), st.integers(0, 3))
def test_outsized_people_get_weaker_answers_and_others_the_same(people: tuple[Subject, ...], ceiling: int) -> None:
    records = Records.from_subjects(people, coverage=WHOLE)
    exact = expected(people, PAIRED, WHOLE)
    with forced(small=False, ceiling=ceiling):
        found = answers(records, PAIRED)
    crowds = [len(one.charges) for one in people for _ in one.charges]
    for row, plain, crowd in zip(found, exact, crowds, strict=True):
        for expression, one, two in zip(PAIRED, row, plain, strict=True):
            assert weaker(one, two), f"{expression}: found {one}, exactly {two}"
            assert crowd > ceiling or one == two, f"{expression} of a person below the ceiling"


def test_an_outsized_person_is_never_found_to_have_few_priors() -> None:
    priors = [count(conviction_date="2012-01-01") for _ in range(5)]
    crowd = person(count(offense_date="2015-01-01"), *priors)
    with forced(small=False, ceiling=3):
        records = Records.from_subjects([crowd], coverage=WHOLE)
        few = history.others.count(other.convicted & (other.conviction_date < charge.offense_date)) < 2
        assert answers(records, [few])[0] != (True,)


@pytest.mark.parametrize(
    ("outcome", "stage", "charges", "disposed", "convicted"),
    [
        ("dismissed", "arrest", "complete", True, False),
        ("convicted", None, "partial", True, True),
        (None, "arrest", "complete", False, False),
        (None, "supplemental", "complete", False, False),
        (None, "arrest", "partial", None, None),
        (None, "court", "complete", None, None),
        (None, None, "complete", None, None),
    ],
)
def test_a_bare_step_of_an_arrest_has_no_end_of_its_own(
    outcome: str | None, stage: str | None, charges: Completeness, disposed: bool | None, convicted: bool | None
) -> None:
    one = person(Charge(charge_id="", stage=stage, disposition=Disposition(outcome=outcome)))
    assert ask(one, charge.disposed, charge.convicted, coverage=Coverage(charges=charges)) == [disposed, convicted]
