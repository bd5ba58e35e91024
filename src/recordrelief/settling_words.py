"""What would settle an answer, in words: the questions, and what each answer to them comes to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from recordrelief.questions import Question
from recordrelief.trials import NOT_ABOUT, UNDETERMINED

if TYPE_CHECKING:
    from recordrelief.settling import QuestionSet, Results, Settlement, Settling

STATUS_WORDS: Mapping[str, str] = {
    "eligible": "eligible",
    "eligible_later": "eligible later",
    "ineligible": "ineligible",
    "granted": "already granted",
    UNDETERMINED: "still open",
    NOT_ABOUT: "the remedy is not about this charge",
}
_FEW = 4
_BY_FEWER = "by fewer"
MOST_SHOWN = 5
"""Sets of one answer that are shown; the others are counted."""


def lines(settling: Settling) -> Iterator[str]:
    """A settling, line by line, set in by depth."""
    yield f"Subject {settling.subject_id}"
    yield f"  {settling.notice}"
    if not settling.settlements:
        yield "  Nothing is open."
        return
    if settling.questions:
        yield "  Questions, the one that settles most first:"
    for number, (one, _) in enumerate(settling.questions, start=1):
        yield f"    {number}. {one}"
    numbers = {one: number for number, (one, _) in enumerate(settling.questions, start=1)}
    for charge_id, group in groupby(settling.settlements, key=lambda one: one.charge_id):
        yield f"  Charge {charge_id}"
        for settlement in group:
            yield f"    {settlement.remedy.title} ({settlement.remedy.id}), {settlement.remedy.citation}"
            for line in _of_one(settlement, numbers):
                yield f"      {line}"


def _of_one(one: Settlement, numbers: Mapping[Question, int]) -> Iterator[str]:
    if one.settled is not None:
        yield (
            f"Settled: {STATUS_WORDS[one.settled]}. All that is missing was tried every way, and every way comes to "
            "the same."
        )
        return
    if one.unsettled:
        yield f"The law leaves open, unless a policy decides: {'; '.join(one.unsettled)}."
    always = [each for each in one.sets if each.always]
    shown = (always or one.sets)[:MOST_SHOWN]
    for each in shown:
        lead = "Settled whatever the answer is" if each.always else "Settled by some answers"
        yield f"{lead}: {told(each, numbers)}."
    if more := len(always or one.sets) - len(shown):
        yield f"{more} more such sets of questions."
    if not one.sets and one.missing:
        asked = ", ".join(str(number) for number in sorted(numbers[each] for each in one.missing))
        yield f"No answer that was tried settles it by itself or with few others. Questions that bear on it: {asked}."
    if one.reaches:
        lead = "Known every way, it comes to" if one.every else "Of the ways that were tried, some come to"
        yield f"{lead}: {', '.join(STATUS_WORDS[status] for status in one.reaches)}."
    if one.capped:
        yield "There are more sets of questions than were tried: a smaller one may have been missed."


def told(one: QuestionSet, numbers: Mapping[Question, int]) -> str:
    """What each answer to a set of questions comes to, those that come to the same together."""
    results = tuple((values, _BY_FEWER if values in one.by_fewer else status) for values, status in one.results)
    return "; ".join(_branches(one.questions, results, numbers))


def _branches(questions: Sequence[Question], results: Results, numbers: Mapping[Question, int]) -> Iterator[str]:
    first, *rest = questions
    below: dict[int, tuple[Any, list[tuple[tuple[Any, ...], str]]]] = {}
    places: dict[str, int] = {}
    for values, status in results:
        at = places.setdefault(repr(values[0]), len(places))
        below.setdefault(at, (values[0], []))[1].append((values[1:], status))
    tried = [(value, tuple(under)) for value, under in below.values()]
    for words, under in answers(first, tried):
        lead = f"({numbers[first]}) {words}"
        statuses = {status for _, status in under}
        if statuses <= {UNDETERMINED, _BY_FEWER}:
            continue
        if len(statuses) == 1 or not rest:
            yield f"{lead}: {STATUS_WORDS[statuses.pop()]}"
        else:
            yield from (f"{lead} and {more}" for more in _branches(rest, under, numbers))


def answers(one: Question, tried: Sequence[tuple[Any, Results]]) -> Iterator[tuple[str, Results]]:
    """The values of a question in words, those that come to the same together, and what they come to."""
    if one.kind not in ("day", "number"):
        groups: dict[Results, list[str]] = {}
        for value, under in tried:
            groups.setdefault(under, []).append(one.words(value))
        every = [word for words in groups.values() for word in words]
        for under, words in groups.items():
            others = [word for word in every if word not in words]
            few = len(words) <= _FEW or not others
            yield " or ".join(words) if few else f"anything but {' or '.join(others)}", under
        return
    at = 0
    for under, group in groupby(tried, key=lambda pair: pair[1]):
        values = [value for value, _ in group]
        start, at = at, at + len(values)
        yield _span(one, values, since=start > 0, until=at < len(tried)), under


def _span(one: Question, values: Sequence[Any], *, since: bool, until: bool) -> str:
    """A run of days or numbers, by the ends at which another answer begins."""
    first, last = one.words(values[0]), one.words(values[-1])
    less, more = ("or before", "or later") if one.kind == "day" else ("or less", "or more")
    if not since and not until:
        return "whatever it is"
    if not since:
        return f"{last} {less}"
    if not until:
        return f"{first} {more}"
    return first if first == last else f"{first} to {last}"
