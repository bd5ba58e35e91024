"""The ledger: what is recorded stays, what is told twice is one event, and nothing that disagrees is dropped."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import subprocess
import sys
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from made_up import COUNTY, LAW, ROWS, extract

from recordrelief import cli
from recordrelief.errors import RecordReliefError, RequestError, SourceError, SourceFaults
from recordrelief.ledger import Event, Gap, Ledger, Recorder, Stage, identify, read_events, reconcile, standing
from recordrelief.stored_runs import open_run

CLERK = Recorder("clerk of Marlow", date(2026, 3, 1))
FIRST = date(2026, 1, 5)


def event(stage: Stage, day: date = FIRST, charge: str = "C1", **more: str) -> Event:
    return Event("Fictional-7", charge, "xx-1", stage, day, **{"county": "MARLOW", **more})  # type: ignore[arg-type]


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger.create(tmp_path / "relief.ledger")


def gap(found: Ledger, stage: Stage, as_of: date = date(2026, 2, 4), county: str | None = None) -> Gap:
    told = standing(found.events(), as_of)
    return next(one for one in told.gaps if one.stage is stage and one.county == county)


def told(found: Ledger, as_of: date = date(2026, 2, 4)) -> list[str]:
    return [one.what for one in standing(found.events(), as_of).disagreements]


def test_it_is_one_file_for_its_owner_only(ledger: Ledger, tmp_path: Path) -> None:
    ledger.add([event(Stage.IDENTIFIED)], CLERK)
    assert [path.name for path in tmp_path.iterdir()] == ["relief.ledger"]
    assert stat.S_IMODE(ledger.path.stat().st_mode) == 0o600
    elsewhere = tmp_path / "elsewhere" / "moved"
    elsewhere.parent.mkdir()
    os.rename(ledger.path, elsewhere)
    assert len(Ledger.open(elsewhere).events()) == 1


def test_a_file_that_is_there_is_left_as_it_is(ledger: Ledger, tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="a file already"):
        Ledger.create(ledger.path)
    other = tmp_path / "notes.txt"
    other.write_text("not a ledger, only some notes that somebody made " * 40)
    with pytest.raises(RequestError, match="no ledger"):
        Ledger.open(other)
    with pytest.raises(RequestError, match="no such ledger"):
        Ledger.open(tmp_path / "nowhere")


def test_what_is_told_twice_is_one_event(ledger: Ledger) -> None:
    assert ledger.add([event(Stage.IDENTIFIED), event(Stage.IDENTIFIED)], CLERK).new == 1
    again = ledger.add([event(Stage.IDENTIFIED)], Recorder("somebody else", date(2026, 4, 1)))
    assert (again.new, again.known) == (0, 1)
    assert ledger.events()[0].recorder == CLERK


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET day = '2020-01-01'",
        "DELETE FROM events",
        "INSERT OR REPLACE INTO events SELECT * FROM events",
        "REPLACE INTO events SELECT sequence, 'x', subject_id, charge_id, remedy, stage, day, county, reason, voids,"
        " run, source_file, source_line, recorded_by, recorded_on, chain FROM events",
    ],
)
def test_the_file_itself_refuses_change(ledger: Ledger, statement: str) -> None:
    ledger.add([event(Stage.IDENTIFIED)], CLERK)
    with sqlite3.connect(ledger.path) as connection, pytest.raises(sqlite3.IntegrityError, match="only added to"):
        connection.execute(statement)
    connection.close()


def test_change_by_other_means_is_noticed(ledger: Ledger) -> None:
    ledger.add([event(Stage.IDENTIFIED), event(Stage.ORDERED, date(2026, 1, 9))], CLERK)
    with sqlite3.connect(ledger.path) as connection:
        connection.execute("DROP TRIGGER no_update")
        connection.execute("UPDATE events SET day = '2025-01-05' WHERE sequence = 1")
    connection.close()
    with pytest.raises(SourceError, match="not what was recorded"):
        ledger.events()


_WRITER = """
import sys
from datetime import date
from recordrelief.ledger import Event, Ledger, Recorder, Stage
ledger, name = Ledger.open(sys.argv[1]), sys.argv[2]
for number in range(20):
    for charge in (f"{name}-{number}", f"shared-{number}"):
        ledger.add([Event("Fictional-7", charge, "xx-1", Stage.IDENTIFIED, date(2026, 1, 5))],
                   Recorder(name, date(2026, 3, 1)))
"""


def test_several_processes_write_at_once(ledger: Ledger) -> None:
    writers = [subprocess.Popen([sys.executable, "-c", _WRITER, str(ledger.path), f"w{n}"]) for n in range(4)]
    assert [writer.wait(timeout=120) for writer in writers] == [0, 0, 0, 0]
    found = ledger.events()  # holds the chain too
    assert len(found) == 4 * 20 + 20
    assert [one.sequence for one in found] == list(range(1, 101))


def test_the_gap_at_each_stage(ledger: Ledger) -> None:
    ledger.add(
        [
            event(Stage.IDENTIFIED),
            event(Stage.IDENTIFIED, charge="C2", county="OTHERWISE"),
            event(Stage.UNCHALLENGED, date(2026, 1, 15)),
            event(Stage.ORDERED, date(2026, 2, 20)),
        ],
        CLERK,
    )
    assert gap(ledger, Stage.IDENTIFIED) == Gap(None, Stage.IDENTIFIED, 2, 0, 1, FIRST, 30)
    assert gap(ledger, Stage.UNCHALLENGED) == Gap(None, Stage.UNCHALLENGED, 1, 1, 1, date(2026, 1, 15), 20)
    assert gap(ledger, Stage.ORDERED).reached == 0  # it happened later
    assert gap(ledger, Stage.ORDERED, date(2026, 2, 20)).here == 1
    assert gap(ledger, Stage.IDENTIFIED, county="OTHERWISE").here == 1
    assert gap(ledger, Stage.IDENTIFIED, county="MARLOW").here == 0


def test_where_a_case_is_closed_nothing_waits(ledger: Ledger) -> None:
    ledger.add([event(Stage.IDENTIFIED), event(Stage.TOLD, date(2026, 1, 9))], CLERK)
    assert gap(ledger, Stage.TOLD) == Gap(None, Stage.TOLD, 1, 0, 1, None, None)


def test_what_is_both_denied_and_ordered_still_waits(ledger: Ledger) -> None:
    denied = event(Stage.DENIED, date(2026, 1, 8), reason="not served")
    ledger.add([event(Stage.IDENTIFIED), denied], CLERK)
    assert gap(ledger, Stage.DENIED).oldest is None
    ledger.add([event(Stage.ORDERED, date(2026, 1, 9))], CLERK)
    assert gap(ledger, Stage.ORDERED).oldest == date(2026, 1, 9)
    assert "A case is both ordered and denied." in told(ledger)


def test_a_mistake_is_voided_and_stays_to_be_seen(ledger: Ledger) -> None:
    order = event(Stage.ORDERED, date(2026, 1, 9))
    void = event(Stage.VOIDED, date(2026, 2, 1), voids=order.id, reason="of another charge")
    ledger.add([event(Stage.IDENTIFIED), order, void], CLERK)
    assert gap(ledger, Stage.ORDERED).reached == 0
    # It never happened, so it does not count on an earlier day either, unless one asks what was known then.
    assert gap(ledger, Stage.ORDERED, date(2026, 1, 20)).reached == 0
    assert len(ledger.events()) == 3
    with pytest.raises(SourceFaults, match="was voided"):
        ledger.add([order], CLERK)
    back = event(Stage.VOIDED, date(2026, 2, 2), voids=void.id, reason="it was of this charge")
    ledger.add([back], CLERK)
    assert gap(ledger, Stage.ORDERED).reached == 1


def test_what_was_known_on_a_day(ledger: Ledger) -> None:
    ledger.add([event(Stage.IDENTIFIED)], CLERK)
    ledger.add([event(Stage.ORDERED, date(2026, 1, 9))], Recorder("clerk", date(2026, 4, 1)))
    assert len(ledger.events(known_on=date(2026, 3, 31))) == 1


def test_voids_of_voids_without_end(ledger: Ledger) -> None:
    ledger.add([event(Stage.IDENTIFIED)], CLERK)
    last = order = event(Stage.ORDERED, date(2026, 1, 9))
    many: list[Event] = [order]
    for _ in range(1501):
        many.append(last := event(Stage.VOIDED, date(2026, 2, 1), voids=last.id, reason="no, the other way"))
    ledger.add(many, CLERK)
    assert gap(ledger, Stage.ORDERED).reached == 0
    with pytest.raises(SourceFaults, match="was voided"):
        ledger.add([order], CLERK)


@pytest.mark.parametrize("known", [(), (event(Stage.IDENTIFIED),)], ids=["new", "known"])
def test_what_was_known_on_a_day_stays_what_it_was(ledger: Ledger, known: tuple[Event, ...]) -> None:
    ledger.add([event(Stage.IDENTIFIED)], CLERK)
    earlier = Recorder("clerk", date(2026, 2, 1))
    with pytest.raises(RequestError, match="on a later day") as caught:
        ledger.add([*known, event(Stage.ORDERED, date(2026, 1, 9))], earlier)
    assert caught.value.expected == "2026-03-01 or later" and caught.value.found == "2026-02-01"
    with pytest.raises(RequestError, match="on a later day"):
        ledger.add_unless_there([event(Stage.IDENTIFIED, charge="C2")], earlier)
    assert ledger.events(known_on=date(2026, 2, 1)) == () and len(ledger.events()) == 1
    assert ledger.add([event(Stage.ORDERED, date(2026, 1, 9))], CLERK).new == 1  # the same day


@pytest.mark.parametrize("turned", [False, True])
def test_a_county_is_one_however_it_is_spelled(ledger: Ledger, turned: bool) -> None:
    events = [
        event(Stage.IDENTIFIED),
        event(Stage.IDENTIFIED, charge="C2", county="Marlow"),
        event(Stage.ORDERED, charge="C2", county=" MARLOW "),
        event(Stage.IDENTIFIED, charge="C3", county=" "),
    ]
    ledger.add(events[::-1] if turned else events, CLERK)
    found = standing(ledger.events(), date(2026, 2, 4))
    assert {one.county for one in found.gaps} == {None, "MARLOW", "unknown"} and not found.disagreements
    assert gap(ledger, Stage.IDENTIFIED, county="MARLOW").reached == 2


@pytest.mark.parametrize(
    ("events", "what"),
    [
        ([event(Stage.ORDERED)], "no run identified"),
        (
            [event(Stage.IDENTIFIED), event(Stage.UNCHALLENGED), event(Stage.CHALLENGED, reason="a later conviction")],
            "both unchallenged and challenged",
        ),
        ([event(Stage.IDENTIFIED), event(Stage.UPDATED), event(Stage.UPDATED, date(2026, 1, 9))], "on several days"),
        ([event(Stage.IDENTIFIED), event(Stage.ORDERED, date(2025, 12, 1))], "before it is identified"),
        ([event(Stage.IDENTIFIED), event(Stage.ORDERED, county="OTHERWISE")], "several counties"),
    ],
)
def test_what_disagrees_is_told(ledger: Ledger, events: list[Event], what: str) -> None:
    ledger.add(events, CLERK)
    assert any(what in one for one in told(ledger))


def test_the_order_of_recording_does_not_matter(tmp_path: Path) -> None:
    events = [
        event(Stage.IDENTIFIED),
        event(Stage.UNCHALLENGED, date(2026, 1, 9)),
        event(Stage.ORDERED, date(2026, 2, 1)),
    ]
    one, other = Ledger.create(tmp_path / "one"), Ledger.create(tmp_path / "other")
    one.add(events, CLERK)
    other.add(events[::-1], CLERK)
    assert standing(one.events(), date(2026, 2, 4)) == standing(other.events(), date(2026, 2, 4))


BAD = """subject_id,charge_id,remedy,stage,day,county,reason,voids
Fictional-7,C1,xx-1,identified,2026-01-05,MARLOW,,
Fictional-7,C1,xx-1,oredred,2026-01-06,MARLOW,,
Fictional-7,C1,xx-1,ordered,2026-02-30,MARLOW,,
Fictional-7,C1,xx-1,challenged,2026-01-06,MARLOW,,
Fictional-7,C1,xx-1,ordered
Fictional-7,,xx-1,ordered,2026-01-06,,,
Fictional-7,C1,xx-1,ordered,2026-W01-1,MARLOW,,
"""


def test_bad_rows_are_all_told_and_nothing_is_taken(ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "events.csv").write_text(BAD)
    with pytest.raises(SourceFaults) as caught:
        read_events(tmp_path / "events.csv")
    assert sorted(str(one.where) for one in caught.value.faults) == [
        f"events.csv:{line}" for line in (3, 4, 5, 6, 7, 8)
    ]
    assert "Fictional" not in str(caught.value) and "2026-02-30" not in str(caught.value)
    with pytest.raises(SourceFaults):
        ledger.add([event(Stage.IDENTIFIED), event(Stage.ORDERED, date(2027, 1, 1))], CLERK)
    assert ledger.events() == ()


def test_an_unknown_column_is_no_event_file(tmp_path: Path) -> None:
    (tmp_path / "events.csv").write_text("subject_id,charge_id,remedy,stage,date\n")
    with pytest.raises(SourceFaults, match="no meaning"):
        read_events(tmp_path / "events.csv")


def test_an_event_knows_its_line_behind_a_cell_of_several(tmp_path: Path) -> None:
    (tmp_path / "events.csv").write_text(
        'subject_id,charge_id,remedy,stage,day,reason\nS,C,x,challenged,2026-01-05,"two\nlines"\nS,C,x,told,2026-01-06,\n'
    )
    assert [one.source_line for one in read_events(tmp_path / "events.csv")] == [2, 4]


@pytest.mark.parametrize("voids", ["0" * 64, None])
def test_only_what_is_there_and_of_the_same_case_is_voided(ledger: Ledger, voids: str | None) -> None:
    other = event(Stage.IDENTIFIED, charge="C2")
    ledger.add([other], CLERK)
    with pytest.raises(SourceFaults, match="to be voided"):
        ledger.add([event(Stage.VOIDED, voids=voids or other.id, reason="by mistake")], CLERK)


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as left:
            cli.main(arguments)
        out, err = capfd.readouterr()
        return int(left.value.code or 0), out + err

    return run


def test_a_run_is_identified_once(command, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    extract(tmp_path, *ROWS)
    plugins = ("--plugin", str(COUNTY), "--plugin", str(LAW))
    assert (
        command("screen", "extract.csv", "--statutes", "xx", "--as-of", "2020-07-01", "--out", "run", *plugins)[0] == 0
    )
    eligible = pl.read_parquet("run/determinations.parquet").filter(status="eligible").height
    assert command("ledger", "init", "relief.ledger")[0] == 0
    early = command("ledger", "identify", "relief.ledger", "run", "--by", "clerk", "--recorded-on", "2020-06-30")
    assert early[0] == 2 and "after that of recording" in early[1]
    strange = ("--remedy", "xx-8", "--by", "clerk", "--recorded-on", "2020-07-02")
    code, told = command("ledger", "identify", "relief.ledger", "run", *strange)
    assert code == 2 and "Did you mean 'xx-9'" in told
    record = ("--by", "clerk", "--recorded-on", "2020-07-02")
    assert f"{eligible} cases identified" in command("ledger", "identify", "relief.ledger", "run", *record)[1]
    assert (
        f"0 cases identified; {eligible} were before"
        in command("ledger", "identify", "relief.ledger", "run", *record)[1]
    )
    found = Ledger.open("relief.ledger")
    one = found.events()[0].event
    assert (one.source_file, one.day, one.run) == ("extract.csv", date(2020, 7, 1), open_run("run").manifest["digest"])
    void = Event(*one.case, Stage.VOIDED, date(2020, 7, 1), reason="not this one", voids=one.id)
    found.add([void], CLERK)
    again = identify(found, open_run("run"), CLERK)
    assert (again.new, again.voided) == (0, 1)
    code, out = command("ledger", "show", "relief.ledger", "--as-of", "2020-08-01", "--json")
    shown = json.loads(out)
    assert code == 0 and shown["cases"] == eligible - 1 and one.subject_id not in out
    assert "not legal advice" in command("ledger", "show", "relief.ledger", "--as-of", "2020-08-01")[1]
    then = command("ledger", "show", "relief.ledger", "--as-of", "2020-08-01", "--known-on", "2020-07-02")[1]
    assert f"as known on 2020-07-02: {eligible} cases" in then.replace("\n", " ") and shown["known_on"] is None


def test_two_lists_in_both_directions(command, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "repository.csv").write_text(
        "case_number,count,status\nA1,1,dismissed\na2,1,open\nA3,1,open\n,1,open\nA5,1,open\nA5,1,dismissed\n"
    )
    (tmp_path / "court.csv").write_text(
        "number,count,status\nA1 ,1,dismissed\nA2,1,dismissed\nA4,1,dismissed\nA5,1,open\n"
    )
    done = reconcile("repository.csv", "court.csv", ["case_number=number", "count"])
    assert dict(done.counts) == {
        **{"left": 6, "right": 4, "both": 1, "differing": 1, "only_left": 1, "only_right": 1},
        **{"unsettled_left": 3, "unsettled_right": 1},
    }
    assert done.differing.select("left_line", "right_line", "column", "left", "right").row(0) == (
        *(3, 3, "status", "open", "dismissed"),
    )
    given = ("ledger", "reconcile", "repository.csv", "court.csv", "--on", "case_number=number", "--on", "count")
    code, out = command(*given, "--out", "lists")
    assert code == 0 and "Only left: 1. Only right: 1." in out and "A3" not in out
    assert stat.S_IMODE(Path("lists").stat().st_mode) == 0o700
    assert command(*given, "--out", "lists")[0] == 2
    assert command("ledger", "reconcile", "repository.csv", "court.csv", "--on", "nubmer")[0] == 2


def test_an_error_names_nobody(ledger: Ledger) -> None:
    with pytest.raises(RecordReliefError) as caught:
        ledger.add([event(Stage.CHALLENGED)], CLERK)
    assert "Fictional" not in str(caught.value)
