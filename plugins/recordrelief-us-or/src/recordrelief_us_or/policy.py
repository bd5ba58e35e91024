"""What Oregon's law leaves open, as checked options, and whose reading of it is asked for."""

from __future__ import annotations

from typing import Any, Literal

import attrs
from attrs.validators import ge, in_, instance_of, le, optional

from recordrelief.statutes import Policy


def _choice(*words: str) -> Any:
    return attrs.field(default=None, validator=optional(in_(words)))


@attrs.frozen(kw_only=True)
class OregonPolicy(Policy):
    """The options of the Oregon pack. Unset (None): the answer is undetermined where the choice matters.

    ``reading``: the ``statute``, or the live analyzer ``recordsponge``, to which no other option of this pack speaks.

    ``unpaid_balance``: money other than restitution that is still owed ``stands`` in the way of a sentence fully
    performed, or is ``ignored``. ``dismissed_traffic_violation``: its record can be set aside (``eligible``) or not.
    ``contempt_from_2026``: a finding of contempt keeps its ``one_year``, or waits ``five_years`` where a protective
    order was violated. ``marijuana_no_graver``: what a marijuana conviction counts as today is no graver than what it
    was. The presumptions are off: ``presume_no_imprisonment`` where no term is recorded,
    ``presume_sentence_performed_after`` so many years since the conviction, and ``presume_no_juvenile_court`` where the
    kind of case is not told.
    """

    reading: Literal["statute", "recordsponge"] = attrs.field(
        default="statute", validator=in_(("statute", "recordsponge"))
    )
    unpaid_balance: Literal["stands", "ignored"] | None = _choice("stands", "ignored")
    dismissed_traffic_violation: Literal["eligible", "ineligible"] | None = _choice("eligible", "ineligible")
    contempt_from_2026: Literal["one_year", "five_years"] | None = _choice("one_year", "five_years")
    marijuana_no_graver: bool = True
    presume_no_imprisonment: bool = False
    presume_no_juvenile_court: bool = False
    presume_sentence_performed_after: int | None = attrs.field(
        default=None, validator=optional([instance_of(int), ge(0), le(100)])
    )
