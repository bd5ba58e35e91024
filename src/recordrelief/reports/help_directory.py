"""A directory of who gives legal help with clearing records, county by county: a TOML file that the user gives."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from recordrelief.errors import RequestError, nearest
from recordrelief.toml_files import read_toml

_KEYS = ("name", "phone", "web")


@attrs.frozen
class Office:
    """Who gives legal help: the name, and how to reach them."""

    name: str
    phone: str | None = None
    web: str | None = None


@attrs.frozen
class HelpDirectory:
    """The offices of each county, by its name in small letters."""

    offices: Mapping[str, tuple[Office, ...]]

    def of(self, county: str) -> tuple[Office, ...]:
        """The offices of a county; none where the directory lists none."""
        return self.offices.get(_key(county), ())


def read_directory(path: Path) -> HelpDirectory:
    """The directory of a TOML file: a table ``[county."NAME"]`` with ``offices``, each with a name, ``phone``, ``web``.

    Raises:
        RequestError: there is no such file, it is no TOML, or it holds something else.
    """
    content = read_toml(path, "The directory of legal help")
    _known(content, ("county",), str(path))
    counties: dict[str, tuple[Office, ...]] = {}
    for county, about in _table(content.get("county", {}), f"{path}: county").items():
        where = f"{path}: county {county}"
        _known(_table(about, where), ("offices",), where)
        offices = about.get("offices", [])
        if not isinstance(offices, list):
            raise RequestError("The offices of a county are a list.", where=where, found=type(offices).__name__)
        if _key(county) in counties:
            raise RequestError("The county stands in the directory twice.", where=where)
        counties[_key(county)] = tuple(_office(one, where) for one in offices)
    return HelpDirectory(counties)


def _office(given: Any, where: str) -> Office:
    _known(_table(given, where), _KEYS, where)
    if not all(isinstance(value, str) and value.strip() for value in given.values()) or "name" not in given:
        raise RequestError("An office has a name, and what else is said of it is text.", where=where)
    return Office(**given)


def _table(given: Any, where: str) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise RequestError("A table is expected.", where=where, found=type(given).__name__)
    return given


def _known(given: Mapping[str, Any], keys: tuple[str, ...], where: str) -> None:
    for key in given:
        if key not in keys:
            raise RequestError(f"The directory has no key {key!r}.", where=where, cure=nearest(key, keys))


def _key(county: str) -> str:
    return " ".join(county.split()).casefold()
