"""Records of people who are linked, read as those of one person."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

import attrs
import polars as pl

from recordrelief import model
from recordrelief.errors import RequestError
from recordrelief.linkage.same_charges import Linked, Same, folded, heads_of, own_cycle, same_charges, without_repeats
from recordrelief.records import Records

_OWNED = ("subjects", "cases", "charges", "events", "quarantine")
_CYCLED = ("cases", "charges", "events")
_NOTE = "joined with the record of another id, which is linked to it"


def joined(records: Records, links: Iterable[Linked]) -> Records:
    """The records with linked people as one: under the first of their ids, with the rows of all.

    Where the two say different things of the person, that is unknown, and a day lies between both. A flag is false
    only where all say so. A charge of which both tell is one charge (:mod:`recordrelief.linkage.same_charges`).

    Args:
        records: the records.
        links: pairs of ids; whoever is linked to one is linked to all of theirs.

    Raises:
        RequestError: an id is not of these records, or of a person whose record stands in several readings.
    """
    return joined_with(records, links)[0]


def joined_with(records: Records, links: Iterable[Linked]) -> tuple[Records, Same]:
    """The same, and what the records of linked people tell twice."""
    heads = heads_of(links)
    if not heads:
        return records, Same({}, {}, {}, frozenset())
    people = records.subjects.filter(pl.col("subject_id").is_in(list(heads)))
    if set(people["subject_id"]) != set(heads):
        raise RequestError(
            "A link names somebody who is not in the records.",
            where="links",
            found=f"{len(set(heads) - set(people['subject_id'])):,} of {len(heads):,} people",
            cure="Give the records that the lists were made of, in the order of the lists.",
        )
    if people.height != len(heads):
        raise RequestError("A linked person's record stands in several readings.", where="links")
    same = same_charges(records, heads)
    head = pl.col("subject_id").replace(heads)
    tables: dict[str, pl.DataFrame] = {}
    for name in _OWNED:
        frame = records.table(name)
        if name in _CYCLED:
            own = own_cycle().replace(dict(same.cycles))
            mine = pl.col("subject_id").is_in(list(heads)) & pl.col("cycle_id").is_not_null()
            frame = frame.with_columns(pl.when(mine).then(own).otherwise("cycle_id").alias("cycle_id"))
        tables[name] = frame.with_columns(head.alias("subject_id"))
    alone = records.subjects.filter(~pl.col("subject_id").is_in(list(heads)))
    together = people.sort("subject_id").with_columns(head.alias("subject_id"))
    merged = together.group_by("subject_id", maintain_order=True).agg(
        _said(name, dtype) for name, dtype in together.schema.items() if name != "subject_id"
    )
    tables["subjects"] = pl.concat([alone, merged.select(alone.columns).cast(alone.schema)]).sort("subject_id")
    tables["cases"] = folded(tables["cases"], "case_id", same.cases)
    case = pl.col("case_id").replace(dict(same.cases))
    tables["charges"] = folded(tables["charges"].with_columns(case), "charge_id", same.charges)
    charge = pl.col("charge_id").replace(dict(same.charges))
    for name in ("sentences", "reliefs"):
        tables[name] = without_repeats(records.table(name).with_columns(charge), set(same.charges.values()))
    return attrs.evolve(records, source=None, **cast(dict[str, Any], tables)), same


def _said(name: str, dtype: pl.DataType) -> pl.Expr:
    """What several rows about one person say together."""
    column = pl.col(name)
    if name == "notes":
        return column.explode(empty_as_null=False, keep_nulls=False).append(pl.lit(_NOTE)).alias(name)
    if name in ("source_file", "source_line", "alternative"):
        return column.first()
    if isinstance(dtype, pl.List):
        return column.explode(empty_as_null=False, keep_nulls=False).alias(name)
    if name == "record_scope":
        order = list(model.SCOPES)
        return pl.col(name).cast(pl.Enum(order)).max().cast(pl.String).alias(name)
    if dtype == pl.Date:
        return column.max() if name.endswith("_latest") else column.min()
    if dtype == pl.Boolean:
        true, false, unknown = column.any(), (~column).any(), column.is_null().any()
        return pl.when(true & ~false).then(True).when(false & ~true & ~unknown).then(False).otherwise(None).alias(name)
    agree = (column.n_unique() == 1) & column.is_not_null().all()
    return pl.when(agree).then(column.first()).otherwise(None).alias(name)
