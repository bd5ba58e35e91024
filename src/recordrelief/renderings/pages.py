"""An explanation as one page of HTML that needs nothing else: to read, to print, to hand over.

It is written as XML that is HTML too, so that any parser of either reads it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from recordrelief.outlines import MARKS, Outline, ToldCharge, ToldDetermination, ToldFinding
from recordrelief.plain_texts import frame
from recordrelief.renderings.tables import summary
from recordrelief.renderings.trees import Entry, answer, entry, fact_text, in_short, last, one_line, plain_charge

_STYLE = """
:root { color-scheme: light dark; --ink: #1b1b1b; --paper: #fff; --line: #767676; --soft: #f1f1f1; }
@media (prefers-color-scheme: dark) { :root { --ink: #ececec; --paper: #161616; --line: #9a9a9a; --soft: #262626; } }
body { font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 0 auto;
  padding: 1rem; max-width: 60rem; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; }
caption { text-align: left; font-weight: bold; padding: .25rem 0; }
th, td { border: 1px solid var(--line); padding: .35rem .5rem; text-align: left; vertical-align: top; }
th { background: var(--soft); }
td ul { margin: 0; padding-left: 1.1rem; }
h2 { border-top: 2px solid var(--line); padding-top: 1rem; }
@media print {
  :root { color-scheme: light; --ink: #000; --paper: #fff; --line: #555; --soft: #eee; }
  body { max-width: none; padding: 0; font-size: 10.5pt; }
  h2, h3, caption { break-after: avoid; }
  tr, li { break-inside: avoid; }
}
""".strip()
_RESULTS = {"met": "met", "unmet": "not met", "unknown": "unknown"}


def as_html(outline: Outline) -> str:
    """The explanation as a page: a language, headings, tables with captions, every text of a record escaped."""
    plain = outline.voice == "plain"
    title = escape(one_line(entry(outline).text if plain else f"Explanation for subject {outline.subject_id}"))
    body = "\n".join(_plain(outline) if plain else _statute(outline))
    return f"""<!DOCTYPE html>
<html lang="{outline.language}">
<head>
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
<meta name="robots" content="noindex" />
<title>{title}</title>
<style>
{_STYLE}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"""


def _plain(outline: Outline) -> Iterator[str]:
    words = frame(outline.language)
    for law in outline.laws:
        yield from (_p(sentence) for sentence in law.plain or ())
        for charge in law.charges:
            told = plain_charge(charge, words)
            yield "<section>"
            yield f"<h2>{_text(told.text)}</h2>"
            yield from (_p(one.text) for one in told.entries if not one.entries)
            yield _table(words.labels["summary"], *summary(outline, charge))
            for one in told.entries:
                if one.entries:
                    yield f"<h3>{_text(one.text)}</h3>"
                    yield from (_block(below) for below in one.entries)
            yield "</section>"


def _block(entry: Entry) -> str:
    return _p(entry.text) + (f"\n{_list(entry.entries)}" if entry.entries else "")


def _statute(outline: Outline) -> Iterator[str]:
    for law in outline.laws:
        yield f"<p><strong>{_text(law.notice)}</strong></p>"
        yield from (_p(remark) for remark in law.remarks)
        yield from _corrections(law.corrections)
        yield from (_p(line) for line in in_short(law))
        for charge in law.charges:
            yield from _charge(outline, charge)


def _charge(outline: Outline, charge: ToldCharge) -> Iterator[str]:
    yield "<section>"
    yield f"<h2>{_text(f'Charge {charge.charge_id}')}</h2>"
    yield _p(charge.words)
    yield from (_p(f"Note: {note}") for note in charge.notes)
    yield from (_p(f"Issue: {issue}") for issue in charge.issues)
    yield from _corrections(charge.corrections)
    yield _table("What can be had for this charge", *summary(outline, charge))
    for one in charge.determinations:
        yield f"<h3>{_text(f'{one.title} ({one.remedy})')}</h3>"
        yield _p(f"{one.citation}: {answer(one)}")
        yield _conditions(one)
        yield _list(list(last(one)))
    yield "</section>"


def _corrections(corrections: Sequence[str]) -> Iterator[str]:
    if corrections:
        yield _p("Corrections applied to the record:")
        yield _list([Entry(one) for one in corrections])


def _conditions(one: ToldDetermination) -> str:
    rows = [
        [
            _text(f"{MARKS[finding.result]} {_RESULTS[finding.result]}" + (", decides" if finding.decides else "")),
            _text(finding.id),
            _text((f"{finding.branch}: " if finding.branch else "") + finding.words),
            _list(list(_seen(finding))),
        ]
        for finding in one.findings
    ]
    head = ["Result", "Condition", "What it says, and where", "Facts relied on, with their source lines"]
    return _rows(f"Conditions of {one.remedy}", head, rows)


def _seen(finding: ToldFinding) -> Iterator[Entry]:
    for fact in finding.facts:
        yield Entry(fact_text(fact), tuple(Entry(row) for row in fact.rows))
    for why in finding.unsettled:
        yield Entry(f"The law leaves open: {why}.")
    if finding.note:
        yield Entry(f"Note: {finding.note}")


def _table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return _rows(caption, head, [[_text(cell) for cell in row] for row in rows])


def _rows(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table with a caption; its cells are HTML already, the first of each row is its head."""
    heads = "".join(f'<th scope="col">{_text(one)}</th>' for one in head)
    lines = "\n".join(
        f'<tr><th scope="row">{first}</th>' + "".join(f"<td>{cell}</td>" for cell in rest) + "</tr>"
        for first, *rest in rows
    )
    return (
        f"<table>\n<caption>{_text(caption)}</caption>\n<thead><tr>{heads}</tr></thead>\n"
        f"<tbody>\n{lines}\n</tbody>\n</table>"
    )


def _list(entries: Sequence[Entry]) -> str:
    if not entries:
        return ""
    return "<ul>" + "".join(f"<li>{_text(one.text)}{_list(one.entries)}</li>" for one in entries) + "</ul>"


def _p(text: str) -> str:
    return f"<p>{_text(text)}</p>"


def _text(text: str) -> str:
    return escape(one_line(text))
