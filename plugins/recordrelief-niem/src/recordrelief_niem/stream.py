"""XML as a stream of sheets: nothing is looked up, no entity is defined, and one sheet at a time is in memory.

The parser of the standard library is used at its lowest level, so that a document type is refused before it can define
anything: no entity, no file and no address of the outside is ever followed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.parsers import expat

import attrs

from recordrelief.errors import SourceError
from recordrelief_niem.namespaces import KNOWN, PARTS, RAP, SHEET, STRUCTURES

DEEPEST = 64
"""How many elements may stand in one another."""
MOST_ELEMENTS = 500_000
"""How many elements one sheet may have."""
MOST_TEXT = 64 << 20
"""How many characters of text and attributes one sheet may have."""
LONGEST_TOKEN = 1 << 20
"""How many bytes may pass without an element or a text in them."""
_CHUNK = 1 << 16
_SEPARATOR = " "


@attrs.define(eq=False)
class Element:
    """One element. ``used`` is set once something asked for it, so that the rest can be told."""

    namespace: str
    name: str
    line: int
    attributes: Mapping[str, str] = attrs.field(repr=False)
    text: str = attrs.field(default="", repr=False)
    children: list[Element] = attrs.field(factory=list, repr=False)
    used: bool = False

    @property
    def known(self) -> bool:
        """It is of a namespace that the specification names."""
        return self.namespace in KNOWN

    @property
    def id(self) -> str | None:
        """Its name within the document, to which others may refer."""
        return self.attributes.get(f"{STRUCTURES}{_SEPARATOR}id")

    @property
    def refers(self) -> str | None:
        """The name of the element that stands for it."""
        return self.attributes.get(f"{STRUCTURES}{_SEPARATOR}ref")

    @property
    def metadata(self) -> tuple[str, ...]:
        """The names of the metadata that are about it."""
        return tuple(self.attributes.get(f"{STRUCTURES}{_SEPARATOR}metadata", "").split())

    def all(self, *path: str) -> list[Element]:
        """The elements at the end of a path of local names, each marked as used, wrappers looked through."""
        found = [self]
        for name in path:
            found = [inner for one in found for inner in one._named(name)]
        for one in found:
            one.used = True
        return found

    def first(self, *path: str) -> Element | None:
        """The first of them."""
        found = self.all(*path)
        return found[0] if found else None

    def said(self, *path: str) -> str | None:
        """The text of the only one of them that says something; None where several say different things.

        Those count as not used then: nobody read what they say.
        """
        found = self.all(*path)
        texts = {" ".join(one.text.split()) for one in found} - {""}
        if len(texts) > 1:
            for one in found:
                one.used = False
            return None
        return texts.pop() if texts else None

    def walk(self) -> Iterator[Element]:
        """It, and everything within it."""
        yield self
        for child in self.children:
            yield from child.walk()

    def _named(self, name: str) -> Iterator[Element]:
        for child in self.children:
            if child.known and child.name == name:
                self._pass(child)
                yield child
            elif not child.known:
                yield from child._named(name)

    def _pass(self, child: Element) -> None:
        child.used = child.used or bool(child.children)


def sheets_of(path: Path, unread: dict[str, int]) -> Iterator[Element]:
    """The sheets of a file, one after another.

    Args:
        path: the file.
        unread: grows by the elements outside the sheets that say something: how often each stands there.

    Raises:
        SourceError: it is not XML, defines a type or an entity, or goes beyond a limit.
        OSError: it cannot be read.
    """
    builder = _Builder(path.name, unread)
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            builder.feed(chunk, last=False)
            yield from builder.finished()
        builder.feed(b"", last=True)
        yield from builder.finished()


class _Builder:
    def __init__(self, label: str, unread: dict[str, int]) -> None:
        self._label = label
        self._unread = unread
        self._open: list[Element] = []
        self._sheet = -1  # where in what is open the sheet stands
        self._done: list[Element] = []
        self._elements = self._text = 0
        self._fed = self._heard = 0
        parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
        parser.buffer_text = True
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._doctype
        parser.ExternalEntityRefHandler = self._doctype
        self._parser = parser

    def feed(self, chunk: bytes, *, last: bool) -> None:
        """Read on."""
        self._fed += len(chunk)
        try:
            self._parser.Parse(chunk, last)
        except expat.ExpatError as error:
            raise SourceError(
                "The file is not well-formed XML.",
                where=f"{self._label}, line {error.lineno}",
                found=expat.errors.messages.get(error.code, "a fault"),
            ) from None
        except (LookupError, ValueError):
            raise SourceError("The encoding of the file is not known.", where=self._label, expected="UTF-8") from None
        if self._fed - max(self._heard, self._parser.CurrentByteIndex) > LONGEST_TOKEN + _CHUNK:
            self._refuse("A tag or comment goes on for too long.", f"more than {LONGEST_TOKEN:,} bytes")

    def finished(self) -> Iterator[Element]:
        """The sheets that are complete; they are forgotten here."""
        done, self._done = self._done, []
        yield from done

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._heard = self._parser.CurrentByteIndex
        namespace, _, local = name.rpartition(_SEPARATOR)
        if len(self._open) >= DEEPEST:
            self._refuse("Elements stand too deep in one another.", f"more than {DEEPEST}")
        element = Element(namespace, local, self._parser.CurrentLineNumber, attributes)
        if self._sheet < 0:
            if local == SHEET:
                self._begin(len(self._open))
            elif namespace == RAP and local in PARTS and self._open:
                self._begin(len(self._open) - 1)
        if self._sheet >= 0:
            self._elements += 1
            self._count(sum(len(key) + len(value) for key, value in attributes.items()))
            if self._elements > MOST_ELEMENTS:
                self._refuse("A sheet has too many elements.", f"more than {MOST_ELEMENTS:,}")
            if len(self._open) > self._sheet:
                self._open[-1].children.append(element)
        self._open.append(element)

    def _begin(self, at: int) -> None:
        self._sheet = at
        self._elements = self._text = 0

    def _end(self, name: str) -> None:
        self._heard = self._parser.CurrentByteIndex
        element = self._open.pop()
        if len(self._open) == self._sheet:
            self._sheet = -1
            self._done.append(element)
        elif self._sheet < 0 and element.text.strip():
            self._unread[element.name] = self._unread.get(element.name, 0) + 1

    def _data(self, text: str) -> None:
        self._heard = self._parser.CurrentByteIndex
        if self._open and (self._sheet >= 0 or not self._open[-1].text):
            self._count(len(text))
            # Texts come in pieces only around comments and the like.
            self._open[-1].text += text if self._sheet >= 0 else text[:80]

    def _count(self, characters: int) -> None:
        self._text += characters
        if self._text > MOST_TEXT:
            self._refuse("A sheet has too much text.", f"more than {MOST_TEXT:,} characters")

    def _doctype(self, *parts: object) -> int:
        self._refuse("The file defines a document type or an entity.", "a DOCTYPE")
        return 0

    def _refuse(self, what: str, found: str) -> None:
        raise SourceError(
            what,
            where=f"{self._label}, line {self._parser.CurrentLineNumber}",
            found=found,
            expected="a rap sheet, which has no need of that",
            cure="Ask where the file comes from: it may be made to do harm.",
        )
