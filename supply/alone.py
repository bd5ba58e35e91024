"""Each distribution and each extra installed without the others, and tried.

``python supply/alone.py DIST`` takes the wheels in DIST, in an environment that has what the core depends on and
nothing else. The core must do its work there, and say of each extra how to get it; then each extra is installed, tried
and taken away again, and so is each plugin.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PLUGINS = tuple(
    path.parent.name
    for path in sorted(ROOT.glob("plugins/*/pyproject.toml"))
    if path.parent.name != "recordrelief-spark"
)
"""recordrelief-spark has an environment of its own: pyspark is large."""
PERSON = """\
subject_id: somebody invented
record_scope: state
charges:
- {charge_id: "1", jurisdiction: xx, citation: XX 1, level: misdemeanor, outcome: convicted}
"""
LAW = str(ROOT / "tests" / "made_up" / "law.py")
SCREEN = (
    "screen",
    "person.yaml",
    "--statutes",
    "xx",
    "--plugin",
    LAW,
    "--as-of",
    "2026-01-01",
    "--force",
    "--out",
    "run",
)
LIGHT = """
import sys, recordrelief
heavy = {"polars", "dataframely", "numpy", "typer", "rich", "attrs", "cattrs", "typeguard"} & set(sys.modules)
sys.exit(f"import recordrelief brings {sorted(heavy)}" if heavy else 0)
"""

TRIES: Mapping[str, tuple[str, ...]] = {
    "excel": (*SCREEN, "--also", "xlsx"),
    "reports": ("report", "run", "--force"),
    "linkage": ("link", "people.csv", "people.csv", "--force", "--out", "links"),
    "papers": ("lists", "run", "--motions", "--force", "--out", "lists"),
    "testing": ("-c", "import recordrelief.testing.strategies as s; assert s.people()"),
}
"""For each extra what works with it and not without: arguments of the command, or of Python where they begin so."""


def main(arguments: Sequence[str]) -> None:
    """Install and try one after another."""
    dist = Path(arguments[0]).resolve()
    extras = _pyproject(".")["project"]["optional-dependencies"]
    if set(extras) != set(TRIES):
        sys.exit(f"Extras that are not tried, or tried and not there: {sorted(set(extras) ^ set(TRIES))}")
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        (place / "person.yaml").write_text(PERSON, encoding="utf-8")
        (place / "people.csv").write_text("given,family\nAnn,Exemplar\n", encoding="utf-8")
        pins = place / "pins.txt"
        pins.write_text("\n".join(_pins()), encoding="utf-8")
        _pip("install", "--no-index", "--no-deps", "--force-reinstall", "--find-links", str(dist), "recordrelief")
        _pip("check")
        _tried(("-c", LIGHT), place)
        _tried(SCREEN, place)
        for extra in extras:
            _refused(extra, place)
        print("the core alone")
        for extra, requirements in extras.items():
            with _installed("--constraint", str(pins), *requirements):
                _tried(TRIES[extra], place)
                for other in set(extras) - {extra}:
                    if not _has(extras[other]):
                        _refused(other, place)
            print(f"the core with {extra} alone")
        for plugin in PLUGINS:
            needs = [one for one in _pyproject(f"plugins/{plugin}")["project"]["dependencies"] if not _own(one)]
            wheel = ("--no-index", "--no-deps", "--find-links", str(dist), plugin)
            with _installed("--constraint", str(pins), *needs), _installed(*wheel):
                told = _tried(("plugins",), place)
                if plugin not in told or "broken" in told.lower():
                    sys.exit(f"{plugin} by itself:\n{told}")
            print(f"the core with {plugin} alone")


def _pins() -> Iterator[str]:
    """The versions in the lock of the tests; no hashes, since only some of them are asked for."""
    for line in (ROOT / "locks" / "test.txt").read_text(encoding="utf-8").splitlines():
        if re.match(r"[a-z0-9]", line):
            yield line.removesuffix("\\").strip()


@contextmanager
def _installed(*arguments: str) -> Iterator[None]:
    """Something installed for a while."""
    before = _packages()
    _pip("install", *arguments)
    try:
        yield
    finally:
        if added := sorted(_packages() - before):
            _pip("uninstall", "--yes", *added)


def _packages() -> set[str]:
    lines = _run(sys.executable, "-m", "pip", "list", "--format=freeze").stdout.splitlines()
    return {line.partition("==")[0] for line in lines}


def _has(requirements: Sequence[str]) -> bool:
    """Whether what an extra needs came with another."""
    names = {re.split(r"[^A-Za-z0-9._-]", one)[0].lower() for one in requirements}
    return names <= {one.lower() for one in _packages()}


def _own(requirement: str) -> bool:
    return requirement.startswith("recordrelief")


def _tried(arguments: Sequence[str], place: Path) -> str:
    done = _try(arguments, place)
    if done.returncode:
        sys.exit(f"{' '.join(arguments)}\n{done.stdout}{done.stderr}")
    return done.stdout


def _refused(extra: str, place: Path) -> None:
    """Without its extra a thing is refused, and says how to get it."""
    done = _try(TRIES[extra], place)
    told = " ".join((done.stdout + done.stderr).split())
    if not done.returncode or f"recordrelief[{extra}]" not in told or "ModuleNotFoundError" in told:
        sys.exit(f"Without the extra {extra}:\n{done.stdout}{done.stderr}")


def _try(arguments: Sequence[str], place: Path) -> subprocess.CompletedProcess[str]:
    code = () if arguments[0] == "-c" else ("-m", "recordrelief")
    return _run(sys.executable, *code, *arguments, place=place, check=False)


def _pip(*arguments: str) -> None:
    _run(sys.executable, "-m", "pip", "--quiet", *arguments)


def _run(*command: str, place: Path | None = None, check: bool = True) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, encoding="utf-8")
    if check and done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return done


def _pyproject(folder: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / folder / "pyproject.toml").read_text(encoding="utf-8"))


if __name__ == "__main__":
    main(sys.argv[1:])
