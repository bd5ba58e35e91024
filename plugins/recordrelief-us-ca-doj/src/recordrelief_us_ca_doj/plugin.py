"""What this distribution registers with recordrelief."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from recordrelief.plugins import hookimpl

if TYPE_CHECKING:
    from recordrelief.formats import Format
    from recordrelief.outputs import Output

RECORDRELIEF_HOOK_API = 1


@hookimpl
def recordrelief_formats() -> Sequence[Format]:
    """The research file of the California Department of Justice."""
    from recordrelief_us_ca_doj.format import DojResearchFile

    return [DojResearchFile()]


@hookimpl
def recordrelief_outputs() -> Sequence[Output]:
    """The results of Clear My Record, and where they and the statute disagree."""
    from recordrelief_us_ca_doj.clear_my_record import ClearMyRecord
    from recordrelief_us_ca_doj.differences import Differences

    return [ClearMyRecord(), Differences()]
