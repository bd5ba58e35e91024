"""Which offenses belong to a set: in three values, by the most specific entry, never by text."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordrelief.citations import Citation, CitedOffense
from recordrelief.errors import PackError
from recordrelief.law import OffenseCatalog, OffenseSet
from recordrelief.law.membership import enhancements, memberships
from recordrelief.model import Charge, Offense, Subject
from recordrelief.records import Records

CATALOG = OffenseCatalog.from_csv(
    """citation,description,levels,strike,notes,source
HS 11357,cannabis,misdemeanor,no,,made up
HS 11357(a),cannabis,misdemeanor,no,,made up
HS 11357(b),cannabis,misdemeanor,no,,made up
HS 11357.5,something else,misdemeanor,no,,made up
PC 187,one,felony,yes,,made up
PC 190.05,two,felony,no,,made up
PC 191.5,three,felony,maybe,,made up
PC 211,four,felony,maybe,,made up
PC 288,five,felony,maybe,,made up
PC 288(a),six,felony,yes,,made up
PC 288a,seven,felony,no,,made up
PC 459,eight,felony;misdemeanor,no,,made up
PC 664/187,nine,felony,yes,,made up
PC 664/459,ten,felony,maybe,,made up
""",
    flags=("strike",),
)


def listing(*includes: str, **rules: object) -> OffenseSet:
    return OffenseSet.listing("made-up", cites="made up", includes=includes, catalog=CATALOG, **rules)  # type: ignore[arg-type]


def belongs(offenses: OffenseSet, text: str) -> bool | None:
    return offenses.belongs(CitedOffense.parse(text))


def asked(offenses: OffenseSet, *charges: Charge) -> list[bool | None]:
    """Membership as screening asks it of charges."""
    numbered = [
        Charge(charge_id=str(place), offense=one.offense, possible_citations=one.possible_citations)
        for place, one in enumerate(charges)
    ]
    records = Records.from_subjects([Subject(subject_id="S", charges=numbered)])
    return memberships(records.charges, [offenses])[0].to_list()


def cited(citation: str | None, *possible: str, flags: tuple[bool | None, ...] = (False, False, False)) -> Charge:
    attempt, conspiracy, solicitation = flags
    return Charge(
        charge_id="",
        offense=Offense(citation=citation, attempt=attempt, conspiracy=conspiracy, solicitation=solicitation),
        possible_citations=possible,
    )


# --- entries -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("HS 11357", True),
        ("HS 11357(a)", True),
        ("HS 11357(b)", False),
        ("HS 11357(b)(1)", False),
        ("HS 11357(b)(2)", True),
        ("HS 11357(b)(2)(A)", True),
        ("HS 11357(c)", None),
        ("HS 11357(c)(1)", None),
    ],
)
def test_the_most_specific_entry_decides(text: str, answer: bool | None) -> None:
    mixed = listing("HS 11357", "HS 11357(b)(2)", excepts=("HS 11357(b)",), perhaps=("HS 11357(c)",))
    # The bare section: its listed subdivisions say otherwise, so that it is open which was meant.
    expected = None if text == "HS 11357" else answer
    if text == "HS 11357(b)":
        expected = None
    assert belongs(mixed, text) is expected


def test_a_citation_broader_than_an_entry_is_open() -> None:
    narrow = listing("HS 11357(b)(2)")
    assert belongs(narrow, "HS 11357(b)(2)") is True
    assert belongs(narrow, "HS 11357(b)") is None
    assert belongs(narrow, "HS 11357") is None
    assert belongs(narrow, "HS 11357(a)") is False
    assert belongs(narrow, "HS 11357(b)(1)") is False
    assert belongs(listing("PC 187", excepts=("PC 459(a)",)), "PC 459") is False


def test_a_citation_the_catalog_does_not_know_is_open() -> None:
    thefts = listing("PC 459")
    assert belongs(thefts, "PC 187") is False
    assert belongs(thefts, "PC 187(a)") is False
    assert belongs(thefts, "PC 488") is None
    assert belongs(thefts, "VC 459") is None
    assert belongs(listing("PC 488"), "PC 488(a)") is True


def test_the_bare_section_is_in_where_nothing_below_says_otherwise() -> None:
    assert belongs(listing("HS 11357", "HS 11357(a)"), "HS 11357") is True
    assert belongs(listing("HS 11357", perhaps=("HS 11357(a)",)), "HS 11357") is None


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("PC 187", True),
        ("PC 187(a)", True),
        ("PC 190.05", True),
        ("PC 191.5", True),
        ("PC 191.5(b)", True),
        ("PC 191.6", None),
        ("PC 186", None),
        ("PC 211", False),
        ("HS 187", None),
        ("PC 189(c)", True),
    ],
)
def test_ranges(text: str, answer: bool | None) -> None:
    assert belongs(listing("PC 187-191.5"), text) is answer


def test_an_entry_is_more_specific_than_a_range() -> None:
    murders = listing("PC 187-191.5", excepts=("PC 190.05",), perhaps=("PC 191.5(b)",))
    assert belongs(murders, "PC 187") is True
    assert belongs(murders, "PC 190.05(a)") is False
    assert belongs(murders, "PC 191.5(b)") is None
    assert belongs(murders, "PC 191.5") is None
    assert belongs(murders, "PC 191.5(a)") is True


def test_exact_takes_the_citation_as_written() -> None:
    bare = listing("HS 11357", exact=True)
    assert belongs(bare, "HS 11357") is True
    assert belongs(bare, "HS 11357(a)") is False
    assert belongs(bare, "HS 11357.5") is False


@pytest.mark.parametrize(
    "entry", ["11357", "HS11357", "HS 11357-", "PC 191-187", "PC 187-HS 11357", "", "HS 11357 (a)", "hs 11357"]
)
def test_an_entry_that_is_no_citation_is_refused(entry: str) -> None:
    with pytest.raises(PackError, match="not a citation"):
        listing(entry)


# --- citations that only look alike --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        ("HS 11357", "HS 113570"),
        ("HS 11357", "HS 11357.5"),
        ("HS 11357", "HS 11357.5(a)"),
        ("HS 11357", "HS 1135"),
        ("HS 11357", "PC 11357"),
        ("PC 37", "PC 537"),
        ("PC 288(a)", "PC 288a"),
        ("PC 288(a)", "PC 288a(a)"),
        ("PC 288a", "PC 288(a)"),
        ("PC 288a", "PC 288"),
        ("PC 288", "PC 288a"),
        ("PC 288", "PC 288.5"),
        ("PC 273a", "PC 273ab"),
        ("PC 664", "PC 6640"),
    ],
)
def test_no_citation_is_found_by_its_text(entry: str, text: str) -> None:
    assert belongs(listing(entry), text) is not True
    assert belongs(listing("PC 187", excepts=(entry,)), text) is (
        False if CATALOG.knows(Citation.parse(text)) else None
    )


def test_letter_case_and_known_neighbours() -> None:
    assert belongs(listing("HS 11357"), "HS 11357(A)") is True
    assert belongs(listing("HS 11357"), "HS 11357.5") is False
    assert belongs(listing("PC 288(a)"), "PC 288a") is False
    assert belongs(listing("PC 288a"), "PC 288(a)") is False


# --- attempts and their like ---------------------------------------------------------------------------------------

RULES = ("as_target", "outside", "open")
EXPECTED = {
    ("as_target", True): True,
    ("as_target", None): None,
    ("as_target", False): False,
    ("outside", True): False,
    ("outside", None): False,
    ("outside", False): False,
    ("open", True): None,
    ("open", None): None,
    ("open", False): False,
}


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("form", ["attempt", "conspiracy", "solicitation"])
@pytest.mark.parametrize(("text", "target"), [("PC 459", True), ("PC 211", None), ("PC 187", False)])
def test_an_inchoate_form_follows_its_rule(form: str, rule: str, text: str, target: bool | None) -> None:
    plural = {"attempt": "attempts", "conspiracy": "conspiracies", "solicitation": "solicitations"}[form]
    others = {key: "as_target" for key in ("attempts", "conspiracies", "solicitations") if key != plural}
    offenses = listing("PC 459", perhaps=("PC 211",), **{plural: rule}, **others)
    assert belongs(offenses, text) is target
    assert belongs(offenses, f"{form} {text}") is EXPECTED[rule, target]


@pytest.mark.parametrize(("first", "second"), list(product(RULES, RULES)))
def test_two_forms_at_once(first: str, second: str) -> None:
    offenses = listing("PC 459", attempts=first, conspiracies=second)
    answer = belongs(offenses, "attempt conspiracy PC 459")
    if "outside" in (first, second):
        assert answer is False
    elif "open" in (first, second):
        assert answer is None
    else:
        assert answer is True


def test_an_attempt_that_is_listed_itself() -> None:
    strikes = CATALOG.flagged("strike", "strike", cites="made up", attempts="outside")
    assert belongs(strikes, "PC 187") is True
    assert belongs(strikes, "attempt PC 187") is True
    assert belongs(strikes, "attempt PC 187(a)") is True
    assert belongs(strikes, "PC 459") is False
    assert belongs(strikes, "attempt PC 459") is None
    assert belongs(strikes, "attempt PC 211") is False


def test_flags_of_the_catalog() -> None:
    strikes = CATALOG.flagged("strike", "strike", cites="made up")
    assert belongs(strikes, "PC 211") is None
    assert belongs(strikes, "PC 190.05") is False
    # A row for the bare section speaks for it, whatever the rows of its subdivisions say.
    assert belongs(strikes, "PC 288") is None
    assert belongs(strikes, "PC 288(a)") is True
    assert belongs(strikes, "PC 288(b)") is None
    assert belongs(strikes, "PC 288a") is False
    assert belongs(strikes, "PC 999") is None


# --- several citations, candidates, unknown flags


def test_of_several_citations_any_that_is_in_decides() -> None:
    thefts = listing("PC 459", perhaps=("PC 211",))
    assert belongs(thefts, "PC 187; PC 459") is True
    assert belongs(thefts, "PC 187; PC 211") is None
    assert belongs(thefts, "PC 211; PC 459") is True
    assert belongs(thefts, "PC 187; PC 190.05") is False
    assert belongs(thefts, "PC 187; PC 999") is None


def test_candidates_are_never_surely_in() -> None:
    thefts = listing("PC 459")
    assert asked(
        thefts,
        cited(None),
        cited(None, "PC 459"),
        cited(None, "PC 459", "PC 459(a)"),
        cited(None, "PC 459", "PC 187"),
        cited(None, "PC 187"),
        cited(None, "PC 187", "PC 211"),
        cited(None, "PC 187", "PC 999"),
        cited(None, "PC 187", "no citation"),
        cited("no citation"),
        cited("", "PC 187"),
        cited("PC 459", "PC 187"),
    ) == [None, None, None, None, False, False, None, None, None, None, True]


def test_an_unknown_form_may_be_either() -> None:
    thefts = listing("PC 459", attempts="outside", conspiracies="as_target", solicitations="open")
    assert asked(
        thefts,
        cited("PC 459", flags=(False, False, False)),
        cited("PC 459", flags=(None, False, False)),
        cited("PC 459", flags=(True, None, None)),
        cited("PC 459", flags=(False, None, False)),
        cited("PC 459", flags=(False, False, None)),
        cited("PC 187", flags=(None, None, None)),
    ) == [True, None, False, True, None, False]


@given(st.sampled_from([True, False, None]))
def test_a_candidate_in_an_unknown_form_is_not_surely_outside(attempt: bool | None) -> None:
    """The candidates are targets: an attempt at one of them may be listed where the offense itself is not."""
    attempts_only = OffenseSet(
        name="attempts-only",
        cites="made up",
        catalog=CATALOG,
        excepted=(Citation.parse("PC 459"),),
        attempted_members=(Citation.parse("PC 459"),),
    )
    found = asked(attempts_only, cited(None, "PC 459", flags=(attempt, False, False)))
    assert found == [False if attempt is False else None]


FORMS = st.tuples(*[st.sampled_from([True, False, None])] * 3)
TEXTS = st.none() | st.sampled_from(["PC 187", "PC 459", "PC 211", "PC 999", "PC 187; PC 459", "HS 11357", "??"])


@given(st.lists(st.tuples(TEXTS, FORMS), min_size=1, max_size=12), st.integers(0, 2))
def test_unknown_is_a_choice_between_the_known(
    rows: list[tuple[str | None, tuple[bool | None, ...]]], rule: int
) -> None:
    """Every way to fill the unknown forms gives the same answer, or the answer is unknown."""
    offenses = listing("PC 459", "HS 11357(a)", perhaps=("PC 211",), attempts=RULES[rule], solicitations="as_target")
    charges = [cited(text, flags=forms) for text, forms in rows]
    for charge, answer in zip(charges, asked(offenses, *charges), strict=True):
        forms = (charge.offense.attempt, charge.offense.conspiracy, charge.offense.solicitation)
        filled = [
            asked(offenses, cited(charge.offense.citation, flags=one))[0]
            for one in product(*((form,) if form is not None else (True, False) for form in forms))
        ]
        assert answer == (filled[0] if len(set(filled)) == 1 else None)


def test_many_charges_are_answered_as_few() -> None:
    thefts = listing("PC 459", perhaps=("PC 211",))
    few = [
        cited("PC 459"),
        cited("PC 459", flags=(None, False, False)),
        cited("PC 211"),
        cited("PC 187"),
        cited(None, "PC 187"),
        cited(None, "PC 187", "PC 459"),
        cited(None),
        cited("not read"),
    ]
    assert asked(thefts, *few * 200) == asked(thefts, *few) * 200


# --- enhancements --------------------------------------------------------------------------------------------------


def enhanced(offenses: OffenseSet, *lists: tuple[str, ...] | None) -> list[bool | None]:
    """Whether each list of enhancements names one of the set, as screening asks it."""
    charges = [Charge(charge_id=str(place), enhancements=one) for place, one in enumerate(lists)]
    records = Records.from_subjects([Subject(subject_id="S", charges=charges)])
    return enhancements(records.charges, [offenses])[0].to_list()


LISTS: dict[tuple[str, ...] | None, bool | None] = {
    None: None,
    (): False,
    ("HS 11357(a)",): True,
    ("HS 11357(b)", "PC 187"): False,
    ("PC 187", "HS 11357(a)(1)"): True,
    ("HS 11357",): None,
    ("PC 211",): None,
    ("PC 211", "HS 11357(a)"): True,
    ("PC 999",): None,
    ("not read", "PC 187"): None,
    ("not read", "HS 11357(a)"): True,
}


def test_a_range_says_nothing_of_a_section_whose_subdivisions_are_told_apart() -> None:
    others = listing("PC 288(a)", excepts=("PC 1-999",))
    assert others.belongs(CitedOffense.parse("PC 288")) is None
    assert others.why(Citation.parse("PC 288")) == "its subdivision is not stated, and they are told apart"
    assert others.why(Citation.parse("PC 288(b)")) == "listed as PC 1-999"


def test_a_list_of_enhancements_is_in_by_any_and_open_where_one_may_be() -> None:
    found = listing("HS 11357(a)", perhaps=("PC 211",))
    assert enhanced(found, *LISTS) == list(LISTS.values())


def test_many_lists_of_enhancements_are_answered_as_few() -> None:
    found = listing("HS 11357(a)", perhaps=("PC 211",))
    assert enhanced(found, *[*LISTS] * 150) == [*LISTS.values()] * 150
    assert enhanced(found) == []


# --- catalogs ------------------------------------------------------------------------------------------------------

HEAD = "citation,description,levels,strike,notes,source\n"


@pytest.mark.parametrize(
    "row",
    [
        "HS 11357,twice,felony,no,,made up\nHS 11357,twice,felony,no,,made up\n",
        "HS 11357,flag,felony,perhaps,,made up\n",
        "PC 187-191,range,felony,no,,made up\n",
        "11357,no code,felony,no,,made up\n",
        "HS 11357,level,felonious,no,,made up\n",
        "HS 11357,level,,no,,made up\n",
        "HS 11357(a),twice,felony,no,,made up\nHS 11357(A),twice in other case,felony,no,,made up\n",
    ],
)
def test_a_catalog_that_cannot_be_read_is_refused(row: str) -> None:
    with pytest.raises(PackError):
        OffenseCatalog.from_csv(HEAD + row, flags=("strike",))


def test_a_catalog_without_the_flag_is_refused() -> None:
    with pytest.raises(PackError):
        OffenseCatalog.from_csv(HEAD + "HS 11357,one,felony,no,,made up\n", flags=("strike", "violent"))


@pytest.mark.parametrize("rule", ["attempts", "conspiracies", "solicitations"])
@pytest.mark.untyped
def test_a_rule_that_is_none_is_refused(rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        listing("PC 459", **{rule: "inside"})
