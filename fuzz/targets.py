"""What is given broken inputs: every parser of the project, with good inputs to begin with."""

from __future__ import annotations

import io
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from random import Random

import attrs

import recordrelief as rr
from recordrelief.cases import read_cases
from recordrelief.citations import Citation, CitationRange, CitedOffense
from recordrelief.corrections import read_corrections
from recordrelief.errors import RecordReliefError, RequestError
from recordrelief.formats import Format
from recordrelief.formats.canonical import write_canonical
from recordrelief.formats.mapping import MappedFormat
from recordrelief.manifests import counted
from recordrelief.person_files import read_people
from recordrelief.plain_texts import read_plain_texts
from recordrelief.plugins import Plugins, load
from recordrelief.pseudonyms import Pseudonyms
from recordrelief.records import Records
from recordrelief.reports.help_directory import read_directory
from recordrelief.run_requests import policy_of
from recordrelief.runs import RunRequest, run
from recordrelief.stored_runs import open_run
from recordrelief.verification import verify

ROOT = Path(__file__).parents[1]
AS_OF = "2024-07-01"
_PACKS = ("us-ca", "us-or")


@attrs.frozen
class Target:
    """A parser: ``seeds`` are good inputs, ``tried`` takes a broken one and a folder of its own.

    ``tried`` fails with anything but an error of the library if the parser breaks its promise.
    """

    name: str
    seeds: Callable[[], Sequence[bytes]]
    tried: Callable[[bytes, Path], None]


@cache
def plugins() -> Plugins:
    """All that is installed."""
    return load()


def _samples(*patterns: str, largest: int = 40_000) -> Callable[[], list[bytes]]:
    def seeds() -> list[bytes]:
        paths = [path for pattern in patterns for path in sorted(ROOT.glob(pattern))]
        assert paths, patterns
        return [path.read_bytes()[:largest] for path in paths]

    return seeds


def _accounted(records: Records, format: Format) -> None:
    counted(records.quarantine, records.sources, format.id)


def _screened(records: Records) -> None:
    """What was read must be a record that any law can be asked about."""
    for pack in _PACKS:
        with suppress(RequestError):
            rr.screen(records, statutes=pack, as_of=AS_OF)


def _reads(format_of: Callable[[], Format], name: str) -> Callable[[bytes, Path], None]:
    def tried(content: bytes, place: Path) -> None:
        format = format_of()
        path = place / name
        path.write_bytes(content)
        format.identify(name, content[:65_536])
        try:
            records = format.read([path])
        except RecordReliefError:
            return
        _accounted(records, format)
        if not content or content[-1] % 8 == 0:  # screening takes longer than reading: now and then
            _screened(records)

    return tried


def _anonymizes(format_of: Callable[[], Format], name: str) -> Callable[[bytes, Path], None]:
    def tried(content: bytes, place: Path) -> None:
        from recordrelief.disguise import Disguise

        path = place / name
        path.write_bytes(content)
        with suppress(RecordReliefError):
            format_of().anonymize(path, place / f"out-{name}", Disguise(b"0123456789abcdef" * 2))

    return tried


def _of(name: str) -> Callable[[], Format]:
    return lambda: plugins().format(name)


@cache
def _mapped(name: str) -> Format:
    return MappedFormat.from_file(ROOT / name)


_FIXED = """
id = "larkspur-fixed"
title = "Larkspur County: counts by place"
record_scope = "county"

[files.counts]
kind = "fixed"
places = { person = [1, 8], docket = [9, 18], count = [19, 20], statute = [21, 34], finding = [35, 44], day = [45, 54] }

[files.counts.subject]
key = ["person"]

[files.counts.charge]
key = ["docket", "count"]
subject = ["person"]
jurisdiction = { constant = "us-ca" }
citation = { column = "statute", citation = ["PC", "HS"] }
outcome = { column = "finding", codes = "findings" }
conviction_date = { column = "day", date = ["%m/%d/%Y"] }

[codes.findings]
Guilty = "convicted"
Dismissed = "dismissed"
"""


@cache
def _fixed() -> Format:
    place = Path(tempfile.mkdtemp()) / "fixed.toml"
    place.write_text(_FIXED, encoding="utf-8")
    return MappedFormat.from_file(place)


def _fixed_seeds() -> list[bytes]:
    rows = [
        ("P0000001", "C-1", "1", "PC 459", "Guilty", "03/14/2001"),
        ("P0000001", "C-1", "2", "HS 11357(b)", "Dismissed", "03/14/2001"),
        ("P0000002", "C-22", "1", "PC 484", "Guilty", "11/02/1998"),
    ]
    widths = (8, 10, 2, 14, 10, 10)
    return ["".join("".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) + "\n" for row in rows).encode()]


def _workbooks() -> list[bytes]:
    import xlsxwriter  # type: ignore[import-untyped]

    made = []
    for name in ("counts", "terms"):
        stream = io.BytesIO()
        lines = (ROOT / f"examples/own-mapping/{name}.csv").read_text(encoding="utf-8").splitlines()
        with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
            sheet = book.add_worksheet()
            for at, line in enumerate(lines):
                sheet.write_row(at, 0, line.split(","))
        made.append(stream.getvalue())
    return made


def _inside(content: bytes, chance: Random) -> bytes:
    """A workbook with one of its parts broken, the archive whole: else nothing behind the checksum is reached."""
    from mutation import mutated

    with zipfile.ZipFile(io.BytesIO(_workbooks()[content[0] % 2 if content else 0])) as good:
        parts = {name: good.read(name) for name in good.namelist()}
    name = chance.choice(sorted(parts))
    parts[name] = mutated([parts[name]], chance)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as bad:
        for part, said in parts.items():
            bad.writestr(part, said)
    return stream.getvalue()


def _workbook(content: bytes, place: Path) -> None:
    if not content.startswith(b"PK\x03\x04") or content[-1] % 2:
        content = _inside(content, Random(content))
    _reads(lambda: _mapped("examples/own-mapping/larkspur.toml"), "counts.xlsx")(content, place)


def _mapping(content: bytes, place: Path) -> None:
    path = place / "mapping.toml"
    path.write_bytes(content)
    try:
        made = MappedFormat.from_file(path)
    except RecordReliefError:
        return
    export = ROOT / "examples/own-mapping/counts.csv"
    try:
        records = made.read([export])
    except RecordReliefError:
        return
    _accounted(records, made)


def _people(content: bytes, place: Path) -> None:
    with suppress(RecordReliefError):
        read_people(content.decode("utf-8", "replace"), "people.yaml")
    _reads(_of("person"), "people.yaml")(content, place)


def _cases(content: bytes, place: Path) -> None:
    with suppress(RecordReliefError):
        read_cases(content.decode("utf-8", "replace"), "cases.yaml")


@cache
def _walk_in() -> Records:
    return rr.read(ROOT / "examples/one-person/walk-in.yaml")


def _correction_seeds() -> list[bytes]:
    given = (ROOT / "examples/one-person/docket.yaml").read_bytes()
    text = (ROOT / "docs/settling.md").read_text(encoding="utf-8")
    return [given, *(block.split("```")[0].encode() for block in text.split("```yaml\n")[1:])]


def _corrections(content: bytes, place: Path) -> None:
    path = place / "corrections.yaml"
    path.write_bytes(content)
    with suppress(RecordReliefError):
        read_corrections([path]).applied(_walk_in())


def _policy(content: bytes, place: Path) -> None:
    path = place / "policy.toml"
    path.write_bytes(content)
    for pack in _PACKS:
        with suppress(RecordReliefError):
            policy_of(plugins().pack(pack), str(path))


def _plain(content: bytes, place: Path) -> None:
    (place / "en.toml").write_bytes(content)
    with suppress(RecordReliefError):
        read_plain_texts(place)


_HELP = b'[county."Larkspur"]\noffices = [{ name = "Help", phone = "555-0100" }]\n'


def _directory_of_help(content: bytes, place: Path) -> None:
    path = place / "help.toml"
    path.write_bytes(content)
    with suppress(RecordReliefError):
        read_directory(path)


def _options(content: bytes, place: Path) -> None:
    from recordrelief_us_ca_doj.clear_my_record.options import EligibilityOptions

    path = place / "options.json"
    path.write_bytes(content)
    with suppress(RecordReliefError):
        EligibilityOptions.read(path)


def _key(content: bytes, place: Path) -> None:
    path = place / "key"
    path.write_bytes(content)
    path.chmod(0o600)
    with suppress(RecordReliefError):
        Pseudonyms.of_file(path)


_CITED = (
    b"PC 459\nHS 11359(a)\nORS 137.225(1)(a)\nPC 187-PC 199\nPC 664/459\n273.5(A) PC-INFLICT CORPORAL INJ\n"
    b"PC 487(b)(1)(A)..PC 487(d)\nVC 23152(a), (b)\n11378 HS - POSS CNTL SUB FOR SALE",
)


def _cited(content: bytes, place: Path) -> None:
    from recordrelief.citations import CitationReader

    text = content.decode("utf-8", "replace")
    reader = CitationReader({"PC": "PC", "PENAL CODE": "PC", "HS": "HS", "H&S": "HS", "ORS": "ORS"})
    for line in (text, *text.split("\n")[:50]):
        for parse in (Citation.parse, CitationRange.parse, CitedOffense.parse, reader.read, reader.find):
            with suppress(RecordReliefError):
                parse(line)


def _inside_directory(place: Path, content: bytes, name: str) -> None:
    """One file of a good directory is another."""
    (place / name).write_bytes(content)


@cache
def _canonical() -> Path:
    place = Path(tempfile.mkdtemp()) / "tables"
    place.mkdir()
    write_canonical(rr.read(ROOT / "examples/us-ca-doj/extract.csv"), place)
    return place


@cache
def _run() -> Path:
    place = Path(tempfile.mkdtemp()) / "run"
    run(RunRequest(inputs=[ROOT / "examples/one-person/walk-in.yaml"], statutes="us-ca", as_of=AS_OF, out=place))
    return place


def _files_of(directory: Callable[[], Path], end: str) -> Callable[[], list[bytes]]:
    return lambda: [path.read_bytes() for path in sorted(directory().iterdir()) if path.name.endswith(end)]


def _names_of(directory: Path, end: str) -> list[str]:
    return sorted(path.name for path in directory.iterdir() if path.name.endswith(end))


def _tables(end: str) -> Callable[[bytes, Path], None]:
    def tried(content: bytes, place: Path) -> None:
        format = plugins().format("canonical")
        own = shutil.copytree(_canonical(), place / "tables")
        name = Random(content).choice(_names_of(own, end))
        _inside_directory(own, content, name)
        try:
            records = format.read([own])
        except RecordReliefError:
            return
        _accounted(records, format)

    return tried


def _stored(end: str) -> Callable[[bytes, Path], None]:
    def tried(content: bytes, place: Path) -> None:
        own = shutil.copytree(_run(), place / "run")
        name = Random(content).choice(_names_of(own, end))
        _inside_directory(own, content, name)
        with suppress(RecordReliefError):
            stored = open_run(own)
            with suppress(RecordReliefError):
                stored.summary()
            with suppress(RecordReliefError):
                stored.verify_digest()
            for part in (lambda: stored.determinations, lambda: stored.people, lambda: stored.quarantine):
                with suppress(RecordReliefError):
                    part()
            if content and content[-1] % 4 == 0:
                verify(own, sample=1)

    return tried


def _round_trip(content: bytes, place: Path) -> None:
    chance = Random(content)
    generating = [one for one in plugins().formats.values() if one.id != "person"]
    format = chance.choice(sorted(generating, key=lambda one: one.id))
    path = place / "made.csv"
    try:
        rows = format.generate(subjects=chance.randrange(1, 30), seed=chance.randrange(2**31), out=path)
    except RequestError:
        return
    records = format.read([path])
    _accounted(records, format)
    if format.id != "us-ca-rapsheet":
        assert sum(one.rows for one in records.sources) == rows, f"{format.id} wrote {rows} rows"
    _screened(records)


def _pdfs() -> list[bytes]:
    from recordrelief_us_ca_rapsheet.dice import Dice
    from recordrelief_us_ca_rapsheet.generate import invented_sheet
    from recordrelief_us_ca_rapsheet.writing import write_pdf

    made = []
    for seed in range(3):
        path = Path(tempfile.mkdtemp()) / "sheet.pdf"
        write_pdf(invented_sheet(Dice(seed), seed), path)
        made.append(path.read_bytes())
    return made


_DOJ = _samples("examples/us-ca-doj/extract.csv", "plugins/recordrelief-us-ca-doj/tests/samples/*.csv")
_SHEETS = _samples("examples/us-ca-rapsheet/*.txt", "plugins/recordrelief-us-ca-rapsheet/tests/samples/*.txt")
_NIEM = _samples("plugins/recordrelief-niem/tests/samples/*.xml", largest=2**20)
_LINES = _samples("plugins/recordrelief-us-or/tests/samples/*.jsonl", "examples/us-or-cases/*.jsonl")
_CHARGES = _samples("plugins/recordrelief-us-or/tests/samples/*.csv")
_COUNTS = _samples("examples/own-mapping/counts.csv")
_POLICIES = _samples("examples/us-ca-doj/policy.toml")


def _larkspur() -> Format:
    return _mapped("examples/own-mapping/larkspur.toml")


TARGETS: Mapping[str, Target] = {
    one.name: one
    for one in (
        Target("doj", _DOJ, _reads(_of("us-ca-doj"), "extract.csv")),
        Target("doj-anonymized", _DOJ, _anonymizes(_of("us-ca-doj"), "extract.csv")),
        Target("rapsheet", _SHEETS, _reads(_of("us-ca-rapsheet"), "sheet.txt")),
        Target("rapsheet-anonymized", _SHEETS, _anonymizes(_of("us-ca-rapsheet"), "sheet.txt")),
        Target("rapsheet-pdf", _pdfs, _reads(_of("us-ca-rapsheet"), "sheet.pdf")),
        Target("niem", _NIEM, _reads(_of("niem-rapsheet"), "sheets.xml")),
        Target("oregon-lines", _LINES, _reads(_of("us-or-cases"), "records.jsonl")),
        Target("oregon-sheet", _CHARGES, _reads(_of("us-or-cases"), "charges.csv")),
        Target("oregon-anonymized", _LINES, _anonymizes(_of("us-or-cases"), "records.jsonl")),
        Target("mapped-csv", _COUNTS, _reads(_larkspur, "counts.csv")),
        Target("mapped-fixed", _fixed_seeds, _reads(_fixed, "counts.txt")),
        Target("mapped-xlsx", _workbooks, _workbook),
        Target("mapped-anonymized", _COUNTS, _anonymizes(_larkspur, "counts.csv")),
        Target("mapping-file", _samples("examples/own-mapping/larkspur.toml", "tests/*.toml"), _mapping),
        Target("people", _samples("examples/one-person/walk-in.yaml", "examples/what-if/people.yaml"), _people),
        Target("cases", _samples("examples/own-statutes/cases/*.yaml"), _cases),
        Target("canonical-tables", _files_of(_canonical, ".parquet"), _tables(".parquet")),
        Target("canonical-json", _files_of(_canonical, ".json"), _tables(".json")),
        Target("corrections", _correction_seeds, _corrections),
        Target("policy", _POLICIES, _policy),
        Target("plain-texts", _samples("plugins/*/src/*/plain/*.toml"), _plain),
        Target(
            "help",
            lambda: [b'[county."Larkspur"]\noffices = [{ name = "Help", phone = "555-0100" }]\n'],
            _directory_of_help,
        ),
        Target("clear-my-record-options", _samples("examples/us-ca-doj/clear-my-record.json"), _options),
        Target("key", lambda: [b"0123456789abcdef0123456789abcdef\n"], _key),
        Target("citations", lambda: _CITED, _cited),
        Target("manifest", _files_of(_run, ".json"), _stored(".json")),
        Target("run-tables", _files_of(_run, ".parquet"), _stored(".parquet")),
        Target("run-quarantine", _files_of(_run, ".csv"), _stored(".csv")),
        Target("round-trip", lambda: [bytes([at]) for at in range(64)], _round_trip),
    )
}
