"""Runs in parts: the same as at once, whatever the parts; gone on with after any end; never another run's."""

from __future__ import annotations

import errno
import json
import os
import random
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from made_up import BAD_ROW, COUNTY, LAW, MARK, alone, extract  # noqa: F401
from polars.testing import assert_frame_equal

from recordrelief import answering, cli, part_work, parts, read, records
from recordrelief.errors import RecordReliefError, RequestError, SourceError
from recordrelief.formats.canonical import Canonical, write_canonical
from recordrelief.formats.spreading import Cuts
from recordrelief.plugins import Plugins, load
from recordrelief.pseudonyms import Pseudonyms
from recordrelief.runs import FinishedRun, RunRequest, open_run, run, unfinished
from recordrelief.verification import Check, verify

PEOPLE = 60
TABLES = ("determinations.parquet", "charges.parquet", "people.parquet")
SMALL = 1
"""Bytes that a run may take: as many parts as there can be."""


def rows(people: int = PEOPLE, *, seed: int = 7) -> list[str]:
    chance = random.Random(seed)
    return [
        f"P{person:05},{MARK} {person},C{person:05}-{number},XX {chance.choice('12')},"
        f"{chance.choice(['misdemeanor', 'felony', ''])},{chance.choice(['convicted', 'dismissed', ''])},"
        f"{chance.choice(['AMBER', 'BASALT'])},20{chance.randrange(10, 20)}-0{chance.randrange(1, 9)}-15"
        for person in range(people)
        for number in range(chance.randrange(1, 6))
    ]


def converted(tmp_path: Path, *lines: str, name: str = "tables") -> Path:
    """The canonical tables of an extract: they can be read in parts."""
    found = read(extract(tmp_path, *lines, name=f"{name}.csv"), format="made-up-county", plugins=[COUNTY])
    directory = tmp_path / name
    directory.mkdir()
    write_canonical(found, directory)
    return directory


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    return converted(tmp_path, *rows(), BAD_ROW)


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of a dozen charges."""
    monkeypatch.setattr(parts, "_LEAST", 12)


def ran(tables: Path, name: str, **more: Any) -> FinishedRun:
    given: dict[str, Any] = {"statutes": "xx", "as_of": "2020-07-01", "plugins": [COUNTY, LAW], "jobs": 1}
    return run(RunRequest(inputs=[tables], out=tables.parent / name, **(given | more)))


def same(one: FinishedRun, other: FinishedRun, *, tables: tuple[str, ...] = TABLES) -> None:
    """Two runs say the same, one of them in parts."""
    apart = ("files", "since")
    assert {k: v for k, v in one.manifest.items() if k not in apart} == {
        k: v for k, v in other.manifest.items() if k not in apart
    }
    for name in tables:
        frames = [pl.read_parquet(run.directory / name) for run in (one, other)]
        assert_frame_equal(*(frame.with_columns(pl.col(pl.Categorical).cast(pl.String)) for frame in frames))
    for name in ("quarantine.csv", "unknown-citations.csv"):
        assert (one.directory / name).read_bytes() == (other.directory / name).read_bytes()


def in_parts(finished: FinishedRun) -> int:
    return len(list((finished.directory / TABLES[0]).glob("part-*.parquet")))


def test_a_run_in_parts_is_the_run_at_once(tables: Path) -> None:
    whole, apart = ran(tables, "whole"), ran(tables, "apart", memory=SMALL, findings=True)
    assert in_parts(apart) > 8 and in_parts(whole) == 0
    same(whole, apart, tables=(*TABLES, "findings.parquet"))
    assert set(apart.manifest["files"]) == set(whole.manifest["files"])
    assert not list(tables.parent.glob(".*"))


def test_without_being_asked_for_findings_a_run_in_parts_keeps_none(tables: Path) -> None:
    apart = ran(tables, "apart", memory=SMALL)
    assert "findings.parquet" not in apart.manifest["files"]
    with pytest.raises(RequestError, match="keeps no findings"):
        _ = open_run(apart.directory).findings
    with pytest.raises(RequestError, match="in parts"):
        _ = apart.answers
    plain = ran(tables, "plain", findings=False)
    assert "findings.parquet" not in plain.manifest["files"]


def test_no_person_straddles_two_parts_and_the_parts_are_in_order(tables: Path) -> None:
    apart = ran(tables, "apart", memory=SMALL)
    people = [part["subject_id"].unique().sort() for part in open_run(apart.directory).parts("people.parquet")]
    whole = pl.concat(people)
    assert whole.n_unique() == len(whole) == PEOPLE and whole.is_sorted()
    assert max(part.height for part in open_run(apart.directory).parts("charges.parquet")) < 40


@pytest.mark.parametrize(
    "more",
    [
        {"county": "amber"},
        {"remedies": ["xx-9"]},
        {"policy": "patient"},
        {"outputs": ["csv"]},
    ],
    ids=["county", "remedy", "policy", "csv"],
)
def test_whatever_is_asked(tables: Path, more: dict[str, Any]) -> None:
    whole, apart = ran(tables, "whole", **more), ran(tables, "apart", memory=SMALL, **more)
    same(whole, apart)
    if "outputs" in more:
        name = "determinations.csv"
        assert (whole.directory / name).read_bytes() == (apart.directory / name).read_bytes()


def test_a_county_is_one_however_its_name_is_spelled(tmp_path: Path) -> None:
    lines = [row.replace("AMBER", " Amber") if at % 3 == 0 else row for at, row in enumerate(rows())]
    tables = converted(tmp_path, *lines)
    whole, apart = ran(tables, "whole", county="amber"), ran(tables, "apart", county="amber", memory=SMALL)
    same(whole, apart)
    found = pl.read_parquet(whole.directory / "determinations.parquet")["county"].cast(pl.String)
    assert set(found.str.strip_chars().str.to_uppercase()) == {"AMBER"} and found.n_unique() == 2


def test_people_with_too_many_charges_are_set_aside_and_take_nothing_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = [f"P00030x,{MARK},M{at:03},XX 1,misdemeanor,convicted,AMBER,2011-02-03" for at in range(70)]
    tables = converted(tmp_path, *rows(), *many)
    monkeypatch.setattr(records, "MOST_CHARGES", 60)
    whole, apart = ran(tables, "whole"), ran(tables, "apart", memory=SMALL)
    same(whole, apart)
    assert whole.manifest["counts"]["rows_quarantined"] == 70
    aside = open_run(apart.directory).quarantine
    assert set(aside["subject_id"]) == {"P00030x"} and set(aside["code"]) == {"RULE_BROKEN"}
    assert "P00030x" not in pl.read_parquet(whole.directory / "people.parquet")["subject_id"]


def test_a_case_of_somebody_else_is_nobodys(tmp_path: Path) -> None:
    tables = converted(tmp_path, *rows())
    charges = pl.read_parquet(tables / "charges.parquet").with_columns(case_id=pl.lit("theirs"))
    charges.write_parquet(tables / "charges.parquet")
    schema = pl.read_parquet_schema(tables / "cases.parquet")
    cases = pl.DataFrame({"case_id": ["theirs"], "subject_id": ["P00007"], "alternative": [0], "court": ["A COURT"]})
    cases = pl.concat(
        [pl.DataFrame(schema=schema), cases.cast({"alternative": pl.UInt16, "court": pl.Categorical})], how="diagonal"
    )
    cases.write_parquet(tables / "cases.parquet")
    about = json.loads((tables / "canonical.json").read_text(encoding="utf-8"))
    about["rows"]["cases"] = 1
    (tables / "canonical.json").write_text(json.dumps(about), encoding="utf-8")
    whole, apart = ran(tables, "whole"), ran(tables, "apart", memory=SMALL)
    same(whole, apart)
    at_court = pl.read_parquet(whole.directory / "charges.parquet").filter(pl.col("court").is_not_null())
    assert set(at_court["subject_id"]) == {"P00007"}


def test_with_pseudonyms_the_parts_do_not_tell_who_is_who(tables: Path) -> None:
    key = tables.parent / "key"
    key.write_bytes(bytes(range(40)))
    whole, apart = (ran(tables, name, memory=size, pseudonymize=key) for name, size in (("w", None), ("a", SMALL)))
    same(whole, apart)
    ids = pl.read_parquet(apart.directory / "people.parquet")["subject_id"]
    assert ids.is_sorted() and ids.str.starts_with("person-").all()


def test_what_changed_since_an_earlier_run(tmp_path: Path) -> None:
    before = ran(converted(tmp_path, *rows(), name="before"), "earlier", memory=SMALL)
    later = [row.replace("XX 1,misdemeanor", "XX 1,felony") for row in rows(PEOPLE + 4)[7:]]
    now = converted(tmp_path, *later, name="now")
    whole = ran(now, "whole", since=before.directory, as_of="2021-07-01", outputs=["csv"])
    apart = ran(now, "apart", since=before.directory, as_of="2021-07-01", outputs=["csv"], memory=SMALL)
    same(whole, apart, tables=(*TABLES, "changes.parquet"))
    assert whole.manifest["since"] == apart.manifest["since"] and whole.manifest["since"]["changes"]
    assert whole.changes is not None and apart.changes is not None
    assert_frame_equal(whole.changes.summary(), apart.changes.summary())
    assert (whole.directory / "changes.csv").read_bytes() == (apart.directory / "changes.csv").read_bytes()


def test_corrections_reach_the_part_of_their_person(tables: Path) -> None:
    overlay = tables.parent / "corrections.yaml"
    signed = "author: A Clerk, date: 2020-06-01, reason: seen"
    entry = "- {{subject_id: {}, charge_id: {}, change: {{level: felony}}, " + signed + "}}\n"
    overlay.write_text(entry.format("P00003", "C00003-0") + entry.format("P00041", "C00041-0"), encoding="utf-8")
    whole, apart = (ran(tables, name, memory=size, corrections=[overlay]) for name, size in (("w", None), ("a", SMALL)))
    same(whole, apart)
    overlay.write_text(entry.format("P99999", "C1"), encoding="utf-8")
    with pytest.raises(SourceError):
        ran(tables, "b", memory=SMALL, corrections=[overlay])
    assert not list(tables.parent.glob(".*"))


def test_several_readings_in_one_part_only(tmp_path: Path) -> None:
    tables = converted(tmp_path, *rows())
    charges = pl.read_parquet(tables / "charges.parquet")
    twice = charges.filter(pl.col("subject_id") == "P00030").with_columns(
        alternative=pl.lit(1, dtype=pl.UInt16), outcome=pl.lit("dismissed").cast(charges.schema["outcome"])
    )
    people = pl.read_parquet(tables / "subjects.parquet")
    other = people.filter(pl.col("subject_id") == "P00030").with_columns(alternative=pl.lit(1, dtype=pl.UInt16))
    about = json.loads((tables / "canonical.json").read_text(encoding="utf-8"))
    for name, frame in (("charges", pl.concat([charges, twice])), ("subjects", pl.concat([people, other]))):
        frame.write_parquet(tables / f"{name}.parquet")
        about["rows"][name] = frame.height
    (tables / "canonical.json").write_text(json.dumps(about), encoding="utf-8")
    whole, apart = ran(tables, "whole", findings=True), ran(tables, "apart", findings=True, memory=SMALL)
    same(whole, apart, tables=(*TABLES, "findings.parquet"))


def test_one_more_process_or_less_changes_nothing(tables: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    same(ran(tables, "one", memory=SMALL), ran(tables, "two", memory=SMALL, jobs=2))


@pytest.mark.parametrize("at", [1, 5, 14, 30])
def test_a_full_disk_keeps_what_was_done_and_the_same_request_goes_on(
    tables: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    whole = ran(tables, "whole")
    calls = 0
    write = answering.write_parquet

    def filling(*what: Any, **about: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == at:
            raise OSError(errno.ENOSPC, "No space left on device")
        write(*what, **about)

    with monkeypatch.context() as patched:
        patched.setattr(answering, "write_parquet", filling)
        with pytest.raises(RecordReliefError, match=r"disk is full.*is kept"):
            ran(tables, "apart", memory=SMALL)
    assert not (tables.parent / "apart").exists() and unfinished(
        RunRequest(inputs=[tables], out=tables.parent / "apart", statutes="xx", as_of="2020-07-01")
    )
    done: list[int] = []
    answer = part_work.Work._answer
    monkeypatch.setattr(part_work.Work, "_answer", lambda work, n, d: (done.append(n), answer(work, n, d))[1])
    apart = ran(tables, "apart", memory=SMALL)
    assert 0 < len(done) <= in_parts(apart) and (at < 5 or len(done) < in_parts(apart))
    same(whole, apart)
    assert not list(tables.parent.glob(".*"))


def broken_off(tables: Path, monkeypatch: pytest.MonkeyPatch, **more: Any) -> None:
    """What is left of a run that was killed after a few parts."""
    answer = part_work.Work._answer

    def killed(work: part_work.Work, number: int, directory: Path) -> Any:
        if number == 3:
            raise KeyboardInterrupt
        return answer(work, number, directory)

    with monkeypatch.context() as patched:
        patched.setattr(part_work.Work, "_answer", killed)
        with pytest.raises(KeyboardInterrupt):
            ran(tables, "apart", memory=SMALL, **more)


def _newer(tables: Path) -> None:
    path = tables / "charges.parquet"
    os.utime(path, ns=(1, 1))


@pytest.mark.parametrize(
    ("more", "change", "told"),
    [
        ({"as_of": "2020-07-02"}, None, "other as_of"),
        ({"policy": "patient"}, None, "other policy"),
        ({"county": "AMBER", "remedies": ["xx-9"]}, None, "other county, remedies"),
        ({"outputs": ["csv"]}, None, "other outputs, plugins"),
        ({}, _newer, "other inputs"),
        ({"memory": None}, None, "a run in parts"),
    ],
)
def test_another_request_does_not_go_on_with_it(
    tables: Path,
    monkeypatch: pytest.MonkeyPatch,
    more: dict[str, Any],
    change: Callable[[Path], None] | None,
    told: str,
) -> None:
    broken_off(tables, monkeypatch)
    if change is not None:
        change(tables)
    with pytest.raises(RequestError, match="unfinished run of another request") as caught:
        ran(tables, "apart", **({"memory": SMALL} | more))
    assert caught.value.found == told
    begun = ran(tables, "apart", **({"memory": SMALL} | more), force=True)
    fresh = ran(tables, "fresh", **({"memory": SMALL} | more))
    assert begun.manifest["digest"] == fresh.manifest["digest"]


def spread_over(tables: Path) -> Path:
    return tables.parent / ".apart.unfinished"


@pytest.mark.parametrize("name", ["00001.json", "00001/determinations.parquet", "00001/people.parquet"])
@pytest.mark.parametrize("left", [b"", None, b"{"])
def test_what_a_power_failure_cut_short_is_done_again(
    tables: Path, monkeypatch: pytest.MonkeyPatch, name: str, left: bytes | None
) -> None:
    broken_off(tables, monkeypatch)
    path = spread_over(tables) / "parts" / name
    if left is None:
        path.unlink()
    else:
        path.write_bytes(left)
    done: list[int] = []
    answer = part_work.Work._answer
    monkeypatch.setattr(part_work.Work, "_answer", lambda work, n, d: (done.append(n), answer(work, n, d))[1])
    apart = ran(tables, "apart", memory=SMALL)
    assert 1 in done and 0 not in done and 2 not in done
    same(ran(tables, "whole"), apart)


def test_a_plan_that_was_cut_short_is_begun_anew(tables: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken_off(tables, monkeypatch)
    (spread_over(tables) / "plan.json").write_bytes(b"")
    same(ran(tables, "whole"), ran(tables, "apart", memory=SMALL))


def _other_of_the_same_size(path: Path) -> None:
    """Another content, which neither its size nor its time tells."""
    state, whole = path.stat(), path.read_bytes()
    path.write_bytes(bytes([whole[0] ^ 1]) + whole[1:])
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))


@pytest.mark.skipif(os.name != "posix", reason="when a file was touched is not told there")
@pytest.mark.parametrize("known", [True, False])
def test_an_input_of_the_same_size_and_time_with_another_content_is_noticed(
    tables: Path, monkeypatch: pytest.MonkeyPatch, known: bool
) -> None:
    broken_off(tables, monkeypatch)
    hashes = spread_over(tables) / "inputs.json"
    assert str(tables) in json.loads(hashes.read_text(encoding="utf-8"))
    if not known:
        hashes.unlink()
    _other_of_the_same_size(tables / "issues.parquet")
    with pytest.raises(RequestError, match="unfinished run of another request") as caught:
        ran(tables, "apart", memory=SMALL)
    assert caught.value.found == "other inputs"


def test_an_input_that_was_only_touched_is_the_same(tables: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken_off(tables, monkeypatch)
    os.link(tables / "charges.parquet", tables.parent / "backup")
    same(ran(tables, "whole"), ran(tables, "apart", memory=SMALL))


def test_an_input_that_changes_while_it_is_read_gives_no_result(tables: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = part_work.Work._answer

    def changing(work: part_work.Work, number: int, directory: Path) -> Any:
        if number == 3:
            (tables / "issues.parquet").write_bytes(b"another")
        return answer(work, number, directory)

    monkeypatch.setattr(part_work.Work, "_answer", changing)
    with pytest.raises(SourceError, match="changed while it was read") as caught:
        ran(tables, "apart", memory=SMALL)
    assert caught.value.where == str(tables) and not list(tables.parent.glob("*apart*"))


def test_another_earlier_run_with_the_same_answers_does_not_go_on_with_it(
    tables: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = (ran(tables, name).directory for name in ("one", "other"))
    path = other / "people.parquet"
    pl.read_parquet(path).with_columns(pl.col("record").reverse()).write_parquet(path)
    broken_off(tables, monkeypatch, since=one)
    with pytest.raises(RequestError) as caught:
        ran(tables, "apart", memory=SMALL, since=other)
    assert caught.value.found == "other since"


def test_what_is_kept_is_the_owners_only_whatever_the_umask(tables: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = os.umask(0)
    try:
        broken_off(tables, monkeypatch)
        shop = spread_over(tables)
        assert {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in (shop, *shop.rglob("*"))} == {0}
        shop.chmod(0o777)
        with monkeypatch.context() as patched:
            patched.setattr(part_work.Work, "_answer", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
            with pytest.raises(KeyboardInterrupt):
                ran(tables, "apart", memory=SMALL)
        assert stat.S_IMODE(shop.stat().st_mode) == 0o700
    finally:
        os.umask(before)


@pytest.mark.skipif(os.name != "posix", reason="owners say nothing on this system")
def test_what_somebody_else_put_there_is_not_used(tables: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop, elsewhere = spread_over(tables), tables.parent / "elsewhere"
    elsewhere.mkdir()
    shop.symlink_to(elsewhere)
    with pytest.raises(RequestError, match="not yours, or no directory"):
        ran(tables, "apart", memory=SMALL)
    assert shop.is_symlink() and not list(elsewhere.iterdir())
    shop.unlink()
    shop.mkdir()
    monkeypatch.setattr(os, "geteuid", lambda: shop.stat().st_uid + 1)
    with pytest.raises(RequestError, match="not yours, or no directory"):
        ran(tables, "apart", memory=SMALL)


def test_a_file_that_cannot_be_read_is_not_told_as_one_that_cannot_be_written(
    tables: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(work: part_work.Work, number: int, directory: Path) -> Any:
        raise OSError(errno.EIO, "Input/output error", str(tables / "charges.parquet"))

    monkeypatch.setattr(part_work.Work, "_answer", lost)
    with pytest.raises(RecordReliefError, match=r"A file could not be read.*is kept") as caught:
        ran(tables, "apart", memory=SMALL)
    assert caught.value.where == str(tables / "charges.parquet")


def test_a_pseudonymous_run_in_parts_is_verified_and_explained_with_its_key(
    tables: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = tables.parent / "key"
    key.write_bytes(bytes(range(40)))
    overlay = tables.parent / "corrections.yaml"
    overlay.write_text(
        "- {subject_id: P00003, charge_id: C00003-0, change: {level: felony}, author: A Clerk, date: 2020-06-01, "
        "reason: seen}\n",
        encoding="utf-8",
    )
    for county in (None, "AMBER"):
        apart = ran(
            tables,
            f"apart{county}",
            memory=SMALL,
            pseudonymize=key,
            findings=True,
            corrections=[overlay],
            county=county,
        ).directory
        known = load([COUNTY, LAW])

        def made(directory: Path = apart, known: Plugins = known) -> dict[str, Check]:
            found = verify(directory, plugins=known, key=key, inputs=[tables, overlay], sample=PEOPLE)
            return {check.name: check for check in found.checks}

        checks = made()
        assert {check.outcome for check in checks.values()} <= {"holds", "not checked"}, checks
        people = int(checks["sample screened again"].told.split()[0])
        assert people == PEOPLE if county is None else 10 < people < PEOPLE
        part = apart / "determinations.parquet" / "part-00003.parquet"
        frame = pl.read_parquet(part)
        frame.with_columns(status=pl.lit("eligible").cast(frame.schema["status"])).write_parquet(part)
        assert made()["sample screened again"].outcome == "differs"
    person = Pseudonyms.of_file(key).of("person", "P00044")
    arguments = ["--key", str(key), "--input", str(tables), "--input", str(overlay)]
    with pytest.raises(SystemExit) as left:
        cli.main(["explain", str(tables.parent / "apartAMBER"), "--subject", person, *arguments])
    assert left.value.code == 0 and "Subject P00044" in capsys.readouterr().out


def test_a_person_with_too_many_charges_is_told_to_be_set_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    many = [f"P00030x,{MARK},M{at:03},XX 1,misdemeanor,convicted,AMBER,2011-02-03" for at in range(70)]
    tables = converted(tmp_path, *rows(), *many)
    monkeypatch.setattr(records, "MOST_CHARGES", 60)
    for name, memory in (("whole", None), ("apart", SMALL)):
        ran(tables, name, memory=memory)
        with pytest.raises(SystemExit) as left:
            cli.main(["explain", str(tmp_path / name), "--subject=P00030x"])
        told = capsys.readouterr().err
        assert left.value.code == 2 and "set aside" in told and "RULE_BROKEN" in told


def test_another_version_of_a_plugin_does_not_go_on_with_it(tables: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken_off(tables, monkeypatch)
    other = tables.parent / "law.py"
    other.write_text(LAW.read_text(encoding="utf-8") + "\n# another\n", encoding="utf-8")
    with pytest.raises(RequestError) as caught:
        ran(tables, "apart", memory=SMALL, plugins=[COUNTY, other])
    assert caught.value.found == "other plugins"


def test_a_second_run_into_the_directory_is_refused(tables: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = part_work.Work._answer
    refused: list[str | None] = []

    def beside(work: part_work.Work, number: int, directory: Path) -> Any:
        if not refused:
            for size in (SMALL, None):
                with pytest.raises(RequestError, match="Another run is writing") as caught:
                    ran(tables, "apart", memory=size)
                refused.append(caught.value.found)
        return answer(work, number, directory)

    monkeypatch.setattr(part_work.Work, "_answer", beside)
    ran(tables, "apart", memory=SMALL)
    assert len(refused) == 2


def test_a_county_that_is_nobodys_is_an_error(tables: Path) -> None:
    with pytest.raises(RequestError, match="No charge is of that county") as caught:
        ran(tables, "apart", memory=SMALL, county="Amberr")
    assert "AMBER" in str(caught.value) and not list(tables.parent.glob(".*"))


def test_an_output_that_needs_everything_is_not_made_in_parts(tables: Path) -> None:
    with pytest.raises(RequestError, match="xlsx needs all records at once"):
        ran(tables, "apart", memory=SMALL, outputs=["xlsx"])
    assert in_parts(ran(tables, "whole", outputs=["xlsx"])) == 0


def edited(tables: Path, name: str, *columns: pl.Expr) -> None:
    """Change a table behind the back of whoever wrote it."""
    path = tables / f"{name}.parquet"
    pl.read_parquet(path).with_columns(*columns).write_parquet(path)


def instead(column: str, of: str, value: str | None) -> pl.Expr:
    return pl.when(pl.col(column) == of).then(pl.lit(value)).otherwise(column).alias(column)


def test_rows_that_are_nobodys_or_several_peoples_are_set_aside_as_at_once(tmp_path: Path) -> None:
    tables = converted(tmp_path, *rows(), BAD_ROW)
    edited(tables, "charges", instead("charge_id", "C00055-0", "C00002-0"), instead("subject_id", "P00040", None))
    edited(tables, "subjects", instead("subject_id", "P00030", None))
    whole, apart = ran(tables, "whole"), ran(tables, "apart", memory=SMALL, findings=True)
    same(whole, apart, tables=(*TABLES, "findings.parquet"))
    reasons = open_run(apart.directory).quarantine.filter(pl.col("code") == "RULE_BROKEN")["reason"]
    assert reasons.str.contains("primary_key").sum() == 2
    assert reasons.str.contains("subject_id|nullability", literal=True).sum() > 1
    key = tmp_path / "key"
    key.write_text("one key of more than sixteen letters", encoding="utf-8")
    same(ran(tables, "hidden", pseudonymize=key), ran(tables, "hidden-apart", memory=SMALL, pseudonymize=key))


def test_a_format_that_gives_several_people_a_charge_of_one_id_is_found_out(tmp_path: Path) -> None:
    path = tmp_path / "charges.parquet"
    pl.DataFrame({"charge_id": ["C1", "C2", "C1"]}).write_parquet(path)
    with pytest.raises(SourceError, match="several people have the same id"):
        parts._check_charges(path)


def test_what_charges_cite_is_counted_wherever_they_are(tmp_path: Path) -> None:
    lines = [line.replace("XX 1", f"XX 9{at % 3}") for at, line in enumerate(rows())]
    only = (
        next(line for line in lines if line.startswith("P00031")).replace("AMBER", "CEDAR").replace("BASALT", "CEDAR")
    )
    tables = converted(tmp_path, *lines, only.replace("C00031-0", "C00031-9"))
    whole, apart = ran(tables, "whole", county="CEDAR"), ran(tables, "apart", county="CEDAR", memory=SMALL)
    same(whole, apart)
    (law,) = apart.manifest["statutes"]
    assert law["unknown_citations"]


def test_a_wrong_request_is_told_before_anything_is_read(tables: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    do = part_work.Work.do
    monkeypatch.setattr(part_work.Work, "do", lambda work, kind, number: (done.append(kind), do(work, kind, number)))
    for more, told in (
        ({"remedies": ["xx-99"]}, "There is no remedy"),
        ({"as_of": "soon"}, "not a date"),
        ({"county": "Amberr"}, "No charge is of that county"),
    ):
        with pytest.raises(RequestError, match=told):
            ran(tables, "apart", memory=SMALL, **more)
        assert part_work.PARTS not in done and not list(tables.parent.glob(".*"))


def test_what_was_done_is_kept_when_the_cause_may_go(tables: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = tables.parent / "apart"
    collect = parts._check_charges

    def meanwhile(path: Path) -> None:
        taken.mkdir()
        (taken / "theirs").touch()
        collect(path)

    with monkeypatch.context() as patched:
        patched.setattr(parts, "_check_charges", meanwhile)
        with pytest.raises(RequestError):
            ran(tables, "apart", memory=SMALL)
    (taken / "theirs").unlink()
    taken.rmdir()

    def away(self: Canonical, paths: object) -> None:
        raise SourceError("The disk of the inputs is away.")

    with monkeypatch.context() as patched:
        patched.setattr(Canonical, "spreading", away)
        with pytest.raises(SourceError, match="is away"):
            ran(tables, "apart", memory=SMALL)
    done: list[int] = []
    answer = part_work.Work._answer
    monkeypatch.setattr(part_work.Work, "_answer", lambda work, n, d: (done.append(n), answer(work, n, d))[1])
    apart = ran(tables, "apart", memory=SMALL)
    assert not done and not list(tables.parent.glob(".*"))
    same(ran(tables, "whole"), apart)


@pytest.mark.parametrize("findings", [True, False])
def test_a_run_in_parts_is_verified_part_by_part(tables: Path, findings: bool) -> None:
    apart = ran(tables, "apart", memory=SMALL, findings=findings, outputs=["csv"])
    known = load([COUNTY, LAW])
    checks = {check.name: check for check in verify(apart.directory, plugins=known).checks}
    assert {check.outcome for check in checks.values()} <= {"holds", "not checked"}
    assert checks["sample screened again"].outcome == checks["determinations.csv"].outcome == "holds"
    assert checks["findings and determinations agree"].outcome == ("holds" if findings else "not checked")
    part = apart.directory / TABLES[0] / "part-00003.parquet"
    frame = pl.read_parquet(part)
    frame.with_columns(status=pl.lit("eligible").cast(frame.schema["status"])).write_parquet(part)
    found = {check.name for check in verify(apart.directory, plugins=known).checks if check.outcome == "differs"}
    assert {"digest", "determinations by remedy and status", "determinations.csv"} <= found


def test_one_person_of_a_run_in_parts_is_explained(
    tables: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ran(tables, "apart", memory=SMALL)
    ran(tables, "whole")
    shown = []
    for name in ("apart", "whole"):
        with pytest.raises(SystemExit) as left:
            cli.main(["explain", str(tables.parent / name), "--subject=P00044"])
        assert left.value.code == 0
        shown.append(capsys.readouterr())
    assert shown[0] == shown[1] and "P00044" in shown[0].out and not shown[0].err
    (tables / "canonical.json").unlink()
    with pytest.raises(SystemExit):
        cli.main(["explain", str(tables.parent / "apart"), "--subject=P00044"])
    assert "C00044-2" in capsys.readouterr().out


def test_cuts_give_every_id_one_partition_in_order() -> None:
    ids = pl.Series([f"P{number:03}" for number in range(100)])
    for count in (1, 2, 7, 99, 300):
        cuts = Cuts.of_sample(ids.sample(60, seed=1), count)
        found = cuts.of(ids)
        assert found.is_sorted() and found.max() == cuts.parts - 1
        for number in range(cuts.parts):
            mine = ids.to_frame("id").filter(cuts.range(number).of("id"))["id"]
            assert mine.to_list() == ids.filter(found == number).to_list()
    assert Cuts.of_sample(ids.clear(), 5).parts == 1


def screening(tables: Path, name: str, *more: str) -> list[str]:
    return [
        *(sys.executable, "-m", "recordrelief", "screen", str(tables), "--format=canonical", "--statutes=xx"),
        *("--as-of=2020-07-01", f"--plugin={COUNTY}", f"--plugin={LAW}", f"--out={tables.parent / name}", *more),
    ]


def killed_again_and_again(tables: Path, kills: int, seed: int) -> int:
    """Run one command, killed as often at moments by chance, until it is done. How often it was killed."""
    chance = random.Random(seed)
    command = screening(tables, "apart", "--memory=1KB", "--jobs=2")
    seen = 0
    while True:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if seen < kills:
            try:
                process.wait(chance.uniform(0.4, 2.2))
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
                seen += 1
                out = tables.parent / "apart"
                if out.exists():  # it was done, all but for saying so
                    open_run(out).verify_digest()
                    command = [*command, "--force"]
                continue
        assert process.wait() == 0
        return seen


@pytest.mark.skipif(sys.platform == "win32", reason="processes are killed otherwise there")
def test_a_run_killed_at_any_moment_goes_on_and_comes_to_the_same(tmp_path: Path) -> None:
    kills = int(os.environ.get("RECORDRELIEF_KILLS", "3"))
    tables = converted(tmp_path, *rows(12_000))
    subprocess.run(screening(tables, "whole"), check=True, capture_output=True)
    left = kills
    for seed in range(kills * 10):
        left -= killed_again_and_again(tables, left, seed)
        found, whole = (open_run(tables.parent / name) for name in ("apart", "whole"))
        assert found.manifest["digest"] == whole.manifest["digest"]
        assert found.manifest["counts"] == whole.manifest["counts"]
        found.verify_digest()
        assert not list(tables.parent.glob(".*"))
        if left <= 0:
            break
        for path in sorted(found.directory.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        found.directory.rmdir()
    assert left <= 0


@pytest.mark.skipif(sys.platform == "win32", reason="processes are killed otherwise there")
def test_the_processes_of_a_run_end_with_it(tmp_path: Path) -> None:
    tables = converted(tmp_path, *rows(12_000))
    process = subprocess.Popen(screening(tables, "apart", "--memory=1KB", "--jobs=2"), stderr=subprocess.DEVNULL)
    children: list[str] = []
    while process.poll() is None and len(children) < 2:
        listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process.pid)], capture_output=True, text=True)
        children = listed.stdout.split()
    process.kill()
    process.wait()
    assert len(children) == 2
    deadline = time.monotonic() + 30
    while any(Path(f"/proc/{child}").exists() for child in children):
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, of 400 kB."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(place)], capture_output=True)
    if mounted.returncode:
        pytest.skip("no disk of its own can be mounted here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.skipif(sys.platform != "linux", reason="disks are mounted otherwise there")
def test_on_a_disk_that_is_really_full_and_then_is_not(tmp_path: Path, small_disk: Path) -> None:
    tables = converted(tmp_path, *rows(6_000))
    command = [*screening(tables, "whole")[:-1], "--memory=1KB", "--jobs=2"]
    subprocess.run([*command, f"--out={tmp_path / 'whole'}"], check=True, capture_output=True)
    full = subprocess.run([*command, f"--out={small_disk / 'run'}"], capture_output=True, text=True)
    assert full.returncode == 1 and "The disk is full" in full.stderr and "is kept in" in full.stderr
    assert [path.name for path in small_disk.iterdir()] == [".run.unfinished"]
    subprocess.run(["mount", "-o", "remount,size=80m", str(small_disk)], check=True)
    subprocess.run([*command, f"--out={small_disk / 'run'}"], check=True, capture_output=True)
    found, whole = open_run(small_disk / "run"), open_run(tmp_path / "whole")
    found.verify_digest()
    assert found.manifest["digest"] == whole.manifest["digest"]
    assert [path.name for path in small_disk.iterdir()] == ["run"]


def test_the_command_says_where_what_was_done_is_kept(
    tables: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*what: Any, **about: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(answering, "write_parquet", full)
    arguments = screening(tables, "apart", "--memory=1KB", "--jobs=1")[3:]
    with pytest.raises(SystemExit) as left:
        cli.main(arguments)
    told = capsys.readouterr().err
    assert left.value.code == 1
    assert "is kept in" in told and ".apart.unfinished" in told and "The disk is full" in told
    with pytest.raises(SystemExit) as left:
        cli.main([*arguments, "--memory=nonsense"])
    assert left.value.code == 2 and "as 1.5GB" in capsys.readouterr().err
