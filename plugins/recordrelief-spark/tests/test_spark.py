"""Screening in Spark answers what the local run answers, and what it refuses it refuses in words for people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import polars as pl
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tried
from polars.testing import assert_frame_equal
from spark_people import LAW, frames, written

import recordrelief as rr
from recordrelief.errors import RecordReliefError, RequestError, SourceError
from recordrelief.joint import screen_jointly
from recordrelief.manifests import digest
from recordrelief.model import Case, Charge, Coverage, Disposition, Offense, Subject
from recordrelief.plugins import installed, load
from recordrelief.records import Records, readings
from recordrelief.statutes import StatutePack
from recordrelief.tables import TABLES
from recordrelief.testing.strategies import facts_of, records

pytest.importorskip("pyspark", reason="pyspark is not installed")

from recordrelief_spark import SCHEMA, collected, deciding, read_canonical, screen, summary, worker
from recordrelief_spark.laws import Laws

AS_OF = "2026-01-01"
KNOWN: dict[str, Any] = {}
exec(LAW, KNOWN)
XANADU: StatutePack = KNOWN["pack"]()


def same(spark: Any, directory: Path, statutes: Any, **asked: Any) -> pl.DataFrame:
    """What both answer, once it is known to be the same, with the digest that a run would keep."""
    tables, coverage = read_canonical(spark, str(directory))
    cluster = collected(screen(tables, coverage=coverage, statutes=statutes, as_of=AS_OF, **asked))
    asked.pop("partitions", None)
    local = rr.screen(rr.read(directory), statutes=statutes, as_of=AS_OF, **asked).determinations
    assert_frame_equal(cluster, local, categorical_as_str=True)
    assert digest(cluster) == digest(local)
    return cluster


@pytest.fixture(scope="module")
def extract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some two hundred people of an invented extract, a few of whose rows cannot be read."""
    bulk = pytest.importorskip("recordrelief_us_ca_doj.generate", reason="recordrelief-us-ca-doj is not installed")
    directory = tmp_path_factory.mktemp("extract")
    bulk.generate_extract(200, 5, directory / "extract.csv")
    lines = (directory / "extract.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    for place in range(40, len(lines), 150):
        lines[place] = lines[place].replace("\n", ",one cell too many\n")
    (directory / "extract.csv").write_text("".join(lines), encoding="utf-8")
    return written(rr.read(directory / "extract.csv"), directory / "canonical")


@pytest.fixture
def law(tmp_path: Path) -> Path:
    path = tmp_path / "xanadu.py"
    path.write_text(LAW, encoding="utf-8")
    return path


def count(charge_id: str, **told: Any) -> Charge:
    ended = Disposition(outcome="convicted", conviction_date="2015-03-01")
    offense = Offense(citation="HS 11357", level="misdemeanor", attempt=False, conspiracy=False, solicitation=False)
    return Charge(charge_id=charge_id, **({"disposition": ended, "offense": offense, "jurisdiction": "xx"} | told))


def person(name: str, *charges: Charge, **told: Any) -> Subject:
    return Subject(subject_id=name, record_scope="state", charges=charges, **told)


def stored(directory: Path, *people: Subject) -> Path:
    return written(Records.from_subjects(people), directory)


def test_an_extract_with_unreadable_rows(spark: Any, extract: Path) -> None:
    assert pl.read_parquet(extract / "quarantine.parquet").height > 3
    answers = same(spark, extract, "us-ca", partitions=3)
    assert answers.height > 5_000
    assert answers["status"].n_unique() >= 4
    assert answers["charge_id"].str.contains("-unread-").any()


def test_rows_that_break_a_rule_leave_unread_charges_there_too(spark: Any, extract: Path, tmp_path: Path) -> None:
    """What is broken after it was converted: the workers set it aside as a local run does."""
    tables = {name: pl.read_parquet(extract / f"{name}.parquet") for name in TABLES}
    odd = pl.int_range(pl.len()) % 11 == 0
    tables["charges"] = tables["charges"].with_columns(
        conviction_date_latest=pl.when(odd).then(pl.lit(date(1901, 1, 1))).otherwise("conviction_date_latest")
    )
    coverage = rr.read(extract).coverage
    (tmp_path / "broken").mkdir()
    for name, table in tables.items():
        table.write_parquet(tmp_path / "broken" / f"{name}.parquet")
    cluster = collected(
        screen(frames(spark, tmp_path / "broken"), coverage=coverage, statutes="us-ca", as_of=AS_OF, partitions=2)
    )
    whole = Records.of(tables, coverage=coverage)
    assert whole.quarantine.height > tables["quarantine"].height
    assert_frame_equal(cluster, rr.screen(whole, statutes="us-ca", as_of=AS_OF).determinations, categorical_as_str=True)


def test_a_county_that_most_batches_lack(spark: Any, extract: Path) -> None:
    counties = pl.read_parquet(extract / "charges.parquet")["county"].cast(pl.String).drop_nulls().value_counts()
    rare = counties.sort("count", "county")["county"][0]
    answers = same(spark, extract, "us-ca", county=f" {rare.lower()} ", remedies=["pc-1203.4", "pc-851.91"])
    assert answers["county"].unique().cast(pl.String).to_list() == [rare]


def test_several_laws_each_under_its_policy(spark: Any, extract: Path) -> None:
    tables, coverage = read_canonical(spark, str(extract))
    given: dict[str, Mapping[str, Any]] = {"us-ca": {"history": "complete_only"}}
    cluster = collected(screen(tables, coverage=coverage, statutes=["us-ca", "us-or"], policies=given, as_of=AS_OF))
    joint = rr.screen_jointly(rr.read(extract), statutes=["us-ca", "us-or"], policies=given, as_of=AS_OF)
    local = joint.determinations.sort("subject_id", "charge_id", pl.col("remedy").cast(pl.String))
    assert_frame_equal(cluster, local, categorical_as_str=True)


def test_what_answers_add_up_to(spark: Any, extract: Path) -> None:
    tables, coverage = read_canonical(spark, str(extract))
    answers = screen(tables, coverage=coverage, statutes="us-ca", as_of=AS_OF, remedies=["hs-11361.8", "pc-1203.4"])
    local = rr.screen(rr.read(extract), statutes="us-ca", as_of=AS_OF, remedies=["hs-11361.8", "pc-1203.4"])
    assert answers.schema == SCHEMA
    answers = spark.createDataFrame(answers.toArrow(), SCHEMA)
    told = pl.DataFrame(pl.from_arrow(summary(answers).toArrow()))
    assert sorted(told.rows()) == sorted(local.summary().with_columns(pl.col("status").cast(pl.String)).rows())
    decided = (
        local.determinations.explode("deciding")
        .group_by("remedy", "status", "deciding")
        .agg(pl.len(), pl.col("subject_id").n_unique())
    )
    rows = pl.DataFrame(pl.from_arrow(deciding(answers).toArrow())).rows()
    expected = decided.with_columns(pl.col("remedy", "status").cast(pl.String)).rows()
    assert sorted(rows, key=str) == sorted(expected, key=str)


@tried(max_examples=3, suppress_health_check=list(HealthCheck), database=None)
@given(records(facts=facts_of(XANADU), most=12))
def test_any_records_in_several_readings(spark: Any, tmp_path_factory: pytest.TempPathFactory, found: Records) -> None:
    directory = written(found, tmp_path_factory.mktemp("any") / "canonical")
    same(spark, directory, XANADU, partitions=2)


def test_several_readings_of_some_people_only(spark: Any, tmp_path: Path) -> None:
    once = Records.from_subjects([person("A", count("A-1")), person("B", count("B-1", facts={"fee_paid": True}))])
    again = Records.from_subjects([person("B", count("B-1", facts={"fee_paid": False, "tier": "low"}))])
    answers = same(spark, written(readings([once, again]), tmp_path / "canonical"), XANADU)
    assert answers["status"].cast(pl.String).to_list() == ["undetermined", "undetermined"]


def test_a_case_that_is_told_as_that_of_another_accused_is_not_known_of_this_one(spark: Any, tmp_path: Path) -> None:
    told = {"fee_paid": True, "tier": "low", "review_date": date(2016, 1, 1)}
    theirs = Case(case_id="C", status="closed")
    directory = stored(
        tmp_path / "canonical",
        person("A", count("A-1", case_id="C", facts=told), cases=[theirs]),
        person("B", count("B-1", case_id="C", facts=told)),
    )
    answers = same(spark, directory, XANADU, remedies=["xx-1"])
    assert answers["status"].cast(pl.String).to_list() == ["eligible", "undetermined"]


def test_a_law_in_a_plugin_file(spark: Any, tmp_path: Path, law: Path) -> None:
    directory = stored(tmp_path / "canonical", person("A", count("A-1", facts={"fee_paid": True, "tier": "low"})))
    tables, coverage = read_canonical(spark, str(directory))
    asked: dict[str, Any] = {"as_of": AS_OF, "policy": {"wait_years": 30}}
    cluster = collected(screen(tables, coverage=coverage, statutes="xx", plugins=[law], **asked))
    pack = load([law]).pack("xx")
    assert_frame_equal(
        cluster,
        rr.screen(rr.read(directory), statutes=pack, **asked).determinations,
        categorical_as_str=True,
    )
    # The pack itself, with a policy of a class that is only in the file.
    policy = pack.read_policy({"wait_years": 30})
    again = screen(tables, coverage=coverage, statutes=pack, plugins=[law], as_of=AS_OF, policy=policy)
    assert_frame_equal(collected(again), cluster)


def test_an_amendment_made_here_goes_to_the_workers(spark: Any, extract: Path) -> None:
    today = installed().pack("us-ca")
    gone = "hs-11361.9"
    bill = today.amended(id="bill", title="A bill", remedies=lambda now, _: tuple(one for one in now if one.id != gone))
    answers = same(spark, extract, bill)
    assert gone not in answers["remedy"].cast(pl.String).unique().to_list()


def test_tables_that_are_empty_or_not_given(spark: Any, tmp_path: Path) -> None:
    directory = stored(tmp_path / "canonical", person("A", count("A-1"), count("A-2")), person("B"))
    tables, coverage = read_canonical(spark, str(directory))
    some = {name: tables[name] for name in ("subjects", "charges")}
    asked: dict[str, Any] = {"coverage": coverage, "statutes": XANADU, "as_of": AS_OF}
    whole = collected(screen(tables, **asked))
    assert whole.height == 2
    assert_frame_equal(collected(screen(some, **asked)), whole)
    nobody = {name: table.limit(0) for name, table in tables.items()}
    none = collected(screen(nobody, **asked))
    assert none.is_empty() and none.schema == whole.schema


def test_tables_that_were_never_files(spark: Any) -> None:
    """Words of a closed list travel as Arrow dictionaries."""
    found = Records.from_subjects([person("A", count("A-1", county="Kublai")), person("B", count("B-1"))])
    tables = {
        name: spark.createDataFrame(
            found.table(name).with_columns(pl.col(pl.UInt16, pl.UInt32).cast(pl.Int64)).to_arrow()
        )
        for name in ("subjects", "charges", "sentences")
    }
    cluster = collected(screen(tables, coverage=found.coverage, statutes=XANADU, as_of=AS_OF, county="kublai"))
    local = rr.screen(found, statutes=XANADU, as_of=AS_OF, county="kublai").determinations
    assert cluster.height == 1
    assert_frame_equal(cluster, local, categorical_as_str=True)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"statutes": "us-caa"}, "no statute pack 'us-caa'"),
        ({"statutes": []}, "No statute pack"),
        ({"statutes": [XANADU, XANADU]}, "asked for twice"),
        ({"as_of": "soon"}, "not a date"),
        ({"remedies": ["xx-2"]}, "Did you mean 'xx-1'"),
        ({"county": "Atlantis"}, "No charge is of that county"),
        ({"policy": "patient"}, "no policy 'patient'"),
        ({"policies": {"xy": {}}}, "not asked for"),
        ({"policy": {}, "policies": {"xx": {}}}, "for one pack"),
        ({"plugins": ["nowhere.py"]}, "cannot be read"),
    ],
)
def test_what_is_wrong_with_a_request_is_told_at_once(
    spark: Any, tmp_path: Path, asked: dict[str, Any], message: str
) -> None:
    tables, coverage = read_canonical(spark, str(stored(tmp_path / "canonical", person("A", count("A-1")))))
    with pytest.raises(RequestError, match=message):
        screen(tables, **({"coverage": coverage, "statutes": XANADU, "as_of": AS_OF} | asked))


def test_tables_that_cannot_be_asked_are_refused(spark: Any, tmp_path: Path) -> None:
    people = [person("A", count("1"), cases=[Case(case_id="C")]), person("B", count("2"), cases=[Case(case_id="D")])]
    tables, coverage = read_canonical(spark, str(stored(tmp_path / "canonical", *people)))
    asked: dict[str, Any] = {"coverage": coverage, "statutes": XANADU, "as_of": AS_OF}

    def refused(message: str, **other: Any) -> None:
        with pytest.raises(RequestError, match=message):
            screen({**tables, **other}, **asked)

    refused("no such canonical table", charge=tables["charges"])
    refused("cases lacks a key. Found: no case_id", cases=tables["cases"].drop("case_id"))
    one_key = tables["charges"].drop("charge_id").selectExpr("*", "'1' AS charge_id")
    refused("Two people share the key of a row. Found: 1 of charges", charges=one_key)
    with pytest.raises(RequestError, match="must be among"):
        screen({"charges": tables["charges"]}, **asked)
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", "0")
    try:
        refused("without bound")
    finally:
        spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", "40")


def test_a_directory_that_was_cut_short(spark: Any, tmp_path: Path) -> None:
    directory = stored(tmp_path / "canonical", person("A", count("A-1")))
    about = json.loads((directory / "canonical.json").read_text(encoding="utf-8"))
    about["rows"]["charges"] = 2
    (directory / "canonical.json").write_text(json.dumps(about), encoding="utf-8")
    (directory / ".canonical.json.crc").unlink(missing_ok=True)
    with pytest.raises(SourceError, match=r"charges\.parquet.*Found: 1. Expected: 2"):
        read_canonical(spark, str(directory))
    with pytest.raises(SourceError, match="not canonical tables"):
        read_canonical(spark, str(tmp_path / "nowhere"))


def test_a_failure_on_a_worker_names_the_rule_and_nobody(spark: Any, tmp_path: Path) -> None:
    """A format filled a fact with texts where the law reads days."""
    people = [person("Zebediah Quux", count("Quux-1", facts={"fee_paid": True})), person("B", count("B-1"))]
    tables, coverage = read_canonical(spark, str(stored(tmp_path / "canonical", *people)))
    odd = tables["charges"].selectExpr("*", "concat('on ', subject_id) AS review_date")
    answers = screen({**tables, "charges": odd}, coverage=coverage, statutes=XANADU, as_of=AS_OF)
    with pytest.raises(Exception, match="Screening failed on a worker") as caught:
        answers.count()
    assert "xx-1/1.6" in str(caught.value)
    assert "Zebediah" not in str(caught.value) and "Quux" not in str(caught.value)


def test_a_worker_with_other_versions_refuses() -> None:
    laws = Laws.of([XANADU], {}, [])
    (pack,), _ = laws.taken()
    assert pack.id == "xx" and pack is not XANADU
    with pytest.raises(RequestError, match="another program"):
        attrs.evolve(laws, program="recordrelief 0.0.1 with Polars 1.0.0").taken()
    with pytest.raises(RequestError, match="another version of the statute pack xx"):
        attrs.evolve(laws, named=(("xx", "0.9"),)).taken()
    with pytest.raises(RequestError, match="cannot be taken in"):
        attrs.evolve(laws, carried=b"").taken()
    with pytest.raises(RequestError, match="no statute pack 'yy'"):
        attrs.evolve(laws, named=(("yy", "1"),)).taken()


def test_one_with_very_many_charges_stands_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    import pyarrow as pa

    monkeypatch.setattr(worker, "CHARGES_AT_ONCE", 5)
    counts = [2, 2, 0, 9, 1, 4, 3]
    lists = pa.array([[{"charge_id": "x"}] * count if count else None for count in counts])
    batch = pa.RecordBatch.from_arrays([lists], names=["charges"])
    parts = [part.column("charges").value_lengths().fill_null(0).to_pylist() for part in worker._parts(batch)]
    assert parts == [[2, 2, 0], [9], [1, 4], [3]]
    rows = [worker._rows(part.column("charges")).height for part in worker._parts(batch)]
    assert rows == [4, 9, 5, 3]
    assert [part.num_rows for part in worker._parts(batch.slice(0, 0))] == [0]


def test_the_local_answer_is_the_joint_one_of_a_single_law(extract: Path) -> None:
    """The workers ask all laws together, be it one."""
    found = rr.read(extract)
    pack = installed().pack("us-ca")
    one = rr.screen(found, statutes=pack, as_of=AS_OF).determinations
    assert_frame_equal(screen_jointly(found, statutes=[pack], as_of=AS_OF).determinations, one)


def test_coverage_is_never_assumed(spark: Any, tmp_path: Path) -> None:
    tables, _ = read_canonical(spark, str(stored(tmp_path / "canonical", person("A", count("A-1")))))
    with pytest.raises(TypeError, match="coverage"):
        screen(tables, statutes=XANADU, as_of=AS_OF)  # type: ignore[call-arg]
    assert Coverage().charges == "complete"


def test_errors_of_the_core_pass_through_as_they_are(spark: Any, tmp_path: Path) -> None:
    tables, coverage = read_canonical(spark, str(stored(tmp_path / "canonical", person("A", count("A-1")))))
    odd = tables["charges"].drop("level").selectExpr("*", "'grave' AS level")
    with pytest.raises(Exception, match=r"SourceError: A column of the canonical table 'charges'"):
        screen({**tables, "charges": odd}, coverage=coverage, statutes=XANADU, as_of=AS_OF).count()
    assert issubclass(SourceError, RecordReliefError)
