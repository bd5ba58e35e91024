"""Where relief stands after it was found: an append-only ledger of stages, and two lists held against each other.

Finding that a charge is eligible changes nothing for the person. A ledger is one file in which an office records what
has happened since: the prosecutor's review, the court's order, the repository's update, the letter to the person.
"""

from recordrelief.ledger.event_files import read_events
from recordrelief.ledger.events import Event, Recorded, Recorder
from recordrelief.ledger.identifying import Identified, identify
from recordrelief.ledger.reconciling import Reconciliation, reconcile
from recordrelief.ledger.stages import Stage
from recordrelief.ledger.standing import Gap, Standing, standing
from recordrelief.ledger.store import Added, Ledger

__all__ = [
    "Added",
    "Event",
    "Gap",
    "Identified",
    "Ledger",
    "Reconciliation",
    "Recorded",
    "Recorder",
    "Stage",
    "Standing",
    "identify",
    "read_events",
    "reconcile",
    "standing",
]
