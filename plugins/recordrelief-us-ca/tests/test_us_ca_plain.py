"""The plain texts of the pack: easy to read in English, the same in every language."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import pytest
from reading_level import grade

from recordrelief.law.scopes import TABLE_OF
from recordrelief.plain_texts import frame
from recordrelief_us_ca.pack import PACK

HARDEST = 8


def texts(language: str) -> Iterator[tuple[str, str]]:
    """Every text of a language by its name."""
    plain = PACK.plain[language]
    for part in (plain.remedies, plain.by_policy):
        for id, remedy in part.items():
            yield from ((f"{id}: {name}", text) for name, text in attrs.asdict(remedy).items())
    yield from plain.outcomes.items()
    yield from ((name, fact.ask) for name, fact in plain.facts.items())


@pytest.mark.parametrize(("name", "text"), list(texts("en")))
def test_every_text_is_easy_to_read(name: str, text: str) -> None:
    assert grade(text) <= HARDEST, name


def test_the_languages_say_the_same() -> None:
    assert set(PACK.plain) == {"en", "es"}
    english, spanish = dict(texts("en")), dict(texts("es"))
    assert list(english) == list(spanish)
    places = [{name: fact.where for name, fact in PACK.plain[language].facts.items()} for language in ("en", "es")]
    assert places[0] == places[1]
    for name, text in english.items():  # a form named in one language is named in the other
        assert {word.strip(".,:") for word in text.split() if word[:2].isupper() and "-" in word} == {
            word.strip(".,:") for word in spanish[name].split() if word[:2].isupper() and "-" in word
        }, name


def test_every_form_named_is_one_of_the_remedy() -> None:
    forms: dict[str, set[str]] = {}
    for policy in (PACK.policy(), *PACK.policies.values()):
        for remedy in PACK.all_versions(policy):
            forms.setdefault(remedy.id, set()).update(remedy.forms)
    for id, text in PACK.plain["en"].remedies.items():
        named = {word.strip(".,:") for word in text.next.split() if word[:3] in ("CR-", "JV-", "FW-")}
        others = {form for one in forms.values() for form in one}
        assert named <= (forms[id] or others), id


@pytest.mark.parametrize("language", sorted(PACK.plain))
def test_every_fact_that_a_rule_reads_has_a_plain_question(language: str) -> None:
    asked = {*PACK.plain[language].facts, *frame(language).facts}
    for policy in (PACK.policy(), *PACK.policies.values()):
        for remedy in PACK.all_versions(policy):
            for where, expression in remedy.expressions():
                for fact in expression.facts():
                    root, _, name = fact.partition(".")
                    assert f"{TABLE_OF[root]}.{name}" in asked, where


def test_the_remedies_of_an_office_have_texts_too() -> None:
    office = PACK.read_policy({"prosecutor": {"dismiss": ["11357"], "reduce": ["11359"]}})
    known = {remedy.id for policy in PACK.policies.values() for remedy in PACK.all_versions(policy)}
    assert {remedy.id for remedy in PACK.all_versions(office)} - known == set(PACK.plain["en"].by_policy)
