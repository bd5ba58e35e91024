"""What changed since an earlier run, for whom, and why: the law, the record, or only the calendar.

The people whose answers differ are asked again, as their record is now, on the day of the earlier run. If the answer is
then the old one, the day made it another. If not, whatever differs between the runs may have done it: the law as
its manifest tells it, the record as its fingerprint does, the program by its version. Where nothing is known to differ
the cause is left open.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import attrs
import polars as pl

import recordrelief
from recordrelief.boundary import Origin
from recordrelief.comparison import CHANGES as COMPARED
from recordrelief.comparison import DIFFERENCES as COMPARED_COLUMNS
from recordrelief.comparison import changes_between
from recordrelief.errors import RequestError
from recordrelief.joint import JointScreening
from recordrelief.manifests import plain
from recordrelief.screening import Answers, Screening

GRANTED = "granted"
"""The change of what was granted since; the other words are those of a comparison."""
CHANGES = ("gains", GRANTED, *(word for word in COMPARED if word != "gains"))
REASONS = ("law", "record", "calendar", "program", "new_person", "gone_person", "undetermined_cause")

_KEY = ["subject_id", "charge_id", "remedy"]
_PLACE = ("county", "source_file", "source_line")
_DIFFERS = ("status", "grade", "eligible_on", "outcome")
_MEANS = {
    "change": "granted: granted since; else the words of a comparison, of this run beside the earlier one: gains is "
    "newly eligible",
    "source_file": "the file the charge stands in, in this run where it has the charge",
    "source_line": "its first line there",
}
COLUMNS: dict[str, tuple[pl.DataType, str]] = {
    name: (
        pl.Enum(CHANGES) if name == "change" else dtype,
        _MEANS.get(
            name,
            means
            if "_before" not in name and "_after" not in name
            else f"{name.rpartition('_')[0].replace('_', ' ')} in {'the earlier' if 'before' in name else 'this'} run",
        ),
    )
    for name, (dtype, means) in COMPARED_COLUMNS.items()
} | {
    "record_differs": (
        pl.Boolean(),
        "the record of the person is another; null where only one run has the person, or the fingerprints were made by "
        "another version of Polars",
    ),
    "law_differs": (pl.Boolean(), "the law of the remedy is another: its version on that day, its pack or the policy"),
    "because": (
        pl.List(pl.String()),
        "why: law, record, calendar, program; new_person, gone_person: the other run has nobody of that id; "
        "undetermined_cause. Of law, record and program that stand together each may have done it",
    ),
}
"""The columns of the changes: type and meaning."""


@attrs.frozen(kw_only=True, eq=False)
class Earlier:
    """An earlier run: its manifest, what it determined, and the fingerprints of its people's records."""

    path: str
    manifest: Mapping[str, Any]
    determinations: pl.DataFrame
    people: pl.DataFrame


@attrs.frozen(kw_only=True, eq=False)
class Changes:
    """What changed since an earlier run.

    ``changes``: one row a charge and remedy that differs, in (subject, charge, remedy) order (:data:`COLUMNS` has the
    columns). ``new_people`` and ``gone_people``: how many people only one of the runs has.
    """

    since: Earlier
    changes: pl.DataFrame
    new_people: int
    gone_people: int

    def summary(self) -> pl.DataFrame:
        """Charges and people by change and reasons: columns change, because, charges, people."""
        return (
            self.changes.group_by("change", pl.col("because").list.join(", "))
            .agg(charges=pl.struct("subject_id", "charge_id").n_unique(), people=pl.col("subject_id").n_unique())
            .sort("change", "because")
        )

    def told(self) -> dict[str, Any]:
        """What the manifest says of it."""
        return {
            "path": self.since.path,
            "digest": self.since.manifest["digest"],
            "as_of": self.since.manifest["as_of"],
            "changes": self.changes.height,
            "by_change": _tally(self.changes["change"].cast(pl.String), CHANGES),
            "by_reason": _tally(self.changes["because"].explode(), REASONS),
            "new_people": self.new_people,
            "gone_people": self.gone_people,
        }


@attrs.frozen(kw_only=True)
class LawTold:
    """What a run tells of its law: of each pack its version, policy and plugin, and the version of the program."""

    packs: Mapping[str, tuple[str, Mapping[str, Any], str]]
    program: str

    @classmethod
    def then(cls, about: Mapping[str, Any]) -> LawTold:
        """What stands in a manifest."""
        return cls(
            packs={
                law["id"]: (law["version"], law["policy"], about["plugins"][f"statutes {law['id']}"]["version"])
                for law in about["statutes"]
            },
            program=f"{about['recordrelief']} with Polars {about['polars']}",
        )

    @classmethod
    def now(cls, parts: Iterable[Screening], origins: Mapping[str, Origin]) -> LawTold:
        """What will stand in the manifest of some screenings."""
        return cls(
            packs={
                one.pack.id: (
                    one.pack.version,
                    plain(attrs.asdict(one.policy)),
                    origins[f"statutes {one.pack.id}"].version,
                )
                for one in parts
            },
            program=f"{recordrelief.__version__} with Polars {pl.__version__}",
        )


def check_comparable(
    about: Mapping[str, Any], *, statutes: Sequence[str], as_of: str, county: str | None, remedies: Sequence[str]
) -> None:
    """Refuse an earlier run that was asked for something else: its answers would differ for that alone.

    Args:
        about: its manifest.
        statutes: the packs that are asked for now.
        as_of: the day, as it was given.
        county: the county, as it was given.
        remedies: the remedies that are asked for.

    Raises:
        RequestError: the statutes, the county or the remedies are others, or its day is a later one.
    """
    laws = {law["id"] for law in about["statutes"]}
    pairs = (
        ("statutes", laws, set(statutes) & laws if remedies else set(statutes)),
        ("county", {(about["county"] or "").strip().casefold()}, {(county or "").strip().casefold()}),
        ("remedies", set(about["asked_remedies"]), set(remedies)),
    )
    for what, then, now in pairs:
        if then != now:
            raise RequestError(
                f"The earlier run was asked for other {what}.",
                found=", ".join(sorted(then)) or "none",
                expected=", ".join(sorted(now)) or "none",
                cure="Name a run that was asked for the same.",
            )
    try:
        day = date.fromisoformat(as_of)
    except ValueError:
        return  # the screening says what is wrong with it
    if date.fromisoformat(about["as_of"]) > day:
        raise RequestError(
            "The earlier run is of a later day.", found=about["as_of"], expected=f"{as_of} or a day before"
        )


def changes_since(
    earlier: Earlier,
    answers: Answers,
    *,
    people: pl.DataFrame,
    law: LawTold,
    asked_then: Callable[[Sequence[str]], Answers],
) -> Changes:
    """What changed since an earlier run, and why.

    Args:
        earlier: the earlier run.
        answers: what is answered now.
        people: the fingerprints of the records now.
        law: what there is to tell of the law now.
        asked_then: what is answered of some people, as their records are now, on the day of the earlier run.
    """
    changes = changes_between(earlier.determinations, answers.determinations)
    # Lines move from one extract to the next: those of now count, where there are any.
    place = answers.determinations.select(*_KEY, pl.col(_PLACE).name.suffix("_now"))
    changes = changes.join(place, on=_KEY, how="left", maintain_order="left").with_columns(
        pl.coalesce(f"{name}_now", name).alias(name) for name in _PLACE
    )
    # Another version of Polars makes other fingerprints: they then tell nothing.
    comparable = earlier.manifest["polars"] == pl.__version__
    both = earlier.people.join(people, on="subject_id", suffix="_now").select(
        "subject_id", same_record=pl.when(comparable).then(pl.col("record") == pl.col("record_now"))
    )
    then = answers
    if earlier.manifest["as_of"] != answers.as_of.isoformat():
        then = asked_then(changes.join(both, on="subject_id", how="semi")["subject_id"].unique().sort().to_list())
    compared = _compared(changes, then.determinations).join(both, on="subject_id", how="left", maintain_order="left")
    news = pl.col("subject_id").is_in(people["subject_id"].implode())
    olds = pl.col("subject_id").is_in(earlier.people["subject_id"].implode())
    other = pl.col("another_then")
    before = LawTold.then(earlier.manifest)
    moved = _moved(before, law, earlier.manifest["remedies"], then)
    in_both = news & olds
    compared = compared.with_columns(
        (~pl.col("same_record")).alias("record_differs"),
        pl.col("remedy").cast(pl.String).is_in(moved).alias("law_differs"),
    )
    reasons = {
        "law": in_both & other & pl.col("law_differs"),
        "record": in_both & other & pl.col("record_differs").fill_null(True),
        "calendar": in_both & pl.col("another_since"),
        "program": in_both & other & pl.lit(before.program != law.program),
        "new_person": ~olds,
        "gone_person": ~news,
    }
    told = compared.with_columns(test.fill_null(False).alias(f"is {name}") for name, test in reasons.items())
    open_ = other & ~pl.any_horizontal("is law", "is record", "is program", "is new_person", "is gone_person")
    told = told.with_columns(open_.alias("is undetermined_cause"))
    found = [pl.when(f"is {name}").then(pl.lit(name)) for name in REASONS]
    return Changes(
        since=earlier,
        changes=told.with_columns(
            pl.concat_list(found).list.drop_nulls().alias("because"),
            pl.when((pl.col("status_after") == "granted") & (pl.col("status_before") != "granted"))
            .then(pl.lit(GRANTED))
            .otherwise(pl.col("change").cast(pl.String))
            .alias("change"),
        ).select(pl.col(name).cast(dtype) for name, (dtype, _) in COLUMNS.items()),
        new_people=people.join(earlier.people, on="subject_id", how="anti").height,
        gone_people=earlier.people.join(people, on="subject_id", how="anti").height,
    )


def _compared(changes: pl.DataFrame, then: pl.DataFrame) -> pl.DataFrame:
    """The changes, and whether what is answered of the record now, on the day of then, is another than on either side.

    ``another_then``: than the earlier run said; ``another_since``: than is said of today.
    """
    texts = [pl.col(name).cast(pl.String).fill_null("none" if name == "status" else "") for name in _DIFFERS]
    asked = then.select(*_KEY, *(text.alias(f"{name}_then") for name, text in zip(_DIFFERS, texts, strict=True)))

    def another(side: str) -> pl.Expr:
        return pl.any_horizontal(
            pl.col(f"{name}_{side}").cast(pl.String).fill_null("")
            != pl.col(f"{name}_then").fill_null("none" if name == "status" else "")
            for name in _DIFFERS
        )

    return changes.join(asked, on=_KEY, how="left", maintain_order="left").with_columns(
        another("before").alias("another_then"), another("after").alias("another_since")
    )


def _moved(before: LawTold, law: LawTold, versions: Mapping[str, str], then: Answers) -> list[str]:
    """The remedies whose law differs: their version on the same day, or the version, policy or plugin of their pack.

    ``versions`` are those of the earlier run. Of a remedy that only one of the two has, the law surely differs.
    """
    now = {remedy.id: remedy.version for remedy in then.remedies}
    moved = {one for one in {*versions, *now} if versions.get(one) != now.get(one)}
    for part in _parts(then):
        if before.packs.get(part.pack.id) != law.packs[part.pack.id]:
            moved |= {remedy.id for remedy in part.remedies}
    return sorted(moved)


def _parts(answers: Answers) -> tuple[Screening, ...]:
    if isinstance(answers, JointScreening):
        return answers.parts
    assert isinstance(answers, Screening)
    return (answers,)


def _tally(words: pl.Series, known: Sequence[str]) -> dict[str, int]:
    there = Counter(words.to_list())
    return {word: there[word] for word in known if there[word]}
