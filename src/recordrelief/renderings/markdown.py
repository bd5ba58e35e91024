"""An explanation as Markdown: headings, one table of answers a charge, nested lists."""

from __future__ import annotations

import re
from collections.abc import Iterator

from recordrelief.outlines import Outline, ToldCharge
from recordrelief.renderings.tables import summary
from recordrelief.renderings.trees import Entry, entry, one_line

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|&~])")
_STARTS = re.compile(r"^(\s*)([-+=]|\d+[.)])", re.ASCII)


def as_markdown(outline: Outline) -> str:
    """The explanation as Markdown; nothing of a record is read as markup."""
    top = entry(outline)
    tables = iter(_table(outline, charge) for law in outline.laws for charge in law.charges)
    lines = [f"# {_escaped(top.text)}", ""]
    for one in top.entries:
        if one.entries:
            lines += [f"## {_escaped(one.text)}", ""]
            for below in one.entries:
                if not below.entries:
                    lines += [_escaped(below.text), ""]
            lines += [*next(tables), ""]
            for below in one.entries:
                if below.entries:
                    lines += [f"### {_escaped(below.text)}", "", *_bullets(below.entries, 0), ""]
        else:
            lines += [_escaped(one.text), ""]
    return "\n".join(lines)


def _bullets(entries: tuple[Entry, ...], depth: int) -> Iterator[str]:
    for one in entries:
        yield "  " * depth + f"- {_escaped(one.text)}"
        yield from _bullets(one.entries, depth + 1)


def _table(outline: Outline, charge: ToldCharge) -> list[str]:
    head, rows = summary(outline, charge)
    lines = [head, ["---"] * len(head), *([_escaped(cell) for cell in row] for row in rows)]
    return ["| " + " | ".join(line) + " |" for line in lines]


def _escaped(text: str) -> str:
    """The text on one line, with what Markdown or HTML would take for markup made plain."""
    escaped = _SPECIAL.sub(r"\\\1", one_line(text))
    return _STARTS.sub(lambda found: f"{found[1]}{found[2][:-1]}\\{found[2][-1]}", escaped)
