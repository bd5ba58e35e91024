"""The facts Oregon's law turns on that no canonical column holds, and the question that settles each."""

from __future__ import annotations

from recordrelief.law.scopes import Kind
from recordrelief.statutes import Fact
from recordrelief_us_or.recordsponge import facts as recordsponge


def _of_charge(name: str, kind: Kind, means: str, ask: str) -> Fact:
    return Fact(name=name, table="charges", kind=kind, means=means, ask=ask)


FACTS = (
    # What the source says, in its words
    _of_charge("statute_text", "word", "the statute as the source writes it", "What statute does the record name?"),
    _of_charge("level_text", "word", "the level as the source writes it", "What level does the record name?"),
    _of_charge(
        "reviewed_type",
        "word",
        "the type of charge that somebody chose who reviewed the record, by RecordSponge's names",
        "Which type of charge is it, as RecordSponge tells them apart?",
    ),
    _of_charge(
        "struck",
        "test",
        "somebody who reviewed the record struck the charge out of it",
        "Does the charge not belong in this record?",
    ),
    *recordsponge.FACTS,
)
