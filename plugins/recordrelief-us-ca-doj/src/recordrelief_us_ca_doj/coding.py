"""Columns in which few distinct texts stand: kept as codes, and each distinct text read once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import polars as pl

T = TypeVar("T")


def cleaned(cells: pl.Series) -> pl.Series:
    """Cells trimmed, null where blank or a placeholder of hyphens."""
    distinct = cells.unique()
    text = pl.col(cells.name).cast(pl.String).str.strip_chars()
    clean = distinct.to_frame().select(pl.when(text.str.strip_chars("-") != "").then(text))[cells.name]
    if clean.null_count() == 0 and (clean == distinct.cast(pl.String)).all():
        return cells
    if cells.dtype == pl.Categorical:
        return spread(cells, distinct, [clean.cast(pl.Categorical)])[0]
    table = pl.DataFrame([distinct, clean.alias("clean")])
    return cells.to_frame().join(table, on=cells.name, how="left", maintain_order="left")["clean"].alias(cells.name)


def coded(cells: pl.Series) -> pl.Series:
    """Cells of few distinct texts as codes: what is read of a text is then read once, and rows are short."""
    return cleaned(cells.cast(pl.Categorical))


def side_by_side(tasks: Iterable[Callable[[], T]]) -> list[T]:
    """What independent tasks give, in their order; the engine lets other threads work meanwhile."""
    with ThreadPoolExecutor(pl.thread_pool_size()) as pool:
        return [future.result() for future in [pool.submit(task) for task in tasks]]


def spread(cells: pl.Series, distinct: pl.Series, found: list[pl.Series]) -> list[pl.Series]:
    """What was found for each distinct text, for every cell; null for a cell without one.

    Args:
        cells: Categorical.
        distinct: of the same type, each text of ``cells`` once.
        found: columns as long as ``distinct``.
    """
    codes = distinct.to_physical()
    places = pl.DataFrame([codes.alias("code"), pl.int_range(len(codes), eager=True, dtype=pl.UInt32).alias("place")])
    places = places.drop_nulls("code")
    highest = places["code"].max()
    table = pl.repeat(None, 1 + (0 if highest is None else int(str(highest))), dtype=pl.UInt32, eager=True)
    table = table.scatter(places["code"], places["place"])
    at = table.gather(cells.to_physical())
    return [column.gather(at) for column in found]


def read_once(
    rows: pl.DataFrame, column: str, read: Callable[[str], Any], schema: Mapping[str, Any]
) -> list[pl.Series]:
    """Several columns read from a coded one, each distinct text once; null where there is no text."""
    distinct = rows[column].unique().drop_nulls()
    found = [read(text) for text in distinct.cast(pl.String).to_list()]
    columns = [pl.Series(name, [getattr(one, name) for one in found], dtype=dtype) for name, dtype in schema.items()]
    return spread(rows[column], distinct, columns)


def in_place(rows: pl.DataFrame, column: str, *made: pl.Expr) -> list[pl.Series]:
    """Expressions over the text of one coded column, worked out once for each distinct text. Texts come back coded."""
    distinct = rows[column].unique().drop_nulls()
    found = distinct.cast(pl.String).to_frame().select(made).with_columns(pl.col(pl.String).cast(pl.Categorical))
    return spread(rows[column], distinct, found.get_columns())
