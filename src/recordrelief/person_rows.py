"""One person's records, evaluated so that every part of a rule can be asked for its value on every row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from recordrelief.law import expressions as e
from recordrelief.law.compilation import Compiler
from recordrelief.law.evaluation import evaluate
from recordrelief.law.rules import HistoryPolicy, Rules
from recordrelief.law.scopes import SCOPES, Scope
from recordrelief.records import Records
from recordrelief.values import Grid, Values, evaluated

_AT_ONCE = 1 << 17
"""Pairs of charges that a question is tried on at once."""


@attrs.frozen
class Place:
    """Where a rule is read: the charge it is about (by its row number), another charge, or a row of a table."""

    charge: int
    other: int | None = None
    table: str | None = None
    row: int = 0


class PersonRows:
    """One person's rows, evaluated, and the values that rules have on them.

    Args:
        records: the records of one person, all readings.
        rules: every rule that may be asked about.
        history: the policy of the screening.
    """

    def __init__(self, records: Records, rules: Rules, history: HistoryPolicy) -> None:
        self.records = records
        self._as_of = rules.as_of
        prepared = evaluate(records, rules, history=history)
        self._frame = prepared.frame.lazy().collect()
        self._prepared = prepared.compiler
        self.charges = records.charges.rows(named=True)
        self._subjects = {row["alternative"]: row for row in records.subjects.iter_rows(named=True)}
        self._cases = {(row["case_id"], row["alternative"]): row for row in records.cases.iter_rows(named=True)}
        self.subject_rows = {row["alternative"]: at for at, row in enumerate(records.subjects.iter_rows(named=True))}
        self.case_rows = {
            (row["case_id"], row["alternative"]): at for at, row in enumerate(records.cases.iter_rows(named=True))
        }
        self.tables = {name: records.table(name).rows(named=True) for name in ("sentences", "reliefs", "events")}
        self.numbers: dict[str, list[int]] = {}
        for number, row in enumerate(self.charges):
            self.numbers.setdefault(row["charge_id"], []).append(number)
        self._together = max(_AT_ONCE // max(len(self.charges), 1), 1)
        self._grids: dict[tuple[int, str], tuple[e.Expression, Grid]] = {}
        self._groups: dict[tuple[str, str], dict[tuple[int, Any], list[int]]] = {}
        self._whole: dict[str, list[bool]] = {}
        self._fitting: dict[tuple[int, Place | tuple[int, Any]], tuple[tuple[Place, Values], ...]] = {}
        self._first: dict[str, e.Quantified] = {}

    def first(self, question: e.Quantified) -> e.Quantified:
        """The question that was met first of all that ask the same: what is found of it is found once."""
        return self._first.setdefault(question.identity, question)

    def row(self, root: str, place: Place) -> Mapping[str, Any] | None:
        """The canonical row behind a name in a rule."""
        charge = self.charges[place.charge]
        match root:
            case "charge":
                return charge
            case "other":
                return self.charges[place.charge if place.other is None else place.other]
            case "subject":
                return self._subjects.get(charge["alternative"])
            case "case":
                return self._cases.get((charge["case_id"], charge["alternative"]))
        return None if place.table is None else self.tables[place.table][place.row]

    def canonical(self, table: str, place: Place) -> Mapping[str, Any]:
        """The canonical row that a question over a table reads."""
        if table == "charges":
            return self.charges[place.charge if place.other is None else place.other]
        return self.tables[table][place.row]

    def tried(self, question: e.Quantified, place: Place) -> Iterator[tuple[Place, Values]]:
        """The rows of a group, in an order of their own, and the values of what a question asks of each.

        Of the charges beside a charge only those that may satisfy the test, or where a value rests on a presumption.
        """
        scope = scope_of(question)
        about = place.other if question.scope.startswith("other.") and place.other is not None else place.charge
        grid, first = None, 0
        for number in self._numbers(scope, about):
            if grid is None:  # all rows of a group stand in one
                grid, first = self._grid_of(question, scope.table, about)
            values = grid.row(first + number)
            if values is None or (question.others and number == about):
                continue
            if scope.table != "charges":
                yield Place(about, None, scope.table, number), values
            else:
                yield Place(about, number) if question.others else Place(number), values

    def _numbers(self, scope: Scope, about: int) -> Sequence[int]:
        """The rows of the group that a charge is in, or has."""
        rows: Sequence[Mapping[str, Any]] = self.charges if scope.table == "charges" else self.tables[scope.table]
        key = _key_of(scope)
        if (scope.table, key) not in self._groups:
            groups = self._groups[scope.table, key] = {}
            for number in sorted(range(len(rows)), key=lambda one: _order(rows[one])):
                groups.setdefault((rows[number]["alternative"], rows[number][key]), []).append(number)
        charge = self.charges[about]
        if charge[key] is None:
            return [about] if scope.table == "charges" else []  # a charge of no group is a group of one
        return self._groups[scope.table, key].get((charge["alternative"], charge[key]), [])

    def shared(self, question: e.Quantified, place: Place) -> Place | tuple[int, Any]:
        """What the rows of a group depend on: those of a group of charges are the same for all charges in it."""
        scope = scope_of(question)
        if question.others or scope.table != "charges":
            return place
        about = place.other if question.scope.startswith("other.") and place.other is not None else place.charge
        charge = self.charges[about]
        value = charge[_key_of(scope)]
        return Place(about) if value is None else (charge["alternative"], value)

    def satisfying(self, question: e.Quantified, place: Place) -> tuple[tuple[Place, Values], ...]:
        """The rows of a group that surely or possibly satisfy the test."""
        key = (id(question), self.shared(question, place))
        if key not in self._fitting:
            test = id(question.test)
            tried = self.tried(question, place)
            self._fitting[key] = tuple((row, values) for row, values in tried if values[test] is not False)
        return self._fitting[key]

    def surely_all(self, question: e.Quantified, place: Place) -> bool:
        """Whether the record surely holds every row that a question is about."""
        if question.identity not in self._whole:
            whole = self._frame.with_columns(self._prepared.surely_all(question).alias("whole"))["whole"]
            self._whole[question.identity] = whole.to_list()
        return bool(self._whole[question.identity][place.charge])

    def values(self, expression: e.Expression, place: Place) -> Values:
        """The values of an expression on the charge it is about."""
        values = self._grid(expression, "charge", [expression]).row(place.charge)
        assert values is not None
        return values

    def _grid_of(self, question: e.Quantified, table: str, about: int) -> tuple[Grid, int]:
        """The values of what a question asks, and which row of them is that of the first row of the table."""
        asked = list(question.children())
        if table != "charges":
            return self._grid(question, table, asked), 0
        if not question.others:
            return self._grid(question, "each charge", asked), 0
        beside = about % self._together
        return self._grid(question, f"beside {about - beside}", asked), beside * len(self.charges)

    def _grid(self, about: e.Expression, kind: str, asked: list[e.Expression]) -> Grid:
        key = (id(about), kind)
        if key not in self._grids:
            frame = self._frame
            if kind in self.tables:
                frame = self.records.table(kind)
            columns = frozenset(frame.columns)
            rows = frame.lazy()
            if kind.startswith("beside "):
                # Each of some charges, from one on, beside every charge of the person.
                there = frame.lazy().rename({name: f"other.{name}" for name in frame.columns})
                mine = frame.lazy().slice(int(kind.removeprefix("beside ")), self._together)
                rows = mine.join(there, how="cross", maintain_order="left_right")
                columns |= {f"other.{name}" for name in columns}
            compiler = Compiler(
                columns=columns,
                as_of=self._as_of,
                group_columns=self._prepared.group_columns,
                surely_all=self._prepared.surely_all,
            )
            test = about.test if kind.startswith("beside ") and isinstance(about, e.Quantified) else None
            self._grids[key] = (about, evaluated(rows, compiler, asked, test))
        return self._grids[key][1]


def scope_of(question: e.Quantified) -> Scope:
    """The group that a question is about, as seen from the row itself."""
    return SCOPES[
        f"charge.{question.scope.removeprefix('other.')}" if question.scope[:6] == "other." else question.scope
    ]


def _key_of(scope: Scope) -> str:
    """The column by which the rows of a group belong together."""
    if scope.table == "charges":
        return "subject_id" if scope.key == "subject" else scope.key
    return "charge_id" if scope.key == "charge" else "subject_id"


def _order(row: Mapping[str, Any]) -> tuple[str, int, str]:
    keys = [row[name] for name in ("charge_id", "sentence_id") if row.get(name)]
    return (row["source_file"] or "", row["source_line"] or 0, "/".join(keys))
