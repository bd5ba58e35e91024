"""What a test can come out as at all: never less than it does come out as on some record."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordrelief.law import (
    ALWAYS_FALSE,
    ALWAYS_TRUE,
    Test,
    all_of,
    any_of,
    as_of,
    charge,
    day,
    history,
    presumed,
    subject,
    unsettled,
)
from recordrelief.law.evaluation import evaluate
from recordrelief.law.possible import ANY, possible_values
from recordrelief.law.rules import Rules
from recordrelief.model import Charge, Disposition, Offense, Subject
from recordrelief.records import Records

FELONY = charge.level.is_("felony")
REGISTERED = subject.must_register
WHY = "the law leaves it open"


@pytest.mark.parametrize(
    ("test", "values"),
    [
        (FELONY, {True, False, None}),
        (ALWAYS_TRUE, {True}),
        (ALWAYS_FALSE, {False}),
        (~ALWAYS_TRUE, {False}),
        (as_of >= day(2020, 1, 1), {True, False}),
        (unsettled(ALWAYS_TRUE, WHY), {None}),
        (unsettled(ALWAYS_FALSE, WHY), {False}),
        (~unsettled(FELONY, WHY), {True, None}),
        (FELONY | unsettled(~FELONY, WHY), {True, None}),
        (FELONY | unsettled(ALWAYS_TRUE, WHY), {True, None}),
        (FELONY & unsettled(ALWAYS_TRUE, WHY), {False, None}),
        (FELONY | ~FELONY, {True, None}),
        (presumed(FELONY, True, "a rule"), {True, False}),
        (presumed(FELONY, REGISTERED, "a rule"), {True, False, None}),
        (~unsettled(presumed(FELONY, False, "a rule"), WHY), {True, None}),
        (history.any(FELONY), {True, False, None}),
        (any_of([charge.level.is_("felony"), REGISTERED]), {True, False, None}),
    ],
)
def test_the_form_of_a_test_says_what_it_may_be(test: Test, values: set[bool | None]) -> None:
    assert possible_values(test) == values


def test_with_many_leaves_nothing_is_ruled_out() -> None:
    leaves = [charge.test(f"fact_{number}") for number in range(12)]
    assert possible_values(all_of(leaves) & ~all_of(leaves)) == set(ANY)


leaves = st.sampled_from((FELONY, REGISTERED, charge.weapon, ALWAYS_TRUE, ALWAYS_FALSE))
tests = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda pair: pair[0] & pair[1]),
        st.tuples(inner, inner).map(lambda pair: pair[0] | pair[1]),
        inner.map(lambda one: ~one),
        inner.map(lambda one: unsettled(one, WHY)),
        st.tuples(inner, st.booleans()).map(lambda pair: presumed(*pair, "a rule")),
    ),
    max_leaves=6,
)
EVERY = [
    Charge(
        charge_id=f"{level}-{weapon}",
        offense=Offense(level=level),
        weapon=weapon,
        disposition=Disposition(outcome="convicted"),
    )
    for level in ("felony", "misdemeanor", None)
    for weapon in ANY
]


@given(tests)
def test_exactly_what_comes_out_on_every_record_is_possible(test: Test) -> None:
    """The three leaves are independent and all their values occur, so nothing is ruled out and nothing too much."""
    people = [
        Subject(
            subject_id=str(flag),
            must_register=flag,
            charges=[Charge(**{**_plain(one), "charge_id": f"{flag}-{one.charge_id}"}) for one in EVERY],
        )
        for flag in ANY
    ]
    prepared = evaluate(Records.from_subjects(people), Rules([test], date(2020, 1, 1)))
    frame = prepared.with_shared(prepared.frame).select(value=prepared.compiler.test(test))
    assert set(frame["value"].to_list()) == possible_values(test)


def _plain(one: Charge) -> dict[str, object]:
    return {"offense": one.offense, "weapon": one.weapon, "disposition": one.disposition}
