"""The field maps of Oregon's set-aside papers."""

from __future__ import annotations

from pathlib import Path

import pytest
from blank_forms import blank_of, read_back

from recordrelief.delivery.petitions import PetitionRequest, petition
from recordrelief.delivery.run_again import RunAgain
from recordrelief.plugins import installed
from recordrelief.runs import RunRequest, run
from recordrelief_us_or.pack import PACK

README = (Path(__file__).resolve().parent.parent / "README.md").read_text(encoding="utf-8")
PERSON = """\
subject_id: mover-1
names: [{given: Ada, family: Invented, kind: primary}]
identifiers: [{kind: sid, value: "OR999"}]
birth_date: 1980-03-01
record_scope: state
charges_pending: false
cases:
- id: case-1
  case_number: 12CR0042
  court: Circuit Court
  county: Gilliam
  case_type: Offense Misdemeanor
  status: closed
charges:
- {id: c1, case_id: case-1, jurisdiction: us-or, count_number: 1, outcome: dismissed, level: misdemeanor,
  citation: ORS 164.043,
  attempt: false, conspiracy: false, solicitation: false, arrest_date: 2012-01-05, disposition_date: 2012-03-02}
"""


@pytest.mark.parametrize("form", sorted(PACK.forms))
def test_what_the_record_says_is_filled_in_and_nothing_is_sworn_to(tmp_path: Path, form: str) -> None:
    for name in ("pypdf", "reportlab"):
        pytest.importorskip(name, reason=f"{name} is not installed")
    source = tmp_path / "person.yaml"
    source.write_text(PERSON, encoding="utf-8")
    done = run(RunRequest(inputs=[source], statutes="us-or", as_of="2024-07-01", out=tmp_path / "run"))
    blank = blank_of(tmp_path / "blank.pdf", PACK.forms[form], width=300)
    request = PetitionRequest(subject_id="mover-1", form=form, blank=blank, allow_undetermined=True)
    filled = petition(RunAgain.of(done.directory, installed()), request)
    found = read_back(filled.content)
    assert not set(found) & set(PACK.forms[form].left)
    if form == "fee-waiver":
        told = {"Case No": "12CR0042", "County": "Gilliam", "Defendant": "Ada Invented", "Name": "Ada Invented"}
        assert found == told | {"Name2": "Ada Invented"}
    else:
        assert found == {
            "county": "Gilliam",
            "case_number": "12CR0042",
            "defendant_name": "Ada Invented",
            "dob": "Mar 01, 1980",
            "sid_number": "OR999",
            "arrest_date": "Jan 05, 2012",
            "printed_name": "Ada Invented",
            "defendant_name_printed": "Ada Invented",
            "option_2": "On",
        }


def test_the_readme_tells_every_form() -> None:
    told = README.split("## Court forms", 1)[1].split("\n## ", 1)[0]
    for form in PACK.forms.values():
        assert f"| `{form.id}` | {form.revision} |" in told
