"""The command line: it reads arguments, calls the library and prints.

Exit codes: 0 done (rows set aside are counted, not an error), 1 failed, 2 the request was wrong.
"""

# Whatever a command needs is imported when it runs: `recordrelief --help` must not wait for the engine or for plugins.
from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from recordrelief.cli.arguments import FAILED, WRONG_REQUEST
from recordrelief.cli.beginning import new
from recordrelief.cli.delivery import letter, lists, petition
from recordrelief.cli.files import anonymize, check, convert, generate
from recordrelief.cli.installed import formats, law, plugins, statutes
from recordrelief.cli.ledger import ledger
from recordrelief.cli.linkage import both_ways, link
from recordrelief.cli.one_person import ask, explain, settle
from recordrelief.cli.reporting import report
from recordrelief.cli.runs import compare, screen, verify
from recordrelief.errors import TRACEBACK, RecordReliefError, RequestError

_COLLECTED_AFTER = (50_000, 20, 20)
"""A command keeps most of what it makes to its end: looking for what it does not is seldom worth the time."""

app = typer.Typer(
    name="recordrelief",
    help="Record relief for one person or a whole state: every decision with its reasons.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(new, name="new")
app.add_typer(ledger, name="ledger")
_COMMANDS: tuple[Callable[..., None], ...] = (
    *(screen, compare, report, explain, settle, ask, verify, convert, check, generate, anonymize),
    *(formats, statutes, plugins, law),
    *(link, both_ways),
    *(lists, petition, letter),
)
for _command in _COMMANDS:
    app.command()(_command)


@app.callback(invoke_without_command=True)
def version(
    show: Annotated[bool, typer.Option("--version", help="Show the version and leave.", is_eager=True)] = False,
) -> None:
    if show:
        import recordrelief

        print(recordrelief.__version__)
        raise typer.Exit


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and leave with its exit code.

    Args:
        arguments: instead of those of the process.
    """
    gc.set_threshold(*_COLLECTED_AFTER)
    with suppress(ValueError):  # only the main thread may say so
        signal.signal(signal.SIGTERM, _terminated)
    try:
        app(args=None if arguments is None else list(arguments), prog_name="recordrelief")
    except _Terminated as error:
        sys.exit(128 + error.number)
    except RecordReliefError as error:
        print(f"Error: {error}", file=sys.stderr)
        sys.exit(WRONG_REQUEST if isinstance(error, RequestError) else FAILED)
    except BaseException as error:
        # The engine's own panic is no Exception, and its message may hold a cell of a record.
        foreseen = not isinstance(error, Exception) and type(error).__name__ != "PanicException"
        if foreseen or os.environ.get(TRACEBACK):
            raise
        print(f"Error: {_unforeseen(error)}", file=sys.stderr)
        sys.exit(FAILED)
    sys.exit(0)


class _Terminated(BaseException):
    """The process was told to end: leaving in the usual way removes what is half written.

    It is no ``SystemExit``, which a plugin may raise, so that none of them is blamed for it.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def _terminated(number: int, frame: object) -> NoReturn:
    raise _Terminated(number)


def _unforeseen(error: BaseException) -> str:
    """An error nobody expected, without its message: that may hold a cell of a record."""
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"recordrelief failed ({type(error).__name__}{place}). Please tell its authors. {TRACEBACK}=1 shows more."
