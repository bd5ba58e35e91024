"""Made-up people for property tests. Every name, number and day is invented."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import attrs
from hypothesis import strategies as st

from recordrelief.law import OffenseCatalog, OffenseSet
from recordrelief.model import (
    Case,
    Charge,
    Coverage,
    Disposition,
    Event,
    Offense,
    PartialDate,
    Relief,
    Sentence,
    Subject,
)
from recordrelief.tables import FACT_TABLES
from recordrelief.testing import strategies as public
from recordrelief.testing.strategies import with_ids

# --- anything the model can hold --------------------------------------------------------------------------------------

flags = st.none() | st.booleans()
FACT_KINDS: Mapping[str, st.SearchStrategy[Any]] = {
    "made_up_flag": st.booleans(),
    "made_up_number": st.integers(-(2**40), 2**40),
    "made_up_word": st.text(max_size=12),
    "made_up_day": st.dates(date(1900, 1, 1), date(2100, 12, 31)),
}
any_subjects = public.people(facts=dict.fromkeys(FACT_TABLES, FACT_KINDS))
"""Arbitrary people, in several readings, with every attribute filled at random."""
coverages = public.coverages()
_ids = st.just("")

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
