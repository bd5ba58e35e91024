"""What commands have in common: what they take, the plugins that they load, their exit codes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from recordrelief.plugins import Plugins

FAILED, WRONG_REQUEST = 1, 2
"""Exit codes."""

Inputs = Annotated[list[Path], typer.Argument(metavar="INPUT...", help="Source files, read as one population.")]
FormatName = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="ID|FILE.toml",
        help="Id of the format, or a mapping file; may be left out if exactly one recognises the inputs.",
    ),
]
PluginFiles = Annotated[
    list[Path] | None, typer.Option("--plugin", metavar="FILE.py", help="Load this plugin file too; may be repeated.")
]
PolicyName = Annotated[
    str | None, typer.Option("--policy", metavar="FILE.toml|NAME", help="Options of the pack, or a policy it names.")
]
CorrectionFiles = Annotated[
    list[Path] | None,
    typer.Option("--corrections", metavar="FILE.yaml", help="Corrections to lay over the inputs; may be repeated."),
]
Without = Annotated[
    list[int] | None,
    typer.Option(metavar="N", help="Leave out correction N, counted from 1 over all files; may be repeated."),
]
PersonId = Annotated[
    str | None,
    typer.Option("--subject", metavar="ID", help="The person, by subject_id; may be left out where there is only one."),
]
RunKey = Annotated[
    Path | None, typer.Option("--key", metavar="KEYFILE", help="Of a pseudonymous run: the key it was made with.")
]
Force = Annotated[bool, typer.Option("--force", help="Replace a finished result that stands there.")]
Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="The directory to write.")]


_UNITS = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}


def size_of(text: str) -> int:
    """A number of bytes, written as ``1.5GB``, ``800 MB`` or ``2G``.

    Raises:
        typer.BadParameter: it is none.
    """
    match = re.fullmatch(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([KMGT])(?:I?B)?\s*", text.upper())
    if match is None:
        raise typer.BadParameter(f"{text!r} is no size: write it with its unit, as 1.5GB or 800MB")
    return int(float(match[1]) * _UNITS[match[2]])


def load_plugins(files: Sequence[Path] | None) -> Plugins:
    """The installed plugins, with those of the files."""
    from recordrelief.plugins import load

    return load(files or ())
