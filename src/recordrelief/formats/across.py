"""What the partitions of canonical tables must know of each other, so that each is read as all of them at once are.

A row is judged by its table: a key that stands twice is nobody's. So what stands in several partitions is found before
any is read, holding of every row no more than a number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import attrs
import polars as pl

from recordrelief import records
from recordrelief.tables import KEY_OF

_WHOSE = {"cases": "subject_id", "charges": "subject_id", "sentences": "charge_id"}
"""By which column the rows of a table fall to partitions, where its keys may stand in several."""
_LOW = 28
"""Of the number of a row, how many bits tell whose it is; the others are of its key."""
_SLICE = 1 << 22
"""How many numbers are compared at a time."""
_OF_CHARGES = ("sentences", "reliefs")
_OF_PEOPLE = ("cases", "charges", "events", "quarantine")


@attrs.frozen(eq=False)
class Across:
    """What is known of all partitions.

    ``heavy`` are people with more charges than one person has; ``orphans`` the charges that terms and reliefs name and
    that nobody has; ``strays`` the people who have rows but none among the subjects. ``shared`` has of cases, charges
    and sentences the keys that stand in several partitions, ``owners`` of charges in several whose the first row is.
    """

    heavy: pl.Series
    orphans: pl.Series
    strays: pl.Series
    shared: Mapping[str, pl.DataFrame]
    owners: pl.DataFrame

    @classmethod
    def of(cls, tables: Mapping[str, Sequence[pl.LazyFrame]], *, strays: bool) -> Across:
        """That of tables, each of one directory or of several.

        Args:
            tables: the canonical tables, not yet read.
            strays: whether to look for people who are not among the subjects.
        """
        of = {name: pl.concat(frames, how="diagonal") if frames[1:] else frames[0] for name, frames in tables.items()}
        heavy = _heavy(of["charges"])
        none = pl.Series(dtype=pl.String)
        shared = {name: _shared(name, _counted(name, of, heavy)) for name in _WHOSE}
        return cls(
            heavy=heavy,
            orphans=_lacking([of[name] for name in _OF_CHARGES], of["charges"], "charge_id"),
            strays=_lacking([of[name] for name in _OF_PEOPLE], of["subjects"], "subject_id") if strays else none,
            shared={name: _twice(rows, [KEY_OF[name], "alternative"]) for name, rows in shared.items()},
            owners=_twice(shared["charges"], ["charge_id"]).rename({"owner": "subject_id"}),
        )

    def write(self, directory: Path) -> None:
        """Write it into a directory, as :meth:`written` reads it."""
        for name in ("heavy", "orphans", "strays"):
            getattr(self, name).alias(name).to_frame().write_parquet(directory / f"{name}.parquet")
        for name, frame in self.shared.items():
            frame.write_parquet(directory / f"shared-{name}.parquet")
        self.owners.write_parquet(directory / "owners.parquet")

    @classmethod
    def written(cls, directory: Path) -> Across:
        """That which stands in a directory."""
        ids = {name: pl.read_parquet(directory / f"{name}.parquet")[name] for name in ("heavy", "orphans", "strays")}
        shared = {name: pl.read_parquet(directory / f"shared-{name}.parquet") for name in _WHOSE}
        return cls(shared=shared, owners=pl.read_parquet(directory / "owners.parquet"), **ids)


def _heavy(charges: pl.LazyFrame) -> pl.Series:
    """The people with more charges than one person has."""
    told, mark = charges.drop_nulls("subject_id"), pl.col("subject_id").hash()
    marks = _marks(told, mark)
    many = marks.filter(marks == marks.shift(records.MOST_CHARGES))
    return records.outsized(
        charges.filter(pl.col("subject_id").is_in(_values(told, mark, many, "subject_id").implode()))
    )


def _shared(name: str, rows: pl.LazyFrame) -> pl.DataFrame:
    """The rows of a table whose key is that of rows in another partition: their key, reading, and whose each is."""
    key, whose = KEY_OF[name], pl.col(_WHOSE[name])
    mark = pl.col(key).hash()
    if name != "charges":  # whose a charge is, is asked without its reading
        mark = mark.xor(pl.col("alternative").cast(pl.UInt64).fill_null(1 << 20) * 2**_LOW)
    high = mark // 2**_LOW
    marks = _marks(rows, high * 2**_LOW + whose.hash() // 2 ** (64 - _LOW))
    several = pl.concat([_several(marks.slice(at, _SLICE + 1)) for at in range(0, marks.len() or 1, _SLICE)]).unique()
    # Without any, nothing is read but what the columns are.
    found = rows.filter(high.is_in(several.implode())) if several.len() else rows.limit(0)
    found = found.select(key, "alternative", whose.alias("owner"))
    return found.collect(engine="streaming")


def _several(marks: pl.Series) -> pl.Series:
    """Of numbers in order, the keys that two different ones next to each other have."""
    before = marks.shift(1)
    keys: pl.Series = marks // 2**_LOW
    return keys.filter((marks != before) & (keys == before // 2**_LOW))


def _twice(rows: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """The keys that stand in several partitions, with the owner of the first row of each."""
    owner = pl.col("owner")
    each = rows.group_by(keys, maintain_order=True).agg(owner.n_unique().alias("owners"), owner.drop_nulls().first())
    return each.filter(pl.col("owners") > 1).drop("owners")


def _counted(name: str, of: Mapping[str, pl.LazyFrame], heavy: pl.Series) -> pl.LazyFrame:
    """The rows of a table that are left once people with too many charges are set aside."""
    if heavy.is_empty():
        return of[name]
    theirs = pl.col("subject_id").is_in(heavy.implode()).fill_null(False)
    if _WHOSE[name] == "subject_id":
        return of[name].filter(~theirs)
    gone = of["charges"].filter(theirs).select("charge_id").unique()
    left = of["charges"].filter(~theirs).select("charge_id")
    ids = gone.join(left, on="charge_id", how="anti").collect(engine="streaming")["charge_id"]
    return of[name].filter(~pl.col("charge_id").is_in(ids.implode()).fill_null(False))


def _lacking(tables: Sequence[pl.LazyFrame], known: pl.LazyFrame, column: str) -> pl.Series:
    """The values of a column that do not stand in the same column of another table."""
    mark = pl.col(column).hash()
    there = _marks(known.drop_nulls(column), mark)
    found = [pl.Series(column, dtype=pl.String)]
    for frame in tables:
        told = frame.drop_nulls(column)
        marks = _marks(told, mark)
        lacking = [_apart(marks.slice(at, _SLICE), there) for at in range(0, marks.len() or 1, _SLICE)]
        found.append(_values(told, mark, pl.concat(lacking), column))
    return pl.concat(found).unique().sort()


def _apart(marks: pl.Series, there: pl.Series) -> pl.Series:
    """Of numbers in order those that are not among others, in order too."""
    if there.is_empty():
        return marks
    nearest = there.gather(there.search_sorted(marks).clip(upper_bound=there.len() - 1))
    return marks.filter(marks != nearest)


def _values(frame: pl.LazyFrame, mark: pl.Expr, marks: pl.Series, column: str) -> pl.Series:
    """The values of a column in the rows of which a number is among some."""
    if marks.is_empty():
        return pl.Series(column, dtype=pl.String)
    rows = frame.filter(mark.is_in(marks.unique().implode()))
    return rows.select(pl.col(column).unique()).collect(engine="streaming")[column]


def _marks(frame: pl.LazyFrame, mark: pl.Expr) -> pl.Series:
    """A number for each row, in order."""
    return frame.select(mark.alias("mark")).collect(engine="streaming")["mark"].sort()
