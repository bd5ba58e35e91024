"""What the worked cases of a pack reach: every condition as met, unmet and unknown, every version of every remedy."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import get_args

import attrs

from recordrelief.cases import WorkedCase, findings_of, policies_of
from recordrelief.findings import Result
from recordrelief.law.possible import possible_values
from recordrelief.statutes import Bar, Condition, StatutePack, Wait

RESULTS: tuple[Result, ...] = get_args(Result)
"""What a condition may come out as: met, unmet, unknown."""


@attrs.frozen(kw_only=True)
class Reached:
    """One condition, bar or wait of one version of a remedy, and by result the names of the cases that reach it.

    A case reaches a result where it expects something of a charge and remedy and the finding comes out so. Of a bar
    ``unmet`` is where it bars, of a wait where it is not over. ``rule`` is what is asked, and ``possible`` what it may
    come out as by its form, under any of the policies.
    """

    remedy: str
    version: str
    condition: str
    cites: str
    sentence: str
    rule: str
    possible: frozenset[Result]
    by: Mapping[Result, tuple[str, ...]]

    @property
    def column(self) -> str:
        """The condition as the findings name it: ``hs-11361.8/64.4``."""
        return f"{self.remedy}/{self.condition}"


def reached(cases: Iterable[WorkedCase], pack: StatutePack) -> tuple[Reached, ...]:
    """For every condition of every version of every remedy, which cases reach it as met, unmet and unknown.

    Remedies are those under the pack's usual policy, under each that it names, and under those of the cases.
    """
    some = list(cases)
    items: dict[tuple[str, str, str], dict[str, Condition | Wait]] = {}
    for policy in policies_of(some, pack):
        for remedy in pack.all_versions(policy):
            for item in remedy.findings():
                items.setdefault((remedy.id, remedy.version, item.id), {}).setdefault(_rule(item), item)
    seen: dict[tuple[str, str, str], dict[Result, dict[str, None]]] = {}
    for case in some:
        for remedy_id, version, condition, result in findings_of(case, pack):
            seen.setdefault((remedy_id, version, condition), {}).setdefault(result, {})[case.name] = None
    found = []
    for key, rules in sorted(items.items(), key=lambda one: one[0][:2]):
        rule, item = next(iter(rules.items()))
        found.append(
            Reached(
                remedy=key[0],
                version=key[1],
                condition=key[2],
                cites=item.cites,
                sentence=item.sentence,
                rule=rule,
                possible=frozenset().union(*map(_possible, rules.values())),
                by={result: tuple(seen.get(key, {}).get(result, ())) for result in RESULTS},
            )
        )
    return tuple(found)


def unreached(
    cases: Iterable[WorkedCase],
    pack: StatutePack,
    *,
    each_version: bool = False,
    exempt: Mapping[str, Collection[Result]] | None = None,
) -> list[str]:
    """What no case reaches, a line each: remedy, version, condition, the results that are lacking, its sentence.

    What a condition cannot come out as by its form is not asked for.

    Args:
        cases: the worked cases of the pack.
        pack: the pack.
        each_version: ask it of every version by itself. Otherwise a condition whose rule several versions share is
            one, reached in any of them, and of each version only that some case reaches it at all.
        exempt: results that a condition cannot have, by its name in the findings (``hs-11361.9/64.9.3``). An
            exemption of what some case does reach, or of no condition at all, is told too.
    """
    allowed = dict(exempt or {})
    groups: dict[tuple[str, ...], list[Reached]] = {}
    versions: dict[tuple[str, str], bool] = {}
    for one in reached(cases, pack):
        shared = one.version if each_version else one.rule
        groups.setdefault((one.remedy, one.condition, shared), []).append(one)
        key = (one.remedy, one.version)
        versions[key] = versions.get(key, False) or any(one.by.values())
    lines = [f"{id} ({version}): no case reaches this version" for (id, version), any_ in versions.items() if not any_]
    lacking_anywhere: dict[str, set[Result]] = {}
    for group in groups.values():
        last = group[-1]
        lacking = [result for result in RESULTS if not any(one.by[result] for one in group)]
        lacking_anywhere.setdefault(last.column, set()).update(lacking)
        told = [
            result
            for result in lacking
            if any(result in one.possible for one in group) and result not in allowed.get(last.column, ())
        ]
        if told and (each_version or any(versions[one.remedy, one.version] for one in group)):
            spans = "; ".join(one.version for one in group)
            lines.append(f"{last.remedy} ({spans}): {last.condition} is never {' or '.join(told)}: {last.sentence}")
    for column, results in allowed.items():
        if idle := [result for result in results if result not in lacking_anywhere.get(column, ())]:
            lines.append(f"{column}: exempt from {' and '.join(idle)} without need")
    return sorted(lines)


def _rule(item: Condition | Wait) -> str:
    rules = (item.until, item.running, item.scheduled) if isinstance(item, Wait) else (item.test,)
    return " | ".join(rule.identity for rule in rules if rule is not None)


def _possible(item: Condition | Wait) -> frozenset[Result]:
    if isinstance(item, Wait):
        facts = item.until.facts() | (frozenset() if item.running is None else item.running.facts())
        return frozenset(RESULTS) if facts else frozenset(("met", "unmet"))
    met, unmet = (False, True) if isinstance(item, Bar) else (True, False)
    words: dict[bool | None, Result] = {met: "met", unmet: "unmet", None: "unknown"}
    return frozenset(words[value] for value in possible_values(item.test))
