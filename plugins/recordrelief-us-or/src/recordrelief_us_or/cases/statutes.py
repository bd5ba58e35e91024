"""The statute texts of Oregon court records as citations of the Oregon Revised Statutes."""

from __future__ import annotations

import re

from recordrelief.citations import Citation
from recordrelief.errors import CitationError

_WRITTEN = re.compile(r"([0-9]{1,3}|[0-9]{3}[A-Z])\.([0-9]{3})((?:\([0-9A-Za-z]{1,5}\))*)[A-Z]?")
_RUN_TOGETHER = re.compile(r"([0-9]{2,3}|[0-9]{3}[A-Z])([0-9]{3})([0-9A-Z]*)")
_CODE = "ORS"


def read_statute(text: str) -> str | None:
    """The citation that a statute text stands for, or None where it is none of the state's.

    Courts write ``164.045(1)``, run together ``1640451``, sometimes with a letter of their own behind; five digits are
    a chapter of two. A text with another shape is an ordinance, or cannot be read.
    """
    plain = text.strip()
    match = _WRITTEN.fullmatch(plain)
    if match is not None:
        return _citation(match[1], match[2], re.findall(r"\(([^)]*)\)", match[3]))
    match = _RUN_TOGETHER.fullmatch(plain)
    if match is None or (len(match[1]) == 2 and match[3]):
        return None
    return _citation(match[1], match[2], list(match[3]))


def _citation(chapter: str, section: str, parts: list[str]) -> str | None:
    try:
        return str(Citation(_CODE, f"{chapter.lstrip('0')}.{section}", tuple(parts)))
    except CitationError:
        return None
