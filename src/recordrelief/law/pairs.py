"""Questions in which ``charge`` and ``other`` meet: what is asked of each of the two alone, and how pairs count."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import add, or_

import polars as pl

from recordrelief.law import expressions as e
from recordrelief.law.compilation import Compiler

PAIR_CEILING = 2_000
"""Other charges of one person that a test of pairs is asked of; above it the answer is unknown."""
_FIELD = PAIR_CEILING.bit_length()
_FIELDS = 64 // _FIELD
"""Bits that hold a count of pairs, and how many such counts one number holds: few sums are quicker than many."""


def sides_of(question: e.Quantified) -> tuple[list[e.Test], list[e.Test], list[e.Test]]:
    """The parts of a test of pairs: those about the charge alone, about the other alone, and about both."""
    own: list[e.Test] = []
    foreign: list[e.Test] = []
    mixed: list[e.Test] = []
    for part in question.test.tests if isinstance(question.test, e.And) else (question.test,):
        roots = {fact.split(".")[0] for fact in part.facts() if fact.split(".")[0] in ("charge", "case", "other")}
        reads_rows = any(isinstance(node, e.Quantified) for node in part.walk())
        if reads_rows or len(roots) > 1:
            mixed.append(part)
        else:
            (foreign if roots == {"other"} else own).append(part)
    return own, foreign, mixed


Sides = dict[str, dict[str, tuple[str, e.Test | e.Day]]]
"""For the charge (``left``) and the other (``right``), the parts of a test that are about it alone, by identity: the
column in which each stands, and the part."""
_PLAIN = (e.TestFact, e.DayFact, e.Membership, e.Known, e.FixedDay, e.AsOf)


def one_sided(parts: Sequence[e.Expression]) -> Sides:
    """The largest parts of tests that are about one of the two alone and are more than a column."""
    sides: Sides = {"left": {}, "right": {}}

    def visit(node: e.Expression) -> None:
        if isinstance(node, e.Test | e.Day) and not isinstance(node, _PLAIN):
            roots = _roots(node)
            side = "right" if roots == {"other"} else "left" if "other" not in roots else None
            if side is not None:
                parts = sides[side]
                parts.setdefault(node.identity, (f"{side} part {len(parts)}", node))
                return
        if not isinstance(node, e.Quantified):
            for child in node.children():
                visit(child)

    for part in parts:
        visit(part)
    return sides


def _roots(node: e.Expression) -> set[str]:
    """The rows that a part of a test is about, as seen from a pair."""
    roots = set()
    for one in node.about_row:
        if isinstance(one, e.Quantified):
            roots.add("other" if one.scope.startswith("other.") else "charge")
        elif not any(True for _ in one.children()):
            roots |= {fact.split(".")[0] for fact in one.facts()}
    return roots


def mixed_nodes(node: e.Expression, sides: Sides) -> Iterable[e.Expression]:
    """The nodes that are still read from pairs."""
    if any(node.identity in side for side in sides.values()):
        return
    yield node
    if not isinstance(node, e.Quantified):
        for child in node.children():
            yield from mixed_nodes(child, sides)


def columns_for(side: dict[str, tuple[str, e.Test | e.Day]], here: Compiler) -> list[pl.Expr]:
    """The columns of the parts that are about one of the two alone."""
    columns: list[pl.Expr] = []
    for column, part in side.values():
        if isinstance(part, e.Test):
            columns.append(here.test(part).alias(column))
        else:
            low, high = here.day(part)
            columns += [low.alias(column), high.alias(column + " latest")]
    return columns


def packed(tallies: Sequence[pl.Expr]) -> tuple[list[pl.Expr], list[pl.Expr]]:
    """Numbers that hold several counts each, and the counts read from their sums.

    No count of pairs is above :data:`PAIR_CEILING`, so that none runs into the next.
    """
    words: list[pl.Expr] = []
    counts: list[pl.Expr] = []
    for start in range(0, len(tallies), _FIELDS):
        word = f"counts {start}"
        fields = tallies[start : start + _FIELDS]
        shifted = [one.cast(pl.UInt64) * (1 << _FIELD * place) for place, one in enumerate(fields)]
        words.append(reduce(add, shifted).alias(word))
        counts += [
            (pl.col(word) // (1 << _FIELD * place) % (1 << _FIELD)).cast(pl.UInt32).alias(one.meta.output_name())
            for place, one in enumerate(fields)
        ]
    return words, counts


def perhaps(side: str, count: int) -> pl.Expr:
    """Rows for which some test is not surely false: a null stays."""
    return reduce(or_, (pl.col(f"{side} {number}").fill_null(True) for number in range(count)))
