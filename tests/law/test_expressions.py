"""The closed algebra: what it prints, which facts it names, what it refuses and the cure it gives."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl
import pytest
from proof.strategies import CANNABIS, CATALOG

from recordrelief import model
from recordrelief.errors import PackError
from recordrelief.law import (
    ALWAYS_FALSE,
    ALWAYS_TRUE,
    Expression,
    OffenseSet,
    Test,
    Word,
    all_of,
    any_of,
    case,
    charge,
    cycle,
    day,
    either,
    event,
    history,
    latest,
    other,
    presumed,
    presumed_day,
    relief,
    sentence,
    subject,
    unsettled,
    years,
)
from recordrelief.law.rules import check_grain
from recordrelief.law.scopes import ROWS, SCOPES, TABLE_OF, facts_of
from recordrelief.tables import dtypes

FELONY = charge.level.is_("felony")


# --- prints and facts ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "prints", "facts"),
    [
        (FELONY, "charge.level is felony", {"charge.level"}),
        (
            charge.level.is_in(["infraction", "misdemeanor"]),
            "charge.level is one of infraction, misdemeanor",
            {"charge.level"},
        ),
        (
            charge.convicted & ~FELONY,
            "(charge.convicted and not charge.level is felony)",
            {"charge.convicted", "charge.level"},
        ),
        (
            charge.convicted | FELONY | ALWAYS_FALSE,
            "(charge.convicted or charge.level is felony or never)",
            {"charge.convicted", "charge.level"},
        ),
        (~~FELONY, "charge.level is felony", {"charge.level"}),
        (~(FELONY & ALWAYS_TRUE), "not (charge.level is felony and always)", {"charge.level"}),
        (charge.offense.in_set(CANNABIS), "charge.offense in cannabis", {"charge.offense"}),
        (charge.enhanced(CANNABIS), "charge.enhancements name one in cannabis", {"charge.enhancements"}),
        (charge.plant_count <= 6, "charge.plant_count <= 6", {"charge.plant_count"}),
        (charge.quantity_grams > 28.5, "charge.quantity_grams > 28.5", {"charge.quantity_grams"}),
        (charge.plant_count.is_(2), "(charge.plant_count <= 2 and charge.plant_count >= 2)", {"charge.plant_count"}),
        (
            history.any(charge.convicted & (charge.conviction_date < day(2016, 11, 9))),
            "history.any[(charge.convicted and charge.conviction_date < 2016-11-09)]",
            {"charge.convicted", "charge.conviction_date"},
        ),
        (history.none(FELONY), "not history.any[charge.level is felony]", {"charge.level"}),
        (history.all(FELONY), "not history.any[not charge.level is felony]", {"charge.level"}),
        (
            history.others.count(other.convicted & FELONY) >= 2,
            "history.others.count[(other.convicted and charge.level is felony)] >= 2",
            {"other.convicted", "charge.level"},
        ),
        (
            history.latest(charge.conviction_date, where=charge.convicted) + years(7),
            "(history.latest[charge.conviction_date where charge.convicted] + 7 years)",
            {"charge.convicted", "charge.conviction_date"},
        ),
        (
            charge.sentences.all(sentence.kind.is_("probation")),
            "not charge.sentences.any[not sentence.kind is probation]",
            {"sentence.kind"},
        ),
        (
            other.sentences.any(sentence.kind.is_("prison")),
            "other.sentences.any[sentence.kind is prison]",
            {"sentence.kind"},
        ),
        (
            charge.reliefs.count(relief.remedy.is_("pc-1")),
            "charge.reliefs.count[relief.remedy is pc-1]",
            {"relief.remedy"},
        ),
        (
            subject.events.earliest(event.event_date, where=event.kind.is_("custody")),
            "subject.events.earliest[event.event_date where event.kind is custody]",
            {"event.event_date", "event.kind"},
        ),
        (case.others.any(other.convicted), "case.others.any[other.convicted]", {"other.convicted"}),
        (cycle.none(charge.convicted), "not cycle.any[charge.convicted]", {"charge.convicted"}),
        (
            presumed(subject.must_register, False, "policy one"),
            "subject.must_register (presumed false where unknown: policy one)",
            {"subject.must_register"},
        ),
        (
            presumed(subject.must_register, charge.convicted, "policy one"),
            "subject.must_register (presumed to be as charge.convicted where unknown: policy one)",
            {"subject.must_register", "charge.convicted"},
        ),
        (
            unsettled(subject.must_register, "no court has said"),
            "unsettled [no court has said] where subject.must_register",
            {"subject.must_register"},
        ),
        (charge.test("sold_to_minor"), "charge.sold_to_minor", {"charge.sold_to_minor"}),
        (subject.word("tribe").is_("north"), "subject.tribe is north", {"subject.tribe"}),
        (all_of([]), "always", set()),
        (any_of([]), "never", set()),
        (all_of([FELONY]), "(charge.level is felony)", {"charge.level"}),
    ],
    ids=lambda value: "" if isinstance(value, set) else str(value),
)
def test_prints_and_names_its_facts(expression: Expression, prints: str, facts: set[str]) -> None:
    assert str(expression) == prints
    assert expression.facts() == facts
    assert repr(expression) == f"<{type(expression).__name__} {prints}>"


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (charge.value_cents <= 1_234_567, charge.value_cents <= 1_234_568),
        (charge.quantity_grams <= 28.5, charge.quantity_grams <= 28.500_001),
        (charge.plant_count <= 6, charge.plant_count < 6),
        (history.any(charge.convicted), history.others.any(other.convicted)),
        (history.any(charge.convicted), cycle.any(charge.convicted)),
        (relief.remedy.is_in(["a", "b"]), relief.remedy.is_in(["a, b"])),
        (charge.sentences.any(sentence.revoked), other.sentences.any(sentence.revoked)),
        (
            history.latest(charge.offense_date, where=charge.convicted),
            history.earliest(charge.offense_date, where=charge.convicted),
        ),
        (charge.offense_date + years(1), charge.offense_date + years(1, rounding="up")),
        (~(FELONY & charge.convicted), ~FELONY & charge.convicted),
    ],
    ids=lambda one: str(one),
)
def test_the_print_is_the_identity(one: Expression, two: Expression) -> None:
    """Rules are told apart by their prints: two that ask different things must not print the same."""
    assert one.identity != two.identity


def test_two_offense_sets_of_one_name_are_told_apart() -> None:
    """Either the prints differ, or a pack refuses such sets; see test_statutes for the latter."""
    thefts = OffenseSet.listing("thefts", cites="made up", includes=("PC 459",), catalog=CATALOG)
    same = OffenseSet.listing("thefts", cites="made up", includes=("PC 459",), catalog=CATALOG)
    assert str(charge.offense.in_set(thefts)) == str(charge.offense.in_set(same))


# --- what it refuses -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "use",
    [
        lambda: charge.convicted and FELONY,
        lambda: charge.convicted or FELONY,
        lambda: not charge.convicted,
        lambda: 1 if charge.convicted else 2,
        lambda: bool(history.any(FELONY)),
        lambda: day(2016, 1, 1) < charge.offense_date < day(2017, 1, 1),
        lambda: charge.convicted in (FELONY,),
        lambda: all([charge.convicted]),
        lambda: bool(charge.offense_date),
        lambda: bool(charge.plant_count),
        lambda: bool(charge.level),
        lambda: sorted([charge.offense_date, subject.birth_date]),
    ],
    ids=range(12),
)
def test_a_value_has_no_truth_of_its_own(use: Callable[[], object]) -> None:
    with pytest.raises(TypeError, match=r"use & for and, \| for or, ~ for not|word\.is_"):
        use()


@pytest.mark.parametrize(
    "use",
    [
        lambda: charge.level == "felony",
        lambda: charge.convicted == True,  # noqa: E712
        lambda: charge.offense_date == subject.birth_date,
        lambda: charge.plant_count == 6,
        lambda: charge.level != "felony",
        lambda: charge.convicted != None,  # noqa: E711
    ],
    ids=range(6),
)
def test_equality_names_the_cure(use: Callable[[], object]) -> None:
    with pytest.raises(TypeError, match=r"word\.is_\('felony'\)"):
        use()


WRONG: list[Callable[[], Any]] = [
    lambda: charge.convicted & True,
    lambda: True & charge.convicted,
    lambda: charge.convicted | charge.level,
    lambda: charge.convicted & "felony",
    lambda: charge.convicted & charge.offense_date,
    lambda: charge.convicted & pl.col("convicted"),
    lambda: charge.convicted & history,
    lambda: charge.level & charge.convicted,
    lambda: charge.offense_date + 1,
    lambda: charge.offense_date - subject.birth_date,
    lambda: charge.offense_date < date(2016, 1, 1),
    lambda: charge.offense_date < "2016-01-01",
    lambda: charge.offense_date <= charge.plant_count,
    lambda: charge.plant_count < "6",
    lambda: charge.plant_count <= True,
    lambda: charge.plant_count <= charge.offense_date,
    lambda: charge.plant_count <= None,
    lambda: charge.plant_count.is_("6"),
    lambda: charge.level < "felony",
    lambda: history.any(True),
    lambda: history.any(pl.col("convicted")),
    lambda: history.any(charge.level),
    lambda: history.none("felony"),
    lambda: history.all(charge.offense_date),
    lambda: history.count(charge.plant_count),
    lambda: history.latest(charge.convicted),
    lambda: history.latest(charge.offense_date, where=charge.level),
    lambda: history.earliest(date(2016, 1, 1)),
    lambda: latest(charge.offense_date, date(2016, 1, 1)),
    lambda: either(charge.level, charge.offense_date, charge.arrest_date),
    lambda: either(charge.convicted, charge.offense_date, 5),
    lambda: charge.offense_date.no_later_than(date(2016, 1, 1)),
    lambda: presumed(charge.level, True, "made up"),
    lambda: presumed(charge.convicted, None, "made up"),
    lambda: presumed_day(charge.offense_date, date(2016, 1, 1), "made up"),
    lambda: unsettled("when", "made up"),
    lambda: all_of([charge.convicted, True]),
    lambda: any_of([charge.level]),
    lambda: ~charge.level,
    lambda: charge.offense.in_set("cannabis"),
    lambda: charge.enhanced("cannabis"),
]


@pytest.mark.parametrize("use", WRONG, ids=range(len(WRONG)))
@pytest.mark.untyped
def test_the_wrong_kinds_do_not_combine(use: Callable[[], Any]) -> None:
    with pytest.raises(TypeError):
        use()


@pytest.mark.parametrize(
    ("use", "cure"),
    [
        (lambda: charge.convicted & charge.level, "compare it to something first"),
        (lambda: charge.offense_date + 1, r"write day \+ years\(1\)"),
        (lambda: charge.offense_date - 1, r"write day - years\(1\)"),
        (lambda: charge.offense_date < date(2016, 11, 9), r"write day\(2016, 11, 9\)"),
        (lambda: charge.plant_count < "6", "write number <= 6"),
    ],
    ids=range(5),
)
@pytest.mark.untyped
def test_the_error_gives_the_cure(use: Callable[[], Any], cure: str) -> None:
    with pytest.raises(TypeError, match=cure):
        use()


@pytest.mark.parametrize("words", [["felon"], ["felony", "wobbler"], [], "felony", ["Felony"], [""], [None]])
@pytest.mark.untyped
def test_a_word_the_list_does_not_hold_is_an_error_of_the_rule(words: Any) -> None:
    with pytest.raises(TypeError, match=r"charge\.level cannot be asked for .*one of infraction, violation"):
        charge.level.is_in(words)


def test_a_word_without_a_list_takes_any_word() -> None:
    assert isinstance(charge.county.is_("ANYWHERE"), Test)
    assert isinstance(Word("subject.tribe").is_in(["north"]), Test)
    with pytest.raises(TypeError):
        charge.county.is_in([])


# --- the vocabulary and the tables ---------------------------------------------------------------------------------


def test_every_fact_has_its_column() -> None:
    """A fact without a column would be unknown for ever, in silence."""
    derived = {
        f"{root}.{name}" for root in ("charge", "other") for name in ("convicted", "disposed", "enhancements_told")
    }
    for root, row in ROWS.items():
        columns = dtypes(TABLE_OF[root])
        for name, fact in facts_of(row).items():
            assert fact.means
            if f"{root}.{name}" not in derived:
                assert name in columns, f"{root}.{name}"


def test_a_word_fact_has_the_words_of_its_column() -> None:
    for root, row in ROWS.items():
        for name in facts_of(row):
            value = getattr(row, name)
            dtype = dtypes(TABLE_OF[root]).get(name)
            if isinstance(value, Word) and isinstance(dtype, pl.Enum):
                assert list(value.words) == dtype.categories.to_list(), f"{root}.{name}"


def test_no_rule_may_read_what_is_for_reports_only() -> None:
    assert not {"sex", "race", "ethnicity", "names", "identifiers"} & set(facts_of(subject))
    assert {field for field in ("sex", "race") if hasattr(model.Subject(subject_id="S"), field)} == {"sex", "race"}


# --- rows where they mean nothing ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "expression",
    [
        other.convicted,
        other.offense.in_set(CANNABIS),
        other.enhanced(CANNABIS),
        history.any(other.convicted),
        cycle.any(charge.convicted & other.convicted),
        charge.sentences.any(charge.convicted),
        charge.sentences.any(relief.remedy.is_("pc-1")),
        charge.sentences.any(subject.must_register),
        charge.sentences.any(history.any(charge.convicted)),
        charge.reliefs.latest(charge.offense_date),
        subject.events.any(sentence.revoked),
        history.any(sentence.revoked),
        history.any(case.status.is_("open")),
        history.others.any(event.kind.is_("custody")),
        history.latest(other.conviction_date, where=charge.convicted),
        history.any(other.sentences.any(sentence.revoked)),
        other.sentences.any(sentence.revoked),
        sentence.revoked,
        relief.relief_date < day(2016, 1, 1),
        history.others.any(other.convicted & history.any(other.convicted)),
    ],
    ids=lambda value: "" if isinstance(value, set) else str(value),
)
def test_a_row_outside_its_group_is_refused(expression: Expression) -> None:
    with pytest.raises(PackError) as refusal:
        check_grain(expression, "remedy xx: condition 1")
    assert refusal.value.where == "remedy xx: condition 1"
    assert refusal.value.cure


@pytest.mark.parametrize(
    "expression",
    [
        charge.convicted & case.status.is_("open") & subject.must_register,
        history.any(charge.convicted & subject.must_register),
        history.others.any(other.convicted & charge.convicted & case.status.is_("open")),
        history.others.any(other.sentences.any(sentence.revoked) & charge.sentences.any(sentence.revoked)),
        history.any(charge.sentences.any(sentence.revoked) & subject.events.any(event.kind.is_("custody"))),
        history.others.any(other.convicted & history.any(charge.convicted)),
        history.others.latest(other.conviction_date, where=charge.convicted),
        charge.sentences.latest(sentence.completed_date) + years(1),
        day(2016, 11, 9),
    ],
    ids=lambda value: "" if isinstance(value, set) else str(value),
)
def test_a_row_inside_its_group_is_allowed(expression: Expression) -> None:
    check_grain(expression, "remedy xx")


def test_every_group_has_a_row_of_the_vocabulary() -> None:
    for scope in SCOPES.values():
        assert scope.row in ROWS
        assert TABLE_OF[scope.row] == scope.table
