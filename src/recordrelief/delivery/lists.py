"""Lists of what may be had: by court for the motion, by agency for the arrest, and what the repository must update."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import attrs
import polars as pl

from recordrelief.delivery.names import all_names
from recordrelief.delivery.run_again import RunAgain
from recordrelief.model import ARREST_STAGES
from recordrelief.records import Records
from recordrelief.remedies import ReliefKind, Remedy
from recordrelief.wording import offense_words

_UNKNOWN = "unknown"
_OF_ARRESTS = (ReliefKind.DESTRUCTION.value, ReliefKind.VACATUR.value)
"""Relief that takes the record of the arrest with it, whatever the charge ended as."""
_NAME_LENGTH = 60
_OFFENSE = ("citation", "possible_citations", "attempt", "conspiracy", "solicitation")

COLUMNS: Mapping[str, str] = {
    "county": "county of the charge",
    "court": "the court of its case",
    "case_number": "the court's number",
    "subject_id": "the person, as the source has it",
    "name": "the person's first name on the record",
    "aliases": "the other names on the record",
    "birth_date": "date of birth: the first day that it may be",
    "birth_date_latest": "the last day that it may be",
    "deceased": "the person has died",
    "charge_id": "the charge",
    "count_number": "number of the count",
    "offense": "the offense by its citation",
    "level": "its level",
    "outcome": "how it ended",
    "arrest_date": "day of the arrest: the first day that it may be",
    "conviction_date": "day of the conviction: the first day that it may be",
    "conviction_date_latest": "the last day that it may be",
    "sentence": "the terms imposed, as recorded",
    "remedy": "the remedy: of several that are open the best, by the ranking of the law",
    "other_remedies": "the others that the charge is eligible for",
    "title": "what the remedy is called",
    "citation": "the statute of the remedy",
    "version": "its version, by the days it is in force",
    "relief": "what it does",
    "pathway": "how it begins",
    "acts": "who begins",
    "forms": "on which papers",
    "grade": "how strong the claim is",
    "becomes": "what the charge would become",
    "overdue_since": "the first day after the one by which the state had to act on its own",
    "source_file": "the file the charge stands in",
    "source_line": "its first line there",
    "notice": "what the list is",
}
"""The columns of a list for a court: name and meaning. Those for agencies have ``agency`` in front."""

RETURNED: Mapping[str, str] = {
    "subject_id": "the person, as the source has it",
    "charge_id": "the charge",
    "state_id": "the person's number at the repository, if the record has it",
    "case_number": "the court's number",
    "count_number": "number of the count",
    "remedy": "the remedy",
    "citation": "its statute",
    "relief": "what it does",
    "becomes": "what the charge becomes",
    "by": "operation of law, or order of the court: then it is only proposed",
    "as_of": "the day at which law and record were read",
    "order_date": "empty, for the day of the order: nothing is to be updated that waits for one and has none",
    "notice": "what the file is",
}
"""The columns of the return file."""


@attrs.frozen(eq=False)
class NamedList:
    """One list and the name of its file, without the ending. ``of`` is what it is about: a court or an agency."""

    name: str
    of: tuple[str, ...]
    rows: pl.DataFrame


def eligible_charges(again: RunAgain, remedies: frozenset[str] = frozenset()) -> pl.DataFrame:
    """One row a charge that something may be had for, with all that a list says of it.

    Args:
        again: the run.
        remedies: only these; all otherwise.
    """
    asked = pl.col("status") == "eligible"
    if remedies:
        asked = asked & pl.col("remedy").cast(pl.String).is_in(sorted(remedies))
    found = again.determinations(asked).sort("subject_id", "charge_id", ~pl.col("best"), maintain_order=True)
    best = found.group_by("charge_id", maintain_order=True).agg(
        pl.col("subject_id").first(),
        *(pl.col(name).first() for name in ("remedy", "version", "grade", "outcome", "overdue_since")),
        pl.col("remedy").cast(pl.String).slice(1).str.join("; ").alias("other_remedies"),
    )
    records = again.records_of(best["subject_id"])
    told: Mapping[str, Callable[[Remedy], str]] = {
        "title": lambda one: one.title,
        "citation": lambda one: one.citation,
        "relief": lambda one: one.relief.value,
        "pathway": lambda one: one.pathway.value,
        "acts": lambda one: one.acts,
        "forms": lambda one: "; ".join(one.forms),
    }
    law = pl.DataFrame(
        {
            "remedy": list(again.remedies),
            **{name: [of(one) for one in again.remedies.values()] for name, of in told.items()},
        },
        schema=dict.fromkeys(("remedy", *told), pl.String),
    )
    rows = (
        best.with_columns(pl.col("remedy").cast(pl.String), pl.col("outcome").cast(pl.String).alias("becomes"))
        .drop("outcome")
        .join(law, on="remedy", how="left")
        .join(told_charges(records, best["charge_id"]), on="charge_id", how="left")
        .join(_people(records), on="subject_id", how="left")
        .with_columns(pl.lit(again.notice).alias("notice"))
        .with_columns(pl.col("county", "court").fill_null(_UNKNOWN))
    )
    return rows.sort("county", "court", "case_number", "subject_id", "count_number", "charge_id", nulls_last=True)


def by_court(rows: pl.DataFrame) -> Iterator[NamedList]:
    """A list for every court, named by county and court."""
    yield from _named("court", ("county", "court"), rows, tuple(COLUMNS))


def by_agency(rows: pl.DataFrame) -> Iterator[NamedList]:
    """A list for every agency that made an arrest which the relief acts on.

    That is so where the charge did not end in a conviction, and where relief destroys the record or undoes the case.
    """
    acts = (pl.col("outcome").cast(pl.String) != "convicted").fill_null(True) | pl.col("relief").is_in(_OF_ARRESTS)
    arrests = (
        rows.filter(acts)
        .with_columns(pl.when(pl.col("agencies").list.len() > 0).then("agencies").otherwise(pl.lit([_UNKNOWN])))
        .explode("agencies")
        .rename({"agencies": "agency"})
    )
    yield from _named("agency", ("agency",), arrests, ("agency", *COLUMNS))


def outcome_is_open(rows: pl.DataFrame) -> pl.Series:
    """Of which charges a missing fact chooses between several outcomes: nobody can order one of them yet."""
    return rows["becomes"].cast(pl.String).str.contains(" or ", literal=True).fill_null(False)


def returned(rows: pl.DataFrame, as_of: str) -> pl.DataFrame:
    """What the repository has to update: at once where the law itself does it, else when the court has ordered it."""
    by = (
        pl.when(pl.col("pathway") == "automatic")
        .then(pl.lit("operation of law"))
        .otherwise(pl.lit("order of the court"))
    )
    return (
        rows.with_columns(
            by.alias("by"),
            pl.lit(as_of).str.to_date().alias("as_of"),
            pl.lit(None, pl.Date).alias("order_date"),
        )
        .select(list(RETURNED))
        .sort("subject_id", "charge_id")
    )


def _named(kind: str, keys: Sequence[str], rows: pl.DataFrame, columns: Sequence[str]) -> Iterator[NamedList]:
    taken: set[str] = set()
    parts = rows.partition_by(keys, as_dict=True, maintain_order=True)
    for of, part in sorted(parts.items()):
        stem = "-".join([kind, *(_plain(str(one)) for one in of)])[:_NAME_LENGTH].strip("-")
        name = next(one for one in _numbered(stem) if one not in taken)
        taken.add(name)
        yield NamedList(name, tuple(map(str, of)), part.select(columns))


def _plain(text: str) -> str:
    """A court or an agency in letters that every file system takes."""
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-") or _UNKNOWN


def _numbered(stem: str) -> Iterator[str]:
    yield stem
    number = 2
    while True:
        yield f"{stem}-{number}"
        number += 1


def _people(records: Records) -> pl.DataFrame:
    frame = agreed(records.subjects, "subject_id")
    rows = [
        {
            "subject_id": row["subject_id"],
            "name": next(names, None),
            "aliases": "; ".join(names) or None,
            "state_id": next((one["value"] for one in row["identifiers"] or () if one["kind"] == "sid"), None),
        }
        for row in frame.select("subject_id", "names", "identifiers").iter_rows(named=True)
        for names in [iter(all_names(row["names"]))]
    ]
    names = pl.DataFrame(rows, schema=dict.fromkeys(("subject_id", "name", "aliases", "state_id"), pl.String))
    return frame.select("subject_id", "birth_date", "birth_date_latest", "deceased").join(names, on="subject_id")


def told_charges(records: Records, ids: pl.Series) -> pl.DataFrame:
    """What a list says of some charges, with their cases, the agencies that made the arrest, and the terms imposed."""
    wanted = pl.col("charge_id").is_in(ids.implode())
    charges = agreed(records.charges.filter(wanted), "charge_id")
    cases = agreed(records.cases, "case_id").select(
        "case_id", "case_number", pl.col("court").cast(pl.String), pl.col("county").cast(pl.String).alias("_county")
    )
    made = records.charges.filter(pl.col("stage").cast(pl.String).is_in(ARREST_STAGES))
    agencies = (
        made.drop_nulls(["cycle_id", "agency"])
        .group_by("subject_id", "cycle_id")
        .agg(pl.col("agency").cast(pl.String).unique().sort().alias("agencies"))
    )
    offenses = [offense_words(row) for row in charges.select(_OFFENSE).iter_rows(named=True)]
    return (
        charges.with_columns(pl.Series("offense", offenses, dtype=pl.String))
        .join(cases, on="case_id", how="left")
        .join(agencies, on=["subject_id", "cycle_id"], how="left")
        .join(_sentences(records.sentences.filter(wanted)), on="charge_id", how="left")
        .with_columns(pl.coalesce(pl.col("county").cast(pl.String), "_county").alias("county"))
        .select(
            *("charge_id", "case_id", "case_number", "county", "court", "count_number", "offense", "level", "outcome"),
            *("arrest_date", "conviction_date", "conviction_date_latest", "sentence", "agencies"),
            *("source_file", "source_line"),
        )
    )


def _sentences(sentences: pl.DataFrame) -> pl.DataFrame:
    frame = agreed(sentences, "sentence_id").sort("charge_id", "sentence_id")
    told: dict[str, list[str]] = {}
    for row in frame.select("charge_id", "kind", "length_days_min", "length_days_max").iter_rows(named=True):
        told.setdefault(row["charge_id"], []).append(sentence_words(row))
    rows = [(charge, "; ".join(terms)) for charge, terms in told.items()]
    return pl.DataFrame(rows, schema={"charge_id": pl.String, "sentence": pl.String}, orient="row")


def sentence_words(row: Mapping[str, Any]) -> str:
    """A term imposed: its kind and its length in days."""
    kind = (row["kind"] or "a term of a kind not known").replace("_", " ")
    least, most = row["length_days_min"], row["length_days_max"]
    if least is None and most is None:
        return str(kind)
    length = f"{most or least}" if least == most or None in (least, most) else f"{least} to {most}"
    return f"{kind} {length} days"


def agreed(frame: pl.DataFrame, key: str) -> pl.DataFrame:
    """One row a key: of several readings, what all of them say, and nothing where they do not agree."""
    if not frame[key].is_duplicated().any():
        return frame
    rest = [name for name in frame.columns if name != key]
    lists = [name for name in rest if frame.schema[name].is_nested()]
    plain = [name for name in rest if name not in lists]
    return frame.group_by(key, maintain_order=True).agg(
        *(pl.when(pl.col(name).n_unique() == 1).then(pl.col(name).first()) for name in plain),
        *(pl.col(name).first() for name in lists),
    )
