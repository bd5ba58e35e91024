"""What a petition says of a person, a case and each charge, and which boxes of a form that calls for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import attrs

from recordrelief.citations import CitedOffense
from recordrelief.delivery import lists
from recordrelief.delivery.names import all_names
from recordrelief.errors import CitationError
from recordrelief.findings import Determination
from recordrelief.form_maps import Choice, FormMap
from recordrelief.options import structured
from recordrelief.records import Records
from recordrelief.toml_files import read_toml
from recordrelief.wording import offense_words


@attrs.frozen(kw_only=True)
class Filer:
    """Who files, from a TOML file: an attorney, or the person themself."""

    name: str | None = None
    bar_number: str | None = None
    firm: str | None = None
    street: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    phone: str | None = None
    fax: str | None = None
    email: str | None = None
    represents: str | None = None

    @classmethod
    def of_file(cls, path: Path | None) -> Filer:
        """What a file says of who files; nothing without one.

        Raises:
            RequestError: there is no such file, or it has a key that there is not.
        """
        if path is None:
            return cls()
        made: Filer = structured(cls, read_toml(path, "The file of who files"), path.name)
        return made


@attrs.frozen(kw_only=True, eq=False)
class Count:
    """One charge of the petition: what the law said of it, its row of the record and of its case.

    ``extent`` says whether the petition leaves out a conviction of the case: ``part`` or ``whole``, None where that
    cannot be told. ``place`` is where the charge stands on the paper: ``listed`` or ``attached``.
    """

    asked: tuple[Determination, ...]
    also: frozenset[str]
    row: Mapping[str, Any]
    case: Mapping[str, Any]
    agencies: tuple[str, ...]
    sentence: str
    extent: str | None = None
    place: str = "listed"

    @property
    def first(self) -> Determination:
        return next((one for one in self.asked if one.best), self.asked[0])


def facts_of(form: FormMap, counts: Sequence[Count], records: Records, filer: Filer) -> dict[str, str | None]:
    """What the texts of the map may name, as far as it is known."""
    person = lists.agreed(records.subjects, "subject_id").row(0, named=True)
    names = all_names(person["names"])
    case = counts[0].case
    numbers = [one["value"] for one in person["identifiers"] or () if one["kind"] == "sid"]
    filing = attrs.asdict(filer)
    if filing["name"] is None:
        filing["name"] = names[0] if names else None
    return {
        "subject.name": names[0] if names else None,
        "subject.aliases": "; ".join(names[1:]) or None,
        "subject.birth_date": _day(person, "birth_date", form),
        "subject.state_id": numbers[0] if numbers else None,
        "case.number": case.get("case_number"),
        "case.court": case.get("court"),
        "case.county": case.get("county") or counts[0].row["county"],
        "charges.citations": _all(offense_words(one.row) for one in counts),
        "charges.conviction_date": _all(_day(one.row, "conviction_date", form) for one in counts),
        "charges.arrest_date": _all(_day(one.row, "arrest_date", form) for one in counts),
        "charges.agencies": _all(agency for one in counts for agency in one.agencies),
        "charges.sentences": _all(one.sentence or None for one in counts),
        **{f"filer.{name}": value for name, value in filing.items()},
    }


def _all(texts: Iterable[str | None]) -> str | None:
    """Several texts, each once; None where one of them is not known."""
    told = list(dict.fromkeys(texts))
    return None if not told or None in told else "; ".join(one for one in told if one)


def _day(row: Mapping[str, Any], name: str, form: FormMap) -> str | None:
    first: date | None = row[name]
    return first.strftime(form.days) if first is not None and first == row[name + "_latest"] else None


def facts_of_row(one: Count, form: FormMap) -> dict[str, str | None]:
    """What the texts of a row may name besides."""
    row, code, section = one.row, None, None
    try:
        cited = None if row["citation"] is None else CitedOffense.parse(row["citation"])
    except CitationError:
        cited = None
    if cited is not None and len(cited.citations) == 1:
        code, _, section = str(cited.citations[0]).partition(" ")
    words = row["offense_text"] or row["charged_text"]
    # An attempt is not the offense itself: its form is told with the section.
    forms = [form_ for form_ in ("attempt", "conspiracy", "solicitation") if row[form_]]
    return {
        "charge.citation": offense_words(row) if row["citation"] is not None else None,
        "charge.code": code,
        "charge.section": " ".join([section, *(f"({each})" for each in forms)]) if section else None,
        "charge.description": words,
        "charge.name": words or (offense_words(row) if row["citation"] is not None else None),
        "charge.level": row["level"],
        "charge.count": None if row["count_number"] is None else str(row["count_number"]),
        "charge.conviction_date": _day(row, "conviction_date", form),
        "charge.arrest_date": _day(row, "arrest_date", form),
        "charge.becomes": one.first.outcome,
        "charge.remedy": one.first.remedy.citation,
    }


def applies(choice: Choice, counts: Sequence[Count]) -> bool:
    """Whether these charges call for a choice: some of them meets what it turns on, and none what speaks against it."""
    if choice.unless and any(meets(one, choice.unless) for one in counts):
        return False
    return any(meets(one, choice.when) for one in counts)


def meets(one: Count, when: Mapping[str, Sequence[str]]) -> bool:
    """Whether a charge meets all of several conditions."""
    row = one.row
    remedies = when.get("remedy")
    asked = [each for each in one.asked if remedies is None or each.remedy.id in remedies]
    found: Mapping[str, frozenset[str]] = {
        "remedy": frozenset(each.remedy.id for each in asked),
        "also": one.also,
        "grade": frozenset(each.grade for each in asked if each.grade),
        "level": frozenset({row["level"] or "unknown"}),
        "outcome": frozenset({row["outcome"] or "unknown"}),
        "case": frozenset({one.extent} if one.extent else ()),
        "place": frozenset({one.place}),
    }
    return all(
        _cites(row, wanted) if key == "section" else bool(found[key] & set(wanted)) for key, wanted in when.items()
    )


def _cites(row: Mapping[str, Any], wanted: Sequence[str]) -> bool:
    if row["citation"] is None:
        return False
    try:
        cited = CitedOffense.parse(row["citation"]).citations
        return any(CitedOffense.parse(text).citations[0].contains(one) for text in wanted for one in cited)
    except CitationError:
        return False
