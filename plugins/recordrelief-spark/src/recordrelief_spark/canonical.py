"""Canonical tables in Spark: read from where ``recordrelief convert`` wrote them, and brought together by person."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import reduce
from typing import Any

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as f
from pyspark.sql import types as t

from recordrelief.errors import RequestError, SourceError
from recordrelief.formats.canonical import VERSION
from recordrelief.model import Coverage
from recordrelief.placing import CANONICAL_TABLES
from recordrelief.tables import FACT_TABLES, KEY_OF, TABLES

PERSON = "person"
"""The key of the rows that hold all there is of one person."""
GATHERED = (*FACT_TABLES, "quarantine")
"""The tables that answers depend on. A quarantined row leaves an unread charge in its person's history."""
_UNREAD_BY_ANY_RULE = {"subjects": ("names", "identifiers")}
"""Columns that name people and that no rule may read: they stay where they are."""
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "subjects": ("subject_id",),
    "cases": ("case_id", "subject_id"),
    "charges": ("charge_id", "subject_id"),
    "sentences": ("sentence_id", "charge_id"),
    "reliefs": ("charge_id",),
    "events": ("subject_id",),
    "quarantine": ("subject_id",),
}


def read_canonical(spark: SparkSession, directory: str) -> tuple[dict[str, DataFrame], Coverage]:
    """The canonical tables that ``recordrelief convert`` wrote, and how completely they are filled.

    Args:
        spark: the session.
        directory: where they stand, as a path or an address that every worker can read.

    Raises:
        SourceError: there are none, or a table does not have the rows that it must have.
    """
    marker = f"{directory}/{CANONICAL_TABLES.marker}"
    try:
        (text,) = spark.read.text(marker, wholetext=True).first() or ("",)
        about: dict[str, Any] = json.loads(text)
        if about["kind"] != CANONICAL_TABLES.kind or about["version"] != VERSION:
            raise ValueError
        coverage, rows = Coverage(**about["coverage"]), dict(about["rows"])
        # Other programs than Spark write days as they are, however far back they lie.
        reader = spark.read.option("datetimeRebaseMode", "CORRECTED")
        tables = {name: reader.parquet(f"{directory}/{name}.parquet") for name in TABLES}
        counted = _heights(tables)
    except Exception as error:
        raise SourceError(
            "These are not canonical tables in a layout that can be read.",
            where=directory,
            found=type(error).__name__,
            expected=f"version {VERSION}, as `recordrelief convert` writes them",
        ) from None
    for name, count in counted.items():
        if count != rows.get(name):
            raise SourceError(
                "A canonical table does not have the rows that canonical.json counts.",
                where=f"{directory}/{name}.parquet",
                found=str(count),
                expected=str(rows.get(name)),
            )
    return tables, coverage


def checked(tables: Mapping[str, DataFrame]) -> dict[str, DataFrame]:
    """The tables that answers depend on, each with what its rows are told apart by.

    Raises:
        RequestError: there is no such table, or a table lacks such a column.
    """
    if unknown := set(tables) - set(TABLES):
        raise RequestError(
            "There is no such canonical table.", found=", ".join(sorted(unknown)), expected=", ".join(TABLES)
        )
    if "charges" not in tables or "subjects" not in tables:
        raise RequestError("The tables of the people and of their charges must be among those given.")
    mine: dict[str, DataFrame] = {}
    for name in GATHERED:
        if name not in tables:
            continue
        table = tables[name]
        if lacking := [column for column in _NEEDED[name] if column not in table.columns]:
            raise RequestError(f"The canonical table {name} lacks a key.", found=f"no {', '.join(lacking)}")
        # A column without a type holds nothing: what is not given is unknown throughout.
        void = [field.name for field in table.schema.fields if isinstance(field.dataType, t.NullType)]
        mine[name] = table.drop(*void, *_UNREAD_BY_ANY_RULE.get(name, ()))
    return mine


def by_person(tables: Mapping[str, DataFrame]) -> DataFrame:
    """One row a person: ``person``, and for each table an array of its rows as structs.

    Nobody's rows can be torn apart by a batch, then. A row that belongs to nobody is left out: it takes part in no
    answer.

    Args:
        tables: as they were :func:`checked`.
    """
    owned = _owned(tables)
    kinds = {name: table.select(_whole(table).alias(name)).schema[name].dataType for name, table in owned.items()}
    parts = [
        table.select(
            f.col(PERSON),
            *(
                _whole(table).alias(other) if other == name else f.lit(None).cast(kind).alias(other)
                for other, kind in kinds.items()
            ),
        )
        for name, table in owned.items()
    ]
    stacked = reduce(DataFrame.unionAll, parts).where(f.col(PERSON).isNotNull())
    return stacked.groupBy(PERSON).agg(*(f.collect_list(name).alias(name) for name in owned))


def check_keys(tables: Mapping[str, DataFrame]) -> None:
    """Refuse tables in which two people share the key of a row: it would be read twice, as two different ones.

    Args:
        tables: as they were :func:`checked`.

    Raises:
        RequestError: two people share one.
    """
    owned = _owned({name: table for name, table in tables.items() if name in KEY_OF or name == "charges"})
    keyed = []
    for name, table in owned.items():
        if name == "subjects":
            continue
        # A charge names its person to its sentences, so that it has one person in all readings.
        apart = (
            f.lit(0) if name == "charges" or "alternative" not in table.columns else f.col("alternative").cast("int")
        )
        keyed.append(
            table.select(f.lit(name).alias("table"), f.col(KEY_OF[name]).alias("key"), apart.alias("reading"), PERSON)
        )
    shared = (
        reduce(DataFrame.unionAll, keyed)
        .where(f.col("key").isNotNull() & f.col(PERSON).isNotNull())
        .groupBy("table", "key", "reading")
        .agg(f.min(PERSON).alias("first"), f.max(PERSON).alias("last"))
        .where(f.col("first") != f.col("last"))
        .groupBy("table")
        .count()
        .orderBy("table")
        .collect()
    )
    if shared:
        found = ", ".join(f"{row['count']} of {row['table']}" for row in shared)
        raise RequestError(
            "Two people share the key of a row.", found=found, cure="Make keys that are unique among all people."
        )


def _heights(tables: Mapping[str, DataFrame]) -> dict[str, int]:
    """How many rows each table has, counted in one go."""
    counts = [
        table.groupBy().agg(f.count(f.lit(1)).alias("rows")).select(f.lit(name).alias("table"), "rows")
        for name, table in tables.items()
    ]
    return {row["table"]: row["rows"] for row in reduce(DataFrame.unionAll, counts).collect()}


def _owned(tables: Mapping[str, DataFrame]) -> dict[str, DataFrame]:
    """Each table with a column ``person``: whom a row belongs to, or whose charge it is about."""
    charges = tables["charges"]
    owners = charges.select(f.col("charge_id"), f.col("subject_id").alias(PERSON)).distinct()
    owned: dict[str, DataFrame] = {}
    for name, table in tables.items():
        if name in ("sentences", "reliefs"):
            owned[name] = table.join(owners, on="charge_id").select(PERSON, *map(_named, table.columns))
        else:
            owned[name] = table.withColumn(PERSON, f.col("subject_id"))
    return owned


def _whole(table: DataFrame) -> Column:
    return f.struct(*(_named(column) for column in table.columns if column != PERSON))


def _named(column: str) -> Column:
    return f.col(f"`{column}`")
