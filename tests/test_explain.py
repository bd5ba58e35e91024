"""Explanations: what each finding saw, which rows answer its questions, what is missing, and the words for it."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import attrs
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from recordrelief.determinations import determinations, screen_subject
from recordrelief.errors import RequestError
from recordrelief.explain import explain
from recordrelief.findings import Determination, Finding, SeenFact
from recordrelief.law import (
    OffenseCatalog,
    OffenseSet,
    case,
    charge,
    day,
    either,
    event,
    history,
    other,
    presumed,
    presumed_day,
    relief,
    sentence,
    subject,
    unsettled,
    years,
)
from recordrelief.lawbook import law_text
from recordrelief.model import (
    Case,
    Charge,
    Coverage,
    Disposition,
    Event,
    Offense,
    PartialDate,
    Relief,
    Sentence,
    Source,
    Subject,
)
from recordrelief.records import Records, readings
from recordrelief.screening import Screening, screen
from recordrelief.statutes import (
    Bar,
    Branch,
    Condition,
    Fact,
    Grade,
    Outcome,
    Pathway,
    Policy,
    ReliefKind,
    Remedy,
    StatutePack,
    Wait,
)
from recordrelief.wording import day_words, number_words, span_words

CATALOG = OffenseCatalog.from_csv(
    "citation,description,levels,notes,source,violent\n"
    "PC 187,murder,felony,,made up,yes\n"
    "PC 245(a),assault,felony,,made up,yes\n"
    "PC 245(b),lesser assault,misdemeanor,,made up,no\n"
    "PC 459,burglary,felony;misdemeanor,,made up,no\n"
    "PC 484,theft,misdemeanor,,made up,no\n",
    flags=("violent",),
)
VIOLENT = CATALOG.flagged("violent", "violent", cites="PC 1", attempts="as_target", conspiracies="outside")
THEFTS = OffenseSet.listing(
    "thefts", cites="PC 2", includes=("PC 459", "PC 484"), catalog=CATALOG, attempts="outside", conspiracies="as_target"
)


@attrs.frozen(kw_only=True)
class _Choices(Policy):
    presume_conduct: bool = False
    presume_judgment: bool = False


def _remedies(policy: _Choices) -> tuple[Remedy, ...]:
    conduct = charge.test("good_conduct")
    if policy.presume_conduct:
        conduct = presumed(conduct, True, "policy presume_conduct")
    judgment = charge.judgment_date
    if policy.presume_judgment:
        judgment = presumed_day(judgment, charge.conviction_date, "policy presume_judgment")
    judgment = judgment.no_later_than(charge.disposition_date)
    near = (other.conviction_date > charge.conviction_date) & (
        other.conviction_date < charge.conviction_date + years(4)
    )
    return (
        Remedy(
            id="pc-10",
            title="Dismissal of a theft on petition",
            citation="Penal Code § 10",
            relief=ReliefKind.DISMISSAL,
            pathway=Pathway.PETITION,
            applies_to=charge.convicted & charge.offense.in_set(THEFTS),
            requires=(
                Condition("10.1", "no probation was revoked", charge.sentences.none(sentence.revoked), cites="(a)"),
                Condition(
                    "10.2",
                    "no other felony was committed within four years",
                    history.others.none(other.convicted & other.level.is_("felony") & near),
                    cites="(b)",
                    note="Ask for the dates of the other cases.",
                ),
                Condition("10.3", "the person has shown good conduct", conduct, cites="(c)", curable=True),
            ),
            bars=(
                Bar(
                    "10.4",
                    "a violent conviction stands on the record",
                    history.any(charge.convicted & charge.offense.in_set(VIOLENT)),
                    cites="(d)",
                ),
                Bar(
                    "10.5",
                    "another charge led to prison",
                    history.others.any(other.sentences.any(sentence.kind.is_("prison"))),
                    cites="(e)",
                ),
            ),
            waits=(Wait("10.6", "one year has passed since judgment", judgment + years(1), cites="(f)"),),
            granted=charge.reliefs.any(relief.remedy.is_("pc-10")),
            grades=(
                Grade.MANDATORY.when(
                    Condition("10.7", "the sentence was served in full", charge.test("served_in_full"), cites="(g)")
                ),
                Grade.DISCRETIONARY,
            ),
            outcomes=(
                Outcome("dismissed", charge.level.is_("misdemeanor")),
                Outcome("reduced", charge.level.is_("felony")),
            ),
            acts="the person, with a petition",
            forms=("F-10",),
            notes=("The court sets a hearing.",),
        ),
        Remedy(
            id="pc-20",
            title="Sealing of any old charge",
            citation="Penal Code § 20",
            relief=ReliefKind.SEALING,
            pathway=Pathway.AUTOMATIC,
            applies_to=charge.convicted,
            branches=(
                Branch(
                    id="20-quiet",
                    title="people without later convictions",
                    cites="(a)",
                    waits=(
                        Wait(
                            "20.1",
                            "seven years without a conviction",
                            history.latest(charge.conviction_date, where=charge.convicted) + years(7),
                            cites="(a)",
                        ),
                    ),
                ),
                Branch(
                    id="20-custody",
                    title="people who were never in custody",
                    cites="(b)",
                    requires=(
                        Condition(
                            "20.2",
                            "the person was never in custody",
                            ~subject.events.any(event.kind.is_("custody"))
                            & ~unsettled(case.restitution_on_case, "whether restitution still counts"),
                            cites="(b)",
                        ),
                        Condition(
                            "20.3",
                            "fewer than two thefts are on record",
                            history.count(charge.offense.in_set(THEFTS)) < 2,
                            cites="(b)",
                        ),
                    ),
                ),
            ),
            grades=(Grade.AUTOMATIC,),
        ),
    )


PACK = StatutePack(
    id="us-xx",
    title="Exampleland",
    jurisdiction="us-xx",
    version="1.0",
    catalog=CATALOG,
    sets=(VIOLENT, THEFTS),
    policy=_Choices,
    facts=(
        Fact(
            name="good_conduct",
            table="charges",
            kind="test",
            means="good conduct has been shown",
            ask="Has the person shown good conduct?",
        ),
        Fact(
            name="served_in_full",
            table="charges",
            kind="test",
            means="the sentence was served in full",
            ask="Was the whole sentence served?",
        ),
    ),
    remedies=_remedies,
)
AS_OF = "2020-07-01"


def _day(text: str | None) -> PartialDate | None:
    return None if text is None else PartialDate.of(text)


def _charge(number: int, citation: str | None = "PC 484", day: str | None = "2010-03-01", **more: Any) -> Charge:
    form: dict[str, Any] = {"attempt": False, "conspiracy": False, "solicitation": False, **more.pop("form", {})}
    return Charge(
        charge_id=f"c{number}",
        offense=Offense(citation=citation, level=more.pop("level", "misdemeanor"), **form),
        disposition=Disposition(
            outcome=more.pop("outcome", "convicted"),
            date=_day(day),
            conviction_date=_day(day),
            judgment_date=_day(more.pop("judged", day)),
        ),
        source=Source(file="county.csv", line=number * 10, notes=more.pop("notes", ())),
        facts=more.pop("facts", {"good_conduct": True, "served_in_full": True}),
        **more,
    )


def _person(*charges: Charge, **more: Any) -> Subject:
    given: dict[str, Any] = {"subject_id": "X-1", "record_scope": "state", **more}
    return Subject(charges=charges, **given)


WHOLE = Coverage(events={"custody": "complete"})


def _screening(*people: Subject, coverage: Coverage = WHOLE, policy: dict[str, Any] | None = None) -> Screening:
    return screen(Records.from_subjects(people, coverage=coverage), statutes=PACK, as_of=AS_OF, policy=policy)


def _one(person: Subject, remedy: str = "pc-10", charge_id: str = "c1", **more: Any) -> Determination:
    (found,) = determinations(_screening(person, **more), person.subject_id, charge_id=charge_id, remedy=remedy)
    return found


def _finding(found: Determination, id: str) -> Finding:
    (finding,) = [one for one in found.findings if one.id == id]
    return finding


def _question(finding: Finding) -> SeenFact:
    (fact,) = [one for one in finding.facts if one.group]
    return fact


# --- objects -------------------------------------------------------------------------------------------------------


def test_determination_carries_the_row_and_its_findings_in_the_order_of_the_law() -> None:
    found = _one(_person(_charge(1)))
    assert (found.status, found.grade, found.outcome) == ("eligible", "mandatory", "dismissed")
    assert [one.id for one in found.findings] == ["applies", "10.1", "10.2", "10.3", "10.4", "10.5", "10.6", "10.7"]
    assert {one.result for one in found.findings} == {"met"}
    assert [one.kind for one in found.findings][3:] == ["condition", "bar", "bar", "wait", "grade"]
    assert (found.charge.charge_id, found.source.line, found.missing) == ("c1", 10, ())
    assert _finding(found, "10.6").first_day == PartialDate.of("2011-03-02")
    assert _finding(found, "10.7").grade == "mandatory"


def test_bar_is_unmet_where_it_bars() -> None:
    found = _one(_person(_charge(1), _charge(2, "PC 187", "2001-01-01")))
    assert found.status == "ineligible"
    assert found.deciding == ("10.4",)
    assert [one.id for one in found.findings if one.decides] == ["10.4"]
    assert _finding(found, "10.4").result == "unmet"


def test_wait_ahead_of_the_day_is_unmet_and_between_is_unknown() -> None:
    ahead = _finding(_one(_person(_charge(1, day="2020-03-01"))), "10.6")
    assert (ahead.result, ahead.first_day) == ("unmet", PartialDate.of("2021-03-02"))
    between = _finding(_one(_person(_charge(1, day="2019"))), "10.6")
    assert (between.result, between.first_day) == ("unknown", PartialDate(date(2020, 1, 2), date(2021, 1, 1)))
    open_ = _finding(_one(_person(_charge(1, day="2010", judged=None))), "10.6")
    assert (open_.result, open_.first_day) == ("met", PartialDate(date(1, 1, 1), date(2012, 1, 1)))


def test_facts_are_read_when_asked_for_and_read_at_once_alike() -> None:
    screening = _screening(_person(_charge(1), _charge(2, "PC 187")))
    now = determinations(screening, "X-1")
    later = determinations(screening, "X-1", facts=False)
    assert now == later
    assert [[one.facts for one in found.findings] for found in now] == [
        [one.facts for one in found.findings] for found in later
    ]
    assert len(determinations(screening)) == len(screening.determinations)


def test_screen_subject_gives_the_same_as_a_screening() -> None:
    person = _person(_charge(1), _charge(2, "PC 187", "2001-01-01"))
    found = screen_subject(person, statutes=PACK, as_of=date(2020, 7, 1), coverage=WHOLE)
    assert found == determinations(_screening(person), facts=False)
    assert [(one.charge_id, one.remedy.id, one.status) for one in found] == [
        ("c1", "pc-10", "ineligible"),
        ("c1", "pc-20", "eligible"),
        ("c2", "pc-20", "eligible"),
    ]
    assert found[0].charge is person.charges[0]
    assert _question(_finding(found[0], "10.4")).rows == (
        "county.csv:20 PC 187, misdemeanor, convicted 2001-01-01: surely",
    )
    assert screen_subject(_person(), statutes=PACK, as_of=AS_OF) == ()


def test_screen_subject_takes_a_policy() -> None:
    person = _person(_charge(1, facts={}))
    (strict, *_) = screen_subject(person, statutes=PACK, as_of=AS_OF)
    (presumes, *_) = screen_subject(person, statutes=PACK, as_of=AS_OF, policy={"presume_conduct": True})
    assert (strict.status, presumes.status) == ("undetermined", "eligible")
    with pytest.raises(RequestError):
        screen_subject(person, statutes=PACK, as_of=AS_OF, policy="none such")


# --- facts seen ----------------------------------------------------------------------------------------------------


def test_facts_show_their_values_and_the_entry_of_the_offense_set() -> None:
    applies = _finding(_one(_person(_charge(1))), "applies")
    assert [(one.name, one.value, one.why) for one in applies.facts] == [
        ("charge.convicted", "yes", ""),
        ("charge.offense in thefts", "yes", "PC 484 is listed as PC 484"),
    ]


@pytest.mark.parametrize(
    ("citation", "form", "value", "why"),
    [
        ("PC 245", {}, "unknown", "PC 245 is known only in part: its subdivision is not stated"),
        ("PC 245(b)", {}, "no", "PC 245(b) is outside by the entry PC 245(b)"),
        ("PC 999", {}, "unknown", "PC 999 is not in the catalog"),
        (None, {}, "unknown", "its citation is unknown: not recorded"),
        ("PC 187", {"attempt": True}, "yes", "PC 187 is listed as PC 187"),
        ("PC 187", {"conspiracy": True}, "no", "it is a conspiracy, and conspiracies stand outside the set"),
        ("PC 187", {"solicitation": None}, "unknown", "whether it is a solicitation is unknown"),
    ],
)
def test_membership_says_which_entry_or_form_decides(
    citation: str | None, form: dict[str, Any], value: str, why: str
) -> None:
    found = _one(_person(_charge(1), _charge(2, citation, form=form)))
    other_one = _question(_finding(found, "10.4"))
    assert other_one.value == value
    alone = screen_subject(_person(_charge(1, citation, form=form)), statutes=PACK_OF_VIOLENT, as_of=AS_OF)
    (fact,) = [one for one in _finding(alone[0], "30.1").facts if "violent" in one.name]
    assert fact.value == value
    assert why in fact.why


@pytest.mark.parametrize(
    ("found", "value", "why"),
    [
        (None, "unknown", "its enhancements are unknown: not recorded"),
        ((), "no", "the record says that there is none"),
        (("PC 484", "PC 187(a)"), "yes", "PC 484 is outside by the entry PC 484; PC 187(a) is listed as PC 187"),
        (("PC 999", "no citation"), "unknown", "PC 999 is not in the catalog; a citation that cannot be read"),
    ],
)
def test_enhancements_say_which_of_them_decides(found: tuple[str, ...] | None, value: str, why: str) -> None:
    person = _person(attrs.evolve(_charge(1, "PC 187"), enhancements=found))
    screening = screen(Records.from_subjects([person]), statutes=PACK_OF_VIOLENT, as_of=AS_OF)
    (answer,) = determinations(screening)
    (fact,) = [one for one in _finding(answer, "30.2").facts if "enhancements" in one.name]
    assert (fact.value, fact.why) == (value, why)
    assert ("charge.enhancements" in answer.missing) is (value == "unknown")
    if value == "unknown":
        assert "what was found or admitted beside the offense" in explain(screening, "X-1").text()


PACK_OF_VIOLENT = StatutePack(
    id="us-yy",
    title="Second Exampleland",
    jurisdiction="us-yy",
    version="1.0",
    catalog=CATALOG,
    sets=(VIOLENT,),
    remedies=lambda _: (
        Remedy(
            id="pc-30",
            title="Relief from violent offenses",
            citation="Penal Code § 30",
            relief=ReliefKind.VACATUR,
            pathway=Pathway.PETITION,
            applies_to=charge.convicted,
            requires=(Condition("30.1", "the offense is a violent one", charge.offense.in_set(VIOLENT), cites="(a)"),),
            bars=(Bar("30.2", "a finding says that it was violent", charge.enhanced(VIOLENT), cites="(b)"),),
            grades=(Grade.DISCRETIONARY,),
        ),
    ),
)


def test_text_that_was_not_understood_is_told_from_a_fact_not_recorded() -> None:
    unread = attrs.evolve(_charge(1, None), possible_citations=("PC 484", "PC 187"))
    unread = attrs.evolve(unread, offense=attrs.evolve(unread.offense, text="THFT OR SOMTHING"))
    found = screen_subject(_person(unread), statutes=PACK_OF_VIOLENT, as_of=AS_OF)
    (fact,) = _finding(found[0], "30.1").facts
    assert fact.why == ("it may be one of these: PC 484 is outside by the entry PC 484; PC 187 is listed as PC 187")
    nothing = attrs.evolve(unread, possible_citations=())
    (fact,) = _finding(screen_subject(_person(nothing), statutes=PACK_OF_VIOLENT, as_of=AS_OF)[0], "30.1").facts
    assert fact.why == "its citation is unknown: the source's words were not understood"
    screening = screen(Records.from_subjects([_person(nothing)]), statutes=PACK_OF_VIOLENT, as_of=AS_OF)
    assert "SOMTHING" not in explain(screening, "X-1").text()


def test_dates_are_shown_as_they_are_known_and_as_they_were_narrowed() -> None:
    wait = _finding(_one(_person(_charge(1, day="2010", judged=None))), "10.6")
    facts = {one.name: (one.value, one.why) for one in wait.facts}
    assert facts["charge.judgment_date"] == (
        "unknown",
        "narrowed to on or before 2010-12-31, being no later than charge.disposition_date",
    )
    assert facts["charge.disposition_date"] == ("between 2010-01-01 and 2010-12-31", "")
    exact = _finding(_one(_person(_charge(1))), "10.6")
    assert [(one.name, one.value, one.bears) for one in exact.facts] == [
        ("charge.judgment_date", "2010-03-01", True),
        ("charge.disposition_date", "2010-03-01", False),
    ]


def test_presumptions_are_named_where_a_finding_rests_on_them() -> None:
    person = _person(_charge(1, judged=None, facts={}))
    found = _one(person, policy={"presume_conduct": True, "presume_judgment": True})
    conduct, wait = _finding(found, "10.3"), _finding(found, "10.6")
    assert (conduct.result, conduct.presumed, conduct.seen.presumptions) == ("met", True, ("policy presume_conduct",))
    assert (wait.result, wait.presumed, wait.seen.presumptions) == ("met", True, ("policy presume_judgment",))
    assert wait.facts[0].why == "presumed 2010-03-01, by policy presume_judgment"
    known = _one(_person(_charge(1)), policy={"presume_conduct": True, "presume_judgment": True})
    assert not any(one.presumed or one.seen.presumptions for one in known.findings)


def test_presumptions_about_rows_are_told_where_a_row_rests_on_them() -> None:
    violent = presumed(other.enhanced(VIOLENT), False, "silence about findings")
    alone = attrs.evolve(
        PACK_OF_VIOLENT.remedies(PACK_OF_VIOLENT.policy())[0],
        requires=(Condition("30.1", "no other charge was violent", history.others.none(violent), cites="(a)"),),
        bars=(),
    )
    pack = attrs.evolve(PACK_OF_VIOLENT, remedies=lambda _: (alone,))
    (silent, _) = screen_subject(_person(_charge(1), _charge(2)), statutes=pack, as_of=AS_OF)
    assert [(one.presumed, one.seen.presumptions) for one in silent.findings[1:]] == [
        (True, ("silence about findings",))
    ]
    (told, _) = screen_subject(_person(_charge(1), _charge(2, enhancements=())), statutes=pack, as_of=AS_OF)
    assert [(one.result, one.presumed) for one in told.findings[1:]] == [("met", False)]
    assert silent.status == told.status == "eligible"


# --- witness rows --------------------------------------------------------------------------------------------------


def test_plain_question_lists_sure_and_possible_rows() -> None:
    found = _one(
        _person(
            _charge(1),
            _charge(2, "PC 187", "2001-01-01", level="felony"),
            _charge(3, "PC 245", None),
            _charge(4, "PC 484", "2002-02-02"),
            _charge(5, "PC 187", "2003-03", outcome=None),
        )
    )
    question = _question(_finding(found, "10.4"))
    assert (question.name, question.value) == ("history.any[(charge.convicted and charge.offense in violent)]", "yes")
    assert question.rows == (
        "county.csv:20 PC 187, felony, convicted 2001-01-01: surely",
        "county.csv:30 PC 245, misdemeanor, convicted on an unknown day: possibly, since other.offense is unknown",
        "county.csv:50 PC 187, misdemeanor, outcome unknown (not recorded): possibly, since other.convicted is unknown",
    )


def test_pair_question_lists_the_rows_that_matter_to_this_charge() -> None:
    person = _person(
        _charge(1),
        _charge(2, "PC 459", "2012-01-01", level="felony"),
        _charge(3, "PC 459", "2013", level=None),
        _charge(4, "PC 459", "2015-01-01", level="felony"),
    )
    question = _question(_finding(_one(person), "10.2"))
    assert question.value == "yes"
    assert question.rows == (
        "county.csv:20 PC 459, felony, convicted 2012-01-01: surely",
        "county.csv:30 PC 459, convicted between 2013-01-01 and 2013-12-31: possibly, since other.level is unknown",
    )
    last = _question(_finding(_one(person, charge_id="c4"), "10.2"))
    assert (last.value, last.rows) == ("no", ())


def test_nested_question_lists_its_own_rows_below() -> None:
    prison = Sentence(
        sentence_id="s1", kind="prison", imposed_date=_day("2001-05-05"), source=Source(file="county.csv", line=21)
    )
    open_ = Sentence(sentence_id="s2", source=Source(file="county.csv", line=31))
    jail = Sentence(sentence_id="s3", kind="jail")
    person = _person(
        _charge(1, sentences=(jail,)), _charge(2, sentences=(prison,)), _charge(3, sentences=(open_,)), _charge(4)
    )
    finding = _finding(_one(person), "10.5")
    assert finding.result == "unmet"
    assert _question(finding).rows == (
        "county.csv:20 PC 484, misdemeanor, convicted 2010-03-01: surely",
        "  county.csv:21 prison sentence, imposed 2001-05-05: surely",
        "county.csv:30 PC 484, misdemeanor, convicted 2010-03-01: possibly, since sentence.kind is unknown",
        "  county.csv:31 unknown sentence, imposed unknown: possibly, since sentence.kind is unknown",
    )


def test_questions_over_sentences_reliefs_and_events_list_rows() -> None:
    revoked = Sentence(sentence_id="s1", kind="probation", revoked=True, imposed_date=_day("2010-03-01"))
    given = Relief(
        remedy="pc-10", kind="dismissed", relief_date=_day("2015-05-05"), source=Source(file="county.csv", line=11)
    )
    quoted = Relief(remedy="DISMISSED FOR JOHN DOE", kind="dismissed")
    person = _person(
        _charge(1, sentences=(revoked,), reliefs=(given, quoted)),
        events=(Event(kind="custody", event_date=_day("2011"), source=Source(file="county.csv", line=90)),),
    )
    found = _one(person)
    assert found.status == "granted"
    assert _question(_finding(found, "10.1")).rows == ("id s1 probation sentence, imposed 2010-03-01: surely",)
    assert _question(_finding(found, "granted")).rows == (
        "county.csv:11 dismissed relief, remedy pc-10, granted 2015-05-05: surely",
    )
    custody = _question(_finding(_one(person, "pc-20"), "20.2"))
    assert custody.rows == ("county.csv:90 custody, between 2011-01-01 and 2011-12-31: surely",)
    assert "DOE" not in explain(_screening(person), "X-1").text()


def test_counts_and_latest_days_list_their_rows() -> None:
    person = _person(_charge(1), _charge(2, "PC 999", "2016"), _charge(3, "PC 187", "2001-01-01"))
    found = _one(person, "pc-20")
    count, newest = _question(_finding(found, "20.3")), _question(_finding(found, "20.1"))
    assert count.value == "between 1 and 2"
    assert count.rows == (
        "county.csv:10 PC 484, misdemeanor, convicted 2010-03-01: surely",
        "county.csv:20 PC 999, misdemeanor, convicted between 2016-01-01 and 2016-12-31: possibly, "
        "since other.offense is unknown",
    )
    assert newest.value == "between 2016-01-01 and 2016-12-31"
    assert newest.rows[0].endswith("convicted 2010-03-01; the day is 2010-03-01: surely")


# --- what is missing -----------------------------------------------------------------------------------------------


def test_missing_names_only_what_leaves_the_answer_open() -> None:
    found = _one(_person(_charge(1, level=None, facts={}), _charge(2, "PC 245", "2001-01-01")))
    assert found.status == "undetermined"
    assert found.missing == ("charge.good_conduct", "other.offense")
    assert found.unsettled == ()


@pytest.mark.parametrize(
    ("level", "missing"),
    [
        ("felony", ("charge.offense_date",)),
        ("misdemeanor", ("charge.arrest_date",)),
        (None, ("charge.level", "charge.offense_date", "charge.arrest_date")),
    ],
)
def test_of_a_day_that_is_one_of_two_only_the_one_that_counts_is_missing(
    level: str | None, missing: tuple[str, ...]
) -> None:
    one_of_two = either(charge.level.is_("felony"), charge.offense_date, charge.arrest_date)
    (remedy,) = PACK_OF_VIOLENT.all_versions(Policy())
    condition = Condition("30.3", "it is long ago", one_of_two < day(2000, 1, 1), cites="(c)")
    pack = attrs.evolve(PACK_OF_VIOLENT, remedies=lambda _: (attrs.evolve(remedy, requires=(condition,), bars=()),))
    (answer,) = screen_subject(_person(_charge(1, level=level)), statutes=pack, as_of=AS_OF)
    assert answer.missing == missing


def test_history_is_missing_where_the_record_need_not_be_whole() -> None:
    found = _one(_person(_charge(1), record_scope="case"))
    assert found.status == "undetermined"
    assert found.missing == ("history",)
    question = _question(_finding(found, "10.4"))
    assert (question.value, question.why) == (
        "unknown",
        "the record need not hold every charge: it is a record of single cases only",
    )
    county = _one(_person(_charge(1), record_scope="county"))
    assert (county.status, county.missing) == ("eligible", ())
    assert "policy history: as_recorded" in _question(_finding(county, "10.4")).why
    strict = _one(_person(_charge(1), record_scope="county"), policy={"history": "complete_only"})
    assert strict.missing == ("history",)
    assert _question(_finding(strict, "10.4")).why.endswith("the record of a county (policy history: complete_only)")


def test_tables_that_are_not_complete_are_named() -> None:
    partial = attrs.evolve(WHOLE, sentences="partial", reliefs="partial")
    found = _one(_person(_charge(1)), coverage=partial)
    assert found.missing == ("reliefs", "sentences")
    assert _question(_finding(found, "10.1")).why == "the source need not hold every row of sentences"
    blind = _one(_person(_charge(1, day="2019-01-01")), "pc-20", coverage=Coverage())
    assert "events" in _finding(blind, "20.2").seen.missing


def test_points_of_law_left_open_are_told_apart_from_missing_facts() -> None:
    open_fact = _person(_charge(1, case_id="k1"), _charge(2, "PC 187", "2018"), cases=(Case(case_id="k1"),))
    finding = _finding(_one(open_fact, "pc-20"), "20.2")
    assert (finding.result, finding.seen.missing) == ("unknown", ("case.restitution_on_case",))
    assert finding.seen.unsettled == ()
    open_law = attrs.evolve(open_fact, cases=(Case(case_id="k1", restitution_on_case=True),))
    finding = _finding(_one(open_law, "pc-20"), "20.2")
    assert (finding.result, finding.seen.missing) == ("unknown", ())
    assert finding.seen.unsettled == ("whether restitution still counts",)
    assert "The law leaves open: whether restitution still counts." in explain(_screening(open_law), "X-1").text()


def test_outcome_that_is_open_says_what_would_tell() -> None:
    found = _one(_person(_charge(1, level=None)))
    assert (found.status, found.outcome, found.outcome_missing) == (
        "eligible",
        "dismissed or reduced",
        ("charge.level",),
    )
    assert (
        "To tell which outcome: charge.level (level as disposed)"
        in explain(_screening(_person(_charge(1, level=None))), "X-1", remedy="pc-10").text()
    )


def test_readings_that_differ_leave_the_fact_missing() -> None:
    one = Records.from_subjects([_person(_charge(1, facts={"good_conduct": True}))], coverage=WHOLE)
    two = Records.from_subjects([_person(_charge(1, facts={"good_conduct": False}))], coverage=WHOLE)
    screening = screen(readings([one, two]), statutes=PACK, as_of=AS_OF)
    (found,) = determinations(screening, "X-1", remedy="pc-10")
    finding = _finding(found, "10.3")
    assert (found.status, finding.result, found.missing) == ("undetermined", "unknown", ("charge.good_conduct",))
    assert finding.facts[0].value == "yes or no"
    assert "The record stands in 2 readings" in explain(screening, "X-1").text()


_DAYS = st.sampled_from([None, "2001-01-01", "2010", "2012-06", "2019-12-31"])
_CHARGES = st.builds(
    lambda citation, day, level, outcome, judged, kinds, facts: (citation, day, level, outcome, judged, kinds, facts),
    st.sampled_from([None, "PC 484", "PC 459", "PC 187", "PC 245", "PC 999"]),
    _DAYS,
    st.sampled_from([None, "felony", "misdemeanor"]),
    st.sampled_from([None, "convicted", "dismissed"]),
    _DAYS,
    st.lists(st.sampled_from([None, "prison", "jail"]), max_size=2),
    st.sampled_from([{}, {"good_conduct": True}, {"good_conduct": False}]),
)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(_CHARGES, min_size=1, max_size=4),
    st.sampled_from([None, "case", "county", "state"]),
    st.sampled_from(["as_recorded", "complete_only"]),
    st.booleans(),
)
def test_whatever_is_unknown_says_what_is_missing_and_nothing_else_does(
    rows: list[tuple[Any, ...]], scope: str | None, policy: str, whole: bool
) -> None:
    charges = [
        _charge(
            number,
            citation,
            day,
            level=level,
            outcome=outcome,
            judged=judged,
            facts=facts,
            sentences=tuple(Sentence(sentence_id=f"s{number}-{at}", kind=kind) for at, kind in enumerate(kinds)),
        )
        for number, (citation, day, level, outcome, judged, kinds, facts) in enumerate(rows, start=1)
    ]
    person = _person(*charges, record_scope=scope)
    coverage = WHOLE if whole else Coverage(sentences="partial")
    for found in determinations(_screening(person, coverage=coverage, policy={"history": policy})):
        for finding in found.findings:
            gaps = bool(finding.seen.missing or finding.seen.unsettled)
            assert gaps if finding.result == "unknown" else finding.kind == "wait" or not gaps
        assert bool(found.missing or found.unsettled) == (found.status == "undetermined")


# --- periods that run, conditions with a set end ----------------------------------------------------------------------


def _supervised(policy: Policy) -> tuple[Remedy, ...]:
    set_end = charge.sentences.latest(sentence.end_date)
    return (
        Remedy(
            id="pc-30",
            title="Dismissal once supervision is over",
            citation="Penal Code § 30",
            relief=ReliefKind.DISMISSAL,
            pathway=Pathway.PETITION,
            applies_to=charge.convicted,
            requires=(
                Condition(
                    "30.1",
                    "no sentence is being served",
                    ~subject.serving_sentence,
                    cites="(a)",
                    curable=True,
                    until=set_end,
                ),
            ),
            bars=(
                Bar(
                    "30.2",
                    "the case is still open",
                    case.status.is_("open"),
                    cites="(b)",
                    curable=True,
                    until=case.closed_date,
                ),
            ),
            waits=(
                Wait(
                    "30.3",
                    "the sentence is complete",
                    charge.sentences.latest(sentence.completed_date),
                    cites="(c)",
                    running=subject.supervision.is_("probation")
                    & presumed(charge.sentences.any(sentence.kind.is_("probation")), True, "the usual sentence"),
                    scheduled=set_end,
                ),
            ),
            grades=(Grade.MANDATORY,),
        ),
    )


SUPERVISED = attrs.evolve(PACK, id="us-yy", remedies=_supervised)


def _supervised_person(
    *,
    ends: str | None = None,
    completed: str | None = None,
    kind: str | None = "probation",
    serving: bool | None = False,
    supervision: str | None = "probation",
    case: Case | None = None,
) -> Subject:
    term = Sentence(sentence_id="s1", kind=kind, end_date=ends, completed_date=completed)
    return _person(
        _charge(1, sentences=(term,), case_id=None if case is None else case.case_id),
        serving_sentence=serving,
        supervision=supervision,
        cases=() if case is None else (case,),
    )


def _supervised_answer(person: Subject) -> tuple[Determination, str]:
    screening = screen(Records.from_subjects([person]), statutes=SUPERVISED, as_of=AS_OF)
    (found,) = determinations(screening)
    return found, explain(screening, "X-1").text()


CLOSED = Case(case_id="k1", status="closed")


def test_a_period_that_runs_shows_what_it_runs_by_and_when_it_is_set_to_end() -> None:
    found, text = _supervised_answer(_supervised_person(ends="2021-03-01", case=CLOSED))
    assert (found.status, found.eligible_on, found.day_missing) == ("eligible_later", date(2021, 3, 2), ())
    wait = _finding(found, "30.3")
    assert (wait.result, wait.first_day, wait.presumed) == ("unmet", PartialDate.of("2021-03-02"), False)
    assert [(fact.role, fact.value) for fact in wait.facts] == [
        ("", "any day or none"),
        ("running", "probation"),
        ("running", "yes"),
        ("scheduled", "2021-03-01"),
    ]
    assert "✗ Not yet: the sentence is complete. [(c)] First day: 2021-03-02. This decides." in text
    assert "Whether it still runs, by subject.supervision: probation" in text
    assert "The day it is set to end, by sentences of the charge where always: 2021-03-01" in text


def test_a_period_that_runs_without_a_day_says_what_would_tell_it() -> None:
    found, text = _supervised_answer(_supervised_person(ends="2019", case=CLOSED))
    assert (found.status, found.eligible_on_earliest, found.eligible_on) == ("eligible_later", date(2020, 7, 2), None)
    assert found.day_missing == ("sentence.completed_date", "sentence.end_date")
    assert "eligible later, not before 2020-07-02; the day cannot be told" in text
    assert "First day: on or after 2020-07-02." in text
    assert "To tell the day: sentence.completed_date (" in text


def test_a_period_of_which_nothing_is_known_lacks_its_end_and_whether_it_runs() -> None:
    found, _ = _supervised_answer(_supervised_person(supervision=None, kind=None, case=CLOSED))
    wait = _finding(found, "30.3")
    assert (found.status, wait.result) == ("undetermined", "unknown")
    assert found.missing == ("sentence.completed_date", "subject.supervision")
    assert (wait.presumed, wait.seen.presumptions) == (False, ())
    found, text = _supervised_answer(_supervised_person(kind=None, case=CLOSED))
    wait = _finding(found, "30.3")
    assert (wait.result, wait.presumed, wait.seen.presumptions) == ("unmet", True, ("the usual sentence",))
    assert "Presumed, by the usual sentence." in text


def test_a_period_that_is_over_does_not_ask_whether_it_runs() -> None:
    found, text = _supervised_answer(_supervised_person(completed="2015-03-01", ends="2021-03-01", case=CLOSED))
    assert (found.status, {fact.role for fact in _finding(found, "30.3").facts}) == ("eligible", {""})
    assert "still runs" not in text


def test_a_condition_shows_until_when_it_is_set_to_stay_unmet() -> None:
    person = _supervised_person(
        serving=True,
        completed="2015-03-01",
        ends="2022-01-01",
        case=Case(case_id="k1", status="open", closed_date="2021"),
    )
    found, text = _supervised_answer(person)
    assert (found.status, found.eligible_on_earliest, found.eligible_on) == (
        "eligible_later",
        date(2022, 1, 2),
        date(2022, 1, 2),
    )
    served, bar = _finding(found, "30.1"), _finding(found, "30.2")
    assert (served.first_day, bar.first_day) == (
        PartialDate.of("2022-01-02"),
        PartialDate(date(2021, 1, 2), date(2022, 1, 1)),
    )
    assert [fact.role for fact in served.facts] == ["", "until"]
    assert "✗ Not met: no sentence is being served. [(a)] It is set to be met from: 2022-01-02. This decides." in text
    assert "The day until which it is set to stay so, by sentences of the charge where always: 2022-01-01" in text
    assert (
        "✗ Barred: the case is still open. [(b)] It is set to fall away from: between 2021-01-02 and 2022-01-01."
        in text
    )
    assert "The day until which it is set to stay so, by case.closed_date: between 2021-01-01 and 2021-12-31" in text


def test_a_condition_whose_set_end_is_past_or_unknown_has_no_day() -> None:
    for ends in ("2019-01-01", None):
        found, text = _supervised_answer(
            _supervised_person(serving=True, completed="2015-03-01", ends=ends, case=CLOSED)
        )
        assert (found.status, found.eligible_on, _finding(found, "30.1").first_day) == ("eligible_later", None, None)
        assert "is set to be met from" not in text


def test_the_law_as_implemented_prints_what_dates_a_condition_or_a_wait() -> None:
    text = law_text(SUPERVISED, SUPERVISED.policy())
    assert "set to stay unmet until charge.sentences.latest[sentence.end_date where always]" in text
    assert "set to stand until case.closed_date" in text
    assert "where that is not known, it runs while (subject.supervision is probation and" in text
    assert "and is set to end on charge.sentences.latest[sentence.end_date where always]" in text


# --- the words -----------------------------------------------------------------------------------------------------


def test_text_of_an_eligible_charge() -> None:
    person = _person(_charge(1, notes=("derived: the convicted offense is the charged one",)))
    assert explain(_screening(person), "X-1", remedy="pc-10").text() == "\n".join(
        [
            "Subject X-1",
            "  A screening aid, not legal advice. The law in it was not reviewed by counsel.",
            "  As of 2020-07-01, by the law of Exampleland (pack us-xx, version 1.0).",
            "  Read from the record of a state.",
            "  Charge c1: PC 484, misdemeanor, convicted 2010-03-01 (county.csv:10)",
            "    Note: derived: the convicted offense is the charged one",
            "    Dismissal of a theft on petition (pc-10), Penal Code § 10: eligible; "
            "mandatory: the court shall grant it; outcome: dismissed",
            "      ✓ The charge is of the kind that this remedy is about. [Penal Code § 10]",
            "        charge.convicted: yes",
            "        charge.offense in thefts: yes, PC 484 is listed as PC 484",
            "      ✓ No probation was revoked. [(a)]",
            "        Sentences of the charge where sentence.revoked: no, the record shows none",
            "      ✓ No other felony was committed within four years. [(b)]",
            "        Other charges on the record where other.convicted and other.level is felony and "
            "other.conviction_date > charge.conviction_date and "
            "other.conviction_date < (charge.conviction_date + 4 years): no, the record shows none; "
            "it is the record of a state",
            "      ✓ The person has shown good conduct. [(c)]",
            "        charge.good_conduct: yes",
            "      ✓ No bar: a violent conviction stands on the record. [(d)]",
            "        Charges on the record where charge.convicted and charge.offense in violent: no, "
            "the record shows none; it is the record of a state",
            "      ✓ No bar: another charge led to prison. [(e)]",
            "        Other charges on the record where other.sentences.any[sentence.kind is prison]: no, "
            "the record shows none; it is the record of a state",
            "      ✓ One year has passed since judgment. [(f)] First day: 2011-03-02.",
            "        charge.judgment_date: 2010-03-01",
            "      ✓ This makes it mandatory: the sentence was served in full. [(g)]",
            "        charge.served_in_full: yes",
            "      Who acts: the person, with a petition",
            "      Forms: F-10",
            "      Note: The court sets a hearing.",
        ]
    )


def test_text_says_who_reviewed_the_law() -> None:
    signed = (
        attrs.evolve(one, reviewed_by="A. Lawyer", reviewed_on=date(2020, 6, 1)) if one.id == "pc-10" else one
        for one in _remedies(_Choices())
    )
    made = attrs.evolve(PACK, remedies=lambda _, signed=tuple(signed): signed)
    screening = screen(Records.from_subjects([_person(_charge(1))]), statutes=made, as_of=AS_OF)
    text = explain(screening, "X-1").text()
    assert (
        "A screening aid, not legal advice. Of the law in it, counsel reviewed pc-10 (reviewed by A. Lawyer on "
        "2020-06-01); not reviewed: pc-20."
    ) in text
    assert text.count("The law of this remedy was reviewed by A. Lawyer on 2020-06-01.") == 1
    (_, head, *_) = law_text(made, made.policy()).splitlines()
    assert head in text
    assert "Penal Code § 10; in force always; reviewed by A. Lawyer on 2020-06-01" in law_text(made, made.policy())
    assert "Penal Code § 20; in force always; not reviewed by counsel" in law_text(made, made.policy())


def test_text_of_open_answers_says_what_would_settle_them() -> None:
    person = _person(_charge(1, facts={}), _charge(2, "PC 245", "2001-01-01"), record_scope="case")
    text = explain(_screening(person), "X-1", remedy="pc-10").text()
    assert "undetermined, because a fact is missing" in text
    assert "? Not known: the person has shown good conduct. [(c)] This decides." in text
    assert "? Perhaps barred: a violent conviction stands on the record. [(d)] This decides." in text
    assert "? This may make it mandatory: the sentence was served in full. [(g)]" in text
    assert (
        "To settle it: a record that surely holds the whole history; Has the person shown good conduct?; "
        "other.offense (which offense it is, to the subdivision, of another charge)"
    ) in text


def test_text_names_policy_presumptions_waits_and_branches() -> None:
    person = _person(_charge(1, day="2020-01-15", facts={}))
    text = explain(_screening(person, policy={"presume_conduct": True}), "X-1").text()
    assert "The policy departs from the usual one of the pack: presume_conduct = True." in text
    assert "eligible later, from 2021-01-16; discretionary: the court, or the prosecutor, may grant it" in text
    assert "✓ The person has shown good conduct. [(c)] Presumed, by policy presume_conduct." in text
    assert "✗ Not yet: one year has passed since judgment. [(f)] First day: 2021-01-16. This decides." in text
    assert "One way to it: people without later convictions [(a)]" in text
    assert "? This may make it mandatory" in text


def test_text_names_rows_that_could_not_be_read() -> None:
    records = Records.from_subjects([_person(_charge(1))], coverage=WHOLE)
    bad = pl.DataFrame(
        {
            "source_file": ["county.csv", "county.csv"],
            "source_line": [77, 78],
            "code": ["COLUMN_COUNT", "COLUMN_COUNT"],
            "reason": ["the row has 3 columns", "the row has 4 columns"],
            "subject_id": ["X-1", None],
        },
        schema_overrides={"source_file": pl.Categorical(), "source_line": pl.UInt32()},
    )
    tables = {name: records.table(name) for name in ("subjects", "charges", "sentences")}
    records = Records.of({**tables, "quarantine": bad}, coverage=WHOLE)
    screening = screen(records, statutes=PACK, as_of=AS_OF)
    text = explain(screening, "X-1", charge_id="c1", remedy="pc-10").text()
    assert "A row of this person could not be read: county.csv:77 (COLUMN_COUNT: the row has 3 columns)." in text
    assert "Rows that could not be read and may be about anyone, this person included: 1." in text
    assert "county.csv:77 a row that could not be read: possibly" in text


def test_tree_shows_the_same_lines_with_their_brackets() -> None:
    explanation = explain(_screening(_person(_charge(1))), "X-1", remedy="pc-10")
    console = Console(width=400, record=True, file=io.StringIO())
    console.print(explanation.tree())
    shown = [line.lstrip("│├└─ ") for line in console.export_text().splitlines()]
    assert shown == [line.strip() for line in explanation.text().splitlines()]
    assert str(explanation) == explanation.text()


def test_issues_of_a_charge_are_shown() -> None:
    screening = _screening(_person(_charge(1)))
    issue = pl.DataFrame(
        {
            "table": ["charges"],
            "row_key": ["c1"],
            "field": ["citation"],
            "code": ["OFFENSE_IN_COMMENT"],
            "severity": ["info"],
            "source_file": ["county.csv"],
            "source_line": [10],
        },
        schema_overrides=screening.records.issues.schema,
    )
    screening = attrs.evolve(screening, records=attrs.evolve(screening.records, issues=issue))
    assert "Issue: OFFENSE_IN_COMMENT (citation), county.csv:10" in explain(screening, "X-1").text()


@pytest.mark.parametrize(
    ("earliest", "latest", "words"),
    [
        (None, None, "unknown"),
        (date(2011, 8, 23), date(2011, 8, 23), "2011-08-23"),
        (date(2011, 1, 1), date(2011, 12, 31), "between 2011-01-01 and 2011-12-31"),
        (None, date(2011, 1, 1), "on or before 2011-01-01"),
        (date(2011, 1, 1), None, "on or after 2011-01-01"),
        (date(2011, 1, 1), date(9999, 12, 31), "on or after 2011-01-01"),
        (date(1, 1, 2), date(2011, 1, 1), "on or before 2011-01-01"),
        (date(1, 1, 1), date(1, 1, 1), "no such day"),
        (date(9999, 12, 31), date(9999, 12, 31), "never"),
        (date(1, 1, 1), date(9999, 12, 31), "any day or none"),
    ],
)
def test_days_in_words(earliest: date | None, latest: date | None, words: str) -> None:
    assert span_words(earliest, latest) == words


def test_partial_dates_and_numbers_in_words() -> None:
    assert day_words(None) == "unknown"
    assert day_words(PartialDate.of("2011-08")) == "between 2011-08-01 and 2011-08-31"
    assert [number_words(*pair) for pair in ((None, None), (2, 2), (1, 3), (1, None), (None, 28.5))] == [
        "unknown",
        "2",
        "between 1 and 3",
        "at least 1",
        "at most 28.5",
    ]


# --- requests that are wrong ---------------------------------------------------------------------------------------


def test_wrong_requests_are_refused_without_naming_anyone() -> None:
    screening = _screening(_person(_charge(1), _charge(2, "PC 187", outcome="dismissed")))
    with pytest.raises(RequestError) as caught:
        explain(screening, "X-2")
    assert "X-1" not in str(caught.value)
    with pytest.raises(RequestError) as caught:
        explain(screening, "X-1", charge_id="c9")
    assert "c1" not in str(caught.value)
    with pytest.raises(RequestError, match="Did you mean 'pc-10'"):
        explain(screening, "X-1", remedy="pc-1O")
    with pytest.raises(RequestError, match="nothing to explain"):
        explain(screening, "X-1", charge_id="c2")
    assert determinations(screening, "X-1", charge_id="c2") == ()


# --- California ----------------------------------------------------------------------------------------------------


def _count(number: int, citation: str, day: str, level: str = "felony", **more: Any) -> Charge:
    return _charge(
        number,
        citation,
        day,
        level=level,
        jurisdiction="us-ca",
        offense_date=_day(day),
        facts=more.pop("facts", {}),
        **more,
    )


def _california() -> StatutePack:
    pack: StatutePack = pytest.importorskip("recordrelief_us_ca.pack").PACK
    return pack


def test_california_sale_with_an_earlier_murder() -> None:
    person = _person(_count(1, "HS 11359", "2011-08-23"), _count(2, "PC 187(a)", "2005-02-02"), birth_date="1970-05-01")
    records = Records.from_subjects([person])
    screening = screen(records, statutes=_california(), as_of=AS_OF, policy={"superstrike_timing": "any_time"})
    found = {one.remedy.id: one for one in determinations(screening, "X-1")}
    assert found["hs-11361.8"].status == "ineligible"
    barred = _finding(found["hs-11361.8"], "64.4")
    rows = [row for fact in barred.facts if fact.bears for row in fact.rows]
    assert rows == ["county.csv:20 PC 187(a), felony, convicted 2005-02-02: surely"]
    text = explain(screening, "X-1", remedy="hs-11361.8").text()
    assert "✗ Not met: no superstrike and no registrable conviction keeps it a felony." in text
    assert "Note: The new felony form says 'may be punished'" in text


def test_california_presumption_of_the_statute_is_named() -> None:
    person = _person(
        _count(1, "HS 11359", "2011-08-23"), birth_date="1970-05-01", must_register=False, record_scope="state"
    )
    found = {one.remedy.id: one for one in screen_subject(person, statutes=_california(), as_of=AS_OF)}
    petition, automatic = found["hs-11361.8"], found["hs-11361.9"]
    assert (petition.status, petition.grade, petition.outcome) == ("eligible", "presumed", "misdemeanor")
    assert _finding(petition, "64.6").seen.presumptions == ("HS 11361.8(b): the burden lies on the opponent",)
    assert (automatic.status, automatic.missing) == (
        "undetermined",
        ("charge.ab1793_listed", "charge.prosecutor_challenge"),
    )
    screening = screen(Records.from_subjects([person]), statutes=_california(), as_of=AS_OF)
    text = explain(screening, "X-1", charge_id="c1").text()
    assert "To settle it: Is the count on the list that the Department of Justice sent in 2019?" in text
    assert "Presumed, by HS 11361.8(b): the burden lies on the opponent." in text
    assert "Forms: CR-400" in text


def test_california_possession_does_not_turn_on_the_history() -> None:
    person = _person(
        _count(1, "HS 11357(b)", "2011-08-23", "misdemeanor"), _count(2, "PC 187(a)", "2005-02-02"), birth_date="1970"
    )
    answers = screen_subject(person, statutes=_california(), as_of=AS_OF)
    (found,) = [one for one in answers if (one.charge_id, one.remedy.id) == ("c1", "hs-11361.8")]
    assert (found.status, found.outcome) == ("eligible", "dismissed and sealed")
    finding = _finding(found, "64.4")
    assert all(".offense in hs-1135" in one.name or "11360" in one.name for one in finding.facts if one.bears)
    assert any(one.group for one in finding.facts)


def test_a_rule_of_many_levels_is_explained() -> None:
    """Each part is worked out once: written out in every part it stands in, this rule would take years."""
    until = charge.conviction_date
    for _ in range(6):
        until = either(charge.level.is_("felony"), until + years(1), either(charge.attempt, until, until + years(2)))
    made = StatutePack(
        id="levels",
        title="A law of many levels",
        jurisdiction="xx",
        version="1",
        catalog=CATALOG,
        sets=(),
        remedies=lambda _: (
            Remedy(
                id="xx-1",
                title="A remedy that is made up",
                citation="Made-up Code § 1",
                relief=ReliefKind.DISMISSAL,
                pathway=Pathway.PETITION,
                applies_to=charge.convicted,
                waits=(Wait("1.1", "the years are over", until, cites="(a)"),),
                grades=(Grade.MANDATORY,),
            ),
        ),
    )
    one = Charge(
        charge_id="c1",
        offense=Offense(level="felony"),
        disposition=Disposition(outcome="convicted", conviction_date="2010-05-01"),
    )
    (found,) = screen_subject(Subject(subject_id="s", charges=[one]), statutes=made, as_of="2020-06-01")
    (wait,) = [finding for finding in found.findings if finding.id == "1.1"]
    assert str(wait.first_day) == "2016-05-02"
    assert {fact.name: fact.value for fact in wait.facts}["charge.level"] == "felony"
