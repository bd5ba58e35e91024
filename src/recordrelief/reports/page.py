"""The report as one page of HTML that needs nothing else: to read on a screen, light or dark, and to print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

import attrs

from recordrelief.ledger.stages import MEANINGS
from recordrelief.reports.charts import Chart, svg
from recordrelief.reports.drawn import charts
from recordrelief.reports.figures import LATER_STILL, NOT_RECORDED, UNDATED
from recordrelief.reports.gap import Gap
from recordrelief.reports.help_directory import HelpDirectory, Reach
from recordrelief.reports.standing import STANDINGS, Source, views
from recordrelief.reports.tables import Table
from recordrelief.reports.waiting import Waiting, ledger_views
from recordrelief.reports.words import Words

HEADS = {
    **{name: word for name, (word, _) in STANDINGS.items()},
    "total": "All",
    "remedy": "Remedy",
    "condition": "Condition",
    "county": "County",
    "year": "Year",
    "offense": "Offense",
    "race": "Race",
    "ethnicity": "Ethnicity",
    "sex": "Sex",
    "age": "Age",
    "month": "Month",
    "charges": "Charges",
    "people": "People",
    "people_alone": "People for whom only this is missing",
    "convictions": "Convictions",
    "people_convicted": "People with a conviction",
    "people_deceased": "People who have died",
    "unit": "Counted",
    "scale": "People who have",
    "left": "Would have one left",
    "freed": "Would have none",
    "left_high": "Would have one left, high bound",
    "freed_high": "Would have none, high bound",
    "stage": "Stage",
    "reached": "Reached it",
    "missing": "Identified, and not here yet",
    "waiting": "Wait here",
    "days": "Days the oldest has waited",
}
_SCALES = {
    "felony": "a felony conviction",
    "conviction": "any conviction",
    "recent conviction": "a conviction within seven years",
}
_MISSING = 25
_PARTS = (
    ("standing", "Who may have relief"),
    ("gap", "The gap, and the years to close it"),
    ("relieved", "What relief would do to people"),
    ("remedies", "By remedy"),
    ("waiting", "What waits of the relief that was found"),
    ("ahead", "Who becomes eligible later"),
    ("missing", "What is missing"),
    ("county", "By county"),
    ("offense", "By offense and year"),
    ("groups", "By race, ethnicity, sex and age"),
    ("check", "How these numbers are made, and checked"),
)
_GROUPS = ("race", "ethnicity", "sex", "age")


@attrs.frozen
class Beside:
    """A column of words beside the names of the rows."""

    head: str
    cells: list[str]


def page(
    source: Source,
    tables: Mapping[str, Table],
    gaps: Sequence[Gap],
    words: Words,
    threshold: int,
    *,
    directory: HelpDirectory | None = None,
    reach: Reach | None = None,
    waiting: Waiting | None = None,
) -> str:
    """The page.

    Args:
        source: the run.
        tables: its figures, small numbers hidden.
        gaps: the gap of people and charges.
        words: what remedies and conditions are called.
        threshold: the least number that is shown.
        directory: who gives legal help in which county.
        reach: which counties of the run it reaches.
        waiting: what waits, by a ledger.
    """
    manifest = source.run.manifest
    recorded = [key for key in _GROUPS if any(row[key] != NOT_RECORDED for row in tables[f"{key}_people"].rows)]
    missing = sorted(
        tables["missing"].rows, key=lambda row: (-(row["people_alone"] or 0), -(row["people"] or 0), row["remedy"])
    )
    return rendered(
        "report.html.j2",
        title=f"Record relief: who may have it, as of {manifest['as_of']}",
        as_of=manifest["as_of"],
        laws=" and ".join(
            f"{words.laws.get(law['id'], law['id'])} (pack {law['id']}, version {law['version']})"
            for law in manifest["statutes"]
        ),
        county=manifest["county"],
        remedies=source.remedies,
        inputs=[one["name"] for one in manifest["inputs"]],
        rows=manifest["counts"],
        notice=manifest["notice"],
        digest=manifest["digest"],
        version=manifest["recordrelief"],
        threshold=threshold,
        headline=_headline(tables, gaps),
        remarks=_remarks(source),
        gap_remarks=_gap_remarks(tables, gaps),
        parts=[part for part in _PARTS if part[0] != "waiting" or waiting is not None],
        standings=STANDINGS,
        heads=HEADS,
        tables=tables,
        charts=inlined(charts(tables, gaps, words)),
        gaps=[_told(gap) for gap in gaps],
        relieved_rows=[row | {"scale": _SCALES[row["scale"]]} for row in tables["relieved"].rows],
        titled={
            name: Beside("What it is", [words.title(row["remedy"]) for row in tables[name].rows])
            for name in ("best_remedy", "remedy_charges", "remedy_people")
        },
        missing_rows=missing[:_MISSING],
        missing_words=Beside(
            "What it says", [words.sentence(row["remedy"], row["condition"]) for row in missing[:_MISSING]]
        ),
        missing_more=len(missing[_MISSING:]),
        help_remarks=[] if reach is None else reach.sentences(),
        offices=None
        if directory is None or reach is None
        else Beside("Legal help", _offices(tables, directory, reach)),
        groups=recorded,
        unrecorded=[key for key in _GROUPS if key not in recorded],
        waiting=waiting,
        stages=MEANINGS,
        ledger_views=[] if waiting is None else ledger_views(waiting.as_of),
        views=views(source),
        queries={name: table.figure.query(source.as_of) for name, table in tables.items()},
    )


def inlined(made: Mapping[str, Chart]) -> dict[str, dict[str, Any]]:
    """Charts as the templates take them."""
    import markupsafe

    return {
        name: {"title": chart.title, "svg": markupsafe.Markup(svg(chart)), "unlike": chart.unlike}
        for name, chart in made.items()
    }


def rendered(template: str, **names: Any) -> str:
    """A template of this package filled in; whatever comes from a record is escaped."""
    import jinja2

    def text(name: str) -> str:
        return (files("recordrelief.reports") / name).read_text(encoding="utf-8")

    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, loader=jinja2.FunctionLoader(text)
    )
    return environment.get_template(template).render(**names)


def shown(number: int | None) -> str:
    """A count as it is printed; a dash where it is hidden."""
    return "\u2013" if number is None else f"{number:,}"


def _headline(tables: Mapping[str, Table], gaps: Sequence[Gap]) -> list[dict[str, str]]:
    people, charges = tables["standing_people"].rows[0], tables["standing_charges"].rows[0]
    freed = {row["scale"]: row["freed"] for row in tables["relieved"].rows}
    found = [
        {
            "what": word,
            "number": shown(people[name]),
            "beside": f"people, and {shown(charges[name])} charges",
        }
        for name, word in (
            ("eligible", "Eligible now"),
            ("granted", "Relief already granted"),
            ("eligible_later", "Eligible later"),
            ("undetermined", "Cannot be told"),
        )
    ]
    found.append(
        {
            "what": "Would have no conviction left",
            "number": shown(freed["conviction"]),
            "beside": f"people; no felony left: {shown(freed['felony'])}",
        }
    )
    low = next((gap for gap in gaps if gap.unit == "people" and gap.bound == "low"), None)
    if low is not None:
        told = _told(low)
        found.append(
            {
                "what": "Years to close the gap (low bound)",
                "number": told["years"],
                "beside": f"uptake {told['uptake']}",
            }
        )
    return found


def _remarks(source: Source) -> list[str]:
    found = []
    manifest = source.run.manifest
    if aside := manifest["counts"]["quarantined_without_subject"]:
        found.append(f"{aside:,} rows could not be read and belong to nobody that can be told; they are in no number.")
    if manifest["county"]:
        found.append(
            f"Only charges of {manifest['county']} were determined; of the same people's other charges no "
            "remedy was asked."
        )
    return found


def _gap_remarks(tables: Mapping[str, Table], gaps: Sequence[Gap]) -> list[str]:
    found = []
    rates = {gap.unit: gap.rate for gap in gaps}
    for unit, rate in rates.items():
        if rate is None:
            found.append(
                f"How many {unit} have relief in a year is not known: "
                + (
                    "the rate that was given is of people."
                    if any(rates.values())
                    else "the record dates no relief of these years, or too few to be shown. Give it with "
                    "--granted-per-year (of people)."
                )
            )
        else:
            found.append(f"Relief a year, {unit}: {rate.per_year:,.1f}, {rate.source}.")
    for row in tables["gap"].rows:
        if row["undated"]:
            found.append(f"Of the {row['unit']} with relief, {row['undated']:,} have it without a day.")
    people = rates.get("people")
    soon = [row["people"] for row in _next_year(tables["ahead"])]
    if people is not None and soon and all(number is not None for number in soon):
        inflow = sum(number or 0 for number in soon)
        if inflow >= people.per_year:
            found.append(
                f"In the next twelve months {inflow:,} more people surely become eligible, no fewer than have relief "
                "in a year: at this rate the gap never closes."
            )
    never = [row["remedy"] for row in tables["remedy_charges"].rows if _never(row)]
    if never:
        found.append(
            "The high bound counts whatever cannot be told. From this record these remedies were found open, opening "
            "later or granted for nobody, though they could not be ruled out, so that they raise the high bound and "
            f"never the low one: {', '.join(never)}. A report on other remedies alone (--remedy) has a narrower one."
        )
    return found


def _never(row: Mapping[str, Any]) -> bool:
    return all(row[name] == 0 for name in ("eligible", "granted", "eligible_later")) and bool(row["undetermined"])


def _next_year(ahead: Table) -> list[dict[str, Any]]:
    return [row for row in ahead.rows if row["month"] not in (LATER_STILL, UNDATED)][:12]


def _told(gap: Gap) -> dict[str, Any]:
    if gap.rate is None:
        years = "not known"
    elif gap.years is None:
        years = "never"
    else:
        years = f"{gap.years:,.1f}"
    return {
        "unit": gap.unit,
        "bound": gap.bound,
        "granted": gap.granted,
        "eligible": gap.eligible,
        "uptake": "none" if gap.uptake is None else f"{gap.uptake:.1%}",
        "gap": "none" if gap.uptake is None else f"{1 - gap.uptake:.1%}",
        "rate": "not known" if gap.rate is None else f"{gap.rate.per_year:,.1f}",
        "years": years,
    }


def _offices(tables: Mapping[str, Table], directory: HelpDirectory, reach: Reach) -> list[str]:
    told = []
    for row in tables["county_people"].rows:
        offices = directory.of(row["county"])
        told.append(
            "; ".join(", ".join(filter(None, (one.name, one.phone, one.web))) for one in offices)
            or ("" if row["county"] in (NOT_RECORDED, *reach.no_county) else "none listed")
        )
    return told
