"""A file as text: packed or not, in UTF-8 or the Windows code page."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from pathlib import Path

import attrs

from recordrelief.errors import SourceError

_GZIP = b"\x1f\x8b"
_BOM = "\ufeff"


@attrs.frozen
class Content:
    """The text of a file, its hash and size on disk, and how it was encoded."""

    text: str
    sha256: str
    size: int
    encoding: str


def read_content(path: Path) -> Content:
    """The text of a file.

    Raises:
        SourceError: it is packed, and the packing is damaged.
        OSError: it cannot be read.
    """
    raw = path.read_bytes()
    digest = hashlib.sha256(raw).hexdigest()
    plain = raw
    if raw.startswith(_GZIP):
        try:
            plain = gzip.decompress(raw)
        except (OSError, EOFError, zlib.error):
            raise SourceError("The file is packed with gzip, and damaged.", where=path.name) from None
    try:
        text, encoding = plain.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        text, encoding = plain.decode("cp1252", errors="replace"), "cp1252"
    return Content(text.removeprefix(_BOM), digest, len(raw), encoding)


def opening(head: bytes) -> str:
    """The first characters of a file, unpacked where it is packed."""
    if head.startswith(_GZIP):
        try:
            head = zlib.decompressobj(wbits=31).decompress(head)
        except zlib.error:
            return ""
    return head.decode("utf-8", errors="replace").removeprefix(_BOM)
