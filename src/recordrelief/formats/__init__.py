"""Record formats: what reads a county's or a state's files into canonical records."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from recordrelief.boundary import Origin, guarded
from recordrelief.disguise import Disguise
from recordrelief.errors import RequestError
from recordrelief.formats.spreading import Spreading
from recordrelief.records import Records

HEAD_BYTES = 65_536
"""How much of a file :meth:`Format.identify` is shown."""


class Format(ABC):
    """One layout of source files. A subclass states ``id`` and ``title`` and reads; the rest has defaults."""

    id: ClassVar[str]
    """How the format is named on the command line: lower case letters, digits and hyphens."""
    title: ClassVar[str]
    """What it is, in a few words."""

    @abstractmethod
    def identify(self, name: str, head: bytes) -> bool:
        """Whether a file is surely of this format. Called for every input when no format was named; reads nothing.

        Args:
            name: the base name of the file; that of a directory ends with ``/``.
            head: the first :data:`HEAD_BYTES` bytes of a file, or the names in a directory, one a line.
        """

    @abstractmethod
    def read(self, paths: Sequence[Path]) -> Records:
        """Read all inputs of a run as one population: a person who stands in two files is one person.

        A format of one document a file takes a directory for the files in it (:func:`expanded`); each is a source.
        Every file gets one :class:`~recordrelief.records.SourceFile` whose ``path`` is the one given; of the rows it
        counts, each either is in the tables or stands once in the quarantine.

        Args:
            paths: the inputs, in the order given.

        Raises:
            SourceError: an input cannot be read at all.
            RequestError: the same content was given twice.
        """

    def spreading(self, paths: Sequence[Path]) -> Spreading | None:
        """How to read inputs that are larger than memory, part by part; None, the default, if this format cannot.

        Called before anything else is read, and quick: it looks at the inputs here and there.

        Args:
            paths: the inputs, in the order given.

        Raises:
            SourceError: an input cannot be read at all.
            RequestError: the same content was given twice.
        """
        return None

    def generate(self, *, subjects: int, seed: int, out: Path) -> int:
        """Write a synthetic file of this format and say how many rows it has. The same seed gives the same bytes.

        Args:
            subjects: how many people, all of them invented.
            seed: chooses the file.
            out: where to write it.

        Raises:
            RequestError: this format has no generator, which is the default.
        """
        raise RequestError(f"The format {self.id} has no generator of synthetic files.")

    def anonymize(self, path: Path, out: Path, disguise: Disguise) -> int:
        """Write a copy of one input that may be shown to others, in this format, and say how many rows it has.

        Whatever names or tells apart a person gets a pseudonym, every day of a person moves by the same number of days,
        and a text keeps only what the format knows; what the law reads stays. A line that the format does not
        understand keeps only its shape.

        Args:
            path: the input, a file.
            out: where to write.
            disguise: the pseudonyms; the same for all inputs of a run.

        Raises:
            RequestError: this format cannot do that, which is the default.
            SourceError: the input cannot be read.
        """
        raise RequestError(
            f"The format {self.id} cannot anonymize its files.",
            cure="Send a synthetic file (`recordrelief generate`), or describe the export in a mapping file "
            "(`recordrelief new format`): what that does not map is scrubbed.",
        )


def identified(
    formats: Mapping[str, Format], paths: Sequence[Path], origins: Mapping[str, Origin] | None = None
) -> Format:
    """The one format that every input is surely of.

    Args:
        formats: the formats there are, by id.
        paths: the inputs.
        origins: who brings each format, to be named where it fails; its module if left out.

    Raises:
        RequestError: no format, or more than one, recognises all of them.
        PluginError: a format failed.
        OSError: an input cannot be read.
    """
    known: dict[Path, list[str]] = {}
    for path in paths:
        head = _head(path)
        known[path] = []
        for one in formats.values():
            module = type(one).__module__
            origin = Origin(module, "", module) if origins is None else origins[one.id]
            with guarded(origin, f"format {one.id}, identify"):
                if one.identify(*head):
                    known[path].append(one.id)
    fitting = [one for one in formats.values() if all(one.id in ids for ids in known.values())]
    if len(fitting) == 1:
        return fitting[0]
    strange = [path for path, ids in known.items() if not ids]
    if fitting:
        found = ", ".join(one.id for one in fitting)
    elif strange:
        found = f"no format for {strange[0]}" + (f" and {len(strange) - 1} more" if len(strange) > 1 else "")
    else:
        found = ", ".join(sorted({one for ids in known.values() for one in ids})) + ", each of some inputs only"
    raise RequestError(
        "More than one format recognises the inputs." if fitting else "No format recognises every input.",
        found=found,
        cure="Say which it is with --format: the id of a format, or a mapping file (.toml) for a layout of your own. "
        f"Known: {', '.join(sorted(formats)) or 'none'}; others come with plugins that are not installed here.",
    )


def expanded(paths: Sequence[Path]) -> tuple[Path, ...]:
    """The files of inputs: each directory replaced by the files directly in it, in the order of their names.

    For formats of one document a file, of which a directory is a bulk input. Hidden files are passed over.

    Args:
        paths: files and directories, in the order given.
    """
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            files += sorted(one for one in path.iterdir() if not one.name.startswith(".") and not one.is_dir())
        else:
            files.append(path)
    return tuple(files)


def _head(path: Path) -> tuple[str, bytes]:
    if path.is_dir():
        return path.name + "/", "\n".join(sorted(one.name for one in path.iterdir())).encode()[:HEAD_BYTES]
    with path.open("rb") as stream:
        return path.name, stream.read(HEAD_BYTES)
