"""Every leaf of every rule turned round: run on demand by `tox run -e mutation`, since it takes many minutes."""

from __future__ import annotations

import sys
from pathlib import Path

from recordrelief import cases, mutants
from recordrelief_us_ca.pack import PACK


def main() -> None:
    """Print each survivor; leave with 1 if there are more than are known."""
    worked = cases.read_folder(Path(__file__).parent / "cases")
    found = mutants.survivors(worked, PACK, remedies=sys.argv[1:])
    for mutant in found:
        print(f"survives: {mutant}")
    print(f"{len(found)} leaves can be turned round without a worked case noticing")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
