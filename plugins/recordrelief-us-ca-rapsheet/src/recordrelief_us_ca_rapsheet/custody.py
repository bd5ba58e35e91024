"""What entries of custody and probation say of sentences: which conviction each goes back to, and what it adds."""

from __future__ import annotations

import re
from collections.abc import Sequence

import attrs

from recordrelief import model
from recordrelief.citations import Citation
from recordrelief_us_ca_rapsheet.charges import MAY_BE, Entry, Reader, case_number, digest
from recordrelief_us_ca_rapsheet.events import citation_of
from recordrelief_us_ca_rapsheet.outcomes import ImposedTerm, told_by
from recordrelief_us_ca_rapsheet.sheet import Count, Event

_COURT_NUMBER = re.compile(r"\bCRT\s?(?:#|NO)\s?:?\s?([A-Z0-9.-]+)")
_FROM_CUSTODY = "printed at an entry of custody or probation, not at the conviction"
_UNACCOUNTED = "an entry of custody or probation that no conviction of the sheet accounts for"


def joined(reader: Reader, entries: list[Entry]) -> list[Entry]:
    """The charges, with what custody and probation add to them.

    A term that is printed at custody alone belongs to the conviction it goes back to. Where no conviction does, one is
    missing on the sheet: a charge of which only the offense is known stands for it.
    """
    made = list(entries)
    for at, cycle in enumerate(reader.sheet.cycles):
        for place, event in enumerate(cycle.events):
            if event.kind not in ("custody", "probation"):
                continue
            for count in event.counts:
                if count.charges or count.dispositions or count.first is not None:
                    made += _one(reader, entries, (at, place), event, count)
    return made


def _one(reader: Reader, entries: Sequence[Entry], place: tuple[int, int], event: Event, count: Count) -> list[Entry]:
    told = told_by(event, count)
    convictions = _convictions(entries, place[0], numbers_of(event, count), citation_of(reader, count))
    if not convictions:
        booked = not told.terms and _ended(entries, place[0], citation_of(reader, count))
        return [] if booked else _missing(reader, place, event, count)
    terms = [term for term in told.terms if not any(_known(entry.charge, term) for entry in convictions)]
    for entry in convictions:
        charge = entry.charge
        for imposed in terms:
            sure = len(convictions) == 1 and imposed.term is not None
            stem = f"{charge.charge_id}-custody-{digest((imposed.text,))}"
            if sure:
                printed = reader.sentence(charge.charge_id, attrs.evolve(imposed, day=None), told)
                added = attrs.evolve(printed, sentence_id=stem, source=reader.source(imposed.line, [_FROM_CUSTODY]))
            else:
                added = model.Sentence(sentence_id=stem, source=reader.source(imposed.line, [_FROM_CUSTODY, MAY_BE]))
            if all(one.sentence_id != stem for one in charge.sentences):
                charge = attrs.evolve(charge, sentences=(*charge.sentences, added))
        if told.revoked:
            charge = _revoked(charge, reader, told.revoked_line)
        entry.charge = charge
    return []


def _known(charge: model.Charge, imposed: ImposedTerm) -> bool:
    """Whether the conviction prints a term as long, of the same kind."""
    term = imposed.term
    if term is None:
        return False
    return any(
        one.kind is not None
        and (one.kind == term.kind or {one.kind, term.kind} == {"jail", "realigned_jail"})
        and (term.shortest is None or (one.length_days_min, one.length_days_max) == (term.shortest, term.longest))
        for one in charge.sentences
    )


def _revoked(charge: model.Charge, reader: Reader, line: int) -> model.Charge:
    """A conviction whose probation another entry says was revoked."""
    sentences = tuple(
        attrs.evolve(one, revoked=True) if one.kind in ("probation", "conditional") and one.revoked is None else one
        for one in charge.sentences
    )
    if not any(one.kind in ("probation", "conditional") for one in sentences):
        stem = f"{charge.charge_id}-custody-revoked"
        sentences = (*sentences, model.Sentence(sentence_id=stem, source=reader.source(line, [_FROM_CUSTODY, MAY_BE])))
    return attrs.evolve(charge, sentences=sentences)


def numbers_of(event: Event, count: Count) -> set[str]:
    """The case numbers that a count gives: its own, and that of the court."""
    found = {case_number(event, count)}
    for one in event.counts:
        tags = (*one.tags, *(tag for disposition in one.dispositions for tag in disposition.tags))
        for tag in tags:
            text = f"CRT #:{tag.text}" if tag.word.startswith("CRT") else tag.text
            found |= {number.replace(".", "").strip(" :-#") for number in _COURT_NUMBER.findall(text)}
    return {number for number in found if number}


def _convictions(entries: Sequence[Entry], cycle: int, numbers: set[str], citation: str | None) -> list[Entry]:
    """The convictions that a count of another event may go back to: the most certain ones."""
    convicted = [entry for entry in entries if entry.charge.stage == "court" and _may_be_convicted(entry)]
    mine = [entry for entry in convicted if entry.place[0] == cycle]
    by_number = [entry for entry in convicted if numbers & {case_number(entry.event, entry.count)}]
    for near in (by_number, mine):
        same = [entry for entry in near if _same(entry.charge, citation)]
        if same:
            return same
    if citation is None:
        return by_number or mine
    # Of a conviction whose offense could not be read it may be this one.
    return [entry for entry in by_number or mine if entry.charge.offense.citation is None]


def _may_be_convicted(entry: Entry) -> bool:
    return entry.told.latest in ("convicted", "vacated") or entry.told.outcome is None


def _same(charge: model.Charge, citation: str | None) -> bool:
    if citation is None or charge.offense.citation is None:
        return False
    mine = [Citation.parse(part) for part in charge.offense.citation.split("; ")]
    theirs = [Citation.parse(part) for part in citation.split("; ")]
    return any(one.contains(other) or other.contains(one) for one in mine for other in theirs)


def _ended(entries: Sequence[Entry], cycle: int, citation: str | None) -> bool:
    """Whether the cycle tells how the charge of a custody without a term ended: then it was custody before trial."""
    return any(
        entry.place[0] == cycle and entry.told.outcome is not None and _same(entry.charge, citation)
        for entry in entries
    )


def _missing(reader: Reader, place: tuple[int, int], event: Event, count: Count) -> list[Entry]:
    """The charges that stand for a conviction that the sheet does not show."""
    made = reader.of_count(event, count, place, None)
    for entry in made:
        charge = entry.charge
        unknown = attrs.evolve(charge.disposition, outcome=None, date=None, conviction_date=None, judgment_date=None)
        source = attrs.evolve(charge.source, notes=(*charge.source.notes, _UNACCOUNTED))
        entry.charge = attrs.evolve(charge, stage=None, disposition=unknown, source=source)
        reader.issues.note("charges", charge.charge_id, "outcome", "DISPOSITION_MISSING", count.line)
    return made
