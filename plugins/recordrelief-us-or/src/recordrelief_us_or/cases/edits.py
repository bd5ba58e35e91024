"""Corrections that stand in a record: answers to questions, and edits made while it was reviewed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import polars as pl

_NEW = {
    "charge_type": "new_type",
    "date": "new_offense_date",
    "name": "new_name",
    "level": "new_level",
    "probation_revoked": "new_revoked",
    "edit_status": "new_edit",
}
"""What an edit may say, and the column it stands in here."""
_COLUMNS = {
    "new_type": "charge_type",
    "new_offense_date": "offense_date",
    "new_name": "name",
    "new_level": "level",
    "new_revoked": "probation_revoked",
    "new_date": "disposition_date",
    "new_ruling": "ruling",
}
"""The column of a charge that each replaces."""
_EDITED = dict.fromkeys(["record_id", "case_number", "charge_id", "new_edit", *_COLUMNS], pl.String)


def none() -> pl.DataFrame:
    """No edits at all."""
    return pl.DataFrame(schema=_EDITED)


def answered(answers: pl.DataFrame) -> pl.DataFrame:
    """Answers, one row each with ``record_id`` and the struct ``answers``, as edits of charges."""
    edit = pl.col("answers").struct.field("edit").struct
    disposition = edit.field("disposition").struct
    found = answers.select(
        "record_id",
        pl.col("answers").struct.field("charge_id"),
        edit.field("charge_type").alias("new_type"),
        disposition.field("date").alias("new_date"),
        disposition.field("ruling").alias("new_ruling"),
        edit.field("probation_revoked").alias("new_revoked"),
    )
    return pl.concat([none(), found], how="diagonal")


def reviewed(lines: pl.DataFrame) -> pl.DataFrame:
    """Edits by case number and charge id, from the lines that have some: ``record_id`` and ``text``.

    Their keys are the numbers of cases, so that no table of columns can hold them.
    """
    rows = [
        {"record_id": record, **row}
        for record, text in lines.select("record_id", "text").iter_rows()
        for row in _edits(json.loads(text).get("upstream_edits"))
    ]
    return pl.DataFrame(rows, schema=_EDITED)


def _edits(of_cases: object) -> Iterator[dict[str, str | None]]:
    for number, of_case in _items(of_cases):
        whole = _mapping(_mapping(of_case).get("summary")).get("edit_status")
        if whole == "DELETE":
            yield {"case_number": number, "charge_id": None, "new_edit": "DELETE"}
        for charge, edit in _items(_mapping(of_case).get("charges")):
            said = _mapping(edit)
            ended = _mapping(said.get("disposition"))
            values = {new: said.get(key) for key, new in _NEW.items()}
            values |= {"new_date": ended.get("date"), "new_ruling": ended.get("ruling")}
            texts = {name: value if isinstance(value, str) else None for name, value in values.items()}
            yield {"case_number": number, "charge_id": charge, **texts}


def _items(value: object) -> list[tuple[str, object]]:
    return list(_mapping(value).items())


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def applied(charges: pl.DataFrame, edits: pl.DataFrame) -> pl.DataFrame:
    """Charges with the edits made on them: what an edit says goes before what the record says. The last one counts.

    A charge that an edit adds stands behind the others of its case; one that is deleted is marked so.
    """
    if edits.is_empty():
        return charges
    gone = edits.filter(pl.col("charge_id").is_null()).select("record_id", "case_number", all_deleted=pl.lit(True))
    key = ["record_id", "charge_id"]
    last = (
        edits.drop_nulls("charge_id")
        .group_by(key, maintain_order=True)
        .agg(pl.col("case_number", "new_edit", *_COLUMNS).drop_nulls().last())
    )
    added = last.filter(pl.col("new_edit") == "ADD").join(charges, on=key, how="anti", maintain_order="left")
    of_case = ["record_id", "case_number"]
    cases = charges.unique(of_case, keep="first", maintain_order=True).select(
        *of_case, "county", "court", "filed", "case_status", "source_file", "source_line"
    )
    charges = pl.concat([charges, added.select(*key, "case_number").join(cases, on=of_case)], how="diagonal")
    edited = charges.join(last.drop("case_number"), on=key, how="left", maintain_order="left").join(
        gone.unique(), on=of_case, how="left", maintain_order="left"
    )
    deleted = (pl.col("new_edit") == "DELETE") | pl.col("all_deleted")
    return edited.with_columns(
        *(pl.coalesce(new, old).alias(old) for new, old in _COLUMNS.items()),
        pl.when(deleted).then(pl.lit("DELETE")).otherwise("edit").alias("edit"),
    ).select(charges.columns)


def lost(charges: pl.DataFrame, edits: pl.DataFrame) -> pl.DataFrame:
    """The edits that change no charge of their record: ``record_id`` and ``charge_id``."""
    named = edits.drop_nulls("charge_id").select("record_id", "charge_id").unique(maintain_order=True)
    return named.join(charges, on=["record_id", "charge_id"], how="anti", maintain_order="left")
