"""Scenarios from outside, with the results somebody wrote down for them, for the remedies that this pack has."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs
import pytest

from recordrelief.citations import Citation
from recordrelief.errors import CitationError
from recordrelief.explain import Determination, screen_subject
from recordrelief.model import Charge, Disposition, Offense, Relief, Subject
from recordrelief_us_ca.pack import PACK
from recordrelief_us_ca.policy import CaliforniaPolicy

pytestmark = pytest.mark.oracle

NONE = "no determination"
REMEDIES = {remedy.id for remedy in PACK.all_versions(CaliforniaPolicy())}
OPTIONS = {field.name for field in attrs.fields(CaliforniaPolicy)}
OUTCOMES = {"convicted": "convicted", "dismissed": "dismissed", "acquitted": "acquitted", "vacated": "vacated"}
STATUSES = {"not_yet": "eligible_later", "already_granted": "granted", "ineligible": "ineligible"}
PLACES = {"CA": "us-ca", "US": "us"}
SUPERVISIONS = {"prcs": "post_release", "mandatory_supervision": "mandatory"}
PLAIN = ("offense_date", "arrest_date", "quantity_grams", "plant_count", "value_cents")
FACTS = ("ab1793_listed", "prosecutor_challenge")


@pytest.fixture(scope="module")
def scenarios() -> list[dict[str, Any]]:
    folder = os.environ.get("RECORDRELIEF_REFERENCE")
    if not folder:
        pytest.skip("RECORDRELIEF_REFERENCE does not name the folder with the scenarios")
    path = Path(folder) / "oracle" / "california-scenarios.json"
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["scenarios"]
    return found


def remedy_id(text: str) -> str:
    """``HS 11361.8(e)`` as ``hs-11361.8``."""
    citation = Citation.parse(text)
    return f"{citation.code.lower()}-{citation.section}"


def subject(scenario: Mapping[str, Any]) -> Subject:
    person = scenario["person"]
    supervision = person.get("supervision")
    return Subject(
        subject_id=scenario["id"],
        birth_date=person.get("dob"),
        must_register=person.get("registrant_290"),
        supervision=SUPERVISIONS.get(supervision, supervision),
        serving_sentence=person.get("serving_sentence"),
        charges_pending=person.get("pending_charges"),
        record_scope="state",
        charges=[charge(event) for event in scenario["events"]],
    )


def charge(event: Mapping[str, Any]) -> Charge:
    place = event.get("jurisdiction")
    reliefs = [
        Relief(remedy=remedy_id(one["remedy"]), relief_date=one["on"]) for one in event.get("relief_granted", ())
    ]
    if event.get("court_order_date"):
        reliefs.append(Relief(remedy="hs-11361.9", relief_date=event["court_order_date"]))
    try:
        citation = str(Citation.parse(event.get("section") or ""))
    except CitationError:
        citation = None
    said = "convicted" if event["kind"] == "conviction" else OUTCOMES.get(event.get("disposition") or "", "other")
    return Charge(
        charge_id=event["id"],
        case_id=event.get("case_id"),
        jurisdiction=None if place is None else PLACES.get(place, f"us-{place.lower()}"),
        offense=Offense(
            citation=citation,
            text=event.get("section"),
            level=event.get("level"),
            attempt=event.get("attempt", False),
            conspiracy=False,
            solicitation=False,
        ),
        disposition=Disposition(
            outcome=said, conviction_date=event.get("conviction_date"), judgment_date=event.get("judgment_date")
        ),
        reliefs=reliefs,
        facts={name: event[name] for name in FACTS if event.get(name) is not None},
        **{name: event.get(name) for name in PLAIN},
    )


def wanted(scenario: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each expectation with the remedy it is about; ``*`` stands for every remedy of the pack."""
    for expectation in scenario["expected"]:
        everyone = expectation["remedy"] == "*"
        for remedy in sorted(REMEDIES) if everyone else [remedy_id(expectation["remedy"])]:
            yield remedy, expectation


def disagreements(found: Determination | None, expectation: Mapping[str, Any]) -> Iterator[str]:
    """What differs between an answer and the expectation, in words."""
    status, grade, result = NONE if found is None else found.status, found and found.grade, expectation["result"]
    if result in ("not_applicable", "not_in_force", "ineligible"):
        if status not in (NONE, "ineligible"):
            yield f"{status}, expected {result}"
        return
    claim = expectation.get("floor") or result
    strong = claim.removeprefix("eligible_") if claim.startswith("eligible_") else None
    expected = "eligible" if strong else STATUSES.get(result, "undetermined")
    if status != expected or (strong and grade != strong):
        yield f"{status} {grade}, expected {expected} {strong}"
        return
    if found is None:
        return
    for name in ("eligible_on", "overdue_since"):
        day = getattr(found, name)
        if expectation.get(name) and str(day) != expectation[name]:
            yield f"{name} {day}, expected {expectation[name]}"
    if "outcome" in expectation and set((found.outcome or "").split(" or ")) != outcomes(expectation["outcome"]):
        yield f"outcome {found.outcome}, expected {expectation['outcome']}"


def outcomes(text: str) -> set[str]:
    """``review:misdemeanor_if_TEST_else_infraction`` names two."""
    if not text.startswith("review:"):
        return {text.replace("_", " ")}
    first, _, rest = text.removeprefix("review:").partition("_if_")
    return {first.replace("_", " "), rest.rpartition("_else_")[2].replace("_", " ")}


def test_the_scenarios_agree(scenarios: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]) -> None:
    agreeing, skipped, told = 0, 0, []
    for scenario in scenarios:
        person = subject(scenario)
        for remedy, expectation in wanted(scenario):
            if remedy not in REMEDIES:
                skipped += 1
                continue
            policy = {name: value for name, value in expectation.get("policy", {}).items() if name in OPTIONS}
            answers = screen_subject(person, statutes=PACK, as_of=scenario["as_of"], policy=policy)
            found = [one for one in answers if (one.charge_id, one.remedy.id) == (expectation["event"], remedy)]
            lines = list(disagreements(found[0] if found else None, expectation))
            agreeing += not lines
            told += [f"{scenario['id']}, {expectation['event']}, {remedy}: {line}" for line in lines]
    with capsys.disabled():
        print(f"\n{agreeing} of {agreeing + len(told)} expectations agree; {skipped} are of remedies not in the pack")
    assert agreeing
    assert told == []
