"""Determinations as Spark has them: their declared schema, the way back to the core's frame, what they add up to."""

from __future__ import annotations

import polars as pl
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as f
from pyspark.sql import types as t
from pyspark.sql.pandas.types import to_arrow_schema

from recordrelief.judgment import DETERMINATIONS


def _type_of(dtype: pl.DataType) -> t.DataType:
    """The type that Spark keeps a column in: it has no words of a closed list, and no unsigned numbers."""
    if isinstance(dtype, pl.List):
        return t.ArrayType(t.StringType())
    if dtype == pl.UInt32():
        return t.LongType()
    return {pl.Date(): t.DateType(), pl.Boolean(): t.BooleanType()}.get(dtype, t.StringType())


SCHEMA = t.StructType(
    [t.StructField(name, _type_of(dtype), True, {"comment": means}) for name, (dtype, means) in DETERMINATIONS.items()]
)
"""The columns of the determinations (:data:`recordrelief.judgment.DETERMINATIONS`), with their meanings as comments."""
ARROW_SCHEMA: pa.Schema = to_arrow_schema(SCHEMA)
"""The same as a batch on its way to Spark has them."""


def batch_of(determinations: pl.DataFrame) -> pa.Table:
    """Determinations as Spark takes them.

    Args:
        determinations: as the core answers.
    """
    words = [name for name, (dtype, _) in DETERMINATIONS.items() if isinstance(dtype, pl.Categorical | pl.Enum)]
    plain = determinations.select(*DETERMINATIONS).with_columns(pl.col(words).cast(pl.String))
    return plain.to_arrow().cast(ARROW_SCHEMA)


def collected(determinations: DataFrame) -> pl.DataFrame:
    """Determinations fetched to the driver, as a local run has them: its types, in (subject, charge, remedy) order.

    Args:
        determinations: what :func:`recordrelief_spark.screen` gave, or some rows of it.
    """
    frame = pl.DataFrame(pl.from_arrow(determinations.select(*DETERMINATIONS).toArrow()))
    typed = frame.select(pl.col(name).cast(dtype) for name, (dtype, _) in DETERMINATIONS.items())
    return typed.sort("subject_id", "charge_id", pl.col("remedy").cast(pl.String))


def summary(determinations: DataFrame) -> DataFrame:
    """Charges and people by remedy and status: columns remedy, status, charges, people.

    Args:
        determinations: what :func:`recordrelief_spark.screen` gave.
    """
    return _counted(determinations, "remedy", "status")


def deciding(determinations: DataFrame) -> DataFrame:
    """Charges and people by what decided: columns remedy, status, finding, charges, people.

    Of what is ineligible or eligible later the deciding findings are those unmet (of a bar: met), of what is
    undetermined those unknown, of what is eligible all, which are met.

    Args:
        determinations: what :func:`recordrelief_spark.screen` gave.
    """
    return _counted(determinations.withColumn("finding", f.explode_outer("deciding")), "remedy", "status", "finding")


def _counted(rows: DataFrame, *by: str) -> DataFrame:
    return (
        rows.groupBy(*by)
        .agg(f.count(f.lit(1)).alias("charges"), f.count_distinct("subject_id").alias("people"))
        .orderBy(*by)
    )
