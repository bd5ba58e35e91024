"""What hangs on links that are not sure: the same law asked without them and with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import attrs
import polars as pl

from recordrelief.api import screen
from recordrelief.linkage.joining import Linked, joined
from recordrelief.records import Records
from recordrelief.screening import Screening
from recordrelief.statutes import Policy, StatutePack

COLUMNS: Mapping[str, str] = {
    "charge_id": "the charge",
    "remedy": "the remedy",
    "status_without": "the answer where the uncertain links do not hold; null where the remedy is not about the charge",
    "status_with": "the answer where they hold",
    "eligible_on_without": "the day of eligibility where they do not hold",
    "eligible_on_with": "the day where they hold",
    "depends": "whether status, grade or day differ",
}
"""The columns of the answers: name and meaning."""


@attrs.frozen(eq=False)
class BothWays:
    """The two screenings, and their answers beside each other for the people whom uncertain links are about."""

    without: Screening
    with_links: Screening
    answers: pl.DataFrame

    @property
    def depending(self) -> pl.DataFrame:
        """The answers that depend on an uncertain link: not to be relied on until somebody has decided on it."""
        return self.answers.filter("depends")


def screened_both_ways(
    records: Records,
    *,
    sure: Sequence[Linked],
    uncertain: Sequence[Linked],
    statutes: str | StatutePack,
    as_of: date | str,
    policy: Policy | Mapping[str, Any] | str | None = None,
) -> BothWays:
    """Screen the people whom uncertain links are about without those links and with all of them.

    Of several uncertain links that meet in one person none holds or all do: an answer that is the same both ways may
    still differ where only some hold.

    Args:
        records: the records of both lists.
        sure: pairs of ids that are one person; they hold both ways.
        uncertain: pairs that may be.
        statutes: a statute pack, or the id of an installed one.
        as_of: the day at which law and record are read.
        policy: options of the pack.
    """
    wanted = {each for pair in uncertain for each in pair}
    more = True
    while more:  # whoever is surely linked to them, or to those
        near = {each for pair in sure if wanted & set(pair) for each in pair}
        more = not near <= wanted
        wanted |= near
    about = records.of_subjects(sorted(wanted))
    certain = [pair for pair in sure if set(pair) <= wanted]
    without, with_links = (
        screen(joined(about, links), statutes=statutes, as_of=as_of, policy=policy)
        for links in (certain, [*certain, *uncertain])
    )
    compared = ("status", "grade", "eligible_on", "eligible_on_earliest", "not_before")
    sides = [
        one.determinations.select(
            "charge_id",
            pl.col("remedy").cast(pl.String),
            *(
                pl.col(name).cast(pl.String if name in ("status", "grade") else pl.Date).name.suffix(end)
                for name in compared
            ),
        )
        for one, end in ((without, "_without"), (with_links, "_with"))
    ]
    both = sides[0].join(sides[1], on=["charge_id", "remedy"], how="full", coalesce=True)
    differs = pl.any_horizontal(pl.col(f"{name}_without").ne_missing(pl.col(f"{name}_with")) for name in compared)
    answers = both.with_columns(differs.alias("depends")).select(*COLUMNS).sort("charge_id", "remedy")
    return BothWays(without, with_links, answers)
