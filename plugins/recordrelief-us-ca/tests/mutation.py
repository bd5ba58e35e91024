"""Every leaf of every rule turned round: run on demand by `tox run -e mutation`, since it takes some minutes.

Give ids of remedies to ask only of these: what they share with others is then held by their own cases alone.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from recordrelief import cases, mutants
from recordrelief_us_ca.pack import PACK

HERE = Path(__file__).parent
EQUIVALENTS = HERE / "equivalents.yaml"


def main() -> int:
    """Print what survives and is not listed as equivalent, and what is listed and noticed; 1 if there is any."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("remedies", nargs="*", metavar="REMEDY", help="only these, such as pc-1203.42")
    remedies = parser.parse_args().remedies
    equivalents = mutants.read_equivalents(EQUIVALENTS.read_text(encoding="utf-8"), EQUIVALENTS.name)
    found = mutants.survivors(cases.read_folder(HERE / "cases"), PACK, remedies=remedies)
    unheld, noticed = mutants.unexplained(found, equivalents, remedies=remedies)
    for mutant in unheld:
        print(f"survives: {mutant}")
    for equivalent in noticed:
        print(f"listed as equivalent, and noticed by a case, or not there: {equivalent}")
    print(f"{len(unheld)} leaves can be turned round without a worked case noticing")
    print(f"{len(found) - len(unheld)} more are listed as equivalent")
    return 1 if unheld or noticed else 0


if __name__ == "__main__":
    raise SystemExit(main())
