"""The people of the file, and what happened to them that is no charge."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from recordrelief_us_ca_doj import codes
from recordrelief_us_ca_doj.cells import OF_PERSON
from recordrelief_us_ca_doj.coding import cleaned, coded, read_once
from recordrelief_us_ca_doj.days import read_days
from recordrelief_us_ca_doj.issues import SOURCE, Issues

_OF_OFFENDER = r"(?:^|; )PC 290(?:\.|\(|;|$)"
"""The sections under which sex offenders register, among the citations of a registration."""


def subjects(
    people: pl.DataFrame, events: pl.DataFrame, kinds: Collection[str], doubtful: pl.Series, issues: Issues
) -> pl.DataFrame:
    """One row a person; a birth date on which the rows disagree is unknown.

    Args:
        people: every row, its columns of the person.
        events: what is no charge.
        kinds: the kinds of event that the extract carries.
        doubtful: the people with rows that nobody could read: these may have been anything.
        issues: takes note of dates.
    """
    dates = people.select("subject_id", coded(people["PRI_DOB"])).drop_nulls().unique()
    people = people.drop("PRI_DOB").filter(pl.col("subject_id").is_first_distinct())
    people = people.with_columns(cleaned(people[name]) for name in OF_PERSON if name != "PRI_DOB")
    conflicting = dates.filter(pl.col("subject_id").is_duplicated())["subject_id"].unique().implode()
    at_odds = pl.col("subject_id").is_in(conflicting)
    people = people.join(dates.filter(~at_odds), on="subject_id", how="left", maintain_order="left")
    issues.note(people.filter(at_odds), "DOB_CONFLICT", "subjects", "birth_date", key="subject_id")
    born, fault = read_days(people["PRI_DOB"], "birth_date")
    faulty = people.with_columns(fault).drop_nulls("fault")
    issues.note(faulty, pl.col("fault").cast(pl.String), "subjects", "birth_date", key="subject_id")
    names = pl.col("PRI_NAME").str.splitn(",", 2).struct
    given = names.field("field_1").str.strip_chars().str.splitn(" ", 2).struct
    name = pl.struct(
        given=given.field("field_0"),
        middle=given.field("field_1").str.strip_chars(),
        family=names.field("field_0").str.strip_chars(),
        suffix=pl.lit(None, dtype=pl.String),
        kind=pl.lit("primary"),
    )
    whole = people.hstack([*born, _identifiers(people)]).select(
        "subject_id",
        "birth_date",
        "birth_date_latest",
        pl.col("GENDER").cast(pl.Categorical).alias("sex"),
        pl.col("RACE_DESCR").cast(pl.Categorical).alias("race"),
        pl.when(pl.col("PRI_NAME").is_not_null()).then(pl.concat_list(name)).alias("names"),
        "identifiers",
        pl.lit("state").alias("record_scope"),
        *SOURCE,
    )
    return _with_events(whole, events, kinds, doubtful)


def _identifiers(people: pl.DataFrame) -> pl.Series:
    """The numbers of each person, as far as the row has them."""
    numbers = {"sid": "CII_NUMBER", "fbi": "FBI_NUMBER"}
    known = pl.concat([people.select("subject_id", kind=pl.lit(kind), value=name) for kind, name in numbers.items()])
    lists = known.drop_nulls("value").group_by("subject_id").agg(identifiers=pl.struct("kind", "value"))
    mine = people.select("subject_id").join(lists, on="subject_id", how="left", maintain_order="left")
    return mine["identifiers"].fill_null([])


def events(rows: pl.DataFrame) -> pl.DataFrame:
    """What is not a charge."""
    read = read_once(rows, "OFFENSE_DESCR", codes.read_offense, {"citation": pl.String})
    step = pl.col("step")
    over = pl.col("DISP_DESCR").cast(pl.String).str.contains("NO LONGER REQUIRED").fill_null(False)
    return rows.hstack(read).select(
        "subject_id",
        "cycle_id",
        pl.when((step == "registration") & over)
        .then(pl.lit("registration_ended"))
        .when(step.is_in(("custody", "supervision_start")) & pl.col("revoked"))
        .then(pl.lit("revocation"))
        .otherwise(step.cast(pl.String).fill_null("other"))
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
        *SOURCE,
    )


def _with_events(
    people: pl.DataFrame, events: pl.DataFrame, kinds: Collection[str], doubtful: pl.Series
) -> pl.DataFrame:
    """Death and the duty to register: no such step means no only where the extract carries such steps at all."""
    registered = (
        events.filter(pl.col("kind") == "registration")
        .group_by("subject_id")
        .agg(pl.col("citation").str.contains(_OF_OFFENDER).any(ignore_nulls=False).alias("must_register"))
    )
    ended = events.filter(pl.col("kind") == "registration_ended")["subject_id"].unique()
    dead = events.filter(pl.col("kind") == "death").sort("event_date", nulls_last=True, maintain_order=True)
    dead = dead.unique("subject_id", keep="first", maintain_order=True).select(
        "subject_id",
        deceased=pl.lit(True),
        deceased_date="event_date",
        deceased_date_latest="event_date_latest",
    )
    people = people.join(registered, on="subject_id", how="left", maintain_order="left")
    people = people.join(dead, on="subject_id", how="left", maintain_order="left")
    sure = ~pl.col("subject_id").is_in(doubtful.implode())
    known = pl.col("subject_id").is_in(registered["subject_id"].implode())
    over = pl.col("subject_id").is_in(ended.implode())
    duty = pl.col("must_register")
    return people.with_columns(
        # A registration that ended and another that did not: which of them is meant cannot be told here.
        must_register=pl.when(known & duty & ~over)
        .then(True)
        .when(known & ~duty & sure)
        .then(False)
        .when(~known & sure & pl.lit("registration" in kinds or "registration_ended" in kinds))
        .then(False),
        deceased=pl.when("deceased").then(True).when(sure & pl.lit("death" in kinds)).then(False),
    )
