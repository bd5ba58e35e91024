"""The plain voice: texts that are easy to read and the same in every language, and what it says when it cannot tell."""

from __future__ import annotations

import re
from pathlib import Path

import attrs
import pytest
from made_up.law import MadeUpPolicy
from reading_level import grade, syllables
from test_renderings import PERSON, PLAIN, XANADU, explanation

from recordrelief.errors import PackError, RequestError
from recordrelief.law import charge, presumed
from recordrelief.law.scopes import ROWS, TABLE_OF, facts_of
from recordrelief.model import LEVELS, OUTCOMES
from recordrelief.plain_texts import LANGUAGES, PLACES, RemedyText, frame, read_plain_texts
from recordrelief.questions import COMPLETENESS
from recordrelief.statutes import Bar, Grade, Pathway, Remedy
from recordrelief.wording import OPEN_GROUPS

HARDEST = 8
"""The school grade that every English text must be readable in."""
PLACED = {"day": "June 2, 2008", "outcome": "It would be sealed.", "next": "Go to the court."}
FRAGMENTS = ("levels", "labels", "offenses")
"""Parts of a sentence: they are read in one."""
NOT_READ = ("sentences.day", "sentences.charge")
"""A day, and a line of names: no sentences."""


def readable(text: str) -> str:
    """A template with something in its places."""
    return re.sub(r"\{(\w+)\}", lambda found: PLACED.get(found[1], "PC 10"), text)


def test_syllables_are_not_counted_too_low() -> None:
    known = {
        "case": 1,
        "cleared": 1,
        "wanted": 2,
        "charges": 2,
        "felony": 3,
        "probation": 3,
        "misdemeanor": 4,
        "makes": 1,
    }
    assert {word: syllables(word) for word in known} == known


@pytest.mark.parametrize("name", [name for name in frame("en").texts() if name not in NOT_READ])
def test_every_text_of_the_core_is_easy_to_read(name: str) -> None:
    text = readable(frame("en").texts()[name])
    assert grade(f"Here is what we say: it is {text}." if name.startswith(FRAGMENTS) else text) <= HARDEST


def test_the_languages_have_the_same_texts_with_the_same_places() -> None:
    places = {
        language: {name: sorted(re.findall(r"\{(\w+)\}", text)) for name, text in frame(language).texts().items()}
        for language in LANGUAGES
    }
    assert all(one == places["en"] for one in places.values())
    assert all(len(frame(language).months) == 12 for language in LANGUAGES)
    wheres = [{name: one.where for name, one in frame(language).facts.items()} for language in LANGUAGES]
    assert all(one == wheres[0] for one in wheres)


def test_everything_that_the_core_may_have_to_say_has_a_text() -> None:
    words = frame("en")
    rows = {f"{TABLE_OF[row]}.{name}" for row, scope in ROWS.items() for name in facts_of(scope)}
    keys = {"charges.offense", "charges.enhancements", "charges.cycle_id", "charges.case_id"}
    assert set(words.facts) == rows | keys | {f"open.{name}" for name in OPEN_GROUPS}
    assert set(OPEN_GROUPS) <= set(COMPLETENESS)
    assert set(words.levels) == {*LEVELS, "unknown"}
    assert set(words.outcomes) == {*OUTCOMES, "unknown"}
    assert set(words.grades) == set(Grade)
    assert set(words.places) == set(PLACES)
    for way in Pathway:
        assert {f"eligible_{way}", f"later_{way}", f"later_{way}_open"} <= set(words.statuses)
        assert f"eligible_{way}" in words.labels


def test_it_does_not_know_every_language() -> None:
    with pytest.raises(RequestError, match=r"no plain text in that language.*fr"):
        explanation().plain("fr")


def test_what_is_open_is_said_to_be_open_and_how_to_find_out() -> None:
    told = explanation().plain().outline.laws[0].charges[3].determinations[0].plain
    assert told is not None
    assert told.answer[0] == "We cannot tell yet if you can have this. That is not a no."
    assert (told.who, told.next) == ("", frame("en").say("find_first"))
    (question,) = told.questions
    assert question.fact == "charge.level"
    assert question.where.startswith("Ask the clerk")


def test_a_remedy_without_a_text_keeps_its_title_and_says_so() -> None:
    outline = explanation(PERSON, XANADU).plain("es").outline
    assert outline.laws[0].plain is not None
    assert outline.laws[0].plain[-1] == frame("es").say("no_texts", law="Xanadu")
    told = outline.laws[0].charges[0].determinations[0].plain
    assert told is not None
    assert (told.complete, told.name, told.does) == (False, "Dismissal of a quiet offense", "")
    assert any("Dismissal of a quiet offense (Xanadu Code § 9)" in sentence for sentence in told.answer)


def test_an_amendment_keeps_the_texts_and_may_bring_remedies_without() -> None:
    bill = PLAIN.amended(
        id="bill", title="A bill", remedies=lambda today, _: [attrs.evolve(one, id=f"{one.id}.1") for one in today]
    )
    told = explanation(PERSON, bill).plain().outline.laws[0].charges[0].determinations[0].plain
    assert told is not None
    assert not told.complete


GOOD = '[remedies."xx-9"]\nname = "A"\ndoes = "B"\nwho = "C"\nnext = "D"\n[outcomes]\ndismissed = "E"\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[remedies", "not TOML"),
        (GOOD + "[more]\n", "no such part"),
        (GOOD.replace("who", "whom"), "no such option.*'who'"),
        (GOOD.replace('who = "C"\n', ""), "does not take"),
        (GOOD.replace('"C"', '" "'), "empty"),
        (GOOD + '[facts]\n"charges.x" = { ask = "X?", where = "courts" }\n', "no such place.*'court'"),
        ("[outcomes]\n", "no texts of remedies"),
    ],
)
def test_a_file_of_texts_is_read_strictly(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "en.toml").write_text(text, encoding="utf-8")
    with pytest.raises(PackError, match=told):
        read_plain_texts(tmp_path)


def test_a_pack_has_every_text_in_every_language_it_declares(tmp_path: Path) -> None:
    for language in LANGUAGES:
        (tmp_path / f"{language}.toml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "README.md").write_text("not a language", encoding="utf-8")
    texts = read_plain_texts(tmp_path)
    assert attrs.evolve(XANADU, plain=texts).plain["es"].remedies["xx-9"] == RemedyText(
        name="A", does="B", who="C", next="D"
    )
    for text, told in (
        (GOOD.replace("xx-9", "xx-8"), "plain es.*missing in remedies"),
        (GOOD.replace("dismissed", "dropped"), "missing in outcomes"),
        (GOOD + '[facts]\n"charges.x" = { ask = "X?", where = "court" }\n', "facts belongs to nothing"),
        (GOOD + '[by_policy."xx-1"]\nname = "A"\ndoes = "B"\nwho = "C"\nnext = "D"\n', "same remedies in by_policy"),
    ):
        (tmp_path / "es.toml").write_text(text, encoding="utf-8")
        with pytest.raises(PackError, match=told):
            attrs.evolve(XANADU, plain=read_plain_texts(tmp_path))
    (tmp_path / "xx.toml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(PackError, match="no plain texts of this language"):
        read_plain_texts(tmp_path)


def test_an_answer_that_rests_on_a_presumption_says_so() -> None:
    policy_pack = attrs.evolve(PLAIN, remedies=_presuming)
    answers = [one.determinations[0] for one in explanation(PERSON, policy_pack).plain().outline.laws[0].charges]
    told = {one.status: one.plain.answer for one in answers if one.plain is not None}
    sentence = frame("en").say("presumed")
    assert sentence in told["eligible"]
    assert sentence not in told["ineligible"]  # its level is known, and decides


def _presuming(policy: MadeUpPolicy) -> list[Remedy]:
    """The remedy of the made-up law, with quiet presumed where nobody says whether it was."""
    (one,) = XANADU.remedies(policy)
    loud = presumed(charge.weapon, False, "the law of Xanadu")
    return [attrs.evolve(one, bars=(Bar("9.4", "a weapon was used", loud, cites="(c)"),))]
