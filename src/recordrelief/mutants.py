"""Mutation of rules: is there a leaf that could be turned round without any worked case noticing?

A *leaf* is a test that holds no other test: a fact, a word, an offense in a set, two days or numbers compared; a period
added to a day is one too. Each is turned round in one remedy (a test to its opposite, a period by one unit), and the
worked cases that expect something of that remedy are asked again. A mutant that none of them notices *survives*: the
cases do not hold the rule to what it says.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import attrs

from recordrelief.cases import NO_DETERMINATION, WorkedCase
from recordrelief.law import expressions as e
from recordrelief.model import Coverage, Subject
from recordrelief.records import Records
from recordrelief.screening import screen
from recordrelief.statutes import Branch, Condition, GradeRule, Outcome, Policy, Remedy, StatutePack, Wait

_COMPARED = ("status", "grade", "outcome", "deciding", "eligible_on", "not_before", "overdue_since")
"""What of an expectation a mutant is held against: the columns of determinations that a case may name."""


@attrs.frozen
class Mutant:
    """One leaf of one remedy, turned round."""

    remedy: str
    leaf: str

    def __str__(self) -> str:
        return f"{self.remedy}: {self.leaf}"


def survivors(
    cases: Iterable[WorkedCase],
    pack: StatutePack,
    *,
    remedies: Collection[str] = (),
    progress: Callable[[Mutant, bool], None] = lambda mutant, survived: None,
) -> tuple[Mutant, ...]:
    """The mutants that no case notices. A rule that two remedies share is one: noticed in one, it is noticed.

    Args:
        cases: the worked cases of the pack.
        pack: the pack.
        remedies: only these; all otherwise.
        progress: told of every mutant, and whether it survived.
    """
    some = [case for case in cases if case.expected]
    unnoticed: dict[Mutant, set[str]] = {}
    noticed: dict[str, set[str]] = {}
    for remedy in sorted({remedy.id for remedy in pack.all_versions(pack.policy())}):
        if remedies and remedy not in remedies:
            continue
        groups = _groups(some, pack, remedy)
        for leaf, places in _leaves_of(groups, pack, remedy).items():
            mutant = Mutant(remedy, leaf)
            survived = not any(group.notices(pack, mutant) for group in groups)
            progress(mutant, survived)
            if survived:
                unnoticed[mutant] = places
            else:
                noticed.setdefault(leaf, set()).update(places)
    return tuple(mutant for mutant, places in unnoticed.items() if not places <= noticed.get(mutant.leaf, set()))


@attrs.frozen(eq=False)
class _Group:
    """The cases on one day under one policy, read as one population: each person and charge has the case before it."""

    as_of: date
    policy: Policy
    records: Records
    expected: Mapping[tuple[str, str], Mapping[str, Any]]

    def versions(self, pack: StatutePack, remedy: str) -> tuple[Remedy, ...]:
        return tuple(one for one in pack.all_versions(self.policy) if one.id == remedy)

    def notices(self, pack: StatutePack, mutant: Mutant) -> bool:
        """Whether an expectation of a case is no longer met."""
        versions = self.versions(pack, mutant.remedy)
        changed = tuple(_turned(one, mutant.leaf) for one in versions)
        if all(one is other for one, other in zip(versions, changed, strict=True)):
            return False
        alone = tuple(attrs.evolve(one, opens=()) for one in changed)
        amended = attrs.evolve(pack, remedies=lambda policy: alone, ranking=(), policies={})
        try:
            table = screen(self.records, statutes=amended, as_of=self.as_of, policy=self.policy).determinations
        except Exception:  # a rule that no longer makes sense is noticed by everybody
            return True
        answers = {(row["subject_id"], row["charge_id"]): row for row in table.iter_rows(named=True)}
        return any(not _met(answers.get(key), wanted) for key, wanted in self.expected.items())


def _met(answer: Mapping[str, Any] | None, wanted: Mapping[str, Any]) -> bool:
    if answer is None:
        return bool(wanted["status"] == NO_DETERMINATION)
    for name in _COMPARED:
        if name in wanted:
            value = answer[name]
            if isinstance(value, list):
                value, expected = sorted(value), sorted(wanted[name])
            else:
                expected = wanted[name]
            if value != expected:
                return False
    return True


def _groups(cases: Sequence[WorkedCase], pack: StatutePack, remedy: str) -> list[_Group]:
    together: dict[tuple[date, Policy, str], list[tuple[str, WorkedCase]]] = {}
    coverages: dict[str, Coverage] = {}
    for number, case in enumerate(cases):
        if any(one.remedy == remedy for one in case.expected):
            coverages[str(case.coverage)] = case.coverage
            key = (case.as_of, pack.read_policy(dict(case.policy)), str(case.coverage))
            together.setdefault(key, []).append((f"{number}:", case))
    groups = []
    for (as_of, policy, coverage), mine in together.items():
        people = [_renamed(case.subject, prefix) for prefix, case in mine]
        expected = {
            (prefix + case.subject.subject_id, prefix + one.charge): one.answers
            for prefix, case in mine
            for one in case.expected
            if one.remedy == remedy
        }
        records = Records.from_subjects(people, coverage=coverages[coverage])
        groups.append(_Group(as_of, policy, records, expected))
    return sorted(groups, key=lambda group: -len(group.expected))


def _renamed(subject: Subject, prefix: str) -> Subject:
    """The same person with ids that no other case has."""

    def own(id_: str | None) -> str | None:
        return None if id_ is None else prefix + id_

    charges = [
        attrs.evolve(
            charge,
            charge_id=prefix + charge.charge_id,
            case_id=own(charge.case_id),
            cycle_id=own(charge.cycle_id),
            sentences=tuple(attrs.evolve(one, sentence_id=prefix + one.sentence_id) for one in charge.sentences),
        )
        for charge in subject.charges
    ]
    return attrs.evolve(
        subject,
        subject_id=prefix + subject.subject_id,
        charges=tuple(charges),
        cases=tuple(
            attrs.evolve(one, case_id=prefix + one.case_id, cycle_id=own(one.cycle_id)) for one in subject.cases
        ),
        events=tuple(attrs.evolve(one, cycle_id=own(one.cycle_id)) for one in subject.events),
    )


_PARTS = (e.Expression, Remedy, Branch, Condition, Wait, GradeRule, Outcome)
_LEAVES = (e.TestFact, e.WordIn, e.Membership, e.DayOrder, e.NumberOrder)


def _leaf(node: e.Expression) -> str | None:
    """The name of a leaf; None for what is none."""
    return str(node) if isinstance(node, (*_LEAVES, e.Shifted)) else None


def _leaves_of(groups: Sequence[_Group], pack: StatutePack, remedy: str) -> dict[str, set[str]]:
    """Every leaf of the remedy under the policies of the cases, in the order of the rules, and where it stands."""
    found: dict[str, set[str]] = {}
    for policy in dict.fromkeys([pack.policy(), *(group.policy for group in groups)]):
        for version in pack.all_versions(policy):
            if version.id == remedy:
                for place, expression in version.expressions():
                    for node in _nodes(expression):
                        if (name := _leaf(node)) is not None:
                            found.setdefault(name, set()).add(place.partition(": ")[2])
    return found


def _nodes(expression: e.Expression) -> Iterator[e.Expression]:
    yield expression
    for child in expression.children():
        yield from _nodes(child)


def _turned(remedy: Remedy, leaf: str) -> Remedy:
    """The remedy with a leaf turned round wherever it stands; the very same object where it stands nowhere."""
    changed: Remedy = _rebuilt(remedy, leaf)
    return changed


def _rebuilt(value: Any, leaf: str) -> Any:
    """A remedy, a part of one or an expression, rebuilt around its turned leaf."""
    if isinstance(value, tuple):
        parts = tuple(_rebuilt(part, leaf) for part in value)
        return value if all(one is other for one, other in zip(value, parts, strict=True)) else parts
    if isinstance(value, e.Expression) and _leaf(value) == leaf:
        if isinstance(value, e.Shifted):
            return attrs.evolve(value, period=attrs.evolve(value.period, count=value.period.count + 1))
        assert isinstance(value, e.Test)
        return e.Not(value)
    if not isinstance(value, _PARTS):
        return value
    changes = {}
    for field in attrs.fields(type(value)):
        if field.init:
            old = getattr(value, field.name)
            new = _rebuilt(old, leaf)
            if new is not old:
                changes[field.name.lstrip("_")] = new
    return attrs.evolve(value, **changes) if changes else value
