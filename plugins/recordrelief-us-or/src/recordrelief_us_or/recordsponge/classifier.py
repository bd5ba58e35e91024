"""Which type a charge is, by its words: ordered rules, of which the first that matches decides.

Where a fact decides that no record holds (how old was the victim, was it marijuana?) the answer is several types: a
*question*, which is analysed all ways until somebody answers it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

import attrs

from recordrelief_us_or.recordsponge import statute_lists as lists
from recordrelief_us_or.recordsponge.charge_types import CHARGE_TYPES


@attrs.frozen
class Candidate:
    """A type that a charge may be of; ``severity`` stands in place of the level where waits are counted."""

    type: str
    severity: str | None

    @classmethod
    def of(cls, name: str, severity: str | None = None) -> Candidate:
        """The type of this name, with a severity other than its own."""
        return cls(name, severity or CHARGE_TYPES[name].severity)


@attrs.frozen(kw_only=True)
class ChargeWords:
    """What the classifier reads of a charge, as it compares it.

    ``name`` and ``level`` in lower case; ``statute`` in letters and digits only. ``dismissed``: it ended without a
    conviction. ``under_21``: of that age in the year of the disposition, counting years only.
    """

    name: str
    statute: str
    level: str
    case_type: str
    multnomah: bool
    dismissed: bool
    lesser_charge: bool
    under_21: bool

    @property
    def section(self) -> str:
        """The section of the statute, or nothing where it is too short for one."""
        if len(self.statute) < 6:
            return ""
        return self.statute[:7] if self.statute[3].isalpha() else self.statute[:6]

    @property
    def chapter(self) -> int | None:
        """The chapter of the statute."""
        return int(self.statute[:3]) if re.match(r"[0-9]{3}", self.statute) else None

    @property
    def criminal(self) -> bool:
        """The level is that of a crime."""
        return "felony" in self.level or "misdemeanor" in self.level

    @property
    def marijuana(self) -> bool:
        """The name is one of marijuana."""
        return "marij" in self.name or re.search(r"\bmj\b", self.name) is not None


def written(statute: str | None) -> str:
    """A statute in letters, digits and asterisks only, as the lists have it."""
    return re.sub(r"[^0-9A-Za-z*]", "", statute or "").upper()


Types = tuple[Candidate, ...]
Rule = Callable[[ChargeWords], Types]
"""A rule gives the types that a charge may be of, or none where it does not match."""


def _types(*names: str) -> Types:
    return tuple(Candidate.of(name) for name in names)


def _first(rules: Iterable[Rule], charge: ChargeWords) -> Types:
    return next((found for found in (rule(charge) for rule in rules) if found), ())


@lru_cache(maxsize=262_144)
def classify(charge: ChargeWords) -> Types:
    """The types that a charge may be of; more than one are the answers to a question."""
    return _first(_RULES, charge) or _types("UnclassifiedCharge")


# --- the rules of any charge ------------------------------------------------------------------------------------------


def _lesser_charge(charge: ChargeWords) -> Types:
    """Reduced to another charge of the case: eligible as that one is."""
    return _types("LesserChargeEligible", "LesserChargeIneligible") if charge.lesser_charge else ()


def _juvenile(charge: ChargeWords) -> Types:
    return _types("JuvenileCharge") if "juvenile" in charge.case_type else ()


def _parking(charge: ChargeWords) -> Types:
    return _types("ParkingTicket") if "parking" in charge.case_type else ()


def _fare(charge: ChargeWords) -> Types:
    said = "fare violation" in charge.name or "non-payment of fare" in charge.name
    return _types("FareViolation") if said else ()


def _contempt(charge: ChargeWords) -> Types:
    return _types("ContemptOfCourt") if "contempt" in charge.name else ()


def _civil(charge: ChargeWords) -> Types:
    """Statutes of the chapters 1 to 99, and persons sought by another state."""
    short = re.fullmatch(r"(?!00)[0-9]{2}..", charge.statute) is not None
    number = charge.statute.isdigit() and 1 <= int(charge.statute) <= 99
    elsewhere = charge.name[-3:-2] == "/" and lists.PLACES.fullmatch(charge.name[-2:]) is not None
    civil = short or number or "fugitive" in charge.name or elsewhere
    return _types("CivilOffense") if civil else ()


def _forfeiture(charge: ChargeWords) -> Types:
    return _types("CriminalForfeiture") if charge.statute == "131582" else ()


def _influence(charge: ChargeWords) -> Types:
    """Driving under the influence: one that diversion ended is treated apart."""
    if charge.chapter != 813:
        return ()
    return _types("DivertedDuii", "DismissedCharge") if charge.dismissed else _types("Duii")


def _traffic(charge: ChargeWords) -> Types:
    if charge.chapter not in lists.TRAFFIC_CHAPTERS:
        return ()
    if not charge.criminal:
        return _types("TrafficViolation")
    return _types("DismissedCharge" if charge.dismissed else "TrafficOffense")


def _infraction(charge: ChargeWords) -> Types:
    infraction = charge.name == "pedestrian j-walking" or "infraction" in charge.level
    return _types("TrafficViolation") if infraction else ()


def _marijuana_violation(charge: ChargeWords) -> Types:
    return _types("MarijuanaViolation") if charge.marijuana and "violation" in charge.level else ()


def _violation(charge: ChargeWords) -> Types:
    if "violation" not in charge.level:
        return ()
    if charge.multnomah:
        return _types("PossibleTrafficViolation")
    reduced = "reduced" in charge.name or "treated as" in charge.name
    return _types("ReducedToViolation" if reduced else "Violation")


def _crime(charge: ChargeWords) -> Types:
    """A crime by the rules below; where it was dismissed its type is of no matter, and no question is asked."""
    found = _first(_CRIMES, charge)
    return _types("DismissedCharge") if found and charge.dismissed else found


_RULES: tuple[Rule, ...] = (
    _lesser_charge,
    _juvenile,
    _parking,
    _fare,
    _contempt,
    _civil,
    _forfeiture,
    _influence,
    _traffic,
    _infraction,
    _marijuana_violation,
    _violation,
    _crime,
)


# --- the rules of crimes ----------------------------------------------------------------------------------------------


def _by_level(charge: ChargeWords) -> Types:
    """By nothing but the level of the charge."""
    level = charge.level
    if "misdemeanor" in level:
        lesser = "misdemeanor class b" in level or "misdemeanor class c" in level
        return _types("MisdemeanorClassBC" if lesser else "MisdemeanorClassA")
    match level:
        case "felony class c":
            return _types("FelonyClassC")
        case "felony class b":
            return _types("PersonFelonyClassB" if charge.statute in lists.PERSON_FELONIES else "FelonyClassB")
        case "felony class a":
            return _types("FelonyClassA")
        case "felony unclassified":
            return _types("FelonyClassA", "FelonyClassB", "FelonyClassC")
    return ()


def _level_type(charge: ChargeWords) -> Types:
    """The type by level as one answer to a question."""
    return _by_level(charge)[:1] or _types("UnclassifiedCharge")


def _marijuana_ineligible(charge: ChargeWords) -> Types:
    listed = charge.statute == "475B3493C" or charge.section in lists.MARIJUANA_INELIGIBLE
    return _types("MarijuanaIneligible") if listed else ()


def _marijuana(charge: ChargeWords) -> Types:
    """As a Class C felony or a Class A misdemeanor, whatever it was."""
    if not (charge.section == "475860" or charge.marijuana):
        return ()
    if charge.under_21:
        return _types("MarijuanaUnder21")
    grave = charge.level in ("felony class a", "felony class b", "felony unclassified")
    return (Candidate.of("MarijuanaEligible", "Felony Class C" if grave else "Misdemeanor Class A"),)


def _drugs(charge: ChargeWords) -> Types:
    """Manufacture, delivery and possession, by the schedule in the name: without one it may be marijuana."""
    name, level = charge.name, charge.level
    made = any(words in name for words in ("delivery", "manu/del", "manufactur"))
    if not (made or ("poss" in name and "sub" in name) or "pcs" in name):
        return ()
    unclassified = level == "felony unclassified"
    if any(words in name for words in ("2", "ii", "heroin", "cocaine", "meth")):
        graver = _types("FelonyClassA", "FelonyClassB") if made else _types("FelonyClassB", "FelonyClassC")
        return graver if unclassified else ()
    if any(words in name for words in ("3", "iii", "4", " iv")):
        return _by_level(charge)
    if unclassified or level in ("felony class a", "felony class b"):
        return (*_types("MarijuanaManufactureDelivery"), *_by_level(charge))
    return ()


def _sex_crime(charge: ChargeWords) -> Types:
    return _types("SexCrime") if charge.statute in lists.SEX_CRIMES else ()


def _young_offender(charge: ChargeWords) -> Types:
    """Still reporting as a sex offender, or convicted of what can never be set aside?"""
    listed = charge.statute in lists.YOUNG_OFFENDERS
    return _types("RomeoAndJulietIneligibleSexCrime", "RomeoAndJulietNMASexCrime") if listed else ()


def _mistreatment_1(charge: ChargeWords) -> Types:
    """Criminal mistreatment I: was the victim between 18 and 64?"""
    return (*_level_type(charge), *_types("Subsection6")) if charge.section == "163205" else ()


def _mistreatment_2(charge: ChargeWords) -> Types:
    """Criminal mistreatment II: was the victim older than 64?"""
    return (*_types("Subsection6"), *_level_type(charge)) if charge.section == "163200" else ()


def _endangering(charge: ChargeWords) -> Types:
    """Endangering the welfare of a minor: was it physical abuse?"""
    return (*_types("Subsection6"), *_level_type(charge)) if charge.section == "163575" else ()


def _assault_3(charge: ChargeWords) -> Types:
    """Assault III: was the victim more than ten years old?"""
    return (*_level_type(charge), *_types("Subsection6")) if charge.section == "163165" else ()


def _negligent_homicide(charge: ChargeWords) -> Types:
    return _types("Subsection6") if charge.section == "163145" and charge.level == "felony class c" else ()


def _severe(charge: ChargeWords) -> Types:
    return _types("SevereCharge") if "murder" in charge.name or charge.statute == "166005" else ()


def _inmate_weapon(charge: ChargeWords) -> Types:
    return _types("FelonyClassA") if charge.statute == "166275" else ()


def _attempt(charge: ChargeWords) -> Types:
    """An attempt whose target nobody names: a sex crime, a drug or traffic offense, or none of them?"""
    if "attempt to commit" not in charge.name:
        return ()
    if charge.level in ("misdemeanor class a", "felony class c"):
        return (*_types("SexCrime", "TrafficOffense"), *_level_type(charge))
    if charge.level == "felony class b":
        marijuana = Candidate.of("MarijuanaEligible", "Felony Class C")
        return (marijuana, *_types("FelonyClassB", "PersonFelonyClassB", "TrafficOffense"))
    return (*_types("TrafficOffense"), *_level_type(charge))


_CRIMES: tuple[Rule, ...] = (
    _marijuana_ineligible,
    _marijuana,
    _drugs,
    _sex_crime,
    _young_offender,
    _mistreatment_1,
    _mistreatment_2,
    _endangering,
    _assault_3,
    _negligent_homicide,
    _severe,
    _inmate_weapon,
    _attempt,
    _by_level,
)
