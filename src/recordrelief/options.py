"""Options from a mapping, such as a policy file: every key known, every value as it stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, get_args, get_origin

import attrs
import cattrs
from cattrs.errors import ClassValidationError

from recordrelief.errors import RequestError, nearest


def structured(kind: type[Any], given: Mapping[str, Any], where: str) -> Any:
    """An attrs object from a mapping, every key and value checked, those of inner objects too.

    Raises:
        RequestError: an unknown key (with the nearest one), or a value that does not fit.
    """
    _check_keys(kind, given, where)
    try:
        return _CONVERTER.structure(dict(given), kind)
    except ClassValidationError as error:
        details = "; ".join(cattrs.transform_error(error, path="option"))
        raise RequestError("An option has a value it does not take.", where=where, found=details) from None


def _check_keys(kind: type[Any], given: Mapping[str, Any], where: str) -> None:
    attrs.resolve_types(kind)
    fields = {field.name: field for field in attrs.fields(kind)}
    for key, value in given.items():
        if key not in fields:
            raise RequestError("There is no such option.", where=where, found=repr(key), cure=nearest(key, fields))
        inner = [part for part in (fields[key].type, *get_args(fields[key].type)) if attrs.has(part)]
        if inner and isinstance(value, Mapping):
            _check_keys(inner[0], value, f"{where}, {key}")


def _exactly(kind: type[Any]) -> Callable[[Any, Any], Any]:
    def same(value: Any, _: Any) -> Any:
        if type(value) is not kind:
            raise TypeError(f"expected {kind.__name__}, found {type(value).__name__}")
        return value

    return same


def _tuple_of(value: Any, kind: Any) -> tuple[Any, ...]:
    if isinstance(value, str | Mapping) or not isinstance(value, Sequence):
        raise TypeError(f"expected a list, found {type(value).__name__}")
    return tuple(_CONVERTER.structure(item, get_args(kind)[0]) for item in value)


# Nothing is bent into shape: "no" is not a truth value, and 5.7 is not a number of years.
_CONVERTER = cattrs.Converter(forbid_extra_keys=True, prefer_attrib_converters=False)
for _plain in (bool, int, str):
    _CONVERTER.register_structure_hook(_plain, _exactly(_plain))


def _is_tuple(kind: Any) -> bool:
    origin: Any = get_origin(kind)
    return origin is tuple


_CONVERTER.register_structure_hook_func(_is_tuple, _tuple_of)
