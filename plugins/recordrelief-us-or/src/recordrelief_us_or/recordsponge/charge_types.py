"""The types of charge that the analyzer tells apart, and what follows from each, as a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import attrs

from recordrelief_us_or.recordsponge.rulings import Status

Says = Literal["eligible", "ineligible", "open"]
"""What a type says of a charge; ``open`` needs more analysis."""

_SAYS: dict[str, Says] = {"yes": "eligible", "no": "ineligible", "open": "open"}


@attrs.frozen
class ChargeType:
    """One type: its name and title, what it says of a charge convicted, dismissed, or of no known end.

    ``severity`` stands in place of the level of the record where waits are counted. ``blocks``: a conviction of this
    type counts as another conviction.
    """

    name: str
    title: str
    convicted: Says
    dismissed: Says
    unknown: Says
    severity: str | None
    blocks: bool

    def says(self, status: Status) -> Says:
        """Whether a charge of this type that ended so can be set aside at all."""
        if status.dismissed:
            return self.dismissed
        return self.convicted if status is Status.CONVICTED else self.unknown


# name, title; convicted, dismissed, neither; severity; whether it counts as another conviction
_TABLE = """
DismissedCharge                   | Dismissed Criminal Charge                     | open | yes  | open |                     | blocks
MisdemeanorClassA                 | Misdemeanor Class A                           | yes  | open | yes  | Misdemeanor Class A | blocks
MisdemeanorClassBC                | Misdemeanor Class B or C                      | yes  | open | yes  | Misdemeanor Class B | blocks
FelonyClassC                      | Felony Class C                                | yes  | open | yes  | Felony Class C      | blocks
FelonyClassB                      | Felony Class B                                | yes  | open | open | Felony Class B      | blocks
PersonFelonyClassB                | Person Felony Class B                         | no   | open | open |                     | blocks
FelonyClassA                      | Felony Class A                                | no   | open | open | Felony Class A      | blocks
SevereCharge                      | Severe Charge                                 | no   | open | open |                     | blocks
SexCrime                          | Sex Crime                                     | no   | open | open |                     | blocks
RomeoAndJulietNMASexCrime         | Young Offender Sex Crime, Needs More Analysis | no   | open | open |                     | blocks
RomeoAndJulietIneligibleSexCrime  | Young Offender Sex Crime, Ineligible          | no   | open | open |                     | blocks
Subsection6                       | Subsection 6                                  | no   | open | open |                     | blocks
TrafficOffense                    | Traffic Offense                               | no   | open | open |                     | blocks
Duii                              | DUII                                          | no   | open | open |                     | blocks
DivertedDuii                      | Diverted DUII                                 | open | no   | no   |                     | blocks
TrafficViolation                  | Traffic Violation                             | no   | no   | no   | Violation           |
Violation                         | Violation                                     | yes  | yes  | open | Violation           | blocks
ReducedToViolation                | Reduced to Violation                          | yes  | yes  | yes  | Violation           | blocks
PossibleTrafficViolation          | Possible Traffic Violation                    | open | open | open | Violation           |
FareViolation                     | FareViolation                                 | no   | no   | no   | Violation           | blocks
ParkingTicket                     | Parking Ticket                                | no   | open | open | Violation           |
ContemptOfCourt                   | Contempt of Court                             | yes  | yes  | yes  | Felony Class C      | blocks
CivilOffense                      | Civil Offense                                 | no   | no   | no   | Violation           |
CriminalForfeiture                | Criminal Forfeiture                           | no   | no   | no   | Violation           |
JuvenileCharge                    | Juvenile                                      | open | open | open |                     |
LesserChargeEligible              | Lesser Charge, Eligible                       | open | yes  | yes  |                     | blocks
LesserChargeIneligible            | Lesser Charge, Ineligible                     | open | no   | no   |                     | blocks
MarijuanaEligible                 | Marijuana Eligible                            | yes  | open | yes  |                     | blocks
MarijuanaManufactureDelivery      | Marijuana Manufacture Delivery                | yes  | open | yes  | Felony Class C      | blocks
MarijuanaUnder21                  | Marijuana Eligible (Below age 21)             | yes  | open | open |                     | blocks
MarijuanaViolation                | Marijuana Violation                           | yes  | yes  | open |                     | blocks
MarijuanaIneligible               | Marijuana Ineligible                          | no   | open | open |                     | blocks
UnclassifiedCharge                | Unclassified                                  | open | open | open |                     |
"""  # noqa: E501


def _row(line: str) -> ChargeType:
    name, title, convicted, dismissed, unknown, severity, blocks = (cell.strip() for cell in line.split("|"))
    return ChargeType(
        name, title, _SAYS[convicted], _SAYS[dismissed], _SAYS[unknown], severity or None, blocks == "blocks"
    )


CHARGE_TYPES: Mapping[str, ChargeType] = {one.name: one for one in (_row(line) for line in _TABLE.strip().splitlines())}
"""Every type by its name."""

_YEARS = (
    ("Felony Class A", "never"),
    ("Felony Class B", "7"),
    ("Felony Class C", "5"),
    ("Misdemeanor Class A", "3"),
    ("Misdemeanor Class B", "1"),
    ("Misdemeanor Class C", "1"),
    ("Violation", "1"),
    ("Infraction", "1"),
    ("Misdemeanor", "3"),
)
WAITS = ("7", "5", "3", "1", "never", "unread")
"""How long a wait is, in years; ``unread``: the level is not one that the analyzer knows, and it never ends."""


def wait_of(level: str | None) -> str:
    """The wait that the text of a level, or a severity, asks for: the first that it contains decides."""
    return next((years for words, years in _YEARS if words in (level or "")), "unread")
