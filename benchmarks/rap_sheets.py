"""How long RAP sheets take: `python benchmarks/rap_sheets.py [--sheets 1000]`. Needs reportlab, for the PDF files."""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from measuring import best_of, machine, table

import recordrelief as rr
from recordrelief_us_ca_rapsheet.dice import Dice
from recordrelief_us_ca_rapsheet.generate import invented_sheet
from recordrelief_us_ca_rapsheet.noise import noisy
from recordrelief_us_ca_rapsheet.writing import printed, write_pdf

RECORDRELIEF = (sys.executable, "-m", "recordrelief")


def main() -> None:
    """Print one long sheet and a directory of short ones, read them, print a Markdown table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--sheets", type=int, default=1_000, help="how many sheets the directory has, every other a PDF")
    asked.add_argument("--times", type=int, default=3, help="how often each run is measured; the fastest counts")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="recordrelief-benchmark-") as name:
        place = Path(name)
        long = invented_sheet(Dice(5), 5, cycles=72)
        pages = write_pdf(long, place / "long.pdf")
        (place / "long.txt").write_text(printed(long), encoding="utf-8")
        rows = [
            (f"one sheet of {pages} pages, {kind}", "read", _read(place / f"long.{kind}")) for kind in ("txt", "pdf")
        ]
        rows += [(f"one sheet of {pages} pages", what, time) for what, time in _explained(place / "long.txt")]
        sheets = place / "sheets"
        sheets.mkdir()
        for number in range(given.sheets):
            sheet = invented_sheet(Dice(number), number)
            if number % 2:
                write_pdf(sheet, sheets / f"{number:05}.pdf")
            else:
                text = printed(sheet) if number % 4 else noisy(printed(sheet), Dice(number), 0.3)
                (sheets / f"{number:05}.txt").write_text(text, encoding="utf-8")
        command = [*RECORDRELIEF, "screen", str(sheets), "--format", "us-ca-rapsheet", "--statutes", "us-ca"]
        command += ["--as-of", "2026-11-24", "--force", "--out", str(place / "run")]
        run = best_of(given.times, command, place / "output")
    what = "read and screened, the whole process"
    rows.append((f"a directory of {given.sheets:,} sheets", what, f"{run.seconds:.1f} s"))
    print(machine() + "\n")
    print(table(("RAP sheets", "what", "time"), rows))


def _read(path: Path) -> str:
    """How long one file takes in a process that has read one before."""
    rr.read(path, format="us-ca-rapsheet")
    taken = []
    for _ in range(7):
        begun = time.perf_counter()
        rr.read(path, format="us-ca-rapsheet")
        taken.append(time.perf_counter() - begun)
    return f"{statistics.median(taken):.2f} s"


def _explained(path: Path) -> Iterator[tuple[str, str]]:
    """How long the sheet takes to be screened, and all its answers to be explained in words."""
    records = rr.read(path, format="us-ca-rapsheet")
    begun = time.perf_counter()
    screening = rr.screen(records, statutes="us-ca", as_of="2026-11-24")
    yield f"{records.charges.height} charges screened", f"{time.perf_counter() - begun:.2f} s"
    (subject,) = records.subjects["subject_id"]
    for findings in ("deciding", "all"):
        begun = time.perf_counter()
        lines = rr.explain(screening, subject, findings=findings).text().count("\n")
        what = f"{screening.determinations.height:,} answers, {findings} findings: {lines:,} lines"
        yield what, f"{time.perf_counter() - begun:.2f} s"


if __name__ == "__main__":
    main()
