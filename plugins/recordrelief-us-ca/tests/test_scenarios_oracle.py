"""Scenarios from outside, with the results somebody wrote down for them, for the remedies that this pack has."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import pytest

from recordrelief.citations import CitationReader, CitedOffense
from recordrelief.determinations import screen_subject
from recordrelief.findings import Determination
from recordrelief.model import LIFE_DAYS, Charge, Disposition, Offense, Relief, Sentence, Subject
from recordrelief_us_ca.offenses import CATALOG
from recordrelief_us_ca.pack import PACK
from recordrelief_us_ca.policy import CaliforniaPolicy

pytestmark = pytest.mark.oracle

NONE = "no determination"
REMEDIES = {remedy.id for remedy in PACK.all_versions(CaliforniaPolicy())}
OPTIONS = {field.name for field in attrs.fields(CaliforniaPolicy)}
READER = CitationReader({citation.code for row in CATALOG.rows for citation in row.offense.citations})
FACTS = {
    table: {fact.name: fact.kind for fact in PACK.facts if fact.table == table} for table in ("charges", "subjects")
}

STATUSES = {"not_yet": "eligible_later", "already_granted": "granted", "ineligible": "ineligible"}
PLACES = {"CA": "us-ca", "US": "us"}
SUPERVISIONS = {"prcs": "post_release", "mandatory_supervision": "mandatory"}
OUTCOMES = {
    "no_charges": "not_filed",
    "dismissed": "dismissed",
    "acquitted": "acquitted",
    "convicted": "convicted",
    "vacated": "vacated",
    "prefiling_diversion_completed": "diverted",
    "diversion_completed": "diverted",
    "pending": "pending",
}
FILED = {"no_charges": False, "dismissed": True, "acquitted": True, "convicted": True, "vacated": True}
"""Where a scenario does not say whether charges were filed, how the arrest ended says it."""
KINDS = {
    "fine": "fine",
    "jail_or_fine": "jail",
    "probation": "probation",
    "1170h_straight": "realigned_jail",
    "1170h_split": "realigned_jail",
    "prison": "prison",
}
PLAIN = (
    "case_id",
    "county",
    "offense_date",
    "arrest_date",
    "enhancements",
    "may_be_refiled",
    "quantity_grams",
    "plant_count",
    "value_cents",
)
MISSING = {
    "registrant_290": "subject.must_register",
    "pending_charges": "subject.charges_pending",
    "serving_sentence": "subject.serving_sentence",
    "on_probation": "subject.supervision",
    "supervision": "subject.supervision",
    "dob": "subject.birth_date",
    "ca_resident_since": "subject.ca_resident_since",
    "incarcerated_since": "subject.incarcerated_since",
    "section": "charge.offense",
    "degree": "charge.offense",
    "disposition": "charge.outcome",
    "kind": "charge.convicted",
    "max_term_years": "charge.max_term_months",
    "sentence.completed_on": "sentence.completed_date",
    "sentence.released_on": "sentence.released_date",
    "sentence.probation_start": "sentence.start_date",
    "sentence.early_discharge": "sentence.discharged_early",
    "sentence.type": "sentence.kind",
    "sentence.execution_of_prison_term_suspended": "charge.prison_term_suspended",
    "restitution_unpaid": "sentence.restitution_owed",
    "granted_on": "charge.deferred_entry_granted_on",
    "completed": "charge.diversion_completed",
}
"""The fact of the model behind a name that scenarios use for what is missing."""


@pytest.fixture(scope="module")
def scenarios() -> list[dict[str, Any]]:
    folder = os.environ.get("RECORDRELIEF_REFERENCE")
    if not folder:
        pytest.skip("RECORDRELIEF_REFERENCE does not name the folder with the scenarios")
    path = Path(folder) / "oracle" / "california-scenarios.json"
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["scenarios"]
    return found


def remedy_id(text: str) -> str:
    """``HS 11361.8(e)`` as ``hs-11361.8``: the subdivision only where the pack has remedies of their own for it."""
    code, _, section = text.partition(" ")
    found = f"{code}-{section}".lower()
    while found not in REMEDIES and "(" in found:
        found = found.rpartition("(")[0]
    return found


# --- the person ------------------------------------------------------------------------------------------------------


def subject(scenario: Mapping[str, Any]) -> Subject:
    person = scenario["person"]
    died = person.get("deceased_on")
    return Subject(
        subject_id=scenario["id"],
        birth_date=person.get("dob"),
        deceased=None if died is None else True,
        deceased_date=died,
        must_register=person.get("registrant_290"),
        supervision=supervision(person),
        serving_sentence=person.get("serving_sentence"),
        charges_pending=person.get("pending_charges"),
        record_scope="state",
        facts=known(person, FACTS["subjects"]),
        charges=[charge(event) for event in scenario["events"]],
    )


def supervision(person: Mapping[str, Any]) -> str | None:
    """One word for two facts: known only where both of them are, or one says that there is supervision."""
    said, probation = person.get("supervision"), person.get("on_probation")
    if probation:
        return "probation"
    return None if probation is None and said == "none" else SUPERVISIONS.get(said, said)


def known(given: Mapping[str, Any], kinds: Mapping[str, str]) -> dict[str, Any]:
    """The facts of the pack that a scenario states under the same name."""
    return {
        name: as_day(given[name]) if kind == "day" else given[name]
        for name, kind in kinds.items()
        if given.get(name) is not None
    }


# --- the charge ------------------------------------------------------------------------------------------------------


def charge(event: Mapping[str, Any]) -> Charge:
    place, kind, ended = event.get("jurisdiction"), event.get("kind"), event.get("disposition")
    years = event.get("max_term_years")
    cited, outcome = cited_offense(event), outcome_of(event)
    return Charge(
        charge_id=event["id"],
        cycle_id=f"arrest of {event.get('case_id') or event['id']}",
        # An arrest that nobody knows the end of may have ended in a conviction: then its step is not known either.
        stage="arrest" if kind == "arrest" and outcome is not None else "court" if kind == "conviction" else None,
        jurisdiction=None if place is None else PLACES.get(place, f"us-{place.lower()}"),
        offense=offense(event, cited),
        disposition=Disposition(
            outcome=outcome,
            date=event.get("disposition_date"),
            conviction_date=event.get("conviction_date"),
            judgment_date=event.get("judgment_date"),
            text=ended,
        ),
        dismissed_on_diversion=True if ended == "diversion_completed" else None,
        max_term_months=None if years is None else round(years * 12),
        sentences=list(sentences(event)),
        reliefs=list(reliefs(event)),
        facts=facts(event),
        **{name: event.get(name) for name in PLAIN},
    )


def cited_offense(event: Mapping[str, Any]) -> CitedOffense | None:
    """The offense that the section names; a degree makes PC 459 one of the subdivisions of PC 460."""
    text = event.get("section")
    cited = READER.read(text) if text else None
    letter = {1: "a", 2: "b"}.get(event.get("degree") or 0)
    if cited is None or letter is None or [str(one) for one in cited.citations] != ["PC 459"]:
        return cited
    return attrs.evolve(cited, citations=CitedOffense.parse(f"PC 460({letter})").citations)


def offense(event: Mapping[str, Any], cited: CitedOffense | None) -> Offense:
    told = event.get("attempt")
    return Offense(
        citation=None if cited is None else "; ".join(map(str, cited.citations)),
        text=event.get("section"),
        level=event.get("level") or only_level(cited),
        attempt=told if told is not None else bool(cited and cited.attempt),
        conspiracy=bool(cited and cited.conspiracy),
        solicitation=bool(cited and cited.solicitation),
    )


def only_level(cited: CitedOffense | None) -> str | None:
    """The level of an offense that has but one; a missing level is resolved so."""
    if cited is None or len(cited.citations) != 1 or cited.conspiracy:
        return None
    (citation,) = cited.citations
    rows = [
        row
        for row in CATALOG.near(citation)
        if row.offense.attempt == cited.attempt and row.offense.citations[0].contains(citation)
    ]
    if not rows:
        return None
    deepest = max(rows, key=lambda row: len(row.offense.citations[0].subdivisions))
    return deepest.levels[0] if len(deepest.levels) == 1 and deepest.levels != ("wobbler",) else None


def outcome_of(event: Mapping[str, Any]) -> str | None:
    """How the charge ended, from the kind of event and its disposition."""
    ended = OUTCOMES.get(event.get("disposition") or "")
    match event.get("kind"):
        case "conviction":
            return ended or "convicted"
        case "juvenile_adjudication":
            return "other"
        case "deferred_entry":
            return "dismissed" if event.get("dismissed_1000_3") else ended or "deferred"
        case _:
            return ended


def facts(event: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of the pack, under the names that both have, and those that follow from the kind of event."""
    ended, kind = event.get("disposition"), event.get("kind")
    found: dict[str, Any] = {}
    if ended in FILED:
        found["charges_filed"] = FILED[ended]
    if ended == "prefiling_diversion_completed":
        found["diversion_program"] = "prefiling"
    if ended in ("prefiling_diversion_completed", "diversion_completed"):
        found["diversion_completed"] = True
    if kind == "deferred_entry":
        found["diversion_program"] = "deferred_entry"
        found |= {"deferred_entry_granted_on": as_day(event["granted_on"])} if event.get("granted_on") else {}
        found |= {"diversion_completed": event["completed"]} if event.get("completed") is not None else {}
    if kind is not None:
        found["juvenile_adjudication"] = kind == "juvenile_adjudication"
    suspended = (event.get("sentence") or {}).get("execution_of_prison_term_suspended")
    if suspended is not None:
        found["prison_term_suspended"] = suspended
    return found | known(event, FACTS["charges"])


def reliefs(event: Mapping[str, Any]) -> Iterator[Relief]:
    for one in event.get("relief_granted") or ():
        yield Relief(remedy=remedy_id(one["remedy"]), relief_date=one.get("on"))
    if event.get("court_order_date"):
        yield Relief(remedy="hs-11361.9", relief_date=event["court_order_date"])


# --- the sentence ----------------------------------------------------------------------------------------------------


def sentences(event: Mapping[str, Any]) -> Iterator[Sentence]:
    """The terms that a scenario's sentence stands for; a conviction without one had some, of which nothing is known."""
    if event.get("kind") != "conviction" and event.get("sentence") is None:
        return
    given: Mapping[str, Any] = event.get("sentence") or {}
    kind, revoked = KINDS.get(given.get("type") or ""), given.get("revoked")
    if kind is not None and kind != "probation" and revoked:
        # What was imposed when probation was revoked. After prison or a split term it may have been that supervision.
        before = None if kind == "prison" or given["type"] == "1170h_split" else "probation"
        yield term(event, given, "first", kind=before, revoked=True)
        revoked = None
    split = {"1170h_split": True, "1170h_straight": False}.get(given.get("type") or "")
    yield term(
        event,
        given,
        "term",
        kind=kind,
        revoked=revoked,
        suspended=True if given.get("type") == "suspended" else False if kind == "prison" else None,
        facts={} if split is None else {"split": split},
    )


def term(event: Mapping[str, Any], given: Mapping[str, Any], name: str, **more: Any) -> Sentence:
    """One term. A term that is known to be over does not look as if its end were still ahead."""
    done = given.get("completed_on")
    life = LIFE_DAYS if given.get("term") == "life" else None
    said = [
        f"{given[key]} {unit}" for key, unit in (("term_years", "years"), ("term_months", "months")) if given.get(key)
    ]
    return Sentence(
        sentence_id=f"{event['id']} {name}",
        imposed_date=event.get("judgment_date") if name == "term" and not more.get("revoked") else None,
        length_days_min=life,
        length_days_max=life,
        length_text=", ".join(said) or given.get("term"),
        start_date=given.get("probation_start"),
        end_date=done or given.get("scheduled_end"),
        released_date=given.get("released_on"),
        completed_date=done,
        discharged_early=given.get("early_discharge"),
        restitution_owed=event.get("restitution_unpaid"),
        **more,
    )


# --- what was expected -----------------------------------------------------------------------------------------------


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
    for name in ("eligible_on", "not_before", "overdue_since"):
        if name in expectation and (day := getattr(found, name)) != (due := as_day(expectation[name])):
            yield f"{name} {day}, expected {due}"
    if "outcome" in expectation and set((found.outcome or "").split(" or ")) != outcomes(expectation["outcome"]):
        yield f"outcome {found.outcome}, expected {expectation['outcome']}"
    if status == "undetermined":
        told = {MISSING.get(name, name if "." in name else f"charge.{name}") for name in expectation.get("missing", ())}
        if lacking := sorted(told - set(found.missing)):
            yield f"missing {', '.join(found.missing)}, expected {', '.join(lacking)} among them"


def as_day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def outcomes(text: str) -> set[str]:
    """``review:misdemeanor_if_TEST_else_infraction`` names two."""
    if not text.startswith("review:"):
        return {text.replace("_", " ")}
    first, _, rest = text.removeprefix("review:").partition("_if_")
    return {first.replace("_", " "), rest.rpartition("_else_")[2].replace("_", " ")}


def policy(expectation: Mapping[str, Any]) -> dict[str, Any]:
    """The options that an expectation rests on; one in words only remarks on the usual policy."""
    given = expectation.get("policy")
    options = given if isinstance(given, Mapping) else {}
    words = {"yes": True, "no": False}
    return {name: words.get(value, value) for name, value in options.items() if name in OPTIONS and value != "unset"}


def test_the_scenarios_agree(scenarios: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]) -> None:
    agreeing, skipped, told = 0, 0, []
    for scenario in scenarios:
        person = subject(scenario)
        for remedy, expectation in wanted(scenario):
            if remedy not in REMEDIES:
                skipped += 1
                continue
            answers = screen_subject(person, statutes=PACK, as_of=scenario["as_of"], policy=policy(expectation))
            found = [one for one in answers if (one.charge_id, one.remedy.id) == (expectation["event"], remedy)]
            lines = list(disagreements(found[0] if found else None, expectation))
            agreeing += not lines
            told += [f"{scenario['id']}, {expectation['event']}, {remedy}: {line}" for line in lines]
    with capsys.disabled():
        print(f"\n{agreeing} of {agreeing + len(told)} expectations agree; {skipped} are of remedies not in the pack")
    assert agreeing
    assert told == []
