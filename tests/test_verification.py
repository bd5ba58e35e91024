"""Checking a finished run again: a fresh one holds, and each kind of tampering is found by the check that is for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from made_up import BAD_ROW, COUNTY, LAW, MARK, ROWS, alone, extract  # noqa: F401

from recordrelief import cli
from recordrelief.errors import RequestError
from recordrelief.manifests import digest, files_told
from recordrelief.runs import RunRequest, run
from recordrelief.verification import Verification, verify


def finished(tmp_path: Path, *rows: str, name: str = "run", **more: Any) -> Path:
    source = extract(tmp_path, *(rows or (*ROWS, BAD_ROW)), name=f"{name}.csv")
    given: dict[str, Any] = {"statutes": "xx", "as_of": "2020-07-01", "plugins": [COUNTY, LAW], "outputs": ["csv"]}
    return run(RunRequest(inputs=[source], out=tmp_path / name, **(given | more))).directory


def differing(verification: Verification) -> set[str]:
    return {check.name for check in verification.checks if check.outcome == "differs"}


def told(verification: Verification, name: str) -> str:
    return next(check.told for check in verification.checks if check.name == name)


def edited(directory: Path, edit: Callable[[dict[str, Any]], None]) -> None:
    """The manifest with a change."""
    path = directory / "manifest.json"
    about = json.loads(path.read_text(encoding="utf-8"))
    edit(about)
    path.write_text(json.dumps(about), encoding="utf-8")


def covered_up(directory: Path) -> None:
    """The hashes in the manifest are those of the files as they are now."""
    edited(directory, lambda about: about.update(files={**files_told(directory), "manifest.json": None}))


def rewritten(directory: Path, name: str, change: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
    """A table with a change, and the manifest with its hash."""
    frame = change(pl.read_parquet(directory / name))
    frame.write_parquet(directory / name)
    covered_up(directory)


def claimed(frame: pl.DataFrame) -> pl.DataFrame:
    """What was undetermined, as if it were ineligible."""
    status = pl.col("status").cast(pl.String).replace("undetermined", "ineligible").cast(frame.schema["status"])
    return frame.with_columns(status)


@pytest.mark.parametrize(
    "more",
    [{}, {"county": "AMBER"}, {"remedies": ["xx-9"], "policy": "patient"}, {"outputs": ()}],
    ids=["whole", "county", "remedy", "no csv"],
)
def test_a_fresh_run_holds(tmp_path: Path, more: dict[str, Any]) -> None:
    verification = verify(finished(tmp_path, **more))
    assert verification.holds and not differing(verification)
    people = 2 if "county" in more else 3
    assert told(verification, "sample screened again").startswith(f"{people} people")


def test_a_cell_that_was_changed_is_found_by_the_digest_the_counts_and_the_sample(tmp_path: Path) -> None:
    directory = finished(tmp_path)
    rewritten(directory, "determinations.parquet", claimed)
    assert differing(verify(directory)) == {
        "digest",
        "determinations by remedy and status",
        "determinations.csv",
        "sample screened again",
    }


def test_a_cell_that_was_changed_with_digest_and_counts_is_found_by_screening_again(tmp_path: Path) -> None:
    directory = finished(tmp_path, outputs=())
    rewritten(directory, "determinations.parquet", claimed)

    def covered(about: dict[str, Any]) -> None:
        about["digest"] = digest(pl.read_parquet(directory / "determinations.parquet"))
        counts = about["counts"]["determinations"]["xx-9"]
        counts["ineligible"], counts["undetermined"] = counts["ineligible"] + counts["undetermined"], 0

    edited(directory, covered)
    verification = verify(directory)
    assert differing(verification) == {"sample screened again"}
    assert told(verification, "sample screened again") == "1 determination of 1 person not the same"
    # A sample finds it when it is large enough, and only then.
    assert verify(directory, sample=0).holds


@pytest.mark.parametrize(
    ("name", "found_by"),
    [
        ("determinations.csv", {"files of the run", "determinations.csv"}),
        ("unknown-citations.csv", {"files of the run", "unknown citations"}),
        ("quarantine.csv", {"files of the run", "rows and quarantine", "inputs read again"}),
    ],
)
def test_a_file_that_was_removed_is_found(tmp_path: Path, name: str, found_by: set[str]) -> None:
    directory = finished(tmp_path)
    (directory / name).unlink()
    verification = verify(directory)
    assert differing(verification) == found_by
    assert told(verification, "files of the run") == "1 file named in the manifest, not there"


def test_determinations_that_are_not_there_are_found_by_every_check_that_reads_them(tmp_path: Path) -> None:
    directory = finished(tmp_path)
    (directory / "determinations.parquet").unlink()
    assert {"files of the run", "digest", "sample screened again"} <= differing(verify(directory))


def test_a_file_that_was_added_is_found(tmp_path: Path) -> None:
    directory = finished(tmp_path)
    (directory / "letters.txt").write_text("mine", encoding="utf-8")
    verification = verify(directory)
    assert differing(verification) == {"files of the run"}
    assert told(verification, "files of the run") == "1 file there, not named in the manifest"


def test_an_input_that_changed_is_found_and_nothing_is_screened_from_it(tmp_path: Path) -> None:
    directory = finished(tmp_path)
    path = tmp_path / "run.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("felony", "misdemeanor"), encoding="utf-8")
    assert differing(verify(directory)) == {"inputs", "inputs read again", "sample screened again"}


def test_an_input_that_is_gone_is_told_and_keeps_only_from_screening_again(tmp_path: Path) -> None:
    directory = finished(tmp_path)
    (tmp_path / "run.csv").rename(tmp_path / "moved.csv")
    verification = verify(directory)
    assert differing(verification) == {"inputs read again", "sample screened again"}
    assert told(verification, "inputs") == "1 input not there any more (--input says where)"
    assert verify(directory, sample=0).holds
    # The name of the file is not held against the run when its content is the same.
    assert verify(directory, inputs=[tmp_path / "moved.csv"]).holds
    other = extract(tmp_path, ROWS[0], name="other.csv")
    assert differing(verify(directory, inputs=[tmp_path / "moved.csv", other])) == {"files named with --input"}
    with pytest.raises(RequestError, match="no such input"):
        verify(directory, inputs=[tmp_path / "nowhere.csv"])


def test_corrections_are_checked_and_laid_over_the_sample(tmp_path: Path) -> None:
    corrections = tmp_path / "corrections.yaml"
    corrections.write_text(
        "- subject_id: P2\n  charge_id: C3\n  change: {level: misdemeanor}\n  author: A. Clerk\n  date: 2020-06-01\n"
        "  reason: the docket says so\n",
        encoding="utf-8",
    )
    directory = finished(tmp_path, corrections=[corrections])
    assert verify(directory).holds
    corrections.write_text(corrections.read_text(encoding="utf-8").replace("docket", "judge"), encoding="utf-8")
    assert differing(verify(directory)) == {"corrections", "inputs read again", "sample screened again"}


def _rows_read(about: dict[str, Any]) -> None:
    about["counts"]["rows_read"] += 1


def _rows_of_a_file(about: dict[str, Any]) -> None:
    entry = about["inputs"][0]
    entry["used"], entry["quarantined"] = entry["used"] + 1, entry["quarantined"] - 1
    about["counts"]["rows_used"] += 1
    about["counts"]["rows_quarantined"] -= 1


def _nobody(about: dict[str, Any]) -> None:
    about["counts"]["quarantined_without_subject"] = 0


def _subjects(about: dict[str, Any]) -> None:
    about["counts"]["subjects"] = 2


def _more_charges(about: dict[str, Any]) -> None:
    about["counts"]["charges"] += 1


def _by_status(about: dict[str, Any]) -> None:
    counts = about["counts"]["determinations"]["xx-9"]
    counts["eligible"], counts["ineligible"] = counts["eligible"] + 1, counts["ineligible"] - 1


def _citation(about: dict[str, Any]) -> None:
    about["statutes"][0]["unknown_citations"].append({"citation": "XX 7", "charges": 1})


@pytest.mark.parametrize(
    ("edit", "found_by"),
    [
        (_rows_read, {"rows and quarantine"}),
        (_rows_of_a_file, {"rows and quarantine", "inputs read again"}),
        (_nobody, {"rows and quarantine"}),
        (_subjects, {"people and charges", "inputs read again"}),
        (_more_charges, {"people and charges", "inputs read again"}),
        (_by_status, {"determinations by remedy and status"}),
        (_citation, {"unknown citations"}),
        (lambda about: about["counts"].pop("rows_read"), {"rows and quarantine"}),
    ],
    ids=["rows", "file", "nobody", "people", "charges", "status", "citation", "left out"],
)
def test_a_count_that_was_edited_is_found(
    tmp_path: Path, edit: Callable[[dict[str, Any]], None], found_by: set[str]
) -> None:
    directory = finished(tmp_path)
    edited(directory, edit)
    assert differing(verify(directory)) == found_by


def test_findings_of_other_people_are_found_by_agreement(tmp_path: Path) -> None:
    directory = finished(tmp_path)
    other = finished(tmp_path, *(row.replace("P", "Q", 1).replace(",C", ",D") for row in ROWS), name="other")
    (other / "findings.parquet").rename(directory / "findings.parquet")
    covered_up(directory)
    verification = verify(directory)
    assert differing(verification) == {"findings and determinations agree", "sample screened again"}
    assert "4 charges with determinations and no findings" in told(verification, "findings and determinations agree")


def test_findings_of_the_same_people_under_another_policy_are_found_by_screening_again(tmp_path: Path) -> None:
    directory = finished(tmp_path)
    other = finished(tmp_path, name="other", policy="patient")
    (other / "findings.parquet").rename(directory / "findings.parquet")
    covered_up(directory)
    assert differing(verify(directory)) == {"sample screened again"}


def test_a_finding_that_the_remedy_is_not_about_the_charge_is_found_by_agreement(tmp_path: Path) -> None:
    directory = finished(tmp_path)
    rewritten(directory, "findings.parquet", lambda frame: frame.with_columns(pl.lit(False).alias("xx-9/applies")))
    assert differing(verify(directory, sample=0)) == {"findings and determinations agree"}


@pytest.mark.parametrize("name", ["determinations", "findings"])
def test_columns_that_are_not_declared_are_found(tmp_path: Path, name: str) -> None:
    directory = finished(tmp_path, outputs=())
    rewritten(directory, f"{name}.parquet", lambda frame: frame.with_columns(pl.lit(1).alias("more")))
    assert f"columns of the {name}" in differing(verify(directory, sample=0))


def test_a_row_that_stands_twice_is_found(tmp_path: Path) -> None:
    directory = finished(tmp_path, outputs=())
    rewritten(directory, "findings.parquet", lambda frame: pl.concat([frame, frame[:1]]))
    assert differing(verify(directory)) == {"columns of the findings", "sample screened again"}


def test_fingerprints_of_other_records_are_found_by_reading_again(tmp_path: Path) -> None:
    directory = finished(tmp_path)
    rewritten(directory, "people.parquet", lambda frame: frame.with_columns(pl.col("record").reverse()))
    verification = verify(directory)
    assert differing(verification) == {"inputs read again"}
    assert told(verification, "inputs read again") == "2 people with another fingerprint of the record"


_TWO_READINGS = """

def _two_readings(records, policy):
    unread = pl.when(pl.col("charge_id") != "C1").then("level").alias("level")
    other = attrs.evolve(records, charges=records.charges.with_columns(unread))
    return readings([records, other])
"""


def test_a_run_over_several_readings_holds(tmp_path: Path) -> None:
    law = tmp_path / "law.py"
    text = LAW.read_text(encoding="utf-8").replace(
        "remedies=_remedies,\n", "remedies=_remedies, derive=_two_readings,\n"
    )
    text = text.replace(
        "import attrs", "import attrs\nimport polars as pl\nfrom recordrelief.records import readings", 1
    )
    head, mark, rest = text.partition("\n\n@hookimpl")
    law.write_text(head + _TWO_READINGS + mark + rest, encoding="utf-8")
    directory = finished(tmp_path, plugins=[COUNTY, law])
    assert pl.read_parquet(directory / "findings.parquet")["alternative"].max() == 1
    assert verify(directory).holds


def test_another_version_is_noted_and_no_difference(tmp_path: Path) -> None:
    directory = finished(tmp_path)

    def older(about: dict[str, Any]) -> None:
        about["recordrelief"] = "0.0.1"

    edited(directory, older)
    verification = verify(directory)
    assert verification.holds and "made with recordrelief 0.0.1" in told(verification, "versions")


def test_the_same_run_gives_the_same_sample(tmp_path: Path) -> None:
    rows = [f"P{number},{MARK},C{number},XX 1,misdemeanor,convicted,AMBER,2010-01-01" for number in range(40)]
    directory = finished(tmp_path, *rows)
    rewritten(
        directory, "findings.parquet", lambda frame: frame.with_columns(pl.lit(None, pl.Boolean).alias("xx-9/9.1"))
    )
    first = told(verify(directory, sample=7), "sample screened again")
    assert (
        first
        == told(verify(directory, sample=7), "sample screened again")
        == "7 rows of findings of 7 people not the same"
    )


def _other_bytes(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))


@pytest.mark.parametrize(
    "name",
    [
        *("charges.parquet", "people.parquet", "determinations.parquet", "findings.parquet", "changes.parquet"),
        *("changes.csv", "determinations.csv", "quarantine.csv", "unknown-citations.csv"),
    ],
)
def test_one_bit_of_any_file_is_found(tmp_path: Path, name: str) -> None:
    before = finished(tmp_path)
    directory = finished(tmp_path, name="now", since=before)
    _other_bytes(directory / name)
    verification = verify(directory, sample=0)
    assert "contents of the files" in differing(verification)
    assert told(verification, "contents of the files") == "1 file with another content than the run wrote"


def test_changes_as_csv_that_say_something_else_are_found_whatever_the_manifest_says(tmp_path: Path) -> None:
    before = finished(tmp_path)
    directory = finished(tmp_path, name="now", since=before)
    with (directory / "changes.csv").open("a", encoding="utf-8") as file:
        file.write("P1\n")
    covered_up(directory)
    assert differing(verify(directory)) == {"changes.csv"}


def test_people_and_charges_of_other_ids_are_found_whatever_the_manifest_says(tmp_path: Path) -> None:
    directory = finished(tmp_path)
    other = pl.lit("P9").alias("subject_id")
    rewritten(directory, "charges.parquet", lambda frame: frame.with_columns(other))
    verification = verify(directory, sample=0)
    assert differing(verification) == {"people and charges"}
    assert told(verification, "people and charges") == (
        "4 charges with answers, not in charges.parquet; 1 person with charges, not in people.parquet"
    )


@pytest.mark.parametrize(
    ("edit", "found_by"),
    [
        (lambda about: about.update(notice="Legal advice, reviewed by counsel."), "law of the run"),
        (lambda about: about.update(reviewed={"xx-9": {"by": "A. Lawyer", "on": "2020-01-01"}}), "law of the run"),
        (lambda about: about.update(remedies={"xx-9": "99"}), "law of the run"),
        (lambda about: about["statutes"][0].update(version="99"), "law of the run"),
        (lambda about: about["coverage"].update(charges="partial"), "sample screened again"),
        (lambda about: about.update(county="BASALT"), "county"),
        (lambda about: about["inputs"][0].update(bytes=1), "files given"),
        (lambda about: about["inputs"][0].update(name="other.csv"), "files given"),
        (lambda about: about["since"].update(digest="0" * 64), "earlier run"),
        (lambda about: about["since"].update(as_of="2019-01-01"), "earlier run"),
        (lambda about: about["since"].update(new_people=77), "earlier run"),
    ],
    ids=["notice", "review", "remedy", "law", "coverage", "county", "bytes", "name", "digest", "day", "people"],
)
def test_what_the_manifest_says_of_law_and_files_is_found_again(
    tmp_path: Path, edit: Callable[[dict[str, Any]], None], found_by: str
) -> None:
    before = finished(tmp_path)
    directory = finished(tmp_path, name="now", since=before)
    assert verify(directory).holds
    edited(directory, edit)
    assert found_by in differing(verify(directory))


def test_an_earlier_run_that_is_gone_is_told_and_no_difference(tmp_path: Path) -> None:
    before = finished(tmp_path)
    directory = finished(tmp_path, name="now", since=before)
    before.rename(tmp_path / "moved")
    verification = verify(directory)
    assert verification.holds and "not there any more" in told(verification, "earlier run")


def test_a_directory_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="no finished run"):
        verify(tmp_path)


def test_the_command_prints_each_check_and_leaves_with_1_where_one_differs(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    def command() -> tuple[int, str]:
        with pytest.raises(SystemExit) as left:
            cli.main(["verify", str(tmp_path / "run"), "--sample", "2"])
        out, err = capfd.readouterr()
        assert not err and MARK not in out and "P1" not in out
        return int(left.value.code or 0), out

    directory = finished(tmp_path)
    code, out = command()
    assert code == 0 and "No difference." in out and "not legal advice" in out
    rewritten(directory, "determinations.parquet", claimed)
    code, out = command()
    assert code == 1 and "checks found a difference." in out
