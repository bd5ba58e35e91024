"""The format ``person``: people whose whole record somebody wrote by hand (:mod:`recordrelief.person_files`)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import ClassVar

from recordrelief.disguise import Disguise
from recordrelief.errors import RequestError
from recordrelief.formats import Format
from recordrelief.handwritten import Page, decoded, refuse
from recordrelief.model import Coverage, Subject
from recordrelief.objects import tables_of
from recordrelief.people_reader import People, PeopleReader
from recordrelief.person_files import write_people
from recordrelief.records import Records, SourceFile
from recordrelief.stated_facts import check_facts
from recordrelief.statutes import StatutePack

SUFFIXES = (".yaml", ".yml")
_SUBJECT = re.compile(rb"""(?:^(?:\xef\xbb\xbf)?|[\s,{\["'-])subject_id["']?\s*:""", re.MULTILINE)


class Person(Format):
    """Reads people from YAML written by hand. What does not fit is an error with its line, never passed over."""

    id: ClassVar[str] = "person"
    title: ClassVar[str] = "People's whole records, written by hand (YAML)"

    def identify(self, name: str, head: bytes) -> bool:
        """A YAML file in which a key ``subject_id`` stands."""
        return name.lower().endswith(SUFFIXES) and _SUBJECT.search(head) is not None

    def read(self, paths: Sequence[Path]) -> Records:
        """Read one or more files; no person, case, charge or sentence may stand in two of them.

        Raises:
            SourceError: a file is not YAML, or something in it does not fit; ``SourceFaults`` tells several at once.
            RequestError: two files have the same content.
        """
        reader = PeopleReader()
        pages: list[Page] = []
        found: list[tuple[Subject, Coverage]] = []
        sources: list[SourceFile] = []
        for path in paths:
            content = path.read_bytes()
            page = Page(path.name)
            pages.append(page)
            before = reader.rows
            found += reader.people(page, decoded(content, path.name))
            sources.append(
                SourceFile(
                    name=path.name,
                    path=str(path),
                    sha256=hashlib.sha256(content).hexdigest(),
                    bytes=len(content),
                    rows=reader.rows - before,
                    quarantined=0,
                    encoding="utf-8",
                )
            )
        if len({one.sha256 for one in sources}) < len(sources):
            raise RequestError("An input was given twice.", found="two files with the same content")
        refuse(pages)
        people = reader.settled(found)
        return Records.of(tables_of(people.subjects), coverage=people.coverage, sources=sources, source=people)

    def anonymize(self, path: Path, out: Path, disguise: Disguise) -> int:
        """Write the people of a file under pseudonyms, without its comments; a file with a fault is refused."""
        from recordrelief.formats.anonymous_people import disguised_people

        reader, page = PeopleReader(), Page(path.name)
        found = reader.people(page, decoded(path.read_bytes(), path.name))
        refuse([page])
        people = reader.settled(found)
        out.write_text(write_people(disguised_people(people.subjects, disguise), people.coverage), encoding="utf-8")
        return people.rows


def check_people(records: Records, packs: Iterable[StatutePack]) -> None:
    """Refuse packs' own facts that no pack declares, in people written by hand; other formats are not looked at.

    Args:
        records: what was read.
        packs: every pack there is, since one record may be screened by several.

    Raises:
        SourceError: a fact that no pack knows, or of another kind; ``SourceFaults`` tells several at once.
    """
    if isinstance(records.source, People):
        check_facts(records.source.facts, packs)
