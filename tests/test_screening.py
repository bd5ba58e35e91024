"""Screening: exact answers by the rules of the documentation, on a made-up law that has every feature."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any

import attrs
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from proof import packs, statute, strategies
from proof.judging import Answer, answered, contradicted, judged

from recordrelief import sheet
from recordrelief.determinations import screen_subject
from recordrelief.law import ALWAYS_FALSE, ALWAYS_TRUE, charge, either, membership, never, years
from recordrelief.law import day as fixed
from recordrelief.model import Charge, Coverage, Offense, PartialDate, Subject
from recordrelief.records import Records, readings
from recordrelief.screening import screen
from recordrelief.statutes import (
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

AS_OF = st.sampled_from([date(2016, 11, 9), date(2018, 1, 1), date(2019, 4, 1), date(2020, 3, 1), date(2024, 2, 29)])
BOUNDARIES = st.sampled_from(["strict", "inclusive"])
HISTORIES = st.sampled_from(["as_recorded", "complete_only"])
EVERY = settings(suppress_health_check=list(HealthCheck))


@EVERY
@given(
    strategies.few_people(),
    strategies.few_coverages,
    AS_OF,
    BOUNDARIES,
    HISTORIES,
    st.booleans(),
    st.booleans(),
)
def test_every_determination_follows_the_rules(
    people: tuple[Subject, ...],
    coverage: Coverage,
    as_of: date,
    boundary: str,
    history: str,
    presume: bool,
    small: bool,
) -> None:
    policy: Any = statute.MadeUpPolicy(
        boundary=boundary,  # type: ignore[arg-type]
        history=history,  # type: ignore[arg-type]
        presume=presume,
        look_ahead="in_force",
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(membership, "_FEW", 10**9 if small else 0)
        patch.setattr(sheet, "SIDE_BY_SIDE", 10**9 if small else 0)
        as_the_rules_say(people, coverage, statute.PACK, as_of, policy)


@EVERY
@given(strategies.few_people(), strategies.few_coverages, packs.packs(), AS_OF, BOUNDARIES, HISTORIES)
def test_every_determination_of_any_pack_follows_the_rules(
    people: tuple[Subject, ...], coverage: Coverage, made: StatutePack, as_of: date, boundary: Any, history: Any
) -> None:
    as_the_rules_say(people, coverage, made, as_of, Policy(boundary=boundary, history=history))


def as_the_rules_say(
    people: tuple[Subject, ...], coverage: Coverage, made: StatutePack, as_of: date, policy: Policy
) -> None:
    screening = screen(Records.from_subjects(people, coverage=coverage), statutes=made, as_of=as_of, policy=policy)
    expected = judged(
        people,
        made.in_force(policy, as_of),
        as_of,
        coverage,
        history=policy.history,
        strict=policy.boundary == "strict",
    )
    found = answered(screening)
    assert found.keys() == expected.keys()
    for key, answer in found.items():
        assert answer == expected[key], key
    assert list(found) == sorted(found), "the order is subject, charge, remedy"


# --- the table of truth -----------------------------------------------------------------------------------------------

FLAGS = ("hard", "curable", "bar", "curable_bar", "applying", "given")
TODAY = date(2020, 7, 1)
WAITS: dict[str, PartialDate | None] = {
    "over": PartialDate.of("2019-01-01"),
    "ahead": PartialDate.of("2030-01-01"),
    "between": PartialDate.of("2020"),
    "unknown": None,
}


def _made_up_facts(*names: str) -> tuple[Fact, ...]:
    return tuple(
        Fact(name=name, table="charges", kind="test", means=f"the fact {name} holds", ask=f"Does it hold: {name}?")
        for name in names
    )


def pack(*remedies: Remedy, flags: tuple[str, ...] = FLAGS) -> StatutePack:
    return StatutePack(
        id="tt",
        title="A table of truth",
        jurisdiction="tt",
        version="1",
        catalog=strategies.CATALOG,
        sets=(),
        facts=_made_up_facts(*flags),
        remedies=lambda _: remedies,
    )


def remedy(id: str = "tt-1", **rest: Any) -> Remedy:
    given: dict[str, Any] = {
        "title": "A remedy that is made up",
        "citation": "Made-up Code § 1",
        "relief": ReliefKind.DISMISSAL,
        "pathway": Pathway.PETITION,
        "applies_to": ALWAYS_TRUE,
        "grades": (Grade.MANDATORY,),
    }
    return Remedy(id=id, **given | rest)


def condition(id: str, flag: str, **rest: Any) -> Condition:
    return Condition(id, f"the fact {flag} holds", charge.test(flag), cites="(a)", **rest)


def wait(id: str, until: Any, **rest: Any) -> Wait:
    return Wait(id, "the time is over", until, cites="(c)", **rest)


def bar(id: str, flag: str, **rest: Any) -> Bar:
    return Bar(id, f"the fact {flag} holds", charge.test(flag), cites="(b)", **rest)


def row(place: int = 0, *, until: PartialDate | None = None, **facts: bool | None) -> Charge:
    return Charge(
        charge_id=f"C{place:05}",
        filed_date=until,
        facts={name: value for name, value in facts.items() if value is not None},
    )


def determined(made: StatutePack, *charges: Charge, as_of: date = TODAY, **policy: Any) -> list[Answer]:
    records = Records.from_subjects([Subject(subject_id="S", record_scope="state", charges=charges)])
    return list(answered(screen(records, statutes=made, as_of=as_of, policy=policy)).values())


def test_the_table_of_truth() -> None:
    made = pack(
        remedy(
            applies_to=charge.test("applying"),
            requires=(condition("1.1", "hard"), condition("1.2", "curable", curable=True)),
            bars=(bar("1.3", "bar"), bar("1.4", "curable_bar", curable=True)),
            waits=(wait("1.5", charge.filed_date, on_the_day=True),),
            granted=charge.test("given"),
        )
    )
    values = (True, False, None)
    rows = [
        (dict(zip(FLAGS, flags, strict=True)), when)
        for flags, when in product(product(values, repeat=len(FLAGS)), WAITS)
        if flags[4] is not False
    ]
    charges = [row(place, until=WAITS[when], **flags) for place, (flags, when) in enumerate(rows)]
    found = determined(made, *charges)
    assert len(found) == len(charges)
    for (flags, when), answer in zip(rows, found, strict=True):
        hard, curable, barred, curably_barred, applies, given_ = (flags[name] for name in FLAGS)
        if applies is None or given_ is None:
            expected = "undetermined"
        elif given_:
            expected = "granted"
        elif hard is False or barred is True:
            expected = "ineligible"
        elif None in (hard, curable, barred, curably_barred) or when in ("between", "unknown"):
            expected = "undetermined"
        elif curable is False or curably_barred is True or when == "ahead":
            expected = "eligible_later"
        else:
            expected = "eligible"
        assert answer.status == expected, (flags, when)
        dated = expected == "eligible_later" and curable and not curably_barred
        day = date(2030, 1, 1)
        assert answer.eligible_on == answer.eligible_on_earliest == (day if dated else None)
        told = expected == "undetermined" and applies and given_ is False and when == "ahead"
        assert answer.not_before == (day if told else None)
        assert (answer.grade is not None) == (expected in ("eligible", "eligible_later"))
        assert answer.deciding or expected == "eligible"


def test_where_the_remedy_does_not_apply_there_is_no_determination() -> None:
    made = pack(remedy(applies_to=charge.test("applying")))
    assert [one.status for one in determined(made, row(0, applying=False), row(1), row(2, applying=True))] == [
        "undetermined",
        "eligible",
    ]


@pytest.mark.parametrize(
    ("boundary", "on_the_day", "first"),
    [
        ("strict", False, date(2021, 3, 1)),
        ("strict", True, date(2021, 2, 28)),
        ("inclusive", False, date(2021, 2, 28)),
        ("inclusive", True, date(2021, 2, 28)),
    ],
)
def test_the_first_day_of_a_year_since_a_leap_day(boundary: str, on_the_day: bool, first: date) -> None:
    made = pack(remedy(waits=(wait("1.1", charge.filed_date + years(1), on_the_day=on_the_day),)))
    leap = row(until=PartialDate.of("2020-02-29"))
    (before,) = determined(made, leap, as_of=date(2021, 2, 27), boundary=boundary)
    assert (before.status, before.eligible_on) == ("eligible_later", first)
    for day, status in ((first, "eligible"), (date.fromordinal(first.toordinal() - 1), "eligible_later")):
        (answer,) = determined(made, leap, as_of=day, boundary=boundary)
        assert answer.status == status


def test_a_wait_known_to_the_year_is_open_in_between() -> None:
    made = pack(remedy(waits=(wait("1.1", charge.filed_date + years(1), on_the_day=True),)))
    partial = row(until=PartialDate.of("2019"))
    statuses = {
        day: determined(made, partial, as_of=date.fromisoformat(day))[0]
        for day in ("2019-12-31", "2020-01-01", "2020-12-30", "2020-12-31")
    }
    assert [one.status for one in statuses.values()] == ["eligible_later", "undetermined", "undetermined", "eligible"]
    early = statuses["2019-12-31"]
    assert (early.eligible_on, early.eligible_on_earliest) == (date(2020, 12, 31), date(2020, 1, 1))


def test_a_wait_that_never_ends_is_closed_for_good() -> None:
    made = pack(remedy(waits=(wait("1.1", never()),)))
    (answer,) = determined(made, row())
    assert (answer.status, answer.deciding, answer.eligible_on) == ("ineligible", ("1.1",), None)


def test_a_wait_that_may_never_end_is_neither_put_off_nor_closed() -> None:
    """Were the fact known, it would be ineligible or eligible later: not knowing it must not choose one of both."""
    made = pack(remedy(waits=(wait("1.1", either(charge.test("hard"), never(), fixed(2030, 1, 1)), on_the_day=True),)))
    found = determined(made, row(0, hard=True), row(1, hard=False), row(2))
    assert [one.status for one in found] == ["ineligible", "eligible_later", "undetermined"]
    assert (found[2].eligible_on, found[2].not_before) == (None, date(2030, 1, 1))


# --- periods that run, conditions with a set end ----------------------------------------------------------------------

ENDS: dict[str, PartialDate | None] = {
    "over": PartialDate.of("2019-01-01"),
    "today": PartialDate.of("2020-07-01"),
    "between": PartialDate.of("2020"),
    "ahead": PartialDate.of("2030-01-01"),
    "unknown": None,
}


def _running(end: str, running: bool | None, planned: str) -> Charge:
    """A period of which the end, whether it runs, and the planned end are known or not."""
    facts = {} if running is None else {"hard": running}
    return Charge(charge_id=f"{end} {running} {planned}", filed_date=ENDS[end], arrest_date=ENDS[planned], facts=facts)


RUNNING = pack(
    remedy(waits=(wait("1.1", charge.filed_date, running=charge.test("hard"), scheduled=charge.arrest_date),))
)


@pytest.mark.parametrize(
    ("end", "running", "planned", "status", "earliest", "latest"),
    [
        # An end that is known to have come, or to come, stands whatever runs and whatever was planned.
        ("over", True, "ahead", "eligible", None, None),
        ("ahead", True, "unknown", "eligible_later", "2030-01-02", "2030-01-02"),
        ("ahead", None, "over", "eligible_later", "2030-01-02", "2030-01-02"),
        ("today", None, "unknown", "eligible_later", "2020-07-02", "2020-07-02"),
        # Known only to the year: that the period runs tells that the end is not yet.
        ("between", True, "unknown", "eligible_later", "2020-07-02", "2021-01-01"),
        ("between", True, "ahead", "eligible_later", "2020-07-02", "2021-01-01"),
        ("between", False, "unknown", "undetermined", None, None),
        ("between", None, "ahead", "undetermined", None, None),
        # Not known at all: it runs, and the planned end dates it while that surely lies ahead.
        ("unknown", True, "unknown", "eligible_later", "2020-07-02", None),
        ("unknown", True, "ahead", "eligible_later", "2030-01-02", "2030-01-02"),
        ("unknown", True, "today", "eligible_later", "2020-07-02", "2020-07-02"),
        ("unknown", True, "between", "eligible_later", "2020-07-02", None),
        ("unknown", True, "over", "eligible_later", "2020-07-02", None),
        # A planned end alone proves nothing, nor does a period that no longer runs.
        ("unknown", None, "ahead", "undetermined", None, None),
        ("unknown", None, "over", "undetermined", None, None),
        ("unknown", False, "ahead", "undetermined", None, None),
        ("unknown", False, "over", "undetermined", None, None),
    ],
)
def test_a_period_that_runs(
    end: str, running: bool | None, planned: str, status: str, earliest: str | None, latest: str | None
) -> None:
    (found,) = determined(RUNNING, _running(end, running, planned))
    days = tuple(day and date.fromisoformat(day) for day in (earliest, latest))
    assert (found.status, found.eligible_on_earliest, found.eligible_on) == (status, *days)


def test_a_period_that_runs_follows_the_rules_and_never_turns_an_unknown_into_an_answer() -> None:
    cells = list(product(ENDS, (True, False, None), ENDS))
    person = Subject(subject_id="S", record_scope="state", charges=[_running(*cell) for cell in cells])
    for boundary in ("strict", "inclusive"):
        policy = Policy(boundary=boundary)  # type: ignore[arg-type]
        found = answered(screen(Records.from_subjects([person]), statutes=RUNNING, as_of=TODAY, policy=policy))
        assert found == judged(
            [person], RUNNING.in_force(policy, TODAY), TODAY, Coverage(), strict=boundary == "strict"
        )
        by_cell = {cell: found["S", one.charge_id, "tt-1"] for cell, one in zip(cells, person.charges, strict=True)}
        for (end, running, planned), whole in by_cell.items():
            torn = contradicted(
                person, RUNNING.in_force(policy, TODAY)[0], _running(end, running, planned), TODAY, Coverage(), policy
            )
            for less in ((end, None, planned), (end, running, "unknown"), ("unknown", running, planned)):
                answer = by_cell[less]
                assert torn or answer.status in (whole.status, "undetermined"), (end, running, planned, less)
                if answer.status == whole.status == "eligible_later" and not torn:
                    assert answer.eligible_on is None or answer.eligible_on == whole.eligible_on
                    assert (answer.eligible_on_earliest or TODAY) <= (whole.eligible_on_earliest or TODAY)


def test_a_period_that_runs_is_not_before_tomorrow_where_something_else_is_unknown() -> None:
    made = pack(attrs.evolve(RUNNING.remedies(None)[0], requires=(condition("1.2", "bar"),)))
    (found,) = determined(made, _running("unknown", True, "unknown"))
    assert (found.status, found.not_before) == ("undetermined", date(2020, 7, 2))
    (found,) = determined(made, _running("unknown", True, "ahead"))
    assert (found.status, found.not_before) == ("undetermined", date(2030, 1, 2))


@pytest.mark.parametrize(
    ("end", "earliest", "latest"),
    [
        ("ahead", "2030-01-02", "2030-01-02"),
        ("today", "2020-07-02", "2020-07-02"),
        ("between", "2020-07-02", None),
        ("over", "2020-07-02", None),
        ("unknown", "2020-07-02", None),
    ],
)
@pytest.mark.parametrize("kind", ["condition", "bar"])
def test_a_condition_that_is_unmet_until_a_day(kind: str, end: str, earliest: str, latest: str | None) -> None:
    """Its set end dates the first day while it lies ahead; met, it needs none; once past, it proves nothing."""
    if kind == "bar":
        made = pack(remedy(bars=(bar("1.1", "bar", curable=True, until=charge.filed_date),)))
    else:
        made = pack(remedy(requires=(condition("1.1", "bar", curable=True, until=charge.filed_date),)))
    unmet = kind == "bar"
    found = determined(
        made,
        row(0, until=ENDS[end], bar=unmet),
        row(1, until=ENDS[end], bar=not unmet),
        row(2, until=ENDS[end]),
    )
    assert [one.status for one in found] == ["eligible_later", "eligible", "undetermined"]
    days = tuple(day and date.fromisoformat(day) for day in (earliest, latest))
    assert (found[0].eligible_on_earliest, found[0].eligible_on) == days


def test_a_set_end_that_may_never_come_is_no_day() -> None:
    until = either(charge.test("hard"), never(), fixed(2030, 1, 1))
    made = pack(remedy(requires=(condition("1.1", "bar", curable=True, until=until),)))
    found = determined(made, *(row(place, bar=False, hard=hard) for place, hard in enumerate((True, False, None))))
    assert [(one.eligible_on_earliest, one.eligible_on) for one in found] == [
        (date(2020, 7, 2), None),
        (date(2030, 1, 2), date(2030, 1, 2)),
        (date(2030, 1, 2), None),
    ]


def test_of_several_ways_one_without_a_day_may_open_before_the_others() -> None:
    """One way opens in 2030 for sure, the other when a condition is met, of which no day is set."""
    made = pack(
        remedy(
            branches=(
                branch("b1", waits=(wait("1.1", fixed(2030, 1, 1), on_the_day=True),)),
                branch("b2", requires=(condition("1.2", "bar", curable=True, until=charge.filed_date),)),
            )
        )
    )
    undated, dated = determined(made, row(0, bar=False), row(1, bar=False, until=PartialDate.of("2025-01-01")))
    assert (undated.eligible_on_earliest, undated.eligible_on) == (date(2020, 7, 2), date(2030, 1, 1))
    assert (dated.eligible_on_earliest, dated.eligible_on) == (date(2025, 1, 2), date(2025, 1, 2))


# --- several ways -----------------------------------------------------------------------------------------------------


def branch(id: str, **parts: Any) -> Branch:
    return Branch(id=id, title="one of several ways", cites="(d)", **parts)


def test_not_before_minds_every_way_that_is_not_closed() -> None:
    """One way is open from 2026 for sure; the other is unknown and not before 2030: the earlier bound holds."""
    made = pack(
        remedy(
            branches=(
                branch(
                    "b1", requires=(condition("1.1", "hard"),), waits=(wait("1.2", fixed(2030, 1, 1), on_the_day=True),)
                ),
                branch(
                    "b2", requires=(condition("1.3", "bar"),), waits=(wait("1.4", fixed(2026, 1, 1), on_the_day=True),)
                ),
            )
        )
    )
    later, closed, both = determined(made, row(0, bar=True), row(1, bar=False), row(2))
    assert (later.status, later.not_before) == ("undetermined", date(2026, 1, 1))
    assert (closed.status, closed.not_before) == ("undetermined", date(2030, 1, 1))
    assert (both.status, both.not_before) == ("undetermined", date(2026, 1, 1))


def test_the_best_way_stands() -> None:
    made = pack(
        remedy(
            branches=(
                branch("b1", requires=(condition("1.1", "hard"),)),
                branch("b2", requires=(condition("1.2", "curable", curable=True),)),
                branch("b3", waits=(wait("1.3", charge.filed_date, on_the_day=True),)),
            )
        )
    )
    ahead = PartialDate.of("2030-01-01")
    found = determined(
        made,
        row(0, hard=True, curable=False, until=ahead),
        row(1, hard=None, curable=False, until=ahead),
        row(2, hard=False, curable=False, until=ahead),
        row(3, hard=False, curable=True, until=ahead),
        row(4, hard=False, curable=False, until=PartialDate.of("9999-12-31")),
    )
    assert [one.status for one in found] == [
        "eligible",
        "undetermined",
        "eligible_later",
        "eligible",
        "eligible_later",
    ]
    assert found[2].eligible_on == date(2030, 1, 1)
    assert [one.deciding for one in found] == [("1.1",), ("1.1",), ("1.2", "1.3"), ("1.2",), ("1.2",)]


# --- grades and outcomes ----------------------------------------------------------------------------------------------


def test_the_strongest_grade_that_surely_holds() -> None:
    made = pack(
        remedy(
            grades=(
                Grade.AUTOMATIC.when(condition("1.1", "hard")),
                Grade.PRESUMED.when(condition("1.2", "bar")),
                Grade.DISCRETIONARY,
            )
        )
    )
    cells = list(product((True, False, None), repeat=2))
    found = determined(made, *(row(place, hard=one, bar=two) for place, (one, two) in enumerate(cells)))
    assert {one.status for one in found} == {"eligible"}
    for (one, two), answer in zip(cells, found, strict=True):
        assert answer.grade == ("automatic" if one else "presumed" if two else "discretionary")


def test_outcomes_not_surely_excluded_are_named() -> None:
    outcomes = (
        Outcome("sealed", charge.test("hard")),
        Outcome("infraction", charge.test("bar")),
        Outcome("sealed", ~charge.test("bar")),
    )
    made = pack(remedy(outcomes=outcomes))
    found = determined(
        made, row(0), row(1, hard=False, bar=True), row(2, hard=False, bar=False), row(3, hard=True, bar=True)
    )
    assert [one.outcome for one in found] == ["sealed or infraction", "infraction", "sealed", "sealed or infraction"]
    (empty,) = determined(pack(remedy(outcomes=(Outcome("sealed", ALWAYS_FALSE),))), row())
    assert empty.outcome is None


def test_overdue_since_the_day_after() -> None:
    made = pack(remedy(due=date(2019, 12, 31), requires=(condition("1.1", "hard"),)))
    found = determined(made, row(0, hard=True), row(1, hard=False), row(2))
    assert [one.overdue_since for one in found] == [date(2020, 1, 1), None, None]
    (today,) = determined(made, row(0, hard=True), as_of=date(2019, 12, 31))
    assert today.overdue_since is None


# --- versions to come -------------------------------------------------------------------------------------------------


def _versions(*spans: tuple[str | None, str | None, Any]) -> StatutePack:
    return pack(
        *(
            remedy(
                in_force=InForce(since and date.fromisoformat(since), until and date.fromisoformat(until)),
                waits=(wait("1.1", end, on_the_day=True),),
            )
            for since, until, end in spans
        )
    )


@pytest.mark.parametrize(
    ("made", "policy", "first"),
    [
        # a shorter wait that is already enacted
        (_versions((None, "2025-01-01", fixed(2040, 1, 1)), ("2025-01-01", None, fixed(2030, 1, 1))), {}, "2030-01-01"),
        # the new law gives it on its first day
        (_versions((None, "2025-01-01", fixed(2040, 1, 1)), ("2025-01-01", None, fixed(2022, 1, 1))), {}, "2025-01-01"),
        # the old law still gives it in time
        (_versions((None, "2025-01-01", fixed(2024, 1, 1)), ("2025-01-01", None, fixed(2030, 1, 1))), {}, "2024-01-01"),
        # the version in force only
        (
            _versions((None, "2025-01-01", fixed(2040, 1, 1)), ("2025-01-01", None, fixed(2030, 1, 1))),
            {"look_ahead": "in_force"},
            "2040-01-01",
        ),
    ],
    ids=range(4),
)
def test_later_versions_count(made: StatutePack, policy: dict[str, Any], first: str | None) -> None:
    (answer,) = determined(made, row(), **policy)
    assert answer.status == "eligible_later"
    assert answer.eligible_on == (first and date.fromisoformat(first))
    if answer.eligible_on is not None:
        assert answer.eligible_on_earliest == answer.eligible_on


@pytest.mark.parametrize(
    ("made", "first"),
    [
        # the old law is gone by then: what it would have given does not count
        (_versions((None, "2025-01-01", fixed(2030, 1, 1)), ("2025-01-01", None, fixed(2050, 1, 1))), "2050-01-01"),
        (_versions((None, "2025-01-01", fixed(2030, 1, 1)), ("2025-01-01", None, never())), None),
        (_versions((None, "2025-01-01", fixed(2030, 1, 1))), None),
        # a version in between that is gone before its own wait is over
        (
            _versions(
                (None, "2025-01-01", fixed(2040, 1, 1)),
                ("2025-01-01", "2027-01-01", fixed(2035, 1, 1)),
                ("2027-01-01", None, fixed(2060, 1, 1)),
            ),
            "2060-01-01",
        ),
    ],
    ids=range(4),
)
def test_a_version_counts_only_while_it_is_in_force(made: StatutePack, first: str | None) -> None:
    (answer,) = determined(made, row())
    assert answer.status == "eligible_later"
    assert answer.eligible_on == (first and date.fromisoformat(first))


def test_a_pack_derives_facts_and_readings_from_the_words_of_the_source() -> None:
    def derive(records: Records, policy: Policy) -> Records:
        said = pl.col("offense_text")
        hard = pl.when(said == "surely").then(True).when(said == "no").then(False)
        one = attrs.evolve(records, charges=records.charges.with_columns(hard.alias("hard")))
        if records.charges["offense_text"].is_in(["perhaps"]).any():
            other = pl.when(said == "perhaps").then(True).otherwise("hard").alias("hard")
            two = attrs.evolve(records, charges=one.charges.with_columns(other))
            no = pl.when(said == "perhaps").then(False).otherwise("hard").alias("hard")
            return readings([two, attrs.evolve(records, charges=one.charges.with_columns(no))])
        return one

    plain = pack(remedy(requires=(condition("1.1", "hard"),)))
    made = attrs.evolve(plain, derive=derive)
    texts = ("surely", "no", "perhaps", None)
    charges = [Charge(charge_id=f"C{at}", offense=Offense(text=text)) for at, text in enumerate(texts)]
    assert [one.status for one in determined(plain, *charges)] == ["undetermined"] * 4
    assert [one.status for one in determined(made, *charges[:2])] == ["eligible", "ineligible"]
    assert [one.status for one in determined(made, *charges)] == ["eligible", "ineligible", *["undetermined"] * 2]
    (told,) = screen_subject(Subject(subject_id="S", charges=charges[:1]), statutes=made, as_of=TODAY)
    assert [fact.value for finding in told.findings for fact in finding.facts if fact.name == "charge.hard"] == ["yes"]


def test_the_version_in_force_decides() -> None:
    made = _versions((None, "2020-07-01", fixed(2000, 1, 1)), ("2020-07-01", None, never()))
    assert determined(made, row(), as_of=date(2020, 6, 30))[0].status == "eligible"
    assert determined(made, row(), as_of=date(2020, 7, 1))[0].status == "ineligible"
    assert determined(_versions(("2021-01-01", None, fixed(2000, 1, 1))), row()) == []
