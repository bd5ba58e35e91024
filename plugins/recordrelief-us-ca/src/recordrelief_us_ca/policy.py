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
    ``presume_no_duty_to_register`` and ``presume_listed_unchallenged`` (HS 11361.9). ``prosecutor`` adds an office's
    own choices.
    """

    superstrike_timing: Literal["before_offense", "any_time"] | None = attrs.field(
        default=None, validator=optional(in_(("before_offense", "any_time")))
    )
    two_priors: Literal["same_section", "literal_subdivision"] | None = attrs.field(
        default=None, validator=optional(in_(("same_section", "literal_subdivision")))
    )
    presume_no_aggravating_facts: bool = True
    presume_offense_on_arrest: bool = False
    presume_no_duty_to_register: bool = False
    presume_listed_unchallenged: bool = False
    prosecutor: Prosecutor | None = None
