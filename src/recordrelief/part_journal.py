"""The journal of a run in parts: what was asked, where the parts lie, and which of the work is done.

Every step ends with the renaming of a directory and then of a file, each on the disk before the next. So a process may
be killed, or the power fail, at any moment: what has its file, and the files that it names, is done; everything else is
done again.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
import polars as pl

import recordrelief
from recordrelief.answering import PEOPLE_FILE
from recordrelief.errors import RequestError, SourceError
from recordrelief.formats.spreading import Cuts
from recordrelief.manifests import content_hash, hashed, plain
from recordrelief.placing import json_text, lasting, seal
from recordrelief.run_requests import Setup
from recordrelief.stored_runs import StoredRun

PLAN_FILE = "plan.json"
INPUTS_FILE = "inputs.json"
VERSION = 2


@attrs.frozen(eq=False)
class Journal:
    """The journal in a directory: ``asked`` is what the run was asked for, ``cuts`` where its parts lie.

    ``touched`` is when each file of each input was last touched, in whatever way: as long as it is the same, so is the
    content.
    """

    directory: Path
    asked: Mapping[str, Any]
    cuts: Cuts
    pieces: int
    touched: Sequence[Any]

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
        cuts = Cuts(tuple(told["cuts"]), named)
        journal = cls(directory, told["asked"], cuts, told["pieces"], told["touched"])
        if journal._changed(setup.inputs):
            raise _unfinished(setup.request.out, "other inputs")
        touched = _touched(setup.inputs)
        if touched != journal.touched:
            journal = attrs.evolve(journal, touched=touched)
            journal._write_plan()
        return journal

    @classmethod
    def begin(cls, directory: Path, setup: Setup, cuts: Cuts, pieces: int) -> Journal:
        """A new one, in an empty directory."""
        journal = cls(directory, asked_of(setup), cuts, pieces, _touched(setup.inputs))
        journal._write_plan()
        return journal

    def _write_plan(self) -> None:
        told = {
            "version": VERSION,
            "asked": self.asked,
            "cuts": list(self.cuts.first),
            "pieces": self.pieces,
            "touched": self.touched,
        }
        _write(self.directory / PLAN_FILE, told)

    def hashes(self, inputs: Sequence[Path]) -> dict[str, str]:
        """The SHA-256 of each input by its path, written down once it is known."""
        known = _read(self.directory / INPUTS_FILE)
        if known is None:
            known = {str(path): content_hash(path)[0] for path in inputs}
            if _touched(inputs) == self.touched:
                _write(self.directory / INPUTS_FILE, known)
        return known

    def check_inputs(self, inputs: Sequence[Path]) -> None:
        """Refuse to make a result of inputs that are not any more what they were when the run began.

        Raises:
            SourceError: one changed.
        """
        if (path := self._changed(inputs)) is not None:
            raise SourceError(
                "The file changed while it was read.",
                where=str(path),
                cure="Begin again once nothing writes to it any more.",
            )

    def _changed(self, inputs: Sequence[Path]) -> Path | None:
        """An input that is not as it was when the run began."""
        known = _read(self.directory / INPUTS_FILE) or {}
        for path, stated, touched in zip(inputs, self.asked["inputs"], self.touched, strict=True):
            try:
                if _stated(path) != stated:
                    return path
                # A link or another mode is no other content: where that is known, it tells.
                if _touched_at(path) != touched and content_hash(path)[0] != known.get(str(path)):
                    return path
            except OSError:
                return path
        return None

    def told(self, kind: str, number: int) -> dict[str, Any] | None:
        """What a step said when it was done; None if it is not, or its files are not those that it wrote."""
        done = self._done(kind, number)
        return None if done is None else done["told"]

    def files_of(self, kind: str, number: int) -> dict[str, dict[str, Any]]:
        """The files of a step that is done, by name: their bytes, and their SHA-256 where it was taken."""
        done = self._done(kind, number)
        return {} if done is None else done["files"]

    def left(self, kind: str, count: int) -> list[int]:
        """The steps of one kind, of so many, that are still to be done."""
        return [number for number in range(count) if self._done(kind, number) is None]

    def directory_of(self, kind: str, number: int) -> Path:
        """Where the files of a step are once it is done."""
        return self._file(kind, number).with_suffix("")

    def done(self, kind: str, number: int, work: Callable[[Path], Mapping[str, Any]], *, hash: bool) -> None:
        """Do a step: ``work`` fills a directory and says what is to be known of it.

        Args:
            kind: the kind of step.
            number: its number.
            work: what is done.
            hash: whether the hashes of its files are taken.
        """
        final = self.directory_of(kind, number)
        making = final.with_suffix(".making")
        for path in (making, final):
            shutil.rmtree(path, ignore_errors=True)
        final.parent.mkdir(mode=0o700, exist_ok=True)
        making.mkdir(mode=0o700)
        told = work(making)
        seal(making)
        files = {name: hashed(making / name) if hash else {"bytes": size} for name, size in _sizes(making).items()}
        os.rename(making, final)
        lasting(final.parent)
        _write(self._file(kind, number), {"told": told, "files": files})

    def _done(self, kind: str, number: int) -> dict[str, Any] | None:
        """What is written of a step that is done; None if it is not, or its files are of another size."""
        done = _read(self._file(kind, number))
        try:
            if done is not None and _sizes(self.directory_of(kind, number)) == {
                name: one["bytes"] for name, one in done["files"].items()
            }:
                return {"told": dict(done["told"]), "files": done["files"]}
        except (OSError, TypeError, KeyError, AttributeError, ValueError):
            pass
        return None

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
        "since": None if setup.since is None else _earlier(setup.since),
        "pseudonymize": None if question.pseudonyms is None else question.pseudonyms.told,
        "plugins": {what: [one.name, one.version] for what, one in question.origins.items()},
        "version of recordrelief": recordrelief.__version__,
        "version of polars": pl.__version__,
    }


def _earlier(stored: StoredRun) -> dict[str, Any]:
    """What of an earlier run the result depends on."""
    about = stored.manifest
    laws = [[law["id"], law["version"], law["policy"]] for law in about["statutes"]]
    versions = {name: about[name] for name in ("as_of", "digest", "plugins", "polars", "recordrelief", "remedies")}
    return {**versions, "statutes": laws, "people": stored.hash_of(PEOPLE_FILE)}


def _stated(path: Path) -> list[Any]:
    """An input and how it stands: its path, bytes and time of change; of a directory, of the files in it."""
    if path.is_dir():
        return [str(path), [_stated(one) for one in sorted(path.iterdir()) if one.is_file()]]
    state = path.stat()
    return [str(path), state.st_size, state.st_mtime_ns]


def _touched(inputs: Sequence[Path]) -> list[Any]:
    return [_touched_at(path) for path in inputs]


def _touched_at(path: Path) -> Any:
    """When a file was last touched, which nobody can set; of a directory, when each file in it was."""
    if path.is_dir():
        return [_touched_at(one) for one in sorted(path.iterdir()) if one.is_file()]
    return path.stat().st_ctime_ns


def _sizes(directory: Path) -> dict[str, int]:
    """The bytes of each file below a directory."""
    files = (path for path in sorted(directory.rglob("*")) if path.is_file())
    return {path.relative_to(directory).as_posix(): path.stat().st_size for path in files}


def _plan(directory: Path) -> dict[str, Any] | None:
    told = _read(directory / PLAN_FILE)
    return told if told is not None and told.get("version") == VERSION else None


def _read(path: Path) -> dict[str, Any] | None:
    """What a file of the journal says; None where it is not there, or was cut short."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


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
    making.chmod(0o600)
    lasting(making)
    os.replace(making, path)
    lasting(path.parent)
