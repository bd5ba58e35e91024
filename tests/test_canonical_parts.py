"""Canonical tables read in parts: the rows of tables read at once, however dirty they are, wherever the parts end."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import attrs
import polars as pl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from recordrelief import records
from recordrelief.formats.canonical import Canonical, CanonicalSpreading, write_canonical
from recordrelief.formats.spreading import Cuts
from recordrelief.model import Coverage
from recordrelief.records import Records
from recordrelief.tables import TABLES, dtypes

PEOPLE = ("A", "B", "C", "D", "E", "F")
Tables = dict[str, list[dict[str, Any]]]


def ids(*values: str) -> st.SearchStrategy[str | None]:
    return st.one_of(st.sampled_from(values), st.sampled_from(values), st.none())


def rows_of(most: int, **columns: st.SearchStrategy[Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    reading = st.sampled_from([0, 0, 0, 0, 1, None])
    return st.lists(st.fixed_dictionaries({"alternative": reading, **columns}), max_size=most)


def days(name: str) -> dict[str, st.SearchStrategy[Any]]:
    day = st.sampled_from([None, date(2010, 1, 1), date(2012, 1, 1)])
    return {name: day, f"{name}_latest": day}


def tables_of(people: Sequence[str], charges: Sequence[str], named: Sequence[str]) -> st.SearchStrategy[Tables]:
    """Tables of some people, with anything wrong in them; terms and reliefs may name charges of others, or nobody's."""
    subject, mark = ids(*people), people[0]
    cases, terms = (f"{mark}-case-1", f"{mark}-case-2"), (f"{mark}-term-1", f"{mark}-term-2", f"{mark}-term-3")
    return st.fixed_dictionaries(
        {
            "subjects": rows_of(6, subject_id=subject, **days("birth_date")),
            "cases": rows_of(5, case_id=ids(*cases), subject_id=subject, **days("filed_date")),
            "charges": rows_of(10, charge_id=ids(*charges), subject_id=subject, **days("disposition_date")),
            "sentences": rows_of(8, sentence_id=ids(*terms), charge_id=ids(*named), **days("imposed_date")),
            "reliefs": rows_of(5, charge_id=ids(*named), **days("relief_date")),
            "events": rows_of(4, subject_id=subject, **days("event_date")),
            "quarantine": st.lists(
                st.fixed_dictionaries({"subject_id": subject, "code": st.just("X"), "reason": st.just("lost")}),
                max_size=3,
            ),
        }
    )


FIRST, SECOND = [f"a{number}" for number in range(5)], [f"g{number}" for number in range(3)]
ONE = tables_of(PEOPLE, FIRST, [*FIRST, "z1", "a1x"])
OTHER = tables_of(("G", "H"), SECOND, [*SECOND, "a0", "z1"])


def written(directory: Path, tables: Tables, chance: Random) -> Path:
    """A directory of canonical tables whose rows nobody checked, in any order."""
    frames = {}
    line = 0
    for name in TABLES:
        types = {column: dtype for column, dtype in dtypes(name).items()}
        given = tables.get(name, [])
        chance.shuffle(given)
        numbered = [{"source_file": "f.csv", "source_line": line + at, **row} for at, row in enumerate(given)]
        line += len(given)
        frames[name] = pl.DataFrame(
            [{column: row.get(column) for column in types} for row in numbered], schema=types, orient="row"
        )
    directory.mkdir()
    write_canonical(Records(**frames, coverage=Coverage()), directory)
    for name, frame in frames.items():
        frame.write_parquet(directory / f"{name}.parquet")
    return directory


def in_parts(paths: Sequence[Path], cuts: Cuts, place: Path) -> list[Records]:
    spreading = CanonicalSpreading.of(paths)
    directories = [place / str(piece) for piece in range(spreading.pieces)]
    for directory in directories:
        directory.mkdir()
    told = [spreading.spread(piece, cuts, directory) for piece, directory in enumerate(directories)]
    told = json.loads(json.dumps(told))
    return [spreading.partition(part, cuts, told, directories) for part in range(cuts.parts)]


def plain(name: str, read: Records) -> pl.DataFrame:
    """A table in an order of its own; terms and reliefs of nobody's charges are left out: nothing is asked of them."""
    frame = read.table(name)
    if name in ("sentences", "reliefs"):
        frame = frame.join(read.charges, on=["charge_id", "alternative"], how="semi")
    frame = frame.with_columns(pl.col(pl.Categorical).cast(pl.String))
    return frame.sort([column for column in frame.columns if not frame.schema[column].is_nested()])


def same(found: Sequence[Records], whole: Records) -> None:
    for name in TABLES:
        if name != "issues":
            together = pl.concat([plain(name, one) for one in found])
            by = [column for column in together.columns if not together.schema[column].is_nested()]
            assert_frame_equal(together.sort(by), plain(name, whole))


def reversed_ids(shown: pl.Series) -> pl.Series:
    """Names by which people come in another order."""
    return shown.replace_strict(dict(zip("ABCDEFGH", "72618354", strict=True)), default="9", return_dtype=pl.String)


@settings(max_examples=60, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(
    ONE,
    st.one_of(st.none(), OTHER),
    st.sets(st.sampled_from("BCDEFGH"), max_size=4),
    st.booleans(),
    st.sampled_from([3, 20_000]),
    st.randoms(use_true_random=False),
)
def test_dirty_tables_in_parts_are_the_tables_at_once(
    tmp_path_factory: pytest.TempPathFactory,
    one: Tables,
    other: Tables | None,
    ends: set[str],
    named: bool,
    most: int,
    chance: Random,
) -> None:
    place = tmp_path_factory.mktemp("dirty")
    paths = [written(place / "one", one, chance)]
    if other is not None:
        paths.append(written(place / "other", other, chance))
    cuts = Cuts(tuple(sorted(ends)))
    if named:
        cuts = Cuts(tuple(sorted(str(ord(end) - ord("A")) for end in ends)), reversed_ids)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "MOST_CHARGES", most)
        whole = Canonical().read(paths)
        same(in_parts(paths, cuts, place), whole)
        people = ["A", "D", "G"]
        same([CanonicalSpreading.of(paths).people(people)], attrs.evolve(whole).of_subjects(people))
