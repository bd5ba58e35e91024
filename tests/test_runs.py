"""Runs: whole or not at all, refused where something would be lost, the same bytes for the same command."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import signal
import stat
import subprocess
import sys
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import attrs
import polars as pl
import pytest
from made_up import BAD_ROW, COUNTY, LAW, MARK, ROWS, alone, extract  # noqa: F401
from polars.testing import assert_frame_equal

from recordrelief import answering, manifests, placing
from recordrelief.boundary import BrokenPlugin, Origin
from recordrelief.errors import PluginError, RecordReliefError, RequestError, SourceError
from recordrelief.formats import Format
from recordrelief.outputs import Output
from recordrelief.outputs.tables import Csv, Xlsx, flat, harmless
from recordrelief.plugins import Plugins, load
from recordrelief.records import Records, SourceFile
from recordrelief.rescreening import Places, located, screen_again
from recordrelief.runs import DETERMINATIONS_FILE, FINDINGS_FILE, RunRequest, StoredRun, open_run, run
from recordrelief.screening import Screening

UNREVIEWED = "A screening aid, not legal advice. The law in it was not reviewed by counsel."


def asked(tmp_path: Path, **more: Any) -> RunRequest:
    given: dict[str, Any] = {
        "inputs": [tmp_path / "extract.csv"],
        "statutes": "xx",
        "as_of": "2020-07-01",
        "out": tmp_path / "run",
        "plugins": [COUNTY, LAW],
    }
    if not (tmp_path / "extract.csv").exists():
        extract(tmp_path, *ROWS, BAD_ROW)
    return RunRequest(**(given | more))


def with_output(output: Output, *, part: Format | None = None) -> Plugins:
    """The made-up plugins, and one more output or another format."""
    known = load([COUNTY, LAW])
    origin = Origin("shown", "1.0", "shown")
    known = attrs.evolve(
        known,
        outputs={**known.outputs, output.id: output},
        origins={**known.origins, ("output", output.id): origin},
    )
    if part is not None:
        known = attrs.evolve(known, formats={part.id: part}, origins={**known.origins, ("format", part.id): origin})
    return known


class Writing(Output):
    """An output that does what it is told."""

    id = "writing"
    title = "Whatever a test needs"

    def __init__(self, writes: Callable[[Path], Any]) -> None:
        self.writes = writes

    def write(self, screening: Screening, records: Records, directory: Path, settings: object) -> tuple[Path, ...]:
        written: tuple[Path, ...] = self.writes(directory)
        return written


def one_file(directory: Path, name: str = "shown.txt") -> tuple[Path, ...]:
    (directory / name).write_text("shown", encoding="utf-8")
    return (directory / name,)


def hidden(directory: Path) -> list[str]:
    return [path.name for path in directory.iterdir() if path.name.startswith(".")]


def test_a_run_holds_determinations_findings_quarantine_and_manifest(tmp_path: Path) -> None:
    finished = run(asked(tmp_path))
    stored = open_run(finished.directory)
    assert_frame_equal(stored.determinations, finished.answers.determinations)
    assert_frame_equal(stored.findings, finished.answers.findings)
    statuses = dict(stored.determinations.select("charge_id", pl.col("status").cast(pl.String)).iter_rows())
    assert statuses == {"C1": "eligible", "C2": "ineligible", "C3": "undetermined", "C5": "eligible_later"}
    assert stored.quarantine.rows() == [("extract.csv", 7, "COLUMN_COUNT", "not eight cells", None)]
    assert {path.name for path in finished.directory.iterdir()} == set(stored.manifest["files"])


def test_the_manifest_says_what_went_in_what_was_asked_and_adds_up(tmp_path: Path) -> None:
    about = run(asked(tmp_path, policy="patient", county="amber", remedies=["xx-9"], outputs=["csv"])).manifest
    content = (tmp_path / "extract.csv").read_bytes()
    (entry,) = about["inputs"]
    assert entry["sha256"] == hashlib.sha256(content).hexdigest() and entry["bytes"] == len(content)
    assert (entry["rows"], entry["used"], entry["quarantined"]) == (6, 5, 1)
    counts = about["counts"]
    assert counts["rows_read"] == counts["rows_used"] + counts["rows_quarantined"] == 6
    assert counts["quarantined_without_subject"] == 1
    assert counts["determinations"]["xx-9"]["eligible_later"] == 1
    assert about["remedies"] == {"xx-9": "always"}
    (law,) = about["statutes"]
    assert (law["id"], law["version"], about["asked_policy"]) == ("xx", "1.0", "patient")
    assert law["policy"] == {"boundary": "strict", "history": "as_recorded", "look_ahead": "pack", "wait_years": 5}
    assert (about["as_of"], about["county"], about["format"]) == ("2020-07-01", "AMBER", "made-up-county")
    assert about["coverage"]["events"] == {"death": "partial"}
    assert set(about["plugins"]) == {"format made-up-county", "statutes xx", "output csv"}
    assert about["hook_api"] == 1
    assert MARK not in json.dumps(about)


def test_every_file_that_has_a_place_for_it_says_what_it_is_and_that_nobody_reviewed_it(tmp_path: Path) -> None:
    run(asked(tmp_path))
    about = open_run(tmp_path / "run").manifest
    assert (about["notice"], about["reviewed"]) == (UNREVIEWED, {"xx-9": None})
    for name in (DETERMINATIONS_FILE, FINDINGS_FILE):
        assert pl.read_parquet_metadata(tmp_path / "run" / name)["notice"] == UNREVIEWED


def test_the_same_command_gives_the_same_bytes(tmp_path: Path) -> None:
    contents = []
    for name in ("a", "b"):
        finished = run(asked(tmp_path, out=tmp_path / name, outputs=["csv", "xlsx"]))
        contents.append({path.name: path.read_bytes() for path in finished.directory.iterdir()})
    assert contents[0] == contents[1]


def test_the_digest_is_that_of_the_rows_whatever_their_chunks(tmp_path: Path) -> None:
    determinations = run(asked(tmp_path)).answers.determinations
    pieces = pl.concat([determinations[:1], determinations[1:]], rechunk=False)
    assert manifests.digest(pieces) == manifests.digest(determinations)
    text = flat(determinations).write_csv()
    assert manifests.digest(determinations) == hashlib.sha256(text.encode()).hexdigest()
    assert manifests.digest(determinations.reverse()) != manifests.digest(determinations)


def test_everything_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        finished = run(asked(tmp_path, out=tmp_path / "made" / "run", outputs=["csv"]))
    finally:
        os.umask(before)
    for path in (finished.directory, finished.directory.parent):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in finished.directory.iterdir()} == {0o600}


def test_a_finished_run_is_refused_without_force_and_replaced_with_it(tmp_path: Path) -> None:
    run(asked(tmp_path, outputs=["csv"]))
    with pytest.raises(RequestError, match="holds a finished run"):
        run(asked(tmp_path))
    assert (tmp_path / "run" / "determinations.csv").exists()
    run(asked(tmp_path, force=True))
    assert not (tmp_path / "run" / "determinations.csv").exists()
    assert not hidden(tmp_path)


def test_what_is_not_a_run_is_never_replaced(tmp_path: Path) -> None:
    out = tmp_path / "run"
    out.mkdir()
    (out / "letters.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(RequestError, match="not of a finished run"):
        run(asked(tmp_path, force=True))
    (out / "letters.txt").unlink()
    run(asked(tmp_path))  # an empty directory is as good as none
    (out / "letters.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(RequestError, match="not of a finished run"):
        run(asked(tmp_path, force=True))
    assert (out / "letters.txt").read_text(encoding="utf-8") == "mine"
    with pytest.raises(RequestError, match="must be a directory"):
        run(asked(tmp_path, out=tmp_path / "extract.csv"))


def test_the_place_one_stands_in_and_one_that_holds_an_input_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for out in (".", ".."):
        with pytest.raises(RequestError, match="the one you are in"):
            run(asked(tmp_path, out=out))
    run(asked(tmp_path))
    with pytest.raises(RequestError, match="An input stands in the output directory"):
        run(asked(tmp_path, inputs=[tmp_path / "run" / "determinations.parquet"], force=True))


@pytest.mark.parametrize(
    ("more", "match"),
    [
        ({"format": "made-up-country"}, "Did you mean 'made-up-county'"),
        ({"statutes": "xy"}, "There is no statute pack 'xy'. Did you mean 'xx'"),
        ({"county": "AMBRE"}, "No charge is of that county.*'AMBER'"),
        ({"policy": "patent"}, "no policy of that name.*'patient'"),
        ({"policy": "nowhere.toml"}, "no such file"),
        ({"remedies": ["xx-8"]}, "There is no remedy 'xx-8'. Did you mean 'xx-9'"),
        ({"outputs": ["cvs"]}, "There is no output 'cvs'. Did you mean 'csv'"),
        ({"outputs": ["csv=wide"]}, "takes no settings"),
        ({"outputs": ["csv", "csv"]}, "asked for twice"),
        ({"as_of": "July"}, "not a date"),
        ({"inputs": []}, "No input was given"),
        ({"inputs": ["nowhere.csv"]}, "no such input"),
    ],
)
def test_a_wrong_request_is_refused_and_writes_nothing(tmp_path: Path, more: dict[str, Any], match: str) -> None:
    extract(tmp_path)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(RequestError, match=match):
        run(asked(tmp_path, **more))
    assert sorted(tmp_path.iterdir()) == before


def test_a_file_given_twice_is_refused_by_name_and_by_content(tmp_path: Path) -> None:
    one, same = extract(tmp_path), extract(tmp_path, name="same.csv")
    for inputs in ([one, one], [one, one.parent / "." / one.name], [one, same]):
        with pytest.raises(RequestError, match="given twice"):
            run(asked(tmp_path, inputs=inputs))


def test_two_files_are_one_population(tmp_path: Path) -> None:
    files = [extract(tmp_path, ROWS[0], name="a.csv"), extract(tmp_path, ROWS[2], name="b.csv")]
    about = run(asked(tmp_path, inputs=files)).manifest
    assert [entry["name"] for entry in about["inputs"]] == ["a.csv", "b.csv"]
    assert about["counts"]["subjects"] == 2


def test_a_policy_file_is_read_and_every_fault_in_it_is_told(tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text("wait_years = 30\n", encoding="utf-8")
    assert run(asked(tmp_path, policy=str(policy))).manifest["statutes"][0]["policy"]["wait_years"] == 30
    for text, match in (("wait_year = 3", "'wait_year'.*wait_years"), ("wait_years = {", "not TOML")):
        policy.write_text(text, encoding="utf-8")
        with pytest.raises(RequestError, match=match):
            run(asked(tmp_path, policy=str(policy), force=True))


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        pl.exceptions.ComputeError("underlying IO error: No space left on device (os error 28)"),
    ],
)
@pytest.mark.parametrize("at", [1, 2])
def test_a_full_disk_is_told_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, at: int
) -> None:
    calls = 0
    write = placing.write_parquet

    def failing(frame: pl.DataFrame, path: Path, **about: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == at:
            raise error
        write(frame, path, **about)

    monkeypatch.setattr(answering, "write_parquet", failing)
    with pytest.raises(RecordReliefError, match="disk is full") as caught:
        run(asked(tmp_path, out=tmp_path / "made" / "run"))
    assert not isinstance(caught.value, RequestError)
    assert [path.name for path in tmp_path.iterdir()] == ["extract.csv"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk that is always full")
def test_a_really_full_disk_is_recognised(tmp_path: Path) -> None:
    def full(directory: Path) -> tuple[Path, ...]:
        pl.DataFrame({"a": [1]}).write_parquet("/dev/full")
        return ()

    with pytest.raises(RecordReliefError, match="disk is full"):
        run(asked(tmp_path, outputs=["writing"]), plugins=with_output(Writing(full)))
    assert not (tmp_path / "run").exists() and not hidden(tmp_path)


def test_a_failure_leaves_the_run_that_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(asked(tmp_path))
    before = {path.name: path.read_bytes() for path in (tmp_path / "run").iterdir()}
    rename = os.rename

    def failing(old: Path, new: Path) -> None:
        if ".unfinished" in str(old) and Path(new).name == "run":
            raise OSError(errno.EIO, "Input/output error")
        rename(old, new)

    monkeypatch.setattr(os, "rename", failing)
    with pytest.raises(RecordReliefError, match="could not be written"):
        run(asked(tmp_path, force=True, policy="patient"))
    assert {path.name: path.read_bytes() for path in (tmp_path / "run").iterdir()} == before
    assert not hidden(tmp_path)


@pytest.mark.parametrize(("number", "left"), [(signal.SIGKILL, 1), (signal.SIGTERM, 0)])
def test_a_killed_run_leaves_nothing_under_its_name(tmp_path: Path, number: int, left: int) -> None:
    plugin = tmp_path / "killing.py"
    plugin.write_text(
        textwrap.dedent(f"""
        import os, time
        from recordrelief.outputs import Output
        from recordrelief.plugins import hookimpl
        RECORDRELIEF_HOOK_API = 1
        class Killing(Output):
            id, title = "killing", "Kills the run"
            def write(self, screening, records, directory, settings):
                os.kill(os.getpid(), {int(number)})
        @hookimpl
        def recordrelief_outputs():
            return [Killing()]
        """),
        encoding="utf-8",
    )
    extract(tmp_path)
    files = [f"--plugin={path}" for path in (COUNTY, LAW, plugin)]
    done = subprocess.run(
        [
            *(sys.executable, "-m", "recordrelief", "screen", "extract.csv"),
            *("--statutes=xx", "--as-of=2020-07-01", "--out=run", "--output=killing", *files),
        ],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert done.returncode == (-number if left else 128 + number)
    assert not (tmp_path / "run").exists()
    unfinished = hidden(tmp_path)
    assert len(unfinished) == left
    assert all(stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o700 for name in unfinished)


def test_an_output_writes_beside_the_other_files_and_is_in_the_manifest(tmp_path: Path) -> None:
    about = run(asked(tmp_path, outputs=["writing"]), plugins=with_output(Writing(one_file))).manifest
    assert "shown.txt" in about["files"] and about["plugins"]["output writing"] == {"name": "shown", "version": "1.0"}
    assert (tmp_path / "run" / "shown.txt").read_text(encoding="utf-8") == "shown"


@pytest.mark.parametrize(
    ("writes", "why"),
    [
        (lambda directory: one_file(directory, "manifest.json"), "manifest.json"),
        (lambda directory: one_file(directory, "findings.parquet"), "findings.parquet"),
        (lambda directory: one_file(directory)[:0], "not what it wrote"),
        (lambda directory: [str(path) for path in one_file(directory)], "did not say what it wrote"),
        (lambda directory: one_file(directory.parent), "not what it wrote"),
        (lambda directory: list[str]().index(MARK), "ValueError"),
    ],
)
def test_an_output_that_breaks_its_contract_ends_the_run(
    tmp_path: Path, writes: Callable[[Path], Any], why: str
) -> None:
    with pytest.raises(BrokenPlugin) as caught:
        run(asked(tmp_path, outputs=["writing"]), plugins=with_output(Writing(writes)))
    assert why in str(caught.value) and "shown 1.0" in str(caught.value) and MARK not in str(caught.value)
    assert not (tmp_path / "run").exists() and not hidden(tmp_path)


class Miscounting(Format):
    """The made-up county, read by somebody who cannot count."""

    id = "miscounting"
    title = "A format that loses rows"

    def __init__(self, change: Callable[[Records], Any]) -> None:
        self.change = change

    def identify(self, name: str, head: bytes) -> bool:
        return False

    def read(self, paths: Sequence[Path]) -> Records:
        changed: Records = self.change(load([COUNTY]).formats["made-up-county"].read(paths))
        return changed


def _source(records: Records, **changes: Any) -> Records:
    source: SourceFile = attrs.evolve(records.sources[0], **changes)
    return attrs.evolve(records, sources=(source,))


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda records: _source(records, quarantined=0), "do not add up"),
        (lambda records: _source(records, quarantined=2), "do not add up"),
        (lambda records: _source(records, rows=0), "do not add up"),
        (lambda records: _source(records, name="other.csv", quarantined=0), "names a file that was not read"),
        (lambda records: attrs.evolve(records, sources=()), "says nothing of a file"),
        (lambda records: list[str]().index(MARK), "ValueError"),
        (lambda records: None, "gave no records"),
    ],
)
def test_a_format_that_loses_rows_or_fails_ends_the_run(
    tmp_path: Path, change: Callable[[Records], Any], match: str
) -> None:
    known = with_output(Csv(), part=Miscounting(change))
    with pytest.raises(PluginError, match=match) as caught:
        run(asked(tmp_path, format="miscounting"), plugins=known)
    assert MARK not in str(caught.value)
    assert not (tmp_path / "run").exists()


def test_a_line_that_breaks_a_rule_of_the_tables_is_counted_once(tmp_path: Path) -> None:
    def twice(records: Records) -> Records:
        rows = [("extract.csv", 2), ("extract.csv", 2), ("extract.csv", 7)]  # line 7 is set aside already
        broken = pl.DataFrame(
            {
                "source_file": pl.Series([name for name, _ in rows], dtype=pl.Categorical),
                "source_line": pl.Series([line for _, line in rows], dtype=pl.UInt32),
                "code": "RULE_BROKEN",
                "reason": "table charges: broken rule",
                "subject_id": "P1",
            }
        )
        return attrs.evolve(records, quarantine=pl.concat([records.quarantine, broken]))

    known = with_output(Csv(), part=Miscounting(twice))
    counts = run(asked(tmp_path, format="miscounting"), plugins=known).manifest["counts"]
    assert (counts["rows_read"], counts["rows_used"], counts["rows_quarantined"]) == (6, 4, 2)


def test_an_input_that_cannot_be_read_is_an_error_of_the_source(tmp_path: Path) -> None:
    path = tmp_path / "extract.csv"
    path.write_text("person,name,charge,citation,level,outcome,county,day\n", encoding="utf-8")
    with pytest.raises(SourceError, match="no row"):
        run(asked(tmp_path))

    def unreadable(records: Records) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    extract(tmp_path)
    with pytest.raises(SourceError, match="Permission denied"):
        run(asked(tmp_path, format="miscounting"), plugins=with_output(Csv(), part=Miscounting(unreadable)))


def test_a_changed_determination_is_noticed(tmp_path: Path) -> None:
    run(asked(tmp_path))
    path = tmp_path / "run" / "determinations.parquet"
    pl.read_parquet(path).with_columns(charge_id=pl.lit("C9")).write_parquet(path)
    with pytest.raises(SourceError, match="digest"):
        _ = open_run(tmp_path / "run").determinations
    with pytest.raises(RequestError, match="no finished run"):
        open_run(tmp_path)


def test_cells_that_a_spreadsheet_would_run_are_made_harmless() -> None:
    risky = ["=1+1", "+1", "-1", "@a", "\ta", "\ra", "a=1", "", None]
    frame = pl.DataFrame(
        {
            "text": risky,
            "coded": pl.Series(risky, dtype=pl.Categorical),
            "word": pl.Series(["=x", "y", None] * 3, dtype=pl.Enum(["=x", "y"])),
            "number": range(-4, 5),
            "items": [["=a", "b"]] * 9,
        }
    )
    done = harmless(flat(frame))
    assert done["text"].to_list() == ["'=1+1", "'+1", "'-1", "'@a", "'\ta", "'\ra", "a=1", "", None]
    assert done["coded"].to_list() == done["text"].to_list()
    assert done["word"].to_list() == ["'=x", "y", None] * 3
    assert done["number"].to_list() == list(range(-4, 5))
    assert done["items"][0] == "'=a; b"


def test_the_workbook_needs_its_extra_before_anything_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recordrelief.outputs.tables.find_spec", lambda name: None)
    with pytest.raises(RequestError, match=r"recordrelief\[excel\]"):
        run(asked(tmp_path, outputs=["xlsx"]))


def test_the_workbook_holds_the_rows_on_as_many_sheets_as_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("xlsxwriter")
    import zipfile

    monkeypatch.setattr("recordrelief.outputs.tables.SHEET_ROWS", 3)
    assert Xlsx().settings(None) is None
    run(asked(tmp_path, outputs=["xlsx"]))
    with zipfile.ZipFile(tmp_path / "run" / "determinations.xlsx") as book:
        sheets = sorted(name for name in book.namelist() if name.startswith("xl/worksheets/sheet"))
        assert len(sheets) == 3
        assert 'state="frozen"' in book.read(sheets[0]).decode()
        assert [book.read(sheet).decode().count("<row ") for sheet in sheets] == [4, 2, 3]
        assert UNREVIEWED in book.read("xl/sharedStrings.xml").decode()


def test_one_person_is_screened_again_as_the_run_did(tmp_path: Path) -> None:
    run(asked(tmp_path, policy="patient", county="AMBER"))
    stored = open_run(tmp_path / "run")
    places, notes = located(stored)
    assert places == Places((tmp_path / "extract.csv",), ()) and not notes
    again = screen_again(stored, "P1", places, load([COUNTY, LAW]))
    assert not again.notes
    assert_frame_equal(again.screenings[0].determinations, stored.determinations.filter(pl.col("subject_id") == "P1"))
    with pytest.raises(RequestError, match="no such subject"):
        screen_again(stored, MARK, places, load([COUNTY, LAW]))
    with pytest.raises(RequestError, match="county that the run was for"):
        screen_again(stored, "P2", places, load([COUNTY, LAW]))


def test_an_answer_that_differs_and_a_version_that_changed_are_noted(tmp_path: Path) -> None:
    run(asked(tmp_path))
    stored = open_run(tmp_path / "run")
    about = {**stored.manifest, "as_of": "2010-03-01", "recordrelief": "0.0.0"}
    again = screen_again(StoredRun(stored.directory, about), "P1", located(stored)[0], load([COUNTY, LAW]))
    assert any("made with recordrelief 0.0.0" in note for note in again.notes)
    assert any("1 of the answers" in note for note in again.notes)


def test_inputs_are_known_by_their_content_wherever_they_are(tmp_path: Path) -> None:
    run(asked(tmp_path))
    stored = open_run(tmp_path / "run")
    path = tmp_path / "extract.csv"
    moved = path.rename(tmp_path / "moved.csv")
    assert "not there any more" in located(stored)[1][0]
    assert located(stored, [moved]) == (Places((moved,), ()), ())
    path.write_text("another", encoding="utf-8")
    assert "has changed" in located(stored)[1][0]
