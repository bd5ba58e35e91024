"""What a citation belongs to: every offense set with its answer, the entry that decides and the rules that read it."""

from __future__ import annotations

import itertools
from datetime import date

import pytest

from recordrelief.citations import CitedOffense
from recordrelief.citator import LookedUp, codes_of, look_up, offense_text
from recordrelief.errors import RequestError
from recordrelief.law import OffenseCatalog, OffenseSet, charge, history, other
from recordrelief.law.offenses import INCHOATE
from recordrelief.statutes import (
    Condition,
    Grade,
    InForce,
    Outcome,
    Pathway,
    Policy,
    ReliefKind,
    Remedy,
    StatutePack,
)

CATALOG = OffenseCatalog.from_csv(
    "citation,description,levels,loud,notes,source\n"
    "PC 10,humming,misdemeanor,no,,made up\n"
    "PC 11,whistling,wobbler;felony,maybe,degree decides,made up\n"
    "PC 11(a),whistling at night,felony,yes,,made up\n"
    "PC 11(b),whistling by day,misdemeanor,no,,made up\n"
    "PC 664/12,drumming,felony,yes,,made up\n"
    "PC 12,drumming,felony,no,,made up\n"
    "HS 20.5,singing,infraction,no,,\n",
    flags=("loud",),
)
LOUD = CATALOG.flagged("loud", "loud", cites="PC 99(a)")
QUIET = OffenseSet.listing(
    "quiet",
    cites="PC 99(b)",
    includes=("PC 10", "PC 11(b)"),
    excepts=("PC 12",),
    catalog=CATALOG,
    conspiracies="outside",
)
RANGE = OffenseSet.listing("range", cites="PC 99(c)", includes=("PC 10-11",), excepts=("PC 11(a)",), catalog=CATALOG)
WRITTEN = OffenseSet.listing("as written", cites="PC 99(d)", includes=("PC 11",), catalog=CATALOG, exact=True)
UNREAD = OffenseSet.listing("unread", cites="PC 99(e)", includes=("PC 12",), catalog=CATALOG)


def _remedies(policy: Policy) -> tuple[Remedy, ...]:
    def made(id: str, applies: object, *requires: Condition, outcomes: tuple[Outcome, ...] = ()) -> Remedy:
        return Remedy(
            id=id,
            title="Relief of a made-up kind",
            citation="PC 100",
            relief=ReliefKind.DISMISSAL,
            pathway=Pathway.PETITION,
            applies_to=applies,  # type: ignore[arg-type]
            requires=requires,
            grades=(Grade.MANDATORY,),
            outcomes=outcomes,
            in_force=InForce(date(2020, 1, 1)) if id == "pc-101" else InForce(),
        )

    loud_before = history.others.any(other.offense.in_set(LOUD))
    return (
        made(
            "pc-100",
            charge.offense.in_set(QUIET),
            Condition("100.1", "nothing loud stands beside it", ~loud_before, cites="(a)"),
            Condition("100.2", "no finding is of the range", ~charge.enhanced(RANGE), cites="(b)"),
        ),
        made("pc-101", charge.convicted, outcomes=(Outcome("quiet"), Outcome("loud", charge.offense.in_set(LOUD)))),
    )


PACK = StatutePack(
    id="xx",
    title="Xanadu",
    jurisdiction="xx",
    version="1.0",
    catalog=CATALOG,
    sets=(LOUD, QUIET, RANGE, WRITTEN, UNREAD),
    remedies=_remedies,
)


def asked(text: str, **more: str) -> LookedUp:
    return look_up(PACK, Policy(), text, **more)


def answers(text: str) -> dict[str, tuple[bool | None, str]]:
    return {one.offenses.name: (one.belongs, one.grounds[0].words) for one in asked(text).sets}


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("PC 11(a)", "PC 11(a)"),
        (" PC 11(a) ", "PC 11(a)"),
        ("pc 11(A)", "PC 11(a)"),
        ("11(a) PC", "PC 11(a)"),
        ("§ 11, subd. (a) PC", "PC 11(a)"),
        ("PC 664/12", "attempt PC 12"),
        ("664/12 PC", "attempt PC 12"),
        ("attempt PC 12", "attempt PC 12"),
        ("conspiracy PC 10", "conspiracy PC 10"),
        ("182(a)(1)/10 PC", "conspiracy PC 10"),
        ("PC 10; HS 20.5", "PC 10; HS 20.5"),
        ("HS 99", "HS 99"),
    ],
)
def test_a_citation_is_read_as_people_write_it(text: str, cited: str) -> None:
    assert str(asked(text).cited) == cited


def test_each_set_answers_with_the_entry_that_decides() -> None:
    assert answers("PC 11(a)") == {
        "as written": (False, "only listed as it is written there"),
        "loud": (True, "listed as PC 11(a)"),
        "quiet": (False, "not listed"),
        "range": (False, "left out as PC 11(a)"),
        "unread": (False, "not listed"),
    }
    assert answers("PC 11") == {
        "as written": (True, "listed as PC 11"),
        "loud": (None, "left open as PC 11"),
        "quiet": (None, "its subdivision is not stated, and some of them are listed"),
        "range": (None, "listed as PC 10-11, but its subdivisions are told apart and none is stated"),
        "unread": (False, "not listed"),
    }
    assert answers("HS 99")["quiet"] == (None, "not in the catalog")
    assert answers("PC 10")["range"] == (True, "listed as PC 10-11")
    assert answers("PC 12")["quiet"] == (False, "left out as PC 12")


def test_an_attempt_has_entries_of_its_own_or_stands_as_the_set_says() -> None:
    found = answers("PC 664/12")
    assert found["loud"] == (True, "listed as attempt PC 12")
    assert found["unread"] == (None, "listed as PC 12, and attempts are left open")
    assert found["quiet"] == (False, "left out as PC 12")
    assert answers("conspiracy PC 10")["quiet"] == (False, "conspiracies stand outside")


def test_words_and_answers_never_disagree() -> None:
    """For every way a set may be made, the words say what the answer is."""
    texts = ("PC 10", "PC 11", "PC 11(a)", "PC 11(a)(1)", "PC 11(b)", "PC 12", "PC 13", "HS 20.5")
    lists = ((), ("PC 11",), ("PC 11(a)",), ("PC 10-12",))
    for includes, excepts, perhaps in itertools.product(lists, repeat=3):
        entries = [*includes, *excepts, *perhaps]
        if len(set(entries)) < len(entries):
            continue
        for rule, exact in itertools.product(INCHOATE, (False, True)):
            offenses = OffenseSet.listing(
                "made",
                cites="made up",
                includes=includes,
                excepts=excepts,
                perhaps=perhaps,
                catalog=CATALOG,
                attempts=rule,  # type: ignore[arg-type]
                exact=exact,
            )
            for text, form in itertools.product(texts, ("", "attempt ")):
                cited = CitedOffense.parse(form + text)
                (ground,) = offenses.grounds(cited)
                assert ground.belongs is offenses.belongs(cited)
                sure = ground.words.startswith("listed as") and "told apart" not in ground.words
                if not exact:
                    assert (ground.belongs is True) is (sure and "left open" not in ground.words)
                out = (
                    "left out as",
                    "not listed",
                    "its subdivisions are left out",
                    "only listed",
                    "attempts stand outside",
                )
                if ground.belongs is False and not exact:
                    assert ground.words.startswith(out) and "told apart" not in ground.words
                if ground.words == "not in the catalog":
                    assert ground.belongs is None


def test_the_rules_that_read_a_set_are_named_by_remedy() -> None:
    readers = {one.offenses.name: one.readers for one in asked("PC 10").sets}
    assert readers == {
        "as written": {},
        "loud": {"pc-100": ("100.1 (of other charges)",), "pc-101": ("outcome loud",)},
        "quiet": {"pc-100": ("applies_to",)},
        "range": {"pc-100": ("100.2 (of enhancements)",)},
        "unread": {},
    }
    assert [one.offenses.name for one in asked("PC 10", remedy="pc-101").sets] == ["loud"]
    with pytest.raises(RequestError, match="has no remedy 'pc-102'"):
        asked("PC 10", remedy="pc-102")
    early = look_up(PACK, Policy(), "PC 10", as_of=date(2019, 1, 1))
    assert {id for one in early.sets for id in one.readers} == {"pc-100"}


def test_the_text_has_all_of_it() -> None:
    text = offense_text(PACK, Policy(), "PC 11")
    assert text.startswith("PC 11  by the law of Xanadu (xx 1.0)\n")
    for part in (
        "catalog: PC 11, whistling; wobbler or felony\n      loud: maybe\n      note: degree decides\n",
        "catalog: PC 11(a), whistling at night; felony",
        "YES: OFFENSE SETS IT IS IN (1)\n\n  as written (PC 99(d)): listed as PC 11\n",
        "OPEN: OFFENSE SETS IT MAY BE IN (3)",
        "  loud (PC 99(a)): left open as PC 11\n      read by pc-100 100.1 (of other charges); pc-101 outcome loud\n",
        "NO: OFFENSE SETS IT IS NOT IN (1)\n\n  unread (PC 99(e)): not listed\n",
    ):
        assert part in text, part
    assert "read from" not in text
    assert text.index("PC 11, whistling;") < text.index("PC 11(a)")


def test_of_several_citations_each_has_its_grounds() -> None:
    (quiet,) = (one for one in asked("PC 10; HS 20.5").sets if one.offenses is QUIET)
    assert (quiet.belongs, [ground.words for ground in quiet.grounds]) == (True, ["listed as PC 10", "not listed"])
    assert "quiet (PC 99(b)): PC 10 listed as PC 10; HS 20.5 not listed" in offense_text(
        PACK, Policy(), "PC 10; HS 20.5"
    )


def test_the_row_of_an_attempt_goes_before_that_of_its_target() -> None:
    looked = asked("664/12 PC")
    assert [row.offense.attempt for row in looked.rows(looked.cited.citations[0])] == [True, False]
    text = looked.text()
    assert "read from '664/12 PC'\n" in text and "catalog: attempt PC 12, drumming" in text
    assert "the completed offense" not in text and "the completed offense" in offense_text(PACK, Policy(), "PC 12")


def test_what_the_catalog_does_not_hold_is_told_with_what_is_near() -> None:
    text = offense_text(PACK, Policy(), "PC 110")
    assert "PC 110 is not in the catalog: every set that does not list it leaves it open." in text
    assert "near it: PC 11, PC 10" in text
    assert "near it" not in offense_text(PACK, Policy(), "PC 11(c)")
    assert "codes that the catalog knows: HS, PC" in offense_text(PACK, Policy(), "VC 10")
    assert codes_of(PACK) == ("HS", "PC")


def test_what_is_read_only_in_part_says_so() -> None:
    assert "part of that text is no citation and was passed over" in offense_text(PACK, Policy(), "PC 11(a whistling")
    assert "passed over" not in offense_text(PACK, Policy(), "11(A) PC")
    assert "passed over" not in offense_text(PACK, Policy(), "664/12 PC")
    assert "passed over" not in offense_text(PACK, Policy(), "182(a)(1)/10 PC")


@pytest.mark.parametrize(
    ("text", "told"),
    [("PC", "Codes: HS, PC"), ("", "Codes: HS, PC"), ("PC eleven", "Codes"), ("10", "Codes: HS, PC")],
)
def test_what_is_no_citation_is_refused_with_what_is_near(text: str, told: str) -> None:
    with pytest.raises(RequestError, match=told) as caught:
        asked(text)
    assert caught.value.expected is not None


def test_a_misspelt_code_names_what_is_near() -> None:
    with pytest.raises(RequestError, match="Near it: PC 10"):
        asked("P.C. 10")
    text = offense_text(PACK, Policy(), "PCC 10")
    assert "near it: PC 10" in text and "codes that the catalog knows: HS, PC" in text
