"""An explanation as nested lines: person, charge, remedy, finding, fact, and what would settle an open answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

import attrs

from recordrelief import wording
from recordrelief.findings import Determination, Finding, SeenFact
from recordrelief.model import Charge
from recordrelief.statutes import StatutePack

MARKS = {"met": "✓", "unmet": "✗", "unknown": "?"}
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
_LEADS = {
    "condition": {"met": "", "unmet": "Not met", "unknown": "Not known"},
    "bar": {"met": "No bar", "unmet": "Barred", "unknown": "Perhaps barred"},
    "wait": {"met": "", "unmet": "Not yet", "unknown": "Not known"},
    "grade": {"met": "This makes it ", "unmet": "This would make it ", "unknown": "This may make it "},
}
_ROLES = {
    "": "",
    "running": "Whether it still runs, by ",
    "scheduled": "The day it is set to end, by ",
    "until": "The day until which it is set to stay so, by ",
}
_MOST_ROWS = 20
"""Rows of a question that are listed; the others are counted."""


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


def outline(
    subject_id: str,
    remarks: Iterable[str],
    determinations: Sequence[Determination],
    issues: Mapping[str, Sequence[str]],
    pack: StatutePack,
) -> Entry:
    """The explanation of one person.

    Args:
        subject_id: the person.
        remarks: what should be known of the record as a whole.
        determinations: the answers, those of one charge together.
        issues: what should be known of the data, by charge.
        pack: the law, which words the questions that are open.
    """
    entries = [Entry(remark, style="dim") for remark in remarks]
    for charge_id, group in groupby(determinations, key=lambda one: one.charge_id):
        answers = list(group)
        charge = answers[0].charge
        notes = [Entry(f"Note: {note}", style="dim") for note in charge.source.notes]
        notes += [Entry(f"Issue: {issue}", style="dim") for issue in issues.get(charge_id, ())]
        entries.append(Entry(_charge(charge), (*notes, *(_determination(one, pack) for one in answers)), style="bold"))
    return Entry(f"Subject {subject_id}", tuple(entries), style="bold")


def _charge(charge: Charge) -> str:
    offense, how = charge.offense, charge.disposition
    row = {
        **{name: getattr(offense, name) for name in ("citation", "attempt", "conspiracy", "solicitation")},
        "possible_citations": charge.possible_citations,
        "outcome_text": how.text,
        "outcome": how.outcome,
        "source_file": charge.source.file,
        "source_line": charge.source.line,
    }
    for name, day in (("conviction_date", how.conviction_date), ("disposition_date", how.date)):
        row[name], row[name + "_latest"] = (day.earliest, day.latest) if day else (None, None)
    level = offense.level or "level unknown"
    where = f" ({wording.place_words(row)})" if charge.source.file else ""
    return f"Charge {charge.charge_id}: {wording.offense_words(row)}, {level}, {wording.outcome_words(row)}{where}"


def _determination(one: Determination, pack: StatutePack) -> Entry:
    remedy = one.remedy
    head = [f"{remedy.title} ({remedy.id}), {remedy.citation}: {_status(one)}"]
    if one.best:
        head.append("the best for this charge")
    if one.grade:
        head.append(f"{one.grade}: {wording.GRADE_WORDS[one.grade]}")
    if one.outcome:
        head.append(f"outcome: {one.outcome}")
    if one.overdue_since:
        head.append(f"overdue since {one.overdue_since.isoformat()}")
    entries: list[Entry] = []
    for branch, group in groupby(one.findings, key=lambda finding: finding.branch):
        lines = [_finding(finding, one) for finding in group]
        entries += [Entry(f"One way to it: {branch}", tuple(lines))] if branch else lines
    entries += _last(one, pack)
    return Entry("; ".join(head), tuple(entries), style=_STYLES[one.status])


def _status(one: Determination) -> str:
    match one.status:
        case "eligible_later" if one.eligible_on is None:
            since = one.eligible_on_earliest
            return "eligible later, " + (
                f"not before {since.isoformat()}; the day cannot be told" if since else "on a day that cannot be told"
            )
        case "eligible_later" if one.eligible_on is not None:
            words = f"eligible later, from {one.eligible_on.isoformat()}"
            early = one.eligible_on_earliest
            return words + (f", perhaps from {early.isoformat()}" if early and early != one.eligible_on else "")
        case "undetermined":
            why = [*(["a fact is missing"] if one.missing else []), *(["the law is open"] if one.unsettled else [])]
            words = "undetermined" + (f", because {' and '.join(why)}" if why else "")
            return words + (f"; surely not before {one.not_before.isoformat()}" if one.not_before else "")
        case "granted":
            return "already granted"
    return one.status


def _finding(finding: Finding, one: Determination) -> Entry:
    sentence = finding.sentence.rstrip(".")
    lead = _LEADS[finding.kind][finding.result]
    if lead:
        sentence = f"{lead}{finding.grade}: {sentence}"
    words = f"{MARKS[finding.result]} {sentence[:1].upper()}{sentence[1:]}. [{finding.cites}]"
    if finding.kind == "wait":
        day = wording.day_words(finding.first_day)
        words += " The wait never ends." if day == "never" else f" First day: {day}."
    elif finding.first_day is not None:
        falls = "fall away" if finding.kind == "bar" else "be met"
        words += f" It is set to {falls} from: {wording.day_words(finding.first_day)}."
    if finding.seen.presumptions:
        words += f" Presumed, by {'; by '.join(finding.seen.presumptions)}."
    if finding.decides and one.status != "eligible":
        words += " This decides."
    entries = list(dict.fromkeys(_fact(fact) for fact in finding.facts if fact.bears))
    entries += [Entry(f"The law leaves open: {why}.") for why in finding.seen.unsettled if finding.result == "unknown"]
    if finding.decides and finding.note and finding.result != "met":
        entries.append(Entry(f"Note: {finding.note}", style="dim"))
    return Entry(words, tuple(entries), style=_STYLES[finding.result])


def _fact(fact: SeenFact) -> Entry:
    name = fact.group or fact.name
    if fact.role:
        name = _ROLES[fact.role] + name
    elif fact.group:
        name = name[:1].upper() + name[1:]
    rows = [Entry(row) for row in fact.rows[:_MOST_ROWS]]
    if len(fact.rows) > _MOST_ROWS:
        rows.append(Entry(f"and {len(fact.rows) - _MOST_ROWS} more"))
    return Entry(f"{name}: {fact.value}" + (f", {fact.why}" if fact.why else ""), tuple(rows))


def _last(one: Determination, pack: StatutePack) -> Iterator[Entry]:
    """What would settle an open answer, who acts, and on which paper."""
    if one.missing:
        wanted = "; ".join(wording.fact_means(name, pack) for name in one.missing)
        yield Entry(f"To settle it: {wanted}", style="yellow")
    if one.day_missing:
        wanted = "; ".join(wording.fact_means(name, pack) for name in one.day_missing)
        yield Entry(f"To tell the day: {wanted}", style="yellow")
    if one.unsettled:
        yield Entry(f"The law leaves open, unless a policy decides: {'; '.join(one.unsettled)}", style="yellow")
    if one.outcome_missing:
        wanted = "; ".join(wording.fact_means(name, pack) for name in one.outcome_missing)
        yield Entry(f"To tell which outcome: {wanted}", style="yellow")
    if one.status in ("ineligible", "granted"):
        return
    remedy = one.remedy
    if one.sequence:
        yield Entry(
            f"In sequence: {one.sequence}. What stands second is closed now, and would be open were the first granted; "
            "neither is certain."
        )
    yield Entry(f"Who acts: {remedy.acts}")
    if remedy.reviewed_by:
        yield Entry(f"The law of this remedy was {wording.review_words(remedy)}.", style="dim")
    if remedy.forms:
        yield Entry(f"Forms: {', '.join(remedy.forms)}")
    for note in remedy.notes:
        yield Entry(f"Note: {note}", style="dim")
