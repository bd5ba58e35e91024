"""recordrelief on a cluster: canonical tables in Spark data frames, screened by the very function that screens a file.

Spark brings the rows of each person together, and hands them to :func:`recordrelief.screening.screen` in batches of
people. The answers are those of a local run over the same tables, every column of them.
"""

from recordrelief_spark.answers import SCHEMA, collected, deciding, summary
from recordrelief_spark.canonical import read_canonical
from recordrelief_spark.cluster import screen

__all__ = ["SCHEMA", "collected", "deciding", "read_canonical", "screen", "summary"]
