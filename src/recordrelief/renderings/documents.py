"""An explanation as JSON, for programs: the outline itself, its keys promised by a schema with a version."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import attrs

from recordrelief.outlines import Outline

SCHEMA = "recordrelief.explanation/1"
"""The name and version that every document carries as ``schema``."""


def document(outline: Outline) -> dict[str, Any]:
    """The outline as plain values: days as ISO text, what is not known or not there as null or an empty list."""
    return {"schema": SCHEMA, **_values(outline)}


def as_json(outline: Outline) -> str:
    """The document as text."""
    return json.dumps(document(outline), ensure_ascii=False, indent=2)


@cache
def _text() -> str:
    return files("recordrelief.renderings").joinpath("explanation-1.schema.json").read_text(encoding="utf-8")


def json_schema() -> dict[str, Any]:
    """The JSON Schema that every document keeps to."""
    schema: dict[str, Any] = json.loads(_text())
    return schema


def _values(value: Any) -> Any:
    if attrs.has(type(value)):
        return {field.name: _values(getattr(value, field.name)) for field in attrs.fields(type(value))}
    if isinstance(value, tuple):
        return [_values(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value
