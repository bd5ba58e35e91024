"""The answers as objects: a determination for one charge and remedy, its findings, and what each of them saw."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any, Literal

import attrs

from recordrelief.model import Charge, PartialDate, Source
from recordrelief.statutes import Remedy

Result = Literal["met", "unmet", "unknown"]
Kind = Literal["condition", "bar", "wait", "grade"]
Role = Literal["", "running", "scheduled", "until"]


@attrs.frozen(kw_only=True)
class SeenFact:
    """A fact that a finding read, and its value in words (``unknown`` when null).

    ``name`` is ``charge.level``, ``subject.birth_date``, ``charge.offense in superstrike``, or the print of a question
    over a group of rows; ``rows`` are then the rows that surely or possibly satisfy it. ``why`` says what the value
    rests on; ``bears``, whether the result turns on it. ``role`` is empty for what the rule itself reads; ``running``,
    ``scheduled`` and ``until`` for what shows that a period still runs, when it is set to end, and until when a
    condition is set to stay unmet.
    """

    name: str
    value: str
    why: str = ""
    rows: tuple[str, ...] = ()
    bears: bool = True
    group: str = ""
    role: Role = ""


@attrs.frozen(kw_only=True)
class Seen:
    """All that a finding saw: ``presumptions`` it rests on, facts ``missing``, points of law left ``unsettled``.

    ``missing`` of a finding that is unmet for the time being are the facts that would tell until when.
    """

    facts: tuple[SeenFact, ...] = ()
    presumptions: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    unsettled: tuple[str, ...] = ()


def _nothing() -> Seen:
    return Seen()


def _unseen() -> Any:
    return attrs.field(default=_nothing, eq=False, repr=False)


def rests_on_nothing() -> bool:
    """No presumption is made."""
    return False


@attrs.frozen(kw_only=True)
class Finding:
    """One condition's outcome within a determination.

    ``result`` of a bar is ``unmet`` where it bars. ``first_day`` of a wait is the first day on which relief may be had,
    of a condition that is unmet until a set day the first on which it may be met; an open limit is the beginning or the
    end of time. ``decides``: it is among the deciding conditions. ``branch`` is
    the way to the remedy it belongs to, where there are several. What it saw is read when first asked for.
    """

    id: str
    sentence: str
    cites: str
    result: Result
    kind: Kind
    first_day: PartialDate | None = None
    decides: bool = False
    note: str = ""
    branch: str = ""
    grade: str = ""
    _seen: Callable[[], Seen] = _unseen()
    _rests: Callable[[], bool] = attrs.field(default=rests_on_nothing, eq=False, repr=False)

    @cached_property
    def seen(self) -> Seen:
        """The facts, presumptions and open points of this finding."""
        return self._seen()

    @cached_property
    def presumed(self) -> bool:
        """Whether it rests on a presumption in place of something unknown."""
        return self._rests()

    @property
    def facts(self) -> tuple[SeenFact, ...]:
        """The facts its rule read, with their values on this charge."""
        return self.seen.facts


@attrs.frozen(kw_only=True)
class Determination:
    """The answer for one charge and one remedy; the names are those of the determinations table."""

    subject_id: str
    charge_id: str
    remedy: Remedy = attrs.field(eq=lambda remedy: (remedy.id, remedy.version))
    status: str
    grade: str | None
    eligible_on: date | None
    eligible_on_earliest: date | None
    not_before: date | None
    overdue_since: date | None
    outcome: str | None
    best: bool = False
    sequence: str | None = None
    deciding: tuple[str, ...]
    findings: tuple[Finding, ...]
    charge: Charge
    source: Source
    _open_outcome: Callable[[], tuple[str, ...]] = attrs.field(default=tuple, eq=False, repr=False)

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """The facts whose absence leaves it undetermined.

        ``history``, ``sentences``, ``reliefs`` and ``events`` stand for rows that the record need not hold.
        """
        return _together(finding.seen.missing for finding in self._unknown())

    @cached_property
    def day_missing(self) -> tuple[str, ...]:
        """The facts that would tell the first day of eligibility, where it is known only within limits."""
        if self.status != "eligible_later" or (self.eligible_on and self.eligible_on == self.eligible_on_earliest):
            return ()
        return _together(finding.seen.missing for finding in self.findings if finding.decides)

    @cached_property
    def unsettled(self) -> tuple[str, ...]:
        """The points that the law leaves open and that leave it undetermined; a policy may settle them."""
        return _together(finding.seen.unsettled for finding in self._unknown())

    @cached_property
    def outcome_missing(self) -> tuple[str, ...]:
        """The facts that would tell which of several outcomes it is."""
        return self._open_outcome() if self.outcome and " or " in self.outcome else ()

    def _unknown(self) -> Iterable[Finding]:
        if self.status == "undetermined":
            yield from (finding for finding in self.findings if finding.decides and finding.result == "unknown")


def _together(several: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for names in several for name in names))


def combined(parts: Mapping[Role, Seen]) -> Seen:
    """What was seen by the rule of a finding, and by the rules that date it, each under its role."""
    if len(parts) == 1:
        return next(iter(parts.values()))
    return Seen(
        facts=tuple(attrs.evolve(fact, role=role) for role, seen in parts.items() for fact in seen.facts),
        presumptions=_together(seen.presumptions for seen in parts.values()),
        missing=_together(seen.missing for seen in parts.values()),
        unsettled=_together(seen.unsettled for seen in parts.values()),
    )


def joined(readings: Sequence[Seen]) -> Seen:
    """What was seen in several readings of one record: values that differ are joined, and count as missing."""
    if len(readings) == 1:
        return readings[0]
    facts: dict[str, list[SeenFact]] = {}
    for seen in readings:
        for fact in seen.facts:
            facts.setdefault(fact.name, []).append(fact)
    missing = dict.fromkeys(name for seen in readings for name in seen.missing)
    joined: list[SeenFact] = []
    for name, several in facts.items():
        values = list(dict.fromkeys(fact.value for fact in several))
        bears = any(fact.bears for fact in several)
        first, _, of_set = name.partition(" ")
        if len(values) > 1 and bears and (not of_set or of_set.startswith("in ")):
            missing[first] = None
        joined.append(
            attrs.evolve(
                several[0],
                value=" or ".join(values),
                why="; or ".join(dict.fromkeys(fact.why for fact in several if fact.why)),
                rows=tuple(dict.fromkeys(row for fact in several for row in fact.rows)),
                bears=bears,
            )
        )
    return Seen(
        facts=tuple(joined),
        presumptions=tuple(dict.fromkeys(by for seen in readings for by in seen.presumptions)),
        missing=tuple(missing),
        unsettled=tuple(dict.fromkeys(why for seen in readings for why in seen.unsettled)),
    )
