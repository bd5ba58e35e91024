"""Checks of what the manifest says: the hash of each file, and whatever of the rest can be found again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

import recordrelief
from recordrelief.answering import DETERMINATIONS_FILE, PEOPLE_FILE
from recordrelief.errors import RequestError
from recordrelief.manifests import files_told, law_told
from recordrelief.model import Coverage
from recordrelief.records import Records
from recordrelief.screening import spellings
from recordrelief.stored_runs import open_run
from recordrelief.verification.checked import CheckedRun, NotChecked, Seen, count_of


def _contents(run: CheckedRun) -> Seen:
    """Every file, each part of a table too, has the hash and the bytes that the manifest holds."""
    stated = dict(_flat(run.about["files"]))
    there = dict(_flat(files_told(run.stored.directory)))
    both = [name for name in stated if name in there and stated[name] is not None]
    differs = []
    if other := sum(stated[name] != there[name] for name in both):
        differs.append(f"{count_of(other, 'file')} with another content than the run wrote")
    # Those of the directory itself are told by another check.
    if apart := sum("/" in name for name in {*stated} ^ {*there}):
        differs.append(f"{count_of(apart, 'part')} of a table on one side only")
    return Seen(count_of(len(both), "file"), tuple(differs))


def _flat(files: Mapping[str, Any], within: str = "") -> Iterator[tuple[str, Any]]:
    """The files of a manifest by their path, those in directories too."""
    for name, told in files.items():
        if told is not None and "files" in told:
            yield from _flat(told["files"], f"{within}{name}/")
        else:
            yield within + name, told


def _versions(run: CheckedRun) -> Seen:
    """What the run was made with is what checks it."""
    noted = tuple(_other_versions(run))
    return Seen(f"recordrelief {run.about['recordrelief']}", noted=noted)


def _other_versions(run: CheckedRun) -> Iterator[str]:
    now = {"recordrelief": recordrelief.__version__, "polars": pl.__version__} | {
        one.name: one.version for one in run.known.loaded
    }
    then = {one["name"]: one["version"] for one in run.about["plugins"].values()}
    then |= {name: run.about[name] for name in ("recordrelief", "polars")}
    for name in sorted(then):
        if now.get(name, then[name]) != then[name]:
            yield f"made with {name} {then[name]}, this is {now[name]}"


def _law(run: CheckedRun) -> Seen:
    """The law that was asked is told as it is: its remedies, who reviewed them, the policy, and the notice."""
    if next(_other_versions(run), None) is not None:
        raise NotChecked("The run was made with other versions.")
    nobody = run.screened(Records.of({}, coverage=Coverage(**run.about["coverage"])), None)
    differs = []
    for key, found in law_told(nobody.remedies, nobody.parts).items():
        stated = run.about[key]
        if key == "statutes":
            stated = [{name: law[name] for name in one} for law, one in zip(stated, found, strict=True)]
        if stated != found:
            differs.append(f"{key} is not what the law says now")
    return Seen(count_of(len(run.about["remedies"]), "remedy", "remedies"), tuple(differs))


def _county(run: CheckedRun) -> Seen:
    """The answers are of the county that the manifest names."""
    county = run.about["county"]
    if county is None:
        raise NotChecked("The run is of no one county.")
    found = run.stored.scan(DETERMINATIONS_FILE).select(pl.col("county").unique()).collect()["county"]
    other = found.n_unique() - len(spellings(found, county))
    return Seen(county, (f"answers of {count_of(other, 'other county', 'other counties')}",) if other else ())


def _files_given(run: CheckedRun) -> Seen:
    """What the manifest says of the files that the run was made from, besides their hash."""
    entries = [entry for kind in ("inputs", "corrections") for entry in run.about[kind]]
    named = sum(Path(entry["path"]).name != entry["name"] for entry in entries)
    sized = 0
    for found in (run.inputs, run.corrections):
        sized += sum(_bytes(path) != entry["bytes"] for path, entry in zip(found.paths, found.entries, strict=True))
    differs = [
        f"{count_of(number, 'file')} {words}"
        for number, words in ((named, "with another name than its path has"), (sized, "with another number of bytes"))
        if number
    ]
    return Seen(count_of(len(entries), "file"), tuple(differs))


def _bytes(path: Path) -> int:
    files = [one for one in path.iterdir() if one.is_file()] if path.is_dir() else [path]
    return sum(one.stat().st_size for one in files)


def _earlier(run: CheckedRun) -> Seen:
    """The earlier run, where one was named, is the one of then, and has as many others as the manifest counts."""
    since = run.about["since"]
    if since is None:
        raise NotChecked("The run names no earlier one.")
    try:
        earlier = open_run(since["path"])
    except RequestError:
        return Seen("", noted=("the earlier run is not there any more",))
    differs = [f"its {key} is another" for key in ("digest", "as_of") if since[key] != earlier.manifest[key]]
    people = [one.scan(PEOPLE_FILE).select("subject_id") for one in (run.stored, earlier)]
    for total, mine in (("new_people", 0), ("gone_people", 1)):
        apart = people[mine].join(people[1 - mine], on="subject_id", how="anti").select(pl.len())
        if (found := apart.collect(engine="streaming").item()) != since[total]:
            differs.append(f"{total} is {since[total]}, both runs have {found}")
    return Seen(f"of {since['as_of']}", tuple(differs))


MANIFESTED: tuple[tuple[str, Callable[[CheckedRun], Seen]], ...] = (
    ("versions", _versions),
    ("contents of the files", _contents),
    ("law of the run", _law),
    ("county", _county),
    ("files given", _files_given),
    ("earlier run", _earlier),
)
"""Each check of the manifest, and what it is called."""
