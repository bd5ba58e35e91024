"""Two lists of the same thing held against each other, in both directions: the repository's and the court's."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

import attrs
import polars as pl

from recordrelief.errors import RequestError, nearest
from recordrelief.ledger.event_files import csv_rows
from recordrelief.outputs.tables import harmless
from recordrelief.placing import Kind, Place, json_text

RECONCILIATION = Kind("recordrelief reconciliation", "reconciliation.json", "reconciliation")
_NOTICE = "A screening aid, not legal advice. Two lists that agree may both be wrong."


@attrs.frozen(eq=False)
class Reconciliation:
    """Two lists held against each other.

    ``both`` has the entries on which they agree, ``differing`` one row a cell on which they do not, ``only_left`` and
    ``only_right`` the rows that only one list has, ``unsettled`` the rows that cannot be held against the other list:
    part of their key is empty, or several rows of a list have it.
    """

    on: tuple[tuple[str, str], ...]
    both: pl.DataFrame
    differing: pl.DataFrame
    only_left: pl.DataFrame
    only_right: pl.DataFrame
    unsettled: pl.DataFrame
    counts: Mapping[str, int]

    def write(self, directory: Path | str, *, force: bool = False) -> None:
        """Write every table as CSV, and the counts, into a directory that only its owner can read.

        Raises:
            RequestError: something stands there already.
        """
        place = Place(Path(directory), RECONCILIATION, force)
        place.check()
        names = ("both", "differing", "only_left", "only_right", "unsettled")
        with place.filled() as made:
            for name in names:
                harmless(getattr(self, name)).write_csv(made / f"{name.replace('_', '-')}.csv")
            told = {
                "kind": RECONCILIATION.kind,
                "notice": _NOTICE,
                "on": [list(pair) for pair in self.on],
                "counts": dict(self.counts),
                "files": sorted([*(f"{name.replace('_', '-')}.csv" for name in names), RECONCILIATION.marker]),
            }
            (made / RECONCILIATION.marker).write_text(json_text(told), encoding="utf-8")


def reconcile(
    left: Path | str, right: Path | str, on: Sequence[str], compare: Sequence[str] | None = None
) -> Reconciliation:
    """Hold two CSV files against each other.

    Keys are compared without regard to case and to spaces around them; all other cells as they stand, without the
    spaces around them.

    Args:
        left: one list.
        right: the other.
        on: the columns that name an entry, as ``case_number``, or as ``left=right`` where their names differ.
        compare: the columns to compare, named likewise; all that both lists have, unless given.

    Raises:
        RequestError: a column is named that a list does not have.
        SourceError: a list cannot be read.
    """
    ours, theirs = _listed(Path(left)), _listed(Path(right))
    keys = _pairs(on, ours, theirs)
    if not keys:
        raise RequestError("No column names an entry.", cure="Name at least one with --on.")
    keyed = {name for name, _ in keys}
    if compare is None:
        others = tuple((name, name) for name in ours.columns if name in theirs.columns and name not in keyed)
    else:
        others = _pairs(compare, ours, theirs)
    mine, their = _by_key(ours, [name for name, _ in keys]), _by_key(theirs, [name for _, name in keys])
    tables: dict[str, list[dict[str, str | int | None]]] = {
        name: [] for name in ("both", "differing", "only_left", "only_right", "unsettled")
    }
    entries = 0
    for key in sorted({*mine, *their}):
        here, there = mine.get(key, []), their.get(key, [])
        if not all(key) or len(here) > 1 or len(there) > 1:
            why = "part of the key is empty" if not all(key) else "several rows of a list have this key"
            for side, rows in (("left", here), ("right", there)):
                for line, row in rows:
                    tables["unsettled"].append({"list": side, "line": line, "why": why, "row": json.dumps(row)})
        elif not there:
            tables["only_left"].append({"line": here[0][0], **here[0][1]})
        elif not here:
            tables["only_right"].append({"line": there[0][0], **there[0][1]})
        else:
            (line, row), (other_line, other) = here[0], there[0]
            named: dict[str, str | int | None] = {name: row[name] for name, _ in keys}
            named |= {"left_line": line, "right_line": other_line}
            apart = [(name, row[name], other[theirs_]) for name, theirs_ in others if row[name] != other[theirs_]]
            entries += bool(apart)
            tables["differing"] += [named | {"column": name, "left": a, "right": b} for name, a, b in apart]
            if not apart:
                tables["both"].append(named)
    pair = (*(name for name, _ in keys), "left_line", "right_line")
    columns = {
        "both": pair,
        "differing": (*pair, "column", "left", "right"),
        "only_left": ("line", *ours.columns),
        "only_right": ("line", *theirs.columns),
        "unsettled": ("list", "line", "why", "row"),
    }
    frames = {name: _frame(rows, columns[name]) for name, rows in tables.items()}
    sides = frames["unsettled"]["list"]
    counts = {
        "left": len(ours.rows),
        "right": len(theirs.rows),
        "both": len(tables["both"]),
        "differing": entries,
        "only_left": len(tables["only_left"]),
        "only_right": len(tables["only_right"]),
        "unsettled_left": int((sides == "left").sum()),
        "unsettled_right": int((sides == "right").sum()),
    }
    return Reconciliation(keys, counts=counts, **frames)


_OURS = frozenset({"line", "left_line", "right_line", "column", "left", "right"})
"""Columns of the result that no list may have."""
_Row = tuple[int, dict[str, str]]


@attrs.frozen
class _List:
    path: Path
    columns: tuple[str, ...]
    rows: tuple[_Row, ...]


def _listed(path: Path) -> _List:
    header: list[str] = []
    rows = tuple(csv_rows(path, None, (), header=header))
    taken = sorted({*header} & _OURS)
    if taken:
        raise RequestError(
            "A column has a name that the result needs.",
            where=path.name,
            found=repr(taken[0]),
            cure="Give it another name.",
        )
    return _List(path, tuple(header), rows)


def _pairs(named: Sequence[str], ours: _List, theirs: _List) -> tuple[tuple[str, str], ...]:
    pairs: list[tuple[str, str]] = []
    for name in named:
        left, same, right = name.partition("=")
        pair = (left.strip(), right.strip() if same else left.strip())
        for column, of in zip(pair, (ours, theirs), strict=True):
            if column not in of.columns:
                raise RequestError(
                    "The list has no such column.",
                    where=of.path.name,
                    found=repr(column),
                    cure=_near(column, of.columns),
                )
        pairs.append(pair)
    return tuple(pairs)


def _by_key(listed: _List, names: Sequence[str]) -> dict[tuple[str, ...], list[_Row]]:
    found: dict[tuple[str, ...], list[_Row]] = defaultdict(list)
    for line, row in listed.rows:
        found[tuple(row[name].casefold() for name in names)].append((line, row))
    return found


def _near(column: str, columns: Sequence[str]) -> str:
    """A column called much the same; no other is told, as the first line may be no header but a person's."""
    close = get_close_matches(column, columns, n=1, cutoff=0.6)
    return nearest(column, close) if close else f"The first line has {len(columns)} columns, none called like it."


def _frame(rows: Sequence[Mapping[str, str | int | None]], columns: Sequence[str]) -> pl.DataFrame:
    lines = ("line", "left_line", "right_line")
    schema = {name: pl.Int64() if name in lines else pl.String() for name in columns}
    return pl.DataFrame([tuple(row[name] for name in columns) for row in rows], schema=schema, orient="row")
