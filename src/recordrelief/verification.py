"""Checking a finished run again: its files, its inputs, its counts, and a sample of its people screened anew.

Each check tells what it looked at and the differences it found, in counts: what it says holds no personal data.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import attrs
import polars as pl

import recordrelief
from recordrelief.api import corrected
from recordrelief.corrections import read_corrections
from recordrelief.errors import RecordReliefError, RequestError
from recordrelief.fingerprints import fingerprints
from recordrelief.joint import JointScreening, screen_jointly
from recordrelief.manifests import BROKEN_RULE, content_hash, counted, digest
from recordrelief.model import Coverage
from recordrelief.outputs.tables import flat, harmless
from recordrelief.plugins import Plugins, load
from recordrelief.pseudonyms import Pseudonyms, key_of_run
from recordrelief.records import Records
from recordrelief.runs import (
    CHANGES_FILE,
    DETERMINATIONS_FILE,
    UNKNOWN_CITATIONS_FILE,
    StoredRun,
    open_run,
    read_with,
)
from recordrelief.screening import APPLIES, DETERMINATIONS, GRANTED, STATUSES
from recordrelief.statutes import Policy, StatutePack

Outcome = Literal["holds", "differs", "noted", "not checked"]
"""``noted`` is nothing against the run: it was made with another version, an input is elsewhere."""
SAMPLE = 20
"""How many people are screened again unless it is said."""


@attrs.frozen(kw_only=True)
class Check:
    """One check of a run: its name, its outcome, and in ``told`` what was looked at or what differs."""

    name: str
    outcome: Outcome
    told: str


@attrs.frozen(kw_only=True)
class Verification:
    """Every check of a run, in the order in which they were made."""

    directory: Path
    checks: tuple[Check, ...]

    @property
    def holds(self) -> bool:
        """Whether no check found a difference."""
        return all(check.outcome != "differs" for check in self.checks)


@attrs.frozen
class _Seen:
    """What a check looked at, what differs, and what is only to be known."""

    told: str
    differs: tuple[str, ...] = ()
    noted: tuple[str, ...] = ()


class _NotChecked(Exception):
    """A check was not asked for, or cannot be asked."""


def verify(
    directory: Path | str,
    *,
    sample: int = SAMPLE,
    inputs: Sequence[Path | str] = (),
    key: Path | None = None,
    plugins: Plugins | None = None,
) -> Verification:
    """Check a finished run again, from its files and from its inputs.

    Args:
        directory: the run.
        sample: how many people are screened again; the same run gives the same people. None for 0.
        inputs: where inputs or corrections of the run are now, besides the places that the manifest names.
        key: the key file of a pseudonymous run; without it nothing is held against the inputs.
        plugins: those to use; by default the installed ones and the plugin files of the run.

    Raises:
        RequestError: the directory holds no finished run, one of the inputs is not there, or the key is not the run's.
    """
    stored = open_run(directory)
    moved = tuple(Path(path) for path in inputs)
    for path in moved:
        if not path.exists():
            raise RequestError("There is no such input.", where=str(path))
    known = load([Path(path) for path in stored.manifest["plugin_files"]]) if plugins is None else plugins
    pseudonyms = None if key is None else key_of_run(stored.manifest, key)
    run = _Run(stored, moved, known, sample, pseudonyms)
    return Verification(directory=Path(directory), checks=tuple(_made(name, look, run) for name, look in _CHECKS))


def _made(name: str, look: Callable[[_Run], _Seen], run: _Run) -> Check:
    try:
        seen = look(run)
    except _NotChecked as why:
        return Check(name=name, outcome="not checked", told=str(why))
    except RecordReliefError as error:
        return Check(name=name, outcome="differs", told=f"It cannot be checked. {error.what}")
    except (pl.exceptions.PolarsError, OSError, LookupError, TypeError, ValueError, AttributeError) as error:
        # A file of the run that is not what a run writes; the message may hold a cell of it.
        return Check(name=name, outcome="differs", told=f"It cannot be checked ({type(error).__name__}).")
    if seen.differs:
        return Check(name=name, outcome="differs", told="; ".join(seen.differs))
    if seen.noted:
        return Check(name=name, outcome="noted", told="; ".join(seen.noted))
    return Check(name=name, outcome="holds", told=seen.told)


@attrs.frozen(eq=False)
class _Found:
    """Where the files of one kind that a run was made from are, and how many are not as they were."""

    paths: tuple[Path, ...]
    missing: int
    changed: int


@attrs.define(eq=False, slots=False)
class _Run:
    """A run under check: what it stored, and what can be read again."""

    stored: StoredRun
    moved: tuple[Path, ...]
    known: Plugins
    sample: int
    pseudonyms: Pseudonyms | None

    @property
    def about(self) -> Mapping[str, Any]:
        return self.stored.manifest

    @cached_property
    def determinations(self) -> pl.DataFrame:
        """As they stand, whatever their digest: every check tells its own difference."""
        return pl.read_parquet(self.stored.directory / DETERMINATIONS_FILE)

    @cached_property
    def hashes(self) -> dict[str, Path]:
        return {content_hash(path)[0]: path for path in self.moved}

    def found(self, kind: str) -> _Found:
        """The inputs or the corrections, known by their hash."""
        paths: list[Path] = []
        missing = changed = 0
        for entry in self.about[kind]:
            recorded = Path(entry["path"])
            if entry["sha256"] in self.hashes:
                paths.append(self.hashes[entry["sha256"]])
            elif not recorded.exists():
                missing += 1
            elif content_hash(recorded)[0] != entry["sha256"]:
                changed += 1
            else:
                paths.append(recorded)
        return _Found(tuple(paths), missing, changed)

    @cached_property
    def inputs(self) -> _Found:
        return self.found("inputs")

    @cached_property
    def corrections(self) -> _Found:
        return self.found("corrections")

    @cached_property
    def as_read(self) -> Records:
        """The inputs, read again."""
        for found in (self.inputs, self.corrections):
            if absent := found.missing + found.changed:
                raise RequestError(f"{_count(absent, 'file')} that the run was made from cannot be found.")
        by = self.about["plugins"][f"format {self.about['format']}"]["name"]
        name, known = self.known.naming(by if by.endswith(".toml") else self.about["format"])
        assert name is not None
        return read_with(known.format(name), self.inputs.paths, known)

    @cached_property
    def records(self) -> Records:
        """The same, with the corrections of the run laid over them."""
        laid = read_corrections(self.corrections.paths, without=self.about["corrections_left_out"])
        return corrected(self.as_read, laid, self.known.statutes.values())

    @cached_property
    def packs(self) -> tuple[StatutePack, ...]:
        return tuple(self.known.pack(law["id"]) for law in self.about["statutes"])

    def asked_again(self) -> None:
        """Refuse to read the inputs where that was not asked for, or would tell nothing."""
        if self.sample == 0:
            raise _NotChecked("No sample was asked for.")
        if self.about["pseudonyms"] is not None and self.pseudonyms is None:
            raise _NotChecked("The run is pseudonymous: it needs --key, and its inputs with --input.")

    def named(self, frame: pl.DataFrame) -> pl.DataFrame:
        """What was found again, as the run names people, charges and files."""
        return frame if self.pseudonyms is None else self.pseudonyms.hidden(frame)

    def screened(self, records: Records, county: str | None) -> JointScreening:
        """What the law of the run says of some records now."""
        policies: dict[str, Policy | dict[str, Any] | str | None] = {}
        for pack, law in zip(self.packs, self.about["statutes"], strict=True):
            policies[pack.id] = pack.read_policy(law["policy"])
        return screen_jointly(
            records,
            statutes=self.packs,
            as_of=self.about["as_of"],
            policies=policies,
            county=county,
            remedies=self.about["asked_remedies"],
        )


def _files(run: _Run) -> _Seen:
    """Every file that the manifest names is there, and no other."""
    named = set(run.about["files"])
    there = {path.name for path in run.stored.directory.iterdir()}
    differs = []
    if missing := len(named - there):
        differs.append(f"{_count(missing, 'file')} named in the manifest, not there")
    if strange := len(there - named):
        differs.append(f"{_count(strange, 'file')} there, not named in the manifest")
    return _Seen(_count(len(named), "file"), tuple(differs))


def _inputs(run: _Run) -> _Seen:
    """The inputs still have the hash that the run wrote down."""
    return _unchanged(run.inputs, "input")


def _corrections(run: _Run) -> _Seen:
    """So have the corrections."""
    return _unchanged(run.corrections, "file of corrections", "files of corrections")


def _unchanged(found: _Found, one: str, many: str | None = None) -> _Seen:
    differs = [f"{_count(found.changed, one, many)} changed since"] if found.changed else []
    noted = [f"{_count(found.missing, one, many)} not there any more (--input says where)"] if found.missing else []
    return _Seen(_count(len(found.paths), one, many), tuple(differs), tuple(noted))


def _given(run: _Run) -> _Seen:
    """Every file that was named to look at is one the run was made from."""
    if not run.moved:
        raise _NotChecked("None was named.")
    used = {*run.inputs.paths, *run.corrections.paths}
    strange = sum(path not in used for path in run.moved)
    return _Seen(
        _count(len(run.moved), "file"),
        (f"{_count(strange, 'file')} named that the run was not made from",) if strange else (),
    )


def _digest(run: _Run) -> _Seen:
    """The determinations are those that the run wrote."""
    same = digest(run.determinations) == run.about["digest"]
    return _Seen(
        _count(run.determinations.height, "determination"),
        () if same else ("the determinations have another digest than the manifest",),
    )


def _determination_columns(run: _Run) -> _Seen:
    """The determinations have the columns that are declared, and each charge and remedy once, in order."""
    frame = run.determinations
    differs = _other_columns({name: dtype for name, (dtype, _) in DETERMINATIONS.items()}, frame.schema)
    keys = ["subject_id", "charge_id", "remedy"]
    if twice := frame.height - frame.select(keys).n_unique():
        differs.append(f"{_count(twice, 'row')} of a charge and remedy that had one")
    if not frame.select(keys[:2]).equals(frame.select(keys[:2]).sort(keys[:2], maintain_order=True)):
        differs.append("the rows are not in the order of people and charges")
    return _Seen(_count(frame.width, "column"), tuple(differs))


def _finding_columns(run: _Run) -> _Seen:
    """The findings have the columns that the law of the run declares, and each charge once."""
    frame = run.stored.findings
    # What is declared is what a screening of nobody has.
    nobody = Records.of({}, coverage=Coverage(**run.about["coverage"]))
    declared: dict[str, pl.DataType] = dict(run.screened(nobody, None).findings.schema)
    if "alternative" in frame.columns:
        declared = {"alternative": pl.UInt16(), **declared}
    differs = _other_columns(declared, frame.schema)
    keys = [name for name in ("subject_id", "charge_id", "alternative") if name in frame.columns]
    if twice := frame.height - frame.select(keys).n_unique():
        differs.append(f"{_count(twice, 'row')} of a charge that had one")
    return _Seen(_count(frame.width, "column"), tuple(differs))


def _other_columns(declared: Mapping[str, pl.DataType], there: Mapping[str, pl.DataType]) -> list[str]:
    missing = [name for name in declared if name not in there]
    strange = [name for name in there if name not in declared]
    typed = [name for name in declared if name in there and there[name] != declared[name]]
    return [
        f"{_count(len(names), 'column')} {words}"
        for names, words in ((missing, "missing"), (strange, "not declared"), (typed, "of another type"))
        if names
    ]


def _rows(run: _Run) -> _Seen:
    """The rows of each file add up, all files to the totals, and those set aside stand in the quarantine."""
    about, counts = run.about, run.about["counts"]
    entries = [entry for entry in (*about["inputs"], *about["sources"]) if "rows" in entry]
    differs = []
    if wrong := sum(entry["rows"] != entry["used"] + entry["quarantined"] for entry in entries):
        differs.append(f"{_count(wrong, 'file')} whose rows read are not used + quarantined")
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
        differs.append(f"{_count(other, 'file')} with another number of rows in the quarantine")
    nobody = quarantine["subject_id"].null_count()
    if counts["quarantined_without_subject"] != nobody:
        differs.append(
            f"quarantined_without_subject is {counts['quarantined_without_subject']}, the quarantine has {nobody}"
        )
    return _Seen(f"{_count(counts['rows_read'], 'row')}, {counts['rows_quarantined']:,} quarantined", tuple(differs))


def _set_aside(quarantine: pl.DataFrame) -> Counter[str]:
    """By file, the rows in the quarantine: a line that broke several rules, or that stands there as well, is one."""
    line = ["source_file", "source_line"]
    rule = pl.col("code") == BROKEN_RULE
    aside = quarantine.filter(~rule)
    further = quarantine.filter(rule).unique(line).join(aside, on=line, how="anti", nulls_equal=True)
    return Counter(pl.concat([aside.select(line), further.select(line)])["source_file"].fill_null("").to_list())


def _in_a_cell(text: str) -> str:
    return str(harmless(pl.DataFrame({"": [text]})).item())


def _by_remedy(run: _Run) -> _Seen:
    """The manifest counts the determinations by remedy and status as they stand."""
    stated = {
        (remedy, status): count
        for remedy, by_status in run.about["counts"]["determinations"].items()
        for status, count in by_status.items()
    }
    tally = run.determinations.group_by(pl.col("remedy", "status").cast(pl.String)).len()
    there = {(remedy, status): count for remedy, status, count in tally.iter_rows()}
    expected = {(remedy, status) for remedy in run.about["remedies"] for status in STATUSES}
    differs = []
    if other := sum(stated.get(key, 0) != there.get(key, 0) for key in {*stated, *there}):
        differs.append(f"{_count(other, 'count')} by remedy and status not that of the determinations")
    if set(stated) != expected or set(there) - expected:
        differs.append("a remedy or status is counted that the run has not, or one is not counted")
    return _Seen(f"{_count(len(run.about['remedies']), 'remedy', 'remedies')}", tuple(differs))


def _people_and_charges(run: _Run) -> _Seen:
    """No more people and charges have answers than the run had."""
    counts = run.about["counts"]
    differs = []
    for total, keys in (("subjects", ["subject_id"]), ("charges", ["subject_id", "charge_id"])):
        for name, frame in (("determinations", run.determinations), ("findings", run.stored.findings)):
            if (there := frame.select(keys).n_unique()) > counts[total]:
                differs.append(f"{total} is {counts[total]}, the {name} have {there}")
    return _Seen(f"{_of_people(counts['subjects'])}, {_count(counts['charges'], 'charge')}", tuple(differs))


def _citations(run: _Run) -> _Seen:
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
    return _Seen(
        _count(stated.total(), "citation"), (f"{_count(other, 'citation')} on one side only",) if other else ()
    )


def _agreement(run: _Run) -> _Seen:
    """Each determination has its findings, which say that the remedy is about the charge; and the other way round."""
    key = ["subject_id", "charge_id"]
    findings = run.stored.findings
    answered = run.determinations.select(*key, pl.col("remedy", "status").cast(pl.String))
    differs: list[str] = []
    if alone := answered.select(key).unique().join(findings, on=key, how="anti").height:
        differs.append(f"{_count(alone, 'charge')} with determinations and no findings")
    if alone := findings.select(key).unique().join(answered, on=key, how="anti").height:
        differs.append(f"{_count(alone, 'charge')} with findings and no determination")
    denied = granted = silent = 0
    for remedy in run.about["remedies"]:
        applies, received = f"{remedy}/{APPLIES}", f"{remedy}/{GRANTED}"
        if applies not in findings.columns or received not in findings.columns:
            differs.append(f"the findings have nothing of {remedy}")
            continue
        # A charge that stands in several readings of its record has an answer if one of them has.
        found = findings.group_by(key).agg(
            about=(~(pl.col(applies) == pl.lit(False)).fill_null(False)).any(),
            surely=pl.col(applies).fill_null(False).any(),
            received=pl.col(received).fill_null(False).any(),
        )
        mine = answered.filter(pl.col("remedy") == remedy)
        both = mine.join(found, on=key)
        denied += both.filter(~pl.col("about")).height
        granted += both.filter((pl.col("status") == "granted") & ~pl.col("received")).height
        silent += found.filter("surely").join(mine, on=key, how="anti").height
    if denied:
        differs.append(f"{_count(denied, 'determination')} of a charge that the remedy is not about")
    if granted:
        differs.append(f"{_count(granted, 'determination')} granted that the findings do not say")
    if silent:
        differs.append(f"{_count(silent, 'finding')} that a remedy is about a charge, without a determination")
    return _Seen(f"{_count(findings.height, 'row')} of findings", tuple(differs))


def _changes(run: _Run) -> _Seen:
    """The changes since an earlier run, where one was named, are as many as the manifest counts."""
    since = run.about["since"]
    if since is None:
        raise _NotChecked("The run names no earlier one.")
    there = pl.read_parquet(run.stored.directory / CHANGES_FILE)
    by_change = Counter(there["change"].cast(pl.String).to_list())
    by_reason = Counter(there["because"].explode().to_list())
    same = (since["changes"], since["by_change"], since["by_reason"]) == (there.height, by_change, by_reason)
    return _Seen(_count(there.height, "change"), () if same else ("the changes are others than the manifest counts",))


def _as_csv(run: _Run) -> _Seen:
    """The determinations as CSV, where they were asked for, say the same."""
    file = run.stored.directory / "determinations.csv"
    if file.name not in run.about["files"]:
        raise _NotChecked("The run has no determinations.csv.")
    same = file.read_bytes() == harmless(flat(run.determinations)).write_csv().encode()
    return _Seen(file.name, () if same else ("determinations.csv does not say what determinations.parquet says",))


def _versions(run: _Run) -> _Seen:
    """What the run was made with is what checks it."""
    now = {"recordrelief": recordrelief.__version__, "polars": pl.__version__} | {
        one.name: one.version for one in run.known.loaded
    }
    then = {one["name"]: one["version"] for one in run.about["plugins"].values()}
    then |= {name: run.about[name] for name in ("recordrelief", "polars")}
    others = [name for name in sorted(then) if now.get(name, then[name]) != then[name]]
    noted = tuple(f"made with {name} {then[name]}, this is {now[name]}" for name in others)
    return _Seen(f"recordrelief {then['recordrelief']}", noted=noted)


def _read_again(run: _Run) -> _Seen:
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
        (one.source.sha256, one.source.rows, one.used, one.quarantined) for one in counted(run.as_read, about["format"])
    )
    if stated != there:
        differs.append(f"{_count((stated - there).total(), 'file')} with other rows than the manifest counts")
    records = run.records
    for total, found in (
        ("subjects", records.subjects["subject_id"].n_unique()),
        ("charges", records.charges["charge_id"].n_unique()),
    ):
        if counts[total] != found:
            differs.append(f"{total} is {counts[total]}, the inputs have {found}")
    # The name of a file is left out: the same content may have moved.
    stored = run.stored.people
    comparable = about["polars"] == pl.__version__  # another one makes other fingerprints
    if comparable and (other := _apart(stored, run.named(fingerprints(records))).select("subject_id").n_unique()):
        differs.append(f"{_of_people(other)} with another fingerprint of the record")
    columns = ["source_line", "code", "reason", "subject_id"]
    aside = [
        _texts(frame.select(columns)) for frame in (run.stored.quarantine, harmless(run.named(records.quarantine)))
    ]
    if other := _apart(aside[0], aside[1]).height:
        differs.append(f"{_count(other, 'row')} of the quarantine on one side only")
    return _Seen(f"{_count(there.total(), 'file')}, {_of_people(counts['subjects'])}", tuple(differs))


def _screened_again(run: _Run) -> _Seen:
    """A sample of the people, screened again from the inputs, has the answers and findings that the run stored."""
    run.asked_again()
    people = _sampled(run)
    if not people:
        return _Seen("nobody to screen")
    now = run.screened(run.records.of_subjects(people), run.about["county"])
    differs = []
    as_named = people if run.pseudonyms is None else [run.pseudonyms.of("person", one) for one in people]
    compared: dict[str, tuple[pl.DataFrame, pl.DataFrame]] = {
        "determination": (run.determinations, run.named(now.determinations)),
        "row of findings": (_numbered(run.stored.findings), _numbered(run.named(now.findings))),
    }
    moved = {entry["name"] for entry in run.about["inputs"]} != {path.name for path in run.inputs.paths}
    chosen = pl.col("subject_id").is_in(pl.Series(as_named).implode())
    for what, (before, after) in compared.items():
        if moved:
            before, after = (frame.drop("source_file", strict=False) for frame in (before, after))
        before, after = _texts(before.filter(chosen)), _texts(after)
        if set(before.columns) != set(after.columns):
            differs.append(f"other columns of the {what.split()[-1]}s")
            continue
        apart = _apart(before, after)
        if not apart.is_empty():
            one, many = (what, f"{what}s") if what == "determination" else (what, "rows of findings")
            keys = [name for name in ("subject_id", "charge_id", "remedy", "alternative") if name in apart.columns]
            there = apart.select(keys).n_unique()
            whose = apart["subject_id"].n_unique()
            differs.append(f"{_count(there, one, many)} of {_of_people(whose)} not the same")
    return _Seen(
        f"{_of_people(len(people))}, {_count(now.determinations.height, 'determination')}",
        tuple(differs),
    )


def _sampled(run: _Run) -> list[str]:
    """The people to screen again: chance is the digest's, so that the same run gives the same people."""
    charges = run.records.charges
    county = run.about["county"]
    if county is None:
        ids = run.records.subjects["subject_id"].unique().to_list()
    else:
        ids = charges.filter(pl.col("county").cast(pl.String) == county)["subject_id"].unique().to_list()
    lot = {one: hashlib.sha256(f"{run.about['digest']}\n{one}".encode()).digest() for one in ids}
    return sorted(ids, key=lot.__getitem__)[: run.sample]


def _texts(frame: pl.DataFrame) -> pl.DataFrame:
    """Every cell as text, so that frames compare however their columns are kept."""
    return flat(frame).select(pl.all().cast(pl.String))


def _numbered(findings: pl.DataFrame) -> pl.DataFrame:
    """The findings with the number of their reading, which they have where somebody's record has several."""
    if "alternative" in findings.columns:
        return findings
    return findings.with_columns(pl.lit(0, dtype=pl.UInt16).alias("alternative"))


def _apart(one: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    """The rows of two frames that the other has not, or has more or less often."""
    columns = one.columns
    tallies = [frame.select(columns).group_by(columns).len() for frame in (one, other)]
    on = [*columns, "len"]
    return pl.concat([tallies[at].join(tallies[1 - at], on=on, how="anti", nulls_equal=True) for at in (0, 1)])


def _of_people(number: int) -> str:
    return _count(number, "person", "people")


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


_CHECKS: tuple[tuple[str, Callable[[_Run], _Seen]], ...] = (
    ("files of the run", _files),
    ("versions", _versions),
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
    ("changes since an earlier run", _changes),
    ("inputs read again", _read_again),
    ("sample screened again", _screened_again),
)
