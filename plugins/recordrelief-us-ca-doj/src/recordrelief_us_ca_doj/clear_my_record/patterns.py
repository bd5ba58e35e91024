"""The texts in which Clear My Record saw Proposition 64, superstrike and PC 290 offenses.

Every pattern is case-sensitive and matches anywhere in the text, so that ``537 PC`` counts as PC 37 and
``187(A) PC`` as nothing. That is kept: these lists reproduce what that tool decided, they do not state the law.
Polars matches in linear time, whatever the text.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

SECTIONS = ("11357", "11358", "11359", "11360")

_PROP64 = "(" + "|".join(SECTIONS) + ")"
_SUBDIVISION_11357 = r"11357\(([A-D])\)"

_GANG = r"186\.22\(B\)\(4\)"
_WITH_GANG = r"(?:136\.1|215|213\(A\)\(1\)\(A\)|246|519|12022\.55)"
_TAIL = r"(?:\(.*\))?"

# Each stands for the listed form with a space and the code behind it.
_SUPERSTRIKES_PC = (
    "37",
    "128",
    _WITH_GANG + ".*" + _GANG,
    _GANG + ".*" + _WITH_GANG,
    "18[78]",
    r"189(?:\.[15])?",
    r"190(?:\.[0-9]{1,2})?" + _TAIL,
    r"191(?:\.5)?",
    "20[57]",
    r"209(?:\.5)?",
    r"217\.1",
    "21[89]",
    "220",
    r"245\(D\)\(3\)",
    "26[12]" + _TAIL,
    r"264\.1",
    "269",
    "273AB" + _TAIL,
    r"286(?:\(C\)\([1-3]\)(?:\([A-C]\))?|\(D\)\([1-3]\))?",
    "287",
    r"288(?:\(A\)|\(B\)\([12]\))?",
    r"288A(?:\(D\)|\(C\)\(1\)|\(C\)\(2\)\([A-C]\))?",
    r"288\.5(?:\(A\))?",
    r"289(?:\(J\)|\(A\)\(1\)\([A-C]\)|\(A\)\(2\)\(C\))?",
    r"451\.5",
    "653F",
    r"667\.(?:61|71?)",
    "4500",
    r"11418(?:\(A\)\(1\)|\(B\)\([12]\))",
    "123(?:08|10)",
    "187[45]5",
)
_SUPERSTRIKES_MV = (r"1672\(A\)",)
_PC290 = (
    r"236\.1\([BC]\).*",
    r"243\.4.*",
    r"261(?:[(.a-zA-Z].*)?",
    r"262\(A\)(?:\(1\))?",
    r"264\.1(?:\(.*)?",
    "266[CJ]?",
    r"266[HI]\(B\).*",
    "267",
    r"269(?:[(.a-zA-Z].*)?",
    "272",
    "285",
    "287",
    r"28[69][^.]*",
    "288",
    "288A.*",
    r"288\.[23457].*",
    r"311\.1.*",
    r"311\.2\([B-D]\)",
    r"311\.(?:[34]|1[01]).*",
    r"314\([12]\)",
    r"451\.5",
    r"647(?:\.6|A).*",
    r"653F\([BC]\)",
)


def _followed_by(code: str, forms: Sequence[str]) -> str:
    return "(?:" + "|".join(forms) + ") " + code


_SUPERSTRIKE = _followed_by("PC", _SUPERSTRIKES_PC) + "|" + _followed_by("MV", _SUPERSTRIKES_MV)
_REGISTRABLE = _followed_by("PC", _PC290)


def prop64_section(text: pl.Expr) -> pl.Expr:
    """The first Proposition 64 section that stands anywhere in the text; null when there is none."""
    return text.str.extract(_PROP64, 1)


def mentions_prop64(text: pl.Expr) -> pl.Expr:
    """Whether a Proposition 64 section stands anywhere in the text."""
    return text.str.contains(_PROP64)


def subdivision_11357(text: pl.Expr) -> pl.Expr:
    """The subdivision (A to D) written behind the first HS 11357 that has one; null when there is none."""
    return text.str.extract(_SUBDIVISION_11357, 1)


def is_superstrike(section: pl.Expr) -> pl.Expr:
    """Whether that tool listed the section under ``Superstrike Code Section(s)``."""
    return section.str.contains(_SUPERSTRIKE)


def is_pc290(section: pl.Expr) -> pl.Expr:
    """Whether that tool listed the section under ``PC290 Code Section(s)``."""
    return section.str.contains(_REGISTRABLE)
