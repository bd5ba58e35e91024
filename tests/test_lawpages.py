"""The law as Markdown pages: nothing that decides is left out, and a lawyer finds what concerns a remedy beside it."""

from __future__ import annotations

from datetime import date

import attrs
import pytest
from proof.statute import PACK, MadeUpPolicy

from recordrelief import lawpages
from recordrelief.cases import read_cases
from recordrelief.errors import RequestError
from recordrelief.lawbook import entries_of, rules_of, sets_of
from recordrelief.lawpages import INDEX, LISTS, QUESTIONS, Question, law_markdown, law_pages, page_of
from recordrelief.statutes import Policy, Remedy

POLICY = PACK.policy()
(CASE,) = read_cases(
    """
about: small offenses
as_of: 2024-02-29
person: {record_scope: state}
charge: {id: count}
cases:
  - title: Six plants | no more
    why: (d), few plants
    policy: {presume: true}
    charges: [{plant_count: 6}]
    expected:
      - {charge: count, remedy: zz-1, status: eligible, grade: mandatory, outcome: dismissed}
      - {charge: count, remedy: zz-2, status: no determination}
      - {charge: count, remedy: zz-5, status: eligible_later, eligible_on: 2030-01-01}
""",
    "zz.yaml",
)
ASKED = (
    Question(number=1, heading="Waits", text="**Does the wait of Zz. 5 run anew?** Undetermined."),
    Question(number=2, heading="Waits", text="What option `presume` takes as good."),
    Question(number=3, heading="Plants", text="Whether 1.7 counts seedlings."),
)
PAGES = law_pages(PACK, POLICY, cases=[CASE], questions=ASKED)


def _plain(page: str) -> str:
    return page.replace("\\", "")


@pytest.mark.parametrize("remedy", PACK.all_versions(POLICY), ids=lambda one: f"{one.id} {one.in_force}")
def test_whatever_decides_stands_on_the_page_of_its_remedy(remedy: Remedy) -> None:
    page = _plain(PAGES[page_of(remedy.id)])
    version = page.split(f"## In force {remedy.in_force}\n", 1)[1]
    assert page.startswith(f"# {remedy.title}\n") and remedy.citation in page
    assert str(remedy.applies_to) in version and str(remedy.granted) in version
    for finding in remedy.findings():
        assert f"**{finding.id}** {finding.cites}: {finding.sentence}" in version
        for rule in rules_of(finding):
            assert f"`{rule}`" in version
    for branch in remedy.branches:
        assert branch.title in version
    for outcome in remedy.outcomes:
        assert f"{outcome.name}, where `{outcome.when}`" in version
    assert all(f"`{name}`" in version for name in remedy.opens)
    for offenses in sets_of([remedy]):
        assert f"### {offenses.name}" in page
        assert all(entry in page for _, entries in entries_of(offenses) for entry in entries)


def test_versions_stand_newest_first() -> None:
    page = PAGES["zz-5"]
    assert page.index("In force from 2018-01-01") < page.index("In force always until 2018-01-01")


def test_a_page_names_the_options_that_change_its_remedy() -> None:
    assert "Policy options that change it: `presume`." in PAGES["zz-3"]
    assert "Policy options that change it: `presume`." in PAGES["zz-6"]
    assert "Policy options that change it: none but those that concern every remedy." in PAGES["zz-1"]


def test_every_kind_of_option_is_tried() -> None:
    from recordrelief_us_ca.pack import PACK as CALIFORNIA
    from recordrelief_us_ca.policy import CaliforniaPolicy

    pages = law_pages(CALIFORNIA, CaliforniaPolicy())
    for option in ("superstrike_timing", "two_priors", "presume_no_aggravating_facts"):
        assert f"`{option}`" in pages["hs-11361.8"].split("Policy options", 1)[1].split("\n", 1)[0]
    (added,) = [line for line in pages[INDEX].splitlines() if line.startswith("`da-dismissal` is there under")]
    for option in ("dismiss", "deceased", "age_at_least"):
        assert f"`prosecutor.{option}`" in added
    assert "`prosecutor.reduce`" not in added


def test_worked_cases_and_questions_stand_on_the_pages_they_concern() -> None:
    row = "| Six plants \\| no more | 2024-02-29 | (d), few plants | presume = True | count: {} | zz.yaml:7 |"
    assert row.format("eligible, mandatory, dismissed") in PAGES["zz-1"]
    assert row.format("no determination") in PAGES["zz-2"] and "## Worked cases (1)" in PAGES["zz-2"]
    assert row.format("eligible\\_later, from 2030-01-01") in PAGES["zz-5"]
    assert "None covers this remedy." in PAGES["zz-4"]
    named = {name: [one.number for one in ASKED if f"{one.number}. {one.text}" in page] for name, page in PAGES.items()}
    assert named[QUESTIONS] == [1, 2, 3]
    assert (named["zz-1"], named["zz-3"], named["zz-5"]) == ([3], [2], [1])


def test_the_index_leads_to_every_page_and_says_what_is_reviewed() -> None:
    for name in PAGES.keys() - {INDEX}:
        assert f"]({name}.md)" in PAGES[INDEX]
    assert "not reviewed by counsel" in PAGES[INDEX]
    signed = [
        attrs.evolve(one, reviewed_by="A. Lawyer", reviewed_on=date(2024, 1, 2)) if one.in_force.until else one
        for one in PACK.all_versions(POLICY)
    ]
    pages = law_pages(attrs.evolve(PACK, remedies=lambda _: signed), POLICY)
    said = (
        "in force always until 2018-01-01: reviewed by A. Lawyer on 2024-01-02; "
        "in force from 2018-01-01: not reviewed by counsel"
    )
    assert f"Review: {said}." in pages["zz-5"] and said in pages[INDEX]
    assert QUESTIONS not in pages


def test_a_long_list_stands_on_the_page_of_the_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lawpages, "MOST_ENTRIES", 1)
    pages = law_pages(PACK, POLICY)
    assert f"[2 entries]({LISTS}.md#cannabis)" in pages["zz-2"]
    assert "## cannabis" in pages[LISTS] and "HS 11357(a), HS 11359" in _plain(pages[LISTS])


def test_one_document_holds_it_all_or_what_was_asked_for() -> None:
    whole = law_markdown(PACK, POLICY)
    for remedy in PACK.all_versions(POLICY):
        assert f"## {remedy.title}\n" in whole
    assert "## Offense lists" in whole and "Which remedy is the best" in whole
    one = law_markdown(PACK, POLICY, remedy="zz-5", as_of=date(2020, 1, 1))
    assert one.count("### In force") == 1 and "zz-1" not in one
    assert law_markdown(PACK, MadeUpPolicy(presume=True), remedy="zz-3") != law_markdown(PACK, POLICY, remedy="zz-3")
    with pytest.raises(RequestError, match="zz-9"):
        law_markdown(PACK, POLICY, remedy="zz-9")


def test_a_page_is_named_without_what_a_link_would_break_on() -> None:
    assert [page_of(id) for id in ("pc-17(b)", "pc-17(d)(2)", "hs-11361.8")] == ["pc-17-b", "pc-17-d-2", "hs-11361.8"]


def test_a_pack_without_options_of_its_own() -> None:
    plain = attrs.evolve(PACK, policy=Policy, remedies=lambda _: PACK.remedies(POLICY))
    assert law_pages(plain, Policy())[INDEX].count("`boundary`") == 1
