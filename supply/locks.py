"""Makes the locks in ``locks/``: what the README's commands and each tox environment install, to the version and hash.

``tox -e locks`` brings in what changed in a pyproject.toml and leaves all else as it is; ``tox -e locks -- --upgrade``
takes the newest of everything. The versions come from the package index that the machine is set up for, and no lock
names it.
"""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ROOT / "locks"
HEADING = "# {what}. Made by `tox -e locks`, not by hand.\n"
EVERYWHERE = ("", *sorted(path.parent.name for path in ROOT.glob("plugins/*/pyproject.toml")))
ON_A_CLUSTER = "recordrelief-spark"
TESTED = tuple(name for name in EVERYWHERE if name != ON_A_CLUSTER)
"""The distributions that are tested together; the core has no name of its own here."""

KINDS: Mapping[str, tuple[str, tuple[str, ...], bool, tuple[str, ...]]] = {
    # what it is for, the distributions, with their extras or not, dependency groups
    "run": ("The example of README.md", ("", "recordrelief-us-ca", "recordrelief-us-ca-doj"), False, ("build",)),
    "tox": ("tox, which runs all checks", (), False, ("tox",)),
    "test": ("The tests", TESTED, True, ("build", "test")),
    "types": ("mypy", TESTED, True, ("build", "test", "types")),
    "lint": ("ruff, and the direction of imports", (), False, ("lint",)),
    "docs": ("The documentation", TESTED, True, ("build", "test", "docs")),
    "spark": ("Screening on a cluster", EVERYWHERE, True, ("build", "test", "types")),
}
"""Each lock. A later one takes the versions of those before it."""


def wanted(kind: str) -> list[str]:
    """What a lock must satisfy: the requirements of its distributions and groups, those for one another left out."""
    _, folders, extras, groups = KINDS[kind]
    asked: list[str] = []
    for folder in folders:
        project = _pyproject(folder)["project"]
        asked += project.get("dependencies", [])
        if extras:
            asked += [one for several in project.get("optional-dependencies", {}).values() for one in several]
    for group in groups:
        asked += _pyproject("")["dependency-groups"][group]
    return sorted({one for one in asked if not one.startswith("recordrelief")})


def main(arguments: Iterable[str]) -> None:
    """Make every lock anew."""
    LOCKS.mkdir(exist_ok=True)
    made: list[Path] = []
    for kind, (what, *_) in KINDS.items():
        lock = LOCKS / f"{kind}.txt"
        command = [
            *("uv", "pip", "compile", "-", "--output-file", str(lock), "--universal", "--python-version", "3.11"),
            *("--generate-hashes", "--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"),
            *(part for earlier in made for part in ("--constraints", str(earlier))),
            *arguments,
        ]
        text = "\n".join(wanted(kind))
        subprocess.run(command, input=text, text=True, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
        lock.write_text(HEADING.format(what=what) + lock.read_text(encoding="utf-8"), encoding="utf-8")
        made.append(lock)


def _pyproject(folder: str) -> dict[str, Any]:
    path = ROOT / "plugins" / folder if folder else ROOT
    return tomllib.loads((path / "pyproject.toml").read_text(encoding="utf-8"))


if __name__ == "__main__":
    main(sys.argv[1:])
