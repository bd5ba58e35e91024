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
    """The national rap sheet in XML."""
    from recordrelief_niem.format import NationalRapSheet

    return [NationalRapSheet()]
