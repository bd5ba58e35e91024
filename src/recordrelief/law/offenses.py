"""Offense catalogs and the offense sets that statutes make, with membership in three values.

Membership is asked of a *cited offense* once for each distinct citation of a run, in plain Python, and then joined.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

import attrs
from attrs.validators import in_, instance_of, min_len

from recordrelief.citations import Citation, CitationRange, CitedOffense
from recordrelief.errors import CitationError, PackError
from recordrelief.model import LEVELS

Belongs = bool | None
"""True: in the set. False: surely not. None: it may be."""
Inchoate = Literal["as_target", "outside", "open"]
INCHOATE = ("as_target", "outside", "open")
CATALOG_LEVELS = (*LEVELS, "wobbler")
"""Levels of a catalog: those of charges, and the offense that may be either a felony or a misdemeanor."""
_FLAGS: dict[str, Belongs] = {"yes": True, "no": False, "maybe": None}


def _entry(text: str) -> Citation | CitationRange:
    try:
        return CitationRange.parse(text) if "-" in text else Citation.parse(text)
    except CitationError as error:
        raise PackError(
            "An entry of an offense set is not a citation.", found=repr(text), expected=error.expected
        ) from None


def _entries(texts: Iterable[str]) -> tuple[Citation | CitationRange, ...]:
    return tuple(_entry(text) for text in texts)


@attrs.frozen(kw_only=True)
class CatalogRow:
    """One offense of a jurisdiction: what it is, the levels it can have, and the flags the law turns on."""

    offense: CitedOffense
    description: str
    levels: tuple[str, ...]
    flags: Mapping[str, Belongs]
    notes: str
    source: str


@attrs.frozen(eq=False)
class OffenseCatalog:
    """The offenses a pack knows. A citation that is not here is unknown to every set that does not list it."""

    rows: tuple[CatalogRow, ...]
    _by_section: Mapping[tuple[str, str], tuple[CatalogRow, ...]] = attrs.field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        index: dict[tuple[str, str], list[CatalogRow]] = {}
        for row in self.rows:
            for citation in row.offense.citations:
                index.setdefault((citation.code, citation.section), []).append(row)
        object.__setattr__(self, "_by_section", {key: tuple(rows) for key, rows in index.items()})

    @classmethod
    def from_csv(cls, text: str, *, flags: Sequence[str]) -> OffenseCatalog:
        """Read a catalog: columns ``citation, description, levels, notes, source`` and one per flag.

        ``citation`` is canonical; ``PC 664/187`` is an attempt at ``PC 187``. Levels are joined by ``;``, flags are
        ``yes``, ``no`` or ``maybe``.

        Raises:
            PackError: a citation, level or flag cannot be read, or stands twice.
        """
        rows = []
        seen: set[tuple[Citation, bool]] = set()
        reader = csv.DictReader(io.StringIO(text))
        wanted = ("citation", "description", "levels", *flags, "notes", "source")
        if missing := [column for column in wanted if column not in (reader.fieldnames or ())]:
            raise PackError("The catalog lacks a column.", found=", ".join(missing), expected=", ".join(wanted))
        for number, line in enumerate(reader, start=2):
            cited = line["citation"]
            code, _, section = cited.partition(" ")
            attempt = section.startswith("664/")
            target = _entry(f"{code} {section.removeprefix('664/')}")
            where = f"catalog line {number}"
            if not isinstance(target, Citation) or (target, attempt) in seen:
                raise PackError("A catalog row needs a citation of its own.", where=where, found=repr(cited))
            seen.add((target, attempt))
            levels = tuple(line["levels"].split(";"))
            if strange := [level for level in levels if level not in CATALOG_LEVELS]:
                raise PackError(
                    "A level is not one.",
                    where=where,
                    found=repr(";".join(strange)),
                    expected=", ".join(CATALOG_LEVELS),
                )
            if strange := [flag for flag in flags if line[flag] not in _FLAGS]:
                raise PackError("A flag is yes, no or maybe.", where=where, found=", ".join(strange))
            rows.append(
                CatalogRow(
                    offense=CitedOffense((target,), attempt=attempt, conspiracy=False),
                    description=line["description"],
                    levels=levels,
                    flags={flag: _FLAGS[line[flag]] for flag in flags},
                    notes=line["notes"],
                    source=line["source"],
                )
            )
        return cls(tuple(rows))

    def near(self, citation: Citation) -> tuple[CatalogRow, ...]:
        """The rows of the citation's section."""
        return self._by_section.get((citation.code, citation.section), ())

    def knows(self, citation: Citation) -> bool:
        """A row holds this citation, or part of it."""
        return any(
            own.contains(citation) or citation.contains(own)
            for row in self.near(citation)
            for own in row.offense.citations
        )

    def classified(
        self,
        name: str,
        by: Callable[[CatalogRow], Belongs],
        *,
        cites: str,
        attempts: Inchoate = "open",
        conspiracies: Inchoate = "open",
        solicitations: Inchoate = "open",
    ) -> OffenseSet:
        """The offense set of all rows by what ``by`` says of each: in, out, or open."""
        entries: dict[Belongs, list[Citation | CitationRange]] = {True: [], False: [], None: []}
        attempted: dict[Belongs, list[Citation | CitationRange]] = {True: [], False: [], None: []}
        for row in self.rows:
            (attempted if row.offense.attempt else entries)[by(row)].extend(row.offense.citations)
        return OffenseSet(
            name=name,
            cites=cites,
            members=tuple(entries[True]),
            perhaps=tuple(entries[None]),
            excepted=tuple(entries[False]),
            attempted_members=tuple(attempted[True]),
            attempted_perhaps=tuple(attempted[None]),
            attempted_excepted=tuple(attempted[False]),
            attempts=attempts,
            conspiracies=conspiracies,
            solicitations=solicitations,
            catalog=self,
            broad_entries_decide=True,
        )

    def flagged(
        self,
        name: str,
        flag: str,
        *,
        cites: str,
        attempts: Inchoate = "open",
        conspiracies: Inchoate = "open",
        solicitations: Inchoate = "open",
    ) -> OffenseSet:
        """The offense set of all rows by one flag (yes in, no out, maybe open)."""
        return self.classified(
            name,
            lambda row: row.flags[flag],
            cites=cites,
            attempts=attempts,
            conspiracies=conspiracies,
            solicitations=solicitations,
        )


@attrs.frozen
class Ground:
    """Why one citation of an offense belongs to a set, or does not: the entry that decides, if one does, in words."""

    citation: Citation
    belongs: Belongs
    entry: Citation | CitationRange | None
    words: str


@attrs.frozen(kw_only=True, eq=False)
class OffenseSet:
    """A list of offenses that the law itself makes, named and cited.

    Of the entries that contain a citation the most specific decides: ``members`` in, ``excepted`` out, ``perhaps``
    open. A citation broader than an entry (its subdivision is not stated) is open. Any other citation is out if
    the ``catalog`` knows it and open if not. ``attempts``, ``conspiracies`` and ``solicitations`` say whether those
    forms stand with their target, outside, or open. ``exact`` takes only the citation as written, without
    subdivisions. With ``broad_entries_decide`` an entry for a section speaks for it where no subdivision is stated,
    whatever its subdivisions say, as the rows of a catalog do.
    """

    name: str = attrs.field(validator=min_len(1))
    cites: str = attrs.field(validator=min_len(1))
    catalog: OffenseCatalog = attrs.field(validator=instance_of(OffenseCatalog), repr=False)
    members: tuple[Citation | CitationRange, ...] = ()
    perhaps: tuple[Citation | CitationRange, ...] = ()
    excepted: tuple[Citation | CitationRange, ...] = ()
    attempted_members: tuple[Citation | CitationRange, ...] = ()
    attempted_perhaps: tuple[Citation | CitationRange, ...] = ()
    attempted_excepted: tuple[Citation | CitationRange, ...] = ()
    attempts: Inchoate = attrs.field(default="open", validator=in_(INCHOATE))
    conspiracies: Inchoate = attrs.field(default="open", validator=in_(INCHOATE))
    solicitations: Inchoate = attrs.field(default="open", validator=in_(INCHOATE))
    exact: bool = False
    broad_entries_decide: bool = False
    _index: _Index = attrs.field(init=False, repr=False)
    _attempted_index: _Index = attrs.field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "_index", _indexed(self.members, self.perhaps, self.excepted))
        attempted = _indexed(self.attempted_members, self.attempted_perhaps, self.attempted_excepted)
        object.__setattr__(self, "_attempted_index", attempted)

    @classmethod
    def listing(
        cls,
        name: str,
        *,
        cites: str,
        includes: Sequence[str],
        catalog: OffenseCatalog,
        perhaps: Sequence[str] = (),
        excepts: Sequence[str] = (),
        attempts: Inchoate = "open",
        conspiracies: Inchoate = "open",
        solicitations: Inchoate = "open",
        exact: bool = False,
    ) -> OffenseSet:
        """An offense set written out: citations and ranges as text (``PC 187-191.5`` is a range)."""
        return cls(
            name=name,
            cites=cites,
            members=_entries(includes),
            perhaps=_entries(perhaps),
            excepted=_entries(excepts),
            attempts=attempts,
            conspiracies=conspiracies,
            solicitations=solicitations,
            exact=exact,
            catalog=catalog,
        )

    def belongs(self, cited: CitedOffense) -> Belongs:
        """Whether a cited offense is in the set. Of several citations in one charge, any that is in decides."""
        return _any([self._one(cited, citation) for citation in cited.citations])

    def why(self, citation: Citation) -> str:
        """The entry that decides a citation, in words."""
        entries = self._plain(citation)
        found = self._deciding(citation, entries)
        if found is not None:
            below = {value for entry, value in entries if isinstance(entry, Citation) and _below(citation, entry)}
            if not (self.exact or self.broad_entries_decide or below <= {found[1]}):
                return "its subdivision is not stated, and they are told apart"
            return f"listed as {found[0]}"
        if any(isinstance(entry, Citation) and citation.contains(entry) for entry, _ in entries):
            return "its subdivision is not stated, and some of them are listed"
        return "not listed" if self.catalog.knows(citation) else "not in the catalog"

    def grounds(self, cited: CitedOffense) -> tuple[Ground, ...]:
        """Why a cited offense belongs, in whatever form it is cited; one for each of its citations."""
        return tuple(self._ground(cited, citation) for citation in cited.citations)

    def _ground(self, cited: CitedOffense, citation: Citation) -> Ground:
        belongs = self._one(cited, citation)
        if cited.attempt:
            found = self._deciding(citation, self._attempted(citation))
            if found is not None:
                how = {True: "listed as", False: "left out as", None: "left open as"}[found[1]]
                return Ground(citation, belongs, found[0], f"{how} attempt {found[0]}")
        entry, words = self._target_ground(citation)
        target = self._target(citation)
        for form, plural, rule in (
            (cited.attempt, "attempts", self.attempts),
            (cited.conspiracy, "conspiracies", self.conspiracies),
            (cited.solicitation, "solicitations", self.solicitations),
        ):
            if form and rule == "outside":
                return Ground(citation, belongs, None, f"{plural} stand outside")
            if form and rule == "open" and target:
                words += f", and {plural} are left open"
        return Ground(citation, belongs, entry, words)

    def _target_ground(self, citation: Citation) -> tuple[Citation | CitationRange | None, str]:
        entries = self._plain(citation)
        found = self._deciding(citation, entries)
        below = {value for entry, value in entries if isinstance(entry, Citation) and _below(citation, entry)}
        if self.exact:
            return (
                (None, "only listed as it is written there") if found is None else (found[0], f"listed as {found[0]}")
            )
        if found is not None:
            entry, value = found
            how = {True: "listed as", False: "left out as", None: "left open as"}[value]
            told_apart = not self.broad_entries_decide and not below <= {value}
            more = ", but its subdivisions are told apart and none is stated" if told_apart else ""
            return entry, f"{how} {entry}{more}"
        if below - {False}:
            return None, "its subdivision is not stated, and some of them are listed"
        if below:
            return None, "its subdivisions are left out"
        return None, "not listed" if self.catalog.knows(citation) else "not in the catalog"

    def _one(self, cited: CitedOffense, citation: Citation) -> Belongs:
        if cited.attempt:
            found = self._deciding(citation, self._attempted(citation))
            if found is not None:
                return found[1]
        target = self._target(citation)
        for form, rule in (
            (cited.attempt, self.attempts),
            (cited.conspiracy, self.conspiracies),
            (cited.solicitation, self.solicitations),
        ):
            if form and rule == "outside":
                return False
            if form and rule == "open" and target:
                target = None
        return target

    def _plain(self, citation: Citation) -> _Entries:
        return _near(self._index, citation)

    def _attempted(self, citation: Citation) -> _Entries:
        return _near(self._attempted_index, citation)

    def _deciding(self, citation: Citation, entries: _Entries) -> tuple[Citation | CitationRange, Belongs] | None:
        if self.exact:
            return next(((entry, value) for entry, value in entries if entry == citation), None)
        holding = [(entry, value) for entry, value in entries if entry.contains(citation)]
        return max(holding, key=lambda pair: _depth(pair[0])) if holding else None

    def _target(self, citation: Citation) -> Belongs:
        entries = self._plain(citation)
        found = self._deciding(citation, entries)
        if self.exact:
            return found is not None
        below = {value for entry, value in entries if isinstance(entry, Citation) and _below(citation, entry)}
        if found is not None:
            # A bare section whose listed subdivisions say otherwise leaves open which of them was meant.
            return found[1] if self.broad_entries_decide or below <= {found[1]} else None
        if below - {False}:
            return None
        return False if below or self.catalog.knows(citation) else None


_Entries = list[tuple[Citation | CitationRange, Belongs]]
_Index = dict[tuple[str, str] | None, _Entries]


def _near(index: _Index, citation: Citation) -> _Entries:
    """The entries of the citation's section, and all ranges."""
    return [*index.get((citation.code, citation.section), ()), *index.get(None, ())]


def _indexed(
    members: tuple[Citation | CitationRange, ...],
    perhaps: tuple[Citation | CitationRange, ...],
    excepted: tuple[Citation | CitationRange, ...],
) -> _Index:
    """Entries with what they say, by section; ranges stand together."""
    index: _Index = {}
    values: tuple[tuple[tuple[Citation | CitationRange, ...], Belongs], ...] = (
        (members, True),
        (perhaps, None),
        (excepted, False),
    )
    for entries, value in values:
        for entry in entries:
            key = None if isinstance(entry, CitationRange) else (entry.code, entry.section)
            index.setdefault(key, []).append((entry, value))
    return index


def _below(broad: Citation, entry: Citation) -> bool:
    return broad.contains(entry) and broad != entry


def _depth(entry: Citation | CitationRange) -> int:
    return -1 if isinstance(entry, CitationRange) else len(entry.subdivisions)


def _any(values: Sequence[Belongs]) -> Belongs:
    if any(values):
        return True
    return None if None in values else False
