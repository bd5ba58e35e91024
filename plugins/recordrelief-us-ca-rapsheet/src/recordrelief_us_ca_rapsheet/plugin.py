"""What this distribution registers with recordrelief."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from recordrelief.plugins import hookimpl

if TYPE_CHECKING:
    from recordrelief.formats import Format

RECORDRELIEF_HOOK_API = 1


@hookimpl
def recordrelief_formats() -> Sequence[Format]:
    """The RAP sheet of the California Department of Justice."""
    from recordrelief_us_ca_rapsheet.format import RapSheets

    return [RapSheets()]
