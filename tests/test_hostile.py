"""Inputs made to do harm, and those that are broken as files are: refused, or every row accounted for; never a crash.

What was found by feeding every parser with broken inputs (``tox -e fuzz``) stands here too, named for what it shows.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import time
import zipfile
from pathlib import Path

import polars as pl
import pytest
from made_up import COUNTY, LAW, ROWS, alone, extract  # noqa: F401

import recordrelief as rr
from recordrelief.corrections import read_corrections
from recordrelief.errors import PackError, RecordReliefError, RequestError, SourceError
from recordrelief.formats.canonical import write_canonical
from recordrelief.formats.mapping import MappedFormat, read_mapping
from recordrelief.manifests import counted, read_manifest
from recordrelief.person_files import read_people
from recordrelief.runs import RunRequest, run
from recordrelief.stored_runs import open_run
from recordrelief.toml_files import LARGEST, read_toml

MAPPING = """\
id = "larkspur"
title = "Larkspur County: counts"
record_scope = "case"

[coverage]
charges = "complete"

[files.counts]
KIND

[files.counts.subject]
key = ["person"]

[files.counts.charge]
key = ["docket"]
subject = ["person"]
jurisdiction = { constant = "us-ca" }
citation = { column = "offense", citation = ["PC", "HS"] }
conviction_date = { column = "day", date = ["%m/%d/%Y", "%Y-%m-%d"] }
"""
HEADER = "person,docket,offense,day"
ROW = "P1,C1,PC 459,2001-03-14"


def mapped(directory: Path, kind: str = 'kind = "csv"') -> MappedFormat:
    path = directory / "larkspur.toml"
    path.write_text(MAPPING.replace("KIND", kind), encoding="utf-8")
    return MappedFormat.from_file(path)


def read(format: MappedFormat, path: Path, content: bytes) -> rr.Records | None:
    """What is read, every row of it accounted for; None where the file is refused."""
    path.write_bytes(content)
    format.identify(path.name, content[:65_536])
    try:
        records = format.read([path])
    except RecordReliefError as error:
        assert error.what
        return None
    counted(records.quarantine, records.sources, format.id)
    return records


# --- TOML, YAML and JSON that people write


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"a = " + b"9" * 5_000, "number or a day"),
        (b"a = " + b"[" * 50_000 + b"]" * 50_000, "nested too deeply|not TOML"),
        (b"a = 2015-02-30", "number or a day|not TOML"),
        (b"\xff\xfea\x00", "not UTF-8"),
        ("a = 'x'".encode("utf-16-le"), "not TOML"),
        (b"a = '\xe9'", "not UTF-8"),
        (b"a = 1\x00", "not TOML"),
        (b"#" * (LARGEST + 1), "too large"),
    ],
    ids=["digits", "nesting", "no day", "UTF-16", "UTF-16 without its mark", "cp1252", "NUL", "size"],
)
def test_toml(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(content)
    for fault in (RequestError, PackError):
        with pytest.raises(fault, match=told):
            read_toml(path, "The file", fault=fault)
    with pytest.raises(RequestError):
        read_mapping(path)


def test_toml_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(b"\xef\xbb\xbfa = 1")
    assert read_toml(path, "The file") == {"a": 1}


def test_toml_that_is_a_directory_or_is_not_there(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.toml"):
        with pytest.raises(RequestError):
            read_toml(path, "The file")


def test_a_date_with_one_part_twice_is_no_format(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text(MAPPING.replace("KIND", "").replace("%Y-%m-%d", "%Y-%m-%m"), encoding="utf-8")
    with pytest.raises(RequestError, match="not the format of a date"):
        read_mapping(path)


_LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    "text",
    [
        _LAUGHS,
        "- &a {subject_id: x, charges: [" + ", ".join(["*a"] * 50) + "]}",
        "&a [*a]",
        "- &a\n  <<: *a\n  subject_id: 1\n",
        "[" * 20_000,
        "{a: " * 5_000,
        "- " * 20_000,
        "- subject_id: 1\n  birth_date: 9999-99-99\n",
        "- subject_id: 1\n  birth_date: 0000-01-01\n",
        "- subject_id: 1\n  names: !!python/object/apply:os.system [echo]\n",
        "- subject_id: 1\n  charges: [{value_cents: " + "9" * 5_000 + "}]\n",
        "a" * 2_000_000,
    ],
    ids=[
        *("aliases of aliases", "a person within itself", "a list within itself", "a mapping that takes itself over"),
        *("lists in lists", "mappings in mappings", "items in items", "no day", "year 0", "a tag that runs"),
        *("digits", "one long word"),
    ],
)
def test_yaml(text: str, tmp_path: Path) -> None:
    begun = time.process_time()
    with pytest.raises(RecordReliefError):
        read_people(text, "people.yaml")
    path = tmp_path / "c.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RecordReliefError):
        read_corrections([path])
    assert time.process_time() - begun < 20


# --- tables


@pytest.mark.parametrize(
    "content",
    [
        f"{HEADER}\n{ROW}\n".encode("utf-16"),
        f"{HEADER}\n{ROW}\n".encode("utf-16-le"),
        f"{HEADER}\n{ROW}\n".encode("cp037"),
        f"{HEADER}\n{ROW}\n".encode("utf-32"),
        f"{HEADER}\nP\x001,C1,PC 459,2001-03-14\n".encode(),
        f"{HEADER}\nP1,C1,PC 459,99999\nP2,C2,PC 459,9999-12-31\nP3,C3,PC 459,0000-00-00\n".encode(),
        f"{HEADER}\nP1,C1,PC 459,-0044-03-15\nP2,C2,PC 459,99/99/9999\n".encode(),
        f"{HEADER}\n,P1,C1,PC 459,2001-03-14\n{ROW}\n".encode(),
        f"{HEADER}\nC1,PC 459,2001-03-14,\n".encode(),
        (HEADER + "\n" + '"' * 99_999).encode(),
        (HEADER + "\n" + "x" * 20_000_000).encode(),
        (HEADER + "\r" + ROW).encode(),
        ("," * 300_000 + "\n").encode(),
        b"PK\x03\x04" + bytes(500),
        b"",
        b"\n" * 10_000,
    ],
    ids=[
        *("UTF-16", "UTF-16 without its mark", "EBCDIC", "UTF-32", "NUL", "days that are none", "days before Christ"),
        *("columns shifted right", "columns shifted left", "quotes", "a line of 20 MB", "a carriage return alone"),
        *("300,000 columns", "an archive named .csv", "nothing", "lines alone"),
    ],
)
def test_a_table(content: bytes, tmp_path: Path) -> None:
    records = read(mapped(tmp_path), tmp_path / "counts.csv", content)
    if records is not None:
        days = records.charges["conviction_date"].drop_nulls()
        assert days.is_empty() or all(1850 <= day.year < 2200 for day in days)


def test_a_workbook_that_inflates_a_thousandfold(tmp_path: Path) -> None:
    pytest.importorskip("fastexcel", reason="needs the extra excel")
    xlsxwriter = pytest.importorskip("xlsxwriter", reason="needs the extra excel")
    good = io.BytesIO()
    with xlsxwriter.Workbook(good, {"in_memory": True}) as book:
        book.add_worksheet().write_row(0, 0, HEADER.split(","))
    bomb = io.BytesIO()
    with zipfile.ZipFile(good) as read_from, zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as written:
        for name in read_from.namelist():
            content = read_from.read(name)
            if name.endswith("sheet1.xml"):
                content = content.replace(b"<sheetData>", b"<sheetData>" + b" " * (64 << 20))
            written.writestr(name, content)
    assert len(bomb.getvalue()) * 500 < 64 << 20
    read(mapped(tmp_path, 'kind = "excel"'), tmp_path / "counts.xlsx", bomb.getvalue())


def test_links_pipes_and_directories(tmp_path: Path) -> None:
    format = mapped(tmp_path)
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "loop.csv").symlink_to(tmp_path / "loop.csv")
    for name in ("folder.csv", "loop.csv", "none.csv"):
        with pytest.raises((RecordReliefError, OSError)):
            format.read([tmp_path / name])
    with pytest.raises(RequestError):
        rr.read(tmp_path / "loop.csv", format="person")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with a name")
def test_a_pipe_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    """Whoever opened it would wait for ever."""
    os.mkfifo(tmp_path / "counts.csv")
    with pytest.raises(RequestError, match="neither a file nor a directory"):
        rr.read(tmp_path / "counts.csv")


# --- what recordrelief wrote, and somebody changed


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    (tmp_path / "p.yaml").write_text(
        "- subject_id: one\n  charges: [{charge_id: c1, level: felony}]\n", encoding="utf-8"
    )
    (tmp_path / "tables").mkdir()
    write_canonical(rr.read(tmp_path / "p.yaml", format="person"), tmp_path / "tables")
    return tmp_path / "tables"


@pytest.mark.parametrize(
    "change",
    [
        lambda about: about["rows"].pop("sentences"),
        lambda about: about.update(rows=[]),
        lambda about: about.update(sources=[1]),
        lambda about: about.update(coverage={"x": 1}),
        lambda about: about.update(kind=None),
    ],
    ids=["a table less", "a list", "no source", "no coverage", "no kind"],
)
def test_the_marker_of_canonical_tables(tables: Path, change: object) -> None:
    about = json.loads((tables / "canonical.json").read_text(encoding="utf-8"))
    change(about)  # type: ignore[operator]
    (tables / "canonical.json").write_text(json.dumps(about), encoding="utf-8")
    with pytest.raises(SourceError):
        rr.read(tables, format="canonical")


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" + bytes(64) + b"PAR1", b"[" * 99_999])
def test_a_canonical_table_that_is_none(tables: Path, content: bytes) -> None:
    for name in ("charges.parquet", "canonical.json"):
        own = shutil.copytree(tables, tables.parent / f"other-{name}")
        (own / name).write_bytes(content)
        with pytest.raises(SourceError):
            rr.read(own, format="canonical")


def test_a_panic_of_the_engine_is_told_as_a_fault_of_the_file(tables: Path) -> None:
    """A byte in the middle of the pages: whatever the engine makes of it, it ends as an error of the library."""
    good = (tables / "charges.parquet").read_bytes()
    for at in range(4, len(good), max(len(good) // 150, 1)):
        (tables / "charges.parquet").write_bytes(good[:at] + bytes([good[at] ^ 0x55]) + good[at + 1 :])
        try:
            rr.read(tables, format="canonical")
        except RecordReliefError as error:
            assert error.what


def test_a_manifest_that_lacks_something_is_none(tmp_path: Path) -> None:
    extract(tmp_path)
    request = RunRequest(
        inputs=[tmp_path / "extract.csv"], statutes="xx", as_of="2020-07-01", out=tmp_path / "r", plugins=[COUNTY, LAW]
    )
    run(request)
    about = json.loads((tmp_path / "r" / "manifest.json").read_text(encoding="utf-8"))
    for key in ("digest", "counts", "files", "inputs", "as_of"):
        for other in ({**about, key: 1.5}, {one: value for one, value in about.items() if one != key}):
            (tmp_path / "r" / "manifest.json").write_text(json.dumps(other), encoding="utf-8")
            with pytest.raises(RequestError, match="no finished run"):
                read_manifest(tmp_path / "r")
    (tmp_path / "r" / "manifest.json").write_text("[" * 100_000, encoding="utf-8")
    with pytest.raises(RequestError, match="no finished run"):
        read_manifest(tmp_path / "r")
    (tmp_path / "r" / "manifest.json").write_text(json.dumps(about), encoding="utf-8")
    pl.DataFrame({"other": [1]}).write_parquet(tmp_path / "r" / "determinations.parquet")
    for look in (open_run(tmp_path / "r").summary, open_run(tmp_path / "r").verify_digest):
        with pytest.raises(SourceError):
            look()
