"""A statute pack of one's own: two remedies of the State of Jefferson, which exists only in this example."""

from datetime import date
from typing import Literal

import attrs
from attrs.validators import in_

from recordrelief.law import OffenseCatalog, OffenseSet, charge, history, other, presumed_day, relief, sentence, years
from recordrelief.plugins import hookimpl
from recordrelief.statutes import (
    Bar,
    Condition,
    Fact,
    Grade,
    InForce,
    Outcome,
    Pathway,
    Policy,
    ReliefKind,
    Remedy,
    StatutePack,
    Wait,
)

RECORDRELIEF_HOOK_API = 1

# What the pack knows of offenses. A citation that is not here is unknown to every set that does not list it.
CATALOG = OffenseCatalog.from_csv(
    """citation,description,levels,violent,notes,source
JC 12.1,Petty theft,misdemeanor,no,,code
JC 14.2,Assault,misdemeanor;felony,maybe,violent if it caused injury,code
JC 14.2(b),Assault that caused injury,felony,yes,,code
JC 20.5,Trespass,misdemeanor,no,,code
""",
    flags=("violent",),
)
VIOLENT = CATALOG.flagged("violent", "violent", cites="JC 30.1(c)")
AGAINST_PROPERTY = OffenseSet.listing(
    "property", cites="JC 30.2(a)", includes=("JC 12.1-13.9", "JC 20.5"), catalog=CATALOG
)


@attrs.frozen(kw_only=True)
class JeffersonPolicy(Policy):
    """What the law of Jefferson leaves open.

    ``completion``: a sentence whose end is not on record counts as complete seven years after it was imposed
    (``presumed``), or its end stays unknown (``recorded``).
    """

    completion: Literal["recorded", "presumed"] = attrs.field(
        default="recorded", validator=in_(("recorded", "presumed"))
    )


def _completed(policy):
    """The day the sentence was complete: the latest of its terms."""
    completed = sentence.completed_date
    if policy.completion == "presumed":
        completed = presumed_day(completed, sentence.imposed_date + years(7), "policy completion")
    return charge.sentences.latest(completed)


def _sealing(policy, wait, in_force):
    return Remedy(
        id="jc-30.1",
        title="Sealing of a misdemeanor conviction",
        citation="Jefferson Code § 30.1",
        relief=ReliefKind.SEALING,
        pathway=Pathway.PETITION,
        applies_to=charge.convicted & charge.level.is_("misdemeanor"),
        requires=(
            Condition(
                "30.1.2",
                "no charge against the person is pending",
                history.none(charge.outcome.is_("pending")),
                cites="(b)",
                curable=True,
            ),
        ),
        bars=(Bar("30.1.3", "the offense is a violent one", charge.offense.in_set(VIOLENT), cites="(c)"),),
        waits=(
            Wait(
                "30.1.1", f"{wait} years since the sentence was complete", _completed(policy) + years(wait), cites="(a)"
            ),
        ),
        granted=charge.reliefs.any(relief.kind.is_("sealed")),
        grades=(
            Grade.MANDATORY.when(
                Condition("30.1.4", "it is the only conviction", history.others.none(other.convicted), cites="(d)")
            ),
            Grade.DISCRETIONARY,
        ),
        outcomes=(Outcome("sealed"),),
        in_force=in_force,
    )


def _cleaning(policy):
    return Remedy(
        id="jc-30.2",
        title="Automatic sealing of an arrest for a property offense",
        citation="Jefferson Code § 30.2",
        relief=ReliefKind.SEALING,
        pathway=Pathway.AUTOMATIC,
        applies_to=charge.outcome.is_in(["dismissed", "acquitted", "not_filed"])
        & charge.offense.in_set(AGAINST_PROPERTY),
        bars=(Bar("30.2.1", "the state has asked to keep it open", charge.test("kept_open"), cites="(b)"),),
        grades=(Grade.AUTOMATIC,),
        outcomes=(Outcome("sealed"),),
        in_force=InForce(since=date(2022, 7, 1)),
        acts="the court, without a petition",
    )


def _remedies(policy):
    return (
        _sealing(policy, 5, InForce(until=date(2024, 1, 1))),
        _sealing(policy, 3, InForce(since=date(2024, 1, 1))),  # the period was shortened
        _cleaning(policy),
    )


PACK = StatutePack(
    id="jefferson",
    title="Jefferson",
    jurisdiction="us-jefferson",
    version="1",
    catalog=CATALOG,
    sets=(VIOLENT, AGAINST_PROPERTY),
    policy=JeffersonPolicy,
    policies={"presuming": JeffersonPolicy(completion="presumed")},
    facts=(
        Fact(
            name="kept_open",
            table="charges",
            kind="test",
            means="the state asked the court to keep the arrest open",
            ask="Did the state ask the court to keep this arrest open?",
        ),
    ),
    remedies=_remedies,
)


@hookimpl
def recordrelief_statutes():
    return [PACK]
