"""YAML as people write it by hand: every value with its line, every fault told, nothing passed over or bent.

A value is read as what its place wants: ``0012`` is a text where a text is wanted, ``2011-08`` a month where a day
is. Faults say what was found by its shape only, since a cell may be personal; words of a vocabulary and names of
keys are shown as they stand.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

import attrs
import yaml

from recordrelief.errors import SourceError, SourceFaults, nearest, shape
from recordrelief.model import FactValue, PartialDate

SPAN = ".."
"""What stands between the two ends of a day that is known within limits: ``2011-03-01..2011-05-10``."""
A_DAY = "a day, month or year: 2011-08-23, 2011-08, 2011, or a span 2011-03-01..2011-05-10"

_TAG = "tag:yaml.org,2002:"
_WORD = re.compile(r"[a-z][a-z0-9_]{0,40}")
_WHOLE = re.compile(r"[+-]?(?:0|[1-9][0-9]*)")
_NUMBER = re.compile(r"[+-]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?(?:e[+-]?[0-9]+)?|\.inf)")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LONGEST_NUMBER = 40
"""Characters of a whole number; Python itself refuses one of thousands of digits, and no fact has so many."""
_WRITTEN = ("str", "int", "float", "timestamp", "value", "merge")
_KINDS = {
    "seq": "a list",
    "map": "a mapping",
    "null": "nothing",
    "bool": "true or false",
    "int": "a number",
    "float": "a number",
    "timestamp": "a day",
}


class Page:
    """One file written by hand, and the faults found in it so far."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._faults: dict[tuple[object, ...], tuple[int, SourceError]] = {}
        self._read: dict[int, tuple[yaml.Node, dict[str, Value]]] = {}
        self._reading: set[int] = set()

    def documents(self, text: str) -> list[Value]:
        """The documents of the file, those that hold nothing left out.

        Raises:
            SourceError: the text is not YAML.
        """
        try:
            loader = yaml.SafeLoader(text)
            try:
                nodes: list[yaml.Node] = []
                while loader.check_node():
                    nodes += [node] if (node := loader.get_node()) is not None else []
            finally:
                loader.dispose()
        except yaml.reader.ReaderError as error:
            line = text.count("\n", 0, int(error.position)) + 1
            raise self._no_yaml(line, "a character that YAML does not allow") from None
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            # What the parser quotes may be a cell of a record.
            problem = re.sub(r"'(?!<)[^']{2,}'", "'...'", error.problem or error.context or "")
            raise self._no_yaml(mark.line + 1 if mark else 1, problem) from None
        except RecursionError:
            raise self._no_yaml(1, "lists in lists without end") from None
        values = [Value(self, node) for node in nodes]
        return [value for value in values if not value.is_null]

    def fault(
        self,
        line: int,
        what: str,
        *,
        name: str = "",
        found: str | None = None,
        expected: str | None = None,
        cure: str | None = None,
    ) -> None:
        """Note a fault; one that several readers of the same line find is told once."""
        where = f"{self.file}:{line}" + (f", {name}" if name else "")
        error = SourceError(what, where=where, found=found, expected=expected, cure=cure)
        self._faults.setdefault((where, what, found, cure), (line, error))

    @property
    def faults(self) -> list[SourceError]:
        """The faults, by line."""
        return [error for _, error in sorted(self._faults.values(), key=lambda one: one[0])]

    def fields(self, node: yaml.Node) -> dict[str, Value]:
        """The keys of a mapping and what stands under them, those that ``<<`` takes over included."""
        kept = self._read.get(id(node))
        if kept is not None:
            return kept[1]
        if id(node) in self._reading:
            self.fault(node.start_mark.line + 1, "A mapping takes itself over.")
            return {}
        self._reading.add(id(node))
        own: dict[str, Value] = {}
        taken: dict[str, Value] = {}
        seen: set[str] = set()
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode) or not key.value:
                self.fault(line, "A key must be a word.", found=Value(self, key).described)
                continue
            name = str(key.value)
            if name in seen:
                self.fault(line, "A key stands twice.", found=shown(name))
                continue
            seen.add(name)
            if key.tag == _TAG + "merge":
                for source in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                    if isinstance(source, yaml.MappingNode):
                        for inner, under in self.fields(source).items():
                            taken.setdefault(inner, under)
                    else:
                        self.fault(line, "Only mappings can be taken over.", found=Value(self, source).described)
            else:
                own[name] = Value(self, value, name, line)
        self._reading.discard(id(node))
        self._read[id(node)] = (node, {**taken, **own})
        return self._read[id(node)][1]

    def _no_yaml(self, line: int, problem: str) -> SourceError:
        return SourceError("This is not YAML.", where=f"{self.file}:{line}", found=problem or None)


def decoded(content: bytes, file: str) -> str:
    """The text of a file, which is UTF-8.

    Raises:
        SourceError: it is not.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SourceError(
            "The file is not UTF-8.", where=f"{file}:{line}", cure="Save it as UTF-8 in your editor."
        ) from None


def refuse(pages: Iterable[Page]) -> None:
    """Tell every fault of some files, if there is any.

    Raises:
        SourceError: the fault, where there is one.
        SourceFaults: all of them, where there are several.
    """
    faults = [fault for page in pages for fault in page.faults]
    if faults:
        raise faults[0] if len(faults) == 1 else SourceFaults(faults)


def shown(word: str) -> str:
    """A key or a word of a vocabulary as it stands; anything else, which may be a cell of a record, by its shape."""
    return repr(word) if _WORD.fullmatch(word) else shape(word)


@attrs.frozen(eq=False)
class Value:
    """One value of a file. What is asked of it and does not fit becomes a fault, and the answer is None.

    ``name`` is the key it stands under, ``key_line`` the line of that.
    """

    page: Page
    node: yaml.Node = attrs.field(repr=False)
    name: str = ""
    key_line: int = 0

    @property
    def line(self) -> int:
        """Its first line, counted from 1."""
        return int(self.node.start_mark.line) + 1

    @property
    def is_null(self) -> bool:
        """Whether it says that nothing is known: ``null``, or nothing at all."""
        return self._kind == "null"

    @property
    def described(self) -> str:
        """What it is, without what it says."""
        return _KINDS.get(self._kind) or shape(str(self.node.value))

    def fault(
        self, what: str, *, found: str | None = None, expected: str | None = None, cure: str | None = None
    ) -> None:
        """Note that something is wrong with it."""
        self.page.fault(self.line, what, name=self.name, found=found, expected=expected, cure=cure)

    def entry(self, known: Collection[str] | None = None) -> Entry:
        """The mapping it is, every key known; ``null`` is one without keys."""
        if not isinstance(self.node, yaml.MappingNode) or self._kind != "map":
            if not self.is_null:
                self._unfit("a mapping: keys with their values")
            return Entry({}, self)
        fields = self.page.fields(self.node)
        if known is not None:
            for key, value in fields.items():
                if key not in known:
                    self.page.fault(
                        value.key_line, "There is no such key.", found=shown(key), cure=_instead(key, known)
                    )
            fields = {key: value for key, value in fields.items() if key in known}
        return Entry(fields, self)

    def items(self) -> list[Value]:
        """The items of the list it is; ``null`` is an empty one."""
        if isinstance(self.node, yaml.SequenceNode) and self._kind == "seq":
            return [Value(self.page, node, self.name) for node in self.node.value]
        if not self.is_null:
            self._unfit("a list: [one, another], or one item a line behind '- '")
        return []

    def text(self) -> str | None:
        """A text, as it is written: a plain number or day is one where a text is wanted."""
        if self.is_null:
            return None
        if not isinstance(self.node, yaml.ScalarNode) or self._kind not in _WRITTEN:
            self._unfit("a text", cure="Put it in quotes." if self._kind == "bool" else None)
            return None
        return str(self.node.value)

    def texts(self) -> tuple[str, ...]:
        """A list of texts."""
        return tuple(text for item in self.items() if (text := item.required(item.text())) is not None)

    def word(self, words: Collection[str]) -> str | None:
        """One of some words."""
        if self.is_null:
            return None
        if isinstance(self.node, yaml.ScalarNode) and self.node.value in words:
            return str(self.node.value)
        is_text = isinstance(self.node, yaml.ScalarNode) and self._kind == "str"
        self.fault(
            "There is no such word here.",
            found=shown(str(self.node.value)) if is_text else self.described,
            expected="one of " + ", ".join(words),
            cure=_near(str(self.node.value), words) if is_text else None,
        )
        return None

    def flag(self) -> bool | None:
        """``true`` or ``false``."""
        if self.is_null:
            return None
        if self._kind != "bool":
            self._unfit("true or false, or null where it is not known")
            return None
        return str(self.node.value).lower() in ("true", "yes", "on")

    def whole(self, low: int | None = None, high: int | None = None) -> int | None:
        """A whole number within limits, in plain digits."""
        number = self._digits(_WHOLE)
        if number is not None and len(number) > _LONGEST_NUMBER:
            self._unfit("a whole number in plain digits", found=f"{len(number):,} digits")
            return None
        return None if number is None else self._within(int(number), low, high, "a whole number in plain digits")

    def number(self, low: float | None = None) -> float | None:
        """A number, in plain digits."""
        number = self._digits(_NUMBER)
        return None if number is None else self._within(float(number.replace(".inf", "inf")), low, None, "a number")

    def day(self) -> PartialDate | None:
        """A day that may be known only to the month or year, or within a span."""
        if self.is_null:
            return None
        if isinstance(self.node, yaml.ScalarNode) and self._kind in ("str", "int", "timestamp"):
            day = partial_day(str(self.node.value))
            if day is not None:
                return day
        self._unfit(A_DAY, found=shape(str(self.node.value)) if isinstance(self.node, yaml.ScalarNode) else None)
        return None

    def exact_day(self) -> date | None:
        """A day known exactly."""
        day = self.day()
        if day is not None and not day.exact:
            self._unfit("one day, such as 2011-08-23")
            return None
        return None if day is None else day.earliest

    def fact(self) -> FactValue | PartialDate | None:
        """What a pack's own fact may hold: true or false, a whole number, a word, a day, or a month or span of days."""
        kind, plain = self._kind, getattr(self.node, "style", "") is None
        if kind == "bool":
            return self.flag()
        if kind == "int":
            return self.whole(-(2**63), 2**63 - 1)
        if kind == "timestamp":
            return self.exact_day()
        if kind == "str" and plain and ((day := partial_day(str(self.node.value))) is not None):
            return day
        if kind == "str":
            return str(self.node.value)
        if kind != "null":
            self._unfit("true, false, a whole number, a word or a day")
        return None

    def plain(self) -> Any:
        """Whatever it is, as Python has it: for options that somebody else checks."""
        match self._kind:
            case "null":
                return None
            case "map":
                return {key: value.plain() for key, value in self.entry().fields.items()}
            case "seq":
                return [item.plain() for item in self.items()]
            case "bool":
                return self.flag()
            case "int":
                return self.whole()
            case "float":
                return self.number()
            case "timestamp":
                return self.exact_day()
        return self.text()

    def required(self, answer: Any) -> Any:
        """The answer, or a fault where it is null."""
        if self.is_null:
            self._unfit("something: it cannot be left empty")
        return answer

    @property
    def _kind(self) -> str:
        tag = str(self.node.tag)
        return tag.removeprefix(_TAG) if tag.startswith(_TAG) else "another kind"

    def _digits(self, pattern: re.Pattern[str]) -> str | None:
        if self.is_null:
            return None
        plain = isinstance(self.node, yaml.ScalarNode) and self.node.style is None
        if plain and pattern.fullmatch(str(self.node.value).lower()):
            return str(self.node.value).lower()
        self._unfit("a whole number in plain digits" if pattern is _WHOLE else "a number in plain digits")
        return None

    def _within(self, number: Any, low: float | None, high: float | None, what: str) -> Any:
        if (low is not None and number < low) or (high is not None and number > high):
            limits = [f"at least {low}"] * (low is not None) + [f"at most {high}"] * (high is not None)
            self._unfit(f"{what}, {' and '.join(limits)}")
            return None
        return number

    def _unfit(self, expected: str, *, found: str | None = None, cure: str | None = None) -> None:
        self.fault("The value does not fit.", found=found or self.described, expected=expected, cure=cure)


@attrs.frozen(eq=False)
class Entry:
    """A mapping: its keys with their values, and where it stands."""

    fields: Mapping[str, Value]
    at: Value

    def over(self, common: Entry) -> Entry:
        """The entry on top of what is common: what it writes goes before that, ``null`` included."""
        return Entry({**common.fields, **self.fields}, self.at)

    def get(self, key: str) -> Value | None:
        """What stands under a key; None where the key is not there, or says that nothing is known."""
        value = self.fields.get(key)
        return None if value is None or value.is_null else value

    def need(self, key: str) -> Value | None:
        """What stands under a key that must be there."""
        value = self.get(key)
        if value is None:
            self.at.page.fault(self.at.line, "A key is missing, or empty.", expected=key)
        return value


def partial_day(text: str) -> PartialDate | None:
    """The day, month, year or span that a text says; None if it says none."""
    first, span, last = text.partition(SPAN)
    if span and not (_DAY.fullmatch(first) and _DAY.fullmatch(last)):
        return None
    try:
        return (
            PartialDate(PartialDate.of(first).earliest, PartialDate.of(last).latest) if span else PartialDate.of(text)
        )
    except ValueError:
        return None


def _near(word: str, known: Iterable[str]) -> str | None:
    cure = nearest(word, known)
    return cure if cure.startswith("Did") else None


def _instead(key: str, known: Collection[str]) -> str:
    """What to write instead of a key that is not known."""
    stem = key.removesuffix("_latest")
    if stem != key and stem in known:
        return f"Write both ends under {stem!r}: 2011-03-01..2011-05-10."
    return nearest(key, known)
