"""Broken inputs made of good ones: bytes, lines, cells and words changed, as happens in the field or by a foe."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random

WORDS = (
    b"",
    b" ",
    b"0",
    b"-1",
    b"00000000",
    b"99999999",
    b"0000-00-00",
    b"0001-01-01",
    b"9999-12-31",
    b"99999-01-01",
    b"12/31/9999",
    b"02/30/2015",
    b"-0044-03-15",
    b"1e999",
    b"nan",
    b"inf",
    b"99999999999999999999999999",
    b"-99999999999999999999",
    b"0x7fffffff",
    b"null",
    b"true",
    b"[]",
    b"{}",
    b"[[[[[[[[",
    b"&a *a",
    b"<<",
    b"!!python/none",
    b"=1+1",
    b"@x",
    b"\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xed\xa0\x80",
    "\u202e\u2028\u0085".encode(),
    "٣٤٥".encode(),
    "\uff11\uff12".encode(),
    "ﬁ\u0130ß".encode(),
    b"\r",
    b"\r\n",
    b"\n",
    b"\x0c",
    b"\x1a",
    b'"',
    b"'",
    b"\\",
    b"$&",
    b"(((((",
    b"A" * 70_000,
    b"9" * 5_000,
)
"""What is put in the place of a word."""
_CELL = re.compile(rb"[^,;|\t\n\r\"':=<>\[\]{}()]+")
_WORD = re.compile(rb"[A-Za-z0-9_./-]+")

Change = Callable[[bytes, Random, Sequence[bytes]], bytes]


def mutated(seeds: Sequence[bytes], chance: Random) -> bytes:
    """One of the inputs, changed once or several times."""
    content = chance.choice(seeds)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
        content = chance.choice(_CHANGES)(content, chance, seeds)
    return content[:2_000_000]


def _place(content: bytes, chance: Random) -> int:
    return chance.randrange(len(content) + 1)


def _byte(content: bytes, chance: Random, seeds: Sequence[bytes]) -> bytes:
    if not content:
        return bytes([chance.randrange(256)])
    at = chance.randrange(len(content))
    return content[:at] + bytes([content[at] ^ (1 << chance.randrange(8))]) + content[at + 1 :]


def _put(content: bytes, chance: Random, seeds: Sequence[bytes]) -> bytes:
    at = _place(content, chance)
    return content[:at] + chance.choice(WORDS) + content[at:]


def _without(content: bytes, chance: Random, seeds: Sequence[bytes]) -> bytes:
    at = _place(content, chance)
    return content[:at] + content[at + chance.choice((1, 2, 8, 100, 4_000)) :]


def _cut(content: bytes, chance: Random, seeds: Sequence[bytes]) -> bytes:
    return content[: _place(content, chance)]


def _spliced(content: bytes, chance: Random, seeds: Sequence[bytes]) -> bytes:
    other = chance.choice(seeds)
    return content[: _place(content, chance)] + other[_place(other, chance) :]


def _again(content: bytes, chance: Random, seeds: Sequence[bytes]) -> bytes:
    at = _place(content, chance)
    piece = content[at : at + chance.choice((1, 10, 200))]
    return content[:at] + piece * chance.choice((2, 10, 300)) + content[at:]


def _lines(content: bytes, chance: Random, seeds: Sequence[bytes]) -> bytes:
    lines = content.split(b"\n")
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    how = chance.randrange(4)
    if how == 0:
        lines[one], lines[other] = lines[other], lines[one]
    elif how == 1:
        lines.insert(one, lines[other])
    elif how == 2:
        del lines[one]
    else:
        lines[one] = lines[one].lstrip() if chance.random() < 0.5 else b"  " + lines[one]
    return b"\n".join(lines)


def _other(pattern: re.Pattern[bytes]) -> Change:
    def change(content: bytes, chance: Random, seeds: Sequence[bytes]) -> bytes:
        found = list(pattern.finditer(content))
        if not found:
            return content
        hit = chance.choice(found)
        word = chance.choice(WORDS) if chance.random() < 0.6 else chance.choice(found).group()
        return content[: hit.start()] + word + content[hit.end() :]

    return change


def _everywhere(content: bytes, chance: Random, seeds: Sequence[bytes]) -> bytes:
    """Every place of one word is another word: a whole column, a code, a key."""
    found = _CELL.findall(content[:20_000])
    return content.replace(chance.choice(found), chance.choice(WORDS)[:200]) if found else content


_CHANGES: tuple[Change, ...] = (
    *(_byte, _put, _without, _cut, _spliced, _again, _lines, _lines),
    *(_other(_CELL), _other(_CELL), _other(_CELL), _other(_WORD), _other(_WORD), _other(_WORD), _everywhere),
)
