"""The California statute pack."""

from __future__ import annotations

from recordrelief.statutes import Fact, Remedy, StatutePack
from recordrelief_us_ca import hs_11361_8, hs_11361_9, prosecutor
from recordrelief_us_ca.offenses import CATALOG, SETS
from recordrelief_us_ca.policy import CaliforniaPolicy

VERSION = "0.1.0"

FACTS = (
    Fact(
        name="gift_or_transport_only",
        table="charges",
        kind="test",
        means="cannabis was only given away without pay to adults of 21 or over, or only carried",
        ask="Was it a gift to someone of 21 or over, or transport, without any sale?",
    ),
    Fact(
        name="cannabis_to_minor",
        table="charges",
        kind="test",
        means="cannabis was sold or offered to someone under 18",
        ask="Was there a sale, or an attempt at one, to a person under 18?",
    ),
    Fact(
        name="employed_person_under_21",
        table="charges",
        kind="test",
        means="a person of 21 or over employed someone of 20 or younger in the sale",
        ask="Was someone of 20 or younger employed in the sale by a person of 21 or over?",
    ),
    Fact(
        name="imported_or_exported_over_limit",
        table="charges",
        kind="test",
        means="more than 28.5 grams of cannabis, or 4 of concentrate, crossed the state line",
        ask="Was more than 28.5 grams of cannabis (4 of concentrate) imported or exported?",
    ),
    Fact(
        name="environmental_violation",
        table="charges",
        kind="test",
        means="the cultivation broke one of the environmental laws that HS 11358(d)(3) names",
        ask="Did the cultivation break an environmental law named in HS 11358(d)(3)?",
    ),
    Fact(
        name="ab1793_listed",
        table="charges",
        kind="test",
        means="the count stands on the Department of Justice's list of 2019",
        ask="Is the count on the list that the Department of Justice sent in 2019?",
    ),
    Fact(
        name="prosecutor_challenge",
        table="charges",
        kind="test",
        means="the prosecutor challenged the count by 2020-07-01",
        ask="Did the prosecutor challenge the count by 2020-07-01?",
    ),
)


def _remedies(policy: CaliforniaPolicy) -> tuple[Remedy, ...]:
    return (*hs_11361_8.remedies(policy), *hs_11361_9.remedies(policy), *prosecutor.remedies(policy))


PACK = StatutePack(
    id="us-ca",
    title="California",
    jurisdiction="us-ca",
    version=VERSION,
    catalog=CATALOG,
    sets=SETS,
    policy=CaliforniaPolicy,
    policies={"statute": CaliforniaPolicy()},
    facts=FACTS,
    remedies=_remedies,
)
