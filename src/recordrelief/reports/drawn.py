"""Which charts a report has, drawn from the numbers that its tables show and from no others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from recordrelief.reports.charts import Bar, Chart, short
from recordrelief.reports.figures import LATER_STILL, NOT_CONDITIONS, NOT_RECORDED, OTHERS, UNDATED
from recordrelief.reports.gap import Gap
from recordrelief.reports.standing import STANDINGS
from recordrelief.reports.tables import Row, Table
from recordrelief.reports.words import Words

_MOST = 12
_SCALES = {
    "felony": "Any felony conviction",
    "conviction": "Any conviction",
    "recent conviction": "A conviction in the last seven years",
}


def charts(tables: Mapping[str, Table], gaps: Sequence[Gap], words: Words) -> dict[str, Chart]:
    """The charts, by the name of the figure they belong to; one without a bar is left out."""
    made = (
        _standing(tables["standing_people"], "people"),
        _standing(tables["standing_charges"], "charges"),
        _gap(gaps),
        _relieved(tables["relieved"]),
        _best(tables["best_remedy"], words),
        _ahead(tables["ahead"]),
        _missing(tables["missing"], words),
        _most(tables["county_people"], "county", "people"),
        _years(tables["year_charges"]),
        _most(tables["offense_charges"], "offense", "charges"),
        *(_shares(tables[f"{key}_people"], key) for key in ("race", "ethnicity", "sex", "age")),
    )
    return {chart.name: chart for chart in made if any(bar.value for bar in chart.bars)}


def _standing(table: Table, unit: str) -> Chart:
    row = table.rows[0]
    bars = tuple(
        Bar(title, row[name], _told(row[name], row["total"]), second=name == "eligible")
        for name, (title, _) in STANDINGS.items()
        if row[name] is not None
    )
    return Chart(
        name=table.figure.name,
        title=f"{unit.capitalize()} by how they stand",
        description=f"Bars of {unit}, from nought: " + _read(bars),
        bars=bars,
    )


def _gap(gaps: Sequence[Gap]) -> Chart:
    bars = tuple(
        bar
        for gap in gaps
        if gap.unit == "people"
        for bar in (
            Bar(f"Had relief, {gap.bound} bound", gap.granted, f"{gap.granted:,}"),
            Bar(f"Eligible without it, {gap.bound} bound", gap.eligible, f"{gap.eligible:,}", second=True),
        )
    )
    return Chart(
        name="gap",
        title="The gap: people who had relief, and people who may have it and had none",
        description="Bars of people, from nought: " + _read(bars),
        bars=bars,
        unlike=("had relief", "eligible, and had none"),
    )


def _relieved(table: Table) -> Chart:
    bars = tuple(
        bar
        for row in table.rows
        for bar in (
            _number(f"{_SCALES[row['scale']]}, today", row["people"]),
            _number("… with relief for all eligible now", row["left"], second=True),
        )
        if bar is not None
    )
    return Chart(
        name="relieved",
        title="People with a conviction today, and with one left if all relief that is open now were granted",
        description="Pairs of bars of people, from nought: " + _read(bars),
        bars=bars,
        unlike=("today", "with relief for everything eligible now"),
    )


def _best(table: Table, words: Words) -> Chart:
    rows = sorted((row for row in table.rows if row["charges"] is not None), key=lambda row: -row["charges"])
    bars = tuple(
        Bar(short(_named(row["remedy"], words)), row["charges"], f"{row['charges']:,}") for row in rows[:_MOST]
    )
    return Chart(
        name="best_remedy",
        title="Eligible charges by their best remedy",
        description="Bars of charges, from nought: " + _read(bars),
        bars=bars,
    )


def _ahead(table: Table) -> Chart:
    rows = [row for row in table.rows if row["month"] not in (LATER_STILL, UNDATED)]
    bars = tuple(Bar(row["month"], row["people"] or 0, f"{row['people'] or 0:,}") for row in rows)
    return Chart(
        name="ahead",
        title="People who become eligible, by month",
        description=f"Upright bars of people for {len(bars)} months; months whose number is hidden are empty.",
        bars=bars,
        upright=True,
        axis="people",
    )


def _missing(table: Table, words: Words) -> Chart:
    # What alone would settle an answer tells more than what is one of many things: those come first, if there are any.
    alone = any(row["people_alone"] for row in table.rows)
    column = "people_alone" if alone else "people"
    rows = sorted((row for row in table.rows if row[column]), key=lambda row: -row[column])
    bars = tuple(
        Bar(short(_condition(row["remedy"], row["condition"], words)), row[column], f"{row[column]:,}")
        for row in rows[:_MOST]
    )
    return Chart(
        name="missing",
        title="Conditions that are the only thing unknown, by people"
        if alone
        else "What is unknown most often, by people",
        description="Bars of people, from nought: " + _read(bars),
        bars=bars,
    )


def _most(table: Table, key: str, unit: str) -> Chart:
    rows = [row for row in table.rows if row["eligible"] and row[key] not in (NOT_RECORDED, OTHERS)]
    rows.sort(key=lambda row: (-row["eligible"], row[key]))
    bars = tuple(Bar(short(row[key]), row["eligible"], f"{row['eligible']:,}", second=True) for row in rows[:_MOST])
    return Chart(
        name=table.figure.name,
        title=f"{unit.capitalize()} eligible now, by {key}: the first {len(bars)}",
        description=f"Bars of {unit} eligible now, from nought: " + _read(bars),
        bars=bars,
    )


def _years(table: Table) -> Chart:
    known = {int(row["year"]): row["eligible"] for row in table.rows if row["year"] != NOT_RECORDED}
    years = range(min(known), max(known) + 1) if known else range(0)
    bars = tuple(Bar(str(year), known.get(year) or 0, f"{known.get(year) or 0:,}", second=True) for year in years)
    return Chart(
        name="year_charges",
        title="Charges eligible now, by year of conviction or disposition",
        description=f"Upright bars of charges for {len(bars)} years; years whose number is hidden are empty.",
        bars=bars,
        upright=True,
        axis="charges eligible now",
    )


def _shares(table: Table, key: str) -> Chart:
    bars = tuple(
        Bar(short(row[key]), row["eligible"] / row["total"], _of(row), second=True)
        for row in table.rows
        if row["eligible"] is not None and row["total"] and not (row[key] == NOT_RECORDED and len(table.rows) == 1)
    )
    return Chart(
        name=table.figure.name,
        title=f"Share of people eligible now, by {key}",
        description="Bars of shares, from nought to all: " + _read(bars),
        bars=bars,
        limit=1.0,
    )


def _of(row: Row) -> str:
    return f"{row['eligible'] / row['total']:.0%} ({row['eligible']:,} of {row['total']:,})"


def _number(label: str, number: int | None, second: bool = False) -> Bar | None:
    return None if number is None else Bar(label, number, f"{number:,}", second)


def _told(number: int, total: int | None) -> str:
    return f"{number:,}" if not total else f"{number:,} ({number / total:.0%})"


def _named(remedy: str, words: Words) -> str:
    title = words.title(remedy)
    return f"{remedy}: {title}" if title else remedy


def _condition(remedy: str, condition: str, words: Words) -> str:
    sentence = words.sentence(remedy, condition)
    name = remedy if condition in NOT_CONDITIONS else condition
    return f"{name}: {sentence}" if sentence else f"{remedy}: {condition}"


def _read(bars: Sequence[Bar]) -> str:
    return "; ".join(_each(bars)) + "."


def _each(bars: Sequence[Bar]) -> Iterator[str]:
    return (f"{' '.join(bar.label.split())} {bar.written}" for bar in bars)
