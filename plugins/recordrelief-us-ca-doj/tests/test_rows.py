"""The research file reader: sound files, and damaged ones that lose no more than their damaged lines."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from recordrelief.errors import RequestError, SourceError
from recordrelief_us_ca_doj import rows as rows_module
from recordrelief_us_ca_doj.layout import Layout
from recordrelief_us_ca_doj.lines import Recovered, recover
from recordrelief_us_ca_doj.rows import COLUMNS, ResearchFile, ResearchFiles

BAD = {"row": pl.UInt32, "source_line": pl.UInt32, "code": pl.String, "reason": pl.String, "claimed": pl.String}
Write = Callable[[bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_bytes(content: bytes, name: str = "extract.dat") -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write_bytes


def row(subject: str, **cells: str) -> list[str]:
    """One row: a subject id, a name with a comma, an end mark, blanks."""
    values = dict.fromkeys(COLUMNS, "  -  ")
    return list((values | {"SUBJECT_ID": subject, "PRI_NAME": "QUILL,ODA M", "END_OF_REC": "#"} | cells).values())


def text(rows: Sequence[Sequence[str]], header: Sequence[str] | None = COLUMNS, end: str = "\n") -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator=end)
    if header is not None:
        writer.writerow(header)
    writer.writerows(rows)
    return stream.getvalue().encode()


def line(subject: str, **cells: str) -> bytes:
    return text([row(subject, **cells)], header=None).rstrip(b"\n")


def subjects(file: ResearchFile) -> list[tuple[int, int, str]]:
    return file.frame(["SUBJECT_ID"]).rows()


def faults(file: ResearchFile) -> list[tuple[int, int, str, str | None]]:
    """What is set aside, with the person it names where a good row is of the same one."""
    good = set(file.frame(["SUBJECT_ID"])["SUBJECT_ID"])
    told = file.bad.select("row", "source_line", "code", "claimed").iter_rows()
    return [(*place, claimed if claimed in good else None) for *place, claimed in told]


ROWS = [row("70000001"), row("70000002", OFN=""), row("70000003", COMMENT_TEXT='SAYS "NO"')]


@pytest.fixture
def sound_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails when a file is read line by line; only its first line may be."""

    def first_line_only(lines: list[bytes], layout: Layout) -> Recovered:
        assert len(lines) <= layout.skip + 1, "the file was taken for a damaged one"
        return recover(lines, layout)

    monkeypatch.setattr(rows_module, "recover", first_line_only)


# Sound files


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("header", [None, COLUMNS, [*COLUMNS, ""], [c.lower() for c in COLUMNS]])
@pytest.mark.parametrize("final", [True, False])
@pytest.mark.usefixtures("sound_only")
def test_a_sound_file_is_read_whatever_its_endings_and_header(
    write: Write, end: str, bom: bytes, header: Sequence[str] | None, final: bool
) -> None:
    content = bom + text(ROWS, header, end)
    path = write(content if final else content.removesuffix(end.encode()))
    file = ResearchFile.open(path)
    first = 1 if header is None else 2
    frame = file.frame(COLUMNS)
    assert frame.schema == {"row": pl.UInt32, "source_line": pl.UInt32} | dict.fromkeys(COLUMNS, pl.String)
    assert [list(r[2:]) for r in frame.rows()] == ROWS
    assert frame["row"].to_list() == [0, 1, 2]
    assert frame["source_line"].to_list() == [first, first + 1, first + 2]
    assert (file.rows, file.encoding, file.header) == (3, "utf-8", header is not None)
    assert (file.name, file.path, file.size) == ("extract.dat", path, path.stat().st_size)
    assert file.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert file.bad.is_empty()
    assert file.bad.schema == BAD
    assert file.lines().rows() == [(at, text([r], None).decode().rstrip("\n")) for at, r in enumerate(ROWS)]
    assert file.lines().schema == {"row": pl.UInt32, "text": pl.String}


@pytest.mark.usefixtures("sound_only")
def test_a_quoted_header_is_a_header(write: Write) -> None:
    content = ",".join(f'"{c}"' for c in COLUMNS).encode() + b"\n" + text(ROWS, None)
    assert subjects(ResearchFile.open(write(content)))[0] == (0, 2, "70000001")


@pytest.mark.usefixtures("sound_only")
def test_columns_of_a_reordered_header_are_taken_by_name(write: Write) -> None:
    order = list(reversed(COLUMNS))
    file = ResearchFile.open(write(text([list(reversed(r)) for r in ROWS], order)))
    assert file.header
    assert [list(r) for r in file.frame(COLUMNS).select(COLUMNS).rows()] == ROWS


@pytest.mark.usefixtures("sound_only")
def test_the_frame_has_the_columns_in_the_order_asked_for(write: Write) -> None:
    file = ResearchFile.open(write(text(ROWS)))
    assert file.frame(["OFN", "SUBJECT_ID"]).columns == ["row", "source_line", "OFN", "SUBJECT_ID"]
    for _ in range(2):
        assert file.frame([]).rows() == [(0, 2), (1, 3), (2, 4)]
    assert ResearchFile.open(file.path).frame([]).height == 3
    assert file.frame(["END_OF_REC"])["END_OF_REC"].to_list() == ["#"] * 3


def test_an_unknown_column_is_refused_with_the_nearest(write: Write) -> None:
    with pytest.raises(RequestError, match="SUBJECT_ID"):
        ResearchFile.open(write(text(ROWS))).frame(["SUBJECTID"])


@pytest.mark.usefixtures("sound_only")
def test_a_header_alone_is_a_file_without_rows(write: Write) -> None:
    for content in (text([]), text([]).rstrip()):
        file = ResearchFile.open(write(content))
        assert (file.rows, file.frame(["OFN"]).shape, file.bad.height, file.lines().height) == (0, (0, 3), 0, 0)


@pytest.mark.usefixtures("sound_only")
def test_a_file_of_one_short_row_is_read(write: Write) -> None:
    content = b"," * 94 + b"#"
    assert ResearchFile.open(write(content)).frame(["SUBJECT_ID"]).rows() == [(0, 1, "")]


# Files that cannot be read


@pytest.mark.parametrize("content", [b"", b"\n\r\n  \n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(write: Write, content: bytes) -> None:
    with pytest.raises(SourceError, match="empty"):
        ResearchFile.open(write(content))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        ResearchFile.open(tmp_path / "nowhere.csv")


@pytest.mark.parametrize(
    "content", [b"\x1f\x8b\x08 packed", b"PK\x03\x04 packed", text(ROWS).decode().encode("utf-16-le"), b"\xff\xfeR\0"]
)
def test_a_file_that_is_not_text_is_refused(write: Write, content: bytes) -> None:
    with pytest.raises(SourceError, match="not a text file"):
        ResearchFile.open(write(content))


def test_unknown_and_missing_header_names_are_all_told(write: Write) -> None:
    header = ["OFENSE_DESCR" if c == "OFFENSE_DESCR" else "OFN" if c == "CYC_DATE" else c for c in COLUMNS]
    with pytest.raises(SourceError) as caught:
        ResearchFile.open(write(text(ROWS, header)))
    assert caught.value.found == "unknown 'OFENSE_DESCR'; missing CYC_DATE, OFFENSE_DESCR; repeated OFN"
    assert caught.value.cure is not None and "OFFENSE_DESCR" in caught.value.cure
    assert caught.value.where is not None and caught.value.where.endswith("line 1")


def test_a_header_with_a_name_too_few_is_refused(write: Write) -> None:
    with pytest.raises(SourceError, match="missing END_OF_REC"):
        ResearchFile.open(write(text([r[:-1] for r in ROWS], COLUMNS[:-1])))


@pytest.mark.parametrize("blank", [b"", b"\n"])
@pytest.mark.parametrize("columns", [1, 94, 96, 113])
def test_a_file_with_another_number_of_columns_is_refused(write: Write, columns: int, blank: bytes) -> None:
    with pytest.raises(SourceError) as caught:
        ResearchFile.open(write(text([]) + blank + text([(ROWS[0] * 2)[:columns]] * 9, None)))
    assert caught.value.found == f"{columns} columns"
    assert caught.value.where is not None and caught.value.where.endswith(f"line {2 + len(blank)}")


def test_two_files_with_the_same_content_are_refused(tmp_path: Path) -> None:
    paths = [tmp_path / "a.csv", tmp_path / "b.csv", tmp_path / "c.csv"]
    for path, content in zip(paths, (text(ROWS), text(ROWS[:1]), text(ROWS)), strict=True):
        path.write_bytes(content)
    assert [f.name for f in ResearchFiles.open(paths[:2]).files] == ["a.csv", "b.csv"]
    with pytest.raises(RequestError, match=r"a\.csv and .*c\.csv"):
        ResearchFiles.open(paths)
    with pytest.raises(RequestError):
        ResearchFiles.open([])


# Damaged lines


SHORT = b",".join(line("70000002").split(b",")[:60])
NUL = line("70000002", OFN="1\0002")
DAMAGED = {
    "short": (SHORT, "COLUMN_COUNT", "70000002"),
    "truncated before the end mark": (line("70000002")[:-2], "COLUMN_COUNT", "70000002"),
    "truncated inside the subject id": (b"  -  ,  -  ,7000000", "COLUMN_COUNT", None),
    "a comma too many": (line("70000002") + b",", "COLUMN_COUNT", "70000002"),
    "a column too many": (line("70000002") + b",#", "COLUMN_COUNT", "70000002"),
    "a far column too many": (line("70000002") + b",,,,X", "COLUMN_COUNT", "70000002"),
    "an unquoted comma": (line("70000002").replace(b'"', b""), "COLUMN_COUNT", "70000002"),
    "opening mark missing": (line("70000002").replace(b',"QUILL', b",QUILL"), "QUOTE_UNBALANCED", "70000002"),
    "mark in a field": (line("70000002", OFN='5"11').replace(b'"5""11"', b'5"11'), "QUOTE_UNBALANCED", "70000002"),
    "field never closed": (line("70000002").replace(b'M",', b"M,"), "QUOTE_UNBALANCED", "70000002"),
    "field opened at the end": (line("70000002")[:-1] + b'"', "QUOTE_UNBALANCED", "70000002"),
    "NUL": (NUL, "NUL_BYTE", "70000002"),
    "another subject": (b"  -  ,  -  ,79999999,  -", "COLUMN_COUNT", None),
}


@pytest.mark.parametrize("case", DAMAGED)
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_one_damaged_line_costs_one_line(write: Write, case: str, end: bytes) -> None:
    damaged, code, subject = DAMAGED[case]
    parts = [line(f"7000000{n}") for n in range(1, 7)]
    parts.insert(2, damaged)
    content = text([]).rstrip() + end + end.join(parts) + end
    file = ResearchFile.open(write(content))
    assert faults(file) == [(2, 4, code, subject)]
    assert [s[2][-1] for s in subjects(file)] == list("123456")
    assert [s[0] for s in subjects(file)] == [0, 1, 3, 4, 5, 6]
    assert [s[1] for s in subjects(file)] == [2, 3, 5, 6, 7, 8]
    assert file.rows == 7
    assert file.lines()["text"].to_list() == [p.decode() for p in parts]
    assert "7000" not in file.bad["reason"].item() and "QUILL" not in file.bad["reason"].item()


def test_a_damaged_line_may_be_the_first_or_the_last(write: Write) -> None:
    good = line("70000001")
    for parts, at in (([SHORT, good, good], 0), ([good, good, SHORT], 2), ([good, good, good[:-1] + b'"'], 2)):
        file = ResearchFile.open(write(b"\n".join(parts)))
        assert [f[:2] for f in faults(file)] == [(at, at + 1)]
        assert [s[0] for s in subjects(file)] == [n for n in range(3) if n != at]


def test_blank_lines_are_no_rows_but_count_as_lines(write: Write) -> None:
    parts = [b"", b"", *text([]).splitlines(), b"", line("70000001"), b"  ", b"", line("70000002"), b"\r", b""]
    file = ResearchFile.open(write(b"\n".join(parts)))
    assert subjects(file) == [(0, 5, "70000001"), (1, 8, "70000002")]
    assert (file.rows, file.bad.height, file.header) == (2, 0, True)


def test_a_quoted_field_may_go_over_several_lines(write: Write) -> None:
    comment = 'SEE, BELOW:\n\n"A"\nEND'
    content = text([row("70000001"), row("70000002", COMMENT_TEXT=comment), row("70000003")])
    file = ResearchFile.open(write(content))
    assert subjects(file) == [(0, 2, "70000001"), (1, 3, "70000002"), (2, 7, "70000003")]
    assert file.frame(["COMMENT_TEXT"])["COMMENT_TEXT"].to_list() == ["  -  ", comment, "  -  "]
    assert (file.rows, file.bad.height) == (3, 0)
    assert [t.count("\n") for t in file.lines()["text"]] == [0, 3, 0]


def test_a_quoted_field_that_goes_on_too_long_is_not_joined(write: Write) -> None:
    content = text([row("70000001"), row("70000002", COMMENT_TEXT="\n" * 40), row("70000003")])
    file = ResearchFile.open(write(content))
    assert [s[2] for s in subjects(file)] == ["70000001", "70000003"]
    assert [f[1] for f in faults(file)] == [3, 43]


def test_an_unclosed_field_never_swallows_a_sound_line(write: Write) -> None:
    damaged = line("70000002", COMMENT_TEXT="X").replace(b",X,", b',"X,')
    closing = line("70000004", COMMENT_TEXT="X").replace(b",X,", b',X",')
    for between in ([line("70000003")], [line("70000003").replace(b'"QUILL,ODA M"', b"QUILL")], [b"NO RECORD"]):
        content = b"\n".join([line("70000001"), damaged, *between, closing, line("70000005"), b""])
        file = ResearchFile.open(write(content))
        assert {"70000001", "70000005"} <= {s[2] for s in subjects(file)}
        if between != [b"NO RECORD"]:
            assert [s[1] for s in subjects(file)] == [1, 3, 5]
            assert [f[1] for f in faults(file)] == [2, 4]


def test_lines_in_another_encoding_are_read_as_cp1252(write: Write) -> None:
    parts = [
        line("70000001", PRI_NAME="MÜLLE,ZOË"),
        line("70000002", PRI_NAME="NIÑO€X").decode().encode("cp1252"),
        line("70000003", PRI_NAME="Y").replace(b",Y,", b",\x81,"),
    ]
    file = ResearchFile.open(write(b"\n".join(parts)))
    assert file.frame(["PRI_NAME"])["PRI_NAME"].to_list() == ["MÜLLE,ZOË", "NIÑO€X", "\x81"]
    assert (file.encoding, file.bad.height) == ("cp1252", 0)
    assert file.lines()["text"].to_list()[1] == line("70000002", PRI_NAME="NIÑO€X").decode()


def test_an_encoding_fault_is_seen_in_a_column_that_was_not_asked_for(write: Write) -> None:
    file = ResearchFile.open(write(line("70000001") + b"\n" + line("70000002", OFN="X").replace(b",X,", b",\xd1,")))
    assert file.frame(["SUBJECT_ID"]).height == 2
    assert file.encoding == "cp1252"


@pytest.mark.usefixtures("sound_only")
def test_valid_utf8_needs_no_care(write: Write) -> None:
    file = ResearchFile.open(write(text([row("70000001", PRI_NAME="MÜLLE,ZOË")])))
    assert file.frame(["PRI_NAME"])["PRI_NAME"].item() == "MÜLLE,ZOË"
    assert file.encoding == "utf-8"


def test_carriage_returns_inside_a_cell_are_kept(write: Write) -> None:
    parts = [line("70000001"), line("70000002", OFN="X").replace(b",X,", b",1\r,"), line("70000003", OFN="2\r\n3")]
    file = ResearchFile.open(write(b"\n".join(parts)))
    assert file.frame(["OFN"])["OFN"].to_list() == ["  -  ", "1\r", "2\r\n3"]


def test_marks_inside_a_cell_read_the_same_whether_their_column_is_asked_for_or_not(write: Write) -> None:
    parts = [
        line("70000001", OFN="X").replace(b",X,", b',"5"5,'),
        line("70000002", OFN="X").replace(b",X,", b',5"6"7,'),
        line("70000003", OFN="X").replace(b",X,", b',"5"6,7"8"9,'),
    ]
    path = write(b"\n".join([*parts, b""]))
    before = ResearchFile.open(path)
    assert (before.frame(["SUBJECT_ID"]).height, before.bad.height) == (2, 1)
    file = ResearchFile.open(write(b"\n".join([*parts[:2], b""])))
    assert (file.frame(["SUBJECT_ID"]).height, file.rows, file.bad.height) == (2, 2, 0)
    assert file.frame(["OFN"])["OFN"].to_list() == ["55", '5"6"7']
    assert (file.rows, file.bad.height) == (2, 0)


def test_a_line_with_the_separator_of_lines_is_kept_whole(write: Write) -> None:
    file = ResearchFile.open(write(text([row("70000001", OFN="1\x012"), row("70000002")])))
    assert file.frame(["OFN"])["OFN"].to_list() == ["1\x012", "  -  "]
    assert "1\x012" in file.lines()["text"][0]


def test_a_file_that_changes_while_it_is_read_is_refused(write: Write) -> None:
    path = write(text(ROWS))
    file = ResearchFile.open(path)
    file._digest._thread.join()
    object.__setattr__(file, "size", file.size + 1)
    with pytest.raises(SourceError, match="changed"):
        _ = file.sha256


def test_two_faults_that_would_fit_together_do_not_make_one_row_of_two(write: Write) -> None:
    parts = [line("70000001"), line("70000002").replace(b'M"', b"M"), line("70000003").replace(b'"QUILL', b"QUILL")]
    file = ResearchFile.open(write(b"\n".join(parts)))
    assert subjects(file) == [(0, 1, "70000001")]
    assert [f[1:3] for f in faults(file)] == [(2, "QUOTE_UNBALANCED"), (3, "QUOTE_UNBALANCED")]


# Both ways to read agree


CELL = st.lists(st.sampled_from(["A", "B7", " ", ",", '"', "\n", "\r\n", "-", "é", "'"]), max_size=4).map("".join)
GOOD = st.dictionaries(st.sampled_from([c for c in COLUMNS if c not in ("SUBJECT_ID", "END_OF_REC")]), CELL, max_size=5)
BROKEN = st.sampled_from(["short", "long", "never closed", "never opened"])


def _broken(kind: str, at: int) -> bytes:
    sound = line(f"{at:08}")
    if kind == "short":
        return sound.rsplit(b",", 1)[0]
    if kind == "long":
        return sound + b",X"
    return sound.replace(b'M"', b"M") if kind == "never closed" else sound.replace(b'"QUILL', b"QUILL")


@given(st.lists(st.one_of(GOOD, BROKEN), min_size=1, max_size=12), st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
def test_every_row_is_read_or_set_aside(tmp_path: Path, parts: list[dict[str, str] | str], header: bool) -> None:
    content = b""
    expected: list[tuple[int, int, list[str]]] = []
    for at, part in enumerate(parts):
        number = content.count(b"\n") + 1 + header
        if isinstance(part, str):
            content += _broken(part, at) + b"\n"
        else:
            cells = row(f"{at:08}", **part)
            expected.append((at, number, cells))
            content += text([cells], None)
    path = tmp_path / "random.csv"
    path.write_bytes((text([]) if header else b"") + content)
    if not expected:
        with pytest.raises(SourceError):
            ResearchFile.open(path)
        return
    file = ResearchFile.open(path)
    frame = file.frame(COLUMNS)
    assert [(r[0], r[1], list(r[2:])) for r in frame.rows()] == expected
    assert file.bad["row"].to_list() == [at for at, part in enumerate(parts) if isinstance(part, str)]
    assert file.rows == len(parts) == frame.height + file.bad.height
    good = file.lines().join(frame, on="row", how="semi")["text"]
    assert [next(csv.reader(io.StringIO(t, newline=""))) for t in good] == [cells for *_, cells in expected]


ODD_CELL = st.text(alphabet='A7 "-', max_size=70)


@given(st.lists(st.lists(ODD_CELL, min_size=95, max_size=95), min_size=1, max_size=4), st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100, deadline=None)
def test_both_ways_to_read_agree(tmp_path: Path, grid: list[list[str]], data: st.DataObject) -> None:
    raw = [",".join([*cells[:94], "#"]) for cells in grid]
    path = tmp_path / "raw.csv"
    path.write_text("\n".join(["," * 94 + "#", *raw, ""]), encoding="utf-8", newline="")
    columns = data.draw(st.lists(st.sampled_from(COLUMNS), max_size=3, unique=True))
    quick, careful = ResearchFile.open(path), ResearchFile.open(path)
    careful._recover()
    assert_frame_equal(quick.frame(columns), careful.frame(columns))
    assert_frame_equal(quick.bad, careful.bad)
    assert_frame_equal(quick.lines(), careful.lines())
    assert_frame_equal(quick.frame(COLUMNS), careful.frame(COLUMNS))


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_both_ways_agree_on_a_sound_file(write: Write, end: str) -> None:
    path = write(text([row(str(n), PRI_NAME=f"OTTER,{n}", OFN="x" * (n % 90)) for n in range(500)], end=end))
    quick, careful = ResearchFile.open(path), ResearchFile.open(path)
    careful._recover()
    assert quick._read_sound(COLUMNS) is not None
    assert_frame_equal(quick.frame(COLUMNS), careful.frame(COLUMNS))
    assert_frame_equal(quick.lines(), careful.lines())
    assert quick.rows == careful.rows == 500
