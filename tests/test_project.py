"""The distributions belong together: one version, a changelog, the commands that README.md gives."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, entry_points, version
from pathlib import Path

import pytest

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
