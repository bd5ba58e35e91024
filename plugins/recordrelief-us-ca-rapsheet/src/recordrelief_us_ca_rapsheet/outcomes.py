"""What became of a count: its dispositions in order, with the days, terms and reliefs that they tell of."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from recordrelief_us_ca_rapsheet.agencies import read_agency
from recordrelief_us_ca_rapsheet.days import UNKNOWN_DAY, Day
from recordrelief_us_ca_rapsheet.dispositions import (
    LEVELS,
    ReadDisposition,
    bears_on_outcome,
    is_final,
    may_tell_outcome,
    read_disposition,
)
from recordrelief_us_ca_rapsheet.offenses import read_comment
from recordrelief_us_ca_rapsheet.sentences import (
    CUSTODY,
    Term,
    read_sentence,
    says_concurrent,
    sentence_in_comment,
)
from recordrelief_us_ca_rapsheet.sheet import Comment, Count, Disposition, Event


@attrs.frozen(kw_only=True)
class ImposedTerm:
    """A term with the day it was imposed on, and its line. Without a ``term`` the item was not understood."""

    term: Term | None
    day: Day | None
    line: int
    text: str
    note: str | None = None


@attrs.frozen(kw_only=True)
class GrantedRelief:
    """A relief already granted; all None where there may be one that nobody could read."""

    kind: str | None = None
    remedy: str | None = None
    level: str | None = None
    day: Day | None = None
    line: int = 0


@attrs.define(kw_only=True)
class Told:
    """What a count tells, gathered disposition by disposition.

    ``doubtful`` says that something was not understood that may have been a relief or a term; ``latest`` is the last
    outcome that was understood, ``outcome`` what is known in the end.
    """

    outcome: str | None = None
    day: Day | None = None
    texts: list[str] = attrs.field(factory=list)
    level: str | None = None
    level_text: str | None = None
    terms: list[ImposedTerm] = attrs.field(factory=list)
    reliefs: list[GrantedRelief] = attrs.field(factory=list)
    revoked: bool = False
    revoked_day: Day | None = None
    revoked_line: int = 0
    on_diversion: bool | None = None
    doubtful: bool = False
    conflicting: bool = False
    latest: str | None = None
    issues: list[tuple[str | None, str, int]] = attrs.field(factory=list)

    @property
    def only_tells_of_an_earlier_one(self) -> bool:
        """A relief, a revocation or a changed sentence, and no outcome of its own."""
        return self.outcome is None and bool(self.texts) and bool(self.reliefs or self.revoked)


def told_by(event: Event, count: Count) -> Told:
    """What a count of an event tells of what became of it."""
    told = Told()
    own_day = event.day if event.kind == "court" else None
    told_first = min((one.line for one in count.dispositions if one.text is not None), default=0)
    cut = min((one.line for one in count.unread if one.line > told_first), default=None) if count.lost else None
    for disposition in count.dispositions:
        if (cut is not None and disposition.line > cut) or disposition.day == UNKNOWN_DAY:
            _perhaps_of_another(told, disposition)
        else:
            _take(told, disposition, disposition.day or own_day, count.realigned)
    first = count.dispositions[0] if count.dispositions else None
    day = (first.day if first else None) or own_day
    for comment in count.comments:
        _comment(told, comment, day, count.realigned)
    if count.unread:
        told.doubtful = True
        if any(may_tell_outcome(unread.text) for unread in count.unread):
            told.outcome = told.day = told.on_diversion = None
    if told.outcome == "convicted" and read_agency(event.agency).kind == "juvenile court":
        # What a juvenile court finds is no conviction; nor need the court have been read aright.
        told.outcome = told.day = told.latest = None
        told.issues.append(("outcome", "DISPOSITION_DOUBTFUL", count.line))
    told.terms = list(_distinct(told.terms))
    return told


def _take(told: Told, disposition: Disposition, day: Day | None, realigned: bool) -> None:
    read = read_disposition(disposition.text) if disposition.text else ReadDisposition()
    line = disposition.line
    if disposition.text is not None:
        told.texts.append(disposition.text)
        if not read.understood:
            told.issues.append(("outcome", "DISPOSITION_UNRECOGNISED", line))
            told.doubtful = True
        if disposition.text == "":
            told.issues.append(("outcome", "DISPOSITION_MISSING", line))
            told.doubtful = True
    level = _level(told, disposition)
    if read.outcome is not None:
        _outcome(told, read, day, line)
    elif not read.understood and told.outcome is not None:
        # Words that nobody knows, later than an outcome: they may have changed it.
        told.outcome, told.day = None, None
    if read.relief is not None:
        told.reliefs.append(
            GrantedRelief(kind=read.relief, remedy=read.remedy, level=read.resulting_level or level, day=day, line=line)
        )
    elif level is not None or disposition.status is not None:
        _settle_level(told, level, disposition)
    if read.revoked and not told.revoked:
        told.revoked, told.revoked_day, told.revoked_line = True, day, line
    if read.modified:
        told.terms = [_perhaps_replaced(term) for term in told.terms]
    for kind in read.terms:
        told.terms.append(
            ImposedTerm(
                term=Term(kind=kind, suspended=None),
                day=day,
                line=line,
                text=kind.upper(),
                note="kind derived from the words of the disposition",
            )
        )
    for sentence in disposition.sentences:
        _sentence(told, sentence.items, day, sentence.line, realigned)
    for comment in disposition.comments:
        _comment(told, comment, day, realigned)


def _perhaps_of_another(told: Told, disposition: Disposition) -> None:
    """A disposition behind a line that was left unread: that of this count, or of one whose line was not read."""
    told.doubtful = True
    if disposition.text is not None:
        told.texts.append(disposition.text)
        if read_disposition(disposition.text).outcome != told.outcome:
            told.outcome = told.day = told.on_diversion = None
        told.issues.append(("outcome", "DISPOSITION_DOUBTFUL", disposition.line))


def _level(told: Told, disposition: Disposition) -> str | None:
    if disposition.status is None:
        return None
    level = LEVELS.get(disposition.status)
    if level is None:
        told.issues.append(("level", "SEVERITY_UNRECOGNISED", disposition.line))
    return level


def _settle_level(told: Told, level: str | None, disposition: Disposition) -> None:
    """One level; none where two dispositions print different ones."""
    if told.level_text is None:
        told.level, told.level_text = level, disposition.status
    elif told.level != level:
        told.level = None
        told.issues.append(("level", "SEVERITY_CONFLICT", disposition.line))


def _outcome(told: Told, read: ReadDisposition, day: Day | None, line: int) -> None:
    """The outcome after one more disposition: it ends what was on its way, and contradicts what was over."""
    new, before = read.outcome, told.latest
    if told.conflicting or (before, new) == ("vacated", "dismissed"):
        return
    if before == new and told.outcome is not None:
        return
    if before in (None, new) or not is_final(before) or (before, new) == ("convicted", "vacated"):
        told.outcome, told.day, told.latest = new, day, new
        told.on_diversion = read.dismissed_on_diversion
        return
    # Convicted, then dismissed: a relief, or a conviction undone. Over, then pending: open again. Nobody can tell.
    told.outcome = told.day = told.on_diversion = None
    told.conflicting = told.doubtful = True
    told.issues.append(("outcome", "DISPOSITION_CONFLICT", line))


def _perhaps_replaced(imposed: ImposedTerm) -> ImposedTerm:
    """A term that stood before the sentence was changed: whether it was served nobody tells."""
    if imposed.term is None or imposed.term.kind not in CUSTODY:
        return imposed
    return attrs.evolve(imposed, term=attrs.evolve(imposed.term, suspended=None), note="the sentence was changed later")


def _sentence(told: Told, items: tuple[str, ...], day: Day | None, line: int, realigned: bool) -> None:
    read = read_sentence(items, realigned)
    for term in read.terms:
        told.terms.append(ImposedTerm(term=term, day=day, line=line, text=term.text))
        if term.unit_missing:
            told.issues.append(("sentences", "SENTENCE_UNIT_UNKNOWN", line))
    for item in read.unread:
        told.terms.append(ImposedTerm(term=None, day=day, line=line, text=item, note="not understood"))
        told.issues.append(("sentences", "SENTENCE_ITEM_UNREAD", line))


def _comment(told: Told, comment: Comment, day: Day | None, realigned: bool) -> None:
    items = sentence_in_comment(comment.text)
    if items:
        _sentence(told, items, day, comment.line, realigned)
    elif says_concurrent(comment.text):
        told.terms = [_concurrent(term) for term in told.terms]
    elif read_comment(comment.text).charge is None and bears_on_outcome(comment.text):
        told.doubtful = True
        told.issues.append((None, "COMMENT_NOT_UNDERSTOOD", comment.line))


def _concurrent(imposed: ImposedTerm) -> ImposedTerm:
    if imposed.term is None or imposed.term.kind not in CUSTODY:
        return imposed
    return attrs.evolve(imposed, term=attrs.evolve(imposed.term, concurrent=True))


def _distinct(terms: list[ImposedTerm]) -> Iterator[ImposedTerm]:
    """A sentence and the comment on it may print one term twice."""
    seen = set()
    for imposed in terms:
        key = (imposed.term, imposed.day, imposed.text if imposed.term is None else "")
        if key not in seen:
            seen.add(key)
            yield imposed
