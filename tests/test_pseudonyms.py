"""Pseudonymous runs: no id of the inputs survives, the same key gives the same names, and only the key leads back."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from made_up import COUNTY, LAW, MARK, alone, extract  # noqa: F401

from recordrelief import cli
from recordrelief.errors import RequestError
from recordrelief.outputs import Output
from recordrelief.pseudonyms import Pseudonyms
from recordrelief.rescreening import located, person_again
from recordrelief.runs import FinishedRun, RunRequest, open_run, run
from recordrelief.verification import verify

SECRET = bytes(range(7, 71))
PEOPLE = [f"PERSON{number:03}" for number in range(12)]
CHARGES = [f"COUNT{number:03}" for number in range(24)]
ROWS = [
    f"{PEOPLE[at % 12]},{MARK} Row,{charge},XX {1 + at % 2},misdemeanor,convicted,AMBER,20{10 + at % 11}-02-03"
    for at, charge in enumerate(CHARGES)
]
BAD = f"PERSON011,{MARK}"
NAMED = "marlow-aurelia.csv"
"""A file named like a person, as one-person sources are."""


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "key"
    path.write_bytes(SECRET)
    return path


def ran(
    tmp_path: Path, key: Path | None, name: str = "run", rows: Sequence[str] = (*ROWS, BAD), **more: Any
) -> FinishedRun:
    source = extract(tmp_path, *rows, name=NAMED)
    given: dict[str, Any] = {
        "statutes": "xx",
        "as_of": "2020-07-01",
        "plugins": [COUNTY, LAW],
        "outputs": ["csv", "xlsx"],
        "out": tmp_path / name,
        "pseudonymize": key,
    }
    return run(RunRequest(inputs=[source], **(given | more)))


def texts(directory: Path) -> Iterator[tuple[str, str]]:
    """Everything that a file of a run says, as text, whatever its kind."""
    for path in sorted(directory.iterdir()):
        if path.suffix == ".parquet":
            frame = pl.read_parquet(path)
            lists = [name for name, dtype in frame.schema.items() if dtype == pl.List(pl.String)]
            yield path.name, frame.with_columns(pl.col(name).list.join(" ") for name in lists).write_csv()
            yield path.name, str(pl.read_parquet_metadata(path))
        elif path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                for part in book.namelist():
                    yield path.name, book.read(part).decode()
        else:
            yield path.name, path.read_text(encoding="utf-8")


def test_no_id_and_no_file_name_of_the_inputs_survives_in_any_file(tmp_path: Path, key: Path) -> None:
    earlier = ran(tmp_path, key, "earlier", as_of="2019-07-01")
    finished = ran(tmp_path, key, since=earlier.directory)
    assert {path.suffix for path in finished.directory.iterdir()} == {".parquet", ".csv", ".xlsx", ".json"}
    assert "changes.csv" in finished.manifest["files"]
    found = dict.fromkeys(finished.manifest["files"], "")
    for name, text in texts(finished.directory):
        found[name] += text
        for secret in (*PEOPLE, *CHARGES, MARK, "marlow", SECRET.hex()):
            assert secret not in text, name
    # The control: with the ids, the same search finds them.
    plainly = "".join(text for _, text in texts(ran(tmp_path, None, "plain").directory))
    assert all(one in plainly for one in (*PEOPLE, *CHARGES, "marlow"))
    for name in ("determinations.parquet", "findings.parquet", "determinations.csv", "determinations.xlsx"):
        assert found[name].count("person-") >= len(PEOPLE), name


def test_the_answers_are_the_same_and_their_order_tells_nothing(tmp_path: Path, key: Path) -> None:
    hidden, plain = ran(tmp_path, key).answers, ran(tmp_path, None, "plain").answers
    names = Pseudonyms.of_file(key)
    back = {names.of("charge", one): one for one in CHARGES}
    for frame, other in ((hidden.determinations, plain.determinations), (hidden.findings, plain.findings)):
        assert frame["charge_id"].to_list() != sorted(frame["charge_id"].to_list(), key=back.__getitem__)
        assert frame.select("subject_id", "charge_id").equals(frame.select("subject_id", "charge_id").sort(pl.all()))
        left_out = {"subject_id", "source_file", "source_line"}
        columns = [name for name in frame.columns if name not in left_out]
        again = frame.with_columns(pl.col("charge_id").replace_strict(back)).select(columns).sort("charge_id")
        assert again.equals(other.select(columns).sort("charge_id"))
    assert hidden.determinations["source_line"].null_count() == hidden.determinations.height
    assert hidden.summary().equals(plain.summary())


def test_the_same_key_gives_the_same_names_over_runs_and_another_gives_others(tmp_path: Path, key: Path) -> None:
    first, second = ran(tmp_path, key), ran(tmp_path, key, "second", ROWS[::-1])
    other = tmp_path / "other"
    other.write_bytes(SECRET[::-1])
    third = ran(tmp_path, other, "third")
    people = [set(open_run(one.directory).people["subject_id"]) for one in (first, second, third)]
    assert people[0] == people[1] and not people[0] & people[2]
    assert first.manifest["pseudonyms"] == second.manifest["pseudonyms"] != third.manifest["pseudonyms"]
    assert set(first.manifest["pseudonyms"]) == {"key_check"}
    assert ran(tmp_path, None, "plain").manifest["pseudonyms"] is None


def test_changes_since_a_run_with_the_same_key_only(tmp_path: Path, key: Path) -> None:
    earlier = ran(tmp_path, key, "earlier", as_of="2019-07-01")
    shown = ran(tmp_path, key, since=earlier.directory).changes
    before = ran(tmp_path, None, "plain-before", as_of="2019-07-01")
    plain = ran(tmp_path, None, "plain", since=before.directory).changes
    assert shown is not None and plain is not None
    assert shown.summary().equals(plain.summary()) and shown.changes.height
    other = tmp_path / "other"
    other.write_bytes(SECRET[::-1])
    for one, since in ((other, earlier), (None, earlier), (key, before)):
        with pytest.raises(RequestError, match="names its people otherwise"):
            ran(tmp_path, one, "refused", since=since.directory)


@pytest.mark.parametrize(
    ("content", "match"),
    [(None, "cannot be read"), (SECRET[:31], "too short"), (b"a" * 64, "hardly more than one byte")],
)
def test_a_key_that_is_no_secret_is_refused_with_how_to_make_one(
    tmp_path: Path, content: bytes | None, match: str
) -> None:
    path = tmp_path / "weak"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(RequestError, match=f"{match}.*urandom"):
        ran(tmp_path, path)
    assert not (tmp_path / "run").exists()


def test_an_output_that_may_write_rows_of_the_source_is_refused(tmp_path: Path, key: Path) -> None:
    plugin = tmp_path / "rows.py"
    plugin.write_text(
        "from recordrelief.outputs import Output\nfrom recordrelief.plugins import hookimpl\n"
        "RECORDRELIEF_HOOK_API = 1\n\n\nclass Rows(Output):\n    id = 'rows'\n    title = 'Rows of the source'\n\n"
        "    def write(self, screening, records, directory, settings):\n        return ()\n\n\n"
        "@hookimpl\ndef recordrelief_outputs():\n    return [Rows()]\n",
        encoding="utf-8",
    )
    with pytest.raises(RequestError, match="The output rows may write rows of the source"):
        ran(tmp_path, key, plugins=[COUNTY, LAW, plugin], outputs=["rows"])
    assert not Output.pseudonymous


def test_an_output_gets_no_records(tmp_path: Path, key: Path) -> None:
    finished = ran(tmp_path, key)
    assert finished.answers.records.subjects.is_empty() and finished.answers.records.source is None


def test_verify_needs_the_key_and_the_inputs_to_screen_again(tmp_path: Path, key: Path) -> None:
    directory = ran(tmp_path, key).directory
    alone_ = verify(directory)
    assert alone_.holds
    outcomes = {check.name: check.outcome for check in alone_.checks}
    assert outcomes["sample screened again"] == outcomes["inputs read again"] == "not checked"
    whole = verify(directory, key=key, inputs=[tmp_path / NAMED])
    assert whole.holds, whole
    assert {check.name: check.outcome for check in whole.checks}["sample screened again"] == "holds"
    findings = directory / "findings.parquet"
    pl.read_parquet(findings).with_columns(pl.lit(None, pl.Boolean).alias("xx-9/9.1")).write_parquet(findings)
    differs = [
        one.name for one in verify(directory, key=key, inputs=[tmp_path / NAMED]).checks if one.outcome == "differs"
    ]
    assert differs == ["contents of the files", "sample screened again"]


def test_only_the_key_leads_back_to_a_person(
    tmp_path: Path, key: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    extract(tmp_path, *ROWS, BAD, name=NAMED)
    names = Pseudonyms.of_file(key)
    person, charge = names.of("person", "PERSON003"), names.of("charge", "COUNT003")

    def command(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            cli.main(arguments)
        return int(left.value.code or 0), *capfd.readouterr()

    plugins = ("--plugin", str(COUNTY), "--plugin", str(LAW))
    code, out, _ = command(
        "screen", NAMED, "--statutes", "xx", "--as-of", "2020-07-01", "--out", "run", "--pseudonymize", "key", *plugins
    )
    assert code == 0 and "PERSON" not in out
    explain = ("explain", "run", "--subject", person, "--charge", charge)

    code, out, err = command(*explain)
    assert code == 0 and "The run is pseudonymous" in err and charge in out
    assert "PERSON003" not in out + err and "COUNT003" not in out + err

    code, out, err = command(*explain, "--key", "key", "--input", NAMED)
    assert (code, err) == (0, "")
    assert "Subject PERSON003" in out and "COUNT003" in out and "COUNT015" not in out

    code, out, err = command(*explain, "--key", "key")
    assert code == 0 and "not there any more" in err and charge in out

    Path("other").write_bytes(SECRET[::-1])
    code, _, err = command(*explain, "--key", "other", "--input", NAMED)
    assert code == 2 and "not the one that the run was made with" in err

    code, _, err = command("explain", "run", "--subject", "PERSON003", "--key", "key", "--input", NAMED)
    assert code == 2 and "no such subject" in err

    code, _, err = command("settle", "run", "--subject", person, "--input", NAMED)
    assert code == 2 and "The run is pseudonymous" in err
    settle = ("settle", "run", "--subject", person, "--charge", charge, "--key", "key", "--input", NAMED)
    code, out, err = command(*settle)
    assert (code, err) == (0, "") and out
    code, _, err = command("ask", NAMED, "--statutes", "xx", "--as-of", "2020-07-01", "--key", "key", *plugins)
    assert code == 2 and "not pseudonymous" in err

    command("screen", NAMED, "--statutes", "xx", "--as-of", "2020-07-01", "--out", "plain", *plugins)
    code, _, err = command("explain", "plain", "--subject", "PERSON003", "--key", "key")
    assert code == 2 and "not pseudonymous" in err


def test_a_pseudonymous_run_is_read_again_only_with_its_key(tmp_path: Path, key: Path) -> None:
    from recordrelief.plugins import load

    stored = open_run(ran(tmp_path, key).directory)
    places, notes = located(stored, [tmp_path / NAMED])
    assert not notes
    known = load([COUNTY, LAW])
    name = Pseudonyms.of_file(key).of("person", "PERSON003")
    with pytest.raises(RequestError, match="The run is pseudonymous"):
        person_again(stored, name, places, known)
    person = person_again(stored, name, places, known, Pseudonyms.of_file(key))
    assert person.records.subjects["subject_id"].to_list() == ["PERSON003"]


def test_a_key_shows_nothing_of_itself(key: Path) -> None:
    assert "key" not in repr(Pseudonyms.of_file(key)) and str(SECRET) not in repr(Pseudonyms.of_file(key))
