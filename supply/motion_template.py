"""Makes the Word template of the prosecutor's motion: ``python supply/motion_template.py``.

What an office changes it changes in Word; this is where ours comes from.
"""

from __future__ import annotations

import datetime
from pathlib import Path

from docx import Document as new_document
from docx.document import Document
from docx.enum.text import WD_BREAK

OUT = Path(__file__).resolve().parent.parent / "src/recordrelief/delivery/templates/motion.docx"
CELLS = (
    ("Case number", "case_number"),
    ("Defendant", "name"),
    ("Date of birth", "birth_date"),
    ("Count", "count_number"),
    ("Offense", "offense"),
    ("Level", "level"),
    ("Convicted on", "conviction_date"),
    ("Statute", "citation"),
    ("To become", "becomes"),
)
MORE = {"name": "{% if charge.deceased == 'yes' %} (deceased){% endif %}"}


def main() -> None:
    """Write the template."""
    document = new_document()
    document.add_heading("COVER PAGE - the attorney who signs takes this page off", level=1)
    document.add_paragraph("{{ notice }}")
    document.add_paragraph(
        "These papers were drafted by a program from the record as it was read on {{ as_of }}. The attorney who signs "
        "answers for every charge in them: that the record says it, that the law gives it, and that the office is the "
        "one to ask for it."
    )
    document.add_paragraph("{%p if open_charges %}")
    document.add_paragraph(
        "To be completed. These charges are neither in the motion nor in the order: the record leaves open what each "
        "would become."
    )
    document.add_paragraph("{%p for charge in open_charges %}")
    document.add_paragraph(
        "{{ charge.case_number }}, count {{ charge.count_number }}, {{ charge.name }}, {{ charge.offense }}: "
        "{{ charge.becomes }} (charge {{ charge.charge_id }})",
        style="List Bullet",
    )
    document.add_paragraph("{%p endfor %}")
    document.add_paragraph("{%p endif %}")
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    _part(
        document,
        "MOTION",
        "The People move for relief on each of the convictions and charges below, under the statute that stands "
        "beside it.",
        "Respectfully submitted,",
        ("Date", "Attorney for the People"),
    )
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    _part(
        document,
        "[PROPOSED] ORDER",
        "On the motion of the People, and good cause appearing, it is ordered that relief is granted on each of the "
        "convictions and charges below, as it stands beside it.",
        "It is so ordered.",
        ("Date", "Judge of the court"),
    )
    about = document.core_properties
    about.author, about.comments, about.title = "", "", "Motion and proposed order"
    about.created = about.modified = datetime.datetime(1980, 1, 1)
    OUT.parent.mkdir(exist_ok=True)
    document.save(str(OUT))


def _part(document: Document, title: str, says: str, ends: str, signed: tuple[str, ...]) -> None:
    document.add_paragraph("{{ court }}")
    document.add_paragraph("County of {{ county }}")
    document.add_heading(title, level=1)
    document.add_paragraph(says)
    table = document.add_table(rows=4, cols=len(CELLS), style="Table Grid")
    for cell, (name, _) in zip(table.rows[0].cells, CELLS, strict=True):
        cell.text = name
    table.rows[1].cells[0].text = "{%tr for charge in charges %}"
    for cell, (_, column) in zip(table.rows[2].cells, CELLS, strict=True):
        cell.text = "{{ charge." + column + " }}" + MORE.get(column, "")
    table.rows[3].cells[0].text = "{%tr endfor %}"
    document.add_paragraph(ends)
    for who in signed:
        document.add_paragraph(f"______________________ {who}")


if __name__ == "__main__":
    main()
