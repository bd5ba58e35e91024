"""What this distribution registers with recordrelief."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from recordrelief.plugins import hookimpl

if TYPE_CHECKING:
    from recordrelief.statutes import StatutePack

RECORDRELIEF_HOOK_API = 1


@hookimpl
def recordrelief_statutes() -> Sequence[StatutePack]:
    """The California pack."""
    from recordrelief_us_ca.pack import PACK

    return [PACK]
