"""Which charges a petition is about: those of one case that are eligible and leave no question open."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import Any

import attrs
import polars as pl

from recordrelief.delivery import lists
from recordrelief.delivery.petition_facts import Count
from recordrelief.delivery.run_again import RunAgain
from recordrelief.determinations import determinations
from recordrelief.errors import RequestError
from recordrelief.findings import Determination
from recordrelief.form_maps import FormMap
from recordrelief.model import ARREST_STAGES
from recordrelief.records import Records
from recordrelief.remedies import Pathway
from recordrelief.statutes import StatutePack
from recordrelief.wording import fact_means, joined_words


@attrs.frozen(kw_only=True)
class Asked:
    """What a petition is to be about: charges (all that may be, unless named), remedies, and whether open ones too."""

    charges: Sequence[str] = ()
    remedies: Sequence[str] = ()
    undetermined: bool = False


def counts_of(
    again: RunAgain, pack: StatutePack, form: FormMap, asked: Asked, records: Records
) -> tuple[tuple[Count, ...], tuple[str, ...]]:
    """The charges of the petition, in the order of the case, and those that were left out, each with the reason.

    Raises:
        RequestError: a charge that was named may not be petitioned for, or there is none, or they are of several cases.
    """
    by_charge: dict[str, list[Determination]] = {}
    for screening in again.screened(records):
        if screening.pack.id == pack.id:
            for one in determinations(screening, records.subjects["subject_id"][0], facts=False):
                by_charge.setdefault(one.charge_id, []).append(one)
    named = [again.charge_behind(id, records) for id in asked.charges]
    for id, shown in zip(named, asked.charges, strict=True):
        if id not in by_charge:
            raise RequestError("The run determined no such charge for that person.", found=shown)
    chosen, refused = _chosen({id: by_charge[id] for id in (named or by_charge)}, pack, form, again, asked)
    if named and refused:
        raise RequestError(
            "A petition is made only for what is eligible and leaves no question open.",
            found="; ".join(refused),
            cure="Find out what is missing (recordrelief settle), or add --allow-undetermined where only that is open.",
        )
    if not chosen:
        raise RequestError(
            "The person has no charge that this form may be filed for.",
            found="; ".join(refused) or None,
            cure="Find out what is missing (recordrelief settle)." if refused else None,
        )
    rows = {row["charge_id"]: row for row in lists.agreed(records.charges, "charge_id").iter_rows(named=True)}
    _check_one_case({id: rows[id]["case_id"] for id in chosen}, named=bool(named))
    extent = _extent(chosen, rows, by_charge, form)
    cases = {row["case_id"]: row for row in lists.agreed(records.cases, "case_id").iter_rows(named=True)}
    told = {row["charge_id"]: row for row in lists.told_charges(records, pl.Series(list(chosen))).iter_rows(named=True)}
    counts = tuple(
        Count(
            asked=taken,
            also=frozenset(one.remedy.id for one in by_charge[id] if one.status == "eligible"),
            row=rows[id],
            case=cases.get(rows[id]["case_id"], {}),
            agencies=tuple(told[id]["agencies"] or ()),
            sentence=told[id]["sentence"] or "",
            extent=extent,
        )
        for id, taken in sorted(chosen.items(), key=lambda item: (rows[item[0]]["count_number"] or 0, item[0]))
    )
    return counts, tuple(refused)


def _chosen(
    answers: Mapping[str, Sequence[Determination]], pack: StatutePack, form: FormMap, again: RunAgain, asked: Asked
) -> tuple[dict[str, tuple[Determination, ...]], list[str]]:
    """The charges that the form may be filed for, and why the others are none of them.

    A charge that is surely closed, or that the form is not about, is told only where it was named.
    """
    wanted = again.remedies_named(asked.remedies)
    chosen: dict[str, tuple[Determination, ...]] = {}
    refused: list[str] = []
    for id, found in answers.items():
        mine = [
            one
            for one in found
            if (one.remedy.id in form.remedies if form.remedies else one.remedy.pathway is Pathway.PETITION)
            and (not wanted or one.remedy.id in wanted)
        ]
        taken = tuple(one for one in mine if one.status == "eligible")
        if asked.undetermined and not taken:
            taken = tuple(one for one in mine if one.status == "undetermined")
        why = _why_not(mine, taken, pack, allowed=asked.undetermined)
        if why is None:
            chosen[id] = taken
        elif asked.charges or any(one.status in ("eligible", "undetermined") for one in mine):
            refused.append(f"{id} ({why})")
    return chosen, refused


def _check_one_case(cases: Mapping[str, str | None], *, named: bool) -> None:
    """The charges are of one case. Whether those are of which the record names none, who names them says."""
    groups: dict[str, list[str]] = {}
    for id, case in cases.items():
        groups.setdefault(case or ("" if named else f"charge {id}"), []).append(id)
    if len(groups) > 1:
        raise RequestError(
            "A petition is about one case, and these charges are of several, or of cases that no record names.",
            found="; ".join(", ".join(ids) for ids in groups.values()),
            cure="Say which with --charge.",
        )


def _extent(
    chosen: Container[str],
    rows: Mapping[str, Mapping[str, Any]],
    by_charge: Mapping[str, Sequence[Determination]],
    form: FormMap,
) -> str | None:
    """Whether the petition is about all convictions of its case: ``whole`` or ``part``, None where that is not known.

    A conviction for which the record shows the relief already is none that stays.
    """
    cases = {row["case_id"] for id, row in rows.items() if id in chosen}
    if None in cases:
        return None
    others = [
        row["outcome"]
        for id, row in rows.items()
        if id not in chosen
        and row["case_id"] in cases
        and row["stage"] not in ARREST_STAGES
        and not any(one.status == "granted" and one.remedy.id in form.remedies for one in by_charge.get(id, ()))
    ]
    if "convicted" in others:
        return "part"
    return None if None in others else "whole"


def _why_not(
    asked: Sequence[Determination], taken: Sequence[Determination], pack: StatutePack, *, allowed: bool
) -> str | None:
    """Why a charge cannot be petitioned for; None if it can."""
    if not asked:
        return "none of the remedies of this form is about it"
    if taken and allowed:
        return None
    if not taken:
        return joined_words([f"{one.remedy.id}: {_status(one, pack)}" for one in asked])
    open_ = [f"{one.remedy.id}: {_questions(one, pack)}" for one in taken if _questions(one, pack)]
    return joined_words(open_) if open_ else None


def _status(one: Determination, pack: StatutePack) -> str:
    asked = _questions(one, pack) if one.status == "undetermined" else ""
    return one.status.replace("_", " ") + (f", {asked}" if asked else "")


def _questions(one: Determination, pack: StatutePack) -> str:
    facts = dict.fromkeys((*one.missing, *one.outcome_missing))
    told = [f"not known: {fact_means(name, pack)}" for name in facts]
    return "; ".join([*told, *(f"the law is open: {point}" for point in one.unsettled)])
