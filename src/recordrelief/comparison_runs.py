"""A comparison on disk: inputs in, a directory with what would change, for whom and where, or nothing."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from recordrelief.api import existing
from recordrelief.comparison import Comparison, compare, same_policy
from recordrelief.errors import RequestError
from recordrelief.manifests import Asked, Read, comparison_manifest
from recordrelief.outputs.tables import harmless
from recordrelief.placing import COMPARISON, Place, json_text, write_parquet
from recordrelief.plugins import Plugins, load
from recordrelief.run_requests import Progress, apart, chosen_format, policy_of, read_with
from recordrelief.statutes import StatutePack
from recordrelief.stored_runs import QUARANTINE_FILE
from recordrelief.wording import notice

CHANGES_FILE = "changes.parquet"
SUMMARY_FILE = "summary.csv"


def _paths(values: Sequence[str | os.PathLike[str]]) -> tuple[Path, ...]:
    return tuple(Path(value) for value in values)


def _names(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(values)


@attrs.frozen(kw_only=True)
class ComparisonRequest:
    """What a comparison is asked for.

    ``amendment`` is the path of a plugin file that brings one statute pack, or the id of a pack; without it the two
    policies of one pack are compared. The policies are names of the pack, or TOML files with its options; that of the
    amendment is by default the same as the other.
    """

    inputs: tuple[Path, ...] = attrs.field(converter=_paths)
    statutes: str
    as_of: str
    out: Path = attrs.field(converter=Path)
    amendment: str | None = None
    policy: str | None = None
    amended_policy: str | None = None
    format: str | None = None
    county: str | None = None
    remedies: tuple[str, ...] = attrs.field(default=(), converter=_names)
    plugins: tuple[Path, ...] = attrs.field(default=(), converter=_paths)
    force: bool = False

    def plugin_files(self) -> tuple[Path, ...]:
        """Every plugin file there is to load, that of the amendment too."""
        if self.amendment is None or not _is_file(self.amendment):
            return self.plugins
        return (*self.plugins, Path(self.amendment))


@attrs.frozen(kw_only=True, eq=False)
class FinishedComparison:
    """A comparison that stands in its directory: its manifest, and what was found."""

    directory: Path
    manifest: Mapping[str, Any]
    comparison: Comparison


def run_comparison(
    request: ComparisonRequest, progress: Progress = lambda doing: None, *, plugins: Plugins | None = None
) -> FinishedComparison:
    """Read once, screen twice, and write what differs. The directory stands when all of it is done, and not before.

    Args:
        request: what is asked for.
        progress: told what is being done.
        plugins: those to use; by default the installed ones and those of the request.

    Raises:
        RequestError: the request is wrong; nothing was written.
        SourceError: an input cannot be read.
        PluginError: a plugin broke its contract.
        RecordReliefError: the result cannot be written, as when the disk is full.
    """
    place = Place(request.out, COMPARISON, request.force)
    place.check()
    inputs = existing(request.inputs)
    apart(inputs, place)
    known = load(request.plugin_files()) if plugins is None else plugins
    pack = known.pack(request.statutes)
    amendment = pack if request.amendment is None else _amendment(request.amendment, known)
    policy = policy_of(pack, request.policy)
    changed = (
        same_policy(amendment, policy)
        if request.amended_policy is None
        else policy_of(amendment, request.amended_policy)
    )
    name, known = known.naming(request.format)
    format_ = chosen_format(name, inputs, known)
    progress("reading")
    records = read_with(format_, inputs, known)
    read = Read.of(records, inputs, format_.id)
    progress("comparing")
    comparison = compare(
        records,
        statutes=pack,
        amendment=amendment,
        as_of=request.as_of,
        policy=policy,
        amended_policy=changed,
        county=request.county,
        remedies=request.remedies,
    )
    asked = Asked(
        format=format_.id,
        policy=request.policy,
        amended_policy=request.policy if request.amended_policy is None else request.amended_policy,
        plugins=tuple(map(str, request.plugin_files())),
        remedies=request.remedies,
    )
    origins = {f"format {format_.id}": known.origins["format", format_.id]}
    origins |= {f"statutes {one.id}": known.origins["statutes", one.id] for one in (pack, amendment)}
    with place.filled() as directory:
        progress("writing")
        told = notice((*comparison.before.remedies, *comparison.after.remedies))
        write_parquet(comparison.changes, directory / CHANGES_FILE, notice=told)
        harmless(comparison.summary()).write_csv(directory / SUMMARY_FILE)
        harmless(records.quarantine).write_csv(directory / QUARANTINE_FILE)
        files = [*(path.name for path in directory.iterdir()), COMPARISON.marker]
        about = comparison_manifest(comparison, asked, read, origins, files)
        (directory / COMPARISON.marker).write_text(json_text(about), encoding="utf-8")
    return FinishedComparison(directory=request.out, manifest=about, comparison=comparison)


def _is_file(given: str) -> bool:
    return given.endswith(".py") or Path(given).is_file()


def _amendment(given: str, known: Plugins) -> StatutePack:
    """The pack that an amendment file brings, or the one of that id."""
    if not _is_file(given):
        return known.pack(given)
    brought = [id for (part, id), origin in known.origins.items() if part == "statutes" and origin.name == given]
    if len(brought) == 1:
        return known.pack(brought[0])
    raise RequestError(
        "The amendment file must bring one statute pack.",
        where=given,
        found=", ".join(brought) or "none",
        cure="Name one of them by its id, and the file with --plugin."
        if brought
        else "It needs a hook recordrelief_statutes that gives the pack.",
    )
