"""Two sets of records beside each other, in which no id of the one is taken for an id of the other."""

from __future__ import annotations

from typing import Any

import attrs
import polars as pl

from recordrelief.records import Records
from recordrelief.tables import FACT_TABLES

LEFT, RIGHT = "left/", "right/"
"""What stands in front of every id of a side."""
_IDS = ("subject_id", "case_id", "charge_id", "sentence_id", "cycle_id", "row_key")


def beside(left: Records, right: Records) -> Records:
    """Both records as one, every id with its side in front; covered is what both cover."""
    tables: dict[str, Any] = {}
    for name in (*FACT_TABLES, "issues", "quarantine"):
        sides = [_marked(one.table(name), side) for one, side in ((left, LEFT), (right, RIGHT))]
        tables[name] = pl.concat(sides, how="diagonal")
    return attrs.evolve(
        left,
        **tables,
        coverage=left.coverage.merged(right.coverage),
        sources=(*left.sources, *right.sources),
        source=None,
    )


def _marked(frame: pl.DataFrame, side: str) -> pl.DataFrame:
    return frame.with_columns(pl.concat_str(pl.lit(side), name).alias(name) for name in _IDS if name in frame.columns)
