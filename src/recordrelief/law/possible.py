"""What a test can come out as at all: true, false, unknown, by its form and whatever the record holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from recordrelief.law import expressions as e
from recordrelief.law.offenses import Belongs

ANY: tuple[Belongs, ...] = (True, False, None)
_MOST_LEAVES = 7
"""Leaves up to which every combination of their values is tried."""


def possible_values(test: e.Test) -> frozenset[Belongs]:
    """The values that a test may have. None is left out that it may have; one that it cannot may be among them.

    Leaves are taken to be independent of one another, but one that stands twice has one value: of ``a or unsettled
    where not a`` it is told that it is never false.
    """
    leaves: dict[str, tuple[Belongs, ...]] = {}
    for leaf in _leaves(test):
        leaves.setdefault(leaf.identity, ANY if leaf.facts() else (True, False))
    if len(leaves) > _MOST_LEAVES:
        return frozenset(ANY)
    every = product(*leaves.values())
    return frozenset(_value(test, dict(zip(leaves, values, strict=True))) for values in every)


def _leaves(test: e.Test) -> Iterator[e.Test]:
    match test:
        case e.And() | e.Or():
            for part in test.tests:
                yield from _leaves(part)
        case e.Not():
            yield from _leaves(test.inner)
        case e.Unsettled():
            yield from _leaves(test.when)
        case e.Presumed():
            yield from _leaves(test.inner)
            if isinstance(test.value, e.Test):
                yield from _leaves(test.value)
        case e.Known():
            return
        case _:
            yield test


def _value(test: e.Test, leaves: Mapping[str, Belongs]) -> Belongs:
    match test:
        case e.And():
            parts = [_value(part, leaves) for part in test.tests]
            return False if False in parts else None if None in parts else True
        case e.Or():
            parts = [_value(part, leaves) for part in test.tests]
            return True if True in parts else None if None in parts else False
        case e.Not():
            inner = _value(test.inner, leaves)
            return None if inner is None else not inner
        case e.Unsettled():
            return False if _value(test.when, leaves) is False else None
        case e.Presumed():
            inner = _value(test.inner, leaves)
            if inner is not None:
                return inner
            return _value(test.value, leaves) if isinstance(test.value, e.Test) else test.value
        case e.Known():
            return test.value
    return leaves[test.identity]
