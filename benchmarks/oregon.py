"""How long Oregon's records take: `python benchmarks/oregon.py [--records 100000]`.

Whole processes, Python's start included, and in one process the steps of them.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from measuring import best_of, machine, measure, table

import recordrelief as rr
from recordrelief_us_or.recordsponge.labels import labels

T = TypeVar("T")
AS_OF = "2025-06-01"
RECORDRELIEF = (sys.executable, "-m", "recordrelief")
RUNS = {
    "policy statute": [],
    "policy recordsponge, with its output": ["--policy", "recordsponge", "--output", "recordsponge"],
}


def main() -> None:
    """Invent the records, measure, print a Markdown table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--records", type=int, default=100_000, help="how many records")
    asked.add_argument("--times", type=int, default=3, help="runs of each, of which the fastest counts")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="recordrelief-benchmark-") as name:
        place = Path(name)
        file, log = place / "records.jsonl", place / "log"
        generate = ["generate", "--format", "us-or-cases", "--subjects", str(given.records), "--seed", "1"]
        measure([*RECORDRELIEF, *generate, "--out", str(file)], log)
        rows = []
        for what, options in RUNS.items():
            command = [*RECORDRELIEF, "screen", str(file), "--format", "us-or-cases", "--statutes", "us-or"]
            command += ["--as-of", AS_OF, "--force", "--out", str(place / "run"), *options]
            one = best_of(given.times, command, log)
            rows.append((what, "the whole process", f"{one.seconds:.2f}", f"{one.cpu_seconds:.2f}"))
        steps = [list(_steps(file)) for _ in range(given.times)]
        for at, (what, step, _, _) in enumerate(steps[0]):
            best = min(run[at][2:] for run in steps)
            rows.append((what, step, f"{best[0]:.2f}", f"{best[1]:.2f}"))
    print(machine() + "\n")
    print(table((f"{given.records:,} Oregon records", "what", "seconds", "of all cores"), rows))


def _steps(file: Path) -> Iterator[tuple[str, str, float, float]]:
    records, *read = _timed(lambda: rr.read(file, format="us-or-cases"))
    yield "", "read", read[0], read[1]
    _, *screened = _timed(lambda: rr.screen(records, statutes="us-or", as_of=AS_OF))
    yield "policy statute", "screened", screened[0], screened[1]
    screening, *screened = _timed(lambda: rr.screen(records, statutes="us-or", as_of=AS_OF, policy="recordsponge"))
    yield "policy recordsponge", "screened in all readings", screened[0], screened[1]
    _, *merged = _timed(lambda: labels(screening))
    yield "policy recordsponge", "merged into labels", merged[0], merged[1]


def _timed(what: Callable[[], T]) -> tuple[T, float, float]:
    begun, used = time.perf_counter(), time.process_time()
    made = what()
    return made, time.perf_counter() - begun, time.process_time() - used


if __name__ == "__main__":
    main()
