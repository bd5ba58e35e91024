"""How a format reads more than fits in memory: its inputs are spread over partitions of people, each read by itself.

A partition holds everybody whose id lies between two cuts, whole: so the partitions in their order are the order of the
ids. The work is done in other processes, piece by piece, and may be broken off and gone on with at any piece.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
import polars as pl

from recordrelief.records import Records, SourceFile

Told = Mapping[str, Any]
"""What a piece says of itself once it is spread, in the words of JSON."""
Named = Callable[[pl.Series], pl.Series]
"""From the ids of people in the inputs to those by which the run names them."""


@attrs.frozen
class Range:
    """Ids from ``low`` (included; None: from the first) to ``high`` (not included; None: to the last)."""

    low: str | None
    high: str | None

    def of(self, column: str) -> pl.Expr:
        """Whether a column lies in it; null where the column is."""
        test = pl.lit(True) if self.low is None else pl.col(column) >= self.low
        return test if self.high is None else test & (pl.col(column) < self.high)


@attrs.frozen
class Cuts:
    """Where one partition ends and the next begins: the first id of each but the first, in order.

    They lie between the ids by which the run names people: with ``named``, pseudonyms, so that the parts do not tell
    who is who.
    """

    first: tuple[str, ...]
    named: Named | None = None

    @classmethod
    def of_sample(cls, ids: pl.Series, parts: int, named: Named | None = None) -> Cuts:
        """Cuts that give so many partitions of about one size.

        Args:
            ids: the ids of people as often as they have rows, of a sample of them.
            parts: how many partitions are wanted; there may come out fewer.
            named: how the run names people, where it does not by their ids.
        """
        shown = (ids if named is None else named(ids)).drop_nulls().sort()
        places = [shown.len() * number // parts for number in range(1, parts)] if shown.len() else []
        return cls(tuple(dict.fromkeys(shown[place] for place in places)), named)

    @property
    def parts(self) -> int:
        """How many partitions there are."""
        return len(self.first) + 1

    def of(self, ids: pl.Series) -> pl.Series:
        """The number of the partition of each id, from 0."""
        shown = ids if self.named is None else self.named(ids)
        if not self.first:
            return pl.zeros(shown.len(), dtype=pl.UInt16, eager=True).alias("partition")
        found = pl.Series(self.first, dtype=pl.String).search_sorted(shown, side="right")
        return found.cast(pl.UInt16).alias("partition")

    def range(self, part: int) -> Range:
        """The ids of one partition, as the run names them."""
        ends = (None, *self.first, None)
        return Range(ends[part], ends[part + 1])


class Spreading(ABC):
    """The inputs of one run, to be read in partitions. It travels to other processes: it must be picklable, and small.

    Together the partitions give the records that :meth:`recordrelief.formats.Format.read` gives of the same inputs:
    every row of a person in one of them, in the same order; the same ids, coverage, and quarantine.
    """

    pieces: int
    """How many pieces the inputs fall into, each spread by itself; 0 where partitions can be read as the inputs are."""
    charges: int
    """About how many charges the inputs hold."""

    @abstractmethod
    def sample(self) -> pl.Series:
        """Ids of people from all over the inputs, each about as often as it has rows: a thousandth of them, or more."""

    def spread(self, piece: int, cuts: Cuts, directory: Path) -> Told:
        """Spread one piece of the inputs over the partitions and say what was in it.

        Under ``counties`` it may name the counties of its charges: then a county that is nobody's is refused before
        any partition is read.

        Args:
            piece: its number.
            cuts: where the partitions lie.
            directory: an empty directory of its own; it is there again when partitions are read.
        """
        raise NotImplementedError

    @abstractmethod
    def partition(self, part: int, cuts: Cuts, told: Sequence[Told], directories: Sequence[Path]) -> Records:
        """The records of one partition. Quarantined rows of nobody who can be told stand in the first one.

        Args:
            part: its number.
            cuts: where the partitions lie.
            told: what each piece said.
            directories: where each was spread.
        """

    @abstractmethod
    def sources(
        self, told: Sequence[Told], quarantined: Mapping[str, int], hashes: Mapping[str, str]
    ) -> tuple[SourceFile, ...]:
        """Every source file, with all its rows.

        Args:
            told: what each piece said.
            quarantined: of each source, by its name, how many rows stand in the quarantine of the partitions.
            hashes: the SHA-256 of each input that is a file, by its path.
        """

    @abstractmethod
    def people(self, ids: Sequence[str]) -> Records:
        """The records of some people, found without holding everybody's at once.

        Args:
            ids: their ids in the inputs.
        """
