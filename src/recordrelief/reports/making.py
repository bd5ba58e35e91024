"""A report of a finished run: made once, written as a page, as JSON and as CSV."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from importlib.util import find_spec
from math import inf
from pathlib import Path
from typing import Any

import attrs

from recordrelief.errors import RequestError
from recordrelief.extras import missing
from recordrelief.outputs.tables import harmless
from recordrelief.placing import Kind, json_text
from recordrelief.plugins import Plugins, installed
from recordrelief.reports.comparing import ComparisonReport
from recordrelief.reports.figures import NOT_RECORDED
from recordrelief.reports.gap import Gap
from recordrelief.reports.help_directory import HelpDirectory, Reach, read_directory
from recordrelief.reports.page import page
from recordrelief.reports.standing import Source, read_source, views
from recordrelief.reports.suppression import THRESHOLD
from recordrelief.reports.tables import Table, gaps_of, tables_of
from recordrelief.reports.waiting import Waiting, waiting_of
from recordrelief.reports.words import Words, words_of

SCHEMA = "recordrelief.report/1"
CSV_TABLES = Kind("recordrelief report tables", "report-tables.json", "set of report tables")
"""The directory of a report's CSV files; its marker lists them, so that no other file is ever replaced."""
_NEEDED = ("altair", "jinja2", "vl_convert")


@attrs.frozen(kw_only=True, eq=False)
class Report:
    """The figures of a finished run, small numbers hidden."""

    source: Source
    tables: dict[str, Table]
    gaps: tuple[Gap, ...]
    words: Words
    threshold: int
    directory: HelpDirectory | None = None
    waiting: Waiting | None = None

    @property
    def notice(self) -> str:
        """What every output says first."""
        return str(self.source.run.manifest["notice"])

    @property
    def reach(self) -> Reach | None:
        """Which counties of the run the directory of legal help reaches, if one was given."""
        if self.directory is None:
            return None
        counties = [row["county"] for row in self.tables["county_people"].rows if row["county"] != NOT_RECORDED]
        return self.directory.held_against(counties, self.source.coded_counties)

    def html(self) -> str:
        """One page of HTML that needs nothing else.

        Raises:
            RequestError: the extra ``reports`` is not installed.
        """
        need_drawing()
        return page(
            self.source,
            self.tables,
            self.gaps,
            self.words,
            self.threshold,
            directory=self.directory,
            reach=self.reach,
            waiting=self.waiting,
        )

    def json(self) -> dict[str, Any]:
        """The same numbers as a JSON value; one that is hidden is null."""
        manifest, reach = self.source.run.manifest, self.reach
        return {
            "schema": SCHEMA,
            "notice": self.notice,
            "as_of": manifest["as_of"],
            "statutes": [{"id": law["id"], "version": law["version"]} for law in manifest["statutes"]],
            "county": manifest["county"],
            "remedies": list(self.source.remedies),
            "digest": manifest["digest"],
            "threshold": self.threshold,
            "views": [{"name": name, "sql": sql} for name, sql in views(self.source)],
            "figures": {name: table.told(table.figure.query(self.source.as_of)) for name, table in self.tables.items()},
            "gaps": [
                {
                    "unit": gap.unit,
                    "bound": gap.bound,
                    "granted": gap.granted,
                    "eligible": gap.eligible,
                    "uptake": gap.uptake,
                    "granted_per_year": None if gap.rate is None else gap.rate.per_year,
                    "rate": None if gap.rate is None else gap.rate.source,
                    "years": gap.years,
                    "never": gap.never,
                }
                for gap in self.gaps
            ],
            "counties_without_help": None if reach is None else list(reach.without),
            "no_counties": None if reach is None else list(reach.no_county),
            "ledger": None if self.waiting is None else self.waiting.json(),
            "unmatched_help": None if reach is None else list(reach.unmatched),
        }


def need_drawing() -> None:
    """Refuse to make a page where what it needs is not there.

    Raises:
        RequestError: the extra ``reports`` is not installed.
    """
    if any(find_spec(name) is None for name in _NEEDED):
        raise missing("reports", "The page of a report")


def write_csv(made: Report | ComparisonReport, directory: Path) -> None:
    """Write each figure of a report as a CSV file named after it into a directory; a cell that is hidden is empty."""
    tables = made.tables | (made.waiting.tables if isinstance(made, Report) and made.waiting is not None else {})
    names = [f"{name}.csv" for name in tables]
    for name, table in zip(names, tables.values(), strict=True):
        harmless(table.frame()).write_csv(directory / name)
    about = {
        "kind": CSV_TABLES.kind,
        "notice": made.notice,
        "threshold": made.threshold,
        "files": sorted([*names, CSV_TABLES.marker]),
    }
    (directory / CSV_TABLES.marker).write_text(json_text(about), encoding="utf-8")


def report(
    directory: Path | str,
    *,
    threshold: int = THRESHOLD,
    granted_per_year: float | None = None,
    help_directory: Path | str | None = None,
    remedies: Sequence[str] = (),
    ledger: Path | str | None = None,
    ledger_as_of: date | None = None,
    plugins: Plugins | None = None,
) -> Report:
    """The report of a finished run.

    Args:
        directory: the run.
        threshold: numbers from one to just under this are hidden, and those that would tell them; 1 hides nothing.
        granted_per_year: how many people have relief in a year, where the record does not say so itself.
        help_directory: a TOML file that says who gives legal help in which county.
        remedies: those to report on; by default all that the run asked for.
        ledger: a ledger, to tell what waits of the relief that was found.
        ledger_as_of: the day as of which; by default the last one on which something was recorded in it.
        plugins: where the words of the law are found; by default the installed ones.

    Raises:
        RequestError: there is no finished run, it keeps too little, or an option is wrong.
        SourceError: a file of the run cannot be read.
    """
    if threshold < 1:
        raise RequestError("The threshold must be at least 1.", found=str(threshold))
    if granted_per_year is not None and not 0 <= granted_per_year < inf:
        raise RequestError("A rate is a finite number, not under nought.", found=str(granted_per_year))
    if ledger_as_of is not None and ledger is None:
        raise RequestError("A day of the ledger was given, and no ledger.", cure="Give --ledger FILE.")
    offices = None if help_directory is None else read_directory(Path(help_directory))
    known = installed() if plugins is None else plugins
    source = read_source(Path(directory), remedies, known)
    tables = tables_of(source, threshold)
    return Report(
        source=source,
        tables=tables,
        gaps=tuple(gaps_of(tables["gap"], granted_per_year)),
        words=words_of(source, known),
        threshold=threshold,
        directory=offices,
        waiting=None if ledger is None else waiting_of(Path(ledger), ledger_as_of, threshold),
    )
