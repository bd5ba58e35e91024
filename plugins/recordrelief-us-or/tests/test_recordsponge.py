"""The analyzer's reading: all readings of a record, its waits, the labels, and the output."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import or_records as made
import polars as pl
import pytest

from recordrelief.cases import differences, read_cases
from recordrelief.errors import RequestError
from recordrelief.explain import explain
from recordrelief.model import Charge, Disposition, Offense, Subject
from recordrelief.records import Records, readings
from recordrelief.runs import RunRequest, run
from recordrelief.screening import screen
from recordrelief_us_or.pack import PACK
from recordrelief_us_or.recordsponge.labels import labels

ASSAULT = {"name": "Assault in the Third Degree", "statute": "163.165", "level": "Felony Class C"}
FELONY = {"name": "Theft in the First Degree", "statute": "164.055", "level": "Felony Class C"}
VIOLATION = {"name": "Minor in Possession", "statute": "471.430", "level": "Violation Class B"}
SPEEDING = {"name": "Violating a Speed Limit", "statute": "811.111", "level": "Violation Class B"}
MARIJUANA = {"name": "Delivery of Marijuana", "statute": "475.860", "level": "Felony Class B"}


def said(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in ("status", "label", "date", "governing_codes"))


@pytest.mark.parametrize(
    ("charge", "expected"),
    [
        (made.charge(on="2022-06-01"), ("Eligible Now", "Eligible Now", "2025-06-01", "OWN_CONVICTION_3Y")),
        (
            made.charge(on="2022-06-02"),
            ("Will Be Eligible", "Eligible Jun 2, 2025", "2025-06-02", "OWN_CONVICTION_3Y"),
        ),
        (made.charge(ruling="Dismissed"), ("Eligible Now", "Eligible Now", "2014-12-24", "DISMISSAL_IMMEDIATE")),
        (
            made.charge(ruling="No Complaint", on="2025-05-01"),
            ("Will Be Eligible", "Eligible Jun 30, 2025", "2025-06-30", "NO_COMPLAINT_60_DAYS"),
        ),
        (
            made.charge(probation_revoked="2023-02-01"),
            ("Will Be Eligible", "Eligible Feb 1, 2026", "2026-02-01", "PROBATION_REVOKED_3Y"),
        ),
        (made.charge(**SPEEDING), ("Ineligible", "Ineligible", "never", "NEVER_TYPE")),
        (made.charge(ruling="Something Odd"), ("Unknown", "Possibly Eligible", None, None)),
        (
            made.charge(ruling=None),
            (
                "Needs More Analysis",
                "Needs More Analysis",
                "2014-12-24",
                "DISMISSAL_IMMEDIATE;OWN_CONVICTION_3Y",
            ),
        ),
        (made.charge(ruling=None, **SPEEDING), ("Ineligible", "Ineligible", "never", "NEVER_TYPE")),
        (
            made.charge(**ASSAULT),
            ("Needs More Analysis", "Needs More Analysis", "2020-02-01", "OWN_CONVICTION_5Y;NEVER_TYPE"),
        ),
        (
            made.charge(name="Poss of MJ", statute="475.864", level="Violation Class B", on="2025-05-31"),
            ("Eligible Now", "Eligible Now", "2025-05-31", "MARIJUANA_VIOLATION_IMMEDIATE"),
        ),
    ],
)
def test_the_result_of_one_charge(tmp_path: Path, charge: dict[str, Any], expected: tuple[Any, ...]) -> None:
    assert said(made.labelled(tmp_path, made.record(made.case(charge)))["1"]) == expected


def test_restitution_goes_before_every_label_but_ineligible(tmp_path: Path) -> None:
    owing = made.case(made.charge(), made.charge("2", **SPEEDING), county="Multnomah", restitution_on_case=True)
    found = made.labelled(tmp_path, made.record(owing))
    assert (found["1"]["label"], found["2"]["label"]) == ("Ineligible If Restitution Owed", "Ineligible")


# --- other convictions ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("others", "day", "code"),
    [
        ([made.charge("2", on="2024-05-01", **FELONY)], "2027-05-01", "OTHER_CONVICTION_3Y"),
        ([made.charge("2", on="2024-05-01", **SPEEDING)], "2018-02-01", "OWN_CONVICTION_3Y"),
        ([made.charge("2", on="2024-05-01", **VIOLATION)], "2018-02-01", "OWN_CONVICTION_3Y"),
        # of two violations one is let pass; what is second counts, whatever it is
        (
            [made.charge("2", on="2024-05-01", **VIOLATION), made.charge("3", on="2023-04-01", **VIOLATION)],
            "2026-04-01",
            "OTHER_CONVICTION_3Y",
        ),
        # a violation that is not the newest is not let pass
        (
            [made.charge("2", on="2023-05-01", **VIOLATION), made.charge("3", on="2019-04-01", **FELONY)],
            "2022-04-01",
            "OTHER_CONVICTION_3Y",
        ),
        ([made.charge("2", on="2024-05-01", edit="DELETE", **FELONY)], "2018-02-01", "OWN_CONVICTION_3Y"),
        # on one day the own conviction governs
        ([made.charge("2", on="2015-02-01", **FELONY)], "2018-02-01", "OWN_CONVICTION_3Y"),
    ],
)
def test_the_newest_other_conviction_counts(tmp_path: Path, others: list[dict[str, Any]], day: str, code: str) -> None:
    found = made.labelled(tmp_path, made.record(made.case(made.charge(), *others)))["1"]
    assert (found["date"], found["governing_codes"]) == (day, code)


def test_a_charge_depends_on_how_an_open_one_will_end(tmp_path: Path) -> None:
    found = made.labelled(tmp_path, made.record(made.case(made.charge(), made.charge("2", None, **FELONY))))["1"]
    assert found["status"] == "Will Be Eligible"
    assert found["label"] == (
        "Eligibility date dependent on open charge: Eligible Now or 3 years from conviction of open charge"
    )
    assert (found["date"], found["governing_codes"]) == ("2018-02-01", "OWN_CONVICTION_3Y;OTHER_CONVICTION_3Y")


def test_a_single_open_violation_is_let_pass_and_two_are_not(tmp_path: Path) -> None:
    one, two = made.charge("2", None, **VIOLATION), made.charge("3", None, **VIOLATION)
    alone = made.labelled(tmp_path, made.record(made.case(made.charge(), one)))["1"]
    assert alone["label"] == "Eligible Now"
    both = made.labelled(tmp_path, made.record(made.case(made.charge(), one, two)))["1"]
    assert both["label"].endswith("Eligible Now or 3 years from conviction of open charge")


def test_marijuana_under_21_without_another_conviction(tmp_path: Path) -> None:
    young = made.charge(on="2000-06-01", **MARIJUANA)
    alone = made.labelled(tmp_path, made.record(made.case(young)))["1"]
    assert said(alone)[2:] == ("2001-06-01", "MARIJUANA_UNDER_21_1Y")
    speeding = made.labelled(tmp_path, made.record(made.case(young, made.charge("2", **SPEEDING))))["1"]
    assert said(speeding) == said(alone)
    other = made.labelled(tmp_path, made.record(made.case(young, made.charge("2", **VIOLATION))))["1"]
    assert said(other)[2:] == ("2007-06-01", "OWN_CONVICTION_7Y")


# --- readings ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("charges", "rows"), [(7, 7), (8, 0)])
def test_a_record_that_may_mean_too_many_things_has_no_rows(tmp_path: Path, charges: int, rows: int) -> None:
    many = made.record(made.case(*(made.charge(str(number), **ASSAULT) for number in range(charges))))
    other = made.record(made.case(made.charge("other")), id="r-2")
    found = made.labelled(tmp_path, many, other)
    assert len(found) == rows + 1
    screening = screen(made.read(tmp_path, many, other), statutes=PACK, as_of=made.AS_OF, policy="recordsponge")
    assert screening.records.subjects.height == (2**7 if rows else 1) + 1
    mine = screening.determinations.filter(pl.col("subject_id") == "r-1")
    assert mine["status"].cast(pl.String).unique().to_list() == ["undetermined"]


def test_every_combination_is_one_reading(tmp_path: Path) -> None:
    records = made.read(tmp_path, made.record(made.case(made.charge("1", **ASSAULT), made.charge("2", None))))
    derived = PACK.derived(records, PACK.policies["recordsponge"])
    types = derived.charges.sort("charge_id").group_by("alternative").agg(pl.col("rs_type").cast(pl.String))
    assert sorted(types["rs_type"].to_list()) == sorted(
        [one, two] for one in ("FelonyClassC", "Subsection6") for two in ("DismissedCharge", "MisdemeanorClassA")
    )
    assert derived.subjects.height == derived.cases.height == 4


def test_the_order_of_the_rows_changes_nothing(tmp_path: Path) -> None:
    charges = [made.charge(str(number), None if number % 2 else "Convicted", **ASSAULT) for number in range(4)]
    records = made.read(tmp_path, made.record(made.case(*charges)))
    turned = attrs.evolve(records, charges=records.charges.reverse())
    one, two = (
        screen(given, statutes=PACK, as_of=made.AS_OF, policy="recordsponge").determinations
        for given in (records, turned)
    )
    assert one.equals(two)


def test_what_was_derived_is_not_derived_again(tmp_path: Path) -> None:
    records = made.read(tmp_path, made.record(made.case(made.charge("1", **ASSAULT))))
    once = PACK.derived(records, PACK.policies["recordsponge"])
    assert PACK.derived(once, PACK.policies["recordsponge"]) is once


def test_readings_of_readings_are_told_apart(tmp_path: Path) -> None:
    one = made.read(tmp_path, made.record(made.case(made.charge("1", **ASSAULT))))
    two = made.read(tmp_path, made.record(made.case(made.charge("1"))))
    derived = PACK.derived(readings([one, two]), PACK.policies["recordsponge"])
    assert sorted(derived.charges.select("alternative", pl.col("rs_type").cast(pl.String)).rows()) == [
        (0, "FelonyClassC"),
        (1, "Subsection6"),
        (2, "MisdemeanorClassA"),
    ]


def test_an_answer_ends_the_question(tmp_path: Path) -> None:
    answers = [{"charge_id": "1", "edit": {"charge_type": "Subsection6"}}]
    found = made.labelled(tmp_path, made.record(made.case(made.charge("1", **ASSAULT)), answers=answers))["1"]
    assert said(found) == ("Ineligible", "Ineligible", "never", "NEVER_TYPE")


def test_a_charge_that_nobody_could_read_leaves_the_others_open(tmp_path: Path) -> None:
    nameless = {key: value for key, value in made.charge("2").items() if key != "id"}
    found = made.labelled(tmp_path, made.record(made.case(made.charge(), nameless)))
    assert {name: said(row) for name, row in found.items()} == {"1": ("Unknown", "Possibly Eligible", None, None)}


def test_records_of_another_format_are_read_by_citation_and_level() -> None:
    person = Subject(
        subject_id="S",
        birth_date="1980-03-01",
        record_scope="state",
        charges=[
            Charge(
                charge_id="S-1",
                jurisdiction="us-or",
                offense=Offense(citation="ORS 164.055", level="felony", degree_class="C"),
                disposition=Disposition(outcome="convicted", date="2015-02-01"),
            )
        ],
    )
    screening = screen(Records.from_subjects([person]), statutes=PACK, as_of=made.AS_OF, policy="recordsponge")
    (row,) = labels(screening).iter_rows(named=True)
    assert (row["record_id"], row["charge_id"]) == ("S", "S-1")
    assert said(row)[2:] == ("2020-02-01", "OWN_CONVICTION_5Y")


# --- what is shown ----------------------------------------------------------------------------------------------------


def test_the_output_is_a_table_and_asks_for_its_policy(tmp_path: Path) -> None:
    made.written(tmp_path / "records.jsonl", [made.record(made.case(made.charge()))])

    def request(policy: str, out: str) -> RunRequest:
        return RunRequest(
            inputs=[tmp_path / "records.jsonl"],
            statutes="us-or",
            policy=policy,
            as_of=made.AS_OF,
            outputs=["recordsponge"],
            out=tmp_path / out,
        )

    run(request("recordsponge", "out"))
    assert (tmp_path / "out" / "recordsponge.csv").read_text(encoding="utf-8") == (
        "record_id,charge_id,type_status,status,label,date,governing_codes\n"
        "r-1,1,Eligible,Eligible Now,Eligible Now,2018-02-01,OWN_CONVICTION_3Y\n"
    )
    with pytest.raises(RequestError, match="policy recordsponge"):
        run(request("statute", "other"))


def test_a_county_may_be_asked_for(tmp_path: Path) -> None:
    records = made.read(
        tmp_path, made.record(made.case(made.charge()), made.case(made.charge("2"), number="2", county="Lane"))
    )
    screening = screen(records, statutes=PACK, as_of=made.AS_OF, policy="recordsponge", county="lane")
    assert made.column(labels(screening), "charge_id") == ["2"]


def test_an_explanation_names_the_readings(tmp_path: Path) -> None:
    records = made.read(tmp_path, made.record(made.case(made.charge("1", **ASSAULT))))
    screening = screen(records, statutes=PACK, as_of=made.AS_OF, policy="recordsponge")
    text = explain(screening, "r-1").text()
    assert "2 readings" in text
    assert "FelonyClassC or Subsection6" in text


def test_the_policy_can_be_given_to_a_worked_case() -> None:
    (case,) = read_cases(
        """
about: the analyzer's reading of a record that names citations
as_of: 2025-06-01
person: {record_scope: state}
charge: {jurisdiction: us-or, outcome: convicted}
cases:
  - title: A Class C felony
    why: five years
    policy: {reading: recordsponge, boundary: inclusive}
    charges: [{id: count, citation: ORS 164.055, level: felony, degree_class: C, disposition_date: 2020-06-01}]
    expected: [{charge: count, remedy: ors-137.225-conviction, status: eligible}]
""",
        "one.yaml",
    )
    assert differences(case, PACK) == []


def test_a_run_counts_each_charge_once_however_many_readings(tmp_path: Path) -> None:
    made.written(
        tmp_path / "records.jsonl", [made.record(made.case(made.charge("1", **ASSAULT), made.charge("2", None)))]
    )
    finished = run(
        RunRequest(
            inputs=[tmp_path / "records.jsonl"],
            statutes="us-or",
            policy="recordsponge",
            as_of=made.AS_OF,
            out=tmp_path / "out",
        )
    )
    counts = finished.manifest["counts"]
    assert (counts["rows_read"], counts["subjects"], counts["charges"]) == (1, 1, 2)
