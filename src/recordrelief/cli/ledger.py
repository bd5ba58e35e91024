"""Commands of the ledger: how far relief has come, and two lists held against each other."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recordrelief.cli.arguments import Force

if TYPE_CHECKING:
    from recordrelief.ledger import Recorder, Standing

ledger = typer.Typer(
    help="Keep what has happened to relief since it was found: reviewed, ordered, updated, told.", no_args_is_help=True
)

File = Annotated[Path, typer.Argument(metavar="FILE", help="The ledger.")]
By = Annotated[str, typer.Option("--by", metavar="WHO", help="Who records it.")]
On = Annotated[
    datetime, typer.Option("--recorded-on", metavar="DAY", formats=["%Y-%m-%d"], help="The day of recording.")
]


@ledger.command()
def init(file: File) -> None:
    """Make a new, empty ledger."""
    from recordrelief.ledger import Ledger

    Ledger.create(file)
    print(f"An empty ledger: {file}")


@ledger.command()
def identify(
    file: File,
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="A finished run.")],
    by: By,
    recorded_on: On,
    remedy: Annotated[list[str] | None, typer.Option(metavar="ID", help="Only this remedy; may be repeated.")] = None,
    best: Annotated[bool, typer.Option("--best", help="Only the best remedy of each charge.")] = False,
) -> None:
    """Record what a finished run found eligible. Running it again adds nothing."""
    from recordrelief.ledger import Ledger
    from recordrelief.ledger import identify as record
    from recordrelief.stored_runs import open_run

    told = record(Ledger.open(file), open_run(directory), _recorder(by, recorded_on), remedies=remedy or (), best=best)
    print(f"{told.new:,} cases identified; {told.known:,} were before, {told.voided:,} were and are voided.")


@ledger.command()
def add(
    file: File,
    events: Annotated[Path, typer.Argument(metavar="EVENTS.csv", help="What happened, one row an event.")],
    by: By,
    recorded_on: On,
) -> None:
    """Record events from a CSV file: all of them, or none if one is at fault."""
    from recordrelief.ledger import Ledger, read_events

    added = Ledger.open(file).add(read_events(events), _recorder(by, recorded_on))
    print(f"{added.new:,} events recorded; {added.known:,} were there before.")


@ledger.command()
def show(
    file: File,
    as_of: Annotated[
        datetime, typer.Option("--as-of", metavar="DAY", formats=["%Y-%m-%d"], help="What had happened by this day.")
    ],
    known_on: Annotated[
        datetime | None,
        typer.Option("--known-on", metavar="DAY", formats=["%Y-%m-%d"], help="Only what was recorded by this day."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, with every event that disagrees.")] = False,
) -> None:
    """Show how far relief has come: what waits at each stage, in each county, and since when. It names nobody."""
    from recordrelief.ledger import Ledger, standing

    found = Ledger.open(file)
    known = None if known_on is None else known_on.date()
    told = standing(found.events(known), as_of.date())
    if as_json:
        print(json.dumps(_json(told, known, found.seal()), indent=2))
    else:
        _print(told, known)


@ledger.command()
def reconcile(
    left: Annotated[Path, typer.Argument(metavar="LEFT.csv", help="One list, such as the repository's.")],
    right: Annotated[Path, typer.Argument(metavar="RIGHT.csv", help="The other, such as the court's.")],
    on: Annotated[list[str], typer.Option(metavar="COLUMN[=COLUMN]", help="What names an entry; may be repeated.")],
    compare: Annotated[
        list[str] | None,
        typer.Option(metavar="COLUMN[=COLUMN]", help="Compare only this column; may be repeated."),
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Write the rows here. They are personal.")] = None,
    force: Force = False,
) -> None:
    """Hold two lists against each other: in both, only here, only there, differing."""
    from recordrelief.ledger import reconcile as hold

    done = hold(left, right, on, compare)
    counts = done.counts
    if out is not None:
        done.write(out, force=force)
    print(f"Left {counts['left']:,} rows, right {counts['right']:,} rows.")
    print(f"In both, alike: {counts['both']:,}. In both, differing: {counts['differing']:,}.")
    print(f"Only left: {counts['only_left']:,}. Only right: {counts['only_right']:,}.")
    print(
        f"Cannot be told, left {counts['unsettled_left']:,} and right {counts['unsettled_right']:,} rows: "
        "part of the key is empty, or several rows have it."
    )
    if out is not None:
        print(f"Written to {out}")


def _recorder(by: str, day: datetime) -> Recorder:
    from recordrelief.ledger import Recorder

    return Recorder(by, day.date())


def _json(told: Standing, known: date | None, seal: str) -> dict[str, object]:
    import attrs

    from recordrelief.wording import NOTICE

    def plain(of: object, field: object, value: object) -> object:
        return value.isoformat() if isinstance(value, date) else value

    head: dict[str, object] = {"notice": NOTICE, "unit": "cases: one remedy for one charge", "seal": seal}
    head["known_on"] = None if known is None else known.isoformat()
    return head | attrs.asdict(told, value_serializer=plain)


def _print(told: Standing, known: date | None) -> None:
    from rich.table import Table
    from rich.text import Text

    from recordrelief.ledger import Stage
    from recordrelief.terminal import console
    from recordrelief.wording import NOTICE

    out = console()
    by_then = "" if known is None else f", as known on {known.isoformat()}"
    table = Table(title=f"As of {told.as_of.isoformat()}{by_then}: {told.cases:,} cases, one remedy for one charge")
    table.add_column("county")
    table.add_column("stage", no_wrap=True, min_width=max(map(len, Stage)))
    for name in ("reached", "not reached", "waiting here", "oldest since", "days"):
        table.add_column(name, justify="right", min_width=len("2026-11-26") if name == "oldest since" else None)
    for gap in told.gaps:
        if gap.reached or gap.county is None:
            oldest = "" if gap.oldest is None else gap.oldest.isoformat()
            age = "" if gap.age is None else f"{gap.age:,}"
            county = Text("all" if gap.county is None else gap.county)
            table.add_row(county, gap.stage.value, f"{gap.reached:,}", f"{gap.missing:,}", f"{gap.here:,}", oldest, age)
    out.print(table)
    if told.voided:
        out.print(f"{told.voided:,} events are voided and do not count.")
    told_of: dict[str, int] = {}
    for one in told.disagreements:
        told_of[one.what] = told_of.get(one.what, 0) + 1
    for what, count in sorted(told_of.items()):
        out.print(f"{what} Cases: {count:,}.")
    if told_of:
        out.print("--json shows which events these are.")
    out.print(NOTICE)
