"""What remedies and conditions are called, from the statute packs of a run, where they are installed."""

from __future__ import annotations

import attrs

from recordrelief.plugins import Plugins
from recordrelief.reports.figures import NOT_CONDITIONS
from recordrelief.reports.law import law_of
from recordrelief.reports.standing import Source


@attrs.frozen
class Words:
    """Titles by remedy, sentences by remedy and condition, names of laws by pack; the unknown is told by its id."""

    titles: dict[str, str] = attrs.field(factory=dict)
    sentences: dict[tuple[str, str], str] = attrs.field(factory=dict)
    laws: dict[str, str] = attrs.field(factory=dict)

    def title(self, remedy: str) -> str:
        """What a remedy is called."""
        return self.titles.get(remedy, "")

    def sentence(self, remedy: str, condition: str) -> str:
        """What a condition says."""
        return NOT_CONDITIONS.get(condition) or self.sentences.get((remedy, condition), "")


def words_of(source: Source, known: Plugins) -> Words:
    """The words of the packs of a run; of one that is not installed in the same version there are none."""
    told = Words()
    for pack, remedies in law_of(source.run.manifest, known):
        told.laws[pack.id] = pack.title
        for remedy in remedies:
            told.titles[remedy.id] = remedy.title
            told.sentences.update({(remedy.id, one.id): one.sentence for one in remedy.findings()})
    return told
