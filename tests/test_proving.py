"""The proving kit finds what is wrong: a pack or a format with one fault each fails the check that is about it."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Sequence
from datetime import date
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

import attrs
import polars as pl
import pytest
from hypothesis import given, settings

from recordrelief.cases import read_cases
from recordrelief.errors import RequestError
from recordrelief.formats import Format
from recordrelief.model import Coverage
from recordrelief.plugins import load
from recordrelief.records import Records, SourceFile
from recordrelief.statutes import InForce, Remedy, StatutePack
from recordrelief.testing import Delimited, Lines, format_suite, pack_suite, strategies
from recordrelief.testing.format_suites import Sample
from recordrelief.testing.last_days import loose_days
from recordrelief.testing.traits import MARK

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
CASES = EXAMPLES / "own-statutes" / "cases"
PACK = load([EXAMPLES / "own-statutes" / "jefferson.py"]).pack("jefferson")
PEOPLE = """\
person,name,day,result
1,Ada Invented,2015-03-04,guilty
2,Bo Invented,2016-02-29,guilty
3,Cy Invented,2017-08-09,held
"""
_RUNS = count()
Run = Callable[..., set[str]]
TABLE = Delimited(dates={"day": "%Y-%m-%d"}, codes=["result"])


class Plain(Format):
    """Reads the people above; each subclass does one thing wrong."""

    id: ClassVar[str] = "plain"
    title: ClassVar[str] = "People"

    def identify(self, name: str, head: bytes) -> bool:
        return head.removeprefix(b"\xef\xbb\xbf").startswith(b"person,")

    def read(self, paths: Sequence[Path]) -> Records:
        contents = [path.read_bytes() for path in paths]
        if len(set(contents)) < len(contents):
            raise RequestError("Given twice.")
        lines = [line for content in contents for line in self.lines(content)]
        return self.records(paths[0], contents[0], lines[0], [line.split(",") for line in lines[1:]])

    def lines(self, content: bytes) -> list[str]:
        text = content.decode("utf-8-sig", "replace").replace("\r\n", "\n")
        lines = text.split("\n")[: -1 if text.endswith("\n") else None]
        if not text or lines[0] != "person,name,day,result":
            raise RequestError("This is no such file.")
        return lines

    def records(self, path: Path, content: bytes, header: str, rows: list[list[str]]) -> Records:
        whole = [row for row in rows if len(row) == 4]
        place = [number for number, row in enumerate(rows, start=2) if len(row) != 4]
        people = pl.DataFrame(
            {"subject_id": [row[0] for row in whole], "death_date": [self.day(row[2]) for row in whole]},
            schema={"subject_id": pl.String, "death_date": pl.Date},
        ).unique("subject_id", keep="first", maintain_order=True)
        aside = pl.DataFrame(
            {
                "source_file": [path.name for _ in place],
                "source_line": place,
                "code": ["COLUMN_COUNT" for _ in place],
                "reason": ["not four columns" for _ in place],
                "subject_id": [None for _ in place],
            },
            schema={
                "source_file": pl.Categorical,
                "source_line": pl.UInt32,
                "code": pl.String,
                "reason": pl.String,
                "subject_id": pl.String,
            },
        )
        digest = hashlib.sha256(content).hexdigest()
        source = SourceFile(
            name=path.name, path=str(path), sha256=digest, bytes=len(content), rows=len(rows), quarantined=len(place),
            encoding="utf-8",
        )  # fmt: skip
        dated = people.select("subject_id", birth_date="death_date", birth_date_latest="death_date")
        return Records.of({"subjects": dated, "quarantine": aside}, coverage=Coverage(), sources=[source])

    def day(self, text: str) -> date | None:
        try:
            return date.fromisoformat(text) if len(text) == 10 else None
        except ValueError:
            return None


class NoMark(Plain):
    def lines(self, content: bytes) -> list[str]:
        if content.startswith(b"\xef\xbb\xbf"):
            return super().lines(content)[:2]
        return super().lines(content)


class Crashing(Plain):
    def lines(self, content: bytes) -> list[str]:
        return super().lines(content) if content else [content.decode().splitlines()[0]]


class Losing(Plain):
    def lines(self, content: bytes) -> list[str]:
        return [line for line in super().lines(content) if line.count(",") == 3]


class Telling(Plain):
    def day(self, text: str) -> date | None:
        if text and not text[0].isdigit():
            raise RequestError("This is no day.", found=text)
        return super().day(text)


class Logging(Plain):
    def day(self, text: str) -> date | None:
        print("reading", text)
        return super().day(text)


class Shifting(Plain):
    def day(self, text: str) -> date | None:
        return super().day(text.replace("02-29", "02-28") if text.startswith("2015") else text)


class Counting(Plain):
    def records(self, path: Path, content: bytes, header: str, rows: list[list[str]]) -> Records:
        named = [[f"{number}-{row[0]}", *row[1:]] for number, row in enumerate(rows)]
        return super().records(path, content, header, named)


class Everything(Plain):
    def identify(self, name: str, head: bytes) -> bool:
        return True


class Twice(Plain):
    def read(self, paths: Sequence[Path]) -> Records:
        return super().read(paths[:1])


class _Failed:
    """Gathers the names of the tests that fail."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.names.add(report.nodeid.partition("::TestIt::")[2].partition("[")[0])


@pytest.fixture
def run(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a suite and gives the names of the tests that fail."""
    place = tmp_path_factory.mktemp("run")
    (place / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")

    def failing(suite: type, *options: str) -> set[str]:
        bound = ModuleType("bound_suite")
        bound.SUITE = suite  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "bound_suite", bound)
        failed = _Failed()
        file = place / f"test_proving_run_{next(_RUNS)}.py"  # a module of one name is imported once a process
        file.write_text("from bound_suite import SUITE as TestIt\n", encoding="utf-8")
        quiet = ("-q", "--no-header", "-p", "no:cacheprovider", "-p", "no:xdist", "--import-mode=importlib")
        code = pytest.main([str(file), "-c", str(place / "pytest.ini"), *quiet, *options], plugins=[failed])
        assert code in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
        return failed.names

    return failing


TestJefferson = pack_suite(PACK, cases=CASES)
"""The pack of the documentation."""


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    path = tmp_path / "samples" / "people.csv"
    path.parent.mkdir()
    path.write_text(PEOPLE, encoding="utf-8")
    return path


NASTY = "test_a_nasty_input_is_refused_or_accounted_for"


@pytest.mark.parametrize(
    ("format", "fails"),
    [
        (Plain(), set()),
        (NoMark(), {NASTY}),
        (Crashing(), {NASTY}),
        (Losing(), {NASTY}),
        (Shifting(), {NASTY}),
        (Telling(), {"test_no_text_of_a_record_is_told"}),
        (Logging(), {"test_no_text_of_a_record_is_told"}),
        (Counting(), {NASTY, "test_the_order_of_rows_changes_nothing"}),
        (Everything(), {"test_the_sample_is_recognised_and_nothing_that_is_none"}),
        (Twice(), {"test_one_content_given_twice_is_refused"}),
    ],
    ids=lambda one: type(one).__name__ if isinstance(one, Format) else "",
)
def test_a_fault_of_a_format_fails_the_check_about_it(run: Run, sample: Path, format: Format, fails: set[str]) -> None:
    assert run(format_suite(format, samples=[sample], text=TABLE)) == fails


def test_a_golden_file_is_written_when_asked_and_held_after(run: Run, sample: Path, tmp_path: Path) -> None:
    suite = format_suite(Plain(), samples=sample.parent, golden=tmp_path / "golden")
    golden = {"test_it_reads_as_was_approved"}
    assert run(suite) == golden
    assert run(suite, "--update-golden") == set()
    assert run(suite) == set()
    written = json.loads((tmp_path / "golden" / "people.csv.json").read_text(encoding="utf-8"))
    assert [one["subject_id"] for one in written["subjects"]] == ["1", "2", "3"]
    sample.write_text(PEOPLE.replace("2017", "2018"), encoding="utf-8")
    assert run(suite) == golden


def _pack(**changes: object) -> StatutePack:
    return attrs.evolve(PACK, **changes)  # type: ignore[arg-type]


def test_a_case_that_is_not_met_a_leaf_and_a_day_that_none_holds(run: Run, tmp_path: Path) -> None:
    for path in CASES.glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        (tmp_path / path.name).write_text(
            text.replace("status: eligible_later", "status: undetermined"), encoding="utf-8"
        )
    few = {
        "test_the_pack_answers_as_the_case_says",
        "test_every_leaf_turned_round_is_noticed",
    }
    assert few <= run(pack_suite(PACK, cases=tmp_path))
    text = (CASES / "sealing-30.1.yaml").read_text(encoding="utf-8")
    one = read_cases(text, "sealing-30.1.yaml")[:1]
    assert loose_days(one, PACK, remedies=["jc-30.1"])
    failed = run(pack_suite(PACK, cases=one, mutate=["jc-30.1"]))
    assert "test_some_case_holds_the_last_day_of_each_wait" in failed
    assert "test_every_condition_is_reached_as_met_unmet_and_unknown" in failed


def test_a_gap_under_a_policy_that_only_a_case_has(run: Run, tmp_path: Path) -> None:
    def remedies(policy: Any) -> tuple[Remedy, ...]:
        first, *rest = PACK.remedies(policy)
        until = date(2024, 1, 1) if policy.completion == "recorded" else date(2020, 1, 1)
        return (attrs.evolve(first, in_force=InForce(until=until)), *rest)

    pack = _pack(remedies=remedies, policies={}, plain={}, forms={}, letters={})
    skips = dict.fromkeys(("conditions", "last_days", "mutation", "forgetting", "citations"), "not looked at here")
    failed = run(pack_suite(pack, cases=CASES, skips=skips))
    assert "test_versions_follow_one_another_without_gap_or_overlap" in failed


def test_a_file_that_cannot_be_read_costs_only_itself(run: Run, tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text((CASES / "arrests-30.2.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "bad.yaml").write_text("about: nothing\nkases: []\n", encoding="utf-8")
    skips = dict.fromkeys(("conditions", "last_days", "mutation", "forgetting", "citations"), "not looked at here")
    assert run(pack_suite(PACK, cases=tmp_path, skips=skips)) == {"test_every_file_of_cases_can_be_read"}


def test_a_check_that_is_none_is_refused(sample: Path) -> None:
    with pytest.raises(RequestError, match="no such check"):
        pack_suite(PACK, cases=CASES, skips={"spelling": "who cares"})
    with pytest.raises(RequestError, match="no such check"):
        format_suite(Plain(), samples=[sample], skips={"spelling": "who cares"})
    with pytest.raises(RequestError, match="no sample"):
        format_suite(Plain(), samples=[])


@pytest.mark.parametrize("text", [Delimited(), Delimited(header=False), Lines(), Lines(records=True)])
def test_each_nasty_input_differs_from_the_good_one_and_from_the_others(text: Delimited | Lines) -> None:
    made = [one.content for one in text.nasties(PEOPLE.encode())]
    assert len({*made, PEOPLE.encode()}) == len(made) + 1
    assert all(MARK.encode() in content for _, content in text.marked(PEOPLE.encode()))


def test_a_copy_of_a_sample_has_its_names(sample: Path, tmp_path: Path) -> None:
    copied = Sample("people", (sample,)).copied(tmp_path / "copy", {sample: b"other"})
    assert [(path.name, path.read_bytes()) for path in copied.paths] == [("people.csv", b"other")]


@settings(max_examples=20)
@given(strategies.records(facts=strategies.facts_of(PACK)))
def test_whoever_it_is_has_facts_that_the_pack_declares(records: Records) -> None:
    for person in records.to_subjects():
        for charge in person.charges:
            assert charge.facts.keys() <= {"kept_open"}
