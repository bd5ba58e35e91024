"""The functions of the public API: read, screen, explain, compare; formats and statute packs are found by their id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from recordrelief import plugins as found
from recordrelief import screening as screenings
from recordrelief.corrections import Corrections, read_corrections
from recordrelief.errors import RequestError
from recordrelief.formats import identified
from recordrelief.formats.person import check_people
from recordrelief.model import Coverage, Subject
from recordrelief.records import Records
from recordrelief.screening import Screening
from recordrelief.stated_facts import check_facts
from recordrelief.statutes import Policy, StatutePack

if TYPE_CHECKING:
    from recordrelief.comparison import Comparison
    from recordrelief.explain import Explanation
    from recordrelief.findings import Determination
    from recordrelief.joint import JointScreening
    from recordrelief.settling import Settling


def read(
    *paths: str | PathLike[str],
    format: str | PathLike[str] | None = None,
    plugins: Sequence[str | PathLike[str]] = (),
    corrections: Sequence[str | PathLike[str]] = (),
    without: Sequence[int] = (),
) -> Records:
    """Read source files into records, as one population.

    Args:
        paths: the files (or directories, for the format ``canonical``).
        format: id of the format, or a mapping file (``FILE.toml``); may be left out when exactly one
            recognises every input.
        plugins: plugin files to load beside the installed ones.
        corrections: files of corrections to lay over what the inputs say.
        without: numbers of corrections to leave out.

    Raises:
        RequestError: no input, no such file or format, or none or several formats recognise the inputs.
        SourceError: an input cannot be read at all, or a correction does not fit it.
    """
    inputs = existing(paths)
    known = found.load([Path(path) for path in plugins]) if plugins else found.installed()
    name, known = known.naming(None if format is None else str(format))
    chosen = known.format(name) if name is not None else identified(known.formats, inputs, known.origins_of("format"))
    records = chosen.read(inputs)
    check_people(records, known.statutes.values())
    return corrected(records, read_corrections(corrections, without=without), known.statutes.values())


def corrected(records: Records, corrections: Corrections, packs: Iterable[StatutePack]) -> Records:
    """The records with corrections laid over them, once their packs' own facts are known to be declared.

    Args:
        records: what was read.
        corrections: what is laid over it.
        packs: every pack there is.

    Raises:
        SourceError: a correction does not fit the records, or states a fact that no pack knows.
    """
    check_facts(corrections.facts, packs)
    return corrections.applied(records)


def screen(
    records: Records,
    *,
    statutes: str | StatutePack,
    as_of: date | str,
    policy: Policy | Mapping[str, Any] | str | None = None,
    county: str | None = None,
    remedies: Sequence[str] = (),
) -> Screening:
    """Determine every remedy for every charge.

    Args:
        records: the records of any number of people.
        statutes: a statute pack, or the id of an installed one.
        as_of: the day at which law and record are read, ``2020-07-01`` or a date.
        policy: a policy of the pack, its options, or the name of one; the pack's default otherwise.
        county: determine only charges of this county (the history is read whole).
        remedies: determine only these; all otherwise.

    Raises:
        RequestError: an unknown pack, county, policy or remedy, or a day that is none.
    """
    return screenings.screen(
        _records(records),
        statutes=_pack(statutes),
        as_of=as_of,
        policy=_policy(policy),
        county=county,
        remedies=_ids(remedies),
    )


def screen_jointly(
    records: Records,
    *,
    statutes: Sequence[str | StatutePack],
    as_of: date | str,
    policies: Mapping[str, Policy | Mapping[str, Any] | str] | None = None,
    county: str | None = None,
    remedies: Sequence[str] = (),
) -> JointScreening:
    """Determine every remedy of several jurisdictions' law: each charge under the law that is about it.

    Args:
        records: the records of any number of people.
        statutes: statute packs, or the ids of installed ones.
        as_of: the day at which law and record are read.
        policies: the policy of a pack by the id of the pack; that pack's default where there is none.
        county: determine only charges of this county (the history is read whole).
        remedies: determine only these; all otherwise.

    Raises:
        RequestError: an unknown pack, county, policy or remedy, a pack named twice, or a day that is none.
    """
    from recordrelief.joint import screen_jointly as screen_all

    return screen_all(
        _records(records),
        statutes=[_pack(one) for one in statutes],
        as_of=as_of,
        policies={pack: _policy(one) for pack, one in (policies or {}).items()},
        county=county,
        remedies=remedies,
    )


def compare(
    records: Records,
    *,
    statutes: str | StatutePack,
    amendment: str | StatutePack | None = None,
    as_of: date | str,
    policy: Policy | Mapping[str, Any] | str | None = None,
    amended_policy: Policy | Mapping[str, Any] | str | None = None,
    county: str | None = None,
    remedies: Sequence[str] = (),
) -> Comparison:
    """Screen the same records under today's law and under an amendment, or under two policies of one pack.

    Args:
        records: the records of any number of people.
        statutes: today's law: a statute pack, or the id of an installed one.
        amendment: the law as it would be (``StatutePack.amended``), or the id of an installed pack; by default today's.
        as_of: the day at which law and record are read, ``2020-07-01`` or a date.
        policy: a policy of the pack, its options, or the name of one; the pack's default otherwise.
        amended_policy: that of the amendment; by default the same options as ``policy``.
        county: determine only charges of this county (the history is read whole).
        remedies: compare only these; all otherwise.

    Raises:
        RequestError: there is nothing to compare, or something was asked for that is not there.
    """
    from recordrelief.comparison import compare as compare_both

    return compare_both(
        records,
        statutes=_pack(statutes),
        amendment=None if amendment is None else _pack(amendment),
        as_of=as_of,
        policy=_policy(policy),
        amended_policy=_policy(amended_policy),
        county=county,
        remedies=remedies,
    )


def screen_subject(
    subject: Subject,
    *,
    statutes: str | StatutePack,
    as_of: date | str,
    policy: Policy | Mapping[str, Any] | str | None = None,
    coverage: Coverage | None = None,
) -> tuple[Determination, ...]:
    """Determine every remedy for every charge of one person, as objects with their findings.

    Args:
        subject: the person.
        statutes: a statute pack, or the id of an installed one.
        as_of: the day at which law and record are read.
        policy: a policy of the pack, its options, or the name of one; the pack's default otherwise.
        coverage: how completely the person is described; by default all but the events.

    Raises:
        RequestError: an unknown pack or policy, a fact of its own that no pack declares, or a day that is none.
    """
    from recordrelief.determinations import screen_subject as screen_one
    from recordrelief.stated_facts import check_subject

    check_subject(subject, [*found.installed().statutes.values(), _pack(statutes)])
    return screen_one(subject, statutes=_pack(statutes), as_of=as_of, policy=_policy(policy), coverage=coverage)


def explain(
    screening: Screening,
    subject_id: str,
    *,
    charge_id: str | None = None,
    remedy: str | None = None,
    findings: Literal["all", "deciding"] = "all",
) -> Explanation:
    """The determinations of one person with every finding, the facts seen and what is missing; print it to read it.

    Args:
        screening: what was determined.
        subject_id: the person.
        charge_id: only this charge.
        remedy: only this remedy.
        findings: ``all`` of each answer, or only the ``deciding`` ones.

    Raises:
        RequestError: the screening has no such person, charge or remedy.
    """
    from recordrelief.explain import explain as explain_one

    return explain_one(screening, subject_id, charge_id=charge_id, remedy=remedy, findings=findings)


def settle(
    records: Records,
    subject_id: str,
    *,
    statutes: str | StatutePack,
    as_of: date | str,
    policy: Policy | Mapping[str, Any] | str | None = None,
    county: str | None = None,
    remedies: Sequence[str] = (),
    charge_id: str | None = None,
    facts: int = 3,
) -> Settling:
    """What would settle the open answers of one person: the fewest facts, as questions, and what each answer comes to.

    Args:
        records: the records of any number of people, as they were read.
        subject_id: the person.
        statutes: a statute pack, or the id of an installed one.
        as_of: the day at which law and record are read, ``2020-07-01`` or a date.
        policy: a policy of the pack, its options, or the name of one; the pack's default otherwise.
        county: settle only charges of this county (the history is read whole).
        remedies: settle only these; all otherwise.
        charge_id: settle only this charge.
        facts: how many facts the largest set may have that is looked for: 1, 2 or 3.

    Raises:
        RequestError: there is no such person, charge, pack, county, policy or remedy, or a day that is none.
    """
    from recordrelief.settling import settle as settle_one

    return settle_one(
        records,
        subject_id,
        statutes=_pack(statutes),
        as_of=as_of,
        policy=_policy(policy),
        county=county,
        remedies=remedies,
        charge_id=charge_id,
        facts=facts,
    )


def existing(paths: Sequence[str | PathLike[str]]) -> tuple[Path, ...]:
    """The inputs as paths.

    Raises:
        RequestError: there is none, one is not there or is a pipe or device, or one was given twice.
    """
    for path in paths:
        if not isinstance(path, (str, PathLike)):
            raise RequestError(
                "An input is no path.", found=type(path).__name__, cure="Give several one by one, as read(*paths)."
            )
    inputs = tuple(Path(path) for path in paths)
    if not inputs:
        raise RequestError("No input was given.")
    seen: dict[Path, Path] = {}
    for path in inputs:
        if not path.exists():
            raise RequestError("There is no such input.", where=str(path))
        if not (path.is_file() or path.is_dir()):  # whoever opens a pipe may wait for ever
            raise RequestError("An input is neither a file nor a directory.", where=str(path))
        first = seen.setdefault(path.resolve(), path)
        if first is not path:
            raise RequestError("An input was given twice.", where=str(path), found=f"the same as {first}")
    return inputs


def _records(records: Records) -> Records:
    if not isinstance(records, Records):
        raise RequestError(
            "These are no records.", found=type(records).__name__, cure="Read them first: recordrelief.read(PATH)."
        )
    return records


def _ids(remedies: Sequence[str]) -> Sequence[str]:
    if isinstance(remedies, str):
        raise RequestError("The remedies are one text.", found=repr(remedies), expected=f"a list: [{remedies!r}]")
    return remedies


def _pack(statutes: str | StatutePack) -> StatutePack:
    if isinstance(statutes, StatutePack):
        return statutes
    if not isinstance(statutes, str):
        raise RequestError(
            "This names no statute pack.",
            found=type(statutes).__name__,
            expected="a pack, or the id of one",
            cure="For several, screen_jointly takes a list.",
        )
    return found.installed().pack(statutes)


def _policy(policy: Policy | Mapping[str, Any] | str | None) -> Policy | dict[str, Any] | str | None:
    return dict(policy) if isinstance(policy, Mapping) else policy
