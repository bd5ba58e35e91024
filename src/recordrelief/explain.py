"""The explanation of determinations: citation, facts seen, source lines, what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import attrs
import polars as pl

from recordrelief import wording
from recordrelief.determinations import determinations
from recordrelief.errors import RequestError
from recordrelief.findings import Determination
from recordrelief.outlines import Asked, Outline, Shown, ToldLaw, told_charges
from recordrelief.plain_texts import frame
from recordrelief.plain_voice import in_plain_words
from recordrelief.records import Records
from recordrelief.renderings import as_html, as_json, as_markdown, as_text, as_tree
from recordrelief.screening import Screening
from recordrelief.statutes import StatutePack

if TYPE_CHECKING:
    from rich.tree import Tree


MOST_ROWS = 20
"""Rows behind a fact that an explanation tells; the others are counted."""


@attrs.frozen(kw_only=True)
class Explanation:
    """The determinations of one person, ready to be read.

    ``remarks`` are about the record as a whole: its scope, rows that could not be read; ``issues`` about each charge.
    ``corrections`` are those of the record that stand with no charge. ``questions`` may be filled in with what to ask
    first, by charge and remedy. ``scope`` is how much of the person's history the record holds; ``unread``, that rows
    which could not be read may be about the person. ``language`` is set in the plain voice, which speaks to the person.
    ``findings`` says which of each answer are told.
    """

    subject_id: str
    as_of: date
    determinations: tuple[Determination, ...]
    notice: str
    remarks: tuple[str, ...]
    corrections: tuple[str, ...] = ()
    issues: Mapping[str, tuple[str, ...]]
    pack: StatutePack
    scope: str | None = None
    unread: bool = False
    questions: Mapping[tuple[str, str], tuple[Asked, ...]] = attrs.field(factory=dict)
    language: str | None = None
    findings: Shown = "all"

    def plain(self, language: str = "en") -> Explanation:
        """The same in the plain voice, said to the person: in every form, and in the JSON beside the rest.

        Args:
            language: ``en`` or ``es``.

        Raises:
            RequestError: there are no plain texts in that language.
        """
        return attrs.evolve(self, language=frame(language).language)

    @cached_property
    def outline(self) -> Outline:
        """What every form reads."""
        law = ToldLaw(
            statutes=self.pack.id,
            title=self.pack.title,
            version=self.pack.version,
            notice=self.notice,
            record_scope=self.scope,
            unread=self.unread,
            remarks=self.remarks,
            corrections=self.corrections,
            charges=tuple(told_charges(self.determinations, self.issues, self.questions, self.pack, self.findings)),
            plain=None,
        )
        told = Outline(
            subject_id=self.subject_id,
            as_of=self.as_of,
            voice="statute",
            language="en",
            findings=self.findings,
            laws=(law,),
        )
        if self.language is None:
            return told
        return in_plain_words(told, self.determinations, self.pack, self.language)

    def text(self) -> str:
        """The explanation in plain text, one line an entry, set in by depth."""
        return as_text(self.outline)

    def __str__(self) -> str:
        return self.text()

    def tree(self) -> Tree:
        """The explanation as a tree for the terminal."""
        return as_tree(self.outline)

    def markdown(self) -> str:
        """The explanation as Markdown."""
        return as_markdown(self.outline)

    def html(self) -> str:
        """The explanation as one page of HTML, which needs no other file and no network."""
        return as_html(self.outline)

    def json(self) -> str:
        """The explanation as JSON, which keeps to the schema ``recordrelief.explanation/1``."""
        return as_json(self.outline)


def explain(
    screening: Screening,
    subject_id: str,
    *,
    charge_id: str | None = None,
    remedy: str | None = None,
    findings: Shown = "all",
) -> Explanation:
    """Explain the determinations of one person.

    Args:
        screening: the answer of :func:`recordrelief.screening.screen`.
        subject_id: the person.
        charge_id: only this charge.
        remedy: only this remedy.
        findings: ``all`` of each answer, or only the ``deciding`` ones: what a person of many charges can still read.

    Raises:
        RequestError: there is no such person, charge or remedy, or no determination to explain.
    """
    found = determinations(screening, subject_id, charge_id=charge_id, remedy=remedy, facts=False, rows=MOST_ROWS)
    if not found:
        raise RequestError(
            "There is nothing to explain: no remedy asked for could be about any charge asked for.",
            cure="Leave out the charge or the remedy, or look at the summary of the screening.",
        )
    records = screening.records.of_subjects([subject_id])
    return Explanation(
        subject_id=subject_id,
        as_of=screening.as_of,
        determinations=found,
        notice=wording.notice(screening.remedies),
        remarks=(*_remarks(screening, records), *([_ONLY_DECIDING] if findings == "deciding" else [])),
        corrections=tuple(note for note in _notes(records) if wording.is_correction(note)),
        issues=_issues(records, {one.charge_id for one in found}),
        pack=screening.pack,
        scope=records.subjects["record_scope"][0],
        unread=bool(records.quarantine.height or screening.records.quarantined_without_subject()),
        findings=findings,
    )


_ONLY_DECIDING = "Of each answer only the conditions that decide it are told here."


def _remarks(screening: Screening, records: Records) -> Iterable[str]:
    """What should be known of the record as a whole."""
    pack = screening.pack
    yield f"As of {screening.as_of.isoformat()}, by the law of {pack.title} (pack {pack.id}, version {pack.version})."
    usual = attrs.asdict(pack.policy(), recurse=False)
    chosen = [
        f"{name} = {value}"
        for name, value in attrs.asdict(screening.policy, recurse=False).items()
        if value != usual[name]
    ]
    if chosen:
        yield f"The policy departs from the usual one of the pack: {'; '.join(chosen)}."
    scope = records.subjects["record_scope"][0]
    yield f"Read from {wording.RECORD_WORDS[scope]}."
    for note in _notes(records):
        if not wording.is_correction(note):
            yield f"Note: {note}."
    readings = records.subjects.height
    if readings > 1:
        yield f"The record stands in {readings} readings: an answer that differs between them is undetermined."
    for row in records.quarantine.drop_nulls("subject_id").iter_rows(named=True):
        yield f"A row of this person could not be read: {wording.place_words(row)} ({row['code']}: {row['reason']})."
    lost = screening.records.quarantined_without_subject()
    if lost:
        yield f"Rows that could not be read and may be about anyone, this person included: {lost}."


def _notes(records: Records) -> Sequence[str]:
    """What was noted of the person as such."""
    notes = records.subjects["notes"][0]
    return () if notes is None else tuple(notes)


def _issues(records: Records, charge_ids: set[str]) -> dict[str, tuple[str, ...]]:
    """What should be known of the data of each charge."""
    found: dict[str, list[str]] = {}
    mine = records.issues.filter((pl.col("table") == "charges") & pl.col("row_key").is_in(list(charge_ids)))
    for row in mine.iter_rows(named=True):
        about = f" ({row['field']})" if row["field"] else ""
        found.setdefault(row["row_key"], []).append(f"{row['code']}{about}, {wording.place_words(row)}")
    return {key: tuple(lines) for key, lines in found.items()}
