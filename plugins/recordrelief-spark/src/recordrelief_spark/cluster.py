"""Screening as a Spark job: the rows of each person brought together, and each batch of people screened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from os import PathLike
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from recordrelief.errors import RequestError, nearest
from recordrelief.joint import screen_jointly
from recordrelief.model import Coverage
from recordrelief.records import Records
from recordrelief.statutes import Policy, StatutePack
from recordrelief_spark.answers import SCHEMA
from recordrelief_spark.canonical import by_person, check_keys, checked
from recordrelief_spark.laws import Laws
from recordrelief_spark.worker import Asked

ROWS_A_BATCH = "spark.sql.execution.arrow.maxRecordsPerBatch"
"""The setting of Spark that says how many people a batch holds at most."""
PolicyGiven = Policy | Mapping[str, Any] | str | None


def screen(
    tables: Mapping[str, DataFrame],
    *,
    statutes: str | StatutePack | Sequence[str | StatutePack],
    as_of: date | str,
    coverage: Coverage,
    policy: PolicyGiven = None,
    policies: Mapping[str, PolicyGiven] | None = None,
    county: str | None = None,
    remedies: Sequence[str] = (),
    plugins: Sequence[str | PathLike[str]] = (),
    partitions: int | None = None,
) -> DataFrame:
    """Determine every remedy for every charge, on the workers of a Spark session.

    What is wrong with the request is told at once; the screening itself runs when the answer is used, as always in
    Spark. The keys of the tables are looked through at once, and so are the counties where one is asked for.

    Args:
        tables: canonical tables by name; those not given are empty. Columns that are no canonical ones are facts of a
            pack.
        statutes: a statute pack or its id, or several.
        as_of: the day at which law and record are read, ``2020-07-01`` or a date.
        coverage: how completely the source holds each table.
        policy: a policy of the pack, its options, or the name of one; the pack's default otherwise.
        policies: of several packs the policy of each, by the id of the pack.
        county: determine only charges of this county (the history is read whole).
        remedies: determine only these; all otherwise.
        plugins: plugin files to load beside what is installed, here and on the workers.
        partitions: parts to bring the people into; as many as Spark thinks fit otherwise.

    Returns:
        the determinations, one row a charge and remedy, in no order (:data:`recordrelief_spark.SCHEMA`).

    Raises:
        RequestError: an unknown table, pack, county, policy or remedy, a day that is none, or keys that people share.
    """
    wanted = [statutes] if isinstance(statutes, str | StatutePack) else list(statutes)
    given = _policies(wanted, policy, policies)
    mine = checked(tables)
    spark = mine["charges"].sparkSession
    _check_batches(spark)
    laws = Laws.of(wanted, given, [Path(path) for path in plugins])
    packs, chosen = laws.taken()
    # Whatever else is wrong with the request is wrong over no records too.
    nobody = screen_jointly(
        Records.of({}, coverage=coverage), statutes=packs, as_of=as_of, policies=chosen, remedies=remedies
    )
    spelled = None if county is None else _county(mine["charges"], county)
    check_keys(mine)
    asked = Asked(
        laws=laws,
        as_of=nobody.as_of,
        county=spelled,
        remedies=tuple(remedies),
        coverage=coverage,
        tables=tuple(mine),
    )
    people = by_person(mine)
    if partitions is not None:
        people = people.repartition(partitions, "person")
    return people.mapInArrow(asked, SCHEMA)


def _policies(
    statutes: Sequence[str | StatutePack], policy: PolicyGiven, policies: Mapping[str, PolicyGiven] | None
) -> dict[str, PolicyGiven]:
    ids = [one if isinstance(one, str) else one.id for one in statutes]
    if not ids:
        raise RequestError("No statute pack was asked for.")
    if policy is not None and (policies is not None or len(ids) > 1):
        raise RequestError("A policy is for one pack.", cure="With several packs name each one's in policies=.")
    given: dict[str, PolicyGiven] = dict(policies or {}) if policy is None else {ids[0]: policy}
    for name in given:
        if name not in ids:
            raise RequestError("A policy is for a pack that was not asked for.", found=name, cure=nearest(name, ids))
    return given


def _county(charges: DataFrame, county: str) -> str:
    """The county as the charges spell it, looked for among all of them: a batch may well have none of it."""
    rows = charges.select("county").distinct().collect() if "county" in charges.columns else []
    names: list[str] = sorted(row[0] for row in rows if row[0])
    same = [name for name in names if name.strip().casefold() == county.strip().casefold()]
    if not same:
        raise RequestError("No charge is of that county.", found=repr(county), cure=nearest(county.upper(), names))
    return same[0]


def _check_batches(spark: SparkSession) -> None:
    most = spark.conf.get(ROWS_A_BATCH)
    if most is None or int(most) < 1:
        raise RequestError(
            "The people of a batch are without bound.",
            where=ROWS_A_BATCH,
            found=most,
            expected="a number, such as 5000",
        )
