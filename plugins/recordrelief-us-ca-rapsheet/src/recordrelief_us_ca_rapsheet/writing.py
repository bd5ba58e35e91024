"""Prints a sheet in the layout of the department, so that reading it gives the same sheet."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path

from recordrelief_us_ca_rapsheet.sheet import Count, Disposition, Event, Header, Sheet

CYCLE_BREAK = "* * * *"
EVENT_BREAK = "- - - -"
END = "     *    *    *    END OF MESSAGE    *    *    *"
STRIKE = ("* * * * * * * * * * *", "** POTENTIAL FELONY STRIKE ENTRY **", "* * * * * * * * * * *")
_WIDTH = 78


def printed(sheet: Sheet) -> str:
    """The text of a sheet, each line with its line feed."""
    return "\n".join((*_sheet(sheet), ""))


def _sheet(sheet: Sheet) -> Iterator[str]:
    yield from _header(sheet.header)
    for cycle in sheet.cycles:
        yield CYCLE_BREAK
        for at, event in enumerate(cycle.events):
            if at:
                yield EVENT_BREAK
            yield from _event(event)
    if sheet.complete:
        yield END


def _header(header: Header) -> Iterator[str]:
    yield from header.notices
    if header.cii:
        yield f"CII/{header.cii}"
    facts = [f"DOB/{header.births[0].text}"] if header.births else []
    facts += [f"SEX/{header.sex}"] if header.sex else []
    facts += [f"RAC/{header.race}"] if header.race else []
    if facts:
        yield " ".join(facts)
    for birth in header.births[1:]:
        yield f"DOB/{birth.text}"
    for at, name in enumerate(header.names):
        yield f"{'    ' if at else 'NAM/'}{name.code} {name.text}"
    for word, value in header.numbers:
        yield f"{word}/{value}"


def _event(event: Event) -> Iterator[str]:
    if event.heading is not None:
        colon = "" if ":" in event.heading or event.kind in ("mental_health", "unknown") else ":"
        who = [f"NAM:{event.name_code}"] if event.name_code else []
        who += [f"DOB:{event.birth.text}"] if event.birth else []
        yield f"{event.heading + colon:<21} {'  '.join(who)}".rstrip()
    when = [part for part in (event.day.text if event.day else None, event.agency) if part]
    if when:
        yield "  ".join(when)
    for count in event.counts:
        yield from _count(count)
    if event.strike:
        yield from STRIKE


def _count(count: Count) -> Iterator[str]:
    if count.first is not None and count.last is not None:
        yield ""
        numbers = f"{count.first:02}" if count.first == count.last else f"{count.first:02}-{count.last:02}"
        case = f"#{count.case_number.replace('; ', ',')}" if count.case_number else ""
        yield f"CNT:{numbers:<7}{case}".rstrip()
    for flag in count.flags:
        yield f"  -{flag}"
    if count.realigned:
        yield "  1170 (H) PC-SENTENCING"
    for at, charge in enumerate(count.charges):
        if at:
            yield ""
        yield from _wrapped("  ", charge, "    ")
    if count.toc:
        yield f"  TOC:{count.toc}"
    for comment in count.comments:
        yield from _wrapped("   COM: ", comment.text, "     ")
    for tag in count.tags:
        yield _tag(tag.word, tag.text)
    for disposition in count.dispositions:
        yield from _disposition(disposition)


def _disposition(disposition: Disposition) -> Iterator[str]:
    if disposition.day is not None:
        yield disposition.day.text
    if disposition.text is not None:
        star = "*" if disposition.starred else " " if disposition.day is not None else ""
        yield from _wrapped(f"{star}DISPO:", disposition.text, "      ")
    if disposition.status is not None:
        yield f"   CONV STATUS:{disposition.status}"
    for sentence in disposition.sentences:
        yield from _wrapped("   SEN: ", ", ".join(sentence.items), "        ")
    for comment in disposition.comments:
        yield from _wrapped("   COM: ", comment.text, "     ")
    for tag in disposition.tags:
        yield _tag(tag.word, tag.text)


def _tag(word: str, text: str) -> str:
    return f"   {word}{' #' if word in ('CRT', 'WARRANT') else ''}:{text}"


def _wrapped(first: str, text: str, further: str) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=first,
        subsequent_indent=further,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [first.rstrip()]


def write_pdf(sheet: Sheet, path: Path, *, lines_a_page: int = 55) -> int:
    """Print a sheet into a PDF with text, as a county's printer would, and say how many pages it has.

    Needs the extra ``pdf`` (reportlab). The same sheet gives the same bytes.

    Args:
        sheet: what to print.
        path: the file.
        lines_a_page: how many lines of the sheet each page takes.
    """
    from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]

    lines = printed(sheet).splitlines()
    pages = [lines[at : at + lines_a_page] for at in range(0, len(lines), lines_a_page)]
    canvas = Canvas(str(path), pagesize=(612, 792), invariant=1)
    for number, page in enumerate(pages, 1):
        canvas.setFont("Courier", 9)
        canvas.drawString(36, 760, f"Page {number} of {len(pages)}")
        text = canvas.beginText(36, 740)
        for line in page:
            text.textLine(line)
        canvas.drawText(text)
        canvas.drawString(36, 30, "https://sheets.example/print/1")
        canvas.showPage()
    canvas.save()
    return len(pages)
