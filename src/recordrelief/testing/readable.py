"""Failures as lists that can be read, whatever runs the tests."""

from __future__ import annotations

from collections.abc import Iterable


def none_of(lines: Iterable[str], about: str) -> None:
    """There is no such line.

    Args:
        lines: what is wrong, a line each.
        about: what they have in common.

    Raises:
        AssertionError: there are some, with all of them.
    """
    told = list(lines)
    if told:
        raise AssertionError("\n".join([f"{about}:", *told]))
