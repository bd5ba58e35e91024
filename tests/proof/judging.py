"""From findings to determinations in plain Python: the rules of "What screening answers", one charge at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

import attrs
import polars as pl

from proof.reference import At, Ends, Reference
from recordrelief.law import NEVER
from recordrelief.law import expressions as e
from recordrelief.model import LEVELS, Charge, Coverage, PartialDate, Relief, Subject
from recordrelief.screening import Screening
from recordrelief.statutes import Bar, Branch, Condition, Policy, Remedy, Wait

ELIGIBLE, UNDETERMINED, LATER, INELIGIBLE, GRANTED = (
    "eligible",
    "undetermined",
    "eligible_later",
    "ineligible",
    "granted",
)
BEST = (ELIGIBLE, UNDETERMINED, LATER, INELIGIBLE)
"""Of several ways to a remedy the best stands."""


@attrs.frozen
class Answer:
    """One determination, without what identifies it."""

    status: str
    grade: str | None = None
    eligible_on: date | None = None
    eligible_on_earliest: date | None = None
    not_before: date | None = None
    overdue_since: date | None = None
    outcome: str | None = None
    deciding: tuple[str, ...] = ()


@attrs.frozen
class _Finding:
    """How a condition or wait came out: met, hard, soft, unknown; with the first day after it where it has one."""

    id: str
    kind: str
    dated: bool = False
    low: date | None = None
    high: date | None = None


Key = tuple[str, str, str]


def judged(
    people: Iterable[Subject],
    remedies: Sequence[Remedy],
    as_of: date,
    coverage: Coverage,
    *,
    history: str = "as_recorded",
    strict: bool = True,
) -> dict[Key, Answer]:
    """Every determination, by subject, charge and remedy."""
    answers = {}
    for person in people:
        record = Reference(person, coverage, history, as_of=as_of)
        for charge in person.charges:
            for remedy in remedies:
                answer = _judge(remedy, record, charge, as_of, strict)
                if answer is not None:
                    answers[person.subject_id, charge.charge_id, remedy.id] = answer
    return answers


def opened(
    people: Iterable[Subject], remedies: Sequence[Remedy], as_of: date, coverage: Coverage, *, strict: bool = True
) -> dict[Key, str]:
    """What each relief that a charge is eligible for would open of the remedies that are closed to it."""
    found = {}
    for person in people:
        answers = judged([person], remedies, as_of, coverage, strict=strict)
        for (_, charge_id, name), answer in answers.items():
            (remedy,) = (one for one in remedies if one.id == name)
            if answer.status != ELIGIBLE:
                continue
            changed = judged(
                [_granted(person, charge_id, remedy, answer, as_of)], remedies, as_of, coverage, strict=strict
            )
            names = []
            for second in sorted(remedy.opens):
                key = (person.subject_id, charge_id, second)
                closed = key not in answers or answers[key].status == INELIGIBLE
                if closed and key in changed and changed[key].status in (ELIGIBLE, LATER):
                    names.append(second)
            if names:
                found[person.subject_id, charge_id, name] = f"{name} > {' or '.join(names)}"
    return found


def _granted(person: Subject, charge_id: str, remedy: Remedy, answer: Answer, as_of: date) -> Subject:
    """The person with one relief granted, and the level that leaves the charge at."""
    charges = []
    for charge in person.charges:
        if charge.charge_id == charge_id:
            named = set(answer.outcome.split(" or ")) if answer.outcome else set()
            after = charge.offense.level
            if named & set(LEVELS):
                after = named.pop() if len(named) == 1 else None
            relief = Relief(remedy=remedy.id, kind=_KINDS.get(remedy.relief.value), relief_date=PartialDate.of(as_of))
            charge = attrs.evolve(
                charge, offense=attrs.evolve(charge.offense, level=after), reliefs=(*charge.reliefs, relief)
            )
        charges.append(charge)
    return attrs.evolve(person, charges=tuple(charges))


_KINDS = {"dismissal": "dismissed", "reduction": "reduced", "redesignation": "redesignated", "sealing": "sealed"}


def answered(screening: Screening | pl.DataFrame) -> dict[Key, Answer]:
    """What the engine determined, in the same shape."""
    frame = screening if isinstance(screening, pl.DataFrame) else screening.determinations
    rows = frame.cast({name: pl.String for name in ("remedy", "outcome", "status", "grade")}).iter_rows(named=True)
    names = [field.name for field in attrs.fields(Answer)]
    return {
        (row["subject_id"], row["charge_id"], row["remedy"]): Answer(
            **{name: tuple(row[name]) if name == "deciding" else row[name] for name in names}
        )
        for row in rows
    }


def _judge(remedy: Remedy, record: Reference, charge: Charge, as_of: date, strict: bool) -> Answer | None:
    at = At(charge)
    applies, granted = record.test(remedy.applies_to, at), record.test(remedy.granted, at)
    if applies is False:
        return None
    branches: Sequence[Branch | None] = remedy.branches or (None,)
    ways: list[list[_Finding]] = []
    for branch in branches:
        sources: list[Condition | Wait] = []
        for part in (remedy, branch) if branch else (remedy,):
            sources += [*part.requires, *part.bars, *part.waits]
        ways.append([_finding(source, record, at, as_of, strict) for source in sources])
    statuses = [_status(way) for way in ways]
    best = min(statuses, key=BEST.index)
    standing = [way for way, status in zip(ways, statuses, strict=True) if status == best]
    status = UNDETERMINED if applies is None or granted is None else GRANTED if granted else best
    names = [source.id for source in remedy.findings()]
    deciding = _deciding(status, standing, names)
    deciding += ["applies"] if applies is None else []
    deciding += ["granted"] if granted is not False else []
    answer: dict[str, Any] = {"status": status, "deciding": tuple(deciding)}
    if status in (ELIGIBLE, LATER):
        answer["grade"] = _grade(remedy, record, at)
        named = [one.name for one in remedy.outcomes if record.test(one.when, at) is not False]
        answer["outcome"] = " or ".join(dict.fromkeys(named)) or None
    if status == LATER:
        dated = [way for way in standing if not any(one.kind == "soft" and not one.dated for one in way)]
        days = [max((one.high for one in way if one.dated), key=_late) for way in dated]
        answer["eligible_on"] = min((one for one in days if one is not None), default=None)
        answer["eligible_on_earliest"] = min((_ahead(way, as_of) for way in dated), default=None)
    if status == UNDETERMINED and applies and granted is False:
        # Every way that is not closed for good must be surely shut until then.
        open_ways = [way for way, one in zip(ways, statuses, strict=True) if one != INELIGIBLE]
        shut = [_shut(way, as_of) for way in open_ways]
        answer["not_before"] = None if None in shut else min(shut)  # type: ignore[type-var]
    if status == ELIGIBLE and remedy.due is not None and as_of > remedy.due:
        answer["overdue_since"] = remedy.due + timedelta(days=1)
    return Answer(**answer)


def _late(day: date | None) -> date:
    return date.max if day is None else day


def _ahead(way: list[_Finding], as_of: date) -> Any:
    return max((one.low for one in way if one.dated and one.low is not None and one.low > as_of), default=None)


def _shut(way: list[_Finding], as_of: date) -> date | None:
    """The day before which a way surely does not open."""
    day: date | None = _ahead(way, as_of)
    return day


def _status(way: list[_Finding]) -> str:
    kinds = {one.kind for one in way}
    for kind, status in (("hard", INELIGIBLE), ("unknown", UNDETERMINED), ("soft", LATER)):
        if kind in kinds:
            return status
    return ELIGIBLE


def _deciding(status: str, standing: list[list[_Finding]], order: list[str]) -> list[str]:
    wanted = {INELIGIBLE: {"hard"}, UNDETERMINED: {"unknown"}, LATER: {"soft"}, ELIGIBLE: {"met"}, GRANTED: set()}
    named = {one.id for way in standing for one in way if one.kind in wanted[status]}
    return [id for id in order if id in named]


def _finding(source: Condition | Wait, record: Reference, at: At, as_of: date, strict: bool) -> _Finding:
    if isinstance(source, Wait):
        low, high = _waited(source, record, at, as_of, strict)
        over = high is not None and high <= as_of
        ahead = low is not None and low > as_of
        if over == ahead:
            kind = "unknown"
        elif over:
            kind = "met"
        elif low == NEVER:
            kind = "hard"
        else:
            # It may never end: then it is not put off but closed, and which of both is unknown.
            kind = "unknown" if high == NEVER else "soft"
        return _Finding(source.id, kind, True, low, high)
    value = record.test(source.test, at)
    if value is None:
        return _Finding(source.id, "unknown")
    if value is not isinstance(source, Bar):
        return _Finding(source.id, "met")
    if source.until is None:
        return _Finding(source.id, "soft" if source.curable else "hard")
    low, high = _after(source.until, record, at, strict)
    if not _ahead_and_sound(low, high, as_of):
        return _Finding(source.id, "soft", True, as_of + timedelta(days=1), None)
    return _Finding(source.id, "soft", True, low, None if high == NEVER else high)


def _after(day: e.Day, record: Reference, at: At, strict: bool) -> Ends:
    """The first day after a period, from its last."""
    low, high = record.day(day, at)
    if not strict:
        return low, high
    low, high = (end if end in (None, NEVER) else end + timedelta(days=1) for end in (low, high))
    return low, high


def _ahead_and_sound(low: date | None, high: date | None, as_of: date) -> bool:
    return low is not None and as_of < low < NEVER and (high is None or low <= high)


def _waited(wait: Wait, record: Reference, at: At, as_of: date, strict: bool) -> Ends:
    """The first day after a wait; while its period surely runs, that lies ahead."""
    low, high = _after(wait.until, record, at, strict and not wait.on_the_day)
    if wait.running is None or not record.test(wait.running, at) or (high is not None and high <= as_of):
        return low, high
    known = low
    low = max(as_of + timedelta(days=1), low or date.min)
    if wait.scheduled is None or high is not None:
        return low, high
    first, last = _after(wait.scheduled, record, at, strict and not wait.on_the_day)
    if not _ahead_and_sound(first, last, as_of) or last == NEVER or (known and last and last < known):
        return low, high
    return max(low, first), last


def contradicted(
    person: Subject, remedy: Remedy, charge: Charge, as_of: date, coverage: Coverage, policy: Policy
) -> bool:
    """Whether facts that a remedy reads contradict one another on a charge: then one fact less may tell more.

    A day lies after a day that it cannot follow; or a period surely runs although its end is known to have come, or is
    known to come on another day than the one it is set to end on.
    """
    record, strict = Reference(person, coverage, policy.history, as_of=as_of), policy.boundary == "strict"
    for _, expression in remedy.expressions():
        for node in expression.walk():
            if isinstance(node, e.Bounded) and not any(isinstance(part, e.Quantified) for part in node.walk()):
                for one in person.charges:
                    low, high = record.day(node, At(one, charge))
                    if low is not None and high is not None and low > high:
                        return True
    return any(
        _contradicted(wait, record, At(charge), as_of, strict) for wait in remedy.findings() if isinstance(wait, Wait)
    )


def _contradicted(wait: Wait, record: Reference, at: At, as_of: date, strict: bool) -> bool:
    if wait.running is None or not record.test(wait.running, at):
        return False
    low, high = _after(wait.until, record, at, strict and not wait.on_the_day)
    if high is not None and high <= as_of:
        return True
    if wait.scheduled is None or (low is None and high is None):
        return False
    first, last = _after(wait.scheduled, record, at, strict and not wait.on_the_day)
    return _ahead_and_sound(first, last, as_of) and (low, high) != (first, last)


def _grade(remedy: Remedy, record: Reference, at: At) -> str:
    for rule in remedy.grades[:-1]:
        if rule.condition is None or record.test(rule.condition.test, at):
            return rule.grade.value
    return remedy.grades[-1].grade.value
