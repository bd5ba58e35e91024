"""What holds between the numbers of a report, within a table and across tables: what must be hidden together.

Each relation is a sum of numbers, each taken so many times, that itself counts something: nought where two numbers are
the same, or where parts add up; else what is in one number and not in another. Rather one too many than one too few:
a relation that only happens to hold hides more than it must, one that is left out tells somebody's number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

import polars as pl

from recordrelief.reports.figures import Figure, Shape
from recordrelief.reports.standing import STANDINGS

Cell = tuple[str, tuple[str, ...], str]
"""A number: the figure, what names the row, the column."""
Relation = dict[Cell, int]

_BEST_FIRST = ("granted", "eligible", "eligible_later", "undetermined", "ineligible")
"""The answers of a remedy in the order in which a charge stands by them."""


class Numbers:
    """The numbers of computed figures, each by its :data:`Cell`."""

    def __init__(self, figures: Sequence[Figure], frames: Mapping[str, pl.DataFrame]) -> None:
        self.values: dict[Cell, int] = {}
        self.rows: dict[str, list[tuple[str, ...]]] = {}
        self.columns: dict[str, list[str]] = {}
        for figure in figures:
            frame = frames[figure.name]
            self.columns[figure.name] = figure.counts(frame.columns)
            self.rows[figure.name] = []
            for row in frame.iter_rows(named=True):
                key = tuple(row[name] for name in figure.keys)
                self.rows[figure.name].append(key)
                self.values |= {(figure.name, key, name): int(row[name]) for name in self.columns[figure.name]}

    def __contains__(self, cell: Cell) -> bool:
        return cell in self.values

    def column(self, figure: str, column: str) -> list[Cell]:
        """The numbers of a column."""
        return [(figure, key, column) for key in self.rows[figure]]


def less(one: Cell, *others: Cell) -> Relation:
    """A number less others."""
    return {one: 1, **dict.fromkeys(others, -1)}


def same(numbers: Numbers, one: Cell, other: Cell) -> Iterator[Relation]:
    """People and charges that are as many: then mostly each is one charge of one person, and one tells the other."""
    if numbers.values[one] == numbers.values[other]:
        yield less(one, other)


def added_up(figures: Sequence[Figure], numbers: Numbers) -> Iterator[Relation]:
    """The parts of rows, and the rows of columns, as the shape of each figure has it."""
    for figure in figures:
        name, columns = figure.name, numbers.columns[figure.name]
        if figure.shape in (Shape.PARTS, Shape.TABLE):
            parts = [column for column in columns if column != "total"]
            for key in numbers.rows[name]:
                yield less((name, key, "total"), *((name, key, part) for part in parts))
        for column in columns:
            other = (figure.of, column) if figure.of else figure.sums.get(column)
            if other is not None:
                yield less((other[0], (), other[1]), *numbers.column(name, column))


def between_figures(numbers: Numbers) -> Iterator[Relation]:
    """What the figures of a run have in common."""
    for some in (_record, _gap, _relieved, _remedies, _best, _missing, _counties, _people_and_charges):
        yield from some(numbers)


def _people(column: str) -> Cell:
    return ("standing_people", (), column)


def _charges(column: str) -> Cell:
    return ("standing_charges", (), column)


def _record(numbers: Numbers) -> Iterator[Relation]:
    def held(column: str) -> Cell:
        return ("record", (), column)

    yield less(held("people"), _people("total"))
    yield less(held("charges"), _charges("total"))
    yield less(held("people"), held("people_convicted"))
    yield less(held("people"), held("people_deceased"))
    yield less(held("charges"), held("convictions"))
    yield less(held("people_convicted"), ("relieved", ("conviction",), "people"))
    if numbers.values[held("people")] == numbers.values[held("people_convicted")]:
        # Then everybody for whom nothing is open, and nothing was granted, has a conviction left.
        left = ("relieved", ("conviction",), "left")
        yield less(left, *(_people(name) for name in ("eligible_later", "undetermined", "ineligible", "none")))


def _gap(numbers: Numbers) -> Iterator[Relation]:
    for unit, standing in (("people", _people), ("charges", _charges)):
        mine = {name: ("gap", (unit,), name) for name in numbers.columns["gap"]}
        yield less(mine["granted"], standing("granted"))
        yield less(mine["eligible"], standing("eligible"))
        yield less(mine["granted"], mine["granted_high"])
        yield less(mine["eligible_high"], mine["eligible"])
        yield less(mine["eligible_high"], mine["eligible"], standing("undetermined"))
        # Who opens later, and is open to what cannot be told; and who opens later, and is not.
        further = less(mine["eligible_high"], mine["eligible"], standing("undetermined"), mine["granted"])
        further[mine["granted_high"]] = 1
        yield further
        yield {standing("eligible_later"): 1} | {cell: -times for cell, times in further.items()}
        yield less(mine["granted"], mine["dated"])
        yield less(mine["granted"], mine["undated"])
        yield less(mine["granted"], mine["dated"], mine["undated"])


def _relieved(numbers: Numbers) -> Iterator[Relation]:
    def cell(scale: str, column: str) -> Cell:
        return ("relieved", (scale,), column)

    for (scale,) in numbers.rows["relieved"]:
        yield less(cell(scale, "people"), cell(scale, "left"), cell(scale, "freed"))
        yield less(cell(scale, "people"), cell(scale, "left_high"), cell(scale, "freed_high"))
        yield less(cell(scale, "left"), cell(scale, "left_high"))
        yield less(_people("eligible"), cell(scale, "freed"))
        yield less(("gap", ("people",), "eligible_high"), cell(scale, "freed_high"))
        if scale != "conviction":
            yield from (less(cell("conviction", name), cell(scale, name)) for name in ("people", "left", "left_high"))


def _remedies(numbers: Numbers) -> Iterator[Relation]:
    for key in numbers.rows["remedy_charges"]:
        for most in range(1, len(_BEST_FIRST) + 1):
            # Charges that stand so well, or better, and not by this remedy.
            better = {_charges(name): 1 for name in _BEST_FIRST[:most]}
            yield better | {("remedy_charges", key, name): -1 for name in _BEST_FIRST[:most]}
        for name in _BEST_FIRST:
            yield less(_charges(name), ("remedy_charges", key, name))
            yield less(_people(name), ("remedy_people", key, name))
        yield less(_people("eligible"), ("remedy_people", key, "eligible")) | {_people("granted"): 1}


def _best(numbers: Numbers) -> Iterator[Relation]:
    yield less(_people("eligible"), *numbers.column("best_remedy", "people"))
    for key in numbers.rows["best_remedy"]:
        yield less(_people("eligible"), ("best_remedy", key, "people"))
        for unit in ("people", "charges"):
            yield less((f"remedy_{unit}", key, "eligible"), ("best_remedy", key, unit))


def _missing(numbers: Numbers) -> Iterator[Relation]:
    for key in numbers.rows["missing"]:
        remedy = (key[0],)
        people, charges, alone = (("missing", key, name) for name in ("people", "charges", "people_alone"))
        yield less(people, alone)
        yield less(("remedy_people", remedy, "undetermined"), people)
        yield less(("remedy_charges", remedy, "undetermined"), charges)
        yield less(_people("undetermined"), people)
        yield less(_charges("undetermined"), charges)


def _counties(numbers: Numbers) -> Iterator[Relation]:
    # Where nobody has charges in two counties, the counties add up to all people.
    for name in numbers.columns["standing_people"]:
        yield less(_people(name), *numbers.column("county_people", name))


def _people_and_charges(numbers: Numbers) -> Iterator[Relation]:
    for name in numbers.columns["standing_people"]:
        yield from same(numbers, _people(name), _charges(name))
    yield from same(numbers, ("record", (), "people_convicted"), ("record", (), "convictions"))
    for name in numbers.columns["gap"]:
        yield from same(numbers, ("gap", ("people",), name), ("gap", ("charges",), name))
    for figure in ("best_remedy", "ahead", "missing"):
        for key in numbers.rows[figure]:
            yield from same(numbers, (figure, key, "people"), (figure, key, "charges"))
    for key, name in product(numbers.rows["county_people"], (*STANDINGS, "total")):
        yield from same(numbers, ("county_people", key, name), ("county_charges", key, name))
    for key, name in product(numbers.rows["remedy_people"], _BEST_FIRST):
        yield from same(numbers, ("remedy_people", key, name), ("remedy_charges", key, name))
