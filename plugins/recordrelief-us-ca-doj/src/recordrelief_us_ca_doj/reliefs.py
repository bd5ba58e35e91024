"""What later steps of a cycle say of a conviction: reliefs already granted, and probation revoked."""

from __future__ import annotations

import polars as pl

from recordrelief.tables import dtypes
from recordrelief_us_ca_doj.issues import SOURCE

_ARRESTS = ("arrest", "supplemental")
_CONVICTED = (pl.col("outcome") == "convicted").fill_null(False)
_LATER = pl.col("outcome").is_null() & ~pl.col("step").is_in(_ARRESTS).fill_null(False)
"""A count of no outcome of its own in a step that is no arrest."""
_COUNT = pl.col("count").cast(pl.String)


STEP_COLUMNS = (
    "row",
    "charge_id",
    "cycle_id",
    "count",
    "step_number",
    "number",
    "step",
    "outcome",
    "relief",
    "revoked",
    "OFFENSE_DESCR",
    "CONV_OFFENSE_DESCR",
    "DISP_DESCR",
)
"""What :func:`later_steps` reads."""


def later_steps(first: pl.DataFrame) -> pl.DataFrame:
    """The deciding rows of later steps that only tell of a relief or a revocation, and the conviction each belongs to.

    That is the conviction of the same offense in the same cycle. Where there are several, as many steps as there are
    convictions go to them in order; fewer go by the number of the count; what is still not told apart stays a charge
    of its own.

    Args:
        first: the deciding row of each count (:data:`STEP_COLUMNS`).
    """
    told = first.filter(pl.col("relief").is_not_null() | pl.col("revoked"))
    told = told.filter(_LATER).drop_nulls(["cycle_id", "OFFENSE_DESCR"])
    offense = ("cycle_id", "text")
    step = (*offense, "step_number", "DISP_DESCR")
    convictions = _convictions(first, told).sort(_COUNT, "charge_id")
    convictions = convictions.with_columns(
        place=pl.int_range(pl.len()).over(offense), convictions=pl.len().over(offense)
    )
    steps = told.select(
        "row",
        pl.col("charge_id").alias("own"),
        "cycle_id",
        pl.col("OFFENSE_DESCR").alias("text"),
        "count",
        "step_number",
        "number",
        "DISP_DESCR",
    )
    steps = steps.sort(_COUNT, "own").with_columns(place=pl.int_range(pl.len()).over(step), steps=pl.len().over(step))
    enough = pl.col("steps") >= pl.col("convictions")
    pairs = [
        steps.join(convictions, on=[*offense, key]).filter(enough if key == "place" else ~enough)
        for key in ("place", "number")
    ]
    found = pl.concat([pair.select("row", "own", conviction="charge_id") for pair in pairs])
    return found.filter(~pl.col("row").is_duplicated())


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
    convicted = first.select("charge_id", "cycle_id", "subject_id", "outcome").filter(_CONVICTED).drop("outcome")
    of_count = own.filter(strange).select("charge_id", *SOURCE).join(convicted, on="charge_id", how="semi")
    perhaps = [of_count, *_perhaps(first.filter(mark).filter(_LATER), first, convicted)]
    unknown = pl.concat(perhaps).unique("charge_id", keep="first", maintain_order=True)
    return pl.concat([sure, unknown], how="diagonal")


def _perhaps(loose: pl.DataFrame, first: pl.DataFrame, convicted: pl.DataFrame) -> list[pl.DataFrame]:
    """The convictions that steps of their own may be about, each with the line of one such step."""
    named = loose.drop_nulls(["cycle_id", "OFFENSE_DESCR"])
    named = named.sort(pl.col("relief").is_null(), _COUNT, descending=[False, True], maintain_order=True)
    steps = named.select(
        "cycle_id",
        "relief",
        *SOURCE,
        pl.col("OFFENSE_DESCR").alias("text"),
        pl.col("step_number").cast(pl.String).alias("later"),
    )
    known = _convictions(first, named)
    pairs = known.join(
        steps.unique(["cycle_id", "text"], keep="first", maintain_order=True), on=["cycle_id", "text"]
    ).filter(pl.col("relief").is_not_null() | (pl.col("step_number").cast(pl.String) < pl.col("later")))
    same = pairs.select("charge_id", *SOURCE)
    # A relief on an offense of which the cycle shows no conviction may be on any conviction of the cycle.
    unfound = (
        loose.drop_nulls("relief")
        .join(known, left_on=["cycle_id", "OFFENSE_DESCR"], right_on=["cycle_id", "text"], how="anti")
        .select("cycle_id", "subject_id", *SOURCE)
    )
    nearby = [same]
    for key, rows in (
        ("cycle_id", unfound.drop_nulls("cycle_id")),
        ("subject_id", unfound.filter(pl.col("cycle_id").is_null())),
    ):
        rows = rows.unique(key, keep="first", maintain_order=True)
        nearby.append(convicted.join(rows.select(key, *SOURCE), on=key).select("charge_id", *SOURCE))
    return nearby


def _convictions(first: pl.DataFrame, steps: pl.DataFrame) -> pl.DataFrame:
    """The convictions in the cycles of some steps, once for each text of the offense, charged or convicted."""
    numbers = ("count", "step_number", "number")
    columns = ("charge_id", "cycle_id", *numbers, "outcome", "OFFENSE_DESCR", "CONV_OFFENSE_DESCR")
    convicted = (
        first.select(columns).filter(_CONVICTED).join(steps.select("cycle_id").unique(), on="cycle_id", how="semi")
    )
    texts = [
        convicted.select("charge_id", "cycle_id", *numbers, text=name)
        for name in ("OFFENSE_DESCR", "CONV_OFFENSE_DESCR")
    ]
    return pl.concat(texts).drop_nulls("text").unique(["charge_id", "text"], keep="first", maintain_order=True)
