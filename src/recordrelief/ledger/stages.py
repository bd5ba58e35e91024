"""The stages that relief goes through once it was found, in their order."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Stage(StrEnum):
    """What an event says has happened to one remedy for one charge. ``voided`` takes an earlier event back."""

    IDENTIFIED = "identified"
    UNCHALLENGED = "unchallenged"
    CHALLENGED = "challenged"
    DEFENDER_TOLD = "defender_told"
    DENIED = "denied"
    ORDERED = "ordered"
    UPDATED = "updated"
    TOLD = "told"
    VOIDED = "voided"


MEANINGS: Mapping[Stage, str] = {
    Stage.IDENTIFIED: "a run found the charge eligible for the remedy",
    Stage.UNCHALLENGED: "the prosecutor has reviewed it and does not object",
    Stage.CHALLENGED: "the prosecutor has reviewed it and objects, with a reason",
    Stage.DEFENDER_TOLD: "the public defender has been told",
    Stage.DENIED: "the court has refused the relief, with a reason",
    Stage.ORDERED: "the court has ordered the relief",
    Stage.UPDATED: "the repository has updated the record",
    Stage.TOLD: "the person has been told",
    Stage.VOIDED: "an earlier event was recorded by mistake, with a reason",
}
WAY: tuple[Stage, ...] = tuple(stage for stage in Stage if stage is not Stage.VOIDED)
"""The stages of a case from first to last. Not every case passes each: relief by operation of law needs no order.

A refusal stands before the order: a case with both is not closed, so it does not drop out of what waits.
"""
CLOSED: frozenset[Stage] = frozenset({Stage.DENIED, Stage.TOLD})
"""Where nothing more is waited for."""
WITH_REASON: frozenset[Stage] = frozenset({Stage.CHALLENGED, Stage.DENIED, Stage.VOIDED})
"""What nobody may record without saying why."""
EXCLUSIVE: tuple[tuple[Stage, Stage], ...] = (
    (Stage.UNCHALLENGED, Stage.CHALLENGED),
    (Stage.ORDERED, Stage.DENIED),
    (Stage.DENIED, Stage.UPDATED),
)
"""Pairs that contradict each other if both stand for one case."""
