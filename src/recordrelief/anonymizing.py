"""Copies of source files that may be shown to others, made by their format under names that tell nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import attrs

from recordrelief.api import existing
from recordrelief.boundary import checked, guarded
from recordrelief.disguise import Disguise, key_of
from recordrelief.errors import RequestError, SourceError
from recordrelief.formats import Format, expanded, identified
from recordrelief.placing import ANONYMIZED, Place, filled_file, json_text
from recordrelief.plugins import Plugins

_SUFFIXES = (".csv", ".dat", ".json", ".jsonl", ".ndjson", ".tsv", ".txt", ".xml", ".yaml", ".yml")
"""How the name of a copy may end; whatever else stands in the name of an input may be that of a person."""


@attrs.frozen
class Anonymized:
    """How many files were written, and how many rows they have."""

    files: int
    rows: int


def anonymized(
    inputs: Sequence[Path],
    out: Path,
    plugins: Plugins,
    *,
    format: str | None = None,
    key: Path | None = None,
    force: bool = False,
) -> Anonymized:
    """Write copies of the inputs: one file, or a directory of numbered ones.

    Args:
        inputs: files, and directories whose files are inputs each.
        out: the file of one input; the directory of several, or of an input directory.
        plugins: who brings the formats.
        format: id of the format, or a mapping file; left out if exactly one recognises the inputs.
        key: a file of random bytes, so that other runs give the same pseudonyms; else a key that is not kept.
        force: replace what an earlier run wrote there.

    Raises:
        RequestError: the format cannot do it, or something stands at the place.
        SourceError: an input cannot be read.
    """
    paths = existing(inputs)
    name, known = plugins.naming(format)
    chosen = identified(known.formats, paths, known.origins_of("format")) if name is None else known.format(name)
    files = expanded(paths)
    if not files:
        raise RequestError("There is no file in the inputs.")
    disguise = Disguise(key_of(key))
    if len(files) == 1 and not any(path.is_dir() for path in paths):
        if out.exists() and files[0].samefile(out):
            raise RequestError("The copy would stand in the place of the input.", cure="Name a new file.")
        with filled_file(out, force=force) as copy:
            return Anonymized(1, _copied(chosen, files[0], copy, disguise, known))
    place = Place(out, ANONYMIZED, force)
    width = max(4, len(str(len(files))))
    rows = 0
    with place.filled() as directory:
        names = []
        for number, file in enumerate(files, 1):
            suffix = next((one for one in reversed(file.suffixes) if one.lower() in _SUFFIXES), ".txt").lower()
            names.append(f"{number:0{width}}{suffix}")
            rows += _copied(chosen, file, directory / names[-1], disguise, known)
        about = {"kind": ANONYMIZED.kind, "files": sorted([*names, ANONYMIZED.marker])}
        (directory / ANONYMIZED.marker).write_text(json_text(about), encoding="utf-8")
    return Anonymized(len(files), rows)


def _copied(chosen: Format, path: Path, out: Path, disguise: Disguise, plugins: Plugins) -> int:
    origin, where = plugins.origins["format", chosen.id], f"format {chosen.id}, anonymize"
    if not path.is_file():
        raise SourceError("The input is no file.", where=str(path))
    with guarded(origin, where):
        rows = chosen.anonymize(path, out, disguise)
    checked(rows, int, "it did not say how many rows it wrote", origin, where)
    return rows
