"""Commands that make what goes out after a run: lists and motions, petitions, letters."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recordrelief.cli.arguments import Force, Out, PersonId, PluginFiles, RunKey, load_plugins
from recordrelief.cli.one_person import the_person
from recordrelief.errors import RequestError

if TYPE_CHECKING:
    from recordrelief.delivery.run_again import RunAgain

Run = Annotated[Path, typer.Argument(metavar="DIR", help="A finished run.")]
Moved = Annotated[
    list[Path] | None,
    typer.Option("--input", metavar="FILE", help="Where an input of the run is now; may be repeated."),
]


def lists(
    directory: Run,
    out: Out,
    remedy: Annotated[list[str] | None, typer.Option(metavar="ID", help="Only this remedy; may be repeated.")] = None,
    also: Annotated[str | None, typer.Option(metavar="xlsx", help="Write every list as a workbook too.")] = None,
    motions: Annotated[
        bool, typer.Option("--motions", help="Write a motion and proposed order for each court too.")
    ] = False,
    template: Annotated[
        Path | None, typer.Option(metavar="FILE.docx", help="The office's own template of the motion.")
    ] = None,
    input: Moved = None,
    key: RunKey = None,
    plugin: PluginFiles = None,
    force: Force = False,
) -> None:
    """Write a list for each court and each arresting agency, and what the repository has to update. It holds names."""
    from recordrelief.delivery.writing import ListsRequest, write_lists

    if also not in (None, "xlsx"):
        raise RequestError("A list is not written as that.", found=repr(also), expected="xlsx")
    request = ListsRequest(
        out=out, remedies=remedy or (), xlsx=also == "xlsx", motions=motions, template=template, force=force
    )
    written = write_lists(_again(directory, input, key, plugin), request)
    print(
        f"{written.charges:,} charges: lists for {written.courts:,} courts and {written.agencies:,} agencies, "
        f"{written.motions:,} motions. Written to {out}"
    )
    if written.to_be_completed:
        print(
            f"To be completed: {written.to_be_completed:,} charges are in no motion, as it is open what each would "
            "become. lists.json names them."
        )
    elif motions and not written.motions:
        print("No charge has a remedy that the prosecutor begins. Name the remedies to move for with --remedy.")
    print("They hold names and dates of birth: keep them as the record itself.")


def petition(
    directory: Run,
    subject: Annotated[str, typer.Option(metavar="ID", help="The person, by subject_id.")],
    form: Annotated[str, typer.Option(metavar="FORM", help="The form, by the id that a law of the run gives it.")],
    blank: Annotated[Path, typer.Option(metavar="FILE.pdf", help="The fillable form, as the court publishes it.")],
    out: Annotated[Path, typer.Option(metavar="FILE.pdf", help="The file to write.")],
    charge: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="This charge, by charge_id; may be repeated.")
    ] = None,
    remedy: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Ask for this remedy only; may be repeated.")
    ] = None,
    filer: Annotated[
        Path | None, typer.Option(metavar="FILE.toml", help="Who files: name, bar_number, street, city ...")
    ] = None,
    attachment: Annotated[
        Path | None, typer.Option(metavar="FILE.pdf", help="The fillable attachment, for charges that do not fit.")
    ] = None,
    allow_undetermined: Annotated[
        bool, typer.Option("--allow-undetermined", help="Take charges too of which a question is open.")
    ] = False,
    input: Moved = None,
    key: RunKey = None,
    plugin: PluginFiles = None,
    force: Force = False,
) -> None:
    """Fill in a court's form for one person and one case. Whoever signs reads every word of it first."""
    from recordrelief.delivery.motions import check_papers
    from recordrelief.delivery.petitions import PetitionRequest
    from recordrelief.delivery.petitions import petition as made
    from recordrelief.placing import filled_file

    check_papers()
    request = PetitionRequest(
        subject_id=subject,
        form=form,
        blank=blank,
        charges=charge or (),
        remedies=remedy or (),
        filer=filer,
        attachment=attachment,
        allow_undetermined=allow_undetermined,
    )
    again = _again(directory, input, key, plugin)
    with filled_file(out, force=force) as path:
        done = made(again, request)
        path.write_bytes(done.content)
    print(f"{form} (map of revision: {done.revision}) for {', '.join(done.charges)}. Written to {out}")
    print(f"Filled in: {done.filled} fields. Checked: {', '.join(done.checked) or 'no box'}.")
    for title, names in (
        ("Not in the petition", done.left_out),
        ("On an attached page", done.attached),
        ("With letters that the form may not show, to be written by hand", done.unsure),
        ("Not known, left empty", done.not_known),
        ("Of who files, without a field in the map", done.unused),
        ("Not in the field map, left as they are", done.unmapped),
    ):
        if names:
            print(f"{title}: {', '.join(names)}.")
    for name, what in done.left.items():
        print(f"For whoever signs: {name}: {what}.")
    for note in (*done.notes, again.notice):
        print(note)


def letter(
    directory: Run,
    out: Annotated[Path, typer.Option(metavar="FILE", help="The file to write: .html, .docx or .txt.")],
    subject: PersonId = None,
    language: Annotated[str, typer.Option(metavar="CODE", help="Language of the letter: en or es.")] = "en",
    input: Moved = None,
    key: RunKey = None,
    plugin: PluginFiles = None,
    force: Force = False,
) -> None:
    """Write a letter to one person in plain words: what was found, what it does and does not do, how to check it."""
    from recordrelief.delivery.letter_forms import FORMS
    from recordrelief.delivery.letters import letter_to
    from recordrelief.delivery.motions import check_papers
    from recordrelief.placing import filled_file
    from recordrelief.stored_runs import open_run

    form = FORMS.get(out.suffix.casefold())
    if form is None:
        raise RequestError("A letter is not written as that.", found=repr(out.suffix), expected=", ".join(FORMS))
    if out.suffix.casefold() == ".docx":
        check_papers()
    made = letter_to(_again(directory, input, key, plugin), the_person(open_run(directory), subject), language)
    with filled_file(out, force=force) as path:
        path.write_bytes(form(made))
    print(f"Written to {out}. A lawyer should read it before it is sent.")


def _again(directory: Path, moved: Sequence[Path] | None, key: Path | None, plugin: Sequence[Path] | None) -> RunAgain:
    from recordrelief.delivery.run_again import RunAgain
    from recordrelief.stored_runs import open_run

    files = [Path(path) for path in open_run(directory).manifest["plugin_files"]] if plugin is None else plugin
    return RunAgain.of(directory, load_plugins(files), inputs=moved or (), key=key)
