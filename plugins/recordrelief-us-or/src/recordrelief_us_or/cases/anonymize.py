"""Copies of Oregon court records that may be shown to others, field by field; keys that the format does not know go."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from recordrelief.disguise import Disguise, Mask, Vocabulary, own_words, scrubbed
from recordrelief.errors import SourceError
from recordrelief.model import PartialDate
from recordrelief_us_or.cases.content import read_content
from recordrelief_us_or.cases.days import read_day
from recordrelief_us_or.cases.layout import COLUMNS
from recordrelief_us_or.cases.statutes import read_statute
from recordrelief_us_or.recordsponge.charge_types import CHARGE_TYPES

_COUNTIES = (
    "Baker Benton Clackamas Clatsop Columbia Coos Crook Curry Deschutes Douglas Gilliam Grant Harney Hood River",
    "Jackson Jefferson Josephine Klamath Lake Lane Lincoln Linn Malheur Marion Morrow Multnomah Polk Sherman",
    "Tillamook Umatilla Union Wallowa Wasco Washington Wheeler Yamhill",
)
_NUMBERED = {"record_id": "record", "case_number": "case", "charge_id": "charge"}
_DAYS = ("birth_date", "citation_date", "filed", "offense_date", "disposition_date")
_FLAGS = ("restitution_on_case", "probation_revoked")
_PLAIN = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,2})?|true|false|yes|no|null", re.IGNORECASE)
_EDITS = ("ADD", "DELETE", "UPDATE", "UNCHANGED")
_CLASS = r"\bClass\s(?:[A-E]|UNK|Unclassified)\b"
VOCABULARY = Vocabulary.of(
    [
        *_COUNTIES,
        "Misdemeanor Felony Violation Infraction Class Unclassified Offense Criminal Circuit Municipal Justice",
        "Oregon Purgable Inactive Bankruptcy Pending Accusatory Instrument Filed Charging Removed Conversion",
        "Converted Bail Forfeiture Unlawful Unauthorized Contempt Finding Conditional Discharge Complaint Manu",
        "Del Cont Sub Schedule I II Poss Oz Marij Attempt Failure Menacing Harassment Riding Fare Transit Speed",
        "Limit Violating Public Indecency B C D ORS Degree Convicted Acquitted Dismissed Diverted Transferred",
        "Minor Alcohol Vehicle Suspended While",
    ],
    [
        _CLASS,
        r"\b(?:Sub|Sch)\s?-?(?:Sch\s)?[1-5](?![0-9])",
        r"(?<![A-Z0-9])[0-9]{1,2}\s(?:OZ|GRAMS?|YEARS?|DAYS?|MONTHS?)(?![A-Z0-9])",
    ],
)
"""What texts may keep: plain words of the law, the state's counties, its levels and classes."""


def anonymize_records(path: Path, out: Path, disguise: Disguise) -> int:
    """Write a copy of one file, JSON lines or CSV, unpacked and in UTF-8.

    Args:
        path: the file.
        out: where to write.
        disguise: the pseudonyms.

    Returns:
        How many rows it has, those that are no records included.

    Raises:
        SourceError: it is damaged, or its header has a column that is not known.
    """
    content = read_content(path)
    lines = (
        _json_lines(content.text, disguise) if content.begins_with(b"{") else _table(content.text, path.name, disguise)
    )
    rows = 0
    with out.open("w", encoding="utf-8", newline="\n") as stream:
        for text, counts in lines:
            stream.write(text + "\n")
            rows += counts
    return rows


def _json_lines(text: str, disguise: Disguise) -> Iterator[tuple[str, bool]]:
    for line in text.split("\n"):
        bare = line.strip("\r")
        if not bare.strip():
            continue
        try:
            record = json.loads(bare)
        except (ValueError, RecursionError):
            record = None
        if isinstance(record, dict) and "meta" in record:
            yield json.dumps({"meta": {"source": "anonymized"}}), False
        elif isinstance(record, dict):
            yield json.dumps(_record(record, disguise), ensure_ascii=False, separators=(",", ":")), True
        else:
            yield scrubbed(bare), True


def _record(record: Mapping[str, Any], disguise: Disguise) -> dict[str, Any]:
    person = record.get("person") if isinstance(record.get("person"), dict) else {}
    name = str(person.get("name") or "") if person else ""
    fields = _Fields(_mask(str(record.get("id") or ""), repr(record), disguise), own_words(name))
    made: dict[str, Any] = {}
    if "id" in record:
        made["id"] = fields.value("record_id", record["id"])
    if person:
        made["person"] = {
            key: fields.value(column, person[key])
            for key, column in (("name", "person_name"), ("birth_date", "birth_date"))
            if key in person
        }
    if isinstance(record.get("cases"), list):
        made["cases"] = [fields.case(one) for one in record["cases"]]
    if isinstance(record.get("answers"), list):
        made["answers"] = [fields.answer(one) for one in record["answers"]]
    if isinstance(record.get("upstream_edits"), dict):
        made["upstream_edits"] = {
            str(fields.value("case_number", number)): fields.reviewed(edit)
            for number, edit in record["upstream_edits"].items()
        }
    return made


class _Fields:
    """The fields of one record, disguised. A value of another kind than its key has is left out."""

    def __init__(self, mask: Mask, without: frozenset[str]) -> None:
        self._mask = mask
        self._without = without

    def value(self, column: str, value: Any) -> Any:
        """One value, under the name of its column in a table."""
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, int | float):
            changed = self.text(column, str(value))
            return value if changed == str(value) else changed
        return self.text(column, value) if isinstance(value, str) else None

    def text(self, column: str, text: str) -> str:
        """One text."""
        bare = text.strip()
        if not bare:
            return text
        if column in _NUMBERED:
            return self._mask.disguise.number(_NUMBERED[column], bare)
        if column == "person_name":
            return self._mask.name(bare)
        if column in _DAYS:
            return self._day(bare)
        if column in _FLAGS or column == "balance_due_cents":
            return bare if _PLAIN.fullmatch(bare) else self._day(bare)
        if column == "statute":
            return bare if read_statute(bare) is not None else self._cleaned(bare)
        if column in ("edit", "charge_type") and (bare in CHARGE_TYPES or bare.upper() in _EDITS):
            return bare
        return self._cleaned(bare)

    def case(self, case: Any) -> Any:
        """One case with its charges."""
        made = self._of(
            case, ["case_number", "county", "court", "citation_date", "filed", "case_type"], {"status": "case_status"}
        )
        made |= self._of(case, ["restitution_on_case", "balance_due_cents"], {})
        if isinstance(case, dict) and isinstance(case.get("charges"), list):
            made["charges"] = [self.charge(one) for one in case["charges"]]
        return made

    def charge(self, charge: Any) -> dict[str, Any]:
        """One charge."""
        names = ["name", "statute", "level", "offense_date", "probation_revoked", "edit"]
        return self._of(charge, names, {"id": "charge_id"}) | self._disposition(charge)

    def answer(self, answer: Any) -> dict[str, Any]:
        """What somebody answered about a charge."""
        made = self._of(answer, ["charge_id"], {})
        if isinstance(answer, dict) and isinstance(edit := answer.get("edit"), dict):
            made["edit"] = self._edit(edit)
        return made

    def reviewed(self, edit: Any) -> dict[str, Any]:
        """The edits of one case."""
        made: dict[str, Any] = {}
        if isinstance(edit, dict) and isinstance(edit.get("summary"), dict):
            made["summary"] = self._of(edit["summary"], [], {"edit_status": "edit"})
        if isinstance(edit, dict) and isinstance(edit.get("charges"), dict):
            made["charges"] = {
                str(self.value("charge_id", number)): self._edit(one) for number, one in edit["charges"].items()
            }
        return made

    def _edit(self, edit: Any) -> dict[str, Any]:
        keys = {"date": "offense_date", "edit_status": "edit"}
        return self._of(edit, ["charge_type", "name", "level", "probation_revoked"], keys) | self._disposition(edit)

    def _disposition(self, of: Any) -> dict[str, Any]:
        if not isinstance(of, dict) or "disposition" not in of:
            return {}
        ended = of["disposition"]
        inside = self._of(ended, ["ruling"], {"date": "disposition_date"}) if isinstance(ended, dict) else None
        return {"disposition": inside}

    def _of(self, value: Any, same: list[str], renamed: Mapping[str, str]) -> dict[str, Any]:
        if not isinstance(value, dict):
            return {}
        columns = {**{name: name for name in same}, **renamed}
        return {key: self.value(column, value[key]) for key, column in columns.items() if key in value}

    def _day(self, text: str) -> str:
        day = read_day(text)
        if day is None:
            return scrubbed(text)
        moved = self._mask.partial(day)
        if "/" in text:
            return f"{moved.earliest:%m/%d/%Y}"
        if moved.exact:
            return moved.earliest.isoformat()
        whole_year = moved == PartialDate.of(f"{moved.earliest.year:04}")
        return f"{moved.earliest:%Y}" if whole_year else f"{moved.earliest:%Y-%m}"

    def _cleaned(self, text: str) -> str:
        return VOCABULARY.cleaned(text, self._mask, self._without)


def _mask(record: str, otherwise: str, disguise: Disguise) -> Mask:
    # A record without an id is nobody else's.
    return disguise.person(f"record {record.strip()}" if record.strip() else f"row {otherwise}")


def _table(text: str, label: str, disguise: Disguise) -> Iterator[tuple[str, bool]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header = [name.strip() for name in next(reader, [])]
    if not header or any(name not in COLUMNS for name in header):
        raise SourceError(
            "The header is not that of a table of charges.", where=label, expected="columns of the format alone"
        )
    yield _written(header), False
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            # What follows cannot be told apart any more, and is read as one broken row.
            yield '"' + scrubbed("broken"), True
            return
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(header):
            yield _written([scrubbed(cell) for cell in row]), True
            continue
        cells = dict(zip(header, row, strict=True))
        mask = _mask(cells.get("record_id", ""), "\0".join(row), disguise)
        fields = _Fields(mask, own_words(cells.get("person_name")))
        yield _written([fields.text(name, cell) for name, cell in cells.items()]), True


def _written(cells: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(cells)
    return line.getvalue()
