"""The command line: it reads arguments, calls the library and prints.

Exit codes: 0 done (rows set aside are counted, not an error), 1 failed, 2 the request was wrong.
"""

# Whatever a command needs is imported when it runs: `recordrelief --help` must not wait for the engine or for plugins.
from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import typer

from recordrelief.errors import RecordReliefError, RequestError

if TYPE_CHECKING:
    from recordrelief.plugins import Plugins
    from recordrelief.rescreening import Person

FAILED, WRONG_REQUEST = 1, 2
TRACEBACK = "RECORDRELIEF_TRACEBACK"
"""Set in the environment, it lets an unforeseen error through with its traceback, which may show personal data."""

app = typer.Typer(
    name="recordrelief",
    help="Record relief for one person or a whole state: every decision with its reasons.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

new = typer.Typer(help="Begin something of your own.", no_args_is_help=True)
app.add_typer(new, name="new")

Inputs = Annotated[list[Path], typer.Argument(metavar="INPUT...", help="Source files, read as one population.")]
FormatName = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="ID|FILE.toml",
        help="Id of the format, or a mapping file; may be left out if exactly one recognises the inputs.",
    ),
]
PluginFiles = Annotated[
    list[Path] | None, typer.Option("--plugin", metavar="FILE.py", help="Load this plugin file too; may be repeated.")
]
PolicyName = Annotated[
    str | None, typer.Option("--policy", metavar="FILE.toml|NAME", help="Options of the pack, or a policy it names.")
]
CorrectionFiles = Annotated[
    list[Path] | None,
    typer.Option("--corrections", metavar="FILE.yaml", help="Corrections to lay over the inputs; may be repeated."),
]
Without = Annotated[
    list[int] | None,
    typer.Option(metavar="N", help="Leave out correction N, counted from 1 over all files; may be repeated."),
]
RunKey = Annotated[
    Path | None, typer.Option("--key", metavar="KEYFILE", help="Of a pseudonymous run: the key it was made with.")
]
Force = Annotated[bool, typer.Option("--force", help="Replace a finished result that stands there.")]
Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="The directory to write.")]


@app.callback(invoke_without_command=True)
def version(
    show: Annotated[bool, typer.Option("--version", help="Show the version and leave.", is_eager=True)] = False,
) -> None:
    if show:
        import recordrelief

        print(recordrelief.__version__)
        raise typer.Exit


@app.command()
def screen(
    inputs: Inputs,
    statutes: Annotated[str, typer.Option(metavar="ID[,ID]", help="Statute pack, or several: each law for its own.")],
    as_of: Annotated[str, typer.Option(metavar="DAY", help="The day at which law and record are read: 2020-07-01.")],
    out: Out,
    format: FormatName = None,
    county: Annotated[str | None, typer.Option(help="Determine only charges of this county.")] = None,
    policy: PolicyName = None,
    remedy: Annotated[list[str] | None, typer.Option(metavar="ID", help="Only this remedy; may be repeated.")] = None,
    output: Annotated[
        list[str] | None, typer.Option(metavar="NAME[=SETTINGS]", help="Write this output too; may be repeated.")
    ] = None,
    plugin: PluginFiles = None,
    also: Annotated[str | None, typer.Option(metavar="csv,xlsx", help="Write the determinations as these too.")] = None,
    corrections: CorrectionFiles = None,
    without: Without = None,
    since: Annotated[
        Path | None, typer.Option(metavar="DIR", help="An earlier run: write what changed since, and why.")
    ] = None,
    pseudonymize: Annotated[
        Path | None,
        typer.Option(metavar="KEYFILE", help="Write pseudonyms, made with this key, in the place of ids."),
    ] = None,
    force: Force = False,
) -> None:
    """Determine every remedy for every charge and write determinations, findings, quarantine and manifest."""
    from recordrelief.runs import RunRequest, run
    from recordrelief.terminal import show_broken, show_summary, shown_progress

    request = RunRequest(
        inputs=inputs,
        statutes=statutes,
        as_of=as_of,
        out=out,
        format=format,
        county=county,
        policy=policy,
        remedies=remedy or (),
        outputs=[*(output or ()), *(name.strip() for name in (also or "").split(",") if name.strip())],
        plugins=plugin or (),
        corrections=corrections or (),
        without=without or (),
        since=since,
        pseudonymize=pseudonymize,
        force=force,
    )
    known = _plugins(plugin)
    show_broken(known)
    with shown_progress() as progress:
        finished = run(request, progress, plugins=known)
    show_summary(finished)


@app.command()
def compare(
    inputs: Inputs,
    statutes: Annotated[str, typer.Option(help="Id of the statute pack: today's law.")],
    as_of: Annotated[str, typer.Option(metavar="DAY", help="The day at which law and record are read: 2020-07-01.")],
    out: Out,
    amendment: Annotated[
        str | None,
        typer.Option(metavar="FILE.py|ID", help="The law as it would be; may be left out to compare two policies."),
    ] = None,
    policy: PolicyName = None,
    amended_policy: Annotated[
        str | None,
        typer.Option(metavar="FILE.toml|NAME", help="The policy of the amendment; by default that of --policy."),
    ] = None,
    format: FormatName = None,
    county: Annotated[str | None, typer.Option(help="Determine only charges of this county.")] = None,
    remedy: Annotated[list[str] | None, typer.Option(metavar="ID", help="Only this remedy; may be repeated.")] = None,
    plugin: PluginFiles = None,
    force: Force = False,
) -> None:
    """Set an amendment, or another policy, beside today's law: who would gain and who would lose, and where."""
    from recordrelief.comparison_runs import ComparisonRequest, run_comparison
    from recordrelief.terminal import show_broken, show_comparison, shown_progress

    request = ComparisonRequest(
        inputs=inputs,
        statutes=statutes,
        amendment=amendment,
        as_of=as_of,
        out=out,
        policy=policy,
        amended_policy=amended_policy,
        format=format,
        county=county,
        remedies=remedy or (),
        plugins=plugin or (),
        force=force,
    )
    known = _plugins(request.plugin_files())
    show_broken(known)
    with shown_progress() as progress:
        finished = run_comparison(request, progress, plugins=known)
    show_comparison(finished)


@app.command()
def explain(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="A finished run.")],
    subject: Annotated[str, typer.Option(metavar="ID", help="The person, by subject_id.")],
    charge: Annotated[str | None, typer.Option(metavar="ID", help="Only this charge, by charge_id.")] = None,
    remedy: Annotated[str | None, typer.Option(metavar="ID", help="Only this remedy.")] = None,
    findings: Annotated[
        str | None,
        typer.Option(metavar="WHICH", help="all conditions, or the deciding ones; all with --remedy, else deciding."),
    ] = None,
    form: Annotated[str, typer.Option("--as", metavar="FORM", help="tree, markdown, html or json.")] = "tree",
    voice: Annotated[
        str, typer.Option(metavar="VOICE", help="statute, for who knows the law, or plain, for the person.")
    ] = "statute",
    language: Annotated[str, typer.Option(metavar="CODE", help="Language of the plain voice: en or es.")] = "en",
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="The file to write instead of printing.")] = None,
    force: Force = False,
    input: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="Where an input of the run is now; may be repeated.")
    ] = None,
    key: RunKey = None,
    plugin: PluginFiles = None,
) -> None:
    """Explain what a run determined for one person: every condition, its citation, the facts seen, what is missing."""
    from recordrelief.explain import explain as explained
    from recordrelief.outlines import Shown, joined
    from recordrelief.placing import filled_file
    from recordrelief.pseudonyms import key_of_run
    from recordrelief.renderings import form as form_named
    from recordrelief.rescreening import located, screen_again
    from recordrelief.runs import open_run
    from recordrelief.terminal import console, show_stored

    made = form_named(form)
    if findings not in (None, "all", "deciding"):
        raise RequestError("That is no choice of findings.", found=repr(findings), expected="all or deciding")
    if voice not in ("statute", "plain"):
        raise RequestError("There is no such voice.", found=repr(voice), expected="statute or plain")
    if voice == "statute" and language != "en":
        raise RequestError("Only the plain voice speaks other languages.", cure="Add --voice plain.")
    stored = open_run(directory)
    missing = [path for path in input or () if not path.exists()]
    if missing:
        raise RequestError("There is no such input.", where=str(missing[0]))
    places, notes = located(stored, input or ())
    if key is None and stored.manifest.get("pseudonyms"):
        notes = ("The run is pseudonymous: only its key (--key) and its inputs (--input) tell more.",)
    pseudonyms = None if key is None else key_of_run(stored.manifest, key)
    if notes:
        if form != "tree" or voice == "plain" or out is not None:
            raise RequestError(notes[0], cure="Without the inputs of the run only what it stored can be printed.")
        for note in notes:
            print(note, file=sys.stderr)
        print("What follows is what the run stored, without the facts behind it.", file=sys.stderr)
        if not show_stored(stored, subject, charge, remedy):
            raise RequestError("The run stored no determination for that subject, charge and remedy.")
        return
    files = [Path(path) for path in stored.manifest["plugin_files"]] if plugin is None else plugin
    again = screen_again(stored, subject, places, _plugins(files), pseudonyms)
    subject, charge = again.person.subject_id, again.person.charge_id(charge)
    for note in again.notes:
        print(note, file=sys.stderr)
    shown: Shown = "all" if findings == "all" or (findings is None and remedy is not None) else "deciding"
    found = [
        explained(one, subject, charge_id=charge, remedy=remedy, findings=shown) for one in again.about(charge, remedy)
    ]
    if voice == "plain":
        found = [one.plain(language) for one in found]
    if form == "tree" and out is None:
        for one in found:
            console().print(one.tree())
        return
    text = made(joined([one.outline for one in found])).rstrip("\n") + "\n"
    if out is None:
        sys.stdout.write(text)
        return
    with filled_file(out, force=force) as path:
        path.write_text(text, encoding="utf-8")
    print(f"Written to {out}")


@app.command()
def settle(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="A finished run.")],
    subject: Annotated[str, typer.Option(metavar="ID", help="The person, by subject_id.")],
    charge: Annotated[str | None, typer.Option(metavar="ID", help="Only this charge, by charge_id.")] = None,
    remedy: Annotated[str | None, typer.Option(metavar="ID", help="Only this remedy.")] = None,
    facts: Annotated[
        int, typer.Option(min=1, max=3, help="How many facts the largest set may have that is looked for.")
    ] = 3,
    input: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="Where an input of the run is now; may be repeated.")
    ] = None,
    key: RunKey = None,
    plugin: PluginFiles = None,
) -> None:
    """Say what would settle the open answers of one person: the fewest facts, as questions, and what each comes to."""
    from recordrelief.settling import settle as settled
    from recordrelief.terminal import console

    person, _ = _person_of_run(directory, subject, input, plugin, key)
    subject, charge = person.subject_id, person.charge_id(charge)
    asked = [remedy] if remedy is not None else list(person.remedies)
    for pack in person.packs:
        own = [one for one in asked if one in {each.id for each in pack.all_versions(person.policies[pack.id])}]
        if asked and not own and len(person.packs) > 1:
            continue
        settling = settled(
            person.records,
            subject,
            statutes=pack,
            as_of=person.as_of,
            policy=person.policies[pack.id],
            county=person.county,
            remedies=asked if len(person.packs) == 1 else own,
            charge_id=charge,
            facts=facts,
        )
        console().print(settling.text(), soft_wrap=True)


@app.command()
def ask(
    inputs: Annotated[list[Path], typer.Argument(metavar="INPUT...", help="A finished run, or source files.")],
    subject: Annotated[
        str | None, typer.Option(metavar="ID", help="The person, by subject_id; may be left out of files about one.")
    ] = None,
    out: Annotated[
        Path, typer.Option(metavar="FILE.yaml", help="The corrections to write; what stands in the file is kept.")
    ] = Path("corrections.yaml"),
    author: Annotated[str | None, typer.Option(metavar="NAME", help="Who answers; asked for unless given.")] = None,
    day: Annotated[
        str | None, typer.Option("--date", metavar="DAY", help="The day the answers are given; today unless given.")
    ] = None,
    statutes: Annotated[str | None, typer.Option(help="Of files: id of the statute pack.")] = None,
    as_of: Annotated[
        str | None, typer.Option(metavar="DAY", help="Of files: the day at which law and record are read.")
    ] = None,
    format: FormatName = None,
    policy: PolicyName = None,
    input: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="Where an input of the run is now; may be repeated.")
    ] = None,
    key: RunKey = None,
    plugin: PluginFiles = None,
) -> None:
    """Ask the questions that would settle a person's open answers, best first, and write the answers as corrections."""
    from datetime import date

    from recordrelief.asking import Interview, Signed
    from recordrelief.placing import RUN
    from recordrelief.rescreening import person_of_files

    try:
        today = date.today() if day is None else date.fromisoformat(day)
    except ValueError:
        raise RequestError("The day is not a date.", found=repr(day), expected="a day such as 2026-07-01") from None
    if len(inputs) == 1 and (inputs[0] / RUN.marker).is_file():
        if statutes or as_of or format or policy:
            raise RequestError(
                "A run was made with a law, a day and a policy of its own.",
                cure="Leave out --statutes, --as-of, --format and --policy.",
            )
        if subject is None:
            raise RequestError("A run is about many people.", cure="Say which with --subject.")
        person, known = _person_of_run(inputs[0], subject, input, plugin, key, apart_from=out)
    else:
        if key is not None:
            raise RequestError("Source files are not pseudonymous.", cure="Leave out --key.")
        if statutes is None or as_of is None:
            raise RequestError(
                "Files need a law and a day.", cure="Add --statutes and --as-of, or give a finished run."
            )
        known = _plugins(plugin)
        person = person_of_files(inputs, subject, known, statutes=statutes, as_of=as_of, format=format, policy=policy)
    who = author if author is not None else typer.prompt("Who answers (it stands beside every answer)")
    interview = Interview(person, out, Signed(author=who, date=today), tuple(known.statutes.values()))
    interview.run(_prompted, print)
    if interview.answered:
        answers = "1 answer" if interview.answered == 1 else f"{interview.answered} answers"
        print(f"{answers} written to {out}. To screen with what it says: --corrections {out}")


def _prompted(text: str) -> str | None:
    try:
        return str(typer.prompt(text, default="skip", show_default=False))
    except typer.Abort:
        return None


def _person_of_run(
    directory: Path,
    subject: str,
    moved: Sequence[Path] | None,
    plugin: Sequence[Path] | None,
    key: Path | None,
    *,
    apart_from: Path | None = None,
) -> tuple[Person, Plugins]:
    """One person of a finished run, read again, and the plugins that it was read with."""
    from recordrelief.pseudonyms import key_of_run
    from recordrelief.rescreening import located, person_again
    from recordrelief.runs import open_run

    stored = open_run(directory)
    pseudonyms = key_of_run(stored.manifest, key)
    places, notes = located(stored, moved or ())
    if notes:
        raise RequestError(notes[0], cure="Or screen again.")
    if apart_from is not None and apart_from.resolve() in {path.resolve() for path in places.corrections}:
        raise RequestError(
            "The run was made with this file of corrections.", where=str(apart_from), cure="Name another with --out."
        )
    files = [Path(path) for path in stored.manifest["plugin_files"]] if plugin is None else plugin
    known = _plugins(files)
    return person_again(stored, subject, places, known, pseudonyms), known


@app.command()
def verify(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="A finished run.")],
    sample: Annotated[
        int, typer.Option(min=0, metavar="N", help="How many people to screen again; 0 leaves the inputs unread.")
    ] = 20,
    input: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="Where an input of the run is now; may be repeated.")
    ] = None,
    key: RunKey = None,
    plugin: PluginFiles = None,
) -> None:
    """Check a finished run again: files, inputs, digest, counts, findings, and a sample of people screened anew.

    The exit code is 1 if anything differs.
    """
    from recordrelief.runs import open_run
    from recordrelief.terminal import show_verification
    from recordrelief.verification import verify as verified

    about = open_run(directory).manifest
    files = [Path(path) for path in about["plugin_files"]] if plugin is None else plugin
    verification = verified(directory, sample=sample, inputs=input or (), key=key, plugins=_plugins(files))
    show_verification(verification, about["notice"])
    if not verification.holds:
        raise typer.Exit(FAILED)


@app.command()
def convert(
    inputs: Inputs, out: Out, format: FormatName = None, plugin: PluginFiles = None, force: Force = False
) -> None:
    """Write the canonical tables of the inputs as Parquet; the format `canonical` reads them back."""
    from recordrelief.api import existing
    from recordrelief.formats.canonical import write_canonical
    from recordrelief.manifests import counted
    from recordrelief.placing import CANONICAL_TABLES, Place
    from recordrelief.runs import chosen_format, read_with
    from recordrelief.terminal import show_broken, shown_progress

    place = Place(out, CANONICAL_TABLES, force)
    place.check()
    paths = existing(inputs)
    known = _plugins(plugin)
    show_broken(known)
    name, known = known.naming(format)
    chosen = chosen_format(name, paths, known)
    with shown_progress() as progress:
        progress("reading")
        records = read_with(chosen, paths, known)
        counts = counted(records, chosen.id)
        progress("writing")
        with place.filled() as directory:
            write_canonical(records, directory)
    read, used = sum(count.source.rows for count in counts), sum(count.used for count in counts)
    print(f"Rows read {read:,} = used {used:,} + quarantined {read - used:,}. Written to {out}")


@app.command()
def check(
    inputs: Inputs,
    format: Annotated[Path, typer.Option(metavar="FILE.toml", help="The mapping file.")],
) -> None:
    """Try a mapping file on an export: what is not mapped, what is set aside, and whether every row is accounted for.

    It shows texts of the export, which may be personal, to whoever runs it. Those of more than 40 characters are cut.
    """
    from recordrelief.api import existing
    from recordrelief.formats.mapping import read_mapped, read_mapping
    from recordrelief.formats.mapping.report import report
    from recordrelief.manifests import counted

    mapping = read_mapping(format)
    mapped = read_mapped(mapping, existing(inputs))
    counts = counted(mapped.records, mapping.id)
    read, used = sum(count.source.rows for count in counts), sum(count.used for count in counts)
    for line in report(mapped, read, used):
        print(line)
    if used == 0:
        raise typer.Exit(FAILED)


@new.command("format")
def new_format(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Id of the format: lower case, digits, hyphens.")],
    sample: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A delimited export to look at, for a mapping file.")
    ] = None,
    python: Annotated[
        bool, typer.Option("--python", help="A folder with a plugin in Python instead of a mapping file.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(metavar="PLACE", help="The file or folder to write; NAME.toml or NAME unless given.")
    ] = None,
    force: Force = False,
) -> None:
    """Write a first mapping file from a sample, or with --python a folder that installs and passes its own tests.

    A mapping file lists texts of the columns that hold codes. What is not sure is left open, and so unknown, until
    somebody fills it in.
    """
    if python:
        if sample is not None or force:
            raise RequestError(
                "A folder in Python is made from no sample and replaces nothing.",
                cure="Leave out --sample and --force.",
            )
        _scaffold("format", name, Path(name) if out is None else out)
        return
    if sample is None:
        raise RequestError(
            "A mapping file is made from a sample.", cure="Add --sample FILE, or --python for a folder in Python."
        )
    from recordrelief.formats.mapping.draft import drafted
    from recordrelief.placing import filled_file

    text = drafted(name, sample)
    place = Path(f"{name}.toml") if out is None else out
    with filled_file(place, force=force) as path:
        path.write_text(text, encoding="utf-8")
    print(f"Written to {place}. Fill it in, and try it: recordrelief check {sample} --format {place}")


@new.command("statutes")
def new_statutes(
    name: Annotated[str, typer.Argument(metavar="ID", help="Id of the pack: us-xx.")],
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="The folder to write; ID unless given.")] = None,
) -> None:
    """Write a folder with a statute pack of invented law to begin with: it installs and passes its own tests."""
    _scaffold("statutes", name, Path(name) if out is None else out)


def _scaffold(kind: Literal["statutes", "format"], name: str, out: Path) -> None:
    from recordrelief.scaffolds import scaffold

    written = scaffold(kind, name, out)
    print(f"{len(written)} files written to {out}. Read {out / 'README.md'}, then: pip install -e '{out}[test]'")


@app.command()
def generate(
    format: Annotated[str, typer.Option(help="Id of the format.")],
    subjects: Annotated[int, typer.Option(min=1, help="How many people, all of them invented.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="The file to write.")],
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same file.")] = 0,
    plugin: PluginFiles = None,
    force: Force = False,
) -> None:
    """Write a synthetic source file: invented people, dirt included."""
    from recordrelief.boundary import checked, guarded
    from recordrelief.placing import filled_file

    known = _plugins(plugin)
    chosen = known.format(format)
    origin, where = known.origins["format", format], f"format {format}, generate"
    with filled_file(out, force=force) as path:
        with guarded(origin, where):
            rows = chosen.generate(subjects=subjects, seed=seed, out=path)
        checked(rows, int, "it did not say how many rows it wrote", origin, where)
    print(f"{rows:,} rows written to {out}")


@app.command()
def anonymize(
    inputs: Annotated[list[Path], typer.Argument(metavar="INPUT...", help="Source files, or directories of them.")],
    out: Annotated[Path, typer.Option(metavar="FILE|DIR", help="The file to write; of several inputs, the directory.")],
    format: FormatName = None,
    key: Annotated[
        Path | None,
        typer.Option(metavar="KEYFILE", help="Random bytes, kept secret: the same give the same pseudonyms."),
    ] = None,
    plugin: PluginFiles = None,
    force: Force = False,
) -> None:
    """Write copies of the inputs that may be shown to others: pseudonyms, days moved, free text cleaned.

    Read what it wrote before you send it: what a record says may tell who it is about without any name.
    """
    from recordrelief.anonymizing import anonymized
    from recordrelief.terminal import show_broken

    known = _plugins(plugin)
    show_broken(known)
    written = anonymized(inputs, out, known, format=format, key=key, force=force)
    print(f"{written.rows:,} rows of {written.files:,} files anonymized. Written to {out}")
    if key is None:
        print("The key was made for this run and is not kept: nobody can tell who was who, or do it again.")
    print("Read it before you send it: offenses, places and intervals stay, and may tell who somebody is.")


@app.command()
def formats(plugin: PluginFiles = None) -> None:
    """List the formats."""
    from recordrelief.terminal import show_broken, show_formats

    known = _plugins(plugin)
    show_formats(known)
    show_broken(known)


@app.command()
def statutes(plugin: PluginFiles = None) -> None:
    """List the statute packs, their remedies and policies."""
    from recordrelief.terminal import show_broken, show_statutes

    known = _plugins(plugin)
    show_statutes(known)
    show_broken(known)


@app.command()
def plugins(plugin: PluginFiles = None) -> None:
    """List the plugins and what each brings; the exit code is 1 if one is broken."""
    from recordrelief.terminal import show_broken, show_plugins

    known = _plugins(plugin)
    show_plugins(known)
    show_broken(known)
    if known.broken:
        raise typer.Exit(FAILED)


@app.command()
def law(
    statutes: Annotated[str, typer.Argument(metavar="STATUTES", help="Id of the statute pack.")],
    remedy: Annotated[str | None, typer.Argument(metavar="[REMEDY]", help="Only this remedy.")] = None,
    policy: PolicyName = None,
    as_of: Annotated[str | None, typer.Option(metavar="DAY", help="Only what is in force on this day.")] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="As Markdown, with the options that change it.")] = False,
    offense: Annotated[
        str | None, typer.Option(metavar="CITATION", help="What this offense belongs to, and why, instead.")
    ] = None,
    plugin: PluginFiles = None,
) -> None:
    """Print the law as it is implemented: remedies, conditions, the rule behind each, offense sets."""
    from datetime import date

    from recordrelief.citator import offense_text
    from recordrelief.lawbook import law_text
    from recordrelief.lawpages import law_markdown
    from recordrelief.runs import policy_of

    try:
        day = None if as_of is None else date.fromisoformat(as_of)
    except ValueError:
        raise RequestError("The day is not a date.", found=repr(as_of), expected="a day such as 2020-07-01") from None
    pack = _plugins(plugin).pack(statutes)
    chosen = policy_of(pack, policy)
    if offense is not None:
        if markdown:
            raise RequestError("An offense is not told as Markdown.", cure="Leave out --markdown or --offense.")
        print(offense_text(pack, chosen, offense, remedy=remedy, as_of=day), end="")
        return
    text = law_markdown if markdown else law_text
    print(text(pack, chosen, remedy=remedy, as_of=day), end="")


def _plugins(files: Sequence[Path] | None) -> Plugins:
    from recordrelief.plugins import load

    return load(files or ())


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and leave with its exit code.

    Args:
        arguments: instead of those of the process.
    """
    with suppress(ValueError):  # only the main thread may say so
        signal.signal(signal.SIGTERM, _terminated)
    try:
        app(args=None if arguments is None else list(arguments), prog_name="recordrelief")
    except RecordReliefError as error:
        print(f"Error: {error}", file=sys.stderr)
        sys.exit(WRONG_REQUEST if isinstance(error, RequestError) else FAILED)
    except Exception as error:
        if os.environ.get(TRACEBACK):
            raise
        print(f"Error: {_unforeseen(error)}", file=sys.stderr)
        sys.exit(FAILED)
    sys.exit(0)


def _terminated(number: int, frame: object) -> NoReturn:
    # Leaving in the usual way removes what is half written.
    sys.exit(128 + number)


def _unforeseen(error: Exception) -> str:
    """An error nobody expected, without its message: that may hold a cell of a record."""
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"recordrelief failed ({type(error).__name__}{place}). Please tell its authors. {TRACEBACK}=1 shows more."
