"""A file as text: packed or not, in UTF-8 or the Windows code page."""

from __future__ import annotations

import gzip
import hashlib
import io
import zlib
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property
from pathlib import Path

import polars as pl

from recordrelief.errors import SourceError

_GZIP = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"
_NOWHERE = "\x01"
"""A separator that no sound file has: each line is then one cell."""


class Content:
    """The bytes of a file, unpacked, and its size on disk; its hash is worked out beside whatever else is done."""

    def __init__(self, raw: bytes, where: str) -> None:
        self.size = len(raw)
        pool = ThreadPoolExecutor(1)
        self._digest: Future[str] = pool.submit(lambda: hashlib.sha256(raw).hexdigest())
        pool.shutdown(wait=False)
        self._plain = _unpacked(raw, where).removeprefix(_BOM)

    @property
    def sha256(self) -> str:
        """The hash of the file as it lies on the disk."""
        return self._digest.result()

    @property
    def encoding(self) -> str:
        """How it is encoded."""
        return self._decoded[1]

    @property
    def text(self) -> str:
        """All of it as text."""
        return self._decoded[0]

    @cached_property
    def _decoded(self) -> tuple[str, str]:
        try:
            return self._plain.decode("utf-8"), "utf-8"
        except UnicodeDecodeError:
            return self._plain.decode("cp1252", errors="replace"), "cp1252"

    def begins_with(self, sign: bytes) -> bool:
        """Whether the first character that is not blank is this one."""
        return self._plain[:4_096].lstrip()[:1] == sign

    def lines(self) -> tuple[pl.DataFrame, str]:
        """Its lines as ``text``, with ``source_line`` counted from 1, and how they were encoded."""
        try:
            cells = pl.scan_csv(
                io.BytesIO(self._plain),
                has_header=False,
                separator=_NOWHERE,
                quote_char=None,
                schema={"text": pl.String},
                empty_string_is_null=False,
            )
            return cells.with_row_index("source_line", offset=1).collect(), "utf-8"
        except pl.exceptions.PolarsError:  # another encoding, an odd character, or nothing at all
            text, encoding = self._decoded
            lines = pl.DataFrame({"text": text.split("\n")}).with_columns(pl.col("text").str.strip_chars("\r"))
            return lines.with_row_index("source_line", offset=1), encoding


def _unpacked(raw: bytes, where: str) -> bytes:
    if not raw.startswith(_GZIP):
        return raw
    try:
        return gzip.decompress(raw)
    except (OSError, EOFError, zlib.error):
        raise SourceError("The file is packed with gzip, and damaged.", where=where) from None


def read_content(path: Path) -> Content:
    """The content of a file.

    Raises:
        SourceError: it is packed, and the packing is damaged.
        OSError: it cannot be read.
    """
    return Content(path.read_bytes(), path.name)


def opening(head: bytes) -> str:
    """The first characters of a file, unpacked where it is packed."""
    if head.startswith(_GZIP):
        try:
            head = zlib.decompressobj(wbits=31).decompress(head)
        except zlib.error:
            return ""
    return head.removeprefix(_BOM).decode("utf-8", errors="replace")
