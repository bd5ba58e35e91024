"""From findings to determinations: how conditions, bars and waits add up to a status, a grade and a day.

An incurable condition surely unmet makes a remedy ineligible; else anything unknown leaves it undetermined; else a
curable condition unmet, or a wait ahead, puts it off; else it may be had. Missing data never makes anyone eligible, and
never makes anyone ineligible.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import lru_cache, reduce
from operator import add, and_, or_

import attrs
import polars as pl

from recordrelief.law import expressions as e
from recordrelief.law.compilation import Compiler, Ends
from recordrelief.law.evaluation import Evaluated
from recordrelief.law.rules import Rules
from recordrelief.statutes import Bar, Branch, Condition, Grade, Remedy, Wait

STATUSES = ("eligible", "undetermined", "eligible_later", "ineligible", "granted")
"""Of several branches the best stands, in this order; ``granted`` is told apart from all of them."""
_ELIGIBLE, _UNDETERMINED, _LATER, _INELIGIBLE, _GRANTED = range(5)

APPLIES, GRANTED = "applies", "granted"
"""Names, among the deciding conditions, of whether a remedy is about a charge and whether it was already given."""

DETERMINATIONS: dict[str, tuple[pl.DataType, str]] = {
    "subject_id": (pl.String(), "the person"),
    "charge_id": (pl.String(), "the charge"),
    "remedy": (pl.Categorical(), "id of the remedy"),
    "version": (pl.Categorical(), "the version of the remedy, by the days it is in force"),
    "status": (
        pl.Enum(STATUSES),
        "eligible; eligible_later; ineligible; undetermined (a fact is missing); granted (already received)",
    ),
    "grade": (
        pl.Enum([grade.value for grade in Grade]),
        "how strong the claim is, surely: automatic, mandatory, presumed, discretionary; only where (later) eligible",
    ),
    "eligible_on": (pl.Date(), "eligible_later: the first day of eligibility, surely; null when it cannot be told"),
    "eligible_on_earliest": (pl.Date(), "eligible_later: the first day that it may be"),
    "not_before": (pl.Date(), "undetermined: surely not eligible before this day"),
    "overdue_since": (pl.Date(), "the first day after the one by which the state had to act on its own"),
    "outcome": (pl.Categorical(), "what the charge would become; several joined by ' or ' where a fact is missing"),
    "best": (pl.Boolean(), "the best of the remedies that the charge is eligible for, by the ranking of the pack"),
    "sequence": (
        pl.Categorical(),
        "eligible: remedies that are closed now and would be open with this one granted, as in 'one > other or third'; "
        "nothing of it is promised",
    ),
    "deciding": (
        pl.List(pl.String()),
        "ids of the deciding conditions: unmet (ineligible, eligible_later), unknown (undetermined) or met (eligible)",
    ),
    "county": (pl.Categorical(), "county of the charge"),
    "source_file": (pl.Categorical(), "the file the charge stands in"),
    "source_line": (pl.UInt32(), "its first line there"),
}
"""The columns of the determinations: type and meaning."""


KEYS = ("subject_id", "charge_id", "alternative")
"""What names a charge of a reading; determinations are sorted by it."""
CARRIED = ("county", "source_file", "source_line")
"""Columns of the charges that stand in the determinations too."""


@attrs.frozen
class _Item:
    """One finding of one remedy: where it stands and how it counts."""

    column: str
    source: Condition | Wait
    branch: int | None
    bit: int


@attrs.frozen
class _Judged:
    """How a finding counts: surely and for good against the remedy, surely but curably so, unknown. No test is null."""

    hard: pl.Expr | None
    soft: pl.Expr | None
    unknown: pl.Expr


@attrs.frozen(eq=False)
class _Steps:
    """The steps from the findings of one remedy to its determinations, and the names behind its bits."""

    applies: pl.Expr
    bits: tuple[pl.Expr, ...]
    branches: tuple[pl.Expr, ...]
    status: tuple[pl.Expr, ...]
    details: tuple[pl.Expr, ...]
    answer: tuple[pl.Expr, ...]
    names: tuple[str, ...]
    remedy: Remedy

    def columns(self, sheet: pl.DataFrame) -> list[str]:
        """The columns that these steps read."""
        mine = f"{self.remedy.id}/"
        return ["order", *KEYS, *CARRIED, *(name for name in sheet.columns if name.startswith(mine))]

    def worded(self, answers: pl.DataFrame) -> pl.DataFrame:
        """The answers with their bits spelled out."""
        return answers.with_columns(
            _decoded(answers["mask"], "deciding", lambda mask: [self.names[bit] for bit in _bits(mask)]),
            _decoded(answers["outcomes"], "outcome", lambda mask: _outcome_name(self.remedy, mask)),
            pl.lit(self.remedy.id, dtype=pl.Categorical()).alias("remedy"),
            pl.lit(self.remedy.version, dtype=pl.Categorical()).alias("version"),
        )


SIDE_BY_SIDE = 5_000
"""Charges up to which all remedies are judged in the same steps: few steps count for a person, few columns for many."""


@lru_cache(maxsize=256)
def plan_of(remedies: tuple[Remedy, ...], as_of: date, boundary: str) -> Plan:
    """The plan of some remedies on one day, made once."""
    return Plan(remedies, as_of, boundary)


class Plan:
    """The remedies of a screening on one day, laid out as columns; made once and kept."""

    def __init__(self, remedies: tuple[Remedy, ...], as_of: date, boundary: str) -> None:
        self.as_of = as_of
        self.strict = boundary == "strict"
        self.remedies = remedies
        self.rules = Rules([expression for remedy in remedies for _, expression in remedy.expressions()], as_of)
        self.steps = [self._steps(remedy, rank) for rank, remedy in enumerate(remedies)]
        self.finding_columns: list[str] = []
        for remedy in remedies:
            self.finding_columns += [f"{remedy.id}/{APPLIES}", f"{remedy.id}/{GRANTED}"]
            for source in remedy.findings():
                self.finding_columns += _columns_of(remedy, source)
        self._compiled: tuple[Compiler, list[pl.Expr], list[pl.Expr]] | None = None

    def sheet(self, prepared: Evaluated, county: str | None) -> pl.DataFrame:
        """The charges that a remedy may be about, with every finding on them, in the order of what was prepared."""
        if self._compiled is None or self._compiled[0] is not prepared.compiler:
            self._compiled = (prepared.compiler, *self._findings(prepared.compiler))
        _, applies, findings = self._compiled
        names = [f"{remedy.id}/{APPLIES}" for remedy in self.remedies]
        # A null is "may apply": it must survive the filter.
        some = reduce(or_, (pl.col(name).fill_null(True) for name in names), pl.lit(False))
        frame = prepared.frame if county is None else prepared.frame.filter(pl.col("county") == county)
        mine = prepared.with_shared(frame.with_columns(applies).filter(some))
        return mine.select(*KEYS, *CARRIED, *names, *findings)

    def _findings(self, compiler: Compiler) -> tuple[list[pl.Expr], list[pl.Expr]]:
        plain = attrs.evolve(compiler, shared={})  # asked of every charge, before what is shared has been computed
        applies = [plain.test(remedy.applies_to).alias(f"{remedy.id}/{APPLIES}") for remedy in self.remedies]
        columns: list[pl.Expr] = []
        for remedy in self.remedies:
            columns.append(compiler.test(remedy.granted).alias(f"{remedy.id}/{GRANTED}"))
            for source in remedy.findings():
                columns += self._finding(remedy, source, compiler)
            columns += [
                compiler.test(outcome.when).alias(f"{remedy.id}/outcome/{index}")
                for index, outcome in enumerate(remedy.outcomes)
            ]
        return applies, columns

    def _finding(self, remedy: Remedy, source: Condition | Wait, compiler: Compiler) -> list[pl.Expr]:
        names = _columns_of(remedy, source)
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

    def determinations(self, sheet: pl.DataFrame) -> pl.DataFrame:
        """One row a charge and remedy, in the order of the sheet, then of the remedies."""
        if not self.steps:
            return pl.DataFrame(schema={name: dtype for name, (dtype, _) in DETERMINATIONS.items()})
        sheet = sheet.with_columns(pl.int_range(pl.len(), dtype=pl.UInt64).alias("order") * len(self.steps))
        about = sheet.select(step.applies.any().alias(str(rank)) for rank, step in enumerate(self.steps)).row(0)
        steps = [step for step, some in zip(self.steps, about, strict=True) if some]
        if sheet.height > SIDE_BY_SIDE:
            parts = [self._judge([step], sheet.select(step.columns(sheet)).filter(step.applies))[0] for step in steps]
        else:
            parts = self._judge(steps, sheet)
        # With none at all the first gives a table without rows.
        return pl.concat(parts or self._judge(self.steps[:1], sheet.clear())).sort("order")

    def _judge(self, steps: list[_Steps], sheet: pl.DataFrame) -> list[pl.DataFrame]:
        """The answers of some remedies, each about the charges it applies to."""
        judged = sheet
        for stage in ("bits", "branches", "status", "details"):
            judged = judged.with_columns(each for step in steps for each in getattr(step, stage))
        return [step.worded(judged.filter(step.applies).select(step.answer)) for step in steps]

    def _steps(self, remedy: Remedy, rank: int) -> _Steps:
        items = list(_items(remedy))
        judged = {item.bit: self._judged(item) for item in items}
        count = max(len(remedy.branches), 1)
        by_branch = [[item for item in items if item.branch in (None, branch)] for branch in range(count)]
        applies, granted = pl.col(f"{remedy.id}/{APPLIES}"), pl.col(f"{remedy.id}/{GRANTED}")
        own = f"{rank} "  # the columns of several remedies stand side by side
        sets = [sum(1 << item.bit for item in mine) for mine in by_branch]
        branches = [pl.col(f"{own}branch {branch}") for branch in range(count)]
        best = reduce(_lesser, branches)
        status = pl.when(applies.is_null() | granted.is_null()).then(_UNDETERMINED).when(granted).then(_GRANTED)
        claims = pl.col(own + "status").is_in([_ELIGIBLE, _LATER])
        overdue = pl.lit(None, dtype=pl.Date)
        if remedy.due is not None and self.as_of > remedy.due:
            overdue = pl.when(pl.col(own + "status") == _ELIGIBLE).then(pl.lit(remedy.due + timedelta(days=1)))
        details = {
            "mask": _mask(own, sets, applies, granted, len(items)),
            "outcomes": pl.when(claims).then(_outcome_mask(remedy)).otherwise(0),
            "grade": pl.when(claims).then(_grade(remedy)),
            "overdue_since": overdue,
            **_days(by_branch, own, self.as_of, (applies & ~granted).fill_null(False)),
        }
        return _Steps(
            applies=applies.fill_null(True),
            bits=tuple(
                _bits_of((bit, getattr(one, kind)) for bit, one in judged.items()).alias(own + kind)
                for kind in ("hard", "soft", "unknown")
            ),
            branches=tuple(
                _branch_status(own, bits).alias(f"{own}branch {branch}") for branch, bits in enumerate(sets)
            ),
            status=(best.alias(own + "best"), status.otherwise(best).cast(pl.UInt8).alias(own + "status")),
            details=tuple(expression.alias(own + name) for name, expression in details.items()),
            answer=(
                pl.col("order") + rank,
                pl.col(*KEYS, *CARRIED),
                pl.col(own + "status").cat.to(pl.Enum(STATUSES)).alias("status"),
                *(pl.col(own + name).alias(name) for name in details),
            ),
            names=(*(item.source.id for item in items), APPLIES, GRANTED),
            remedy=remedy,
        )

    def _judged(self, item: _Item) -> _Judged:
        value = pl.col(item.column)
        if isinstance(item.source, Wait):
            low, high, today = pl.col(item.column + "/earliest"), value, pl.lit(self.as_of)
            ahead = (low > today).fill_null(False)
            over = (high <= today).fill_null(False)
            never = (low >= pl.lit(e.NEVER)).fill_null(False)
            endless = (high >= pl.lit(e.NEVER)).fill_null(False)
            # Both ahead and over: facts that contradict one another, which tell nothing. A wait that may never end
            # puts off or closes, and which of both is unknown.
            hard, soft = never & ~over, ahead & ~over & ~endless
            return _Judged(hard=hard, soft=soft, unknown=~hard & ~soft & ~(over & ~ahead))
        failing = (value if isinstance(item.source, Bar) else ~value).fill_null(False)
        if item.source.curable:
            return _Judged(hard=None, soft=failing, unknown=value.is_null())
        return _Judged(hard=failing, soft=None, unknown=value.is_null())


def _columns_of(remedy: Remedy, source: Condition | Wait) -> list[str]:
    """The columns of one finding."""
    column = f"{remedy.id}/{source.id}"
    if isinstance(source, Wait):
        return [column, column + "/earliest"]
    presumes = any(isinstance(node, e.Presumed | e.PresumedDay) for node in source.test.walk())
    names = [column, column + "/presumed"] if presumes else [column]
    return names if source.until is None else [*names, column + "/until", column + "/until/earliest"]


def _day_after(end: pl.Expr) -> pl.Expr:
    return pl.when(end >= pl.lit(e.NEVER)).then(pl.lit(e.NEVER)).otherwise(end + pl.duration(days=1))


def _lesser(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    return pl.when(one <= other).then(one).otherwise(other)


def _bits_of(tests: Iterable[tuple[int, pl.Expr | None]]) -> pl.Expr:
    """One number, a bit for each test that is true."""
    bits = [test.cast(pl.UInt64) * (1 << bit) for bit, test in tests if test is not None]
    return reduce(add, bits, pl.lit(0, dtype=pl.UInt64))


def _branch_status(own: str, bits: int) -> pl.Expr:
    """The status of a branch from the findings that count for it."""

    def some(kind: str) -> pl.Expr:
        return (pl.col(own + kind) & bits) != 0

    return (
        pl.when(some("hard"))
        .then(_INELIGIBLE)
        .when(some("unknown"))
        .then(_UNDETERMINED)
        .when(some("soft"))
        .then(_LATER)
        .otherwise(_ELIGIBLE)
        .cast(pl.UInt8)
    )


def _mask(own: str, by_branch: list[int], applies: pl.Expr, granted: pl.Expr, size: int) -> pl.Expr:
    """The deciding conditions as bits: of the branches that stand, and of the kind that decides."""
    status = pl.col(own + "status")
    every = (1 << size) - 1
    deciding = (
        pl.when(status == _INELIGIBLE)
        .then(pl.col(own + "hard"))
        .when(status == _UNDETERMINED)
        .then(pl.col(own + "unknown"))
        .when(status == _LATER)
        .then(pl.col(own + "soft"))
        .when(status == _ELIGIBLE)
        .then(every)
        .otherwise(0)
    )
    if len(by_branch) > 1:
        best = pl.col(own + "best")
        standing = [
            pl.when(pl.col(f"{own}branch {branch}") == best).then(bits).otherwise(0).cast(pl.UInt64)
            for branch, bits in enumerate(by_branch)
        ]
        deciding = deciding & reduce(or_, standing)
    named = [(size, applies.is_null()), (size + 1, granted.fill_null(True))]
    return deciding.cast(pl.UInt64) + _bits_of(named)


def _days(by_branch: list[list[_Item]], own: str, today: date, about: pl.Expr) -> dict[str, pl.Expr]:
    """When: the first day of eligibility, and the day before which there surely is none."""
    surely: list[pl.Expr] = []
    perhaps: list[pl.Expr] = []
    not_before: list[pl.Expr] = []
    told = pl.lit(True)
    nothing = pl.lit(None, dtype=pl.Date)
    for branch, items in enumerate(by_branch):
        waits = [item.column for item in items if isinstance(item.source, Wait)]
        cures = [item for item in items if isinstance(item.source, Condition) and item.source.until is not None]
        undated = sum(1 << item.bit for item in items if not isinstance(item.source, Wait) and item not in cures)
        soft = pl.col(own + "soft")
        dated = (pl.col(f"{own}branch {branch}") == _LATER) & ((soft & undated) == 0)
        open_way = pl.col(f"{own}branch {branch}") != _INELIGIBLE
        highs = [pl.col(wait) for wait in waits]
        lows = [pl.when(low > pl.lit(today)).then(low) for low in (pl.col(wait + "/earliest") for wait in waits)]
        for cure in cures:
            # A condition that is not unmet needs no day; one that is, and has none, leaves the whole without.
            unmet, day = (soft & (1 << cure.bit)) != 0, pl.col(cure.column + "/until")
            highs.append(pl.when(unmet).then(day).otherwise(pl.lit(date.min)))
            lows.append(pl.when(unmet).then(pl.col(cure.column + "/until/earliest")))
        if highs:
            ends = reduce(and_, (high.is_not_null() for high in highs))
            surely.append(pl.when(dated & ends).then(pl.max_horizontal(highs)))
            perhaps.append(pl.when(dated).then(pl.max_horizontal(lows)))
            not_before.append(pl.when(open_way).then(pl.max_horizontal(lows)))
            told = told & (~open_way | not_before[-1].is_not_null())
        else:
            told = told & ~open_way
    status = pl.col(own + "status")
    later = status == _LATER
    # Every way that is not closed for good must be shut until then; of several, the earliest counts.
    open_ = (status == _UNDETERMINED) & about & told
    return {
        "eligible_on": pl.when(later).then(pl.min_horizontal(surely) if surely else nothing),
        "eligible_on_earliest": pl.when(later).then(pl.min_horizontal(perhaps) if perhaps else nothing),
        "not_before": pl.when(open_).then(pl.min_horizontal(not_before) if not_before else nothing),
    }


def _items(remedy: Remedy) -> Iterable[_Item]:
    """Every finding that decides the status; conditions that only choose a grade are not among them."""
    bit = 0
    parts: list[tuple[int | None, Remedy | Branch]] = [(None, remedy), *enumerate(remedy.branches)]
    for branch, part in parts:
        sources: list[Condition | Wait] = [*part.requires, *part.bars, *part.waits]
        for source in sources:
            yield _Item(f"{remedy.id}/{source.id}", source, branch, bit)
            bit += 1


def _grade(remedy: Remedy) -> pl.Expr:
    grades = pl.Enum([grade.value for grade in Grade])
    chosen = pl.lit(remedy.grades[-1].grade.value, dtype=grades)
    for rule in reversed(remedy.grades[:-1]):
        if rule.condition is not None:
            # Unknown leaves the weaker grade as the floor: when(null) takes otherwise, on purpose.
            sure = pl.col(f"{remedy.id}/{rule.condition.id}")
            chosen = pl.when(sure).then(pl.lit(rule.grade.value, dtype=grades)).otherwise(chosen)
    return chosen


def _outcome_mask(remedy: Remedy) -> pl.Expr:
    bits = [
        pl.col(f"{remedy.id}/outcome/{index}").fill_null(True).cast(pl.UInt64) * (1 << index)
        for index in range(len(remedy.outcomes))
    ]
    return reduce(or_, bits, pl.lit(0, dtype=pl.UInt64))


def _outcome_name(remedy: Remedy, bits: int) -> str | None:
    names = dict.fromkeys(remedy.outcomes[index].name for index in _bits(bits))
    return " or ".join(names) or None


def _bits(mask: int) -> list[int]:
    return [bit for bit in range(mask.bit_length()) if mask >> bit & 1]


def _decoded(masks: pl.Series, column: str, decode: Callable[[int], object]) -> pl.Series:
    """Bitmasks of one remedy as words, spelled out once for each distinct mask."""
    dtype = DETERMINATIONS[column][0]
    if masks.len() <= 1_000:
        return pl.Series(column, [decode(mask) for mask in masks], dtype=dtype)
    distinct = masks.unique()
    words = pl.DataFrame([distinct, pl.Series(column, [decode(mask) for mask in distinct], dtype=dtype)])
    return masks.to_frame().join(words, on=masks.name, how="left", maintain_order="left")[column]
