"""A set of rules taken apart: the questions in them, their stages, what they read and what they have in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal

import attrs
import polars as pl

from recordrelief.errors import PackError
from recordrelief.law import expressions as e
from recordrelief.law.compilation import Compiler
from recordrelief.law.offenses import OffenseSet
from recordrelief.law.scopes import SCOPES, Scope
from recordrelief.model import Coverage

HistoryPolicy = Literal["as_recorded", "complete_only"]
HISTORY_POLICIES = ("as_recorded", "complete_only")

_SUFFICIENT: dict[str, tuple[str, ...]] = {
    "as_recorded": ("county", "state", "national"),
    "complete_only": ("state", "national"),
}


class Rules:
    """A set of expressions, taken apart once: the questions in them, their stages, the facts and sets they read.

    ``about`` says of some of them which charges they are asked of: those that a test is not surely false of. Of the
    other charges nothing that it asks needs an answer.
    """

    def __init__(
        self,
        expressions: Sequence[e.Expression],
        as_of: date,
        about: Sequence[tuple[e.Test, Sequence[e.Expression]]] = (),
    ) -> None:
        self.as_of = as_of
        nodes: dict[str, e.Expression] = {}
        self.facts: set[str] = set()
        for expression in expressions:
            self.facts |= expression.facts()
            for node in expression.walk():
                nodes.setdefault(node.identity, node)
        questions: dict[str, e.Quantified] = {}
        self.sets: dict[str, OffenseSet] = {}
        self.enhancement_sets: dict[str, OffenseSet] = {}
        for node in nodes.values():
            if isinstance(node, e.Quantified):
                questions.setdefault(_canonical(node), node)
            elif isinstance(node, e.InSet):
                self.sets[node.offenses.name] = node.offenses
            elif isinstance(node, e.Enhanced):
                self.enhancement_sets[node.offenses.name] = node.offenses
        self.names = {key: f"q{number}" for number, key in enumerate(questions)}
        self.steps = _steps(list(questions.values()))
        self.keys = {SCOPES[scope_name(question)].key for question in questions.values()}
        self.shared, self.layers = shared_parts(expressions)
        self._asked_of = _asked_of(expressions, about)
        self._compilers: dict[object, Compiler] = {}
        self._named: dict[int, tuple[e.Quantified, str]] = {}

    def name(self, question: e.Quantified) -> str:
        """The name under which the answer to a question stands."""
        kept = self._named.get(id(question))
        if kept is None or kept[0] is not question:
            kept = self._named[id(question)] = (question, self.names[_canonical(question)])
        return kept[1]

    def asked_of(self, question: e.Quantified) -> tuple[e.Test, ...]:
        """Tests of a charge, of which one at least must not be surely false for the question to matter to it.

        None at all where it may matter to every charge.
        """
        return self._asked_of.get(_canonical(question), ())

    def compiler(
        self, columns: Iterable[str], coverage: Coverage, history: HistoryPolicy, *, other_is_self: bool = False
    ) -> Compiler:
        """A compiler for a frame with these columns; kept, since the same rules meet many frames of one shape."""
        present = frozenset(columns)
        complete = (
            coverage.cases,
            coverage.charges,
            coverage.sentences,
            coverage.reliefs,
            tuple(sorted(coverage.events.items())),
        )
        key = (present, complete, history, other_is_self)
        if key not in self._compilers:
            if len(self._compilers) > 64:
                self._compilers.clear()
            self._compilers[key] = Compiler(
                columns=present,
                as_of=self.as_of,
                group_columns=lambda question: (
                    ("other." if question.scope.startswith("other.") and not other_is_self else "")
                    + self.name(question)
                ),
                surely_all=lambda question: _surely_all(question, coverage, history),
                other_is_self=other_is_self,
                shared=self.shared,
            )
        return self._compilers[key]


def _asked_of(
    expressions: Sequence[e.Expression], about: Sequence[tuple[e.Test, Sequence[e.Expression]]]
) -> dict[str, tuple[e.Test, ...]]:
    """The questions that matter only to charges of some tests, each with these."""
    confined: dict[str, dict[str, e.Test]] = {}
    known = {id(expression) for _, own in about for expression in own}
    everywhere = {
        _canonical(node)
        for expression in expressions
        for node in (within_questions(expression) if id(expression) in known else expression.walk())
        if isinstance(node, e.Quantified)
    }
    for test, own in about:
        # What a question tells of the charge may not be known yet when another one is answered.
        parts = [
            part
            for part in (test.tests if isinstance(test, e.And) else (test,))
            if not any(isinstance(node, e.Quantified) for node in part.walk())
        ]
        told = e.all_of(parts)
        for expression in own:
            for node in expression.about_row:
                if isinstance(node, e.Quantified):
                    confined.setdefault(_canonical(node), {})[told.identity] = told
    return {key: tuple(tests.values()) for key, tests in confined.items() if key not in everywhere}


def within_questions(node: e.Expression) -> Iterable[e.Expression]:
    """The nodes of an expression that are about the rows of a question in it."""
    for one in node.about_row:
        if isinstance(one, e.Quantified):
            for child in one.children():
                yield from child.walk()


_LEAVES = (e.TestFact, e.DayFact, e.NumberFact, e.Word, e.Membership, e.Known, e.FixedDay, e.AsOf, e.FixedNumber)


def shared_parts(
    expressions: Sequence[e.Expression],
) -> tuple[dict[str, str], tuple[tuple[tuple[str, e.Expression], ...], ...]]:
    """The parts that are read more than once: the column of each, and the parts by how deep they are.

    What stands in more than one place, and every day that is made of others, with the test that chooses between two:
    each end of a day reads the ends of its parts several times over, so that a day of many parts would grow past use.
    """
    counts: dict[str, int] = {}
    found: dict[str, tuple[e.Expression, int]] = {}

    def visit(node: e.Expression) -> int:
        # The rows of a question are another frame's: nothing of it is shared here but its answer.
        below = [] if isinstance(node, e.Quantified) else [visit(child) for child in node.children()]
        depth = max(below, default=0)
        if isinstance(node, e.Test | e.Day) and not isinstance(node, _LEAVES):
            key = node.identity
            counts[key] = counts.get(key, 0) + (2 if isinstance(node, e.Day) else 1)
            found[key] = (node, depth)
        if isinstance(node, e.EitherDay) and not isinstance(node.test, _LEAVES):
            counts[node.test.identity] += 1
        return depth + 1

    for expression in expressions:
        visit(expression)
    common = sorted((key for key, count in counts.items() if count > 1), key=lambda key: (found[key][1], key))
    columns = {key: f"shared {number}" for number, key in enumerate(common)}
    depths: dict[int, list[tuple[str, e.Expression]]] = {}
    for key in common:
        node, depth = found[key]
        depths.setdefault(depth, []).append((columns[key], node))
    return columns, tuple(tuple(depths[depth]) for depth in sorted(depths))


def _surely_all(question: e.Quantified, coverage: Coverage, history: HistoryPolicy) -> pl.Expr:
    """Whether the record surely holds every row of the group."""
    scope = SCOPES[scope_name(question)]
    if scope.table == "events":
        kinds = _kinds(question.test)
        return pl.lit(bool(kinds) and all(coverage.of("events", kind) == "complete" for kind in kinds))
    complete = coverage.of(scope.table) == "complete"
    if not complete:
        return pl.lit(False)
    if scope.key == "subject":
        # An unknown scope is not a sufficient one: on purpose false, not unknown.
        return pl.col("subject.record_scope").is_in(list(_SUFFICIENT[history])).fill_null(False)
    if scope.table == "charges":
        return pl.col(scope.key).is_not_null()
    return pl.lit(True)


def scope_name(question: e.Quantified) -> str:
    """The group a question is about; rows of ``other`` are those of a charge, answered once."""
    return "charge." + question.scope.removeprefix("other.") if question.scope.startswith("other.") else question.scope


def _canonical(question: e.Quantified) -> str:
    """Sentences of ``other`` are answered as those of ``charge``, once."""
    return question.identity.replace(question.of(), scope_name(question) + (".others" if question.others else ""), 1)


def _depth(expression: e.Expression) -> int:
    below = max((_depth(child) for child in expression.children()), default=0)
    return below + 1 if isinstance(expression, e.Quantified) else below


@attrs.frozen(eq=False)
class Step:
    """Questions over one group of rows that are answered together; ``by_pairs`` where the charge meets another one."""

    scope: Scope
    by_pairs: bool
    questions: list[e.Quantified]


def _steps(questions: Sequence[e.Quantified]) -> list[Step]:
    """Inner questions before outer ones, then group by group."""
    found: dict[tuple[int, str, bool], list[e.Quantified]] = {}
    for question in questions:
        found.setdefault((_depth(question), scope_name(question), _meets(question)), []).append(question)
    return [Step(SCOPES[scope], by_pairs, found[depth, scope, by_pairs]) for depth, scope, by_pairs in sorted(found)]


def _meets(question: e.Quantified) -> bool:
    """The charge and another one meet in the test, so that pairs must be looked at."""
    if not question.others:
        return False
    roots = {fact.split(".")[0] for fact in question.facts()}
    roots |= {node.scope.split(".")[0] for node in question.test.walk() if isinstance(node, e.Quantified)}
    return "charge" in roots or "case" in roots or isinstance(question, e.DayOf)


def _kinds(test: e.Test) -> tuple[str, ...]:
    """The kinds of event that a test is confined to; none when it is confined to none."""
    parts = test.tests if isinstance(test, e.And) else (test,)
    for part in parts:
        if isinstance(part, e.WordIn) and part.word.name == "event.kind":
            return part.words
    return ()


def check_grain(test: e.Expression, where: str) -> None:
    """Refuse a rule that names ``other`` outside ``others``, or a row of a group outside its group.

    Raises:
        PackError: it does.
    """

    def check(expression: e.Expression, allowed: frozenset[str]) -> None:
        if isinstance(expression, e.Quantified):
            holder = expression.scope.split(".")[0] if "." in expression.scope else "charge"
            if holder not in allowed:
                raise PackError(
                    f"A rule asks a question over {expression.scope} where {holder} means nothing.",
                    where=where,
                    cure="Use other only inside history.others, and rows of a group only inside its questions.",
                )
            scope = SCOPES[scope_name(expression)]
            row = "other" if expression.others else scope.row
            inner = {row}
            if scope.table == "charges":
                inner |= {"subject", "charge", "case"} if expression.others else {"subject"}
            for child in expression.children():
                check(child, frozenset(inner))
            return
        children = list(expression.children())
        if not children:
            for fact in expression.facts():
                root = fact.split(".")[0]
                if root not in allowed:
                    raise PackError(
                        f"A rule asks for {fact} where {root} means nothing.",
                        where=where,
                        cure="Use other only inside history.others, and rows of a group only inside its questions.",
                    )
        for child in children:
            check(child, allowed)

    check(test, frozenset({"charge", "subject", "case"}))
