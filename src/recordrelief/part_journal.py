"""The journal of a run in parts: what was asked, where the parts lie, and which of the work is done.

Every step ends with the renaming of a directory and then of a file, so that a process may be killed at any moment: what
has its file is done, and everything else is done again.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import attrs
import polars as pl

import recordrelief
from recordrelief.errors import RequestError
from recordrelief.formats.spreading import Cuts
from recordrelief.manifests import plain
from recordrelief.placing import json_text
from recordrelief.run_requests import Setup

PLAN_FILE = "plan.json"
VERSION = 1


@attrs.frozen(eq=False)
class Journal:
    """The journal in a directory: ``asked`` is what the run was asked for, ``cuts`` where its parts lie."""

    directory: Path
    asked: Mapping[str, Any]
    cuts: Cuts
    pieces: int

    @classmethod
    def begun(cls, directory: Path, setup: Setup) -> Journal | None:
        """What an earlier process left of the same run; None if there is nothing.

        Raises:
            RequestError: it left another run.
        """
        told = _plan(directory)
        if told is None:
            return None
        asked = asked_of(setup)
        if other := sorted(name for name in {*asked, *told["asked"]} if asked.get(name) != told["asked"].get(name)):
            raise _unfinished(setup.request.out, "other " + ", ".join(other))
        named = None if setup.question.pseudonyms is None else setup.question.pseudonyms.people
        return cls(directory, told["asked"], Cuts(tuple(told["cuts"]), named), told["pieces"])

    @classmethod
    def begin(cls, directory: Path, setup: Setup, cuts: Cuts, pieces: int) -> Journal:
        """A new one, in an empty directory."""
        journal = cls(directory, asked_of(setup), cuts, pieces)
        told = {"version": VERSION, "asked": journal.asked, "cuts": list(cuts.first), "pieces": pieces}
        _write(directory / PLAN_FILE, told)
        return journal

    def told(self, kind: str, number: int) -> dict[str, Any] | None:
        """What a step said when it was done; None if it is not."""
        try:
            return dict(json.loads(self._file(kind, number).read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None

    def left(self, kind: str, count: int) -> list[int]:
        """The steps of one kind, of so many, that are still to be done."""
        return [number for number in range(count) if not self._file(kind, number).exists()]

    def directory_of(self, kind: str, number: int) -> Path:
        """Where the files of a step are once it is done."""
        return self._file(kind, number).with_suffix("")

    def done(self, kind: str, number: int, work: Callable[[Path], Mapping[str, Any]]) -> None:
        """Do a step: ``work`` fills a directory and says what is to be known of it.

        Args:
            kind: the kind of step.
            number: its number.
            work: what is done.
        """
        final = self.directory_of(kind, number)
        making = final.with_suffix(".making")
        for path in (making, final):
            shutil.rmtree(path, ignore_errors=True)
        making.mkdir(parents=True, mode=0o700)
        told = work(making)
        os.rename(making, final)
        _write(self._file(kind, number), told)

    def _file(self, kind: str, number: int) -> Path:
        return self.directory / kind / f"{number:05}.json"


def refuse_unfinished(directory: Path, out: Path) -> None:
    """Refuse a directory that holds what is left of a run in parts, for a run that is made at once.

    Raises:
        RequestError: it does.
    """
    if _plan(directory) is not None:
        raise _unfinished(out, "a run in parts")


def asked_of(setup: Setup) -> dict[str, Any]:
    """What a run was asked for, as far as its result depends on it, in the words of JSON."""
    request, question = setup.request, setup.question
    policies = {pack.id: pack.read_policy(question.policies.get(pack.id)) for pack in question.packs}
    return {
        "inputs": [_stated(path) for path in setup.inputs],
        "format": setup.format.id,
        "statutes": [pack.id for pack in question.packs],
        "policy": plain({name: attrs.asdict(policy) for name, policy in policies.items()}),
        "as_of": question.as_of,
        "county": question.county,
        "remedies": list(question.remedies),
        "outputs": list(request.outputs),
        "findings": bool(request.findings),
        "corrections": [one.sha256 for one in question.corrections.files],
        "without": list(question.corrections.without),
        "since": None if setup.since is None else setup.since.manifest["digest"],
        "pseudonymize": None if question.pseudonyms is None else question.pseudonyms.told,
        "plugins": {what: [one.name, one.version] for what, one in question.origins.items()},
        "version of recordrelief": recordrelief.__version__,
        "version of polars": pl.__version__,
    }


def _stated(path: Path) -> list[Any]:
    """An input and how it stands: its path, bytes and time of change; of a directory, of the files in it."""
    if path.is_dir():
        return [str(path), [_stated(one) for one in sorted(path.iterdir()) if one.is_file()]]
    state = path.stat()
    return [str(path), state.st_size, state.st_mtime_ns]


def _plan(directory: Path) -> dict[str, Any] | None:
    try:
        told = json.loads((directory / PLAN_FILE).read_text(encoding="utf-8"))
        return dict(told) if told["version"] == VERSION else None
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _unfinished(out: Path, found: str) -> RequestError:
    return RequestError(
        "There an unfinished run of another request waits to be gone on with.",
        where=str(out),
        found=found,
        cure="Give its command again, unchanged, or throw it away with --force.",
    )


def _write(path: Path, value: Mapping[str, Any]) -> None:
    """Write a file that is there whole or not at all."""
    making = path.with_name(path.name + ".making")
    making.write_text(json_text(value), encoding="utf-8")
    os.replace(making, path)
