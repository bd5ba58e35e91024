"""The lines of a sheet: pages joined, furniture left out, each line repaired and in capitals."""

from __future__ import annotations

import re
from collections.abc import Sequence

import attrs

from recordrelief_us_ca_rapsheet.repairs import repaired

LONGEST_LINE = 1_000
"""A longer line is no line of a sheet: it is not looked into."""
UNSEEN = "(a line longer than any of a sheet)"
"""What stands for the text of such a line: in small letters, as no line of a sheet has them."""

_PAGE_COUNT = re.compile(r"^\W{0,5}PAGE\W{0,5}\d{1,4}\W{0,5}(?:OF|/)\W{0,5}\d{1,4}\W{0,5}$", re.IGNORECASE)
_AT_TOP = re.compile(r"^\W{0,5}(?:PAGE|ROUTE)\b", re.IGNORECASE)
_AT_BOTTOM = re.compile(
    r"^\s*(?:https?://\S*|file:\S*|[A-Z]:\\\S.*|(?:/[\w.~-]+){2,}\S*)(?:\s+[\d/:\s-]*)?$", re.IGNORECASE
)
_EDGE = 3
"""How many lines at the top and at the bottom of a page may be furniture."""


@attrs.frozen
class Line:
    """One line: its number in the text from 1, its page (None where there are none), its text and what changed it."""

    number: int
    page: int | None
    text: str = attrs.field(repr=False)
    raw: str = attrs.field(repr=False)
    repairs: tuple[str, ...] = ()

    @property
    def blank(self) -> bool:
        """Nothing stands on it."""
        return not self.text

    @property
    def too_long(self) -> bool:
        """It is longer than any line of a sheet."""
        return self.text == UNSEEN


@attrs.frozen
class Lines:
    """All lines of a text without its furniture, and the pages that show no text."""

    lines: tuple[Line, ...]
    lost_pages: tuple[int, ...]


def lines_of(pages: Sequence[str | None]) -> Lines:
    """The lines of pages.

    Args:
        pages: the text of each; one where the text knows no pages; None where a page shows something that is no text.
    """
    kept: list[Line] = []
    number = 0
    lost = []
    for place, page in enumerate(pages, 1):
        if page is None:
            lost.append(place)
            continue
        raws = page.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        filled = [at for at, raw in enumerate(raws) if raw.strip()]
        edges = {*filled[:_EDGE], *filled[-_EDGE:]} if len(pages) > 1 else set()
        mine: list[Line] = []
        for at, raw in enumerate(raws):
            number += 1
            if len(raw) <= LONGEST_LINE and (
                _PAGE_COUNT.match(raw) or (at in edges and _is_edge(raw, at in filled[:_EDGE]))
            ):
                _drop_blank_end(mine)
                mine.append(_FURNITURE)
                continue
            if mine and mine[-1] is _FURNITURE and not raw.strip():
                continue
            mine.append(_line(number, place if len(pages) > 1 else None, raw))
        mine = [line for line in mine if line is not _FURNITURE]
        if len(pages) > 1:
            _drop_blank_end(mine)
            while mine and mine[0].blank:
                mine.pop(0)
        kept.extend(mine)
    return Lines(tuple(kept), tuple(lost))


def _is_edge(raw: str, top: bool) -> bool:
    return bool((_AT_TOP if top else _AT_BOTTOM).match(raw) or _AT_BOTTOM.match(raw))


def _drop_blank_end(lines: list[Line]) -> None:
    while lines and lines[-1].blank and lines[-1] is not _FURNITURE:
        lines.pop()


_FURNITURE = Line(0, None, "", "")


def _line(number: int, page: int | None, raw: str) -> Line:
    if len(raw) > LONGEST_LINE:
        # What it says is not looked at, so that nothing takes long; where it stands is.
        return Line(number, page, UNSEEN if raw.strip() else "", raw[:LONGEST_LINE])
    text, fired = repaired(raw.upper())
    return Line(number, page, text.strip(), raw, fired)
