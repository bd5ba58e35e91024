"""JSON lines: one record a line, with its cases and their charges inside. A line that is none is set aside alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import polars as pl

from recordrelief.errors import nearest
from recordrelief.handwritten import shown
from recordrelief.tables import dtypes
from recordrelief_us_or.cases import edits
from recordrelief_us_or.cases.content import Content
from recordrelief_us_or.cases.layout import CASES, CHARGES, KNOWN_KEYS, PEOPLE, RECORD, Flat

_SAMPLE = 50
"""Records whose keys are looked at one by one: a key that the format does not know stands on all of them, mostly."""
_CHUNK = 20_000
_FAULTS = {
    "NOT_A_RECORD": "The line is not a record: an object with id, person and cases.",
    "RECORD_ID_MISSING": "The record has no id, so it belongs to nobody that could be told.",
}


def read_lines(content: Content, label: str) -> Flat:
    """The records of one file."""
    lines, encoding = content.lines()
    numbered = lines.filter(pl.col("text").str.contains(r"\S"))
    # The engine lets other threads work while it decodes.
    with ThreadPoolExecutor(pl.thread_pool_size()) as pool:
        parts = list(pool.map(_decoded, numbered.iter_slices(_CHUNK)))
    read = pl.concat([good for good, _ in parts]) if parts else _decoded(numbered)[0]
    broken = pl.concat([bad for _, bad in parts]) if parts else numbered.clear()
    meta = read["record"].struct.field("meta").is_not_null()
    read = read.filter(~meta)
    read = read.with_columns(
        pl.lit(label, dtype=pl.Categorical).alias("source_file"),
        pl.col("record").struct.field("id").alias("record_id"),
    )
    nobody = read.filter(pl.col("record_id").fill_null("") == "")
    read = read.filter(pl.col("record_id").fill_null("") != "")
    return Flat(
        people=_people(read),
        cases=(cases := _cases(read)).select(*CASES, "source_file", "source_line"),
        charges=_charges(cases),
        edits=_edits(read),
        quarantine=pl.concat([_aside(broken, label, "NOT_A_RECORD"), _aside(nobody, label, "RECORD_ID_MISSING")]),
        rows=read.height + broken.height + nobody.height,
        encoding=encoding,
        notes=tuple(dict.fromkeys(_strange_keys(read["text"].head(_SAMPLE)))),
    )


def _decoded(lines: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Lines with their ``record``, and those that are none: halved until each of these stands alone."""
    try:
        record = lines["text"].str.json_decode(RECORD)
        if len(record) != lines.height:
            raise pl.exceptions.ComputeError("a line was passed over")
    except pl.exceptions.ComputeError:
        if lines.height == 1:
            return _with_record(lines.clear()), lines
        half = lines.height // 2
        (one, bad), (two, worse) = _decoded(lines[:half]), _decoded(lines[half:])
        return pl.concat([one, two]), pl.concat([bad, worse])
    whole = lines.with_columns(record.alias("record"))
    nothing = record.is_null()
    return (whole.filter(~nothing), lines.filter(nothing)) if nothing.any() else (whole, lines.clear())


def _with_record(lines: pl.DataFrame) -> pl.DataFrame:
    return lines.with_columns(pl.lit(None, dtype=RECORD).alias("record"))


def _people(read: pl.DataFrame) -> pl.DataFrame:
    person = pl.col("record").struct.field("person").struct
    return read.select(
        "record_id", person.field("name").alias("person_name"), person.field("birth_date"), "source_file", "source_line"
    ).select(*PEOPLE, "source_file", "source_line")


def _cases(read: pl.DataFrame) -> pl.DataFrame:
    inside = read.select("record_id", "source_file", "source_line", pl.col("record").struct.field("cases"))
    return (
        inside.explode("cases", empty_as_null=False, keep_nulls=False)
        .drop_nulls("cases")
        .unnest("cases")
        .rename({"status": "case_status"})
    )


def _charges(cases: pl.DataFrame) -> pl.DataFrame:
    of_case = ("record_id", "case_number", "county", "court", "filed", "case_status", "source_file", "source_line")
    return (
        cases.select(
            *of_case, "charges", pl.int_ranges(1, pl.col("charges").list.len() + 1, dtype=pl.UInt16).alias("place")
        )
        .drop_nulls("charges")
        .explode("charges", "place", empty_as_null=False)
        .drop_nulls("charges")
        .unnest("charges")
        .rename({"id": "charge_id"})
        .with_columns(
            pl.col("disposition").struct.field("date").alias("disposition_date"),
            pl.col("disposition").struct.field("ruling"),
            pl.lit(None, dtype=pl.String).alias("charge_type"),
        )
        .select(*CHARGES, "source_file", "source_line")
    )


def _edits(read: pl.DataFrame) -> pl.DataFrame:
    answers = (
        read.select("record_id", pl.col("record").struct.field("answers"))
        .explode("answers", empty_as_null=False, keep_nulls=False)
        .drop_nulls("answers")
    )
    marked = read.filter(pl.col("text").str.contains('"upstream_edits"', literal=True))
    return pl.concat([edits.answered(answers), edits.reviewed(marked)], how="diagonal")


def _aside(lines: pl.DataFrame, label: str, code: str) -> pl.DataFrame:
    return lines.select(
        pl.lit(label, dtype=pl.Categorical).alias("source_file"),
        pl.col("source_line").cast(pl.UInt32),
        pl.lit(code).alias("code"),
        pl.lit(_FAULTS[code]).alias("reason"),
        pl.lit(None, dtype=dtypes("quarantine")["subject_id"]).alias("subject_id"),
    )


def _strange_keys(lines: pl.Series) -> Iterator[str]:
    """Keys that the format does not know, in words."""

    def within(value: object, kind: str) -> Iterator[str]:
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                known = KNOWN_KEYS[kind]
                for key in sorted(one.keys() - known):
                    yield f"the key {shown(key)} of a {kind} is not known and was not read. {nearest(key, known)}"
                for key, inner in _INSIDE.get(kind, {}).items():
                    yield from within(one.get(key), inner)

    for line in lines:
        yield from within(json.loads(line), "record")


_INSIDE = {
    "record": {"person": "person", "cases": "case"},
    "case": {"charges": "charge"},
    "charge": {"disposition": "disposition"},
}
