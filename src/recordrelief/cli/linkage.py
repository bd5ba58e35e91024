"""Commands that link two lists of people, and tell what hangs on the links."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recordrelief.cli.arguments import Force, Out, PluginFiles, PolicyName, load_plugins

if TYPE_CHECKING:
    from recordrelief.linkage import PeopleList


def link(
    left: Annotated[
        Path, typer.Argument(metavar="LEFT", help="One list of people: a CSV file, or a directory of canonical tables.")
    ],
    right: Annotated[Path, typer.Argument(metavar="RIGHT", help="The other.")],
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
    from recordrelief.linkage import Band, Thresholds, read_review
    from recordrelief.linkage import link as linked

    decisions = None if review is None else read_review(review)
    done = linked(_people(left), _people(right), review=decisions, thresholds=Thresholds(same, different))
    done.write(out, force=force)
    counts = done.counts
    print(f"Left {len(done.left.entries):,} rows, right {len(done.right.entries):,} rows.")
    print(f"Pairs of the same person: {counts[Band.SAME]:,}. To review: {counts[Band.REVIEW]:,}.")
    for side in (done.left, done.right):
        if side.absent:
            print(f"{side.name} has no {', '.join(side.absent)}: unknown for all.")
        if side.unread_birth_dates:
            print(f"{side.name}: {len(side.unread_birth_dates):,} dates of birth cannot be read and are unknown.")
    if done.kept:
        print(f"{len(done.kept):,} decisions are about no pair of these lists; the new review.csv keeps them.")
    print(f"Written to {out}. It holds names and dates of birth: keep it as the record itself.")


def both_ways(
    links: Annotated[Path, typer.Argument(metavar="LINKS", help="What `link` wrote, filled in or not.")],
    left: Annotated[Path, typer.Argument(metavar="LEFT", help="The records of the left list.")],
    right: Annotated[Path, typer.Argument(metavar="RIGHT", help="Those of the right.")],
    statutes: Annotated[str, typer.Option(metavar="ID", help="Id of the statute pack.")],
    as_of: Annotated[str, typer.Option(metavar="DATE", help="The day at which law and record are read.")],
    out: Out,
    policy: PolicyName = None,
    plugin: PluginFiles = None,
    force: Force = False,
) -> None:
    """Screen two sets of records without the uncertain links and with them, and tell which answers depend on these."""
    from recordrelief.api import read
    from recordrelief.linkage import read_pairs, screened_across
    from recordrelief.linkage.both_ways import BOTH_WAYS
    from recordrelief.placing import Place
    from recordrelief.run_requests import policy_of
    from recordrelief.wording import NOTICE

    Place(out, BOTH_WAYS, force).check()
    pairs, pack = read_pairs(links), load_plugins(plugin).pack(statutes)
    ours, theirs = read(left, plugins=plugin or ()), read(right, plugins=plugin or ())
    found = screened_across(ours, theirs, pairs, statutes=pack, as_of=as_of, policy=policy_of(pack, policy))
    found.write(out, force=force)
    print(f"Pairs of people that are one: {len(pairs.sure):,}; that may be: {len(pairs.uncertain):,}.")
    if pairs.unnamed:
        print(f"{pairs.unnamed:,} pairs of rows do not tell whose they are (subject_id), and are left out.")
    print(
        f"Answers for the people concerned: {found.answers.height:,}. Depending on a link: {found.depending.height:,}."
    )
    if twice := found.answers["twice"].sum():
        print(f"{twice:,} answers are about people of whom a charge may be counted twice.")
    print(f"Written to {out}. {NOTICE}")


def _people(path: Path) -> PeopleList:
    """A list of people from a CSV file, or from canonical tables."""
    from recordrelief.api import read
    from recordrelief.linkage import people_of, read_people

    return people_of(read(path, format="canonical"), path.name) if path.is_dir() else read_people(path)
