"""Asking the questions that would settle a person's answers, one after the other, and keeping what is said.

Every answer becomes a correction in a file (:mod:`recordrelief.corrections`), signed and dated, and the person is
screened again with it before the next question is chosen. The record itself stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import polars as pl

from recordrelief.api import corrected
from recordrelief.citations import Citation
from recordrelief.completions import OTHER
from recordrelief.corrections import read_corrections
from recordrelief.errors import CitationError, SourceError
from recordrelief.handwritten import A_DAY, partial_day
from recordrelief.model import PartialDate
from recordrelief.person_files import by_hand, written_entries
from recordrelief.person_keys import LATEST, changeable
from recordrelief.placing import filled_file
from recordrelief.questions import Question
from recordrelief.records import Records
from recordrelief.rescreening import Person
from recordrelief.screening import screen
from recordrelief.settling import Settling, settle
from recordrelief.settling_words import STATUS_WORDS
from recordrelief.statutes import StatutePack
from recordrelief.trials import NOT_ABOUT, UNDETERMINED

SKIP, QUIT = "skip", "quit"
_YES, _NO = ("yes", "y"), ("no", "n")
_NONE_OF_THESE = "It is none of these, and counts as something else. Is that so? yes or no"

Ask = Callable[[str], str | None]
"""Puts a prompt to somebody and gives what was typed; None where nothing more will come."""
Tell = Callable[[str], None]
"""Shows a line."""


@attrs.frozen(kw_only=True)
class Signed:
    """Who answers, and on which day."""

    author: str
    date: date


class Interview:
    """The questions for one person, best first, until nothing is left that an answer could settle.

    Args:
        person: the person, as read, and the law that is asked.
        overlay: the file that the answers are written to; what stands in it already is kept and counts.
        signed: who answers.
        known: every pack there is, which may declare facts.
    """

    def __init__(self, person: Person, overlay: Path, signed: Signed, known: Sequence[StatutePack]) -> None:
        self._person = person
        self._overlay = overlay
        self._signed = signed
        self._known = known
        self._entries: list[dict[str, Any]] = []
        self._done: set[tuple[str, str | int, str]] = set()
        self.subject_id: str = person.records.subjects["subject_id"][0]
        self.records = self._corrected()
        self._before = overlay.read_text(encoding="utf-8-sig") if overlay.exists() else ""

    @property
    def answered(self) -> int:
        """How many questions were answered."""
        return len(self._entries)

    def run(self, ask: Ask, tell: Tell) -> None:
        """Ask until nothing is left, or until whoever answers has had enough."""
        settlings = self._settlings()
        tell(_open_words(settlings))
        while (question := self._next(settlings)) is not None:
            tell("")
            tell(str(question))
            value = self._answer(question, ask, tell)
            if value is QUIT:
                return
            # What was answered once is not asked again, even where the answer leaves it open: a year for a day.
            self._done.add(_name(question))
            if value is SKIP or not self._keep(question, value, tell):
                continue
            before, settlings = settlings, self._settlings()
            for line in self._news(before, settlings):
                tell(line)
            tell(_open_words(settlings))
        tell("No question is left that an answer would settle anything by.")

    def _settlings(self) -> tuple[Settling, ...]:
        person = self._person
        return tuple(
            settle(
                self.records,
                self.subject_id,
                statutes=pack,
                as_of=person.as_of,
                policy=person.policies[pack.id],
                county=person.county,
                remedies=asked,
                facts=1,
            )
            for pack in person.packs
            if (asked := person.asked_of(pack)) is not None
        )

    def _next(self, settlings: Sequence[Settling]) -> Question | None:
        """Of all questions that were not asked yet, the one that settles most."""
        scores = {question: score for one in settlings for question, score in one.questions}
        left = [one for each in settlings for one in each.askable if _name(one) not in self._done]
        return max(left, key=lambda one: scores[one], default=None)

    def _answer(self, question: Question, ask: Ask, tell: Tell) -> Any:
        """The answer to one question as a value; asked again until it can be read."""
        choices = [one for one in question.values if one != OTHER or question.kind == "word"]
        if question.kind == "text" and question.means:
            tell(f"  {question.means}")
        if question.kind in ("word", "text", "citation"):
            for number, value in enumerate(choices, start=1):
                tell(f"  {number}. {question.words(value)}")
        while True:
            said = ask(f"{_hint(question)} ({SKIP}, {QUIT})")
            text = "" if said is None else said.strip()
            if said is None or text.lower() in (QUIT, "q"):
                return QUIT
            if text.lower() in ("", SKIP, "s"):
                return SKIP
            value = _read(question, choices, text)
            other = question.kind == "text" and value is not None and value not in choices
            # A slip of the pen must not count as another word.
            if other and (ask(_NONE_OF_THESE) or "").strip().lower() not in _YES:
                continue
            if value is not None:
                return value
            tell(f"That cannot be read here. Expected: {_expected(question)}.")

    def _keep(self, question: Question, value: Any, tell: Tell) -> bool:
        """Write the answer to the file, if it fits the record."""
        entry = entry_of(question, value, self.records, self.subject_id, self._signed)
        self._entries.append(entry)
        try:
            self._write()
            self.records = self._corrected()
        except SourceError as error:
            self._entries.pop()
            self._write()
            tell(f"The answer does not fit the record, and was not kept. {error}")
            return False
        return True

    def _write(self) -> None:
        text = written_entries(self._entries) if self._entries else ""
        between = "---\n" if self._before.strip() and text else ""
        end = "" if not self._before or self._before.endswith("\n") else "\n"
        with filled_file(self._overlay, force=True) as path:
            path.write_text(self._before + end + between + text, encoding="utf-8")

    def _corrected(self) -> Records:
        files = [self._overlay] if self._overlay.exists() else []
        mine = read_corrections(files).about(self.subject_id)
        return corrected(self._person.records, mine, self._known)

    def _news(self, before: Sequence[Settling], now_open: Sequence[Settling]) -> Iterator[str]:
        """What was open before and is settled now, by itself or by every completion of what is missing."""
        person = self._person
        statuses: dict[tuple[str, str], str] = {}
        for pack in person.packs:
            asked = person.asked_of(pack)
            if asked is None:
                continue
            found = screen(
                self.records,
                statutes=pack,
                as_of=person.as_of,
                policy=person.policies[pack.id],
                county=person.county,
                remedies=asked,
            ).determinations
            rows = found.select("charge_id", pl.col("remedy").cast(pl.String), pl.col("status").cast(pl.String))
            statuses |= {(charge, remedy): status for charge, remedy, status in rows.iter_rows()}
        settled = {
            (one.charge_id, one.remedy.id): one.settled for each in now_open for one in each.settlements if one.settled
        }
        for each in before:
            for one in each.settlements:
                pair = (one.charge_id, one.remedy.id)
                now = statuses.get(pair, NOT_ABOUT)
                more = ", whatever else is missing" if now == UNDETERMINED else ""
                now = settled.get(pair, now)
                if now != UNDETERMINED and one.settled is None:
                    yield f"Now {STATUS_WORDS[now]}{more}: {one.remedy.title} ({one.remedy.id}), charge {pair[0]}"


def entry_of(question: Question, value: Any, records: Records, subject_id: str, signed: Signed) -> dict[str, Any]:
    """The answer to a question as an entry of an overlay.

    Args:
        question: what was asked.
        value: the answer: true or false, a word, a day or part of one, a number, citations.
        records: the record that it was asked of.
        subject_id: the person.
        signed: who answers.
    """
    column = "record_scope" if question.column == "history" else question.column
    of_pack = column not in changeable(question.table)
    said = by_hand(PartialDate(value, value) if isinstance(value, date) else value, of_pack=of_pack)
    entry: dict[str, Any] = {"subject_id": subject_id, **_row_of(question, records)}
    entry["change"] = {"facts": {column: said}} if of_pack else {column: said}
    told = str(said) if isinstance(value, PartialDate) else question.words(value)
    return entry | {"author": signed.author, "date": signed.date, "reason": f"{question.text} Answer: {told}."}


def _row_of(question: Question, records: Records) -> dict[str, Any]:
    """What names the row of a question in an overlay."""
    match question.table:
        case "subjects":
            return {}
        case "charges" | "cases" | "sentences":
            return {question.table.removesuffix("s") + "_id": question.row}
    row = records.table(question.table).row(int(question.row), named=True)
    known: dict[str, Any] = {}
    for name in changeable(question.table):
        value = row.get(name)
        if value is not None:
            whole = PartialDate(value, row[name + LATEST]) if name + LATEST in row else value
            known[name] = by_hand(whole, of_pack=False)
    if question.table == "reliefs":
        return {"charge_id": row["charge_id"], "relief": known}
    return {"event": known}


def _read(question: Question, choices: Sequence[Any], text: str) -> Any:
    """What was typed as a value of the kind that the question wants; None where it is none."""
    low = text.lower()
    match question.kind:
        case "yes or no":
            if question.column == "history":
                return question.values[0] if low in _YES else SKIP if low in _NO else None
            return True if low in _YES else False if low in _NO else None
        case "day":
            return partial_day(text)
        case "number":
            try:
                number = float(text.replace(",", ""))
            except ValueError:
                return None
            return None if number < 0 else int(number) if number == int(number) else number
    if text.isdigit() and 1 <= int(text) <= len(choices):
        return choices[int(text) - 1]
    if question.kind == "citation":
        try:
            cited = str(Citation.parse(text))
        except CitationError:
            return None
        return (cited,) if question.column == "enhancements" else cited
    word = low.replace(" ", "_")
    return word if question.kind == "text" or word in choices else None


def _expected(question: Question) -> str:
    match question.kind:
        case "yes or no":
            return "yes or no"
        case "day":
            return A_DAY
        case "number":
            return "a number that is not below zero"
        case "citation":
            return "a number of the list, or a citation such as PC 459(a)"
        case "text":
            return "a number of the list, or another word"
    return "a number of the list, or one of its words"


def _hint(question: Question) -> str:
    match question.kind:
        case "yes or no":
            return "yes or no"
        case "day":
            return "day, month or year"
        case "word":
            return "number or word"
        case "text":
            return "number or another word"
        case "citation":
            return "number or citation" if question.values else "citation"
    return question.kind


def _name(question: Question) -> tuple[str, str | int, str]:
    return question.table, question.row, question.column


def _open_words(settlings: Sequence[Settling]) -> str:
    left = sum(one.settled is None for each in settlings for one in each.settlements)
    return f"Answers that are open: {left}."
