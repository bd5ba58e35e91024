"""Commands about what is installed: formats, statute packs, plugins, and the law as it is implemented."""

from __future__ import annotations

from typing import Annotated

import typer

from recordrelief.cli.arguments import FAILED, PluginFiles, PolicyName, load_plugins
from recordrelief.errors import RequestError


def formats(plugin: PluginFiles = None) -> None:
    """List the formats."""
    from recordrelief.terminal import show_broken, show_formats

    known = load_plugins(plugin)
    show_formats(known)
    show_broken(known)


def statutes(plugin: PluginFiles = None) -> None:
    """List the statute packs, their remedies and policies."""
    from recordrelief.terminal import show_broken, show_statutes

    known = load_plugins(plugin)
    show_statutes(known)
    show_broken(known)


def plugins(plugin: PluginFiles = None) -> None:
    """List the plugins and what each brings; the exit code is 1 if one is broken."""
    from recordrelief.terminal import show_broken, show_plugins

    known = load_plugins(plugin)
    show_plugins(known)
    show_broken(known)
    if known.broken:
        raise typer.Exit(FAILED)


def law(
    statutes: Annotated[str, typer.Argument(metavar="STATUTES", help="Id of the statute pack.")],
    remedy: Annotated[str | None, typer.Argument(metavar="[REMEDY]", help="Only this remedy.")] = None,
    policy: PolicyName = None,
    as_of: Annotated[str | None, typer.Option(metavar="DAY", help="Only what is in force on this day.")] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="As Markdown, with the options that change it.")] = False,
    offense: Annotated[
        str | None, typer.Option(metavar="CITATION", help="What this offense belongs to, and why, instead.")
    ] = None,
    plugin: PluginFiles = None,
) -> None:
    """Print the law as it is implemented: remedies, conditions, the rule behind each, offense sets."""
    from datetime import date

    from recordrelief.citator import offense_text
    from recordrelief.lawbook import law_text
    from recordrelief.lawpages import law_markdown
    from recordrelief.run_requests import policy_of

    try:
        day = None if as_of is None else date.fromisoformat(as_of)
    except ValueError:
        raise RequestError("The day is not a date.", found=repr(as_of), expected="a day such as 2020-07-01") from None
    pack = load_plugins(plugin).pack(statutes)
    chosen = policy_of(pack, policy)
    if offense is not None:
        if markdown:
            raise RequestError("An offense is not told as Markdown.", cure="Leave out --markdown or --offense.")
        print(offense_text(pack, chosen, offense, remedy=remedy, as_of=day), end="")
        return
    text = law_markdown if markdown else law_text
    print(text(pack, chosen, remedy=remedy, as_of=day), end="")
