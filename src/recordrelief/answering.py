"""What a run asks, and the answers of some records on disk: the same for all records at once and for a part of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import attrs
import polars as pl

from recordrelief.api import corrected
from recordrelief.boundary import Origin
from recordrelief.changes import Changes, Earlier, LawTold, changes_since
from recordrelief.corrections import Corrections
from recordrelief.fingerprints import fingerprints
from recordrelief.joint import JointScreening, PolicyGiven, screen_jointly
from recordrelief.model import Coverage
from recordrelief.particulars import charges_of, people_of, without_birthdays
from recordrelief.placing import write_parquet
from recordrelief.pseudonyms import Pseudonyms
from recordrelief.records import Records
from recordrelief.screening import Answers, Screening, spellings
from recordrelief.statutes import StatutePack
from recordrelief.wording import notice

DETERMINATIONS_FILE = "determinations.parquet"
FINDINGS_FILE = "findings.parquet"
CHARGES_FILE = "charges.parquet"
PEOPLE_FILE = "people.parquet"
CHANGES_FILE = "changes.parquet"


@attrs.frozen(kw_only=True, eq=False)
class Question:
    """What a run asks of records: which law, of which day, under which policies, for which county and remedies."""

    packs: tuple[StatutePack, ...]
    policies: Mapping[str, PolicyGiven]
    as_of: str
    county: str | None
    remedies: tuple[str, ...]
    corrections: Corrections
    every_pack: tuple[StatutePack, ...]
    origins: Mapping[str, Origin]
    pseudonyms: Pseudonyms | None = None
    findings: bool = True

    def nobody(self, coverage: Coverage) -> tuple[Answers, tuple[Screening, ...]]:
        """The answers for no records: which remedies are asked for, under which law and policy."""
        joint = screen_jointly(
            Records.of({}, coverage=coverage),
            statutes=self.packs,
            as_of=self.as_of,
            policies=self.policies,
            remedies=self.remedies,
        )
        return joint, joint.parts

    def answered(self, records: Records, earlier: Earlier | None, *, lenient: bool = False) -> Answered:
        """The answers for some records, corrected first.

        Args:
            records: the records as they were read.
            earlier: what an earlier run said of the same people, if it is to be compared with.
            lenient: let pass that no charge is of the county, as it may be in a part: then there are no answers.

        Raises:
            RequestError: the county, a policy, a remedy or the day is wrong.
            SourceError: a correction does not fit.
        """
        records = corrected(records, self.corrections, self.every_pack)
        with ThreadPoolExecutor(1) as beside:
            told = beside.submit(told_of, records, self.pseudonyms)
            joint = self._asked(records, self.as_of, lenient)
            people, charges = told.result()
        answers: Answers = joint if len(self.packs) > 1 else joint.parts[0]
        shown = answers if self.pseudonyms is None else self.pseudonyms.answers(answers)
        changes = None
        if earlier is not None:
            changes = changes_since(
                earlier,
                shown,
                people=people,
                law=LawTold.now(joint.parts, self.origins),
                asked_then=lambda ids: self._asked_then(records, earlier.manifest["as_of"], ids),
            )
        return Answered(
            answers=answers,
            shown=shown,
            laws=joint.parts,
            people=people,
            charges=charges,
            changes=changes,
        )

    def _asked(self, records: Records, day: str, lenient: bool) -> JointScreening:
        county = self.county
        elsewhere = lenient and county is not None and not spellings(records.charges["county"], county)
        joint = screen_jointly(
            # Without a charge of the county there are no answers, as of nobody.
            records.of_subjects([]) if elsewhere else records,
            statutes=self.packs,
            as_of=day,
            policies=self.policies,
            county=None if elsewhere else county,
            remedies=self.remedies,
            findings=self.findings,
        )
        if not elsewhere:
            return joint
        # What their charges cite counts wherever they are.
        parts = [attrs.evolve(one, records=one.pack.derived(records, one.policy)) for one in joint.parts]
        return attrs.evolve(joint, records=records, parts=tuple(parts))

    def _asked_then(self, records: Records, day: str, people: Sequence[str]) -> Answers:
        """What the law as it is now says of some people, as their records are now, on another day."""
        hidden = self.pseudonyms
        ids = people if hidden is None else hidden.behind(people, "person", records.subjects["subject_id"])
        answers = self._asked(records.of_subjects(ids), day, lenient=True)
        return answers if hidden is None else hidden.answers(answers)


@attrs.frozen(kw_only=True, eq=False)
class Answered:
    """The answers for some records: as found, as ``shown`` by the run, and the screening under each law (``laws``)."""

    answers: Answers
    shown: Answers
    laws: tuple[Screening, ...]
    people: pl.DataFrame
    charges: pl.DataFrame
    changes: Changes | None

    def write(self, directory: Path, *, findings: bool) -> None:
        """Write determinations, findings if asked for, charges, people and changes as Parquet into a directory."""
        told = notice(self.answers.remedies)
        if findings:
            write_parquet(self.shown.findings, directory / FINDINGS_FILE, notice=told)
        write_parquet(self.shown.determinations, directory / DETERMINATIONS_FILE, notice=told)
        write_parquet(self.charges, directory / CHARGES_FILE)
        write_parquet(self.people, directory / PEOPLE_FILE)
        if self.changes is not None:
            write_parquet(self.changes.changes, directory / CHANGES_FILE, notice=told)

    def citations(self) -> list[dict[str, Any]]:
        """By law, the citations that its catalog does not know and how many charges cite nothing readable."""
        return [
            {
                "statutes": part.pack.id,
                "unknown": dict(part.unknown_citations.citations.iter_rows()),
                "unread": part.unknown_citations.unread,
            }
            for part in self.laws
        ]


def told_of(records: Records, pseudonyms: Pseudonyms | None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The people and the charges of some records, as a run keeps them."""
    people, charges = people_of(records, fingerprints(records)), charges_of(records)
    if pseudonyms is None:
        return people, charges
    return pseudonyms.hidden(without_birthdays(people)), pseudonyms.hidden(charges)
