"""What the benchmarks share: a child process timed with its peak memory, and a table of the results."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import attrs
import polars as pl

import recordrelief


@attrs.frozen(order=True)
class Measured:
    """One run of a process: seconds from its start to its end, of all processors, and the most memory it held."""

    seconds: float
    cpu_seconds: float
    peak_bytes: int


def measure(command: Sequence[str], output: Path) -> Measured:
    """Run a process to its end and measure it; what it prints goes into a file.

    Raises:
        SystemExit: the process failed.
    """
    with output.open("wb") as stream:
        begun = time.perf_counter()
        child = subprocess.Popen(command, stdout=stream, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - begun
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{' '.join(command)}\n{output.read_text(encoding='utf-8', errors='replace')}")
    # Linux counts in KiB, macOS in bytes.
    peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return Measured(seconds, usage.ru_utime + usage.ru_stime, peak)


def best_of(times: int, command: Sequence[str], output: Path) -> Measured:
    """The fastest of several runs: what else the machine does only ever slows one down."""
    return min(measure(command, output) for _ in range(times))


def machine() -> str:
    """What the figures were measured on, in a line."""
    return (
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}; Python {platform.python_version()}, "
        f"Polars {pl.__version__}, recordrelief {recordrelief.__version__}"
    )


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
