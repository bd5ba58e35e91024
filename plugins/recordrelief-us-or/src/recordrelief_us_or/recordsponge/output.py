"""The output ``recordsponge``: one line a charge, in the words of Oregon's live analyzer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from recordrelief.errors import RequestError
from recordrelief.outputs import Output
from recordrelief.outputs.tables import harmless
from recordrelief_us_or.recordsponge.labels import labels

if TYPE_CHECKING:
    from recordrelief.records import Records
    from recordrelief.screening import Screening


class RecordSponge(Output):
    """Writes ``recordsponge.csv``."""

    id: ClassVar[str] = "recordsponge"
    title: ClassVar[str] = "Results in the words of Oregon's live analyzer"

    def write(self, screening: Screening, records: Records, directory: Path, settings: object) -> tuple[Path, ...]:
        """Write one line a charge: status of its type, status, label, date and governing rules."""
        if "rs_type" not in records.charges.columns:
            raise RequestError(
                "The output recordsponge needs the pack us-or and its policy recordsponge.",
                cure="Screen with --statutes us-or --policy recordsponge, or leave the output out.",
            )
        path = directory / "recordsponge.csv"
        harmless(labels(screening)).write_csv(path)
        return (path,)
