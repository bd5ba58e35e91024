"""The field maps of California's court forms: what they fill in, which boxes they check, and what they leave."""

from __future__ import annotations

from pathlib import Path

import pytest
from blank_forms import blank_of, read_back

from recordrelief.delivery.petitions import PetitionRequest, petition
from recordrelief.delivery.run_again import RunAgain
from recordrelief.errors import RequestError
from recordrelief.plugins import installed
from recordrelief.runs import RunRequest, run
from recordrelief_us_ca.pack import PACK

README = (Path(__file__).resolve().parent.parent / "README.md").read_text(encoding="utf-8")
PERSON = """\
subject_id: petitioner-1
names: [{given: Ada, family: Invented, kind: primary}]
birth_date: 1980-03-01
must_register: false
supervision: none
serving_sentence: false
charges_pending: false
record_scope: state
cases:
- id: case-1
  case_number: "12-0042"
  court: Superior Court
  county: ALPINE
charges:
"""
CHARGE = """\
- {{id: {id}, case_id: case-1, jurisdiction: us-ca, count_number: {n}, outcome: convicted, level: {level},
  citation: {citation},
  attempt: false, conspiracy: false, solicitation: false, offense_date: 2012-01-05, conviction_date: 2012-03-02,
  judgment_date: 2012-03-02, sentences: [{sentence}]}}
"""
PROBATION = "{kind: probation, completed_date: 2015-03-02, revoked: false, discharged_early: false}"
REVOKED = "{kind: probation, completed_date: 2015-03-02, revoked: true, discharged_early: false}"
JAIL = "{kind: jail, completed_date: 2012-06-02}"
ASKED = ("pypdf", "reportlab")


def made(
    tmp_path: Path,
    form: str,
    *charges: tuple[str, str, str],
    remedy: str,
    person: str = PERSON,
    filer: str = "",
    allowed: bool = False,
) -> dict[str, str]:
    """What stands in a form for a person with these charges: citation, level, sentence."""
    for name in ASKED:
        pytest.importorskip(name, reason=f"{name} is not installed")
    text = person + "".join(
        CHARGE.format(id=f"c{n}", n=n, citation=citation, level=level, sentence=sentence)
        for n, (citation, level, sentence) in enumerate(charges, start=1)
    )
    source = tmp_path / "person.yaml"
    source.write_text(text, encoding="utf-8")
    done = run(RunRequest(inputs=[source], statutes="us-ca", as_of="2024-07-01", out=tmp_path / "run"))
    again = RunAgain.of(done.directory, installed())
    blank = blank_of(tmp_path / "blank.pdf", PACK.forms[form], width=300)
    files = tmp_path / "office.toml"
    files.write_text(filer, encoding="utf-8")
    request = PetitionRequest(
        subject_id="petitioner-1", form=form, blank=blank, remedies=[remedy], filer=files, allow_undetermined=allowed
    )
    return {name.rpartition(".")[2]: value for name, value in read_back(petition(again, request).content).items()}


@pytest.mark.parametrize(
    ("charge", "remedy", "boxes"),
    [
        (("PC 242", "misdemeanor", PROBATION), "pc-1203.4", {"ProbationGranted_cb[0]": "1"}),
        (
            ("PC 242", "misdemeanor", REVOKED),
            "pc-1203.4",
            {"ProbationGranted_cb[0]": "1", "ProbationGrantedReason[2]": "3"},
        ),
        (
            ("PC 242", "misdemeanor", JAIL),
            "pc-1203.4a",
            {"OffenseWSentence_cb[0]": "1", "ProbationNotGrantedReason[1]": "2"},
        ),
    ],
    ids=["completed", "revoked", "jail"],
)
def test_the_petition_for_dismissal_checks_the_box_of_the_section(
    tmp_path: Path, charge: tuple[str, str, str], remedy: str, boxes: dict[str, str]
) -> None:
    found = made(tmp_path, "CR-180", charge, remedy=remedy)
    section = {"pc-1203.4": {"DismissSection_cb[1]": "1"}, "pc-1203.4a": {"DismissSection_cb[0]": "2"}}[remedy]
    assert {name: value for name, value in found.items() if "_cb" in name or "Reason" in name} == boxes | section
    assert found["Defendant_ft[0]"] == "Ada Invented"
    assert found["DefendantDOB_dt[0]"] == "03/01/1980"
    assert found["CaseNumber_ft[0]"] == "12-0042"
    assert found["ConvictionDate_dt[0]"] == "03/02/2012"
    assert (found["Code1_ft[0]"], found["Section1_ft[0]"], found["TypeOff1_ft[0]"]) == ("PC", "242", "misdemeanor")
    assert "ExecutedDate_dt[0]" not in found


def test_the_order_has_the_caption_only(tmp_path: Path) -> None:
    found = made(tmp_path, "CR-181", ("PC 242", "misdemeanor", PROBATION), remedy="pc-1203.4")
    assert found == {
        "NAMEOFPERSONFILING": "Ada Invented",
        "NAMEOFDEFENDANT": "Ada Invented",
        "DOB": "03/01/1980",
        "CASENO": "12-0042",
    }


def test_the_cannabis_petition_checks_the_sections_and_leaves_what_is_asked_for(tmp_path: Path) -> None:
    found = made(tmp_path, "CR-400", ("HS 11357(b)", "misdemeanor", PROBATION), remedy="hs-11361.8")
    assert {name for name in found if name.startswith("Checkbox")} == {"Checkbox[2]"}


def test_the_box_of_the_section_on_lawful_use_is_checked_as_the_others_are(tmp_path: Path) -> None:
    charge = ("HS 11362.1(a)", "misdemeanor", PROBATION)
    found = made(tmp_path, "CR-400", charge, remedy="hs-11361.8", allowed=True)
    assert {name for name in found if name.startswith("Checkbox")} == {"Checkbox[6]"}


@pytest.mark.parametrize(
    ("form", "charge", "remedy"),
    [
        ("CR-180", ("PC 242", "misdemeanor", PROBATION), "pc-1203.4"),
        ("CR-400", ("HS 11357(b)", "misdemeanor", PROBATION), "hs-11361.8"),
    ],
)
def test_firm_and_number_at_the_bar_stand_in_the_caption(
    tmp_path: Path, form: str, charge: tuple[str, str, str], remedy: str
) -> None:
    found = made(tmp_path, form, charge, remedy=remedy, filer='bar_number = "999999"\nfirm = "Invented"\n')
    assert (found["AttyBarNo_dc[0]"], found["AttyFirm_ft[0]"]) == ("999999", "Invented")


def test_the_proof_of_service_has_its_caption_and_says_which_petition_was_served(tmp_path: Path) -> None:
    charge = ("HS 11357(b)", "misdemeanor", PROBATION)
    assert made(tmp_path, "proof-of-service", charge, remedy="hs-11361.8") == {
        **{"name": "Ada Invented", "defendant": "Ada Invented", "case number": "12-0042"},
        "proof_of_service_prop64": "Yes",
    }


def test_for_somebody_who_has_died_no_petition_is_filled_in(tmp_path: Path) -> None:
    person = PERSON.replace("birth_date", "deceased: true\nbirth_date")
    with pytest.raises(RequestError, match="has died: no petition"):
        made(tmp_path, "CR-180", ("PC 242", "misdemeanor", PROBATION), remedy="pc-1203.4", person=person)


def test_the_fee_waiver_goes_with_any_petition_and_swears_to_nothing(tmp_path: Path) -> None:
    assert PACK.forms["FW-001"].remedies == ()
    found = made(tmp_path, "FW-001", ("PC 242", "misdemeanor", PROBATION), remedy="pc-1203.4")
    assert found == {"name": "Ada Invented"}


def test_no_day_of_signing_and_no_signature_is_filled_in() -> None:
    for form in PACK.forms.values():
        for name in (*form.text, *(one.field for one in form.choices)):
            assert "Executed" not in name and "sign" not in name.casefold(), (form.id, name)


def test_the_readme_tells_every_form() -> None:
    told = README.split("## Court forms", 1)[1].split("\n## ", 1)[0]
    for form in PACK.forms.values():
        assert f"| {form.id} | {form.revision} |" in told
