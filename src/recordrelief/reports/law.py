"""What the statute packs of a run say of its remedies, where they are installed: their names, and what they do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from recordrelief.errors import RequestError
from recordrelief.particulars import LEAVES, NOTHING
from recordrelief.plugins import Plugins
from recordrelief.statutes import ReliefKind, Remedy, StatutePack

AS_IT_WAS = "its level"
"""What relief leaves that changes neither the conviction nor its level."""
_TAKE_OFF = (ReliefKind.DISMISSAL, ReliefKind.SEALING, ReliefKind.VACATUR, ReliefKind.DESTRUCTION)


def law_of(manifest: Mapping[str, Any], known: Plugins) -> Iterator[tuple[StatutePack, list[Remedy]]]:
    """The packs of a run with the remedies in force on its day; one not installed in the same version is left out."""
    for law in manifest["statutes"]:
        pack = known.statutes.get(law["id"])
        if pack is None or pack.version != law["version"]:
            continue
        try:
            policy = pack.read_policy(law["policy"])
        except RequestError:
            policy = pack.policy()
        yield pack, list(pack.in_force(policy, date.fromisoformat(manifest["as_of"])))


def effects_of(manifest: Mapping[str, Any], known: Plugins) -> dict[str, str]:
    """By remedy, what is left of a conviction on which it was granted: nothing, a level, or its level.

    A dismissal, a sealing, a vacatur and a destruction take it off. A reduction and a redesignation leave the highest
    level that may come of them, a certificate leaves it as it was.
    """
    return {remedy.id: _leaves(remedy) for _, remedies in law_of(manifest, known) for remedy in remedies}


def _leaves(remedy: Remedy) -> str:
    if remedy.relief in _TAKE_OFF:
        return NOTHING
    levels = LEAVES.categories.to_list()
    named = [levels.index(outcome.name) for outcome in remedy.outcomes if outcome.name in levels]
    return levels[max(named)] if named else AS_IT_WAS
