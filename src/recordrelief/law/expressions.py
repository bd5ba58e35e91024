"""The algebra of the law vocabulary: tests, days, numbers and words, and nothing else.

Every value is a small frozen tree. It can print itself (and that print is its identity), name the facts it reads,
and be compiled to Polars expressions by :mod:`recordrelief.law.evaluation`. A **test** has three values: true,
false and unknown. A **day** is a pair (earliest, latest) and a **number** a pair (lowest, highest): where both ends
give one answer, that is the answer, else it is unknown.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NoReturn

import attrs
from attrs.validators import deep_iterable, in_, instance_of, min_len

if TYPE_CHECKING:
    from recordrelief.law.offenses import OffenseSet

BEGINNING = datetime.date(1, 1, 1)
"""The day before all days: the latest of nothing."""
NEVER = datetime.date(9999, 12, 31)
"""The day that never comes: the earliest of nothing, a wait without end."""

Unit = Literal["years", "months", "days"]
Rounding = Literal["down", "up"]


def _wrong(what: str, cure: str) -> NoReturn:
    raise TypeError(f"{what} {cure}")


@attrs.frozen(eq=False, repr=False)
class Expression:
    """Any value of the vocabulary. Compare with ``str(a) == str(b)``: the print is the identity."""

    @cached_property
    def _parts(self) -> tuple[Expression, ...]:
        parts: list[Expression] = []
        for field in attrs.fields(type(self)):
            value = getattr(self, field.name)
            parts += [one for one in (value if isinstance(value, tuple) else (value,)) if isinstance(one, Expression)]
        return tuple(parts)

    def children(self) -> Iterator[Expression]:
        """The expressions this one is made of."""
        return iter(self._parts)

    @cached_property
    def about_row(self) -> tuple[Expression, ...]:
        """This expression and the parts of it that are about the same row: what a question asks of others is not."""
        return (self, *(part for child in self._parts for part in child.about_row))

    @cached_property
    def stand_ins(self) -> tuple[Presumed | PresumedDay, ...]:
        """Its presumptions that are about the same row."""
        return tuple(part for part in self.about_row if isinstance(part, Presumed | PresumedDay))

    @cached_property
    def asks(self) -> bool:
        """Whether it is answered from other rows too."""
        return any(isinstance(part, Quantified) for part in self.about_row)

    @cached_property
    def presumes(self) -> bool:
        """Whether a presumption is made anywhere in it."""
        return any(child.presumes for child in self._parts)

    @cached_property
    def identity(self) -> str:
        """The print that identifies it, with its kind."""
        return f"{type(self).__name__}:{self}"

    def facts(self) -> frozenset[str]:
        """The facts of the record that this reads, such as ``charge.level``."""
        return frozenset().union(*(child.facts() for child in self.children()))

    def walk(self) -> Iterator[Expression]:
        """This expression and all below it, each before what it is made of."""
        yield self
        for child in self.children():
            yield from child.walk()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self}>"

    def __eq__(self, other: object) -> NoReturn:
        _wrong(
            "== does not compare values of the law vocabulary:",
            "write word.is_('felony'), number.is_(2), or (a <= b) & (b <= a) for days.",
        )

    def __ne__(self, other: object) -> NoReturn:
        _wrong("!= does not compare values of the law vocabulary:", "write ~word.is_('felony').")

    def __hash__(self) -> int:
        return hash(str(self))

    def __bool__(self) -> NoReturn:
        _wrong(
            "A value of the law vocabulary has no truth of its own while the rule is being written:",
            "use & for and, | for or, ~ for not, and either(test, then, otherwise) for if.",
        )


class Test(Expression):
    """A condition with three values: true, false, unknown. Combine with ``&``, ``|`` and ``~``."""

    __slots__ = ()
    __test__ = False

    def __and__(self, other: Test) -> Test:
        return And(_parts(And, self, _test(other, "&")))

    def __or__(self, other: Test) -> Test:
        return Or(_parts(Or, self, _test(other, "|")))

    def __invert__(self) -> Test:
        return self.inner if isinstance(self, Not) else Not(self)


def _parts(kind: type[And | Or], *tests: Test) -> tuple[Test, ...]:
    flat: list[Test] = []
    for test in tests:
        flat.extend(test.tests if isinstance(test, And | Or) and isinstance(test, kind) else (test,))
    return tuple(flat)


def _test(value: object, sign: str) -> Test:
    if not isinstance(value, Test):
        _wrong(f"{sign} joins two tests, not a test and {type(value).__name__}:", "compare it to something first.")
    return value


@attrs.frozen(eq=False, repr=False)
class And(Test):
    tests: tuple[Test, ...] = attrs.field(validator=deep_iterable(instance_of(Test)))

    def __str__(self) -> str:
        return "(" + " and ".join(map(str, self.tests)) + ")"


@attrs.frozen(eq=False, repr=False)
class Or(Test):
    tests: tuple[Test, ...] = attrs.field(validator=deep_iterable(instance_of(Test)))

    def __str__(self) -> str:
        return "(" + " or ".join(map(str, self.tests)) + ")"


@attrs.frozen(eq=False, repr=False)
class Not(Test):
    inner: Test = attrs.field(validator=instance_of(Test))

    def __str__(self) -> str:
        return f"not {self.inner}"


@attrs.frozen(eq=False, repr=False)
class Known(Test):
    """A test that is true or false whatever the record holds."""

    value: bool = attrs.field(validator=instance_of(bool))

    def __str__(self) -> str:
        return "always" if self.value else "never"


@attrs.frozen(eq=False, repr=False)
class Unsettled(Test):
    """Unknown where ``when`` is true or unknown, false elsewhere: the law leaves the point open."""

    when: Test = attrs.field(validator=instance_of(Test))
    why: str = attrs.field(validator=instance_of(str))

    def __str__(self) -> str:
        return f"unsettled [{self.why}] where {self.when}"


@attrs.frozen(eq=False, repr=False)
class Presumed(Test):
    """The test, or ``value`` where it is unknown: a presumption, which every finding that rests on it names."""

    inner: Test = attrs.field(validator=instance_of(Test))
    value: bool | Test = attrs.field(validator=instance_of((bool, Test)))
    by: str = attrs.field(validator=instance_of(str))

    @cached_property
    def presumes(self) -> bool:
        """It does."""
        return True

    def __str__(self) -> str:
        value = str(self.value).lower() if isinstance(self.value, bool) else f"to be as {self.value}"
        return f"{self.inner} (presumed {value} where unknown: {self.by})"


@attrs.frozen(eq=False, repr=False)
class TestFact(Test):
    __test__ = False
    name: str

    def facts(self) -> frozenset[str]:
        return frozenset({self.name})

    def __str__(self) -> str:
        return self.name


def _an_offense_set(of: Membership, attribute: object, value: Any) -> None:
    if not hasattr(value, "belongs"):
        asked = of.asked
        _wrong(f"{asked} asks for an offense set, not for {type(value).__name__}:", f"write {asked}(SUPERSTRIKE).")


@attrs.frozen(eq=False, repr=False)
class Membership(Test):
    """Something of a charge belongs to an offense set. ``root`` is the charge it is asked of, ``of`` what of it."""

    of: ClassVar[str]
    asked: ClassVar[str]
    root: str
    offenses: OffenseSet = attrs.field(validator=_an_offense_set)

    def facts(self) -> frozenset[str]:
        return frozenset({f"{self.root}.{self.of}"})


@attrs.frozen(eq=False, repr=False)
class InSet(Membership):
    """The offense of a charge belongs to an offense set."""

    of: ClassVar[str] = "offense"
    asked: ClassVar[str] = "in_set"

    def __str__(self) -> str:
        return f"{self.root}.offense in {self.offenses.name}"


@attrs.frozen(eq=False, repr=False)
class Enhanced(Membership):
    """An enhancement or finding of a charge belongs to an offense set."""

    of: ClassVar[str] = "enhancements"
    asked: ClassVar[str] = "enhanced"

    def __str__(self) -> str:
        return f"{self.root}.enhancements name one in {self.offenses.name}"


Order = Literal["<", "<=", ">", ">="]


class Day(Expression):
    """A day that may be known only within limits. Shift with ``+ years(1)``, compare with ``<  <=  >  >=``."""

    __slots__ = ()

    def __add__(self, period: Period) -> Day:
        if not isinstance(period, Period):
            _wrong(f"+ adds a period to a day, not {type(period).__name__}:", "write day + years(1).")
        return Shifted(self, period, 1)

    def __sub__(self, period: Period) -> Day:
        if not isinstance(period, Period):
            _wrong(f"- takes a period from a day, not {type(period).__name__}:", "write day - years(1).")
        return Shifted(self, period, -1)

    def __lt__(self, other: Day) -> Test:
        return DayOrder(self, "<", _day(other))

    def __le__(self, other: Day) -> Test:
        return DayOrder(self, "<=", _day(other))

    def __gt__(self, other: Day) -> Test:
        return DayOrder(self, ">", _day(other))

    def __ge__(self, other: Day) -> Test:
        return DayOrder(self, ">=", _day(other))

    def no_later_than(self, *others: Day) -> Day:
        """This day, known to be no later than the others. One that lies after them contradicts them."""
        return Bounded(self, others)


def _day(value: object) -> Day:
    if not isinstance(value, Day):
        _wrong(f"A day compares to a day, not to {type(value).__name__}:", "write day(2016, 11, 9) for a fixed one.")
    return value


@attrs.frozen(eq=False, repr=False)
class DayFact(Day):
    name: str

    def facts(self) -> frozenset[str]:
        return frozenset({self.name})

    def __str__(self) -> str:
        return self.name


@attrs.frozen(eq=False, repr=False)
class FixedDay(Day):
    value: datetime.date = attrs.field(validator=instance_of(datetime.date))

    def __str__(self) -> str:
        return "never" if self.value == NEVER else self.value.isoformat()


@attrs.frozen(eq=False, repr=False)
class AsOf(Day):
    """The day at which law and record are read."""

    def __str__(self) -> str:
        return "the day of screening"


@attrs.frozen
class Period:
    """A calendar period. ``rounding`` says where a day goes that its month lacks: ``down`` to the last day, or ``up``
    to the first of the next month (29 February + 1 year: 28 February, or 1 March).
    """

    count: int = attrs.field(validator=instance_of(int))
    unit: Unit = attrs.field(validator=in_(("years", "months", "days")))
    rounding: Rounding = attrs.field(default="down", validator=in_(("down", "up")))

    def __str__(self) -> str:
        unit = self.unit.removesuffix("s") if self.count == 1 else self.unit
        return f"{self.count} {unit}" + (" rounding up" if self.rounding == "up" else "")


def years(count: int, *, rounding: Rounding = "down") -> Period:
    """Calendar years; 29 February rounds down to 28 February unless ``rounding='up'``."""
    return Period(count, "years", rounding)


def months(count: int, *, rounding: Rounding = "down") -> Period:
    """Calendar months; a missing day rounds down to the last of the month unless ``rounding='up'``."""
    return Period(count, "months", rounding)


def days(count: int) -> Period:
    """Days."""
    return Period(count, "days")


@attrs.frozen(eq=False, repr=False)
class Shifted(Day):
    base: Day = attrs.field(validator=instance_of(Day))
    period: Period
    sign: int

    def __str__(self) -> str:
        return f"({self.base} {'+' if self.sign > 0 else '-'} {self.period})"


@attrs.frozen(eq=False, repr=False)
class Bounded(Day):
    base: Day = attrs.field(validator=instance_of(Day))
    limits: tuple[Day, ...] = attrs.field(validator=deep_iterable(instance_of(Day)))

    def __str__(self) -> str:
        return f"({self.base}, no later than {', '.join(map(str, self.limits))})"


@attrs.frozen(eq=False, repr=False)
class PresumedDay(Day):
    """The day, or another one where nothing at all is known of it: a presumption, which every finding names."""

    base: Day = attrs.field(validator=instance_of(Day))
    instead: Day = attrs.field(validator=instance_of(Day))
    by: str = attrs.field(validator=instance_of(str))

    @cached_property
    def presumes(self) -> bool:
        """It does."""
        return True

    def __str__(self) -> str:
        return f"({self.base}, presumed {self.instead} where unknown: {self.by})"


@attrs.frozen(eq=False, repr=False)
class DayOrder(Test):
    left: Day = attrs.field(validator=instance_of(Day))
    order: Order
    right: Day = attrs.field(validator=instance_of(Day))

    def __str__(self) -> str:
        return f"{self.left} {self.order} {self.right}"


@attrs.frozen(eq=False, repr=False)
class OfDays(Day):
    """The latest or the earliest of several days."""

    which: Literal["latest", "earliest"]
    days: tuple[Day, ...] = attrs.field(validator=[deep_iterable(instance_of(Day)), min_len(1)])

    def __str__(self) -> str:
        return f"{self.which}({', '.join(map(str, self.days))})"


def latest(*of: Day) -> Day:
    """The latest of several days; unknown while one that could be the latest is unknown."""
    return OfDays("latest", of)


def earliest(*of: Day) -> Day:
    """The earliest of several days; unknown while one that could be the earliest is unknown."""
    return OfDays("earliest", of)


@attrs.frozen(eq=False, repr=False)
class EitherDay(Day):
    test: Test = attrs.field(validator=instance_of(Test))
    then: Day = attrs.field(validator=instance_of(Day))
    otherwise: Day = attrs.field(validator=instance_of(Day))

    def __str__(self) -> str:
        return f"({self.then} if {self.test} else {self.otherwise})"


def either(test: Test, then: Day, otherwise: Day) -> Day:
    """``then`` where the test is true, ``otherwise`` where false, anything between both where unknown."""
    return EitherDay(test, then, otherwise)


class Number(Expression):
    """A number that may be known only within limits. Compare with ``<  <=  >  >=`` and ``is_``."""

    __slots__ = ()

    def __lt__(self, other: Number | float) -> Test:
        return NumberOrder(self, "<", _number(other))

    def __le__(self, other: Number | float) -> Test:
        return NumberOrder(self, "<=", _number(other))

    def __gt__(self, other: Number | float) -> Test:
        return NumberOrder(self, ">", _number(other))

    def __ge__(self, other: Number | float) -> Test:
        return NumberOrder(self, ">=", _number(other))

    def is_(self, other: Number | float) -> Test:
        """The two are equal."""
        return (self <= other) & (self >= other)


def _number(value: object) -> Number:
    if isinstance(value, Number):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        _wrong(f"A number compares to a number, not to {type(value).__name__}:", "write number <= 6.")
    return FixedNumber(value)


@attrs.frozen(eq=False, repr=False)
class NumberFact(Number):
    name: str

    def facts(self) -> frozenset[str]:
        return frozenset({self.name})

    def __str__(self) -> str:
        return self.name


@attrs.frozen(eq=False, repr=False)
class FixedNumber(Number):
    value: float

    def __str__(self) -> str:
        return repr(self.value)


@attrs.frozen(eq=False, repr=False)
class NumberOrder(Test):
    left: Number = attrs.field(validator=instance_of(Number))
    order: Order
    right: Number = attrs.field(validator=instance_of(Number))

    def __str__(self) -> str:
        return f"{self.left} {self.order} {self.right}"


@attrs.frozen(eq=False, repr=False)
class Word(Expression):
    """A word from a closed list, such as the level of a charge. Ask with ``is_`` and ``is_in``."""

    name: str
    words: tuple[str, ...] = ()

    def is_(self, word: str) -> Test:
        """It is this word."""
        return self.is_in((word,))

    def is_in(self, words: Sequence[str]) -> Test:
        """It is one of these words. A word that the list does not hold is an error of the rule."""
        asked = tuple(words)
        strange = [word for word in asked if self.words and word not in self.words]
        if isinstance(words, str) or not asked or strange:
            _wrong(
                f"{self.name} cannot be asked for {strange or words!r}:",
                f"it is one of {', '.join(self.words)}." if self.words else "give a list of words.",
            )
        return WordIn(self, asked)

    def facts(self) -> frozenset[str]:
        return frozenset({self.name})

    def __str__(self) -> str:
        return self.name


@attrs.frozen(eq=False, repr=False)
class WordIn(Test):
    word: Word
    words: tuple[str, ...]

    def __str__(self) -> str:
        if len(self.words) == 1:
            return f"{self.word} is {self.words[0]}"
        return f"{self.word} is one of {', '.join(self.words)}"


@attrs.frozen(eq=False, repr=False)
class Quantified(Expression):
    """What every question over a group of rows has: the group, and the test asked of each row.

    ``scope`` names the group (:data:`recordrelief.law.scopes.SCOPES`); ``others`` leaves out the charge itself.
    """

    scope: str
    test: Test = attrs.field(validator=instance_of(Test))
    others: bool = False

    @cached_property
    def about_row(self) -> tuple[Expression, ...]:
        """The question alone: what it asks is about other rows."""
        return (self,)

    def of(self) -> str:
        return self.scope + (".others" if self.others else "")


@attrs.frozen(eq=False, repr=False)
class AnyOf(Quantified, Test):
    def __str__(self) -> str:
        return f"{self.of()}.any[{self.test}]"


@attrs.frozen(eq=False, repr=False)
class CountOf(Quantified, Number):
    def __str__(self) -> str:
        return f"{self.of()}.count[{self.test}]"


@attrs.frozen(eq=False, repr=False)
class DayOf(Quantified, Day):
    """The latest or earliest ``day`` among the rows of a group for which the test holds; the ``nth`` of them, where
    rows of one day count each.
    """

    which: Literal["latest", "earliest"] = attrs.field(kw_only=True)
    day: Day = attrs.field(kw_only=True, validator=instance_of(Day))
    nth: int = attrs.field(kw_only=True, default=1)

    def __attrs_post_init__(self) -> None:
        if self.nth < 1 or (self.nth > 1 and self.scope in ("cycle", "case")):
            _wrong(f"{self.of()} has no {self.nth}th day:", "count from 1, over the history or the rows of a charge.")

    def __str__(self) -> str:
        nth = "" if self.nth == 1 else f" {self.nth}"
        return f"{self.of()}.{self.which}{nth}[{self.day} where {self.test}]"


def unsettled(when: Test, why: str) -> Test:
    """A test that is unknown where the law leaves a point open (``when``), and false elsewhere.

    Combine it so that it matters only where it should: ``condition & ~unsettled(...)``.
    """
    return Unsettled(when, why)


def presumed(test: Test, value: bool | Test, by: str) -> Test:
    """The test, or ``value`` where the record does not say: findings that rest on it name ``by``.

    A ``value`` that is a test, as of another fact that shows the same, may be unknown too.
    """
    return Presumed(test, value, by)


def presumed_day(day: Day, instead: Day, by: str) -> Day:
    """The day, or ``instead`` where nothing is known of it: findings that rest on that name ``by``."""
    return PresumedDay(day, instead, by)


def day(year: int, month: int, of_month: int) -> Day:
    """A fixed day."""
    return FixedDay(datetime.date(year, month, of_month))


def never() -> Day:
    """The day that never comes."""
    return FixedDay(NEVER)


as_of: Day = AsOf()
"""The day at which law and record are read. A wait says when relief may be had; this is for presumptions, such as
one that stands after years without an event.
"""
ALWAYS_TRUE: Test = Known(True)
ALWAYS_FALSE: Test = Known(False)


def all_of(tests: Sequence[Test]) -> Test:
    """All of the tests; true when there are none."""
    return And(tuple(tests)) if tests else ALWAYS_TRUE


def any_of(tests: Sequence[Test]) -> Test:
    """Any of the tests; false when there are none."""
    return Or(tuple(tests)) if tests else ALWAYS_FALSE
