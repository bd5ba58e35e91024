"""Letters under California's law: easy to read as a whole, with the cautions of the relief that they tell of."""

from __future__ import annotations

import pytest

from recordrelief.delivery.letters import Letter, letter_to
from recordrelief.delivery.run_again import RunAgain
from recordrelief.letter_texts import QUESTION
from recordrelief.plugins import installed
from recordrelief.runs import RunRequest, run
from recordrelief_us_ca.pack import PACK

PERSON = """\
subject_id: reader-1
names: [{given: Ada, family: Invented, kind: primary}]
birth_date: 1980-03-01
must_register: false
supervision: none
serving_sentence: false
charges_pending: false
record_scope: state
charges:
- {id: c1, jurisdiction: us-ca, outcome: convicted, level: misdemeanor, citation: PC 242, attempt: false,
   conspiracy: false, solicitation: false, offense_date: 2012-01-05, conviction_date: 2012-03-02,
   judgment_date: 2012-03-02,
   sentences: [{kind: probation, completed_date: 2015-03-02, revoked: false, discharged_early: false}]}
"""


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory) -> RunAgain:
    directory = tmp_path_factory.mktemp("letters")
    source = directory / "person.yaml"
    source.write_text(PERSON, encoding="utf-8")
    done = run(RunRequest(inputs=[source], statutes="us-ca", as_of="2024-07-01", out=directory / "run"))
    return RunAgain.of(done.directory, installed())


def cautions(letter: Letter) -> str:
    (section,) = [one for one in letter.sections if one.heading in ("What this does not do", "Lo que esto no hace")]
    return " ".join(section.sentences)


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_cautions_of_what_is_told_stand_in_the_letter(again: RunAgain, language: str) -> None:
    letter = letter_to(again, "reader-1", language)
    told = cautions(letter)
    mine = PACK.letters[language].cautions
    assert mine["guns"].text in told
    assert mine["immigration"].text in told
    assert mine["guns-arrest"].text not in told  # no arrest is told of
    assert "PC 1203.4, 1203.4a" in told


def test_every_remedy_that_a_person_may_be_told_of_has_a_word_on_guns_and_immigration() -> None:
    cautions = PACK.letters["en"].cautions
    for remedy in PACK.all_versions(PACK.policy()):
        about = [name for name, one in cautions.items() if one.about([remedy.id])]
        assert "immigration" in about, remedy.id
        assert any(name.startswith("guns") for name in about), remedy.id
    assert cautions["immigration"].basis == QUESTION
