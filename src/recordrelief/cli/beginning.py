"""Commands to begin something of one's own: a mapping file, or a folder with a plugin."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from recordrelief.cli.arguments import Force
from recordrelief.errors import RequestError

new = typer.Typer(help="Begin something of your own.", no_args_is_help=True)


@new.command("format")
def new_format(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Id of the format: lower case, digits, hyphens.")],
    sample: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A delimited export to look at, for a mapping file.")
    ] = None,
    python: Annotated[
        bool, typer.Option("--python", help="A folder with a plugin in Python instead of a mapping file.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(metavar="PLACE", help="The file or folder to write; NAME.toml or NAME unless given.")
    ] = None,
    force: Force = False,
) -> None:
    """Write a first mapping file from a sample, or with --python a folder that installs and passes its own tests.

    A mapping file lists texts of the columns that hold codes. What is not sure is left open, and so unknown, until
    somebody fills it in.
    """
    if python:
        if sample is not None or force:
            raise RequestError(
                "A folder in Python is made from no sample and replaces nothing.",
                cure="Leave out --sample and --force.",
            )
        _scaffold("format", name, Path(name) if out is None else out)
        return
    if sample is None:
        raise RequestError(
            "A mapping file is made from a sample.", cure="Add --sample FILE, or --python for a folder in Python."
        )
    from recordrelief.formats.mapping.draft import drafted
    from recordrelief.placing import filled_file

    text = drafted(name, sample)
    place = Path(f"{name}.toml") if out is None else out
    with filled_file(place, force=force) as path:
        path.write_text(text, encoding="utf-8")
    print(f"Written to {place}. Fill it in, and try it: recordrelief check {sample} --format {place}")


@new.command("statutes")
def new_statutes(
    name: Annotated[str, typer.Argument(metavar="ID", help="Id of the pack: us-xx.")],
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="The folder to write; ID unless given.")] = None,
) -> None:
    """Write a folder with a statute pack of invented law to begin with: it installs and passes its own tests."""
    _scaffold("statutes", name, Path(name) if out is None else out)


def _scaffold(kind: Literal["statutes", "format"], name: str, out: Path) -> None:
    from recordrelief.scaffolds import scaffold

    written = scaffold(kind, name, out)
    print(f"{len(written)} files written to {out}. Read {out / 'README.md'}, then: pip install -e '{out}[test]'")
