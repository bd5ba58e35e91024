"""What the parts of a sheet are read as: header, cycles, events, counts, dispositions, updates."""

from __future__ import annotations

import logging
from importlib.resources import files

import lark
import pytest
from rap_sheets import END, HEADER, event_of, sheet_of, text_of

from recordrelief_us_ca_rapsheet.days import Day
from recordrelief_us_ca_rapsheet.grammar import _Told
from recordrelief_us_ca_rapsheet.reading import sheets_of
from recordrelief_us_ca_rapsheet.sheet import Count, Event, Sheet

ARREST = "ARR/DET/CITE:         NAM:01\n20020611  CAPD LODI\nCNT:01     #1\n  459 PC-BURGLARY\n"
COURT = "COURT:                NAM:01\n20020903  CASC STOCKTON\nCNT:01     #2\n  459 PC-BURGLARY\n*DISPO:CONVICTED\n"


def _kinds(sheet: Sheet) -> list[list[str]]:
    return [[event.kind for event in cycle.events] for cycle in sheet.cycles]


def _count(lines: str) -> Count:
    """The count that some lines make, in a court action."""
    event = event_of("COURT:  NAM:01\n20020903  CASC STOCKTON\n" + lines)
    assert len(event.counts) == 1
    return event.counts[0]


def _unread(event: Event) -> list[int]:
    return [unread.line for part in (event, *event.counts) for unread in part.unread]


def test_the_grammar_has_one_reading_for_every_sequence_of_lines(caplog: pytest.LogCaptureFixture) -> None:
    text = files("recordrelief_us_ca_rapsheet").joinpath("sheet.lark").read_text(encoding="utf-8")
    lark.logger.setLevel(logging.DEBUG)
    try:
        with caplog.at_level(logging.DEBUG, lark.logger.name):
            lark.Lark(text, parser="lalr", lexer=_Told, start="sheet", debug=True)
    finally:
        lark.logger.setLevel(logging.CRITICAL)
    assert not [record for record in caplog.records if "conflict" in record.getMessage()]


class TestHeader:
    def test_everything_in_front_of_the_first_cycle(self) -> None:
        header = sheet_of("* * * *\n" + ARREST).header
        assert header.printed == Day("20260305")
        assert header.sources == "california"
        assert header.cii == "A01234567"
        assert header.births == (Day("19710214"),)
        assert (header.sex, header.race) == ("F", "HISPANIC")
        assert [name.text for name in header.names] == ["QUILL,MARA ANN"]

    def test_names_go_on_and_other_numbers_are_kept(self) -> None:
        header = """\
            CII/H00000001
            DOB/19710214    SEX/F  RAC/HISPANIC
            DOB/19730214
            HGT/504  WGT/140  EYE/BRO  HAI/BLK  POB/CA
            NAM/01 QUILL,MARA ANN
                02 QUILL,MARA
                003 OTTER,MARA A
            FBI/000000XX0
            SOC/000000000
            FPC/01 02 03
            04 05 06
            """
        (sheet,) = sheets_of(["\n".join(line.strip() for line in header.split("\n")) + "* * * *\n" + ARREST + END])
        assert [(name.code, name.text) for name in sheet.header.names] == [
            ("01", "QUILL,MARA ANN"),
            ("02", "QUILL,MARA"),
            ("003", "OTTER,MARA A"),
        ]
        assert sheet.header.births == (Day("19710214"), Day("19730214"))
        assert dict(sheet.header.numbers)["FBI"] == "000000XX0"
        assert "04 05 06" in sheet.header.notices

    @pytest.mark.parametrize("missing", ["CII", "DOB", "NAM", "RE:", "**"])
    def test_any_line_may_be_missing(self, missing: str) -> None:
        header = "\n".join(line for line in HEADER.split("\n") if not line.startswith(missing))
        (sheet,) = sheets_of([text_of("* * * *\n" + ARREST, header=header)])
        assert _kinds(sheet) == [["arrest"]]

    def test_other_states_that_hold_a_record(self) -> None:
        header = HEADER.replace("CALIFORNIA ONLY", "MULTIPLE")
        assert sheets_of([text_of("* * * *\n" + ARREST, header=header)])[0].header.sources == "multiple"
        header = "\n".join(line for line in HEADER.split("\n") if "III" not in line)
        assert sheets_of([text_of("* * * *\n" + ARREST, header=header)])[0].header.sources is None

    @pytest.mark.parametrize("number", ["B01234567", "A0123456", "A012345678", "", "01234567"])
    def test_what_is_no_number_of_a_person(self, number: str) -> None:
        header = HEADER.replace("A01234567", number)
        assert sheets_of([text_of("* * * *\n" + ARREST, header=header)])[0].header.cii is None


class TestSeparators:
    @pytest.mark.parametrize(
        "stars", ["* * * *", "* * *", "****", "*  *  *  *", "*.*.*.*", "* , * * *", " * * * * ", "* *\n* *", "*\n* * *"]
    )
    def test_three_or_four_stars_part_two_cycles(self, stars: str) -> None:
        assert _kinds(sheet_of(f"* * * *\n{ARREST}{stars}\n{COURT}")) == [["arrest"], ["court"]]

    @pytest.mark.parametrize("stars", ["* * * * * * * * * * *", "* *", "* * * * *", "* * * *\n* * * * * * *"])
    def test_other_runs_of_stars_do_not(self, stars: str) -> None:
        assert _kinds(sheet_of(f"* * * *\n{ARREST}{stars}\n- - - -\n{COURT}")) == [["arrest", "court"]]

    @pytest.mark.parametrize("dashes", ["- - - -", "--", "- -", "' - - -", '-  -"', "- - - - - - - -"])
    def test_two_or_more_dashes_part_two_events(self, dashes: str) -> None:
        sheet = sheet_of(f"* * * *\n{ARREST}{dashes}\n20020801  CASO STOCKTON\n")
        assert _kinds(sheet) == [["arrest", "unknown"]]

    def test_the_word_of_an_event_parts_them_too(self) -> None:
        sheet = sheet_of(f"* * * *\n{ARREST}{COURT}")
        assert _kinds(sheet) == [["arrest", "court"]]
        assert not sheet.cycles[0].doubtful

    def test_one_dash_is_noise(self) -> None:
        sheet = sheet_of(f"* * * *\n{ARREST}-\n{COURT}")
        assert "lone-dash" in {name for names in sheet.repairs.values() for name in names}

    @pytest.mark.parametrize(
        "end", ["END OF MESSAGE", "* END OF MESSAGE *", "  *   *  *   END OF MESSAGE\n", END + "X\n"]
    )
    def test_the_end_has_any_number_of_stars_and_nothing_behind_it(self, end: str) -> None:
        (sheet,) = sheets_of([text_of("* * * *\n" + ARREST, end=end)])
        assert sheet.complete
        assert not _unread(sheet.cycles[0].events[0])

    def test_a_sheet_without_its_end_is_not_complete(self) -> None:
        assert not sheets_of([text_of("* * * *\n" + ARREST, end="")])[0].complete

    def test_cycles_without_stars_before_the_first(self) -> None:
        (sheet,) = sheets_of([text_of(ARREST)])
        assert _kinds(sheet) == [["arrest"]]
        assert sheet.header.cii == "A01234567"

    def test_an_arrest_without_a_separator_may_begin_another_cycle(self) -> None:
        assert sheet_of(f"* * * *\n{ARREST}X#~ X\n{ARREST}").cycles[0].doubtful

    def test_an_answer_without_a_cycle_is_no_sheet(self) -> None:
        assert sheets_of(["RE: QHY\n** RECORD ERROR **\n"]) == ()


class TestEvents:
    @pytest.mark.parametrize(
        ("word", "kind"),
        [
            ("ARR/DET/CITE:", "arrest"),
            ("ARR / DET. / CITE:", "arrest"),
            ("ARR/DET/CITE;", "arrest"),
            ("ARR/DET/CITE", "arrest"),
            ("SUPPLEMENTAL ARR:", "supplemental"),
            ("COURT:", "court"),
            ("CUSTODY:JAIL", "custody"),
            ("CUSTODY:CDC", "custody"),
            ("CUSTODY:CYA", "custody"),
            ("CUSTODY: FED & OOS", "custody"),
            ("PROBATION:", "probation"),
            ("REGISTRATION:", "registration"),
            ("R E G I S T R A T I O N:", "registration"),
            ("APPLICANT:", "applicant"),
            ("MENTAL HLTH CUS/SUPV", "mental_health"),
            ("MENTAL HLTH CUS/SUPV:", "mental_health"),
            ("DECEASED:", "deceased"),
            ("INTERST COMP PAROLEE", "unknown"),
            ("SOMETHING ELSE", "unknown"),
        ],
    )
    def test_its_word(self, word: str, kind: str) -> None:
        event = event_of(f"{word}   NAM:02  DOB:19710214\n20020611  CAPD LODI\n")
        assert event.kind == kind
        assert (event.name_code, event.birth) == ("02", Day("19710214"))
        assert (event.day, event.agency) == (Day("20020611"), "CAPD LODI")

    @pytest.mark.parametrize(
        "lines",
        [
            "COURT: NAM:002\n19820915 CAMC LOS ANGELES METRO",
            "COURT:\nNAM:002\n19820915 CAMC LOS ANGELES METRO",
            "NAM:002 COURT:\n19820915 CAMC LOS ANGELES METRO",
            "COURT:\n19820915 NAM:002 CAMC LOS ANGELES METRO",
            "COURT:\n19820915\nNAM:002\nCAMC LOS ANGELES METRO",
            "COURT: NAM:002\n19820915\nCAMC LOS ANGELES METRO",
            "COURT: NAM:002\n1982.09.15 CAMC LOS ANGELES METRO",
            "COURT: NAM:002\n19820915 CAMC LOS ANGELES METRO CNT:01 #7",
            "COURT: NAM:002\n19820915 CAMC LOS ANGELES METRO TOC:F",
        ],
    )
    def test_name_day_and_agency_in_many_places(self, lines: str) -> None:
        event = event_of(lines + "\n")
        assert event.kind == "court"
        assert (event.name_code, event.day) == ("002", Day("19820915"))
        assert event.agency == "CAMC LOS ANGELES METRO"
        assert not _unread(event)

    def test_later_registrations_lack_the_word(self) -> None:
        first = "REGISTRATION:   NAM:01\n20120101  CASO STOCKTON\nCNT:01  #R1\n  11590 HS-REGISTRATION\n"
        later = "20130101  CASO STOCKTON\nCNT:01  #R2\n  11590 HS-REGISTRATION\n"
        sheet = sheet_of(f"* * * *\n{first}- - - -\n{later}")
        assert _kinds(sheet) == [["registration", "registration"]]
        assert _kinds(sheet_of(f"* * * *\n{first}{later}")) == [["registration", "registration"]]

    def test_the_strike_banner_belongs_to_the_event_before(self) -> None:
        banner = "* * * * * * * * * * *\n** POTENTIAL FELONY STRIKE ENTRY **\n* * * * * * * * * * *\n"
        sheet = sheet_of(f"* * * *\n{COURT}{banner}* * * *\n{ARREST}")
        assert _kinds(sheet) == [["court"], ["arrest"]]
        assert [event.strike for cycle in sheet.cycles for event in cycle.events] == [True, False]

    def test_an_event_without_counts(self) -> None:
        event = event_of("CUSTODY:JAIL  NAM:01\n20020611  CASO LODI\nSEN: 30 DAYS JAIL\n20020701\n DISPO:DISCHARGED\n")
        (count,) = event.counts
        assert count.first is None
        assert count.dispositions[0].sentences[0].items == ("30 DAYS JAIL",)
        assert (count.dispositions[1].text, count.dispositions[1].day) == ("DISCHARGED", Day("20020701"))


class TestCounts:
    @pytest.mark.parametrize(
        ("line", "first", "last", "case"),
        [
            ("CNT:01     #SF00112A", 1, 1, "SF00112A"),
            ("CNT : 003", 3, 3, None),
            ("CNT:003-005", 3, 5, None),
            ("CNT:01-02  #11M0099", 1, 2, "11M0099"),
            ("CNT:001\n . #346477", 1, 1, "346477"),
            ("CNT:01  #S.F.11.", 1, 1, "SF11"),
            ("CNT:01  #123-A:-", 1, 1, "123-A"),
            ("CNT:01  #123, 456", 1, 1, "123; 456"),
            ("CNT:O1  #1", 1, 1, "1"),
            ("CNT:0200  #1", 200, 200, "1"),
        ],
    )
    def test_numbers(self, line: str, first: int, last: int, case: str | None) -> None:
        count = _count(f"{line}\n  459 PC-BURGLARY\n")
        assert (count.first, count.last, count.case_number) == (first, last, case)
        assert count.charges == ("459 PC-BURGLARY",)

    @pytest.mark.parametrize("line", ["CNT:005-003", "CNT:00", "CNT:001-999", "CNT:99999"])
    def test_numbers_that_make_no_sense_are_unread(self, line: str) -> None:
        count = _count(f"{line}\n  459 PC-BURGLARY\n")
        assert (count.first, count.last) == (None, None)
        assert len(count.unread) == 1

    def test_flags_marker_and_charge(self) -> None:
        count = _count("CNT:01\n  -WARRANT  -ATTEMPTED\n  1170 (H) PC-SENTENCING\n  459 PC-BURGLARY TOC:F\n")
        assert count.flags == ("WARRANT", "ATTEMPTED")
        assert count.realigned
        assert (count.charges, count.toc) == (("459 PC-BURGLARY",), "F")

    def test_page_furniture_anywhere(self) -> None:
        count = _count("CNT:01\n\n Page 2 of 9\n\n  11360(A) HS-SELL/FURNISH/ETC\n PAGE 3 OF 9\n     MARIJUANA/HASH\n")
        assert count.charges == ("11360(A) HS-SELL/FURNISH/ETC MARIJUANA/HASH",)

    def test_the_number_of_the_person_repeated_on_a_page(self) -> None:
        sheet = sheet_of("* * * *\n" + COURT + "CII/A01234567\n   CONV STATUS:FELONY\n")
        assert sheet.cycles[0].events[0].counts[0].dispositions[0].status == "FELONY"
        assert not _unread(sheet.cycles[0].events[0])

    def test_lines_that_bear_on_nothing_are_kept(self) -> None:
        count = _count("CNT:01\n  459 PC-BURGLARY\n ARR BY:CAPD LODI\n WARRANT #A-1\n CRT #:77\n DCN:X00\n")
        assert [tag.word for tag in count.tags] == ["ARR BY", "WARRANT", "CRT", "DCN"]
        assert not count.unread

    def test_a_disposition_with_its_details(self) -> None:
        (told,) = _count(
            "CNT:01\n  459 PC-BURGLARY\n*DISPO:CONVICTED\n   CONV STATUS:FELONY\n"
            "   SEN: 003 YEARS PROBATION, 120 DAYS JAIL,\n        FINE, RESTN,\n     IMP SEN SS\n"
            "   COM: SENTENCE CONCURRENT WITH FILE #000-0\n   DCN:X0\n"
        ).dispositions
        assert (told.text, told.starred, told.status) == ("CONVICTED", True, "FELONY")
        (sentence,) = told.sentences
        assert sentence.items == ("003 YEARS PROBATION", "120 DAYS JAIL", "FINE", "RESTN", "IMP SEN SS")
        assert [comment.text for comment in told.comments] == ["SENTENCE CONCURRENT WITH FILE #000-0"]

    @pytest.mark.parametrize("word", ["*DISPO:", "DISPO:", "DISP:", " * DISPO :", "*D I S P O:", "*DISPO;"])
    def test_the_word_of_a_disposition(self, word: str) -> None:
        (told,) = _count(f"CNT:01\n  459 PC-BURGLARY\n{word}CONVICTED\n").dispositions
        assert told.text == "CONVICTED"

    def test_dated_updates_any_number_of_times(self) -> None:
        told = _count(
            "CNT:01\n  459 PC-BURGLARY\n*DISPO:CONVICTED\n"
            "19960628\n DISPO:PROBATION REVOKED\n   SEN: 16 MONTHS PRISON\n"
            "19990205 DISPO:CONV SET ASIDE & DISM PER 1203.4 PC\n"
        ).dispositions
        assert [(one.text, one.day) for one in told] == [
            ("CONVICTED", None),
            ("PROBATION REVOKED", Day("19960628")),
            ("CONV SET ASIDE & DISM PER 1203.4 PC", Day("19990205")),
        ]
        assert told[1].sentences[0].items == ("16 MONTHS PRISON",)

    def test_a_sentence_ends_at_a_blank_line(self) -> None:
        count = _count("CNT:01\n  459 PC-BURGLARY\n*DISPO:CONVICTED\n   SEN: 60 DAYS JAIL,\n\n   SOMETHING ELSE\n")
        assert count.dispositions[0].sentences[0].items == ("60 DAYS JAIL",)
        assert [unread.text for unread in count.unread] == ["SOMETHING ELSE"]

    def test_what_is_not_understood_says_where_it_stands(self) -> None:
        count = _count("CNT:01\n  459 PC-BURGLARY\n*DISPO:CONVICTED\n   CONV STATUS:FELONY\n      QXZ VVV\n")
        (unread,) = count.unread
        assert unread.place == "line 13, columns 7 to 13"
        assert "QXZ" not in repr(unread)

    def test_a_charge_whose_count_line_is_missing_is_a_count_of_its_own(self) -> None:
        event = event_of(
            "COURT:  NAM:01\n20020903  CASC STOCKTON\nCNT:01\n  459 PC-BURGLARY\n*DISPO:CONVICTED\n"
            "\nX#~ :02\n  211 PC-ROBBERY\n*DISPO:DISMISSED\n"
        )
        assert [(count.first, count.charges) for count in event.counts] == [
            (1, ("459 PC-BURGLARY",)),
            (None, ("211 PC-ROBBERY",)),
        ]
