"""The words of sheets: offenses, dispositions, sentences, agencies; and that what no rule knows stays unknown."""

from __future__ import annotations

import csv
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordrelief.model import LIFE_DAYS
from recordrelief_us_ca_rapsheet.agencies import FIPS, TABLE, ReadAgency, _key, read_agency
from recordrelief_us_ca_rapsheet.days import Day, fault_of, read_day
from recordrelief_us_ca_rapsheet.dispositions import read_disposition
from recordrelief_us_ca_rapsheet.offenses import CODES, mended, names_another, read_comment, read_offense
from recordrelief_us_ca_rapsheet.repairs import RULES, note_of, repaired
from recordrelief_us_ca_rapsheet.sentences import Term, read_item, read_sentence, sentence_in_comment


class TestOffenses:
    @pytest.mark.parametrize(
        ("text", "citation"),
        [
            ("459 PC-BURGLARY", "PC 459"),
            ("11360(A) HS-SELL/FURNISH/ETC MARIJUANA/HASH", "HS 11360(a)"),
            ("11360A HS-SELL", "HS 11360(a)"),
            ("11359 H&S-POSS", "HS 11359"),
            ("487.3 PC-GRAND THEFT:AUTO", "PC 487.3"),
            ("18 2113(A) US-BANK ROBBERY", "US 18:2113(a)"),
            ("484-487 (A) PC-GRAND THEFT", "PC 484; PC 487(a)"),
            ("594(A)-(B)(2)(A) PC-VANDALISM", "PC 594(a); PC 594(b)(2)(A)"),
            ("664/211 PC-ROBBERY", "PC 211"),
            ("211-664 PC-ROBBERY", "PC 211"),
            ("288A PC-X", "PC 288a"),
            ("41.27(H) LM-DRINK IN PUBLIC", "LM 41.27(h)"),
            ("187(A) PC-MURDER", "PC 187(a)"),
            ("113570 PC-X", "PC 113570"),
            ("TRAFFIC VIOLATION", None),
            ("APPLICANT SECURITY GUARD", None),
            ("", None),
        ],
    )
    def test_a_charge_line(self, text: str, citation: str | None) -> None:
        assert read_offense(text).citation == citation

    def test_attempts(self) -> None:
        assert read_offense("664/211 PC-ROBBERY").attempt is True
        assert read_offense("211 PC-ATTEMPTED ROBBERY").attempt is True
        assert read_offense("211 PC-ROBBERY").attempt is False
        assert read_offense("TRAFFIC VIOLATION").attempt is None

    @pytest.mark.parametrize("code", sorted(set(CODES) - {"US"}))
    def test_every_code(self, code: str) -> None:
        assert read_offense(f"1234 {code}-WORDS").citation == f"{CODES[code]} 1234"

    @pytest.mark.parametrize(
        "text", ["SEE COMMENT FOR CHARGE", "SEE. COMMENT .FOR CHARGE", ".SEE COMMENT FOR CHARGE TOC:M"]
    )
    def test_what_defers_to_the_comment(self, text: str) -> None:
        assert read_offense(text).defers

    @pytest.mark.parametrize(
        ("text", "meant", "rule"),
        [
            ("490,2 PC-PETTY THEFT", "490.2 PC-PETTY THEFT", "comma-in-section"),
            ("1L359 HS-POSSESS", "11359 HS-POSSESS", "letters-in-section"),
            ("4S9 PC-BURGLARY", "459 PC-BURGLARY", "letters-in-section"),
            ("4B4(A) PC-THEFT", "484(A) PC-THEFT", "letters-in-section"),
            ("1O851(A) VC-TAKE", "10851(A) VC-TAKE", "letters-in-section"),
            ("11359 H5-POSSESS", "11359 HS-POSSESS", "letters-in-code"),
            ("4149 8P-X", "4149 BP-X", "letters-in-code"),
            (".459 .PC-BURGLARY", "459 PC-BURGLARY", "mark"),
        ],
    )
    def test_what_is_repaired_in_a_section(self, text: str, meant: str, rule: str) -> None:
        assert mended(text) == (meant, (rule,))

    def test_a_sound_line_is_left_as_it_is(self) -> None:
        for text in ("459 PC-BURGLARY", "653O PC-X", "S OF NOTHING PC-X", "TRAFFIC VIOLATION", "288A(B)(1) PC-X"):
            assert mended(text) == (text, ())

    def test_a_last_sign_that_may_be_a_letter_is_left_open_where_letters_were_misread(self) -> None:
        assert read_offense("653O PC-X").citation == "PC 653o"
        scanned = read_offense("653O PC-X", scanned=True)
        assert scanned.citation is None
        assert scanned.possible == ("PC 653o", "PC 6530")

    def test_comments(self) -> None:
        assert read_comment("CNT 01 CHRG-484-487(A) PC THEFT").charge == "484-487(A) PC THEFT"
        assert read_comment("CNT 01-03 CHRG-459 PC TOC:F").counts == (1, 3)
        assert read_comment("CNT 01-03 CHRG-459 PC TOC:F").charge == "459 PC"
        assert read_comment("WARRANT NBR A-400000 BOTH CNTS").named == ()
        assert names_another("PC 459", ["PC 211"])
        assert not names_another("PC 459", ["PC 459"])


class TestDispositions:
    @pytest.mark.parametrize(
        ("text", "outcome"),
        [
            ("CONVICTED", "convicted"),
            ("CONVICTED-PROB/JAIL", "convicted"),
            ("DISMISSED", "dismissed"),
            ("DISMISSED/FURTHERANCE OF JUSTICE", "dismissed"),
            ("1385 PC-DISMISSED", "dismissed"),
            ("DISMISSED PER 1385 PC", "dismissed"),
            ("PROS REJ-LACK OF EVIDENCE", "prosecutor_rejected"),
            ("PROS DEFERRED FOR REVOCATION OF PAROLE", "other"),
            ("RELEASED/DETENTION ONLY", "released"),
            ("PROC SUSP/COMM MENTALLY INCOMP 1370 PC", "pending"),
            ("ACQUITTED", "acquitted"),
            ("CONV VACATED", "vacated"),
            ("PROBATION REVOKED", None),
            ("SENTENCE MODIFIED", None),
            ("CLARIFICATION REQUESTED", None),
            ("NO LONGER INTERESTED", None),
        ],
    )
    def test_an_outcome(self, text: str, outcome: str | None) -> None:
        read = read_disposition(text)
        assert read.outcome == outcome
        assert read.understood

    @pytest.mark.parametrize(
        ("text", "kind", "remedy", "level"),
        [
            ("CONV SET ASIDE & DISM PER 1203.4 PC", "dismissed", "pc-1203.4", None),
            ("CONV SET ASIDE & DISM PER 1203.4A PC", "dismissed", "pc-1203.4a", None),
            ("REDUCED TO MISDEMEANOR", "reduced", None, "misdemeanor"),
            ("REDUCED TO MISDEMEANOR PER 17 PC", "reduced", "pc-17", "misdemeanor"),
            ("DISMISSED PER 11361.8 HS", "dismissed", "hs-11361.8", None),
            ("SEALED PER 851.91 PC", "sealed", "pc-851.91", None),
        ],
    )
    def test_a_relief(self, text: str, kind: str, remedy: str | None, level: str | None) -> None:
        read = read_disposition(text)
        assert (read.relief, read.remedy, read.resulting_level, read.outcome) == (kind, remedy, level, None)

    @pytest.mark.parametrize(
        ("text", "step"),
        [
            ("PAROLED FROM CDC", "release"),
            ("DISCHARGED", "supervision_end"),
            ("NO LONGER REQUIRED TO REGISTER", "registration_ended"),
            ("NO LONGER REQUIRED TO REGISTER/DRUG REG", "registration_ended"),
            ("PROBATION REVOKED", "revocation"),
        ],
    )
    def test_a_step(self, text: str, step: str) -> None:
        assert read_disposition(text).step == step

    @pytest.mark.parametrize("text", ["SOMETHING ELSE", "X", "REVERSED IN PART", "CONV SOMEHOW"])
    def test_what_nobody_knows(self, text: str) -> None:
        read = read_disposition(text)
        assert (read.outcome, read.relief, read.understood) == (None, None, False)

    def test_words_behind_a_conviction_may_have_undone_it(self) -> None:
        assert not read_disposition("CONVICTED BUT LATER SO").understood
        assert not read_disposition("CONVICTED/SET ASIDE").understood


_LENGTHS = {"years": ("YEARS", "YR"), "months": ("MONTHS", "MO", "MOS"), "days": ("DAYS", "DS")}
_KIND_WORDS = {"probation": ("PROBATION", "PROB"), "jail": ("JAIL", "JL", "JL WORK"), "prison": ("PRISON",)}


@st.composite
def _terms(draw: st.DrawFn) -> tuple[str, Term]:
    """A term and a way to print it."""
    kind = draw(st.sampled_from(sorted(_KIND_WORDS)))
    lengths = {unit: draw(st.integers(0, 99)) for unit in draw(st.sets(st.sampled_from(sorted(_LENGTHS))))}
    suspended, concurrent = draw(st.booleans()), draw(st.booleans())
    words = []
    for unit in ("years", "months", "days"):
        if lengths.get(unit):
            width = draw(st.sampled_from((1, 3)))
            words.append(f"{lengths[unit]:0{width}} {draw(st.sampled_from(_LENGTHS[unit]))}")
    words.append(draw(st.sampled_from(_KIND_WORDS[kind])))
    words += ["SS"] * suspended + ["CC"] * concurrent
    term = Term(kind=kind, **lengths, suspended=suspended, concurrent=True if concurrent else None)
    return " ".join(words), term


class TestSentences:
    @given(_terms())
    def test_every_term_is_read_as_it_was_printed(self, printed: tuple[str, Term]) -> None:
        text, term = printed
        assert read_item(text).term == term

    @pytest.mark.parametrize(
        ("text", "kind", "shortest", "longest"),
        [
            ("003 YEARS PROBATION", "probation", 1_095, 1_096),
            ("1 YR 4 MO PRISON", "prison", 485, 489),
            ("016 MONTHS PRISON", "prison", 485, 489),
            ("120 DAYS JAIL", "jail", 120, 120),
            ("6 MO JL WORK", "jail", 181, 184),
            ("LIFE", "prison", LIFE_DAYS, LIFE_DAYS),
            ("LIFE W/O PAROLE", "prison", LIFE_DAYS, LIFE_DAYS),
            ("25 YEARS TO LIFE", "prison", 9_131, LIFE_DAYS),
            ("25 YEARS TO LIFE PRISON", "prison", 9_131, LIFE_DAYS),
            ("PROBATION", "probation", None, None),
            ("365 JAIL", "jail", None, None),
            ("$100 FINE", "fine", None, None),
            ("RESTN", "restitution", None, None),
        ],
    )
    def test_units_and_lengths(self, text: str, kind: str, shortest: int | None, longest: int | None) -> None:
        term = read_item(text).term
        assert term is not None
        assert (term.kind, term.shortest, term.longest) == (kind, shortest, longest)

    @pytest.mark.parametrize("text", ["SOMETHING ODD", "12 MONTHS", "3 YR PROB OR SO", "WORK", ""])
    def test_what_is_not_understood(self, text: str) -> None:
        assert read_item(text).term is None
        assert read_item(text).detail is None

    def test_suspended_terms(self) -> None:
        assert read_item("1 YR PRISON SS").term == Term(kind="prison", years=1, suspended=True)
        assert read_item("FINE SS").term == Term(kind="fine", suspended=True)
        (probation, prison) = read_sentence(("3 YR PROB", "16 MO PRISON", "EXEC SEN SS")).terms
        assert (probation.suspended, prison.suspended) == (False, True)
        (_, jail) = read_sentence(("3 YR PROB", "60 DS JL", "IMP SEN SS")).terms
        assert jail.suspended is False
        (_, prison) = read_sentence(("3 YR PROB", "16 MO PRISON", "IMP SEN SS")).terms
        assert prison.suspended is None

    def test_concurrent_terms(self) -> None:
        assert read_sentence(("60 DS JL", "CONCURRENT")).terms[0].concurrent is True
        assert read_sentence(("60 DS JL",)).terms[0].concurrent is None

    def test_an_item_that_is_not_understood_leaves_open_whether_a_term_was_suspended(self) -> None:
        read = read_sentence(("16 MO PRISON", "QXZ"))
        assert read.unread == ("QXZ",)
        assert read.terms[0].suspended is None

    def test_jail_under_1170_h(self) -> None:
        assert read_sentence(("2 YR JAIL",), realigned=True).terms[0].kind == "realigned_jail"

    @pytest.mark.parametrize(
        ("text", "items"),
        [
            ("SEN-X3 YR PROB, 6 MO JL WORK, $100 FINE", ("3 YR PROB", "6 MO JL WORK", "$100 FINE")),
            ("XSEN:1 YR PROB, 5 DS JL, FINE", ("1 YR PROB", "5 DS JL", "FINE")),
            ("SEN X 1 YR PROB", ("1 YR PROB",)),
            ("SENTENCE CONCURRENT WITH FILE #000-0", None),
        ],
    )
    def test_sentences_in_comments(self, text: str, items: tuple[str, ...] | None) -> None:
        assert sentence_in_comment(text) == items


class TestAgencies:
    def test_the_table_names_every_county_and_no_name_twice(self) -> None:
        rows = list(csv.DictReader(files("recordrelief_us_ca_rapsheet").joinpath(TABLE).read_text().splitlines()))
        assert {row["county"] for row in rows} == set(FIPS)
        assert len({_key(row["name"]) for row in rows}) == len(rows)
        names = {row["name"]: row["county"] for row in rows}
        for row in rows:
            assert not row["same_as"] or names[row["same_as"]] == row["county"]

    @pytest.mark.parametrize(
        ("text", "county"),
        [
            ("CASC STOCKTON", "SAN JOAQUIN"),
            ("CAMC OAKLAN D", "ALAMEDA"),
            ("CASC MCSAN RAFAEL", "MARIN"),
            ("CASC MC SACRAMENTO", "SACRAMENTO"),
            ("CASC SAN FRANCISCO CO", "SAN FRANCISCO"),
            ("CASC SN JOSE", "SANTA CLARA"),
            ("CAMC LOS ANGELES METRO", "LOS ANGELES"),
            ("CASC ST. HELENA", "NAPA"),
        ],
    )
    def test_a_name_in_the_table(self, text: str, county: str) -> None:
        read = read_agency(text)
        assert (read.county, read.jurisdiction, read.matched) == (county, "us-ca", True)
        assert read.fips == FIPS[county]

    def test_a_name_that_is_not_is_suggested_and_never_taken(self) -> None:
        assert read_agency("CAPD LODDI") == ReadAgency(
            kind="police", jurisdiction="us-ca", matched=False, suggestion="LODI"
        )
        assert read_agency("CAPD NOWHERE AT ALL").suggestion is None

    def test_agencies_of_the_state_and_of_the_nation_are_in_no_county(self) -> None:
        assert read_agency("CASD CORRECTIONS") == ReadAgency(kind="state department", jurisdiction="us-ca")
        assert read_agency("USFD SAN DIEGO") == ReadAgency(kind="federal", jurisdiction="us")
        assert read_agency(None) == ReadAgency()
        assert read_agency("NVPD RENO").jurisdiction is None

    @given(st.text(max_size=200))
    def test_any_text_is_an_agency_or_none(self, text: str) -> None:
        read_agency(text)


class TestDays:
    def test_partial_and_impossible_days(self) -> None:
        assert str(read_day("20020600")) == "2002-06-01..2002-06-30"
        assert str(read_day("20020000")) == "2002-01-01..2002-12-31"
        assert [read_day(text) for text in ("20020230", "00000000", "99999999", "20020015", "2002")] == [None] * 5
        assert fault_of(Day("20020230")) == "DATE_IMPOSSIBLE"
        assert fault_of(Day("20020000")) == "DATE_PARTIAL"
        assert fault_of(Day("00000000")) is None


class TestRepairs:
    @pytest.mark.parametrize(
        ("text", "meant", "rule"),
        [
            ("CHT:01 #1", "CNT:01 #1", "count-word"),
            ("CNI:01", "CNT:01", "count-word"),
            ("TNFRACTION", "INFRACTION", "infraction"),
            ("*DISPO:COMVICTED", "*DISPO:CONVICTED", "convict"),
            ("CONV STATIS: FELONY", "CONV STATUS: FELONY", "status"),
            ("FINE, RESIN, X", "FINE, RESTN, X", "restitution"),
            ("FINESS", "FINE SS", "fine-suspended"),
            ("ARR/PET/CITE:", "ARR/DET/CITE:", "arrest-word"),
            ("\u25afRR/DET/CITE:", "ARR/DET/CITE:", "box"),
            ("\u25afOURT:", "COURT:", "box"),
            ("COURI:", "COURT:", "court-word"),
            ("CASC ST\u00d3CKTON", "CASC STOCKTON", "accent"),
            ("459 PC\u2013BURGLARY", "459 PC-BURGLARY", "typography"),
            ("CNT:01\u00a0#1", "CNT:01 #1", "typography"),
            ("D I S P O:CONVICTED", "DISPO:CONVICTED", "spaced-dispo"),
            ("DISPO:C O N V I C T E D", "DISPO:CONVICTED", "spaced-convicted"),
            ("R E G I S T R A T I O N:", "REGISTRATION:", "spaced-registration"),
            ("CNT;01", "CNT:01", "semicolon"),
            (". CNT:01", "CNT:01", "mark"),
            ("\u2022 459 PC-BURGLARY", "459 PC-BURGLARY", "mark"),
            ("CONV STATUS:.FELONY '", "CONV STATUS:FELONY", "mark"),
        ],
    )
    def test_each(self, text: str, meant: str, rule: str) -> None:
        better, fired = repaired(text)
        assert (better.strip(), fired) == (meant, (rule,))

    @pytest.mark.parametrize(
        "text",
        [
            "459 PC-BURGLARY",
            "* * * *",
            "** POTENTIAL FELONY STRIKE ENTRY **",
            "- - - -",
            "SEN: 60 DAYS JAIL,",
            "*DISPO:X",
        ],
    )
    def test_a_sound_line_is_left_as_it_is(self, text: str) -> None:
        assert repaired(text) == (text, ())

    def test_hashish_is_no_restitution(self) -> None:
        assert repaired("11357(A) HS-POSSESS CANNABIS RESIN")[0] == "11357(A) HS-POSSESS CANNABIS RESIN"

    @given(st.text(max_size=300))
    def test_repairing_twice_changes_nothing_more(self, text: str) -> None:
        once, _ = repaired(text.upper())
        assert repaired(once) == (once, ())

    def test_every_rule_says_how_sure_it_is(self) -> None:
        for name, rule in RULES.items():
            assert rule.says
            assert rule.confidence in note_of(name)
