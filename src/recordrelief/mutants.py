"""Mutation of rules: is there a leaf that could be turned round without any worked case noticing?

A *leaf* is a test that holds no other test: a fact, a word, an offense in a set, two days or numbers compared; a period
added to a day is one too. Each is turned round in one remedy (a test to its opposite, a period by one unit), and the
worked cases that expect something of that remedy are asked again. A mutant that none of them notices *survives*: the
cases do not hold the rule to what it says.

Some leaves no case can hold: what they say follows from another part of the rule, which is written out because the
statute is. Such a leaf is *equivalent* to its opposite. A file lists them, each with the reason, and a leaf on the list
that a case does notice is told as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import attrs

from recordrelief.cases import NO_DETERMINATION, WorkedCase, policies_of
from recordrelief.errors import RequestError
from recordrelief.handwritten import Page, refuse
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


@attrs.frozen
class Equivalent:
    """A leaf that is equivalent to its opposite, and why no case can tell them apart.

    In ``leaf`` three dots stand for anything, since the name of a leaf may be long.
    """

    remedy: str
    leaf: str
    why: str

    def __str__(self) -> str:
        return f"{self.remedy}: {self.leaf}"

    def covers(self, mutant: Mutant) -> bool:
        """Whether the mutant is this one."""
        written = ".*".join(re.escape(part) for part in " ".join(self.leaf.split()).split("..."))
        return mutant.remedy == self.remedy and re.fullmatch(written, mutant.leaf) is not None


def read_equivalents(text: str, file: str) -> tuple[Equivalent, ...]:
    """The equivalent leaves that a file lists: under ``equivalents`` the ``remedies``, the ``leaves`` and ``why``.

    Args:
        text: what stands in the file.
        file: its name.

    Raises:
        SourceError: it is not written so; ``SourceFaults`` tells several faults.
    """
    page = Page(file)
    found: list[Equivalent] = []
    for document in page.documents(text):
        listed = document.entry(("about", "equivalents")).need("equivalents")
        for item in listed.items() if listed else ():
            entry = item.entry(("remedies", "leaves", "why"))
            remedies, leaves, why = entry.need("remedies"), entry.need("leaves"), entry.need("why")
            if remedies and leaves and why:
                reason = why.required(why.text())
                found += [
                    Equivalent(one, leaf, reason) for one in remedies.texts() for leaf in leaves.texts() if reason
                ]
    refuse([page])
    return tuple(found)


def unexplained(
    found: Collection[Mutant], equivalents: Iterable[Equivalent], *, remedies: Collection[str] = ()
) -> tuple[tuple[Mutant, ...], tuple[Equivalent, ...]]:
    """The survivors that are not listed as equivalent, and what is listed although no survivor is.

    Args:
        found: the survivors.
        equivalents: those that are known.
        remedies: only these were asked for; all otherwise.
    """
    known = [one for one in equivalents if not remedies or one.remedy in remedies]
    return (
        tuple(mutant for mutant in found if not any(one.covers(mutant) for one in known)),
        tuple(one for one in known if not any(one.covers(mutant) for mutant in found)),
    )


def survivors(
    cases: Iterable[WorkedCase],
    pack: StatutePack,
    *,
    remedies: Collection[str] = (),
    progress: Callable[[Mutant, bool], None] = lambda mutant, survived: None,
) -> tuple[Mutant, ...]:
    """The mutants that no case notices. A rule that two remedies share is one: noticed in one, it is noticed.

    Two remedies share a rule where the same test stands at the same place of both, as a condition with one id does.

    Args:
        cases: the worked cases of the pack.
        pack: the pack.
        remedies: only these; all otherwise.
        progress: told of every mutant, and whether it survived.

    Raises:
        RequestError: a case is not met as the rules stand, so that it would notice whatever is turned.
    """
    some = [case for case in cases if case.expected]
    unnoticed: dict[Mutant, set[str]] = {}
    noticed: dict[str, set[str]] = {}
    for remedy in sorted({one.id for policy in policies_of(some, pack) for one in pack.all_versions(policy)}):
        if remedies and remedy not in remedies:
            continue
        groups = _groups(some, pack, remedy)
        if not all(group.met(pack, group.versions(pack, remedy)) for group in groups):
            raise RequestError(
                "A worked case is not met as the rules stand.",
                found=remedy,
                cure="Run the tests of the worked cases first.",
            )
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
        try:
            return not self.met(pack, changed)
        except Exception:  # a rule that no longer makes sense is noticed by everybody
            return True

    def met(self, pack: StatutePack, versions: Sequence[Remedy]) -> bool:
        """Whether every expectation is met where these are the versions of the remedy."""
        alone = tuple(attrs.evolve(one, opens=()) for one in versions)
        amended = attrs.evolve(
            pack, remedies=lambda policy: alone, ranking=(), policies={}, plain={}, forms={}, letters={}
        )
        table = screen(self.records, statutes=amended, as_of=self.as_of, policy=self.policy).determinations
        answers = {(row["subject_id"], row["charge_id"]): row for row in table.iter_rows(named=True)}
        return all(_met(answers.get(key), wanted) for key, wanted in self.expected.items())


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
    """Every leaf of the remedy under the policies of the cases, in the order of the rules, and the tests it is in."""
    found: dict[str, set[str]] = {}
    for policy in dict.fromkeys([pack.policy(), *(group.policy for group in groups)]):
        for version in pack.all_versions(policy):
            if version.id == remedy:
                for place, expression in version.expressions():
                    for node in _nodes(expression):
                        if (name := _leaf(node)) is not None:
                            found.setdefault(name, set()).add(f"{place.partition(': ')[2]}: {expression}")
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
