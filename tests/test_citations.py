"""Citations: the canonical form, comparison, and the spellings found in records."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordrelief.citations import Citation, CitationRange, CitationReader, CitedOffense
from recordrelief.errors import CitationError

CODES = (
    "PC", "BP", "CC", "CI", "EC", "FA", "FC", "FG", "GC", "HN", "HS", "IC", "LC", "MV", "PR",
    "RT", "SH", "UI", "VC", "WI", "US",
)  # fmt: skip
PIECES = ("664", "182(A)(1)", "459", "11357", "18", "1", "(A)", "-", "/", ",", ":", " ", " AND ", "A", "ND", "CNT ")
READER = CitationReader(CODES)

numbers = st.integers(1, 999_999).map(str)
sections = st.builds(
    "{}{}{}".format,
    numbers,
    st.one_of(st.just(""), st.from_regex(r"[a-c]?\.[0-9]{1,4}", fullmatch=True)),
    st.text("abcdefghijkmop", max_size=2),
)
subdivisions = st.one_of(
    st.integers(1, 99).map(str),
    st.sampled_from("abcdefghijklmnopqrstuvwxyz"),
    st.sampled_from(["aa", "ii", "iii", "iv", "vi", "viii", "xiv"]),
)
citations = st.builds(Citation, st.sampled_from(CODES[:-1]), sections, st.lists(subdivisions, max_size=5).map(tuple))
texts = st.one_of(
    st.text(max_size=80),
    st.text("0123456789ABCDHPS()-/., ;:&", max_size=60),
    st.lists(st.sampled_from([*CODES, *PIECES]), max_size=25).map("".join),
)


def a(text: str) -> Citation:
    return Citation.parse(text)


def offense(text: str) -> CitedOffense:
    return CitedOffense.parse(text)


# The canonical form


@pytest.mark.parametrize(
    ("text", "code", "section", "parts"),
    [
        ("PC 459", "PC", "459", ()),
        ("HS 11357.5", "HS", "11357.5", ()),
        ("PC 288a(c)(2)", "PC", "288a", ("c", "2")),
        ("PC 273ab(a)", "PC", "273ab", ("a",)),
        ("PC 667(e)(2)(C)(iv)", "PC", "667", ("e", "2", "c", "iv")),
        ("ORS 137.225(1)(a)", "ORS", "137.225", ("1", "a")),
        ("ORS 475B.349(3)(c)", "ORS", "475b.349", ("3", "c")),
        ("US 18:2113(a)", "US", "18:2113", ("a",)),
    ],
)
def test_parse_takes_the_canonical_form_apart(text: str, code: str, section: str, parts: tuple[str, ...]) -> None:
    assert a(text) == Citation(code, section, parts)
    assert str(a(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "PC", "459", "459 PC", "PC459", "PC  459", " PC 459", "PC 459 ", "pc 459", "PC 459 (a)", "PC 459()",
        "PC 459(a", "PC 459a)", "PC 664/211", "PC 187-191.5", "PC 0459", "PC 459.", "PC .5", "PC 459abc", "PC 1234567",
        "PC 459(a)x", "PC 459\n", "PC ٤٥٩", "PC 459(a b)", "PC 459(é)",
    ],
)  # fmt: skip
def test_parse_refuses_everything_else(text: str) -> None:
    with pytest.raises(CitationError):
        Citation.parse(text)


def test_a_refusal_never_repeats_the_text() -> None:
    with pytest.raises(CitationError) as caught:
        Citation.parse("Testperson, Zyx 1901-02-03")
    assert "Testperson" not in str(caught.value)
    assert "1901" not in str(caught.value)
    assert caught.value.found == "a text of the shape 'AAAAAAAAAA, AAA 9999-99-99' (A a letter, 9 a digit)"


@given(citations)
def test_parse_reads_what_is_printed(citation: Citation) -> None:
    assert Citation.parse(str(citation)) == citation


@given(citations)
def test_letter_case_does_not_tell_citations_apart(citation: Citation) -> None:
    shouted = Citation(citation.code, citation.section.upper(), tuple(part.upper() for part in citation.subdivisions))
    assert shouted == citation
    assert hash(shouted) == hash(citation)
    assert str(shouted) == str(citation)


def test_citations_sort_as_in_the_book() -> None:
    book = ["HS 11357", "PC 32", "PC 187", "PC 190.05", "PC 190.1", "PC 273a", "PC 273a(b)", "PC 273ab", "PC 273.5"]
    assert [str(citation) for citation in sorted(map(a, reversed(book)))] == book


# Containment


@pytest.mark.parametrize(
    ("outer", "inner", "expected"),
    [
        ("HS 11357", "HS 11357(a)", True),
        ("HS 11357(a)", "HS 11357(a)(1)", True),
        ("HS 11357(a)", "HS 11357", False),
        ("HS 11357(a)", "HS 11357(b)", False),
        ("HS 11357", "PC 113570", False),
        ("HS 11357", "HS 113570", False),
        ("HS 11357", "HS 11357.5", False),
        ("HS 11357", "PC 11357", False),
        ("PC 37", "PC 537", False),
        ("PC 288", "PC 288a", False),
        ("PC 288(a)", "PC 288a", False),
        ("PC 288a", "PC 288(a)", False),
        ("ORS 475B.349", "ORS 475b.349(3)", True),
        ("ORS 475.349", "ORS 475B.349", False),
    ],
)
def test_contains(outer: str, inner: str, expected: bool) -> None:
    assert a(outer).contains(a(inner)) is expected


def test_a_longer_number_is_another_section() -> None:
    read = READER.read("113570 PC")
    assert read is not None
    assert not any(a("HS 11357").contains(citation) for citation in read.citations)


@given(citations)
def test_contains_is_reflexive(citation: Citation) -> None:
    assert citation.contains(citation)


@given(citations, st.lists(subdivisions, max_size=3), st.lists(subdivisions, max_size=3))
def test_contains_is_transitive(citation: Citation, more: list[str], rest: list[str]) -> None:
    middle = Citation(citation.code, citation.section, (*citation.subdivisions, *more))
    inner = Citation(citation.code, citation.section, (*middle.subdivisions, *rest))
    assert citation.contains(middle)
    assert middle.contains(inner)
    assert citation.contains(inner)


@given(citations, st.lists(subdivisions, max_size=4))
def test_contains_agrees_with_prefixes(citation: Citation, parts: list[str]) -> None:
    other = Citation(citation.code, citation.section, tuple(parts))
    is_prefix = tuple(parts)[: len(citation.subdivisions)] == citation.subdivisions
    assert citation.contains(other) is is_prefix
    assert (citation.contains(other) and other.contains(citation)) is (citation == other)


@given(numbers, st.sampled_from("abcdefghijklmnopqrstuvwxyz"))
def test_a_letter_suffix_is_never_a_subdivision(number: str, letter: str) -> None:
    suffixed, subdivided = Citation("PC", number + letter), Citation("PC", number, (letter,))
    assert suffixed != subdivided
    assert not suffixed.contains(subdivided)
    assert not subdivided.contains(suffixed)
    assert not Citation("PC", number).contains(suffixed)


# Ranges


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PC 187", True), ("PC 190.05", True), ("PC 190.05(h)", True), ("PC 191.5", True), ("PC 191.5(a)", True),
        ("PC 189a", True), ("PC 186.22", False), ("PC 191.5a", False), ("PC 191.6", False), ("PC 192", False),
        ("PC 1870", False), ("HS 190", False),
    ],
)  # fmt: skip
def test_a_range_runs_from_section_to_section(text: str, expected: bool) -> None:
    assert CitationRange.parse("PC 187-191.5").contains(a(text)) is expected


def test_a_range_of_a_chapter_ends_before_the_chapters_with_a_letter() -> None:
    chapter = CitationRange.parse("ORS 475.005-475.999")
    assert chapter.contains(a("ORS 475.864"))
    assert not chapter.contains(a("ORS 475B.349"))
    assert CitationRange.parse("ORS 475A.001-475C.999").contains(a("ORS 475B.349(3)(C)"))


@given(citations, sections)
def test_a_range_parses_and_holds_its_ends(citation: Citation, section: str) -> None:
    first, last = sorted([Citation(citation.code, citation.section), Citation(citation.code, section)])
    whole = CitationRange(first, last)
    assert CitationRange.parse(str(whole)) == whole
    assert whole.contains(first)
    assert whole.contains(last)
    assert whole.contains(Citation(last.code, last.section, ("a",)))


@pytest.mark.parametrize(
    "text", ["PC 191.5-187", "PC 187", "PC 187-", "PC 187(a)-189", "PC 187-HS 189", "PC 1-2-3", ""]
)
def test_a_range_refuses(text: str) -> None:
    with pytest.raises(CitationError):
        CitationRange.parse(text)


def test_a_range_stays_in_one_code_and_has_no_subdivisions() -> None:
    with pytest.raises(CitationError):
        CitationRange(a("PC 187"), a("HS 190"))
    with pytest.raises(CitationError):
        CitationRange(a("PC 187"), a("PC 190(a)"))


# Offenses


@given(st.lists(citations, min_size=1, max_size=4), st.tuples(st.booleans(), st.booleans(), st.booleans()))
def test_an_offense_parses_what_it_prints(cited: list[Citation], ways: tuple[bool, bool, bool]) -> None:
    whole = CitedOffense(tuple(cited), *ways)
    assert CitedOffense.parse(str(whole)) == whole


@pytest.mark.parametrize("text", ["", "attempt ", "attempt attempt PC 211", "PC 211;PC 212", "PC 211; ", "try PC 211"])
def test_an_offense_refuses(text: str) -> None:
    with pytest.raises(CitationError):
        CitedOffense.parse(text)


def test_an_offense_names_at_least_one_section() -> None:
    with pytest.raises(CitationError):
        CitedOffense((), False, False)


# Reading the start of a text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("11357(A) HS", "HS 11357(a)"),
        ("11357(A) HS-POSSESS CONCENTRATED CANNABIS", "HS 11357(a)"),
        ("11360(A) HS-GIVE/ETC MARIJ OVER 1 OZ/28.5 GRM", "HS 11360(a)"),
        ("11360(A)(2) HS", "HS 11360(a)(2)"),
        ("HS 11357, subd. (b)", "HS 11357(b)"),
        ("HS 11357, subdivision (b), par. (2)", "HS 11357(b)(2)"),
        ("11357(C)HS", "HS 11357(c)"),
        ("11359HS-", "HS 11359"),
        ("HS11359", "HS 11359"),
        ("220 PC- X", "PC 220"),
        ("220 PC\u2013X", "PC 220"),
        ("4149 BP - X", "BP 4149"),
        ("  PC \u00a7 459", "PC 459"),
        ("288A PC", "PC 288a"),
        ("PC 288a", "PC 288a"),
        ("288A(C)(2) PC", "PC 288a(c)(2)"),
        ("653F(B) PC", "PC 653f(b)"),
        ("273AB PC", "PC 273ab"),
        ("484EC PC", "PC 484ec"),
        ("11360A HS-SELL/FURNISH/ETC MARIJUANA/HASH", "HS 11360a"),
        ("113570 PC", "PC 113570"),
        ("187(a) pc", "PC 187(a)"),
        ("484-487 (A) PC", "PC 484; PC 487(a)"),
        ("459-460 PC", "PC 459; PC 460"),
        ("484/488 PC", "PC 484; PC 488"),
        ("484 PC/488", "PC 484; PC 488"),
        ("484(A)/490.5 PC-THEFT/PETTY THEFT MERCHANDISE", "PC 484(a); PC 490.5"),
        ("459 PC/11357 HS", "PC 459; HS 11357"),
        ("PC 459; HS 11357", "PC 459; HS 11357"),
        ("PC 459-460", "PC 459; PC 460"),
        ("PC 459 & 460", "PC 459; PC 460"),
        ("459/459 PC", "PC 459"),
        ("594(A)-(B)(2)(A) PC", "PC 594(a); PC 594(b)(2)(A)"),
        ("18 2113(A) US-BANK ROBBERY", "US 18:2113(a)"),
        ("18 US 2113(a)", "US 18:2113(a)"),
        ("US 18:2113(a)", "US 18:2113(a)"),
        ("2113(A) US-BANK ROBBERY", "US 2113(a)"),
    ],
)
def test_read_understands_the_spellings_of_records(text: str, expected: str) -> None:
    assert READER.read(text) == offense(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("664/211 PC", "attempt PC 211"),
        ("211-664 PC", "attempt PC 211"),
        ("664-187 PC", "attempt PC 187"),
        ("664(A)/187(A) PC", "attempt PC 187(a)"),
        ("664-11359 HS", "attempt HS 11359"),
        ("PC 664/187", "attempt PC 187"),
        ("PC 664-187 MURDER", "attempt PC 187"),
        ("664 PC-187 PC", "attempt PC 187"),
        ("664/PC 211", "attempt PC 211"),
        ("664/484/488 PC", "attempt PC 484; PC 488"),
        ("664 PC", "attempt PC 664"),
        ("664 HS", "HS 664"),
        ("PC 182(a)(1)/HS 11359", "conspiracy HS 11359"),
        ("182(A)(1)/11359 PC", "conspiracy PC 11359"),
        ("182(A)(1)/11359 HS", "conspiracy HS 11359"),
        ("11359 HS/182(A)(1) PC", "conspiracy HS 11359"),
        ("182 PC-CRIMINAL CONSPIRACY", "PC 182"),
        ("664/182/211 PC", "attempt conspiracy PC 211"),
        ("664/182 PC", "attempt PC 182"),
    ],
)
def test_read_keeps_how_the_offense_was_committed(text: str, expected: str) -> None:
    assert READER.read(text) == offense(expected)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "-", "TRAFFIC VIOLATION", "SEE COMMENT FOR CHARGE", "459", "11360(B) SELL/FURNISH/ETC",
        "484/488", "484 488 PC", "PC", "SEE 459 PC", "01/02/2003 PC", "11357B2 HS", "11359HSPOSS", "1234567 PC",
        "0459 PC", "PC MURDER", "459XYZ PC", "1ST PC", "459 XX", "١٢٣ PC", "459 \uff30\uff23",
    ],
)  # fmt: skip
def test_read_says_nothing_where_no_citation_stands(text: str) -> None:
    assert READER.read(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PC 459-2ND DEGREE", "PC 459"),
        ("459 PC-2ND DEGREE", "PC 459"),
        ("PC 459-2 COUNTS", "PC 459"),
        ("459 PC-100 COUNTS", "PC 459"),
        ("HS 11357(b)-28.5 GRAMS", "HS 11357(b)"),
        ("11357(B) HS-28.5 GRAMS", "HS 11357(b)"),
        ("PC 459 - 1999", "PC 459"),
    ],
)
def test_read_makes_no_section_of_counts_and_amounts(text: str, expected: str) -> None:
    assert READER.read(text) == offense(expected)


@given(citations)
def test_read_takes_the_canonical_form_and_the_reversed_one(citation: Citation) -> None:
    expected = CitedOffense((citation,), READER.read(str(citation)) == offense(f"attempt {citation}"), False)
    code, rest = str(citation).split(" ")
    assert READER.read(str(citation)) == expected
    assert READER.read(f"{rest.upper()} {code}-WORDS") == expected
    assert expected.attempt is a("PC 664").contains(citation)


def test_the_spellings_and_the_ways_are_told_by_the_caller() -> None:
    reader = CitationReader({"pen. code": "PC", "H&S": "HS", "ORS": "ORS"}, attempt=["ORS 161.405"], conspiracy=[])
    assert reader.read("459 PEN.  CODE") == offense("PC 459")
    assert reader.read("H&S 11357(a)") == offense("HS 11357(a)")
    assert reader.read("161.405/164.395 ORS") == offense("attempt ORS 164.395")
    assert reader.read("664/211 PEN. CODE") == offense("PC 664; PC 211")
    assert reader.read("459 PC") is None


def test_a_reader_without_codes_reads_nothing() -> None:
    reader = CitationReader([])
    assert reader.read("459 PC") is None
    assert reader.find("459 PC") == ()


@pytest.mark.parametrize("codes", [{"PC": "penal code"}, {"": "PC"}, ["pc"]])
def test_a_reader_refuses_codes_that_are_none(codes: dict[str, str] | list[str]) -> None:
    with pytest.raises(CitationError):
        CitationReader(codes)


# Finding in free text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("COM: CNT 01 CHRG-664/484(A) PC PETTY THEFT", ["attempt PC 484(a)"]),
        ("CHRG 11357(B) HS, ALSO 11360(A) HS.", ["HS 11357(b)", "HS 11360(a)"]),
        ("459 PC 496 PC", ["PC 459", "PC 496"]),
        ("PC 459 PC 496", ["PC 459", "PC 496"]),
        ("ARR 01/05/2010 PC 459", ["PC 459"]),
        ("2010-05-06 PC 459", ["PC 459"]),
        ("CNT 1 PC 459", ["PC 459"]),
        ("COUNT 1 - PC 459", ["PC 459"]),
        ("COUNT 664/211 PC", ["attempt PC 211"]),
        ("CNT 2 HS 11357(B)", ["HS 11357(b)"]),
        ("CT 11357 HS 2010", ["HS 11357", "HS 2010"]),
        ("11357(B) HS 28.5 GRAMS", ["HS 11357(b)"]),
        ("459 PC 12 COUNTS", ["PC 459"]),
        ("2010 PC 459", ["PC 2010", "PC 459"]),
        ("CONV OF 18 2113(A) US", ["US 18:2113(a)"]),
        ("TOLD US 11357 HS", ["HS 11357"]),
        ("TOLD US 2 TIMES", []),
        ("told pc 459", []),
        ("113570", []),
        ("20100506 PC", []),
        ("1234567PC 459", []),
        ("$459 PC", []),
        ("#459 PC", []),
        ("XPC 459", []),
        ("459 PCX", []),
        ("A459 PC", []),
        ("THIS IS A COMMENT", []),
        ("", []),
    ],
)
def test_find(text: str, expected: list[str]) -> None:
    assert READER.find(text) == tuple(map(offense, expected))


@given(citations, st.sampled_from(["", "COM: ", "SEE "]), st.sampled_from(["", " PETTY THEFT", ".", "; DISMISSED"]))
def test_find_finds_a_citation_among_words(citation: Citation, before: str, after: str) -> None:
    code, rest = str(citation).split(" ")
    for text in (f"{before}{citation}{after}", f"{before}{rest} {code}{after}"):
        assert [found.citations for found in READER.find(text)] == [(citation,)]


@given(st.from_regex(r"[0-9 /.:()-]{0,40}", fullmatch=True))
def test_numbers_and_dates_without_a_code_are_never_citations(text: str) -> None:
    assert READER.find(text) == ()
    assert READER.read(text) is None


# Any text at all


@given(texts)
def test_no_text_makes_the_reader_fail(text: str) -> None:
    read = READER.read(text)
    assert read is None or CitedOffense.parse(str(read)) == read
    for found in READER.find(text):
        assert CitedOffense.parse(str(found)) == found


@pytest.mark.parametrize(
    "piece",
    [
        "1", "1 ", "1/", "(", "(A)", "1(A)", "PC ", "PC 1/", "1 PC ", "US 1/", "1/US 1/", "1 2(A)-", "1 PC 2/", "1.",
        "459 PC AND ", "1:1", "A", " ", ", ", ",SUBD", "\u00a7", "18 2113(A)/", "2113 US 18 ", "PC 1-(A)",
        "01/02/", "CNT 1 - ",
    ],
)  # fmt: skip
def test_long_texts_are_read_in_linear_time(piece: str) -> None:
    begun = time.process_time()
    for text in (piece * (60_000 // len(piece)), "664/1(A)" + piece * (60_000 // len(piece)) + " PC"):
        READER.read(text)
        READER.find(text)
    assert time.process_time() - begun < 20  # about a second; a quadratic reader takes minutes
