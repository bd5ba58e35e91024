"""Builds every distribution twice, in two places and as two people would, and keeps what is the same byte for byte.

``python supply/build.py OUT`` leaves wheels and source archives in OUT; each wheel is built from its source archive. It
fails where the two builds differ. Their files are dated by ``SOURCE_DATE_EPOCH``, by the last commit where that is
not set.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = (".", *sorted(path.parent.relative_to(ROOT).as_posix() for path in ROOT.glob("plugins/*/pyproject.toml")))
LEFT_OUT = shutil.ignore_patterns("__pycache__", ".*_cache", "*.egg-info", "build", "dist")


def main(arguments: Sequence[str]) -> None:
    """Build, compare, keep."""
    out = Path(arguments[0])
    environment = {**os.environ, "SOURCE_DATE_EPOCH": os.environ.get("SOURCE_DATE_EPOCH") or _last_commit()}
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory(prefix="another place ") as second:
        one = _built(Path(first), environment, umask=0o022)
        other = _built(Path(second), {**environment, "TZ": "Pacific/Kiritimati", "LC_ALL": "C"}, umask=0o077)
        digests, others = _digests(one), _digests(other)
        differing = sorted(name for name in {*digests, *others} if digests.get(name) != others.get(name))
        if differing:
            sys.exit(f"Two builds differ: {', '.join(differing)}")
        if len(digests) != 2 * len(FOLDERS):
            sys.exit(f"{len(digests)} files were built of {len(FOLDERS)} distributions")
        out.mkdir(parents=True, exist_ok=True)
        for name, digest in digests.items():
            shutil.copy(one / name, out / name)
            print(f"{digest}  {name}")


def _built(place: Path, environment: Mapping[str, str], umask: int) -> Path:
    dist = place / "dist"
    for number, folder in enumerate(FOLDERS):
        tree = place / f"tree {number}"
        _copy(ROOT / folder, tree)
        _hatch(tree, dist, "sdist", environment, umask)
        (archive,) = dist.glob("*.tar.gz")
        with tarfile.open(archive) as packed:
            packed.extractall(place / "unpacked", filter="data")
        (unpacked,) = (place / "unpacked").iterdir()
        _hatch(unpacked, dist, "wheel", environment, umask)
        shutil.rmtree(place / "unpacked")
        (place / "kept").mkdir(exist_ok=True)
        for path in dist.iterdir():
            path.rename(place / "kept" / path.name)
    return place / "kept"


def _copy(folder: Path, tree: Path) -> None:
    """The files of one distribution, those of no other, dated anew."""
    tree.mkdir()
    for name in ("pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE"):
        if (folder / name).exists():
            (tree / name).write_bytes((folder / name).read_bytes())
    for name in ("src", "tests"):
        shutil.copytree(folder / name, tree / name, ignore=LEFT_OUT, copy_function=shutil.copyfile)


def _hatch(tree: Path, dist: Path, target: str, environment: Mapping[str, str], umask: int) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(dist)]
    subprocess.run(command, cwd=tree, env=environment, check=True, umask=umask, stdout=subprocess.DEVNULL)


def _digests(folder: Path) -> dict[str, str]:
    return dict(_digested(folder))


def _digested(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.iterdir()):
        yield path.name, hashlib.sha256(path.read_bytes()).hexdigest()


def _last_commit() -> str:
    """The second of the last commit; where there is no history, that of the first release."""
    try:
        done = subprocess.run(
            ["git", "log", "-1", "--format=%ct"], cwd=ROOT, check=True, capture_output=True, text=True
        )
    except (OSError, subprocess.CalledProcessError):
        return "1764547200"
    return done.stdout.strip()


if __name__ == "__main__":
    main(sys.argv[1:])
