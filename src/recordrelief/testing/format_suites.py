"""The suite of a record format: what must hold of every format, whatever it reads, as a class of tests."""

from __future__ import annotations

import json
import logging
import re
import shutil
import warnings
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import polars as pl

from recordrelief.errors import RecordReliefError, RequestError
from recordrelief.extras import missing
from recordrelief.formats import HEAD_BYTES, Format
from recordrelief.manifests import counted
from recordrelief.records import Records
from recordrelief.tables import TABLES
from recordrelief.testing.golden import assert_golden
from recordrelief.testing.readable import none_of
from recordrelief.testing.traits import MARK, Nasty, Text

CHECKS = ("identify", "twice", "nasty", "order", "memory", "marks", "generate")
"""The checks beside the rows themselves; ``skips`` names them."""
_STEADY_BYTES = 96 * 2**20
"""Memory that a reading may take whatever its input."""
_OTHERS = (("nothing", b""), ("picture", b"\x89PNG\r\n\x1a\n" + bytes(64)), ("note.txt", b"A note"))
"""Inputs that are of no format of records: their names, and how they begin."""
_PLACE = re.compile(r"(-unread-[^\s]*?):\d+")

Samples = Path | str | Iterable[Path | str | Sequence[Path | str]]


def format_suite(
    format: Format,
    samples: Samples,
    *,
    text: Text | None = None,
    golden: Path | None = None,
    memory: float = 40.0,
    large: int = 2 * 2**20,
    skips: Mapping[str, str] | None = None,
) -> type:
    """A class of tests for a format, to be bound to a name that begins with ``Test``.

    So it stands in a test module::

        TestMyCounty = format_suite(MyCounty(), samples=Path(__file__).parent / "samples", text=Delimited())

    Args:
        format: the format.
        samples: a folder, in which each file and each folder is an input of its own; or the inputs, where files that
            are read together stand in a list.
        text: what the files are made of (:class:`~recordrelief.testing.traits.Delimited`,
            :class:`~recordrelief.testing.traits.Lines`), so that nasty ones can be made of them; none are unless given.
        golden: a folder with what is read of each sample, as it was approved; nothing is compared unless given.
        memory: how many bytes a reading may take for each byte that it reads, beside what it takes anyway.
        large: how many bytes the input has by which memory is measured; fewer where reading is slow.
        skips: checks that are left out, each with the reason: those of :data:`CHECKS`.

    Raises:
        RequestError: there is no such check, there is no sample, or pytest is not installed.
    """
    try:
        import pytest
    except ImportError:
        raise missing("testing", "A suite of recordrelief.testing") from None

    left_out = dict(skips or {})
    if unknown := sorted(set(left_out) - set(CHECKS)):
        raise RequestError("There is no such check.", found=", ".join(unknown), expected=", ".join(CHECKS))
    every = _samples(samples)
    if not every:
        raise RequestError("There is no sample.", where=str(samples))
    dirty = [
        pytest.param(sample, at, nasty, id=f"{sample.name}-{path.name}-{nasty.name}".replace(" ", "-"))
        for sample in every
        for at, path in enumerate(sample.paths)
        if text is not None and path.is_file()
        for nasty in text.nasties(path.read_bytes())
    ]
    of_each = pytest.mark.parametrize("sample", every, ids=lambda sample: sample.name)

    def unless_skipped(check: str) -> None:
        if check in left_out:
            pytest.skip(left_out[check])

    def made_of(check: str) -> Text:
        unless_skipped(check)
        if text is None:
            pytest.skip("what the files are made of was not declared (text=)")
        return text

    class FormatSuite:
        """What must hold of a record format."""

        @of_each
        def test_the_sample_is_recognised_and_nothing_that_is_none(self, sample: Sample) -> None:
            unless_skipped("identify")
            for path in sample.paths:
                name, head = _head(path)
                assert format.identify(name, head) is True, f"{path.name} is not recognised"
            for name, head in (
                ("nothing", b""),
                ("picture", b"\x89PNG\r\n\x1a\n" + bytes(64)),
                ("note.txt", b"A note"),
            ):
                assert format.identify(name, head) is False, f"{head!r} is taken for {format.id}"

        @of_each
        def test_every_row_ends_in_exactly_one_place(self, sample: Sample) -> None:
            records = format.read(sample.paths)
            none_of(_unaccounted(format, records), "Rows are lost, or counted twice")
            if all(path.is_file() for path in sample.paths):
                assert [Path(one.path) for one in records.sources] == list(sample.paths), "a source is not as given"

        @of_each
        def test_the_same_input_reads_the_same(self, sample: Sample) -> None:
            assert _rows(format.read(sample.paths)) == _rows(format.read(sample.paths))

        @of_each
        def test_one_content_given_twice_is_refused(self, sample: Sample, tmp_path: Path) -> None:
            unless_skipped("twice")
            again = sample.copied(tmp_path)
            with pytest.raises(RecordReliefError):
                format.read([*sample.paths, *again.paths])

        if golden is not None:

            @of_each
            def test_it_reads_as_was_approved(self, sample: Sample, request: pytest.FixtureRequest) -> None:
                assert_golden(_approved(format.read(sample.paths)), golden / f"{sample.name}.json", request.config)

        if dirty:

            @pytest.mark.parametrize(("sample", "at", "nasty"), dirty)
            def test_a_nasty_input_is_refused_or_accounted_for(
                self, sample: Sample, at: int, nasty: Nasty, tmp_path: Path
            ) -> None:
                made_of("nasty")
                none_of(_harm(format, sample, at, nasty, tmp_path), f"{nasty.name} did harm")

            @of_each
            def test_the_order_of_rows_changes_nothing(self, sample: Sample, tmp_path: Path) -> None:
                made = made_of("order")
                whole = _rows(format.read(sample.paths), places=False)
                for seed in range(3):
                    place = tmp_path / str(seed)
                    mixed = {path: made.shuffled(path.read_bytes(), seed) for path in sample.paths if path.is_file()}
                    if None in mixed.values():
                        pytest.skip("the order of rows says something")
                    other = sample.copied(place, {path: content for path, content in mixed.items() if content})
                    assert _rows(format.read(other.paths), places=False) == whole

            @of_each
            def test_no_text_of_a_record_is_told(
                self,
                sample: Sample,
                tmp_path: Path,
                caplog: pytest.LogCaptureFixture,
                capfd: pytest.CaptureFixture[str],
            ) -> None:
                made = made_of("marks")
                caplog.set_level(logging.DEBUG)
                with warnings.catch_warnings(record=True) as warned:
                    warnings.simplefilter("always")
                    told = [
                        f"{path.name}, {column}: {where}"
                        for path in sample.paths
                        if path.is_file()
                        for number, (column, content) in enumerate(made.marked(path.read_bytes()))
                        for where in _telling(
                            _outcome(format, sample.copied(tmp_path / f"{path.name}-{number}", {path: content}).paths)
                        )
                    ]
                out, err = capfd.readouterr()
                for where, said in (("the log", caplog.text), ("the output", out), ("the error output", err)):
                    told += [where] if MARK in said else []
                told += ["a warning" for one in warned if MARK in str(one.message)]
                none_of(told, "A text of a record is told where anyone may read it")

        def test_memory_is_bounded_by_the_input(self, tmp_path: Path) -> None:
            unless_skipped("memory")
            made = _large(format, every[0], text, tmp_path, large)
            if made is None:
                pytest.skip("nothing large can be made: the format generates nothing, and text= was not declared")
            size = sum(path.stat().st_size for path in made.paths)
            taken = _peak(lambda: format.read(made.paths))
            if taken is None:
                pytest.skip("this system does not tell the most memory taken")
            most = _STEADY_BYTES + memory * size
            assert taken <= most, f"{taken:,} bytes for an input of {size:,}; {most:,.0f} are allowed"

        def test_what_it_generates_is_the_same_for_a_seed_and_is_read(self, tmp_path: Path) -> None:
            unless_skipped("generate")
            paths = [tmp_path / name for name in ("one", "two")]
            for path in paths:
                path.mkdir()
            made = [path / every[0].paths[0].name for path in paths]
            try:
                rows = format.generate(subjects=20, seed=7, out=made[0])
            except RequestError:
                pytest.skip("the format generates nothing")
            assert format.generate(subjects=20, seed=7, out=made[1]) == rows
            assert made[0].read_bytes() == made[1].read_bytes()
            records = format.read([made[0]])
            none_of(_unaccounted(format, records), "Rows are lost, or counted twice")

    FormatSuite.__name__ = FormatSuite.__qualname__ = f"FormatSuite_{format.id}"
    return FormatSuite


@attrs.frozen
class Sample:
    """Inputs that are read together."""

    name: str
    paths: tuple[Path, ...]

    def copied(self, place: Path, instead: Mapping[Path, bytes] | None = None) -> Sample:
        """The same inputs under the same names elsewhere, some of them with other content."""
        place.mkdir(parents=True, exist_ok=True)
        paths = []
        for path in self.paths:
            paths.append(place / path.name)
            if path.is_dir():
                shutil.copytree(path, paths[-1])
            else:
                paths[-1].write_bytes((instead or {}).get(path, path.read_bytes()))
        return Sample(self.name, tuple(paths))


def _samples(given: Samples) -> list[Sample]:
    if isinstance(given, (str, Path)):
        folder = Path(given)
        inputs: list[Path | str | Sequence[Path | str]] = [
            path for path in sorted(folder.iterdir()) if not path.name.startswith((".", "__"))
        ]
    else:
        inputs = list(given)
    found = []
    for one in inputs:
        paths = (Path(one),) if isinstance(one, (str, Path)) else tuple(map(Path, one))
        found.append(Sample("+".join(path.name for path in paths), paths))
    return found


def _head(path: Path) -> tuple[str, bytes]:
    if path.is_dir():
        return path.name + "/", "\n".join(sorted(one.name for one in path.iterdir())).encode()[:HEAD_BYTES]
    return path.name, path.read_bytes()[:HEAD_BYTES]


def _outcome(format: Format, paths: Sequence[Path]) -> Records | RecordReliefError:
    """What is read, or the error that says why nothing is; any other failure is one of the format."""
    try:
        return format.read(paths)
    except RecordReliefError as error:
        return error
    except Exception as error:
        raise AssertionError(
            f"it failed with {type(error).__name__} and does not say what is wrong: {error}"
        ) from error


def _unaccounted(format: Format, records: Records) -> list[str]:
    try:
        counted(records.quarantine, records.sources, format.id)
    except RecordReliefError as error:
        return [str(error)]
    return []


def _harm(format: Format, sample: Sample, at: int, nasty: Nasty, place: Path) -> list[str]:
    """What is wrong with the reading of a nasty input."""
    path = sample.paths[at]
    good = format.read(sample.paths)
    read = _outcome(format, sample.copied(place, {path: nasty.content}).paths)
    if isinstance(read, RecordReliefError):
        return [] if read.what.strip() else ["the error says nothing"]
    told = _unaccounted(format, read)
    rows = sum(one.rows for one in read.sources if one.name == path.name)
    if nasty.rows is not None and rows < nasty.rows:
        told.append(f"{rows} rows are counted, and it has {nasty.rows}")
    if nasty.same and _rows(read) != _rows(good):
        told.append("it reads as something else than the good file")
    if nasty.told and not _noted(read) > _noted(good):
        told.append("nothing is refused, set aside or noted")
    if nasty.rows:
        lost = set(good.subjects["subject_id"]) - set(read.subjects["subject_id"])
        if lost and read.quarantine.height <= good.quarantine.height:
            told.append(f"{len(lost)} people are lost, and no row was set aside")
    days = (_days(read) - _days(good)) & set(nasty.never)
    told += [f"it reads {day}, which the file does not say" for day in sorted(days)]
    return told


def _noted(records: Records) -> int:
    return records.quarantine.height + records.issues.height + sum(len(one.notes) for one in records.sources)


def _days(records: Records) -> set[date]:
    found: set[date] = set()
    for name in TABLES:
        frame = records.table(name)
        for column, dtype in frame.schema.items():
            if dtype == pl.Date:
                found |= set(frame[column].drop_nulls())
    return found


def _telling(outcome: Records | RecordReliefError) -> list[str]:
    """Where the mark of a person shows, other than in the tables of people."""
    if isinstance(outcome, RecordReliefError):
        return ["the error"] if MARK in str(outcome) else []
    told = ["a note of the file" for one in outcome.sources if MARK in " ".join(one.notes)]
    reasons = outcome.quarantine.select(pl.col("code", "reason").cast(pl.String))
    told += ["the quarantine" for row in reasons.iter_rows() if MARK in " ".join(map(str, row))]
    return told


def _rows(records: Records, *, places: bool = True) -> dict[str, list[str]]:
    """Every table as sorted rows; without the lines of the source where rows stand elsewhere."""
    found = {}
    for name in TABLES:
        frame = records.table(name)
        if not places:
            frame = frame.drop("source_line", strict=False)
        rows = [json.dumps(row, default=str, sort_keys=True) for row in frame.iter_rows(named=True)]
        found[name] = sorted(rows if places else (_PLACE.sub(r"\1", row) for row in rows))
    return found


def _approved(records: Records) -> str:
    """What was read, as text that a person can look through: what is not known is left out."""
    tables = {
        name: [
            {key: value for key, value in row.items() if value is not None and value != []}
            for row in records.table(name).iter_rows(named=True)
        ]
        for name in TABLES
    }
    whole: dict[str, Any] = {"coverage": attrs.asdict(records.coverage), **tables}
    return json.dumps(whole, indent=1, default=str, ensure_ascii=False) + "\n"


def _large(format: Format, sample: Sample, text: Text | None, place: Path, least: int) -> Sample | None:
    """A large input: generated, or a sample's rows again and again."""
    try:
        subjects, made = 50, place / sample.paths[0].name
        format.generate(subjects=subjects, seed=1, out=made)
        if (size := made.stat().st_size) < least:
            made.unlink()
            format.generate(subjects=subjects * (least // max(size, 1) + 1), seed=1, out=made)
        return Sample(sample.name, (made,))
    except RequestError:
        if text is None or not all(path.is_file() for path in sample.paths):
            return None
    grown = {path: text.grown(path.read_bytes(), least) for path in sample.paths}
    return sample.copied(place, grown)


def _peak(read: Any) -> int | None:
    """The most memory that something took beyond what was taken before; None where the system does not tell."""
    status, reset = Path("/proc/self/status"), Path("/proc/self/clear_refs")
    try:
        reset.write_text("5")
        before = _kilobytes(status.read_text(), "VmHWM")
        read()
        return (_kilobytes(status.read_text(), "VmHWM") - before) * 1024
    except (OSError, LookupError):
        return None


def _kilobytes(status: str, name: str) -> int:
    for line in status.splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    raise LookupError(name)
