"""What a sheet tells that is not a charge: registrations, custody, supervision, applications, deaths."""

from __future__ import annotations

from collections.abc import Iterator

from recordrelief import model
from recordrelief.citations import Citation
from recordrelief_us_ca_rapsheet.charges import Keys, Reader, day_of
from recordrelief_us_ca_rapsheet.days import fault_of
from recordrelief_us_ca_rapsheet.dispositions import read_disposition
from recordrelief_us_ca_rapsheet.offenses import read_comment, read_offense
from recordrelief_us_ca_rapsheet.sheet import Count, Event

KINDS = {
    "custody": "custody",
    "probation": "supervision_start",
    "registration": "registration",
    "applicant": "applicant",
    "mental_health": "other",
    "deceased": "death",
}
"""The kinds of event that are not charges. One that nobody knows has none: it may be any of them."""
_OFFENDERS = (Citation.parse("PC 290"), *(Citation.parse(f"PC 290.{number:03}") for number in range(1, 25)))
"""The sections under which sex offenders register."""


def events_of(reader: Reader, keys: Keys) -> Iterator[model.Event]:
    """The events of a sheet, in its order."""
    for at, cycle in enumerate(reader.sheet.cycles):
        for event in cycle.events:
            if event.kind in KINDS or event.kind == "unknown":
                yield from _of_event(reader, keys.subject, keys.cycles[at], event)


def _of_event(reader: Reader, subject: str, cycle_id: str, event: Event) -> Iterator[model.Event]:
    kind = KINDS.get(event.kind)
    if fault := fault_of(event.day):
        reader.issues.note("events", subject, "event_date", fault, event.line)
    if kind is None:
        reader.issues.note("events", subject, "kind", "STEP_UNRECOGNISED", event.line)
    for unread in (*event.unread, *(one for count in event.counts for one in count.unread)):
        reader.issues.note("events", subject, None, "LINE_UNREAD", unread.line)
    for line in reader.sheet.repairs:
        if event.line <= line <= event.last_line:
            reader.issues.note("events", subject, None, "OCR_REPAIRED", line)
    for count in event.counts or (Count(),):
        citation = citation_of(reader, count)
        words = (event.heading, *count.charges, *(one.text for one in count.dispositions))
        text = " / ".join(word for word in words if word) or None
        undated = {
            read_disposition(one.text).step for one in count.dispositions if one.text is not None and one.day is None
        }
        yield model.Event(
            kind="registration_ended" if kind == "registration" and "registration_ended" in undated else kind,
            cycle_id=cycle_id,
            event_date=day_of(event.day),
            agency=event.agency,
            citation=citation,
            text=text,
            source=reader.source(count.line or event.line),
        )
        yield from _later(reader, subject, cycle_id, event, count, citation)


def _later(
    reader: Reader, subject: str, cycle_id: str, event: Event, count: Count, citation: str | None
) -> Iterator[model.Event]:
    """What dispositions of an event tell of: the end of a registration, a release, a revocation."""
    for one in count.dispositions:
        if one.text is None:
            continue
        read = read_disposition(one.text)
        if not read.understood:
            reader.issues.note("events", subject, "kind", "DISPOSITION_UNRECOGNISED", one.line)
        registering = event.kind == "registration"
        if (one.day is None and registering) or (read.step is None and read.understood):
            continue
        # Words that nobody knows, under a registration, may have ended it.
        kind = read.step if read.understood else (None if registering else "other")
        yield model.Event(
            kind=kind,
            cycle_id=cycle_id,
            event_date=day_of(one.day or event.day),
            agency=event.agency,
            citation=citation,
            text=" / ".join(word for word in (event.heading, one.text) if word),
            source=reader.source(one.line),
        )
        if read.understood and one.text.startswith("PAROLED"):
            yield model.Event(
                kind="supervision_start",
                cycle_id=cycle_id,
                event_date=day_of(one.day or event.day),
                agency=event.agency,
                citation=citation,
                text=one.text,
                source=reader.source(one.line),
            )


def citation_of(reader: Reader, count: Count) -> str | None:
    """What a count of an event cites, in its line or in the comment it sends the reader to."""
    tags = (*count.tags, *(tag for one in count.dispositions for tag in one.tags))
    for text in (*count.charges, *(tag.text for tag in tags if tag.word == "CONV OF")):
        read = read_offense(text, reader.sheet.scanned)
        if read.citation is not None:
            return read.citation
        if read.defers:
            charged = {read_comment(comment.text).charge for comment in count.comments} - {None}
            if len(charged) == 1:
                return read_offense(str(charged.pop()), reader.sheet.scanned).citation
    return None


def must_register(events: list[model.Event], *, sure: bool) -> bool | None:
    """Whether there is a present duty to register as a sex offender.

    Args:
        events: those of the sheet.
        sure: every event of the sheet was understood, so that what is not there did not happen.
    """
    registered = [event for event in events if event.kind == "registration"]
    ended = any(event.kind == "registration_ended" for event in events)
    offender = [event for event in registered if event.citation and _of_offenders(event.citation)]
    if offender:
        # A registration that ended and another that did not: which of them is meant cannot be told here.
        return None if ended or not sure else True
    if any(event.citation is None for event in registered):
        return None
    return False if sure else None


def _of_offenders(citation: str) -> bool:
    cited = [Citation.parse(part) for part in citation.split("; ")]
    return any(section.contains(one) for one in cited for section in _OFFENDERS)
