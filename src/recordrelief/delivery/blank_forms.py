"""Fillable forms as courts publish them: their fields, what fits into each, and the form filled in."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs

from recordrelief.delivery.plain_pages import BODY, text_width
from recordrelief.errors import RequestError

_SMALLEST = 8.0
"""The size of letters that is still read, in points: what a field of no size of its own is taken to have."""
_MARGIN = 4.0
_MULTILINE = 1 << 12
_OFF = "/Off"


@attrs.frozen(kw_only=True)
class Field:
    """One field of a form. ``states`` are the values that a check box may have beside being off; a text has none."""

    name: str
    states: tuple[str, ...] = ()
    width: float | None = None
    height: float | None = None
    size: float = _SMALLEST
    longest: int | None = None
    lines: bool = False

    def with_another(self, other: Field | None) -> Field:
        """The field where it stands at two places: its smallest room, and the values of both."""
        if other is None:
            return self
        smaller = min(self, other, key=lambda one: (one.width or 0, one.height or 0))
        return attrs.evolve(smaller, states=tuple(dict.fromkeys((*other.states, *self.states))))

    def fits(self, text: str) -> bool:
        """Whether a text can be read whole in it."""
        if self.longest is not None and len(text) > self.longest:
            return False
        if self.width is None:
            return True
        room = self.width - _MARGIN
        if not self.lines:
            return "\n" not in text and text_width(text, self.size) <= room
        needed = sum(len(wrapped(part, room, self.size)) for part in text.split("\n"))
        return needed * self.size * 1.2 <= (self.height or 0)


@attrs.frozen(eq=False)
class BlankForm:
    """A form that is not filled in yet, and its fields by their full names."""

    content: bytes
    fields: Mapping[str, Field]

    @classmethod
    def of_file(cls, path: Path) -> BlankForm:
        """Read a blank form.

        Raises:
            RequestError: it is no PDF, cannot be opened, or has no fields.
        """
        from pypdf import PdfReader
        from pypdf.errors import PyPdfError

        if not path.is_file():
            raise RequestError("There is no such blank form.", where=str(path))
        try:
            content = path.read_bytes()
            reader = PdfReader(io.BytesIO(content))
            if reader.is_encrypted and not reader.decrypt(""):
                raise _protected(path)
            fields: dict[str, Field] = {}
            for page in reader.pages:
                for field in _fields(page):
                    fields[field.name] = field.with_another(fields.get(field.name))
        except (PyPdfError, ImportError) as error:
            if type(error).__name__ in ("DependencyError", "FileNotDecryptedError"):
                raise _protected(path) from None
            raise RequestError(
                "The blank form cannot be read as PDF.", where=str(path), found=type(error).__name__
            ) from None
        if not fields:
            raise RequestError(
                "The blank form has no fields to fill in.", where=str(path), cure="Take the fillable form, not a scan."
            )
        return cls(content, fields)

    def numbers(self, pattern: str) -> tuple[int, ...]:
        """The numbers of the rows that it has a field for, by the name of the field with ``{n}``."""
        before, _, after = pattern.partition("{n}")
        shape = re.compile(re.escape(before) + r"(\d+)" + re.escape(after.replace("{n}", "")))
        return tuple(sorted(int(found[1]) for name in self.fields if (found := shape.fullmatch(name))))


def filled_form(blank: BlankForm, texts: Mapping[str, str], boxes: Mapping[str, str], more: Sequence[bytes]) -> bytes:
    """The form with its fields filled in, and further pages behind it.

    Args:
        blank: the form.
        texts: what goes into its fields.
        boxes: the value of each box that is checked.
        more: further PDFs.
    """
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import NameObject

    reader = PdfReader(io.BytesIO(blank.content))
    if reader.is_encrypted:
        reader.decrypt("")
    writer = PdfWriter(clone_from=reader)
    acro: Any = writer._root_object["/AcroForm"].get_object()
    # The second description of the form, which would go on showing it empty.
    if "/XFA" in acro:
        del acro[NameObject("/XFA")]
    values: dict[str, Any] = {**texts, **{name: f"/{value}" for name, value in boxes.items()}}
    with _said_by_nobody():
        for page in writer.pages:
            if "/Annots" in page:
                writer.update_page_form_field_values(page, values, auto_regenerate=False)
    writer.set_need_appearances_writer(True)
    for one in more:
        writer.append(io.BytesIO(one))
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


@contextmanager
def _said_by_nobody() -> Iterator[None]:
    """Without the warnings of pypdf, which repeat what stands in a field: a name, say."""
    log = logging.getLogger("pypdf")
    before = log.level
    log.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        log.setLevel(before)


def wrapped(text: str, room: float, size: float = BODY) -> list[str]:
    """A text in lines no longer than the room; a word that is longer itself is broken, never dropped."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        while text_width(word, size) > room and len(word) > 1:
            cut = next((n for n in range(len(word) - 1, 0, -1) if text_width(word[:n], size) <= room), 1)
            if line:
                lines.append(line)
                line = ""
            lines.append(word[:cut])
            word = word[cut:]
        longer = f"{line} {word}" if line else word
        if text_width(longer, size) <= room:
            line = longer
        else:
            lines.append(line)
            line = word
    return [*lines, line] if line or not lines else lines


def _fields(page: Any) -> Iterator[Field]:
    for reference in page.get("/Annots") or ():
        widget = reference.get_object()
        if widget.get("/Subtype") != "/Widget":
            continue
        kind = _inherited(widget, "/FT")
        name = _full_name(widget)
        if kind not in ("/Tx", "/Btn", "/Ch") or not name:
            continue
        left, bottom, right, top = (float(one) for one in widget.get("/Rect", (0, 0, 0, 0)))
        flags = int(_inherited(widget, "/Ff") or 0)
        longest = _inherited(widget, "/MaxLen")
        yield Field(
            name=name,
            states=_states(widget) if kind == "/Btn" else (),
            width=abs(right - left) or None,
            height=abs(top - bottom) or None,
            size=_size(str(_inherited(widget, "/DA") or "")),
            longest=None if longest is None else int(longest),
            lines=bool(flags & _MULTILINE),
        )


def _states(widget: Any) -> tuple[str, ...]:
    appearances = widget.get("/AP", {}).get("/N")
    named = appearances.get_object() if appearances is not None else {}
    return tuple(str(one).removeprefix("/") for one in named if one != _OFF)


def _size(appearance: str) -> float:
    found = re.search(r"([\d.]+)\s+Tf", appearance)
    return (float(found[1]) if found else 0.0) or _SMALLEST


def _inherited(widget: Any, key: str) -> Any:
    while widget is not None:
        if key in widget:
            return widget[key]
        parent = widget.get("/Parent")
        widget = None if parent is None else parent.get_object()
    return None


def _full_name(widget: Any) -> str:
    parts: list[str] = []
    while widget is not None:
        if "/T" in widget:
            parts.append(str(widget["/T"]))
        parent = widget.get("/Parent")
        widget = None if parent is None else parent.get_object()
    return ".".join(reversed(parts))


def _protected(path: Path) -> RequestError:
    return RequestError(
        "The blank form is protected in a way that cannot be opened.",
        where=str(path),
        cure="Open it in a PDF program and save a copy without protection.",
    )
