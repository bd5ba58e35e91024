"""Several jurisdictions' law over one population: each charge under the law that is about it, in one set of answers.

Every law sees the whole record: what was decided elsewhere is history where it counts that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import reduce
from typing import Any

import attrs
import polars as pl

from recordrelief.errors import RequestError, nearest
from recordrelief.judgment import KEYS
from recordrelief.records import Records
from recordrelief.screening import Answers, Screening, screen
from recordrelief.statutes import Policy, StatutePack

PolicyGiven = Policy | dict[str, Any] | str | None


@attrs.frozen(kw_only=True, eq=False)
class JointScreening(Answers):
    """What several laws answered: a :class:`Screening` for each of ``parts``, and all their answers together.

    Within a charge the determinations stand in the order of the laws that were asked for. ``records`` are those that
    were read; what each pack derived from them is in its part.
    """

    parts: tuple[Screening, ...]


def screen_jointly(
    records: Records,
    *,
    statutes: Sequence[StatutePack],
    as_of: date | str,
    policies: Mapping[str, PolicyGiven] | None = None,
    county: str | None = None,
    remedies: Sequence[str] = (),
    findings: bool = True,
) -> JointScreening:
    """Determine every remedy of several laws for every charge.

    Args:
        records: the canonical tables.
        statutes: the packs of law.
        as_of: the day at which law and record are read.
        policies: the policy of a pack by its id; that pack's default where there is none.
        county: determine only charges of this county (the history is read whole).
        remedies: determine only these; all otherwise.
        findings: give the findings too.

    Raises:
        RequestError: a pack is named twice, a policy is for none of them, two packs have a remedy of one id, or
            something is wrong with the county, a policy, a remedy or the day.
    """
    given = policies or {}
    check_packs(statutes, given)
    own = _own(statutes, given, remedies)
    parts = tuple(
        screen(
            records,
            statutes=pack,
            as_of=as_of,
            policy=given.get(pack.id),
            county=county,
            remedies=own[pack.id],
            findings=findings,
        )
        for pack in statutes
        if not remedies or own[pack.id]
    )
    return JointScreening(
        determinations=_one_after_another([part.determinations for part in parts]),
        findings=_side_by_side([part.findings for part in parts]),
        records=records,
        as_of=parts[0].as_of,
        county=parts[0].county,
        remedies=tuple(remedy for part in parts for remedy in part.remedies),
        parts=parts,
    )


def check_packs(statutes: Sequence[StatutePack], policies: Mapping[str, object]) -> None:
    """Refuse packs that cannot be asked together, and policies of others.

    Raises:
        RequestError: a pack is named twice, or a policy is for none of them.
    """
    ids = [pack.id for pack in statutes]
    for name in ids:
        if ids.count(name) > 1:
            raise RequestError("A statute pack was asked for twice.", found=name)
    for name in policies:
        if name not in ids:
            raise RequestError("A policy is for a pack that was not asked for.", found=name, cure=nearest(name, ids))


def _own(
    statutes: Sequence[StatutePack], policies: Mapping[str, PolicyGiven], remedies: Sequence[str]
) -> dict[str, tuple[str, ...]]:
    """Of the remedies asked for, those of each pack."""
    pack_of: dict[str, str] = {}
    for pack in statutes:
        for remedy in {one.id for one in pack.all_versions(pack.read_policy(policies.get(pack.id)))}:
            if remedy in pack_of:
                raise RequestError(
                    "Two packs have a remedy of one id.", found=f"{remedy} of {pack_of[remedy]} and of {pack.id}"
                )
            pack_of[remedy] = pack.id
    for remedy in remedies:
        if remedy not in pack_of:
            raise RequestError(f"There is no remedy {remedy!r}.", cure=nearest(remedy, pack_of))
    return {pack.id: tuple(one for one in remedies if pack_of[one] == pack.id) for pack in statutes}


def _one_after_another(determinations: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """The determinations of several laws, charge by charge."""
    if len(determinations) == 1:
        return determinations[0]
    return pl.concat(determinations).sort(KEYS[:2], maintain_order=True)


def _side_by_side(findings: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """The findings of several laws, one row a charge; with readings, one for each that a law tells apart."""
    if len(findings) == 1:
        return findings[0]
    keys = [key for key in KEYS if any(key in frame.columns for frame in findings)]
    if len(keys) == len(KEYS):
        only = pl.lit(0, dtype=pl.UInt16).alias(KEYS[-1])
        findings = [frame if KEYS[-1] in frame.columns else frame.with_columns(only) for frame in findings]
    whole = reduce(lambda one, other: one.join(other, on=keys, how="full", coalesce=True), findings)
    return whole.sort(keys)
