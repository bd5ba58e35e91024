"""Everything for the courts, the agencies and the repository, written into one directory."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import attrs
import polars as pl

from recordrelief.delivery import lists, motions, workbooks
from recordrelief.delivery.run_again import RunAgain
from recordrelief.errors import RequestError
from recordrelief.outputs.tables import harmless
from recordrelief.placing import Kind, Place, json_text
from recordrelief.remedies import Pathway

LISTS = Kind("recordrelief lists", "lists.json", "set of lists")
"""The marker says what the lists are of, and names every file."""
RETURN_FILE = "return"


@attrs.frozen(kw_only=True)
class ListsRequest:
    """Which lists are asked for. ``motions``: a motion and proposed order for each court too."""

    out: Path
    remedies: Sequence[str] = ()
    xlsx: bool = False
    motions: bool = False
    template: Path | None = None
    force: bool = False


@attrs.frozen
class Written:
    """How many charges, courts, agencies and motions; and how many charges wait for their outcome to be known."""

    charges: int
    courts: int
    agencies: int
    motions: int
    to_be_completed: int


def write_lists(again: RunAgain, request: ListsRequest) -> Written:
    """Write the lists of a run: ``court-*``, ``agency-*``, ``return``, and ``motion-*`` where they are asked for.

    A motion is about what the prosecutor begins, or about the remedies that the request names. A charge of which it is
    open what it would become is in no motion: ``lists.json`` names it.

    Raises:
        RequestError: the request or its template is wrong, or something that is needed is not installed.
    """
    place = Place(request.out, LISTS, request.force)
    place.check()
    if request.xlsx:
        workbooks.check_workbooks()
    if request.motions:
        motions.check_papers()
    elif request.template is not None:
        raise RequestError("The template is for motions, and none are asked for.", cure="Add --motions.")
    chosen = again.remedies_named(request.remedies)
    about = again.stored.manifest
    rows = lists.eligible_charges(again, chosen)
    courts, agencies = list(lists.by_court(rows)), list(lists.by_agency(rows))
    moved = 0
    to_be_completed: list[str] = []
    with motions.template_at(request.template) as template, place.filled() as directory:
        for one in (*courts, *agencies):
            _write(one.rows, directory / one.name, again.notice, xlsx=request.xlsx)
        _write(lists.returned(rows, about["as_of"]), directory / RETURN_FILE, again.notice, xlsx=request.xlsx)
        for one in courts if request.motions else ():
            mine = one if chosen else attrs.evolve(one, rows=one.rows.filter(pathway=Pathway.PROSECUTOR.value))
            open_ = lists.outcome_is_open(mine.rows)
            to_be_completed += mine.rows["charge_id"].filter(open_).to_list()
            if open_.all():
                continue
            document = motions.written_motion(template, mine, about["as_of"], again.notice)
            (directory / f"motion-{one.name.removeprefix('court-')}.docx").write_bytes(document)
            moved += 1
        told = {
            "kind": LISTS.kind,
            "notice": again.notice,
            "run": about["digest"],
            "as_of": about["as_of"],
            "remedies": sorted(chosen),
            "files": sorted([*(path.name for path in directory.iterdir()), LISTS.marker]),
            "charges": rows.height,
            **({"to_be_completed": sorted(to_be_completed)} if request.motions else {}),
            "lists": {one.name: {"of": list(one.of), "charges": one.rows.height} for one in (*courts, *agencies)},
        }
        (directory / LISTS.marker).write_text(json_text(told), encoding="utf-8")
    return Written(rows.height, len(courts), len(agencies), moved, len(to_be_completed))


def _write(rows: pl.DataFrame, stem: Path, notice: str, *, xlsx: bool) -> None:
    harmless(rows).write_csv(stem.with_name(stem.name + ".csv"))
    if xlsx:
        workbooks.write_workbook(rows, stem.with_name(stem.name + ".xlsx"), notice)
