"""Reference pages made from the code: Markdown texts, by name."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from recordrelief import errors, fingerprints, particulars, plugins
from recordrelief.changes import COLUMNS as SINCE
from recordrelief.comparison import COLUMNS
from recordrelief.formats import Format
from recordrelief.law import scopes
from recordrelief.law.expressions import Day, Number, Test, Word
from recordrelief.outputs import Output
from recordrelief.person_keys import ID_OF, KINDS, keys_of
from recordrelief.renderings.documents import json_schema
from recordrelief.reports.comparing import COMPARED, Compared
from recordrelief.reports.figures import FIGURES, Figure
from recordrelief.reports.standing import Source, views
from recordrelief.reports.waiting import WAITING, ledger_views
from recordrelief.screening import DETERMINATIONS
from recordrelief.stored_runs import StoredRun
from recordrelief.tables import TABLES


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    def line(cells: Iterable[str]) -> str:
        return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"

    names = list(head)
    return "\n".join([line(names), "|" + "---|" * len(names), *map(line, rows)]) + "\n"


def _text(thing: object) -> str:
    """The docstring of a thing as Markdown."""
    return _plain(inspect.cleandoc(getattr(thing, "__doc__", None) or ""))


def _plain(docstring: str | None) -> str:
    """A docstring as Markdown."""
    text = re.sub(r":\w+:`~?([^`]+)`", r"`\1`", docstring or "")
    return text.replace("``", "`")


def _type(dtype: pl.DataType) -> str:
    match dtype:
        case pl.Enum():
            return "one of " + ", ".join(f"`{word}`" for word in dtype.categories)
        case pl.List():
            return f"list of {_type(dtype.inner)}"  # type: ignore[arg-type]
        case pl.Struct():
            return "struct of " + ", ".join(f"`{field.name}`" for field in dtype.fields)
        case pl.Categorical():
            return "Categorical"
        case _:
            return str(dtype)


def canonical_tables() -> str:
    """Every canonical table, column by column."""
    parts = []
    for name, schema in TABLES.items():
        rows = []
        keys = set(schema.primary_key())
        for column, kind in schema.columns().items():
            marks = "key" if column in keys else ("" if kind.nullable else "always given")
            rows.append((f"`{column}`", _type(kind.dtype), marks, kind.description or ""))
        text = f"## {name}\n\n{_text(schema)}\n\n"
        parts.append(text + _table(("column", "type", "", "meaning"), rows))
    return "\n".join(parts)


def determinations() -> str:
    """The columns of the determinations."""
    return _columns(DETERMINATIONS)


def charges_of_a_run() -> str:
    """The columns of the charges of a run."""
    return _columns(particulars.CHARGES)


def people_of_a_run() -> str:
    """The columns of the people of a run."""
    return _columns(fingerprints.PEOPLE | particulars.PEOPLE)


def _columns(declared: Mapping[str, tuple[pl.DataType, str]]) -> str:
    return _table(
        ("column", "type", "meaning"),
        ((f"`{name}`", _type(dtype), means) for name, (dtype, means) in declared.items()),
    )


def changes() -> str:
    """The columns of what differs between two screenings."""
    return _columns(COLUMNS)


def changes_since() -> str:
    """The columns of what changed since an earlier run."""
    return _columns(SINCE)


def _kind(value: object) -> str:
    for kind, word in ((Test, "test"), (Day, "day"), (Number, "number"), (Word, "word")):
        if isinstance(value, kind):
            if isinstance(value, Word) and value.words:
                return "word: " + ", ".join(f"`{one}`" for one in value.words)
            return word
    raise TypeError(type(value).__name__)


def facts() -> str:
    """The facts of the law vocabulary, row by row, and the questions that groups of rows answer."""
    parts = []
    for root, row in scopes.ROWS.items():
        if root == "other":
            continue
        rows = [
            (f"`{root}.{name}`", _kind(getattr(row, name)), fact.means) for name, fact in scopes.facts_of(row).items()
        ]
        also = " (and `other`, each other charge of the person)" if root == "charge" else ""
        parts.append(f"## {root}\n\n{_text(type(row))} Table `{scopes.TABLE_OF[root]}`{also}.\n")
        parts.append(_table(("fact", "kind", "meaning"), rows))
    questions = [(f"`{name}`", _text(thing)) for name, thing in _public(scopes.Rows)]
    groups = [
        (f"`{name}`", f"`{scope.row}`", f"`{scope.table}`", _GROUPS.get(scope.key, scope.key))
        for name, scope in scopes.SCOPES.items()
    ]
    parts += [
        "## Groups of rows\n",
        _table(("group", "each row is called", "table", "the rows of"), groups),
        "\nEvery group answers the same questions:\n",
        _table(("question", "answer"), questions),
    ]
    return "\n".join(parts)


_GROUPS = {
    "subject": "the person",
    "cycle_id": "the cycle of the charge",
    "case_id": "the case of the charge",
    "charge": "the charge",
}


def _public(kind: type) -> list[tuple[str, Any]]:
    return [(name, thing) for name, thing in vars(kind).items() if callable(thing) and not name.startswith("_")]


def error_classes() -> dict[str, type[errors.RecordReliefError]]:
    """Every error class of recordrelief, by name."""
    found = {"RecordReliefError": errors.RecordReliefError}
    for module in (errors, plugins):
        for name, thing in vars(module).items():
            if inspect.isclass(thing) and issubclass(thing, errors.RecordReliefError):
                found[name] = thing
    return found


def error_reference() -> str:
    """Every error class, what it means and what it is a kind of."""
    return _table(
        ("error", "is a", "raised when"),
        (
            (f"`{name}`", f"`{kind.__bases__[0].__name__}`", _text(kind).split("\n\n")[0])
            for name, kind in error_classes().items()
        ),
    )


def hooks() -> str:
    """Every hook, with its signature and when it is called, as its source has it."""
    (kind,) = ast.parse(textwrap.dedent(inspect.getsource(plugins.Hooks))).body
    parts = []
    for hook in ast.walk(kind):
        if isinstance(hook, ast.FunctionDef) and hook.returns is not None:
            signature = f"def {hook.name}() -> {ast.unparse(hook.returns)}"
            parts.append(f"## {hook.name}\n\n```text\n{signature}\n```\n\n{ast.get_docstring(hook)}\n")
    return "\n".join(parts)


def contracts() -> str:
    """What a format and an output must be, as their source has it."""
    parts = []
    for kind in (Format, Output):
        (tree,) = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
        assert isinstance(tree, ast.ClassDef)
        parts.append(f"## {kind.__name__}\n\n{_plain(ast.get_docstring(tree))}\n")
        for node, behind in zip(tree.body, [*tree.body[1:], None], strict=True):
            if isinstance(node, ast.AnnAssign) and isinstance(behind, ast.Expr):
                parts.append(f"`{ast.unparse(node.target)}`\n: {_plain(ast.literal_eval(behind.value))}\n")
            elif isinstance(node, ast.FunctionDef):
                head = f"{node.name}({ast.unparse(node.args)}) -> {ast.unparse(node.returns or ast.Constant(None))}"
                parts.append(f"```text\n{head}\n```\n\n{_sections(_plain(ast.get_docstring(node)))}\n")
    return "\n".join(parts)


def _sections(text: str) -> str:
    """A docstring whose sections become lists."""
    lines = []
    for line in text.splitlines():
        if line in ("Args:", "Raises:"):
            lines.append("*" + line.removesuffix(":") + "*\n")
        elif found := re.fullmatch(r"    (\w+): (.*)", line):
            lines.append(f"- `{found[1]}`: {found[2]}")
        else:
            lines.append(line)
    return "\n".join(lines)


def person_keys() -> str:
    """The keys of people written by hand, table by table."""
    parts = []
    for name in KINDS:
        columns = TABLES[name].columns()
        short = ID_OF.get(name)
        rows = []
        for key in keys_of(name):
            if key == "id":
                rows.append((f"`{key}`", "text", f"short for `{short}`"))
            elif key in columns:
                rows.append((f"`{key}`", _written(key, columns[key].dtype), columns[key].description or ""))
            else:
                rows.append((f"`{key}`", *_BELOW[key]))
        parts.append(f"### {_ROWS[name]}\n\n" + _table(("key", "value", "meaning"), rows))
    return "\n".join(parts)


_ROWS = {
    "subjects": "A person",
    "cases": "A court case, in `cases` of a person",
    "charges": "A charge, in `charges` of a person",
    "sentences": "A term, in `sentences` of a charge",
    "reliefs": "Relief already granted, in `reliefs` of a charge",
    "events": "What is not a charge, in `events` of a person",
}
_BELOW = {
    "coverage": ("mapping", "how completely the person is described, table by table"),
    "facts": ("mapping", "what a pack asks for beyond these keys: true, false, a whole number, a word or a day"),
    **{name: ("list", "see below") for name in ("cases", "charges", "events", "sentences", "reliefs")},
}


def _written(key: str, dtype: pl.DataType) -> str:
    """What stands under a key of a person written by hand."""
    match dtype:
        case pl.Date():
            return "day"
        case pl.Boolean():
            return "`true` or `false`"
        case pl.Enum() | pl.List():
            return "list of citations" if key in ("possible_citations", "enhancements") else _type(dtype)
        case pl.String() | pl.Categorical():
            return "citation" if key.endswith("citation") else "text"
        case pl.Float64():
            return "number"
    return "whole number"


def explanation() -> str:
    """The keys of an explanation as JSON, object by object, from its schema."""
    schema = json_schema()
    parts = []
    for name, one in {"explanation": schema, **schema["$defs"]}.items():
        rows = (
            (f"`{key}`", _json_type(field), field.get("description", "")) for key, field in one["properties"].items()
        )
        parts.append(f"### {name}\n\n{one['description']}\n\n" + _table(("key", "value", "meaning"), rows))
    return "\n".join(parts)


def _json_type(field: dict[str, Any]) -> str:
    """What a key of a JSON document may hold."""
    if "const" in field:
        return f"`{field['const']}`"
    if "enum" in field:
        return ", ".join("null" if one is None else f"`{one}`" if one else "empty" for one in field["enum"])
    if "$ref" in field:
        return str(field["$ref"]).rpartition("/")[2]
    if "anyOf" in field:
        return " or ".join(_json_type(one) for one in field["anyOf"])
    kinds = field["type"] if isinstance(field["type"], list) else [field["type"]]
    words = {"array": f"list of {_json_type(field['items'])}" if "items" in field else "list", "string": "text"}
    if field.get("format") == "date":
        words["string"] = "day"
    return " or ".join(words.get(str(kind), str(kind)) for kind in kinds)


def figures() -> str:
    """Every figure of a report with its definition and its query."""
    return _figures(FIGURES)


def figures_of_a_comparison() -> str:
    """Every figure of the report of a comparison."""
    return _figures(COMPARED)


def figures_of_a_ledger() -> str:
    """Every figure of what waits in a ledger."""
    return _figures(WAITING)


def _figures(declared: Iterable[Figure]) -> str:
    return "\n".join(
        f"### {one.title}\n\n`{one.name}`, in {one.unit}. {one.definition}\n\n```sql\n{_with_day(one.sql)};\n```\n"
        for one in declared
    )


_A_DAY = date(2024, 6, 1)


def _with_day(sql: str) -> str:
    return sql.replace("{as_of}", "getvariable('as_of')")


def views_of_a_run() -> str:
    """The views that the queries of a report build on, for a run of some day, with two remedies that were granted."""
    source = Source(
        StoredRun(Path("run"), {"as_of": _A_DAY.isoformat()}),
        effects={"pc-1203.4": "nothing", "pc-17(b)": "misdemeanor"},
    )
    return _views(views(source))


def views_of_a_comparison() -> str:
    """The view that the queries of the report of a comparison build on."""
    return _views(Compared(Path("comparison"), {}).views)


def views_of_a_ledger() -> str:
    """The views that the queries on a ledger build on."""
    return _views(ledger_views(_A_DAY), "CREATE TEMP VIEW")


def _views(declared: Iterable[tuple[str, str]], create: str = "CREATE VIEW") -> str:
    return "```sql\n" + "\n\n".join(f"{create} {name} AS\n{sql};" for name, sql in declared) + "\n```\n"


PAGES: dict[str, Callable[[], str]] = {
    "tables": canonical_tables,
    "person": person_keys,
    "determinations": determinations,
    "charges_of_a_run": charges_of_a_run,
    "people_of_a_run": people_of_a_run,
    "changes": changes,
    "changes_since": changes_since,
    "explanation": explanation,
    "facts": facts,
    "errors": error_reference,
    "hooks": hooks,
    "contracts": contracts,
    "figures": figures,
    "figures_of_a_comparison": figures_of_a_comparison,
    "figures_of_a_ledger": figures_of_a_ledger,
    "views_of_a_run": views_of_a_run,
    "views_of_a_comparison": views_of_a_comparison,
    "views_of_a_ledger": views_of_a_ledger,
}
