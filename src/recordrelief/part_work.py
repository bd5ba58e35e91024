"""The work of a run in parts: spreading one piece of the inputs, answering one part. Done in any process."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import attrs
import polars as pl

from recordrelief.answering import Question
from recordrelief.boundary import checked, guarded
from recordrelief.errors import PluginError
from recordrelief.formats.spreading import Spreading, Told
from recordrelief.part_journal import Journal
from recordrelief.placing import write_parquet
from recordrelief.records import Records
from recordrelief.run_requests import Setup

PIECES, PARTS = "pieces", "parts"
"""The kinds of step."""
QUARANTINE_PART = "quarantine.parquet"


@attrs.define(eq=False, slots=False)
class Work:
    """All that a step needs."""

    setup: Setup
    spreading: Spreading
    journal: Journal

    def do(self, kind: str, number: int) -> None:
        """Do one step and write down that it is done.

        Raises:
            RecordReliefError: it cannot be done.
            OSError: it cannot be written.
        """
        steps = {PIECES: self._spread, PARTS: self._answer}
        # What a part wrote becomes a file of the result, and its manifest holds the hash.
        self.journal.done(kind, number, lambda directory: steps[kind](number, directory), hash=kind == PARTS)

    @cached_property
    def told(self) -> tuple[list[Told], list[Path]]:
        """What every piece said, and where it was spread. To be asked for once all of them are done."""
        numbers = range(self.journal.pieces)
        told: list[Told] = [self.journal.told(PIECES, number) or {} for number in numbers]
        return told, [self.journal.directory_of(PIECES, number) for number in numbers]

    def _spread(self, number: int, directory: Path) -> Told:
        with guarded(self.setup.question.origins[f"format {self.setup.format.id}"], "spreading"):
            return self.spreading.spread(number, self.journal.cuts, directory)

    def _answer(self, number: int, directory: Path) -> Mapping[str, Any]:
        origin = self.setup.question.origins[f"format {self.setup.format.id}"]
        with guarded(origin, "reading a partition"):
            records = self.spreading.partition(number, self.journal.cuts, *self.told)
        checked(records, Records, "it gave no records", origin, "reading a partition")
        answered = self._question(number).answered(
            records, self.setup.earlier(self.journal.cuts.range(number)), lenient=True
        )
        answered.write(directory, findings=bool(self.setup.request.findings))
        write_parquet(records.quarantine, directory / QUARANTINE_PART)
        changes = answered.changes
        return {
            "charges": answered.charges.height,
            "citations": answered.citations(),
            "county": answered.shown.county,
            "counties": records.charges["county"].unique().cast(pl.String).drop_nulls().sort().to_list(),
            "coverage": attrs.asdict(records.coverage),
            "new_people": 0 if changes is None else changes.new_people,
            "gone_people": 0 if changes is None else changes.gone_people,
        }

    def _question(self, number: int) -> Question:
        """What is asked, with the corrections of this part's people."""
        question, cuts = self.setup.question, self.journal.cuts
        mine = question.corrections.of_people(lambda ids: cuts.of(ids) == number)
        return attrs.evolve(question, corrections=mine, findings=bool(self.setup.request.findings))


def origins_told(setup: Setup) -> dict[str, tuple[str, str]]:
    """Who brings what a run uses, to be the same in every process of it."""
    return {what: (origin.name, origin.version) for what, origin in setup.question.origins.items()}


def check_origins(setup: Setup, expected: Mapping[str, tuple[str, str]]) -> None:
    """Refuse to work with other plugins than the process that began.

    Raises:
        PluginError: a plugin is another.
    """
    found = origins_told(setup)
    if other := sorted(what for what in {*found, *expected} if found.get(what) != expected.get(what)):
        raise PluginError("A plugin is another in a process of this run.", found=", ".join(other))
