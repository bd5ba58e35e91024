"""Blank forms for tests: fillable PDFs with the fields that a field map names. No form of a court is kept here."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from recordrelief.form_maps import FormMap, in_row

ROWS = 3
"""The rows of a form whose map leaves their number to the form."""


def blank_form(
    path: Path, texts: Sequence[str], boxes: Mapping[str, str] | None = None, *, width: float = 200, longest: int = 0
) -> Path:
    """A form with text fields, and with check boxes by their name and value.

    Args:
        path: the file.
        texts: the names of its text fields.
        boxes: the value of each check box.
        width: of the text fields, in points.
        longest: how many letters a text field takes, 0 for any number.
    """
    canvas = pytest.importorskip("reportlab.pdfgen.canvas", reason="reportlab is not installed")
    pypdf = pytest.importorskip("pypdf", reason="the extra papers is not installed")
    drawn = io.BytesIO()
    page = canvas.Canvas(drawn, invariant=True)
    top = 800
    for number, name in enumerate([*texts, *(boxes or {})]):
        if number and number % 40 == 0:
            page.showPage()
        y = top - 18 * (number % 40)
        if name in (boxes or {}):
            page.acroForm.checkbox(name=name, x=50, y=y, size=12)
        else:
            page.acroForm.textfield(
                name=name, x=50, y=y, width=width, height=15, fontSize=9, maxlen=longest or 10_000, relative=False
            )
    page.showPage()
    page.save()
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(drawn.getvalue()))
    for sheet in writer.pages:
        for reference in sheet.get("/Annots", ()):
            widget = reference.get_object()
            if not longest:
                widget.pop("/MaxLen", None)
            if (value := (boxes or {}).get(str(widget["/T"]))) is not None:
                for kind in widget["/AP"]:
                    states = widget["/AP"][kind].get_object()
                    if "/Yes" in states and value != "Yes":
                        states[pypdf.generic.NameObject(f"/{value}")] = states["/Yes"]
                        del states["/Yes"]
    writer.write(path)
    return path


def blank_of(path: Path, form: FormMap, **more: float) -> Path:
    """A blank form with every field that a field map names."""
    rows = form.rows
    choices = [*form.choices]
    texts = [*form.text]
    if rows is not None:
        numbers = range(rows.first, rows.first + (rows.count or ROWS))
        texts += [in_row(name, n) for n in numbers for name in rows.text]
        texts += [in_row(one.field, n) for n in numbers for one in rows.choices]
    boxes = {one.field: one.on.split("|")[0] for one in choices if one.on is not None}
    texts += [one.field for one in choices if one.on is None]
    boxes |= {name: "Yes" for name, what in form.left.items() if what.startswith("check")}
    texts += [name for name in form.left if name not in boxes]
    return blank_form(path, list(dict.fromkeys(texts)), boxes, width=more.get("width", 200))


def read_back(content: bytes) -> dict[str, str]:
    """What stands in the fields of a form, by name; a box that is not checked and an empty text are left out."""
    pypdf = pytest.importorskip("pypdf", reason="the extra papers is not installed")
    found = pypdf.PdfReader(io.BytesIO(content)).get_fields() or {}
    values = {name: str(field.get("/V", "")).removeprefix("/") for name, field in found.items()}
    return {name: value for name, value in values.items() if value not in ("", "Off")}


def page_texts(content: bytes) -> list[str]:
    """The text of each page."""
    pypdf = pytest.importorskip("pypdf", reason="the extra papers is not installed")
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]
