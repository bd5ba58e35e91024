"""Two lists of people linked: every pair with its band, its reasons, and what a person decided on it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import attrs
import polars as pl

from recordrelief.linkage.bands import Band, Thresholds, band
from recordrelief.linkage.people import COLUMNS, Entry, PeopleList
from recordrelief.linkage.reviews import Review
from recordrelief.linkage.scoring import score
from recordrelief.outputs.tables import harmless
from recordrelief.placing import Kind, Place, json_text

LINKAGE = Kind("recordrelief linkage", "linkage.json", "linkage")
_NOTICE = "A screening aid, not legal advice. A link may be wrong: look at the record before acting on it."


@attrs.frozen
class Link:
    """A pair of entries: its band and what put it there, the probability, and every comparison with its weight.

    ``decided_by`` names the person who decided, where one did. Weights are None of nothing: a pair that was decided
    and is no longer compared is not a link.
    """

    left: Entry
    right: Entry
    band: Band
    why: str
    probability: float
    reasons: str
    decided_by: str | None = None


@attrs.frozen
class Linkage:
    """Two lists, linked. ``links`` has every pair that was compared, in the order of the lists; a pair that is not
    among them has nothing in common. ``lost`` counts decisions on pairs that are no longer there.
    """

    left: PeopleList
    right: PeopleList
    thresholds: Thresholds
    links: tuple[Link, ...]
    lost: int

    @property
    def counts(self) -> Mapping[Band, int]:
        """How many pairs are in each band."""
        found = Counter(one.band for one in self.links)
        return {each: found[each] for each in Band}

    def of(self, *bands: Band) -> tuple[Link, ...]:
        """The pairs of some bands."""
        return tuple(one for one in self.links if one.band in bands)

    def write(self, directory: Path | str, *, force: bool = False) -> None:
        """Write ``links.csv``, ``review.csv`` and ``linkage.json`` into a directory that only its owner can read.

        Raises:
            RequestError: something stands there already.
        """
        place = Place(Path(directory), LINKAGE, force)
        place.check()
        told = {
            "kind": LINKAGE.kind,
            "notice": _NOTICE,
            "thresholds": attrs.asdict(self.thresholds),
            "left": len(self.left.entries),
            "right": len(self.right.entries),
            "unread_birth_dates": [len(self.left.unread_birth_dates), len(self.right.unread_birth_dates)],
            "pairs": {each.value: count for each, count in self.counts.items()},
            "decisions_lost": self.lost,
            "files": sorted([LINKAGE.marker, "links.csv", "review.csv"]),
        }
        with place.filled() as made:
            harmless(_links(self.of(Band.SAME))).write_csv(made / "links.csv")
            harmless(_reviews(self.links)).write_csv(made / "review.csv")
            (made / LINKAGE.marker).write_text(json_text(told), encoding="utf-8")


def link(
    left: PeopleList, right: PeopleList, *, review: Review | None = None, thresholds: Thresholds | None = None
) -> Linkage:
    """Link two lists of people. The same lists, decisions and thresholds give the same links.

    Args:
        left: one list.
        right: the other.
        review: what a person decided before, which goes before any score.
        thresholds: of the bands.

    Raises:
        RequestError: the extra ``linkage`` is not installed.
    """
    review, thresholds = review or Review(), thresholds or Thresholds()
    links: list[Link] = []
    for pair in score(left.entries, right.entries):
        one, other = left.entries[pair.left], right.entries[pair.right]
        found, why = band(pair, thresholds)
        decided = review.decisions.get((one.key, other.key))
        if decided is not None:
            found, why = decided.band, "decided by a person"
        by = None if decided is None else decided.by
        links.append(Link(one, other, found, why, pair.probability, pair.reasons, by))
    seen = {(one.left.key, one.right.key) for one in links}
    return Linkage(left, right, thresholds, tuple(_apart(links)), len(review.decisions.keys() - seen))


def _apart(links: Sequence[Link]) -> Iterator[Link]:
    """The links, but where they would join people of two state ids: there what rests on no state id is for review."""
    heads: dict[tuple[str, int], tuple[str, int]] = {}

    def head(of: tuple[str, int]) -> tuple[str, int]:
        while (above := heads.get(of, of)) != of:
            of = above
        return of

    for one in links:
        if one.band is Band.SAME:
            heads[head(("right", one.right.line))] = head(("left", one.left.line))
    ids: dict[tuple[str, int], set[str]] = defaultdict(set)
    for one in links:
        for side, entry in (("left", one.left), ("right", one.right)):
            if entry.state_id is not None:
                ids[head((side, entry.line))].add(entry.state_id)
    for one in links:
        sure = one.left.state_id is not None and one.left.state_id == one.right.state_id
        if (
            one.band is Band.SAME
            and one.decided_by is None
            and not sure
            and len(ids[head(("left", one.left.line))]) > 1
        ):
            yield attrs.evolve(one, band=Band.REVIEW, why="it would join people of several state ids")
        else:
            yield one


def _links(links: Sequence[Link]) -> pl.DataFrame:
    schema = {
        **dict.fromkeys(("left_line", "right_line"), pl.Int64()),
        **dict.fromkeys(("band", "why"), pl.String()),
        "probability": pl.Float64(),
        **dict.fromkeys(("reasons", "decided_by", "left_key", "right_key"), pl.String()),
    }
    rows = [
        (
            *(one.left.line, one.right.line, one.band.value, one.why, round(one.probability, 6), one.reasons),
            *(one.decided_by, one.left.key, one.right.key),
        )
        for one in links
    ]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _reviews(links: Sequence[Link]) -> pl.DataFrame:
    """What a person is to decide, and what one has decided, so that the file may be given again as it is."""
    asked = [one for one in links if one.band is Band.REVIEW or one.decided_by is not None]
    asked.sort(key=lambda one: (-round(one.probability, 6), one.left.line, one.right.line))
    frame = _links(asked).drop("decided_by")
    decisions = [one.band.value if one.decided_by is not None else None for one in asked]
    sides = {
        f"{side}_{name}": [_shown(getattr(getattr(one, side), name)) for one in asked]
        for name in COLUMNS
        for side in ("left", "right")
    }
    return frame.with_columns(
        *(pl.Series(name, values, pl.String()) for name, values in sides.items()),
        pl.Series("decision", decisions, pl.String()),
        pl.Series("decided_by", [one.decided_by for one in asked], pl.String()),
    )


def _shown(value: object) -> str | None:
    return None if value is None else str(value)
