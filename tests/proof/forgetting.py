"""One person's record with one fact less, in every way there is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import attrs

from recordrelief.model import Case, Charge, Event, Relief, Sentence, Subject

Variant = tuple[str, Subject]

# A value goes with what it is derived from, and both ends of a date are one value.
_TOGETHER = {
    "offense.citation": ("offense.citation", "charged.citation", "possible_citations"),
    "charged.citation": ("charged.citation",),
    "disposition.outcome": ("disposition.outcome", "stage"),
}
_NO_FACTS = {
    "subject_id", "alternative", "charge_id", "case_id", "sentence_id", "source", "names", "identifiers",
    "charges", "cases", "events", "sentences", "reliefs", "possible_citations",
}  # fmt: skip


def forgotten(subject: Subject) -> Iterator[Variant]:
    """Every variant of a person with one known fact made unknown, and which fact that is."""
    for path, changed in _less(subject):
        yield f"subject.{path}", changed
    for part in ("cases", "events", "charges"):
        items = getattr(subject, part)
        for place, item in enumerate(items):
            for path, changed in _less_of(item):
                rest = (*items[:place], changed, *items[place + 1 :])
                yield f"{part}[{place}].{path}", attrs.evolve(subject, **{part: rest})


def _less_of(item: Case | Event | Charge) -> Iterator[tuple[str, Any]]:
    yield from _less(item)
    if not isinstance(item, Charge):
        return
    if item.case_id is not None:
        yield "case_id", attrs.evolve(item, case_id=None)
    for part in ("sentences", "reliefs"):
        rows: tuple[Sentence | Relief, ...] = getattr(item, part)
        for place, row in enumerate(rows):
            for path, changed in _less(row):
                rest = (*rows[:place], changed, *rows[place + 1 :])
                yield f"{part}[{place}].{path}", attrs.evolve(item, **{part: rest})


def _less(item: Any) -> Iterator[tuple[str, Any]]:
    for path in _known(item):
        changed = item
        for one in _TOGETHER.get(path, (path,)):
            changed = _without(changed, one)
        yield path, changed
    for name in item.facts:
        yield f"facts.{name}", attrs.evolve(item, facts={key: item.facts[key] for key in item.facts if key != name})


def _known(item: Any) -> Iterator[str]:
    for field in attrs.fields(type(item)):
        value = getattr(item, field.name)
        if field.name in _NO_FACTS or field.name == "facts" or value is None:
            continue
        if attrs.has(type(value)) and field.name in ("offense", "charged", "disposition"):
            yield from (f"{field.name}.{name}" for name in _known(value))
        else:
            yield field.name


def _without(item: Any, path: str) -> Any:
    first, _, rest = path.partition(".")
    if path == "possible_citations":
        return attrs.evolve(item, possible_citations=())
    return attrs.evolve(item, **{first: _without(getattr(item, first), rest) if rest else None})


def renamed(subject: Subject, by: Callable[[str], str]) -> Subject:
    """The same person under other ids, so that variants can stand side by side in one run."""
    return attrs.evolve(
        subject,
        subject_id=by(subject.subject_id),
        cases=[attrs.evolve(case, case_id=by(case.case_id)) for case in subject.cases],
        charges=[
            attrs.evolve(
                charge,
                charge_id=by(charge.charge_id),
                case_id=charge.case_id and by(charge.case_id),
                sentences=[attrs.evolve(term, sentence_id=by(term.sentence_id)) for term in charge.sentences],
            )
            for charge in subject.charges
        ],
    )
