"""The outline of an explanation: person, law, charge, remedy, finding, fact. Every form of an explanation reads it.

Its fields are those of the explanation as JSON, where a name means the same (docs/reference/explanation.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Literal

import attrs

from recordrelief import wording
from recordrelief.findings import Determination, Finding, Kind, Result, Role, SeenFact
from recordrelief.model import Charge
from recordrelief.statutes import StatutePack

Voice = Literal["statute", "plain"]
Shown = Literal["all", "deciding"]

MARKS = {"met": "✓", "unmet": "✗", "unknown": "?"}
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


@attrs.frozen(kw_only=True)
class ToldFact:
    """A fact that a finding relied on; ``rows`` are the rows of the record that answer it, with their source lines."""

    name: str
    label: str
    value: str
    why: str
    role: Role
    rows: tuple[str, ...]


@attrs.frozen(kw_only=True)
class Asked:
    """A fact that is missing, and the words or the question for it."""

    fact: str
    ask: str


@attrs.frozen(kw_only=True)
class AskedPlainly(Asked):
    """A fact that is missing, the plain question for it, and where to find it out."""

    where: str


@attrs.frozen(kw_only=True)
class ToldFinding:
    """One condition: what it says, how it came out, the facts it relied on; ``words`` say all but these."""

    id: str
    kind: Kind
    sentence: str
    citation: str
    result: Result
    decides: bool
    first_day_earliest: date | None
    first_day_latest: date | None
    branch: str
    grade: str
    words: str
    presumptions: tuple[str, ...]
    unsettled: tuple[str, ...]
    note: str
    facts: tuple[ToldFact, ...]


@attrs.frozen(kw_only=True)
class PlainAnswer:
    """What a determination says to the person. ``complete`` is false where the pack has no plain text of the remedy."""

    complete: bool
    name: str
    short: str
    answer: tuple[str, ...]
    does: str
    who: str
    next: str
    questions: tuple[AskedPlainly, ...]


@attrs.frozen(kw_only=True)
class ToldDetermination:
    """The answer for a charge and a remedy.

    ``missing`` would settle it, ``day_missing`` tell its day, ``outcome_missing`` which outcome; ``questions`` are for
    whoever works out which questions to ask first.
    """

    remedy: str
    title: str
    citation: str
    relief: str
    pathway: str
    version: str
    status: str
    words: str
    best: bool
    grade: str | None
    grade_words: str
    outcome: str | None
    eligible_on: date | None
    eligible_on_earliest: date | None
    not_before: date | None
    overdue_since: date | None
    sequence: str | None
    deciding: tuple[str, ...]
    acts: str
    forms: tuple[str, ...]
    review: str
    notes: tuple[str, ...]
    findings: tuple[ToldFinding, ...]
    missing: tuple[Asked, ...]
    day_missing: tuple[Asked, ...]
    outcome_missing: tuple[Asked, ...]
    unsettled: tuple[str, ...]
    questions: tuple[Asked, ...]
    plain: PlainAnswer | None

    @property
    def open(self) -> bool:
        """Something may still be done: it is neither closed nor granted."""
        return self.status not in ("ineligible", "granted")


@attrs.frozen(kw_only=True)
class ToldCharge:
    """A charge and the answers for it. ``plain`` are sentences on the charge to the person, its name first."""

    charge_id: str
    words: str
    citation: str | None
    level: str | None
    outcome: str | None
    source_file: str | None
    source_line: int | None
    corrections: tuple[str, ...]
    notes: tuple[str, ...]
    issues: tuple[str, ...]
    determinations: tuple[ToldDetermination, ...]
    plain: tuple[str, ...] | None


@attrs.frozen(kw_only=True)
class ToldLaw:
    """What one law says of the person's charges, and what should be known of the record.

    ``record_scope`` is how much of the person's history it holds; ``unread``, that rows which could not be read may be
    about the person.
    ``corrections`` are those of the person's record, without those of its charges, which stand with these. ``plain``
    are sentences to the person.
    """

    statutes: str
    title: str
    version: str
    notice: str
    record_scope: str | None
    unread: bool
    remarks: tuple[str, ...]
    corrections: tuple[str, ...]
    charges: tuple[ToldCharge, ...]
    plain: tuple[str, ...] | None


@attrs.frozen(kw_only=True)
class Outline:
    """The explanation of one person under one law or several.

    ``findings`` says which of each answer it tells: ``all``, or only the ``deciding`` ones.
    """

    subject_id: str
    as_of: date
    voice: Voice
    language: str
    findings: Shown
    laws: tuple[ToldLaw, ...]


def joined(outlines: Sequence[Outline]) -> Outline:
    """The outlines of one person under several laws as one."""
    return attrs.evolve(outlines[0], laws=tuple(law for one in outlines for law in one.laws))


def told_charges(
    determinations: Sequence[Determination],
    issues: Mapping[str, Sequence[str]],
    questions: Mapping[tuple[str, str], Sequence[Asked]],
    pack: StatutePack,
    shown: Shown,
) -> Iterator[ToldCharge]:
    """The charges of one person with their answers, in order.

    Args:
        determinations: the answers, those of one charge together.
        issues: what should be known of the data, by charge.
        questions: what to ask first, by charge and remedy.
        pack: the law, which words the questions that are open.
        shown: which findings of each answer are told.
    """
    for charge_id, group in groupby(determinations, key=lambda one: one.charge_id):
        answers = list(group)
        charge = answers[0].charge
        corrections = tuple(note for note in charge.source.notes if wording.is_correction(note))
        yield ToldCharge(
            charge_id=charge_id,
            words=_charge(charge),
            citation=charge.offense.citation,
            level=charge.offense.level,
            outcome=charge.disposition.outcome,
            source_file=charge.source.file,
            source_line=charge.source.line,
            corrections=corrections,
            notes=tuple(note for note in charge.source.notes if note not in corrections),
            issues=tuple(issues.get(charge_id, ())),
            determinations=tuple(
                _determination(one, questions.get((charge_id, one.remedy.id), ()), pack, shown) for one in answers
            ),
            plain=None,
        )


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
    return f"{wording.offense_words(row)}, {level}, {wording.outcome_words(row)}{where}"


def _determination(
    one: Determination, questions: Sequence[Asked], pack: StatutePack, shown: Shown
) -> ToldDetermination:
    remedy = one.remedy
    return ToldDetermination(
        remedy=remedy.id,
        title=remedy.title,
        citation=remedy.citation,
        relief=remedy.relief.value,
        pathway=remedy.pathway.value,
        version=remedy.version,
        status=one.status,
        words=_status(one),
        best=one.best,
        grade=one.grade,
        grade_words=wording.GRADE_WORDS[one.grade] if one.grade else "",
        outcome=one.outcome,
        eligible_on=one.eligible_on,
        eligible_on_earliest=one.eligible_on_earliest,
        not_before=one.not_before,
        overdue_since=one.overdue_since,
        sequence=one.sequence,
        deciding=one.deciding,
        acts=remedy.acts,
        forms=remedy.forms,
        review=wording.review_words(remedy),
        notes=remedy.notes,
        findings=tuple(_finding(finding, one) for finding in one.findings if shown == "all" or finding.decides),
        missing=_asked(one.missing, pack),
        day_missing=_asked(one.day_missing, pack),
        outcome_missing=_asked(one.outcome_missing, pack),
        unsettled=one.unsettled,
        questions=tuple(questions),
        plain=None,
    )


def _asked(names: Sequence[str], pack: StatutePack) -> tuple[Asked, ...]:
    return tuple(Asked(fact=name, ask=wording.fact_means(name, pack)) for name in names)


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


def _finding(finding: Finding, one: Determination) -> ToldFinding:
    sentence = finding.sentence.rstrip(".")
    lead = _LEADS[finding.kind][finding.result]
    if lead:
        sentence = f"{lead}{finding.grade}: {sentence}"
    words = f"{sentence[:1].upper()}{sentence[1:]}. [{finding.cites}]"
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
    first = finding.first_day
    return ToldFinding(
        id=finding.id,
        kind=finding.kind,
        sentence=finding.sentence,
        citation=finding.cites,
        result=finding.result,
        decides=finding.decides,
        first_day_earliest=None if first is None else wording.known_day(first.earliest),
        first_day_latest=None if first is None else wording.known_day(first.latest),
        branch=finding.branch,
        grade=finding.grade,
        words=words,
        presumptions=finding.seen.presumptions,
        unsettled=finding.seen.unsettled if finding.result == "unknown" else (),
        note=finding.note if finding.decides and finding.result != "met" else "",
        facts=tuple(dict.fromkeys(_fact(fact) for fact in finding.facts if fact.bears)),
    )


def _fact(fact: SeenFact) -> ToldFact:
    label = fact.group or fact.name
    if fact.role:
        label = _ROLES[fact.role] + label
    elif fact.group:
        label = label[:1].upper() + label[1:]
    return ToldFact(name=fact.name, label=label, value=fact.value, why=fact.why, role=fact.role, rows=fact.rows)
