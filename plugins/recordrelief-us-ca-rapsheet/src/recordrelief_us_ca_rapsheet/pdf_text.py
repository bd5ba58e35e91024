"""The text of PDF files, taken out by processes of their own, so that a hostile file costs only itself.

Run as a program it is such a process: it reads files from its input and answers each with the text of its pages or with
the code of what is wrong. It may use so much memory and, for each file, so much processor time; when it dies, the file
it was at is given up and another process takes its place.
"""

from __future__ import annotations

import json
import struct
import subprocess
import sys
from contextlib import suppress
from typing import IO, Any

PAGES = 1_000
"""More pages are no RAP sheet."""
CHARACTERS = 5_000_000
"""More text is none either."""
MEMORY = 2 << 30
SECONDS = 20
"""Processor time for one file."""
_LENGTH = struct.Struct(">Q")


class PdfFault(Exception):
    """A PDF file that cannot be read; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class PdfReader:
    """Takes the text out of PDF files, one after another, in one process. Not for several threads at once."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> PdfReader:
        return self

    def __exit__(self, *error: object) -> None:
        self._stop()

    def pages(self, content: bytes) -> tuple[str | None, ...]:
        """The text of each page; None where a page shows something, but no text.

        Args:
            content: the whole file.

        Raises:
            PdfFault: it cannot be read.
        """
        try:
            answer = self._asked(content)
        except (OSError, ValueError, struct.error):
            self._stop()
            raise PdfFault("PDF_GIVEN_UP") from None
        if isinstance(answer, str):
            raise PdfFault(answer)
        return tuple(answer)

    def _asked(self, content: bytes) -> Any:
        process = self._process
        if process is None or process.poll() is not None:
            # -P: a file beside the caller's must not be taken for a module.
            command = [sys.executable, "-P", "-m", __name__]
            process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
            self._process = process
        assert process.stdin is not None
        assert process.stdout is not None
        _send(process.stdin, content)
        return json.loads(_receive(process.stdout))

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        process.wait()


def _send(stream: IO[bytes], content: bytes) -> None:
    stream.write(_LENGTH.pack(len(content)))
    stream.write(content)
    stream.flush()


def _receive(stream: IO[bytes]) -> bytes:
    (length,) = _LENGTH.unpack(stream.read(_LENGTH.size))
    return stream.read(int(length))


def text_of(content: bytes) -> list[str | None] | str:
    """The text of each page of a PDF file (None of one that shows something else), or the code of its fault."""
    import pypdfium2  # type: ignore[import-untyped]

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        return "PDF_LOCKED" if "password" in str(error).lower() else "PDF_DAMAGED"
    try:
        if len(document) > PAGES:
            return "TOO_LARGE"
        pages: list[str | None] = []
        left = CHARACTERS
        for at in range(len(document)):
            try:
                page = document[at]
                text = page.get_textpage()
                if text.count_chars() > left:
                    return "TOO_LARGE"
                words = text.get_text_range()
                left -= len(words)
                shows = not words.strip() and next(page.get_objects(max_depth=1), None) is not None
                pages.append(None if shows else words)
                text.close()
                page.close()
            except pypdfium2.PdfiumError:
                pages.append(None)
        return pages if any(page and page.strip() for page in pages) else "PDF_WITHOUT_TEXT"
    finally:
        document.close()


def _limited() -> None:
    """Bound what this process may use, before each file; where the system knows no bounds, there are none."""
    try:
        import resource
    except ImportError:
        return
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime) + 1
    for what, bound in ((resource.RLIMIT_CPU, used + SECONDS), (resource.RLIMIT_AS, MEMORY)):
        _, most = resource.getrlimit(what)
        if most == resource.RLIM_INFINITY or bound <= most:
            resource.setrlimit(what, (bound, most))


def _serve() -> None:
    while head := sys.stdin.buffer.read(_LENGTH.size):
        content = sys.stdin.buffer.read(int(_LENGTH.unpack(head)[0]))
        _limited()
        _send(sys.stdout.buffer, json.dumps(text_of(content)).encode())


if __name__ == "__main__":
    _serve()
