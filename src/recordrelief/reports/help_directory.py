"""A directory of who gives legal help with clearing records, county by county: a TOML file that the user gives."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
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
    """The offices of each county, by its name in small letters, and the names as they are written (``names``)."""

    offices: Mapping[str, tuple[Office, ...]]
    names: Mapping[str, str]

    def of(self, county: str) -> tuple[Office, ...]:
        """The offices of a county; none where the directory lists none."""
        return self.offices.get(_key(county), ())

    def held_against(self, counties: Iterable[str], coded: Collection[str] | None) -> Reach:
        """Which of the counties of a run have help.

        Args:
            counties: what the record has for a county.
            coded: those of them for which the record has the code of a county, if it has any.
        """
        known = {_key(county): county for county in reversed(list(counties))}
        places = known.keys() if coded is None else {_key(county) for county in coded}
        bare = {key: county for key, county in known.items() if not self.offices.get(key)}
        return Reach(
            without=tuple(sorted(county for key, county in bare.items() if key in places)),
            no_county=tuple(sorted(county for key, county in bare.items() if key not in places)),
            unmatched=tuple(name for key, name in self.names.items() if key not in known),
        )


@attrs.frozen
class Reach:
    """The counties of a run without help, what it has that is no county, and names that only the directory has."""

    without: tuple[str, ...]
    no_county: tuple[str, ...]
    unmatched: tuple[str, ...]

    def sentences(self) -> list[str]:
        """The same in words."""
        found = ["The directory that was given lists legal help for every county here."]
        if self.without:
            found = [
                f"The directory that was given lists no legal help for {len(self.without)} of these counties: "
                f"{', '.join(self.without)}."
            ]
        if self.no_county:
            found.append(
                "Not counted among them, since the record has no code of a county for them: "
                f"{', '.join(self.no_county)}."
            )
        if self.unmatched:
            found.append(
                f"The directory lists counties that this run does not have: {', '.join(self.unmatched)}. "
                "If they are spelled differently here, their help was not found."
            )
        return found


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
    return HelpDirectory(counties, {_key(county): county for county in content.get("county", {})})


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
