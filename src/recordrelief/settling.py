"""What would settle an answer that is open: the fewest facts, found by screening what a record might say.

Every value that the law tells apart is tried for every fact that is missing, alone and with others, each on a record of
its own; all of them are screened in one batch by the very rules that left the answer open. So a question never promises
what its answer does not keep.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from itertools import combinations, islice, product
from math import comb, prod
from typing import Any

import attrs
import polars as pl

from recordrelief import wording
from recordrelief.errors import RequestError
from recordrelief.inquiry import Inquiry, contradicts
from recordrelief.questions import Question
from recordrelief.records import Records
from recordrelief.screening import Screening, screen
from recordrelief.statutes import Policy, Remedy, StatutePack
from recordrelief.trials import UNDETERMINED, Pair, Trials

MOST_FACTS = 3
"""Facts in the largest set that is looked for."""
MOST_TRIED = 3_000
"""Hypothetical records of one size of sets; beyond, a set may be missed, and the settling says so."""
MOST_COMPLETIONS = 1_000
"""Completions of all that one answer misses, up to which every one of them is tried."""
_SPREAD = 40
_STRIDE = 0x9E3779B97F4A7C15  # an odd number without small factors, so that it meets completions of every kind

Results = tuple[tuple[tuple[Any, ...], str], ...]
"""Values of some questions, in their order, and the status that they lead to."""
Tried = list[tuple[tuple[Any, ...], str]]


@attrs.frozen(kw_only=True)
class QuestionSet:
    """Questions that together settle an answer: ``results`` hold what each tried combination of values makes of it.

    ``always`` says that they settle it whatever the answers are; otherwise only some answers do. ``by_fewer`` are the
    combinations that some of the questions settle without the others.
    """

    questions: tuple[Question, ...]
    results: Results
    always: bool
    by_fewer: frozenset[tuple[Any, ...]] = frozenset()


@attrs.frozen(kw_only=True)
class Settlement:
    """What would settle one open answer.

    ``sets`` are the smallest sets of questions, those that settle it whatever the answers are first. ``missing`` is all
    that is missing. ``settled`` is the status that every completion of it gives, where every one was tried; ``reaches``
    holds the statuses that some completion gives. ``unsettled`` are points that the law leaves open, which no fact
    settles. ``every``: every completion was tried; ``capped``: there were more sets than were tried.
    """

    charge_id: str
    remedy: Remedy = attrs.field(eq=lambda remedy: (remedy.id, remedy.version))
    sets: tuple[QuestionSet, ...]
    missing: tuple[Question, ...]
    settled: str | None
    reaches: tuple[str, ...]
    every: bool
    unsettled: tuple[str, ...] = ()
    capped: bool = False

    @property
    def hopeful(self) -> bool:
        """Whether facts may settle it: some completion does, or not all of them were tried and the law is not open."""
        return self.settled is None and bool(self.reaches or not (self.every or self.unsettled))


@attrs.frozen(kw_only=True)
class Settling:
    """What would settle the open answers of one person.

    ``questions`` are all that bear on them, the one that settles most first, each with how many answers it settles by
    itself, on the average of its values. Those that lead nowhere, as far as was tried, come last, and so do those that
    no single value answers.
    """

    subject_id: str
    settlements: tuple[Settlement, ...]
    questions: tuple[tuple[Question, float], ...]
    notice: str

    @cached_property
    def best(self) -> Question | None:
        """The question to ask first; None where no question that one value answers leads to anything."""
        return next(iter(self.askable), None)

    @cached_property
    def askable(self) -> tuple[Question, ...]:
        """The questions that one value answers and that lead to an answer, the one that settles most first."""
        led = {one for each in self.settlements if each.hopeful for one in each.missing}
        return tuple(one for one, _ in self.questions if one in led and one.kind != "open")

    def text(self) -> str:
        """The settling in plain text."""
        from recordrelief.settling_words import lines

        return "\n".join(lines(self))

    def __str__(self) -> str:
        return self.text()


def settle(
    records: Records,
    subject_id: str,
    *,
    statutes: StatutePack,
    as_of: date | str,
    policy: Policy | dict[str, Any] | str | None = None,
    county: str | None = None,
    remedies: Sequence[str] = (),
    charge_id: str | None = None,
    facts: int = MOST_FACTS,
) -> Settling:
    """Find the smallest sets of facts that would settle each open answer of one person.

    Args:
        records: the canonical tables, as they were read.
        subject_id: the person.
        statutes: the pack of law.
        as_of: the day at which law and record are read.
        policy: a policy of the pack, its options, or the name of one; the pack's default otherwise.
        county: settle only charges of this county (the history is read whole).
        remedies: settle only these; all otherwise.
        charge_id: settle only this charge.
        facts: the largest set to look for, at most :data:`MOST_FACTS`.

    Raises:
        RequestError: there is no such person, charge, county, policy or remedy.
    """
    mine = records.of_subjects([subject_id])
    if mine.subjects.is_empty():
        raise RequestError("The records hold no such person.", cure="Give the subject_id as the source has it.")
    if charge_id is not None and charge_id not in mine.charges["charge_id"].to_list():
        raise RequestError("The record holds no such charge.", cure="Take the charge_id from the determinations.")
    screening = screen(mine, statutes=statutes, as_of=as_of, policy=policy, county=county, remedies=remedies)
    return _Settler(mine, screening, subject_id, charge_id, min(max(facts, 1), MOST_FACTS)).run()


class _Settler:
    """One person: the answers that are open, the facts that each misses, and what trying them comes to."""

    def __init__(
        self, records: Records, screening: Screening, subject_id: str, charge_id: str | None, facts: int
    ) -> None:
        self.records = records
        self.screening = screening
        self.subject_id = subject_id
        self.facts = facts
        asked = pl.col("status") == UNDETERMINED
        if charge_id is not None:
            asked = asked & (pl.col("charge_id") == charge_id)
        self.open = screening.determinations.filter(asked).rows(named=True)
        self.remedies = {remedy.id: remedy for remedy in screening.remedies}
        names = {row["remedy"] for row in self.open}
        self.concerned = tuple(remedy for remedy in screening.remedies if remedy.id in names)
        self.trials = Trials(records, screening, self.concerned)
        self.pairs: list[Pair] = [(row["charge_id"], row["remedy"]) for row in self.open]

    def run(self) -> Settling:
        if not self.open:
            return self._settling([], {}, {})
        inquiry = Inquiry(self.records, self.screening, self.concerned)
        missing: dict[Pair, list[Question]] = {}
        unsettled: dict[Pair, tuple[str, ...]] = {}
        for row, pair in zip(self.open, self.pairs, strict=True):
            missing[pair], unsettled[pair] = inquiry.of(pair[0], self.remedies[pair[1]], row["deciding"])
        found: dict[Pair, list[QuestionSet]] = {pair: [] for pair in self.pairs}
        capped: set[Pair] = set()
        score: dict[Question, float] = {}
        for size in range(1, self.facts + 1):
            sets, left_out = self._sets(missing, found, size)
            capped |= left_out
            results = self._try(sets)
            for questions, of_pair in results.items():
                for pair, tried in of_pair.items():
                    if pair in sets[questions]:
                        self._add(found[pair], questions, tried)
                if size == 1:
                    score[questions[0]] = sum(
                        sum(status != UNDETERMINED for _, status in tried) / len(tried) for tried in of_pair.values()
                    )
        complete = self._complete(missing)
        settlements = []
        for pair in self.pairs:
            statuses, every = complete[pair]
            settled = statuses[0] if every and len(statuses) == 1 and statuses[0] != UNDETERMINED else None
            settlements.append(
                Settlement(
                    charge_id=pair[0],
                    remedy=self.remedies[pair[1]],
                    sets=tuple(sorted(found[pair], key=lambda one: (not one.always, len(one.questions)))),
                    missing=tuple(missing[pair]),
                    settled=settled,
                    reaches=tuple(status for status in statuses if status != UNDETERMINED),
                    every=every,
                    unsettled=unsettled[pair],
                    capped=pair in capped,
                )
            )
        return self._settling(settlements, score, missing)

    def _settling(
        self, settlements: list[Settlement], score: Mapping[Question, float], missing: Mapping[Pair, list[Question]]
    ) -> Settling:
        bears: dict[Question, int] = {}
        for questions in missing.values():
            for one in questions:
                bears[one] = bears.get(one, 0) + 1
        led = {one for each in settlements if each.hopeful for one in each.missing}
        order = sorted(
            bears,
            key=lambda one: (
                one.kind == "open" or one not in led,
                -round(score.get(one, 0.0), 6),
                -bears[one],
                str(one),
            ),
        )
        return Settling(
            subject_id=self.subject_id,
            settlements=tuple(settlements),
            questions=tuple((one, score.get(one, 0.0)) for one in order),
            notice=wording.notice(self.screening.remedies),
        )

    def _sets(
        self, missing: Mapping[Pair, list[Question]], found: Mapping[Pair, list[QuestionSet]], size: int
    ) -> tuple[dict[tuple[Question, ...], set[Pair]], set[Pair]]:
        """Sets of one size to try, with the answers that each may settle, and the answers of which some were left out.

        A set with a part that settles the answer whatever it is would not be a smallest one.
        """
        wanted: dict[tuple[Question, ...], set[Pair]] = {}
        left_out: set[Pair] = set()
        for pair, questions in missing.items():
            always = [set(one.questions) for one in found[pair] if one.always]
            tryable = [one for one in questions if one.values]
            if comb(len(tryable), size) > MOST_TRIED:
                left_out.add(pair)
            for each in islice(combinations(tryable, size), MOST_TRIED):
                if not any(part <= set(each) for part in always):
                    wanted.setdefault(each, set()).add(pair)
        costs = {each: prod(len(one.values) for one in each) for each in wanted}
        kept: dict[tuple[Question, ...], set[Pair]] = {}
        room = MOST_TRIED
        for each in sorted(wanted, key=lambda one: costs[one] / len(wanted[one])):
            if costs[each] <= room:
                room -= costs[each]
                kept[each] = wanted[each]
            else:
                left_out |= wanted[each]
        return kept, left_out

    def _try(self, sets: Mapping[tuple[Question, ...], set[Pair]]) -> dict[tuple[Question, ...], dict[Pair, Tried]]:
        """What every combination of values of some sets makes of answers, screened in one batch.

        Of a single question it is told of every open answer, of more only of those that they may settle.
        """
        tried = {
            each: [said for said in product(*(one.values for one in each)) if not contradicts(each, said)]
            for each in sets
        }
        assumed = [tuple(zip(each, said, strict=True)) for each, every in tried.items() for said in every]
        statuses = self.trials.statuses(assumed, self.pairs)
        place = {pair: at for at, pair in enumerate(self.pairs)}
        results: dict[tuple[Question, ...], dict[Pair, Tried]] = {}
        start = 0
        for each, every in tried.items():
            part = statuses[start : start + len(every)]
            start += len(every)
            pairs = self.pairs if len(each) == 1 else [pair for pair in self.pairs if pair in sets[each]]
            results[each] = {pair: list(zip(every, part[:, place[pair]], strict=True)) for pair in pairs if every}
        return results

    def _add(self, found: list[QuestionSet], questions: tuple[Question, ...], tried: Tried) -> None:
        """Keep a set that settles an answer, unless parts of it settle as much."""
        settled = [one for one in tried if one[1] != UNDETERMINED]
        if settled and len(settled) == len(tried) and all(one.every for one in questions):
            found.append(QuestionSet(questions=questions, results=tuple(tried), always=True))
            return
        parts = [one for one in found if set(one.questions) < set(questions)]
        by_fewer = frozenset(values for values, _ in settled if _by_a_part(questions, values, parts))
        if len(by_fewer) < len(settled):
            found.append(QuestionSet(questions=questions, results=tuple(tried), always=False, by_fewer=by_fewer))

    def _complete(self, missing: Mapping[Pair, list[Question]]) -> dict[Pair, tuple[list[str], bool]]:
        """The statuses that completions of all that is missing give, and whether every one of them was tried."""
        groups: dict[tuple[Question, ...], list[Pair]] = {}
        for pair, questions in missing.items():
            groups.setdefault(tuple(questions), []).append(pair)
        tried: list[tuple[tuple[Question, Any], ...]] = []
        wholes: list[tuple[list[Pair], slice, bool]] = []
        room = 4 * MOST_COMPLETIONS
        for asked, pairs in groups.items():
            valued = [one for one in asked if one.values]
            size = prod(len(one.values) for one in valued)
            whole = size <= min(MOST_COMPLETIONS, room)
            combinations_ = product(*(one.values for one in valued)) if whole else _some(valued)
            mine = [tuple(zip(valued, said, strict=True)) for said in combinations_ if not contradicts(valued, said)]
            every = whole and bool(mine) and bool(asked) and all(one.every for one in asked)
            wholes.append((pairs, slice(len(tried), len(tried) + len(mine)), every))
            room -= len(mine)
            tried += mine
        statuses = self.trials.statuses(tried, self.pairs)
        place = {pair: at for at, pair in enumerate(self.pairs)}
        return {
            pair: (list(dict.fromkeys(statuses[part, place[pair]].tolist())), every)
            for pairs, part, every in wholes
            for pair in pairs
        }


def _by_a_part(questions: tuple[Question, ...], values: tuple[Any, ...], parts: Sequence[QuestionSet]) -> bool:
    """Whether some of these answers settle it without the others."""
    said = dict(zip(questions, values, strict=True))
    return any(
        status != UNDETERMINED and all(said[one] == value for one, value in zip(part.questions, of_part, strict=True))
        for part in parts
        for of_part, status in part.results
    )


def _some(questions: Sequence[Question]) -> Iterator[tuple[Any, ...]]:
    """Some completions, where there are too many, spread over all of them and the same every time."""
    every = prod(len(one.values) for one in questions)
    for step in range(_SPREAD):
        at = step * _STRIDE % every
        values = []
        for one in questions:
            at, place = divmod(at, len(one.values))
            values.append(one.values[place])
        yield tuple(values)
