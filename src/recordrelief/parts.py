"""A run in parts: inputs that need more memory than there is are spread over partitions of people, each answered alone.

The parts lie in the order of people's ids, so that one after another they are the answers of a run at once. What is
done stays in a hidden directory beside the output until the run stands there: one that was broken off goes on from it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import attrs
import polars as pl

from recordrelief.answering import CHANGES_FILE, CHARGES_FILE, DETERMINATIONS_FILE, FINDINGS_FILE, PEOPLE_FILE
from recordrelief.boundary import guarded
from recordrelief.changes import Changes, Earlier
from recordrelief.crew import crew
from recordrelief.errors import RecordReliefError, RequestError, SourceError, SourceFaults, nearest
from recordrelief.formats.spreading import Cuts, Spreading, Told
from recordrelief.manifests import Digest, Read, Tallied, by_remedy, counted, inputs_of
from recordrelief.model import Coverage
from recordrelief.outputs.tables import Csv, flat, harmless
from recordrelief.part_journal import Journal
from recordrelief.part_journal import refuse_unfinished as refuse
from recordrelief.part_work import PARTS, PIECES, QUARANTINE_PART, Work
from recordrelief.placing import Bench, write_parquet
from recordrelief.run_files import write_manifest, write_outputs_of_parts, write_quarantine, write_unknown_citations
from recordrelief.run_requests import Progress, Setup
from recordrelief.screening import spellings
from recordrelief.statutes import Remedy
from recordrelief.stored_runs import scanned
from recordrelief.wording import notice

__all__ = ["MEMORY", "Made", "refuse_unfinished", "run_in_parts", "wanted"]

MEMORY = 4 << 30
"""How many bytes a run may take where its request does not say: inputs that need more are worked on in parts."""
CHARGE_BYTES = 4_500
"""About how many bytes one charge takes while it is read, screened and written; measured in benchmarks/."""
PROCESS_BYTES = 280 << 20
"""About how many bytes a process takes before it has read anything."""
_LEAST = 2_000
"""Charges that a part has at least: below that its fixed costs are all there is."""


@attrs.frozen(kw_only=True, eq=False)
class Made:
    """What a run in parts came to: its manifest, its remedies, and what changed since the run that was named."""

    manifest: dict[str, Any]
    remedies: tuple[Remedy, ...]
    changes: Changes | None


def wanted(setup: Setup) -> Spreading | None:
    """How the inputs are to be spread, where they need more memory than the run may take; None where they do not.

    Raises:
        RequestError: an output needs all records at once, and they do not fit.
        SourceError: an input cannot be read.
    """
    request = setup.request
    at_once = [output.id for output, _ in setup.outputs if not output.in_parts]
    if at_once and request.memory is None:
        return None
    with guarded(setup.question.origins[f"format {setup.format.id}"], f"format {setup.format.id}, spreading"):
        spreading = setup.format.spreading(setup.inputs)
    if spreading is None:
        return None
    memory = MEMORY if request.memory is None else request.memory
    if PROCESS_BYTES + spreading.charges * CHARGE_BYTES <= memory:
        return None
    if at_once:
        raise RequestError(
            f"The output {at_once[0]} needs all records at once, and they need more memory than the run may take.",
            found=f"about {spreading.charges:,} charges",
            cure="Allow more with --memory, or leave the output out.",
        )
    return spreading


def refuse_unfinished(bench: Bench) -> None:
    """Refuse to clear a bench on which a run in parts waits to be gone on with.

    Raises:
        RequestError: there is one.
    """
    try:
        refuse(bench.directory, bench.place.given)
    except RequestError:
        bench.keep = True
        raise


def jobs_of(setup: Setup) -> int:
    """How many steps are done at a time."""
    return setup.request.jobs or os.cpu_count() or 1


def parts_of(setup: Setup, spreading: Spreading) -> int:
    """How many parts keep all processes together within the memory of the run."""
    jobs = jobs_of(setup)
    memory = MEMORY if setup.request.memory is None else setup.request.memory
    each = (memory - (jobs + 1) * PROCESS_BYTES) // jobs
    return max(2, -(-spreading.charges // max(each // CHARGE_BYTES, _LEAST)))


def run_in_parts(setup: Setup, spreading: Spreading, bench: Bench, progress: Progress, *, apart: bool) -> Made:
    """Make a run part by part, or go on with one.

    Args:
        setup: what was asked for.
        spreading: how the inputs are spread.
        bench: where to work.
        progress: told what is being done.
        apart: whether other processes may do the work.

    Raises:
        RequestError: an unfinished run of another request waits there, or the county is nobody's.
        RecordReliefError: as of a run at once.
    """
    journal = _journal(setup, spreading, bench)
    bench.keep = True
    work = Work(setup, spreading, journal)
    try:
        setup.question.nobody(Coverage())  # a law, day, policy or remedy that is wrong is told before anything is read
        jobs = jobs_of(setup)
        if setup.since is not None:
            setup.since.verify_digest()
        with ThreadPoolExecutor(1) as beside, crew(work, jobs, apart=apart) as have_done:
            hashes = beside.submit(journal.hashes, setup.inputs)
            spread = have_done(PIECES, journal.left(PIECES, journal.pieces))
            _follow(spread, journal.pieces, "reading", progress)
            _check_county(setup, work.told[0], bench)
            left = journal.left(PARTS, journal.cuts.parts)
            answered = dict(zip(left, have_done(PARTS, left), strict=True))
            digest = _digested(journal, answered, progress)
            hashed = hashes.result()
        # The crew is gone by now: what it held is free for what needs all parts at once.
        progress("writing")
        return _assembled(setup, spreading, work, bench, digest, hashed)
    except (RequestError, SourceError) as error:
        bench.keep = bench.keep and _good_for_more(setup, journal, error)
        raise


def _good_for_more(setup: Setup, journal: Journal, error: RecordReliefError) -> bool:
    """Whether the same request may go on from what was done, once what stopped it is gone."""
    steps = ((PIECES, journal.pieces), (PARTS, journal.cuts.parts))
    if all(len(journal.left(kind, count)) == count for kind, count in steps):
        return False
    faults = error.faults if isinstance(error, SourceFaults) else [error]
    written = tuple(f"{file.name}:" for file in setup.question.corrections.files)
    if any((fault.where or "").startswith(written) for fault in faults):
        return False  # corrections that do not fit are written anew, which is another request
    try:
        journal.check_inputs(setup.inputs)
    except SourceError:
        # An input that is out of reach may come back; one that is another never will.
        return not all(os.access(path, os.R_OK) for path in setup.inputs)
    return True


def _journal(setup: Setup, spreading: Spreading, bench: Bench) -> Journal:
    """The journal of this run, as it was left or new."""
    try:
        journal = Journal.begun(bench.directory, setup)
    except RequestError:
        if not setup.request.force:
            bench.keep = True
            raise
        journal = None
    if journal is None:
        bench.clear()
        hidden = setup.question.pseudonyms
        with guarded(setup.question.origins[f"format {setup.format.id}"], "sampling"):
            sample = spreading.sample()
        cuts = Cuts.of_sample(sample, parts_of(setup, spreading), None if hidden is None else hidden.people)
        journal = Journal.begin(bench.directory, setup, cuts, spreading.pieces)
    return journal


def _follow(steps: Sequence[Future[None]], all_of_them: int, doing: str, progress: Progress) -> None:
    for number, step in enumerate(steps, start=all_of_them - len(steps)):
        progress(f"{doing} {number + 1} of {all_of_them}")
        step.result()


def _digested(journal: Journal, waiting: Mapping[int, Future[None]], progress: Progress) -> str:
    """The digest of all determinations, taken part by part as they are done."""
    parts = journal.cuts.parts
    digest = Digest()
    for number in range(parts):
        progress(f"screening part {number + 1} of {parts}")
        if number in waiting:
            waiting[number].result()
        digest.add(pl.read_parquet(journal.directory_of(PARTS, number) / DETERMINATIONS_FILE))
    return digest.text


def _assembled(
    setup: Setup, spreading: Spreading, work: Work, bench: Bench, digest: str, hashes: dict[str, str]
) -> Made:
    """The run, put together from its parts."""
    journal, question = work.journal, setup.question
    numbers = range(journal.cuts.parts)
    told = [journal.told(PARTS, number) or {} for number in numbers]
    county = _county(setup, told, bench)
    quarantine = pl.concat(
        [pl.read_parquet(journal.directory_of(PARTS, number) / QUARANTINE_PART) for number in numbers]
    )
    by_file = dict(quarantine.group_by(pl.col("source_file").cast(pl.String)).len().drop_nulls().iter_rows())
    with guarded(question.origins[f"format {setup.format.id}"], "counting"):
        sources = spreading.sources(work.told[0], by_file, hashes)
    counts = counted(quarantine, sources, setup.format.id)
    coverage = Coverage(**told[0]["coverage"])
    read = Read(
        inputs=inputs_of(setup.inputs, counts, setup.format.id, hashes),
        counts=counts,
        coverage=coverage,
        without_subject=quarantine["subject_id"].null_count(),
    )
    with bench.finished() as directory:
        known: dict[Path, dict[str, Any]] = {}
        for name in (DETERMINATIONS_FILE, FINDINGS_FILE, CHARGES_FILE, PEOPLE_FILE):
            known |= _together(journal, name, directory)
        _check_charges(directory / CHARGES_FILE)
        answers, laws = question.nobody(coverage)
        changes = _changes(setup, journal, told, notice(answers.remedies), directory)
        write_quarantine(quarantine, question.pseudonyms, directory)
        unknown, unread = write_unknown_citations([one["citations"] for one in told], directory)
        write_outputs_of_parts(setup, directory)
        tallied = Tallied(
            subjects=_height(directory / PEOPLE_FILE),
            charges=_height(directory / CHARGES_FILE),
            determinations=by_remedy(scanned(directory / DETERMINATIONS_FILE)),
            unknown_citations=unknown,
            offenses_unread=unread,
            county=county,
            digest=digest,
        )
        since = None if changes is None else changes.told()
        about = write_manifest(setup, answers, laws, read, tallied, since, directory, known)
        journal.check_inputs(setup.inputs)
    return Made(manifest=about, remedies=answers.remedies, changes=changes)


def _together(journal: Journal, name: str, directory: Path) -> dict[Path, dict[str, Any]]:
    """The parts of one table in a directory of its name; and the hash of each that was taken when it was written."""
    there = [journal.directory_of(PARTS, number) / name for number in range(journal.cuts.parts)]
    known: dict[Path, dict[str, Any]] = {}
    if not there[0].exists():
        return known
    (directory / name).mkdir(mode=0o700)
    # A reading has its number only where somebody in the part has several: all parts have the same columns.
    numbered = name == FINDINGS_FILE and any("alternative" in pl.read_parquet_schema(path) for path in there)
    for number, path in enumerate(there):
        part = directory / name / f"part-{number:05}.parquet"
        if numbered and "alternative" not in pl.read_parquet_schema(path):
            frame = pl.read_parquet(path)
            at = frame.columns.index("charge_id") + 1
            frame.insert_column(at, pl.lit(0, dtype=pl.UInt16).alias("alternative")).write_parquet(part)
            continue
        try:
            os.link(path, part)  # a killed run finds its parts again
        except OSError:
            shutil.copyfile(path, part)
        known[part] = journal.files_of(PARTS, number)[name]
    return known


def _check_charges(path: Path) -> None:
    """Refuse two people who have a charge of one id: each part could only see its own.

    Raises:
        SourceError: there are some.
    """
    ids = pl.col("charge_id").hash()
    charges, distinct = scanned(path).select(pl.len(), ids.n_unique()).collect(engine="streaming").row(0)
    if charges != distinct:
        raise SourceError(
            "Charges of several people have the same id.",
            found=f"{charges - distinct} times",
            cure="Give every charge an id of its own.",
        )


def _height(path: Path) -> int:
    return int(scanned(path).select(pl.len()).collect().item())


def _check_county(setup: Setup, told: Sequence[Told], bench: Bench) -> None:
    """Refuse a county that is nobody's as soon as all pieces have told theirs.

    Raises:
        RequestError: no charge is of it.
    """
    county = setup.question.county
    # A correction may bring a county that no input has.
    if county is None or setup.question.corrections.files or not all("counties" in one for one in told):
        return
    names = sorted({name for one in told for name in one["counties"]})
    if told and not spellings(pl.Series(names, dtype=pl.String), county):
        raise _nobodys(county, names, bench)


def _county(setup: Setup, told: Sequence[dict[str, Any]], bench: Bench) -> str | None:
    """The county as the records spell it.

    Raises:
        RequestError: no charge is of it.
    """
    if setup.question.county is None:
        return None
    found = sorted({one["county"] for one in told if one["county"] is not None})
    if not found:
        names = sorted({name for one in told for name in one["counties"]})
        raise _nobodys(setup.question.county, names, bench)
    return str(found[0])


def _nobodys(county: str, names: Sequence[str], bench: Bench) -> RequestError:
    bench.keep = False  # the same command would come to the same
    return RequestError("No charge is of that county.", found=repr(county), cure=nearest(county.upper(), names))


def _changes(
    setup: Setup, journal: Journal, told: Sequence[dict[str, Any]], told_notice: str, directory: Path
) -> Changes | None:
    """What changed since the earlier run, of all parts, written beside the other tables."""
    if setup.since is None:
        return None
    whole = pl.concat(
        [pl.read_parquet(journal.directory_of(PARTS, number) / CHANGES_FILE) for number in range(journal.cuts.parts)]
    )
    changes = Changes(
        since=Earlier(
            path=str(setup.request.since),
            manifest=setup.since.manifest,
            determinations=pl.DataFrame(),
            people=pl.DataFrame(),
        ),
        changes=whole,
        new_people=sum(one["new_people"] for one in told),
        gone_people=sum(one["gone_people"] for one in told),
    )
    write_parquet(whole, directory / CHANGES_FILE, notice=told_notice)
    if any(output.id == Csv.id for output, _ in setup.outputs):
        harmless(flat(whole)).write_csv((directory / CHANGES_FILE).with_suffix(".csv"))
    return changes
