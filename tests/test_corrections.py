"""Corrections: an overlay laid over a record, row by row, signed, shown, and undone by leaving an entry out."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from made_up import COUNTY, LAW, MARK, alone, extract  # noqa: F401
from polars.testing import assert_frame_equal
from test_cli import command  # noqa: F401

import recordrelief as rr
from recordrelief.corrections import read_corrections
from recordrelief.errors import RequestError, SourceError, SourceFaults
from recordrelief.formats.person import Person
from recordrelief.records import Records, readings
from recordrelief.tables import FACT_TABLES, dtypes

Run = Callable[..., tuple[int, str, str]]
SIGNED = "author: A. Example, date: 2026-01-02, reason: The minute order says so."
RECORD = f"""\
subject_id: P1
names: [{{family: {MARK}}}]
record_scope: state
cases: [{{id: K1, county: AMBER}}]
charges:
  - id: C1
    case_id: K1
    citation: XX 1
    offense_text: {MARK}
    level: felony
    outcome: convicted
    conviction_date: 2010-02
    sentences: [{{kind: probation, completed_date: 2011-03-04}}]
    reliefs: [{{kind: reduced, relief_date: 2012-01-01}}, {{kind: sealed}}]
    facts: {{told_on: 2010-01-01}}
  - {{id: C2, citation: XX 2, level: felony, outcome: convicted, facts: {{told_on: 2011-01-01}}}}
events: [{{kind: custody, event_date: 2013-05-06}}, {{kind: custody, event_date: 2014-05-06}}]
"""


@pytest.fixture
def records(tmp_path: Path) -> Records:
    path = tmp_path / "person.yaml"
    path.write_text(RECORD, encoding="utf-8")
    return Person().read([path])


@pytest.fixture
def corrected(tmp_path: Path, records: Records) -> Callable[..., Records]:
    """The record with entries laid over it, each a mapping without braces and without its signature."""

    def apply(*entries: str, without: tuple[int, ...] = (), to: Records = records) -> Records:
        path = tmp_path / "overlay.yaml"
        path.write_text("\n".join(f"- {{{entry}, {SIGNED}}}" for entry in entries), encoding="utf-8")
        return read_corrections([path], without=without).applied(to)

    return apply


def of(records: Records, table: str, **key: object) -> dict[str, object]:
    return records.table(table).row(by_predicate=_same(key), named=True)


def _same(key: dict[str, object]) -> pl.Expr:
    return pl.all_horizontal([pl.col(name) == value for name, value in key.items()])


def notes(records: Records, table: str, **key: object) -> list[str]:
    found = of(records, table, **key)["notes"]
    assert isinstance(found, list)
    return found


SAID = "by A. Example on 2026-01-02: The minute order says so (correction 1, overlay.yaml:1)"


def test_a_change_is_signed_on_the_row_and_the_source_stays_as_it_is(
    corrected: Callable[..., Records], records: Records
) -> None:
    after = corrected("subject_id: P1, charge_id: C1, change: {level: misdemeanor}, was: {level: felony}")
    assert of(after, "charges", charge_id="C1")["level"] == "misdemeanor"
    assert notes(after, "charges", charge_id="C1") == [f"level changed {SAID}; was felony"]
    assert of(after, "charges", charge_id="C1")["source_line"] == 6
    assert of(records, "charges", charge_id="C1")["level"] == "felony"
    for name in set(FACT_TABLES) - {"charges"}:
        assert_frame_equal(after.table(name), records.table(name))


def test_days_keep_both_ends_and_can_be_made_unknown(corrected: Callable[..., Records]) -> None:
    after = corrected(
        "subject_id: P1, charge_id: C1, change: {conviction_date: 2010-02-03, citation: null}, was: {citation: XX 1}"
    )
    row = of(after, "charges", charge_id="C1")
    assert (row["conviction_date"], row["conviction_date_latest"]) == (date(2010, 2, 3), date(2010, 2, 3))
    assert row["citation"] is None
    assert notes(after, "charges", charge_id="C1")[0].endswith(
        "; conviction_date was 2010-02-01..2010-02-28, citation was XX 1"
    )


def test_a_fact_of_a_pack_that_is_known_to_the_month_leaves_the_others_exact(corrected: Callable[..., Records]) -> None:
    after = corrected("subject_id: P1, charge_id: C1, change: {facts: {told_on: 2010-02, kept_open: true}}")
    one, other = of(after, "charges", charge_id="C1"), of(after, "charges", charge_id="C2")
    assert (one["told_on"], one["told_on_latest"]) == (date(2010, 2, 1), date(2010, 2, 28))
    assert other["told_on"] == other["told_on_latest"] == date(2011, 1, 1)
    assert (one["kept_open"], other["kept_open"]) == (True, None)


def test_what_was_there_is_not_repeated_where_it_may_be_personal(corrected: Callable[..., Records]) -> None:
    after = corrected(
        "subject_id: P1, change: {names: [{family: Sample}]}",
        "subject_id: P1, charge_id: C1, change: {offense_text: another}",
    )
    said = [*notes(after, "subjects", subject_id="P1"), *notes(after, "charges", charge_id="C1")]
    assert all(one.endswith("was something else") and MARK not in one for one in said)


def test_every_kind_of_row_can_be_changed_and_the_note_reaches_what_is_explained(
    corrected: Callable[..., Records],
) -> None:
    after = corrected(
        "subject_id: P1, sentence_id: C1-1, change: {revoked: false}",
        "subject_id: P1, charge_id: C1, relief: {kind: sealed}, change: {relief_date: 2014}",
        "subject_id: P1, event: {event_date: 2013-05-06}, change: {kind: release}",
        "subject_id: P1, case_id: K1, change: {status: closed}",
        "subject_id: P1, change: {birth_date: 1985}",
    )
    assert of(after, "sentences", sentence_id="C1-1")["revoked"] is False
    assert of(after, "reliefs", kind="sealed")["relief_date"] == date(2014, 1, 1)
    assert of(after, "events", event_date=date(2013, 5, 6))["kind"] == "release"
    assert of(after, "cases", case_id="K1")["status"] == "closed"
    on_charge = notes(after, "charges", charge_id="C1")
    assert [one.split(":")[0] for one in on_charge] == ["sentence C1-1", "relief"]
    on_person = notes(after, "subjects", subject_id="P1")
    assert [one.split(":")[0] for one in on_person[:2]] == ["event", "case K1"]
    assert on_person[2].startswith("birth_date changed by")


def test_rows_are_added_below_the_person_and_below_a_charge(corrected: Callable[..., Records]) -> None:
    after = corrected(
        "subject_id: P1, add: {charges: [{id: C3, level: felony, sentences: [{kind: fine}]}], events: [{kind: death}]}",
        "subject_id: P1, charge_id: C2, add: {sentences: [{kind: jail}], reliefs: [{kind: sealed}]}",
    )
    assert after.charges["charge_id"].to_list() == ["C1", "C2", "C3"]
    assert after.sentences["sentence_id"].to_list() == ["C1-1", "C3-1", "C2-added-2.1"]
    assert (after.reliefs.height, after.events.height) == (3, 3)
    row = of(after, "charges", charge_id="C3")
    assert (row["source_file"], row["source_line"]) == ("overlay.yaml", 1)
    assert notes(after, "charges", charge_id="C3") == [f"added {SAID}"]
    assert notes(after, "subjects", subject_id="P1") == [f"event added {SAID}"]
    assert [one.split(" by ")[0] for one in notes(after, "charges", charge_id="C2")] == [
        "sentence added",
        "relief added",
    ]


def test_what_is_deleted_takes_what_is_below_it_along_and_the_person_keeps_the_note(
    corrected: Callable[..., Records],
) -> None:
    after = corrected("subject_id: P1, charge_id: C1, delete: true", "subject_id: P1, case_id: K1, delete: true")
    assert after.charges["charge_id"].to_list() == ["C2"]
    assert after.sentences.is_empty() and after.reliefs.is_empty() and after.cases.is_empty()
    assert notes(after, "subjects", subject_id="P1")[0] == f"charge C1: deleted {SAID}"
    after = corrected("subject_id: P1, sentence_id: C1-1, delete: true")
    assert notes(after, "charges", charge_id="C1") == [f"sentence C1-1: deleted {SAID}"]


def test_what_stands_for_a_row_that_nobody_could_read_gives_way_to_what_it_says(
    corrected: Callable[..., Records], records: Records
) -> None:
    lost = {"source_file": ["a.csv"], "source_line": [7], "code": ["X"], "reason": ["broken"], "subject_id": ["P1"]}
    tables = {name: records.table(name) for name in FACT_TABLES}
    quarantine = pl.DataFrame(lost, schema=dict(dtypes("quarantine")))
    unread = Records.of({**tables, "quarantine": quarantine}, coverage=records.coverage)
    assert (unread.charges.height, unread.sentences.height, unread.reliefs.height, unread.events.height) == (3, 4, 5, 3)
    lines = ["subject_id: P1, charge_id: 'P1-unread-a.csv:7', delete: true"]
    lines += [f"subject_id: P1, sentence_id: {one}-unread, delete: true" for one in ("C1", "C2")]
    nothing = "relief: {kind: null, remedy: null, relief_date: null}"
    lines += [f"subject_id: P1, charge_id: {one}, {nothing}, delete: true" for one in ("C1", "C2")]
    lines += ["subject_id: P1, event: {kind: null, event_date: null}, delete: true"]
    lines += ["subject_id: P1, add: {charges: [{id: C3, level: felony}]}"]
    after = corrected(*lines, to=unread)
    for name in ("sentences", "reliefs", "events"):
        assert_frame_equal(after.table(name), records.table(name))
    assert after.charges["charge_id"].to_list() == ["C1", "C2", "C3"]


def test_later_entries_see_what_earlier_ones_made_and_one_that_is_left_out_is_undone(
    corrected: Callable[..., Records], records: Records
) -> None:
    entries = (
        "subject_id: P1, add: {charges: [{id: C3, level: felony}]}",
        "subject_id: P1, charge_id: C3, change: {level: misdemeanor}, was: {level: felony}",
    )
    assert of(corrected(*entries), "charges", charge_id="C3")["level"] == "misdemeanor"
    assert of(corrected(*entries, without=(2,)), "charges", charge_id="C3")["level"] == "felony"
    undone = corrected(*entries, without=(1, 2))
    for name in FACT_TABLES:
        assert_frame_equal(undone.table(name), records.table(name))
    with pytest.raises(RequestError, match="no correction of that number"):
        corrected(*entries, without=(3,))


def test_a_correction_is_laid_over_every_reading_of_a_record(
    corrected: Callable[..., Records], records: Records
) -> None:
    after = corrected(
        "subject_id: P1, charge_id: C1, change: {level: misdemeanor}",
        "subject_id: P1, add: {charges: [{id: C3}]}",
        "subject_id: P1, charge_id: C1, relief: {kind: sealed}, delete: true",
        to=readings([records, records]),
    )
    assert after.charges.filter(charge_id="C1")["level"].to_list() == ["misdemeanor"] * 2
    assert after.charges.filter(charge_id="C3")["alternative"].to_list() == [0, 1]
    assert after.reliefs.height == 2


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ("subject_id: P2, change: {birth_date: 1985}", "no such person"),
        ("subject_id: P1, charge_id: C11, change: {level: felony}", "The nearest stand at person.yaml:6"),
        ("subject_id: P1, sentence_id: C1-2, delete: true", "The nearest stand at person.yaml:13"),
        ("subject_id: P1, event: {kind: death}, delete: true", "no such event"),
        ("subject_id: P1, event: {kind: custody}, delete: true", "Several rows"),
        ("subject_id: P1, charge_id: C1, change: {level: infraction}, was: {level: misdemeanor}", "does not say"),
        ("subject_id: P1, charge_id: C1, change: {levle: felony}", "Did you mean 'level'"),
        ("subject_id: P1, charge_id: C1, change: {charge_id: C9}", "There is no such key"),
        ("subject_id: P1, charge_id: C1, change: {level: fellony}", "Did you mean 'felony'"),
        ("subject_id: P1, charge_id: C1", "does one thing"),
        ("subject_id: P1, charge_id: C1, delete: true, change: {level: felony}", "does one thing"),
        ("subject_id: P1, charge_id: C1, event: {kind: death}, delete: true", "about one row"),
        ("subject_id: P1, charge_id: C1, delete: false", "or the entry is left out"),
        ("subject_id: P1, delete: true", "cannot be deleted"),
        ("subject_id: P1, case_id: K1, add: {charges: [{id: C3}]}", "Nothing can be added"),
        ("subject_id: P1, add: {charges: [{id: C1}]}", "has this id already"),
        ("subject_id: P1, relief: {kind: sealed}, delete: true", "the charge of the relief"),
        ("subject_id: P1, charge_id: C1, delete: true, was: {level: felony}", "Only a change says"),
        ("subject_id: P1, charge_id: C1, change: {level: felony}, was: {citation: XX 1}", "and not what is to be"),
        ("charge_id: C1, delete: true", "subject_id"),
    ],
)
def test_what_does_not_fit_is_told_with_its_line_and_never_a_person(
    corrected: Callable[..., Records], entry: str, told: str
) -> None:
    with pytest.raises(SourceError) as error:
        corrected(entry)
    assert told in str(error.value)
    assert "overlay.yaml:1" in str(error.value) and MARK not in str(error.value)


def test_all_faults_are_told_at_once_and_a_correction_must_be_signed(
    corrected: Callable[..., Records], tmp_path: Path
) -> None:
    with pytest.raises(SourceFaults) as error:
        corrected("subject_id: P2, change: {birth_date: 1985}", "subject_id: P1, charge_id: C9, delete: true")
    assert [one.where for one in error.value.faults] == [f"overlay.yaml:{n}, correction {n}" for n in (1, 2)]
    unsigned = tmp_path / "unsigned.yaml"
    unsigned.write_text("- {subject_id: P1, charge_id: C1, delete: true, author: A. Example}", encoding="utf-8")
    with pytest.raises(SourceError, match=r"not signed\. Expected: date, reason"):
        read_corrections([unsigned])
    with pytest.raises(RequestError, match="cannot be read"):
        read_corrections([tmp_path / "nowhere.yaml"])


def test_a_fact_that_no_pack_declares_is_refused(tmp_path: Path) -> None:
    person, overlay = tmp_path / "person.yaml", tmp_path / "overlay.yaml"
    person.write_text("subject_id: P1\nrecord_scope: state\ncharges: [{id: C1}]\n", encoding="utf-8")
    overlay.write_text(f"- {{subject_id: P1, charge_id: C1, change: {{facts: {{odd: true}}}}, {SIGNED}}}", "utf-8")
    with pytest.raises(SourceError, match="No statute pack declares such a fact"):
        rr.read(person, corrections=[overlay])


def test_a_run_remembers_its_corrections_and_is_explained_with_them(command: Run, tmp_path: Path) -> None:  # noqa: F811
    person, overlay = tmp_path / "person.yaml", tmp_path / "overlay.yaml"
    person.write_text(
        "subject_id: P1\nrecord_scope: state\ncharges:\n- {id: C1, citation: XX 1, level: felony, outcome: convicted,"
        " conviction_date: 2010-02-01, attempt: false, conspiracy: false, solicitation: false}\n",
        encoding="utf-8",
    )
    overlay.write_text(f"- {{subject_id: P1, charge_id: C1, change: {{level: misdemeanor}}, {SIGNED}}}\n", "utf-8")
    ask = ("screen", "person.yaml", "--statutes", "xx", "--as-of", "2020-07-01", "--plugin", str(LAW))
    assert command(*ask, "--out", "plain")[0] == 0
    assert command(*ask, "--out", "run", "--corrections", "overlay.yaml")[0] == 0
    about = json.loads((tmp_path / "run" / "manifest.json").read_text(encoding="utf-8"))
    assert [one["name"] for one in about["corrections"]] == ["overlay.yaml"]
    assert len(about["corrections"][0]["sha256"]) == 64
    assert about["digest"] != json.loads((tmp_path / "plain" / "manifest.json").read_text("utf-8"))["digest"]
    code, out, err = command("explain", "run", "--subject", "P1")
    assert (code, err) == (0, "")
    assert "misdemeanor" in out and f"level changed {SAID}; was felony" in " ".join(out.replace("│", "").split())
    assert command(*ask, "--out", "undone", "--corrections", "overlay.yaml", "--without", "1")[0] == 0
    undone = json.loads((tmp_path / "undone" / "manifest.json").read_text(encoding="utf-8"))
    assert undone["corrections_left_out"] == [1]
    assert undone["digest"] == json.loads((tmp_path / "plain" / "manifest.json").read_text("utf-8"))["digest"]
    assert "felony" in command("explain", "undone", "--subject", "P1")[1]
    overlay.write_text("[]", encoding="utf-8")
    _, out, err = command("explain", "run", "--subject", "P1")
    assert "The file of corrections overlay.yaml has changed since" in err and "C1" in out
