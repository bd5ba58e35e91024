"""The comparison of two lists by Splink on DuckDB: which outcome each comparison of each pair has."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import attrs
import polars as pl

from recordrelief.errors import RequestError
from recordrelief.extras import missing
from recordrelief.linkage.model import BLOCKS, COMPARISONS, PRIOR, Comparison
from recordrelief.linkage.people import COLUMNS, Entry

if TYPE_CHECKING:
    from splink import SettingsCreator


@attrs.frozen
class Scored:
    """A pair of entries by their places in the two lists: the outcome of each comparison, and how probable it is
    that they are one person.

    A comparison for which a value is missing has no outcome.
    """

    left: int
    right: int
    outcomes: Mapping[str, str]
    probability: float

    @property
    def reasons(self) -> str:
        """Every comparison with its outcome and weight."""
        return _reasons(tuple(self.outcomes.items()))


@cache
def _reasons(outcomes: tuple[tuple[str, str], ...]) -> str:
    """Few sets of outcomes are found, in millions of pairs: each is told once."""
    found = dict(outcomes)
    told = []
    for comparison in COMPARISONS:
        words = found.get(comparison.name)
        name = comparison.name.replace("_", " ")
        if words is None:
            told.append(f"{name}: not known (0)")
        else:
            one = next(one for one in (*comparison.outcomes, comparison.other) if one.words == words)
            told.append(f"{name}: {words} ({one.weight:+.1f})")
    return "; ".join(told)


def score(left: Sequence[Entry], right: Sequence[Entry]) -> list[Scored]:
    """Compare every pair that has something in common, in the order of the lists.

    Args:
        left: one list.
        right: the other.

    Raises:
        RequestError: the extra ``linkage`` is not installed, or the lists have far too much in common.
    """
    _check_size(left, right)
    try:
        import duckdb
        from splink import DuckDBAPI, Linker
    except ImportError:
        raise missing("linkage", "Linking people") from None
    logging.getLogger("splink").setLevel(logging.ERROR)
    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        api = DuckDBAPI(connection)
        # Frames of Splink are named, so that the left list stays left.
        frames = [
            api.register(_frame(entries).to_arrow(), dataset_display_name=name)
            for name, entries in (("a_left", left), ("b_right", right))
        ]
        linker = Linker(frames, _settings(), log_level=None)
        found = linker.inference.predict(threshold_match_probability=None).as_duckdbpyrelation()
        levels = ", ".join(f"gamma_{one.name}" for one in COMPARISONS)
        rows = found.project(f"unique_id_l, unique_id_r, match_probability, {levels}").fetchall()
    rows.sort()
    outcomes = {tuple(gammas): _outcomes(gammas) for _, _, _, *gammas in rows}
    return [Scored(one, other, outcomes[tuple(gammas)], probability) for one, other, probability, *gammas in rows]


MOST_PAIRS = 10_000_000
"""Pairs that are compared at most: they take some 0.7 KB each (656,000: 0.6 GB), and all are held in memory."""


def _check_size(left: Sequence[Entry], right: Sequence[Entry]) -> None:
    """Refuse lists in which far too many rows have a value in common, before anybody waits for it."""
    for block in BLOCKS:
        here, there = (
            Counter(values)
            for values in (
                [tuple(getattr(entry, name) for name in names) for entry in entries]
                for entries, names in ((left, [a for a, _ in block]), (right, [b for _, b in block]))
            )
        )
        pairs = {value: count * there[value] for value, count in here.items() if None not in value}
        if sum(pairs.values()) > MOST_PAIRS:
            most = max(pairs, key=pairs.__getitem__)
            raise RequestError(
                "Too many pairs of rows would have to be compared.",
                where=" and ".join(a for a, _ in block),
                found=f"{sum(pairs.values()):,} pairs; one value stands in {here[most]:,} rows and in {there[most]:,}",
                expected=f"{MOST_PAIRS:,} pairs at most",
                cure="Leave empty what is not known, such as a number of zeros; else link smaller lists.",
            )


def _frame(entries: Sequence[Entry]) -> pl.DataFrame:
    schema: dict[str, pl.DataType] = {"unique_id": pl.Int64(), **dict.fromkeys(COLUMNS, pl.String())}
    rows = [
        (
            place,
            *(
                value.isoformat() if name == "birth_date" and value is not None else value
                for name in COLUMNS
                for value in (getattr(entry, name),)
            ),
        )
        for place, entry in enumerate(entries)
    ]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _settings() -> SettingsCreator:
    from splink import SettingsCreator

    return SettingsCreator(
        link_type="link_only",
        probability_two_random_records_match=PRIOR,
        comparisons=[_comparison(one) for one in COMPARISONS],
        blocking_rules_to_generate_predictions=[
            {"blocking_rule": " AND ".join(f"l.{a} = r.{b}" for a, b in block), "sql_dialect": "duckdb"}
            for block in BLOCKS
        ],
        retain_matching_columns=True,
        retain_intermediate_calculation_columns=True,
    )


def _comparison(comparison: Comparison) -> dict[str, Any]:
    levels: list[dict[str, Any]] = [
        {"sql_condition": comparison.missing, "label_for_charts": "not known", "is_null_level": True}
    ]
    for outcome in (*comparison.outcomes, comparison.other):
        levels.append(
            {
                "sql_condition": outcome.sql or "ELSE",
                "label_for_charts": outcome.words,
                "m_probability": outcome.m,
                "u_probability": outcome.u,
                "fix_m_probability": True,
                "fix_u_probability": True,
            }
        )
    return {"output_column_name": comparison.name, "comparison_levels": levels}


def _outcomes(levels: Sequence[int]) -> Mapping[str, str]:
    """The outcome of each comparison, by the level that was found."""
    outcomes: dict[str, str] = {}
    for comparison, level in zip(COMPARISONS, levels, strict=True):
        if level >= 0:  # -1 where a value is missing; 0 is the last, else they count upwards
            found = comparison.other if level == 0 else comparison.outcomes[-level]
            outcomes[comparison.name] = found.words
    return outcomes
