"""From the rows of research files to canonical records.

One row of the file is a subject x cycle x step x count x (charge, disposition or sentence part). Rows of one count are
one charge: the first with an outcome decides it, further ones are sentence parts, reliefs or later steps. Arrest and
court steps of one cycle are linked by the cycle digits of ``CNT_ORDER``. All files of a run are one population.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial
from pathlib import Path

import attrs
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
    both = list(zip(files.files, files.labels, strict=True))
    parts = [_labelled(file.frame(READ), label) for file, label in both]
    rows = parts[0] if len(parts) == 1 else pl.concat(parts).with_columns(row=pl.int_range(pl.len(), dtype=pl.UInt32))
    records = records_of(rows, pl.concat([_labelled(file.bad, label) for file, label in both]))
    sources = [_source(file, label, records.quarantine) for file, label in both]
    return attrs.evolve(records, sources=tuple(sources), source=files)


def _labelled(frame: pl.DataFrame, label: str) -> pl.DataFrame:
    return frame.with_columns(pl.lit(label, dtype=pl.Categorical).alias("source_file"))


CLAIMED = "claimed"
"""The person whom a row that was set aside names: told only where a good row of the file has the same id."""
MOST_ROWS = 20_000
"""Rows that one person may have: more of them are of many people under one id, or of none."""


def outsized(subjects: pl.DataFrame) -> pl.Series:
    """The ids, as they stand in the files, under which there are more rows than one person may have."""
    if subjects.height <= MOST_ROWS:
        return pl.Series(SUBJECT, [], dtype=pl.String)
    return subjects.group_by(SUBJECT).len().filter(pl.col("len") > MOST_ROWS)[SUBJECT]


def records_of(rows: pl.DataFrame, bad: pl.DataFrame, *, kinds: Collection[str] | None = None) -> Records:
    """The canonical tables of rows as they stand in the files.

    Args:
        rows: the good rows: ``row`` tells those of all files apart, ``source_file``, ``source_line``, and the columns
            read, verbatim.
        bad: those set aside: source_file, source_line, code, reason, and whom each names (:data:`CLAIMED`).
        kinds: the kinds of event in the files; by default those among the rows.
    """
    heavy = outsized(rows.select(SUBJECT))
    many = rows.filter(pl.col(SUBJECT).is_in(heavy.implode())) if heavy.len() else rows.clear()
    rows = rows.filter(~pl.col(SUBJECT).is_in(heavy.implode())) if heavy.len() else rows
    rows = rows.with_columns(cleaned(rows[SUBJECT])).rename({SUBJECT: "subject_id"})
    quarantine = [_bad_rows(bad, rows)]
    nobody = rows.filter(pl.col("subject_id").is_null())
    blank = cleaned(many[SUBJECT]).is_null()
    quarantine += [_without_subject(nobody), _without_subject(many.filter(blank)), _outsized(many.filter(~blank))]
    return _records(rows.drop_nulls("subject_id") if nobody.height else rows, pl.concat(quarantine), kinds)


def _records(rows: pl.DataFrame, quarantine: pl.DataFrame, kinds: Collection[str] | None) -> Records:
    """The canonical tables of rows of people."""
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
    carried = set(happened["kind"].unique().to_list()) if kinds is None else kinds
    _note(first, further, beside, issues)
    strange = beside.filter(pl.col("step").is_null())["subject_id"]
    doubtful = pl.concat([quarantine["subject_id"].drop_nulls(), strange]).unique()
    noted = [Issues() for _ in range(3)]
    parts: list[Callable[[], pl.DataFrame]] = [
        partial(charges, first, further, noted[2]),
        partial(sentences, first, further, noted[0]),
        partial(subjects, people, happened, carried, doubtful, noted[1]),
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
        coverage=_coverage(carried),
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


def _coverage(kinds: Collection[str]) -> Coverage:
    """Charges and reliefs are complete; a kind of event only if the extract carries it at all."""
    return Coverage(events={kind: "complete" for kind in ("registration", "death", "custody") if kind in kinds})


def _bad_rows(bad: pl.DataFrame, good: pl.DataFrame) -> pl.DataFrame:
    known = good.select("source_file", "subject_id").unique()
    told = pl.struct("source_file", pl.col(CLAIMED).alias("subject_id")).is_in(known.to_struct().implode())
    if bad[CLAIMED].null_count() == bad.height:
        told = pl.lit(False)
    return bad.select(
        "source_file", "source_line", "code", "reason", pl.when(told).then(pl.col(CLAIMED)).alias("subject_id")
    )


def _outsized(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(
        "source_file",
        "source_line",
        pl.lit("SUBJECT_OUTSIZED").alias("code"),
        pl.lit(f"More than {MOST_ROWS:,} rows have this SUBJECT_ID: they are not of one person.").alias("reason"),
        cleaned(rows[SUBJECT]).alias("subject_id"),
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
