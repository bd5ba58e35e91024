"""People written by hand: read as they stand, every row with its line, and every fault told with its place."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up import MARK
from proof import strategies

from recordrelief import model
from recordrelief.errors import SourceError, SourceFaults
from recordrelief.model import Charge, Coverage, PartialDate, Sentence, Source, Subject
from recordrelief.person_files import read_people, write_people
from recordrelief.person_keys import KINDS, ROWS_BELOW, keys_of
from recordrelief.tables import TABLES

day = PartialDate.of

PERSON = """\
# a person who does not exist
subject_id: walk-in-1
birth_date: 1985
names: [{given: Fictional, family: Person, kind: primary}]
must_register: false
record_scope: state
cases:
  - {id: 0417, county: AMBER, status: open}
events:
  - kind: death
    event_date: 2031-05
charges:
  - id: 0417/1
    case_id: 0417
    citation: HS 11357(A)
    attempt: no
    level: felony
    outcome: convicted
    offense_date: 2008-03-01..2008-05-10
    conviction_date: 2008-06-02
    quantity_grams: 28.5
    enhancements: []
    notes: [told by the person]
    sentences:
      - {kind: probation, completed_date: 2011-06}
      - {id: second, kind: fine}
    reliefs:
      - {kind: reduced, resulting_level: misdemeanor, relief_date: 2015}
    facts: {kept_open: true, told_on: 2010-01-31, plants: 4, crew: none}
  - id: "2"
    outcome: null
"""


def told(text: str) -> str:
    """What is said of a text that cannot be read."""
    with pytest.raises(SourceError) as caught:
        read_people(text, "person.yaml")
    assert MARK not in str(caught.value)
    return str(caught.value)


# --- what is written -------------------------------------------------------------------------------------------------


def test_a_person_is_read_as_they_are_written() -> None:
    (person,) = read_people(PERSON, "person.yaml").subjects
    assert (person.subject_id, str(person.birth_date), person.deceased) == ("walk-in-1", "1985-01-01..1985-12-31", None)
    assert person.names == (model.Name(given="Fictional", family="Person", kind="primary"),)
    assert person.cases[0].case_id == "0417"
    assert person.events[0].event_date == day("2031-05")
    first, second = person.charges
    assert first.offense == model.Offense(citation="HS 11357(a)", level="felony", attempt=False)
    assert first.disposition == model.Disposition(outcome="convicted", conviction_date=day("2008-06-02"))
    assert first.offense_date == PartialDate(date(2008, 3, 1), date(2008, 5, 10))
    assert (first.case_id, first.quantity_grams, first.enhancements) == ("0417", 28.5, ())
    assert [one.sentence_id for one in first.sentences] == ["0417/1-1", "second"]
    assert first.reliefs[0].relief_date == day("2015")
    assert first.facts == {"kept_open": True, "told_on": date(2010, 1, 31), "plants": 4, "crew": "none"}
    assert second == Charge(charge_id="2", source=Source(file="person.yaml", line=30))


def test_every_row_keeps_its_line() -> None:
    people = read_people(PERSON, "person.yaml")
    (person,) = people.subjects
    first = person.charges[0]
    rows = (person, person.cases[0], person.events[0], first, *first.sentences, *first.reliefs)
    assert {one.source.file for one in rows} == {"person.yaml"}
    assert [one.source.line for one in rows] == [2, 8, 10, 13, 25, 26, 28]
    assert first.source.notes == ("told by the person",)
    assert people.rows == 8


@pytest.mark.parametrize("text", ["- {subject_id: a}\n- {subject_id: b}", "subject_id: a\n---\nsubject_id: b\n---\n"])
def test_several_people_stand_in_a_list_or_one_a_document(text: str) -> None:
    assert [one.subject_id for one in read_people(text, "people.yaml").subjects] == ["a", "b"]


def test_what_is_common_may_be_written_once() -> None:
    text = """
subject_id: a
charges:
  - &first {id: 1, citation: HS 11359, outcome: convicted}
  - {<<: *first, id: 2, outcome: null}
"""
    (person,) = read_people(text, "person.yaml").subjects
    assert [one.offense.citation for one in person.charges] == ["HS 11359", "HS 11359"]
    assert [one.disposition.outcome for one in person.charges] == ["convicted", None]
    assert [one.source.line for one in person.charges] == [4, 5]


def test_how_completely_a_person_is_described_is_stated_and_the_weaker_holds_for_all() -> None:
    one = read_people("{subject_id: a, coverage: {sentences: partial, events: {death: complete}}}", "a.yaml")
    assert one.coverage == Coverage(sentences="partial", events={"death": "complete"})
    both = read_people(
        "[{subject_id: a, coverage: {sentences: partial, events: {death: complete}}}, {subject_id: b}]", ""
    )
    assert both.coverage == Coverage(sentences="partial", events={"death": "absent"})


def test_a_fact_known_in_part_gives_every_day_of_it_two_ends() -> None:
    text = "{subject_id: a, charges: [{id: 1, facts: {done: 2011-08}}, {id: 2, facts: {done: 2012-01-31}}, {id: 3}]}"
    (person,) = read_people(text, "person.yaml").subjects
    assert [one.facts for one in person.charges] == [
        {"done": date(2011, 8, 1), "done_latest": date(2011, 8, 31)},
        {"done": date(2012, 1, 31), "done_latest": date(2012, 1, 31)},
        {},
    ]
    (back,) = read_people(write_people([person]), "person.yaml").subjects
    assert [one.facts for one in back.charges] == [one.facts for one in person.charges]


def test_a_finding_that_nobody_could_read_is_one_all_the_same() -> None:
    (person,) = read_people("{subject_id: a, charges: [{id: 1, enhancements: [not read, PC 12022.5]}]}", "a").subjects
    assert person.charges[0].enhancements == ("not read", "PC 12022.5")


def test_a_fact_said_not_to_be_known_takes_the_kind_that_another_row_gives_it() -> None:
    facts = ("{done: null}", "{done: true}", "{x: null}")
    charges = ", ".join(f"{{id: {place}, facts: {one}}}" for place, one in enumerate(facts))
    text = f"{{subject_id: a, charges: [{charges}]}}"
    people = read_people(text, "person.yaml")
    assert [one.facts for one in people.subjects[0].charges] == [{}, {"done": True}, {}]
    assert [(one.name, one.kind) for one in people.facts] == [("done", bool), ("x", None)]


def test_every_column_has_its_key() -> None:
    for table in KINDS:
        above = {"subject_id", "charge_id", "alternative"} if table != "subjects" else set()
        above -= {"charge_id"} if table == "charges" else set()
        columns = {name for name in TABLES[table].column_names() if not name.endswith("_latest")}
        short = {"id"} if table in ("cases", "charges", "sentences") else set()
        more = {"facts", *ROWS_BELOW.get(table, ()), *({"coverage"} if table == "subjects" else ())}
        assert set(keys_of(table)) == columns - above - {"source_file", "source_line"} | short | more


# --- there and back --------------------------------------------------------------------------------------------------

CITATIONS = ("PC 459", "HS 11357(a)(1)", "PC 484(a); PC 490.5", "ORS 475B.349", "US 18:2113(a)")


def legible(subject: Subject, citation: str) -> Subject:
    """The person with citations that are some, and without places: a file has places of its own."""

    def row(item: object, **more: object) -> object:
        return attrs.evolve(item, source=Source(notes=item.source.notes), **more)  # type: ignore[attr-defined,type-var]

    def named(offense: model.Offense) -> model.Offense:
        return attrs.evolve(offense, citation=offense.citation if offense.citation is None else citation)

    charges = [
        row(
            one,
            charged=named(one.charged),
            offense=named(one.offense),
            possible_citations=[citation] * len(one.possible_citations),
            enhancements=None if one.enhancements is None else [citation] * len(one.enhancements),
            sentences=[row(term) for term in one.sentences],
            reliefs=[
                row(relief, resulting_citation=None if relief.resulting_citation is None else citation)
                for relief in one.reliefs
            ],
        )
        for one in subject.charges
    ]
    events = [row(one, citation=None if one.citation is None else citation) for one in subject.events]
    whole = row(subject, charges=charges, events=events, cases=[row(one) for one in subject.cases])
    assert isinstance(whole, Subject)
    return whole


@given(strategies.any_subjects, st.sampled_from(CITATIONS))
def test_people_come_back_as_they_were_written(people: tuple[Subject, ...], citation: str) -> None:
    before = [legible(one, citation) for one in people]
    if before:
        after = read_people(write_people(before), "people.yaml").subjects
        assert [legible(one, citation) for one in after] == before


def test_what_was_written_reads_as_a_person_would_write_it() -> None:
    (person,) = read_people(PERSON, "person.yaml").subjects
    text = write_people([person], Coverage(reliefs="partial"))
    for line in ("birth_date: 1985", "event_date: 2031-05", "conviction_date: 2008-06-02", "reliefs: partial"):
        assert line in text
    assert "offense_date: 2008-03-01..2008-05-10" in text
    assert "null" not in text and "alternative" not in text


def test_what_could_not_be_read_back_is_not_written() -> None:
    person = Subject(subject_id="a", charges=[Charge(charge_id="1", offense=model.Offense(citation=MARK))])
    with pytest.raises(SourceError, match="not a citation") as caught:
        write_people([person])
    assert MARK not in str(caught.value)


def test_a_word_that_looks_like_something_else_stays_a_word() -> None:
    words = ("2011-08", "2011-08-23", "2011", "no", "null", "1.5", "", " ", "a: b", "- c", "12:30", "0012", ".inf")
    for word in words:
        person = Subject(subject_id=word or "x", facts={"said": word}, cases=[model.Case(case_id="c", court=word)])
        (back,) = read_people(write_people([person]), "person.yaml").subjects
        assert (back.facts, back.cases[0].court) == ({"said": word}, word)


# --- what does not fit ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "birth_date: 1985",
            "brith_date: 1985",
            "person.yaml:3: There is no such key. Found: 'brith_date'. Did you mean",
        ),
        ("    level: felony", "    level: felonie", "person.yaml:17, level: There is no such word here."),
        ("    level: felony", f"    level: {MARK}", "Found: a text of the shape"),
        (
            "    level: felony",
            "    level: felony\n    level: infraction",
            "person.yaml:18: A key stands twice. Found: 'level'",
        ),
        ("birth_date: 1985", "birth_date: 1985-13", "Expected: a day, month or year"),
        ("birth_date: 1985", "birth_date: 85", "Expected: a day, month or year"),
        ("2008-03-01..2008-05-10", "2008-03-01..2008-02-10", "Expected: a day, month or year"),
        ("2008-03-01..2008-05-10", "2008-03..2008-05", "Expected: a day, month or year"),
        ("2008-06-02", "2008-06-02 10:00:00", "Expected: a day, month or year"),
        ("attempt: no", "attempt: 0", "Expected: true or false"),
        ("quantity_grams: 28.5", "quantity_grams: -1", "Expected: a number, at least 0"),
        ("quantity_grams: 28.5", "quantity_grams: 28g", "Expected: a number in plain digits"),
        ("quantity_grams: 28.5", "plant_count: 2.5", "Expected: a whole number"),
        ("quantity_grams: 28.5", "plant_count: 0x10", "Expected: a whole number in plain digits"),
        ("quantity_grams: 28.5", "plant_count: 010", "Expected: a whole number in plain digits"),
        ("quantity_grams: 28.5", "count_number: 70000", "at most 65535"),
        ("HS 11357(A)", "11357(A) HS", "The code comes first"),
        ("HS 11357(A)", f"{MARK} 1", "This is not a citation. Found: a text of the shape"),
        ("enhancements: []", "enhancements: HS 11357", "Expected: a list"),
        ("enhancements: []", "enhancements: [null]", "Expected: something"),
        ("county: AMBER", "county: yes", "Put it in quotes"),
        ("county: AMBER", "county: [AMBER]", "Expected: a text"),
        ("status: open", "status: opened", "Did you mean 'open'"),
        ("kind: primary", "sort: primary", "There is no such key"),
        (
            "conviction_date: 2008-06-02",
            "conviction_date_latest: 2008-06-02",
            "Write both ends under 'conviction_date'",
        ),
        ("id: 0417/1", "id:", "An id is missing, or empty. Expected: charge_id"),
        ("id: 0417/1", "id: ''", "An id is empty"),
        ("id: 0417/1", "id: '2'", "Two rows of the table charges have one id. Found: the same as at person.yaml:13"),
        ("id: 0417/1", "{id: a}: b", "A key must be a word"),
        ("id: 0417/1", "id: a\n    charge_id: a", "An id stands twice"),
        ("id: second", "id: 0417/1-1", "Two rows of the table sentences"),
        ("plants: 4", "plants: 4.5", "Expected: true, false, a whole number"),
        ("plants: 4", "level: felony", "Write it beside `facts`"),
        ("plants: 4", "Plants: 4", "no name of a fact"),
        ("plants: 4", "plants_latest: 2011-08-01", "no name of a fact"),
        (
            '- id: "2"',
            "- id: '2'\n    facts: {plants: some}",
            "Found: a word. Expected: a whole number, as at person.yaml:29",
        ),
        ("subject_id: walk-in-1\n", "", "person.yaml:2: An id is missing, or empty. Expected: subject_id"),
        ("record_scope: state", "coverage: {charges: all}", "Expected: one of complete, partial, absent"),
        ("record_scope: state", "coverage: {events: {birth: complete}}", "There is no such key. Found: 'birth'"),
        ("cases:", "cases: none", "not YAML"),
        ("# a person who does not exist", "a person", "not YAML"),
    ],
)
def test_a_fault_is_told_with_its_place_and_what_was_expected(old: str, new: str, expected: str) -> None:
    assert old in PERSON
    assert expected in told(PERSON.replace(old, new, 1))


def test_every_fault_is_told_at_once_in_the_order_of_the_lines() -> None:
    text = (
        PERSON.replace("kind: fine", "kind: fein")
        .replace("birth_date", "birthdate")
        .replace("attempt: no", "attempt: 9")
    )
    with pytest.raises(SourceFaults) as caught:
        read_people(text, "person.yaml")
    assert [one.where for one in caught.value.faults] == [
        "person.yaml:3",
        "person.yaml:16, attempt",
        "person.yaml:26, kind",
    ]
    assert str(caught.value).count("person.yaml:") == 3


@pytest.mark.parametrize("text", ["", "# nobody", "[]", "---\n---\n"])
def test_a_file_of_nobody_is_refused(text: str) -> None:
    assert "describes nobody" in told(text)


@pytest.mark.parametrize(
    "text",
    [
        MARK,
        f"[{MARK}]",
        f"&a [*a, {MARK}]",
        f"subject_id: &{MARK} a\nrace: *{MARK}x",
        f"subject_id: a\ncharges: {MARK}",
        f"subject_id: a\n{MARK}: b",
        f"subject_id: a\n{MARK} {MARK}",
        f"subject_id: '{MARK}",
        f"subject_id: a\nsex: !{MARK} b",
        f"subject_id: {{{MARK}: 1}}",
        f"subject_id: a\n<<: {MARK}",
        f"subject_id: a\nnotes: &a {{<<: *a, x: {MARK}}}",
        f"subject_id: a\nsex: \x07{MARK}",
        "subject_id: a\nnotes: " + "[" * 2_000,
    ],
)
def test_nothing_that_may_be_personal_is_shown(text: str) -> None:
    assert told(text)


def test_the_example_of_the_module_is_one(tmp_path: Path) -> None:
    from recordrelief import person_files

    assert person_files.__doc__ is not None
    block = "\n".join(line[4:] for line in person_files.__doc__.splitlines() if line.startswith("    "))
    (person,) = read_people(block, "person.yaml").subjects
    assert person.charges[0].sentences == (
        Sentence(
            sentence_id="2008-0417/1-1",
            kind="probation",
            completed_date="2011-06-02",
            source=Source(file="person.yaml", line=10),
        ),
    )
