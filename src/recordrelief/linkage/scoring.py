"""The comparison of two lists by Splink on DuckDB: which outcome each comparison of each pair has."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs
import polars as pl

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
        told = []
        for comparison in COMPARISONS:
            words = self.outcomes.get(comparison.name)
            name = comparison.name.replace("_", " ")
            if words is None:
                told.append(f"{name}: not known (0)")
            else:
                found = next(one for one in (*comparison.outcomes, comparison.other) if one.words == words)
                told.append(f"{name}: {words} ({found.weight:+.1f})")
        return "; ".join(told)


def score(left: Sequence[Entry], right: Sequence[Entry]) -> list[Scored]:
    """Compare every pair that has something in common, in the order of the lists.

    Args:
        left: one list.
        right: the other.

    Raises:
        RequestError: the extra ``linkage`` is not installed.
    """
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
        found = linker.inference.predict(threshold_match_probability=None).as_record_list()
    return sorted((_scored(row) for row in found), key=lambda one: (one.left, one.right))


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


def _scored(row: Mapping[str, Any]) -> Scored:
    outcomes: dict[str, str] = {}
    for comparison in COMPARISONS:
        level = int(row[f"gamma_{comparison.name}"])
        if level >= 0:  # -1 where a value is missing; 0 is the last, else they count upwards
            found = comparison.other if level == 0 else comparison.outcomes[-level]
            outcomes[comparison.name] = found.words
    return Scored(int(row["unique_id_l"]), int(row["unique_id_r"]), outcomes, float(row["match_probability"]))
