"""The grammar of a sheet (``sheet.lark``), made once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from lark import Lark, Token, Tree
from lark.lexer import Lexer

from recordrelief_us_ca_rapsheet.tokens import Tokens

GRAMMAR = "sheet.lark"


class _Told(Lexer):
    """Hands on the terminals that :class:`Tokens` tells."""

    def __init__(self, conf: Any) -> None:
        pass

    def lex(self, data: Any) -> Iterator[Token]:  # type: ignore[override]
        return iter(data)


@cache
def _parser() -> Lark:
    text = files(__package__).joinpath(GRAMMAR).read_text(encoding="utf-8")
    return Lark(text, parser="lalr", lexer=_Told, start="sheet")


def tree_of(tokens: Tokens) -> Tree[Token]:
    """What stands under what."""
    return _parser().parse(tokens)
