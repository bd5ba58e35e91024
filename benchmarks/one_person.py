"""How long one person takes through the API: `python benchmarks/one_person.py [--people 200]`."""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from measuring import machine, table

import recordrelief as rr
from recordrelief.plugins import installed


def main() -> None:
    """Take people from a synthetic extract, screen each by itself, print a Markdown table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--people", type=int, default=200, help="how many people")
    asked.add_argument("--seed", type=int, default=1, help="chooses them")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="recordrelief-benchmark-") as name:
        extract = Path(name) / "extract.csv"
        installed().format("us-ca-doj").generate(subjects=given.people, seed=given.seed, out=extract)
        records = rr.read(extract)
    subjects = records.to_subjects()
    coverage = records.coverage

    begun = time.perf_counter()
    rr.screen_subject(subjects[0], statutes="us-ca", as_of="2020-07-01", coverage=coverage)
    first = time.perf_counter() - begun
    taken: dict[str, list[float]] = {"screened": [], "screened, every finding with the facts it saw": []}
    for subject in subjects:
        begun = time.perf_counter()
        answers = rr.screen_subject(subject, statutes="us-ca", as_of="2020-07-01", coverage=coverage)
        screened = time.perf_counter()
        for answer in answers:
            for finding in answer.findings:
                assert finding.facts is not None
        taken["screened"].append(screened - begun)
        taken["screened, every finding with the facts it saw"].append(time.perf_counter() - begun)

    print(f"{machine()}. {len(subjects)} people, {records.charges.height / len(subjects):.1f} charges each.\n")
    rows = [("the first in a process", _ms(first), "", "")]
    for what, each in taken.items():
        cuts = statistics.quantiles(each, n=20)
        rows.append((what, _ms(statistics.median(each)), _ms(cuts[-1]), _ms(max(each))))
    print(table(("one person", "median", "95 %", "slowest"), rows))


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


if __name__ == "__main__":
    main()
