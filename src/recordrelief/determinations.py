"""Determinations as objects: each with its findings, and what these saw, read again when it is first asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache, partial
from typing import Any

import attrs
import polars as pl

from recordrelief.errors import RequestError, nearest
from recordrelief.findings import Determination, Finding, Kind, Result, Role, Seen, combined, rests_on_nothing
from recordrelief.law import expressions as e
from recordrelief.law.rules import Rules
from recordrelief.model import Charge, Coverage, PartialDate, Subject
from recordrelief.records import Records
from recordrelief.screening import APPLIES, GRANTED, Screening, screen
from recordrelief.statutes import Bar, Condition, Policy, Remedy, StatutePack, Wait
from recordrelief.witnesses import Witnesses


def determinations(
    screening: Screening,
    subject_id: str | None = None,
    *,
    charge_id: str | None = None,
    remedy: str | None = None,
    facts: bool = True,
    rows: int | None = None,
) -> tuple[Determination, ...]:
    """The determinations of a screening as objects, in their order.

    Args:
        screening: the answer of :func:`recordrelief.screening.screen`.
        subject_id: only of this person.
        charge_id: only of this charge.
        remedy: only of this remedy.
        facts: read the facts that every finding saw at once; otherwise each when first asked for.
        rows: how many of the rows behind a fact are told, the others are counted; by default all.

    Raises:
        RequestError: there is no such person, charge or remedy.
    """
    records = screening.records
    table, findings = screening.determinations, screening.findings
    if remedy is not None and remedy not in (known := [one.id for one in screening.remedies]):
        raise RequestError(f"The screening has no remedy {remedy!r}.", cure=nearest(remedy, known))
    if subject_id is not None:
        if records.subjects.filter(pl.col("subject_id") == subject_id).is_empty():
            raise RequestError("The records hold no such person.", cure="Give the subject_id as the source has it.")
        table = table.filter(pl.col("subject_id") == subject_id)
        findings = findings.filter(pl.col("subject_id") == subject_id)
    if charge_id is not None:
        charges = records.charges.filter(pl.col("charge_id") == charge_id)
        if subject_id is not None:
            charges = charges.filter(pl.col("subject_id") == subject_id)
        if charges.is_empty():
            raise RequestError(
                "The record holds no such charge.", cure="Take the charge_id from the determinations of the person."
            )
        table = table.filter(pl.col("charge_id") == charge_id)
        findings = findings.filter(pl.col("charge_id") == charge_id)
    if remedy is not None:
        table = table.filter(pl.col("remedy") == remedy)
    people = records if subject_id is None and charge_id is None else records.of_subjects(table["subject_id"].unique())
    found = _objects(screening, table, findings, people.to_subjects(), rows)
    if facts:
        for one in found:
            for finding in one.findings:
                _ = finding.seen
    return found


def screen_subject(
    subject: Subject,
    *,
    statutes: StatutePack,
    as_of: date | str,
    policy: Policy | dict[str, Any] | str | None = None,
    coverage: Coverage | None = None,
    remedies: Sequence[str] = (),
) -> tuple[Determination, ...]:
    """Determine every remedy for every charge of one person, as objects with their findings.

    Args:
        subject: the person, with all that is known.
        statutes: the pack of law.
        as_of: the day at which law and record are read.
        policy: a policy of the pack, its options, or the name of one.
        coverage: how completely the person is described; by default every table but events is complete.
        remedies: determine only these; all otherwise.

    Raises:
        RequestError: an unknown policy or remedy, or a day that is none.
    """
    records = Records.from_subjects([subject], coverage=coverage)
    screening = screen(records, statutes=statutes, as_of=as_of, policy=policy, remedies=remedies)
    return _objects(screening, screening.determinations, screening.findings, [subject])


@attrs.frozen(kw_only=True, eq=False)
class _Asked:
    """One finding of a remedy as the law has it, and where its answer stands among the findings."""

    id: str
    sentence: str
    cites: str
    kind: Kind
    column: str
    expression: e.Expression
    met: bool | None  # the value that is "met"; None for a wait
    presumes: bool
    running: e.Test | None = None
    set_end: e.Day | None = None  # of a wait that runs, or of a condition that is unmet
    note: str = ""
    branch: str = ""
    grade: str = ""


@lru_cache(maxsize=1_024)
def _asked(remedy: Remedy) -> tuple[_Asked, ...]:
    """Every finding of a remedy, in the order of the statute; whether it applies and was granted come first."""
    branch_of = {
        item.id: branch
        for branch in remedy.branches
        for part in (branch.requires, branch.bars, branch.waits)
        for item in part
    }
    grade_of = {rule.condition.id: rule.grade.value for rule in remedy.grades if rule.condition is not None}
    found = [
        _plain(remedy, APPLIES, "the charge is of the kind that this remedy is about", remedy.applies_to, met=True),
        _plain(remedy, GRANTED, "this relief was not granted before", remedy.granted, met=False),
    ]
    for item in remedy.findings():
        expression: e.Expression = item.until if isinstance(item, Wait) else item.test
        running = item.running if isinstance(item, Wait) else None
        branch = branch_of.get(item.id)
        found.append(
            _Asked(
                id=item.id,
                sentence=item.sentence,
                cites=item.cites,
                kind=_kind(item, grade_of),
                column=f"{remedy.id}/{item.id}",
                expression=expression,
                met=None if isinstance(item, Wait) else not isinstance(item, Bar),
                presumes=expression.presumes or (running is not None and running.presumes),
                running=running,
                set_end=item.scheduled if isinstance(item, Wait) else item.until,
                note=item.note,
                branch="" if branch is None else f"{branch.title} [{branch.cites}]",
                grade=grade_of.get(item.id, ""),
            )
        )
    return tuple(found)


def _plain(remedy: Remedy, name: str, sentence: str, test: e.Test, *, met: bool) -> _Asked:
    return _Asked(
        id=name,
        sentence=sentence,
        cites=remedy.citation,
        kind="condition",
        column=f"{remedy.id}/{name}",
        expression=test,
        met=met,
        presumes=False,
    )


def _kind(item: Condition | Wait, grade_of: Mapping[str, str]) -> Kind:
    if isinstance(item, Wait):
        return "wait"
    return "bar" if isinstance(item, Bar) else "grade" if item.id in grade_of else "condition"


class _Readers:
    """The people of a screening, each evaluated again when a fact of theirs is first asked for."""

    def __init__(self, screening: Screening, rows: int | None) -> None:
        self._screening = screening
        self._rows = rows
        self._kept: dict[str, Witnesses] = {}

    def of(self, subject_id: str) -> Witnesses:
        if subject_id not in self._kept:
            self._kept.clear()  # one person at a time: a screening may hold a whole state
            self._kept[subject_id] = Witnesses(
                self._screening.records.of_subjects([subject_id]),
                _rules(self._screening.remedies, self._screening.as_of),
                self._screening.policy.history,
                self._rows,
            )
        return self._kept[subject_id]

    def see(self, expression: e.Expression, subject_id: str, charge_id: str) -> Seen:
        return self.of(subject_id).see(expression, charge_id)

    def finding(self, asked: _Asked, result: Result, subject_id: str, charge_id: str) -> Seen:
        """What a finding saw; of a period that is not surely over, what shows that it runs and when it is to end."""
        parts: dict[Role, Seen] = {"": self.see(asked.expression, subject_id, charge_id)}
        if asked.met is not None:
            if result == "unmet" and asked.set_end is not None:
                parts["until"] = self.see(asked.set_end, subject_id, charge_id)
            return combined(parts)
        if asked.running is None or result == "met" or not (parts[""].missing or parts[""].unsettled):
            return combined(parts)
        parts["running"] = self.see(asked.running, subject_id, charge_id)
        if asked.set_end is not None and self.of(subject_id).holds(asked.running, charge_id):
            parts["scheduled"] = self.see(asked.set_end, subject_id, charge_id)
        return combined(parts)

    def presumed(self, asked: _Asked, subject_id: str, charge_id: str) -> bool:
        """Whether a finding rests on a presumption."""
        read = [one for one in (asked.expression, asked.running) if one is not None]
        return any(self.of(subject_id).presumed(one, charge_id) for one in read)

    def outcome(self, remedy: Remedy, subject_id: str, charge_id: str) -> tuple[str, ...]:
        """The facts whose absence leaves open what the charge would become."""
        seen = [self.see(outcome.when, subject_id, charge_id) for outcome in remedy.outcomes]
        return tuple(dict.fromkeys(name for one in seen for name in one.missing))


@lru_cache(maxsize=64)
def _rules(remedies: tuple[Remedy, ...], as_of: date) -> Rules:
    return Rules([expression for remedy in remedies for _, expression in remedy.expressions()], as_of)


def _objects(
    screening: Screening,
    table: pl.DataFrame,
    findings: pl.DataFrame,
    people: Sequence[Subject],
    rows: int | None = None,
) -> tuple[Determination, ...]:
    charges: dict[tuple[str, str], Charge] = {}
    for person in people:
        for charge in person.charges:
            charges.setdefault((person.subject_id, charge.charge_id), charge)
    answers: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in findings.iter_rows(named=True):
        answers.setdefault((row["subject_id"], row["charge_id"]), []).append(row)
    remedies = {remedy.id: remedy for remedy in screening.remedies}
    readers = _Readers(screening, rows)
    found = []
    for row in table.iter_rows(named=True):
        key = (row["subject_id"], row["charge_id"])
        remedy, charge = remedies[row["remedy"]], charges[key]
        found.append(
            Determination(
                subject_id=key[0],
                charge_id=key[1],
                remedy=remedy,
                status=row["status"],
                grade=row["grade"],
                eligible_on=row["eligible_on"],
                eligible_on_earliest=row["eligible_on_earliest"],
                not_before=row["not_before"],
                overdue_since=row["overdue_since"],
                outcome=row["outcome"],
                best=row["best"],
                sequence=row["sequence"],
                deciding=tuple(row["deciding"]),
                findings=tuple(_findings(remedy, answers[key], row["deciding"], screening.as_of, readers, key)),
                charge=charge,
                source=charge.source,
                open_outcome=partial(readers.outcome, remedy, *key),
            )
        )
    return tuple(found)


def _findings(
    remedy: Remedy,
    answers: Sequence[Mapping[str, Any]],
    deciding: Sequence[str],
    as_of: date,
    readers: _Readers,
    key: tuple[str, str],
) -> Iterable[Finding]:
    for asked in _asked(remedy):
        first_day = None
        if asked.met is None:
            days = [(answer[asked.column + "/earliest"], answer[asked.column]) for answer in answers]
            results = {_waited(low, high, as_of) for low, high in days}
            first_day = _span(days)
            presumes = asked.presumes
        else:
            values = {answer[asked.column] for answer in answers}
            if asked.id == GRANTED and values == {False}:
                continue
            results = {_result(value, asked.met) for value in values}
            presumes = asked.presumes and any(answer[asked.column + "/presumed"] for answer in answers)
            if asked.set_end is not None and results == {"unmet"}:
                ends = [
                    (answer[asked.column + "/until/earliest"], answer[asked.column + "/until"]) for answer in answers
                ]
                told = [high is not None or low > as_of + timedelta(days=1) for low, high in ends]
                first_day = _span(ends) if all(told) else None
        result: Result = results.pop() if len(results) == 1 else "unknown"
        yield Finding(
            id=asked.id,
            sentence=asked.sentence,
            cites=asked.cites,
            result=result,
            kind=asked.kind,
            rests=partial(readers.presumed, asked, *key) if presumes else rests_on_nothing,
            first_day=first_day,
            decides=asked.id in deciding,
            note=asked.note,
            branch=asked.branch,
            grade=asked.grade,
            seen=partial(readers.finding, asked, result, *key),
        )


def _result(value: bool | None, met: bool) -> Result:
    return "unknown" if value is None else "met" if value is met else "unmet"


def _waited(low: date | None, high: date | None, as_of: date) -> Result:
    ahead, over = low is not None and low > as_of, high is not None and high <= as_of
    if ahead == over:  # neither, or both: facts that contradict one another
        return "unknown"
    if high is not None and low is not None and low < e.NEVER <= high:
        return "unknown"  # put off, or closed for good: which of both is open
    return "met" if over else "unmet"


def _span(days: Sequence[tuple[date | None, date | None]]) -> PartialDate | None:
    """The first day within its limits; an open limit is an end of time, and nothing known at all is None."""
    if all(low is None and high is None for low, high in days):
        return None
    low, high = min(low or e.BEGINNING for low, _ in days), max(high or e.NEVER for _, high in days)
    return PartialDate(min(low, high), max(low, high))
