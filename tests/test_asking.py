"""`settle` and `ask`: questions in the terminal, best first, and answers that become signed corrections."""

from __future__ import annotations

import stat
from datetime import date
from pathlib import Path

import pytest
from made_up import LAW
from made_up.one_remedy import convicted, pack
from made_up.one_remedy import person as records_of
from typer.testing import CliRunner, Result

from recordrelief.asking import Interview, Signed
from recordrelief.cli import app
from recordrelief.errors import RequestError
from recordrelief.law import charge, relief
from recordrelief.model import Relief
from recordrelief.rescreening import Person

PERSON = """\
subject_id: P1
record_scope: state
charges:
- {id: C1, citation: XX 1, outcome: convicted, attempt: false, conspiracy: false, solicitation: false}
- {id: C2, citation: XX 1, level: misdemeanor, outcome: convicted, conviction_date: 2019-06..2019-07}
"""
FILES = ("--statutes", "xx", "--as-of", "2020-07-01", "--plugin", str(LAW))
SIGNED = ("--author", "A. Example", "--date", "2026-01-02")


@pytest.fixture(autouse=True)
def person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = PERSON.replace("2019-06..2019-07", "2019-06-15..2019-07-15")
    Path("person.yaml").write_text(text, encoding="utf-8")


def done(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(app, list(arguments), input=typed)


def screened(*more: str) -> dict[tuple[str, str], str]:
    result = done("screen", "person.yaml", *FILES, "--out", "run", "--force", *more)
    assert result.exit_code == 0, result.output
    import polars as pl

    rows = pl.read_parquet("run/determinations.parquet").rows(named=True)
    return {(row["charge_id"], row["remedy"]): row["status"] for row in rows}


def test_answers_become_corrections_that_settle_what_they_promised() -> None:
    assert set(screened().values()) == {"undetermined"}
    result = done("ask", "person.yaml", *FILES, *SIGNED, typed="3\n2010-05\n2019-06-20\nno\nno\nno\n")
    assert result.exit_code == 0, result.output
    assert "Answers that are open: 2." in result.output
    assert "Now eligible: Dismissal of a quiet offense (xx-9), charge C1" in result.output
    assert "6 answers written to corrections.yaml" in result.output
    assert "No question is left" in result.output
    assert set(screened("--corrections", "corrections.yaml").values()) == {"eligible"}
    assert stat.S_IMODE(Path("corrections.yaml").stat().st_mode) == 0o600
    told = done("explain", "run", "--subject", "P1").output
    assert "changed by A. Example on 2026-01-02: What was the level of the offense as disposed?" in _flat(told)


def _flat(text: str) -> str:
    return " ".join(text.replace("│", " ").split())


def test_what_cannot_be_read_is_asked_again_and_nothing_is_kept_of_what_is_skipped() -> None:
    result = done("ask", "person.yaml", *FILES, *SIGNED, typed="nine\n\nwhen it rained\nskip\nquit\n")
    assert result.exit_code == 0, result.output
    assert result.output.count("That cannot be read here.") == 2
    assert "What was the level" in result.output and "written" not in result.output
    assert not Path("corrections.yaml").exists()


def test_whoever_stops_typing_has_had_enough() -> None:
    result = done("ask", "person.yaml", *FILES, *SIGNED, typed="misdemeanor\n")
    assert result.exit_code == 0, result.output
    assert "1 answer written" in result.output


def test_what_stands_in_the_file_is_kept_and_counts() -> None:
    assert done("ask", "person.yaml", *FILES, *SIGNED, typed="misdemeanor\nquit\n").exit_code == 0
    first = Path("corrections.yaml").read_text(encoding="utf-8")
    result = done("ask", "person.yaml", *FILES, *SIGNED, typed="skip\nskip\nno\nquit\n")
    assert "What was the level of the offense" not in result.output
    assert Path("corrections.yaml").read_text(encoding="utf-8").startswith(first)
    assert set(screened("--corrections", "corrections.yaml")) == {("C1", "xx-9"), ("C2", "xx-9")}


def test_an_answer_that_cannot_be_laid_over_the_record_is_not_kept() -> None:
    law = pack(bars=(charge.reliefs.any(relief.kind.is_("sealed")),))
    twins = [Relief(remedy="xx-1"), Relief(remedy="xx-1")]
    person = Person(
        records=records_of(convicted(reliefs=twins)),
        packs=(law,),
        policies={"xx": law.policy()},
        as_of="2020-07-01",
        county=None,
        remedies=(),
    )
    signed = Signed(author="A. Example", date=date(2026, 1, 2))
    interview = Interview(person, Path("answers.yaml"), signed, [law])
    typed = iter(["reduced", "reduced"])
    lines: list[str] = []
    interview.run(lambda text: next(typed, None), lines.append)
    assert sum("does not fit the record" in line for line in lines) == 2
    assert interview.answered == 0 and Path("answers.yaml").read_text(encoding="utf-8") == ""


def test_a_slip_of_the_pen_does_not_count_as_another_word() -> None:
    law = pack(charge.word("crew").is_("completed"))
    person = Person(
        records=records_of(), packs=(law,), policies={"xx": law.policy()}, as_of="2020-07-01", county=None, remedies=()
    )
    signed = Signed(author="A. Example", date=date(2026, 1, 2))
    lines: list[str] = []
    typed = iter(["complete", "no", "left it", "yes"])
    interview = Interview(person, Path("answers.yaml"), signed, [law])
    interview.run(lambda text: next(typed, None), lines.append)
    assert "crew: left_it" in Path("answers.yaml").read_text(encoding="utf-8")
    assert "  whether crew is so" in lines and any(line.startswith("Now ineligible") for line in lines)


def test_a_run_is_asked_about_as_it_was_made() -> None:
    screened()
    result = done("ask", "run", "--subject", "P1", *SIGNED, "--out", "said.yaml", typed="misdemeanor\nquit\n")
    assert result.exit_code == 0, result.output
    screened("--corrections", "said.yaml")
    with pytest.raises(RequestError, match="made with this file"):
        raise _error(done("ask", "run", "--subject", "P1", *SIGNED, "--out", "said.yaml"))
    result = done("ask", "run", "--subject", "P1", *SIGNED, "--out", "more.yaml", typed="quit\n")
    assert "What was the level of the offense" not in result.output
    Path("person.yaml").write_text("subject_id: P1\n", encoding="utf-8")
    assert "has changed since" in str(_error(done("ask", "run", "--subject", "P1", *SIGNED)))


def _error(result: Result) -> BaseException:
    assert isinstance(result.exception, RequestError), result.output
    return result.exception


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("person.yaml", "--as-of", "2020-07-01"), "Files need a law"),
        (("person.yaml", *FILES, "--subject", "P2"), "no such person"),
        (("person.yaml", *FILES, "--date", "soon"), "not a date"),
        (("nowhere.yaml", *FILES), "no such input"),
        (("run", "--subject", "P1", "--as-of", "2020-07-01"), "a law, a day and a policy of its own"),
    ],
)
def test_a_wrong_request_is_told_and_writes_nothing(arguments: tuple[str, ...], told: str) -> None:
    screened()
    assert told in str(_error(done("ask", *arguments, "--author", "A. Example")))
    assert not Path("corrections.yaml").exists()


def test_settle_tells_the_questions_and_what_each_comes_to() -> None:
    screened()
    result = done("settle", "run", "--subject", "P1")
    assert result.exit_code == 0, result.output
    assert "A screening aid, not legal advice." in result.output
    assert "What was the level of the offense as disposed? (charge C1: XX 1, convicted on an unknown day)" in (
        result.output
    )
    assert "anything but misdemeanor" in result.output or "infraction or violation or felony: ineligible" in (
        result.output
    )
    only = done("settle", "run", "--subject", "P1", "--charge", "C2", "--facts", "1").output
    assert "Charge C1" not in only
    assert "no such charge" in str(_error(done("settle", "run", "--subject", "P1", "--charge", "C9")))
