"""What a pack says in a letter to the person beside its plain texts: what relief does not do, and how to check it.

A pack keeps one TOML file a language in a folder of its own:

    check = "Ask the state for your record three months later."

    [cautions.guns]
    text = "This does not give back gun rights."
    basis = "PC 1203.4"
    remedies = ["pc-1203.4"]

``basis`` is the section that a caution comes from, or ``question for counsel``; without ``remedies`` it goes with all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import attrs

from recordrelief.errors import PackError, RequestError, nearest
from recordrelief.form_maps import filled_in, places_of
from recordrelief.options import structured
from recordrelief.plain_texts import LANGUAGES
from recordrelief.toml_files import read_toml

QUESTION = "question for counsel"
"""The basis of a caution that no section settles: the letter says to ask a lawyer."""
PLACES: Mapping[str, str] = {"law": "the state whose law it is", "day": "the day at which law and record were read"}
"""What a text of a letter may name."""


@attrs.frozen(kw_only=True)
class Caution:
    """What relief does not do, and what to take care of."""

    text: str
    basis: str
    remedies: tuple[str, ...] = ()

    def about(self, remedies: Iterable[str]) -> bool:
        """Whether it concerns somebody for whom there are these remedies."""
        return not self.remedies or bool(set(self.remedies) & set(remedies))


@attrs.frozen(kw_only=True)
class LetterTexts:
    """The cautions of a pack in one language, and how to check that relief was given."""

    check: str
    cautions: Mapping[str, Caution] = attrs.field(factory=dict)
    complete: bool = True


def said(text: str, places: Mapping[str, str]) -> str:
    """A text of a letter with its places filled in."""
    return filled_in(text, places) or text


def read_letter_texts(folder: Traversable | Path) -> dict[str, LetterTexts]:
    """The letter texts of a pack, by language: each file of the folder is one, ``en.toml``.

    Raises:
        PackError: a file is no TOML, has a key or names a place that there is not, lacks one, or is of a language that
            the core does not speak.
    """
    found: dict[str, LetterTexts] = {}
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        language, _, kind = file.name.partition(".")
        if kind != "toml":
            continue
        if language not in LANGUAGES:
            raise PackError("The core has no plain texts of this language.", where=file.name, found=language)
        found[language] = _read(file)
    return found


def check_letter_texts(where: str, texts: Mapping[str, LetterTexts], remedies: Iterable[str]) -> None:
    """The languages have the same cautions, about remedies that the pack has.

    Raises:
        PackError: they do not.
    """
    known = set(remedies)
    first = next(iter(texts.values()), None)
    for language, one in texts.items():
        if not one.complete or first is None:
            continue
        here = f"{where}, letter {language}"
        for id in sorted(one.cautions.keys() ^ first.cautions.keys()):
            raise PackError("A caution stands in one language and not in the other.", where=here, found=id)
        for id, caution in one.cautions.items():
            other = first.cautions[id]
            if (caution.basis, caution.remedies) != (other.basis, other.remedies):
                raise PackError(
                    "A caution has another basis, or other remedies, in one language.", where=here, found=id
                )
            for name in caution.remedies:
                if name not in known:
                    raise PackError(
                        "A caution names a remedy that the pack does not have.",
                        where=f"{here}: cautions.{id}",
                        found=name,
                        cure=nearest(name, known),
                    )


def _read(file: Traversable | Path) -> LetterTexts:
    where = file.name
    given = read_toml(file, "The file", where=where, fault=PackError)
    cautions = given.pop("cautions", {})
    if not isinstance(cautions, dict):
        raise PackError("The cautions are no table.", where=where)
    made: LetterTexts = _made(LetterTexts, given, where)
    _check(made.check, f"{where}: check")
    found = {id: _made(Caution, one, f"{where}: cautions.{id}") for id, one in cautions.items()}
    for id, caution in found.items():
        _check(caution.text, f"{where}: cautions.{id}")
        if not caution.basis.strip():
            raise PackError(
                "A caution has a basis.", where=f"{where}: cautions.{id}", expected=f"a section, or {QUESTION!r}"
            )
    return attrs.evolve(made, cautions=found)


def _made(kind: type[Any], given: Any, where: str) -> Any:
    if not isinstance(given, Mapping):
        raise PackError("A table with named texts stands here.", where=where, found=type(given).__name__)
    try:
        return structured(kind, given, where)
    except RequestError as error:
        raise PackError(error.what, where=where, found=error.found, cure=error.cure) from None
    except TypeError as error:
        raise PackError("A text is missing, or of another kind.", where=where, found=str(error)) from None


def _check(text: str, where: str) -> None:
    if not text.strip():
        raise PackError("A text is empty.", where=where)
    for name in places_of(text):
        if name not in PLACES:
            raise PackError(
                "A text names something that there is not.",
                where=where,
                found="{" + name + "}",
                cure=nearest(name, PLACES),
            )
