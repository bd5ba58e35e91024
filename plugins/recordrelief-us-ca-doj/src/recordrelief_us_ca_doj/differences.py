"""The output ``differences``: every charge on which the statute and the rules of Clear My Record disagree, and why."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import polars as pl

from recordrelief.errors import RequestError
from recordrelief.outputs import Output
from recordrelief.outputs.tables import harmless
from recordrelief.records import Records
from recordrelief.screening import APPLIES, GRANTED, Screening
from recordrelief_us_ca_doj.clear_my_record.decisions import DISMISSAL, REDUCTION, SOURCE_COLUMNS, decisions
from recordrelief_us_ca_doj.clear_my_record.options import EligibilityOptions
from recordrelief_us_ca_doj.rows import ResearchFile, ResearchFiles

REMEDY = "hs-11361.8"

COLUMNS = {
    "source_file": "the file the charge stands in",
    "source_line": "its line there",
    "subject_id": "the person",
    "charge_id": "the charge; blank where the records hold none for the line",
    "citation": "the offense as it was read",
    "statute": "status under HS 11361.8; blank where the statute is not about the charge",
    "statute_outcome": "what the statute would make of it",
    "tool": "what Clear My Record answers; blank for no answer",
    "tool_reason": "the reason it gives",
    "why": "why the two differ, in a sentence",
}
"""The columns of ``differences.csv`` and what they mean."""

_TOOL_GRANTS = {DISMISSAL: "dismissed", REDUCTION: "reduced"}


class Differences(Output):
    """Writes differences.csv, one row a charge."""

    id: ClassVar[str] = "differences"
    title: ClassVar[str] = "Charges on which HS 11361.8 and Clear My Record disagree, and why"

    def settings(self, text: str | None) -> EligibilityOptions:
        """Read that tool's options file, whose path stands behind the name of the output."""
        if not text:
            raise RequestError(
                "The output differences needs the options file of Clear My Record.", expected="differences=OPTIONS.json"
            )
        return EligibilityOptions.read(Path(text))

    def write(self, screening: Screening, records: Records, directory: Path, settings: object) -> tuple[Path, ...]:
        """Compare both answers charge by charge."""
        if not isinstance(settings, EligibilityOptions) or not isinstance(records.source, ResearchFiles):
            raise RequestError("The output differences reads California DOJ research files only.")
        if screening.county is None:
            raise RequestError(
                "Clear My Record decides for one county, and none was given.", cure="Give the county of the run."
            )
        if REMEDY not in {remedy.id for remedy in screening.remedies}:
            raise RequestError(
                f"The output differences compares {REMEDY}, which this run does not determine.",
                cure="Leave --remedy out, or name it, on a day when it is in force.",
            )
        source = records.source
        parts = [
            _of_file(file, label, screening, settings) for file, label in zip(source.files, source.labels, strict=True)
        ]
        path = directory / "differences.csv"
        harmless(pl.concat(parts)).write_csv(path)
        path.chmod(0o600)
        return (path,)


def _of_file(file: ResearchFile, label: str, screening: Screening, options: EligibilityOptions) -> pl.DataFrame:
    """The differences of one file, in its order; that tool saw one file at a time."""
    rows = file.frame(SOURCE_COLUMNS)
    decided = decisions(rows, options, screening.county or "", screening.as_of).convictions.filter("considered")
    charges = screening.records.charges.filter(pl.col("source_file") == label)
    charges = charges.select("charge_id", "source_line", "citation")
    # The tool takes the first convicted row of a count; the records may stand on another row of it.
    count = pl.concat_str(pl.col("SUBJECT_ID").str.strip_chars(), pl.lit("-"), pl.col("CNT_ORDER").str.strip_chars())
    told = rows.select("row", pl.col("source_line").alias("own"), pl.col("SUBJECT_ID").alias("subject_id"), count=count)
    tool = (
        decided.select("row", tool="determination", tool_reason="reason")
        .join(told, on="row", how="left")
        .join(charges.select("charge_id", "source_line"), left_on="count", right_on="charge_id", how="left")
        .with_columns(pl.coalesce("source_line", "own").alias("source_line"))
        .drop("count", "own", "row")
    )
    statute = screening.determinations.filter((pl.col("remedy") == REMEDY) & (pl.col("source_file") == label)).select(
        "source_line",
        pl.col("subject_id").alias("person"),
        pl.col("status").cast(pl.String).alias("statute"),
        pl.col("outcome").cast(pl.String).alias("statute_outcome"),
        "deciding",
    )
    both = (
        tool.join(statute, on="source_line", how="full", coalesce=True)
        .join(charges, on="source_line", how="left")
        .sort("source_line")
        .with_columns(
            pl.coalesce("person", "subject_id").alias("subject_id"),
            pl.lit(label).alias("source_file"),
            pl.col("tool", "tool_reason").fill_null(""),
        )
    )
    keys = ("statute", "statute_outcome", "deciding", "tool", "tool_reason")
    distinct = both.select(keys).unique(maintain_order=True)
    sentences = _sentences(screening)
    why = pl.Series("why", [_why(*row, sentences=sentences) for row in distinct.iter_rows()], dtype=pl.String)
    return (
        both.join(distinct.hstack([why]), on=keys, how="left", nulls_equal=True, maintain_order="left")
        .drop_nulls("why")
        .select(list(COLUMNS))
    )


def _sentences(screening: Screening) -> dict[str, str]:
    """The sentence of each condition of the remedy."""
    remedy = next(remedy for remedy in screening.remedies if remedy.id == REMEDY)
    sentences = {item.id: item.sentence for item in remedy.findings()}
    sentences[APPLIES] = "the charge is a conviction under HS 11357 to 11360"
    sentences[GRANTED] = "no such relief has been granted yet"
    return sentences


def _why(
    status: str | None,
    outcome: str | None,
    deciding: list[str] | None,
    tool: str,
    reason: str,
    *,
    sentences: dict[str, str],
) -> str | None:
    """Why the two answers differ; None where they do not."""
    grants = _TOOL_GRANTS.get(tool)
    points = "; ".join(f"{one}: {sentences[one]}" for one in deciding or ())
    if status is None:
        return None if grants is None else f"The tool grants ({reason}), but the statute is not about this charge."
    if status == "eligible":
        if grants is None:
            return f"The statute gives relief ({outcome or 'outcome open'}), the tool gives no answer."
        outcomes = set((outcome or "").split(" or "))
        same = outcomes == {"dismissed and sealed"} if grants == "dismissed" else "dismissed and sealed" not in outcomes
        if same:
            return None
        return f"Both give relief: the statute says {outcome or 'open'}, the tool {tool.lower()} ({reason})."
    if status == "granted":
        return None if grants is None else "The record shows this relief already, the tool recommends it again."
    if grants is None:
        says = {"undetermined": "leaves it open", "eligible_later": "gives relief only later"}.get(status)
        return says and f"The statute {says} ({points}), the tool gives no answer."
    verdict = {
        "ineligible": "The statute denies relief, since this is not met",
        "undetermined": "The record does not tell under the statute, for this is not known",
        "eligible_later": "The statute gives relief only later, for this is still ahead",
    }[status]
    return f"{verdict} ({points}); the tool grants ({reason})."
