"""No personal data in errors, logs, progress, tracebacks, file names or manifests, whatever fails.

Texts that stand for a person's go through every way to fail that the core has. Each format has the same done to it by
its suite (``test_no_text_of_a_record_is_told``).
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import traceback
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl
import pytest
from made_up import COUNTY, LAW, ROWS, alone, extract  # noqa: F401

import recordrelief as rr
from recordrelief.cli import main
from recordrelief.corrections import read_corrections
from recordrelief.errors import RecordReliefError
from recordrelief.person_files import read_people
from recordrelief.stored_runs import open_run

MARK = "Zzmarkname"
ALLOWED = {
    "determinations.parquet": "the ids of people and charges",
    "findings.parquet": "the ids of people and charges",
    "people.parquet": "the ids of people",
    "charges.parquet": "the ids of people and charges, and what is counted by",
    "changes.parquet": "the ids of people and charges",
    "quarantine.csv": "subject_id, where it could be told",
    "determinations.csv": "as determinations.parquet",
    "changes.csv": "as changes.parquet",
}
"""The files of a run that may hold such a text. Beside these: what `explain`, `settle` and `ask` show of the person who
was asked for, what `check` shows of an export, and whatever the caller typed, which is told back."""

FAILING = f'''
from recordrelief.errors import SourceError
from recordrelief.formats import Format
from recordrelief.plugins import hookimpl
import polars as pl

RECORDRELIEF_HOOK_API = 1
MARK = "{MARK}"

def value(): raise ValueError(MARK)
def disk(): raise OSError(5, MARK)
def engine(): pl.DataFrame({{"a": [MARK]}}).select(pl.col("a").cast(pl.Int64))
def panic(): raise pl.exceptions.PanicException(MARK)
def memory(): raise MemoryError(MARK)
def key(): return {{}}[MARK]
def wrong(): return MARK
def interrupted(): raise KeyboardInterrupt(MARK)
def chained():
    try:
        int(MARK)
    except ValueError as error:
        raise RuntimeError(MARK) from error

class Failing(Format):
    def __init__(self, how): self.how = how
    id = property(lambda self: self.how.__name__)
    title = "fails"
    def identify(self, name, head): return False
    def read(self, paths): return self.how()
    def generate(self, *, subjects, seed, out): self.how()
    def anonymize(self, path, out, disguise): self.how()

@hookimpl
def recordrelief_formats():
    made = []
    for how in (value, disk, engine, panic, memory, key, wrong, interrupted, chained):
        made.append(type(how.__name__, (Failing,), {{"id": how.__name__}})(how))
    return made
'''
WAYS = ("value", "disk", "engine", "panic", "memory", "key", "wrong", "interrupted", "chained")
BROKEN_PEOPLE = (
    f"- subject_id: {MARK}\n  names: [{{given: {MARK}, family: [{MARK}]}}]\n  birth_date: {MARK}\n",
    f"- {{subject_id: 1, {MARK}: 2}}\n",
    f"- subject_id: 1\n  charges: [{{level: {MARK}, citation: {MARK} x {MARK}, outcome: {MARK}}}]\n",
    f"- subject_id: '{MARK}\n   {MARK}: [",
    f"- subject_id: *{MARK}\n",
    f"- !{MARK} a\n",
    f"- &{MARK} a\n- &{MARK} b\n",
    f"- {{subject_id: {MARK}, subject_id: {MARK}}}\n- {{subject_id: {MARK}}}\n",
    f"{MARK}: [\x00",
    f"- subject_id: {MARK}\n  coverage: {{charges: {MARK}, {MARK}: complete}}\n",
    f"- subject_id: {MARK}\n  facts: {{{MARK}: {MARK}}}\n",
    f"? [{MARK}]\n: {MARK}\n",
)


def _chain(error: BaseException) -> str:
    """All that a traceback of it would print."""
    return "".join(line for line in traceback.format_exception(error) if not line.startswith("  File "))


def _told_by(do: Callable[[], object]) -> str:
    """What an API call tells when it fails, with causes and contexts; nothing if it does not."""
    try:
        do()
    except RecordReliefError as error:
        return _chain(error)
    return ""


def _commanded(capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            main(arguments)
        except SystemExit as error:
            code = error.code if isinstance(error.code, int) else 1
    out, err = capfd.readouterr()
    return code, out + err + "".join(str(one.message) for one in warned)


@pytest.fixture
def failing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "failing.py"
    path.write_text(FAILING, encoding="utf-8")
    return path


@pytest.mark.parametrize("way", WAYS)
def test_a_plugin_that_fails_tells_nothing(
    way: str, failing: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    source = extract(tmp_path)
    screening = ["--statutes", "xx", "--as-of", "2020-07-01", "--out", "out", "--plugin", str(LAW)]
    more = ["--plugin", str(failing), "--format", way]
    for arguments in (
        ["screen", str(source), *screening, *more],
        ["convert", str(source), "--out", "tables", *more],
        ["anonymize", str(source), "--out", "copy.csv", *more],
        ["generate", "--subjects", "2", "--out", "made.csv", *more],
    ):
        code, told = _commanded(capfd, *arguments)
        assert code != 0 or arguments[0] in ("generate", "anonymize"), arguments[0]
        assert MARK not in told, arguments[0]
        assert "Traceback" not in told, arguments[0]
    assert MARK not in caplog.text
    assert not [path.name for path in tmp_path.rglob("*") if MARK in path.name]


def test_an_interrupted_process_tells_nothing(failing: Path, tmp_path: Path) -> None:
    """In a process of its own, as a terminal sees it."""
    source = extract(tmp_path)
    command = [sys.executable, "-m", "recordrelief", "screen", str(source), "--statutes", "xx", "--as-of", "2020-07-01"]
    command += ["--out", "out", "--plugin", str(LAW), "--plugin", str(failing), "--format", "interrupted"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode != 0
    assert MARK not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("text", BROKEN_PEOPLE, ids=range(len(BROKEN_PEOPLE)))
def test_people_that_do_not_fit_are_told_by_place_and_shape(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p.yaml").write_text(text, encoding="utf-8")
    assert (told := _told_by(lambda: read_people(text, "p.yaml"))), "it was read"
    assert MARK not in told
    assert MARK not in _told_by(lambda: read_corrections([tmp_path / "p.yaml"]))
    code, printed = _commanded(capfd, "convert", "p.yaml", "--format", "person", "--out", "tables")
    assert code != 0
    assert MARK not in printed


def _stored(directory: Path) -> Path:
    rows = [row.replace("P1", f"{MARK}P1").replace("C1", f"{MARK}C1") for row in ROWS]
    source = extract(directory, *rows, f"{MARK},bad", name="marked.csv")
    out = directory / "run"
    with pytest.raises(SystemExit) as left:
        main(
            [
                *("screen", str(source), "--statutes", "xx", "--as-of", "2020-07-01", "--out", str(out)),
                *("--plugin", str(COUNTY), "--plugin", str(LAW), "--also", "csv"),
            ]
        )
    assert left.value.code == 0
    return out


def test_a_run_holds_such_a_text_only_where_it_may(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    out = _stored(tmp_path)
    printed = capfd.readouterr()
    assert MARK not in printed.out + printed.err
    for path in out.iterdir():
        assert MARK not in path.name
        assert path.name in ALLOWED or MARK.encode() not in path.read_bytes(), path.name


def test_a_run_that_was_changed_tells_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A quarantine, tables and a manifest with a text where none belongs: verified, explained and opened."""
    out = _stored(tmp_path)
    about = json.loads((out / "manifest.json").read_text(encoding="utf-8"))

    def manifest(**changes: object) -> Callable[[], object]:
        return lambda: (out / "manifest.json").write_text(json.dumps({**about, **changes}), encoding="utf-8")

    determinations = pl.read_parquet(out / "determinations.parquet")
    steps: Sequence[Callable[[], object]] = (
        lambda: (out / "quarantine.csv").write_text(f"source_file,source_line\n{MARK},{MARK}\n", encoding="utf-8"),
        lambda: determinations.with_columns(pl.lit(MARK).alias("status")).write_parquet(out / "determinations.parquet"),
        lambda: (out / "findings.parquet").write_bytes(MARK.encode()),
        manifest(digest=MARK, as_of=MARK, counts={MARK: MARK}),
        manifest(statutes=[{"id": "xx", "version": MARK, "policy": {MARK: MARK}}]),
        manifest(inputs=[{MARK: MARK}], sources=[MARK], coverage={MARK: MARK}),
    )
    for number, change in enumerate(steps):
        change()
        for command in (["verify", str(out)], ["explain", str(out), "--subject", "nobody"]):
            _, told = _commanded(capfd, *command, "--plugin", str(COUNTY), "--plugin", str(LAW))
            assert MARK not in told, f"{command[0]} after step {number}"
            assert "Traceback" not in told, f"{command[0]} after step {number}"

        def look() -> None:
            stored = open_run(out)
            stored.verify_digest()
            stored.summary()

        assert MARK not in _told_by(look)
        assert MARK not in _told_by(lambda: open_run(out).quarantine)


def test_a_missing_person_is_not_answered_with_the_nearest(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    out = _stored(tmp_path)
    for command in ("explain", "settle", "ask"):
        code, told = _commanded(
            capfd, command, str(out), "--subject", f"{MARK[:-1]}P1", "--plugin", str(COUNTY), "--plugin", str(LAW)
        )
        assert code != 0
        assert MARK not in told, command


def test_corrections_that_do_not_fit_tell_nothing_of_the_record(tmp_path: Path) -> None:
    person = f"- subject_id: {MARK}\n  charges: [{{charge_id: {MARK}/1, offense_text: {MARK}, level: felony}}]\n"
    (tmp_path / "p.yaml").write_text(person, encoding="utf-8")
    records = rr.read(tmp_path / "p.yaml", format="person")
    signed = "  author: A. Clerk\n  date: 2024-01-01\n  reason: seen\n"
    for entry in (
        f"- subject_id: {MARK}\n  charge_id: {MARK}/1\n  change: {{level: misdemeanor}}\n"
        "  was: {level: infraction}\n" + signed,
        f"- subject_id: {MARK}\n  charge_id: {MARK}/1\n  change: {{offense_text: a}}\n"
        "  was: {offense_text: b}\n" + signed,
        f"- subject_id: {MARK}\n  charge_id: none\n  change: {{level: felony}}\n" + signed,
        f"- subject_id: none\n  charge_id: {MARK}/1\n  change: {{level: felony}}\n" + signed,
    ):
        path = tmp_path / "c.yaml"
        path.write_text(entry, encoding="utf-8")
        told = _told_by(lambda: read_corrections([path]).applied(records))  # noqa: B023 - called at once
        assert told, entry
        assert MARK not in told, entry


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no disk that is always full")
def test_a_full_disk_tells_nothing(tmp_path: Path) -> None:
    source = extract(tmp_path, *(row.replace("P1", MARK) for row in ROWS))
    command = [sys.executable, "-m", "recordrelief", "screen", str(source), "--statutes", "xx", "--as-of", "2020-07-01"]
    command += ["--out", str(tmp_path / "out"), "--plugin", str(LAW), "--plugin", str(COUNTY)]
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False, env={**os.environ})
    assert MARK not in done.stderr


BAD_EVENTS = (
    f"subject_id,charge_id,remedy,stage,day,county,reason\n{MARK},{MARK},{MARK},{MARK},{MARK},{MARK},{MARK}\n",
    f"subject_id,charge_id,remedy,stage,day,county,reason\n{MARK},{MARK}\n",
    f"subject_id,charge_id,remedy,stage,day\n{MARK},{MARK},xx-9,challenged,2020-02-30\n",
    f'subject_id,charge_id,remedy,stage,day\n"{MARK},a,xx-9,told,2020-02-03\n',
    f"{MARK},{MARK}\n1,2\n",
    f"\x00{MARK}\n",
)


@pytest.mark.parametrize("events", BAD_EVENTS)
def test_a_ledger_and_lists_of_two_sides_tell_rows_by_their_line(
    events: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("events.csv").write_text(events, encoding="utf-8")
    assert _commanded(capfd, "ledger", "init", "relief.ledger")[0] == 0
    recorded = ["--by", "a clerk", "--recorded-on", "2020-07-01"]
    for command in (
        ["ledger", "add", "relief.ledger", "events.csv", *recorded],
        ["ledger", "reconcile", "events.csv", "events.csv", "--on", "charge_id", "--out", "both"],
        ["link", "events.csv", "events.csv", "--out", "linked"],
    ):
        code, told = _commanded(capfd, *command)
        # A header is no text of a person; one that is taken for it may be told as what was found in its place.
        assert "Traceback" not in told and (MARK not in told or events.startswith(MARK)), command
        assert code or command[1] == "reconcile", command


@pytest.mark.parametrize("command", ["lists", "letter", "petition"])
def test_papers_that_cannot_be_made_tell_nothing(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    out = _stored(tmp_path)
    monkeypatch.chdir(tmp_path)
    Path("blank.pdf").write_bytes(b"%PDF-1.4 " + MARK.encode())
    plugins = ["--plugin", str(COUNTY), "--plugin", str(LAW)]
    person = ["--subject", "nobody"]
    asked = {
        "lists": ["--out", "lists"],
        "letter": [*person, "--out", "letter.txt"],
        "petition": [*person, "--form", "f", "--blank", "blank.pdf", "--out", "p.pdf"],
    }[command]
    capfd.readouterr()
    for path in sorted(tmp_path.glob("*.csv")):
        path.write_text(path.read_text(encoding="utf-8") + f"{MARK},{MARK}\n", encoding="utf-8")
    code, told = _commanded(capfd, command, str(out), *asked, *plugins)
    assert code and MARK not in told and "Traceback" not in told
