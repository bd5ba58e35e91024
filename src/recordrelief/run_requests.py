"""What a run is asked for, and everything that can be wrong with it told before anything is written."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import attrs

from recordrelief.answering import DETERMINATIONS_FILE, PEOPLE_FILE, Question
from recordrelief.api import existing
from recordrelief.boundary import checked, guarded
from recordrelief.changes import Earlier, check_comparable
from recordrelief.corrections import read_corrections
from recordrelief.errors import RequestError, SourceError, nearest
from recordrelief.formats import Format, identified
from recordrelief.formats.person import check_people
from recordrelief.formats.spreading import Range
from recordrelief.joint import PolicyGiven, check_packs
from recordrelief.manifests import Asked
from recordrelief.outputs import Output
from recordrelief.placing import RUN, Place
from recordrelief.plugins import Plugins
from recordrelief.pseudonyms import Pseudonyms
from recordrelief.records import Records
from recordrelief.statutes import Policy, StatutePack
from recordrelief.stored_runs import StoredRun, open_run
from recordrelief.toml_files import read_toml

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

    ``memory`` is how many bytes the run may take, all its processes together: inputs that need more are read and
    screened in parts (:data:`MEMORY` if None). ``jobs`` is how many parts are worked on at a time (as many as there are
    processors if None). ``findings`` says whether every finding is kept beside the determinations; if None, they are
    where the run is not made in parts.
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
    memory: int | None = None
    jobs: int | None = None
    findings: bool | None = None
    force: bool = False


@attrs.frozen(kw_only=True, eq=False)
class Setup:
    """A run that may begin: what its request names was found, and fits together."""

    request: RunRequest
    inputs: tuple[Path, ...]
    known: Plugins
    format: Format
    question: Question
    outputs: tuple[tuple[Output, object], ...]
    since: StoredRun | None
    """The earlier run that it is compared with."""

    @classmethod
    def of(cls, request: RunRequest, known: Plugins) -> Setup:
        """That of a request.

        Raises:
            RequestError: the request is wrong.
            SourceError: a file of corrections, a policy or an input cannot be read.
        """
        place = Place(request.out, RUN, request.force)
        inputs = existing(request.inputs)
        pseudonyms = None if request.pseudonymize is None else Pseudonyms.of_file(request.pseudonymize)
        apart((*inputs, *request.corrections), place)
        corrections = read_corrections(request.corrections, without=request.without)
        packs = tuple(known.pack(name.strip()) for name in request.statutes.split(","))
        policies = policies_of(packs, request.policy)
        since = _since(request, packs, place, pseudonyms)
        outputs = _outputs(request.outputs, known, len(packs), pseudonyms is not None)
        name, known = known.naming(request.format)
        format_ = chosen_format(name, inputs, known)
        origins = {f"format {format_.id}": known.origins["format", format_.id]}
        origins |= {f"statutes {pack.id}": known.origins["statutes", pack.id] for pack in packs}
        origins |= {f"output {output.id}": known.origins["output", output.id] for output, _ in outputs}
        question = Question(
            packs=packs,
            policies=policies,
            as_of=request.as_of,
            county=request.county,
            remedies=request.remedies,
            corrections=corrections,
            every_pack=tuple(known.statutes.values()),
            origins=origins,
            pseudonyms=pseudonyms,
        )
        return cls(
            request=request,
            inputs=inputs,
            known=known,
            format=format_,
            question=question,
            outputs=tuple(outputs),
            since=since,
        )

    @property
    def asked(self) -> Asked:
        """What was asked for, as it was given."""
        corrections = self.question.corrections
        return Asked(
            format=self.format.id,
            policy=self.request.policy,
            outputs=self.request.outputs,
            plugins=tuple(map(str, self.request.plugins)),
            remedies=self.request.remedies,
            corrections=corrections.files,
            without=corrections.without,
        )

    def read(self) -> Records:
        """The records of all inputs."""
        return read_with(self.format, self.inputs, self.known)

    def earlier(self, within: Range | None = None) -> Earlier | None:
        """What the earlier run said: of everybody, once its digest was checked, or of the people of one part."""
        if self.since is None:
            return None
        if within is None:
            self.since.verify_digest()
        frames = {
            name: (frame if within is None else frame.filter(within.of("subject_id"))).collect()
            for name in (DETERMINATIONS_FILE, PEOPLE_FILE)
            for frame in (self.since.scan(name),)
        }
        return Earlier(
            path=str(self.request.since),
            manifest=self.since.manifest,
            determinations=frames[DETERMINATIONS_FILE],
            people=frames[PEOPLE_FILE],
        )


def chosen_format(name: str | None, inputs: Sequence[Path], known: Plugins) -> Format:
    """The format that was named, or the one that recognises every input.

    Raises:
        RequestError: there is no such format, or none or several recognise the inputs.
        SourceError: an input cannot be opened.
    """
    if name is not None:
        return known.format(name)
    try:
        return identified(known.formats, inputs, known.origins_of("format"))
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
    options = read_toml(path, "The policy file", where=given)
    try:
        return pack.read_policy(options)
    except RequestError as error:
        raise RequestError(
            error.what, where=f"{given}, {error.where}", found=error.found, expected=error.expected, cure=error.cure
        ) from None


def policies_of(packs: Sequence[StatutePack], given: str | None) -> dict[str, PolicyGiven]:
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


def _since(
    request: RunRequest, packs: Sequence[StatutePack], place: Place, pseudonyms: Pseudonyms | None
) -> StoredRun | None:
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
    return stored


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
