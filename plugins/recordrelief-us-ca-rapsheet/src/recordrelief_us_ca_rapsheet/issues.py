"""What a reader should know of the data, collected while a sheet is understood."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import polars as pl

from recordrelief.tables import dtypes

SEVERITY = {
    "AGENCY_UNMATCHED": "info",
    "COMMENT_NOT_UNDERSTOOD": "blocks_rule",
    "COUNT_EXPANDED_FROM_RANGE": "info",
    "LINE_UNREAD": "blocks_rule",
    "OCR_REPAIRED": "info",
    "OFFENSE_IN_COMMENT": "info",
    "PAGE_WITHOUT_TEXT": "blocks_rule",
    "SINGLE_JURISDICTION": "blocks_rule",
    "TRUNCATED_RECORD": "blocks_rule",
}
"""How much each code matters, where it is not a warning."""


class Issue(NamedTuple):
    """One row of the table ``issues``, but for the file."""

    table: str
    row_key: str
    field: str | None
    code: str
    line: int


class Issues:
    """The issues of one sheet."""

    def __init__(self) -> None:
        self._found: dict[Issue, None] = {}

    def note(self, table: str, row_key: str, field: str | None, code: str, line: int) -> None:
        """Note one, once."""
        self._found.setdefault(Issue(table, row_key, field, code, line))

    def __iter__(self) -> Any:
        return iter(self._found)


def frame(found: Sequence[tuple[str, Issue]]) -> pl.DataFrame:
    """The table ``issues``.

    Args:
        found: each with the label of its file.
    """
    types = dtypes("issues")
    return pl.DataFrame(
        {
            "table": [one.table for _, one in found],
            "row_key": [one.row_key for _, one in found],
            "field": [one.field for _, one in found],
            "code": [one.code for _, one in found],
            "severity": [SEVERITY.get(one.code, "warn") for _, one in found],
            "source_file": [label for label, _ in found],
            "source_line": [one.line for _, one in found],
        },
        schema=dict(types),
    )
