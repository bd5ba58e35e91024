"""What is written can be read by its owner only, however open the umask is (POSIX)."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from made_up import COUNTY, LAW, alone, extract  # noqa: F401

from recordrelief.cli import main

PLUGINS = ["--plugin", str(COUNTY), "--plugin", str(LAW)]
LAWS = ["--statutes", "xx", "--as-of", "2020-07-01"]


@pytest.mark.skipif(os.name != "posix", reason="modes say nothing on this system")
def test_every_command_writes_for_the_owner_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    source = extract(tmp_path)
    there = {path for path in tmp_path.rglob("*")}
    before = os.umask(0)
    try:
        for arguments in (
            ["screen", str(source), *LAWS, "--out", "made/deep/run", "--also", "csv", *PLUGINS],
            ["convert", str(source), "--out", "tables", *PLUGINS],
            ["compare", str(source), *LAWS, "--amendment", str(LAW), "--out", "compared", *PLUGINS],
            ["generate", "--format", "made-up-county", "--subjects", "3", "--out", "made.csv", *PLUGINS],
        ):
            with pytest.raises(SystemExit):
                main(arguments)
    finally:
        os.umask(before)
    written = [path for path in tmp_path.rglob("*") if path not in there]
    assert {"run", "tables", "made.csv"} <= {path.name for path in written}
    open_ones = [path.name for path in written if stat.S_IMODE(path.stat().st_mode) & 0o077]
    assert open_ones == []
