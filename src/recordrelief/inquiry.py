"""What an open answer misses, as questions: each fact of each row, with the values that it could have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import attrs
import polars as pl

from recordrelief import wording
from recordrelief.completions import Column, Distinctions, Values, distinctions
from recordrelief.grounds import OpenFact
from recordrelief.judgment import APPLIES, GRANTED
from recordrelief.law import expressions as e
from recordrelief.law.rules import Rules
from recordrelief.law.scopes import TABLE_OF
from recordrelief.person_keys import LATEST
from recordrelief.questions import COMPLETENESS, Kind, Question, about_words, meaning, question
from recordrelief.records import Records
from recordrelief.screening import Screening
from recordrelief.statutes import Remedy, Wait
from recordrelief.tables import FACT_TABLES, KEY_OF, dtypes
from recordrelief.witnesses import Witnesses

_INCHOATE = ("attempt", "conspiracy", "solicitation")
_TWO = 2
_FROM_OUTCOME = ("convicted", "disposed")
# What is recorded has happened. A term may be set to end ahead.
_PAST = {
    "subjects": {"birth_date", "deceased_date"},
    "charges": {"arrest_date", "offense_date", "filed_date", "disposition_date", "conviction_date", "judgment_date"},
    "sentences": {"imposed_date", "revoked_date"},
    "reliefs": {"relief_date"},
    "events": {"event_date"},
}
# A day in one column never lies after those beside it.
_IN_ORDER = {
    ("charges", "offense_date"): ("arrest_date", "filed_date", "disposition_date", "conviction_date", "judgment_date"),
    ("charges", "conviction_date"): ("judgment_date",),
    ("sentences", "imposed_date"): ("released_date", "completed_date", "end_date", "revoked_date"),
}


class Inquiry:
    """The questions behind the open answers of one person, each made once."""

    def __init__(self, records: Records, screening: Screening, remedies: tuple[Remedy, ...]) -> None:
        self.records = records
        self.screening = screening
        rules = Rules([one for remedy in remedies for _, one in remedy.expressions()], screening.as_of)
        self.witnesses = Witnesses(screening.records, rules, screening.policy.history)
        self.told: Distinctions = distinctions(remedies, screening.as_of)
        self.tables = {name: screening.records.table(name).rows(named=True) for name in FACT_TABLES}
        self.kinds = _kinds(remedies)
        self.charges = {row["charge_id"]: row for row in self.tables["charges"]}
        self.cases = {row["case_id"]: row for row in self.tables["cases"]}
        self.days, self.numbers = self._known()
        self.made: dict[tuple[str, str | int, str], Question] = {}
        self.differing = list(self._differing())

    def of(self, charge_id: str, remedy: Remedy, deciding: Sequence[str]) -> tuple[list[Question], tuple[str, ...]]:
        """The questions that bear on one answer, and the points that the law leaves open in it."""
        questions: dict[Question, None] = {}
        unsettled: dict[str, None] = {}
        for expression in _expressions(remedy, set(deciding)):
            facts, points = self.witnesses.leaves_open(expression, charge_id)
            unsettled |= dict.fromkeys(points)
            for fact in facts:
                questions |= dict.fromkeys(self._questions(fact))
        questions |= dict.fromkeys(self.differing)
        return list(questions), tuple(unsettled)

    def _questions(self, fact: OpenFact) -> Iterator[Question]:
        root, _, name = fact.name.partition(".")
        row = self.tables[fact.table][fact.row]
        if wording.is_unread(row):
            yield self._made(fact, row, "unread", "open", Values(values=(), all=False))
            return
        if root in COMPLETENESS:
            scope = Values(values=("state",), all=False) if self._completes(root) else Values(values=(), all=False)
            yield self._made(fact, row, root, "yes or no" if scope.values else "open", scope)
        elif name in ("case_id", "cycle_id"):
            yield self._made(fact, row, name, "open", Values(values=(), all=False))
        elif name in _FROM_OUTCOME:
            yield self._made(fact, row, "outcome", "word", self.told.of_word((fact.table, "outcome"), _outcomes()))
        elif name == "offense":
            yield from self._offense(fact, row)
        elif name == "enhancements":
            yield self._made(fact, row, name, "citation", Values(values=((),), all=False))
        else:
            yield self._fact(fact, row, name)

    def _offense(self, fact: OpenFact, row: Mapping[str, Any]) -> Iterator[Question]:
        forms = [name for name in _INCHOATE if row[name] is None]
        if row["citation"] is None:
            candidates = tuple(row["possible_citations"] or ())
            yield self._made(fact, row, "citation", "citation", Values(values=candidates, all=False))
        elif not forms:
            yield self._made(fact, row, "citation", "citation", Values(values=(), all=False))
        for name in forms:
            yield self._made(fact, row, name, "yes or no", Values(values=(True, False)))

    def _fact(self, fact: OpenFact, row: Mapping[str, Any], name: str) -> Question:
        column: Column = (fact.table, name)
        kind = self.kinds.get(column)
        if isinstance(kind, e.TestFact):
            return self._made(fact, row, name, "yes or no", Values(values=(True, False)))
        if isinstance(kind, e.Word):
            dtype = dtypes(fact.table).get(name)
            words = tuple(dtype.categories) if isinstance(dtype, pl.Enum) else kind.words
            return self._made(fact, row, name, "word" if words else "text", self.told.of_word(column, words))
        if isinstance(kind, e.NumberFact):
            dtype = dtypes(fact.table).get(name)
            whole = dtype is None or dtype.is_integer()
            return self._made(fact, row, name, "number", self.told.of_number(column, self.numbers, whole=whole))
        low, high = self._limits(fact, row, name)
        return self._made(fact, row, name, "day", self.told.of_day(column, self.days, low, high))

    def _limits(self, fact: OpenFact, row: Mapping[str, Any], name: str) -> tuple[date | None, date | None]:
        """Between which days a day lies: by what is known of it, and by the order that days of a row have."""
        low, high = row.get(name), row.get(name + LATEST)
        lows = [low] if low is not None else []
        highs = [high] if high is not None else []
        if name in _PAST.get(fact.table, ()):
            highs.append(self.screening.as_of)
        for (table, before), later in _IN_ORDER.items():
            if table == fact.table and name in later and row[before] is not None:
                lows.append(row[before])
            if (table, before) == (fact.table, name):
                highs += [row[one + LATEST] for one in later if row[one + LATEST] is not None]
        born = self.tables["subjects"][0]["birth_date"]
        if born is not None and fact.table != "subjects":
            lows.append(born)
        if name == "birth_date":
            highs += [
                row[one + LATEST] for row in self.tables["charges"] for one in _PAST["charges"] if row[one + LATEST]
            ]
        first, last = max(lows, default=None), min(highs, default=None)
        return (low, high) if first is not None and last is not None and first > last else (first, last)

    def _made(self, fact: OpenFact, row: Mapping[str, Any], column: str, kind: Kind, values: Values) -> Question:
        key = KEY_OF.get(fact.table)
        name: str | int = fact.row if key is None else row[key]
        place = (fact.table, name, column)
        if place not in self.made:
            charge = self.charges.get(row.get("charge_id") or "")
            case = None if charge is None else self.cases.get(charge["case_id"] or "")
            text = question(fact.table, column, self.screening.pack)
            if column == "citation" and values.values:
                text = f"Which is it: {' or '.join(map(str, values.values))}?"
            self.made[place] = Question(
                text=text,
                about=about_words(fact.table, row, charge, case),
                kind=kind,
                table=fact.table,
                row=name,
                column=column,
                values=values.values,
                every=values.all and bool(values.values),
                means=meaning(fact.table, column, self.screening.pack),
            )
        return self.made[place]

    def _completes(self, name: str) -> bool:
        """Whether saying that the record is whole settles it: what a source holds is not said of one person."""
        return name == "history" and self.records.coverage.charges == "complete"

    def _known(self) -> tuple[dict[Column, set[date]], dict[Column, set[float]]]:
        """The days and numbers of the record, by table and column."""
        days: dict[Column, set[date]] = {}
        numbers: dict[Column, set[float]] = {}
        for table in FACT_TABLES:
            for row in self.tables[table]:
                for name, value in row.items():
                    if isinstance(value, date):
                        days.setdefault((table, name.removesuffix(LATEST)), set()).add(value)
                    elif isinstance(value, int | float) and not isinstance(value, bool):
                        numbers.setdefault((table, name), set()).add(float(value))
        return days, numbers

    def _differing(self) -> Iterator[Question]:
        """Where a record stands in several readings: which of the values that they have is it?"""
        if len(self.tables["subjects"]) < 2:
            return
        for table in ("subjects", "charges", "sentences", "cases"):
            rows: dict[str, list[tuple[int, Mapping[str, Any]]]] = {}
            for at, row in enumerate(self.tables[table]):
                rows.setdefault(row[KEY_OF[table]], []).append((at, row))
            for of_row in rows.values():
                for name in of_row[0][1]:
                    if name in ("alternative", "notes", "source_line", "source_file") or name.endswith(LATEST):
                        continue
                    values = list(dict.fromkeys(row[name] for _, row in of_row if not isinstance(row[name], list)))
                    if len(values) < 2 or None in values or name not in self.records.table(table).columns:
                        continue
                    kind: Kind = "citation" if name == "citation" else _kind_of(values[0])
                    made = self._made(
                        OpenFact(name, table, of_row[0][0]), of_row[0][1], name, kind, Values(values=tuple(values))
                    )
                    words = " or ".join(made.words(one) for one in values)
                    asked = attrs.evolve(made, text=f"Which is it: {words}?")
                    self.made[table, asked.row, name] = asked
                    yield asked


def _kind_of(value: Any) -> Kind:
    if isinstance(value, bool):
        return "yes or no"
    return "day" if isinstance(value, date) else "number" if isinstance(value, int | float) else "word"


def _outcomes() -> tuple[str, ...]:
    dtype = dtypes("charges")["outcome"]
    assert isinstance(dtype, pl.Enum)
    return tuple(dtype.categories)


def _expressions(remedy: Remedy, deciding: set[str]) -> Iterator[e.Expression]:
    """The expressions behind some findings of a remedy."""
    if APPLIES in deciding:
        yield remedy.applies_to
    if GRANTED in deciding:
        yield remedy.granted
    for item in remedy.findings():
        if item.id in deciding:
            yield item.until if isinstance(item, Wait) else item.test
            if isinstance(item, Wait) and item.running is not None:
                yield item.running


def _kinds(remedies: Iterable[Remedy]) -> dict[Column, e.Expression]:
    """What kind of value each fact has that some remedies read."""
    kinds: dict[Column, e.Expression] = {}
    for remedy in remedies:
        for _, expression in remedy.expressions():
            for node in expression.walk():
                if isinstance(node, e.TestFact | e.DayFact | e.NumberFact | e.Word):
                    root, _, name = node.name.partition(".")
                    kinds.setdefault((TABLE_OF[root], name), node)
    return kinds


def contradicts(questions: Sequence[Question], values: Sequence[Any]) -> bool:
    """Whether days that are tried together stand in an order that they cannot have."""
    if sum(one.kind == "day" for one in questions) < _TWO:
        return False
    days = {
        (one.table, one.row, one.column): value
        for one, value in zip(questions, values, strict=True)
        if one.kind == "day"
    }
    born = next((value for (_, _, column), value in days.items() if column == "birth_date"), None)
    if born is not None and any(value < born for value in days.values()):
        return True
    for (table, row, column), value in days.items():
        for later in _IN_ORDER.get((table, column), ()):
            after = days.get((table, row, later))
            if after is not None and after < value:
                return True
    return False
