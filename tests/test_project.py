"""The distributions belong together: one version, a changelog, the commands that README.md gives."""

from __future__ import annotations

import importlib.util
import re
import tomllib
from importlib.metadata import PackageNotFoundError, entry_points, version
from pathlib import Path
from types import ModuleType

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
LIBRARIES = {"recordrelief-spark"}
"""Those that register nothing: programs call them. They need not be installed for the others to be tested."""
DISTRIBUTIONS = [ROOT, *sorted(path.parent for path in ROOT.glob("plugins/*/pyproject.toml"))]


def _project(folder: Path) -> dict[str, object]:
    return dict(tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"])


@pytest.mark.parametrize("folder", DISTRIBUTIONS, ids=lambda folder: folder.name)
def test_one_version_everywhere(folder: Path) -> None:
    project = _project(folder)
    assert project["version"] == _project(ROOT)["version"]
    try:
        assert version(str(project["name"])) == project["version"]
    except PackageNotFoundError:
        assert project["name"] in LIBRARIES
    changelog = (folder / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## \[([^\]]+)\]", changelog, re.MULTILINE)
    assert newest is not None
    assert newest[1] == project["version"]


@pytest.mark.parametrize("folder", DISTRIBUTIONS[1:], ids=lambda folder: folder.name)
def test_every_plugin_is_complete(folder: Path) -> None:
    project = _project(folder)
    module = folder.name.replace("-", "_")
    assert project["name"] == folder.name
    for name in ("README.md", "CHANGELOG.md", f"src/{module}/py.typed", "tests"):
        assert (folder / name).exists(), name
    if project["name"] in LIBRARIES:
        assert not {"entry-points", "scripts"} & set(project)
        return
    assert (folder / f"src/{module}/plugin.py").exists()
    mine = [point for point in entry_points(group="recordrelief") if point.value == f"{module}.plugin"]
    assert len(mine) == 1


def test_ci_runs_the_second_command_of_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = [line for block in re.findall(r"^```sh\n(.*?)^```", readme, re.M | re.S) for line in block.splitlines()]
    assert len(commands) == 2
    assert commands[1] in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


def _locked(lock: Path) -> dict[str, list[Requirement]]:
    """What a lock pins, by name: each line with its hashes."""
    text = lock.read_text(encoding="utf-8").replace("\\\n", " ")
    locked: dict[str, list[Requirement]] = {}
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        pinned, *hashes = line.split(" --hash=")
        assert hashes and all(re.fullmatch(r"sha256:[0-9a-f]{64}\s*", one) for one in hashes), line
        requirement = Requirement(pinned)
        assert re.fullmatch(r"==[^*,]+", str(requirement.specifier)), line
        locked.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return locked


@pytest.fixture(scope="module")
def locks() -> ModuleType:
    """The script that makes them."""
    spec = importlib.util.spec_from_file_location("supply_locks", ROOT / "supply" / "locks.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_locks_satisfy_what_is_asked_for(locks: ModuleType) -> None:
    """Where this fails: ``tox -e locks``."""
    assert {path.stem for path in locks.LOCKS.glob("*.txt")} == set(locks.KINDS)
    for kind in locks.KINDS:
        locked = _locked(locks.LOCKS / f"{kind}.txt")
        for python in ("3.11.7", "3.14.1"):
            environment = {**default_environment(), "python_version": python[:4], "python_full_version": python}
            for asked in map(Requirement, locks.wanted(kind)):
                pinned = [
                    one
                    for one in locked.get(canonicalize_name(asked.name), [])
                    if one.marker is None or one.marker.evaluate(environment)
                ]
                assert len(pinned) == 1, f"{kind}: {asked} is not locked"
                (version,) = pinned[0].specifier
                assert asked.specifier.contains(version.version), f"{kind}: {asked}, but {pinned[0]}"


def test_the_locks_agree_and_name_no_place(locks: ModuleType) -> None:
    everywhere: dict[tuple[str, str], str] = {}
    for kind in locks.KINDS:
        assert "://" not in (locks.LOCKS / f"{kind}.txt").read_text(encoding="utf-8")
        for name, pinned in _locked(locks.LOCKS / f"{kind}.txt").items():
            for one in pinned:
                known = everywhere.setdefault((name, str(one.marker)), str(one.specifier))
                assert known == str(one.specifier), f"{kind}: {one}, elsewhere {known}"


def test_every_extra_is_tried_without_the_others() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    text = (ROOT / "supply" / "alone.py").read_text(encoding="utf-8")
    assert [extra for extra in extras if not re.search(rf'^    "{extra}": \(', text, re.MULTILINE)] == []


def test_the_first_command_installs_what_is_locked_and_nothing_else() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    command = next(line for line in readme.splitlines() if line.startswith("python3 -m venv"))
    locked, own = re.findall(r"pip install --quiet (.+?) &&", command)
    assert locked == "-r locks/run.txt"
    assert own.startswith("--no-deps --no-build-isolation . ./plugins/")
