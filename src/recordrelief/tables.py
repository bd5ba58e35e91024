"""The canonical tables, declared once: validation, documentation and quarantine all read these schemas.

Every fact column is nullable, and null means *unknown*. A date known only to the month or year stands as its
earliest day in ``<name>`` and its latest in ``<name>_latest``, both inclusive and equal when the day is known.
"""

# The schemas are attributes whose names are the columns; a docstring on each column would repeat its description.
from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

import dataframely as dy
import polars as pl

from recordrelief import model


def _word(means: str, words: tuple[str, ...]) -> Any:
    return dy.Enum(list(words), nullable=True, description=means)


def _text(means: str) -> Any:
    return dy.String(nullable=True, description=means)


def _coded(means: str) -> Any:
    return dy.Categorical(nullable=True, description=means)


def _flag(means: str) -> Any:
    return dy.Bool(nullable=True, description=means)


def _from(means: str) -> Any:
    return dy.Date(nullable=True, description=means)


def _until(of: str) -> Any:
    return dy.Date(nullable=True, description=f"the latest day that {of} may be")


class _Row(dy.Schema):
    """Where a row comes from: on every table."""

    source_file = dy.Categorical(nullable=True, description="the file it was read from (base name)")
    source_line = dy.UInt32(nullable=True, description="its first line or page in that file, counted from 1")
    notes = dy.List(dy.String(nullable=False), nullable=True, description="what was derived or repaired, one note each")

    @dy.rule()
    def dates_in_order(cls: Any) -> pl.Expr:
        """Both ends of every date stand, in order, or neither does."""
        tests = [pl.lit(True)]
        for name in cls.column_names():
            if name.endswith("_latest"):
                first, last = pl.col(name.removesuffix("_latest")), pl.col(name)
                tests.append((first.is_null() & last.is_null()) | (first <= last).fill_null(False))
        return pl.all_horizontal(tests)


class Subjects(_Row):
    """One row a person."""

    subject_id = dy.String(primary_key=True, min_length=1, description="the source's key of the person; never blank")
    alternative = dy.UInt16(primary_key=True, description="which reading of the record; 0 unless there are several")
    birth_date = _from("date of birth")
    birth_date_latest = _until("birth_date")
    deceased = _flag("the person has died")
    deceased_date = _from("date of death")
    deceased_date_latest = _until("deceased_date")
    sex = _coded("as coded by the source; for reports only, no rule may read it")
    race = _coded("as coded by the source; for reports only, no rule may read it")
    ethnicity = _coded("as coded by the source; for reports only, no rule may read it")
    names = dy.List(
        dy.Struct({part: dy.String(nullable=True) for part in ("given", "middle", "family", "suffix", "kind")}),
        nullable=True,
        description="primary name and aliases",
    )
    identifiers = dy.List(
        dy.Struct({part: dy.String(nullable=True) for part in ("kind", "value")}),
        nullable=True,
        description="numbers of the person: sid, fbi, ssn, driver_license, inmate ...",
    )
    must_register = _flag("a present duty to register as a sex offender")
    supervision = _word("present supervision, when the source tells", model.SUPERVISIONS)
    serving_sentence = _flag("serving a sentence at present")
    charges_pending = _flag("charged with an offense at present")
    record_scope = _word("how much of the person's history the source holds", model.SCOPES)


class Cases(_Row):
    """One row a court case."""

    case_id = dy.String(primary_key=True, description="unique in the run")
    alternative = dy.UInt16(primary_key=True, description="which reading of the record")
    subject_id = dy.String(min_length=1, description="the person")
    cycle_id = _text("the arrest and all that follows from it")
    case_number = _text("the court's number")
    court = _coded("name of the court")
    county = _coded("name of the county")
    case_type = _coded("kind of case, in the source's words")
    status = _word("open or closed", model.CASE_STATUSES)
    filed_date = _from("day of filing")
    filed_date_latest = _until("filed_date")
    closed_date = _from("day of closing")
    closed_date_latest = _until("closed_date")
    balance_due_cents = dy.Int64(nullable=True, description="money still owed, in cents")
    restitution_on_case = _flag("restitution was ordered or is mentioned")


class Charges(_Row):
    """One row a count of an arrest or of a court case."""

    charge_id = dy.String(primary_key=True, description="unique in the run; made of source keys, never of position")
    alternative = dy.UInt16(primary_key=True, description="which reading of the record")
    subject_id = dy.String(min_length=1, description="the person")
    cycle_id = _text("the arrest and all that follows from it")
    case_id = _text("the court case")
    county = _coded("name of the county")
    county_fips = _coded("FIPS code of the county")
    agency = _coded("the agency or court")
    jurisdiction = _coded("us-ca, us-or, us (federal) ...")
    stage = _word("which step this row is", model.STAGES)
    count_number = dy.UInt16(nullable=True, description="number of the count")
    arrest_date = _from("day of the arrest")
    arrest_date_latest = _until("arrest_date")
    offense_date = _from("day of the offense")
    offense_date_latest = _until("offense_date")
    filed_date = _from("day the charge was filed")
    filed_date_latest = _until("filed_date")
    charged_citation = _text("citation of the (target) offense as first charged")
    charged_text = _text("the source's words for it")
    charged_level = _word("its level", model.LEVELS)
    charged_degree_class = _coded("its state class (A, B, C ...)")
    charged_attempt = _flag("charged as an attempt")
    charged_conspiracy = _flag("charged as a conspiracy")
    charged_solicitation = _flag("charged as a solicitation")
    citation = _text("citation of the (target) offense as disposed; several are joined by '; '")
    offense_text = _text("the source's words for it")
    level = _word("level as disposed", model.LEVELS)
    degree_class = _coded("state class as disposed (A, B, C ...)")
    attempt = _flag("an attempt; citation is that of the target")
    conspiracy = _flag("a conspiracy; citation is that of the target")
    solicitation = _flag("a solicitation; citation is that of the target")
    possible_citations = dy.List(
        dy.String(nullable=False), nullable=True, description="candidates, where the offense could not be read as one"
    )
    enhancements = dy.List(
        dy.String(nullable=False), nullable=True, description="citations of findings; an empty list is 'none'"
    )
    outcome = _word("how it ended; null: no disposition known", model.OUTCOMES)
    disposition_date = _from("day of the disposition")
    disposition_date_latest = _until("disposition_date")
    conviction_date = _from("day of plea or verdict")
    conviction_date_latest = _until("conviction_date")
    judgment_date = _from("day judgment was pronounced")
    judgment_date_latest = _until("judgment_date")
    outcome_text = _text("the source's words for the outcome")
    may_be_refiled = _flag("may be filed again")
    dismissed_on_diversion = _flag("dismissed because diversion was completed")
    quantity_grams = dy.Float64(nullable=True, min=0, description="weight of the substance, in grams")
    plant_count = dy.Int32(nullable=True, min=0, description="number of plants")
    value_cents = dy.Int64(nullable=True, min=0, description="value of the property, in cents")
    victim_minor = _flag("the victim was a minor")
    weapon = _flag("a weapon was used")
    domestic_violence = _flag("an offense of domestic violence")
    max_term_months = dy.UInt16(nullable=True, description="longest term the offense carries, in months")


class Sentences(_Row):
    """One row a term imposed; later changes are new rows."""

    sentence_id = dy.String(primary_key=True, description="unique in the run")
    alternative = dy.UInt16(primary_key=True, description="which reading of the record")
    charge_id = dy.String(description="the charge")
    kind = _word("kind of term", model.SENTENCE_KINDS)
    imposed_date = _from("day it was imposed")
    imposed_date_latest = _until("imposed_date")
    length_days_min = dy.Int32(nullable=True, description="shortest calendar length of the term, in days")
    length_days_max = dy.Int32(nullable=True, description="longest; 2,147,483,647 is life")
    length_text = _text("the source's words for the length")
    suspended = _flag("execution or imposition suspended")
    concurrent = _flag("served at the same time as another")
    start_date = _from("first day of the term")
    start_date_latest = _until("start_date")
    end_date = _from("last day of the term")
    end_date_latest = _until("end_date")
    released_date = _from("day of release from custody")
    released_date_latest = _until("released_date")
    completed_date = _from("custody and all supervision over; never computed from the length alone")
    completed_date_latest = _until("completed_date")
    revoked = _flag("probation or supervision was revoked")
    revoked_date = _from("day of the revocation")
    revoked_date_latest = _until("revoked_date")
    discharged_early = _flag("discharged before the end of the term")
    restitution_owed = _flag("restitution is still owed")


class Reliefs(_Row):
    """One row a relief already granted on a charge."""

    charge_id = dy.String(description="the charge")
    alternative = dy.UInt16(description="which reading of the record")
    remedy = _text("id of the remedy, or the source's words")
    kind = _word("what kind of relief", model.RELIEF_KINDS)
    relief_date = _from("day it was granted")
    relief_date_latest = _until("relief_date")
    resulting_level = _word("level of the charge after it", model.LEVELS)
    resulting_citation = _text("citation of the charge after it")


class Events(_Row):
    """One row for what is not a charge."""

    subject_id = dy.String(min_length=1, description="the person")
    alternative = dy.UInt16(description="which reading of the record")
    cycle_id = _text("the arrest and all that follows from it")
    kind = _word("kind of event", model.EVENT_KINDS)
    event_date = _from("day of the event")
    event_date_latest = _until("event_date")
    agency = _coded("the agency")
    citation = _text("citation it names")
    text = _text("the source's words")


class Issues(dy.Schema):
    """What a reader should know about the data; never a personal value."""

    table = dy.String(description="the canonical table")
    row_key = dy.String(nullable=True, description="key of the row there")
    field = dy.String(nullable=True, description="the column")
    code = dy.String(description="what it is, one of the issue codes")
    severity = dy.Enum(["info", "warn", "blocks_rule", "blocks_row"], description="how much it matters")
    source_file = dy.Categorical(nullable=True, description="the file")
    source_line = dy.UInt32(nullable=True, description="the line")


class Quarantine(dy.Schema):
    """The rows that could not be used: where they stand and why."""

    source_file = dy.Categorical(nullable=True, description="the file")
    source_line = dy.UInt32(nullable=True, description="the line, counted from 1")
    code = dy.String(description="what is wrong, one word")
    reason = dy.String(description="the same in a sentence, without personal data")
    subject_id = dy.String(nullable=True, description="the person, where that could be told")


TABLES: dict[str, type[dy.Schema]] = {
    "subjects": Subjects,
    "cases": Cases,
    "charges": Charges,
    "sentences": Sentences,
    "reliefs": Reliefs,
    "events": Events,
    "issues": Issues,
    "quarantine": Quarantine,
}
"""Every canonical table by its name."""

FACT_TABLES = ("subjects", "cases", "charges", "sentences", "reliefs", "events")
"""The tables that hold facts a law may read, and that a pack may extend with facts of its own."""

KEY_OF: dict[str, str] = {
    "subjects": "subject_id",
    "cases": "case_id",
    "charges": "charge_id",
    "sentences": "sentence_id",
}
"""The key of each table whose rows have one; with ``alternative`` it names a row."""

SORT_KEYS: dict[str, tuple[str, ...]] = {
    "subjects": ("subject_id", "alternative"),
    "cases": ("case_id", "alternative"),
    "charges": ("subject_id", "charge_id", "alternative"),
    "sentences": ("sentence_id", "alternative"),
    "reliefs": ("charge_id", "relief_date", "remedy"),
    "events": ("subject_id", "event_date", "kind"),
}


@cache
def dtypes(table: str) -> Mapping[str, pl.DataType]:
    """The Polars types of a canonical table, in the order of its columns."""
    return MappingProxyType({name: column.dtype for name, column in TABLES[table].columns().items()})
