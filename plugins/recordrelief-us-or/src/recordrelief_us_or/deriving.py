"""What the statute's reading takes from the source before its rules are asked: plain facts, or none."""

from __future__ import annotations

import attrs
import polars as pl

from recordrelief.records import Records

UNREVIEWED = "none"
"""The reviewed type of a charge that nobody reviewed."""

_GRADES = {"FelonyClassA": "A", "FelonyClassB": "B", "PersonFelonyClassB": "B", "FelonyClassC": "C"}


def derive(records: Records) -> Records:
    """Records with the facts that follow from a review, from the terms imposed, and from the kind of case."""
    charges = with_terms(_with_juvenile(records), records)
    reviewed = _own(charges, "reviewed_type", pl.String).cast(pl.String).fill_null(UNREVIEWED)
    grade = pl.col("degree_class").cast(pl.String)
    for name, letter in _GRADES.items():
        grade = pl.when(pl.col("degree_class").is_null() & (reviewed == name)).then(pl.lit(letter)).otherwise(grade)
    ended = pl.when(reviewed == "DivertedDuii").then(True).when(reviewed == "DismissedCharge").then(False)
    return attrs.evolve(
        records,
        charges=charges.with_columns(
            reviewed.alias("reviewed_type"),
            _own(charges, "struck", pl.Boolean).fill_null(False).alias("struck"),
            grade.cast(pl.Categorical).alias("degree_class"),
            pl.coalesce("dismissed_on_diversion", ended).alias("dismissed_on_diversion"),
        ),
    )


def _own(charges: pl.DataFrame, name: str, dtype: type[pl.DataType]) -> pl.Expr:
    """A fact of the pack, unknown throughout where no format filled it."""
    return pl.col(name) if name in charges.columns else pl.lit(None, dtype=dtype)


def _with_juvenile(records: Records) -> pl.DataFrame:
    """Whether a juvenile court had the case, where the kind of case is told."""
    said = pl.col("case_type").cast(pl.String).str.to_lowercase().str.contains("juvenile", literal=True)
    cases = records.cases.select("case_id", "alternative", said.alias("juvenile of case"))
    charges = records.charges.join(cases, on=["case_id", "alternative"], how="left", maintain_order="left")
    told = pl.coalesce(_own(charges, "juvenile", pl.Boolean), "juvenile of case")
    return charges.with_columns(told.alias("juvenile")).drop("juvenile of case")


def with_terms(charges: pl.DataFrame, records: Records) -> pl.DataFrame:
    """What the terms imposed tell: whether and when probation was revoked, and when the last of them was over.

    What no term shows did not happen only where the source holds every term.
    """
    keys = ["charge_id", "alternative"]
    # A term of another kind than probation cannot have been revoked; one of unknown kind may have been probation.
    probation = pl.col("kind").is_in(["probation", "conditional"]).fill_null(True)
    revoked = pl.col("revoked") & probation
    terms = records.sentences.group_by(keys).agg(
        pl.len().alias("terms"),
        revoked.any(ignore_nulls=False).alias("revoked of term"),
        *_last("revoked_date", revoked.fill_null(True)),
        *_last("completed_date", pl.lit(True)),
    )
    joined = charges.join(terms, on=keys, how="left", maintain_order="left")
    complete = pl.lit(records.coverage.sentences == "complete")
    of_term = pl.col("revoked of term")
    # Without any term a source that holds all of them still does not say what was imposed.
    none = pl.when(of_term).then(True).when(complete & (~of_term | pl.col("terms").is_null())).then(False)
    told = _own(charges, "probation_revoked", pl.Boolean)
    facts: dict[str, pl.Expr] = {"probation_revoked": pl.coalesce(told, none)}
    for fact, column in (("probation_revoked_on", "revoked_date"), ("sentence_completed_on", "completed_date")):
        first = _own(charges, fact, pl.Date)
        last = pl.coalesce(_own(charges, fact + "_latest", pl.Date), first)
        facts[fact] = pl.coalesce(first, pl.when(complete).then(f"last {column}"))
        facts[fact + "_latest"] = pl.coalesce(last, pl.when(complete).then(f"last {column}_latest"))
    added = joined.with_columns(expression.alias(name) for name, expression in facts.items())
    return added.select(*charges.columns, *(name for name in facts if name not in charges.columns))


def _last(day: str, among: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """The last of the days of some terms, unknown where one of them is."""
    days = pl.col(day).filter(among)
    low, high = (
        pl.when(days.null_count() == 0).then(pl.col(day + end).filter(among).max()).alias(f"last {day}{end}")
        for end in ("", "_latest")
    )
    return low, high
