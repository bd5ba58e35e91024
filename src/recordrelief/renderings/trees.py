"""An explanation as nested lines: for the terminal, and for plain text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

import attrs

from recordrelief.outlines import (
    MARKS,
    Outline,
    PlainAnswer,
    ToldCharge,
    ToldDetermination,
    ToldFact,
    ToldFinding,
    ToldLaw,
)
from recordrelief.plain_texts import Frame, frame

if TYPE_CHECKING:
    from rich.tree import Tree

_STYLES = {
    "met": "green",
    "unmet": "red",
    "unknown": "yellow",
    "eligible": "bold green",
    "eligible_later": "bold cyan",
    "undetermined": "bold yellow",
    "ineligible": "bold red",
    "granted": "bold blue",
}


@attrs.frozen
class Entry:
    """One line, and what stands below it. ``style`` is for the terminal."""

    text: str
    entries: tuple[Entry, ...] = ()
    style: str = ""

    def lines(self, depth: int = 0) -> Iterator[tuple[int, str]]:
        """Every line with its depth, from the top."""
        yield depth, self.text
        for entry in self.entries:
            yield from entry.lines(depth + 1)


def entry(outline: Outline) -> Entry:
    """The explanation of one person as nested lines."""
    entries: list[Entry] = []
    if outline.voice == "plain":
        words = frame(outline.language)
        for law in outline.laws:
            entries += [Entry(sentence, style="dim") for sentence in law.plain or ()]
            entries += [plain_charge(charge, words) for charge in law.charges]
        return Entry(words.say("title", subject=outline.subject_id), tuple(entries), style="bold")
    for law in outline.laws:
        told = (law.notice, *law.remarks, *(f"Note: {note}." for note in law.corrections), *in_short(law))
        entries += [Entry(remark, style="dim") for remark in told]
        entries += [_charge(charge) for charge in law.charges]
    return Entry(f"Subject {outline.subject_id}", tuple(entries), style="bold")


def in_short(law: ToldLaw) -> Iterator[str]:
    """For how many of several charges each remedy may be had: now, later, perhaps, or was had before."""
    if len(law.charges) == 1:
        return
    answers = Counter((one.status, one.remedy) for charge in law.charges for one in charge.determinations)
    for status in ("eligible", "eligible_later", "undetermined", "granted"):
        counts = {remedy: count for (of, remedy), count in sorted(answers.items()) if of == status}
        if counts:
            told = ", ".join(f"{remedy} for {_charges(count)}" for remedy, count in counts.items())
            yield f"{status.replace('_', ' ').capitalize()}: {told}."


def _charges(count: int) -> str:
    return "1 charge" if count == 1 else f"{count:,} charges"


def as_text(outline: Outline) -> str:
    """The explanation in plain text, one line an entry, set in by depth."""
    return "\n".join("  " * depth + line for depth, line in entry(outline).lines())


def as_tree(outline: Outline) -> Tree:
    """The explanation as a tree for the terminal."""
    from rich.text import Text
    from rich.tree import Tree

    top = entry(outline)
    whole = Tree(Text(top.text, style=top.style))
    todo = [(whole, entry) for entry in top.entries]
    for branch, one in todo:
        twig = branch.add(Text(one.text, style=one.style))
        todo += [(twig, below) for below in one.entries]
    return whole


def _charge(charge: ToldCharge) -> Entry:
    notes = [Entry(f"Note: {note}", style="dim") for note in (*charge.notes, *charge.corrections)]
    notes += [Entry(f"Issue: {issue}", style="dim") for issue in charge.issues]
    text = f"Charge {charge.charge_id}: {charge.words}"
    return Entry(text, (*notes, *(_determination(one) for one in charge.determinations)), style="bold")


def _determination(one: ToldDetermination) -> Entry:
    entries: list[Entry] = []
    for branch, group in groupby(one.findings, key=lambda finding: finding.branch):
        lines = [_finding(finding) for finding in group]
        entries += [Entry(f"One way to it: {branch}", tuple(lines))] if branch else lines
    entries += last(one)
    return Entry(
        f"{one.title} ({one.remedy}), {one.citation}: {answer(one)}", tuple(entries), style=_STYLES[one.status]
    )


def answer(one: ToldDetermination) -> str:
    """The answer in one line: status, grade, outcome, and what is overdue."""
    head = [one.words]
    if one.best:
        head.append("the best for this charge")
    if one.grade:
        head.append(f"{one.grade}: {one.grade_words}")
    if one.outcome:
        head.append(f"outcome: {one.outcome}")
    if one.overdue_since:
        head.append(f"overdue since {one.overdue_since.isoformat()}")
    return "; ".join(head)


def _finding(finding: ToldFinding) -> Entry:
    entries = [_fact(fact) for fact in finding.facts]
    entries += [Entry(f"The law leaves open: {why}.") for why in finding.unsettled]
    if finding.note:
        entries.append(Entry(f"Note: {finding.note}", style="dim"))
    return Entry(f"{MARKS[finding.result]} {finding.words}", tuple(entries), style=_STYLES[finding.result])


def _fact(fact: ToldFact) -> Entry:
    return Entry(fact_text(fact), tuple(Entry(row) for row in fact.rows))


def fact_text(fact: ToldFact) -> str:
    """A fact with its value and what it rests on."""
    return f"{fact.label}: {fact.value}" + (f", {fact.why}" if fact.why else "")


def last(one: ToldDetermination) -> Iterator[Entry]:
    """What would settle an open answer, who acts, and on which paper."""
    for lead, asked in (("To settle it", one.missing), ("To tell the day", one.day_missing)):
        if asked:
            yield Entry(f"{lead}: {'; '.join(each.ask for each in asked)}", style="yellow")
    if one.unsettled:
        yield Entry(f"The law leaves open, unless a policy decides: {'; '.join(one.unsettled)}", style="yellow")
    if one.outcome_missing:
        yield Entry(f"To tell which outcome: {'; '.join(each.ask for each in one.outcome_missing)}", style="yellow")
    for each in one.questions:
        yield Entry(f"Ask: {each.ask}", style="yellow")
    if not one.open:
        return
    if one.sequence:
        yield Entry(
            f"In sequence: {one.sequence}. What stands second is closed now, and would be open were the first granted; "
            "neither is certain."
        )
    yield Entry(f"Who acts: {one.acts}")
    if one.review != "not reviewed by counsel":
        yield Entry(f"The law of this remedy was {one.review}.", style="dim")
    if one.forms:
        yield Entry(f"Forms: {', '.join(one.forms)}")
    for note in one.notes:
        yield Entry(f"Note: {note}", style="dim")


def one_line(text: str) -> str:
    """The text on one line, without the characters that nobody can see."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def plain_charge(charge: ToldCharge, words: Frame) -> Entry:
    """A charge as it is told to the person."""
    name, *sentences = charge.plain or (charge.charge_id,)
    entries = [Entry(sentence, style="dim") for sentence in sentences]
    entries += [
        Entry(one.plain.name, tuple(_plain(one.plain, words)), style=_STYLES[one.status])
        for one in charge.determinations
        if one.plain is not None
    ]
    return Entry(name, tuple(entries), style="bold")


def _plain(one: PlainAnswer, words: Frame) -> Iterator[Entry]:
    yield Entry(" ".join(one.answer))
    if one.does:
        yield Entry(f"{words.labels['does']}: {one.does}")
    if one.who:
        yield Entry(f"{words.labels['who']}: {one.who}")
    if one.next:
        yield Entry(f"{words.labels['next']}: {one.next}")
    if one.questions:
        asked = tuple(Entry(f"{each.ask} {each.where}") for each in one.questions)
        yield Entry(f"{words.labels['questions']}:", asked, style="yellow")
