"""What somebody has already: since when, and the level that it left a charge at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import attrs

from recordrelief.findings import Determination
from recordrelief.model import LEVELS, Relief


@attrs.frozen
class Had:
    """The answers of one person that are granted, by charge and remedy."""

    granted: Mapping[tuple[str, str], Determination]

    @classmethod
    def of(cls, determinations: Sequence[Determination]) -> Had:
        """Those of all answers that are granted."""
        return cls({(one.charge_id, one.remedy.id): one for one in determinations if one.status == "granted"})

    def day(self, charge_id: str, remedy: str) -> date | None:
        """The day from which the record shows it, if that is one day."""
        days = {one.relief_date for one in self._rows(self.granted[charge_id, remedy])}
        only = next(iter(days)) if len(days) == 1 else None
        return only.earliest if only is not None and only.earliest == only.latest else None

    def level(self, charge_id: str) -> str | None:
        """The level that relief left the charge at; None where it left the level as it is, or that cannot be told."""
        left = [
            level for (charge, _), one in self.granted.items() if charge == charge_id for level in self._levels(one)
        ]
        return min(left, key=LEVELS.index, default=None)

    def _levels(self, one: Determination) -> Sequence[str]:
        recorded = [row.resulting_level for row in self._rows(one) if row.resulting_level is not None]
        # What the law names is told only where it has no other outcome.
        names = [outcome.name for outcome in one.remedy.outcomes]
        return recorded or [name for name in names if len(names) == 1 and name in LEVELS]

    def _rows(self, one: Determination) -> Sequence[Relief]:
        """The rows of the record that show it; the one there is, where the source calls it by words of its own."""
        reliefs = one.charge.reliefs
        return [row for row in reliefs if row.remedy == one.remedy.id] or (reliefs if len(reliefs) == 1 else ())
