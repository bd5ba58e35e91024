"""What a reader should know of the data, collected while a file is read."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from recordrelief.tables import dtypes

SOURCE = ("source_file", "source_line")
"""Where a row stands."""


class Issues:
    """The rows of the table ``issues``."""

    def __init__(self) -> None:
        self._parts: list[pl.DataFrame] = []

    def note(
        self,
        rows: pl.DataFrame,
        code: str | pl.Expr,
        table: str,
        field: str | None,
        *,
        severity: str = "warn",
        key: str = "charge_id",
    ) -> None:
        """Note each row.

        Args:
            rows: has the source columns, and ``key``.
            code: what it is, or the expression that says so.
            table: the canonical table that it is about.
            field: the column there.
            severity: how much it matters.
            key: the column that holds the key of the row there.
        """
        if rows.is_empty():
            return
        self._parts.append(
            rows.select(
                pl.lit(table).alias("table"),
                pl.col(key).alias("row_key"),
                pl.lit(field, dtype=pl.String).alias("field"),
                (pl.lit(code) if isinstance(code, str) else code).alias("code"),
                pl.lit(severity, dtype=dtypes("issues")["severity"]).alias("severity"),
                *SOURCE,
            )
        )

    def with_all(self, others: Iterable[Issues]) -> pl.DataFrame:
        """All that was noted, here and then in the others."""
        parts = [*self._parts, *(part for other in others for part in other._parts)]
        return pl.concat(parts) if parts else pl.DataFrame(schema=dtypes("issues"))
