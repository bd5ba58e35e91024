"""The namespaces of version 4: an element is known by its local name, in any of these."""

from __future__ import annotations

RAP = "http://nlets.org/niem2/rapsheet/1.0"
JXDM = "http://niem.gov/niem/domains/jxdm/4.1"
CORE = "http://niem.gov/niem/niem-core/2.0"
STRUCTURES = "http://niem.gov/niem/structures/2.0"

KNOWN = frozenset((RAP, JXDM, CORE, STRUCTURES))
"""The sets that the names are of. States add wrappers in namespaces of their own, which are looked through."""

SHEET = "RapSheet"
"""The local name of the element that holds a sheet, in whatever namespace a state puts it."""
PARTS = ("Introduction", "Metadata", "RapSheetPerson", "RapSheetCycle")
"""What stands in a sheet. Where one of the rap-sheet namespace stands in another element, that is the sheet."""
