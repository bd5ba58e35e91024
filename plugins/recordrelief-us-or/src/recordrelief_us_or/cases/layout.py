"""The fields of a record, its cases and their charges, and the flat tables into which both kinds of file are read."""

from __future__ import annotations

from collections.abc import Mapping

import attrs
import polars as pl

_TEXT = pl.String

DISPOSITION = pl.Struct({"date": _TEXT, "ruling": _TEXT})
CHARGE = pl.Struct(
    {
        "id": _TEXT,
        "name": _TEXT,
        "statute": _TEXT,
        "level": _TEXT,
        "offense_date": _TEXT,
        "disposition": DISPOSITION,
        "probation_revoked": _TEXT,
        "edit": _TEXT,
    }
)
CASE = pl.Struct(
    {
        "case_number": _TEXT,
        "county": _TEXT,
        "court": _TEXT,
        "citation_date": _TEXT,
        "filed": _TEXT,
        "case_type": _TEXT,
        "status": _TEXT,
        "restitution_on_case": _TEXT,
        "balance_due_cents": _TEXT,
        "charges": pl.List(CHARGE),
    }
)
EDIT = pl.Struct({"charge_type": _TEXT, "disposition": DISPOSITION, "probation_revoked": _TEXT})
RECORD = pl.Struct(
    {
        "meta": pl.Struct({"source": _TEXT}),
        "id": _TEXT,
        "person": pl.Struct({"name": _TEXT, "birth_date": _TEXT}),
        "cases": pl.List(CASE),
        "answers": pl.List(pl.Struct({"charge_id": _TEXT, "edit": EDIT})),
    }
)
"""One line of a JSON file. Every value is read as text first: what does not fit is then one cell, not the file."""

KNOWN_KEYS: Mapping[str, frozenset[str]] = {
    "record": frozenset({*(field.name for field in RECORD.fields), "upstream_edits", "expected", "group", "today"}),
    "person": frozenset({"name", "birth_date"}),
    "case": frozenset(field.name for field in CASE.fields),
    "charge": frozenset(field.name for field in CHARGE.fields),
    "disposition": frozenset({"date", "ruling"}),
}
"""The keys that the format knows; ``expected``, ``group`` and ``today`` are passed over."""

PLACE = {"source_file": pl.Categorical(), "source_line": pl.UInt32()}
PEOPLE = dict.fromkeys(("record_id", "person_name", "birth_date"), _TEXT)
CASES = dict.fromkeys(
    (
        "record_id",
        "case_number",
        "county",
        "court",
        "citation_date",
        "filed",
        "case_type",
        "case_status",
        "restitution_on_case",
        "balance_due_cents",
    ),
    _TEXT,
)
OF_CHARGE = (
    "charge_id",
    "name",
    "statute",
    "level",
    "offense_date",
    "disposition_date",
    "ruling",
    "probation_revoked",
    "edit",
    "charge_type",
)
_OF_CASE = ("county", "court", "filed", "case_status")
"""What a charge takes from its case."""
CHARGES = {**dict.fromkeys(("record_id", "case_number", *OF_CHARGE, *_OF_CASE), _TEXT), "place": pl.UInt16()}
"""The flat tables, each row with the line it stands on; all of text but ``place``, which is that of the charge among
those of its case. ``charge_type`` is somebody's answer.
"""

COLUMNS = tuple(name for name in dict.fromkeys([*PEOPLE, *CASES, *CHARGES]) if name != "place")
"""The columns of a CSV file: one row a charge, with its case and its person repeated."""


@attrs.frozen(kw_only=True, eq=False)
class Flat:
    """What one file holds: people, cases, charges and edits as text, and the rows that could not be used."""

    people: pl.DataFrame
    cases: pl.DataFrame
    charges: pl.DataFrame
    edits: pl.DataFrame
    quarantine: pl.DataFrame
    rows: int
    encoding: str
    notes: tuple[str, ...] = ()
