"""The format ``niem-rapsheet``: national rap sheets in XML, version 4 of the interstate specification."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from recordrelief.errors import RecordReliefError
from recordrelief.formats import Format
from recordrelief.records import Records
from recordrelief_niem.namespaces import RAP, SHEET

_ROOT = re.compile(rb"<(?![?!])(?:[\w.-]+:)?([\w.-]+)([^>]*)>")
_NAMESPACE = f'"{RAP}"'.encode(), f"'{RAP}'".encode()


class NationalRapSheet(Format):
    """Reads rap sheets, one or several a file, in a document of their own or of a state's; files or directories."""

    id: ClassVar[str] = "niem-rapsheet"
    title: ClassVar[str] = "National rap sheets (XML, interstate specification 4.x; files or directories)"

    def identify(self, name: str, head: bytes) -> bool:
        """XML whose first element is a rap sheet, or holds one, and that names the namespace of version 4."""
        if name.endswith("/") or not any(one in head for one in _NAMESPACE):
            return False
        root = _ROOT.search(head)
        if root is None or b"<!DOCTYPE" in head:
            return False
        sheet = re.search(rb"<(?:[\w.-]+:)?(?:" + SHEET.encode() + rb"|RapSheetPerson|RapSheetCycle)\b", head)
        return root[1] == SHEET.encode() or sheet is not None

    def read(self, paths: Sequence[Path]) -> Records:
        """The canonical records of the sheets."""
        from recordrelief_niem import reader

        return reader.read(paths)

    def generate(self, *, subjects: int, seed: int, out: Path) -> int:
        """Write synthetic sheets into one document; the same seed gives the same bytes."""
        from recordrelief_niem.generate import generate_sheets

        try:
            return generate_sheets(subjects, seed, out)
        except OSError as error:
            raise RecordReliefError("The sheets cannot be written.", found=error.strerror) from None
