"""How long a whole state takes in little memory: `python benchmarks/state.py [--millions 2 5 10 20] [--memory 1.5GB]`.

The input are canonical tables, made from generated extracts that are converted, renamed and put together to so many
charges. All remedies of California are asked. Memory is what all processes of the run hold together, looked at
twenty times a second (Linux). The overhead of working in parts is measured on the smallest size, beside a run at once.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import polars as pl
from measuring import Measured, machine, measure, table

from recordrelief.tables import TABLES

RECORDRELIEF = [sys.executable, "-m", "recordrelief"]
SEEDS, SUBJECTS = 4, 58_000
_NAMED = ("subject_id", "charge_id", "case_id", "cycle_id", "sentence_id", "row_key")


def main() -> None:
    """Make the tables, measure, print a Markdown table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--millions", type=float, nargs="+", default=[2, 5, 10, 20], help="how many million charges")
    asked.add_argument("--memory", default="1.5GB", help="what the run may take")
    asked.add_argument("--keep", type=Path, help="a directory to keep the tables in, and to take them from")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="recordrelief-benchmark-") as name:
        work = Path(name)
        keep: Path = given.keep or work
        keep.mkdir(parents=True, exist_ok=True)
        seeds = [_converted(keep, seed) for seed in range(1, SEEDS + 1)]
        print(machine() + "\n", flush=True)
        rows = list(_measured(given.millions, given.memory, seeds, keep, work))
        print(table(("charges", "determinations", "what", "seconds", "of all cores", "memory, all processes"), rows))


def _converted(keep: Path, seed: int) -> Path:
    """The canonical tables of one generated extract."""
    tables = keep / f"tables-{seed}"
    if not tables.exists():
        extract = keep / f"extract-{seed}.csv"
        make = ["generate", "--format", "us-ca-doj", "--subjects", str(SUBJECTS), "--seed", str(seed), "--out"]
        subprocess.run([*RECORDRELIEF, *make, str(extract)], check=True, stdout=subprocess.DEVNULL)
        convert = ["convert", str(extract), "--format", "us-ca-doj", "--out", str(tables)]
        subprocess.run([*RECORDRELIEF, *convert], check=True, stdout=subprocess.DEVNULL)
        extract.unlink()
    return tables


def _state(seeds: list[Path], charges: int, directory: Path) -> int:
    """Tables of so many charges, of people who each have an id of their own. How many there are."""
    about = [json.loads((one / "canonical.json").read_text(encoding="utf-8")) for one in seeds]
    copies: list[int] = []
    while sum(about[seed]["rows"]["charges"] for seed in copies) < charges:
        copies.append(len(copies) % len(seeds))
    directory.mkdir()
    for name in TABLES:
        frames = [
            _renamed(pl.scan_parquet(seeds[seed] / f"{name}.parquet"), f"{at:03}") for at, seed in enumerate(copies)
        ]
        path = directory / f"{name}.parquet"
        pl.concat(frames).sink_parquet(path, compression="lz4", row_group_size=1 << 16, maintain_order=True)
    rows = {name: sum(about[seed]["rows"][name] for seed in copies) for name in TABLES}
    told = {**about[0], "rows": rows}
    (directory / "canonical.json").write_text(json.dumps(told), encoding="utf-8")
    return int(rows["charges"])


def _renamed(frame: pl.LazyFrame, prefix: str) -> pl.LazyFrame:
    there = [name for name in _NAMED if name in frame.collect_schema()]
    return frame.with_columns(pl.concat_str(pl.lit(prefix), name).alias(name) for name in there)


def _measured(
    millions: list[float], memory: str, seeds: list[Path], keep: Path, work: Path
) -> Iterator[tuple[str, ...]]:
    for at, million in enumerate(sorted(millions)):
        tables = keep / f"state-{million:g}"
        if not tables.exists():
            _state(seeds, int(million * 1_000_000), tables)
        charges = json.loads((tables / "canonical.json").read_text(encoding="utf-8"))["rows"]["charges"]
        ways = {"in parts": ["--memory", memory]}
        if at == 0:
            ways["at once, the same tables"] = ["--memory", "64GB", "--no-findings"]
        for what, options in ways.items():
            out = work / "out"
            command = [*RECORDRELIEF, "screen", str(tables), "--format", "canonical", "--statutes", "us-ca"]
            command += ["--as-of", "2024-07-01", "--out", str(out), "--force", *options]
            found, held = _watched(command, work / "log")
            counts = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["counts"]["determinations"]
            answers = sum(sum(one.values()) for one in counts.values())
            yield (
                f"{charges:,}",
                f"{answers:,}",
                what,
                f"{found.seconds:.1f}",
                f"{found.cpu_seconds:.1f}",
                f"{held / 1e9:.2f} GB",
            )


def _watched(command: list[str], log: Path) -> tuple[Measured, int]:
    """A process measured, and the most memory that it and its children held at one time."""
    most = 0
    over = threading.Event()

    def watch() -> None:
        nonlocal most
        while not over.wait(0.05):
            most = max(most, sum(map(_held, _children(os.getpid()))))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        found = measure(command, log)
    finally:
        over.set()
        watcher.join()
    return found, most


def _children(parent: int) -> Iterator[int]:
    """The processes below one."""
    for path in Path(f"/proc/{parent}/task").glob("*/children"):
        try:
            children = [int(child) for child in path.read_text(encoding="ascii").split()]
        except OSError:
            continue
        for child in children:
            yield child
            yield from _children(child)


def _held(process: int) -> int:
    """How many bytes a process holds."""
    try:
        return int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


if __name__ == "__main__":
    main()
