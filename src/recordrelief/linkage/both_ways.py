"""What hangs on links that are not sure: the same law asked without them and with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import polars as pl

from recordrelief.api import screen
from recordrelief.linkage.joining import joined_with
from recordrelief.linkage.people_pairs import PeoplePairs
from recordrelief.linkage.same_charges import Linked, heads_of
from recordrelief.linkage.two_records import LEFT, RIGHT, beside
from recordrelief.outputs.tables import harmless
from recordrelief.placing import Kind, Place, json_text
from recordrelief.records import Records
from recordrelief.screening import Screening
from recordrelief.statutes import Policy, StatutePack
from recordrelief.wording import NOTICE

BOTH_WAYS = Kind("recordrelief both ways", "both-ways.json", "screening both ways")
COLUMNS: Mapping[str, str] = {
    "subject_id": "the person, as the records name them",
    "charge_id": "the charge",
    "remedy": "the remedy",
    "status_without": "the answer where the uncertain links do not hold; null where the remedy is not about the charge",
    "status_with": "the answer where they hold",
    "eligible_on_without": "the day of eligibility where they do not hold",
    "eligible_on_with": "the day where they hold",
    "depends": "whether status, grade or day differ",
    "twice": "whether a charge of the person may be counted twice: both records may tell of it",
}
"""The columns of the answers: name and meaning. Answers about two sets of records begin with ``list``, the side."""
_COMPARED = ("status", "grade", "eligible_on", "eligible_on_earliest", "not_before")


@attrs.frozen(eq=False)
class BothWays:
    """The screenings both ways, and their answers beside each other for the people whom uncertain links are about.

    Of two sets of records each way is screened in several parts: who is in one of them alone is read with its
    coverage, who is in both with what holds for both.
    """

    without: tuple[Screening, ...]
    with_links: tuple[Screening, ...]
    answers: pl.DataFrame

    @property
    def depending(self) -> pl.DataFrame:
        """The answers that depend on an uncertain link: not to be relied on until somebody has decided on it."""
        return self.answers.filter("depends")

    def write(self, directory: Path | str, *, force: bool = False) -> None:
        """Write ``answers.csv`` and ``depending.csv`` into a directory that only its owner can read.

        Raises:
            RequestError: something stands there already.
        """
        place = Place(Path(directory), BOTH_WAYS, force)
        place.check()
        one = self.without[0] if self.without else None
        told = {
            "kind": BOTH_WAYS.kind,
            "notice": NOTICE,
            "answers": self.answers.height,
            "depending": self.depending.height,
            "law": None
            if one is None
            else {"pack": one.pack.id, "version": one.pack.version, "as_of": one.as_of.isoformat()},
            "files": sorted([BOTH_WAYS.marker, "answers.csv", "depending.csv"]),
        }
        with place.filled() as made:
            harmless(self.answers).write_csv(made / "answers.csv")
            harmless(self.depending).write_csv(made / "depending.csv")
            (made / BOTH_WAYS.marker).write_text(json_text(told), encoding="utf-8")


def screened_both_ways(
    records: Records,
    *,
    sure: Sequence[Linked],
    uncertain: Sequence[Linked],
    statutes: str | StatutePack,
    as_of: date | str,
    policy: Policy | Mapping[str, Any] | str | None = None,
) -> BothWays:
    """Screen the people whom uncertain links are about without those links and with all of them.

    Of several uncertain links that meet in one person none holds or all do: an answer that is the same both ways may
    still differ where only some hold.

    Args:
        records: the records of both lists.
        sure: pairs of ids that are one person; they hold both ways.
        uncertain: pairs that may be.
        statutes: a statute pack, or the id of an installed one.
        as_of: the day at which law and record are read.
        policy: options of the pack.
    """

    def whole(people: Records, heads: Mapping[str, str]) -> list[Records]:
        return [people]

    return _both_ways(records, sure, uncertain, whole, statutes=statutes, as_of=as_of, policy=policy)


def screened_across(
    left: Records,
    right: Records,
    pairs: PeoplePairs,
    *,
    statutes: str | StatutePack,
    as_of: date | str,
    policy: Policy | Mapping[str, Any] | str | None = None,
) -> BothWays:
    """The same for two sets of records, whose ids may be the same by chance.

    In the screenings every id has its side in front (``left/``, ``right/``); in the answers the side is a column.

    Args:
        left: the records of the left list.
        right: those of the right.
        pairs: who is one person, and who may be.
        statutes: a statute pack, or the id of an installed one.
        as_of: the day at which law and record are read.
        policy: options of the pack.

    Raises:
        RequestError: a pair names somebody whom the records do not have.
    """

    def by_side(people: Records, heads: Mapping[str, str]) -> list[Records]:
        """The people of one side alone with its coverage, the others with what holds for both."""
        both = {head for each, head in heads.items() if each.startswith(RIGHT) and head.startswith(LEFT)}
        ids = set(people.subjects["subject_id"])
        parts = (
            ({each for each in ids - both if each.startswith(LEFT)}, left.coverage),
            ({each for each in ids - both if each.startswith(RIGHT)}, right.coverage),
            (both & ids, people.coverage),
        )
        return [attrs.evolve(people.of_subjects(sorted(some)), coverage=of) for some, of in parts if some]

    sure, uncertain = (
        [(f"{LEFT}{one}", f"{RIGHT}{other}") for one, other in some] for some in (pairs.sure, pairs.uncertain)
    )
    records = beside(left, right)
    found = _both_ways(records, sure, uncertain, by_side, statutes=statutes, as_of=as_of, policy=policy)
    side, bare = pl.col("charge_id").str.extract("^(left|right)/"), r"^(left|right)/"
    answers = found.answers.with_columns(
        pl.col("subject_id").str.replace(bare, ""), pl.col("charge_id").str.replace(bare, ""), list=side
    )
    return attrs.evolve(found, answers=answers.select("list", *COLUMNS))


def _both_ways(
    records: Records,
    sure: Sequence[Linked],
    uncertain: Sequence[Linked],
    parts: Callable[[Records, Mapping[str, str]], list[Records]],
    **law: Any,
) -> BothWays:
    """Both screenings of the people concerned, each in parts of one coverage."""
    wanted = {each for pair in uncertain for each in pair}
    more = True
    while more:  # whoever is surely linked to them, or to those
        near = {each for pair in sure if wanted & set(pair) for each in pair}
        more = not near <= wanted
        wanted |= near
    about = records.of_subjects(sorted(wanted))
    certain = [pair for pair in sure if set(pair) <= wanted]
    ways, sides = [], []
    twice: set[str] = set()
    for links, end in ((certain, "_without"), ([*certain, *uncertain], "_with")):
        people, same = joined_with(about, links)
        heads = heads_of(links)
        twice |= {each for each, head in heads.items() if head in same.doubtful}
        ways.append(tuple(screen(part, **law) for part in parts(people, heads)))
        sides.append(_answers(ways[-1], same.charges, end))
    both = sides[0].join(sides[1], on=["charge_id", "remedy"], how="full", coalesce=True)
    differs = pl.any_horizontal(pl.col(f"{name}_without").ne_missing(pl.col(f"{name}_with")) for name in _COMPARED)
    whose = about.charges.select("charge_id", "subject_id").unique()
    answers = (
        both.join(whose, on="charge_id", how="left")
        .with_columns(differs.alias("depends"), twice=pl.col("subject_id").is_in(list(twice)))
        .select(*COLUMNS)
        .sort("subject_id", "charge_id", "remedy")
    )
    return BothWays(ways[0], ways[1], answers)


def _answers(screenings: Sequence[Screening], same: Mapping[str, str], end: str) -> pl.DataFrame:
    """What is compared of some screenings; a charge that was taken for another has the answers of that one."""
    schema = {"charge_id": pl.String()} | {"remedy": pl.String()}
    empty = pl.DataFrame(schema=schema | {f"{name}{end}": _dtype(name) for name in _COMPARED})
    found = pl.concat(
        [
            empty,
            *(
                one.determinations.select(
                    "charge_id",
                    pl.col("remedy").cast(pl.String),
                    *(pl.col(name).cast(_dtype(name)).name.suffix(end) for name in _COMPARED),
                )
                for one in screenings
            ),
        ]
    )
    moved = pl.DataFrame({"gone": list(same), "charge_id": list(same.values())}, schema_overrides=_TEXTS)
    again = found.join(moved, on="charge_id").with_columns(charge_id="gone").drop("gone")
    return pl.concat([found, again])


_TEXTS = {"gone": pl.String(), "charge_id": pl.String()}


def _dtype(name: str) -> pl.DataType:
    return pl.String() if name in ("status", "grade") else pl.Date()
