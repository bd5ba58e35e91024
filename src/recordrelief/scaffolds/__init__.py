"""Scaffolds: a folder to begin a statute pack or a record format with, that installs and passes its own tests.

What is in the folder stands beside this module, one file for each with ``.txt`` behind its name.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from recordrelief.errors import RequestError

Kind = Literal["statutes", "format"]
_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_SUFFIX = ".txt"


def scaffold(kind: Kind, id: str, out: Path) -> tuple[Path, ...]:
    """Write the folder of a plugin to begin with.

    Args:
        kind: what the plugin brings.
        id: the id of the pack or format: lower case letters, digits and hyphens.
        out: the folder to write; it must not be there, or be empty.

    Returns:
        The files written, in the order of their names.

    Raises:
        RequestError: the id is none, or the folder holds something.
    """
    if not _ID.fullmatch(id):
        raise RequestError("This is no id.", found=repr(id), expected="lower case letters, digits and hyphens: us-xx")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise RequestError("There is something under that name already.", where=str(out), cure="Name a new folder.")
    words = {
        "@ID@": id,
        "@MODULE@": "recordrelief_" + id.replace("-", "_"),
        "@DIST@": f"recordrelief-{id}",
        "@CLASS@": "".join(part.capitalize() for part in id.split("-")),
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{out.name}.unfinished-", dir=out.parent))
    try:
        written = []
        for place, text in _templates(Path(__file__).parent / kind):
            path = temporary / _filled(place, words)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(_filled(text, words), encoding="utf-8", newline="\n")
            written.append(path.relative_to(temporary))
        temporary.chmod(0o755)
        if out.exists():
            out.rmdir()
        os.rename(temporary, out)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    return tuple(out / path for path in sorted(written))


def _filled(text: str, words: dict[str, str]) -> str:
    for word, value in words.items():
        text = text.replace(word, value)
    return text


def _templates(folder: Path) -> Iterator[tuple[str, str]]:
    """Each file below a folder: where it goes, and its text."""
    for path in sorted(folder.rglob(f"*{_SUFFIX}")):
        yield path.relative_to(folder).as_posix().removesuffix(_SUFFIX), path.read_text(encoding="utf-8")
