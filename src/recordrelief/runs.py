"""A bulk run on disk: inputs in, a directory of determinations, findings, quarantine and manifest out, or nothing."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import attrs
import polars as pl

from recordrelief.api import corrected, existing
from recordrelief.boundary import BrokenPlugin, Origin, checked, guarded
from recordrelief.changes import Changes, Earlier, LawTold, changes_since, check_comparable
from recordrelief.corrections import read_corrections
from recordrelief.errors import RequestError, SourceError, nearest
from recordrelief.fingerprints import fingerprints
from recordrelief.formats import Format, identified
from recordrelief.formats.person import check_people
from recordrelief.joint import PolicyGiven, check_packs, screen_jointly
from recordrelief.manifests import Asked, counted, digest, inputs_of, manifest, read_manifest, verified
from recordrelief.outputs import Output
from recordrelief.outputs.tables import Csv, flat, harmless
from recordrelief.placing import RUN, Place, json_text, write_parquet
from recordrelief.plugins import Plugins, load
from recordrelief.pseudonyms import Pseudonyms
from recordrelief.records import Records
from recordrelief.screening import Answers, Screening
from recordrelief.statutes import Policy, StatutePack
from recordrelief.wording import notice

DETERMINATIONS_FILE = "determinations.parquet"
FINDINGS_FILE = "findings.parquet"
PEOPLE_FILE = "people.parquet"
CHANGES_FILE = "changes.parquet"
QUARANTINE_FILE = "quarantine.csv"
UNKNOWN_CITATIONS_FILE = "unknown-citations.csv"

Progress = Callable[[str], None]
"""Told what is being done, in two or three words, whenever that changes."""


def _paths(values: Sequence[str | os.PathLike[str]]) -> tuple[Path, ...]:
    return tuple(Path(value) for value in values)


def _names(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(values)


def _numbers(values: Iterable[int]) -> tuple[int, ...]:
    return tuple(values)


@attrs.frozen(kw_only=True)
class RunRequest:
    """What a run is asked for.

    ``statutes`` is the id of a pack, or several with commas between them. ``policy`` is the name of a policy of the
    pack or the path of a TOML file with its options; for several packs ``PACK=POLICY``, with commas between them.
    ``outputs`` are ``NAME`` or ``NAME=SETTINGS``. Without ``format`` exactly one must recognise every input. With
    ``since``, the directory of an earlier run, what changed since is told; with ``pseudonymize``, a key file, no id of
    the inputs is written.
    """

    inputs: tuple[Path, ...] = attrs.field(converter=_paths)
    statutes: str
    as_of: str
    out: Path = attrs.field(converter=Path)
    format: str | None = None
    county: str | None = None
    policy: str | None = None
    remedies: tuple[str, ...] = attrs.field(default=(), converter=_names)
    outputs: tuple[str, ...] = attrs.field(default=(), converter=_names)
    plugins: tuple[Path, ...] = attrs.field(default=(), converter=_paths)
    corrections: tuple[Path, ...] = attrs.field(default=(), converter=_paths)
    without: tuple[int, ...] = attrs.field(default=(), converter=_numbers)
    since: Path | None = attrs.field(default=None, converter=attrs.converters.optional(Path))
    pseudonymize: Path | None = attrs.field(default=None, converter=attrs.converters.optional(Path))
    force: bool = False


@attrs.frozen(kw_only=True, eq=False)
class FinishedRun:
    """A run that stands in its directory: its manifest, what was determined, and the screening under each law.

    ``changes`` are those since the earlier run that was named.
    """

    directory: Path
    manifest: Mapping[str, Any]
    answers: Answers
    parts: tuple[Screening, ...]
    changes: Changes | None = None


@attrs.frozen(eq=False)
class StoredRun:
    """A finished run as it was found on disk."""

    directory: Path
    manifest: Mapping[str, Any]

    @cached_property
    def determinations(self) -> pl.DataFrame:
        """The determinations, held against the digest in the manifest."""
        return verified(self._parquet(DETERMINATIONS_FILE), self.manifest, self.directory / DETERMINATIONS_FILE)

    @cached_property
    def findings(self) -> pl.DataFrame:
        """The findings, one row a charge."""
        return self._parquet(FINDINGS_FILE)

    @cached_property
    def people(self) -> pl.DataFrame:
        """The fingerprint of each person's record."""
        return self._parquet(PEOPLE_FILE)

    @cached_property
    def quarantine(self) -> pl.DataFrame:
        """The quarantine, as the file has it (an apostrophe stands before what a spreadsheet could run)."""
        text = dict.fromkeys(("source_file", "code", "reason", "subject_id"), pl.String())
        return pl.read_csv(self.directory / QUARANTINE_FILE, schema_overrides={**text, "source_line": pl.UInt32()})

    def _parquet(self, name: str) -> pl.DataFrame:
        try:
            return pl.read_parquet(self.directory / name)
        except (OSError, pl.exceptions.PolarsError) as error:
            raise SourceError(
                "A file of the run cannot be read.", where=str(self.directory / name), found=type(error).__name__
            ) from None


def open_run(directory: Path | str) -> StoredRun:
    """A finished run, to read what it determined.

    Raises:
        RequestError: the directory holds no finished run.
    """
    return StoredRun(Path(directory), read_manifest(Path(directory)))


def run(request: RunRequest, progress: Progress = lambda doing: None, *, plugins: Plugins | None = None) -> FinishedRun:
    """Read, screen and write one run. The directory stands when all of it is done, and not before.

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
    inputs = existing(request.inputs)
    pseudonyms = None if request.pseudonymize is None else Pseudonyms.of_file(request.pseudonymize)
    apart((*inputs, *request.corrections), place)
    corrections = read_corrections(request.corrections, without=request.without)
    known = load(request.plugins) if plugins is None else plugins
    packs = [known.pack(name.strip()) for name in request.statutes.split(",")]
    policies = _policies(packs, request.policy)
    earlier = _earlier(request, packs, place, pseudonyms)
    outputs = _outputs(request.outputs, known, len(packs), pseudonyms is not None)
    name, known = known.naming(request.format)
    format_ = chosen_format(name, inputs, known)
    progress("reading")
    records = read_with(format_, inputs, known)
    counts = counted(records, format_.id)
    entries = inputs_of(inputs, counts, format_.id)
    records = corrected(records, corrections, known.statutes.values())
    progress("screening")
    joint = screen_jointly(
        records,
        statutes=packs,
        as_of=request.as_of,
        policies=policies,
        county=request.county,
        remedies=request.remedies,
    )
    parts = joint.parts
    answers: Answers = joint if len(packs) > 1 else parts[0]
    shown = answers if pseudonyms is None else pseudonyms.answers(answers)
    asked = Asked(
        format=format_.id,
        policy=request.policy,
        outputs=request.outputs,
        plugins=tuple(map(str, request.plugins)),
        remedies=request.remedies,
        corrections=corrections.files,
        without=corrections.without,
    )
    origins = {f"format {format_.id}": known.origins["format", format_.id]}
    origins |= {f"statutes {pack.id}": known.origins["statutes", pack.id] for pack in packs}
    origins |= {f"output {output.id}": known.origins["output", output.id] for output, _ in outputs}
    with place.filled() as directory, ThreadPoolExecutor(1) as beside:
        progress("writing")
        digested = beside.submit(digest, shown.determinations)
        told = notice(answers.remedies)
        write_parquet(shown.findings, directory / FINDINGS_FILE, notice=told)
        write_parquet(shown.determinations, directory / DETERMINATIONS_FILE, notice=told)
        people = fingerprints(records) if pseudonyms is None else pseudonyms.hidden(fingerprints(records))
        write_parquet(people, directory / PEOPLE_FILE)
        changes = None
        if earlier is not None:
            again = _Again(
                records=records, packs=packs, policies=policies, county=answers.county, remedies=request.remedies
            )
            changes = changes_since(
                earlier,
                shown,
                people=people,
                law=LawTold.now(parts, origins),
                asked_then=lambda ids: again.asked(earlier.manifest["as_of"], ids, pseudonyms),
            )
            write_parquet(changes.changes, directory / CHANGES_FILE, notice=told)
            if any(output.id == Csv.id for output, _ in outputs):
                harmless(flat(changes.changes)).write_csv((directory / CHANGES_FILE).with_suffix(".csv"))
        quarantine = records.quarantine if pseudonyms is None else pseudonyms.hidden(records.quarantine)
        harmless(quarantine).write_csv(directory / QUARANTINE_FILE)
        unknown = pl.concat(
            part.unknown_citations.citations.select(pl.lit(part.pack.id).alias("statutes"), pl.all()) for part in parts
        )
        harmless(unknown).write_csv(directory / UNKNOWN_CITATIONS_FILE)
        for output, settings in outputs:
            progress(f"writing {output.id}")
            _write(output, settings, shown, directory, known.origins["output", output.id])
        files = [*(path.name for path in directory.iterdir()), RUN.marker]
        about = manifest(answers, parts, asked, entries, counts, origins, files, digested.result())
        about["since"] = None if changes is None else changes.told()
        about = {**about, "pseudonyms": None} if pseudonyms is None else pseudonyms.manifest(about)
        (directory / RUN.marker).write_text(json_text(about), encoding="utf-8")
    return FinishedRun(directory=request.out, manifest=about, answers=shown, parts=parts, changes=changes)


def chosen_format(name: str | None, inputs: Sequence[Path], known: Plugins) -> Format:
    """The format that was named, or the one that recognises every input.

    Raises:
        RequestError: there is no such format, or none or several recognise the inputs.
        SourceError: an input cannot be opened.
    """
    if name is not None:
        return known.format(name)
    try:
        return identified(known.formats, inputs)
    except OSError as error:
        raise _unreadable(error) from None


def read_with(format_: Format, inputs: Sequence[Path], known: Plugins) -> Records:
    """Read the inputs with a format and check what it gave.

    Raises:
        SourceError: an input cannot be read, or a fact in one written by hand is declared by no pack.
        PluginError: the format failed, or gave something else than records.
    """
    origin = known.origins["format", format_.id]
    where = f"format {format_.id}, read"
    try:
        with guarded(origin, where):
            records = format_.read(inputs)
    except OSError as error:
        raise _unreadable(error) from None
    checked(records, Records, "it gave no records", origin, where)
    check_people(records, known.statutes.values())
    return records


def policy_of(pack: StatutePack, given: str | None) -> Policy:
    """A policy of a pack by its name, or from a TOML file with its options.

    Raises:
        RequestError: there is no such policy and no such file, or the file or an option in it is wrong.
    """
    if given is None or given in pack.policies:
        return pack.read_policy(given)
    path = Path(given)
    if not path.is_file():
        raise RequestError(
            f"Pack {pack.id} has no policy of that name, and there is no such file.",
            found=repr(given),
            cure=nearest(given, pack.policies),
        )
    try:
        options = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RequestError("The policy file is not TOML.", where=given, found=str(error)) from None
    except OSError as error:
        raise _unreadable(error) from None
    try:
        return pack.read_policy(options)
    except RequestError as error:
        raise RequestError(
            error.what, where=f"{given}, {error.where}", found=error.found, expected=error.expected, cure=error.cure
        ) from None


def _policies(packs: Sequence[StatutePack], given: str | None) -> dict[str, PolicyGiven]:
    """The policy that was given for each pack."""
    if given is None or len(packs) == 1:
        return {} if given is None else {packs[0].id: policy_of(packs[0], given)}
    named: dict[str, str] = {}
    for text in given.split(","):
        pack, equals, policy = text.strip().partition("=")
        if not equals:
            raise RequestError(
                "With several statutes a policy says which it is for.", found=text, expected="PACK=POLICY[,PACK=POLICY]"
            )
        named[pack] = policy
    check_packs(packs, named)
    return {pack.id: policy_of(pack, named[pack.id]) for pack in packs if pack.id in named}


def _earlier(
    request: RunRequest, packs: Sequence[StatutePack], place: Place, pseudonyms: Pseudonyms | None
) -> Earlier | None:
    """The earlier run that was named, if it can be compared with."""
    if request.since is None:
        return None
    stored = open_run(request.since)
    if request.since.resolve() == place.final:
        raise RequestError("The earlier run stands in the output directory.", cure="Name another --out.")
    if stored.manifest.get("pseudonyms") != (None if pseudonyms is None else pseudonyms.told):
        raise RequestError(
            "The earlier run names its people otherwise: it is pseudonymous under another key, or only one of both is.",
            cure="Name a run that was made with the same --pseudonymize.",
        )
    check_comparable(
        stored.manifest,
        statutes=[pack.id for pack in packs],
        as_of=request.as_of,
        county=request.county,
        remedies=request.remedies,
    )
    return Earlier(
        path=str(request.since), manifest=stored.manifest, determinations=stored.determinations, people=stored.people
    )


@attrs.frozen(kw_only=True, eq=False)
class _Again:
    """What a run asks, to be asked again of some of its people and on another day."""

    records: Records
    packs: Sequence[StatutePack]
    policies: Mapping[str, PolicyGiven]
    county: str | None
    remedies: tuple[str, ...]

    def asked(self, day: str, people: Sequence[str], pseudonyms: Pseudonyms | None) -> Answers:
        """What the law as it is now says of some people, as their records are now, on another day."""
        ids = people if pseudonyms is None else pseudonyms.behind(people, "person", self.records.subjects["subject_id"])
        records, county = self.records.of_subjects(ids), self.county
        if county is not None and records.charges.filter(pl.col("county").cast(pl.String) == county).is_empty():
            # Their charges of the county are gone: of nobody the answers are the same, none.
            records, county = records.of_subjects([]), None
        answers = screen_jointly(
            records, statutes=self.packs, as_of=day, policies=self.policies, county=county, remedies=self.remedies
        )
        return answers if pseudonyms is None else pseudonyms.answers(answers)


def _outputs(asked: Sequence[str], known: Plugins, laws: int, pseudonymous: bool) -> list[tuple[Output, object]]:
    outputs: dict[str, tuple[Output, object]] = {}
    for text in asked:
        name, equals, settings = text.partition("=")
        output = known.output(name)
        if name in outputs:
            raise RequestError(f"The output {name} was asked for twice.")
        if laws > 1 and not output.joint:
            raise RequestError(f"The output {name} is for one law at a time.", cure="Name one pack in --statutes.")
        if pseudonymous and not output.pseudonymous:
            raise RequestError(
                f"The output {name} may write rows of the source, and these hold identities.",
                cure="Leave it out of a pseudonymous run, or leave out --pseudonymize.",
            )
        with guarded(known.origins["output", name], f"output {name}, settings"):
            outputs[name] = (output, output.settings(settings if equals else None))
    return list(outputs.values())


def _write(output: Output, settings: object, answers: Answers, directory: Path, origin: Origin) -> None:
    """Let an output write into a directory of its own, then move its files to the others."""
    own = directory / f".{output.id}"
    own.mkdir(mode=0o700)
    where = f"output {output.id}, write"
    with guarded(origin, where):
        # Several laws together only reach an output that says it can take them.
        written = output.write(cast(Screening, answers), answers.records, own, settings)
    checked(written, tuple[Path, ...], "it did not say what it wrote", origin, where)
    made = {path.name for path in own.iterdir()}
    if made != {path.name for path in written} or any(path.parent != own for path in written):
        raise BrokenPlugin(
            "what it says it wrote is not what it wrote", who=origin, where=where, why=f"{len(made)} files"
        )
    for name in sorted(made):
        if name == RUN.marker or (directory / name).exists():
            raise BrokenPlugin("it writes a file that is there already", who=origin, where=where, why=name)
        os.rename(own / name, directory / name)
    own.rmdir()


def apart(inputs: Sequence[Path], place: Place) -> None:
    """Refuse inputs that stand in the directory that is to be written.

    Raises:
        RequestError: one does.
    """
    for path in inputs:
        real = path.resolve()
        if real == place.final or place.final in real.parents:
            raise RequestError("An input stands in the output directory.", where=str(path), cure="Name another --out.")


def _unreadable(error: OSError) -> SourceError:
    return SourceError(
        "An input cannot be read.",
        where=str(error.filename) if error.filename else None,
        found=os.strerror(error.errno) if error.errno else type(error).__name__,
    )
