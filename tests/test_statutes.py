"""Statute packs: what loading refuses, which version is in force, which options a policy takes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Literal

import attrs
import pytest
from attrs.validators import ge, in_, instance_of, optional
from proof.strategies import CANNABIS, CATALOG

from recordrelief.errors import PackError, RequestError
from recordrelief.law import OffenseSet, charge, day, history, never, other, sentence, subject, years
from recordrelief.statutes import (
    ALWAYS,
    Bar,
    Branch,
    Condition,
    Fact,
    Grade,
    InForce,
    Outcome,
    Pathway,
    Policy,
    ReliefKind,
    Remedy,
    StatutePack,
    Wait,
)

FELONY = charge.level.is_("felony")


def condition(id: str = "1.1", sentence: str = "the count is a felony", **rest: Any) -> Condition:
    return Condition(id, sentence, rest.pop("test", FELONY), cites=rest.pop("cites", "(a)"), **rest)


def remedy(id: str = "xx-1", **rest: Any) -> Remedy:
    given: dict[str, Any] = {
        "title": "A remedy that is made up",
        "citation": "Made-up Code § 1",
        "relief": ReliefKind.DISMISSAL,
        "pathway": Pathway.PETITION,
        "applies_to": charge.convicted,
        "grades": (Grade.MANDATORY,),
    }
    return Remedy(id=id, **given | rest)


def pack(*remedies: Remedy, **rest: Any) -> StatutePack:
    given: dict[str, Any] = {
        "id": "xx",
        "title": "Xanadu",
        "jurisdiction": "xx",
        "version": "1",
        "catalog": CATALOG,
        "sets": (),
        "remedies": lambda _: remedies,
    }
    return StatutePack(**given | rest)


# --- conditions, waits, remedies --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words", ["", "felony", "two words", " the count is a felony", "the count is a felony ", "a\nb", "  "]
)
def test_a_condition_is_a_sentence(words: str) -> None:
    with pytest.raises(PackError, match="sentence"):
        condition(sentence=words)
    with pytest.raises(PackError, match="sentence"):
        Wait("1.1", words, charge.offense_date, cites="(a)")
    with pytest.raises(PackError, match="sentence"):
        remedy(title=words)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Condition("1.1", "the count is a felony", FELONY),  # type: ignore[call-arg]
        lambda: condition(cites=""),
        lambda: Wait("1.1", "a year has passed", charge.offense_date, cites=""),
        lambda: remedy(citation=""),
        lambda: remedy(citation="§"),
        lambda: Remedy(  # type: ignore[call-arg]
            id="xx-1",
            title="A remedy without a citation",
            relief=ReliefKind.DISMISSAL,
            pathway=Pathway.PETITION,
            applies_to=charge.convicted,
            grades=(Grade.MANDATORY,),
        ),
        lambda: Branch(id="1.2", title="one of several ways", cites=""),
    ],
    ids=range(7),
)
def test_nothing_stands_without_its_citation(make: Callable[[], object]) -> None:
    with pytest.raises((TypeError, ValueError, PackError)):
        make()


@pytest.mark.parametrize("id", ["", "A.1", "1 1", "1..2", "-1", "1.", "é", "1/2"])
def test_an_id_is_made_of_the_numbers_of_the_law(id: str) -> None:
    with pytest.raises(ValueError, match="id"):
        condition(id=id)
    with pytest.raises(ValueError, match="id"):
        remedy(id=id)


@pytest.mark.parametrize("id", ["1203.4a.1", "64.9.1", "pc-1203.4a", "hs-11357(b)(2)", "da.years-since"])
def test_ids_of_the_law_page_are_taken(id: str) -> None:
    assert condition(id=id).id == id


@pytest.mark.parametrize("kind", [charge.offense_date, charge.level, charge.plant_count, True, "felony", None])
def test_a_condition_is_tested_by_a_test(kind: Any) -> None:
    with pytest.raises(TypeError):
        condition(test=kind)
    with pytest.raises(TypeError):
        remedy(applies_to=kind)
    with pytest.raises(TypeError):
        remedy(granted=kind)
    with pytest.raises(TypeError):
        Outcome("dismissed", kind)


@pytest.mark.parametrize("until", [charge.convicted, date(2020, 1, 1), years(1)])
def test_a_wait_ends_on_a_day(until: Any) -> None:
    with pytest.raises(TypeError):
        Wait("1.1", "a year has passed", until, cites="(a)")


def test_a_set_end_belongs_to_what_may_still_be_met_and_a_planned_end_to_what_runs() -> None:
    with pytest.raises(PackError, match="curable"):
        condition(until=charge.offense_date)
    assert condition(until=charge.offense_date, curable=True).until is not None
    with pytest.raises(PackError, match="runs"):
        Wait("1.1", "a year has passed", charge.offense_date, cites="(a)", scheduled=charge.filed_date)
    for wrong in ({"running": charge.offense_date}, {"running": FELONY, "scheduled": FELONY}):
        with pytest.raises(TypeError):
            Wait("1.1", "a year has passed", charge.offense_date, cites="(a)", **wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "review", [{"reviewed_by": "A. Lawyer"}, {"reviewed_on": date(2020, 1, 1)}, {"reviewed_by": " "}]
)
def test_a_review_has_a_reviewer_and_a_day(review: dict[str, Any]) -> None:
    with pytest.raises(PackError, match="reviewer and a day"):
        remedy(**review) if review != {"reviewed_by": " "} else remedy(reviewed_by=" ", reviewed_on=date(2020, 1, 1))
    assert remedy(reviewed_by="A. Lawyer", reviewed_on=date(2020, 1, 1)).reviewed_by


def test_the_last_grade_is_the_floor() -> None:
    with pytest.raises(PackError, match="floor"):
        remedy(grades=(Grade.MANDATORY.when(condition()),))
    with pytest.raises(ValueError, match="grades"):
        remedy(grades=())
    assert len(remedy(grades=(Grade.MANDATORY.when(condition()), Grade.DISCRETIONARY)).grades) == 2


@pytest.mark.parametrize(
    "grades",
    [
        (Grade.DISCRETIONARY.when(condition()), Grade.MANDATORY),
        (Grade.DISCRETIONARY, Grade.MANDATORY),
        (Grade.MANDATORY, Grade.MANDATORY),
    ],
)
def test_grades_stand_strongest_first(grades: Any) -> None:
    """An unknown leaves the floor: were the floor the stronger grade, not knowing would strengthen the claim."""
    with pytest.raises(PackError):
        remedy(grades=grades)


@pytest.mark.parametrize(
    "parts",
    [
        {"requires": (condition(), condition())},
        {"requires": (condition(),), "bars": (Bar("1.1", "the count is a felony", FELONY, cites="(a)"),)},
        {"requires": (condition(),), "waits": (Wait("1.1", "a year has passed", never(), cites="(a)"),)},
        {
            "requires": (condition(),),
            "branches": (Branch(id="b", title="one of several ways", cites="(b)", requires=(condition(),)),),
        },
        {
            "branches": tuple(
                Branch(id=id, title="one of several ways", cites="(b)", requires=(condition(),)) for id in ("b1", "b2")
            )
        },
        {"requires": (condition(),), "grades": (Grade.MANDATORY.when(condition()), Grade.DISCRETIONARY)},
        {
            "branches": tuple(
                Branch(id="b", title="one of several ways", cites="(b)", requires=(condition(id=id),))
                for id in ("1.1", "1.2")
            )
        },
    ],
    ids=range(7),
)
def test_no_id_stands_twice_in_a_remedy(parts: dict[str, Any]) -> None:
    with pytest.raises(PackError):
        remedy(**parts)


@pytest.mark.parametrize("id", ["applies", "granted"])
def test_an_id_that_the_findings_use_themselves_is_refused(id: str) -> None:
    """The findings have columns ``<remedy>/applies`` and ``<remedy>/granted`` of their own."""
    with pytest.raises(PackError):
        remedy(requires=(condition(id=id),))


def test_a_remedy_may_have_many_conditions() -> None:
    many = tuple(condition(id=f"1.{number}") for number in range(70))
    try:
        made = pack(remedy(requires=many))
    except PackError:
        return  # a stated limit is as good
    from recordrelief.model import Charge, Subject
    from recordrelief.records import Records
    from recordrelief.screening import screen

    found = screen(
        Records.from_subjects([Subject(subject_id="S", charges=[Charge(charge_id="C")])]),
        statutes=made,
        as_of="2020-01-01",
    ).determinations
    assert len(found["deciding"][0]) == 71


@pytest.mark.parametrize(
    "parts",
    [
        {"applies_to": other.convicted},
        {"granted": sentence.revoked},
        {"requires": (condition(test=history.any(other.convicted)),)},
        {"waits": (Wait("1.1", "a year has passed", other.offense_date, cites="(a)"),)},
        {"outcomes": (Outcome("dismissed", other.convicted),)},
        {"grades": (Grade.MANDATORY.when(condition(test=other.convicted)), Grade.DISCRETIONARY)},
        {
            "branches": (
                Branch(id="b", title="one of several ways", cites="(b)", requires=(condition(test=other.convicted),)),
            )
        },
    ],
    ids=range(7),
)
def test_rows_are_checked_wherever_a_rule_stands(parts: dict[str, Any]) -> None:
    with pytest.raises(PackError, match="means nothing"):
        remedy(**parts)


# --- versions ---------------------------------------------------------------------------------------------------------


def versions(*spans: tuple[str | None, str | None]) -> list[Remedy]:
    return [
        remedy(
            in_force=InForce(since and date.fromisoformat(since), until and date.fromisoformat(until)),
            title=f"Version {number} of it",
        )
        for number, (since, until) in enumerate(spans)
    ]


@pytest.mark.parametrize(
    "spans",
    [
        [(None, "2020-01-01"), ("2020-01-02", None)],
        [(None, "2020-01-01"), ("2019-12-31", None)],
        [(None, None), ("2020-01-01", None)],
        [(None, "2020-01-01"), (None, None)],
        [(None, None), (None, None)],
        [("2010-01-01", "2020-01-01"), ("2010-01-01", "2020-01-01")],
        [("2010-01-01", "2015-01-01"), ("2015-01-01", "2018-01-01"), ("2019-01-01", None)],
        [("2010-01-01", None), ("2015-01-01", "2018-01-01")],
        [("2020-01-01", "2010-01-01")],
        [("2020-01-01", "2020-01-01")],
    ],
)
def test_versions_neither_overlap_nor_leave_a_gap(spans: list[tuple[str | None, str | None]]) -> None:
    with pytest.raises((PackError, ValueError)):
        pack(*versions(*spans))
    with pytest.raises((PackError, ValueError)):
        pack(*reversed(versions(*spans)))


def test_the_version_in_force_is_picked_by_the_day() -> None:
    three = versions((None, "2015-01-01"), ("2015-01-01", "2020-01-01"), ("2020-01-01", "2025-01-01"))
    made = pack(*reversed(three), remedy(id="xx-2", in_force=ALWAYS))
    picked = {
        day: [(one.id, one.title[8]) for one in made.in_force(Policy(), date.fromisoformat(day)) if one.id == "xx-1"]
        for day in ("1900-01-01", "2014-12-31", "2015-01-01", "2019-12-31", "2020-01-01", "2024-12-31", "2025-01-01")
    }
    assert [[number for _, number in one] for one in picked.values()] == [
        ["0"],
        ["0"],
        ["1"],
        ["1"],
        ["2"],
        ["2"],
        [],
    ]
    assert [one.id for one in made.in_force(Policy(), date(2024, 1, 1))] == ["xx-1", "xx-2"]
    assert made.all_versions(Policy())[1].version == "from 2015-01-01 until 2020-01-01"


# --- facts and sets ---------------------------------------------------------------------------------------------------


def fact(**rest: Any) -> Fact:
    given: dict[str, Any] = {
        "name": "sold_to_minor",
        "table": "charges",
        "kind": "test",
        "means": "it was sold to a minor",
        "ask": "Was it sold to a minor?",
    }
    return Fact(**given | rest)


@pytest.mark.parametrize(
    ("facts", "parts"),
    [
        ((), {"applies_to": charge.test("sold_to_minor")}),
        ((), {"granted": charge.test("sold_to_minor")}),
        ((), {"requires": (condition(test=~charge.test("sold_to_minor")),)}),
        ((), {"requires": (condition(test=history.any(charge.test("sold_to_minor"))),)}),
        ((), {"requires": (condition(test=history.others.any(other.test("sold_to_minor"))),)}),
        ((), {"bars": (Bar("1.1", "it was sold to a minor", charge.test("sold_to_minor"), cites="(a)"),)}),
        ((), {"waits": (Wait("1.1", "a year has passed", charge.day("ended") + years(1), cites="(a)"),)}),
        ((), {"outcomes": (Outcome("dismissed", charge.number("price") < 5),)}),
        ((fact(table="subjects"),), {"applies_to": charge.test("sold_to_minor")}),
        ((fact(name="other_name"),), {"applies_to": charge.test("sold_to_minor")}),
        ((fact(kind="day"),), {"applies_to": charge.test("sold_to_minor")}),
        ((fact(kind="word"),), {"applies_to": charge.test("sold_to_minor")}),
        ((), {"applies_to": charge.test("conviction_dat")}),
        ((), {"applies_to": charge.number("level") < 3}),
        ((), {"applies_to": charge.test("offense_date")}),
    ],
    ids=range(15),
)
def test_a_rule_reads_only_declared_facts(facts: tuple[Fact, ...], parts: dict[str, Any]) -> None:
    with pytest.raises(PackError):
        pack(remedy(**parts), facts=facts)


def test_a_declared_fact_may_be_read() -> None:
    made = pack(
        remedy(
            applies_to=charge.test("sold_to_minor") & history.others.any(other.test("sold_to_minor")),
            waits=(Wait("1.1", "a year has passed", subject.day("came_of_age"), cites="(a)"),),
        ),
        facts=(fact(), fact(name="came_of_age", table="subjects", kind="day")),
    )
    assert len(made.all_versions(Policy())) == 1


@pytest.mark.parametrize("name", ["level", "offense_date", "offense_date_latest", "charge_id", "convicted"])
def test_a_fact_must_not_take_the_name_of_a_column(name: str) -> None:
    with pytest.raises((PackError, ValueError)):
        pack(remedy(), facts=(fact(name=name),))


def test_a_fact_is_declared_once() -> None:
    with pytest.raises(PackError):
        pack(remedy(), facts=(fact(), fact(kind="day")))


def test_two_sets_of_one_name_are_refused() -> None:
    """Membership stands in a column by the name of the set: one would answer for both."""
    thefts = OffenseSet.listing("cannabis", cites="made up", includes=("PC 459",), catalog=CATALOG)
    rule = charge.offense.in_set(CANNABIS) & ~charge.offense.in_set(thefts)
    with pytest.raises(PackError):
        pack(remedy(applies_to=rule), sets=(CANNABIS, thefts))
    with pytest.raises(PackError):
        pack(remedy(applies_to=rule))


def test_every_policy_is_tried_when_a_pack_is_loaded() -> None:
    @attrs.frozen(kw_only=True)
    class Options(Policy):
        broken: bool = False

    def remedies(policy: Options) -> tuple[Remedy, ...]:
        return tuple(versions((None, "2020-01-01"), ("2021-01-01", None))) if policy.broken else (remedy(),)

    with pytest.raises(PackError, match="gap"):
        pack(policy=Options, policies={"bad": Options(broken=True)}, remedies=remedies)
    made = pack(policy=Options, remedies=remedies)
    with pytest.raises(PackError, match="gap"):
        made.all_versions(Options(broken=True))


# --- policies ---------------------------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Inner:
    years: int | None = attrs.field(default=None, validator=optional([instance_of(int), ge(1)]))
    sections: tuple[Literal["1", "2"], ...] = ()


@attrs.frozen(kw_only=True)
class MadeUp(Policy):
    timing: Literal["before", "after"] | None = attrs.field(default=None, validator=optional(in_(("before", "after"))))
    presume_complete: bool = False
    office: Inner | None = None


MADE = pack(remedy(), policy=MadeUp, policies={"statute": MadeUp(), "strict-reading": MadeUp(timing="before")})


def test_a_policy_comes_from_options_from_its_name_or_from_the_default() -> None:
    assert MADE.read_policy(None) == MadeUp()
    assert MADE.read_policy("strict-reading") == MadeUp(timing="before")
    assert MADE.read_policy(MadeUp(boundary="inclusive")) == MadeUp(boundary="inclusive")
    given = {"timing": "after", "presume_complete": True, "office": {"years": 5, "sections": ["1"]}}
    assert MADE.read_policy(given) == MadeUp(
        timing="after", presume_complete=True, office=Inner(years=5, sections=("1",))
    )
    assert MADE.read_policy({}) == MadeUp()


@pytest.mark.parametrize(
    ("given", "nearest"),
    [
        ({"presume_completed": True}, "presume_complete"),
        ({"boundry": "strict"}, "boundary"),
        ({"historry": "as_recorded"}, "history"),
        ({"Timing": "before"}, "timing"),
        ({"office": {"year": 5}}, "years"),
        ({"office": {"section": ["1"]}}, "sections"),
    ],
)
def test_a_misspelt_key_names_the_nearest(given: dict[str, Any], nearest: str) -> None:
    with pytest.raises(RequestError) as refusal:
        MADE.read_policy(given)
    assert repr(nearest) in str(refusal.value)


@pytest.mark.parametrize(
    "given",
    [
        {"boundary": "lenient"},
        {"boundary": None},
        {"boundary": True},
        {"history": "complete"},
        {"timing": "never"},
        {"timing": True},
        {"timing": ["before"]},
        {"presume_complete": "no"},
        {"presume_complete": "false"},
        {"presume_complete": "yes"},
        {"presume_complete": 0},
        {"presume_complete": None},
        {"presume_complete": []},
        {"office": {"years": 0}},
        {"office": {"years": "5"}},
        {"office": {"years": 2.7}},
        {"office": {"years": True}},
        {"office": {"sections": ["3"]}},
        {"office": {"sections": "12"}},
        {"office": "statute"},
        {"office": 5},
    ],
    ids=str,
)
def test_a_value_the_option_does_not_take_is_an_error(given: dict[str, Any]) -> None:
    """``presume_complete = "no"`` must not switch a presumption on."""
    with pytest.raises(RequestError) as refusal:
        MADE.read_policy(given)
    assert refusal.value.where


def test_an_unknown_policy_names_the_nearest() -> None:
    with pytest.raises(RequestError, match="'statute'"):
        MADE.read_policy("statutes")
    with pytest.raises(RequestError):
        MADE.read_policy(Policy())


def test_in_force_is_half_open() -> None:
    span = InForce(date(2015, 1, 1), date(2020, 1, 1))
    assert [
        date(2014, 12, 31) in span,
        date(2015, 1, 1) in span,
        date(2019, 12, 31) in span,
        date(2020, 1, 1) in span,
    ] == [
        False,
        True,
        True,
        False,
    ]
    assert date(1, 1, 1) in ALWAYS
    assert date(9999, 12, 31) in ALWAYS
    assert str(ALWAYS) == "always"


def test_a_rule_of_fixed_days_needs_no_fact() -> None:
    assert len(pack(remedy(waits=(Wait("1.1", "the law has begun", day(2020, 1, 1), cites="(a)"),))).sets) == 0
