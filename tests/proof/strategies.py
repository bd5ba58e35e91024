"""Made-up people for property tests. Every name, number and day is invented."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import attrs
from hypothesis import strategies as st

from recordrelief import model
from recordrelief.law import OffenseCatalog, OffenseSet
from recordrelief.model import (
    Case,
    Charge,
    Coverage,
    Disposition,
    Event,
    Identifier,
    Name,
    Offense,
    PartialDate,
    Relief,
    Sentence,
    Source,
    Subject,
)

# --- anything the model can hold --------------------------------------------------------------------------------------

texts = st.text(max_size=12)
flags = st.none() | st.booleans()
any_dates = st.dates(date(1900, 1, 1), date(2100, 12, 31))
exact_dates = any_dates.map(lambda day: PartialDate(day, day))
partial_dates = st.tuples(any_dates, any_dates).map(lambda pair: PartialDate(min(pair), max(pair)))
written_dates = any_dates.flatmap(lambda day: st.sampled_from([f"{day:%Y}", f"{day:%Y-%m}", f"{day:%Y-%m-%d}"]))
when = st.none() | exact_dates | partial_dates | written_dates.map(PartialDate.of)

FACT_KINDS: Mapping[str, st.SearchStrategy[Any]] = {
    "made_up_flag": st.booleans(),
    "made_up_number": st.integers(-(2**40), 2**40),
    "made_up_word": texts,
    "made_up_day": any_dates,
}
facts = st.fixed_dictionaries({}, optional=dict(FACT_KINDS))
sources = st.builds(
    Source,
    file=st.none() | texts,
    line=st.none() | st.integers(0, 2**32 - 1),
    notes=st.lists(texts, max_size=2).map(tuple),
)


def _field(kind: type, field: attrs.Attribute[Any]) -> st.SearchStrategy[Any]:
    """A strategy for one attribute of a model class, by what its declaration says."""
    words = {
        "stage": model.STAGES,
        "level": model.LEVELS,
        "resulting_level": model.LEVELS,
        "outcome": model.OUTCOMES,
        "status": model.CASE_STATUSES,
        "supervision": model.SUPERVISIONS,
        "record_scope": model.SCOPES,
        "kind": {Sentence: model.SENTENCE_KINDS, Relief: model.RELIEF_KINDS, Event: model.EVENT_KINDS}.get(kind, ()),
    }
    numbers = {
        "count_number": st.integers(0, 2**16 - 1),
        "max_term_months": st.integers(0, 2**16 - 1),
        "plant_count": st.integers(0, 2**31 - 1),
        "length_days_min": st.integers(-(2**31), 2**31 - 1),
        "length_days_max": st.integers(-(2**31), 2**31 - 1),
        "value_cents": st.integers(0, 2**63 - 1),
        "balance_due_cents": st.integers(-(2**63), 2**63 - 1),
        "quantity_grams": st.floats(0, allow_nan=False),
    }
    declared = str(field.type)
    if words.get(field.name):
        return st.none() | st.sampled_from(words[field.name])
    if field.name in numbers:
        return st.none() | numbers[field.name]
    if "PartialDate" in declared:
        return when
    if declared.startswith("bool"):
        return flags
    if field.name == "enhancements":
        return st.none() | st.lists(texts, max_size=2).map(tuple)
    if declared.startswith("tuple[str"):
        return st.lists(texts, max_size=2).map(tuple)
    if declared.startswith("str"):
        return st.none() | texts
    raise AssertionError(f"{kind.__name__}.{field.name}: {declared}")


def _anything(kind: type, **parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    given: dict[str, st.SearchStrategy[Any]] = dict(parts)
    for field in attrs.fields(kind):
        if field.name == "facts":
            given.setdefault("facts", facts)
        elif field.name == "source":
            given.setdefault("source", sources)
        elif field.name not in given:
            given[field.name] = _field(kind, field)
    return st.builds(kind, **given)


_ids = st.just("")
_offenses = _anything(Offense)
_charges = _anything(
    Charge,
    charge_id=_ids,
    charged=_offenses,
    offense=_offenses,
    disposition=_anything(Disposition),
    sentences=st.lists(_anything(Sentence, sentence_id=_ids), max_size=2),
    reliefs=st.lists(_anything(Relief), max_size=2),
)
_any_subject = _anything(
    Subject,
    subject_id=st.text(min_size=1, max_size=8),
    alternative=st.integers(0, 3),
    names=st.lists(_anything(Name), max_size=2),
    identifiers=st.lists(_anything(Identifier), max_size=2),
    cases=st.lists(_anything(Case, case_id=_ids), max_size=2),
    charges=st.lists(_charges, max_size=2),
    events=st.lists(_anything(Event), max_size=2),
)


def with_ids(subject: Subject, stem: str) -> Subject:
    """The same person with ids that are unique in a run when the stem is."""
    charges = tuple(
        attrs.evolve(
            charge,
            charge_id=f"{stem}-{place}",
            sentences=tuple(
                attrs.evolve(term, sentence_id=f"{stem}-{place}-{number}")
                for number, term in enumerate(charge.sentences)
            ),
        )
        for place, charge in enumerate(subject.charges)
    )
    cases = tuple(attrs.evolve(case, case_id=f"{stem}-case-{place}") for place, case in enumerate(subject.cases))
    return attrs.evolve(subject, charges=charges, cases=cases)


any_subjects = st.lists(_any_subject, max_size=4, unique_by=lambda one: (one.subject_id, one.alternative)).map(
    lambda people: tuple(with_ids(one, f"made-up-{place}") for place, one in enumerate(people))
)
"""Arbitrary people, in several readings, with every attribute filled at random."""

completeness = st.sampled_from(model.COMPLETENESS)
coverages = st.builds(
    Coverage,
    cases=completeness,
    charges=completeness,
    sentences=completeness,
    reliefs=completeness,
    events=st.dictionaries(st.sampled_from(("custody", "registration", "warrant")), completeness),
)

# --- few values that meet often: what the rules of the tests read -----------------------------------------------------

CATALOG = OffenseCatalog.from_csv(
    "citation,description,levels,violent,notes,source\n"
    "HS 11357,old section,misdemeanor,no,,made up\n"
    "HS 11357(a),old section,misdemeanor,no,,made up\n"
    "HS 11359,old section,felony,no,,made up\n"
    "PC 187,old section,felony,yes,,made up\n"
    "PC 211,old section,felony,maybe,,made up\n"
    "PC 459,old section,felony,no,,made up\n",
    flags=("violent",),
)
CANNABIS = OffenseSet.listing(
    "cannabis", cites="made up", includes=("HS 11357(a)", "HS 11359"), catalog=CATALOG, attempts="as_target"
)
VIOLENT = CATALOG.flagged("violent", "violent", cites="made up")

DAYS = (
    PartialDate.of("2012-02-29"),
    PartialDate.of("2015-01-01"),
    PartialDate.of("2016-11-08"),
    PartialDate.of("2016-11-09"),
    PartialDate.of("2019-03-31"),
    PartialDate.of("2015"),
    PartialDate.of("2016-11"),
    PartialDate.of("2016"),
)
few_days = st.none() | st.sampled_from(DAYS)
few_citations = st.none() | st.sampled_from(
    ("HS 11357", "HS 11357(a)", "HS 11359", "PC 187", "PC 211", "PC 459", "PC 999", "HS 11359; PC 459", "not read")
)
few_terms = st.builds(
    Sentence,
    sentence_id=_ids,
    kind=st.none() | st.sampled_from(("prison", "probation")),
    end_date=few_days,
    completed_date=few_days,
    revoked=flags,
    length_days_min=st.none() | st.sampled_from((30, 400)),
)
few_reliefs = st.builds(Relief, remedy=st.none() | st.sampled_from(("pc-1", "pc-2")), relief_date=few_days)
few_events = st.builds(
    Event, kind=st.none() | st.sampled_from(("custody", "registration", "warrant")), event_date=few_days
)
few_charges = st.builds(
    Charge,
    charge_id=_ids,
    cycle_id=st.sampled_from(("a", "a", "b", None)),
    case_id=st.sampled_from(("case-0", "case-0", "case-1", None)),
    jurisdiction=st.none() | st.just("us-zz"),
    stage=st.sampled_from((None, "arrest", "supplemental", "court", "court")),
    offense_date=few_days,
    offense=st.builds(
        Offense,
        citation=few_citations,
        level=st.sampled_from((None, "felony", "misdemeanor")),
        attempt=st.sampled_from((False, False, True, None)),
        conspiracy=st.sampled_from((False, False, None)),
        solicitation=st.just(False),
    ),
    possible_citations=st.sampled_from(((), (), ("PC 459",), ("PC 459", "PC 187"))),
    enhancements=st.sampled_from((None, (), ("HS 11359",), ("PC 459", "PC 187"), ("PC 211",), ("PC 459", "not read"))),
    disposition=st.builds(
        Disposition,
        outcome=st.sampled_from(("convicted", "convicted", "convicted", "dismissed", None)),
        conviction_date=few_days,
    ),
    plant_count=st.none() | st.integers(5, 7),
    sentences=st.lists(few_terms, max_size=2),
    reliefs=st.lists(few_reliefs, max_size=1),
    facts=st.fixed_dictionaries({}, optional={"made_up_flag": st.booleans()}),
)


@st.composite
def few_people(draw: st.DrawFn, *, most: int = 3, charges: int = 4) -> tuple[Subject, ...]:
    """Some people with few distinct values."""
    people = []
    for place in range(draw(st.integers(1, most))):
        stem = f"S{place}"
        mine = draw(st.lists(few_charges, max_size=charges))
        mine = [attrs.evolve(one, case_id=one.case_id and f"{stem}-{one.case_id}") for one in mine]
        subject = Subject(
            subject_id=stem,
            birth_date=draw(few_days),
            must_register=draw(flags),
            supervision=draw(st.sampled_from((None, "none", "parole", "probation"))),
            serving_sentence=draw(flags),
            record_scope=draw(st.sampled_from((None, "case", "county", "state", "national", "state"))),
            cases=tuple(
                Case(
                    case_id="",
                    status=draw(st.sampled_from((None, "open", "closed"))),
                    closed_date=draw(few_days),
                )
                for _ in range(draw(st.integers(0, 2)))
            ),
            charges=tuple(mine),
            events=tuple(draw(st.lists(few_events, max_size=2))),
        )
        people.append(with_ids(subject, stem))
    return tuple(people)


few_coverages = st.builds(
    Coverage,
    cases=st.just("complete"),
    charges=st.sampled_from(("complete", "complete", "partial", "absent")),
    sentences=st.sampled_from(("complete", "complete", "partial", "absent")),
    reliefs=st.sampled_from(("complete", "complete", "partial")),
    events=st.sampled_from(
        (
            {"custody": "complete", "registration": "complete", "warrant": "complete"},
            {"custody": "complete", "registration": "partial"},
            {},
        )
    ),
)
