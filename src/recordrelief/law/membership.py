"""Which offense sets each charge belongs to, asked once for each distinct offense."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import product

import polars as pl

from recordrelief.citations import CitedOffense
from recordrelief.errors import CitationError
from recordrelief.law.compilation import membership_column
from recordrelief.law.offenses import Belongs, OffenseSet

_FEW = 1_000
"""Charges up to which distinct offenses are not told apart first."""

_OFFENSE_KEY = ("citation", "attempt", "conspiracy", "solicitation", "possible_citations")


def memberships(charges: pl.DataFrame, sets: Sequence[OffenseSet]) -> list[pl.Series]:
    """For each charge and each set whether its offense belongs: a Boolean column a set, null where open.

    Asked once for each distinct offense. A charge whose offense could not be read is open, unless every candidate it
    may be is surely outside; it is never surely in.
    """
    if not sets:
        return []
    key = charges.select(_OFFENSE_KEY)
    distinct = key if key.height <= _FEW else key.unique()
    columns: dict[str, list[Belongs]] = {membership_column("charge", one): [] for one in sets}
    for citation, attempt, conspiracy, solicitation, possible in distinct.iter_rows():
        forms = _forms(citation, attempt, conspiracy, solicitation, tuple(possible or ()))
        for offenses, column in zip(sets, columns.values(), strict=True):
            column.append(_belongs(offenses, forms, certain=citation is not None))
    found = [pl.Series(name, values, dtype=pl.Boolean) for name, values in columns.items()]
    if distinct is key:
        return found
    table = distinct.hstack(found)
    joined = key.join(table, on=_OFFENSE_KEY, how="left", nulls_equal=True, maintain_order="left")
    return joined.select(list(columns)).get_columns()


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
