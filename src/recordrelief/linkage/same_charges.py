"""Which charges of linked records are one charge: a court and a repository both tell of the same case.

Counted twice, a conviction would stand in its own way. Taken for one, two convictions would hide each other. So two
charges are one only if all agrees that only one charge can have, and where that cannot be told, this is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs
import polars as pl

from recordrelief.records import Records

Linked = tuple[str, str]
"""The ids of two that are one."""
_NOTE = "told by two records that are linked, and taken for one"
_ALIKE = ("stage", "count_number", "attempt", "conspiracy", "solicitation")
"""What the two may not say differently, where both say something."""
_DAYS = ("arrest_date", "offense_date", "disposition_date", "conviction_date")
_WORDS = frozenset({"county", "county_fips", "agency", "court", "case_number", "charged_text", "offense_text"}) | {
    *("outcome_text", "length_text", "case_type", "text"),
    *("source_file", "source_line", "alternative", "subject_id", "case_id", "cycle_id", "charge_id", "sentence_id"),
}
"""Columns of which the first record's is kept: names and words, and where a row stands."""


@attrs.frozen
class Same:
    """The cases, cycles and charges that stand in two records of one person, each with the id that is kept for it.

    ``doubtful`` are the people, by their first id, of whom a charge may be counted twice: both records have charges
    under one number that could not be told to be the same, or one of them has no number to tell it by.
    """

    cases: Mapping[str, str]
    cycles: Mapping[str, str]
    charges: Mapping[str, str]
    doubtful: frozenset[str]


def heads_of(links: Iterable[Linked]) -> dict[str, str]:
    """For each linked id the first of those that are one with it."""
    heads: dict[str, str] = {}

    def head(of: str) -> str:
        while (above := heads.setdefault(of, of)) != of:
            of = above
        return of

    for one, other in links:
        first, last = sorted((head(one), head(other)))
        heads[last] = first
    return {each: head(each) for each in heads}


def own_cycle() -> pl.Expr:
    """The cycle of a row, named so that no other person has one of that name: two may have cycles of one name."""
    return pl.concat_str("subject_id", pl.lit("/"), "cycle_id")


def same_charges(records: Records, heads: Mapping[str, str]) -> Same:
    """What linked people's records tell twice.

    Cases are one if number and county are the same, and so are the cycles that led to them. Charges of these are one if
    citation and count are, nothing else contradicts it, and no other charge of either record comes into question.

    Args:
        records: the records, before they are joined.
        heads: the first id of each linked person.
    """
    county = pl.col("county").cast(pl.String).str.strip_chars().str.to_lowercase()
    number = pl.col("case_number").str.to_uppercase().str.replace_all("[^A-Z0-9]", "")
    linked = pl.col("subject_id").is_in(list(heads))
    person = pl.col("subject_id").replace(dict(heads)).alias("person")
    cycle_of_one = own_cycle().alias("cycle")
    cases = (
        records.cases.filter(linked)
        .select("subject_id", "case_id", person, number=number, county=pl.when(county != "").then(county))
        .filter(pl.col("number") != "")
    )
    met = _met(cases, ["person", "number"]).filter(
        (pl.col("county") == pl.col("county_other")).fill_null(True)  # where one is not known it may be the same
    )
    one = _alone(met, "case_id").filter(pl.col("county") == pl.col("county_other"))
    same_cases = heads_of(one.select("case_id", "case_id_other").iter_rows())
    numbered = cases.select("case_id", case=pl.col("case_id").replace(same_cases))
    charges = (
        records.charges.filter(linked)
        .select("subject_id", "charge_id", "case_id", "citation", person, cycle_of_one, *_ALIKE, *_ranges())
        .join(numbered, on="case_id", how="left")
    )
    # Whatever led to one case is one cycle.
    led = (
        charges.filter(pl.col("case").is_in(list(same_cases)))
        .select("case", "cycle")
        .drop_nulls()
        .unique()
        .sort("cycle")
    )
    first = pl.col("cycle").first().over("case")
    same_cycles = heads_of(led.select(first, other="cycle").iter_rows())
    charges = charges.with_columns(place=pl.coalesce("case", pl.col("cycle").replace(same_cycles)))
    near = _compatible(_met(charges, ["place", "citation"]))
    same = heads_of(_alone(near, "charge_id").select("charge_id", "charge_id_other").iter_rows())
    alone = charges.filter(~pl.col("charge_id").is_in(list(same)))
    left_over = alone["case_id"].drop_nulls().implode()
    unclear = met.filter(pl.col("case_id").is_in(left_over), pl.col("case_id_other").is_in(left_over))
    no_number = _compatible(_met(alone, ["person", "citation"])).filter(
        pl.any_horizontal(pl.col("case", "case_other").is_null())
    )
    doubtful = frozenset(unclear["person"]) | frozenset(no_number["person"])
    return Same(_moved(same_cases), _moved(same_cycles), _moved(same), doubtful)


def folded(table: pl.DataFrame, key: str, same: Mapping[str, str]) -> pl.DataFrame:
    """A table with the rows that are one as one row, under the id that is kept.

    What only one of them says stands. Where two say different things, that is unknown, and a day lies between both.

    Args:
        table: the rows.
        key: the column of their ids.
        same: for each id that goes, the id that is kept.
    """
    if not same:
        return table
    twice = pl.col(key).is_in([*same, *same.values()])
    rows = table.filter(twice).sort(key).with_columns(pl.col(key).replace(dict(same)))
    merged = rows.group_by(key, maintain_order=True).agg(
        _told(name, dtype) for name, dtype in rows.schema.items() if name != key
    )
    return pl.concat([table.filter(~twice), merged.select(table.columns).cast(table.schema)])


def without_repeats(table: pl.DataFrame, moved: Iterable[str]) -> pl.DataFrame:
    """Terms or reliefs of charges that are one, each once: rows that say the same are one row.

    Args:
        table: the rows, under the charges that are kept.
        moved: the charges of which two records tell.
    """
    said = [name for name in table.columns if name not in ("sentence_id", "source_file", "source_line", "notes")]
    of_two = pl.col("charge_id").is_in(list(moved))
    once = table.filter(of_two).unique(said, keep="first", maintain_order=True)
    return pl.concat([table.filter(~of_two), once])


def _met(rows: pl.DataFrame, on: list[str]) -> pl.DataFrame:
    """Every pair of rows of two records that agree on some columns."""
    return rows.join(rows, on=on, suffix="_other").filter(pl.col("subject_id") < pl.col("subject_id_other"))


def _alone(pairs: pl.DataFrame, key: str) -> pl.DataFrame:
    """The pairs of which neither side has another in the other's record."""
    here = pl.len().over(key, "subject_id_other") == 1
    return pairs.filter(here & (pl.len().over(f"{key}_other", "subject_id") == 1))


def _moved(heads: Mapping[str, str]) -> dict[str, str]:
    return {each: head for each, head in heads.items() if each != head}


def _compatible(pairs: pl.DataFrame) -> pl.DataFrame:
    """The pairs of charges of which nothing that both tell excludes that they are one."""
    alike = ((pl.col(name) == pl.col(f"{name}_other")).fill_null(True) for name in _ALIKE)
    return pairs.filter(*alike, *_overlapping())


def _ranges() -> tuple[str, ...]:
    return tuple(each for name in _DAYS for each in (name, f"{name}_latest"))


def _overlapping() -> tuple[pl.Expr, ...]:
    """That no two days exclude each other."""
    return tuple(
        (
            (pl.col(name) <= pl.col(f"{name}_latest_other")) & (pl.col(f"{name}_other") <= pl.col(f"{name}_latest"))
        ).fill_null(True)
        for name in _DAYS
    )


def _told(name: str, dtype: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if name == "notes":
        return column.explode(empty_as_null=False, keep_nulls=False).append(pl.lit(_NOTE)).alias(name)
    if isinstance(dtype, pl.List):
        told = column.explode(empty_as_null=False, keep_nulls=False).unique(maintain_order=True)
        return pl.when(column.is_not_null().any()).then(told.implode()).otherwise(None).alias(name)
    known = column.drop_nulls()
    if name in _WORDS:
        return known.first().alias(name)
    if dtype == pl.Date:
        return known.max() if name.endswith("_latest") else known.min()
    return pl.when(known.n_unique() == 1).then(known.first()).otherwise(None).alias(name)
