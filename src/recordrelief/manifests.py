"""The manifest of a run: what went in, what was asked, what came out, and counts that add up.

Equal runs have equal manifests: it holds no clock, and no path but those that were given.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal

import attrs
import numpy as np
import polars as pl

from recordrelief.boundary import Origin
from recordrelief.comparison import Comparison
from recordrelief.corrections import CorrectionFile
from recordrelief.errors import PluginError, RequestError
from recordrelief.law.frame import several_readings
from recordrelief.model import Coverage
from recordrelief.placing import COMPARISON, RUN
from recordrelief.plugins import HOOK_API
from recordrelief.records import Records, SourceFile
from recordrelief.screening import STATUSES, Answers, Screening
from recordrelief.statutes import Remedy
from recordrelief.wording import notice

BROKEN_RULE = "RULE_BROKEN"
"""Code of the rows that were sound in their file and break a rule of a canonical table."""
_SLICE = 1 << 17
"""Rows that are put into text at once: the text of all would take more room than the determinations."""


def digest(determinations: pl.DataFrame) -> str:
    """The hash by which two sets of determinations are compared: SHA-256, in hexadecimal.

    It is taken over their text as CSV in UTF-8: a header, the columns and rows in order, deciding conditions joined by
    ``; ``, days as ``2020-07-01``, nothing for what is null, quotes only where a cell needs them, LF after each line.
    """
    return digest_of([determinations])


def digest_of(parts: Iterable[pl.DataFrame]) -> str:
    """The :func:`digest` of determinations that come in parts, one after another; there is at least one part."""
    taken = Digest()
    for part in parts:
        taken.add(part)
    return taken.text


class Digest:
    """The :func:`digest` of what was added, part after part."""

    def __init__(self) -> None:
        self._whole = hashlib.sha256()
        self._begun = False

    def add(self, determinations: pl.DataFrame) -> None:
        """Take in the next rows."""
        for start in range(0, max(determinations.height, 1), _SLICE):
            rows = determinations.slice(start, _SLICE).with_columns(pl.col("deciding").list.join("; "))
            self._whole.update(_csv(rows, header=not self._begun))
            self._begun = True

    @property
    def text(self) -> str:
        """The hash, in hexadecimal."""
        return self._whole.hexdigest()


def _csv(rows: pl.DataFrame, *, header: bool) -> bytes:
    """Rows as CSV, quotes only where a cell needs them."""
    # To look whether a cell needs quotes costs as much as to write it: what was written tells it at less.
    plain = _written(rows, header, "never")
    texts = [pl.col(column.name) for column in rows.iter_columns() if column.dtype == pl.String]
    lines = rows.height + header
    expected = {"\n": lines, ",": lines * (rows.width - 1)}
    codes = np.frombuffer(plain, dtype=np.uint8)
    marked = b'"' in plain or b"\r" in plain
    marked = marked or any(np.count_nonzero(codes == ord(mark)) != count for mark, count in expected.items())
    if not marked and not rows.select(pl.any_horizontal((text == "").any() for text in texts)).item():
        return plain
    return _written(rows, header, "necessary")


def _written(rows: pl.DataFrame, header: bool, quotes: Literal["never", "necessary"]) -> bytes:
    text = io.BytesIO()
    rows.write_csv(text, include_header=header, quote_style=quotes)
    return text.getvalue()


def content_hash(path: Path) -> tuple[str, int]:
    """SHA-256 and bytes of a file; of a directory, over the names and hashes of the files directly in it."""
    if not path.is_dir():
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest(), path.stat().st_size
    whole, size = hashlib.sha256(), 0
    for inside in sorted(path.iterdir()):
        if inside.is_file():
            one, length = content_hash(inside)
            whole.update(f"{one}  {inside.name}\n".encode())
            size += length
    return whole.hexdigest(), size


def hashed(path: Path) -> dict[str, Any]:
    """SHA-256 and bytes of a file, as a manifest tells them."""
    sha256, size = content_hash(path)
    return {"sha256": sha256, "bytes": size}


def files_told(directory: Path, known: Mapping[Path, dict[str, Any]] | None = None) -> dict[str, Any]:
    """What stands in a directory, by name: of each file its SHA-256 and bytes, of each directory its ``files``.

    Args:
        directory: the directory.
        known: the files whose hash was taken when they were written, and what is to be told of them.
    """
    there = known or {}
    return {
        path.name: {"files": files_told(path, known)} if path.is_dir() else there.get(path) or hashed(path)
        for path in sorted(directory.iterdir())
    }


@attrs.frozen(kw_only=True)
class SourceCount:
    """What became of the rows of one source file. ``rows == used + quarantined``."""

    source: SourceFile
    used: int
    quarantined: int


def counted(quarantine: pl.DataFrame, files: Sequence[SourceFile], format_id: str) -> tuple[SourceCount, ...]:
    """What became of every row that was read.

    Args:
        quarantine: every row that was set aside.
        files: the files that were read.
        format_id: who is named when it does not add up.

    Raises:
        PluginError: rows were lost, or counted twice.
    """
    per_file = _quarantined(quarantine)
    # Files of one base name cannot be told apart in the tables: they are checked together.
    by_name: dict[str, list[SourceFile]] = {}
    for source in files:
        by_name.setdefault(source.name, []).append(source)
    counts = {}
    for name, sources in by_name.items():
        rows, broken = per_file.pop(name, (0, 0))
        stated = sum(source.quarantined for source in sources)
        if rows != stated or sum(source.rows for source in sources) < rows + broken:
            raise PluginError(
                f"The rows that the format {format_id} read do not add up.",
                where=name,
                found=f"{rows} in the quarantine",
                expected=f"{stated} of {sum(source.rows for source in sources)}",
            )
        for source in sources:
            share, broken = min(broken, source.rows - source.quarantined), 0
            quarantined = source.quarantined + share
            counts[id(source)] = SourceCount(source=source, used=source.rows - quarantined, quarantined=quarantined)
    if files and per_file:
        raise PluginError(
            f"The quarantine of the format {format_id} names a file that was not read.",
            found=f"{sum(rows + broken for rows, broken in per_file.values())} rows",
        )
    return tuple(counts[id(source)] for source in files)


def _quarantined(quarantine: pl.DataFrame) -> dict[str | None, tuple[int, int]]:
    """By file: rows that the format set aside, and further lines with a row that broke a rule of a table."""
    if quarantine.is_empty():
        return {}
    line = ["source_file", "source_line"]
    place = quarantine.select(pl.col("source_file").cast(pl.String), "source_line", rule=pl.col("code") == BROKEN_RULE)
    aside = place.filter(~pl.col("rule"))
    further = place.filter("rule").unique(line).join(aside, on=line, how="anti", nulls_equal=True)
    tally = (
        pl.concat([aside, further]).group_by("source_file").agg((~pl.col("rule")).sum(), further=pl.col("rule").sum())
    )
    return {name: (rows, broken) for name, rows, broken in tally.iter_rows()}


def inputs_of(
    paths: Sequence[Path], counts: Sequence[SourceCount], format_id: str, hashes: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """One entry an input: its path as given, name, hash, bytes; of a file also its rows and its encoding.

    Args:
        paths: the inputs.
        counts: what became of the rows of each file.
        format_id: who is named when it says nothing of one.
        hashes: by path those that are known.

    Raises:
        PluginError: the format says nothing of a file it was given.
        RequestError: two inputs have the same content.
    """
    by_path = {Path(count.source.path): count for count in counts}
    entries: list[dict[str, Any]] = []
    seen: dict[str, str] = {}
    for path in paths:
        entry: dict[str, Any] = {"path": str(path), "name": path.name}
        if path.is_dir():
            entry["sha256"] = (hashes or {}).get(str(path)) or content_hash(path)[0]
            entry["bytes"] = sum(inside.stat().st_size for inside in path.iterdir() if inside.is_file())
        elif path in by_path:
            entry |= _entry(by_path[path]) | {"path": str(path)}
        else:
            raise PluginError(f"The format {format_id} says nothing of a file that it was given.", where=str(path))
        if entry["sha256"] in seen:
            raise RequestError(
                "An input was given twice.", where=str(path), found=f"the same content as {seen[entry['sha256']]}"
            )
        seen[entry["sha256"]] = str(path)
        entries.append(entry)
    return entries


def _entry(count: SourceCount) -> dict[str, Any]:
    return attrs.asdict(count.source) | {"used": count.used, "quarantined": count.quarantined}


@attrs.frozen(kw_only=True)
class Asked:
    """What a run or a comparison was asked for, as it was given."""

    format: str
    policy: str | None
    plugins: tuple[str, ...]
    remedies: tuple[str, ...]
    outputs: tuple[str, ...] = ()
    amended_policy: str | None = None
    corrections: tuple[CorrectionFile, ...] = ()
    without: tuple[int, ...] = ()


def manifest(
    answers: Answers,
    parts: Sequence[Screening],
    asked: Asked,
    read: Read,
    tallied: Tallied,
    origins: Mapping[str, Origin],
    files: Mapping[str, Any],
) -> dict[str, Any]:
    """The manifest as a JSON value.

    Args:
        answers: what was determined: of all records, or of nobody, to tell what was asked.
        parts: the screening under each law, likewise.
        asked: what was asked for.
        read: what went in.
        tallied: what came out.
        origins: who brought the format, the statutes and each output.
        files: the files of the run, from :func:`files_told`.
    """
    law = law_told(answers.remedies, parts)
    for told in law["statutes"]:
        told["unknown_citations"] = tallied.unknown_citations[told["id"]]
        told["offenses_unread"] = tallied.offenses_unread[told["id"]]
    return {
        "kind": RUN.kind,
        **_made_by(asked, origins),
        **law,
        "asked_policy": asked.policy,
        "as_of": answers.as_of.isoformat(),
        "county": tallied.county,
        "outputs": list(asked.outputs),
        "corrections": [attrs.asdict(one) for one in asked.corrections],
        "corrections_left_out": list(asked.without),
        **read.told(),
        "counts": read.rows()
        | {
            "subjects": tallied.subjects,
            "charges": tallied.charges,
            "determinations": _by_remedy(answers.remedies, tallied.determinations),
        },
        "digest": tallied.digest,
        # No file can hold its own hash.
        "files": {**files, RUN.marker: None},
    }


@attrs.frozen(kw_only=True, eq=False)
class Read:
    """What went into a run: one entry an input, what became of each row, coverage, and the rows set aside."""

    inputs: list[dict[str, Any]]
    counts: Sequence[SourceCount]
    coverage: Coverage
    without_subject: int
    """How many quarantined rows belong to nobody that could be told."""

    @classmethod
    def of(cls, records: Records, paths: Sequence[Path], format_id: str) -> Read:
        """That of records as a format read them.

        Raises:
            PluginError: rows were lost, or counted twice, or the format says nothing of a file it was given.
            RequestError: two inputs have the same content.
        """
        counts = counted(records.quarantine, records.sources, format_id)
        return cls(
            inputs=inputs_of(paths, counts, format_id),
            counts=counts,
            coverage=records.coverage,
            without_subject=records.quarantined_without_subject(),
        )

    def told(self) -> dict[str, Any]:
        given = {entry["path"] for entry in self.inputs}
        return {
            "inputs": self.inputs,
            "sources": [_entry(count) for count in self.counts if count.source.path not in given],
            "coverage": plain(attrs.asdict(self.coverage)),
        }

    def rows(self) -> dict[str, int]:
        return {
            "rows_read": sum(count.source.rows for count in self.counts),
            "rows_used": sum(count.used for count in self.counts),
            "rows_quarantined": sum(count.quarantined for count in self.counts),
            "quarantined_without_subject": self.without_subject,
        }


@attrs.frozen(kw_only=True, eq=False)
class Tallied:
    """What came out of a run, counted over what it wrote.

    ``determinations`` has a row a remedy and status: remedy, status, charges. Unknown citations and offenses that could
    not be read are by the id of the pack.
    """

    subjects: int
    charges: int
    determinations: pl.DataFrame
    unknown_citations: Mapping[str, list[dict[str, Any]]]
    offenses_unread: Mapping[str, int]
    county: str | None
    digest: str


def by_remedy(determinations: pl.LazyFrame) -> pl.DataFrame:
    """How many charges have each status under each remedy: remedy, status, charges."""
    return (
        determinations.group_by("remedy", "status")
        .agg(charges=pl.len())
        .collect(engine="streaming")
        .with_columns(pl.col("remedy", "status").cast(pl.String))
    )


def comparison_manifest(
    comparison: Comparison,
    asked: Asked,
    read: Read,
    origins: Mapping[str, Origin],
    files: Sequence[str],
) -> dict[str, Any]:
    """The manifest of a comparison as a JSON value.

    The arguments are those of :func:`manifest`, but that of the files it takes the names.
    """
    before, after = comparison.before, comparison.after
    sides = {"before": (before, asked.policy), "after": (after, asked.amended_policy)}
    eligible = {
        law: {"charges": charges, "people": people} for law, charges, people in comparison.eligible().iter_rows()
    }
    totals = {word: {"charges": charges, "people": people} for word, charges, people in comparison.totals().iter_rows()}
    return {
        "kind": COMPARISON.kind,
        **_made_by(asked, origins),
        **_noticed((*before.remedies, *after.remedies)),
        **{
            side: {
                "id": one.pack.id,
                "title": one.pack.title,
                "version": one.pack.version,
                "policy": {"given": given, "options": plain(attrs.asdict(one.policy))},
                "remedies": {remedy.id: remedy.version for remedy in one.remedies},
                "determinations": _by_remedy(one.remedies, by_remedy(one.determinations.lazy())),
                "eligible": eligible[side],
                "digest": digest(one.determinations),
            }
            for side, (one, given) in sides.items()
        },
        "as_of": before.as_of.isoformat(),
        "county": before.county,
        **read.told(),
        "counts": read.rows() | _held(before.records) | {"changes": totals},
        "files": sorted(files),
    }


def _made_by(asked: Asked, origins: Mapping[str, Origin]) -> dict[str, Any]:
    import recordrelief

    return {
        "recordrelief": recordrelief.__version__,
        "polars": pl.__version__,
        "hook_api": HOOK_API,
        "plugins": {what: {"name": one.name, "version": one.version} for what, one in origins.items()},
        "plugin_files": list(asked.plugins),
        "format": asked.format,
        "asked_remedies": list(asked.remedies),
    }


def law_told(remedies: Sequence[Remedy], parts: Sequence[Screening]) -> dict[str, Any]:
    """What a manifest says of the law that a run asked, and nothing of the records."""
    return {
        "statutes": [
            {"id": one.pack.id, "version": one.pack.version, "policy": plain(attrs.asdict(one.policy))} for one in parts
        ],
        "remedies": {remedy.id: remedy.version for remedy in remedies},
        **_noticed(remedies),
    }


def _noticed(remedies: Sequence[Remedy]) -> dict[str, Any]:
    """What is to be known of the law: what it is not, and who reviewed it."""
    reviewed = {
        remedy.id: {"by": remedy.reviewed_by, "on": remedy.reviewed_on.isoformat()} if remedy.reviewed_on else None
        for remedy in remedies
    }
    return {"notice": notice(remedies), "reviewed": reviewed}


def _held(records: Records) -> dict[str, int]:
    return {
        "subjects": records.subjects["subject_id"].n_unique(),
        # A charge that stands in several readings of its record is one.
        "charges": records.charges["charge_id"].n_unique() if several_readings(records) else records.charges.height,
    }


def _by_remedy(remedies: Iterable[Remedy], tally: pl.DataFrame) -> dict[str, dict[str, int]]:
    found = {remedy.id: dict.fromkeys(STATUSES, 0) for remedy in remedies}
    for remedy, status, charges in tally.iter_rows():
        found[str(remedy)][str(status)] = charges
    return found


_HELD: dict[str, type] = {
    **dict.fromkeys(("as_of", "digest", "format", "notice", "polars", "recordrelief"), str),
    **dict.fromkeys(("corrections", "corrections_left_out", "inputs", "outputs", "plugin_files"), list),
    **dict.fromkeys(("sources", "statutes"), list),
    **dict.fromkeys(("counts", "coverage", "files", "plugins", "remedies"), dict),
    **dict.fromkeys(("asked_policy", "asked_remedies", "county", "pseudonyms", "since"), object),
}
"""What a manifest must hold to be read at all."""


def read_manifest(directory: Path) -> dict[str, Any]:
    """The manifest of a finished run.

    Raises:
        RequestError: the directory holds no finished run.
    """
    try:
        about = json.loads((directory / RUN.marker).read_text(encoding="utf-8"))
        if about["kind"] == RUN.kind and all(isinstance(about[key], kind) for key, kind in _HELD.items()):
            return dict(about)
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        pass
    raise RequestError(
        "The directory holds no finished run.",
        where=str(directory),
        cure="Give the directory that `recordrelief screen` was told to write.",
    )


def plain(value: Any) -> Any:
    """The value in the words of JSON: days as text, tuples as lists."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in (sorted(value) if isinstance(value, set | frozenset) else value)]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return str(value)
    return value
