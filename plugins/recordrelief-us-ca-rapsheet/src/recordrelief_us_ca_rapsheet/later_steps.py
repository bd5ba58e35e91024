"""Court actions that only tell what became of an earlier conviction: a relief, or probation revoked."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from recordrelief import model
from recordrelief_us_ca_rapsheet.charges import MAY_BE, Entry, Reader, case_number

_LATER = "a later court action tells of a relief or a revocation"


def settled(reader: Reader, entries: list[Entry]) -> list[Entry]:
    """The charges, each such action moved to its conviction.

    That is the conviction of the same offense under the same case number or in the same cycle. Where there are several,
    the number of the count decides; where that does not, each of them may have had the relief.
    """
    gone: set[int] = set()
    for entry in entries:
        if entry.event.kind != "court" or not entry.told.only_tells_of_an_earlier_one:
            continue
        candidates = _candidates(entry, entries)
        found = [one for one in candidates if one.charge.count_number == entry.charge.count_number]
        found = candidates if len(candidates) == 1 else found
        if len(found) == 1 and not entry.count.unread:
            found[0].charge = _with(found[0].charge, entry, reader)
            gone.add(id(entry))
            continue
        for one in candidates:
            one.charge = _perhaps(one.charge, entry, reader)
    return [entry for entry in entries if id(entry) not in gone]


def _candidates(entry: Entry, entries: Sequence[Entry]) -> list[Entry]:
    """The convictions before an action that it may be about: the most certain ones."""
    earlier = [one for one in entries if one.place < entry.place and one.told.latest == "convicted"]
    number = case_number(entry.event, entry.count)
    by_number = [one for one in earlier if number and case_number(one.event, one.count) == number]
    in_cycle = [one for one in earlier if one.place[0] == entry.place[0]]
    citation = entry.charge.offense.citation
    for near in (by_number, in_cycle):
        same = [one for one in near if citation and one.charge.offense.citation == citation]
        if same:
            return same
    return by_number or in_cycle


def _with(charge: model.Charge, entry: Entry, reader: Reader) -> model.Charge:
    """A conviction with the reliefs and the revocation of a later action, and the terms it imposed."""
    told = entry.told
    sentences = list(charge.sentences)
    if told.revoked:
        day = entry.event.day.date if entry.event.day else None
        sentences = [
            attrs.evolve(one, revoked=True, revoked_date=day)
            if one.kind in ("probation", "conditional") and one.revoked is None
            else one
            for one in sentences
        ]
    later = [
        attrs.evolve(one, sentence_id=f"{charge.charge_id}-later-{one.sentence_id.removeprefix(reader.keys.subject)}")
        for one in entry.charge.sentences
        if not (told.revoked and one.kind == "probation" and any(known.kind == "probation" for known in sentences))
    ]
    return attrs.evolve(
        charge,
        sentences=(*sentences, *later),
        reliefs=(*charge.reliefs, *entry.charge.reliefs),
        source=attrs.evolve(charge.source, notes=(*charge.source.notes, _LATER)),
    )


def _perhaps(charge: model.Charge, entry: Entry, reader: Reader) -> model.Charge:
    """A conviction that a later action may be about."""
    line = entry.count.line
    unread = f"{charge.charge_id}-later-unread"
    added = []
    if entry.told.revoked and all(one.sentence_id != unread for one in charge.sentences):
        added.append(model.Sentence(sentence_id=unread, source=reader.source(line, [MAY_BE])))
    reliefs = (model.Relief(source=reader.source(line, [MAY_BE])),) if entry.told.reliefs else ()
    return attrs.evolve(charge, sentences=(*charge.sentences, *added), reliefs=(*charge.reliefs, *reliefs))
