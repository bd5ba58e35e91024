"""The second-chance gap: of those who may have relief, how many had it, and how long the rest would take.

The method is the published one of C. Chien, "America's Paper Prisons: The Second Chance Gap", 119 Mich. L. Rev. 519
(2020): with R who had relief, E who are eligible and had none, and g who have it in a year, the uptake is R / (R + E)
and the years to clear the gap, with nobody new, E / g.
"""

from __future__ import annotations

import attrs

RATE_YEARS = 5
"""Over how many years before the day of the run the reliefs that have a day are averaged."""


def uptake(granted: int, eligible: int) -> float | None:
    """The share of those who may have relief, or had it, who had it; None where there is nobody."""
    return granted / (granted + eligible) if granted + eligible else None


def years_to_clear(eligible: int, per_year: float) -> float | None:
    """The years until nobody is left at a rate, if nobody is added; None for never."""
    if eligible == 0:
        return 0.0
    return eligible / per_year if per_year > 0 else None


@attrs.frozen(kw_only=True)
class Rate:
    """How many have relief in a year, and how that is known."""

    per_year: float
    source: str


@attrs.frozen(kw_only=True)
class Gap:
    """The gap of people or of charges, as a low or a high bound. Without a rate there are no years."""

    unit: str
    bound: str
    granted: int
    eligible: int
    rate: Rate | None

    @property
    def uptake(self) -> float | None:
        """R / (R + E)."""
        return uptake(self.granted, self.eligible)

    @property
    def years(self) -> float | None:
        """E / g; None where g is not known, or where it is nought and the answer is never."""
        return None if self.rate is None else years_to_clear(self.eligible, self.rate.per_year)

    @property
    def never(self) -> bool:
        """Whether the gap is never closed at this rate."""
        return self.rate is not None and self.years is None
