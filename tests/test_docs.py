"""The documentation keeps up with the code: every hook, fact, column, error and option has its place in it."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import attrs
import pytest
import typer.main

import recordrelief
from recordrelief import cases, comparison, person_keys, plugins
from recordrelief.cases import read_folder
from recordrelief.cli import app
from recordrelief.law import scopes
from recordrelief.lawpages import page_of
from recordrelief.screening import DETERMINATIONS
from recordrelief.statutes import Policy
from recordrelief.tables import TABLES

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"


def _read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _module(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def generated() -> ModuleType:
    return _module("generated")


@pytest.fixture(scope="module")
def law_pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The pages on the law, as a build of the documentation writes them."""
    docs = tmp_path_factory.mktemp("docs")
    _module("law_pages").write(docs)
    return {path.relative_to(docs / "law").as_posix(): path.read_text("utf-8") for path in docs.rglob("*.md")}


@pytest.mark.parametrize("folder", sorted((ROOT / "plugins").glob("recordrelief-us-*/tests/cases")), ids=str)
def test_every_worked_case_and_question_of_a_pack_stands_on_a_page(folder: Path, law_pages: dict[str, str]) -> None:
    plugin = folder.parent.parent
    id = plugin.name.removeprefix("recordrelief-")
    if id not in plugins.installed().statutes:
        pytest.skip("its pack is not installed")
    pages = {name: page.replace("\\", "") for name, page in law_pages.items() if name.startswith(f"{id}/")}
    made = _module("law_pages")
    for case in read_folder(folder):
        for one in case.expected:
            page = pages.get(f"{id}/{page_of(one.remedy)}.md")
            assert page is None or f"| {' '.join(case.title.split())} |" in page, (one.remedy, case.title)
    asked = list(made.questions(plugin))
    text = "\n".join(pages.values())
    assert [one.number for one in asked] == list(range(1, len(asked) + 1))
    assert all(f"{one.number}. {one.text}".replace("\\", "") in text for one in asked)
    for remedy in plugins.installed().pack(id).all_versions(plugins.installed().pack(id).policy()):
        for finding in remedy.findings():
            assert f"**{finding.id}** {' '.join(finding.cites.split())}: " in pages[f"{id}/{page_of(remedy.id)}.md"]


def test_pages_made_at_the_build_are_not_kept() -> None:
    assert "/docs/law/" in _read(".gitignore").splitlines()


def test_every_generated_page_is_shown(generated: ModuleType) -> None:
    shown = set(re.findall(r"^```\{from-the-code\} (\S+)$", _all_pages(), re.MULTILINE))
    assert shown == set(generated.PAGES)


def _all_pages() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(DOCS.rglob("*.md")))


def test_every_column_of_every_canonical_table_has_a_meaning(generated: ModuleType) -> None:
    text = generated.canonical_tables()
    for name, schema in TABLES.items():
        section = text.split(f"## {name}\n", 1)[1].split("\n## ", 1)[0]
        for column, kind in schema.columns().items():
            assert kind.description, f"{name}.{column}"
            assert f"| `{column}` |" in section, f"{name}.{column}"


def test_every_key_of_people_written_by_hand_has_a_meaning(generated: ModuleType) -> None:
    text = generated.person_keys()
    for name in person_keys.KINDS:
        section = text.split(f"### {generated._ROWS[name]}\n", 1)[1].split("\n### ", 1)[0]
        rows = re.findall(r"^\| `([^`]+)` \| (.+?) \| (.+) \|$", section, re.MULTILINE)
        assert [key for key, _, _ in rows] == list(person_keys.keys_of(name))
        assert all(value.strip() and means.strip() for _, value, means in rows)


def test_everything_that_a_worked_case_may_say_is_explained() -> None:
    page = _read("docs/statute-author.md").split("### Worked cases", 1)[1]
    for name in ("about", *cases.KEYS, *cases.ANSWERS):
        assert f"`{name}`" in page, name


def test_every_column_of_the_determinations_has_a_meaning(generated: ModuleType) -> None:
    text = generated.determinations()
    for name, (_, means) in DETERMINATIONS.items():
        assert means
        assert f"| `{name}` |" in text


def test_every_column_and_every_word_of_the_changes_has_a_meaning(generated: ModuleType) -> None:
    text = generated.changes()
    for name, (_, means) in comparison.COLUMNS.items():
        assert means
        assert f"| `{name}` |" in text
    told = {
        word
        for row in re.findall(r"^\| (`[^|]+`) \|", _read("docs/what-if.md"), re.MULTILINE)
        for word in re.findall(r"`([^`]+)`", row)
    }
    assert told == set(comparison.CHANGES)


def test_every_fact_and_every_question_is_documented(generated: ModuleType) -> None:
    text = generated.facts()
    for root, row in scopes.ROWS.items():
        for name, fact in scopes.facts_of(row).items():
            assert fact.means
            assert root == "other" or f"| `{root}.{name}` |" in text, f"{root}.{name}"
    for name in scopes.SCOPES:
        assert f"| `{name}` |" in text, name
    for name in ("any", "none", "all", "count", "latest", "earliest"):
        assert f"| `{name}` |" in text, name


def test_what_a_charge_is_asked_of_offense_sets_is_documented() -> None:
    page = _read("docs/reference/facts.md")
    for asked in ("charge.offense.in_set(SET)", "charge.enhanced(SET)"):
        assert f"`{asked}`" in page
    assert callable(scopes.charge.offense.in_set)
    assert callable(scopes.charge.enhanced)


def test_every_hook_says_when_it_is_called(generated: ModuleType) -> None:
    hooks = [name for name in vars(plugins.Hooks) if name.startswith("recordrelief_")]
    assert hooks
    text = generated.hooks()
    for name in hooks:
        section = text.split(f"## {name}\n", 1)[1].split("\n## ", 1)[0]
        assert "Called" in section, name
    assert f"number **{plugins.HOOK_API}**" in _read("docs/reference/hooks.md")


def test_every_error_class_is_documented(generated: ModuleType) -> None:
    text = generated.error_reference()
    for name, kind in generated.error_classes().items():
        assert kind.__doc__, name
        assert f"| `{name}` |" in text, name
    for name in recordrelief.__all__:
        if name.endswith("Error"):
            assert name in generated.error_classes()


def _commands() -> dict[str, Any]:
    group: Any = typer.main.get_command(app)
    commands: dict[str, Any] = {}
    for name, command in group.commands.items():
        inside = getattr(command, "commands", None)
        commands |= {name: command} if inside is None else {f"{name} {one}": inside[one] for one in inside}
    return commands


def _parameters(command: Any) -> Iterator[str]:
    for parameter in command.params:
        if parameter.name == "help":
            continue
        if parameter.param_type_name == "argument":
            yield str(parameter.metavar or parameter.name).strip("[]").upper().replace("...", "")
        else:
            yield max(parameter.opts, key=len)


def test_the_command_line_page_has_every_command_and_option_and_no_other() -> None:
    page = _read("docs/reference/cli.md")
    sections = dict(re.findall(r"^## recordrelief ([^\n]+)\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL))
    commands = _commands()
    assert set(sections) == set(commands)
    for name, command in commands.items():
        rows = re.findall(r"^\| `([^`]+)` \|", sections[name], re.MULTILINE)
        told = {re.split(r"[ =]", row.replace("...", ""))[0] for row in rows}
        assert told == set(_parameters(command)), name


def test_every_policy_option_of_all_packs_is_explained() -> None:
    page = _read("docs/statute-author.md")
    for field in attrs.fields(Policy):
        assert f"`{field.name}`" in page


def test_every_word_of_the_manifest_is_explained(tmp_path: Path) -> None:
    from recordrelief import runs

    finished = runs.run(
        runs.RunRequest(
            inputs=[ROOT / "examples/own-format/export.csv"],
            plugins=[ROOT / "examples/own-format/marlow_county.py", ROOT / "examples/own-statutes/jefferson.py"],
            statutes="jefferson",
            as_of="2024-06-01",
            out=tmp_path / "run",
        )
    )
    page = _read("docs/auditor.md")
    table = page.split("## The manifest", 1)[1].split("\n## ", 1)[0]
    told = {
        key for row in re.findall(r"^\| (`[^|]+`) \|", table, re.MULTILINE) for key in re.findall(r"`([^`]+)`", row)
    }
    assert told == set(finished.manifest)
    for name in finished.manifest["files"]:
        assert f"`{name}`" in page


def test_every_public_name_stands_somewhere_on_the_pages() -> None:
    pages = _all_pages()
    plain = {"compare", "explain", "read", "screen", "screen_jointly", "screen_subject", "settle"}
    for name in plain:
        assert re.search(rf"\brr\.{name}\(", pages), name


MADE_AT_BUILD = DOCS / "law"


@pytest.mark.parametrize(
    "path",
    sorted(path.relative_to(ROOT).as_posix() for path in DOCS.rglob("*.md") if MADE_AT_BUILD not in path.parents),
)
def test_every_page_can_be_reached(path: str) -> None:
    name = Path(path).relative_to("docs").with_suffix("").as_posix()
    assert name == "index" or re.search(rf"^{re.escape(name)}$", _read("docs/index.md"), re.MULTILINE)
