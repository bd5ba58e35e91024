"""The person of a sheet as a subject of records, and one person out of several sheets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs

from recordrelief import model
from recordrelief_us_ca_rapsheet import custody, later_steps
from recordrelief_us_ca_rapsheet.charges import MAY_BE, Entry, Keys, Reader, case_number, unread_charge
from recordrelief_us_ca_rapsheet.days import fault_of
from recordrelief_us_ca_rapsheet.events import events_of, must_register
from recordrelief_us_ca_rapsheet.issues import Issues
from recordrelief_us_ca_rapsheet.repairs import note_of
from recordrelief_us_ca_rapsheet.sheet import Header, PersonName, Sheet

_KINDS_OF_NUMBERS = {"FBI": "fbi", "SOC": "ssn", "CDL": "driver_license", "INN": "inmate"}
_SUFFIXES = frozenset({"JR", "SR", "II", "III", "IV"})
_ELSEWHERE = "the sheet says that others than California hold a record of this person"
_CUT = "the sheet is not whole: a page without text, or no end"


def subject_of(sheet: Sheet, subject_id: str, label: str, issues: Issues) -> model.Subject:
    """The person of a sheet, with everything that is printed.

    Args:
        sheet: the sheet.
        subject_id: the key of the person.
        label: what the file is called in records.
        issues: takes note of what a reader should know.
    """
    keys = Keys.of(sheet, subject_id)
    reader = Reader(sheet=sheet, keys=keys, label=label, issues=issues)
    entries = later_steps.settled(reader, reader.entries())
    entries = custody.joined(reader, entries)
    events = list(events_of(reader, keys))
    charges = [entry.charge for entry in _cut(sheet, reader, entries)]
    cut = not sheet.complete or bool(sheet.cuts)
    if cut:
        issues.note("charges", subject_id, None, _cut_code(sheet), sheet.last_line)
        charges.append(unread_charge(f"{subject_id}-unread", reader.source(sheet.last_line, [_CUT])))
        events.append(model.Event(source=reader.source(sheet.last_line, [_CUT])))
    if sheet.header.sources == "multiple":
        issues.note("charges", subject_id, "jurisdiction", "SINGLE_JURISDICTION", sheet.header.line)
        elsewhere = unread_charge(f"{subject_id}-elsewhere", reader.source(sheet.header.line, [_ELSEWHERE]))
        charges.append(attrs.evolve(elsewhere, jurisdiction="elsewhere"))
    sure = not cut and all(event.kind is not None for event in events)
    deaths = [event for event in events if event.kind == "death"]
    return model.Subject(
        subject_id=subject_id,
        birth_date=_birth(sheet.header, subject_id, issues),
        deceased=True if deaths else (False if sure else None),
        deceased_date=deaths[0].event_date if deaths else None,
        sex=sheet.header.sex,
        race=sheet.header.race,
        names=_names(sheet.header),
        identifiers=_identifiers(sheet.header),
        must_register=must_register(events, sure=sure),
        record_scope="state",
        cases=_cases(reader, entries),
        charges=tuple(charges),
        events=tuple(events),
        source=reader.source(sheet.line, _header_notes(sheet, subject_id, issues)),
    )


def _cut_code(sheet: Sheet) -> str:
    return "PAGE_WITHOUT_TEXT" if sheet.cuts else "TRUNCATED_RECORD"


def _header_notes(sheet: Sheet, subject_id: str, issues: Issues) -> list[str]:
    """What was repaired in the header, and who else holds a record."""
    header = sheet.header
    if header.cii is None:
        issues.note("subjects", subject_id, "subject_id", "IDENTITY_UNRESOLVED", sheet.line)
    first = sheet.cycles[0].line
    notes = []
    for line, names in sheet.repairs.items():
        if line < first:
            notes += [note_of(name) for name in names]
            issues.note("subjects", subject_id, None, "OCR_REPAIRED", line)
    if len(header.births) > 1:
        notes.append("birth_date spans the birth dates that the sheet lists")
    return notes


def _birth(header: Header, subject_id: str, issues: Issues) -> model.PartialDate | None:
    """The birth date; where several are listed, from the first to the last of them."""
    days = [day.date for day in header.births]
    for day in header.births:
        if fault := fault_of(day):
            issues.note("subjects", subject_id, "birth_date", fault, header.line)
    if len(days) > 1:
        issues.note("subjects", subject_id, "birth_date", "DOB_CONFLICT", header.line)
    known = [day for day in days if day is not None]
    if not known or len(known) < len(days):
        return None
    return model.PartialDate(min(day.earliest for day in known), max(day.latest for day in known))


def _names(header: Header) -> tuple[model.Name, ...]:
    return tuple(_name(name, "alias" if at else "primary") for at, name in enumerate(header.names))


def _name(name: PersonName, kind: str) -> model.Name:
    family, _, rest = name.text.partition(",")
    parts = rest.split()
    suffix = parts.pop() if len(parts) > 1 and parts[-1].strip(".") in _SUFFIXES else None
    return model.Name(
        given=parts[0] if parts else None,
        middle=" ".join(parts[1:]) or None,
        family=family.strip() or None,
        suffix=suffix,
        kind=kind,
    )


def _identifiers(header: Header) -> tuple[model.Identifier, ...]:
    made = [model.Identifier(kind="sid", value=header.cii)] if header.cii else []
    for word, value in header.numbers:
        if kind := _KINDS_OF_NUMBERS.get(word):
            made.append(model.Identifier(kind=kind, value=value))
    return tuple(made)


def _cut(sheet: Sheet, reader: Reader, entries: Iterable[Entry]) -> list[Entry]:
    """The charges; the one at which a sheet breaks off may have gone on."""
    made = list(entries)
    cuts = [*sheet.cuts, *([] if sheet.complete else [sheet.last_line])]
    for cut in cuts:
        before = [entry.count.line for entry in made if entry.count.line <= cut]
        for entry in made:
            charge = entry.charge
            if not before or entry.count.line != max(before):
                continue
            source = reader.source(cut, [_CUT, MAY_BE])
            stem = f"{charge.charge_id}-cut"
            if any(one.sentence_id == stem for one in charge.sentences):
                continue
            entry.charge = attrs.evolve(
                charge,
                disposition=attrs.evolve(
                    charge.disposition, outcome=None, date=None, conviction_date=None, judgment_date=None
                ),
                sentences=(*charge.sentences, model.Sentence(sentence_id=stem, source=source)),
                reliefs=(*charge.reliefs, model.Relief(source=source)),
            )
    return made


def _cases(reader: Reader, entries: Sequence[Entry]) -> tuple[model.Case, ...]:
    """One case for each court and number."""
    made: dict[str, model.Case] = {}
    for entry in entries:
        charge = entry.charge
        if charge.case_id is None or charge.stage != "court":
            continue
        restitution = any(one.kind == "restitution" for one in charge.sentences)
        known = made.get(charge.case_id)
        if known is None:
            made[charge.case_id] = model.Case(
                case_id=charge.case_id,
                cycle_id=charge.cycle_id,
                case_number=case_number(entry.event, entry.count),
                court=entry.event.agency,
                county=charge.county,
                restitution_on_case=True if restitution else None,
                source=reader.source(entry.event.line),
            )
        elif restitution:
            made[charge.case_id] = attrs.evolve(known, restitution_on_case=True)
    return tuple(made.values())


@attrs.frozen(kw_only=True)
class Print:
    """One sheet as a subject, with the day it was printed (eight digits, empty where that is not known)."""

    subject: model.Subject
    printed: str


def one_person(prints: Sequence[Print], issues: Issues) -> model.Subject:
    """One person out of all sheets of one number: what any of them shows.

    A count that two sheets print differently is taken from the later print; where that cannot be told, nothing of it
    is known.
    """
    ordered = sorted(prints, key=lambda one: one.printed)
    subject = ordered[-1].subject
    if len(ordered) == 1:
        return subject
    charges: dict[str, tuple[model.Charge, str]] = {}
    for one in ordered:
        for charge in one.subject.charges:
            known = charges.get(charge.charge_id)
            if known is None or _says(known[0]) == _says(charge):
                charges[charge.charge_id] = (charge, one.printed)
                continue
            issues.note("charges", charge.charge_id, None, "PRINTS_DIFFER", charge.source.line or 0)
            later = known[1] and one.printed and known[1] < one.printed
            charges[charge.charge_id] = (charge if later else _nothing_known(charge), one.printed)
    cases = {case.case_id: case for one in ordered for case in one.subject.cases}
    events = {_key(event): event for one in ordered for event in one.subject.events}
    subjects = [one.subject for one in ordered]
    return attrs.evolve(
        subject,
        birth_date=_span([one.birth_date for one in subjects]),
        deceased=True if any(one.deceased for one in subjects) else subject.deceased,
        deceased_date=next((one.deceased_date for one in reversed(subjects) if one.deceased), None),
        must_register=subject.must_register if len({one.must_register for one in subjects}) == 1 else None,
        names=tuple(dict.fromkeys(name for one in reversed(subjects) for name in one.names)),
        identifiers=tuple(dict.fromkeys(number for one in reversed(subjects) for number in one.identifiers)),
        cases=tuple(cases.values()),
        charges=tuple(charge for charge, _ in charges.values()),
        events=tuple(events.values()),
    )


def _span(days: Sequence[model.PartialDate | None]) -> model.PartialDate | None:
    known = [day for day in days if day is not None]
    if len(known) < len(days):
        return None
    return model.PartialDate(min(day.earliest for day in known), max(day.latest for day in known))


def _key(event: model.Event) -> tuple[object, ...]:
    return (event.kind, event.cycle_id, event.event_date, event.agency, event.citation, event.text)


def _says(charge: model.Charge) -> model.Charge:
    """A charge without where it stands."""
    nowhere = model.Source()
    return attrs.evolve(
        charge,
        source=nowhere,
        sentences=tuple(attrs.evolve(one, source=nowhere) for one in charge.sentences),
        reliefs=tuple(attrs.evolve(one, source=nowhere) for one in charge.reliefs),
    )


def _nothing_known(charge: model.Charge) -> model.Charge:
    """A charge that two sheets print differently."""
    source = attrs.evolve(charge.source, notes=("two sheets print this count differently",))
    return attrs.evolve(
        unread_charge(charge.charge_id, source),
        cycle_id=charge.cycle_id,
        case_id=charge.case_id,
        count_number=charge.count_number,
    )
