"""Copies of a county's export that may be shown to others: what the mapping reads a column as says what of it stays.

Keys and case numbers get pseudonyms, days move with their person, words of code tables, numbers and citations stay,
texts keep plain words of the law. A column that the mapping does not read is scrubbed whole.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import attrs

from recordrelief.citations import CitationReader
from recordrelief.disguise import Disguise, Mask, Vocabulary, padded, scrubbed
from recordrelief.errors import RequestError
from recordrelief.formats.mapping.fields import ends_of
from recordrelief.formats.mapping.sheets import decoded_sheet, places_of, record_at
from recordrelief.formats.mapping.specification import ExportMapping, Field, FileLayout

VOCABULARY = Vocabulary(words=frozenset())
_KEPT = ("county", "county_fips", "jurisdiction")
"""Canonical columns that tell where and not who: kept as they are."""
_PLACE_NAME = re.compile(r"[^\W\d_][^\W_ .'-]*(?:[ .'-]+[^\W_]+){0,4}|[0-9]{5}")
_LEFT_OUT = ("sex", "race", "ethnicity")
_NUMBER = re.compile(r"\$?\s*[0-9][0-9,]{0,15}(?:\.[0-9]*)?")
_SMALL = re.compile(r"[0-9]{1,3}")
_SECTION = re.compile(r"[0-9]{1,5}[A-Z]?(?:[.-][0-9]{1,5}[A-Z]?)*(?:\s?\([A-Za-z0-9]{1,4}\))*")


@attrs.define
class _Role:
    """What one column of the export is read as, by all sections of its file."""

    key: bool = False
    case: bool = False
    number: bool = False
    left_out: bool = False
    kept: bool = False
    text: bool = False
    words: set[str] = attrs.field(factory=set)
    dates: list[tuple[str, ...]] = attrs.field(factory=list)
    citations: list[tuple[str, ...]] = attrs.field(factory=list)


def anonymize_export(mapping: ExportMapping, layout: FileLayout, path: Path, out: Path, disguise: Disguise) -> int:
    """Write a copy of one file of an export.

    Args:
        mapping: what the mapping file says.
        layout: of which of its kinds the file is.
        path: the file.
        out: where to write.
        disguise: the pseudonyms.

    Returns:
        How many rows it has, broken ones included.

    Raises:
        RequestError: it is a workbook, or its rows do not say whose they are.
        SourceError: it cannot be read, or lacks a column.
    """
    if layout.kind == "excel":
        raise RequestError(
            "A workbook cannot be anonymized.", where=path.name, cure="Save its sheet as CSV, and map that."
        )
    lines, encoding = decoded_sheet(layout, path)
    owner = _owner(mapping, layout)
    copy = _Copy(mapping, layout, owner, disguise)
    rows = 0
    with out.open("w", encoding=encoding, errors="replace", newline="") as stream:
        for line in lines[: layout.skip_lines]:
            stream.write(scrubbed(line))
        for text in copy.fixed(lines) if layout.kind == "fixed" else copy.delimited(lines, path):
            stream.write(text)
            rows += bool(text.strip())
    return rows - (layout.kind == "csv")


def _owner(mapping: ExportMapping, layout: FileLayout) -> tuple[str, ...]:
    """The columns of a file that tell whose a row is: those of the person, under their name in another file."""
    keys = [section.key for file in (layout, *mapping.files) for section in file.sections if section.name == "subject"]
    keys += [section.belongs["subject"] for section in layout.sections if "subject" in section.belongs]
    read = set(layout.columns())
    for key in keys:
        if key and set(key) <= read:
            return key
    raise RequestError(
        "The rows of a file do not say whose they are, so its days could not move with those of the person.",
        where=f"files.{layout.name}",
        cure="Name the columns of the person in a [files.NAME.subject] of the mapping, if the file has them.",
    )


def _roles(mapping: ExportMapping, layout: FileLayout) -> dict[str, _Role]:
    roles = {column: _Role() for column in layout.columns()}
    for section in layout.sections:
        for columns in (section.key, *section.belongs.values()):
            for column in columns:
                roles[column].key = True
        for column, values in section.only.items():
            roles[column].words |= set(values)
        if section.length is not None:
            roles[section.length.number].number = True
            if section.length.unit is not None:
                roles[section.length.unit].words |= set(mapping.codes[section.length.codes or ""])
        for name, field in section.fields.items():
            for column in field.columns():
                _note(roles[column], name, field, mapping)
    return roles


def _note(role: _Role, name: str, field: Field, mapping: ExportMapping) -> None:
    if field.codes is not None:
        role.words |= set(mapping.codes[field.codes])
    elif field.date:
        role.dates.append(field.date)
    elif field.number:
        role.number = True
    elif field.citation:
        role.citations.append(field.citation)
    elif name == "case_number":
        role.case = True
    elif name in _LEFT_OUT:
        role.left_out = True
    elif name in _KEPT:
        role.kept = True
    else:
        role.text = True


class _Copy:
    """Rows of one file, disguised."""

    def __init__(self, mapping: ExportMapping, layout: FileLayout, owner: Sequence[str], disguise: Disguise) -> None:
        self._mapping = mapping
        self._layout = layout
        self._owner = owner
        self._disguise = disguise
        self._roles = _roles(mapping, layout)

    def delimited(self, lines: list[str], path: Path) -> Iterator[str]:
        """The rows of a delimited file from its header on, as its reader parts them."""
        header: list[str] | None = None
        rules: list[str | None] = []
        places: dict[str, int] = {}
        at = self._layout.skip_lines
        while at < len(lines):
            fields, taken = record_at(self._layout, lines, at)
            if header is None:
                header = [field.strip() for field in fields or []]
                places = places_of(self._layout, header, path)
                named = {place: column for column, place in places.items()}
                rules = [named.get(place) for place in range(len(header))]
                yield self._line(header)
            elif fields is None or (any(field.strip() for field in fields) and len(fields) != len(header)):
                yield scrubbed(lines[at])
                taken = 1
            elif not any(field.strip() for field in fields) or [field.strip() for field in fields] == header:
                yield "".join(lines[at : at + taken])
            else:
                mask = self._mask({column: fields[place] for column, place in places.items()})
                yield self._line([self._cell(rule, cell, mask) for rule, cell in zip(rules, fields, strict=True)])
            at += taken

    def fixed(self, lines: list[str]) -> Iterator[str]:
        """The rows of a file of fixed width: what stands between the columns that are read is scrubbed."""
        needed = max(first for first, _ in self._layout.places.values())
        for line in lines[self._layout.skip_lines :]:
            row = line.rstrip("\r\n")
            signs = list(scrubbed(row))
            if len(row) >= needed:
                cells = {column: row[first - 1 : last] for column, (first, last) in self._layout.places.items()}
                mask = self._mask(cells)
                for column, (first, _) in self._layout.places.items():
                    cell = self._cell(column if column in self._roles else None, cells[column], mask)
                    if len(cell) > len(cells[column]):
                        cell = scrubbed(cells[column])
                    signs[first - 1 : first - 1 + len(cells[column])] = cell.ljust(len(cells[column]))
            yield "".join(signs) + line[len(row) :]

    def _line(self, cells: list[str]) -> str:
        line = io.StringIO()
        csv.writer(line, delimiter=self._layout.delimiter, lineterminator="\n").writerow(cells)
        return line.getvalue()

    def _mask(self, cells: Mapping[str, str]) -> Mask:
        own = [cells[column].strip() for column in self._owner]
        # A row of nobody is nobody else's either.
        return self._disguise.person("\0".join(["person", *own] if all(own) else ["row", *cells.values()]))

    def _cell(self, column: str | None, cell: str, mask: Mask) -> str:
        if cell.strip() in self._mapping.blank:
            return cell
        if column is None:
            return scrubbed(cell)
        return padded(cell, self._rule(column, self._roles[column], mask))

    def _rule(self, column: str, role: _Role, mask: Mask) -> Callable[[str], str]:
        def changed(text: str) -> str:
            made = None
            if " ".join(text.split()).lower() in role.words:
                return text
            if role.number and (_SMALL if role.key else _NUMBER).fullmatch(text):
                return text
            if role.dates:
                made = _moved(text, role.dates, mask)
            elif role.citations:
                made = _cited(text, role.citations, mask)
            if made is not None:
                return made
            if role.key or role.case:
                # Whatever a key says, two of them stay two.
                return mask.disguise.number(" ".join(column.replace("_", " ").split()).casefold(), text)
            if role.left_out:
                return ""
            if role.dates or role.citations:
                return scrubbed(text)
            if role.kept and not role.text and _PLACE_NAME.fullmatch(text):
                return text
            return VOCABULARY.cleaned(text, mask)

        return changed


def _moved(text: str, every: Sequence[tuple[str, ...]], mask: Mask) -> str | None:
    """A date in the form it has; None where its fields do not read it as one day."""
    for formats in every:
        ends = ends_of(text, formats)
        if ends is None:
            continue
        wanted = mask.partial(ends)
        for format_ in formats:
            try:
                moment = datetime.strptime(text, format_)
                made = datetime.combine(mask.day(moment.date()) if ends.exact else wanted.earliest, moment.time())
                written = made.strftime(format_)
            except ValueError:
                continue
            if ends_of(written, formats) == wanted:
                return written
    return None


def _cited(text: str, every: Sequence[tuple[str, ...]], mask: Mask) -> str | None:
    """The citation of a text, and of the words beside it those of the law; None if that would be read otherwise."""
    for codes in every:
        reader = CitationReader(codes)
        read = reader.read(text)
        if read is None:
            continue
        spelled = "|".join(re.escape(code) for code in codes)
        section = _SECTION.pattern
        several = rf"{section}(?:\s?[/,;-]\s?{section})*"
        one = rf"(?<![A-Za-z0-9])(?:(?:{spelled})\s?)?{several}(?:\s?(?:{spelled})(?![A-Za-z]))?"
        cleaned = Vocabulary.of([], [one]).cleaned(text, mask)
        found = re.search(one, text, re.IGNORECASE)
        for candidate in (cleaned, found[0] if found else ""):
            if reader.read(candidate) == read:
                return candidate
    return None
