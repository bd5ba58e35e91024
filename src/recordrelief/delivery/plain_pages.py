"""Plain pages of text as PDF, for what does not fit on a form."""

from __future__ import annotations

import io
from collections.abc import Sequence

from recordrelief.errors import RequestError

BODY = 11.0
_PAGE = (612.0, 792.0)
_EDGE = 72.0
_LEADING = 15.0
ROOM = _PAGE[0] - 2 * _EDGE
"""The width of a line, in points."""
_LINES = int((_PAGE[1] - 2 * _EDGE) / _LEADING)
# Helvetica, in thousandths of its size, from the space to the tilde.
_WIDTHS = (
    *(278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278),
    *(556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556),
    *(1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778),
    *(667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556),
    *(333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556),
    *(556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584),
)
_WIDEST = 1015
_LETTERS = "cp1252"


def text_width(text: str, size: float) -> float:
    """How wide a text is in Helvetica; letters beyond English are taken for the widest."""
    return sum(_WIDTHS[ord(one) - 32] if 32 <= ord(one) < 127 else _WIDEST for one in text) * size / 1000


def can_be_set(text: str) -> bool:
    """Whether Helvetica, as PDFs name it, has every letter of a text. Forms of courts seldom carry more than that."""
    try:
        text.encode(_LETTERS)
    except UnicodeEncodeError:
        return False
    return True


def plain_pages(lines: Sequence[str]) -> bytes:
    """Lines as pages of a PDF; nothing is broken or cut here.

    Raises:
        RequestError: a line has a letter that the font has not.
    """
    from pypdf import PdfWriter
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

    writer = PdfWriter()
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
            NameObject("/Encoding"): NameObject("/WinAnsiEncoding"),
        }
    )
    fonts = DictionaryObject({NameObject("/F1"): writer._add_object(font)})
    for start in range(0, max(len(lines), 1), _LINES):
        page = writer.add_blank_page(*_PAGE)
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        drawn = DecodedStreamObject()
        drawn.set_data(_drawn(lines[start : start + _LINES]))
        page[NameObject("/Contents")] = writer._add_object(drawn)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def _drawn(lines: Sequence[str]) -> bytes:
    parts = [f"BT /F1 {BODY} Tf {_LEADING} TL {_EDGE} {_PAGE[1] - _EDGE} Td".encode()]
    for line in lines:
        if not can_be_set(line):
            raise RequestError(
                "A text for the attached page has a letter that its font has not.",
                cure="Write the attachment by hand, from the list for the court.",
            )
        text = line.encode(_LETTERS)
        for sign in (b"\\", b"(", b")"):
            text = text.replace(sign, b"\\" + sign)
        parts.append(b"(" + text + b") Tj T*")
    return b"\n".join([*parts, b"ET"])
