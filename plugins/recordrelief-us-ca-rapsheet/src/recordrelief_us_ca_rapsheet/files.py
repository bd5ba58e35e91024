"""Input files: text or PDF, each opened once, with limits. One that cannot be read says why and costs only itself."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import attrs

from recordrelief.formats import expanded
from recordrelief_us_ca_rapsheet.pdf_text import CHARACTERS, PdfFault, PdfReader
from recordrelief_us_ca_rapsheet.reading import no_record, sheets_of
from recordrelief_us_ca_rapsheet.sheet import Sheet

LARGEST = 64 << 20
"""Bytes of the largest file that is read."""
READERS = 2
"""How many PDF files are read at once."""

REASONS = {
    "FILE_UNREADABLE": "The file cannot be read.",
    "TOO_LARGE": "The file is larger than any RAP sheet.",
    "EMPTY": "The file is empty.",
    "NOT_TEXT": "The file is neither text nor a PDF.",
    "PDF_DAMAGED": "The PDF cannot be opened: it is damaged, or none at all.",
    "PDF_LOCKED": "The PDF needs a password.",
    "PDF_WITHOUT_TEXT": "The PDF has no text, only images: recognise its text first.",
    "PDF_GIVEN_UP": "The PDF took too much time or memory, or broke the program that opens it.",
    "RECORD_ERROR": "The text is the answer that there is no record, not a RAP sheet.",
    "NO_CYCLE": "The text has no cycle of a RAP sheet in it.",
    "UNFORESEEN": "The file broke the reading of it. Please tell the authors.",
}
"""Why a file is set aside, by code."""


@attrs.frozen(kw_only=True, eq=False)
class SheetFile:
    """One file: its sheets, or the code of why there are none."""

    path: Path
    label: str
    sha256: str
    size: int
    encoding: str
    sheets: tuple[Sheet, ...] = ()
    fault: str | None = None
    same_as: str | None = None
    """The label of an earlier file with the same content: this one is not read."""
    notes: tuple[str, ...] = ()


def opened(paths: Sequence[Path]) -> tuple[SheetFile, ...]:
    """All files of the inputs, in order, directories expanded.

    Args:
        paths: files and directories.
    """
    files = [path for path in expanded(paths)]
    labels = _labels(files)
    batches = [list(zip(files, labels, strict=True))[at::READERS] for at in range(READERS)]
    with ThreadPoolExecutor(READERS) as pool:
        read = [iter(batch) for batch in pool.map(_batch, batches)]
    ordered = [next(read[at % READERS]) for at in range(len(files))]
    return tuple(_once(ordered))


def _labels(files: Sequence[Path]) -> list[str]:
    """What each file is called in records: its base name, with its place behind it where two have the same."""
    taken: dict[str, int] = {}
    labels = []
    for path in files:
        taken[path.name] = taken.get(path.name, 0) + 1
        labels.append(path.name if taken[path.name] == 1 else f"{path.name} ({taken[path.name]})")
    return labels


def _once(files: Sequence[SheetFile]) -> Iterator[SheetFile]:
    """The files, those with the content of an earlier one emptied."""
    first: dict[str, SheetFile] = {}
    for file in files:
        known = first.setdefault(file.sha256, file) if file.size else file
        yield file if known is file else attrs.evolve(file, sheets=(), fault=None, same_as=known.label)


def _batch(files: Sequence[tuple[Path, str]]) -> list[SheetFile]:
    with PdfReader() as reader:
        return [_opened(path, label, reader) for path, label in files]


def _opened(path: Path, label: str, reader: PdfReader) -> SheetFile:
    about = SheetFile(path=path, label=label, sha256="", size=0, encoding="")
    try:
        if not path.is_file():
            return attrs.evolve(about, fault="FILE_UNREADABLE")
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
            about = attrs.evolve(about, sha256=digest, size=stream.tell())
            if about.size > LARGEST:
                return attrs.evolve(about, fault="TOO_LARGE")
            stream.seek(0)
            content = stream.read()
    except OSError:
        return attrs.evolve(about, fault="FILE_UNREADABLE")
    if not content:
        return attrs.evolve(about, fault="EMPTY")
    if content[:1024].lstrip().startswith(b"%PDF"):
        about = attrs.evolve(about, encoding="pdf")
        try:
            return _understood(about, reader.pages(content))
        except PdfFault as error:
            return attrs.evolve(about, fault=error.code)
    text, encoding = text_of(content)
    about = attrs.evolve(about, encoding=encoding)
    if text is None:
        return attrs.evolve(about, fault="NOT_TEXT")
    if len(text) > CHARACTERS:
        return attrs.evolve(about, fault="TOO_LARGE")
    return _understood(about, text.split("\f"))


def pages_of(path: Path) -> tuple[tuple[str | None, ...] | None, str | None]:
    """The text of each page of a file (None of one that shows something else); or the code of why there is none."""
    try:
        if path.stat().st_size > LARGEST:
            return None, "TOO_LARGE"
        content = path.read_bytes()
    except OSError:
        return None, "FILE_UNREADABLE"
    if not content:
        return None, "EMPTY"
    if content[:1024].lstrip().startswith(b"%PDF"):
        try:
            with PdfReader() as reader:
                return tuple(reader.pages(content)), None
        except PdfFault as error:
            return None, error.code
    text, _ = text_of(content)
    if text is None:
        return None, "NOT_TEXT"
    return (None, "TOO_LARGE") if len(text) > CHARACTERS else (tuple(text.split("\f")), None)


def _understood(about: SheetFile, pages: Sequence[str | None]) -> SheetFile:
    try:
        sheets = sheets_of(pages)
    except Exception:
        # Reading is made never to fail. Where it does all the same, the other files shall not pay for it.
        return attrs.evolve(about, fault="UNFORESEEN")
    if not sheets:
        return attrs.evolve(about, fault="RECORD_ERROR" if no_record(pages) else "NO_CYCLE")
    return attrs.evolve(about, sheets=sheets)


_CONTROL = {code: " " for code in (*range(0x00, 0x09), 0x0B, *range(0x0E, 0x20), 0x7F)}


def text_of(content: bytes) -> tuple[str | None, str]:
    """The text of a file and its encoding; None where it is not text. Control characters are read as blanks."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return _decoded(content, encoding), encoding.removesuffix("-sig")
    if b"\0" in content:
        nulls = content.count(b"\0")
        for start, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
            # Latin letters in two bytes: every other one is zero.
            zeros = content[start::2].count(b"\0")
            if zeros > 0.9 * (len(content) // 2) and zeros > 0.9 * nulls:
                return _decoded(content, encoding), encoding
        if nulls > len(content) // 10:
            return None, ""
    text = _decoded(content, "utf-8")
    if text is not None:
        return text, "utf-8"
    return content.decode("cp1252", "replace").translate(_CONTROL), "cp1252"


def _decoded(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding).translate(_CONTROL)
    except UnicodeDecodeError:
        return None
