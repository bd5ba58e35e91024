"""Lists of a run over the state's bulk file: the same in parts, every charge once, arrests where they belong."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from recordrelief.delivery import lists
from recordrelief.delivery.run_again import RunAgain
from recordrelief.delivery.writing import ListsRequest, write_lists
from recordrelief.plugins import installed
from recordrelief.runs import RunRequest, run
from recordrelief_us_ca_doj.format import DojResearchFile

PEOPLE = 60


def made(directory: Path, source: Path, memory: int | None = None) -> RunAgain:
    request = RunRequest(inputs=[source], statutes="us-ca", as_of="2024-07-01", out=directory, memory=memory, jobs=1)
    return RunAgain.of(run(request).directory, installed())


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if "us-ca" not in installed().statutes:
        pytest.skip("the statutes of California are not installed")
    path = tmp_path_factory.mktemp("doj") / "extract.csv"
    DojResearchFile().generate(subjects=PEOPLE, seed=3, out=path)
    return path


def test_a_run_in_parts_gives_the_same_lists(source: Path, tmp_path: Path) -> None:
    for name, memory in (("whole", None), ("parts", 1)):
        again = made(tmp_path / name, source, memory)
        assert again.stored.in_parts is (memory is not None)
        write_lists(again, ListsRequest(out=tmp_path / f"{name}-lists"))
    written = sorted(path.name for path in (tmp_path / "whole-lists").iterdir())
    assert written == sorted(path.name for path in (tmp_path / "parts-lists").iterdir())
    for name in written:
        assert (tmp_path / "whole-lists" / name).read_bytes() == (tmp_path / "parts-lists" / name).read_bytes(), name


def test_every_eligible_charge_stands_on_one_list_of_a_court(source: Path, tmp_path: Path) -> None:
    again = made(tmp_path / "run", source)
    rows = lists.eligible_charges(again)
    eligible = again.stored.determinations.filter(status="eligible")
    told = pl.concat(one.rows for one in lists.by_court(rows))
    assert sorted(told["charge_id"]) == sorted(eligible["charge_id"].unique())
    assert told["name"].null_count() == 0
    best = eligible.filter("best").select("charge_id", pl.col("remedy").cast(pl.String))
    assert told.join(best, on=["charge_id", "remedy"], how="anti").is_empty()
    for one in lists.by_agency(rows):
        assert one.rows.filter(outcome="convicted", relief="dismissal").is_empty()
        assert all(agency.startswith(("CA", "unknown")) for agency in one.of)
