"""From the text of sheets to :class:`Sheet` objects. Reading never fails: what has no sense is ``unread``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

import attrs
from lark import Token, Tree

from recordrelief_us_ca_rapsheet.days import UNKNOWN_DAY, Day
from recordrelief_us_ca_rapsheet.dispositions import may_tell_outcome, read_disposition
from recordrelief_us_ca_rapsheet.grammar import tree_of
from recordrelief_us_ca_rapsheet.header import cii_of, header_of
from recordrelief_us_ca_rapsheet.lines import Line, lines_of
from recordrelief_us_ca_rapsheet.repairs import RULES
from recordrelief_us_ca_rapsheet.sentences import ReadItem, read_item
from recordrelief_us_ca_rapsheet.sheet import (
    Comment,
    Count,
    Cycle,
    Disposition,
    Event,
    Sentence,
    Sheet,
    Tag,
    Unread,
)
from recordrelief_us_ca_rapsheet.tokens import Piece, Tokens

Node = Tree[Token] | Token
_END = re.compile(r"\bEND\s*OF\s*MESS?AGE\b")
_PERSON = re.compile(r"^CII\s?/(.*)$")
_START = re.compile(r"^RE\s?:")
_NO_RECORD = re.compile(r"\bRECORD ERROR\b")


def sheets_of(pages: Sequence[str | None]) -> tuple[Sheet, ...]:
    """The sheets of a text, in order; none where it has no cycle.

    Args:
        pages: the text of each page (None of one that shows something else); one where the text knows no pages.
    """
    whole = lines_of(pages)
    sheets = []
    for lines in messages_of(whole.lines):
        sheet = _sheet(lines)
        if sheet is None:
            continue
        last = max((line.page or 0 for line in lines), default=0)
        cuts = [
            max((line.number for line in lines if line.page is not None and line.page < page), default=0)
            for page in whole.lost_pages
            if page < last or not sheet.complete
        ]
        sheets.append(attrs.evolve(sheet, cuts=tuple(cuts)))
    return tuple(sheets)


def messages_of(lines: Sequence[Line]) -> Iterator[Sequence[Line]]:
    """The lines of each message: a new one begins behind an end, or where another person is named."""
    start = at = 0
    person: str | None = None
    while at < len(lines):
        text = lines[at].text
        if _END.search(text):
            if any(_PERSON.match(line.text) for line in lines[at + 1 :]):
                yield lines[start : at + 1]
                start, person = at + 1, None
        elif found := _PERSON.match(text):
            named = cii_of(found[1])
            if person and named and named != person:
                begin = next((place for place in range(at, start, -1) if _START.match(lines[place].text)), at)
                yield lines[start:begin]
                start = begin
            person = named or person
        at += 1
    yield lines[start:]


def _sheet(lines: Sequence[Line]) -> Sheet | None:
    tokens = Tokens(lines)
    tree = tree_of(tokens)
    header, *parts = tree.children
    assert isinstance(header, Tree)
    cycles = [_cycle(part) for part in parts if isinstance(part, Tree)]
    cycles = [cycle for cycle in cycles if cycle.events]
    if not cycles:
        return None
    return Sheet(
        header=header_of([_piece(token) for token in header.children]),
        cycles=tuple(cycles),
        complete=any(isinstance(part, Token) for part in parts),
        repairs=dict(tokens.repairs),
        scanned=any(RULES[name].misread for names in tokens.repairs.values() for name in names),
        line=lines[0].number,
        last_line=next((line.number for line in reversed(lines) if not line.blank), lines[-1].number),
    )


def _piece(node: Node) -> Piece:
    assert isinstance(node, Token)
    piece = node.value
    assert isinstance(piece, Piece)
    return piece


def _pieces(node: Node) -> list[Piece]:
    return [_piece(node)] if isinstance(node, Token) else [piece for child in node.children for piece in _pieces(child)]


def _type(node: Node) -> str:
    return str(node.type) if isinstance(node, Token) else str(node.data)


def _cycle(tree: Tree[Token]) -> Cycle:
    events: list[Event] = []
    line = 0
    doubtful = False
    for node in tree.children:
        if isinstance(node, Token):
            line = line or _piece(node).line.number
            continue
        registration = bool(events) and events[0].kind == "registration"
        head = node.children[0]
        if isinstance(head, Token) and head.type == "HEAD" and events:
            doubtful = doubtful or _piece(head).texts[3] is not None
        events.append(_event(node, "registration" if registration else "unknown"))
    return Cycle(events=tuple(events), doubtful=doubtful, line=line)


def _event(tree: Tree[Token], wordless: str) -> Event:
    """One event.

    Args:
        tree: what stands in it.
        wordless: its kind where its word is left out.
    """
    head: Piece | None = None
    name = birth = None
    day: Day | None = None
    agency: list[str] = []
    strike = False
    before: list[Node] = []
    counts: list[Count] = []
    unread: list[Unread] = []
    for node in tree.children:
        match _type(node):
            case "HEAD":
                head = _piece(node)
                name, birth = head.texts[1], head.texts[2]
            case "WHO":
                piece = _piece(node)
                name, birth = name or piece.texts[0], birth or piece.texts[1]
            case "when":
                if day is None or not _dated(node):
                    found, words = _when(node)
                    day = day or found
                    agency += words
                else:
                    before.append(node)
            case "BANNER":
                strike, unread = _banner(_piece(node), strike, unread)
            case "count":
                assert isinstance(node, Tree)
                counts.append(_count(node.children))
            case _:
                before.append(node)
    for node in tree.iter_subtrees():
        for token in node.children:
            if isinstance(token, Token) and token.type == "BANNER" and node is not tree:
                strike, unread = _banner(_piece(token), strike, unread)
    if before:
        counts.insert(0, _count(before))
    pieces = _pieces(tree)
    return Event(
        kind=head.kind if head else wordless,
        heading=head.texts[0] if head else None,
        name_code=name,
        birth=Day(birth) if birth else None,
        day=day,
        agency=" ".join(agency) or None,
        counts=tuple(counts),
        strike=strike,
        unread=tuple(unread),
        line=pieces[0].line.number,
        last_line=pieces[-1].line.number,
    )


def _dated(node: Node) -> bool:
    return isinstance(node, Tree) and any(isinstance(one, Token) and one.type == "DATED" for one in node.children)


def _when(node: Node) -> tuple[Day | None, list[str]]:
    """The day and the words of the agency."""
    day, words = None, []
    assert isinstance(node, Tree)
    for token in node.children:
        texts = _piece(token).texts
        if _type(token) == "DATED":
            day = Day(str(texts[0]))
            texts = texts[1:]
        words += [text for text in texts if text]
    return day, words


def _banner(piece: Piece, strike: bool, unread: list[Unread]) -> tuple[bool, list[Unread]]:
    if "STRIKE" in str(piece.texts[0]):
        return True, unread
    return strike, [*unread, _unread(piece)]


def _unread(piece: Piece) -> Unread:
    line = piece.line
    indent = len(line.raw) - len(line.raw.lstrip())
    return Unread(
        line=line.number, page=line.page, first=indent + 1, last=max(indent + 1, len(line.raw.rstrip())), text=line.text
    )


class _Under:
    """What stands under one count, gathered node by node."""

    def __init__(self) -> None:
        self.numbers: tuple[int | None, int | None] = (None, None)
        self.case: str | None = None
        self.flags: list[str] = []
        self.realigned = False
        self.charges: list[str] = []
        self.toc: str | None = None
        self.comments: list[Comment] = []
        self.tags: list[Tag] = []
        self.dispositions: list[Disposition] = []
        self.unread: list[Unread] = []
        self.lost = False
        self.lines: list[int] = []

    def take(self, nodes: Sequence[Node]) -> None:
        """All that stands before the first disposition, and the dispositions."""
        day: Day | None = None
        for node in nodes:
            self.lines += [piece.line.number for piece in _pieces(node)]
            kind = _type(node)
            if isinstance(node, Tree) and kind == "outcome":
                self.outcome(node, day)
            elif isinstance(node, Tree) and kind == "update":
                self.update(node)
            elif kind == "when":
                # The second day of an event without counts is that of what follows.
                day, words = _when(node)
                self.unread += [_unread(_pieces(node)[0])] if words else []
            else:
                self.plain(node, kind)

    def plain(self, node: Node, kind: str) -> None:
        """One node that is no disposition."""
        pieces = _pieces(node)
        first = pieces[0]
        match kind:
            case "CNT":
                self.numbers = _numbers(first)
                if self.numbers == (None, None):
                    self.unread.append(_unread(first))
            case "CASE" if self.case is None:
                self.case = _case_number(str(first.texts[0]))
            case "FLAG":
                self.flags.append(" ".join(str(first.texts[0]).split()))
            case "REALIGNED":
                self.realigned = True
            case "TOC":
                self.toc = first.texts[0]
            case "BANNER" | "WHO":
                pass
            case "charge":
                self.charges.append(self.charge(pieces))
            case "comment":
                self.comments.append(self.comment(pieces))
            case "tag":
                self.tags.append(_tag(pieces))
            case "sentence":
                self.dispositions.append(Disposition(sentences=(self.sentence(pieces),), line=first.line.number))
            case _:
                self.unread += [_unread(piece) for piece in pieces]

    def outcome(self, tree: Tree[Token], day: Day | None) -> None:
        """A disposition with its details.

        A day is that of one disposition: before a second one under it another day may have been left unread, or the
        line of another count.
        """
        if day is None and any(one.text is not None and one.day is None for one in self.dispositions):
            day, self.lost = UNKNOWN_DAY, True
        first, *more = [_piece(node) for node in tree.children if _type(node) in ("DISPO", "MORE")]
        starred, text = first.texts
        made = Disposition(
            text=self.wrapped(
                [attrs.evolve(first, texts=(text,)), *more], lambda text: read_disposition(text).understood
            ),
            day=day,
            starred=starred == "*",
            line=first.line.number,
        )
        rest = [node for node in tree.children if _type(node) not in ("DISPO", "MORE")]
        self.dispositions.append(self.detailed(made, rest))

    def update(self, tree: Tree[Token]) -> None:
        """A day with what happened on it."""
        head, *rest = tree.children
        day = Day(str(_piece(head).texts[0]))
        details: list[Node] = [node for node in rest if _type(node) != "outcome"]
        made = Disposition(day=day, line=_piece(head).line.number)
        filled = self.detailed(made, details)
        outcomes = [node for node in rest if isinstance(node, Tree) and node.data == "outcome"]
        if filled != made or not outcomes:
            self.dispositions.append(filled)
        for at, node in enumerate(outcomes):
            self.outcome(node, UNKNOWN_DAY if at else day)
            self.lost = self.lost or bool(at)

    def detailed(self, made: Disposition, nodes: Sequence[Node]) -> Disposition:
        """A disposition with its details added; what is none of them is left unread."""
        status = made.status
        sentences, comments, tags = list(made.sentences), list(made.comments), list(made.tags)
        for node in nodes:
            pieces = _pieces(node)
            match _type(node):
                case "status" if status is None:
                    status = str(pieces[0].texts[0]).strip(" .,:") or None
                case "sentence":
                    sentences.append(self.sentence(pieces))
                case "comment":
                    comments.append(self.comment(pieces))
                case "tag":
                    tags.append(_tag(pieces))
                case "REALIGNED":
                    self.realigned = True
                case "TOC":
                    self.toc = self.toc or pieces[0].texts[0]
                case "BANNER" | "WHO":
                    pass
                case "CASE" if self.case is None:
                    self.case = _case_number(str(pieces[0].texts[0]))
                case _:
                    self.unread += [_unread(piece) for piece in pieces]
        return attrs.evolve(made, status=status, sentences=tuple(sentences), comments=tuple(comments), tags=tuple(tags))

    def wrapped(self, pieces: Sequence[Piece], whole: Callable[[str], bool]) -> str:
        """The text of a line with what it wraps to. A line below one that is short and whole is none of it.

        Args:
            pieces: the lines.
            whole: whether a text says something by itself.
        """
        text = _joined(pieces[:1])
        before = pieces[0]
        for piece in pieces[1:]:
            full = len(before.line.raw.rstrip()) >= _FULL_LINE or text.endswith(_GOING_ON)
            if not full and whole(text):
                self.unread.append(_unread(piece))
                continue
            text = f"{text} {_joined([piece])}".strip()
            before = piece
        return text

    def comment(self, pieces: Sequence[Piece]) -> Comment:
        """A comment with what it wraps to."""
        return Comment(text=self.wrapped(pieces, bool), line=pieces[0].line.number)

    def charge(self, pieces: Sequence[Piece]) -> str:
        """A charge with what its description wraps to; a line that may tell more than a description is left unread."""
        kept = [piece for piece in pieces if piece is pieces[0] or _is_description(str(piece.texts[0]))]
        self.unread += [_unread(piece) for piece in pieces if piece not in kept]
        return _joined(kept)

    def sentence(self, pieces: Sequence[Piece]) -> Sentence:
        """The items of a sentence. A line that does not go on from an item that is whole is none of it."""
        items: list[str] = []
        goes_on = True
        for piece in pieces:
            text = re.sub(r"[.'\"]", "", _joined([piece]))
            mine = [" ".join(item.split()) for item in text.split(",")]
            if items and not goes_on:
                whole = f"{items[-1]} {mine[0]}"
                if _understood(items[-1]) and not _understood(whole):
                    self.unread.append(_unread(piece))
                    continue
                items[-1], mine = whole, mine[1:]
            goes_on = text.endswith(",")
            items += [item for item in mine if item]
        return Sentence(items=tuple(items), line=pieces[0].line.number)

    def _interrupted(self) -> bool:
        """Whether something between two dispositions was left unread: it may have been the line of another count."""
        told = [one.line for one in self.dispositions if one.text is not None]
        return any(min(told) < one.line < max(told) for one in self.unread) if told else False

    def made(self) -> Count:
        """The count."""
        first, last = self.numbers
        return Count(
            first=first,
            last=last,
            case_number=self.case,
            flags=tuple(self.flags),
            realigned=self.realigned,
            charges=tuple(self.charges),
            toc=self.toc,
            comments=tuple(self.comments),
            tags=tuple(self.tags),
            dispositions=tuple(self.dispositions),
            unread=tuple(self.unread),
            lost=self.lost or len(self.charges) > 1 or self._interrupted(),
            line=min(self.lines, default=0),
            last_line=max(self.lines, default=0),
        )


def _count(nodes: Sequence[Node]) -> Count:
    under = _Under()
    under.take(nodes)
    return under.made()


_FULL_LINE = 50
"""A shorter line does not wrap, unless it ends as one that does."""
_GOING_ON = (",", "-", "/", "&", " PER", " OF", " AND", " TO", " WITH", " CHRG")
_DESCRIPTION = re.compile(r"^[A-Z0-9 /&:.,'()+$-]+$")
WIDEST_RANGE = 100
"""A range of more counts is a misread number."""


def _numbers(piece: Piece) -> tuple[int | None, int | None]:
    """The first and the last number of a count; none where they make no sense."""
    first, last = (None if text is None else int(text) for text in piece.texts)
    if first is None:
        return None, None
    last = first if last is None else last
    if not 0 < first <= last < first + WIDEST_RANGE or last > 9_999:
        return None, None
    return first, last


def _case_number(text: str) -> str | None:
    """A case number without dots; several, parted by commas, as ``A; B``."""
    parts = [" ".join(part.replace(".", "").split()).strip(" :-'*") for part in text.split(",")]
    return "; ".join(part for part in parts if part) or None


def _joined(pieces: Sequence[Piece]) -> str:
    """The texts of lines that go on, as one."""
    return " ".join(" ".join(str(piece.texts[0] or "").split()) for piece in pieces).strip()


def _tag(pieces: Sequence[Piece]) -> Tag:
    word, text = pieces[0].texts
    rest = [attrs.evolve(pieces[0], texts=(text,)), *pieces[1:]]
    return Tag(word=str(word), text=_joined(rest), line=pieces[0].line.number)


def _is_description(text: str) -> bool:
    return bool(_DESCRIPTION.match(text)) and not may_tell_outcome(text)


def _understood(item: str) -> bool:
    return read_item(item) != ReadItem()


def no_record(pages: Sequence[str | None]) -> bool:
    """Whether a text is the answer that there is no record to print."""
    return any(_NO_RECORD.search(page.upper()) for page in pages if page)
