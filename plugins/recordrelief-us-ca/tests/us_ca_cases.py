"""The worked cases of California's pack: every file in ``cases``, read by :mod:`recordrelief.cases`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from recordrelief import cases
from recordrelief.cases import WorkedCase
from recordrelief.errors import SourceError
from recordrelief.findings import Determination
from recordrelief_us_ca.pack import PACK

CASES = Path(__file__).resolve().parent / "cases"


@cache
def every_case() -> tuple[WorkedCase, ...]:
    """All cases, file by file. A file that cannot be read has none: :func:`unread` says why."""
    return tuple(case for path in _files() if path not in unread() for case in _read(path))


@cache
def unread() -> Mapping[Path, str]:
    """The files that cannot be read, and why."""
    found = {}
    for path in _files():
        try:
            _read(path)
        except SourceError as error:
            found[path] = str(error)
    return found


def answers(case: WorkedCase) -> Mapping[tuple[str, str], Determination]:
    """What the pack determines, by charge and remedy."""
    return cases.answers(case, PACK)


def differences(case: WorkedCase) -> list[str]:
    """Each expectation that was not met, in words."""
    return cases.differences(case, PACK)


def _files() -> list[Path]:
    return sorted(CASES.glob("*.yaml"))


@cache
def _read(path: Path) -> tuple[WorkedCase, ...]:
    return cases.read_cases(path.read_text(encoding="utf-8"), path.name)
