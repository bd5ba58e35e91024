"""The table that opens each charge: what can be had, when, by whom, on which paper."""

from __future__ import annotations

from recordrelief.outlines import Outline, ToldCharge, ToldDetermination
from recordrelief.plain_texts import frame

HEAD = ["Remedy", "Citation", "Answer", "From", "Who acts", "Forms"]


def summary(outline: Outline, charge: ToldCharge) -> tuple[list[str], list[list[str]]]:
    """The heads and the rows of the table of a charge, in the voice of the outline."""
    if outline.voice == "plain":
        labels = frame(outline.language).labels
        answers = [one.plain for one in charge.determinations if one.plain is not None]
        return [labels["what"], labels["answer"]], [[one.name, one.short] for one in answers]
    return HEAD, [
        [
            f"{one.title} ({one.remedy})",
            one.citation,
            one.status.replace("_", " ") + (", the best" if one.best else ""),
            _from(one),
            one.acts if one.open else "",
            ", ".join(one.forms) if one.open else "",
        ]
        for one in charge.determinations
    ]


def _from(one: ToldDetermination) -> str:
    if one.eligible_on is not None:
        return one.eligible_on.isoformat()
    earliest = one.eligible_on_earliest or one.not_before
    return f"not before {earliest.isoformat()}" if earliest else ""
