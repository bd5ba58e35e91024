"""Runs the examples of the documentation: every ``python`` and ``console`` block of README.md, docs and the plugins.

A document is run from its beginning to its end in a directory of its own, in which ``examples`` is that of the
repository. Python blocks share their names; a block with ``>>>`` is compared with what it prints. In a console block
a line that begins with ``$`` is run and must succeed; the lines behind it, if any, are compared with its output, where
``...`` stands for anything. A ``{code-block}`` with a caption is written to the file that the caption names. Blocks of
other kinds (``sh``, ``toml``, ``text``) are for reading only.

What ``pip install`` installs goes into a folder of the document's own, without network, where its commands find it.
"""

from __future__ import annotations

import doctest
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

ROOT = Path(__file__).resolve().parent.parent
WRITTEN = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (
        ROOT / "README.md",
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "plugins").glob("*/README.md"),
        *(ROOT / "examples").rglob("*.md"),
    )
    if "_build" not in path.parts and path.parent.parent != ROOT / "docs" / "law"
)
_FILE = r"\{code-block\} \w+\n:caption: (?P<file>[^\n]+)\n"
_BLOCK = re.compile(
    rf"^(?P<fence>`{{3,}})(?P<kind>python|console|{_FILE})\n(?P<text>.*?)^(?P=fence)$", re.DOTALL | re.MULTILINE
)
_INSTALLING = {"PIP_NO_INDEX": "1", "PIP_NO_DEPS": "1", "PIP_NO_BUILD_ISOLATION": "0", "PIP_NO_COMPILE": "1"}
"""What pip is told; that it takes a 0 for "no isolation" is its own way."""
_NEEDED = {"docs/spark.md": ("pyspark", "java"), "docs/linkage.md": ("splink", "bash")}
"""A package and a program that a document's examples need and that not every environment has."""
_FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@attrs.frozen
class Block:
    """One example: its kind, its text, the line of the document it begins on, and the file it is written to, if any."""

    kind: str
    text: str
    line: int
    file: str | None = None


def blocks(document: str) -> Iterator[Block]:
    """The examples of a document, in order."""
    for found in _BLOCK.finditer(document):
        yield Block(found["kind"], found["text"], document.count("\n", 0, found.start("text")) + 1, found["file"])


DOCUMENTS = [name for name in WRITTEN if any(blocks((ROOT / name).read_text(encoding="utf-8")))]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_document(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if name in _NEEDED:
        package, program = _NEEDED[name]
        pytest.importorskip(package, reason=f"{package} is not installed")
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not there")
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "__main__"}
    for block in blocks((ROOT / name).read_text(encoding="utf-8")):
        where = f"{name}:{block.line}"
        if block.file is not None:
            Path(block.file).parent.mkdir(parents=True, exist_ok=True)
            Path(block.file).write_text(block.text, encoding="utf-8")
        elif block.kind == "console":
            _console(block, where, tmp_path / ".installed")
        elif ">>>" in block.text:
            _doctest(block, where, names)
        else:
            code = compile("\n" * (block.line - 1) + block.text, str(ROOT / name), "exec")
            exec(code, names)


def _doctest(block: Block, where: str, names: dict[str, object]) -> None:
    test = doctest.DocTestParser().get_doctest(block.text, names, where, where, block.line)
    test.globs = names  # not a copy: later blocks see what this one defines
    report: list[str] = []
    doctest.DocTestRunner(optionflags=_FLAGS).run(test, out=report.append, clear_globs=False)
    assert not report, "".join(report)


def _console(block: Block, where: str, installed: Path) -> None:
    commands = re.split(r"^\$ ", block.text, flags=re.MULTILINE)
    assert not commands[0].strip(), f"{where}: a console block begins with a command"
    for command in commands[1:]:
        lines = command.splitlines()
        script = [lines.pop(0)]
        while script[-1].endswith("\\"):
            script.append(lines.pop(0).removeprefix("> "))
        expected = "\n".join(lines).strip()
        done = subprocess.run(
            ["bash", "-c", "\n".join(script)],
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=os.environ
            | {"PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}
            | {"COLUMNS": "120", "NO_COLOR": "1", "TERM": "dumb", "PYTHONUTF8": "1"}
            | _INSTALLING
            | {"PIP_TARGET": str(installed), "PYTHONPATH": str(installed)},
        )
        told = done.stdout + done.stderr
        assert done.returncode == 0, f"{where}: {script[0]}\n{told}"
        if expected and not doctest.OutputChecker().check_output(expected + "\n", told.strip() + "\n", _FLAGS):
            pytest.fail(f"{where}: {script[0]}\nexpected:\n{expected}\n\ngot:\n{told}")
