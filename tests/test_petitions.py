"""Petitions: the court's form filled in from a field map, and nothing that is open, cut or guessed."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest
from blank_forms import blank_form, page_texts, read_back
from made_up import COUNTY, LAW, MARK, alone, extract  # noqa: F401

from recordrelief import cli
from recordrelief.delivery.blank_forms import Field, wrapped
from recordrelief.delivery.petitions import PetitionRequest, petition
from recordrelief.delivery.run_again import RunAgain
from recordrelief.errors import PackError, RequestError
from recordrelief.form_maps import check_form_maps, read_form_maps
from recordrelief.plugins import load
from recordrelief.runs import RunRequest, run

pytestmark = pytest.mark.usefixtures("papers")

XX1 = """\
id = "XX-1"
title = "Petition for quiet"
revision = "of the year 5"
remedies = ["xx-9"]
source = "invented"
days = "%m/%d/%Y"
attachment = "XX-2"
notes = ["Sign with ink."]

[text]
who = "{subject.name}"
born = "{subject.birth_date}"
convicted = "{charges.conviction_date}"
street = "{filer.street}"

[rows]
count = 2
[rows.text]
"section {n}" = "{charge.section}"
"code {n}" = "{charge.code}"
[[rows.choice]]
field = "quiet {n}"
text = "yes"
label = "To be made quiet"
when = { also = ["xx-9"] }

[[choice]]
field = "ask"
on = "1|On"
when = { remedy = ["xx-9"], grade = ["mandatory"], section = ["XX 1"] }

[[choice]]
field = "felony"
on = "1"
when = { level = ["felony"] }

[left]
signature = "sign here"
"""
XX2 = """\
id = "XX-2"
title = "Attachment"
revision = "of the year 5"
source = "invented"

[rows.text]
"more {n}" = "{charge.citation}"
"""
TEXTS = ("who", "born", "convicted", "street", *(f"{one} {n}" for n in (1, 2) for one in ("section", "code", "quiet")))
BOXES = {"ask": "On", "felony": "1"}
ALL = tuple(f"D{n}" for n in range(1, 6))
ROWS = (
    f"P1,{MARK} One,C1,XX 1,misdemeanor,convicted,AMBER,2010-02-03",
    f"P1,{MARK} One,C2,XX 1,,convicted,AMBER,2010-02-03",
    f"P1,{MARK} One,C3,XX 2,felony,convicted,AMBER,2010-02-03",
    *(f"P2,{MARK} Two,D{n},XX 1,misdemeanor,convicted,AMBER,2011-05-06" for n in range(1, 6)),
)


@pytest.fixture
def papers() -> None:
    for name in ("pypdf", "reportlab"):
        pytest.importorskip(name, reason=f"{name} is not installed")


@pytest.fixture
def again(tmp_path: Path) -> RunAgain:
    (tmp_path / "forms").mkdir()
    (tmp_path / "forms" / "one.toml").write_text(XX1, encoding="utf-8")
    (tmp_path / "forms" / "two.toml").write_text(XX2, encoding="utf-8")
    law = tmp_path / "law_with_forms.py"
    law.write_text(
        f"""
import runpy
from pathlib import Path
from typing import Any
import attrs
from recordrelief.form_maps import read_form_maps
from recordrelief.plugins import hookimpl
RECORDRELIEF_HOOK_API = 1
(PACK,) = runpy.run_path({str(LAW)!r})["recordrelief_statutes"]()
@hookimpl
def recordrelief_statutes():
    return [attrs.evolve(PACK, forms=read_form_maps(Path({str(tmp_path / "forms")!r})))]
""",
        encoding="utf-8",
    )
    plugins = [COUNTY, law]
    request = RunRequest(
        inputs=[extract(tmp_path, *ROWS)], statutes="xx", as_of="2020-07-01", plugins=plugins, out=tmp_path / "run"
    )
    return RunAgain.of(run(request).directory, load(plugins))


@pytest.fixture
def blank(tmp_path: Path) -> Path:
    return blank_form(tmp_path / "blank.pdf", [*TEXTS, "signature", "office use"], BOXES)


def test_a_form_is_filled_in_from_the_record_and_read_back(again: RunAgain, blank: Path, tmp_path: Path) -> None:
    filer = tmp_path / "filer.toml"
    filer.write_text('street = "1 Invented Road"\n', encoding="utf-8")
    made = petition(again, PetitionRequest(subject_id="P1", form="XX-1", blank=blank, charges=["C1"], filer=filer))
    assert read_back(made.content) == {
        "who": f"{MARK} One",
        "convicted": "02/03/2010",
        "street": "1 Invented Road",
        "section 1": "1",
        "code 1": "XX",
        "quiet 1": "yes",
        "ask": "On",
    }
    assert made.not_known == ("born (subject.birth_date)",)
    assert made.unmapped == ("office use",)
    assert made.charges == ("C1",)
    assert made.attached == ()
    assert (
        made.content
        == petition(
            again, PetitionRequest(subject_id="P1", form="XX-1", blank=blank, charges=["C1"], filer=filer)
        ).content
    )


@pytest.mark.parametrize(
    ("charge", "allowed", "why"),
    [
        ("C2", False, "C2 (xx-9: undetermined, not known: charge.level"),
        ("C3", False, "C3 (xx-9: ineligible)"),
        ("C3", True, "C3 (xx-9: ineligible)"),
        ("C9", False, "determined no such charge"),
    ],
)
def test_what_is_open_or_closed_is_refused_with_the_reason(
    again: RunAgain, blank: Path, charge: str, allowed: bool, why: str
) -> None:
    request = PetitionRequest(subject_id="P1", form="XX-1", blank=blank, charges=[charge], allow_undetermined=allowed)
    with pytest.raises(RequestError) as refused:
        petition(again, request)
    assert why in str(refused.value)
    assert MARK not in str(refused.value)


def test_what_is_open_is_taken_where_that_is_allowed(again: RunAgain, blank: Path) -> None:
    request = PetitionRequest(subject_id="P1", form="XX-1", blank=blank, charges=["C2"], allow_undetermined=True)
    made = petition(again, request)
    assert made.charges == ("C2",)
    assert made.checked == ()  # its grade is not known, and no box is checked on a guess


def test_without_charges_named_the_eligible_ones_are_taken(again: RunAgain, blank: Path) -> None:
    made = petition(again, PetitionRequest(subject_id="P1", form="XX-1", blank=blank))
    assert made.charges == ("C1",)
    (left_out,) = made.left_out
    assert left_out.startswith("C2 (xx-9: undetermined, not known: charge.level")


def test_whether_charges_are_of_one_case_is_not_guessed(again: RunAgain, blank: Path) -> None:
    with pytest.raises(RequestError, match=r"about one case.* Found: D1; D2; D3; D4; D5\. Say which with --charge"):
        petition(again, PetitionRequest(subject_id="P2", form="XX-1", blank=blank))


def test_charges_that_do_not_fit_stand_on_an_attached_page(again: RunAgain, blank: Path, tmp_path: Path) -> None:
    made = petition(again, PetitionRequest(subject_id="P2", form="XX-1", blank=blank, charges=ALL))
    assert made.attached == ("charge D3", "charge D4", "charge D5")
    (*_, last) = page_texts(made.content)
    assert "Attachment to XX-1" in last
    assert last.count("XX 1, misdemeanor, 05/06/2011") == 3
    assert last.count("To be made quiet: yes") == 3
    further = blank_form(tmp_path / "further.pdf", ["more 6", "more 7"])
    made = petition(again, PetitionRequest(subject_id="P2", form="XX-1", blank=blank, charges=ALL, attachment=further))
    assert made.attached == ("charge D5",)
    found = read_back(made.content)
    assert (found["more 6"], found["more 7"], found["section 2"]) == ("XX 1", "XX 1", "1")


@pytest.mark.parametrize("more", [{"width": 60.0}, {"longest": 14}])
def test_a_text_that_is_too_long_is_attached_whole(again: RunAgain, tmp_path: Path, more: dict[str, float]) -> None:
    blank = blank_form(tmp_path / "narrow.pdf", [*TEXTS, "signature"], BOXES, **more)  # type: ignore[arg-type]
    made = petition(again, PetitionRequest(subject_id="P1", form="XX-1", blank=blank))
    assert made.attached[0] == "who"
    assert read_back(made.content).get("who", "See attachment") == "See attachment"
    assert f"{MARK} One" in page_texts(made.content)[-1]


def test_a_form_without_fields_of_its_map_is_refused_with_their_names(again: RunAgain, tmp_path: Path) -> None:
    other = blank_form(tmp_path / "other.pdf", [one for one in TEXTS if one != "code 2"], BOXES)
    with pytest.raises(RequestError, match=r"lacks fields of its map .* Found: signature, code 2\."):
        petition(again, PetitionRequest(subject_id="P1", form="XX-1", blank=other))


def test_every_field_of_every_row_of_an_attachment_is_asked_for(again: RunAgain, blank: Path, tmp_path: Path) -> None:
    (tmp_path / "forms" / "two.toml").write_text(
        XX2 + '"code {n}" = "{charge.code}"\n[[rows.choice]]\nfield = "quiet {n}"\ntext = "yes"\n'
        'when = { also = ["xx-9"] }\n',
        encoding="utf-8",
    )
    uneven = blank_form(tmp_path / "uneven.pdf", ["more 1", "more 2", "code 1", "quiet 1"])
    request = PetitionRequest(subject_id="P2", form="XX-1", blank=blank, charges=ALL, attachment=uneven)
    again = RunAgain.of(again.stored.directory, load([COUNTY, tmp_path / "law_with_forms.py"]))
    with pytest.raises(RequestError, match=r"form XX-2, .* Found: code 2, quiet 2\."):
        petition(again, request)


def test_what_is_known_of_who_files_and_has_no_field_is_told(again: RunAgain, blank: Path, tmp_path: Path) -> None:
    filer = tmp_path / "filer.toml"
    filer.write_text('street = "1 Invented Road"\nfirm = "Invented & Made Up"\nfax = "1"\n', encoding="utf-8")
    made = petition(again, PetitionRequest(subject_id="P1", form="XX-1", blank=blank, filer=filer))
    assert made.unused == ("firm", "fax")


def test_a_form_is_not_filled_in_for_a_county_that_has_its_own(again: RunAgain, blank: Path, tmp_path: Path) -> None:
    form = XX1.replace("notes =", 'not_counties = ["Amber"]\nnotes =')
    (tmp_path / "forms" / "one.toml").write_text(form, encoding="utf-8")
    again = RunAgain.of(again.stored.directory, load([COUNTY, tmp_path / "law_with_forms.py"]))
    with pytest.raises(RequestError, match=r"not that of the county .* Found: Amber\."):
        petition(again, PetitionRequest(subject_id="P1", form="XX-1", blank=blank))


def test_a_box_that_cannot_take_the_value_of_the_map_is_refused(again: RunAgain, tmp_path: Path) -> None:
    other = blank_form(tmp_path / "other.pdf", [*TEXTS, "signature"], BOXES | {"felony": "Yes"})
    with pytest.raises(RequestError, match="felony"):
        petition(again, PetitionRequest(subject_id="P1", form="XX-1", blank=other))


def test_what_is_no_fillable_pdf_is_refused(again: RunAgain, tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    path.write_text("no", encoding="utf-8")
    with pytest.raises(RequestError, match="cannot be read as PDF"):
        petition(again, PetitionRequest(subject_id="P1", form="XX-1", blank=path))
    with pytest.raises(RequestError, match="no such blank form"):
        petition(again, PetitionRequest(subject_id="P1", form="XX-1", blank=tmp_path / "gone.pdf"))
    with pytest.raises(RequestError, match="Did you mean 'XX-1'"):
        petition(again, PetitionRequest(subject_id="P1", form="XX-11", blank=path))


def test_the_command_tells_fields_and_never_what_stands_in_them(
    again: RunAgain, blank: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    asked = ("petition", "run", "--subject", "P1", "--form", "XX-1", "--blank", "blank.pdf", "--out")
    with pytest.raises(SystemExit) as left:
        cli.main([*asked, "one.pdf"])
    out, err = capfd.readouterr()
    assert (left.value.code, err) == (0, "")
    assert stat.S_IMODE(Path("one.pdf").stat().st_mode) == 0o600
    for said in ("Filled in: 5 fields. Checked: ask.", "signature: sign here", "Sign with ink.", "office use"):
        assert said in out
    assert "not reviewed by counsel" in out
    assert MARK not in out
    with pytest.raises(SystemExit) as left:
        cli.main([*asked, "two.pdf", "--charge", "C2"])
    out, err = capfd.readouterr()
    assert left.value.code == 2
    assert "C2" in err and "charge.level" in err
    assert not Path("two.pdf").exists()


def test_a_missing_extra_is_named_with_its_cure(
    again: RunAgain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("recordrelief.delivery.motions.find_spec", lambda name: None)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as left:
        cli.main(["petition", "run", "--subject", "P1", "--form", "XX-1", "--blank", "b.pdf", "--out", "o.pdf"])
    assert left.value.code == 2
    assert "pip install 'recordrelief[papers]'" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("{subject.name}", "{subject.nam}", r"one\.toml: who: A text names .*\{subject\.nam\}.*subject\.name"),
        ("{charge.code}", "{charge.cod}", r"one\.toml: rows: code \{n\}: A text names"),
        ('"section {n}"', '"section"', "no place for its number"),
        ("grade = [", "grad = [", r"choice 1: There is no such condition\. Found: grad\. Did you mean 'grade'"),
        ("when = { level", 'unless = { levl = ["felony"] }\nwhen = { level', "no such condition.*Found: levl"),
        ("when = { level", "when = { case = ['all'], level", "no such value. Found: all. Expected: whole, part"),
        ("[rows.text]", "when = { plaice = ['attached'] }\n[rows.text]", "no such condition.*Did you mean 'place'"),
        ("days =", "day =", "no such option"),
        ('days = "%m/%d/%Y"', 'days = "%H"', "Days cannot be written so"),
        ('on = "1|On"\n', "", "either a value that is on or a text"),
        ('title = "Petition for quiet"\n', "", "lacks a key|no such|value it does not take"),
        ("[text]", "[text", "not TOML"),
    ],
)
def test_a_map_with_a_mistake_is_refused_when_it_is_read(tmp_path: Path, before: str, after: str, said: str) -> None:
    assert before in XX1
    (tmp_path / "one.toml").write_text(XX1.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(PackError, match=said):
        read_form_maps(tmp_path)


def test_a_map_names_remedies_and_attachments_that_there_are(tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text(XX1, encoding="utf-8")
    maps = read_form_maps(tmp_path)
    with pytest.raises(PackError, match="XX-2"):
        check_form_maps("xx", maps, ["xx-9"])
    (tmp_path / "two.toml").write_text(XX2, encoding="utf-8")
    check_form_maps("xx", read_form_maps(tmp_path), ["xx-9"])
    with pytest.raises(PackError, match=r"xx, form XX-1, remedies: .*Found: xx-9"):
        check_form_maps("xx", read_form_maps(tmp_path), ["xx-8"])
    (tmp_path / "three.toml").write_text(XX1, encoding="utf-8")
    with pytest.raises(PackError, match="Two field maps"):
        read_form_maps(tmp_path)


def test_no_word_is_lost_when_lines_are_broken() -> None:
    text = "an-uncommonly-long-word-that-no-line-holds and some short ones"
    lines = wrapped(text, 80, 10)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert len(lines) > 3


@pytest.mark.parametrize(
    ("field", "text", "fits"),
    [
        (Field(name="a", width=100, height=12, size=10), "short", True),
        (Field(name="a", width=100, height=12, size=10), "a text that is too long for it", False),
        (Field(name="a", width=100, height=60, size=10, lines=True), "a text that is too long for it", True),
        (Field(name="a", width=100, height=20, size=10, lines=True), "a text that is too long for it", False),
        (Field(name="a", longest=3), "four", False),
        (Field(name="a"), "anything", True),
    ],
)
def test_what_fits_is_known_by_the_room_of_the_field(field: Field, text: str, fits: bool) -> None:
    assert field.fits(text) is fits


def test_a_form_that_describes_itself_twice_or_is_protected_is_filled_in_all_the_same(
    again: RunAgain, blank: Path, tmp_path: Path
) -> None:
    import pypdf

    writer = pypdf.PdfWriter(clone_from=blank)
    acro: Any = writer._root_object["/AcroForm"].get_object()
    acro[pypdf.generic.NameObject("/XFA")] = pypdf.generic.TextStringObject("<xdp/>")
    writer.encrypt("", "owner", algorithm="RC4-128")
    protected = tmp_path / "protected.pdf"
    writer.write(protected)
    made = petition(again, PetitionRequest(subject_id="P1", form="XX-1", blank=protected))
    assert read_back(made.content)["who"] == f"{MARK} One"
    assert b"/XFA" not in made.content
    locked = pypdf.PdfWriter(clone_from=blank)
    locked.encrypt("secret", "owner", algorithm="RC4-128")
    locked.write(tmp_path / "locked.pdf")
    with pytest.raises(RequestError, match="protected"):
        petition(again, PetitionRequest(subject_id="P1", form="XX-1", blank=tmp_path / "locked.pdf"))


@pytest.mark.parametrize(("name", "told"), [("Zarzamorá Nuñez", True), ("Łódź Żaba", False)])
def test_letters_beyond_english_stand_in_the_field_or_are_told(
    tmp_path: Path, again: RunAgain, blank: Path, capfd: pytest.CaptureFixture[str], name: str, told: bool
) -> None:
    filer = tmp_path / "filer.toml"
    filer.write_text(f'street = "{name}"\n', encoding="utf-8")
    request = PetitionRequest(subject_id="P1", form="XX-1", blank=blank, filer=filer)
    made = petition(again, request)
    assert read_back(made.content)["street"] == name
    assert made.unsure == (() if told else ("street",))
    assert capfd.readouterr().err == ""  # the library that fills in forms would repeat the name
    long = tmp_path / "long.toml"
    long.write_text(f'street = "{" ".join([name] * 9)}"\n', encoding="utf-8")
    request = PetitionRequest(subject_id="P1", form="XX-1", blank=blank, filer=long)
    if told:
        made = petition(again, request)
        assert made.attached == ("street",)
        assert name.split()[0] in page_texts(made.content)[-1]
    else:
        with pytest.raises(RequestError, match="a letter that its font has not"):
            petition(again, request)
