"""Hypothesis strategies for records: people with anything in them that the model can hold, all of it made up.

    from hypothesis import given
    from recordrelief.testing import strategies

    @given(strategies.people(facts=strategies.facts_of(PACK)))
    def test_whoever_it_is_gets_an_answer(people):
        screen(Records.from_subjects(people), statutes=PACK, as_of="2024-06-01")

Values are arbitrary, not likely: they find what fails and what contradicts itself, not what is common. Hypothesis comes
with ``pip install recordrelief[testing]``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import attrs

from recordrelief import model
from recordrelief.extras import missing
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
from recordrelief.records import Records
from recordrelief.statutes import StatutePack

try:
    from hypothesis import strategies as st
except ImportError:
    raise missing("testing", "recordrelief.testing.strategies") from None

FactStrategies = Mapping[str, Mapping[str, st.SearchStrategy[Any]]]
"""Facts of a pack's own: by table (``charges``) and by name, where the values come from."""

_TABLE_OF: Mapping[type, str] = {
    Subject: "subjects",
    Case: "cases",
    Charge: "charges",
    Sentence: "sentences",
    Relief: "reliefs",
    Event: "events",
}
_TEXTS = st.text(max_size=12)
_DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))
_OF_KIND: Mapping[str, st.SearchStrategy[Any]] = {
    "test": st.booleans(),
    "day": _DAYS,
    "number": st.integers(-(2**40), 2**40),
    "word": _TEXTS,
}
_WORDS: Mapping[str, tuple[str, ...]] = {
    "stage": model.STAGES,
    "level": model.LEVELS,
    "resulting_level": model.LEVELS,
    "outcome": model.OUTCOMES,
    "status": model.CASE_STATUSES,
    "supervision": model.SUPERVISIONS,
    "record_scope": model.SCOPES,
}
_KINDS: Mapping[type, tuple[str, ...]] = {
    Sentence: model.SENTENCE_KINDS,
    Relief: model.RELIEF_KINDS,
    Event: model.EVENT_KINDS,
}
_NUMBERS: Mapping[str, st.SearchStrategy[Any]] = {
    "count_number": st.integers(0, 2**16 - 1),
    "max_term_months": st.integers(0, 2**16 - 1),
    "plant_count": st.integers(0, 2**31 - 1),
    "length_days_min": st.integers(-(2**31), 2**31 - 1),
    "length_days_max": st.integers(-(2**31), 2**31 - 1),
    "value_cents": st.integers(0, 2**63 - 1),
    "balance_due_cents": st.integers(-(2**63), 2**63 - 1),
    "quantity_grams": st.floats(0, allow_nan=False, allow_infinity=False),
}


def facts_of(pack: StatutePack) -> FactStrategies:
    """The facts that a pack declares, each with values of its kind.

    Args:
        pack: the pack.
    """
    found: dict[str, dict[str, st.SearchStrategy[Any]]] = {}
    for fact in pack.facts:
        found.setdefault(fact.table, {})[fact.name] = _OF_KIND[fact.kind]
    return found


def partial_dates() -> st.SearchStrategy[PartialDate | None]:
    """Days known, known to a year or a month, lying between two days, or not known."""
    exact = _DAYS.map(lambda day: PartialDate(day, day))
    between = st.tuples(_DAYS, _DAYS).map(lambda pair: PartialDate(min(pair), max(pair)))
    written = _DAYS.flatmap(lambda day: st.sampled_from([f"{day:%Y}", f"{day:%Y-%m}", f"{day:%Y-%m-%d}"]))
    return st.none() | exact | between | written.map(PartialDate.of)


def subjects(*, facts: FactStrategies | None = None) -> st.SearchStrategy[Subject]:
    """One person with every attribute filled at random; ids of charges, terms and cases are the person's own.

    Args:
        facts: facts of a pack's own, as of :func:`facts_of`; none unless given.
    """
    return _any_subject(facts or {}).map(lambda person: with_ids(person, person.subject_id))


def people(*, facts: FactStrategies | None = None, most: int = 4) -> st.SearchStrategy[tuple[Subject, ...]]:
    """Some people, in several readings, whose ids are unique in a run.

    Args:
        facts: facts of a pack's own, as of :func:`facts_of`; none unless given.
        most: how many there are at most.
    """
    one = _any_subject(facts or {})
    return st.lists(one, max_size=most, unique_by=lambda person: (person.subject_id, person.alternative)).map(
        lambda found: tuple(with_ids(person, f"made-up-{place}") for place, person in enumerate(found))
    )


def coverages() -> st.SearchStrategy[Coverage]:
    """How completely a source holds each table, at random."""
    completeness = st.sampled_from(model.COMPLETENESS)
    return st.builds(
        Coverage,
        cases=completeness,
        charges=completeness,
        sentences=completeness,
        reliefs=completeness,
        events=st.dictionaries(st.sampled_from(("custody", "registration", "warrant")), completeness),
    )


def records(*, facts: FactStrategies | None = None, most: int = 4) -> st.SearchStrategy[Records]:
    """The records of some people, of a source that holds them more or less completely.

    Args:
        facts: facts of a pack's own, as of :func:`facts_of`; none unless given.
        most: how many people there are at most.
    """
    return st.builds(
        lambda found, coverage: Records.from_subjects(found, coverage=coverage),
        people(facts=facts, most=most),
        coverages(),
    )


def with_ids(subject: Subject, stem: str) -> Subject:
    """The same person with ids of cases, charges and terms that are unique in a run when the stem is.

    Args:
        subject: the person.
        stem: what every id begins with.
    """
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


def _any_subject(facts: FactStrategies) -> st.SearchStrategy[Subject]:
    ids = st.just("")  # until the whole person is there
    offenses = _anything(Offense, facts)
    charges = _anything(
        Charge,
        facts,
        charge_id=ids,
        charged=offenses,
        offense=offenses,
        disposition=_anything(Disposition, facts),
        sentences=st.lists(_anything(Sentence, facts, sentence_id=ids), max_size=2),
        reliefs=st.lists(_anything(Relief, facts), max_size=2),
    )
    return _anything(
        Subject,
        facts,
        subject_id=st.text(min_size=1, max_size=8),
        alternative=st.integers(0, 3),
        names=st.lists(_anything(Name, facts), max_size=2),
        identifiers=st.lists(_anything(Identifier, facts), max_size=2),
        cases=st.lists(_anything(Case, facts, case_id=ids), max_size=2),
        charges=st.lists(charges, max_size=2),
        events=st.lists(_anything(Event, facts), max_size=2),
    )


def _anything(kind: type, facts: FactStrategies, **parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    given: dict[str, st.SearchStrategy[Any]] = dict(parts)
    for field in attrs.fields(kind):
        if field.name == "facts":
            own = dict(facts.get(_TABLE_OF[kind], {}))
            given.setdefault("facts", st.fixed_dictionaries({}, optional=own))
        elif field.name == "source":
            given.setdefault("source", _sources())
        elif field.name not in given:
            given[field.name] = _field(kind, field)
    return st.builds(kind, **given)


def _sources() -> st.SearchStrategy[Source]:
    return st.builds(
        Source,
        file=st.none() | _TEXTS,
        line=st.none() | st.integers(0, 2**32 - 1),
        notes=st.lists(_TEXTS, max_size=2).map(tuple),
    )


def _field(kind: type, field: Any) -> st.SearchStrategy[Any]:
    """A strategy for one attribute of a model class, by what its declaration says."""
    declared = str(field.type)
    words = _KINDS.get(kind, ()) if field.name == "kind" else _WORDS.get(field.name, ())
    if words:
        return st.none() | st.sampled_from(words)
    if field.name in _NUMBERS:
        return st.none() | _NUMBERS[field.name]
    if "PartialDate" in declared:
        return partial_dates()
    if declared.startswith("bool"):
        return st.none() | st.booleans()
    if field.name == "enhancements":
        return st.none() | st.lists(_TEXTS, max_size=2).map(tuple)
    if declared.startswith("tuple[str"):
        return st.lists(_TEXTS, max_size=2).map(tuple)
    if declared.startswith("str"):
        return st.none() | _TEXTS
    raise AssertionError(f"{kind.__name__}.{field.name}: {declared}")
