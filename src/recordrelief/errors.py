"""Errors for the person who reads them: what happened, where, what was found, what was expected, what to do.

Every part is an attribute, so that a program can show them its own way. No message ever carries personal data.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence

TRACEBACK = "RECORDRELIEF_TRACEBACK"
"""Set in the environment, it shows unforeseen errors, and those of plugins, whole: that may show personal data."""


class RecordReliefError(Exception):
    """Anything recordrelief refuses to do, told in parts.

    ``what`` is one sentence; ``where`` a file, line, column or rule; ``found`` and ``expected`` short phrases;
    ``cure`` what to do about it.
    """

    def __init__(
        self,
        what: str,
        *,
        where: str | None = None,
        found: str | None = None,
        expected: str | None = None,
        cure: str | None = None,
    ) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.found = found
        self.expected = expected
        self.cure = cure

    def __str__(self) -> str:
        head = f"{self.where}: {self.what}" if self.where else self.what
        parts = [head]
        if self.found is not None:
            parts.append(f"Found: {self.found}.")
        if self.expected is not None:
            parts.append(f"Expected: {self.expected}.")
        if self.cure is not None:
            parts.append(self.cure)
        return " ".join(parts)


class RequestError(RecordReliefError):
    """The request itself is wrong: an unknown name, a contradiction, a missing option. Nothing was written."""


class SourceError(RecordReliefError):
    """An input cannot be read at all (a bad line is not an error: it is quarantined)."""


class SourceFaults(SourceError):
    """Something written by hand has several faults; all are told at once.

    ``faults`` holds each of them as an error of its own, in the order of the files.
    """

    def __init__(self, faults: Sequence[SourceError]) -> None:
        super().__init__(f"{len(faults)} faults must be put right before this can be read.")
        self.faults = tuple(faults)

    def __str__(self) -> str:
        return "\n  ".join([self.what, *map(str, self.faults)])


class CitationError(RecordReliefError):
    """A text is not a citation in the canonical form."""


class PackError(RecordReliefError):
    """A statute pack breaks a rule of the vocabulary or of its own versions."""


class PluginError(RecordReliefError):
    """A plugin could not be loaded or broke its contract."""


def nearest(name: str, known: Iterable[str]) -> str:
    """A sentence that names the nearest of the known names, or all of them when none is near.

    Args:
        name: what was asked for.
        known: the names there are.
    """
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
    if close:
        return "Did you mean " + " or ".join(repr(word) for word in close) + "?"
    return "Known: " + (", ".join(names) if names else "none") + "."


def shape(text: str) -> str:
    """The shape of a text that may come from a record, never its content: a letter is A, a digit 9."""
    shown = re.sub("[^A9 ().,:;&/_-]", "?", re.sub("[0-9]", "9", re.sub(r"[^\W\d_]", "A", text[:40])))
    return f"a text of the shape '{shown}' (A a letter, 9 a digit)"
