"""From the rows of research files to canonical records.

One row of the file is a subject x cycle x step x count x (charge, disposition or sentence part). Rows of one count are
one charge: the first with an outcome decides it, further ones are sentence parts, reliefs or later steps. Arrest and
court steps of one cycle are linked by the cycle digits of ``CNT_ORDER``. All files of a run are one population.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import polars as pl

from recordrelief.model import Coverage
from recordrelief.records import Records, SourceFile
from recordrelief_us_ca_doj.cells import OF_COUNT, OF_PERSON, READ, SUBJECT, understood
from recordrelief_us_ca_doj.charges import cases, charges
from recordrelief_us_ca_doj.coding import cleaned, side_by_side
from recordrelief_us_ca_doj.counts import settled, with_ids
from recordrelief_us_ca_doj.issues import SOURCE, Issues
from recordrelief_us_ca_doj.people import events, subjects
from recordrelief_us_ca_doj.reliefs import granted
from recordrelief_us_ca_doj.rows import ResearchFile, ResearchFiles
from recordrelief_us_ca_doj.sentences import sentences


def read(paths: Sequence[Path]) -> Records:
    """Read one or more research files as one population.

    Raises:
        RequestError: one content given twice.
        SourceError: a file that is no research file.
    """
    files = ResearchFiles.open(paths)
    parts = [_rows_of(file, label) for file, label in zip(files.files, files.labels, strict=True)]
    rows = parts[0] if len(parts) == 1 else pl.concat(parts).with_columns(row=pl.int_range(pl.len(), dtype=pl.UInt32))
    return _records(files, rows)


def _rows_of(file: ResearchFile, label: str) -> pl.DataFrame:
    return file.frame(READ).with_columns(pl.lit(label, dtype=pl.Categorical).alias("source_file"))


def _records(files: ResearchFiles, rows: pl.DataFrame) -> Records:
    """The canonical tables of clean rows; ``row`` tells the rows of all files apart."""
    rows = rows.with_columns(cleaned(rows[SUBJECT])).rename({SUBJECT: "subject_id"})
    nobody = rows.filter(pl.col("subject_id").is_null())
    bad = [_bad_rows(file, label) for file, label in zip(files.files, files.labels, strict=True)]
    quarantine = pl.concat([*bad, _without_subject(nobody)])
    rows = rows.drop_nulls("subject_id") if nobody.height else rows
    people = rows.select("subject_id", *OF_PERSON, *SOURCE)
    rows = with_ids(understood(rows.drop(OF_PERSON)))
    issues = Issues()
    first, further = settled(rows, issues)
    beside = rows.filter("eventful")
    fresh = beside.select(pl.struct(OF_COUNT).is_first_distinct()).to_series()
    again = beside.filter(~fresh & ~pl.col("charging"))
    issues.note(again, "DUPLICATE_ROW", "events", None, severity="info", key="subject_id")
    beside = beside.filter(fresh)
    happened = events(beside)
    _note(first, further, beside, issues)
    strange = beside.filter(pl.col("step").is_null())["subject_id"]
    doubtful = pl.concat([quarantine["subject_id"].drop_nulls(), strange]).unique()
    noted = [Issues() for _ in range(3)]
    parts: list[Callable[[], pl.DataFrame]] = [
        partial(charges, first, further, noted[2]),
        partial(sentences, first, further, noted[0]),
        partial(subjects, people, happened, doubtful, noted[1]),
        partial(cases, first, further),
        partial(granted, first, further),
    ]
    counted, terms, persons, at_court, reliefs = side_by_side(parts)
    # Of a further row that is no term and no relief only its line remains.
    silent = pl.concat([terms.select(SOURCE), reliefs.select(SOURCE)]).unique()
    silent = further.select("charge_id", *SOURCE).join(silent, on=SOURCE, how="anti", maintain_order="left")
    issues.note(silent, "FURTHER_ROW", "charges", None, severity="info")
    return Records.of(
        {
            "subjects": persons,
            "cases": at_court,
            "charges": counted,
            "sentences": terms,
            "reliefs": reliefs,
            "events": happened,
            "issues": issues.with_all(noted),
            "quarantine": quarantine,
        },
        coverage=_coverage(happened),
        sources=[_source(file, label, quarantine) for file, label in zip(files.files, files.labels, strict=True)],
        source=files,
    )


def _note(first: pl.DataFrame, further: pl.DataFrame, beside: pl.DataFrame, issues: Issues) -> None:
    """What a reader should know of the data, with the line of each case."""
    columns = ("charge_id", "event_fault", "understood", *SOURCE)
    counted = pl.concat([first.select(columns), further.select(columns)])
    faults = pl.col("event_fault").cast(pl.String)
    issues.note(counted.drop_nulls("event_fault"), faults, "charges", "disposition_date")
    issues.note(beside.drop_nulls("event_fault"), faults, "events", "event_date", key="subject_id")
    strange = ~pl.col("understood").fill_null(True)
    issues.note(counted.filter(strange), "DISPOSITION_UNRECOGNISED", "charges", "outcome")
    wording = pl.col("CONV_STAT_DESCR").is_not_null() & pl.col("stated_level").is_null() & ~pl.col("levels_differ")
    issues.note(first.filter(wording), "SEVERITY_UNRECOGNISED", "charges", "level")
    issues.note(first.filter(pl.col("count").is_null()), "COUNT_NUMBER_UNREAD", "charges", "count_number")
    repaired = first.filter(pl.col("count") != pl.col("CNT_ORDER"))
    issues.note(repaired, "LEADING_ZERO_LOST", "charges", "count_number", severity="info")
    unknown = pl.col("step").is_null()
    issues.note(first.filter(unknown), "STEP_UNRECOGNISED", "charges", "stage")
    issues.note(beside.filter(unknown), "STEP_UNRECOGNISED", "events", "kind", key="subject_id")


def _coverage(events: pl.DataFrame) -> Coverage:
    """Charges and reliefs are complete; a kind of event only if the extract carries it at all."""
    kinds = set(events["kind"].unique().to_list())
    return Coverage(events={kind: "complete" for kind in ("registration", "death", "custody") if kind in kinds})


def _bad_rows(file: ResearchFile, label: str) -> pl.DataFrame:
    return file.bad.select(
        pl.lit(label, dtype=pl.Categorical).alias("source_file"), "source_line", "code", "reason", "subject_id"
    )


def _without_subject(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(
        "source_file",
        "source_line",
        pl.lit("SUBJECT_BLANK").alias("code"),
        pl.lit("The row has no SUBJECT_ID, so it belongs to nobody that could be told.").alias("reason"),
        pl.lit(None, dtype=pl.String).alias("subject_id"),
    )


def _source(file: ResearchFile, label: str, quarantine: pl.DataFrame) -> SourceFile:
    return SourceFile(
        name=label,
        path=str(file.path),
        sha256=file.sha256,
        bytes=file.size,
        rows=file.rows,
        quarantined=quarantine.filter(pl.col("source_file") == label).height,
        encoding=file.encoding,
    )
