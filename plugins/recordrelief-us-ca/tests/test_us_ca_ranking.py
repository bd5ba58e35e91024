"""Which remedy goes first in California, and which one opens another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from recordrelief.determinations import determinations
from recordrelief.findings import Determination
from recordrelief.model import Charge, Disposition, Offense, Sentence, Subject
from recordrelief.records import Records
from recordrelief.screening import screen
from recordrelief_us_ca.pack import PACK

PROBATION = Sentence(
    sentence_id="s1",
    kind="probation",
    completed_date="2014-01-10",
    revoked=False,
    discharged_early=False,
    suspended=False,
)


def screened(citation: str, *, remedies: Sequence[str] = (), **rest: Any) -> dict[str, Determination]:
    """The answers for one felony conviction whose probation is over."""
    charge = Charge(
        charge_id="c1",
        jurisdiction="us-ca",
        offense_date="2010-06-01",
        offense=Offense(citation=citation, level="felony", attempt=False, conspiracy=False, solicitation=False),
        disposition=Disposition(outcome="convicted", conviction_date="2011-01-10", judgment_date="2011-01-10"),
        sentences=(PROBATION,),
        facts={"prison_term_suspended": False},
        **rest,
    )
    person = Subject(
        subject_id="S",
        birth_date="1980-05-10",
        must_register=False,
        charges_pending=False,
        serving_sentence=False,
        supervision="none",
        record_scope="state",
        charges=(charge,),
    )
    records = Records.from_subjects([person])
    found = screen(records, statutes=PACK, as_of="2026-11-24", remedies=remedies)
    return {one.remedy.id: one for one in determinations(found, facts=False)}


def _best(answers: dict[str, Determination]) -> list[str]:
    return [id for id, one in answers.items() if one.best]


def test_a_felony_that_a_dismissal_excludes_is_reduced_first() -> None:
    """PC 1203.4(b) shuts out the felony of PC 261.5(d); as a misdemeanor it is open."""
    found = screened("PC 261.5(d)")
    assert found["pc-1203.4"].status == "ineligible"
    assert (found["pc-17(b)"].status, found["pc-17(b)"].sequence) == ("eligible", "pc-17(b) > pc-1203.4")


def test_what_is_open_already_is_opened_by_nothing() -> None:
    found = screened("PC 594(b)(1)")
    assert (found["pc-17(b)"].status, found["pc-1203.4"].status) == ("eligible", "eligible")
    assert found["pc-17(b)"].sequence is None


def test_relief_without_a_petition_goes_first() -> None:
    found = screened("PC 594(b)(1)")
    assert found["pc-1203.425"].grade == "automatic"
    assert _best(found) == ["pc-1203.425"]


def test_of_both_propositions_the_one_that_may_dismiss_goes_first() -> None:
    """Former HS 11357(a) stands under both; Proposition 64 may dismiss it."""
    two = screened("HS 11357(a)", remedies=["hs-11361.8", "pc-1170.18"], quantity_grams=1.0)
    assert [(one.remedy.id, one.status, one.best) for one in two.values()] == [
        ("hs-11361.8", "eligible", True),
        ("pc-1170.18", "eligible", False),
    ]
