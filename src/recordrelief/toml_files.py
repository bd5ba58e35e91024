"""TOML files that people write: whatever is wrong with one is told as an error, and none takes more than its share."""

from __future__ import annotations

import tomllib
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from recordrelief.errors import RecordReliefError, RequestError

LARGEST = 4 << 20
"""Bytes of the largest file that is read: nobody writes more by hand."""


def read_toml(
    path: Path | Traversable, what: str, *, where: str | None = None, fault: type[RecordReliefError] = RequestError
) -> dict[str, Any]:
    """The tables of a TOML file.

    Args:
        path: the file.
        what: what it is, as a sentence begins: ``The policy file``.
        where: what errors call it; its path if left out.
        fault: the kind of error that is raised.

    Raises:
        RecordReliefError: of the kind asked for; the file cannot be read, or is no TOML.
    """
    where = str(path) if where is None else where
    try:
        with path.open("rb") as stream:
            content: bytes = stream.read(LARGEST + 1)
    except FileNotFoundError:
        raise fault("There is no such file.", where=where) from None
    except OSError as error:
        raise fault(f"{what} cannot be read.", where=where, found=error.strerror) from None
    if len(content) > LARGEST:
        raise fault(f"{what} is too large.", where=where, expected=f"at most {LARGEST:,} bytes")
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise fault(f"{what} is not UTF-8 text.", where=where) from None
    except tomllib.TOMLDecodeError as error:
        raise fault(f"{what} is not TOML.", where=where, found=str(error)) from None
    except RecursionError:
        raise fault(f"{what} is nested too deeply.", where=where) from None
    except (ValueError, OverflowError):  # a number of thousands of digits, a day outside the calendar
        raise fault(f"{what} has a number or a day that cannot be.", where=where) from None
