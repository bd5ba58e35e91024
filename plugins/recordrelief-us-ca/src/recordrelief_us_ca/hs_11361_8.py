"""HS 11361.8 (Proposition 64), in force from 2016-11-09: dismissal or redesignation of cannabis convictions.

What an old count is worth today follows the table of old and new offenses: by the former section and subdivision, by
the person's age on the day of the offense, and by quantity. The numbers of the conditions are those of the pack's
README.
"""

from __future__ import annotations

import datetime

from recordrelief.law import (
    ALWAYS_TRUE,
    Day,
    OffenseSet,
    Test,
    any_of,
    charge,
    day,
    history,
    other,
    presumed,
    presumed_day,
    relief,
    subject,
    unsettled,
    years,
)
from recordrelief.statutes import Condition, Grade, InForce, Outcome, Pathway, ReliefKind, Remedy
from recordrelief_us_ca import offenses as o
from recordrelief_us_ca import registration, superstrikes
from recordrelief_us_ca.policy import CaliforniaPolicy

EFFECTIVE = datetime.date(2016, 11, 9)
_NEW_LAW = day(2016, 11, 9)

FELONY = charge.level.is_("felony")

# HS 11358, 11359 and 11360: the only sections whose new forms can still be felonies.
MAY_STILL_BE_FELONY = any_of([charge.offense.in_set(one) for one in (o.HS_11358, o.HS_11359, o.HS_11360)])

APPLIES = charge.convicted & charge.jurisdiction.is_("us-ca") & charge.offense.in_set(o.PROP64)
"""64.1, subdivision (a): a conviction in this state under HS 11357 to 11360."""

_NAMED = relief.remedy.is_in(["hs-11361.8", "hs-11361.9"])
GRANTED = charge.reliefs.any(
    _NAMED & (presumed(_NAMED, False, "relief that names no statute") | (relief.relief_date >= _NEW_LAW))
)
"""Relief that names the statute; relief that names none may be it, unless it is older than the statute."""


def offense_day(policy: CaliforniaPolicy) -> Day:
    """The day of the offense: no later than arrest, conviction, judgment and disposition of the count."""
    known = charge.offense_date
    if policy.presume_offense_on_arrest:
        known = presumed_day(known, charge.arrest_date, "policy presume_offense_on_arrest")
    return known.no_later_than(
        charge.arrest_date, charge.conviction_date, charge.judgment_date, charge.disposition_date
    )


def under(age: int, policy: CaliforniaPolicy) -> Test:
    """Under an age on the day of the offense; not so on the birthday itself (Fam. Code 6500)."""
    return offense_day(policy) < subject.birth_date + years(age)


# --- the rows of the table: which old offense the count is -----------------------------------------------------------

_BARE_57 = charge.offense.in_set(o.HS_11357_BARE)
_BARE_57_FELONY = _BARE_57 & FELONY  # only former 11357(a) was ever a felony
_BARE_60_FELONY = charge.offense.in_set(o.HS_11360_BARE) & FELONY  # only former 11360(a) was
IS_57A = charge.offense.in_set(o.HS_11357_A) | _BARE_57_FELONY
# The letter with a number, (b)(1) or (b)(2), is the new one: over 28.5 g, as former (c).
_NEW_57B = charge.offense.in_set(o.HS_11357_B) & ~charge.offense.in_set(o.HS_11357_B_ALONE) & ~_BARE_57
IS_57B = charge.offense.in_set(o.HS_11357_B) & ~_NEW_57B & ~_BARE_57_FELONY
IS_57D = charge.offense.in_set(o.HS_11357_D) & ~_BARE_57_FELONY
IS_57E = charge.offense.in_set(o.HS_11357_E) & ~_BARE_57_FELONY
IS_57 = charge.offense.in_set(o.HS_11357)
IS_58 = charge.offense.in_set(o.HS_11358)
IS_59 = charge.offense.in_set(o.HS_11359)
IS_60 = charge.offense.in_set(o.HS_11360)
IS_60A = charge.offense.in_set(o.HS_11360_A) | _BARE_60_FELONY
IS_60B = charge.offense.in_set(o.HS_11360_B) & ~_BARE_60_FELONY

SIX_PLANTS = charge.plant_count <= 6
EIGHT_GRAMS = charge.quantity_grams <= 8
LAWFUL_GRAMS = charge.quantity_grams <= 28.5
GIFT = charge.test("gift_or_transport_only")


def lesser_or_none(policy: CaliforniaPolicy) -> Test:
    """64.3: every cell of the count's row, as far as age and quantity are known, is no offense or a lesser one."""
    minor = under(18, policy)
    stated_57d = IS_57D & ~_BARE_57
    return any_of(
        [
            IS_57A,
            IS_57B,
            IS_57 & minor & ~stated_57d,
            IS_57D & ~unsettled(ALWAYS_TRUE, "a lighter first fine for the same offense may not make it lesser"),
            IS_57E & (minor | ~unsettled(ALWAYS_TRUE, "former (e) was an offense of minors only")),
            IS_58,
            IS_59,
            IS_60,
        ]
    )


def outcomes(policy: CaliforniaPolicy) -> tuple[Outcome, ...]:
    """What the count becomes: the cells of the table."""
    minor, under_21 = under(18, policy), under(21, policy)
    grown, adult = ~minor, ~under_21
    lawful_60a = lawful_transport(policy)
    return (
        Outcome(
            "dismissed and sealed",
            any_of(
                [
                    IS_57A & adult & EIGHT_GRAMS,
                    IS_57B & adult,
                    IS_58 & adult & SIX_PLANTS,
                    lawful_60a,
                    IS_60B & adult & GIFT,
                ]
            ),
        ),
        Outcome(
            "infraction",
            any_of(
                [
                    minor & (IS_57 | IS_58 | IS_59 | IS_60),
                    IS_57A & under_21 & EIGHT_GRAMS,
                    IS_57B & under_21,
                    IS_58 & under_21 & SIX_PLANTS,
                    IS_60B & (under_21 | ~GIFT),
                ]
            ),
        ),
        Outcome(
            "misdemeanor",
            any_of(
                [
                    IS_57A & grown & ~EIGHT_GRAMS,
                    IS_57D & grown,
                    IS_58 & grown & ~SIX_PLANTS,
                    IS_59 & grown,
                    IS_60A & grown & ~lawful_60a,
                ]
            ),
        ),
    )


# --- what keeps a count a felony: HS 11358(d), 11359(c) and (d), 11360(a)(3) -----------------------------------------


def untouched(policy: CaliforniaPolicy) -> Test:
    """Counts that the table makes an infraction, or six plants lawful, whatever the history, and those of HS 11357."""
    return ~MAY_STILL_BE_FELONY | (IS_58 & SIX_PLANTS) | IS_60B | under(18, policy)


def lawful_transport(policy: CaliforniaPolicy) -> Test:
    """Former HS 11360(a): a gift to adults, or transport, by one of 21 or over, of no more than 28.5 grams."""
    return IS_60A & ~under(21, policy) & GIFT & LAWFUL_GRAMS


_convicted_by = other.conviction_date.no_later_than(other.judgment_date, other.disposition_date)


def no_disqualifying_conviction(policy: CaliforniaPolicy) -> Test:
    """64.4: no superstrike and no conviction that requires registration."""
    here = other.jurisdiction.is_("us-ca")
    disqualifying = other.convicted & (
        (here & (superstrikes.superstrike(policy, other) | registration.registrable(other)))
        | unsettled(~here, "whether the elements of an offense from elsewhere match one that disqualifies")
    )
    ever = history.others.any(disqualifying)
    before = history.others.any(MAY_STILL_BE_FELONY & disqualifying & (_convicted_by < offense_day(policy)))
    match policy.superstrike_timing:
        case "any_time":
            none = ~ever
        case "before_offense":
            none = ~before
        case _:
            none = ~before & ~unsettled(ever, "whether a later superstrike or registrable conviction counts")
    duty = subject.must_register
    if policy.presume_no_duty_to_register:
        duty = presumed(duty, False, "policy presume_no_duty_to_register")
    # A duty to register shows that there is such a conviction somewhere, which the record need not show.
    duty = duty | history.others.any(other.convicted & here & registration.breach(other))
    return none & ~unsettled(duty, "a duty to register shows a registrable conviction, perhaps not on this record")


def _priors(section: OffenseSet, literal: OffenseSet, policy: CaliforniaPolicy) -> Test:
    committed = offense_day(policy)
    earlier = charge.offense.in_set(section) & other.convicted & (_convicted_by < committed)
    same = history.others.count(earlier & other.offense.in_set(section)) >= 2
    # Nobody was convicted under the new subdivision before there was one, whatever letters a citation shows.
    written = (committed >= _NEW_LAW) & (history.others.count(earlier & other.offense.in_set(literal)) >= 2)
    match policy.two_priors:
        case "same_section":
            return ~same
        case "literal_subdivision":
            return ~written
        case _:
            return ~written & ~unsettled(same, "whether priors under the former section count")


def fewer_than_two_priors(policy: CaliforniaPolicy) -> Test:
    """64.5: fewer than two prior convictions of the same kind, each before the offense of this count."""
    return (
        _priors(o.HS_11358, o.HS_11358_C, policy)
        & _priors(o.HS_11359, o.HS_11359_B, policy)
        & _priors(o.HS_11360, o.HS_11360_A_2, policy)
    )


def no_aggravating_fact(policy: CaliforniaPolicy) -> Test:
    """64.6: none of the facts that the new felony forms add; silence is presumed in the person's favour."""

    def absent(name: str) -> Test:
        fact = charge.test(name)
        if policy.presume_no_aggravating_facts:
            fact = presumed(fact, False, "HS 11361.8(b): the burden lies on the opponent")
        return ~fact

    return (
        (~(IS_59 | IS_60) | absent("cannabis_to_minor"))
        & (~IS_59 | absent("employed_person_under_21"))
        & (~IS_60 | absent("imported_or_exported_over_limit"))
        & (~IS_58 | absent("environmental_violation"))
    )


_ARGUMENT = "The new felony form says 'may be punished': an argument for the lesser offense stays open to an advocate."


def conditions(policy: CaliforniaPolicy) -> tuple[Condition, ...]:
    """Conditions 64.2 to 64.6, shared with HS 11361.9."""
    convicted_by = charge.conviction_date.no_later_than(charge.judgment_date, charge.disposition_date)
    settled = ~unsettled(
        (charge.judgment_date >= _NEW_LAW) | (convicted_by >= _NEW_LAW),
        "judgment under the new law for an earlier offense",
    )
    free, lawful = untouched(policy), lawful_transport(policy)
    return (
        Condition(
            "64.2",
            "the offense was committed, and judgment given, before 2016-11-09",
            (offense_day(policy) < _NEW_LAW) & settled,
            cites="HS 11361.8(a), (e)",
        ),
        Condition(
            "64.3",
            "the law since 2016-11-09 makes it no offense or a lesser offense",
            lesser_or_none(policy),
            cites="HS 11361.8(a), (e); HS 11357, 11358, 11359, 11360",
            note="A district attorney may dismiss such a count all the same: see the options of the prosecutor.",
        ),
        Condition(
            "64.4",
            "no superstrike and no registrable conviction keeps it a felony",
            free | lawful | no_disqualifying_conviction(policy),
            cites="HS 11358(d)(1), 11359(c)(1), 11360(a)(3)(A); PC 667(e)(2)(C)(iv), 290(c)",
            note=_ARGUMENT,
        ),
        Condition(
            "64.5",
            "fewer than two prior convictions of the same kind keep it below a felony",
            free | lawful | fewer_than_two_priors(policy),
            cites="HS 11358(d)(2), 11359(c)(2), 11360(a)(3)(B)",
            note=_ARGUMENT,
        ),
        Condition(
            "64.6",
            "none of the facts is shown that the new felony forms add",
            free | no_aggravating_fact(policy),
            cites="HS 11358(d)(3), 11359(c)(3), 11359(d), 11360(a)(3)(C), (D)",
            note=_ARGUMENT,
        ),
    )


def remedies(policy: CaliforniaPolicy) -> tuple[Remedy, ...]:
    """The remedy, in its one version."""
    return (
        Remedy(
            id="hs-11361.8",
            title="Dismissal or redesignation of a cannabis conviction (Proposition 64)",
            citation="Cal. Health & Safety Code § 11361.8",
            relief=ReliefKind.REDESIGNATION,
            pathway=Pathway.PETITION,
            applies_to=APPLIES,
            requires=conditions(policy),
            granted=GRANTED,
            grades=(Grade.PRESUMED,),
            outcomes=outcomes(policy),
            in_force=InForce(EFFECTIVE),
            acts="the person: a petition while the sentence is served (a), an application once it is complete (e)",
            forms=("CR-400", "CR-401", "CR-402", "CR-403", "JV-744", "JV-745", "JV-746"),
            notes=(
                "The court shall presume that the criteria are met unless the opponent proves otherwise by clear and "
                "convincing evidence (b), (f).",
                "While a sentence is being served the court may refuse for an unreasonable risk to public safety (b).",
            ),
        ),
    )
