"""How much each comparison of two entries says: the weights, given once and written down, never learnt from the lists.

For each outcome of a comparison there are two shares: how often it is found between entries of one person (m), and
between entries of two people (u). Its weight is the binary logarithm of their ratio. Weights that were learnt would
differ from list to list, and no one could say next month why a pair was linked.
"""

from __future__ import annotations

import math

import attrs

_SIMILAR = "jaro_winkler_similarity({0}_l, {0}_r) >= 0.9"
_SAME = "{0}_l = {0}_r"


@attrs.frozen
class Outcome:
    """One outcome of a comparison: its words, when it is found (in SQL), and the two shares."""

    words: str
    sql: str
    m: float
    u: float

    @property
    def weight(self) -> float:
        """How much it speaks for one person (above 0) or for two (below)."""
        return math.log2(self.m / self.u)


@attrs.frozen
class Comparison:
    """What of two entries is compared: its outcomes, the first that holds counts; ``other`` if none does."""

    name: str
    columns: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    other: Outcome

    @property
    def missing(self) -> str:
        """When it says nothing, in SQL: a value is not known."""
        return " OR ".join(f"{column}_{side} IS NULL" for column in self.columns for side in "lr")


def _both(family: str, given: str) -> str:
    return f"{family.format('family')} AND {given.format('given')}"


COMPARISONS: tuple[Comparison, ...] = (
    Comparison(
        "state_id",
        ("state_id",),
        (Outcome("same", _SAME.format("state_id"), 0.98, 1e-6),),
        Outcome("different", "", 0.02, 0.999999),
    ),
    # One comparison for the whole name: its parts do not vary independently, least of all where they are swapped.
    Comparison(
        "name",
        ("family", "given"),
        (
            Outcome("same", _both(_SAME, _SAME), 0.85, 4e-5),
            Outcome("swapped", "family_l = given_r AND given_l = family_r", 0.02, 2e-6),
            Outcome("family name the same, given name similar", _both(_SAME, _SIMILAR), 0.04, 1e-4),
            Outcome("family name similar, given name the same", _both(_SIMILAR, _SAME), 0.04, 2e-4),
            Outcome("both similar", _both(_SIMILAR, _SIMILAR), 0.01, 5e-4),
            Outcome("only family name the same", _SAME.format("family"), 0.02, 4e-3),
            Outcome("only given name the same", _SAME.format("given"), 0.015, 1e-2),
        ),
        Outcome("different", "", 0.005, 0.985),
    ),
    Comparison(
        "birth_date",
        ("birth_date",),
        (
            Outcome("same", _SAME.format("birth_date"), 0.93, 6e-5),
            Outcome(
                "day and month swapped",
                "substr(birth_date_l, 1, 4) = substr(birth_date_r, 1, 4) AND "
                "substr(birth_date_l, 6, 2) = substr(birth_date_r, 9, 2) AND "
                "substr(birth_date_l, 9, 2) = substr(birth_date_r, 6, 2)",
                0.01,
                6e-5,
            ),
            Outcome("one digit different", "damerau_levenshtein(birth_date_l, birth_date_r) <= 1", 0.04, 2e-3),
        ),
        Outcome("different", "", 0.02, 0.998),
    ),
    Comparison(
        "middle",
        ("middle",),
        (
            Outcome("same", "middle_l = middle_r AND length(middle_l) > 1", 0.7, 0.02),
            Outcome("same initial", "substr(middle_l, 1, 1) = substr(middle_r, 1, 1)", 0.25, 0.07),
        ),
        Outcome("different", "", 0.05, 0.91),
    ),
    Comparison(
        "suffix",
        ("suffix",),
        (Outcome("same", _SAME.format("suffix"), 0.97, 0.4),),
        Outcome("different", "", 0.03, 0.6),
    ),
    # Another case of the same person says little; the same case says much, though people are charged together.
    Comparison(
        "case_number",
        ("case_number",),
        (
            Outcome("same", _SAME.format("case_number"), 0.6, 1e-3),
            Outcome("one sign different", "damerau_levenshtein(case_number_l, case_number_r) <= 1", 0.05, 5e-3),
        ),
        Outcome("different", "", 0.35, 0.994),
    ),
)
"""Everything that is compared."""
PRIOR = 1e-4
"""How probable it is of any pair that it is one person: given too, so that a pair says the same in every list."""
BLOCKS: tuple[tuple[tuple[str, str], ...], ...] = (
    (("state_id", "state_id"),),
    (("case_number", "case_number"),),
    (("birth_date", "birth_date"),),
    (("family", "family"), ("given", "given")),
    (("family", "given"), ("given", "family")),
)
"""What two entries must have in common, left and right, one of these, to be compared at all."""
