"""One parser, fed for a time, in a process of its own with bounded memory. Started by ``run.py``."""

from __future__ import annotations

import hashlib
import logging
import resource
import shutil
import sys
import tempfile
import time
import traceback
from pathlib import Path
from random import Random

MEMORY = 4 << 30
"""Bytes of address space beyond what the process has once all is loaded."""


def main(name: str, seed: int, seconds: float, out: Path) -> None:
    """Feed a parser; each input that breaks a promise is kept, once for each place where it breaks."""
    from mutation import mutated
    from targets import TARGETS

    logging.disable(logging.CRITICAL)
    target = TARGETS[name]
    seeds = target.seeds()
    current = out / f"{name}.current"
    with tempfile.TemporaryDirectory() as folder:
        for good in seeds:
            _tried(target, good, Path(folder) / "seed")
        size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (size + MEMORY, size + MEMORY))
        chance = Random(f"{name} {seed}")
        until = time.monotonic() + seconds
        number = 0
        while time.monotonic() < until:
            content = mutated(seeds, chance)
            current.write_bytes(content)
            _kept(name, _tried(target, content, Path(folder) / "one"), content, out)
            number += 1
        current.unlink()
    print(f"{name}: {number} inputs", flush=True)


def _tried(target: object, content: bytes, place: Path) -> str | None:
    place.mkdir()
    try:
        target.tried(content, place)  # type: ignore[attr-defined]
    except BaseException as error:
        if isinstance(error, (KeyboardInterrupt, SystemExit)):
            raise
        return "".join(traceback.format_exception(error))
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return None


def _kept(name: str, failure: str | None, content: bytes, out: Path) -> None:
    if failure is None:
        return
    places = "\n".join(line for line in failure.splitlines() if line.startswith("  File"))[-600:]
    kind = failure.strip().splitlines()[-1].split(":")[0]
    at = hashlib.sha256((places + kind).encode()).hexdigest()[:10]
    found = out / f"{name}-{at}"
    if not found.exists():
        found.write_bytes(content)
        found.with_suffix(".txt").write_text(failure[-8_000:], encoding="utf-8", errors="replace")
        print(f"{name}: {kind}, kept as {found.name}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), Path(sys.argv[4]))
