"""Writes sheets in XML, so that reading them gives what was written: for tests and synthetic files."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape

import attrs

from recordrelief_niem.namespaces import CORE, JXDM, RAP, STRUCTURES

OPEN = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<x:Sheets xmlns:x="urn:example:wrapper"'
    f' xmlns:rap="{RAP}" xmlns:j="{JXDM}" xmlns:nc="{CORE}" xmlns:s="{STRUCTURES}">\n'
)
CLOSE = "</x:Sheets>\n"


@attrs.frozen(kw_only=True)
class WrittenCharge:
    """A charge as a step of a cycle prints it."""

    tracking: str | None = None
    sequence: str | None = None
    text: str | None = None
    code: str | None = None
    section: str | None = None
    severity: str | None = None
    disposition: str | None = None
    disposed: str | None = None


@attrs.frozen(kw_only=True)
class WrittenSentence:
    """A term for the charge of a tracking number."""

    tracking: str
    text: str
    least: str | None = None
    most: str | None = None


@attrs.frozen(kw_only=True)
class WrittenCycle:
    """A cycle; a step without charges is left out."""

    tracking: str
    day: str
    arrest: tuple[WrittenCharge, ...] = ()
    court: tuple[WrittenCharge, ...] = ()
    court_day: str | None = None
    case_number: str | None = None
    sentences: tuple[WrittenSentence, ...] = ()
    supervision: tuple[str, str, str | None] | None = None
    """What it is, since when, and until when."""


@attrs.frozen(kw_only=True)
class WrittenSheet:
    """A sheet."""

    family: str
    given: str
    born: str
    fbi: str | None = None
    sid: str | None = None
    state: str = "CA"
    registered: bool = False
    cycles: tuple[WrittenCycle, ...] = ()


def written(sheet: WrittenSheet) -> str:
    """The element of one sheet, to stand between :data:`OPEN` and :data:`CLOSE`."""
    return "\n".join((*_sheet(sheet), ""))


def _tag(name: str, text: str | None) -> str:
    return "" if text is None else f"<{name}>{escape(text)}</{name}>"


def _in(outer: str, name: str, text: str | None, of: str = "") -> str:
    return "" if text is None else f"<{outer}{of}>{_tag(name, text)}</{outer}>"


def _sheet(sheet: WrittenSheet) -> Iterator[str]:
    yield "<rap:RapSheet>"
    yield "<rap:Introduction>" + _in("rap:RapSheetRequest", "rap:PurposeCode", "C") + "</rap:Introduction>"
    yield '<rap:Metadata s:id="M1">' + _tag("nc:CommentText", "PRIMARY") + "</rap:Metadata>"
    yield "<rap:RapSheetPerson>"
    yield _in("nc:PersonBirthDate", "nc:Date", sheet.born, ' s:metadata="M1"')
    yield "<nc:PersonName>" + _tag("nc:PersonGivenName", sheet.given) + _tag("nc:PersonSurName", sheet.family)
    yield "</nc:PersonName><j:PersonAugmentation>"
    yield _in("j:PersonFBIIdentification", "nc:IdentificationID", sheet.fbi)
    if sheet.sid is not None:
        yield "<j:PersonStateFingerprintIdentification>" + _tag("nc:IdentificationID", sheet.sid)
        yield _tag("j:IdentificationJurisdictionUSPostalServiceCode", sheet.state)
        yield "</j:PersonStateFingerprintIdentification>"
    yield _tag("j:PersonRegisteredOffenderIndicator", "true" if sheet.registered else "false")
    yield "</j:PersonAugmentation></rap:RapSheetPerson>"
    yield f'<rap:Agency s:id="A1">{_tag("nc:OrganizationName", "Invented Police")}'
    yield _in("j:OrganizationORIIdentification", "nc:IdentificationID", f"{sheet.state}0990000") + "</rap:Agency>"
    yield f'<rap:Court s:id="C1">{_tag("nc:OrganizationName", "Invented Court")}'
    yield _in("j:OrganizationORIIdentification", "nc:IdentificationID", f"{sheet.state}099015J") + "</rap:Court>"
    for cycle in sheet.cycles:
        yield from _cycle(cycle)
    yield "</rap:RapSheet>"


def _cycle(cycle: WrittenCycle) -> Iterator[str]:
    yield "<rap:RapSheetCycle>" + _in("rap:CycleEarliestDate", "nc:Date", cycle.day)
    yield _tag("rap:CycleTrackingIdentificationID", cycle.tracking)
    if cycle.arrest:
        yield "<rap:Arrest>" + _in("nc:ActivityDate", "nc:Date", cycle.day) + '<j:ArrestAgency s:ref="A1"/>'
        yield from (_charge("rap:ArrestCharge", charge) for charge in cycle.arrest)
        yield "</rap:Arrest>"
    if cycle.court:
        yield "<rap:CourtAction>" + _in("nc:ActivityDate", "nc:Date", cycle.court_day)
        yield '<rap:CourtReference s:ref="C1"/>'
        yield _in("rap:CourtRecordIdentification", "nc:IdentificationID", cycle.case_number)
        yield from (_charge("rap:CourtCharge", charge) for charge in cycle.court)
        yield "</rap:CourtAction>"
    for sentence in cycle.sentences:
        yield "<rap:Sentencing>" + _in("nc:ActivityDate", "nc:Date", cycle.court_day) + "<rap:Sentence>"
        tracking = _in("j:ChargeTrackingIdentification", "nc:IdentificationID", sentence.tracking)
        yield f"<j:SentenceCharge>{tracking}</j:SentenceCharge>" + _tag("j:SentenceDescriptionText", sentence.text)
        if sentence.least or sentence.most:
            yield "<j:SupervisionAssignedTerm>" + _tag("j:TermMinimumDuration", sentence.least)
            yield _tag("j:TermMaximumDuration", sentence.most) + "</j:SupervisionAssignedTerm>"
        yield "</rap:Sentence></rap:Sentencing>"
    if cycle.supervision is not None:
        what, since, until = cycle.supervision
        yield "<rap:Supervision>" + _in("nc:ActivityDate", "nc:Date", since) + _tag("nc:ActivityCategoryText", what)
        if until is not None:
            yield "<j:SupervisionRelease>" + _in("nc:ActivityDate", "nc:Date", until) + "</j:SupervisionRelease>"
        yield "</rap:Supervision>"
    yield "</rap:RapSheetCycle>"


def _charge(name: str, charge: WrittenCharge) -> str:
    statute = _in("j:StatuteCodeIdentification", "nc:IdentificationID", charge.code)
    statute += _in("j:StatuteOffenseIdentification", "nc:IdentificationID", charge.section)
    ended = _in("nc:DispositionDate", "nc:Date", charge.disposed)
    ended += _tag("nc:DispositionDescriptionText", charge.disposition)
    return "".join(
        (
            f"<{name}>",
            _tag("j:ChargeDescriptionText", charge.text),
            f"<j:ChargeStatute>{statute}</j:ChargeStatute>" if statute else "",
            _tag("j:ChargeSeverityText", charge.severity),
            f"<j:ChargeDisposition>{ended}</j:ChargeDisposition>" if ended else "",
            _in("j:ChargeTrackingIdentification", "nc:IdentificationID", charge.tracking),
            _tag("j:ChargeSequenceID", charge.sequence),
            f"</{name}>",
        )
    )
