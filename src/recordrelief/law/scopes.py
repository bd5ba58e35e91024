"""The groups of rows a rule may ask about, and the facts of each kind of row, by name.

``charge`` is the charge a rule is about; inside ``history.any(...)`` and its like it is each charge of the person in
turn. Inside ``history.others``, ``other`` is each other charge and ``charge`` stays the one the rule is about, so that
both may meet in one test.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Literal, TypeVar, overload

import attrs

from recordrelief import model
from recordrelief.law import expressions as e
from recordrelief.law.offenses import OffenseSet

Value = TypeVar("Value", bound=e.Expression)


@attrs.frozen
class Scope:
    """A group of rows: the table they are in, the key that groups them, the name of one row in a test."""

    table: str
    key: str
    row: str


SCOPES: dict[str, Scope] = {
    "history": Scope("charges", "subject", "charge"),
    "cycle": Scope("charges", "cycle_id", "charge"),
    "case": Scope("charges", "case_id", "charge"),
    "charge.sentences": Scope("sentences", "charge", "sentence"),
    "charge.reliefs": Scope("reliefs", "charge", "relief"),
    "subject.events": Scope("events", "subject", "event"),
}
"""The groups by the name they print with."""


@attrs.frozen
class Rows:
    """The rows of a group. All questions are three-valued: an unknown row is never dropped.

    ``any`` is true if one row surely satisfies the test, else unknown if one may, or if the source need not hold
    all rows, else false.
    """

    scope: str
    without_self: bool = False

    def any(self, test: e.Test) -> e.Test:
        """At least one row satisfies the test."""
        return e.AnyOf(self.scope, test, self.without_self)

    def none(self, test: e.Test) -> e.Test:
        """No row satisfies the test."""
        return ~self.any(test)

    def all(self, test: e.Test) -> e.Test:
        """Every row satisfies the test; true of no rows at all."""
        return ~self.any(~test)

    def count(self, test: e.Test) -> e.Number:
        """How many rows satisfy the test, as a lowest and a highest number."""
        return e.CountOf(self.scope, test, self.without_self)

    def latest(self, day: e.Day, *, where: e.Test = e.ALWAYS_TRUE, nth: int = 1) -> e.Day:
        """The latest ``day`` among rows that satisfy ``where``; the beginning of time if there is none.

        With ``nth=2`` the second latest, and so on: rows of one day count each, and with fewer rows it is the beginning
        of time.
        """
        return e.DayOf(self.scope, where, self.without_self, which="latest", day=day, nth=nth)

    def earliest(self, day: e.Day, *, where: e.Test = e.ALWAYS_TRUE, nth: int = 1) -> e.Day:
        """The earliest ``day`` among rows that satisfy ``where``, or the ``nth`` earliest; never if there is none."""
        return e.DayOf(self.scope, where, self.without_self, which="earliest", day=day, nth=nth)


@attrs.frozen
class GroupOfCharges(Rows):
    """The charges of the person, the cycle or the case."""

    @property
    def others(self) -> Rows:
        """The same without the charge the rule is about: ``other`` is each of them, ``charge`` stays that one."""
        return Rows(self.scope, True)


class Fact(Generic[Value]):
    """One fact of a row: its name is that of the attribute, ``means`` says what it is."""

    def __init__(self, make: Callable[[str], Value], means: str) -> None:
        self.make = make
        self.means = means
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, row: None, owner: type) -> Fact[Value]: ...
    @overload
    def __get__(self, row: Row, owner: type) -> Value: ...
    def __get__(self, row: Row | None, owner: type) -> Value | Fact[Value]:
        return self if row is None else self.make(f"{row.root}.{self.name}")


def _test(means: str) -> Fact[e.Test]:
    return Fact[e.Test](e.TestFact, means)


def _day(means: str) -> Fact[e.Day]:
    return Fact[e.Day](e.DayFact, means)


def _number(means: str) -> Fact[e.Number]:
    return Fact[e.Number](e.NumberFact, means)


def _word(means: str, words: tuple[str, ...] = ()) -> Fact[e.Word]:
    return Fact[e.Word](lambda name: e.Word(name, words), means)


@attrs.frozen
class Row:
    """One row, under the name it has in a test. A pack's own facts are asked for by name and kind."""

    root: str

    def test(self, name: str) -> e.Test:
        """A pack's own fact that is true, false or unknown."""
        return e.TestFact(f"{self.root}.{name}")

    def day(self, name: str) -> e.Day:
        """A pack's own fact that is a day."""
        return e.DayFact(f"{self.root}.{name}")

    def number(self, name: str) -> e.Number:
        """A pack's own fact that is a number."""
        return e.NumberFact(f"{self.root}.{name}")

    def word(self, name: str, words: tuple[str, ...] = ()) -> e.Word:
        """A pack's own fact that is a word."""
        return e.Word(f"{self.root}.{name}", words)


@attrs.frozen
class OffenseOf:
    """The offense of a charge, as the law classifies it."""

    root: str

    def in_set(self, offenses: OffenseSet) -> e.Test:
        """It belongs to an offense set: unknown where the citation is not read, too broad, or not in the catalog."""
        return e.InSet(self.root, offenses)


@attrs.frozen
class ChargeRow(Row):
    """The facts of a charge."""

    @property
    def offense(self) -> OffenseOf:
        """The offense as disposed."""
        return OffenseOf(self.root)

    def enhanced(self, offenses: OffenseSet) -> e.Test:
        """An enhancement, or another finding, of this set was found or admitted for it.

        True where the list of enhancements surely names one, unknown where there is no list or an entry of it may be
        one, false of a list without, an empty one included.
        """
        return e.Enhanced(self.root, offenses)

    @property
    def sentences(self) -> Rows:
        """The terms imposed for it."""
        return Rows(f"{self.root}.sentences")

    @property
    def reliefs(self) -> Rows:
        """The reliefs already granted on it."""
        return Rows(f"{self.root}.reliefs")

    convicted = _test(
        "ended in a conviction not vacated or set aside; an arrest step without a disposition of its own did not, "
        "where the source holds all charges, since a conviction would be a row of its own"
    )
    disposed = _test(
        "has an end of its own; an arrest step may have none, where the source holds all charges, since what came of "
        "it is a row of its own"
    )
    enhancements_told = _test("the source lists its enhancements, if only to say that there are none")
    level = _word("level as disposed", model.LEVELS)
    degree_class = _word("state class as disposed")
    outcome = _word("how it ended", model.OUTCOMES)
    stage = _word("which step the row is", model.STAGES)
    jurisdiction = _word("whose law it is under")
    county = _word("name of the county")
    attempt = _test("an attempt")
    conspiracy = _test("a conspiracy")
    solicitation = _test("a solicitation")
    arrest_date = _day("day of the arrest")
    offense_date = _day("day of the offense")
    filed_date = _day("day of filing")
    disposition_date = _day("day of the disposition")
    conviction_date = _day("day of plea or verdict")
    judgment_date = _day("day judgment was pronounced")
    may_be_refiled = _test("may be filed again")
    dismissed_on_diversion = _test("dismissed on completed diversion")
    quantity_grams = _number("weight of the substance, in grams")
    plant_count = _number("number of plants")
    value_cents = _number("value of the property, in cents")
    victim_minor = _test("the victim was a minor")
    weapon = _test("a weapon was used")
    domestic_violence = _test("an offense of domestic violence")
    max_term_months = _number("longest term the offense carries, in months")


@attrs.frozen
class SubjectRow(Row):
    """The facts of the person."""

    @property
    def events(self) -> Rows:
        """What is not a charge; ask for the kind first: ``subject.events.any(event.kind.is_("custody") & ...)``."""
        return Rows("subject.events")

    birth_date = _day("date of birth")
    deceased = _test("has died")
    deceased_date = _day("date of death")
    must_register = _test("has a present duty to register as a sex offender")
    supervision = _word("present supervision", model.SUPERVISIONS)
    serving_sentence = _test("is serving a sentence")
    charges_pending = _test("is charged with an offense")
    record_scope = _word("how much of the history the source holds", model.SCOPES)


@attrs.frozen
class CaseRow(Row):
    """The facts of the court case of the charge."""

    status = _word("open or closed", model.CASE_STATUSES)
    case_type = _word("kind of case")
    filed_date = _day("day of filing")
    closed_date = _day("day of closing")
    balance_due_cents = _number("money still owed, in cents")
    restitution_on_case = _test("restitution was ordered or is mentioned")

    def any(self, test: e.Test) -> e.Test:
        """A charge of the case satisfies the test."""
        return GroupOfCharges("case").any(test)

    def none(self, test: e.Test) -> e.Test:
        """No charge of the case satisfies the test."""
        return GroupOfCharges("case").none(test)

    def all(self, test: e.Test) -> e.Test:
        """Every charge of the case satisfies the test."""
        return GroupOfCharges("case").all(test)

    def count(self, test: e.Test) -> e.Number:
        """How many charges of the case satisfy the test."""
        return GroupOfCharges("case").count(test)

    @property
    def others(self) -> Rows:
        """The other charges of the case."""
        return GroupOfCharges("case").others


@attrs.frozen
class SentenceRow(Row):
    """The facts of a term."""

    kind = _word("kind of term", model.SENTENCE_KINDS)
    imposed_date = _day("day it was imposed")
    length_days_min = _number("shortest length, in days")
    length_days_max = _number("longest length, in days")
    suspended = _test("suspended")
    concurrent = _test("served at the same time as another")
    start_date = _day("first day")
    end_date = _day("last day")
    released_date = _day("day of release from custody")
    completed_date = _day("custody and all supervision over")
    revoked = _test("revoked")
    revoked_date = _day("day of the revocation")
    discharged_early = _test("discharged before the end of the term")
    restitution_owed = _test("restitution is still owed")


@attrs.frozen
class ReliefRow(Row):
    """The facts of a relief already granted."""

    remedy = _word("id of the remedy, or the source's words")
    kind = _word("kind of relief", model.RELIEF_KINDS)
    relief_date = _day("day it was granted")
    resulting_level = _word("level of the charge after it", model.LEVELS)


@attrs.frozen
class EventRow(Row):
    """The facts of an event."""

    kind = _word("kind of event", model.EVENT_KINDS)
    event_date = _day("day of the event")


charge = ChargeRow("charge")
other = ChargeRow("other")
subject = SubjectRow("subject")
case = CaseRow("case")
sentence = SentenceRow("sentence")
relief = ReliefRow("relief")
event = EventRow("event")
history = GroupOfCharges("history")
cycle = GroupOfCharges("cycle")

ROWS: dict[str, Row] = {row.root: row for row in (charge, other, subject, case, sentence, relief, event)}
TABLE_OF: dict[str, str] = {
    "charge": "charges",
    "other": "charges",
    "subject": "subjects",
    "case": "cases",
    "sentence": "sentences",
    "relief": "reliefs",
    "event": "events",
}
"""The canonical table behind each row."""

Kind = Literal["test", "day", "number", "word"]


def facts_of(row: Row) -> dict[str, Fact[Any]]:
    """The facts of a row by name, for documentation and checks."""
    return {name: fact for name, fact in vars(type(row)).items() if isinstance(fact, Fact)}
