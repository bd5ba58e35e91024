"""What a finding saw: the facts its rule read on one charge, the rows that answer its questions, what is missing.

The person's records are evaluated again with the very rules that decided, and every part of a rule is asked for its
own value; so an explanation cannot say anything else than the determination did.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import attrs

from recordrelief import wording
from recordrelief.findings import Seen, SeenFact, joined
from recordrelief.law import expressions as e
from recordrelief.law.compilation import Compiler
from recordrelief.law.evaluation import evaluate
from recordrelief.law.pairs import PAIR_CEILING
from recordrelief.law.rules import HistoryPolicy, Rules
from recordrelief.law.scopes import SCOPES, Scope
from recordrelief.records import Records
from recordrelief.values import Grid, Values, bearing, chosen, crossed, deciding, evaluated, is_open, leaves


@attrs.frozen
class _Place:
    """Where a rule is read: the charge it is about (by its row number), another charge, or a row of a table."""

    charge: int
    other: int | None = None
    table: str | None = None
    row: int = 0


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
class _Open:
    """What is open in an expression, gathered along the way."""

    missing: dict[str, None] = attrs.field(factory=dict)
    unsettled: dict[str, None] = attrs.field(factory=dict)
    facts: dict[OpenFact, None] = attrs.field(factory=dict)

    def add(self, other: _Open) -> None:
        """What is open in a part of it too."""
        self.missing.update(other.missing)
        self.unsettled.update(other.unsettled)
        self.facts.update(other.facts)


@attrs.frozen
class _Told:
    """A question in words: its answer, what that rests on, the rows behind it, and what it asks of which group."""

    value: str
    why: str
    rows: tuple[str, ...]
    group: str


_AT_ONCE = 1 << 17
"""Pairs of charges that a question is tried on at once."""


class Witnesses:
    """One person's records, evaluated so that every part of a rule can be asked for its value.

    Args:
        records: the records of one person, all readings.
        rules: every rule that may be asked about.
        history: the policy of the screening.
        rows: how many of the rows behind an answer are told in words, the others are counted; by default all.
    """

    def __init__(self, records: Records, rules: Rules, history: HistoryPolicy, rows: int | None = None) -> None:
        self._records = records
        self._history = history
        self._rows = rows
        self._as_of = rules.as_of
        prepared = evaluate(records, rules, history=history)
        self._frame = prepared.frame.lazy().collect()
        self._prepared = prepared.compiler
        self._charges = records.charges.rows(named=True)
        self._subjects = {row["alternative"]: row for row in records.subjects.iter_rows(named=True)}
        self._cases = {(row["case_id"], row["alternative"]): row for row in records.cases.iter_rows(named=True)}
        self._subject_rows = {row["alternative"]: at for at, row in enumerate(records.subjects.iter_rows(named=True))}
        self._case_rows = {
            (row["case_id"], row["alternative"]): at for at, row in enumerate(records.cases.iter_rows(named=True))
        }
        self._tables = {name: records.table(name).rows(named=True) for name in ("sentences", "reliefs", "events")}
        self._numbers: dict[str, list[int]] = {}
        for number, row in enumerate(self._charges):
            self._numbers.setdefault(row["charge_id"], []).append(number)
        self._together = max(_AT_ONCE // max(len(self._charges), 1), 1)
        self._grids: dict[tuple[int, str], tuple[e.Expression, Grid]] = {}
        self._groups: dict[tuple[str, str], dict[tuple[int, Any], list[int]]] = {}
        self._whole: dict[str, list[bool]] = {}
        self._seen: dict[tuple[str, str], Seen] = {}
        self._told: dict[tuple[str, _Place], _Told] = {}
        self._rests: dict[tuple[int, _Place], frozenset[str]] = {}
        self._left_open: dict[tuple[int, _Place], _Open] = {}
        self._fitting: dict[tuple[int, _Place], tuple[tuple[_Place, Values], ...]] = {}

    def see(self, expression: e.Expression, charge_id: str) -> Seen:
        """What an expression read on a charge; where the record has several readings, on all of them."""
        key = (expression.identity, charge_id)
        if key not in self._seen:
            self._seen[key] = joined([self._see(expression, number) for number in self._numbers.get(charge_id, ())])
        return self._seen[key]

    def leaves_open(self, expression: e.Expression, charge_id: str) -> tuple[tuple[OpenFact, ...], tuple[str, ...]]:
        """What leaves an expression open on a charge, in any of its readings: facts, each of its row; points of law."""
        open_ = _Open()
        for number in self._numbers.get(charge_id, ()):
            self._gather(expression, _Place(number), self._values(expression, _Place(number)), open_)
        return tuple(open_.facts), tuple(open_.unsettled)

    def holds(self, test: e.Test, charge_id: str) -> bool:
        """Whether a test is surely true of a charge, in every reading."""
        numbers = self._numbers.get(charge_id, ())
        return all(self._values(test, _Place(number))[id(test)] for number in numbers)

    def presumed(self, expression: e.Expression, charge_id: str) -> bool:
        """Whether a presumption stands in for something unknown, as the findings of conditions say it."""
        numbers = self._numbers.get(charge_id, ())
        return any(self._presumptions(expression, _Place(number)) for number in numbers)

    def _see(self, expression: e.Expression, number: int) -> Seen:
        place = _Place(number)
        values = self._values(expression, place)
        turns_on = {leaf.identity for leaf in bearing(expression, values)}
        notes = self._notes(expression, values)
        facts: dict[str, SeenFact] = {}
        for leaf in leaves(expression):
            key = leaf.identity
            if key not in facts:
                facts[key] = self._fact(leaf, place, values, bears=key in turns_on, note=notes.get(str(leaf), ""))
        for node in expression.about_row if notes else ():
            if isinstance(node, e.Bounded | e.PresumedDay) and str(node) in notes:
                facts[node.identity] = SeenFact(
                    name=str(node), value=wording.span_words(*values[id(node)]), why=notes[str(node)]
                )
        open_ = _Open()
        self._gather(expression, place, values, open_)
        return Seen(
            facts=tuple(facts.values()),
            presumptions=tuple(sorted(self._presumptions(expression, place))),
            missing=tuple(open_.missing),
            unsettled=tuple(open_.unsettled),
        )

    # --- facts -------------------------------------------------------------------------------------------------------

    def _fact(self, leaf: e.Expression, place: _Place, values: Values, *, bears: bool, note: str) -> SeenFact:
        why, group = note, ""
        rows: tuple[str, ...] = ()
        match leaf:
            case e.InSet():
                offense = self._row(leaf.root, place) or {}
                value, why = wording.answer_word(values[id(leaf)]), wording.why_member(leaf.offenses, offense)
            case e.Enhanced():
                found = self._row(leaf.root, place) or {}
                value, why = wording.answer_word(values[id(leaf)]), wording.why_enhanced(leaf.offenses, found)
            case e.Quantified():
                told = self._question(leaf, place, values[id(leaf)])
                value, why, rows, group = told.value, told.why, told.rows, told.group
            case _:
                root, _, name = str(leaf).partition(".")
                row = self._row(root, place)
                if isinstance(leaf, e.TestFact):
                    value = wording.answer_word(values[id(leaf)])
                elif isinstance(leaf, e.Word):
                    value = wording.word_of(name, row)
                else:
                    ends = values[id(leaf)]
                    value = wording.span_words(*ends) if isinstance(leaf, e.Day) else wording.number_words(*ends)
                if value == wording.UNKNOWN and not why:
                    why = wording.why_unknown(name, row)
        return SeenFact(name=str(leaf), value=value, why=why, rows=rows, bears=bears, group=group)

    def _question(self, question: e.Quantified, place: _Place, answer: Any) -> _Told:
        """A question in words; that of another rule is told once."""
        key = (question.identity, place)
        if key not in self._told:
            value, why = self._answer(question, place, answer)
            test = wording.test_words(question.test)
            if (excluded := self._excluded(question, place)) is not None:
                why, test = "which is not so of this charge", wording.test_words(excluded)
            group = f"{wording.group_words(question.scope, others=question.others)} where {test}"
            self._told[key] = _Told(value, why, self._listed(question, place), group)
        return self._told[key]

    def _listed(self, question: e.Quantified, place: _Place) -> tuple[str, ...]:
        """The rows behind an answer in words, as many as are wanted; the others are counted."""
        lines = tuple(islice(self._witnesses(question, place), self._rows))
        rest = len(self._satisfying(question, place)) - sum(not line.startswith(" ") for line in lines)
        return (*lines, f"and {rest} more") if rest else lines

    def _notes(self, expression: e.Expression, values: Values) -> dict[str, str]:
        """What a bounded or presumed day came to, under the print of the fact it is about."""
        notes: dict[str, list[str]] = {}
        for node in expression.about_row:
            if not isinstance(node, e.Bounded | e.PresumedDay):
                continue
            about: e.Day = node
            while isinstance(about, e.Bounded | e.PresumedDay):
                about = about.base
            name = str(about if isinstance(about, e.DayFact) else node)
            ends, base = values[id(node)], values[id(node.base)]
            said = None
            if isinstance(node, e.Bounded) and ends != base:
                by = [str(limit) for limit in node.limits if values[id(limit)][1] == ends[1]]
                said = f"narrowed to {wording.span_words(*ends)}, being no later than {' and '.join(by)}"
            elif isinstance(node, e.PresumedDay) and base == (None, None):
                said = f"presumed {wording.span_words(*ends)}, by {node.by}"
            if said is not None and said not in notes.setdefault(name, []):
                notes[name].append(said)
        return {name: "; ".join(said) for name, said in notes.items() if said}

    def _row(self, root: str, place: _Place) -> Mapping[str, Any] | None:
        """The canonical row behind a name in a rule."""
        charge = self._charges[place.charge]
        match root:
            case "charge":
                return charge
            case "other":
                return self._charges[place.charge if place.other is None else place.other]
            case "subject":
                return self._subjects.get(charge["alternative"])
            case "case":
                return self._cases.get((charge["case_id"], charge["alternative"]))
        return None if place.table is None else self._tables[place.table][place.row]

    # --- questions over groups of rows -------------------------------------------------------------------------------

    def _group(self, question: e.Quantified, place: _Place) -> Iterator[_Place]:
        """The rows of a group, in an order of their own."""
        scope = _scope(question)
        about = place.other if question.scope.startswith("other.") and place.other is not None else place.charge
        charge = self._charges[about]
        if scope.table == "charges":
            rows: Sequence[Mapping[str, Any]] = self._charges
            key = "subject_id" if scope.key == "subject" else scope.key
        else:
            rows = self._tables[scope.table]
            key = "charge_id" if scope.key == "charge" else "subject_id"
        if (scope.table, key) not in self._groups:
            groups = self._groups[scope.table, key] = {}
            for number in sorted(range(len(rows)), key=lambda one: _order(rows[one])):
                groups.setdefault((rows[number]["alternative"], rows[number][key]), []).append(number)
        mine = self._groups[scope.table, key].get((charge["alternative"], charge[key]), [])
        if charge[key] is None:
            mine = [about] if scope.table == "charges" else []  # a charge of no group is a group of one
        for number in mine:
            if scope.table != "charges":
                yield _Place(about, None, scope.table, number)
            elif not question.others:
                yield _Place(number)
            elif number != about:
                yield _Place(about, number)

    def _satisfying(self, question: e.Quantified, place: _Place) -> tuple[tuple[_Place, Values], ...]:
        """The rows of a group that surely or possibly satisfy the test."""
        key = (id(question), place)
        if key not in self._fitting:
            grid, answers, found = None, [], []
            for row in self._group(question, place):
                if grid is None:  # all rows of a group stand in one
                    grid = self._grid_of(question, row)
                    answers = grid.column(id(question.test))
                at = self._at(row)
                if answers[at] is not False:
                    found.append((row, grid.row(at)))
            self._fitting[key] = tuple(found)
        return self._fitting[key]

    def _witnesses(self, question: e.Quantified, place: _Place, depth: int = 0) -> Iterator[str]:
        """The same in words; rows that answer a question within the test follow, set in."""
        table = _scope(question).table
        for row, values in self._satisfying(question, place):
            sure = values[id(question.test)]
            words = wording.row_words(table, self._canonical(table, row))
            if isinstance(question, e.DayOf):
                words += f"; the day is {wording.span_words(*values[id(question.day)])}"
            open_ = _Open()
            if not sure:
                self._gather(question.test, row, values, open_)
            since = ", ".join(self._reasons(question, place, row, open_))
            yield "  " * depth + words + (": surely" if sure else f": possibly{since and ', since '}{since}")
            turns_on = {leaf.identity for leaf in bearing(question.test, values)}
            for leaf in leaves(question.test):
                if isinstance(leaf, e.Quantified) and leaf.identity in turns_on:
                    yield from self._witnesses(leaf, row, depth + 1)

    def _reasons(self, question: e.Quantified, place: _Place, row: _Place, open_: _Open) -> Iterator[str]:
        """Why a row only possibly satisfies a test; that of a row that could not be read goes without saying."""
        names = self._renamed(question, place, row, open_.missing)
        if names and not (row.table is None and wording.is_unread(self._canonical("charges", row))):
            yield f"{wording.joined_words(names)} {'is' if len(names) == 1 else 'are'} unknown"
        yield from (f"the law leaves open: {why}" for why in open_.unsettled)

    def _canonical(self, table: str, place: _Place) -> Mapping[str, Any]:
        if table == "charges":
            return self._charges[place.charge if place.other is None else place.other]
        return self._tables[table][place.row]

    def _answer(self, question: e.Quantified, place: _Place, value: Any) -> tuple[str, str]:
        """The answer to a question, and what it rests on."""
        if isinstance(question, e.AnyOf):
            if value:
                return "yes", ""
            words, none = wording.answer_word(value), value is False
        elif isinstance(question, e.CountOf):
            words, none = wording.number_words(*value), value[1] == 0
        else:
            words, none = wording.span_words(*value), value[0] == value[1] and value[0] in (e.BEGINNING, e.NEVER)
        scope = _scope(question)
        whole = self._surely_all(question, place)
        record = (self._row("subject", place) or {}).get("record_scope")
        if none or (whole and value is not None):
            basis = ""
            if scope.key == "subject" and scope.table == "charges":
                basis = wording.RECORD_WORDS[record]
                if record == "county":
                    basis += ", and what it does not show is taken not to have happened (policy history: as_recorded)"
            return words, (
                "the record shows none" + (f"; it is {basis}" if basis else "")
            ) if none else basis and f"on {basis}"
        if whole:
            some = bool(self._satisfying(question, place))
            return words, "" if some else f"there are more than {PAIR_CEILING:,} charges to compare"
        if scope.table != "charges" or self._records.coverage.charges != "complete":
            return words, f"the source need not hold every row of {scope.table}"
        if scope.key != "subject":
            return words, f"the {scope.key.removesuffix('_id')} of the charge is unknown"
        policy = " (policy history: complete_only)" if record == "county" else ""
        return words, f"the record need not hold every charge: it is {wording.RECORD_WORDS[record]}{policy}"

    def _excluded(self, question: e.Quantified, place: _Place) -> e.Test | None:
        """The part of a test of pairs that is about this charge alone and surely false: no row can satisfy the test."""
        parts = question.test.tests if isinstance(question.test, e.And) else ()
        for part in parts if question.others and place.table is None else ():
            alone = not any(fact.startswith("other.") for fact in part.facts()) and not any(
                isinstance(node, e.Quantified) for node in part.walk()
            )
            if alone and self._values(part, place)[id(part)] is False:
                return part
        return None

    def _surely_all(self, question: e.Quantified, place: _Place) -> bool:
        if question.identity not in self._whole:
            whole = self._frame.with_columns(self._prepared.surely_all(question).alias("whole"))["whole"]
            self._whole[question.identity] = whole.to_list()
        return bool(self._whole[question.identity][place.charge])

    # --- values ------------------------------------------------------------------------------------------------------

    def _values(self, expression: e.Expression, place: _Place) -> Values:
        """The values of an expression on the charge it is about."""
        return self._grid(expression, "charge", [expression]).row(place.charge)

    def _row_values(self, question: e.Quantified, place: _Place) -> Values:
        """The values of what a question asks of each row, on one of them."""
        return self._grid_of(question, place).row(self._at(place))

    def _grid_of(self, question: e.Quantified, place: _Place) -> Grid:
        """The values of what a question asks, on the rows among which one stands."""
        asked = list(question.children())
        if place.table is not None:
            return self._grid(question, place.table, asked)
        if place.other is None:
            return self._grid(question, "each charge", asked)
        return self._grid(question, f"beside {place.charge - place.charge % self._together}", asked)

    def _at(self, place: _Place) -> int:
        """Which row of such a grid it is."""
        if place.table is not None:
            return place.row
        if place.other is None:
            return place.charge
        return place.charge % self._together * len(self._charges) + place.other

    def _grid(self, about: e.Expression, kind: str, asked: list[e.Expression]) -> Grid:
        key = (id(about), kind)
        if key not in self._grids:
            frame = self._frame
            if kind in self._tables:
                frame = self._records.table(kind)
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
            self._grids[key] = (about, evaluated(rows, compiler, asked))
        return self._grids[key][1]

    # --- what is presumed, what is missing ---------------------------------------------------------------------------

    def _presumptions(self, node: e.Expression, place: _Place, values: Values | None = None) -> frozenset[str]:
        """The presumptions a value rests on; of several ways to it, those of the way with the fewest."""
        if not node.presumes:
            return frozenset()
        if values is None:
            values = self._values(node, place)
        match node:
            case e.And() | e.Or():
                value = values[id(node)]
                parts = deciding(node, values)
                found = [self._presumptions(part, place, values) for part in parts]
                one_is_enough = value is isinstance(node, e.Or)
                return min(found, key=len) if one_is_enough else frozenset().union(*found)
            case e.Presumed() if values[id(node.inner)] is None:
                shown = () if isinstance(node.value, bool) else self._presumptions(node.value, place, values)
                return frozenset({node.by, *shown})
            case e.Presumed():
                return self._presumptions(node.inner, place, values)
            case e.PresumedDay() if values[id(node.base)] == (None, None):
                return frozenset({node.by}) | self._presumptions(node.instead, place, values)
            case e.PresumedDay():
                return self._presumptions(node.base, place, values)
            case e.Quantified():
                return self._presumed_rows(node, place)
        return frozenset().union(*(self._presumptions(child, place, values) for child in node.children()))

    def _presumed_rows(self, question: e.Quantified, place: _Place) -> frozenset[str]:
        """The presumptions that the answer to a question rests on."""
        key = (id(question), place)
        if key not in self._rests:
            self._rests[key] = self._presumed_anew(question, place)
        return self._rests[key]

    def _presumed_anew(self, question: e.Quantified, place: _Place) -> frozenset[str]:
        rests: list[frozenset[str]] = []
        rows = tuple(self._group(question, place))
        if not rows or not _presumed_anywhere(question, self._grid_of(question, rows[0])):
            return frozenset()
        for row in rows:
            mine = self._row_values(question, row)
            here = self._presumptions(question.test, row, mine)
            if isinstance(question, e.DayOf):
                here |= self._presumptions(question.day, row, mine)
            if isinstance(question, e.AnyOf) and mine[id(question.test)] and not here:
                return frozenset()
            rests.append(here)
        return frozenset().union(*rests)

    def _gather(self, node: e.Expression, place: _Place, values: Values, open_: _Open) -> None:
        """Add the facts whose absence leaves this open; nothing where it is not open."""
        if isinstance(node, e.Word) or not is_open(values.get(id(node))):
            return
        match node:
            case e.Unsettled():
                if values[id(node.when)]:
                    open_.unsettled[node.why] = None
                self._gather(node.when, place, values, open_)
            case e.Membership():
                self._missing(f"{node.root}.{node.of}", place, open_)
            case e.WordIn():
                self._missing(node.word.name, place, open_)
            case e.TestFact() | e.DayFact() | e.NumberFact():
                self._missing(node.name, place, open_)
            case e.Bounded() if crossed(values[id(node)]):
                open_.unsettled[f"{node.base} lies after a day that it cannot follow: one of them is wrong"] = None
            case e.Bounded():
                self._gather(node.base, place, values, open_)
            case e.EitherDay():
                for part in chosen(node, values):
                    self._gather(part, place, values, open_)
            case e.Quantified():
                self._gather_rows(node, place, open_)
            case _:
                for child in node.children():
                    self._gather(child, place, values, open_)

    def _missing(self, name: str, place: _Place, open_: _Open) -> None:
        """Add a fact that is missing, of the row that it is a fact of."""
        open_.missing[name] = None
        root, _, short = name.partition(".")
        about = place.charge if place.other is None or root != "other" else place.other
        charge = self._charges[about]
        found: tuple[str, int] | None
        match root:
            case "charge" | "other":
                found = ("charges", about)
            case "subject":
                found = ("subjects", self._subject_rows[charge["alternative"]])
            case "case":
                of_case = self._case_rows.get((charge["case_id"], charge["alternative"]))
                found = None if of_case is None else ("cases", of_case)
            case _:
                found = None if place.table is None else (place.table, place.row)
        if found is not None:
            open_.facts[OpenFact(f"{'charge' if root == 'other' else root}.{short}", *found)] = None
        else:
            open_.facts[OpenFact("charge.case_id", "charges", about)] = None

    def _gather_rows(self, question: e.Quantified, place: _Place, open_: _Open) -> None:
        """Add the facts whose absence leaves a question open."""
        key = (id(question), place)
        if key not in self._left_open:
            self._left_open[key] = self._gathered(question, place)
        open_.add(self._left_open[key])

    def _gathered(self, question: e.Quantified, place: _Place) -> _Open:
        open_ = _Open()
        for row, values in self._satisfying(question, place):
            inner = _Open()
            self._gather(question.test, row, values, inner)
            if isinstance(question, e.DayOf):
                self._gather(question.day, row, values, inner)
            open_.missing.update(dict.fromkeys(self._renamed(question, place, row, inner.missing)))
            open_.unsettled.update(inner.unsettled)
            open_.facts.update(inner.facts)
        if not self._surely_all(question, place):
            scope = _scope(question)
            about = place.other if question.scope.startswith("other.") and place.other is not None else place.charge
            if scope.table != "charges":
                name = scope.table
            elif scope.key == "subject" or self._records.coverage.charges != "complete":
                name = "history"
            else:
                name = f"charge.{scope.key}"
            open_.missing[name] = None
            if name in ("history", "events"):
                of_person = self._subject_rows[self._charges[about]["alternative"]]
                open_.facts[OpenFact(name, "subjects", of_person)] = None
            else:
                open_.facts[OpenFact(name, "charges", about)] = None
        return open_

    def _renamed(self, question: e.Quantified, place: _Place, row: _Place, names: Iterable[str]) -> list[str]:
        """The facts as seen from outside the question: where ``charge`` was another one there, it is ``other``."""
        if question.others or row.charge == place.charge:
            return list(names)
        return ["other." + name.removeprefix("charge.") if name.startswith("charge.") else name for name in names]


def _presumed_anywhere(question: e.Quantified, grid: Grid) -> bool:
    """Whether a presumption may stand in for something unknown on a row of a question."""
    for child in question.children():
        for node in child.about_row:
            if isinstance(node, e.Presumed) and None in grid.column(id(node.inner)):
                return True
            if isinstance(node, e.PresumedDay) and (None, None) in grid.column(id(node.base)):
                return True
            if isinstance(node, e.Quantified) and node.presumes:
                return True
    return False


def _scope(question: e.Quantified) -> Scope:
    return SCOPES[
        f"charge.{question.scope.removeprefix('other.')}" if question.scope[:6] == "other." else question.scope
    ]


def _order(row: Mapping[str, Any]) -> tuple[str, int, str]:
    keys = [row[name] for name in ("charge_id", "sentence_id") if row.get(name)]
    return (row["source_file"] or "", row["source_line"] or 0, "/".join(keys))
