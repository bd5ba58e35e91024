"""Worked cases: a person, a day, and what must come out, written so that a lawyer reads them and a machine checks them.

A file is YAML. It holds what its cases have in common, and the cases::

    about: Sealing of a misdemeanor under JC 30.1
    as_of: 2024-06-01
    person: {record_scope: state}
    charge: {id: count, citation: JC 12.1, level: misdemeanor, outcome: convicted}
    cases:
      - title: Three years after the sentence
        why: (a) and (c)
        charges: [{sentences: [{kind: probation, completed_date: 2021-05-31}]}]
        expected: [{charge: count, remedy: jc-30.1, status: eligible, grade: mandatory}]

A person and a charge have the keys of :mod:`recordrelief.person_files`. What a case writes goes before what is common,
``null`` ("not known") included. What is expected and not written is not checked.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import attrs

from recordrelief.determinations import screen_subject
from recordrelief.errors import RequestError, SourceError, SourceFaults, nearest
from recordrelief.findings import Determination, Result
from recordrelief.handwritten import Entry, Page, Value, decoded, refuse
from recordrelief.model import Coverage, Subject
from recordrelief.people_reader import PeopleReader, StatedFact
from recordrelief.person_keys import keys_of
from recordrelief.screening import APPLIES, GRANTED, STATUSES
from recordrelief.stated_facts import check_facts
from recordrelief.statutes import Grade, Policy, StatutePack

NO_DETERMINATION = "no determination"
"""The status of what must not be determined at all, since the remedy surely is not about the charge."""
SUBJECT_ID = "P1"
"""The id of the person of a case that gives none."""

ANSWERS: Mapping[str, Callable[[Value], Any]] = {
    "status": partial(Value.word, words=(*STATUSES, NO_DETERMINATION)),
    "grade": partial(Value.word, words=tuple(grade.value for grade in Grade)),
    "outcome": Value.text,
    "deciding": Value.texts,
    "missing": Value.texts,
    "unsettled": Value.texts,
    "eligible_on": Value.exact_day,
    "eligible_on_earliest": Value.exact_day,
    "not_before": Value.exact_day,
    "overdue_since": Value.exact_day,
    "best": Value.flag,
    "sequence": Value.text,
}
"""What may be expected of a determination, and how it is read."""
_NEVER_NULL = ("status", "deciding", "missing", "unsettled", "best")
_FILE = ("about", "as_of", "person", "charge", "cases")
KEYS = ("title", "why", "as_of", "person", "charges", "expected", "policy")
"""The keys of a case."""


@attrs.frozen(kw_only=True, eq=False)
class Expected:
    """What must come out for one charge and remedy: its answers by the names of a determination's attributes."""

    charge: str
    remedy: str
    answers: Mapping[str, Any]

    @property
    def status(self) -> str:
        """The status, or :data:`NO_DETERMINATION`."""
        return str(self.answers["status"])

    def __str__(self) -> str:
        return f"{self.charge}, {self.remedy}"


@attrs.frozen(kw_only=True, eq=False)
class WorkedCase:
    """One worked case: ``why`` gives the reason and the citation, ``file`` and ``line`` say where it stands.

    ``policies`` are those of all cases of its file: a remedy that only one of them brings may be absent in another.
    """

    title: str
    why: str
    as_of: date
    subject: Subject
    coverage: Coverage
    policy: Mapping[str, Any]
    policies: tuple[Mapping[str, Any], ...] = ()
    expected: tuple[Expected, ...]
    facts: tuple[StatedFact, ...]
    file: str
    line: int

    @property
    def name(self) -> str:
        """The file and the title, by which a case is told apart from all others."""
        return f"{Path(self.file).stem}: {self.title}"


def read_cases(text: str, file: str) -> tuple[WorkedCase, ...]:
    """The cases of one file.

    Args:
        text: what stands in the file.
        file: its name.

    Raises:
        SourceError: a key is unknown, missing or stands twice, or a value does not fit; ``SourceFaults`` tells several.
    """
    page = Page(file)
    cases: list[WorkedCase] = []
    documents = page.documents(text)
    if len(documents) != 1:
        page.fault(1, "A file of cases is one document.", found=str(len(documents)))
    for document in documents[:1]:
        cases = list(_cases(document.entry(_FILE)))
    titles: dict[str, int] = {}
    for case in cases:
        if titles.setdefault(case.title, case.line) != case.line:
            page.fault(case.line, "Two cases have one title.", found=f"the same as at line {titles[case.title]}")
    refuse([page])
    policies: list[Mapping[str, Any]] = []
    for case in cases:
        policies += [] if case.policy in policies else [case.policy]
    return tuple(attrs.evolve(case, policies=tuple(policies)) for case in cases)


def read_folder(folder: Path | str) -> tuple[WorkedCase, ...]:
    """The cases of every ``.yaml`` file directly in a folder, in the order of their names.

    Raises:
        SourceError: something in one of them does not fit; ``SourceFaults`` tells several at once.
    """
    cases: list[WorkedCase] = []
    faults: list[SourceError] = []
    for path in sorted(Path(folder).glob("*.yaml")):
        try:
            cases += read_cases(decoded(path.read_bytes(), path.name), path.name)
        except SourceFaults as several:
            faults += several.faults
        except SourceError as one:
            faults.append(one)
    if faults:
        raise faults[0] if len(faults) == 1 else SourceFaults(faults)
    return tuple(cases)


def _cases(top: Entry) -> Iterator[WorkedCase]:
    top.need("about")
    subject_keys = [key for key in keys_of("subjects") if key != "charges"]
    person, charge = _entry(top, "person", subject_keys), _entry(top, "charge", keys_of("charges"))
    reader = PeopleReader()
    reader.look_at("subjects", person)
    reader.look_at("charges", charge)
    every = top.need("cases")
    for value in every.items() if every else ():
        case = value.entry(KEYS)
        read = _case(case, top, person, charge, subject_keys)
        if read is not None:
            yield read


def _entry(of: Entry, key: str, keys: Collection[str]) -> Entry:
    value = of.get(key)
    return Entry({}, of.at) if value is None else value.entry(keys)


def _case(case: Entry, top: Entry, person: Entry, charge: Entry, subject_keys: Sequence[str]) -> WorkedCase | None:
    title, why = case.need("title"), case.need("why")
    day = case.get("as_of") or top.need("as_of")
    own = _entry(case, "person", subject_keys)
    charges, expected, policy = case.need("charges"), case.need("expected"), case.get("policy")
    reader = PeopleReader()
    read = reader.person(
        own.over(person),
        charges=[item.entry(keys_of("charges")).over(charge) for item in (charges.items() if charges else ())],
        subject_id=SUBJECT_ID,
    )
    wanted = [_expected(item.entry(("charge", "remedy", *ANSWERS))) for item in (expected.items() if expected else ())]
    options = {} if policy is None else policy.entry().at.plain()
    as_of = None if day is None else day.exact_day()
    if read is None or title is None or why is None or as_of is None or None in wanted:
        return None
    people = reader.settled([read])
    ids = [one.charge_id for one in people.subjects[0].charges]
    for one, item in zip(wanted, expected.items() if expected else (), strict=True):
        if one is not None and one.charge not in ids:
            item.fault("No charge of the case has that id.", found=repr(one.charge), cure=nearest(one.charge, ids))
    return WorkedCase(
        title=title.text() or "",
        why=why.text() or "",
        as_of=as_of,
        subject=people.subjects[0],
        coverage=people.coverage,
        policy=options,
        expected=tuple(one for one in wanted if one is not None),
        facts=people.facts,
        file=case.at.page.file,
        line=case.at.line,
    )


def _expected(entry: Entry) -> Expected | None:
    charge, remedy = entry.need("charge"), entry.need("remedy")
    if "status" not in entry.fields:
        entry.need("status")
    answers: dict[str, Any] = {}
    for name, read in ANSWERS.items():
        value = entry.fields.get(name)
        if value is not None:
            answers[name] = value.required(read(value)) if name in _NEVER_NULL else read(value)
    names = [None if value is None else value.text() for value in (charge, remedy)]
    if answers.get("status") is None or names[0] is None or names[1] is None:
        return None
    return Expected(charge=names[0], remedy=names[1], answers=answers)


# --- held against a pack ----------------------------------------------------------------------------------------------


def faults(case: WorkedCase, pack: StatutePack) -> list[str]:
    """What a case says that the pack does not know, in words: a policy option, a fact, a remedy."""
    told = _misfits(case, pack)
    if told:
        return told
    ids = {remedy.id for policy in policies_of([case], pack) for remedy in pack.all_versions(policy)}
    return [
        f"{expected}: the pack has no such remedy. {nearest(expected.remedy, ids)}"
        for expected in case.expected
        if expected.remedy not in ids
    ]


def _misfits(case: WorkedCase, pack: StatutePack) -> list[str]:
    """What keeps a pack from answering a case at all."""
    told: list[str] = []
    try:
        pack.read_policy(dict(case.policy))
    except RequestError as error:
        told.append(str(error))
    try:
        check_facts(case.facts, [pack])
    except SourceFaults as several:
        told += map(str, several.faults)
    except SourceError as one:
        told.append(str(one))
    return told


def policies_of(cases: Iterable[WorkedCase], pack: StatutePack) -> tuple[Policy, ...]:
    """The pack's usual policy, each that it names, and those of the cases and of the files they stand in."""
    policies = dict.fromkeys((pack.policy(), *pack.policies.values()))
    for case in cases:
        for given in case.policies or (case.policy,):
            try:
                policies[pack.read_policy(dict(given))] = None
            except RequestError:
                continue  # told by `faults` of the case it is of
    return tuple(policies)


def answers(case: WorkedCase, pack: StatutePack) -> Mapping[tuple[str, str], Determination]:
    """What a pack determines in a case, by charge and remedy.

    Raises:
        RequestError: the pack has no such policy option.
    """
    return _answers(case, pack)


@lru_cache(maxsize=32)  # each holds on to all that was screened
def _answers(case: WorkedCase, pack: StatutePack) -> Mapping[tuple[str, str], Determination]:
    found = screen_subject(
        case.subject, statutes=pack, as_of=case.as_of, policy=dict(case.policy), coverage=case.coverage
    )
    return {(one.charge_id, one.remedy.id): one for one in found}


Came = tuple[str, str, str, Result]
"""How one finding came out: remedy, version, condition, result."""
_CAME: WeakKeyDictionary[WorkedCase, tuple[StatutePack, tuple[Came, ...]]] = WeakKeyDictionary()


def findings_of(case: WorkedCase, pack: StatutePack) -> tuple[Came, ...]:
    """How the findings come out of all that a case expects something of; none where the pack cannot answer it."""
    kept = _CAME.get(case)
    if kept is None or kept[0] is not pack:
        found = {} if _misfits(case, pack) else answers(case, pack)
        keys = dict.fromkeys((expected.charge, expected.remedy) for expected in case.expected)
        kept = _CAME[case] = (
            pack,
            tuple(
                (answer.remedy.id, answer.remedy.version, finding.id, finding.result)
                for answer in (found[key] for key in keys if key in found)
                for finding in answer.findings
                if finding.id not in (APPLIES, GRANTED)
            ),
        )
    return kept[1]


def differences(case: WorkedCase, pack: StatutePack) -> list[str]:
    """Everything in which a pack does not answer as a case says, in words; nothing where it does.

    What the case says and the pack does not know (:func:`faults`) comes first.
    """
    told = faults(case, pack)
    if _misfits(case, pack):
        return told
    found = answers(case, pack)
    findings_of(case, pack)  # kept now, while the answers are at hand
    for expected in case.expected:
        answer = found.get((expected.charge, expected.remedy))
        if answer is None:
            if expected.status != NO_DETERMINATION:
                told.append(f"{expected}: no determination, expected {expected.status}")
            continue
        for name, wanted in expected.answers.items():
            value = getattr(answer, name)
            if isinstance(value, tuple):
                value, wanted = sorted(value), sorted(wanted)
            if value != wanted:
                told.append(f"{expected}: {name} is {value}, expected {wanted}")
    return told
