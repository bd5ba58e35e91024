"""Worked cases written as YAML: what stands in a file, checked key by key, and how it becomes a person's record.

A file holds what the cases have in common (``about``, ``person``, ``charge``) and the ``cases``. What a case writes
goes before what is common, ``null`` ("not known") included. An expectation that is not written is not checked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import yaml
from attrs.validators import deep_iterable, instance_of, optional

from recordrelief.errors import RequestError, nearest
from recordrelief.explain import Determination, determinations
from recordrelief.model import Charge, Disposition, Event, Offense, Relief, Sentence, Subject
from recordrelief.records import Records
from recordrelief.screening import screen
from recordrelief_us_ca.pack import PACK

CASES = Path(__file__).resolve().parent / "cases"
NO_DETERMINATION = "no determination"

_OFFENSE = ("citation", "level", "attempt", "conspiracy", "solicitation")
_DISPOSITION = ("outcome", "conviction_date", "judgment_date")


def _is(*kinds: type, default: Any = attrs.NOTHING) -> Any:
    return attrs.field(default=default, validator=instance_of(kinds))


def _maybe(kind: type) -> Any:
    return attrs.field(default=None, validator=optional(instance_of(kind)))


def _names() -> Any:
    return attrs.field(factory=list, validator=deep_iterable(instance_of(str), instance_of(list)))


def _mappings() -> Any:
    return attrs.field(validator=deep_iterable(instance_of(dict), instance_of(list)))


def checked(kind: type[Any], given: Mapping[str, Any], where: str) -> Any:
    """An attrs object from a mapping, every key and value checked.

    Raises:
        RequestError: an unknown key, one that is lacking, or a value that does not fit.
    """
    known = [field.name for field in attrs.fields(kind)]
    for key in given:
        if key not in known:
            raise RequestError("There is no such key.", where=where, found=repr(key), cure=nearest(key, known))
    try:
        return kind(**given)
    except (TypeError, ValueError) as error:
        raise RequestError(
            "A key is lacking, or a value does not fit.", where=where, found=str(error.args[0])
        ) from None


@attrs.frozen(kw_only=True)
class Expected:
    """What must come out for one charge and remedy. ``missing`` names the unknown facts that leave it undetermined."""

    charge: str = _is(str)
    remedy: str = _is(str)
    status: str = _is(str)
    grade: str | None = _maybe(str)
    outcome: str | None = _maybe(str)
    deciding: list[str] = _names()
    missing: list[str] = _names()
    eligible_on: date | None = _maybe(date)
    overdue_since: date | None = _maybe(date)


@attrs.frozen(kw_only=True)
class Case:
    """One worked case: ``why`` gives the reason and the citation."""

    title: str = _is(str)
    why: str = _is(str)
    as_of: date = _is(date)
    person: dict[str, Any] = _is(dict)
    charges: list[dict[str, Any]] = _mappings()
    expected: list[dict[str, Any]] = _mappings()
    policy: dict[str, Any] = attrs.field(factory=dict, validator=instance_of(dict))


@attrs.frozen(kw_only=True)
class CaseFile:
    """A file of cases on one theme."""

    about: str = _is(str)
    as_of: date = _is(date)
    person: dict[str, Any] = _is(dict)
    charge: dict[str, Any] = _is(dict)
    cases: list[dict[str, Any]] = _mappings()


class _Strict(yaml.SafeLoader):
    """YAML in which no key may stand twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        if twice := sorted({key for key in keys if keys.count(key) > 1}):
            raise RequestError("A key stands twice.", where=str(node.start_mark), found=", ".join(twice))
        return super().construct_mapping(node, deep=deep)


def read(text: str, where: str) -> Iterator[Case]:
    """The cases of one file.

    Raises:
        RequestError: a key is unknown or stands twice, or a value does not fit.
    """
    content: CaseFile = checked(CaseFile, yaml.load(text, _Strict), where)
    for one in content.cases:
        place = f"{where}: {one.get('title', 'a case without a title')}"
        given: Mapping[str, Any] = {
            "as_of": content.as_of,
            **one,
            "person": {**content.person, **one.get("person", {})},
            "charges": [{**content.charge, **charge} for charge in one.get("charges", ())],
        }
        case: Case = checked(Case, given, place)
        subject_of(case, place)
        for expectation in case.expected:
            expected: Expected = checked(Expected, expectation, place)
            if expected.charge not in [charge.get("id") for charge in case.charges]:
                raise RequestError("No charge of the case has that id.", where=place, found=expected.charge)
        PACK.read_policy(case.policy)
        yield case


def every_case() -> Iterator[tuple[str, Case]]:
    """All cases with their names, file by file."""
    for path in sorted(CASES.glob("*.yaml")):
        for case in read(path.read_text(encoding="utf-8"), path.name):
            yield f"{path.stem}: {case.title}", case


def charge_of(given: Mapping[str, Any], where: str) -> Charge:
    """A charge from its flat form: the names are those of the canonical charges table."""
    rest = dict(given)
    offense = {name: rest.pop(name) for name in _OFFENSE if name in rest}
    disposition = {name: rest.pop(name) for name in _DISPOSITION if name in rest}
    if "disposition_date" in rest:
        disposition["date"] = rest.pop("disposition_date")
    reliefs = rest.pop("reliefs", ())
    terms = rest.pop("sentences", ())
    plain: Charge = checked(Charge, {"charge_id": rest.pop("id", None), **rest}, where)
    return attrs.evolve(
        plain,
        offense=checked(Offense, offense, where),
        disposition=checked(Disposition, disposition, where),
        reliefs=tuple(checked(Relief, relief, where) for relief in reliefs),
        sentences=tuple(
            checked(Sentence, {"sentence_id": f"{plain.charge_id}-{at}", **term}, where)
            for at, term in enumerate(terms, start=1)
        ),
    )


def subject_of(case: Case, where: str) -> Subject:
    """The person of a case."""
    given = dict(case.person)
    events = tuple(checked(Event, one, where) for one in given.pop("events", ()))
    person: Subject = checked(Subject, {"subject_id": "P1", **given}, where)
    return attrs.evolve(person, events=events, charges=tuple(charge_of(charge, where) for charge in case.charges))


def answers(case: Case) -> dict[tuple[str, str], Determination]:
    """What the pack determines of the remedies that the case names, by charge and remedy."""
    records = Records.from_subjects([subject_of(case, case.title)])
    asked = sorted({expectation["remedy"] for expectation in case.expected})
    screening = screen(records, statutes=PACK, as_of=case.as_of, policy=case.policy, remedies=asked)
    return {(one.charge_id, one.remedy.id): one for one in determinations(screening, facts=False)}


def differences(case: Case) -> list[str]:
    """Each expectation that was not met, in words."""
    found = answers(case)
    told = []
    for expectation in case.expected:
        where = f"{expectation['charge']}, {expectation['remedy']}"
        answer = found.get((expectation["charge"], expectation["remedy"]))
        if answer is None:
            if expectation["status"] != NO_DETERMINATION:
                told.append(f"{where}: no determination, expected {expectation['status']}")
            continue
        for name, wanted in expectation.items():
            if name in ("charge", "remedy"):
                continue
            value = getattr(answer, name)
            if isinstance(value, tuple):
                value, wanted = sorted(value), sorted(wanted)
            if value != wanted:
                told.append(f"{where}: {name} is {value}, expected {wanted}")
    return told
