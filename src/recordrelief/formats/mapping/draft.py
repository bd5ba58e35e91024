"""A first mapping from a sample of an export: what is sure is filled in, the rest is listed for somebody who knows."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from recordrelief.errors import RequestError
from recordrelief.formats.mapping.fields import ends_of

FEW = 60
"""Different texts that a column of codes has at most."""
_KEYS = {
    "person": "person id|person|subject id|defendant id|party id|participant id|case participant id|offender id|sid",
    "case": "case id|case number|case no|docket|docket number|docket no",
    "count": "charge id|count|count number|count no|charge number|charge no|charge count",
}
_COLUMNS = {
    "subject": {
        "birth_date": "birth date|date of birth|dob|birthdate",
        "sex": "sex|gender",
        "race": "race",
        "ethnicity": "ethnicity",
    },
    "charge": {
        "county": "county",
        "agency": "agency|arresting agency|law enforcement agency",
        "arrest_date": "arrest date|date of arrest",
        "offense_date": "offense date|incident date|date of offense|violation date",
        "filed_date": "filed date|filing date|file date",
        "offense_text": "offense|charge|statute|code section|citation|charge description|offense description",
        "level": "level|severity|charge level|offense level|charge severity",
        "outcome": "outcome|disposition|charge disposition|finding|verdict",
        "disposition_date": "disposition date|dispo date|date of disposition",
        "conviction_date": "conviction date|date of conviction|plea date|verdict date",
    },
}
_CODED = {"level", "outcome"}
_SURE = {
    "level": {"felony", "misdemeanor", "infraction"},
    "outcome": {"convicted", "acquitted", "dismissed"},
}
_LIKELY = {
    "level": {"fel": "felony", "f": "felony", "mis": "misdemeanor", "m": "misdemeanor", "inf": "infraction"},
    "outcome": {"not guilty": "acquitted", "guilt": "convicted", "convict": "convicted", "dismiss": "dismissed"},
}
_MONTH_FIRST, _DAY_FIRST = "%m/%d/%Y", "%d/%m/%Y"
_DATES: tuple[str, ...] = (
    "%Y-%m-%d",
    "%Y%m%d",
    "%m-%d-%Y",
    "%Y-%m-%d %H:%M:%S",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %I:%M:%S %p",
)
_DATES += ("%b %d, %Y", "%B %d, %Y", "%d-%b-%Y", "%Y")


def drafted(name: str, sample: Path) -> str:
    """The text of a mapping file that reads the sample.

    Args:
        name: its id.
        sample: an export as delimited text; all its rows are looked at.

    Raises:
        RequestError: the name is no id, or the sample has no header and rows.
    """
    if re.fullmatch("[a-z0-9]+(?:-[a-z0-9]+)*", name) is None:
        raise RequestError("The name of a format is lower case letters, digits and hyphens.", found=repr(name))
    delimiter, columns = _sample(sample)
    return "\n".join(_lines(name, sample.name, delimiter, columns)) + "\n"


def _sample(path: Path) -> tuple[str, dict[str, list[str]]]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise RequestError("The sample cannot be read.", where=str(path), found=error.strerror) from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    first = text.partition("\n")[0]
    delimiter = max(",;\t|", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        rows = []
    header = [one.strip() for one in rows[0]] if rows else []
    whole = [row for row in rows[1:] if len(row) == len(header) and any(cell.strip() for cell in row)]
    if "\0" in text or not whole or not all(header) or len({_folded(one) for one in header}) < len(header):
        raise RequestError(
            "The sample is not delimited text with a header of different names, and rows.",
            where=str(path),
            cure="Of a workbook, save the sheet as CSV.",
        )
    return delimiter, {one: [row[at].strip() for row in whole] for at, one in enumerate(header)}


def _lines(name: str, file: str, delimiter: str, columns: dict[str, list[str]]) -> Iterator[str]:
    used: list[str] = []

    def column(synonyms: str) -> str | None:
        for wanted in synonyms.split("|"):
            for one in columns:
                if _folded(one) == wanted and one not in used:
                    used.append(one)
                    return one
        return None

    whole = [one for one, texts in columns.items() if all(texts)]
    person = column(_KEYS["person"])
    parts = [part for key in ("case", "count") if (part := column(_KEYS[key])) is not None]
    subject = [person] if person is not None else whole
    if not subject:
        raise RequestError("No column of the sample tells people apart: none has a text in every row.")
    key = list(dict.fromkeys([*subject, *parts])) if len(parts) == 2 else list(dict.fromkeys([*subject, *whole]))
    yield f"# Made from {_quoted(file)}. Read every line: what was not sure is left open, and so unknown."
    yield f"id = {_quoted(name)}"
    yield f"title = {_quoted(name)}"
    yield '# How much of a person\'s history the export holds: "case", "county", "state" or "national".'
    yield 'record_scope = "case"'
    yield "# Texts that mean that nothing is there."
    yield "blank = []"
    yield ""
    yield '# "complete" only where the export has every one; then a missing one counts as none.'
    yield "[coverage]"
    yield from ('cases = "partial"', 'charges = "partial"', 'sentences = "partial"', 'reliefs = "partial"', "")
    yield "[files.export]"
    yield f"delimiter = {_quoted(delimiter)}"
    yield ""
    yield "[files.export.subject]"
    if person is None:
        yield "# NO COLUMN LOOKS LIKE THE KEY OF A PERSON, so every row is a person of its own. Name that column here"
        yield "# and in both lists below."
    yield f"key = {_list(subject)}"
    tables: list[str] = []
    for section, wanted in _COLUMNS.items():
        if section == "charge":
            yield ""
            yield "[files.export.charge]"
            if len(parts) < 2:
                yield "# NO COLUMNS LOOK LIKE CASE AND COUNT, so rows that differ are charges of their own."
            yield f"key = {_list(key)}"
            yield f"subject = {_list(subject)}"
            yield '# jurisdiction = { constant = "us-ca" }'
        for canonical, synonyms in wanted.items():
            found = column(synonyms)
            if found is None:
                yield f'# {canonical} = "?"'
            elif canonical.endswith("_date"):
                yield from _date(canonical, found, columns[found])
            elif canonical in _CODED:
                yield from _coded(canonical, found, columns[found], tables)
            else:
                yield f"{canonical} = {_quoted(found)}"
                if canonical == "offense_text":
                    yield f'# citation = {{ column = {_quoted(found)}, citation = ["PC", "HS"] }}'
    yield ""
    if left := [one for one in columns if one not in used]:
        yield "# Columns that are not read:"
        yield from (f"#   {_quoted(one)}" for one in left)
        yield ""
    yield from tables


def _date(canonical: str, column: str, texts: Sequence[str]) -> Iterator[str]:
    said = {text for text in texts if text}
    reads = {one: {text for text in said if ends_of(text, (one,))} for one in (_MONTH_FIRST, _DAY_FIRST, *_DATES)}
    month, day = reads.pop(_MONTH_FIRST), reads.pop(_DAY_FIRST)
    formats = [one for one, found in reads.items() if found]
    first = [one for one, own in ((_MONTH_FIRST, month - day), (_DAY_FIRST, day - month)) if own]
    if month & day and not first:
        first = [_MONTH_FIRST, _DAY_FIRST]
        yield f"# Is {_quoted('03/04/2015')} in March or in April? Until one of the two is taken away, it is unknown."
    if formats := first + formats:
        yield f"{canonical} = {{ column = {_quoted(column)}, date = {_list(formats)} }}"
    else:
        yield f'# {canonical} = {{ column = {_quoted(column)}, date = ["?"] }}'


def _coded(canonical: str, column: str, texts: Sequence[str], tables: list[str]) -> Iterator[str]:
    counts: dict[str, Counter[str]] = {}
    for text in texts:
        if text:
            counts.setdefault(_spaced(text), Counter())[" ".join(text.split())] += 1
    if not 0 < len(counts) <= FEW:
        yield f"# {canonical}: {_quoted(column)} has {len(counts):,} different texts, too many or too few for codes"
        return
    yield f'{canonical} = {{ column = {_quoted(column)}, codes = "{canonical}s" }}'
    if canonical == "outcome":
        yield f"outcome_text = {_quoted(column)}"
    tables += [f"# An empty word says nothing. Fill in what {canonical} each text is.", f"[codes.{canonical}s]"]
    for folded, spelled in sorted(counts.items()):
        text, rows = spelled.most_common(1)[0][0], spelled.total()
        if folded in _SURE[canonical]:
            tables.append(f'{_quoted(text)} = "{folded}"  # {rows:,} rows')
        else:
            likely = next((word for part, word in _LIKELY[canonical].items() if folded.find(part) >= 0), None)
            tables.append(f'{_quoted(text)} = ""  # {rows:,} rows' + (f'; "{likely}"?' if likely else ""))
    tables.append("")


def _folded(text: str) -> str:
    return " ".join(text.replace("_", " ").split()).casefold()


def _spaced(text: str) -> str:
    return " ".join(text.split()).lower()


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _list(texts: Iterable[str]) -> str:
    return "[" + ", ".join(map(_quoted, texts)) + "]"
