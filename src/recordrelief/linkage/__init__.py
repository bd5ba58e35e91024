"""Which entries of two lists are about the same person, where the lists share no number: same, different, or review."""

from recordrelief.linkage.bands import Band, Thresholds
from recordrelief.linkage.both_ways import BothWays, screened_both_ways
from recordrelief.linkage.joining import joined
from recordrelief.linkage.linking import Link, Linkage, link
from recordrelief.linkage.people import Entry, PeopleList, read_people
from recordrelief.linkage.reviews import Review, read_review

__all__ = [
    "Band",
    "BothWays",
    "Entry",
    "Link",
    "Linkage",
    "PeopleList",
    "Review",
    "Thresholds",
    "joined",
    "link",
    "read_people",
    "read_review",
    "screened_both_ways",
]
