"""Results without identities: ids replaced by keyed hashes, so that who may not know who it is can work with them.

The same key gives the same pseudonyms in every run. Nobody can go back from one without the key: who holds the key and
the source finds a person by hashing the ids of the source. What a person was convicted of, where and when stays, and
may tell who somebody is.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import attrs
import polars as pl

from recordrelief.disguise import secret_of
from recordrelief.errors import RecordReliefError, RequestError
from recordrelief.joint import JointScreening
from recordrelief.records import Records
from recordrelief.screening import Answers

_BYTES = 10
"""How much of a hash a pseudonym shows: 80 bits, so that no two of many millions meet."""
_KINDS = {"subject_id": "person", "charge_id": "charge", "source_file": "file", "record": "record"}
"""The columns that are replaced, and the word that a pseudonym begins with."""
_LINE = "source_line"
"""Left empty: with the source at hand it would tell who it is without any key."""


@attrs.frozen(eq=False)
class Pseudonyms:
    """The pseudonyms that one key gives."""

    _key: bytes = attrs.field(repr=False)

    @classmethod
    def of_file(cls, path: Path) -> Pseudonyms:
        """Those of a key file: its bytes are the key.

        Raises:
            RequestError: it cannot be read, or is no secret.
        """
        return cls(secret_of(path))

    @property
    def told(self) -> dict[str, str]:
        """What a manifest says: by it a key is known to be the right one, and nothing else."""
        return {"key_check": self._hash("check", "recordrelief")[:16].hex()}

    def of(self, kind: str, text: str) -> str:
        """The pseudonym of a person, charge, file or record."""
        return f"{kind}-{base64.b32encode(self._hash(kind, text)[:_BYTES]).decode().lower()}"

    def _hash(self, kind: str, text: str) -> bytes:
        return hmac.digest(self._key, f"{kind}\0{text}".encode(), "sha256")

    def hidden(self, frame: pl.DataFrame) -> pl.DataFrame:
        """A frame of a run with pseudonyms, sorted by them: the order of the source tells who is who.

        Within a charge the rows keep their order.
        """
        named = [self._hidden(frame[name], kind) for name, kind in _KINDS.items() if name in frame.columns]
        without = [pl.lit(None, dtype=frame.schema[name]).alias(name) for name in (_LINE,) if name in frame.columns]
        hidden = frame.with_columns(*named, *without)
        keys = [name for name in ("subject_id", "charge_id", "alternative") if name in frame.columns]
        if "charge_id" in keys:
            return hidden.sort(keys, maintain_order=True)
        return hidden.sort(pl.all().cast(pl.String), nulls_last=True)

    def _hidden(self, column: pl.Series, kind: str) -> pl.Series:
        known = column.cast(pl.String).unique().drop_nulls()
        names = pl.Series([self.of(kind, text) for text in known], dtype=pl.String)
        if names.n_unique() != known.len():
            raise RecordReliefError("Two ids have one pseudonym under this key.", cure="Make another key.")
        return column.cast(pl.String).replace_strict(known, names, return_dtype=pl.String).cast(column.dtype)

    def people(self, ids: pl.Series) -> pl.Series:
        """The pseudonyms of people, by their ids."""
        return self._hidden(ids, "person")

    def answers(self, answers: Answers) -> Answers:
        """Answers with pseudonyms, and without the records they were found in."""
        shown: dict[str, Any] = {
            "determinations": self.hidden(answers.determinations),
            "findings": self.hidden(answers.findings),
            "records": Records.of({}, coverage=answers.records.coverage),
        }
        if isinstance(answers, JointScreening):
            shown["parts"] = tuple(self.answers(part) for part in answers.parts)
        return attrs.evolve(answers, **shown)

    def manifest(self, about: Mapping[str, Any]) -> dict[str, Any]:
        """A manifest that names no input: the name of a file may be that of a person."""
        entries = {
            kind: [
                {**entry, "path": self.of("file", entry["name"]), "name": self.of("file", entry["name"])}
                for entry in about[kind]
            ]
            for kind in ("inputs", "sources", "corrections")
        }
        return {**about, **entries, "pseudonyms": self.told}

    def behind(self, pseudonyms: Iterable[str], kind: str, ids: pl.Series) -> list[str]:
        """Those of some ids that have one of the pseudonyms."""
        wanted = set(pseudonyms)
        return [one for one in ids.unique().sort() if self.of(kind, one) in wanted]


def key_of_run(about: Mapping[str, Any], path: Path | None) -> Pseudonyms | None:
    """The pseudonyms of a run under the key that was given for it; None for a run that has none.

    Args:
        about: its manifest.
        path: the key file.

    Raises:
        RequestError: the run is pseudonymous and no key was given, or another; or it is not.
    """
    told = about.get("pseudonyms")
    if told is None:
        if path is not None:
            raise RequestError("The run is not pseudonymous.", cure="Leave out --key.")
        return None
    if path is None:
        raise RequestError(
            "The run is pseudonymous: only its key and its inputs tell who is who.",
            cure="Give the key with --key, and the inputs with --input.",
        )
    pseudonyms = Pseudonyms.of_file(path)
    if pseudonyms.told != told:
        raise RequestError("The key is not the one that the run was made with.", where=str(path))
    return pseudonyms
