"""The format ``us-or-cases``: records, their cases and charges in neutral form, as JSON lines or as CSV."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from recordrelief.disguise import Disguise
from recordrelief.errors import RecordReliefError
from recordrelief.formats import Format
from recordrelief.records import Records
from recordrelief_us_or.cases import reader
from recordrelief_us_or.cases.content import opening
from recordrelief_us_or.cases.layout import COLUMNS


class OregonCases(Format):
    """Reads Oregon court records: one record a line (JSON), or one charge a row (CSV)."""

    id: ClassVar[str] = "us-or-cases"
    title: ClassVar[str] = "Oregon court records: cases and charges as JSON lines or CSV"

    def identify(self, name: str, head: bytes) -> bool:
        """A header with the columns of the format and the numbers of Oregon's cases, or a line that is a record."""
        text = opening(head)
        for line in text.split("\n"):
            if not line.startswith("{"):
                header = [cell.strip() for cell in line.split(",")]
                return {"record_id", "case_number", "charge_id", "statute"} <= set(header) <= set(COLUMNS)
            try:
                record = json.loads(line)
            except (ValueError, RecursionError):
                return False
            if isinstance(record, dict) and "meta" not in record:
                return {"id", "person", "cases"} <= record.keys()
        return False

    def read(self, paths: Sequence[Path]) -> Records:
        """The canonical records of the files."""
        return reader.read(paths)

    def generate(self, *, subjects: int, seed: int, out: Path) -> int:
        """Write invented records as JSON lines; the same seed gives the same bytes."""
        from recordrelief_us_or.cases.generate import generate_records

        try:
            return generate_records(subjects, seed, out)
        except OSError as error:
            raise RecordReliefError("The records cannot be written.", found=error.strerror) from None

    def anonymize(self, path: Path, out: Path, disguise: Disguise) -> int:
        """Write a copy that may be shown to others, field by field; keys that the format does not know are left out."""
        from recordrelief_us_or.cases.anonymize import anonymize_records

        return anonymize_records(path, out, disguise)
