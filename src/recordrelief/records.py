"""Records: the canonical tables of any number of people, checked, and their way to and from model objects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import attrs
import dataframely as dy
import polars as pl

from recordrelief import model
from recordrelief.errors import SourceError
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
        the rule's name; where its subject is known, an *unread charge* with every fact unknown takes its place, so
        that a row nobody could use never makes anyone eligible.

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
        whole = {name: _completed(name, tables.get(name)) for name in TABLES}
        broken: list[pl.DataFrame] = []
        for name in FACT_TABLES:
            whole[name], rejected = _filtered(name, whole[name])
            broken.extend(rejected)
        if broken:
            whole["quarantine"] = pl.concat([whole["quarantine"], *broken])
        whole["charges"] = _with_unread(whole["charges"], whole["subjects"], whole["quarantine"])
        return cls(**whole, coverage=coverage, sources=tuple(sources), source=source)

    @classmethod
    def from_subjects(cls, subjects: Iterable[model.Subject], *, coverage: model.Coverage | None = None) -> Records:
        """The canonical tables of model objects, in their order. Loses nothing: :meth:`to_subjects` gives them back.

        Args:
            subjects: the people.
            coverage: how completely they are described; by default every table but ``events`` is complete.
        """
        rows: dict[str, list[dict[str, Any]]] = {name: [] for name in FACT_TABLES}
        whole: dict[str, Any] = {name: _empty(name) for name in ("issues", "quarantine")}
        for subject in subjects:
            _subject_rows(subject, rows)
        whole |= {name: _frame(name, rows[name]) for name in FACT_TABLES}
        return cls(**whole, coverage=coverage or model.Coverage())

    def to_subjects(self) -> tuple[model.Subject, ...]:
        """Every person as a model object, in the order of the subjects table."""
        by_charge: dict[str, dict[tuple[str, int], list[Any]]] = {"sentences": {}, "reliefs": {}}
        kinds: dict[str, type] = {"sentences": model.Sentence, "reliefs": model.Relief}
        for name, kind in kinds.items():
            for row in self.table(name).iter_rows(named=True):
                by_charge[name].setdefault((row["charge_id"], row["alternative"]), []).append(_object(kind, row, name))
        by_subject: dict[str, dict[tuple[str, int], list[Any]]] = {"cases": {}, "charges": {}, "events": {}}
        kinds = {"cases": model.Case, "charges": model.Charge, "events": model.Event}
        for name, kind in kinds.items():
            for row in self.table(name).iter_rows(named=True):
                extra = {}
                if name == "charges":
                    key = (row["charge_id"], row["alternative"])
                    extra = {part: tuple(by_charge[part].get(key, ())) for part in by_charge} | _nested(row)
                item = _object(kind, row, name, **extra)
                by_subject[name].setdefault((row["subject_id"], row["alternative"]), []).append(item)
        people = []
        for row in self.subjects.iter_rows(named=True):
            key = (row["subject_id"], row["alternative"])
            parts = {name: tuple(by_subject[name].get(key, ())) for name in by_subject}
            row["names"] = tuple(model.Name(**name) for name in row["names"] or ())
            row["identifiers"] = tuple(model.Identifier(**one) for one in row["identifiers"] or ())
            people.append(_object(model.Subject, row, "subjects", **parts))
        return tuple(people)

    def table(self, name: str) -> pl.DataFrame:
        """One canonical table by its name."""
        frame: pl.DataFrame = getattr(self, name)
        return frame

    def of_subjects(self, subject_ids: Iterable[str]) -> Records:
        """The records of some of the people; coverage and sources stay as they are."""
        wanted = pl.Series("subject_id", list(subject_ids), dtype=pl.String).implode()
        mine: dict[str, Any] = {
            name: self.table(name).filter(pl.col("subject_id").is_in(wanted))
            for name in ("subjects", "cases", "charges", "events", "quarantine")
        }
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


def _completed(name: str, frame: pl.DataFrame | None) -> pl.DataFrame:
    """The frame with every canonical column in its type and order, and the pack's own columns behind them."""
    if frame is None:
        return _empty(name)
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


def _filtered(name: str, frame: pl.DataFrame) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """The rows that hold, and the rest as quarantine rows with the rule each broke."""
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
    subject = pl.col("subject_id") if "subject_id" in details.columns else pl.lit(None, dtype=pl.String)
    rejected = details.select(
        pl.col("source_file"),
        pl.col("source_line"),
        pl.lit("RULE_BROKEN").alias("code"),
        pl.concat_str(pl.lit(f"table {name}: broken rule "), reasons).alias("reason"),
        subject.alias("subject_id"),
    )
    return good, [rejected]


def _with_unread(charges: pl.DataFrame, subjects: pl.DataFrame, quarantine: pl.DataFrame) -> pl.DataFrame:
    """The charges, and an unread one for each quarantined row whose subject is among the people."""
    if quarantine.is_empty():
        return charges
    lost = (
        quarantine.filter(pl.col("subject_id").is_not_null())
        .join(subjects.select("subject_id").unique(), on="subject_id", how="semi")
        .select(
            pl.concat_str(
                "subject_id",
                pl.lit("-unread-"),
                pl.col("source_file").cast(pl.String),
                pl.lit(":"),
                "source_line",
                ignore_nulls=True,
            ).alias("charge_id"),
            "subject_id",
            "source_file",
            "source_line",
            pl.concat_list(pl.lit("unread: a quarantined row")).alias("notes"),
        )
        .unique("charge_id", keep="first", maintain_order=True)
        .join(charges.select("charge_id"), on="charge_id", how="anti")
    )
    if lost.is_empty():
        return charges
    return pl.concat([charges, _completed("charges", lost)], how="diagonal")


_EMPTY: dict[str, pl.DataFrame] = {}


def _empty(name: str) -> pl.DataFrame:
    if name not in _EMPTY:
        _EMPTY[name] = pl.DataFrame(schema=dtypes(name))
    return _EMPTY[name]


def _frame(name: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    if not rows:
        return _empty(name)
    types = dtypes(name)
    extra = sorted({key for row in rows for key in row} - set(types))
    return pl.DataFrame(
        {column: [row.get(column) for row in rows] for column in [*types, *extra]},
        schema_overrides=types,
        strict=True,
    )


_COLLECTIONS = {"charges", "cases", "events", "sentences", "reliefs", "facts", "source"}
_NESTED = {
    "charged": {
        "citation": "charged_citation",
        "text": "charged_text",
        "level": "charged_level",
        "degree_class": "charged_degree_class",
        "attempt": "charged_attempt",
        "conspiracy": "charged_conspiracy",
        "solicitation": "charged_solicitation",
    },
    "offense": {
        "citation": "citation",
        "text": "offense_text",
        "level": "level",
        "degree_class": "degree_class",
        "attempt": "attempt",
        "conspiracy": "conspiracy",
        "solicitation": "solicitation",
    },
    "disposition": {
        "outcome": "outcome",
        "date": "disposition_date",
        "conviction_date": "conviction_date",
        "judgment_date": "judgment_date",
        "text": "outcome_text",
    },
}
_NESTED_TYPES: dict[str, type] = {"charged": model.Offense, "offense": model.Offense, "disposition": model.Disposition}


def _put(row: dict[str, Any], column: str, value: Any) -> None:
    if isinstance(value, model.PartialDate):
        row[column], row[column + "_latest"] = value.earliest, value.latest
    elif value is not None:
        row[column] = value


def _row(item: Any, **keys: Any) -> dict[str, Any]:
    """One table row of an object: absent keys are unknown."""
    row: dict[str, Any] = dict(keys)
    for field in attrs.fields(type(item)):
        value = getattr(item, field.name)
        if field.name in _NESTED:
            for part, column in _NESTED[field.name].items():
                _put(row, column, getattr(value, part))
        elif field.name not in _COLLECTIONS:
            _put(row, field.name, value)
    row.update(item.facts)
    source: model.Source = item.source
    row["source_file"], row["source_line"] = source.file, source.line
    row["notes"] = list(source.notes) or None
    return row


def _subject_rows(subject: model.Subject, rows: dict[str, list[dict[str, Any]]]) -> None:
    key = {"subject_id": subject.subject_id, "alternative": subject.alternative}
    mine = _row(subject)
    mine["names"] = [attrs.asdict(name) for name in subject.names] or None
    mine["identifiers"] = [attrs.asdict(one) for one in subject.identifiers] or None
    rows["subjects"].append(mine)
    rows["cases"].extend(_row(case, **key) for case in subject.cases)
    rows["events"].extend(_row(event, **key) for event in subject.events)
    for charge in subject.charges:
        row = _row(charge, **key)
        row["possible_citations"] = list(charge.possible_citations) or None
        if charge.enhancements is not None:
            row["enhancements"] = list(charge.enhancements)
        rows["charges"].append(row)
        own = {"charge_id": charge.charge_id, "alternative": subject.alternative}
        rows["sentences"].extend(_row(sentence, **own) for sentence in charge.sentences)
        rows["reliefs"].extend(_row(relief, **own) for relief in charge.reliefs)


def _get(row: Mapping[str, Any], column: str) -> Any:
    value = row[column]
    if value is not None and column + "_latest" in row:
        return model.PartialDate(value, row[column + "_latest"])
    return value


def _nested(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _NESTED_TYPES[name](**{part: _get(row, column) for part, column in parts.items()})
        for name, parts in _NESTED.items()
    }


def _object(kind: type, row: dict[str, Any], table: str, **parts: Any) -> Any:
    """The object of one table row; columns that are not canonical are the pack's own facts."""
    known = TABLES[table].columns()
    facts = {column: value for column, value in row.items() if column not in known and value is not None}
    fields = _plain_fields(kind)
    values = {name: _get(row, name) for name in fields if name in row}
    for name in ("names", "identifiers", "possible_citations"):
        if name in values and values[name] is None:
            values[name] = ()
    source = model.Source(file=row["source_file"], line=row["source_line"], notes=tuple(row["notes"] or ()))
    return kind(**values, **parts, facts=facts, source=source)


def _plain_fields(kind: type) -> Iterator[str]:
    for field in attrs.fields(kind):
        if field.name not in _COLLECTIONS and field.name not in _NESTED:
            yield field.name


def in_canonical_order(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows of a canonical table in the order of its keys, so that equal tables give equal files."""
    return frame.sort([key for key in SORT_KEYS.get(name, ()) if key in frame.columns], maintain_order=True)
