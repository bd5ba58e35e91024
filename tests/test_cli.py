"""The command line: what it prints, its exit codes, what it refuses, and that it never shows a person."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from made_up import BAD_ROW, COUNTY, LAW, MARK, ROWS, alone, extract  # noqa: F401

from recordrelief import answering, cli
from recordrelief.plugins import load

Run = Callable[..., tuple[int, str, str]]
PLUGINS = ("--plugin", str(COUNTY), "--plugin", str(LAW))
SCREEN = ("--statutes", "xx", "--as-of", "2020-07-01", "--out", "run", *PLUGINS)


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Runs the command line in a directory that holds extract.csv: exit code, standard output, standard error."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(cli.TRACEBACK, raising=False)
    extract(tmp_path, *ROWS, BAD_ROW)

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            cli.main(arguments)
        out, err = capfd.readouterr()
        assert "Traceback" not in err
        return int(left.value.code or 0), out, err

    return run


def plugin_file(text: str) -> str:
    path = Path("another.py")
    head = "from recordrelief.plugins import hookimpl\nRECORDRELIEF_HOOK_API = 1\n"
    path.write_text(head + text, encoding="utf-8")
    return str(path)


def test_screen_writes_a_run_and_ends_with_a_summary(command: Run) -> None:
    code, out, err = command("screen", "extract.csv", *SCREEN, "--also", "csv, xlsx")
    assert (code, err) == (0, "")
    assert sorted(path.name for path in Path("run").iterdir()) == [
        *("charges.parquet", "determinations.csv", "determinations.parquet", "determinations.xlsx"),
        *("findings.parquet", "manifest.json", "people.parquet", "quarantine.csv", "unknown-citations.csv"),
    ]
    assert "Rows read 6 = used 5 + quarantined 1" in out
    assert "1 are of people who cannot be told" in out
    assert "eligible_later" in out and "it was a misdemeanor" in out
    assert "A screening aid, not legal advice. The law in it was not reviewed by counsel." in out
    assert MARK not in out


def test_the_same_command_gives_the_same_bytes_in_another_process(command: Run, tmp_path: Path) -> None:
    assert command("screen", "extract.csv", *SCREEN)[0] == 0
    Path("run").rename("first")
    done = subprocess.run(
        [sys.executable, "-m", "recordrelief", "screen", "extract.csv", *SCREEN],
        env={**os.environ, "POLARS_MAX_THREADS": "1", "PYTHONHASHSEED": "7"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for path in Path("first").iterdir():
        assert path.read_bytes() == (Path("run") / path.name).read_bytes(), path.name


@pytest.mark.parametrize(
    "more",
    [
        ("--format", "made-up-country"),
        ("--statutes", "us-xx"),
        ("--county", "AMBRE"),
        ("--policy", "patent"),
        ("--remedy", "xx-8"),
        ("--output", "cvs"),
        ("--also", "csv,pdf"),
        ("--as-of", "soon"),
        ("--plugin", "nowhere.py"),
        ("--no-such-option",),
        ("extract.csv",),
        ("nowhere.csv",),
    ],
)
def test_a_wrong_request_leaves_with_2_and_writes_nothing(command: Run, more: tuple[str, ...]) -> None:
    code, out, err = command("screen", "extract.csv", *SCREEN, *more)
    assert code == 2
    assert err and not out
    assert not Path("run").exists()


def test_a_missing_option_leaves_with_2(command: Run) -> None:
    assert command("screen", "extract.csv", "--out", "run")[0] == 2


def test_names_that_are_nearly_right_are_offered(command: Run) -> None:
    _, _, err = command("screen", "extract.csv", *SCREEN, "--format", "made-up-country")
    assert "Did you mean 'made-up-county'?" in err
    _, _, err = command("screen", "extract.csv", *SCREEN, "--county", "AMBRE")
    assert "Did you mean 'AMBER'?" in err


def test_a_finished_run_needs_force(command: Run) -> None:
    assert command("screen", "extract.csv", *SCREEN)[0] == 0
    code, _, err = command("screen", "extract.csv", *SCREEN)
    assert code == 2 and "--force" in err
    assert command("screen", "extract.csv", *SCREEN, "--force")[0] == 0


def test_a_source_that_cannot_be_read_leaves_with_1(command: Run) -> None:
    Path("empty.csv").write_text("person,name,charge,citation,level,outcome,county,day\n", encoding="utf-8")
    code, _, err = command("screen", "empty.csv", *SCREEN)
    assert code == 1 and err.startswith("Error: ")


def test_a_full_disk_leaves_with_1(command: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(frame: pl.DataFrame, path: Path, **about: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(answering, "write_parquet", full)
    code, _, err = command("screen", "extract.csv", *SCREEN)
    assert code == 1 and "disk is full" in err
    assert sorted(path.name for path in Path().iterdir()) == ["extract.csv"]


def test_an_unforeseen_error_shows_neither_its_message_nor_a_person(
    command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ValueError(f"could not convert {MARK}")

    monkeypatch.setattr(answering, "screen_jointly", fails)
    code, out, err = command("screen", "extract.csv", *SCREEN)
    assert code == 1 and "ValueError" in err
    assert MARK not in out + err
    monkeypatch.setenv(cli.TRACEBACK, "1")
    with pytest.raises(ValueError, match=MARK):
        cli.main(["screen", "extract.csv", *SCREEN])


@pytest.mark.parametrize("where", ["read", "write"])
def test_a_failing_plugin_shows_nobody(command: Run, where: str) -> None:
    text = """
from recordrelief.formats import Format
from recordrelief.outputs import Output

class Failing(Format):
    id, title = "failing", "Fails"
    def identify(self, name, head):
        return False
    def read(self, paths):
        raise ValueError(paths[0].read_text())

class FailingOutput(Output):
    id, title = "failing", "Fails"
    def write(self, screening, records, directory, settings):
        raise ValueError(str(records.subjects["names"].to_list()))

@hookimpl
def recordrelief_formats():
    return [Failing()]

@hookimpl
def recordrelief_outputs():
    return [FailingOutput()]
"""
    assert MARK in Path("extract.csv").read_text(encoding="utf-8")
    more = ("--format", "failing") if where == "read" else ("--output", "failing")
    code, out, err = command("screen", "extract.csv", *SCREEN, *more, "--plugin", plugin_file(text))
    assert code == 1 and "another.py" in err and "ValueError" in err
    assert MARK not in out + err
    assert not Path("run").exists()


def test_plugins_lists_all_and_leaves_with_1_if_one_is_broken(command: Run) -> None:
    code, out, err = command("plugins", *PLUGINS)
    assert code == 0 and "made-up-county" in out and "xx" in out and not err
    code, out, err = command("plugins", *PLUGINS, "--plugin", plugin_file("1 / 0"))
    assert code == 1 and "made-up-county" in out
    assert "Broken plugin" in err and "another.py" in err and "ZeroDivisionError" in err


def test_a_broken_plugin_is_told_and_the_run_goes_on(command: Run) -> None:
    code, _, err = command("screen", "extract.csv", *SCREEN, "--plugin", plugin_file("1 / 0"))
    assert code == 0 and "Broken plugin" in err and Path("run").exists()


def test_formats_and_statutes_are_listed(command: Run) -> None:
    code, out, _ = command("formats", *PLUGINS)
    assert code == 0 and "canonical" in out and "Register of a county that does not exist" in out
    code, out, _ = command("statutes", *PLUGINS)
    assert code == 0 and "Xanadu" in out and "xx-9" in out and "patient" in out


def test_law_is_printed_as_implemented(command: Run) -> None:
    code, out, _ = command("law", "xx", *PLUGINS)
    assert code == 0
    for part in (
        "Xanadu Code § 9",
        "in force always; not reviewed by counsel",
        "A screening aid, not legal advice.",
        "9.1 (a): the offense is a quiet one",
        "+ 1 year",
        "quiet (XX 9)",
    ):
        assert part in out
    assert "+ 5 years" in command("law", "xx", "xx-9", "--policy", "patient", *PLUGINS)[1]
    _, out, _ = command("law", "xx", "xx-9", "--markdown", *PLUGINS)
    assert out.startswith("# Xanadu, version 1.0\n") and "- **9.1** (a): the offense is a quiet one" in out
    assert "Policy options that change it: `wait_years`." in out
    code, _, err = command("law", "xx", "xx-8", *PLUGINS)
    assert code == 2 and "'xx-9'" in err
    assert command("law", "xy", *PLUGINS)[0] == 2
    assert command("law", "xx", "--as-of", "soon", *PLUGINS)[0] == 2


def test_law_tells_what_an_offense_belongs_to(command: Run) -> None:
    code, out, err = command("law", "xx", "--offense", "1 XX", *PLUGINS)
    assert (code, err) == (0, "")
    for part in ("XX 1  by the law of Xanadu", "read from '1 XX'", "catalog: XX 1, humming; misdemeanor"):
        assert part in out
    assert "quiet (XX 9): listed as XX 1\n      read by xx-9 9.1\n" in out
    assert "attempt XX 1  by" in command("law", "xx", "xx-9", "--offense", "attempt XX 1", *PLUGINS)[1]
    assert "XX 3 is not in the catalog" in command("law", "xx", "--offense", "XX 3", *PLUGINS)[1]
    code, out, err = command("law", "xx", "--offense", "humming", *PLUGINS)
    assert code == 2 and not out and "Codes: XX" in err
    assert command("law", "xx", "--offense", "XX 1", "--markdown", *PLUGINS)[0] == 2


def test_convert_writes_tables_that_are_screened_to_the_same_answers(command: Run) -> None:
    code, out, _ = command("convert", "extract.csv", "--out", "tables", *PLUGINS)
    assert code == 0 and "Rows read 6 = used 5 + quarantined 1" in out
    assert stat.S_IMODE(Path("tables").stat().st_mode) == 0o700
    assert command("convert", "extract.csv", "--out", "tables", *PLUGINS)[0] == 2
    assert command("convert", "extract.csv", "--out", "tables", "--force", *PLUGINS)[0] == 0
    assert command("screen", "extract.csv", *SCREEN)[0] == 0
    Path("run").rename("direct")
    assert command("screen", "tables", *SCREEN)[0] == 0
    direct, tables = (json.loads((Path(name) / "manifest.json").read_text()) for name in ("direct", "run"))
    assert direct["digest"] == tables["digest"]
    assert direct["counts"] == tables["counts"]
    assert tables["format"] == "canonical" and tables["sources"][0]["name"] == "extract.csv"


def test_convert_refuses_a_finished_run_even_with_force(command: Run) -> None:
    assert command("screen", "extract.csv", *SCREEN)[0] == 0
    assert command("convert", "extract.csv", "--out", "run", "--force", *PLUGINS)[0] == 2
    assert Path("run", "manifest.json").exists()


def test_generate_is_seeded_and_replaces_nothing(command: Run) -> None:
    given = ("generate", "--format", "made-up-county", "--subjects", "5", *PLUGINS)
    code, out, _ = command(*given, "--seed", "1", "--out", "a.csv")
    assert code == 0 and "5 rows" in out
    command(*given, "--seed", "1", "--out", "b.csv")
    command(*given, "--seed", "2", "--out", "c.csv")
    a, b, c = (Path(name).read_bytes() for name in ("a.csv", "b.csv", "c.csv"))
    assert a == b != c
    assert stat.S_IMODE(Path("a.csv").stat().st_mode) == 0o600
    assert command(*given, "--out", "a.csv")[0] == 2
    assert command(*given, "--out", "a.csv", "--force")[0] == 0
    assert command("generate", "--format", "canonical", "--subjects", "5", "--out", "d.csv")[0] == 2
    assert command(*given, "--out", "nowhere/e.csv")[0] == 1
    assert sorted(path.name for path in Path().iterdir()) == ["a.csv", "b.csv", "c.csv", "extract.csv"]


def test_explain_reads_the_inputs_again_and_shows_the_findings(command: Run) -> None:
    assert command("screen", "extract.csv", *SCREEN)[0] == 0
    code, out, err = command("explain", "run", "--subject", "P1")
    assert (code, err) == (0, "")
    assert "the offense is a quiet one" in out and "eligible" in out.lower() and "XX 1" in out
    assert MARK not in out
    only = command("explain", "run", "--subject", "P1", "--charge", "C2", "--remedy", "xx-9")[1]
    assert "C1" not in only


def test_explain_tells_what_decides_and_everything_when_asked(command: Run) -> None:
    assert command("screen", "extract.csv", *SCREEN)[0] == 0
    short, whole, one = (
        command("explain", "run", "--subject", "P1", "--charge", "C2", *more)[1]
        for more in ((), ("--findings", "all"), ("--remedy", "xx-9"))
    )
    only = "Of each answer only the conditions that decide it are told here."
    assert only in short and only not in whole + one
    assert "✗" in short and "✓" not in short and "✓" in whole and "✓" in one
    assert command("explain", "run", "--subject", "P1", "--findings", "some")[0] == 2


@pytest.mark.parametrize(
    "more", [("--subject", MARK), ("--subject", "P1", "--charge", MARK), ("--subject", "P1", "--remedy", "xx-8")]
)
def test_explain_of_somebody_else_leaves_with_2_and_repeats_no_id(command: Run, more: tuple[str, ...]) -> None:
    assert command("screen", "extract.csv", *SCREEN)[0] == 0
    for gone in (False, True):
        if gone:
            Path("extract.csv").unlink()
        code, out, err = command("explain", "run", *more)
        assert code == 2
        assert MARK not in out + err


def test_explain_without_the_input_shows_what_is_stored(command: Run) -> None:
    assert command("screen", "extract.csv", *SCREEN)[0] == 0
    Path("extract.csv").rename("moved.csv")
    code, out, err = command("explain", "run", "--subject", "P1", "--charge", "C1")
    assert code == 0 and "--input" in err and "not there any more" in err
    assert "xx-9: eligible" in out and "9.1" in out and "C2" not in out
    code, out, err = command("explain", "run", "--subject", "P1", "--input", "moved.csv")
    assert (code, err) == (0, "") and "the offense is a quiet one" in out
    Path("extract.csv").write_text("changed", encoding="utf-8")
    assert "has changed since" in command("explain", "run", "--subject", "P1")[2]
    assert command("explain", "run", "--subject", "P1", "--input", "nowhere.csv")[0] == 2
    assert command("explain", ".", "--subject", "P1")[0] == 2


def test_help_and_version(command: Run) -> None:
    for name in ("screen", "explain", "convert", "generate", "formats", "statutes", "plugins", "law"):
        code, out, _ = command(name, "--help")
        assert code == 0 and "Usage" in out
    assert command("--version")[1].strip()


def test_the_module_is_a_command_too() -> None:
    done = subprocess.run([sys.executable, "-m", "recordrelief", "--help"], capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "determination" in done.stdout.lower()


def test_everything_public_is_there_and_the_function_explain_stays_one() -> None:
    import recordrelief
    import recordrelief.explain

    for name in recordrelief.__all__:
        assert getattr(recordrelief, name) is not None
    assert set(recordrelief.__all__) <= set(dir(recordrelief))
    assert callable(recordrelief.explain)
    with pytest.raises(AttributeError):
        _ = recordrelief.nothing  # type: ignore[attr-defined]


def test_the_api_reads_screens_and_explains(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import recordrelief as rr
    from recordrelief import plugins

    known = load([COUNTY, LAW])
    monkeypatch.setattr(plugins, "installed", lambda: known)
    path = extract(tmp_path)
    records = rr.read(path)
    assert records.charges.height == 5
    assert rr.read(str(path), format="made-up-county", plugins=[COUNTY]).charges.height == 5
    screening = rr.screen(records, statutes="xx", as_of="2020-07-01", policy={"wait_years": 2}, county="amber")
    assert "the offense is a quiet one" in str(rr.explain(screening, "P1"))
    person = records.to_subjects()[0]
    answers = rr.screen_subject(person, statutes="xx", as_of="2020-07-01", policy="patient")
    assert [answer.status for answer in answers] == ["eligible", "ineligible"]
    with pytest.raises(rr.RequestError, match="No input"):
        rr.read()
