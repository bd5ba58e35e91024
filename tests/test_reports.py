"""The report of a run: every number by its own query, none that tells of few, and a page that anybody can read."""

from __future__ import annotations

import importlib.util
import json
import re
import sqlite3
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from datetime import date, timedelta
from html.parser import HTMLParser
from importlib.util import find_spec
from itertools import pairwise, product
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up import COUNTY, LAW, ROWS, extract

from recordrelief import RequestError
from recordrelief.cli import main
from recordrelief.comparison import CHANGES
from recordrelief.comparison import COLUMNS as CHANGED
from recordrelief.errors import SourceFaults
from recordrelief.judgment import DETERMINATIONS, STATUSES
from recordrelief.ledger import Event, Ledger, Recorder, Stage
from recordrelief.model import Charge, Subject
from recordrelief.model import Relief as Granted
from recordrelief.particulars import CHARGES, PEOPLE, charges_of
from recordrelief.placing import json_text
from recordrelief.plugins import installed, load
from recordrelief.records import Records
from recordrelief.reports import FIGURES, Report, read_directory, report, uptake, years_to_clear
from recordrelief.reports.comparing import COMPARED, WORDS, Compared, report_comparison
from recordrelief.reports.figures import Figure, Shape, computed
from recordrelief.reports.help_directory import HelpDirectory, Office, Reach
from recordrelief.reports.law import effects_of
from recordrelief.reports.making import write_csv
from recordrelief.reports.page import HEADS
from recordrelief.reports.relations import Cell, Numbers, between_figures
from recordrelief.reports.standing import Source, read_source, views
from recordrelief.reports.suppression import hidden_cells
from recordrelief.reports.tables import Table, gaps_of, hidden
from recordrelief.reports.waiting import WAITING, ledger_views, waiting_of
from recordrelief.runs import RunRequest, StoredRun, run

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "examples" / "us-ca-doj" / "extract.csv"
AS_OF = date(2024, 2, 29)
drawn = pytest.mark.skipif(
    any(find_spec(name) is None for name in ("altair", "jinja2", "vl_convert")), reason="the extra reports is not there"
)


# The gap


def test_the_published_figures_of_connecticut_come_out() -> None:
    assert round(years_to_clear(360_000, 626) or 0) == 575
    assert round(years_to_clear(277_000, 626) or 0, 1) == 442.5


def test_uptake_is_of_those_who_had_or_may_have_relief() -> None:
    assert uptake(30, 970) == 0.03
    assert uptake(0, 5) == 0
    assert uptake(0, 0) is None


def test_without_a_rate_the_gap_never_closes_and_an_empty_one_is_closed() -> None:
    assert years_to_clear(5, 0) is None
    assert years_to_clear(0, 0) == 0


# Small numbers


@st.composite
def tables(draw: st.DrawFn) -> list[list[int]]:
    """Rows of parts with their total behind them, and a row of totals under them."""
    columns = draw(st.integers(1, 4))
    rows = draw(st.lists(st.lists(st.integers(0, 14), min_size=columns, max_size=columns), min_size=1, max_size=4))
    rows.append([sum(column) for column in zip(*rows, strict=True)])
    return [[*row, sum(row)] for row in rows]


Place = tuple[int, int]
Name = TypeVar("Name", bound=Hashable)


def _sums(numbers: Sequence[Sequence[int]]) -> list[dict[Place, int]]:
    """The parts of each row less their total, and the rows of each column less the last."""
    height, width = len(numbers), len(numbers[0])
    across = [{(y, x): -1 if x == width - 1 else 1 for x in range(width)} for y in range(height)]
    down = [{(y, x): -1 if y == height - 1 else 1 for y in range(height)} for x in range(width)]
    return [*across, *down]


def _hidden(numbers: Sequence[Sequence[int]], threshold: int) -> frozenset[Place]:
    values = {(y, x): number for y, row in enumerate(numbers) for x, number in enumerate(row)}
    return hidden_cells(values, _sums(numbers), threshold)


def _settled(away: Collection[Name], sums: Sequence[Mapping[Name, int]]) -> set[Name]:
    """Hidden numbers that sums settle, if numbers may be anything: by what the sums leave free of what is hidden."""
    places = list(away)
    if not places:
        return set()
    system = np.array([[float(one.get(place, 0)) for place in places] for one in sums] or [[0.0] * len(places)])
    _, sizes, ways = np.linalg.svd(system)
    free = ways[np.count_nonzero(sizes > 1e-9) :]  # how the hidden numbers may change together
    return {place for place, moves in zip(places, free.T, strict=True) if not np.any(np.abs(moves) > 1e-9)}


@settings(max_examples=200)
@given(tables(), st.integers(1, 12))
def test_no_small_number_of_a_table_is_shown_or_can_be_computed(numbers: list[list[int]], threshold: int) -> None:
    away = _hidden(numbers, threshold)
    few = {(y, x) for y, row in enumerate(numbers) for x, number in enumerate(row) if _few(number, threshold)}
    assert few <= away
    assert not few & _settled(away, _sums(numbers))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(1, 3), min_size=2, max_size=2), min_size=2, max_size=2), st.integers(2, 4))
def test_what_is_hidden_has_another_answer_of_numbers_above_nought(rows: list[list[int]], threshold: int) -> None:
    """By trying every other number: it is not enough that sums leave room if only one way fits numbers from one."""
    numbers = [[*row, sum(row)] for row in rows]
    numbers.append([sum(column) for column in zip(*numbers, strict=True)])
    away = _hidden(numbers, threshold)
    inner = [(y, x) for y, x in product(range(2), range(2)) if (y, x) in away]
    fitting: list[list[list[int]]] = []
    for guess in product(range(1, 8), repeat=len(inner)):
        tried = dict(zip(inner, guess, strict=True))
        whole = [[tried.get((y, x), rows[y][x]) for x in range(2)] for y in range(2)]
        whole = [[*row, sum(row)] for row in whole]
        whole.append([sum(column) for column in zip(*whole, strict=True)])
        if all((y, x) in away or whole[y][x] == numbers[y][x] for y, x in product(range(3), range(3))):
            fitting.append(whole)
    for y, x in product(range(3), range(3)):
        if _few(numbers[y][x], threshold):
            assert len({whole[y][x] for whole in fitting}) > 1, (numbers, away, (y, x))


def _few(number: int, threshold: int) -> bool:
    return 0 < number < threshold


def test_noughts_are_shown_and_a_threshold_of_one_hides_nothing() -> None:
    assert not hidden_cells({"a": 0, "b": 40, "all": 40}, [{"a": 1, "b": 1, "all": -1}], 11)
    assert not hidden_cells({"a": 1, "b": 2, "all": 3}, [{"a": 1, "b": 1, "all": -1}], 1)


def test_a_number_is_hidden_beside_one_that_is_small() -> None:
    sums = [{"a": 1, "b": 1, "c": 1, "all": -1}]
    assert hidden_cells({"a": 5, "b": 40, "c": 90, "all": 135}, sums, 11) == {"a", "b"}
    assert hidden_cells({"a": 5, "b": 40, "c": 90, "all": 135}, sums, 11, frozenset({"b"})) == {"a", "c"}


def test_what_no_table_prints_is_hidden_too_where_a_difference_would_tell_it() -> None:
    assert len(hidden_cells({"all": 110, "left": 105}, [{"all": 1, "left": -1}], 11)) == 1
    assert not hidden_cells({"all": 110, "left": 99}, [{"all": 1, "left": -1}], 11)


def test_a_number_that_stands_in_two_tables_is_hidden_in_both() -> None:
    values = {"a": 5, "b": 40, "c": 50, "all": 95, "b again": 40}
    sums = [{"a": 1, "b": 1, "c": 1, "all": -1}, {"b": 1, "b again": -1}]
    assert hidden_cells(values, sums, 11) == {"a", "b", "b again"}


# Every number by its own query


def _frame(rows: Sequence[dict[str, Any]], columns: dict[str, tuple[pl.DataType, str]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={name: dtype for name, (dtype, _) in columns.items()}, orient="row")


DAYS = st.dates(date(1990, 1, 1), date(2030, 12, 31))
ANSWERS = st.fixed_dictionaries(
    {
        "status": st.sampled_from(STATUSES),
        "best": st.booleans(),
        "outcome": st.sampled_from([None, "dismissed", "misdemeanor", "sealed or felony", "infraction or misdemeanor"]),
        "eligible_on": st.none() | st.dates(AS_OF + timedelta(1), AS_OF + timedelta(1500)),
        "deciding": st.lists(st.sampled_from(["a.1", "a.2", "applies"]), min_size=1, max_size=3, unique=True),
    }
)
ONE_CHARGE = st.fixed_dictionaries(
    {
        "subject_id": st.sampled_from("pqrs"),
        "county": st.sampled_from([None, "North", "South"]),
        "citation": st.sampled_from([None, "XX 1", "XX 2"]),
        "level": st.sampled_from([None, "felony", "misdemeanor"]),
        "outcome": st.sampled_from([None, "convicted", "dismissed"]),
        "disposition_date": st.none() | DAYS,
        "conviction_date": st.none() | DAYS,
        "conviction_date_latest": st.none() | DAYS,
        "relief_date": st.none() | DAYS,
        "reliefs": st.sampled_from([0, 0, 0, 1]),
        "relief_leaves": st.sampled_from([None, None, "nothing", "misdemeanor"]),
        "answers": st.dictionaries(st.sampled_from(["r-1", "r-2", "r-3"]), ANSWERS, max_size=3),
    }
)
ONE_PERSON = st.fixed_dictionaries(
    {
        "birth_date": st.none() | st.dates(date(1930, 1, 1), date(2030, 12, 31)),
        "sex": st.sampled_from([None, "F", "M"]),
        "race": st.sampled_from([None, "A", "B"]),
        "ethnicity": st.sampled_from([None, "C"]),
        "deceased": st.sampled_from([None, True, False]),
    }
)


@st.composite
def stored(draw: st.DrawFn) -> dict[str, pl.DataFrame]:
    """The tables of a run of up to five people."""
    charges = draw(st.lists(ONE_CHARGE, max_size=8))
    people = [{"subject_id": id, "record": "0"} | draw(ONE_PERSON) for id in "pqrst"]
    answers = [
        {"subject_id": charge["subject_id"], "charge_id": str(number), "remedy": remedy} | answer
        for number, charge in enumerate(charges)
        for remedy, answer in sorted(charge["answers"].items())
    ]
    told = [{key: value for key, value in one.items() if key != "answers"} for one in charges]
    return {
        "charges": _frame([one | {"charge_id": str(number)} for number, one in enumerate(told)], CHARGES),
        "people": _frame(people, {"subject_id": (pl.String(), ""), "record": (pl.String(), ""), **PEOPLE}),
        "determinations": _frame(answers, DETERMINATIONS),
    }


def _stored(directory: Path, frames: dict[str, pl.DataFrame], remedies: tuple[str, ...], parts: bool) -> Source:
    for name, frame in frames.items():
        path = directory / f"{name}.parquet"
        if parts:
            path.mkdir()
            first = pl.col("subject_id") < "q"  # nobody stands in two parts
            frame.filter(first).write_parquet(path / "part-00000.parquet")
            frame.filter(~first).write_parquet(path / "part-00001.parquet")
        else:
            frame.write_parquet(path)
    effects = {"r-1": "nothing", "r-2": "misdemeanor", "r-3": "its level"}
    return Source(StoredRun(directory, {"as_of": AS_OF.isoformat()}), remedies, effects=effects)


def _agree(source: Source, directory: Path) -> None:
    """Every figure has the rows and columns that its query gives."""
    duckdb = pytest.importorskip("duckdb")
    with duckdb.connect() as database:
        database.execute(f"SET file_search_path = '{directory}'")
        for name, sql in views(source):
            database.execute(f"CREATE VIEW {name} AS {sql}")
        frames = computed(source, FIGURES)
        for figure in FIGURES:
            found, mine = database.execute(figure.query(source.as_of)), frames[figure.name]
            assert [column[0] for column in found.description] == mine.columns, figure.name
            assert sorted(found.fetchall(), key=repr) == sorted(mine.rows(), key=repr), figure.name


@settings(max_examples=40, deadline=None)
@given(stored(), st.sampled_from([(), ("r-1",), ("r-2", "r-3")]), st.booleans())
def test_every_number_is_what_its_query_gives(
    tmp_path_factory: pytest.TempPathFactory,
    frames: dict[str, pl.DataFrame],
    remedies: tuple[str, ...],
    parts: bool,
) -> None:
    directory = tmp_path_factory.mktemp("run")
    source = _stored(directory, frames, remedies, parts)
    _agree(source, directory)
    made = hidden(FIGURES, computed(source, FIGURES), 1)
    for table in made.values():
        if table.figure.shape in (Shape.PARTS, Shape.TABLE):
            assert all(sum(row[name] for name in table.counts[:-1]) == row["total"] for row in table.rows)
        if table.totals:
            assert all(sum(row[name] for row in table.rows) == table.totals[name] for name in table.counts)
    for row in made["gap"].rows:
        assert row["eligible"] <= row["eligible_high"]
        assert row["granted"] >= row["granted_high"]
    for row in made["relieved"].rows:
        assert row["freed"] + row["left"] == row["people"] == row["freed_high"] + row["left_high"]
        assert row["freed"] <= row["freed_high"]


@settings(max_examples=60, deadline=None)
@given(stored(), st.integers(2, 5), st.sampled_from([(), ("r-1",)]))
def test_no_number_under_the_threshold_is_shown_or_can_be_computed_from_all_tables_together(
    tmp_path_factory: pytest.TempPathFactory,
    frames: dict[str, pl.DataFrame],
    threshold: int,
    remedies: tuple[str, ...],
) -> None:
    source = _stored(tmp_path_factory.mktemp("run"), frames, remedies, False)
    found = computed(source, FIGURES)
    made = hidden(FIGURES, found, threshold, between_figures)
    for table in made.values():
        for row in table.rows:
            assert not any(_few(row[name] or 0, threshold) for name in table.counts), table.figure.name
        assert table.frame().null_count().sum_horizontal().item() == table.hidden
    numbers = Numbers(FIGURES, found)
    assert not _told(made, numbers, threshold)


def _one_charge_each(directory: Path, counties: Mapping[str, Mapping[str, int]]) -> Source:
    """People with one conviction each: by county, how many have which answer of the one remedy."""
    answers = [
        (county, word) for county, many in counties.items() for word, count in many.items() for _ in range(count)
    ]
    key = [{"subject_id": f"p{one}", "charge_id": f"c{one}"} for one in range(len(answers))]
    felony = {"level": "felony", "outcome": "convicted", "reliefs": 0}
    frames = {
        "charges": _frame(
            [mine | felony | {"county": county} for mine, (county, _) in zip(key, answers, strict=True)], CHARGES
        ),
        "people": _frame(
            [{"subject_id": mine["subject_id"]} for mine in key], {"subject_id": (pl.String(), ""), **PEOPLE}
        ),
        "determinations": _frame(
            [
                mine | {"remedy": "r-1", "status": word, "outcome": "dismissed", "best": True, "deciding": ["a.1"]}
                for mine, (_, word) in zip(key, answers, strict=True)
            ],
            DETERMINATIONS,
        ),
    }
    return _stored(directory, frames, (), False)


# What relief so far left


def _convicted(
    directory: Path, charges: Sequence[tuple[str | None, Mapping[str, str]]], remedies: tuple[str, ...] = ()
) -> dict[str, pl.DataFrame]:
    """The figures of one person: of each felony what its reliefs leave, and the answers by remedy."""
    key = [{"subject_id": "p", "charge_id": str(place)} for place in range(len(charges))]
    felony = {"level": "felony", "outcome": "convicted"}
    frames = {
        "charges": _frame(
            [
                mine | felony | {"relief_leaves": leaves, "reliefs": int("granted" in answers.values() or bool(leaves))}
                for mine, (leaves, answers) in zip(key, charges, strict=True)
            ],
            CHARGES,
        ),
        "people": _frame([{"subject_id": "p"}], {"subject_id": (pl.String(), ""), **PEOPLE}),
        "determinations": _frame(
            [
                mine | {"remedy": remedy, "status": word, "outcome": "dismissed", "best": True}
                for mine, (_, answers) in zip(key, charges, strict=True)
                for remedy, word in answers.items()
            ],
            DETERMINATIONS,
        ),
    }
    source = _stored(directory, frames, remedies, False)
    _agree(source, directory)
    return computed(source, FIGURES)


def _left(found: Mapping[str, pl.DataFrame], scale: str) -> dict[str, int]:
    return found["relieved"].row(by_predicate=pl.col("scale") == scale, named=True)


def test_a_reduction_leaves_a_conviction_and_a_dismissal_does_not(tmp_path: Path) -> None:
    """Effects: r-1 takes a conviction off, r-2 leaves a misdemeanor, r-3 its level."""
    dismissed = (None, {"r-1": "eligible"})
    for place, (felonies, convictions, one) in enumerate(
        [
            (1, 1, (None, {"r-2": "granted"})),
            (1, 1, ("misdemeanor", {})),
            (1, 0, (None, {"r-1": "granted"})),
            (1, 0, ("nothing", {})),
            (1, 0, (None, {"r-1": "granted", "r-2": "granted"})),
        ]
    ):
        directory = tmp_path / str(place)
        directory.mkdir()
        found = _convicted(directory, [one, dismissed])
        assert _left(found, "conviction")["left"] == convictions
        assert (_left(found, "felony")["people"], _left(found, "felony")["freed"]) == (felonies, 1)


@pytest.mark.parametrize("granted", ["r-3", "r-4"])
def test_relief_that_may_have_left_a_felony_does_not_free_anybody(tmp_path: Path, granted: str) -> None:
    found = _convicted(tmp_path, [(None, {granted: "granted"}), (None, {"r-1": "eligible"})])
    assert _left(found, "felony")["left"] == _left(found, "conviction")["left"] == 1


def test_a_charge_that_was_reduced_and_may_be_dismissed_is_eligible(tmp_path: Path) -> None:
    found = _convicted(tmp_path, [(None, {"r-2": "granted", "r-1": "eligible"})])
    charges, people = found["gap"].rows(named=True)
    for told in (charges, people):
        assert (told["granted"], told["eligible"]) == (0, 1)
    assert _left(found, "conviction") | {"scale": ""} == {
        "scale": "",
        "people": 1,
        "left": 0,
        "freed": 1,
        "left_high": 0,
        "freed_high": 1,
    }


@pytest.mark.parametrize(("granted", "high"), [("r-2", 1), ("r-1", 0), ("r-4", 0)])
def test_a_charge_with_relief_and_nothing_surely_open_is_granted(tmp_path: Path, granted: str, high: int) -> None:
    found = _convicted(tmp_path, [(None, {granted: "granted", "r-5": "undetermined"})])
    for told in found["gap"].rows(named=True):
        assert (told["granted"], told["eligible"], told["eligible_high"]) == (1, 0, high)


def test_what_reliefs_leave_is_read_from_the_record() -> None:
    reliefs = {
        "a": ({"kind": "reduced", "resulting_level": "misdemeanor"}, {"kind": "dismissed"}),
        "b": ({"kind": "reduced", "resulting_level": "misdemeanor"}, {"kind": "redesignated"}),
        "c": ({"kind": "automatic"},),
        "d": (),
    }
    person = Subject(
        subject_id="S",
        charges=tuple(
            Charge(charge_id=id, reliefs=tuple(Granted(**one) for one in mine)) for id, mine in reliefs.items()
        ),
    )
    frame = charges_of(Records.from_subjects([person]))
    assert dict(frame.select("charge_id", "relief_leaves").rows()) == {
        "a": "nothing",
        "b": "misdemeanor",
        "c": None,
        "d": None,
    }


def test_what_remedies_leave_is_read_from_the_law() -> None:
    known = installed()
    if "us-ca" not in known.statutes:
        pytest.skip("the pack for California is not installed")
    law = {"id": "us-ca", "version": known.statutes["us-ca"].version, "policy": None}
    effects = effects_of({"statutes": [law], "as_of": "2024-02-29"}, known)
    assert effects["pc-1203.4"] == effects["pc-1203.45"] == "nothing"
    assert effects["pc-1170.18"] == effects["hs-11361.8"] == "misdemeanor"
    assert effects["pc-4852.01"] == "its level"
    assert effects_of({"statutes": [law | {"version": "another"}], "as_of": "2024-02-29"}, known) == {}


# Small numbers, over all tables of a run


def test_counties_that_add_up_to_all_people_are_hidden_together(tmp_path: Path) -> None:
    source = _one_charge_each(
        tmp_path,
        {
            "ALAMEDA": {"eligible": 20, "granted": 5, "undetermined": 15},
            "KERN": {"eligible": 20, "granted": 20, "undetermined": 30},
        },
    )
    found = computed(source, FIGURES)
    made = hidden(FIGURES, found, 11, between_figures)
    alameda, kern = made["county_people"].rows
    assert alameda["granted"] is None
    assert None in (kern["granted"], made["standing_people"].rows[0]["granted"])
    assert not _told(made, Numbers(FIGURES, found), 11)


def test_what_is_hidden_is_told_by_no_other_table(tmp_path: Path) -> None:
    source = _one_charge_each(tmp_path, {"ALAMEDA": {"eligible": 60, "granted": 5, "undetermined": 45}})
    found = computed(source, FIGURES)
    made = hidden(FIGURES, found, 11, between_figures)
    numbers = Numbers(FIGURES, found)
    assert not _told(made, numbers, 11)
    # The same 60 or 45 people and charges stand in many tables: what is hidden once is hidden everywhere.
    for same in (60, 45):
        shown = {
            made[name].rows[numbers.rows[name].index(key)][column]
            for (name, key, column), number in numbers.values.items()
            if number == same and not (name == "relieved" and column in ("left", "freed_high", "freed"))
        }
        assert len(shown) == 1, same


def _told(made: Mapping[str, Table], numbers: Numbers, threshold: int) -> set[Cell]:
    """The small numbers that can be computed from all tables of a report together."""
    away = {
        (name, key, column)
        for name, table in made.items()
        for key, row in zip(numbers.rows[name], table.rows, strict=True)
        for column in table.counts
        if row[column] is None
    }
    few = {cell for cell, number in numbers.values.items() if _few(number, threshold)}
    sums = [one for one in _equations(numbers) if sum(times * numbers.values[cell] for cell, times in one.items()) == 0]
    return few & _settled(away, sums)


def _equations(numbers: Numbers) -> Iterator[dict[Cell, int]]:
    """What somebody who knows the definitions adds up, written out here again; those that hold are used."""
    standing = [name for name in numbers.columns["standing_people"] if name != "total"]
    for name, keys in numbers.rows.items():
        columns = numbers.columns[name]
        if "total" in columns:
            for key in keys:
                yield {(name, key, column): -1 if column == "total" else 1 for column in columns}
        other = "standing_people" if name.endswith("people") else "standing_charges"
        if set(standing) < set(columns):
            for column in columns:
                yield {(name, key, column): 1 for key in keys} | {(other, (), column): -1}
    for unit, word in product(("people", "charges"), standing):
        rows = numbers.rows[f"remedy_{unit}"]
        for key in rows if word != "none" else ():
            yield {(f"remedy_{unit}", key, word): 1, (f"standing_{unit}", (), word): -1}
    for word in ("granted", "eligible"):
        for unit in ("people", "charges"):
            yield {("gap", (unit,), word): 1, (f"standing_{unit}", (), word): -1}
            yield {("gap", (unit,), word): 1, ("gap", (unit,), f"{word}_high"): -1}
    for unit in ("people", "charges"):
        yield {("record", (), unit): 1, (f"standing_{unit}", (), "total"): -1}
        for figure, word in (("best_remedy", "eligible"), ("ahead", "eligible_later")):
            yield {(figure, key, unit): 1 for key in numbers.rows[figure]} | {(f"standing_{unit}", (), word): -1}
    for scale, bound in product(("felony", "conviction", "recent conviction"), ("", "_high")):
        left, freed = (("relieved", (scale,), word + bound) for word in ("left", "freed"))
        yield {left: 1, freed: 1, ("relieved", (scale,), "people"): -1}
        yield {left: 1, ("relieved", (scale,), "left"): -1}
    yield {("record", (), "people_convicted"): 1, ("relieved", ("conviction",), "people"): -1}


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example that is shipped, screened."""
    known = installed()
    if "us-ca" not in known.statutes or "us-ca-doj" not in known.formats:
        pytest.skip("the plugins for California are not installed")
    directory = tmp_path_factory.mktemp("example") / "run"
    run(RunRequest(inputs=[EXAMPLE], statutes="us-ca", as_of="2020-07-01", out=directory))
    return directory


@pytest.fixture(scope="module")
def made(example: Path) -> Report:
    return report(example, help_directory=ROOT / "examples" / "us-ca-doj" / "legal-help.toml")


def test_a_run_in_parts_has_the_same_report_as_the_run_made_at_once(
    tmp_path: Path, made: Report, example: Path
) -> None:
    tables = {name: pl.read_parquet(example / f"{name}.parquet") for name in ("determinations", "charges", "people")}
    middle = tables["people"]["subject_id"].sort()[tables["people"].height // 2]
    for name, frame in tables.items():
        (tmp_path / f"{name}.parquet").mkdir()
        for number, mine in enumerate((pl.col("subject_id") < middle, pl.col("subject_id") >= middle)):
            frame.filter(mine).write_parquet(tmp_path / f"{name}.parquet" / f"part-{number:05}.parquet")
    (tmp_path / "manifest.json").write_bytes((example / "manifest.json").read_bytes())
    assert {name: table.rows for name, table in report(tmp_path).tables.items()} == {
        name: table.rows for name, table in made.tables.items()
    }


@pytest.mark.parametrize("remedy", ["pc-1170.18", "pc-851.91"])
def test_a_report_on_one_remedy_tells_no_hidden_number(example: Path, remedy: str) -> None:
    source = read_source(example, [remedy])
    found = computed(source, FIGURES)
    made = hidden(FIGURES, found, 11, between_figures)
    assert made["standing_people"].hidden > 1
    assert not _told(made, Numbers(FIGURES, found), 11)


def test_the_numbers_of_the_example_are_what_their_queries_give(example: Path) -> None:
    _agree(read_source(example), example)
    _agree(read_source(example, ["hs-11361.8"]), example)


# What is written


class _Page(HTMLParser):
    """What of a page must be so that anybody can read it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.headings: list[int] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.fixture(scope="module")
def html(made: Report) -> str:
    return made.html()


@drawn
def test_the_page_is_accessible(html: str) -> None:
    page = _Page(html)
    assert page.headings.count(1) == 1 and page.headings[0] == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(page.headings))
    assert len(page.all("caption")) == len(page.all("table")) >= len(FIGURES) - 1
    assert all(one.get("scope") in ("row", "col") for one in page.all("th"))
    charts = [one for one in page.all("svg") if one.get("role") == "img"]
    assert len(charts) == len(page.all("svg")) > 8
    ids = {one["id"] for _, one in page.tags if "id" in one}
    for chart in charts:
        assert set((chart["aria-labelledby"] or "").split()) <= ids
    assert len(ids) == sum("id" in one for _, one in page.tags)
    assert {one["href"] for one in page.all("a")} <= {f"#{id}" for id in ids}
    assert page.all("html") == [{"lang": "en"}]


@drawn
def test_charts_keep_a_width_at_which_they_can_be_read_and_scroll_sideways(html: str) -> None:
    assert "min-width: min(var(--wide), 44rem)" in html
    charts = html.count("<svg ")
    assert charts > 8
    assert len(re.findall(r'<div class="scroll"[^>]*tabindex="0"><svg [^>]*style="--wide: [0-9.]+px"', html)) == charts


@drawn
def test_the_page_needs_nothing_from_anywhere(html: str) -> None:
    page = _Page(html)
    assert not page.all("script") and not page.all("link") and not page.all("img")
    assert not re.search(r"(?:src|href)=[\"']?(?:https?:)?//", html)
    assert not re.search(r"url\((?!#)", html)
    assert "A screening aid, not legal advice" in html
    assert len(html) < 3_000_000


@drawn
def test_the_same_run_gives_the_same_page(made: Report, html: str) -> None:
    assert made.html() == html


def _luminance(colour: str) -> float:
    digits = colour.removeprefix("#")
    digits = "".join(2 * one for one in digits) if len(digits) == 3 else digits
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@drawn
def test_texts_and_bars_stand_out_in_light_in_dark_and_on_paper(html: str) -> None:
    schemes = [dict(re.findall(r"--(\w+): (#\w+)", one)) for one in re.findall(r":root \{([^}]*)\}", html)]
    assert len(schemes) == 3
    for scheme in schemes:
        for ink, ground in product(("ink", "muted", "link"), ("paper", "soft")):
            assert _contrast(scheme[ink], scheme[ground]) >= 4.5, (ink, ground, scheme)
        for bar in ("first", "second"):
            assert _contrast(scheme[bar], scheme["paper"]) >= 3, (bar, scheme)


def test_json_and_csv_hold_the_same_and_hide_the_same(made: Report, tmp_path: Path) -> None:
    told = json.loads(json.dumps(made.json()))
    write_csv(made, tmp_path)
    assert told["schema"] == "recordrelief.report/1"
    for name, figure in told["figures"].items():
        assert figure["definition"] and figure["sql"]
        keys = {key: pl.String() for key in made.tables[name].figure.keys}
        types = {column: keys.get(column, pl.Int64()) for column in figure["columns"]}
        assert pl.read_csv(tmp_path / f"{name}.csv", schema=types).rows(named=True) == figure["rows"], name
    assert sum(figure["hidden"] for figure in told["figures"].values()) > 0


def test_every_column_has_a_heading(made: Report) -> None:
    shown = (table for table in made.tables.values() if table.figure.name != "gap")
    assert {name for table in shown for name in table.columns} <= set(HEADS)


@pytest.mark.parametrize("rate", [float("inf"), float("nan"), -1.0])
def test_a_rate_is_a_finite_number(example: Path, rate: float) -> None:
    with pytest.raises(RequestError, match="A rate is a finite number"):
        report(example, granted_per_year=rate)


def test_the_views_are_told_in_the_order_in_which_they_are_made(example: Path, made: Report) -> None:
    duckdb = pytest.importorskip("duckdb")
    told = json.loads(json_text(made.json()))
    with duckdb.connect() as database:
        database.execute(f"SET file_search_path = '{example}'")
        for view in told["views"]:
            database.execute(f"CREATE VIEW {view['name']} AS {view['sql']}")
        found = database.execute(told["figures"]["standing_people"]["sql"]).fetchall()
    assert found == [tuple(made.tables["standing_people"].rows[0].values())]


def test_a_rate_that_is_given_is_of_people_and_one_that_is_not_known_is_not_invented(example: Path) -> None:
    given = report(example, granted_per_year=50)
    assert {(gap.unit, gap.rate.per_year if gap.rate else None) for gap in given.gaps} == {
        ("people", 50),
        ("charges", None),
    }
    low = next(gap for gap in given.gaps if gap.unit == "people" and gap.bound == "low")
    assert low.years == low.eligible / 50
    row = {"unit": "people", "granted": 0, "eligible": 40, "granted_high": 0, "eligible_high": 40, "dated": 0}
    table = given.tables["gap"]
    bare = type(table)(figure=table.figure, columns=table.columns, rows=(row,))
    assert [gap.rate for gap in gaps_of(bare, None)] == [None, None]
    assert [(gap.never, gap.years) for gap in gaps_of(bare, 0)] == [(True, None)] * 2


# The directory of legal help


def test_counties_without_legal_help_are_marked(made: Report) -> None:
    told = made.json()
    assert "LOS ANGELES" not in told["counties_without_help"]
    assert "YOLO" in told["counties_without_help"]
    assert {"FEDERAL", "OUT OF STATE", "UNKNOWN"} <= set(told["no_counties"])
    assert not set(told["no_counties"]) & set(told["counties_without_help"])
    assert told["unmatched_help"] == []


def test_a_county_of_the_directory_that_the_run_does_not_have_is_told(tmp_path: Path, example: Path) -> None:
    path = tmp_path / "help.toml"
    offices = 'offices = [{name = "A clinic"}]'
    path.write_text(f'[county." los  Angeles"]\n{offices}\n[county.Los_Angelos]\n{offices}\n', encoding="utf-8")
    reach = report(example, help_directory=path).reach
    assert reach is not None
    assert reach.unmatched == ("Los_Angelos",)
    assert "LOS ANGELES" not in reach.without and "SAN DIEGO" in reach.without
    assert "Los_Angelos" in reach.sentences()[-1]


def test_without_codes_of_counties_every_county_counts() -> None:
    office = HelpDirectory({"north": (Office("A clinic"),)}, {"north": "NORTH"})
    assert office.held_against(["North", "South"], None) == Reach(("South",), (), ())
    assert office.held_against(["North", "South"], ["North"]) == Reach((), ("South",), ())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[county", "not TOML"),
        ("[counties.A]", "no key 'counties'"),
        ("[county.A]\noffice = []", "no key 'office'"),
        ('[county.A]\noffices = [{phone = "1"}]', "An office has a name"),
        ('[county.A]\noffices = "none"', "are a list"),
        ("[county.A]\noffices = []\n[county.a]\noffices = []", "twice"),
        ("county = 1", "A table is expected"),
    ],
)
def test_a_directory_that_is_wrong_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "help.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RequestError, match=re.escape(said)):
        read_directory(path)


# A ledger


STAGES = st.sampled_from([stage for stage in Stage if stage is not Stage.VOIDED])


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("abcd"), STAGES, st.integers(0, 40), st.sampled_from([None, "NORTH", "SOUTH"]))),
    st.lists(st.integers(0, 8), max_size=5),
)
def test_what_waits_is_what_its_query_gives(
    tmp_path_factory: pytest.TempPathFactory,
    told: list[tuple[str, Stage, int, str | None]],
    voided: list[int],
) -> None:
    path = tmp_path_factory.mktemp("ledger") / "relief.ledger"
    ledger, recorder = Ledger.create(path), Recorder("office", AS_OF)
    for case, stage, ago, county in told:
        event = Event("p", case, "r", stage, AS_OF - timedelta(ago), county=county, reason="so")
        ledger.add([event], recorder)
    for place in voided:
        events = ledger.events()
        if place < len(events):
            one = events[-1 - place].event
            void = Event("p", one.charge_id, "r", Stage.VOIDED, AS_OF, reason="not so", voids=one.id)
            with suppress(SourceFaults):  # this very event was voided itself
                ledger.add([void], recorder)
    day = AS_OF - timedelta(5)
    made = waiting_of(path, day, 1)
    with closing(sqlite3.connect(path)) as database:
        for name, sql in ledger_views(day):
            database.execute(f"CREATE TEMP VIEW {name} AS {sql}")
        for figure in WAITING:
            found = database.execute(figure.query(day))
            assert tuple(column[0] for column in found.description) == made.tables[figure.name].columns
            assert found.fetchall() == made.tables[figure.name].frame().rows(), figure.name


def _recorded(path: Path, counties: Mapping[str, int]) -> None:
    events = [
        Event("p", f"{county}{one}", "r", Stage.IDENTIFIED, AS_OF - timedelta(one), county=county)
        for county, many in counties.items()
        for one in range(many)
    ]
    Ledger.create(path).add(events, Recorder("office", AS_OF))


def test_few_cases_that_wait_are_hidden_with_their_age(tmp_path: Path) -> None:
    path = tmp_path / "relief.ledger"
    _recorded(path, {"NORTH": 30, "SOUTH": 5, "WEST": 20})
    made = waiting_of(path, None, 11)
    assert made.as_of == AS_OF
    rows = {row["county"]: (row["waiting"], row["days"]) for row in made.tables["waiting_counties"].rows}
    assert rows == {"NORTH": (30, 29), "SOUTH": (None, None), "WEST": (None, None)}
    assert made.tables["waiting_stages"].rows[0] == {
        "stage": "identified",
        "reached": 55,
        "missing": 0,
        "waiting": 55,
        "days": 29,
    }


@drawn
def test_a_report_tells_what_waits(tmp_path: Path, example: Path) -> None:
    path = tmp_path / "relief.ledger"
    _recorded(path, {"NORTH": 30, "SOUTH": 15})
    made = report(example, ledger=path)
    told = json.loads(json_text(made.json()))["ledger"]
    assert told["as_of"] == AS_OF.isoformat()
    assert told["figures"]["waiting_counties"]["rows"][0] == {
        "county": "NORTH",
        "stage": "identified",
        "waiting": 30,
        "days": 29,
    }
    page = made.html()
    assert 'id="waiting"' in page and "Days the oldest has waited" in page
    write_csv(made, tmp_path)
    assert (tmp_path / "waiting_stages.csv").exists()
    with pytest.raises(RequestError, match="and no ledger"):
        report(example, ledger_as_of=AS_OF)


# The command


@pytest.fixture
def command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., tuple[int, str]]]:
    """The command line, in a directory that holds a run of invented people."""
    monkeypatch.chdir(tmp_path)
    extract(tmp_path, *ROWS)
    run(
        RunRequest(inputs=["extract.csv"], statutes="xx", as_of="2020-07-01", out="run", plugins=(COUNTY, LAW)),
        plugins=load([COUNTY, LAW]),
    )

    def called(*arguments: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as left:
            main(["report", *arguments, "--plugin", str(COUNTY), "--plugin", str(LAW)])
        told = capfd.readouterr()
        return int(left.value.code or 0), told.out + told.err

    yield called


@drawn
def test_the_command_writes_a_page(command: Callable[..., tuple[int, str]]) -> None:
    code, told = command("run")
    assert (code, "Written to report.html" in told) == (0, True), told
    assert "A screening aid, not legal advice." in told
    assert Path("report.html").stat().st_mode & 0o077 == 0
    assert command("run")[0] == 2
    assert command("run", "--force")[0] == 0


def test_json_and_csv_alone_need_no_extra(command: Callable[..., tuple[int, str]]) -> None:
    code, told = command("run", "--json", "numbers.json", "--csv", "tables", "--threshold", "1")
    assert code == 0, told
    assert not Path("report.html").exists()
    figures = json.loads(Path("numbers.json").read_text(encoding="utf-8"))["figures"]
    assert figures["record"]["rows"][0]["charges"] == len(ROWS)
    assert (Path("tables") / "standing_people.csv").exists()
    assert command("run", "--csv", "tables", "--force")[0] == 0
    (Path("tables") / "mine.txt").touch()
    assert command("run", "--csv", "tables", "--force")[0] == 2


def test_a_run_of_before_is_asked_for_again(command: Callable[..., tuple[int, str]]) -> None:
    Path("run/charges.parquet").unlink()
    code, told = command("run", "--json", "numbers.json")
    assert code == 2
    assert "Run the screening again." in told


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nowhere",), "no finished run"),
        (("run", "--remedy", "xx-99"), "did not ask for the remedy"),
        (("run", "--directory", "no.toml"), "no.toml: "),
        (("run", "--granted-per-year", "inf"), "A rate is a finite number"),
    ],
)
def test_what_is_wrong_is_told(command: Callable[..., tuple[int, str]], arguments: tuple[str, ...], said: str) -> None:
    code, told = command(*arguments, "--json", "numbers.json")
    assert (code, said in told) == (2, True), told


def test_without_the_extra_the_page_is_refused(made: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recordrelief.reports.making.find_spec", lambda name: None)
    with pytest.raises(RequestError, match="extra 'reports'"):
        made.html()


# A comparison

ONE_CHANGE = st.fixed_dictionaries(
    {
        "subject_id": st.sampled_from("pqr"),
        "charge_id": st.sampled_from("12"),
        "case_id": st.sampled_from([None, "C", "D"]),
        "county": st.sampled_from([None, "North", "South"]),
        "remedy": st.sampled_from(["r-1", "r-2"]),
        "change": st.sampled_from(["gains", "loses", "stronger"]),
        "status_before": st.sampled_from(["eligible", "ineligible", "none"]),
        "status_after": st.sampled_from(["eligible", "undetermined"]),
        "grade_before": st.sampled_from([None, "automatic", "discretionary"]),
        "grade_after": st.sampled_from([None, "automatic", "mandatory"]),
    }
)


GAIN = {"remedy": "r-1", "change": "gains", "status_before": "none", "status_after": "eligible", "county": "North"}


def _compared(directory: Path, rows: Sequence[dict[str, Any]]) -> Compared:
    _frame(rows, CHANGED).write_parquet(directory / "changes.parquet")
    laws = {
        law: {"id": id, "eligible": {"charges": 40, "people": 30}} for law, id in (("before", "xx"), ("after", "yy"))
    }
    return Compared(directory, {"notice": "n", "as_of": "2024-02-29", **laws})


@settings(max_examples=30, deadline=None)
@given(st.lists(ONE_CHANGE, max_size=12), st.integers(1, 4))
def test_every_number_of_a_comparison_is_what_its_query_gives_and_small_ones_are_hidden(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]], threshold: int
) -> None:
    duckdb = pytest.importorskip("duckdb")
    directory = tmp_path_factory.mktemp("comparison")
    compared = _compared(directory, rows)
    with duckdb.connect() as database:
        database.execute(f"SET file_search_path = '{directory}'")
        for name, sql in compared.views:
            database.execute(f"CREATE VIEW {name} AS {sql}")
        for figure in COMPARED:
            found = database.execute(figure.sql)
            mine = figure.compute(compared)
            assert [column[0] for column in found.description] == mine.columns
            assert sorted(found.fetchall()) == sorted(mine.rows()), figure.name
    for table in report_comparison(compared, threshold=threshold).tables.values():
        assert not any(_few(row[name] or 0, threshold) for row in table.rows for name in table.counts)


def test_how_many_are_eligible_after_does_not_tell_how_many_gain(tmp_path: Path) -> None:
    compared = _compared(tmp_path, [GAIN | {"subject_id": str(one), "charge_id": str(one)} for one in range(5)])
    compared.manifest["after"]["eligible"] = {"charges": 45, "people": 35}
    for told in zip(
        *(law.values() for law in report_comparison(compared, threshold=11).eligible.values()), strict=True
    ):
        assert told.count(None) == 1


def test_who_needs_no_petition_does_not_tell_who_gains_under_another_remedy(tmp_path: Path) -> None:
    rows = [
        GAIN
        | {"subject_id": str(one), "charge_id": str(one), "remedy": "r-2" if one < 15 else "r-1"}
        | {"grade_after": "automatic" if one < 15 else "mandatory"}
        for one in range(20)
    ]
    tables = report_comparison(_compared(tmp_path, rows), threshold=11).tables
    by_remedy = {row["remedy"]: row["people"] for row in tables["change_remedies"].rows}
    gains, free = tables["change_totals"].rows[0]["people"], tables["no_petition"].rows[0]["people"]
    assert by_remedy["r-1"] is None
    assert gains is None or (by_remedy["r-2"] is None and free is None)


def test_a_petition_is_about_one_case(tmp_path: Path) -> None:
    mine = GAIN | {"subject_id": "p", "grade_after": "automatic"}
    cases = ("C", "C", "D", None, None)
    rows = [mine | {"charge_id": str(place), "case_id": case} for place, case in enumerate(cases)]
    rows.append(mine | {"subject_id": "q", "charge_id": "9", "case_id": "C"})
    (row,) = report_comparison(_compared(tmp_path, rows), threshold=1).tables["no_petition"].rows
    assert row == {"charges": 6, "people": 2, "petitions": 5}


def test_every_change_has_a_name() -> None:
    assert set(WORDS) == set(CHANGES)


@drawn
def test_a_comparison_is_reported_on_by_the_same_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    if "us-ca" not in installed().statutes:
        pytest.skip("the pack for California is not installed")
    monkeypatch.chdir(tmp_path)
    what_if = ROOT / "examples" / "what-if"
    asked = ["--statutes", "us-ca", "--amendment", str(what_if / "two_years.py"), "--as-of", "2026-06-01"]

    def called(*arguments: str) -> int:
        with pytest.raises(SystemExit) as left:
            main(arguments)
        return int(left.value.code or 0)

    assert called("compare", str(what_if / "people.yaml"), *asked, "--out", "two-years") == 0
    assert (
        called("report", "two-years", "--threshold", "1", "--csv", "tables", "--out", "r.html", "--json", "r.json") == 0
    )
    assert "A screening aid, not legal advice." in capfd.readouterr().out
    told = json.loads(Path("r.json").read_text(encoding="utf-8"))
    rows = told["figures"]["change_totals"]["rows"]
    assert rows == [
        {"change": "gains", "charges": 2, "people": 2},
        {"change": "sooner", "charges": 1, "people": 1},
    ]
    assert (Path("tables") / "no_petition.csv").exists()
    page = _Page(Path("r.html").read_text(encoding="utf-8"))
    assert page.headings.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(page.headings))
    assert len(page.all("caption")) == len(page.all("table")) == len(COMPARED)
    assert called("report", "two-years", "--granted-per-year", "5", "--json", "other.json") == 2


# The documentation


@pytest.fixture(scope="module")
def shown() -> str:
    """All that the documentation shows of the figures, as it is made for it."""
    there = importlib.util.spec_from_file_location("generated_figures", ROOT / "docs" / "generated.py")
    assert there is not None and there.loader is not None
    module = importlib.util.module_from_spec(there)
    there.loader.exec_module(module)
    return "\n".join(make() for name, make in module.PAGES.items() if name.startswith(("figures", "views")))


@pytest.mark.parametrize("figure", [*FIGURES, *COMPARED, *WAITING], ids=lambda figure: figure.name)
def test_every_figure_stands_in_the_documentation_with_its_query(figure: Figure, shown: str) -> None:
    assert f"`{figure.name}`, in {figure.unit}. {figure.definition}" in shown
    sql = figure.sql.replace("{as_of}", "getvariable('as_of')")
    assert "{" not in sql and f"{sql};" in shown


def test_every_view_stands_in_the_documentation(made: Report, shown: str) -> None:
    for name, _ in (*views(made.source), *ledger_views(AS_OF)):
        assert f"VIEW {name} AS" in shown
