"""The law as implemented, as Markdown pages: a lawyer reviews a pack from them and opens no Python."""

from __future__ import annotations

import inspect
import re
import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

import attrs

from recordrelief.cases import Expected, WorkedCase
from recordrelief.law.expressions import Expression
from recordrelief.law.offenses import OffenseSet
from recordrelief.lawbook import (
    entries_of,
    forms_of,
    mark_of,
    rules_of,
    sets_of,
    versions_of,
)
from recordrelief.statutes import Branch, Condition, Policy, Remedy, StatutePack, Wait
from recordrelief.wording import GRADE_WORDS, notice, review_words

MOST_ENTRIES = 80
"""Entries of an offense list that stand on the page of a remedy; a longer one stands on the page of the lists only."""
INDEX, LISTS, QUESTIONS = "index", "offense-lists", "questions"
"""Names of the pages that are no remedy's."""


@attrs.frozen(kw_only=True)
class Question:
    """A question that is open until counsel answers it, with its number and the heading it stands under."""

    number: int
    heading: str
    text: str


def law_markdown(pack: StatutePack, policy: Policy, *, remedy: str | None = None, as_of: date | None = None) -> str:
    """The remedies of a pack under a policy as one Markdown document, every version of each.

    Args:
        pack: the pack.
        policy: the policy under which its remedies are made.
        remedy: only this one.
        as_of: only versions in force on this day.

    Raises:
        RequestError: there is no such remedy, or none in force on that day.
    """
    chosen = versions_of(pack, policy, remedy=remedy, as_of=as_of)
    lines = [f"# {_plain(pack.title)}, version {pack.version}", "", notice(chosen), ""]
    if remedy is None:
        lines += _ranking(pack, level=2)
    for id, versions in _by_id(chosen).items():
        lines += _remedy(versions, _changed_by(pack, policy, id), level=2)
    sets = sets_of(chosen)
    if sets:
        lines += ["## Offense lists", ""]
        lines += [line for offenses in sets for line in _list(offenses, level=3)]
    return _document(lines)


def law_pages(
    pack: StatutePack, policy: Policy, *, cases: Sequence[WorkedCase] = (), questions: Sequence[Question] = ()
) -> dict[str, str]:
    """Every page on a pack under a policy, by name: the index, the offense lists, the questions, each remedy.

    Args:
        pack: the pack.
        policy: the policy under which its remedies are made.
        cases: the worked cases that cover it.
        questions: what is open until counsel answers it.
    """
    every = pack.all_versions(policy)
    by_id = _by_id(every)
    pages = {page_of(id): _page(pack, policy, versions, cases, questions) for id, versions in by_id.items()}
    lists = [line for offenses in sets_of(every) for line in _list(offenses, level=2)]
    pages[LISTS] = _document(["# Offense lists", "", "The lists that the law itself makes.", "", *lists])
    if questions:
        pages[QUESTIONS] = _document(["# Questions for counsel", "", *_questions(questions, level=2)])
    pages[INDEX] = _document(_index(pack, policy, by_id, bool(questions)))
    return pages


def page_of(remedy: str) -> str:
    """The name of the page on a remedy."""
    return re.sub(r"[()]+", "-", remedy).strip("-")


def _document(lines: Iterable[str]) -> str:
    return "\n".join(lines).rstrip() + "\n"


def _by_id(versions: Sequence[Remedy]) -> dict[str, list[Remedy]]:
    found: dict[str, list[Remedy]] = {}
    for one in versions:
        found.setdefault(one.id, []).append(one)
    return found


# --- pages ------------------------------------------------------------------------------------------------------------


def _index(pack: StatutePack, policy: Policy, by_id: Mapping[str, Sequence[Remedy]], asked: bool) -> Iterator[str]:
    every = [one for versions in by_id.values() for one in versions]
    yield from (f"# {_plain(pack.title)}", "")
    yield from (f"Pack `{pack.id}`, version {pack.version}. {notice(every)}", "")
    yield from ("| remedy | what it is | citation | review |", "|---|---|---|---|")
    for id, versions in by_id.items():
        last = versions[-1]
        link = f"[{_plain(id)}]({page_of(id)}.md)"
        yield f"| {link} | {_plain(last.title)} | {_plain(last.citation)} | {_plain(_reviews(versions))} |"
    yield ""
    yield f"The lists of offenses that these remedies ask of stand [on a page of their own]({LISTS}.md)."
    if asked:
        yield f"What is open until counsel answers it: [the questions for counsel]({QUESTIONS}.md)."
    yield ""
    yield from _ranking(pack, level=2)
    yield from ("## Policy options", "", _said_of(type(policy)), "")
    yield "The pages show the law under the default of each option."
    yield "The page of a remedy names the options that change it."
    added = {id: names for id, names in sorted(_changes(pack, policy).items()) if id not in by_id}
    yield from (
        f"`{id}` is there under {', '.join(f'`{name}`' for name in names)} only." for id, names in added.items()
    )
    if type(policy) is not Policy:
        yield from ("", "Options of every pack, which concern every remedy:", "", _said_of(Policy))


def _page(
    pack: StatutePack,
    policy: Policy,
    versions: Sequence[Remedy],
    cases: Sequence[WorkedCase],
    questions: Sequence[Question],
) -> str:
    id = versions[-1].id
    options = _changed_by(pack, policy, id)
    lines = _remedy(versions, options, level=1)
    sets = sets_of(versions)
    if sets:
        lines += ["## Offense lists", ""]
        for offenses in sets:
            entries = sum(len(names) for _, names in entries_of(offenses))
            if entries > MOST_ENTRIES:
                where = f"{LISTS}.md#{_anchor(offenses.name)}"
                lines += [f"### {offenses.name}", "", f"{_plain(offenses.cites)}. [{entries} entries]({where}).", ""]
            else:
                lines += _list(offenses, level=3)
    mine = [case for case in cases if any(one.remedy == id for one in case.expected)]
    lines += [f"## Worked cases ({len(mine)})", ""]
    if mine:
        lines += ["| case | as of | why | policy | expected | file |", "|---|---|---|---|---|---|"]
        lines += [_row(case, id) for case in mine]
        lines.append("")
    else:
        lines += ["None covers this remedy.", ""]
    about = _about(versions, options, questions)
    if about:
        lines += ["## Questions for counsel", "", "Those that name its section, what it cites or its options;"]
        lines += [f"[the others]({QUESTIONS}.md) may bear on it too.", "", *_questions(about, level=3)]
    return _document(lines)


def _row(case: WorkedCase, remedy: str) -> str:
    expected = "; ".join(_words(one) for one in case.expected if one.remedy == remedy)
    under = ", ".join(f"{name} = {value}" for name, value in case.policy.items())
    cells = (case.title, case.as_of.isoformat(), case.why, under, expected, f"{Path(case.file).name}:{case.line}")
    return f"| {' | '.join(map(_plain, cells))} |"


def _words(expected: Expected) -> str:
    answers = expected.answers
    words = [f"{expected.charge}: {expected.status}"]
    words += [str(answers[name]) for name in ("grade", "outcome") if answers.get(name)]
    words += [f"from {answers['eligible_on']}"] if answers.get("eligible_on") else []
    return ", ".join(words)


def _remedy(versions: Sequence[Remedy], options: Sequence[str], *, level: int) -> list[str]:
    """Title, review status and options of a remedy, then each version, the newest first."""
    last, mark = versions[-1], "#" * level
    lines = [f"{mark} {_plain(last.title)}", ""]
    lines += [f"`{last.id}`, {_plain(last.citation)}. Review: {_reviews(versions)}.", ""]
    changed = ", ".join(f"`{one}`" for one in options) or "none but those that concern every remedy"
    lines += [f"Policy options that change it: {changed}.", ""]
    for one in reversed(versions):
        lines += [f"{mark}# In force {one.in_force}", "", *_version(one, level=level + 2)]
    return lines


def _reviews(versions: Sequence[Remedy]) -> str:
    said = {review_words(one) for one in versions}
    if len(said) == 1:
        return said.pop()
    return "; ".join(f"in force {one.in_force}: {review_words(one)}" for one in versions)


# --- one version ------------------------------------------------------------------------------------------------------


def _version(remedy: Remedy, *, level: int) -> Iterator[str]:
    mark = "#" * level
    yield from (f"- Relief: {remedy.relief.value}, by {remedy.pathway.value}; begun by {_plain(remedy.acts)}.",)
    if remedy.due:
        yield f"- The state has to act by {remedy.due.isoformat()}."
    if remedy.forms:
        yield f"- Forms: {_plain(', '.join(remedy.forms))}."
    if remedy.outcomes:
        yield "- Outcomes: " + "; ".join(f"{_plain(one.name)}, where {_code(str(one.when))}" for one in remedy.outcomes)
    if remedy.opens:
        yield f"- It may open: {', '.join(f'`{name}`' for name in remedy.opens)}."
    yield from (f"- Note: {_plain(note)}" for note in remedy.notes)
    yield ""
    yield from (f"{mark} Which charges it is about", "", f"{_code(str(remedy.applies_to))}", "")
    yield from (f"{mark} Where it was already granted", "", f"{_code(str(remedy.granted))}", "")
    yield from _part(remedy, level)
    for branch in remedy.branches:
        yield from (f"{mark} One way to it: {_plain(branch.title)}, {_plain(branch.cites)}", "")
        yield from _part(branch, level + 1)
    yield from (f"{mark} How strong the claim is", "")
    for rule in remedy.grades:
        yield f"- {rule.grade.value}: {GRADE_WORDS[rule.grade.value]}" + (", if" if rule.condition else "")
        if rule.condition:
            yield from _finding(rule.condition, "  ")
    yield ""


def _part(part: Remedy | Branch, level: int) -> Iterator[str]:
    groups: tuple[tuple[str, Sequence[Condition | Wait]], ...] = (
        ("What it requires", part.requires),
        ("Unless", part.bars),
        ("Waits", part.waits),
    )
    for name, findings in groups:
        if findings:
            yield from ("#" * level + f" {name}", "")
            for finding in findings:
                yield from _finding(finding, "")
            yield ""


def _finding(finding: Condition | Wait, indent: str) -> Iterator[str]:
    mark = mark_of(finding)
    yield f"{indent}- **{finding.id}** {_plain(finding.cites)}: {_plain(finding.sentence)}{mark and f' *({mark})*'}"
    for rule in rules_of(finding):
        yield f"{indent}  - {_code(rule)}"
    if finding.note:
        yield f"{indent}  - Note: {_plain(finding.note)}"


def _list(offenses: OffenseSet, *, level: int) -> Iterator[str]:
    yield from ("#" * level + f" {offenses.name}", "", f"{_plain(offenses.cites)}", "")
    yield from (f"- {name}: {_plain(', '.join(entries))}" for name, entries in entries_of(offenses))
    yield from (f"- {forms_of(offenses)}", "")


def _ranking(pack: StatutePack, *, level: int) -> Iterator[str]:
    yield from ("#" * level + " Which remedy is the best for a charge", "")
    yield from (f"{number}. {_plain(str(step))}" for number, step in enumerate(pack.ranking, start=1))
    yield ""


# --- options, cases, questions ----------------------------------------------------------------------------------------


def _changed_by(pack: StatutePack, policy: Policy, remedy: str) -> tuple[str, ...]:
    return _changes(pack, policy).get(remedy, ())


@lru_cache(maxsize=8)
def _changes(pack: StatutePack, policy: Policy) -> dict[str, tuple[str, ...]]:
    """The options that change a remedy, by its id: those under which its text, every version of it, reads otherwise."""
    now = _texts(pack, policy)
    found: dict[str, dict[str, None]] = {}
    for name, other in _alternatives(policy):
        then = _texts(pack, other)
        for id in now.keys() | then.keys():
            if now.get(id) != then.get(id):
                found.setdefault(id, {})[name] = None
    return {id: tuple(names) for id, names in found.items()}


def _texts(pack: StatutePack, policy: Policy) -> dict[str, list[Any]]:
    """What every version of each remedy says, by id."""
    return {id: [_said(one) for one in versions] for id, versions in _by_id(pack.remedies(policy)).items()}


def _said(part: Any) -> Any:
    if isinstance(part, Expression):
        return str(part)
    if isinstance(part, tuple):
        return [_said(one) for one in part]
    if attrs.has(type(part)):
        return [_said(getattr(part, field.name)) for field in attrs.fields(type(part))]
    return part


_NUMBERS = (1, 2, 7, 21, 50)
"""Tried for an option that takes a number, until its validator takes one."""


def _alternatives(options: Any) -> Iterator[tuple[str, Any]]:
    """The same options with one of them changed, in every way that can be tried, and its name."""
    attrs.resolve_types(type(options))
    for field in attrs.fields(type(options)):
        current = getattr(options, field.name)
        numbers = 0
        for name, value in _values(field.name, field.type, current):
            a_number = type(value) is int
            if value == current or (a_number and numbers):
                continue
            try:
                yield name, attrs.evolve(options, **{field.name: value})
            except (TypeError, ValueError):
                continue
            numbers += a_number


def _values(name: str, kind: Any, current: Any) -> Iterator[tuple[str, Any]]:
    if get_origin(kind) in (Union, types.UnionType):
        for arm in get_args(kind):
            yield from _values(name, arm, current)
    elif get_origin(kind) is Literal:
        yield from ((name, value) for value in get_args(kind))
    elif get_origin(kind) is tuple:
        yield name, ()
        yield from ((name, (value,)) for _, value in _values(name, get_args(kind)[0], None))
    elif kind is bool:
        yield from ((name, value) for value in (True, False))
    elif kind is int:
        yield from ((name, value) for value in _NUMBERS)
    elif kind is type(None):
        yield name, None
    elif isinstance(kind, type) and attrs.has(kind):
        inner = current if isinstance(current, kind) else kind()
        yield from ((f"{name}.{part}", value) for part, value in _alternatives(inner))


def _about(versions: Sequence[Remedy], options: Sequence[str], questions: Sequence[Question]) -> list[Question]:
    """The questions that name the section of a remedy, a section it cites, one of its conditions or of its options."""
    named = {_section(versions[-1].id), *(option.rpartition(".")[2] for option in options)}
    for finding in (finding for one in versions for finding in one.findings()):
        named.add(finding.id)
        for code, number in re.findall(r"\b([A-Z]{2,}) (\d[\w.]*\w|\d)", finding.cites):
            named.add(number if len(number) > 2 else f"{code} {number}")  # 17 may be anything
    found = re.compile("|".join(rf"(?<![\w.]){re.escape(name)}(?!\w|\.\w)" for name in sorted(named)))
    return [one for one in questions if found.search(f"{one.heading} {one.text}")]


def _section(remedy: str) -> str:
    """The section that the id of a remedy names: ``1203.4`` of ``pc-1203.4``."""
    found = re.search(r"\d[\w.]*(?:\(\w+\))*", remedy)
    return remedy if found is None else found[0]


def _questions(questions: Sequence[Question], *, level: int) -> Iterator[str]:
    heading = ""
    for one in questions:
        if one.heading != heading:
            heading = one.heading
            yield from ("#" * level + f" {heading}", "")
        yield from (f"{one.number}. {one.text}", "")


def _said_of(kind: type[Policy]) -> str:
    return inspect.cleandoc(kind.__doc__ or "").replace("``", "`")


# --- Markdown ---------------------------------------------------------------------------------------------------------


def _plain(text: str) -> str:
    """Text in which nothing means anything to Markdown."""
    return re.sub(r"([\\`*_{}\[\]<>#|$~])", r"\\\1", " ".join(text.split()))


def _code(text: str) -> str:
    return f"`{text}`"


def _anchor(heading: str) -> str:
    """The anchor that a heading has on GitHub and in Sphinx."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
