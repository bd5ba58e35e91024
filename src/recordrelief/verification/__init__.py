"""Checking a finished run again: its files, its inputs, its counts, and a sample of its people screened anew.

Each check tells what it looked at and the differences it found, in counts: what it says holds no personal data.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import attrs
import polars as pl

from recordrelief.errors import RecordReliefError, RequestError
from recordrelief.plugins import Plugins, load
from recordrelief.pseudonyms import key_of_run
from recordrelief.stored_runs import open_run
from recordrelief.verification.anew import ANEW
from recordrelief.verification.checked import CheckedRun, NotChecked, Seen
from recordrelief.verification.manifested import MANIFESTED
from recordrelief.verification.stored import STORED

Outcome = Literal["holds", "differs", "noted", "not checked"]
"""``noted`` is nothing against the run: it was made with another version, an input is elsewhere."""
SAMPLE = 20
"""How many people are screened again unless it is said."""


@attrs.frozen(kw_only=True)
class Check:
    """One check of a run: its name, its outcome, and in ``told`` what was looked at or what differs."""

    name: str
    outcome: Outcome
    told: str


@attrs.frozen(kw_only=True)
class Verification:
    """Every check of a run, in the order in which they were made."""

    directory: Path
    checks: tuple[Check, ...]

    @property
    def holds(self) -> bool:
        """Whether no check found a difference."""
        return all(check.outcome != "differs" for check in self.checks)


def verify(
    directory: Path | str,
    *,
    sample: int = SAMPLE,
    inputs: Sequence[Path | str] = (),
    key: Path | None = None,
    plugins: Plugins | None = None,
) -> Verification:
    """Check a finished run again, from its files and from its inputs.

    Args:
        directory: the run.
        sample: how many people are screened again; the same run gives the same people. None for 0.
        inputs: where inputs or corrections of the run are now, besides the places that the manifest names.
        key: the key file of a pseudonymous run; without it nothing is held against the inputs.
        plugins: those to use; by default the installed ones and the plugin files of the run.

    Raises:
        RequestError: the directory holds no finished run, one of the inputs is not there, or the key is not the run's.
    """
    stored = open_run(directory)
    moved = tuple(Path(path) for path in inputs)
    for path in moved:
        if not path.exists():
            raise RequestError("There is no such input.", where=str(path))
    known = load([Path(path) for path in stored.manifest["plugin_files"]]) if plugins is None else plugins
    pseudonyms = None if key is None else key_of_run(stored.manifest, key)
    run = CheckedRun(stored, moved, known, sample, pseudonyms)
    return Verification(
        directory=Path(directory), checks=tuple(_made(name, look, run) for name, look in (*STORED, *MANIFESTED, *ANEW))
    )


def _made(name: str, look: Callable[[CheckedRun], Seen], run: CheckedRun) -> Check:
    try:
        seen = look(run)
    except NotChecked as why:
        return Check(name=name, outcome="not checked", told=str(why))
    except RecordReliefError as error:
        return Check(name=name, outcome="differs", told=f"It cannot be checked. {error.what}")
    except (pl.exceptions.PolarsError, OSError, LookupError, TypeError, ValueError, AttributeError) as error:
        # A file of the run that is not what a run writes; the message may hold a cell of it.
        return Check(name=name, outcome="differs", told=f"It cannot be checked ({type(error).__name__}).")
    if seen.differs:
        return Check(name=name, outcome="differs", told="; ".join(seen.differs))
    if seen.noted:
        return Check(name=name, outcome="noted", told="; ".join(seen.noted))
    return Check(name=name, outcome="holds", told=seen.told)
