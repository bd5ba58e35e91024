"""The boundary to the code of plugins: who they are, what goes wrong in them, and checks of what they give."""

from __future__ import annotations

import os
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs

from recordrelief.errors import TRACEBACK, PluginError, RecordReliefError


@attrs.frozen(order=True)
class Origin:
    """Who brings something: the distribution (or the file, as it was given), its version and its module."""

    name: str
    version: str
    module: str

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class BrokenPlugin(PluginError):
    """A plugin, or one thing it brings, that is left out.

    ``who``: distribution and version; ``what`` happened; ``where``: module or hook; ``why``: the reason it gave.
    """

    def __init__(self, what: str, *, who: Origin, where: str, why: str, cure: str | None = None) -> None:
        super().__init__(f"{who}: {what}.", where=where, found=why, cure=cure)
        self.who = who
        self.why = why


def checked(value: object, expected: Any, what: str, origin: Origin, where: str) -> None:
    """Check what a plugin gave at the boundary.

    Raises:
        BrokenPlugin: it is of another type than it must be.
    """
    if isinstance(expected, type) and isinstance(value, expected):
        return
    why = type_fault(value, expected)
    if why is not None:
        raise BrokenPlugin(what, who=origin, where=where, why=why)


@contextmanager
def guarded(origin: Origin, where: str) -> Iterator[None]:
    """Run a plugin's code: what goes wrong in it is told without what it was working on.

    Raises:
        BrokenPlugin: it failed. Errors of recordrelief and of the disk pass as they are.
    """
    try:
        yield
    except (RecordReliefError, MemoryError):
        raise
    except Exception as error:
        if isinstance(error, OSError) or "(os error " in str(error):
            raise
        if os.environ.get(TRACEBACK):
            traceback.print_exception(error)
        # The message of the error may hold a cell of a record: its kind and place must do.
        raise BrokenPlugin(
            "it failed",
            who=origin,
            where=where,
            why=type(error).__name__ + place_of(error),
            cure=f"Tell its authors. {TRACEBACK}=1 shows them more.",
        ) from None


def type_fault(given: object, expected: Any) -> str | None:
    """Why a value is not of a type, items included; None when it is."""
    import typeguard

    try:
        typeguard.check_type(
            given,
            expected,
            collection_check_strategy=typeguard.CollectionCheckStrategy.ALL_ITEMS,
        )
    except typeguard.TypeCheckError as error:
        return str(error)
    return None


def reason(error: BaseException) -> str:
    """The error in one line, and the last place it went through."""
    return f"{type(error).__name__}: {first_line(error)}{place_of(error)}"


def place_of(error: BaseException) -> str:
    """The last place that an error went through, in brackets."""
    frames = traceback.extract_tb(error.__traceback__)
    return f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""


def first_line(error: BaseException) -> str:
    """The first line of what an error says."""
    return str(error).strip().partition("\n")[0][:300] or "no reason given"
