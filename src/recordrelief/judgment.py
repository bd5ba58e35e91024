"""From findings to determinations: how conditions, bars and waits add up to a status, a grade and a day.

An incurable condition surely unmet makes a remedy ineligible; else anything unknown leaves it undetermined; else a
curable condition unmet, or a wait ahead, puts it off; else it may be had. Missing data never makes anyone eligible, and
never makes anyone ineligible.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import reduce
from operator import and_

import attrs
import numpy as np
import numpy.typing as npt
import polars as pl

from recordrelief.law import expressions as e
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


Tests = npt.NDArray[np.int8]
Bits = npt.NDArray[np.uint64]
Days = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]

UNKNOWN = -1
"""How a test that is unknown stands among those that are true (1) or false (0)."""
NO_DAY = -(2**31)
"""How a day that is not told stands among days, which count from 1970: before all others."""
_LAST = 2**31 - 1


def _ordinal(day: date) -> int:
    return (day - date(1970, 1, 1)).days


_NEVER = _ordinal(e.NEVER)
_GRADES = tuple(grade.value for grade in Grade)


@attrs.frozen
class _Item:
    """One finding of one remedy: where it stands and how it counts."""

    column: str
    source: Condition | Wait
    branch: int | None
    bit: int


@attrs.frozen(kw_only=True, eq=False)
class Judged:
    """What a remedy answers, an entry a charge: places among the statuses and grades, bits, days from 1970."""

    status: npt.NDArray[np.uint8]
    grade: npt.NDArray[np.int8]
    deciding: Bits
    outcomes: Bits
    eligible_on: Days
    eligible_on_earliest: Days
    not_before: Days
    overdue_since: Days


class Judge:
    """How the findings of one remedy add up.

    ``tests`` and ``days`` are the columns that it reads, in the order in which :meth:`judge` takes them.
    """

    def __init__(self, remedy: Remedy, as_of: date) -> None:
        self.remedy = remedy
        self.as_of = as_of
        self._items = list(_items(remedy))
        self._names = (*(item.source.id for item in self._items), APPLIES, GRANTED)
        own = remedy.id
        asked = [item for item in self._items if isinstance(item.source, Condition)]
        grades = [rule.condition.id for rule in remedy.grades if rule.condition is not None]
        self.tests = [f"{own}/{APPLIES}", f"{own}/{GRANTED}", *(item.column for item in asked)]
        self._outcomes = slice(len(self.tests), len(self.tests) + len(remedy.outcomes))
        self.tests += [f"{own}/outcome/{index}" for index in range(len(remedy.outcomes))]
        self._graded = len(self.tests)
        self.tests += [f"{own}/{id}" for id in grades]
        self._asked = slice(2, 2 + len(asked))
        self._failing = np.array([isinstance(item.source, Bar) for item in asked], dtype=np.int8)
        weights = np.array([1 << item.bit for item in asked], dtype=np.uint64)
        curable = np.array([item.source.curable for item in asked if isinstance(item.source, Condition)], dtype=bool)
        self._weights, self._hard, self._soft = weights, weights * ~curable, weights * curable
        self.days: list[str] = []
        self._ends: dict[str, tuple[int, int]] = {}
        for item in self._items:
            if isinstance(item.source, Wait) or item.source.until is not None:
                column = item.column + ("" if isinstance(item.source, Wait) else "/until")
                self._ends[item.source.id] = (len(self.days) + 1, len(self.days))
                self.days += [column, column + "/earliest"]
        count = max(len(remedy.branches), 1)
        self._branches = [[item for item in self._items if item.branch in (None, one)] for one in range(count)]
        self._sets = [np.uint64(sum(1 << item.bit for item in mine)) for mine in self._branches]

    def judge(self, tests: Tests, days: Days) -> Judged:
        """The answers for some charges that the remedy is, or may be, about.

        Args:
            tests: a row a charge, a column for each of :attr:`tests`.
            days: a row a charge, a column for each of :attr:`days`.
        """
        applies, granted = tests[:, 0], tests[:, 1]
        hard, soft, unknown = self._counted(tests[:, self._asked], days)
        branches = [self._branch(bits, hard, soft, unknown) for bits in self._sets]
        best = reduce(np.minimum, branches)
        status = np.where(granted == 1, np.uint8(_GRANTED), best)
        status[(applies == UNKNOWN) | (granted == UNKNOWN)] = _UNDETERMINED
        claims = status <= _LATER
        claims &= status != _UNDETERMINED
        overdue = np.full(len(tests), NO_DAY, dtype=np.int32)
        if self.remedy.due is not None and self.as_of > self.remedy.due:
            overdue[status == _ELIGIBLE] = _ordinal(self.remedy.due) + 1
        outcomes = (tests[:, self._outcomes] != 0) & claims[:, None]
        return Judged(
            status=status,
            grade=self._grade(tests, claims),
            deciding=self._deciding(status, best, branches, (hard, soft, unknown), tests),
            outcomes=_weighed(outcomes, np.uint64(1) << np.arange(outcomes.shape[1], dtype=np.uint64)),
            overdue_since=overdue,
            **self._when(status, branches, soft, days, (applies == 1) & (granted == 0)),
        )

    def deciding(self, bits: int) -> list[str]:
        """The ids of the deciding conditions behind some bits."""
        return [self._names[bit] for bit in _places(bits)]

    def outcome(self, bits: int) -> str | None:
        """What the charge would become, behind some bits."""
        return " or ".join(dict.fromkeys(self.remedy.outcomes[place].name for place in _places(bits))) or None

    def _counted(self, asked: Tests, days: Days) -> tuple[Bits, Bits, Bits]:
        """A bit for each finding that is surely and for good against the remedy, surely but curably so, unknown."""
        failing = asked == self._failing
        hard, soft = _weighed(failing, self._hard), _weighed(failing, self._soft)
        unknown = _weighed(asked == UNKNOWN, self._weights)
        today = _ordinal(self.as_of)
        for item in self._items:
            if not isinstance(item.source, Wait):
                continue
            low, high = (days[:, place] for place in self._ends[item.source.id])
            ahead = low > today
            over = (high != NO_DAY) & (high <= today)
            # Both ahead and over: facts that contradict one another, which tell nothing. A wait that may never end
            # puts off or closes, and which of both is unknown.
            never = (low >= _NEVER) & ~over
            later = ahead & ~over & (high < _NEVER)
            bit = np.uint64(1 << item.bit)
            hard |= never * bit
            soft |= later * bit
            unknown |= (~never & ~later & ~(over & ~ahead)) * bit
        return hard, soft, unknown

    @staticmethod
    def _branch(bits: np.uint64, hard: Bits, soft: Bits, unknown: Bits) -> npt.NDArray[np.uint8]:
        """The status of a branch from the findings that count for it."""
        status = np.full(len(hard), _ELIGIBLE, dtype=np.uint8)
        for against, means in ((soft, _LATER), (unknown, _UNDETERMINED), (hard, _INELIGIBLE)):
            status[(against & bits) != 0] = means
        return status

    def _grade(self, tests: Tests, claims: Flags) -> npt.NDArray[np.int8]:
        """The grade of each claim, as a place among the grades; of nothing else there is one."""
        rules = self.remedy.grades
        grade = np.full(len(tests), _GRADES.index(rules[-1].grade.value), dtype=np.int8)
        conditional = [rule for rule in rules if rule.condition is not None]
        for place, rule in reversed(list(enumerate(conditional))):
            # Unknown leaves the weaker grade as the floor.
            grade[tests[:, self._graded + place] == 1] = _GRADES.index(rule.grade.value)
        grade[~claims] = UNKNOWN
        return grade

    def _deciding(
        self,
        status: npt.NDArray[np.uint8],
        best: npt.NDArray[np.uint8],
        branches: Sequence[npt.NDArray[np.uint8]],
        counted: tuple[Bits, Bits, Bits],
        tests: Tests,
    ) -> Bits:
        """The deciding conditions as bits: of the branches that stand, and of the kind that decides."""
        size = len(self._items)
        bits = np.zeros(len(status), dtype=np.uint64)
        bits[status == _ELIGIBLE] = (1 << size) - 1
        for means, kind in zip((_INELIGIBLE, _LATER, _UNDETERMINED), counted, strict=True):
            mine = status == means
            bits[mine] = kind[mine]
        if len(branches) > 1:
            standing = np.zeros(len(status), dtype=np.uint64)
            for one, own in zip(branches, self._sets, strict=True):
                standing |= (one == best) * own
            bits &= standing
        bits |= (tests[:, 0] == UNKNOWN) * np.uint64(1 << size)
        bits |= (tests[:, 1] != 0) * np.uint64(1 << size + 1)
        return bits

    def _when(
        self,
        status: npt.NDArray[np.uint8],
        branches: Sequence[npt.NDArray[np.uint8]],
        soft: Bits,
        days: Days,
        about: Flags,
    ) -> dict[str, Days]:
        """When: the first day of eligibility, and the day before which there surely is none."""
        today = _ordinal(self.as_of)
        surely: list[Days] = []
        perhaps: list[Days] = []
        not_before: list[Days] = []
        told = np.ones(len(status), dtype=bool)
        for items, branch in zip(self._branches, branches, strict=True):
            waits = [item for item in items if isinstance(item.source, Wait)]
            cures = [item for item in items if isinstance(item.source, Condition) and item.source.until is not None]
            undated = sum(1 << item.bit for item in items if item not in waits and item not in cures)
            dated = (branch == _LATER) & ((soft & np.uint64(undated)) == 0)
            open_way = branch != _INELIGIBLE
            if not waits and not cures:
                told &= ~open_way
                continue
            highs: list[Days] = []
            lows: list[Days] = []
            for wait in waits:
                low, high = (days[:, place] for place in self._ends[wait.source.id])
                highs.append(high)
                lows.append(np.where(low > today, low, NO_DAY))
            for cure in cures:
                # A condition that is not unmet needs no day; one that is, and has none, leaves the whole without.
                unmet = (soft & np.uint64(1 << cure.bit)) != 0
                low, high = (days[:, place] for place in self._ends[cure.source.id])
                highs.append(np.where(unmet, high, _ordinal(date.min)))
                lows.append(np.where(unmet, low, NO_DAY))
            ends = dated & reduce(and_, (high != NO_DAY for high in highs))
            earliest = reduce(np.maximum, lows)
            surely.append(np.where(ends, reduce(np.maximum, highs), NO_DAY))
            perhaps.append(np.where(dated, earliest, NO_DAY))
            not_before.append(np.where(open_way, earliest, NO_DAY))
            told &= ~open_way | (earliest != NO_DAY)
        later = status == _LATER
        # Every way that is not closed for good must be shut until then; of several, the earliest counts.
        shut = (status == _UNDETERMINED) & about & told
        return {
            "eligible_on": _earliest(surely, later),
            "eligible_on_earliest": _earliest(perhaps, later),
            "not_before": _earliest(not_before, shut),
        }


def _earliest(days: Sequence[Days], where: Flags) -> Days:
    """The earliest of those days that are told, where it is asked for."""
    if not days:
        return np.full(len(where), NO_DAY, dtype=np.int32)
    first = reduce(np.minimum, (np.where(one == NO_DAY, _LAST, one) for one in days))
    return np.where(where & (first != _LAST), first, NO_DAY).astype(np.int32)


def _weighed(flags: Flags, weights: Bits) -> Bits:
    """One number a row, a bit for each flag that is up."""
    bits: Bits = flags.astype(np.uint64) @ weights
    return bits


def _items(remedy: Remedy) -> Iterable[_Item]:
    """Every finding that decides the status; conditions that only choose a grade are not among them."""
    bit = 0
    parts: list[tuple[int | None, Remedy | Branch]] = [(None, remedy), *enumerate(remedy.branches)]
    for branch, part in parts:
        sources: list[Condition | Wait] = [*part.requires, *part.bars, *part.waits]
        for source in sources:
            yield _Item(f"{remedy.id}/{source.id}", source, branch, bit)
            bit += 1


def _places(bits: int) -> list[int]:
    return [place for place in range(bits.bit_length()) if bits >> place & 1]
