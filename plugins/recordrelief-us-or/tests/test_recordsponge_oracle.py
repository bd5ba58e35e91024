"""The policy recordsponge against the answers of the analyzer itself: every record, every charge, every field."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from recordrelief.runs import RunRequest, run

pytestmark = pytest.mark.oracle

FIELDS = ("type_status", "status", "label", "date", "governing_codes")
SHOWN = 20
"""Differences that a failure shows."""


@pytest.fixture(scope="module")
def reference() -> Path:
    folder = os.environ.get("RECORDRELIEF_REFERENCE")
    if not folder:
        pytest.skip("RECORDRELIEF_REFERENCE does not name the folder with the analyzer's answers")
    return Path(folder) / "oracle" / "oregon.jsonl.gz"


def expected(path: Path) -> Iterator[tuple[str, str, dict[str, str | None]]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            for charge, answer in record.get("expected", {}).get("charges", {}).items():
                codes = answer["governing_codes"]
                said: dict[str, Any] = {**answer, "governing_codes": ";".join(codes) if codes else None}
                yield record["id"], charge, {field: said[field] for field in FIELDS}


def as_of(path: Path) -> str:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        day: str = json.loads(next(lines))["meta"]["today"]
    return day


@pytest.fixture(scope="module")
def answered(reference: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], dict[str, Any]]:
    out = tmp_path_factory.mktemp("run") / "out"
    run(
        RunRequest(
            inputs=[reference],
            format="us-or-cases",
            statutes="us-or",
            policy="recordsponge",
            as_of=as_of(reference),
            outputs=["recordsponge"],
            out=out,
        )
    )
    rows = pl.read_csv(out / "recordsponge.csv", infer_schema=False)
    return {(row["record_id"], row["charge_id"]): row for row in rows.iter_rows(named=True)}


@pytest.mark.parametrize("field", FIELDS)
def test_every_charge_is_answered_as_by_the_analyzer(
    field: str, reference: Path, answered: dict[tuple[str, str], dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = [(record, charge, answer[field]) for record, charge, answer in expected(reference)]
    different = [
        f"{record} {charge}: {found}, expected {value}"
        for record, charge, value in wanted
        if (found := answered.get((record, charge), {}).get(field, "no row")) != value
    ]
    with capsys.disabled():
        print(f"\n{field}: {len(wanted) - len(different):,} of {len(wanted):,} charges agree")
    assert different[:SHOWN] == []


def test_no_charge_is_answered_that_the_analyzer_does_not_answer(
    reference: Path, answered: dict[tuple[str, str], dict[str, Any]]
) -> None:
    assert answered.keys() == {(record, charge) for record, charge, _ in expected(reference)}
