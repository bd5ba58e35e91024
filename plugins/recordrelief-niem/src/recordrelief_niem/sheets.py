"""One sheet as a person with charges: what the elements of the specification mean, and what of them has no place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from recordrelief.citations import Citation
from recordrelief.errors import CitationError
from recordrelief.model import (
    Case,
    Charge,
    Disposition,
    Event,
    Identifier,
    Name,
    Offense,
    PartialDate,
    Sentence,
    Source,
)
from recordrelief_niem import words
from recordrelief_niem.stream import Element

UNPLACED = frozenset(
    (
        "PurposeCode",
        "ReportingOrganizationText",
        "ReportedDate",
        "CommentText",
        "SubjectCautionInformationText",
        "SubjectOffenderNoticeText",
        "PersonFirearmSalesDisqualifiedCode",
        "CycleCaveat",
        "ChargeNCICCode",
        "StatuteOffenseStateCodeText",
        "ArrestAgencyRecordIdentification",
        "SubjectFullName",
        "ConditionalRelease",
        "PersonSSNIdentification",
    )
)
"""What the specification names and the canonical tables have no place for, or no need of: counted, and reported."""

_STAGES = (
    ("Arrest", "ArrestCharge", "arrest"),
    ("Prosecution", "ProsecutionCharge", "filing"),
    ("CourtAction", "CourtCharge", "court"),
)
_DERIVED = "offense as charged: the sheet has no other"
_FROM_DISPOSITION = "conviction_date taken from the day of the disposition"
_ONLY_ARREST = "arrest_date taken from the only arrest of the cycle"
_BY_ORI = "jurisdiction taken from the number of the agency"
_AT_ACTION = "disposition taken from that of the court action, whose only charge this is"
_AT_COPY = "disposition as at the later copy of the charge, where it stands"
_SUPERVISED = ("PROBATION", "PAROLE", "SUPERVIS")
_KEPT_IN = ("PRISON", "JAIL", "CUSTODY", "INCARCERAT", "CONFINE")


@attrs.frozen
class Issue:
    """What a reader should know of the data: where, and a code; never a value."""

    table: str
    row_key: str | None
    field: str | None
    code: str
    line: int
    severity: str = "warn"


@attrs.define(kw_only=True, eq=False)
class ReadSheet:
    """What one sheet says of its person; ``lost`` are the lines of sentences that belong to no charge of it."""

    line: int
    births: list[PartialDate | None] = attrs.field(factory=list)
    names: tuple[Name, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    sex: str | None = None
    race: str | None = None
    registered: bool = False
    cases: list[Case] = attrs.field(factory=list)
    charges: list[Charge] = attrs.field(factory=list)
    events: list[Event] = attrs.field(factory=list)
    lost: list[int] = attrs.field(factory=list)
    issues: list[Issue] = attrs.field(factory=list)
    unread: Counter[str] = attrs.field(factory=Counter)
    unplaced: Counter[str] = attrs.field(factory=Counter)


def read_sheet(sheet: Element, label: str) -> ReadSheet:
    """What a sheet says, and what of it was not read.

    Args:
        sheet: the element with the person and the cycles.
        label: the name of the file.
    """
    reading = _Reading(sheet, label)
    reading.person()
    for number, cycle in enumerate(sheet.all("RapSheetCycle"), 1):
        reading.cycle(cycle, number)
    reading.copies()
    reading.sentences()
    reading.rest()
    return reading.read


@attrs.define
class _Term:
    """A term with the charges it is for, by tracking number or by name within the document."""

    tracked: list[str]
    named: list[str]
    sentence: Sentence
    line: int


class _Reading:
    def __init__(self, sheet: Element, label: str) -> None:
        self._sheet = sheet
        self._label = label
        self.read = ReadSheet(line=sheet.line)
        self._by_id = {one.id: one for one in sheet.walk() if one.id is not None}
        self._agencies = {one.id: one for one in (*sheet.all("Agency"), *sheet.all("Court")) if one.id is not None}
        self._of = dict(self._associated())
        self._charges: dict[str, list[int]] = {}
        self._named: dict[str, int] = {}
        self._terms: list[_Term] = []
        self._taken: Counter[str] = Counter()
        self._referred: set[str] = set()

    def person(self) -> None:
        """Who it is about."""
        for person in self._sheet.all("RapSheetPerson"):
            self._names(person)
            self._births(person)
            more = [person, *person.all("PersonAugmentation")]
            found: list[Identifier] = []
            for one in more:
                for number in one.all("PersonFBIIdentification"):
                    found += self._identifier("fbi", number)
                for number in one.all("PersonStateFingerprintIdentification"):
                    found += self._identifier("sid", number)
                if "TRUE" in {flag.text.strip().upper() for flag in one.all("PersonRegisteredOffenderIndicator")}:
                    self.read.registered = True
            self.read.identifiers += tuple(dict.fromkeys(found))
            self.read.sex = self.read.sex or person.said("PersonSexCode")
            self.read.race = self.read.race or person.said("PersonRaceCode")

    def cycle(self, cycle: Element, number: int) -> None:
        """One cycle: an arrest and what follows from it."""
        tracked = cycle.said("CycleTrackingIdentificationID")
        earliest = self._day(cycle, "CycleEarliestDate")
        cycle_id = tracked or (str(earliest) if earliest else f"cycle{number}")
        arrests: dict[str, PartialDate | None] = {}
        days: list[PartialDate | None] = []
        before = len(self.read.charges) + len(self.read.events)
        for name, of_charge, stage in _STAGES:
            for step in cycle.all(name):
                day = self._day(step, "ActivityDate")
                charges = step.all(of_charge)
                if stage == "arrest":
                    days.append(day)
                    for charge in charges:
                        if (key := _tracking(charge)) is not None:
                            arrests[key] = day
                self._step(step, charges, stage, day, cycle_id, arrests, days)
        for sentencing in cycle.all("Sentencing"):
            imposed = self._day(sentencing, "ActivityDate")
            for sentence in sentencing.all("Sentence"):
                self._sentence(sentence, imposed, cycle_id)
        for supervision in cycle.all("Supervision"):
            self._supervision(supervision, cycle_id)
        if len(self.read.charges) + len(self.read.events) == before:
            self._issue("charges", None, None, "CYCLE_EMPTY", cycle.line, "info")

    def copies(self) -> None:
        """One disposition of one charge, printed at several steps, is one: it stays at the last of them."""
        for places in self._charges.values():
            last = self.read.charges[places[-1]]
            for place in places[:-1]:
                charge = self.read.charges[place]
                if charge.disposition == Disposition() or last.disposition.outcome is None:
                    continue
                if charge.disposition.outcome != last.disposition.outcome:
                    line = charge.source.line or 0
                    self._issue("charges", charge.charge_id, "outcome", "DISPOSITION_CONFLICT", line)
                    continue
                source = attrs.evolve(charge.source, notes=(*charge.source.notes, _AT_COPY))
                self.read.charges[place] = attrs.evolve(charge, disposition=Disposition(), source=source)

    def sentences(self) -> None:
        """Every term to its charge: the latest step of it. One that belongs to none is lost, and told."""
        found: dict[int, list[Sentence]] = {}
        for term in self._terms:
            places = {self._charges[key][-1] for key in term.tracked if key in self._charges}
            places |= {self._named[key] for key in term.named if key in self._named}
            if not places:
                self.read.lost.append(term.line)
            for place in sorted(places):
                found.setdefault(place, []).append(term.sentence)
        for place, sentences in found.items():
            charge = self.read.charges[place]
            own = tuple(
                attrs.evolve(one, sentence_id=f"{charge.charge_id}-s{at}") for at, one in enumerate(sentences, 1)
            )
            self.read.charges[place] = attrs.evolve(charge, sentences=own)

    def rest(self) -> None:
        """What nothing asked for: counted by its path, so that nothing is dropped silently."""

        def look(element: Element, path: tuple[str, ...], placeless: bool) -> None:
            placeless = placeless or element.name in UNPLACED
            says = bool(element.text.strip()) or not element.children
            if says and not element.used:
                counts = self.read.unplaced if placeless and element.known else self.read.unread
                named = next((part for part in (*path, element.name) if part in UNPLACED), element.name)
                counts[named if placeless else "/".join((*path[-1:], element.name))] += 1
            for child in element.children:
                look(child, (*path, element.name), placeless)

        for name, agency in self._agencies.items():
            if name not in self._referred:
                self.read.unplaced[f"{agency.name} that nothing refers to"] += 1
                for inner in agency.walk():
                    inner.used = True
        for child in self._sheet.children:
            look(child, (), False)

    def _step(
        self,
        step: Element,
        charges: list[Element],
        stage: str,
        day: PartialDate | None,
        cycle_id: str,
        arrests: Mapping[str, PartialDate | None],
        days: list[PartialDate | None],
    ) -> None:
        agency, ori = self._agency(step, charges)
        case = step.said("CourtRecordIdentification", "IdentificationID") if stage == "court" else None
        at_action = [*step.all("ActivityDisposition")]
        for number, element in enumerate(charges, 1):
            notes = [_DERIVED]
            key = _tracking(element)
            sequence = element.said("ChargeSequenceID")
            charge_id = self._id(f"{cycle_id}-{stage}-{key or sequence or f'n{number}'}")
            arrest = day if stage == "arrest" else arrests.get(key or "")
            if arrest is None and stage != "arrest" and len(days) == 1 and (key is None or key not in arrests):
                arrest = days[0]
                notes.append(_ONLY_ARREST)
            ends = element.all("ChargeDisposition")
            if not ends and at_action:
                if len(charges) == 1:
                    ends = at_action
                    notes.append(_AT_ACTION)
                else:
                    self._issue("charges", charge_id, "outcome", "DISPOSITION_AT_ACTION", element.line)
            ended = self._disposition(ends, charge_id, notes)
            offense = self._offense(element, charge_id)
            state = words.state_of(ori)
            if state is not None:
                notes.append(_BY_ORI)
            place = len(self.read.charges)
            if key is not None:
                self._charges.setdefault(key, []).append(place)
            if element.id is not None:
                self._named[element.id] = place
            self.read.charges.append(
                Charge(
                    charge_id=charge_id,
                    cycle_id=cycle_id,
                    case_id=case,
                    agency=agency,
                    jurisdiction=None if state is None else f"us-{state}",
                    stage=stage,
                    count_number=int(sequence) if sequence and sequence.isdigit() and len(sequence) < 5 else None,
                    arrest_date=arrest,
                    charged=offense,
                    offense=offense,
                    disposition=ended,
                    source=self._source(element, notes),
                )
            )
        if case is not None:
            self.read.cases.append(
                Case(case_id=case, cycle_id=cycle_id, case_number=case, court=agency, source=self._source(step, ()))
            )

    def _disposition(self, ends: list[Element], charge_id: str, notes: list[str]) -> Disposition:
        found: list[tuple[str | None, PartialDate | None]] = []
        for end in ends:
            text = end.said("DispositionDescriptionText") or end.said("ActivityDescriptionText")
            day = self._day(end, "DispositionDate") or self._day(end, "ActivityDate")
            found.append((text, day))
        if not found:
            return Disposition()
        outcomes = {None if text is None else words.outcome_of(text) for text, _ in found}
        if len(found) > 1 and len(set(found)) > 1:
            self._issue("charges", charge_id, "outcome", "DISPOSITION_CONFLICT", ends[0].line, "blocks_rule")
            texts = "; ".join(dict.fromkeys(text for text, _ in found if text))
            return Disposition(text=texts or None)
        (text, day), outcome = found[0], outcomes.pop()
        if text is not None and outcome is None:
            self._issue("charges", charge_id, "outcome", "DISPOSITION_UNRECOGNISED", ends[0].line)
        convicted = day if outcome == "convicted" else None
        if convicted is not None:
            notes.append(_FROM_DISPOSITION)
        return Disposition(outcome=outcome, date=day, conviction_date=convicted, text=text)

    def _offense(self, element: Element, charge_id: str) -> Offense:
        texts = [element.said("ChargeDescriptionText"), element.said("ChargeText")]
        cited = None
        for statute in element.all("ChargeStatute"):
            texts.append(statute.said("StatuteText"))
            code = statute.said("StatuteCodeIdentification", "IdentificationID")
            section = statute.said("StatuteOffenseIdentification", "IdentificationID")
            cited = _cited(code, section)
            texts.append(" ".join(part for part in (code, section) if part) or None)
        text = "; ".join(dict.fromkeys(one for one in texts if one)) or None
        if cited is None and text is not None:
            self._issue("charges", charge_id, "citation", "OFFENSE_UNPARSED", element.line)
        grades = [element.said("ChargeSeverityText"), element.said("ChargeSeverityDescriptionText")]
        levels = {words.LEVELS.get(grade.upper()) for grade in grades if grade}
        if levels and None in levels:
            self._issue("charges", charge_id, "level", "VALUE_UNREAD", element.line)
        level = levels.pop() if len(levels) == 1 else None
        return Offense(citation=cited, text=text, level=level)

    def _sentence(self, element: Element, imposed: PartialDate | None, cycle_id: str) -> None:
        about = element.all("SentenceCharge")
        tracked = [key for one in about if (key := _tracking(one)) is not None]
        named = [one.refers for one in about if one.refers is not None]
        text = element.said("SentenceDescriptionText")
        kind = None if text is None else words.kind_of(text)
        made: list[tuple[str | None, tuple[int, int] | None, str | None]] = []
        for term in element.all("SupervisionAssignedTerm"):
            made.append((kind, self._length(term, cycle_id), text))
        if not made and text is not None:
            made.append((kind, None, text))
        for name, of in (("SupervisionFineAmount", "fine"), ("CourtCostAmount", "other")):
            made += [(of, None, "court cost" if of == "other" else None) for _ in element.all(name)]
        for one in element.children:
            if one.known and "Restitution" in one.name:
                for inner in one.walk():
                    inner.used = True
                made.append(("restitution", None, None))
        for one_kind, length, said in made:
            if one_kind is None:
                self._issue("sentences", None, "kind", "SENTENCE_KIND_UNRECOGNISED", element.line)
            self._terms.append(
                _Term(
                    tracked=tracked,
                    named=named,
                    line=element.line,
                    sentence=Sentence(
                        sentence_id="-",
                        kind=one_kind,
                        imposed_date=imposed,
                        length_days_min=length and length[0],
                        length_days_max=length and length[1],
                        length_text=said,
                        source=self._source(element, ()),
                    ),
                )
            )

    def _length(self, term: Element, cycle_id: str) -> tuple[int, int] | None:
        ends: list[tuple[int, int] | None] = []
        for one in term.walk():
            if one.known and one.text.strip():
                one.used = True
                ends.append(words.lengths(one.text))
        if not ends or None in ends:
            self._issue("sentences", None, "length_days_min", "SENTENCE_LENGTH_UNREAD", term.line)
            return None
        known = [end for end in ends if end is not None]
        return min(low for low, _ in known), max(high for _, high in known)

    def _supervision(self, element: Element, cycle_id: str) -> None:
        status = element.first("SupervisionCustodyStatus")
        said = [element.said("ActivityCategoryText")]
        for one in status.walk() if status is not None else ():
            if one.text.strip():
                one.used = True
                said.append(" ".join(one.text.split()))
        text = "; ".join(part for part in said if part) or None
        upper = (said[0] or "").upper()
        supervised = any(word in upper for word in _SUPERVISED)
        kept_in = any(word in upper for word in _KEPT_IN)
        kinds: tuple[str, str] = (
            ("supervision_start", "supervision_end") if supervised and not kept_in else ("other", "other")
        )
        if kept_in and not supervised:
            kinds = ("custody", "release")
        agency, _ = self._agency(element, [])
        days = (self._day(element, "ActivityDate"), self._day(element, "SupervisionRelease", "ActivityDate"))
        released = bool(element.all("SupervisionRelease"))
        for kind, day in zip(kinds, days, strict=True):
            if kind is kinds[0] or released:
                event = Event(
                    kind=kind,
                    cycle_id=cycle_id,
                    event_date=day,
                    agency=agency,
                    text=text,
                    source=self._source(element, ()),
                )
                if not (kind == "other" and self.read.events and self.read.events[-1] == event):
                    self.read.events.append(event)

    def _names(self, person: Element) -> None:
        for path, kind in (("PersonName", "primary"), ("PersonAlternateName", "alias")):
            for name in person.all(path):
                family, given = name.said("PersonSurName"), name.said("PersonGivenName")
                whole = name.said("PersonFullName")
                made = Name(
                    given=given,
                    middle=name.said("PersonMiddleName"),
                    family=family if family or given else whole,
                    suffix=name.said("PersonNameSuffixText"),
                    kind=kind,
                )
                self.read.names += (made,)

    def _births(self, person: Element) -> None:
        found: list[tuple[PartialDate | None, bool]] = []
        for element in person.all("PersonBirthDate"):
            about = [self._by_id[name] for name in element.metadata if name in self._by_id]
            comments = {one.text.strip().upper() for of in about for one in of.all("CommentText")}
            text = _date_text(element)
            day = words.day_of(text)
            if text is not None and day is None:
                self._issue("subjects", None, "birth_date", "DATE_IMPOSSIBLE", element.line)
            found.append((day, any("PRIMARY" in comment for comment in comments)))
        primary = [day for day, first in found if first]
        self.read.births = primary or [day for day, _ in found]

    def _identifier(self, kind: str, element: Element) -> list[Identifier]:
        value = element.said("IdentificationID") or (" ".join(element.text.split()) or None)
        if value is None:
            return []
        state = None
        for one in element.children:
            if one.known and "Jurisdiction" in one.name:
                for inner in one.walk():
                    if inner.text.strip():
                        inner.used = True
                        state = inner.text.strip().upper()
        return [Identifier(kind=kind, value=f"{state}:{value}" if kind == "sid" and state else value)]

    def _agency(self, step: Element, charges: list[Element]) -> tuple[str | None, str | None]:
        """The name and the number of the agency or court that a step refers to, or is associated with."""
        apart = {id(inner) for charge in charges for inner in charge.walk()}
        refers = [one for one in step.walk() if id(one) not in apart and one.refers in self._agencies]
        for one in refers:
            one.used = True
        found = {one.refers for one in refers} | {self._of.get(step.id or "")}
        known = [self._agencies[name] for name in sorted(name for name in found if name is not None)]
        self._referred |= {name for name in found if name is not None}
        if len(known) != 1:
            return None, None
        (agency,) = known
        name = agency.said("OrganizationName") or agency.said("CourtName")
        numbers = [
            inner.said("IdentificationID") or inner.text.strip()
            for inner in agency.walk()
            if inner.known and inner.name == "OrganizationORIIdentification"
        ]
        for inner in agency.walk():
            if inner.known and inner.name == "OrganizationORIIdentification":
                inner.used = True
        return name, numbers[0] if numbers else None

    def _associated(self) -> Iterator[tuple[str, str]]:
        for one in self._sheet.walk():
            if one.known and one.name.endswith("Association"):
                refers = [child for child in one.children if child.refers is not None]
                agencies = [child.refers for child in refers if child.refers in self._agencies]
                for child in refers:
                    if child.refers not in self._agencies and len(agencies) == 1 and agencies[0] and child.refers:
                        child.used = True
                        yield child.refers, agencies[0]
                for child in refers:
                    child.used = child.used or child.refers in self._agencies

    def _day(self, element: Element, *path: str) -> PartialDate | None:
        texts = {(_date_text(one), one.line) for one in element.all(*path)}
        said = {text for text, _ in texts if text is not None}
        if len(said) > 1:
            self._issue("charges", None, path[-1], "FIELD_CONFLICT", min(line for _, line in texts))
        if len(said) != 1:
            return None
        day = words.day_of(next(iter(said)))
        if day is None:
            self._issue("charges", None, path[-1], "DATE_IMPOSSIBLE", min(line for _, line in texts))
        return day

    def _id(self, wanted: str) -> str:
        self._taken[wanted] += 1
        return wanted if self._taken[wanted] == 1 else f"{wanted}.{self._taken[wanted]}"

    def _source(self, element: Element, notes: Iterable[str]) -> Source:
        return Source(file=self._label, line=element.line, notes=tuple(notes))

    def _issue(
        self, table: str, key: str | None, field: str | None, code: str, line: int, severity: str = "warn"
    ) -> None:
        self.read.issues.append(Issue(table, key, field, code, line, severity))


def _tracking(element: Element) -> str | None:
    return element.said("ChargeTrackingIdentification", "IdentificationID")


def _date_text(element: Element) -> str | None:
    """The text of a date: its own, or that of what it holds."""
    found: list[Any] = [element.text.strip()]
    for name in ("Date", "DateTime", "YearMonth", "YearMonthDate", "Year", "YearDate"):
        found += [one.text.strip() for one in element.all(name)]
    texts = {text for text in found if text}
    return texts.pop() if len(texts) == 1 else None


def _cited(code: str | None, section: str | None) -> str | None:
    """The citation that a code and a section make; None where they make none in the canonical form."""
    if code is None or section is None:
        return None
    try:
        return str(Citation.parse(f"{code.upper()} {section}"))
    except CitationError:
        return None
