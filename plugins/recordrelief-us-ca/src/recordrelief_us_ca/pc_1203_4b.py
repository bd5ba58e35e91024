"""PC 1203.4b, in force from 2021-01-01: dismissal for those who fought fires in custody."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from recordrelief.law import OffenseSet, Test, as_of, case, charge, day, either, history, other, presumed, subject
from recordrelief.law.scopes import ChargeRow
from recordrelief.statutes import Condition, Grade, InForce, Outcome, Pathway, ReliefKind, Remedy, Wait
from recordrelief_us_ca import convictions as c
from recordrelief_us_ca import dismissals, levels, life, registration, sentences, standing
from recordrelief_us_ca import offenses as o
from recordrelief_us_ca.policy import CaliforniaPolicy

AB_2147 = datetime.date(2021, 1, 1)
SB_245 = datetime.date(2026, 1, 1)
_FIRST_DAY = day(2021, 1, 1)

GRANTED = ("pc-1203.4b", "pc-1203.4b(a)", "pc-1203.4b(b)")


def _listed(name: str, cites: str, *includes: str, perhaps: tuple[str, ...] = ()) -> OffenseSet:
    return OffenseSet.listing(
        name,
        cites=cites,
        includes=includes,
        perhaps=perhaps,
        attempts="open",
        conspiracies="open",
        solicitations="open",
        catalog=o.CATALOG,
    )


NAMED = _listed(
    "excluded-from-1203.4b",
    "PC 1203.4b(a)(1)",
    *("PC 187", "PC 207", "PC 209", "PC 209.5", "PC 288", "PC 451", "PC 451.5"),
    *("PC 261(a)(2)", "PC 261(a)(6)", "PC 262(a)(1)", "PC 262(a)(4)"),
    perhaps=("PC 452", "PC 455"),
)
"""Murder, kidnapping, rape by force or threat, lewd acts on children, arson; burning without malice may be arson."""
ESCAPE = _listed("escapes", "PC 1203.4b(a)(1)", "PC 4530", "PC 4532", perhaps=("PC 107", "PC 4534", "PC 4535"))

SETS = (NAMED, ESCAPE)

_SENTENCED_TOGETHER = "counts sentenced together share their case, or at least the day of judgment"


def _shut_out(policy: CaliforniaPolicy, row: ChargeRow) -> Test:
    """One of the offenses (A) to (H)."""
    escape = row.offense.in_set(ESCAPE) & row.test("escape")
    registrable = registration.registrable(row)
    return row.offense.in_set(NAMED) | life.carries_life(policy, row) | registrable | escape


def _on_this_sentence(policy: CaliforniaPolicy) -> Test:
    """One of those offenses on the sentence at issue: of this count, or of another that was sentenced with it.

    Where a case number is lacking, only counts with the same day of judgment may have been.
    """
    same_case = case.any(charge.convicted & _shut_out(policy, charge))
    same_day = (other.judgment_date <= charge.judgment_date) & (charge.judgment_date <= other.judgment_date)
    perhaps = history.others.any(other.convicted & _shut_out(policy, other) & same_day)
    return _shut_out(policy, charge) | presumed(same_case, False, _SENTENCED_TOGETHER) | (same_case & perhaps)


def _may_be_held_for(policy: CaliforniaPolicy) -> Test:
    """Another sentence that may be the one that is being served."""
    return other.convicted & ~(sentences.completed(policy, other) < as_of)


def _conditions(policy: CaliforniaPolicy) -> Iterator[Condition]:
    yield Condition(
        "1203.4b.1",
        "the person served successfully in a fire crew or an institutional firehouse on this sentence",
        charge.word("hand_crew").is_("completed_successfully"),
        cites="PC 1203.4b(a)(1)",
    )
    yield standing.not_charged("1203.4b.3", policy, cites="PC 1203.4b(a)")
    yield Condition(
        "1203.4b.4",
        "no offense that the section shuts out was part of the sentence",
        ~_on_this_sentence(policy),
        cites="PC 1203.4b(a)(1)(A)-(H)",
    )


def remedies(policy: CaliforniaPolicy) -> tuple[Remedy, ...]:
    """The remedy: only what is said of it changed since 2021."""
    certified = "The Department of Corrections or the county certifies the service to the court."
    return (
        _remedy(policy, InForce(AB_2147, dismissals.SB_1106), ()),
        _remedy(policy, InForce(dismissals.SB_1106, SB_245), (dismissals.NO_RESTITUTION_TEST,)),
        _remedy(policy, InForce(SB_245), (certified, dismissals.NO_RESTITUTION_TEST)),
    )


def _remedy(policy: CaliforniaPolicy, in_force: InForce, notes: tuple[str, ...]) -> Remedy:
    return Remedy(
        id="pc-1203.4b",
        title="Dismissal after service in a fire crew",
        citation="Cal. Penal Code § 1203.4b",
        relief=ReliefKind.DISMISSAL,
        pathway=Pathway.PETITION,
        applies_to=dismissals.CONVICTION & levels.crime(),
        requires=tuple(_conditions(policy)),
        waits=(
            Wait(
                "1203.4b.2",
                "the person has been released from custody",
                either(subject.serving_sentence, sentences.released(), c.ALREADY),
                cites="PC 1203.4b(a)",
                running=subject.serving_sentence & history.others.none(_may_be_held_for(policy)),
            ),
        ),
        granted=c.given(GRANTED, kinds=("dismissed",), since=_FIRST_DAY),
        grades=(Grade.DISCRETIONARY,),
        outcomes=(Outcome("dismissed"),),
        in_force=in_force,
        acts="the person or an attorney, in the court of the conviction",
        forms=("CR-430", "CR-432"),
        notes=(
            "The court may grant it in the interest of justice.",
            "Supervision need not be over: the court may end it early (b)(4).",
            "For most licenses the conviction need not be told afterwards; for teaching, for work as a peace officer, "
            "for public office and for contracts with the State Lottery Commission it has to be.",
            *notes,
            *dismissals.STAYS,
        ),
    )
