"""What a finding saw: the facts its rule read on one charge, the rows that answer its questions, what is missing.

The person's records are evaluated again with the very rules that decided, and every part of a rule is asked for its
own value; so an explanation cannot say anything else than the determination did.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import attrs

from recordrelief import wording
from recordrelief.findings import Seen, SeenFact, joined
from recordrelief.grounds import Grounds, Open, OpenFact, renamed
from recordrelief.law import expressions as e
from recordrelief.law.pairs import PAIR_CEILING
from recordrelief.law.rules import HistoryPolicy, Rules
from recordrelief.person_rows import PersonRows, Place, scope_of
from recordrelief.records import Records
from recordrelief.values import Values, bearing, leaves


@attrs.frozen
class _Told:
    """A question in words: its answer, what that rests on, the rows behind it, and what it asks of which group."""

    value: str
    why: str
    rows: tuple[str, ...]
    group: str


@attrs.frozen
class _Line:
    """A row behind an answer in words, whether it surely is one, what leaves that open, and the lines set in below."""

    words: str
    sure: bool | None
    open: Open
    below: list[str]


class Witnesses:
    """One person's records, evaluated so that every part of a rule can be asked for its value.

    Args:
        records: the records of one person, all readings.
        rules: every rule that may be asked about.
        history: the policy of the screening.
        rows: how many of the rows behind an answer are told in words, the others are counted; by default all.
    """

    def __init__(self, records: Records, rules: Rules, history: HistoryPolicy, rows: int | None = None) -> None:
        self._rows = PersonRows(records, rules, history)
        self._grounds = Grounds(self._rows)
        self._most = rows
        self._seen: dict[tuple[str, str], Seen] = {}
        self._told: dict[tuple[str, Place], _Told] = {}
        self._lines: dict[tuple[int, Place], _Line] = {}

    def see(self, expression: e.Expression, charge_id: str) -> Seen:
        """What an expression read on a charge; where the record has several readings, on all of them."""
        key = (expression.identity, charge_id)
        if key not in self._seen:
            self._seen[key] = joined(
                [self._see(expression, number) for number in self._rows.numbers.get(charge_id, ())]
            )
        return self._seen[key]

    def leaves_open(self, expression: e.Expression, charge_id: str) -> tuple[tuple[OpenFact, ...], tuple[str, ...]]:
        """What leaves an expression open on a charge, in any of its readings: facts, each of its row; points of law."""
        open_ = Open()
        for number in self._rows.numbers.get(charge_id, ()):
            self._grounds.gather(expression, Place(number), self._rows.values(expression, Place(number)), open_)
        return tuple(open_.facts), tuple(open_.unsettled)

    def holds(self, test: e.Test, charge_id: str) -> bool:
        """Whether a test is surely true of a charge, in every reading."""
        numbers = self._rows.numbers.get(charge_id, ())
        return all(self._rows.values(test, Place(number))[id(test)] for number in numbers)

    def presumed(self, expression: e.Expression, charge_id: str) -> bool:
        """Whether a presumption stands in for something unknown, as the findings of conditions say it."""
        numbers = self._rows.numbers.get(charge_id, ())
        return any(self._grounds.presumptions(expression, Place(number)) for number in numbers)

    def _see(self, expression: e.Expression, number: int) -> Seen:
        place = Place(number)
        values = self._rows.values(expression, place)
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
        open_ = Open()
        self._grounds.gather(expression, place, values, open_)
        return Seen(
            facts=tuple(facts.values()),
            presumptions=tuple(sorted(self._grounds.presumptions(expression, place))),
            missing=tuple(open_.missing),
            unsettled=tuple(open_.unsettled),
        )

    def _fact(self, leaf: e.Expression, place: Place, values: Values, *, bears: bool, note: str) -> SeenFact:
        why, group = note, ""
        rows: tuple[str, ...] = ()
        match leaf:
            case e.InSet():
                offense = self._rows.row(leaf.root, place) or {}
                value, why = wording.answer_word(values[id(leaf)]), wording.why_member(leaf.offenses, offense)
            case e.Enhanced():
                found = self._rows.row(leaf.root, place) or {}
                value, why = wording.answer_word(values[id(leaf)]), wording.why_enhanced(leaf.offenses, found)
            case e.Quantified():
                told = self._question(leaf, place, values[id(leaf)])
                value, why, rows, group = told.value, told.why, told.rows, told.group
            case _:
                root, _, name = str(leaf).partition(".")
                row = self._rows.row(root, place)
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

    def _question(self, question: e.Quantified, place: Place, answer: Any) -> _Told:
        """A question in words; that of another rule is told once."""
        question = self._rows.first(question)
        key = (question.identity, place)
        if key not in self._told:
            value, why = self._answer(question, place, answer)
            test = wording.test_words(question.test)
            if (excluded := self._excluded(question, place)) is not None:
                why, test = "which is not so of this charge", wording.test_words(excluded)
            group = f"{wording.group_words(question.scope, others=question.others)} where {test}"
            self._told[key] = _Told(value, why, self._listed(question, place), group)
        return self._told[key]

    def _listed(self, question: e.Quantified, place: Place) -> tuple[str, ...]:
        """The rows behind an answer in words, as many as are wanted; the others are counted."""
        lines = tuple(islice(self._witnesses(question, place), self._most))
        rest = len(self._rows.satisfying(question, place)) - sum(not line.startswith(" ") for line in lines)
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

    def _witnesses(self, question: e.Quantified, place: Place) -> Iterator[str]:
        """The same in words; rows that answer a question within the test follow, set in."""
        for row, values in self._rows.satisfying(question, place):
            key = (id(question), row)
            if key not in self._lines:
                self._lines[key] = self._line(question, row, values)
            line = self._lines[key]
            since = ", ".join(self._reasons(question, place, row, line.open))
            yield line.words + (": surely" if line.sure else f": possibly{since and ', since '}{since}")
            yield from line.below

    def _line(self, question: e.Quantified, row: Place, values: Values) -> _Line:
        """One row behind an answer; what it says is the same for every charge of which the question is asked."""
        sure = values[id(question.test)]
        words = wording.row_words(table := scope_of(question).table, self._rows.canonical(table, row))
        if isinstance(question, e.DayOf):
            words += f"; the day is {wording.span_words(*values[id(question.day)])}"
        open_ = Open()
        if not sure:
            self._grounds.gather(question.test, row, values, open_)
        turns_on = {leaf.identity for leaf in bearing(question.test, values)}
        below = [
            "  " + line
            for leaf in leaves(question.test)
            if isinstance(leaf, e.Quantified) and leaf.identity in turns_on
            for line in self._witnesses(self._rows.first(leaf), row)
        ]
        return _Line(words, sure, open_, below)

    def _reasons(self, question: e.Quantified, place: Place, row: Place, open_: Open) -> Iterator[str]:
        """Why a row only possibly satisfies a test; that of a row that could not be read goes without saying."""
        names = renamed(question, place, row, open_.missing)
        if names and not (row.table is None and wording.is_unread(self._rows.canonical("charges", row))):
            yield f"{wording.joined_words(names)} {'is' if len(names) == 1 else 'are'} unknown"
        yield from (f"the law leaves open: {why}" for why in open_.unsettled)

    def _answer(self, question: e.Quantified, place: Place, value: Any) -> tuple[str, str]:
        """The answer to a question, and what it rests on."""
        if isinstance(question, e.AnyOf):
            if value:
                return "yes", ""
            words, none = wording.answer_word(value), value is False
        elif isinstance(question, e.CountOf):
            words, none = wording.number_words(*value), value[1] == 0
        else:
            words, none = wording.span_words(*value), value[0] == value[1] and value[0] in (e.BEGINNING, e.NEVER)
        scope = scope_of(question)
        whole = self._rows.surely_all(question, place)
        record = (self._rows.row("subject", place) or {}).get("record_scope")
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
            some = bool(self._rows.satisfying(question, place))
            return words, "" if some else f"there are more than {PAIR_CEILING:,} charges to compare"
        if scope.table != "charges" or self._rows.records.coverage.charges != "complete":
            return words, f"the source need not hold every row of {scope.table}"
        if scope.key != "subject":
            return words, f"the {scope.key.removesuffix('_id')} of the charge is unknown"
        policy = " (policy history: complete_only)" if record == "county" else ""
        return words, f"the record need not hold every charge: it is {wording.RECORD_WORDS[record]}{policy}"

    def _excluded(self, question: e.Quantified, place: Place) -> e.Test | None:
        """The part of a test of pairs that is about this charge alone and surely false: no row can satisfy the test."""
        parts = question.test.tests if isinstance(question.test, e.And) else ()
        for part in parts if question.others and place.table is None else ():
            alone = not any(fact.startswith("other.") for fact in part.facts()) and not any(
                isinstance(node, e.Quantified) for node in part.walk()
            )
            if alone and self._rows.values(part, place)[id(part)] is False:
                return part
        return None
