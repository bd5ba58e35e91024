"""The format ``canonical``: a directory of canonical tables as Parquet, and the writing of one.

A directory holds one file a table (``subjects.parquet`` ... ``quarantine.parquet``) and ``canonical.json``, which
says how completely they are filled, from which files they came and how many rows each has. What a format keeps of its
own source rows (:attr:`Records.source`) is not among them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import reduce
from pathlib import Path
from typing import Any, ClassVar

import attrs
import polars as pl

from recordrelief.errors import RecordReliefError, RequestError, SourceError
from recordrelief.formats import Format
from recordrelief.model import Coverage
from recordrelief.placing import CANONICAL_TABLES, json_text, write_parquet
from recordrelief.records import Records, SourceFile, in_canonical_order
from recordrelief.tables import TABLES

VERSION = 1
"""Version of the layout of a directory of canonical tables."""
_KEYS = {"subjects": "subject_id", "cases": "case_id", "charges": "charge_id", "sentences": "sentence_id"}


class Canonical(Format):
    """Reads directories of canonical tables back into the records they were written from."""

    id: ClassVar[str] = "canonical"
    title: ClassVar[str] = "Directory of canonical tables (Parquet), as `convert` writes"

    def identify(self, name: str, head: bytes) -> bool:
        """A directory with ``canonical.json`` and the charges."""
        inside = set(head.decode("utf-8", "replace").split("\n"))
        return name.endswith("/") and {CANONICAL_TABLES.marker, "charges.parquet"} <= inside

    def read(self, paths: Sequence[Path]) -> Records:
        """Read one or more directories; no person, case, charge or sentence may stand in two of them.

        Raises:
            SourceError: a directory or a table in it is not canonical, or was cut short.
            RequestError: two directories share a person, a case, a charge or a sentence.
        """
        read = [_directory(path) for path in paths]
        for table, key in _KEYS.items():
            owners = pl.concat([tables[table].select(pl.col(key).unique()) for tables, _, _ in read])
            if shared := owners.height - owners.n_unique():
                raise RequestError(
                    f"Two of the directories hold the same {table}.",
                    found=f"{shared} in common",
                    cure="Convert their source files together, so that each person is read as one.",
                )
        return Records.of(
            {name: pl.concat([tables[name] for tables, _, _ in read], how="diagonal") for name in TABLES},
            coverage=reduce(Coverage.merged, (coverage for _, coverage, _ in read)),
            sources=[source for _, _, sources in read for source in sources],
        )


def write_canonical(records: Records, directory: Path) -> tuple[Path, ...]:
    """Write the canonical tables into a directory that exists, so that equal records give equal bytes.

    Args:
        records: what to write; its ``source`` is left out.
        directory: where the files go.

    Returns:
        The files written.
    """
    written = []
    rows = {}
    for name in TABLES:
        frame = in_canonical_order(name, records.table(name))
        rows[name] = frame.height
        written.append(directory / f"{name}.parquet")
        write_parquet(frame, written[-1])
    marker = directory / CANONICAL_TABLES.marker
    about = {
        "kind": CANONICAL_TABLES.kind,
        "version": VERSION,
        "coverage": attrs.asdict(records.coverage),
        "sources": [attrs.asdict(source) for source in records.sources],
        "rows": rows,
        "files": sorted([*(path.name for path in written), marker.name]),
    }
    marker.write_text(json_text(about), encoding="utf-8")
    return (*written, marker)


def _directory(path: Path) -> tuple[dict[str, pl.DataFrame], Coverage, tuple[SourceFile, ...]]:
    try:
        about = json.loads((path / CANONICAL_TABLES.marker).read_text(encoding="utf-8"))
        coverage, sources, rows = _about(about)
    except RecordReliefError:
        raise
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise SourceError(
            f"This is not a directory of canonical tables: its {CANONICAL_TABLES.marker} cannot be read.",
            where=str(path),
            found=type(error).__name__,
        ) from None
    tables = {}
    for name in TABLES:
        try:
            tables[name] = pl.read_parquet(path / f"{name}.parquet")
        except (OSError, pl.exceptions.PolarsError) as error:
            raise SourceError(
                "A canonical table cannot be read.", where=str(path / f"{name}.parquet"), found=type(error).__name__
            ) from None
        if tables[name].height != rows[name]:
            raise SourceError(
                "A canonical table does not have the rows that canonical.json counts.",
                where=str(path / f"{name}.parquet"),
                found=str(tables[name].height),
                expected=str(rows[name]),
            )
    return tables, coverage, sources


def _about(about: Mapping[str, Any]) -> tuple[Coverage, tuple[SourceFile, ...], Mapping[str, int]]:
    if about["kind"] != CANONICAL_TABLES.kind or about["version"] != VERSION:
        raise SourceError(
            "The canonical tables were written in another layout.",
            found=f"version {about['version']!s}",
            expected=f"version {VERSION}",
        )
    sources = tuple(SourceFile(**{**source, "notes": tuple(source["notes"])}) for source in about["sources"])
    return Coverage(**about["coverage"]), sources, about["rows"]
