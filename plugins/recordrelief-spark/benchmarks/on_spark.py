"""How long screening takes on a local Spark, and how much memory it holds.

``python plugins/recordrelief-spark/benchmarks/on_spark.py [--charges 100000 500000] [--batch 1000 5000]``. Invented
people are written as canonical tables, screened by a Spark of two cores, and by the local run, which must answer the
same. Linux only: the memory is read from /proc.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import pyarrow
import pyspark
from pyspark.sql import SparkSession

import recordrelief as rr
from recordrelief.formats.canonical import write_canonical
from recordrelief.judgment import DETERMINATIONS
from recordrelief.manifests import digest
from recordrelief.plugins import installed
from recordrelief_spark import read_canonical, screen

AS_OF = "2026-01-01"
CHARGES_A_PERSON = 7.5
HEAP = "2g"


def main() -> None:
    """Measure each size with each size of batch, each in a process of its own; print a Markdown table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--charges", type=int, nargs="+", default=[100_000, 500_000])
    asked.add_argument("--batch", type=int, nargs="+", default=[1_000, 5_000])
    asked.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.one is not None:
        print(json.dumps(_on_spark(given.one, given.batch[0])))
        return
    print(
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}; Python {platform.python_version()}, "
        f"Polars {pl.__version__}, pyarrow {pyarrow.__version__}, pyspark {pyspark.__version__}, local[2], "
        f"a heap of {HEAP}\n"
    )
    rows = []
    for charges in given.charges:
        with tempfile.TemporaryDirectory(prefix="recordrelief-benchmark-") as name:
            canonical = _written(charges, Path(name))
            begun = time.perf_counter()
            local = rr.screen(rr.read(canonical), statutes="us-ca", as_of=AS_OF).determinations
            alone = time.perf_counter() - begun
            for batch in given.batch:
                command = [sys.executable, __file__, "--one", str(canonical), "--batch", str(batch)]
                done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
                told = json.loads(done.stdout.splitlines()[-1])
                same = _read(canonical.parent / "determinations")
                assert digest(same) == digest(local), "the answers differ from those of the local run"
                rows.append(
                    (
                        f"{pl.scan_parquet(canonical / 'charges.parquet').select(pl.len()).collect().item():,}",
                        f"{local.height:,}",
                        f"{batch:,}",
                        *(f"{told[key]:.1f}" for key in ("begun", "checked", "screened")),
                        f"{told['python'] / 1e9:.2f} GB",
                        f"{told['java'] / 1e9:.2f} GB",
                        f"{alone:.1f}",
                    )
                )
    head = (
        "charges",
        "answers",
        "people a batch",
        "s to begin",
        "s to check",
        "s to screen and write",
        "memory of a worker",
        "of Java",
        "s of a local run",
    )
    print(_table(head, rows))


def _written(charges: int, directory: Path) -> Path:
    extract, canonical = directory / "extract.csv", directory / "canonical"
    people = round(charges / CHARGES_A_PERSON)
    installed().format("us-ca-doj").generate(subjects=people, seed=1, out=extract)
    canonical.mkdir()
    write_canonical(rr.read(extract), canonical)
    extract.unlink()
    return canonical


def _on_spark(canonical: Path, batch: int) -> dict[str, float]:
    os.environ |= {"PYSPARK_PYTHON": sys.executable, "POLARS_MAX_THREADS": "1"}
    with _memory() as most:
        begun = time.perf_counter()
        builder = SparkSession.builder.master("local[2]").config("spark.driver.memory", HEAP)
        told = {
            "spark.sql.execution.arrow.maxRecordsPerBatch": str(batch),
            "spark.sql.shuffle.partitions": "8",
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
            "spark.local.dir": str(canonical.parent),
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.log.level": "ERROR",
        }
        for key, value in told.items():
            builder = builder.config(key, value)
        spark = builder.getOrCreate()
        tables, coverage = read_canonical(spark, str(canonical))
        ready = time.perf_counter()
        answers = screen(tables, coverage=coverage, statutes="us-ca", as_of=AS_OF)
        checked = time.perf_counter()
        answers.write.mode("overwrite").parquet(str(canonical.parent / "determinations"))
        done = time.perf_counter()
        spark.stop()
    return {"begun": ready - begun, "checked": checked - ready, "screened": done - checked, **most}


@contextmanager
def _memory() -> Iterator[dict[str, float]]:
    """The most memory that any process below this one held, by kind."""
    most = {"python": 0.0, "java": 0.0}
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.2):
            for name, held in _held(os.getpid()):
                kind = "java" if name == "java" else "python"
                most[kind] = max(most[kind], held)

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield most
    finally:
        over.set()
        watching.join()


def _held(parent: int) -> Iterable[tuple[str, float]]:
    """Name and most memory of each process below one."""
    told: dict[int, dict[str, str]] = {}
    for path in Path("/proc").glob("[0-9]*/status"):
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except OSError:
            continue
        told[int(path.parent.name)] = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
    below = {parent}
    while more := {pid for pid, one in told.items() if int(one["PPid"]) in below} - below:
        below |= more
    for pid in below - {parent}:
        if pid in told and "VmHWM" in told[pid]:
            yield told[pid]["Name"], int(told[pid]["VmHWM"].split()[0]) * 1024.0


def _read(directory: Path) -> pl.DataFrame:
    frame = pl.read_parquet(directory / "*.parquet")
    typed = frame.select(pl.col(name).cast(dtype) for name, (dtype, _) in DETERMINATIONS.items())
    return typed.sort("subject_id", "charge_id", pl.col("remedy").cast(pl.String))


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


if __name__ == "__main__":
    main()
