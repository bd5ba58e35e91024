"""Which type of charge the words of a record stand for."""

from __future__ import annotations

from typing import Any

import pytest

from recordrelief_us_or.recordsponge.charge_types import CHARGE_TYPES, wait_of
from recordrelief_us_or.recordsponge.classifier import ChargeWords, classify, written
from recordrelief_us_or.recordsponge.rulings import Status, read_ruling


def types(name: str, statute: str, level: str, **rest: Any) -> list[str]:
    given: dict[str, Any] = {
        "case_type": "offense misdemeanor",
        "multnomah": False,
        "dismissed": False,
        "lesser_charge": False,
        "under_21": False,
    }
    words = ChargeWords(name=name.lower(), statute=written(statute), level=level.lower(), **given | rest)
    return [one.type for one in classify(words)]


@pytest.mark.parametrize(
    ("name", "statute", "level", "rest", "expected"),
    [
        # by level
        ("Theft II", "164.045", "Misdemeanor Class A", {}, ["MisdemeanorClassA"]),
        ("Harassment", "166.065(3)", "Misdemeanor Class B", {}, ["MisdemeanorClassBC"]),
        ("Theft III", "164.043", "Misdemeanor Class C", {}, ["MisdemeanorClassBC"]),
        ("Trespass", "164.245", "Misdemeanor Unclassified", {}, ["MisdemeanorClassA"]),
        ("Theft I", "164.055", "Felony Class C", {}, ["FelonyClassC"]),
        ("Aggravated Theft", "164.057", "Felony Class B", {}, ["FelonyClassB"]),
        ("Robbery II", "164.405", "Felony Class B", {}, ["PersonFelonyClassB"]),
        ("Robbery I", "164.415", "Felony Class A", {}, ["FelonyClassA"]),
        ("Forgery", "165.013", "Felony Unclassified", {}, ["FelonyClassA", "FelonyClassB", "FelonyClassC"]),
        ("Theft I", "164.055", "Unclassified", {}, ["UnclassifiedCharge"]),
        # a subsection hides a listed statute
        ("Strangulation", "163.187", "Felony Class B", {}, ["PersonFelonyClassB"]),
        ("Strangulation", "163.187(4)", "Felony Class B", {}, ["FelonyClassB"]),
        ("Sexual Abuse II", "163.425", "Felony Class C", {}, ["SexCrime"]),
        ("Sexual Abuse II", "163.425(1)(a)", "Felony Class C", {}, ["FelonyClassC"]),
        # whatever the offense
        ("Theft II", "164.045", "Misdemeanor Class A", {"dismissed": True}, ["DismissedCharge"]),
        ("Theft II", "164.045", "Unclassified", {"dismissed": True}, ["UnclassifiedCharge"]),
        (
            "Theft II",
            "164.045",
            "Misdemeanor Class A",
            {"dismissed": True, "lesser_charge": True},
            ["LesserChargeEligible", "LesserChargeIneligible"],
        ),
        ("Theft II", "164.045", "Misdemeanor Class A", {"case_type": "juvenile delinquency"}, ["JuvenileCharge"]),
        ("Parking", "0", "Violation Unclassified", {"case_type": "municipal parking"}, ["ParkingTicket"]),
        ("Non-Payment of Fare", "29.30.010", "Violation Unclassified", {}, ["FareViolation"]),
        ("Contempt of Court", "33.065", "Misdemeanor Unclassified", {}, ["ContemptOfCourt"]),
        ("Ordinance", "14A2", "Unclassified", {}, ["CivilOffense"]),
        ("Fugitive Complaint", "133.743", "Felony Unclassified", {}, ["CivilOffense"]),
        ("Burglary/WA", "164.225", "Felony Class A", {}, ["CivilOffense"]),
        ("Burglary/XX", "164.225", "Felony Class A", {}, ["FelonyClassA"]),
        ("Ordinance", "0012", "Violation", {}, ["CivilOffense"]),
        ("Ordinance", "0000", "Violation", {}, ["Violation"]),
        ("Criminal Forfeiture", "131.582", "Unclassified", {}, ["CriminalForfeiture"]),
        # the vehicle code
        ("DUII", "813.010", "Misdemeanor Class A", {}, ["Duii"]),
        ("DUII", "813.010(4)", "Misdemeanor Class A", {"dismissed": True}, ["DivertedDuii", "DismissedCharge"]),
        ("Reckless Driving", "811.140", "Misdemeanor Class A", {}, ["TrafficOffense"]),
        ("Reckless Driving", "811.140", "Misdemeanor Class A", {"dismissed": True}, ["DismissedCharge"]),
        ("Speed", "811.111", "Violation Class B", {}, ["TrafficViolation"]),
        ("DUII", "487.540", "Misdemeanor Class A", {}, ["MisdemeanorClassA"]),
        ("Pedestrian J-Walking", "16.70.210", "Violation Unclassified", {}, ["TrafficViolation"]),
        ("Fish Without License", "497.075", "Infraction Class B", {}, ["TrafficViolation"]),
        # violations
        ("Minor in Possession", "471.430", "Violation Class B", {}, ["Violation"]),
        ("Minor in Possession", "471.430", "Violation Class B", {"multnomah": True}, ["PossibleTrafficViolation"]),
        ("Theft II - Treated as Violation", "164.045", "Violation Class A", {}, ["ReducedToViolation"]),
        ("Poss Marij < 1 oz", "475.864", "Violation Unclassified", {"multnomah": True}, ["MarijuanaViolation"]),
        # marijuana and other drugs
        ("Poss of MJ", "475.864", "Misdemeanor Class A", {}, ["MarijuanaEligible"]),
        ("Poss of MJ", "475.864", "Misdemeanor Class A", {"under_21": True}, ["MarijuanaUnder21"]),
        ("Arson, Cannabinoid Extract", "475B.359", "Felony Class A", {}, ["MarijuanaIneligible"]),
        ("To a Minor", "475B.349(3)(C)", "Felony Class A", {}, ["MarijuanaIneligible"]),
        ("PCS 1", "475.894", "Felony Class B", {}, ["MarijuanaManufactureDelivery", "FelonyClassB"]),
        ("Poss Cont Sub 2", "475.894", "Felony Unclassified", {}, ["FelonyClassB", "FelonyClassC"]),
        ("Manu/Del Cont Sub-Meth", "475.890", "Felony Unclassified", {}, ["FelonyClassA", "FelonyClassB"]),
        ("Poss Cont Sub 4", "475.752", "Misdemeanor Class C", {}, ["MisdemeanorClassBC"]),
        ("Poss Cont Sub 2", "475.894", "Felony Class C", {}, ["FelonyClassC"]),
        # what asks a question
        (
            "Sexual Abuse III",
            "163.415",
            "Misdemeanor Class A",
            {},
            ["RomeoAndJulietIneligibleSexCrime", "RomeoAndJulietNMASexCrime"],
        ),
        ("Criminal Mistreatment I", "163.205", "Felony Class C", {}, ["FelonyClassC", "Subsection6"]),
        ("Criminal Mistreatment II", "163.200", "Misdemeanor Class A", {}, ["Subsection6", "MisdemeanorClassA"]),
        ("Endangering", "163.575", "Misdemeanor Class A", {}, ["Subsection6", "MisdemeanorClassA"]),
        ("Assault III", "163.165(1)(a)", "Felony Class C", {}, ["FelonyClassC", "Subsection6"]),
        ("Assault III", "163.165", "Felony Unclassified", {}, ["FelonyClassA", "Subsection6"]),
        ("Assault III", "163.165", "Unclassified", {}, ["UnclassifiedCharge", "Subsection6"]),
        ("Negligent Homicide", "163.145", "Felony Class C", {}, ["Subsection6"]),
        ("Negligent Homicide", "163.145", "Felony Class B", {}, ["PersonFelonyClassB"]),
        ("Attempted Murder", "163.115", "Felony Class B", {}, ["SevereCharge"]),
        ("Treason", "166.005", "Felony Unclassified", {}, ["SevereCharge"]),
        ("Weapon by Inmate", "166.275", "Felony Class C", {}, ["FelonyClassA"]),
        (
            "Attempt to Commit a Class B Felony",
            "161.405",
            "Felony Class C",
            {},
            ["SexCrime", "TrafficOffense", "FelonyClassC"],
        ),
        (
            "Attempt to Commit a Class A Felony",
            "161.405",
            "Felony Class B",
            {},
            ["MarijuanaEligible", "FelonyClassB", "PersonFelonyClassB", "TrafficOffense"],
        ),
        (
            "Attempt to Commit a Class A Misdemeanor",
            "161.405",
            "Misdemeanor Class B",
            {},
            ["TrafficOffense", "MisdemeanorClassBC"],
        ),
    ],
)
def test_the_first_rule_that_matches_decides(
    name: str, statute: str, level: str, rest: dict[str, Any], expected: list[str]
) -> None:
    assert types(name, statute, level, **rest) == expected


@pytest.mark.parametrize(
    ("ruling", "status", "lesser"),
    [
        (None, Status.UNKNOWN, False),
        ("Dismissed", Status.DISMISSED, False),
        ("Acquitted", Status.DISMISSED, False),
        ("Finding - Not Guilty", Status.DISMISSED, False),
        ("Convicted - Lesser Charge", Status.DISMISSED, True),
        ("Reduced", Status.DISMISSED, False),
        ("Convicted", Status.CONVICTED, False),
        ("Converted to Violation", Status.CONVICTED, False),
        ("Extradited", Status.CONVICTED, False),
        ("Found in Contempt", Status.CONVICTED, False),
        ("Diverted", Status.DIVERTED, False),
        ("No Complaint", Status.NO_COMPLAINT, False),
        ("Deferred", Status.UNKNOWN, False),
        ("Deferred Sentence", Status.UNRECOGNIZED, False),
        ("Transferred", Status.UNRECOGNIZED, False),
    ],
)
def test_a_ruling_is_read_as_a_status(ruling: str | None, status: Status, lesser: bool) -> None:
    read = read_ruling(ruling)
    assert (read.status, read.lesser_charge) == (status, lesser)


@pytest.mark.parametrize(
    ("level", "wait"),
    [
        ("Felony Class A", "never"),
        ("Felony Class B", "7"),
        ("Felony Class C", "5"),
        ("Misdemeanor Class A", "3"),
        ("Misdemeanor Class C", "1"),
        ("Misdemeanor Unclassified", "3"),
        ("Violation Unclassified", "1"),
        ("Infraction Class B", "1"),
        ("Felony Unclassified", "unread"),
        ("felony class b", "unread"),
        (None, "unread"),
    ],
)
def test_the_text_of_a_level_asks_for_a_wait(level: str | None, wait: str) -> None:
    assert wait_of(level) == wait


def test_a_type_says_whether_a_charge_that_ended_so_can_be_set_aside() -> None:
    felony, traffic = CHARGE_TYPES["FelonyClassB"], CHARGE_TYPES["TrafficViolation"]
    assert [felony.says(status) for status in (Status.CONVICTED, Status.UNRECOGNIZED)] == ["eligible", "open"]
    assert {traffic.says(status) for status in Status} == {"ineligible"}
    assert not traffic.blocks
