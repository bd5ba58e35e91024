"""The format ``us-ca-doj``: the California Department of Justice's 95-column research file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from recordrelief.disguise import Disguise
from recordrelief.errors import RecordReliefError
from recordrelief.formats import Format
from recordrelief.formats.spreading import Spreading
from recordrelief.records import Records
from recordrelief_us_ca_doj import reader
from recordrelief_us_ca_doj.layout import COLUMNS


class DojResearchFile(Format):
    """Reads one or more extracts as one population, header or not, ``.dat`` or ``.csv``."""

    id: ClassVar[str] = "us-ca-doj"
    title: ClassVar[str] = "California Department of Justice research file (95 columns)"

    def identify(self, name: str, head: bytes) -> bool:
        """A header that begins with RECORD_ID, or a first row of 95 cells."""
        text = head.removeprefix(b"\xef\xbb\xbf")
        line = text.split(b"\n", 1)[0]
        if line.lstrip(b'"').upper().startswith(b"RECORD_ID"):
            return True
        outside = b"".join(line.split(b'"')[::2])
        return outside.count(b",") == len(COLUMNS) - 1

    def read(self, paths: Sequence[Path]) -> Records:
        """The canonical records of the files."""
        return reader.read(paths)

    def spreading(self, paths: Sequence[Path]) -> Spreading:
        """The files in pieces, for runs in parts."""
        from recordrelief_us_ca_doj.spreading import DojSpreading

        return DojSpreading.of(paths)

    def generate(self, *, subjects: int, seed: int, out: Path) -> int:
        """Write a synthetic extract; the same seed gives the same bytes."""
        from recordrelief_us_ca_doj.generate import generate_extract

        try:
            return generate_extract(subjects, seed, out)
        except OSError as error:
            raise RecordReliefError("The extract cannot be written.", found=error.strerror) from None

    def anonymize(self, path: Path, out: Path, disguise: Disguise) -> int:
        """Write a copy that may be shown to others, cell by cell; a line that is no record keeps only its shape."""
        from recordrelief_us_ca_doj.anonymize import anonymize_extract

        return anonymize_extract(path, out, disguise)
