"""What the words of the file mean; words that nobody knows stay unknown."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordrelief_us_ca_doj.codes import (
    FIPS,
    MAY_CITE,
    READER,
    ReadDisposition,
    ReadOffense,
    names_another,
    read_comment,
    read_disposition,
    read_offense,
    read_terms,
)


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("CONVICTED", "convicted"),
        ("CONVICTED-PROB/JAIL", "convicted"),
        ("CONV-PROBATION", "convicted"),
        ("CONVICTED-PROBATION DENIED", "convicted"),
        ("Convicted-Jail", "convicted"),
        ("DISMISSED/CHARGE DROPPED", "dismissed"),
        ("DISMISSED PER NEGOTIATED PLEA", "dismissed"),
        ("DISM PER 1385 PC", "dismissed"),
        ("DISMISSED PER 1001.36 PC", "dismissed"),
        ("DIVERSION-DISMISSED", "dismissed"),
        ("ACQUITTED/NOT GUILTY", "acquitted"),
        ("PROS REJ-LACK OF SUFFICIENT EVIDENCE", "prosecutor_rejected"),
        ("COMPLAINT DENIED", "prosecutor_rejected"),
        ("REL/TOT OTHER JURIS/AUTH", "transferred"),
        ("DETENTION ONLY-INSUFFICIENT EVIDENCE", "released"),
        ("DIVERSION", "diverted"),
        ("DEFERRED ENTRY OF JUDGMENT", "deferred"),
        ("PROCEEDINGS SUSPENDED", "pending"),
        ("CONV VACATED", "vacated"),
        ("CONVICTION REVERSED", "vacated"),
        ("JUDGMENT VACATED", "vacated"),
    ],
)
def test_outcomes(text: str, outcome: str) -> None:
    assert read_disposition(text) == ReadDisposition(outcome=outcome)


@pytest.mark.parametrize(
    ("text", "relief", "remedy", "level"),
    [
        ("CONV SET ASIDE & DISM PER 1203.4 PC", "dismissed", "pc-1203.4", None),
        ("DISMISSED PER PC 1203.4A", "dismissed", "pc-1203.4a", None),
        ("DISMISSED PER 11361.8 HS", "dismissed", "hs-11361.8", None),
        ("CONV SET ASIDE", "dismissed", None, None),
        ("DISM PER 1203.4", "dismissed", None, None),
        ("DISMISSED PER 1203.4/1203.4A PC", "dismissed", None, None),
        ("REDUCED TO MISDEMEANOR", "reduced", None, "misdemeanor"),
        ("REDUCED TO AN INFRACTION", "reduced", None, "infraction"),
        ("REDUCED TO MISD PER 17(B)(3) PC", "reduced", "pc-17(b)(3)", "misdemeanor"),
        ("CHARGE REDUCED", "reduced", None, None),
        ("ARREST SEALED PER 851.8 PC", "sealed", "pc-851.8", None),
    ],
)
def test_reliefs(text: str, relief: str, remedy: str | None, level: str | None) -> None:
    assert read_disposition(text) == ReadDisposition(relief=relief, remedy=remedy, resulting_level=level)


def test_convicted_and_reduced_in_one_breath() -> None:
    read = read_disposition("CONVICTED-REDUCED TO MISDEMEANOR")
    assert (read.outcome, read.relief, read.resulting_level) == ("convicted", "reduced", "misdemeanor")


@pytest.mark.parametrize(
    "text",
    ["MOTION TO DISMISS DENIED", "RELIEF PER 1203.4 PC DENIED", "SENT MODIFIED", "PAROLE REVOKED", "BAIL REDUCED"],
)
def test_steps_that_change_nothing(text: str) -> None:
    assert read_disposition(text) == ReadDisposition()


@pytest.mark.parametrize("text", ["PROBATION REVOKED", "PROB REVOKED AND REINSTATED"])
def test_probation_revoked(text: str) -> None:
    assert read_disposition(text) == ReadDisposition(revoked=True)
    assert read_disposition("CONVICTED-PROB REVOKED").outcome == "convicted"


@pytest.mark.parametrize(
    "text",
    ["CERT OF REHAB GRANTED", "HEARING VACATED", "CONVICTED-VACATED", "SENTENCE REDUCED", "DIVERSION TERMINATED", "X"],
)
def test_words_that_no_rule_knows(text: str) -> None:
    assert read_disposition(text) == ReadDisposition(understood=False)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("CONVICTED-PROB/JAIL", ("probation", "jail")),
        ("CONVICTED-PRISON", ("prison",)),
        ("CONVICTED", ()),
        ("CONVICTED-PROBATION DENIED", ()),
        ("DISMISSED-JAIL", ()),
    ],
)
def test_terms_that_a_conviction_names(text: str, terms: tuple[str, ...]) -> None:
    assert read_terms(text) == terms


@pytest.mark.parametrize(
    ("text", "citation", "attempt"),
    [
        ("11359 HS-POSSESS MARIJUANA FOR SALE", "HS 11359", False),
        ("11357(C)HS-POSSESS", "HS 11357(c)", False),
        ("11360A HS-TRANSPORT", "HS 11360(a)", False),
        ("11357C2 HS-POSSESS", "HS 11357(c)(2)", False),
        ("288A PC-ORAL COPULATION", "PC 288a", False),
        ("113570 PC-X", "PC 113570", False),
        ("664/211 PC-ROBBERY", "PC 211", True),
        ("187(A) PC-ATTEMPTED MURDER", "PC 187(a)", True),
        ("484-487(A) PC-THEFT", "PC 484; PC 487(a)", False),
        ("TRAFFIC VIOLATION", None, None),
    ],
)
def test_offenses(text: str, citation: str | None, attempt: bool | None) -> None:
    read = read_offense(text)
    assert (read.citation, read.attempt, read.defers) == (citation, attempt, False)


@pytest.mark.parametrize("text", ["SEE COMMENT FOR CHARGE", "See  comment", "*SEE COMMENT"])
def test_a_text_that_defers_to_the_comment(text: str) -> None:
    assert read_offense(text) == ReadOffense(defers=True)


@given(st.text(alphabet=st.sampled_from("1234 5()/-,.&;\nPCHSBABXacpé\u00a0"), max_size=30))
def test_the_quick_look_at_comments_misses_no_citation(text: str) -> None:
    if READER.find(text):
        assert re.search(MAY_CITE, text)


def test_every_code_and_spelling_passes_the_quick_look() -> None:
    for text in ("B&P 4060", "4060B&P", "CNT 1\nHS 11357", "11357(A)HS-X", "18 2113(A) US", "PC664/211"):
        assert bool(READER.find(text)) <= bool(re.search(MAY_CITE, text)), text
    assert not re.search(MAY_CITE, "WARRANT 4411 RECALLED")


def test_another_offense_is_neither_within_the_own_one_nor_around_it() -> None:
    named = read_comment("COM: 11359(A) HS").named
    assert named == ("HS 11359(a)",)
    assert not names_another(("HS 11359", None), named)
    assert not names_another(("HS 11359(a)(2)", None), named)
    assert not names_another(("PC 459; HS 11359", None), named)
    assert names_another(("HS 11359(b)", None), named)
    assert names_another((None, None), named)


def test_counties() -> None:
    assert len(FIPS) == 58
    assert (FIPS["ALAMEDA"], FIPS["LOS ANGELES"], FIPS["YUBA"]) == ("06001", "06037", "06115")
