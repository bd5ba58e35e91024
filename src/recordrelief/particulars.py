"""What a run keeps of the record beside its answers, so that they can be counted by it: of charges and of people."""

from __future__ import annotations

import polars as pl

from recordrelief.records import Records
from recordrelief.tables import dtypes

NOTHING = "nothing"
LEAVES = pl.Enum([NOTHING, "infraction", "violation", "misdemeanor", "felony"])
"""What relief may leave of a conviction, the least first."""
_NAMED = dict(enumerate(LEAVES.categories))
_TAKES_OFF = ("dismissed", "sealed")

_CHARGE = dtypes("charges")
_PERSON = dtypes("subjects")

CHARGES: dict[str, tuple[pl.DataType, str]] = {
    "subject_id": (pl.String(), "the person"),
    "charge_id": (pl.String(), "the charge"),
    "county": (_CHARGE["county"], "the county"),
    "county_fips": (_CHARGE["county_fips"], "its code; null where it is none that the source knows the code of"),
    "court": (dtypes("cases")["court"], "the court of its case"),
    "jurisdiction": (_CHARGE["jurisdiction"], "whose law it was brought under"),
    "stage": (_CHARGE["stage"], "where on the record it stands"),
    "citation": (pl.String(), "the offense of which the person was convicted, else the one charged"),
    "level": (_CHARGE["level"], "its level, as convicted, else as charged"),
    "outcome": (_CHARGE["outcome"], "how it ended"),
    "arrest_date": (pl.Date(), "day of the arrest: the first day that it may have been"),
    "disposition_date": (pl.Date(), "day on which it ended: the first day that it may have been"),
    "conviction_date": (pl.Date(), "day of the conviction: the first day that it may have been"),
    "conviction_date_latest": (pl.Date(), "the last day that it may have been"),
    "relief_date": (pl.Date(), "day of the first relief already granted on it that has a day"),
    "reliefs": (pl.UInt32(), "how many reliefs were already granted on it"),
    "relief_leaves": (
        LEAVES,
        "what these leave of a conviction: nothing where one is a dismissal or a sealing, else the lowest level that "
        "one of them states; null where the record does not say",
    ),
}
"""The columns of the charges of a run: type and meaning. One row a charge; of several readings the first."""

PEOPLE: dict[str, tuple[pl.DataType, str]] = {
    name: (_PERSON[name], means)
    for name, means in (
        ("birth_date", "day of birth: the first day that it may have been"),
        ("sex", "as the source has it"),
        ("race", "as the source has it"),
        ("ethnicity", "as the source has it"),
        ("deceased", "whether the person has died"),
    )
}
"""What stands beside the fingerprint of a person: type and meaning."""


def charges_of(records: Records) -> pl.DataFrame:
    """The charges that a run was about, in (subject, charge) order (:data:`CHARGES` has the columns).

    Args:
        records: the records as they were read and corrected.
    """
    key = ["charge_id", "alternative"]
    case = ["case_id", "alternative", "subject_id"]
    courts = records.cases.select(*case, "court").unique(case, keep="first")
    off = pl.col("kind").cast(pl.String).is_in(_TAKES_OFF)
    leaves = pl.when(off).then(pl.lit(NOTHING)).otherwise(pl.col("resulting_level").cast(pl.String)).cast(LEAVES)
    granted = (
        records.reliefs.with_columns(relief_leaves=leaves.to_physical())
        .group_by(key)
        .agg(pl.col("relief_date").min(), pl.len().alias("reliefs"), pl.col("relief_leaves").min())
    )
    frame = _first_reading(records.charges, "charge_id")
    return (
        frame.join(courts, on=case, how="left")
        .join(granted, on=key, how="left")
        .with_columns(
            pl.coalesce("citation", "charged_citation").alias("citation"),
            pl.coalesce("level", "charged_level").alias("level"),
            pl.col("reliefs").fill_null(0),
            pl.col("relief_leaves").replace_strict(_NAMED, return_dtype=LEAVES),
        )
        .select(pl.col(name).cast(dtype) for name, (dtype, _) in CHARGES.items())
        .sort("subject_id", "charge_id")
    )


def people_of(records: Records, fingerprints: pl.DataFrame) -> pl.DataFrame:
    """The fingerprint of each person with what people are counted by (:data:`PEOPLE` has the columns added).

    Args:
        records: the records as they were read and corrected.
        fingerprints: those of their people.
    """
    told = _first_reading(records.subjects, "subject_id").select("subject_id", *PEOPLE)
    return fingerprints.join(told, on="subject_id", how="left", maintain_order="left")


def without_birthdays(people: pl.DataFrame) -> pl.DataFrame:
    """People of whom only the year of birth is told: its first of January. A whole day tells who somebody is."""
    return people.with_columns(pl.col("birth_date").dt.truncate("1y"))


def _first_reading(frame: pl.DataFrame, key: str) -> pl.DataFrame:
    if frame["alternative"].max() in (None, 0):
        return frame
    return frame.sort("alternative", maintain_order=True).unique(key, keep="first", maintain_order=True)
