"""What a mapping leaves open in an export, told to the export's owner: texts without a reading, rows set aside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import polars as pl

from recordrelief.errors import nearest
from recordrelief.formats.mapping.mapped import Mapped
from recordrelief.statutes import StatutePack

LONGEST_TEXT = 40
"""Characters of a text that are shown."""


def report(mapped: Mapped, read: int, used: int) -> Iterator[str]:
    """The report, line by line. It shows texts of the export: they may be personal.

    Args:
        mapped: what was read.
        read: how many rows the files have.
        used: how many of them are used.
    """
    if mapped.unread:
        yield "Not mapped, and so unknown:"
        texts = pl.DataFrame(
            [(one.column, one.field, one.text, one.rows) for one in mapped.unread],
            schema=["column", "field", "text", "rows"],
            orient="row",
        )
        whole = texts.group_by("column", "field", "text").agg(pl.col("rows").sum())
        for column, field, text, rows in whole.sort(
            "column", "field", "rows", "text", descending=[False, False, True, False]
        ).iter_rows():
            yield f"  {column} -> {field}  {_cut(text)}  {rows:,}"
    else:
        yield "Every text of a mapped column is read."
    if mapped.silent:
        yield "Given an empty word, and so unknown:"
        for field, rows in mapped.silent:
            yield f"  {field}  {rows:,}"
    quarantine = mapped.records.quarantine
    if not quarantine.is_empty():
        yield "Set aside:"
        for code, rows in quarantine.group_by("code").len().sort("code").iter_rows():
            yield f"  {code}  {rows:,}"
    for code in ("FIELD_CONFLICT", "DUPLICATE_ROW"):
        if found := mapped.records.issues.filter(pl.col("code") == code).height:
            yield f"{code}: {found:,}"
    if mapped.left_out:
        yield f"Left out by `only`: {mapped.left_out:,}"
    yield f"Rows read {read:,} = used {used:,} + quarantined {read - used:,}"


def jurisdictions_without_law(charges: pl.DataFrame, packs: Iterable[StatutePack]) -> Iterator[tuple[str, int, str]]:
    """The jurisdictions of charges that no law is of: the name, how many charges, and what it may be meant to be."""
    known = {pack.jurisdiction for pack in packs}
    counted = charges.group_by(pl.col("jurisdiction").cast(pl.String)).len().drop_nulls().sort("jurisdiction")
    for name, count in counted.iter_rows():
        if known and name not in known:
            yield name, count, nearest(name, known)


def _cut(text: str) -> str:
    shown = "".join(letter if letter.isprintable() else "?" for letter in text)
    return repr(shown) if len(shown) <= LONGEST_TEXT else repr(shown[: LONGEST_TEXT - 1] + "…")
