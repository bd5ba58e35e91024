"""An amendment beside today's law: who gains, who loses, and where; two policies of one pack compared the same way."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import attrs
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_up import COUNTY, LAW, MARK, ROWS, alone, extract  # noqa: F401
from polars.testing import assert_frame_equal
from proof import statute, strategies

from recordrelief import comparison_runs
from recordrelief.comparison import CHANGES, COLUMNS, NONE, Comparison, compare
from recordrelief.comparison_runs import ComparisonRequest, run_comparison
from recordrelief.errors import PackError, RecordReliefError, RequestError
from recordrelief.law import ALWAYS_FALSE, ALWAYS_TRUE, Day, Test, charge, day, never, unsettled, years
from recordrelief.manifests import digest
from recordrelief.model import Charge, Coverage, Subject
from recordrelief.plugins import load
from recordrelief.records import Records
from recordrelief.screening import screen
from recordrelief.statutes import (
    Condition,
    Fact,
    Grade,
    Outcome,
    Pathway,
    Policy,
    ReliefKind,
    Remedy,
    StatutePack,
    Wait,
)
from recordrelief_us_ca.pack import PACK as CALIFORNIA

ROOT = Path(__file__).resolve().parent.parent
TODAY = date(2020, 7, 1)
STATUSES = ("eligible", "eligible_later", "undetermined", "ineligible", "granted", NONE)


def remedy(status: str, **rest: Any) -> Remedy:
    """A remedy that every charge has this answer to."""
    holds: dict[str, Test] = {"ineligible": ALWAYS_FALSE, "undetermined": ~unsettled(ALWAYS_TRUE, "made up")}
    given: dict[str, Any] = {
        "id": "am-1",
        "title": "A remedy that is made up",
        "citation": "Made-up Code § 1",
        "relief": ReliefKind.DISMISSAL,
        "pathway": Pathway.PETITION,
        "applies_to": ALWAYS_FALSE if status == NONE else ALWAYS_TRUE,
        "requires": (Condition("1.1", "it may be had", holds.get(status, ALWAYS_TRUE), cites="(a)"),),
        "waits": (_until(day(2030, 1, 1)),) if status == "eligible_later" else (),
        "granted": charge.test("given") if status == "granted" else ALWAYS_FALSE,
        "grades": (Grade.MANDATORY,),
        "outcomes": (Outcome("dismissed"),),
    }
    return Remedy(**given | rest)


def _until(last: Day) -> Wait:
    return Wait("1.2", "the time is over", last, cites="(b)")


def pack(*remedies: Remedy) -> StatutePack:
    return StatutePack(
        id="am",
        title="Amendia",
        jurisdiction="am",
        version="1",
        catalog=strategies.CATALOG,
        sets=(),
        facts=(Fact(name="given", table="charges", kind="test", means="it was given", ask="Was it given at all?"),),
        remedies=lambda _: remedies,
    )


PERSON = Subject(
    subject_id="S",
    record_scope="state",
    charges=[Charge(charge_id="C", county="AMBER", facts={"given": True})],
)


def compared(before: Remedy, after: Remedy, *people: Subject, **rest: Any) -> Comparison:
    today = pack(before)
    bill = today.amended(id="bill", title="Amendia amended", remedies=[after])
    return compare(Records.from_subjects(people or [PERSON]), statutes=today, amendment=bill, as_of=TODAY, **rest)


def change(before: Remedy, after: Remedy) -> str | None:
    changes = compared(before, after).changes
    return None if changes.is_empty() else str(changes["change"].item())


# --- what changes -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("before", "after"), list(product(STATUSES, STATUSES)))
def test_every_change_of_status_has_its_word(before: str, after: str) -> None:
    words = {
        ("eligible_later", "eligible"): "gains",
        ("undetermined", "eligible"): "gains",
        ("ineligible", "eligible"): "gains",
        (NONE, "eligible"): "gains",
        ("eligible", "eligible_later"): "loses",
        ("eligible", "ineligible"): "loses",
        ("eligible", NONE): "loses",
        ("eligible", "undetermined"): "may_lose",
        ("eligible_later", "undetermined"): "may_lose",
        ("undetermined", "ineligible"): "may_lose",
        ("undetermined", NONE): "may_lose",
        ("ineligible", "undetermined"): "may_gain",
        (NONE, "undetermined"): "may_gain",
        ("undetermined", "eligible_later"): "gains_later",
        ("ineligible", "eligible_later"): "gains_later",
        (NONE, "eligible_later"): "gains_later",
        ("eligible_later", "ineligible"): "loses_later",
        ("eligible_later", NONE): "loses_later",
    }
    same = before == after or {before, after} <= {"ineligible", NONE}
    other = None if same else "other" if "granted" in (before, after) else None
    assert change(remedy(before), remedy(after)) == words.get((before, after), other)


def test_first_days_grades_and_outcomes_that_differ_are_told() -> None:
    def later(year: int) -> Remedy:
        return remedy("eligible_later", waits=(_until(day(year, 1, 1)),))

    undated = remedy(
        "eligible_later",
        waits=(),
        requires=(Condition("1.3", "it may be had some day", ALWAYS_FALSE, cites="(c)", curable=True),),
    )
    strong, weak = (remedy("eligible", grades=(grade,)) for grade in (Grade.AUTOMATIC, Grade.DISCRETIONARY))
    assert change(later(2030), later(2028)) == "sooner"
    assert change(later(2028), later(2030)) == "later"
    assert change(later(2028), undated) == change(undated, later(2028)) == "other"
    assert (change(weak, strong), change(strong, weak)) == ("stronger", "weaker")
    assert change(weak, attrs.evolve(weak, outcomes=(Outcome("sealed"),))) == "other"
    assert change(weak, attrs.evolve(weak, notes=("Nothing that decides.",))) is None


def test_a_change_stands_with_what_it_was_and_what_it_would_be() -> None:
    found = compared(remedy("ineligible"), remedy("eligible"))
    (row,) = found.changes.cast({pl.Categorical: pl.String}).iter_rows(named=True)
    assert row == {
        "subject_id": "S",
        "charge_id": "C",
        "county": "AMBER",
        "remedy": "am-1",
        "change": "gains",
        "status_before": "ineligible",
        "status_after": "eligible",
        "grade_before": None,
        "grade_after": "mandatory",
        "eligible_on_before": None,
        "eligible_on_after": None,
        "outcome_before": None,
        "outcome_after": "dismissed",
        "version_before": "always",
        "version_after": "always",
        "source_file": None,
        "source_line": None,
        "case_id": None,
    }
    assert {name: kind for name, (kind, _) in COLUMNS.items()} == dict(found.changes.schema)


def test_what_changes_is_counted_by_remedy_and_county_and_in_all() -> None:
    def person(id: str, *counties: str | None) -> Subject:
        charges = [Charge(charge_id=f"{id}{at}", county=county) for at, county in enumerate(counties)]
        return Subject(subject_id=id, record_scope="state", charges=charges)

    people = [person("A", "AMBER", "AMBER", "BASALT"), person("B", "AMBER", None)]
    today = pack(remedy("ineligible"), remedy("eligible", id="am-2"))
    bill = today.amended(id="bill", title="Amended", remedies=[remedy("eligible"), remedy("eligible", id="am-3")])
    found = compare(Records.from_subjects(people), statutes=today, amendment=bill, as_of=TODAY)
    each = [("AMBER", "gains", 3, 2), ("BASALT", "gains", 1, 1), (None, "gains", 1, 1)]
    assert found.summary().rows() == [(name, *row) for name in ("am-1", "am-3") for row in each]
    assert found.totals().rows() == [("gains", 5, 2)]
    assert found.eligible().rows() == [("before", 5, 2), ("after", 5, 2)]
    amber = compare(
        Records.from_subjects(people), statutes=today, amendment=bill, as_of=TODAY, county="amber", remedies=["am-3"]
    )
    assert amber.summary().rows() == [("am-3", "AMBER", "gains", 3, 2)]


def test_a_remedy_may_go_and_another_come() -> None:
    today = pack(remedy("eligible"), remedy("eligible", id="am-2"))
    bill = today.amended(id="bill", title="Amended", remedies=lambda now, _: [now[1], remedy("eligible", id="am-3")])
    found = compare(Records.from_subjects([PERSON]), statutes=today, amendment=bill, as_of=TODAY).changes
    assert found.select(pl.col("remedy", "change").cast(pl.String)).rows() == [("am-1", "loses"), ("am-3", "gains")]


@settings(suppress_health_check=list(HealthCheck))
@given(strategies.few_people(), strategies.few_coverages, st.sampled_from([date(2016, 11, 9), date(2024, 2, 29)]))
def test_the_changes_are_what_differs_between_the_two_screenings(
    people: Sequence[Subject], coverage: Coverage, as_of: date
) -> None:
    records = Records.from_subjects(people, coverage=coverage)
    shorter = [
        attrs.evolve(one, waits=tuple(attrs.evolve(wait, until=wait.until - years(3)) for wait in one.waits))
        for one in statute.PACK.all_versions(statute.PACK.policy())
    ]
    bill = statute.PACK.amended(id="bill", title="Shorter waits", remedies=lambda _, __: shorter)
    found = compare(records, statutes=statute.PACK, amendment=bill, as_of=as_of)
    sides = [screen(records, statutes=one, as_of=as_of).determinations for one in (statute.PACK, bill)]
    assert_frame_equal(found.before.determinations, sides[0])
    assert_frame_equal(found.after.determinations, sides[1])
    answers = [
        {
            row[:3]: row[3:]
            for row in one.select(
                "subject_id",
                "charge_id",
                pl.col("remedy", "status", "grade").cast(pl.String),
                "eligible_on",
                pl.col("outcome").cast(pl.String),
            ).iter_rows()
        }
        for one in sides
    ]
    closed = (None, ("ineligible", None, None, None))
    differ = {
        key
        for key in answers[0].keys() | answers[1].keys()
        if answers[0].get(key) != answers[1].get(key)
        and not (answers[0].get(key) in closed and answers[1].get(key) in closed)
    }
    keys = found.changes.select("subject_id", "charge_id", pl.col("remedy").cast(pl.String)).rows()
    assert (set(keys), keys) == (differ, sorted(keys))
    assert not set(found.changes["change"].cast(pl.String)) & {"loses", "loses_later", "later"}, (
        "a wait only got shorter"
    )


# --- what may be compared ---------------------------------------------------------------------------------------------


def test_two_policies_of_one_pack_are_compared() -> None:
    person = Subject(subject_id="S", record_scope="state", charges=[Charge(charge_id="C", facts={}, county="AMBER")])
    records = Records.from_subjects([person])
    found = compare(records, statutes=statute.PACK, as_of=TODAY, policy=None, amended_policy={"presume": True})
    assert (found.before.policy, found.after.policy) == (
        statute.MadeUpPolicy(),
        statute.MadeUpPolicy(presume=True),
    )
    assert found.before.pack is found.after.pack


def test_the_policy_of_the_amendment_is_that_of_the_law_unless_said_otherwise() -> None:
    @attrs.frozen(kw_only=True)
    class Amended(statute.MadeUpPolicy):
        wait: int = 2

    def shorter(today: Sequence[Remedy], policy: Amended) -> Sequence[Remedy]:
        assert isinstance(policy, Amended)
        return today

    bill = statute.PACK.amended(id="bill", title="Shorter", remedies=shorter, policy=Amended, version="2")
    ask: dict[str, Any] = {"statutes": statute.PACK, "amendment": bill, "as_of": TODAY}
    records = Records.from_subjects([PERSON])
    given = statute.MadeUpPolicy(boundary="inclusive")
    assert compare(records, policy=given, **ask).after.policy == Amended(boundary="inclusive")
    assert compare(records, amended_policy={"wait": 5}, **ask).after.policy == Amended(wait=5)
    assert (bill.version, bill.policies, bill.jurisdiction) == ("2", {}, statute.PACK.jurisdiction)


def test_wrong_requests_are_refused() -> None:
    records = Records.from_subjects([PERSON])
    today = pack(remedy("eligible"))
    with pytest.raises(RequestError, match="nothing to compare"):
        compare(records, statutes=today, as_of=TODAY)
    with pytest.raises(RequestError, match="nothing to compare"):
        compare(records, statutes=today, as_of=TODAY, amended_policy=Policy())
    with pytest.raises(RequestError, match="another jurisdiction"):
        compare(records, statutes=today, amendment=statute.PACK, as_of=TODAY)
    with pytest.raises(RequestError, match="'am-1'"):
        bill = today.amended(id="bill", title="Amended", remedies=[remedy("ineligible")])
        compare(records, statutes=today, amendment=bill, as_of=TODAY, remedies=["am-9"])
    unrelated = attrs.evolve(statute.PACK, id="b", remedies=lambda _: [], policy=Impatient)
    with pytest.raises(RequestError, match="There is no such option"):
        compare(records, statutes=statute.PACK, amendment=unrelated, as_of=TODAY)


@attrs.frozen(kw_only=True)
class Impatient(Policy):
    patience: bool = False


def test_an_amendment_is_checked_as_a_pack_is() -> None:
    with pytest.raises(PackError, match="gap or overlap"):
        pack(remedy("eligible")).amended(id="b", title="B", remedies=lambda now, _: [*now, *now])
    with pytest.raises(PackError, match="neither the canonical tables nor the pack declare"):
        strange = remedy("eligible", applies_to=charge.test("strange"))
        pack(remedy("eligible")).amended(id="b", title="B", remedies=[strange])
    with pytest.raises(PackError, match="must extend"):
        statute.PACK.amended(id="b", title="B", remedies=[], policy=Impatient)
    closed = remedy("eligible", waits=(_until(never()),))
    assert pack(remedy("eligible")).amended(id="b", title="B", remedies=[closed], facts=()).facts == ()


# --- on disk ----------------------------------------------------------------------------------------------------------

BILL = """
import attrs
from recordrelief.law import years, charge
from recordrelief.plugins import hookimpl
from recordrelief.plugins import installed
RECORDRELIEF_HOOK_API = 1

import importlib.util, sys
spec = importlib.util.spec_from_file_location("made_up_law", {law!r})
law = importlib.util.module_from_spec(spec)
spec.loader.exec_module(law)
(TODAY,) = law.recordrelief_statutes()


def remedies(today, policy):
    return [attrs.evolve(one, requires=()) for one in today]


@hookimpl
def recordrelief_statutes():
    return [TODAY.amended(id="louder", title="Xanadu, whistling too", remedies=remedies){more}]
"""


@pytest.fixture
def asked(tmp_path: Path, alone: None) -> Any:  # noqa: F811
    (tmp_path / "louder.py").write_text(BILL.format(law=str(LAW), more=""), encoding="utf-8")
    extract(tmp_path, *ROWS)

    def ask(**more: Any) -> ComparisonRequest:
        given: dict[str, Any] = {
            "inputs": [tmp_path / "extract.csv"],
            "statutes": "xx",
            "amendment": str(tmp_path / "louder.py"),
            "as_of": "2020-07-01",
            "out": tmp_path / "compared",
            "plugins": [COUNTY, LAW],
        }
        return ComparisonRequest(**(given | more))

    return ask


def test_a_comparison_holds_changes_summary_quarantine_and_manifest(asked: Any, tmp_path: Path) -> None:
    finished = run_comparison(asked())
    assert sorted(path.name for path in (tmp_path / "compared").iterdir()) == [
        *("changes.parquet", "comparison.json", "quarantine.csv", "summary.csv")
    ]
    changes = pl.read_parquet(tmp_path / "compared" / "changes.parquet")
    assert changes.select("charge_id", pl.col("change", "status_before").cast(pl.String)).rows() == [
        ("C2", "gains_later", "ineligible"),
        ("C3", "gains", "undetermined"),
    ]
    assert (tmp_path / "compared" / "summary.csv").read_text("utf-8") == (
        "remedy,county,change,charges,people\nxx-9,AMBER,gains_later,1,1\nxx-9,BASALT,gains,1,1\n"
    )
    about = json.loads((tmp_path / "compared" / "comparison.json").read_text("utf-8"))
    assert about.keys() == finished.manifest.keys()
    assert (about["before"]["id"], about["after"]["id"]) == ("xx", "louder")
    assert about["counts"]["changes"] == {
        "gains": {"charges": 1, "people": 1},
        "gains_later": {"charges": 1, "people": 1},
    }
    assert about["before"]["eligible"] == {"charges": 1, "people": 1}
    assert about["after"]["eligible"] == {"charges": 2, "people": 2}
    for side, screening in (("before", finished.comparison.before), ("after", finished.comparison.after)):
        assert about[side]["digest"] == digest(screening.determinations)
    assert pl.read_parquet_metadata(tmp_path / "compared" / "changes.parquet")["notice"] == about["notice"]
    assert about["files"] == sorted(path.name for path in (tmp_path / "compared").iterdir())


def test_the_records_are_read_once(asked: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    reads = 0
    read = comparison_runs.read_with

    def counted(*given: Any) -> Records:
        nonlocal reads
        reads += 1
        return read(*given)

    monkeypatch.setattr(comparison_runs, "read_with", counted)
    run_comparison(asked())
    assert reads == 1


def test_two_policies_on_disk(asked: Any, tmp_path: Path) -> None:
    run_comparison(asked(amendment=None, amended_policy="patient"))
    about = json.loads((tmp_path / "compared" / "comparison.json").read_text("utf-8"))
    assert about["before"]["policy"] == {"given": None, "options": {**about["before"]["policy"]["options"]}}
    assert (about["after"]["policy"]["given"], about["after"]["policy"]["options"]["wait_years"]) == ("patient", 5)
    assert about["plugin_files"] == [str(COUNTY), str(LAW)]


def test_the_same_comparison_gives_the_same_bytes_and_replaces_only_its_own(asked: Any, tmp_path: Path) -> None:
    def content() -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in (tmp_path / "compared").iterdir()}

    run_comparison(asked())
    first = content()
    with pytest.raises(RequestError, match="finished comparison"):
        run_comparison(asked())
    run_comparison(asked(force=True))
    assert content() == first
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(RequestError, match="left as it is"):
        run_comparison(asked(out=tmp_path / "elsewhere", force=True))


def test_a_failure_leaves_nothing(asked: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(comparison_runs, "write_parquet", full)
    with pytest.raises(RecordReliefError, match="disk is full"):
        run_comparison(asked())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["extract.csv", "louder.py"]


@pytest.mark.parametrize(
    ("more", "match"),
    [
        ({"amendment": "missing.py"}, "cannot be read"),
        ({"amendment": "xy"}, "no statute pack 'xy'"),
        ({"amendment": None}, "nothing to compare"),
        ({"amended_policy": "hasty"}, "no policy of that name"),
        ({"statutes": "xy"}, "no statute pack"),
        ({"county": "NOWHERE"}, "No charge is of that county"),
        ({"remedies": ["xx-8"]}, "no remedy"),
        ({"as_of": "soon"}, "not a date"),
    ],
)
def test_a_wrong_request_writes_nothing(asked: Any, tmp_path: Path, more: dict[str, Any], match: str) -> None:
    with pytest.raises(RequestError, match=match):
        run_comparison(asked(**more))
    assert not (tmp_path / "compared").exists()


def test_an_amendment_file_brings_one_pack(asked: Any, tmp_path: Path) -> None:
    (tmp_path / "louder.py").write_text(
        BILL.format(law=str(LAW), more=", TODAY.amended(id='same', title='Xanadu', remedies=[])"), encoding="utf-8"
    )
    with pytest.raises(RequestError, match="one statute pack") as told:
        run_comparison(asked())
    assert "louder, same" in str(told.value)
    run_comparison(asked(amendment="louder", plugins=[COUNTY, LAW, tmp_path / "louder.py"]))
    (tmp_path / "louder.py").write_text("RECORDRELIEF_HOOK_API = 1\n", encoding="utf-8")
    with pytest.raises(RequestError, match="one statute pack"):
        run_comparison(asked(out=tmp_path / "again"))


def test_no_name_of_a_person_is_shown(asked: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from recordrelief.terminal import show_comparison

    show_comparison(run_comparison(asked()))
    out = capsys.readouterr().out
    assert "gains later" in out and "Eligible after, under Xanadu, whistling too (louder): 2 charges, 2 people." in out
    assert "A screening aid, not legal advice." in out and MARK not in out
    for path in (tmp_path / "compared").iterdir():
        assert MARK.encode() not in path.read_bytes()


# --- the worked example -----------------------------------------------------------------------------------------------


def test_the_example_of_two_years_instead_of_four() -> None:
    example = ROOT / "examples" / "what-if"
    bill = load([example / "two_years.py"]).pack("two-years")
    from recordrelief import read

    records = read(example / "people.yaml")
    found = compare(records, statutes=CALIFORNIA, amendment=bill, as_of="2026-06-01")
    told = found.changes.select("subject_id", pl.col("remedy", "change").cast(pl.String)).rows()
    assert told == [
        ("just", "pc-1203.425", "gains"),
        ("month-only", "pc-1203.425", "gains"),
        ("not-yet", "pc-1203.425", "sooner"),
    ]
    (sooner,) = found.changes.filter(pl.col("change") == "sooner").iter_rows(named=True)
    assert (sooner["eligible_on_before"], sooner["eligible_on_after"]) == (date(2028, 6, 2), date(2026, 6, 2))


def test_every_change_has_a_word_in_its_place() -> None:
    assert COLUMNS["change"][0] == pl.Enum(CHANGES)
    assert all(word in COLUMNS["change"][1] for word in CHANGES)
