"""Outputs: what turns a screening into files for people and for other programs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar

import polars as pl

from recordrelief.errors import RequestError
from recordrelief.records import Records
from recordrelief.screening import Screening


class Output(ABC):
    """One kind of file that a run may be asked for, by ``--output NAME[=SETTINGS]``."""

    id: ClassVar[str]
    """How the output is named on the command line: lower case letters, digits and hyphens."""
    title: ClassVar[str]
    """What it is, in a few words."""
    joint: ClassVar[bool] = False
    """Whether it takes the answers of several statute packs at once: :class:`recordrelief.screening.Answers`."""
    pseudonymous: ClassVar[bool] = False
    """Whether it writes only what determinations and findings hold: then a pseudonymous run may be asked for it too. It
    gets no records there."""

    in_parts: ClassVar[bool] = False
    """Whether it takes the determinations part by part (:meth:`write_part`), of runs that nobody holds at once."""

    def settings(self, text: str | None) -> object:
        """Read and check what stands behind ``NAME=``. Called before anything is read; None without settings.

        By default an output takes no settings.

        Raises:
            RequestError: the settings are wrong, or the output needs something that is not installed.
        """
        if text is not None:
            raise RequestError(f"The output {self.id} takes no settings.", expected=self.id)
        return None

    @abstractmethod
    def write(self, screening: Screening, records: Records, directory: Path, settings: object) -> tuple[Path, ...]:
        """Write files into a directory of their own and say which. Called once the determinations are written.

        The same screening must give the same bytes. The run moves the files into place when all of it is done.

        Args:
            screening: what was determined.
            records: the records, with the format's own rows in ``source``.
            directory: an empty directory; files stand directly in it.
            settings: what :meth:`settings` gave.
        """

    def write_part(
        self, determinations: pl.DataFrame, part: int, directory: Path, settings: object
    ) -> tuple[Path, ...]:
        """Write the next determinations of a run in parts, behind those before, and say which files are written.

        Called for one part after another; only of an output that says it can (:attr:`in_parts`).

        Args:
            determinations: those of the part.
            part: its number, from 0.
            directory: where the files stand, those of the parts before too.
            settings: what :meth:`settings` gave.
        """
        raise NotImplementedError
