"""What changed since an earlier run, and why: each reason alone, reasons together, and the cause left open."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from made_up import BAD_ROW, COUNTY, LAW, MARK, ROWS, alone, extract  # noqa: F401

from recordrelief import changes, cli
from recordrelief.changes import COLUMNS
from recordrelief.errors import RequestError
from recordrelief.manifests import digest
from recordrelief.runs import FinishedRun, RunRequest, run
from recordrelief.verification import verify

THEN, LATER = "2020-07-01", "2021-05-01"
Told = dict[str, tuple[str, str, str, list[str]]]


def ran(tmp_path: Path, name: str, rows: Sequence[str] = ROWS, **more: Any) -> FinishedRun:
    source = extract(tmp_path, *rows, name=f"{name}.csv")
    given: dict[str, Any] = {"statutes": "xx", "as_of": THEN, "plugins": [COUNTY, LAW]}
    return run(RunRequest(inputs=[source], out=tmp_path / name, **(given | more)))


def told(finished: FinishedRun) -> Told:
    """By charge: the change, the status before and after, and why."""
    frame = pl.read_parquet(finished.directory / "changes.parquet")
    assert dict(frame.schema) == {name: dtype for name, (dtype, _) in COLUMNS.items()}
    words = frame.select("charge_id", pl.col("change", "status_before", "status_after").cast(pl.String), "because")
    return {charge: tuple(rest) for charge, *rest in words.iter_rows()}


def edited(rows: Sequence[str], charge: str, old: str, new: str) -> list[str]:
    return [row.replace(old, new) if f",{charge}," in row else row for row in rows]


def another_law(tmp_path: Path, old: str, new: str) -> Path:
    text = LAW.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "another_law.py"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


def rewritten(directory: Path, frame: pl.DataFrame, **more: Any) -> None:
    """A run whose answers are others than its law gave, as if something unknown had made them."""
    frame.write_parquet(directory / "determinations.parquet")
    about = json.loads((directory / "manifest.json").read_text(encoding="utf-8")) | more
    about["digest"] = digest(frame)
    (directory / "manifest.json").write_text(json.dumps(about), encoding="utf-8")


def test_nothing_changes_where_the_same_record_stands_elsewhere_in_the_file(tmp_path: Path) -> None:
    earlier = ran(tmp_path, "a")
    finished = ran(tmp_path, "b", ROWS[::-1], since=earlier.directory)
    assert told(finished) == {}
    about = finished.manifest["since"]
    assert (about["changes"], about["new_people"], about["gone_people"]) == (0, 0, 0)
    assert (about["digest"], about["as_of"]) == (earlier.manifest["digest"], THEN)
    assert earlier.manifest["since"] is None


def test_the_calendar(tmp_path: Path) -> None:
    earlier = ran(tmp_path, "a")
    finished = ran(tmp_path, "b", as_of=LATER, since=earlier.directory)
    assert told(finished) == {"C5": ("gains", "eligible_later", "eligible", ["calendar"])}
    assert finished.manifest["since"]["by_reason"] == {"calendar": 1}


def test_a_version_that_comes_into_force_between_the_days_is_the_calendar(tmp_path: Path) -> None:
    law = another_law(
        tmp_path, 'id="xx-9",', 'id="xx-9", in_force=InForce(since=__import__("datetime").date(2021, 1, 1)),'
    )
    law.write_text(law.read_text(encoding="utf-8").replace("import Condition,", "import InForce, Condition,"))
    earlier = ran(tmp_path, "a", plugins=[COUNTY, law])
    finished = ran(tmp_path, "b", plugins=[COUNTY, law], as_of=LATER, since=earlier.directory)
    assert told(finished)["C1"] == ("gains", "none", "eligible", ["calendar"])


def test_the_record(tmp_path: Path) -> None:
    earlier = ran(tmp_path, "a")
    rows = edited(ROWS, "C3", "XX 1,,", "XX 1,misdemeanor,")
    finished = ran(tmp_path, "b", rows, since=earlier.directory)
    assert told(finished) == {"C3": ("gains", "undetermined", "eligible", ["record"])}


def test_a_correction_is_a_change_of_the_record(tmp_path: Path) -> None:
    corrections = tmp_path / "corrections.yaml"
    corrections.write_text(
        "- subject_id: P2\n  charge_id: C3\n  change: {level: felony}\n  author: A. Clerk\n  date: 2020-06-01\n"
        "  reason: the docket says so\n",
        encoding="utf-8",
    )
    earlier = ran(tmp_path, "a")
    finished = ran(tmp_path, "b", corrections=[corrections], since=earlier.directory)
    assert told(finished) == {"C3": ("may_lose", "undetermined", "ineligible", ["record"])}


def test_a_policy_is_law(tmp_path: Path) -> None:
    earlier = ran(tmp_path, "a")
    finished = ran(tmp_path, "b", policy="patient", since=earlier.directory)
    assert told(finished) == {"C5": ("later", "eligible_later", "eligible_later", ["law"])}


def test_a_pack_that_says_something_else_is_law_though_its_version_is_the_same(tmp_path: Path) -> None:
    earlier = ran(tmp_path, "a")
    law = another_law(tmp_path, '"misdemeanor"), cites', '"felony"), cites')
    finished = ran(tmp_path, "b", plugins=[COUNTY, law], since=earlier.directory)
    assert told(finished) == {
        "C1": ("loses", "eligible", "ineligible", ["law"]),
        "C5": ("loses_later", "eligible_later", "ineligible", ["law"]),
    }


def test_a_remedy_that_is_new_is_law(tmp_path: Path) -> None:
    law = another_law(tmp_path, '"xx-9"', '"xx-8"')
    earlier = ran(tmp_path, "a", plugins=[COUNTY, law])
    finished = ran(tmp_path, "b", since=earlier.directory)
    rows = pl.read_parquet(finished.directory / "changes.parquet").filter(charge_id="C1")
    assert sorted(rows.select(pl.col("remedy", "change").cast(pl.String)).iter_rows()) == [
        ("xx-8", "loses"),
        ("xx-9", "gains"),
    ]
    assert rows["because"].to_list() == [["law"], ["law"]]


def test_law_and_record_together_where_both_differ(tmp_path: Path) -> None:
    earlier = ran(tmp_path, "a")
    rows = edited(ROWS, "C3", "XX 1,,", "XX 1,misdemeanor,")
    finished = ran(tmp_path, "b", rows, policy="patient", since=earlier.directory)
    assert told(finished) == {
        "C3": ("gains", "undetermined", "eligible", ["law", "record"]),
        "C5": ("later", "eligible_later", "eligible_later", ["law"]),
    }


def test_record_and_calendar_together_where_neither_alone_made_the_answer(tmp_path: Path) -> None:
    earlier = ran(tmp_path, "a")
    rows = edited(ROWS, "C5", "2020-03-04", "2020-04-04")
    finished = ran(tmp_path, "b", rows, as_of=LATER, since=earlier.directory)
    assert told(finished) == {"C5": ("gains", "eligible_later", "eligible", ["record", "calendar"])}


def test_a_record_that_differs_is_no_reason_where_the_day_alone_is(tmp_path: Path) -> None:
    earlier = ran(tmp_path, "a")
    rows = edited(ROWS, "C5", "AMBER", "BASALT")
    finished = ran(tmp_path, "b", rows, as_of=LATER, since=earlier.directory)
    assert told(finished) == {"C5": ("gains", "eligible_later", "eligible", ["calendar"])}
    # That it differs is told all the same: what the old record would have come to on this day nobody knows.
    columns = ["county", "record_differs", "law_differs"]
    frame = pl.read_parquet(finished.directory / "changes.parquet").with_columns(pl.col("county").cast(pl.String))
    assert frame.select(columns).rows() == [("BASALT", True, False)]


def test_people_who_are_new_or_gone(tmp_path: Path) -> None:
    earlier = ran(tmp_path, "a", ROWS[:4])
    finished = ran(tmp_path, "b", [ROWS[2], ROWS[3], ROWS[4]], since=earlier.directory)
    assert told(finished) == {
        "C1": ("loses", "eligible", "none", ["gone_person"]),
        "C5": ("gains_later", "none", "eligible_later", ["new_person"]),
    }
    assert pl.read_parquet(finished.directory / "changes.parquet")["record_differs"].to_list() == [None, None]
    about = finished.manifest["since"]
    assert (about["new_people"], about["gone_people"]) == (1, 1)


def test_a_charge_that_is_new_or_gone_is_a_change_of_the_record(tmp_path: Path) -> None:
    earlier = ran(tmp_path, "a", ROWS[:1])
    more = ROWS[0].replace("C1", "C7")
    assert told(ran(tmp_path, "b", [more], since=earlier.directory)) == {
        "C1": ("loses", "eligible", "none", ["record"]),
        "C7": ("gains", "none", "eligible", ["record"]),
    }


def test_charges_of_a_county_that_are_all_gone(tmp_path: Path) -> None:
    earlier = ran(tmp_path, "a", county="amber")
    rows = [*edited(edited(ROWS[:3], "C1", "AMBER", "BASALT"), "C2", "AMBER", "BASALT"), ROWS[0].replace("P1", "P9")]
    rows[-1] = rows[-1].replace("C1", "C9")
    finished = ran(tmp_path, "b", rows, county="AMBER", as_of=LATER, since=earlier.directory)
    found = told(finished)
    assert found["C1"] == ("loses", "eligible", "none", ["record"])
    assert found["C9"] == ("gains", "none", "eligible", ["new_person"])


def _granting(tmp_path: Path, name: str, reliefs: str, since: Path | None = None) -> FinishedRun:
    path = tmp_path / f"{name}.yaml"
    path.write_text(
        "subject_id: walk-in-7\nrecord_scope: state\ncharges:\n- id: C1\n  citation: XX 1\n  level: misdemeanor\n"
        "  attempt: false\n  conspiracy: false\n  solicitation: false\n  outcome: convicted\n"
        f"  conviction_date: 2010-02-03\n{reliefs}",
        encoding="utf-8",
    )
    law = another_law(tmp_path, 'id="xx-9",', 'id="xx-9", granted=charge.reliefs.any(relief.kind.is_("dismissed")),')
    text = law.read_text(encoding="utf-8").replace("charge, years", "charge, relief, years")
    law.write_text(text, encoding="utf-8")
    return run(RunRequest(inputs=[path], out=tmp_path / name, statutes="xx", as_of=THEN, plugins=[law], since=since))


def test_what_was_granted_since(tmp_path: Path) -> None:
    earlier = _granting(tmp_path, "a", "")
    finished = _granting(tmp_path, "b", "  reliefs:\n  - remedy: xx-9\n    kind: dismissed\n", earlier.directory)
    assert told(finished) == {"C1": ("granted", "eligible", "granted", ["record"])}
    back = _granting(tmp_path, "c", "", finished.directory)
    assert told(back) == {"C1": ("other", "granted", "eligible", ["record"])}


def test_a_cause_that_nothing_tells_is_left_open(tmp_path: Path) -> None:
    earlier = ran(tmp_path, "a")
    frame = earlier.answers.determinations
    status = pl.col("status").cast(pl.String).replace("undetermined", "ineligible").cast(frame.schema["status"])
    rewritten(earlier.directory, frame.with_columns(status))
    finished = ran(tmp_path, "b", since=earlier.directory)
    assert told(finished) == {"C3": ("may_gain", "ineligible", "undetermined", ["undetermined_cause"])}
    finished = ran(tmp_path, "c", as_of=LATER, since=earlier.directory)
    assert told(finished)["C3"][3] == ["undetermined_cause"]


def test_another_version_of_the_program_may_be_the_cause(tmp_path: Path) -> None:
    earlier = ran(tmp_path, "a")
    frame = earlier.answers.determinations
    status = pl.col("status").cast(pl.String).replace("undetermined", "ineligible").cast(frame.schema["status"])
    rewritten(earlier.directory, frame.with_columns(status), recordrelief="0.0.1")
    assert told(ran(tmp_path, "b", since=earlier.directory))["C3"][3] == ["program"]


def test_fingerprints_of_another_version_of_polars_tell_nothing(tmp_path: Path) -> None:
    earlier = ran(tmp_path, "a")
    frame = earlier.answers.determinations
    status = pl.col("status").cast(pl.String).replace("undetermined", "ineligible").cast(frame.schema["status"])
    rewritten(earlier.directory, frame.with_columns(status), polars="0.0.1")
    finished = ran(tmp_path, "b", since=earlier.directory)
    assert told(finished)["C3"][3] == ["record", "program"]
    assert pl.read_parquet(finished.directory / "changes.parquet")["record_differs"].to_list() == [None]


@pytest.mark.parametrize(
    ("more", "match"),
    [
        ({"county": "AMBER"}, "other county"),
        ({"remedies": ["xx-9"]}, "other remedies"),
        ({"as_of": "2020-06-30"}, "of a later day"),
        ({"as_of": "soon"}, "not a date"),
        ({"out": "a", "force": True}, "stands in the output directory"),
        ({"since": "nowhere"}, "no finished run"),
    ],
)
def test_a_run_that_cannot_be_compared_with_is_refused(tmp_path: Path, more: dict[str, Any], match: str) -> None:
    earlier = ran(tmp_path, "a")
    given = {"since": earlier.directory, "out": tmp_path / "b", **more}
    if "out" in more:
        given["out"] = tmp_path / more["out"]
    request = RunRequest(
        inputs=[tmp_path / "a.csv"], **{"statutes": "xx", "as_of": THEN, "plugins": [COUNTY, LAW], **given}
    )
    with pytest.raises(RequestError, match=match):
        run(request)
    assert not (tmp_path / "b").exists()


def test_the_same_county_spelled_otherwise_and_the_same_remedy_are_compared(tmp_path: Path) -> None:
    earlier = ran(tmp_path, "a", county="amber", remedies=["xx-9"])
    assert told(ran(tmp_path, "b", county=" Amber", remedies=["xx-9"], since=earlier.directory)) == {}


def test_the_command_writes_the_changes_as_csv_too_and_prints_them_without_anybody(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    extract(tmp_path, *ROWS, BAD_ROW)
    common = ["screen", "extract.csv", "--statutes", "xx", "--plugin", str(COUNTY), "--plugin", str(LAW)]
    for more in (["--as-of", THEN, "--out", "a"], ["--as-of", LATER, "--out", "b", "--since", "a", "--also", "csv"]):
        with pytest.raises(SystemExit) as left:
            cli.main([*common, *more])
        assert not left.value.code
    out, err = capfd.readouterr()
    assert f"change since {THEN}" in out and "calendar" in out and "People new since: 0; gone since: 0." in out
    assert not err and MARK not in out
    lines = Path("b/changes.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == ",".join(COLUMNS) and len(lines) == 2 and lines[1].endswith(",calendar")
    assert verify("b").holds
    about = json.loads(Path("b/manifest.json").read_text(encoding="utf-8"))
    assert {"changes.csv", "changes.parquet"} <= set(about["files"])
    about["since"]["by_change"] = {}
    Path("b/manifest.json").write_text(json.dumps(about), encoding="utf-8")
    assert [one.name for one in verify("b").checks if one.outcome == "differs"] == ["changes since an earlier run"]


def test_every_reason_and_every_change_is_explained() -> None:
    page = (Path(__file__).parent.parent / "docs" / "analyst.md").read_text(encoding="utf-8")
    assert all(f"`{word}`" in page for word in (*changes.REASONS, *changes.CHANGES))
