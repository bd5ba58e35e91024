"""The pytest plugin of recordrelief: the option ``--update-golden``, and nothing else.

It is a package of its own so that a start of pytest does not import recordrelief.
"""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--update-golden``: the suites of :mod:`recordrelief.testing` write their golden files anew."""
    parser.getgroup("recordrelief").addoption(
        "--update-golden",
        action="store_true",
        default=False,
        help="write the golden files of recordrelief's suites anew instead of comparing with them",
    )
