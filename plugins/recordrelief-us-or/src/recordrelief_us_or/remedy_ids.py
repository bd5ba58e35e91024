"""The ids of Oregon's remedies, which are the same under every reading of the law."""

from __future__ import annotations

CONVICTION = "ors-137.225-conviction"
CHARGE = "ors-137.225-charge"
MARIJUANA = "ors-137.226"
POSSESSION = "ors-475c.397"
