"""A letter as a page of HTML, as a Word document, and as text."""

from __future__ import annotations

import datetime
import io
import textwrap
from collections.abc import Callable, Iterator, Mapping
from html import escape

from recordrelief.delivery.letters import Item, Letter
from recordrelief.delivery.motions import check_papers, same_every_time, without_controls

_STYLE = """
body { font: 1.05rem/1.5 system-ui, sans-serif; margin: 0 auto; padding: 1rem; max-width: 44rem;
  overflow-wrap: anywhere; }
.name { margin: 4rem 0 6rem; }
h3 { margin-bottom: .2rem; }
@media print { body { padding: 0; font-size: 11.5pt; } h2, h3 { break-after: avoid; } li { break-inside: avoid; } }
""".strip()
_WIDTH = 78


def as_html(letter: Letter) -> bytes:
    """The letter as one page that needs no other file and no network."""
    parts = [
        f'<p class="name">{escape(letter.name)}</p>',
        f"<h1>{escape(letter.title)}</h1>",
        f"<p>{escape(letter.greeting)}</p>",
        f"<p>{escape(letter.opening)}</p>",
    ]
    for section in letter.sections:
        parts.append(f"<h2>{escape(section.heading)}</h2>")
        if section.sentences:
            listed = "".join(f"<li>{escape(one)}</li>" for one in section.sentences)
            parts.append(f"<ul>{listed}</ul>")
        for item in section.items:
            parts.append(f"<h3>{escape(item.title)}</h3>")
            parts += [f"<p>{_labelled(label, escape(text))}</p>" for label, text in item.said]
    body = "\n".join(parts)
    return f"""<!DOCTYPE html>
<html lang="{letter.language}">
<head>
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
<meta name="robots" content="noindex" />
<title>{escape(letter.title)}</title>
<style>
{_STYLE}
</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
""".encode()


def _labelled(label: str, text: str) -> str:
    return f"<strong>{escape(label)}:</strong> {text}" if label else text


def as_text(letter: Letter) -> bytes:
    """The letter as plain text, in lines that a terminal or a simple printer takes."""
    return ("\n".join(_lines(letter)).rstrip("\n") + "\n").encode()


def _lines(letter: Letter) -> Iterator[str]:
    yield from (letter.name, "", letter.title, "=" * len(letter.title), "", letter.greeting, "")
    yield from textwrap.wrap(letter.opening, _WIDTH)
    for section in letter.sections:
        yield from ("", section.heading, "-" * len(section.heading))
        for one in section.sentences:
            yield from textwrap.wrap(one, _WIDTH, initial_indent="- ", subsequent_indent="  ")
        for item in section.items:
            yield ""
            yield from textwrap.wrap(item.title, _WIDTH)
            for text in _said(item):
                yield from textwrap.wrap(text, _WIDTH, initial_indent="  ", subsequent_indent="  ")


def _said(item: Item) -> Iterator[str]:
    for label, text in item.said:
        yield f"{label}: {text}" if label else text


def as_docx(letter: Letter) -> bytes:
    """The letter as a Word document, to be put on an office's paper. The same letter gives the same bytes.

    Raises:
        RequestError: the libraries for papers are not installed.
    """
    check_papers()
    from docx import Document

    document, clean = Document(), without_controls
    document.add_paragraph(clean(letter.name))
    document.add_heading(clean(letter.title), level=1)
    document.add_paragraph(clean(letter.greeting))
    document.add_paragraph(clean(letter.opening))
    for section in letter.sections:
        document.add_heading(clean(section.heading), level=2)
        for one in section.sentences:
            document.add_paragraph(clean(one), style="List Bullet")
        for item in section.items:
            document.add_heading(clean(item.title), level=3)
            for label, text in item.said:
                paragraph = document.add_paragraph()
                if label:
                    paragraph.add_run(clean(f"{label}: ")).bold = True
                paragraph.add_run(clean(text))
    about = document.core_properties
    about.author, about.comments, about.title, about.language = "", "", clean(letter.title), letter.language
    about.created = about.modified = datetime.datetime(1980, 1, 1)
    made = io.BytesIO()
    document.save(made)
    return same_every_time(made.getvalue())


FORMS: Mapping[str, Callable[[Letter], bytes]] = {".html": as_html, ".docx": as_docx, ".txt": as_text}
"""The forms of a letter by the ending of the file."""
