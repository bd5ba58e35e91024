"""Days that the worked cases hold: the last day of each wait, moved by one, and the days that versions are in force."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import attrs

from recordrelief.cases import NO_DETERMINATION, WorkedCase, policies_of
from recordrelief.errors import PackError
from recordrelief.law import days
from recordrelief.model import Coverage, Subject
from recordrelief.records import Records
from recordrelief.screening import screen
from recordrelief.statutes import Policy, StatutePack, Wait
from recordrelief.testing.forgetting import renamed

_COMPARED = ("status", "eligible_on", "eligible_on_earliest", "not_before", "overdue_since", "grade")
_MOVES = {1: "later", -1: "earlier"}


def loose_days(cases: Iterable[WorkedCase], pack: StatutePack, *, remedies: Collection[str] = ()) -> list[str]:
    """Each wait whose last day can be moved by one without a worked case noticing, as lines that can be read.

    Args:
        cases: the worked cases of the pack.
        pack: the pack.
        remedies: only these; all otherwise.
    """
    some = [case for case in cases if case.expected]
    waits: dict[str, dict[str, str]] = {}
    for policy in dict.fromkeys([pack.policy(), *(pack.read_policy(dict(case.policy)) for case in some)]):
        for remedy in pack.all_versions(policy):
            if not remedies or remedy.id in remedies:
                mine = waits.setdefault(remedy.id, {})
                mine.update({item.id: item.sentence for item in remedy.findings() if isinstance(item, Wait)})
    lines = []
    for remedy_id, ids in sorted(waits.items()):
        groups = list(_groups(some, pack, remedy_id)) if ids else []
        for wait, sentence in ids.items():
            for by, word in _MOVES.items():
                if not any(group.notices(pack, remedy_id, wait, by) for group in groups):
                    lines.append(f"{remedy_id}/{wait} may end a day {word}, and no case notices: {sentence}")
    return lines


@attrs.frozen(eq=False)
class _Group:
    """Cases on one day under one policy, read as one population, and what they expect of one remedy."""

    as_of: date
    policy: Policy
    records: Records
    expected: Mapping[tuple[str, str], Mapping[str, Any]]

    def notices(self, pack: StatutePack, remedy: str, wait: str, by: int) -> bool:
        versions = tuple(
            attrs.evolve(_moved(one, wait, by), opens=()) for one in pack.all_versions(self.policy) if one.id == remedy
        )
        amended = attrs.evolve(
            pack, remedies=lambda policy: versions, ranking=(), policies={}, plain={}, forms={}, letters={}
        )
        table = screen(self.records, statutes=amended, as_of=self.as_of, policy=self.policy).determinations
        answers = {(row["subject_id"], row["charge_id"]): row for row in table.iter_rows(named=True)}
        return any(not _met(answers.get(key), wanted) for key, wanted in self.expected.items())


def _met(answer: Mapping[str, Any] | None, wanted: Mapping[str, Any]) -> bool:
    if answer is None:
        return bool(wanted["status"] == NO_DETERMINATION)
    return all(answer[name] == wanted[name] for name in _COMPARED if name in wanted)


def _moved(value: Any, wait: str, by: int) -> Any:
    """A remedy, a branch or a part of one, with the last day of a wait moved."""
    if isinstance(value, tuple):
        return tuple(_moved(one, wait, by) for one in value)
    if isinstance(value, Wait):
        if value.id != wait:
            return value
        return attrs.evolve(value, until=value.until + days(by) if by > 0 else value.until - days(-by))
    changes = {}
    for name in ("waits", "branches"):
        parts = getattr(value, name, ())
        if parts:
            changes[name] = _moved(parts, wait, by)
    return attrs.evolve(value, **changes) if changes else value


def _groups(cases: Sequence[WorkedCase], pack: StatutePack, remedy: str) -> Iterator[_Group]:
    together: dict[tuple[date, Policy, str], list[tuple[str, WorkedCase]]] = {}
    coverages: dict[str, Coverage] = {}
    for number, case in enumerate(cases):
        if any(one.remedy == remedy for one in case.expected):
            coverages[str(case.coverage)] = case.coverage
            key = (case.as_of, pack.read_policy(dict(case.policy)), str(case.coverage))
            together.setdefault(key, []).append((f"{number}:", case))
    for (as_of, policy, coverage), mine in sorted(together.items(), key=lambda item: -len(item[1])):
        people: list[Subject] = [renamed(case.subject, prefix.__add__) for prefix, case in mine]
        expected = {
            (prefix + case.subject.subject_id, prefix + one.charge): one.answers
            for prefix, case in mine
            for one in case.expected
            if one.remedy == remedy
        }
        yield _Group(as_of, policy, Records.from_subjects(people, coverage=coverages[coverage]), expected)


def versions_told(pack: StatutePack, cases: Iterable[WorkedCase]) -> list[str]:
    """Where versions of a remedy overlap or leave a gap, under the policies of the pack and of its cases."""
    told = []
    for policy in policies_of(cases, pack):
        try:
            pack.all_versions(policy)
        except PackError as error:
            told.append(str(error))
    return sorted(set(told))


def remedies_asked(pack: StatutePack, cases: Iterable[WorkedCase]) -> tuple[str, ...]:
    """The remedies of the pack's usual policy, and those that its cases expect something of."""
    try:
        usual = {one.id for one in pack.all_versions(pack.policy())}
    except PackError:  # told by the test of the versions
        usual = set()
    return tuple(sorted(usual | {one.remedy for case in cases for one in case.expected}))
