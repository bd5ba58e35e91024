"""A bill that does not exist: automatic relief for felonies two years after the sentence is over, not four."""

import attrs

from recordrelief.law import years
from recordrelief.plugins import hookimpl
from recordrelief_us_ca.pack import PACK

RECORDRELIEF_HOOK_API = 1


def _shortened(wait):
    if wait.id != "1203.425.7.f.5":
        return wait
    return attrs.evolve(
        wait,
        sentence="two years have gone by since all custody and supervision for the count were over",
        until=wait.until - years(2),
    )


def _remedies(today, policy):
    """Today's remedies, with that one wait shortened in every version of PC 1203.425."""
    for remedy in today:
        if remedy.id == "pc-1203.425":
            branches = tuple(
                attrs.evolve(branch, waits=tuple(map(_shortened, branch.waits))) for branch in remedy.branches
            )
            remedy = attrs.evolve(remedy, branches=branches, reviewed_by="", reviewed_on=None)
        yield remedy


BILL = PACK.amended(
    id="two-years", title="California with two years instead of four", remedies=lambda *law: list(_remedies(*law))
)


@hookimpl
def recordrelief_statutes():
    return [BILL]
