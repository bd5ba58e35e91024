"""Worked cases: read strictly, compared with a pack, and what they reach of its conditions."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import attrs
import pytest

from recordrelief import testing
from recordrelief.cases import (
    NO_DETERMINATION,
    WorkedCase,
    answers,
    differences,
    faults,
    read_cases,
    read_folder,
)
from recordrelief.errors import SourceError, SourceFaults
from recordrelief.law import OffenseCatalog, OffenseSet, charge, day, subject, unsettled, years
from recordrelief.model import Coverage
from recordrelief.reached import reached, unreached
from recordrelief.statutes import (
    Bar,
    Condition,
    Fact,
    Grade,
    InForce,
    Outcome,
    Pathway,
    Policy,
    ReliefKind,
    Remedy,
    StatutePack,
    Wait,
)

CATALOG = OffenseCatalog.from_csv(
    "citation,description,levels,notes,source\nXX 1,humming,misdemeanor,,\nXX 2,whistling,felony,,\n", flags=()
)
QUIET = OffenseSet.listing("quiet", cites="XX 9", includes=("XX 1",), catalog=CATALOG)


@attrs.frozen(kw_only=True)
class Generous(Policy):
    also: bool = False


def _remedies(policy: Generous) -> tuple[Remedy, ...]:
    def version(in_force: InForce, *waits: Wait) -> Remedy:
        return Remedy(
            id="xx-9",
            title="Dismissal of a quiet offense",
            citation="Xanadu Code § 9",
            relief=ReliefKind.DISMISSAL,
            pathway=Pathway.PETITION,
            applies_to=charge.convicted,
            requires=(Condition("9.1", "the offense is a quiet one", charge.offense.in_set(QUIET), cites="(a)"),),
            bars=(Bar("9.2", "the person must register", subject.must_register, cites="(b)", curable=True),),
            waits=waits,
            grades=(
                Grade.MANDATORY.when(
                    Condition("9.4", "it was kept quiet", charge.test("kept_quiet"), cites="(d)"),
                ),
                Grade.DISCRETIONARY,
            ),
            outcomes=(Outcome("dismissed"),),
            in_force=in_force,
        )

    until = date(2020, 1, 1)
    more = attrs.evolve(version(InForce()), id="xx-10", bars=(), grades=(Grade.DISCRETIONARY,))
    return (
        *((more,) if policy.also else ()),
        version(InForce(None, until)),
        version(InForce(until), Wait("9.3", "a year has passed", charge.conviction_date + years(1), cites="(c)")),
    )


PACK = StatutePack(
    id="xx",
    title="Xanadu",
    jurisdiction="xx",
    version="1.0",
    catalog=CATALOG,
    sets=(QUIET,),
    facts=(
        Fact(
            name="kept_quiet",
            table="charges",
            kind="test",
            means="the humming was kept quiet",
            ask="Was the humming kept quiet?",
        ),
    ),
    policy=Generous,
    policies={"counted in": Generous(boundary="inclusive")},
    remedies=_remedies,
)

SMALL = """\
about: humming
as_of: 2021-06-01
person: {must_register: false, record_scope: state}
charge: {id: count, citation: XX 1, attempt: false, conspiracy: false, solicitation: false, outcome: convicted}
cases:
  - title: More than a year ago
    why: (a) to (c)
    charges: [{conviction_date: 2019-03-04, facts: {kept_quiet: true}}]
    expected:
      - {charge: count, remedy: xx-9, status: eligible, grade: mandatory, outcome: dismissed, missing: []}
  - title: A year ago today
    why: over the day after
    charges: &today [{conviction_date: 2020-06-01}]
    expected: [{charge: count, remedy: xx-9, status: eligible_later, eligible_on: 2021-06-02, deciding: ["9.3"]}]
  - title: A year ago today, counted in
    why: policy boundary inclusive
    policy: {boundary: inclusive}
    charges: *today
    expected: [{charge: count, remedy: xx-9, status: eligible, grade: discretionary, eligible_on: null}]
  - title: Whistling, and how it ended is not known of the other
    why: (a)
    person: {must_register: null}
    charges:
      - {citation: XX 2, conviction_date: 2019-03-04}
      - {id: other, outcome: acquitted}
    expected:
      - {charge: count, remedy: xx-9, status: ineligible, deciding: ["9.1"]}
      - {charge: other, remedy: xx-9, status: no determination}
"""


def small(old: str = "", new: str = "") -> tuple[WorkedCase, ...]:
    assert old in SMALL
    return read_cases(SMALL.replace(old, new, 1), "small.yaml")


# --- reading ----------------------------------------------------------------------------------------------------------


def test_what_is_common_stands_under_what_a_case_writes() -> None:
    first, _, third, fourth = small()
    assert (first.title, first.why, first.as_of) == ("More than a year ago", "(a) to (c)", date(2021, 6, 1))
    assert (first.name, first.file, first.line) == ("small: More than a year ago", "small.yaml", 6)
    assert first.subject.record_scope == "state"
    assert first.subject.must_register is False and fourth.subject.must_register is None
    assert first.subject.charges[0].offense.citation == "XX 1"
    assert [one.offense.citation for one in fourth.subject.charges] == ["XX 2", "XX 1"]
    assert first.subject.charges[0].source.line == 8
    assert dict(third.policy) == {"boundary": "inclusive"}
    assert fourth.expected[1].status == NO_DETERMINATION


def test_a_case_says_how_completely_its_person_is_described() -> None:
    (first, *_) = small("person: {", "person: {coverage: {charges: partial}, ")
    assert first.coverage == Coverage(charges="partial")
    assert small()[0].coverage == Coverage()


def test_a_file_needs_no_common_person_charge_or_day() -> None:
    text = """
about: one case
cases:
  - title: By itself
    why: it says all
    as_of: 2021-06-01
    charges: [{id: a, outcome: acquitted}]
    expected: [{charge: a, remedy: xx-9, status: no determination}]
"""
    (case,) = read_cases(text, "one.yaml")
    assert case.subject.subject_id == "P1"
    assert differences(case, PACK) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("about:", "abuot:", "small.yaml:1: There is no such key. Found: 'abuot'. Did you mean 'about'"),
        ("about: humming\n", "", "A key is missing, or empty. Expected: about"),
        ("    why: over the day after\n", "", "small.yaml:11: A key is missing, or empty. Expected: why"),
        ("    why: over", "    whi: over", "Did you mean 'why'"),
        ("    why: over the day after", "    why: over\n    why: under", "A key stands twice"),
        ("must_register: false", "must_registre: false", "small.yaml:3: There is no such key"),
        ("must_register: false", "must_register: no one", "small.yaml:3, must_register: The value does not fit"),
        ("must_register: false", "charges: []", "There is no such key. Found: 'charges'"),
        ("citation: XX 1", "section: XX 1", "There is no such key. Found: 'section'"),
        ("outcome: convicted", "outcome: guilty", "small.yaml:4, outcome: There is no such word here. Found: 'guilty'"),
        ("as_of: 2021-06-01", "as_of: 2021-06", "small.yaml:2, as_of: The value does not fit"),
        ("as_of: 2021-06-01\n", "", "Expected: as_of"),
        ("    charges: *today\n", "", "Expected: charges"),
        ("id: count, ", "", "An id is missing, or empty. Expected: charge_id"),
        ("id: other, ", "", "Two rows of the table charges have one id"),
        (
            "title: A year ago today\n",
            "title: More than a year ago\n",
            "Two cases have one title. Found: the same",
        ),
        ("status: ineligible", "status: inelegible", "Did you mean 'ineligible' or 'eligible'"),
        ("status: ineligible, ", "", "Expected: status"),
        ("status: ineligible", "status: null", "status: The value does not fit. Found: nothing"),
        ('deciding: ["9.1"]', "deciding: null", "deciding: The value does not fit. Found: nothing"),
        ("grade: mandatory", "grade: strong", "There is no such word here"),
        ("eligible_on: 2021-06-02", "eligible_on: 2021", "Expected: one day"),
        ("outcome: dismissed", "result: dismissed", "There is no such key. Found: 'result'"),
        (
            "charge: other, remedy",
            "charge: others, remedy",
            "has that id. Found: 'others'. Did you mean",
        ),
        ("remedy: xx-9, status: ineligible", "status: ineligible", "Expected: remedy"),
        ("policy: {boundary: inclusive}", "policy: inclusive", "policy: The value does not fit"),
    ],
)
def test_what_a_file_cannot_say_is_refused_with_its_place(old: str, new: str, expected: str) -> None:
    with pytest.raises(SourceError) as caught:
        small(old, new)
    assert expected in str(caught.value)


def test_what_is_wrong_in_common_is_told_once_and_even_if_no_case_uses_it() -> None:
    with pytest.raises(SourceError) as caught:
        small("must_register: false", "must_register: perhaps")
    assert not isinstance(caught.value, SourceFaults)
    text = SMALL.replace("charge: {id", "charge: {level: felon, id", 1).replace("[{conv", "[{level: felony, conv")
    with pytest.raises(SourceError, match=r"small.yaml:4, level"):
        read_cases(text, "small.yaml")


def test_a_folder_is_read_whole_and_every_fault_in_it_told(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text(SMALL, encoding="utf-8")
    (tmp_path / "a.yaml").write_text(SMALL, encoding="utf-8")
    (tmp_path / "note.txt").write_text("no cases", encoding="utf-8")
    assert [case.file for case in read_folder(tmp_path)] == ["a.yaml"] * 4 + ["b.yaml"] * 4
    for name, new in (("a", "status: no"), ("b", "grade: 1, status: no")):
        text = SMALL.replace("status: ineligible", new)
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "c.yaml").write_bytes(b"about: humm\xfcng\n")
    with pytest.raises(SourceFaults) as caught:
        read_folder(tmp_path)
    assert [str(fault.where).partition(":")[0] for fault in caught.value.faults] == [
        *("a.yaml", "b.yaml", "b.yaml", "c.yaml"),
    ]


@pytest.mark.parametrize("text", ["", "a: b\n---\nc: d", "- a", "cases: ["])
def test_what_is_no_file_of_cases_is_refused(text: str) -> None:
    with pytest.raises(SourceError):
        read_cases(text, "small.yaml")


# --- compared with a pack ---------------------------------------------------------------------------------------------


def test_cases_that_are_met_show_no_difference() -> None:
    for case in small():
        assert differences(case, PACK) == []
        testing.assert_answers(case, PACK)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("grade: mandatory", "grade: discretionary", ["count, xx-9: grade is mandatory, expected discretionary"]),
        ("eligible_on: null", "eligible_on: 2021-01-01", ["count, xx-9: eligible_on is None, expected 2021-01-01"]),
        ('deciding: ["9.1"]', 'deciding: ["9.2"]', ["count, xx-9: deciding is ['9.1'], expected ['9.2']"]),
        ("status: no determination", "status: eligible", ["other, xx-9: no determination, expected eligible"]),
        (
            "status: ineligible",
            "status: no determination",
            ["count, xx-9: status is ineligible, expected no determination"],
        ),
        ("missing: []", "missing: [charge.level]", ["count, xx-9: missing is [], expected ['charge.level']"]),
    ],
)
def test_every_difference_is_told(old: str, new: str, told: list[str]) -> None:
    found = [difference for case in small(old, new) for difference in differences(case, PACK)]
    assert found == told


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "remedy: xx-9, status: no",
            "remedy: xx-8, status: no",
            "other, xx-8: the pack has no such remedy. Did",
        ),
        ("boundary: inclusive", "boundry: inclusive", "There is no such option. Found: 'boundry'"),
        ("boundary: inclusive", "boundary: 3", "An option has a value it does not take"),
        ("kept_quiet: true", "kept_quite: true", "small.yaml:8: No statute pack declares such a fact"),
        ("kept_quiet: true", "kept_quite: null", "small.yaml:8: No statute pack declares such a fact"),
        ("kept_quiet: true", "kept_quiet: 2", "small.yaml:8, kept_quiet: The fact has another kind of value"),
    ],
)
def test_what_the_pack_does_not_know_is_told(old: str, new: str, told: str) -> None:
    cases = small(old, new)
    lines = [line for case in cases for line in faults(case, PACK)]
    assert len(lines) == 1 and told in lines[0]
    assert [line for case in cases for line in differences(case, PACK)][:1] == lines


def test_a_remedy_that_a_policy_of_the_file_brings_may_be_absent_under_another() -> None:
    text = SMALL.replace("boundary: inclusive", "also: true").replace(
        "{charge: other, remedy: xx-9", "{charge: other, remedy: xx-10"
    )
    cases = read_cases(text, "small.yaml")
    assert differences(cases[3], PACK) == []
    assert "xx-10" in {one.remedy for one in reached(cases, PACK)}
    alone = read_cases(text.replace("also: true", "boundary: inclusive"), "small.yaml")
    assert "the pack has no such remedy" in str(differences(alone[3], PACK))


def test_a_failure_names_the_case_its_place_and_its_reason() -> None:
    case = small("status: ineligible", "status: eligible")[3]
    with pytest.raises(AssertionError) as caught:
        testing.assert_answers(case, PACK)
    first, second = str(caught.value).splitlines()
    assert first.startswith("small: Whistling") and first.endswith("(small.yaml:20; (a))")
    assert second == "count, xx-9: status is ineligible, expected eligible"


# --- what is reached --------------------------------------------------------------------------------------------------


def test_each_version_and_condition_knows_which_cases_reach_it() -> None:
    found = {(one.version, one.condition): one for one in reached(small(), PACK)}
    assert [key[1] for key in found if key[0] == "always until 2020-01-01"] == ["9.1", "9.2", "9.4"]
    now = {condition: one for (version, condition), one in found.items() if version == "from 2020-01-01"}
    assert list(now) == ["9.1", "9.2", "9.3", "9.4"]
    assert now["9.1"].by["unmet"] == ("small: Whistling, and how it ended is not known of the other",)
    assert len(now["9.1"].by["met"]) == 3 and now["9.1"].by["unknown"] == ()
    assert len(now["9.2"].by["unknown"]) == 1 and now["9.2"].by["unmet"] == ()
    assert (now["9.3"].column, now["9.3"].cites, now["9.3"].sentence) == ("xx-9/9.3", "(c)", "a year has passed")
    assert now["9.4"].by["met"] == ("small: More than a year ago",)
    assert not any(found["always until 2020-01-01", "9.1"].by.values())


def test_what_no_case_reaches_is_a_list_that_can_be_read() -> None:
    both = "always until 2020-01-01; from 2020-01-01"
    lines = unreached(small(), PACK)
    assert lines == [
        "xx-9 (always until 2020-01-01): no case reaches this version",
        f"xx-9 ({both}): 9.1 is never unknown: the offense is a quiet one",
        f"xx-9 ({both}): 9.2 is never unmet: the person must register",
        f"xx-9 ({both}): 9.4 is never unmet: it was kept quiet",
        "xx-9 (from 2020-01-01): 9.3 is never unknown: a year has passed",
    ]
    with pytest.raises(AssertionError) as caught:
        testing.assert_every_condition_is_reached(small(), PACK)
    assert str(caught.value).splitlines()[1:] == lines


def test_a_rule_that_versions_share_is_one_unless_each_is_asked_by_itself() -> None:
    old = (
        SMALL
        + """\
  - title: Humming before
    why: the version of before 2020
    as_of: 2019-06-01
    person: {must_register: true}
    charges: [{citation: null, conviction_date: 2019-03-04}]
    expected: [{charge: count, remedy: xx-9, status: undetermined}]
"""
    )
    cases = read_cases(old, "small.yaml")
    shared = unreached(cases, PACK)
    assert not any("9.1" in line or "9.2" in line or "no case" in line for line in shared)
    apart = unreached(cases, PACK, each_version=True)
    assert "xx-9 (always until 2020-01-01): 9.1 is never met or unmet: the offense is a quiet one" in apart
    assert "xx-9 (from 2020-01-01): 9.1 is never unknown: the offense is a quiet one" in apart
    with pytest.raises(AssertionError, match="always until"):
        testing.assert_every_condition_is_reached(cases, PACK, each_version=True)


def test_what_nothing_is_expected_of_is_not_reached() -> None:
    expected = '      - {charge: count, remedy: xx-9, status: ineligible, deciding: ["9.1"]}\n'
    lines = unreached(small(expected, ""), PACK)
    assert any("9.1 is never unmet or unknown" in line for line in lines)


def test_what_a_condition_cannot_come_out_as_is_not_asked_for() -> None:
    fixed = attrs.evolve(PACK, remedies=_fixed)
    told = unreached(
        small("remedy: xx-9, status: eligible, grade: mandatory", "remedy: xx-11, status: eligible"), fixed
    )
    assert [line for line in told if line.startswith("xx-11")] == [
        "xx-11 (always): 11.1 is never unmet: a day has come",
        "xx-11 (always): 11.2 is never unknown: it was kept quiet, or who knows",
    ]


def _fixed(policy: Generous) -> tuple[Remedy, ...]:
    (*_, last) = _remedies(policy)
    wait = Wait("11.1", "a day has come", day(2020, 1, 1), cites="(a)")
    quiet = charge.test("kept_quiet")
    never_unmet = Condition(
        "11.2", "it was kept quiet, or who knows", quiet | unsettled(~quiet, "it may have been"), cites="(b)"
    )
    plain = attrs.evolve(
        last, id="xx-11", requires=(never_unmet,), bars=(), waits=(wait,), grades=(Grade.DISCRETIONARY,)
    )
    return (*_remedies(policy), attrs.evolve(plain, in_force=InForce()))


def test_an_exemption_is_heeded_and_told_where_it_is_without_need() -> None:
    every = {f"xx-9/9.{number}": ("met", "unmet", "unknown") for number in range(1, 5)}
    told = unreached(small(), PACK, exempt=every)
    assert "xx-9/9.1: exempt from met and unmet without need" in told
    assert not any("9.1" in line and "unknown" in line for line in told)
    assert not any("is never" in line for line in told)
    assert "xx-8/8.1: exempt from unmet without need" in unreached(small(), PACK, exempt={"xx-8/8.1": ("unmet",)})


def test_a_case_under_a_policy_that_the_pack_lacks_reaches_nothing() -> None:
    cases = small("boundary: inclusive", "boundry: inclusive")
    assert "A year ago today, counted in" not in str(reached(cases, PACK))


def test_the_answers_of_a_case_are_determined_once() -> None:
    (case, *_) = small()
    assert answers(case, PACK) is answers(case, PACK)
    assert answers(case, PACK)["count", "xx-9"].status == "eligible"
