"""Plugins: found, checked, sorted, and told about when they are broken while the others go on."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from made_up import COUNTY, LAW, alone  # noqa: F401

from recordrelief import boundary, plugins
from recordrelief.boundary import Origin
from recordrelief.errors import PluginError, RequestError
from recordrelief.plugins import HOOK_API, Plugins, load

HOOK_OF_NOTHING = """
@hookimpl
def recordrelief_formats():
    return []
"""
MARKED = "from recordrelief.plugins import hookimpl\nRECORDRELIEF_HOOK_API = 1\n"
OUTPUT = """
from pathlib import Path
from recordrelief.outputs import Output

class Shown(Output):
    id = {id!r}
    title = "Shown somewhere"
    def write(self, screening, records, directory, settings):
        return ()

@hookimpl
def recordrelief_outputs():
    return [Shown()]
"""


def written(directory: Path, text: str, name: str = "one.py") -> Path:
    path = directory / name
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return path


def broken_alone(path: Path) -> boundary.BrokenPlugin:
    """The one fault of a plugin file; the plugins beside it are there all the same."""
    known = load([path, COUNTY])
    assert "made-up-county" in known.formats
    (fault,) = known.broken
    assert isinstance(fault, PluginError)
    assert fault.who.name == str(path) and fault.where and fault.why and fault.what
    assert str(path) in str(fault)
    return fault


def installed_as(monkeypatch: pytest.MonkeyPatch, modules: dict[tuple[str, str], Callable[[], ModuleType]]) -> None:
    """Pretend that distributions with these names and versions are installed."""
    monkeypatch.setattr(
        plugins,
        "_distributions",
        lambda: iter(
            [(Origin(name, version, name.replace("-", "_")), get) for (name, version), get in modules.items()]
        ),
    )


def module(text: str) -> Callable[[], ModuleType]:
    def get() -> ModuleType:
        made = ModuleType("made")
        exec(compile(textwrap.dedent(text), "made.py", "exec"), made.__dict__)
        return made

    return get


def test_built_in_parts_are_there_without_any_plugin() -> None:
    known = load()
    assert list(known.formats) == ["canonical", "person"]
    assert list(known.outputs) == ["csv", "xlsx"]
    assert not known.statutes and not known.broken and not known.loaded
    assert known.origins["format", "canonical"].name == "recordrelief"


def test_plugin_files_bring_their_parts_and_are_named_as_their_origin() -> None:
    known = load([COUNTY, LAW])
    assert list(known.formats) == ["canonical", "made-up-county", "person"]
    assert list(known.statutes) == ["xx"]
    assert known.origins["statutes", "xx"].name == str(LAW)
    assert known.origins["statutes", "xx"].version.startswith("sha256:")


def test_ids_are_sorted_whatever_the_order_of_plugins(tmp_path: Path) -> None:
    first = written(tmp_path, MARKED + OUTPUT.format(id="aaa"), "first.py")
    last = written(tmp_path, MARKED + OUTPUT.format(id="zzz"), "last.py")
    for files in ([first, last], [last, first]):
        assert list(load(files).outputs) == ["aaa", "csv", "xlsx", "zzz"]


@pytest.mark.parametrize(
    ("text", "what", "why"),
    [
        ("import no_such_module_anywhere", "cannot be imported", "ModuleNotFoundError"),
        ("raise SystemExit(3)", "cannot be imported", "SystemExit"),
        ("def (", "cannot be imported", "SyntaxError"),
        ("", "does not state the hook API", "no RECORDRELIEF_HOOK_API"),
        ("RECORDRELIEF_HOOK_API = 2", "another hook API", "2"),
        ("RECORDRELIEF_HOOK_API = True", "another hook API", "True"),
        ("RECORDRELIEF_HOOK_API = 1", "has no hooks", "nothing to register"),
        (
            MARKED + "@hookimpl\ndef recordrelief_format(): return []",
            "no such hook",
            "recordrelief_format",
        ),
        (MARKED + "def recordrelief_formats(): return []", "not marked", "@hookimpl"),
        (
            MARKED + "@hookimpl\ndef recordrelief_formats(path): return []",
            "hooks do not fit",
            "path",
        ),
        (MARKED + "@hookimpl\ndef recordrelief_formats(): return 1 / 0", "a hook failed", "ZeroDivisionError"),
        (MARKED + "@hookimpl\ndef recordrelief_formats(): return None", "wrong thing", "None"),
        (MARKED + "@hookimpl\ndef recordrelief_formats(): return ['us-xx']", "wrong thing", "Format"),
        (
            MARKED + OUTPUT.format(id="Not An Id"),
            "no proper id",
            "Not An Id",
        ),
    ],
)
def test_a_broken_plugin_is_told_with_who_what_where_why(tmp_path: Path, text: str, what: str, why: str) -> None:
    fault = broken_alone(written(tmp_path, text))
    assert what in fault.what
    assert why in fault.why


def test_a_misspelt_hook_is_told_the_nearest_one(tmp_path: Path) -> None:
    fault = broken_alone(written(tmp_path, MARKED + "@hookimpl\ndef recordrelief_statute(): return []"))
    assert fault.cure is not None and "recordrelief_statutes" in fault.cure


def test_one_broken_hook_leaves_the_other_hooks_of_a_plugin(tmp_path: Path) -> None:
    text = MARKED + OUTPUT.format(id="shown") + "\n@hookimpl\ndef recordrelief_formats(): return 1 / 0\n"
    known = load([written(tmp_path, text)])
    assert "shown" in known.outputs
    assert len(known.broken) == 1


def test_of_two_with_one_id_the_first_distribution_stays_and_both_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    same = module(MARKED + OUTPUT.format(id="shown"))
    installed_as(monkeypatch, {("aa", "1.0"): same, ("bb", "2.0"): same})
    known = load()
    assert known.origins["output", "shown"] == Origin("aa", "1.0", "aa")
    (fault,) = known.broken
    assert fault.who.name == "bb" and "aa 1.0" in str(fault) and "bb 2.0" in str(fault)


def test_a_built_in_part_is_never_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    installed_as(monkeypatch, {("aa", "1.0"): module(MARKED + OUTPUT.format(id="csv"))})
    known = load()
    assert known.origins["output", "csv"].name == "recordrelief"
    assert known.broken[0].who.name == "aa"


def test_entry_points_are_read_in_the_order_of_their_distributions(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("zeta", "alpha"):
        info = tmp_path / f"{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8")
        (info / "entry_points.txt").write_text(f"[recordrelief]\nmain = {name}_made_up_plugin\n", encoding="utf-8")
    written(tmp_path, MARKED + OUTPUT.format(id="shown"), "zeta_made_up_plugin.py")
    written(tmp_path, "raise ValueError('no')", "alpha_made_up_plugin.py")
    points = [point for one in metadata.distributions(path=[str(tmp_path)]) for point in one.entry_points]
    monkeypatch.undo()  # the real discovery, over these entry points only
    monkeypatch.setattr(metadata, "entry_points", lambda **_: points)
    monkeypatch.syspath_prepend(tmp_path)
    known = load()
    assert known.origins["output", "shown"] == Origin("zeta", "1.0", "zeta_made_up_plugin")
    (fault,) = known.broken
    assert (fault.who.name, fault.who.version, fault.where) == ("alpha", "1.0", "alpha_made_up_plugin")
    assert "ValueError: no" in fault.why


def test_a_plugin_file_that_is_not_there_or_given_twice_is_a_wrong_request(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="cannot be read"):
        load([tmp_path / "nothing.py"])
    with pytest.raises(RequestError, match="twice"):
        load([COUNTY, COUNTY])


def test_an_unknown_name_is_answered_with_the_nearest_and_mentions_broken_plugins(tmp_path: Path) -> None:
    known: Plugins = load([COUNTY, written(tmp_path, "raise ValueError")])
    with pytest.raises(RequestError, match=r"made-up-county.*1 broken plugin"):
        known.format("made-up-country")
    with pytest.raises(RequestError, match="statute pack"):
        known.pack("us-ca")
    with pytest.raises(RequestError, match="csv"):
        known.output("cvs")


def test_a_fault_at_the_boundary_tells_its_place_and_never_its_message() -> None:
    origin = Origin("aa", "1.0", "aa")
    secret: dict[str, Any] = {}
    with pytest.raises(boundary.BrokenPlugin) as caught, boundary.guarded(origin, "format aa, read"):
        secret["Somebody Somewhere"]
    assert "Somebody" not in str(caught.value)
    assert "KeyError" in caught.value.why and "test_plugins.py" in caught.value.why


def test_what_a_plugin_gives_is_checked_with_its_items() -> None:
    origin = Origin("aa", "1.0", "aa")
    boundary.checked((Path("a"),), tuple[Path, ...], "wrong", origin, "write")
    with pytest.raises(boundary.BrokenPlugin, match="wrong"):
        boundary.checked(("a",), tuple[Path, ...], "wrong", origin, "write")


@pytest.mark.parametrize(("stated", "loaded"), [(3, False), (2, True), (1, True), (0, False), (-1, False)])
def test_the_number_before_is_served_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stated: int, loaded: bool
) -> None:
    monkeypatch.setattr(plugins, "HOOK_API", 2)
    file = tmp_path / "older.py"
    file.write_text(MARKED.replace("= 1", f"= {stated}") + HOOK_OF_NOTHING, encoding="utf-8")
    found = load([file])
    assert bool(found.loaded) is loaded
    assert [(one.why, one.cure) for one in found.broken] == (
        []
        if loaded
        else [
            (
                f"RECORDRELIEF_HOOK_API = {stated}",
                "This recordrelief serves hook API 2 and 1: use versions that fit one another.",
            )
        ]
    )


def test_of_the_first_number_there_is_none_before() -> None:
    assert plugins.served() == (HOOK_API,) == (plugins.FIRST_HOOK_API,)


def test_the_number_of_the_hook_api_is_its_own() -> None:
    assert HOOK_API == 1


def test_the_package_and_its_help_load_neither_the_engine_nor_plugins() -> None:
    code = """
    import sys
    import recordrelief
    from recordrelief import boundary, plugins
    plugins.load = None
    sys.argv = ["recordrelief", "--help"]
    from recordrelief.cli import main
    try:
        main()
    finally:
        assert not {"polars", "dataframely", "recordrelief.records"} & set(sys.modules)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "screen" in done.stdout
