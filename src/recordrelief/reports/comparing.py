"""The report of a finished comparison: who gains and who loses by a bill, and who would need no petition any more."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import attrs
import polars as pl

from recordrelief.comparison import CHANGES
from recordrelief.comparison_runs import CHANGES_FILE
from recordrelief.errors import RequestError
from recordrelief.placing import COMPARISON
from recordrelief.reports.charts import Bar, Chart, short
from recordrelief.reports.figures import NOT_RECORDED, Figure, Shape
from recordrelief.reports.page import inlined, rendered, shown
from recordrelief.reports.suppression import hidden_in_column, small
from recordrelief.reports.tables import Table

WORDS = {
    "gains": "Gain a remedy that is not open today",
    "loses": "Lose a remedy that is open today",
    "may_gain": "May gain: closed today, cannot be told then",
    "may_lose": "May lose what is open today, or may be",
    "gains_later": "Gain a remedy that opens later",
    "loses_later": "Lose a remedy that opens later",
    "sooner": "Have a remedy open sooner",
    "later": "Have a remedy open later",
    "stronger": "Have a stronger claim",
    "weaker": "Have a weaker claim",
    "other": "Have another outcome or day",
}
"""What each change is called."""
HEADS = {
    "change": "What changes",
    "remedy": "Remedy",
    "county": "County",
    "charges": "Charges",
    "people": "People",
}
_COUNTS = ("charges", "people")
_COUNTED = "count(DISTINCT (subject_id, charge_id)) AS charges, count(DISTINCT subject_id) AS people"
_AUTOMATIC = (
    "status_after = 'eligible' AND grade_after = 'automatic'\n"
    "  AND NOT coalesce(status_before = 'eligible' AND grade_before = 'automatic', false)"
)
_MOST = 12


@attrs.frozen(eq=False)
class Compared:
    """A finished comparison to report on."""

    directory: Path
    manifest: Mapping[str, Any]

    @cached_property
    def changes(self) -> pl.DataFrame:
        """One row a charge and remedy that differs."""
        text = pl.col("change", "remedy", "county", "status_before", "status_after", "grade_before", "grade_after")
        return (
            pl.scan_parquet(self.directory / CHANGES_FILE)
            .select("subject_id", "charge_id", text.cast(pl.String))
            .with_columns(pl.col("county").fill_null(NOT_RECORDED))
            .collect()
        )

    @property
    def automatic(self) -> pl.DataFrame:
        """Those changes by which the state must act by itself where today it need not."""
        before = (pl.col("status_before") == "eligible") & (pl.col("grade_before") == "automatic")
        return self.changes.filter(
            pl.col("status_after") == "eligible", pl.col("grade_after") == "automatic", ~before.fill_null(False)
        )

    @property
    def views(self) -> dict[str, str]:
        """The SQL views that the queries build on; relative to the directory of the comparison."""
        return {
            "changes": f"SELECT * REPLACE (coalesce(county::VARCHAR, '{NOT_RECORDED}') AS county)\n"
            f"FROM read_parquet('{CHANGES_FILE}')"
        }


def _counted(frame: pl.DataFrame, *keys: str) -> pl.DataFrame:
    counted = [
        pl.struct("subject_id", "charge_id").n_unique().alias("charges"),
        pl.col("subject_id").n_unique().alias("people"),
    ]
    return frame.group_by(keys).agg(counted).sort(keys) if keys else frame.select(counted)


COMPARED: tuple[Figure, ...] = (
    Figure(
        name="change_totals",
        title="What would change",
        unit="people and charges",
        definition="Charges and people by what changes for them under some remedy: each once in a row, whatever the "
        "number of remedies. The same person may stand in several rows.",
        sql=f"SELECT change::VARCHAR AS change, {_COUNTED}\nFROM changes GROUP BY 1 ORDER BY 1",
        compute=lambda compared: _counted(compared.changes, "change"),
        shape=Shape.COUNTS,
        keys=("change",),
    ),
    Figure(
        name="no_petition",
        title="Who would need no petition",
        unit="people and charges",
        definition="Charges and people for whom the bill opens a remedy now under which the state must act by itself, "
        "and today's law does not open that remedy so: petitions that nobody would have to file.",
        sql=f"SELECT {_COUNTED}\nFROM changes\nWHERE {_AUTOMATIC}",
        compute=lambda compared: _counted(compared.automatic),
        shape=Shape.COUNTS,
    ),
    Figure(
        name="change_remedies",
        title="What would change, by remedy",
        unit="people and charges",
        definition="The same by remedy. A charge may stand under several.",
        sql=f"SELECT remedy::VARCHAR AS remedy, change::VARCHAR AS change, {_COUNTED}\n"
        "FROM changes GROUP BY 1, 2 ORDER BY 1, 2",
        compute=lambda compared: _counted(compared.changes, "remedy", "change"),
        shape=Shape.COUNTS,
        keys=("remedy", "change"),
    ),
    Figure(
        name="change_counties",
        title="What would change, by county",
        unit="people and charges",
        definition="The same by county of the charge. A person may have charges in several.",
        sql=f"SELECT county, change::VARCHAR AS change, {_COUNTED}\nFROM changes GROUP BY 1, 2 ORDER BY 1, 2",
        compute=lambda compared: _counted(compared.changes, "county", "change"),
        shape=Shape.COUNTS,
        keys=("county", "change"),
    ),
)
"""The figures of the report of a comparison."""


@attrs.frozen(kw_only=True, eq=False)
class ComparisonReport:
    """The figures of a finished comparison, small numbers hidden; ``eligible`` is by law and unit."""

    compared: Compared
    tables: dict[str, Table]
    eligible: dict[str, dict[str, int | None]]
    threshold: int

    @property
    def notice(self) -> str:
        """What every output says first."""
        return str(self.compared.manifest["notice"])

    def html(self) -> str:
        """One page of HTML that needs nothing else; needs the extra ``reports``."""
        about = self.compared.manifest
        return rendered(
            "comparison.html.j2",
            title=f"What would change: {about['after']['title']}",
            before=about["before"]["title"],
            after=about["after"]["title"],
            as_of=about["as_of"],
            inputs=[one["name"] for one in about["inputs"]],
            rows=about["counts"],
            notice=self.notice,
            threshold=self.threshold,
            heads=HEADS,
            tables=self.tables,
            named={
                name: [row | {"change": WORDS[row["change"]]} for row in table.rows]
                for name, table in self.tables.items()
                if "change" in table.columns
            },
            eligible=self.eligible,
            shown=shown,
            charts=inlined(self._charts()),
            views=self.compared.views,
            queries={figure.name: figure.sql for figure in COMPARED},
        )

    def json(self) -> dict[str, Any]:
        """The same numbers as a JSON value; one that is hidden is null."""
        about = self.compared.manifest
        return {
            "schema": "recordrelief.comparison-report/1",
            "notice": self.notice,
            "as_of": about["as_of"],
            "before": about["before"]["id"],
            "after": about["after"]["id"],
            "threshold": self.threshold,
            "eligible": self.eligible,
            "views": self.compared.views,
            "figures": {name: table.told(table.figure.sql) for name, table in self.tables.items()},
        }

    def _charts(self) -> dict[str, Chart]:
        open_ = tuple(
            Bar(word, number, f"{number:,}", second=law == "after")
            for law, word in (("before", "Today"), ("after", "Under the bill"))
            if (number := self.eligible[law]["people"]) is not None
        )
        totals = sorted(self.tables["change_totals"].rows, key=lambda row: CHANGES.index(row["change"]))
        changes = tuple(
            Bar(short(WORDS[row["change"]]), row["people"], f"{row['people']:,}", second=row["change"] == "gains")
            for row in totals
            if row["people"] is not None
        )
        gains = [row for row in self.tables["change_counties"].rows if row["change"] == "gains" and row["people"]]
        gains.sort(key=lambda row: (-row["people"], row["county"]))
        counties = tuple(Bar(short(row["county"]), row["people"], f"{row['people']:,}", True) for row in gains[:_MOST])
        made = (
            ("eligible", "People eligible now, today and under the bill", open_),
            ("change_totals", "People by what would change for them", changes),
            ("change_counties", "People who gain, by county", counties),
        )
        return {
            name: Chart(
                name=name,
                title=title,
                description="Bars of people, from nought: "
                + "; ".join(f"{one.label} {one.written}" for one in bars)
                + ".",
                bars=bars,
            )
            for name, title, bars in made
            if any(one.value for one in bars)
        }


def read_compared(directory: Path) -> Compared | None:
    """The finished comparison in a directory; None where it holds none.

    Raises:
        RequestError: it says that it is one, and is not whole.
    """
    try:
        about = json.loads((directory / COMPARISON.marker).read_text(encoding="utf-8"))
    except OSError:
        return None
    except ValueError:
        about = None
    if not isinstance(about, dict) or about.get("kind") != COMPARISON.kind or not (directory / CHANGES_FILE).exists():
        raise RequestError("The directory holds no finished comparison.", where=str(directory))
    return Compared(directory, about)


def report_comparison(compared: Compared, *, threshold: int) -> ComparisonReport:
    """The report of a finished comparison.

    Args:
        compared: the comparison.
        threshold: numbers from one to just under this are hidden, and those that would tell them; 1 hides nothing.
    """
    tables: dict[str, Table] = {}
    for figure in COMPARED:
        frame = figure.compute(compared)
        away = _hidden(figure, frame, tables.get("change_totals"), threshold)
        rows = tuple(
            row | {name: None for name in _COUNTS if away[name][place]}
            for place, row in enumerate(frame.rows(named=True))
        )
        tables[figure.name] = Table(figure=figure, columns=tuple(frame.columns), rows=rows)
    return ComparisonReport(
        compared=compared,
        tables=tables,
        eligible=_eligible(compared, tables["change_totals"], threshold),
        threshold=threshold,
    )


def _hidden(figure: Figure, frame: pl.DataFrame, totals: Table | None, threshold: int) -> dict[str, list[bool]]:
    """What is small; by remedy and county also what, with the totals of the same change, would tell what is small.

    Few charges stand under two remedies, and few people in two counties: the rows are taken to add up.
    """
    away = {name: [small(number, threshold) for number in frame[name]] for name in _COUNTS}
    if totals is None or "change" not in frame.columns:
        return away
    of_change = {row["change"]: row for row in totals.rows}
    for change, told in of_change.items():
        places = [place for place, other in enumerate(frame["change"]) if other == change]
        for name in _COUNTS:
            numbers = [int(frame[name][place]) for place in places]
            for place, off in zip(places, hidden_in_column(numbers, told[name] is None, threshold), strict=True):
                away[name][place] |= off
    return away


def _eligible(compared: Compared, totals: Table, threshold: int) -> dict[str, dict[str, int | None]]:
    before, after = (compared.manifest[side]["eligible"] for side in ("before", "after"))
    made: dict[str, dict[str, int | None]] = {"before": {}, "after": {}}
    for name in _COUNTS:
        few = any(row[name] is None for row in totals.rows if row["change"] in ("gains", "loses"))
        near = small(abs(after[name] - before[name]), threshold)
        made["before"][name] = None if small(before[name], threshold) else before[name]
        made["after"][name] = None if few or near or small(after[name], threshold) else after[name]
    return made
