"""The field maps of Oregon's set-aside papers."""

from __future__ import annotations

from pathlib import Path

import pytest
from blank_forms import blank_of, read_back

from recordrelief.delivery.petitions import PetitionRequest, petition
from recordrelief.delivery.run_again import RunAgain
from recordrelief.errors import RequestError
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


CONVICTION = """\
- {id: c2, case_id: case-1, jurisdiction: us-or, count_number: 2, outcome: convicted, level: misdemeanor,
  citation: ORS 164.043, offense_text: Theft in the third degree,
  attempt: false, conspiracy: false, solicitation: false, arrest_date: 2012-01-05, conviction_date: 2012-03-02,
  disposition_date: 2012-03-02, sentences: [{kind: probation, completed_date: 2014-03-02, revoked: false}]}
"""
STAYS = CONVICTION.replace("c2", "c3").replace("count_number: 2", "count_number: 3").replace("2012-03-02", "2024-06-02")


def motion(tmp_path: Path, text: str, **more: object) -> dict[str, str]:
    """What stands in the motion for somebody."""
    for name in ("pypdf", "reportlab"):
        pytest.importorskip(name, reason=f"{name} is not installed")
    source = tmp_path / "person.yaml"
    source.write_text(text, encoding="utf-8")
    done = run(RunRequest(inputs=[source], statutes="us-or", as_of="2024-07-01", out=tmp_path / "run", force=True))
    blank = blank_of(tmp_path / "blank.pdf", PACK.forms["set-aside-motion"], width=300)
    request = PetitionRequest(
        subject_id="mover-1",
        form="set-aside-motion",
        blank=blank,
        allow_undetermined=True,
        **more,  # type: ignore[arg-type]
    )
    return read_back(petition(RunAgain.of(done.directory, installed()), request).content)


def marked(found: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in found.items() if name.startswith(("option", "charge", "additional"))}


def test_a_case_with_a_conviction_is_none_of_dismissals_only(tmp_path: Path) -> None:
    assert marked(motion(tmp_path, PERSON + CONVICTION)) == {"option_1": "On", "option_1_all_charges": "On"}


def test_where_a_conviction_of_the_case_stays_the_charges_are_listed(tmp_path: Path) -> None:
    found = motion(tmp_path, PERSON + CONVICTION + STAYS, charges=["c1", "c2"])
    assert marked(found) == {
        **{"option_1": "On", "option_1_some_charges": "On"},
        **{"charge_name_1": "ORS 164.043", "charge_count_1": "1"},
        **{"charge_name_2": "Theft in the third degree", "charge_count_2": "2"},
    }


def test_whether_all_of_a_case_is_asked_for_is_not_guessed(tmp_path: Path) -> None:
    unknown = STAYS.replace("outcome: convicted, ", "")
    found = motion(tmp_path, PERSON + CONVICTION + unknown, charges=["c1", "c2"])
    assert marked(found) == {"option_1": "On"}
    alone = motion(tmp_path, PERSON.replace("outcome: dismissed, ", ""))
    assert not marked(alone)


def test_the_county_that_has_forms_of_its_own_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"not that of the county .* Found: Multnomah"):
        motion(tmp_path, PERSON.replace("Gilliam", "MULTNOMAH"))


def test_the_readme_tells_every_form() -> None:
    told = README.split("## Court forms", 1)[1].split("\n## ", 1)[0]
    for form in PACK.forms.values():
        assert f"| `{form.id}` | {form.revision} |" in told
