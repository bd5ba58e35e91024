"""A RAP sheet as objects: what is printed and where, before anything is made of it.

The texts are the sheet's own words, repaired and in capitals. Two sheets are equal when they say the same, wherever
their lines stand and whatever had to be repaired.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from recordrelief_us_ca_rapsheet.days import Day

EVENT_KINDS = (
    "arrest",
    "supplemental",
    "court",
    "custody",
    "probation",
    "registration",
    "applicant",
    "mental_health",
    "deceased",
    "unknown",
)


def _many() -> Any:
    return attrs.field(default=(), converter=tuple)


def _aside() -> Any:
    """Several of something that is no part of what is said."""
    return attrs.field(default=(), converter=tuple, eq=False)


def _personal() -> Any:
    """Several of something that shall not be printed by chance."""
    return attrs.field(default=(), converter=tuple, repr=False)


def _where() -> Any:
    """The line of the text, counted from 1; no part of what is said."""
    return attrs.field(default=0, eq=False)


@attrs.frozen(kw_only=True)
class Unread:
    """A line that was not understood: where it stands, from which column to which, and its text."""

    line: int
    page: int | None
    first: int
    last: int
    text: str = attrs.field(repr=False)

    @property
    def place(self) -> str:
        """Where to look for it."""
        page = "" if self.page is None else f" on page {self.page}"
        return f"line {self.line}{page}, columns {self.first} to {self.last}"


@attrs.frozen(kw_only=True)
class Comment:
    """A ``COM:`` line, without that word."""

    text: str
    line: int = _where()


@attrs.frozen(kw_only=True)
class Tag:
    """A line with a word of its own that bears on no fact of a charge: ``DCN:``, ``ARR BY:``, ``CRT #:``."""

    word: str
    text: str
    line: int = _where()


@attrs.frozen(kw_only=True)
class Sentence:
    """A ``SEN:`` line with what it wraps to: the items of its list."""

    items: tuple[str, ...] = _many()
    line: int = _where()


@attrs.frozen(kw_only=True)
class Disposition:
    """A ``DISPO:`` line with its details. ``day`` is that of an update; ``starred`` that a star stands before it.

    ``text`` is None where details stand without a disposition, as at custody.
    """

    text: str | None = None
    day: Day | None = None
    starred: bool = False
    status: str | None = None
    sentences: tuple[Sentence, ...] = _many()
    comments: tuple[Comment, ...] = _many()
    tags: tuple[Tag, ...] = _many()
    line: int = _where()


@attrs.frozen(kw_only=True)
class Count:
    """One ``CNT:`` with all that stands under it, or what stands in an event before or without any.

    ``first`` and ``last`` are its numbers, equal unless it is a range, None where none is printed. ``lost`` says that
    the line of a further count may have been left unread in it.
    """

    first: int | None = None
    last: int | None = None
    case_number: str | None = None
    flags: tuple[str, ...] = _many()
    realigned: bool = False
    charges: tuple[str, ...] = _many()
    toc: str | None = None
    comments: tuple[Comment, ...] = _many()
    tags: tuple[Tag, ...] = _many()
    dispositions: tuple[Disposition, ...] = _many()
    unread: tuple[Unread, ...] = _aside()
    lost: bool = attrs.field(default=False, eq=False)
    line: int = _where()
    last_line: int = _where()


@attrs.frozen(kw_only=True)
class Event:
    """One step of a cycle: its word (``heading``, with what stands behind it), day, agency and counts."""

    kind: str = attrs.field(validator=attrs.validators.in_(EVENT_KINDS))
    heading: str | None = None
    name_code: str | None = None
    birth: Day | None = None
    day: Day | None = None
    agency: str | None = None
    counts: tuple[Count, ...] = _many()
    strike: bool = False
    unread: tuple[Unread, ...] = _aside()
    line: int = _where()
    last_line: int = _where()


@attrs.frozen(kw_only=True)
class Cycle:
    """One arrest and all that follows from it. ``doubtful``: it may be two, whose separator was not read."""

    events: tuple[Event, ...] = _many()
    doubtful: bool = attrs.field(default=False, eq=False)
    line: int = _where()


@attrs.frozen(kw_only=True)
class PersonName:
    """One name of the header: its code, and ``FAMILY,GIVEN MIDDLE``."""

    code: str
    text: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class Header:
    """Everything before the first cycle. ``sources`` is ``california``, ``multiple`` or None where it is not said."""

    printed: Day | None = None
    sources: str | None = None
    cii: str | None = None
    births: tuple[Day, ...] = _many()
    sex: str | None = None
    race: str | None = None
    names: tuple[PersonName, ...] = _many()
    numbers: tuple[tuple[str, str], ...] = _personal()
    notices: tuple[str, ...] = _personal()
    line: int = _where()


@attrs.frozen(kw_only=True)
class Sheet:
    """One person's RAP sheet. ``complete`` says that its last line is there.

    ``repairs`` are the rules that changed a line, by line; ``cuts`` the lines behind which a page is missing;
    ``scanned`` tells that letters had to be repaired, so that further ones may be wrong.
    """

    header: Header = attrs.field(factory=Header)
    cycles: tuple[Cycle, ...] = _many()
    complete: bool = True
    unread: tuple[Unread, ...] = _aside()
    cuts: tuple[int, ...] = _aside()
    repairs: Mapping[int, tuple[str, ...]] = attrs.field(factory=dict, eq=False, repr=False)
    scanned: bool = attrs.field(default=False, eq=False)
    line: int = _where()
    last_line: int = _where()
