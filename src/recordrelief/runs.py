"""A bulk run on disk: inputs in, a directory of determinations, quarantine and manifest out, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import attrs

from recordrelief import parts
from recordrelief.answering import (
    CHANGES_FILE,
    CHARGES_FILE,
    DETERMINATIONS_FILE,
    FINDINGS_FILE,
    PEOPLE_FILE,
    Answered,
)
from recordrelief.changes import Changes
from recordrelief.errors import RequestError
from recordrelief.manifests import Read, Tallied, by_remedy, digest
from recordrelief.outputs.tables import Csv, flat, harmless
from recordrelief.placing import RUN, Bench, Place
from recordrelief.plugins import Plugins, load
from recordrelief.run_files import write_manifest, write_output, write_quarantine, write_unknown_citations
from recordrelief.run_requests import Progress, RunRequest, Setup
from recordrelief.screening import Answers
from recordrelief.statutes import Remedy
from recordrelief.stored_runs import QUARANTINE_FILE, UNKNOWN_CITATIONS_FILE, StoredRun, open_run

__all__ = [
    "CHANGES_FILE",
    "CHARGES_FILE",
    "DETERMINATIONS_FILE",
    "FINDINGS_FILE",
    "PEOPLE_FILE",
    "QUARANTINE_FILE",
    "UNKNOWN_CITATIONS_FILE",
    "FinishedRun",
    "Progress",
    "RunRequest",
    "StoredRun",
    "open_run",
    "run",
    "unfinished",
]


@attrs.frozen(kw_only=True, eq=False)
class FinishedRun:
    """A run that stands in its directory, and its manifest.

    ``remedies`` are those that were asked for, ``changes`` those since the earlier run that was named. ``answered`` is
    what was determined, where the run was not made in parts.
    """

    directory: Path
    manifest: Mapping[str, Any]
    remedies: tuple[Remedy, ...]
    changes: Changes | None = None
    answered: Answered | None = None

    @property
    def answers(self) -> Answers:
        """What was determined, as the run tells it.

        Raises:
            RequestError: the run was made in parts, so that nobody holds all of it at once.
        """
        if self.answered is None:
            raise RequestError(
                "The run was made in parts.",
                cure="Read its tables part by part: recordrelief.open_run(DIR).scan(NAME).",
            )
        return self.answered.shown

    @property
    def stored(self) -> StoredRun:
        """The same run as it stands on disk."""
        return StoredRun(self.directory, self.manifest)


def run(request: RunRequest, progress: Progress = lambda doing: None, *, plugins: Plugins | None = None) -> FinishedRun:
    """Read, screen and write one run. The directory stands when all of it is done, and not before.

    Inputs that need more memory than the request allows are read and screened in parts. When such a run is broken off,
    the same request goes on from what was done.

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
    place = Place(request.out, RUN, request.force)
    place.check()
    known = load(request.plugins) if plugins is None else plugins
    setup = Setup.of(request, known)
    # Before anything that an earlier run left is touched: the inputs may be out of reach for a while.
    spreading = parts.wanted(setup)
    with place.kept() as bench:
        if spreading is not None:
            made = parts.run_in_parts(setup, spreading, bench, progress, apart=known.files == request.plugins)
            return FinishedRun(
                directory=request.out, manifest=made.manifest, remedies=made.remedies, changes=made.changes
            )
        if not request.force:
            parts.refuse_unfinished(bench)
        bench.clear()
        return _at_once(setup, bench, progress)


def unfinished(request: RunRequest) -> Path | None:
    """Where what was done of a request is kept after it broke off; None if nothing is."""
    place = Place(request.out, RUN)
    return place.workshop if place.workshop.exists() else None


def _at_once(setup: Setup, bench: Bench, progress: Progress) -> FinishedRun:
    """A run of all records at once."""
    question = attrs.evolve(setup.question, findings=setup.request.findings is not False)
    progress("reading")
    records = setup.read()
    read = Read.of(records, setup.inputs, setup.format.id)
    progress("screening")
    answered = question.answered(records, setup.earlier())
    shown, changes = answered.shown, answered.changes
    with bench.finished() as directory, ThreadPoolExecutor(1) as beside:
        progress("writing")
        digested = beside.submit(digest, shown.determinations)
        answered.write(directory, findings=question.findings)
        write_quarantine(records.quarantine, question.pseudonyms, directory)
        unknown, unread = write_unknown_citations([answered.citations()], directory)
        if changes is not None and any(output.id == Csv.id for output, _ in setup.outputs):
            harmless(flat(changes.changes)).write_csv((directory / CHANGES_FILE).with_suffix(".csv"))
        for output, settings in setup.outputs:
            progress(f"writing {output.id}")
            write_output(output, settings, shown, directory, question.origins[f"output {output.id}"])
        tallied = Tallied(
            subjects=answered.people.height,
            charges=answered.charges.height,
            determinations=by_remedy(shown.determinations.lazy()),
            unknown_citations=unknown,
            offenses_unread=unread,
            county=shown.county,
            digest=digested.result(),
        )
        since = None if changes is None else changes.told()
        about = write_manifest(setup, answered.answers, answered.laws, read, tallied, since, directory)
    return FinishedRun(
        directory=setup.request.out,
        manifest=about,
        remedies=shown.remedies,
        changes=changes,
        answered=answered,
    )
