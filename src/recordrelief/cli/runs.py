"""Commands about a whole run: make one, set two laws beside each other, check one again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from recordrelief.cli.arguments import (
    FAILED,
    CorrectionFiles,
    Force,
    FormatName,
    Inputs,
    Out,
    PluginFiles,
    PolicyName,
    RunKey,
    Without,
    load_plugins,
    size_of,
)
from recordrelief.errors import RequestError


def screen(
    inputs: Inputs,
    statutes: Annotated[str, typer.Option(metavar="ID[,ID]", help="Statute pack, or several: each law for its own.")],
    as_of: Annotated[str, typer.Option(metavar="DAY", help="The day at which law and record are read: 2020-07-01.")],
    out: Out,
    format: FormatName = None,
    county: Annotated[str | None, typer.Option(help="Determine only charges of this county.")] = None,
    policy: PolicyName = None,
    remedy: Annotated[list[str] | None, typer.Option(metavar="ID", help="Only this remedy; may be repeated.")] = None,
    output: Annotated[
        list[str] | None, typer.Option(metavar="NAME[=SETTINGS]", help="Write this output too; may be repeated.")
    ] = None,
    plugin: PluginFiles = None,
    also: Annotated[str | None, typer.Option(metavar="csv,xlsx", help="Write the determinations as these too.")] = None,
    corrections: CorrectionFiles = None,
    without: Without = None,
    since: Annotated[
        Path | None, typer.Option(metavar="DIR", help="An earlier run: write what changed since, and why.")
    ] = None,
    pseudonymize: Annotated[
        Path | None,
        typer.Option(metavar="KEYFILE", help="Write pseudonyms, made with this key, in the place of ids."),
    ] = None,
    memory: Annotated[
        int | None,
        typer.Option(
            metavar="SIZE",
            parser=size_of,
            help="How much memory to use, as 1.5GB or 800MB; what needs more is worked on in parts. 4GB if left out.",
        ),
    ] = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="How many parts to work on at a time; all processors' worth.")
    ] = None,
    findings: Annotated[
        bool | None,
        typer.Option(help="Keep every finding beside the determinations; left out only of a run in parts."),
    ] = None,
    force: Force = False,
) -> None:
    """Determine every remedy for every charge and write determinations, findings, quarantine and manifest."""
    from recordrelief.runs import RunRequest, run
    from recordrelief.terminal import show_broken, show_summary, show_unfinished, shown_progress

    request = RunRequest(
        inputs=inputs,
        statutes=statutes,
        as_of=as_of,
        out=out,
        format=format,
        county=county,
        policy=policy,
        remedies=remedy or (),
        outputs=[*(output or ()), *(name.strip() for name in (also or "").split(",") if name.strip())],
        plugins=plugin or (),
        corrections=corrections or (),
        without=without or (),
        since=since,
        pseudonymize=pseudonymize,
        memory=memory,
        jobs=jobs,
        findings=findings,
        force=force,
    )
    known = load_plugins(plugin)
    show_broken(known)
    try:
        with shown_progress() as progress:
            finished = run(request, progress, plugins=known)
    except RequestError:
        raise
    except BaseException:
        show_unfinished(request)
        raise
    show_summary(finished)


def compare(
    inputs: Inputs,
    statutes: Annotated[str, typer.Option(help="Id of the statute pack: today's law.")],
    as_of: Annotated[str, typer.Option(metavar="DAY", help="The day at which law and record are read: 2020-07-01.")],
    out: Out,
    amendment: Annotated[
        str | None,
        typer.Option(metavar="FILE.py|ID", help="The law as it would be; may be left out to compare two policies."),
    ] = None,
    policy: PolicyName = None,
    amended_policy: Annotated[
        str | None,
        typer.Option(metavar="FILE.toml|NAME", help="The policy of the amendment; by default that of --policy."),
    ] = None,
    format: FormatName = None,
    county: Annotated[str | None, typer.Option(help="Determine only charges of this county.")] = None,
    remedy: Annotated[list[str] | None, typer.Option(metavar="ID", help="Only this remedy; may be repeated.")] = None,
    plugin: PluginFiles = None,
    force: Force = False,
) -> None:
    """Set an amendment, or another policy, beside today's law: who would gain and who would lose, and where."""
    from recordrelief.comparison_runs import ComparisonRequest, run_comparison
    from recordrelief.terminal import show_broken, show_comparison, shown_progress

    request = ComparisonRequest(
        inputs=inputs,
        statutes=statutes,
        amendment=amendment,
        as_of=as_of,
        out=out,
        policy=policy,
        amended_policy=amended_policy,
        format=format,
        county=county,
        remedies=remedy or (),
        plugins=plugin or (),
        force=force,
    )
    known = load_plugins(request.plugin_files())
    show_broken(known)
    with shown_progress() as progress:
        finished = run_comparison(request, progress, plugins=known)
    show_comparison(finished)


def verify(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="A finished run.")],
    sample: Annotated[
        int, typer.Option(min=0, metavar="N", help="How many people to screen again; 0 leaves the inputs unread.")
    ] = 20,
    input: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="Where an input of the run is now; may be repeated.")
    ] = None,
    key: RunKey = None,
    plugin: PluginFiles = None,
) -> None:
    """Check a finished run again: files, inputs, digest, counts, findings, and a sample of people screened anew.

    The exit code is 1 if anything differs.
    """
    from recordrelief.stored_runs import open_run
    from recordrelief.terminal import show_verification
    from recordrelief.verification import verify as verified

    about = open_run(directory).manifest
    files = [Path(path) for path in about["plugin_files"]] if plugin is None else plugin
    verification = verified(directory, sample=sample, inputs=input or (), key=key, plugins=load_plugins(files))
    show_verification(verification, about["notice"])
    if not verification.holds:
        raise typer.Exit(FAILED)
