"""Plugins: what they may register, how they are found, and what happens to a broken one (it is told, not obeyed).

A plugin is a module, of an installed distribution (entry-point group ``recordrelief``) or a file given by path::

    from recordrelief.plugins import hookimpl

    RECORDRELIEF_HOOK_API = 1

    @hookimpl
    def recordrelief_formats():
        return [MyCounty()]

Hooks only *collect*. What they give is sorted by id, so that nothing depends on the order of plugins.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, get_args

import attrs
import pluggy

from recordrelief.boundary import BrokenPlugin, Origin, reason, type_fault
from recordrelief.errors import RequestError, nearest

if TYPE_CHECKING:
    from recordrelief.formats import Format
    from recordrelief.outputs import Output
    from recordrelief.statutes import StatutePack

PROJECT = "recordrelief"
"""Name of the pluggy project and of the entry-point group."""
HOOK_API = 1
"""Number of the hook API. It changes only when a hook changes; it is not the version of the package."""
FIRST_HOOK_API = 1
"""The first number there was."""
STATED = "RECORDRELIEF_HOOK_API"
"""The name under which a plugin module states the number it was written for."""

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
"""Marks a function of a plugin module as the implementation of the hook of the same name."""

Part = Literal["format", "statutes", "output"]
"""What a plugin may bring."""
PARTS: tuple[Part, ...] = get_args(Part)
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_Brought = TypeVar("_Brought")


def served() -> tuple[int, ...]:
    """The numbers of the hook API that are served: this one, and the one before it where there is one."""
    return tuple(number for number in (HOOK_API, HOOK_API - 1) if number >= FIRST_HOOK_API)


class Hooks:
    """All hooks. Each is called once, when plugins are loaded, and gives a sequence; any may be left out."""

    @hookspec
    def recordrelief_formats(self) -> Sequence[Format]:  # type: ignore[empty-body]
        """Record formats. Called whenever plugins are loaded; reading happens later, through the format."""

    @hookspec
    def recordrelief_statutes(self) -> Sequence[StatutePack]:  # type: ignore[empty-body]
        """Statute packs. Called whenever plugins are loaded; a pack checks itself when it is made."""

    @hookspec
    def recordrelief_outputs(self) -> Sequence[Output]:  # type: ignore[empty-body]
        """Outputs. Called whenever plugins are loaded; writing happens at the end of a run."""


_HOOK_OF: Mapping[Part, str] = {
    "format": "recordrelief_formats",
    "statutes": "recordrelief_statutes",
    "output": "recordrelief_outputs",
}


@attrs.frozen(kw_only=True)
class Plugins:
    """What all plugins bring, by id in order; what is broken; who brings what (by part and id); who was loaded."""

    formats: Mapping[str, Format]
    statutes: Mapping[str, StatutePack]
    outputs: Mapping[str, Output]
    broken: tuple[BrokenPlugin, ...]
    origins: Mapping[tuple[Part, str], Origin]
    loaded: tuple[Origin, ...]
    files: tuple[Path, ...] | None = None
    """The plugin files among them, if they are just what :func:`load` finds with these."""

    def format(self, name: str) -> Format:
        """The format of that id; a RequestError with the nearest ones otherwise."""
        return self._named("format", name, self.formats)

    def naming(self, given: str | None) -> tuple[str | None, Plugins]:
        """The id of the format that was asked for; of a mapping file (``FILE.toml``), with its format added.

        Raises:
            RequestError: the mapping file is not there or wrong, or a plugin brings a format of its id.
        """
        if given is None or not given.endswith(".toml"):
            return given, self
        from recordrelief.formats.mapping import MappedFormat

        made = MappedFormat.from_file(Path(given))
        if made.id in self.formats:
            raise RequestError(
                "The mapping file has the id of a format that is there already.",
                where=f"{given}, id",
                found=f"{made.id!r}, from {self.origins['format', made.id]}",
                cure="Give the mapping another id.",
            )
        origin = Origin(given, f"sha256:{hashlib.sha256(Path(given).read_bytes()).hexdigest()}", "mapping")
        return made.id, attrs.evolve(
            self,
            formats={**self.formats, made.id: made},
            origins={**self.origins, ("format", made.id): origin},
            loaded=(*self.loaded, origin),
        )

    def pack(self, name: str) -> StatutePack:
        """The statute pack of that id; a RequestError with the nearest ones otherwise."""
        return self._named("statutes", name, self.statutes)

    def output(self, name: str) -> Output:
        """The output of that id; a RequestError with the nearest ones otherwise."""
        return self._named("output", name, self.outputs)

    def origins_of(self, part: Part) -> dict[str, Origin]:
        """Who brings each thing of one kind, by its id."""
        return {name: origin for (kind, name), origin in self.origins.items() if kind == part}

    def _named(self, part: Part, name: str, known: Mapping[str, _Brought]) -> _Brought:
        if name in known:
            return known[name]
        cure = f"{nearest(name, known)} Others come with plugins that are not installed here."
        if self.broken:
            cure += f" {len(self.broken)} broken plugin(s) were left out: see `recordrelief plugins`."
        what = {"format": "format", "statutes": "statute pack", "output": "output"}[part]
        raise RequestError(f"There is no {what} {name!r}.", cure=cure)


@lru_cache(maxsize=1)
def installed() -> Plugins:
    """The plugins of all installed distributions, loaded once a process."""
    return load()


def load(extra: Sequence[Path] = ()) -> Plugins:
    """Load every installed plugin, and those of files.

    A plugin that cannot be loaded or breaks the contract is in ``broken``; all others are there.

    Args:
        extra: plugin files.

    Raises:
        RequestError: a file is not there, or was given twice.
    """
    collected = _Collected()
    collected.add_built_in()
    for origin, module in _distributions():
        collected.add(origin, module)
    for origin, module in _files(extra):
        collected.add(origin, module)
    return collected.plugins(tuple(extra))


class _Collected:
    """What was registered so far. The first of two with one id stays; callers come in a stated order."""

    def __init__(self) -> None:
        self.manager = pluggy.PluginManager(PROJECT)
        self.manager.add_hookspecs(Hooks)
        self.brought: dict[Part, dict[str, Any]] = {part: {} for part in PARTS}
        self.origins: dict[tuple[Part, str], Origin] = {}
        self.broken: list[BrokenPlugin] = []
        self.loaded: list[Origin] = []

    def add_built_in(self) -> None:
        from recordrelief.formats.canonical import Canonical
        from recordrelief.formats.person import Person
        from recordrelief.outputs.tables import Csv, Xlsx

        origin = Origin(PROJECT, _version(), PROJECT)
        built_in = (("format", Canonical()), ("format", Person()), ("output", Csv()), ("output", Xlsx()))
        for part, one in built_in:
            self._keep(part, one, origin, "built in")  # type: ignore[arg-type]

    def add(self, origin: Origin, load_module: Callable[[], ModuleType]) -> None:
        try:
            module = load_module()
        except (Exception, SystemExit) as error:
            self._refuse(origin, "its module cannot be imported", origin.module, reason(error))
            return
        fault = _contract(module, origin.module)
        if fault is not None:
            self._refuse(origin, *fault)
            return
        try:
            self.manager.register(module, name=f"{origin} {origin.module}")
        except (pluggy.PluginValidationError, ValueError) as error:
            self._refuse(origin, "its hooks do not fit", origin.module, " ".join(str(error).split()))
            return
        self.loaded.append(origin)
        for part in PARTS:
            caller: pluggy.HookCaller = getattr(self.manager.hook, _HOOK_OF[part])
            for implementation in caller.get_hookimpls():
                if implementation.plugin is module:
                    self._collect(part, implementation.function, origin)

    def plugins(self, files: tuple[Path, ...]) -> Plugins:
        sorted_ = {part: dict(sorted(things.items())) for part, things in self.brought.items()}
        return Plugins(
            formats=sorted_["format"],
            statutes=sorted_["statutes"],
            outputs=sorted_["output"],
            broken=tuple(self.broken),
            origins=dict(sorted(self.origins.items())),
            loaded=tuple(self.loaded),
            files=files,
        )

    def _collect(self, part: Part, hook: Callable[[], object], origin: Origin) -> None:
        where = f"{origin.module}.{_HOOK_OF[part]}"
        try:
            given = hook()
        except (Exception, SystemExit) as error:
            self._refuse(origin, "a hook failed", where, reason(error))
            return
        expected = _expected(part)
        # The usual case needs no type checker, whose import would cost every start a tenth of the time it has.
        if not (type(given) in (list, tuple) and all(isinstance(one, expected.kind) for one in given)):  # type: ignore[attr-defined]
            why = type_fault(given, expected.sequence)
            if why is not None:
                self._refuse(origin, "a hook gave the wrong thing", where, why)
                return
        for one in given:  # type: ignore[attr-defined]
            self._keep(part, one, origin, where)

    def _keep(self, part: Part, one: Any, origin: Origin, where: str) -> None:
        name, title = getattr(one, "id", None), getattr(one, "title", None)
        if not (isinstance(name, str) and _ID.fullmatch(name) and isinstance(title, str) and title):
            self._refuse(
                origin,
                f"a {part} has no proper id and title",
                where,
                f"{type(one).__name__}: {name!r}, {title!r}"[:200],
            )
            return
        if name in self.brought[part]:
            first = self.origins[part, name]
            self._refuse(
                origin,
                f"the {part} {name!r} is there already, from {first}",
                where,
                f"both {first} and {origin} bring {name!r}",
                "Uninstall one of the two, or give it another id.",
            )
            return
        self.brought[part][name] = one
        self.origins[part, name] = origin

    def _refuse(self, origin: Origin, what: str, where: str, why: str, cure: str | None = None) -> None:
        self.broken.append(BrokenPlugin(what, who=origin, where=where, why=why, cure=cure))


@attrs.frozen
class _Expected(Generic[_Brought]):
    kind: type[_Brought]
    sequence: Any


def _expected(part: Part) -> _Expected[Any]:
    from recordrelief.formats import Format
    from recordrelief.outputs import Output
    from recordrelief.statutes import StatutePack

    match part:
        case "format":
            return _Expected(Format, Sequence[Format])
        case "statutes":
            return _Expected(StatutePack, Sequence[StatutePack])
        case "output":
            return _Expected(Output, Sequence[Output])


def _contract(module: ModuleType, called: str) -> tuple[str, str, str, str] | None:
    """What is wrong with a plugin module before any of its hooks is called: what, where, why, what to do."""
    stated = getattr(module, STATED, None)
    if stated is None:
        return (
            "it does not state the hook API it was written for",
            called,
            f"no {STATED}",
            f"Add {STATED} = {HOOK_API} to the module.",
        )
    if isinstance(stated, bool) or stated not in served():
        return (
            "it was written for another hook API",
            called,
            f"{STATED} = {stated!r}"[:80],
            f"This recordrelief serves hook API {' and '.join(map(str, served()))}: use versions that fit one another.",
        )
    marked = 0
    hooks = set(_HOOK_OF.values())
    for name, value in vars(module).items():
        if not name.startswith(f"{PROJECT}_") or not callable(value):
            continue
        if name not in hooks:
            return ("there is no such hook", f"{called}.{name}", name, nearest(name, hooks))
        if not hasattr(value, f"{PROJECT}_impl"):
            return ("a hook is not marked", f"{called}.{name}", "no @hookimpl", "Put @hookimpl above it.")
        marked += 1
    if not marked:
        return ("it has no hooks", called, "nothing to register", f"Hooks: {', '.join(sorted(hooks))}.")
    return None


def _distributions() -> Iterator[tuple[Origin, Callable[[], ModuleType]]]:
    """The plugins of installed distributions, by name of distribution and of entry point."""
    from importlib import metadata

    found: dict[tuple[str, str, str], tuple[Origin, Callable[[], ModuleType]]] = {}
    for point in metadata.entry_points(group=PROJECT):
        name, version = (point.dist.name, point.dist.version) if point.dist else ("unknown distribution", "?")
        # A distribution seen twice (installed, and a source tree on the path) is one.
        found.setdefault((name, point.name, point.value), (Origin(name, version, point.value), point.load))
    for key in sorted(found):
        yield found[key]


def _files(paths: Sequence[Path]) -> Iterator[tuple[Origin, Callable[[], ModuleType]]]:
    seen: set[str] = set()
    for path in paths:
        try:
            content = path.read_bytes()
        except OSError as error:
            raise RequestError(
                "A plugin file cannot be read.", where=str(path), found=os.strerror(error.errno or 0)
            ) from None
        digest = hashlib.sha256(content).hexdigest()
        if digest in seen:
            raise RequestError("A plugin file was given twice.", where=str(path))
        seen.add(digest)
        name = f"{PROJECT}_plugin_file_{digest[:12]}"
        load = partial(_from_file, path, name, content)
        yield Origin(str(path), f"sha256:{digest[:12]}", path.stem), load


def _from_file(path: Path, name: str, content: bytes) -> ModuleType:
    """The module of a plugin file: of the very content that was hashed, and nothing is written beside it."""
    if path.suffix != ".py":
        raise ImportError("a plugin file must be a Python file: its name ends with .py")
    module = ModuleType(name)
    module.__file__ = str(path)
    sys.modules[name] = module
    try:
        exec(compile(content, str(path), "exec"), module.__dict__)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _version() -> str:
    import recordrelief

    return recordrelief.__version__
