"""The words of the research file and what they mean in canonical records.

Each distinct text of a file is read once, here, in plain Python. A text that no rule understands stays unknown: it is
counted and listed, never guessed.
"""

from __future__ import annotations

import re

import attrs

from recordrelief.citations import CitationReader

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
    sentence: str | None = None
    understood: bool = True


_REDUCED = re.compile(r"\bREDUCED TO (MISDEMEANOR|INFRACTION)\b|\bREDUC")
_SEALED = re.compile(r"\bSEALED\b")
_CLEARED = re.compile(r"SET ASIDE|\bDISM(?:ISSED)?\b.*\bPER\b|\bPER\b.*\bDISM(?:ISSED)?\b|RELIEF GRANTED")
_PER = re.compile(r"\bPER\s+(?P<per>.*)$")
_OUTCOMES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), outcome)
    for pattern, outcome in (
        (r"^CONV(ICTED)?\b", "convicted"),
        (r"\bVACATED\b|\bREVERSED\b", "vacated"),
        (r"\bACQUITTED\b|\bNOT GUILTY\b", "acquitted"),
        (r"^PROS(ECUTOR)?\.? REJ|\bCOMPLAINT (NOT FILED|REFUSED|DENIED)\b|\bNOT FILED\b", "prosecutor_rejected"),
        (r"\bDISMISS|\bDISM\b|\bCHARGE DROPPED\b", "dismissed"),
        (r"^REL/TOT\b|^TOT\b|\bTURNED OVER\b|\bTRANSFERRED\b", "transferred"),
        (r"^REL(EASED)?\b|\bDETENTION ONLY\b", "released"),
        (r"\bDEFERRED\b", "deferred"),
        (r"\bDIVER(SION|TED)\b", "diverted"),
        (r"\bPENDING\b|^PROC(EEDINGS)? SUSP", "pending"),
    )
)
_STEPS_ONLY = re.compile(r"SENT(ENCE)? MODIF|\bPROB(ATION)? (MODIF|EXTEND|REINST|TERM)|\bBENCH WARRANT\b")


def read_disposition(text: str) -> ReadDisposition:
    """Read one disposition text (trimmed, upper case as in the file)."""
    if re.search(r"\bREVOKED\b", text):
        return ReadDisposition(revoked=True)
    if _CLEARED.search(text) or _SEALED.search(text) or _REDUCED.search(text):
        kind, level = "dismissed", None
        if found := _REDUCED.search(text):
            kind, level = "reduced", found[1].lower() if found[1] else None
        elif _SEALED.search(text) and not _CLEARED.search(text):
            kind = "sealed"
        per = _PER.search(text)
        remedy = _remedy(per["per"]) if per else None
        if per and remedy is None and kind == "dismissed" and "SET ASIDE" not in text:
            # "DISMISSED PER NEGOTIATED PLEA": a dismissal of the charge, no relief on a conviction.
            return ReadDisposition(outcome="dismissed")
        if remedy in ("pc-1385", "pc-871", "pc-995", "pc-1382", "pc-1538.5"):
            return ReadDisposition(outcome="dismissed")
        return ReadDisposition(relief=kind, remedy=remedy, resulting_level=level)
    if _STEPS_ONLY.search(text):
        return ReadDisposition()
    for pattern, outcome in _OUTCOMES:
        if pattern.search(text):
            sentence = SENTENCES.get(text.partition("-")[2].strip()) if outcome == "convicted" else None
            return ReadDisposition(outcome=outcome, sentence=sentence)
    return ReadDisposition(understood=False)


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


@attrs.frozen
class ReadOffense:
    """What an offense text says. ``citation`` None with ``possible``: candidates only, from a comment."""

    citation: str | None = None
    attempt: bool | None = None
    conspiracy: bool | None = None
    solicitation: bool | None = None
    possible: tuple[str, ...] = ()


UNREAD = ReadOffense()
_GLUED = re.compile(r"^(\d{5})([A-E])(\d?)(?=\s?HS\b)")
_ATTEMPTED = re.compile(r"-\s*ATTEMPT(ED)?\b|\bATTEMPTED\b")
_SEE_COMMENT = re.compile(r"^\W*SEE\s+COMMENT")


def sees_comment(text: str) -> bool:
    """The offense text is blank or defers to the comment."""
    return not text or bool(_SEE_COMMENT.match(text))


def read_offense(text: str) -> ReadOffense:
    """Read one offense text such as ``11359 HS-POSSESS MARIJUANA FOR SALE``.

    A letter glued to a five-digit section of the Health and Safety Code (``11360A HS``) is read as its subdivision:
    that code has no lettered sections among those, and the file is known for the spelling.
    """
    spelled = _GLUED.sub(lambda found: f"{found[1]}({found[2]})" + (f"({found[3]})" if found[3] else ""), text)
    read = READER.read(spelled)
    if read is None:
        return UNREAD
    attempt = read.attempt or bool(_ATTEMPTED.search(text))
    return ReadOffense("; ".join(map(str, read.citations)), attempt, read.conspiracy, read.solicitation)


def read_comment(text: str) -> ReadOffense:
    """Candidates for the offense of a count whose text defers to the comment: possible, never found."""
    return ReadOffense(possible=tuple(dict.fromkeys(map(str, READER.find(text)))))
