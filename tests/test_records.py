"""The canonical tables: lossless both ways, broken rows set aside without ever making relief, parts of a run."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import attrs
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from proof import statute, strategies
from proof.judging import Answer, answered

from recordrelief.errors import SourceError
from recordrelief.law import charge, cycle, event, history, relief, sentence, subject
from recordrelief.model import (
    COMPLETENESS,
    Charge,
    Coverage,
    Disposition,
    Event,
    Offense,
    PartialDate,
    Relief,
    Sentence,
    Source,
    Subject,
)
from recordrelief.records import Records, readings
from recordrelief.screening import screen
from recordrelief.statutes import Bar, Condition, Grade, Pathway, ReliefKind, Remedy, StatutePack
from recordrelief.tables import FACT_TABLES, TABLES, dtypes

WHOLE = Coverage(events={"custody": "complete", "registration": "complete"})


def tables(people: tuple[Subject, ...]) -> dict[str, pl.DataFrame]:
    records = Records.from_subjects(people)
    return {name: records.table(name) for name in FACT_TABLES}


# --- there and back ---------------------------------------------------------------------------------------------------


@given(strategies.any_subjects)
def test_people_come_back_as_they_went(people: tuple[Subject, ...]) -> None:
    assert Records.from_subjects(people).to_subjects() == people


@given(strategies.any_subjects)
def test_checked_tables_hold_the_same_people(people: tuple[Subject, ...]) -> None:
    records = Records.of(tables(people), coverage=WHOLE)
    assert records.quarantine.is_empty()
    assert records.to_subjects() == people
    assert Records.from_subjects(records.to_subjects()).to_subjects() == people


@given(strategies.any_subjects)
def test_the_tables_have_their_types(people: tuple[Subject, ...]) -> None:
    records = Records.from_subjects(people)
    for name in TABLES:
        types = dtypes(name)
        assert {column: records.table(name).schema[column] for column in types} == types


def test_an_absence_that_is_known_is_not_unknown() -> None:
    none, unknown = Charge(charge_id="a", enhancements=()), Charge(charge_id="b")
    (back,) = Records.from_subjects([Subject(subject_id="S", charges=[none, unknown])]).to_subjects()
    assert [one.enhancements for one in back.charges] == [(), None]


@pytest.mark.parametrize(
    "facts", [{"level": "felony"}, {"charge_id": "x"}, {"conviction_date_latest": date(2020, 1, 1)}]
)
def test_a_fact_must_not_overwrite_a_column(facts: Mapping[str, Any]) -> None:
    person = Subject(subject_id="S", charges=[Charge(charge_id="c", offense=Offense(level="infraction"), facts=facts)])
    with pytest.raises((ValueError, SourceError)):
        Records.from_subjects([person])


def test_ids_are_unique_in_a_run() -> None:
    """Terms and reliefs hang on the id of the charge: were it shared, one person would serve the other's."""
    first = Subject(subject_id="A", charges=[Charge(charge_id="1")])
    second = Subject(
        subject_id="B", charges=[Charge(charge_id="1", sentences=[Sentence(sentence_id="t", kind="prison")])]
    )
    with pytest.raises((ValueError, SourceError)):
        Records.from_subjects([first, second])


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2011", "2011-01-01", "2011-12-31"),
        ("2012-02", "2012-02-01", "2012-02-29"),
        ("2011-02", "2011-02-01", "2011-02-28"),
        ("2011-08-23", "2011-08-23", "2011-08-23"),
    ],
)
def test_a_date_known_in_part(text: str, earliest: str, latest: str) -> None:
    known = PartialDate.of(text)
    assert (known.earliest, known.latest) == (date.fromisoformat(earliest), date.fromisoformat(latest))


@pytest.mark.parametrize("text", ["", "11", "2011-13", "2011-02-30", "2011/02/03", "20110203", "0000", "2011-2-3"])
def test_no_date(text: str) -> None:
    with pytest.raises(ValueError):
        PartialDate.of(text)


# --- broken rows ------------------------------------------------------------------------------------------------------

PERSON = Subject(
    subject_id="S",
    record_scope="state",
    birth_date="1990-01-01",
    charges=[
        Charge(
            charge_id="S-0",
            cycle_id="a",
            offense=Offense(
                citation="HS 11359", level="misdemeanor", attempt=False, conspiracy=False, solicitation=False
            ),
            disposition=Disposition(outcome="convicted", conviction_date="2015-01-01"),
            source=Source(file="made-up.csv", line=2),
        ),
        Charge(
            charge_id="S-1",
            cycle_id="b",
            offense=Offense(citation="PC 459", level="felony", attempt=False, conspiracy=False, solicitation=False),
            disposition=Disposition(outcome="dismissed"),
            sentences=[Sentence(sentence_id="S-1-0", kind="prison", source=Source(file="made-up.csv", line=4))],
            reliefs=[Relief(remedy="pc-1", source=Source(file="made-up.csv", line=5))],
            source=Source(file="made-up.csv", line=3),
        ),
    ],
    events=[Event(kind="custody", event_date="2016-01-01", source=Source(file="made-up.csv", line=6))],
)


def with_column(changes: Mapping[str, tuple[str, Any, int]]) -> Records:
    """The person's tables with one cell each changed: table -> (column, value, row)."""
    made = tables((PERSON,))
    for name, (column, value, place) in changes.items():
        frame = made[name].with_row_index("place")
        new = pl.lit(value, dtype=frame.schema[column])
        made[name] = frame.with_columns(
            pl.when(pl.col("place") == place).then(new).otherwise(pl.col(column)).alias(column)
        ).drop("place")
    return Records.of(made, coverage=WHOLE)


def test_a_row_that_breaks_a_rule_is_set_aside_with_its_place_and_the_rule() -> None:
    records = with_column({"charges": ("conviction_date_latest", date(2014, 1, 1), 0)})
    (lost,) = records.quarantine.iter_rows(named=True)
    assert (lost["source_file"], lost["source_line"], lost["code"]) == ("made-up.csv", 2, "RULE_BROKEN")
    assert lost["subject_id"] == "S"
    assert "charges" in lost["reason"]
    assert "dates_in_order" in lost["reason"]
    assert "2014" not in lost["reason"]
    assert "S-0" not in lost["reason"]


def test_an_unread_charge_takes_its_place() -> None:
    records = with_column({"charges": ("plant_count", -1, 0)})
    assert records.charges.height == 2
    (unread,) = records.charges.filter(pl.col("charge_id").str.contains("unread")).iter_rows(named=True)
    facts = set(unread) - {"charge_id", "subject_id", "alternative", "source_file", "source_line", "notes"}
    assert {unread[name] for name in facts} == {None}
    assert (unread["source_file"], unread["source_line"]) == ("made-up.csv", 2)


def test_rows_are_neither_lost_nor_doubled() -> None:
    made = tables((PERSON,))
    doubled = pl.concat([made["charges"], made["charges"].head(1)])
    records = Records.of(made | {"charges": doubled}, coverage=WHOLE)
    unread = records.charges["charge_id"].str.contains("unread").sum()
    assert records.charges.height - unread + records.quarantine.height == doubled.height
    assert unread >= 1


def test_two_rows_of_unknown_place_leave_two_unread_charges() -> None:
    """One unread charge in their stead would say that at most one conviction is missing."""
    made = tables((PERSON,))
    broken = made["charges"].with_columns(
        plant_count=pl.lit(-1, dtype=pl.Int32),
        source_file=pl.lit(None, dtype=pl.Categorical),
        source_line=pl.lit(None, dtype=pl.UInt32),
    )
    records = Records.of(made | {"charges": broken}, coverage=WHOLE)
    assert records.quarantine.height == 2
    assert records.charges.height == 2


def test_a_row_of_nobody_is_counted_on_the_run() -> None:
    quarantine = pl.DataFrame(
        {"source_line": [9], "code": ["COLUMN_COUNT"], "reason": ["a row of 3 columns"], "subject_id": [None]},
        schema={"source_line": pl.UInt32, "code": pl.String, "reason": pl.String, "subject_id": pl.String},
    )
    records = Records.of(tables((PERSON,)) | {"quarantine": quarantine}, coverage=WHOLE)
    assert records.charges.height == 2
    assert records.quarantined_without_subject() == 1


def test_a_table_or_a_type_that_is_not_canonical_is_refused() -> None:
    with pytest.raises(SourceError, match="table"):
        Records.of({"charge": pl.DataFrame()}, coverage=WHOLE)
    with pytest.raises(SourceError):
        Records.of({"charges": pl.DataFrame({"plant_count": ["six"]})}, coverage=WHOLE)
    with pytest.raises(SourceError):
        Records.of({"charges": pl.DataFrame({"level": ["wobbler"]})}, coverage=WHOLE)


# --- quarantine never creates relief ----------------------------------------------------------------------------------


def _remedy(id: str, **parts: Any) -> Remedy:
    return Remedy(
        id=id,
        title="A remedy that is made up",
        citation="Made-up Code § 1",
        relief=ReliefKind.DISMISSAL,
        pathway=Pathway.PETITION,
        applies_to=charge.level.is_in(["misdemeanor", "felony"]),
        grades=(Grade.MANDATORY,),
        **parts,
    )


def _needs(test: Any) -> dict[str, Any]:
    return {"requires": (Condition("1.1", "nothing stands against it", test, cites="(a)"),)}


SILENT = StatutePack(
    id="qq",
    title="Relief where nothing stands against it",
    jurisdiction="qq",
    version="1",
    catalog=strategies.CATALOG,
    sets=(),
    remedies=lambda _: (
        _remedy("qq-history", **_needs(history.none(charge.level.is_("felony")))),
        _remedy("qq-others", **_needs(history.count(charge.convicted) < 2)),
        _remedy("qq-cycle", **_needs(cycle.none(charge.outcome.is_("pending")))),
        _remedy("qq-prison", **_needs(charge.sentences.none(sentence.kind.is_("prison")))),
        _remedy("qq-custody", **_needs(subject.events.none(event.kind.is_("custody")))),
        _remedy("qq-granted", granted=charge.reliefs.any(relief.remedy.is_("pc-1"))),
        _remedy("qq-bar", bars=(Bar("1.1", "a felony stands", history.any(charge.level.is_("felony")), cites="(b)"),)),
    ),
)
BROKEN: dict[str, tuple[str, Any, int]] = {
    "subjects": ("birth_date_latest", date(1980, 1, 1), 0),
    "charges": ("plant_count", -1, 1),
    "sentences": ("end_date", date(2020, 1, 1), 0),
    "reliefs": ("relief_date", date(2020, 1, 1), 0),
    "events": ("event_date_latest", date(2010, 1, 1), 0),
}


@pytest.mark.parametrize("table", ["subjects", "charges", "sentences", "reliefs", "events"])
def test_a_lost_row_never_makes_anyone_eligible(table: str) -> None:
    """Each row of the person in turn breaks a rule of its table: what was not eligible is not eligible then."""

    def ask(records: Records) -> dict[Any, Answer]:
        return answered(screen(records, statutes=SILENT, as_of="2020-07-01"))

    whole, less = ask(with_column({})), ask(with_column({table: BROKEN[table]}))
    assert with_column({table: BROKEN[table]}).quarantine.height == 1
    for key, answer in less.items():
        if answer.status == "eligible":
            assert whole[key].status == "eligible", f"{key} became eligible because a row of {table} was lost"
        if "unread" in key[1]:
            assert answer.status == "undetermined"


def test_a_quarantined_row_of_a_known_person_opens_the_history() -> None:
    made = tables((attrs.evolve(PERSON, charges=PERSON.charges[:1]),))
    quarantine = pl.DataFrame(
        {"source_file": ["made-up.csv"], "source_line": [9], "code": ["X"], "reason": ["made up"], "subject_id": ["S"]}
    ).cast({"source_line": pl.UInt32, "source_file": pl.Categorical})
    before = answered(screen(Records.of(made, coverage=WHOLE), statutes=SILENT, as_of="2020-07-01"))
    after = answered(
        screen(Records.of(made | {"quarantine": quarantine}, coverage=WHOLE), statutes=SILENT, as_of="2020-07-01")
    )
    statuses = {key[2]: (answer.status, after[key].status) for key, answer in before.items() if "unread" not in key[1]}
    assert statuses["qq-history"] == ("eligible", "undetermined")
    assert statuses["qq-others"] == ("eligible", "undetermined")
    assert statuses["qq-cycle"] == ("eligible", "undetermined")


@pytest.mark.parametrize("pack", ["made-up", "california"])
def test_a_run_with_quarantined_rows_is_screened(pack: str) -> None:
    from recordrelief_us_ca.pack import PACK

    people = tuple(
        strategies.with_ids(
            attrs.evolve(
                PERSON,
                subject_id=f"S{number}",
                charges=[attrs.evolve(one, jurisdiction="us-ca", offense_date="2014-01-01") for one in PERSON.charges],
            ),
            f"S{number}",
        )
        for number in range(3)
    )
    quarantine = pl.DataFrame(
        {"source_file": ["made-up.csv"], "source_line": [9], "code": ["X"], "reason": ["made up"], "subject_id": ["S1"]}
    ).cast({"source_line": pl.UInt32, "source_file": pl.Categorical})
    records = Records.of(tables(people) | {"quarantine": quarantine}, coverage=WHOLE)
    found = answered(screen(records, statutes=PACK if pack == "california" else statute.PACK, as_of="2020-07-01"))
    assert {key[0] for key in found} == {"S0", "S1", "S2"}


# --- parts and readings -----------------------------------------------------------------------------------------------


@given(strategies.few_people(most=4), st.integers(0, 15))
def test_a_part_of_a_run_holds_its_people_whole(people: tuple[Subject, ...], chosen: int) -> None:
    mine = tuple(one for place, one in enumerate(people) if chosen >> place & 1)
    part = Records.from_subjects(people, coverage=WHOLE).of_subjects(one.subject_id for one in mine)
    assert part.to_subjects() == mine
    assert part.coverage == WHOLE
    assert part.sentences.height == sum(len(charge.sentences) for one in mine for charge in one.charges)
    assert part.reliefs.height == sum(len(charge.reliefs) for one in mine for charge in one.charges)


@given(strategies.few_people(most=3), strategies.few_people(most=3), strategies.coverages, strategies.coverages)
def test_readings_are_numbered_and_only_as_whole_as_the_thinnest(
    one: tuple[Subject, ...], two: tuple[Subject, ...], first: Coverage, second: Coverage
) -> None:
    both = readings([Records.from_subjects(one, coverage=first), Records.from_subjects(two, coverage=second)])
    people = both.to_subjects()
    assert [person for person in people if person.alternative == 0] == list(one)
    assert [attrs.evolve(person, alternative=0) for person in people if person.alternative == 1] == list(two)
    for table in ("cases", "charges", "sentences", "reliefs"):
        ranks = [COMPLETENESS.index(coverage.of(table)) for coverage in (first, second)]
        assert COMPLETENESS.index(both.coverage.of(table)) == max(ranks)
    for kind in ("custody", "registration", "warrant", "death"):
        ranks = [COMPLETENESS.index(coverage.of("events", kind)) for coverage in (first, second)]
        assert COMPLETENESS.index(both.coverage.of("events", kind)) == max(ranks)


def test_a_reading_at_least() -> None:
    with pytest.raises(ValueError, match="reading"):
        readings([])


def test_a_part_keeps_the_quarantined_rows_that_may_concern_anyone() -> None:
    quarantine = pl.DataFrame(
        {
            "source_file": ["made-up.csv"] * 3,
            "source_line": [7, 8, 9],
            "code": ["X"] * 3,
            "reason": ["made up"] * 3,
            "subject_id": [None, "S", "T"],
        }
    ).cast({"source_line": pl.UInt32, "source_file": pl.Categorical})
    records = Records.of(tables((PERSON,)) | {"quarantine": quarantine}, coverage=WHOLE)
    assert records.of_subjects(["S"]).quarantine["source_line"].to_list() == [7, 8]
    assert records.of_subjects(["S"]).quarantined_without_subject() == 1
