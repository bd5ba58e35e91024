"""The words of dispositions and what they mean. What no rule understands stays unknown: it is never guessed."""

from __future__ import annotations

import re
from functools import lru_cache

import attrs
from rapidfuzz import fuzz

from recordrelief_us_ca_rapsheet.lines import UNSEEN
from recordrelief_us_ca_rapsheet.offenses import FINDER, READER

LEVELS = {
    "FELONY": "felony",
    "MISDEMEANOR": "misdemeanor",
    "INFRACTION": "infraction",
    "F": "felony",
    "M": "misdemeanor",
    "I": "infraction",
}


@attrs.frozen
class ReadDisposition:
    """What a disposition says: an outcome, a relief on an earlier one, an event, or a step that changes neither.

    ``remedy`` is None where the text names no statute; ``understood`` is False for a text that no rule knows.
    ``terms`` are the kinds of term that a conviction names in its own words, ``step`` the kind of event it is.
    """

    outcome: str | None = None
    relief: str | None = None
    remedy: str | None = None
    resulting_level: str | None = None
    revoked: bool = False
    modified: bool = False
    dismissed_on_diversion: bool | None = None
    terms: tuple[str, ...] = ()
    step: str | None = None
    understood: bool = True


_CHANGES_NOTHING = ReadDisposition()
_NOT_UNDERSTOOD = ReadDisposition(understood=False)
_CONVICTED = re.compile(r"^CONV(?:ICTED)?(?![A-Z])(?P<rest>.*)$")
_TERMS = {"PRISON": "prison", "STATE PRISON": "prison", "JAIL": "jail", "COUNTY JAIL": "jail", "PROBATION": "probation"}
_TERMS |= {"PROB": "probation", "FINE": "fine", "RESTITUTION": "restitution", "RESTN": "restitution"}
_DENIED = re.compile(r"\bDENIED\b")
_REVOKED = re.compile(r"\bPROB(ATION)?\b.*\bREV(OKED)?\b|\bREV(OKED)?\b.*\bPROB(ATION)?\b")
_OTHER_REVOKED = re.compile(r"\b(PAROLE|LICENSE|LIC|BAIL|OR)\b.*\bREV(OKED)?\b")
_REDUCED = re.compile(r"\bREDUC(?:ED|TION)?\b(?:\s+TO\s+(?:AN?\s+)?(?P<level>MISD|INFR))?")
_MONEY = re.compile(r"\b(BAIL|FINE|FEES?)\b")
_TERM = re.compile(r"\bSENT(ENCE)?\b|\bTERM\b")
_SEALED = re.compile(r"\bSEALED\b")
_CLEARED = re.compile(r"SET ASIDE|\bDISM(?:ISSED)?\b.*\bPER\b|\bPER\b.*\bDISM(?:ISSED)?\b|RELIEF GRANTED")
_PER = re.compile(r"\bPER\s+(?P<per>.*)$")
_RESULTS = {"MISD": "misdemeanor", "INFR": "infraction"}
_CHARGE_DISMISSED = re.compile(r"pc-(1385|871|995|991|859b|1382|1538\.5|1377|1378|1000\.[34]|1001\..*)")
"""Sections under which a charge is dismissed before any judgment: an outcome, no relief on a conviction."""
_UNDONE = re.compile(r"\b(VACATED|REVERSED)\b")
_PARTLY = re.compile(r"\bIN PART\b|\bPART(?:LY|IAL(?:LY)?)\b")
_JUDGMENT = r"\b(?:CONV(?:ICTION)?S?|JUDGMENT|JDGMT|VERDICT|PLEA|FINDING)\b"
_VACATED = re.compile(
    rf"^(?:VACATED|REVERSED)\b|{_JUDGMENT}.*\b(?:VACATED|REVERSED)\b|\b(?:VACATED|REVERSED)\b.*{_JUDGMENT}"
)
_GOES_WRONG = r"(?!.*\b(?:TERM|REVOK|FAIL|VIOL))"
_OUTCOMES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), outcome)
    for pattern, outcome in (
        (r"\bACQUITTED\b|\bNOT GUILTY\b", "acquitted"),
        (r"^PROS(?:ECUTOR)?\.?\s?REJ|\bCOMPLAINT (?:NOT FILED|REFUSED|DENIED)\b|\bNOT FILED\b", "prosecutor_rejected"),
        (r"^PROS DEFERRED\b.*\b(?:REVOCATION|REVOK)", "other"),
        (r"\bDISMISS|\bDISM\b|\bCHARGE DROPPED\b", "dismissed"),
        (r"^REL/TOT\b|^TOT\b|\bTURNED OVER\b|\bTRANSFERRED\b", "transferred"),
        (r"^REL(?:EASED)?\b(?!\s+(?:ON|TO)\b)|\bDET(?:ENTION)? ONLY\b", "released"),
        (r"\bDEFERRED\b" + _GOES_WRONG, "deferred"),
        (r"\bDIVER(?:SION|TED)\b" + _GOES_WRONG, "diverted"),
        (r"\bPENDING\b|^PROC(?:EEDINGS)? SUSP", "pending"),
    )
)
_ON_DIVERSION = re.compile(r"\bDIVER(?:SION|TED)\b.*\b(?:DISM|COMPL)|\bDISM.*\bDIVER(?:SION|TED)\b|\bCOMPL.*\bDIVER")
_STEPS_ONLY = re.compile(
    r"SENT(ENCE)? MODIF|\bPROB(ATION)? (MODIF|EXTEND|REINST|TERM)|\bBENCH WARRANT\b|^CLARIFICATION REQUESTED|"
    r"^NO LONGER INTERESTED"
)
_MODIFIED = re.compile(r"\bSENT(ENCE)? MODIF|\bRESENTENCED\b|\bRECALL")
_REGISTERS_NO_MORE = re.compile(r"^NO LONGER REQ(UIRED|D)?\b.*\bREG")
_STEPS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), step)
    for pattern, step in (
        (r"^PAROLED\b|^REL(EASED)? (ON|TO) PAROLE", "release"),
        (r"^DISCH(ARGED)?\b|^PROB(ATION)? (TERM|EXPIRED)", "supervision_end"),
        (r"^REL(EASED)?\b", "release"),
        (r"^PAROLE (VIOL|REV)|^RETURNED? TO CUSTODY", "revocation"),
    )
)
_FINAL = frozenset({"convicted", "acquitted", "dismissed", "vacated", "set_aside"})


def is_final(outcome: str | None) -> bool:
    """Whether a charge is over with this outcome: anything but a step on the way to one."""
    return outcome in _FINAL


@lru_cache(maxsize=4_096)
def read_disposition(text: str) -> ReadDisposition:
    """Read the words of one disposition, in capitals."""
    text = text.strip(" .,*-")
    if found := _CONVICTED.match(text):
        return _conviction(text, found["rest"])
    if _DENIED.search(text) and "COMPLAINT" not in text:
        return _CHANGES_NOTHING
    if _REGISTERS_NO_MORE.search(text):
        return ReadDisposition(step="registration_ended")
    if _REVOKED.search(text):
        return ReadDisposition(revoked=True, step="revocation")
    if _CLEARED.search(text) or _SEALED.search(text) or _REDUCED.search(text):
        return _relief(text)
    if _VACATED.search(text) and not _PARTLY.search(text):
        return ReadDisposition(outcome="vacated")
    if _UNDONE.search(text) and not _TERM.search(text):
        return _NOT_UNDERSTOOD
    step = next((step for pattern, step in _STEPS if pattern.search(text)), None)
    if _STEPS_ONLY.search(text) or _OTHER_REVOKED.search(text) or _MODIFIED.search(text):
        return ReadDisposition(modified=bool(_MODIFIED.search(text)), step=step)
    for pattern, outcome in _OUTCOMES:
        if pattern.search(text):
            on_diversion = True if outcome == "dismissed" and _ON_DIVERSION.search(text) else None
            return ReadDisposition(outcome=outcome, dismissed_on_diversion=on_diversion, step=step)
    return ReadDisposition(step=step) if step else _NOT_UNDERSTOOD


def _conviction(text: str, rest: str) -> ReadDisposition:
    """Read a text that begins with a conviction: alone, with terms, or with what became of it."""
    rest = rest.strip(" -:/.,")
    if not rest:
        return ReadDisposition(outcome="convicted")
    words = [word.strip() for word in re.split(r"[-/,&+]", rest)]
    if all(word in _TERMS for word in words):
        return ReadDisposition(outcome="convicted", terms=tuple(dict.fromkeys(_TERMS[word] for word in words)))
    if not text.startswith("CONVICTED"):
        # CONV is the conviction, and what follows became of it.
        if _CLEARED.search(text) or _SEALED.search(text) or _REDUCED.search(text):
            return _relief(text)
        return ReadDisposition(outcome="vacated") if _VACATED.search(text) else _NOT_UNDERSTOOD
    if _REDUCED.search(rest) and not _CLEARED.search(rest):
        read = _relief(rest)
        return attrs.evolve(read, outcome="convicted") if read.relief else _NOT_UNDERSTOOD
    # Convicted, and words behind it that no rule knows: they may have undone it.
    return attrs.evolve(_NOT_UNDERSTOOD, outcome="convicted")


def _relief(text: str) -> ReadDisposition:
    """Read a text that tells of a charge set aside, dismissed under a statute, reduced or sealed."""
    kind = "dismissed"
    level: str | None = None
    if found := _REDUCED.search(text):
        if _MONEY.search(text):
            return _CHANGES_NOTHING
        if _TERM.search(text):
            return _NOT_UNDERSTOOD
        kind, level = "reduced", _RESULTS.get(found["level"] or "")
    elif _SEALED.search(text) and not _CLEARED.search(text):
        kind = "sealed"
    per = _PER.search(text)
    remedy = _remedy(per["per"]) if per else None
    if remedy is not None and _CHARGE_DISMISSED.fullmatch(remedy):
        return ReadDisposition(outcome="dismissed")
    if per and kind == "dismissed" and "SET ASIDE" not in text and not re.search("[0-9]", per["per"]):
        # "DISMISSED PER NEGOTIATED PLEA": a dismissal of the charge, no relief on a conviction.
        return ReadDisposition(outcome="dismissed")
    return ReadDisposition(relief=kind, remedy=remedy, resulting_level=level)


def _remedy(text: str) -> str | None:
    """The id that the statute behind PER has among remedies: ``1203.4 PC`` is ``pc-1203.4``."""
    read = READER.read(text) or next(iter(FINDER.find(text)), None)
    if read is None or len(read.citations) != 1:
        return None
    citation = read.citations[0]
    tail = "".join(f"({part})" for part in citation.subdivisions)
    if citation.section == "17":
        return f"pc-17{tail}"
    return f"{citation.code.lower()}-{citation.section}"


_BEARS = re.compile(
    r"\bSET\s?ASIDE\b|\bDISM|\bREDUC|\bSEALED\b|\bVACAT|\bREVERS|\bEXPUNG|\b1203\b|\b17\s?\(?B\b|\bPARDON|\bREVOK|"
    r"\bSEN(?:T(?:ENCE)?)?\b|\bPRISON\b|\bPROB(?:ATION)?\b|\bJAIL\b|\bACQUIT|\bWITHDR[AE]W|\bPLEA\b|\bDIVER[ST]|\bAMEND"
)


def bears_on_outcome(comment: str) -> bool:
    """Whether a comment may tell of what became of a count, in words that nobody has taught us."""
    return bool(_BEARS.search(comment))


_LABELS = ("DISPO", "DISP", "CONV STATUS")
_OUTCOME_WORDS = re.compile(r"C[O0]NV|DISM|VACAT|ACQUIT|\bREJ|SET\s?ASIDE|REVERS|PENDING|\b(?:19|20)[0-9]{6}\b")


def may_tell_outcome(unread: str) -> bool:
    """Whether a line that was not understood may be a disposition that was misread."""
    if unread == UNSEEN or _OUTCOME_WORDS.search(unread):
        return True
    label, colon, _ = unread.partition(":")
    return bool(colon) and any(fuzz.ratio(label.strip(" *"), one) >= 60 for one in _LABELS)
