"""What later steps of a cycle say of a conviction: reliefs already granted, and probation revoked."""

from __future__ import annotations

import polars as pl

from recordrelief.tables import dtypes
from recordrelief_us_ca_doj.issues import SOURCE

_ARRESTS = ("arrest", "supplemental")
_CONVICTED = (pl.col("outcome") == "convicted").fill_null(False)
_LATER = pl.col("outcome").is_null() & ~pl.col("step").is_in(_ARRESTS).fill_null(False)
"""A count of no outcome of its own in a step that is no arrest."""


def joined(first: pl.DataFrame, further: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Deciding and further rows, a later step that only tells of a relief or a revocation now part of its conviction.

    That is the conviction of the same offense in the same cycle. Where there are several, as many steps as there are
    convictions go to them in order; fewer go by the number of the count; what is still not told apart stays a charge
    of its own.
    """
    told = first.filter(_LATER & (pl.col("relief").is_not_null() | pl.col("revoked").fill_null(False)))
    told = told.drop_nulls(["cycle_id", "OFFENSE_DESCR"])
    if told.is_empty():
        return first, further
    convictions = _convictions(first, told).sort("count", "charge_id")
    offense = ("cycle_id", "text")
    convictions = convictions.with_columns(
        place=pl.int_range(pl.len()).over(offense), convictions=pl.len().over(offense), number=_number()
    )
    step = (*offense, "step_id", "DISP_DESCR")
    steps = told.select("row", own="charge_id", cycle_id="cycle_id", text="OFFENSE_DESCR", count="count", step_id=pl.col("count").str.slice(3, 3), DISP_DESCR="DISP_DESCR")
    steps = steps.sort("count", "own").with_columns(
        place=pl.int_range(pl.len()).over(step), steps=pl.len().over(step), number=_number()
    )
    enough = pl.col("steps") >= pl.col("convictions")
    pairs = [
        steps.join(convictions, on=[*offense, key]).filter(enough if key == "place" else ~enough)
        for key in ("place", "number")
    ]
    found = pl.concat([pair.select("row", "own", "charge_id") for pair in pairs])
    found = found.filter(~pl.col("row").is_duplicated())
    if found.is_empty():
        return first, further
    moved = pl.concat([first.join(found, on="row", how="semi"), further]).join(
        found.select(charge_id="own", conviction="charge_id"), on="charge_id", how="left", maintain_order="left"
    )
    moved = moved.with_columns(charge_id=pl.coalesce("conviction", "charge_id")).drop("conviction")
    return first.join(found, on="row", how="anti", maintain_order="left"), moved


def granted(first: pl.DataFrame, further: pl.DataFrame) -> pl.DataFrame:
    """The reliefs already granted.

    What may be one stands as a relief with nothing known, so that the conviction is neither offered relief again nor
    denied it on a guess: a disposition that nobody understands, and a relief of which only the cycle is known.
    """
    strange = ~pl.col("understood").fill_null(True)
    mark = pl.col("relief").is_not_null() | strange
    own = pl.concat([first.filter(mark), further.filter(mark)])
    if own.is_empty():
        return pl.DataFrame(schema=dtypes("reliefs"))
    sure = own.drop_nulls("relief").select(
        "charge_id",
        "remedy",
        pl.col("relief").alias("kind"),
        pl.col("event_date").alias("relief_date"),
        pl.col("event_date_latest").alias("relief_date_latest"),
        "resulting_level",
        *SOURCE,
    )
    convicted = first.filter(_CONVICTED).select("charge_id", "cycle_id", "subject_id")
    of_count = own.filter(strange).select("charge_id", *SOURCE).join(convicted, on="charge_id", how="semi")
    perhaps = [of_count, *_perhaps(first.filter(_LATER & mark), first, convicted)]
    unknown = pl.concat(perhaps).unique("charge_id", keep="first", maintain_order=True)
    return pl.concat([sure, unknown], how="diagonal")


def _perhaps(loose: pl.DataFrame, first: pl.DataFrame, convicted: pl.DataFrame) -> list[pl.DataFrame]:
    """The convictions that steps of their own may be about, each with the line of one such step."""
    named = loose.drop_nulls(["cycle_id", "OFFENSE_DESCR"])
    steps = named.sort("count", descending=True, maintain_order=True).select(
        "cycle_id", "relief", text="OFFENSE_DESCR", later=pl.col("count").str.slice(3, 3), source_file="source_file", source_line="source_line"
    )
    known = _convictions(first, named)
    pairs = known.join(
        steps.unique(["cycle_id", "text"], keep="first", maintain_order=True), on=["cycle_id", "text"]
    ).filter(pl.col("relief").is_not_null() | (pl.col("count").str.slice(3, 3) < pl.col("later")))
    same = pairs.select("charge_id", *SOURCE)
    # A relief on an offense of which the cycle shows no conviction may be on any conviction of the cycle.
    unfound = (
        loose.drop_nulls("relief")
        .join(known, left_on=["cycle_id", "OFFENSE_DESCR"], right_on=["cycle_id", "text"], how="anti")
        .select("cycle_id", "subject_id", *SOURCE)
    )
    nearby = [same]
    for key, rows in (("cycle_id", unfound.drop_nulls("cycle_id")), ("subject_id", unfound.filter(pl.col("cycle_id").is_null()))):
        rows = rows.unique(key, keep="first", maintain_order=True)
        nearby.append(convicted.join(rows.select(key, *SOURCE), on=key).select("charge_id", *SOURCE))
    return nearby


def _convictions(first: pl.DataFrame, steps: pl.DataFrame) -> pl.DataFrame:
    """The convictions in the cycles of some steps, once for each text of the offense, charged or convicted."""
    convicted = first.filter(_CONVICTED).join(steps.select("cycle_id").unique(), on="cycle_id", how="semi")
    texts = [
        convicted.select("charge_id", "cycle_id", "count", text=name) for name in ("OFFENSE_DESCR", "CONV_OFFENSE_DESCR")
    ]
    return pl.concat(texts).drop_nulls("text").unique(["charge_id", "text"], keep="first", maintain_order=True)


def _number() -> pl.Expr:
    return pl.col("count").str.slice(6, 3)
