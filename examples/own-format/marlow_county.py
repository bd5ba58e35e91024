"""A record format of one's own: the court export of Marlow County, which exists only in this example."""

import hashlib
from pathlib import Path

import polars as pl

from recordrelief import Coverage, Records, SourceFile
from recordrelief.citations import CitationReader
from recordrelief.errors import RequestError, SourceError
from recordrelief.formats import Format
from recordrelief.plugins import hookimpl

RECORDRELIEF_HOOK_API = 1

COLUMNS = ("person_no", "born", "case_no", "count", "charge", "class", "result", "result_date", "completed")

# The county's words, and ours. A word that is not here stays unknown, and its text stays beside it.
LEVELS = {"F": "felony", "M": "misdemeanor", "I": "infraction"}
OUTCOMES = {"GUILTY": "convicted", "NOT GUILTY": "acquitted", "DISMISSED": "dismissed", "SET ASIDE": "set_aside"}

FORMS = ("attempt", "conspiracy", "solicitation")  # unknown where the text is not read, never "no"
CITATIONS = CitationReader({"PC": "PC", "HS": "HS", "H&S": "HS", "VC": "VC"})


class MarlowCounty(Format):
    """One line a count, with a header."""

    id = "marlow-county"
    title = "Court export of Marlow County (CSV)"

    def identify(self, name: str, head: bytes) -> bool:
        return head.startswith(",".join(COLUMNS).encode())

    def read(self, paths):
        files = [_read(path) for path in paths]
        hashes = [about.sha256 for _, _, about in files]
        if len(set(hashes)) < len(hashes):
            raise RequestError("The same content was given twice.")
        rows = pl.concat([rows for rows, _, _ in files])
        return Records.of(
            {
                "subjects": _subjects(rows),
                "charges": _charges(rows),
                "sentences": _sentences(rows),
                "quarantine": pl.concat([broken for _, broken, _ in files]),
            },
            # What the export may leave out is unknown, never "no": it lists few sentences, and no events at all.
            # A dismissal or reduction that the court grants later is entered as a result, so reliefs are complete.
            coverage=Coverage(cases="absent", charges="complete", sentences="partial", reliefs="complete"),
            sources=[about for _, _, about in files],
        )


def _read(path: Path):
    """The good rows of a file, the broken ones, and what is to be known of the file."""
    content = path.read_bytes()
    try:
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise SourceError("The file is not text in UTF-8.", where=path.name) from None
    if not lines or tuple(lines[0].split(",")) != COLUMNS:
        raise SourceError("The header is not that of the export.", where=path.name, expected=",".join(COLUMNS))
    good, broken = [], []
    for number, line in enumerate(lines[1:], start=2):
        fields = [field.strip() for field in line.split(",")]
        found = {"source_file": path.name, "source_line": number}
        if len(fields) != len(COLUMNS):
            reason = f"{len(fields)} fields instead of {len(COLUMNS)}"
            broken.append({**found, "code": "COLUMN_COUNT", "reason": reason, "subject_id": None})
        elif not fields[0]:
            broken.append({**found, "code": "SUBJECT_MISSING", "reason": "no person_no", "subject_id": None})
        else:
            good.append({**found, **dict(zip(COLUMNS, fields, strict=True))})
    place = {"source_file": pl.Categorical, "source_line": pl.UInt32}
    rows = pl.DataFrame(good, schema={**place, **dict.fromkeys(COLUMNS, pl.String)})
    rejected = pl.DataFrame(broken, schema={**place, "code": pl.String, "reason": pl.String, "subject_id": pl.String})
    about = SourceFile(
        name=path.name,
        path=str(path),
        sha256=hashlib.sha256(content).hexdigest(),
        bytes=len(content),
        rows=len(lines) - 1,
        quarantined=len(broken),
        encoding="utf-8",
    )
    return rows, rejected, about


def _day(column: str, into: str) -> list[pl.Expr]:
    """A date of the export as its earliest and latest day; what is no date is unknown."""
    day = pl.col(column).str.to_date("%m/%d/%Y", strict=False)
    day = pl.when(day.dt.year() > 1900).then(day)  # a year of two digits is no year
    return [day.alias(into), day.alias(into + "_latest")]


def _subjects(rows: pl.DataFrame) -> pl.DataFrame:
    first = rows.unique("person_no", keep="first", maintain_order=True)
    return first.select(
        pl.col("person_no").alias("subject_id"),
        *_day("born", "birth_date"),
        pl.lit("county").alias("record_scope"),  # no more of a history than one county knows
        "source_file",
        "source_line",
    )


def _charges(rows: pl.DataFrame) -> pl.DataFrame:
    # Each distinct text is read once, in plain Python, and joined.
    texts = rows["charge"].unique(maintain_order=True)
    read = [CITATIONS.read(text) for text in texts]
    cited = pl.DataFrame(
        {
            "charge": texts,
            "citation": ["; ".join(map(str, one.citations)) if one else None for one in read],
            **{form: [getattr(one, form, None) for one in read] for form in FORMS},
        },
        schema_overrides={"citation": pl.String, **dict.fromkeys(FORMS, pl.Boolean)},
    )
    guilty = pl.col("result").replace_strict(OUTCOMES, default=None) == "convicted"
    return rows.join(cited, on="charge", how="left", maintain_order="left").select(
        _charge_id().alias("charge_id"),
        pl.col("person_no").alias("subject_id"),
        pl.lit("MARLOW").alias("county"),
        pl.lit("us-ca").alias("jurisdiction"),
        pl.lit("court").alias("stage"),
        "citation",
        *FORMS,
        pl.col("charge").alias("offense_text"),
        pl.col("class").replace_strict(LEVELS, default=None).alias("level"),
        pl.col("result").replace_strict(OUTCOMES, default=None).alias("outcome"),
        pl.col("result").alias("outcome_text"),
        *_day("result_date", "disposition_date"),
        *[pl.when(guilty).then(day) for day in _day("result_date", "conviction_date")],
        *[pl.when(guilty).then(day) for day in _day("result_date", "judgment_date")],
        "source_file",
        "source_line",
    )


def _sentences(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.filter(pl.col("completed") != "").select(
        pl.concat_str(_charge_id(), pl.lit("-sentence")).alias("sentence_id"),
        _charge_id().alias("charge_id"),
        *_day("completed", "completed_date"),
        "source_file",
        "source_line",
    )


def _charge_id() -> pl.Expr:
    """Made of the court's own keys, never of a row's position."""
    return pl.concat_str("case_no", pl.lit("/"), "count")


@hookimpl
def recordrelief_formats():
    return [MarlowCounty()]
