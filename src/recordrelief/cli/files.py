"""Commands about source files: convert, try a mapping, invent, anonymize."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from recordrelief.cli.arguments import FAILED, Force, FormatName, Inputs, Out, PluginFiles, load_plugins


def convert(
    inputs: Inputs, out: Out, format: FormatName = None, plugin: PluginFiles = None, force: Force = False
) -> None:
    """Write the canonical tables of the inputs as Parquet; the format `canonical` reads them back."""
    from recordrelief.api import existing
    from recordrelief.formats.canonical import write_canonical
    from recordrelief.manifests import counted
    from recordrelief.placing import CANONICAL_TABLES, Place
    from recordrelief.run_requests import chosen_format, read_with
    from recordrelief.terminal import show_broken, shown_progress

    place = Place(out, CANONICAL_TABLES, force)
    place.check()
    paths = existing(inputs)
    known = load_plugins(plugin)
    show_broken(known)
    name, known = known.naming(format)
    chosen = chosen_format(name, paths, known)
    with shown_progress() as progress:
        progress("reading")
        records = read_with(chosen, paths, known)
        counts = counted(records.quarantine, records.sources, chosen.id)
        progress("writing")
        with place.filled() as directory:
            write_canonical(records, directory)
    read, used = sum(count.source.rows for count in counts), sum(count.used for count in counts)
    print(f"Rows read {read:,} = used {used:,} + quarantined {read - used:,}. Written to {out}")


def check(
    inputs: Inputs,
    format: Annotated[Path, typer.Option(metavar="FILE.toml", help="The mapping file.")],
) -> None:
    """Try a mapping file on an export: what is not mapped, what is set aside, and whether every row is accounted for.

    It shows texts of the export, which may be personal, to whoever runs it. Those of more than 40 characters are cut.
    """
    from recordrelief.api import existing
    from recordrelief.formats.mapping import read_mapped, read_mapping
    from recordrelief.formats.mapping.report import jurisdictions_without_law, report
    from recordrelief.manifests import counted

    mapping = read_mapping(format)
    mapped = read_mapped(mapping, existing(inputs))
    counts = counted(mapped.records.quarantine, mapped.records.sources, mapping.id)
    read, used = sum(count.source.rows for count in counts), sum(count.used for count in counts)
    for line in report(mapped, read, used):
        print(line)
    strange = jurisdictions_without_law(mapped.records.charges, load_plugins(()).statutes.values())
    for name, charges, cure in strange:
        print(f"No statute pack that is installed is of the jurisdiction {name!r} of {charges:,} charges. {cure}")
    if used == 0:
        raise typer.Exit(FAILED)


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

    known = load_plugins(plugin)
    chosen = known.format(format)
    origin, where = known.origins["format", format], f"format {format}, generate"
    with filled_file(out, force=force) as path:
        with guarded(origin, where):
            rows = chosen.generate(subjects=subjects, seed=seed, out=path)
        checked(rows, int, "it did not say how many rows it wrote", origin, where)
    print(f"{rows:,} rows written to {out}")


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

    known = load_plugins(plugin)
    show_broken(known)
    written = anonymized(inputs, out, known, format=format, key=key, force=force)
    print(f"{written.rows:,} rows of {written.files:,} files anonymized. Written to {out}")
    if key is None:
        print("The key was made for this run and is not kept: nobody can tell who was who, or do it again.")
    print("Read it before you send it: offenses, places and intervals stay, and may tell who somebody is.")
