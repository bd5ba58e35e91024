"""The format ``us-ca-rapsheet``: RAP sheets of the California Department of Justice, as text or PDF."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from recordrelief.disguise import Disguise
from recordrelief.errors import RecordReliefError
from recordrelief.formats import Format
from recordrelief.records import Records

_PERSON = re.compile(rb"^\s*CII/", re.MULTILINE)
_STEP = re.compile(rb"^\W*(?:ARR/DET/CITE|COURT|REGISTRATION|CUSTODY|APPLICANT)\b", re.MULTILINE)


class RapSheets(Format):
    """Reads RAP sheets, one a file, or directories of them."""

    id: ClassVar[str] = "us-ca-rapsheet"
    title: ClassVar[str] = "California RAP sheets (text, or PDF with text; files or directories)"

    def identify(self, name: str, head: bytes) -> bool:
        """A text with the number of a person and a step of a cycle. What a PDF or a directory holds cannot be told."""
        if name.endswith("/"):
            return False
        return bool(_PERSON.search(head) and _STEP.search(head))

    def read(self, paths: Sequence[Path]) -> Records:
        """The canonical records of the sheets."""
        from recordrelief_us_ca_rapsheet import reader

        return reader.read(paths)

    def generate(self, *, subjects: int, seed: int, out: Path) -> int:
        """Write synthetic sheets one after another into one text; the same seed gives the same bytes."""
        from recordrelief_us_ca_rapsheet.generate import generate_sheets

        try:
            return generate_sheets(subjects, seed, out)
        except OSError as error:
            raise RecordReliefError("The sheets cannot be written.", found=error.strerror) from None

    def anonymize(self, path: Path, out: Path, disguise: Disguise) -> int:
        """Write a copy that may be shown to others, line by line, as text even where the input is a PDF."""
        from recordrelief_us_ca_rapsheet.anonymize import anonymize_sheets

        return anonymize_sheets(path, out, disguise)
