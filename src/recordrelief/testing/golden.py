"""Golden files: what somebody approved once, compared with what comes out today."""

from __future__ import annotations

from pathlib import Path
from typing import Any

OPTION = "--update-golden"


def assert_golden(text: str, file: Path, config: Any) -> None:
    """What came out is what stands in the file; with ``--update-golden`` the file is written anew.

    Args:
        text: what came out.
        file: the golden file.
        config: pytest's configuration (``request.config``).

    Raises:
        AssertionError: it differs, or there is no such file yet.
    """
    if config.getoption(OPTION, default=False):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
        return
    if not file.is_file():
        raise AssertionError(f"There is no golden file {file}. Write it with pytest {OPTION}, and read it.")
    approved = file.read_text(encoding="utf-8")
    assert text.splitlines() == approved.splitlines(), (
        f"It is not as {file.name} has it. If it should be so, run pytest {OPTION}, and read what changed."
    )
