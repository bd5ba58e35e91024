"""A person's names as the record has them. Only papers for courts, agencies and the person show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def full_name(name: Mapping[str, Any]) -> str:
    """A name in the order of speech: given, middle, family, suffix; empty where it has none of them."""
    parts = (name.get(part) for part in ("given", "middle", "family", "suffix"))
    return " ".join(part.strip() for part in parts if part and part.strip())


def all_names(names: Iterable[Mapping[str, Any]] | None) -> tuple[str, ...]:
    """Every name once, the primary one first."""
    ordered = sorted(names or (), key=lambda one: one.get("kind") != "primary")
    return tuple(dict.fromkeys(filter(None, map(full_name, ordered))))
