"""One person's record with one fact less, in every way there is, and what an answer may then become."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import date
from functools import partial
from typing import Any

import attrs

from recordrelief.cases import WorkedCase
from recordrelief.model import Case, Charge, Event, Relief, Sentence, Subject
from recordrelief.records import Records
from recordrelief.screening import screen
from recordrelief.statutes import Grade, Policy, StatutePack

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
_STRENGTH = [grade.value for grade in Grade]


def forgotten(subject: Subject) -> Iterator[Variant]:
    """Every variant of a person with one known fact made unknown, and which fact that is."""
    for path, changed in _less(subject):
        yield f"subject.{path}", changed
    for part in ("cases", "events", "charges"):
        items = getattr(subject, part)
        for place, item in enumerate(items):
            for path, changed in _less_of(item):
                rest = (*items[:place], changed, *items[place + 1 :])
                changes: dict[str, Any] = {part: rest}
                yield f"{part}[{place}].{path}", attrs.evolve(subject, **changes)


def renamed(subject: Subject, by: Callable[[str], str]) -> Subject:
    """The same person under other ids, so that variants can stand side by side in one run."""
    return attrs.evolve(
        subject,
        subject_id=by(subject.subject_id),
        cases=tuple(attrs.evolve(case, case_id=by(case.case_id)) for case in subject.cases),
        charges=tuple(
            attrs.evolve(
                charge,
                charge_id=by(charge.charge_id),
                case_id=charge.case_id and by(charge.case_id),
                sentences=tuple(attrs.evolve(term, sentence_id=by(term.sentence_id)) for term in charge.sentences),
            )
            for charge in subject.charges
        ),
    )


def told_by_less(case: WorkedCase, pack: StatutePack, policy: Policy, silent: Collection[str] = ()) -> Iterator[str]:
    """What a case with one fact less tells beyond what the whole case does, in words; nothing where all is well.

    With a fact less an answer may stay as it is, be weaker or later, or be undetermined. Nothing else.

    Args:
        case: the whole case.
        pack: the pack.
        policy: the policy to ask under: one that presumes nothing, since a presumption may fill what is forgotten.
        silent: facts of the pack that are not forgotten, since their absence means no.
    """
    kept = tuple(f"facts.{name}" for name in silent)
    less = dict(enumerate(one for one in forgotten(case.subject) if not (kept and one[0].endswith(kept))))
    variants = [renamed(one, partial("{1}~{0}".format, at)) for at, (_, one) in less.items()]
    found = screen(
        Records.from_subjects([case.subject, *variants], coverage=case.coverage),
        statutes=pack,
        as_of=case.as_of,
        policy=policy,
        remedies=sorted({one.remedy for one in case.expected}),
    ).determinations.select("charge_id", "remedy", "status", "grade", "eligible_on")
    answers = [(str(row[0]), str(row[1]), _Answer(*row[2:])) for row in found.iter_rows()]
    whole = {(charge, remedy): answer for charge, remedy, answer in answers if "~" not in charge}
    for charge, remedy, answer in answers:
        name, _, at = charge.rpartition("~") if "~" in charge else (charge, "", "")
        if not at:
            continue
        before = whole.get((name, remedy))
        if answer.status != "undetermined" and (before is None or not answer.says_no_more_than(before)):
            yield f"{case.name}, {name}, {remedy}: without {less[int(at)][0]}, {before or 'nothing'} became {answer}"


@attrs.frozen
class _Answer:
    status: str
    grade: str | None
    eligible_on: date | None

    def __str__(self) -> str:
        return " ".join(str(one) for one in (self.status, self.grade, self.eligible_on) if one is not None)

    def says_no_more_than(self, more: _Answer) -> bool:
        weaker = more.grade is None or (
            self.grade is not None and _STRENGTH.index(self.grade) >= _STRENGTH.index(more.grade)
        )
        later = self.eligible_on is None or (more.eligible_on is not None and self.eligible_on >= more.eligible_on)
        return self.status == more.status and weaker and later


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
                changes: dict[str, Any] = {part: rest}
                yield f"{part}[{place}].{path}", attrs.evolve(item, **changes)


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
