"""Charges: the counts of arrests and court actions, with what became of each."""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator

import attrs

from recordrelief import model
from recordrelief_us_ca_rapsheet.agencies import ReadAgency, read_agency
from recordrelief_us_ca_rapsheet.days import Day, fault_of
from recordrelief_us_ca_rapsheet.dispositions import LEVELS
from recordrelief_us_ca_rapsheet.issues import Issues
from recordrelief_us_ca_rapsheet.offenses import (
    CODES,
    ReadComment,
    ReadOffense,
    names_another,
    read_comment,
    read_offense,
)
from recordrelief_us_ca_rapsheet.outcomes import GrantedRelief, ImposedTerm, Told, told_by
from recordrelief_us_ca_rapsheet.repairs import note_of
from recordrelief_us_ca_rapsheet.sheet import Comment, Count, Cycle, Event, Sheet

STAGES = {"arrest": "arrest", "supplemental": "supplemental", "court": "court"}
"""The kinds of event whose counts are charges."""
NOT_TOLD = "the sheet prints no sentence at this count"
MAY_BE = "something printed here was not understood"

_ARRESTS = ("arrest", "supplemental")
_FLAG_ATTEMPT = ("ATTEMPTED", "ATTEMPT")
_FLAGS = ("WARRANT", "BENCH WARRANT", "PROBATION REVO", "PAROLE VIOL", "PROBATION VIOL", "SUPPLEMENTAL", "JUVENILE")


def day_of(day: Day | None) -> model.PartialDate | None:
    """The day that is printed, where there is such a day."""
    return None if day is None else day.date


def digest(parts: Iterable[object]) -> str:
    """A short name for what the parts say, the same on every machine."""
    return hashlib.sha256("\x1f".join(str(part or "") for part in parts).encode()).hexdigest()[:8]


@attrs.frozen(kw_only=True)
class Keys:
    """The ids of a sheet: of the person, and of each cycle and event by their place in it."""

    subject: str
    cycles: tuple[str, ...]
    events: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, sheet: Sheet, subject: str) -> Keys:
        """Ids made of what is printed; only what is equal in all of it is numbered."""
        events: list[tuple[str, ...]] = []
        taken: dict[str, int] = {}
        for cycle in sheet.cycles:
            mine = []
            for event in cycle.events:
                key = _event_key(event)
                taken[key] = taken.get(key, 0) + 1
                mine.append(key if taken[key] == 1 else f"{key}.{taken[key]}")
            events.append(tuple(mine))
        return cls(
            subject=subject,
            cycles=tuple(f"{subject}-{keys[0]}" for keys in events),
            events=tuple(tuple(f"{subject}-{key}" for key in keys) for keys in events),
        )


def _event_key(event: Event) -> str:
    number = next((count.case_number for count in event.counts if count.case_number), None)
    agency = "".join((event.agency or "").split())
    return f"{event.day.text if event.day else 'undated'}-{event.kind}-{digest((agency, number))[:6]}"


@attrs.define(kw_only=True)
class Entry:
    """A charge while the sheet is put together: the charge, and what stands behind it."""

    charge: model.Charge
    told: Told
    event: Event
    count: Count
    place: tuple[int, int]
    """The cycle and the event."""


@attrs.frozen(kw_only=True)
class Reader:
    """Reads the counts of one sheet."""

    sheet: Sheet
    keys: Keys
    label: str
    issues: Issues
    _repaired: list[int] = attrs.field(init=False, default=attrs.Factory(lambda self: sorted(self.sheet.repairs), True))

    def source(self, line: int, notes: Iterable[str] = ()) -> model.Source:
        """Where something stands in the file."""
        return model.Source(file=self.label, line=line or None, notes=tuple(dict.fromkeys(notes)))

    def entries(self) -> list[Entry]:
        """Every charge of arrests, court actions and events that nobody knows, in the order of the sheet."""
        made = []
        for at, cycle in enumerate(self.sheet.cycles):
            arrested = _arrest_days(cycle)
            for place, event in enumerate(cycle.events):
                if event.kind in STAGES or event.kind == "unknown":
                    for count in self._counts(event):
                        made += self.of_count(event, count, (at, place), arrested)
                        if count.lost:
                            made.append(self._lost(made[-1]))
        return _apart(made)

    @staticmethod
    def _counts(event: Event) -> Iterator[Count]:
        """The counts; what stands before the first is one only where it says something of a charge."""
        for count in event.counts:
            if count.first is not None or count.charges or count.dispositions or count.unread or len(event.counts) == 1:
                yield count

    def of_count(
        self, event: Event, count: Count, place: tuple[int, int], arrested: model.PartialDate | None
    ) -> list[Entry]:
        """One charge for each number of a count."""
        event_id = self.keys.events[place[0]][place[1]]
        told = told_by(event, count)
        agency = read_agency(event.agency)
        if count.first is None or count.last is None:
            numbers: list[tuple[int | None, str]] = [(None, f"x{digest((count.charges, count.case_number))}")]
        else:
            numbers = [(number, f"{number:02}") for number in range(count.first, count.last + 1)]
        made = []
        for number, suffix in numbers:
            charge_id = f"{event_id}-{suffix}"
            notes = self._notes(charge_id, event, count, told, agency, place)
            if len(numbers) > 1:
                notes.append("one of several counts printed as a range")
                self.issues.note("charges", charge_id, "count_number", "COUNT_EXPANDED_FROM_RANGE", count.line)
            if number is None:
                self.issues.note("charges", charge_id, "count_number", "COUNT_NUMBER_UNREAD", count.line)
            charge = self._charge(charge_id, event, count, told, agency, notes)
            made.append(
                Entry(
                    charge=attrs.evolve(
                        charge,
                        cycle_id=None if self.sheet.cycles[place[0]].doubtful else self.keys.cycles[place[0]],
                        case_id=self._case_id(event, count, event_id),
                        count_number=number,
                        arrest_date=day_of(event.day) if event.kind in _ARRESTS else arrested,
                    ),
                    told=told,
                    event=event,
                    count=count,
                    place=place,
                )
            )
        return made

    def _lost(self, before: Entry) -> Entry:
        """The count whose line may have been left unread behind another: nothing of it is known."""
        charge = before.charge
        charge_id = f"{charge.charge_id}-further"
        self.issues.note("charges", charge_id, "count_number", "COUNT_NUMBER_UNREAD", before.count.line)
        source = self.source(before.count.line, ["the line of a further count may have been left unread"])
        unread = unread_charge(charge_id, source)
        return attrs.evolve(
            before,
            charge=attrs.evolve(unread, cycle_id=charge.cycle_id, case_id=charge.case_id, stage=charge.stage),
            told=Told(),
            count=Count(line=before.count.line, last_line=before.count.line),
        )

    def _charge(
        self, charge_id: str, event: Event, count: Count, told: Told, agency: ReadAgency, notes: list[str]
    ) -> model.Charge:
        offense, possible = self._offense(charge_id, count, notes)
        convicted = told.outcome == "convicted"
        level = told.level
        ended = told.outcome is not None or event.kind in _ARRESTS
        if level is None and told.level_text is None and ended and not convicted:
            level = offense.level
            notes += ["level derived from the type of the offense"] if level else []
        day = day_of(told.day)
        judged = day if convicted and event.kind == "court" else None
        if judged is not None:
            notes.append("conviction_date and judgment_date derived from the date of the disposition")
        if fault := fault_of(told.day):
            self.issues.note("charges", charge_id, "disposition_date", fault, count.line)
        for field, code, line in told.issues:
            table, column = ("sentences", "kind") if field == "sentences" else ("charges", field)
            self.issues.note(table, charge_id, column, code, line)
        return model.Charge(
            charge_id=charge_id,
            county=agency.county,
            county_fips=agency.fips,
            agency=event.agency,
            jurisdiction=self._jurisdiction(offense.citation, agency, notes),
            stage=STAGES.get(event.kind),
            charged=offense,
            offense=attrs.evolve(offense, level=level),
            possible_citations=possible,
            disposition=model.Disposition(
                outcome=told.outcome,
                date=day if told.outcome else None,
                conviction_date=judged,
                judgment_date=judged,
                text="; ".join(text for text in told.texts if text) or None,
            ),
            dismissed_on_diversion=told.on_diversion,
            sentences=self.sentences(
                charge_id, told, convicted or (told.outcome is None and event.kind not in _ARRESTS)
            ),
            reliefs=self.reliefs(told),
            source=self.source(count.line, notes),
        )

    def _notes(
        self, charge_id: str, event: Event, count: Count, told: Told, agency: ReadAgency, place: tuple[int, int]
    ) -> list[str]:
        """What was repaired, not understood or not found, on the charge and among the issues."""
        notes = [f"not understood: {unread.place}" for unread in (*count.unread, *event.unread)]
        for unread in (*count.unread, *event.unread):
            self.issues.note("charges", charge_id, None, "LINE_UNREAD", unread.line)
        for first, last in ((event.line, event.counts[0].line - 1), (count.line, count.last_line)):
            for line in self._repaired[bisect_left(self._repaired, first) : bisect_right(self._repaired, last)]:
                notes += [note_of(name) for name in self.sheet.repairs[line]]
                self.issues.note("charges", charge_id, None, "OCR_REPAIRED", line)
        notes += [f"flag: {flag}" for flag in count.flags]
        if event.strike:
            notes.append("the sheet marks the entry as a potential strike")
        if self.sheet.cycles[place[0]].doubtful:
            notes.append("cycle unknown: the line between two cycles may be missing")
            self.issues.note("charges", charge_id, "cycle_id", "CYCLE_DOUBTFUL", event.line)
        if told.only_tells_of_an_earlier_one:
            notes.append("tells only of what became of an earlier conviction")
        if not agency.matched:
            near = f"; the nearest name in it is {agency.suggestion}" if agency.suggestion else ""
            notes.append(f"county unknown: the agency is not in the table{near}")
            self.issues.note("charges", charge_id, "county", "AGENCY_UNMATCHED", event.line)
        if event.kind == "unknown":
            self.issues.note("charges", charge_id, "stage", "STEP_UNRECOGNISED", event.line)
        if fault := fault_of(event.day):
            self.issues.note("charges", charge_id, "disposition_date", fault, event.line)
        return notes

    def _offense(self, charge_id: str, count: Count, notes: list[str]) -> tuple[model.Offense, tuple[str, ...]]:
        """The offense of a count, and the candidates where it cannot be told which it is."""
        scanned = self.sheet.scanned
        read = [(text, read_offense(text, scanned)) for text in count.charges]
        telling = [(text, one) for text, one in read if one.citation or one.possible or one.defers]
        text = " / ".join(count.charges) or None
        comments = [(comment, read_comment(comment.text)) for comment in _comments(count)]
        found = telling[0][1] if telling else ReadOffense()
        possible: tuple[str, ...] = found.possible
        if len(telling) > 1:
            possible = _all_named(one for _, one in telling)
            found = ReadOffense()
            self.issues.note("charges", charge_id, "citation", "MULTIPLE_OFFENSES_IN_COUNT", count.line)
        elif len(read) > 1 and telling:
            # A line beside the one that names the offense: a flag that was misread, or another charge.
            self.issues.note("charges", charge_id, None, "LINE_UNREAD", count.line)
        if found.defers:
            found, possible, words = self._in_comment(charge_id, count, comments, notes)
            text = f"{text} / {words}" if words else text
        elif found.citation:
            for comment, one in comments:
                if names_another(found.citation, one.named):
                    self.issues.note("charges", charge_id, "offense_text", "MULTIPLE_OFFENSES_IN_COUNT", comment.line)
        for name in found.repairs:
            notes.append(note_of(name))
            self.issues.note("charges", charge_id, "citation", "OCR_REPAIRED", count.line)
        if found.citation is None and not possible:
            self.issues.note("charges", charge_id, "citation", "OFFENSE_UNPARSED", count.line)
        attempt, conspiracy, solicitation = self._forms(charge_id, count, found)
        return model.Offense(
            citation=found.citation,
            text=text,
            level=LEVELS.get(count.toc or ""),
            attempt=attempt,
            conspiracy=conspiracy,
            solicitation=solicitation,
        ), possible

    def _in_comment(
        self, charge_id: str, count: Count, comments: list[tuple[Comment, ReadComment]], notes: list[str]
    ) -> tuple[ReadOffense, tuple[str, ...], str | None]:
        """The offense to which SEE COMMENT FOR CHARGE sends the reader; only candidates where it is not surely this."""
        self.issues.note("charges", charge_id, "citation", "OFFENSE_IN_COMMENT", count.line)
        charged = [(one.charge, one) for _, one in comments if one.charge]
        own = [read_offense(text, self.sheet.scanned) for text, one in charged if _is_about(count, one)]
        words = "; ".join(text for text, _ in charged) or None
        if len(set(own)) == 1 and own[0].citation:
            notes.append("citation read from the comment")
            return own[0], (), words
        named = _all_named(read_offense(text, self.sheet.scanned) for text, _ in charged)
        if not named:
            named = tuple(dict.fromkeys(name for _, one in comments for name in one.named))
        return ReadOffense(), named, words

    def _forms(self, charge_id: str, count: Count, found: ReadOffense) -> tuple[bool | None, bool | None, bool | None]:
        """Whether it was an attempt, a conspiracy, a solicitation: by the citation and by the flags."""
        attempt, conspiracy, solicitation = found.attempt, found.conspiracy, found.solicitation
        if count.unread or count.lost or count.first is None:
            # Among what was not read there may be a flag.
            attempt, conspiracy, solicitation = attempt or None, conspiracy or None, solicitation or None
        for flag in count.flags:
            if flag.startswith(_FLAG_ATTEMPT):
                attempt = True
            elif flag.startswith("CONSPIR"):
                conspiracy = True
            elif flag.startswith("SOLICIT"):
                solicitation = True
            elif not flag.startswith(_FLAGS):
                self.issues.note("charges", charge_id, "attempt", "FLAG_UNRECOGNISED", count.line)
                attempt, conspiracy, solicitation = attempt or None, conspiracy or None, solicitation or None
        return attempt, conspiracy, solicitation

    @staticmethod
    def _jurisdiction(citation: str | None, agency: ReadAgency, notes: list[str]) -> str | None:
        codes = {part.split(" ")[0] for part in citation.split("; ")} if citation else set()
        if "US" in codes:
            return "us"
        if agency.jurisdiction == "us" and codes:
            notes.append("jurisdiction unknown: a federal agency, and a section that is none of the United States")
            return None
        if agency.jurisdiction is None and codes & set(CODES.values()):
            notes.append("jurisdiction derived from the citation")
            return "us-ca"
        return agency.jurisdiction

    def _case_id(self, event: Event, count: Count, event_id: str) -> str | None:
        if event.kind != "court":
            return None
        number = case_number(event, count)
        if number is None:
            return f"{event_id}-case"
        return f"{self.keys.subject}-case-{digest((''.join((event.agency or '').split()), number))}"

    def sentences(self, charge_id: str, told: Told, perhaps: bool) -> tuple[model.Sentence, ...]:
        """The terms of a count; one of which nothing is known where one may be missing.

        Args:
            charge_id: the charge.
            told: what the count tells.
            perhaps: it is a conviction, or may be one.
        """
        made = [self.sentence(charge_id, imposed, told) for imposed in told.terms]
        if told.revoked and not any(one.kind == "probation" for one in made):
            made.append(
                model.Sentence(
                    sentence_id=f"{charge_id}-probation",
                    kind="probation",
                    revoked=True,
                    revoked_date=day_of(told.revoked_day),
                    source=self.source(told.revoked_line, ["kind derived from the words of the disposition"]),
                )
            )
        if told.doubtful or (perhaps and not made):
            made.append(
                model.Sentence(
                    sentence_id=f"{charge_id}-unread",
                    source=self.source(told.revoked_line, [MAY_BE if told.doubtful else NOT_TOLD]),
                )
            )
        return tuple(_numbered(made))

    def sentence(self, charge_id: str, imposed: ImposedTerm, told: Told) -> model.Sentence:
        """One term of a count."""
        term = imposed.term
        day = day_of(imposed.day)
        stem = f"{charge_id}-{imposed.day.text if imposed.day else 'undated'}"
        source = self.source(imposed.line, [imposed.note] if imposed.note else [])
        if term is None:
            return model.Sentence(
                sentence_id=f"{stem}-{digest((imposed.text,))}",
                imposed_date=day,
                length_text=imposed.text,
                source=source,
            )
        revoked = told.revoked and term.kind in ("probation", "conditional")
        return model.Sentence(
            sentence_id=f"{stem}-{term.kind}",
            kind=term.kind,
            imposed_date=day,
            length_days_min=term.shortest,
            length_days_max=term.longest,
            length_text=imposed.text,
            suspended=term.suspended,
            concurrent=term.concurrent,
            revoked=True if revoked else None,
            revoked_date=day_of(told.revoked_day) if revoked else None,
            source=source,
        )

    def reliefs(self, told: Told) -> tuple[model.Relief, ...]:
        """The reliefs of a count; one of which nothing is known where there may be one."""
        made = [self.relief(granted) for granted in told.reliefs]
        if told.doubtful:
            made.append(model.Relief(source=self.source(0, [MAY_BE])))
        return tuple(made)

    def relief(self, granted: GrantedRelief) -> model.Relief:
        """One relief."""
        return model.Relief(
            remedy=granted.remedy,
            kind=granted.kind,
            relief_date=day_of(granted.day),
            resulting_level=granted.level,
            source=self.source(granted.line),
        )


def unread_charge(charge_id: str, source: model.Source) -> model.Charge:
    """A charge of which nothing is known: it may be anything, with any term and any relief."""
    return model.Charge(
        charge_id=charge_id,
        sentences=(model.Sentence(sentence_id=f"{charge_id}-unread", source=source),),
        reliefs=(model.Relief(source=source),),
        source=source,
    )


def case_number(event: Event, count: Count) -> str | None:
    """The number of a count's case: its own, or that of the first count of the event."""
    if count.case_number:
        return count.case_number
    return next((one.case_number for one in event.counts if one.case_number), None)


def _comments(count: Count) -> list[Comment]:
    return [*count.comments, *(comment for one in count.dispositions for comment in one.comments)]


def _is_about(count: Count, comment: ReadComment) -> bool:
    """A comment is about the count it stands under unless it names others."""
    if comment.counts is None or count.first is None or count.last is None:
        return True
    return comment.counts[0] <= count.last and count.first <= comment.counts[1]


def _all_named(offenses: Iterable[ReadOffense]) -> tuple[str, ...]:
    named = []
    for one in offenses:
        named += [*(one.citation.split("; ") if one.citation else ()), *one.possible]
    return tuple(dict.fromkeys(named))


def _arrest_days(cycle: Cycle) -> model.PartialDate | None:
    """The day of the arrest of a cycle, from the first to the last where there are several."""
    days = [day_of(event.day) for event in cycle.events if event.kind in _ARRESTS]
    known = [day for day in days if day is not None]
    if not days or len(known) < len(days):
        return None
    return model.PartialDate(min(day.earliest for day in known), max(day.latest for day in known))


def _apart(entries: list[Entry]) -> list[Entry]:
    """Ids that stand twice told apart by what the counts say, and by number only where that is equal too."""
    ids = Counter(entry.charge.charge_id for entry in entries)
    taken: dict[str, int] = {}
    for entry in entries:
        charge = entry.charge
        if ids[charge.charge_id] < 2:
            continue
        told = digest((entry.count.charges, entry.count.case_number, entry.told.texts))
        made = f"{charge.charge_id}-{told}"
        taken[made] = taken.get(made, 0) + 1
        made = made if taken[made] == 1 else f"{made}.{taken[made]}"
        entry.charge = attrs.evolve(
            charge,
            charge_id=made,
            sentences=tuple(
                attrs.evolve(one, sentence_id=made + one.sentence_id.removeprefix(charge.charge_id))
                for one in charge.sentences
            ),
        )
    return entries


def _numbered(sentences: list[model.Sentence]) -> Iterator[model.Sentence]:
    """Terms whose ids are equal, numbered in the order of the sheet."""
    taken: dict[str, int] = {}
    for one in sentences:
        taken[one.sentence_id] = taken.get(one.sentence_id, 0) + 1
        number = taken[one.sentence_id]
        yield one if number == 1 else attrs.evolve(one, sentence_id=f"{one.sentence_id}.{number}")
