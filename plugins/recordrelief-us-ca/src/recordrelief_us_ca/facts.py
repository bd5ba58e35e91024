"""The facts California's law turns on that no canonical column holds, and the question that settles each."""

from __future__ import annotations

from recordrelief.law.scopes import Kind
from recordrelief.statutes import Fact


def _of_charge(name: str, kind: Kind, means: str, ask: str) -> Fact:
    return Fact(name=name, table="charges", kind=kind, means=means, ask=ask)


FACTS = (
    # Proposition 64: HS 11361.8, 11361.9
    _of_charge(
        "gift_or_transport_only",
        "test",
        "cannabis was only given away without pay to adults of 21 or over, or only carried",
        "Was it a gift to someone of 21 or over, or transport, without any sale?",
    ),
    _of_charge(
        "cannabis_to_minor",
        "test",
        "cannabis was sold or offered to someone under 18",
        "Was there a sale, or an attempt at one, to a person under 18?",
    ),
    _of_charge(
        "employed_person_under_21",
        "test",
        "a person of 21 or over employed someone of 20 or younger in the sale",
        "Was someone of 20 or younger employed in the sale by a person of 21 or over?",
    ),
    _of_charge(
        "imported_or_exported_over_limit",
        "test",
        "more than 28.5 grams of cannabis, or 4 of concentrate, crossed the state line",
        "Was more than 28.5 grams of cannabis (4 of concentrate) imported or exported?",
    ),
    _of_charge(
        "environmental_violation",
        "test",
        "the cultivation broke one of the environmental laws that HS 11358(d)(3) names",
        "Did the cultivation break an environmental law named in HS 11358(d)(3)?",
    ),
    _of_charge(
        "ab1793_listed",
        "test",
        "the count stands on the Department of Justice's list of 2019",
        "Is the count on the list that the Department of Justice sent in 2019?",
    ),
    _of_charge(
        "prosecutor_challenge",
        "test",
        "the prosecutor challenged the count by 2020-07-01",
        "Did the prosecutor challenge the count by 2020-07-01?",
    ),
    # convictions
    _of_charge(
        "sentence_completed_on",
        "day",
        "custody and all supervision for this count were over",
        "On what day were custody and all supervision for this count over?",
    ),
    _of_charge(
        "probation_granted",
        "test",
        "probation was granted, asked where no sentence is recorded for the count",
        "Was probation granted for this count?",
    ),
    _of_charge(
        "felony_term_imposed",
        "test",
        "state prison or a county jail term under PC 1170(h), asked where no sentence is recorded for the count",
        "Was state prison, or a county jail term under PC 1170(h), imposed for this count?",
    ),
    _of_charge(
        "prison_term_suspended",
        "test",
        "a prison term was imposed and its execution suspended",
        "Was a prison term imposed and its execution suspended when probation was granted?",
    ),
    _of_charge(
        "probation_revoked",
        "test",
        "probation was revoked at some time, asked where no sentence is recorded for the count",
        "Was the probation for this count revoked at any time?",
    ),
    _of_charge(
        "prison_executed",
        "test",
        "a state prison sentence was executed, asked where no sentence is recorded for the count",
        "Was a state prison sentence served, or to be served, for this count?",
    ),
    _of_charge(
        "split",
        "test",
        "a term under PC 1170(h)(5)(B), asked where no sentence is recorded for the count",
        "Did the county jail term end with a period of mandatory supervision (a split sentence)?",
    ),
    _of_charge(
        "inspection_or_unsafe_vehicle",
        "test",
        "it was about a stop for inspecting a vehicle, or about the unsafe condition of one",
        "Was it about a stop for the inspection of a vehicle, or about a vehicle in an unsafe condition?",
    ),
    _of_charge(
        "result_of_trafficking",
        "test",
        "it came of the person's being a victim of human trafficking, by clear and convincing evidence",
        "Does clear and convincing evidence show that it resulted from being a victim of human trafficking?",
    ),
    _of_charge(
        "hand_crew",
        "word",
        "participation in a fire crew on this sentence: completed_successfully, not_completed, none",
        "Did the person serve in a Conservation Camp, county hand crew or institutional firehouse on this sentence?",
    ),
    _of_charge(
        "escape",
        "test",
        "an escape from a secure perimeter in the ten years before",
        "Was there a conviction for escape from a secure perimeter within the previous ten years?",
    ),
    _of_charge(
        "block_petition",
        "word",
        "a petition of the prosecutor or probation to block automatic relief: granted, denied, pending, none",
        "Did a court grant a petition that blocks automatic relief for this conviction?",
    ),
    _of_charge(
        "juvenile_adjudication",
        "test",
        "a juvenile court found it true, which is no conviction",
        "Was this a finding of a juvenile court?",
    ),
    _of_charge(
        "paid_or_offered_to_pay",
        "test",
        "the person paid, or offered to pay, for the act",
        "Did the person pay or offer to pay money or another thing of value?",
    ),
    _of_charge(
        "result_of_partner_or_sexual_violence",
        "test",
        "it came of the person's being a victim of an intimate partner's violence or of sexual violence",
        "Did it come directly of the person's being a victim of an intimate partner's violence, or of sexual violence?",
    ),
    _of_charge(
        "includes_other_offense",
        "test",
        "the other offenses of the same day include this one, or are included in it",
        "Does this offense include the other offenses of the same day, or is it included in one of them?",
    ),
    _of_charge(
        "released_on",
        "day",
        "was released from custody for the count, asked where no term of custody is recorded for it",
        "On what day was the person released from custody for this count?",
    ),
    _of_charge(
        "probation_began_on",
        "day",
        "was released on probation for the count, asked where no probation is recorded for it",
        "On what day did the probation for this count begin?",
    ),
    _of_charge(
        "probation_for_another_felony",
        "test",
        "the probation that the person is on is for another felony",
        "Is the person on probation for a felony other than this one?",
    ),
    _of_charge(
        "sentenced_to_death",
        "test",
        "the sentence for the count is death",
        "Was the person sentenced to death for this count?",
    ),
    # Proposition 47: PC 1170.18
    _of_charge(
        "premises",
        "word",
        "where the entry was made: commercial_open (a store open for business), other",
        "Was the place entered a commercial establishment, open during regular business hours?",
    ),
    _of_charge("intent_theft", "test", "the intent was to steal", "Was the intent to commit a theft?"),
    _of_charge(
        "theft_based",
        "test",
        "the vehicle was stolen, not only driven",
        "Was the conviction for stealing the vehicle, rather than for driving it after the theft or for a while?",
    ),
    _of_charge(
        "instrument",
        "word",
        "what was forged: listed (the papers PC 473(b) names), other",
        "Was the forged paper a check, bond, bank bill, note, cashier's check, traveler's check or money order?",
    ),
    _of_charge(
        "identity_theft_connected",
        "test",
        "a conviction of identity theft goes with the forgery",
        "Was the person also convicted of identity theft in connection with the forgery?",
    ),
    _of_charge(
        "three_listed_priors",
        "test",
        "three or more earlier convictions of the kind that PC 476a(b) lists",
        "Were there three or more earlier convictions for forgery, bad checks or petty theft?",
    ),
    _of_charge(
        "good_cause",
        "test",
        "a court accepted the reason for asking after 2022-11-04",
        "Did a court find good cause for asking after 2022-11-04?",
    ),
    # deferred entry of judgment and diversion
    _of_charge(
        "diversion_program",
        "word",
        "the program: prefiling, drug_court, deferred_entry, pretrial_drug, pretrial",
        "Which diversion program was it, and under which section?",
    ),
    _of_charge(
        "diversion_completed",
        "test",
        "the diversion program was completed",
        "Was the diversion program, or the deferred entry of judgment, completed?",
    ),
    _of_charge(
        "diversion_completed_on",
        "day",
        "the diversion program was completed",
        "On what day was the diversion program completed?",
    ),
    _of_charge(
        "deferred_entry_granted_on",
        "day",
        "deferred entry of judgment was granted under PC 1000",
        "On what day was deferred entry of judgment granted under PC 1000?",
    ),
    _of_charge(
        "dismissed_1000_3",
        "test",
        "the charge was dismissed under PC 1000.3",
        "Was the charge dismissed under PC 1000.3 after deferred entry of judgment?",
    ),
    # arrests
    _of_charge(
        "charges_filed",
        "test",
        "a pleading was filed on this arrest",
        "Did the prosecutor file charges after this arrest?",
    ),
    _of_charge(
        "limitations_run",
        "test",
        "the time to prosecute is over for every offense of the arrest",
        "Is the statute of limitations over for every offense of this arrest?",
    ),
    _of_charge(
        "no_statute_of_limitations",
        "test",
        "the offense may be prosecuted at any time",
        "Is the offense one that may be prosecuted at any time?",
    ),
    _of_charge(
        "factually_innocent",
        "test",
        "a court found the person factually innocent of the charge",
        "Did a court find the person factually innocent of this charge?",
    ),
    _of_charge(
        "evaded_prosecution",
        "test",
        "the person evaded prosecution on purpose, as by absconding",
        "Did the person intentionally evade prosecution, for example by leaving the state?",
    ),
    _of_charge(
        "identity_fraud_charged",
        "test",
        "the person evaded prosecution by identity fraud and was charged with it",
        "Did the person evade prosecution by identity fraud, and was later charged with that?",
    ),
    _of_charge(
        "abuse_kind",
        "word",
        "the kind of abuse: none, domestic_violence, child_abuse, elder_abuse",
        "Was the arrest for domestic violence, child abuse or elder abuse?",
    ),
    _of_charge(
        "abuse_arrests_within_3y",
        "number",
        "arrests for the same kind of abuse within three years of another",
        "How many arrests for this kind of abuse, on separate occasions, lie within three years of another?",
    ),
    _of_charge(
        "abuse_convictions_within_3y",
        "number",
        "convictions for the same kind of abuse within three years of another",
        "How many convictions for this kind of abuse, on separate occasions, lie within three years of another?",
    ),
    # the person
    Fact(
        name="ca_resident_since",
        table="subjects",
        kind="day",
        means="lives in California without a break since",
        ask="Since what day has the person lived in California without a break?",
    ),
    Fact(
        name="incarcerated_since",
        table="subjects",
        kind="test",
        means="was in prison or jail again after the release or dismissal that the rehabilitation counts from",
        ask="Has the person been in prison or jail again since the release, or since the dismissal?",
    ),
    Fact(
        name="mandatory_life_parole",
        table="subjects",
        kind="test",
        means="is on a parole that the law makes last for life",
        ask="Is the person on a mandatory parole for life?",
    ),
    Fact(
        name="in_military_service",
        table="subjects",
        kind="test",
        means="serves in the armed forces",
        ask="Is the person in the military service?",
    ),
    # sentences
    Fact(
        name="split",
        table="sentences",
        kind="test",
        means="a term under PC 1170(h)(5)(B), with mandatory supervision at its end",
        ask="Did the county jail term end with a period of mandatory supervision (a split sentence)?",
    ),
)
