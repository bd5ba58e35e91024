"""The questions that would settle what a record leaves open, in words that somebody can answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

import attrs

from recordrelief import wording
from recordrelief.completions import OTHER
from recordrelief.law.scopes import ROWS, TABLE_OF, facts_of
from recordrelief.statutes import StatutePack

Kind = Literal["yes or no", "word", "day", "number", "citation", "text", "open"]
"""What an answer looks like; ``open`` is a question that no single value answers."""

_ROOTS = {TABLE_OF[root]: root for root in ("charge", "subject", "case", "sentence", "relief", "event")}

QUESTIONS: Mapping[tuple[str, str], str] = {
    ("charges", "outcome"): "How did the charge end?",
    ("charges", "level"): "What was the level of the offense as disposed?",
    ("charges", "degree_class"): "What was the class of the offense?",
    ("charges", "stage"): "Which step does this row stand for?",
    ("charges", "jurisdiction"): "Under whose law was the charge brought?",
    ("charges", "county"): "Which county was it?",
    ("charges", "citation"): "Which offense was it, to the subdivision?",
    ("charges", "enhancements"): "What was found or admitted beside the offense, if anything?",
    ("charges", "attempt"): "Was it an attempt?",
    ("charges", "conspiracy"): "Was it a conspiracy?",
    ("charges", "solicitation"): "Was it a solicitation?",
    ("charges", "arrest_date"): "On what day was the arrest?",
    ("charges", "offense_date"): "On what day was the offense committed?",
    ("charges", "filed_date"): "On what day was the charge filed?",
    ("charges", "disposition_date"): "On what day was the case disposed of?",
    ("charges", "conviction_date"): "On what day was the plea or verdict?",
    ("charges", "judgment_date"): "On what day was judgment pronounced?",
    ("charges", "may_be_refiled"): "May the charge be filed again?",
    ("charges", "dismissed_on_diversion"): "Was it dismissed because diversion was completed?",
    ("charges", "quantity_grams"): "How many grams of the substance were there?",
    ("charges", "plant_count"): "How many plants were there?",
    ("charges", "value_cents"): "What was the property worth, in cents?",
    ("charges", "victim_minor"): "Was the victim a minor?",
    ("charges", "weapon"): "Was a weapon used?",
    ("charges", "domestic_violence"): "Was it an offense of domestic violence?",
    ("charges", "max_term_months"): "How many months is the longest term that the offense carries?",
    ("charges", "case_id"): "Which court case does the charge belong to?",
    ("charges", "cycle_id"): "Which arrest does the charge belong to?",
    ("subjects", "birth_date"): "On what day was the person born?",
    ("subjects", "deceased"): "Has the person died?",
    ("subjects", "deceased_date"): "On what day did the person die?",
    ("subjects", "must_register"): "Must the person register as a sex offender at present?",
    ("subjects", "supervision"): "Under what supervision is the person at present?",
    ("subjects", "serving_sentence"): "Is the person serving a sentence at present?",
    ("subjects", "charges_pending"): "Is the person charged with an offense at present?",
    ("subjects", "record_scope"): "How much of the person's history does the record hold?",
    ("cases", "status"): "Is the case open or closed?",
    ("cases", "case_type"): "What kind of case was it?",
    ("cases", "filed_date"): "On what day was the case filed?",
    ("cases", "closed_date"): "On what day was the case closed?",
    ("cases", "balance_due_cents"): "How much money is still owed on the case, in cents?",
    ("cases", "restitution_on_case"): "Was restitution ordered in the case?",
    ("sentences", "kind"): "What kind of term was it?",
    ("sentences", "imposed_date"): "On what day was the term imposed?",
    ("sentences", "length_days_min"): "How many days was the term at the shortest?",
    ("sentences", "length_days_max"): "How many days was the term at the longest?",
    ("sentences", "suspended"): "Was the term suspended?",
    ("sentences", "concurrent"): "Was the term served at the same time as another?",
    ("sentences", "start_date"): "On what day did the term begin?",
    ("sentences", "end_date"): "On what day is or was the last day of the term?",
    ("sentences", "released_date"): "On what day was the person released from custody?",
    ("sentences", "completed_date"): "On what day were custody and all supervision for the term over?",
    ("sentences", "revoked"): "Was probation or supervision revoked?",
    ("sentences", "revoked_date"): "On what day was it revoked?",
    ("sentences", "discharged_early"): "Was the person discharged before the end of the term?",
    ("sentences", "restitution_owed"): "Is restitution still owed?",
    ("reliefs", "remedy"): "Under which statute was the relief granted?",
    ("reliefs", "kind"): "What kind of relief was it?",
    ("reliefs", "relief_date"): "On what day was the relief granted?",
    ("reliefs", "resulting_level"): "What was the level of the offense after the relief?",
    ("events", "kind"): "What kind of event was it?",
    ("events", "event_date"): "On what day was the event?",
}
"""The question for each fact that a canonical column holds; a pack's own facts bring their own."""

COMPLETENESS: Mapping[str, str] = {
    "history": "Does the record hold the person's whole history in the state, with nothing left out?",
    "sentences": "Which terms were imposed for the charge that the record does not show?",
    "reliefs": "Which relief was granted on the charge that the record does not show?",
    "events": "Which events, such as custody or a duty to register, does the record not show?",
    "unread": "What does the row say that could not be read?",
}
"""The question for rows that the record need not hold, or that nobody could read."""


def question(table: str, column: str, pack: StatutePack) -> str:
    """The question for a fact of a row of a table.

    Args:
        table: the canonical table.
        column: the fact: a column, a pack's own, or one of :data:`COMPLETENESS`.
        pack: the law, which words the questions for its own facts.
    """
    if column in COMPLETENESS:
        return COMPLETENESS[column]
    known = QUESTIONS.get((table, column))
    if known is not None:
        return known
    for fact in pack.facts:
        if (fact.table, fact.name) == (table, column):
            return fact.ask
    canonical = facts_of(ROWS[_ROOTS[table]]).get(column)
    return f"What is known of this: {column if canonical is None else canonical.means.partition(';')[0]}?"


def meaning(table: str, column: str, pack: StatutePack) -> str:
    """What a pack says of a fact of its own; nothing of others."""
    return next((fact.means for fact in pack.facts if (fact.table, fact.name) == (table, column)), "")


def about_words(
    table: str, row: Mapping[str, Any], charge: Mapping[str, Any] | None, case: Mapping[str, Any] | None
) -> str:
    """What a question is about: the case and charge, and which of its rows.

    Args:
        table: the table of the row.
        row: the row itself.
        charge: the charge that it is, or belongs to.
        case: the court case of the charge.
    """
    if table in ("subjects", "events"):
        return "" if table == "subjects" else wording.what_words("events", row)
    if table == "cases" or charge is None:
        return f"case {row.get('case_number') or row['case_id']}"
    number = None if case is None else case["case_number"]
    words = f"charge {charge['charge_id']}: {wording.what_words('charges', charge)}"
    if number is not None:
        words = f"case {number}, {words}"
    return words if table == "charges" else f"{words}; {wording.what_words(table, row)}"


@attrs.frozen(kw_only=True)
class Question:
    """A fact of one row that is missing: what to ask, about what, and the values that were tried.

    ``row`` names the row within its ``table`` (by its key; of a relief or an event by its place), ``column`` is the
    fact. Where ``values`` are empty it can only be asked: it may be anything. ``every`` says that they stand for
    whatever it can be. ``means`` is what a pack says of a fact of its own, its words among it.
    """

    text: str
    about: str
    kind: Kind
    table: str
    row: str | int
    column: str
    values: tuple[Any, ...] = attrs.field(default=(), eq=False)
    every: bool = False
    means: str = ""

    def __str__(self) -> str:
        return f"{self.text} ({self.about})" if self.about else self.text

    def words(self, value: Any) -> str:
        """A value in words."""
        if self.column == "history":
            return "yes"
        if isinstance(value, bool):
            return wording.answer_word(value)
        if isinstance(value, tuple):
            return ", ".join(value) or "nothing"
        if value == OTHER and self.kind == "text":
            return "something else"
        if isinstance(value, float):
            return f"{value:g}"
        return value.isoformat() if isinstance(value, date) else str(value).replace("_", " ")
