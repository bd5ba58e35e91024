"""What the tests of a statute pack ask of its worked cases. Each failure is a list that can be read.

A whole test module of a pack::

    from pathlib import Path

    import pytest
    from recordrelief import cases, testing
    from my_pack import PACK

    CASES = cases.read_folder(Path(__file__).parent / "cases")

    @pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
    def test_the_pack_answers_as_the_case_says(case):
        testing.assert_answers(case, PACK)

    def test_every_condition_is_reached():
        testing.assert_every_condition_is_reached(CASES, PACK)

Any test runner will do.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from recordrelief import cases
from recordrelief.findings import Result
from recordrelief.reached import unreached
from recordrelief.statutes import StatutePack


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
