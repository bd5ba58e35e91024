"""Chance that is the same everywhere."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Chance, out of ``random.Random.random`` alone: its numbers are the same in every version of Python."""

    def __init__(self, seed: int) -> None:
        self._next = random.Random(seed).random

    def chance(self, share: float) -> bool:
        """True in so many cases of one."""
        return self._next() < share

    def pick(self, choices: Sequence[T]) -> T:
        """One of them."""
        return choices[int(self._next() * len(choices))]

    def between(self, first: int, last: int) -> int:
        """A whole number, both ends included."""
        return first + int(self._next() * (last - first + 1))
