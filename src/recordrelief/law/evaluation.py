"""Evaluation of rules over the canonical tables: one frame, one row a charge, every rule a column.

Questions over groups (``history.any`` and its like) are answered first, inner ones before outer ones, by one group-by
a stage; questions in which ``charge`` and ``other`` meet by one self-join within the person, filtered on both sides
beforehand. What they leave are counts: how many rows surely satisfy the test, how many may.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import reduce
from operator import and_, or_

import attrs
import polars as pl

from recordrelief.law import expressions as e
from recordrelief.law.compilation import OPEN, OPEN_LOW, Compiler, column_of, membership_column
from recordrelief.law.frame import frame_of, several_readings
from recordrelief.law.pairs import PAIR_CEILING, Sides, columns_for, mixed_nodes, one_sided, packed, perhaps, sides_of
from recordrelief.law.rules import HistoryPolicy, Rules, scope_name, shared_parts
from recordrelief.law.scopes import SCOPES, Scope
from recordrelief.records import Records

_MANY = 1 << 30
"""More charges than anyone has: how many may satisfy a test that was not asked of them."""

Layers = tuple[Mapping[str, pl.Expr], ...]
"""Columns to add step by step, since later ones read earlier ones."""


@attrs.frozen(kw_only=True)
class Evaluated:
    """The frame with all that the rules need, and the compiler that reads it."""

    frame: pl.DataFrame
    compiler: Compiler
    layers: Layers

    def with_shared(self, frame: pl.DataFrame, wanted: Collection[str] | None = None) -> pl.DataFrame:
        """The frame, or a part of it, with those columns that several rules have in common, which the compiler reads.

        Args:
            frame: the rows.
            wanted: the columns, with those :meth:`behind` them; all by default.
        """
        for layer in self.layers:
            frame = frame.with_columns(one for name, one in layer.items() if wanted is None or name in wanted)
        return frame

    def behind(self, columns: Iterable[str]) -> frozenset[str]:
        """The columns that rules have in common, of some and of those that they are made of."""
        wanted = set(columns)
        found: set[str] = set()
        for layer in reversed(self.layers):
            for name, one in layer.items():
                if name in wanted:
                    found.add(name)
                    wanted |= set(one.meta.root_names())
        return frozenset(found)


def evaluate(
    records: Records,
    rules: Rules,
    *,
    history: HistoryPolicy = "as_recorded",
    keep: Sequence[str] = (),
    by: Sequence[str] = (),
) -> Evaluated:
    """Prepare the frame of charges in which the rules can be compiled.

    Args:
        records: the canonical tables.
        rules: every rule that will be asked.
        history: what a county's or a state's record means where it shows nothing (:data:`HISTORY_POLICIES`).
        keep: further columns of the charges to carry along.
        by: columns of the charges to sort by.

    Returns:
        one row a charge, sorted or in the order of the charges table, with columns ``subject`` (a number for each
        person and alternative), ``charge`` (the row's number), the facts that the rules read, and the counts of
        questions.
    """
    return _Evaluation(records, rules, history, keep, by).run()


@attrs.frozen
class _PairPlan:
    """The two sides of a join of pairs, what each pair adds to the answers, the sums, and the answers in them."""

    left: list[pl.Expr]
    right: list[pl.Expr]
    tallies: list[pl.Expr]
    totals: list[pl.Expr]
    counts: list[pl.Expr]


class _Evaluation:
    def __init__(
        self, records: Records, rules: Rules, history: HistoryPolicy, keep: Sequence[str], by: Sequence[str]
    ) -> None:
        self.records = records
        self.rules = rules
        self.history = history
        self.several = several_readings(records)
        self.frame, self.columns = frame_of(records, rules, keep=keep, by=by)

    def run(self) -> Evaluated:
        for step in self.rules.steps:
            if step.scope.table != "charges":
                self._answer_from_table(step.scope, step.questions)
            elif step.by_pairs:
                self._answer_by_pairs(step.scope, step.questions)
            else:
                self._answer_by_group(step.scope, step.questions)
        compiler, layers = self._layers()
        return Evaluated(frame=self.frame, compiler=compiler, layers=layers)

    def _layers(self) -> tuple[Compiler, Layers]:
        """What several rules have in common, inner parts before outer ones, and the compiler that reads all of it."""
        columns = frozenset(self.columns)
        first = self._compiler(columns)
        if "layers" not in first.plans:
            first.plans["layers"] = _layered(self.rules.layers, columns, first, self._compiler)
        kept: tuple[Compiler, Layers] = first.plans["layers"]
        return kept

    def _compiler(self, columns: Iterable[str], *, other_is_self: bool = False) -> Compiler:
        return self.rules.compiler(columns, self.records.coverage, self.history, other_is_self=other_is_self)

    def _answer_from_table(self, scope: Scope, questions: list[e.Quantified]) -> None:
        """Sentences and reliefs of a charge, events of a person."""
        table = self.records.table(scope.table).rechunk()
        keys = ["charge_id"] if scope.key == "charge" else ["subject_id"]
        if self.several:
            keys.append("alternative")
        if table.is_empty():
            self._answer_nothing(questions)
            return
        compiler = self._compiler(table.columns)
        tallies = table.with_columns(self._tallies(questions, compiler))
        self._join(tallies.group_by(keys).agg(self._totals(questions)), keys, questions)

    def _answer_by_group(self, scope: Scope, questions: list[e.Quantified]) -> None:
        """Each charge of a person, cycle or case in turn; with ``others``, less the charge itself."""
        keys = ["subject"] if scope.key == "subject" else ["subject", scope.key]
        here = self._compiler(self.columns, other_is_self=True)
        key = ("group", *self._names_of(questions))
        if key not in here.plans:
            asked = [part for question in questions for part in _asked(question)]
            shared, parts = shared_parts(asked)
            inner, layers = _layered(
                parts,
                frozenset(self.columns),
                here,
                lambda columns: attrs.evolve(self._compiler(columns, other_is_self=True), shared=shared),
            )
            tallies = [tally.name.prefix("own.") for tally in self._tallies(questions, inner)]
            fixes: list[pl.Expr] = [pl.exclude(r"^own\..*$", r"^shared .*$", *self._names_of(questions))]
            for question in questions:
                for name in self._names(question):
                    own = pl.col("own." + name)
                    value = pl.col(name)
                    if scope.key != "subject":
                        value = value.fill_null(own)  # a charge of no group is a group of one
                    fixes.append((value - own if question.others else value).alias(name))
            here.plans[key] = (*(layer.values() for layer in layers), tallies), self._totals(questions, "own."), fixes
        steps, totals, fixes = here.plans[key]
        for step in steps:
            self.frame = self.frame.with_columns(step)
        if scope.key == "subject":
            self._join(self.frame.group_by(keys).agg(totals), keys, questions)
            self.frame = self.frame.select(fixes)
            return
        loose = self.frame.filter(pl.col(scope.key).is_null()).group_by("subject").agg(totals)
        self._join(self.frame.drop_nulls(scope.key).group_by(keys).agg(totals), keys, questions)
        self.frame = self.frame.select(fixes)
        if not loose.is_empty():
            self._add_loose(scope, questions, loose)

    def _add_loose(self, scope: Scope, questions: list[e.Quantified], loose: pl.DataFrame) -> None:
        """Rows of the person whose group is unknown may belong to each of the person's groups."""
        names = self._names_of(questions)
        loose = loose.rename({name: "loose." + name for name in names})
        self.frame = self.frame.join(loose, on="subject", how="left", maintain_order="left")
        added: list[pl.Expr] = []
        for question in questions:
            first, second = self._names(question)
            one, two = pl.col("loose." + first), pl.col("loose." + second)
            if not isinstance(question, e.DayOf):
                perhaps = (one + two).fill_null(0)
                added.append(
                    pl.when(pl.col(scope.key).is_null()).then(second).otherwise(pl.col(second) + perhaps).alias(second)
                )
            elif question.which == "latest":
                added.append(pl.max_horizontal(second, two).alias(second))
            else:
                added.append(pl.min_horizontal(first, one).alias(first))
        self.frame = self.frame.with_columns(added).drop("loose." + name for name in names)

    def _answer_by_pairs(self, scope: Scope, questions: list[e.Quantified]) -> None:
        """The charge and each other charge of its group, filtered to the pairs that can matter."""
        here = self._compiler(self.columns, other_is_self=True)
        key = ("pairs", *self._names_of(questions))
        if key not in here.plans:
            here.plans[key] = self._pair_plan(scope, questions, here)
        plan: _PairPlan = here.plans[key]
        left = self.frame.select(plan.left).filter(perhaps("left", len(questions)))
        right = self.frame.select(plan.right).filter(perhaps("right", len(questions)))
        crowded = None
        if self.records.charges.height > PAIR_CEILING:
            crowded = right.group_by("subject").len().filter(pl.col("len") > PAIR_CEILING)["subject"]
            right = right.filter(~pl.col("subject").is_in(crowded.implode()))
        if not left.is_empty() and not right.is_empty():
            pairs = left.join(right, on="subject", maintain_order="left").select(plan.tallies)
            self._join(pairs.group_by("charge").agg(plan.totals).select(plan.counts), ["charge"], questions)
        else:
            self._answer_nothing(questions)
        if crowded is not None and not crowded.is_empty():
            self._leave_open(questions, pl.col("subject").is_in(crowded.implode()))

    def _pair_plan(self, scope: Scope, questions: list[e.Quantified], here: Compiler) -> _PairPlan:
        left_tests: list[pl.Expr] = []
        right_tests: list[pl.Expr] = []
        mixed_of: list[list[e.Test]] = []
        read: list[e.Expression] = []
        for number, question in enumerate(questions):
            own, foreign, mixed = sides_of(question)
            about = [here.test(test).fill_null(True) for test in self.rules.asked_of(question)]
            matters = reduce(or_, about) if about else pl.lit(True)
            left_tests.append(reduce(and_, map(here.test, own), matters).alias(f"left {number}"))
            right_tests.append(reduce(and_, map(here.test, foreign), pl.lit(True)).alias(f"right {number}"))
            mixed_of.append(mixed)
            read += [*mixed, *([question.day] if isinstance(question, e.DayOf) else [])]
        # What is about one of the two alone is worked out once for each charge, not once for each pair.
        sides = one_sided(read)
        left_columns, right_columns = self._pair_columns(read, sides)
        columns = {*left_columns, *(f"other.{column}" for column in right_columns), "charge"}
        left_parts = columns_for(sides["left"], here)
        right_parts = columns_for(sides["right"], here)
        columns |= {part.meta.output_name() for part in (*left_parts, *right_parts)}
        shared = {key: column for side in sides.values() for key, (column, _) in side.items()}
        there = attrs.evolve(self._compiler(columns), shared=shared)
        together = pl.col("charge") != pl.col("other")
        if scope.key != "subject":
            # A charge whose group is unknown may belong to this one.
            left_columns, right_columns = [*{*left_columns, scope.key}], [*{*right_columns, scope.key}]
            together = together & (pl.col(scope.key) == pl.col(f"other.{scope.key}"))
        days: list[pl.Expr] = []
        counted: list[pl.Expr] = []
        for number, (question, mixed) in enumerate(zip(questions, mixed_of, strict=True)):
            two = together & pl.col(f"left {number}") & pl.col(f"right {number}")
            tally = self._tally(question, reduce(and_, map(there.test, mixed), two), there)
            (days if isinstance(question, e.DayOf) else counted).extend(tally)
        words, counts = packed(counted)
        dated = [question for question in questions if isinstance(question, e.DayOf)]
        other = [pl.col(column).alias("other." + column) for column in right_columns]
        return _PairPlan(
            left=[pl.col("charge", "subject", *left_columns), *left_parts, *left_tests],
            right=[pl.col("charge").alias("other"), pl.col("subject"), *other, *right_parts, *right_tests],
            tallies=[pl.col("charge").set_sorted(), *days, *words],
            totals=[*self._totals(dated), *(pl.col(word.meta.output_name()).sum() for word in words)],
            counts=[pl.col("charge", *self._names_of(dated)), *counts],
        )

    def _leave_open(self, questions: list[e.Quantified], crowded: pl.Expr) -> None:
        """The answers for people with too many charges to pair are unknown."""
        doubted: list[pl.Expr] = []
        for question in questions:
            first, second = self._names(question)
            columns = [pl.col(name) if name in self.columns else pl.lit(None) for name in (first, second)]
            if isinstance(question, e.DayOf):
                doubted.append(pl.when(crowded).then(OPEN_LOW).otherwise(columns[0].cast(pl.Date)).alias(first))
                doubted.append(pl.when(crowded).then(OPEN).otherwise(columns[1].cast(pl.Date)).alias(second))
            else:
                known = columns[1].cast(pl.UInt32).fill_null(0)
                doubted.append(pl.when(crowded).then(pl.lit(_MANY, dtype=pl.UInt32)).otherwise(known).alias(second))
        self.frame = self.frame.with_columns(doubted)
        self.columns |= {doubt.meta.output_name() for doubt in doubted}

    def _pair_columns(self, parts: Sequence[e.Expression], sides: Sides) -> tuple[list[str], list[str]]:
        """The columns of the charge, and of the other, that the mixed part of a test still reads."""
        left: set[str] = {"subject.record_scope"}
        right: set[str] = set()
        for part in parts:
            for node in mixed_nodes(part, sides):
                if isinstance(node, e.Membership):
                    name = membership_column("charge", node.offenses, of=node.of)
                    (right if node.root == "other" else left).add(name)
                elif isinstance(node, e.Quantified):
                    names = {self.rules.name(node) + end for end in _ends(node)} & self.columns
                    (right if node.scope.startswith("other.") else left).update(names)
                    left |= {SCOPES[scope_name(node)].key} & {"cycle_id", "case_id"}
                elif not any(True for _ in node.children()):
                    for fact in node.facts():
                        side = right if fact.startswith("other.") else left
                        name = fact.removeprefix("other.") if side is right else column_of(fact)
                        side.update({name, name + "_latest"} & self.columns)
        return sorted(left), sorted(right)

    def _tallies(self, questions: list[e.Quantified], compiler: Compiler) -> list[pl.Expr]:
        return [
            tally for question in questions for tally in self._tally(question, compiler.test(question.test), compiler)
        ]

    def _tally(self, question: e.Quantified, test: pl.Expr, compiler: Compiler) -> list[pl.Expr]:
        """What each row adds to the answer. A null "may be": it is never dropped and never taken for a no."""
        names = self._names(question)
        possible, sure = test.fill_null(True), test.fill_null(False)
        if not isinstance(question, e.DayOf):
            return [sure.cast(pl.UInt32).alias(names[0]), test.is_null().cast(pl.UInt32).alias(names[1])]
        low, high = compiler.day(question.day)
        if question.which == "latest":
            return [
                pl.when(sure).then(low.fill_null(e.BEGINNING)).alias(names[0]),
                pl.when(possible).then(high.fill_null(OPEN)).alias(names[1]),
            ]
        return [
            pl.when(possible).then(low.fill_null(OPEN_LOW)).alias(names[0]),
            pl.when(sure).then(high.fill_null(e.NEVER)).alias(names[1]),
        ]

    def _totals(self, questions: Sequence[e.Quantified], prefix: str = "") -> list[pl.Expr]:
        totals = []
        for question in questions:
            for name in self._names(question):
                column = pl.col(prefix + name)
                column = _extreme_of(column, question) if isinstance(question, e.DayOf) else column.sum()
                totals.append(column.alias(name))
        return totals

    def _names(self, question: e.Quantified) -> list[str]:
        name = self.rules.name(question)
        return [name + end for end in _ends(question)]

    def _names_of(self, questions: Sequence[e.Quantified]) -> list[str]:
        return [name for question in questions for name in self._names(question)]

    def _answer_nothing(self, questions: list[e.Quantified]) -> None:
        """No row at all; the columns stand as ever, so that what was compiled for one record serves the next."""
        self.frame = self.frame.with_columns(
            pl.lit(None, dtype=pl.Date() if isinstance(question, e.DayOf) else pl.UInt32()).alias(name)
            for question in questions
            for name in self._names(question)
        )
        self.columns |= set(self._names_of(questions))

    def _join(self, counts: pl.DataFrame, keys: list[str], questions: list[e.Quantified]) -> None:
        self.frame = self.frame.join(counts, on=keys, how="left", maintain_order="left")
        self.columns |= set(self._names_of(questions))


def _asked(question: e.Quantified) -> list[e.Expression]:
    return [question.test, question.day] if isinstance(question, e.DayOf) else [question.test]


def _layered(
    parts: Sequence[Sequence[tuple[str, e.Expression]]],
    columns: frozenset[str],
    compiler: Compiler,
    compiler_of: Callable[[frozenset[str]], Compiler],
) -> tuple[Compiler, Layers]:
    """The steps that put shared parts into columns, inner parts first, and the compiler that reads all of them."""
    layers: list[Mapping[str, pl.Expr]] = []
    for layer in parts:
        computed: list[pl.Expr] = []
        for column, node in layer:
            if isinstance(node, e.Test):
                computed.append(compiler.test(node).alias(column))
            elif isinstance(node, e.Day):
                low, high = compiler.day(node)
                computed += [low.alias(column), high.alias(column + " latest")]
        layers.append({one.meta.output_name(): one for one in computed})
        columns |= frozenset(layers[-1])
        compiler = compiler_of(columns)
    return compiler, tuple(layers)


def _extreme_of(column: pl.Expr, question: e.DayOf) -> pl.Expr:
    """The nth latest or earliest of a group; null where it has fewer days."""
    latest = question.which == "latest"
    if question.nth == 1:
        return column.max() if latest else column.min()
    return column.sort(descending=latest, nulls_last=True).get(question.nth - 1, null_on_oob=True)


def _ends(question: e.Quantified) -> tuple[str, str]:
    return (".low", ".high") if isinstance(question, e.DayOf) else (".yes", ".open")
