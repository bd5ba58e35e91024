"""What must hold of the plain texts of every pack: easy to read in English, the same in every language."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import pytest
from reading_level import grade

from recordrelief.law.scopes import TABLE_OF
from recordrelief.plain_texts import frame
from recordrelief.statutes import StatutePack

HARDEST = 8


def texts(pack: StatutePack, language: str) -> Iterator[tuple[str, str]]:
    """Every text of a language by its name."""
    plain = pack.plain[language]
    for part in (plain.remedies, plain.by_policy):
        for id, remedy in part.items():
            yield from ((f"{id}: {name}", text) for name, text in attrs.asdict(remedy).items())
    yield from plain.outcomes.items()
    yield from ((name, fact.ask) for name, fact in plain.facts.items())
    if language in pack.letters:
        yield "letter: check", pack.letters[language].check
        yield from ((f"letter: {name}", one.text) for name, one in pack.letters[language].cautions.items())


def plain_suite(pack: StatutePack) -> type:
    """The tests of the plain texts of a pack."""

    class TestPlain:
        @pytest.mark.parametrize(("name", "text"), list(texts(pack, "en")))
        def test_every_text_is_easy_to_read(self, name: str, text: str) -> None:
            assert grade(text) <= HARDEST, name

        def test_the_languages_say_the_same(self) -> None:
            assert set(pack.plain) == {"en", "es"}
            english, spanish = dict(texts(pack, "en")), dict(texts(pack, "es"))
            assert list(english) == list(spanish)
            places = [
                {name: fact.where for name, fact in pack.plain[language].facts.items()} for language in ("en", "es")
            ]
            assert places[0] == places[1]
            for name, text in english.items():  # a form named in one language is named in the other
                assert {word.strip(".,:") for word in text.split() if word[:2].isupper() and "-" in word} == {
                    word.strip(".,:") for word in spanish[name].split() if word[:2].isupper() and "-" in word
                }, name

        def test_every_form_named_is_one_of_the_remedy(self) -> None:
            forms: dict[str, set[str]] = {}
            for policy in (pack.policy(), *pack.policies.values()):
                for remedy in pack.all_versions(policy):
                    forms.setdefault(remedy.id, set()).update(remedy.forms)
            for id, text in pack.plain["en"].remedies.items():
                named = {word.strip(".,:") for word in text.next.split() if word[:3] in ("CR-", "JV-", "FW-")}
                others = {form for one in forms.values() for form in one}
                assert named <= (forms[id] or others), id

        @pytest.mark.parametrize("language", sorted(pack.plain))
        def test_every_fact_that_a_rule_reads_has_a_plain_question(self, language: str) -> None:
            asked = {*pack.plain[language].facts, *frame(language).facts}
            for policy in (pack.policy(), *pack.policies.values()):
                for remedy in pack.all_versions(policy):
                    for where, expression in remedy.expressions():
                        for fact in expression.facts():
                            root, _, name = fact.partition(".")
                            assert f"{TABLE_OF[root]}.{name}" in asked, where

    return TestPlain
