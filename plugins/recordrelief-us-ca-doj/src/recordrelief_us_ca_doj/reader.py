"""From the rows of research files to canonical records.

One row of the file is a subject x cycle x step x count x (charge, disposition or sentence part). Rows of one count are
one charge: the first with an outcome decides it, further ones are sentence parts, reliefs or later steps. Arrest and
court steps of one cycle are linked by the cycle digits of ``CNT_ORDER``. All files of a run are one population.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from recordrelief.model import LEVELS, LIFE_DAYS, OUTCOMES, RELIEF_KINDS, SENTENCE_KINDS, Coverage
from recordrelief.records import Records, SourceFile
from recordrelief.tables import dtypes
from recordrelief_us_ca_doj import codes
from recordrelief_us_ca_doj.days import read_days
from recordrelief_us_ca_doj.rows import ResearchFile, ResearchFiles

_READ = (
    "SUBJECT_ID",
    "CII_NUMBER",
    "PRI_NAME",
    "GENDER",
    "PRI_DOB",
    "FBI_NUMBER",
    "RACE_DESCR",
    "CYC_DATE",
    "STP_EVENT_DATE",
    "STP_TYPE_DESCR",
    "STP_ORI_DESCR",
    "STP_ORI_CNTY_NAME",
    "CNT_ORDER",
    "OFN",
    "OFFENSE_DESCR",
    "OFFENSE_TOC",
    "CONV_OFFENSE_DESCR",
    "CONV_OFFENSE_TOC",
    "DISP_DESCR",
    "CONV_STAT_DESCR",
    "SENT_LOC_DESCR",
    "SENT_LENGTH",
    "SENT_TIME_CODE",
    "COMMENT_TEXT",
)

_CONVICTION_DERIVED = "conviction_date and judgment_date derived from the date of the court step"
_OFFENSE_DERIVED = "citation derived from the offense as charged"
_LEVEL_DERIVED = "level derived from the type of the offense"
_ARREST_DERIVED = "arrest_date derived from the date of the cycle"
_NOTES = (_CONVICTION_DERIVED, _OFFENSE_DERIVED, _LEVEL_DERIVED, _ARREST_DERIVED)


def read(paths: Sequence[Path]) -> Records:
    """Read one or more research files as one population.

    Raises:
        RequestError: one content given twice.
        SourceError: a file that is no research file.
    """
    files = ResearchFiles.open(paths)
    rows = pl.concat([_rows_of(file) for file in files.files]) if len(files.files) > 1 else _rows_of(files.files[0])
    return _Reading(files, rows).records()


def _rows_of(file: ResearchFile) -> pl.DataFrame:
    return file.frame(_READ).with_columns(pl.lit(file.name, dtype=pl.Categorical).alias("source_file"))


def _filled(name: str) -> pl.Expr:
    """The trimmed text of a column; null where it is blank or only a placeholder of hyphens."""
    text = pl.col(name).str.strip_chars()
    return pl.when((text != "") & (text != "-")).then(text)


def _cleaned(rows: pl.DataFrame, column: str) -> pl.Series:
    """A column trimmed, null where blank or a placeholder: told once for each distinct text."""
    distinct = rows[column].unique()
    clean = distinct.to_frame().select(_filled(column).alias("clean"))["clean"]
    if clean.null_count() == 0 and (clean == distinct).all():
        return rows[column]
    table = pl.DataFrame([distinct, clean])
    return rows.select(column).join(table, on=column, how="left", maintain_order="left")["clean"].alias(column)


def _read_once(
    rows: pl.DataFrame, column: str, read: Callable[[str], Any], schema: Mapping[str, Any]
) -> list[pl.Series]:
    """Several columns read from one, each distinct text once."""
    distinct = rows[column].unique().drop_nulls()
    found = [read(text) for text in distinct.to_list()]
    table = pl.DataFrame({name: [getattr(one, name) for one in found] for name in schema}, schema=dict(schema))
    table = table.hstack([distinct.alias(column)])
    return rows.select(column).join(table, on=column, how="left", maintain_order="left").drop(column).get_columns()


_OFFENSE = {
    "citation": pl.String,
    "attempt": pl.Boolean,
    "conspiracy": pl.Boolean,
    "solicitation": pl.Boolean,
}
_LEVEL = pl.Enum(LEVELS)
_SENTENCE = pl.Enum(SENTENCE_KINDS)
_STEP = pl.Enum(list(dict.fromkeys(codes.STEPS.values())))
_DISPOSITION = {
    "outcome": pl.Enum(OUTCOMES),
    "relief": pl.Enum(RELIEF_KINDS),
    "remedy": pl.String,
    "resulting_level": _LEVEL,
    "revoked": pl.Boolean,
    "sentence": _SENTENCE,
    "understood": pl.Boolean,
}
_OF_PERSON = ("CII_NUMBER", "PRI_NAME", "GENDER", "PRI_DOB", "FBI_NUMBER", "RACE_DESCR")
_OF_COUNT = tuple(name for name in _READ if name not in _OF_PERSON)


class _Reading:
    """One run over the rows, table by table."""

    def __init__(self, files: ResearchFiles, rows: pl.DataFrame) -> None:
        self.files = files
        self.issues: list[pl.DataFrame] = []
        rows = rows.with_columns(_cleaned(rows, name) for name in _READ)
        nobody = rows.filter(pl.col("SUBJECT_ID").is_null())
        self.quarantine = pl.concat([*map(_bad_rows, files.files), _without_subject(nobody)])
        rows = rows.drop_nulls("SUBJECT_ID") if nobody.height else rows
        self.people = rows.select(pl.col("SUBJECT_ID").alias("subject_id"), *_OF_PERSON, *_SOURCE)
        self.rows = self._understood(rows.drop(_OF_PERSON))

    def records(self) -> Records:
        """The canonical tables."""
        charging = pl.col("step").is_in(codes.CHARGE_STEPS) | (pl.col("outcome") == "convicted")
        # A step of unknown type without a conviction is an event: on purpose not a charge, not unknown.
        self.rows = self.rows.with_columns(charging=charging.fill_null(False))
        others = self.rows.filter(~pl.col("charging"))
        first, further = self._counts()
        first, reliefs = self._granted(first, further)
        events = self._events(others)
        self._note_issues(first, others)
        return Records.of(
            {
                "subjects": self._subjects(events),
                "cases": _cases(first),
                "charges": self._charges(first),
                "sentences": _sentences(first, further),
                "reliefs": reliefs,
                "events": events,
                "issues": pl.concat(self.issues) if self.issues else pl.DataFrame(schema=dtypes("issues")),
                "quarantine": self.quarantine,
            },
            coverage=_coverage(events),
            sources=[_source(file, self.quarantine) for file in self.files.files],
            source=self.files,
        )

    def _understood(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Every row with its texts trimmed and read."""
        rows = rows.with_columns(
            pl.col("SUBJECT_ID").alias("subject_id"),
            _count_key().alias("count"),
            pl.col("STP_TYPE_DESCR").replace_strict(codes.STEPS, default=None, return_dtype=_STEP).alias("step"),
            _level("CONV_STAT_DESCR").alias("stated_level"),
            _level("OFFENSE_TOC").alias("charged_level"),
            pl.when(pl.col("OFN") != "NULL").then("OFN").alias("OFN"),
            pl.col("STP_ORI_CNTY_NAME", "STP_ORI_DESCR").cast(pl.Categorical),
        )
        dated, faults = read_days(rows, "STP_EVENT_DATE", "event_date")
        rows = rows.hstack([*dated, *_read_once(rows, "DISP_DESCR", codes.read_disposition, _DISPOSITION)])
        if faults is not None:
            self._issue(rows.with_columns(faults.alias("fault")).drop_nulls("fault"), "charges", "disposition_date")
        return rows.with_columns(
            pl.when(pl.col("count").is_not_null())
            .then(pl.concat_str("subject_id", pl.lit("-"), pl.col("count").str.slice(0, 3)))
            .alias("cycle_id"),
        )

    def _counts(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The row that decides each count, with ``charge_id``, and the further rows of counts."""
        rows = self.rows.with_columns(_ids(self.rows))
        repeated = rows.select(pl.col("charging") & pl.col("charge_id").is_duplicated()).to_series()
        several = rows.filter(repeated).filter("charging")
        if several.is_empty():
            return rows.filter("charging"), several
        several = several.with_columns(new=pl.struct(_OF_COUNT).is_first_distinct())
        again = several.filter(~pl.col("new"))
        self._issue(again.with_columns(fault=pl.lit("DUPLICATE_ROW")), "charges", None, severity="info")
        several = several.filter("new").drop("new")
        # One count, one offense: a second offense under the same number is a charge of its own.
        text = pl.col("OFFENSE_DESCR")
        named = several.drop_nulls("OFFENSE_DESCR").unique("charge_id", keep="first", maintain_order=True)
        several = several.join(named.select("charge_id", base=text), on="charge_id", how="left", maintain_order="left")
        other_text = (text != pl.col("base")).fill_null(False)
        strange = several.filter(other_text)
        if not strange.is_empty():
            self._issue(strange.with_columns(fault=pl.lit("DUPLICATE_COUNT")), "charges", "count_number")
            digests = strange["OFFENSE_DESCR"].map_elements(lambda text: _digest((text,)), return_dtype=pl.String)
            renamed = strange.select(
                "source_file", "row", pl.concat_str("charge_id", pl.lit("-"), pl.lit(digests)).alias("renamed")
            )
            several = several.join(renamed, on=["source_file", "row"], how="left", maintain_order="left")
            several = several.with_columns(charge_id=pl.coalesce("renamed", "charge_id")).drop("renamed")
        # Of several outcomes only a conviction vacated later can be told; others contradict each other.
        outcome = pl.col("outcome").to_physical()
        ends = several.group_by("charge_id").agg(
            (outcome.min() != outcome.max()).fill_null(False).alias("conflict"),
            (pl.col("outcome") == "vacated").fill_null(False).any().alias("vacated"),
        )
        deciding = (
            several.sort(pl.col("outcome").is_null(), maintain_order=True)
            .unique("charge_id", keep="first", maintain_order=True)
            .join(ends, on="charge_id", how="left", maintain_order="left")
            .with_columns(
                pl.when(~pl.col("conflict"))
                .then("outcome")
                .when(pl.col("vacated"))
                .then(pl.lit("vacated", dtype=pl.Enum(OUTCOMES)))
                .alias("settled")
            )
        )
        conflict = deciding.filter(pl.col("conflict") & pl.col("settled").is_null())
        self._issue(conflict.with_columns(fault=pl.lit("DISPOSITION_CONFLICT")), "charges", "outcome")
        further = several.join(deciding, on=["source_file", "row"], how="anti", maintain_order="left")
        deciding = deciding.with_columns(outcome=pl.col("settled"))
        single = rows.filter(pl.col("charging") & ~repeated)
        return pl.concat([single, deciding.select(rows.columns)]), further.select(rows.columns)

    def _granted(self, first: pl.DataFrame, further: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The charges, and the reliefs already granted on them.

        A disposition that nobody understands, on a convicted count, may have been a relief: it stands as one with
        nothing known, so that the count is neither offered relief nor denied it on a guess.
        """
        mark = pl.col("relief").is_not_null() | ~pl.col("understood").fill_null(True)
        own = pl.concat([first.filter(mark), further.filter(mark)])
        if own.is_empty():
            return first, pl.DataFrame(schema=dtypes("reliefs"))
        near = pl.col("cycle_id").is_in(own["cycle_id"].implode()) | pl.col("charge_id").is_in(
            own["charge_id"].implode()
        )
        convicted = first.filter((pl.col("outcome") == "convicted") & near)
        convicted = convicted.select("charge_id", "cycle_id", "OFFENSE_DESCR")
        here = own.join(convicted.select("charge_id"), on="charge_id", how="semi")
        # A relief in a later step of the cycle belongs to the conviction of the same offense there.
        elsewhere = own.join(convicted.select("charge_id"), on="charge_id", how="anti").filter(
            pl.col("relief").is_not_null()
        )
        found = elsewhere.drop("charge_id").join(convicted, on=["cycle_id", "OFFENSE_DESCR"])
        unfound = elsewhere.join(found.select("row", "source_file"), on=["row", "source_file"], how="anti")
        perhaps = (
            unfound.drop("charge_id", "OFFENSE_DESCR")
            .join(convicted, on="cycle_id")
            .with_columns(remedy=pl.lit(None, pl.String))
        )
        columns = ["charge_id", "relief", "remedy", "resulting_level", "event_date", "event_date_latest", *_SOURCE]
        granted = pl.concat([part.select(columns) for part in (here, found, perhaps)])
        told = pl.concat([found.select("row", "source_file"), perhaps.select("row", "source_file")])
        # The step that only tells of the relief is no charge of its own.
        if not told.is_empty():
            first = first.join(told, on=["row", "source_file"], how="anti", maintain_order="left")
        return first, granted.select(
            "charge_id",
            "remedy",
            pl.col("relief").alias("kind"),
            pl.col("event_date").alias("relief_date"),
            pl.col("event_date_latest").alias("relief_date_latest"),
            "resulting_level",
            *_SOURCE,
        )

    def _charges(self, first: pl.DataFrame) -> pl.DataFrame:
        """One row a count, with what was charged and what it ended as."""
        charged = _read_once(first, "OFFENSE_DESCR", codes.read_offense, _OFFENSE)
        charged = [column.alias("charged_" + column.name) for column in charged]
        convicted = _read_once(first, "CONV_OFFENSE_DESCR", codes.read_offense, _OFFENSE)
        named = first["CONV_OFFENSE_DESCR"].is_not_null()
        deferred = first["OFFENSE_DESCR"].fill_null("").str.to_uppercase().str.contains(r"^\W*SEE\s+COMMENT|^$")
        possible = _possible(first.select(pl.when(pl.Series(deferred & ~named)).then("COMMENT_TEXT").alias("text")))
        arrests = first.filter(pl.col("step").is_in(("arrest", "supplemental"))).drop_nulls("cycle_id")
        dates = arrests.group_by("cycle_id").agg(
            pl.col("event_date").min().alias("arrest_date"),
            pl.when(pl.col("event_date_latest").is_not_null().all())
            .then(pl.col("event_date_latest").max())
            .alias("arrest_date_latest"),
        )
        cycles, _ = read_days(first, "CYC_DATE", "cycle_date")
        whole = first.hstack([*cycles, *charged, *convicted, named.alias("named"), possible]).join(
            dates, on="cycle_id", how="left", maintain_order="left"
        )
        arrest_known = pl.col("arrest_date").is_not_null() & pl.col("arrest_date_latest").is_not_null()
        at_court = (pl.col("step") == "court").fill_null(False)
        judged = (pl.col("outcome") == "convicted").fill_null(False)
        level = (
            pl.when("named")
            .then(pl.coalesce("stated_level", _level("CONV_OFFENSE_TOC")))
            .otherwise(pl.coalesce("stated_level", "charged_level"))
        )
        whole = whole.with_columns(
            arrest_date=pl.when(arrest_known).then("arrest_date").otherwise("cycle_date"),
            arrest_date_latest=pl.when(arrest_known).then("arrest_date_latest").otherwise("cycle_date_latest"),
            notes=(
                judged.cast(pl.UInt8)
                + (~pl.col("named") & judged).cast(pl.UInt8) * 2
                + pl.col("stated_level").is_null().cast(pl.UInt8) * 4
                + (~arrest_known & pl.col("cycle_date").is_not_null()).cast(pl.UInt8) * 8
            ),
        )

        def day(name: str, where: pl.Expr) -> list[pl.Expr]:
            return [
                pl.when(where).then("event_date").alias(name),
                pl.when(where).then("event_date_latest").alias(name + "_latest"),
            ]

        def as_disposed(name: str) -> pl.Expr:
            return pl.when("named").then(pl.col(name)).otherwise(pl.col("charged_" + name)).alias(name)

        return whole.select(
            "charge_id",
            "subject_id",
            "cycle_id",
            pl.when(at_court & pl.col("count").is_not_null())
            .then(pl.concat_str("subject_id", pl.lit("-"), pl.col("count").str.slice(0, 6)))
            .alias("case_id"),
            pl.col("STP_ORI_CNTY_NAME").alias("county"),
            pl.col("STP_ORI_CNTY_NAME")
            .replace_strict(codes.FIPS, default=None, return_dtype=pl.String)
            .cast(pl.Categorical)
            .alias("county_fips"),
            pl.col("STP_ORI_DESCR").alias("agency"),
            pl.lit("us-ca", dtype=pl.Categorical).alias("jurisdiction"),
            pl.col("step").alias("stage"),
            pl.col("count").str.slice(6, 3).cast(pl.UInt16, strict=False).alias("count_number"),
            "arrest_date",
            "arrest_date_latest",
            pl.col("OFFENSE_DESCR").alias("charged_text"),
            "charged_citation",
            pl.col("charged_level"),
            "charged_attempt",
            "charged_conspiracy",
            "charged_solicitation",
            *(as_disposed(name) for name in _OFFENSE),
            pl.coalesce("CONV_OFFENSE_DESCR", "OFFENSE_DESCR").alias("offense_text"),
            level.alias("level"),
            "possible_citations",
            "outcome",
            *day("disposition_date", pl.col("outcome").is_not_null()),
            *day("conviction_date", judged),
            *day("judgment_date", judged),
            pl.col("DISP_DESCR").alias("outcome_text"),
            pl.lit(_note_lists()).gather(pl.col("notes")).alias("notes"),
            *_SOURCE,
        )

    def _subjects(self, events: pl.DataFrame) -> pl.DataFrame:
        """One row a person; a birth date on which the rows disagree is unknown."""
        people = self.people.unique("subject_id", keep="first", maintain_order=True)
        dates = self.people.select("subject_id", "PRI_DOB").drop_nulls().unique()
        conflicting = dates.filter(pl.col("subject_id").is_duplicated())["subject_id"].unique()
        people = people.drop("PRI_DOB").join(
            dates.filter(~pl.col("subject_id").is_in(conflicting.implode())),
            on="subject_id",
            how="left",
            maintain_order="left",
        )
        doubtful = people.filter(pl.col("subject_id").is_in(conflicting.implode()))
        self._issue(doubtful.with_columns(fault=pl.lit("DOB_CONFLICT")), "subjects", "birth_date", key="subject_id")
        born, faults = read_days(people, "PRI_DOB", "birth_date")
        if faults is not None:
            self._issue(
                people.with_columns(faults.alias("fault")).drop_nulls("fault"),
                "subjects",
                "birth_date",
                key="subject_id",
            )
        name = pl.col("PRI_NAME")
        given = name.str.splitn(",", 2).struct.field("field_1").str.strip_chars().str.splitn(" ", 2)
        people = people.hstack(born).select(
            "subject_id",
            "birth_date",
            "birth_date_latest",
            pl.col("GENDER").cast(pl.Categorical).alias("sex"),
            pl.col("RACE_DESCR").cast(pl.Categorical).alias("race"),
            pl.when(name.is_not_null())
            .then(
                pl.concat_list(
                    pl.struct(
                        given.struct.field("field_0").alias("given"),
                        given.struct.field("field_1").alias("middle"),
                        name.str.splitn(",", 2).struct.field("field_0").alias("family"),
                        pl.lit(None, dtype=pl.String).alias("suffix"),
                        pl.lit("primary").alias("kind"),
                    )
                )
            )
            .alias("names"),
            pl.concat_list(
                pl.struct(pl.lit("sid").alias("kind"), pl.col("CII_NUMBER").alias("value")),
                pl.struct(pl.lit("fbi").alias("kind"), pl.col("FBI_NUMBER").alias("value")),
            )
            .list.filter(pl.element().struct.field("value").is_not_null())
            .alias("identifiers"),
            pl.lit("state").alias("record_scope"),
            *_SOURCE,
        )
        return _with_events(people, events)

    def _events(self, rows: pl.DataFrame) -> pl.DataFrame:
        """What is not a charge."""
        read = _read_once(rows, "OFFENSE_DESCR", codes.read_offense, {"citation": pl.String})
        over = pl.col("DISP_DESCR").str.contains("NO LONGER REQUIRED").fill_null(False)
        return rows.hstack(read).select(
            "subject_id",
            "cycle_id",
            pl.when((pl.col("step") == "registration") & over)
            .then(pl.lit("registration_ended"))
            .otherwise(pl.col("step").cast(pl.String).fill_null("other"))
            .alias("kind"),
            "event_date",
            "event_date_latest",
            pl.col("STP_ORI_DESCR").alias("agency"),
            "citation",
            pl.concat_str(
                [pl.col("STP_TYPE_DESCR"), pl.col("OFFENSE_DESCR"), pl.col("DISP_DESCR")],
                separator=" / ",
                ignore_nulls=True,
            ).alias("text"),
            *_SOURCE,
        )

    def _note_issues(self, first: pl.DataFrame, others: pl.DataFrame) -> None:
        """What a reader should know of the data, with the line of each case."""
        said = pl.col("DISP_DESCR").is_not_null()
        strange = first.filter(said & ~pl.col("understood").fill_null(True))
        self._issue(strange.with_columns(fault=pl.lit("DISPOSITION_UNRECOGNISED")), "charges", "outcome")
        short = first.filter(pl.col("count").is_null())
        self._issue(short.with_columns(fault=pl.lit("COUNT_NUMBER_UNREAD")), "charges", "count_number")
        steps = others.filter(pl.col("step").is_null())
        self._issue(steps.with_columns(fault=pl.lit("STEP_UNRECOGNISED")), "events", "kind", key="subject_id")

    def _issue(
        self, rows: pl.DataFrame, table: str, field: str | None, *, severity: str = "warn", key: str = "charge_id"
    ) -> None:
        """Note the ``fault`` of each row."""
        if rows.is_empty():
            return
        found = pl.col(key) if key in rows.columns else pl.lit(None, dtype=pl.String)
        self.issues.append(
            rows.select(
                pl.lit(table).alias("table"),
                found.alias("row_key"),
                pl.lit(field, dtype=pl.String).alias("field"),
                pl.col("fault").alias("code"),
                pl.lit(severity, dtype=dtypes("issues")["severity"]).alias("severity"),
                *_SOURCE,
            )
        )


_SOURCE = ("source_file", "source_line")


def _count_key() -> pl.Expr:
    """The twelve digits of the count: cycle, step, count, filler. Zeros that a spreadsheet dropped are put back."""
    digits = pl.col("CNT_ORDER").str.contains(r"^\d{10,12}$")
    return pl.when(digits).then(pl.col("CNT_ORDER").str.zfill(12))


def _level(column: str) -> pl.Expr:
    return pl.col(column).replace_strict(codes.LEVELS, default=None, return_dtype=_LEVEL)


def _ids(rows: pl.DataFrame) -> pl.Series:
    """The id of the charge of each row: person and count, or the content where the count cannot be read."""
    known = rows.select(pl.concat_str("subject_id", pl.lit("-"), "count"))["subject_id"]
    if known.null_count() == 0:
        return known.alias("charge_id")
    parts = ("subject_id", "STP_TYPE_DESCR", "STP_EVENT_DATE", "CNT_ORDER", "OFFENSE_DESCR", "OFN")
    made = [
        None if have is not None else f"{row[0]}-{_digest(row)}"
        for have, row in zip(known.to_list(), rows.select(parts).iter_rows(), strict=True)
    ]
    return pl.DataFrame({"known": known, "made": pl.Series(made, dtype=pl.String)}).select(
        pl.coalesce("known", "made").alias("charge_id")
    )["charge_id"]


def _digest(parts: Iterable[str | None]) -> str:
    return hashlib.sha256("\x1f".join(part or "" for part in parts).encode()).hexdigest()[:12]


def _possible(texts: pl.DataFrame) -> pl.Series:
    """Candidates named in comments to which the offense text defers."""
    distinct = texts["text"].unique().drop_nulls()
    found = [list(codes.read_comment(text).possible) or None for text in distinct.to_list()]
    table = pl.DataFrame([distinct, pl.Series("possible_citations", found, dtype=pl.List(pl.String))])
    return texts.join(table, on="text", how="left", maintain_order="left")["possible_citations"]


def _note_lists() -> pl.Series:
    lists = [[note for bit, note in enumerate(_NOTES) if mask >> bit & 1] or None for mask in range(1 << len(_NOTES))]
    return pl.Series(lists, dtype=pl.List(pl.String))


def _cases(first: pl.DataFrame) -> pl.DataFrame:
    """One row a court step, with the case number that stands on any count of it."""
    steps = first.filter((pl.col("step") == "court") & pl.col("count").is_not_null()).with_columns(
        pl.concat_str("subject_id", pl.lit("-"), pl.col("count").str.slice(0, 6)).alias("case_id")
    )
    numbers = steps.drop_nulls("OFN").unique("case_id", keep="first", maintain_order=True).select("case_id", "OFN")
    cases = steps.unique("case_id", keep="first", maintain_order=True).drop("OFN")
    return cases.join(numbers, on="case_id", how="left", maintain_order="left").select(
        "case_id",
        "subject_id",
        "cycle_id",
        pl.col("OFN").alias("case_number"),
        pl.col("STP_ORI_DESCR").alias("court"),
        pl.col("STP_ORI_CNTY_NAME").alias("county"),
        *_SOURCE,
    )


def _sentences(first: pl.DataFrame, further: pl.DataFrame) -> pl.DataFrame:
    """One row a part of a sentence, in the order of the file."""
    stated = (
        pl.col("SENT_LENGTH").is_not_null() | pl.col("SENT_LOC_DESCR").is_not_null() | pl.col("sentence").is_not_null()
    )
    convicted = first.filter(pl.col("outcome") == "convicted").select("charge_id")
    parts = pl.concat(
        [
            first.filter(stated & (pl.col("outcome") == "convicted")),
            further.filter(stated).join(convicted, on="charge_id", how="semi"),
        ]
    )
    if parts.is_empty():
        return pl.DataFrame(schema=dtypes("sentences"))
    again = pl.col("revoked").fill_null(False)
    revoked = pl.concat([first.filter(again), further.filter(again)]).unique("charge_id", keep="first")
    parts = parts.sort("charge_id", "source_file", "row", maintain_order=True).join(
        revoked.select(
            "charge_id",
            pl.lit(True).alias("was_revoked"),
            pl.col("event_date").alias("revoked_date"),
            pl.col("event_date_latest").alias("revoked_date_latest"),
        ),
        on="charge_id",
        how="left",
        maintain_order="left",
    )
    kind = pl.coalesce(
        pl.col("SENT_LOC_DESCR").replace_strict(codes.SENTENCES, default=None, return_dtype=_SENTENCE),
        pl.when(pl.col("SENT_LOC_DESCR").is_null()).then("sentence"),
    )
    number = pl.col("SENT_LENGTH").cast(pl.Int32, strict=False)
    unit = pl.col("SENT_TIME_CODE")
    on_probation = (kind == "probation").fill_null(False)
    return parts.select(
        pl.concat_str("charge_id", pl.lit("-s"), pl.int_range(1, pl.len() + 1).over("charge_id")).alias("sentence_id"),
        "charge_id",
        kind.alias("kind"),
        pl.col("event_date").alias("imposed_date"),
        pl.col("event_date_latest").alias("imposed_date_latest"),
        _length(number, unit, shortest=True).alias("length_days_min"),
        _length(number, unit, shortest=False).alias("length_days_max"),
        pl.concat_str(["SENT_LENGTH", "SENT_TIME_CODE", "SENT_LOC_DESCR"], separator=" ", ignore_nulls=True).alias(
            "length_text"
        ),
        pl.when(on_probation & pl.col("was_revoked")).then(True).alias("revoked"),
        pl.when(on_probation).then("revoked_date").alias("revoked_date"),
        pl.when(on_probation).then("revoked_date_latest").alias("revoked_date_latest"),
        *_SOURCE,
    )


def _length(number: pl.Expr, unit: pl.Expr, *, shortest: bool) -> pl.Expr:
    """Calendar days of a term: the fewest or the most that so many days, months or years can have."""
    spare = -3 if shortest else 3
    months = (number.cast(pl.Int64) * 30_436_875 // 1_000_000) + spare
    leap = 0 if shortest else 1
    years = number.cast(pl.Int64) * 365 + number // 4 + leap
    length = (
        pl.when(unit == "D")
        .then(number.cast(pl.Int64))
        .when(unit == "M")
        .then(pl.when(months > 0).then(months).otherwise(0))
        .when(unit == "Y")
        .then(years)
    )
    return pl.when((length >= 0) & (length < LIFE_DAYS)).then(length).cast(pl.Int32)


def _with_events(people: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """Death and the duty to register, where the extract carries such steps at all."""
    kinds = set(events["kind"].unique().to_list())
    sex = pl.col("citation").str.starts_with("PC 290")
    registered = (
        events.filter(pl.col("kind") == "registration")
        .group_by("subject_id")
        .agg(sex.any(ignore_nulls=False).alias("must_register"))
    )
    ended = events.filter(pl.col("kind") == "registration_ended").select("subject_id").unique()
    dead = events.filter(pl.col("kind") == "death").sort("event_date", maintain_order=True)
    dead = dead.unique("subject_id", keep="first", maintain_order=True).select(
        "subject_id",
        pl.lit(True).alias("deceased"),
        pl.col("event_date").alias("deceased_date"),
        pl.col("event_date_latest").alias("deceased_date_latest"),
    )
    none_registered = False if {"registration", "registration_ended"} & kinds else None
    none_dead = False if "death" in kinds else None
    people = people.join(registered, on="subject_id", how="left", maintain_order="left")
    people = people.join(dead, on="subject_id", how="left", maintain_order="left")
    known = pl.col("subject_id").is_in(registered["subject_id"].implode())
    over = pl.col("subject_id").is_in(ended["subject_id"].implode())
    return people.with_columns(
        # A registration that ended and another that did not: which of them is meant cannot be told here.
        must_register=pl.when(over & known)
        .then(None)
        .when(known)
        .then("must_register")
        .otherwise(pl.lit(none_registered, dtype=pl.Boolean)),
        deceased=pl.col("deceased").fill_null(pl.lit(none_dead, dtype=pl.Boolean)),
    )


def _coverage(events: pl.DataFrame) -> Coverage:
    """Charges and reliefs are complete; a kind of event only if the extract carries it at all."""
    kinds = set(events["kind"].unique().to_list())
    return Coverage(events={kind: "complete" for kind in ("registration", "death", "custody") if kind in kinds})


def _bad_rows(file: ResearchFile) -> pl.DataFrame:
    return file.bad.select(
        pl.lit(file.name, dtype=pl.Categorical).alias("source_file"), "source_line", "code", "reason", "subject_id"
    )


def _without_subject(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(
        "source_file",
        "source_line",
        pl.lit("SUBJECT_BLANK").alias("code"),
        pl.lit("The row has no SUBJECT_ID, so it belongs to nobody that could be told.").alias("reason"),
        pl.lit(None, dtype=pl.String).alias("subject_id"),
    )


def _source(file: ResearchFile, quarantine: pl.DataFrame) -> SourceFile:
    return SourceFile(
        name=file.name,
        path=str(file.path),
        sha256=file.sha256,
        bytes=file.size,
        rows=file.rows,
        quarantined=quarantine.filter(pl.col("source_file") == file.name).height,
        encoding=file.encoding,
    )
