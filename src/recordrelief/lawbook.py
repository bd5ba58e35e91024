"""The law as implemented, in plain text: each remedy with its conditions, the rule behind each, the offense sets."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from datetime import date

from recordrelief.errors import RequestError, nearest
from recordrelief.law.expressions import Expression, Membership
from recordrelief.law.offenses import OffenseSet
from recordrelief.statutes import Bar, Branch, Condition, Policy, Remedy, StatutePack, Wait
from recordrelief.wording import notice, review_words

WIDTH = 100


def law_text(pack: StatutePack, policy: Policy, *, remedy: str | None = None, as_of: date | None = None) -> str:
    """The remedies of a pack under a policy, every version of each.

    Args:
        pack: the pack.
        policy: the policy under which its remedies are made.
        remedy: only this one.
        as_of: only versions in force on this day.

    Raises:
        RequestError: there is no such remedy, or none in force on that day.
    """
    chosen = versions_of(pack, policy, remedy=remedy, as_of=as_of)
    lines = [f"{pack.title} ({pack.id} {pack.version})", notice(chosen), ""]
    for one in chosen:
        lines += [*remedy_lines(one), ""]
    if remedy is None:
        lines += ["THE BEST OF THOSE THAT A CHARGE IS ELIGIBLE FOR", ""]
        lines += [f"  {number}. {step}" for number, step in enumerate(pack.ranking, start=1)] + [""]
    sets = sets_of(chosen)
    if sets:
        lines += ["OFFENSE SETS", ""]
        for offenses in sets:
            lines += _offenses(offenses)
    return "\n".join(lines).rstrip() + "\n"


def versions_of(
    pack: StatutePack, policy: Policy, *, remedy: str | None = None, as_of: date | None = None
) -> list[Remedy]:
    """The remedies of a pack, every version of each; or of one only, or on one day only.

    Raises:
        RequestError: there is no such remedy, or none in force on that day.
    """
    every = pack.all_versions(policy)
    ids = {one.id for one in every}
    if remedy is not None and remedy not in ids:
        raise RequestError(f"Pack {pack.id} has no remedy {remedy!r}.", cure=nearest(remedy, ids))
    chosen = [one for one in every if remedy in (None, one.id) and (as_of is None or as_of in one.in_force)]
    if not chosen:
        raise RequestError("No such remedy is in force on that day.", found=str(as_of))
    return chosen


def remedy_lines(remedy: Remedy) -> Iterator[str]:
    """One version of a remedy in plain text."""
    yield f"{remedy.id}  {remedy.title}"
    yield f"  {remedy.citation}; in force {remedy.in_force}; {review_words(remedy)}"
    yield f"  {remedy.relief.value} by {remedy.pathway.value}; begun by {remedy.acts}" + (
        f"; due by {remedy.due.isoformat()}" if remedy.due else ""
    )
    if remedy.forms:
        yield f"  forms: {', '.join(remedy.forms)}"
    yield from _rule("about a charge where", remedy.applies_to)
    yield from _rule("already granted where", remedy.granted)
    yield from _part(remedy, "  ")
    for branch in remedy.branches:
        yield f"  way {branch.id} ({branch.cites}): {branch.title}"
        yield from _part(branch, "    ")
    yield "  grades, strongest first:"
    for rule in remedy.grades:
        if rule.condition is None:
            yield f"    {rule.grade.value}"
        else:
            yield f"    {rule.grade.value}, if"
            yield from _finding(rule.condition, "      ")
    if remedy.outcomes:
        yield "  outcomes:"
        for outcome in remedy.outcomes:
            yield f"    {outcome.name}"
            yield from _wrapped(f"where {outcome.when}", "      ")
    if remedy.opens:
        yield f"  may open: {', '.join(remedy.opens)}"
    for note in remedy.notes:
        yield from _wrapped(f"note: {note}", "  ")


def _part(part: Remedy | Branch, indent: str) -> Iterator[str]:
    groups: tuple[tuple[str, Sequence[Condition | Wait]], ...] = (
        ("requires", part.requires),
        ("unless", part.bars),
        ("waits", part.waits),
    )
    for name, findings in groups:
        if findings:
            yield f"{indent}{name}:"
            for finding in findings:
                yield from _finding(finding, indent + "  ")


def _finding(finding: Condition | Wait, indent: str) -> Iterator[str]:
    extra = mark_of(finding)
    yield from _wrapped(f"{finding.id} {finding.cites}: {finding.sentence}{extra and f' [{extra}]'}", indent)
    for rule in rules_of(finding):
        yield from _wrapped(rule, indent + "    ")
    if finding.note:
        yield from _wrapped(f"note: {finding.note}", indent + "    ")


def mark_of(finding: Condition | Wait) -> str:
    """What is special about a finding, in a few words."""
    if isinstance(finding, Wait):
        return "on that day" if finding.on_the_day else ""
    return "" if not finding.curable else "may fall away" if isinstance(finding, Bar) else "may still be met"


def rules_of(finding: Condition | Wait) -> Iterator[str]:
    """The rule behind a finding, and the rules that date it."""
    if isinstance(finding, Wait):
        yield f"until {finding.until}"
        if finding.running is not None:
            yield f"where that is not known, it runs while {finding.running}"
        if finding.scheduled is not None:
            yield f"and is set to end on {finding.scheduled}"
        return
    yield str(finding.test)
    if finding.until is not None:
        yield f"set to {'stand' if isinstance(finding, Bar) else 'stay unmet'} until {finding.until}"


def _rule(name: str, expression: Expression) -> Iterator[str]:
    yield f"  {name}:"
    yield from _wrapped(str(expression), "    ")


def sets_of(remedies: Sequence[Remedy]) -> list[OffenseSet]:
    """The offense sets that the remedies ask of, by name."""
    found: dict[str, OffenseSet] = {}
    for remedy in remedies:
        for _, expression in remedy.expressions():
            for node in expression.walk():
                if isinstance(node, Membership):
                    found[node.offenses.name] = node.offenses
    return [found[name] for name in sorted(found)]


def _offenses(offenses: OffenseSet) -> Iterator[str]:
    yield f"  {offenses.name} ({offenses.cites})"
    for name, entries in entries_of(offenses):
        yield from _wrapped(f"{name}: {', '.join(entries)}", "    ")
    yield from _wrapped(forms_of(offenses), "    ")


def entries_of(offenses: OffenseSet) -> Iterator[tuple[str, list[str]]]:
    """The entries of an offense set, by what they say of an offense."""
    groups = (
        ("in", offenses.members),
        ("may be in", offenses.perhaps),
        ("not in", offenses.excepted),
        ("attempts in", offenses.attempted_members),
        ("attempts that may be in", offenses.attempted_perhaps),
        ("attempts not in", offenses.attempted_excepted),
    )
    for name, entries in groups:
        # The set of a catalog's flag excepts every other offense of that catalog: no list to read.
        if entries and not (offenses.broad_entries_decide and "not in" in name):
            yield name, [str(entry) for entry in entries]


def forms_of(offenses: OffenseSet) -> str:
    """Whether attempts, conspiracies and solicitations stand in the set."""
    forms = (("attempts", offenses.attempts), ("conspiracies", offenses.conspiracies))
    words = {"as_target": "stand with their target", "outside": "are outside", "open": "are open"}
    return "; ".join(f"{name} {words[rule]}" for name, rule in (*forms, ("solicitations", offenses.solicitations)))


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + "  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
