"""The command that links two lists of people."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from recordrelief.cli.arguments import Force, Out


def link(
    left: Annotated[Path, typer.Argument(metavar="LEFT.csv", help="One list of people.")],
    right: Annotated[Path, typer.Argument(metavar="RIGHT.csv", help="The other.")],
    out: Out,
    review: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A review file of before, filled in by a person.")
    ] = None,
    same: Annotated[
        float, typer.Option(metavar="P", help="From which probability a pair may be the same person.")
    ] = 0.999,
    different: Annotated[
        float, typer.Option(metavar="P", help="Below which probability a pair is different people.")
    ] = 0.05,
    force: Force = False,
) -> None:
    """Tell which rows of two lists are about the same person, and which a person must look at."""
    from recordrelief.linkage import Band, Thresholds, read_people, read_review
    from recordrelief.linkage import link as linked

    decisions = None if review is None else read_review(review)
    done = linked(read_people(left), read_people(right), review=decisions, thresholds=Thresholds(same, different))
    done.write(out, force=force)
    counts = done.counts
    print(f"Left {len(done.left.entries):,} rows, right {len(done.right.entries):,} rows.")
    print(f"Pairs of the same person: {counts[Band.SAME]:,}. To review: {counts[Band.REVIEW]:,}.")
    for side in (done.left, done.right):
        if side.unread_birth_dates:
            print(f"{side.name}: {len(side.unread_birth_dates):,} dates of birth cannot be read and are unknown.")
    if done.kept:
        print(f"{len(done.kept):,} decisions are about no pair of these lists; the new review.csv keeps them.")
    print(f"Written to {out}. It holds names and dates of birth: keep it as the record itself.")
