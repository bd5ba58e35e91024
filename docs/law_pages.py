"""Writes the pages of the law book beside the other pages: made anew at each build, and not kept.

The pack gives the law, its worked cases (``tests/cases`` of its plugin) say what covers it, and its README what is open
until counsel answers it.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from recordrelief.cases import read_folder
from recordrelief.lawpages import INDEX, LISTS, QUESTIONS, Question, law_pages, page_of
from recordrelief.plugins import installed

ROOT = Path(__file__).resolve().parent.parent
LAW = "law"
"""The folder of the pages, under ``docs``."""


def write(docs: Path) -> None:
    """Write the pages on every installed pack that is a plugin of this repository.

    Args:
        docs: where the other pages stand.
    """
    shutil.rmtree(docs / LAW, ignore_errors=True)
    for id, pack in installed().statutes.items():
        plugin = ROOT / "plugins" / f"recordrelief-{id}"
        if not plugin.is_dir():
            continue
        cases = read_folder(plugin / "tests" / "cases")
        pages = law_pages(pack, pack.policy(), cases=cases, questions=list(questions(plugin)))
        remedies = dict.fromkeys(page_of(one.id) for one in pack.all_versions(pack.policy()))
        listed = [*remedies, LISTS, *([QUESTIONS] if QUESTIONS in pages else [])]
        pages[INDEX] += "\n".join(["", "```{toctree}", ":hidden:", "", *listed, "```", ""])
        folder = docs / LAW / id
        folder.mkdir(parents=True)
        for name, text in pages.items():
            (folder / f"{name}.md").write_text(text, encoding="utf-8")


def questions(plugin: Path) -> Iterator[Question]:
    """The questions for counsel in the README of a pack."""
    readme = (plugin / "README.md").read_text(encoding="utf-8")
    _, _, section = readme.partition("\n## Questions for counsel\n")
    section = re.split(r"^## ", section, maxsplit=1, flags=re.MULTILINE)[0]
    heading = ""
    for block in re.split(r"^(?=### |\d+\. )", section, flags=re.MULTILINE):
        if title := re.match(r"### (.*)", block):
            heading = title[1].strip()
        elif numbered := re.match(r"(\d+)\. (.*)", block, re.DOTALL):
            yield Question(number=int(numbered[1]), heading=heading, text=" ".join(numbered[2].split()))
