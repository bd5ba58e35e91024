"""The lists of statutes by which the analyzer classifies, as it writes them: letters and digits only."""

from __future__ import annotations

import re


def _sections(chapter: str, *numbers: str) -> frozenset[str]:
    return frozenset(chapter + number for number in numbers)


SEX_CRIMES = _sections(
    "163",
    *("365", "375", "395", "405", "408", "411", "413", "425", "427", "432", "433", "452", "454", "465", "467", "472"),
    *("476", "479", "670", "684", "686", "687", "688", "689", "693"),
) | _sections("167", "012", "017", "057", "062", "075", "080", "090")
"""Matched whole: a subsection written behind one of these escapes the list."""

YOUNG_OFFENDERS = _sections("163", "355", "385", "415", "435", "445")
"""Sex crimes that a young offender may have set aside, ORS 137.225(6)(f)."""

PERSON_FELONIES = (
    _sections("97", "981", "982")
    | _sections("162", "165", "185")
    | _sections(
        "163",
        *("095", "115", "118", "125", "145", "149", "165", "175", "185", "192", "196", "205", "207", "208", "213"),
        *("225", "235", "263", "264", "266", "275", "525", "535", "537", "547", "701", "732", "750"),
    )
    | _sections("164", "075", "225", "325", "342", "395", "405", "415")
    | _sections("166", "070", "087", "165", "220", "643")
    | frozenset({"167322", "468951", "475908", "475910"})
    # Listed with a subsection, and matched where the record writes none.
    | frozenset({"163187", "164377", "164886", "166385", "167320", "475752", "609990", "830475", "837365"})
)
"""Class B felonies that OAR 213-003-0001(14) calls person felonies."""

MARIJUANA_INELIGIBLE = frozenset({"475B359", "475B367", "475B371", "167262"})
"""By section; and 475B.349(3)(c) by the whole statute."""

TRAFFIC_CHAPTERS = frozenset({481, 482, 483, *range(801, 826)}) - {813}
"""Chapters of traffic offenses; driving under the influence, 813, is told apart."""

PLACES = re.compile(
    "al|ak|az|ar|ca|co|ct|de|dc|fl|ga|hi|id|il|in|ia|ks|ky|la|me|md|ma|mi|mn|ms|mo|mt|ne|nv|nh|nj|nm|ny|nc|nd|oh|ok|or|"
    "pa|ri|sc|sd|tn|tx|ut|vt|va|wa|wv|wi|wy|as|gu|mp|pr|vi"
)
"""Postal codes of states and territories: a charge whose name ends with one was brought for another state."""
