"""What California's law leaves open, and what a district attorney may decide, as checked options."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import attrs
from attrs.validators import deep_iterable, ge, in_, instance_of, le, optional

from recordrelief.statutes import Policy

SECTIONS = ("11357", "11358", "11359", "11360")
Section = Literal["11357", "11358", "11359", "11360"]


def _tuple(value: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(value)


def _sections() -> Any:
    return attrs.field(default=(), converter=_tuple, validator=deep_iterable(in_(SECTIONS)))


def _number(low: int, high: int) -> Any:
    return attrs.field(default=None, validator=optional([instance_of(int), ge(low), le(high)]))


@attrs.frozen(kw_only=True)
class Prosecutor:
    """What an office dismisses or reduces on its own authority, beyond what the statute requires.

    ``dismiss`` and ``reduce`` name sections. The other options dismiss any cannabis conviction that meets them. A
    conviction that more than one reaches is dismissed by any of them.
    """

    dismiss: tuple[Section, ...] = _sections()
    reduce: tuple[Section, ...] = _sections()
    dismiss_below_felony: bool = False
    under_21_at_conviction: bool = False
    age_at_least: int | None = _number(18, 120)
    years_since_conviction: int | None = _number(1, 100)
    years_without_conviction: int | None = _number(1, 100)
    deceased: bool = False
    only_cannabis_convictions: bool = False

    def __attrs_post_init__(self) -> None:
        if both := sorted(set(self.dismiss) & set(self.reduce)):
            raise ValueError(f"section {', '.join(both)} cannot stand under both dismiss and reduce")


@attrs.frozen(kw_only=True)
class CaliforniaPolicy(Policy):
    """The options of the California pack. Unset (None): the answer is undetermined where the choice matters.

    ``superstrike_timing``: a superstrike or registrable conviction disqualifies when it came ``before_offense``, or at
    ``any_time``. ``two_priors``: two prior convictions under the ``same_section``, or under the new subdivision read
    literally (``literal_subdivision``). The presumptions are off unless the statute makes them:
    ``presume_no_aggravating_facts`` (on: the burden lies on the opponent), ``presume_offense_on_arrest``,
    ``presume_no_duty_to_register`` and ``presume_listed_unchallenged`` (HS 11361.9). Two more are those of recent
    bills: ``presume_sentence_complete_after`` so many years since judgment, and ``presume_no_pending_charge_after`` so
    many years without an arrest or a filing. Three are on because what they are about leaves a trace where it happens,
    or is rare and plain to whoever asks: ``presume_no_finding`` (of an injury, a weapon, a gang or a life term, where
    the section itself does not turn on one), ``presume_not_blocked`` (PC 1203.425(b)) and
    ``presume_not_in_military_service`` (PC 4852.01(c)). Of arrests, ``presume_no_diversion``,
    ``presume_no_finding_of_innocence`` and ``presume_no_abuse`` (where the section is none of abuse) are on for the
    same reason, and ``presume_no_proceedings`` is about those of which nothing came that is recorded (PC 851.93 asks
    for no indication of any). ``prosecutor`` adds an office's own choices.

    ``conviction_date_substitute``: the day of disposition stands in for an unknown day of conviction, or nothing does.
    ``supervision_is_sentence``: parole and the like count as serving a sentence. ``completion_includes_parole``: a
    sentence is complete when parole is over too. ``new_felony`` within the four years of PC 1203.425 makes
    ``ineligible``, or the years ``restart``. ``revoked_misdemeanor``: a misdemeanor whose probation was revoked falls
    under ``branch_b`` of PC 1203.425, or is ``excluded``. ``sliver``: whether the felony branch of PC 1203.425 operated
    in the days before two bills put it off. ``arrest_max_term``: an arrest with several charges is measured by the
    ``gravest``, or ``each`` by its own.
    """

    superstrike_timing: Literal["before_offense", "any_time"] | None = attrs.field(
        default=None, validator=optional(in_(("before_offense", "any_time")))
    )
    two_priors: Literal["same_section", "literal_subdivision"] | None = attrs.field(
        default=None, validator=optional(in_(("same_section", "literal_subdivision")))
    )
    conviction_date_substitute: Literal["disposition_date", "none"] = attrs.field(
        default="disposition_date", validator=in_(("disposition_date", "none"))
    )
    supervision_is_sentence: bool | None = attrs.field(default=None, validator=optional(instance_of(bool)))
    completion_includes_parole: bool = True
    new_felony: Literal["ineligible", "restart"] | None = attrs.field(
        default=None, validator=optional(in_(("ineligible", "restart")))
    )
    revoked_misdemeanor: Literal["branch_b", "excluded"] | None = attrs.field(
        default=None, validator=optional(in_(("branch_b", "excluded")))
    )
    sliver: Literal["not_operating", "operating"] = attrs.field(
        default="not_operating", validator=in_(("not_operating", "operating"))
    )
    arrest_max_term: Literal["gravest", "each"] = attrs.field(default="gravest", validator=in_(("gravest", "each")))
    presume_no_aggravating_facts: bool = True
    presume_offense_on_arrest: bool = False
    presume_no_duty_to_register: bool = False
    presume_listed_unchallenged: bool = False
    presume_no_finding: bool = True
    presume_not_blocked: bool = True
    presume_not_in_military_service: bool = True
    presume_no_diversion: bool = True
    presume_no_finding_of_innocence: bool = True
    presume_no_abuse: bool = True
    presume_no_proceedings: bool = False
    presume_sentence_complete_after: int | None = _number(1, 100)
    presume_no_pending_charge_after: int | None = _number(1, 100)
    prosecutor: Prosecutor | None = None
