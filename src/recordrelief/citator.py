"""What a citation belongs to, and why: its rows in the catalog, every offense set, and the rules that read each."""

from __future__ import annotations

import difflib
import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

import attrs

from recordrelief.citations import Citation, CitationRange, CitationReader, CitedOffense
from recordrelief.errors import CitationError, RequestError
from recordrelief.law.expressions import Enhanced, Membership
from recordrelief.law.offenses import Belongs, CatalogRow, Ground, OffenseSet
from recordrelief.lawbook import WIDTH, versions_of
from recordrelief.statutes import Policy, Remedy, StatutePack

MOST_NEAR = 6
"""Near citations that are named."""
_SIGNS = re.compile("[A-Z0-9]")
_ANSWERS: tuple[tuple[Belongs, str], ...] = (
    (True, "YES: OFFENSE SETS IT IS IN"),
    (None, "OPEN: OFFENSE SETS IT MAY BE IN"),
    (False, "NO: OFFENSE SETS IT IS NOT IN"),
)


@attrs.frozen(kw_only=True)
class Listed:
    """One offense set: whether the offense belongs, on what grounds, and which rules of which remedies read the set.

    ``readers`` holds, by remedy, the conditions; ``applies_to`` says which charges the remedy is about.
    """

    offenses: OffenseSet
    belongs: Belongs
    grounds: tuple[Ground, ...]
    readers: dict[str, tuple[str, ...]]


@attrs.frozen(kw_only=True)
class LookedUp:
    """All that a pack says of a cited offense."""

    asked: str
    cited: CitedOffense
    pack: StatutePack
    sets: tuple[Listed, ...]

    def rows(self, citation: Citation) -> tuple[CatalogRow, ...]:
        """The rows of the catalog that hold a citation or part of it, the nearest first."""
        held = [
            (self._distance(row, own, citation), place, row)
            for place, row in enumerate(self.pack.catalog.near(citation))
            for own in row.offense.citations
            if own.contains(citation) or citation.contains(own)
        ]
        return tuple(row for _, _, row in sorted(held, key=lambda one: one[:2]))

    def _distance(self, row: CatalogRow, own: Citation, citation: Citation) -> tuple[bool, bool, int]:
        other_form = row.offense.attempt != self.cited.attempt
        return other_form, not own.contains(citation), abs(len(own.subdivisions) - len(citation.subdivisions))

    def near(self, citation: Citation) -> tuple[str, ...]:
        """Citations of the catalog near one that it does not hold."""
        rows = self.pack.catalog.near(citation)
        every = [one for row in self.pack.catalog.rows for one in row.offense.citations]
        if rows:
            return tuple(dict.fromkeys(str(one) for row in rows for one in row.offense.citations))[:MOST_NEAR]
        same_code = [one for one in every if one.code == citation.code]
        return near_texts(str(citation), map(str, same_code or every))

    def text(self) -> str:
        """The whole in plain text."""
        lines = [*self._head(), ""]
        for belongs, title in _ANSWERS:
            listed = [one for one in self.sets if one.belongs is belongs]
            lines += [f"{title} ({len(listed)})", ""]
            for one in listed:
                lines += _set_lines(one)
            lines += [""] if listed else []
        return "\n".join(lines).rstrip() + "\n"

    def _head(self) -> Iterator[str]:
        yield f"{self.cited}  by the law of {self.pack.title} ({self.pack.id} {self.pack.version})"
        if self.asked.strip() != str(self.cited):
            more = "; part of that text is no citation and was passed over" if self._passed_over() else ""
            yield from _wrapped(f"read from {self.asked.strip()!r}{more}", "  ")
        if not (self.cited.attempt or self.cited.conspiracy or self.cited.solicitation):
            yield "  the completed offense; an attempt is asked for as 'attempt PC 211' or 'PC 664/211'"
        for citation in self.cited.citations:
            rows = self.rows(citation)
            if not rows:
                yield from self._unknown(citation)
            for row in rows:
                yield from _row_lines(row)

    def _passed_over(self) -> bool:
        """Letters or digits of the text stand in no part of what was read."""
        ways = "PC 664" * self.cited.attempt + "PC 182(a)(1)" * self.cited.conspiracy
        read = Counter(_SIGNS.findall(f"{self.cited}{ways}".upper()))
        return bool(Counter(_SIGNS.findall(self.asked.upper())) - read)

    def _unknown(self, citation: Citation) -> Iterator[str]:
        yield from _wrapped(f"{citation} is not in the catalog: every set that does not list it leaves it open.", "  ")
        near = self.near(citation)
        if near:
            yield from _wrapped(f"near it: {', '.join(near)}", "    ")
        if not near or citation.code not in codes_of(self.pack):
            yield from _wrapped(f"codes that the catalog knows: {', '.join(codes_of(self.pack))}", "    ")


def look_up(
    pack: StatutePack, policy: Policy, text: str, *, remedy: str | None = None, as_of: date | None = None
) -> LookedUp:
    """What a pack says of an offense.

    Args:
        pack: the pack.
        policy: the policy under which its remedies are made.
        text: the citation: ``PC 288(a)``, ``288(A) PC``, ``attempt PC 211`` or ``PC 664/211``.
        remedy: only the sets that this remedy reads.
        as_of: only the versions of remedies in force on this day.

    Raises:
        RequestError: the text is no citation, or there is no such remedy.
    """
    remedies = versions_of(pack, policy, remedy=remedy, as_of=as_of)
    cited = _read(pack, text)
    readers: dict[str, dict[str, dict[str, None]]] = {}
    sets = {} if remedy is not None else {one.name: one for one in pack.sets}
    for one in remedies:
        for offenses, where in _asked(one):
            sets[offenses.name] = offenses
            readers.setdefault(offenses.name, {}).setdefault(one.id, {})[where] = None
    return LookedUp(
        asked=text,
        cited=cited,
        pack=pack,
        sets=tuple(
            Listed(
                offenses=offenses,
                belongs=offenses.belongs(cited),
                grounds=offenses.grounds(cited),
                readers={id: tuple(places) for id, places in readers.get(name, {}).items()},
            )
            for name, offenses in sorted(sets.items())
        ),
    )


def offense_text(
    pack: StatutePack, policy: Policy, text: str, *, remedy: str | None = None, as_of: date | None = None
) -> str:
    """What a pack says of an offense, in plain text; the arguments are those of :func:`look_up`."""
    return look_up(pack, policy, text, remedy=remedy, as_of=as_of).text()


def codes_of(pack: StatutePack) -> tuple[str, ...]:
    """The codes that the catalog and the offense sets of a pack cite."""
    codes = {citation.code for row in pack.catalog.rows for citation in row.offense.citations}
    for offenses in pack.sets:
        for entry in (*offenses.members, *offenses.perhaps, *offenses.excepted):
            codes.add(entry.first.code if isinstance(entry, CitationRange) else entry.code)
    return tuple(sorted(codes))


def near_texts(text: str, known: Iterable[str]) -> tuple[str, ...]:
    """The nearest of some texts."""
    return tuple(difflib.get_close_matches(text, sorted(set(known)), n=MOST_NEAR, cutoff=0.6))


def _read(pack: StatutePack, text: str) -> CitedOffense:
    try:
        return CitedOffense.parse(text.strip())
    except CitationError:
        pass
    codes = codes_of(pack)
    read = CitationReader(codes).read(text)
    if read is None:
        every = [str(one) for row in pack.catalog.rows for one in row.offense.citations]
        near = near_texts(" ".join(text.upper().split()), every)
        raise RequestError(
            "The text is not a citation.",
            found=repr(text),
            expected="a code and a section, such as PC 459 or HS 11357(a)",
            cure=f"Near it: {', '.join(near)}." if near else f"Codes: {', '.join(codes)}.",
        )
    return read


def _asked(remedy: Remedy) -> Iterator[tuple[OffenseSet, str]]:
    """The sets that a remedy reads, and where: of which charge, and whether of its enhancements."""
    for place, expression in remedy.expressions():
        where = place.removeprefix(f"{remedy.id}: ")
        for node in expression.walk():
            if isinstance(node, Membership):
                of = ["of other charges"] * (node.root == "other") + ["of enhancements"] * isinstance(node, Enhanced)
                yield node.offenses, f"{where} ({', '.join(of)})" if of else where


def _set_lines(one: Listed) -> Iterator[str]:
    several = len(one.grounds) > 1
    words = "; ".join(f"{ground.citation} {ground.words}" if several else ground.words for ground in one.grounds)
    yield from _wrapped(f"{one.offenses.name} ({one.offenses.cites}): {words}", "  ")
    if one.readers:
        readers = "; ".join(f"{id} {', '.join(places)}" for id, places in one.readers.items())
        yield from _wrapped(f"read by {readers}", "      ")


def _row_lines(row: CatalogRow) -> Iterator[str]:
    attempt = "attempt " if row.offense.attempt else ""
    cited = "; ".join(map(str, row.offense.citations))
    yield from _wrapped(f"catalog: {attempt}{cited}, {row.description}; {' or '.join(row.levels)}", "  ")
    words = {True: "yes", False: "no", None: "maybe"}
    if row.flags:
        yield from _wrapped("; ".join(f"{flag}: {words[value]}" for flag, value in row.flags.items()), "      ")
    if row.notes:
        yield from _wrapped(f"note: {row.notes}", "      ")
    if row.source:
        yield from _wrapped(f"source: {row.source}", "      ")


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + "  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
