"""A run under check: what it stored, what can be read again, and what a check says of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import attrs
import polars as pl

from recordrelief.answering import DETERMINATIONS_FILE, FINDINGS_FILE
from recordrelief.api import corrected
from recordrelief.corrections import read_corrections
from recordrelief.errors import RequestError
from recordrelief.formats import Format
from recordrelief.joint import JointScreening, screen_jointly
from recordrelief.manifests import content_hash
from recordrelief.plugins import Plugins
from recordrelief.pseudonyms import Pseudonyms
from recordrelief.records import Records
from recordrelief.rescreening import ids_behind
from recordrelief.run_requests import read_with
from recordrelief.statutes import Policy, StatutePack
from recordrelief.stored_runs import StoredRun


@attrs.frozen
class Seen:
    """What a check looked at, what differs, and what is only to be known."""

    told: str
    differs: tuple[str, ...] = ()
    noted: tuple[str, ...] = ()


class NotChecked(Exception):
    """A check was not asked for, or cannot be asked."""


@attrs.frozen(eq=False)
class Found:
    """Where the files of one kind that a run was made from are, and how many are not as they were."""

    paths: tuple[Path, ...]
    entries: tuple[Mapping[str, Any], ...]
    """What the manifest says of each."""
    missing: int
    changed: int


@attrs.define(eq=False, slots=False)
class CheckedRun:
    """A run under check: what it stored, and what can be read again."""

    stored: StoredRun
    moved: tuple[Path, ...]
    known: Plugins
    sample: int
    pseudonyms: Pseudonyms | None

    @property
    def about(self) -> Mapping[str, Any]:
        return self.stored.manifest

    def determinations(self) -> Iterator[pl.DataFrame]:
        """As they stand, whatever their digest, part by part: every check tells its own difference."""
        return self.stored.parts(DETERMINATIONS_FILE)

    def findings(self) -> Iterator[pl.DataFrame]:
        """The findings, part by part.

        Raises:
            NotChecked: the run keeps none.
        """
        if FINDINGS_FILE not in self.about["files"]:
            raise NotChecked("The run keeps no findings.")
        return self.stored.parts(FINDINGS_FILE)

    @cached_property
    def hashes(self) -> dict[str, Path]:
        return {content_hash(path)[0]: path for path in self.moved}

    def found(self, kind: str) -> Found:
        """The inputs or the corrections, known by their hash."""
        found: list[tuple[Path, Mapping[str, Any]]] = []
        missing = changed = 0
        for entry in self.about[kind]:
            recorded = Path(entry["path"])
            if entry["sha256"] in self.hashes:
                found.append((self.hashes[entry["sha256"]], entry))
            elif not recorded.exists():
                missing += 1
            elif content_hash(recorded)[0] != entry["sha256"]:
                changed += 1
            else:
                found.append((recorded, entry))
        return Found(tuple(path for path, _ in found), tuple(entry for _, entry in found), missing, changed)

    @cached_property
    def inputs(self) -> Found:
        return self.found("inputs")

    @cached_property
    def corrections(self) -> Found:
        return self.found("corrections")

    @cached_property
    def as_read(self) -> Records:
        """The inputs, read again.

        Raises:
            NotChecked: the run was made in parts, as they may not fit at once.
        """
        if self.stored.in_parts:
            raise NotChecked("The run was made in parts: of its inputs only the sample is read again.")
        return read_with(self.format, self.paths, self.known)

    @property
    def paths(self) -> tuple[Path, ...]:
        """Where the inputs are.

        Raises:
            RequestError: one cannot be found.
        """
        for found in (self.inputs, self.corrections):
            if absent := found.missing + found.changed:
                raise RequestError(f"{count_of(absent, 'file')} that the run was made from cannot be found.")
        return self.inputs.paths

    @cached_property
    def format(self) -> Format:
        """The format that read them."""
        by = self.about["plugins"][f"format {self.about['format']}"]["name"]
        name, known = self.known.naming(by if by.endswith(".toml") else self.about["format"])
        assert name is not None
        return known.format(name)

    def of_people(self, named: Sequence[str]) -> Records:
        """The records of some people, as the run names them, read again and corrected."""
        spreading = self.format.spreading(self.paths) if self.stored.in_parts else None
        hidden = self.pseudonyms
        if spreading is None:
            subjects = self.records.subjects["subject_id"]
            return self.records.of_subjects(named if hidden is None else hidden.behind(named, "person", subjects))
        ids = list(named) if hidden is None else ids_behind(named, spreading, hidden)
        laid = read_corrections(self.corrections.paths, without=self.about["corrections_left_out"])
        mine = laid.of_people(lambda subjects: subjects.is_in(ids))
        return corrected(spreading.people(ids), mine, self.known.statutes.values())

    @cached_property
    def records(self) -> Records:
        """The same, with the corrections of the run laid over them."""
        laid = read_corrections(self.corrections.paths, without=self.about["corrections_left_out"])
        return corrected(self.as_read, laid, self.known.statutes.values())

    @cached_property
    def packs(self) -> tuple[StatutePack, ...]:
        return tuple(self.known.pack(law["id"]) for law in self.about["statutes"])

    def asked_again(self) -> None:
        """Refuse to read the inputs where that was not asked for, or would tell nothing."""
        if self.sample == 0:
            raise NotChecked("No sample was asked for.")
        if self.about["pseudonyms"] is not None and self.pseudonyms is None:
            raise NotChecked("The run is pseudonymous: it needs --key, and its inputs with --input.")

    def named(self, frame: pl.DataFrame) -> pl.DataFrame:
        """What was found again, as the run names people, charges and files."""
        return frame if self.pseudonyms is None else self.pseudonyms.hidden(frame)

    def screened(self, records: Records, county: str | None) -> JointScreening:
        """What the law of the run says of some records now."""
        policies: dict[str, Policy | dict[str, Any] | str | None] = {}
        for pack, law in zip(self.packs, self.about["statutes"], strict=True):
            policies[pack.id] = pack.read_policy(law["policy"])
        return screen_jointly(
            records,
            statutes=self.packs,
            as_of=self.about["as_of"],
            policies=policies,
            county=county,
            remedies=self.about["asked_remedies"],
        )


def of_people(number: int) -> str:
    """A number of people in words."""
    return count_of(number, "person", "people")


def count_of(number: int, one: str, many: str | None = None) -> str:
    """A number of things in words; ``many`` is what several are called, if not with an s."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
