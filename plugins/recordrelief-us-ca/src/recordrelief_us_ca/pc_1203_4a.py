"""PC 1203.4a: dismissal of a misdemeanor for which no probation was granted, or of an infraction."""

from __future__ import annotations

from collections.abc import Iterator

from recordrelief.law import OffenseSet, Test, charge, history, other, subject, unsettled, years
from recordrelief.statutes import Condition, Grade, InForce, Outcome, Pathway, ReliefKind, Remedy, Wait
from recordrelief_us_ca import convictions as c
from recordrelief_us_ca import dismissals, levels, sentences, standing
from recordrelief_us_ca import offenses as o
from recordrelief_us_ca.policy import CaliforniaPolicy

GRANTED = ("pc-1203.4a", "pc-1203.4a(a)", "pc-1203.4a(b)")

LEWD_AS_MISDEMEANOR = OffenseSet.listing(
    "excluded-from-1203.4a-as-a-misdemeanor",
    cites="PC 1203.4a(d)",
    includes=("PC 288(c)",),
    attempts="outside",
    conspiracies="open",
    solicitations="open",
    catalog=o.CATALOG,
)
TRAFFIC = OffenseSet.listing(
    "traffic-infractions",
    cites="PC 1203.4a(d); VC 42001",
    includes=("VC 22350",),
    # VC 42001 takes in most infractions of the Vehicle Code, and which it leaves out is not told here.
    perhaps=("VC 1-99999",),
    attempts="outside",
    conspiracies="open",
    solicitations="open",
    catalog=o.CATALOG,
)
SETS = (LEWD_AS_MISDEMEANOR, TRAFFIC)

_REVOKED = "whether the section reaches a misdemeanor whose probation was revoked"
_RESTITUTION = "whether a sentence was fully complied with while restitution was owed"
_INFRACTION = "whether a later infraction shows that the laws were not obeyed"


def _excluded() -> Test:
    # A felony is not what the section is about: of PC 288(c) only the misdemeanor is left.
    misdemeanor = charge.offense.in_set(LEWD_AS_MISDEMEANOR) | dismissals.unsafe_vehicle()
    return misdemeanor | (levels.infraction() & charge.offense.in_set(TRAFFIC))


def _without_probation() -> Condition:
    granted = c.probation_granted()
    revoked = unsettled(granted & c.probation_revoked(), _REVOKED)
    return Condition(
        "1203.4a.1",
        "the conviction is of an infraction, or of a misdemeanor for which no probation was granted",
        levels.infraction() | ~granted | revoked,
        cites="PC 1203.4a(a)",
        note="After probation relief is that of PC 1203.4.",
    )


def _conditions(policy: CaliforniaPolicy, in_force: InForce) -> Iterator[Condition]:
    yield _without_probation()
    if in_force.until == dismissals.SB_1106:
        yield Condition(
            "1203.4a.3.restitution",
            "restitution that was ordered is paid",
            ~unsettled(sentences.restitution_unpaid(), _RESTITUTION),
            cites="PC 1203.4a(a), before 2023-01-01",
        )
    yield standing.not_serving("1203.4a.4", policy, cites="PC 1203.4a(a)")
    yield standing.not_charged("1203.4a.5", policy, cites="PC 1203.4a(a)")
    yield Condition(
        "1203.4a.6",
        "the offense is not one of those that the section shuts out",
        ~_excluded(),
        cites="PC 1203.4a(d)",
    )


def _waits(policy: CaliforniaPolicy) -> tuple[Wait, ...]:
    return (
        Wait(
            "1203.4a.2",
            "more than a year has gone by since judgment was pronounced",
            charge.judgment_date + years(1),
            cites="PC 1203.4a(a)",
        ),
        Wait(
            "1203.4a.3",
            "the sentence has been fully complied with",
            sentences.completed(policy),
            cites="PC 1203.4a(a)",
            running=subject.serving_sentence,
        ),
    )


def _upright(policy: CaliforniaPolicy) -> Condition:
    """1203.4a.m1, as far as a record shows how somebody lived: by the convictions since."""
    since = other.convicted & (charge.judgment_date < sentences.convicted_on(policy, other))
    of_infraction = levels.disposed_as("infraction", other)
    return Condition(
        "1203.4a.m1",
        "no conviction since judgment speaks against an honest and upright life in obedience to the laws",
        history.others.none(since & ~of_infraction)
        & ~unsettled(history.others.any(since & of_infraction), _INFRACTION),
        cites="PC 1203.4a(a)",
    )


def remedies(policy: CaliforniaPolicy) -> tuple[Remedy, ...]:
    """The remedy, in the versions before and after unpaid restitution ceased to count."""
    return (
        _remedy(policy, InForce(None, dismissals.SB_1106), ()),
        _remedy(policy, InForce(dismissals.SB_1106), (dismissals.NO_RESTITUTION_TEST,)),
    )


def _remedy(policy: CaliforniaPolicy, in_force: InForce, notes: tuple[str, ...]) -> Remedy:
    return Remedy(
        id="pc-1203.4a",
        title="Dismissal of a misdemeanor without probation, or of an infraction",
        citation="Cal. Penal Code § 1203.4a",
        relief=ReliefKind.DISMISSAL,
        pathway=Pathway.PETITION,
        applies_to=dismissals.CONVICTION & ~levels.felony(),
        requires=tuple(_conditions(policy, in_force)),
        waits=_waits(policy),
        granted=c.given(GRANTED, kinds=("dismissed",)),
        grades=(Grade.MANDATORY.when(_upright(policy)), Grade.DISCRETIONARY),
        outcomes=(Outcome("dismissed"),),
        in_force=in_force,
        acts="the person or an attorney, in the court of the conviction",
        forms=(*dismissals.PETITION, dismissals.DECLARATION),
        notes=(
            "Where it is not as of right the court may grant it in the interest of justice, on a declaration (b).",
            "For an infraction a written declaration is enough, on 15 days' notice (f).",
            "A misdemeanor counts for itself, in a case with a felony too (People v. Ricci); a felony that was "
            "redesignated a misdemeanor counts as one, even if prison was served (People v. Khamvongsa).",
            *notes,
            *dismissals.STAYS,
        ),
    )
