"""What the analyzer makes of a charge, as facts of the pack: worked out before any of its rules is asked."""

from __future__ import annotations

from recordrelief.law.scopes import Kind
from recordrelief.statutes import Fact


def _of_charge(name: str, kind: Kind, means: str, ask: str) -> Fact:
    return Fact(name=name, table="charges", kind=kind, means=means, ask=ask)


FACTS = (
    _of_charge(
        "rs_type",
        "word",
        "RecordSponge: the type of the charge, by its words",
        "Which type of charge is it, as RecordSponge tells them apart?",
    ),
    _of_charge(
        "rs_eligible",
        "test",
        "RecordSponge: a charge of this type that ended so can be set aside; unknown needs more analysis",
        "Can a charge of this type be set aside at all?",
    ),
    _of_charge(
        "rs_wait",
        "word",
        "RecordSponge: the wait by its severity: 7, 5, 3 or 1 years, never, or unread where the level is none it knows",
        "Of which level and class is the charge?",
    ),
    _of_charge(
        "rs_ended",
        "test",
        "RecordSponge: the charge ended in a conviction or a dismissal, and its type is settled",
        "How did the charge end?",
    ),
    _of_charge(
        "rs_assumed",
        "test",
        "RecordSponge: it has no disposition, and this reading assumes one",
        "How did the charge end?",
    ),
    _of_charge(
        "rs_counts",
        "test",
        "RecordSponge: it counts as another conviction",
        "Was the person convicted of it, and of an offense that counts?",
    ),
    _of_charge(
        "rs_violation",
        "test",
        "RecordSponge: its level reads as a violation",
        "Is the charge a violation?",
    ),
    _of_charge(
        "rs_more_than_traffic",
        "test",
        "RecordSponge: a conviction of anything but a traffic violation",
        "Was the person convicted of it, and of anything but a traffic violation?",
    ),
    _of_charge(
        "rs_revoked",
        "test",
        "RecordSponge: probation was revoked in its case",
        "Was probation revoked in the case?",
    ),
    _of_charge(
        "rs_revoked_on",
        "day",
        "RecordSponge: probation was revoked in its case",
        "On what day was probation revoked?",
    ),
    _of_charge(
        "rs_question",
        "test",
        "RecordSponge: it asks how the charge ended, or of which type it is",
        "How did the charge end, and of which type is it?",
    ),
    Fact(
        name="rs_overflow",
        table="subjects",
        kind="test",
        means="RecordSponge: the record may mean more things than it analyses, and it gives no answer",
        ask="Of which type are the charges that may be of several?",
    ),
)
