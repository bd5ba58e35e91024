"""Checks of a run by doing it again: its inputs read, and a sample of its people screened."""

from __future__ import annotations

import hashlib
import heapq
from collections import Counter
from collections.abc import Callable, Iterator

import attrs
import polars as pl

from recordrelief.answering import CHARGES_FILE, DETERMINATIONS_FILE, FINDINGS_FILE, PEOPLE_FILE, told_of
from recordrelief.manifests import counted, plain
from recordrelief.outputs.tables import flat, harmless
from recordrelief.screening import spellings
from recordrelief.verification.checked import CheckedRun, Seen, count_of, of_people


def _read_again(run: CheckedRun) -> Seen:
    """The inputs, read again, give the rows, people, charges and quarantine that the run counted."""
    run.asked_again()
    about, counts = run.about, run.about["counts"]
    differs = []
    stated = Counter(
        (entry["sha256"], entry["rows"], entry["used"], entry["quarantined"])
        for entry in (*about["inputs"], *about["sources"])
        if "rows" in entry
    )
    there = Counter(
        (one.source.sha256, one.source.rows, one.used, one.quarantined)
        for one in counted(run.as_read.quarantine, run.as_read.sources, about["format"])
    )
    if stated != there:
        differs.append(f"{count_of((stated - there).total(), 'file')} with other rows than the manifest counts")
    records = run.records
    for total, found in (
        ("subjects", records.subjects["subject_id"].n_unique()),
        ("charges", records.charges["charge_id"].n_unique()),
    ):
        if counts[total] != found:
            differs.append(f"{total} is {counts[total]}, the inputs have {found}")
    # The name of a file is left out: the same content may have moved.
    people, charges = told_of(records, run.pseudonyms)
    left_out = [] if about["polars"] == pl.__version__ else ["record"]  # another one makes other fingerprints
    stored = (run.stored.people.drop(left_out), people.drop(left_out))
    if other := _apart(*map(_texts, stored)).select("subject_id").n_unique():
        differs.append(f"{of_people(other)} with another fingerprint of the record")
    if other := _apart(_texts(run.stored.charges), _texts(charges)).select("charge_id").n_unique():
        differs.append(f"{count_of(other, 'charge')} that the inputs have otherwise")
    columns = ["source_line", "code", "reason", "subject_id"]
    aside = [
        _texts(frame.select(columns)) for frame in (run.stored.quarantine, harmless(run.named(records.quarantine)))
    ]
    if other := _apart(aside[0], aside[1]).height:
        differs.append(f"{count_of(other, 'row')} of the quarantine on one side only")
    return Seen(f"{count_of(there.total(), 'file')}, {of_people(counts['subjects'])}", tuple(differs))


def _screened_again(run: CheckedRun) -> Seen:
    """A sample of the people, screened again from the inputs, has the answers and findings that the run stored."""
    run.asked_again()
    people = _sampled(run)
    if not people:
        return Seen("nobody to screen")
    records = run.of_people(people)
    now = run.screened(records, run.about["county"])
    differs = []
    if plain(attrs.asdict(records.coverage)) != run.about["coverage"]:
        differs.append("the inputs have another coverage than the manifest says")
    stored = {"determination": (DETERMINATIONS_FILE, now.determinations)}
    if FINDINGS_FILE in run.about["files"]:
        stored["row of findings"] = (FINDINGS_FILE, now.findings)
    chosen = pl.col("subject_id").is_in(pl.Series(people).implode())
    compared = {
        what: (_numbered(what, run.stored.scan(name).filter(chosen).collect()), _numbered(what, run.named(frame)))
        for what, (name, frame) in stored.items()
    }
    moved = {entry["name"] for entry in run.about["inputs"]} != {path.name for path in run.inputs.paths}
    for what, (before, after) in compared.items():
        if moved:
            before, after = (frame.drop("source_file", strict=False) for frame in (before, after))
        before, after = _texts(before), _texts(after)
        if set(before.columns) != set(after.columns):
            differs.append(f"other columns of the {what.split()[-1]}s")
            continue
        apart = _apart(before, after)
        if not apart.is_empty():
            one, many = (what, f"{what}s") if what == "determination" else (what, "rows of findings")
            keys = [name for name in ("subject_id", "charge_id", "remedy", "alternative") if name in apart.columns]
            there = apart.select(keys).n_unique()
            whose = apart["subject_id"].n_unique()
            differs.append(f"{count_of(there, one, many)} of {of_people(whose)} not the same")
    return Seen(
        f"{of_people(len(people))}, {count_of(now.determinations.height, 'determination')}",
        tuple(differs),
    )


def _sampled(run: CheckedRun) -> list[str]:
    """The people to screen again, as the run names them. Chance is the digest's: the same run gives the same people."""
    digest = run.about["digest"]
    return heapq.nsmallest(
        run.sample, _candidates(run), key=lambda one: hashlib.sha256(f"{digest}\n{one}".encode()).digest()
    )


def _candidates(run: CheckedRun) -> Iterator[str]:
    """Everybody whom the run answered for; of a run in parts no more than a part is held."""
    county = run.about["county"]
    if run.stored.in_parts:
        parts = run.stored.parts(PEOPLE_FILE if county is None else CHARGES_FILE)
    else:
        parts = iter([run.records.subjects if county is None else run.records.charges])
    for part in parts:
        if county is not None:
            part = part.filter(pl.col("county").cast(pl.String).is_in(spellings(part["county"], county)))
        ids = part["subject_id"].unique()
        yield from ids if run.stored.in_parts or run.pseudonyms is None else run.pseudonyms.people(ids)


def _texts(frame: pl.DataFrame) -> pl.DataFrame:
    """Every cell as text, so that frames compare however their columns are kept."""
    return flat(frame).select(pl.all().cast(pl.String))


def _numbered(what: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Findings with the number of their reading, which they have where somebody's record has several."""
    if what == "determination" or "alternative" in frame.columns:
        return frame
    return frame.with_columns(pl.lit(0, dtype=pl.UInt16).alias("alternative"))


def _apart(one: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    """The rows of two frames that the other has not, or has more or less often."""
    columns = one.columns
    tallies = [frame.select(columns).group_by(columns).len() for frame in (one, other)]
    on = [*columns, "len"]
    return pl.concat([tallies[at].join(tallies[1 - at], on=on, how="anti", nulls_equal=True) for at in (0, 1)])


ANEW: tuple[tuple[str, Callable[[CheckedRun], Seen]], ...] = (
    ("inputs read again", _read_again),
    ("sample screened again", _screened_again),
)
"""Each check that does something again, and what it is called."""
