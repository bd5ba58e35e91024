"""PDF files made to do harm: each is set aside with a reason, in bounded time."""

from __future__ import annotations

import time
import zlib
from collections.abc import Sequence

import pytest

from recordrelief_us_ca_rapsheet.pdf_text import SECONDS, PdfFault, PdfReader

CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>"


def pdf(*objects: bytes) -> bytes:
    """A file of these objects, the first of which is its catalog."""
    made, places = b"%PDF-1.7\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    end = b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return made + end % (size, table, size, len(made))


def deflated(content: bytes) -> bytes:
    packed = zlib.compress(content, 9)
    return b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed)


HOSTILE: dict[str, Sequence[bytes]] = {
    "a stream that inflates five hundredfold": (
        *(CATALOG, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", PAGE),
        deflated(b"BT (A) Tj ET\n" * 2_000_000),
    ),
    "pages within themselves": (CATALOG, b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 /Parent 2 0 R >>"),
    "100,000 pages": (CATALOG, b"<< /Type /Pages /Count 100000 /Kids [" + b"3 0 R " * 100_000 + b"] >>", PAGE),
    "a count of pages that is not true": (CATALOG, b"<< /Type /Pages /Count 2147483647 /Kids [3 0 R] >>", PAGE),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_set_aside(name: str) -> None:
    begun = time.monotonic()
    with PdfReader() as reader, pytest.raises(PdfFault) as fault:
        reader.pages(pdf(*HOSTILE[name]))
    assert fault.value.code in ("PDF_WITHOUT_TEXT", "PDF_DAMAGED", "TOO_LARGE", "PDF_GIVEN_UP")
    assert time.monotonic() - begun < 3 * SECONDS
