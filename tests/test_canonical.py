"""The format `canonical`: what `convert` writes is read back without loss, and nothing else is taken for it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import attrs
import polars as pl
import pytest
from made_up import COUNTY, alone, extract  # noqa: F401
from polars.testing import assert_frame_equal

from recordrelief import model
from recordrelief.errors import RequestError, SourceError
from recordrelief.formats import Format, identified
from recordrelief.formats.canonical import Canonical, write_canonical
from recordrelief.plugins import load
from recordrelief.records import Records, SourceFile
from recordrelief.tables import TABLES

day = model.PartialDate.of


def person(subject_id: str) -> model.Subject:
    return model.Subject(
        subject_id=subject_id,
        birth_date=day("1980-04"),
        names=(model.Name(given="Fictional", family="Person", kind="primary"),),
        identifiers=(model.Identifier(kind="sid", value="000"),),
        record_scope="state",
        facts={"favourite_number": 7},
        cases=(model.Case(case_id=f"{subject_id}-case", county="AMBER", filed_date=day("2011")),),
        events=(model.Event(kind="death", event_date=day("2019-01-02"), source=model.Source(file="a.csv", line=3)),),
        charges=(
            model.Charge(
                charge_id=f"{subject_id}-1",
                county="AMBER",
                offense=model.Offense(citation="XX 1", level="felony", attempt=False),
                possible_citations=("XX 1", "XX 2"),
                enhancements=(),
                disposition=model.Disposition(outcome="convicted", conviction_date=day("2011-02-03")),
                quantity_grams=28.5,
                facts={"gift": True, "day": date(2011, 1, 1)},
                sentences=(model.Sentence(sentence_id=f"{subject_id}-s", kind="jail", length_days_max=30),),
                reliefs=(model.Relief(remedy="xx-9", kind="dismissed", relief_date=day("2020")),),
            ),
        ),
    )


def records(*subject_ids: str) -> Records:
    made = Records.from_subjects(
        [person(one) for one in subject_ids], coverage=model.Coverage(events={"death": "partial"})
    )
    source = SourceFile(
        name="a.csv", path="a.csv", sha256="0" * 64, bytes=9, rows=9, quarantined=1, encoding="utf-8", notes=("odd",)
    )
    bad = pl.DataFrame(
        {
            "source_file": pl.Series(["a.csv"], dtype=pl.Categorical),
            "source_line": pl.Series([4], dtype=pl.UInt32),
            "code": ["COLUMN_COUNT"],
            "reason": ["too few"],
            "subject_id": pl.Series([None], dtype=pl.String),
        }
    )
    return attrs.evolve(made, sources=(source,), quarantine=bad)


def test_records_come_back_without_loss(tmp_path: Path) -> None:
    before = records("P1", "P2")
    written = write_canonical(before, tmp_path)
    assert {path.name for path in written} == {f"{name}.parquet" for name in TABLES} | {"canonical.json"}
    after = Canonical().read([tmp_path])
    for name in TABLES:
        assert_frame_equal(after.table(name), before.table(name))
    assert after.coverage == before.coverage
    assert after.sources == before.sources
    assert after.to_subjects() == before.to_subjects()


def test_equal_records_give_equal_bytes_in_whatever_order(tmp_path: Path) -> None:
    contents = []
    for number, ids in enumerate((("P1", "P2"), ("P2", "P1"))):
        directory = tmp_path / str(number)
        directory.mkdir()
        contents.append([path.read_bytes() for path in write_canonical(records(*ids), directory)])
    assert contents[0] == contents[1]


def test_only_a_directory_of_canonical_tables_is_identified(tmp_path: Path) -> None:
    known: dict[str, Format] = dict(load([COUNTY]).formats)
    tables = tmp_path / "tables"
    tables.mkdir()
    write_canonical(records("P1"), tables)
    assert identified(known, [tables]).id == "canonical"
    assert identified(known, [extract(tmp_path)]).id == "made-up-county"
    with pytest.raises(RequestError, match="No format recognises every input"):
        identified(known, [tables, tmp_path / "extract.csv"])
    (tmp_path / "empty").mkdir()
    with pytest.raises(RequestError, match="No format"):
        identified(known, [tmp_path / "empty"])


def test_two_formats_that_recognise_a_file_are_both_named(tmp_path: Path) -> None:
    one = load([COUNTY]).formats["made-up-county"]
    other = type("Other", (type(one),), {"id": "other-county"})()
    with pytest.raises(RequestError, match="made-up-county, other-county"):
        identified({"made-up-county": one, "other-county": other}, [extract(tmp_path)])


def test_several_directories_are_one_population_unless_they_share_somebody(tmp_path: Path) -> None:
    for name, ids in (("a", ("P1", "P2")), ("b", ("P3",)), ("c", ("P2",))):
        (tmp_path / name).mkdir()
        write_canonical(records(*ids), tmp_path / name)
    both = Canonical().read([tmp_path / "a", tmp_path / "b"])
    assert sorted(both.subjects["subject_id"]) == ["P1", "P2", "P3"]
    with pytest.raises(RequestError, match="same subjects") as caught:
        Canonical().read([tmp_path / "a", tmp_path / "c"])
    assert "P2" not in str(caught.value)


def test_a_directory_that_is_cut_short_or_of_another_layout_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="not a directory of canonical tables"):
        Canonical().read([tmp_path])
    write_canonical(records("P1", "P2"), tmp_path)
    path = tmp_path / "charges.parquet"
    whole = pl.read_parquet(path)
    whole.head(1).write_parquet(path)
    with pytest.raises(SourceError, match="rows that canonical"):
        Canonical().read([tmp_path])
    path.write_bytes(b"not parquet")
    with pytest.raises(SourceError, match="cannot be read"):
        Canonical().read([tmp_path])
    marker = tmp_path / "canonical.json"
    about = json.loads(marker.read_text(encoding="utf-8"))
    marker.write_text(json.dumps(about | {"version": 99}), encoding="utf-8")
    with pytest.raises(SourceError, match="another layout"):
        Canonical().read([tmp_path])


def test_a_row_that_somebody_broke_is_quarantined_and_leaves_an_unread_charge(tmp_path: Path) -> None:
    write_canonical(records("P1"), tmp_path)
    path = tmp_path / "charges.parquet"
    pl.read_parquet(path).with_columns(quantity_grams=pl.lit(-1.0)).write_parquet(path)
    after = Canonical().read([tmp_path])
    assert after.quarantine["code"].to_list() == ["COLUMN_COUNT", "RULE_BROKEN"]
    assert after.charges["charge_id"].str.contains("unread").to_list() == [True]
