"""The output ``clear-my-record``: the decisions, files and summary of the archived tool Clear My Record (gogen 0.2.13).

For offices that compare with results of that tool. It reproduces its rules and its defects; what the statute says is
in the determinations.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from recordrelief.errors import RequestError
from recordrelief.outputs import Output

from ..rows import ResearchFiles
from .files import write_results
from .options import EligibilityOptions

if TYPE_CHECKING:
    from recordrelief.records import Records
    from recordrelief.screening import Screening

__all__ = ["ClearMyRecord"]


class ClearMyRecord(Output):
    """Writes All_Results, All_Results_Condensed, Prop64_Results (CSV) and gogen.json."""

    id: ClassVar[str] = "clear-my-record"
    title: ClassVar[str] = "Decisions of the archived tool Clear My Record, in its own files"

    def settings(self, text: str | None) -> EligibilityOptions:
        """Reads that tool's options file, whose path stands behind the name of the output."""
        if not text:
            raise RequestError(
                "The output clear-my-record needs the options file of that tool.",
                expected="clear-my-record=OPTIONS.json",
            )
        return EligibilityOptions.read(Path(text))

    def write(self, screening: Screening, records: Records, directory: Path, settings: object) -> tuple[Path, ...]:
        """Decides each research file by itself and writes the results into the directory."""
        if not isinstance(settings, EligibilityOptions):
            raise RequestError("The output clear-my-record was not given its options.")
        if not isinstance(records.source, ResearchFiles):
            raise RequestError(
                "The output clear-my-record reads California DOJ research files only.",
                cure="Leave the output out, or screen a file of the format us-ca-doj.",
            )
        if screening.county is None:
            raise RequestError(
                "The output clear-my-record decides for one county, and none was given.",
                expected="the county as spelt in STP_ORI_CNTY_NAME",
                cure="Give the county of the run.",
            )
        return write_results(records.source, settings, screening.county, screening.as_of, directory)
