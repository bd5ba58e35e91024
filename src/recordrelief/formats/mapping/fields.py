"""The fields of a mapping as columns: texts read by a table of codes, as date, number, length or citation, or kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

import attrs
import polars as pl

from recordrelief import model
from recordrelief.citations import CitationReader
from recordrelief.formats.mapping.specification import (
    FORMS,
    SAYS_NOTHING,
    UNITS,
    ExportMapping,
    Field,
    Length,
    Section,
    template_columns,
)
from recordrelief.tables import dtypes

_NUMBER = r"^\$?\s*(?:\d{1,12}|\d{1,3}(?:,\d{3}){1,3})(?:\.\d*)?$"
_FEWEST = (0, 28, 59, 89, 120, 150, 181, 212, 242, 273, 303, 334)
_MOST = (0, 31, 62, 92, 123, 153, 184, 215, 245, 276, 306, 337)


@attrs.frozen(eq=False)
class Unread:
    """A text of a column that the mapping does not read: the column, the canonical column, the text, how often."""

    column: str
    field: str
    text: str
    rows: int


@attrs.frozen(eq=False)
class ReadFields:
    """The canonical columns of a section, row by row, and which texts were not read."""

    columns: list[pl.Series]
    unread: list[Unread]
    missed: dict[str, pl.Series]
    """For each canonical column with texts that were not read, whether the row has one."""
    silent: dict[str, pl.Series] = attrs.field(factory=dict)
    """For each column of codes, whether the row has a text that tells nothing."""


def read_fields(section: Section, rows: pl.DataFrame, mapping: ExportMapping) -> ReadFields:
    """Every field of a section.

    Args:
        section: says what is made of what.
        rows: the texts, null where blank.
        mapping: has the tables of codes.
    """
    read = ReadFields([], [], {})
    for name, field in section.fields.items():
        _read(name, field, section, rows, mapping, read)
    if section.length is not None:
        _read_length(section.length, rows, mapping.codes, read)
    return read


def _read(
    name: str, field: Field, section: Section, rows: pl.DataFrame, mapping: ExportMapping, read: ReadFields
) -> None:
    dtype = dtypes(section.table)[name]
    if field.constant is not None:
        read.columns.append(pl.repeat(field.constant, rows.height, eager=True).cast(dtype).alias(name))
        return
    text = _text(field, rows)
    if field.codes is not None:
        table = mapping.codes[field.codes]
        folded = text.str.replace_all(r"\s+", " ").str.to_lowercase()
        words = {said: (None if ours == SAYS_NOTHING else ours) for said, ours in table.items()}
        made = folded.replace_strict(words, default=None, return_dtype=pl.String)
        known = folded.is_in(list(table))
        read.silent[name] = (known & made.is_null()).fill_null(False)
        value = (made == "true").alias(name) if dtype == pl.Boolean else made
        _keep(name, field, value.cast(dtype), text, known, read)
    elif field.date:
        _read_dates(name, field, text, read)
    elif field.number:
        _read_numbers(name, field, text, dtype, read)
    elif field.citation:
        _read_citations(name, field, section, text, read)
    else:
        read.columns.append(text.cast(dtype).alias(name))


def _text(field: Field, rows: pl.DataFrame) -> pl.Series:
    if field.column is not None:
        return rows[field.column]
    assert field.template is not None
    parts: list[pl.Expr] = []
    rest = field.template
    for column in template_columns(field.template):
        before, _, rest = rest.partition("{" + column + "}")
        parts += [pl.lit(before), pl.col(column)]
    # A text with a part that is not there would say something else.
    return rows.select(pl.concat_str(*parts, pl.lit(rest)).alias("text"))["text"]


def _keep(name: str, field: Field, value: pl.Series, text: pl.Series, known: pl.Series, read: ReadFields) -> None:
    read.columns.append(value.alias(name))
    _miss(name, ", ".join(field.columns()), text, known, read)


def _miss(name: str, column: str, text: pl.Series, known: pl.Series, read: ReadFields) -> None:
    missed = (text.is_not_null() & ~known.fill_null(False)).alias(name)
    if missed.any():
        read.missed[name] = missed | read.missed.get(name, missed)
        counts = text.filter(missed).alias("text").value_counts(sort=True, name="rows")
        read.unread.extend(Unread(column, name, said, rows) for said, rows in counts.iter_rows())


def _read_dates(name: str, field: Field, text: pl.Series, read: ReadFields) -> None:
    distinct = text.unique().drop_nulls()
    ends = [ends_of(said, field.date) for said in distinct.to_list()]
    table = pl.DataFrame(
        {
            "text": distinct,
            name: pl.Series([None if end is None else end.earliest for end in ends], dtype=pl.Date),
            name + "_latest": pl.Series([None if end is None else end.latest for end in ends], dtype=pl.Date),
        },
        schema_overrides={"text": pl.String},
    )
    found = text.alias("text").to_frame().join(table, on="text", how="left", maintain_order="left")
    read.columns.extend([found[name], found[name + "_latest"]])
    _miss(name, ", ".join(field.columns()), text, found[name].is_not_null(), read)


def ends_of(text: str, formats: tuple[str, ...]) -> model.PartialDate | None:
    """The ends of a day, where the formats that read the whole text agree. One without day or month gives a span."""
    found = {ends for one in formats if (ends := _ends_by(text, one)) is not None}
    return found.pop() if len(found) == 1 else None


def _ends_by(text: str, format_: str) -> model.PartialDate | None:
    try:
        moment = datetime.strptime(text, format_)
    except ValueError:
        return None
    # Where nothing parts day and month, a text with a digit less could be cut in two ways.
    if re.search("%[A-Za-z]%[A-Za-z]", format_) and moment.strftime(format_).casefold() != text.casefold():
        return None
    day = moment.date()
    if not 1850 <= day.year < 2200:
        return None
    if not any(part in format_ for part in ("%m", "%b", "%B", "%j")):
        return model.PartialDate.of(f"{day.year:04d}")
    if "%d" not in format_ and "%j" not in format_:
        return model.PartialDate.of(f"{day.year:04d}-{day.month:02d}")
    return model.PartialDate.of(day)


def _read_numbers(name: str, field: Field, text: pl.Series, dtype: pl.DataType, read: ReadFields) -> None:
    # A hundred times 19.99 is not quite 1999 in binary.
    number = (_plain(text) * field.scale).round(6)
    if dtype.is_integer():
        number = number.set(number != number.round(0), None).cast(dtype, strict=False)
    _keep(name, field, number.cast(dtype), text, number.is_not_null(), read)


def _plain(text: pl.Series) -> pl.Series:
    """The numbers that are surely ones: a comma parts thousands or nothing."""
    sure = text.set(~text.str.contains(_NUMBER), None)
    return sure.str.replace_all(r"[$,\s]", "").cast(pl.Float64, strict=False)


def _read_citations(name: str, field: Field, section: Section, text: pl.Series, read: ReadFields) -> None:
    reader = CitationReader(field.citation)
    prefix = name.removesuffix("citation")
    forms = [form for form in FORMS if prefix + form in dtypes(section.table)]
    distinct = text.unique().drop_nulls()
    found = [reader.read(said) for said in distinct.to_list()]
    table = pl.DataFrame(
        {
            "text": distinct,
            name: pl.Series(
                [None if one is None else "; ".join(map(str, one.citations)) for one in found], dtype=pl.String
            ),
            **{
                prefix + form: pl.Series(
                    [None if one is None else getattr(one, form) for one in found], dtype=pl.Boolean
                )
                for form in forms
            },
        },
        schema_overrides={"text": pl.String},
    )
    whole = text.alias("text").to_frame().join(table, on="text", how="left", maintain_order="left")
    read.columns.extend([whole[column] for column in whole.columns if column != "text"])
    _miss(name, ", ".join(field.columns()), text, whole[name].is_not_null(), read)


def _read_length(length: Length, rows: pl.DataFrame, codes: Mapping[str, Mapping[str, str]], read: ReadFields) -> None:
    said = rows[length.number]
    number = _plain(said)
    if length.every is not None:
        unit = pl.repeat(length.every, rows.height, dtype=pl.String, eager=True)
        text = said
    else:
        assert length.unit is not None and length.codes is not None
        words = codes[length.codes]
        of = rows[length.unit]
        folded = of.str.replace_all(r"\s+", " ").str.to_lowercase()
        unit = folded.replace_strict(dict(words), default=None, return_dtype=pl.String)
        text = rows.select(pl.concat_str(length.number, length.unit, separator=" ", ignore_nulls=True).alias("t"))["t"]
        text = text.set(text == "", None)
        _miss("length_days_min", length.unit, of, folded.is_in(list(words)), read)
    frame = pl.DataFrame([number.alias("number"), unit.alias("unit")])
    u = pl.col("unit")
    # Two and a half years are thirty months; a part of a month or a day is not a length anybody states.
    counted = pl.col("number") * pl.when(u == "years").then(12).otherwise(1)
    n = pl.when(counted == counted.floor()).then(counted).cast(pl.Int64)
    months, years = n % 12, n // 12
    for name, table, leap in (("length_days_min", _FEWEST, 0), ("length_days_max", _MOST, 3)):
        rest = pl.lit(pl.Series(table, dtype=pl.Int64)).gather(months.fill_null(0))
        days = (
            pl.when(u == "life")
            .then(model.LIFE_DAYS)
            .when(u == "days")
            .then(n)
            .when(u == "weeks")
            .then(n * 7)
            .when(u.is_in(["months", "years"]))
            .then(years * 365 + (years + leap) // 4 + rest)
        )
        fitting = pl.when(days <= model.LIFE_DAYS).then(days).cast(pl.Int32)
        read.columns.append(frame.select(fitting.alias(name))[name])
    whole = frame.select(n.is_not_null() | (u == "life").fill_null(False)).to_series()
    # A unit that is there and not known is told of its own column.
    elsewhere = pl.repeat(False, rows.height, eager=True) if length.unit is None else rows[length.unit].is_not_null()
    known = (whole & unit.is_in(list(UNITS)).fill_null(False)) | (
        elsewhere & unit.is_in(list(UNITS)).fill_null(False).not_() & number.is_not_null()
    )
    _miss("length_days_min", length.number, said, known, read)
    read.columns.append(text.alias("length_text"))
