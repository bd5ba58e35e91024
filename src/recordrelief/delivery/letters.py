"""A letter to the person in plain words: what was found, what it does and does not do, and how to check it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import files

import attrs
import polars as pl

from recordrelief.delivery import lists
from recordrelief.delivery.had import Had
from recordrelief.delivery.names import all_names
from recordrelief.delivery.run_again import RunAgain
from recordrelief.errors import RequestError
from recordrelief.explain import Explanation, explain
from recordrelief.letter_texts import QUESTION, said
from recordrelief.outlines import ToldCharge, ToldDetermination
from recordrelief.plain_texts import Frame, frame
from recordrelief.plain_voice import day_in_words
from recordrelief.statutes import StatutePack

_PARTS = (
    *("eligible_petition", "eligible_automatic", "eligible_prosecutor"),
    *("eligible_later", "undetermined", "granted"),
)
"""The parts of a letter, in the order in which they help."""


@attrs.frozen(kw_only=True)
class Item:
    """One charge in a letter: what it is called, and what is said of it, each under a label or none."""

    title: str
    said: tuple[tuple[str, str], ...]


@attrs.frozen(kw_only=True)
class Section:
    """One part of a letter: a heading, sentences, and charges."""

    heading: str
    sentences: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()


@attrs.frozen(kw_only=True)
class Letter:
    """A letter. What it is about stands below the greeting: the window of an envelope shows a name and no more."""

    language: str
    title: str
    name: str
    greeting: str
    opening: str
    sections: tuple[Section, ...]


def letter_to(again: RunAgain, subject_id: str, language: str = "en") -> Letter:
    """The letter to one person of a run.

    Args:
        again: the run.
        subject_id: the person, as the run names them.
        language: one that the core speaks.

    Raises:
        RequestError: the core does not speak the language; there is no such person, nothing was determined for them,
            or the record says that they have died.
    """
    words, texts = frame(language), texts_of(language)
    records = again.records_of([again.subject_behind(subject_id)])
    if records.subjects.is_empty():
        raise RequestError("The run has no such subject.")
    person = lists.agreed(records.subjects, "subject_id").row(0, named=True)
    if person["deceased"]:
        raise RequestError("The record says that the person has died: no letter is written to them.")
    subject = person["subject_id"]
    told = [
        (explain(one, subject).plain(language), one.pack)
        for one in again.screened(records)
        if not one.determinations.filter(pl.col("subject_id") == subject).is_empty()
    ]
    if not told:
        raise RequestError("There is nothing to write of: no remedy could be about any charge of the person.")
    names = all_names(person["names"])
    name = names[0] if names else ""
    return Letter(
        language=language,
        title=texts["title"],
        name=name,
        greeting=texts["dear"].format(name=name) if name else texts["dear_nobody"],
        opening=texts["opening"],
        sections=tuple(section for one, pack in told for section in _law(one, pack, words, texts)),
    )


@cache
def texts_of(language: str) -> Mapping[str, str]:
    """What a letter says around the answers."""
    content = files("recordrelief.delivery").joinpath("texts", f"{language}.toml").read_text(encoding="utf-8")
    return {name: str(text) for name, text in tomllib.loads(content).items()}


def _law(explanation: Explanation, pack: StatutePack, words: Frame, texts: Mapping[str, str]) -> Iterator[Section]:
    outline = explanation.outline
    (law,) = outline.laws
    yield Section(heading=texts["first_read"], sentences=tuple(law.plain or ()))
    had = Had.of(explanation.determinations)
    parts: dict[str, list[Item]] = {}
    shown: set[str] = set()
    asked: set[str] = set()
    closed = False
    for told in law.charges:
        charge = _as_it_is_now(told, had.level(told.charge_id), words, texts)
        given = [one for one in charge.determinations if one.status == "granted"]
        for one in given:
            parts.setdefault("granted", []).append(_given(charge, one, pack, had, words))
            shown.add(one.remedy)
        best = _best(charge.determinations)
        if best is None:
            closed = closed or not given
            continue
        if best.status == "undetermined" and best.remedy in asked:  # the same questions once are enough
            item = _again(charge, best, words, texts["same"])
        else:
            further = any(one is not best and one.open for one in charge.determinations)
            item = _item(charge, best, words, texts["others"] if further else None)
        parts.setdefault(_part(best), []).append(item)
        shown.add(best.remedy)
        if best.status == "undetermined":
            asked.add(best.remedy)
    if not any(one.startswith("eligible") for one in parts):
        yield Section(heading=texts["eligible_petition"], sentences=(texts["nothing"],))
    for part in _PARTS:
        if part in parts:
            yield Section(heading=texts[part], items=tuple(parts[part]))
    yield from _after(outline.as_of, pack, shown, words, texts, closed=closed)


def _after(
    as_of: date, pack: StatutePack, shown: set[str], words: Frame, texts: Mapping[str, str], *, closed: bool
) -> Iterator[Section]:
    """What relief does not do, how to check it, and where help is."""
    mine = pack.letters.get(words.language)
    places = {"law": pack.title, "day": day_in_words(as_of, words)}
    if mine is None:
        yield Section(heading=texts["cautions"], sentences=(texts["no_cautions"].format(law=pack.title),))
    elif shown:
        cautions = [one for one in mine.cautions.values() if one.about(shown)]
        sentences = [
            f"{said(one.text, places)} "
            + (texts["counsel"] if one.basis == QUESTION else texts["rule"].format(basis=one.basis))
            for one in cautions
        ]
        if sentences:
            yield Section(heading=texts["cautions"], sentences=tuple(sentences))
        yield Section(heading=texts["check"], sentences=(said(mine.check, places),))
    yield Section(
        heading=texts["help"], sentences=(*([texts["closed"]] if closed and shown else []), texts["help_text"])
    )


def _best(determinations: Sequence[ToldDetermination]) -> ToldDetermination | None:
    """The open answer that a letter tells of a charge; they stand in the order in which they help.

    Of those that nobody can tell yet, the one that the fewest facts would settle: rather not one of which a condition
    is surely unmet today, one that the law itself leaves open, or one that asks the person to say what nothing in the
    record speaks of.
    """
    found = [one for one in determinations if one.open]
    if not found or found[0].status != "undetermined":
        return found[0] if found else None
    undetermined = [one for one in found if one.status == "undetermined"]
    return min(undetermined, key=lambda one: (_against(one), bool(one.unsettled), len(one.missing)))


def _against(one: ToldDetermination) -> bool:
    """Whether a condition that every way to the remedy has is surely unmet."""
    return any(
        each.result == "unmet" and each.kind in ("condition", "bar") and not each.branch for each in one.findings
    )


def _part(one: ToldDetermination) -> str:
    return f"eligible_{one.pathway}" if one.status == "eligible" else one.status


def _as_it_is_now(charge: ToldCharge, level: str | None, words: Frame, texts: Mapping[str, str]) -> ToldCharge:
    """The charge called by the level that relief left it, where that is another than it was disposed at."""
    if level is None or level == charge.level or charge.plain is None:
        return charge
    name = charge.plain[0].removesuffix(words.levels[charge.level or "unknown"])
    return attrs.evolve(charge, plain=(name + texts["level_now"].format(level=words.levels[level]), *charge.plain[1:]))


def _given(charge: ToldCharge, one: ToldDetermination, pack: StatutePack, had: Had, words: Frame) -> Item:
    """What the person has already: since when, and what it does."""
    plain = one.plain
    assert plain is not None and charge.plain is not None
    day, mine = had.day(charge.charge_id, one.remedy), pack.plain.get(words.language)
    text = None if mine is None else mine.remedy(one.remedy)
    answer = [*plain.answer, *([words.say("ended_on", day=day_in_words(day, words))] if day else [])]
    said = [("", text) for text in charge.plain[1:]]
    said += [(words.labels["what"], plain.name), ("", " ".join(answer))]
    return Item(title=charge.plain[0], said=(*said, *([(words.labels["does"], text.does)] if text else [])))


def _again(charge: ToldCharge, one: ToldDetermination, words: Frame, same: str) -> Item:
    plain = one.plain
    assert plain is not None and charge.plain is not None
    said = [("", text) for text in charge.plain[1:]]
    return Item(title=charge.plain[0], said=(*said, (words.labels["what"], plain.name), ("", same)))


def _item(charge: ToldCharge, one: ToldDetermination, words: Frame, more: str | None) -> Item:
    plain = one.plain
    assert plain is not None and charge.plain is not None
    said: list[tuple[str, str]] = [("", text) for text in charge.plain[1:]]
    said.append((words.labels["what"], plain.name))
    said.append(("", " ".join(plain.answer)))
    for label, text in (("does", plain.does), ("who", plain.who), ("next", plain.next)):
        if text:
            said.append((words.labels[label], text))
    said += [(words.labels["questions"], f"{asked.ask} {asked.where}") for asked in plain.questions]
    if more is not None:
        said.append(("", more))
    return Item(title=charge.plain[0], said=tuple(said))
