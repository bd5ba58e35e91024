"""Records: the canonical tables of any number of people, checked, and their way to and from model objects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs
import dataframely as dy
import polars as pl

from recordrelief import model
from recordrelief.errors import SourceError
from recordrelief.objects import empty, objects_of, tables_of
from recordrelief.tables import FACT_TABLES, SORT_KEYS, TABLES, dtypes


@attrs.frozen(kw_only=True)
class SourceFile:
    """One input of a run: its base name, where it was, what it held. ``rows`` counts the quarantined ones too."""

    name: str
    path: str
    sha256: str
    bytes: int
    rows: int
    quarantined: int
    encoding: str
    notes: tuple[str, ...] = ()


@attrs.frozen(kw_only=True, eq=False)
class Records:
    """The canonical tables of one or more people (:mod:`recordrelief.tables` has their columns).

    ``coverage`` says how completely the source holds each table. ``sources`` are the files read, and ``source`` is
    whatever a format keeps of its own rows for the outputs it brings. Facts that a statute pack declares stand as
    further columns of the table they belong to.
    """

    subjects: pl.DataFrame
    cases: pl.DataFrame
    charges: pl.DataFrame
    sentences: pl.DataFrame
    reliefs: pl.DataFrame
    events: pl.DataFrame
    issues: pl.DataFrame
    quarantine: pl.DataFrame
    coverage: model.Coverage
    sources: tuple[SourceFile, ...] = ()
    source: object | None = None

    @classmethod
    def of(
        cls,
        tables: Mapping[str, pl.DataFrame],
        *,
        coverage: model.Coverage,
        sources: Sequence[SourceFile] = (),
        source: object | None = None,
    ) -> Records:
        """Check tables against their schemas and keep what holds.

        A column that is not given is unknown throughout. A row that breaks a rule of its table is quarantined with
        the rule's name; where its subject is known, unread rows with every fact unknown take its place, so that a row
        nobody could use never makes anyone eligible.

        Args:
            tables: canonical tables by name; those not given are empty.
            coverage: how completely the source holds each.
            sources: the files read.
            source: the format's own rows, for outputs of the same distribution.

        Raises:
            SourceError: a table or a column's type is not canonical.
        """
        unknown = set(tables) - set(TABLES)
        if unknown:
            raise SourceError(
                "There is no such canonical table.", found=", ".join(sorted(unknown)), expected=", ".join(TABLES)
            )
        whole: dict[str, Any] = {
            name: _completed(name, tables[name]) if name in tables else empty(name) for name in TABLES
        }
        broken: list[pl.DataFrame] = []
        heavy = outsized(whole["charges"].lazy())
        if heavy.len():
            broken.append(set_aside(whole["charges"].lazy(), heavy))
            _leave_out(whole, heavy)
        owners = whole["charges"].select("charge_id", "subject_id")
        for name in FACT_TABLES:
            whole[name], rejected = _filtered(name, whole[name], owners)
            broken.extend(rejected)
        if broken:
            whole["quarantine"] = pl.concat([whole["quarantine"], *broken])
        if not whole["quarantine"].is_empty():
            _leave_unread(whole)
        return cls(**whole, coverage=coverage, sources=tuple(sources), source=source)

    @classmethod
    def from_subjects(cls, subjects: Iterable[model.Subject], *, coverage: model.Coverage | None = None) -> Records:
        """The canonical tables of model objects, in their order. Loses nothing: :meth:`to_subjects` gives them back.

        Args:
            subjects: the people.
            coverage: how completely they are described; by default every table but ``events`` is complete.
        """
        whole: dict[str, Any] = {name: empty(name) for name in ("issues", "quarantine")} | tables_of(subjects)
        return cls(**whole, coverage=coverage or model.Coverage())

    def to_subjects(self) -> tuple[model.Subject, ...]:
        """Every person as a model object, in the order of the subjects table."""
        return objects_of({name: self.table(name) for name in FACT_TABLES})

    def table(self, name: str) -> pl.DataFrame:
        """One canonical table by its name."""
        frame: pl.DataFrame = getattr(self, name)
        return frame

    def of_subjects(self, subject_ids: Iterable[str]) -> Records:
        """The records of some of the people; coverage and sources stay as they are."""
        wanted = pl.Series("subject_id", list(subject_ids), dtype=pl.String).implode()
        mine: dict[str, Any] = {
            name: self.table(name).filter(pl.col("subject_id").is_in(wanted))
            for name in ("subjects", "cases", "charges", "events")
        }
        # A quarantined row of nobody that could be told may concern any of them.
        known = pl.col("subject_id")
        mine["quarantine"] = self.quarantine.filter(known.is_null() | known.is_in(wanted))
        charges = mine["charges"].select("charge_id", "alternative")
        for name in ("sentences", "reliefs"):
            mine[name] = self.table(name).join(charges, on=["charge_id", "alternative"], how="semi")
        return attrs.evolve(self, **mine)

    def quarantined_without_subject(self) -> int:
        """How many quarantined rows belong to nobody that could be told: they may concern anyone in the run."""
        return self.quarantine.filter(pl.col("subject_id").is_null()).height


def readings(records: Sequence[Records]) -> Records:
    """Stack several readings of the same people, numbered from 0; screening folds their answers into one.

    Args:
        records: one per reading, each with ``alternative`` 0 throughout.
    """
    if not records:
        raise ValueError("at least one reading is needed")
    stacked: dict[str, Any] = {
        name: pl.concat(
            [
                one.table(name).with_columns(pl.lit(number, dtype=pl.UInt16).alias("alternative"))
                for number, one in enumerate(records)
            ],
            how="diagonal",
        )
        for name in FACT_TABLES
    }
    coverage = records[0].coverage
    for other in records[1:]:
        coverage = coverage.merged(other.coverage)
    return attrs.evolve(records[0], **stacked, coverage=coverage)


def _completed(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with every canonical column in its type and order, and the pack's own columns behind them."""
    types = dtypes(name)
    columns: list[pl.Expr] = []
    for column, dtype in types.items():
        if column not in frame.columns:
            value = 0 if column == "alternative" else None
            columns.append(pl.lit(value, dtype=dtype).alias(column))
        elif frame.schema[column] == dtype:
            columns.append(pl.col(column))
        else:
            columns.append(pl.col(column).cast(dtype))
    extra = [column for column in frame.columns if column not in types]
    try:
        return frame.select(*columns, *extra)
    except pl.exceptions.PolarsError as error:
        raise SourceError(
            f"A column of the canonical table {name!r} has a type that its values do not fit.",
            cure=type(error).__name__,
        ) from None


def _filtered(name: str, frame: pl.DataFrame, owners: pl.DataFrame) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """The rows that hold, and the rest as quarantine rows with the rule each broke.

    Args:
        name: the table.
        frame: its rows.
        owners: whose each charge is, for rows that name only their charge.
    """
    if frame.is_empty():
        return frame, []
    schema = TABLES[name]
    extra = [column for column in frame.columns if column not in schema.column_names()]
    if extra:
        schema = type(schema.__name__, (schema,), {column: dy.Any() for column in extra})
    good, failed = schema.filter(frame)
    if good.height == frame.height:
        return frame, []
    details = failed.details()
    rules = [column for column in details.columns if column not in schema.column_names()]
    reasons = pl.concat_str(
        [
            pl.when(pl.col(rule).cast(pl.String) == "invalid").then(pl.lit(rule + " ")).otherwise(pl.lit(""))
            for rule in rules
        ]
    ).str.strip_chars()
    if "subject_id" not in details.columns:
        known = owners.drop_nulls().unique("charge_id", keep="first", maintain_order=True)
        details = details.join(known, on="charge_id", how="left", maintain_order="left")
    rejected = details.select(
        pl.col("source_file"),
        pl.col("source_line"),
        pl.lit("RULE_BROKEN").alias("code"),
        pl.concat_str(pl.lit(f"table {name}: broken rule "), reasons).alias("reason"),
        "subject_id",
    )
    return good, [rejected]


MOST_CHARGES = 20_000
"""Charges that one person may have: more of them are of many people under one id, or of none."""


def outsized(charges: pl.LazyFrame) -> pl.Series:
    """The ids of people under which there are more charges than one person may have."""
    counts = charges.drop_nulls("subject_id").group_by("subject_id").agg(pl.len().alias("charges"))
    return counts.filter(pl.col("charges") > MOST_CHARGES).collect(engine="streaming")["subject_id"].sort()


def set_aside(charges: pl.LazyFrame, heavy: pl.Series) -> pl.DataFrame:
    """The charges of some people as rows of the quarantine: they are not of one person."""
    rows = charges.filter(pl.col("subject_id").is_in(heavy.implode())).select(
        "source_file",
        "source_line",
        pl.lit("RULE_BROKEN").alias("code"),
        pl.lit(f"table charges: more than {MOST_CHARGES:,} charges are of one subject_id").alias("reason"),
        "subject_id",
    )
    return rows.collect(engine="streaming")


def _leave_out(whole: dict[str, Any], heavy: pl.Series) -> None:
    """Take some people out of all tables."""
    # What is of nobody that could be told is not theirs.
    theirs = pl.col("subject_id").is_in(heavy.implode()).fill_null(False)
    gone = whole["charges"].filter(theirs).select("charge_id").unique()
    for name in ("subjects", "cases", "charges", "events"):
        whole[name] = whole[name].filter(~theirs)
    gone = gone.join(whole["charges"], on="charge_id", how="anti")
    for name in ("sentences", "reliefs"):
        whole[name] = whole[name].join(gone, on="charge_id", how="anti", maintain_order="left")


_UNREAD = "unread: a quarantined row"


def _leave_unread(whole: dict[str, Any]) -> None:
    """Rows with every fact unknown, in the place of quarantined rows of people who are told.

    A row that nobody could use may have been a charge, a term, a relief or an event. So an unread charge stands for
    each, and every charge of the person gets an unread term and relief, and the person an unread event: what was lost
    never counts as absent, and never makes anyone eligible.
    """
    people = whole["subjects"].select("subject_id", "alternative")
    lost = whole["quarantine"].drop_nulls("subject_id").join(people, on="subject_id")
    if lost.is_empty():
        return
    note = pl.concat_list(pl.lit(_UNREAD)).alias("notes")
    stem = pl.concat_str(
        "subject_id",
        pl.lit("-unread-"),
        pl.col("source_file").cast(pl.String),
        pl.lit(":"),
        "source_line",
        ignore_nulls=True,
    )
    nth = pl.int_range(1, pl.len() + 1).over("stem", "alternative")
    charges = lost.with_columns(stem=stem).select(
        pl.when(nth == 1).then("stem").otherwise(pl.concat_str("stem", pl.lit("."), nth)).alias("charge_id"),
        "subject_id",
        "alternative",
        "source_file",
        "source_line",
        note,
    )
    charges = charges.join(whole["charges"], on=["charge_id", "alternative"], how="anti", maintain_order="left")
    whole["charges"] = _appended("charges", whole["charges"], charges)
    affected = whole["charges"].join(
        lost.select("subject_id", "alternative").unique(),
        on=["subject_id", "alternative"],
        how="semi",
        maintain_order="left",
    )
    terms = affected.select(
        pl.concat_str("charge_id", pl.lit("-unread")).alias("sentence_id"), "charge_id", "alternative", note
    )
    terms = terms.join(whole["sentences"], on=["sentence_id", "alternative"], how="anti", maintain_order="left")
    whole["sentences"] = _appended("sentences", whole["sentences"], terms)
    reliefs = affected.select("charge_id", "alternative", note)
    events = lost.select("subject_id", "alternative").unique(maintain_order=True).with_columns(note)
    for name, rows, keys in (
        ("reliefs", reliefs, ["charge_id", "alternative"]),
        ("events", events, ["subject_id", "alternative"]),
    ):
        # Tables written and read again have these rows already.
        there = whole[name].filter(pl.col("notes").list.contains(_UNREAD).fill_null(False))
        rows = rows.join(there, on=keys, how="anti", maintain_order="left")
        whole[name] = _appended(name, whole[name], rows)


def _appended(name: str, frame: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([frame, _completed(name, rows)], how="diagonal").rechunk()


def in_canonical_order(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows of a canonical table in the order of its keys, so that equal tables give equal files."""
    return frame.sort([key for key in SORT_KEYS.get(name, ()) if key in frame.columns], maintain_order=True)
