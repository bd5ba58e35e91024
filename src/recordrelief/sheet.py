"""The sheet of findings: what every remedy finds on every charge that it may be about, and the determinations in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from functools import lru_cache, reduce
from operator import or_
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt
import polars as pl

from recordrelief.judgment import (
    APPLIES,
    CARRIED,
    DETERMINATIONS,
    GRANTED,
    KEYS,
    NO_DAY,
    STATUSES,
    UNKNOWN,
    Bits,
    Days,
    Judge,
    Judged,
)
from recordrelief.law import expressions as e
from recordrelief.law.compilation import Compiler, Ends
from recordrelief.law.evaluation import Evaluated
from recordrelief.law.rules import Rules
from recordrelief.statutes import Bar, Condition, Grade, Remedy, Wait

SIDE_BY_SIDE = 5_000
"""Charges up to which the findings of all remedies are worked out at once: few steps count for a person. Above it each
remedy has a step of its own, over the charges that it may be about: few cells count for many."""


@lru_cache(maxsize=256)
def plan_of(remedies: tuple[Remedy, ...], as_of: date, boundary: str) -> Plan:
    """The plan of some remedies on one day, made once."""
    return Plan(remedies, as_of, boundary)


@attrs.frozen(kw_only=True, eq=False)
class Part:
    """The findings of one remedy: on the charge in each of ``rows``, in that of ``places`` of ``frame``."""

    rank: int
    rows: npt.NDArray[np.intp]
    places: npt.NDArray[np.intp]
    frame: pl.DataFrame


@attrs.frozen(kw_only=True, eq=False)
class Sheet:
    """The charges that some remedy may be about, in order, and the findings on them, remedy by remedy.

    ``charges`` has a row each: its keys, :data:`recordrelief.judgment.CARRIED`, and ``<remedy>/applies``.
    """

    plan: Plan
    charges: pl.DataFrame
    parts: tuple[Part, ...]

    def findings(self, keys: Sequence[str]) -> pl.DataFrame:
        """The findings side by side, one row a charge; null of a remedy that is not about the charge."""
        plan = self.plan
        wide = self.charges
        for part in self.parts:
            if part.frame.height == wide.height:
                wide = wide.hstack(part.frame.select(plan.confined[part.rank]))
            else:
                places = np.full(wide.height, -1, dtype=np.int64)
                places[part.rows] = part.places
                index = pl.lit(pl.Series(places).replace(-1, None))
                wide = wide.hstack(part.frame.select(pl.col(plan.columns[part.rank]).gather(index)))
        judged = {part.rank for part in self.parts}
        silent = [empty for rank, empties in enumerate(plan.empty) if rank not in judged for empty in empties]
        return wide.with_columns(silent).select(*keys, *plan.finding_columns)


@attrs.frozen(kw_only=True, eq=False)
class _Compiled:
    """The remedies of a plan as expressions over frames of one shape.

    For each remedy: whether it applies, its findings, the columns that these read, and those of them that several
    findings have in common.
    """

    compiler: Compiler
    applies: list[pl.Expr]
    findings: list[list[pl.Expr]]
    reads: list[list[str]]
    shared: list[frozenset[str]]


class Plan:
    """The remedies of a screening on one day, laid out as columns; made once and kept."""

    def __init__(self, remedies: tuple[Remedy, ...], as_of: date, boundary: str) -> None:
        self.as_of = as_of
        self.strict = boundary == "strict"
        self.remedies = remedies
        asked = [(remedy.applies_to, [expression for _, expression in remedy.expressions()]) for remedy in remedies]
        confined = [(test, [one for one in own if one is not test]) for test, own in asked]
        self.rules = Rules([one for _, own in asked for one in own], as_of, confined)
        self.judges = [Judge(remedy, as_of) for remedy in remedies]
        self.applies = [f"{remedy.id}/{APPLIES}" for remedy in remedies]
        self.columns: list[list[str]] = []
        self.confined: list[list[pl.Expr]] = []
        self.empty: list[list[pl.Expr]] = []
        self.finding_columns: list[str] = []
        for remedy, applies in zip(remedies, self.applies, strict=True):
            named = {f"{remedy.id}/{GRANTED}": False}
            for source in remedy.findings():
                named |= _columns_of(remedy, source)
            self.columns.append(list(named))
            about = pl.col(applies).fill_null(True)
            self.confined.append([pl.when(about).then(name).alias(name) for name in named])
            kinds = {name: pl.Date() if is_day else pl.Boolean() for name, is_day in named.items()}
            self.empty.append([pl.lit(None, dtype=kind).alias(name) for name, kind in kinds.items()])
            self.finding_columns += [applies, *named]
        self._compiled: _Compiled | None = None

    def sheet(self, prepared: Evaluated, county: Sequence[str] | None) -> Sheet:
        """The charges that a remedy may be about, with every finding on them, in the order of what was prepared.

        Args:
            prepared: the charges, with what the rules read of them.
            county: only the charges of a county, by the ways in which it is spelled.
        """
        compiled = self._compiled
        if compiled is None or compiled.compiler is not prepared.compiler:
            compiled = self._compiled = self._findings(prepared)
        # A null is "may apply": it must survive the filter.
        some = reduce(or_, (pl.col(name).fill_null(True) for name in self.applies), pl.lit(False))
        frame = (
            prepared.frame if county is None else prepared.frame.filter(pl.col("county").cast(pl.String).is_in(county))
        )
        frame = frame.with_columns(compiled.applies).filter(some)
        about = _tests(frame, self.applies)
        rows = {rank: found for rank in range(len(self.remedies)) if len(found := np.flatnonzero(about[:, rank]))}
        charges = frame.select(*KEYS, *CARRIED, *self.applies)
        frame = prepared.with_shared(frame, frozenset[str]().union(*(compiled.shared[rank] for rank in rows)))
        if frame.height <= SIDE_BY_SIDE:
            asked = [one for rank in rows for one in compiled.findings[rank]]
            whole = frame.select(*(self.applies[rank] for rank in rows), *asked)
            parts = [Part(rank=rank, rows=found, places=found, frame=whole) for rank, found in rows.items()]
        else:
            parts = [self._part(rank, found, frame, compiled) for rank, found in rows.items()]
        return Sheet(plan=self, charges=charges, parts=tuple(parts))

    def _part(self, rank: int, rows: npt.NDArray[np.intp], frame: pl.DataFrame, compiled: _Compiled) -> Part:
        applies = self.applies[rank]
        mine = frame.select(sorted({applies, *compiled.reads[rank]})).filter(pl.col(applies).fill_null(True))
        found = mine.select(applies, *compiled.findings[rank])
        return Part(rank=rank, rows=rows, places=np.arange(len(rows)), frame=found)

    def determinations(self, sheet: Sheet) -> pl.DataFrame:
        """One row a charge and remedy, in the order of the sheet, then of the remedies."""
        parts = sheet.parts
        if not parts:
            return pl.DataFrame(schema=_EMPTY)
        judged = self._judged(parts)
        rows = np.concatenate([part.rows for part in parts])
        order = np.argsort(rows, kind="stable")
        ranks = np.repeat([part.rank for part in parts], [len(part.rows) for part in parts])[order]
        judges = [self.judges[part.rank] for part in parts]
        deciding = _spelled([one.deciding for one in judged], [judge.deciding for judge in judges], "deciding")
        outcome = _spelled([one.outcomes for one in judged], [judge.outcome for judge in judges], "outcome")

        def together(name: str) -> pl.Series:
            return pl.Series(name, np.concatenate([getattr(one, name) for one in judged])[order])

        columns = sheet.charges.select(*KEYS, *CARRIED)[rows[order]].with_columns(
            pl.Series("remedy", ranks),
            pl.Series("deciding", deciding.codes[order]),
            pl.Series("outcome", outcome.codes[order]),
            *map(together, ("status", "grade", *_DAYS)),
        )
        remedies = pl.Series([remedy.id for remedy in self.remedies], dtype=pl.Categorical)
        versions = pl.Series([remedy.version for remedy in self.remedies], dtype=pl.Categorical)
        return columns.with_columns(
            pl.lit(remedies).gather(pl.col("remedy")).alias("remedy"),
            pl.lit(versions).gather(pl.col("remedy")).alias("version"),
            pl.col("status").cat.to(pl.Enum(STATUSES)),
            pl.col("grade").replace(UNKNOWN, None).cast(pl.UInt8).cat.to(pl.Enum([grade.value for grade in Grade])),
            pl.col(_DAYS).replace(NO_DAY, None).cast(pl.Date),
            pl.lit(deciding.words).gather(pl.col("deciding")).alias("deciding"),
            pl.lit(outcome.words).gather(pl.col("outcome")).alias("outcome"),
        )

    def _judged(self, parts: Sequence[Part]) -> list[Judged]:
        """The answers of each part; where all parts stand in one frame its cells are read once."""
        judges = [self.judges[part.rank] for part in parts]
        if all(part.frame is parts[0].frame for part in parts):
            tests = _tests(parts[0].frame, [name for judge in judges for name in judge.tests])
            days = _days(parts[0].frame, [name for judge in judges for name in judge.days])
            judged = []
            for part, judge in zip(parts, judges, strict=True):
                mine, tests = tests[part.places, : len(judge.tests)], tests[:, len(judge.tests) :]
                told, days = days[part.places, : len(judge.days)], days[:, len(judge.days) :]
                judged.append(judge.judge(mine, told))
            return judged
        with ThreadPoolExecutor() as pool:
            return list(
                pool.map(
                    lambda part, judge: judge.judge(_tests(part.frame, judge.tests), _days(part.frame, judge.days)),
                    parts,
                    judges,
                )
            )

    def _findings(self, prepared: Evaluated) -> _Compiled:
        compiler = prepared.compiler
        plain = attrs.evolve(compiler, shared={})  # asked of every charge, before what is shared has been computed
        findings = [self._findings_of(remedy, compiler) for remedy in self.remedies]
        reads = [sorted({name for one in found for name in one.meta.root_names()}) for found in findings]
        return _Compiled(
            compiler=compiler,
            applies=[plain.test(remedy.applies_to).alias(f"{remedy.id}/{APPLIES}") for remedy in self.remedies],
            findings=findings,
            reads=reads,
            shared=[prepared.behind(columns) for columns in reads],
        )

    def _findings_of(self, remedy: Remedy, compiler: Compiler) -> list[pl.Expr]:
        columns = [compiler.test(remedy.granted).alias(f"{remedy.id}/{GRANTED}")]
        for source in remedy.findings():
            columns += self._finding(remedy, source, compiler)
        columns += [
            compiler.test(outcome.when).alias(f"{remedy.id}/outcome/{index}")
            for index, outcome in enumerate(remedy.outcomes)
        ]
        return columns

    def _finding(self, remedy: Remedy, source: Condition | Wait, compiler: Compiler) -> list[pl.Expr]:
        names = list(_columns_of(remedy, source))
        if isinstance(source, Wait):
            low, high = self._ends(source, compiler)
            return [high.alias(names[0]), low.alias(names[1])]
        columns = [compiler.test(source.test).alias(names[0])]
        presumption = compiler.presumption(source.test)
        if presumption is not None:
            columns.append((presumption & columns[0].is_not_null()).alias(names[1]))
        if source.until is not None:
            unmet = (columns[0] if isinstance(source, Bar) else ~columns[0]).fill_null(False)
            low, high = self._set_end(compiler.day(source.until), unmet)
            columns += [high.alias(names[-2]), low.alias(names[-1])]
        return columns

    def _after(self, ends: Ends, on_the_day: bool) -> Ends:
        """The first day after a period, from its last."""
        low, high = ends
        return (_day_after(low), _day_after(high)) if self.strict and not on_the_day else (low, high)

    def _set_end(self, until: Ends, unmet: pl.Expr) -> Ends:
        """The first day on which an unmet condition may be met: where its set end lies ahead, the day after."""
        first, last = self._after(until, False)
        told = unmet & self._lies_ahead(first, last)
        return (
            pl.when(told).then(first).when(unmet).then(pl.lit(self._tomorrow)),
            pl.when(told & (last < pl.lit(e.NEVER))).then(last),
        )

    def _ends(self, wait: Wait, compiler: Compiler) -> Ends:
        """The first day after a wait: what is known of it, and what follows from a period that still runs."""
        low, high = self._after(compiler.day(wait.until), wait.on_the_day)
        if wait.running is None:
            return low, high
        # An end that is known to have come stands: what runs is another period then.
        over = (high <= pl.lit(self.as_of)).fill_null(False)
        runs = compiler.test(wait.running).fill_null(False) & ~over
        ahead = pl.max_horizontal(low, pl.lit(self._tomorrow))
        if wait.scheduled is None:
            return pl.when(runs).then(ahead).otherwise(low), high
        first, last = self._after(compiler.day(wait.scheduled), wait.on_the_day)
        # What is known of the end goes before what was planned.
        fits = (last >= low).fill_null(True) & (last < pl.lit(e.NEVER))
        dated = runs & high.is_null() & self._lies_ahead(first, last) & fits.fill_null(True)
        return (
            pl.when(dated).then(pl.max_horizontal(ahead, first)).when(runs).then(ahead).otherwise(low),
            pl.when(dated).then(last).otherwise(high),
        )

    @property
    def _tomorrow(self) -> date:
        return self.as_of + timedelta(days=1)

    def _lies_ahead(self, first: pl.Expr, last: pl.Expr) -> pl.Expr:
        """A set day surely lies ahead; one that may never come, or contradicts itself, is no day."""
        sound = (last >= first).fill_null(True) & (first < pl.lit(e.NEVER))
        return ((first > pl.lit(self.as_of)) & sound).fill_null(False)


_DAYS = ("eligible_on", "eligible_on_earliest", "not_before", "overdue_since")
_EMPTY: dict[str, pl.DataType] = {
    **{name: dtype for name, (dtype, _) in DETERMINATIONS.items()},
    "alternative": pl.UInt16(),
}


def _tests(frame: pl.DataFrame, names: Sequence[str]) -> npt.NDArray[np.int8]:
    """Boolean columns as numbers: true, false, unknown."""
    cells: npt.NDArray[np.int8] = frame.select(pl.col(names).cast(pl.Int8).fill_null(UNKNOWN)).to_numpy()
    return cells


def _days(frame: pl.DataFrame, names: Sequence[str]) -> Days:
    """Columns of days as numbers from 1970; one that is null is no day."""
    if not names:
        return np.empty((frame.height, 0), dtype=np.int32)
    cells: Days = frame.select(pl.col(names).to_physical().fill_null(NO_DAY)).to_numpy()
    return cells


@attrs.frozen(eq=False)
class _Spelled:
    """Words, and which of them stands in each row."""

    words: pl.Series
    codes: npt.NDArray[np.uint32]


def _spelled(bits: Sequence[Bits], decode: Sequence[Callable[[int], Any]], column: str) -> _Spelled:
    """The bits of several remedies as words, spelled out once for each that differs."""
    words: list[Any] = []
    codes: list[npt.NDArray[np.uint32]] = []
    for own, spell in zip(bits, decode, strict=True):
        if len(own) > _MANY:
            series = pl.Series(own)
            distinct = series.unique()
            numbers = pl.Series(np.arange(len(words), len(words) + len(distinct), dtype=np.uint32))
            codes.append(series.replace_strict(distinct, numbers).to_numpy())
            words += [spell(one) for one in distinct]
        else:
            known: dict[int, int] = {}
            listed = own.tolist()
            for one in listed:
                if one not in known:
                    known[one] = len(words)
                    words.append(spell(one))
            codes.append(np.array([known[one] for one in listed], dtype=np.uint32))
    return _Spelled(pl.Series(words, dtype=DETERMINATIONS[column][0]), np.concatenate(codes))


_MANY = 1_000
"""Rows from which telling the distinct ones apart is left to Polars."""


def _columns_of(remedy: Remedy, source: Condition | Wait) -> dict[str, bool]:
    """The columns of one finding, and whether each holds days."""
    column = f"{remedy.id}/{source.id}"
    if isinstance(source, Wait):
        return {column: True, column + "/earliest": True}
    names = {column: False, column + "/presumed": False} if source.test.presumes else {column: False}
    return names if source.until is None else {**names, column + "/until": True, column + "/until/earliest": True}


def _day_after(end: pl.Expr) -> pl.Expr:
    return pl.when(end >= pl.lit(e.NEVER)).then(pl.lit(e.NEVER)).otherwise(end + pl.duration(days=1))
