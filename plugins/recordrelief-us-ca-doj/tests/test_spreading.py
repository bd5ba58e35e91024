"""Research files read in parts: the records of a file read whole, wherever its pieces and its partitions end."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from research_rows import arrest, court, write

from recordrelief.errors import RequestError, SourceError
from recordrelief.formats.spreading import Cuts
from recordrelief.pseudonyms import Pseudonyms
from recordrelief.records import Records
from recordrelief.rescreening import ids_behind
from recordrelief.tables import TABLES
from recordrelief_us_ca_doj import reader
from recordrelief_us_ca_doj.generate import generate_extract
from recordrelief_us_ca_doj.layout import COLUMNS
from recordrelief_us_ca_doj.lines import is_record
from recordrelief_us_ca_doj.spreading import DojSpreading


def in_parts(paths: Sequence[Path], place: Path, parts: int, piece_bytes: int) -> list[Records]:
    """The partitions of some files; that they say the same of the files as reading them whole does is checked."""
    spreading = DojSpreading.of(paths, piece_bytes)
    cuts = Cuts.of_sample(spreading.sample(), parts)
    told, directories = [], []
    for piece in range(spreading.pieces):
        directory = place / f"{piece}"
        directory.mkdir(parents=True)
        told.append(spreading.spread(piece, cuts, directory))
        directories.append(directory)
    found = [spreading.partition(part, cuts, told, directories) for part in range(cuts.parts)]
    aside = pl.concat([one.quarantine for one in found])
    counts = dict(aside.group_by(pl.col("source_file").cast(pl.String)).len().iter_rows())
    whole = reader.read(paths)
    hashes = {one.path: one.sha256 for one in whole.sources}
    assert spreading.sources(told, counts, hashes) == whole.sources
    return found


def plain(frame: pl.DataFrame) -> pl.DataFrame:
    """A frame in an order of its own, without codes."""
    frame = frame.with_columns(pl.col(pl.Categorical).cast(pl.String))
    return frame.sort([name for name in frame.columns if not frame.schema[name].is_nested()])


def same(found: Sequence[Records], whole: Records) -> None:
    for name in TABLES:
        if name != "issues":
            together = pl.concat([one.table(name) for one in found], how="diagonal")
            assert_frame_equal(plain(together.select(whole.table(name).columns)), plain(whole.table(name)))
    assert {str(one.coverage) for one in found} == {str(whole.coverage)}
    people = [set(one.subjects["subject_id"]) for one in found]
    assert sum(map(len, people)) == len(set().union(*people))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("made") / "made.dat"
    generate_extract(90, 5, path)
    return path


@pytest.mark.parametrize("parts", [1, 3, 11])
@pytest.mark.parametrize("piece_bytes", [2_000, 40_000, 10_000_000])
def test_a_sound_file(made: Path, tmp_path: Path, parts: int, piece_bytes: int) -> None:
    same(in_parts([made], tmp_path, parts, piece_bytes), reader.read([made]))


def damaged(person: str) -> str:
    """A row that has one column too many."""
    return ",".join("" if name != "SUBJECT_ID" else person for name in COLUMNS) + ","


DAMAGE = (
    "7,short line",
    '"open,and never closed' + "," * 94,
    "",
    "\0" + "," * 94,
    '"' + "," * 94 + '"\n' + "," * 94,
    damaged("--"),
    damaged(" S07 "),
    damaged("S03"),
)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 120), st.sampled_from(DAMAGE)), min_size=1, max_size=8),
    st.integers(1, 6),
    st.integers(900, 30_000),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
def test_a_damaged_file_wherever_its_pieces_end(
    tmp_path_factory: pytest.TempPathFactory,
    damage: list[tuple[int, str]],
    parts: int,
    piece_bytes: int,
    end: str,
    header: bool,
) -> None:
    place = tmp_path_factory.mktemp("damaged")
    chance = random.Random(1)
    people = [chance.choice(["--", "S07 ", f"S{chance.randrange(30):02}"]) for _ in range(130)]
    source = write(
        place / "plain.csv",
        (
            (arrest if chance.random() < 0.3 else court)(
                SUBJECT_ID=person,
                CNT_ORDER=f"{chance.randrange(1, 4)}01001001000".zfill(12),
                COMMENT_TEXT=chance.choice(["", 'SAID "NO", TWICE', "TWO\nLINES"]),
            )
            for person in people
        ),
    )
    lines = source.read_text(encoding="utf-8").split("\n")
    for at, text in damage:
        lines.insert(1 + at, text)
    path = place / "damaged.csv"
    path.write_bytes(end.join(lines if header else lines[1:]).encode())
    same(in_parts([path], place / "pieces", parts, piece_bytes), reader.read([path]))


def test_one_person_over_two_files_of_one_name(made: Path, tmp_path: Path) -> None:
    lines = made.read_bytes().split(b"\n")
    cut = next(at for at in range(len(lines) // 2, len(lines)) if is_record(lines[at]))
    halves = []
    for number, half in enumerate((lines[:cut], [lines[0], *lines[cut:]])):
        halves.append(tmp_path / f"half-{number}" / "extract.dat")
        halves[-1].parent.mkdir()
        halves[-1].write_bytes(b"\n".join(half))
    same(in_parts(halves, tmp_path / "pieces", 4, 9_000), reader.read(halves))


def test_some_people_are_found_in_one_pass(made: Path) -> None:
    whole = reader.read([made])
    ids = whole.subjects["subject_id"].unique().sort().to_list()[5:9]
    same([DojSpreading.of([made], 5_000).people(ids)], whole.of_subjects(ids))


def test_people_behind_pseudonyms_are_found_in_one_pass(made: Path, tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(bytes(range(40)))
    pseudonyms = Pseudonyms.of_file(tmp_path / "key")
    ids = reader.read([made]).subjects["subject_id"].sort()[3:40:9].to_list()
    wanted = [pseudonyms.of("person", one) for one in ids]
    spreading = DojSpreading.of([made], 3_000)
    assert spreading.pieces > 3
    assert ids_behind([*wanted, "person-nobody"], spreading, pseudonyms) == ids


@pytest.mark.parametrize("parts", [1, 2])
def test_more_rows_than_one_person_has_are_set_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, parts: int
) -> None:
    monkeypatch.setattr(reader, "MOST_ROWS", 20)
    many = [court(SUBJECT_ID="S5", CNT_ORDER=f"{n:03}001001000", PRI_NAME=f"NAME {n}") for n in range(1, 31)]
    blank = [court(SUBJECT_ID=" ", CNT_ORDER=f"{n:03}001001000") for n in range(1, 26)]
    path = write(tmp_path / "many.csv", [court(SUBJECT_ID="S1"), *many, *blank, court(SUBJECT_ID="S9")])
    whole = reader.read([path])
    assert sorted(whole.subjects["subject_id"]) == ["S1", "S9"]
    codes = dict(whole.quarantine.group_by("code").len().iter_rows())
    assert codes == {"SUBJECT_OUTSIZED": 30, "SUBJECT_BLANK": 25}
    assert set(whole.quarantine.filter(code="SUBJECT_OUTSIZED")["subject_id"]) == {"S5"}
    assert whole.sources[0].rows == 57 and whole.sources[0].quarantined == 55
    same(in_parts([path], tmp_path / "pieces", parts, 4_000), whole)


def test_a_file_without_one_good_row_and_a_file_given_twice(made: Path, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(",".join(COLUMNS) + "\nonly,three,cells\n" * 3, encoding="utf-8")
    spreading = DojSpreading.of([path], 10)
    assert spreading.sample().is_empty()
    (tmp_path / "piece").mkdir()
    told = [spreading.spread(0, Cuts(()), tmp_path / "piece")]
    with pytest.raises(SourceError, match="No row of the file"):
        spreading.sources(told, {}, {str(path): "0"})
    copy = tmp_path / "copy.dat"
    copy.write_bytes(made.read_bytes())
    with pytest.raises(RequestError, match="same content"):
        DojSpreading.of([made, copy])


@pytest.mark.parametrize("parts", [1, 3])
def test_a_damaged_row_names_whom_a_good_row_of_that_id_names(tmp_path: Path, parts: int) -> None:
    people = ["--", " S2", *(f"S{number}" for number in range(3, 9))]
    path = write(tmp_path / "named.csv", [court(SUBJECT_ID=person) for person in people])
    with path.open("a", encoding="utf-8") as stream:
        stream.writelines(damaged(person) + "\n" for person in ("--", "S2", "  S5 ", "S99"))
    whole = reader.read([path])
    told = whole.quarantine.filter(pl.col("code") != "SUBJECT_BLANK")
    assert told["subject_id"].to_list() == [None, "S2", "S5", None]
    assert whole.quarantined_without_subject() == 3
    same(in_parts([path], tmp_path / "pieces", parts, 500), whole)
