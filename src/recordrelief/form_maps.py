"""Field maps of fillable forms: which fact goes into which field of a form that a court publishes. Data of a pack.

A pack keeps one TOML file a form in a folder of its own:

    id = "CR-180"
    title = "Petition for dismissal"
    revision = "2018"
    remedies = ["pc-1203.4"]
    source = "where the names of the fields come from"
    days = "%m/%d/%Y"
    attachment = "MC-025"

    [text]
    "Defendant" = "{subject.name}"

    [[choice]]
    field = "Probation"
    on = "Yes"
    when = { remedy = ["pc-1203.4"] }
    unless = { level = ["infraction"] }

    [rows]
    count = 5
    [rows.text]
    "Section{n}" = "{charge.section}"

    [left]
    "Signature" = "The person signs."

Of the field names of a form nothing is guessed: what no source gives is not in the map.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import attrs

from recordrelief.errors import PackError, RequestError, nearest
from recordrelief.options import structured
from recordrelief.toml_files import read_toml

PLACES: Mapping[str, str] = {
    "subject.name": "the person's first name on the record",
    "subject.aliases": "the other names on the record",
    "subject.birth_date": "date of birth",
    "subject.state_id": "the person's number at the state's repository",
    "case.number": "the court's number of the case",
    "case.court": "the court",
    "case.county": "the county",
    "charges.citations": "the citations of all charges of the petition",
    "charges.conviction_date": "day of the conviction; of several that differ, each",
    "charges.arrest_date": "day of the arrest; of several that differ, each",
    "charges.agencies": "the agencies that made the arrest",
    "charges.sentences": "the terms imposed, as recorded",
    "filer.name": "who files: an attorney, or the person",
    "filer.bar_number": "the attorney's number",
    "filer.firm": "the attorney's firm",
    "filer.street": "street and number of who files",
    "filer.city": "the city",
    "filer.state": "the state",
    "filer.zip": "the postal code",
    "filer.phone": "the telephone number",
    "filer.fax": "the fax number",
    "filer.email": "the e-mail address",
    "filer.represents": "whom the attorney is for, or what stands there for who has none",
}
"""What a text of a map may name."""
ROW_PLACES: Mapping[str, str] = {
    "charge.citation": "the offense by its citation",
    "charge.code": "the code of the citation",
    "charge.section": "its section, with the subdivisions",
    "charge.description": "the source's words for the offense",
    "charge.name": "the same, or the citation where the source has no words",
    "charge.level": "felony, misdemeanor ...",
    "charge.count": "number of the count",
    "charge.conviction_date": "day of the conviction",
    "charge.arrest_date": "day of the arrest",
    "charge.becomes": "what the charge would become",
    "charge.remedy": "the statute of the remedy",
}
"""What a text in a row of the table of charges may name besides."""
CONDITIONS: Mapping[str, str] = {
    "remedy": "a remedy that the petition asks for, by id",
    "also": "another remedy that the charge is eligible for, by id",
    "grade": "how strong the claim is: automatic, mandatory, presumed, discretionary",
    "level": "the level of the charge, or unknown",
    "outcome": "how the charge ended, or unknown",
    "section": "the citation of the charge, or one that contains it",
    "case": "part where a conviction of its case is not in the petition, whole where there is none",
    "place": "listed in a row of the form, or attached on another page",
}
"""What a choice may turn on; of one with several, a charge must meet all."""
_VALUES = {"case": ("whole", "part"), "place": ("listed", "attached")}
_PLACE = re.compile(r"\{([^{}]*)\}")
_DAYS = re.compile(r"(?:%[mdYBbe]|[-/., ])+")


@attrs.frozen(kw_only=True)
class Choice:
    """A box to check, or a text, where some charge of the petition meets ``when``, and none meets ``unless``.

    ``on`` is the value of the box; of several, joined by ``|``, the first that the box of the given form has. ``label``
    is what a choice in a row is called on an attached page.
    """

    field: str
    when: Mapping[str, tuple[str, ...]]
    unless: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)
    on: str | None = None
    text: str | None = None
    label: str = ""

    def value(self, states: Iterable[str]) -> str | None:
        """The value that checks a box with these states, if it has one of them."""
        return next((one for one in (self.on or "").split("|") if one in set(states)), None)


@attrs.frozen(kw_only=True)
class Rows:
    """A table of charges: fields whose names hold ``{n}``, the number of the row.

    Without ``count`` there are as many rows as the form has fields for. With ``when`` the table is filled in only where
    some charge of the petition meets it.
    """

    text: Mapping[str, str]
    choices: tuple[Choice, ...] = ()
    count: int | None = None
    first: int = 1
    when: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)

    def patterns(self) -> tuple[str, ...]:
        """The names of its fields, with ``{n}``."""
        return (*self.text, *(one.field for one in self.choices))


@attrs.frozen(kw_only=True)
class FormMap:
    """One form: its fields, the remedies it asks for (none: it goes with a petition for any), where the names are from.

    ``not_counties`` are counties whose courts take another form. ``attachment`` is the form for the charges that do not
    fit into ``rows``; ``see`` stands in a field whose text is on an attached page. ``left`` are fields that whoever
    signs fills in, each with what to do; ``notes`` say what else is to be known of the form.
    """

    id: str
    title: str
    revision: str
    source: str
    remedies: tuple[str, ...] = ()
    not_counties: tuple[str, ...] = ()
    days: str = "%Y-%m-%d"
    see: str = "See attachment"
    attachment: str | None = None
    text: Mapping[str, str] = attrs.field(factory=dict)
    choices: tuple[Choice, ...] = ()
    rows: Rows | None = None
    left: Mapping[str, str] = attrs.field(factory=dict)
    notes: tuple[str, ...] = ()
    complete: bool = True

    def fields(self) -> tuple[str, ...]:
        """Every field that the form must have, rows whose number the form itself tells left out."""
        rows = self.rows
        named = [*self.text, *(one.field for one in self.choices), *self.left]
        if rows is not None and rows.count is not None:
            named += [in_row(name, n) for n in range(rows.first, rows.first + rows.count) for name in rows.patterns()]
        return tuple(dict.fromkeys(named))

    def used(self) -> frozenset[str]:
        """What its texts name."""
        choices = (*self.choices, *(self.rows.choices if self.rows else ()))
        texts = (*self.text.values(), *(self.rows.text.values() if self.rows else ()), *(one.text for one in choices))
        return frozenset(place for text in texts if text for place in places_of(text))


def in_row(name: str, n: int) -> str:
    """The name of a field in a row."""
    return name.replace("{n}", str(n))


def places_of(text: str) -> tuple[str, ...]:
    """What a text names."""
    return tuple(_PLACE.findall(text))


def filled_in(text: str, values: Mapping[str, str | None]) -> str | None:
    """A text with its places filled in; None where one of them is not known."""
    if any(values.get(name) is None for name in places_of(text)):
        return None
    return _PLACE.sub(lambda found: values[found[1]] or "", text)


def read_form_maps(folder: Traversable | Path) -> dict[str, FormMap]:
    """The field maps of a pack by the id of the form: each TOML file of the folder is one.

    Raises:
        PackError: a file is no TOML, has a key or names a place that there is not, or lacks one; or two are of a form.
    """
    found: dict[str, FormMap] = {}
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        if not file.name.endswith(".toml"):
            continue
        one = _read(file)
        if one.id in found:
            raise PackError("Two field maps are of one form.", where=file.name, found=one.id)
        found[one.id] = one
    return found


def check_form_maps(where: str, maps: Mapping[str, FormMap], remedies: Iterable[str]) -> None:
    """The remedies and attachments that the maps of a pack name are there.

    Raises:
        PackError: one is not.
    """
    known = set(remedies)
    for id, one in maps.items():
        if not one.complete:
            continue
        choices = (*one.choices, *(one.rows.choices if one.rows else ()))
        conditions = [(each.field, when) for each in choices for when in (each.when, each.unless)]
        conditions += [("rows", one.rows.when)] if one.rows else []
        named = [("remedies", name) for name in one.remedies]
        named += [
            (field, name) for field, when in conditions for key in ("remedy", "also") for name in when.get(key, ())
        ]
        for key, name in named:
            if name not in known:
                raise PackError(
                    "A field map names a remedy that the pack does not have.",
                    where=f"{where}, form {id}, {key}",
                    found=name,
                    cure=nearest(name, known),
                )
        if one.attachment is not None and (one.attachment not in maps or maps[one.attachment].rows is None):
            raise PackError(
                "The attachment has no field map with rows.", where=f"{where}, form {id}", found=one.attachment
            )


def _read(file: Traversable | Path) -> FormMap:
    where = file.name
    given = read_toml(file, "The file", where=where, fault=PackError)
    choices = _choices(given.pop("choice", []), PLACES, where)
    rows = given.pop("rows", None)
    try:
        made: FormMap = structured(FormMap, given, where)
    except RequestError as error:
        raise PackError(error.what, where=error.where, found=error.found, cure=error.cure) from None
    except TypeError as error:
        raise PackError(
            "The field map lacks a key, or one is of another kind.", where=where, found=str(error)
        ) from None
    for name in ("id", "title", "revision", "source"):
        if not getattr(made, name).strip():
            raise PackError("A text is empty.", where=f"{where}: {name}")
    if not _DAYS.fullmatch(made.days):
        raise PackError("Days cannot be written so.", where=f"{where}: days", found=made.days, expected="%m/%d/%Y")
    _check_texts(made.text, PLACES, where)
    return attrs.evolve(made, choices=choices, rows=None if rows is None else _rows(rows, where))


def _rows(given: Any, where: str) -> Rows:
    if not isinstance(given, dict):
        raise PackError("The rows are no table.", where=f"{where}: rows")
    given, where, places = dict(given), f"{where}: rows", {**PLACES, **ROW_PLACES}
    choices = _choices(given.pop("choice", []), places, where)
    try:
        made: Rows = structured(Rows, given, where)
    except (RequestError, TypeError) as error:
        raise PackError("The rows are not written as they must be.", where=where, found=str(error)) from None
    made = attrs.evolve(made, choices=choices)
    for name in made.patterns():
        if "{n}" not in name:
            raise PackError("A field of a row has no place for its number.", where=where, found=name, expected="{n}")
    if not made.text or (made.count is not None and made.count < 1):
        raise PackError("A table has rows with texts.", where=where)
    _check_conditions(made.when, where)
    _check_texts(made.text, places, where)
    return made


def _choices(given: Any, places: Mapping[str, str], where: str) -> tuple[Choice, ...]:
    made: list[Choice] = []
    for number, one in enumerate(given if isinstance(given, list) else [given], start=1):
        here = f"{where}: choice {number}"
        try:
            choice: Choice = structured(Choice, one, here)
        except (RequestError, TypeError, AttributeError) as error:
            raise PackError("A choice is not written as it must be.", where=here, found=str(error)) from None
        _check_conditions(choice.when, here)
        _check_conditions(choice.unless, here)
        if (choice.on is None) is (choice.text is None) or not choice.when:
            raise PackError("A choice has a condition, and either a value that is on or a text.", where=here)
        _check_texts({choice.field: choice.text or ""}, places, here)
        made.append(choice)
    return tuple(made)


def _check_conditions(when: Mapping[str, tuple[str, ...]], where: str) -> None:
    for key, values in when.items():
        if key not in CONDITIONS:
            raise PackError("There is no such condition.", where=where, found=key, cure=nearest(key, CONDITIONS))
        for value in values:
            if key in _VALUES and value not in _VALUES[key]:
                raise PackError(
                    "A condition has no such value.",
                    where=f"{where}: {key}",
                    found=value,
                    expected=", ".join(_VALUES[key]),
                )


def _check_texts(texts: Mapping[str, str], places: Mapping[str, str], where: str) -> None:
    for field, text in texts.items():
        for name in places_of(text):
            if name not in places:
                raise PackError(
                    "A text names something that there is not.",
                    where=f"{where}: {field}",
                    found="{" + name + "}",
                    cure=nearest(name, places),
                )
