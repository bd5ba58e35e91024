"""What Oregon's law leaves open, as checked options, and whose reading of it is asked for."""

from __future__ import annotations

from typing import Literal

import attrs
from attrs.validators import in_

from recordrelief.statutes import Policy


@attrs.frozen(kw_only=True)
class OregonPolicy(Policy):
    """The options of the Oregon pack.

    ``reading``: the ``statute``, or the live analyzer ``recordsponge``.
    """

    reading: Literal["statute", "recordsponge"] = attrs.field(
        default="statute", validator=in_(("statute", "recordsponge"))
    )
