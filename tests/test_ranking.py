"""The best remedy of a charge, and relief that opens another: as the pack states it, found without promising."""

from __future__ import annotations

from datetime import date
from typing import Any

import attrs
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from proof import statute, strategies
from proof.judging import opened

from recordrelief import ranking
from recordrelief.determinations import determinations
from recordrelief.errors import PackError
from recordrelief.explain import explain
from recordrelief.law import ALWAYS_FALSE, ALWAYS_TRUE, Test, charge, day, history, other, relief, unsettled
from recordrelief.lawbook import law_text
from recordrelief.model import Charge, Coverage, Disposition, Offense, Relief, Subject
from recordrelief.records import Records, readings
from recordrelief.screening import Screening, screen
from recordrelief.statutes import (
    BY_GRADE,
    Condition,
    Fact,
    Grade,
    Outcome,
    Pathway,
    Preference,
    ReliefKind,
    Remedy,
    StatutePack,
)

TODAY = date(2020, 7, 1)
FELONY = charge.level.is_("felony")
REDUCED = charge.reliefs.any(relief.kind.is_("reduced"))


def remedy(id: str, grade: Grade = Grade.DISCRETIONARY, requires: Test = ALWAYS_TRUE, **rest: Any) -> Remedy:
    given: dict[str, Any] = {
        "title": f"A remedy called {id}",
        "citation": f"Made-up Code § {id}",
        "relief": ReliefKind.DISMISSAL,
        "pathway": Pathway.PETITION,
        "applies_to": ALWAYS_TRUE,
        "requires": (Condition(f"{id}.1", "it may be had today", requires, cites="(a)"),),
        "grades": (grade,),
    }
    return Remedy(id=id, **given | rest)


def pack(*remedies: Remedy, **rest: Any) -> StatutePack:
    given: dict[str, Any] = {
        "id": "rk",
        "title": "Rankland",
        "jurisdiction": "rk",
        "version": "1",
        "catalog": strategies.CATALOG,
        "sets": (),
        "remedies": lambda _: remedies,
    }
    return StatutePack(**given | rest)


def row(place: int = 0, level: str | None = "felony", **rest: Any) -> Charge:
    return Charge(
        charge_id=f"C{place}", offense=Offense(level=level), disposition=Disposition(outcome="convicted"), **rest
    )


def screened(made: StatutePack, *charges: Charge, **rest: Any) -> Screening:
    person = Subject(subject_id="S", record_scope="state", charges=charges)
    return screen(Records.from_subjects([person]), statutes=made, as_of=TODAY, **rest)


def best(screening: Screening) -> list[tuple[str, str]]:
    found = screening.determinations.filter("best")
    return list(found.select("charge_id", pl.col("remedy").cast(pl.String)).iter_rows())


def sequences(screening: Screening) -> dict[tuple[str, str], str]:
    found = screening.determinations.filter(pl.col("sequence").is_not_null())
    columns = found.select("charge_id", pl.col("remedy", "sequence").cast(pl.String))
    return {(charge, remedy): sequence for charge, remedy, sequence in columns.iter_rows()}


REDUCTION = remedy(
    "reduce",
    relief=ReliefKind.REDUCTION,
    applies_to=FELONY,
    granted=REDUCED,
    outcomes=(Outcome("misdemeanor"),),
    opens=("clear",),
)
CLEARING = remedy("clear", Grade.MANDATORY, ~FELONY, outcomes=(Outcome("dismissed"),))


# --- the best of those that a charge is eligible for ------------------------------------------------------------------


def test_the_strongest_claim_is_the_best_unless_the_pack_says_otherwise() -> None:
    made = pack(*(remedy(f"r{at}", grade) for at, grade in enumerate(reversed(Grade))))
    assert made.ranking is BY_GRADE
    assert best(screened(made, row(0), row(1))) == [("C0", "r3"), ("C1", "r3")]


def test_only_what_the_charge_is_eligible_for_counts_and_where_nothing_is_none_is_best() -> None:
    made = pack(
        remedy("a", Grade.AUTOMATIC, FELONY),
        remedy("b", Grade.MANDATORY, unsettled(~FELONY, "what the law means")),
        remedy("c", Grade.DISCRETIONARY, charge.level.is_in(["felony", "misdemeanor"])),
    )
    found = screened(made, row(0), row(1, "misdemeanor"), row(2, "infraction"))
    assert best(found) == [("C0", "a"), ("C1", "c")]
    assert found.determinations["best"].null_count() == 0
    assert best(screened(pack(remedy("a", requires=ALWAYS_FALSE)), row())) == []
    assert screened(made).determinations["best"].to_list() == []


def test_a_pack_ranks_by_grade_pathway_relief_and_name() -> None:
    made = (
        remedy("petitioned", Grade.MANDATORY),
        remedy("offered", Grade.MANDATORY, pathway=Pathway.PROSECUTOR),
        remedy("reduced", Grade.PRESUMED, relief=ReliefKind.REDUCTION),
        remedy("older", Grade.DISCRETIONARY),
        remedy("newer", Grade.DISCRETIONARY),
    )
    steps = (
        Preference(pathway=Pathway.PROSECUTOR, grade=Grade.MANDATORY),
        Preference(relief=ReliefKind.REDUCTION),
        Preference(remedies=("older", "newer")),
    )
    ids = [one.id for one in made]
    for expected in ("offered", "reduced", "older", "newer", "petitioned"):
        found = (
            screened(pack(*(one for one in made if one.id in ids), ranking=steps[:2] + steps[2:]), row())
            if len(ids) == len(made)
            else screened(pack(*made, ranking=steps), row(), remedies=ids)
        )
        assert best(found) == [("C0", expected)]
        ids.remove(expected)


def test_the_grade_that_surely_holds_is_ranked() -> None:
    strong = Grade.AUTOMATIC.when(Condition("a.2", "the level is a felony", FELONY, cites="(b)"))
    made = pack(remedy("a", grades=(strong, Grade.DISCRETIONARY)), remedy("b", Grade.MANDATORY))
    assert best(screened(made, row(0), row(1, None), row(2, "misdemeanor"))) == [("C0", "a"), ("C1", "b"), ("C2", "b")]


def test_of_several_readings_the_answer_that_stands_is_ranked() -> None:
    made = pack(remedy("a", Grade.AUTOMATIC, FELONY), remedy("b"))
    people = [
        Subject(subject_id="S", record_scope="state", charges=[row(0, level)]) for level in ("felony", "infraction")
    ]
    records = readings([Records.from_subjects([one]) for one in people])
    assert best(screen(records, statutes=made, as_of=TODAY)) == [("C0", "b")]


def test_a_relief_that_opens_another_may_go_before_stronger_ones() -> None:
    steps = (Preference(grade=Grade.AUTOMATIC), Preference(relief=ReliefKind.REDUCTION, opens=True), *BY_GRADE)
    made = pack(REDUCTION, CLEARING, remedy("other", Grade.MANDATORY), ranking=steps)
    assert best(screened(made, row(0), row(1, "misdemeanor"))) == [("C0", "reduce"), ("C1", "clear")]
    assert best(screened(made, row(0), remedies=["reduce", "other"])) == [("C0", "other")]


# --- one relief that opens another ------------------------------------------------------------------------------------


def test_a_reduction_opens_what_is_closed_to_felonies() -> None:
    found = screened(pack(REDUCTION, CLEARING), row(0), row(1, "misdemeanor"), row(2, None))
    assert sequences(found) == {("C0", "reduce"): "reduce > clear"}
    statuses = found.determinations.filter(charge_id="C0")["status"].to_list()
    assert statuses == ["ineligible", "eligible"], "the second stays what it is today"


def test_what_has_no_determination_today_is_closed_too() -> None:
    made = pack(REDUCTION, attrs.evolve(CLEARING, applies_to=~FELONY))
    assert sequences(screened(made, row())) == {("C0", "reduce"): "reduce > clear"}


@pytest.mark.parametrize(
    "second",
    [
        attrs.evolve(CLEARING, requires=()),  # open today
        attrs.evolve(CLEARING, granted=ALWAYS_TRUE),
        remedy("clear", requires=~unsettled(FELONY, "what it means")),  # undetermined today
        remedy("clear", requires=ALWAYS_FALSE),  # closed afterwards too
        remedy("clear", requires=~FELONY & charge.test("never_told")),
    ],
    ids=["open", "granted", "undetermined", "closed", "unknown afterwards"],
)
def test_nothing_is_said_of_what_is_not_closed_or_would_not_open(second: Remedy) -> None:
    never_told = Fact(
        name="never_told", table="charges", kind="test", means="it is never told", ask="Is it told at all?"
    )
    made = pack(REDUCTION, second, facts=(never_told,))
    assert sequences(screened(made, row())) == {}


def test_several_that_open_are_named_in_order() -> None:
    made = pack(
        attrs.evolve(REDUCTION, opens=("seal", "clear", "shut")),
        CLEARING,
        remedy("seal", requires=~FELONY),
        remedy("shut", requires=ALWAYS_FALSE),
    )
    assert sequences(screened(made, row())) == {("C0", "reduce"): "reduce > clear or seal"}


def test_the_relief_stands_on_the_record_that_is_asked_again() -> None:
    """The second asks for the relief itself, its kind and its day; an outcome that is no level leaves the level."""
    today = relief.relief_date >= day(2020, 7, 1)
    given_today = relief.remedy.is_("first") & relief.kind.is_("sealed") & today
    made = pack(
        remedy("first", opens=("second",), relief=ReliefKind.SEALING, outcomes=(Outcome("sealed"),)),
        remedy("second", requires=charge.reliefs.any(given_today) & FELONY),
    )
    assert sequences(screened(made, row(0), row(1, "misdemeanor"))) == {("C0", "first"): "first > second"}


def test_each_charge_is_tried_alone() -> None:
    """Were all reduced at once, no felony would be left; each by itself leaves the other."""
    made = pack(REDUCTION, remedy("clear", requires=history.others.none(other.level.is_("felony")) & ~FELONY))
    assert sequences(screened(made, row(0), row(1))) == {}
    assert sequences(screened(made, row(0), row(1, "misdemeanor"))) == {("C0", "reduce"): "reduce > clear"}


def test_an_outcome_that_is_open_leaves_the_level_open() -> None:
    both = (Outcome("misdemeanor"), Outcome("infraction"))
    made = pack(attrs.evolve(REDUCTION, outcomes=both), CLEARING)
    assert sequences(screened(made, row())) == {}


def test_of_several_readings_all_must_open() -> None:
    made = pack(
        attrs.evolve(REDUCTION, applies_to=ALWAYS_TRUE),
        remedy("clear", requires=~FELONY & charge.jurisdiction.is_("xx") & REDUCED),
    )
    for other_one, expected in (("xx", {("C0", "reduce"): "reduce > clear"}), ("yy", {})):
        people = [
            Subject(subject_id="S", record_scope="state", charges=[row(jurisdiction=where)])
            for where in ("xx", other_one)
        ]
        records = readings([Records.from_subjects([one]) for one in people])
        assert sequences(screen(records, statutes=made, as_of=TODAY)) == expected


def test_a_person_with_too_many_charges_to_try_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranking, "MOST_STEPS", 2)
    made = pack(REDUCTION, CLEARING)
    assert len(sequences(screened(made, row(0), row(1)))) == 2
    assert sequences(screened(made, row(0), row(1), row(2))) == {}


@settings(suppress_health_check=list(HealthCheck))
@given(
    strategies.few_people(),
    strategies.few_coverages,
    st.sampled_from([date(2016, 11, 9), date(2019, 4, 1), date(2024, 2, 29)]),
    st.booleans(),
)
def test_sequences_follow_the_rules(
    people: tuple[Subject, ...], coverage: Coverage, as_of: date, everyone_tries: bool
) -> None:
    made = statute.PACK
    if everyone_tries:
        (bare,) = (one for one in made.all_versions(made.policy()) if one.id == "zz-4")
        wide = attrs.evolve(bare, applies_to=charge.convicted, outcomes=(Outcome("misdemeanor"),))
        others = [one for one in made.all_versions(made.policy()) if one is not bare]
        made = attrs.evolve(made, remedies=lambda _: [*others, wide])
    policy = statute.MadeUpPolicy(look_ahead="in_force")
    screening = screen(Records.from_subjects(people, coverage=coverage), statutes=made, as_of=as_of, policy=policy)
    found = screening.determinations.filter(pl.col("sequence").is_not_null())
    keys = found.select("subject_id", "charge_id", pl.col("remedy", "sequence").cast(pl.String))
    expected = opened(people, made.in_force(policy, as_of), as_of, coverage)
    assert {key[:3]: key[3] for key in keys.iter_rows()} == expected


# --- how it is stated and told ----------------------------------------------------------------------------------------


def test_what_opens_and_what_is_ranked_must_be_in_the_pack() -> None:
    with pytest.raises(PackError, match="cleer") as told:
        pack(attrs.evolve(REDUCTION, opens=("cleer",)), CLEARING)
    assert "clear" in str(told.value)
    with pytest.raises(PackError, match="itself"):
        attrs.evolve(REDUCTION, opens=("reduce",))
    with pytest.raises(PackError, match="its ranking"):
        pack(CLEARING, ranking=(Preference(remedies=("clear", "reduce")),))


def test_the_explanation_tells_the_best_and_what_it_may_open() -> None:
    found = screened(pack(REDUCTION, CLEARING), row())
    text = explain(found, "S").text()
    assert "A remedy called reduce (reduce), Made-up Code § reduce: eligible; the best for this charge;" in text
    assert (
        "In sequence: reduce > clear. What stands second is closed now, and would be open were the first granted; "
        "neither is certain." in text
    )
    first = determinations(found, "S", remedy="reduce")[0]
    assert (first.best, first.sequence) == (True, "reduce > clear")


def test_the_law_as_implemented_prints_what_opens_and_the_ranking() -> None:
    made = pack(
        REDUCTION,
        CLEARING,
        ranking=(Preference(grade=Grade.AUTOMATIC), Preference(relief=ReliefKind.REDUCTION, opens=True)),
    )
    text = law_text(made, made.policy())
    assert "  may open: clear" in text
    assert "  1. automatic\n  2. reduction where it would open another remedy\n" in text


def test_relief_that_was_granted_is_neither_best_nor_first() -> None:
    given = row(reliefs=(Relief(kind="reduced", remedy="reduce"),))
    found = screened(pack(REDUCTION, CLEARING), given)
    assert (best(found), sequences(found)) == ([], {})
