"""What must hold of relief from arrests whatever the record: one answer an arrest, and nothing unknown makes one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recordrelief import Records, screen
from recordrelief.model import Charge, Coverage, Disposition, Offense, Relief, Subject
from recordrelief.statutes import Grade
from recordrelief_us_ca.pack import PACK

REMEDIES = ("pc-851.7", "pc-851.8", "pc-851.87", "pc-851.90", "pc-851.91", "pc-851.93")
DAYS = (date(2017, 6, 1), date(2022, 7, 1), date(2024, 9, 30), date(2026, 11, 24))
GRADES = [grade.value for grade in Grade]
patient = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=60)

# A section with the levels it may have, so that no record contradicts the catalog.
SECTIONS = (
    ("PC 484(a)", ("misdemeanor", None)),
    ("PC 242", ("misdemeanor", None)),
    ("HS 11377", ("misdemeanor", "felony", None)),
    ("HS 11378", ("felony", None)),
    ("PC 211", ("felony", None)),
    ("PC 187", ("felony", None)),
    (None, ("misdemeanor", "felony", None)),
)
DATED = ("arrest_date", "offense_date")
PLAIN = ("cycle_id", "jurisdiction", "stage", *DATED, "may_be_refiled", "max_term_months", "domestic_violence")
AT_ARREST = (None, None, "not_filed", "prosecutor_rejected", "released", "transferred", "diverted")
IN_COURT = ("dismissed", "dismissed", "acquitted", "vacated", "pending", "diverted", "deferred", "convicted", None)
SILENT = dict.fromkeys(("presume_no_diversion", "presume_no_finding_of_innocence", "presume_no_abuse"), False)
POLICIES: tuple[dict[str, Any], ...] = tuple(
    {**SILENT, "arrest_max_term": measure, "boundary": boundary}
    for measure in ("gravest", "each")
    for boundary in ("strict", "inclusive")
)


@st.composite
def steps(draw: st.DrawFn, stage: str, went_to_court: bool) -> Charge:
    """A charge of one step. What is told of it does not contradict how it ended."""
    citation, levels = draw(st.sampled_from(SECTIONS))
    outcome = draw(st.sampled_from(IN_COURT if stage == "court" else AT_ARREST))
    arrested = draw(st.sampled_from((None, "1972-12-31", "2014-05-01", "2015-06", "2020-02-29", "2026-03-01")))
    maybe = st.sampled_from((None, False, True))
    facts: dict[str, Any] = {
        "evaded_prosecution": draw(st.sampled_from((None, False, False, True))),
        "identity_fraud_charged": draw(st.sampled_from((None, False))),
        "factually_innocent": draw(st.sampled_from((None, False, True))),
        "charges_filed": draw(st.sampled_from((None, went_to_court))),
        "abuse_arrests_within_3y": draw(st.sampled_from((None, 1, 5))),
        "abuse_convictions_within_3y": draw(st.sampled_from((None, 0, 2))),
    }
    if arrested is not None and arrested < "2016":
        facts["limitations_run"] = draw(maybe)
    if outcome in ("diverted", "deferred"):
        programs = {"diverted": ("drug_court", "pretrial"), "deferred": ("deferred_entry",)}
        names = ("prefiling",) if stage == "arrest" else programs[outcome]
        facts["diversion_program"] = draw(st.sampled_from((None, *names)))
        facts["diversion_completed"] = draw(maybe)
    return Charge(
        charge_id="",
        cycle_id="one",
        jurisdiction=draw(st.sampled_from(("us-ca", "us-ca", "us-ca", None, "us"))),
        stage=stage,
        arrest_date=arrested,
        offense_date=arrested,
        offense=Offense(
            citation=citation,
            level=draw(st.sampled_from(levels)),
            attempt=False,
            conspiracy=False,
            solicitation=False,
        ),
        disposition=Disposition(outcome=outcome),
        may_be_refiled=draw(maybe),
        domestic_violence=draw(maybe),
        max_term_months=draw(st.sampled_from((None, 36, 96))),
        reliefs=draw(st.lists(st.builds(Relief, remedy=st.sampled_from((None, "pc-851.91", "pc-1203.4"))), max_size=1)),
        facts={name: value for name, value in facts.items() if value is not None},
    )


@st.composite
def people(draw: st.DrawFn) -> Subject:
    court = draw(st.integers(0, 2))
    arrest = draw(st.integers(0 if court else 1, 2))
    charges = [draw(steps("arrest", court > 0)) for _ in range(arrest)]
    charges += [draw(steps("court", True)) for _ in range(court)]
    if draw(st.booleans()):
        charges.append(attrs.evolve(draw(steps("court", True)), cycle_id=draw(st.sampled_from(("two", None)))))
    return Subject(
        subject_id="P1",
        birth_date=draw(st.sampled_from((None, "1980-03-01", "2000-05-01"))),
        record_scope="state",
        charges=[attrs.evolve(charge, charge_id=f"charge {at}") for at, charge in enumerate(charges)],
    )


def less(person: Subject) -> Iterator[tuple[str, Subject]]:
    """The person with one fact taken away, in every way there is."""
    if person.birth_date is not None:
        yield "birth_date", attrs.evolve(person, birth_date=None)
    for at, one in enumerate(person.charges):
        for name, fewer in _less_of(one):
            yield (
                f"{name} of {one.charge_id}",
                attrs.evolve(person, charges=(*person.charges[:at], fewer, *person.charges[at + 1 :])),
            )


def _less_of(one: Charge) -> Iterator[tuple[str, Charge]]:
    for name in (
        "cycle_id",
        "jurisdiction",
        "stage",
        "arrest_date",
        "offense_date",
        "may_be_refiled",
        "max_term_months",
    ):
        yield name, attrs.evolve(one, **{name: None})
    for name in ("citation", "level"):
        yield name, attrs.evolve(one, offense=attrs.evolve(one.offense, **{name: None}))
    # A step of an arrest without an end is known to be one only with the step.
    yield "outcome", attrs.evolve(one, disposition=Disposition(), stage=None)
    for name in one.facts:
        yield name, attrs.evolve(one, facts={key: value for key, value in one.facts.items() if key != name})


Answers = dict[tuple[str, str], dict[str, Any]]


def answers(several: dict[str, Subject], as_of: date, policy: dict[str, Any], coverage: Coverage) -> dict[str, Answers]:
    """What is determined for each person, by charge and remedy; all of them in one run."""
    named = [
        attrs.evolve(
            person,
            subject_id=name,
            charges=[
                attrs.evolve(
                    charge,
                    charge_id=f"{name}: {charge.charge_id}",
                    cycle_id=charge.cycle_id and f"{name}: {charge.cycle_id}",
                )
                for charge in person.charges
            ],
        )
        for name, person in several.items()
    ]
    found = screen(
        Records.from_subjects(named, coverage=coverage), statutes=PACK, as_of=as_of, policy=policy, remedies=REMEDIES
    )
    told: dict[str, Answers] = {name: {} for name in several}
    for row in found.determinations.iter_rows(named=True):
        told[row["subject_id"]][row["charge_id"].partition(": ")[2], str(row["remedy"])] = row
    return told


@patient
@given(people(), st.sampled_from(DAYS), st.sampled_from(POLICIES), st.sampled_from(("complete", "partial")))
def test_nothing_unknown_makes_an_answer(person: Subject, as_of: date, policy: dict[str, Any], charges: Any) -> None:
    """Taking a fact away may leave an answer open or weaken its grade: it turns none into another."""
    variants = {"whole": person, **dict(less(person))}
    found = answers(variants, as_of, policy, Coverage(charges=charges))
    whole = found.pop("whole")
    for fact, fewer in found.items():
        assert whole.keys() <= fewer.keys(), f"without {fact} an answer is gone"
        for key, answer in fewer.items():
            if answer["status"] == "undetermined":
                continue
            assert key in whole, f"without {fact} there is a new answer for {key}"
            before = whole[key]
            assert answer["status"] == before["status"], f"without {fact} {key}"
            if before["grade"] is not None:
                assert GRADES.index(answer["grade"]) >= GRADES.index(before["grade"]), f"without {fact} {key}"


@patient
@given(people(), st.sampled_from(DAYS))
def test_all_charges_of_an_arrest_share_its_relief(person: Subject, as_of: date) -> None:
    """Measured by the gravest charge, PC 851.93 is one answer for the whole arrest, given on its first step only."""
    arrested = [one for one in person.charges if one.cycle_id == "one" and one.stage == "arrest"]
    alike = attrs.evolve(
        person,
        charges=[
            attrs.evolve(one, jurisdiction="us-ca", arrest_date="2014-05-01", offense_date="2014-05-01", facts={})
            for one in person.charges
        ],
    )
    found = answers({"P": alike}, as_of, {}, Coverage())["P"]
    mine = {charge: row for (charge, remedy), row in found.items() if remedy == "pc-851.93"}
    first = [one.charge_id for one in arrested or person.charges if one.cycle_id == "one"]
    court = [one.charge_id for one in person.charges if one.cycle_id == "one" and one.stage == "court"]
    if arrested:
        assert not mine.keys() & set(court)
    assert len({(mine[one]["status"], mine[one]["eligible_on"]) if one in mine else None for one in first}) == 1


@pytest.mark.parametrize("outcome", ["convicted", None])
def test_a_conviction_anywhere_in_the_cycle_closes_every_remedy(outcome: str | None) -> None:
    """And where it only may be one, every answer stays open."""
    charges = [
        Charge(charge_id="arrest", cycle_id="one", jurisdiction="us-ca", stage="arrest", arrest_date="2014-05-01"),
        Charge(
            charge_id="court",
            cycle_id="one",
            jurisdiction="us-ca",
            stage="court",
            disposition=Disposition(outcome=outcome),
        ),
    ]
    person = Subject(subject_id="P", record_scope="state", charges=charges)
    found = answers({"P": person}, DAYS[-1], {}, Coverage())["P"]
    assert {row["status"] for row in found.values()} == (set() if outcome else {"undetermined"})
