"""What must always hold: no answer hangs on the order of rows or on partitions, and no unknown makes an answer."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from itertools import product
from typing import Any

import attrs
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from proof import packs, statute, strategies
from proof.judging import Answer, Key, answered, contradicted

from recordrelief.citations import Citation
from recordrelief.model import Charge, Coverage, Disposition, Offense, PartialDate, Relief, Sentence, Subject
from recordrelief.records import Records, readings
from recordrelief.screening import Screening, screen
from recordrelief.statutes import Grade, Policy, StatutePack
from recordrelief.tables import FACT_TABLES
from recordrelief.testing.forgetting import forgotten, renamed
from recordrelief_us_ca.pack import PACK as CALIFORNIA
from recordrelief_us_ca.policy import CaliforniaPolicy, Prosecutor

AS_OF = st.sampled_from([date(2016, 11, 9), date(2018, 1, 1), date(2019, 4, 1), date(2020, 7, 1), date(2024, 2, 29)])
EVERY = settings(suppress_health_check=list(HealthCheck))

# --- people with cannabis counts in California ------------------------------------------------------------------------

_COUNTS = (
    "HS 11357",
    "HS 11357(a)",
    "HS 11357(b)",
    "HS 11357(d)",
    "HS 11358",
    "HS 11359",
    "HS 11359(b)",
    "HS 11360(a)",
)
_OTHERS = ("PC 187(a)", "PC 288(a)", "PC 459", "PC 211", "VC 23152(a)", "PC 999", "HS 11360(a)(2)")
_YEARS = ("2009-05-01", "2012-02-29", "2014-07", "2015", "2016-11-08", "2016-11-09", "2018-03-03")


def _in_order(days: Sequence[PartialDate | None]) -> list[PartialDate | None]:
    """The known days in the order of time, the unknown ones where they were."""
    known = iter(sorted((day for day in days if day is not None), key=lambda day: (day.earliest, day.latest)))
    return [None if day is None else next(known) for day in days]


@lru_cache(maxsize=64)
def _levels(citation: str | None) -> list[str | None]:
    """The levels that the catalog has for an offense: any other would contradict it."""
    rows = CALIFORNIA.catalog.near(Citation.parse(citation)) if citation is not None else ()
    rows = tuple(row for row in rows if str(row.offense) == citation) or rows
    known = {level for row in rows for level in row.levels}
    known |= {"felony", "misdemeanor"} if "wobbler" in known else set()
    return [None, *(level for level in ("felony", "felony", "misdemeanor", "infraction") if not rows or level in known)]


@st.composite
def _california_charges(draw: st.DrawFn) -> Charge:
    some = st.none() | st.sampled_from(_YEARS).map(PartialDate.of)
    offense, arrest, conviction, judgment = _in_order([draw(some) for _ in range(4)])
    flag = st.sampled_from((None, False, False, True))
    citation = draw(st.sampled_from((*_COUNTS, *_COUNTS, *_OTHERS, None)))
    facts = {
        name: value
        for name in (
            "gift_or_transport_only",
            "cannabis_to_minor",
            "employed_person_under_21",
            "imported_or_exported_over_limit",
            "environmental_violation",
            "ab1793_listed",
            "prosecutor_challenge",
        )
        if (value := draw(flag)) is not None
    }
    return Charge(
        charge_id="",
        cycle_id=draw(st.sampled_from(("a", "b", None))),
        jurisdiction=draw(st.sampled_from(("us-ca", "us-ca", "us-ca", "us", None))),
        stage=draw(st.sampled_from(("court", "court", "arrest", None))),
        offense_date=offense,
        arrest_date=arrest,
        charged=Offense(citation=citation),
        offense=Offense(
            citation=citation,
            level=draw(st.sampled_from(_levels(citation))),
            attempt=draw(st.sampled_from((False, False, False, True, None))),
            conspiracy=draw(st.sampled_from((False, False, False, True, None))),
            solicitation=draw(st.sampled_from((False, False, None))),
        ),
        possible_citations=draw(st.sampled_from(((), ("HS 11359",), ("PC 459",)))) if citation is None else (),
        disposition=Disposition(
            outcome=draw(st.sampled_from(("convicted", "convicted", "convicted", "dismissed", None))),
            date=judgment,
            conviction_date=conviction,
            judgment_date=judgment,
        ),
        quantity_grams=draw(st.sampled_from((None, 8.0, 28.5, 100.0))),
        plant_count=draw(st.sampled_from((None, 6, 7))),
        sentences=draw(st.lists(strategies.few_terms, max_size=1)),
        reliefs=draw(
            st.lists(
                st.builds(Relief, remedy=st.sampled_from((None, "hs-11361.8", "pc-1203.4"))),
                max_size=1,
            )
        ),
        facts=facts,
    )


@st.composite
def californians(draw: st.DrawFn) -> Subject:
    subject = Subject(
        subject_id="S",
        birth_date=draw(st.sampled_from((None, "1950-01-01", "1994-02-28", "1997-07-01", "1998", "2000-01-01"))),
        deceased=draw(st.sampled_from((None, False, True))),
        must_register=draw(st.sampled_from((None, False, False, True))),
        record_scope=draw(st.sampled_from((None, "case", "county", "state", "state"))),
        charges=draw(st.lists(_california_charges(), min_size=1, max_size=4)),
    )
    return strategies.with_ids(subject, "S")


OFFICE = Prosecutor(
    dismiss=("11357",),
    reduce=("11359", "11360"),
    dismiss_below_felony=True,
    under_21_at_conviction=True,
    age_at_least=50,
    years_since_conviction=10,
    years_without_conviction=5,
    deceased=True,
    only_cannabis_convictions=True,
)
UNPRESUMED: dict[str, Any] = {
    field.name: False if isinstance(field.default, bool) else None
    for field in attrs.fields(CaliforniaPolicy)
    if field.name.startswith("presume_")
}
POLICIES = [
    CaliforniaPolicy(
        **UNPRESUMED,
        conviction_date_substitute="none",
        superstrike_timing=timing,  # type: ignore[arg-type]
        two_priors=priors,  # type: ignore[arg-type]
        boundary=boundary,  # type: ignore[arg-type]
        history=history,  # type: ignore[arg-type]
        prosecutor=office,
    )
    for (timing, priors), boundary, history, office in product(
        product((None, "before_offense", "any_time"), (None, "same_section", "literal_subdivision")),
        ("strict", "inclusive"),
        ("as_recorded", "complete_only"),
        (None, OFFICE),
    )
]


# --- the order of rows, and partitions --------------------------------------------------------------------------------


def shuffled(records: Records, seed: int) -> Records:
    draw = random.Random(seed)
    tables = {
        name: (frame := records.table(name))[draw.sample(range(frame.height), frame.height)] for name in FACT_TABLES
    }
    return attrs.evolve(records, **tables)


def halves(records: Records, seed: int) -> list[Records]:
    draw = random.Random(seed)
    ids = records.subjects["subject_id"].unique(maintain_order=True).to_list()
    first = {one for one in ids if draw.random() < 0.5}
    return [records.of_subjects(one for one in ids if (one in first) is side) for side in (True, False)]


def plain(frame: pl.DataFrame) -> pl.DataFrame:
    """Categories as text: their numbers depend on what was seen first."""
    return frame.with_columns(pl.col(pl.Categorical).cast(pl.String))


def in_order(keys: pl.DataFrame) -> bool:
    """Subject, charge, remedy."""
    return keys.equals(keys.sort(keys.columns))


def same_whatever_the_order(records: Records, seed: int, **asked: Any) -> pl.DataFrame:
    """The keys of the determinations, which stay the same under any order of rows and any partition."""
    whole = screen(records, **asked)
    mixed = screen(shuffled(records, seed), **asked)
    assert_frame_equal(plain(mixed.determinations), plain(whole.determinations))
    assert_frame_equal(plain(mixed.findings), plain(whole.findings))
    parts: list[Screening] = [screen(part, **asked) for part in halves(records, seed)]
    keys = ["subject_id", "charge_id", "remedy"]
    joined = pl.concat([plain(part.determinations) for part in parts]).sort(keys)
    assert_frame_equal(joined, plain(whole.determinations).sort(keys))
    return plain(whole.determinations).select(keys)


@EVERY
@given(strategies.few_people(most=4), strategies.few_coverages, AS_OF, st.integers(0, 9))
def test_the_order_and_the_partition_change_nothing(
    people: tuple[Subject, ...], coverage: Coverage, as_of: date, seed: int
) -> None:
    records = Records.from_subjects(people, coverage=coverage)
    assert in_order(same_whatever_the_order(records, seed, statutes=statute.PACK, as_of=as_of))


@EVERY
@given(strategies.few_people(most=4), strategies.few_coverages, packs.packs(), AS_OF, st.integers(0, 9))
def test_the_order_and_the_partition_change_nothing_under_any_pack(
    people: tuple[Subject, ...], coverage: Coverage, made: StatutePack, as_of: date, seed: int
) -> None:
    records = Records.from_subjects(people, coverage=coverage)
    assert in_order(same_whatever_the_order(records, seed, statutes=made, as_of=as_of))


@EVERY
@given(st.lists(strategies.few_people(most=3), min_size=2, max_size=3), AS_OF, st.integers(0, 9))
def test_the_order_and_the_partition_change_nothing_in_several_readings(
    several: list[tuple[Subject, ...]], as_of: date, seed: int
) -> None:
    records = readings([Records.from_subjects(people) for people in several])
    same_whatever_the_order(records, seed, statutes=statute.PACK, as_of=as_of)


@EVERY
@given(st.lists(californians(), min_size=1, max_size=4), st.sampled_from(POLICIES), st.integers(0, 9))
def test_the_order_and_the_partition_change_nothing_in_california(
    people: list[Subject], policy: CaliforniaPolicy, seed: int
) -> None:
    numbered = [renamed(one, lambda id, place=place: f"{id}{place}") for place, one in enumerate(people)]  # type: ignore[misc]
    records = Records.from_subjects(numbered)
    asked: dict[str, Any] = {"statutes": CALIFORNIA, "as_of": "2020-07-01", "policy": policy}
    assert in_order(same_whatever_the_order(records, seed, **asked))


def test_tables_in_several_chunks() -> None:
    """A format that reads several files stacks them; the answers must not depend on how the memory lies."""
    person = Subject(
        subject_id="S",
        record_scope="state",
        birth_date="1990-01-01",
        charges=[
            Charge(
                charge_id="S-0",
                jurisdiction="us-ca",
                offense_date="2015-01-01",
                offense=Offense(
                    citation="HS 11359", level="felony", attempt=False, conspiracy=False, solicitation=False
                ),
                disposition=Disposition(outcome="convicted", conviction_date="2015-06-01"),
                sentences=[Sentence(sentence_id="S-0-0", kind="probation", completed_date="2016-01-01")],
            )
        ],
    )
    people = [renamed(person, lambda id, place=place: f"{id}-{place}") for place in range(3)]  # type: ignore[misc]
    one = Records.from_subjects(people)
    parts = [Records.from_subjects([each]) for each in people]
    stacked = attrs.evolve(
        one, **{name: pl.concat([part.table(name) for part in parts], rechunk=False) for name in FACT_TABLES}
    )
    for made, policy in ((CALIFORNIA, CaliforniaPolicy(prosecutor=OFFICE)), (statute.PACK, None)):
        whole = screen(one, statutes=made, as_of="2020-07-01", policy=policy)
        assert_frame_equal(
            plain(screen(stacked, statutes=made, as_of="2020-07-01", policy=policy).determinations),
            plain(whole.determinations),
        )


# --- unknown is not no, and not yes -----------------------------------------------------------------------------------

_STRENGTH = [grade.value for grade in Grade]


def _outcomes(answer: Answer) -> set[str]:
    return set(answer.outcome.split(" or ")) if answer.outcome else set()


def _says_no_more(less: Answer, more: Answer) -> bool:
    """Whether an answer from fewer facts is the other one, a weaker form of it, or undetermined."""
    if less.status == "undetermined":
        if more.status != "undetermined" or less.not_before is None:
            return True
        return more.not_before is not None and less.not_before <= more.not_before
    if less.status != more.status:
        return False
    if more.grade is not None and _STRENGTH.index(less.grade or "") < _STRENGTH.index(more.grade):
        return False
    if not _outcomes(more) <= _outcomes(less):
        return False
    surely = less.eligible_on is None or (more.eligible_on is not None and less.eligible_on >= more.eligible_on)
    perhaps = less.eligible_on_earliest is None or (
        more.eligible_on_earliest is not None and less.eligible_on_earliest <= more.eligible_on_earliest
    )
    return surely and perhaps


def no_unknown_makes_an_answer(
    person: Subject, coverage: Coverage, statutes: StatutePack, as_of: Any, policy: Policy
) -> None:
    variants = list(forgotten(person))
    run = [person, *(renamed(one, lambda id, n=n: f"{id}~{n}") for n, (_, one) in enumerate(variants))]  # type: ignore[misc]
    found = answered(
        screen(Records.from_subjects(run, coverage=coverage), statutes=statutes, as_of=as_of, policy=policy)
    )
    answers: dict[int | None, dict[Key, Answer]] = {}
    for (subject, charge, remedy), answer in found.items():
        number = int(subject.partition("~")[2]) if "~" in subject else None
        answers.setdefault(number, {})[person.subject_id, charge.partition("~")[0], remedy] = answer
    whole = answers.get(None, {})
    charges = {charge.charge_id: charge for charge in person.charges}
    remedies = {remedy.id: remedy for remedy in statutes.in_force(policy, as_of)}
    torn = {key for key in whole if contradicted(person, remedies[key[2]], charges[key[1]], as_of, coverage, policy)}
    for number, (fact, _) in enumerate(variants):
        mine = answers.get(number, {})
        assert whole.keys() <= mine.keys(), f"without {fact} a determination is gone"
        for key, answer in mine.items():
            if key not in whole:
                assert answer.status == "undetermined", f"without {fact} there is a new {answer} for {key}"
            elif key not in torn:
                assert _says_no_more(answer, whole[key]), f"without {fact} {key}: {whole[key]} became {answer}"


@EVERY
@given(strategies.few_people(most=1), strategies.few_coverages, AS_OF, st.sampled_from(["strict", "inclusive"]))
def test_no_unknown_makes_an_answer(
    people: tuple[Subject, ...], coverage: Coverage, as_of: date, boundary: Any
) -> None:
    policy = statute.MadeUpPolicy(boundary=boundary)
    no_unknown_makes_an_answer(people[0], coverage, statute.PACK, as_of, policy)


@EVERY
@given(
    strategies.few_people(most=1),
    strategies.few_coverages,
    packs.packs(presuming=False),
    AS_OF,
    st.sampled_from(["strict", "inclusive"]),
)
def test_no_unknown_makes_an_answer_under_any_pack(
    people: tuple[Subject, ...], coverage: Coverage, made: StatutePack, as_of: date, boundary: Any
) -> None:
    no_unknown_makes_an_answer(people[0], coverage, made, as_of, Policy(boundary=boundary))


@EVERY
@given(californians(), strategies.few_coverages, st.sampled_from(POLICIES), AS_OF)
def test_no_unknown_makes_an_answer_in_california(
    person: Subject, coverage: Coverage, policy: CaliforniaPolicy, as_of: date
) -> None:
    no_unknown_makes_an_answer(person, coverage, CALIFORNIA, as_of, policy)


# --- several readings of one record -----------------------------------------------------------------------------------


def _folded(several: Sequence[Answer | None]) -> tuple[str, str | None]:
    known = [one for one in several if one is not None]
    if len(known) < len(several) or len({one.status for one in known}) > 1:
        return "undetermined", None
    grades = [one.grade for one in known if one.grade is not None]
    return known[0].status, max(grades, key=_STRENGTH.index, default=None)


@EVERY
@given(st.lists(strategies.few_people(most=2), min_size=1, max_size=3), AS_OF)
def test_readings_are_folded_into_one_answer(several: list[tuple[Subject, ...]], as_of: date) -> None:
    """Where all readings of a person agree that is the answer, in its weakest form; else it is undetermined."""
    most = max(len(people) for people in several)
    everyone = [people + tuple(Subject(subject_id=f"S{n}") for n in range(len(people), most)) for people in several]
    ask: dict[str, Any] = {"statutes": statute.PACK, "as_of": as_of}
    apart = [answered(screen(Records.from_subjects(people), **ask)) for people in everyone]
    screening = screen(readings([Records.from_subjects(people) for people in everyone]), **ask)
    found = answered(screening)
    assert found.keys() == {key for one in apart for key in one}
    assert screening.determinations.height == len(found)
    for key, answer in found.items():
        mine = [one.get(key) for one in apart]
        assert (answer.status, answer.grade) == _folded(mine), key
        for one in mine:
            if one is not None and len({each and each.status for each in mine}) == 1:
                if one.status == "undetermined":
                    continue  # its bound has a test of its own
                assert _says_no_more(answer, one), f"{key}: {one} was folded into {answer}"
        assert None not in answer.deciding


def test_folded_answers_stand_in_the_order_of_their_keys() -> None:
    """One remedy in both readings, one that stands before it in the second reading only."""
    convicted = Disposition(outcome="convicted", conviction_date="2000-01-01")
    several = [
        Subject(subject_id="S", charges=[Charge(charge_id="C", offense=Offense(attempt=form), disposition=convicted)])
        for form in (False, True)
    ]
    records = readings([Records.from_subjects([one]) for one in several])
    ask: dict[str, Any] = {"statutes": statute.PACK, "as_of": "2020-07-01", "remedies": ["zz-4", "zz-5"]}
    found = screen(records, **ask).determinations
    assert found["remedy"].cast(pl.String).to_list() == ["zz-4", "zz-5"]


def test_readings_that_agree_are_the_answer_of_one() -> None:
    people = [
        Subject(subject_id="S", record_scope="state", charges=[Charge(charge_id="C", offense=Offense(attempt=True))])
    ]
    ask: dict[str, Any] = {"statutes": statute.PACK, "as_of": "2020-07-01"}
    one = Records.from_subjects(people)
    assert answered(screen(readings([one, one]), **ask)) == answered(screen(one, **ask))


def test_a_reading_without_a_bound_leaves_none() -> None:
    """Not before 2023 in one reading, perhaps today in the other: folded there is no day to name."""
    young = Subject(
        subject_id="S",
        record_scope="state",
        birth_date="2017-01-01",
        charges=[
            Charge(
                charge_id="C",
                jurisdiction="us-zz",
                disposition=Disposition(outcome="convicted"),
            )
        ],
    )
    old = attrs.evolve(young, birth_date="1990-01-01")
    ask: dict[str, Any] = {"statutes": statute.PACK, "as_of": "2020-07-01", "remedies": ["zz-1"]}
    both = [Records.from_subjects([one]) for one in (young, old)]
    (first,) = answered(screen(both[0], **ask)).values()
    assert (first.status, first.not_before) == ("undetermined", date(2023, 1, 1))
    (folded,) = answered(screen(readings(both), **ask)).values()
    assert (folded.status, folded.not_before) == ("undetermined", None)


@pytest.mark.parametrize("numbers", [(0, 1), (1, 2), (3,)])
def test_readings_need_not_be_numbered_from_zero(numbers: tuple[int, ...]) -> None:
    person = Subject(
        subject_id="S", record_scope="state", charges=[Charge(charge_id="C", offense=Offense(attempt=True))]
    )
    records = Records.from_subjects([attrs.evolve(person, alternative=number) for number in numbers])
    found = answered(screen(records, statutes=statute.PACK, as_of="2020-07-01"))
    assert found == answered(screen(Records.from_subjects([person]), statutes=statute.PACK, as_of="2020-07-01"))
