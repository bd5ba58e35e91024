"""How well two lists of people are linked: invented people with known truth, and what lists do to them.

``python benchmarks/linkage.py [PEOPLE] [SEED]``. It needs the extra ``linkage``. The repository has every person once;
the court has some of them, some others, mistyped, swapped, without birth date or state id; among both are twins,
fathers and sons of one name, and namesakes of one birthday.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta

import attrs

from recordrelief.linkage import Band, Entry, PeopleList, link

_SYLLABLES = ("BA", "RO", "MEN", "TI", "LAS", "KO", "VER", "DU", "NEL", "SHA", "PIN", "GOR", "FEL", "WAY", "ZU", "HOL")
_LETTERS = "ABCDEFGHIJKLMNOPRSTUVWYZ"


def _names(rng: random.Random, many: int, parts: int) -> list[str]:
    return sorted({"".join(rng.choices(_SYLLABLES, k=rng.randint(2, parts))) for _ in range(many)})


def _often(rng: random.Random, names: list[str]) -> str:
    """Some names are far more frequent than others."""
    return names[int(len(names) * rng.random() ** 2.5)]


def people(many: int, rng: random.Random) -> list[Entry]:
    """Invented people. A twin, a father or a namesake follows some of them: another person."""
    family, given = _names(rng, max(many // 8, 50), 4), _names(rng, 250, 3)
    found: list[Entry] = []
    while len(found) < many:
        line = len(found) + 2
        born = date(1945, 1, 1) + timedelta(days=rng.randrange(60 * 365))
        person = Entry(
            line=line,
            state_id=f"S{line:07}",
            given=_often(rng, given),
            middle=_often(rng, given) if rng.random() < 0.6 else None,
            family=_often(rng, family),
            suffix=None,
            birth_date=born,
            case_number=f"{rng.randint(90, 125)}CR{rng.randrange(10**6):06}",
        )
        found.append(person)
        kind, other = rng.random(), attrs.evolve(person, line=line + 1, state_id=f"S{line + 1:07}")
        case = person.case_number if rng.random() < 0.3 else f"{rng.randint(90, 125)}CR{rng.randrange(10**6):06}"
        if kind < 0.02:  # a twin, sometimes with a name that differs little, sometimes in the same case
            name = _typo(rng, person.given or "") if rng.random() < 0.3 else _often(rng, given)
            found.append(attrs.evolve(other, given=name, middle=None, case_number=case))
        elif kind < 0.04:  # the father, sometimes in the same case
            older = born - timedelta(days=rng.randrange(18 * 365, 40 * 365))
            suffix = "SR" if rng.random() < 0.3 else None
            found.append(attrs.evolve(other, birth_date=older, suffix=suffix, case_number=case))
        elif kind < 0.045:  # a namesake of one birthday, in another case
            number = f"{rng.randint(90, 125)}CR{rng.randrange(10**6):06}"
            middle = person.middle if rng.random() < 0.05 else _often(rng, given)
            found.append(attrs.evolve(other, middle=middle, case_number=number))
    return found


def as_the_court_has_them(known: list[Entry], rng: random.Random) -> Iterator[tuple[Entry, int]]:
    """Rows of a court's list, each with the line of the person in the repository's."""
    line = 2
    for person in known:
        if rng.random() < 0.3:
            continue
        for _ in range(1 if rng.random() < 0.8 else 2):
            row = attrs.evolve(person, line=line, state_id=person.state_id if rng.random() < 0.15 else None)
            if rng.random() < 0.4:
                row = attrs.evolve(row, case_number=f"{rng.randint(90, 125)}CR{rng.randrange(10**6):06}")
            yield _spoilt(row, rng), person.line
            line += 1


def _spoilt(row: Entry, rng: random.Random) -> Entry:
    if rng.random() < 0.07:
        row = attrs.evolve(row, given=_typo(rng, row.given or ""))
    if rng.random() < 0.07:
        row = attrs.evolve(row, family=_typo(rng, row.family or ""))
    if rng.random() < 0.03:
        row = attrs.evolve(row, given=row.family, family=row.given)
    if row.middle is not None and (chance := rng.random()) < 0.7:
        row = attrs.evolve(row, middle=None if chance < 0.3 else row.middle[0])
    if row.birth_date is not None and (chance := rng.random()) < 0.13:
        row = attrs.evolve(row, birth_date=None if chance < 0.08 else _wrong(row.birth_date, rng))
    if row.case_number is not None and rng.random() < 0.03:
        row = attrs.evolve(row, case_number=_typo(rng, row.case_number))
    return row


def _wrong(day: date, rng: random.Random) -> date:
    if day.day <= 12 and rng.random() < 0.4:
        return date(day.year, day.day, day.month)
    return day.replace(year=day.year + rng.choice((-10, -1, 1, 10)), day=min(day.day, 28))


def _typo(rng: random.Random, text: str) -> str:
    place = rng.randrange(len(text))
    kind = rng.random()
    if kind < 0.4:
        return text[:place] + rng.choice(_LETTERS) + text[place + 1 :]
    if kind < 0.7:
        return text[:place] + text[place + 1 :] if len(text) > 1 else text
    return text[:place] + text[place : place + 2][::-1] + text[place + 2 :]


@attrs.frozen
class Measured:
    """How many pairs are there in truth, and how many of each band are of one person and of two."""

    true: int
    right: dict[Band, int]
    wrong: dict[Band, int]
    seconds: float


def measure(many: int, seed: int) -> Measured:
    """Link invented lists, and hold the bands against the truth."""
    rng = random.Random(seed)
    known = people(many, rng)
    rows = list(as_the_court_has_them(known, rng))
    truth = {(person, entry.line) for entry, person in rows}
    started = time.perf_counter()
    done = link(PeopleList("repository", tuple(known), ()), PeopleList("court", tuple(one for one, _ in rows), ()))
    seconds = time.perf_counter() - started
    right = {each: sum((one.left.line, one.right.line) in truth for one in done.of(each)) for each in Band}
    wrong = {each: len(done.of(each)) - right[each] for each in Band}
    return Measured(len(truth), right, wrong, seconds)


def main() -> None:
    many, seed = (
        (int(one) for one in [*sys.argv[1:], "10000", "7"][:2]) if len(sys.argv) != 2 else (int(sys.argv[1]), 7)
    )
    found = measure(many, seed)
    same, review = found.right[Band.SAME], found.right[Band.REVIEW]
    print(f"{many:,} people, seed {seed}: {found.true:,} true pairs, {found.seconds:.1f} s")
    print(
        f"same: {same + found.wrong[Band.SAME]:,} pairs, {found.wrong[Band.SAME]:,} wrong, "
        f"precision {same / max(same + found.wrong[Band.SAME], 1):.4f}, recall {same / found.true:.4f}"
    )
    print(f"review: {review + found.wrong[Band.REVIEW]:,} pairs, {review:,} of one person")
    print(f"same or review: recall {(same + review) / found.true:.4f}")


if __name__ == "__main__":
    main()
