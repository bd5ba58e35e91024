"""Lists for courts, agencies and the repository, and motions: every charge once, names only where they belong."""

from __future__ import annotations

import io
import json
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from made_up import BAD_ROW, COUNTY, LAW, MARK, ROWS, alone, extract  # noqa: F401

from recordrelief import cli
from recordrelief.delivery import lists, motions, workbooks
from recordrelief.delivery.run_again import RunAgain
from recordrelief.delivery.writing import ListsRequest, write_lists
from recordrelief.errors import RequestError
from recordrelief.model import Charge, Disposition, Name, Offense, Subject
from recordrelief.plugins import load
from recordrelief.records import Records, readings
from recordrelief.runs import RunRequest, run

Run = Callable[..., tuple[int, str, str]]
AWKWARD = f"P5,=2+5 {MARK},C9,XX 1,misdemeanor,convicted,AMBER,2001-02-03"


@pytest.fixture
def again(tmp_path: Path) -> RunAgain:
    return made(tmp_path)


def made(tmp_path: Path, **more: object) -> RunAgain:
    source = extract(tmp_path, *ROWS, BAD_ROW, AWKWARD)
    plugins = load([COUNTY, LAW])
    given: dict[str, object] = {
        "inputs": [source],
        "statutes": "xx",
        "as_of": "2020-07-01",
        "plugins": [COUNTY, LAW],
        "out": tmp_path / "run",
    }
    finished = run(RunRequest(**(given | more)))  # type: ignore[arg-type]
    key = more.get("pseudonymize")
    assert key is None or isinstance(key, Path)
    return RunAgain.of(finished.directory, plugins, inputs=[source], key=key)


def test_every_eligible_charge_stands_on_the_list_of_its_court_and_in_the_return_file(
    again: RunAgain, tmp_path: Path
) -> None:
    written = write_lists(again, ListsRequest(out=tmp_path / "lists"))
    eligible = again.stored.determinations.filter(status="eligible")
    assert written.charges == eligible.height == 2
    found = pl.read_csv(tmp_path / "lists" / "court-amber-unknown.csv")
    assert found["charge_id"].to_list() == ["C1", "C9"]
    assert found.columns == list(lists.COLUMNS)
    assert found["remedy"].to_list() == ["xx-9", "xx-9"]
    assert set(found["notice"]) == {"A screening aid, not legal advice. The law in it was not reviewed by counsel."}
    returned = pl.read_csv(tmp_path / "lists" / "return.csv")
    assert returned.columns == list(lists.RETURNED)
    assert returned["by"].to_list() == ["order of the court"] * 2  # a petition: nothing is to be updated yet
    assert returned["order_date"].to_list() == [None, None]
    told = json.loads((tmp_path / "lists" / "lists.json").read_text(encoding="utf-8"))
    assert told["run"] == again.stored.manifest["digest"]
    assert set(told["files"]) == {path.name for path in (tmp_path / "lists").iterdir()}


def test_no_cell_can_run_and_nobody_else_may_read(again: RunAgain, tmp_path: Path) -> None:
    pytest.importorskip("xlsxwriter", reason="the extra excel is not installed")
    write_lists(again, ListsRequest(out=tmp_path / "lists", xlsx=True))
    rows = pl.read_csv(tmp_path / "lists" / "court-amber-unknown.csv")
    assert rows["name"].to_list()[1] == f"'=2+5 {MARK}"
    with zipfile.ZipFile(tmp_path / "lists" / "court-amber-unknown.xlsx") as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert 'state="frozen"' in sheet
    for path in (tmp_path / "lists").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert MARK.casefold() not in path.name


def test_the_same_run_gives_the_same_bytes(again: RunAgain, tmp_path: Path) -> None:
    extras = pytest.importorskip("docxtpl", reason="the extra papers is not installed") is not None
    for name in ("one", "two"):
        write_lists(again, ListsRequest(out=tmp_path / name, remedies=["xx-9"], motions=extras))
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name


def test_a_motion_is_about_what_the_prosecutor_begins_unless_remedies_are_named(
    again: RunAgain, tmp_path: Path
) -> None:
    pytest.importorskip("docxtpl", reason="the extra papers is not installed")
    assert write_lists(again, ListsRequest(out=tmp_path / "one", motions=True)).motions == 0
    assert write_lists(again, ListsRequest(out=tmp_path / "two", motions=True, remedies=["xx-9"])).motions == 1
    text = _text((tmp_path / "two" / "motion-amber-unknown.docx").read_bytes())
    assert "takes this page off" in text
    assert "not reviewed by counsel" in text
    assert text.count("Xanadu Code § 9") == 4  # two charges, in the motion and in the order
    assert f"=2+5 {MARK}" in text


def test_a_charge_of_which_it_is_open_what_it_would_become_is_in_no_motion(
    again: RunAgain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("docxtpl", reason="the extra papers is not installed")
    eligible = lists.eligible_charges

    def with_outcomes(again: RunAgain, remedies: frozenset[str] = frozenset()) -> pl.DataFrame:
        becomes = pl.Series("becomes", ["infraction or misdemeanor", "misdemeanor"])
        return eligible(again, remedies).with_columns(becomes, pl.lit(True).alias("deceased"))

    monkeypatch.setattr(lists, "eligible_charges", with_outcomes)
    written = write_lists(again, ListsRequest(out=tmp_path / "one", motions=True, remedies=["xx-9"]))
    assert (written.charges, written.motions, written.to_be_completed) == (2, 1, 1)
    assert json.loads((tmp_path / "one" / "lists.json").read_text(encoding="utf-8"))["to_be_completed"] == ["C1"]
    cover, motion, order = _text((tmp_path / "one" / "motion-amber-unknown.docx").read_bytes()).split('w:type="page"')
    assert "infraction or misdemeanor (charge C1)" in cover
    for part in (motion, order):
        assert " or misdemeanor" not in part
        assert part.count("XX 1") == 1
        assert f"=2+5 {MARK} (deceased)" in part
    found = pl.read_csv(tmp_path / "one" / "court-amber-unknown.csv")
    assert found["charge_id"].to_list() == ["C1", "C9"]  # the list says what there is


def test_a_court_with_nothing_but_open_outcomes_gets_no_motion(
    again: RunAgain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("docxtpl", reason="the extra papers is not installed")
    eligible = lists.eligible_charges
    monkeypatch.setattr(
        lists, "eligible_charges", lambda *asked: eligible(*asked).with_columns(pl.lit("one or two").alias("becomes"))
    )
    written = write_lists(again, ListsRequest(out=tmp_path / "one", motions=True, remedies=["xx-9"]))
    assert (written.motions, written.to_be_completed) == (0, 2)


def test_no_character_of_a_record_breaks_a_word_document() -> None:
    assert motions.text_of("A\x0bB\x00C\tD") == "A B C\tD"


def test_an_office_brings_its_own_template(again: RunAgain, tmp_path: Path) -> None:
    pytest.importorskip("docxtpl", reason="the extra papers is not installed")
    template = _template(tmp_path, "{{ notice }}", "{{ court }}: {{ charges[0].offense }} & more")
    request = ListsRequest(out=tmp_path / "lists", motions=True, remedies=["xx-9"], template=template)
    write_lists(again, request)
    assert "unknown: XX 1 &amp; more" in _text((tmp_path / "lists" / "motion-amber-unknown.docx").read_bytes())


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        ("names something that there is not", ("{{ notice }}", "{{ judge }}")),
        ("does not say what the paper is", ("{{ court }}",)),
        ("Found: nickname. Did you mean 'name'", ("{{ notice }}", "{{ charges[0].nickname }}")),
        ("Found: UndefinedError", ("{{ notice }}", "{{ charges[0][charges[0].name] }}")),
        ("Found: TypeError", ("{{ notice }}", "{{ county + 1 }}")),
        ("Found: ZeroDivisionError", ("{{ notice }}", "{{ 1 / 0 }}")),
        ("Found: TemplateSyntaxError", ("{{ notice }}", "{% if %}")),
        ("does not say what the paper is", ("{% if false %}{{ notice }}{% endif %}",)),
        ("cannot be filled in", ("{{ notice }}", "{{ court.__class__.__mro__ }}")),
    ],
)
def test_a_template_that_cannot_be_filled_in_is_refused(
    again: RunAgain, tmp_path: Path, said: str, lines: tuple[str, ...]
) -> None:
    pytest.importorskip("docxtpl", reason="the extra papers is not installed")
    request = ListsRequest(
        out=tmp_path / "lists", motions=True, remedies=["xx-9"], template=_template(tmp_path, *lines)
    )
    with pytest.raises(RequestError, match=said) as refused:
        write_lists(again, request)
    assert MARK not in str(refused.value)
    assert not (tmp_path / "lists").exists()


def test_what_is_no_word_document_is_refused(again: RunAgain, tmp_path: Path) -> None:
    pytest.importorskip("docxtpl", reason="the extra papers is not installed")
    (tmp_path / "letter.docx").write_text("no", encoding="utf-8")
    request = ListsRequest(out=tmp_path / "lists", motions=True, remedies=["xx-9"], template=tmp_path / "letter.docx")
    with pytest.raises(RequestError, match="no Word document"):
        write_lists(again, request)


@pytest.mark.parametrize(
    ("module", "more", "extra"), [(motions, {"motions": True}, "papers"), (workbooks, {"xlsx": True}, "excel")]
)
def test_a_missing_extra_is_named_with_its_cure(
    again: RunAgain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: object, more: dict[str, bool], extra: str
) -> None:
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    with pytest.raises(RequestError, match=rf"pip install 'recordrelief\[{extra}\]'"):
        write_lists(again, ListsRequest(out=tmp_path / "lists", **more))  # type: ignore[arg-type]


def test_a_pseudonymous_run_needs_its_key(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_bytes(bytes(range(9, 73)))
    again = made(tmp_path, pseudonymize=key)
    with pytest.raises(RequestError, match="pseudonymous"):
        RunAgain.of(tmp_path / "run", load([COUNTY, LAW]), inputs=[tmp_path / "extract.csv"])
    write_lists(again, ListsRequest(out=tmp_path / "lists"))
    found = pl.read_csv(tmp_path / "lists" / "court-amber-unknown.csv")
    assert found["charge_id"].to_list() == ["C1", "C9"]
    assert found["subject_id"].to_list() == ["P1", "P5"]


def test_inputs_that_changed_are_not_read(again: RunAgain, tmp_path: Path) -> None:
    extract(tmp_path, *ROWS[:2])
    with pytest.raises(RequestError, match="changed since"):
        RunAgain.of(tmp_path / "run", load([COUNTY, LAW]))


def test_the_command_says_what_it_wrote_and_shows_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    made(tmp_path)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as left:
        cli.main(["lists", "run", "--out", "lists"])
    out, err = capfd.readouterr()
    assert (left.value.code, err) == (0, "")
    assert "2 charges: lists for 1 courts and 0 agencies" in out
    assert MARK not in out
    with pytest.raises(SystemExit) as left:
        cli.main(["lists", "run", "--out", "lists", "--remedy", "xx-8"])
    out, err = capfd.readouterr()
    assert left.value.code == 2
    assert "set of lists" in err


def test_every_agency_that_made_the_arrest_gets_a_list_of_its_own() -> None:
    rows = _rows(outcome=["dismissed", "convicted", "convicted"], relief=["sealing", "dismissal", "destruction"])
    found = list(lists.by_agency(rows))
    assert [(one.of, one.rows["charge_id"].to_list()) for one in found] == [
        (("Amber Police",), ["1", "3"]),
        (("Basalt Sheriff",), ["1"]),
    ]
    assert [one.name for one in found] == ["agency-amber-police", "agency-basalt-sheriff"]


def test_two_courts_whose_names_look_alike_get_two_files() -> None:
    rows = _rows(outcome=["convicted"] * 3, relief=["dismissal"] * 3).with_columns(
        pl.Series("court", ["Dept. 1", "Dept 1", "Dept 1"])
    )
    assert [one.name for one in lists.by_court(rows)] == ["court-amber-dept-1", "court-amber-dept-1-2"]


def test_where_readings_do_not_agree_nothing_is_said() -> None:
    def read(citation: str) -> Records:
        return Records.from_subjects(
            [
                Subject(
                    subject_id="S",
                    names=(Name(given="Ada", family="Invented", kind="primary"),),
                    charges=(
                        Charge(
                            charge_id="1",
                            offense=Offense(citation=citation),
                            disposition=Disposition(outcome="convicted"),
                        ),
                    ),
                )
            ]
        )

    one = lists.agreed(readings([read("XX 1"), read("XX 2")]).charges, "charge_id")
    assert one.height == 1
    assert one["citation"].to_list() == [None]
    assert one["outcome"].to_list() == ["convicted"]


def _rows(**columns: list[str]) -> pl.DataFrame:
    count = len(next(iter(columns.values())))
    ids = [str(number + 1) for number in range(count)]
    agencies = [["Amber Police", "Basalt Sheriff"], [], ["Amber Police"]][:count]
    filled = {name: [None] * count for name in lists.COLUMNS}
    return pl.DataFrame(
        filled
        | {"county": ["Amber"] * count, "court": ["One"] * count, "charge_id": ids, "agencies": agencies}
        | columns
    )


def _template(tmp_path: Path, *lines: str) -> Path:
    from docx import Document

    document = Document()
    for line in lines:
        document.add_paragraph(line)
    path = tmp_path / "office.docx"
    document.save(str(path))
    return path


def _text(document: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(document)) as book:
        return book.read("word/document.xml").decode()
