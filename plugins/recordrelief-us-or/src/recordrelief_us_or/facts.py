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
        "the type of charge that somebody chose who reviewed the record, by RecordSponge's names; none: nobody did",
        "Which type of charge is it, as RecordSponge tells them apart?",
    ),
    _of_charge(
        "struck",
        "test",
        "somebody who reviewed the record struck the charge out of it",
        "Does the charge not belong in this record?",
    ),
    _of_charge(
        "juvenile",
        "test",
        "a juvenile court had the case",
        "Was this a matter of juvenile court?",
    ),
    # The sentence
    _of_charge(
        "sentence_completed_on",
        "day",
        "the sentence for this conviction, supervision included, was over",
        "On what day were imprisonment and all supervision for this conviction over?",
    ),
    _of_charge(
        "probation_revoked",
        "test",
        "a sentence of probation for this conviction was revoked",
        "Was probation for this conviction revoked?",
    ),
    _of_charge(
        "probation_revoked_on",
        "day",
        "probation for this conviction was last revoked",
        "On what day was probation for this conviction last revoked?",
    ),
    # ORS 137.225(6)
    _of_charge(
        "victim_65_or_older",
        "test",
        "the victim was 65 or older at the time of the crime",
        "Was the victim 65 or older at the time of the crime?",
    ),
    _of_charge(
        "child_abuse",
        "test",
        "the offense constitutes child abuse",
        "Does the offense constitute child abuse?",
    ),
    _of_charge(
        "victim_over_ten",
        "test",
        "the victim of an assault in the third degree was more than ten years old",
        "Was the victim more than ten years old?",
    ),
    _of_charge(
        "young_offender_exception",
        "test",
        "the exception for young offenders in (6)(f) applies to this sex crime",
        "Does the exception for young offenders apply: relieved of reporting, no other conviction that bars relief?",
    ),
    # ORS 137.225(1)(b), contempt
    _of_charge(
        "protective_order_contempt",
        "test",
        "the contempt was the violation of an order that protects from abuse or from a crime against a person",
        "Was the finding of contempt for violating an order that protects a person?",
    ),
    # ORS 137.226, 475C.397
    _of_charge(
        "marijuana_class_now",
        "word",
        "what the conduct would be since 2017-04-21: felony_b, felony_c, misdemeanor_a, misdemeanor_b, violation, none",
        "Which offense would the conduct be under the law since 21 April 2017, and of which class, if any?",
    ),
    _of_charge(
        "less_than_an_ounce",
        "test",
        "the conviction was for possessing less than an ounce of marijuana",
        "Was the conviction for possessing less than an ounce of marijuana?",
    ),
    *recordsponge.FACTS,
)
