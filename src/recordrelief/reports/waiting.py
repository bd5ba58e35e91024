"""What waits of the relief that was found: the gap at each stage of a ledger, by county, with the age of the oldest.

The SQL runs in SQLite on the ledger itself; the numbers are those of :func:`recordrelief.ledger.standing`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import polars as pl

from recordrelief.ledger import Ledger, Standing, standing
from recordrelief.ledger.stages import CLOSED, WAY, Stage
from recordrelief.ledger.standing import UNKNOWN_COUNTY
from recordrelief.reports.figures import Figure, Shape
from recordrelief.reports.relations import Numbers, Relation, less
from recordrelief.reports.tables import Table, hidden

_SCHEMA = {"reached": pl.Int64(), "missing": pl.Int64(), "waiting": pl.Int64(), "days": pl.Int64()}
_CASE = "subject_id, charge_id, remedy"


def _stages(told: Standing) -> pl.DataFrame:
    rows = [
        {
            "stage": gap.stage.value,
            "reached": gap.reached,
            "missing": gap.missing,
            "waiting": 0 if gap.stage in CLOSED else gap.here,
            "days": gap.age,
        }
        for gap in told.gaps
        if gap.county is None
    ]
    return pl.DataFrame(rows, schema={"stage": pl.String(), **_SCHEMA})


def _counties(told: Standing) -> pl.DataFrame:
    rows = [
        {"county": gap.county, "stage": gap.stage.value, "waiting": gap.here, "days": gap.age}
        for gap in told.gaps
        if gap.county is not None and gap.here and gap.stage not in CLOSED
    ]
    return pl.DataFrame(
        rows, schema={name: _SCHEMA.get(name, pl.String()) for name in ("county", "stage", "waiting", "days")}
    )


_PLACE = "CASE stage " + " ".join(f"WHEN '{stage}' THEN {place}" for place, stage in enumerate(WAY)) + " END"
_NAMED = "CASE place " + " ".join(f"WHEN {place} THEN '{stage}'" for place, stage in enumerate(WAY)) + " END"
_CLOSED = ", ".join(str(WAY.index(stage)) for stage in sorted(CLOSED, key=WAY.index))


def ledger_views(as_of: date) -> list[tuple[str, str]]:
    """The SQL views that the queries build on, in order: made in SQLite, on the ledger."""
    return [
        (
            "voided",
            """WITH RECURSIVE voiding AS (
  SELECT id, voids, row_number() OVER (ORDER BY sequence DESC) AS turn FROM events WHERE voids IS NOT NULL
), told(turn, gone) AS (
  SELECT 0, '' UNION ALL
  SELECT v.turn, CASE WHEN instr(t.gone, v.id) THEN t.gone ELSE t.gone || ' ' || v.voids END
  FROM told t JOIN voiding v ON v.turn = t.turn + 1
)
SELECT gone FROM told ORDER BY turn DESC LIMIT 1""",
        ),
        (
            "reached",
            f"""SELECT {_CASE}, {_PLACE} AS place, min(day) AS day
FROM events WHERE stage <> '{Stage.VOIDED}' AND day <= '{as_of.isoformat()}'
  AND NOT instr((SELECT gone FROM voided), id)
GROUP BY 1, 2, 3, 4""",
        ),
        (
            "cases",
            f"""SELECT {_CASE}, max(place) AS place, min(place) = 0 AS identified, (
    SELECT county FROM events e WHERE county IS NOT NULL AND stage <> '{Stage.VOIDED}'
      AND day <= '{as_of.isoformat()}' AND NOT instr((SELECT gone FROM voided), id)
      AND (e.subject_id, e.charge_id, e.remedy) = (r.subject_id, r.charge_id, r.remedy)
    ORDER BY sequence LIMIT 1
  ) AS county
FROM reached r GROUP BY 1, 2, 3""",
        ),
        (
            "waiting",
            f"""SELECT county, place, CAST(julianday('{as_of.isoformat()}') - julianday(day) AS INTEGER) AS days
FROM cases JOIN reached USING ({_CASE}, place) WHERE place NOT IN ({_CLOSED})""",
        ),
    ]


_UNIT = "A case is one remedy for one charge."
WAITING: tuple[Figure, ...] = (
    Figure(
        name="waiting_stages",
        title="What waits at each stage",
        unit="cases",
        definition=f"{_UNIT} Of the ledger, as of its day: cases that have an event of the stage (reached), cases that "
        "were identified and have none (missing), and those that have come so far and no further (waiting), with the "
        "days for which the longest of these has waited. Nothing waits where a case is closed: refused, or told.",
        sql="WITH stage(place) AS (VALUES "
        + ", ".join(f"({place})" for place in range(len(WAY)))
        + f")\nSELECT {_NAMED} AS stage,\n"
        "  (SELECT count(*) FROM reached r WHERE r.place = stage.place) AS reached,\n"
        f"  (SELECT count(*) FROM cases WHERE identified AND ({_CASE}) NOT IN (\n"
        f"    SELECT {_CASE} FROM reached r WHERE r.place = stage.place)) AS missing,\n"
        "  (SELECT count(*) FROM waiting w WHERE w.place = stage.place) AS waiting,\n"
        "  (SELECT max(days) FROM waiting w WHERE w.place = stage.place) AS days\nFROM stage ORDER BY place",
        compute=_stages,
        shape=Shape.COUNTS,
        keys=("stage",),
        beside={"days": "waiting"},
    ),
    Figure(
        name="waiting_counties",
        title="What waits in each county",
        unit="cases",
        definition=f"{_UNIT} Those that wait at a stage, by the first county that the ledger names for the case, with "
        "the days for which the longest of them has waited.",
        sql=f"SELECT coalesce(county, '{UNKNOWN_COUNTY}') AS county, {_NAMED} AS stage, count(*) AS waiting,\n"
        "  max(days) AS days\nFROM waiting GROUP BY 1, place ORDER BY 1, place",
        compute=_counties,
        shape=Shape.COUNTS,
        keys=("county", "stage"),
        beside={"days": "waiting"},
    ),
)
"""The figures of a ledger."""


@attrs.frozen(kw_only=True, eq=False)
class Waiting:
    """The figures of a ledger as of a day, small numbers hidden."""

    as_of: date
    tables: dict[str, Table]

    def json(self) -> dict[str, Any]:
        """The same as a JSON value; what is hidden is null."""
        return {
            "as_of": self.as_of.isoformat(),
            "views": [{"name": name, "sql": sql} for name, sql in ledger_views(self.as_of)],
            "figures": {name: table.told(table.figure.query(self.as_of)) for name, table in self.tables.items()},
        }


def waiting_of(path: Path, as_of: date | None, threshold: int) -> Waiting:
    """What waits in a ledger.

    Args:
        path: the ledger.
        as_of: the day as of which; by default the last one on which something was recorded.
        threshold: the least number that is shown.

    Raises:
        RequestError: there is no such ledger.
        SourceError: it is not what was recorded.
    """
    events = Ledger.open(path).events()
    day = as_of or max((one.recorder.day for one in events), default=date.min)
    told = standing(events, day)
    frames = {figure.name: figure.compute(told) for figure in WAITING}
    return Waiting(as_of=day, tables=hidden(WAITING, frames, threshold, _between))


def _between(numbers: Numbers) -> Iterator[Relation]:
    identified = ("waiting_stages", (Stage.IDENTIFIED.value,), "reached")
    yield less(identified, *numbers.column("waiting_stages", "waiting"))
    for key in numbers.rows["waiting_stages"]:
        reached, missing, waiting = (("waiting_stages", key, name) for name in ("reached", "missing", "waiting"))
        yield less(identified, missing, reached)
        yield less(reached, waiting)
        counties = [
            ("waiting_counties", one, "waiting") for one in numbers.rows["waiting_counties"] if one[1] == key[0]
        ]
        yield less(waiting, *counties)
