"""Letters under California's law: easy to read as a whole, with the cautions of the relief that they tell of."""

from __future__ import annotations

from pathlib import Path

import pytest

from recordrelief.delivery.letters import Letter, Section, letter_to
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


GRANTED = """\
subject_id: reader-2
names: [{given: Ada, family: Invented, kind: primary}]
birth_date: 1980-03-01
must_register: false
supervision: none
serving_sentence: false
charges_pending: false
record_scope: state
charges:
- {id: c1, jurisdiction: us-ca, outcome: convicted, level: felony, citation: HS 11350(a), attempt: false,
   conspiracy: false, solicitation: false, offense_date: 2009-01-05, conviction_date: 2010-05-02,
   judgment_date: 2010-05-02, reliefs: [RELIEF],
   sentences: [{kind: probation, completed_date: 2013-05-02, revoked: false, discharged_early: false}]}
"""


def given(tmp_path: Path, relief: str, language: str = "en") -> tuple[Letter, Section]:
    """The letter to somebody who has some relief already, and the part that says so."""
    source = tmp_path / "person.yaml"
    source.write_text(GRANTED.replace("RELIEF", relief), encoding="utf-8")
    done = run(RunRequest(inputs=[source], statutes="us-ca", as_of="2024-07-01", out=tmp_path / "run", force=True))
    letter = letter_to(RunAgain.of(done.directory, installed()), "reader-2", language)
    (section,) = [one for one in letter.sections if one.heading in ("What you have already", "Lo que ya tiene")]
    return letter, section


@pytest.mark.parametrize("language", ["en", "es"])
def test_what_was_cleared_is_told_beside_what_is_open(tmp_path: Path, language: str) -> None:
    letter, section = given(tmp_path, "{remedy: pc-1203.4, relief_date: 2024-01-01}", language)
    (item,) = section.items
    text = " ".join(text for _, text in item.said)
    remedy = PACK.plain[language].remedy("pc-1203.4")
    assert remedy is not None and remedy.name in text and remedy.does in text
    assert {"en": "January 1, 2024", "es": "1 de enero de 2024"}[language] in text
    headings = {section.heading for section in letter.sections}
    assert headings & {"What the state should do for you", "Lo que el estado debe hacer por usted"}
    assert PACK.letters[language].cautions["guns"].text in cautions(letter)


@pytest.mark.parametrize(
    ("relief", "level"),
    [
        ("{remedy: pc-1170.18, relief_date: 2024-01-01}", "misdemeanor (less than a felony), since it was changed"),
        ("{remedy: pc-17(b)}", "misdemeanor (less than a felony), since it was changed"),
        ("{remedy: pc-1203.4}", "felony"),
    ],
)
def test_a_charge_is_called_by_the_level_that_relief_left_it(tmp_path: Path, relief: str, level: str) -> None:
    letter, section = given(tmp_path, relief)
    titles = {item.title for one in letter.sections for item in one.items}
    assert titles == {f"Charge c1: HS 11350(a), {level}"}
    assert (PACK.letters["en"].cautions["guns-prop-47"].text in cautions(letter)) is ("1170.18" in relief)
    assert len(section.items) == 1


DISMISSALS = ("1203.4", "1203.4a", "1203.4b", "1203.41", "1203.42", "1203.425", "1203.49")


@pytest.mark.parametrize("section", DISMISSALS)
def test_every_dismissal_says_each_limit_that_all_of_them_have(section: str) -> None:
    about = {name for name, one in PACK.letters["en"].cautions.items() if one.about([f"pc-{section}"])}
    tell = "tell-after-fire-crew" if section == "1203.4b" else "tell-when-asked"
    limits = {"guns", "immigration", "new-case", "office", "driving", "stay-away", "teach-and-care", "register", "owed"}
    assert about == limits | {tell}


@pytest.mark.parametrize(
    ("remedy", "named"),
    [
        ("pc-851.91", {"tell-of-arrest", "new-case-arrest"}),
        ("pc-851.87", {"tell-of-arrest", "new-case-arrest"}),
        ("pc-851.93", {"tell-of-noted-arrest", "arrest-seen"}),
        ("pc-851.90", {"tell-of-arrest-others"}),
        ("pc-17(b)", {"strike", "register-reduced"}),
        ("pc-4852.01", {"register-certificate"}),
    ],
)
def test_what_must_still_be_told_and_what_still_counts_is_said_of_other_relief_too(
    remedy: str, named: set[str]
) -> None:
    about = {name for name, one in PACK.letters["en"].cautions.items() if one.about([remedy])}
    assert named == {name for name in about if not name.startswith("guns")} - {"immigration"}
