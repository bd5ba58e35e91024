"""What is said where a part of recordrelief needs libraries that are not installed with it."""

from __future__ import annotations

from recordrelief.errors import RequestError


def missing(extra: str, what: str) -> RequestError:
    """The error for something that needs an extra which is not installed.

    Args:
        extra: its name in recordrelief's pyproject.toml.
        what: what needs it, as the beginning of a sentence.
    """
    return RequestError(
        f"{what} needs the extra {extra!r}, which is not installed.",
        cure=f"Install it: pip install 'recordrelief[{extra}]'.",
    )
