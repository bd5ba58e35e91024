"""What this distribution registers with recordrelief."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from recordrelief.plugins import hookimpl

if TYPE_CHECKING:
    from recordrelief.formats import Format
    from recordrelief.outputs import Output
    from recordrelief.statutes import StatutePack

RECORDRELIEF_HOOK_API = 1


@hookimpl
def recordrelief_statutes() -> Sequence[StatutePack]:
    """The Oregon pack."""
    from recordrelief_us_or.pack import PACK

    return [PACK]


@hookimpl
def recordrelief_formats() -> Sequence[Format]:
    """Court records as cases and charges."""
    from recordrelief_us_or.cases.format import OregonCases

    return [OregonCases()]


@hookimpl
def recordrelief_outputs() -> Sequence[Output]:
    """Results in the words of the live analyzer."""
    from recordrelief_us_or.recordsponge.output import RecordSponge

    return [RecordSponge()]
