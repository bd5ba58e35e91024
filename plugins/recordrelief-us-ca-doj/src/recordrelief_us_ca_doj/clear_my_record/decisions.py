"""What Clear My Record (gogen 0.2.13) decided about the rows of one research file, its defects included.

People are the rows of one file with one SUBJECT_ID, in file order; that tool never joined files. A date it could not
read became the first day of the year 1, and took part in every comparison as such.
"""

from __future__ import annotations

from datetime import date, timedelta

import attrs
import polars as pl

from .options import EligibilityOptions
from .patterns import SECTIONS, is_pc290, is_superstrike, mentions_prop64, prop64_section, subdivision_11357

DECISION_COLUMNS = (
    "Case Number",
    "# of convictions on record",
    "Possible Other P64 Charges",
    "Occurred after 11/9/2016",
    "Superstrike Code Section(s)",
    "PC290 Code Section(s)",
    "PC290 Registration",
    "Date of Conviction",
    "Years Since This Conviction",
    "Years Since Any Conviction",
    "# of Prop 64 convictions",
    "# of HS 11357 convictions",
    "# of HS 11358 convictions",
    "# of HS 11359 convictions",
    "# of HS 11360 convictions",
    "Deceased",
    "Eligibility Determination",
    "Eligibility Reason",
)

SOURCE_COLUMNS = (
    "SUBJECT_ID",
    "PRI_DOB",
    "STP_EVENT_DATE",
    "STP_TYPE_DESCR",
    "STP_ORI_CNTY_NAME",
    "CNT_ORDER",
    "OFN",
    "OFFENSE_DESCR",
    "OFFENSE_TOC",
    "DISP_DESCR",
    "CONV_STAT_DESCR",
    "COMMENT_TEXT",
)
"""The columns of the research file that a decision reads."""

DISMISSAL = "Eligible for Dismissal"
REDUCTION = "Eligible for Reduction"
MISDEMEANOR = "Misdemeanor or Infraction"
UNKNOWN_DATE = date(1, 1, 1)

_PROP64_EFFECTIVE = date(2016, 11, 9)
_DURATION_LIMIT_HOURS = (2**63 - 1) / 3.6e12  # that tool kept durations in 64 bits of nanoseconds, about 292 years
_OTHER_CHARGES = "Possible Other P64 Charges"


@attrs.frozen
class Decisions:
    """The decisions on one file.

    ``listed`` has a row for each source row with any decision column filled, in file order: ``row`` and the decision
    columns. ``convictions`` has every conviction of every person: subject, row, convicted_on, felony, section (the
    Proposition 64 section, or null), considered, determination and reason (both blank where not considered).
    """

    listed: pl.DataFrame
    convictions: pl.DataFrame

    def considered_rows(self) -> pl.Series:
        """The rows that got a decision, in file order."""
        return self.convictions.filter("considered").get_column("row").sort()

    def for_rows(self, rows: pl.Series) -> pl.DataFrame:
        """``row`` and the decision columns for the rows given; blank where that tool wrote nothing."""
        every = rows.rename("row").to_frame()
        return every.join(self.listed, on="row", how="left", maintain_order="left").with_columns(
            pl.col(DECISION_COLUMNS).fill_null("")
        )


def decide(rows: pl.DataFrame, options: EligibilityOptions, county: str, compute_at: date) -> pl.DataFrame:
    """The decision columns, blank or filled, for every row of one file.

    Args:
        rows: ``row`` and at least the source columns, verbatim, in file order.
        options: what the district attorney chose.
        county: decided are convictions whose county name equals this text exactly.
        compute_at: the day at which ages and waits are measured.
    """
    return decisions(rows, options, county, compute_at).for_rows(rows.get_column("row"))


def decisions(rows: pl.DataFrame, options: EligibilityOptions, county: str, compute_at: date) -> Decisions:
    """Like ``decide``, but only the rows that have something, and what the run summary counts."""
    convictions = _convictions(rows).with_columns(
        considered=pl.col("section").is_not_null() & (pl.col("county") == county)
    )
    considered = _about_subjects(rows, convictions).with_columns(_rules(options, compute_at))
    other = _other_charges(rows)
    convictions = convictions.join(
        considered.select("row", "determination", "reason"), on="row", how="left", maintain_order="left"
    ).with_columns(pl.col("determination", "reason").fill_null(""))
    filled = _columns(considered, compute_at).join(other, on="row", how="left", maintain_order="left")
    alone = other.join(considered, on="row", how="anti")
    listed = pl.concat([filled, alone], how="diagonal").sort("row")
    return Decisions(
        listed=listed.select("row", pl.col(DECISION_COLUMNS).fill_null("")),
        convictions=convictions.select(
            "subject", "row", "convicted_on", "felony", "section", "considered", "determination", "reason"
        ),
    )


def plus_years(day: pl.Expr, years: int) -> pl.Expr:
    """The day some years later, or earlier; 29 February becomes 1 March where the year has none."""
    moved = day.dt.offset_by(f"{years}y")
    return pl.when(day.dt.day() == moved.dt.day()).then(moved).otherwise(moved.dt.offset_by("1d"))


def _day(text: pl.Expr) -> pl.Expr:
    """Eight digits as a date, anything else as the first day of the year 1."""
    digits = pl.when(text.str.contains("^[0-9]{8}$")).then(text)
    return digits.str.to_date("%Y%m%d", strict=False).fill_null(pl.lit(UNKNOWN_DATE))


def _defers_to_comment(offense: pl.Expr) -> pl.Expr:
    return offense.str.strip_chars().is_in(["", "SEE COMMENT FOR CHARGE"])


def _convictions(rows: pl.DataFrame) -> pl.DataFrame:
    """The first convicted row of each count of each person, in file order.

    A later convicted row of the same count only lengthened the sentence, which no decision reads. People without a
    SUBJECT_ID were begun anew at each row, so none of their counts was ever known as seen.
    """
    offense = pl.col("OFFENSE_DESCR")
    text = pl.when(_defers_to_comment(offense)).then(pl.col("COMMENT_TEXT")).otherwise(offense)
    status = pl.col("CONV_STAT_DESCR")
    convicted = rows.lazy().filter(pl.col("DISP_DESCR").str.starts_with("CONVICTED")).select("row", *SOURCE_COLUMNS)
    return (
        convicted.filter((pl.col("SUBJECT_ID") == "") | pl.struct("SUBJECT_ID", "CNT_ORDER").is_first_distinct())
        .select(
            "row",
            subject="SUBJECT_ID",
            county="STP_ORI_CNTY_NAME",
            case=pl.col("CNT_ORDER").str.slice(0, 6),
            convicted_on=_day(pl.col("STP_EVENT_DATE")),
            felony=(status == "FELONY") | ((status == "") & (pl.col("OFFENSE_TOC") == "F")),
            text=text.str.extract("^([^-]*)", 1),
        )
        .with_columns(section=prop64_section(pl.col("text")))
        .collect()
    )


def _about_subjects(rows: pl.DataFrame, convictions: pl.DataFrame) -> pl.DataFrame:
    """The considered convictions with what is known of their person."""
    considered = convictions.filter("considered")
    subjects = considered.select(pl.col("subject").unique())
    record = convictions.join(subjects, on="subject", how="semi", maintain_order="left")
    counts = record.group_by("subject").agg(
        pl.len().alias("convictions"),
        pl.max("convicted_on").clip(lower_bound=UNKNOWN_DATE).alias("latest"),
        pl.col("section").is_not_null().sum().alias("prop64"),
        *((pl.col("section") == section).sum().alias(section) for section in SECTIONS),
    )
    own = rows.lazy().select("row", *SOURCE_COLUMNS).rename({"SUBJECT_ID": "subject"})
    kind = pl.col("STP_TYPE_DESCR")
    deceased = own.filter(kind == "DECEASED").select("subject", dead=True).unique()
    registered = (
        own.filter((kind == "REGISTRATION") & pl.col("OFFENSE_DESCR").str.starts_with("290"))
        .select("subject", registered=True)
        .unique()
    )
    # Without a SUBJECT_ID, birth date and case numbers were overwritten at each row: the last row is what remained.
    nameless = pl.col("subject") == ""
    kept = own.filter(~nameless | (pl.col("row") == pl.col("row").filter(nameless).max()))
    births = kept.filter(pl.col("subject").is_first_distinct()).select("subject", born=_day(pl.col("PRI_DOB")))
    case = pl.col("CNT_ORDER").str.slice(0, 6).alias("case")
    cases = (
        kept.filter((kind == "COURT ACTION") & (pl.col("OFN") != ""))
        .select("subject", case, "OFN")
        .join(considered.lazy(), on=["subject", "case"], how="semi", maintain_order="left")
        .unique(maintain_order=True)
        .group_by("subject", "case")
        .agg(numbers=pl.col("OFN").str.join("; "))
    )
    superstrikes = _listed_sections(record, is_superstrike(pl.col("text")), "superstrikes")
    registrable = _listed_sections(record, is_pc290(pl.col("text")), "pc290")
    about = considered.lazy()
    for facts in (counts.lazy(), births, superstrikes.lazy(), registrable.lazy(), deceased, registered):
        about = about.join(facts, on="subject", how="left")
    return (
        about.join(cases, on=["subject", "case"], how="left")
        .with_columns(pl.col("dead", "registered").fill_null(False))
        .sort("row")
        .collect()
    )


def _listed_sections(record: pl.DataFrame, listed: pl.Expr, name: str) -> pl.DataFrame:
    return record.filter(listed).group_by("subject").agg(pl.col("text").str.join(";").alias(name))


def _rules(options: EligibilityOptions, compute_at: date) -> list[pl.Expr]:
    """Determination and reason: the first rule that holds decides."""
    text = pl.col("text")
    convicted_on = pl.col("convicted_on")
    born = pl.col("born")
    rules: list[tuple[pl.Expr, str, str]] = [(~pl.col("felony"), DISMISSAL, MISDEMEANOR)]
    for section in options.dismiss:
        holds = text.str.contains(section, literal=True)
        rules.append((holds, DISMISSAL, f"Dismiss all HS {section} convictions"))
    if options.under_21_at_conviction:
        rules.append((plus_years(born, 21) > convicted_on, DISMISSAL, "21 years or younger"))
    if options.age:
        rules.append((plus_years(born, options.age) <= compute_at, DISMISSAL, f"{options.age} years or older"))
    if options.years_since_conviction:
        years = options.years_since_conviction
        holds = convicted_on <= plus_years(pl.lit(compute_at), -years)
        rules.append((holds, DISMISSAL, f"Conviction occurred {years} or more years ago"))
    if options.years_crime_free:
        years = options.years_crime_free
        holds = pl.col("latest") < plus_years(pl.lit(compute_at), -years)
        rules.append((holds, DISMISSAL, f"No convictions in the past {years} years"))
    if options.only_prop64_charges:
        rules.append((pl.col("prop64") == pl.col("convictions"), DISMISSAL, "Only has 11357-60 charges"))
    if options.deceased:
        rules.append((pl.col("dead"), DISMISSAL, "Individual is deceased"))
    for section in options.reduce:
        holds = text.str.contains(section, literal=True)
        rules.append((holds, REDUCTION, f"Reduce all HS {section} convictions"))
    return [
        pl.coalesce([pl.when(rule[0]).then(pl.lit(rule[word])) for rule in rules] + [pl.lit("")]).alias(name)
        for word, name in ((1, "determination"), (2, "reason"))
    ]


def _columns(considered: pl.DataFrame, compute_at: date) -> pl.DataFrame:
    """The decision columns of the considered convictions, all but the possible other charges."""
    convicted_on = pl.col("convicted_on")
    numbers = dict(zip(DECISION_COLUMNS[10:15], ("prop64", *SECTIONS), strict=True))
    values: dict[str, pl.Expr] = {
        "Case Number": pl.col("numbers").fill_null(""),
        "# of convictions on record": pl.col("convictions").cast(pl.String),
        "Occurred after 11/9/2016": _either(convicted_on > _PROP64_EFFECTIVE, "Y", "N"),
        "Superstrike Code Section(s)": pl.col("superstrikes").fill_null("-"),
        "PC290 Code Section(s)": pl.col("pc290").fill_null("-"),
        "PC290 Registration": _either(pl.col("registered"), "Yes", "-"),
        "Date of Conviction": convicted_on.dt.strftime("%m/%d/%Y"),
        "Years Since This Conviction": _years_since(considered.get_column("convicted_on"), compute_at),
        "Years Since Any Conviction": _years_since(considered.get_column("latest"), compute_at),
        **{name: pl.col(column).cast(pl.String) for name, column in numbers.items()},
        "Deceased": _either(pl.col("dead"), "Deceased", "-"),
        "Eligibility Determination": pl.col("determination"),
        "Eligibility Reason": pl.col("reason"),
    }
    return considered.select("row", **values)


def _either(test: pl.Expr, yes: str, no: str) -> pl.Expr:
    return pl.when(test).then(pl.lit(yes)).otherwise(pl.lit(no))


def _years_since(days: pl.Series, compute_at: date) -> pl.Expr:
    """Hours through 24 x 365.25 to one decimal, formatted once per distinct day."""
    ages = (pl.lit(compute_at) - pl.lit(days.rename("day"))).dt.total_days()
    distinct = days.to_frame("day").select(ages.unique()).to_series().to_list()
    unknown = (compute_at - UNKNOWN_DATE) // timedelta(days=1)
    texts = ["-1.0" if age == unknown else _years_text(age) for age in distinct]
    return ages.replace_strict(distinct, texts, return_dtype=pl.String)


def _years_text(days: int) -> str:
    hours = max(-_DURATION_LIMIT_HOURS, min(_DURATION_LIMIT_HOURS, days * 24.0))
    return f"{hours / (24 * 365.25):.1f}"


def _other_charges(rows: pl.DataFrame) -> pl.DataFrame:
    """The comments that seem to name a Proposition 64 charge which the offense text does not, on any row."""
    offense = pl.col("OFFENSE_DESCR")
    comment = pl.col("COMMENT_TEXT")
    found = (
        rows.lazy()
        .filter(mentions_prop64(comment))
        .select(
            "row",
            comment.alias(_OTHER_CHARGES),
            deferred=_defers_to_comment(offense),
            charged=prop64_section(offense),
            noted=prop64_section(comment),
            charged_part=subdivision_11357(offense),
            noted_part=subdivision_11357(comment),
        )
    )
    other_half = pl.col("charged_part").is_in(["A", "B"]) != pl.col("noted_part").is_in(["A", "B"])
    differs = (pl.col("charged") != pl.col("noted")) | (
        (pl.col("charged") == "11357")
        & pl.col("noted_part").is_not_null()
        & (pl.col("charged_part").is_null() | other_half.fill_null(False))
    )
    return (
        found.filter(~pl.col("deferred") & (pl.col("charged").is_null() | differs))
        .select("row", _OTHER_CHARGES)
        .collect()
    )
