"""Courts and agencies as sheets name them, and the county each is in, by the table ``data/agencies.csv``.

A name that is not in the table has no county: the nearest name that is stands beside it as a suggestion for people, and
is never taken.
"""

from __future__ import annotations

import csv
import re
from functools import cache, lru_cache
from importlib.resources import files

import attrs
from rapidfuzz import fuzz, process

TABLE = "data/agencies.csv"

_COUNTIES = (
    "ALAMEDA,ALPINE,AMADOR,BUTTE,CALAVERAS,COLUSA,CONTRA COSTA,DEL NORTE,EL DORADO,FRESNO,GLENN,HUMBOLDT,IMPERIAL,INYO,"
    "KERN,KINGS,LAKE,LASSEN,LOS ANGELES,MADERA,MARIN,MARIPOSA,MENDOCINO,MERCED,MODOC,MONO,MONTEREY,NAPA,NEVADA,ORANGE,"
    "PLACER,PLUMAS,RIVERSIDE,SACRAMENTO,SAN BENITO,SAN BERNARDINO,SAN DIEGO,SAN FRANCISCO,SAN JOAQUIN,SAN LUIS OBISPO,"
    "SAN MATEO,SANTA BARBARA,SANTA CLARA,SANTA CRUZ,SHASTA,SIERRA,SISKIYOU,SOLANO,SONOMA,STANISLAUS,SUTTER,TEHAMA,"
    "TRINITY,TULARE,TUOLUMNE,VENTURA,YOLO,YUBA"
)
FIPS = {county: f"06{2 * place + 1:03d}" for place, county in enumerate(_COUNTIES.split(","))}
"""FIPS codes of the 58 counties: they go up by two in the order of the alphabet, from Alameda (06001)."""

PREFIXES = {
    "CAPD": "police",
    "CASO": "sheriff",
    "CASC": "superior court",
    "CAMC": "municipal court",
    "CAJC": "justice court",
    "CAJV": "juvenile court",
    "CAPR": "probation",
    "CASD": "state department",
    "CAHO": "hospital",
    "CACO": "coroner",
    "CAPA": "parole",
    "CAYA": "youth authority",
    "CAHP": "highway patrol",
}
"""The first four letters of an agency's name, and its kind."""
_OF_THE_STATE = frozenset({"state department", "parole", "youth authority"})
_PREFIX = re.compile(r"^(CA|US)([A-Z0-9]{2})\s*(.*)$")
_BEHIND = re.compile(r"\s+(?:CO|COUNTY|CTY|PD|SO|POLICE|SHERIFF)$")
_FORMER = re.compile(r"^MC\s*(?=[A-Z]{3})")
_LETTERS = str.maketrans("0158", "OISB")
_NEAR = 80
"""How alike a suggestion must be, of 100."""


@attrs.frozen
class ReadAgency:
    """An agency: its kind and county, where they are known; ``jurisdiction`` is ``us-ca``, or ``us`` for a federal one.

    ``matched`` is False where the table should have had it; ``suggestion`` is then the nearest name in it, if any.
    """

    kind: str | None = None
    county: str | None = None
    jurisdiction: str | None = None
    matched: bool = True
    suggestion: str | None = None

    @property
    def fips(self) -> str | None:
        """The FIPS code of the county."""
        return FIPS.get(self.county or "")


def _key(name: str) -> str:
    """What two spellings of a name have in common: neither blanks nor dots tell them apart."""
    return re.sub("[^A-Z0-9]", "", name)


@cache
def _table() -> dict[str, tuple[str, str]]:
    """By key: the name as the table has it, and the county."""
    text = files(__package__).joinpath(TABLE).read_text(encoding="utf-8")
    return {_key(row["name"]): (row["name"], row["county"]) for row in csv.DictReader(text.splitlines())}


@lru_cache(maxsize=8_192)
def read_agency(text: str | None) -> ReadAgency:
    """Read the name of an agency, such as ``CASC STOCKTON``."""
    if not text:
        return ReadAgency()
    found = _PREFIX.match(text.replace(".", ""))
    if not found:
        return ReadAgency(matched=False, suggestion=_suggestion(_key(text)))
    if found[1] == "US":
        return ReadAgency(kind="federal", jurisdiction="us")
    kind = PREFIXES.get("CA" + found[2].translate(_LETTERS))
    place = found[3]
    table = _table()
    for name in (place, _BEHIND.sub("", place), _FORMER.sub("", place), _BEHIND.sub("", _FORMER.sub("", place))):
        if known := table.get(_key(name)):
            return ReadAgency(kind=kind, county=known[1], jurisdiction="us-ca")
    if kind in _OF_THE_STATE:
        return ReadAgency(kind=kind, jurisdiction="us-ca")
    suggestion = _suggestion(_key(_BEHIND.sub("", _FORMER.sub("", place))))
    return ReadAgency(kind=kind, jurisdiction="us-ca", matched=False, suggestion=suggestion)


def _suggestion(key: str) -> str | None:
    table = _table()
    near = process.extractOne(key[:80], table.keys(), scorer=fuzz.ratio, score_cutoff=_NEAR)
    return table[near[0]][0] if near else None
