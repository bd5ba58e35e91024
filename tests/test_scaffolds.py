"""Folders to begin with: each is built, installed, found by recordrelief, passes its own tests and makes its page."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from made_up import alone  # noqa: F401

from recordrelief.cli import main
from recordrelief.errors import RequestError
from recordrelief.scaffolds import Kind, scaffold


def _done(where: Path, installed: Path, *command: str) -> str:
    done = subprocess.run(
        [sys.executable, *command],
        cwd=where,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONPATH": str(installed), "NO_COLOR": "1", "COLUMNS": "120"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("kind", "id", "page", "told"),
    [
        ("statutes", "us-xx", "law.md", "Sealing of a misdemeanor conviction"),
        ("format", "my-county", "format.md", "`GUILTY`"),
    ],
)
def test_it_installs_passes_its_own_tests_and_makes_its_page(
    tmp_path: Path, kind: Kind, id: str, page: str, told: str
) -> None:
    folder, installed = tmp_path / "folder", tmp_path / "installed"
    scaffold(kind, id, folder)
    pip = ("--no-deps", "--no-build-isolation", "--no-index", "--no-compile", "--quiet")
    _done(tmp_path, installed, "-m", "pip", "install", *pip, "--target", str(installed), str(folder))
    listed = _done(tmp_path, installed, "-m", "recordrelief", "formats" if kind == "format" else "statutes")
    assert id in listed
    assert "passed" in _done(folder, installed, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    _done(folder, installed, "docs/make.py")
    assert told in (folder / "docs" / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("arguments", [["statutes", "us-xx"], ["format", "my-county", "--python"]])
def test_the_command_writes_the_folder_and_says_what_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit, match="0"):
        main(["new", *arguments])
    assert "pip install -e" in capsys.readouterr().out
    written = [path for path in (tmp_path / arguments[1]).rglob("*") if path.is_file()]
    assert written
    assert [path for path in written if "@" in path.name or "@ID@" in path.read_text(encoding="utf-8")] == []
    with pytest.raises(SystemExit, match="2"):
        main(["new", *arguments])


def test_a_name_that_is_no_id_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="no id"):
        scaffold("statutes", "US XX", tmp_path / "folder")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("options", [["--python", "--sample", "x.csv"], []])
def test_a_mapping_needs_a_sample_and_a_folder_none(capsys: pytest.CaptureFixture[str], options: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["new", "format", "my-county", *options])
    assert "sample" in capsys.readouterr().err
