"""From the flat tables of one or more files to canonical records: what the source says, and no law."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from recordrelief.errors import RequestError
from recordrelief.model import Coverage
from recordrelief.records import Records, SourceFile
from recordrelief.tables import dtypes
from recordrelief_us_or.cases import edits, words
from recordrelief_us_or.cases.content import Content, read_content
from recordrelief_us_or.cases.days import read_days
from recordrelief_us_or.cases.json_lines import read_lines
from recordrelief_us_or.cases.layout import Flat
from recordrelief_us_or.cases.spreadsheet import read_table
from recordrelief_us_or.cases.statutes import read_statute

JURISDICTION = "us-or"
_CLOSED = ("Closed", "Inactive", "Purgable", "Bankruptcy Pending")
"""What the courts call a case that is over; any other word is that of an open one."""
_LOOKED_THROUGH = ("multnomah", "washington")
_FROM_DISPOSITION = "conviction_date and judgment_date taken from the day of the disposition"
_PLACE = ("source_file", "source_line")


def read(paths: Sequence[Path]) -> Records:
    """Read one or more files as one population.

    Raises:
        RequestError: one content given twice.
        SourceError: a file that is damaged, or whose header is not that of a table of charges.
        OSError: a file cannot be read.
    """
    contents = [read_content(path) for path in paths]
    names = [path.name for path in paths]
    for at, content in enumerate(contents[1:], start=1):
        if content.sha256 in {one.sha256 for one in contents[:at]}:
            raise RequestError("An input was given twice.", where=str(paths[at]), found="the content of another one")
    files = [_flat(content, name) for content, name in zip(contents, names, strict=True)]
    notes: list[pl.DataFrame] = []
    charges = _edited(files, notes)
    cases = pl.concat([one.cases for one in files])
    people = pl.concat([one.people for one in files])
    quarantine = pl.concat([one.quarantine for one in files])
    tables = {
        "subjects": _subjects(people, charges, notes),
        "cases": _cases(cases, notes),
        "charges": _charges(charges, notes),
        "sentences": _sentences(charges, notes),
        "quarantine": quarantine,
    }
    tables["issues"] = pl.concat(notes) if notes else pl.DataFrame(schema=dtypes("issues"))
    return Records.of(
        tables,
        # A conviction that was set aside is no longer in the record: there is no relief that it could leave out.
        coverage=Coverage(sentences="partial"),
        sources=[
            SourceFile(
                name=name,
                path=str(path),
                sha256=content.sha256,
                bytes=content.size,
                rows=file.rows,
                quarantined=file.quarantine.height,
                encoding=file.encoding,
                notes=file.notes,
            )
            for path, name, content, file in zip(paths, names, contents, files, strict=True)
        ],
    )


def _flat(content: Content, name: str) -> Flat:
    return read_lines(content, name) if content.begins_with(b"{") else read_table(content, name)


def _edited(files: Sequence[Flat], notes: list[pl.DataFrame]) -> pl.DataFrame:
    """The charges with every edit on them; a charge that stands twice with the same content is one."""
    changes = pl.concat([one.edits for one in files])
    charges = edits.applied(pl.concat([one.charges for one in files]), changes)
    if charges.select(pl.struct("record_id", "charge_id").is_duplicated().any()).item():
        said = [name for name in charges.columns if name not in _PLACE]
        again = charges.filter(~pl.struct(said).is_first_distinct())
        _note(notes, again, "DUPLICATE_ROW", "charges", None, key=_charge_id(), severity="info")
        charges = charges.filter(pl.struct(said).is_first_distinct())
    if not changes.is_empty():
        unknown = edits.lost(charges, changes).with_columns(
            source_file=pl.lit(None, dtype=pl.Categorical), source_line=pl.lit(None, dtype=pl.UInt32)
        )
        _note(notes, unknown, "EDIT_OF_NO_CHARGE", "charges", None, key=_charge_id(), severity="blocks_rule")
    return charges


def _charge_id() -> pl.Expr:
    return pl.concat_str("record_id", pl.lit("/"), "charge_id")


def _case_id() -> pl.Expr:
    return pl.concat_str("record_id", pl.lit("/"), "case_number")


def _note(
    notes: list[pl.DataFrame],
    rows: pl.DataFrame,
    code: str,
    table: str,
    field: str | None,
    *,
    key: pl.Expr,
    severity: str = "warn",
) -> None:
    if not rows.is_empty():
        notes.append(
            rows.select(
                pl.lit(table).alias("table"),
                key.alias("row_key"),
                pl.lit(field, dtype=pl.String).alias("field"),
                pl.lit(code).alias("code"),
                pl.lit(severity, dtype=dtypes("issues")["severity"]).alias("severity"),
                *_PLACE,
            )
        )


def _days(
    rows: pl.DataFrame, column: str, name: str, table: str, notes: list[pl.DataFrame], key: pl.Expr
) -> list[pl.Series]:
    """A column as the two ends of a day; a text that is none is noted, and unknown."""
    low, high, wrong = read_days(rows[column])
    if wrong.any():
        _note(notes, rows.filter(wrong), "DATE_UNREAD", table, name, key=key)
    return [low.alias(name), high.alias(name + "_latest")]


def _once(cells: pl.Series, read: Callable[[str], Any], schema: Mapping[str, Any]) -> pl.DataFrame:
    """What a text says, each distinct one read once; null where there is no text."""
    distinct = cells.unique().drop_nulls()
    found = [read(text) for text in distinct.to_list()]
    columns = {name: pl.Series([getattr(one, name) for one in found], dtype=dtype) for name, dtype in schema.items()}
    table = pl.DataFrame({"text": distinct, **columns})
    return pl.DataFrame({"text": cells}).join(table, on="text", how="left", maintain_order="left").drop("text")


def _subjects(people: pl.DataFrame, charges: pl.DataFrame, notes: list[pl.DataFrame]) -> pl.DataFrame:
    """One row a person; a birth date on which rows disagree is unknown."""
    born = people.with_columns(_days(people, "birth_date", "born", "subjects", notes, pl.col("record_id")))
    if born["record_id"].n_unique() < born.height:
        told = born.drop_nulls("born").select("record_id", "born", "born_latest").unique()
        odd = told.filter(pl.col("record_id").is_duplicated())["record_id"].unique()
        conflict = pl.col("record_id").is_in(odd.implode())
        names = born.drop("born", "born_latest").unique("record_id", keep="first", maintain_order=True)
        _note(notes, names.filter(conflict), "DOB_CONFLICT", "subjects", "birth_date", key=pl.col("record_id"))
        born = names.join(told.filter(~conflict), on="record_id", how="left", maintain_order="left")
    known = pl.col("ruling").is_not_null()
    # Of a case whose state is not told, a charge without a ruling may be pending or not.
    facing = charges.group_by("record_id").agg(
        _pending().any().alias("some"), (known | (_status() != "open")).all(ignore_nulls=False).alias("none")
    )
    born = born.join(facing, on="record_id", how="left", maintain_order="left")
    name = pl.col("person_name").str.strip_chars()
    family = name.str.extract(r"(\S+)$")
    given = name.str.extract(r"^(.*\S)\s+\S+$")
    whole = pl.struct(
        given=given,
        middle=pl.lit(None, dtype=pl.String),
        family=family,
        suffix=pl.lit(None, dtype=pl.String),
        kind=pl.lit("primary"),
    )
    return born.select(
        pl.col("record_id").alias("subject_id"),
        pl.col("born").alias("birth_date"),
        pl.col("born_latest").alias("birth_date_latest"),
        pl.when(family.is_not_null()).then(pl.concat_list(whole)).alias("names"),
        pl.when("some").then(True).when(pl.col("none").fill_null(True)).then(False).alias("charges_pending"),
        pl.lit("state").alias("record_scope"),
        *_PLACE,
    )


def _cases(cases: pl.DataFrame, notes: list[pl.DataFrame]) -> pl.DataFrame:
    """One row a case; of two with one number the first counts."""
    nameless = cases.filter(pl.col("case_number").is_null())
    _note(notes, nameless, "CASE_NUMBER_MISSING", "cases", "case_number", key=pl.col("record_id"))
    cases = cases.drop_nulls("case_number")
    first = cases.select(pl.struct("record_id", "case_number").is_first_distinct()).to_series()
    _note(notes, cases.filter(~first), "DUPLICATE_CASE", "cases", None, key=_case_id())
    cases = cases.filter(first)
    filed = _days(cases, "filed", "filed_date", "cases", notes, _case_id())
    owed = cases["balance_due_cents"].str.to_integer(strict=False)
    _note(
        notes,
        cases.filter(owed.is_null() & cases["balance_due_cents"].is_not_null()),
        "AMOUNT_UNREAD",
        "cases",
        "balance_due_cents",
        key=_case_id(),
    )
    flag = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}
    restitution = pl.col("restitution_on_case").str.to_lowercase()
    flagged = restitution.replace_strict(flag, default=None, return_dtype=pl.Boolean)
    county = pl.col("county").str.to_lowercase()
    return cases.with_columns(filed).select(
        _case_id().alias("case_id"),
        pl.col("record_id").alias("subject_id"),
        "case_number",
        pl.col("court").cast(pl.Categorical),
        pl.col("county").cast(pl.Categorical),
        pl.col("case_type").cast(pl.Categorical),
        _status().alias("status"),
        "filed_date",
        "filed_date_latest",
        owed.alias("balance_due_cents"),
        # Only in these counties is a case looked through for it: elsewhere none found says nothing.
        pl.when(flagged | county.is_in(_LOOKED_THROUGH)).then(flagged).alias("restitution_on_case"),
        *_PLACE,
    )


def _status() -> pl.Expr:
    said = pl.col("case_status")
    closed = said.is_in(list(_CLOSED))
    return pl.when(said.is_not_null()).then(pl.when(closed).then(pl.lit("closed")).otherwise(pl.lit("open")))


def _pending() -> pl.Expr:
    """Who stands in an open case without a ruling is charged."""
    return pl.col("ruling").is_null() & (_status() == "open")


def _charges(charges: pl.DataFrame, notes: list[pl.DataFrame]) -> pl.DataFrame:
    """One row a charge. What it was charged as and disposed as the source does not tell apart."""
    key = _charge_id()
    offense = _days(charges, "offense_date", "offense_day", "charges", notes, key)
    disposed = _days(charges, "disposition_date", "disposed", "charges", notes, key)
    revoked = read_days(charges["probation_revoked"])
    filed = read_days(charges["filed"])
    outcome = _once(charges["ruling"], words.read_ruling, {"outcome": pl.String, "relevelled": pl.Boolean})
    graded = _once(charges["level"], words.read_level, {"level": pl.String, "degree_class": pl.String})
    cited = charges["statute"].unique().drop_nulls()
    citations = {text: read_statute(text) for text in cited.to_list()}
    rows = charges.rename({"level": "stated_level"}).hstack([*offense, *disposed, *outcome, *graded])
    rows = rows.hstack([end.alias(name) for end, name in zip(filed, ("filed_day", "filed_day_latest"), strict=False)])
    unread = pl.col("outcome").is_null() & pl.col("ruling").is_not_null()
    _note(notes, rows.filter(unread), "OUTCOME_UNRECOGNISED", "charges", "outcome", key=key)
    convicted = pl.col("outcome") == "convicted"
    name = pl.col("name").str.to_lowercase()
    kept = ~pl.col("relevelled").fill_null(False)
    level = pl.when(kept).then("level")
    grade = pl.when(kept).then("degree_class").cast(pl.Categorical)
    citation = pl.col("statute").replace_strict(
        list(citations), list(citations.values()), default=None, return_dtype=pl.String
    )
    forms = {
        form: pl.when(name.is_not_null()).then(name.str.contains(word, literal=True))
        for form, word in (("attempt", "attempt"), ("conspiracy", "conspir"), ("solicitation", "solicit"))
    }
    conviction = {
        day + end: pl.when(convicted).then("disposed" + end)
        for day in ("conviction_date", "judgment_date")
        for end in ("", "_latest")
    }
    return rows.select(
        key.alias("charge_id"),
        pl.col("record_id").alias("subject_id"),
        _case_id().alias("case_id"),
        pl.col("county").cast(pl.Categorical),
        pl.col("court").cast(pl.Categorical).alias("agency"),
        pl.lit(JURISDICTION, dtype=pl.Categorical).alias("jurisdiction"),
        pl.lit("court").alias("stage"),
        pl.col("place").alias("count_number"),
        pl.col("offense_day").alias("offense_date"),
        pl.col("offense_day_latest").alias("offense_date_latest"),
        pl.col("filed_day").alias("filed_date"),
        pl.col("filed_day_latest").alias("filed_date_latest"),
        citation.alias("citation"),
        pl.col("name").alias("offense_text"),
        level.alias("level"),
        grade.alias("degree_class"),
        *(test.alias(form) for form, test in forms.items()),
        pl.when(_pending()).then(pl.lit("pending")).otherwise("outcome").alias("outcome"),
        pl.col("disposed").alias("disposition_date"),
        pl.col("disposed_latest").alias("disposition_date_latest"),
        *(day.alias(name) for name, day in conviction.items()),
        pl.col("ruling").alias("outcome_text"),
        pl.when(convicted).then(pl.lit([_FROM_DISPOSITION])).alias("notes"),
        pl.col("statute").cast(pl.Categorical).alias("statute_text"),
        pl.col("stated_level").cast(pl.Categorical).alias("level_text"),
        pl.col("charge_type").alias("reviewed_type"),
        # The source names the last revocation in the case, and none where there was none.
        pl.col("probation_revoked").is_not_null().alias("probation_revoked"),
        revoked[0].alias("probation_revoked_on"),
        revoked[1].alias("probation_revoked_on_latest"),
        (pl.col("edit").str.to_uppercase() == "DELETE").fill_null(False).alias("struck"),
        *_PLACE,
    )


def _sentences(charges: pl.DataFrame, notes: list[pl.DataFrame]) -> pl.DataFrame:
    """The probations that were revoked: of all that was imposed the source tells nothing else."""
    revoked = charges.drop_nulls("probation_revoked").drop_nulls("charge_id")
    days = _days(revoked, "probation_revoked", "revoked_date", "sentences", notes, _charge_id())
    return revoked.with_columns(days).select(
        pl.concat_str(_charge_id(), pl.lit("/probation")).alias("sentence_id"),
        _charge_id().alias("charge_id"),
        pl.lit("probation").alias("kind"),
        pl.lit(True).alias("revoked"),
        "revoked_date",
        "revoked_date_latest",
        *_PLACE,
    )
