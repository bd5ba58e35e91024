"""The command that reports on a finished run."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from recordrelief.cli.arguments import Force, PluginFiles, load_plugins
from recordrelief.errors import RequestError


def report(
    run: Annotated[Path, typer.Argument(metavar="DIR", help="A finished run, or a finished comparison.")],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE.html", help="The page to write; report.html unless JSON or CSV is asked for."
        ),
    ] = None,
    json: Annotated[Path | None, typer.Option("--json", metavar="FILE", help="Write the numbers as JSON.")] = None,
    csv: Annotated[Path | None, typer.Option("--csv", metavar="DIR", help="Write each table as CSV.")] = None,
    threshold: Annotated[
        int,
        typer.Option(min=1, metavar="N", help="Hide numbers under N, and those that would tell them; 1 hides none."),
    ] = 11,
    granted_per_year: Annotated[
        float | None,
        typer.Option(min=0, metavar="N", help="How many people get relief in a year, where the record does not say."),
    ] = None,
    directory: Annotated[
        Path | None,
        typer.Option(metavar="FILE.toml", help="Who gives legal help in which county: marks those without any."),
    ] = None,
    remedy: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Report on this remedy alone; may be repeated.")
    ] = None,
    ledger: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A ledger: what waits at which stage, and since when.")
    ] = None,
    ledger_as_of: Annotated[
        datetime | None,
        typer.Option(metavar="DAY", formats=["%Y-%m-%d"], help="As of this day; else the last day of recording."),
    ] = None,
    plugin: PluginFiles = None,
    force: Force = False,
) -> None:
    """Report on a finished run: who may have relief, what it would do, the gap and the years to close it.

    Of a finished comparison: who gains and who loses, and who would need no petition.

    Small numbers are hidden. Nobody can be told from it, but read it before you publish it.
    """
    from recordrelief.placing import Place, filled_file, json_text
    from recordrelief.reports import Report
    from recordrelief.reports import report as report_on
    from recordrelief.reports.comparing import read_compared, report_comparison
    from recordrelief.reports.making import CSV_TABLES, need_drawing, write_csv
    from recordrelief.terminal import shown_progress

    known = load_plugins(plugin)
    if out is None and json is None and csv is None:
        out = Path("report.html")
    if out is not None:
        need_drawing()
    compared = read_compared(run)
    of_a_run = (granted_per_year, directory, remedy, ledger, ledger_as_of)
    if compared is not None and any(one is not None for one in of_a_run):
        raise RequestError(
            "A rate, a directory of legal help, a choice of remedies and a ledger are for the report of a run.",
            where=str(run),
            found="a finished comparison",
        )
    with shown_progress() as progress:
        progress("counting")
        made = (
            report_comparison(compared, threshold=threshold)
            if compared is not None
            else report_on(
                run,
                threshold=threshold,
                granted_per_year=granted_per_year,
                help_directory=directory,
                remedies=remedy or (),
                ledger=ledger,
                ledger_as_of=None if ledger_as_of is None else ledger_as_of.date(),
                plugins=known,
            )
        )
        progress("drawing")
        if out is not None:
            with filled_file(out, force=force) as path:
                path.write_text(made.html(), encoding="utf-8", newline="\n")
        if json is not None:
            with filled_file(json, force=force) as path:
                path.write_text(json_text(made.json()), encoding="utf-8", newline="\n")
        if csv is not None:
            with Place(csv, CSV_TABLES, force).filled() as folder:
                write_csv(made, folder)
    print(made.notice)
    if isinstance(made, Report) and made.reach is not None:
        for sentence in made.reach.sentences():
            print(sentence)
    for one in (out, json, csv):
        if one is not None:
            print(f"Written to {one}")
