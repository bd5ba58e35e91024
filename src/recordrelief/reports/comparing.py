"""The report of a finished comparison: who gains and who loses by a bill, and who would need no petition any more."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import combinations, product
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
from recordrelief.reports.relations import Cell, Numbers, Relation, less, same
from recordrelief.reports.tables import Table, hidden

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
    "petitions": "Petitions",
}
_COUNTS = ("charges", "people")
_COUNTED = "count(DISTINCT (subject_id, charge_id)) AS charges, count(DISTINCT subject_id) AS people"
_AUTOMATIC = (
    "status_after = 'eligible' AND grade_after = 'automatic'\n"
    "  AND NOT coalesce(status_before = 'eligible' AND grade_before = 'automatic', false)"
)
_CASE = pl.coalesce("case_id", pl.format("charge {}", "charge_id")).alias("case")
_CASE_SQL = "coalesce(case_id, 'charge ' || charge_id)"
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
            .select("subject_id", "charge_id", "case_id", text.cast(pl.String))
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
    def views(self) -> list[tuple[str, str]]:
        """The SQL views that the queries build on, in order; relative to the directory of the comparison."""
        county = f"coalesce(county::VARCHAR, '{NOT_RECORDED}') AS county"
        return [("changes", f"SELECT * REPLACE ({county})\nFROM read_parquet('{CHANGES_FILE}')")]


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
        unit="people, charges and petitions",
        definition="Charges and people for whom the bill opens a remedy now under which the state must act by itself, "
        "and today's law does not open that remedy so; and the petitions that nobody would have to file for them: a "
        "petition is about one case of one person, and a charge of no case that the record names counts as one.",
        sql=f"SELECT {_COUNTED},\n  count(DISTINCT (subject_id, {_CASE_SQL})) AS petitions\n"
        f"FROM changes\nWHERE {_AUTOMATIC}",
        compute=lambda compared: _counted(compared.automatic).with_columns(
            petitions=compared.automatic.select("subject_id", _CASE).n_unique()
        ),
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

_ELIGIBLE = Figure(
    name="eligible",
    title="Eligible now, today and under the bill",
    unit="people and charges",
    definition="For at least one remedy, relief already granted or not: as the manifest of the comparison has it.",
    sql="",
    compute=lambda compared: pl.DataFrame(
        [{"law": law} | compared.manifest[law]["eligible"] for law in ("before", "after")]
    ),
    shape=Shape.COUNTS,
    keys=("law",),
)


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
            "views": [{"name": name, "sql": sql} for name, sql in self.compared.views],
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
    if "case_id" not in pl.read_parquet_schema(directory / CHANGES_FILE):
        raise RequestError(
            "The comparison does not keep what a report counts by: it was made by an earlier version.",
            where=str(directory),
            cure="Compare again.",
        )
    return Compared(directory, about)


def report_comparison(compared: Compared, *, threshold: int) -> ComparisonReport:
    """The report of a finished comparison.

    Args:
        compared: the comparison.
        threshold: numbers from one to just under this are hidden, and those that would tell them; 1 hides nothing.
    """
    frames = {figure.name: figure.compute(compared) for figure in (*COMPARED, _ELIGIBLE)}
    tables = hidden((*COMPARED, _ELIGIBLE), frames, threshold, lambda numbers: _between(numbers, compared))
    eligible = tables.pop(_ELIGIBLE.name)
    return ComparisonReport(
        compared=compared,
        tables=tables,
        eligible={row["law"]: {name: row[name] for name in _COUNTS} for row in eligible.rows},
        threshold=threshold,
    )


def _between(numbers: Numbers, compared: Compared) -> Iterator[Relation]:
    """What the figures have in common; by remedy and by county, rows are parts of the row of all with that change."""
    acting = _counted(compared.automatic, "remedy", "change").select("remedy", "change", *_COUNTS).rows()
    for unit in _COUNTS:
        of_change = {key: ("change_totals", key, unit) for key in numbers.rows["change_totals"]}
        for (change,), total in of_change.items():
            for figure in ("change_remedies", "change_counties"):
                mine = [(figure, key, unit) for key in numbers.rows[figure] if key[1] == change]
                yield less(total, *mine)
                yield from (less(total, one) for one in mine)
        before, after = (("eligible", (law,), unit) for law in ("before", "after"))
        changed = [of_change[change,] for change in ("gains", "loses") if (change,) in of_change]
        for some in ([], changed[:1], changed[1:], changed):
            yield less(after, before) | {one: -1 if one[1] == ("gains",) else 1 for one in some}
        # Who knows under which remedies the state acts adds up those alone.
        free: Cell = ("no_petition", (), unit)
        there = {("change_remedies", row[:2], unit): row[2 + _COUNTS.index(unit)] for row in acting}
        whole = [one for one, many in there.items() if numbers.values[one] == many]
        yield from (less(free, *some) for some in (there, whole))
        yield less(free, *(one for key, one in of_change.items() if key[0] in {row[1] for row in acting}))
    for figure, keys in numbers.rows.items():
        for key, (one, other) in product(keys, combinations(numbers.columns[figure], 2)):
            yield from same(numbers, (figure, key, one), (figure, key, other))
