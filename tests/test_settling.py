"""What would settle an answer: the fewest facts, by trying; and every promise kept when the answer is given."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up.one_remedy import LOUD, convicted, pack, person
from proof import packs, strategies
from test_invariants import EVERY, californians

import recordrelief as rr
from recordrelief.asking import Signed, entry_of
from recordrelief.corrections import read_corrections
from recordrelief.errors import RequestError
from recordrelief.inquiry import contradicts
from recordrelief.law import charge, history, other, relief, sentence, subject, years
from recordrelief.law import expressions as e
from recordrelief.model import Charge, Coverage, Offense, PartialDate, Relief, Sentence, Subject
from recordrelief.person_files import written_entries
from recordrelief.records import Records, readings
from recordrelief.screening import screen
from recordrelief.settling import MOST_FACTS, Results, Settlement, Settling, settle
from recordrelief.statutes import Policy, StatutePack
from recordrelief.tables import FACT_TABLES, dtypes
from recordrelief.trials import NOT_ABOUT, UNDETERMINED
from recordrelief_us_ca.pack import PACK as CALIFORNIA

DAY = date(2020, 7, 1)
SIGNED = Signed(author="A. Example", date=date(2020, 7, 2))


def settled(law: StatutePack, records: Records | None = None, *, facts: int = MOST_FACTS) -> Settling:
    return settle(records or person(), "S", statutes=law, as_of=DAY, facts=facts)


def only(settling: Settling) -> Settlement:
    (one,) = settling.settlements
    return one


def outcomes(one: Settlement) -> list[tuple[tuple[Any, ...], dict[tuple[Any, ...], str], bool]]:
    return [(tuple(q.column for q in each.questions), dict(each.results), each.always) for each in one.sets]


KEPT, SWORN = charge.test("kept"), charge.test("sworn")


# --- the sets ---------------------------------------------------------------------------------------------------------


def test_one_fact_settles_it_either_way() -> None:
    one = only(settled(pack(KEPT)))
    assert outcomes(one) == [(("kept",), {(True,): "eligible", (False,): "ineligible"}, True)]
    assert (
        str(one.sets[0].questions[0]) == "Is kept so here? (charge C1: offense not read, convicted on an unknown day)"
    )
    assert one.settled is None and set(one.reaches) == {"eligible", "ineligible"} and one.every


def test_of_two_facts_one_settles_it_by_one_value_and_both_whatever_they_are() -> None:
    one = only(settled(pack(KEPT, SWORN)))
    assert [(names, always) for names, _, always in outcomes(one)] == [
        (("kept", "sworn"), True),
        (("kept",), False),
        (("sworn",), False),
    ]
    assert outcomes(one)[1][1] == {(True,): UNDETERMINED, (False,): "ineligible"}
    assert outcomes(one)[0][1][True, True] == "eligible"


def test_a_set_says_nothing_that_a_part_of_it_says() -> None:
    third = charge.test("sworn") & (charge.number("plants") <= 6)
    one = only(settled(pack(KEPT, third), facts=2))
    by_names = {names: results for names, results, _ in outcomes(one)}
    assert set(by_names) == {("kept",), ("sworn",), ("plants",)}, "no pair settles more than its parts do"


def test_what_every_completion_agrees_on_is_settled_by_trying_all() -> None:
    one = only(settled(pack(KEPT | ~KEPT)))
    assert one.settled == "eligible" and one.every
    assert "Settled: eligible. All that is missing was tried every way" in settled(pack(KEPT | ~KEPT)).text()
    assert settled(pack(KEPT | ~KEPT)).best is None


def test_nothing_is_called_settled_where_not_all_could_be_tried() -> None:
    unread = person(convicted())
    one = only(settled(pack(charge.offense.in_set(LOUD) | ~charge.offense.in_set(LOUD)), unread))
    assert one.settled is None and not one.every and not one.sets
    assert [q.text for q in one.missing] == ["Which offense was it, to the subdivision?", *_INCHOATE]


_INCHOATE = ["Was it an attempt?", "Was it a conspiracy?", "Was it a solicitation?"]


def test_what_the_law_leaves_open_no_fact_settles() -> None:
    law = pack(~e.unsettled(e.ALWAYS_TRUE, "whether it counts"), KEPT)
    one = only(settled(law))
    assert one.unsettled == ("whether it counts",)
    assert [result for _, result, _ in outcomes(one)] == [{(False,): "ineligible", (True,): UNDETERMINED}]
    law = pack(~e.unsettled(KEPT, "whether it counts"))
    assert settled(pack(~e.unsettled(e.ALWAYS_TRUE, "whether it counts"))).askable == ()
    assert outcomes(only(settled(law))) == [(("kept",), {(False,): "eligible", (True,): UNDETERMINED}, False)]


def test_a_remedy_may_turn_out_not_to_be_about_the_charge() -> None:
    one = only(settled(pack(KEPT, applies=charge.level.is_("felony"))))
    results = {names: results for names, results, _ in outcomes(one)}
    assert results["level",]["misdemeanor",] == NOT_ABOUT
    assert results["level",]["felony",] == UNDETERMINED


# --- the values -------------------------------------------------------------------------------------------------------


def test_a_day_is_tried_on_both_sides_of_what_it_is_held_against() -> None:
    law = pack(waits=(charge.conviction_date + years(3),))
    one = only(settled(law, person(convicted(offense_date="2001-01-01"))))
    (each,) = one.sets
    assert each.always and dict(each.results)[date(2017, 7, 1),] == "eligible_later"
    assert dict(each.results)[date(2017, 6, 30),] == "eligible"
    assert {values[0] for values, _ in each.results} >= {date(2001, 1, 1), DAY}
    text = settled(law).text()
    assert "(1) 2017-06-30 or before: eligible; (1) 2017-07-01 or later: eligible later." in text


def test_a_day_known_to_the_month_is_tried_within_it() -> None:
    law = pack(waits=(charge.conviction_date + years(3),))
    span = PartialDate(date(2017, 6, 15), date(2017, 7, 15))
    one = only(settled(law, person(convicted(conviction_date=span))))
    tried = [values[0] for values, _ in one.sets[0].results]
    assert (tried[0], tried[-1]) == (span.earliest, span.latest)


def test_days_meet_other_days_of_the_record_and_closed_months_round() -> None:
    held = charge.day("told_on") <= history.latest(charge.conviction_date)
    one = only(settled(pack(held), person(convicted(conviction_date=date(2011, 3, 4)))))
    assert {values[0] for values, _ in one.sets[0].results} >= {date(2011, 3, n) for n in (3, 4, 5)}
    late = pack(charge.day("told_on") + e.months(1) <= e.day(2011, 2, 28))
    tried = {values[0]: status for values, status in only(settled(late)).sets[0].results}
    assert tried[date(2011, 1, 31)] == "eligible" and tried[date(2011, 2, 1)] == "ineligible"


def test_spans_of_days_are_told_as_they_lie_where_the_others_stay_open() -> None:
    told, border = charge.day("told_on"), e.day(2010, 1, 1)
    early = settled(pack(~e.unsettled(told > border, "whether it counts")))
    assert "Settled by some answers: (1) 2010-01-01 or before: eligible." in early.text()
    late = settled(pack(~e.unsettled(told < border, "whether it counts")))
    assert "Settled by some answers: (1) 2010-01-01 or later: eligible." in late.text()
    both = settled(pack(KEPT, ~e.unsettled(told < border, "whether it counts")))
    assert "Settled by some answers: (1) yes and (2) 2010-01-01 or later: eligible." in both.text()
    assert "(1) no and" not in both.text(), "which fewer questions settle"


def test_nobody_is_born_after_what_is_on_record() -> None:
    law = pack(subject.birth_date + years(18) <= charge.offense_date)
    one = only(settled(law, person(convicted(offense_date="1999-05-06", conviction_date=date(1999, 8, 1)))))
    assert max(values[0] for values, _ in one.sets[0].results) == date(1999, 5, 6)
    one = only(settled(law, facts=2))
    tried = [
        dict(zip((q.column for q in each.questions), values, strict=True))
        for each in one.sets
        for values, _ in each.results
    ]
    assert all(said["birth_date"] <= said["offense_date"] for said in tried if len(said) > 1)


def test_numbers_are_tried_on_and_beside_their_limits() -> None:
    one = only(settled(pack(charge.number("plants") <= 6)))
    assert dict(one.sets[0].results) == {(5.0,): "eligible", (6.0,): "eligible", (7.0,): "ineligible"}
    one = only(settled(pack(charge.quantity_grams <= 28.5)))
    assert {status for values, status in one.sets[0].results if values[0] > 28.5} == {"ineligible"}


def test_words_are_those_of_the_list_or_those_asked_for_and_another() -> None:
    one = only(settled(pack(charge.word("crew").is_("completed"))))
    assert outcomes(one) == [(("crew",), {("completed",): "eligible", ("other",): "ineligible"}, True)]
    assert "(1) something else: ineligible" in settled(pack(charge.word("crew").is_("completed"))).text()
    one = only(settled(pack(charge.level.is_in(["felony", "misdemeanor"]))))
    assert {values[0] for values, _ in one.sets[0].results} == {"infraction", "violation", "misdemeanor", "felony"}


def test_how_a_charge_ended_is_asked_where_the_law_asks_for_a_conviction() -> None:
    one = only(settled(pack(KEPT), person(Charge(charge_id="C1"))))
    results = {names: results for names, results, _ in outcomes(one)}
    assert results["outcome",]["dismissed",] == NOT_ABOUT


def test_candidate_offenses_are_asked_for_by_name_and_answer_themselves() -> None:
    flags = {"attempt": False, "conspiracy": False, "solicitation": False}
    unread = convicted(offense=Offense(**flags), possible_citations=("XX 1", "XX 2"))
    one = only(settled(pack(charge.offense.in_set(LOUD)), person(unread)))
    ((names, results, always),) = outcomes(one)
    assert (names, always) == (("citation",), False), "it may be neither"
    assert results == {("XX 1",): "ineligible", ("XX 2",): "eligible"}
    assert one.missing[0].text == "Which is it: XX 1 or XX 2?"


def test_readings_that_differ_are_asked_for() -> None:
    law = pack(charge.level.is_("felony"))
    both = readings([person(convicted(offense=Offense(level=level))) for level in ("felony", "misdemeanor")])
    one = only(settle(both, "S", statutes=law, as_of=DAY))
    assert outcomes(one) == [(("level",), {("felony",): "eligible", ("misdemeanor",): "ineligible"}, True)]
    assert one.missing[0].text == "Which is it: felony or misdemeanor?"


def test_a_record_that_need_not_be_whole_is_asked_about() -> None:
    law = pack(bars=(history.others.any(other.test("kept")),))
    one = only(settled(law, person(scope=None)))
    assert outcomes(one) == [(("history",), {("state",): "eligible"}, False)]
    assert "with nothing left out?" in str(one.missing[0])
    partial = attrs.evolve(person(), coverage=Coverage(reliefs="partial"))
    one = only(settled(pack(bars=(charge.reliefs.any(relief.kind.is_("sealed")),)), partial))
    assert not one.sets and one.missing[0].kind == "open"
    assert settled(pack(bars=(charge.reliefs.any(relief.kind.is_("sealed")),)), partial).best is None


def test_a_row_that_could_not_be_read_is_asked_for_and_nothing_is_made_up_for_it() -> None:
    lost = pl.DataFrame(
        {"source_file": ["a.csv"], "source_line": [7], "code": ["X"], "reason": ["broken"], "subject_id": ["S"]},
        schema=dict(dtypes("quarantine")),
    )
    whole = person(convicted(facts={"kept": False}))
    tables = {name: whole.table(name) for name in FACT_TABLES}
    records = Records.of({**tables, "quarantine": lost}, coverage=whole.coverage)
    law = pack(~charge.sentences.any(sentence.kind.is_("jail")), bars=(history.others.any(other.test("kept")),))
    found = settle(records, "S", statutes=law, as_of=DAY)
    one = next(one for one in found.settlements if one.charge_id == "C1")
    assert {(q.text, q.kind) for q in one.missing} == {("What does the row say that could not be read?", "open")}
    assert not one.sets and one.settled is None and found.best is None


def test_rows_of_the_charge_and_of_others_are_named() -> None:
    law = pack(charge.sentences.any(sentence.revoked), bars=(history.others.any(other.test("kept")),))
    records = person(
        convicted(sentences=[Sentence(sentence_id="T1", kind="probation")]),
        convicted("C2", sentences=[Sentence(sentence_id="T2", revoked=True)], facts={"kept": False}),
    )
    one = settled(law, records).settlements[0]
    assert {(q.table, q.row, q.column) for q in one.missing} == {("sentences", "T1", "revoked")}
    assert "probation sentence" in str(one.missing[0])
    one = settled(law, records).settlements[-1]
    assert one.charge_id == "C2" and {(q.table, q.row) for q in one.missing} == {("charges", "C1")}


def test_reliefs_are_told_apart_by_their_place() -> None:
    law = pack(bars=(charge.reliefs.any(relief.kind.is_("sealed")),))
    records = person(convicted(reliefs=[Relief(kind="reduced"), Relief(remedy="xx-1")]))
    one = only(settled(law, records))
    assert [(q.table, q.row) for q in one.missing] == [("reliefs", 1)]
    assert promised(one, records, law)


def test_days_that_contradict_what_is_known_are_left_out() -> None:
    law = pack(waits=(charge.conviction_date + years(3),))
    born = person(convicted(offense_date="2018-01-01"), birth_date="1990-01-01")
    assert only(settled(law, born)).settled == "eligible_later"


def test_the_best_question_is_the_one_that_settles_most() -> None:
    law = pack(KEPT, subject.must_register)
    records = person(convicted(facts={"kept": True}), convicted("C2", facts={"kept": True}), convicted("C3"))
    best = settled(law, records).best
    assert best is not None and best.column == "must_register"


def test_who_is_not_there_cannot_be_settled_and_who_has_nothing_open_needs_nothing() -> None:
    with pytest.raises(RequestError, match="no such person"):
        settle(person(), "T", statutes=pack(KEPT), as_of=DAY)
    with pytest.raises(RequestError, match="no such charge"):
        settle(person(), "S", statutes=pack(KEPT), as_of=DAY, charge_id="C9")
    nothing = settled(pack(charge.convicted))
    assert nothing.settlements == () and "Nothing is open." in nothing.text()
    assert rr.settle(person(), "S", statutes=pack(KEPT), as_of="2020-07-01").settlements


# --- what is promised -------------------------------------------------------------------------------------------------


def promised(one: Settlement, records: Records, law: StatutePack, policy: Policy | None = None) -> bool:
    """Whether the answers to each set, written as corrections, make of it what the set says."""
    asked: dict[str, Any] = {"statutes": law, "as_of": DAY, "policy": policy, "remedies": (one.remedy.id,)}
    for each in one.sets[:4]:
        for values, status in (each.results[0], each.results[-1]):
            after = answered(records, tuple(zip(each.questions, values, strict=True)))
            assert status_of(after, one, **asked) == status, (each.questions, values)
    return True


def answered(records: Records, said: Sequence[tuple[rr.Question, Any]], subject_id: str = "S") -> Records:
    """The record with some answers laid over it, by the way of the file that they are written to."""
    entries = [entry_of(question, value, records, subject_id, SIGNED) for question, value in said]
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "answers.yaml"
        path.write_text(written_entries(entries), encoding="utf-8")
        return read_corrections([path]).applied(records)


def status_of(records: Records, one: Settlement, **asked: Any) -> str:
    rows: list[Mapping[str, Any]] = screen(records, **asked).determinations.rows(named=True)
    mine = [row["status"] for row in rows if (row["charge_id"], row["remedy"]) == (one.charge_id, one.remedy.id)]
    return mine[0] if mine else NOT_ABOUT


@settings(EVERY, max_examples=20)
@given(californians())
def test_in_california_every_answer_keeps_what_its_question_promised(subject_: Subject) -> None:
    records = Records.from_subjects([subject_], coverage=Coverage(events={}))
    law, remedies = CALIFORNIA, ("hs-11361.8", "pc-1203.4", "pc-851.91")
    found = settle(records, "S", statutes=law, as_of=DAY, remedies=remedies, facts=2)
    for one in found.settlements[:3]:
        assert promised(one, records, law)


@settings(EVERY, max_examples=10)
@given(californians(), st.randoms(use_true_random=False))
def test_a_fact_that_settles_it_whatever_it_is_does_so_on_any_day_and_word(subject_: Subject, draw: Any) -> None:
    records = Records.from_subjects([subject_])
    found = settle(records, "S", statutes=CALIFORNIA, as_of=DAY, remedies=("hs-11361.8", "pc-1203.4"), facts=1)
    for one in found.settlements:
        for each in one.sets:
            (question,) = each.questions
            if question.kind != "day" or not each.always:
                continue
            first, last = each.results[0][0][0], each.results[-1][0][0]
            value = date.fromordinal(draw.randint(first.toordinal(), last.toordinal()))
            before = [status for values, status in each.results if values[0] <= value][-1]
            after = next(status for values, status in each.results if values[0] >= value)
            now = status_of(answered(records, [(question, value)]), one, statutes=CALIFORNIA, as_of=DAY)
            assert now in (before, after) and now != UNDETERMINED


PEOPLE = strategies.few_people(most=1, charges=3)


def guessed(question: rr.Question, draw: random.Random) -> Any:
    """A value of a fact that its question says it stands for, whether that very one was tried or not."""
    if question.kind == "day":
        first, last = question.values[0], question.values[-1]
        return date.fromordinal(draw.randint(first.toordinal(), last.toordinal()))
    if question.kind == "number":
        return draw.randint(0, int(question.values[-1]) + 3)
    return draw.choice(question.values)


def statuses_of(values: Sequence[Any], questions: Sequence[rr.Question], results: Results) -> set[str]:
    """What a set says of some values: what the tried ones around them come to."""
    near: set[str] = set()
    for tried, status in results:
        if all(
            said == value if question.kind not in ("day", "number") else said in _around(question.values, value)
            for question, said, value in zip(questions, tried, values, strict=True)
        ):
            near.add(status)
    return near


def _around(tried: Sequence[Any], value: Any) -> set[Any]:
    below = [one for one in tried if one <= value]
    above = [one for one in tried if one >= value]
    return {*below[-1:], *above[:1]}


@settings(EVERY, max_examples=40)
@given(PEOPLE, packs.packs(presuming=False), st.integers(0, 1_000))
def test_what_is_settled_under_any_law_stays_settled_whatever_is_said(
    people: tuple[Subject, ...], law: StatutePack, seed: int
) -> None:
    draw = random.Random(seed)
    records = Records.from_subjects(people)
    subject_id = people[0].subject_id
    found = settle(records, subject_id, statutes=law, as_of=date(2018, 1, 1), facts=2)
    for one in found.settlements:
        asked: dict[str, Any] = {"statutes": law, "as_of": date(2018, 1, 1)}
        if one.settled is not None:
            said = [(question, guessed(question, draw)) for question in one.missing]
            if not contradicts(*zip(*said, strict=True)):
                assert status_of(answered(records, said, subject_id), one, **asked) == one.settled
        for each in [each for each in one.sets if each.always][:2]:
            values = [guessed(question, draw) for question in each.questions]
            if contradicts(each.questions, values):
                continue
            said = list(zip(each.questions, values, strict=True))
            now = status_of(answered(records, said, subject_id), one, **asked)
            near = statuses_of(values, each.questions, each.results)
            assert now != UNDETERMINED and now in near, (values, near)
