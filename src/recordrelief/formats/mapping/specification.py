"""What a mapping file says: which columns of an export become which canonical columns, checked key by key."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

import attrs
import polars as pl

from recordrelief import model
from recordrelief.citations import CitationReader
from recordrelief.errors import RecordReliefError, RequestError, nearest
from recordrelief.tables import TABLES, dtypes
from recordrelief.toml_files import read_toml

SECTIONS = {
    "subject": "subjects",
    "case": "cases",
    "charge": "charges",
    "sentence": "sentences",
    "relief": "reliefs",
    "event": "events",
}
"""The sections of a file and the canonical table that each fills."""
_OWN = {
    "subject": "subject_id",
    "case": "case_id",
    "charge": "charge_id",
    "sentence": "sentence_id",
}
_BELONGS = {"subject": (), "case": ("subject",), "charge": ("subject", "case"), "sentence": ("charge",)}
_BELONGS |= {"relief": ("charge",), "event": ("subject",)}
"""What a row of a section may belong to: ``subject = [...]`` names the columns of that key."""
_NOT_MAPPED = {"alternative", "source_file", "source_line", "notes", "names", "identifiers"}
_NOT_MAPPED |= {"possible_citations", "enhancements", "length_days_min", "length_days_max"}
FORMS = ("attempt", "conspiracy", "solicitation")
"""What a citation says besides the offense."""
KINDS = ("csv", "fixed", "excel")
UNITS = ("days", "weeks", "months", "years", "life")
REPEATED = ("conflict", "first", "last")
SAYS_NOTHING = ""
"""The word of a code table for a value that is known and tells nothing."""


def _fault(where: str, what: str, **parts: Any) -> RequestError:
    return RequestError(what, where=where, **parts)


@attrs.frozen(kw_only=True)
class Field:
    """How one canonical column is made of a row.

    Exactly one of ``column``, ``template`` (columns in braces) and ``constant``. A text is then read: by a table of
    ``codes``, as a ``date`` (by its formats: unknown where two disagree), as a ``number`` (``scale`` multiplies it: 100
    for dollars to cents), as a ``citation`` (the codes of law it may name), or it stays as it is.
    """

    column: str | None = None
    template: str | None = None
    constant: str | int | bool | None = None
    codes: str | None = None
    date: tuple[str, ...] = ()
    number: bool = False
    scale: int = 1
    citation: tuple[str, ...] = ()

    def columns(self) -> tuple[str, ...]:
        """The columns of the export it reads."""
        if self.column is not None:
            return (self.column,)
        return tuple(template_columns(self.template)) if self.template is not None else ()


@attrs.frozen(kw_only=True)
class Length:
    """The length of a term: a number, and its unit by a table of codes (see :data:`UNITS`), or one for all rows."""

    number: str
    unit: str | None = None
    codes: str | None = None
    every: str | None = None

    def columns(self) -> tuple[str, ...]:
        """The columns of the export it reads."""
        return (self.number, self.unit) if self.unit is not None else (self.number,)


@attrs.frozen(kw_only=True)
class Section:
    """One canonical table filled from the rows of a file.

    ``key`` names the columns that tell its rows apart; ``belongs`` the key columns of the person, case or charge.
    ``repeated`` says what several rows of one key mean where they differ: nothing is known (``conflict``), or the
    ``first`` or the ``last`` of them in the order of the file stands. ``only`` takes rows with those values alone.
    """

    name: str
    key: tuple[str, ...]
    belongs: Mapping[str, tuple[str, ...]]
    fields: Mapping[str, Field]
    length: Length | None = None
    repeated: Literal["conflict", "first", "last"] = "conflict"
    only: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)

    @property
    def table(self) -> str:
        """The canonical table it fills."""
        return SECTIONS[self.name]

    def columns(self) -> tuple[str, ...]:
        """Every column of the export it reads, each once."""
        parts: list[Sequence[str]] = [self.key, *self.belongs.values(), tuple(self.only)]
        parts += [field.columns() for field in self.fields.values()]
        if self.length is not None:
            parts.append(self.length.columns())
        return tuple(dict.fromkeys(name for part in parts for name in part))


@attrs.frozen(kw_only=True)
class FileLayout:
    """One kind of file of the export. A file is of it if its name fits ``file_names``, or else if its header has every
    column that is read and none of those in ``without``.
    """

    name: str
    kind: Literal["csv", "fixed", "excel"] = "csv"
    delimiter: str = ","
    encodings: tuple[str, ...] = ("utf-8", "cp1252")
    skip_lines: int = 0
    sheet: str | None = None
    file_names: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    places: Mapping[str, tuple[int, int]] = attrs.field(factory=dict)
    also_called: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)
    sections: tuple[Section, ...] = ()

    def columns(self) -> tuple[str, ...]:
        """Every column that is read, each once."""
        return tuple(dict.fromkeys(name for section in self.sections for name in section.columns()))


@attrs.frozen(kw_only=True)
class ExportMapping:
    """A whole mapping file."""

    id: str
    title: str
    record_scope: str
    coverage: model.Coverage
    files: tuple[FileLayout, ...]
    codes: Mapping[str, Mapping[str, str]]
    blank: tuple[str, ...] = ("",)


def template_columns(template: str) -> Iterator[str]:
    """The columns in braces of a template."""
    rest = template
    while "{" in rest:
        _, _, rest = rest.partition("{")
        name, closed, rest = rest.partition("}")
        if not closed or not name or "{" in name:
            raise RequestError("A template has a brace without its partner.", found=repr(template))
        yield name


def read_mapping(path: Path) -> ExportMapping:
    """The mapping of a TOML file.

    Raises:
        RequestError: the file cannot be read, or a key or value in it is wrong; all names are checked.
    """
    return mapping_of(read_toml(path, "The mapping file"), str(path))


def mapping_of(content: Mapping[str, Any], where: str) -> ExportMapping:
    """The mapping that a parsed file holds.

    Raises:
        RequestError: a key or value is wrong.
    """
    taken = _Taken(content, where)
    id_ = taken.text("id")
    if not _is_id(id_):
        raise _fault(f"{where}, id", "The id of a format is lower case letters, digits and hyphens.", found=repr(id_))
    scope = taken.word("record_scope", model.SCOPES)
    codes = {name: _codes(name, table, where) for name, table in taken.tables("codes").items()}
    files = tuple(_file(name, table, codes, f"{where}, files.{name}") for name, table in taken.tables("files").items())
    if not files:
        raise _fault(where, "The mapping has no files.", expected="a table [files.NAME]")
    known = [section.name for file in files for section in file.sections]
    if "charge" not in known:
        raise _fault(where, "No file of the mapping fills the charges.", expected="a table [files.NAME.charge]")
    coverage = _coverage(taken.table("coverage"), where)
    for section, table in SECTIONS.items():
        said = coverage.events.values() if table == "events" else [getattr(coverage, table, "absent")]
        if "complete" in said and section not in known:
            raise _fault(
                f"{where}, coverage.{table}",
                "A table that no file fills is said to be complete, so that nothing would count as none.",
                cure=f'Say "absent", or add a table [files.NAME.{section}].',
            )
    made = ExportMapping(
        id=id_,
        title=taken.text("title"),
        record_scope=scope,
        coverage=coverage,
        files=files,
        codes=codes,
        blank=("", *taken.texts("blank", ())),
    )
    taken.nothing_left()
    return made


def _coverage(given: Mapping[str, Any], where: str) -> model.Coverage:
    events = given.get("events", {})
    tables = {name: value for name, value in given.items() if name != "events"}
    known = [field.name for field in attrs.fields(model.Coverage)]
    for name in tables:
        if name not in known:
            raise _fault(f"{where}, coverage", "There is no such table.", found=repr(name), cure=nearest(name, known))
    # A mapping that does not say it leaves open what the export may lack.
    whole = {name: "partial" for name in known if name != "events"} | tables
    try:
        return model.Coverage(**whole, events=events)
    except (ValueError, TypeError):
        raise _fault(
            f"{where}, coverage",
            "A coverage is not one.",
            expected=f"one of {', '.join(model.COMPLETENESS)} for each table, and for each kind of event",
        ) from None


def _codes(name: str, table: Any, where: str) -> dict[str, str]:
    if not isinstance(table, dict) or not all(isinstance(value, str) for value in table.values()):
        raise _fault(f"{where}, codes.{name}", "A table of codes holds texts.", expected='"their word" = "our word"')
    codes: dict[str, str] = {}
    for key, value in table.items():
        if codes.setdefault(_folded(key), value) != value:
            raise _fault(f"{where}, codes.{name}", "One text has two words; case and spaces do not count.", found=key)
    return codes


def _folded(text: str) -> str:
    return " ".join(text.split()).lower()


def _file(name: str, given: Mapping[str, Any], codes: Mapping[str, Mapping[str, str]], where: str) -> FileLayout:
    taken = _Taken(given, where)
    kind = taken.word("kind", KINDS, "csv")
    places = {}
    for column, place in taken.table("places").items():
        if not (isinstance(place, list) and len(place) == 2 and all(type(end) is int for end in place)):
            raise _fault(f"{where}, places.{column}", "A place is the first and the last character, from 1.")
        if not 1 <= place[0] <= place[1]:
            raise _fault(f"{where}, places.{column}", "A place ends before it begins.", found=str(place))
        places[column] = (place[0], place[1])
    if (kind == "fixed") != bool(places):
        raise _fault(where, 'Columns have places where the kind is "fixed", and only there.')
    delimiter = taken.text("delimiter", ",")
    if len(delimiter) != 1:
        raise _fault(f"{where}, delimiter", "A delimiter is one character.", found=repr(delimiter))
    made = FileLayout(
        name=name,
        kind=kind,  # type: ignore[arg-type]
        delimiter=delimiter,
        encodings=taken.texts("encodings", ("utf-8", "cp1252")),
        skip_lines=taken.number("skip_lines", 0),
        sheet=taken.text("sheet", None),
        file_names=taken.texts("file_names", ()),
        without=taken.texts("without", ()),
        places=places,
        also_called={
            column: _texts(names, f"{where}, also_called.{column}")
            for column, names in taken.table("also_called").items()
        },
        sections=tuple(
            _section(section, table, codes, f"{where}, {section}")
            for section in SECTIONS
            if (table := taken.table(section, None)) is not None
        ),
    )
    taken.nothing_left()
    if not made.sections:
        raise _fault(where, "The file fills no table.", expected=f"one of {', '.join(SECTIONS)}")
    if places and (unplaced := [column for column in made.columns() if column not in places]):
        raise _fault(where, "A column has no place.", found=", ".join(unplaced), cure=nearest(unplaced[0], places))
    read = made.columns()
    for column in made.also_called:
        if column not in read:
            raise _fault(
                f"{where}, also_called", "No table reads this column.", found=repr(column), cure=nearest(column, read)
            )
    for encoding in made.encodings:
        try:
            "".encode(encoding)
        except LookupError:
            raise _fault(f"{where}, encodings", "There is no such encoding.", found=repr(encoding)) from None
    return made


def _section(name: str, given: Mapping[str, Any], codes: Mapping[str, Mapping[str, str]], where: str) -> Section:
    taken = _Taken(given, where)
    key = taken.texts("key", None if name in _OWN and name != "sentence" else ())
    if not key and name in _OWN and name != "sentence":
        raise _fault(f"{where}, key", "A key names at least one column.")
    belongs = {}
    for owner in _BELONGS[name]:
        columns = taken.texts(owner, () if owner == "case" else None)
        if not columns and owner != "case":
            raise _fault(f"{where}, {owner}", "A key names at least one column.")
        if columns:
            belongs[owner] = columns
    repeated = taken.word("repeated", REPEATED, "conflict")
    only = {
        column: tuple(map(_folded, _texts(values, f"{where}, only.{column}")))
        for column, values in taken.table("only").items()
    }
    length = taken.table("length", None)
    mappable = _mappable(name)
    fields = {}
    for column, spec in taken.rest().items():
        if column not in mappable:
            cure = nearest(column, mappable)
            raise _fault(where, "There is no such canonical column.", found=repr(column), cure=cure)
        fields[column] = _field(column, spec, codes, SECTIONS[name], f"{where}.{column}")
    if length is not None and name != "sentence":
        raise _fault(f"{where}.length", "Only a sentence has a length.")
    made_too = [
        *(prefix + form for prefix in ("", "charged_") if prefix + "citation" in fields for form in FORMS),
        *(["length_text"] if length is not None else []),
    ]
    for column in made_too:
        if column in fields:
            raise _fault(f"{where}.{column}", "This column is made with the citation or the length already.")
    return Section(
        name=name,
        key=key,
        belongs=belongs,
        fields=fields,
        length=None if length is None else _length(length, codes, f"{where}.length"),
        repeated=repeated,  # type: ignore[arg-type]
        only=only,
    )


def _mappable(section: str) -> list[str]:
    owners = {"subject_id", "case_id", "charge_id", "sentence_id"}
    return [
        name
        for name in TABLES[SECTIONS[section]].column_names()
        if name not in _NOT_MAPPED | owners and not name.endswith("_latest")
    ]


def _field(column: str, spec: Any, codes: Mapping[str, Mapping[str, str]], table: str, where: str) -> Field:
    if isinstance(spec, str):
        spec = {"column": spec}
    if not isinstance(spec, dict):
        raise _fault(where, "A field is the name of a column, or a table that says how it is made.", found=repr(spec))
    taken = _Taken(spec, where)
    given = {name: taken.any(name) for name in ("column", "template", "constant") if name in spec}
    if len(given) != 1:
        raise _fault(where, "A field has exactly one of column, template and constant.", found=", ".join(given))
    field = Field(
        **given,
        codes=taken.text("codes", None),
        date=taken.texts("date", ()),
        number=taken.flag("number"),
        scale=taken.number("scale", 1),
        citation=taken.texts("citation", ()),
    )
    taken.nothing_left()
    for name in ("column", "template"):
        if name in given and not isinstance(given[name], str):
            raise _fault(f"{where}.{name}", "This is a text.", found=repr(given[name]))
    try:
        columns = field.columns()
    except RequestError as error:
        raise _fault(f"{where}.template", error.what, found=error.found) from None
    if "constant" not in given and not columns:
        raise _fault(f"{where}.template", "A template names a column in braces; what is always the same is a constant.")
    _check_reading(field, column, codes, dtypes(table)[column], where)
    return field


def _check_reading(field: Field, column: str, codes: Mapping[str, Mapping[str, str]], dtype: Any, where: str) -> None:
    words = tuple(dtype.categories.to_list()) if str(dtype).startswith("Enum") else ()
    kind = "word" if words else str(dtype)
    readings = [
        name for name in ("codes", "date", "number", "citation") if getattr(field, name) not in (None, (), False)
    ]
    if len(readings) + (field.constant is not None) > 1:
        raise _fault(where, "A field is read in one way alone.", found=", ".join(readings))
    if (kind == "Date") != bool(field.date) and (field.date or field.constant is not None):
        raise _fault(where, f"{column} is {'a' if kind == 'Date' else 'no'} date.")
    for format_ in field.date:
        _check_date(format_, where)
    if field.number and not dtype.is_numeric():
        raise _fault(where, f"{column} is no number.")
    if field.scale != 1 and not field.number:
        raise _fault(where, "Only a number has a scale.")
    if field.codes is not None:
        if field.codes not in codes:
            raise _fault(
                where, "There is no such table of codes.", found=repr(field.codes), cure=nearest(field.codes, codes)
            )
        allowed = {"word": words, "Boolean": ("true", "false")}.get(kind)
        for said, ours in codes[field.codes].items():
            if ours != SAYS_NOTHING and allowed is not None and ours not in allowed:
                raise _fault(
                    f"{where}, codes.{field.codes}",
                    f"A code has a word that {column} does not take.",
                    found=f"{said!r} = {ours!r}",
                    cure=nearest(ours, allowed),
                )
    elif field.constant is not None:
        kinds = {"Boolean": bool, "word": str, "String": str, "Categorical": str}
        fits = type(field.constant) is kinds.get(kind, int) and (not words or field.constant in words)
        if not fits or (dtype.is_numeric() and pl.Series([field.constant]).cast(dtype, strict=False)[0] is None):
            cure = nearest(str(field.constant), words) if words else None
            raise _fault(where, f"{column} does not take this.", found=repr(field.constant), cure=cure)
    elif kind in ("word", "Boolean"):
        raise _fault(
            where, f"{column} is one of a closed list of words.", cure='Add codes = "..." with a table of them.'
        )
    if kind == "Date" and not field.date:
        raise _fault(where, f"{column} is a date.", cure='Add date = ["%m/%d/%Y"], or the format that the export has.')
    if kind.startswith(("Int", "UInt", "Float")) and not (field.number or field.constant is not None):
        raise _fault(where, f"{column} is a number.", cure="Add number = true.")
    if field.citation:
        if column not in ("citation", "charged_citation"):
            raise _fault(where, "Only an offense is read as a citation.")
        try:
            CitationReader(field.citation)
        except RecordReliefError as error:
            raise _fault(f"{where}.citation", error.what, found=error.found) from None
    elif column in ("citation", "charged_citation"):
        raise _fault(
            where, f"{column} is read from a text.", cure='Add citation = ["PC", "HS"], the codes it may name.'
        )


def _check_date(format_: str, where: str) -> None:
    if "%Y" not in format_:
        raise _fault(
            f"{where}, date",
            "A date needs a year of four digits: one of two does not tell its century.",
            found=repr(format_),
            expected="%Y",
        )
    try:
        datetime.strptime(date(2019, 11, 30).strftime(format_), format_)
    except (ValueError, re.error):  # the latter where one part stands in it twice
        raise _fault(f"{where}, date", "This is not the format of a date.", found=repr(format_)) from None


def _length(given: Mapping[str, Any], codes: Mapping[str, Mapping[str, str]], where: str) -> Length:
    taken = _Taken(given, where)
    made = Length(
        number=taken.text("number"),
        unit=taken.text("unit", None),
        codes=taken.text("codes", None),
        every=taken.text("every", None),
    )
    taken.nothing_left()
    if made.every is not None:
        if made.every not in UNITS or made.unit is not None:
            raise _fault(where, "A length has one unit for every row, or a column of units.", expected=", ".join(UNITS))
        return made
    if made.unit is None or made.codes is None or made.codes not in codes:
        raise _fault(
            where, "A length needs its unit.", expected='unit = "COLUMN" and codes = "TABLE", or every = "months"'
        )
    strange = [ours for ours in codes[made.codes].values() if ours not in (*UNITS, SAYS_NOTHING)]
    if strange:
        raise _fault(f"{where}, codes.{made.codes}", "A unit is not one.", found=strange[0], expected=", ".join(UNITS))
    return made


def _is_id(text: str) -> bool:
    return re.fullmatch("[a-z0-9]+(?:-[a-z0-9]+)*", text) is not None


def _texts(value: Any, where: str) -> tuple[str, ...]:
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _fault(where, "This is a text or a list of texts.", found=repr(value))
    return tuple(value)


_REQUIRED: Any = object()


class _Taken:
    """The keys of one table, each taken once; what is left in the end is a key nobody knows."""

    def __init__(self, given: Mapping[str, Any], where: str) -> None:
        self._given = given
        self._where = where
        self._asked: set[str] = set()

    def any(self, key: str, default: Any = None) -> Any:
        self._asked.add(key)
        return self._given.get(key, default)

    def text(self, key: str, default: Any = _REQUIRED) -> Any:
        value = self.any(key, default)
        if value is _REQUIRED:
            raise _fault(self._where, "A key is lacking.", expected=key)
        if value is not default and not isinstance(value, str):
            raise _fault(f"{self._where}, {key}", "This is a text.", found=repr(value))
        return value

    def word(self, key: str, words: Sequence[str], default: Any = _REQUIRED) -> str:
        value: str = self.text(key, default)
        if value not in words:
            raise _fault(f"{self._where}, {key}", "This is not one of the words.", cure=nearest(value, words))
        return value

    def texts(self, key: str, default: tuple[str, ...] | None) -> tuple[str, ...]:
        value = self.any(key, default)
        if value is None:
            raise _fault(self._where, "A key is lacking.", expected=f'{key} = ["COLUMN", ...]')
        return value if isinstance(value, tuple) else _texts(value, f"{self._where}, {key}")

    def number(self, key: str, default: int) -> int:
        value = self.any(key, default)
        if type(value) is not int or value < 0:
            raise _fault(f"{self._where}, {key}", "This is a number.", found=repr(value))
        return value

    def flag(self, key: str) -> bool:
        value = self.any(key, False)
        if type(value) is not bool:
            raise _fault(f"{self._where}, {key}", "This is true or false.", found=repr(value))
        return value

    def table(self, key: str, default: Any = attrs.NOTHING) -> Any:
        value = self.any(key, {} if default is attrs.NOTHING else default)
        if value is not default and not isinstance(value, dict):
            raise _fault(f"{self._where}, {key}", "This is a table.", found=repr(value))
        return value

    def tables(self, key: str) -> Mapping[str, Any]:
        found = self.table(key)
        for name, value in found.items():
            if not isinstance(value, dict):
                raise _fault(f"{self._where}, {key}.{name}", "This is a table.", found=repr(value))
        checked: Mapping[str, Any] = found
        return checked

    def rest(self) -> dict[str, Any]:
        return {key: value for key, value in self._given.items() if key not in self._asked}

    def nothing_left(self) -> None:
        for key in self.rest():
            raise _fault(self._where, "There is no such key.", found=repr(key), cure=nearest(key, self._asked - {key}))
