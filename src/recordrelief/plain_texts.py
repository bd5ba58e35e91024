"""The texts of the plain voice: those of the core, one file a language, and those that a pack brings for its remedies.

A pack keeps one TOML file a language in a folder of its own:

    [remedies."pc-1203.4"]
    name = "Clear a case where you had probation"
    does = "The court closes the case without a conviction."
    who = "You or your lawyer ask the court."
    next = "Ask the court clerk for form CR-180."

    [outcomes]
    "dismissed" = "The court would dismiss the charge."

    [facts]
    "charges.probation_granted" = { ask = "Did the judge put you on probation?", where = "court" }
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import attrs

from recordrelief.errors import PackError, RequestError, nearest
from recordrelief.options import structured
from recordrelief.toml_files import read_toml

LANGUAGES = ("en", "es")
"""The languages that the core speaks plainly."""
PLACES = ("court", "record", "you", "probation", "custody", "prosecutor", "lawyer")
"""Where a fact may be found out; the core words each in every language."""


@attrs.frozen(kw_only=True)
class RemedyText:
    """One remedy for the person: what it is called, what it does, who acts, and what to do next."""

    name: str
    does: str
    who: str
    next: str


@attrs.frozen(kw_only=True)
class FactText:
    """The question that would settle a fact, and where to find it out: one of ``PLACES``."""

    ask: str
    where: str


@attrs.frozen(kw_only=True)
class PlainTexts:
    """What a pack says plainly in one language: of its remedies by id, outcomes by name, facts by ``table.name``.

    ``by_policy`` are remedies that the pack has only under policies which it does not name, such as an office's own.
    ``complete``: nothing may be missing. An amendment may bring remedies that nobody has put in plain words yet.
    """

    remedies: Mapping[str, RemedyText]
    outcomes: Mapping[str, str] = attrs.field(factory=dict)
    facts: Mapping[str, FactText] = attrs.field(factory=dict)
    by_policy: Mapping[str, RemedyText] = attrs.field(factory=dict)
    complete: bool = True

    def remedy(self, id: str) -> RemedyText | None:
        """The text of a remedy, if there is one."""
        return self.remedies.get(id) or self.by_policy.get(id)


@attrs.frozen(kw_only=True)
class Frame:
    """What the core says plainly in one language: sentences with places to fill in, under names."""

    language: str
    name: str
    months: Sequence[str]
    sentences: Mapping[str, str]
    statuses: Mapping[str, str]
    labels: Mapping[str, str]
    offenses: Mapping[str, str]
    levels: Mapping[str, str]
    outcomes: Mapping[str, str]
    grades: Mapping[str, str]
    places: Mapping[str, str]
    facts: Mapping[str, FactText]

    def say(self, name: str, **parts: str) -> str:
        """A sentence with its places filled in."""
        return self.sentences[name].format(**parts)

    def texts(self) -> Mapping[str, str]:
        """Every text by the name it has in the file."""
        found = {
            f"{part}.{name}": text
            for part in ("sentences", "statuses", "labels", "offenses", "levels", "outcomes", "grades", "places")
            for name, text in getattr(self, part).items()
        }
        return found | {f"facts.{name}": text.ask for name, text in self.facts.items()}


@cache
def frame(language: str) -> Frame:
    """The texts of the core in a language.

    Raises:
        RequestError: the core does not speak it.
    """
    if language not in LANGUAGES:
        raise RequestError(
            "There is no plain text in that language.", found=language, cure=nearest(language, LANGUAGES)
        )
    given = _read(files("recordrelief").joinpath("plain", f"{language}.toml"))
    facts = {name: _made(FactText, text, name) for name, text in given.pop("facts").items()}
    return Frame(language=language, facts=facts, **given)


def read_plain_texts(folder: Traversable | Path) -> dict[str, PlainTexts]:
    """The texts of a pack, by language: each file of the folder is one, ``en.toml``.

    Args:
        folder: where the files are.

    Raises:
        PackError: a file is no TOML, has a key that there is not, lacks one, or is of a language the core has no
            texts of.
    """
    found: dict[str, PlainTexts] = {}
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        language, _, kind = file.name.partition(".")
        if kind != "toml":
            continue
        if language not in LANGUAGES:
            raise PackError("The core has no plain texts of this language.", where=file.name, found=language)
        given = _read(file)
        _known(given, ("remedies", "by_policy", "outcomes", "facts"), file.name)
        outcomes, facts = given.get("outcomes", {}), given.get("facts", {})
        remedies, by_policy = (
            {id: _made(RemedyText, text, f"{file.name}: {id}") for id, text in given.get(part, {}).items()}
            for part in ("remedies", "by_policy")
        )
        found[language] = PlainTexts(
            remedies=remedies,
            by_policy=by_policy,
            outcomes={name: _text(text, f"{file.name}: {name}") for name, text in outcomes.items()},
            facts={name: _made(FactText, text, f"{file.name}: {name}") for name, text in facts.items()},
        )
    return found


def check_plain_texts(
    where: str,
    texts: Mapping[str, PlainTexts],
    *,
    remedies: Iterable[str],
    outcomes: Iterable[str],
    facts: Iterable[str],
) -> None:
    """Every remedy, outcome and fact of a pack has its text in every language, and there is no text of another.

    Raises:
        PackError: one is missing, or belongs to nothing.
    """
    wanted = {"remedies": set(remedies), "outcomes": set(outcomes), "facts": set(facts)}
    for language, one in texts.items():
        if not one.complete:
            continue
        if one.by_policy.keys() != next(iter(texts.values())).by_policy.keys():
            raise PackError(
                "The languages do not have the same remedies in by_policy.", where=f"{where}, plain {language}"
            )
        for part, names in wanted.items():
            has = set(getattr(one, part))
            for missing in sorted(names - has):
                raise PackError(f"A text is missing in {part}.", where=f"{where}, plain {language}", found=missing)
            for other in sorted(has - names):
                raise PackError(
                    f"A text in {part} belongs to nothing in the pack.",
                    where=f"{where}, plain {language}",
                    found=other,
                    cure=nearest(other, names),
                )


def _read(file: Traversable | Path) -> dict[str, Any]:
    return read_toml(file, "The file", where=file.name, fault=PackError)


def _made(kind: type[Any], given: Any, where: str) -> Any:
    if not isinstance(given, Mapping):
        raise PackError("A table with named texts stands here.", where=where, found=type(given).__name__)
    try:
        made = structured(kind, given, where)
    except RequestError as error:
        raise PackError(error.what, where=where, found=error.found, cure=error.cure) from None
    for field in attrs.fields(kind):
        _text(getattr(made, field.name), where)
    if isinstance(made, FactText) and made.where not in PLACES:
        raise PackError("There is no such place.", where=where, found=made.where, cure=nearest(made.where, PLACES))
    return made


def _text(given: Any, where: str) -> str:
    if not isinstance(given, str) or not given.strip():
        raise PackError("A text is empty.", where=where)
    return given


def _known(given: Mapping[str, Any], known: Sequence[str], where: str) -> None:
    for key in given:
        if key not in known:
            raise PackError("There is no such part.", where=where, found=key, cure=nearest(key, known))
    if "remedies" not in given:
        raise PackError("It has no texts of remedies.", where=where)
