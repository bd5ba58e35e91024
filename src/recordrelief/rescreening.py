"""Screening one person of a finished run again, from the same inputs with the same options, to explain the answer."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import attrs
import polars as pl

from recordrelief.answering import DETERMINATIONS_FILE
from recordrelief.api import corrected, existing
from recordrelief.corrections import read_corrections
from recordrelief.errors import RequestError
from recordrelief.formats.spreading import Cuts, Spreading
from recordrelief.joint import screen_jointly
from recordrelief.manifests import content_hash
from recordrelief.plugins import Plugins
from recordrelief.pseudonyms import Pseudonyms, key_of_run
from recordrelief.records import Records
from recordrelief.run_requests import chosen_format, policy_of, read_with
from recordrelief.screening import DETERMINATIONS, Screening, spellings
from recordrelief.statutes import Policy, StatutePack
from recordrelief.stored_runs import QUARANTINE_FILE, StoredRun


@attrs.frozen
class Places:
    """Where the inputs of a run are, and its corrections."""

    inputs: tuple[Path, ...]
    corrections: tuple[Path, ...]


@attrs.frozen(kw_only=True, eq=False)
class Person:
    """One person of a finished run, as read again and corrected, and the law that the run asked."""

    records: Records
    packs: tuple[StatutePack, ...]
    policies: Mapping[str, Policy]
    as_of: str
    county: str | None
    remedies: tuple[str, ...]
    pseudonyms: Pseudonyms | None = None

    @property
    def subject_id(self) -> str:
        """The person's id in the inputs, also where the run has a pseudonym for it."""
        return str(self.records.subjects["subject_id"][0])

    def charge_id(self, named: str | None) -> str | None:
        """The id in the inputs of what the run calls a charge; what is none of the person's stays as it is."""
        if named is None or self.pseudonyms is None:
            return named
        return next(iter(self.pseudonyms.behind([named], "charge", self.records.charges["charge_id"])), named)

    def asked_of(self, pack: StatutePack) -> tuple[str, ...] | None:
        """The remedies of a pack that are asked for: none for all of them, None where others are."""
        own = {one.id for one in pack.all_versions(self.policies[pack.id])}
        asked = tuple(one for one in self.remedies if one in own)
        return asked if asked or not self.remedies else None


@attrs.frozen(kw_only=True, eq=False)
class Again:
    """One person of a finished run, screened again under each law; ``notes`` say what is not the same any more."""

    person: Person
    screenings: tuple[Screening, ...]
    notes: tuple[str, ...]

    def about(self, charge_id: str | None, remedy: str | None) -> tuple[Screening, ...]:
        """The screenings that answered for a charge and a remedy; the first of all where none did, to say so."""
        asked = pl.lit(True)
        if charge_id is not None:
            asked = asked & (pl.col("charge_id") == charge_id)
        if remedy is not None:
            asked = asked & (pl.col("remedy").cast(pl.String) == remedy)
        found = tuple(one for one in self.screenings if not one.determinations.filter(asked).is_empty())
        return found or self.screenings[:1]


def located(stored: StoredRun, moved: Sequence[Path] = ()) -> tuple[Places, tuple[str, ...]]:
    """Where the inputs of a run and its corrections are, known by their hash, and a note on each that is not as it was.

    Args:
        stored: the run.
        moved: where to look, besides the places that the manifest names.

    Raises:
        RequestError: a file to look at is not there, or is none of the run's.
    """
    looked_at = {path: content_hash(path)[0] for path in (existing(moved) if moved else ())}
    wanted = {entry["sha256"] for kind in ("inputs", "corrections") for entry in stored.manifest.get(kind, ())}
    if strange := [str(path) for path, sha256 in looked_at.items() if sha256 not in wanted]:
        raise RequestError(
            "A file given with --input is none that the run was made of, or has changed since.",
            found=", ".join(strange),
            expected="files with the SHA-256 that the manifest of the run names",
        )
    found: dict[str, list[Path]] = {"inputs": [], "corrections": []}
    notes: list[str] = []
    for kind, word in (("inputs", "input"), ("corrections", "file of corrections")):
        for entry in stored.manifest.get(kind, ()):
            recorded = Path(entry["path"])
            here = [path for path, sha256 in looked_at.items() if sha256 == entry["sha256"]]
            if here:
                found[kind].append(here[0])
            elif not recorded.exists():
                notes.append(f"The {word} {recorded} is not there any more. Say where it is now with --input.")
            elif content_hash(recorded)[0] != entry["sha256"]:
                notes.append(f"The {word} {recorded} has changed since. Say where the file of then is with --input.")
            else:
                found[kind].append(recorded)
    return Places(tuple(found["inputs"]), tuple(found["corrections"])), tuple(notes)


def person_again(
    stored: StoredRun, subject_id: str, places: Places, known: Plugins, pseudonyms: Pseudonyms | None = None
) -> Person:
    """Read one person of a run again, with its corrections.

    Args:
        stored: the run.
        subject_id: the person, as the run names them.
        places: where the inputs are, from :func:`located`.
        known: the plugins to use.
        pseudonyms: those of the run, where it has any.

    Raises:
        RequestError: the person is not in the inputs, or a plugin of the run is not there, or the run is pseudonymous
            and no pseudonyms were given.
        SourceError: an input cannot be read, or a correction does not fit it.
    """
    about = stored.manifest
    packs = tuple(known.pack(law["id"]) for law in about["statutes"])
    by = about["plugins"][f"format {about['format']}"]["name"]
    name, known = known.naming(by if by.endswith(".toml") else about["format"])
    assert name is not None
    corrections = read_corrections(places.corrections, without=about.get("corrections_left_out", ()))
    if pseudonyms is None:
        key_of_run(about, None)
    format_ = known.format(name)
    spreading = format_.spreading(places.inputs) if stored.in_parts else None
    named = [subject_id]
    if spreading is None:
        records = read_with(format_, places.inputs, known)
        if pseudonyms is not None:
            named = pseudonyms.behind(named, "person", records.subjects["subject_id"])
    else:
        # Everybody's records at once may be more than fits.
        if pseudonyms is not None:
            named = ids_behind(named, spreading, pseudonyms)
        records = spreading.people(named)
        corrections = corrections.of_people(lambda ids: ids.is_in(named))
    records = corrected(records, corrections, known.statutes.values()).of_subjects(named)
    if records.subjects.is_empty():
        raise _not_there(stored, subject_id)
    policies = {law["id"]: law["policy"] for law in about["statutes"]}
    return Person(
        records=records,
        packs=packs,
        policies={pack.id: pack.read_policy(policies[pack.id]) for pack in packs},
        as_of=about["as_of"],
        county=_county_here(records.charges, about["county"]),
        remedies=tuple(about["asked_remedies"]),
        pseudonyms=pseudonyms,
    )


def ids_behind(named: Iterable[str], spreading: Spreading, pseudonyms: Pseudonyms) -> list[str]:
    """The ids in the inputs of some people whom a run in parts has pseudonyms for, in order.

    It takes one pass over the inputs, without holding everybody's records: a format asks of the id of each row in which
    partition it belongs.
    """
    wanted = pl.Series(list(named), dtype=pl.String).implode()
    found: set[str] = set()

    def seen(ids: pl.Series) -> pl.Series:
        shown = pseudonyms.people(ids)
        found.update(ids.filter(shown.is_in(wanted)))
        return shown

    # All ids lie behind the cut: the partition before it has nobody.
    cuts = Cuts(("",), seen)
    if spreading.pieces == 0:
        spreading.partition(0, cuts, [], [])
    with TemporaryDirectory() as place:
        for piece in range(spreading.pieces):
            directory = Path(place) / str(piece)
            directory.mkdir(mode=0o700)
            spreading.spread(piece, cuts, directory)
            shutil.rmtree(directory)
    return sorted(found)


def _not_there(stored: StoredRun, subject_id: str) -> RequestError:
    """Why there is nothing to say of a person."""
    aside = stored.quarantine.filter(pl.col("subject_id") == subject_id)
    if aside.is_empty():
        return RequestError("The run has no such subject.")
    return RequestError(
        "All rows of this subject were set aside: the run has no answer for them.",
        found=", ".join(sorted(set(aside["code"]))),
        cure=f"See the reasons in {QUARANTINE_FILE} of the run.",
    )


def person_of_files(
    inputs: Sequence[Path],
    subject_id: str | None,
    known: Plugins,
    *,
    statutes: str,
    as_of: str,
    format: str | None = None,
    policy: str | None = None,
) -> Person:
    """Read one person of some files, to ask one law about.

    Args:
        inputs: the files.
        subject_id: the person; may be left out where the files are about one.
        known: the plugins to use.
        statutes: id of the statute pack.
        as_of: the day at which law and record are read.
        format: id of the format, or a mapping file.
        policy: a policy of the pack, or a file with its options.

    Raises:
        RequestError: there is no such person, pack, format or policy, or more than one person to choose from.
        SourceError: an input cannot be read.
    """
    pack = known.pack(statutes)
    paths = existing(inputs)
    name, known = known.naming(format)
    records = read_with(chosen_format(name, paths, known), paths, known)
    if subject_id is None:
        if records.subjects["subject_id"].n_unique() != 1:
            raise RequestError("The files are about more than one person.", cure="Say which with --subject.")
        subject_id = records.subjects["subject_id"][0]
    records = records.of_subjects([subject_id])
    if records.subjects.is_empty():
        raise RequestError("The records hold no such person.", cure="Give the subject_id as the source has it.")
    return Person(
        records=records,
        packs=(pack,),
        policies={pack.id: policy_of(pack, policy)},
        as_of=as_of,
        county=None,
        remedies=(),
    )


def screen_again(
    stored: StoredRun, subject_id: str, places: Places, known: Plugins, pseudonyms: Pseudonyms | None = None
) -> Again:
    """Read the inputs of a run and screen one person as the run did; as :func:`person_again`, which see."""
    about = stored.manifest
    person = person_again(stored, subject_id, places, known, pseudonyms)
    joint = screen_jointly(
        person.records,
        statutes=person.packs,
        as_of=person.as_of,
        policies=person.policies,
        county=person.county,
        remedies=person.remedies,
    )
    notes = list(_versions(about, known))
    before = stored.of_person(DETERMINATIONS_FILE, subject_id)
    now = joint.determinations if pseudonyms is None else pseudonyms.hidden(joint.determinations)
    if different := _different(before, now):
        notes.append(f"{different} of the answers below differ from those that the run stored.")
    return Again(person=person, screenings=joint.parts, notes=tuple(notes))


def _county_here(charges: pl.DataFrame, county: str | None) -> str | None:
    if county is not None and not spellings(charges["county"], county):
        raise RequestError(
            "No charge of this subject is of the county that the run was for.", found=county, cure="Run it for another."
        )
    return county


def _versions(about: Any, known: Plugins) -> Iterator[str]:
    import recordrelief

    then = {"recordrelief": about["recordrelief"]}
    now = {"recordrelief": recordrelief.__version__}
    for origin in known.loaded:
        now[origin.name] = origin.version
    for plugin in about["plugins"].values():
        then[plugin["name"]] = plugin["version"]
    for name, version in sorted(then.items()):
        if now.get(name, version) != version:
            yield f"The run was made with {name} {version}; this is {now[name]}."


def _different(before: pl.DataFrame, now: pl.DataFrame) -> int:
    """In how many pairs of charge and remedy two sets of determinations are not the same.

    The name of the file is left out: the same content may have moved.
    """
    compared = [name for name in DETERMINATIONS if name != "source_file"]
    texts = [
        frame.select(
            pl.col(name).list.join("; ") if name == "deciding" else pl.col(name).cast(pl.String) for name in compared
        )
        for frame in (before, now)
    ]
    only = [texts[one].join(texts[1 - one], on=compared, how="anti", nulls_equal=True) for one in (0, 1)]
    return pl.concat(only).select("charge_id", "remedy").n_unique()
