"""The fingerprint of a record: equal where the facts are, whatever their order and place; another where a fact is."""

from __future__ import annotations

from datetime import date
from typing import Any

import attrs
import polars as pl
import pytest

from recordrelief.fingerprints import PEOPLE, fingerprints
from recordrelief.model import Coverage
from recordrelief.records import Records

PERSON: dict[str, Any] = {"subject_id": "P1", "birth_date": date(1980, 1, 1), "birth_date_latest": date(1980, 1, 1)}
CHARGES: list[dict[str, Any]] = [
    {"charge_id": "C1", "subject_id": "P1", "citation": "XX 1", "attempt": False, "enhancements": []},
    {"charge_id": "C2", "subject_id": "P1", "citation": "XX 2", "quantity_grams": 2.5, "source_line": 3},
]
TERM: dict[str, Any] = {"sentence_id": "S1", "charge_id": "C1", "kind": "jail", "length_days_max": 30}


def records(
    person: dict[str, Any] = PERSON,
    charges: list[dict[str, Any]] = CHARGES,
    term: dict[str, Any] = TERM,
    coverage: Coverage | None = None,
) -> Records:
    types = {"source_line": pl.UInt32, "enhancements": pl.List(pl.String)}
    tables = {
        "subjects": pl.DataFrame([person, {"subject_id": "P2"}]),
        "charges": pl.DataFrame(charges, schema_overrides=types, infer_schema_length=None),
        "sentences": pl.DataFrame([term]),
    }
    return Records.of(tables, coverage=coverage or Coverage())


def of(one: Records, subject_id: str = "P1") -> str:
    frame = fingerprints(one)
    assert frame.schema == {name: dtype for name, (dtype, _) in PEOPLE.items()}
    return str(frame.filter(subject_id=subject_id)["record"].item())


def test_the_order_and_the_place_of_rows_and_what_no_rule_may_read_are_left_out() -> None:
    first = of(records())
    assert 0 <= int(first) < 1 << 64
    assert of(records(charges=CHARGES[::-1])) == first
    moved = [{**charge, "source_file": "other.csv", "source_line": 9, "notes": ["read twice"]} for charge in CHARGES]
    assert of(records(charges=moved)) == first
    named = {**PERSON, "names": [{"family": "Marlow"}], "identifiers": [{"kind": "sid", "value": "1"}], "sex": "F"}
    assert of(records(named)) == first


@pytest.mark.parametrize(
    "change",
    [
        {"person": {**PERSON, "birth_date": date(1979, 1, 1)}},
        {"person": {**PERSON, "deceased": True}},
        {"charges": CHARGES[:1]},
        {"charges": [{**CHARGES[0], "citation": None}, CHARGES[1]]},
        {"charges": [{**CHARGES[0], "attempt": None}, CHARGES[1]]},
        {"charges": [{**CHARGES[0], "enhancements": None}, CHARGES[1]]},
        {"charges": [{**CHARGES[0], "enhancements": ["XX 7"]}, CHARGES[1]]},
        {"charges": [{**CHARGES[0], "fact_of_a_pack": True}, CHARGES[1]]},
        {"charges": [CHARGES[0], {**CHARGES[1], "quantity_grams": 2.6}]},
        {"charges": [{**CHARGES[0], "citation": "XX 2"}, {**CHARGES[1], "citation": "XX 1"}]},
        {"term": {**TERM, "length_days_max": 31}},
        {"term": {**TERM, "charge_id": "C2"}},
        {"coverage": Coverage(reliefs="partial")},
    ],
)
def test_every_fact_counts(change: dict[str, Any]) -> None:
    assert of(records(**change)) != of(records())


def test_nobody_elses_record_counts() -> None:
    assert of(records(charges=CHARGES[:1]), "P2") == of(records(), "P2")
    assert of(records().of_subjects(["P1"])) == of(records())


def test_a_day_known_to_the_year_is_not_its_first_day() -> None:
    year = {**PERSON, "birth_date_latest": date(1980, 12, 31)}
    assert of(records(year)) != of(records())


def test_a_fact_is_not_another_of_the_same_value() -> None:
    one = [{**CHARGES[0], "offense_text": "a", "outcome_text": "b"}]
    other = [{**CHARGES[0], "offense_text": "b", "outcome_text": "a"}]
    assert of(records(charges=one)) != of(records(charges=other))


def test_nobody_has_none() -> None:
    assert fingerprints(records().of_subjects([])).is_empty()
    assert fingerprints(attrs.evolve(records(), coverage=Coverage())).height == 2
