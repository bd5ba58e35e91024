"""The worked cases of the statute: every expectation that a file writes down holds."""

from __future__ import annotations

import pytest
import us_or_cases as cases
from us_or_cases import Case

ALL = list(cases.every_case())


@pytest.mark.parametrize("case", [case for _, case in ALL], ids=[name for name, _ in ALL])
def test_the_pack_answers_as_the_case_says(case: Case) -> None:
    assert cases.differences(case) == []


def test_titles_are_told_apart() -> None:
    names = [name for name, _ in ALL]
    assert sorted({name for name in names if names.count(name) > 1}) == []
