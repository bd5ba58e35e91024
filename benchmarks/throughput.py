"""How long whole runs take, and how much memory: `python benchmarks/throughput.py [--rows 500000 2000000]`.

Every figure is of a whole process, Python's start included. The floor is Polars reading the same file and writing it
again, all columns as text.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from measuring import Measured, best_of, machine, measure, table

ROWS_A_PERSON = 8.6
AS_OF, COUNTY = "2020-07-01", "LOS ANGELES"
OPTIONS = Path(__file__).resolve().parent.parent / "examples" / "us-ca-doj" / "clear-my-record.json"
RECORDRELIEF = [sys.executable, "-m", "recordrelief"]
FLOOR = """
import sys
import polars as pl
pl.read_csv(sys.argv[1], infer_schema=False).write_csv(sys.argv[2])
"""


def main() -> None:
    """Make the extracts, measure, print a Markdown table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, nargs="+", default=[500_000, 2_000_000], help="about how many rows")
    asked.add_argument("--times", type=int, default=3, help="runs of each, of which the fastest counts")
    asked.add_argument("--seed", type=int, default=1, help="chooses the extracts")
    asked.add_argument("--keep", type=Path, help="a directory to keep the extracts in, and to take them from")
    given = asked.parse_args()
    if not OPTIONS.is_file():
        sys.exit(f"{OPTIONS} is missing")
    with tempfile.TemporaryDirectory(prefix="recordrelief-benchmark-") as name:
        work = Path(name)
        keep: Path = given.keep or work
        keep.mkdir(parents=True, exist_ok=True)
        print(machine() + "\n")
        head = ("rows", "file", "what", "seconds", "of all cores", "peak memory", "rows a second")
        print(table(head, list(_measured(given.rows, given.times, given.seed, keep, work))))


def _measured(sizes: list[int], times: int, seed: int, keep: Path, work: Path) -> Iterator[tuple[str, ...]]:
    for size in sizes:
        subjects = round(size / ROWS_A_PERSON)
        extract = keep / f"extract-{subjects}-{seed}.csv"
        out, log = work / "out", work / "log"
        generate = [
            *RECORDRELIEF,
            "generate",
            "--format",
            "us-ca-doj",
            "--subjects",
            str(subjects),
            "--seed",
            str(seed),
        ]
        made = None if extract.exists() else measure([*generate, "--out", str(extract)], log)
        screen = [*RECORDRELIEF, "screen", str(extract), "--format", "us-ca-doj", "--statutes", "us-ca"]
        screen += ["--as-of", AS_OF, "--out", str(out), "--force"]
        cannabis = [*screen, "--remedy", "hs-11361.8", "--remedy", "hs-11361.9"]
        county = ["--county", COUNTY]
        runs = {
            "screen, all remedies": best_of(times, screen, log),
            "screen, Proposition 64": best_of(times, cannabis, log),
            "Proposition 64, one county": best_of(times, [*cannabis, *county], log),
            "Proposition 64, one county, and clear-my-record": best_of(
                times, [*cannabis, *county, "--output", f"clear-my-record={OPTIONS}"], log
            ),
        }
        rows = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["counts"]["rows_read"]
        shutil.rmtree(out)
        runs["floor: read and write again"] = best_of(
            times, [sys.executable, "-c", FLOOR, str(extract), str(work / "again.csv")], log
        )
        (work / "again.csv").unlink()
        if made is not None:
            runs = {"generate": made, **runs}
        for what, one in runs.items():
            yield _row(rows, extract.stat().st_size, what, one)
        if keep == work:
            extract.unlink()


def _row(rows: int, size: int, what: str, one: Measured) -> tuple[str, ...]:
    return (
        f"{rows:,}",
        f"{size / 1e6:,.0f} MB",
        what,
        f"{one.seconds:.2f}",
        f"{one.cpu_seconds:.2f}",
        f"{one.peak_bytes / 1e9:.2f} GB",
        f"{rows / one.seconds:,.0f}",
    )


if __name__ == "__main__":
    main()
