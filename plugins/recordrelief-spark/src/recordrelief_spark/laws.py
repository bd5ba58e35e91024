"""The law on its way to the workers: packs that are installed there go by their id, all others go themselves."""

from __future__ import annotations

import hashlib
import pickle
import tempfile
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import attrs
import polars as pl
from pyspark import cloudpickle

import recordrelief
from recordrelief.errors import RecordReliefError, RequestError
from recordrelief.plugins import Plugins, installed, load
from recordrelief.statutes import Policy, StatutePack


@attrs.frozen(kw_only=True)
class Laws:
    """Statute packs with their policies, in a form that another process can take.

    ``named`` has id and version of each pack, in the order they were asked for; ``carried`` holds those that no worker
    could find by their id, and ``policies`` the policy of each, pickled. ``files`` are plugin files: name and content.
    """

    named: tuple[tuple[str, str], ...]
    carried: bytes
    policies: bytes
    files: tuple[tuple[str, bytes], ...]
    program: str

    @classmethod
    def of(
        cls,
        statutes: Sequence[str | StatutePack],
        policies: Mapping[str, Policy | Mapping[str, Any] | str | None],
        plugins: Sequence[Path],
    ) -> Laws:
        """The packs that were asked for, each under its policy.

        Args:
            statutes: packs, or the ids of installed ones or of those in plugin files.
            policies: the policy of a pack by its id.
            plugins: plugin files, read here and loaded on the workers.

        Raises:
            RequestError: there is no such pack, policy or file, or a pack cannot be taken to a worker.
        """
        known = load(plugins) if plugins else installed()
        packs = [known.pack(one) if isinstance(one, str) else one for one in statutes]
        chosen = {pack.id: pack.read_policy(_options(policies.get(pack.id))) for pack in packs}
        own = {pack.id: pack for pack in packs if known.statutes.get(pack.id) is not pack}
        return cls(
            named=tuple((pack.id, pack.version) for pack in packs),
            carried=_pickled(own),
            policies=_pickled(chosen),
            files=tuple((path.name, path.read_bytes()) for path in plugins),
            program=_program(),
        )

    def taken(self) -> tuple[tuple[StatutePack, ...], Mapping[str, Policy]]:
        """The packs and the policy of each, in this process; made once in it.

        Raises:
            RequestError: this process has other versions than the one that asked, or lacks a pack.
        """
        return _taken(self)


@lru_cache(maxsize=8)
def _taken(laws: Laws) -> tuple[tuple[StatutePack, ...], Mapping[str, Policy]]:
    if laws.program != (here := _program()):
        raise RequestError(
            "A worker would answer by another program than the driver.",
            found=here,
            expected=laws.program,
            cure="Install the same versions on every worker.",
        )
    known = _loaded(laws.files)
    try:
        carried: Mapping[str, StatutePack] = pickle.loads(laws.carried)
        policies: Mapping[str, Policy] = pickle.loads(laws.policies)
    except Exception as error:
        raise RequestError(
            "A statute pack cannot be taken in on a worker.",
            found=type(error).__name__,
            cure="Install what it is made of on every worker, or give it as a plugin file.",
        ) from None
    packs = []
    for name, version in laws.named:
        pack = carried[name] if name in carried else known.pack(name)
        if pack.version != version:
            raise RequestError(
                f"A worker has another version of the statute pack {name} than the driver.",
                found=pack.version,
                expected=version,
                cure="Install the same versions on every worker.",
            )
        packs.append(pack)
    return tuple(packs), policies


def _loaded(files: Sequence[tuple[str, bytes]]) -> Plugins:
    if not files:
        return installed()
    with tempfile.TemporaryDirectory() as directory:
        paths = []
        for name, content in files:
            # By its content: two files of one name in different folders stay two.
            folder = Path(directory) / hashlib.sha256(content).hexdigest()
            folder.mkdir()
            paths.append(folder / name)
            paths[-1].write_bytes(content)
        return load(paths)


def _options(policy: Policy | Mapping[str, Any] | str | None) -> Policy | dict[str, Any] | str | None:
    return dict(policy) if isinstance(policy, Mapping) else policy


def _pickled(things: Mapping[str, object]) -> bytes:
    try:
        pickled: bytes = cloudpickle.dumps(dict(things))  # type: ignore[no-untyped-call]
    except RecordReliefError:
        raise
    except Exception as error:
        raise RequestError(
            "A statute pack cannot be taken to the workers.",
            found=type(error).__name__,
            cure="Install it there, or give it as a plugin file.",
        ) from None
    return pickled


def _program() -> str:
    return f"recordrelief {recordrelief.__version__} with Polars {pl.__version__}"
