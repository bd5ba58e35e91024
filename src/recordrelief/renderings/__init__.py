"""The forms of an explanation: a tree, Markdown, a page of HTML, JSON. All of them read one outline."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from recordrelief.errors import RequestError, nearest
from recordrelief.outlines import Outline
from recordrelief.renderings.documents import as_json
from recordrelief.renderings.markdown import as_markdown
from recordrelief.renderings.pages import as_html
from recordrelief.renderings.trees import Entry, as_text, as_tree, entry

__all__ = ["FORMS", "Entry", "as_html", "as_json", "as_markdown", "as_text", "as_tree", "entry", "form"]

FORMS: Mapping[str, Callable[[Outline], str]] = {
    "tree": as_text,
    "markdown": as_markdown,
    "html": as_html,
    "json": as_json,
}
"""What makes the text of each form."""


def form(name: str) -> Callable[[Outline], str]:
    """What makes the text of a form.

    Raises:
        RequestError: there is no such form.
    """
    if name not in FORMS:
        raise RequestError("There is no such form of an explanation.", found=repr(name), cure=nearest(name, FORMS))
    return FORMS[name]
