"""The run summary of Clear My Record, with its keys and its way of counting.

It counted people once per file. Two of its figures read the clock: the convictions of the last seven years, and the
earliest conviction of a county that has none. Here the run's ``compute_at`` stands for today in both.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

import polars as pl

from .decisions import DISMISSAL, MISDEMEANOR, REDUCTION, Decisions, plus_years
from .options import EligibilityOptions

_RECENT_YEARS = 7
_INSTANT = "%Y-%m-%dT00:00:00Z"
_UNKNOWN_INSTANT = "0001-01-01T00:00:00Z"


def summarise(
    decisions: Decisions, rows: int, options: EligibilityOptions, county: str, compute_at: date
) -> dict[str, Any]:
    """The summary of one file.

    Args:
        decisions: the decisions on the file.
        rows: how many data rows the file has, the quarantined included.
        options: what the district attorney chose.
        county: the county decided for.
        compute_at: the day that stands for today.
    """
    convictions = decisions.convictions
    considered = convictions.filter("considered")
    earliest = considered.select(
        pl.col("convicted_on").min().fill_null(pl.lit(compute_at)).dt.strftime(_INSTANT)
    ).item()
    reasons = {
        (determination, reason): count
        for determination, reason, count in considered.group_by("determination", "reason").len().iter_rows()
    }
    baseline = {(DISMISSAL, MISDEMEANOR), *((DISMISSAL, _dismissed(section)) for section in options.dismiss)}
    return {
        "county": county,
        "earliestConviction": earliest,
        "lineCount": rows,
        "reliefWithCurrentEligibilityChoices": _people_relieved(
            convictions, pl.col("determination") == DISMISSAL, pl.col("determination") == REDUCTION, compute_at
        ),
        "reliefWithDismissAllProp64": _people_relieved(convictions, pl.col("considered"), pl.lit(False), compute_at),
        "prop64ConvictionsCountInCountyByCodeSection": dict(considered.group_by("section").len().iter_rows()),
        "subjectsWithProp64ConvictionCountInCounty": considered.get_column("subject").n_unique(),
        "prop64FelonyConvictionsCountInCounty": considered.filter("felony").height,
        "prop64NonFelonyConvictionsCountInCounty": considered.filter(~pl.col("felony")).height,
        "subjectsWithSomeReliefCount": considered.filter(pl.col("determination") != "")
        .get_column("subject")
        .n_unique(),
        "convictionDismissalCountByCodeSection": {
            section: reasons.get((DISMISSAL, _dismissed(section)), 0) for section in options.dismiss
        },
        "convictionReductionCountByCodeSection": {
            section: reasons.get((REDUCTION, f"Reduce all HS {section} convictions"), 0) for section in options.reduce
        },
        "convictionDismissalCountByAdditionalRelief": {
            reason: count
            for (determination, reason), count in reasons.items()
            if determination == DISMISSAL and (determination, reason) not in baseline
        },
    }


def add(summaries: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """One summary for the files of a run, in their order: counts add up, the earliest conviction is kept.

    As in that tool, an earliest conviction of unknown date gives way to the next file's.
    """
    total: dict[str, Any] = {}
    for summary in summaries:
        for key, value in summary.items():
            before = total.get(key)
            if before is None or key == "county":
                total[key] = dict(value) if isinstance(value, dict) else value
            elif key == "earliestConviction":
                total[key] = before if before != _UNKNOWN_INSTANT and before < value else value
            elif isinstance(value, dict):
                total[key] = {name: before.get(name, 0) + value.get(name, 0) for name in before | value}
            else:
                total[key] = before + value
    return total


def to_json(summary: dict[str, Any]) -> str:
    """Compact JSON without a final newline: the keys in that tool's order, those of the counts inside sorted."""
    ordered = {key: dict(sorted(value.items())) if isinstance(value, dict) else value for key, value in summary.items()}
    return json.dumps(ordered, ensure_ascii=False, separators=(",", ":"))


def _dismissed(section: str) -> str:
    return f"Dismiss all HS {section} convictions"


def _people_relieved(
    convictions: pl.DataFrame, dismissed: pl.Expr, reduced: pl.Expr, compute_at: date
) -> dict[str, int]:
    recent = pl.col("convicted_on") > plus_years(pl.lit(compute_at), -_RECENT_YEARS)
    return {
        "CountSubjectsNoConviction": _people_with_all(convictions, dismissed),
        "CountSubjectsNoConvictionLast7Years": _people_with_all(convictions.filter(recent), dismissed),
        "CountSubjectsNoFelony": _people_with_all(convictions.filter("felony"), dismissed | reduced),
    }


def _people_with_all(convictions: pl.DataFrame, relieved: pl.Expr) -> int:
    """How many of the people with one of these convictions have every one of them relieved."""
    return int(convictions.group_by("subject").agg(relieved.all().alias("all")).get_column("all").sum())
