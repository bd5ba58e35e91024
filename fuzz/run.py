"""Every parser fed with broken inputs for a bounded time: ``python fuzz/run.py --seconds 60 [TARGET ...]``.

Each parser has a process of its own, with bounded memory; an input on which it dies or takes longer than it may is kept
in ``--out``, with what happened. The exit code is 1 if any was kept.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
LONGEST = 60.0
"""Seconds that one input may take."""


def main() -> int:
    """Feed the parsers named, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*")
    parser.add_argument("--seconds", type=float, default=30.0, help="for each parser")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path("fuzz-found"))
    given = parser.parse_args()
    sys.path.insert(0, str(HERE))
    from targets import TARGETS

    given.out.mkdir(exist_ok=True, mode=0o700)
    for name in given.targets or TARGETS:
        _fed(name, given.seed, given.seconds, given.out)
    found = sorted(path.name for path in given.out.iterdir() if path.suffix != ".txt")
    print(f"{len(found)} inputs kept" + "".join(f"\n  {name}" for name in found))
    return 1 if found else 0


def _fed(name: str, seed: int, seconds: float, out: Path) -> None:
    until = time.monotonic() + seconds
    current = out / f"{name}.current"
    while (left := until - time.monotonic()) > 0:
        command = [sys.executable, str(HERE / "child.py"), name, str(seed), str(left), str(out)]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(HERE)})
        why = _watched(process, current)
        said = process.stderr.read() if process.stderr else b""
        if why is None:
            return
        if not current.exists():
            raise SystemExit(f"{name} failed before its first input:\n{said.decode(errors='replace')[-3_000:]}")
        kept = out / f"{name}-{why}-{seed}"
        shutil.move(current, kept)
        kept.with_suffix(".txt").write_bytes(said[-8_000:])
        print(f"{name}: {why}, kept as {kept.name}", flush=True)
        seed += 1_000_003


def _watched(process: subprocess.Popen[bytes], current: Path) -> str | None:
    """Wait for its end: None for a good one, else what went wrong."""
    while True:
        try:
            code = process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            try:
                age = time.time() - current.stat().st_mtime
            except OSError:
                continue
            if age > LONGEST:
                process.kill()
                process.wait()
                return "too-slow"
        else:
            return None if code == 0 else f"died-{abs(code)}"


if __name__ == "__main__":
    raise SystemExit(main())
