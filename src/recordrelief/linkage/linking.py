"""Two lists of people linked: every pair with its band, its reasons, and what a person decided on it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import attrs
import polars as pl

from recordrelief.errors import RequestError
from recordrelief.linkage.bands import Band, Thresholds, band
from recordrelief.linkage.people import COLUMNS, Entry, PeopleList
from recordrelief.linkage.reviews import ANSWERS, Decision, Pair, Review, read_review
from recordrelief.linkage.scoring import score
from recordrelief.outputs.tables import harmless
from recordrelief.placing import Kind, Place, json_text

LINKAGE = Kind("recordrelief linkage", "linkage.json", "linkage")
LINKS, REVIEW = "links.csv", "review.csv"
_KEPT = "decided before; no pair of these lists"
_NOTICE = "A screening aid, not legal advice. A link may be wrong: look at the record before acting on it."


@attrs.frozen
class Link:
    """A pair of entries: its band and what put it there, the probability, and every comparison with its weight.

    ``decided_by`` names the person who decided, where one did.
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
    among them has nothing in common. ``review`` is what had been decided before.
    """

    left: PeopleList
    right: PeopleList
    thresholds: Thresholds
    links: tuple[Link, ...]
    review: Review

    @property
    def kept(self) -> Mapping[Pair, Decision]:
        """The decisions on pairs that are not among the links: a name was corrected, or a row is gone."""
        used = {self.review.known_as(one.left.key, one.right.key) for one in self.links if one.decided_by is not None}
        return {pair: decision for pair, decision in self.review.decisions.items() if pair not in used}

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
            RequestError: something stands there already, or a review with decisions that were not given.
        """
        place = Place(Path(directory), LINKAGE, force)
        place.check()
        self._check_given(place.final / REVIEW)
        told = {
            "kind": LINKAGE.kind,
            "notice": _NOTICE,
            "thresholds": attrs.asdict(self.thresholds),
            "left": len(self.left.entries),
            "right": len(self.right.entries),
            "unread_birth_dates": [len(self.left.unread_birth_dates), len(self.right.unread_birth_dates)],
            "pairs": {each.value: count for each, count in self.counts.items()},
            "decisions_kept": len(self.kept),
            "files": sorted([LINKAGE.marker, LINKS, REVIEW]),
        }
        with place.filled() as made:
            harmless(_links(self.of(Band.SAME))).write_csv(made / LINKS)
            harmless(_reviews(self.links, self.kept)).write_csv(made / REVIEW)
            (made / LINKAGE.marker).write_text(json_text(told), encoding="utf-8")

    def _check_given(self, file: Path) -> None:
        """Refuse to take the place of a review file in which somebody has decided what this linkage was not told."""
        if not file.is_file():
            return
        unknown = sum(self.review.known_as(*pair) is None for pair in read_review(file).decisions)
        if unknown:
            raise RequestError(
                "The review file there has decisions that would be lost.",
                where=str(file),
                found=f"{unknown:,} decisions that were not given",
                cure="Give the file with --review, or name a new directory.",
            )


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
        pair_known = review.known_as(one.key, other.key)
        by = None
        if pair_known is not None:
            decision = review.decisions[pair_known]
            found, by = decision.band, decision.by
            why = "a person was unsure" if found is Band.REVIEW else "decided by a person"
        links.append(Link(one, other, found, why, pair.probability, pair.reasons, by))
    return Linkage(left, right, thresholds, tuple(_apart(_once(links))), review)


def _once(links: Sequence[Link]) -> list[Link]:
    """The links without those that say less of the same two people.

    A person stands in a list once for each case. Where both rows tell whose they are, a pair of people is told once:
    by the likeliest of their rows, and by those on which somebody has decided.
    """
    best: dict[tuple[str, str], Link] = {}
    for one in links:
        if one.left.subject_id is not None and one.right.subject_id is not None:
            people = (one.left.subject_id, one.right.subject_id)
            if people not in best or _rank(one) < _rank(best[people]):
                best[people] = one
    kept = {id(one) for one in best.values()}

    def says_more(one: Link) -> bool:
        whole = one.left.subject_id is not None and one.right.subject_id is not None
        return not whole or one.decided_by is not None or id(one) in kept

    return [one for one in links if says_more(one)]


def _rank(link: Link) -> tuple[bool, int, float]:
    """What of the rows of two people comes first: what was decided, then the nearest band, then the likeliest."""
    return (link.decided_by is None, list(Band).index(link.band), -link.probability)


_Person = tuple[str, str | int]
"""The side, and whose row it is."""


def _apart(links: Sequence[Link]) -> Iterator[Link]:
    """The links, but where they would join people of two state ids: there what rests on no state id is for review."""
    heads: dict[_Person, _Person] = {}

    def head(of: _Person) -> _Person:
        while (above := heads.get(of, of)) != of:
            of = above
        return of

    for one in links:
        if one.band is Band.SAME:
            heads[head(("right", one.right.person))] = head(("left", one.left.person))
    ids: dict[_Person, set[str]] = defaultdict(set)
    for one in links:
        for side, entry in (("left", one.left), ("right", one.right)):
            if entry.state_id is not None:
                ids[head((side, entry.person))].add(entry.state_id)
    for one in links:
        sure = one.left.state_id is not None and one.left.state_id == one.right.state_id
        if (
            one.band is Band.SAME
            and one.decided_by is None
            and not sure
            and len(ids[head(("left", one.left.person))]) > 1
        ):
            yield attrs.evolve(one, band=Band.REVIEW, why="it would join people of several state ids")
        else:
            yield one


def _links(links: Sequence[Link]) -> pl.DataFrame:
    schema = {
        **dict.fromkeys(("left_line", "right_line"), pl.Int64()),
        **dict.fromkeys(("left_subject_id", "right_subject_id", "band", "why"), pl.String()),
        "probability": pl.Float64(),
        **dict.fromkeys(("reasons", "decided_by", "left_key", "right_key"), pl.String()),
    }
    rows = [
        (
            *(one.left.line, one.right.line, one.left.subject_id, one.right.subject_id, one.band.value, one.why),
            *(round(one.probability, 6), one.reasons, one.decided_by, one.left.key, one.right.key),
        )
        for one in links
    ]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _reviews(links: Sequence[Link], kept: Mapping[Pair, Decision]) -> pl.DataFrame:
    """What a person is to decide, and everything that one has decided, so that the file may be given again as it is.

    Decisions on pairs that are not there come last, without lines and band.
    """
    asked = [one for one in links if one.band is Band.REVIEW or one.decided_by is not None]
    asked.sort(key=lambda one: (-round(one.probability, 6), one.left.line, one.right.line))
    answer = {band: word for word, band in ANSWERS.items()}
    sides = {
        f"{side}_{name}": [_shown(getattr(getattr(one, side), name)) for one in asked]
        for name in COLUMNS
        for side in ("left", "right")
    }
    frame = (
        _links(asked)
        .drop("decided_by")
        .with_columns(
            *(pl.Series(name, values, pl.String()) for name, values in sides.items()),
            pl.Series(
                "decision", [answer[one.band] if one.decided_by is not None else None for one in asked], pl.String()
            ),
            pl.Series("decided_by", [one.decided_by for one in asked], pl.String()),
        )
    )
    shown = [name for name, dtype in frame.schema.items() if dtype == pl.String and name not in ("band", "why")]
    rows = [
        {name: decision.row.get(name) or None for name in shown}
        | {"left_key": left, "right_key": right, "why": _KEPT, "decision": decision.answer, "decided_by": decision.by}
        for (left, right), decision in sorted(kept.items())
    ]
    return pl.concat([frame, pl.DataFrame(rows, schema=frame.schema)])


def _shown(value: object) -> str | None:
    return None if value is None else str(value)
