"""A finished run with the records behind it: its answers, and the people, cases and charges that they are about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path

import attrs
import polars as pl

from recordrelief.answering import DETERMINATIONS_FILE
from recordrelief.api import corrected
from recordrelief.corrections import Corrections, read_corrections
from recordrelief.errors import RequestError, nearest
from recordrelief.plugins import Plugins
from recordrelief.pseudonyms import Pseudonyms, key_of_run
from recordrelief.records import Records
from recordrelief.rescreening import Places, located
from recordrelief.run_requests import read_with
from recordrelief.screening import Screening, screen, spellings
from recordrelief.statutes import Remedy, StatutePack
from recordrelief.stored_runs import StoredRun, open_run
from recordrelief.wording import notice


@attrs.frozen(kw_only=True, eq=False, slots=False)
class RunAgain:
    """A finished run, and its inputs to be read again. People and charges go by their ids in the inputs."""

    stored: StoredRun
    places: Places
    known: Plugins
    pseudonyms: Pseudonyms | None

    @classmethod
    def of(cls, directory: Path, known: Plugins, *, inputs: Sequence[Path] = (), key: Path | None = None) -> RunAgain:
        """Open a run of which every input is found.

        Args:
            directory: the run.
            known: the plugins that it was made with.
            inputs: where inputs are now, if they were moved.
            key: that of a pseudonymous run.

        Raises:
            RequestError: there is no such run, an input is not found as it was, or the key is missing or another.
        """
        stored = open_run(directory)
        pseudonyms = key_of_run(stored.manifest, key)
        for path in inputs:
            if not path.exists():
                raise RequestError("There is no such input.", where=str(path))
        places, notes = located(stored, inputs)
        if notes:
            raise RequestError(notes[0], cure="Or screen again.")
        return cls(stored=stored, places=places, known=known, pseudonyms=pseudonyms)

    @cached_property
    def packs(self) -> tuple[StatutePack, ...]:
        """The law that the run asked."""
        return tuple(self.known.pack(law["id"]) for law in self.stored.manifest["statutes"])

    @cached_property
    def remedies(self) -> Mapping[str, Remedy]:
        """By id, every remedy that the run may have answered for, in the version that was in force on its day."""
        day = date.fromisoformat(self.stored.manifest["as_of"])
        found: dict[str, Remedy] = {}
        for pack, law in zip(self.packs, self.stored.manifest["statutes"], strict=True):
            found |= {one.id: one for one in pack.in_force(pack.read_policy(law["policy"]), day)}
        return found

    @property
    def notice(self) -> str:
        """What every paper of the run says."""
        return notice(self.remedies.values())

    def remedies_named(self, ids: Sequence[str]) -> frozenset[str]:
        """The ids again, if the law has them all.

        Raises:
            RequestError: it has no such remedy.
        """
        for id in ids:
            if id not in self.remedies:
                raise RequestError("The law of the run has no such remedy.", found=id, cure=nearest(id, self.remedies))
        return frozenset(ids)

    def determinations(self, asked: pl.Expr) -> pl.DataFrame:
        """Those of the determinations that a test holds for, read only as far as needed, with the ids of the inputs."""
        self.stored.verify_digest()
        found = self.stored.scan(DETERMINATIONS_FILE).filter(asked).collect()
        if self.pseudonyms is None:
            return found
        real = {name: self._behind(found[name], name) for name in ("subject_id", "charge_id")}
        return found.with_columns(pl.col(name).replace_strict(ids) for name, ids in real.items() if ids)

    def _behind(self, shown: pl.Series, name: str) -> dict[str, str]:
        assert self.pseudonyms is not None
        kind = name.removesuffix("_id").replace("subject", "person")
        table = self._whole.subjects if kind == "person" else self._whole.charges
        wanted = set(shown)
        named = {self.pseudonyms.of(kind, id): id for id in table[name].unique()}
        return {pseudonym: id for pseudonym, id in named.items() if pseudonym in wanted}

    @cached_property
    def _whole(self) -> Records:
        name, known = self._named
        records = read_with(known.format(name), self.places.inputs, known)
        return corrected(records, self._corrections, self.known.statutes.values())

    @cached_property
    def _corrections(self) -> Corrections:
        return read_corrections(self.places.corrections, without=self.stored.manifest.get("corrections_left_out", ()))

    @cached_property
    def _named(self) -> tuple[str, Plugins]:
        about = self.stored.manifest
        by = about["plugins"][f"format {about['format']}"]["name"]
        name, known = self.known.naming(by if by.endswith(".toml") else about["format"])
        assert name is not None
        return name, known

    def records_of(self, ids: Iterable[str]) -> Records:
        """The records of some people, corrected as in the run. The inputs are read once for all of them.

        Of a run in parts no more than these people are held at a time.

        Args:
            ids: their ids in the inputs.
        """
        wanted = sorted(set(ids))
        name, known = self._named
        spreading = None
        if self.stored.in_parts and self.pseudonyms is None:
            spreading = known.format(name).spreading(self.places.inputs)
        if spreading is None:
            return self._whole.of_subjects(wanted)
        mine = self._corrections.of_people(lambda subjects: subjects.is_in(wanted))
        return corrected(spreading.people(wanted), mine, self.known.statutes.values())

    def subject_behind(self, shown: str) -> str:
        """The id in the inputs of somebody whom the run may know by a pseudonym."""
        if self.pseudonyms is None:
            return shown
        return next(iter(self.pseudonyms.behind([shown], "person", self._whole.subjects["subject_id"])), shown)

    def charge_behind(self, shown: str, records: Records) -> str:
        """The same of a charge, among those of some records."""
        if self.pseudonyms is None:
            return shown
        return next(iter(self.pseudonyms.behind([shown], "charge", records.charges["charge_id"])), shown)

    def screened(self, records: Records) -> tuple[Screening, ...]:
        """What each law of the run says of some people, with the findings; of charges of its county, if it has one."""
        about = self.stored.manifest
        asked, county = tuple(about["asked_remedies"]), about["county"]
        if county is not None and not spellings(records.charges["county"], county):
            return ()
        found = []
        for pack, law in zip(self.packs, about["statutes"], strict=True):
            policy = pack.read_policy(law["policy"])
            own = {one.id for one in pack.all_versions(policy)}
            remedies = tuple(id for id in asked if id in own)
            if remedies or not asked:
                found.append(
                    screen(
                        records,
                        statutes=pack,
                        as_of=about["as_of"],
                        policy=policy,
                        county=county,
                        remedies=remedies,
                    )
                )
        return tuple(found)
