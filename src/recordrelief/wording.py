"""The words in which answers are told: days, numbers, facts, statuses, and the rows of a record.

Nothing here shows a name, a source's free text or anything else of a person than ids, dates and citations.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from recordrelief.citations import CitedOffense
from recordrelief.errors import CitationError
from recordrelief.law import BEGINNING, NEVER, OffenseSet
from recordrelief.law import expressions as e
from recordrelief.law.scopes import ROWS, TABLE_OF, facts_of
from recordrelief.model import PartialDate
from recordrelief.statutes import Remedy, StatutePack

UNKNOWN = "unknown"

NOTICE = "A screening aid, not legal advice."
"""What every output says first."""

GRADE_WORDS: dict[str, str] = {
    "automatic": "the state must act without a petition",
    "mandatory": "the court shall grant it",
    "presumed": "granted unless the opponent disproves it",
    "discretionary": "the court, or the prosecutor, may grant it",
}

RECORD_WORDS: dict[str | None, str] = {
    None: "a record that does not say how much of the person's history it holds",
    "case": "a record of single cases only",
    "county": "the record of a county",
    "state": "the record of a state",
    "national": "a national record",
}

OPEN_GROUPS: dict[str, str] = {
    "history": "a record that surely holds the whole history",
    "sentences": "a record that surely holds every sentence",
    "reliefs": "a record that surely holds every relief already granted",
    "events": "a record that surely holds every such event",
}
"""What would settle a question that is open because the record need not hold every row."""

_GROUPS: dict[str, str] = {
    "history": "charges on the record",
    "cycle": "charges of the same arrest",
    "case": "charges of the same case",
    "charge.sentences": "sentences of the charge",
    "other.sentences": "sentences of the other charge",
    "charge.reliefs": "reliefs already granted on the charge",
    "other.reliefs": "reliefs already granted on the other charge",
    "subject.events": "events",
}

_CORRECTED = re.compile(r" by .+ on \d{4}-\d{2}-\d{2}: .*\(correction \d+, .+:\d+\)", re.DOTALL)
_ID = re.compile(r"[a-z0-9]+(?:[.\-()][a-z0-9]+)*\)?")
# The facts whose source words stand beside them, so that "not understood" and "not recorded" can be told apart.
_RAW_TEXT: dict[str, str] = {
    "convicted": "outcome_text",
    "disposed": "outcome_text",
    "outcome": "outcome_text",
    "offense": "offense_text",
    "length_days_min": "length_text",
    "length_days_max": "length_text",
}


def notice(remedies: Iterable[Remedy]) -> str:
    """What stands on every output: what it is, and which of the remedies a lawyer has reviewed."""
    signed = {f"{remedy.id} ({review_words(remedy)})": remedy.id for remedy in remedies if remedy.reviewed_by}
    rest = dict.fromkeys(remedy.id for remedy in remedies if not remedy.reviewed_by)
    if not signed:
        return f"{NOTICE} The law in it was not reviewed by counsel."
    said = f"{NOTICE} Of the law in it, counsel reviewed {joined_words(list(signed))}"
    return f"{said}; not reviewed: {joined_words(list(rest))}." if rest else f"{said}."


def review_words(remedy: Remedy) -> str:
    """Who reviewed a version of a remedy, and when."""
    if remedy.reviewed_on is None:
        return "not reviewed by counsel"
    return f"reviewed by {remedy.reviewed_by} on {remedy.reviewed_on.isoformat()}"


def is_correction(note: str) -> bool:
    """Whether a note of a row tells a correction: what was done, by whom, when, why, and where it is written."""
    return _CORRECTED.search(note) is not None


def known_day(day: date) -> date | None:
    """An end of a day within limits: None where it is open at the beginning of time; its end stands for never."""
    return None if _clamped(day) == BEGINNING else day


def span_words(earliest: date | None, latest: date | None) -> str:
    """A day known within limits; None is an open limit, the ends of time are no day at all."""
    first = None if earliest is None else _clamped(earliest)
    last = None if latest is None else _clamped(latest)
    if first == NEVER:
        return "never"
    if last == BEGINNING:
        return "no such day"
    if first is None and last is None:
        return UNKNOWN
    if first == last and first is not None:
        return first.isoformat()
    if first in (None, BEGINNING) and last is not None:
        return "any day or none" if last == NEVER else f"on or before {last.isoformat()}"
    if first is not None and last in (None, NEVER):
        return "any day or none" if first == BEGINNING else f"on or after {first.isoformat()}"
    return f"between {first} and {last}"


def _clamped(day: date) -> date:
    """The beginning of time stays what it is where a day was added to it."""
    return BEGINNING if day - BEGINNING <= timedelta(days=1) else day


def day_words(day: PartialDate | None) -> str:
    """A partial date: ``2011-08-23``, ``between 2011-01-01 and 2011-12-31``, ``unknown``."""
    return UNKNOWN if day is None else span_words(day.earliest, day.latest)


def number_words(lowest: float | None, highest: float | None) -> str:
    """A number known within limits."""
    if lowest is None:
        return UNKNOWN if highest is None else f"at most {highest:g}"
    if highest is None:
        return f"at least {lowest:g}"
    return f"{lowest:g}" if lowest == highest else f"between {lowest:g} and {highest:g}"


def answer_word(value: bool | None) -> str:
    """Yes, no, unknown."""
    return UNKNOWN if value is None else "yes" if value else "no"


def word_of(name: str, row: Mapping[str, Any] | None) -> str:
    """The word a row holds; a relief that a source names in its own words is not quoted."""
    value = None if row is None else row.get(name)
    if value is None:
        return UNKNOWN
    if name == "remedy" and not _ID.fullmatch(value):
        return "named in the source's own words"
    return str(value)


def why_unknown(name: str, row: Mapping[str, Any] | None) -> str:
    """Null with the source's words beside it was not understood, null without them was not recorded."""
    text = _RAW_TEXT.get(name)
    if row is not None and text and row.get(text):
        return "the source's words were not understood"
    return "not recorded"


def offense_words(row: Mapping[str, Any]) -> str:
    """The offense of a charge by its citation, with its inchoate form."""
    citation = row["citation"]
    if citation is None:
        candidates = row["possible_citations"]
        return "offense not read" + (f", perhaps {' or '.join(candidates)}" if candidates else "")
    forms = [form for form in ("attempt", "conspiracy", "solicitation") if row[form]]
    return " ".join([*forms, citation])


def why_member(offenses: OffenseSet, row: Mapping[str, Any]) -> str:
    """Why the offense of a charge belongs to a set, or does not: the entry that decides each citation."""
    texts = [row["citation"]] if row["citation"] is not None else list(row["possible_citations"] or ())
    if not texts:
        return f"its citation is unknown: {why_unknown('offense', row)}"
    joined = _why_each(offenses, tuple(texts))
    return ("it may be one of these: " if row["citation"] is None else "") + joined + _inchoate(offenses, row)


def why_enhanced(offenses: OffenseSet, row: Mapping[str, Any]) -> str:
    """Why the enhancements of a charge name one of a set, or do not."""
    if row["enhancements"] is None:
        return f"its enhancements are unknown: {why_unknown('enhancements', row)}"
    return _why_each(offenses, tuple(row["enhancements"])) or "the record says that there is none"


@lru_cache(maxsize=16_384)
def _why_each(offenses: OffenseSet, texts: tuple[str | None, ...]) -> str:
    """The entry of a set that decides each of several citations."""
    reasons: list[str] = []
    for text in texts:
        try:
            cited = None if text is None else CitedOffense.parse(text)
        except CitationError:
            cited = None
        if cited is None:
            reasons.append("a citation that cannot be read")
            continue
        reasons += [f"{citation} is {_listed(offenses, offenses.why(citation))}" for citation in cited.citations]
    return "; ".join(dict.fromkeys(reasons))


def _listed(offenses: OffenseSet, why: str) -> str:
    """The words of the set, and whether the entry they name takes an offense in or out."""
    entry = why.removeprefix("listed as ")
    if entry == why:
        return f"known only in part: {why}" if why.startswith("its ") else why
    if any(str(one) == entry for one in offenses.members):
        return why
    outside = any(str(one) == entry for one in offenses.excepted)
    return f"{'outside' if outside else 'left open'} by the entry {entry}"


def _inchoate(offenses: OffenseSet, row: Mapping[str, Any]) -> str:
    """Whether the form of the offense, or not knowing it, matters to the set."""
    words: list[str] = []
    for form, rule in (
        ("attempt", offenses.attempts),
        ("conspiracy", offenses.conspiracies),
        ("solicitation", offenses.solicitations),
    ):
        if row["citation"] is None or row[form] is False or rule == "as_target":
            continue
        stands = "stand outside the set" if rule == "outside" else "are left open"
        said = f"it is an {form}" if form == "attempt" else f"it is a {form}"
        plural = {"attempt": "attempts", "conspiracy": "conspiracies", "solicitation": "solicitations"}[form]
        words.append(f"; {said if row[form] else f'whether {said} is unknown'}, and {plural} {stands}")
    return "".join(words)


def place_words(row: Mapping[str, Any]) -> str:
    """Where a row stands in its source: ``file:line``, or what there is of it."""
    if row["source_file"] is None:
        key = next((row[name] for name in ("sentence_id", "charge_id") if row.get(name)), None)
        return f"id {key}" if key else "no source line"
    line = "" if row["source_line"] is None else f":{row['source_line']}"
    return f"{row['source_file']}{line}"


def row_words(table: str, row: Mapping[str, Any]) -> str:
    """One row of a canonical table: where it stands, what it is by its citation or kind, and its day."""
    return f"{place_words(row)} {what_words(table, row)}"


def what_words(table: str, row: Mapping[str, Any]) -> str:
    """What one row is, without its place."""
    if table == "charges":
        if is_unread(row):
            return "a row that could not be read"
        level = f", {row['level']}" if row["level"] else ""
        return f"{offense_words(row)}{level}, {outcome_words(row)}"
    if table == "sentences":
        return f"{word_of('kind', row)} sentence, imposed {_day_of(row, 'imposed_date')}"
    if table == "reliefs":
        return f"{word_of('kind', row)} relief, remedy {word_of('remedy', row)}, granted {_day_of(row, 'relief_date')}"
    return f"{word_of('kind', row).replace('_', ' ')}, {_day_of(row, 'event_date')}"


def is_unread(charge: Mapping[str, Any]) -> bool:
    """The charge stands for a quarantined row."""
    return any(note.startswith("unread") for note in charge["notes"] or ())


def outcome_words(row: Mapping[str, Any]) -> str:
    """How a charge ended, and when."""
    outcome: str | None = row["outcome"]
    if outcome is None:
        return f"outcome unknown ({why_unknown('outcome', row)})"
    name = "conviction_date" if outcome == "convicted" and row["conviction_date"] else "disposition_date"
    day = _day_of(row, name)
    return outcome.replace("_", " ") + (" on an unknown day" if day == UNKNOWN else f" {day}")


def _day_of(row: Mapping[str, Any], name: str) -> str:
    return span_words(row[name], row[name + "_latest"])


def joined_words(names: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def group_words(scope: str, *, others: bool) -> str:
    """A group of rows in the plural."""
    words = _GROUPS[scope]
    return f"other {words}" if others else words


def test_words(test: e.Test) -> str:
    """The print of a test without the limits of bounded days."""
    words = str(test)
    for node in test.walk():
        if isinstance(node, e.Bounded):
            words = words.replace(str(node), str(node.base))
    return words.removeprefix("(").removesuffix(")") if isinstance(test, e.And | e.Or) else words


def fact_means(name: str, pack: StatutePack) -> str:
    """A fact that is missing, and what it is; for a pack's own fact, the question that would settle it."""
    if name in OPEN_GROUPS:
        return OPEN_GROUPS[name]
    root, _, short = name.partition(".")
    of = ", of another charge" if root == "other" else ""
    if short == "offense":
        return f"{name} (which offense it is, to the subdivision{of})"
    if short == "enhancements":
        return f"{name} (what was found or admitted beside the offense, to the subdivision, or that nothing was{of})"
    canonical = facts_of(ROWS[root]).get(short)
    if canonical is not None:
        return f"{name} ({canonical.means.partition(';')[0]}{of})"
    for fact in pack.facts:
        if (fact.table, fact.name) == (TABLE_OF[root], short):
            return fact.ask + (f" ({of.removeprefix(', ')})" if of else "")
    keys = {"cycle_id": "the arrest it belongs to", "case_id": "the court case it belongs to"}
    return f"{name} ({keys[short]})" if short in keys else name
