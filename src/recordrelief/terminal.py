"""What the command line shows: the summary of a run, the lists of what is installed, stored answers, progress."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import polars as pl
from rich.console import Console
from rich.table import Table
from rich.text import Text

from recordrelief.comparison_runs import FinishedComparison
from recordrelief.plugins import PARTS, Plugins
from recordrelief.runs import (
    DETERMINATIONS_FILE,
    FINDINGS_FILE,
    UNKNOWN_CITATIONS_FILE,
    FinishedRun,
    Progress,
    RunRequest,
    StoredRun,
    unfinished,
)
from recordrelief.screening import APPLIES, GRANTED
from recordrelief.statutes import Remedy

if TYPE_CHECKING:
    from recordrelief.changes import Changes
    from recordrelief.verification import Verification

MOST_OFTEN = 5
"""How many reasons for undetermined answers a summary shows."""
_WIDTH = 120


def console(*, stderr: bool = False) -> Console:
    """The console to print on; what goes into a pipe or a file is as wide as it needs."""
    stream = sys.stderr if stderr else sys.stdout
    return Console(stderr=stderr, width=None if stream.isatty() else _WIDTH, highlight=False, markup=False, emoji=False)


@contextmanager
def shown_progress() -> Iterator[Progress]:
    """What a run calls to say what it is doing: shown on standard error, and only if that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda doing: None
        return
    from rich.progress import Progress as Bar
    from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Bar(*columns, console=console(stderr=True), transient=True) as bar:
        task = bar.add_task("starting", total=None)
        yield lambda doing: bar.update(task, description=doing)


def show_summary(finished: FinishedRun) -> None:
    """The end of a run: charges and people by remedy and status, rows, and why answers are undetermined."""
    out = console()
    summary = _table("remedy", "status", ">charges", ">people")
    stored = finished.stored
    for remedy, status, charges, people in stored.summary().iter_rows():
        summary.add_row(Text(str(remedy)), Text(str(status)), f"{charges:,}", f"{people:,}")
    out.print(summary)
    show_rows(finished.manifest)
    if not summary.row_count and finished.manifest["counts"]["charges"]:
        out.print(Text(_NO_ANSWER))
    reasons = undetermined_because(stored.scan(DETERMINATIONS_FILE), finished.remedies)
    if reasons:
        table = _table("remedy", "condition", "undetermined most often because it is unknown whether", ">charges")
        for remedy, condition, sentence, charges in reasons:
            table.add_row(Text(remedy), Text(condition), Text(sentence), f"{charges:,}")
        out.print(table)
    for law in finished.manifest["statutes"]:
        show_unknown_citations(law)
    if finished.changes is not None:
        show_changes(finished.changes)
    out.print(Text(finished.manifest["notice"]))
    out.print(Text(f"Written to {finished.directory}"))


_NO_ANSWER = (
    "No charge got an answer, which says nothing of anybody's relief: no remedy that was asked for is about any of "
    "these charges, or none was in force on that day. Look first at the column jurisdiction: it names the charges' own "
    "as the law does, by the id of its pack."
)


def show_unfinished(request: RunRequest) -> None:
    """Where what was done of a run that broke off is kept, if any of it is."""
    if kept := unfinished(request):
        text = f"What was done so far is kept in {kept}. The same command goes on from it; with --force it begins anew."
        console(stderr=True).print(Text(text))


def show_changes(changes: Changes) -> None:
    """What changed since an earlier run, by change and reason, and how many people only one of the two has."""
    out = console()
    table = _table(f"change since {changes.since.manifest['as_of']}", "because", ">charges", ">people")
    for change, because, charges, people in changes.summary().iter_rows():
        table.add_row(Text(_worded(change)), Text(_worded(because)), f"{charges:,}", f"{people:,}")
    out.print(table if table.row_count else Text("No answer changed since the earlier run."))
    out.print(Text(f"People new since: {changes.new_people:,}; gone since: {changes.gone_people:,}."))


def show_unknown_citations(law: Mapping[str, Any]) -> None:
    """The citations that a catalog most often does not know, and how many charges cite nothing that can be read.

    ``law`` is what a manifest says of a pack.
    """
    out = console()
    unknown = law["unknown_citations"]
    if unknown:
        table = _table(f"citation that the catalog of {law['id']} does not know", ">charges")
        for one in unknown[:MOST_OFTEN]:
            table.add_row(Text(one["citation"]), f"{one['charges']:,}")
        out.print(table)
        if len(unknown) > MOST_OFTEN:
            out.print(Text(f"All {len(unknown):,} of them are in {UNKNOWN_CITATIONS_FILE}."))
    if law["offenses_unread"]:
        out.print(Text(f"Charges whose offense {law['id']} could not read: {law['offenses_unread']:,}."))


def show_comparison(finished: FinishedComparison) -> None:
    """The end of a comparison: what changes by remedy and in all, who is eligible for something before and after."""
    out = console()
    comparison = finished.comparison
    table = _table("remedy", "change", ">charges", ">people")
    tally = (
        comparison.changes.group_by("remedy", "change")
        .agg(charges=pl.len(), people=pl.col("subject_id").n_unique())
        .sort(pl.col("remedy").cast(pl.String), "change")
    )
    for remedy, change, charges, people in tally.iter_rows():
        table.add_row(Text(str(remedy)), Text(_worded(change)), f"{charges:,}", f"{people:,}")
    for change, charges, people in comparison.totals().iter_rows():
        table.add_row(Text("in all"), Text(_worded(change)), f"{charges:,}", f"{people:,}")
    out.print(table if table.row_count else Text("Nothing would change."))
    eligible = {side: (charges, people) for side, charges, people in comparison.eligible().iter_rows()}
    for side, (charges, people) in eligible.items():
        law = finished.manifest[side]
        out.print(Text(f"Eligible {side}, under {law['title']} ({law['id']}): {charges:,} charges, {people:,} people."))
    show_rows(finished.manifest)
    out.print(Text(finished.manifest["notice"]))
    out.print(Text(f"Written to {finished.directory}"))


def _worded(change: str) -> str:
    return change.replace("_", " ")


def show_rows(about: Mapping[str, Any]) -> None:
    """The rows read, used and quarantined."""
    counts = about["counts"]
    lines = [
        f"Rows read {counts['rows_read']:,} = used {counts['rows_used']:,} + quarantined "
        f"{counts['rows_quarantined']:,}; people {counts['subjects']:,}, charges {counts['charges']:,}."
    ]
    if lost := counts["quarantined_without_subject"]:
        lines.append(f"Of the quarantined rows {lost:,} are of people who cannot be told: they may concern anyone.")
    console().print(Text("\n".join(lines)))


def undetermined_because(determinations: pl.LazyFrame, remedies: Sequence[Remedy]) -> list[tuple[str, str, str, int]]:
    """The conditions that most often leave an answer undetermined: remedy, condition, sentence, charges."""
    tally = (
        determinations.filter(pl.col("status") == "undetermined")
        .select(pl.col("remedy").cast(pl.String), pl.col("deciding"))
        .explode("deciding")
        .group_by("remedy", "deciding")
        .len()
        .sort("len", "remedy", "deciding", descending=[True, False, False])
        .head(MOST_OFTEN)
        .collect(engine="streaming")
    )
    sentences = {remedy.id: _sentences(remedy) for remedy in remedies}
    return [
        (remedy, condition, sentences[remedy].get(condition, ""), charges)
        for remedy, condition, charges in tally.drop_nulls().iter_rows()
    ]


def _sentences(remedy: Remedy) -> dict[str, str]:
    extra = {APPLIES: "the remedy is about the charge at all", GRANTED: "it was already granted"}
    return extra | {finding.id: finding.sentence for finding in remedy.findings()}


def show_verification(verification: Verification, notice: str) -> None:
    """Each check of a run with its outcome, and whether any found a difference."""
    out = console()
    table = _table("check", "outcome", "what was found")
    for check in verification.checks:
        table.add_row(Text(check.name), Text(check.outcome), Text(check.told))
    out.print(table)
    out.print(Text(notice))
    found = sum(check.outcome == "differs" for check in verification.checks)
    out.print(Text(f"{found} of {len(verification.checks)} checks found a difference." if found else "No difference."))


def show_formats(known: Plugins) -> None:
    """The formats there are."""
    table = _table("format", "what it reads", "from")
    for name, one in known.formats.items():
        table.add_row(Text(name), Text(one.title), Text(str(known.origins["format", name])))
    console().print(table)


def show_statutes(known: Plugins) -> None:
    """The statute packs there are, with their remedies and policies."""
    table = _table("statutes", "what it holds", "remedies", "policies", "from")
    for name, pack in known.statutes.items():
        remedies = dict.fromkeys(remedy.id for remedy in pack.all_versions(pack.policy()))
        table.add_row(
            Text(name),
            Text(f"{pack.title} {pack.version}"),
            Text("\n".join(remedies)),
            Text("\n".join(sorted(pack.policies))),
            Text(str(known.origins["statutes", name])),
        )
    console().print(table)


def show_plugins(known: Plugins) -> None:
    """Every plugin and what it brings."""
    table = _table("plugin", "version", *PARTS)
    owners = dict.fromkeys([*known.origins.values(), *known.loaded])
    for origin in sorted(owners):
        mine = [
            "\n".join(name for (of, name), owner in known.origins.items() if of == part and owner == origin)
            for part in PARTS
        ]
        table.add_row(Text(origin.name), Text(origin.version), *map(Text, mine))
    console().print(table)


def show_broken(known: Plugins) -> None:
    """What was left out, on standard error."""
    for broken in known.broken:
        print(f"Broken plugin: {broken}", file=sys.stderr)


def show_stored(stored: StoredRun, subject_id: str, charge_id: str | None, remedy: str | None) -> bool:
    """What a run stored of one person: determinations, and the findings behind them. False if there is nothing."""
    rows = stored.of_person(DETERMINATIONS_FILE, subject_id)
    if charge_id is not None:
        rows = rows.filter(pl.col("charge_id") == charge_id)
    if remedy is not None:
        rows = rows.filter(pl.col("remedy").cast(pl.String) == remedy)
    kept = FINDINGS_FILE in stored.manifest["files"]
    findings = stored.of_person(FINDINGS_FILE, subject_id) if kept else None
    out = console()
    if not rows.is_empty() and "notice" in stored.manifest:
        out.print(Text(stored.manifest["notice"]))
    for row in rows.iter_rows(named=True):
        parts = [f"{row['charge_id']}  {row['remedy']}: {row['status']}{', the best' if row['best'] else ''}"]
        for name in (
            "grade",
            "eligible_on",
            "eligible_on_earliest",
            "not_before",
            "overdue_since",
            "outcome",
            "sequence",
        ):
            if row[name] is not None:
                parts.append(f"  {name.replace('_', ' ')}: {row[name]}")
        parts.append(f"  source: {row['source_file']}:{row['source_line']}")
        out.print(Text("\n".join(parts)))
        if findings is not None:
            mine = findings.filter(pl.col("charge_id") == row["charge_id"])
            out.print(_findings(mine, row["remedy"], row["deciding"]))
    return not rows.is_empty()


def _findings(findings: pl.DataFrame, remedy: str, deciding: Sequence[str]) -> Table:
    words = {True: "met", False: "not met", None: "unknown"}
    table = _table("condition", "stored finding", "decides")
    for name in findings.columns:
        if name.startswith(f"{remedy}/") and not findings.is_empty():
            value = findings[name][0]
            condition = name.removeprefix(f"{remedy}/")
            told = words[value] if value is None or isinstance(value, bool) else str(value)
            table.add_row(Text(condition), Text(told), "yes" if condition in deciding else "")
    return table


def _table(*columns: str) -> Table:
    """A table with these headings; one that begins with > holds numbers."""
    table = Table()
    for column in columns:
        table.add_column(column.removeprefix(">"), justify="right" if column.startswith(">") else "left")
    return table
