"""What a run writes beside its tables: quarantine, unknown citations, outputs, manifest."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import polars as pl

from recordrelief.answering import DETERMINATIONS_FILE
from recordrelief.boundary import BrokenPlugin, Origin, checked, guarded
from recordrelief.manifests import Read, Tallied, files_told, manifest
from recordrelief.outputs import Output
from recordrelief.outputs.tables import harmless
from recordrelief.placing import RUN, json_text
from recordrelief.pseudonyms import Pseudonyms
from recordrelief.run_requests import Setup
from recordrelief.screening import Answers, Screening
from recordrelief.stored_runs import QUARANTINE_FILE, UNKNOWN_CITATIONS_FILE, parts_of


def write_quarantine(quarantine: pl.DataFrame, pseudonyms: Pseudonyms | None, directory: Path) -> None:
    """Write the rows that were set aside, by file and line."""
    if pseudonyms is None:
        text = pl.col("source_file").cast(pl.String)
        rows = quarantine.sort(text, "source_line", "code", "reason", "subject_id", maintain_order=True)
    else:
        rows = pseudonyms.hidden(quarantine)
    harmless(rows).write_csv(directory / QUARANTINE_FILE)


Citations = Sequence[Mapping[str, Any]]
"""Of each law: its ``statutes``, the ``unknown`` citations with their charges, and how many are ``unread``."""


def write_unknown_citations(citations: Iterable[Citations], directory: Path) -> tuple[dict[str, Any], dict[str, int]]:
    """Write what no catalog knows, most frequent first, and give it as a manifest tells it.

    Args:
        citations: those of each part of the run.
        directory: where to write.

    Returns:
        By law the citations with their charges, and how many charges cite nothing that can be read.
    """
    found: dict[str, Counter[str]] = {}
    unread: Counter[str] = Counter()
    for part in citations:
        for law in part:
            found.setdefault(law["statutes"], Counter()).update(law["unknown"])
            unread[law["statutes"]] += law["unread"]
    told: dict[str, Any] = {
        law: [
            {"citation": citation, "charges": charges}
            for citation, charges in sorted(counts.items(), key=lambda one: (-one[1], one[0]))
        ]
        for law, counts in found.items()
    }
    rows = [(law, one["citation"], one["charges"]) for law, many in told.items() for one in many]
    schema = {"statutes": pl.String, "citation": pl.String, "charges": pl.UInt32}
    harmless(pl.DataFrame(rows, schema=schema, orient="row")).write_csv(directory / UNKNOWN_CITATIONS_FILE)
    return told, {law: unread[law] for law in found}


def write_output(output: Output, settings: object, answers: Answers, directory: Path, origin: Origin) -> None:
    """Let an output write what was determined beside the other files.

    Raises:
        BrokenPlugin: it failed, or did not do what it says.
    """
    where = f"output {output.id}, write"
    with _own_directory(output, directory, origin, where) as (own, written), guarded(origin, where):
        # Several laws together only reach an output that says it can take them.
        written.append(output.write(cast(Screening, answers), answers.records, own, settings))


def write_outputs_of_parts(setup: Setup, directory: Path) -> None:
    """Let the outputs write the determinations that stand in a directory, part by part.

    Raises:
        BrokenPlugin: one failed, or did not do what it says.
    """
    for output, settings in setup.outputs:
        origin = setup.question.origins[f"output {output.id}"]
        where = f"output {output.id}, write_part"
        with _own_directory(output, directory, origin, where) as (own, written):
            for part, path in enumerate(parts_of(directory / DETERMINATIONS_FILE)):
                frame = pl.read_parquet(path)
                with guarded(origin, where):
                    written.append(output.write_part(frame, part, own, settings))


@contextmanager
def _own_directory(
    output: Output, directory: Path, origin: Origin, where: str
) -> Iterator[tuple[Path, list[tuple[Path, ...]]]]:
    """A directory for an output to write into, and a list for what it says it wrote; then its files join the others."""
    own = directory / f".{output.id}"
    own.mkdir(mode=0o700)
    said: list[tuple[Path, ...]] = []
    yield own, said
    for written in said:
        checked(written, tuple[Path, ...], "it did not say what it wrote", origin, where)
    made = {path.name for path in own.iterdir()}
    paths = {path for written in said for path in written}
    if made != {path.name for path in paths} or any(path.parent != own for path in paths):
        raise BrokenPlugin(
            "what it says it wrote is not what it wrote", who=origin, where=where, why=f"{len(made)} files"
        )
    for name in sorted(made):
        if name == RUN.marker or (directory / name).exists():
            raise BrokenPlugin("it writes a file that is there already", who=origin, where=where, why=name)
        os.rename(own / name, directory / name)
    own.rmdir()


def write_manifest(
    setup: Setup,
    answers: Answers,
    laws: Sequence[Screening],
    read: Read,
    tallied: Tallied,
    since: dict[str, Any] | None,
    directory: Path,
    known: Mapping[Path, dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """Write the manifest of what stands in a directory, and give it.

    Args:
        setup: what was asked for.
        answers: what was determined, or the same of nobody.
        laws: the screening under each law, likewise.
        read: what went in.
        tallied: what came out.
        since: what changed since an earlier run.
        directory: where everything else is.
        known: SHA-256 and bytes of the files of which they were told when these were written.
    """
    about = manifest(answers, laws, setup.asked, read, tallied, setup.question.origins, files_told(directory, known))
    about["since"] = since
    pseudonyms = setup.question.pseudonyms
    about = {**about, "pseudonyms": None} if pseudonyms is None else pseudonyms.manifest(about)
    (directory / RUN.marker).write_text(json_text(about), encoding="utf-8")
    return about
