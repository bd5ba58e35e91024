"""Sphinx configuration. The reference tables are made from the code, so that they cannot drift from it."""

from __future__ import annotations

import sys
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

sys.path.insert(0, str(Path(__file__).parent))

import generated
import law_pages

project = "recordrelief"
author = "The recordrelief authors"
project_copyright = "The recordrelief authors"
release = version = version_of("recordrelief")

extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
myst_enable_extensions = ["deflist", "fieldlist", "colon_fence"]
myst_heading_anchors = 3
nitpicky = True

html_theme = "furo"
html_title = f"recordrelief {release}"
html_show_sphinx = False
html_copy_source = False


class FromTheCode(SphinxDirective):
    """``{from-the-code} NAME``: the reference text that the function of that name makes from the code."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        text = generated.PAGES[self.arguments[0]]()
        return self.parse_text_to_nodes(text, allow_section_headings=True)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive, and have the pages on the law written before pages are looked for."""
    app.add_directive("from-the-code", FromTheCode)
    app.connect("builder-inited", lambda app: law_pages.write(Path(app.srcdir)))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
