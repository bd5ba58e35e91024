"""From the rows of an export to canonical records, as a mapping file says."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import attrs
import polars as pl

from recordrelief.disguise import Disguise
from recordrelief.errors import RequestError, SourceError
from recordrelief.formats import Format
from recordrelief.formats.mapping.fields import Unread, read_fields
from recordrelief.formats.mapping.sheets import Sheet, fits, read_sheet
from recordrelief.formats.mapping.specification import FORMS, ExportMapping, FileLayout, Section, read_mapping
from recordrelief.model import Coverage
from recordrelief.objects import empty
from recordrelief.records import Records, SourceFile
from recordrelief.tables import TABLES, dtypes

_SOURCE = ("source_file", "source_line")
_IDS = {"subjects": "subject_id", "cases": "case_id", "charges": "charge_id", "sentences": "sentence_id"}
_JOINT = ":"
_UNREAD = "unread "
"""Before the name of a column: whether its row has a text that was not read."""


@attrs.frozen(eq=False)
class Mapped:
    """What a mapping made of some files: the records, the texts it does not read, and the rows it leaves out."""

    records: Records
    unread: tuple[Unread, ...]
    silent: tuple[tuple[str, int], ...]
    """Canonical columns whose codes have an empty word for some texts, and how many rows have one."""
    left_out: int
    """Rows that an ``only`` of the mapping leaves out of a table."""


class MappedFormat(Format):
    """The format that one mapping file describes."""

    def __init__(self, mapping: ExportMapping) -> None:
        self.mapping = mapping
        self.id = mapping.id  # type: ignore[misc]
        self.title = mapping.title  # type: ignore[misc]

    @classmethod
    def from_file(cls, path: Path) -> MappedFormat:
        """The format of a mapping file.

        Raises:
            RequestError: the file cannot be read, or says something that cannot be.
        """
        return cls(read_mapping(path))

    def identify(self, name: str, head: bytes) -> bool:
        """A file whose header has every column that the mapping reads, or whose name fits."""
        return any(fits(layout, name, head) for layout in self.mapping.files)

    def read(self, paths: Sequence[Path]) -> Records:
        """Read all files as one population; charges and sentences of several files meet by their keys."""
        return read_mapped(self.mapping, paths).records

    def anonymize(self, path: Path, out: Path, disguise: Disguise) -> int:
        """Write a copy that may be shown to others; a column that the mapping does not read is scrubbed whole."""
        from recordrelief.formats.mapping.anonymize import anonymize_export

        return anonymize_export(self.mapping, _layout(self.mapping, path), path, out, disguise)


@attrs.frozen(eq=False)
class _Part:
    """The rows of one section of one file, with ids and canonical columns."""

    section: Section
    frame: pl.DataFrame


class _Reading:
    def __init__(self, mapping: ExportMapping) -> None:
        self.mapping = mapping
        self.parts: list[_Part] = []
        self.quarantine: list[pl.DataFrame] = []
        self.issues: list[pl.DataFrame] = []
        self.unread: list[Unread] = []
        self.silent: list[tuple[str, int]] = []
        self.left_out = 0

    def add(self, layout: FileLayout, file: str, sheet: Sheet) -> None:
        """The sections of one file."""
        rows = sheet.rows.with_columns(pl.lit(file, dtype=pl.Categorical).alias("source_file"))
        self.quarantine.append(sheet.broken.with_columns(pl.lit(file, dtype=pl.Categorical).alias("source_file")))
        rows = self._with_keys(layout, rows)
        for section in layout.sections:
            mine = rows.filter(_wanted(section))
            self.left_out += rows.height - mine.height
            if len(layout.sections) > 1:
                mine = mine.filter(_said(section))
            self._add_section(section, mine)

    def _with_keys(self, layout: FileLayout, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows with every key they need; the others are quarantined."""
        lacks = [
            _wanted(section) & pl.any_horizontal(pl.col(column).is_null() for column in _needed(section))
            for section in layout.sections
            if section.name != "case" or len(layout.sections) == 1
        ]
        whole = ~pl.any_horizontal(lacks)
        lacking = rows.filter(~whole)
        if lacking.height:
            owner = _subject_key(layout)
            subject = pl.lit(None, dtype=pl.String) if owner is None else _joined(owner)
            self.quarantine.append(
                lacking.select(
                    "source_file",
                    "source_line",
                    pl.lit("KEY_BLANK").alias("code"),
                    pl.lit("A column that tells people or charges apart is blank.").alias("reason"),
                    subject.alias("subject_id"),
                )
            )
        return rows.filter(whole)

    def _add_section(self, section: Section, rows: pl.DataFrame) -> None:
        read = read_fields(section, rows, self.mapping)
        self.unread += read.unread
        self.silent += [(name, found) for name, rows_ in read.silent.items() if (found := int(rows_.sum()))]
        ids: list[pl.Expr] = []
        if section.key and section.table in _IDS:
            ids.append(_joined(section.key).alias(_IDS[section.table]))
        ids += [_joined(columns).alias(_IDS[owner + "s"]) for owner, columns in section.belongs.items()]
        frame = rows.select(*ids, *_SOURCE).hstack(read.columns)
        if section.table == "sentences" and not section.key:
            frame = _with_sentence_ids(frame)
        key = _IDS.get(section.table)
        for name, missed in read.missed.items():
            self._note(frame, missed, section, key, name)
        open_ = {
            **read.silent,
            **{name: missed | read.silent.get(name, missed) for name, missed in read.missed.items()},
        }
        frame = frame.with_columns(rows.alias(_UNREAD + name) for name, rows in open_.items())
        self.parts.append(_Part(section, frame))

    def _note(self, frame: pl.DataFrame, missed: pl.Series, section: Section, key: str | None, field: str) -> None:
        rows = frame.filter(missed)
        row_key = pl.col(key) if key is not None and key in rows.columns else pl.lit(None, dtype=pl.String)
        self.issues.append(_issues(rows, section.table, row_key, field, "VALUE_UNREAD", "warn"))

    def table(self, name: str) -> pl.DataFrame | None:
        """One canonical table from all sections that fill it; rows of one key are one."""
        parts = [part for part in self.parts if part.section.table == name and part.frame.height]
        if not parts:
            return None
        whole = pl.concat([part.frame for part in parts], how="diagonal")
        key = _IDS.get(name)
        if key is None:
            # One line is one row, even where another says the same.
            return whole.drop(_marks(whole))
        return self._one_each(whole, name, key, parts[0].section.repeated)

    def _one_each(self, rows: pl.DataFrame, table: str, key: str, repeated: str) -> pl.DataFrame:
        facts = [name for name in rows.columns if name not in _SOURCE]
        fresh = rows.select(pl.struct(facts).is_first_distinct()).to_series()
        if table not in ("subjects", "cases"):
            self.issues.append(_issues(rows.filter(~fresh), table, pl.col(key), None, "DUPLICATE_ROW", "info"))
        rows = rows.filter(fresh)
        marks = _marks(rows)
        owners = [name for name in _IDS.values() if name in facts and name != key]
        ways = rows.group_by(key).agg(pl.col(name).drop_nulls().n_unique() for name in owners)
        if strange := [name for name in owners if (ways[name] > 1).any()]:
            raise SourceError(
                f"Rows of one {key} belong to different people, cases or charges.",
                found=", ".join(strange),
                cure=f"Add columns to the key of {table} in the mapping.",
            )
        if repeated != "conflict" or not rows[key].is_duplicated().any():
            kept = rows.unique(key, keep="last" if repeated == "last" else "first", maintain_order=True)
            return kept.drop(marks)
        several = rows.filter(pl.col(key).is_duplicated())
        values = [name for name in facts if name != key and name not in marks]
        known = {name: pl.col(name).drop_nulls() for name in values}
        agreed = several.group_by(key, maintain_order=True).agg(
            *(column.n_unique().alias("ways of " + name) for name, column in known.items()),
            *(column.first().alias(name) for name, column in known.items()),
            *(pl.col(name).any() for name in marks),
            *(pl.col(name).first() for name in _SOURCE),
        )
        apart = {name: pl.col("ways of " + name) > 1 for name in values}
        for mark in marks:
            # A text that nobody could read may say something else than the value beside it.
            name = mark.removeprefix(_UNREAD)
            prefix = name.removesuffix("citation")
            forms = [prefix + form for form in FORMS] if name.endswith("citation") else []
            for made in (name, name + "_latest", name.replace("_min", "_max"), *forms):
                if made in apart:
                    apart[made] = apart[made] | (pl.col(mark).fill_null(False) & (pl.col("ways of " + made) > 0))
        for name in values:
            # Both ends of a day stand or fall together.
            other = name.removesuffix("_latest") if name.endswith("_latest") else name + "_latest"
            if other in apart:
                apart[name] = apart[name] | (pl.col("ways of " + other) > 1)
        for name, differs in apart.items():
            if not name.endswith("_latest"):
                differing = agreed.filter(differs)
                self.issues.append(_issues(differing, table, pl.col(key), name, "FIELD_CONFLICT", "warn"))
        agreed = agreed.with_columns(pl.when(~differs).then(name).alias(name) for name, differs in apart.items())
        whole = rows.drop(marks)
        return pl.concat([whole.filter(~pl.col(key).is_duplicated()), agreed.select(whole.columns)])


def read_mapped(mapping: ExportMapping, paths: Sequence[Path]) -> Mapped:
    """Read files by a mapping.

    Args:
        mapping: what its file says.
        paths: the files; each must fit one layout of the mapping.

    Raises:
        RequestError: a file fits no layout, or one content was given twice.
        SourceError: a file cannot be read.
    """
    reading = _Reading(mapping)
    sources: list[SourceFile] = []
    given: set[str] = set()
    seen: set[str] = set()
    labels = _labels(paths)
    for path, label in zip(paths, labels, strict=True):
        layout = _layout(mapping, path)
        given.add(layout.name)
        sheet = read_sheet(layout, path, mapping.blank)
        if sheet.sha256 in seen:
            raise RequestError("One content was given twice, so every row would count twice.", where=str(path))
        seen.add(sheet.sha256)
        reading.add(layout, label, sheet)
        sources.append(
            SourceFile(
                name=label,
                path=str(path),
                sha256=sheet.sha256,
                bytes=sheet.size,
                rows=sheet.rows.height + sheet.broken.height,
                quarantined=0,
                encoding=sheet.encoding,
            )
        )
    tables = {name: table for name in _TABLES if (table := reading.table(name)) is not None}
    tables["subjects"] = _subjects(tables, mapping.record_scope)
    for name in ("sentences", "reliefs"):
        if name in tables:
            tables[name] = _with_charges(tables[name], name[:-1], tables.get("charges"), reading)
    quarantine = pl.concat(reading.quarantine).cast(pl.Schema(dtypes("quarantine")))
    quarantine = quarantine.unique(["source_file", "source_line"], keep="first", maintain_order=True)
    issues = pl.concat(reading.issues) if reading.issues else pl.DataFrame(schema=dict(dtypes("issues")))
    records = Records.of(
        {**tables, "quarantine": quarantine, "issues": issues},
        coverage=_coverage(mapping, given),
        sources=[
            attrs.evolve(one, quarantined=quarantine.filter(pl.col("source_file") == one.name).height)
            for one in sources
        ],
    )
    return Mapped(
        records=records, unread=tuple(reading.unread), silent=tuple(reading.silent), left_out=reading.left_out
    )


_TABLES = [name for name in TABLES if name not in ("issues", "quarantine")]


def _layout(mapping: ExportMapping, path: Path) -> FileLayout:
    try:
        with path.open("rb") as stream:
            head = stream.read(65_536)
    except OSError as error:
        raise SourceError("The file cannot be read.", where=str(path), found=error.strerror) from None
    fitting = [layout for layout in mapping.files if fits(layout, path.name, head)]
    if not fitting and len(mapping.files) == 1:
        return mapping.files[0]  # its reader says what is missing
    if len(fitting) != 1:
        raise RequestError(
            "The file fits more than one layout of the mapping."
            if fitting
            else "The file fits no layout of the mapping.",
            where=str(path),
            found=", ".join(layout.name for layout in fitting) or None,
            cure='Say which by file_names = ["*.txt"] or without = ["A COLUMN"] in the mapping; a column that has '
            "another name may be also_called so.",
        )
    return fitting[0]


def _labels(paths: Sequence[Path]) -> list[str]:
    names = [path.name for path in paths]
    return [
        name if names.count(name) == 1 else f"{name} ({names[: at + 1].count(name)})" for at, name in enumerate(names)
    ]


def _joined(columns: Iterable[str]) -> pl.Expr:
    several = list(columns)
    if len(several) == 1:
        return pl.col(several[0])
    # Two keys must never make one id, whatever stands in their parts.
    parts = [pl.col(column).str.replace_all("%", "%25").str.replace_all(_JOINT, "%3A") for column in several]
    return pl.concat_str(parts, separator=_JOINT)


def _subject_key(layout: FileLayout) -> tuple[str, ...] | None:
    for section in layout.sections:
        if section.name == "subject":
            return section.key
        if "subject" in section.belongs:
            return section.belongs["subject"]
    return None


def _wanted(section: Section) -> pl.Expr:
    """Whether a row is one of those that ``only`` takes."""
    folded = {column: pl.col(column).str.replace_all(r"\s+", " ").str.to_lowercase() for column in section.only}
    return pl.all_horizontal(
        pl.lit(True), *(folded[column].is_in(list(values)).fill_null(False) for column, values in section.only.items())
    )


def _needed(section: Section) -> list[str]:
    """The columns that may not be blank in a row of the section; a charge may be of no case."""
    owned = [columns for owner, columns in section.belongs.items() if owner != "case"]
    return sorted({column for columns in (section.key, *owned) for column in columns})


def _said(section: Section) -> pl.Expr:
    """Whether a row of a file that fills several tables says anything for this one.

    Texts that the mapping does not read, or that tell nothing, count: there was a sentence, whatever it was.
    """
    if section.name == "case":
        return pl.all_horizontal(pl.col(column).is_not_null() for column in _needed(section))
    said = [column for field in section.fields.values() for column in field.columns()]
    said += section.length.columns() if section.length is not None else ()
    if section.name in ("subject", "charge") or not said:
        return pl.lit(True)
    return pl.any_horizontal(pl.col(column).is_not_null() for column in said)


def _marks(frame: pl.DataFrame) -> list[str]:
    return [name for name in frame.columns if name.startswith(_UNREAD)]


def _coverage(mapping: ExportMapping, given: set[str]) -> Coverage:
    """What the mapping says; a table is at most partial where a file that fills it was not given."""
    lacking = {section.table for layout in mapping.files if layout.name not in given for section in layout.sections}
    stated = mapping.coverage
    tables: dict[str, Any] = {
        name: "partial" for name in lacking - {"subjects", "events"} if stated.of(name) == "complete"
    }
    events = dict(stated.events)
    if "events" in lacking:
        events = {kind: "partial" if whole == "complete" else whole for kind, whole in events.items()}
    return attrs.evolve(stated, **tables, events=events)


def _with_sentence_ids(frame: pl.DataFrame) -> pl.DataFrame:
    """Ids from the charge and the content of the term: what is equal in everything is told apart by number alone."""
    facts = [name for name in frame.columns if name not in ("charge_id", *_SOURCE)]
    contents = [
        hashlib.sha256("\x1f".join("" if part is None else str(part) for part in row).encode()).hexdigest()[:8]
        for row in frame.select(facts).iter_rows()
    ]
    frame = frame.with_columns(
        pl.concat_str("charge_id", pl.lit("-s"), pl.Series("content", contents, dtype=pl.String)).alias("sentence_id")
    )
    nth = pl.int_range(1, pl.len() + 1).over("sentence_id")
    return frame.with_columns(
        pl.when(nth == 1)
        .then("sentence_id")
        .otherwise(pl.concat_str("sentence_id", pl.lit("."), nth))
        .alias("sentence_id")
    )


def _subjects(tables: dict[str, pl.DataFrame], scope: str) -> pl.DataFrame:
    """The people of the subject rows and of all others that name one."""
    named = [
        table.select("subject_id", *_SOURCE)
        for name, table in tables.items()
        if name != "subjects" and "subject_id" in table.columns
    ]
    own = [tables["subjects"]] if "subjects" in tables else []
    if not own and not named:
        return empty("subjects")
    whole = pl.concat([*own, *named], how="diagonal").unique("subject_id", keep="first", maintain_order=True)
    if "record_scope" in whole.columns:
        return whole.with_columns(
            pl.col("record_scope").fill_null(pl.lit(scope, dtype=dtypes("subjects")["record_scope"]))
        )
    return whole.with_columns(pl.lit(scope, dtype=dtypes("subjects")["record_scope"]).alias("record_scope"))


def _with_charges(rows: pl.DataFrame, what: str, charges: pl.DataFrame | None, reading: _Reading) -> pl.DataFrame:
    """The sentences or reliefs of charges that are there; the others stand in the quarantine."""
    known = (charges if charges is not None else pl.DataFrame(schema={"charge_id": pl.String})).select("charge_id")
    orphans = rows.join(known, on="charge_id", how="anti", maintain_order="left")
    if orphans.height:
        reading.quarantine.append(
            orphans.select(
                *_SOURCE,
                pl.lit("CHARGE_UNKNOWN").alias("code"),
                pl.lit(f"The {what} is of a charge that no file has.").alias("reason"),
                pl.lit(None, dtype=pl.String).alias("subject_id"),
            )
        )
    return rows.join(known, on="charge_id", how="semi", maintain_order="left")


def _issues(rows: pl.DataFrame, table: str, key: pl.Expr, field: str | None, code: str, severity: str) -> pl.DataFrame:
    return rows.select(
        pl.lit(table).alias("table"),
        key.alias("row_key"),
        pl.lit(field, dtype=pl.String).alias("field"),
        pl.lit(code).alias("code"),
        pl.lit(severity, dtype=dtypes("issues")["severity"]).alias("severity"),
        *_SOURCE,
    )
