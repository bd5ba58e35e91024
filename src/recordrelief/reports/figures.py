"""Every figure of the report, in one place: its name, what it means, the SQL that gives it, and how it is computed.

The SQL runs over the views of :func:`recordrelief.reports.standing.views`; the computation, in Polars, gives the same
rows and columns. Which numbers are hidden is decided in ``tables``, of all figures together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from itertools import pairwise

import attrs
import polars as pl

from recordrelief.reports.gap import RATE_YEARS
from recordrelief.reports.standing import OPEN, STANDINGS, Source
from recordrelief.screening import APPLIES, GRANTED

NOT_RECORDED = "not recorded"
OTHERS = "all other offenses"
MOST_OFFENSES = 40
"""Offenses with a row of their own: those with the most charges."""
MONTHS = 24
"""Months ahead that are told one by one."""
LATER_STILL, UNDATED = "later still", "no day can be told"
AGES = (25, 35, 45, 55, 65)
"""The ages at which a group begins."""
SCALES = ("felony", "conviction", "recent conviction")
"""What relief may leave nothing of."""


class Shape(StrEnum):
    """How the numbers of a figure add up, which is what decides which of them must be hidden together."""

    COUNTS = "counts"
    """They do not; what holds between them all the same is in ``relations``."""
    PARTS = "parts of each row"
    """The columns of a row add up to its ``total``."""
    TABLE = "parts of each row and of all"
    """The rows add up too, to the standing of everybody."""
    COLUMNS = "parts of all"
    """The rows of each column add up to a number that another figure gives."""


Compute = Callable[..., pl.DataFrame]
"""From a :class:`Source`, or from what else the figure is of."""


@attrs.frozen(kw_only=True)
class Figure:
    """One table of numbers: ``keys`` are the columns that name a row, all others count ``unit``."""

    name: str
    title: str
    unit: str
    definition: str
    sql: str
    compute: Compute = attrs.field(repr=False)
    shape: Shape
    finish: Callable[[pl.DataFrame], pl.DataFrame] = attrs.field(default=lambda frame: frame, repr=False)
    """What is left to be done once the rows of all parts of a run are added up."""
    keys: tuple[str, ...] = ()
    of: str = ""
    """Of ``Shape.TABLE``: the figure that gives the totals."""
    sums: Mapping[str, tuple[str, str]] = attrs.field(factory=dict)
    """Of ``Shape.COLUMNS``: the figure and the column of it that a column adds up to."""
    beside: Mapping[str, str] = attrs.field(factory=dict)
    """Columns that say something of what another column counts: hidden with it."""

    def counts(self, columns: Sequence[str]) -> list[str]:
        """The columns that count."""
        return [name for name in columns if name not in self.keys and name not in self.beside]

    def query(self, as_of: date) -> str:
        """The SQL for the day of a run."""
        return self.sql.replace("{as_of}", f"DATE '{as_of.isoformat()}'")


def computed(source: Source, figures: Sequence[Figure]) -> dict[str, pl.DataFrame]:
    """What some figures of a run come to, by name: part by part, since nobody stands in two, and added up."""
    found: dict[str, list[pl.DataFrame]] = {figure.name: [] for figure in figures}
    for part in source.parts():
        for figure in figures:
            found[figure.name].append(figure.compute(part))
    return {figure.name: figure.finish(_added(figure, found[figure.name])) for figure in figures}


def _added(figure: Figure, frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    if len(frames) == 1:
        return frames[0]
    rows = pl.concat(frames)
    counts = pl.col(figure.counts(rows.columns)).sum()
    return rows.group_by(figure.keys).agg(counts).sort(figure.keys) if figure.keys else rows.select(counts)


_PARTS = tuple(STANDINGS)
_COUNTED = (
    ",\n  ".join(f"count(*) FILTER (standing = '{name}') AS {name}" for name in _PARTS) + ",\n  count(*) AS total"
)


def _counted() -> list[pl.Expr]:
    return [*((pl.col("standing") == name).sum().alias(name) for name in _PARTS), pl.len().alias("total")]


def _record(source: Source) -> pl.DataFrame:
    convicted = source.charges.filter(pl.col("outcome") == "convicted")
    return pl.DataFrame(
        {
            "people": [source.people.height],
            "charges": [source.charges.height],
            "convictions": [convicted.height],
            "people_convicted": [convicted["subject_id"].n_unique()],
            "people_deceased": [source.people["deceased"].sum() or 0],
        }
    )


def _standing(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(_counted())


def _by(frame: pl.DataFrame, name: str, key: pl.Expr) -> pl.DataFrame:
    named = frame.select("standing", key.cast(pl.String).fill_null(NOT_RECORDED).alias(name))
    return named.group_by(name).agg(_counted()).sort(name)


def _by_sql(name: str, key: str, view: str) -> str:
    return f"SELECT coalesce({key}, '{NOT_RECORDED}') AS {name},\n  {_COUNTED}\nFROM {view} GROUP BY 1 ORDER BY 1"


def _county_people(source: Source) -> pl.DataFrame:
    each = source.charges.group_by("subject_id", "county").agg(pl.col("standing").min())
    return _by(each, "county", pl.col("county"))


def _most_offenses(counted: pl.DataFrame) -> pl.DataFrame:
    """The offenses with the most charges, and all others in one row."""
    cited = counted.filter(pl.col("offense") != NOT_RECORDED)
    often = cited.sort("total", "offense", descending=[True, False])["offense"].head(MOST_OFFENSES)
    offense = pl.col("offense")
    own = (offense == NOT_RECORDED) | offense.is_in(often.implode())
    named = counted.with_columns(pl.when(own).then(offense).otherwise(pl.lit(OTHERS)).alias("offense"))
    return named.group_by("offense").agg(pl.col(*_PARTS, "total").sum()).sort("offense")


def _year(source: Source) -> pl.DataFrame:
    return _by(source.charges, "year", pl.coalesce("conviction_date", "disposition_date").dt.year())


_AGE_NAMES = (
    f"under {AGES[0]}",
    *(f"{low} to {high - 1}" for low, high in pairwise(AGES)),
    f"{AGES[-1]} and over",
)


def _age(source: Source) -> pl.DataFrame:
    born, today = pl.col("birth_date"), source.as_of
    month = born.dt.month().cast(pl.Int32)
    before = (month * 100 + born.dt.day()) > today.month * 100 + today.day
    years = pl.lit(today.year) - born.dt.year() - before.cast(pl.Int32)
    within = [(years >= low) & (years < high) for low, high in pairwise((-1000, *AGES, 1000))]
    named = (pl.when(test).then(pl.lit(name)) for test, name in zip(within, _AGE_NAMES, strict=True))
    return _by(source.people, "age", pl.coalesce(*named))


def _by_age(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.sort(pl.col("age").cast(pl.Enum([*_AGE_NAMES, NOT_RECORDED])))


def _age_sql() -> str:
    years = (
        "(year({as_of}) - year(birth_date) - CASE WHEN month(birth_date) * 100 + day(birth_date) > "
        "month({as_of}) * 100 + day({as_of}) THEN 1 ELSE 0 END)"
    )
    lines = [f"WHEN {years} < {high} THEN '{name}'" for high, name in zip((*AGES, 1000), _AGE_NAMES, strict=True)]
    return _by_sql("age", "CASE\n    " + "\n    ".join(lines) + "\n  END", "person_standing")


_STATUSES = ("eligible", "granted", "eligible_later", "undetermined", "ineligible")


def _remedy_charges(source: Source) -> pl.DataFrame:
    counted = [(pl.col("status") == name).sum().alias(name) for name in _STATUSES]
    return (
        source.determinations.group_by(pl.col("remedy").cast(pl.String))
        .agg(*counted, pl.len().alias("total"))
        .sort("remedy")
        .collect(engine="streaming")
    )


def _remedy_people(source: Source) -> pl.DataFrame:
    # Codes in the place of ids: as a rule several answers are counted for each person.
    distinct = source.determinations.select("subject_id", "remedy", "status").unique()
    counted = [(pl.col("status") == name).sum().alias(name) for name in _STATUSES]
    return distinct.group_by(pl.col("remedy").cast(pl.String)).agg(*counted).sort("remedy").collect(engine="streaming")


_STATUS_SQL = ",\n  ".join(f"count(*) FILTER (status = '{name}') AS {name}" for name in _STATUSES)


def _best(source: Source) -> pl.DataFrame:
    eligible = source.charges.filter(pl.col("standing") == "eligible")
    return eligible.group_by("remedy").agg(charges=pl.len(), people=pl.col("subject_id").n_unique()).sort("remedy")


def _ahead(source: Source) -> pl.DataFrame:
    today = source.as_of
    months = pl.col("opens_on").dt.year() * 12 + pl.col("opens_on").dt.month() - (today.year * 12 + today.month)
    month = (
        pl.when(pl.col("opens_on").is_null())
        .then(pl.lit(UNDATED))
        .when(months > MONTHS)
        .then(pl.lit(LATER_STILL))
        .otherwise(pl.col("opens_on").dt.strftime("%Y-%m"))
    )

    def each(frame: pl.DataFrame, unit: str) -> pl.DataFrame:
        later = frame.filter(pl.col("standing") == "eligible_later")
        return later.group_by(month=month).agg(pl.len().alias(unit))

    return (
        each(source.charges, "charges")
        .join(each(source.people, "people"), on="month", how="full", coalesce=True)
        .with_columns(pl.col("charges", "people").fill_null(0))
        .sort("month")
    )


_MONTH_SQL = f"""CASE WHEN opens_on IS NULL THEN '{UNDATED}'
    WHEN year(opens_on) * 12 + month(opens_on) - (year({{as_of}}) * 12 + month({{as_of}})) > {MONTHS}
      THEN '{LATER_STILL}'
    ELSE strftime(opens_on, '%Y-%m') END"""


def _missing(source: Source) -> pl.DataFrame:
    key = ["subject_id", "charge_id"]
    held = source.charges.lazy().filter(pl.col("standing") == "undetermined").select(key)
    each = (
        source.determinations.filter(pl.col("status") == "undetermined")
        .select(*key, pl.col("remedy").cast(pl.String), pl.col("deciding").list.join("\n").cast(pl.Categorical))
        .join(held, on=key, how="semi")
        .group_by("subject_id", "remedy", "deciding")
        .agg(pl.len().alias("charges"))
        .collect(engine="streaming")
    )
    told = each.with_columns(condition=pl.col("deciding").cast(pl.String).str.split("\n"))
    told = told.with_columns(alone=pl.col("condition").list.len() == 1).explode("condition")
    return (
        told.group_by("remedy", "condition")
        .agg(
            people=pl.col("subject_id").n_unique(),
            people_alone=pl.col("subject_id").filter("alone").n_unique(),
            charges=pl.col("charges").sum(),
        )
        .sort("remedy", "condition")
    )


def _relieved(source: Source) -> pl.DataFrame:
    def freed(scale: str, kept: pl.Expr, stays: pl.Expr) -> pl.DataFrame:
        mine = source.convictions.filter(kept)
        now = mine["subject_id"].n_unique()
        left = mine.filter(stays)["subject_id"].n_unique()
        left_high = mine.filter(stays & ~pl.col("undetermined"))["subject_id"].n_unique()
        row = {"scale": scale, "people": now, "left": left, "freed": now - left}
        return pl.DataFrame([row | {"left_high": left_high, "freed_high": now - left_high}])

    everyone = pl.lit(True)
    return pl.concat(
        [
            freed("felony", pl.col("felony"), pl.col("stays_felony")),
            freed("conviction", everyone, pl.col("stays")),
            freed("recent conviction", pl.col("recent"), pl.col("stays")),
        ]
    )


def _freed_sql(scale: str, kept: str, stays: str) -> str:
    def people(test: str) -> str:
        return f"count(DISTINCT subject_id) FILTER ({test})"

    now, left, high = people(kept), people(f"{kept} AND {stays}"), people(f"{kept} AND {stays} AND NOT undetermined")
    return (
        f"SELECT '{scale}' AS scale, {now} AS people,\n  {left} AS left,\n  {now} - {left} AS freed,\n"
        f"  {high} AS left_high,\n  {now} - {high} AS freed_high\nFROM convictions"
    )


def _gap(source: Source) -> pl.DataFrame:
    charges, people = source.charges, source.people
    standing = pl.col("standing")
    since = pl.lit(source.as_of).dt.offset_by(f"-{RATE_YEARS}y")
    dated = (pl.col("relief_date") >= since) & (pl.col("relief_date") < source.as_of)
    eligible, granted = standing == "eligible", standing == "granted"
    of_charges = charges.select(
        unit=pl.lit("charges"),
        granted=granted.sum(),
        eligible=eligible.sum(),
        granted_high=(granted & ~OPEN).sum(),
        eligible_high=OPEN.sum(),
        dated=(granted & dated).sum(),
        undated=(granted & pl.col("relief_date").is_null()).sum(),
    )
    relief = pl.col("relief")
    of_people = people.select(
        unit=pl.lit("people"),
        granted=granted.sum(),
        eligible=eligible.sum(),
        granted_high=(relief & ~pl.col("open")).sum(),
        eligible_high=pl.col("open").sum(),
        dated=(relief & dated).sum(),
        undated=(relief & pl.col("relief_date").is_null()).sum(),
    )
    return pl.concat([of_charges, of_people])


_GAP_SQL = f"""SELECT 'charges' AS unit, count(*) FILTER (standing = 'granted') AS granted,
  count(*) FILTER (standing = 'eligible') AS eligible,
  count(*) FILTER (standing = 'granted' AND NOT (further AND undetermined)) AS granted_high,
  count(*) FILTER ((standing <> 'granted' OR further) AND (standing = 'eligible' OR undetermined)) AS eligible_high,
  count(*) FILTER (standing = 'granted' AND relief_date >= {{as_of}} - INTERVAL {RATE_YEARS} YEAR
    AND relief_date < {{as_of}}) AS dated,
  count(*) FILTER (standing = 'granted' AND relief_date IS NULL) AS undated
FROM charge_standing
UNION ALL
SELECT 'people', count(*) FILTER (standing = 'granted'),
  count(*) FILTER (standing = 'eligible'),
  count(*) FILTER (relief AND NOT open),
  count(*) FILTER (open),
  count(*) FILTER (relief AND relief_date >= {{as_of}} - INTERVAL {RATE_YEARS} YEAR AND relief_date < {{as_of}}),
  count(*) FILTER (relief AND relief_date IS NULL)
FROM person_standing"""

_PERSON = "A person stands where the first of their charges does, in the order of the columns, and is counted once."
_CHARGE = "A charge is counted once, whatever the number of remedies."

FIGURES: tuple[Figure, ...] = (
    Figure(
        name="record",
        title="What the record holds",
        unit="people and charges",
        definition="People and charges of the run. A charge is one count of an arrest or of a case: where a record has "
        "an arrest and the case that followed it, the same conduct may stand in it twice. A conviction is a charge "
        "whose outcome is recorded as a conviction; deceased are those whom the record says to have died.",
        sql="""SELECT (SELECT count(*) FROM people) AS people, count(*) AS charges,
  count(*) FILTER (outcome = 'convicted') AS convictions,
  count(DISTINCT subject_id) FILTER (outcome = 'convicted') AS people_convicted,
  (SELECT count(*) FILTER (deceased) FROM people) AS people_deceased
FROM charges""",
        compute=_record,
        shape=Shape.COUNTS,
    ),
    Figure(
        name="standing_charges",
        title="How the charges stand",
        unit="charges",
        definition=f"Charges by how they stand over all remedies reported on. {_CHARGE}",
        sql=f"SELECT {_COUNTED}\nFROM charge_standing",
        compute=lambda source: _standing(source.charges),
        shape=Shape.PARTS,
    ),
    Figure(
        name="standing_people",
        title="How the people stand",
        unit="people",
        definition=f"People by how their charges stand. {_PERSON}",
        sql=f"SELECT {_COUNTED}\nFROM person_standing",
        compute=lambda source: _standing(source.people),
        shape=Shape.PARTS,
    ),
    Figure(
        name="gap",
        title="The second-chance gap",
        unit="people and charges",
        definition="R, those with relief and nothing eligible left (granted), and E, those eligible (eligible). A "
        "charge that relief took off is never in E; one that relief only reduced, or left as it was, is in E while a "
        "remedy is open for it, else in R. High bound: what cannot be told is counted as eligible. "
        f"Dated: reliefs (of people: the first) with a day in the {RATE_YEARS} years before the day of the run; "
        "undated: reliefs without any day.",
        sql=_GAP_SQL,
        compute=_gap,
        shape=Shape.COUNTS,
        keys=("unit",),
    ),
    Figure(
        name="relieved",
        title="What relief would do to people",
        unit="people",
        definition="People with at least one felony conviction, any conviction, or one within the seven years before "
        "the day of the run, that relief so far has not taken off (people); those who would have one left "
        "if every charge eligible now got the remedy marked as its best (left), and those who would have "
        "none (freed). An outcome that names a level leaves a conviction at that level; any other named "
        "outcome takes it off; of several possible outcomes the one that leaves the most counts; a remedy "
        "that names no outcome changes nothing. High: convictions of which a remedy cannot be told are "
        "taken off too. Relief so far takes a conviction off where it is a dismissal, a sealing, a "
        "vacatur or a destruction; a reduction leaves it at the level that it states, or that the remedy "
        "gives. A conviction of unknown level counts as a felony, one without a day as recent, and one "
        "with relief of which it is not known what it is as still there.",
        sql="\nUNION ALL\n".join(
            (
                _freed_sql("felony", "felony", "stays_felony"),
                _freed_sql("conviction", "true", "stays"),
                _freed_sql("recent conviction", "recent", "stays"),
            )
        ),
        compute=_relieved,
        finish=lambda frame: frame.sort(pl.col("scale").cast(pl.Enum(SCALES))),
        shape=Shape.COUNTS,
        keys=("scale",),
    ),
    Figure(
        name="remedy_charges",
        title="Charges by remedy",
        unit="charges",
        definition="Charges by remedy and answer. A charge that several remedies concern stands in the row of each, so "
        "rows must not be added up. Here a charge with relief under another remedy may be eligible.",
        sql=f"SELECT remedy::VARCHAR AS remedy,\n  {_STATUS_SQL},\n  count(*) AS total\n"
        "FROM determinations GROUP BY 1 ORDER BY 1",
        compute=_remedy_charges,
        shape=Shape.PARTS,
        keys=("remedy",),
    ),
    Figure(
        name="remedy_people",
        title="People by remedy",
        unit="people",
        definition="People who have at least one charge with this answer. Somebody with an eligible charge and one "
        "that is not stands in both columns, so neither rows nor columns must be added up.",
        sql=f"SELECT remedy,\n  {_STATUS_SQL}\n"
        "FROM (SELECT DISTINCT subject_id, remedy::VARCHAR AS remedy, status FROM determinations)\n"
        "GROUP BY 1 ORDER BY 1",
        compute=_remedy_people,
        shape=Shape.COUNTS,
        keys=("remedy",),
    ),
    Figure(
        name="best_remedy",
        title="The best remedy of each eligible charge",
        unit="people and charges",
        definition="Charges eligible now (standing), each under one remedy: the one marked as its best by the ranking "
        "of the pack, or the first by name where none is. The charges add up to all that are eligible; people do not.",
        sql="SELECT remedy, count(*) AS charges, count(DISTINCT subject_id) AS people\n"
        "FROM charge_standing WHERE standing = 'eligible' GROUP BY 1 ORDER BY 1",
        compute=_best,
        shape=Shape.COLUMNS,
        keys=("remedy",),
        sums={"charges": ("standing_charges", "eligible")},
    ),
    Figure(
        name="ahead",
        title="Who becomes eligible, month by month",
        unit="people and charges",
        definition="Charges and people eligible later, by the month of the first day on which a remedy surely opens: "
        f"the first {MONTHS} months after that of the run one by one, then all others, then those without a day.",
        sql=f"""SELECT month, sum(charges)::BIGINT AS charges, sum(people)::BIGINT AS people FROM (
  SELECT {_MONTH_SQL} AS month, 1 AS charges, 0 AS people
  FROM charge_standing WHERE standing = 'eligible_later'
  UNION ALL
  SELECT {_MONTH_SQL}, 0, 1
  FROM person_standing WHERE standing = 'eligible_later'
) GROUP BY 1 ORDER BY 1""",
        compute=_ahead,
        shape=Shape.COLUMNS,
        keys=("month",),
        sums={
            "charges": ("standing_charges", "eligible_later"),
            "people": ("standing_people", "eligible_later"),
        },
    ),
    Figure(
        name="missing",
        title="What is missing where it cannot be told",
        unit="people and charges",
        definition="Over charges that stand as 'cannot be told': people and charges for which a condition of a remedy "
        "is unknown. Only this missing (people_alone): people with a charge of which nothing else about that remedy is "
        "unknown. The same person and charge may stand in many rows.",
        sql="""SELECT remedy, condition, count(DISTINCT subject_id) AS people,
  count(DISTINCT subject_id) FILTER (alone) AS people_alone, count(*) AS charges
FROM (
  SELECT subject_id, remedy::VARCHAR AS remedy, len(deciding) = 1 AS alone, unnest(deciding) AS condition
  FROM determinations SEMI JOIN (SELECT subject_id, charge_id FROM charge_standing WHERE standing = 'undetermined')
    USING (subject_id, charge_id)
  WHERE status = 'undetermined'
) GROUP BY 1, 2 ORDER BY 1, 2""",
        compute=_missing,
        shape=Shape.COUNTS,
        keys=("remedy", "condition"),
    ),
    Figure(
        name="county_people",
        title="People by county",
        unit="people",
        definition="People with a charge in the county, by how their charges there stand, in the order of the columns. "
        "Somebody with charges in two counties is counted in both.",
        sql=_by_sql(
            "county",
            "county",
            "(SELECT subject_id, county::VARCHAR AS county, arg_min(standing, CASE standing "
            + " ".join(f"WHEN '{name}' THEN {place}" for place, name in enumerate(STANDINGS))
            + " END) AS standing\n  FROM charge_standing GROUP BY 1, 2)",
        ),
        compute=_county_people,
        shape=Shape.PARTS,
        keys=("county",),
    ),
    Figure(
        name="county_charges",
        title="Charges by county",
        unit="charges",
        definition=f"Charges by the county of the charge. {_CHARGE}",
        sql=_by_sql("county", "county::VARCHAR", "charge_standing"),
        compute=lambda source: _by(source.charges, "county", pl.col("county")),
        shape=Shape.TABLE,
        keys=("county",),
        of="standing_charges",
    ),
    Figure(
        name="year_charges",
        title="Charges by year",
        unit="charges",
        definition=f"Charges by the year of the conviction, else of the disposition. {_CHARGE}",
        sql=_by_sql("year", "year(coalesce(conviction_date, disposition_date))::VARCHAR", "charge_standing"),
        compute=_year,
        shape=Shape.TABLE,
        keys=("year",),
        of="standing_charges",
    ),
    Figure(
        name="offense_charges",
        title="Charges by offense",
        unit="charges",
        definition="Charges by the offense of conviction, else the one charged: the "
        f"{MOST_OFFENSES} offenses with the most charges, and all others together. {_CHARGE}",
        sql=_by_sql(
            "offense",
            f"CASE WHEN place > {MOST_OFFENSES} THEN '{OTHERS}' ELSE citation END",
            "charge_standing LEFT JOIN (\n  SELECT citation, row_number() OVER (ORDER BY count(*) DESC, citation) AS "
            "place\n  FROM charge_standing WHERE citation IS NOT NULL GROUP BY citation\n) USING (citation)",
        ),
        compute=lambda source: _by(source.charges, "offense", pl.col("citation")),
        finish=_most_offenses,
        shape=Shape.TABLE,
        keys=("offense",),
        of="standing_charges",
    ),
    Figure(
        name="race_people",
        title="People by race",
        unit="people",
        definition=f"People by race, as the source has it. {_PERSON}",
        sql=_by_sql("race", "race::VARCHAR", "person_standing"),
        compute=lambda source: _by(source.people, "race", pl.col("race")),
        shape=Shape.TABLE,
        keys=("race",),
        of="standing_people",
    ),
    Figure(
        name="ethnicity_people",
        title="People by ethnicity",
        unit="people",
        definition=f"People by ethnicity, as the source has it. {_PERSON}",
        sql=_by_sql("ethnicity", "ethnicity::VARCHAR", "person_standing"),
        compute=lambda source: _by(source.people, "ethnicity", pl.col("ethnicity")),
        shape=Shape.TABLE,
        keys=("ethnicity",),
        of="standing_people",
    ),
    Figure(
        name="sex_people",
        title="People by sex",
        unit="people",
        definition=f"People by sex, as the source has it. {_PERSON}",
        sql=_by_sql("sex", "sex::VARCHAR", "person_standing"),
        compute=lambda source: _by(source.people, "sex", pl.col("sex")),
        shape=Shape.TABLE,
        keys=("sex",),
        of="standing_people",
    ),
    Figure(
        name="age_people",
        title="People by age",
        unit="people",
        definition="People by age in full years on the day of the run, from the first day on which they may have been "
        f"born; in a pseudonymous run only the year is known and an age may be one too high. {_PERSON}",
        sql=_age_sql(),
        compute=_age,
        finish=_by_age,
        shape=Shape.TABLE,
        keys=("age",),
        of="standing_people",
    ),
)
"""The figures of the report, in its order."""

NOT_CONDITIONS = {
    APPLIES: "whether the remedy is about the charge at all",
    GRANTED: "whether this relief was already granted",
}
"""What may be missing besides the conditions of a remedy."""
