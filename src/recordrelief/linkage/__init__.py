"""Which entries of two lists are about the same person, where the lists share no number: same, different, or review."""

from recordrelief.linkage.bands import Band, Thresholds
from recordrelief.linkage.both_ways import BothWays, screened_across, screened_both_ways
from recordrelief.linkage.joining import joined
from recordrelief.linkage.linking import Link, Linkage, link
from recordrelief.linkage.people import Entry, PeopleList, people_of, read_people
from recordrelief.linkage.people_pairs import PeoplePairs, people_pairs, read_pairs
from recordrelief.linkage.reviews import Review, read_review

__all__ = [
    "Band",
    "BothWays",
    "Entry",
    "Link",
    "Linkage",
    "PeopleList",
    "PeoplePairs",
    "Review",
    "Thresholds",
    "joined",
    "link",
    "people_of",
    "people_pairs",
    "read_pairs",
    "read_people",
    "read_review",
    "screened_across",
    "screened_both_ways",
]
