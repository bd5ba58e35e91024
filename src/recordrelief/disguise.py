"""What turns a real record into one that may be shown to others: pseudonyms, days moved, texts cleaned, all by a key.

One key gives one disguise: the same person has the same pseudonyms and the same shift of days in every file and run.
Without the key nobody can say who was who, or what day it was; with it, anybody who holds a list of people can. A key
is kept like the records themselves.
"""

from __future__ import annotations

import calendar
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import lru_cache, partial
from pathlib import Path

import attrs

from recordrelief.errors import RequestError
from recordrelief.model import PartialDate
from recordrelief.record_words import WORDS

SHORTEST_SHIFT, LONGEST_SHIFT = 30, 180
"""How many days the days of a person are moved at least and at most, forward or back."""
SHORTEST_KEY = 32
"""How many bytes a key file must have."""
_MAKE_ONE = "Make one that nobody else can read: (umask 077; head -c 32 /dev/urandom > key)."

_WORD = re.compile(r"[^\W_]+")
_ROUNDS = 8
_LONGEST_NUMBER = 200
"""A longer text is no number, and gets a pseudonym without its shape, as one of other letters does."""
_NUMBERED = 6
"""How many digits make a number in a text that gets a pseudonym, so that two texts with other numbers stay two.

Fewer may be a section of a law, and must not become another.
"""
_CONSONANTS, _VOWELS = "bcdfghklmnprstvz", "aeiou"
_CLASSES = ("0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")
_YEARS = range(1850, 2200)
_DAY = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")


def key_of(path: Path | None) -> bytes:
    """The key of a key file; without one a new key, which nobody keeps.

    Raises:
        RequestError: the file cannot be read, or is no secret.
    """
    return secrets.token_bytes(32) if path is None else hashlib.sha256(secret_of(path)).digest()


def secret_of(path: Path) -> bytes:
    """The bytes of a key file.

    Raises:
        RequestError: it cannot be read, or is no secret.
    """
    try:
        secret = path.read_bytes()
    except OSError as error:
        raise RequestError(
            "The key file cannot be read.", where=str(path), found=error.strerror, cure=_MAKE_ONE
        ) from None
    if len(secret) < SHORTEST_KEY:
        raise RequestError(
            "The key file is too short to be a secret.",
            where=str(path),
            found=f"{len(secret)} bytes",
            expected=f"{SHORTEST_KEY} bytes or more",
            cure=_MAKE_ONE,
        )
    if len(set(secret)) < SHORTEST_KEY // 4:
        raise RequestError(
            "The key file is no secret: it is hardly more than one byte, repeated.", where=str(path), cure=_MAKE_ONE
        )
    return secret


def scrubbed(text: str) -> str:
    """The shape of a text: each letter an X, each digit a 0, everything else as it is."""
    return _WORD.sub(_shape, text)


def own_words(*texts: str | None) -> frozenset[str]:
    """The words of a person's own names, in capitals: what no free text about the person may keep."""
    return frozenset(word.upper() for text in texts if text for word in _WORD.findall(text) if len(word) > 1)


class Disguise:
    """Pseudonyms of everything that has one, by one key."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        # Files name the same people and cases again and again.
        self._numbers = lru_cache(maxsize=1 << 17)(self._number)
        self._keys = lru_cache(maxsize=1 << 12)(partial(self.digest, "number"))
        self._people = lru_cache(maxsize=1 << 16)(self._person)

    def person(self, identity: str) -> Mask:
        """The disguise of one person.

        Args:
            identity: what tells the person apart in the source: a state's number, an id.
        """
        return self._people(identity)

    def number(self, kind: str, text: str) -> str:
        """Another number of the same shape: two numbers never get the same one, and none keeps its own.

        Args:
            kind: what is numbered; numbers of another kind have other pseudonyms.
            text: the number. What is neither a letter nor a digit stays where it is.
        """
        return self._numbers(kind, text)

    def _person(self, identity: str) -> Mask:
        span = LONGEST_SHIFT - SHORTEST_SHIFT + 1
        drawn = int.from_bytes(self.digest("shift", identity)[:8], "big") % (2 * span)
        days = SHORTEST_SHIFT + drawn % span
        return Mask(disguise=self, identity=identity, shift=days if drawn < span else -days)

    def _number(self, kind: str, text: str) -> str:
        if len(text) > _LONGEST_NUMBER or any(sign.isalnum() and not sign.isascii() for sign in text):
            return "X" + self.digest("odd", kind, text).hex()[:16].upper()
        places = [next((own for own in _CLASSES if sign in own), "") for sign in text]
        size = 1
        for own in places:
            size *= len(own) or 1
        if size == 1:
            return text
        value = 0
        for sign, own in zip(text, places, strict=True):
            if own:
                value = value * len(own) + own.index(sign)
        shape = "".join(own[0] if own else sign for sign, own in zip(text, places, strict=True))
        # There, one step on, and back: a permutation under which nothing keeps its place.
        key = self._keys(kind, shape)
        there = self._permuted(key, size, value, back=False)
        value = self._permuted(key, size, (there + 1) % size, back=True)
        signs = []
        for sign, own in zip(reversed(text), reversed(places), strict=True):
            if own:
                value, at = divmod(value, len(own))
                sign = own[at]
            signs.append(sign)
        return "".join(reversed(signs))

    def _permuted(self, key: bytes, size: int, value: int, *, back: bool) -> int:
        """A secret permutation of the numbers below ``size``: a Feistel network, gone through until it lands inside."""
        half = max((size - 1).bit_length() + 1, 2) // 2
        mask, width = (1 << half) - 1, half // 8 + 1
        rounds = range(_ROUNDS)
        while True:
            left, right = value >> half, value & mask
            for at in reversed(rounds) if back else rounds:
                if back:
                    left, right = right ^ (_stream(key, at, left, width) & mask), left
                else:
                    left, right = right, left ^ (_stream(key, at, right, width) & mask)
            value = (left << half) | right
            if value < size:
                return value

    def digest(self, *parts: str) -> bytes:
        """What the key makes of some texts; of others, something else."""
        whole = b"".join(len(part.encode()).to_bytes(8, "big") + part.encode() for part in parts)
        return hmac.new(self._key, whole, hashlib.sha256).digest()


@attrs.frozen(eq=False)
class Mask:
    """The disguise of one person: names, and by how many days everything is moved.

    ``identity`` is what tells the person apart from others in the source; only the key makes anything of it.
    """

    disguise: Disguise = attrs.field(repr=False)
    identity: str = attrs.field(repr=False)
    shift: int = attrs.field(repr=False)

    def name(self, text: str) -> str:
        """A name of the same shape, of words that mean nothing; each word of the person's names has one of its own."""
        return _WORD.sub(lambda found: self._word(found[0]), text)

    def day(self, day: date) -> date:
        """A day, moved; one at the end of the calendar stays there."""
        try:
            return day + timedelta(days=self.shift)
        except OverflowError:
            return day

    def partial(self, day: PartialDate) -> PartialDate:
        """A day that may be known in part: a year stays, a month moves with its middle, another span with its ends."""
        first, last = day.earliest, day.latest
        if day.exact:
            return PartialDate.of(self.day(first))
        if day == PartialDate.of(f"{first.year:04}"):
            return day
        if day == PartialDate.of(f"{first.year:04}-{first.month:02}"):
            middle = self.day(first.replace(day=15))
            return PartialDate.of(f"{middle.year:04}-{middle.month:02}")
        return PartialDate(self.day(first), self.day(last))

    def digits(self, text: str) -> str:
        """A day of eight digits, year first, moved; its zeros, for what is unknown, stay. Anything else is scrubbed."""
        found = _DAY.fullmatch(text)
        if not found or int(found[1]) not in _YEARS:
            return scrubbed(text)
        year, month, day = int(found[1]), int(found[2]), int(found[3])
        if not month:
            return text if not day else scrubbed(text)
        if not 1 <= month <= 12 or day > calendar.monthrange(year, month)[1]:
            return scrubbed(text)
        moved = self.day(date(year, month, day or 15))
        return f"{moved:%Y%m}" + (f"{moved:%d}" if day else "00")

    def _word(self, word: str) -> str:
        folded = word.casefold()
        for attempt in range(100):
            drawn = self.disguise.digest("name", self.identity, folded, str(attempt))
            signs = [
                "0123456789"[drawn[at % 32] % 10]
                if sign.isdigit()
                else (_VOWELS if (at + drawn[31]) % 2 else _CONSONANTS)[
                    drawn[at % 32] % (5 if (at + drawn[31]) % 2 else 16)
                ]
                for at, sign in enumerate(folded[: len(word)].ljust(len(word)))
            ]
            made = "".join(signs)
            if made != folded:
                break
        if word.isupper():
            return made.upper()
        return made.capitalize() if word[:1].isupper() else made


@attrs.frozen(kw_only=True)
class Vocabulary:
    """What a format keeps of free text: words of its own beside those every record uses, and phrases as a whole.

    ``words`` in capitals. A phrase is kept as it stands, whatever is in it: a citation, a number of days.
    """

    words: frozenset[str]
    phrases: tuple[re.Pattern[str], ...] = ()

    @classmethod
    def of(cls, texts: Iterable[str], phrases: Iterable[str] = ()) -> Vocabulary:
        """A vocabulary of all words of some texts, and of phrases given as patterns, whose case does not matter."""
        words = {word.upper() for text in texts for word in _WORD.findall(text) if not word.isdigit()}
        return cls(words=frozenset(words), phrases=tuple(re.compile(one, re.IGNORECASE) for one in phrases))

    def knows(self, text: str) -> bool:
        """Whether nothing would be taken out of a text."""
        return self.cleaned(text, None) == text

    def cleaned(self, text: str, mask: Mask | None, without: frozenset[str] = frozenset()) -> str:
        """A free text with only what the vocabulary knows; the rest keeps its shape.

        Days of eight digits are moved, longer numbers get pseudonyms.

        Args:
            text: what somebody wrote.
            mask: the person it is about; without one no day is kept.
            without: words that are not kept although the vocabulary knows them: the person's own names.
        """
        kept = sorted(span for phrase in self.phrases for found in phrase.finditer(text) if (span := found.span()))
        made: list[str] = []
        at = 0
        for start, end in kept:
            if start < at or end == start:
                continue
            made += [self._between(text[at:start], mask, without), text[start:end]]
            at = end
        return "".join((*made, self._between(text[at:], mask, without)))

    def _between(self, text: str, mask: Mask | None, without: frozenset[str]) -> str:
        def one(found: re.Match[str]) -> str:
            word = found[0].upper()
            if (word in self.words or word in WORDS) and word not in without:
                return found[0]
            if mask is not None and _DAY.fullmatch(word) and (moved := mask.digits(word)) != scrubbed(word):
                return moved
            if mask is not None and sum(sign.isdigit() for sign in word) >= _NUMBERED:
                return mask.disguise.number("text", found[0])
            return _shape(found)

        return _WORD.sub(one, text)


def padded(cell: str, change: Callable[[str], str]) -> str:
    """A cell whose text is changed and whose blanks before and behind are not; a blank one stays."""
    text = cell.strip()
    if not text:
        return cell
    start = cell.index(text)
    return cell[:start] + change(text) + cell[start + len(text) :]


def _stream(key: bytes, at: int, value: int, width: int) -> int:
    """As many bytes as a half of the network has, out of the other half."""
    half = value.to_bytes(width, "big")
    blocks = (
        hashlib.blake2b(
            half, key=key, digest_size=min(width, 64), salt=at.to_bytes(2, "big") + block.to_bytes(4, "big")
        )
        for block in range((width + 63) // 64)
    )
    return int.from_bytes(b"".join(block.digest() for block in blocks), "big")


def _shape(found: re.Match[str]) -> str:
    return "".join("0" if sign.isdigit() else "x" if sign.islower() else "X" for sign in found[0])
