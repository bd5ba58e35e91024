"""A remedy as a statute has it: conditions with their citations, its grades and outcomes, the days it is in force."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Any

import attrs
from attrs.validators import deep_iterable, instance_of, matches_re, min_len, optional

from recordrelief.errors import PackError
from recordrelief.law import expressions as e
from recordrelief.law.rules import check_grain

AN_ID = matches_re(r"[a-z0-9]+(?:[.\-][a-z0-9]+)*(?:\([a-z0-9]+\))*")
"""The form of the ids of packs, remedies and conditions: small letters, digits, dots and subdivisions."""


class Grade(StrEnum):
    """How strong a claim is, strongest first."""

    AUTOMATIC = "automatic"
    """The state must act without a petition."""
    MANDATORY = "mandatory"
    """The court shall grant it."""
    PRESUMED = "presumed"
    """Granted unless the opponent disproves it."""
    DISCRETIONARY = "discretionary"
    """The court, or the prosecutor, may."""

    def when(self, condition: Condition) -> GradeRule:
        """This grade where a further condition is surely met."""
        return GradeRule(self, condition)


class Pathway(StrEnum):
    """How a remedy begins."""

    PETITION = "petition"
    AUTOMATIC = "automatic"
    PROSECUTOR = "prosecutor"


class ReliefKind(StrEnum):
    """What a remedy does to a charge."""

    DISMISSAL = "dismissal"
    REDUCTION = "reduction"
    REDESIGNATION = "redesignation"
    SEALING = "sealing"
    VACATUR = "vacatur"
    CERTIFICATE = "certificate"
    DESTRUCTION = "destruction"


def a_sentence(_: Any, attribute: Any, value: str) -> None:
    """Refuse what is no sentence (a validator of a field)."""
    if len(value.split()) < 3 or value != value.strip():
        raise PackError(
            "A condition needs a sentence that reads without the code.",
            found=repr(value),
            expected="three words at least",
        )


@attrs.frozen
class Condition:
    """One requirement of a remedy: its id, what it says, how it is tested, its subdivision.

    ``curable``: time or an event may still meet it; ``until`` is then the last day on which it is set to stay unmet,
    where that is told: while it lies ahead it dates the first day of eligibility, once past it proves nothing.
    ``note`` is what a reader should know where it is not met.
    """

    id: str = attrs.field(validator=AN_ID)
    sentence: str = attrs.field(validator=a_sentence)
    test: e.Test = attrs.field(validator=instance_of(e.Test))
    cites: str = attrs.field(kw_only=True, validator=min_len(1))
    curable: bool = attrs.field(kw_only=True, default=False)
    until: e.Day | None = attrs.field(kw_only=True, default=None, validator=optional(instance_of(e.Day)))
    note: str = attrs.field(kw_only=True, default="")

    def __attrs_post_init__(self) -> None:
        if self.until is not None and not self.curable:
            raise PackError("Only a curable condition has a day until which it is unmet.", where=self.id)


@attrs.frozen
class Bar(Condition):
    """What takes a remedy away where its test is true ("unless ..."). ``curable``: the bar may still fall away."""


@attrs.frozen
class Wait:
    """A period that must be over. ``until`` is its last day; the pack's ``boundary`` policy says whether relief may be
    had on that day (inclusive) or the day after (strict). With ``on_the_day`` it is that day under either, as where a
    person comes of age. A wait that surely never ends makes the remedy ineligible.

    Where the last day is not known, ``running`` (a sentence is being served, supervision goes on) shows, while surely
    true, that it lies ahead, without a date; ``scheduled`` is then the day the period is set to end, which dates it
    while ahead and proves nothing once past.
    """

    id: str = attrs.field(validator=AN_ID)
    sentence: str = attrs.field(validator=a_sentence)
    until: e.Day = attrs.field(validator=instance_of(e.Day))
    cites: str = attrs.field(kw_only=True, validator=min_len(1))
    on_the_day: bool = attrs.field(kw_only=True, default=False)
    running: e.Test | None = attrs.field(kw_only=True, default=None, validator=optional(instance_of(e.Test)))
    scheduled: e.Day | None = attrs.field(kw_only=True, default=None, validator=optional(instance_of(e.Day)))
    note: str = attrs.field(kw_only=True, default="")

    def __attrs_post_init__(self) -> None:
        if self.scheduled is not None and self.running is None:
            raise PackError("A scheduled end counts only while a period surely runs.", where=self.id)


@attrs.frozen
class GradeRule:
    """A grade, and the further condition it needs; without one it always holds."""

    grade: Grade
    condition: Condition | None = None


def _rules(grades: Sequence[Grade | GradeRule]) -> tuple[GradeRule, ...]:
    return tuple(grade if isinstance(grade, GradeRule) else GradeRule(grade) for grade in grades)


@attrs.frozen
class Outcome:
    """What a charge would become, and where. Of several, all that are not surely excluded are named.

    One whose name is a level (``misdemeanor``) leaves the charge at that level; any other leaves its level as it is.
    """

    name: str = attrs.field(validator=min_len(1))
    when: e.Test = attrs.field(default=e.ALWAYS_TRUE, validator=instance_of(e.Test))


@attrs.frozen(kw_only=True)
class Branch:
    """One of several ways to the same remedy; the best of them stands."""

    id: str = attrs.field(validator=AN_ID)
    title: str = attrs.field(validator=a_sentence)
    cites: str = attrs.field(validator=min_len(1))
    requires: tuple[Condition, ...] = ()
    bars: tuple[Bar, ...] = ()
    waits: tuple[Wait, ...] = ()


@attrs.frozen
class InForce:
    """The days on which a version is in force: ``since`` included, ``until`` not; None is open."""

    since: date | None = None
    until: date | None = None

    def __attrs_post_init__(self) -> None:
        if self.since is not None and self.until is not None and self.until <= self.since:
            raise PackError("A version is in force on no day at all.", found=str(self))

    def __contains__(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)

    def __str__(self) -> str:
        since = f"from {self.since.isoformat()}" if self.since else "always"
        return since + (f" until {self.until.isoformat()}" if self.until else "")


ALWAYS = InForce()
RESERVED = ("applies", "granted")
"""What the findings of a remedy call their own columns; no condition may have such an id."""
MOST_FINDINGS = 60
"""Conditions that one remedy may have: a determination keeps them as the bits of one number."""


@attrs.frozen(kw_only=True, eq=False)
class Remedy:
    """A form of relief, in one version of the law.

    ``applies_to`` says which charges it is about (false: no determination at all); ``requires``, ``bars`` and ``waits``
    hold for every branch; ``granted`` recognises relief already received. ``grades`` stand strongest first, the last
    without a condition. ``acts`` and ``forms`` say who begins and on which paper, ``due`` by when the state must have
    acted on its own. ``opens`` names remedies that this one may open where they are closed: a reduction, and the
    dismissal that misdemeanors have. ``reviewed_by`` and ``reviewed_on`` stay empty until a lawyer has held this
    version against the statute and signs for it.
    """

    id: str = attrs.field(validator=AN_ID)
    title: str = attrs.field(validator=a_sentence)
    citation: str = attrs.field(validator=min_len(4))
    relief: ReliefKind
    pathway: Pathway
    applies_to: e.Test = attrs.field(validator=instance_of(e.Test))
    requires: tuple[Condition, ...] = ()
    bars: tuple[Bar, ...] = ()
    waits: tuple[Wait, ...] = ()
    branches: tuple[Branch, ...] = ()
    granted: e.Test = attrs.field(default=e.ALWAYS_FALSE, validator=instance_of(e.Test))
    grades: tuple[GradeRule, ...] = attrs.field(converter=_rules, validator=min_len(1))
    outcomes: tuple[Outcome, ...] = ()
    in_force: InForce = ALWAYS
    acts: str = "the person"
    forms: tuple[str, ...] = ()
    due: date | None = attrs.field(default=None, validator=optional(instance_of(date)))
    opens: tuple[str, ...] = attrs.field(default=(), validator=deep_iterable(instance_of(str), instance_of(tuple)))
    notes: tuple[str, ...] = ()
    reviewed_by: str = attrs.field(default="", validator=instance_of(str))
    reviewed_on: date | None = attrs.field(default=None, validator=optional(instance_of(date)))

    def __attrs_post_init__(self) -> None:
        if bool(self.reviewed_by.strip()) is not (self.reviewed_on is not None):
            raise PackError(
                "A review has a reviewer and a day, or there was none.",
                where=self.id,
                found=f"{self.reviewed_by or 'nobody'}, {self.reviewed_on or 'no day'}",
            )
        if self.id in self.opens:
            raise PackError("A remedy cannot open itself.", where=self.id)
        if self.grades[-1].condition is not None:
            raise PackError("The last grade of a remedy is the floor and has no condition.", where=self.id)
        ranks = [list(Grade).index(rule.grade) for rule in self.grades]
        if any(stronger >= weaker for stronger, weaker in pairwise(ranks)):
            raise PackError("Grades stand strongest first, each once.", where=self.id, expected=", ".join(Grade))
        if len({branch.id for branch in self.branches}) < len(self.branches):
            raise PackError("Two branches of one remedy have one id.", where=self.id)
        seen: set[str] = set()
        for item in self.findings():
            if item.id in RESERVED:
                raise PackError("The id is one that the findings use themselves.", where=self.id, found=item.id)
            if item.id in seen:
                raise PackError("Two conditions of one remedy have one id.", where=self.id, found=item.id)
            seen.add(item.id)
        if len(seen) > MOST_FINDINGS:
            raise PackError(
                f"A remedy has more than {MOST_FINDINGS} conditions.", where=self.id, cure="Combine or split it."
            )
        for where, expression in self.expressions():
            check_grain(expression, where)

    def findings(self) -> Iterator[Condition | Wait]:
        """Every condition, bar and wait, in the order of the statute; those that only choose a grade come last."""
        parts: tuple[Remedy | Branch, ...] = (self, *self.branches)
        for part in parts:
            yield from part.requires
            yield from part.bars
            yield from part.waits
        for rule in self.grades:
            if rule.condition is not None:
                yield rule.condition

    def expressions(self) -> Iterator[tuple[str, e.Expression]]:
        """Every expression of the remedy, with the place it stands at."""
        yield f"{self.id}: applies_to", self.applies_to
        yield f"{self.id}: granted", self.granted
        for item in self.findings():
            yield f"{self.id}: {item.id}", item.until if isinstance(item, Wait) else item.test
            if isinstance(item, Wait):
                further: tuple[e.Expression | None, ...] = (item.running, item.scheduled)
            else:
                further = (item.until,)
            for expression in further:
                if expression is not None:
                    yield f"{self.id}: {item.id}", expression
        for outcome in self.outcomes:
            yield f"{self.id}: outcome {outcome.name}", outcome.when

    @property
    def version(self) -> str:
        """The version, named by the days it is in force."""
        return str(self.in_force)
