"""Invented records in the form of the format ``us-or-cases``, written and read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from recordrelief.records import Records
from recordrelief.screening import screen
from recordrelief_us_or.cases import reader
from recordrelief_us_or.pack import PACK
from recordrelief_us_or.recordsponge.labels import labels

AS_OF = "2025-06-01"


def charge(id: str = "1", ruling: str | None = "Convicted", on: str = "2015-02-01", **rest: Any) -> dict[str, Any]:
    """A charge of theft in the second degree, or of what ``rest`` says."""
    return {
        "id": id,
        "name": "Theft in the Second Degree",
        "statute": "164.045",
        "level": "Misdemeanor Class A",
        "offense_date": "2014-12-24",
        "disposition": None if ruling is None else {"date": on, "ruling": ruling},
        "probation_revoked": None,
        **rest,
    }


def case(*charges: dict[str, Any], number: str = "15CR0001", **rest: Any) -> dict[str, Any]:
    """A closed case in Benton county."""
    return {
        "case_number": number,
        "county": "Benton",
        "court": "Benton Circuit Court",
        "citation_date": "2014-12-24",
        "filed": "2015-01-02",
        "case_type": "Offense Misdemeanor",
        "status": "Closed",
        "restitution_on_case": False,
        "balance_due_cents": 0,
        "charges": list(charges),
        **rest,
    }


def record(*cases: dict[str, Any], id: str = "r-1", **rest: Any) -> dict[str, Any]:
    """The record of an invented person."""
    person = {"name": "Ada Invented", "birth_date": "1980-03-01"}
    return {"id": id, "person": person, "cases": list(cases), **rest}


def written(path: Path, records: Sequence[dict[str, Any]]) -> Path:
    """A file of JSON lines."""
    path.write_text("".join(json.dumps(one) + "\n" for one in records), encoding="utf-8")
    return path


def read(folder: Path, *records: dict[str, Any]) -> Records:
    """Records written to a file, and read."""
    return reader.read([written(folder / "records.jsonl", records)])


def labelled(folder: Path, *records: dict[str, Any], as_of: str = AS_OF) -> dict[str, dict[str, Any]]:
    """What the analyzer says of each charge of the records, by the id of the charge."""
    screening = screen(read(folder, *records), statutes=PACK, as_of=as_of, policy="recordsponge")
    return {row["charge_id"]: row for row in labels(screening).iter_rows(named=True)}


def column(frame: pl.DataFrame, name: str) -> list[Any]:
    """A column as a list."""
    return frame[name].to_list()
