"""Mutation of rules: what no worked case notices is told, what cannot be noticed is listed with its reason."""

from __future__ import annotations

import pytest

from recordrelief.cases import WorkedCase, read_cases
from recordrelief.errors import RequestError, SourceError
from recordrelief.law import ALWAYS_TRUE, OffenseCatalog, OffenseSet, Test, charge, years
from recordrelief.mutants import Equivalent, Mutant, read_equivalents, survivors, unexplained
from recordrelief.statutes import Condition, Grade, Pathway, Policy, ReliefKind, Remedy, StatutePack, Wait

CATALOG = OffenseCatalog.from_csv(
    "citation,description,levels,notes,source\nXX 1,humming,misdemeanor,,\nXX 2,whistling,felony,,\n", flags=()
)
QUIET = OffenseSet.listing("quiet", cites="XX 9", includes=("XX 1",), catalog=CATALOG)
IN_SET, LEVEL = charge.offense.in_set(QUIET), charge.level.is_("felony")
YEAR = charge.conviction_date + years(1)


def _remedy(id: str, test: Test, *waits: Wait, applies_to: Test = ALWAYS_TRUE) -> Remedy:
    return Remedy(
        id=id,
        title=f"A remedy called {id}",
        citation=f"Xanadu Code § {id}",
        relief=ReliefKind.DISMISSAL,
        pathway=Pathway.PETITION,
        applies_to=applies_to,
        requires=(Condition("9.1", "it may be had", test, cites="(a)"),),
        waits=waits,
        grades=(Grade.DISCRETIONARY,),
    )


def _pack(*remedies: Remedy) -> StatutePack:
    return StatutePack(
        id="xx",
        title="Xanadu",
        jurisdiction="xx",
        version="1.0",
        catalog=CATALOG,
        sets=(QUIET,),
        policy=Policy,
        remedies=lambda policy: remedies,
    )


QUIETLY = _pack(_remedy("xx-9", IN_SET, Wait("9.2", "a year has passed", YEAR, cites="(b)")))

CASES = """\
about: humming
as_of: 2021-06-01
person: {record_scope: state}
charge: {id: count, citation: XX 1, attempt: false, conspiracy: false, solicitation: false, outcome: convicted}
cases:
  - title: Long ago
    why: (a), (b)
    charges: [{conviction_date: 2010-03-04}]
    expected: [{charge: count, remedy: xx-9, status: eligible}]
"""
A_YEAR_AGO = """\
  - title: A year and a day ago
    why: (b)
    charges: [{conviction_date: 2020-05-31}]
    expected: [{charge: count, remedy: xx-9, status: eligible}]
"""


def _cases(text: str = CASES) -> tuple[WorkedCase, ...]:
    return read_cases(text, "small.yaml")


def test_what_no_case_notices_survives() -> None:
    assert survivors(_cases(), QUIETLY) == (Mutant("xx-9", str(YEAR)),)
    assert survivors(_cases(CASES + A_YEAR_AGO), QUIETLY) == ()


def test_without_a_case_everything_survives_and_progress_is_told() -> None:
    told: list[tuple[str, bool]] = []
    found = survivors([], QUIETLY, progress=lambda mutant, survived: told.append((mutant.leaf, survived)))
    assert [(mutant.leaf, True) for mutant in found] == told
    assert {mutant.leaf for mutant in found} == {str(IN_SET), str(YEAR)}


def test_a_rule_is_shared_only_where_the_whole_test_at_that_place_is_the_same() -> None:
    same = _pack(_remedy("xx-9", IN_SET), _remedy("xx-10", IN_SET))
    assert survivors(_cases(), same) == ()
    assert survivors(_cases(), same, remedies=["xx-10"]) == (Mutant("xx-10", str(IN_SET)),)
    longer = _pack(_remedy("xx-9", IN_SET), _remedy("xx-10", IN_SET | LEVEL))
    assert survivors(_cases(), longer) == (Mutant("xx-10", str(IN_SET)), Mutant("xx-10", str(LEVEL)))


def test_a_case_that_is_not_met_anyway_would_notice_everything_and_is_refused() -> None:
    with pytest.raises(RequestError, match="not met as the rules stand"):
        survivors(_cases(CASES.replace("status: eligible", "status: ineligible")), QUIETLY)


LISTED = """\
about: what no case can hold
equivalents:
  - remedies: [xx-9, xx-10]
    leaves: [charge.offense in quiet, "(charge.conviction_date ... 1 year)"]
    why: It follows from another part.
"""


def test_equivalents_are_read_one_for_each_remedy_and_leaf() -> None:
    found = read_equivalents(LISTED, "equivalents.yaml")
    assert len(found) == 4
    assert found[0] == Equivalent("xx-9", "charge.offense in quiet", "It follows from another part.")


@pytest.mark.parametrize(
    ("old", "new"), [("    why: It follows from another part.\n", ""), ("leaves:", "leafs:"), ("equivalents:", "some:")]
)
def test_equivalents_that_say_too_little_are_refused(old: str, new: str) -> None:
    with pytest.raises(SourceError):
        read_equivalents(LISTED.replace(old, new), "equivalents.yaml")


def test_survivors_that_are_listed_are_explained_and_what_is_listed_without_need_is_told() -> None:
    found = (Mutant("xx-9", str(YEAR)), Mutant("xx-9", str(LEVEL)))
    listed = read_equivalents(LISTED, "equivalents.yaml")
    unheld, noticed = unexplained(found, listed)
    assert unheld == (Mutant("xx-9", str(LEVEL)),)
    assert [str(one) for one in noticed] == [
        "xx-9: charge.offense in quiet",
        "xx-10: charge.offense in quiet",
        "xx-10: (charge.conviction_date ... 1 year)",
    ]
    assert [one.remedy for one in unexplained(found, listed, remedies=["xx-9"])[1]] == ["xx-9"]
