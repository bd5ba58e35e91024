"""Checks of what a run stored: its files, columns, counts and findings, each against the other and the manifest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import polars as pl

from recordrelief.answering import CHANGES_FILE, CHARGES_FILE, DETERMINATIONS_FILE, FINDINGS_FILE, PEOPLE_FILE
from recordrelief.manifests import BROKEN_RULE, by_remedy, digest_of
from recordrelief.model import Coverage
from recordrelief.outputs.tables import flat, harmless
from recordrelief.records import Records
from recordrelief.screening import APPLIES, DETERMINATIONS, GRANTED, STATUSES
from recordrelief.stored_runs import UNKNOWN_CITATIONS_FILE
from recordrelief.verification.checked import CheckedRun, Found, NotChecked, Seen, count_of, of_people


def _files(run: CheckedRun) -> Seen:
    """Every file that the manifest names is there, and no other."""
    named = set(run.about["files"])
    there = {path.name for path in run.stored.directory.iterdir()}
    differs = []
    if missing := len(named - there):
        differs.append(f"{count_of(missing, 'file')} named in the manifest, not there")
    if strange := len(there - named):
        differs.append(f"{count_of(strange, 'file')} there, not named in the manifest")
    return Seen(count_of(len(named), "file"), tuple(differs))


def _inputs(run: CheckedRun) -> Seen:
    """The inputs still have the hash that the run wrote down."""
    return _unchanged(run.inputs, "input")


def _corrections(run: CheckedRun) -> Seen:
    """So have the corrections."""
    return _unchanged(run.corrections, "file of corrections", "files of corrections")


def _unchanged(found: Found, one: str, many: str | None = None) -> Seen:
    differs = [f"{count_of(found.changed, one, many)} changed since"] if found.changed else []
    noted = [f"{count_of(found.missing, one, many)} not there any more (--input says where)"] if found.missing else []
    return Seen(count_of(len(found.paths), one, many), tuple(differs), tuple(noted))


def _given(run: CheckedRun) -> Seen:
    """Every file that was named to look at is one the run was made from."""
    if not run.moved:
        raise NotChecked("None was named.")
    used = {*run.inputs.paths, *run.corrections.paths}
    strange = sum(path not in used for path in run.moved)
    return Seen(
        count_of(len(run.moved), "file"),
        (f"{count_of(strange, 'file')} named that the run was not made from",) if strange else (),
    )


def _digest(run: CheckedRun) -> Seen:
    """The determinations are those that the run wrote."""
    same = digest_of(run.determinations()) == run.about["digest"]
    return Seen(
        count_of(sum(part.height for part in run.determinations()), "determination"),
        () if same else ("the determinations have another digest than the manifest",),
    )


def _determination_columns(run: CheckedRun) -> Seen:
    """The determinations have the columns that are declared, and each charge and remedy once, in order."""
    declared = {name: dtype for name, (dtype, _) in DETERMINATIONS.items()}
    differs: list[str] = []
    keys = ["subject_id", "charge_id", "remedy"]
    twice, ordered, last = 0, True, ""
    for frame in run.determinations():
        differs += _other_columns(declared, frame.schema)
        twice += frame.height - frame.select(keys).n_unique()
        ordered &= frame.select(keys[:2]).equals(frame.select(keys[:2]).sort(keys[:2], maintain_order=True))
        if frame.height:
            ordered &= last < frame["subject_id"][0] or not last
            last = frame["subject_id"][-1]
    if twice:
        differs.append(f"{count_of(twice, 'row')} of a charge and remedy that had one")
    if not ordered:
        differs.append("the rows are not in the order of people and charges")
    return Seen(count_of(len(declared), "column"), tuple(dict.fromkeys(differs)))


def _finding_columns(run: CheckedRun) -> Seen:
    """The findings have the columns that the law of the run declares, and each charge once."""
    parts = run.findings()
    # What is declared is what a screening of nobody has.
    nobody = Records.of({}, coverage=Coverage(**run.about["coverage"]))
    declared: dict[str, pl.DataType] = dict(run.screened(nobody, None).findings.schema)
    differs: list[str] = []
    twice = 0
    for frame in parts:
        own = {"alternative": pl.UInt16(), **declared} if "alternative" in frame.columns else declared
        differs += _other_columns(own, frame.schema)
        keys = [name for name in ("subject_id", "charge_id", "alternative") if name in frame.columns]
        twice += frame.height - frame.select(keys).n_unique()
    if twice:
        differs.append(f"{count_of(twice, 'row')} of a charge that had one")
    return Seen(count_of(len(declared), "column"), tuple(dict.fromkeys(differs)))


def _other_columns(declared: Mapping[str, pl.DataType], there: Mapping[str, pl.DataType]) -> list[str]:
    missing = [name for name in declared if name not in there]
    strange = [name for name in there if name not in declared]
    typed = [name for name in declared if name in there and there[name] != declared[name]]
    return [
        f"{count_of(len(names), 'column')} {words}"
        for names, words in ((missing, "missing"), (strange, "not declared"), (typed, "of another type"))
        if names
    ]


def _rows(run: CheckedRun) -> Seen:
    """The rows of each file add up, all files to the totals, and those set aside stand in the quarantine."""
    about, counts = run.about, run.about["counts"]
    entries = [entry for entry in (*about["inputs"], *about["sources"]) if "rows" in entry]
    differs = []
    if wrong := sum(entry["rows"] != entry["used"] + entry["quarantined"] for entry in entries):
        differs.append(f"{count_of(wrong, 'file')} whose rows read are not used + quarantined")
    for total, part in (("rows_read", "rows"), ("rows_used", "used"), ("rows_quarantined", "quarantined")):
        if counts[total] != (found := sum(entry[part] for entry in entries)):
            differs.append(f"{total} is {counts[total]}, the files have {found}")
    quarantine = run.stored.quarantine
    stated: Counter[str] = Counter()
    for entry in entries:
        stated[_in_a_cell(entry["name"])] += entry["quarantined"]
    there = _set_aside(quarantine)
    # Without lines a row that broke several rules cannot be told from several rows: there are as many at most.
    untold = about["pseudonyms"] is not None and not quarantine.filter(pl.col("code") == BROKEN_RULE).is_empty()
    if other := sum(not untold and there[name] != stated[name] for name in {*stated, *there}):
        differs.append(f"{count_of(other, 'file')} with another number of rows in the quarantine")
    nobody = quarantine["subject_id"].null_count()
    if counts["quarantined_without_subject"] != nobody:
        differs.append(
            f"quarantined_without_subject is {counts['quarantined_without_subject']}, the quarantine has {nobody}"
        )
    return Seen(f"{count_of(counts['rows_read'], 'row')}, {counts['rows_quarantined']:,} quarantined", tuple(differs))


def _set_aside(quarantine: pl.DataFrame) -> Counter[str]:
    """By file, the rows in the quarantine: a line that broke several rules, or that stands there as well, is one."""
    line = ["source_file", "source_line"]
    rule = pl.col("code") == BROKEN_RULE
    aside = quarantine.filter(~rule)
    further = quarantine.filter(rule).unique(line).join(aside, on=line, how="anti", nulls_equal=True)
    return Counter(pl.concat([aside.select(line), further.select(line)])["source_file"].fill_null("").to_list())


def _in_a_cell(text: str) -> str:
    return str(harmless(pl.DataFrame({"": [text]})).item())


def _by_remedy(run: CheckedRun) -> Seen:
    """The manifest counts the determinations by remedy and status as they stand."""
    stated = {
        (remedy, status): count
        for remedy, by_status in run.about["counts"]["determinations"].items()
        for status, count in by_status.items()
    }
    tally = by_remedy(run.stored.scan(DETERMINATIONS_FILE))
    there = {(remedy, status): count for remedy, status, count in tally.iter_rows()}
    expected = {(remedy, status) for remedy in run.about["remedies"] for status in STATUSES}
    differs = []
    if other := sum(stated.get(key, 0) != there.get(key, 0) for key in {*stated, *there}):
        differs.append(f"{count_of(other, 'count')} by remedy and status not that of the determinations")
    if set(stated) != expected or set(there) - expected:
        differs.append("a remedy or status is counted that the run has not, or one is not counted")
    return Seen(f"{count_of(len(run.about['remedies']), 'remedy', 'remedies')}", tuple(differs))


def _people_and_charges(run: CheckedRun) -> Seen:
    """No other people and charges have answers than the run had."""
    counts, key = run.about["counts"], ["subject_id", "charge_id"]
    differs = []
    nobodys = strangers = 0
    parts = (run.stored.parts(name) for name in (DETERMINATIONS_FILE, CHARGES_FILE, PEOPLE_FILE))
    for determinations, charges, people in zip(*parts, strict=True):
        nobodys += determinations.select(key).unique().join(charges, on=key, how="anti").height
        strangers += charges.select("subject_id").unique().join(people, on="subject_id", how="anti").height
    if nobodys:
        differs.append(f"{count_of(nobodys, 'charge')} with answers, not in {CHARGES_FILE}")
    if strangers:
        differs.append(f"{of_people(strangers)} with charges, not in {PEOPLE_FILE}")
    tables = ["determinations", *(["findings"] if FINDINGS_FILE in run.about["files"] else [])]
    for total, keys in (("subjects", ["subject_id"]), ("charges", ["subject_id", "charge_id"])):
        for name in tables:
            # Nobody stands in two parts.
            there = sum(part.select(keys).n_unique() for part in run.stored.parts(f"{name}.parquet"))
            if there > counts[total]:
                differs.append(f"{total} is {counts[total]}, the {name} have {there}")
    for total, kept in (("subjects", PEOPLE_FILE), ("charges", CHARGES_FILE)):
        there = run.stored.scan(kept).select(pl.len()).collect().item()
        if there != counts[total]:
            differs.append(f"{total} is {counts[total]}, {kept} has {there}")
    return Seen(f"{of_people(counts['subjects'])}, {count_of(counts['charges'], 'charge')}", tuple(differs))


def _citations(run: CheckedRun) -> Seen:
    """The citations that a catalog does not know are the same in the manifest and in their file."""
    stated = Counter(
        (law["id"], _in_a_cell(one["citation"]), one["charges"])
        for law in run.about["statutes"]
        for one in law["unknown_citations"]
    )
    texts = {"statutes": pl.String(), "citation": pl.String(), "charges": pl.Int64()}
    file = pl.read_csv(run.stored.directory / UNKNOWN_CITATIONS_FILE, schema_overrides=texts)
    there = Counter(file.select(list(texts)).iter_rows())
    other = sum(((stated - there) + (there - stated)).values())
    return Seen(
        count_of(stated.total(), "citation"), (f"{count_of(other, 'citation')} on one side only",) if other else ()
    )


def _agreement(run: CheckedRun) -> Seen:
    """Each determination has its findings, which say that the remedy is about the charge; and the other way round."""
    found: Counter[str] = Counter()
    silent: dict[str, None] = {}
    rows = 0
    for determinations, findings in zip(run.determinations(), run.findings(), strict=True):
        rows += findings.height
        found.update(_disagreement(determinations, findings, run.about["remedies"], silent))
    differs = [f"the findings have nothing of {remedy}" for remedy in silent]
    for what, one, words in _DISAGREEMENTS:
        if found[what]:
            differs.append(f"{count_of(found[what], one)} {words}")
    return Seen(f"{count_of(rows, 'row')} of findings", tuple(differs))


_DISAGREEMENTS = (
    ("answered", "charge", "with determinations and no findings"),
    ("found", "charge", "with findings and no determination"),
    ("denied", "determination", "of a charge that the remedy is not about"),
    ("granted", "determination", "granted that the findings do not say"),
    ("silent", "finding", "that a remedy is about a charge, without a determination"),
)


def _disagreement(
    determinations: pl.DataFrame, findings: pl.DataFrame, remedies: Iterable[str], silent: dict[str, None]
) -> dict[str, int]:
    """How often determinations and findings of the same people disagree; in ``silent`` what has no findings at all."""
    key = ["subject_id", "charge_id"]
    answered = determinations.select(*key, pl.col("remedy", "status").cast(pl.String))
    tally = {
        "answered": answered.select(key).unique().join(findings, on=key, how="anti").height,
        "found": findings.select(key).unique().join(answered, on=key, how="anti").height,
        **dict.fromkeys(("denied", "granted", "silent"), 0),
    }
    for remedy in remedies:
        applies, received = f"{remedy}/{APPLIES}", f"{remedy}/{GRANTED}"
        if applies not in findings.columns or received not in findings.columns:
            silent[remedy] = None
            continue
        # A charge that stands in several readings of its record has an answer if one of them has.
        found = findings.group_by(key).agg(
            about=(~(pl.col(applies) == pl.lit(False)).fill_null(False)).any(),
            surely=pl.col(applies).fill_null(False).any(),
            received=pl.col(received).fill_null(False).any(),
        )
        mine = answered.filter(pl.col("remedy") == remedy)
        both = mine.join(found, on=key)
        tally["denied"] += both.filter(~pl.col("about")).height
        tally["granted"] += both.filter((pl.col("status") == "granted") & ~pl.col("received")).height
        tally["silent"] += found.filter("surely").join(mine, on=key, how="anti").height
    return tally


def _changes(run: CheckedRun) -> Seen:
    """The changes since an earlier run, where one was named, are as many as the manifest counts."""
    since = run.about["since"]
    if since is None:
        raise NotChecked("The run names no earlier one.")
    there = pl.read_parquet(run.stored.directory / CHANGES_FILE)
    by_change = Counter(there["change"].cast(pl.String).to_list())
    by_reason = Counter(there["because"].explode().to_list())
    same = (since["changes"], since["by_change"], since["by_reason"]) == (there.height, by_change, by_reason)
    return Seen(count_of(there.height, "change"), () if same else ("the changes are others than the manifest counts",))


def _as_csv(run: CheckedRun) -> Seen:
    """The determinations as CSV, where they were asked for, say the same."""
    file = run.stored.directory / "determinations.csv"
    if file.name not in run.about["files"]:
        raise NotChecked("The run has no determinations.csv.")
    return _same_as_csv(file, run.determinations(), DETERMINATIONS_FILE)


def _changes_as_csv(run: CheckedRun) -> Seen:
    """So do the changes."""
    file = run.stored.directory / "changes.csv"
    if file.name not in run.about["files"]:
        raise NotChecked("The run has no changes.csv.")
    return _same_as_csv(file, run.stored.parts(CHANGES_FILE), CHANGES_FILE)


def _same_as_csv(file: Path, parts: Iterable[pl.DataFrame], name: str) -> Seen:
    same = True
    with file.open("rb") as stream:
        for number, part in enumerate(parts):
            text = harmless(flat(part)).write_csv(include_header=number == 0).encode()
            same &= stream.read(len(text)) == text
        same &= not stream.read(1)
    return Seen(file.name, () if same else (f"{file.name} does not say what {name} says",))


STORED: tuple[tuple[str, Callable[[CheckedRun], Seen]], ...] = (
    ("files of the run", _files),
    ("inputs", _inputs),
    ("corrections", _corrections),
    ("files named with --input", _given),
    ("digest", _digest),
    ("columns of the determinations", _determination_columns),
    ("columns of the findings", _finding_columns),
    ("rows and quarantine", _rows),
    ("determinations by remedy and status", _by_remedy),
    ("people and charges", _people_and_charges),
    ("unknown citations", _citations),
    ("findings and determinations agree", _agreement),
    ("determinations.csv", _as_csv),
    ("changes.csv", _changes_as_csv),
    ("changes since an earlier run", _changes),
)
"""Each check that needs the files of the run alone, and what it is called."""
