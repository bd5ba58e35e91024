"""What somebody new gets wrong first, and what recordrelief says to it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from datetime import date, datetime
from pathlib import Path
from typing import Any

import attrs
import polars as pl
import pytest
from made_up import COUNTY, LAW, extract

import recordrelief as rr
from recordrelief import cli
from recordrelief.errors import TRACEBACK, RequestError
from recordrelief.formats.mapping.report import jurisdictions_without_law
from recordrelief.model import Charge, Subject
from recordrelief.plugins import load
from recordrelief.stated_facts import check_subject
from recordrelief.statutes import Fact

PLUGINS = ("--plugin", str(COUNTY), "--plugin", str(LAW))
SCREEN = ("--statutes", "xx", "--as-of", "2020-07-01", "--out", "run", *PLUGINS)


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(TRACEBACK, raising=False)
    extract(tmp_path)


def command(capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as left:
        cli.main(arguments)
    out, err = capfd.readouterr()
    return int(left.value.code or 0), " ".join(out.split()), " ".join(err.split())


def plugin(name: str, text: str) -> str:
    head = "from recordrelief.plugins import hookimpl\nRECORDRELIEF_HOOK_API = 1\n"
    Path(name).write_text(head + textwrap.dedent(text), encoding="utf-8")
    return name


def test_a_run_in_which_no_charge_got_an_answer_says_so(capfd: pytest.CaptureFixture[str]) -> None:
    code, out, _ = command(capfd, "screen", "extract.csv", *SCREEN)
    assert code == 0 and "No charge got an answer" not in out
    Path("walk.yaml").write_text("subject_id: p\ncharges: [{id: c, outcome: dismissed}]\n", encoding="utf-8")
    code, out, _ = command(capfd, "screen", "walk.yaml", *SCREEN, "--force")
    assert code == 0
    assert "No charge got an answer, which says nothing of anybody's relief" in out and "jurisdiction" in out


def test_check_names_a_jurisdiction_that_no_law_is_of() -> None:
    records = rr.read("extract.csv", format="made-up-county", plugins=[str(COUNTY)])
    law = load([LAW]).pack("xx")
    assert list(jurisdictions_without_law(records.charges, [law])) == []
    wrong = records.charges.with_columns(jurisdiction=pl.lit("x").cast(pl.Categorical))
    (found,) = jurisdictions_without_law(wrong, [law])
    assert found[:2] == ("x", records.charges.height) and "xx" in found[2]
    assert list(jurisdictions_without_law(wrong, [])) == []


def test_a_file_that_is_none_of_the_runs_inputs_is_refused(capfd: pytest.CaptureFixture[str]) -> None:
    assert command(capfd, "screen", "extract.csv", *SCREEN)[0] == 0
    Path("other.csv").write_text("another", encoding="utf-8")
    for verb in (("explain", "run", "--subject", "P1"), ("settle", "run", "--subject", "P1")):
        code, _, err = command(capfd, *verb, "--input", "other.csv")
        assert code == 2 and "none that the run was made of" in err and "other.csv" in err


def test_memory_wants_its_unit(capfd: pytest.CaptureFixture[str]) -> None:
    code, _, err = command(capfd, "screen", "extract.csv", *SCREEN, "--memory", "4")
    assert code == 2 and "with its unit" in err


def test_what_no_format_recognises_is_named_with_what_to_do(capfd: pytest.CaptureFixture[str]) -> None:
    Path("notes.txt").write_text("nothing", encoding="utf-8")
    code, _, err = command(capfd, "screen", "extract.csv", "notes.txt", *SCREEN)
    assert code == 2 and "no format for notes.txt" in err and "--format" in err and "mapping file" in err
    code, _, err = command(capfd, "screen", "extract.csv", "--format", "made-up-country", *SCREEN)
    assert code == 2 and "Did you mean 'made-up-county'" in err and "not installed here" in err


def test_a_format_that_fails_while_it_looks_is_told_as_its_own(capfd: pytest.CaptureFixture[str]) -> None:
    text = """
        from recordrelief.formats import Format
        class Failing(Format):
            id, title = "failing", "Fails"
            def identify(self, name, head):
                return 1 / 0
            def read(self, paths):
                raise NotImplementedError
        @hookimpl
        def recordrelief_formats():
            return [Failing()]
        """
    path = plugin("failing.py", text)
    code, _, err = command(capfd, "screen", "extract.csv", *SCREEN, "--plugin", path)
    assert code == 1 and "format failing, identify" in err and "ZeroDivisionError" in err and "Traceback" not in err


def test_a_failing_plugin_shows_itself_to_its_author_when_asked_to(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = """
        from recordrelief.formats import Format
        class Failing(Format):
            id, title = "failing", "Fails"
            def identify(self, name, head):
                return False
            def read(self, paths):
                return 1 / 0
        @hookimpl
        def recordrelief_formats():
            return [Failing()]
        """
    path = plugin("failing.py", text)
    asked = ("screen", "extract.csv", "--format", "failing", *SCREEN, "--plugin", path)
    assert "Traceback" not in command(capfd, *asked)[2]
    monkeypatch.setenv(TRACEBACK, "1")
    assert "Traceback" in command(capfd, *asked)[2]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no SIGTERM")
def test_a_signal_to_end_is_no_error_of_the_plugin_that_is_loading() -> None:
    path = plugin("ending.py", f"import os\nos.kill(os.getpid(), {int(signal.SIGTERM)})\n")
    done = subprocess.run(
        [sys.executable, "-m", "recordrelief", "screen", "extract.csv", *SCREEN, "--plugin", path],
        env={**os.environ},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 128 + signal.SIGTERM and b"Broken plugin" not in done.stderr
    assert not Path("run").exists()


def person(**facts: Any) -> Subject:
    return Subject(subject_id="p", charges=(Charge(charge_id="c", jurisdiction="us-ca", facts=facts),))


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"quiet_offence": True}, "Did you mean 'quiet_offense'"),
        ({"quiet_offense": "yes"}, "another kind of value"),
    ],
)
def test_in_python_too_a_fact_that_nobody_declares_is_refused(facts: dict[str, Any], told: str) -> None:
    law = load([LAW]).pack("xx")
    fact = Fact(name="quiet_offense", table="charges", kind="test", means="it was quiet", ask="Was it quiet?")

    declaring = attrs.evolve(law, facts=(fact,))
    with pytest.raises(RequestError, match=told):
        check_subject(person(**facts), [declaring])
    check_subject(person(quiet_offense=True), [declaring])


@pytest.mark.untyped
def test_in_python_a_value_of_the_wrong_kind_is_refused_in_words() -> None:
    law = load([LAW]).pack("xx")
    records = rr.read("extract.csv", format="made-up-county", plugins=[str(COUNTY)])
    with pytest.raises(RequestError, match="no records"):
        rr.screen("extract.csv", statutes=law, as_of="2020-07-01")  # type: ignore[arg-type]
    with pytest.raises(RequestError, match="names no statute pack"):
        rr.screen(records, statutes=[law], as_of="2020-07-01")  # type: ignore[arg-type]
    with pytest.raises(RequestError, match="one text"):
        rr.screen(records, statutes=law, as_of="2020-07-01", remedies="xx-9")
    with pytest.raises(RequestError, match="no path"):
        rr.read(["extract.csv"])  # type: ignore[arg-type]
    at = rr.screen(records, statutes=law, as_of=datetime(2020, 7, 1, 12, 30))
    assert at.as_of == date(2020, 7, 1)


def test_of_a_run_about_one_person_nobody_need_say_whom(capfd: pytest.CaptureFixture[str]) -> None:
    Path("walk.yaml").write_text(
        "subject_id: p\ncharges: [{id: c, citation: XX 1, level: misdemeanor, outcome: convicted}]\n", encoding="utf-8"
    )
    assert command(capfd, "screen", "walk.yaml", *SCREEN)[0] == 0
    code, out, err = command(capfd, "explain", "run")
    assert (code, err) == (0, "") and "Subject p" in out
    assert command(capfd, "settle", "run")[0] == 0
    assert command(capfd, "screen", "extract.csv", *SCREEN, "--force")[0] == 0
    code, out, err = command(capfd, "explain", "run")
    assert code == 2 and "more than one person" in err and "--subject" in err
