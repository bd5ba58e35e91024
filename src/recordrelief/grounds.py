"""What a value rests on: the facts whose absence leaves it open, and the presumptions that stand in for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs

from recordrelief.law import expressions as e
from recordrelief.person_rows import PersonRows, Place, scope_of
from recordrelief.values import Values, chosen, crossed, deciding, is_open


@attrs.frozen
class OpenFact:
    """A fact of one row that leaves a rule open: its name in rules, the table and the number of the row there.

    ``history``, ``sentences``, ``reliefs`` and ``events`` stand for rows that the record need not hold, of the person
    or charge of the row; ``charge.case_id`` and ``charge.cycle_id`` for the group that a charge belongs to.
    """

    name: str
    table: str
    row: int


@attrs.define
class Open:
    """What is open in an expression, gathered along the way."""

    missing: dict[str, None] = attrs.field(factory=dict)
    unsettled: dict[str, None] = attrs.field(factory=dict)
    facts: dict[OpenFact, None] = attrs.field(factory=dict)

    def add(self, other: Open) -> None:
        """What is open in a part of it too."""
        self.missing.update(other.missing)
        self.unsettled.update(other.unsettled)
        self.facts.update(other.facts)


_NOTHING: frozenset[str] = frozenset()


class Grounds:
    """What the values on one person's rows rest on."""

    def __init__(self, rows: PersonRows) -> None:
        self._rows = rows
        self._rests: dict[tuple[int, Place | tuple[int, Any]], frozenset[str]] = {}
        self._left_open: dict[tuple[int, Place], Open] = {}
        self._on_rows: dict[tuple[int, Place], Open] = {}

    def presumptions(self, node: e.Expression, place: Place, values: Values | None = None) -> frozenset[str]:
        """The presumptions a value rests on; of several ways to it, those of the way with the fewest."""
        if not node.presumes:
            return _NOTHING
        if values is None:
            values = self._rows.values(node, place)
        if not values.rests:
            return _NOTHING
        match node:
            case e.And() | e.Or():
                value = values[id(node)]
                parts = deciding(node, values)
                found = [self.presumptions(part, place, values) for part in parts]
                one_is_enough = value is isinstance(node, e.Or)
                return min(found, key=len) if one_is_enough else frozenset().union(*found)
            case e.Presumed() if values[id(node.inner)] is None:
                shown = () if isinstance(node.value, bool) else self.presumptions(node.value, place, values)
                return frozenset({node.by, *shown})
            case e.Presumed():
                return self.presumptions(node.inner, place, values)
            case e.PresumedDay() if values[id(node.base)] == (None, None):
                return frozenset({node.by}) | self.presumptions(node.instead, place, values)
            case e.PresumedDay():
                return self.presumptions(node.base, place, values)
            case e.Quantified():
                return self._presumed_rows(node, place)
        return frozenset().union(*(self.presumptions(child, place, values) for child in node.children()))

    def _presumed_rows(self, question: e.Quantified, place: Place) -> frozenset[str]:
        """The presumptions that the answer to a question rests on."""
        question = self._rows.first(question)
        key = (id(question), self._rows.shared(question, place))
        if key not in self._rests:
            self._rests[key] = self._presumed_anew(question, place)
        return self._rests[key]

    def _presumed_anew(self, question: e.Quantified, place: Place) -> frozenset[str]:
        rests: list[frozenset[str]] = []
        for row, mine in self._rows.tried(question, place):
            here = self.presumptions(question.test, row, mine)
            if isinstance(question, e.DayOf):
                here |= self.presumptions(question.day, row, mine)
            if isinstance(question, e.AnyOf) and mine[id(question.test)] and not here:
                return frozenset()
            rests.append(here)
        return frozenset().union(*rests)

    def gather(self, node: e.Expression, place: Place, values: Values, open_: Open) -> None:
        """Add the facts whose absence leaves this open; nothing where it is not open."""
        if isinstance(node, e.Word) or not is_open(values[id(node)]):
            return
        match node:
            case e.And() | e.Or() | e.Not() | e.DayOrder() | e.NumberOrder():  # first, since most parts are such
                for child in node.children():
                    self.gather(child, place, values, open_)
            case e.TestFact() | e.DayFact() | e.NumberFact():
                self._missing(node.name, place, open_)
            case e.Membership():
                self._missing(f"{node.root}.{node.of}", place, open_)
            case e.WordIn():
                self._missing(node.word.name, place, open_)
            case e.Quantified():
                self._gather_rows(node, place, open_)
            case e.Unsettled():
                if values[id(node.when)]:
                    open_.unsettled[node.why] = None
                self.gather(node.when, place, values, open_)
            case e.Bounded() if crossed(values[id(node)]):
                open_.unsettled[f"{node.base} lies after a day that it cannot follow: one of them is wrong"] = None
            case e.Bounded():
                self.gather(node.base, place, values, open_)
            case e.EitherDay():
                for part in chosen(node, values):
                    self.gather(part, place, values, open_)
            case _:
                for child in node.children():
                    self.gather(child, place, values, open_)

    def _missing(self, name: str, place: Place, open_: Open) -> None:
        """Add a fact that is missing, of the row that it is a fact of."""
        open_.missing[name] = None
        root, _, short = name.partition(".")
        about = place.charge if place.other is None or root != "other" else place.other
        charge = self._rows.charges[about]
        found: tuple[str, int] | None
        match root:
            case "charge" | "other":
                found = ("charges", about)
            case "subject":
                found = ("subjects", self._rows.subject_rows[charge["alternative"]])
            case "case":
                of_case = self._rows.case_rows.get((charge["case_id"], charge["alternative"]))
                found = None if of_case is None else ("cases", of_case)
            case _:
                found = None if place.table is None else (place.table, place.row)
        if found is not None:
            open_.facts[OpenFact(f"{'charge' if root == 'other' else root}.{short}", *found)] = None
        else:
            open_.facts[OpenFact("charge.case_id", "charges", about)] = None

    def _gather_rows(self, question: e.Quantified, place: Place, open_: Open) -> None:
        """Add the facts whose absence leaves a question open."""
        question = self._rows.first(question)
        key = (id(question), place)
        if key not in self._left_open:
            self._left_open[key] = self._gathered(question, place)
        open_.add(self._left_open[key])

    def _gathered(self, question: e.Quantified, place: Place) -> Open:
        open_ = Open()
        told: set[tuple[bool, tuple[str, ...], tuple[str, ...]]] = set()
        for row, values in self._rows.satisfying(question, place):
            inner = self.on_row(question, row, values)
            open_.facts.update(inner.facts)
            key = (row.charge == place.charge, tuple(inner.missing), tuple(inner.unsettled))
            if key not in told:
                told.add(key)
                open_.missing.update(dict.fromkeys(renamed(question, place, row, inner.missing)))
                open_.unsettled.update(inner.unsettled)
        if not self._rows.surely_all(question, place):
            scope = scope_of(question)
            about = place.other if question.scope.startswith("other.") and place.other is not None else place.charge
            if scope.table != "charges":
                name = scope.table
            elif scope.key == "subject" or self._rows.records.coverage.charges != "complete":
                name = "history"
            else:
                name = f"charge.{scope.key}"
            open_.missing[name] = None
            if name in ("history", "events"):
                of_person = self._rows.subject_rows[self._rows.charges[about]["alternative"]]
                open_.facts[OpenFact(name, "subjects", of_person)] = None
            else:
                open_.facts[OpenFact(name, "charges", about)] = None
        return open_

    def on_row(self, question: e.Quantified, row: Place, values: Values) -> Open:
        """What leaves open whether one row satisfies a question, or on which day."""
        key = (id(question), row)
        if key not in self._on_rows:
            open_ = self._on_rows[key] = Open()
            self.gather(question.test, row, values, open_)
            if isinstance(question, e.DayOf):
                self.gather(question.day, row, values, open_)
        return self._on_rows[key]


def renamed(question: e.Quantified, place: Place, row: Place, names: Iterable[str]) -> list[str]:
    """The facts as seen from outside the question: where ``charge`` was another one there, it is ``other``."""
    if question.others or row.charge == place.charge:
        return list(names)
    return ["other." + name.removeprefix("charge.") if name.startswith("charge.") else name for name in names]
