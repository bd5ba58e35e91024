"""From sheets to records: what is a fact, what stays unknown, and why."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest
from rap_sheets import HEADER, charges_of, codes_of, records_of, subject_of, text_of

from recordrelief import model

COURT = """\
COURT:                NAM:01
20020903  CASC STOCKTON
CNT:01     #SF1
"""
CONVICTED = "  459 PC-BURGLARY\n*DISPO:CONVICTED\n   CONV STATUS:FELONY\n   SEN: 003 YEARS PROBATION, 060 DAYS JAIL\n"

WHOLE = """\
* * * *
ARR/DET/CITE:         NAM:02  DOB:19710214
20020611  CAPD LODI

CNT:01     #02-4455
  11358 HS-CULTIVATE MARIJUANA
CNT:02
  -WARRANT
  496(A) PC-RECEIVE/ETC KNOWN STOLEN PROPERTY
20020615
 DISPO:PROS REJ-LACK OF EVIDENCE
- - - -
COURT:                NAM:02
20020903  CASC STOCKTON

CNT:01     #SF00112A
  11358 HS-CULTIVATE MARIJUANA
*DISPO:CONVICTED
   CONV STATUS:FELONY
   SEN: 003 YEARS PROBATION, 060 DAYS JAIL,
        FINE, IMP SEN SS
20040120
 DISPO:PROBATION REVOKED
   SEN: 016 MONTHS PRISON
* * * *
COURT:                NAM:01
20110705  CASC SACRAMENTO
CNT:01-02  #11M0099
  SEE COMMENT FOR CHARGE
*DISPO:CONVICTED
   CONV STATUS:MISDEMEANOR
   COM: XSEN:1 YR PROB, 5 DS JL, FINE
   COM: CNT 01 CHRG-664/484(A) PC PETTY THEFT
* * * *
REGISTRATION:         NAM:01
20120101  CAPD STOCKTON
CNT:01     #R1
  11590 HS-REGISTRATION OF CNTL SUB OFFENDER
- - - -
20130101  CAPD STOCKTON
CNT:01     #R2
  11590 HS-REGISTRATION OF CNTL SUB OFFENDER
"""


def _terms(charge: model.Charge) -> list[tuple[str | None, int | None]]:
    return [(term.kind, term.length_days_min) for term in charge.sentences]


def _unknown_relief(charge: model.Charge) -> bool:
    return any(relief.kind is None for relief in charge.reliefs)


def _unknown_term(charge: model.Charge) -> bool:
    return any(term.kind is None for term in charge.sentences)


class TestAWholeSheet:
    @pytest.fixture
    def subject(self, tmp_path: Path) -> model.Subject:
        return subject_of(tmp_path, text_of(WHOLE))

    def test_the_person(self, subject: model.Subject) -> None:
        assert subject.subject_id == "A01234567"
        assert subject.birth_date == model.PartialDate.of("1971-02-14")
        assert subject.names[0] == model.Name(given="MARA", middle="ANN", family="QUILL", kind="primary")
        assert subject.identifiers == (model.Identifier(kind="sid", value="A01234567"),)
        assert (subject.record_scope, subject.deceased) == ("state", False)
        assert (subject.supervision, subject.serving_sentence, subject.charges_pending) == (None, None, None)

    def test_three_cycles(self, subject: model.Subject) -> None:
        arrest, court = subject.charges[0], subject.charges[2]
        assert arrest.cycle_id == court.cycle_id
        assert len({charge.cycle_id for charge in subject.charges} | {event.cycle_id for event in subject.events}) == 3

    def test_a_count_rejected_by_an_update(self, subject: model.Subject) -> None:
        first, second = subject.charges[:2]
        assert first.disposition.outcome is None
        assert second.disposition == model.Disposition(
            outcome="prosecutor_rejected", date="2002-06-15", text="PROS REJ-LACK OF EVIDENCE"
        )
        assert "flag: WARRANT" in second.source.notes

    def test_a_conviction_with_probation_revoked(self, subject: model.Subject) -> None:
        charge = subject.charges[2]
        assert (charge.offense.citation, charge.offense.level) == ("HS 11358", "felony")
        assert charge.disposition.conviction_date == model.PartialDate.of("2002-09-03")
        assert charge.arrest_date == model.PartialDate.of("2002-06-11")
        assert _terms(charge) == [("probation", 1_095), ("jail", 60), ("fine", None), ("prison", 485)]
        probation, *_, prison = charge.sentences
        assert (probation.revoked, probation.revoked_date) == (True, model.PartialDate.of("2004-01-20"))
        assert prison.imposed_date == model.PartialDate.of("2004-01-20")
        assert (charge.county, charge.county_fips, charge.jurisdiction) == ("SAN JOAQUIN", "06077", "us-ca")

    def test_a_range_whose_charge_stands_in_the_comment(self, subject: model.Subject) -> None:
        first, second = subject.charges[3:]
        assert (first.count_number, second.count_number) == (1, 2)
        for charge in (first, second):
            assert (charge.offense.citation, charge.offense.attempt) == ("PC 484(a)", True)
            assert charge.offense.level == "misdemeanor"
            assert _terms(charge) == [("probation", 365), ("jail", 5), ("fine", None)]
        assert first.case_id == second.case_id

    def test_registrations(self, subject: model.Subject) -> None:
        assert [(event.kind, event.citation) for event in subject.events] == [("registration", "HS 11590")] * 2
        assert subject.must_register is False

    def test_cases(self, subject: model.Subject) -> None:
        assert [(case.case_number, case.court, case.county) for case in subject.cases] == [
            ("SF00112A", "CASC STOCKTON", "SAN JOAQUIN"),
            ("11M0099", "CASC SACRAMENTO", "SACRAMENTO"),
        ]


class TestOutcomes:
    def test_set_aside_by_an_update(self, tmp_path: Path) -> None:
        (charge,) = charges_of(tmp_path, COURT + CONVICTED + "20080101\n DISPO:CONV SET ASIDE & DISM PER 1203.4 PC\n")
        assert charge.disposition.outcome == "convicted"
        (relief,) = charge.reliefs
        assert (relief.kind, relief.remedy) == ("dismissed", "pc-1203.4")
        assert relief.relief_date == model.PartialDate.of("2008-01-01")

    def test_reduced_by_an_update(self, tmp_path: Path) -> None:
        (charge,) = charges_of(tmp_path, COURT + CONVICTED + "20080101\n DISPO:REDUCED TO MISDEMEANOR\n")
        assert charge.offense.level == "felony"
        assert (charge.reliefs[0].kind, charge.reliefs[0].resulting_level) == ("reduced", "misdemeanor")

    def test_vacated_by_an_update(self, tmp_path: Path) -> None:
        (charge,) = charges_of(tmp_path, COURT + CONVICTED + "20080101\n DISPO:CONV VACATED\n")
        assert charge.disposition.outcome == "vacated"

    def test_dismissed_after_a_conviction_is_a_contradiction(self, tmp_path: Path) -> None:
        records = records_of(tmp_path, text_of("* * * *\n" + COURT + CONVICTED + "20080101\n DISPO:DISMISSED\n"))
        (charge,) = records.to_subjects()[0].charges
        assert charge.disposition.outcome is None
        assert _unknown_relief(charge)
        assert "DISPOSITION_CONFLICT" in codes_of(records)

    def test_pending_and_then_over(self, tmp_path: Path) -> None:
        body = COURT + "  459 PC-BURGLARY\nDISPO:DIVERSION\n20030101\n DISPO:DISMISSED/DIVERSION COMPLETED\n"
        (charge,) = charges_of(tmp_path, body)
        assert (charge.disposition.outcome, charge.dismissed_on_diversion) == ("dismissed", True)
        assert charge.disposition.date == model.PartialDate.of("2003-01-01")

    def test_words_nobody_knows_after_an_outcome(self, tmp_path: Path) -> None:
        records = records_of(tmp_path, text_of("* * * *\n" + COURT + CONVICTED + "20080101\n DISPO:QXZ VVV\n"))
        (charge,) = records.to_subjects()[0].charges
        assert charge.disposition.outcome is None
        assert charge.disposition.text == "CONVICTED; QXZ VVV"
        assert _unknown_relief(charge) and _unknown_term(charge)
        assert "DISPOSITION_UNRECOGNISED" in codes_of(records)

    def test_a_changed_sentence_leaves_open_whether_the_first_was_served(self, tmp_path: Path) -> None:
        (charge,) = charges_of(
            tmp_path, COURT + CONVICTED + "20040202\n DISPO:SENTENCE MODIFIED\n   SEN: 001 MONTHS JAIL\n"
        )
        assert _terms(charge) == [("probation", 1_095), ("jail", 60), ("jail", 28)]
        assert [term.suspended for term in charge.sentences] == [False, None, False]

    def test_a_conviction_without_a_sentence_has_one_of_which_nothing_is_known(self, tmp_path: Path) -> None:
        two = COURT + CONVICTED + "CNT:02\n  211 PC-ROBBERY\n*DISPO:CONVICTED\n   CONV STATUS:FELONY\n"
        first, second = charges_of(tmp_path, two)
        assert not _unknown_term(first)
        assert _unknown_term(second)

    def test_no_level_where_none_is_printed(self, tmp_path: Path) -> None:
        (charge,) = charges_of(tmp_path, COURT + "  459 PC-BURGLARY TOC:F\n*DISPO:CONVICTED\n")
        assert (charge.charged.level, charge.offense.level) == ("felony", None)
        (charge,) = charges_of(tmp_path, COURT + "  459 PC-BURGLARY TOC:F\nDISPO:DISMISSED\n")
        assert charge.offense.level == "felony"

    def test_what_a_juvenile_court_finds_is_no_conviction(self, tmp_path: Path) -> None:
        (charge,) = charges_of(tmp_path, COURT.replace("CASC", "CAJV") + CONVICTED)
        assert (charge.disposition.outcome, charge.disposition.text) == (None, "CONVICTED")

    def test_a_comment_that_may_tell_of_a_relief(self, tmp_path: Path) -> None:
        (charge,) = charges_of(tmp_path, COURT + CONVICTED + "   COM: CONV SET ASIDE IN 1999\n")
        assert charge.disposition.outcome == "convicted"
        assert _unknown_relief(charge)
        (charge,) = charges_of(tmp_path, COURT + CONVICTED + "   COM: SCN-A000\n")
        assert not charge.reliefs

    def test_concurrent_by_comment(self, tmp_path: Path) -> None:
        (charge,) = charges_of(tmp_path, COURT + CONVICTED + "   COM: SENTENCE CONCURRENT WITH FILE #000-0\n")
        assert [term.concurrent for term in charge.sentences] == [None, True]

    def test_flags(self, tmp_path: Path) -> None:
        (charge,) = charges_of(tmp_path, COURT + "  -ATTEMPTED\n" + CONVICTED)
        assert charge.offense.attempt is True
        (charge,) = charges_of(tmp_path, COURT + "  -SOMEHOW\n" + CONVICTED)
        assert (charge.offense.attempt, charge.offense.conspiracy) == (None, None)
        (charge,) = charges_of(tmp_path, COURT + "  -CONSPIRACY\n" + CONVICTED)
        assert charge.offense.conspiracy is True

    def test_a_realigned_term(self, tmp_path: Path) -> None:
        body = COURT + "  1170 (H) PC-SENTENCING\n  459 PC-BURGLARY\n*DISPO:CONVICTED\n   SEN: 002 YEARS JAIL\n"
        (charge,) = charges_of(tmp_path, body)
        assert _terms(charge) == [("realigned_jail", 730)]

    def test_federal_charges_and_unknown_agencies(self, tmp_path: Path) -> None:
        (charge,) = charges_of(tmp_path, COURT + "  18 2113(A) US-BANK ROBBERY\n*DISPO:CONVICTED\n")
        assert charge.jurisdiction == "us"
        (charge,) = charges_of(tmp_path, COURT.replace("CASC STOCKTON", "USFD FRESNO") + CONVICTED)
        assert charge.jurisdiction is None
        (charge,) = charges_of(tmp_path, COURT.replace("CASC STOCKTON", "CASC STOKTONN") + CONVICTED)
        assert (charge.jurisdiction, charge.county) == ("us-ca", None)
        assert any("nearest name in it is STOCKTON" in note for note in charge.source.notes)


class TestCommentCharges:
    def _charge(self, tmp_path: Path, comments: str) -> model.Charge:
        body = COURT + f"  SEE COMMENT FOR CHARGE\n*DISPO:CONVICTED\n   CONV STATUS:FELONY\n{comments}"
        return charges_of(tmp_path, body)[0]

    def test_one_of_its_own(self, tmp_path: Path) -> None:
        charge = self._charge(tmp_path, "   COM: CNT 01 CHRG-484-487(A) PC THEFT\n")
        assert charge.offense.citation == "PC 484; PC 487(a)"
        assert "citation read from the comment" in charge.source.notes

    def test_one_of_another_count_is_only_possible(self, tmp_path: Path) -> None:
        charge = self._charge(tmp_path, "   COM: CNT 02 CHRG-459 PC BURGLARY\n")
        assert (charge.offense.citation, charge.possible_citations) == (None, ("PC 459",))

    def test_two_are_only_possible(self, tmp_path: Path) -> None:
        charge = self._charge(tmp_path, "   COM: CHRG-459 PC X\n   COM: CHRG-211 PC X\n")
        assert (charge.offense.citation, set(charge.possible_citations)) == (None, {"PC 459", "PC 211"})

    def test_a_citation_without_its_word_is_only_possible(self, tmp_path: Path) -> None:
        charge = self._charge(tmp_path, "   COM: BURGLARY, PC 459\n")
        assert (charge.offense.citation, charge.possible_citations) == (None, ("PC 459",))

    def test_none(self, tmp_path: Path) -> None:
        charge = self._charge(tmp_path, "")
        assert (charge.offense.citation, charge.possible_citations, charge.offense.attempt) == (None, (), None)


CUSTODY = """\
- - - -
CUSTODY:CDC           NAM:01
20021001  CASD CORRECTIONS
CNT:01     #T1
  459 PC-BURGLARY
   CRT #:SF1
   SEN: 016 MONTHS PRISON
"""


class TestCustody:
    def test_a_term_that_the_conviction_prints_adds_nothing(self, tmp_path: Path) -> None:
        body = COURT + "  459 PC-BURGLARY\n*DISPO:CONVICTED\n   SEN: 016 MONTHS PRISON\n" + CUSTODY
        (charge,) = charges_of(tmp_path, body)
        assert _terms(charge) == [("prison", 485)]

    def test_a_term_that_only_custody_prints_belongs_to_the_conviction(self, tmp_path: Path) -> None:
        (charge,) = charges_of(tmp_path, COURT + CONVICTED + CUSTODY)
        assert _terms(charge) == [("probation", 1_095), ("jail", 60), ("prison", 485)]
        assert charge.sentences[2].imposed_date is None

    def test_one_that_may_belong_to_several_is_unknown_at_each(self, tmp_path: Path) -> None:
        two = COURT + CONVICTED + "CNT:02\n" + CONVICTED
        charges = charges_of(tmp_path, two + CUSTODY)
        assert len(charges) == 2
        assert all(_unknown_term(charge) for charge in charges)

    def test_custody_that_no_conviction_accounts_for_stands_for_one_that_is_missing(self, tmp_path: Path) -> None:
        (charge,) = charges_of(tmp_path, CUSTODY.removeprefix("- - - -\n"))
        assert (charge.offense.citation, charge.disposition.outcome, charge.stage) == ("PC 459", None, None)

    def test_the_court_s_number_beside_the_court(self, tmp_path: Path) -> None:
        custody = CUSTODY.replace(
            "   CRT #:SF1\n", "   SEN FROM:SAN JOAQUIN CO   CRT #:SF1\n   CONV OF:459 PC-BURGLARY\n"
        )
        custody = "* * * *\n" + custody.removeprefix("- - - -\n").replace("  459 PC-BURGLARY\n", "", 1)
        (charge,) = charges_of(tmp_path, COURT + CONVICTED + custody)
        assert ("prison", 485) in _terms(charge)

    def test_custody_before_a_dismissal_does_not(self, tmp_path: Path) -> None:
        booked = CUSTODY.replace("   SEN: 016 MONTHS PRISON\n", "")
        (charge,) = charges_of(tmp_path, COURT + "  459 PC-BURGLARY\nDISPO:DISMISSED\n" + booked)
        assert charge.disposition.outcome == "dismissed"

    def test_events(self, tmp_path: Path) -> None:
        subject = subject_of(
            tmp_path, text_of("* * * *\n" + COURT + CONVICTED + CUSTODY + "20040101\n DISPO:PAROLED FROM CDC\n")
        )
        assert [(event.kind, str(event.event_date)) for event in subject.events] == [
            ("custody", "2002-10-01"),
            ("release", "2004-01-01"),
            ("supervision_start", "2004-01-01"),
        ]


class TestLaterSteps:
    LATER = "- - - -\nCOURT:  NAM:01\n20080101  CASC STOCKTON\nCNT:01  #SF1\n  459 PC-BURGLARY\n"

    def test_a_relief_of_its_own_event_goes_to_its_conviction(self, tmp_path: Path) -> None:
        later = self.LATER + "DISPO:CONV SET ASIDE & DISM PER 1203.4 PC\n"
        (charge,) = charges_of(tmp_path, COURT + CONVICTED + later)
        assert charge.reliefs[0].remedy == "pc-1203.4"
        assert charge.reliefs[0].relief_date == model.PartialDate.of("2008-01-01")

    def test_a_revocation_too(self, tmp_path: Path) -> None:
        later = self.LATER + "DISPO:PROBATION REVOKED\n   SEN: 016 MONTHS PRISON\n"
        (charge,) = charges_of(tmp_path, COURT + CONVICTED + later)
        assert charge.sentences[0].revoked is True
        assert ("prison", 485) in _terms(charge)

    def test_one_that_may_be_about_several_is_unknown_at_each(self, tmp_path: Path) -> None:
        two = COURT + CONVICTED + "CNT:02\n" + CONVICTED
        later = self.LATER.replace("CNT:01", "CNT:07") + "DISPO:CONV SET ASIDE & DISM PER 1203.4 PC\n"
        charges = charges_of(tmp_path, two + later)
        assert [_unknown_relief(charge) for charge in charges[:2]] == [True, True]


class TestWhatIsNotWhole:
    def test_a_sheet_without_its_end(self, tmp_path: Path) -> None:
        records = records_of(tmp_path, text_of("* * * *\n" + COURT + CONVICTED, end=""))
        (subject,) = records.to_subjects()
        last, unread = subject.charges
        assert last.disposition.outcome is None
        assert unread == attrs.evolve(
            model.Charge(charge_id="A01234567-unread"),
            sentences=unread.sentences,
            reliefs=unread.reliefs,
            source=unread.source,
        )
        assert (subject.must_register, subject.deceased) == (None, None)
        assert "TRUNCATED_RECORD" in codes_of(records)

    def test_other_states_hold_a_record_too(self, tmp_path: Path) -> None:
        header = HEADER.replace("CALIFORNIA ONLY", "MULTIPLE")
        records = records_of(tmp_path, text_of("* * * *\n" + COURT + CONVICTED, header=header))
        elsewhere = records.to_subjects()[0].charges[-1]
        assert (elsewhere.jurisdiction, elsewhere.disposition.outcome) == ("elsewhere", None)
        assert "SINGLE_JURISDICTION" in codes_of(records)

    def test_an_event_that_nobody_knows(self, tmp_path: Path) -> None:
        records = records_of(
            tmp_path,
            text_of("* * * *\nINTERST COMP PAROLEE  NAM:01\n20020903  CASD CORRECTIONS\nCNT:01\n  459 PC-BURGLARY\n"),
        )
        (subject,) = records.to_subjects()
        assert [event.kind for event in subject.events] == [None]
        assert subject.must_register is None
        (charge,) = subject.charges
        assert (charge.stage, charge.disposition.outcome) == (None, None)
        assert "STEP_UNRECOGNISED" in codes_of(records)

    def test_an_unread_line_of_a_count(self, tmp_path: Path) -> None:
        records = records_of(tmp_path, text_of("* * * *\n" + COURT + CONVICTED + "\n    QXZ VVV\n"))
        (charge,) = records.to_subjects()[0].charges
        assert charge.disposition.outcome == "convicted"
        assert _unknown_relief(charge) and _unknown_term(charge)
        assert any(note.startswith("not understood: line 15, columns") for note in charge.source.notes)
        assert "LINE_UNREAD" in codes_of(records)

    def test_an_unread_line_that_may_be_a_disposition(self, tmp_path: Path) -> None:
        (charge,) = charges_of(tmp_path, COURT + CONVICTED + "\n  D1SP0: C0NV VAC@TED\n")
        assert charge.disposition.outcome is None

    def test_a_repaired_line_is_noted(self, tmp_path: Path) -> None:
        records = records_of(tmp_path, text_of("* * * *\n" + COURT + CONVICTED.replace("459", "4S9")))
        (charge,) = records.to_subjects()[0].charges
        assert charge.offense.citation == "PC 459"
        assert "repaired (likely): digits of a section read from letters like them" in charge.source.notes
        assert "OCR_REPAIRED" in codes_of(records)


class TestRegistration:
    def _subject(self, tmp_path: Path, section: str, more: str = "") -> model.Subject:
        body = f"* * * *\nREGISTRATION:  NAM:01\n20120101  CAPD LODI\nCNT:01  #R1\n  {section}\n{more}"
        return subject_of(tmp_path, text_of(body))

    @pytest.mark.parametrize(
        ("section", "answer"),
        [
            ("290 PC-REGISTRATION OF SEX OFFENDER", True),
            ("290(B) PC-X", True),
            ("290.011 PC-X", True),
            ("11590 HS-X", False),
            ("457.1 PC-ARSON REGISTRATION", False),
            ("QXZ", None),
        ],
    )
    def test_by_its_section(self, tmp_path: Path, section: str, answer: bool | None) -> None:
        assert self._subject(tmp_path, section).must_register is answer

    def test_over(self, tmp_path: Path) -> None:
        subject = self._subject(tmp_path, "290 PC-X", "20150101\n DISPO:NO LONGER REQUIRED TO REGISTER\n")
        assert [event.kind for event in subject.events] == ["registration", "registration_ended"]
        assert subject.must_register is None

    def test_none(self, tmp_path: Path) -> None:
        assert subject_of(tmp_path, text_of("* * * *\n" + COURT + CONVICTED)).must_register is False

    def test_a_death(self, tmp_path: Path) -> None:
        body = "* * * *\nDECEASED:  NAM:01\n20120101  CACO LODI\nCNT:01\n  DECEASED\n"
        subject = subject_of(tmp_path, text_of(body))
        assert (subject.deceased, str(subject.deceased_date)) == (True, "2012-01-01")
        assert not subject.charges


class TestSeveralSheetsOfOnePerson:
    def _later(self, body: str) -> str:
        return text_of("* * * *\n" + body, header=HEADER.replace("20260305", "20270305"))

    def test_what_both_print_is_one_charge(self, tmp_path: Path) -> None:
        body = COURT + CONVICTED
        records = records_of(tmp_path, text_of("* * * *\n" + body), self._later(body))
        assert (records.subjects.height, records.charges.height) == (1, 1)

    def test_the_later_print_tells_what_came_of_it(self, tmp_path: Path) -> None:
        body = COURT + CONVICTED
        update = body + "20260801\n DISPO:CONV SET ASIDE & DISM PER 1203.4 PC\n"
        for texts in ((text_of("* * * *\n" + body), self._later(update)),) * 2:
            (subject,) = records_of(tmp_path, *texts).to_subjects()
            assert subject.charges[0].reliefs[0].remedy == "pc-1203.4"

    def test_where_nobody_knows_which_is_later_nothing_is_known(self, tmp_path: Path) -> None:
        body = COURT + CONVICTED
        records = records_of(
            tmp_path, text_of("* * * *\n" + body), text_of("* * * *\n" + body.replace("FELONY", "MISDEMEANOR"))
        )
        (charge,) = records.to_subjects()[0].charges
        assert charge.offense.citation is None
        assert "PRINTS_DIFFER" in codes_of(records)

    def test_people_of_one_number_with_nothing_else_in_common_are_not_merged(self, tmp_path: Path) -> None:
        other = HEADER.replace("QUILL", "OTTER").replace("19710214", "19500101")
        texts = [text_of("* * * *\n" + COURT + CONVICTED, header=header) for header in (HEADER, other)]
        records = records_of(tmp_path, *texts)
        assert records.subjects.height == 2
        assert records.subjects["subject_id"][0] == "A01234567"
        assert "IDENTITY_UNRESOLVED" in codes_of(records)

    def test_people_without_a_number_are_never_merged(self, tmp_path: Path) -> None:
        header = "\n".join(line for line in HEADER.split("\n") if not line.startswith("CII"))
        other = header.replace("MARA", "ODA")
        records = records_of(
            tmp_path,
            text_of("* * * *\n" + COURT + CONVICTED, header=header),
            text_of("* * * *\n" + COURT + CONVICTED, header=other),
        )
        assert records.subjects.height == 2
        assert "IDENTITY_UNRESOLVED" in codes_of(records)


def test_several_birth_dates_span(tmp_path: Path) -> None:
    header = HEADER.replace("DOB/19710214 SEX/F RAC/HISPANIC", "DOB/19710214\nDOB/19690101")
    subject = subject_of(tmp_path, text_of("* * * *\n" + COURT + CONVICTED, header=header))
    assert str(subject.birth_date) == "1969-01-01..1971-02-14"


def test_nothing_personal_among_the_issues(tmp_path: Path) -> None:
    text = text_of("* * * *\n" + COURT + CONVICTED + "\n  QUILL, MARA WAS HERE\n").replace("A01234567", "A0123X567")
    issues = records_of(tmp_path, text).issues
    cells = " ".join(str(cell) for row in issues.iter_rows() for cell in row)
    assert "QUILL" not in cells and "MARA" not in cells
