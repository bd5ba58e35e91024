"""Which offense sets each charge belongs to, and its enhancements, asked once for each distinct one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import product
from typing import Any

import attrs
import polars as pl

from recordrelief.citations import CitedOffense
from recordrelief.errors import CitationError
from recordrelief.law.compilation import membership_column
from recordrelief.law.expressions import Enhanced
from recordrelief.law.offenses import Belongs, OffenseCatalog, OffenseSet

_FEW = 1_000
"""Charges up to which distinct offenses are not told apart first."""

OFFENSE_KEY = ("citation", "attempt", "conspiracy", "solicitation", "possible_citations")


def memberships(charges: pl.DataFrame, sets: Sequence[OffenseSet]) -> list[pl.Series]:
    """For each charge and each set whether its offense belongs: a Boolean column a set, null where open.

    Asked once for each distinct offense. A charge whose offense could not be read is open, unless every candidate it
    may be is surely outside; it is never surely in.
    """
    if not sets:
        return []

    ask = _asked_of(tuple(sets))

    def asked(row: tuple[Any, ...]) -> tuple[Belongs, ...]:
        *told, possible = row
        return ask(*told, tuple(possible or ()))

    return _once_each(charges.select(OFFENSE_KEY), [membership_column("charge", one) for one in sets], asked)


@lru_cache(maxsize=64)
def _asked_of(sets: tuple[OffenseSet, ...]) -> Callable[..., tuple[Belongs, ...]]:
    """What is asked of each distinct offense for some sets; remembered, as others cite the same."""

    @lru_cache(maxsize=65_536)
    def ask(
        citation: str | None,
        attempt: bool | None,
        conspiracy: bool | None,
        solicitation: bool | None,
        possible: tuple[str, ...],
    ) -> tuple[Belongs, ...]:
        forms = _forms(citation, attempt, conspiracy, solicitation, possible)
        return tuple(_belongs(offenses, forms, certain=citation is not None) for offenses in sets)

    return ask


def enhancements(charges: pl.DataFrame, sets: Sequence[OffenseSet]) -> list[pl.Series]:
    """For each charge and each set whether one of its enhancements belongs: a Boolean column a set, null where open.

    Asked once for each distinct list. A charge without a list is open, and so is one of whose entries any may belong;
    an empty list is a known absence.
    """
    if not sets:
        return []

    def asked(row: tuple[Any, ...]) -> tuple[Belongs, ...]:
        named = None if row[0] is None else tuple(row[0])
        return tuple(_one_belongs(offenses, named) for offenses in sets)

    names = [membership_column("charge", one, of=Enhanced.of) for one in sets]
    return _once_each(charges.select(Enhanced.of), names, asked)


@attrs.frozen
class UnknownCitations:
    """Citations that a catalog does not know: ``citation`` and ``charges`` (how many name it), the most frequent first.

    ``unread`` counts the charges whose offense is not told by a citation at all: their words may be personal and are
    never among these.
    """

    citations: pl.DataFrame
    unread: int


def unknown_citations(charges: pl.DataFrame, catalog: OffenseCatalog, jurisdiction: str) -> UnknownCitations:
    """What the charges of a jurisdiction cite and its catalog does not know; asked once for each distinct citation.

    Args:
        charges: the charges; those of other jurisdictions are left out, since no catalog is asked to know theirs.
        catalog: the offenses that are known.
        jurisdiction: whose catalog it is; a charge of no known jurisdiction may be of it.
    """
    place = pl.col("jurisdiction")
    mine = charges.lazy().filter(place.is_null() | (place == pl.lit(jurisdiction)))
    if charges["alternative"].max():
        mine = mine.unique(["charge_id", "citation"])  # a charge that reads the same in several readings is one
    unread = 0
    found: dict[str, int] = {}
    for text, count in mine.group_by("citation").len().collect().iter_rows():
        cited = _read(text)
        if cited is None:
            unread += count
            continue
        for citation in {str(one) for one in cited.citations if not catalog.knows(one)}:
            found[citation] = found.get(citation, 0) + count
    table = pl.DataFrame(
        {"citation": list(found), "charges": list(found.values())}, schema={"citation": pl.String, "charges": pl.UInt32}
    )
    return UnknownCitations(table.sort("charges", "citation", descending=[True, False]), unread)


def _once_each(
    key: pl.DataFrame, names: Sequence[str], asked: Callable[[tuple[Any, ...]], tuple[Belongs, ...]]
) -> list[pl.Series]:
    """What is asked of each row of a key, once for each distinct one."""
    told = [column.name for column in key.iter_columns() if column.null_count() < key.height] or key.columns
    distinct = key if key.height <= _FEW else key.unique(told)
    answers = [asked(row) for row in distinct.iter_rows()]
    columns = zip(*answers, strict=True) if answers else ((),) * len(names)
    found = [pl.Series(name, values, dtype=pl.Boolean) for name, values in zip(names, columns, strict=True)]
    if distinct is key:
        return found
    table = distinct.hstack(found)
    joined = key.join(table, on=told, how="left", nulls_equal=True, maintain_order="left")
    return joined.select(names).get_columns()


@lru_cache(maxsize=65_536)
def _one_belongs(offenses: OffenseSet, named: tuple[str | None, ...] | None) -> Belongs:
    """Whether any of the citations on a list of enhancements belongs."""
    if named is None:
        return None
    answers = {None if (read := _read(text)) is None else offenses.belongs(read) for text in named}
    return True if True in answers else None if None in answers else False


def _read(text: str | None) -> CitedOffense | None:
    try:
        return None if text is None else CitedOffense.parse(text)
    except CitationError:
        return None


@lru_cache(maxsize=65_536)
def _forms(
    citation: str | None,
    attempt: bool | None,
    conspiracy: bool | None,
    solicitation: bool | None,
    possible: tuple[str, ...],
) -> tuple[CitedOffense, ...]:
    """Every offense that the charge may stand for."""
    texts = (citation,) if citation is not None else possible
    forms: list[CitedOffense] = []
    for text in texts:
        try:
            read = CitedOffense.parse(text)
        except CitationError:
            return ()
        # A form that the text names is sure; one that nobody told may be either.
        told = ((read.attempt, attempt), (read.conspiracy, conspiracy), (read.solicitation, solicitation))
        ways = [(True,) if named else (True, False) if flag is None else (flag,) for named, flag in told]
        forms += [CitedOffense(read.citations, attempt=a, conspiracy=c, solicitation=s) for a, c, s in product(*ways)]
    return tuple(forms)


@lru_cache(maxsize=262_144)
def _belongs(offenses: OffenseSet, forms: tuple[CitedOffense, ...], *, certain: bool) -> Belongs:
    answers = {offenses.belongs(form) for form in forms}
    if len(answers) != 1:
        return None
    answer = answers.pop()
    return answer if certain or not answer else None
