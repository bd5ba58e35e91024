"""One person's record as objects: what a clinic tool holds in its hand.

The objects carry the names of the canonical tables (:mod:`recordrelief.records`) and convert to them and back
without loss. Every fact may be ``None``: *we do not know*. A known absence has a value of its own.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

import attrs
from attrs.validators import deep_mapping, in_, instance_of, optional

SCOPES = ("case", "county", "state", "national")
STAGES = ("arrest", "filing", "court", "supplemental")
ARREST_STAGES = ("arrest", "supplemental")
"""Steps of an arrest: the first, and a supplemental one."""
LEVELS = ("infraction", "violation", "misdemeanor", "felony")
OUTCOMES = (
    "convicted",
    "acquitted",
    "dismissed",
    "not_filed",
    "prosecutor_rejected",
    "released",
    "diverted",
    "deferred",
    "vacated",
    "set_aside",
    "pending",
    "transferred",
    "other",
)
SENTENCE_KINDS = (
    "prison",
    "jail",
    "realigned_jail",
    "probation",
    "conditional",
    "fine",
    "restitution",
    "community_service",
    "treatment",
    "other",
)
RELIEF_KINDS = ("dismissed", "reduced", "sealed", "redesignated", "automatic")
EVENT_KINDS = (
    "registration",
    "registration_ended",
    "custody",
    "release",
    "supervision_start",
    "supervision_end",
    "revocation",
    "death",
    "warrant",
    "applicant",
    "other",
)
SUPERVISIONS = ("none", "probation", "parole", "post_release", "mandatory", "federal")
CASE_STATUSES = ("open", "closed")
LIFE_DAYS = 2_147_483_647
"""The length of a life term, in days."""

Completeness = Literal["complete", "partial", "absent"]
COMPLETENESS = ("complete", "partial", "absent")
FactValue = bool | int | str | date
"""What a pack's own fact may hold."""

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


@attrs.frozen(order=True)
class PartialDate:
    """A date known to the day, the month or the year: the earliest and the latest day it may be, both inclusive."""

    earliest: date = attrs.field(validator=instance_of(date))
    latest: date = attrs.field(validator=instance_of(date))

    def __attrs_post_init__(self) -> None:
        if self.latest < self.earliest:
            raise ValueError("a partial date must not end before it begins")

    @property
    def exact(self) -> bool:
        """True when both ends are one day."""
        return self.earliest == self.latest

    @classmethod
    def of(cls, value: PartialDate | date | str) -> PartialDate:
        """Read a day, or a text ``2011``, ``2011-08``, ``2011-08-23``.

        Raises:
            ValueError: the text is none of the three, or no such day exists.
        """
        if isinstance(value, PartialDate):
            return value
        if isinstance(value, date):
            return cls(value, value)
        found = _PARTIAL.fullmatch(value.strip())
        if not found:
            raise ValueError("a date is written 2011, 2011-08 or 2011-08-23")
        year = int(found[1])
        if found[3]:
            day = date(year, int(found[2]), int(found[3]))
            return cls(day, day)
        if found[2]:
            month = int(found[2])
            return cls(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))
        return cls(date(year, 1, 1), date(year, 12, 31))

    def __str__(self) -> str:
        if self.exact:
            return self.earliest.isoformat()
        return f"{self.earliest.isoformat()}..{self.latest.isoformat()}"


def _partial(value: PartialDate | date | str | None) -> PartialDate | None:
    return None if value is None else PartialDate.of(value)


def _when() -> Any:
    return attrs.field(default=None, converter=_partial)


def _one_of(words: tuple[str, ...]) -> Any:
    return attrs.field(default=None, validator=optional(in_(words)))


def _tuple_or_none(value: Any) -> tuple[str, ...] | None:
    return None if value is None else tuple(value)


def _float_or_none(value: Any) -> float | None:
    return None if value is None else float(value)


def _facts() -> Any:
    return attrs.field(
        factory=dict,
        converter=dict,
        validator=deep_mapping(instance_of(str), instance_of((bool, int, str, date))),
    )


def _many() -> Any:
    return attrs.field(default=(), converter=tuple)


@attrs.frozen(kw_only=True)
class Source:
    """Where a row stands in its source: file and line (or page), and notes on what was derived or repaired."""

    file: str | None = None
    line: int | None = None
    notes: tuple[str, ...] = _many()


@attrs.frozen(kw_only=True)
class Offense:
    """What a statute forbids, as one charge names it. ``citation`` is that of the target offense.

    ``attempt``, ``conspiracy`` and ``solicitation`` say in which inchoate form, ``None`` when that is unknown.
    """

    citation: str | None = None
    text: str | None = None
    level: str | None = _one_of(LEVELS)
    degree_class: str | None = None
    attempt: bool | None = None
    conspiracy: bool | None = None
    solicitation: bool | None = None


@attrs.frozen(kw_only=True)
class Disposition:
    """How a charge ended: outcome, the day of it, of plea or verdict, and of judgment; the source's words."""

    outcome: str | None = _one_of(OUTCOMES)
    date: PartialDate | None = _when()
    conviction_date: PartialDate | None = _when()
    judgment_date: PartialDate | None = _when()
    text: str | None = None


@attrs.frozen(kw_only=True)
class Sentence:
    """One imposed term. ``length_days_min``/``_max`` are calendar days (:data:`LIFE_DAYS` for life)."""

    sentence_id: str
    kind: str | None = _one_of(SENTENCE_KINDS)
    imposed_date: PartialDate | None = _when()
    length_days_min: int | None = None
    length_days_max: int | None = None
    length_text: str | None = None
    suspended: bool | None = None
    concurrent: bool | None = None
    start_date: PartialDate | None = _when()
    end_date: PartialDate | None = _when()
    released_date: PartialDate | None = _when()
    completed_date: PartialDate | None = _when()
    revoked: bool | None = None
    revoked_date: PartialDate | None = _when()
    discharged_early: bool | None = None
    restitution_owed: bool | None = None
    facts: Mapping[str, FactValue] = _facts()
    source: Source = attrs.field(factory=Source)


@attrs.frozen(kw_only=True)
class Relief:
    """Relief already granted on a charge: which remedy (its id, or the source's words), when, and what it left."""

    remedy: str | None = None
    kind: str | None = _one_of(RELIEF_KINDS)
    relief_date: PartialDate | None = _when()
    resulting_level: str | None = _one_of(LEVELS)
    resulting_citation: str | None = None
    facts: Mapping[str, FactValue] = _facts()
    source: Source = attrs.field(factory=Source)


@attrs.frozen(kw_only=True)
class Event:
    """What is not a charge: a registration, a death, custody, supervision."""

    kind: str | None = _one_of(EVENT_KINDS)
    cycle_id: str | None = None
    event_date: PartialDate | None = _when()
    agency: str | None = None
    citation: str | None = None
    text: str | None = None
    facts: Mapping[str, FactValue] = _facts()
    source: Source = attrs.field(factory=Source)


@attrs.frozen(kw_only=True)
class Case:
    """A court case: its number, court and county."""

    case_id: str
    cycle_id: str | None = None
    case_number: str | None = None
    court: str | None = None
    county: str | None = None
    case_type: str | None = None
    status: str | None = _one_of(CASE_STATUSES)
    filed_date: PartialDate | None = _when()
    closed_date: PartialDate | None = _when()
    balance_due_cents: int | None = None
    restitution_on_case: bool | None = None
    facts: Mapping[str, FactValue] = _facts()
    source: Source = attrs.field(factory=Source)


@attrs.frozen(kw_only=True)
class Charge:
    """One count of an arrest or a case: the offense as charged and as disposed, and all that followed.

    ``offense`` is what the law reads: the convicted offense, or the charged one where the source has no other.
    ``possible_citations`` holds candidates when the text could not be read as one offense (``offense.citation`` is
    then ``None``): such a charge is never *found* to be in an offense set, at most not surely outside it.
    """

    charge_id: str
    cycle_id: str | None = None
    case_id: str | None = None
    county: str | None = None
    county_fips: str | None = None
    agency: str | None = None
    jurisdiction: str | None = None
    stage: str | None = _one_of(STAGES)
    count_number: int | None = None
    arrest_date: PartialDate | None = _when()
    offense_date: PartialDate | None = _when()
    filed_date: PartialDate | None = _when()
    charged: Offense = attrs.field(factory=Offense)
    offense: Offense = attrs.field(factory=Offense)
    possible_citations: tuple[str, ...] = _many()
    enhancements: tuple[str, ...] | None = attrs.field(default=None, converter=_tuple_or_none)
    disposition: Disposition = attrs.field(factory=Disposition)
    may_be_refiled: bool | None = None
    dismissed_on_diversion: bool | None = None
    quantity_grams: float | None = attrs.field(default=None, converter=_float_or_none)
    plant_count: int | None = None
    value_cents: int | None = None
    victim_minor: bool | None = None
    weapon: bool | None = None
    domestic_violence: bool | None = None
    max_term_months: int | None = None
    sentences: tuple[Sentence, ...] = _many()
    reliefs: tuple[Relief, ...] = _many()
    facts: Mapping[str, FactValue] = _facts()
    source: Source = attrs.field(factory=Source)


@attrs.frozen(kw_only=True)
class Name:
    """One name of a subject; ``kind`` is ``primary`` or ``alias``."""

    given: str | None = None
    middle: str | None = None
    family: str | None = None
    suffix: str | None = None
    kind: str | None = None


@attrs.frozen(kw_only=True)
class Identifier:
    """One number of a subject; ``kind`` is ``sid``, ``fbi``, ``ssn``, ``driver_license``, ``inmate`` ..."""

    kind: str | None = None
    value: str | None = None


@attrs.frozen(kw_only=True)
class Subject:
    """The person a record is about, with all that is known.

    ``record_scope`` says how much of the person's history this record holds; while it is ``None`` or ``case``, a test
    over the history that is not surely true is unknown. ``alternative`` numbers the readings of one and the same
    record; answers of all readings are folded into one.
    """

    subject_id: str = attrs.field(validator=attrs.validators.and_(instance_of(str), attrs.validators.min_len(1)))
    alternative: int = 0
    birth_date: PartialDate | None = _when()
    deceased: bool | None = None
    deceased_date: PartialDate | None = _when()
    sex: str | None = None
    race: str | None = None
    ethnicity: str | None = None
    names: tuple[Name, ...] = _many()
    identifiers: tuple[Identifier, ...] = _many()
    must_register: bool | None = None
    supervision: str | None = _one_of(SUPERVISIONS)
    serving_sentence: bool | None = None
    charges_pending: bool | None = None
    record_scope: str | None = _one_of(SCOPES)
    cases: tuple[Case, ...] = _many()
    charges: tuple[Charge, ...] = _many()
    events: tuple[Event, ...] = _many()
    facts: Mapping[str, FactValue] = _facts()
    source: Source = attrs.field(factory=Source)


@attrs.frozen(kw_only=True)
class Coverage:
    """How completely a source holds each table for its subjects: ``complete``, ``partial`` or ``absent``.

    "There is no such row" is false only where the table is complete; elsewhere it is unknown. ``events`` names the
    kinds of event one by one; a kind not named is ``absent``.
    """

    cases: Completeness = attrs.field(default="complete", validator=in_(COMPLETENESS))
    charges: Completeness = attrs.field(default="complete", validator=in_(COMPLETENESS))
    sentences: Completeness = attrs.field(default="complete", validator=in_(COMPLETENESS))
    reliefs: Completeness = attrs.field(default="complete", validator=in_(COMPLETENESS))
    events: Mapping[str, Completeness] = attrs.field(
        factory=dict, validator=deep_mapping(in_(EVENT_KINDS), in_(COMPLETENESS))
    )

    def of(self, table: str, kind: str | None = None) -> Completeness:
        """The completeness of one table, and of one kind of event for ``events``."""
        if table == "events":
            return self.events.get(kind or "", "absent")
        value: Completeness = getattr(self, table)
        return value

    def merged(self, other: Coverage) -> Coverage:
        """What holds for two sources read as one: the weaker of both, table by table."""

        def weaker(a: Completeness, b: Completeness) -> Completeness:
            return max(a, b, key=COMPLETENESS.index)

        return Coverage(
            cases=weaker(self.cases, other.cases),
            charges=weaker(self.charges, other.charges),
            sentences=weaker(self.sentences, other.sentences),
            reliefs=weaker(self.reliefs, other.reliefs),
            events={
                kind: weaker(self.of("events", kind), other.of("events", kind))
                for kind in sorted({*self.events, *other.events})
            },
        )
