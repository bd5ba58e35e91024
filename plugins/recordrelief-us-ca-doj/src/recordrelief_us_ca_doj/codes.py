"""The words of the research file and what they mean in canonical records.

Each distinct text of a file is read once, here, in plain Python. A text that no rule understands stays unknown: it is
counted and listed, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import attrs

from recordrelief.citations import Citation, CitationReader, CitedOffense

_ABBREVIATIONS = "PC BP CC CI EC FA FC FG GC HN HS IC LC MV PR RT SH UI VC WI US"

CODES = {
    **{code: code for code in _ABBREVIATIONS.split()},
    "B&P": "BP",
    "H&S": "HS",
    "W&I": "WI",
}
"""Abbreviations of California's codes as the file writes them."""

READER = CitationReader(CODES)

STEPS = {
    "ARREST/DETAINED/CITED": "arrest",
    "ARREST": "arrest",
    "SUPPLEMENTAL ARREST": "supplemental",
    "COURT ACTION": "court",
    "REGISTRATION": "registration",
    "DECEASED": "death",
    "CUSTODY": "custody",
    "PROBATION": "supervision_start",
    "PAROLE": "supervision_start",
    "APPLICANT": "applicant",
    "WARRANT": "warrant",
}
"""Step types: the first three are steps of charges, the others are events."""

CHARGE_STEPS = ("arrest", "supplemental", "court")

LEVELS = {
    "FELONY": "felony",
    "MISDEMEANOR": "misdemeanor",
    "INFRACTION": "infraction",
    "F": "felony",
    "M": "misdemeanor",
    "I": "infraction",
}

SENTENCES = {
    "PRISON": "prison",
    "STATE PRISON": "prison",
    "JAIL": "jail",
    "COUNTY JAIL": "jail",
    "PROBATION": "probation",
    "PROB": "probation",
    "FINE": "fine",
    "RESTITUTION": "restitution",
    "COMMUNITY SERVICE": "community_service",
}

# The file names a county; the codes go up by two in the order of the alphabet, from Alameda (06001).
_COUNTIES = (
    "ALAMEDA,ALPINE,AMADOR,BUTTE,CALAVERAS,COLUSA,CONTRA COSTA,DEL NORTE,EL DORADO,FRESNO,GLENN,HUMBOLDT,IMPERIAL,INYO,"
    "KERN,KINGS,LAKE,LASSEN,LOS ANGELES,MADERA,MARIN,MARIPOSA,MENDOCINO,MERCED,MODOC,MONO,MONTEREY,NAPA,NEVADA,ORANGE,"
    "PLACER,PLUMAS,RIVERSIDE,SACRAMENTO,SAN BENITO,SAN BERNARDINO,SAN DIEGO,SAN FRANCISCO,SAN JOAQUIN,SAN LUIS OBISPO,"
    "SAN MATEO,SANTA BARBARA,SANTA CLARA,SANTA CRUZ,SHASTA,SIERRA,SISKIYOU,SOLANO,SONOMA,STANISLAUS,SUTTER,TEHAMA,"
    "TRINITY,TULARE,TUOLUMNE,VENTURA,YOLO,YUBA"
)
FIPS = {county: f"06{2 * place + 1:03d}" for place, county in enumerate(_COUNTIES.split(","))}
"""FIPS codes of the 58 counties."""


@attrs.frozen
class ReadDisposition:
    """What a disposition text says: an outcome, or a relief on an earlier one, or a step that changes neither.

    ``remedy`` is None where the text names no statute; ``understood`` is False for a text that no rule knows.
    """

    outcome: str | None = None
    relief: str | None = None
    remedy: str | None = None
    resulting_level: str | None = None
    revoked: bool = False
    understood: bool = True


_CHANGES_NOTHING = ReadDisposition()
_NOT_UNDERSTOOD = ReadDisposition(understood=False)
_CONVICTED = re.compile(r"^CONV(ICTED)?(?![A-Z])")
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
_JUDGMENT = r"\b(?:CONV(?:ICTION)?S?|JUDGMENT|JDGMT|VERDICT|PLEA|FINDING)\b"
_VACATED = re.compile(
    rf"^(?:VACATED|REVERSED)\b|{_JUDGMENT}.*\b(?:VACATED|REVERSED)\b|\b(?:VACATED|REVERSED)\b.*{_JUDGMENT}"
)
_OUTCOMES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), outcome)
    for pattern, outcome in (
        (r"\bACQUITTED\b|\bNOT GUILTY\b", "acquitted"),
        (r"^PROS(ECUTOR)?\.? REJ|\bCOMPLAINT (NOT FILED|REFUSED|DENIED)\b|\bNOT FILED\b", "prosecutor_rejected"),
        (r"\bDISMISS|\bDISM\b|\bCHARGE DROPPED\b", "dismissed"),
        (r"^REL/TOT\b|^TOT\b|\bTURNED OVER\b|\bTRANSFERRED\b", "transferred"),
        (r"^REL(EASED)?\b|\bDET(ENTION)? ONLY\b", "released"),
        (r"\bDEFERRED\b(?!.*\b(TERM|REVOK|FAIL|VIOL))", "deferred"),
        (r"\bDIVER(SION|TED)\b(?!.*\b(TERM|REVOK|FAIL|VIOL))", "diverted"),
        (r"\bPENDING\b|^PROC(EEDINGS)? SUSP", "pending"),
    )
)
_STEPS_ONLY = re.compile(r"SENT(ENCE)? MODIF|\bPROB(ATION)? (MODIF|EXTEND|REINST|TERM)|\bBENCH WARRANT\b")


def read_disposition(text: str) -> ReadDisposition:
    """Read one disposition text (trimmed)."""
    text = text.upper()
    outcome = "convicted" if _CONVICTED.search(text) else None
    if _DENIED.search(text) and "COMPLAINT" not in text:
        return ReadDisposition(outcome=outcome)
    if _REVOKED.search(text):
        return ReadDisposition(outcome=outcome, revoked=True)
    if _CLEARED.search(text) or _SEALED.search(text) or _REDUCED.search(text):
        read = _relief(text)
        if not text.startswith("CONVICTED"):
            return read
        # Convicted and, in the same words, reduced; but convicted and dismissed contradict each other.
        return attrs.evolve(read, outcome=outcome) if read.relief else _NOT_UNDERSTOOD
    if _VACATED.search(text):
        return ReadDisposition(outcome="vacated")
    if _UNDONE.search(text) and not _TERM.search(text):
        return _NOT_UNDERSTOOD
    if outcome:
        return ReadDisposition(outcome=outcome)
    if _STEPS_ONLY.search(text) or _OTHER_REVOKED.search(text):
        return _CHANGES_NOTHING
    for pattern, known in _OUTCOMES:
        if pattern.search(text):
            return ReadDisposition(outcome=known)
    return _NOT_UNDERSTOOD


def _relief(text: str) -> ReadDisposition:
    """Read a text that tells of a charge set aside, dismissed under a statute, reduced or sealed."""
    kind, level = "dismissed", None
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
    read = READER.read(text) or next(iter(READER.find(text)), None)
    if read is None or len(read.citations) != 1:
        return None
    citation = read.citations[0]
    tail = "".join(f"({part})" for part in citation.subdivisions)
    if citation.section == "17":
        return f"pc-17{tail}"
    return f"{citation.code.lower()}-{citation.section}"


def read_terms(text: str) -> tuple[str, ...]:
    """The kinds of term that the words of a conviction name: ``CONVICTED-PROB/JAIL`` names probation and jail."""
    words = re.split(r"[-/,&+]", text.upper())
    if not _CONVICTED.search(text.upper()):
        return ()
    return tuple(dict.fromkeys(SENTENCES[word.strip()] for word in words if word.strip() in SENTENCES))


@attrs.frozen
class ReadOffense:
    """What an offense text says; ``defers`` when it sends the reader to the comment."""

    citation: str | None = None
    attempt: bool | None = None
    conspiracy: bool | None = None
    solicitation: bool | None = None
    defers: bool = False


UNREAD = ReadOffense()
_GLUED = re.compile(r"^([0-9]{5})([A-E])([0-9]?)(?=\s?HS\b)", re.IGNORECASE)
_ATTEMPTED = re.compile(r"-\s*ATTEMPT(ED)?\b|\bATTEMPTED\b", re.IGNORECASE)
SEE_COMMENT = r"(?i)^\W*SEE\s+COMMENT"
"""Pattern of offense texts that defer to the comment."""


def sees_comment(text: str | None) -> bool:
    """The offense text is blank or defers to the comment."""
    return not text or bool(re.match(SEE_COMMENT, text))


def read_offense(text: str) -> ReadOffense:
    """Read one offense text such as ``11359 HS-POSSESS MARIJUANA FOR SALE``.

    A letter glued to a five-digit section of the Health and Safety Code (``11360A HS``) is read as its subdivision:
    that code has no lettered sections among those, and the file is known for the spelling.
    """
    if sees_comment(text):
        return ReadOffense(defers=True)
    spelled = _GLUED.sub(lambda found: f"{found[1]}({found[2]})" + (f"({found[3]})" if found[3] else ""), text)
    read = READER.read(spelled)
    if read is None:
        return UNREAD
    attempt = read.attempt or bool(_ATTEMPTED.search(text))
    return ReadOffense("; ".join(map(str, read.citations)), attempt, read.conspiracy, read.solicitation)


_CODE = "|".join(re.escape(code) for code in CODES)
MAY_CITE = rf"[0-9](?s:.*[^A-Za-z])?(?:{_CODE})(?:[^A-Za-z]|$)|(?:^|[^A-Za-z])(?:{_CODE})(?s:[^A-Za-z].*)?[0-9]"
"""Pattern of texts that may hold a citation at all: a digit, and a code that is no part of a word."""


@attrs.frozen
class ReadComment:
    """The offenses that a comment names: candidates where the offense text defers to it, never found ones."""

    named: tuple[str, ...] = ()


def read_comment(text: str) -> ReadComment:
    """Read every citation of a comment."""
    return ReadComment(tuple(dict.fromkeys(map(str, READER.find(text)))))


def names_another(own: tuple[str | None, ...], named: Sequence[str]) -> bool:
    """Whether a comment names an offense that is neither the count's own nor a subdivision of it, nor contains it."""
    mine = [Citation.parse(part) for text in own if text for part in text.split("; ")]
    theirs = [citation for text in named for citation in CitedOffense.parse(text).citations]
    return any(not any(one.contains(it) or it.contains(one) for one in mine) for it in theirs)
