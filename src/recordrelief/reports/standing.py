"""How each charge and each person of a run stands, once over all remedies: in Polars, and as SQL that says the same.

A charge has relief already, or one remedy at least is open now, or opens later, or cannot be told, or none is open; a
person stands where the best of their charges does. Relief that left the conviction, at a lower level or as it was, is
not the end of it: where a remedy is open beside it, the charge is still one of those to be relieved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path

import attrs
import polars as pl

from recordrelief.answering import CHARGES_FILE, DETERMINATIONS_FILE, PEOPLE_FILE
from recordrelief.errors import RequestError, nearest
from recordrelief.particulars import CHARGES, LEAVES, NOTHING, PEOPLE
from recordrelief.plugins import Plugins, installed
from recordrelief.reports.law import AS_IT_WAS, effects_of
from recordrelief.stored_runs import StoredRun, open_run, parts_of

STANDINGS: dict[str, tuple[str, str]] = {
    "eligible": (
        "Eligible now",
        "at least one remedy is open now, and no relief was granted yet, or only relief that left the conviction",
    ),
    "granted": (
        "Relief already granted",
        "relief was granted that took the conviction off, or that left it and nothing more is open now",
    ),
    "eligible_later": ("Eligible later", "no remedy is open now, and at least one opens later"),
    "undetermined": ("Cannot be told", "no remedy is surely open now or later, and of at least one it cannot be told"),
    "ineligible": ("Not eligible", "every remedy that concerns it is closed"),
    "none": ("No remedy concerns it", "no remedy that was asked for is about it"),
}
"""How a charge stands: its name, and what it means. A person stands where the first of their charges does."""

_RANK = {name: place for place, name in enumerate(STANDINGS)}
_ORDER = pl.Enum(list(STANDINGS))
_KEY = ["subject_id", "charge_id"]
_TABLES = (DETERMINATIONS_FILE, CHARGES_FILE, PEOPLE_FILE)


@attrs.frozen(eq=False)
class Source:
    """A finished run to report on, all of its remedies or some (``remedies``), whole or one ``part`` of its people."""

    run: StoredRun
    remedies: tuple[str, ...] = ()
    part: str | None = None
    effects: Mapping[str, str] = attrs.field(factory=dict)
    """By remedy, what is left of a conviction on which it was granted."""

    @property
    def as_of(self) -> date:
        """The day of the run."""
        return date.fromisoformat(self.run.manifest["as_of"])

    def parts(self) -> Iterator[Source]:
        """The parts that its tables were written in, each with all that is of its people; else the run itself."""
        names = {tuple(path.name for path in parts_of(self.run.directory / name)) for name in _TABLES}
        if len(names) > 1:  # one file each, under a name of its own
            yield self
            return
        for name in names.pop():
            yield attrs.evolve(self, part=name)

    def _scan(self, name: str) -> pl.LazyFrame:
        return self.run.scan(name) if self.part is None else pl.scan_parquet(self.run.directory / name / self.part)

    @cached_property
    def coded_counties(self) -> frozenset[str] | None:
        """The counties of charges that have a code of a county; None where no charge has one."""
        coded = self._scan(CHARGES_FILE).filter(pl.col("county_fips").is_not_null())
        names = coded.select(pl.col("county").cast(pl.String).drop_nulls().unique()).collect()["county"]
        return frozenset(names) or None

    @cached_property
    def _left(self) -> pl.LazyFrame:
        """By charge, what the reliefs that its determinations find granted left of it, as a place in :data:`LEFT`."""
        left = {remedy: LEFT.index(word) for remedy, word in self.effects.items()}
        return (
            self._scan(DETERMINATIONS_FILE)
            .filter(pl.col("status") == "granted")
            .group_by(_KEY)
            .agg(
                found=pl.col("remedy")
                .cast(pl.String)
                .replace_strict(list(left), list(left.values()), default=None, return_dtype=pl.Int32)
                .min()
            )
        )

    @cached_property
    def determinations(self) -> pl.LazyFrame:
        """The determinations of the remedies that are reported on."""
        frame = self._scan(DETERMINATIONS_FILE)
        if self.remedies:
            frame = frame.filter(pl.col("remedy").cast(pl.String).is_in(self.remedies))
        return frame

    @cached_property
    def charges(self) -> pl.DataFrame:
        """One row a charge of the run with its ``standing``, what it ``becomes``, and by which remedy (``remedy``).

        ``undetermined``: some remedy cannot be told; ``opens_on``: the first day on which one opens later; ``left``:
        what relief so far left of it, as a place in :data:`LEFT`; ``further``: it has relief that left the conviction.
        """
        status = pl.col("status")
        eligible = status == "eligible"
        answers = (
            self.determinations.select(*_KEY, "status", "eligible_on")
            .group_by(_KEY)
            .agg(
                granted=(status == "granted").any(),
                eligible=eligible.any(),
                later=(status == "eligible_later").any(),
                undetermined=(status == "undetermined").any(),
                opens_on=pl.col("eligible_on").filter(status == "eligible_later").min(),
            )
        )
        best = (
            self.determinations.filter(eligible)
            .select(*_KEY, ~pl.col("best").alias("best"), pl.col("remedy", "outcome").cast(pl.String))
            .sort("best", "remedy")
            .unique(_KEY, keep="first", maintain_order=True)
            .select(*_KEY, "remedy", becomes="outcome")
        )
        relief = pl.col("granted").fill_null(False)
        if not self.remedies:
            relief |= pl.col("reliefs") > 0
        recorded = pl.col("relief_leaves").to_physical().cast(pl.Int32)
        return (
            self._scan(CHARGES_FILE)
            .join(answers, on=_KEY, how="left")
            .join(best, on=_KEY, how="left")
            .join(self._left, on=_KEY, how="left")
            .with_columns(left=pl.min_horizontal(recorded, "found"))
            .with_columns(
                standing=pl.when(relief & ~(_PARTLY & pl.col("eligible")).fill_null(False))
                .then(pl.lit("granted"))
                .when("eligible")
                .then(pl.lit("eligible"))
                .when("later")
                .then(pl.lit("eligible_later"))
                .when("undetermined")
                .then(pl.lit("undetermined"))
                .when(pl.col("eligible").is_not_null())
                .then(pl.lit("ineligible"))
                .otherwise(pl.lit("none"))
                .cast(_ORDER),
                undetermined=pl.col("undetermined").fill_null(False),
                further=relief & _PARTLY.fill_null(False),
            )
            .drop("granted", "eligible", "later", "found")
            .collect(engine="streaming")
        )

    @cached_property
    def people(self) -> pl.DataFrame:
        """One row a person with their ``standing``.

        ``relief``: some relief was granted; ``open``: a charge that may still be relieved is eligible now or cannot be
        told;
        ``relief_date``: the first day of relief; ``opens_on``: the first day on which a charge opens later.
        """
        standing = pl.col("standing")
        mine = (
            self.charges.lazy()
            .group_by("subject_id")
            .agg(
                standing=standing.to_physical().min(),
                relief=(standing == "granted").any(),
                open=OPEN.any(),
                relief_date=pl.col("relief_date").filter(standing == "granted").min(),
                opens_on=pl.col("opens_on").filter(standing == "eligible_later").min(),
            )
        )
        return (
            self._scan(PEOPLE_FILE)
            .join(mine, on="subject_id", how="left")
            .with_columns(
                pl.col("relief", "open").fill_null(False),
                standing=pl.col("standing")
                .fill_null(_RANK["none"])
                .replace_strict(list(_RANK.values()), list(_RANK), return_dtype=_ORDER),
            )
            .collect()
        )

    @cached_property
    def convictions(self) -> pl.DataFrame:
        """One row a conviction that is still there: whether it is a ``felony``, ``recent``, and what relief leaves."""
        eligible = pl.col("standing") == "eligible"
        parts = pl.when(eligible).then(pl.col("becomes").str.split(" or "))
        recent = pl.col("conviction_date_latest") > pl.lit(self.as_of).dt.offset_by("-7y")
        at_level = pl.col("left").is_between(1, LEFT.index("felony"))
        return (
            self.charges.lazy()
            .filter(pl.col("outcome") == "convicted", (pl.col("left") != 0).fill_null(True))
            .select(
                "subject_id",
                "undetermined",
                felony=pl.when(at_level)
                .then(pl.col("left") == LEFT.index("felony"))
                .otherwise((pl.col("level").cast(pl.String) == "felony").fill_null(True)),
                recent=recent.fill_null(True),
                stays=parts.list.set_intersection(LEVELS).list.len().fill_null(1) > 0,
                stays_felony=parts.list.contains("felony").fill_null(True),
            )
            .collect()
        )


LEVELS = LEAVES.categories.to_list()[1:]
"""Outcomes that leave the conviction at a level; any other takes it off the record."""
LEFT = (NOTHING, *LEVELS, AS_IT_WAS)
"""What relief may have left of a conviction, the least first."""
_PARTLY = pl.col("left") > 0
OPEN = ((pl.col("standing") != "granted") | pl.col("further")) & (
    (pl.col("standing") == "eligible") | pl.col("undetermined")
)
"""Charges that count as eligible where what cannot be told does."""


def read_source(directory: Path, remedies: Sequence[str] = (), known: Plugins | None = None) -> Source:
    """A finished run to report on.

    Args:
        directory: the run.
        remedies: those to report on; by default all.
        known: where the law is found that says what granted relief left; by default what is installed.

    Raises:
        RequestError: there is none, it was made before runs kept their charges, or it has no such remedy.
    """
    run = open_run(directory)
    for remedy in remedies:
        if remedy not in run.manifest["remedies"]:
            raise RequestError(
                f"The run did not ask for the remedy {remedy!r}.",
                where=str(directory),
                cure=nearest(remedy, run.manifest["remedies"]),
            )
    for name, columns in ((CHARGES_FILE, CHARGES), (PEOPLE_FILE, PEOPLE)):
        there = run.scan(name).collect_schema().names() if (directory / name).exists() else ()
        if not set(columns) <= set(there):
            raise RequestError(
                "The run does not keep what a report counts by: it was made by an earlier version.",
                where=str(directory / name),
                cure="Run the screening again.",
            )
    effects = effects_of(run.manifest, installed() if known is None else known)
    return Source(run, tuple(dict.fromkeys(remedies)), effects=effects)


def views(source: Source) -> list[tuple[str, str]]:
    """The SQL views that every query of the report builds on, by name, in order; relative to the run's directory."""
    chosen = ", ".join("'" + remedy.replace("'", "''") + "'" for remedy in source.remedies)
    day = source.as_of.isoformat()
    relief = "a.granted" if chosen else "c.reliefs > 0 OR a.granted"
    case = "\n".join(f"    WHEN {test} THEN '{name}'" for name, test in _tests(relief).items())
    left = " ".join(f"WHEN '{remedy}' THEN {LEFT.index(word)}" for remedy, word in sorted(source.effects.items()))
    recorded = " ".join(f"WHEN '{word}' THEN {place}" for place, word in enumerate(LEFT))
    rank = " ".join(f"WHEN '{name}' THEN {place}" for name, place in _RANK.items())
    made = {
        "determinations": f"SELECT * FROM read_parquet('{_place(source, DETERMINATIONS_FILE)}')"
        + (f"\nWHERE remedy IN ({chosen})" if chosen else ""),
        "charges": f"SELECT * FROM read_parquet('{_place(source, CHARGES_FILE)}')",
        "people": f"SELECT * FROM read_parquet('{_place(source, PEOPLE_FILE)}')",
        "answers": """SELECT subject_id, charge_id,
  bool_or(status = 'granted') AS granted,
  bool_or(status = 'eligible') AS eligible,
  bool_or(status = 'eligible_later') AS later,
  bool_or(status = 'undetermined') AS undetermined,
  min(eligible_on) FILTER (status = 'eligible_later') AS opens_on,
  first(remedy::VARCHAR ORDER BY best DESC, remedy::VARCHAR) FILTER (status = 'eligible') AS remedy,
  first(outcome::VARCHAR ORDER BY best DESC, remedy::VARCHAR) FILTER (status = 'eligible') AS becomes
FROM determinations GROUP BY subject_id, charge_id""",
        "reliefs": f"""SELECT subject_id, charge_id,
  min({f"CASE remedy::VARCHAR {left} END" if left else "NULL::INTEGER"}) AS found
FROM read_parquet('{_place(source, DETERMINATIONS_FILE)}')
WHERE status = 'granted' GROUP BY subject_id, charge_id""",
        "relieved_charges": f"""SELECT c.*,
  least(CASE c.relief_leaves::VARCHAR {recorded} END, r.found) AS left_over
FROM charges c LEFT JOIN reliefs r USING (subject_id, charge_id)""",
        "charge_standing": f"""SELECT c.*, a.opens_on, a.remedy, a.becomes,
  coalesce(a.undetermined, false) AS undetermined,
  coalesce(({relief}) AND c.left_over > 0, false) AS further,
  CASE
{case}
    ELSE 'none'
  END AS standing
FROM relieved_charges c LEFT JOIN answers a USING (subject_id, charge_id)""",
        "person_standing": f"""SELECT p.*, coalesce(s.standing, 'none') AS standing,
  coalesce(s.relief, false) AS relief, coalesce(s.open, false) AS open, s.relief_date, s.opens_on
FROM people p LEFT JOIN (
  SELECT subject_id,
    arg_min(standing, CASE standing {rank} END) AS standing,
    bool_or(standing = 'granted') AS relief,
    bool_or((standing <> 'granted' OR further) AND (standing = 'eligible' OR undetermined)) AS open,
    min(relief_date) FILTER (standing = 'granted') AS relief_date,
    min(opens_on) FILTER (standing = 'eligible_later') AS opens_on
  FROM charge_standing GROUP BY subject_id
) s USING (subject_id)""",
        "convictions": f"""SELECT subject_id, undetermined,
  CASE WHEN left_over BETWEEN 1 AND {LEFT.index("felony")} THEN left_over = {LEFT.index("felony")}
    ELSE coalesce(level::VARCHAR = 'felony', true) END AS felony,
  coalesce(conviction_date_latest > DATE '{day}' - INTERVAL 7 YEAR, true) AS recent,
  coalesce(list_has_any(string_split(becomes, ' or '), {LEVELS}), true) AS stays,
  coalesce(list_contains(string_split(becomes, ' or '), 'felony'), true) AS stays_felony
FROM (
  SELECT * REPLACE (CASE WHEN standing = 'eligible' THEN becomes END AS becomes) FROM charge_standing
) WHERE outcome = 'convicted' AND coalesce(left_over <> 0, true)""",
    }
    return list(made.items())


def _tests(relief: str) -> Mapping[str, str]:
    return {
        "granted": f"({relief}) AND NOT coalesce(c.left_over > 0 AND a.eligible, false)",
        "eligible": "a.eligible",
        "eligible_later": "a.later",
        "undetermined": "a.undetermined",
        "ineligible": "a.charge_id IS NOT NULL",
    }


def _place(source: Source, name: str) -> str:
    return f"{name}/part-*.parquet" if (source.run.directory / name).is_dir() else name
