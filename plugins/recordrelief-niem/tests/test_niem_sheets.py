"""National rap sheets: what is written is read back, nothing is dropped silently, and what is open stays open."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import recordrelief as rr
from recordrelief.errors import RequestError, SourceError
from recordrelief.formats import identified
from recordrelief.plugins import installed
from recordrelief_niem import generate, words
from recordrelief_niem.format import NationalRapSheet
from recordrelief_niem.namespaces import CORE, JXDM, RAP, STRUCTURES
from recordrelief_niem.writing import CLOSE, OPEN, WrittenCharge, WrittenCycle, WrittenSentence, WrittenSheet, written

FORMAT = NationalRapSheet()
DAYS = st.dates(date(1960, 1, 1), date(2024, 12, 31)).map(str)
TEXTS = st.sampled_from(["BURGLARY", "THEFT <BY> FALSE PRETENSES & FRAUD", "HUMMING", "Übel"])
ENDS = {"CONVICTED": "convicted", "GUILTY": "convicted", "NOT GUILTY": "acquitted", "DISMISSED": "dismissed"}


@st.composite
def charges(draw: st.DrawFn, tracking: str) -> WrittenCharge:
    ended = draw(st.none() | st.sampled_from([*ENDS, "LACK OF PROS", "DISCHARGED"]))
    code, section = draw(st.sampled_from([("PC", "459"), ("HS", "11357(a)"), (None, None), ("??", "1")]))
    return WrittenCharge(
        tracking=tracking,
        sequence=draw(st.none() | st.integers(1, 99).map(str)),
        text=draw(TEXTS),
        code=code,
        section=section,
        severity=draw(st.sampled_from([None, "FELONY", "Misdemeanor", "FB"])),
        disposition=ended,
        disposed=None if ended is None else draw(st.none() | DAYS),
    )


@st.composite
def sheets(draw: st.DrawFn, number: int = 0) -> WrittenSheet:
    cycles = []
    for at in range(draw(st.integers(0, 3))):
        court = tuple(draw(charges(f"T{number}-{at}-{n}")) for n in range(draw(st.integers(0, 3))))
        sentences = tuple(
            WrittenSentence(tracking=one.tracking or "", text="JAIL", least=None, most="P30D")
            for one in court
            if ENDS.get(one.disposition or "") == "convicted"
        )
        cycles.append(
            WrittenCycle(
                tracking=f"C{number}-{at}",
                day=draw(DAYS),
                arrest=(draw(charges(f"A{number}-{at}")),) if draw(st.booleans()) else (),
                court=court,
                court_day=draw(DAYS),
                case_number=f"N{number}-{at}",
                sentences=sentences,
                supervision=draw(st.none() | st.tuples(st.just("PROBATION"), DAYS, st.none() | DAYS)),
            )
        )
    return WrittenSheet(
        family=draw(st.sampled_from(["QUILL", "O'OTTER", "A & B"])),
        given="MARA",
        born=draw(DAYS),
        sid=f"X{number}",
        cycles=tuple(cycles),
    )


def document(path: Path, *sheets: WrittenSheet) -> Path:
    path.write_text(OPEN + "".join(map(written, sheets)) + CLOSE, encoding="utf-8")
    return path


def raw(path: Path, inside: str, root: str = "rap:RapSheet") -> Path:
    spaces = f'xmlns:rap="{RAP}" xmlns:j="{JXDM}" xmlns:nc="{CORE}" xmlns:s="{STRUCTURES}" xmlns:e="urn:e"'
    path.write_text(f"<{root} {spaces}>{inside}</{root}>", encoding="utf-8")
    return path


PERSON = (
    "<rap:RapSheetPerson><nc:PersonName><nc:PersonSurName>QUILL</nc:PersonSurName></nc:PersonName></rap:RapSheetPerson>"
)


@settings(max_examples=40)
@given(st.data())
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    several = [data.draw(sheets(number)) for number in range(data.draw(st.integers(1, 3)))]
    records = FORMAT.read([document(tmp_path_factory.mktemp("niem") / "in.xml", *several)])
    assert records.subjects.height == len(several)
    assert records.subjects["birth_date"].cast(pl.String).to_list() == [one.born for one in several]
    assert records.quarantine.is_empty()
    assert not records.issues.filter(pl.col("code") == "ELEMENT_UNREAD").height
    expected = [
        (stage, charge.sequence and int(charge.sequence), ENDS.get(charge.disposition or ""), charge.disposed)
        for sheet in several
        for cycle in sheet.cycles
        for stage, every in (("arrest", cycle.arrest), ("court", cycle.court))
        for charge in every
    ]
    assert (
        records.charges.select("stage", "count_number", "outcome", pl.col("disposition_date").cast(pl.String)).rows()
        == expected
    )
    convicted = records.charges.filter(pl.col("outcome") == "convicted", pl.col("stage") == "court")
    assert sorted(records.sentences["charge_id"]) == sorted(convicted["charge_id"])
    (source,) = records.sources
    assert source.rows == records.charges.height + records.events.height


def test_the_generator_is_seeded_and_counts_its_rows(tmp_path: Path) -> None:
    rows = [FORMAT.generate(subjects=12, seed=seed, out=tmp_path / f"{at}.xml") for at, seed in enumerate((3, 3, 4))]
    texts = [(tmp_path / f"{at}.xml").read_bytes() for at in range(3)]
    assert texts[0] == texts[1] != texts[2]
    records = rr.read(tmp_path / "0.xml", format="niem-rapsheet")
    assert rows[0] == records.sources[0].rows
    assert records.subjects.height == 12
    with pytest.raises(RequestError):
        generate.generate_sheets(0, 1, tmp_path / "none.xml")


def test_a_sheet_is_recognised_by_its_root_and_namespace(tmp_path: Path) -> None:
    FORMAT.generate(subjects=1, seed=1, out=tmp_path / "in.xml")
    assert identified(installed().formats, [tmp_path / "in.xml"]).id == "niem-rapsheet"
    assert FORMAT.identify("a", raw(tmp_path / "a.xml", PERSON).read_bytes())
    assert FORMAT.identify("a", raw(tmp_path / "a.xml", f"<e:Sheet>{PERSON}</e:Sheet>", "e:History").read_bytes())
    for other in (b"<a/>", b"", b"CII/A01928374", f'<a xmlns="{RAP}"/>'.encode(), b"<!DOCTYPE a><rap:RapSheet/>"):
        assert not FORMAT.identify("a", other)


def test_an_element_that_nothing_asks_for_is_counted_by_its_name(tmp_path: Path) -> None:
    inside = (
        PERSON
        + "<rap:Odd>secret one</rap:Odd><rap:Odd>secret two</rap:Odd><e:Own><e:Inner>secret</e:Inner></e:Own>"
        + "<rap:Introduction><rap:PurposeCode>C</rap:PurposeCode></rap:Introduction>"
    )
    records = FORMAT.read([raw(tmp_path / "in.xml", inside)])
    notes = records.sources[0].notes
    assert notes == (
        "not read: 2 x Odd",
        "not read: 1 x Own/Inner",
        "known, without a place: 1 x PurposeCode",
    )
    assert sorted(records.issues.filter(pl.col("code") == "ELEMENT_UNREAD")["field"]) == ["Odd", "Own/Inner"]
    assert "secret" not in str(records.issues.to_dicts())


def test_what_says_two_things_is_not_read_and_told(tmp_path: Path) -> None:
    charge = "<rap:ArrestCharge><j:ChargeText>HUMMING</j:ChargeText><j:ChargeText>WHISTLING</j:ChargeText>"
    days = "<nc:ActivityDate><nc:Date>2001-02-03</nc:Date></nc:ActivityDate>"
    days += "<nc:ActivityDate><nc:Date>2001-02-04</nc:Date></nc:ActivityDate>"
    inside = (
        f"{PERSON}<rap:RapSheetCycle><rap:Arrest>{days}{charge}</rap:ArrestCharge></rap:Arrest></rap:RapSheetCycle>"
    )
    records = FORMAT.read([raw(tmp_path / "in.xml", inside)])
    assert records.sources[0].notes == ("not read: 2 x ArrestCharge/ChargeText",)
    assert records.charges["offense_text"].to_list() == records.charges["arrest_date"].to_list() == [None]
    assert "FIELD_CONFLICT" in records.issues["code"].to_list()


def test_wrappers_of_a_state_are_looked_through(tmp_path: Path) -> None:
    inside = (
        f"<e:All>{PERSON}<rap:RapSheetCycle><e:Steps><rap:Arrest><nc:ActivityDate><nc:Date>2001-02-03</nc:Date>"
        "</nc:ActivityDate><rap:ArrestCharge><j:ChargeText>HUMMING</j:ChargeText></rap:ArrestCharge></rap:Arrest>"
        "</e:Steps></rap:RapSheetCycle></e:All>"
    )
    records = FORMAT.read([raw(tmp_path / "in.xml", inside, "e:History")])
    assert records.charges["arrest_date"].to_list() == [date(2001, 2, 3)]
    assert records.subjects["names"][0][0]["family"] == "QUILL"


def test_sheets_that_share_a_number_are_of_one_person_and_a_charge_printed_twice_is_one(tmp_path: Path) -> None:
    cycle = WrittenCycle(tracking="C1", day="2001-01-01", arrest=(WrittenCharge(tracking="T1", text="HUMMING"),))
    other = WrittenCycle(tracking="C2", day="2003-01-01", arrest=(WrittenCharge(tracking="T2", text="HUMMING"),))
    one = WrittenSheet(family="QUILL", given="MARA", born="1980-01-01", sid="1", fbi="F", cycles=(cycle,))
    two = WrittenSheet(family="QUILL", given="MARA", born="1980-01-02", fbi="F", cycles=(cycle, other))
    three = WrittenSheet(family="QUILL", given="MARA", born="1980-01-01", sid="1", state="OR")
    records = FORMAT.read([document(tmp_path / "in.xml", one, two, three)])
    assert sorted(records.subjects["subject_id"]) == ["fbi-F", "sid-OR:1"]
    assert records.charges.height == 2
    assert records.subjects.filter(pl.col("subject_id") == "fbi-F")["birth_date"].to_list() == [None]
    assert "DOB_CONFLICT" in records.issues["code"].to_list()


def test_a_sentence_without_a_charge_leaves_every_sentence_of_the_person_open(tmp_path: Path) -> None:
    cycle = WrittenCycle(
        tracking="C1",
        day="2001-01-01",
        court=(WrittenCharge(tracking="T1", text="HUMMING", disposition="CONVICTED", disposed="2001-05-01"),),
        sentences=(WrittenSentence(tracking="ELSEWHERE", text="PRISON", most="P2Y"),),
    )
    sheet = WrittenSheet(family="Q", given="M", born="1980-01-01", sid="1", cycles=(cycle,))
    records = FORMAT.read([document(tmp_path / "in.xml", sheet)])
    assert records.quarantine["code"].to_list() == ["SENTENCE_WITHOUT_CHARGE"]
    convicted = records.charges.filter(pl.col("outcome") == "convicted")["charge_id"].to_list()
    assert records.sentences.filter(pl.col("charge_id").is_in(convicted))["kind"].to_list() == [None]


def test_one_conviction_printed_at_two_steps_counts_once(tmp_path: Path) -> None:
    charge = WrittenCharge(tracking="T1", text="HUMMING", disposition="CONVICTED", disposed="2001-05-01")
    cycle = WrittenCycle(tracking="C1", day="2001-01-01", arrest=(charge,), court=(charge,), court_day="2001-05-01")
    sheet = WrittenSheet(family="Q", given="M", born="1980-01-01", sid="1", cycles=(cycle,))
    records = FORMAT.read([document(tmp_path / "in.xml", sheet)])
    assert dict(records.charges.select("stage", "outcome").rows()) == {"arrest": None, "court": "convicted"}
    assert records.charges["arrest_date"].to_list() == [date(2001, 1, 1)] * 2


def test_a_disposition_of_the_whole_action_is_not_spread_over_several_charges(tmp_path: Path) -> None:
    def action(count: int) -> str:
        charge = "<rap:CourtCharge><j:ChargeText>HUMMING</j:ChargeText></rap:CourtCharge>"
        end = "<nc:ActivityDisposition><nc:DispositionDescriptionText>DISMISSED</nc:DispositionDescriptionText>"
        inside = f"{end}</nc:ActivityDisposition>{charge * count}"
        return f"{PERSON}<rap:RapSheetCycle><rap:CourtAction>{inside}</rap:CourtAction></rap:RapSheetCycle>"

    outcomes = [FORMAT.read([raw(tmp_path / f"{n}.xml", action(n))]).charges["outcome"].to_list() for n in (1, 2)]
    assert outcomes == [["dismissed"], [None, None]]


def test_no_other_conviction_is_never_found(tmp_path: Path) -> None:
    FORMAT.generate(subjects=2, seed=1, out=tmp_path / "in.xml")
    coverage = rr.read(tmp_path / "in.xml").coverage
    assert {coverage.of(table) for table in ("charges", "sentences", "reliefs", "cases")} == {"partial"}
    assert coverage.of("events", "registration") == "absent"


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("not guilty", "acquitted"),
        ("CONVICTED-JAIL", "convicted"),
        ("CONVICTION SET ASIDE", "set_aside"),
        ("LACK OF PROS", None),
        ("DISCHARGED", None),
        ("NOT CONVICTED", None),
        ("GUILTY PLEA WITHDRAWN", None),
        ("RELEASE FOR INSUFFICIENT EVIDENCE", "released"),
    ],
)
def test_only_plain_dispositions_are_read(text: str, outcome: str | None) -> None:
    assert words.outcome_of(text) == outcome


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("P30D", (30, 30)),
        ("P1Y", (365, 366)),
        ("P16M", (485, 489)),
        ("P2W", (14, 14)),
        ("PT5H", None),
        ("P", None),
        ("LIFE", None),
        ("", None),
    ],
)
def test_periods_are_read_between_their_ends(text: str, days: tuple[int, int] | None) -> None:
    assert words.lengths(text) == days


BOMB = '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
HOSTILE = {
    "entities": f"{BOMB}<r>&b;</r>",
    "a doctype alone": "<!DOCTYPE r><r/>",
    "an outside entity": '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><r>&a;</r>',
    "an outside type": '<!DOCTYPE r SYSTEM "http://example.invalid/r.dtd"><r/>',
    "depth": "<r>" * 100 + "</r>" * 100,
    "a tag without end": "<r " + "a" * 3_000_000,
    "a comment without end": "<r><!-- " + "a" * 3_000_000,
    "no XML": "CII/A01928374",
    "nothing": "",
    "no end": "<r><a>",
    "an entity of nobody": "<r>&secret;</r>",
    "an encoding of nobody": '<?xml version="1.0" encoding="x-none"?><r/>',
    "no rap sheet": "<r/>",
    "version 3": '<RapSheet xmlns="urn:old"/>',
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_files_are_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "in.xml").write_text(content, encoding="utf-8")
    with pytest.raises(SourceError) as refused:
        FORMAT.read([tmp_path / "in.xml"])
    assert "in.xml" in str(refused.value)


def test_a_sheet_beyond_its_limits_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from recordrelief_niem import stream

    path = raw(tmp_path / "in.xml", PERSON + "<rap:A>text of some length</rap:A>" * 20)
    for limit, value in (("MOST_ELEMENTS", 10), ("MOST_TEXT", 100)):
        with monkeypatch.context() as lower, pytest.raises(SourceError, match="too m"):
            lower.setattr(stream, limit, value)
            FORMAT.read([path])
    FORMAT.read([path])


def test_the_same_content_twice_is_refused(tmp_path: Path) -> None:
    for name in ("a", "b"):
        raw(tmp_path / f"{name}.xml", PERSON)
    with pytest.raises(RequestError, match="twice"):
        FORMAT.read([tmp_path])


def test_sheets_are_handed_on_one_at_a_time(tmp_path: Path) -> None:
    from recordrelief_niem.stream import sheets_of

    FORMAT.generate(subjects=400, seed=2, out=tmp_path / "in.xml")
    first = next(sheets_of(tmp_path / "in.xml", {}))
    assert first.name == "RapSheet"
    assert sum(1 for _ in sheets_of(tmp_path / "in.xml", {})) == 400


def test_the_readme_has_the_format() -> None:
    text = (Path(__file__).resolve().parent.parent / "README.md").read_text(encoding="utf-8")
    assert f"## The format `{FORMAT.id}`" in text
