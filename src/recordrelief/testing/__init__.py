"""The proving kit: what the tests of a statute pack or of a record format ask. Failures are lists that can be read.

A whole test module of a pack, and one of a format::

    from pathlib import Path

    from recordrelief.testing import pack_suite
    from my_pack import PACK

    TestPack = pack_suite(PACK, cases=Path(__file__).parent / "cases")

::

    from recordrelief.testing import Delimited, format_suite
    from my_county import MyCounty

    TestMyCounty = format_suite(MyCounty(), samples=Path(__file__).parent / "samples", text=Delimited())

The suites run under pytest, and need ``pip install recordrelief[testing]``. Everything else here does without;
:mod:`recordrelief.testing.strategies` is for hypothesis.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from recordrelief import cases
from recordrelief.findings import Result
from recordrelief.reached import unreached
from recordrelief.statutes import StatutePack
from recordrelief.testing.format_suites import format_suite
from recordrelief.testing.pack_suites import pack_suite
from recordrelief.testing.traits import Delimited, Lines

__all__ = [
    "Delimited",
    "Lines",
    "assert_answers",
    "assert_every_condition_is_reached",
    "format_suite",
    "pack_suite",
]


def assert_answers(case: cases.WorkedCase, pack: StatutePack) -> None:
    """The pack answers as the case says.

    Raises:
        AssertionError: with everything in which it does not.
    """
    told = cases.differences(case, pack)
    if told:
        raise AssertionError("\n".join([f"{case.name} ({case.file}:{case.line}; {case.why})", *told]))


def assert_every_condition_is_reached(
    some: Iterable[cases.WorkedCase],
    pack: StatutePack,
    *,
    each_version: bool = False,
    exempt: Mapping[str, Collection[Result]] | None = None,
) -> None:
    """For every condition of every remedy some case reaches it as met, as unmet and as unknown; and every version.

    Args:
        some: the worked cases of the pack.
        pack: the pack.
        each_version: ask it of every version by itself, even of a condition whose rule several share.
        exempt: results that a condition cannot have, by its name in the findings (``hs-11361.9/64.9.3``).

    Raises:
        AssertionError: with every condition that lacks one, and every exemption without need.
    """
    told = unreached(some, pack, each_version=each_version, exempt=exempt)
    if told:
        raise AssertionError("The worked cases do not reach all there is:\n" + "\n".join(told))
