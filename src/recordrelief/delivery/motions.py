"""A prosecutor's motion and proposed order for one court, from a Word template that an office may edit."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from html import unescape
from importlib.resources import as_file, files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import polars as pl

from recordrelief.delivery.lists import COLUMNS, NamedList, outcome_is_open
from recordrelief.errors import RequestError, nearest
from recordrelief.extras import missing

PLACES: Mapping[str, str] = {
    "notice": "what the paper is: on the cover page, which whoever signs takes off",
    "county": "the county",
    "court": "the court",
    "as_of": "the day at which law and record were read",
    "charges": "the charges, each with the columns of the list for the court, as texts",
    "open_charges": "those of which it is open what they would become: they are not to be moved for yet",
}
"""What a template may name."""
_FIXED = (1980, 1, 1, 0, 0, 0)
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def check_papers() -> None:
    """Refuse where the libraries for papers are not installed.

    Raises:
        RequestError: they are not.
    """
    if find_spec("docxtpl") is None or find_spec("pypdf") is None:
        raise missing("papers", "This paper")


@contextmanager
def template_at(given: Path | None) -> Iterator[Path]:
    """The template of an office, or the one that comes with recordrelief.

    Raises:
        RequestError: there is no such file.
    """
    if given is not None:
        if not given.is_file():
            raise RequestError("There is no such template.", where=str(given))
        yield given
        return
    with as_file(files("recordrelief.delivery").joinpath("templates", "motion.docx")) as path:
        yield path


def written_motion(template: Path, of: NamedList, as_of: str, notice: str) -> bytes:
    """The motion and proposed order for one court, as a Word document. The same list gives the same bytes.

    An order says what each charge becomes: charges of which that is open are told, and not moved for.

    Args:
        template: a Word document with places to fill in (:data:`PLACES`).
        of: the charges of the court.
        as_of: the day at which law and record were read.
        notice: what the paper says of itself.

    Raises:
        RequestError: the template is no Word document, names something that there is not, or leaves out the notice.
    """
    county, court = of.of
    open_ = outcome_is_open(of.rows)
    filled = {
        **{"notice": notice, "county": county, "court": court, "as_of": as_of},
        "charges": list(_texts(of.rows.filter(~open_))),
        "open_charges": list(_texts(of.rows.filter(open_))),
    }
    return filled_document(template, filled)


def filled_document(template: Path, filled: Mapping[str, Any]) -> bytes:
    """A Word template with its places filled in.

    Raises:
        RequestError: the template is no Word document, names something that there is not, or leaves out the notice.
    """
    from docx.opc.exceptions import PackageNotFoundError
    from docxtpl import DocxTemplate
    from jinja2 import StrictUndefined, TemplateError, UndefinedError
    from jinja2.sandbox import SandboxedEnvironment

    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    made = io.BytesIO()
    try:
        document = DocxTemplate(str(template))
        named = document.get_undeclared_template_variables(environment)
    except TemplateError as error:
        raise _not_filled(template, type(error).__name__) from None
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError):
        raise RequestError("The template is no Word document (.docx).", where=template.name) from None
    for name in sorted(named - set(filled)):
        raise RequestError(
            "The template names something that there is not.",
            where=template.name,
            found=name,
            cure=nearest(name, filled),
        )
    try:
        document.render(dict(filled), environment)
    except UndefinedError as error:
        gone = re.search(r"'(\w+)'(?: is undefined)?$", str(error))
        # What a template computes may be a part of the record: only what stands in the template is told.
        if gone is None or not re.search(rf"\b{gone[1]}\b", _said_in(template)):
            raise _not_filled(template, type(error).__name__) from None
        raise RequestError(
            "The template names something that there is not.",
            where=template.name,
            found=gone[1],
            cure=nearest(gone[1], dict.fromkeys((*filled, *COLUMNS))),
        ) from None
    except Exception as error:
        raise _not_filled(template, type(error).__name__) from None
    document.save(made)
    if _plain(filled["notice"]) not in _plain(_said_in(made)):
        raise RequestError(
            "The template does not say what the paper is.",
            where=template.name,
            cure="Put {{ notice }} on a cover page, for whoever signs to take off, outside of any condition.",
        )
    return same_every_time(made.getvalue())


def _not_filled(template: Path, why: str) -> RequestError:
    return RequestError(
        "The template cannot be filled in.",
        where=template.name,
        found=why,
        cure="Every place is a text: a template puts them where they belong, and computes nothing.",
    )


def _said_in(document: io.BytesIO | Path) -> str:
    """All text of a Word document, headers and footers with it."""
    with zipfile.ZipFile(document) as parts:
        found = [parts.read(name).decode() for name in parts.namelist() if re.fullmatch(r"word/\w+\.xml", name)]
    return unescape(" ".join(re.sub(r"<[^>]*>", "", one) for one in found))


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _texts(rows: pl.DataFrame) -> Iterator[dict[str, str]]:
    for row in rows.iter_rows(named=True):
        yield {name: text_of(row[name]) for name in COLUMNS}


def text_of(value: Any) -> str:
    """A cell as text; empty where nothing is known."""
    if value is None:
        return ""
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    return without_controls(str(value))


def without_controls(text: str) -> str:
    """A text without the characters that no Word document takes."""
    return _CONTROLS.sub(" ", text)


def same_every_time(document: bytes) -> bytes:
    """A Word document without the time at which it was packed."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, _FIXED)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(name))
    return made.getvalue()
