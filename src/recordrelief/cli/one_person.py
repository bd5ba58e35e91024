"""Commands about one person: explain what was determined, say what would settle it, ask."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recordrelief.cli.arguments import Force, FormatName, PersonId, PluginFiles, PolicyName, RunKey, load_plugins
from recordrelief.errors import RequestError

if TYPE_CHECKING:
    from recordrelief.plugins import Plugins
    from recordrelief.rescreening import Person
    from recordrelief.stored_runs import StoredRun


def explain(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="A finished run.")],
    subject: PersonId = None,
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
    from recordrelief.stored_runs import open_run
    from recordrelief.terminal import console, show_stored

    made = form_named(form)
    if findings not in (None, "all", "deciding"):
        raise RequestError("That is no choice of findings.", found=repr(findings), expected="all or deciding")
    if voice not in ("statute", "plain"):
        raise RequestError("There is no such voice.", found=repr(voice), expected="statute or plain")
    if voice == "statute" and language != "en":
        raise RequestError("Only the plain voice speaks other languages.", cure="Add --voice plain.")
    stored = open_run(directory)
    subject = the_person(stored, subject)
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
    again = screen_again(stored, subject, places, load_plugins(files), pseudonyms)
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


def settle(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="A finished run.")],
    subject: PersonId = None,
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


def ask(
    inputs: Annotated[list[Path], typer.Argument(metavar="INPUT...", help="A finished run, or source files.")],
    subject: PersonId = None,
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
        person, known = _person_of_run(inputs[0], subject, input, plugin, key, apart_from=out)
    else:
        if key is not None:
            raise RequestError("Source files are not pseudonymous.", cure="Leave out --key.")
        if statutes is None or as_of is None:
            raise RequestError(
                "Files need a law and a day.", cure="Add --statutes and --as-of, or give a finished run."
            )
        known = load_plugins(plugin)
        person = person_of_files(inputs, subject, known, statutes=statutes, as_of=as_of, format=format, policy=policy)
    who = author if author is not None else typer.prompt("Who answers (it stands beside every answer)")
    interview = Interview(person, out, Signed(author=who, date=today), tuple(known.statutes.values()))
    interview.run(_prompted, print)
    if interview.answered:
        answers = "1 answer" if interview.answered == 1 else f"{interview.answered} answers"
        print(f"{answers} written to {out}. To screen with what it says: --corrections {out}")


def the_person(stored: StoredRun, subject: str | None) -> str:
    """The person who was named; the only one of a run where nobody was.

    Raises:
        RequestError: nobody was named, and the run is not about one person.
    """
    if subject is not None:
        return subject
    from recordrelief.answering import PEOPLE_FILE

    ids = stored.scan(PEOPLE_FILE).select("subject_id").limit(2).collect()["subject_id"].to_list()
    if len(ids) != 1:
        raise RequestError(
            "The run is about more than one person." if ids else "The run is about nobody.",
            cure="Say which with --subject, by a subject_id of its determinations." if ids else None,
        )
    return str(ids[0])


def _prompted(text: str) -> str | None:
    try:
        return str(typer.prompt(text, default="skip", show_default=False))
    except typer.Abort:
        return None


def _person_of_run(
    directory: Path,
    subject: str | None,
    moved: Sequence[Path] | None,
    plugin: Sequence[Path] | None,
    key: Path | None,
    *,
    apart_from: Path | None = None,
) -> tuple[Person, Plugins]:
    """One person of a finished run, read again, and the plugins that it was read with."""
    from recordrelief.pseudonyms import key_of_run
    from recordrelief.rescreening import located, person_again
    from recordrelief.stored_runs import open_run

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
    known = load_plugins(files)
    return person_again(stored, the_person(stored, subject), places, known, pseudonyms), known
